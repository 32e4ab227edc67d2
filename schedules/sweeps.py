"""Sweeps: runs that site files plan by the time of day. Noted when they come due, made by the standing run's workers.

Each planned time is one row, whoever notices it and however often. A queued one is taken as soon as its site is awake
and no other sweep is at work there; one that was broken off is queued once more.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from archive import liveness
from archive.config import Settings
from archive.errors import NothingDone
from archive.model import Run, RunState
from archive.recording import Recording
from archive.rereading import Kept
from archive.store import Connection, frontier, runs
from archive.timing import Clock
from archive.warc.files import WarcFolder
from crawler import rounds
from crawler.sites import Site, pages_of
from crawler.times import is_quiet, times_of
from schedules.calendar import Daily, Firing, Schedule, in_words

log = logging.getLogger(__name__)

AT_ONCE = 24
"""Sweeps made at a time: each adds a little to every look for work."""


def schedules_of(sites: Sequence[Site], settings: Settings) -> list[Schedule]:
    """Give the sweeps that site files plan; a paused site plans none."""
    found = []
    for site in sites:
        times = times_of(site, settings)
        if site.paused is None and times.nightly:
            found.append(
                Schedule(
                    name=f"{site.name}/{rounds.NIGHTLY}",
                    when=Daily(at=times.nightly, zone=times.timezone),
                    jitter=times.jitter,
                    catch_up=times.catch_up,
                    max_late=times.max_late,
                    sites=(site.name,),
                    why=rounds.NIGHTLY,
                )
            )
    return found


def note(recording: Recording, clock: Clock, schedule: Schedule, firings: Sequence[Firing]) -> None:
    """Note what came due of a schedule; what another process noted already is left as it is."""
    now = clock.now()
    made = [
        Run(
            id=runs.planned_id(schedule.name, firing.planned),
            why=schedule.why,
            sites=schedule.sites,
            state=firing.state,
            planned=firing.planned,
            began=now,
            ended=now if firing.state != "queued" else None,
            schedule=schedule.name,
            detail=firing.detail,
        )
        for firing in firings
    ]

    def write(conn: Connection) -> list[Run]:
        return [run for run in made if runs.fire(conn, run)]

    for run in recording.work_and_wait(write):
        log.info(
            "%s: %s%s", run.id, run.state, f": {run.detail}" if run.detail else "", extra={"schedule": run.schedule}
        )


def last_noted(conn: Connection, schedules: Sequence[Schedule]) -> dict[str, datetime]:
    """Give up to which planned time each schedule is on record; one that is not is left out."""
    found = {schedule.name: runs.last_planned(conn, schedule.name) for schedule in schedules}
    return {name: planned for name, planned in found.items() if planned is not None}


def requeue(conn: Connection, schedules: Sequence[Schedule], now: datetime) -> list[Run]:
    """Queue once more the latest run of each schedule where that was broken off and is not too late; give them."""
    queued = []
    for schedule in schedules:
        latest = next(runs.of_schedule(conn, schedule.name, 1), None)
        if latest is None or latest.planned is None or latest.state not in ("interrupted", "crashed"):
            continue
        id = runs.planned_id(schedule.name, latest.planned, 2)
        if latest.id == id or now - latest.planned > schedule.max_late or schedule.catch_up == "skip":
            continue
        again = replace(
            latest, id=id, state="queued", began=now, ended=None, considered=0, visits=0, outcomes={},
            detail=f"once more: {latest.id} was {latest.state}",
        )  # fmt: skip
        if runs.fire(conn, again):
            queued.append(again)
    return queued


LEEWAY = timedelta(hours=1)
"""What was noted in time may wait so much longer for its turn."""


@dataclass(slots=True)
class _UnderWay:
    run: Run
    sign: liveness.Sign


class Sweeps:
    """The sweeps that one process has its standing run's workers make."""

    def __init__(self, settings: Settings, clock: Clock, recording: Recording, sites: Mapping[str, Site]) -> None:
        self.settings = settings
        self.sites = sites
        self._clock = clock
        self._recording = recording
        self._folder = WarcFolder(settings.store.warcs).running
        self._under_way: dict[str, _UnderWay] = {}

    @property
    def runs(self) -> list[str]:
        """The ids of the sweeps under way."""
        return list(self._under_way)

    def begin_queued(self, within: str) -> int:
        """Take queued sweeps whose sites are awake and free; give how many began."""
        began = 0
        with self._recording.store.read() as conn:
            queued = sorted(runs.every(conn, states=("queued",)), key=lambda run: (run.planned or run.began, run.id))
            busy = {
                name
                for run in runs.every(conn, states=("running",))
                if run.why != rounds.STANDING and liveness.is_alive(self._folder, run.id)
                for name in run.sites
            }
        latest = {run.schedule: run.id for run in queued}
        for run in queued:
            now = self._clock.now()
            sites = [self.sites[name] for name in run.sites if name in self.sites]
            if run.schedule is not None and latest[run.schedule] != run.id:
                self._skip(run, "the next one came due before this one could begin")
            elif not sites:
                self._skip(run, "its site is not watched any more")
            elif self._is_too_late(run, sites, now):
                late = in_words(now - (run.planned or now))
                self._skip(run, f"{late} late by the time it could begin", state="missed")
            elif all(site.paused is not None for site in sites):
                self._skip(run, f"its site is paused: {sites[0].paused}")
            elif busy & set(run.sites) or any(is_quiet(times_of(site, self.settings), now) for site in sites):
                continue
            elif not self._are_read(sites, now):
                continue  # its sources were asked a moment ago: this sweep would be given none of them
            elif len(self._under_way) < AT_ONCE and self._begin(run, sites, within):
                busy |= set(run.sites)
                began += 1
        return began

    def _are_read(self, sites: Sequence[Site], now: datetime) -> bool:
        keys = [row.urlkey for site in sites for row in rounds.sources(site, self.settings, now)]
        with self._recording.store.read() as conn:
            return frontier.are_read(conn, keys)

    def _begin(self, queued: Run, sites: Sequence[Site], within: str) -> bool:
        now = self._clock.now()
        run = self._recording.work_and_wait(lambda conn: runs.claim(conn, queued.id, now, within))
        if run is None:
            return False
        pages = pages_of(sites, self.settings.crawl)
        try:
            run, sign = rounds.begin(self.settings, self._clock, self._recording, sites, pages=pages, planned=run)
        except NothingDone as why:
            waits = replace(run, state="queued", detail=str(why))
            self._recording.work_and_wait(lambda conn: runs.finish(conn, waits))
            return False
        self._under_way[run.id] = _UnderWay(run, sign)
        log.info("%s begins: %s", run.id, run.schedule, extra={"run": run.id})
        return True

    def _is_too_late(self, run: Run, sites: Sequence[Site], now: datetime) -> bool:
        """Tell whether a queued run is later than its site allows, but for what a minute's jitter or load adds."""
        longest = max(times_of(site, self.settings).max_late for site in sites)
        return run.planned is not None and now - run.planned > longest + LEEWAY

    def _skip(self, run: Run, why: str, state: RunState = "skipped") -> None:
        ended = replace(run, state=state, ended=self._clock.now(), detail=why)
        self._recording.work_and_wait(lambda conn: runs.finish(conn, ended))
        log.info("%s is %s: %s", run.id, state, why, extra={"run": run.id})

    def end_finished(self, patience: timedelta) -> list[Run]:
        """Sum up the sweeps that have nothing left to ask; give them."""
        now = self._clock.now()
        with self._recording.store.read() as conn:
            over = [
                each.run
                for each in self._under_way.values()
                if frontier.is_over(conn, run=each.run.id, now=now, patience=patience)
            ]
        return [self._end(run, interrupted=False) for run in over]

    def carry_over(self, settings: Settings, sites: Mapping[str, Site], within: str) -> None:
        """Go on within another standing run; a sweep whose site is watched no more, or paused, is broken off."""
        self.settings, self.sites = settings, sites
        for each in list(self._under_way.values()):
            if not any(name in sites and sites[name].paused is None for name in each.run.sites):
                self._end(each.run, interrupted=True)
        going = self.runs
        self._recording.work_and_wait(lambda conn: runs.move_within(conn, going, within))

    def end_all(self) -> list[Run]:
        """Sum up all that are under way as interrupted; give them."""
        return [self._end(each.run, interrupted=True) for each in list(self._under_way.values())]

    def _end(self, run: Run, *, interrupted: bool) -> Run:
        report = rounds.finish(self.settings, self._clock, self._recording, run, interrupted=interrupted, kept=Kept())
        self._under_way.pop(run.id).sign.end()
        log.info("%s ends: %s, %d visits", run.id, report.run.state, report.run.visits, extra={"run": run.id})
        return report.run
