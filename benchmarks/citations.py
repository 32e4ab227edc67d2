"""On whose word the stories of the corpus rest: the scorer's figures on the pages that were read by hand, and the cost.

Uses the shared folder as ``benchmarks.extraction`` does. Rules were written with the odd pages of the gold in view;
the even ones were only ever looked at as figures.
"""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from archive import ingest
from archive.cite import cite
from archive.gazetteer import shipped
from archive.model import Citation, Extraction
from archive.naming import Names
from benchmarks.extraction import bytes_of, manifest, read, shared
from benchmarks.measure import Failed, Spread
from benchmarks.table import Bar, Table

_WORDS = 800
_SHOWN = ("precision", "recall", "f1", "linked_recall", "named_recall", "named_precision", "silent_pages_right")
_BARS: tuple[tuple[str, Literal["<=", ">="], float], ...] = (
    ("f1", ">=", 0.90),
    ("named_recall", ">=", 0.80),
    ("named_precision", ">=", 0.80),
    ("silent_pages_right", ">=", 7),
)
_WORST = 5


def gold() -> list[dict[str, Any]]:
    """Give the pages whose citations were read by hand."""
    lines = (shared() / "corpora" / "articles" / "citations-gold.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@cache
def scorer() -> Any:
    """Load the corpus's own scorer."""
    spec = importlib.util.spec_from_file_location("score_citations", shared() / "bench" / "score_citations.py")
    if spec is None or spec.loader is None:
        raise Failed("the scorer of the shared folder can't be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(page: Mapping[str, Any], found: Sequence[Citation]) -> dict[str, Any]:
    """Say what was found in the words of the scorer: media with a domain of their own."""
    return {
        "id": page["id"],
        "url": page["url"],
        "citations": [
            {"outlet": each.outlet, "domain": each.domain, "how": "linked" if each.how == "link" else "named"}
            for each in found
            if each.category == "media" and each.domain
        ],
    }


def figures(pages: Sequence[Mapping[str, Any]], answers: Mapping[str, dict[str, Any]]) -> dict[str, float]:
    """Score some pages; ``named_precision`` is of what was found by name alone."""
    found, _ = scorer().score(pages, answers)
    base = scorer().base
    right = wrong = 0
    for page in pages:
        known = {
            base(each["domain"]): each.get("category", "media") for each in page["citations"] if each.get("domain")
        }
        named = {base(each["domain"]) for each in answers[page["id"]]["citations"] if each["how"] == "named"}
        right += sum(known.get(domain) == "media" for domain in named)
        wrong += sum(domain not in known for domain in named)
    return {**found, "named_precision": right / max(1, right + wrong)}


def measure(folder: Path, *, quick: bool) -> Table:
    """Read and cite the pages of the gold, score both halves of it, and time rounds of citing alone."""
    ingest.prepare()
    pages = gold()[:: 6 if quick else 1]
    entries = {entry["id"]: entry for entry in manifest()}
    read_pages = {page["id"]: read(bytes_of(entries[page["id"]]), entries[page["id"]]["url"]) for page in pages}
    names = Names.of(shipped())
    answers = {page["id"]: answer(page, _cited(read_pages[page["id"]], page["url"], names)) for page in pages}
    (folder / "citations.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in answers.values()), "utf-8")
    kinds = {"all": pages, "odd pages": pages[::2], "even pages": pages[1::2]}
    scores = {kind: figures(some, answers) for kind, some in kinds.items()}
    # Only pages that were in view: what fails on the others stays unread.
    _, rows = scorer().score(pages[::2], answers)
    cost = _cost(
        [(found, page["url"]) for page in pages if (found := read_pages[page["id"]])], names, 1 if quick else 5
    )
    return Table(
        name="citations",
        title=f"citations of {len(pages)} real pages that were read by hand, media only",
        columns=("", *kinds),
        rows=[(name, *(f"{scores[kind][name]:.3f}" for kind in kinds)) for name in _SHOWN],
        bars=(
            *(Bar(what=name, found=scores["all"][name], sign=sign, wanted=wanted) for name, sign, wanted in _BARS),
            Bar(what=f"ms for {_WORDS} words", found=cost.median, sign="<=", wanted=3.0, unit=" ms"),
        ),
        notes=(
            f"silent pages: {scores['all']['silent_pages']:.0f}; names known: {len(names.outlets)}",
            f"citing alone: {cost.shown(unit=' ms')} for {_WORDS} words",
            *(
                f"{page}: too many {extra or '-'}, missed {miss or '-'}"
                for bad, page, extra, miss in rows[:_WORST]
                if bad
            ),
        ),
        raw={"scores": scores, "answers": list(answers.values())},
    )


def _cited(extraction: Extraction | None, url: str, names: Names) -> tuple[Citation, ...]:
    return cite(extraction, url, names) if extraction else ()


def _cost(pages: Sequence[tuple[Extraction, str]], names: Names, rounds: int) -> Spread:
    """Give the milliseconds of citing, by the words there are; notes of a few lines tell little of an article."""
    sizes = [sum(len(text.split()) for text in extraction.paragraphs) for extraction, _ in pages]
    pages = [page for page, size in zip(pages, sizes, strict=True) if size >= _WORDS / 2] or pages
    words = sum(size for size in sizes if size >= _WORDS / 2) or sum(sizes)

    def once() -> float:
        began = time.process_time()
        for extraction, url in pages:
            cite(extraction, url, names)
        return 1000 * (time.process_time() - began) * _WORDS / words

    once()
    return Spread.of([once() for _ in range(rounds)])
