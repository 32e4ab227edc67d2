"""How much memory one long body takes: the peak of a crawl that fetches it, plain Scrapy's and ours."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks import web
from benchmarks.fetch_cost import MODES, crawl
from benchmarks.measure import Spread, alternating, ratios
from benchmarks.table import Bar, Table

SIZE = 100 * 2**20
_PIECE = 2**20
_SEED = 20261123


def measure(folder: Path, *, quick: bool) -> Table:
    """Fetch one body of 100 MiB in each mode."""
    rounds = 1 if quick else 5
    files, server = folder / "files", folder / "nginx"
    files.mkdir()
    server.mkdir()
    with open(files / "long.bin", "wb") as file:
        file.writelines(_pieces())
    with web.served(files, server) as port:
        url = f"http://{web.HOSTS[0]}/plain/long.bin"
        idle = alternating(tuple(MODES), 1, lambda mode: crawl(folder, mode, port, ()))
        found = alternating(tuple(MODES), rounds, lambda mode: crawl(folder, mode, port, (url,)))
    peaks = {mode: [cost.memory for cost in found[mode]] for mode in MODES}
    rows = [
        (
            name,
            Spread.of([peak / 2**20 for peak in peaks[mode]]).shown(",.0f"),
            "" if mode == "scrapy" else ratios(peaks[mode], peaks["scrapy"]).shown(),
            f"{idle[mode][0].memory / 2**20:,.0f}",
            f"{Spread.of([cost.wall for cost in found[mode]]).median:.1f}",
        )
        for mode, name in MODES.items()
    ]
    ratio = ratios(peaks["archive"], peaks["scrapy"]).median
    return Table(
        name="big_body",
        title=f"Peak memory: one body of {SIZE // 2**20} MiB that does not compress, {rounds} rounds",
        columns=("", "peak MiB", "ratio", "of that, no page", "seconds"),
        rows=rows,
        bars=(
            Bar(what="peak to plain Scrapy's", found=ratio, sign="<=", wanted=1.0, unit="x"),
            Bar(what="the same, goal", found=ratio, sign="<=", wanted=0.5, unit="x"),
        ),
        notes=("of that, no page: the peak of a crawl that fetches nothing.",),
        raw={"peaks": peaks, "idle": {mode: idle[mode][0].memory for mode in MODES}},
    )


def _pieces() -> Iterator[bytes]:
    drawn = random.Random(_SEED)
    for _ in range(SIZE // _PIECE):
        yield drawn.randbytes(_PIECE)
