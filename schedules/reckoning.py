"""What visits and lists told of an article, as the looks that the revisit policy learns from. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from archive.model import Reading, RecordId, Verdict, Visit
from schedules.expectation import Look, Outcome, Standing, discovered
from schedules.habits import Learned

HIDDEN: tuple[Verdict, ...] = ("paywall", "bot wall", "consent", "error")
"""What stands before an article: whether that changed cannot be seen."""
BROKEN = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one article, up to the visit ``at``; ``lastmod`` is the newest change a list told of.

    ``standing`` is None as long as it was never read.
    """

    at: datetime
    standing: Standing | None = None
    lastmod: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Give plain values."""
        return {"standing": self.standing and self.standing.as_json(), "lastmod": self.lastmod}

    @staticmethod
    def of(at: datetime, plain: Mapping[str, Any]) -> Known:
        """Read what ``as_json`` gave."""
        told = plain.get("standing")
        lastmod = float(plain.get("lastmod") or 0.0)
        return Known(at=at, standing=None if told is None else Standing.from_json(told), lastmod=lastmod)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the captures of visits turned out to be: how each was read, and which opened a new revision."""

    readings: Mapping[RecordId, Reading]
    opened: frozenset[RecordId]


def outcome_of(visit: Visit, found: Found) -> Outcome | None:
    """Say what a visit told of the article; None where it told nothing of it."""
    match visit.outcome:
        case "unchanged":
            return "same"
        case "gone":
            return "gone"
        case "failed" | "limited":
            return "failed"
        case "captured" | "truncated":
            pass
        case _:
            return None
    if visit.status is not None and visit.status >= BROKEN:
        return "failed"
    if visit.capture is None:
        return None
    reading = found.readings.get(visit.capture)
    if reading is None:
        return "same"  # nobody reads here: bytes differ at nearly every look, and tell of no edit (facts: revisits, 3)
    if reading.verdict == "soft 404":
        return "gone"
    if reading.verdict in HIDDEN:
        return "failed"
    return "changed" if visit.capture in found.opened else "same"


def look_of(visit: Visit, found: Found) -> Look | None:
    """Give a visit as a look; None where it told nothing of the article."""
    outcome = outcome_of(visit, found)
    return None if outcome is None else Look(at=seconds(visit.at), outcome=outcome, modified=_modified(visit, found))


def first_of(visit: Visit, found: Found, published: datetime, learned: Learned, of_all: Learned) -> Standing | None:
    """Give what is expected of an article after its first visit; None where that did not show it."""
    look = look_of(visit, found)
    if look is None or look.outcome not in ("changed", "same") or visit.capture not in found.readings:
        return None
    born = min(published, visit.at)
    return discovered(seconds(born), look.at, learned, of_all, look.modified)


def _modified(visit: Visit, found: Found) -> float | None:
    reading = found.readings.get(visit.capture) if visit.capture is not None else None
    if reading is None or reading.extraction is None:
        return None
    return instant_of(reading.extraction.modified)


def instant_of(said: str | None) -> float | None:
    """Give the time that a page claims as seconds since 1970; None for one without its hour, or none at all."""
    try:
        at = datetime.fromisoformat(said or "")
    except ValueError:
        return None
    return None if at.tzinfo is None else seconds(at)


def seconds(at: datetime) -> float:
    """Give a time as seconds since 1970."""
    return at.timestamp()


def time_of(given: float) -> datetime:
    """Give seconds since 1970 as a time in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=given)
