"""The bytes below records: gzip members one after another, or plain bytes; bounded memory, places known.

A source gives uncompressed bytes on demand and says where in the file a record begins and ends. Bytes that make no
sense raise ``Broken``; ``resume`` then finds the next place that looks like a record.
"""

from __future__ import annotations

import io
import re
from typing import BinaryIO, Protocol, cast

from isal import isal_zlib

CHUNK = 128 * 1024
"""Bytes read from the file at a time: small, because each member copies what is left of the chunk it ends in."""
GROWTH = 1024 * 1024
"""Bytes a member may give at a time, whatever it holds: a decompression bomb costs time, never memory."""
GZIP = b"\x1f\x8b\x08"
_IsalError = cast("type[Exception]", isal_zlib.IsalError)  # the package types the class as an instance
BETWEEN = b"\r\n\r\n"
"""What stands between named fields and block, and after the block (WARC 1.1, section 4)."""
_USUAL_HEAD = 8 * 1024
_BLANKS = 16
_NESTED = 64
"""Broken gzip members that may be tried within one stretch of the file before it is given up."""
_RECORD = re.compile(rb"WARC/\d+\.\d", re.IGNORECASE)
_BEGINS = re.compile(rb"WARC/\d{1,9}\.\d{1,9}\r\n([!-9;-~]{1,64}:)")
_FIRST = frozenset(
    {b"WARC-Type:", b"WARC-Record-ID:", b"WARC-Date:", b"WARC-Target-URI:", b"WARC-Filename:", b"WARC-Warcinfo-ID:",
     b"WARC-Concurrent-To:", b"WARC-IP-Address:", b"WARC-Block-Digest:", b"WARC-Payload-Digest:", b"Content-Length:",
     b"Content-Type:"}
)  # fmt: skip
"""Fields a record may begin with where the line before it is torn."""
_BEGINS_WITHIN = 96


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

    def take_head(self, limit: int) -> bytes | None:
        """Give the bytes up to the empty line, it included; None when another record or ``limit`` comes first."""

    def expect(self, size: int) -> None:
        """Raise Broken when a block of ``size`` bytes cannot lie here, as far as can be told without reading it."""

    def blanks(self) -> bytes:
        """Give the line ends that come next, up to a few."""

    def ahead(self) -> bytes:
        """Give some of the next bytes without taking them; none at the end of the file or the gzip member."""

    def resume(self, after: int) -> int | None:
        """Go to the next place from ``after`` on that looks like a record; give it, or None when there is none."""


class GzipSource:
    """A file of gzip members; by the standard each holds one record (WARC 1.1, annex D)."""

    def __init__(self, file: BinaryIO, start: int = 0) -> None:
        self._file = file
        self._reached = 0  # offset in the file up to which members were read that proved broken
        self._broken = 0
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
            except _IsalError as error:
                if self._raw_at == self._member_at and raw[:2] != GZIP[:2]:
                    raise Broken("no gzip member starts here") from None
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

    def expect(self, size: int) -> None:
        pass

    def blanks(self) -> bytes:
        while len(self._buffer) - self._at < _BLANKS and self._fill():
            pass
        return _blanks(self)

    def ahead(self) -> bytes:
        return b"" if self._spent() else self._buffer[self._at : self._at + _BLANKS]

    def take(self, limit: int) -> bytes:
        if self._spent():
            return b""
        found = self._buffer[self._at : self._at + limit]
        self._at += len(found)
        return found

    def take_head(self, limit: int) -> bytes | None:
        return _take_head(self, limit)

    def resume(self, after: int) -> int | None:
        # Members can be nested so that each proves broken only far behind where the next begins: trying them all
        # would take for ever.
        self._broken = self._broken + 1 if after <= self._reached else 1
        self._reached = max(self._reached, self._file.tell())
        if self._broken > _NESTED:
            after = max(after, self._reached)
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
    except _IsalError:
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

    def expect(self, size: int) -> None:
        here, begin = self.place(), self._at + size
        if begin + _BLANKS <= len(self._buffer):
            after = self._buffer[begin : begin + _BLANKS]
        else:
            left = self._file.seek(0, io.SEEK_END) - here
            self._file.seek(here + min(size, left))
            after = self._file.read(_BLANKS)
            self._file.seek(self._ahead)
            if left < size:
                raise Broken(f"the record ends {size - left} bytes early")
        if not after.startswith(BETWEEN):
            follows(after)

    def blanks(self) -> bytes:
        if len(self._buffer) - self._at < _BLANKS:
            self._fill()
        return _blanks(self)

    def ahead(self) -> bytes:
        if len(self._buffer) - self._at < _BLANKS:
            self._fill()
        return self._buffer[self._at : self._at + _BLANKS]

    def take(self, limit: int) -> bytes:
        if self._at >= len(self._buffer) and not self._fill():
            return b""
        found = self._buffer[self._at : self._at + limit]
        self._at += len(found)
        return found

    def take_head(self, limit: int) -> bytes | None:
        return _take_head(self, limit)

    def resume(self, after: int) -> int | None:
        begins = self._ahead - len(self._buffer)
        if begins <= after <= self._ahead:
            self._at = after - begins
        else:
            self._stand(after)
        while True:
            found = _next_record(self._buffer, self._at, len(self._buffer))
            if found >= 0:
                self._at = found
                return self.place()
            self._at = max(self._at, len(self._buffer) - _BEGINS_WITHIN)
            if not self._fill():
                self._at = len(self._buffer)
                return None


