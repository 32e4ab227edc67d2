"""What watching a blog begins with: what its bodies say, where else to look, what is kept of that, its site file.

``examine`` runs in a process that may be killed; the rest decides, and ``write`` alone touches the disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

from archive import ingest
from archive.errors import Misuse
from archive.judge import HTML
from archive.links import registrable
from archive.model import Url, UrlKey
from archive.urls import fetchable, neighbour, urlkey
from crawler import sites
from crawler.discover import read_page
from crawler.feeds import Feed, read_feed
from crawler.items import charset_of, words
from crawler.sitemaps import read_sitemap
from crawler.sites import Site

SITEMAP_PLACES = ("/sitemap.xml", "/sitemap_index.xml")
FEED_PLACES = ("/feed", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feeds/posts/default")
PROBES = 6
"""Usual places that are tried at one blog where nothing is announced."""
FEEDS = 8
"""Announced feeds that are asked for."""
SITEMAPS = 8
ARCHIVE_PAGES = 5
"""Pages of older posts that go into a site file: the crawl finds the others from there."""
COMPARED = 2000
"""Items of a feed by which it is told from another."""

Wanted = Literal["front page", "feed", "sitemap"]
State = Literal["written", "already watched", "failed", "broken off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A blog somebody wants watched: ``given`` as typed, ``url`` to ask for, what is known of it already."""

    given: str
    url: Url
    feed: Url | None = None
    name: str | None = None
    title: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A body as it came, with its content codings, and what it is hoped to be."""

    url: str
    data: bytes
    codings: tuple[str, ...]
    mime: str | None
    wanted: Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What a page says of the blog it belongs to. ``moved_to`` is where it sends its readers by itself."""

    title: str | None = None
    language: str | None = None
    feeds: tuple[str, ...] = ()
    archive_pages: tuple[str, ...] = ()
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A feed or sitemap that was read: its kind in words, how many items it shows, which, and of which hosts."""

    url: Url
    kind: str
    items: int
    title: str | None = None
    language: str | None = None
    home: str | None = None
    keys: frozenset[UrlKey] = frozenset()
    hosts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is to say of a wish: the blog, or as ``problem`` why there is none. ``notes`` are for a person."""

    wish: Wish
    url: Url
    title: str | None = None
    language: str | None = None
    hosts: tuple[str, ...] = ()
    feeds: tuple[Listing, ...] = ()
    sitemaps: tuple[Listing, ...] = ()
    archive_pages: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str | None = None
    broken_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a wish; ``name`` and ``file`` are those of the site file that is there now, if one is."""

    found: Found
    state: State
    name: str | None = None
    file: Path | None = None
    detail: str | None = None


# ---- reading, in a process of its own


def examine(seen: Seen) -> Front | Listing | None:
    """Read a body for what it is hoped to be; None where it is not that. A front page may turn out to be a feed."""
    data, _ = ingest.unpacked(seen.data, list(seen.codings))
    if seen.wanted == "sitemap":
        found = read_sitemap(data, seen.url, seen.mime)
        if found is None:
            return None
        shown = found.items or found.sitemaps
        return Listing(url=Url(seen.url), kind=found.kind, items=len(shown))
    if (feed := read_feed(data, seen.url, seen.mime)) is not None:
        return _listing(feed, seen.url)
    kind = (seen.mime or "").partition(";")[0].strip().lower()
    if seen.wanted == "feed" or not data.strip() or kind not in ("", *HTML):
        return None
    page = read_page(data, seen.url, charset_of(seen.mime))
    return Front(
        title=page.title,
        language=page.language,
        feeds=tuple(item.url for item in page.feeds[: 4 * FEEDS]),
        archive_pages=page.next_pages,
        moved_to=page.meta_refresh,
    )


def _listing(feed: Feed, url: str) -> Listing:
    hosts: Counter[str] = Counter()
    for item in feed.items[:COMPARED]:
        try:
            hosts[neighbour(item.url)] += 1
        except Misuse:
            continue
    return Listing(
        url=Url(url),
        kind=feed.kind,
        items=len(feed.items),
        title=feed.title,
        language=feed.language,
        home=feed.home,
        keys=frozenset(urlkey(item.url) for item in feed.items[:COMPARED]),
        hosts=tuple(hosts.most_common(20)),
    )


# ---- deciding


def places(front: str, names: Sequence[str]) -> list[Url]:
    """Give the usual places of a blog: at its root, or below the folder it lives in."""
    folder = urljoin(front, ".")
    return [fetchable(urljoin(folder, name.removeprefix("/"))) for name in names]


def addresses(base: str, said: Collection[str], most: int) -> tuple[list[Url], int]:
    """Give what pages and robots.txt announce as URLs to ask for, each once, and how many are left out of these."""
    made: dict[UrlKey, Url] = {}
    for text in said:
        try:
            url = fetchable(urljoin(base, text.strip()))
        except (Misuse, ValueError):
            continue
        made.setdefault(urlkey(url), url)
    return list(made.values())[:most], max(0, len(made) - most)


def choose_feeds(front: str, read: Sequence[Listing]) -> tuple[list[Listing], list[str]]:
    """Give the feeds worth polling, in their order, and in words why the others are left out."""
    kept: list[Listing] = []
    notes: list[str] = []
    shown: set[UrlKey] = set()
    for feed in read:
        if not _is_of(front, feed):
            notes.append(f"{feed.url} is left out: what it shows is of {feed.hosts[0][0]}, another blog's")
        elif kept and feed.keys <= shown:
            notes.append(f"{feed.url} is left out: it shows nothing that {kept[0].url} does not")
        else:
            kept.append(feed)
            shown |= feed.keys
    # An empty feed goes where a fuller one stands.
    full = [feed for feed in kept if feed.items]
    return full or kept[:1], notes


def _is_of(front: str, feed: Listing) -> bool:
    domain = registrable(neighbour(front))
    hosts = [host for host, _ in feed.hosts]
    # A feed that names no home names itself.
    says_home = feed.home is not None and urlkey(feed.home) != urlkey(feed.url)
    if says_home or not hosts:
        with suppress(Misuse):
            hosts.append(neighbour(feed.home if feed.home is not None else feed.url))
    return any(registrable(host) == domain for host in hosts)


def more_hosts(front: str, feeds: Sequence[Listing]) -> tuple[tuple[str, ...], list[str]]:
    """Give the site's hosts where its feeds show posts at others of its domain; and notes on foreign ones."""
    usual = Site(name="site", url=Url(front)).hosts
    domain = registrable(neighbour(front))
    counted: Counter[str] = Counter()
    for feed in feeds:
        counted.update(dict(feed.hosts))
    total = counted.total()
    own: list[str] = []
    notes: list[str] = []
    for host, count in counted.most_common():
        if host in usual or count * 4 < total:
            continue
        if registrable(host) == domain:
            own.append(host)
        else:
            notes.append(f"{count} of {total} items are at {host}; add it to hosts if it is the blog's")
    return ((*usual, *own) if own else ()), notes


