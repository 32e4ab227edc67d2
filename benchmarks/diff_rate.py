"""How fast real post histories are compared, beside bare word edits of rapidfuzz, and that each diff applies exactly.

Uses ``../shared`` beside the checkout, or the folder that ``VARIORUM_SHARED`` names.
"""

from __future__ import annotations

import argparse
import difflib
import gc
import json
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from archive.model import Extraction
from benchmarks.extraction import shared
from benchmarks.measure import Spread, alternating, ratios
from benchmarks.table import Bar, Table

PAIRS = 173
Pair = tuple[str, Extraction, Extraction]


def versions() -> list[Pair]:
    """Give each two versions of a post that follow one another."""
    lines = (shared() / "corpora" / "articles" / "revisions" / "chains.jsonl").read_text(encoding="utf-8").splitlines()
    found: list[Pair] = []
    for line in lines:
        chain = json.loads(line)
        read = [
            Extraction(
                headline=version["title"],
                bylines=tuple(version["authors"] or ()),
                published=version["date"],
                paragraphs=tuple(version["text"].split("\n")),
                language="en",
            )
            for version in chain["versions"]
        ]
        found += (
            (f"{chain['id']} {number}", before, after) for number, (before, after) in enumerate(pairwise(read), 1)
        )
    return found


def text_of(extraction: Extraction) -> str:
    """Give the raw text of a version."""
    return "\n".join(extraction.paragraphs)


def wrongly_applied(pairs: Sequence[Pair]) -> list[tuple[str, str, str]]:
    """Give the pairs whose edits, applied to the earlier version, don't give the later: id, wanted, made."""
    from archive.diff import apply, compare

    found = []
    for id, before, after in pairs:
        made = apply(text_of(before), compare(before, after, url="").edits)
        if made != text_of(after):
            found.append((id, text_of(after), made))
    return found


def seconds(kind: str, pairs: Sequence[Pair], texts: Sequence[tuple[str, str]]) -> float:
    """Say how long one round over all pairs takes: CPU seconds of this process."""
    from rapidfuzz.distance import Indel

    from archive.diff import compare

    gc.collect()
    began = time.process_time()
    if kind == "variorum":
        for _, before, after in pairs:
            compare(before, after, url="")
    else:
        for first, second in texts:
            Indel.opcodes(first.split(), second.split())
    return time.process_time() - began


def slowest(pairs: Sequence[Pair], count: int) -> list[tuple[float, str]]:
    """Give the pairs that take longest, in milliseconds."""
    from archive.diff import compare

    found = []
    for id, before, after in pairs:
        best = min(_once(compare, before, after) for _ in range(3))
        found.append((1000 * best, id))
    return sorted(found, reverse=True)[:count]


def _once(compare: object, before: Extraction, after: Extraction) -> float:
    assert callable(compare)
    began = time.perf_counter()
    compare(before, after, url="")
    return time.perf_counter() - began


def measure(folder: Path, *, quick: bool) -> Table:
    """Apply every diff once, then time rounds of ours and of rapidfuzz over the same pairs in turn."""
    pairs = versions()
    wrong = wrongly_applied(pairs)
    texts = [(text_of(before), text_of(after)) for _, before, after in pairs]
    rounds = 3 if quick else 9
    for kind in ("variorum", "rapidfuzz"):
        seconds(kind, pairs, texts)
    spent = alternating(("variorum", "rapidfuzz"), rounds, lambda kind: seconds(kind, pairs, texts))
    rate = ratios(spent["rapidfuzz"], spent["variorum"])
    per_second = {kind: Spread.of([len(pairs) / each for each in times]) for kind, times in spent.items()}
    return Table(
        name="diff_rate",
        title=f"{len(pairs)} pairs of versions compared: alignment, word edits and flags",
        columns=("", "found"),
        rows=[
            ("pairs a second, variorum", per_second["variorum"].shown(".0f")),
            ("pairs a second, rapidfuzz Indel opcodes over words", per_second["rapidfuzz"].shown(".0f")),
            ("rate beside rapidfuzz", rate.shown(unit="x")),
            ("pairs whose diff does not apply exactly", f"{len(wrong)}"),
        ],
        bars=(
            Bar(what="rate beside rapidfuzz", found=rate.median, sign=">=", wanted=0.4, unit="x"),
            Bar(what="pairs whose diff does not apply exactly", found=len(wrong), sign="<=", wanted=0),
            Bar(what="pairs", found=len(pairs), sign=">=", wanted=PAIRS),
        ),
        notes=(
            *(f"{id}: the diff does not give the later version" for id, _, _ in wrong[:20]),
            f"{rounds} rounds in turn, CPU seconds of one process",
        ),
        raw={"seconds": spent},
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.diff_rate", description=measure.__doc__)
    parser.add_argument(
        "--worst", type=int, default=0, metavar="N", help="show the N slowest, and what applies wrongly"
    )
    parser.add_argument("--seed", type=int, default=0, help="of no effect here: nothing is drawn")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    print(measure(Path(), quick=given.quick).shown())
    if given.worst:
        pairs = versions()
        for ms, id in slowest(pairs, given.worst):
            print(f"  {ms:8.2f} ms  {id}")
        for id, wanted, made in wrongly_applied(pairs)[: given.worst]:
            print(f"\n{id}: not applied exactly")
            print(
                "\n".join(difflib.unified_diff(made.split("\n"), wanted.split("\n"), "made", "wanted", "", "", 0, ""))
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
