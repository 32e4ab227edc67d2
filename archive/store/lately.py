"""What happened of late, site by site, and on the days before: what stands out is told from the one by the other.

A day that is over is counted once and kept (``kept``, as ``tally 1 2026-11-20``), so who looks every ten minutes reads
the visits of yesterday and today only. Every query goes by an index on the time: ``visits.at`` or
``revisions.seen_from``. Days are those of UTC. What is read later than a day after its capture changes no kept day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, delete, func, or_, select

from archive.model import Outcome, Verdict, Why
from archive.store.schema import articles, captures, frontier, instant, kept, micros, readings, revisions, visits
from archive.store.statements import chunks, upsert
from archive.store.visits import ANSWERED

OWN: tuple[Why, ...] = ("front page", "feed", "sitemap", "archive page", "new", "recheck", "follow")
"""Reasons to visit a site itself; what it cites, and what its pages need, is elsewhere as often as not."""
PAGES: tuple[Why, ...] = ("new", "recheck", "follow")
NOT_ASKED: tuple[Outcome, ...] = ("robots", "out of scope", "unsafe")
WALLS: tuple[Verdict, ...] = ("paywall", "bot wall")
LENGTHS = (50, 100, 200, 400, 800, 1600)
"""Words at which texts are parted into short ones and longer ones."""
DAYS = 21
"""Days that are kept: those of the last week that stand out, and two weeks by which they do."""
DAY = timedelta(days=1)

_ALL = "tally "
_KEPT = f"{_ALL}1 "
"""The number is that of the form in which days are kept: what was kept in an older one is counted anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What came of a site in some span.

    ``asked`` counts requests to the site itself, ``answered`` and ``failed`` those of them, ``broken`` the URLs that
    failed; it was asked from ``first`` to ``last``, and answered last at ``answer``. ``read`` counts captures of pages
    that were read, ``articles`` those read as articles, ``walls`` those that showed a paywall or its like.
    ``forbidden`` counts visits that robots.txt forbade, first at ``forbade``, ``barred`` those of them to pages that
    were captured before; ``rule`` is what one of them says. ``texts`` counts new articles by length (``LENGTHS``).
    """

    asked: int = 0
    answered: int = 0
    failed: int = 0
    broken: int = 0
    first: datetime | None = None
    last: datetime | None = None
    answer: datetime | None = None
    read: int = 0
    articles: int = 0
    walls: int = 0
    forbidden: int = 0
    barred: int = 0
    forbade: datetime | None = None
    rule: str | None = None
    texts: tuple[int, ...] = (0,) * (len(LENGTHS) + 1)


NOTHING = Tally()


def added(tallies: Iterable[Tally]) -> Tally:
    """Put tallies of one site together."""
    told = list(tallies)
    counts = {name: sum(getattr(each, name) for each in told) for name in _COUNTS}
    return Tally(
        **counts,
        first=min((each.first for each in told if each.first is not None), default=None),
        last=max((each.last for each in told if each.last is not None), default=None),
        answer=max((each.answer for each in told if each.answer is not None), default=None),
        forbade=min((each.forbade for each in told if each.forbade is not None), default=None),
        rule=next((each.rule for each in told if each.rule is not None), None),
        texts=tuple(map(sum, zip(*(each.texts for each in told), strict=True))) or NOTHING.texts,
    )


_TIMES = ("first", "last", "answer", "forbade")
_ASKED = ("asked", "answered", "failed", "broken", "first", "last", "answer", "forbidden", "forbade", "rule")
_COUNTS = ("asked", "answered", "failed", "broken", "read", "articles", "walls", "forbidden", "barred")


# ------------------------------------------------------------------------------------------------------- counting


def count(conn: Connection, since: datetime, until: datetime, without: Sequence[str] = ()) -> dict[str, Tally]:
    """Count what came of each site from ``since`` on and before ``until``, some runs left out."""
    found: dict[str, dict[str, Any]] = {}
    for site, *told in conn.execute(_asked(since, until, without)):
        found[site] = dict(zip(_ASKED, told, strict=True))
    if any(each["forbidden"] for each in found.values()):
        for site, barred in conn.execute(_barred(since, until)):
            found.setdefault(site, {}).update(barred=barred)
    for site, *told in conn.execute(_read(since, until)):
        found.setdefault(site, {}).update(zip(("read", "articles", "walls"), told, strict=True))
    for site, *told in conn.execute(_texts(since, until)):
        found.setdefault(site, {}).update(texts=tuple(told))
    return {site: Tally(**told) for site, told in found.items()}


def _asked(since: datetime, until: datetime, without: Sequence[str]) -> Any:
    own = visits.c.why.in_(OWN)
    asked = and_(own, visits.c.outcome.not_in(NOT_ASKED))
    failed = and_(
        asked,
        or_(
            visits.c.outcome.in_(("failed", "limited", "truncated")),
            and_(visits.c.outcome == "captured", visits.c.status >= 500),
        ),
    )
    answered = and_(own, visits.c.outcome.in_(ANSWERED))
    forbidden = and_(own, visits.c.outcome == "robots")
    query = select(
        visits.c.site,
        _number(asked),
        _number(answered),
        _number(failed),
        func.count(case((failed, visits.c.urlkey)).distinct()),
        func.min(case((asked, visits.c.at))),
        func.max(case((asked, visits.c.at))),
        func.max(case((answered, visits.c.at))),
        _number(forbidden),
        func.min(case((forbidden, visits.c.at))),
        func.max(case((forbidden, visits.c.detail))),
    ).where(_within(since, until), visits.c.site.is_not(None))
    if without:
        query = query.where(or_(visits.c.run.is_(None), visits.c.run.not_in(without)))
    return query.group_by(visits.c.site)


def _barred(since: datetime, until: datetime) -> Any:
    had = (
        select(1)
        .select_from(captures)
        .where(captures.c.urlkey == visits.c.urlkey, captures.c.at < visits.c.at, captures.c.status.between(200, 299))
    )
    query = select(visits.c.site, func.count()).where(
        _within(since, until), visits.c.outcome == "robots", visits.c.why.in_(OWN), visits.c.site.is_not(None)
    )
    return query.where(had.exists()).group_by(visits.c.site)


def _read(since: datetime, until: datetime) -> Any:
    # An article that a feed names by another address is what a redirect leads to; so is many a citation.
    article = and_(visits.c.why == "redirect", frontier.c.urlkey == visits.c.urlkey, frontier.c.what == "article")
    joined = visits.join(readings, readings.c.capture == visits.c.capture).outerjoin(frontier, article)
    return (
        select(
            visits.c.site,
            func.count(),
            _number(readings.c.verdict.in_(("article", "same"))),
            _number(readings.c.verdict.in_(WALLS)),
        )
        .select_from(joined)
        .where(
            _within(since, until),
            visits.c.site.is_not(None),
            visits.c.capture.is_not(None),
            or_(visits.c.why.in_(PAGES), frontier.c.what == "article"),
            readings.c.verdict != "index",
        )
        .group_by(visits.c.site)
    )


def _texts(since: datetime, until: datetime) -> Any:
    short = [revisions.c.words < words for words in LENGTHS]
    longer = [revisions.c.words >= words for words in LENGTHS]
    spans = [short[0], *(and_(*both) for both in zip(longer, short[1:], strict=False)), longer[-1]]
    return (
        select(articles.c.site, *map(_number, spans))
        .select_from(revisions.join(articles, articles.c.id == revisions.c.article))
        .where(
            revisions.c.seen_from >= since,
            revisions.c.seen_from < until,
            revisions.c.number == 1,
            articles.c.site.is_not(None),
        )
        .group_by(articles.c.site)
    )


def _within(since: datetime, until: datetime) -> Any:
    return and_(visits.c.at >= since, visits.c.at < until)


def _number(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


# ------------------------------------------------------------------------------------------------------ kept days


def began(now: datetime) -> datetime:
    """Give where the span of late begins: yesterday's midnight, UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - DAY


