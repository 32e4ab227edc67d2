"""What one worker process is told of the run it takes part in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from archive.config import Settings
from archive.errors import Misuse
from archive.timing import Clock
from crawler.order import LEASE
from crawler.sites import Site

if TYPE_CHECKING:
    from archive.recording import Recording

MARGIN = 0.25
"""The share of a lease at its end in which its holder asks nobody any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One worker's part in a run.

    ``began`` is when the run began. ``since`` leaves out items dated before it; ``pages`` is what each site may be
    visited for; ``sessions`` holds the header fields of a site's session, by its name. ``lease`` is in real time,
    whatever the clock says. ``most`` neighbours are held at a time. A ``standing`` run goes on when nothing waits in
    it, and other runs are made within it.
    """

    run: str
    worker: str
    began: datetime
    settings: Settings
    clock: Clock
    recording: Recording
    sites: Mapping[str, Site]
    pages: Mapping[str, int]
    workers: int = 1
    since: datetime | None = None
    sessions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    proxies: Mapping[str, str] = field(default_factory=dict)
    lease: timedelta = LEASE
    most: int = 64
    standing: bool = False


_shifts: WeakKeyDictionary[object, Shift] = WeakKeyDictionary()


def assign(crawler: object, shift: Shift) -> None:
    """Give a crawler its part before it crawls."""
    _shifts[crawler] = shift


def takes_part(crawler: object) -> bool:
    """Tell whether a crawler has been given a part in a run."""
    return crawler in _shifts


def shift_of(crawler: object) -> Shift:
    """Give a crawler's part; raise ``Misuse`` where it has none."""
    try:
        return _shifts[crawler]
    except KeyError:
        raise Misuse(
            "this crawl takes part in no run: start it with `variorum crawl`, or `scrapy crawl site`"
        ) from None
