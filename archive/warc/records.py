"""Records as bytes: the named fields in front, the block verbatim, one gzip member each (WARC 1.1, section 4, annex D).

warcio writes the named fields; it never sees a block, because it would parse an HTTP head and write it anew.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from isal import isal_zlib
from warcio.statusandheaders import StatusAndHeaders

from archive.model import Body, Digest, RecordId
from archive.timing import stamp

COMPRESSION = 2
"""isal level 2 gives zlib level 6's size for an eighth of its time (facts: capture, section 7)."""

SPOOLED = 1024 * 1024
"""Records with a larger block are compressed piece by piece, never held whole."""

Part = bytes | tuple[Body, int, int]
"""A stretch of a block: bytes, or a body with the first byte wanted and the byte to stop before."""

_UNSAFE = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Record:
    """One record ready to be written: named fields with their empty line, then a block of ``size`` bytes."""

    id: RecordId
    head: bytes
    block: tuple[Part, ...]
    size: int


def new_id() -> RecordId:
    """Make a record id no other record has (WARC 1.1, section 5.2): a UUID of version 7 (RFC 9562, section 5.7).

    It begins with the time, so that the index grows at its end: random ids cost twice the time at a million rows.
    """
    millis = time.time_ns() // 1_000_000
    number = millis << 80 | int.from_bytes(os.urandom(10), "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return RecordId(f"urn:uuid:{uuid.UUID(int=number)}")


def record(
    kind: str,
    *,
    id: RecordId,
    at: datetime,
    block: Sequence[Part] = (),
    fields: Sequence[tuple[str, str]] = (),
    content_type: str | None = None,
    block_digest: Digest | None = None,
) -> Record:
    """Put a record together; ``fields`` come after type, id and date, and must hold no such field."""
    size = sum(part_size(part) for part in block)
    named = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<{id}>"),
        ("WARC-Date", stamp(at)),
        *((name, _one_line(value)) for name, value in fields),
        ("WARC-Block-Digest", block_digest or digest(pieces(block))),
    ]
    if content_type is not None and size:
        named.append(("Content-Type", content_type))
    named.append(("Content-Length", str(size)))
    head: bytes = StatusAndHeaders("", named, protocol="WARC/1.1").to_bytes(encoding="utf-8")
    return Record(id, head, tuple(block), size)


def _one_line(value: str) -> str:
    """Percent-encode what would end a line or a token: no page may write our named fields."""
    return value if value.isprintable() and value.isascii() else _UNSAFE.sub(_escape, value)


def _escape(found: re.Match[str]) -> str:
    return " " if found[0] == " " else f"%{ord(found[0]):02X}"


def part_size(part: Part) -> int:
    """Count the bytes of a part."""
    return len(part) if isinstance(part, bytes) else max(0, min(part[2], part[0].size) - part[1])


def pieces(block: Iterable[Part]) -> Iterator[bytes]:
    """Give the bytes of a block, piece by piece."""
    for part in block:
        if isinstance(part, bytes):
            yield part
            continue
        body, start, end = part
        left = end - start
        for piece in body.pieces(start):
            yield piece if len(piece) <= left else piece[:left]
            left -= len(piece)
            if left <= 0:
                break


def digest(data: Iterable[bytes]) -> Digest:
    """Give the labelled SHA-256 of the pieces, in lower-case hex (docs/decisions/0001)."""
    hashed = hashlib.sha256()
    for piece in data:
        hashed.update(piece)
    return Digest(f"sha256:{hashed.hexdigest()}")


def compressed(item: Record) -> bytes:
    """Give the whole record as one gzip member; for records of up to ``SPOOLED`` bytes."""
    whole = b"".join((item.head, *pieces(item.block), b"\r\n\r\n"))
    packed: bytes = isal_zlib.compress(whole, COMPRESSION, 31)
    return packed


def compressing(item: Record) -> Iterator[bytes]:
    """Give the record as one gzip member in bounded pieces."""
    return gzip_pieces(chain((item.head,), pieces(item.block), (b"\r\n\r\n",)))


def gzip_pieces(data: Iterable[bytes]) -> Iterator[bytes]:
    """Give the bytes as one gzip member, piece by piece."""
    packer = isal_zlib.compressobj(COMPRESSION, isal_zlib.DEFLATED, 31)
    for piece in data:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()
