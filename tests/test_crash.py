"""Kill it anywhere: nothing acknowledged is lost, nothing is there twice, the next start mends the rest (promise 4)."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from archive import config
from archive.recording import Recording
from archive.store import files, journal_rows, open_store, runs
from archive.timing import SystemClock
from archive.warc.files import WarcFolder
from archive.warc.reader import Walked, walk
from tests.crash.audit import faults, left_open, variorum
from tests.crash.exchanges import exchange
from tests.crash.load import told
from tests.crash.steps import OVERRIDES, recorded_now

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
SEED = int(os.environ.get("VARIORUM_SEED") or time.time_ns() % 1_000_000)


def start(home: Path, *overrides: str, run: str | None = None) -> Recording:
    return Recording(config.load(home, overrides), SystemClock(), run=run).start()


# ------------------------------------------------------------------------------------- killed at random, under load


class Writer:
    """A process that writes, and what it said is on record."""

    def __init__(self, home: Path, name: str, seed: int) -> None:
        command = [sys.executable, "-m", "tests.crash.load", str(home), name, str(seed), "store.warc_size=500KB"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
        self.acknowledged: list[dict[str, Any]] = []
        self._more = threading.Condition()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.endswith(b"\n"):
                with self._more:
                    self.acknowledged.append(json.loads(line))
                    self._more.notify_all()

    def wait_for(self, count: int) -> None:
        """Wait until so many exchanges more are on record."""
        with self._more:
            wanted = len(self.acknowledged) + count
            if not self._more.wait_for(lambda: len(self.acknowledged) >= wanted, PATIENCE):
                self._process.send_signal(signal.SIGUSR1)  # it says on standard error where it stands
                pytest.fail("a writer writes no more")

    def kill(self) -> list[dict[str, Any]]:
        self._process.kill()
        return self._ended(-9)

    def stop(self) -> list[dict[str, Any]]:
        self._process.terminate()
        return self._ended(0)

    def _ended(self, code: int) -> list[dict[str, Any]]:
        assert self._process.wait(PATIENCE) == code
        self.end()
        return self.acknowledged

    def end(self) -> None:
        """Leave nothing running, whatever happened."""
        self._process.kill()
        self._process.wait()
        self._reading.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


def kill_and_restart(home: Path, kills: int) -> None:
    """Let two processes write; kill one at a random moment and start it again at once, while the other goes on."""
    print(f"VARIORUM_SEED={SEED}")  # noqa: T201  # told by pytest when the test fails
    chance = random.Random(SEED)
    acknowledged: list[dict[str, Any]] = []
    with ExitStack() as stack:

        def writer(number: int) -> Writer:
            begun = Writer(home, f"w{number}", chance.randrange(10**6))
            stack.callback(begun.end)
            return begun

        writers = [writer(0), writer(1)]
        for number in range(kills):
            victim = chance.randrange(2)
            if chance.random() < 0.8:
                writers[victim].wait_for(chance.randrange(1, 80))
                time.sleep(chance.uniform(0, 0.03))  # a kill has no event to wait for
            else:
                time.sleep(chance.uniform(0, 1.0))  # it may still be starting, and mending
            acknowledged += writers[victim].kill()
            writers[victim] = writer(number + 2)
        for last in writers:
            last.wait_for(20)
            acknowledged += last.stop()
    assert len(acknowledged) > kills * 5
    assert len(left_open(home)) <= len(writers)
    assert faults(home, acknowledged) == []
    for verb in ("repair", "verify"):
        code, said = variorum(home, verb)
        assert code == 0, said
    assert left_open(home) == []


def test_ten_kills_under_load_lose_and_double_nothing(home: Path) -> None:
    kill_and_restart(home, 10)


@pytest.mark.soak
def test_a_hundred_kills_under_load_lose_and_double_nothing(home: Path) -> None:
    kill_and_restart(home, 100)


# ----------------------------------------------------------------------------------- killed before each of its steps


def crashed(home: Path) -> list[dict[str, Any]]:
    """Make an archive that was killed three times: a torn file, one behind its rows, one sealed and not noted."""
    acknowledged = []
    writers = [start(home, run=f"before {number}") for number in range(3)]
    for number, recording in enumerate(writers):
        for count in range(2):
            given = exchange(f"http://old.test/{number}/{count}", b"text " * 50, token=f"old {number} {count}")
            acknowledged.append(told(given, recorded_now(recording, given)))
        recording.close()
    torn, behind, sealed = (home / "warcs" / name for name in left_open(home))
    torn.write_bytes(torn.read_bytes() + torn.read_bytes()[:150])
    sealed.rename(sealed.with_suffix(""))
    store = open_store(config.load(home).store.database)
    with store.write() as conn:
        files.progress(conn, behind.stem, 0)
    store.close()
    return acknowledged


def kill_at_steps(home: Path, out: Path, first: int, stride: int) -> set[str]:
    """Kill a writer before its steps, each time on a copy of a crashed archive; give the steps' names."""
    acknowledged = crashed(home)
    command = [sys.executable, "-m", "tests.crash.steps", str(home), str(out), str(first), str(stride)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [outcome["killed"] for outcome in outcomes] == [True] * (len(outcomes) - 1) + [False]
    for outcome in outcomes:
        copy = out / str(outcome["step"])
        lines = [json.loads(line) for line in copy.with_suffix(".acks").read_text().splitlines()]
        wrong = _after(copy, [*acknowledged, *(line for line in lines if "token" in line)])
        wrong += _told_before(copy, lines)
        before = copy.with_suffix(".step").read_text()
        assert wrong == [], f"killed before step {outcome['step']}, {before}"
        shutil.rmtree(copy)
    return {out.joinpath(f"{outcome['step']}.step").read_text() for outcome in outcomes}


def _after(home: Path, acknowledged: list[dict[str, Any]]) -> list[str]:
    """Start again after a crash, write a little, stop; then say what is wrong."""
    recording = start(home, *OVERRIDES)
    given = exchange("http://press.test/after", b"after " * 40, token="after")
    line = told(given, recorded_now(recording, given))
    recording.close()
    return faults(home, [*acknowledged, line])


def _told_before(home: Path, lines: list[dict[str, Any]]) -> list[str]:
    store = open_store(config.load(home).store.database)
    with store.read() as conn:
        run = runs.by_id(conn, "steps")
        marks = [entry.subject for entry in journal_rows.every(conn, "mark")]
    store.close()
    states = [line["run"] for line in lines if "run" in line]
    wrong = [f"{line['mark']} was marked" for line in lines if "mark" in line and marks != [line["mark"]]]
    ends = {"running": ("crashed", "ok"), "ok": ("ok",)}
    if states and (run is None or run.state not in ends[states[-1]]):
        wrong.append(f"the run was told as {states[-1]}, and is {run}")
    return wrong


def test_a_kill_before_any_step_is_mended_by_the_next_start(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    kill_at_steps(home, tmp_path_factory.mktemp("copies"), random.Random(SEED).randrange(25), 25)


@pytest.mark.soak
def test_a_kill_before_every_step_is_mended_by_the_next_start(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    killed_before = kill_at_steps(home, tmp_path_factory.mktemp("copies"), 0, 1)
    assert killed_before >= {"open", "write", "fsync", "ftruncate", "rename", "flock", "Cursor.executemany"}


# ------------------------------------------------------------------------------------------------------- torn tails


class Torn:
    """An archive of which the last group is not in the index yet, to be torn in many ways."""

    def __init__(self, home: Path) -> None:
        self.home = home
        recording = start(home)
        given = exchange("http://press.test/kept", b"kept " * 300, token="kept")
        self.acknowledged = [told(given, recorded_now(recording, given))]
        recording.close()
        (self.name,) = WarcFolder(home / "warcs").names()
        self.path = home / "warcs" / f"{self.name}.open"
        self.kept = self.path.read_bytes()
        shutil.copy(home / "variorum.db", home / "as-it-was.db")
        recording = start(home)
        recorded_now(recording, exchange("http://press.test/last", b"last " * 300, token="last"))
        recording.close()
        self.whole = self.path.read_bytes()

    def leave(self, data: bytes) -> None:
        """Put the archive back to before the last group, but for the file, which holds ``data``."""
        for path in (*self.home.glob("variorum.db-*"), *self.home.glob("warcs/*.gz*"), *self.home.glob("warcs/cut/*")):
            path.unlink()
        shutil.copy(self.home / "as-it-was.db", self.home / "variorum.db")
        self.path.write_bytes(data)

    def cuts(self) -> list[bytes]:
        return [path.read_bytes() for path in self.home.glob("warcs/cut/*")]

    def members(self) -> list[int]:
        """Where each record of the last group ends."""
        with self.path.open("rb") as file:
            last = [record for record in walk(file, start=len(self.kept)) if isinstance(record, Walked)]
        return [record.offset + record.length for record in last]


@pytest.fixture
def torn(home: Path) -> Torn:
    return Torn(home)


def test_a_torn_last_group_is_cut_wherever_it_is_torn(torn: Torn) -> None:
    start_of_last, end = len(torn.kept), len(torn.whole)
    ends = torn.members()
    assert len(ends) == 3
    assert ends[-1] == end
    steps = range(start_of_last + 1, end, max(1, (end - start_of_last) // 40))
    for size in sorted({*steps, *(at + by for at in ends for by in (-1, 0, 1) if at + by < end)}):
        torn.leave(torn.whole[:size])
        start(torn.home).close()
        assert torn.path.read_bytes() == torn.kept, size
        assert torn.cuts() == [torn.whole[start_of_last:size]], size
        assert faults(torn.home, torn.acknowledged) == [], size


def test_a_whole_last_group_that_is_not_in_the_index_is_brought_in(torn: Torn) -> None:
    torn.leave(torn.whole)
    start(torn.home).close()
    assert torn.path.read_bytes() == torn.whole
    assert torn.cuts() == []
    assert faults(torn.home, [*torn.acknowledged, {"token": "last", "places": []}]) == []


GARBAGE = {
    "zeros": bytes(5000),
    "words": b"not a record",
    "one byte": b"\x1f",
    "a gzip head": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff",
    "empty lines": b"\r\n\r\n",
    "a gzip member of something else": gzip.compress(b"something else" * 100),
    "a plain record without its end": b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 90000\r\n\r\nshort",
    "random bytes": random.Random(7).randbytes(70_000),
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_at_the_end_is_cut_off_and_kept(torn: Torn, garbage: bytes) -> None:
    torn.leave(torn.whole + garbage)
    start(torn.home).close()
    assert torn.path.read_bytes() == torn.whole
    assert torn.cuts() == [garbage]
    assert faults(torn.home, torn.acknowledged) == []


def test_a_file_torn_in_its_first_record_is_removed_and_its_bytes_are_kept(torn: Torn) -> None:
    torn.leave(torn.kept[:100])
    recording = start(torn.home)
    recording.close()
    assert not torn.path.exists() or torn.path.read_bytes()[:100] != torn.kept[:100]
    assert torn.cuts() == [torn.kept[:100]]
    assert faults(torn.home, []) == []


def test_two_tails_torn_at_the_same_place_are_both_kept(torn: Torn) -> None:
    for garbage in (b"first", b"second"):
        torn.path.write_bytes(torn.whole + garbage)
        start(torn.home).close()
    assert sorted(torn.cuts()) == [b"first", b"second"]


def test_an_index_ahead_of_its_file_follows_the_file(torn: Torn) -> None:
    torn.path.write_bytes(torn.kept)
    start(torn.home).close()
    assert torn.path.read_bytes() == torn.kept
    assert faults(torn.home, torn.acknowledged) == []


def test_a_repair_leaves_only_what_another_process_holds(home: Path) -> None:
    acknowledged = crashed(home)
    recording = start(home)
    given = exchange("http://press.test/held", b"held", token="held")
    acknowledged.append(told(given, recorded_now(recording, given)))
    held = left_open(home)[0]
    code, said = variorum(home, "repair")
    assert code == 0, said
    assert left_open(home) == [held]
    recording.close()
    assert faults(home, acknowledged) == []


def test_one_start_mends_every_file_that_nobody_holds(home: Path) -> None:
    acknowledged = crashed(home)
    start(home).close()
    assert faults(home, acknowledged) == []
    assert variorum(home, "verify")[0] == 0
