"""The frontier: the URLs that are to be visited at each neighbour; who may ask there stands in ``leases.py``.

Everything a crawl is going to do stands here before anything is done, and nothing of it lives in memory alone.

* URLs are **wanted**, each once (by urlkey), whatever led to them. What happened to them is told by visits alone
  (``note``), in the transaction that writes the visit, so that a crash between the two cannot be.
* A row goes from ``waiting`` to ``fetched`` (its capture is still to be read for what it leads to) to ``visited``
  (its next visit is to be planned) and back, or ends as ``done`` or ``dropped``.

Times are given, never asked for. All functions work inside the caller's transaction.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from archive.model import RecordId, Url, UrlKey, Visit, What, Why
from archive.store.schema import Instant, allowances, articles, frontier, instant, micros, neighbours, runs, standings
from archive.store.statements import Prepared, chunks, insert_new, names_of, stream

TRIES = 3
"""Times a URL is asked for in a row before a failure stands."""
RETRY = timedelta(seconds=30)
"""How long a URL waits after its first failure; four times as long after the second."""
FAR = timedelta(days=1)
"""A visit so far in the future was dated by a clock that stood wrong."""
BUCKETS = 4096
AGAIN = (408, 500, 502, 504, 522, 524)
"""Statuses that are asked for again soon: the server's trouble, not its answer."""

_FIRST: Mapping[What, int] = {
    "robots": 0, "feed": 1, "sitemap": 1, "front page": 2, "archive page": 2, "article": 3, "page": 3,
    "citation": 4, "requisite": 5,
}  # fmt: skip
PAGES: tuple[What, ...] = ("article", "page", "archive page")
"""What a site's page budget counts."""
URGENT = 1
"""Rank of what a standing run was given: it is due now, and not what is found."""
RECHECKED = 6
"""Rank of what has been visited before; lower ranks come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A URL somebody wants visited.

    ``reason`` is set where it is wanted only to be refused: the visit tells why it was never asked for. ``dated`` is
    the item's own date. ``fresh_from`` revives a known URL whose last visit was before it. ``later`` keeps it out of
    the run it was found in. ``visited_at``, ``outcome`` and ``capture`` are those of the last visit.
    ``rank`` is its place among what is due, lower ones first, once it is in the frontier.
    """

    url: Url
    urlkey: UrlKey
    neighbour: str
    what: What
    why: Why
    next_at: datetime
    attempt: int = 1
    depth: int = 0
    hop: int = 0
    came_from: str | None = None
    site: str | None = None
    dated: datetime | None = None
    reason: str | None = None
    fresh_from: datetime | None = None
    later: bool = False
    run: str | None = None
    visited_at: datetime | None = None
    outcome: str | None = None
    capture: RecordId | None = None
    added_at: datetime | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """What became of URLs that were wanted: new ones, and known ones that are wanted again."""

    new: int = 0
    revived: int = 0
    left: int = 0


# ------------------------------------------------------------------------------------------------------------ URLs

_COLUMNS = names_of(frontier)
_ROW = [type_coerce(c, BigInteger).label(c.name) if isinstance(c.type, Instant) else c for c in frontier.columns]
_INSERT = Prepared(lambda conn: insert_new(conn, frontier))
_DUE = Prepared(
    lambda _: (
        select(*_ROW)
        .where(
            frontier.c.run == bindparam("of_run"),
            frontier.c.state == "waiting",
            frontier.c.neighbour == bindparam("of_neighbour"),
            frontier.c.next_at <= bindparam("now", type_=BigInteger),
        )
        .order_by(frontier.c.rank, frontier.c.next_at, frontier.c.urlkey)
        .limit(bindparam("most"))
    )
)


def due(
    conn: Connection, *, run: str, neighbour: str, now: datetime, limit: int, without: frozenset[UrlKey] = frozenset()
) -> list[Wanted]:
    """Give what is due at a neighbour in a run, the most urgent first; ``without`` is under way already."""
    given = {"of_run": run, "of_neighbour": neighbour, "now": micros(now), "most": limit + len(without)}
    found = [_wanted(row) for row in _DUE.rows(conn, given)]
    return [wanted for wanted in found if wanted.urlkey not in without][:limit]


