"""Where the text of an article stands on a page, and what may have been added to it there. Pure.

An article is known by the marks of its paragraphs; what is new on a page counts as its own only in containers and
elements like those its paragraphs stand in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from archive.judge import size
from archive.model import Extraction, Layout, Place
from archive.wording import alike, in_order, mark

SHARE = 0.15
"""Share of an article's words that stands in one kind of place, for that place to be one of its body."""
AFRESH = 0.3
"""Share of the earlier text below which a page is another one: nothing is left to compare it by."""
SAME_ELEMENTS, SAME_FRAME = 0.6, 0.5
"""Shares of kinds of elements, and of what stands beside the article, at which a page is still built as it was."""
FRAME = 3
"""Blocks beside an article below which nothing can be said of them."""
FIRM_BLOCKS, FIRM_WORDS = 2, 50


class Page(Protocol):
    """The blocks of a page: a Layout, or as much of one as was looked at."""

    @property
    def marks(self) -> Sequence[int]: ...

    @property
    def links(self) -> Collection[int]: ...

    def place(self, block: int) -> Place: ...

    def headings(self) -> frozenset[int]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An article as it stands: its text and fields, and the page that showed it last.

    ``core`` are the marks of the paragraphs by which it is known, ``words`` how many words each paragraph has.
    """

    url: str
    extraction: Extraction
    layout: Layout
    core: tuple[int, ...]
    words: Mapping[int, int]
    claims: int = 0

    @property
    def firm(self) -> bool:
        """Whether there is enough text to know the article by it, whatever else stands on a page."""
        return len(self.core) >= FIRM_BLOCKS and sum(self.words.values()) >= FIRM_WORDS


def state_of(url: str, extraction: Extraction, layout: Layout, claims: int = 0) -> State:
    """Give an article as one page shows it."""
    sized = {mark(text): size(text) for text in extraction.paragraphs}
    body = body_at(layout, layout.chosen, sized)
    links = set(layout.links)
    held = (each for each in layout.chosen if each not in links and body.holds(layout.place(each)))
    core = tuple(layout.marks[each] for each in held)
    whole = core or tuple(layout.marks[each] for each in layout.chosen)
    return State(url=url, extraction=extraction, layout=layout, core=whole, words=sized, claims=claims)


# -------------------------------------------------------------------------------------------------------- the body


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The kinds of places in which a good share of an article stands.

    ``narrow`` are kinds of containers within one element. ``wide`` are kinds that stand in several elements of one
    kind, such as the entries of a live blog or rows of a grid: another of these may be added. ``kinds`` stand for
    containers wherever they are, where each paragraph is wrapped so often that no more is common. ``shapes`` are
    elements.
    """

    narrow: frozenset[tuple[int, int]]
    wide: frozenset[tuple[int, int, int]]
    shapes: frozenset[int]
    kinds: frozenset[tuple[int, int]] = frozenset()

    def holds(self, place: Place) -> bool:
        """Tell whether a paragraph may stand at a place."""
        wrapped = (place.group_shape, place.outer_shape) in self.kinds
        known = wrapped or _narrow(place) in self.narrow or _wide(place) in self.wide
        return known and (place.textual or place.shape in self.shapes) and not place.heading


def _narrow(place: Place) -> tuple[int, int]:
    return place.group_shape, place.outer


def _wide(place: Place) -> tuple[int, int, int]:
    return place.group_shape, place.outer_shape, place.beyond


def body_at(page: Page, blocks: Iterable[int], words: Mapping[int, int]) -> Body:
    """Give the places of these blocks that hold a good share of their words."""
    narrow: Counter[tuple[int, int]] = Counter()
    wide: Counter[tuple[int, int, int]] = Counter()
    shapes: Counter[int] = Counter()
    kinds: Counter[tuple[int, int]] = Counter()
    spread: dict[tuple[int, int, int], set[int]] = {}
    for block in blocks:
        place, weight = page.place(block), words.get(page.marks[block], 1)
        narrow[_narrow(place)] += weight
        wide[_wide(place)] += weight
        shapes[place.shape] += weight
        kinds[place.group_shape, place.outer_shape] += weight
        spread.setdefault(_wide(place), set()).add(place.outer)
    least = SHARE * sum(narrow.values())
    common = frozenset(each for each, weight in narrow.items() if weight >= least)
    repeated = frozenset(each for each, weight in wide.items() if weight >= least and len(spread[each]) > 1)
    wrapped = frozenset(each for each, weight in kinds.items() if weight >= least)
    return Body(
        narrow=common,
        wide=repeated,
        shapes=frozenset(each for each, weight in shapes.items() if weight >= least),
        kinds=frozenset() if common or repeated else wrapped,
    )


