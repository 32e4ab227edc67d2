"""Learn the weights of ``archive/extract/weights.py`` from the corpus: ``python -m benchmarks.extraction_weights``.

Plain logistic regression with a penalty on the squares of the weights, over the traits of blocks; one model for blocks
that the extractor took, one for those it left. First each half of the domains is scored with weights learned on the
other half; then the weights learned on all pages are written.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from archive.extract import body, generic
from archive.extract.aligned import aligned, key
from archive.extract.blocks import blocks
from archive.extract.metadata import claims
from archive.extract.page import decode, parse
from benchmarks.extraction import bytes_of, manifest, scorer
from benchmarks.measure import ROOT

WEIGHTS = ROOT / "archive" / "extract" / "weights.py"
PENALTY = 20.0
ROUNDS = 250
SNIPPETS = 4.0
FULL = 30.0
SMALLEST = 0.03

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Sample:
    """A block that may be the article's, what speaks for and against it, and what it is where the gold says so."""

    text: str
    taken: bool
    traits: tuple[str, ...]
    right: bool | None
    weight: float


@dataclass(frozen=True, slots=True)
class Learnt:
    """A page of the corpus with its samples; ``half`` is 0 or 1 by its domain."""

    entry: Mapping[str, Any]
    half: int
    samples: tuple[Sample, ...]


def pages() -> Iterator[Learnt]:
    """Read the corpus."""
    score = scorer()
    generic.load()
    for entry in manifest():
        gold = entry["gold"]
        if not gold.get("text") and not gold.get("with"):
            continue
        tree = parse(decode(bytes_of(entry), None))
        if tree is None:
            continue
        found = blocks(tree)
        keys = [key(block.text) for block in found]
        held, _ = aligned(keys, [key(text) for text in generic.taken(tree, entry["url"])])
        if not held:
            continue
        page = body.candidates_of(found, keys, held, claims(tree))
        indexes = body.weighable(page)
        right = _labels(score, gold, [block.text for block in found])
        sizes = [len(score.toks(block.text)) for block in found]
        whole = sum(size for size, label in zip(sizes, right, strict=True) if label) or 1
        yield Learnt(
            entry,
            int(sha256(entry["domain"].encode()).hexdigest(), 16) % 2,
            tuple(
                Sample(
                    found[index].text,
                    index in page.taken,
                    tuple(dict.fromkeys(page.traits(index))),
                    right[index],
                    FULL * min(1.0, (sizes[index] + 2) / whole) if gold.get("text") else SNIPPETS,
                )
                for index in indexes
            ),
        )


def _labels(score: Any, gold: Mapping[str, Any], texts: Sequence[str]) -> list[bool | None]:
    """Say of each block whether it is of the article: True, False, or None where the gold does not tell."""
    flat = [score.flat(text) for text in texts]
    if gold.get("text"):
        wanted = score.shingles(gold["text"])
        free = score.shingles("\n".join(gold[name] for name in ("title", "summary") if gold.get(name)))
        lines = {score.flat(line) for line in gold["text"].split("\n")}
        return [_of_text(score, text, bare, wanted, free, lines) for text, bare in zip(texts, flat, strict=True)]
    with_, without = ([score.flat(each) for each in gold.get(name) or ()] for name in ("with", "without"))
    return [True if _in_any(bare, with_) else False if _in_any(bare, without) else None for bare in flat]


def _of_text(
    score: Any, text: str, bare: str, wanted: Counter[Any], free: Counter[Any], lines: set[str]
) -> bool | None:
    found = score.shingles(text)
    if not found or all(each in free for each in found):
        return None
    if len(score.toks(text)) < 4:
        return bool(bare in lines)
    return bool(2 * sum(times for each, times in found.items() if each in wanted) >= sum(found.values()))


def _in_any(bare: str, snippets: Iterable[str]) -> bool:
    return bool(bare) and any(each and (each in bare or (len(bare) > 15 and bare in each)) for each in snippets)


def learned(read: Iterable[Learnt], *, taken: bool) -> dict[str, float]:
    """Fit the weights by gradient descent with a step of its own for each (Rprop); the same samples give the same."""
    rows = [
        (each.traits, each.right, each.weight)
        for page in read
        for each in page.samples
        if each.right is not None and each.taken == taken
    ]
    names = sorted({name for traits, _, _ in rows for name in traits})
    place = {name: number for number, name in enumerate(names)}
    coded = [([place[name] for name in traits], 1.0 if right else 0.0, weight) for traits, right, weight in rows]
    weights, steps, before = [0.0] * len(names), [0.05] * len(names), [0.0] * len(names)
    for _ in range(ROUNDS):
        slope = [PENALTY * each for each in weights]
        for indexes, wanted, weight in coded:
            total = sum([weights[index] for index in indexes])
            wrong = weight * (1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - wanted)
            for index in indexes:
                slope[index] += wrong
        for index, each in enumerate(slope):
            steps[index] *= 1.2 if each * before[index] > 0 else 0.5 if each * before[index] < 0 else 1.0
            weights[index] -= math.copysign(min(steps[index], 0.5), each) if each else 0.0
        before = slope
    return {name: round(weight, 2) for name, weight in zip(names, weights, strict=True) if abs(weight) >= SMALLEST}


def text_of(page: Learnt, kept: Weights, added: Weights) -> str:
    """Give the text of a page as these weights choose it."""
    return "\n".join(
        each.text
        for each in page.samples
        if sum((kept if each.taken else added).get(trait, 0.0) for trait in each.traits)
        > (body.KEEP if each.taken else body.ADD)
    )


def told(read: Sequence[Learnt], texts: Mapping[str, str]) -> str:
    """Give the scorer's figures for a text of each page."""
    outs = {page.entry["id"]: {"text": texts[page.entry["id"]]} for page in read}
    found, _ = scorer().score([page.entry for page in read], outs)
    names = ("text_f1", "text_p", "text_r", "text_f1>=.9", "snippet_recall", "snippet_leak")
    return "  ".join(f"{name} {found[name]:.4f}" for name in names)


def written(kept: Weights, added: Weights) -> str:
    """Give the module that holds the weights."""
    tables = "\n".join(
        f"{name}: Mapping[str, float] = MappingProxyType(\n    {json.dumps(dict(sorted(table.items())))}\n)"
        for name, table in (("KEPT", kept), ("ADDED", added))
    )
    tables = re.sub(r"(.{60,100}?, )", r"\1\n     ", tables)
    return (
        '"""What each trait of a block speaks for; made by ``benchmarks/extraction_weights.py``, not by hand."""\n\n'
        "from __future__ import annotations\n\n"
        "from collections.abc import Mapping\nfrom types import MappingProxyType\n\n"
        "# fmt: off\n" + re.sub(r" +\n", "\n", tables) + "\n"
    )


def main(target: Path = WEIGHTS) -> int:
    read = list(pages())
    texts: dict[str, str] = {}
    for half in (0, 1):
        others = [page for page in read if page.half != half]
        kept, added = learned(others, taken=True), learned(others, taken=False)
        mine = [page for page in read if page.half == half]
        texts |= {page.entry["id"]: text_of(page, kept, added) for page in mine}
        print(f"half {half}, learned on the other:  {told(mine, texts)}", flush=True)
    print(f"both, each learned on the other: {told(read, texts)}", flush=True)
    if "--dry" in sys.argv:
        return 0
    kept, added = learned(read, taken=True), learned(read, taken=False)
    target.write_text(written(kept, added), encoding="utf-8")
    print(f"all pages: {told(read, {page.entry['id']: text_of(page, kept, added) for page in read})}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