def follows(after: bytes) -> None:
    """Raise Broken unless these bytes after a block are blank, or begin another record."""
    rest = after.lstrip(b"\r\n")
    if rest and not _RECORD.match(rest) and not b"WARC/".startswith(rest[:5]):
        raise Broken(f"its Content-Length does not fit: {after!r} follows the block")


def _next_record(buffer: bytes, start: int, end: int, head: int | None = None) -> int:
    """Find where a record begins, be it within a torn line; -1 when none does.

    In named fields, which begin at ``head``, a version within a line may be part of a value, such as a URL. It is
    not when the field after it stood there before, or when its line is no field.
    """
    for found in _BEGINS.finditer(buffer, start, end):
        at, name = found.start(), found[1]
        if at == 0 or buffer[at - 1 : at] == b"\n":
            return at
        if name not in _FIRST:
            continue
        if head is None or buffer.find(b"\n" + name, head, at) >= 0:
            return at
        if buffer.find(b":", buffer.rfind(b"\n", head, at) + 1, at) < 0:
            return at
    return -1


def _take_head(source: GzipSource | PlainSource, limit: int) -> bytes | None:
    while True:
        at, buffer = source._at, source._buffer
        end = buffer.find(BETWEEN, at, at + _USUAL_HEAD)
        if end < 0:
            other = _next_record(buffer, at + 1, at + limit, at)
            end = buffer.find(BETWEEN, at, at + limit if other < 0 else other)
            if end < 0 and other >= 0:
                return None
        elif buffer.find(b"WARC/", at + 1, end) >= 0 and _next_record(buffer, at + 1, end, at) >= 0:
            return None
        if end >= 0:
            source._at = end + len(BETWEEN)
            return buffer[at : source._at]
        if len(buffer) - at >= limit or not source._fill():
            return None


def _blanks(source: GzipSource | PlainSource) -> bytes:
    ahead = source._buffer[source._at : source._at + _BLANKS]
    found = ahead[: len(ahead) - len(ahead.lstrip(b"\r\n"))]
    source._at += len(found)
    return found


def open_source(file: BinaryIO, start: int = 0) -> Source:
    """Choose the source by the file's first bytes, or by the first record where those are damaged."""
    file.seek(0)
    front = file.read(5)
    if front[:2] == GZIP[:2]:
        return GzipSource(file, start)
    if front.upper() == b"WARC/":
        return PlainSource(file, start)
    line, member = PlainSource(file).resume(0), _next_member(file, 0)
    gzip = member is not None and (line is None or member < line)
    return GzipSource(file, start) if gzip else PlainSource(file, start)
