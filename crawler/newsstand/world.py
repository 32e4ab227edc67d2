"""The nouns of the made-up web: hosts, and the rows each host serves. Data only; ``answer.py`` serves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from crawler.newsstand.scripted import Scripted

Framing = Literal["length", "chunked", "close", "none"]
"""How a body ends: counted, in chunks, with the connection, or there is none (HEAD, 304)."""

Door = Literal["open", "closed port", "no such name"]
Validator = Literal["etag", "weak etag", "last-modified", "frozen etag"]
"""``frozen etag`` is the liar's: it never changes, so an edited story is answered 304."""

Says = Literal["both", "header", "meta", "nothing"]
"""Where a page names its charset."""

FeedKind = Literal["rss 0.91", "rss 0.92", "rss 1.0", "rss 2.0", "atom 0.3", "atom 1.0", "json feed 1.1"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What is peculiar about the bytes of a row; the default is counted, plain and spelled as usual.

    ``drip`` is the seconds over which the body trickles, byte by byte. ``cut`` ends the connection in the middle of
    a counted body. ``endless`` is the bytes that follow the body (without a length). ``flood`` adds so many headers.
    """

    framing: Framing = "length"
    gzip: bool = False
    odd_case: bool = False
    cookies: tuple[str, ...] = ()
    charset: str = "utf-8"
    says: Says = "both"
    drip: float = 0.0
    cut: bool = False
    endless: int = 0
    flood: int = 0


PLAIN = Delivery()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link inside a paragraph; the scheme is that of the page it stands in."""

    text: str
    host: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Href:
    """A link written as it stands, whatever it is: another scheme, a wrapper, credentials, a path."""

    text: str
    to: str


Paragraph = tuple[str | Link | Href, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture as a story shows it: where it lies, and its caption.

    ``wider`` are paths of the same picture in 2x, 3x ... for srcset; ``lazy`` leaves the address to data-src.
    """

    host: str
    path: str
    caption: str
    wider: tuple[str, ...] = ()
    lazy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A story's text from ``at`` on, until the next edition."""

    at: datetime
    headline: str
    standfirst: str
    byline: str
    paragraphs: tuple[Paragraph, ...]
    figure: Figure | None = None
    correction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article with its editions, oldest first: unknown (404) before the first, 410 from ``gone_at`` on.

    ``path`` may hold a query. ``stumbles`` answer its first requests, one each. ``instead`` is all that is ever
    served at the path, though every list shows the story. ``canonical`` is the path it names, if not its own.
    """

    path: str
    editions: tuple[Edition, ...]
    gone_at: datetime | None = None
    delivery: Delivery = PLAIN
    stumbles: tuple[Row, ...] = ()
    instead: Row | None = None
    canonical: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Anything served as it is: a style sheet, a page that is no story. ``since`` is its Last-Modified."""

    path: str
    mime: str
    text: str
    since: datetime
    delivery: Delivery = PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Bytes served as they are: a PDF, a font, a film, a page in a charset of its own."""

    path: str
    mime: str
    body: bytes
    since: datetime
    delivery: Delivery = PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG drawn by code; ``hue`` (0 to 255) tells one from another."""

    path: str
    hue: int
    since: datetime
    width: int = 160
    height: int = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """A 3xx to another place; ``host`` is None for the same host. ``location``, if any, is sent as it stands."""

    path: str
    status: int
    to: str = "/"
    host: str | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer that withholds the page; ``retry_after`` is in seconds, and may be told as a date."""

    path: str
    status: int
    text: str
    retry_after: int | None = None
    as_date: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """What is served until the reader brings a cookie (``name=value``), and what then."""

    path: str
    cookie: str
    before: Row
    behind: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed of the host's stories, all or the ``newest``, newest first.

    Its links may be ``tracked`` (utm parameters), ``relative``, or lead ``through`` a prefix that redirects. A
    ``broken`` one is not well-formed. ``announced`` is where the pages name it.
    """

    path: str
    kind: FeedKind
    newest: int | None = None
    tracked: bool = False
    relative: bool = False
    through: str = ""
    broken: bool = False
    announced: Literal["link", "anchor", "nowhere"] = "link"
    delivery: Delivery = PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """A sitemap of the host's stories from place ``first`` up to ``last``, or of ``children`` (an index).

    ``zipped`` is a gzip file, not a content coding. ``through`` prefixes the paths, as in a feed.
    """

    path: str
    kind: Literal["urlset", "index", "news", "text"] = "urlset"
    zipped: bool = False
    first: int = 0
    last: int | None = None
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """How the front page goes on to older stories: ``page path`` is /page/2/, ``page query`` ?page=2, ``older`` a
    link with rel=next, ``months`` /2025/02/, ``nothing`` no way on at all."""

    kind: Literal["page path", "page query", "older", "months", "nothing"]
    each: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Pages without end at every address that begins with ``path``, each linking to more of them."""

    path: str
    kind: Literal["calendar", "session", "growing", "filters", "warren"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """When a host answers 429: every so-manieth request, or one too few seconds after another; not robots.txt."""

    every: int | None = None
    within: float = 0.0
    retry_after: int = 1
    as_date: bool = False


Row = Story | Page | Raw | Picture | Redirect | Refusal | Wall | Feed | Sitemap | Trail | Scripted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Host:
    """One host name and all it serves; equal only to itself, so that what is computed of it can be kept.

    ``feed`` (RSS 2.0) and ``sitemap`` are paths, or None where there is none; further ones are rows. ``robots`` is the
    text of robots.txt, None answers 404. ``front`` says whether ``/`` is a front page made of the stories. ``links``
    joins the navigation, ``blogroll`` and ``foot`` stand beside and below; ``head`` is markup of every page's head.
    A ``secure`` host redirects http to https where the stand speaks both.
    """

    name: str
    title: str
    tagline: str = ""
    language: str = "en"
    door: Door = "open"
    validators: tuple[Validator, ...] = ()
    front: bool = True
    feed: str | None = None
    sitemap: str | None = None
    robots: str | None = None
    breaking: str | None = None
    about: str | None = None
    byline_at: Literal["head", "foot"] = "head"
    json_ld: bool = False
    links: tuple[Link, ...] = ()
    rows: tuple[Row, ...] = ()
    blogroll: tuple[Link, ...] = ()
    foot: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()
    head: str = ""
    archive: Archive | None = None
    delivery: Delivery = PLAIN
    gate: Gate | None = None
    secure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """All hosts of the stand; equal only to itself."""

    hosts: tuple[Host, ...]

    def host(self, name: str) -> Host | None:
        return by_name(self).get(name)


@lru_cache(maxsize=16)
def by_name(world: World) -> Mapping[str, Host]:
    return {host.name: host for host in world.hosts}


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What came before a request: for the same target, and to the same host (robots.txt apart).

    ``gap`` is the seconds since the request before it to the host, None when there was none.
    """

    asked: int = 0
    of_host: int = 0
    gap: float | None = None


FIRST = History()


def edition_at(story: Story, now: datetime) -> Edition | None:
    """Give the edition that is current at ``now``; None before the first, also given when the story is gone."""
    return next((edition for edition in reversed(story.editions) if edition.at <= now), None)


def shown(host: Host, now: datetime) -> tuple[tuple[Story, Edition], ...]:
    """Give the stories a reader can open at ``now``, newest first by their first edition."""
    current = [
        (row, edition)
        for row in host.rows
        if isinstance(row, Story) and (row.gone_at is None or now < row.gone_at)
        if (edition := edition_at(row, now)) is not None
    ]
    return tuple(sorted(current, key=lambda pair: pair[0].editions[0].at, reverse=True))


def changed_at(host: Host, now: datetime) -> datetime | None:
    """Give the time of the last edition or removal on a host up to ``now``, None if nothing happened yet.

    Every page made of stories lists other stories too, so this is the Last-Modified of all of them.
    """
    times = [edition.at for row in host.rows if isinstance(row, Story) for edition in row.editions]
    times += [row.gone_at for row in host.rows if isinstance(row, Story) and row.gone_at is not None]
    return max((time for time in times if time <= now), default=None)
