"""Where on an outlet's pages the next story begins: told by its structure, learned from stories known by now. Pure.

A text belongs to the page that begins with it. Where the beginning of one page's text follows the text of another,
what stands at that seam (a headline's element, a further container of the same kind) and nowhere inside a story is the
sign of the next story, also of one that was never seen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from archive.model import Layout, Place

Sign = tuple[str, int]
"""``shape`` of an element; a further ``group`` of this kind; a group of this kind in a further ``outer`` element."""
Kind = tuple[int, int]
"""What paragraphs stand in: the shape of their element and that of their container."""

LONG = 8
"""Words; shorter blocks say too little to tell whose they are."""
_FEWEST, _SHARE = 3, 0.15
_NEARLY_ALL = 0.9
_TOP, _NEXT = 2, 4  # blocks: a standfirst may come before, boxes may stand between
_DOUBTFUL = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What tells the next story, all of it together, on pages whose paragraphs stand in ``kind``."""

    kind: Kind
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A page, and how many words its chosen blocks have, by their index."""

    layout: Layout
    sizes: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class _Seam:
    """What stands from one paragraph to the next, that one included; ``signs`` by the first block that shows them."""

    signs: dict[Sign, int]
    end: int


def ends(layout: Layout, chosen: Sequence[int], streams: Sequence[Stream]) -> int | None:
    """Give the block with which the next story begins, None where none does."""
    found: list[int] = []
    for stream in streams:
        start = _start(layout, chosen, stream.kind)
        if start is not None:
            wanted = set(stream.signs)
            seams = (seam for seam in _seams(layout, stream.kind, start) if wanted <= seam.signs.keys())
            found.extend(min(seam.signs[sign] for sign in wanted) for seam in list(seams)[:1])
    return min(found, default=None)


def streams(pages: Sequence[Laid]) -> tuple[Stream, ...]:
    """Learn how the next story begins, for each kind of page that has other stories under its own."""
    seconds = _seconds(pages)
    kinds: dict[Kind, list[int]] = defaultdict(list)
    for number in seconds:
        kinds[_kind(pages[number])].append(number)
    least = max(_FEWEST, ceil(_SHARE * len(pages)))
    found = []
    for kind, numbers in sorted(kinds.items()):
        if len(numbers) >= least and (signs := _signs(pages, seconds, numbers, kind)):
            found.append(Stream(kind=kind, signs=signs))
    return tuple(found)


# --------------------------------------------------------------------------------------------- whose text it is


def _seconds(pages: Sequence[Laid]) -> dict[int, int]:
    """Give the pages on which the text of another follows, from its beginning, and the block where it does."""
    known = {page.layout.marks[block] for page in pages for block, words in page.sizes.items() if words >= LONG}
    held = [_held(page.layout, known) for page in pages]
    ranks = [{page.layout.marks[block]: rank for rank, block in reversed(list(enumerate(blocks)))}
             for page, blocks in zip(pages, held, strict=True)]  # fmt: skip
    homes = _homes(ranks)
    found: dict[int, int] = {}
    for number, (page, blocks) in enumerate(zip(pages, held, strict=True)):
        marks = [page.layout.marks[block] for block in blocks]
        if not any(homes.get(each) == number for each in marks):
            continue
        for at in range(1, len(blocks) - 1):
            home = homes.get(marks[at])
            if home is not None and home != number and _begins(marks[at : at + _NEXT], ranks[home], homes, home):
                found[number] = blocks[at]
                break
    return found


def _begins(marks: Sequence[int], ranks: Mapping[int, int], homes: Mapping[int, int], home: int) -> bool:
    """Tell whether a page's text begins with the first of these and goes on in the others, boxes between or not."""
    return ranks[marks[0]] <= _TOP and any(homes.get(each) == home and ranks[each] > ranks[marks[0]] for each in marks)


def _held(layout: Layout, known: set[int]) -> list[int]:
    linked, first = set(layout.links), layout.chosen[0] if layout.chosen else len(layout.marks)
    return [block for block in range(first, len(layout.marks)) if layout.marks[block] in known and block not in linked]


def _homes(ranks: Sequence[Mapping[int, int]]) -> dict[int, int]:
    """Give for each text the one page on which it stands nearest to the beginning."""
    nearest: dict[int, tuple[int, int, bool]] = {}
    for number, held in enumerate(ranks):
        for each, rank in held.items():
            now = nearest.get(each)
            if now is None or rank < now[0]:
                nearest[each] = (rank, number, True)
            elif rank == now[0]:
                nearest[each] = (rank, now[1], False)
    return {each: number for each, (_, number, alone) in nearest.items() if alone}


# ----------------------------------------------------------------------------------------------------- the seams


def _kind(page: Laid) -> Kind:
    """Give what most of the chosen words stand in."""
    words: Counter[Kind] = Counter()
    for block, size in page.sizes.items():
        words[_of(page.layout.place(block))] += size
    return max(words, key=lambda kind: (words[kind], kind))


def _of(place: Place) -> Kind:
    return place.shape, place.group_shape


def _start(layout: Layout, chosen: Sequence[int], kind: Kind) -> int | None:
    return next((block for block in chosen if _of(layout.place(block)) == kind), None)


def _seams(layout: Layout, kind: Kind, start: int) -> Iterator[_Seam]:
    groups: dict[int, Place] = {}
    for block in range(start):
        groups.setdefault(layout.place(block).group_shape, layout.place(block))
    groups[kind[1]] = layout.place(start)
    signs: dict[Sign, int] = {}
    for block in range(start + 1, len(layout.marks)):
        place = layout.place(block)
        first = groups.setdefault(place.group_shape, place)
        if _of(place) != kind:
            signs.setdefault(("shape", place.shape), block)
        if place.group != first.group:
            signs.setdefault(("group", place.group_shape), block)
        if place.outer != first.outer:
            signs.setdefault(("outer", place.group_shape), block)
        if _of(place) == kind:
            yield _Seam(signs, block)
            signs = {}


def _signs(
    pages: Sequence[Laid], seconds: Mapping[int, int], numbers: Sequence[int], kind: Kind
) -> tuple[Sign, ...] | None:
    """Give what stands at nearly all seams between stories and, taken together, at none inside one."""
    between: list[set[Sign]] = []
    inside: list[list[set[Sign]]] = []
    for number in numbers:
        layout = pages[number].layout
        start = _start(layout, layout.chosen, kind)
        if start is None or start >= seconds[number]:
            continue
        seams = list(_seams(layout, kind, start))
        between.extend([set(seam.signs) for seam in seams if seam.end >= seconds[number]][:1])
        inside.append([set(seam.signs) for seam in seams if seam.end < seconds[number]])
    counts = Counter(sign for signs in between for sign in signs)
    signs = {sign for sign, count in counts.items() if count >= _NEARLY_ALL * len(between)}
    # Between a story and one that is known an unknown one may stand, whose seam then seems to be inside.
    doubtful = _DOUBTFUL * len(between)
    if not {name for name, _ in signs} >= {"shape", "group"}:
        # A heading alone, or a further container alone, may be inside a long story: no page at all may have it.
        doubtful = 0
        for number, page in enumerate(pages):
            if number not in seconds and (start := _start(page.layout, page.layout.chosen, kind)) is not None:
                last = page.layout.chosen[-1]
                inside.append([set(seam.signs) for seam in _seams(page.layout, kind, start) if seam.end <= last])
    against = sum(any(signs <= each for each in page) for page in inside)
    return tuple(sorted(signs)) if signs and against <= doubtful else None
