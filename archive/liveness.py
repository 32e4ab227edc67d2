"""Which runs are alive: each holds a lock in ``warcs/running/`` for as long as its process lives, and tells its pid."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from archive.errors import NothingDone
from archive.model import Run
from archive.store import Connection, Store, leases, runs, visits
from archive.timing import Clock

DAEMON = "start"
"""The name of the sign that ``variorum start`` shows."""


class Sign:
    """A run's sign of life, given up by ``end`` or by the death of the process."""

    def __init__(self, folder: Path, run: str) -> None:
        folder.mkdir(exist_ok=True)
        self._path = folder / run
        if is_alive(folder, run):
            raise NothingDone(f"run {run} is at work already, in another process")
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.flock(self._fd, fcntl.LOCK_EX)
        os.truncate(self._fd, 0)
        os.write(self._fd, f"{os.getpid()} {_boot()}\n".encode())

    def end(self) -> None:
        """Take the sign down."""
        if self._fd >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._fd)
            self._fd = -1


def is_alive(folder: Path, run: str) -> bool:
    """Tell whether the process of a run lives, on this machine."""
    try:
        fd = os.open(folder / run, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def tell(folder: Path, name: str, number: signal.Signals) -> bool | None:
    """Send a signal to the process that shows a sign, on this machine; None where none does, False where we may not."""
    if not is_alive(folder, name):
        return None
    try:
        pid, _, boot = (folder / name).read_text().strip().partition(" ")
        if boot != _boot():
            return False  # the folder is shared, and the process another machine's
        os.kill(int(pid), number)
    except (OSError, ValueError):
        return False
    return True


def _boot() -> str:
    """Give what tells this machine, since it was started, from any other; empty where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def bury(store: Store, folder: Path, clock: Clock) -> Iterator[Run]:
    """Note as crashed, with what the ledger has of them, the runs that ended without a word; give each."""
    with store.read() as conn:
        unended = list(runs.every(conn, states=("running",)))
    for run in unended:
        if is_alive(folder, run.id):
            continue
        with store.write() as conn:
            known = runs.by_id(conn, run.id)
            if known is None or known.state != "running":
                continue
            crashed = _counted(conn, known, clock)
            runs.finish(conn, crashed)
        yield crashed
        with suppress(FileNotFoundError):
            (folder / run.id).unlink()


def free_dead(store: Store, folder: Path, clock: Clock) -> None:
    """Give back the neighbours that runs held whose process is gone.

    Those of a crawl run out by themselves: its workers may outlive for a moment the process that shows its sign.
    """
    with store.read() as conn:
        holders = {lease.partition("/")[0] for lease in leases.holders(conn, clock.now())}
        dead = [
            run
            for run in sorted(holders)
            if not is_alive(folder, run) and ((known := runs.by_id(conn, run)) is None or known.why != "crawl")
        ]
    if dead:
        with store.write() as conn:
            for run in dead:
                leases.free_of(conn, run, clock.now())


def _counted(conn: Connection, run: Run, clock: Clock) -> Run:
    told = list(visits.every(conn, run=run.id))
    return replace(
        run,
        state="crashed",
        ended=max((visit.at for visit in told), default=clock.now()),
        considered=len({visit.url for visit in told}),
        visits=len(told),
        outcomes=visits.counts(conn, run.id),
    )
