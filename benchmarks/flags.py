"""How well flags are raised: real pages edited in their HTML and in what stands around, read, folded and compared.

Uses ``../shared`` beside the checkout, or the folder that ``VARIORUM_SHARED`` names. A pair counts for each flag that
it must raise and for each that is raised; flags that it may raise or not are left out.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive import ingest
from archive.model import Edit, Extraction, FieldEdit, Flag
from archive.revise import fold
from benchmarks.made_pages import MadePage, cases
from benchmarks.second_reading import FIRST, capture, payload, seen
from benchmarks.table import Bar, Table

SEED = 20261206
WANTED = 0.9
_PAIRS = 240
_NOISE_ONLY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the product said of a pair; ``read`` is False where the page before is no article to it."""

    page: MadePage
    read: bool
    flags: frozenset[Flag] = frozenset()
    edits: tuple[Edit, ...] = ()
    fields: tuple[FieldEdit, ...] = ()
    revisions: int = 0
    texts: tuple[str, str] = ("", "")

    @property
    def missed(self) -> frozenset[Flag]:
        return self.page.flags - self.flags

    @property
    def false(self) -> frozenset[Flag]:
        return self.flags - self.page.flags - self.page.may - {"typographic"}


def answer(page: MadePage) -> Answer:
    """Read both pages, fold the readings to a chain, and compare its first revision with its last."""
    from archive.diff import compare

    first = ingest.reading(capture(page.url, 0), payload(page.before))
    if first.verdict != "article":
        return Answer(page=page, read=False)
    second = ingest.reading(capture(page.url, 1), payload(page.after))
    chain = fold([seen(first), seen(second)])
    revisions = () if chain is None else chain.revisions
    if len(revisions) < 2:
        read = first.extraction or Extraction()
        text = "\n".join(read.paragraphs)
        return Answer(page=page, read=True, revisions=len(revisions), texts=(text, text))
    before, after = revisions[0].extraction, revisions[-1].extraction
    found = compare(before, after, url=page.url, first_seen=page.first_seen or FIRST)
    return Answer(
        page=page, read=True, flags=frozenset(found.flags), edits=found.edits, fields=found.fields,
        revisions=len(revisions), texts=("\n".join(before.paragraphs), "\n".join(after.paragraphs)),
    )  # fmt: skip


def unread(each: Answer) -> list[str]:
    """Give the sentences put in that were not read, before or after."""
    found = []
    for edit in each.page.edits:
        for said, text in zip((edit.before, edit.after), each.texts, strict=True):
            if "put in" in edit.kind and said and " ".join(said.split()) not in " ".join(text.split()):
                found.append(said)
    return found


@dataclass(slots=True)
class Score:
    """Counts by flag."""

    right: Counter[str]
    missed: Counter[str]
    false: Counter[str]

    @staticmethod
    def of(answers: Iterable[Answer]) -> Score:
        score = Score(Counter(), Counter(), Counter())
        for each in answers:
            score.right.update(each.flags & each.page.flags)
            score.missed.update(each.missed)
            score.false.update(each.false)
        return score

    def figures(self, flags: Sequence[str]) -> tuple[int, int, float, float]:
        """Give how many were wanted and raised, precision and recall."""
        right, missed, false = (sum(each[flag] for flag in flags) for each in (self.right, self.missed, self.false))
        raised, wanted = right + false, right + missed
        return wanted, raised, right / raised if raised else 1.0, right / wanted if wanted else 1.0

    def known(self) -> list[str]:
        return sorted(set(self.right) | set(self.missed) | set(self.false))

    def rows(self, name: str) -> Iterator[tuple[str, ...]]:
        for title, flags in (("all", self.known()), *((f"  {flag}", [flag]) for flag in self.known())):
            wanted, raised, precision, recall = self.figures(flags)
            yield f"{name}: {title}", f"{wanted}", f"{raised}", f"{precision:.3f}", f"{recall:.3f}"


def measure(folder: Path, *, quick: bool) -> Table:
    """Score edited pairs, shown and held back, and pairs that differ in their frame only."""
    return table(SEED, 24 if quick else _PAIRS, 12 if quick else _NOISE_ONLY)[0]


