"""What a doctor's look finds, one thing at a time: whether it is as it should be, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.config import Settings
from archive.errors import Damaged, DiskFull, Misuse
from archive.store import Connection

Judgement = Literal["ok", "warning", "problem"]
DAMAGED, FULL, MISUSE, WRONG = Damaged.exit_code, DiskFull.exit_code, Misuse.exit_code, 1
GRAVEST = (DAMAGED, FULL, MISUSE, WRONG)
"""Codes of problems, the one first that the exit code is when there are several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, how it is, in words, and what to do about it (a command to type, where there is one).

    ``code`` is the exit code that a problem asks for; 0 for what is none.
    """

    what: str
    judgement: Judgement
    detail: str
    remedy: str | None = None
    code: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """The archive that is looked at, and the surroundings it is looked at in.

    ``thorough``: however long it takes. ``scaled``: the clock is not the machine's own.
    """

    settings: Settings
    now: datetime
    env: Mapping[str, str]
    thorough: bool = False
    scaled: bool = False


Check = Callable[[Patient], Iterator[Finding]]
IndexCheck = Callable[[Patient, Connection], Iterator[Finding]]


def fine(what: str, detail: str) -> Finding:
    return Finding(what=what, judgement="ok", detail=detail)


def warning(what: str, detail: str, remedy: str) -> Finding:
    return Finding(what=what, judgement="warning", detail=detail, remedy=remedy)


def problem(what: str, detail: str, remedy: str, code: int = WRONG) -> Finding:
    return Finding(what=what, judgement="problem", detail=detail, remedy=remedy, code=code)


def exit_code(codes: Iterator[int]) -> int:
    """Give the gravest of the codes; 0 of none."""
    found = set(codes)
    return next((code for code in GRAVEST if code in found), 0)


def size(count: float) -> str:
    """Write a number of bytes as ``1.5 GB``."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if abs(count) < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def some(names: list[str], most: int = 3) -> str:
    """Write a few of many: ``a, b, c and 4 more``."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
