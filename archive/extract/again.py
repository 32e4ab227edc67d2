"""The second reading: an article fetched again, told from the blocks of its page without an extractor. Pure.

Most pages fetched again differ in bytes and not in the article (facts: revisits.md 3). A page on which the text
stands whole, nothing new stands where paragraphs may stand, and metadata say what they said, is the same article
whatever an extractor would choose of it: ``edits.weigh``, which judges full readings, could not find otherwise. Where
any of this is not so the answer is None, and the page is read in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lxml import etree
from lxml.html import HtmlElement

from archive import field_edits, standing
from archive.extract import blocks, notices, page
from archive.extract.blocks import Block, Places
from archive.extract.fields import described, fields
from archive.model import Place
from archive.standing import State
from archive.wording import mark

_SHOWN = ("headline", "standfirst", "bylines", "caption", "correction")
_NOT_SAID = ("csrf", "token", "nonce")


class _Page:
    """A page's blocks; where they stand is found out for those that matter."""

    def __init__(self, found: Sequence[Block]) -> None:
        self._found = found
        self._places = Places()
        self.marks = [block.mark for block in found]
        self.links = [number for number, block in enumerate(found) if blocks.is_link(block)]

    def place(self, block: int) -> Place:
        return self._places.of(self._found[block].element)

    def headings(self) -> frozenset[int]:
        return frozenset(block.mark for block in self._found if block.element.tag == "h1")


def same(before: State, html: bytes, url: str, captured_at: datetime, charset: str | None = None) -> bool:
    """Tell whether a page surely shows the same article; False says that it must be read to know."""
    if not before.firm or not before.claims:
        return False
    text = page.decode(html, charset)
    tree = page.parse(text, bare=True)
    if tree is None:
        return False
    found = blocks.blocks(tree)
    shown = _Page(found)
    stand = standing.stands(before, shown)
    if stand is None or standing.newcomers(before, shown, stand):
        return False
    if not _leads_the_same(before, [found[each] for each in stand], tree, url):
        return False
    known = set(before.layout.marks)
    if standing.redesigned(before, shown, stand):
        return False  # it is told of an article, though it is no edit
    new = (block for block in found if block.mark not in known and not blocks.is_link(block))
    if any(notices.is_notice(block.text) for block in new):
        return False
    return _says_the_same(before, shown, tree) or _fields_are_the_same(before, shown, text, url, captured_at)


def claims_of(tree: etree._Element) -> int:
    """Give a mark of all that the metadata of a page say; forgery tokens and the like are left out."""
    said: list[str] = []
    for meta in tree.iter("meta", "link", "title", "script"):
        if meta.tag == "meta":
            name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
            content = meta.get("content")
            if name and content and not any(part in name.lower() for part in _NOT_SAID):
                said.append(f"{name}={content}")
        elif meta.tag == "link":
            if meta.get("rel") in ("canonical", "amphtml"):
                said.append(f"{meta.get('rel')}={meta.get('href')}")
        elif meta.tag == "title" or "ld+json" in (meta.get("type") or ""):
            said.append(meta.text or "")
    return mark("\n".join(said)) or 1


def _says_the_same(before: State, shown: _Page, tree: etree._Element) -> bool:
    """Tell whether every field that is looked for in metadata or on the page is where it was."""
    told = before.extraction
    origins = told.origins
    if claims_of(tree) != before.claims:
        return False
    shown_only = [name for name in _SHOWN if getattr(told, name) and origins.get(name) not in field_edits.CLAIMED]
    return all(field_edits.still_stands(told, name, shown) for name in shown_only)


def _fields_are_the_same(before: State, shown: _Page, text: str, url: str, captured_at: datetime) -> bool:
    tree = page.parse(text)
    if tree is None:
        return False
    found = fields(tree, url, captured_at, before.extraction.paragraphs)
    return not field_edits.edited_fields(before, described(before.extraction, found), shown)


def _leads_the_same(before: State, stand: Sequence[Block], tree: HtmlElement, url: str) -> bool:
    """Tell whether the links of the text lead out of the outlet to where they led."""
    own = field_edits.domain_of(url)
    led = field_edits.outward(before.extraction, before.url)
    base = page.base_of(tree, url)
    for block in stand:
        hrefs = (each.get("href") for each in block.anchors)
        whole = (page.resolve(base, href) for href in hrefs if href)
        aims = frozenset(aim for each in whole if each and (aim := field_edits.aim(each, own)) is not None)
        if aims != led.get(block.mark, frozenset()):
            return False
    return True
