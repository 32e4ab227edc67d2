"""The records of a WACZ package and the index over them: each line leads to its record, each original is inside.

Rules I2 to I4 and I7 of an index, X6 of revisits (standards, section 4).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from archive import cdx, indexing, originals
from archive.errors import Damaged
from archive.exchange.zip_entries import Entries
from archive.journal import is_note
from archive.model import Capture, RecordId
from archive.store import captures, open_store, sqlite_url
from archive.urls import urlkey
from archive.verification import INDEXED, Problem, faults_of
from archive.warc.reader import Damage, Walked, looks_like, walk
from archive.warc.source import BETWEEN

_PIECE = 256 * 1024
_LINE = 64 * 1024 * 1024
_BATCH = 500
_CACHE = 8 * 1024 * 1024
_TABLE = """
CREATE TABLE found (warc TEXT, offset INTEGER, length INTEGER, id TEXT, kind TEXT, url TEXT, seen INTEGER DEFAULT 0,
    PRIMARY KEY (warc, offset)) WITHOUT ROWID;
"""


class Records:
    """Looks through the WARC files of a package; ``count`` is how many records there were."""

    def __init__(self, name: str, entries: Entries, declared: Collection[object]) -> None:
        self._name = name
        self._entries = entries
        self._declared = declared
        self.count = 0
        self._folder = tempfile.TemporaryDirectory(prefix="variorum-check-")
        self._db = sqlite3.connect(Path(self._folder.name) / "found.db", isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLE)
        # The captures as an archive would have them, so that one rule says what a revisit rests on.
        url = sqlite_url(Path(self._folder.name) / "captures.db")
        self._store = open_store(url, create=True, cache=_CACHE)
        self._batch: list[Capture] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()
        self._store.close()
        self._folder.cleanup()

    def problems(self) -> Iterator[Problem]:
        """Give all that is wrong with records, index and revisits."""
        for path in sorted(self._entries.by_name):
            if path.startswith("archive/") and path.endswith((".warc", ".warc.gz")):
                with self._unpacked(path) as file:
                    yield from self._warc(path, file)
        for path in sorted(self._entries.by_name):
            if path.startswith("indexes/"):
                yield from self._second(path) if path.endswith(".idx") else self._index(path)
        unseen = self._db.execute("SELECT warc, offset, url FROM found WHERE seen = 0 ORDER BY warc, offset")
        for warc, offset, url in unseen:
            if not is_note(urlkey(url)):
                yield self._problem("I2", f"the index has no line of {url}", f"archive/{warc}", offset)
        yield from self._originals()

    def _problem(self, rule: str, what: str, inside: str, offset: int | None = None) -> Problem:
        return Problem(warc=f"{self._name}/{inside}", offset=offset, problem=f"{rule}: {what}")

    @contextmanager
    def _unpacked(self, path: str) -> Iterator[BinaryIO]:
        with tempfile.TemporaryFile(dir=self._folder.name) as file:
            for piece in self._entries.pieces(path):
                file.write(piece)
            file.seek(0)
            yield cast(BinaryIO, file)

    def _warc(self, path: str, file: BinaryIO) -> Iterator[Problem]:
        why = looks_like(file)
        if why is not None:
            yield self._problem("X1", f"no WARC file: {why}", path)
            return
        file.seek(0)
        faults: list[Problem] = []
        warc = path.rpartition("/")[2]

        def walked() -> Iterator[Walked | Damage]:
            for record in walk(file):
                faults.extend(faults_of(f"{self._name}/{path}", record))
                if isinstance(record, Walked):
                    self.count += 1
                    if record.type in INDEXED:
                        self._note(warc, record)
                yield record

        for facts in indexing.gather(walked(), warc):
            yield from faults
            faults.clear()
            self._batch += facts.captures
            if len(self._batch) >= _BATCH:
                self._keep()
        yield from faults
        self._keep()

    def _note(self, warc: str, record: Walked) -> None:
        told = indexing.capture(record, warc)
        if told is not None:
            place = told.locator
            values = warc, place.offset, place.length, told.id, told.kind, told.url
            self._db.execute("INSERT OR IGNORE INTO found VALUES (?, ?, ?, ?, ?, ?, 0)", values)

    def _keep(self) -> None:
        with self._store.write() as conn:
            captures.insert(conn, self._batch)
        self._batch.clear()

    def _index(self, path: str) -> Iterator[Problem]:
        """I2, I3 and I4."""
        before = b""
        for line in lines(self._index_bytes(path)):
            if not line.strip() or line.startswith(b"!meta "):
                continue
            if line < before:
                yield self._problem("I3", f"it is not sorted at {line[:80]!r}", path)
            before = line
            try:
                told = cdx.parse(line.decode("utf-8", "surrogateescape"))
            except Damaged as error:
                yield self._problem("I2", str(error), path)
                continue
            if told is not None:
                place = told.locator
                key = place.warc.rpartition("/")[2], place.offset
                # Of plain files some indexers leave out the empty lines that end a record.
                blanks = len(BETWEEN) if place.warc.endswith(".warc") else 0
                query = "UPDATE found SET seen = 1 WHERE warc = ? AND offset = ? AND length IN (?, ?) AND url = ?"
                if not self._db.execute(query, (*key, place.length, place.length + blanks, told.url)).rowcount:
                    what = f"no record of {told.url} with {place.length} bytes is at {place.offset} of {place.warc}"
                    yield self._problem("I4", what, path)

    def _index_bytes(self, path: str) -> Iterator[bytes]:
        pieces = self._entries.pieces(path)
        return _inflated(pieces, f"{self._name}/{path}") if path.endswith(".gz") else pieces

    def _second(self, path: str) -> Iterator[Problem]:
        """I7: its first line names the index, each further one a block of it, one after another to its end."""
        given = lines(self._entries.pieces(path))
        first = next(given, b"")
        head = _object(first)
        packed = f"indexes/{head.get('filename')}"
        if not first.startswith(b"!meta 0 ") or packed not in self._entries.by_name:
            yield self._problem("I7", "its first line does not name an index that is here", path)
            return
        with self._unpacked(packed) as index:
            for line in given:
                why = _block(index, line)
                if why is not None:
                    yield self._problem("I7", f"{line[:80]!r}: {why}", path)
                    return
            if index.read(1):
                yield self._problem("I7", "a part of the index is in no block", path)

    def _originals(self) -> Iterator[Problem]:
        """X6."""
        rows = self._db.execute("SELECT warc, offset, length, id, url FROM found WHERE kind = 'revisit'")
        with self._store.read() as conn:
            for warc, offset, length, id, url in rows:
                if id in self._declared:
                    continue
                revisit = captures.at_place(conn, warc, offset, length) or captures.by_id(conn, RecordId(id))
                if revisit is None or originals.original_of(conn, revisit) is None:
                    of = revisit and (revisit.refers_to or revisit.refers_url or revisit.digest)
                    what = f"the revisit of {url} repeats a record that is not inside: {of}"
                    yield self._problem("X6", what, f"archive/{warc}", offset)


def lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give the lines of some bytes without their ends; raise Damaged for one that never ends."""
    left = b""
    for piece in pieces:
        *whole, left = (left + piece).split(b"\n")
        yield from whole
        if len(left) > _LINE:
            raise Damaged(f"a line has more than {_LINE} bytes")
    if left:
        yield left


