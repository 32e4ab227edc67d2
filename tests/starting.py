"""``variorum start`` as a process of its own, over made-up blogs on a scaled clock, and the run table it leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import config
from archive.model import Run, RunState, Visit
from archive.store import Connection, Store, open_store, runs, visits
from archive.timing import ScaledClock
from archive.urls import urlkey
from crawler.newsstand import Newsstand
from crawler.newsstand.prose import Series, posts
from crawler.newsstand.stories import WORLD
from crawler.newsstand.world import Feed, Host, Row, Story, World
from crawler.rounds import NIGHTLY, STANDING
from tests.crawl_home import Home
from tests.crowd import workers_of

PATIENCE = 60.0
"""Real seconds after which what is waited for will not come, on a busy machine."""
QUIET = ("extract.workers=1",)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Give a time in March 2025, UTC."""
    return datetime(2025, 3, day, hour, minute, second, tzinfo=UTC)


# ---------------------------------------------------------------------------------------------------------- the worlds


def blog(name: str, old: int, *, late: int = 0, appear: datetime | None = None) -> Host:
    """Make a blog with a feed of all its posts: ``old`` ones, and ``late`` ones that nobody sees before ``appear``."""
    given = posts(Series(blog=name, count=old + late, last=at(1, 0)))
    later = [replace(story, editions=(replace(story.editions[0], at=appear or at(1, 0)),)) for story in given[old:]]
    rows: list[Row] = [*given[:old], *later, Feed(path="/feed.xml", kind="rss 2.0")]
    return Host(name=name, title=name, rows=tuple(rows))


def edited(name: str, count: int, *, posted: datetime, edited: datetime) -> Host:
    """Make a blog whose posts are all of one time, and have another text from a second one on."""
    given = posts(Series(blog=name, count=count, last=posted, path="/{slug}.html"))
    rows: list[Row] = [Feed(path="/feed.xml", kind="rss 2.0")]
    for story in given:
        first = replace(story.editions[0], at=posted)
        text = (*first.paragraphs, ("The harbour office corrected the figure of forty boats on the same evening.",))
        rows.append(replace(story, editions=(first, replace(first, at=edited, paragraphs=text))))
    return Host(name=name, title=name, rows=tuple(rows))


def stories(world: World) -> set[str]:
    """Give the urlkeys of all posts."""
    return {urlkey(f"http://{host.name}{row.path}") for host in world.hosts for row in host.rows if type(row) is Story}


# --------------------------------------------------------------------------------------------------------- the archive


