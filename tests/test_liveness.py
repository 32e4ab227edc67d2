"""A run that was killed is not running: the next start says so, and no living run is buried."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from archive import liveness
from archive.config import load
from archive.model import Body, Exchange, Run, Url
from archive.recording import Recording
from archive.store import open_store, runs
from archive.timing import SystemClock

LIVING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from archive.config import load
from archive.model import Body, Exchange, Run, Url
from archive.recording import Recording
from archive.timing import SystemClock

now = datetime.now(UTC)
recording = Recording(load(Path(sys.argv[1])), SystemClock(), run="r1").start()
recording.tell_run(Run(id="r1", why="by hand", began=now))
sent = Body.of(b"GET / HTTP/1.1\\r\\n\\r\\n")
page = Exchange(url=Url("http://a.test/"), request=sent, began=now, ended=now, error="timeout")
recording.record(page, lambda given: None)
recording.note_and_wait("urn:variorum:test:1", b"{}", "application/json")
print("alive", flush=True)
sys.stdin.read()
"""


def _state(home: Path, run: str) -> Run | None:
    store = open_store(load(home).store.database)
    with store.read() as conn:
        found = runs.by_id(conn, run)
    store.close()
    return found


def test_a_killed_run_is_noted_as_crashed_at_the_next_start_with_what_it_did(home: Path) -> None:
    living = subprocess.Popen(
        [sys.executable, "-c", LIVING, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert living.stdout is not None
    assert living.stdout.readline() == "alive\n"

    Recording(load(home), SystemClock()).start().close()
    alive = _state(home, "r1")
    assert alive is not None
    assert alive.state == "running"

    os.kill(living.pid, signal.SIGKILL)
    living.communicate()
    Recording(load(home), SystemClock()).start().close()
    crashed = _state(home, "r1")
    assert crashed is not None
    assert (crashed.state, crashed.visits, crashed.considered, crashed.outcomes) == ("crashed", 1, 1, {"failed": 1})
    assert crashed.ended is not None


def test_a_run_takes_its_sign_down_when_it_ends(home: Path) -> None:
    settings = load(home)
    recording = Recording(settings, SystemClock(), run="r2").start()
    folder = settings.store.warcs / "running"
    assert liveness.is_alive(folder, "r2")
    recording.tell_run(Run(id="r2", why="by hand", began=datetime.now(UTC)))
    recording.close()
    assert not liveness.is_alive(folder, "r2")
    assert list(folder.iterdir()) == []


def test_an_exchange_without_a_run_needs_no_sign(home: Path) -> None:
    now = datetime.now(UTC)
    recording = Recording(load(home), SystemClock()).start()
    page = Exchange(url=Url("http://a.test/"), response=Body.of(b"HTTP/1.1 200 OK\r\n\r\n"), began=now, ended=now)
    recording.record(page, lambda given: None)
    recording.close()
    assert not (load(home).store.warcs / "running").exists()
