"""What an export has chosen so far, in a file beside it: a million records take no more memory than ten.

The file has no name once it is open, so that nothing is left behind whatever happens.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from archive.errors import DiskFull
from archive.exchange.redacting import redacted_id
from archive.journal import NOTES
from archive.model import Capture, Digest, Locator, RecordId, Url, UrlKey
from archive.store.export_rows import Told
from archive.store.schema import instant, micros

Kind = Literal["warcinfo", "capture", "request", "visit", "other"]
BATCH = 500
OF_WEB = f"substr(urlkey, 1, {len(NOTES)}) != '{NOTES}'"
"""Tells the captures of the web from notes (``journal.is_note``)."""

_TABLES = """
CREATE TABLE capture (id TEXT, urlkey TEXT, at INTEGER, url TEXT, status INTEGER, mime TEXT, digest TEXT, kind TEXT,
    warc TEXT, offset INTEGER, length INTEGER, refers_to TEXT, refers_url TEXT, refers_at INTEGER, why TEXT,
    visit TEXT, visit_warc TEXT, visit_offset INTEGER, visit_length INTEGER,
    done INTEGER DEFAULT 0, restricted INTEGER DEFAULT 0, paged INTEGER DEFAULT 0, PRIMARY KEY (warc, offset))
    WITHOUT ROWID;
CREATE INDEX capture_id ON capture (id);
CREATE INDEX capture_done ON capture (done) WHERE done = 0;
CREATE TABLE piece (warc TEXT, offset INTEGER, length INTEGER, id TEXT, kind TEXT, part_of TEXT, key TEXT UNIQUE,
    restricted INTEGER DEFAULT 0, PRIMARY KEY (warc, offset)) WITHOUT ROWID;
