"""Leases: who may ask which neighbour, and until when.

A worker claims neighbours at which something of its run is due, renews while it works, and releases them with the time
from which they may be asked again. Each lease has a fence, one higher than the last: who comes with an older one is
refused. Times are given, never asked for; all functions work inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CTE, ColumnElement, Connection, exists, func, or_, select, union, update

from archive.store.schema import frontier, neighbours
from archive.store.statements import insert_new

FARTHEST = timedelta(days=2)
"""How far ahead a neighbour can be put off, leases and Retry-After included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to ask one neighbour, until it ends.

    ``taken_over`` says that the last holder never gave it back: when it asked last is unknown. ``failures`` in a row
    and ``backoff`` are what the last holder knew; ``spent`` (bytes) and ``since`` what this run has had of it.
    """

    neighbour: str
    worker: str
    fence: int
    taken_over: bool = False
    failures: int = 0
    backoff: timedelta = timedelta()
    spent: int = 0
    since: datetime | None = None


def claim(
    conn: Connection, *, run: str, worker: str, now: datetime, until: datetime, limit: int, within: str | None = None
) -> list[Lease]:
    """Take up to ``limit`` neighbours that are free and have something due in a run; those that wait longest first.

    ``within`` is the run that the neighbour is held for, where it is another one.
    """
    whose = within or run
    unread, waits = _neighbours_of(run, "fetched"), _neighbours_of(run, "waiting")
    is_due = exists().where(
        frontier.c.run == run,
        frontier.c.state == "waiting",
        frontier.c.neighbour == waits.c.name,
        frontier.c.next_at <= now,
    )
    due = union(select(unread.c.name).where(unread.c.name.is_not(None)), select(waits.c.name).where(is_due))
    # Nothing is put off for longer: such a time was written when the clock stood wrong.
    is_free = or_(neighbours.c.ready_at <= now, neighbours.c.ready_at > now + FARTHEST)
    free = (is_free, neighbours.c.name.in_(due))
    query = select(neighbours).where(*free).order_by(neighbours.c.ready_at).limit(limit)
    if conn.dialect.name != "sqlite":
        query = query.with_for_update(skip_locked=True, of=neighbours)
    leases = []
    for row in conn.execute(query).all():
        same = row.run == whose
        leases.append(
            Lease(
                neighbour=row.name,
                worker=worker,
                fence=row.fence + 1,
                taken_over=row.lease is not None,
                failures=row.failures,
                backoff=timedelta(milliseconds=row.backoff),
                spent=row.spent if same else 0,
                since=row.since if same and row.since is not None else now,
            )
        )
        conn.execute(
            update(neighbours)
            .where(neighbours.c.name == row.name)
            .values(lease=worker, fence=row.fence + 1, ready_at=until, run=whose, since=leases[-1].since)
        )
    return leases


def claim_named(conn: Connection, *, name: str, worker: str, now: datetime, until: datetime) -> Lease | datetime:
    """Take one neighbour, whatever waits there; where it is held, or to be left in peace, say until when."""
    empty = {"name": name, "ready_at": now, "fence": 0, "failures": 0, "backoff": 0, "spent": 0}
    conn.execute(insert_new(conn, neighbours), empty)
    row = conn.execute(select(neighbours).where(neighbours.c.name == name)).one()
    if row.ready_at > now:
        held: datetime = row.ready_at
        return held
    changed = {"lease": worker, "fence": row.fence + 1, "ready_at": until}
    conn.execute(update(neighbours).where(neighbours.c.name == name).values(changed))
    return Lease(
        neighbour=name,
        worker=worker,
        fence=row.fence + 1,
        taken_over=row.lease is not None,
        failures=row.failures,
        backoff=timedelta(milliseconds=row.backoff),
        spent=row.spent,
    )


def _neighbours_of(run: str, state: str) -> CTE:
    """Name the neighbours at which a run has rows in a state, and None; one step in the index for each.

    Neither the neighbours of other runs nor the rows of this one are walked through.
    """
    first = frontier.alias()
    least = select(func.min(first.c.neighbour).label("name")).where(first.c.run == run, first.c.state == state)
    names = least.cte(f"{state}_at", recursive=True)
    rest = frontier.alias()
    following = (
        select(func.min(rest.c.neighbour))
        .where(rest.c.run == run, rest.c.state == state, rest.c.neighbour > names.c.name)
        .scalar_subquery()
    )
    return names.union_all(select(following).where(names.c.name.is_not(None)))


def renew(conn: Connection, leases: Iterable[Lease], until: datetime) -> list[Lease]:
    """Hold leases for longer; give those that are lost, because they had ended and somebody else came."""
    lost = []
    for lease in leases:
        held = conn.execute(update(neighbours).where(*_mine(lease)).values(ready_at=until))
        if not held.rowcount:
            lost.append(lease)
    return lost


def release(
    conn: Connection, lease: Lease, *, ready_at: datetime, last_fetch: datetime | None, reason: str | None = None
) -> bool:
    """Give a neighbour back, to be asked again from ``ready_at`` on; False when it was not held any more."""
    values: dict[str, object] = {
        "lease": None,
        "ready_at": ready_at,
        "failures": lease.failures,
        "backoff": round(lease.backoff.total_seconds() * 1000),
        "spent": lease.spent,
        "reason": reason,
    }
    if last_fetch is not None:
        values["last_fetch"] = last_fetch
    return bool(conn.execute(update(neighbours).where(*_mine(lease)).values(values)).rowcount)


def _mine(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (
        neighbours.c.name == lease.neighbour,
        neighbours.c.lease == lease.worker,
        neighbours.c.fence == lease.fence,
    )


def holders(conn: Connection, now: datetime) -> list[str]:
    """Give who holds neighbours, each once."""
    held = (neighbours.c.lease.is_not(None), neighbours.c.ready_at > now)
    return list(conn.scalars(select(neighbours.c.lease).where(*held).distinct()))


def free_of(conn: Connection, worker: str, now: datetime) -> int:
    """Give back what a worker, or all workers of a run, still held and cannot hold any more: they are dead.

    Who takes it over still waits for a whole delay, since they may have asked a moment ago.
    """
    theirs = or_(neighbours.c.lease == worker, neighbours.c.lease.startswith(f"{worker}/", autoescape=True))
    return conn.execute(update(neighbours).where(theirs, neighbours.c.ready_at > now).values(ready_at=now)).rowcount


def spread(conn: Connection, run: str) -> int:
    """Count the neighbours at which something of a run waits."""
    unread, waits = _neighbours_of(run, "fetched"), _neighbours_of(run, "waiting")
    names = union(select(unread.c.name), select(waits.c.name)).subquery()
    return int(conn.execute(select(func.count(names.c.name))).scalar() or 0)
