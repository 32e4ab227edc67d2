"""The list of a URL's captures, put together from the store as plain values; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from archive.journal import is_note
from archive.model import Article, Capture, Url, UrlKey
from archive.store import Connection, articles, captures, room_rows
from archive.urls import urlkey
from archive.web import addresses
from archive.web.addresses import Roots
from archive.web.room_data import article_of
from archive.web.room_timeline import Timeline, timeline

A_PAGE = 200
"""Captures on one page of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A capture in a list. ``opened``: it is the first that showed its revision. ``size``: bytes of its record."""

    at: datetime
    href: str
    status: int | None
    mime: str | None
    size: int
    revision: int | None
    opened: bool
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What happened to the article between two captures, and is no edit."""

    at: datetime
    event: str
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What there is of one day (UTC), the newest first."""

    day: date
    entries: tuple[Row | Happened, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The captures of a URL: one page of them by day, and all of them as a timeline.

    ``others`` are the article's other URLs, each with the reason why it belongs to it, and the address of its list.
    """

    url: Url
    article: Article | None
    days: tuple[Day, ...]
    count: int
    number: int
    pages: int
    timeline: Timeline
    others: tuple[tuple[Url, str, str], ...]


def listing(conn: Connection, roots: Roots, url: Url, number: int = 1) -> Listing | None:
    """Give a page of a URL's captures, the first has the newest; None where there is none."""
    key = urlkey(url)
    count = 0 if is_note(key) else room_rows.captured(conn, key)
    pages = -(-count // A_PAGE)
    if not 1 <= number <= pages:
        return None
    # One more than is shown: whether a capture is the first of its second, the one before it tells.
    held = room_rows.newest_first(conn, key, offset=(number - 1) * A_PAGE, limit=A_PAGE + 1)
    article = article_of(conn, key)
    rows = list(_rows(roots, held, article))[:A_PAGE]
    newest = None if number == 1 else rows[0].at
    oldest = None if number == pages else rows[-1].at
    events = _events(article, newest, oldest)
    entries: list[Row | Happened] = sorted([*rows, *events], key=lambda each: each.at, reverse=True)
    days = groupby(entries, lambda each: each.at.date())
    last = held[0].url if number == 1 else (captures.newest(conn, key) or held[0]).url
    return Listing(
        url=last,
        article=article,
        days=tuple(Day(day=day, entries=tuple(some)) for day, some in days),
        count=count,
        number=number,
        pages=pages,
        timeline=timeline(room_rows.by_day(conn, key), f"{roots.room}/web/*", str(last), A_PAGE),
        others=tuple(_others(conn, roots, article, key)),
    )


def _rows(roots: Roots, held: Sequence[Capture], article: Article | None) -> Iterator[Row]:
    by_capture = {id: each for each in (article.revisions if article is not None else ()) for id in each.captures}
    for place, each in enumerate(held):
        before = held[place + 1] if place + 1 < len(held) else None
        first = before is None or addresses.stamp(before.at) != addresses.stamp(each.at)
        revision = by_capture.get(each.id)
        yield Row(
            at=each.at,
            href=addresses.page(roots, each, first=first),
            status=each.status,
            mime=each.mime,
            size=each.locator.length,
            revision=revision.number if revision is not None else None,
            opened=revision is not None and revision.id == each.id,
            marks=tuple(_marks(each)),
        )


def _marks(capture: Capture) -> Iterator[str]:
    if capture.status == 304:
        yield "unchanged (304)"
    elif capture.kind == "revisit":
        yield "same bytes again"
    if capture.kind == "resource":
        yield "resource"
    if capture.truncated is not None:
        yield f"truncated ({capture.truncated})"
    if capture.fidelity == "rebuilt":
        yield "rebuilt"


def _events(article: Article | None, newest: datetime | None, oldest: datetime | None) -> list[Happened]:
    told = article.events if article is not None else ()
    return [
        Happened(at=each.at, event=each.event, detail=each.detail)
        for each in told
        if (newest is None or each.at <= newest) and (oldest is None or each.at > oldest)
    ]


def _others(conn: Connection, roots: Roots, article: Article | None, key: UrlKey) -> Iterator[tuple[Url, str, str]]:
    if article is None:
        return
    for other, (reason, _, _) in articles.members(conn, article.id).items():
        held = captures.newest(conn, other) if other != key else None
        if held is not None:
            yield held.url, reason, addresses.listing(roots, held.url)
