"""Runs, as they began and as they ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection, select

from archive.model import Run
from archive.store.schema import runs
from archive.store.statements import AnyRow, names_of, stream, upsert

_NAMES = names_of(runs)


def begin(conn: Connection, run: Run) -> None:
    """Note a run that begins; called again, the row is written over."""
    _put(conn, run)


def finish(conn: Connection, run: Run) -> None:
    """Note how a run ended; it need not have been noted before (``reindex`` knows only reports)."""
    _put(conn, run)


def every(conn: Connection, limit: int | None = None) -> Iterator[Run]:
    """Give runs, newest first, ``limit`` at most."""
    return map(_run, stream(conn, select(runs).order_by(runs.c.began.desc(), runs.c.id.desc()).limit(limit)))


def by_id(conn: Connection, id: str) -> Run | None:
    row = conn.execute(select(runs).where(runs.c.id == id)).first()
    return None if row is None else _run(row)


def _put(conn: Connection, run: Run) -> None:
    row = {name: getattr(run, name) for name in _NAMES}
    conn.execute(upsert(conn, runs), row | {"sites": list(run.sites), "outcomes": dict(run.outcomes)})


def _run(row: AnyRow) -> Run:
    run = Run(**dict(zip(_NAMES, row, strict=True)))
    return replace(run, sites=tuple(run.sites))