CREATE INDEX piece_part_of ON piece (part_of);
CREATE TABLE led (came_from TEXT, capture TEXT, why TEXT);
CREATE TABLE rests (revisit TEXT PRIMARY KEY, original TEXT) WITHOUT ROWID;
CREATE TABLE missing (revisit TEXT PRIMARY KEY, url TEXT, at INTEGER, of TEXT) WITHOUT ROWID;
CREATE TABLE renamed (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE line (line BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE article (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_CAPTURE = """INSERT OR IGNORE INTO capture (id, urlkey, at, url, status, mime, digest, kind, warc, offset, length,
    refers_to, refers_url, refers_at, why, visit, visit_warc, visit_offset, visit_length)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_COLUMNS = "id, urlkey, at, url, status, mime, digest, kind, warc, offset, length, refers_to, refers_url, refers_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a WARC file to be written: one record. ``capture``: its line belongs into the index."""

    place: Locator
    id: RecordId | None
    kind: Kind
    restricted: bool


class Scratch:
    """An open scratch file; its questions are those of ``choosing``, ``packing`` and ``pages_list``."""

    def __init__(self, folder: Path) -> None:
        file, name = tempfile.mkstemp(dir=folder, prefix=".variorum-export-", suffix=".scratch")
        os.close(file)
        self._path = Path(name)
        with explained(self._path):
            self._db = sqlite3.connect(self._path, isolation_level=None)
            # Lost with the process, so nothing has to be made safe.
            self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8192;")
            self._db.executescript("PRAGMA locking_mode=EXCLUSIVE;" + _TABLES)
        self._path.unlink()

    def close(self) -> None:
        self._db.close()

    def run(self, sql: str, values: Iterable[object] = ()) -> None:
        """Run one statement."""
        with explained(self._path):
            self._db.execute(sql, tuple(values))

    def many(self, sql: str, rows: Iterable[Iterable[object]]) -> None:
        """Run a statement for each row, in one transaction."""
        with explained(self._path):
            self._db.execute("BEGIN")
            self._db.executemany(sql, map(tuple, rows))
            self._db.execute("COMMIT")

    def rows(self, sql: str, values: Iterable[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a question as they are read; other statements may run meanwhile."""
        with explained(self._path):
            yield from self._db.execute(sql, tuple(values))

    def row(self, sql: str, values: Iterable[object] = ()) -> tuple[Any, ...] | None:
        """Give the first row, or None."""
        with explained(self._path):
            found: tuple[Any, ...] | None = self._db.execute(sql, tuple(values)).fetchone()
        return found

    def one(self, sql: str, values: Iterable[object] = ()) -> Any:
        """Give the first value of the first row, or None."""
        found = self.row(sql, values)
        return None if found is None else found[0]

    def add(self, found: Iterable[Told]) -> None:
        """Choose captures; those chosen before stay as they are."""
        self.many(_CAPTURE, map(_values, found))

    def waiting(self) -> list[tuple[Capture, RecordId | None, Locator | None]]:
        """Give some of the captures that were not looked at yet, each with id and place of its visit."""
        columns = f"{_COLUMNS}, visit, visit_warc, visit_offset, visit_length"
        query = f"SELECT {columns} FROM capture WHERE done = 0 ORDER BY warc, offset LIMIT {BATCH}"
        return [(_capture(row), row[14], _place(row[15:])) for row in self.rows(query)]

    def looked_at(self, some: Iterable[Capture]) -> None:
        """Note captures as looked at."""
        sql = "UPDATE capture SET done = 1 WHERE warc = ? AND offset = ?"
        self.many(sql, ((each.locator.warc, each.locator.offset) for each in some))

    def captures(self, where: str = "1", values: Iterable[object] = ()) -> Iterator[Capture]:
        """Give chosen captures that are not left out, by URL and time."""
        query = f"SELECT {_COLUMNS} FROM capture WHERE restricted = 0 AND {where} ORDER BY urlkey, at, id"
        return map(_capture, self.rows(query, values))

    def at(self, place: Locator) -> Capture | None:
        """Give the chosen capture whose record lies at a place."""
        query = f"SELECT {_COLUMNS} FROM capture WHERE warc = ? AND offset = ?"
        row = self.row(query, (place.warc, place.offset))
        return None if row is None else _capture(row)

    def by_id(self, id: RecordId) -> Capture | None:
        """Give the chosen capture of a record id, unless it is left out."""
        row = self.row(f"SELECT {_COLUMNS} FROM capture WHERE restricted = 0 AND id = ?", (id,))
        return None if row is None else _capture(row)

    def rename(self, ids: Iterable[RecordId]) -> None:
        """Note records that have another id in the export."""
        self.many("INSERT OR IGNORE INTO renamed VALUES (?)", ((id,) for id in ids))

    def renamed(self, id: RecordId) -> RecordId:
        """Give the id that a record has in the export."""
        return redacted_id(id) if self.row("SELECT 1 FROM renamed WHERE id = ?", (id,)) is not None else id

    def put(self, pieces: Iterable[tuple[Locator, RecordId | None, Kind, str | None, str | None]]) -> None:
        """Choose records: place, id, kind, the record they belong with, and what tells one from its copies."""
        sql = "INSERT OR IGNORE INTO piece (warc, offset, length, id, kind, part_of, key) VALUES (?, ?, ?, ?, ?, ?, ?)"
        self.many(
            sql,
            (
                (place.warc, place.offset, place.length, id, kind, part_of, key or f"{place.warc}:{place.offset}")
                for place, id, kind, part_of, key in pieces
                if place.length > 0
            ),
        )

    def pieces(self) -> Iterator[Piece]:
        """Give what is to be written, file by file in the order of each."""
        query = "SELECT warc, offset, length, id, kind, restricted FROM piece ORDER BY warc, offset"
        for warc, offset, length, id, kind, restricted in self.rows(query):
            place = Locator(warc=warc, offset=offset, length=length)
            yield Piece(place=place, id=id, kind=kind, restricted=bool(restricted))


def _values(told: Told) -> tuple[object, ...]:
    capture, place = told.capture, told.capture.locator
    refers_at = None if capture.refers_at is None else micros(capture.refers_at)
    visit = (None, None, None) if told.place is None else (told.place.warc, told.place.offset, told.place.length)
    return (
        capture.id, capture.urlkey, micros(capture.at), capture.url, capture.status, capture.mime, capture.digest,
        capture.kind, place.warc, place.offset, place.length, capture.refers_to, capture.refers_url, refers_at,
        told.why, told.visit, *visit,
    )  # fmt: skip


def _capture(row: tuple[Any, ...]) -> Capture:
    id, urlkey, at, url, status, mime, digest, kind, warc, offset, length, refers_to, refers_url, refers_at = row[:14]
    return Capture(
        id=RecordId(id),
        urlkey=UrlKey(urlkey),
        url=Url(url),
        at=instant(at),
        status=status,
        mime=mime,
        digest=None if digest is None else Digest(digest),
        kind=kind,
        locator=Locator(warc=warc, offset=offset, length=length),
        refers_to=refers_to,
        refers_url=refers_url,
        refers_at=None if refers_at is None else instant(refers_at),
    )


def _place(row: tuple[Any, ...]) -> Locator | None:
    warc, offset, length = row
    return None if warc is None else Locator(warc=warc, offset=offset, length=length)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's word that there is no room into ours."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise DiskFull(f"no room in {path.parent} for what is chosen ({error}); free some space there") from error
        raise
