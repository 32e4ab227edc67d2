"""The bytes below records: gzip members one after another, or plain bytes; bounded memory, places known.

A source gives uncompressed bytes on demand and says where in the file a record begins and ends. Bytes that make no
sense raise ``Broken``; ``resume`` then finds the next place that looks like a record.
"""

from __future__ import annotations

import re
from typing import BinaryIO, Protocol

from isal import isal_zlib

CHUNK = 128 * 1024
"""Bytes read from the file at a time: small, because each member copies what is left of the chunk it ends in."""
GROWTH = 1024 * 1024
"""Bytes a member may give at a time, whatever it holds: a decompression bomb costs time, never memory."""
GZIP = b"\x1f\x8b\x08"
_BLANKS = 16
_RECORD = re.compile(rb"WARC/\d+\.\d", re.IGNORECASE)
_LINE_WITH_RECORD = re.compile(rb"\n(?=WARC/\d+\.\d+\r*\n)", re.IGNORECASE)


class Broken(Exception):
    """The bytes stop making sense; the message says how."""


class Source(Protocol):
    """Uncompressed bytes with places in the file."""

    one_record_each: bool

    def begin(self) -> bool:
        """Stand at the next byte of a record to come; False at the end of the file."""

    def place(self) -> int:
        """Give the offset in the file of the record that starts here."""

    def end(self) -> int | None:
        """Give the offset in the file just after what was taken, or None within a gzip member that goes on."""

    def take(self, limit: int) -> bytes:
        """Give up to ``limit`` of the next bytes; none at the end of the file or the gzip member."""

    def take_until(self, mark: bytes, limit: int) -> bytes | None:
        """Give the bytes up to and including ``mark``, or None when it does not come within ``limit`` bytes."""

    def blanks(self) -> bytes:
        """Give the line ends that come next, up to a few."""

    def resume(self, after: int) -> int | None:
        """Go to the next place from ``after`` on that looks like a record; give it, or None when there is none."""


class GzipSource:
    """A file of gzip members; by the standard each holds one record (WARC 1.1, annex D)."""

    def __init__(self, file: BinaryIO, start: int = 0) -> None:
        self._file = file
        self._stand(start)

    def _stand(self, at: int) -> None:
        self._file.seek(at)
        self._raw = b""
        self._raw_at = at  # offset in the file of the first byte of _raw
        self._inflate: isal_zlib.Decompress | None = None
        self._member_at = at
        self._buffer = b""
        self._at = 0
        self.one_record_each = True

    def begin(self) -> bool:
        if not self._spent():
            self.one_record_each = False
            return True
        if not self._raw:
            self._raw = self._file.read(CHUNK)
        if not self._raw:
            return False
        if self._raw[0] != GZIP[0]:
            raise Broken("no gzip member starts here")
        self._member_at = self._raw_at
        self._inflate = isal_zlib.decompressobj(31)
        self.one_record_each = True
        return True

    def _spent(self) -> bool:
        return self._at >= len(self._buffer) and not self._fill()

    def _fill(self) -> bool:
        """Decompress some more of the member in hand; False at its end (its checksum holds then), or without one."""
        inflate = self._inflate
        while inflate is not None:
            raw = self._raw or self._file.read(CHUNK)
            # Without new bytes the inflater may still hold output that GROWTH kept back.
            try:
                found = inflate.decompress(raw, GROWTH)
            except isal_zlib.IsalError as error:
                raise Broken(f"not sound gzip data ({error})") from None
            self._raw = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
            self._raw_at += len(raw) - len(self._raw)
            if inflate.eof:
                self._inflate = inflate = None
            elif not raw and not found:
                raise Broken("the file ends within a gzip member")
            if found:
                self._buffer = self._buffer[self._at :] + found if self._at < len(self._buffer) else found
                self._at = 0
                return True
        return False

    def place(self) -> int:
        return self._member_at

    def end(self) -> int | None:
        return self._raw_at if self._spent() else None

    def blanks(self) -> bytes:
        return b"" if self._spent() else _blanks(self)

    def take(self, limit: int) -> bytes:
        if self._spent():
            return b""
        found = self._buffer[self._at : self._at + limit]
        self._at += len(found)
        return found

    def take_until(self, mark: bytes, limit: int) -> bytes | None:
        while True:
            end = self._buffer.find(mark, self._at, self._at + limit)
            if end >= 0:
                found = self._buffer[self._at : end + len(mark)]
                self._at = end + len(mark)
                return found
            if len(self._buffer) - self._at >= limit or not self._fill():
                return None

    def resume(self, after: int) -> int | None:
        at = _next_member(self._file, after)
        self._stand(self._file.seek(0, 2) if at is None else at)
        return at


