"""The nouns of the chronicle: its days, its posts, the outlets that print them. Data only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from archive.model import Flag
from crawler.newsstand.reportage import Desk, plain
from crawler.newsstand.rows import OPENING
from crawler.newsstand.told import Change, ChangeKind
from crawler.newsstand.world import Edition, Paragraph

BLOG = "www.mooringpost.test"
MIRROR = "www.deltareprints.test"
TITLE, MIRROR_TITLE = "The Mooring Post", "Delta Reprints"

Wall = Literal["consent", "paywall", "gone"]


def day(count: int, hour: int) -> datetime:
    """Give an hour (UTC) of a day; day 0 is that of the opening."""
    return OPENING.replace(hour=0) + timedelta(days=count, hours=hour)


REDESIGNED = day(6, 12)
"""When the blog gets its second template."""

FINISHED = day(13, 12)
"""When all has happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a live blog."""

    at: datetime
    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post: ``paths`` with the time each began, its editions, what hides it from when to when, and what happens.

    ``other`` is a second headline, shown at every other request. ``box`` stands on the page and not in the AMP one.
    ``gets_query`` is what the feed puts behind its address. ``canonical`` is a URL elsewhere. ``silent`` are the times
    of editions that leave the time of modification as it was; ``redated`` says from when on which date of publication
    is claimed.
    """

    name: str
    paths: tuple[tuple[datetime, str], ...]
    editions: tuple[Edition, ...]
    hidden: tuple[tuple[datetime, datetime, Wall], ...] = ()
    changes: tuple[Change, ...]
    other: str | None = None
    entries: tuple[Entry, ...] = ()
    box: tuple[str, ...] = ()
    amp: str | None = None
    gets_query: str = ""
    canonical: str | None = None
    section: str = "Harbour"
    silent: tuple[datetime, ...] = ()
    redated: tuple[tuple[datetime, datetime], ...] = ()

    def edition_at(self, now: datetime) -> Edition | None:
        return next((edition for edition in reversed(self.editions) if edition.at <= now), None)

    def path_at(self, now: datetime) -> str:
        return next((path for at, path in reversed(self.paths) if at <= now), self.paths[0][1])

    def wall_at(self, now: datetime) -> Wall | None:
        return next((wall for begin, end, wall in self.hidden if begin <= now < end), None)

    def published_in(self, edition: Edition) -> datetime:
        """Give the date of publication that an edition claims."""
        return next((date for at, date in reversed(self.redated) if at <= edition.at), self.editions[0].at)

    def modified_in(self, edition: Edition) -> datetime:
        """Give the time of modification that an edition claims."""
        return max(one.at for one in self.editions if one.at <= edition.at and one.at not in self.silent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A host with posts; ``redesigned`` None always has the second design. ``seed`` is the text of one more post."""

    host: str
    title: str
    posts: tuple[Post, ...]
    redesigned: datetime | None = None
    seed: str | None = None
    robots: str | None = None

    def is_old(self, now: datetime) -> bool:
        return self.redesigned is not None and now < self.redesigned


def first(
    desk: Desk, name: str, at: datetime, headline: str, byline: str, *paragraphs: Paragraph, rest: int = 6
) -> Edition:
    """Give a first edition: the paragraphs that matter, and ``rest`` more."""
    return Edition(
        at=at,
        headline=headline,
        standfirst=desk.headline(name) + ".",
        byline=byline,
        paragraphs=(*paragraphs, *desk.report(name, rest)),
    )


def edited(edition: Edition, at: datetime, *swaps: tuple[str, str]) -> Edition:
    """Give the next edition, in which words of the text are others."""
    paragraphs = edition.paragraphs
    for old, new in swaps:
        assert sum(plain(words).count(old) for words in paragraphs) == 1, old
        paragraphs = tuple(
            tuple(part.replace(old, new) if isinstance(part, str) else part for part in words) for words in paragraphs
        )
    return replace(edition, at=at, paragraphs=paragraphs)


def told(*changes: tuple[datetime, ChangeKind, *tuple[Flag, ...]]) -> tuple[Change, ...]:
    """Give what happened when, each with the flags that a diff of it should have."""
    return tuple(Change(at=at, kind=kind, flags=tuple(flags)) for at, kind, *flags in changes)
