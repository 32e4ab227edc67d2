"""The second visit to pages that did not change, beside plain Scrapy's first crawl and our own first with reading."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from benchmarks import web
from benchmarks.crawl import crawl
from benchmarks.crawl_web import Measured, Papers, made, open_papers, size, warcs
from benchmarks.measure import VARIORUM, Failed, Spread, alternating, ratios
from benchmarks.table import Bar, Table

KINDS = {"plain": "plain Scrapy, first crawl", "first": "ours, first crawl, reading", "again": "ours, --recheck"}
UNCHANGED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A crawl, the bytes of WARC it left, and how many stories' revisits lead back to the bytes that are served."""

    measured: Measured
    warc: int = 0
    replayable: int = 0

    @property
    def bodies(self) -> int:
        return sum(each.size > 0 for each in self.measured.asked)


def measure(folder: Path, *, quick: bool) -> Table:
    """Crawl 2,000 pages with plain Scrapy, with our reading, and visit them once more."""
    count, hosts, rounds = (100, 5, 1) if quick else (2000, len(web.HOSTS), 3)
    with open_papers(folder / "papers", made(count), hosts) as papers:
        found = alternating(("plain", "ours"), rounds, lambda kind: visits(folder, papers, kind))
    plain = [each[0] for each in found["plain"]]
    first, again = ([each[number] for each in found["ours"]] for number in (0, 1))
    all_of = {"plain": plain, "first": first, "again": again}
    to_plain, to_first = ratios(_cpu(again), _cpu(plain)), ratios(_cpu(again), _cpu(first))
    warc = Spread.of([each.warc / count for each in again])
    bodies = max(each.bodies for each in again)
    replayable = min(each.replayable for each in again) / count
    return Table(
        name="recrawl",
        title=f"The second visit: {count:,} unchanged pages of {hosts} papers, {rounds} rounds",
        columns=("", "CPU ms/page", "seconds", "bodies", "WARC bytes/page", "CPU to plain", "CPU to ours, first"),
        rows=[
            (
                name,
                Spread.of([each * 1e3 / count for each in _cpu(all_of[kind])]).shown(),
                Spread.of([each.measured.cost.wall for each in all_of[kind]]).shown(".1f"),
                f"{max(each.bodies for each in all_of[kind]):,}",
                f"{Spread.of([each.warc / count for each in all_of[kind]]).median:,.0f}" if kind != "plain" else "",
                to_plain.shown() if kind == "again" else "",
                to_first.shown(".3f") if kind == "again" else "",
            )
            for kind, name in KINDS.items()
        ],
        bars=(
            Bar(what="bodies sent on the second visit", found=bodies, sign="<=", wanted=0),
            Bar(what="CPU to plain Scrapy's first crawl", found=to_plain.median, sign="<=", wanted=0.6, unit="x"),
            Bar(what="CPU to our first crawl, reading", found=to_first.median, sign="<=", wanted=0.12, unit="x"),
            Bar(what="WARC added a page", found=warc.median / 1000, sign="<=", wanted=2.3, unit=" KB"),
            Bar(what="bodies to be had through revisits", found=replayable * 100, sign=">=", wanted=100, unit=" %"),
        ),
        notes=(
            "Whole process trees, their start included. A story's body is to be had when its server-not-modified",
            "revisit names a response of the same URL that holds, byte for byte, what the server would send.",
            "WARC bytes: all that was added, front pages and the run's own records too.",
        ),
        raw={
            "pages": count,
            "rounds": {kind: [_figures(each) for each in these] for kind, these in all_of.items()},
            "cpu_to_plain": asdict(to_plain),
            "cpu_to_first": asdict(to_first),
            "warc_bytes_a_page": asdict(warc),
        },
    )


def visits(folder: Path, papers: Papers, kind: str) -> Sequence[Visit]:
    """Crawl once with plain Scrapy, or twice with ours; raise ``Failed`` unless every story was visited each time."""
    if kind == "plain":
        return (Visit(measured=crawl(folder, papers, "crawl")),)
    home = folder / "home"
    first = crawl(folder, papers, "reads")
    held = size(home)
    again = papers.crawl([VARIORUM, "crawl", "--home", home, "--json", "--recheck"])
    asked = [(each.host, each.path) for each in again.asked if each.is_story]
    if len(asked) != papers.count or len(set(asked)) != papers.count:
        raise Failed(f"of {papers.count} stories {len(set(asked))} were visited again, in {len(asked)} requests")
    return (
        Visit(measured=first, warc=held),
        Visit(measured=again, warc=size(home) - held, replayable=replayable(home, papers)),
    )


def replayable(home: Path, papers: Papers) -> int:
    """Count the stories whose revisit leads to a response of the same URL with the bytes that are served."""
    responses: dict[str, tuple[str, str]] = {}
    revisits: dict[str, str] = {}
    for path in warcs(home):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                head = record.rec_headers
                url, id = head.get_header("WARC-Target-URI"), head.get_header("WARC-Record-ID")
                if record.rec_type == "response":
                    responses[id] = url, hashlib.sha256(record.raw_stream.read()).hexdigest()
                elif record.rec_type == "revisit" and head.get_header("WARC-Profile") == UNCHANGED:
                    revisits[url] = head.get_header("WARC-Refers-To")
    return sum(responses.get(revisits.get(url, "")) == (url, sent) for url, sent in _served(papers))


def _served(papers: Papers) -> Sequence[tuple[str, str]]:
    """Give the URL of every story with the sha256 of what is sent for it."""
    return [
        (papers.url(host)[:-1] + path, hashlib.sha256(papers.sent(host, path)).hexdigest())
        for host, paths in papers.stories.items()
        for path in paths
    ]


def _cpu(visits: Sequence[Visit]) -> list[float]:
    return [visit.measured.cost.cpu for visit in visits]


def _figures(visit: Visit) -> Mapping[str, float]:
    cost = visit.measured.cost
    return {
        "cpu": cost.cpu,
        "wall": cost.wall,
        "memory": cost.memory,
        "nginx_cpu": visit.measured.server,
        "bodies": visit.bodies,
        "warc": visit.warc,
        "replayable": visit.replayable,
    }
