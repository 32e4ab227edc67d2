"""Three worker processes on a small web, and what the servers saw of them: gaps, overlaps, repeats."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.newsstand.press import Served
from crawler.newsstand.prose import Series, posts
from crawler.newsstand.world import Host, Link, Redirect, Refusal, Row, World
from tests.crawl_home import Home

LAST = datetime(2025, 3, 1, 12, tzinfo=UTC)
CROWD = """
import sys
from datetime import timedelta
from pathlib import Path
from archive import config
from archive.timing import SystemClock
from crawler import sites
from schedules.worker import Asked, crawl

home, workers, lease = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
overrides = tuple(sys.argv[4:])
settings = config.load(home, overrides)
asked = Asked(workers=workers, lease=timedelta(seconds=lease), overrides=overrides)
report = crawl(settings, SystemClock(), sites.every(home / "sites", home), asked, lambda progress: None)
print(report.run.state, report.run.visits, report.left, report.unread)
"""


def blog(name: str, count: int, *, secure: bool = False, limited: int | None = None) -> Host:
    """Make a blog whose front page has all its posts: every fifth lies behind a redirect, one may be limited."""
    stories = posts(Series(blog=name, count=count, last=LAST))
    rows: list[Row] = list(stories)
    # The front page links the first; what it shows lies where that leads.
    rows += [Redirect(path=f"/old{story.path}", status=301, to=story.path) for story in stories[::5]]
    if limited is not None:
        busy = replace(stories[1], stumbles=(Refusal(path="", status=429, text="Slowly.", retry_after=limited),))
        rows[1] = busy
    links = tuple(Link(text="an older address", host=name, path=f"/old{story.path}") for story in stories[::5])
    return Host(
        name=name, title=name, rows=tuple(rows), secure=secure, links=links, robots="User-agent: *\nDisallow: /x/\n"
    )


def home_for(folder: Path, world: World, connect_map: Mapping[str, str], delay: str, scheme: str = "http") -> Home:
    """Make an archive that watches every host of a world."""
    home = Home(folder, connect_map, delay=delay)
    for host in world.hosts:
        name = host.name.replace(".", "-")
        home.site(name, f'url = "{scheme}://{host.name}/"\ncite = "none"\nrequisites = "none"\n')
    return home


def start(home: Home, workers: int, lease: float, *overrides: str) -> subprocess.Popen[str]:
    """Begin a crawl with so many workers, whose leases last so many seconds."""
    words = [sys.executable, "-c", CROWD, str(home.path), str(workers), str(lease), *overrides]
    return subprocess.Popen(words, env=home.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def workers_of(pid: int) -> list[int]:
    """Give the pids of the worker processes of a crawl, as they are now."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            stat = Path(f"/proc/{entry}/stat").read_text()
            line = Path(f"/proc/{entry}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(stat.rpartition(")")[2].split()[1]) == pid and b"crawler.work" in line:
            found.append(int(entry))
    return sorted(found)


def by_host(log: Iterable[Served]) -> dict[str, list[Served]]:
    """Give what each host was asked, in order."""
    served: dict[str, list[Served]] = defaultdict(list)
    for one in log:
        served[one.host].append(one)
    return {host: sorted(asked, key=lambda one: one.began) for host, asked in served.items()}


def gaps(served: list[Served]) -> list[tuple[float, str, str]]:
    """Give the times between the beginnings of requests to one host, with both paths."""
    return [(after.began - before.began, before.path, after.path) for before, after in itertools.pairwise(served)]


def overlaps(served: list[Served]) -> list[tuple[str, str]]:
    """Give the pairs of requests to one host that were under way together."""
    return [
        (before.path, after.path)
        for before, after in itertools.pairwise(served)
        if before.finished is None or after.began < before.finished
    ]


def repeats(log: Iterable[Served]) -> dict[str, int]:
    """Give what was answered in full more than once."""
    taken = Counter(f"{one.scheme}://{one.host}{one.path}" for one in log if one.status == 200)
    return {place: count for place, count in taken.items() if count > 1}


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until a condition holds; a look every 20 ms."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return True
        pause.wait(0.02)
    return False
