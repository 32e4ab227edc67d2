"""``variorum start``: a standing run whose workers fetch whatever is due, and what decides that, until it is stopped.

::

    clock ──► runs (queued) ──► sweeps ─┐
    policy ─► next visits ─► budget ────┴─► frontier, in runs ──► workers ──► visits ──► folded, learned, planned ─┐
      ▲                                                                                                          │
      └──────────────────────────────────────────────────────────────────────────────────────────────────────────┘

One thread goes round; each part of a round is short, or tells systemd that it goes on. Several daemons may share an
archive: each notes what comes due, the first to hold the standing run does the rest, and when it dies another one does.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from archive import liveness
from archive.config import Settings
from archive.errors import NothingDone
from archive.model import Run
from archive.recording import Recording
from archive.rereading import Kept, Rereading
from archive.store import Connection, frontier, runs, standings
from archive.terminal import counted
from archive.timing import Clock
from archive.warc.files import WarcFolder
from crawler import rounds
from crawler.logs import keep, limits_of
from crawler.order import LEASE
from crawler.reach import check_contact, reach
from crawler.sites import pages_of
from schedules import declared, sweeps
from schedules.calendar import Schedule
from schedules.clock import Clockwork
from schedules.lookout import Lookout
from schedules.planning import Planner, followed_now, want_followed
from schedules.pool import Pool, vacant
from schedules.sweeps import Sweeps
from schedules.systemd import Supervisor
from schedules.watchkeeping import Watchkeeping
from schedules.working import order_of, standing_run

log = logging.getLogger(__name__)

ROUND = 0.5
"""Real seconds between two rounds."""
IDLE = 9
"""How many times as long as a round the pause after it is, up to ``LONGEST_PAUSE`` real seconds."""
LONGEST_PAUSE = 5.0
REPLANNING = 0.3
"""Real seconds of a round that planning anew may take, but for the site it is at."""
BEAT = 5.0
"""Real seconds between two signs that the runs are minded."""
BURY = 30.0
"""Real seconds between two looks for runs whose process died."""
RETRY = 5.0
"""Real seconds after which a daemon that waits for another one's end looks again."""
SHIFT = timedelta(hours=24)
"""How long a standing run lasts; the next one follows at once."""

REMEMBERED = timedelta(days=90)
"""How long it is known what was expected of a revisit."""

