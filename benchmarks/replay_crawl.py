"""A crawl that goes on beside the load: made-up blogs on loopback, into the archive that is served."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measure import Failed
from benchmarks.replay_serve import running
from crawler.newsstand import Newsstand
from crawler.newsstand.world import World
from tests.crawl_home import Home
from tests.starting import blog

BLOGS, DELAY = 8, 0.4
"""20 pages a second, each put on record and read."""


class Crawl:
    """A crawl of made-up blogs into an archive, that lasts longer than the load."""

    def __init__(self, home: Home, said: Path) -> None:
        self.home, self._said = home, said
        self._running: Any = None
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self, core: int) -> None:
        """Begin, and return when pages come in. It stands back behind the load, which shares its core."""
        before = self.captures()
        self._running = running(self.home.command("crawl"), core, self._said, self.home.env, nice=10)
        self._process = self._running.__enter__()
        until = time.monotonic() + 60
        while self.captures() < before + BLOGS:
            self.is_at_work()
            if time.monotonic() > until:
                raise Failed(f"the crawl brings nothing: {self._said.read_text(errors='replace')[-2000:]}")
            time.sleep(0.2)

    def is_at_work(self) -> None:
        assert self._process is not None
        if (code := self._process.poll()) is not None:
            raise Failed(f"the crawl ended too early, with {code}: {self._said.read_text(errors='replace')[-2000:]}")

    def captures(self) -> int:
        ((count,),) = self.home.rows("SELECT count(*) FROM captures")
        return int(count)

    def end(self) -> None:
        if self._running is not None:
            self._running.__exit__(None, None, None)


@contextmanager
def crawling(folder: Path, seconds: float) -> Iterator[Crawl]:
    """Give an archive whose crawl may begin, over a newsstand with enough posts."""
    posts = int((seconds + 60) / DELAY)
    at = datetime(2025, 3, 1, tzinfo=UTC)
    world = World(hosts=tuple(blog(f"blog-{number}.test", posts) for number in range(BLOGS)))
    with Newsstand(now=lambda: at, world=world) as stand:
        home = Home(folder / "home", stand.connect_map, delay=f"{DELAY * 1000:.0f}ms")
        home.settings = ("extract.workers=1",)
        for host in world.hosts:
            home.site(
                host.name.replace(".", "-"),
                f'url = "http://{host.name}/"\nfeeds = ["http://{host.name}/feed.xml"]\ncite = "none"\n',
            )
        crawl = Crawl(home, folder / "crawl.log")
        try:
            yield crawl
        finally:
            crawl.end()
