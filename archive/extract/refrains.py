"""What an outlet says again and again in its articles, with a number or a name changed: found by its words. Pure.

A refrain is told from prose that several stories share (a background paragraph, a quotation of one affair) by three
things: the share of all pages that have it, how it is spread over them, and whether the stories that have it are about
what it says.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from archive.judge import size
from archive.wording import compared

Words = tuple[str, ...]
Standing = tuple[int, int, int]
"""A block by its mark and where it stands: the shape of its element and that of its container."""

SHORT = 5
"""Words; what has fewer is a refrain only as it stands, and only where half of the articles have it."""

_WORD = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\\W\\d_]+(?:'[^\\W\\d_]+)*")
_LONG = 100  # words; what follows is not compared
_RUN, _LONG_RUN = 3, 8
_ALIKE = 0.7
_OF_REFRAIN, _OF_BLOCK = 0.8, 0.6
_SHARES = ((10, 0.15), (SHORT, 0.25), (1, 0.5))  # of at least so many words: the share of pages that must have it
_FEWEST, _FEWEST_SHORT = 3, 4
_DENSE = 0.8
_TELLING = 4  # letters
_LIFT = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One article: the words of its blocks, where each of them stands, and all that stands on its page."""

    said: tuple[tuple[Words, Standing], ...]
    around: frozenset[Standing]


@dataclass(slots=True)
class _Family:
    """Blocks that say nearly the same; ``members`` counts each wording once a page."""

    members: dict[Words, int] = field(default_factory=dict)
    pages: set[int] = field(default_factory=set)


def words_of(text: str) -> Words:
    """Give the words of a text as refrains are compared: without case and numbers."""
    return tuple(_WORD.findall(compared(text).casefold())[:_LONG])


def says(refrain: Words, block: Words) -> bool:
    """Tell whether a block is a refrain with little changed, left out or put in."""
    if not _OF_BLOCK * len(block) <= len(refrain) <= len(block) / _OF_REFRAIN:
        return False
    common = sum(word in block for word in refrain)
    if common >= _OF_REFRAIN * len(refrain):  # its words at all, before their order
        common = in_common(refrain, block)
    return common >= _OF_REFRAIN * len(refrain) and common >= _OF_BLOCK * len(block)


def in_common(left: Words, right: Words) -> int:
    """Count the words of the longest common subsequence, one bit a word (Crochemore et al. 2001)."""
    held: dict[str, int] = defaultdict(int)
    for at, word in enumerate(left):
        held[word] |= 1 << at
    whole = (1 << len(left)) - 1
    open_ = whole
    for word in right:
        met = open_ & held.get(word, 0)
        open_ = ((open_ + met) | (open_ - met)) & whole
    return len(left) - open_.bit_count()


def refrains(articles: Sequence[Told]) -> tuple[Words, ...]:
    """Give the refrains of an outlet's articles, which are in the order in which they were published.

    What is known for a refrain tells of others: what is worded like it needs two pages only, and what it speaks of
    is nobody's topic.
    """
    open_ = [(family, _constant(family)) for family in _families(articles)]
    found: set[Words] = set()
    said: set[Words] = set()
    known: set[Words] = set()
    while True:
        new = [
            (family, constant)
            for family, constant in open_
            if (_long_runs(constant) & known or _is_frequent(constant, family, len(articles)))
            and not _is_topical(constant, family, articles, said)
        ]
        if not new:
            return tuple(sorted(found))
        for family, constant in new:
            found.add(constant)
            said.update(family.members)
            known |= _long_runs(constant)
        open_ = [each for each in open_ if each not in new]


# ------------------------------------------------------------------------------------------------------- families


