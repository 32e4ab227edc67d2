"""Feeds: RSS 0.9x to 2.0, RSS 1.0, Atom and JSON Feed, as the bytes of a body. The only door of feedparser. Pure."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import feedparser  # type: ignore[import-untyped]
from lxml import etree

from crawler.items import BODY, ITEMS, Item, Join, after_prologue, instant, joiner, words, xml_text

__all__ = ["Feed", "Item", "read_feed"]

_JUNK = 4_096
"""Characters before a feed's root that are searched through: warnings of a broken theme."""
_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel)(?=[\s>])", re.IGNORECASE)
_HTML = re.compile(r"<(?:html|!doctype html|body)\b", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_LOOSE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});|&(?P<name>\w{1,32});|&", re.DOTALL)
_NAMED = re.compile(r"(rss|atom)(\d)(\d+)[a-z]?")
_JSON_FEED = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/(1(?:\.\d)?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed says: ``kind`` as ``rss 2.0``, ``atom 1.0`` or ``json feed 1.1``, its items in its own order.

    ``home`` is the page it belongs to, ``next`` the feed document with older items (RFC 5005). ``problems`` tell
    in words what was wrong with it, or cut.
    """

    kind: str
    title: str | None = None
    language: str | None = None
    home: str | None = None
    items: tuple[Item, ...] = ()
    next: str | None = None
    problems: tuple[str, ...] = ()


def read_feed(body: bytes, url: str, mime: str | None) -> Feed | None:
    """Read a feed, unpacked but not decoded, or give None where this is no feed.

    In Atom ``updated`` is the item's lastmod only; elsewhere it dates an item that shows no other date.
    """
    cut = [f"only the first {BODY >> 20} MB were read"] if len(body) > BODY else []
    text = xml_text(body[:BODY], mime)
    if text.lstrip()[:1] == "{":
        return _json_feed(text, url, cut)
    at = after_prologue(text)
    root = _ROOT.match(text, at)
    if root is None:
        root = _ROOT.search(text, 0, at + _JUNK)
        page = _HTML.search(text, 0, at + _JUNK)
        if root is None or (page and page.start() < root.start()):
            return None
        cut.append("text before the feed was skipped")
    # Without the prologue no document type is left, and so no entities of its own.
    return _xml_feed(text[root.start() :], url, cut)


# ---- XML


def _xml_feed(text: str, url: str, problems: list[str]) -> Feed | None:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    stream = io.BytesIO(_well_formed(text, problems))
    try:
        read = feedparser.parse(stream, response_headers=headers, resolve_relative_uris=False, sanitize_html=False)
    except (ValueError, LookupError, ArithmeticError, TypeError, AttributeError, AssertionError, RecursionError) as why:
        # feedparser's lenient half raises these on input nobody foresaw.
        return Feed(kind="unknown", problems=(*problems, f"the parser gave up: {type(why).__name__}"))
    channel: dict[str, object] = read["feed"]
    kind = _kind(read.get("version") or "")
    if kind is None and not read["entries"]:
        return None
    absolute = joiner(url)
    found = [_item(entry, (kind or "").startswith("atom"), absolute) for entry in read["entries"][:ITEMS]]
    items = tuple(item for item in found if item is not None)
    if len(items) < len(found):
        problems.append(f"{len(found) - len(items)} items without a web address")
    if len(read["entries"]) > ITEMS:
        problems.append(f"only the first {ITEMS} items were read")
    rel = _rels(channel)
    return Feed(
        kind=kind or "unknown",
        title=_title(channel, kind or ""),
        language=words(_said(channel, "language")),
        home=absolute(_said(channel, "link") or ""),
        items=items,
        next=next((made for name in ("next", "prev-archive") if (made := absolute(rel.get(name, "")))), None),
        problems=tuple(problems),
    )


def _well_formed(text: str, problems: list[str]) -> bytes:
    """Give the feed as XML without faults: feedparser's lenient half is slow on some and dies of others."""
    data = text.encode("utf-8", "replace")
    try:
        etree.fromstring(data, _parser(recover=False))
    except etree.XMLSyntaxError as why:
        problems.append(f"not well-formed: {words(str(why))}")
    else:
        return data
    mended = _LOOSE.sub(_mended, text).encode("utf-8", "replace")
    root = cast("etree._Element | None", etree.fromstring(mended, _parser(recover=True)))
    return b"" if root is None else etree.tostring(root, encoding="utf-8")


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=recover
    )


