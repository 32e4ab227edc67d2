"""When a page is visited again: a plain ladder by age. Pure.

News is edited while it is young, so a post is looked at again after an hour, and ever more seldom. The index policy
that learns from each site replaces this (facts: revisits, section 5).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from archive.store.frontier import Wanted

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

LADDER: tuple[tuple[timedelta, timedelta], ...] = (
    (timedelta(hours=6), HOUR),
    (2 * DAY, timedelta(hours=6)),
    (7 * DAY, DAY),
    (30 * DAY, 7 * DAY),
    (365 * DAY, 30 * DAY),
)
"""Up to which age a post is visited again after which time; older ones after ``SELDOM``."""
SELDOM = 180 * DAY
CITED = (HOUR, DAY, 7 * DAY, 30 * DAY)
"""When a cited page is looked at again, counted from its citation; after that once a ``YEAR``."""
YEAR = 365 * DAY
POLLED = HOUR
"""How often what shows new posts is asked: at least hourly, or half the edits are never seen (facts: revisits, 0)."""
GONE = 30 * DAY
"""When a page that is gone, or was refused, is tried again."""


def next_visit(row: Wanted, now: datetime) -> tuple[datetime | None, str]:
    """Say when a visited URL is due again, and why; None means never by itself."""
    seen = row.visited_at or now
    match row.what:
        case "front page" | "feed" | "sitemap":
            return seen + POLLED, "new posts are looked for every hour"
        case "article":
            pass
        case "citation":
            return _cited(row, seen)
        case _:
            return None, f"a {row.what} is visited when something leads to it"
    if row.outcome == "redirected":
        return None, "it leads elsewhere, which is visited instead"
    if row.outcome in ("gone", "refused", "robots", "unsafe"):
        return seen + GONE, f"{row.outcome} last time"
    born = row.dated if row.dated is not None and row.dated <= now else row.added_at or seen
    return _by_age(seen, seen - born)


def _cited(row: Wanted, seen: datetime) -> tuple[datetime | None, str]:
    """Look at a cited page again, ever more seldom: what it says since then is told to whom cited it."""
    if row.outcome in ("redirected", "robots", "unsafe", "out of scope"):
        return None, f"{row.outcome} when it was cited"
    since = min(row.added_at or seen, seen)
    following = next((since + step for step in CITED if since + step >= seen + HOUR), seen + YEAR)
    return following, f"cited {_words(max(seen - since, timedelta()))} ago: looked at again for what became of it"


def _by_age(seen: datetime, age: timedelta) -> tuple[datetime, str]:
    for limit, pause in LADDER:
        if age < limit:
            return seen + pause, f"{_words(max(age, timedelta()))} old: again after {_words(pause)}"
    return seen + SELDOM, f"{_words(age)} old: again after {_words(SELDOM)}"


def _words(span: timedelta) -> str:
    if span >= 2 * DAY:
        return f"{span.days} days"
    hours = span // HOUR
    return f"{hours} hours" if hours != 1 else "1 hour"
