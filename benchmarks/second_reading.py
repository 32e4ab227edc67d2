"""Unchanged articles in changed frames: how fast they are told to be the same, and that nothing is told otherwise.

Uses ``../shared`` beside the checkout, or the folder that ``VARIORUM_SHARED`` names.
"""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive import ingest
from archive.ingest import Known, Payload
from archive.model import Capture, Locator, Reading, RecordId, Url
from archive.revise import Seen, fold
from archive.urls import urlkey
from benchmarks.measure import Spread
from benchmarks.noise_cases import cases
from benchmarks.table import Bar, Table

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
SEED = 20261122
_PIECES = 10


@dataclass(slots=True)
class _Count:
    """What was found in a piece of the cases."""

    full: float = 0.0
    again: float = 0.0
    cases: int = 0
    told: int = 0
    wrong: int = 0
    revisions: int = 0


def capture(url: str, number: int) -> Capture:
    """Make the capture of a page, the second a week after the first."""
    return Capture(
        id=RecordId(f"urn:uuid:00000000-0000-0000-0000-{number:012d}"),
        urlkey=urlkey(url),
        url=Url(url),
        at=FIRST + timedelta(days=7 * number),
        status=200,
        mime="text/html",
        digest=None,
        kind="response",
        locator=Locator(warc="corpus", offset=0, length=0),
    )


def payload(page: bytes) -> Payload:
    return Payload(data=page, status=200, mime="text/html", charset=None)


def is_article(url: str, page: bytes) -> bool:
    """Tell whether a page is read as an article."""
    return ingest.reading(capture(url, 0), payload(page)).verdict == "article"


def seen(reading: Reading) -> Seen:
    """Make of a reading what a chain is folded from."""
    sign = "article" if reading.verdict == "article" else "unreachable"
    return Seen(
        at=reading.at,
        id=reading.capture,
        url=reading.url,
        urlkey=reading.urlkey,
        sign=sign,  # type: ignore[arg-type]
        capture=reading.capture,
        reading=reading,
    )


def measure(folder: Path, *, quick: bool) -> Table:
    """Read each case in full and again, in turn, and fold both readings."""
    ingest.prepare()
    count = 60 if quick else 1000
    pieces: list[_Count] = [_Count() for _ in range(_PIECES)]
    missed: list[str] = []
    for number, (id, url, before, after) in enumerate(cases(count, SEED, is_article)):
        piece = pieces[number * _PIECES // count]
        first = ingest.reading(capture(url, 0), payload(before))
        known = ingest.known(first)
        assert known is not None
        later = capture(url, 1)
        gc.collect()
        again, whole = (_timed_again, _timed_full) if number % 2 else (_timed_full, _timed_again)
        results = [again(later, after, known), whole(later, after, known)]
        (same, spent_again), (full, spent_full) = results if number % 2 else results[::-1]
        assert full is not None
        piece.cases += 1
        piece.full += spent_full
        piece.again += spent_again + (0.0 if same is not None else spent_full)
        piece.told += same is not None
        piece.wrong += same is not None and bool(ingest.edits_of(known, full))
        chain = fold([seen(first), seen(full)])
        more = 0 if chain is None else len(chain.revisions) - 1
        piece.revisions += more
        if more:
            missed.append(id)
    rate = Spread.of([each.full / each.again for each in pieces])
    total = {name: sum(getattr(each, name) for each in pieces) for name in ("cases", "told", "wrong", "revisions")}
    return Table(
        name="second_reading",
        title=f"{total['cases']} unchanged articles in changed frames",
        columns=("", "found"),
        rows=[
            ("told to be the same without an extractor", f"{total['told']}"),
            ("rate beside full readings, those that had to be read in full included", rate.shown(unit="x")),
            ("ms a page, full", f"{1000 * sum(each.full for each in pieces) / total['cases']:.1f}"),
            ("ms a page, again", f"{1000 * sum(each.again for each in pieces) / total['cases']:.1f}"),
            ("disagreements with the full reading", f"{total['wrong']}"),
            ("false revisions", f"{total['revisions']}"),
        ],
        bars=(
            Bar(what="rate beside full readings", found=rate.median, sign=">=", wanted=5, unit="x"),
            Bar(what="disagreements", found=total["wrong"], sign="<=", wanted=0),
            Bar(what="false revisions", found=total["revisions"], sign="<=", wanted=0),
        ),
        notes=(*(f"a revision was made of {each}" for each in missed[:20]),),
        raw=total,
    )


def _timed_full(later: Capture, page: bytes, known: Known) -> tuple[Reading | None, float]:
    began = time.process_time()
    return ingest.reading(later, payload(page)), time.process_time() - began


def _timed_again(later: Capture, page: bytes, known: Known) -> tuple[Reading | None, float]:
    began = time.process_time()
    return ingest.same_article(later, payload(page), known), time.process_time() - began
