"""What people ask for in the reading room: rows that wait for a run to take them up, and what came of each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, update

from archive.model import Outcome, RecordId, Url
from archive.store.schema import requests, runs
from archive.store.statements import chunks

RequestState = Literal["asked", "done", "refused"]

_OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Something that was asked for.

    ``what`` is ``capture``, ``subject`` then the URL. ``data`` may name the capture of the ``page`` that needs it, and
    the ``modifier`` with which it does. ``asked`` with a ``run`` is being captured, or was when that run broke off.
    ``outcome`` is the visit's; ``answer`` says in words what came of it, and ``capture`` is what was captured.
    """

    id: str
    at: datetime
    what: str
    subject: Url
    data: Mapping[str, str]
    state: RequestState
    done_at: datetime | None = None
    answer: str | None = None
    run: str | None = None
    outcome: Outcome | None = None
    capture: RecordId | None = None


def ask(conn: Connection, *, what: str, subject: Url, data: Mapping[str, str], at: datetime) -> str:
    """Put a request on the list and give its id; a subject that is asked for already keeps its request."""
    same = (requests.c.subject == subject, requests.c.what == what, requests.c.state == "asked")
    known = conn.scalar(select(requests.c.id).where(*same).limit(1))
    if known is not None:
        return str(known)
    id = uuid.uuid4().hex
    values = {"id": id, "at": at, "what": what, "subject": subject, "data": dict(data), "state": "asked"}
    conn.execute(insert(requests).values(values))
    return id


def by_id(conn: Connection, id: str) -> Request | None:
    """Give the request of an id."""
    row = conn.execute(select(requests).where(requests.c.id == id)).first()
    return None if row is None else _request(row)


def newest_of(conn: Connection, subject: Url) -> Request | None:
    """Give the request that was last made for a subject."""
    query = select(requests).where(requests.c.subject == subject)
    row = conn.execute(query.order_by(requests.c.at.desc(), requests.c.id).limit(1)).first()
    return None if row is None else _request(row)


def waiting(conn: Connection, *, what: str = "capture", limit: int | None = None) -> list[Request]:
    """Give the requests that nothing has come of yet, the oldest first."""
    query = select(requests).where(requests.c.state == "asked", requests.c.what == what)
    return [_request(row) for row in conn.execute(query.order_by(requests.c.at, requests.c.id).limit(limit))]


def count_open(conn: Connection) -> int:
    """Count the requests that nothing has come of yet."""
    return int(conn.scalar(select(func.count()).where(requests.c.state == "asked")) or 0)


def lately(conn: Connection, limit: int = 50) -> list[Request]:
    """Give the requests made last, the newest first."""
    query = select(requests).order_by(requests.c.at.desc(), requests.c.id).limit(limit)
    return [_request(row) for row in conn.execute(query)]


def take_up(conn: Connection, run: str) -> list[Request]:
    """Give a run what is asked for, the oldest first; what another run that is at work has taken is left to that."""
    mine = (requests.c.state == "asked", requests.c.what == "capture")
    conn.execute(update(requests).where(*mine, _is_free(but=run)).values(run=run))
    query = select(requests).where(*mine, requests.c.run == run)
    return [_request(row) for row in conn.execute(query.order_by(requests.c.at, requests.c.id))]


def done(
    conn: Connection,
    id: str,
    *,
    at: datetime,
    answer: str,
    outcome: Outcome | None = None,
    capture: RecordId | None = None,
) -> None:
    """Note what came of a request; one that was ended before stays as it is."""
    _end(conn, id, {"state": "done", "done_at": at, "answer": answer, "outcome": outcome, "capture": capture})


def refused(conn: Connection, id: str, *, at: datetime, answer: str, outcome: Outcome | None = None) -> None:
    """Note why a request was not made: robots.txt, the guard, out of scope; one that was ended stays as it is."""
    _end(conn, id, {"state": "refused", "done_at": at, "answer": answer, "outcome": outcome})


def give_up(conn: Connection, ids: Sequence[str], *, at: datetime, answer: str) -> None:
    """Note of requests that are still open why nothing comes of them; those that a run at work has are left to it."""
    for some in chunks(ids):
        mine = (requests.c.id.in_(some), requests.c.state == "asked")
        ended = {"state": "done", "done_at": at, "answer": answer, "outcome": "failed"}
        conn.execute(update(requests).where(*mine, _is_free()).values(ended))


def is_at_work(conn: Connection, request: Request) -> bool:
    """Tell whether a run at work has taken a request up."""
    query = select(1).where(runs.c.id == request.run, runs.c.state == "running")
    return request.state == "asked" and conn.execute(query).first() is not None


def _is_free(but: str | None = None) -> ColumnElement[bool]:
    at_work = select(runs.c.id).where(runs.c.state == "running")
    if but is not None:
        at_work = at_work.where(runs.c.id != but)
    return or_(requests.c.run.is_(None), requests.c.run.not_in(at_work))


def _end(conn: Connection, id: str, values: Mapping[str, object]) -> None:
    conn.execute(update(requests).where(requests.c.id == id, requests.c.state == "asked").values(dict(values)))


def _request(row: Sequence[Any]) -> Request:
    id, at, what, subject, data, state, done_at, answer, run, outcome, capture = row
    return Request(
        id=id,
        at=at,
        what=what,
        subject=Url(subject),
        data={str(key): str(value) for key, value in dict(data).items()},
        state=state,
        done_at=done_at,
        answer=answer,
        run=run,
        outcome=outcome if outcome in _OUTCOMES else None,
        capture=None if capture is None else RecordId(capture),
    )