# ---------------------------------------------------------------------------------------------- an article on a page


def stands(before: State, page: Page) -> list[int] | None:
    """Give the blocks of a page at which the text of the article stands, whole and in its order; None where not.

    Of words that stand on it several times those beside the rest of the article are taken.
    """
    if not before.core:
        return None
    held, needed = set(page.marks), set(before.core)
    if not needed <= held:
        return None
    return in_order(before.core, _without_copies(before, page)) or in_order(before.core, page.marks)


def _without_copies(before: State, page: Page) -> Sequence[int]:
    """Give the marks of a page, 0 for words of the article where they stand once more beside something else."""
    needed = Counter(before.core)
    held = Counter(each for each in page.marks if each in needed)
    if all(held[each] <= count for each, count in needed.items()):
        return page.marks
    alone = [number for number, each in enumerate(page.marks) if 0 < held[each] <= needed[each]]
    body = body_at(page, alone, before.words)
    return [
        each if each not in needed or held[each] <= needed[each] or body.holds(page.place(number)) else 0
        for number, each in enumerate(page.marks)
    ]


def share_standing(before: State, page: Page) -> float:
    """Give the share of the core's words that a page still has, wherever."""
    held, core = set(page.marks), dict.fromkeys(before.core)
    whole = sum(before.words.get(each, 1) for each in core)
    return sum(before.words.get(each, 1) for each in core if each in held) / max(1, whole)


def anchors(before: State, page: Page, stand: Sequence[int] | None) -> Sequence[int]:
    """Give the blocks at which what is left of the article stands."""
    if stand is not None:
        return stand
    wanted = set(before.core)
    return [number for number, each in enumerate(_without_copies(before, page)) if each in wanted]


def newcomers(before: State, page: Page, at: Sequence[int]) -> list[int]:
    """Give the blocks that the earlier page did not have and that may be of the body, be they chosen or not.

    ``at`` is where the article stands. Links alone are none, nor what stands in a container with a headline of its own.
    """
    known = set(before.layout.marks)
    linked = set(page.links)
    new = [number for number, each in enumerate(page.marks) if each not in known and number not in linked]
    if not new:
        return []
    body = body_at(page, at, before.words)
    found = [number for number in new if body.holds(page.place(number))]
    if not found:
        return []
    ours = {page.place(number).group for number in at}
    headings = page.headings()
    headed = {page.place(number).group for number, each in enumerate(page.marks) if each in headings}
    return [number for number in found if (group := page.place(number).group) in ours or group not in headed]


# ---------------------------------------------------------------------------------------------------- a new design


def redesigned(before: State, after: Page, at: Sequence[int]) -> bool:
    """Tell whether a page was built anew around its article, which stands ``at`` these blocks of the later page.

    The text stands in containers of other kinds, most elements are of other kinds, and half of the rest is gone: a
    build that only renames its classes leaves what is written around the article.
    """
    was = before.layout
    if not at or _containers(was, was.chosen, before.words) & _containers(after, at, before.words):
        return False
    if alike(_elements(was), _elements(after)) >= SAME_ELEMENTS:
        return False
    ours, theirs = _frame(was, was.chosen), _frame(after, at)
    return len(ours) >= FRAME and alike(ours, theirs) < SAME_FRAME


def _containers(page: Page, at: Sequence[int], words: Mapping[int, int]) -> set[int]:
    """Give the kinds of containers in which a good share of an article stands."""
    body = body_at(page, at, words)
    return {each[0] for each in (*body.narrow, *body.wide, *body.kinds)}


def _elements(page: Page) -> set[int]:
    """Give the kinds of elements in which anything stands."""
    places = {page.place(number) for number in range(len(page.marks))}
    return {place.shape << 32 | place.group_shape for place in places}


def _frame(page: Page, at: Sequence[int]) -> set[int]:
    """Give the marks of what stands on a page beside the article."""
    chosen = set(at)
    return {each for number, each in enumerate(page.marks) if number not in chosen}
