"""How well and how fast articles are read: the scorer's figures on the corpus, and the rate beside bare trafilatura.

Uses ``../shared`` beside the checkout, or the folder that ``VARIORUM_SHARED`` names.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from archive import ingest
from archive.ingest import Payload
from archive.model import Capture, Extraction, Locator, RecordId, Url, UrlKey
from benchmarks.measure import ROOT, Failed, Spread, alternating
from benchmarks.table import Bar, Table

CAPTURED = datetime(2026, 11, 22, tzinfo=UTC)
_SHOWN = ("text_f1", "text_p", "text_r", "text_f1>=.9", "text_f1<.5", "snippet_recall", "snippet_leak", "title_exact",
          "author_set_exact", "date_exact", "failures_empty", "errors")  # fmt: skip
_BARS: tuple[tuple[str, Literal["<=", ">="], float], ...] = (
    ("text_f1", ">=", 0.958),
    ("text_f1>=.9", ">=", 0.91),
    ("snippet_leak", "<=", 0.06),
    ("snippet_recall", ">=", 0.945),
    ("title_exact", ">=", 0.75),
    ("author_set_exact", ">=", 0.75),
    ("date_exact", ">=", 0.92),
    ("errors", "<=", 0),
)


def shared() -> Path:
    """Find the shared folder; raise ``Failed`` where there is none."""
    folder = Path(os.environ.get("VARIORUM_SHARED") or ROOT.parent / "shared")
    if not (folder / "corpora" / "articles").is_dir():
        raise Failed(f"no article corpus under {folder}; put it there or name its folder in VARIORUM_SHARED")
    return folder


def manifest() -> list[dict[str, Any]]:
    """Give what is known of each page of the corpus."""
    lines = (shared() / "corpora" / "articles" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def bytes_of(entry: Mapping[str, Any]) -> bytes:
    """Give a page as it was stored."""
    return gzip.decompress((shared() / "corpora" / "articles" / entry["file"]).read_bytes())


@cache
def scorer() -> Any:
    """Load the corpus's own scorer."""
    spec = importlib.util.spec_from_file_location("score_extraction", shared() / "bench" / "score_extraction.py")
    if spec is None or spec.loader is None:
        raise Failed("the scorer of the shared folder can't be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(data: bytes, url: str) -> Extraction | None:
    """Read a page as the product does; 2xx, no header that names a character set."""
    capture = Capture(
        id=RecordId("urn:uuid:00000000-0000-0000-0000-000000000000"),
        urlkey=UrlKey(url),
        url=Url(url),
        at=CAPTURED,
        status=200,
        mime="text/html",
        digest=None,
        kind="response",
        locator=Locator(warc="corpus", offset=0, length=0),
    )
    return ingest.reading(capture, Payload(data=data, status=200, mime="text/html", charset=None)).extraction


def answer(entry: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    """Read a page and say what was found in the words of the scorer."""
    began = time.process_time()
    try:
        found = read(data, entry["url"])
    except Exception as error:  # noqa: BLE001  # a page that can't be read is what is counted here
        return {"error": repr(error)}
    seconds = time.process_time() - began
    if found is None:
        return {"text": "", "seconds": seconds}
    return {
        "text": "\n".join(found.paragraphs),
        "title": found.headline,
        "authors": list(found.bylines),
        "date": found.published,
        "lang": found.language,
        "seconds": seconds,
    }


def measure(folder: Path, *, quick: bool) -> Table:
    """Score every page, and time rounds of ours and of bare trafilatura over the same pages in turn."""
    from trafilatura import bare_extraction

    from archive.extract.page import decode

    ingest.prepare()
    known = manifest()[:: 12 if quick else 1]
    pages = {entry["id"]: bytes_of(entry) for entry in known}
    answers = {entry["id"]: answer(entry, pages[entry["id"]]) for entry in known}
    figures, _ = scorer().score(known, answers)
    timed = known[:: 1 if quick else 4]

    def seconds(kind: str) -> float:
        began = time.process_time()
        for entry in timed:
            if kind == "variorum":
                read(pages[entry["id"]], entry["url"])
            else:
                bare_extraction(decode(pages[entry["id"]], None), url=entry["url"])
        return time.process_time() - began

    spent = alternating(("variorum", "trafilatura"), 1 if quick else 3, seconds)
    rate = Spread.of([bare / ours for ours, bare in zip(spent["variorum"], spent["trafilatura"], strict=True)])
    return Table(
        name="extraction",
        title=f"articles read from {len(known)} real pages",
        columns=("", "found"),
        rows=[
            *((name, _shown(figures.get(name))) for name in _SHOWN),
            ("ms a page", f"{_per_page(spent['variorum'], timed):.1f}"),
            ("ms a page, bare trafilatura", f"{_per_page(spent['trafilatura'], timed):.1f}"),
            ("rate beside bare trafilatura", rate.shown(unit="x")),
        ],
        bars=(
            *(Bar(what=name, found=figures.get(name), sign=sign, wanted=wanted) for name, sign, wanted in _BARS),
            Bar(what="rate beside bare trafilatura", found=rate.median, sign=">=", wanted=0.85, unit="x"),
        ),
        notes=(
            "weights were learned on these pages; for halves held out: python -m benchmarks.extraction_weights --dry",
        ),
        raw={"figures": {name: figures.get(name) for name in _SHOWN}, "seconds": spent},
    )


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _per_page(rounds: Sequence[float], pages: Sequence[object]) -> float:
    return 1000 * min(rounds) / len(pages)
