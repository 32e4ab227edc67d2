"""Sitemaps: plain, news, index and text, gzipped or not (sitemaps.org protocol 0.9, Google News 0.9). Pure."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from crawler.items import ITEMS, Item, after_prologue, instant, joiner, words, xml_text

__all__ = ["Item", "Sitemap", "read_sitemap"]

Kind = Literal["sitemap", "sitemap index", "news sitemap", "text"]

UNPACKED = 50 * 1024 * 1024
"""Bytes of a sitemap that are read, unpacked: the protocol's own limit."""

_GZIP_MAGIC = b"\x1f\x8b"
_TAGS = ("{*}urlset", "{*}sitemapindex", "{*}url", "{*}sitemap")
_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:urlset|sitemapindex)[\s>/]")
_LINE = re.compile(r"https?://\S+", re.IGNORECASE)
_TRIED_LINES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What a sitemap lists: pages in ``items``, further sitemaps in ``sitemaps``, in its own order.

    Only a news sitemap dates and names its pages; elsewhere there is at most ``lastmod``. ``problems`` tell in
    words what was wrong with it, or cut.
    """

    kind: Kind
    items: tuple[Item, ...] = ()
    sitemaps: tuple[Item, ...] = ()
    problems: tuple[str, ...] = ()


def read_sitemap(body: bytes, url: str, mime: str | None) -> Sitemap | None:
    """Read a sitemap, or give None where this is none: a feed, a page, an empty file."""
    problems: list[str] = []
    data = _unpacked(body, problems)
    text = xml_text(data, mime)
    start = after_prologue(text)
    if _ROOT.match(text, start):
        return _xml_sitemap(text[start:], url, problems)
    return _text_sitemap(text, url, mime, problems)


def _unpacked(body: bytes, problems: list[str]) -> bytes:
    """Take gzip off as often as servers put it on: once by the file's name, once more by the transfer."""
    for _ in range(2):
        if not body.startswith(_GZIP_MAGIC):
            break
        body = _gunzipped(body, problems)
    if len(body) > UNPACKED:
        problems.append(f"only the first {UNPACKED >> 20} MB were read")
    return body[:UNPACKED]


def _gunzipped(body: bytes, problems: list[str]) -> bytes:
    parts: list[bytes] = []
    size = 0
    while body.startswith(_GZIP_MAGIC) and size <= UNPACKED:
        member = zlib.decompressobj(wbits=31)
        try:
            parts.append(member.decompress(body, UNPACKED + 1 - size))
        except zlib.error:
            problems.append("its gzip is damaged")
            break
        size += len(parts[-1])
        if not member.eof:
            if size <= UNPACKED:
                problems.append("its gzip ends too early")
            break
        body = member.unused_data
    return b"".join(parts)


# ---- XML


def _xml_sitemap(text: str, url: str, problems: list[str]) -> Sitemap | None:
    walk = etree.iterparse(
        io.BytesIO(text.encode("utf-8", "replace")),
        events=("start", "end"),
        tag=_TAGS,
        encoding="utf-8",
        no_network=True,
        load_dtd=False,
        resolve_entities=False,
        remove_comments=True,
        remove_pis=True,
        recover=True,
        huge_tree=False,
    )
    absolute = joiner(url)
    root: str | None = None
    pages: list[Item] = []
    further: list[Item] = []
    lost = 0
    is_news = False
    try:
        for event, element in walk:
            name = _name(element)
            if event == "start":
                root = root or (name if name in ("urlset", "sitemapindex") else None)
                continue
            if name not in ("url", "sitemap"):
                continue
            fields = _fields(element)
            made = absolute(fields.get("loc", ""))
            _forget(element)
            if made is None:
                lost += 1
                continue
            is_news = is_news or "publication_date" in fields
            (pages if name == "url" else further).append(
                Item(
                    url=made,
                    title=words(fields.get("title")),
                    dated=instant(fields.get("publication_date")),
                    lastmod=instant(fields.get("lastmod")),
                )
            )
            if len(pages) + len(further) >= ITEMS:
                problems.append(f"only the first {ITEMS} items were read")
                break
    except etree.XMLSyntaxError as why:
        problems.append(f"not well-formed: {words(str(why))}")
    if root is None:
        return None
    if lost:
        problems.append(f"{lost} items without a web address")
    if walk.error_log and not problems:
        problems.append(f"not well-formed: {words(walk.error_log[0].message)}")
    kind: Kind = "sitemap index" if root == "sitemapindex" else "news sitemap" if is_news else "sitemap"
    return Sitemap(kind=kind, items=tuple(pages), sitemaps=tuple(further), problems=tuple(problems))


def _fields(element: etree._Element) -> dict[str, str]:
    """Give what an entry says: its children by their local names, and those of its news part."""
    fields: dict[str, str] = {}
    for child in element:
        name = _name(child)
        if name == "news":
            fields |= {_name(part): part.text or "" for part in child}
        elif name in ("loc", "lastmod"):
            fields.setdefault(name, child.text or "")
    return fields


def _name(element: etree._Element) -> str:
    """Give the local name; empty for an entity nobody resolved. A prefix nobody declared stays in lxml's names."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def _forget(element: etree._Element) -> None:
    """Free what was read; without it a long sitemap is held as a tree."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


# ---- text


def _text_sitemap(text: str, url: str, mime: str | None, problems: list[str]) -> Sitemap | None:
    if (mime or "").partition(";")[0].strip().lower() == "text/html":
        return None
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    if not lines or not all(_LINE.fullmatch(line) for line in lines[:_TRIED_LINES]):
        return None
    absolute = joiner(url)
    made = [absolute(line) for line in lines[:ITEMS] if _LINE.fullmatch(line)]
    items = tuple(Item(url=link) for link in made if link)
    if len(lines) > ITEMS:
        problems.append(f"only the first {ITEMS} items were read")
    elif len(items) < len(lines):
        problems.append(f"{len(lines) - len(items)} items without a web address")
    return Sitemap(kind="text", items=items, problems=tuple(problems))