def urgency(wanted: Wanted) -> tuple[int, datetime, UrlKey]:
    """Give what ``due`` orders rows by: the most urgent first."""
    return wanted.rank if wanted.rank is not None else _rank(wanted), wanted.next_at, wanted.urlkey


def unread(conn: Connection, *, run: str, neighbour: str) -> list[Wanted]:
    """Give what was fetched at a neighbour and never read for what it leads to."""
    query = select(*_ROW).where(frontier.c.run == run, frontier.c.state == "fetched", frontier.c.neighbour == neighbour)
    return [_wanted(row) for row in conn.execute(query)]


def discover(
    conn: Connection,
    batch: Sequence[Wanted],
    *,
    run: str,
    now: datetime,
    pages: Mapping[str, int],
    citations: int,
) -> Discovered:
    """Want URLs: those nobody knew are added, known ones revived where ``fresh_from`` says so.

    ``pages`` is what each site may still be visited for in this run, by name; what is over that is kept for the next
    run. ``citations`` caps what one neighbour is asked for as a cited outlet; what is over that is refused.
    """
    if not batch:
        return Discovered()
    wanted: dict[UrlKey, Wanted] = {}
    for one in batch:
        wanted.setdefault(one.urlkey, one)
    known = _known(conn, list(wanted))
    rooms = _Rooms(conn, run, pages, citations)
    added: list[tuple[object, ...]] = []
    hosts: set[str] = set()
    dates: list[dict[str, object]] = []  # a front page shows a post before its feed tells when it is from
    revived = 0
    # What nobody knew comes first: a list that calls everything new must not use up what new posts need.
    for key, one in sorted(wanted.items(), key=lambda item: item[0] in known):
        row = known.get(key)
        if row is not None and row[1].dated is None and one.dated is not None:
            dates.append({"key": key, "when": micros(one.dated)})
        if row is None:
            hosts.add(one.neighbour)
            added.append(_new(rooms.admit(one), now))
        elif (again := _revival(row, one, run, now)) is not None:
            admitted = rooms.admit(again, had=row)
            if admitted.run is None and row[1].run is None and row[0] == "waiting" and row[1].what == admitted.what:
                continue  # left before, and left again
            hosts.add(again.neighbour)
            conn.execute(_overwrite(admitted, now))
            revived += 1
    if hosts:
        insert = insert_new(conn, neighbours)
        empty = {"ready_at": now, "fence": 0, "failures": 0, "backoff": 0, "spent": 0}
        conn.execute(insert, [{"name": name, **empty} for name in sorted(hosts)])
    if added:
        _INSERT.write(conn, _COLUMNS, added)
    if dates:
        _DATE.each(conn, dates)
    rooms.write()
    return Discovered(new=len(added), revived=revived, left=rooms.left)


def _revival(row: tuple[str, Wanted], one: Wanted, run: str, now: datetime) -> Wanted | None:
    """Say what becomes of a known row that is wanted once more; None when it stays as it is."""
    state, had = row
    is_news = state == "waiting" and had.visited_at is None and had.dated is None and one.dated is not None
    if is_news and (one.reason is not None or (one.later and had.run == run)):
        return replace(_still(one, had), why=had.why)  # its date tells what the list before did not
    if one.reason is not None:
        return None
    if one.why == "redirect" and had.capture is not None and one.came_from == had.capture:
        return one  # to itself by another spelling: https, www, a slash
    more = _FIRST[one.what] < _FIRST[had.what]
    if state == "waiting" and had.visited_at is None:
        # Left by an earlier run, or found a second time: what it is to us may have grown.
        if had.run == run and not (more and had.reason is None):
            return None
        stays = one if more else replace(_still(one, had), why=had.why, reason=had.reason)
        return replace(stays, attempt=had.attempt, next_at=min(one.next_at, had.next_at))
    if state == "fetched":
        return None
    # What was visited after now was so by a clock that has been set back.
    stale = one.fresh_from is not None and (
        had.visited_at is None or had.visited_at < one.fresh_from or had.visited_at > now
    )
    promoted = more and one.what in ("article", "feed", "sitemap", "front page")
    # What a rule or a cap kept out of an earlier run may be within now.
    admitted = state == "dropped" and had.run != run
    if not stale and not promoted and not admitted:
        return None
    again: Why = "recheck" if one.why == "new" and had.visited_at is not None and state != "dropped" else one.why
    if more or state == "dropped":
        return replace(one, why=again, visited_at=None)  # what it was to us is over: it is looked at in full
    return replace(_still(one, had), why=again, visited_at=had.visited_at)


