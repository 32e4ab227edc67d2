"""What a page leads to: items, further index pages, what it cites, what it needs to be shown. Pure.

``follow`` says what of that is wanted, and why the rest is not.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from archive.config import Settings
from archive.errors import Misuse
from archive.links import clean, neighbour_of, registrable, unwrap
from archive.model import Capture, Link, Sighting, Url, What, Why
from archive.store.frontier import Wanted
from archive.urls import fetchable, neighbour, urlkey
from crawler.discover import looks_like_article
from crawler.items import Item
from crawler.looked import Looked
from crawler.sites import Site, is_among, refusal
from crawler.traps import trap

HOPS = 10
"""Redirects that are followed in a row."""
NO_PAGES = (
    *(".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".ico", ".bmp", ".tif", ".tiff"),
    *(".mp3", ".mp4", ".m4a", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".ogg", ".ogv", ".wav", ".flac"),
    *(".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".exe", ".dmg", ".apk", ".iso"),
    *(".css", ".js", ".json", ".xml", ".woff", ".woff2", ".ttf", ".eot"),
    *(".epub", ".mobi", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".csv"),
)
"""Endings of what a citation may lead to that is neither HTML nor PDF."""
CITED_FRESH = timedelta(days=1)
"""How old a capture of a cited page may be to stand for what it said when it was cited (design, section 3)."""
_LEADS_OUT = re.compile(r"/(?:out|go|away|exit|outbound|redirect|link|goto|leave)(?:/|\.php|$)")
"""Paths under which sites count the clicks on links that lead elsewhere."""
_CREDENTIALS = re.compile(r"^([^/?#]*//)[^/?#\\]*@")
INDEXES: tuple[What, ...] = ("front page", "archive page", "feed", "sitemap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What a capture leads to: its items as sighted and as wanted, index pages (wanted again where an item was new),
    and all else."""

    sightings: tuple[Sighting, ...] = ()
    items: tuple[Wanted, ...] = ()
    indexes: tuple[Wanted, ...] = ()
    others: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What follows from the run and the site: ``now``, the run's beginning, the settings, what is too old for it.

    ``hinting``: that a list says of a known item that it was changed is a hint, which somebody else weighs.
    """

    settings: Settings
    site: Site | None
    now: datetime
    began: datetime
    since: datetime | None = None
    hinting: bool = False


def follow(frame: Frame, wanted: Wanted, capture: Capture, looked: Looked) -> Followed:
    """Say what one capture leads to."""
    make = _Maker(frame, wanted, capture)
    if looked.target is not None:
        return Followed(others=tuple(make.redirect(looked.target)))
    site = frame.site
    if wanted.what == "requisite":
        return Followed(others=tuple(make.requisites(looked.requisites, of=wanted.came_from)))
    if site is None or wanted.what in ("citation", "robots"):
        return Followed()
    if wanted.what in INDEXES:
        shown = looked.items or tuple(_item_links(site, looked))
        items = tuple(make.item(item, wanted.depth + 1) for item in shown)
        return Followed(
            sightings=tuple(make.sighting(position, item) for position, item in enumerate(shown)),
            items=items,
            indexes=tuple(make.index(url) for url in looked.indexes),
            others=tuple(make.further(item) for item in looked.further),
        )
    others: list[Wanted] = []
    if looked.reading is not None and looked.reading.extraction is not None and looked.reading.verdict == "article":
        others += make.citations(looked.reading.extraction.links)
    others += make.requisites(looked.requisites, of=capture.id)
    deeper = _item_links(site, looked) if wanted.depth < site.hops else ()
    return Followed(items=tuple(make.item(item, wanted.depth + 1) for item in deeper), others=tuple(others))


def with_date(row: Wanted, dated: datetime | None, site: Site, since: datetime | None) -> Wanted:
    """Give an item's row with the date that another list told: what is too old is refused, or left for later."""
    if row.dated is not None or dated is None or row.reason is not None:
        return row
    too_old = since is not None and dated < since
    return replace(row, dated=dated, reason=refusal(site, row.url, row.depth, dated), later=row.later or too_old)


def _item_links(site: Site, looked: Looked) -> Iterator[Item]:
    """Give the links of a page that may be posts of the site: not its index pages, not its furniture."""
    indexes = {urlkey(url) for url in looked.indexes}
    seen = set()
    for item in looked.links:
        key = urlkey(item.url)
        if key in seen or key in indexes or key in site.named or looks_like_article(item.url) is False:
            continue
        seen.add(key)
        try:
            if neighbour(item.url) in site.hosts:
                yield item
        except Misuse:
            continue


def _without_password(url: str) -> Url:
    """Give a URL as a page names it, but for what belongs in no record."""
    return Url(_CREDENTIALS.sub(r"\1", url))