@dataclass(slots=True)
class Press:
    """An archive, the newsstand it watches, and the clock of both; ``begin`` starts the scheduler."""

    home: Home
    stand: Newsstand
    shown: datetime | None = None
    """The time at which the newsstand stands still; None: it goes with the clock."""
    started: list[Start] = field(default_factory=list)
    _store: Store | None = None

    def set_clock(self, start: datetime, pace: float) -> None:
        """Have the clock of all that begins from now on, and of the newsstand, run from a time."""
        self.home.clock = ScaledClock(start, pace)
        self.home.env["VARIORUM_CLOCK"] = str(self.home.clock)

    def now(self) -> datetime:
        assert self.home.clock is not None
        return self.home.clock.now()

    def site(self, name: str, nightly: str = '"never"', more: str = "", schedule: str = "") -> None:
        """Write the site file of a blog of the world; ``nightly`` is written as TOML."""
        self.home.site(
            name.replace(".", "-"),
            f'url = "http://{name}/"\nfeeds = ["http://{name}/feed.xml"]\ncite = "none"\nrequisites = "none"\n{more}\n'
            f'[schedule]\nnightly = {nightly}\njitter = "0s"\n{schedule}\n',
        )

    def begin(self, *words: str) -> Start:
        """Start the scheduler; do not wait for anything."""
        told = self.home.path / f"told-{len(self.started)}.txt"
        begun = Start(press=self, told=told, process=self._spawn(told, words))
        self.started.append(begun)
        return begun

    def _spawn(self, told: Path, words: Sequence[str]) -> subprocess.Popen[bytes]:
        with told.open("wb") as to:
            return subprocess.Popen(
                self.home.command("start", "--stop-within", "10", *words),
                env=self.home.env, stdout=to, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    # ---- what is on record

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Look into the store."""
        if self._store is None:
            self._store = open_store(config.load(self.home.path).store.database)
        with self._store.read() as conn:
            yield conn

    def end(self) -> None:
        """Leave nothing running, and nothing open."""
        for each in self.started:
            each.end()
        if self._store is not None:
            self._store.close()

    def runs(self, *states: RunState, why: str | None = None) -> list[Run]:
        """Give the runs, the first planned or begun first."""
        if not (self.home.path / "variorum.db").exists():
            return []
        with self.reading() as conn:
            found = list(runs.every(conn, states=states or None))
        found = [run for run in found if why is None or run.why == why]
        return sorted(found, key=lambda run: (run.planned or run.began, run.id))

    def sweeps(self, *states: RunState) -> list[Run]:
        return self.runs(*states, why=NIGHTLY)

    def standing(self, *states: RunState) -> list[Run]:
        return self.runs(*states, why=STANDING)

    def visits(self, run: str | None = None, url: str | None = None) -> list[Visit]:
        with self.reading() as conn:
            return list(visits.every(conn, run=run, urlkey=urlkey(url) if url is not None else None))

    def chains(self) -> dict[str, int]:
        """Give how many revisions each article has, by its id."""
        return dict(self.home.rows("SELECT article, count(*) FROM revisions GROUP BY 1"))

    def count(self, run: str) -> int:
        """Give how many visits of a run are on record."""
        ((count,),) = self.home.rows("SELECT count(*) FROM visits WHERE run = ?", run)
        return int(count)

    def final(self) -> set[str]:
        """Give the urlkeys of pages whose last visit needs no other soon."""
        rows = self.home.rows("SELECT urlkey FROM frontier WHERE attempt = 1 AND visited_at IS NOT NULL")
        return {key for (key,) in rows}

    def assert_clean(self) -> None:
        """Every run ended, nothing waits in one that is over, and the archive is whole."""
        assert self.runs("running") == []
        held = "SELECT url FROM frontier WHERE run IS NOT NULL AND state = 'waiting'"
        assert self.home.rows(held) == []
        for run in self.runs():
            assert run.visits == self.count(run.id) == sum(run.outcomes.values()), run
        done = self.home.call("verify")
        assert done.returncode == 0, done.stdout + done.stderr


@dataclass(slots=True)
class Start:
    """One scheduler process."""

    press: Press
    told: Path
    process: subprocess.Popen[bytes]

    def said(self) -> str:
        return self.told.read_text()

    def until(self, condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Wait until a condition holds; fail, with what there is to see, when it never does or the process ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if condition():
                return
            time.sleep(0.1)
        if condition():
            return
        table = "\n".join(f"  {run.id} {run.why} {run.state} {run.planned} {run.detail}" for run in self.press.runs())
        pytest.fail(
            f"{what}: not within {seconds} s, at {self.press.now()}; exit code {self.process.poll()}\n{table}\n"
            f"{self.said()[-3000:]}"
        )

    def until_ready(self) -> Run:
        """Wait until a standing run is at work whose workers took up work."""
        self.until(lambda: "standing run" in self.said(), "a standing run begins")
        self.until(lambda: self.press.standing("running"), "a standing run is noted")
        return self.press.standing("running")[-1]

    def until_swept(self, planned: datetime, state: RunState = "ok") -> Run:
        """Wait until the sweep of a time has come to a state; give it."""

        def found() -> list[Run]:
            return [run for run in self.press.sweeps(state) if run.planned == planned]

        self.until(found, f"the sweep of {planned} is {state}")
        return found()[-1]

    def until_in_mid_sweep(self, visits: int = 8) -> Run:
        """Wait until a sweep is at work and made so many visits; give it."""
        found: list[Run] = []

        def is_found() -> bool:
            found[:] = [run for run in self.press.sweeps("running") if self.press.count(run.id) >= visits]
            return found != []

        self.until(is_found, f"a sweep has made {visits} visits")
        return found[0]

    def workers(self) -> list[int]:
        return workers_of(self.process.pid)

    def hup(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def stop(self) -> int:
        """Send SIGTERM and give the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def kill(self) -> list[int]:
        """End the process at once; give the workers it leaves behind."""
        left = self.workers()
        self.process.kill()
        self.process.wait()
        return left

    def end(self) -> None:
        """Leave nothing running, whatever happened."""
        left = self.workers()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in left:
            if is_worker(pid):
                os.kill(pid, signal.SIGKILL)


def is_worker(pid: int) -> bool:
    """Tell whether a worker process is there still, and no dead one that nobody took note of."""
    try:
        alive = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        return alive and b"crawler.work" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextmanager
def pressed(folder: Path, begins: datetime, pace: float, world: World = WORLD, delay: str = "5s") -> Iterator[Press]:
    """Give an archive with no sites yet, and a newsstand on its clock."""
    clock: list[Press] = []
    with Newsstand(now=lambda: clock[0].shown or clock[0].now(), world=world) as stand:
        home = Home(folder / "press", stand.connect_map, delay=delay, settings=QUIET)
        clock.append(Press(home=home, stand=stand))
        clock[0].set_clock(begins, pace)
        try:
            yield clock[0]
        finally:
            clock[0].end()
