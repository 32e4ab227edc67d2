"""The text of an article: which of a page's blocks are its paragraphs. Pure.

An extractor chooses, the page speaks: what it took is found again among the blocks, and the paragraphs are blocks of
the page, word for word, each with the place it stands in. Then each block that was taken, and each near them that was
not, is weighed by where it stands (``traits``); the weights come from ``benchmarks/extraction_weights.py``.

Embeds are part of the text where they stand in its own container as plain quotations; what stands in a container of its
own is the page's furniture, whoever wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lxml.html import HtmlElement

from archive.extract.aligned import aligned, key
from archive.extract.blocks import Block, blocks
from archive.extract.hidden import hidden
from archive.extract.live import entries, entry_of
from archive.extract.metadata import Claims
from archive.extract.teasers import without_teasers
from archive.extract.traits import Page
from archive.extract.weights import ADDED, KEPT

KEEP = -0.5
ADD = 0.2
_BEFORE, _AFTER = 20, 6
_LITTLE = 250
_DESCRIBED = 30


class Learned(Protocol):
    """What was learned of an outlet's frame."""

    def is_boilerplate(self, block: Block) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The blocks of a page and which of them are the article's.

    ``origin`` tells where the text stood: ``trafilatura`` (on the page), ``json-ld``, ``script``, ``noscript``.
    """

    blocks: list[Block]
    chosen: list[int]
    live: bool
    origin: str


def body(tree: HtmlElement, said: Claims | None, taken: list[str], learned: Learned | None = None) -> Body | None:
    """Choose the blocks that are the article; ``taken`` is what an extractor took for its text, in paragraphs.

    None where the page has no text to choose from.
    """
    found = blocks(tree)
    keys = [key(block.text) for block in found]
    wanted = [key(text) for text in taken]
    held, share = aligned(keys, wanted)
    length = sum(len(keys[index]) for index in held)
    declared = said is not None and said.live
    if length < _LITTLE or share < 0.5:
        elsewhere = hidden(tree, said.body if said is not None else None)
        if elsewhere is not None and sum(len(block.text) for block in elsewhere[0]) > max(_LITTLE, 2 * length):
            # What can be seen stays among the blocks: another time it may be all there is.
            whole = [*found, *elsewhere[0]]
            chosen = list(range(len(found), len(whole)))
            return Body(blocks=whole, chosen=chosen, live=declared, origin=elsewhere[1])
    if not held:
        return None
    page = candidates_of(found, keys, held, said)
    chosen = _entries_whole(tree, found, held) or chosen_of(page)
    live = declared or (len(chosen) > 1 and bool(entries(tree, found, chosen)))
    chosen = without_teasers(found, chosen)
    titles = _titles(said)
    chosen = [
        index for index in chosen if index != page.headline and not (index <= page.first + 1 and keys[index] in titles)
    ]
    if learned is not None:
        chosen = [index for index in chosen if not learned.is_boilerplate(found[index])]
    return Body(blocks=found, chosen=chosen, live=live, origin="trafilatura") if chosen else None


def _titles(said: Claims | None) -> frozenset[str]:
    names = ("headline", "og_title", "title")
    return (
        frozenset(key(said.values[name][0]) for name in names if name in said.values)
        if said is not None
        else frozenset()
    )


def candidates_of(found: list[Block], keys: list[str], held: list[int], said: Claims | None) -> Page:
    """Give the page as it is weighed, with what the page says its story is about."""
    described = key(said.values.get("description", ("", ""))[0].rstrip(".… ")) if said is not None else ""
    return Page(found, keys, held, described=described if len(described) >= _DESCRIBED else "")


def weighable(page: Page) -> list[int]:
    """Give the blocks that may be the article's: those taken, those near them, and those in places like theirs."""
    near = range(max(0, page.begin - _BEFORE), min(len(page.found), page.end + _AFTER + 1))
    return [
        index
        for index, block in enumerate(page.found)
        if index in page.taken or (2 * block.linked <= len(block.text) and (index in near or page.as_main(index)))
    ]


def chosen_of(page: Page) -> list[int]:
    """Weigh the blocks of a page."""
    chosen = []
    for index in weighable(page):
        weights, least = (KEPT, KEEP) if index in page.taken else (ADDED, ADD)
        if sum(weights.get(trait, 0.0) for trait in page.traits(index)) > least:
            chosen.append(index)
    return chosen


def _entries_whole(tree: HtmlElement, found: list[Block], held: list[int]) -> list[int]:
    """Give what was taken of a live blog with its entries whole; nothing where the page is none."""
    rows = entries(tree, found, held)
    if not rows:
        return []
    known = dict.fromkeys(rows, 0)
    within = {index for index, block in enumerate(found) if entry_of(block, known) is not None}
    whole = {index for index in within if 2 * found[index].linked <= len(found[index].text)}
    return sorted(whole | (set(held) - within))
