"""The nouns of the stand's own lists, by which the crawler is judged; the crawler never reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archive.model import Outcome, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Whom a story names as its source: by a link to ``host``, or by name only (``host`` None)."""

    outlet: str
    host: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One line of the stand's own list of articles, to judge the crawler by; the crawler never reads it.

    ``headlines`` has one entry per edition; ``credits`` are those of the last edition. ``site`` is the watched blog's
    ``Watched.site``, None for outlets that are only cited. ``shown_as`` is the URL a feed gives, if it redirects here.
    """

    url: str
    published: datetime
    headlines: tuple[str, ...]
    credits: tuple[Credit, ...] = ()
    edited: tuple[datetime, ...] = ()
    gone_at: datetime | None = None
    site: str | None = None
    shown_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A blog to watch: the URL to give, the front page it leads to, and what is to be found of it.

    ``site`` is the front page's host. ``archive`` are the first archive pages that the front page links.
    """

    site: str
    url: str
    front: str
    title: str
    language: str = "en"
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    archive: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A page that the body of an article links to, and the outcome of the visit there, in the words of the log.

    ``linked`` is the link as it stands, where it is not the URL to ask. ``ends`` is where redirects stop, and ``then``
    the outcome there.
    """

    url: str
    outcome: Outcome
    linked: str | None = None
    ends: str | None = None
    then: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A URL that is linked somewhere and must never be asked, with the reason; perhaps its whole host."""

    url: str
    why: str
    host_too: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A host from which its robots.txt keeps us, with what it answers."""

    host: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """A page that is fetched and is no article, and what it is instead; ``site`` None when it is only cited."""

    url: str
    verdict: Verdict
    outcome: Outcome = "captured"
    site: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endless:
    """Where pages have no end: the common beginning of their URLs, and the most requests a sane crawl makes there."""

    prefix: str
    kind: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisite:
    """What a page needs to be shown, and the outcome of the visit there."""

    page: str
    url: str
    outcome: Outcome = "captured"


def due_at(articles: tuple[Article, ...], now: datetime) -> tuple[Article, ...]:
    """Give the articles that a complete crawl of the watched blogs at ``now`` must find."""
    return tuple(
        article
        for article in articles
        if article.site is not None and article.published <= now
        if article.gone_at is None or now < article.gone_at
    )
