"""Notices: what alert rules tell of changes and alarms, whether a person looks first, and what became of each."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select, update

from archive.model import Flag, RecordId, UrlKey
from archive.store.alarms import Alarm
from archive.store.changes import Noted, Places
from archive.store.schema import alarms, articles, changes, cursors, notices
from archive.store.statements import AnyRow, insert_new, within

Kind = Literal["change", "alarm", "alarm over"]
State = Literal["held", "waiting", "sent", "failed", "dropped"]

SHORT = 20
"""Places of a gap that are asked for by name."""
VALUES = 500
"""Places that one query asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a rule tells of one thing.

    A change has its revision as ``subject`` and the one before as ``before``; an alarm ``SITE/KIND`` and when it began.
    ``at`` is when it happened, ``due`` from when it may be sent. ``reached`` are the targets that have it, ``because``
    the revisions that a person has to look at first, ``why`` what went wrong at the last try.
    """

    rule: str
    kind: Kind
    subject: str
    before: str
    site: str
    at: datetime
    due: datetime
    state: State
    tries: int = 0
    done_at: datetime | None = None
    reached: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Which changes a reader has seen, and since when there is that reader."""

    seen: Places
    began: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A change that a reader did not see yet, with the watched site of its article."""

    noted: Noted
    site: str | None


# ------------------------------------------------------------------------------------------------- what is to be told


def started(conn: Connection, readers: Collection[str]) -> dict[str, Reader]:
    """Give what readers have seen so far; those that never looked are left out."""
    rows = conn.execute(select(cursors).where(cursors.c.reader.in_(list(readers))))
    return {row.reader: Reader(seen=Places.read(row.position), began=row.at) for row in rows}


def start(conn: Connection, reader: str, now: datetime) -> None:
    """Let a reader begin behind all that is noted by now."""
    last = conn.scalar(select(func.max(changes.c.noted))) or 0
    places = Places(((1, last),)) if last else Places()
    conn.execute(insert_new(conn, cursors), {"reader": reader, "position": places.text(), "at": now})


def unseen(conn: Connection, seen: Places, limit: int) -> list[Fresh]:
    """Give changes at places that a reader has not seen, in the order in which they became known."""
    # Single places by name and long gaps one by one: SQLite walks the whole table for an OR of ranges.
    single: list[int] = []
    wanted: list[ColumnElement[bool]] = []
    for low, high in _gaps(seen):
        if high is not None and high - low < SHORT:
            single += range(low, high + 1)
        else:
            wanted.append(changes.c.noted >= low if high is None else changes.c.noted.between(low, high))
    wanted += [changes.c.noted.in_(single[at : at + VALUES]) for at in range(0, len(single), VALUES)]
    found: list[Fresh] = []
    for each in wanted:
        query = select(changes, articles.c.site).outerjoin(articles, articles.c.id == changes.c.article)
        query = query.where(each, changes.c.gone.is_(False)).order_by(changes.c.noted).limit(limit)
        found += map(_fresh, conn.execute(query))
    return sorted(found, key=lambda each: each.noted.noted)[:limit]


def _gaps(seen: Places) -> Iterator[tuple[int, int | None]]:
    low = 1
    for start, end in seen.runs:
        if start > low:
            yield low, start - 1
        low = end + 1
    yield low, None


def open_alarms(conn: Connection, ended_after: datetime) -> list[Alarm]:
    """Give the alarms that last, and those that ended after a time, oldest first."""
    lasting = or_(alarms.c.ended.is_(None), alarms.c.ended > ended_after)
    query = select(alarms).where(lasting).order_by(alarms.c.since, alarms.c.site, alarms.c.kind)
    return [_alarm(row) for row in conn.execute(query)]


def alarm(conn: Connection, site: str, kind: str, since: datetime) -> Alarm | None:
    """Give one alarm; None where it is forgotten."""
    same = (alarms.c.site == site, alarms.c.kind == kind, alarms.c.since == since)
    row = conn.execute(select(alarms).where(*same)).first()
    return None if row is None else _alarm(row)


def change(conn: Connection, revision: str, before: str) -> Fresh | None:
    """Give a change by the revisions it is between; None where there is none any more."""
    query = select(changes, articles.c.site).outerjoin(articles, articles.c.id == changes.c.article)
    same = (changes.c.revision == revision, changes.c.before == before, changes.c.gone.is_(False))
    row = conn.execute(query.where(*same)).first()
    return None if row is None else _fresh(row)


# ---------------------------------------------------------------------------------------------------- what was noted


def put(conn: Connection, some: Iterable[Notice]) -> int:
    """Note what rules tell; what a rule told of before stays as it is. Give how many are new."""
    return sum(conn.execute(insert_new(conn, notices), _values(each)).rowcount for each in some)


def saw(conn: Connection, reader: str, places: Iterable[int]) -> None:
    """Note that a reader, which has begun, has seen places more, told or not."""
    seen = started(conn, [reader])[reader].seen.and_also(places)
    conn.execute(update(cursors).where(cursors.c.reader == reader).values(position=seen.text()))


def set_to(conn: Connection, notice: Notice) -> None:
    """Write what became of a notice over what was noted of it, unless a person dropped it meanwhile."""
    values = {f"new_{name}": value for name, value in _values(notice).items()}
    known = ("due", "state", "tries", "done_at", "detail")
    query = update(notices).where(*(notices.c[name] == bindparam(f"new_{name}") for name in _KEY))
    query = query.where(notices.c.state != "dropped").values({name: bindparam(f"new_{name}") for name in known})
    conn.execute(query, {name: values[name] for name in (*(f"new_{key}" for key in (*_KEY, *known)),)})


def due(conn: Connection, now: datetime, limit: int) -> list[Notice]:
    """Give what waits and is due, the longest due first."""
    query = select(notices).where(notices.c.state == "waiting", notices.c.due <= now)
    order = (notices.c.due, notices.c.at, notices.c.rule, notices.c.subject)
    return [_notice(row) for row in conn.execute(query.order_by(*order).limit(limit))]


def told_of(conn: Connection, some: Collection[UrlKey], rules: Collection[str]) -> bool:
    """Tell whether some rules have told a change of one of some articles."""
    query = select(notices.c.rule).join(changes, changes.c.revision == notices.c.subject)
    query = query.where(changes.c.article.in_(list(some)), notices.c.rule.in_(list(rules)))
    return conn.execute(query.where(notices.c.kind == "change").limit(1)).first() is not None


def of_rule(conn: Connection, rule: str, kinds: Sequence[Kind]) -> dict[tuple[str, str, str], Notice]:
    """Give what a rule told of some kinds, by kind, subject and what was before."""
    query = select(notices).where(notices.c.rule == rule, notices.c.kind.in_(kinds))
    return {(each.kind, each.subject, each.before): each for each in map(_notice, conn.execute(query))}


def sent_since(conn: Connection, rule: str, since: datetime) -> list[datetime]:
    """Give when a rule sent its messages since a time; notices that went as one message count once."""
    query = select(notices.c.done_at).where(notices.c.rule == rule, notices.c.state == "sent")
    return list(conn.scalars(query.where(notices.c.done_at > since).distinct().order_by(notices.c.done_at)))


def every(
    conn: Connection,
    *,
    states: Collection[State] | None = None,
    since: datetime | None = None,
    rules: Collection[str] | None = None,
    limit: int | None = None,
) -> list[Notice]:
    """Give notices of what happened since a time, the newest first."""
    query = select(notices).where(*within(notices.c.at, since, None))
    if states is not None:
        query = query.where(notices.c.state.in_(list(states)))
    if rules is not None:
        query = query.where(notices.c.rule.in_(list(rules)))
    order = (notices.c.at.desc(), notices.c.subject.desc(), notices.c.rule)
    return [_notice(row) for row in conn.execute(query.order_by(*order).limit(limit))]


# -------------------------------------------------------------------------------------------------- what people decide


def held_for(conn: Connection, revision: str) -> list[Notice]:
    """Give what is held for a person to look at a change: of it, and of others that show the same name."""
    held = map(_notice, conn.execute(select(notices).where(notices.c.state == "held")))
    return [each for each in held if revision in (each.subject, *each.because)]


def release(conn: Connection, revision: str) -> int:
    """Let what was held for a change wait for its sending; give how many notices that were."""
    return _move(conn, held_for(conn, revision), "waiting")


def drop(conn: Connection, revision: str, now: datetime) -> int:
    """Never send what is held for a change, nor what is still to be told of it; give how many notices that were."""
    waiting = select(notices).where(notices.c.state.in_(["waiting", "failed"]), notices.c.subject == revision)
    return _move(conn, [*held_for(conn, revision), *map(_notice, conn.execute(waiting))], "dropped", now)


def again(conn: Connection, now: datetime) -> int:
    """Let what could not be sent be tried again; give how many notices that were."""
    failed = update(notices).where(notices.c.state == "failed")
    return conn.execute(failed.values(state="waiting", tries=0, due=now, done_at=None)).rowcount


def _move(conn: Connection, some: Sequence[Notice], state: State, now: datetime | None = None) -> int:
    for each in some:
        same = [notices.c[name] == getattr(each, name) for name in _KEY]
        conn.execute(update(notices).where(*same).values(state=state, done_at=now))
    return len(some)


# --------------------------------------------------------------------------------------------------------------- rows

_KEY = ("rule", "kind", "subject", "before")


def _values(notice: Notice) -> dict[str, object]:
    told: Mapping[str, object] = {
        name: value for name in ("reached", "because", "why") if (value := getattr(notice, name))
    }
    plain = {column.name: getattr(notice, column.name) for column in notices.columns if column.name != "detail"}
    return plain | {"detail": json.dumps(told, ensure_ascii=True, sort_keys=True) if told else None}


def _notice(row: AnyRow) -> Notice:
    values = dict(row._mapping)  # type: ignore[attr-defined]
    told = json.loads(values.pop("detail") or "{}")
    return Notice(
        **values, reached=tuple(told.get("reached", ())), because=tuple(told.get("because", ())), why=told.get("why")
    )


def _fresh(row: AnyRow) -> Fresh:
    told = row._mapping  # type: ignore[attr-defined]
    flags: tuple[Flag, ...] = tuple(told["flags"])
    noted = Noted(
        revision=RecordId(told["revision"]),
        before=RecordId(told["before"]),
        article=UrlKey(told["article"]),
        at=told["at"],
        flags=flags,
        noted=told["noted"],
    )
    return Fresh(noted=noted, site=told["site"])


def _alarm(row: AnyRow) -> Alarm:
    told = row._mapping  # type: ignore[attr-defined]
    return Alarm(**{name: told[name] for name in Alarm.__slots__})
