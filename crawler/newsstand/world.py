"""The nouns of the made-up web: hosts, and the rows each host serves. Data only; ``answer.py`` serves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Framing = Literal["length", "chunked", "close", "none"]
"""How a body ends: counted, in chunks, with the connection, or there is none (HEAD, 304)."""

Door = Literal["open", "closed port", "no such name"]
Validator = Literal["etag", "last-modified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What is peculiar about the bytes of a row; the default is counted, plain and spelled as usual."""

    framing: Framing = "length"
    gzip: bool = False
    odd_case: bool = False
    cookies: tuple[str, ...] = ()


PLAIN = Delivery()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link inside a paragraph; the scheme is that of the page it stands in."""

    text: str
    host: str
    path: str


Paragraph = tuple[str | Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture as a story shows it: where it lies, and its caption."""

    host: str
    path: str
    caption: str


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
    """An article with its editions, oldest first: unknown (404) before the first, 410 from ``gone_at`` on."""

    path: str
    editions: tuple[Edition, ...]
    gone_at: datetime | None = None
    delivery: Delivery = PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Anything served as it is: a style sheet, a page that is no story. ``since`` is its Last-Modified."""

    path: str
    mime: str
    text: str
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
    """A 3xx to another place; ``host`` is None for the same host."""

    path: str
    status: int
    to: str
    host: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer that withholds the page; ``retry_after`` is in seconds."""

    path: str
    status: int
    text: str
    retry_after: int | None = None


Row = Story | Page | Picture | Redirect | Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One host name and all it serves.

    ``feed`` and ``sitemap`` are paths, or None where there is none; ``robots`` is the text of robots.txt, None
    answers 404. ``front`` says whether ``/`` is a front page made of the stories. ``links`` joins the navigation.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All hosts of the stand."""

    hosts: tuple[Host, ...]

    def host(self, name: str) -> Host | None:
        return next((host for host in self.hosts if host.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Whom a story names as its source: by a link to ``host``, or by name only (``host`` None)."""

    outlet: str
    host: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One line of the stand's own list of articles, to judge the crawler by; the crawler never reads it.

    ``headlines`` has one entry per edition; ``credits`` are those of the last edition.
    """

    url: str
    published: datetime
    headlines: tuple[str, ...]
    credits: tuple[Credit, ...] = ()
    edited: tuple[datetime, ...] = ()
    gone_at: datetime | None = None


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