def title_of(front: Front, feeds: Sequence[Listing], wish: Wish) -> str | None:
    """Give what the blog is called: as its feed says where its page says so too, else as the page says."""
    page = words(front.title)
    for feed in feeds:
        if feed.title and (page is None or feed.title.casefold() in page.casefold()):
            return feed.title
    return page or wish.title


# ---- writing


def text_of(found: Found) -> str:
    """Write the site file of what was found."""
    return sites.template(
        found.url,
        title=found.title or found.wish.title,
        hosts=found.hosts,
        feeds=[feed.url for feed in found.feeds],
        sitemaps=[each.url for each in found.sitemaps],
        archive_pages=found.archive_pages,
        tags=found.wish.tags,
        language=found.language,
    )


class Folder:
    """The site files of an archive, and those written meanwhile; a site that is there is never written over."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder = folder
        self._names = {site.name: site.url for site in sites.every(folder, home)}
        self._keys = {urlkey(url): name for name, url in self._names.items()}

    def known(self, url: str) -> tuple[str, Path] | None:
        """Give the name and the file of the site that has this front page."""
        name = self._keys.get(urlkey(url))
        return None if name is None else (name, self._folder / f"{name}.toml")

    def taken(self, name: str) -> str | None:
        """Say which URL a name stands for, whatever its case."""
        return next((url for known, url in self._names.items() if known.lower() == name.lower()), None)

    def settle(self, found: Found, *, anyway: bool) -> Outcome:
        """Write the site file of what was found, if there is to be one."""
        if found.broken_off:
            return Outcome(found=found, state="broken off", detail="broken off before it was looked through")
        if found.problem is not None and not anyway:
            return Outcome(found=found, state="failed", detail=found.problem)
        if (known := self.known(found.url)) is not None:
            return Outcome(found=found, state="already watched", name=known[0], file=known[1])
        name = found.wish.name or sites.name_for(found.url, self._names)
        if (other := self.taken(name)) is not None:
            detail = f"there is a site {name} already, {other}; give another name"
            return Outcome(found=found, state="failed", detail=detail)
        try:
            file = write(self._folder, name, text_of(found))
        except Misuse as misuse:
            return Outcome(found=found, state="failed", detail=str(misuse))
        self._names[name] = found.url
        self._keys[urlkey(found.url)] = name
        return Outcome(found=found, state="written", name=name, file=file, detail=found.problem)


def write(folder: Path, name: str, text: str) -> Path:
    """Write a new site file; raise Misuse where one is there or none can be written."""
    file = folder / f"{name}.toml"
    try:
        folder.mkdir(exist_ok=True)
        with open(file, "x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError as cause:
        raise Misuse(f"{file} is there already; give another name") from cause
    except OSError as cause:
        raise Misuse(f"{file} cannot be written: {cause.strerror}; make room, or let it be written") from cause
    return file
