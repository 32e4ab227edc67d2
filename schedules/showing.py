"""What a run shows while it goes on, and at its end."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from crawler.report import counted
from schedules.worker import Progress

QUIET_SECONDS = 10.0
"""Real seconds between two lines where there is no terminal."""


class Shower:
    """Progress on standard error: one line that changes on a terminal, a line now and then where there is none."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._shown = ""
        self._said_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live and self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def told(self, progress: Progress) -> None:
        text = _words(progress)
        if self._live:
            if text != self._shown:
                sys.stderr.write(f"\r\x1b[K{text}")
                sys.stderr.flush()
        elif time.monotonic() - self._said_at >= QUIET_SECONDS and text != self._shown:
            self._said_at = time.monotonic()
            sys.stderr.write(text + "\n")
            sys.stderr.flush()
        self._shown = text


def _words(progress: Progress) -> str:
    done = sum(progress.outcomes.values())
    unread = f", {progress.unread} to be read" if progress.unread else ""
    return f"{done} visits ({counted(progress.outcomes)}); {progress.waiting} URLs wait{unread}"