def _still(one: Wanted, had: Wanted) -> Wanted:
    """Give a row that is wanted again, and stays to us what it was: whose it is, and how far from its front page."""
    return replace(one, what=had.what, depth=had.depth, site=had.site or one.site)


_DATE = Prepared(
    lambda _: (
        update(frontier).where(frontier.c.urlkey == bindparam("key")).values(dated=bindparam("when", type_=BigInteger))
    )
)


class _Rooms:
    """How many more a run takes of each site and cited neighbour."""

    def __init__(self, conn: Connection, run: str, pages: Mapping[str, int], citations: int) -> None:
        self._conn = conn
        self._run = run
        self._most = {"pages": pages}
        self._citations = citations
        self._used: dict[tuple[str, str], int] = {}
        self._changed: set[tuple[str, str]] = set()
        self.left = 0

    def admit(self, one: Wanted, had: tuple[str, Wanted] | None = None) -> Wanted:
        """Enlist what is wanted in the run, or leave it for the next, or refuse it; count it once."""
        if one.later:
            return replace(one, run=None)
        if one.reason is not None or one.hop:
            return replace(one, run=self._run)
        if had is not None and _is_counted(had, one, self._run):
            return replace(one, run=self._run)
        if one.what in PAGES and one.site is not None and one.site in self._most["pages"]:
            if not self._take(("pages", one.site), self._most["pages"][one.site]):
                self.left += 1
                return replace(one, run=None)
        elif one.what == "citation" and not self._take(("citations", one.neighbour), self._citations):
            why = f"cap: {self._citations} citations of {one.neighbour} are enough for one run"
            return replace(one, run=self._run, reason=why)
        return replace(one, run=self._run)

    def _take(self, of: tuple[str, str], most: int) -> bool:
        if of not in self._used:
            query = select(allowances.c.used).where(
                allowances.c.run == self._run, allowances.c.kind == of[0], allowances.c.subject == of[1]
            )
            self._used[of] = self._conn.execute(query).scalar() or 0
        if self._used[of] >= most:
            return False
        self._used[of] += 1
        self._changed.add(of)
        return True

    def write(self) -> None:
        for kind, subject in sorted(self._changed):
            _set_used(self._conn, self._run, kind, subject, self._used[kind, subject])


def _is_counted(had: tuple[str, Wanted], one: Wanted, run: str) -> bool:
    """Tell whether a known row still waits in the run, for what it is wanted again as."""
    state, row = had
    same = row.what == one.what or (row.what in PAGES and one.what in PAGES and row.site == one.site)
    return state == "waiting" and row.run == run and same


def _set_used(conn: Connection, run: str, kind: str, subject: str, used: int) -> None:
    row = {"run": run, "kind": kind, "subject": subject, "used": used}
    if conn.execute(insert_new(conn, allowances), row).rowcount == 0:
        where = (allowances.c.run == run, allowances.c.kind == kind, allowances.c.subject == subject)
        conn.execute(update(allowances).where(*where).values(used=used))


# ------------------------------------------------------------------------------------------------- what happened

