"""One exchange while it lasts: its bytes both ways, its times, and how it ended."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal, Protocol, cast

from archive.model import NOTHING, Body, Exchange, Intent, Tls, Truncation, Url
from archive.warc import message
from crawler.guard import Guard

SPOOL_ABOVE = 1024 * 1024
"""Bytes of a response held in memory; what is longer goes to an unlinked file beside the WARC files."""


_STATUS_LINE = 4096
"""Bytes within which a status must stand to be looked at: 1xx heads may come before it."""


class Line(Protocol):
    """The connection an exchange goes over, as far as its record tells of it."""

    number: str
    peer: str | None

    def tls(self) -> Tls | None: ...

    def crossed(self, url: str) -> bool: ...


class Spool:
    """Bytes as they come: in memory at first, in an unlinked file when they are many.

    ``failure`` is why our own disk took no more; ``size`` counts what is kept.
    """

    __slots__ = ("_file", "_folder", "_parts", "failure", "size")

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: list[bytes] = []
        self._file: BinaryIO | None = None
        self.failure: OSError | None = None
        self.size = 0

    def append(self, data: bytes) -> None:
        if self.failure is not None:
            return
        if self._file is None and self.size + len(data) <= SPOOL_ABOVE:
            self._parts.append(data)
            self.size += len(data)
            return
        try:
            if self._file is None:
                self._file = self._spill()
            self.size += _write(self._file, data)
        except OSError as error:
            self.failure = error

    def _spill(self) -> BinaryIO:
        # Unbuffered: what is counted is with the kernel, and a full disk shows where it can be told.
        file = cast(BinaryIO, tempfile.TemporaryFile(dir=self._folder, buffering=0))  # noqa: SIM115 - lives with the spool
        for part in self._parts:
            _write(file, part)
        self._parts.clear()
        return file

    def body(self, size: int | None = None) -> Body:
        """Give the first ``size`` bytes, or all."""
        size = self.size if size is None else size
        if self._file is not None:
            return Body(size=size, spool=self._file)
        if not self._parts:
            return NOTHING
        if len(self._parts) > 1:
            self._parts = [b"".join(self._parts)]
        return Body(size=size, data=self._parts[0])


def _write(file: BinaryIO, data: bytes) -> int:
    """Write all of the data at the end, and count it."""
    file.seek(0, os.SEEK_END)
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]
    return len(data)


@dataclass(slots=True)
class Asked:
    """One call of the download handler, with the exchanges it led to: more than one when Twisted tried again."""

    url: Url
    method: str
    intent: Intent
    proxy: str | None
    max_body: int
    now: Callable[[], datetime]
    folder: Path
    guard: Guard
    stray: Callable[[str, str, int, bytes], None]
    began: datetime
    opened: list[Tap] = field(default_factory=list)
    shown_in_part: bool = False


class Tap:
    """One exchange while it lasts."""

    def __init__(self, asked: Asked, line: Line, sequence: int) -> None:
        self.asked = asked
        self.line = line
        self.sequence = sequence
        self.request = Spool(asked.folder)
        self.response = Spool(asked.folder)
        self.began = asked.now()
        self.first_byte: datetime | None = None
        self.ended: datetime | None = None
        self.leftover = b""
        self.unsolicited = False
        self.truncated: Truncation | None = None
        self.cut_by: Literal["us", "peer"] | None = None

    def sent(self, data: bytes) -> None:
        if self.ended is None:
            self.request.append(data)

    def received(self, data: bytes) -> None:
        if self.ended is not None:
            return
        if self.first_byte is None:
            self.first_byte = self.asked.now()
        self.response.append(data)

    def finish(self, leftover: bytes) -> None:
        """The parser has read the whole message; ``leftover`` came behind it."""
        if self.ended is None:
            self.leftover = leftover
            self.ended = self.asked.now()
            self.unsolicited = self._cannot_be_the_answer()

    def lost(self, clean: bool) -> None:
        """The connection is gone."""
        if self.ended is None:
            whole = self._whole()
            self._end(None if whole or (whole is None and clean) else "disconnect", "peer")

    def cut(self, why: Truncation) -> None:
        """We stop here; what the message says of its own length decides whether anything is missing."""
        if self.ended is None:
            self._end(None if self._whole() else why, "us")

    def _end(self, truncated: Truncation | None, by: Literal["us", "peer"]) -> None:
        self.ended = self.asked.now()
        if self.response.size and truncated:
            self.truncated, self.cut_by = truncated, by

    def _head(self) -> tuple[message.Head | None, int]:
        body = self.response.body()
        front = body.head(message.HEAD_LIMIT)
        start = message.informational_length(front)
        return message.parse_head(front, start), start

    def _whole(self) -> bool | None:
        head, start = self._head()
        if head is None or head.status is None or self.response.failure is not None:
            return False
        frame = message.framing(head, method=self.asked.method)
        if frame.kind == "length":  # no need to read it all again
            return self.response.size - start - head.length >= frame.length
        return message.is_whole(self.response.body().pieces(start + head.length), frame)

    def _cannot_be_the_answer(self) -> bool:
        """A 408 that closes a connection we used before crossed our request: the server never read it (D3)."""
        if self.sequence == 0 or self.response.size > message.HEAD_LIMIT:
            return False
        if b" 408" not in self.response.body().head(_STATUS_LINE):  # spares reading every other head twice
            return False
        head, _ = self._head()
        return head is not None and head.status == 408 and b"close" in b",".join(head.all(b"connection")).lower()

    @property
    def happened(self) -> bool:
        """Bytes have crossed the wire."""
        return self.response.size > 0 or (self.request.size > 0 and self.line.crossed(self.asked.url))

    def exchange(self, error: str | None = None, detail: str | None = None) -> Exchange:
        """Give the exchange as it ended."""
        asked = self.asked
        behind_proxy = asked.proxy is not None
        ended = self.ended or asked.now()
        return Exchange(
            url=asked.url,
            method=asked.method,
            request=self.request.body() if self.line.crossed(asked.url) else NOTHING,
            response=self.response.body(self.response.size - len(self.leftover)),
            began=self.began,
            first_byte=self.first_byte,
            ended=ended,
            peer=None if behind_proxy else self.line.peer,
            proxy=asked.proxy,
            protocol="http/1.0" if self.response.body().head(8) == b"HTTP/1.0" else "http/1.1",
            tls=self.line.tls(),
            connection=self.line.number,
            sequence=self.sequence,
            truncated=self.truncated,
            cut_by=self.cut_by,
            leftover=self.leftover,
            unsolicited=self.unsolicited,
            error=error,
            detail=detail,
            intent=asked.intent,
        )
