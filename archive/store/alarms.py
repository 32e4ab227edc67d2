"""Alarms: what goes wrong at a site, or with the whole archive, from when to when."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Update, select, update

from archive.store import kept
from archive.store.schema import alarms, instant, micros
from archive.store.statements import AnyRow, names_of, stream, upsert

HOLD = timedelta(hours=12)
"""How long an alarm must be away to be over: one that comes and goes through a night, or with each run, rings once."""

_NAMES = names_of(alarms)
_AWAY = "alarms away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that goes wrong at ``site`` (empty: with the whole archive), since when, in a sentence to act on."""

    site: str
    kind: str
    since: datetime
    detail: str
    ended: datetime | None = None


def ringing(conn: Connection) -> list[Alarm]:
    """Give the alarms that are not over."""
    query = select(alarms).where(alarms.c.ended.is_(None))
    return [_alarm(row) for row in conn.execute(query.order_by(alarms.c.site, alarms.c.kind, alarms.c.since))]


def of_site(conn: Connection, site: str, limit: int | None = None) -> Iterator[Alarm]:
    """Give the alarms there ever were of a site, the newest first."""
    query = select(alarms).where(alarms.c.site == site).order_by(alarms.c.since.desc(), alarms.c.kind).limit(limit)
    return map(_alarm, stream(conn, query))


def note(conn: Connection, wrong: Sequence[Alarm], now: datetime) -> tuple[list[Alarm], list[Alarm]]:
    """Note all that is wrong now; give the alarms that this raised, and those that are over.

    One that rings keeps the time since when it does. It is over when it was away for ``HOLD``, from when it was first.
    """
    known = {(alarm.site, alarm.kind): alarm for alarm in ringing(conn)}
    present = {(alarm.site, alarm.kind): alarm for alarm in reversed(wrong)}
    raised = [alarm for key, alarm in sorted(present.items()) if key not in known]
    if raised:
        conn.execute(upsert(conn, alarms), [_values(alarm) for alarm in raised])
    for key, alarm in present.items():
        if key in known and known[key].detail != alarm.detail:
            conn.execute(_this(known[key]).values(detail=alarm.detail))
    was_away = _away(conn)
    away = {key: min(was_away.get(key, now), now) for key in known if key not in present}
    ended = [replace(known[key], ended=since) for key, since in away.items() if now - since >= HOLD]
    for alarm in ended:
        conn.execute(_this(alarm).values(ended=alarm.ended))
        del away[alarm.site, alarm.kind]
    if away != was_away:
        kept.put(conn, _AWAY, json.dumps([[*key, micros(since)] for key, since in away.items()]))
    return raised, ended


def _away(conn: Connection) -> dict[tuple[str, str], datetime]:
    """Give since when alarms that ring have been away."""
    told = json.loads(kept.get(conn, _AWAY) or "[]")
    return {(site, kind): instant(since) for site, kind, since in told}


def _this(alarm: Alarm) -> Update:
    return update(alarms).where(alarms.c.site == alarm.site, alarms.c.kind == alarm.kind, alarms.c.since == alarm.since)


def _values(alarm: Alarm) -> dict[str, object]:
    return {name: getattr(alarm, name) for name in _NAMES}


def _alarm(row: AnyRow) -> Alarm:
    return Alarm(**dict(zip(_NAMES, row, strict=True)))