def _families(articles: Sequence[Told]) -> list[_Family]:
    pages: dict[Words, set[int]] = defaultdict(set)
    standing: dict[Words, set[Standing]] = defaultdict(set)
    for number, told in enumerate(articles):
        for words, where in told.said:
            if words:
                pages[words].add(number)
                standing[words].add(where)
    on: dict[Standing, set[int]] = defaultdict(set)
    wanted = {where for places in standing.values() for where in places}
    for number, told in enumerate(articles):
        for where in told.around & wanted:
            on[where].add(number)
    families = []
    for group in _grouped({words: len(held) for words, held in pages.items()}):
        family = _Family(members={words: len(pages[words]) for words in group})
        family.pages = set().union(*(pages[words] for words in group))
        if len(family.pages) > 1:
            # An extractor takes a notice on some pages only; it stands on the others all the same.
            family.pages |= {number for words in group for where in standing[words] for number in on[where]}
            families.append(family)
    return families


def _grouped(counts: Mapping[Words, int]) -> list[list[Words]]:
    """Put wordings that are much alike together, the most frequent of them first."""
    holding: dict[Words, list[Words]] = defaultdict(list)
    order = sorted(counts, key=lambda words: (-counts[words], words))
    runs = {words: _runs(words) for words in order}
    for words in order:
        for run in runs[words]:
            holding[run].append(words)
    done: set[Words] = set()
    groups = []
    for words in order:
        if words in done:
            continue
        near = Counter(other for run in runs[words] for other in holding[run] if other not in done)
        group = [words]
        for other in sorted(near):
            longer = max(len(words), len(other))
            near_in_length = min(len(words), len(other)) >= _ALIKE * longer
            if other != words and near_in_length and in_common(words, other) >= _ALIKE * longer:
                group.append(other)
        done.update(group)
        groups.append(group)
    return groups


def _runs(words: Words) -> set[Words]:
    return set() if size(" ".join(words)) < SHORT else _of_length(words, _RUN)


def _long_runs(words: Words) -> set[Words]:
    return _of_length(words, _LONG_RUN)


def _of_length(words: Words, length: int) -> set[Words]:
    return {words[at : at + length] for at in range(len(words) - length + 1)}


def _constant(family: _Family) -> Words:
    """Give the words of the most frequent wording that half of all wordings have; all of them where it is short."""
    wordings = family.members
    first = min(wordings, key=lambda words: (-wordings[words], words))
    having = Counter(word for words in wordings for word in set(words))
    kept = tuple(word for word in first if 2 * having[word] >= len(wordings))
    return kept if size(" ".join(kept)) >= SHORT or len(wordings) == 1 else ()


# ------------------------------------------------------------------------------------------------ refrain or prose


def _least(words: Words, articles: int) -> int:
    """Give how many articles must have a refrain; the fewer its words, the more."""
    extent = size(" ".join(words))
    share = next((share for least, share in _SHARES if extent >= least), 2.0)
    return max(_FEWEST if extent >= SHORT else _FEWEST_SHORT, ceil(share * articles))


def _is_frequent(constant: Words, family: _Family, articles: int) -> bool:
    return len(family.pages) >= _least(constant, articles) and _is_spread(family.pages, articles)


def _is_spread(pages: set[int], articles: int) -> bool:
    """Tell whether it stands in most quarters of an outlet's time, or in nearly all articles of a stretch of it."""
    quarters = {number * 4 // articles for number in pages}
    return len(quarters) >= 3 or len(pages) >= _DENSE * (max(pages) - min(pages) + 1)


def _is_topical(constant: Words, family: _Family, articles: Sequence[Told], refrains_said: set[Words]) -> bool:
    """Tell whether the articles that have it speak of what it says, in other paragraphs, more than the others do.

    Words that most articles use tell nothing, nor do short ones.
    """
    silent = refrains_said | family.members.keys()
    rest = [{word for words, _ in told.said if words not in silent for word in words} for told in articles]
    usual = Counter(word for words in rest for word in words)
    telling = {
        word for word in constant if (len(word) >= _TELLING or not word.isascii()) and 2 * usual[word] <= len(articles)
    }
    others = [number for number in range(len(articles)) if number not in family.pages]
    if len(others) < 2 or not telling:
        return False

    def rate(numbers: Sequence[int]) -> float:
        return sum(len(telling & rest[number]) for number in numbers) / (len(numbers) * len(telling))

    return rate(sorted(family.pages)) - rate(others) >= _LIFT
