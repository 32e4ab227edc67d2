"""The JSON-LD objects of a page, as they stand: broken JSON is mended where that is cheap, else passed over. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape

from lxml.html import HtmlElement

from archive.extract.page import sound, squeezed

Node = Mapping[str, object]

ARTICLES = frozenset(
    ("Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle",
     "BackgroundNewsArticle", "ReviewNewsArticle", "LiveBlogPosting", "SocialMediaPosting", "Report", "TechArticle",
     "ScholarlyArticle", "AdvertiserContentArticle", "SatiricalArticle")
)  # fmt: skip
WORKS = frozenset(("CreativeWork", "WebPage", "VideoObject", "PodcastEpisode", "Recipe", "Review", "ImageGallery"))
"""What may carry the dates and the names of a page that declares no article."""

_LIMIT = 2_000_000
_DEPTH = 8
_MANY = 400
_WRAPPING = re.compile(
    r"\A\s*(?:(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?|<!--)|(?:(?://|/\*)?\s*\]\]>\s*(?:\*/)?|-->)\s*\Z"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BREAKING = re.compile(r"<\s*(?:/\s*(?:p|div|li|h[1-6]|blockquote)|br)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")


def nodes(tree: HtmlElement) -> tuple[Node, ...]:
    """Give the objects of a page's JSON-LD scripts, outer ones first."""
    found: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            for whole in read(script.text):
                found += _objects(whole, 0)
            if len(found) > _MANY:
                break
    return tuple(found[:_MANY])


def read(text: str) -> tuple[object, ...]:
    """Read one script; several objects one after another are read as such, and what is no JSON is nothing."""
    if len(text) > _LIMIT:
        return ()
    whole = _loaded(text.strip().rstrip(";"))
    if whole is not None:
        return (whole,)
    mended = _WRAPPING.sub("", text).strip().rstrip(";")
    if "&quot;" in mended and '"' not in mended:
        mended = unescape(mended)
    mended = _TRAILING_COMMA.sub(r"\1", mended)
    values: list[object] = []
    decoder, place = json.JSONDecoder(strict=False), 0
    while place < len(mended) and len(values) < _MANY:
        try:
            value, place = decoder.raw_decode(mended, place)
        except (ValueError, RecursionError):
            break
        values.append(value)
        while place < len(mended) and mended[place] in " \t\r\n,;":
            place += 1
    return tuple(values)


def kinds(node: Node) -> set[str]:
    """Give the types of an object, without their vocabulary's address."""
    return {re.split(r"[/#:]", each)[-1] for each in listed(node.get("@type")) if isinstance(each, str)}


def listed(value: object) -> list[object]:
    """Give a value that may be one or several as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: object) -> str | None:
    """Give a value as one line of text; JSON-LD is often HTML-escaped, sometimes twice."""
    for each in listed(value):
        words = (each.get("@value") or each.get("name")) if isinstance(each, dict) else each
        if isinstance(words, str) and (text := squeezed(sound(_plain(words)))):
            return text
    return None


def body_of(node: Node) -> str | None:
    """Give the article's body as plain text, one line a block; None where there is none."""
    value = node.get("articleBody")
    if not isinstance(value, str):
        return None
    text = unescape(unescape(value))
    text = _TAG.sub("", _BREAKING.sub("\n", text)) if "<" in text else text
    lines = [squeezed(line) for line in sound(text).split("\n")]
    return "\n".join(line for line in lines if line) or None


def reference(value: object) -> str | None:
    """Give the address a value is, or carries."""
    for each in listed(value):
        found = (each.get("url") or each.get("contentUrl") or each.get("@id")) if isinstance(each, dict) else each
        first = next(iter(listed(found)), None)
        if isinstance(first, str) and first.strip():
            return first.strip()
    return None


def _plain(text: str) -> str:
    text = unescape(unescape(text)) if "&" in text else text
    return _TAG.sub("", text) if "</" in text or "<br" in text else text


def _loaded(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(value: object, depth: int) -> Iterator[Node]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for each in value:
            yield from _objects(each, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _objects(value.get(key), depth + 1)
