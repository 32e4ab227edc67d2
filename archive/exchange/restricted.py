"""What a session opened: noted with all that belongs to it, and given new ids where its records are made anew."""

from __future__ import annotations

from collections.abc import Iterable

from archive.exchange.redacting import without_secrets
from archive.exchange.scratch import OF_WEB, Scratch
from archive.exchange.stretches import Stretches
from archive.model import Locator, RecordId

_PASSES = (
    "p.kind = 'capture' AND c.kind != 'revisit'",
    "p.kind = 'capture' AND c.kind = 'revisit'",
    "p.kind = 'request' AND p.id IS NOT NULL",
)
"""Those that name others come after them; a visit is named by nothing."""


def restrict(scratch: Scratch, ids: Iterable[str]) -> None:
    """Note groups of records, by their first one, as opened by a session."""
    rows = [(id,) for id in ids]
    if rows:
        scratch.many("UPDATE capture SET restricted = 1 WHERE id = ?", rows)
        scratch.many("UPDATE piece SET restricted = 1 WHERE part_of = ?", rows)


def counted(scratch: Scratch) -> tuple[int, int]:
    """Count the captures that a session opened, and its visits that brought none."""
    captures = scratch.one(f"SELECT count(*) FROM capture WHERE restricted = 1 AND {OF_WEB}")
    visits = scratch.one(
        "SELECT count(DISTINCT part_of) FROM piece WHERE restricted = 1 AND part_of NOT IN (SELECT id FROM capture)"
    )
    return int(captures), int(visits)


def rename(stretches: Stretches, scratch: Scratch) -> None:
    """Find the records that are made anew without their secrets, so that others name them by their new ids."""
    for which in _PASSES:
        rows = scratch.rows(
            "SELECT p.warc, p.offset, p.length, p.id FROM piece p LEFT JOIN capture c USING (warc, offset)"
            f" WHERE p.restricted = 1 AND {which} ORDER BY p.warc, p.offset"
        )
        for warc, offset, length, id in rows:
            place = Locator(warc=warc, offset=offset, length=length)
            with stretches.unpacked(place) as (fields, block):
                if without_secrets(fields, block, scratch.renamed) is not None:
                    scratch.rename([RecordId(id)])
