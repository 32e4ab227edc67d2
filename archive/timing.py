"""Time as Variorum tells it: one clock for every shell that waits or stamps, and the one way to write a time down.

Code that waits or stamps takes a ``Clock`` as an argument. In tests and demonstrations it may be a scaled one::

    VARIORUM_CLOCK="2026-11-01T00:00:00Z x1440"                         a day a minute, from that instant on
    VARIORUM_CLOCK="2026-11-01T00:00:00Z x1440 @2026-11-22T10:00:00Z"   the same, begun at that real instant

Without the ``@`` part each process begins at the first instant; with it all processes agree on the time.
"""

from __future__ import annotations

import functools
import math
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from archive.errors import Misuse

VARIABLE = "VARIORUM_CLOCK"

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_CLOCK = re.compile(r"(?P<start>\S+)\s+x(?P<rate>\d+(\.\d+)?)(\s+@(?P<since>\S+))?", re.ASCII)


class Clock(Protocol):
    """What a shell asks for the time; ``real_seconds`` tells it how long to sleep."""

    def now(self) -> datetime:
        """Give the present instant, aware and in UTC."""

    def monotonic(self) -> float:
        """Give clock seconds since some fixed instant; never goes back."""

    def real_seconds(self, seconds: float) -> float:
        """Say how many real seconds a wait of so many clock seconds lasts."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def real_seconds(self, seconds: float) -> float:
        return seconds


class ScaledClock:
    """A time that begins at ``start`` and runs ``rate`` clock seconds in a real one.

    ``since`` is the real instant at which the clock read ``start``; None means now.
    """

    def __init__(self, start: datetime, rate: float, since: datetime | None = None) -> None:
        if not (math.isfinite(rate) and rate > 0):
            raise Misuse(f"a clock cannot run at rate {rate}; give a number above 0, such as x1440 for a day a minute")
        real_now = datetime.now(UTC)
        self._since = real_now if since is None else since.astimezone(UTC)
        self._start = start.astimezone(UTC)
        self._rate = rate
        self._origin = time.monotonic() - (real_now - self._since).total_seconds()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._origin) * self._rate

    def real_seconds(self, seconds: float) -> float:
        return seconds / self._rate

    def __str__(self) -> str:
        """Write the clock as ``VARIORUM_CLOCK`` takes it, so that a child process runs on the same time."""
        return f"{stamp(self._start)} x{self._rate:f} @{stamp(self._since)}"


def from_environment(env: Mapping[str, str]) -> Clock:
    """Give the clock ``VARIORUM_CLOCK`` describes, or the system's when it is unset or empty."""
    text = env.get(VARIABLE, "").strip()
    if not text:
        return SystemClock()
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise Misuse(f"{VARIABLE} is {text!r}; it takes a time and a rate, such as '2026-11-01T00:00:00Z x1440'")
    since = match["since"]
    return ScaledClock(
        parse_time(match["start"]), float(match["rate"]), parse_time(since) if since is not None else None
    )


@functools.lru_cache(256)
def stamp(at: datetime) -> str:
    """Write an instant as RFC 3339 in UTC with microseconds: ``2026-11-01T08:30:00.000000Z``."""
    if at.tzinfo is None:
        raise ValueError(f"a time without its zone cannot be stamped: {at!r}")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def parse_time(text: str) -> datetime:
    """Read an RFC 3339 instant, or a bare date as the last microsecond of that day, UTC."""
    said = text.strip()
    try:
        if _DATE.fullmatch(said):
            return datetime.fromisoformat(f"{said}T23:59:59.999999+00:00")
        if _INSTANT.fullmatch(said):
            return datetime.fromisoformat(said.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as cause:
        raise Misuse(f"there is no such time as {text!r}: {cause}") from cause
    raise Misuse(f"{text!r} is not a time; write 2026-11-01T08:30:00Z, or 2026-11-01 for the end of that day (UTC)")
