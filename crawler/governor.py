"""How long a neighbour is left in peace after an answer: delay, Retry-After, back-off. Pure.

One in flight, and a pause counted from the end of the last answer. A neighbour in trouble (429, 503, no answer) is
left alone for longer each time, and for as long as it asks itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archive.model import Outcome, Visit

LONGEST = timedelta(days=1)
"""A Retry-After beyond this is a mistake; the neighbour is asked again after a day."""
FIRST_BACKOFF = 4
"""The first back-off, in delays."""
LEAST_BACKOFF = timedelta(seconds=1)
SPREAD = 0.2
"""How much longer than told a pause may last: two crawlers that began together drift apart."""
NOTHING = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a neighbour is asked at: the least pause, and what its troubles came to."""

    delay: timedelta
    longest: timedelta
    failures: int = 0
    backoff: timedelta = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What matters of an answer: its outcome, its status, how long it took, and its Retry-After as received."""

    outcome: Outcome
    status: int | None = None
    took: timedelta = NOTHING
    retry_after: str | None = None


def answer_of(visit: Visit, retry_after: bytes | None) -> Answer:
    """Give what matters of a visit and of the Retry-After that came with it."""
    return Answer(
        outcome=visit.outcome,
        status=visit.status,
        took=timedelta(milliseconds=visit.ms or 0),
        retry_after=retry_after.decode("latin-1") if retry_after is not None else None,
    )


def is_trouble(answer: Answer) -> bool:
    """Tell whether an answer, or its want, asks us to slow down."""
    return answer.outcome == "limited" or answer.outcome == "failed" or answer.status in (429, 503)


def after(pace: Pace, answer: Answer, now: datetime, luck: float) -> tuple[Pace, timedelta]:
    """Give the pace from now on, and the pause before the next request; ``luck`` is from 0 to 1."""
    asked_for = retry_after(answer.retry_after, now) if answer.status is not None else None
    if is_trouble(answer):
        first = max(pace.delay * FIRST_BACKOFF, LEAST_BACKOFF if pace.delay else NOTHING)
        backoff = min(max(first, pace.backoff * 2), max(pace.longest, pace.delay))
        slower = replace(pace, failures=pace.failures + 1, backoff=backoff)
        if asked_for is not None:
            return slower, max(asked_for, pace.delay)
        return slower, max(pace.delay, backoff * (1 + SPREAD * luck))
    better = replace(pace, failures=0, backoff=pace.backoff / 2 if pace.backoff > pace.delay else NOTHING)
    pause = max(pace.delay, better.backoff)
    if pace.delay:  # who takes long to answer is given as long to rest
        pause = min(max(pause, answer.took), max(pace.longest, pace.delay)) * (1 + SPREAD * luck)
    return better, max(pause, asked_for or NOTHING)


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After: seconds, or an HTTP date (RFC 9110, section 10.2.3); None where it is neither."""
    said = (text or "").strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said.lstrip("0")[:9] or "0")), LONGEST)
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    if at.tzinfo is None:  # the asctime form names no zone and means UTC (RFC 9110, section 5.6.7)
        at = at.replace(tzinfo=UTC)
    return min(max(at - now, NOTHING), LONGEST)
