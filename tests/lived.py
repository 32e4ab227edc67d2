"""An archive that crawled the newsstand's changing blog day by day, and what its verbs say of it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from archive.timing import VARIABLE, ScaledClock, from_environment
from crawler.newsstand import Newsstand
from crawler.newsstand.chronicle import chronicled
from crawler.newsstand.chronicle_nouns import day
from crawler.newsstand.chronicle_truth import CHRONICLE_WATCHED
from tests.crawl_home import Home

DAYS = range(1, 15)
HOUR = 15
PACE = 120


@dataclass(slots=True)
class Lived:
    """The archive after the last day."""

    home: Home
    ended: datetime

    def told(self, *words: str) -> list[dict[str, Any]]:
        """Call a verb that must do something; give its objects."""
        done = self.home.call(*words, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def history(self, url: str) -> list[dict[str, Any]]:
        return self.told("history", url)

    def shown(self, url: str, *words: str) -> dict[str, Any]:
        (found,) = self.told("show", *words, url)
        return found

    def copied(self, to: Path) -> Lived:
        """Give another archive, of the same files."""
        home = Home(to, self.home.connect_map, clock=self.home.clock)
        shutil.copytree(self.home.path, to, dirs_exist_ok=True)
        return Lived(home=home, ended=self.ended)

    def made_anew(self) -> None:
        """Throw the database away and make it again out of the WARC files."""
        for name in ("variorum.db", "variorum.db-wal", "variorum.db-shm"):
            (self.home.path / name).unlink(missing_ok=True)
        for verb in ("reindex", "reread"):
            done = self.home.call(verb)
            assert done.returncode == 0, done.stderr


def relived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Give an archive of one's own; the days are lived once for all processes of the tests."""
    made = _once(tmp_path_factory.getbasetemp())
    told = json.loads(made.with_name("lived.json").read_text())
    clock = from_environment({VARIABLE: told["clock"]})
    assert isinstance(clock, ScaledClock)
    home = Home(tmp_path_factory.mktemp("relived") / "press", told["connect_map"], clock=clock)
    shutil.copytree(made, home.path, dirs_exist_ok=True)
    return Lived(home=home, ended=day(DAYS[-1], HOUR))


def _once(base: Path) -> Path:
    # The folders of the processes that share the tests lie in one.
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made, told = folder / "lived", folder / "lived.json"
    with (folder / "lived.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            home = _live(made)
            told.write_text(json.dumps({"connect_map": dict(home.connect_map), "clock": str(home.clock)}))
    return made


def _live(folder: Path) -> Home:
    """Crawl the chronicle once a day, every known page each time."""
    clock = [ScaledClock(day(DAYS[0], HOUR), PACE)]
    with Newsstand(now=lambda: clock[0].now(), world=chronicled()) as stand:  # noqa: PLW0108 - another clock each day
        home = Home(folder, stand.connect_map, clock=clock[0])
        home.watch(CHRONICLE_WATCHED)
        for number in DAYS:
            clock[0] = home.clock = ScaledClock(day(number, HOUR), PACE)
            home.env["VARIORUM_CLOCK"] = str(clock[0])
            done = home.call("crawl", "--recheck")
            assert done.returncode == 0, done.stdout + done.stderr
    return home
