"""HTTP/1.x messages as bytes: where heads end, how bodies are framed, what the payload is.

One reading of the bytes serves the digests, the writer and everything that reads a body back. It is lenient
where servers are sloppy (bare LF, no reason, lines without a colon) and never changes a byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

HEAD_LIMIT = 1024 * 1024
"""Bytes within which a head must end; what has no end by then is no HTTP head."""

_HEAD_END = re.compile(rb"\n\r?\n")
_STATUS_LINE = re.compile(rb"([A-Za-z]+/\d+(?:\.\d+)?) +(\d{3})(?: (.*?))?\r?\n?\Z", re.DOTALL)
_INFORMATIONAL = re.compile(rb"[A-Za-z]+/\d+(?:\.\d+)? +1\d\d")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?\r?\Z", re.DOTALL)
_CHUNK_LINE_LIMIT = 64 * 1024
_LENGTH_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Head:
    """A status line or request line with its header fields, names and values as sent but for outer blanks.

    ``status`` is None for a request, or for a line that is no status line. ``length`` counts the raw bytes, the
    empty line included.
    """

    length: int
    status: int | None
    fields: tuple[tuple[bytes, bytes], ...]

    def all(self, name: bytes) -> tuple[bytes, ...]:
        """Give every value of the field, in order; ``name`` in lower case."""
        return tuple(value for key, value in self.fields if key.lower() == name)

    def text(self, name: bytes) -> str | None:
        """Give the first value as text (latin-1, as received), or None."""
        for key, value in self.fields:
            if key.lower() == name:
                return value.decode("latin-1")
        return None


@dataclass(frozen=True, slots=True)
class Framing:
    """How the end of a body is known (RFC 9112, section 6.3): not at all there, a length, chunks, or the close."""

    kind: Literal["none", "length", "chunked", "close"]
    length: int = 0


def head_length(data: bytes, start: int = 0) -> int | None:
    """Count the bytes from ``start`` to the end of the head's empty line, or None when it is not all there."""
    found = _HEAD_END.search(data, start, start + HEAD_LIMIT)
    return None if found is None else found.end() - start


def parse_head(data: bytes, start: int = 0) -> Head | None:
    """Read one head, or None when it does not end within ``HEAD_LIMIT``."""
    length = head_length(data, start)
    if length is None:
        return None
    lines = data[start : start + length].split(b"\n")
    status_line = _STATUS_LINE.match(lines[0])
    found: list[tuple[bytes, list[bytes]]] = []
    for line in (line.removesuffix(b"\r") for line in lines[1:]):
        if line[:1] in (b" ", b"\t") and found:
            found[-1][1].append(line.strip())  # obs-fold (RFC 9112, section 5.2)
        elif b":" in line:
            name, _, value = line.partition(b":")
            found.append((name.strip(), [value.strip()]))
    fields = tuple((name, b" ".join(values)) for name, values in found)
    return Head(length=length, status=int(status_line[2]) if status_line else None, fields=fields)


def informational_length(data: bytes) -> int:
    """Count the bytes of leading 1xx heads (RFC 9110, section 15.2); 101 ends the exchange and is final."""
    at = 0
    while _INFORMATIONAL.match(data, at):  # nearly every response has none, and its head is parsed but once
        head = parse_head(data, at)
        if head is None or head.status is None or not 100 <= head.status < 200 or head.status == 101:
            break
        at += head.length
    return at


def framing(head: Head, *, method: str = "GET") -> Framing:
    """Tell how the body of this response ends; ``method`` is the request's."""
    if method == "HEAD" or head.status in (204, 304):
        return Framing("none")
    codings = b",".join(head.all(b"transfer-encoding")).lower().split(b",")
    if codings[-1].strip() == b"chunked":
        return Framing("chunked")
    lengths = {part.strip() for value in head.all(b"content-length") for part in value.split(b",")}
    if len(lengths) == 1 and (only := lengths.pop()).isdigit() and len(only) <= _LENGTH_DIGITS:
        return Framing("length", int(only))
    return Framing("close")


class Dechunker:
    """Takes framed bytes piece by piece and gives the chunks' data (RFC 9112, section 7.1).

    ``complete`` once the last chunk and its trailer are over; ``broken`` says what is no chunk framing, after
    which nothing more is given. Bytes after the end are ignored.
    """

    __slots__ = ("_ahead", "_left", "_state", "broken", "complete")

    def __init__(self) -> None:
        self._ahead = b""
        self._left = 0
        self._state: Literal["size", "data", "data end", "trailer"] = "size"
        self.complete = False
        self.broken: str | None = None

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Take more framed bytes and give what they hold of the payload."""
        data = self._ahead + piece if self._ahead else piece
        at, end = 0, len(data)
        while at < end and not self.complete and self.broken is None:
            if self._state == "data":
                taken = min(self._left, end - at)
                yield data[at : at + taken]
                at += taken
                self._left -= taken
                if self._left == 0:
                    self._state = "data end"
                continue
            newline = data.find(b"\n", at, at + _CHUNK_LINE_LIMIT)
            if newline < 0:
                if end - at >= _CHUNK_LINE_LIMIT:
                    self.broken = "a chunk line without an end"
                break
            self._line(data[at:newline])
            at = newline + 1
        self._ahead = b"" if self._state == "data" or self.complete or self.broken else data[at:]

    def _line(self, line: bytes) -> None:
        if self._state == "data end":
            if line.strip(b"\r"):
                self.broken = f"bytes between chunks: {line[:40]!r}"
            self._state = "size"
        elif self._state == "trailer":
            if not line.strip(b"\r"):
                self.complete = True
        else:
            size = _CHUNK_SIZE.match(line)
            if size is None:
                self.broken = f"not a chunk size: {line[:40]!r}"
                return
            self._left = int(size[1], 16)
            self._state = "data" if self._left else "trailer"


def payload(pieces: Iterable[bytes], frame: Framing, dechunker: Dechunker | None = None) -> Iterator[bytes]:
    """Give the payload of a body: transfer coding removed, content coding kept (WARC 1.1, section 6.3.2)."""
    if frame.kind == "chunked":
        decoder = dechunker or Dechunker()
        for piece in pieces:
            yield from decoder.feed(piece)
    elif frame.kind == "length":
        left = frame.length
        for piece in pieces:
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                return
    elif frame.kind == "close":
        yield from pieces


def is_whole(pieces: Iterable[bytes], frame: Framing) -> bool | None:
    """Tell whether a body is all there: True, False, or None when only the close could tell (no length given)."""
    if frame.kind == "none":
        return True
    if frame.kind == "close":
        return None
    if frame.kind == "length":
        return sum(map(len, pieces)) >= frame.length
    decoder = Dechunker()
    for piece in pieces:
        for _ in decoder.feed(piece):
            pass
    return decoder.complete


def mime(head: Head) -> str | None:
    """Give the media type of a head in lower case and without parameters, or None."""
    value = head.text(b"content-type")
    if value is None:
        return None
    essence = value.partition(";")[0].strip().lower()
    return essence if essence and not re.search(r"[\s\x00-\x1f]", essence) else None
