"""The rows about WARC files: how far the index has read each, and whether it was whole when last looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, insert, select, update

from archive.store.schema import fixity, warcs
from archive.store.statements import AnyRow, names_of, upsert

FileState = Literal["open", "sealed", "imported"]

_NAMES = names_of(warcs)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcFile:
    """What is known of a WARC file.

    ``bytes`` is up to where the index has caught up, in bytes of the file as it is on disk. ``sha256`` (hex) is of
    the whole file, None while it is open. ``origin`` is the name an imported file came with.
    """

    name: str
    state: FileState
    bytes: int = 0
    sha256: str | None = None
    began: datetime | None = None
    sealed_at: datetime | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a WARC file: ``what`` was done (``sealed``, ``verified``, ``repaired``, ``imported``), how it was."""

    warc: str
    at: datetime
    what: str
    ok: bool
    bytes: int
    sha256: str | None = None
    detail: str | None = None


def put(conn: Connection, file: WarcFile) -> None:
    """Note a WARC file; a row of that name is written over."""
    conn.execute(upsert(conn, warcs), {name: getattr(file, name) for name in _NAMES})


def progress(conn: Connection, name: str, indexed: int) -> None:
    """Note up to where the index has caught up; ``LookupError`` when the file was never noted."""
    if conn.execute(update(warcs).where(warcs.c.name == name).values(bytes=indexed)).rowcount == 0:
        raise LookupError(f"{name} is not among the WARC files of the index")


def every(conn: Connection) -> Iterator[WarcFile]:
    """Give all WARC files by name."""
    return map(_file, conn.execute(select(warcs).order_by(warcs.c.name)))


def by_name(conn: Connection, name: str) -> WarcFile | None:
    row = conn.execute(select(warcs).where(warcs.c.name == name)).first()
    return None if row is None else _file(row)


def by_sha256(conn: Connection, sha256: str) -> WarcFile | None:
    """Give the file with this content, the first by name when it is there twice."""
    row = conn.execute(select(warcs).where(warcs.c.sha256 == sha256).order_by(warcs.c.name)).first()
    return None if row is None else _file(row)


def forget(conn: Connection, name: str) -> None:
    """Delete the row of a file; what lies in it is ``captures.forget_warc``'s, and past looks at it stay."""
    conn.execute(delete(warcs).where(warcs.c.name == name))


def log_fixity(conn: Connection, look: Look) -> None:
    """Add a look at a file to the log, which only grows."""
    conn.execute(insert(fixity), {name: getattr(look, name) for name in Look.__slots__})


def fixity_of(conn: Connection, name: str) -> Iterator[Look]:
    """Give the looks at a file, oldest first."""
    columns = [fixity.c[column] for column in Look.__slots__]
    query = select(*columns).where(fixity.c.warc == name).order_by(fixity.c.at, fixity.c.id)
    return (Look(**dict(zip(Look.__slots__, row, strict=True))) for row in conn.execute(query))


def _file(row: AnyRow) -> WarcFile:
    return WarcFile(**dict(zip(_NAMES, row, strict=True)))
