"""What the room's pages show, put together from the store as plain values; nothing is written.

Articles are told as far as they were read and folded by now.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from urllib.parse import quote

from archive import deriving, diff
from archive.asked import as_of_now
from archive.asked_changes import spoken
from archive.errors import NothingDone
from archive.judged import in_words, read_as
from archive.model import Article, Capture, RecordId, Revision, Url, UrlKey
from archive.store import Connection, articles, captures, room_rows
from archive.store import parts as part_rows
from archive.store.memento_rows import Around, is_first
from archive.store.room_rows import Known, Lately, Totals, Tried
from archive.urls import urlkey
from archive.web import addresses, diff_page
from archive.web.addresses import Roots
from archive.web.room_timeline import Timeline, timeline
from archive.web.stored import Found

A_PAGE = 200
"""Captures on one page of a list."""
_LATELY, _OF_SITE = 400, 6
_FEW = 6
"""URLs or visits of one kind that a page of what is not found shows."""


# ------------------------------------------------------------------------------------------------------ the archive


@dataclass(frozen=True, slots=True, kw_only=True)
class OfSite:
    """A site and its newest articles."""

    site: str | None
    lately: tuple[Lately, ...]


def newest_of_sites(conn: Connection) -> list[OfSite]:
    """Give each site with the articles that were new or edited last, the site with the newest first."""
    by_site: dict[str | None, list[Lately]] = {}
    for each in room_rows.lately(conn, _LATELY):
        by_site.setdefault(each.site, []).append(each)
    for site in room_rows.sites(conn):
        if site not in by_site:
            by_site[site] = room_rows.lately(conn, _OF_SITE, site)
    told = [OfSite(site=site, lately=tuple(some[:_OF_SITE])) for site, some in by_site.items() if some]
    # Pages of no watched site are those that were cited or asked for by hand.
    return sorted(told, key=lambda each: (each.site is None, -each.lately[0].seen_from.timestamp()))


def totals(conn: Connection) -> Totals:
    """Count what the archive holds."""
    return room_rows.totals(conn)


# ------------------------------------------------------------------------------------------------------ one capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A capture to go to: its address in the room, and its time."""

    href: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """A capture in its frame, with all that the bar tells of it.

    ``page`` is its own address here, ``memento`` that of the page by itself. ``read`` says what it was read as where it
    shows no revision. ``missing`` counts the parts that the page lacks, None where nobody looked yet.
    """

    capture: Capture
    original: Capture | None
    kind: str
    page: str
    memento: str
    raw: str
    record: str
    head: str
    listing: str
    parts: str
    slot: str
    evidence: str
    article: Article | None
    revision: Revision | None
    read: str
    previous: Spot | None
    next: Spot | None
    earlier: Spot | None
    later: Spot | None
    diff: str | None
    missing: int | None

    @property
    def headline(self) -> str | None:
        told = self.revision.extraction if self.revision is not None else None
        return None if told is None else told.headline or told.seo_title

    @property
    def mime(self) -> str | None:
        return self.capture.mime or (self.original.mime if self.original is not None else None)


def framed(conn: Connection, roots: Roots, found: Found) -> Framed:
    """Put together the bar of a capture; ``roots.room`` may be empty for addresses within the room."""
    capture, slot = found.capture, addresses.slot(found.capture, first=found.first)
    article = article_of(conn, capture.urlkey)
    revision = shown_in(article, capture.id)
    number = revision.number if revision is not None else 0
    named = f"{capture.url}@{number}" if number else capture.url
    earlier = article.revisions[number - 2] if article is not None and number > 1 else None
    later = article.revisions[number] if article is not None and number and number < len(article.revisions) else None
    return Framed(
        capture=capture,
        original=found.original,
        kind=_kind(capture, found.original),
        page=addresses.page(roots, capture, first=found.first),
        memento=addresses.memento(roots, capture, first=found.first),
        raw=addresses.memento(roots, capture, "id_", first=found.first),
        record=addresses.record(roots, capture.id),
        head=addresses.head(roots, capture.id),
        listing=addresses.listing(roots, capture.url),
        parts=f"{roots.room}/parts/{slot}/{capture.url}",
        slot=slot,
        evidence=f"variorum {'evidence' if number else 'captures'} {shlex.quote(named)}",
        article=article,
        revision=revision,
        read="" if revision is not None else in_words(read_as(conn, [capture]).get(capture.id)),
        previous=_spot(roots, found.around, "previous"),
        next=_spot(roots, found.around, "next"),
        earlier=_spot_of(conn, roots, earlier),
        later=_spot_of(conn, roots, later),
        diff=f"{roots.room}/diff/{number - 1}..{number}/{capture.url}" if number > 1 else None,
        missing=_missing(conn, capture.urlkey),
    )


def article_of(conn: Connection, key: UrlKey) -> Article | None:
    """Give the article a URL belongs to, as far as it was read by now."""
    return as_of_now(conn, key) if articles.id_of(conn, key) is not None else None


def shown_in(article: Article | None, capture: RecordId) -> Revision | None:
    """Give the revision that a capture shows."""
    if article is None:
        return None
    return next((each for each in article.revisions if each.id == capture or capture in each.captures), None)


