"""What an HTML page says of itself and where it leads: links, feeds, further index pages, requisites. Pure.

Whether any of it is wanted is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Literal, cast

from lxml import etree

from crawler.items import BODY, ITEMS, TITLE, Item, decoded, joiner, whole, words
from crawler.navigation import MAY_BE_NAV, is_feed_type, is_nav, is_of_comments, leads_on, names_feed
from crawler.requisites import Kind, Requisite, css_urls, srcset_urls

ROBOTS_NAMES = ("robots", "variorum")
"""Names of meta elements that speak to us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link as a reader sees it. ``in_nav``: it stands in navigation, header, footer or sidebar."""

    url: str
    text: str = ""
    rel: str = ""
    in_nav: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """The page in another shape: another language (``language`` as hreflang has it), or AMP."""

    url: str
    kind: Literal["hreflang", "amphtml"]
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an HTML page says of itself and where it leads; all addresses absolute, http or https.

    ``links`` keep document order and repetitions. ``feeds`` are those declared, then those linked, without the
    feeds of comments. ``next_pages`` are index pages of the same host: older posts, months, years.
    ``robots_meta`` holds the directives for everyone and for us, lower-case. ``tdm``: text and data mining reserved.
    """

    title: str | None = None
    language: str | None = None
    canonical: str | None = None
    alternates: tuple[Alternate, ...] = ()
    feeds: tuple[Item, ...] = ()
    links: tuple[Anchor, ...] = ()
    next_pages: tuple[str, ...] = ()
    requisites: tuple[Requisite, ...] = ()
    meta_refresh: str | None = None
    robots_meta: tuple[str, ...] = ()
    tdm: bool = False


