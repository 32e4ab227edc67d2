"""Records from WARC files of ours or of others to new ones, byte for byte, one gzip member each.

A record that was not compressed is compressed; of what a session opened the secrets are taken out. Nothing else
changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from archive import cdx
from archive.exchange.imported_records import EXPORTED
from archive.exchange.outfile import Counted
from archive.exchange.redacting import without_secrets
from archive.exchange.scratch import Piece, Scratch
from archive.exchange.stretches import Stretches
from archive.journal import is_note
from archive.model import Locator, RecordId
from archive.timing import stamp
from archive.warc.records import Record, compressed, compressing, gzip_pieces, new_id, record

_LINES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who makes an export, and when."""

    software: str
    created: datetime


class Copying:
    """Writes chosen records to one file after another, and notes the index line of each capture."""

    def __init__(self, scratch: Scratch, stretches: Stretches, maker: Maker) -> None:
        self._scratch = scratch
        self._stretches = stretches
        self._maker = maker
        self._lines: list[tuple[bytes]] = []
        self._there: set[RecordId] = set()
        self._info: Piece | None = None
        self.records = 0

    def begin(self, to: Counted, name: str) -> None:
        """Begin a file: with a warcinfo that says who wrote it, and that of the file that is copied from just now."""
        self._there.clear()
        to.write(compressed(_warcinfo(name, self._maker)))
        if self._info is not None:
            self._copy_info(self._info, to)

    def copy(self, piece: Piece, to: Counted, name: str) -> None:
        """Write a record to the file of this name."""
        if self._info is not None and self._info.place.warc != piece.place.warc:
            self._info = None
        if piece.kind == "warcinfo":
            self._info = piece
            self._copy_info(piece, to)
            return
        offset = to.size
        for data in self._bytes_of(piece):
            to.write(data)
        self.records += 1
        if piece.kind == "capture":
            self._note(piece.place, Locator(warc=name, offset=offset, length=to.size - offset))

    def done(self) -> None:
        """Note the lines that are not noted yet."""
        self._scratch.many("INSERT OR IGNORE INTO line VALUES (?)", self._lines)
        self._lines.clear()

    def _copy_info(self, piece: Piece, to: Counted) -> None:
        if piece.id is not None and piece.id in self._there:
            return
        for data in self._bytes_of(piece):
            to.write(data)
        if piece.id is not None:
            self._there.add(piece.id)

    def _bytes_of(self, piece: Piece) -> Iterator[bytes]:
        place = piece.place
        if piece.restricted:
            with self._stretches.unpacked(place) as (fields, block):
                made = without_secrets(fields, block, self._scratch.renamed)
                if made is not None:
                    yield from compressing(made)
                    return
        self._stretches.open(place.warc)
        found = self._stretches.pieces(place)
        yield from found if self._stretches.packed else gzip_pieces(found)

    def _note(self, was: Locator, now: Locator) -> None:
        capture = self._scratch.at(was)
        if capture is None or is_note(capture.urlkey):
            return
        self._lines.append((cdx.sort_key(cdx.line(replace(capture, locator=now))),))
        if len(self._lines) >= _LINES:
            self.done()


def _warcinfo(name: str, maker: Maker) -> Record:
    lines = (
        ("software", maker.software),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("description", "records copied unchanged from the files that the further warcinfo records tell of"),
        (EXPORTED.decode().rstrip(": "), stamp(maker.created)),
    )
    body = "".join(f"{key}: {value}\r\n" for key, value in lines).encode()
    return record(
        "warcinfo",
        id=new_id(),
        at=maker.created,
        fields=(("WARC-Filename", name),),
        block=(body,),
        content_type="application/warc-fields",
    )