_NEWER = or_(
    frontier.c.visited_at.is_(None),
    frontier.c.visited_at < bindparam("before", type_=BigInteger),
    # What the very run that asks for it tells is newer, whatever a clock that was set back says.
    and_(frontier.c.state == "waiting", frontier.c.run == bindparam("of_run")),
)
_OPEN = or_(frontier.c.state == "waiting", frontier.c.state == "fetched")


def _telling(values: Mapping[str, Any]) -> Prepared:
    statement = update(frontier).where(frontier.c.urlkey == bindparam("key"), _OPEN, _NEWER).values(**values)
    return Prepared(lambda _: statement)


_TOLD: dict[str, object] = {
    "visited_at": bindparam("seen", type_=BigInteger), "outcome": bindparam("came"), "capture": bindparam("record"),
}  # fmt: skip
_SETTLE = {state: _telling({"state": state, "attempt": 1, **_TOLD}) for state in ("fetched", "visited", "dropped")}
_LATER = _telling(
    {
        "state": "waiting",
        "attempt": bindparam("tried"),
        "next_at": bindparam("later", type_=BigInteger),
        **_TOLD,
    }
)


def note(conn: Connection, told: Sequence[Visit], retry: timedelta = RETRY) -> None:
    """Let rows follow what visits tell; an older visit than the last one known changes nothing."""
    groups: dict[str, list[dict[str, object]]] = {}
    for visit in told:
        state = after(visit)
        values: dict[str, object] = {
            "key": visit.urlkey,
            "before": micros(visit.at),
            "of_run": visit.run,
            "seen": micros(visit.at),
            "came": visit.outcome,
            "record": visit.capture,
        }
        if state == "waiting":
            values |= {"tried": visit.attempt + 1, "later": micros(visit.at + retry * 4 ** (visit.attempt - 1))}
        groups.setdefault(state, []).append(values)
    for state, rows in groups.items():
        (_LATER if state == "waiting" else _SETTLE[state]).each(conn, rows)


def after(visit: Visit) -> str:
    """Say in which state a visit leaves its row."""
    if visit.outcome == "out of scope":
        return "dropped"
    troubled = visit.outcome in ("failed", "limited") or (visit.outcome == "captured" and visit.status in AGAIN)
    if troubled and visit.attempt < TRIES:
        return "waiting"
    if visit.outcome in ("captured", "redirected", "gone", "refused", "truncated") and visit.capture is not None:
        return "fetched"
    return "visited"


def settle(conn: Connection, urlkey: UrlKey, capture: RecordId) -> None:
    """Say that a capture was read for what it leads to, which has been wanted in this transaction."""
    _SETTLED.each(conn, [{"key": urlkey, "record": capture}])


def give_up_reading(conn: Connection, urlkey: UrlKey) -> None:
    """Say that what was fetched cannot be read: its capture is gone from the index."""
    where = (frontier.c.urlkey == urlkey, frontier.c.state == "fetched")
    conn.execute(update(frontier).where(*where).values(state="visited"))


_SETTLED = Prepared(
    lambda _: (
        update(frontier)
        .where(
            frontier.c.urlkey == bindparam("key"),
            frontier.c.state == "fetched",
            frontier.c.capture == bindparam("record"),
        )
        .values(state="visited")
    )
)


def leave(conn: Connection, run: str, neighbour: str | None) -> int:
    """Take what still waits (at one neighbour) out of a run, for the next one; give how many there are."""
    where = [frontier.c.run == run, frontier.c.state == "waiting"]
    if neighbour is not None:
        where.append(frontier.c.neighbour == neighbour)
    return conn.execute(update(frontier).where(*where).values(run=None)).rowcount


# ------------------------------------------------------------------------------------------------- runs and plans