def _mended(match: re.Match[str]) -> str:
    """Give what was meant by an ampersand: a character HTML names, or itself."""
    name = match["name"]
    if name is None:
        return "&amp;" if match[0] == "&" else match[0]
    if name in ("amp", "lt", "gt", "quot", "apos"):
        return match[0]
    meant = html.unescape(match[0])
    return f"&amp;{name};" if meant == match[0] else meant


def _kind(version: str) -> str | None:
    named = _NAMED.fullmatch(version)
    if named:
        return f"{named[1]} {named[2]}.{named[3]}"
    return version or None


def _item(entry: dict[str, object], is_atom: bool, absolute: Join) -> Item | None:
    # FeedBurner and its like put their own address into link, and the publisher's here.
    links = (_said(entry, "feedburner_origlink"), _said(entry, "link"))
    made = next((made for link in links if link and (made := absolute(link))), None)
    if made is None:
        return None
    updated = instant(_said(entry, "updated"))
    dated = instant(_said(entry, "published")) or instant(_said(entry, "created"))
    if dated is None and not is_atom:
        dated, updated = updated, None
    return Item(url=made, title=_title(entry, "atom" if is_atom else ""), dated=dated, lastmod=updated)


def _said(holder: dict[str, object], name: str) -> str | None:
    value = dict.get(holder, name)  # FeedParserDict's own get answers with another field, and warns
    return value if isinstance(value, str) else None


def _rels(channel: dict[str, object]) -> dict[str, str]:
    links = dict.get(channel, "links")
    return {
        str(link.get("rel")): str(link.get("href") or "")
        for link in reversed(links if isinstance(links, list) else [])
        if isinstance(link, dict)
    }


def _title(holder: dict[str, object], kind: str) -> str | None:
    title = _said(holder, "title")
    detail = dict.get(holder, "title_detail")
    if title and not (kind.startswith("atom") and isinstance(detail, dict) and detail.get("type") == "text/plain"):
        # RSS never said whether titles are markup; most publishers write them so.
        title = html.unescape(_TAG.sub("", title[: 4 * BODY]))
    return words(title)


# ---- JSON


def _json_feed(text: str, url: str, problems: list[str]) -> Feed | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    version = _JSON_FEED.match(str(data.get("version"))) if isinstance(data, dict) else None
    if version is None:
        return None
    absolute = joiner(url)
    listed = data.get("items")
    found = [_json_item(item, absolute) for item in (listed if isinstance(listed, list) else [])[:ITEMS]]
    items = tuple(item for item in found if item is not None)
    if len(items) < len(found):
        problems.append(f"{len(found) - len(items)} items without a web address")
    return Feed(
        kind=f"json feed {version[1]}",
        title=words(_text_of(data, "title")),
        language=words(_text_of(data, "language")),
        home=absolute(_text_of(data, "home_page_url")),
        items=items,
        next=absolute(_text_of(data, "next_url")),
        problems=tuple(problems),
    )


def _json_item(item: object, absolute: Join) -> Item | None:
    if not isinstance(item, dict):
        return None
    made = next(_json_links(item, absolute), None)
    if made is None:
        return None
    return Item(
        url=made,
        title=words(_text_of(item, "title")),
        dated=instant(_text_of(item, "date_published")),
        lastmod=instant(_text_of(item, "date_modified")),
    )


def _json_links(item: dict[str, object], absolute: Join) -> Iterator[str]:
    link, outside, identity = (_text_of(item, name) for name in ("url", "external_url", "id"))
    for text in (link, outside, identity if identity.startswith("http") else ""):
        made = absolute(text) if text else None
        if made:
            yield made


def _text_of(holder: dict[str, object], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
