"""A whole crawl, every page found through links: ours with its archive beside plain Scrapy, which keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import web
from benchmarks.crawl_web import Measured, Papers, made, open_papers, real
from benchmarks.measure import PYTHON, VARIORUM, Failed, Spread, alternating, ratios, told
from benchmarks.table import Bar, Table

FETCHING = {
    "crawl": "plain Scrapy, as it comes",
    "quiet": "plain Scrapy, log level WARNING",
    "1": "variorum crawl, one worker",
    "2": "variorum crawl, two workers",
}
READING = {
    "read": "CrawlSpider with inline trafilatura",
    "reads": "variorum crawl, reading",
}

Found = Mapping[str, Sequence[Measured]]


def measure(folder: Path, *, quick: bool) -> Table:
    """Crawl 2,000 pages of 40 papers without reading, then 500 of ten with."""
    count, hosts, few, rounds = (100, 5, 20, 1) if quick else (2000, len(web.HOSTS), 500, 3)
    with open_papers(folder / "fetching", made(count), hosts) as papers:
        starts = alternating(tuple(FETCHING), 1, lambda kind: start(folder, kind))
        fetched = alternating(tuple(FETCHING), rounds, lambda kind: crawl(folder, papers, kind))
    with open_papers(folder / "reading", real(few), 10) as papers:
        read = alternating(tuple(READING), rounds, lambda kind: crawl(folder, papers, kind))
    per_cpu = {kind: ratios(_cpu(fetched["crawl"]), _cpu(fetched[kind])) for kind in FETCHING}
    to_quiet = ratios(_cpu(fetched["quiet"]), _cpu(fetched["1"]))
    two_cpu = ratios(_cpu(fetched["2"]), _cpu(fetched["1"]))
    two_wall = ratios(_wall(fetched["1"]), _wall(fetched["2"]))
    reads = ratios(_wall(read["read"]), _wall(read["reads"]))
    reads_cpu = ratios(_cpu(read["read"]), _cpu(read["reads"]))
    rows = [
        *(
            _row(f"{name}: {count:,} pages", fetched[kind], count, per_cpu[kind], kind)
            for kind, name in FETCHING.items()
        ),
        *(_row(f"{name}: {few:,} pages", read[kind], few, reads_cpu, kind) for kind, name in READING.items()),
    ]
    return Table(
        name="crawl",
        title=f"Whole crawls: {count:,} pages of {hosts} papers fetched, {few:,} of ten read, {rounds} rounds",
        columns=(
            "",
            "CPU ms/page",
            "pages/s",
            "pages per CPU second to theirs",
            "start CPU s",
            "nginx CPU s",
            "peak MiB",
        ),
        rows=[(*row[:4], f"{starts[kind][0]:.1f}" if kind in starts else "", *row[4:]) for kind, row in rows],
        bars=(
            Bar(
                what="pages per CPU second to plain Scrapy", found=per_cpu["1"].median, sign=">=", wanted=1.0, unit="x"
            ),
            Bar(what="CPU per page of two workers to one", found=two_cpu.median, sign="<=", wanted=1.1, unit="x"),
            Bar(what="pages per second of two workers to one", found=two_wall.median, sign=">=", wanted=1.6, unit="x"),
            Bar(what="reading: pages per second to the script", found=reads.median, sign=">=", wanted=1.6, unit="x"),
        ),
        notes=(
            "Whole process trees, their start included; peak is that of the largest process.",
            f"Two workers to one: CPU {two_cpu.shown()}, pages per second {two_wall.shown()}.",
            f"One worker to quiet Scrapy, pages per CPU second: {to_quiet.shown()}. "
            f"Reading, pages per second to the script: {reads.shown()}.",
        ),
        raw={
            "pages": {"fetched": count, "read": few},
            "start_cpu": starts,
            "rounds": {kind: [_figures(each) for each in found] for kind, found in {**fetched, **read}.items()},
            "per_cpu_second": {kind: asdict(ratio) for kind, ratio in per_cpu.items()},
            "to_quiet": asdict(to_quiet),
            "two_workers_cpu": asdict(two_cpu),
            "two_workers_pages_per_second": asdict(two_wall),
            "reading_pages_per_second": asdict(reads),
            "reading_per_cpu_second": asdict(reads_cpu),
        },
    )


def crawl(folder: Path, papers: Papers, kind: str) -> Measured:
    """Crawl the papers anew; raise ``Failed`` unless every story was fetched once, and is in the archive once."""
    if kind in ("crawl", "quiet", "read"):
        return plain(folder, papers, kind)
    home, reading = folder / "home", kind == "reads"
    papers.init(home, reading=reading)
    workers = "1" if reading else kind
    measured = papers.crawl([VARIORUM, "crawl", "--home", home, "--json", "--workers", workers])
    papers.is_whole(measured)
    papers.is_captured(home, reading=reading)
    return measured


def plain(folder: Path, papers: Papers, kind: str) -> Measured:
    """Crawl the papers with plain Scrapy; raise ``Failed`` unless every story was fetched once."""
    given = folder / "front-pages"
    given.write_text("\n".join(map(papers.url, papers.stories)), encoding="utf-8")
    measured = papers.crawl([*PYTHON, "benchmarks.plain_crawl", kind, given])
    papers.is_whole(measured)
    came, kept = told(measured.cost)["pages"], given.with_name(f"{given.name}.jsonl")
    if kind == "read":
        came = min(came, kept.read_bytes().count(b"\n"))
    if came != papers.count:
        raise Failed(f"plain Scrapy told of {came} stories, {papers.count} there are")
    return measured


def start(folder: Path, kind: str) -> float:
    """Give the CPU seconds of a crawl of one page: what starting and ending costs."""
    with open_papers(folder / f"start-{kind}", made(1), 1) as papers:
        return crawl(folder, papers, kind).cost.cpu


def _row(name: str, found: Sequence[Measured], count: int, ratio: Spread, kind: str) -> tuple[str, tuple[str, ...]]:
    return kind, (
        name,
        Spread.of([cpu / count * 1e3 for cpu in _cpu(found)]).shown(),
        Spread.of([count / wall for wall in _wall(found)]).shown(".0f"),
        ratio.shown() if kind not in ("crawl", "read") else "",
        Spread.of([each.server for each in found]).shown(),
        f"{Spread.of([each.cost.memory / 2**20 for each in found]).median:,.0f}",
    )


def _cpu(found: Sequence[Measured]) -> list[float]:
    return [each.cost.cpu for each in found]


def _wall(found: Sequence[Measured]) -> list[float]:
    return [each.cost.wall for each in found]


def _figures(measured: Measured) -> Mapping[str, float]:
    cost = measured.cost
    return {"cpu": cost.cpu, "wall": cost.wall, "memory": cost.memory, "nginx_cpu": measured.server}
