"""How many WARC files many short workers leave: sites polled every hour of a simulated day."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.timing import VARIABLE, ScaledClock
from benchmarks.crawl_web import Papers, ask, lay, open_papers, path_of, put, size, small, warcs
from benchmarks.measure import VARIORUM, Failed, run, told
from benchmarks.table import Bar, Table

BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
EVERY = 4
"""Hours between two posts of a site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a simulated day left; ``bound`` is the most WARC files it may have left."""

    files: int
    open: int
    bytes: int
    bound: float
    visits: int
    seconds: float


def measure(folder: Path, *, quick: bool) -> Table:
    """Poll 80 sites hourly for a day with three workers each time."""
    sites, hours = (8, 4) if quick else (80, 24)
    workers, age, most = 3, 1 if quick else 6, 1_000_000
    day = live(folder, sites=sites, hours=hours, workers=workers, age=age, most=most)
    return Table(
        name="files",
        title=f"WARC files: {sites} sites polled hourly for {hours} hours, {workers} workers each time, "
        f"warc_age {age} h, warc_size {most / 1e6:g} MB",
        columns=("", "files", "of them open", "at most", "WARC MB", "visits", "seconds"),
        rows=[
            (
                f"{hours} crawls",
                str(day.files),
                str(day.open),
                f"{day.bound:.1f}",
                f"{day.bytes / 1e6:.1f}",
                f"{day.visits:,}",
                f"{day.seconds:.0f}",
            )
        ],
        bars=(
            Bar(
                what="WARC files to slots x hours / age + bytes / size",
                found=day.files / day.bound,
                sign="<=",
                wanted=1.0,
                unit="x",
            ),
        ),
        notes=(f"Slots: {workers}. A site posts every {EVERY} hours; captures are not read.",),
        raw={"day": {name: getattr(day, name) for name in Day.__slots__}},
    )


def live(folder: Path, *, sites: int, hours: int, workers: int, age: int, most: int) -> Day:
    """Live through some hours, a crawl in each; raise ``Failed`` when a crawl missed a post of its hour."""
    began = time.monotonic()
    home, files = folder / "home", folder / "papers" / "files"
    visits = 0
    stories = list(small(sites * (2 + hours)))
    with open_papers(folder / "papers", stories[: 2 * sites], sites) as papers:
        papers.init(home)
        limits = ("--set", f"store.warc_age={age}h", "--set", f"store.warc_size={most}")
        paths = {host: list(its) for host, its in papers.stories.items()}
        for hour in range(hours):
            if hour:
                _publish(files, paths, hour, stories)
            # Time leaps from crawl to crawl; within one it runs as it does.
            clock = ScaledClock(BEGAN + timedelta(hours=hour), 1.0)
            command = (VARIORUM, "crawl", "--home", home, "--json", "--workers", str(workers), *limits)
            measured = papers.crawl(["env", f"{VARIABLE}={clock}", *command])
            visits += int(told(measured.cost)["visits"])
        _has_all(home, papers, paths)
    return Day(
        files=len(warcs(home)),
        open=sum(file.name.endswith(".open") for file in warcs(home)),
        bytes=size(home),
        bound=workers * hours / age + size(home) / most,
        visits=visits,
        seconds=time.monotonic() - began,
    )


def _publish(files: Path, paths: Mapping[str, list[str]], hour: int, stories: list[bytes]) -> None:
    for place, (host, its) in enumerate(paths.items()):
        if (place + hour) % EVERY == 0:
            number = (1 + hour) * len(paths) + place
            put(files / host / path_of(number)[1:], stories[number])
            its.insert(0, path_of(number))
            lay(files, host, its)


def _has_all(home: Path, papers: Papers, paths: Mapping[str, list[str]]) -> None:
    """Raise ``Failed`` when a post is not in the archive, or the archive does not verify."""
    run([VARIORUM, "verify", "--home", home])
    known = {url for (url,) in ask(home, "SELECT url FROM captures WHERE kind = 'response'")}
    wanted = {papers.url(host)[:-1] + path for host, its in paths.items() for path in its}
    if missing := wanted - known:
        raise Failed(f"{len(missing)} of {len(wanted)} posts are not in the archive, such as {min(missing)}")
