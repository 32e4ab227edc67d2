"""Live blogs: pages whose text is a row of entries, each with its time. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lxml.html import HtmlElement

from archive.extract.blocks import Block

_ENTRIES = 4
_DEEP = 5
_SHARE = 0.6


def entries(tree: HtmlElement, found: Sequence[Block], chosen: Sequence[int]) -> list[HtmlElement]:
    """Give the containers of a live blog's entries, in page order; none where the page is not made of such.

    Entries are alike, stand in one container, carry a time each, and hold most of what was chosen.
    """
    rows: Counter[tuple[HtmlElement, str]] = Counter()
    seen: set[HtmlElement] = set()
    for moment in tree.iter("time"):
        entry = moment.getparent()
        for _ in range(_DEEP):
            if entry is None or entry in seen or (row := entry.getparent()) is None:
                break
            seen.add(entry)
            rows[row, _named(entry)] += 1
            entry = row
    whole = sum(len(found[index].text) for index in chosen)
    for (row, name), times in rows.most_common():
        if times < _ENTRIES:
            break
        alike = [each for each in row if each.tag not in ("script", "style") and _named(each) == name]
        held = dict.fromkeys(alike, 0)
        for index in chosen:
            if (entry := entry_of(found[index], held)) is not None:
                held[entry] += len(found[index].text)
        filled = [each for each, length in held.items() if length]
        if len(filled) >= _ENTRIES and sum(held.values()) > _SHARE * whole and max(held.values()) < whole / 2:
            return alike
    return []


def entry_of(block: Block, held: Sequence[HtmlElement] | dict[HtmlElement, int]) -> HtmlElement | None:
    """Give the entry a block stands in."""
    each: HtmlElement | None = block.element
    while each is not None and each not in held:
        each = each.getparent()
    return each


def _named(element: HtmlElement) -> str:
    """Give the kind of an element: its tag and its first class, since entries differ in the others."""
    return f"{element.tag!s}.{(element.get('class') or '').split(' ', 1)[0]}"
