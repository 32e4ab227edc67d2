"""What exact capture adds to a crawl: CPU per page against plain Scrapy with the same settings."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping, Sequence
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
CODINGS = {"plain": "as they are", "gzip": "gzipped"}
BARS = {"capture": 1.15, "archive": 1.6}

Costs = Mapping[str, Sequence[Cost]]


def measure(folder: Path, *, quick: bool) -> Table:
    """Crawl 2,000 pages in each mode, sent as they are and sent gzipped."""
    count, rounds = (200, 1) if quick else (2000, 5)
    files, server = folder / "files", folder / "nginx"
    files.mkdir()
    server.mkdir()
    size = web.put(files, pages(count))
    rows: list[tuple[str, ...]] = []
    bars: list[Bar] = []
    raw: dict[str, object] = {"pages": count, "bytes": size, "rounds": rounds}
    with web.served(files, server) as port:

        def crawls(urls: Sequence[str], rounds: int) -> Costs:
            return alternating(tuple(MODES), rounds, lambda mode: crawl(folder, mode, port, urls))

        starts = crawls((), 1 if quick else 3)
        for coding, sent in CODINGS.items():
            found = crawls(web.urls(coding, count), rounds)
            for mode, name in MODES.items():
                row, bar, figures = _compared(mode, f"{name}, pages sent {sent}", found, starts, count)
                rows.append(row)
                bars += [bar] if bar else []
                raw[f"{mode}, {coding}"] = figures
    return Table(
        name="fetch_cost",
        title=f"CPU per page: {count:,} pages of 30-100 KB ({size / 1e6:,.0f} MB), {len(web.HOSTS)} hosts, "
        f"32 requests in flight, {rounds} rounds",
        columns=("", "us/page", "us/page added", "ratio", "ratio, outside", "start s", "pages/s", "peak MiB"),
        rows=rows,
        bars=bars,
        notes=(
            "ratio: CPU from the first request to the close of the archive, read inside the process, round by round.",
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


def _compared(
    mode: str, name: str, found: Costs, starts: Costs, count: int
) -> tuple[tuple[str, ...], Bar | None, Mapping[str, object]]:
    """Give a mode's row, its bar, and its figures for the record."""
    start = {each: Spread.of([cost.cpu for cost in starts[each]]).median for each in (mode, "scrapy")}
    inside = {each: [float(told(cost)["cpu"]) for cost in found[each]] for each in (mode, "scrapy")}
    outside = {each: [cost.cpu - start[each] for cost in found[each]] for each in (mode, "scrapy")}
    ratio = ratios(inside[mode], inside["scrapy"])
    ratio_outside = ratios(outside[mode], outside["scrapy"])
    added = [(ours - its) / count * 1e6 for ours, its in zip(inside[mode], inside["scrapy"], strict=True)]
    is_ours = mode != "scrapy"
    row = (
        name,
        f"{Spread.of(inside[mode]).median / count * 1e6:,.0f}",
        Spread.of(added).shown(",.0f") if is_ours else "",
        ratio.shown() if is_ours else "",
        ratio_outside.shown() if is_ours else "",
        f"{start[mode]:.2f}",
        f"{Spread.of([count / told(cost)['wall'] for cost in found[mode]]).median:,.0f}",
        f"{Spread.of([cost.memory / 2**20 for cost in found[mode]]).median:,.0f}",
    )
    bar = Bar(
        what=f"{name}: CPU to plain Scrapy's", found=ratio.median, sign="<=", wanted=BARS.get(mode, 1.0), unit="x"
    )
    figures = {
        "cpu_of_the_crawl": inside[mode],
        "whole_process": [{"cpu": cost.cpu, "wall": cost.wall, "memory": cost.memory} for cost in found[mode]],
        "start_cpu": [cost.cpu for cost in starts[mode]],
        "ratio": asdict(ratio),
        "ratio_outside": asdict(ratio_outside),
        "us_per_page_added": added,
    }
    return row, bar if is_ours else None, figures


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
