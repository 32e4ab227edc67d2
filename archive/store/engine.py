"""SQLite or PostgreSQL by URL; their differences, and their errors, end here.

A database is opened once per process and after any fork. Many readers and one writer at a time: on SQLite a write
transaction takes the lock when it begins, so it never fails half-way because somebody else wrote first.
Durability: what is committed survives ``kill -9`` at once; after power loss the last commits may be missing, which
the WARC files make good (``warcs.bytes`` goes back with them).
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, ProgrammingError

from archive.errors import Busy, Damaged, DiskFull, Misuse, NotAnArchive, VariorumError

SCHEMA = "0007"
"""The newest migration; opening compares it with the database's by one plain query."""

BUSY_SECONDS = 30

# A write that fails for want of room is SQLITE_FULL, except past a limit on file size and in the log's index.
FULL_AS_IO_ERRORS = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)

# Write-ahead log: readers never wait for the writer. NORMAL: one fsync a checkpoint, not one a commit. Rows arrive in
# no order and touch the same pages again and again, so the log is folded into the file each 32 MB, not each 4:
# half the time for an insert. No mmap: a failing disk must be an error, not a SIGBUS.
PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA wal_autocheckpoint = 8000",
    "PRAGMA cache_size = -65536",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA temp_store = MEMORY",
)


class Store:
    """An open database: ``read()`` and ``write()`` give connections, each in one transaction."""

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self._engine = engine
        self._writer = engine.execution_options(immediate=True)
        self.path = path

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees the database as it stood at its first query, however long it reads."""
        with _explained(self.path), self._engine.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection that alone may write; all of it is committed at the end, or nothing after an error.

        Raises ``NothingDone`` when another process writes for more than 30 seconds, ``DiskFull``, ``Damaged``.
        """
        with _explained(self.path), self._writer.begin() as conn:
            yield conn

    def close(self) -> None:
        """Give back all connections; the last one to leave folds the write-ahead log into the file."""
        self._engine.dispose()

    def backup(self, to: Path) -> None:
        """Write a consistent copy to a file, while others read and write; an older copy there is replaced at the end.

        Raises ``Misuse`` when the file cannot be written, ``DiskFull``, ``Damaged``.
        """
        if self.path is None:
            raise Misuse("only an SQLite database is backed up here; use pg_dump for PostgreSQL")
        partly = to.with_name(to.name + ".part")
        try:
            # All pages in one step: a reader of the write-ahead log holds its view and no writer waits for it.
            with _explained(to), closing(sqlite3.connect(partly)) as copy, self._engine.connect() as conn:
                source = cast(sqlite3.Connection, conn.connection.driver_connection)
                source.backup(copy, pages=-1)
            _flush(partly)
            os.replace(partly, to)
            _flush(to.parent)
        except OSError as error:
            raise Misuse(f"cannot write the copy {to}: {error.strerror}; choose another place") from error
        finally:
            partly.unlink(missing_ok=True)


def sqlite_url(path: Path) -> str:
    """Give the URL of an SQLite file, whatever characters its path has."""
    return URL.create("sqlite", database=os.fspath(path)).render_as_string(hide_password=False)


def open_store(url: str, *, create: bool = False, cache: int | None = None) -> Store:
    """Open the database at a URL; an older schema is migrated, and with ``create`` a missing one is made.

    ``cache`` is how many bytes of an SQLite file each connection keeps in memory, for those who open many.

    Raises ``NotAnArchive`` when there is none, ``Damaged``, and ``Misuse`` for a URL we cannot use, a database of a
    newer program or of another one.
    """
    try:
        address = make_url(url)
        path = _sqlite_path(address)
        engine = create_engine(address)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise Misuse(f"cannot use {url!r} as database: {error}; see [store] database in variorum.toml") from error
    if path is not None:
        if not create and not _has_bytes(path):
            raise _missing(path)
        event.listen(engine, "connect", _set_up)
        if cache is not None:
            event.listen(engine, "connect", _keeping(cache))
        event.listen(engine, "begin", _begin)
    store = Store(engine, path)
    try:
        _bring_up_to_date(store, create)
    except VariorumError:
        store.close()
        raise
    return store


def set_aside(path: Path) -> Path | None:
    """Rename a damaged SQLite file out of the way, with its log; give its new name, or None when there was none."""
    if not path.exists():
        return None
    number = 1
    while (new := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for tail in ("-wal", "-shm", ""):
        old = path.with_name(path.name + tail)
        if old.exists():
            old.rename(new.with_name(new.name + tail))
    return new


def _sqlite_path(address: URL) -> Path | None:
    if address.get_backend_name() != "sqlite":
        return None
    if address.database in (None, "", ":memory:"):
        raise ArgumentError("it names no file")
    return Path(str(address.database))


def _has_bytes(path: Path) -> bool:
    return path.exists() and (not path.is_file() or path.stat().st_size > 0)


def _missing(path: Path | None) -> NotAnArchive:
    return NotAnArchive(f"there is no database at {path}; run `variorum reindex` to make it from the WARC files")


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    # Python's own idea of when a transaction begins is switched off; _begin says it.
    connection.isolation_level = None
    until = time.monotonic() + BUSY_SECONDS
    for pragma in PRAGMAS:
        while True:
            try:
                connection.execute(pragma).close()
                break
            except sqlite3.OperationalError as error:
                # Turning a fresh file to write-ahead logging does not wait for another process that does the same.
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.01)


def _keeping(cache: int) -> Callable[[sqlite3.Connection, object], None]:
    def limited(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA cache_size = -{cache // 1024}").close()

    return limited


def _begin(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("immediate") else "BEGIN")


def _bring_up_to_date(store: Store, create: bool) -> None:
    try:
        with store.read() as conn:
            if conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == SCHEMA:
                return
    except (OperationalError, ProgrammingError):
        pass  # no such table: what it is instead is found out below, under the lock
    with store.write() as conn:
        tables = set(inspect(conn).get_table_names())
        if tables and "alembic_version" not in tables:
            raise Misuse(f"the database at {store.path} belongs to another program; name a new one in [store] database")
        if not tables and not create:
            raise _missing(store.path)
        _migrate(conn)


def _migrate(conn: Connection) -> None:
    # Alembic is dear to import and seldom needed.
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "archive.store:migrations")
    config.attributes["connection"] = conn
    version = MigrationContext.configure(conn).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise Misuse(
            f"the database has schema {version}, this program knows up to {SCHEMA}; install the newer Variorum again"
        )
    command.upgrade(config, "head")


@contextmanager
def _explained(path: Path | None) -> Iterator[None]:
    """Turn what SQLite reports about the file, the disk or the lock into our errors; leave the rest as it is."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(cause, "sqlite_errorcode", None)
        known = None if path is None or code is None else _explanation(code, path, str(cause))
        if known is None:
            raise
        raise known from error


def _explanation(code: int, path: Path, words: str) -> VariorumError | None:
    if code == sqlite3.SQLITE_FULL or code in FULL_AS_IO_ERRORS:
        return DiskFull(f"no room to write the database {path} ({words}); free some space and start again")
    match code & 0xFF:  # the rest of an extended code only tells where SQLite stood
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Damaged(f"the database {path} is damaged ({words}); run `variorum reindex` to make it anew")
        case sqlite3.SQLITE_IOERR:
            return Damaged(
                f"the disk fails under the database {path} ({words}); see to the disk, then run `variorum verify`"
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Busy(f"another process keeps the database {path} locked; try again when it has ended")
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return Misuse(f"cannot open the database {path} for writing ({words}); see that its folder may be written")
    return None


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
