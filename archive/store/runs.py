"""Runs: as they were planned, began and ended, and which of them a process minds.

A schedule that comes due writes one row, whoever notices and however often: its id is made of the schedule and the
planned time, and a row that is there already is left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, update

from archive.model import Run, RunState
from archive.store.schema import micros, runs
from archive.store.statements import AnyRow, insert_new, stream, upsert

_NAMES = tuple(column.name for column in runs.columns if column.name not in ("beat", "within"))
_ROW = [runs.c[name] for name in _NAMES]


def begin(conn: Connection, run: Run) -> None:
    """Note a run that begins; called again, the row is written over."""
    _put(conn, run)


def finish(conn: Connection, run: Run) -> None:
    """Note how a run ended; it need not have been noted before (``reindex`` knows only reports)."""
    _put(conn, run)


def every(conn: Connection, limit: int | None = None, *, states: Sequence[RunState] | None = None) -> Iterator[Run]:
    """Give runs (in one of ``states``), newest first, ``limit`` at most."""
    query = select(*_ROW).order_by(runs.c.began.desc(), runs.c.id.desc()).limit(limit)
    if states is not None:
        query = query.where(runs.c.state.in_(states))
    return map(_run, stream(conn, query))


def by_id(conn: Connection, id: str) -> Run | None:
    row = conn.execute(select(*_ROW).where(runs.c.id == id)).first()
    return None if row is None else _run(row)


# ------------------------------------------------------------------------------------------------------- planned ones


def planned_id(schedule: str, planned: datetime, attempt: int = 1) -> str:
    """Give the one id of the run that a schedule asks for at a time."""
    name = hashlib.sha256(f"{schedule} {micros(planned)}".encode()).hexdigest()[:8]
    return f"{planned:%Y%m%dT%H%M%S}-{name}{'' if attempt == 1 else f'-{attempt}'}"


def fire(conn: Connection, run: Run) -> bool:
    """Note a run that a schedule asked for; False when that was noted already, here or by another process."""
    return conn.execute(insert_new(conn, runs), _values(run)).rowcount > 0


def claim(conn: Connection, id: str, now: datetime, within: str) -> Run | None:
    """Take a queued run, to be made by the workers of another; None when another process took it first."""
    taken = update(runs).where(runs.c.id == id, runs.c.state == "queued")
    if conn.execute(taken.values(state="running", began=now, beat=now, within=within)).rowcount == 0:
        return None
    return by_id(conn, id)


def made_within(conn: Connection, run: str) -> list[Run]:
    """Give the runs at work that are made by the workers of a run, the oldest first."""
    query = select(*_ROW).where(runs.c.state == "running", runs.c.within == run)
    return [_run(row) for row in conn.execute(query.order_by(runs.c.began, runs.c.id))]


def move_within(conn: Connection, ids: Sequence[str], within: str) -> None:
    """Have runs at work be made by the workers of another run from now on."""
    conn.execute(update(runs).where(runs.c.id.in_(ids), runs.c.state == "running").values(within=within))


def last_planned(conn: Connection, schedule: str) -> datetime | None:
    """Give the latest time that is noted of a schedule, whatever became of its run."""
    query = select(runs.c.planned).where(runs.c.schedule == schedule, runs.c.planned.is_not(None))
    return conn.scalar(query.order_by(runs.c.planned.desc()).limit(1))


def of_schedule(conn: Connection, schedule: str, limit: int | None = None) -> Iterator[Run]:
    """Give the runs of a schedule, the latest planned first."""
    return map(_run, stream(conn, _of(schedule).limit(limit)))


def _of(schedule: str) -> Select[Any]:
    return select(*_ROW).where(runs.c.schedule == schedule).order_by(runs.c.planned.desc(), runs.c.id.desc())


# ------------------------------------------------------------------------------------------------------ who minds them


def beat(conn: Connection, ids: Sequence[str], now: datetime) -> None:
    """Say that runs are minded."""
    conn.execute(update(runs).where(runs.c.id.in_(ids), runs.c.state == "running").values(beat=now))


def _put(conn: Connection, run: Run) -> None:
    conn.execute(upsert(conn, runs, leave=("beat", "within")), _values(run))


def _values(run: Run) -> dict[str, object]:
    row = {name: getattr(run, name) for name in _NAMES}
    return row | {"sites": list(run.sites), "outcomes": dict(run.outcomes)}


def _run(row: AnyRow) -> Run:
    run = Run(**dict(zip(_NAMES, row, strict=True)))
    return replace(run, sites=tuple(run.sites))