def table(
    seed: int, count: int, noise_only: int, sets: Sequence[str] = ("shown", "held")
) -> tuple[Table, dict[str, list[Answer]]]:
    """Score, and give the single answers by set."""
    ingest.prepare()
    results: dict[str, list[Answer]] = {}
    rows: list[tuple[str, ...]] = []
    bars: list[Bar] = []
    notes: list[str] = []
    for name in sets:
        answers = [answer(page) for page in cases(count, seed, held=name == "held")]
        results[name] = read = [each for each in answers if each.read]
        score = Score.of(read)
        rows += score.rows(name)
        whole = [each for each in read if not unread(each)]
        of_whole = Score.of(whole)
        wanted, raised, *shares = of_whole.figures(of_whole.known())
        rows.append(
            (f"{name}: all, where all put in was read", f"{wanted}", f"{raised}", *(f"{each:.3f}" for each in shares))
        )
        _, _, precision, recall = score.figures(score.known())
        bars += [
            Bar(what=f"precision of flags, {name}", found=precision, sign=">=", wanted=WANTED),
            Bar(what=f"recall of flags, {name}", found=recall, sign=">=", wanted=WANTED),
        ]
        weak = [flag for flag in score.known() if min(score.figures([flag])[2:]) < WANTED]
        bars.append(Bar(what=f"flags below {WANTED} in either, {name}", found=len(weak), sign="<=", wanted=0))
        notes.append(
            f"{name}: {len(read)} pairs, {len(read) - len(whole)} of them not wholly read;"
            f" {len(answers) - len(read)} more were not read as articles"
        )
    if noise_only:
        quiet = [answer(page) for page in cases(noise_only, seed, edits=0)]
        results["noise only"] = quiet = [each for each in quiet if each.read]
        false = sum(len(each.flags) for each in quiet)
        rate = 100 * false / max(1, len(quiet))
        bars.append(Bar(what="false flags per 100 pairs of noise only", found=rate, sign="<=", wanted=1))
        notes.append(f"noise only: {len(quiet)} pairs, {sum(each.revisions > 1 for each in quiet)} false revisions")
    return (
        Table(
            name="flags",
            title="flags on real pages edited in their HTML",
            columns=("", "wanted", "raised", "precision", "recall"),
            rows=rows,
            bars=bars,
            notes=notes,
            raw={row[0]: row[1:] for row in rows},
        ),
        results,
    )


def _told(each: Answer) -> Iterator[str]:
    page = each.page
    yield f"\n{page.id} ({page.language}) {page.url}"
    yield f"  wanted {' '.join(sorted(page.flags)) or '-'}; may {' '.join(sorted(page.may)) or '-'}"
    yield f"  MISSED {' '.join(sorted(each.missed)) or '-'}   FALSE {' '.join(sorted(each.false)) or '-'}"
    yield f"  noise: {', '.join(page.noise)}; revisions: {each.revisions}"
    for edit in page.edits:
        where = " ".join(
            f"(not read {when})"
            for when, said, text in zip(("before", "after"), (edit.before, edit.after), each.texts, strict=True)
            if "put in" in edit.kind and said and " ".join(said.split()) not in " ".join(text.split())
        )
        yield f"  * {edit.kind} -> {' '.join(sorted(edit.flags)) or 'nothing'} {where}"
        yield f"      - {_short(edit.before)}\n      + {_short(edit.after)}"
    yield "  the product's edits:"
    for made in each.edits:
        yield f"    {made.op}{' typographic' if made.typographic else ''}"
        yield f"      - {_short(made.before)}\n      + {_short(made.after)}"
    for field in each.fields:
        yield f"    {field.field}: {_short(str(field.before))} -> {_short(str(field.after))}"


def _short(text: str | None) -> str:
    return "" if text is None else text if len(text) <= 400 else f"{text[:200]} ... {text[-200:]}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flags", description=measure.__doc__)
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="show the N worst pairs")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--pairs", type=int, default=_PAIRS, metavar="N")
    parser.add_argument("--flag", help="show those pairs only where this flag is missed or false")
    parser.add_argument("--held", action="store_true", help="show the worst of what is held back (don't tune to it)")
    parser.add_argument("--only-shown", action="store_true", help="the shown set alone: quicker")
    given = parser.parse_args()
    sets = ("shown",) if given.only_shown and not given.held else ("shown", "held")
    shown, results = table(given.seed, given.pairs, 0 if given.only_shown else _NOISE_ONLY, sets)
    print(shown.shown())
    bad = [
        each
        for name, answers in results.items()
        if name != ("shown" if given.held else "held")
        for each in answers
        if (each.missed | each.false if given.flag is None else (each.missed | each.false) & {given.flag})
    ]
    for each in sorted(bad, key=lambda each: -len(each.missed | each.false))[: given.worst]:
        print("\n".join(_told(each)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