@dataclass(slots=True)
class _Maker:
    """Makes rows that come from one capture."""

    frame: Frame
    wanted: Wanted
    capture: Capture
    _platforms: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._platforms = tuple(self.frame.settings.polite.platforms)

    def row(
        self, url: str, what: What, why: Why, *, reason: str | None = None, depth: int = 0, exact: bool = False
    ) -> Wanted:
        """Make a row for what a page names; what can't be asked for is told as the page's own neighbour's."""
        try:
            asked = fetchable(url if exact else clean(url))
            host = neighbour_of(asked, self._platforms)
        except Misuse as error:
            asked, host, reason = _without_password(url), self.wanted.neighbour, str(error)
        return Wanted(
            url=asked,
            urlkey=urlkey(asked),
            neighbour=host,
            what=what,
            why=why,
            next_at=self.frame.now,
            depth=depth,
            came_from=self.capture.id,
            site=self.wanted.site,
            reason=reason,
        )

    def redirect(self, target: str) -> Iterator[Wanted]:
        wanted = self.wanted
        what = wanted.what
        there = _joined(self.capture.url, target)
        made = self.row(there, what, "redirect", depth=wanted.depth)
        if made.urlkey == wanted.urlkey:  # who adds tracking to its own URL would redirect us for ever
            made = self.row(there, what, "redirect", depth=wanted.depth, exact=True)
        site = self.frame.site
        if what in ("article", *INDEXES) and made.reason is None and site is not None:
            host = neighbour(made.url)
            if host not in site.hosts and registrable(host) != registrable(neighbour(site.url)):
                made = replace(made, what="page")
        if what == "citation" and made.reason is None and site is not None:
            # A shortener's link leads anywhere; the deny list is of what it leads to.
            made = replace(made, reason=self._not_cited(site, neighbour(made.url), made.url))
        if wanted.hop + 1 > HOPS:
            made = replace(made, reason=f"more than {HOPS} redirects in a row")
        # An index page is read again in each run, wherever it has moved; a known post is not taken twice for that.
        again = self.frame.began if what in (*INDEXES, "robots") else None
        # What a person has followed is where it leads, by however many hops.
        if wanted.why == "follow" or (wanted.hop and what == "article"):
            again = self.frame.now
        yield replace(made, hop=wanted.hop + 1, dated=wanted.dated, fresh_from=again)

    def item(self, item: Item, depth: int) -> Wanted:
        """Make a row of a feed's or a page's item."""
        site = self.frame.site
        assert site is not None
        made = self.row(item.url, "article", "new", depth=depth)
        if made.reason is None:
            why = trap(made.url) or refusal(site, made.url, depth, item.dated)
            made = replace(made, reason=why)
        since = self.frame.since
        older = since is not None and item.dated is not None and item.dated < since
        return replace(made, dated=item.dated, fresh_from=self._fresh(item), later=older)

    def index(self, url: str) -> Wanted:
        made = self.row(url, "archive page", "archive page", depth=self.wanted.depth)
        return made if made.reason is not None else replace(made, reason=trap(made.url))

    def further(self, item: Item) -> Wanted:
        """Make a row of a sitemap in an index of sitemaps, or of a feed's older document."""
        what = self.wanted.what
        made = self.row(item.url, what, "sitemap" if what == "sitemap" else "feed", depth=self.wanted.depth)
        return replace(made, fresh_from=self._fresh(item) or self.frame.began)

    def _fresh(self, item: Item) -> datetime | None:
        """Give when an item says it was changed, no later than the run began: what is seen once in it is seen."""
        return None if item.lastmod is None or self.frame.hinting else min(item.lastmod, self.frame.began)

    def sighting(self, position: int, item: Item) -> Sighting:
        return Sighting(
            url=_without_password(item.url),
            urlkey=urlkey(clean(item.url)),
            site=self.wanted.site or "",
            how=self.wanted.what,
            shown_by=self.capture.id,
            position=position,
            seen_at=self.capture.at,
            title=item.title,
            dated=item.dated,
            lastmod=item.lastmod,
        )

    def citations(self, links: Iterable[Link]) -> Iterator[Wanted]:
        """Make rows of what an article's body links to elsewhere."""
        site, crawl = self.frame.site, self.frame.settings.crawl
        assert site is not None
        if (site.cite or crawl.cite) == "none":
            return
        seen = set()
        cited = 0
        for link in links:
            target = unwrap(link.url)[-1]
            made = self.row(target, "citation", "citation")
            if made.urlkey in seen or not target.lower().startswith(("http:", "https:")):
                continue
            seen.add(made.urlkey)
            if made.reason is not None:
                yield made
                continue
            host = neighbour(made.url)
            if host in site.hosts and not _LEADS_OUT.search(urlsplit(made.url).path):
                continue
            why = self._not_cited(site, host, made.url)
            if why is None and site.cite_only and not is_among(host, site.cite_only):
                why = f"cite_only does not name {host}"
            if why is None and (cited := cited + 1) > crawl.cites_per_article:
                why = f"cap: {crawl.cites_per_article} citations of one article are enough"
            # Somebody else may have cited it long ago: what it said then is no evidence of what it says now.
            yield replace(made, reason=why, fresh_from=self.frame.now - CITED_FRESH)

    def _not_cited(self, site: Site, host: str, url: str) -> str | None:
        """Say why a page is never taken as a citation, wherever the link that leads to it stands."""
        if is_among(host, (*self.frame.settings.crawl.deny, *site.deny)):
            return f"deny list: {host}"
        ending = posixpath.splitext(urlsplit(url).path)[1].lower()
        return f"neither HTML nor PDF: {ending}" if ending in NO_PAGES else None

    def requisites(self, found: Iterable[tuple[str, str]], *, of: str | None) -> Iterator[Wanted]:
        """Make rows of what a page needs to be shown: each at most once in a run."""
        site, crawl = self.frame.site, self.frame.settings.crawl
        mode = (site.requisites if site is not None else None) or crawl.requisites
        if mode == "none":
            return
        kinds = ("style", "font", "picture", "icon") if mode == "page" else None
        for url, kind in found:
            if (kinds is None or kind in kinds) and url.lower().startswith(("http:", "https:")):
                made = self.row(url, "requisite", "requisite")
                yield replace(made, came_from=of, fresh_from=self.frame.began)


def _joined(base: str, target: str) -> str:
    """Give where a link leads; one that nobody can take apart is given as it is, to be refused."""
    try:
        return urljoin(base, target)
    except ValueError:
        return target
