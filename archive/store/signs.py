"""Single signs that something goes wrong: of runs, of growth, of clocks, of sentences that open everything, of edits.

``runs`` is read whole where it is small (a row a run), else by ``began`` or ``state``; ``warcs`` has a row a file.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, case, func, select

from archive.model import NEVER_BEGAN, RunState
from archive.store.schema import articles, expected, revisions, runs, sentences, visits, warcs
from archive.store.statements import chunks, stream

LOOKED_AT = 20_000
"""Runs that are looked back on: a month of nights at 500 sites."""
OPENING = 2
"""Sentences that count as the opening of an article."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The runs over a site: when the last one began that was made for a while, and whether any has ended."""

    began: datetime
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The runs of a schedule: its first and last planned times, the last that ended well, how the last one stands."""

    first: datetime
    last: datetime
    ok: datetime | None
    state: RunState
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A sentence that opens so many ``articles`` of late, first at ``since``, and so many from ``before`` that."""

    articles: int
    since: datetime
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Runs that wait though their time has come: how many, and the one that waits longest."""

    count: int
    since: datetime
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was expected of the revisits of a site since ``first``: edits, finds of any; and how many did find one."""

    first: datetime
    edits: float
    chance: float
    changed: int


# ----------------------------------------------------------------------------------------------------------- runs


def past(conn: Connection, sites: Collection[str], standing: str) -> dict[str, Past]:
    """Give what there was of runs over sites; a ``standing`` run (by its ``why``) counts where there is no other."""
    columns = runs.c.sites, runs.c.why, runs.c.began, runs.c.ended
    query = select(*columns).where(runs.c.state.not_in(NEVER_BEGAN)).order_by(runs.c.began.desc()).limit(LOOKED_AT)
    found: dict[str, Past] = {}
    minor: dict[str, Past] = {}
    open_ = set(sites)
    for its, why, began, ended in stream(conn, query):
        told = minor if why == standing else found
        for site in open_.intersection(its):
            seen = told.get(site, Past(began=began, ended=False))
            told[site] = Past(began=seen.began, ended=seen.ended or ended is not None)
            if why != standing and told[site].ended:
                open_.discard(site)
        if not open_:
            break
    return minor | found


def young(conn: Connection, since: datetime, standing: str) -> list[str]:
    """Give the runs that are at work and began only then: nothing is to be said of them yet."""
    query = select(runs.c.id).where(runs.c.state == "running", runs.c.began >= since, runs.c.why != standing)
    return list(conn.scalars(query))


def planned(conn: Connection) -> dict[str, Planned]:
    """Give how each schedule fared that ever planned a run."""
    mine = runs.c.schedule.is_not(None), runs.c.planned.is_not(None)
    well = func.max(case((runs.c.state == "ok", runs.c.planned)))
    query = select(runs.c.schedule, func.min(runs.c.planned), func.max(runs.c.planned), well).where(*mine)
    spans = {row[0]: row[1:] for row in conn.execute(query.group_by(runs.c.schedule))}
    if not spans:
        return {}
    earliest = min(last for _, last, _ in spans.values())
    # Most schedules planned their last run a day ago.
    newest = select(runs.c.schedule, runs.c.planned, runs.c.state, runs.c.detail)
    newest = newest.where(*mine, runs.c.planned >= earliest).order_by(runs.c.planned, runs.c.id)
    states = {schedule: (state, detail) for schedule, _, state, detail in stream(conn, newest)}
    return {
        schedule: Planned(first=first, last=last, ok=ok, state=states[schedule][0], detail=states[schedule][1])
        for schedule, (first, last, ok) in spans.items()
    }


def queue(conn: Connection, before: datetime) -> Queue | None:
    """Give the runs that have been waiting since before a time."""
    since = func.coalesce(runs.c.planned, runs.c.began)
    query = select(runs.c.id, since).where(runs.c.state == "queued", since < before).order_by(since, runs.c.id)
    rows = conn.execute(query).all()
    return Queue(count=len(rows), since=rows[0][1], run=rows[0][0]) if rows else None