def days(conn: Connection, now: datetime) -> tuple[list[Mapping[str, Tally]], dict[str, str]]:
    """Give the ``DAYS`` days before that, the latest first, and what is to be kept of those that are not yet."""
    ends = [began(now) - number * DAY for number in range(DAYS)]
    names = [f"{_KEPT}{end - DAY:%Y-%m-%d}" for end in ends]
    known = {row[0]: row[1] for row in conn.execute(select(kept).where(kept.c.name.in_(names)))}
    oldest = conn.scalar(select(func.min(visits.c.at)))
    told: list[Mapping[str, Tally]] = []
    missing: dict[str, str] = {}
    for name, end in zip(names, ends, strict=True):
        if oldest is None or end <= oldest:
            told.append({})
        elif name in known:
            told.append({site: _tally(row) for site, row in json.loads(known[name]).items()})
        else:
            told.append(count(conn, end - DAY, end))
            missing[name] = json.dumps({site: _row(each) for site, each in told[-1].items()})
    return told, missing


def kept_under(conn: Connection, prefix: str) -> dict[str, str]:
    """Give all that is kept whose name begins so."""
    query = select(kept.c.name, kept.c.value).where(kept.c.name >= prefix, kept.c.name < f"{prefix}\U0010ffff")
    return {row[0]: row[1] for row in conn.execute(query)}


def keep(conn: Connection, texts: Mapping[str, str], now: datetime) -> None:
    """Keep days that are over, or what else is learned from them, by name; forget days that are too old."""
    for names in chunks(sorted(texts)):
        conn.execute(upsert(conn, kept), [{"name": name, "value": texts[name]} for name in names])
    oldest = f"{_KEPT}{began(now) - (DAYS + 1) * DAY:%Y-%m-%d}"
    conn.execute(delete(kept).where(kept.c.name >= _ALL, kept.c.name < oldest))


def _row(tally: Tally) -> list[object]:
    values = [getattr(tally, name) for name in Tally.__slots__]
    return [micros(value) if isinstance(value, datetime) else value for value in values]


def _tally(row: Sequence[Any]) -> Tally:
    told = dict(zip(Tally.__slots__, row, strict=True))
    times = {name: None if told[name] is None else instant(told[name]) for name in _TIMES}
    return Tally(**{**told, **times, "texts": tuple(told["texts"])})