def enlist(
    conn: Connection,
    *,
    run: str,
    site: str,
    now: datetime,
    pages: int,
    recheck: bool = False,
    revisits: bool = True,
) -> int:
    """Take what is due at a site and in no run into one, ``pages`` articles at most, and what was fetched and not read.

    With ``recheck`` every known page is due, cited ones too. Without ``revisits`` only what was never visited, or is to
    be tried again.
    """
    mine = [frontier.c.site == site, frontier.c.state == "waiting", _is_left()]
    if not revisits:
        mine.append(or_(frontier.c.visited_at.is_(None), frontier.c.attempt > 1))
    if recheck:
        known = frontier.c.visited_at.is_not(None) & frontier.c.what.in_(["article", "page", "citation"])
        conn.execute(update(frontier).where(*mine, known, frontier.c.next_at > now).values(next_at=now))
    pages_too = frontier.c.what.in_(PAGES)
    chosen = (
        select(frontier.c.urlkey)
        .where(*mine, frontier.c.next_at <= now, pages_too)
        .order_by(frontier.c.rank, frontier.c.next_at)
        .limit(pages)
    )
    taken = conn.execute(update(frontier).where(frontier.c.urlkey.in_(chosen)).values(run=run)).rowcount
    _set_used(conn, run, "pages", site, taken)
    others = (*mine, frontier.c.next_at <= now, ~pages_too)
    taken += conn.execute(update(frontier).where(*others).values(run=run)).rowcount
    unread = (frontier.c.site == site, frontier.c.state == "fetched", _is_left())
    return taken + conn.execute(update(frontier).where(*unread).values(run=run)).rowcount


def _is_left() -> ColumnElement[bool]:
    """Say of a row that it is in no run, or in one that is over."""
    return ~exists().where(runs.c.id == frontier.c.run, runs.c.state == "running")


def over(conn: Connection) -> list[str]:
    """Name the runs that rows are in and that are over; one step in the index for each run."""
    first, rest = frontier.alias(), frontier.alias()
    names = select(func.min(first.c.run).label("name")).cte("held_by", recursive=True)
    following = select(func.min(rest.c.run)).where(rest.c.run > names.c.name).scalar_subquery()
    held = names.union_all(select(following).where(names.c.name.is_not(None)))
    is_at_work = exists().where(runs.c.id == held.c.name, runs.c.state == "running")
    return list(conn.scalars(select(held.c.name).where(held.c.name.is_not(None), ~is_at_work)))


def give_back(conn: Connection, into: str) -> int:
    """Take what waits out of runs that are over, and what they fetched and never read into another; give how many."""
    taken = 0
    for run in over(conn):
        held = (frontier.c.run == run, frontier.c.state == "waiting")
        taken += conn.execute(update(frontier).where(*held).values(run=None)).rowcount
        unread_ = (frontier.c.run == run, frontier.c.state == "fetched")
        taken += conn.execute(update(frontier).where(*unread_).values(run=into)).rowcount
    return taken


def sources_of_others(conn: Connection, sites: Collection[str]) -> list[tuple[str, str]]:
    """Give site and neighbour of front pages, feeds and sitemaps that belong to none of these sites."""
    query = select(frontier.c.site, frontier.c.neighbour).where(
        frontier.c.what.in_(["front page", "feed", "sitemap"]), frontier.c.site.is_not(None)
    )
    return sorted({(row[0], row[1]) for row in conn.execute(query.distinct()) if row[0] not in sites})


def rename_site(conn: Connection, old: str, new: str) -> int:
    """Have what belongs to a site by its old name belong to it by its new one; give how many URLs there are."""
    for table in (standings, articles):
        conn.execute(update(table).where(table.c.site == old).values(site=new))
    return conn.execute(update(frontier).where(frontier.c.site == old).values(site=new)).rowcount


def mend_times(conn: Connection, now: datetime) -> int:
    """Have what was visited by a clock that stood far ahead be due now; give how many rows there are."""
    ahead = (frontier.c.state == "waiting", frontier.c.visited_at > now + FAR, frontier.c.next_at > now)
    return conn.execute(update(frontier).where(*ahead).values(next_at=now, visited_at=now)).rowcount


# Which run a row is in is asked so that no index answers it: the one by state and site does.
_IS_FREE = func.coalesce(frontier.c.run, "") == ""