# ------------------------------------------------------------------------------------------------------- clock and disk


def ahead(conn: Connection, after: datetime) -> tuple[str, datetime] | None:
    """Give what is dated furthest ahead of a time, and when that is: a visit's URL, or a run's id."""
    visit = conn.execute(
        select(visits.c.url, visits.c.at).where(visits.c.at > after).order_by(visits.c.at.desc()).limit(1)
    ).first()
    run = conn.execute(
        select(runs.c.id, runs.c.began).where(runs.c.began > after).order_by(runs.c.began.desc()).limit(1)
    ).first()
    found = [(f"the visit to {visit[0]}", visit[1])] if visit is not None else []
    found += [(f"run {run[0]}", run[1])] if run is not None else []
    return max(found, key=lambda each: each[1], default=None)


def growth(conn: Connection, now: datetime, span: timedelta) -> tuple[float, float]:
    """Give the bytes a day that were captured in the last ``span``, and in all; imported files are no growth.

    Nothing is told of an archive that is younger than half of the span: its first crawl takes all that there was.
    """
    own = warcs.c.origin.is_(None), warcs.c.began.is_not(None)
    recent = func.sum(case((warcs.c.began >= now - span, warcs.c.bytes), else_=0))
    query = select(func.min(warcs.c.began), recent, func.sum(warcs.c.bytes)).where(*own)
    first, many, whole = conn.execute(query).one()
    if first is None or now - first < span / 2:
        return 0.0, float(whole or 0)
    return many / (min(span, now - first) / DAY), float(whole)


# ---------------------------------------------------------------------------------------------------- texts and edits


def openings(conn: Connection, since: datetime, before: datetime, least: int) -> dict[str, Opening]:
    """Give for each site the sentence that opens most of the articles that are new since a time, ``least`` at least."""
    of_articles = sentences.join(revisions, revisions.c.id == sentences.c.revision).join(
        articles, articles.c.id == revisions.c.article
    )
    first = and_(revisions.c.number == 1, sentences.c.position < OPENING, articles.c.site.is_not(None))
    number = func.count(revisions.c.article.distinct())
    query = select(articles.c.site, sentences.c.mark, number).select_from(of_articles)
    query = query.where(first, revisions.c.seen_from >= since).group_by(articles.c.site, sentences.c.mark)
    common: dict[str, tuple[int, int]] = {}
    for site, mark, many in conn.execute(query.having(number >= least)):
        common[site] = max(common.get(site, (0, 0)), (many, mark))
    found: dict[str, Opening] = {}
    for site, (many, mark) in common.items():
        old = func.count(case((revisions.c.seen_from < before, revisions.c.article)).distinct())
        ever = select(func.min(case((revisions.c.seen_from >= before, revisions.c.seen_from))), old)
        ever = ever.select_from(of_articles).where(first, sentences.c.mark == mark, articles.c.site == site)
        began, usual = conn.execute(ever).one()
        found[site] = Opening(articles=many, since=began, before=usual)
    return found


def found(conn: Connection, since: datetime, sites: Sequence[str]) -> dict[str, Found]:
    """Give what revisits of sites were expected to find since a time, and found."""
    sums = (
        func.min(expected.c.at), func.sum(expected.c.edits), func.sum(expected.c.chance),
        func.sum(case((expected.c.changed, 1), else_=0)),
    )  # fmt: skip
    told: dict[str, Found] = {}
    for some in chunks(sites):
        query = select(expected.c.site, *sums).where(expected.c.site.in_(some), expected.c.at >= since)
        for site, first, edits, chance, changed in conn.execute(query.group_by(expected.c.site)):
            told[site] = Found(first=first, edits=edits, chance=chance, changed=changed)
    return told
