"""What exact capture adds to a crawl: CPU per page against plain Scrapy with the same settings."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from benchmarks import web
from benchmarks.measure import PYTHON, Cost, Failed, Spread, alternating, ratios, run, told
from benchmarks.pages import pages
from benchmarks.table import Bar, Table

MODES = {
    "scrapy": "plain Scrapy",
    "capture": "capture, nothing written",
    "archive": "capture, WARC and index",
}
CODINGS = ("plain", "gzip")
BARS = {"capture": 1.15, "archive": 1.6}


def measure(folder: Path, *, quick: bool) -> Table:
    """Crawl 2,000 pages in each mode, sent as they are and sent gzipped."""
    count, rounds = (300, 2) if quick else (2000, 5)
    files, server = folder / "files", folder / "nginx"
    files.mkdir()
    server.mkdir()
    size = web.put(files, pages(count))
    rows: list[tuple[str, ...]] = []
    bars: list[Bar] = []
    raw: dict[str, object] = {"pages": count, "bytes": size, "rounds": rounds}
    with web.served(files, server) as port:
        starts = alternating(tuple(MODES), 1 if quick else 3, lambda mode: crawl(folder, mode, port, ()))
        for coding in CODINGS:
            urls = web.urls(coding, count)
            found = alternating(tuple(MODES), rounds, lambda mode, urls=urls: crawl(folder, mode, port, urls))  # type: ignore[misc]
            for mode, name in MODES.items():
                inside = [float(told(cost)["cpu"]) for cost in found[mode]]
                plain = [float(told(cost)["cpu"]) for cost in found["scrapy"]]
                start = Spread.of([cost.cpu for cost in starts[mode]]).median
                plain_start = Spread.of([cost.cpu for cost in starts["scrapy"]]).median
                ratio = ratios(inside, plain)
                outside = ratios(
                    [cost.cpu - start for cost in found[mode]], [cost.cpu - plain_start for cost in found["scrapy"]]
                )
                added = Spread.of([(ours - its) / count * 1e6 for ours, its in zip(inside, plain, strict=True)])
                rows.append(
                    (
                        f"{name}, pages sent {'gzipped' if coding == 'gzip' else 'as they are'}",
                        f"{Spread.of(inside).median / count * 1e6:,.0f}",
                        "" if mode == "scrapy" else added.shown(",.0f"),
                        "" if mode == "scrapy" else ratio.shown(),
                        "" if mode == "scrapy" else outside.shown(),
                        f"{start:.2f}",
                        f"{Spread.of([count / told(cost)['wall'] for cost in found[mode]]).median:,.0f}",
                        f"{Spread.of([cost.memory / 2**20 for cost in found[mode]]).median:,.0f}",
                    )
                )
                raw[f"{mode}, {coding}"] = {
                    "cpu_of_the_crawl": inside,
                    "whole_process": [_plainly(cost) for cost in found[mode]],
                    "start": [_plainly(cost) for cost in starts[mode]],
                    "ratio": asdict(ratio),
                    "ratio_of_whole_process_less_start": asdict(outside),
                }
                if mode in BARS:
                    what = f"{name}, pages sent {'gzipped' if coding == 'gzip' else 'as they are'}, CPU to plain Scrapy's"
                    bars.append(Bar(what=what, found=ratio.median, sign="<=", wanted=BARS[mode], unit="x"))
    return Table(
        name="fetch_cost",
        title=f"CPU per page: {count:,} pages of 30-100 KB ({size / 1e6:,.0f} MB), {len(web.HOSTS)} hosts, "
        f"32 requests in flight, {rounds} rounds",
        columns=("", "us/page", "us/page added", "ratio", "ratio, outside", "start s", "pages/s", "peak MiB"),
        rows=rows,
        bars=bars,
        notes=(
            "ratio: CPU from the first request to the archive's close, read inside the process, round by round.",
            "ratio, outside: CPU of the whole process, less that of a crawl of no pages (start s).",
        ),
        raw=raw,
    )


def crawl(folder: Path, mode: str, port: int, urls: Sequence[str]) -> Cost:
    """Crawl in a fresh process and a fresh archive; raise ``Failed`` when a page is missing, there or in the index."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    given = home / "urls"
    given.write_text("\n".join(urls), encoding="utf-8")
    cost = run([*PYTHON, "benchmarks.one_crawl", mode, home, str(port), given])
    fetched, wanted = told(cost)["pages"], len(urls)
    if fetched != wanted or (mode == "archive" and _indexed(home) != wanted):
        raise Failed(f"{mode}: of {wanted} pages asked for {fetched} came, and {_indexed(home)} are in the index")
    return cost


def _indexed(home: Path) -> int:
    """Count the captures that the index places within its WARC file."""
    database = home / "variorum.db"
    if not database.exists():
        return 0
    size = sum(file.stat().st_size for file in (home / "warcs").glob("*.warc.gz*"))
    query = "SELECT count(*) FROM captures WHERE kind = 'response' AND \"offset\" + length <= ?"
    with closing(sqlite3.connect(database)) as connection:
        found: int = connection.execute(query, (size,)).fetchone()[0]
    return found


def _plainly(cost: Cost) -> dict[str, float]:
    return {"cpu": cost.cpu, "wall": cost.wall, "memory": cost.memory}
