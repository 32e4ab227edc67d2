"""Verdicts: what captures were read as, without the texts and layouts that ``readings`` would unpack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from archive.model import RecordId, Verdict
from archive.store.schema import readings
from archive.store.statements import chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one extractor read a capture as; ``same_as`` is the capture whose article it shows again."""

    extractor: str
    verdict: Verdict
    reasons: tuple[str, ...]
    same_as: RecordId | None


def of_captures(conn: Connection, ids: Sequence[RecordId]) -> Mapping[RecordId, Sequence[Judged]]:
    """Give what captures were read as, by the names of the extractors; one that was never read is left out."""
    columns = (
        readings.c.capture, readings.c.extractor, readings.c.verdict, readings.c.reasons, readings.c.same_as,
    )  # fmt: skip
    found: dict[RecordId, list[Judged]] = {}
    for some in chunks(ids):
        query = select(*columns).where(readings.c.capture.in_(some))
        for capture, extractor, verdict, reasons, same_as in conn.execute(query.order_by(readings.c.extractor)):
            told = Judged(extractor=extractor, verdict=verdict, reasons=tuple(reasons), same_as=same_as)
            found.setdefault(capture, []).append(told)
    return found
