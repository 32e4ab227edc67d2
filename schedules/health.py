"""How watched sites fare: what is known of them lately is read from the index, and the rules on alarms are applied.

``look_after`` is for the scheduler, every ten minutes; ``Health`` for who shows how things stand. What must be looked
far back for, the ways of a source and the counts of days that are over, is kept from look to look (``store.kept``).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cached_property
from pathlib import Path

from archive.config import Settings, Times
from archive.model import Url, UrlKey, Visit
from archive.store import Connection, Store, lately, polls, signs
from archive.store import alarms as alarm_rows
from archive.store.alarms import Alarm
from archive.store.lately import Tally
from archive.timing import parse_time, stamp
from archive.urls import urlkey
from crawler.rounds import STANDING
from crawler.sites import Site
from crawler.times import times_of
from schedules import alarms, cadence, feed_alarms
from schedules.cadence import Cadence
from schedules.feed_alarms import Source, quiet_since

__all__ = ["Health", "is_failure", "look_after", "quiet_since", "watch"]

CADENCE = "cadence 1 "
"""What ways of sources are kept under; the number is that of their form."""
LEARNED = timedelta(days=1)
"""How long what was learned of a source is taken for right."""
RENEWED = 100
"""Sources of which more is learned in one look, so that no look takes long."""
SETTLED = timedelta(hours=1)
"""A run that is at work says nothing of a site before; it may have met its slowest page first."""
GAPS = timedelta(days=2)
GROWTH = timedelta(days=14)
WEEK = timedelta(days=7)

Kept = dict[str, str]


def watch(conn: Connection, sites: Sequence[Site], settings: Settings, now: datetime) -> list[Alarm]:
    """Give all that is wrong now with these sites, and with the archive; the worst comes first."""
    return Health(conn, sites, settings, now).alarms


def look_after(
    store: Store, sites: Sequence[Site], settings: Settings, now: datetime
) -> tuple[list[Alarm], list[Alarm]]:
    """Note all that is wrong now; give the alarms that this raised, and those that are over."""
    with store.read() as conn:
        health = Health(conn, sites, settings, now)
        wrong = health.alarms
    with store.write() as conn:
        lately.keep(conn, health.learned, now)
        return alarm_rows.note(conn, wrong, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Learned:
    """What was learned of a source, and when; no cadence where there was too little."""

    at: datetime
    cadence: Cadence | None

    def text(self) -> str:
        return json.dumps({"at": stamp(self.at), "cadence": self.cadence and self.cadence.data()})

    @staticmethod
    def read(text: str) -> _Learned:
        told = json.loads(text)
        return _Learned(at=parse_time(told["at"]), cadence=told["cadence"] and Cadence.read(told["cadence"]))


class Health:
    """What the index knows of sites at one time. ``learned`` is what is to be kept of it for the next look."""

    def __init__(self, conn: Connection, sites: Sequence[Site], settings: Settings, now: datetime) -> None:
        self._conn = conn
        self._sites = {site.name: site for site in sites}
        self._settings = settings
        self._now = now
        self.learned: Kept = {}
        self._sources: dict[str, tuple[Source, ...]] = {}
        self._then: dict[datetime, dict[str, Tally]] = {}
        self._renewed = 0

    # ---- what is shown of a site

    def last_run(self, name: str) -> datetime | None:
        """Give when the last run over a site began."""
        past = self._past.get(name)
        return None if past is None else past.began

    def of_site(self, name: str) -> list[Alarm]:
        """Give what is wrong with a site, the worst first; nothing is, of one that is paused."""
        return [alarm for alarm in self.alarms if alarm.site == name]

    def words(self, site: Site) -> str:
        """Say how a site fares."""
        if site.paused is not None:
            return "paused"
        found = self.of_site(site.name)
        if found:
            return "; ".join(map(alarms.words, found))
        past = self._past.get(site.name)
        if past is None:
            return "never crawled"
        return "ok" if past.ended or self._days_of(site.name)[0].answered else "in its first run"

    def read(self, name: str) -> Tally:
        """Give what came of a site in the last seven days."""
        return lately.added(self._days_of(name)[:7])

    def unseen(self, name: str) -> float | None:
        """Give how many edits a week were overwritten before they were seen; None where nothing was revisited."""
        found = self._found.get(name)
        return None if found is None else alarms.unseen(found, self._now)

    def usual(self, site: Site) -> Source | None:
        """Give the source that shows most of what is new at a site; None where none ever showed anything."""
        told = [source for source in self.sources(site) if source.times]
        return max(told, key=lambda each: (each.is_feed, each.cadence.per_week if each.cadence else 0.0), default=None)

    # ---- what is wrong

    @cached_property
    def alarms(self) -> list[Alarm]:
        """Everything that is wrong now, the worst first."""
        found = [*self._with_archive()]
        for site in self._sites.values():
            if site.paused is None:
                found += self._with_site(site)
        known = {(alarm.site, alarm.kind): alarm.since for alarm in alarm_rows.ringing(self._conn)}
        since = [replace(each, since=known.get((each.site, each.kind), each.since)) for each in found]
        return sorted(since, key=lambda alarm: (alarms.rank(alarm), alarm.site))

    def _with_archive(self) -> Iterator[Alarm]:
        store, now = self._settings.store, self._now
        growth, captured = signs.growth(self._conn, now, GROWTH)
        index = Path(store.database.removeprefix("sqlite:///"))
        if captured and index.is_file():
            growth *= 1 + index.stat().st_size / captured  # the index grows along with what it tells of
        free = shutil.disk_usage(next(each for each in (store.warcs, *store.warcs.parents) if each.exists())).free
        found = (
            alarms.disk(free, store.min_free, growth, now),
            alarms.clock(signs.ahead(self._conn, now), now),
            alarms.scheduler(signs.queue(self._conn, now - alarms.WAITS_LONG), now),
        )
        yield from (alarm for alarm in found if alarm is not None)

    def _with_site(self, site: Site) -> Iterator[Alarm]:
        name, days, began = site.name, self._days_of(site.name), lately.began(self._now)
        times = self._times(site)
        silent = alarms.no_answer(name, days, self.last_run(name))
        found = [
            silent,
            alarms.overdue(name, self._planned.get(f"{name}/nightly"), period(times.nightly), self._now)
            if times.nightly
            else None,
            alarms.logged_out(name, site.session is not None, days, began),
            alarms.yield_collapse(name, days, began),
            alarms.boilerplate(name, days, self._openings.get(name), began),
        ]
        if silent is None:  # of a site that answers nothing, no more is to be said
            found += [alarms.robots(name, days), alarms.failing(name, days), *self._with_sources(site, times)]
        yield from (alarm for alarm in found if alarm is not None)

    def _with_sources(self, site: Site, times: Times) -> Iterator[Alarm | None]:
        sources = self.sources(site)
        yield feed_alarms.quiet(site.name, sources, times.timezone)
        yield feed_alarms.feed_dying(site.name, sources, times.timezone)
        if site.name in self._gaps:
            url, at = self._gaps[site.name]
            source = next((each for each in sources if each.url == url), None) or self._source(site, url, is_feed=True)
            yield feed_alarms.feed_gap(site.name, source, at, times.poll)

    # ---- what is known

    def sources(self, site: Site) -> tuple[Source, ...]:
        """Give what a site shows new things in: its feeds, else its sitemaps; the front page too where these rest."""
        if site.name not in self._sources:
            zone = self._times(site).timezone
            lists = [(url, True) for url in site.feeds] or [(url, False) for url in site.sitemaps]
            told = [self._source(site, url, is_feed) for url, is_feed in lists]
            if not told or all(not each.times or feed_alarms.is_silent(each, zone) for each in told):
                told.append(self._source(site, site.url, is_feed=False))
            self._sources[site.name] = tuple(told)
        return self._sources[site.name]

    def _source(self, site: Site, url: Url, is_feed: bool) -> Source:
        key = urlkey(url)
        told = polls.of_list(self._conn, key, self._now)
        answered = [poll.at for poll in told if poll.outcome in ("captured", "unchanged", "redirected")]
        if is_feed and told and told[0].outcome == "redirected":
            # What a feed shows that was moved is told of where it is now.
            shower = polls.shower(self._conn, site.name)
            key = key if shower is None else shower.urlkey
        if told and told[0].mime is not None and told[0].items == 0 and polls.showed(self._conn, key):
            told = [replace(poll, items=poll.items or 1) for poll in told]
        return Source(
            url=url,
            times=tuple(polls.last(self._conn, site.name, key, self._now)),
            polled=max(answered, default=None),
            cadence=self._cadence(site, key),
            polls=tuple(told),
            is_feed=is_feed,
        )

    def _cadence(self, site: Site, key: UrlKey) -> Cadence | None:
        name = f"{CADENCE}{site.name} {key}"
        known = self._kept.get(name)
        if known is not None and (self._now - known.at < LEARNED or self._renewed >= RENEWED):
            return known.cadence
        self._renewed += 1
        since = self._now - cadence.RECENT
        times = polls.news(self._conn, site.name, key, self._now, since)
        learned = _Learned(at=self._now, cadence=cadence.learn(times, self._times(site).timezone))
        self.learned[name] = learned.text()
        return learned.cadence

    def _times(self, site: Site) -> Times:
        return times_of(site, self._settings)

    def _days_of(self, name: str) -> list[Tally]:
        days = [day.get(name, lately.NOTHING) for day in self._days]
        past = self._past.get(name)
        if past is None or not past.ended or any(day.asked for day in days):
            return days
        # A site that was crawled long ago fares as it did then.
        if past.began not in self._then:
            self._then[past.began] = lately.count(self._conn, past.began, past.began + lately.DAY)
        return [*days, self._then[past.began].get(name, lately.NOTHING)]

    @cached_property
    def _days(self) -> list[dict[str, Tally]]:
        young = signs.young(self._conn, self._now - SETTLED, STANDING)
        late = lately.count(self._conn, lately.began(self._now), self._now + alarms.AHEAD, young)
        before, missing = lately.days(self._conn, self._now)
        self.learned.update(missing)
        return [late, *map(dict, before)]

    @cached_property
    def _kept(self) -> dict[str, _Learned]:
        return {name: _Learned.read(text) for name, text in lately.kept_under(self._conn, CADENCE).items()}

    @cached_property
    def _past(self) -> dict[str, signs.Past]:
        return signs.past(self._conn, self._sites, STANDING)

    @cached_property
    def _planned(self) -> dict[str, signs.Planned]:
        return signs.planned(self._conn)

    @cached_property
    def _openings(self) -> dict[str, signs.Opening]:
        since = lately.began(self._now)
        return signs.openings(self._conn, since, since - alarms.SPAN * lately.DAY, alarms.OPENINGS)

    @cached_property
    def _gaps(self) -> dict[str, tuple[Url, datetime]]:
        return polls.gaps(self._conn, self._now - GAPS)

    @cached_property
    def _found(self) -> dict[str, signs.Found]:
        return signs.found(self._conn, self._now - WEEK, list(self._sites))


def period(nightly: Sequence[time]) -> timedelta:
    """Give the longest time between two of the times of day."""
    at = sorted(timedelta(hours=each.hour, minutes=each.minute) for each in nightly)
    return max(later - earlier for earlier, later in zip(at, [*at[1:], at[0] + lately.DAY], strict=True))


def is_failure(visit: Visit) -> bool:
    """Tell whether a visit came to nothing by the server's fault, or the way's."""
    broken = visit.outcome == "captured" and visit.status is not None and visit.status >= 500
    return broken or visit.outcome in ("failed", "limited", "truncated")