def free(conn: Connection, *, site: str | None, now: datetime, limit: int) -> list[Wanted]:
    """Give what is due of a site (None: of none), in no run and to be asked at once, the longest due first.

    Left out are revisits of articles that are weighed against each other (``standings.due``), cited pages that are
    looked at again (``free_citations``), and pages never visited, which a sweep's page budget lets in.
    """
    is_plain = or_(
        frontier.c.why == "follow",
        frontier.c.attempt > 1,
        and_(frontier.c.visited_at.is_(None), frontier.c.what.not_in(PAGES)),
        and_(
            frontier.c.visited_at.is_not(None),
            frontier.c.what != "citation",
            or_(frontier.c.why != "recheck", frontier.c.what != "article"),
        ),
    )
    query = select(*_ROW).where(
        frontier.c.state == "waiting", frontier.c.site == site, frontier.c.next_at <= now, _IS_FREE, is_plain
    )
    return [_wanted(row) for row in conn.execute(query.order_by(frontier.c.next_at).limit(limit))]


def free_citations(conn: Connection, *, sites: Collection[str], now: datetime, limit: int) -> list[UrlKey]:
    """Give the keys of cited pages that are due again and in no run, those of all sites that are due longest first.

    A walk over all that waits in no run: not to be asked all the time.
    """
    query = select(frontier.c.urlkey, frontier.c.site).where(
        frontier.c.run.is_(None),
        frontier.c.state == "waiting",
        frontier.c.what == "citation",
        frontier.c.visited_at.is_not(None),
        frontier.c.attempt == 1,
        frontier.c.next_at <= now,
    )
    found: list[UrlKey] = []
    for key, site in stream(conn, query.order_by(frontier.c.next_at)):
        if len(found) == limit:
            break
        if site in sites:
            found.append(key)
    return found


def take(conn: Connection, keys: Sequence[UrlKey], run: str) -> int:
    """Take rows that wait in no run into one, before what it finds itself; give how many came."""
    return _TAKEN.each(conn, [{"key": key, "into": run} for key in keys]) if keys else 0


def waiting_at(conn: Connection, run: str) -> Mapping[str, int]:
    """Count what waits in a run by neighbour."""
    query = select(frontier.c.neighbour, func.count()).where(frontier.c.run == run, frontier.c.state == "waiting")
    return {row[0]: row[1] for row in conn.execute(query.group_by(frontier.c.neighbour))}


_TAKEN = Prepared(
    lambda _: (
        update(frontier)
        .where(frontier.c.urlkey == bindparam("key"), frontier.c.state == "waiting", frontier.c.run.is_(None))
        .values(run=bindparam("into"), rank=URGENT)
    )
)


def forget_allowances(conn: Connection) -> None:
    """Drop what runs were allowed that are over."""
    ended = select(runs.c.id).where(runs.c.state != "running")
    conn.execute(delete(allowances).where(allowances.c.run.in_(ended)))


def is_over(conn: Connection, *, run: str, now: datetime, patience: timedelta) -> bool:
    """Tell whether a run has nothing left that becomes due within ``patience``."""
    horizon = now + patience
    reached = (
        select(1)
        .select_from(frontier.join(neighbours, neighbours.c.name == frontier.c.neighbour))
        .where(frontier.c.run == run, neighbours.c.ready_at <= horizon)
        .limit(1)
    )
    waits = reached.where(frontier.c.state == "waiting", frontier.c.next_at <= horizon)
    unread = reached.where(frontier.c.state == "fetched")
    return conn.execute(waits).first() is None and conn.execute(unread).first() is None


def left(conn: Connection, sites: Sequence[str]) -> int:
    """Count what waits for the next run over these sites: never visited, or to be tried again."""
    owed = or_(frontier.c.visited_at.is_(None), frontier.c.attempt > 1)
    query = select(func.count()).where(frontier.c.state == "waiting", frontier.c.site.in_(sites), owed)
    return int(conn.execute(query).scalar() or 0)