_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_REFRESH = re.compile(r"\s*[\d.]*\s*[;,]?\s*url\s*=\s*[\"']?([^\"']+)", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://(?:www\.)?([^/?#]+)", re.IGNORECASE)

_STYLES = etree.XPath("//@style[contains(., 'url(')]", smart_strings=False)

_Handle = Callable[[etree._Element], None]


def read_page(body: bytes, url: str, charset: str | None) -> Page:
    """Read an HTML page, unpacked; anything at all gives a Page, at worst an empty one.

    ``charset`` is the Content-Type's. A byte order mark goes before it, a meta element after it.
    """
    body = body[:BODY]
    named = _META_CHARSET.search(body, 0, 4_096)
    meta = named[1].decode("ascii") if named else None
    text = whole(decoded(body, charset, None if meta and meta.lower().startswith("utf-16") else meta))
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    try:
        root = cast("etree._Element | None", etree.fromstring(text.encode("utf-8", "replace"), parser))
    except etree.XMLSyntaxError:
        root = None
    if root is None:  # nothing, or only comments
        return Page()
    reader = _Reader(root, url)
    reader.walk(root)
    if "url(" in text:
        for style in _STYLES(root):
            reader.load_css(style)
    return reader.page()


class _Reader:
    """One walk over a page's tree, and what was found so far."""

    def __init__(self, root: etree._Element, url: str) -> None:
        outside = joiner(url)
        base = next(iter(root.iter("base")), None)
        address = (outside(base.get("href") or "") if base is not None else None) or url
        self.absolute = joiner(address)
        self.address = address
        own = _ORIGIN.match(url)
        self.host = own[1].lower() if own else ""
        self.title: str | None = None
        self.language = words(root.get("lang"))
        self.canonical: str | None = None
        self.refresh: str | None = None
        self.tdm = False
        self.robots: dict[str, None] = {}
        self.alternates: list[Alternate] = []
        self.declared: dict[str, str | None] = {}
        self.linked: dict[str, str | None] = {}
        self.next_pages: dict[str, None] = {}
        self.links: list[Anchor] = []
        self.requisites: dict[str, Kind] = {}
        self.of_nav: set[etree._Element] = set()

    def walk(self, root: etree._Element) -> None:
        handlers: dict[str, _Handle] = {
            "a": self.anchor,
            "area": self.anchor,
            "link": self.link,
            "meta": self.meta,
            "title": self.name,
            "img": self.picture,
            "source": self.source,
            "video": self.media,
            "audio": self.media,
            "embed": self.media,
            "script": self.script,
            "style": self.style,
            "input": self.input,
            "image": self.drawn,
            "body": self.background,
            "table": self.background,
        }
        for element in root.iter(*handlers, *MAY_BE_NAV):
            tag = str(element.tag)
            handle = handlers.get(tag)
            if handle is not None:
                handle(element)
            elif element not in self.of_nav and is_nav(element, tag):
                self.of_nav.update(element.iter("a", "area", *MAY_BE_NAV))

    def page(self) -> Page:
        feeds = self.declared | {url: title for url, title in self.linked.items() if url not in self.declared}
        return Page(
            title=self.title,
            language=self.language,
            canonical=self.canonical,
            alternates=tuple(self.alternates),
            feeds=tuple(Item(url=url, title=title) for url, title in feeds.items()),
            links=tuple(self.links),
            next_pages=tuple(self.next_pages),
            requisites=tuple(Requisite(url=url, kind=kind) for url, kind in self.requisites.items()),
            meta_refresh=self.refresh,
            robots_meta=tuple(self.robots),
            tdm=self.tdm,
        )

    # -- one element each

    def anchor(self, element: etree._Element) -> None:
        href = element.get("href")
        if not href or href[0] == "#" or len(self.links) >= ITEMS:
            return
        url = self.absolute(href)
        if url is None:
            return
        rel = element.get("rel")
        text = _text_of(element)
        self.links.append(Anchor(url=url, text=text, rel=rel.lower() if rel else "", in_nav=element in self.of_nav))
        if names_feed(url, element.get("type")):
            if not is_of_comments(url):
                self.linked.setdefault(url, text or None)
        elif leads_on(url, rel, text) and self.is_own(url):
            self.next_pages.setdefault(url)

    def link(self, element: etree._Element) -> None:
        url = self.absolute(element.get("href") or "")
        if url is None:
            return
        rels = (element.get("rel") or "").lower().split()
        kind = _of_link(rels, (element.get("as") or "").lower())
        if kind is not None:
            self.needs(url, kind)
        elif "canonical" in rels:
            self.canonical = self.canonical or url
        elif "next" in rels:
            if self.is_own(url):
                self.next_pages.setdefault(url)
        elif "amphtml" in rels:
            self.also(Alternate(url=url, kind="amphtml"))
        elif "alternate" in rels or "feed" in rels:
            self.alternate(element, url)

    def alternate(self, element: etree._Element, url: str) -> None:
        title = words(element.get("title"))
        language = element.get("hreflang")
        if is_feed_type(element.get("type")):
            if not is_of_comments(url) and len(self.declared) < ITEMS:
                self.declared.setdefault(url, title)
        elif language:
            self.also(Alternate(url=url, kind="hreflang", language=words(language)))

    def also(self, alternate: Alternate) -> None:
        if len(self.alternates) < ITEMS:
            self.alternates.append(alternate)

    def meta(self, element: etree._Element) -> None:
        content = element.get("content") or ""
        name = (element.get("name") or element.get("property") or "").strip().lower()
        act = (element.get("http-equiv") or "").strip().lower()
        if name in ROBOTS_NAMES:
            self.robots |= dict.fromkeys(filter(None, (x.strip() for x in content[:TITLE].lower().split(","))))
        elif name == "tdm-reservation":
            self.tdm = content.strip() == "1"
        elif act == "refresh" and self.refresh is None:
            found = _REFRESH.match(content)
            self.refresh = self.absolute(found[1]) if found else None
        elif act == "content-language" and self.language is None:
            self.language = words(content.partition(",")[0])

    def name(self, element: etree._Element) -> None:
        if self.title is None:  # a drawing on the page may have its own
            self.title = words(element.text)

    def picture(self, element: etree._Element) -> None:
        for source in ("src", "data-src", "data-lazy-src", "data-original"):
            self.needs_if(element.get(source), "picture")
        self.needs_set(element)

    def source(self, element: etree._Element) -> None:
        self.needs_if(element.get("src"), "media")
        self.needs_set(element)

    def needs_set(self, element: etree._Element) -> None:
        for name in ("srcset", "data-srcset", "data-lazy-srcset"):
            value = element.get(name)
            if value:
                for url in srcset_urls(value):
                    self.needs_if(url, "picture")

    def media(self, element: etree._Element) -> None:
        self.needs_if(element.get("poster"), "picture")
        self.needs_if(element.get("src"), "media")

    def script(self, element: etree._Element) -> None:
        self.needs_if(element.get("src"), "script")

    def style(self, element: etree._Element) -> None:
        self.load_css(element.text or "")

    def input(self, element: etree._Element) -> None:
        self.needs_if(element.get("src"), "picture")

    def drawn(self, element: etree._Element) -> None:
        self.needs_if(element.get("href") or element.get("xlink:href"), "picture")

    def background(self, element: etree._Element) -> None:
        self.needs_if(element.get("background"), "picture")

    # -- what they share

    def needs_if(self, href: str | None, kind: Kind) -> None:
        url = self.absolute(href) if href else None
        if url is not None:
            self.needs(url, kind)

    def needs(self, url: str, kind: Kind) -> None:
        if len(self.requisites) < ITEMS:
            self.requisites.setdefault(url, kind)

    def load_css(self, text: str) -> None:
        if "(" in text or "@import" in text:
            for url, kind in css_urls(text, self.address):
                self.needs(url, kind)

    def is_own(self, url: str) -> bool:
        found = _ORIGIN.match(url)
        return found is not None and found[1].lower() == self.host


def _of_link(rels: list[str], shape: str) -> Kind | None:
    """Give what a link element loads, or None where it only refers."""
    for rel in rels:
        if rel == "stylesheet":
            return "style"
        if rel == "icon" or rel.endswith("-icon") or rel == "apple-touch-icon-precomposed":
            return "icon"
        if rel == "modulepreload":
            return "script"
        if rel == "preload":
            return _PRELOADED.get(shape)
    return None


_PRELOADED: dict[str, Kind] = {"style": "style", "font": "font", "image": "picture", "script": "script"}


def _text_of(element: etree._Element) -> str:
    """Give a link's words, or those of its picture; of a link left open, what stands near its start."""
    text = element.text or ""
    if len(element):
        pieces = [text]
        named = ""
        for inner in islice(element.iterdescendants(etree.Element), _NEAR):
            if inner.tag not in ("script", "style"):
                pieces.append(inner.text or "")
            if inner.tag == "img":
                named = named or inner.get("alt") or ""
            pieces.append(inner.tail or "")
        text = " ".join(pieces)
        if not text.strip():
            text = named
    return words(text) or ""


_NEAR = 60
"""Elements inside a link that are searched for its words: a bound for links that nobody closed."""
