"""The log of a run: ``logs/RUN.jsonl``, one JSON object a line, from all its processes.

What was asked and what came of it stands in the ledger; here stands what the program decided and met besides.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

from archive.timing import stamp

OURS = ("archive", "crawler", "schedules")
"""Loggers whose every word is kept; of others only warnings."""
PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonLines(logging.Handler):
    """Appends records to a file, a line a write: lines of several processes never mix."""

    def __init__(self, file: Path, worker: str) -> None:
        super().__init__()
        file.parent.mkdir(exist_ok=True)
        self._fd = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._worker = worker

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
        line = json.dumps(told, ensure_ascii=False, default=str) + "\n"
        try:
            os.write(self._fd, line.encode("utf-8", "backslashreplace"))
        except OSError:
            self.handleError(record)  # a full disk is told where it matters

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        super().close()


def keep(home: Path, run: str, worker: str) -> JsonLines:
    """Keep the log of a run from now on, in this process; give what keeps it, to be closed at the end."""
    handler = JsonLines(home / "logs" / f"{run}.jsonl", worker)
    handler.addFilter(_is_worth_keeping)
    root = logging.getLogger()
    root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    return handler


def _is_worth_keeping(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in OURS
