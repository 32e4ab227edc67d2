"""What a page declares about itself in JSON-LD, microdata, OpenGraph and other meta elements. Pure.

Every value found is kept with where it stood; ``values`` has the best of each kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape

from lxml.html import HtmlElement

from archive.extract.bylines import names
from archive.extract.jsonld import ARTICLES, WORKS, Node, body_of, kinds, listed, nodes, reference, text_of
from archive.extract.page import sound, squeezed
from archive.extract.times import stamp as stamp
from archive.model import Candidate as Candidate

LISTINGS = frozenset(("CollectionPage", "ItemList", "Blog", "SearchResultsPage", "ProfilePage"))

# Who is believed first; what stands further left wins.
_RANKS = ("html", "json-ld", "microdata", "og", "meta", "twitter", "json-ld page", "title")
_LONG = 2000
_BODY = 500
_TAG_SOURCES = ("article:tag", "keywords", "news_keywords", "parsely-tags", "sailthru.tags", "cxenseparse:keywords")


@dataclass(slots=True, kw_only=True)
class Claims:
    """What a page says of itself, each value with its origin: ``json-ld``, ``microdata``, ``og``, ``meta`` .."""

    kinds: set[str] = field(default_factory=set)
    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    authors_from: str | None = None
    tags: tuple[str, ...] = ()
    tags_from: str | None = None
    free: bool = True
    live: bool = False
    body: str | None = None
    brands: set[str] = field(default_factory=set)
    candidates: list[Candidate] = field(default_factory=list)

    def say(self, name: str, value: object, origin: str) -> None:
        """Keep a value; it is the one to go by where nobody of a better rank has spoken."""
        if not isinstance(value, str) or not (text := squeezed(sound(unescape(value)))[:_LONG]):
            return
        self.candidates.append(Candidate(field=name, value=text, origin=origin))
        known = self.values.get(name)
        if known is None or _RANKS.index(origin) < _RANKS.index(known[1]):
            self.values[name] = (text, origin)

    def all(self, name: str) -> list[tuple[str, str]]:
        """Give every value of a kind with its origin, the best first."""
        found = [(each.value, each.origin) for each in self.candidates if each.field == name]
        return sorted(found, key=lambda each: _RANKS.index(each[1]))

    def written_by(self, origin: str) -> list[str]:
        """Give the bylines as one origin writes them."""
        return [each.value for each in self.candidates if each.field == "bylines" and each.origin == origin]

    def declared(self) -> Mapping[str, object]:
        """Say what kind of page this claims to be."""
        og = self.values.get("type", ("", ""))[0].lower()
        article = og in ("article", "news") or bool(self.kinds & ARTICLES)
        listing = bool(self.kinds & LISTINGS) or (og in ("website", "blog") and not self.kinds & ARTICLES)
        return {"article": article, "listing": listing, "paid": not self.free}


def claims(tree: HtmlElement) -> Claims:
    """Read what the page declares; of several values of a kind the first by JSON-LD, microdata, OpenGraph, meta."""
    found = Claims()
    _take_nodes(found, nodes(tree))
    words: list[str] = []
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        content = meta.get("content")
        if not name or not content:
            continue
        if name in _TAG_SOURCES:
            words += content.split(",") if name != "article:tag" else [content]
        elif name in _METAS:
            kind, origin = _METAS[name]
            found.say(kind, content, origin)
    for title in tree.iter("title"):
        found.say("title", title.text_content(), "title")
        break
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    found.say("language", (language or "").strip(), "html")
    for origin in ("json-ld", "microdata", "meta"):
        if not found.authors and (known := names_of(found.written_by(origin))):
            found.authors, found.authors_from = known, origin
    if not found.tags and (tags := distinct(words)):
        found.tags, found.tags_from = tags, "meta"
    return found


_METAS = {
    "og:type": ("type", "og"),
    "og:title": ("og_title", "og"),
    "og:site_name": ("site", "og"),
    "application-name": ("site", "meta"),
    "og:url": ("url", "og"),
    "og:description": ("description", "og"),
    "description": ("description", "meta"),
    "twitter:description": ("description", "twitter"),
    "twitter:title": ("og_title", "twitter"),
    "parsely-title": ("og_title", "meta"),
    "sailthru.title": ("og_title", "meta"),
    "dc.title": ("og_title", "meta"),
    "dcterms.title": ("og_title", "meta"),
    "hdl": ("og_title", "meta"),
    "citation_title": ("og_title", "meta"),
    "headline": ("headline", "microdata"),
    "author": ("bylines", "meta"),
    "authors": ("bylines", "meta"),
    "article:author": ("bylines", "meta"),
    "article:author_name": ("bylines", "meta"),
    "byl": ("bylines", "meta"),
    "parsely-author": ("bylines", "meta"),
    "dc.creator": ("bylines", "meta"),
    "dcterms.creator": ("bylines", "meta"),
    "sailthru.author": ("bylines", "meta"),
    "citation_author": ("bylines", "meta"),
    "cxenseparse:author": ("bylines", "meta"),
    "og:image": ("picture", "og"),
    "og:image:url": ("picture", "og"),
    "og:image:secure_url": ("picture", "og"),
    "twitter:image": ("picture", "twitter"),
    "twitter:image:src": ("picture", "twitter"),
    "og:locale": ("language", "og"),
    "inlanguage": ("language", "microdata"),
    "content-language": ("language", "meta"),
    "dc.language": ("language", "meta"),
    "article:published_time": ("published", "og"),
    "og:article:published_time": ("published", "og"),
    "article:published": ("published", "og"),
    "article:modified_time": ("modified", "og"),
    "og:article:modified_time": ("modified", "og"),
    "article:modified": ("modified", "og"),
    "og:updated_time": ("modified", "og"),
    "article:section": ("section", "og"),
    "parsely-section": ("section", "meta"),
    "cxenseparse:recs:publishtime": ("published", "meta"),
    "datepublished": ("published", "microdata"),
    "datemodified": ("modified", "microdata"),
    "parsely-pub-date": ("published", "meta"),
    "sailthru.date": ("published", "meta"),
    "pubdate": ("published", "meta"),
    "publish-date": ("published", "meta"),
    "publish_date": ("published", "meta"),
    "publication_date": ("published", "meta"),
    "publishdate": ("published", "meta"),
    "citation_publication_date": ("published", "meta"),
    "citation_online_date": ("published", "meta"),
    "date": ("published", "meta"),
    "dc.date": ("published", "meta"),
    "dc.date.issued": ("published", "meta"),
    "dcterms.date": ("published", "meta"),
    "dcterms.issued": ("published", "meta"),
    "dcterms.created": ("published", "meta"),
    "last-modified": ("modified", "meta"),
    "lastmod": ("modified", "meta"),
    "dcterms.modified": ("modified", "meta"),
}


def _take_nodes(found: Claims, all_nodes: tuple[Node, ...]) -> None:
    by_id = {str(node["@id"]): node for node in all_nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    for node in all_nodes:
        own = kinds(node)
        found.kinds |= own
        if str(node.get("isAccessibleForFree")).strip().lower() in ("false", "0", "no"):
            found.free = False
        if own & {"NewsMediaOrganization", "Organization", "WebSite"}:
            found.say("site", text_of(node.get("name")), "json-ld")
        if own & ARTICLES:
            _take_article(found, node, by_id, "json-ld")
        elif own & WORKS or (node.get("headline") and node.get("datePublished")):
            _take_article(found, node, by_id, "json-ld page")


def _take_article(found: Claims, node: Node, by_id: Mapping[str, Node], origin: str) -> None:
    found.live = found.live or "LiveBlogPosting" in kinds(node) or "liveBlogUpdate" in node
    for field_name, key in (("published", "datePublished"), ("modified", "dateModified"), ("language", "inLanguage")):
        found.say(field_name, text_of(node.get(key)), origin)
    for each in _whole(node.get("author") or node.get("creator"), by_id):
        for name in listed(each.get("name") if isinstance(each, Mapping) else each):
            if isinstance(name, str):
                found.say("bylines", name, origin)
    found.say("picture", reference(node.get("image")), origin)
    found.say("description", text_of(node.get("description")), origin)
    if origin != "json-ld":
        return
    found.say("headline", text_of(node.get("headline")) or text_of(node.get("name")), origin)
    found.say("alternative", text_of(node.get("alternativeHeadline")), origin)
    for each in _whole(node.get("publisher"), by_id):
        found.say("site", text_of(each), origin)
    for section in listed(node.get("articleSection"))[:1]:
        found.say("section", text_of(section), origin)
    keywords = [word for each in listed(node.get("keywords")) if isinstance(each, str) for word in each.split(",")]
    if keywords and not found.tags:
        found.tags, found.tags_from = distinct(keywords), origin
    body = body_of(node)
    if body and len(body) > max(_BODY, len(found.body or "")):
        found.body = body


def _whole(value: object, by_id: Mapping[str, Node]) -> list[object]:
    """Follow references to other objects of the page, as ``{"@id": ..}``."""
    found: list[object] = []
    for each in listed(value):
        refers = isinstance(each, dict) and not each.get("name") and isinstance(each.get("@id"), str)
        found.append(by_id.get(str(each["@id"]), each) if refers and isinstance(each, dict) else each)
    return found


def names_of(values: Iterable[str]) -> tuple[str, ...]:
    """Give names of people one by one; addresses are none."""
    return names(values)


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Give words once each, in order."""
    kept = (squeezed(sound(unescape(unescape(value))))[:200] for value in values)
    return tuple(dict.fromkeys(value for value in kept if value))