def _next_member(file: BinaryIO, after: int) -> int | None:
    at, overlap = after, b""
    while True:
        file.seek(at)
        piece = file.read(1 << 20)
        if not piece:
            return None
        data, base = overlap + piece, at - len(overlap)
        found = data.find(GZIP)
        while found >= 0:
            if _holds_record(file, base + found):
                return base + found
            found = data.find(GZIP, found + 1)
        at += len(piece)
        overlap = data[-2:]


def _holds_record(file: BinaryIO, at: int) -> bool:
    file.seek(at)
    try:
        front = isal_zlib.decompressobj(31).decompress(file.read(4096), 16)
    except isal_zlib.IsalError:
        return False
    return _RECORD.match(front) is not None


class PlainSource:
    """A file of records as they are."""

    one_record_each = True

    def __init__(self, file: BinaryIO, start: int = 0) -> None:
        self._file = file
        self._stand(start)

    def _stand(self, at: int) -> None:
        self._file.seek(at)
        self._buffer = b""
        self._at = 0
        self._ahead = at  # offset in the file just after _buffer

    def begin(self) -> bool:
        return self._at < len(self._buffer) or self._fill()

    def _fill(self) -> bool:
        found = self._file.read(CHUNK)
        self._buffer = self._buffer[self._at :] + found if self._at < len(self._buffer) else found
        self._at = 0
        self._ahead += len(found)
        return bool(found)

    def place(self) -> int:
        return self._ahead - len(self._buffer) + self._at

    def end(self) -> int | None:
        return self.place()

    def blanks(self) -> bytes:
        if len(self._buffer) - self._at < _BLANKS:
            self._fill()
        return _blanks(self)

    def take(self, limit: int) -> bytes:
        if self._at >= len(self._buffer) and not self._fill():
            return b""
        found = self._buffer[self._at : self._at + limit]
        self._at += len(found)
        return found

    def take_until(self, mark: bytes, limit: int) -> bytes | None:
        while True:
            end = self._buffer.find(mark, self._at, self._at + limit)
            if end >= 0:
                found = self._buffer[self._at : end + len(mark)]
                self._at = end + len(mark)
                return found
            if len(self._buffer) - self._at >= limit or not self._fill():
                return None

    def resume(self, after: int) -> int | None:
        self._stand(max(0, after - 1))
        while True:
            found = _LINE_WITH_RECORD.search(self._buffer, self._at)
            if found is not None:
                self._at = found.end()
                return self.place()
            self._at = max(self._at, len(self._buffer) - 32)
            if not self._fill():
                self._at = len(self._buffer)
                return None


def _blanks(source: GzipSource | PlainSource) -> bytes:
    ahead = source._buffer[source._at : source._at + _BLANKS]
    found = ahead[: len(ahead) - len(ahead.lstrip(b"\r\n"))]
    source._at += len(found)
    return found


def open_source(file: BinaryIO, start: int = 0) -> Source:
    """Choose the source by the file's first bytes."""
    file.seek(0)
    front = file.read(2)
    return GzipSource(file, start) if front == GZIP[:2] else PlainSource(file, start)
