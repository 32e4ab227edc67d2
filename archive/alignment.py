"""Which sentence of a later text is which of an earlier one: equal ones first, then likeness. Pure.

Equal sentences are matched in order through the longest common subsequence of their words' marks; of what is left equal
ones have moved, and the others are compared by their words. Two that became one, or one that became two, are found by
what their words say together (facts: articles.md C; the idea of asymmetric likeness is of the NewsEdits paper).
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel, LCSseq

from archive.sentences import spans
from archive.wording import compared

ALIKE = 0.45
"""Share of common words from which two sentences at one place are one that was changed."""
ALIKE_ELSEWHERE = 0.65
"""The same for sentences at different places."""
WITHIN = 0.6
"""Share of a sentence's words that another has which took it in."""
TOGETHER = 0.1
"""How much likelier two sentences must be together than the likelier of them alone."""
PAIRS = 6000
"""Pairs of sentences that are compared; of more only those with a rare word in common, or at the same place."""
_JOINED = 4  # sentences that may become one
_FEW = 3  # words
_LONG = 1000  # words; longer sentences are compared by those at both of their ends
_UNPARTED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"([{_UNPARTED}]+)")


class Sentence(NamedTuple):
    """A sentence: its place in the raw text, its paragraph and place in that, its characters, and its words' mark.

    Paragraphs that stand in both texts are taken as one, with ``number`` ``WHOLE``.
    """

    start: int
    end: int
    paragraph: int
    number: int
    text: str
    key: str

    def words(self) -> list[str]:
        """Give its words, in lower case, signs left out; of scripts without blanks between words each two letters."""
        pieces = self.key.casefold().split()
        if not self.key.isascii() and _RUNS.search(self.key) is not None:
            pieces = [part for piece in pieces for run in _RUNS.split(piece) for part in _in_twos(run)]
        return [word for piece in pieces if (word := piece.strip(_SIGNS))]


def _in_twos(run: str) -> Sequence[str]:
    if len(run) < 3 or _RUNS.match(run) is None:
        return (run,)
    return [run[at : at + 2] for at in range(len(run) - 1)]


_SIGNS = "\"'.,;:!?()[]{}-«»،؛؟。、！？「」『』（），：；"


class Group(NamedTuple):
    """Sentences of both texts that are one another, by their numbers; several on one side were joined or parted.

    ``moved``: others that stood before it stand behind it now, or the other way.
    """

    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    moved: bool = False


def cut(before: str, after: str) -> tuple[list[Sentence], list[Sentence]]:
    """Cut two raw texts into sentences; runs of paragraphs that stand in both, in one order, are left whole."""
    ours, theirs = before.split("\n"), after.split("\n")
    runs = [code for code in Indel.opcodes(ours, theirs) if code.tag == "equal"]
    mine = _cut(ours, [(run.src_start, run.src_end) for run in runs])
    his = _cut(theirs, [(run.dest_start, run.dest_end) for run in runs])
    # What stands in both as it is written needs nothing else to be compared by.
    same = {each.text for each in mine} & {each.text for each in his}
    return _keyed(mine, same), _keyed(his, same)


def _keyed(some: Sequence[Sentence], same: Collection[str]) -> list[Sentence]:
    return [each if each.text in same else Sentence(*each[:-1], compared(each.text)) for each in some]


def _cut(paragraphs: Sequence[str], runs: Iterable[tuple[int, int]]) -> list[Sentence]:
    found: list[Sentence] = []
    at = done = 0
    for start, end in [*runs, (len(paragraphs), len(paragraphs))]:
        for number in range(done, start):
            text = paragraphs[number]
            for place, (first, last) in enumerate(spans(text)):
                words = text[first:last]
                found.append(Sentence(at + first, at + last, number, place, words, words))
            at += len(text) + 1
        whole = "\n".join(paragraphs[start:end])
        if words := whole.strip():
            first = at + whole.index(words[0])
            found.append(Sentence(first, first + len(words), start, WHOLE, words, words))
        at += len(whole) + 1
        done = end
    return found


WHOLE = -1
"""The number of what is a run of whole paragraphs; the first of them is its ``paragraph``."""


# ------------------------------------------------------------------------------------------------------------ aligning


def align(ours: Sequence[Sentence], theirs: Sequence[Sentence]) -> list[Group]:
    """Give which sentences are one another, in the order of the earlier text; those that are nobody's are left out."""
    first = 0
    most = min(len(ours), len(theirs))
    while first < most and ours[first].key == theirs[first].key:
        first += 1
    last = 0
    while last < most - first and ours[-1 - last].key == theirs[-1 - last].key:
        last += 1
    groups = [Group((number,), (number,)) for number in range(first)]
    middle = _aligned(ours[first : len(ours) - last], theirs[first : len(theirs) - last])
    groups += [
        Group(tuple(first + each for each in group.ours), tuple(first + each for each in group.theirs), group.moved)
        for group in middle
    ]
    groups += [Group((len(ours) - left,), (len(theirs) - left,)) for left in range(last, 0, -1)]
    return groups