def _kind(capture: Capture, original: Capture | None) -> str:
    if capture.status is not None and 300 <= capture.status < 400 and capture.status != 304:
        return "redirect"
    mime = (capture.mime or (original.mime if original is not None else None) or "").partition(";")[0].strip().lower()
    if mime in ("text/html", "application/xhtml+xml", ""):
        return "page"
    return "picture" if mime.startswith("image/") else "file"


def _spot(roots: Roots, around: Around, which: str) -> Spot | None:
    near = around.previous if which == "previous" else around.next
    if near is None:
        return None
    slot = addresses.stamp(near.at) if near.first else quote(near.id, safe=":-._~")
    return Spot(href=f"{roots.room}/web/{slot}/{near.url}", at=near.at)


def _spot_of(conn: Connection, roots: Roots, revision: Revision | None) -> Spot | None:
    """Give the capture that opened a revision."""
    opened = captures.by_id(conn, revision.id) if revision is not None else None
    if opened is None:
        return None
    return Spot(href=addresses.page(roots, opened, first=is_first(conn, opened)), at=opened.at)


def _missing(conn: Connection, key: UrlKey) -> int | None:
    return len(part_rows.missing_of(conn, key)) or None


# ------------------------------------------------------------------------------------------------------ all captures


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
    count = 0 if key.startswith(room_rows.OURS) else room_rows.captured(conn, key)
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


# --------------------------------------------------------------------------------------------------------- one change


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A change of an article with the captures that it is between, and the changes beside it (pairs of numbers)."""

    article: Article
    shown: diff_page.Shown
    before: Spot | None
    after: Spot | None
    earlier: tuple[int, int] | None
    later: tuple[int, int] | None


def compared(conn: Connection, roots: Roots, url: Url, first: str, last: str) -> Compared:
    """Give what differs between two revisions of an article, named by numbers or record ids.

    Raises ``NothingDone`` where there is no such article or revision.
    """
    article = article_of(conn, urlkey(url))
    if article is None:
        raise NothingDone(f"{url} was not read as an article here yet; its captures are listed under /web/*/{url}")
    before, after = _named(article, first, "1"), _named(article, last, str(len(article.revisions)))
    if before.id == after.id:
        raise NothingDone(f"{first}..{last} names revision {before.number} of {url} twice: nothing differs")
    change = diff.between(before, after, deriving.first_seen(conn, article))
    # People speak of what one revision changed, not of what several came to.
    said = spoken(conn).get(after.id) if after.number == before.number + 1 else None
    earlier, later = diff_page.neighbours(article, before, after)
    return Compared(
        article=article,
        shown=diff_page.shown(before, after, change, said),
        before=_spot_of(conn, roots, before),
        after=_spot_of(conn, roots, after),
        earlier=earlier,
        later=later,
    )


def _named(article: Article, text: str, otherwise: str) -> Revision:
    wanted = text.strip() or otherwise
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 10:
        number = int(wanted)
        found = article.revisions[number - 1] if 1 <= number <= len(article.revisions) else None
    else:
        found = shown_in(article, RecordId(wanted.removeprefix("<").removesuffix(">")))
    if found is None:
        have = len(article.revisions)
        raise NothingDone(
            f"{article.url} has no revision {wanted}: it has {'only revision 1' if have == 1 else f'1 to {have}'}"
        )
    return found


# ---------------------------------------------------------------------------------------------------------- not found


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """What the archive has near a URL that it has not.

    ``same`` differ in their query alone, ``beside`` stand in the same folder or one above it, ``host`` on the same
    host. ``tried`` are the last visits to the URL itself, which brought nothing.
    """

    same: tuple[Known, ...] = ()
    beside: tuple[Known, ...] = ()
    host: tuple[Known, ...] = ()
    tried: tuple[Tried, ...] = ()


def nearest(conn: Connection, url: Url) -> Nearest:
    """Find what is near a URL; keys hold neither scheme nor ``www``, so captures under these are of the URL itself."""
    key = urlkey(url)
    host, closed, tail = key.partition(")")
    if key.startswith(room_rows.OURS):
        return Nearest()
    if not closed:
        return Nearest(tried=tuple(room_rows.tried(conn, key, _FEW)))
    path = tail.partition("?")[0]
    known = [key]
    same = _at(conn, f"{host}){path}", known)
    same += room_rows.begin_so(conn, f"{host}){path}?", _FEW - len(same), known)
    known += [each.urlkey for each in same]
    beside: list[Known] = []
    folder = path
    while folder.count("/") > 1 and not beside:
        folder = folder.rstrip("/").rpartition("/")[0] + "/"
        if folder != "/":
            beside = room_rows.begin_so(conn, f"{host}){folder}", _FEW, known)
    known += [each.urlkey for each in beside]
    home = _at(conn, f"{host})/", known)
    rest = room_rows.begin_so(conn, f"{host})", _FEW - len(home), [*known, *(each.urlkey for each in home)])
    return Nearest(
        same=tuple(same), beside=tuple(beside), host=(*home, *rest), tried=tuple(room_rows.tried(conn, key, _FEW))
    )


def _at(conn: Connection, key: str, leave: Sequence[UrlKey]) -> list[Known]:
    found = captures.newest(conn, UrlKey(key)) if key not in leave else None
    if found is None:
        return []
    count = room_rows.captured(conn, found.urlkey)
    return [Known(urlkey=found.urlkey, url=found.url, captures=count, newest=found.at.astimezone(UTC))]
