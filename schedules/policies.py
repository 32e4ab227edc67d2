"""When a URL is visited again that the index policy (``plans``) has no say in: plain rules. Pure."""

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
"""Up to which age a post that was never read is visited again after which time; older ones after ``SELDOM``."""
SELDOM = 180 * DAY
CITED = (HOUR, DAY, 7 * DAY, 30 * DAY)
"""When a cited page is looked at again, counted from its citation; after that once a ``YEAR``."""
YEAR = 365 * DAY
FRONT_PAGE = DAY
"""How often the front page of a site with feeds is asked: they show new posts sooner, and it costs a request."""
GONE = 30 * DAY
"""When a page that may not be asked for is tried again."""


def next_poll(row: Wanted, seen: datetime, every: timedelta, *, has_feed: bool) -> tuple[datetime, str]:
    """Say when what shows new posts is asked again."""
    if row.outcome in ("gone", "refused", "robots", "unsafe"):
        return seen + max(every, DAY), f"{row.outcome} last time: asked once a day"
    if row.what == "front page" and has_feed:
        return seen + max(every, FRONT_PAGE), "a front page beside feeds, asked once a day"
    return seen + every, f"new posts are looked for every {words(every).removeprefix('1 ')}"


def without_policy(row: Wanted, seen: datetime) -> tuple[datetime | None, str] | None:
    """Say when an article is due again whose last answer settles that; None where its edits do."""
    if row.outcome == "redirected":
        return None, "it leads elsewhere, which is visited instead"
    if row.outcome in ("refused", "robots", "unsafe", "out of scope"):
        return seen + GONE, f"{row.outcome} last time"
    return None


def next_visit(row: Wanted, now: datetime) -> tuple[datetime | None, str]:
    """Say when a visited page is due again, and why, by its age alone; None means never by itself."""
    seen = row.visited_at or now
    match row.what:
        case "front page" | "feed" | "sitemap":
            return next_poll(row, seen, HOUR, has_feed=False)
        case "article":
            pass
        case "citation":
            return _cited(row, seen)
        case _:
            return None, f"a {row.what} is visited when something leads to it"
    if (settled := without_policy(row, seen)) is not None:
        return settled
    if row.outcome == "gone":
        return seen + GONE, "gone last time"
    born = row.dated if row.dated is not None and row.dated <= now else row.added_at or seen
    return _by_age(seen, seen - born)


def _cited(row: Wanted, seen: datetime) -> tuple[datetime | None, str]:
    """Look at a cited page again, ever more seldom: what it says since then is told to whom cited it."""
    if row.outcome in ("redirected", "robots", "unsafe", "out of scope"):
        return None, f"{row.outcome} when it was cited"
    since = min(row.added_at or seen, seen)
    following = next((since + step for step in CITED if since + step >= seen + HOUR), seen + YEAR)
    return following, f"cited {words(max(seen - since, timedelta()))} ago: looked at again for what became of it"


def _by_age(seen: datetime, age: timedelta) -> tuple[datetime, str]:
    for limit, pause in LADDER:
        if age < limit:
            return seen + pause, f"{words(max(age, timedelta()))} old, never read: again after {words(pause)}"
    return seen + SELDOM, f"{words(age)} old, never read: again after {words(SELDOM)}"


def words(span: timedelta) -> str:
    """Write a span in the words of a plan: ``3 days``, ``1 hour``, ``15 minutes``."""
    if span >= 2 * DAY:
        return f"{span.days} days"
    if span < HOUR:
        minutes = round(span / timedelta(minutes=1))
        return f"{minutes} minutes" if minutes != 1 else "1 minute"
    hours = span // HOUR
    return f"{hours} hours" if hours != 1 else "1 hour"