def _aligned(ours: Sequence[Sentence], theirs: Sequence[Sentence]) -> list[Group]:
    if not ours or not theirs:
        return []
    links = dict(_in_order(ours, theirs))
    groups = [Group((mine,), (his,)) for mine, his in links.items()]
    left = [number for number in range(len(ours)) if number not in links]
    taken = set(links.values())
    right = [number for number in range(len(theirs)) if number not in taken]
    if left and right:
        equal = list(_equal(ours, theirs, left, right))
        groups += [Group((mine,), (his,)) for mine, his in equal]
        links.update(equal)
        taken.update(links.values())
        left = [number for number in left if number not in links]
        right = [number for number in right if number not in taken]
    if left and right:
        groups += _likest(_Words(ours, left), _Words(theirs, right), links)
    groups.sort(key=lambda group: group.ours[0])
    return _with_moves(groups, ours)


def _in_order(ours: Sequence[Sentence], theirs: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    for code in Indel.opcodes([each.key for each in ours], [each.key for each in theirs]):
        if code.tag == "equal":
            yield from zip(range(code.src_start, code.src_end), range(code.dest_start, code.dest_end), strict=True)


def _equal(
    ours: Sequence[Sentence], theirs: Sequence[Sentence], left: Sequence[int], right: Sequence[int]
) -> Iterator[tuple[int, int]]:
    places: dict[str, list[int]] = {}
    for number in reversed(right):
        places.setdefault(theirs[number].key, []).append(number)
    for number in left:
        if held := places.get(ours[number].key):
            yield number, held.pop()


class _Words:
    """The words of those sentences of a text that are nobody's yet."""

    def __init__(self, text: Sequence[Sentence], numbers: Sequence[int]) -> None:
        self.text = text
        self.numbers = numbers
        self.of = {number: text[number].words() for number in numbers}

    def together(self, run: Sequence[int]) -> list[str]:
        return [word for number in run for word in self.of[number]]

    def runs(self) -> Iterator[tuple[int, ...]]:
        """Give every row of two or more neighbours among them."""
        for at, number in enumerate(self.numbers):
            for count in range(2, _JOINED + 1):
                if at + count > len(self.numbers) or self.numbers[at + count - 1] != number + count - 1:
                    break
                yield tuple(range(number, number + count))


class _Candidate(NamedTuple):
    """``rank``: what is likest is taken first, of two as like the one that is nearer."""

    rank: tuple[float, int, int]
    ours: tuple[int, ...]
    theirs: tuple[int, ...]


def _likest(ours: _Words, theirs: _Words, links: dict[int, int]) -> list[Group]:
    """Match what is left by likeness, greedily."""
    place = _Places(links, len(ours.text), len(theirs.text))
    single = {}
    found: list[_Candidate] = []
    for mine, his in _pairs(ours, theirs, place):
        score = _likeness(ours.of[mine], theirs.of[his])
        if not score:
            continue
        single[mine, his] = score
        near = place.same(mine, his)
        long_enough = min(len(ours.of[mine]), len(theirs.of[his])) > _FEW
        if score >= ALIKE if near else (score >= ALIKE_ELSEWHERE and long_enough):
            found.append(_candidate(score, not near, (mine,), (his,)))
    found += _joined(ours, theirs, single, place, swapped=False)
    found += _joined(theirs, ours, {(his, mine): score for (mine, his), score in single.items()}, place, swapped=True)
    groups: list[Group] = []
    mine_taken: set[int] = set()
    his_taken: set[int] = set()
    for each in sorted(found):
        if mine_taken.isdisjoint(each.ours) and his_taken.isdisjoint(each.theirs):
            mine_taken.update(each.ours)
            his_taken.update(each.theirs)
            groups.append(Group(each.ours, each.theirs))
    return groups


def _likeness(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """Give how alike two sentences are by their words, 0 where they are hardly."""
    if len(ours) <= _LONG and len(theirs) <= _LONG:
        return Indel.normalized_similarity(ours, theirs, score_cutoff=ALIKE / 2)
    half = _LONG // 2
    first = Indel.normalized_similarity(ours[:half], theirs[:half])
    last = Indel.normalized_similarity(ours[-half:], theirs[-half:])
    score = min((first + last) / 2, 2 * min(len(ours), len(theirs)) / (len(ours) + len(theirs)))
    return score if score >= ALIKE / 2 else 0.0


def _candidate(score: float, far: bool, ours: tuple[int, ...], theirs: tuple[int, ...]) -> _Candidate:
    return _Candidate((-round(score, 2), int(far), abs(ours[0] - theirs[0])), ours, theirs)


def _joined(
    parts: _Words, whole: _Words, single: dict[tuple[int, int], float], place: _Places, *, swapped: bool
) -> Iterator[_Candidate]:
    """Give rows of neighbours that stand together in one sentence of the other text."""
    near: dict[int, set[int]] = {}
    for part, one in single:
        near.setdefault(part, set()).add(one)
    for run in parts.runs():
        for one in set.intersection(*(near.get(part, set()) for part in run)):
            words = whole.of[one]
            if len(words) > _LONG or any(_within(parts.of[part], words) < WITHIN for part in run):
                continue
            score = Indel.normalized_similarity(parts.together(run), words)
            if score < max(single[part, one] for part in run) + TOGETHER or score < ALIKE:
                continue
            ours, theirs = ((one,), run) if swapped else (run, (one,))
            yield _candidate(score, not place.same(ours[0], theirs[0]), ours, theirs)


def _within(part: Sequence[str], whole: Sequence[str]) -> float:
    """Give the share of a sentence's words that stand in another, in their order."""
    return LCSseq.similarity(part, whole) / max(1, len(part))


def _pairs(ours: _Words, theirs: _Words, place: _Places) -> Iterable[tuple[int, int]]:
    if len(ours.numbers) * len(theirs.numbers) <= PAIRS:
        return [(mine, his) for mine in ours.numbers for his in theirs.numbers]
    places: dict[str, list[int]] = {}
    for number, words in theirs.of.items():
        for word in set(words):
            places.setdefault(word, []).append(number)
    rarity = {word: len(held) for word, held in places.items() if len(held) <= _MANY}
    found = dict.fromkeys(_opposite(ours, theirs, place))
    for mine, words in ours.of.items():
        near: Counter[int] = Counter()
        # In one order whatever the seed of hashes is: the same texts have the same diff.
        rare = sorted(sorted(rarity.keys() & set(words)), key=rarity.__getitem__)
        for word in rare[:_RARE]:
            near.update(places[word])
            if len(near) > _MANY:
                break
        found.update(dict.fromkeys((mine, his) for his, _ in near.most_common(_NEAR)))
    return found


_RARE, _NEAR = 8, 12
_MANY = 100  # sentences of a text; a word that more of them have is not rare


def _opposite(ours: _Words, theirs: _Words, place: _Places) -> Iterator[tuple[int, int]]:
    """Give pairs at the same place between matched sentences, counted from either of these, and their neighbours."""
    mine_of, his_of = place.gaps(ours.numbers, theirs.numbers)
    for gap, mine in mine_of.items():
        his = his_of.get(gap, [])
        for at, number in enumerate(mine):
            for other in (at, len(his) - len(mine) + at):
                yield from ((number, each) for each in his[max(0, other - 1) : max(0, other + 2)])


class _Places:
    """Between which matched sentences others stand."""

    def __init__(self, links: dict[int, int], ours: int, theirs: int) -> None:
        kept = _rising(sorted(links.items()), lambda link: 1)
        self._ours = [mine for mine, _ in kept]
        self._theirs = [his for _, his in kept]

    def same(self, mine: int, his: int) -> bool:
        return bisect_left(self._ours, mine) == bisect_left(self._theirs, his)

    def gaps(self, ours: Iterable[int], theirs: Iterable[int]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        """Give the sentences of both texts by the matched ones that they stand between."""
        return _by_gap(self._ours, ours), _by_gap(self._theirs, theirs)


def _by_gap(matched: Sequence[int], numbers: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number in numbers:
        found.setdefault(bisect_left(matched, number), []).append(number)
    return found


# ------------------------------------------------------------------------------------------------------------- moving


def _with_moves(groups: list[Group], ours: Sequence[Sentence]) -> list[Group]:
    """Mark what moved: as few characters as can be, so that the rest keeps its order."""
    if all(before.theirs[-1] < after.theirs[0] for before, after in itertools.pairwise(groups)):
        return groups
    weight = {group.ours: sum(ours[number].end - ours[number].start for number in group.ours) for group in groups}
    by_place = {(group.ours[0], group.theirs[0]): group for group in groups}
    kept = _rising(list(by_place), lambda link: weight[by_place[link].ours])
    stay = {by_place[link].ours for link in kept}
    return [group if group.ours in stay else Group(group.ours, group.theirs, True) for group in groups]


def _rising(links: Sequence[tuple[int, int]], weight: Callable[[tuple[int, int]], int]) -> list[tuple[int, int]]:
    """Give the heaviest of the rows of links in which both numbers rise; ``links`` are in order of the first."""
    best: list[tuple[int, int, int]] = []  # second number, weight up to here, index into chain: rising in both
    chain: list[tuple[int, int]] = []  # index of the link, of the one before it in chain
    for number, link in enumerate(links):
        at = bisect_left(best, (link[1], 0, 0))
        before = best[at - 1] if at else None
        total = (before[1] if before else 0) + weight(link)
        chain.append((number, before[2] if before else -1))
        if at < len(best) and best[at][0] == link[1] and best[at][1] >= total:
            continue
        end = at
        while end < len(best) and best[end][1] <= total:
            end += 1
        best[at:end] = [(link[1], total, len(chain) - 1)]
    found: list[tuple[int, int]] = []
    at = best[-1][2] if best else -1
    while at >= 0:
        number, at = chain[at]
        found.append(links[number])
    return found[::-1]
