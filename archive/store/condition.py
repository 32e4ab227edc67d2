"""How a database is: whole, of which schema, how long its log is, and whether somebody keeps it locked.

Looks with SQLite's own means and changes nothing: unlike ``open_store`` it brings no older schema up to date.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import make_url

from archive.errors import Misuse, NotAnArchive
from archive.store.engine import SCHEMA

LOCKS = Path("/proc/locks")
_FAULTS = 20
_WRITER = 120
"""The byte of the log's index that is locked by who writes (SQLite, Write-Ahead Logging, locks)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What was found of a database.

    ``faults`` are what SQLite found damaged, ``whole`` says that it looked at everything. ``schema`` is None where
    there is none. ``bytes`` and ``log_bytes`` are those of the file and of its write-ahead log. ``busy`` says that
    nobody could have written, and ``writers`` who holds the lock, as far as this machine tells.
    """

    path: Path
    schema: str | None = None
    faults: tuple[str, ...] = ()
    whole: bool = True
    bytes: int = 0
    log_bytes: int = 0
    busy: bool = False
    writers: tuple[str, ...] = ()

    @property
    def is_current(self) -> bool:
        """Tell whether the schema is the one this program works with."""
        return self.schema == SCHEMA


def look(url: str, *, at_most: int | None, patience: float) -> Condition:
    """Look at the SQLite database at a URL, all through where it has no more than ``at_most`` bytes (None: always).

    Waits ``patience`` seconds for who writes.
    Raises ``NotAnArchive`` when there is none, ``Misuse`` when we may not write to it.
    """
    path = Path(make_url(url).database or "")
    if not path.is_file() or not path.stat().st_size:
        raise NotAnArchive(f"there is no database at {path}; run `variorum reindex` to make it from the WARC files")
    log = path.with_name(f"{path.name}-wal")
    size, log_size = path.stat().st_size, log.stat().st_size if log.exists() else 0
    # Once begun, older versions of SQLite do not let it be broken off.
    whole = at_most is None or size + log_size <= at_most
    seen = Condition(path=path, whole=whole, bytes=size, log_bytes=log_size)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as conn:
            conn.execute(f"PRAGMA busy_timeout = {round(patience * 1000)}")
            faults = tuple(_faults(conn)) if seen.whole else ()
            seen = replace(seen, faults=faults, schema=_schema(conn), busy=_is_busy(conn))
            return replace(seen, writers=tuple(_writers(path))) if seen.busy else seen
    except sqlite3.DatabaseError as error:
        match error.sqlite_errorcode & 0xFF:
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_IOERR:
                return replace(seen, faults=(str(error),), whole=False)
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return replace(seen, whole=False, busy=True, writers=tuple(_writers(path)))
        raise Misuse(f"cannot open the database {path} ({error}); look as the user it belongs to") from error


def _faults(conn: sqlite3.Connection) -> Iterator[str]:
    for (said,) in conn.execute(f"PRAGMA quick_check({_FAULTS})"):
        yield from (line for line in said.splitlines() if line != "ok")


def _schema(conn: sqlite3.Connection) -> str | None:
    with suppress(sqlite3.OperationalError):
        for (version,) in conn.execute("SELECT version_num FROM alembic_version"):
            return str(version)
    return None


def _is_busy(conn: sqlite3.Connection) -> bool:
    try:
        conn.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return True
    conn.execute("ROLLBACK")
    return False


def _writers(path: Path) -> Iterator[str]:
    """Name the processes that hold the lock of who writes, where the system tells (proc_locks(5))."""
    with suppress(OSError, ValueError, IndexError):
        index = path.with_name(f"{path.name}-shm").stat().st_ino
        for line in LOCKS.read_text().splitlines():
            # 1: POSIX  ADVISORY  WRITE 2718 08:01:4711 120 120
            words = line.split()
            if words[1] != "POSIX" or int(words[5].rpartition(":")[2]) != index or words[3] != "WRITE":
                continue
            end = float("inf") if words[7] == "EOF" else int(words[7])
            if int(words[6]) <= _WRITER <= end:
                yield _named(words[4])


def _named(pid: str) -> str:
    with suppress(OSError):
        said = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
        return f"process {pid} ({said[:80]})" if said else f"process {pid}"
    return f"process {pid}"
