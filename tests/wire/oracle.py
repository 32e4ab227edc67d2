"""Holds the WARC files against the servers' logs: reads what was kept, compares it with what was seen.

Reading is FastWARC's, not ours. Comparing is pure.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastwarc.warc import ArchiveIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from tests.wire.cases import Case
from tests.wire.server import Seen

VISIT = "application/vnd.variorum.visit+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One exchange as the WARC files tell it; ``response`` is None when no record holds one.

    ``kind`` is the type of the record that holds the response, ``truncated`` its WARC-Truncated; ``note`` the JSON
    of the metadata record.
    """

    url: str
    kind: str | None = None
    request: bytes | None = None
    response: bytes | None = None
    truncated: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    note: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> bytes:
        """A field of the note that holds bytes as latin-1."""
        return str(self.note.get(name) or "").encode("latin-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    type: str
    id: str
    headers: dict[str, str]
    block: bytes


def warc_files(home: Path) -> list[Path]:
    """The sealed and the open WARC files of an archive."""
    return sorted([*home.glob("warcs/**/*.warc.gz"), *home.glob("warcs/**/*.warc.gz.open")])


def records(path: Path) -> list[Record]:
    """Every record of the file by FastWARC, blocks as they are."""
    found = []
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=False):
            headers = dict(record.headers.items())
            found.append(
                Record(
                    type=headers["WARC-Type"], id=headers["WARC-Record-ID"], headers=headers, block=record.reader.read()
                )
            )
    return found


def warcio_blocks(path: Path) -> dict[str, bytes]:
    """Every record's block by its id, read by warcio."""
    with path.open("rb") as stream:
        return {
            record.rec_headers.get_header("WARC-Record-ID"): record.raw_stream.read()
            for record in WarcioIterator(stream, no_record_parse=True)
        }


def kept(home: Path) -> list[Kept]:
    """The exchanges of the archive in the order in which they began."""
    every = [record for path in warc_files(home) for record in records(path)]
    by_id = {record.id: record for record in every}
    requests = {r.headers.get("WARC-Concurrent-To", ""): r for r in every if r.type == "request"}
    told = [_kept(r, by_id, requests) for r in every if r.headers.get("Content-Type", "").startswith(VISIT)]
    return sorted(told, key=lambda k: str(k.note["began"]))


def _kept(visit: Record, by_id: dict[str, Record], requests: dict[str, Record]) -> Kept:
    note = json.loads(visit.block)
    main = by_id.get(visit.headers.get("WARC-Concurrent-To", ""))
    if main is None or main.type == "request":
        return Kept(
            url=note["url"], request=main.block if main else None, headers=main.headers if main else {}, note=note
        )
    request = requests.get(main.id)
    return Kept(
        url=note["url"],
        kind=main.type,
        request=request.block if request else None,
        response=main.block,
        truncated=main.headers.get("WARC-Truncated"),
        headers=main.headers,
        note=note,
    )


def compare(seen: Iterable[Seen], told: Iterable[Kept]) -> list[str]:
    """Tell each difference between the log and the records in one line; nothing when they agree."""
    differences = []
    for url, (sent, recorded) in _by_url(seen, told).items():
        if len(sent) != len(recorded):
            differences.append(f"{url}: {len(sent)} exchanges on the wire, {len(recorded)} in the WARC files")
        for number, (one, other) in enumerate(zip(sent, recorded, strict=False)):
            differences += [f"{url} #{number}: {what}" for what in _differences(one, other)]
    return differences


def pairs(seen: Iterable[Seen], told: Iterable[Kept]) -> list[tuple[Seen, Kept]]:
    """Each exchange with its record, as far as both are there."""
    matched = _by_url(seen, told).values()
    return [pair for sent, recorded in matched for pair in zip(sent, recorded, strict=False)]


def _by_url(seen: Iterable[Seen], told: Iterable[Kept]) -> dict[str, tuple[list[Seen], list[Kept]]]:
    """Match by URL, then by order. A visit that sent nothing (refused, not resolved) has no match."""
    matched: dict[str, tuple[list[Seen], list[Kept]]] = defaultdict(lambda: ([], []))
    for exchange in seen:
        matched[exchange.url][0].append(exchange)
    for record in told:
        if record.request is not None or record.response is not None:
            matched[record.url][1].append(record)
    return matched


def _differences(seen: Seen, record: Kept) -> list[str]:
    cut = seen.case is not None and seen.case.cut
    parts = [
        ("request", seen.request, record.request, False),
        ("1xx heads", seen.part("informational"), record.text("informational"), False),
        ("leftover", seen.part("leftover"), record.text("leftover"), False),
        ("unsolicited response", seen.unsolicited, record.text("unsolicited_response"), False),
        ("response", seen.part("message") or None, *_response(record, cut)),
    ]
    found = [difference(what, wire, kept_, prefix) for what, wire, kept_, prefix in parts]
    if bool(seen.unsolicited) != bool(record.note.get("unsolicited")):
        found.append(f"unsolicited is {record.note.get('unsolicited')!r} in the metadata")
    return [line for line in found if line]


def _response(record: Kept, cut: bool) -> tuple[bytes | None, bool]:
    """The bytes kept of the message, and whether they may be its beginning only."""
    if record.kind != "revisit":
        return record.response, cut
    if "not-modified" in record.headers.get("WARC-Profile", ""):
        return record.text("head_304"), False
    # An identical payload: the block is the head, the body stands in the record it refers to.
    return record.response, True


def difference(what: str, wire: bytes | None, record: bytes | None, prefix: bool = False) -> str | None:
    """Describe the first byte in which both differ; ``prefix``: the record may end early, but not be empty."""
    if wire == record or (prefix and wire and record and wire.startswith(record)):
        return None
    if wire is None or record is None:
        missing, there = ("wire", record) if wire is None else ("record", wire)
        return f"{what}: none in the {missing}, {len(there or b'')} bytes on the other side: {_around(there or b'', 0)}"
    at = next((i for i, (a, b) in enumerate(zip(wire, record, strict=False)) if a != b), min(len(wire), len(record)))
    return (
        f"{what}: differs at byte {at} (wire {len(wire)} bytes, record {len(record)}): "
        f"wire {_around(wire, at)}, record {_around(record, at)}"
    )


def _around(data: bytes, at: int) -> str:
    return repr(data[max(0, at - 12) : at + 28])


def contradictions(seen: Iterable[Seen], told: Iterable[Kept]) -> list[str]:
    """Tell where a metadata record does not say what the case expects: status, outcome, truncation."""
    found = []
    for exchange, record in pairs(seen, told):
        if exchange.case is not None:
            found += [f"{record.url}: {what}" for what in _contradictions(exchange.case, record)]
    return found


def _contradictions(case: Case, record: Kept) -> list[str]:
    found = []
    note = record.note
    if case.status is not None and note.get("status") != case.status:
        found.append(f"status is {note.get('status')!r}, expected {case.status}")
    if note.get("outcome") not in case.outcomes:
        found.append(f"outcome is {note.get('outcome')!r}, expected one of {case.outcomes}")
    if not case.refusable and note.get("truncated") != case.truncated:
        found.append(f"truncated is {note.get('truncated')!r}, expected {case.truncated!r}")
    if record.kind == "response" and record.truncated != note.get("truncated"):
        found.append(f"WARC-Truncated is {record.truncated!r}, but the metadata say {note.get('truncated')!r}")
    return found
