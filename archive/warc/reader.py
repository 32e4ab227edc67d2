"""Walk a WARC file record by record, digests checked on the way, damage located and stepped over; read one record back.

The walk is ours, where warcio reads one record: a scan must say where damage lies and go on behind it, in bounded
memory, at several times warcio's pace (design D2).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from archive.errors import Damaged, NotAWarc
from archive.model import Digest, RecordId
from archive.warc import message
from archive.warc.source import BETWEEN, Broken, Source, follows, open_source

HEAD_LIMIT = 1024 * 1024
"""Bytes within which the named fields of a record must end: a header bomb is damage."""
KEPT = 4 * 1024 * 1024
"""Bytes of a block without HTTP that are handed out with the walk; of HTTP, the head."""
_VERSION = re.compile(rb"WARC/\d+\.\d+(\r*\n)", re.IGNORECASE)
_CDX = re.compile(rb" CDX |!meta |\S+ \d{14,17}[ \t]")
_FRONT = 4096
_DIGITS = re.compile(r"[0-9]{1,18}")
_FOLD = re.compile(rb"\r\n[ \t]+")
_FAULTS = 16
_HTTP = re.compile(r"application/http\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fields:
    """The named fields of a record in order, names as written."""

    pairs: tuple[tuple[str, str], ...]
    named: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named: dict[str, tuple[str, ...]] = {}
        for key, value in self.pairs:
            lower = key.lower()
            known = named.get(lower)
            named[lower] = (value,) if known is None else (*known, value)
        object.__setattr__(self, "named", named)

    def get(self, name: str) -> str | None:
        """Give the first value of a field, names compared without case, or None."""
        found = self.named.get(name.lower())
        return None if found is None else found[0]

    def all(self, name: str) -> tuple[str, ...]:
        """Give every value of a field."""
        return self.named.get(name.lower(), ())

    def id(self, name: str = "WARC-Record-ID") -> RecordId | None:
        """Give a record id without its angle brackets, or None."""
        value = self.get(name)
        return None if value is None else RecordId(value.strip().removeprefix("<").removesuffix(">"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """One record met on a walk.

    ``offset`` and ``length`` are bytes of the file on disk. ``front`` is the block's beginning: of a response the
    HTTP head, else up to ``KEPT`` bytes. ``size`` is the block's size. ``block_holds`` and ``payload_holds`` say
    whether the digests hold, None where none is given or its kind is not known. ``payload_as`` says by which reading
    the payload digest holds: ``standard`` (without transfer coding) or ``framed`` (with it, as warcio writes it).
    """

    offset: int
    length: int
    version: str
    fields: Fields
    front: bytes
    size: int
    block_holds: bool | None
    payload_holds: bool | None
    payload_as: str | None
    payload_digest: Digest | None
    unaddressable: bool
    faults: tuple[str, ...]
    type: str

    @property
    def id(self) -> RecordId | None:
        return self.fields.id()


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of the file that holds no readable record; ``what`` says why."""

    offset: int
    length: int
    what: str


def walk(file: BinaryIO, *, start: int = 0, digests: bool = True) -> Iterator[Walked | Damage]:
    """Give every record from ``start`` on, in order, and every stretch of damage between them.

    ``digests=False`` skips the hashing, for an index. ``start`` must be the offset of a record.
    """
    source = open_source(file, start)
    at = start
    while True:
        try:
            if not source.begin():
                return
            at = source.place()
            record = _record(source, at, digests)
        except Broken as broken:
            found = source.resume(at + 1)
            end = found if found is not None else file.seek(0, io.SEEK_END)
            yield Damage(at, end - at, str(broken))
            if found is None:
                return
            at = found
            continue
        yield record