def _block(index: BinaryIO, line: bytes) -> str | None:
    """Read the next block of an index as a line of the second one tells of it; say what is wrong."""
    told = _object(line)
    length = told.get("length")
    if told.get("offset") != index.tell() or not isinstance(length, int) or length <= 0:
        return f"no block begins at {index.tell()} then"
    block = index.read(length)
    digest = told.get("digest")
    if digest is not None and digest != f"sha256:{hashlib.sha256(block).hexdigest()}":
        return "the block has another digest"
    try:
        front = zlib.decompressobj(31).decompress(block, 64 * 1024)
    except zlib.error as error:
        return f"the block is no gzip member ({error})"
    wanted = b" ".join(line.split(b" ", 2)[:2])
    return None if front.startswith(wanted) else "the block begins otherwise"


def _object(line: bytes) -> dict[str, object]:
    try:
        told = json.loads(line.split(b" ", 2)[-1])
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _inflated(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Unpack gzip members one after another, in bounded pieces."""
    inflate = zlib.decompressobj(31)
    try:
        for piece in pieces:
            left = piece
            while left:
                yield inflate.decompress(left, _PIECE)
                left = inflate.unconsumed_tail
                if inflate.eof:
                    left, inflate = inflate.unused_data, zlib.decompressobj(31)
        yield inflate.flush()
    except zlib.error as error:
        raise Damaged(f"{name} is not sound gzip data ({error})") from error
