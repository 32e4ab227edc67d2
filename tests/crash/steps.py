"""Kill a writer before each of its steps towards the disk, one after another.

``python -m tests.crash.steps TEMPLATE OUT FIRST STRIDE`` copies the archive TEMPLATE to OUT/N for every N from FIRST
on, lets a child of its own write to the copy and kills it (SIGKILL) before its Nth step, until one comes to its end.
Each prints one line of JSON; a child's acknowledgements are in OUT/N.acks.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from archive import config
from archive.errors import VariorumError
from archive.model import Exchange, RecordId, Run
from archive.recording import Recorded, Recording
from archive.timing import SystemClock
from tests.crash.exchanges import NOON, encrypted, exchange, not_modified
from tests.crash.load import told

STEPS = {
    "posix": {"open", "write", "fsync", "ftruncate", "rename", "unlink", "mkdir", "close", "lseek"},
    "fcntl": {"flock"},
}
"""Calls before which a child is killed, beside every call of sqlite3."""


OVERRIDES = ("store.warc_size=20KB",)


class Killer:
    """Counts the steps of all threads, and kills the process before one of them."""

    def __init__(self, last: int, tell: Callable[[str], object]) -> None:
        self._last = last
        self._tell = tell
        self._count = 0

    def start(self) -> None:
        threading.setprofile(self._event)
        sys.setprofile(self._event)

    def stop(self) -> None:
        threading.setprofile(None)
        sys.setprofile(None)

    def _event(self, frame: object, event: str, called: Any) -> None:
        if event != "c_call":
            return
        owner = getattr(called, "__self__", None)
        ours = isinstance(owner, (sqlite3.Connection, sqlite3.Cursor))
        if not ours and called.__name__ not in STEPS.get(called.__module__ or "", ()):
            return
        if self._count == self._last:
            self._tell(called.__qualname__)
            os.kill(os.getpid(), signal.SIGKILL)
        self._count += 1


def write_everything(home: Path, acks: int) -> None:
    """Put exchanges of every kind, a run and a line of the journal on record, over several small files."""
    recording = Recording(config.load(home, OVERRIDES), SystemClock(), run="steps").start()
    source = random.Random(home.name)

    def acknowledge(line: Mapping[str, object]) -> None:
        os.write(acks, json.dumps(line).encode() + b"\n")

    def put(given: Exchange) -> RecordId:
        recorded = recorded_now(recording, given)
        acknowledge(told(given, recorded))
        return recorded.capture.id if recorded.capture is not None else RecordId("")

    front, run = "http://press.test/", Run(id="steps", why="by hand", began=NOON)
    recording.tell_run(run)
    acknowledge({"run": "running"})
    first = put(exchange(front, b"morning " * 300, fields=('ETag: "v1"',), token="1"))
    put(exchange("https://press.test/a", b"a", token="2", tls=encrypted(b"one", b"two")))
    put(exchange("http://press.test/large", source.randbytes(1_100_000), token="3"))
    put(exchange(front, b"morning " * 300, token="4"))
    put(exchange("http://press.test/b", None, error="timeout", token="5"))
    recording.tell_journal("mark", first, {"word": "seen"})
    acknowledge({"mark": first})
    put(not_modified(front, first, token="6"))
    put(exchange("http://press.test/c", source.randbytes(30_000), token="7"))
    put(exchange("http://press.test/d", None, asked=False, error="dns", token="8"))
    recording.tell_run(replace(run, ended=NOON + timedelta(seconds=9), state="ok"))
    acknowledge({"run": "ok"})
    recording.close()


def recorded_now(recording: Recording, given: Exchange) -> Recorded:
    """Put an exchange on record and wait for the answer; raise the failure."""
    done = threading.Event()
    answers: list[Recorded | VariorumError] = []

    def answer(recorded: Recorded | VariorumError) -> None:
        answers.append(recorded)
        done.set()

    recording.record(given, answer)
    done.wait()
    if isinstance(answers[0], VariorumError):
        raise answers[0]
    return answers[0]


def main(args: Sequence[str]) -> None:
    template, out, first, stride = Path(args[0]), Path(args[1]), int(args[2]), int(args[3])
    number, killed = first, True
    while killed:
        home = out / str(number)
        shutil.copytree(template, home)
        child = os.fork()
        if child == 0:
            _child(home, number)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        if not killed and os.WEXITSTATUS(status):
            sys.exit(f"step {number} of {home}: the child failed")
        os.write(1, json.dumps({"step": number, "killed": killed}).encode() + b"\n")
        number += stride


def _child(home: Path, number: int) -> None:
    acks = os.open(home.with_suffix(".acks"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    before = os.open(home.with_suffix(".step"), os.O_WRONLY | os.O_CREAT)
    killer = Killer(number, lambda step: os.write(before, step.encode()))
    code = 1
    try:
        killer.start()
        write_everything(home, acks)
        killer.stop()
        code = 0
    except BaseException:  # noqa: BLE001  # a fork must not come back to its parent's code
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