def _record(source: Source, at: int, digests: bool) -> Walked:
    front = source.take_head(HEAD_LIMIT)
    faults: list[str] = []
    first = source.take(64) if front is None else front[:64]
    found = _VERSION.match(first)
    if found is None:
        raise Broken(f"no record starts here ({first[:24]!r})" if first.strip() else "no record, only blanks")
    if found[1] != b"\r\n":
        raise Broken(f"its lines end with {found[1]!r}, not with CR LF")
    if front is None:
        raise Broken("the named fields do not end")
    version, fields = _fields(front, faults)
    declared = fields.get("Content-Length")
    if declared is None or not _DIGITS.fullmatch(declared):
        raise Broken(f"no usable Content-Length ({declared and declared[:40]!r})")
    size = int(declared)
    one_each = source.one_record_each
    source.expect(size)
    check = _Check(fields, size, digests)
    left = size
    while left:
        piece = source.take(left)
        if not piece:
            raise Broken(f"the record ends {left} bytes early")
        left -= len(piece)
        check.feed(piece)
    if (blanks := source.blanks()) != BETWEEN:
        if not blanks.startswith(BETWEEN):
            follows(source.ahead())
        faults.append(f"ends with {blanks!r} instead of two empty lines")
    end = source.end()
    if end is None:
        follows(source.ahead())
    block_holds, payload_holds, payload_as, payload_digest = check.done()
    return Walked(
        offset=at,
        length=end - at if end is not None else 0,
        version=version,
        fields=fields,
        front=check.front(),
        size=size,
        block_holds=block_holds,
        payload_holds=payload_holds,
        payload_as=payload_as,
        payload_digest=payload_digest,
        unaddressable=end is None or not one_each,
        faults=tuple(faults),
        type=(fields.get("WARC-Type") or "").strip().lower(),
    )


def _fields(front: bytes, faults: list[str]) -> tuple[str, Fields]:
    if b"\r\n " in front or b"\r\n\t" in front:
        front = _FOLD.sub(b" ", front)
    lines = front.split(b"\r\n")
    pairs: list[tuple[str, str]] = []
    try:
        texts = front.decode("utf-8").split("\r\n")[1:-2]
    except UnicodeDecodeError:
        texts = [_text(line, faults) for line in lines[1:-2]]
    for line in texts:
        name, colon, value = line.partition(":")
        if colon:
            pairs.append((name.strip(), value.strip()))
        elif len(faults) < _FAULTS:
            faults.append(f"a line without a colon: {line[:40]!r}")
    if not lines[0].startswith(b"WARC/"):
        faults.append(f"an odd version line: {lines[0][:40]!r}")
    return lines[0].decode("latin-1").strip().upper(), Fields(tuple(pairs))


def fields_of(front: bytes) -> Fields:
    """Read the named fields of a record whose front ends with its empty line."""
    return _fields(front, [])[1]


def _text(line: bytes, faults: list[str]) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        if len(faults) < _FAULTS:
            faults.append(f"a line that is not UTF-8: {line[:40]!r}")
        return line.decode("latin-1")


class _Check:
    """Takes a block piece by piece; keeps its front, hashes block and payload as the named fields ask."""

    def __init__(self, fields: Fields, size: int, digests: bool) -> None:
        self._size = size
        self._same = False  # both readings of the payload are one: its hash is not taken twice
        kind = (fields.get("WARC-Type") or "").strip().lower()
        self._keeps_body = kind == "request"  # a form's fields belong to the key (standards: I6)
        self._http = bool(_HTTP.match(fields.get("Content-Type") or "")) and kind in ("response", "request", "revisit")
        self._front = b""
        self._in_front = True
        self._block = _Expected(fields.get("WARC-Block-Digest") if digests else None)
        # A revisit has no payload of its own to hash (WARC 1.1, section 6.7), a segment only part of one (section 7).
        partial = kind in ("revisit", "continuation") or fields.get("WARC-Segment-Number") is not None
        wanted = fields.get("WARC-Payload-Digest") if digests and not partial else None
        self._payload = _Expected(wanted)
        self._framed = _Expected(wanted)
        self._dechunker: message.Dechunker | None = None
        self._left: int | None = None

    def front(self) -> bytes:
        return self._front

    def feed(self, piece: bytes) -> None:
        self._block.feed(piece)
        if not self._http:
            if len(self._front) < KEPT:
                self._front += piece[: KEPT - len(self._front)]
            self._payload.feed(piece)
            return
        if not self._in_front:
            self._body(piece)
            return
        self._front = self._front + piece if self._front else piece
        length = message.head_length(self._front)
        if length is None and len(self._front) < message.HEAD_LIMIT:
            return
        cut = length if length is not None else len(self._front)
        rest, self._front, self._in_front = self._front[cut:], self._front[:cut], False
        if self._payload.wanted is not None:
            self._frame()
        if rest:
            self._body(rest)

    def _frame(self) -> None:
        head = message.parse_head(self._front)
        frame = message.framing(head) if head else message.Framing("close")
        if frame.kind == "chunked":
            self._dechunker = message.Dechunker()
        elif frame.kind == "length":
            self._left = frame.length
        body = self._size - len(self._front)
        self._same = frame.kind == "close" or (frame.kind == "length" and frame.length == body)

    def _body(self, piece: bytes) -> None:
        if self._keeps_body and len(self._front) < KEPT:
            self._front += piece[: KEPT - len(self._front)]
        if self._payload.wanted is None:
            return
        if not self._same:
            self._framed.feed(piece)
        if self._dechunker is not None:
            for data in self._dechunker.feed(piece):
                self._payload.feed(data)
        elif self._left is not None:
            self._payload.feed(piece if len(piece) <= self._left else piece[: self._left])
            self._left = max(0, self._left - len(piece))
        else:
            self._payload.feed(piece)

    def done(self) -> tuple[bool | None, bool | None, str | None, Digest | None]:
        standard = self._payload.holds()
        framed = standard if self._same else self._framed.holds()
        by = "standard" if standard else "framed" if framed and self._http else None
        holds = None if standard is None else by is not None
        return self._block.holds(), holds, by, self._payload.found()


