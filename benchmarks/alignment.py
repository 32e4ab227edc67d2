"""How well sentences are told to be the same, moved, merged or split: links found on real articles edited by hand.

Sentences of the product and of the generator need not be the same. Two are held to be of the same words where they
share at least half the characters of the shorter. A link of the map is found where the product links a sentence of the
same words as its one end with a sentence of the same words as its other; a link of the product is right where the map
has such a link. So a splitter that parts more, or less, than the generator's loses nothing by that.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.made_edits import MadePair, pairs
from benchmarks.made_text import Article, articles
from benchmarks.table import Bar, Table

SEED = 20261205
WANTED = 0.97
Place = tuple[int, int]


@dataclass(slots=True)
class Found:
    """How many links there are, how many of them were found, how many the product made, how many of these are right.

    ``touched`` counts the same for links of sentences that an edit touched only.
    """

    wanted: int = 0
    found: int = 0
    made: int = 0
    right: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    kinds_found: Counter[str] = field(default_factory=Counter)

    def add(self, other: Found) -> None:
        for name in ("wanted", "found", "made", "right"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.kinds += other.kinds
        self.kinds_found += other.kinds_found

    @property
    def precision(self) -> float:
        return self.right / self.made if self.made else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def shown(self) -> tuple[str, str, str, str]:
        return f"{self.wanted}", f"{self.precision:.4f}", f"{self.recall:.4f}", f"{self.f1:.4f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of one pair: all links, those of touched sentences, and the sentences of the links that are wrong."""

    pair: MadePair
    all: Found
    touched: Found
    missed: tuple[tuple[str, str, str], ...]
    wrong: tuple[tuple[str, str], ...]


def sentences_of(text: str) -> list[Place]:
    """Give where the product's sentences stand in a text."""
    from archive.sentences import spans

    found: list[Place] = []
    start = 0
    for paragraph in text.split("\n"):
        found += ((start + begin, start + end) for begin, end in spans(paragraph))
        start += len(paragraph) + 1
    return found


def same_words(ours: Sequence[Place], theirs: Sequence[Place]) -> list[set[int]]:
    """Give for each of ours the numbers of theirs that share half the characters of the shorter."""
    found: list[set[int]] = []
    first = 0
    for start, end in ours:
        while first < len(theirs) and theirs[first][1] <= start:
            first += 1
        held = set()
        for number in range(first, len(theirs)):
            begin, close = theirs[number]
            if begin >= end:
                break
            if 2 * (min(end, close) - max(start, begin)) >= min(end - start, close - begin):
                held.add(number)
        found.append(held)
    return found


def judge(
    pair: MadePair, before_at: Sequence[Place], after_at: Sequence[Place], made: Iterable[tuple[int, int]]
) -> Judged:
    """Score the links that a product made between its own sentences."""
    made = list(made)
    of_before, of_after = same_words(before_at, pair.before_at), same_words(after_at, pair.after_at)
    gold = {(link.before, link.after): link.kind for link in pair.links}
    still_before = {link.before for link in pair.links if link.kind == "same"}
    still_after = {link.after for link in pair.links if link.kind == "same"}
    whole, touched = Found(), Found()
    reached: set[tuple[int, int]] = set()
    wrong = []
    for first, second in made:
        ends = {(one, other) for one in of_before[first] for other in of_after[second]}
        right = not gold.keys().isdisjoint(ends)
        reached |= ends
        is_touched = not (of_before[first] <= still_before and of_after[second] <= still_after)
        for each in (whole, touched) if is_touched else (whole,):
            each.made += 1
            each.right += right
        if not right:
            wrong.append((_cut(pair.before, before_at[first]), _cut(pair.after, after_at[second])))
    missed = []
    for link, kind in gold.items():
        found = link in reached
        for each in (whole,) if kind == "same" else (whole, touched):
            each.wanted += 1
            each.found += found
            each.kinds[kind] += 1
            each.kinds_found[kind] += found
        if not found:
            missed.append((kind, _cut(pair.before, pair.before_at[link[0]]), _cut(pair.after, pair.after_at[link[1]])))
    return Judged(pair=pair, all=whole, touched=touched, missed=tuple(missed), wrong=tuple(wrong))


def _cut(text: str, place: Place) -> str:
    return text[place[0] : place[1]]


def judged(seed: int, *, held: bool, known: Sequence[Article]) -> Iterator[Judged]:
    """Score the product on each pair."""
    from archive.diff import links_between

    for pair in pairs(seed, held=held, known=known):
        before_at, after_at = sentences_of(pair.before), sentences_of(pair.after)
        yield judge(pair, before_at, after_at, links_between(pair.before, pair.after))


def total(results: Iterable[Judged]) -> tuple[Found, Found]:
    """Add up all links, and those of touched sentences."""
    whole, touched = Found(), Found()
    for each in results:
        whole.add(each.all)
        touched.add(each.touched)
    return whole, touched


def measure(folder: Path, *, quick: bool) -> Table:
    """Score the product on all articles, with the shown kinds of edits and those held back."""
    return table(SEED, every=8 if quick else 1)[0]


def table(seed: int, every: int = 1) -> tuple[Table, dict[str, list[Judged]]]:
    """Score, and give the single results by set."""
    known = articles()[::every]
    results = {name: list(judged(seed, held=name == "held", known=known)) for name in ("shown", "held")}
    rows, bars = [], []
    for name, listed in results.items():
        whole, touched = total(listed)
        rows += [(f"{name}: all links", *whole.shown()), (f"{name}: of touched sentences", *touched.shown())]
        rows += [
            (f"{name}:   {kind}", f"{count}", "", f"{touched.kinds_found[kind] / count:.4f}", "")
            for kind, count in sorted(touched.kinds.items())
        ]
        bars.append(Bar(what=f"F1 of sentence links, {name}", found=whole.f1, sign=">=", wanted=WANTED))
    return (
        Table(
            name="alignment",
            title=f"sentence links on {len(known)} real articles, edited twice over",
            columns=("", "links", "precision", "recall", "F1"),
            rows=rows,
            bars=bars,
            raw={row[0]: row[1:] for row in rows},
        ),
        results,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.alignment", description=measure.__doc__)
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="show the N worst pairs")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take one article of N only")
    parser.add_argument(
        "--held", action="store_true", help="show the worst of the kinds held back (don't tune to them)"
    )
    given = parser.parse_args()
    shown, results = table(given.seed, given.every)
    print(shown.shown())
    for each in sorted(results["held" if given.held else "shown"], key=lambda each: each.touched.f1)[: given.worst]:
        print(f"\n{each.pair.id} ({each.pair.language}) F1 {each.all.f1:.3f}: {', '.join(each.pair.kinds)}")
        for kind, before, after in each.missed:
            print(f"  missed, {kind}\n    - {before}\n    + {after}")
        for before, after in each.wrong:
            print(f"  wrong\n    - {before}\n    + {after}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