def waiting(conn: Connection, run: str) -> Mapping[str, int]:
    """Count the rows of a run by their state."""
    query = select(frontier.c.state, func.count()).where(frontier.c.run == run).group_by(frontier.c.state)
    return {row[0]: row[1] for row in conn.execute(query)}


def unplanned(conn: Connection, limit: int) -> list[Wanted]:
    """Give rows that were visited and have no next visit yet, ``limit`` at most."""
    query = select(*_ROW).where(frontier.c.state == "visited").limit(limit)
    return [_wanted(row) for row in conn.execute(query)]


def plan(conn: Connection, planned: Iterable[tuple[UrlKey, datetime | None]]) -> None:
    """Write down when known URLs are visited next; None means never again."""
    again: list[dict[str, object]] = []
    never: list[dict[str, object]] = []
    for key, at in planned:
        if at is None:
            never.append({"key": key})
        else:
            again.append({"key": key, "when": micros(at)})
    for prepared, rows in ((_PLANNED, again), (_DONE, never)):
        if rows:
            prepared.each(conn, rows)


_why_again = case(
    (or_(*(frontier.c.what == what for what in ("front page", "feed", "sitemap", "archive page"))), frontier.c.what),
    else_="recheck",
)
_visited = update(frontier).where(frontier.c.urlkey == bindparam("key"), frontier.c.state == "visited")
_DONE = Prepared(lambda _: _visited.values(state="done"))
_PLANNED = Prepared(
    lambda _: _visited.values(
        state="waiting",
        next_at=bindparam("when", type_=BigInteger),
        why=_why_again,
        rank=RECHECKED,
        run=None,
        hop=0,
    )
)


def follow(conn: Connection, keys: Sequence[UrlKey], now: datetime | None = None) -> None:
    """Say of planned URLs that a person has them followed; from ``now`` on where that is given."""
    values: dict[str, object] = {"why": "follow"} | ({} if now is None else {"next_at": now})
    for some in chunks(keys):
        where = (frontier.c.urlkey.in_(some), frontier.c.state == "waiting")
        conn.execute(update(frontier).where(*where).values(values))


def coming(
    conn: Connection, *, sites: Sequence[str | None] | None, until: datetime, limit: int | None = None
) -> Iterator[Wanted]:
    """Give what waits and becomes due before a time, the earliest first; None among the sites is what has none."""
    query = select(*_ROW).where(frontier.c.state == "waiting", frontier.c.next_at <= until)
    if sites is not None:
        named = frontier.c.site.in_([site for site in sites if site is not None])
        query = query.where(or_(named, frontier.c.site.is_(None)) if None in sites else named)
    for row in conn.execute(query.order_by(frontier.c.next_at, frontier.c.urlkey).limit(limit)):
        yield _wanted(row)


def next_of(conn: Connection, sites: Sequence[str]) -> Mapping[str, datetime]:
    """Give when something of each site is due next."""
    query = (
        select(frontier.c.site, func.min(type_coerce(frontier.c.next_at, BigInteger)))
        .where(frontier.c.state == "waiting", frontier.c.site.in_(sites))
        .group_by(frontier.c.site)
    )
    return {row[0]: instant(row[1]) for row in conn.execute(query)}


def forget_site(conn: Connection, site: str) -> int:
    """Drop what waits for a site that is watched no more; what was captured stays."""
    where = (frontier.c.site == site, frontier.c.state.in_(["waiting", "visited", "done"]))
    return conn.execute(delete(frontier).where(*where)).rowcount


def known(conn: Connection, keys: Sequence[UrlKey]) -> frozenset[UrlKey]:
    """Give which of these URLs the frontier has heard of."""
    return frozenset(_known(conn, keys))


def dates(conn: Connection, keys: Sequence[UrlKey]) -> dict[UrlKey, datetime]:
    """Give the dates that are known of these URLs."""
    found: dict[UrlKey, datetime] = {}
    for some in chunks(keys):
        has = (frontier.c.urlkey.in_(some), frontier.c.dated.is_not(None))
        found.update(
            (row.urlkey, row.dated) for row in conn.execute(select(frontier.c.urlkey, frontier.c.dated).where(*has))
        )
    return found