class _Expected:
    """A digest given in a named field, and the hash to hold against it."""

    __slots__ = ("_hash", "_label", "wanted")

    def __init__(self, field: str | None) -> None:
        label, _, value = (field or "").strip().partition(":")
        self._label = label.lower().replace("-", "")
        self.wanted = None
        self._hash = None
        if value and self._label in _ALGORITHMS:
            self._hash = hashlib.new(self._label)
            self.wanted = _digest_bytes(value, self._hash.digest_size)

    def feed(self, piece: bytes) -> None:
        if self._hash is not None:
            self._hash.update(piece)

    def holds(self) -> bool | None:
        return None if self._hash is None else self._hash.digest() == self.wanted

    def found(self) -> Digest | None:
        return None if self._hash is None else Digest(f"{self._label}:{self._hash.hexdigest()}")


_ALGORITHMS = ("sha256", "sha1", "sha512", "md5", "sha384")


def _digest_bytes(value: str, size: int) -> bytes:
    """Read a digest in Base16 or Base32, either case, or Base64 (standards: W9); what is none equals no digest."""
    text = value.strip().rstrip("=")
    try:
        if len(text) == 2 * size:
            return bytes.fromhex(text)
        if len(text) == (8 * size + 4) // 5:
            return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
        ordinary = text.replace("-", "+").replace("_", "/")
        return base64.b64decode(ordinary + "=" * (-len(text) % 4), validate=True)
    except (ValueError, binascii.Error):
        return b""


def looks_like(file: BinaryIO) -> str | None:
    """Say why a file is no WARC file we read, or None when its front is that of one, or any record in it is sound."""
    file.seek(0)
    if (known := _known(file.read(_FRONT))) is not None:
        return known
    source = open_source(file)
    try:
        front = source.take(_FRONT) if source.begin() else b""
    except Broken as broken:
        return None if _holds_records(file) else f"it begins like gzip, but: {broken}"
    if front[:5].upper() == b"WARC/":
        return None
    if (known := _known(front)) is not None:
        return known
    if _holds_records(file):
        return None
    return f"it begins with {front[:24]!r}, not with a WARC record" if front else "it is empty"


def _holds_records(file: BinaryIO) -> bool:
    return any(isinstance(found, Walked) for found in walk(file, digests=False))


def _known(front: bytes) -> str | None:
    if front.startswith(b"filedesc:"):
        return "it is an ARC file; turn it into a WARC first, for example with `warcio recompress`"
    if front.startswith(b"PK"):
        return "it is a ZIP file; a WACZ package is taken in whole, by `variorum import`"
    if front.startswith((b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")):
        return "it is compressed with Zstandard, which is not read yet; decompress it first"
    if _CDX.match(front):
        return "it is a CDX or CDXJ index; give the WARC files it points to"
    return None


@dataclass(frozen=True, slots=True)
class Stored:
    """A record read back whole: its named fields and its block."""

    fields: Fields
    block: bytes


def read_record(data: bytes, *, name: str = "record") -> Stored:
    """Read one record from its bytes on disk, with warcio; raise Damaged when they hold none."""
    try:
        found = next(iter(ArchiveIterator(io.BytesIO(data), no_record_parse=True, arc2warc=False)), None)
        if found is None:
            raise NotAWarc(f"{name}: no record there")
        block: bytes = found.raw_stream.read()
        declared = (found.rec_headers.get_header("Content-Length") or "").strip()
        if not _DIGITS.fullmatch(declared) or int(declared) != len(block):
            raise Damaged(f"{name}: the record ends early; run `variorum verify`")
    except (ArchiveLoadFailed, EOFError, OSError) as error:
        raise Damaged(f"{name}: the record can't be read ({error}); run `variorum verify`") from error
    return Stored(Fields(tuple((key, value) for key, value in found.rec_headers.headers)), block)
