"""The log of a run: ``logs/RUN.jsonl``, one JSON object a line, from all its processes.

What was asked and what came of it stands in the ledger; here stands what the program decided and met besides. A log
that has grown long goes on in a new file, and what is old is forgotten::

    logs/start.1.jsonl    the oldest part
    logs/start.2.jsonl
    logs/start.jsonl      what is written now
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.config import Logs
from archive.timing import stamp

OURS = ("archive", "crawler", "schedules")
"""Loggers whose every word is kept; of others only warnings."""
PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
DAY = 86_400.0
_PART = re.compile(r"\.(\d{1,9})\.jsonl\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is kept: a file goes on in a new one at ``part`` bytes, and is forgotten after ``keep_days``; of all
    logs together ``keep_size`` bytes are kept, the newest."""

    part: int = 20 * 10**6
    keep_days: int = 90
    keep_size: int = 10**9


DEFAULT = Limits()


class JsonLines(logging.Handler):
    """Appends records to a file, a line a write: lines of several processes never mix.

    Whoever finds the file full puts it aside; the others notice before their next line. A line that is written in that
    very moment stands in the part put aside: none is lost.
    """

    def __init__(self, file: Path, worker: str, limits: Limits = DEFAULT) -> None:
        super().__init__()
        self._file = file
        self._worker = worker
        self._limits = limits
        self._fd = self._opened()

    def emit(self, record: logging.LogRecord) -> None:
        told: dict[str, object] = {
            "at": stamp(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "where": record.name,
            "worker": self._worker,
            "message": record.getMessage(),
        }
        # What was given beside the words: logging's extra.
        told |= {key: value for key, value in record.__dict__.items() if key not in PLAIN}
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
        line = (json.dumps(told, ensure_ascii=False, default=str) + "\n").encode("utf-8", "backslashreplace")
        try:
            with suppress(OSError):  # no new file can be made: the one there is goes on
                self._turn_over(len(line))
            os.write(self._fd, line)
        except OSError:
            self.handleError(record)  # a full disk is told where it matters

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        super().close()

    def _opened(self) -> int:
        self._file.parent.mkdir(exist_ok=True)
        return os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def _turn_over(self, more: int) -> None:
        """Go on in a new file where this one is full, or was put aside or deleted by somebody else."""
        aside = self._is_aside()
        if not aside:
            size = os.fstat(self._fd).st_size
            if size == 0 or size + more <= self._limits.part or not self._put_aside():
                return
        fd = self._opened()
        os.close(self._fd)
        self._fd = fd
        if not aside:
            forget(self._file.parent, self._limits, time.time())

    def _is_aside(self) -> bool:
        try:
            there = os.stat(self._file)
        except FileNotFoundError:
            return True
        mine = os.fstat(self._fd)
        return (there.st_ino, there.st_dev) != (mine.st_ino, mine.st_dev)

    def _put_aside(self) -> bool:
        """Rename the file, under its lock; False where another process does so in this moment, or is frozen at it."""
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        try:
            if not self._is_aside():
                os.rename(self._file, self._file.with_name(f"{self._file.stem}.{self._next()}.jsonl"))
        finally:
            fcntl.flock(self._fd, fcntl.LOCK_UN)
        return True

    def _next(self) -> int:
        tails = (entry.name.removeprefix(self._file.stem) for entry in os.scandir(self._file.parent))
        return max((int(part[1]) for part in map(_PART.match, tails) if part), default=0) + 1


def limits_of(logs: Logs) -> Limits:
    """Give the limits that an archive's settings set."""
    return Limits(keep_days=logs.keep_days, keep_size=logs.keep_size)


def keep(home: Path, run: str, worker: str, limits: Limits = DEFAULT) -> JsonLines:
    """Keep the log of a run from now on, in this process; give what keeps it, to be closed at the end."""
    handler = JsonLines(home / "logs" / f"{run}.jsonl", worker, limits)
    forget(home / "logs", limits, time.time())
    handler.addFilter(_is_worth_keeping)
    root = logging.getLogger()
    root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    return handler


def forget(folder: Path, limits: Limits, now: float) -> list[str]:
    """Delete the logs that are too old, and the oldest where all are too much; give their names, newest first.

    ``now`` is in seconds since 1970. What a run may still write to, which is what has no number and was written to
    within a day, stays.
    """
    found = []
    for entry in os.scandir(folder):
        if entry.name.endswith(".jsonl"):
            with suppress(FileNotFoundError):  # another process forgets, too
                stat = entry.stat()
                found.append((stat.st_mtime, entry.name, stat.st_size))
    gone = []
    total = 0
    for at, name, size in sorted(found, reverse=True):
        total += size
        is_live = _PART.search(name) is None and at > now - DAY
        if not is_live and (total > limits.keep_size or at < now - limits.keep_days * DAY):
            (folder / name).unlink(missing_ok=True)
            gone.append(name)
    return gone


def _is_worth_keeping(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in OURS
