"""What the room's pages show, put together from the store as plain values; nothing is written.

Articles are told as far as they were read and folded by now.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from archive import deriving
from archive.asked import as_of_now
from archive.asked_changes import spoken
from archive.errors import NothingDone
from archive.judged import in_words, read_as
from archive.model import Article, Capture, RecordId, Revision, Url, UrlKey
from archive.store import Connection, articles, captures, room_rows
from archive.store.memento_rows import Around, is_first
from archive.store.room_rows import Lately, Totals
from archive.urls import urlkey
from archive.web import addresses, diff_page
from archive.web.addresses import Roots
from archive.web.diff_page import Pair
from archive.web.stored import Found

_LATELY, _OF_SITE = 400, 6


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
    shows no revision. ``missing`` counts the parts that the page lacks, None of what is no page.
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


def framed(conn: Connection, roots: Roots, found: Found, *, missing: int | None) -> Framed:
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
        missing=missing,
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


# --------------------------------------------------------------------------------------------------------- one change


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Two revisions of an article, of how many, with the captures that opened them and the changes beside (numbers)."""

    pair: Pair
    revisions: int
    before: Spot | None
    after: Spot | None
    earlier: tuple[int, int] | None
    later: tuple[int, int] | None


def between(conn: Connection, roots: Roots, url: Url, first: str, last: str) -> Between:
    """Give two revisions of an article to be compared, named by numbers or record ids.

    Raises ``NothingDone`` where there is no such article or revision.
    """
    article = article_of(conn, urlkey(url))
    if article is None:
        raise NothingDone(f"{url} was not read as an article here yet; its captures are listed under /web/*/{url}")
    before, after = _named(article, first, "1"), _named(article, last, str(len(article.revisions)))
    if before.id == after.id:
        raise NothingDone(f"{first}..{last} names revision {before.number} of {url} twice: nothing differs")
    # People speak of what one revision changed, not of what several came to.
    said = spoken(conn).get(after.id) if after.number == before.number + 1 else None
    earlier, later = diff_page.neighbours(article, before, after)
    return Between(
        pair=Pair(before=before, after=after, first_seen=deriving.first_seen(conn, article), said=said),
        revisions=len(article.revisions),
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