def are_read(conn: Connection, keys: Sequence[UrlKey]) -> bool:
    """Tell whether nothing of these URLs was fetched that is still to be read."""
    return all(state != "fetched" for state, _ in _known(conn, keys).values())


def rows_of(conn: Connection, keys: Sequence[UrlKey]) -> dict[UrlKey, Wanted]:
    """Give the rows of URLs, in whatever state they are."""
    return {key: row for key, (_, row) in _known(conn, keys).items()}


def by_key(conn: Connection, urlkey: UrlKey) -> tuple[str, Wanted] | None:
    """Give a row's state and the row."""
    return _known(conn, [urlkey]).get(urlkey)


# ------------------------------------------------------------------------------------------------------- rows


def _known(conn: Connection, keys: Sequence[UrlKey]) -> dict[UrlKey, tuple[str, Wanted]]:
    found: dict[UrlKey, tuple[str, Wanted]] = {}
    for start in range(0, len(keys), _WIDTHS[-1]):
        some = keys[start : start + _WIDTHS[-1]]
        width = next(width for width in _WIDTHS if len(some) <= width)
        # A statement of few widths is compiled once; what fills it up is asked for twice.
        filled = [*some, *[some[-1]] * (width - len(some))]
        for row in _KNOWN[width].rows(conn, {f"key{at}": key for at, key in enumerate(filled)}):
            found[row[0]] = row[_STATE], _wanted(row)
    return found


def _of_keys(width: int) -> Prepared:
    return Prepared(
        lambda _: select(*_ROW).where(or_(*(frontier.c.urlkey == bindparam(f"key{at}") for at in range(width))))
    )


_WIDTHS = (8, 32, 128, 400)
_STATE = _COLUMNS.index("state")
_KNOWN = {width: _of_keys(width) for width in _WIDTHS}


def _rank(one: Wanted) -> int:
    return RECHECKED if one.why == "recheck" else _FIRST[one.what]


def _new(one: Wanted, now: datetime) -> tuple[object, ...]:
    return (
        one.urlkey,
        one.neighbour,
        one.url,
        zlib.crc32(one.neighbour.encode()) % BUCKETS,
        "waiting",
        micros(one.next_at),
        _rank(one),
        one.what,
        one.why,
        one.attempt,
        one.depth,
        one.hop,
        one.came_from,
        one.site,
        one.run,
        one.reason,
        None if one.dated is None else micros(one.dated),
        micros(now),
        None,
        None,
        None,
    )


def _overwrite(one: Wanted, now: datetime) -> Any:
    values = {
        "neighbour": one.neighbour, "url": one.url, "state": "waiting", "next_at": one.next_at, "rank": _rank(one),
        "what": one.what, "why": one.why, "attempt": one.attempt, "depth": one.depth, "hop": one.hop,
        "came_from": one.came_from, "site": one.site, "run": one.run, "reason": one.reason,
    }  # fmt: skip
    if one.dated is not None:
        values["dated"] = one.dated
    if one.visited_at is None:
        values["visited_at"] = None
    return update(frontier).where(frontier.c.urlkey == one.urlkey).values(values)


def _wanted(row: Sequence[Any]) -> Wanted:
    (
        urlkey, neighbour, url, _, _, next_at, rank, what, why, attempt, depth, hop, came_from, site, run, reason,
        dated, added_at, visited_at, outcome, capture,
    ) = row  # fmt: skip
    return Wanted(
        url=url,
        urlkey=urlkey,
        neighbour=neighbour,
        what=what,
        why=why,
        next_at=instant(next_at),
        attempt=attempt,
        depth=depth,
        hop=hop,
        came_from=came_from,
        site=site,
        dated=None if dated is None else instant(dated),
        reason=reason,
        run=run,
        visited_at=None if visited_at is None else instant(visited_at),
        outcome=outcome,
        capture=capture,
        added_at=instant(added_at),
        rank=rank,
    )
