"""What a page declares about itself in JSON-LD, OpenGraph and other meta elements. Pure.

A first, plain reading: the first good value of each kind, with where it stood.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html import unescape

from lxml.html import HtmlElement

from archive.extract.page import sound, squeezed

ARTICLES = frozenset(
    ("Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle",
     "BackgroundNewsArticle", "ReviewNewsArticle", "LiveBlogPosting", "SocialMediaPosting", "Report", "TechArticle",
     "ScholarlyArticle", "AdvertiserContentArticle", "SatiricalArticle")
)  # fmt: skip
LISTINGS = frozenset(("CollectionPage", "ItemList", "Blog", "SearchResultsPage", "ProfilePage"))

_SCRIPT_LIMIT = 2_000_000
_DEPTH = 8
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")
_ADDRESS = re.compile(r"https?://|\A@|@\S+\.\w+\Z", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Claims:
    """What a page says of itself; each value with its origin: ``og``, ``json-ld``, ``meta``, ``title``."""

    kinds: set[str] = field(default_factory=set)
    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    authors_from: str | None = None
    tags: tuple[str, ...] = ()
    tags_from: str | None = None
    free: bool = True

    def say(self, name: str, value: object, origin: str) -> None:
        """Keep a value where none is known yet."""
        if isinstance(value, str) and (text := squeezed(sound(unescape(value)))) and name not in self.values:
            self.values[name] = (text[:2000], origin)

    def declared(self) -> Mapping[str, object]:
        """Say what kind of page this claims to be."""
        og = self.values.get("type", ("", ""))[0].lower()
        article = og in ("article", "news") or bool(self.kinds & ARTICLES)
        listing = bool(self.kinds & LISTINGS) or (og in ("website", "blog") and not self.kinds & ARTICLES)
        return {"article": article, "listing": listing, "paid": not self.free}


def claims(tree: HtmlElement) -> Claims:
    """Read what the page declares; of several values of a kind the first in the order JSON-LD, OpenGraph, meta."""
    found = Claims()
    for node in _nodes(tree):
        _take_node(found, node)
    tags: list[str] = []
    authors: list[str] = []
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        content = meta.get("content")
        if not name or not content:
            continue
        if name in ("article:tag", "keywords", "news_keywords", "parsely-tags"):
            tags += content.split(",") if name != "article:tag" else [content]
        elif name in ("author", "article:author", "byl", "parsely-author", "dc.creator", "sailthru.author"):
            authors.append(content)
        elif name in _METAS:
            kind, origin = _METAS[name]
            found.say(kind, content, origin)
    if not found.authors and (names := names_of(authors)):
        found.authors, found.authors_from = names, "meta"
    if not found.tags and (words := _distinct(tags)):
        found.tags, found.tags_from = words, "meta"
    for title in tree.iter("title"):
        found.say("title", title.text_content(), "title")
        break
    if language := (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")):
        found.values["language"] = (language.strip(), "html")
    return found


_METAS = {
    "og:type": ("type", "og"),
    "og:title": ("og_title", "og"),
    "twitter:title": ("og_title", "twitter"),
    "og:image": ("picture", "og"),
    "og:image:url": ("picture", "og"),
    "og:image:secure_url": ("picture", "og"),
    "twitter:image": ("picture", "twitter"),
    "twitter:image:src": ("picture", "twitter"),
    "og:locale": ("language", "og"),
    "article:published_time": ("published", "og"),
    "article:modified_time": ("modified", "og"),
    "og:updated_time": ("modified", "og"),
    "article:section": ("section", "og"),
    "datepublished": ("published", "microdata"),
    "datemodified": ("modified", "microdata"),
    "parsely-pub-date": ("published", "meta"),
    "sailthru.date": ("published", "meta"),
    "pubdate": ("published", "meta"),
    "date": ("published", "meta"),
    "dc.date": ("published", "meta"),
    "dc.date.issued": ("published", "meta"),
    "dcterms.created": ("published", "meta"),
    "last-modified": ("modified", "meta"),
    "dcterms.modified": ("modified", "meta"),
}


def _nodes(tree: HtmlElement) -> Iterator[Mapping[str, object]]:
    """Give the JSON-LD objects of a page, outer ones first; what is no JSON is passed over."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text or len(script.text) > _SCRIPT_LIMIT:
            continue
        try:
            whole = json.loads(script.text.strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _objects(whole, 0)


def _objects(value: object, depth: int) -> Iterator[Mapping[str, object]]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for each in value:
            yield from _objects(each, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _objects(value.get(key), depth + 1)


def _take_node(found: Claims, node: Mapping[str, object]) -> None:
    kinds = {each.rpartition("/")[2] for each in _listed(node.get("@type")) if isinstance(each, str)}
    found.kinds |= kinds
    if str(node.get("isAccessibleForFree")).strip().lower() in ("false", "0", "no"):
        found.free = False
    if not kinds & ARTICLES:
        return
    found.say("headline", node.get("headline"), "json-ld")
    found.say("published", node.get("datePublished"), "json-ld")
    found.say("modified", node.get("dateModified"), "json-ld")
    found.say("language", node.get("inLanguage"), "json-ld")
    for section in _listed(node.get("articleSection"))[:1]:
        found.say("section", section, "json-ld")
    for picture in _listed(node.get("image"))[:1]:
        found.say("picture", picture.get("url") if isinstance(picture, dict) else picture, "json-ld")
    names = names_of([name for each in _listed(node.get("author")) for name in _author(each)])
    if names and not found.authors:
        found.authors, found.authors_from = names, "json-ld"
    keywords = [word for each in _listed(node.get("keywords")) if isinstance(each, str) for word in each.split(",")]
    if keywords and not found.tags:
        found.tags, found.tags_from = _distinct(keywords), "json-ld"


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _author(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, dict):
        return []
    return [name for name in _listed(value.get("name")) if isinstance(name, str)]


def names_of(values: list[str]) -> tuple[str, ...]:
    """Give names of people one by one; addresses are none."""
    parts = [part for value in values for part in re.split(r"\s*;\s*", unescape(value))]
    return _distinct(
        [re.sub(r"\A(?:[-–—]+\s*)?(?:(?:by|von|por|par)\s+)?", "", part.strip(), flags=re.IGNORECASE) for part in parts]
    )


def _distinct(values: list[str]) -> tuple[str, ...]:
    kept = (squeezed(sound(unescape(value)))[:200] for value in values)
    return tuple(dict.fromkeys(value for value in kept if value and not _ADDRESS.search(value)))


def stamp(value: str) -> str | None:
    """Give a time as RFC 3339 with the zone as written, or its day where no zone is given; None when it is no time.

    >>> stamp("2025-03-03T08:00:00+0100"), stamp("2025-03-03 08:00"), stamp("yesterday")
    ('2025-03-03T08:00:00+01:00', '2025-03-03', None)
    """
    text = value.strip()
    try:
        if _DAY.match(text):
            return date.fromisoformat(text).isoformat()
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1990 <= at.year <= 9998:
        return None
    if at.tzinfo is None:
        return at.date().isoformat()
    return at.isoformat().replace("+00:00", "Z") if at.tzinfo == UTC else at.isoformat()
