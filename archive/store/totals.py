"""Counts over whole tables, for who watches the archive from outside: metrics, and a doctor's look.

None of them changes anything. Those over visits and edits take a span of time, so that who counts again and again need
not begin at the beginning.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, case, func, select, type_coerce

from archive.model import Capture, RecordId
from archive.store import captures, visits
from archive.store.schema import Instant, expected, frontier, notices
from archive.store.schema import runs as run_rows
from archive.store.schema import visits as visit_rows
from archive.store.statements import stream, within


def visits_by_outcome(
    conn: Connection, since: datetime | None = None, until: datetime | None = None
) -> Mapping[str, int]:
    """Count the visits from ``since`` on and before ``until`` by their outcome."""
    query = select(visit_rows.c.outcome, func.count()).where(*within(visit_rows.c.at, since, until))
    return {row[0]: row[1] for row in conn.execute(query.group_by(visit_rows.c.outcome))}


def runs_by_state(conn: Connection) -> Mapping[str, int]:
    """Count the runs by their state."""
    query = select(run_rows.c.state, func.count()).group_by(run_rows.c.state)
    return {row[0]: row[1] for row in conn.execute(query)}


def first_queued(conn: Connection) -> datetime | None:
    """Give for when the run was planned that has waited longest to begin; None when none waits."""
    planned = func.coalesce(run_rows.c.planned, run_rows.c.began)
    query = select(type_coerce(planned, Instant)).where(run_rows.c.state == "queued").order_by(planned).limit(1)
    return conn.scalar(query)


def urls_by_state(conn: Connection, now: datetime) -> tuple[Mapping[str, int], int]:
    """Count the URLs of the frontier by their state, and those that wait and are due."""
    is_due = case((frontier.c.next_at <= now, 1), else_=0)
    query = select(frontier.c.state, func.count(), func.sum(is_due)).group_by(frontier.c.state)
    found = {row[0]: (row[1], row[2]) for row in conn.execute(query)}
    return {state: count for state, (count, _) in found.items()}, int(found.get("waiting", (0, 0))[1])


def notices_by_state(conn: Connection) -> Mapping[str, int]:
    """Count the notices of alert rules by their state."""
    query = select(notices.c.state, func.count()).group_by(notices.c.state)
    return {row[0]: row[1] for row in conn.execute(query)}


def edits(conn: Connection, since: datetime | None = None, until: datetime | None = None) -> tuple[int, float]:
    """Give how many revisits found an edit, and the sum of the chances they had been given."""
    found = func.sum(case((expected.c.changed, 1), else_=0))
    row = conn.execute(select(found, func.sum(expected.c.chance)).where(*within(expected.c.at, since, until))).one()
    return int(row[0] or 0), float(row[1] or 0.0)


_ENDS = [run_rows.c[name] for name in ("id", "sites", "why", "state", "began", "ended")]


def last_successes(
    conn: Connection, sites: Collection[str], since: datetime, until: datetime | None = None, *, standing: str
) -> Mapping[str, datetime]:
    """Give when the last run that got an answer from each site ended, or began, of those begun from ``since`` on.

    A ``standing`` run (by its ``why``) is well though it asked nothing of a site.
    """
    found: dict[str, datetime] = {}
    wanted = set(sites)
    query = select(*_ENDS).where(
        *within(run_rows.c.began, since, until), run_rows.c.state.in_(["ok", "partly failed", "running"])
    )
    for id, its, why, state, began, ended in stream(conn, query.order_by(run_rows.c.began.desc())):
        for site in wanted.intersection(its):
            if (state == "ok" and why != standing) or visits.has_answer(conn, id, site):
                found[site] = ended or began
        wanted -= found.keys()
        if not wanted:
            break
    return found


def unminded(conn: Connection, before: datetime) -> list[str]:
    """Give the ids of runs that count as running though no process said since ``before`` that it minds them."""
    seen = func.coalesce(run_rows.c.beat, run_rows.c.began)
    query = select(run_rows.c.id).where(run_rows.c.state == "running", seen < before)
    return list(conn.scalars(query.order_by(run_rows.c.began)))


def newest_answers(conn: Connection, since: datetime, limit: int) -> list[tuple[Capture, int]]:
    """Give the captures that the newest visits brought, the latest first, and how many ms each took."""
    query = select(visit_rows.c.capture, visit_rows.c.ms).where(
        visit_rows.c.at >= since, visit_rows.c.outcome == "captured", visit_rows.c.capture.is_not(None)
    )
    rows = conn.execute(query.order_by(visit_rows.c.at.desc()).limit(limit)).all()
    return [(capture, ms or 0) for id, ms in rows if (capture := captures.by_id(conn, RecordId(id))) is not None]
