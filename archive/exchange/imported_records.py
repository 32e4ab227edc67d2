"""What belongs to the chosen captures of an imported file: found by walking it, for the index knows captures only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

from archive.exchange.scratch import BATCH, Kind, Scratch
from archive.indexing import CERTIFICATE_URL
from archive.model import Locator, RecordId
from archive.verification import INDEXED
from archive.warc.reader import Walked, walk
from archive.warc.writer import VISIT_TYPE

EXPORTED = b"exported: "
"""Begins a line in the warcinfo that an export of ours puts first; it goes no further with the records."""

Row = tuple[Locator, RecordId | None, Kind, str | None, str | None]


def attach(file: BinaryIO, name: str, scratch: Scratch, *, whole: bool) -> list[str]:
    """Choose the records of an imported file that tell of its chosen captures; give the groups that are restricted.

    ``whole``: also those that belong to no capture, such as requests without an answer.
    """
    walking = _Walk(name, scratch, whole)
    for record in walk(file, digests=False):
        if isinstance(record, Walked) and not record.unaddressable:
            walking.meet(record)
    walking.put()
    return walking.restricted


class _Walk:
    def __init__(self, name: str, scratch: Scratch, whole: bool) -> None:
        self._name = name
        self._scratch = scratch
        self._whole = whole
        self._rows: list[Row] = []
        self._infos: dict[RecordId, Row] = {}
        self._info: Row | None = None  # that of the records to come
        self._certificates: dict[str, Row] = {}  # by their URLs: those no visit has named so far
        self.restricted: list[str] = []

    def meet(self, record: Walked) -> None:
        """Look at the next record of the file."""
        place = Locator(warc=self._name, offset=record.offset, length=record.length)
        if record.type == "warcinfo":
            self._warcinfo(record, place)
            return
        url = record.fields.get("WARC-Target-URI") or ""
        if record.type == "resource" and url.startswith(CERTIFICATE_URL):
            self._certificates[url] = place, record.id, "other", None, url
            if self._whole:
                self._take_certificate(url)
            return
        part_of = self._belongs(record, place)
        if part_of is None:
            return
        kind: Kind = "capture" if record.type in INDEXED else "request" if record.type == "request" else "other"
        if record.fields.get("Content-Type") == VISIT_TYPE and record.type == "metadata":
            kind = "visit"
            story = story_of(record)
            for digest in chain_of(story or {}):
                self._take_certificate(f"{CERTIFICATE_URL}{digest}")
            if is_restricted(story):
                self.restricted.append(part_of)
        key = f"{record.id} {record.type} {record.fields.get('WARC-Date')}" if record.type not in INDEXED else None
        named = record.fields.id("WARC-Warcinfo-ID")
        info = self._infos.get(named, self._info) if named is not None else self._info
        self._rows += [*([info] if info is not None else ()), (place, record.id, kind, part_of, key)]
        if len(self._rows) > BATCH:
            self.put()

    def put(self) -> None:
        """Hand over what was chosen."""
        self._scratch.put(self._rows)
        self._rows.clear()

    def _take_certificate(self, url: str) -> None:
        found = self._certificates.pop(url, None)
        if found is not None:
            self._rows.append(found)

    def _warcinfo(self, record: Walked, place: Locator) -> None:
        is_exports = any(line.startswith(EXPORTED) for line in record.front.split(b"\r\n"))
        self._info = None if is_exports else (place, record.id, "warcinfo", None, f"{self._name} {record.id}")
        if self._info is not None:
            if record.id is not None and len(self._infos) < BATCH:
                self._infos[record.id] = self._info
            if self._whole:
                self._rows.append(self._info)

    def _belongs(self, record: Walked, place: Locator) -> str | None:
        """Give the capture a record belongs to, or what else stands for its group; None where it is not chosen."""
        if record.type in INDEXED:
            found = self._scratch.at(place)
            return None if found is None else found.id
        fields = record.fields
        others = [RecordId(id.strip().strip("<>")) for id in fields.all("WARC-Concurrent-To")]
        others += [id for name in ("WARC-Refers-To", "WARC-Segment-Origin-ID") if (id := fields.id(name)) is not None]
        for id in others:
            if self._scratch.one("SELECT 1 FROM capture WHERE id = ? AND warc = ?", (id, self._name)):
                return id
        if not self._whole or any(self._scratch.one("SELECT 1 FROM capture WHERE id = ?", (id,)) for id in others):
            return None
        return others[0] if others else record.id or f"{place.warc}:{place.offset}"


def story_of(record: Walked) -> Mapping[str, Any] | None:
    """Give what a visit's record tells; None where it cannot be read, or is too long to be handed out whole."""
    try:
        told = json.loads(record.front)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def chain_of(story: Mapping[str, Any]) -> list[str]:
    """Give the digests of the certificates that a visit names."""
    tls = story.get("tls")
    chain = tls.get("chain") if isinstance(tls, dict) else None
    return [digest for digest in chain if isinstance(digest, str)] if isinstance(chain, list) else []


def is_restricted(story: Mapping[str, Any] | None) -> bool:
    """Tell whether a visit was made with a session's secrets; one that cannot be read may have been."""
    return story is None or bool(story.get("restricted"))
