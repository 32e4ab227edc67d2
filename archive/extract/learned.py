"""What is boilerplate on an outlet's pages, learned from its own articles. Pure.

Two things are learned: refrains, what the articles of an outlet say again and again (``refrains``), and how the next
story begins where one follows under the text (``streams``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from archive.errors import Damaged
from archive.extract.blocks import Block, layout
from archive.extract.refrains import SHORT, Standing, Told, Words, refrains, says, words_of
from archive.extract.streams import LONG, Laid, Stream, ends, streams
from archive.judge import size
from archive.model import Layout

FEWEST = 8
"""Articles of an outlet from which something may be learned."""
_NEARLY_ALL = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One article as it was read: ``layout.chosen`` are the blocks of its paragraphs. ``published`` orders the pages.

    Read it without what was learned before, where that can be had: what was cut then is learned anew only so.
    """

    urlkey: str
    paragraphs: tuple[str, ...]
    layout: Layout
    published: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What was learned of an outlet, a registrable domain, from so many articles.

    ``refrains`` are words that stay the same, in order, ``("people", "support", "us", ...)``.
    """

    outlet: str
    pages: int
    refrains: tuple[Words, ...] = ()
    streams: tuple[Stream, ...] = ()

    @property
    def digest(self) -> str:
        """Stand for all that changes a reading, in 16 hex digits; of how many pages it was learned does not."""
        rules = {name: value for name, value in self.data().items() if name != "pages"}
        canonical = json.dumps(rules, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return sha256(canonical.encode()).hexdigest()[:16]

    def cut(self, found: list[Block], chosen: list[int]) -> list[int]:
        """Give the chosen blocks without the stories that follow and without refrains; never none of them."""
        kept = chosen
        if self.streams and (end := ends(layout(found, chosen), chosen, self.streams)) is not None:
            kept = [block for block in chosen if block < end] or chosen
        return [block for block in kept if not self.is_boilerplate(found[block])] or kept

    def is_boilerplate(self, block: Block) -> bool:
        """Tell whether a block says a refrain."""
        words = words_of(block.text)
        return bool(words) and any(_is(refrain, words) for refrain in self.refrains)

    def data(self) -> dict[str, object]:
        """Give all of it as plain JSON values."""
        return {
            "outlet": self.outlet,
            "pages": self.pages,
            "refrains": [" ".join(words) for words in self.refrains],
            "streams": [
                {"kind": list(stream.kind), "signs": [list(sign) for sign in stream.signs]} for stream in self.streams
            ],
        }

    @staticmethod
    def of(data: Mapping[str, object]) -> Learned:
        """Read what ``data`` gave; raise Damaged where it is something else."""
        match data:
            case {"outlet": str(outlet), "pages": int(pages), "refrains": list(said), "streams": list(following)}:
                return Learned(
                    outlet=outlet,
                    pages=pages,
                    refrains=tuple(sorted(tuple(_text(words, outlet).split()) for words in said)),
                    streams=tuple(_stream(each, outlet) for each in following),
                )
        raise _unreadable(str(data.get("outlet", "an outlet")))


def learn(outlet: str, pages: Sequence[Page], former: Learned | None = None) -> Learned | None:
    """Learn what is boilerplate on an outlet's pages; None, or the ``former``, where there is too little to go by.

    What the former knew is kept: pages read with it no longer show what it cut. The order of the pages is of no
    account.
    """
    articles = _articles(pages)
    if len(articles) < FEWEST:
        return former
    following = _joined(former.streams if former else (), streams([_laid(page) for page in articles]))
    owns = _one_of_each([_own(page, following) for page in articles])
    new = refrains([_told(own) for own in owns]) if len(owns) >= FEWEST else ()
    known = former.refrains if former else ()
    said = {*known, *(words for words in new if not any(_is(other, words) for other in known))}
    if not said and not following:
        return None
    return Learned(outlet=outlet, pages=len(articles), refrains=tuple(sorted(said)), streams=following)


# ------------------------------------------------------------------------------------------------------- the pages


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """A page as far as its own story goes: its paragraphs with their blocks, and where that ends."""

    page: Page
    said: tuple[tuple[str, int], ...]
    end: int


def _articles(pages: Sequence[Page]) -> list[Page]:
    """Give the pages in order of publishing, one of each urlkey."""
    order = sorted(pages, key=lambda page: (page.published or "", page.urlkey, page.paragraphs))
    return list({page.urlkey: page for page in order if page.paragraphs}.values())


def _one_of_each(owns: Sequence[_Own]) -> list[_Own]:
    """Give one page of those that share most of their text: under one address more, or written through."""
    held = [{own.page.layout.marks[block] for text, block in own.said if size(text) >= LONG} for own in owns]
    on: dict[int, list[int]] = {}
    for number, marks in enumerate(held):
        for each in marks:
            on.setdefault(each, []).append(number)
    # What half of the pages have may be a notice: it makes two articles one only where they share nearly all.
    rare = {each for each, numbers in on.items() if 2 * len(numbers) <= len(owns)}
    same = list(range(len(owns)))
    for number, marks in enumerate(held):
        for other in {other for each in marks for other in on[each] if other < number}:
            ours, theirs = marks & rare, held[other] & rare
            is_same = 2 * len(ours & theirs) > min(len(ours), len(theirs)) or (
                _NEARLY_ALL * min(len(marks), len(held[other])) <= len(marks & held[other]) > 2
            )
            if is_same and same[other] != same[number]:
                least, most = sorted((same[other], same[number]))
                same = [least if each == most else each for each in same]
    return [own for number, own in enumerate(owns) if same[number] == number]


def _laid(page: Page) -> Laid:
    sizes = {block: size(text) for text, block in zip(page.paragraphs, page.layout.chosen, strict=True)}
    return Laid(layout=page.layout, sizes=sizes)


def _own(page: Page, following: Sequence[Stream]) -> _Own:
    laid = page.layout
    end = ends(laid, laid.chosen, following)
    last = len(laid.marks) if end is None else end
    said = (pair for pair in zip(page.paragraphs, laid.chosen, strict=True) if pair[1] < last)
    return _Own(page=page, said=tuple(said), end=last)


def _told(own: _Own) -> Told:
    laid = own.page.layout
    return Told(
        said=tuple((words_of(text), _standing(laid, block)) for text, block in own.said),
        around=frozenset(_standing(laid, block) for block in range(own.end)),
    )


def _standing(laid: Layout, block: int) -> Standing:
    place = laid.place(block)
    return laid.marks[block], place.shape, place.group_shape


def _joined(former: Sequence[Stream], new: Sequence[Stream]) -> tuple[Stream, ...]:
    known = {stream.kind: stream for stream in (*new, *former)}
    return tuple(known[kind] for kind in sorted(known))


def _is(refrain: Words, words: Words) -> bool:
    return refrain == words if size(" ".join(refrain)) < SHORT else says(refrain, words)


# --------------------------------------------------------------------------------------------------- from the journal


def _text(value: object, outlet: str) -> str:
    if isinstance(value, str) and value.split():
        return value
    raise _unreadable(outlet)


def _stream(value: object, outlet: str) -> Stream:
    match value:
        case {"kind": [int(shape), int(group)], "signs": [_, *_] as signs}:
            return Stream(kind=(shape, group), signs=tuple(sorted(_sign(each, outlet) for each in signs)))
    raise _unreadable(outlet)


def _sign(value: object, outlet: str) -> tuple[str, int]:
    match value:
        case [str(name), int(number)]:
            return name, number
    raise _unreadable(outlet)


def _unreadable(outlet: str) -> Damaged:
    return Damaged(f"what was learned of {outlet} cannot be read; learn it again with `variorum reread --upgrade`")