Said = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What a daemon is asked for: ``stop_within`` real seconds its workers may end what is in flight in."""

    home: Path
    overrides: tuple[str, ...] = ()
    workers: int | None = None
    lease: timedelta = LEASE
    stop_within: float = 30.0
    shift: timedelta = SHIFT


@dataclass(slots=True)
class _Standing:
    """The standing run under way, and all that works for it."""

    run: Run
    sign: liveness.Sign
    pool: Pool
    watch: Watchkeeping
    planner: Planner
    settings: Settings
    logs: logging.Handler


@dataclass(slots=True)
class Gauges:
    """How the daemon is, for those who watch it."""

    standing: str | None = None
    sweeps: int = 0
    workers: int = 0
    rounds: int = 0
    tokens: float | None = None
    round_seconds: float = 0.0


class Daemon:
    """The scheduler and its workers; ``run`` goes round until ``stop``."""

    def __init__(self, wished: Wished, clock: Clock, supervisor: Supervisor, said: Said) -> None:
        self._wished = wished
        self._clock = clock
        self._supervisor = supervisor
        self._said = said
        self._declared = declared.read(wished.home / "sites", wished.home, None, wished.overrides)
        self._stop = threading.Event()
        self._reload = False
        self._standing: _Standing | None = None
        self._sign: liveness.Sign | None = None
        self._waited = False
        self._at: dict[str, float] = {}
        self.gauges = Gauges()
        self._lookout = Lookout(clock, lambda: self._declared, said)

    @property
    def settings(self) -> Settings:
        """The settings as they are in use."""
        return self._declared.settings

    @property
    def broken(self) -> tuple[str, ...]:
        """The files of which the last good version is in use."""
        alerts = ("alerts.toml",) if self._lookout.broken is not None else ()
        return (*sorted(self._declared.broken), *alerts)

    # ------------------------------------------------------------------------------------------------- from outside

    def stop(self) -> None:
        """Have the round under way be the last one."""
        self._stop.set()

    def reload(self) -> None:
        """Have settings and site files read again in the next round."""
        self._reload = True

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT, read again on SIGHUP."""

        def stop(number: int, frame: object) -> None:
            self.stop()

        def reload(number: int, frame: object) -> None:
            self.reload()

        wanted = {signal.SIGINT: stop, signal.SIGTERM: stop, signal.SIGHUP: reload}
        before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    # --------------------------------------------------------------------------------------------------------- life

    def run(self) -> None:
        """Go round until stopped. Raises what ends it: a full disk, a damaged archive, workers that keep dying."""
        settings = self._declared.settings
        sites = list(self._declared.sites.values())
        self._tell(declared.news(None, self._declared))
        check_contact(settings, reach(settings)[0], [site.url for site in sites if site.paused is None])
        with Recording(settings, self._clock) as recording, self._signed():
            made = Sweeps(settings, self._clock, recording, self._declared.sites)
            clockwork = Clockwork(
                self._clock, lambda schedule, firings: sweeps.note(recording, self._clock, schedule, firings)
            )
            with recording.store.read() as conn:
                clockwork.set(self._planned(), sweeps.last_noted(conn, self._planned()))
            clockwork.start()
            rereading = Rereading(settings, self._clock, recording)
            self._lookout.start()
            self._supervisor.ready(f"{len(sites)} sites are watched")
            try:
                while not self._stop.is_set():
                    self._round(recording, rereading, clockwork, made)
                    # Whatever a round costs, most of the time is left to the workers.
                    self._stop.wait(min(LONGEST_PAUSE, max(ROUND, IDLE * self.gauges.round_seconds)))
            finally:
                self._supervisor.stopping("what is in flight may end")
                clockwork.stop()
                self._end_standing(recording)
                if recording.failure is None:
                    rereading.keep_up()  # what came in last is in its chain before anybody asks
                    for run in made.end_all():
                        self._said(f"{run.id} was broken off; the next start makes it again")
                self._lookout.stop(self._wished.stop_within)
                rereading.close()

    @contextmanager
    def _signed(self) -> Iterator[None]:
        self._show_sign()
        try:
            yield
        finally:
            if self._sign is not None:
                self._sign.end()

    def _show_sign(self) -> None:
        """Show that a daemon is at work, for verbs to tell it what changed; a second one when the first is gone."""
        if self._sign is None:
            with suppress(NothingDone):
                self._sign = liveness.Sign(WarcFolder(self.settings.store.warcs).running, liveness.DAEMON)

    def _queue_again(self, recording: Recording) -> None:
        """Queue again what was broken off, and have what a clock put off that stood wrong be due."""
        for run in recording.work_and_wait(lambda conn: sweeps.requeue(conn, self._planned(), self._clock.now())):
            log.info("%s is queued: %s", run.id, run.detail, extra={"run": run.id})
        now = self._clock.now()

        def mend(conn: Connection) -> int:
            standings.forget_after(conn, now + frontier.FAR)
            standings.forget_expected(conn, now - REMEMBERED)
            return frontier.mend_times(conn, now)

        if mended := recording.work_and_wait(mend):
            self._said(f"{counted(mended, 'URL')} visited by a clock that stood wrong: due now")

    def _planned(self) -> list[Schedule]:
        return sweeps.schedules_of(list(self._declared.sites.values()), self._declared.settings)

    # -------------------------------------------------------------------------------------------------------- rounds

    def _round(self, recording: Recording, rereading: Rereading, clockwork: Clockwork, made: Sweeps) -> None:
        began = time.monotonic()
        if recording.failure is not None:
            raise recording.failure
        if self._reload:
            self._reload = False
            self._read_again(recording, clockwork)
            rereading.forget_names()
            self._at.pop("standing", None)
        if self._is_time("beat", self._beat()):
            if clockwork.is_running():
                self._supervisor.ping()
            minded = [*([self._standing.run.id] if self._standing else []), *made.runs]
            recording.work_and_wait(lambda conn: runs.beat(conn, minded, self._clock.now()))
        if self._is_time("bury", BURY):
            self._show_sign()
            if self._bury(recording):
                self._queue_again(recording)
            if (now := self._standing) is not None:
                # What a crawl beside us left when it ended, or died.
                recording.work_and_wait(lambda conn: frontier.give_back(conn, now.run.id))
        if self._standing is None and self._is_time("standing", RETRY):
            self._begin_standing(recording, made)
        standing = self._standing
        if standing is not None:
            self._keep_watch(standing, recording, rereading, made)
        self.gauges.rounds += 1
        self.gauges.round_seconds = time.monotonic() - began

    def _bury(self, recording: Recording) -> bool:
        """Note as crashed the runs whose process died; tell whether there are any."""
        folder = WarcFolder(self._declared.settings.store.warcs).running
        crashed = list(liveness.bury(recording.store, folder, self._clock))
        for run in crashed:
            log.warning("run %s ended without a word: noted as crashed", run.id)
        return bool(crashed)

    def _keep_watch(self, standing: _Standing, recording: Recording, rereading: Rereading, made: Sweeps) -> None:
        pool = standing.pool
        pool.look()
        if pool.failure is not None:
            raise pool.failure
        now = self._clock.now()
        self._say_what_came(rereading.keep_up(lambda text: self._alive()), now)
        standing.planner.heed(recording, self._clock)
        standing.planner.plan_visited(recording, self._clock)
        made.begin_queued(standing.run.id)
        standing.watch.hand_over(recording, standing.run.id, now)
        made.end_finished(self._patience())
        if standing.watch.is_due(now):
            standing.watch.move_prices(recording, self._clock)
        standing.planner.go_on_replanning(recording, self._clock, REPLANNING)
        self.gauges.standing, self.gauges.sweeps = standing.run.id, len(made.runs)
        self.gauges.workers, self.gauges.tokens = pool.alive, standing.watch.whole.tokens
        if now - standing.run.began > self._wished.shift:
            self._end_standing(recording)
            self._at.pop("standing", None)

    def _beat(self) -> float:
        """Give the real seconds between two signs of life."""
        every = self._supervisor.ping_every
        return BEAT if every is None else min(BEAT, every.total_seconds())

    def _alive(self) -> None:
        if self._is_time("ping", self._beat()):
            self._supervisor.ping()

    def _patience(self) -> timedelta:
        """Give for how long a sweep waits for neighbours that are held, or want to be left in peace."""
        held = self._wished.lease.total_seconds() / self._clock.real_seconds(1.0)
        return max(self._declared.settings.crawl.patience, timedelta(seconds=held))

    def _is_time(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if now < self._at.get(what, 0.0):
            return False
        self._at[what] = now + every
        return True

    # ------------------------------------------------------------------------------------------------- standing run

    def _begin_standing(self, recording: Recording, made: Sweeps) -> None:
        settings = self._declared.settings
        sessions = declared.sessions(self._declared, self._said)
        awake = [site for site in self._declared.sites.values() if site.name in sessions]
        with recording.store.read() as conn:
            followed = followed_now(conn, self._clock.now())
        if not awake and not followed:
            for broken_off in made.end_all():
                self._said(f"{broken_off.id} was broken off: no site is watched")
            return
        if (other := standing_run(recording.store, settings)) is not None:
            self._say_once(f"another daemon keeps the standing run {other.id}; waiting for its end")
            self._waited = True
            return
        self._show_sign()
        if self._waited:
            self._waited, self._reload = False, True  # who waited was told of nothing meanwhile
            return
        places = vacant(self._wished.workers or settings.crawl.workers)
        pages = pages_of(awake, settings.crawl)
        try:
            run, sign = rounds.begin(settings, self._clock, recording, awake, pages=pages, why=rounds.STANDING)
        except NothingDone as why:
            for place in places:
                place.end()
            self._say_once(f"waiting: {why}")
            return

        def take_over(conn: Connection) -> None:
            frontier.give_back(conn, run.id)
            for name, most in pages.items():  # what was found and never visited, when the last one ended
                frontier.enlist(conn, run=run.id, site=name, now=run.began, pages=most, revisits=False)
            want_followed(conn, settings, run.id, self._clock.now())

        made.carry_over(settings, self._declared.sites, run.id)
        self._bury(recording)
        self._queue_again(recording)
        recording.work_and_wait(take_over)
        pool = Pool(
            run.id, places, order_of(self._declared, sessions, run, len(places), self._wished.overrides),
            store=recording.store, clock=self._clock, memory=settings.crawl.memory, standing=True,
        )  # fmt: skip
        planner = Planner(settings, self._declared.sites)
        watch = Watchkeeping(settings, planner, {site.name: site for site in awake}, self._clock.now())
        with recording.store.read() as conn:
            watch.restore(conn, self._clock.now())
        self._standing = _Standing(
            run=run, sign=sign, pool=pool, planner=planner, watch=watch, settings=settings,
            logs=keep(settings.home, run.id, "start", limits_of(settings.logs)),
        )  # fmt: skip
        planner.begin_replan(recording, self._clock, everything=True)
        pool.begin()
        what = f"{counted(len(awake), 'site')}, {counted(len(places), 'worker')}"
        self._said(f"standing run {run.id}: {what}")
        self._supervisor.status(f"standing run {run.id}: {what}")

    def _end_standing(self, recording: Recording) -> None:
        standing, self._standing = self._standing, None
        if standing is None:
            return
        self._supervisor.extend(timedelta(seconds=self._wished.stop_within + 30))
        standing.pool.stop_within(self._wished.stop_within)
        if recording.failure is None:
            settings = standing.settings
            rounds.finish(settings, self._clock, recording, standing.run, interrupted=False, kept=Kept())
            standing.planner.plan_visited(recording, self._clock)
        standing.sign.end()
        logging.getLogger().removeHandler(standing.logs)
        standing.logs.close()

    # ------------------------------------------------------------------------------------------------------- reloads

    def _read_again(self, recording: Recording, clockwork: Clockwork) -> None:
        self._supervisor.reloading()
        self._lookout.read_again()
        before = self._declared
        after = declared.read(self._wished.home / "sites", self._wished.home, before, self._wished.overrides)
        self._tell(declared.news(before, after))
        if after.sites != before.sites or after.settings != before.settings:
            self._end_standing(recording)
            self._declared = after
            clockwork.set(self._planned())  # what was paused until now has missed nothing
        self._declared = after
        self._supervisor.ready(f"{len(after.sites)} sites are watched")

    def _say_what_came(self, kept: Kept, now: datetime) -> None:
        """Say what was read: a person who looks on sees that it goes on."""
        told = [counted(kept.new, "new article")] if kept.new else []
        told += [counted(kept.edits, "edit")] if kept.edits else []
        told += [f"{count} {event}" for event, count in sorted(kept.events.items())]
        if told:
            self._said(f"{now:%Y-%m-%d %H:%M}: {', '.join(told)}")

    def _tell(self, lines: Iterator[str]) -> None:
        for line in lines:
            log.info("%s", line)
            self._said(line)

    def _say_once(self, text: str) -> None:
        if self._is_time(text, 3600.0):
            self._said(text)
