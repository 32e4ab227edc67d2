"""The clock: it says when schedules come due. The only module that knows APScheduler.

APScheduler waits and calls; what is due is decided by ``schedules.calendar`` and the given clock alone, which may run
faster than real time or be set. Each schedule remembers the latest time it told: a clock that goes back tells nothing
twice, one that leaps tells all it passed. Jobs live in memory; what was told before this process stands in the runs.

A schedule is a job that runs once, and is made again for the next time after it ended. Every few real seconds all jobs
are held against the clock, since APScheduler trusts that the machine's clock is never set.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from archive.errors import Misuse
from archive.timing import Clock, stamp
from schedules.calendar import GRACE, Firing, Schedule, due_at, due_between, planned_after, planned_between, settled

log = logging.getLogger(__name__)

LOOK = 2.0
"""Real seconds between two looks at the clock, and before what failed is tried again for the first time."""
PATIENCE = 60.0
"""Real seconds between two tries at most."""
CLOSE = timedelta(milliseconds=50)
"""Real time by which a job may differ from the clock before it is moved."""
LOST = timedelta(minutes=1)
"""Real time after which a job that did not run is made anew."""
MENDED = timedelta(days=1)
"""A clock that goes back further than this was wrong before, and is followed."""

Fire = Callable[[Schedule, Sequence[Firing]], None]
"""Notes what came due of a schedule, in order; at most the last is queued. What it raises makes it be called again."""


@dataclass(slots=True)
class _Hand:
    """Where a schedule stands.

    ``told`` is the latest planned time that was told or is being told; ``telling`` are those that are, ``owed`` earlier
    ones that must be told first. ``armed`` and ``not_before`` are times of the machine's clock: when its job runs, and
    when it may.
    """

    schedule: Schedule
    told: datetime
    telling: tuple[datetime, ...] = ()
    owed: tuple[datetime, ...] = ()
    armed: datetime | None = None
    not_before: datetime | None = None
    failures: int = 0


class Clockwork:
    """Calls ``fire`` when schedules come due by a clock: in a thread of its own, one call at a time.

    ``look`` is in real seconds.
    """

    def __init__(self, clock: Clock, fire: Fire, look: float = LOOK) -> None:
        self._clock = clock
        self._fire = fire
        self._look = look
        self._grace = GRACE / clock.real_seconds(1)
        self._since = clock.now()
        self._hands: dict[str, _Hand] = {}
        # Never held while APScheduler is asked for something: it calls us with its own locks held.
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._scheduler: Any = None
        self._watch: threading.Thread | None = None

    def set(self, schedules: Sequence[Schedule], noted: Mapping[str, datetime] | None = None) -> None:
        """Replace all schedules, before the start or after it.

        A schedule that is new here begins now, or at its last time on record where ``noted`` gives one: what came due
        since is told at once as the outage it was. One that stays, by its name, goes on from where it was; what its
        former times asked for until now is not forgotten. One that is gone is told no more.
        Raises ``Misuse`` for two schedules of one name.
        """
        wanted = {schedule.name: schedule for schedule in schedules}
        if len(wanted) < len(schedules):
            raise Misuse("two schedules have the same name, by which their runs are known; rename one")
        with self._lock:
            now = self._clock.now()
            hands = {}
            for name, schedule in wanted.items():
                hand = self._hands.get(name)
                if hand is None:
                    hand = _Hand(schedule=schedule, told=(noted or {}).get(name, now))
                else:
                    _change(hand, schedule, now)
                hands[name] = hand
            self._hands = hands
        self._wake.set()

    def next_of(self, name: str) -> datetime | None:
        """Give the next planned time of a schedule; None where there is no such schedule."""
        with self._lock:
            hand = self._hands.get(name)
            return None if hand is None else planned_after(hand.schedule, hand.told)

    def is_running(self) -> bool:
        """Tell whether the clock is looked at, for a watchdog."""
        return self._watch is not None and self._watch.is_alive()

    def start(self) -> None:
        """Begin to call; what is overdue is told at once."""
        if self._watch is not None:
            raise Misuse("this clock runs already; stop it first")
        logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)  # what a call raises is told by us
        self._since = self._clock.now()
        self._stopping = False
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )
        self._scheduler.add_listener(self._ended, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self._scheduler.start()
        self._watch = threading.Thread(target=self._keep_looking, name="clock", daemon=True)
        self._watch.start()

    def stop(self) -> None:
        """Call no more; a call that has begun is waited for. Not to be called from ``fire``."""
        if self._watch is None:
            return
        self._stopping = True
        self._wake.set()
        self._watch.join()
        self._watch = None
        # Without this a job that is handed over just now ends APScheduler's thread with an error (3.11.3).
        self._scheduler.remove_all_jobs()
        self._scheduler.shutdown(wait=True)
        with self._lock:
            for hand in self._hands.values():
                hand.armed = None

    # ------------------------------------------------------------------------------------- the thread that looks

    def _keep_looking(self) -> None:
        while not self._stopping:
            self._wake.clear()
            with self._lock:
                moved = dict(self._moved())
            for name, at in moved.items():
                self._scheduler.add_job(
                    self._come_due, "date", run_date=at, args=(name,), id=name, replace_existing=True
                )
            # APScheduler counts its wait from when it fell asleep, by a clock that may have been set since.
            self._scheduler.wakeup()
            self._wake.wait(self._look)

    def _moved(self) -> Iterator[tuple[str, datetime]]:
        """Give the jobs to be made or moved, with their times by the machine's clock."""
        now, wall = self._clock.now(), datetime.now(UTC)
        for name, hand in self._hands.items():
            if hand.telling:
                continue
            if hand.told > now + MENDED:
                log.warning("the clock went back to %s: %s is planned from there again", stamp(now), name)
                hand.told = now
            due = now if hand.owed else due_at(hand.schedule, planned_after(hand.schedule, hand.told))
            at = wall + timedelta(seconds=max(self._clock.real_seconds((due - now).total_seconds()), 0))
            at = max(at, hand.not_before or at)
            if hand.armed is None or not _stands(hand.armed, at, wall):
                hand.armed = at
                yield name, at

    # ------------------------------------------------------------------------------------ the thread that calls

    def _come_due(self, name: str) -> None:
        with self._lock:
            hand = self._hands.get(name)
            if hand is None:
                return
            schedule, now = hand.schedule, self._clock.now()
            due = (*hand.owed, *due_between(schedule, hand.told, now))
            if not due:
                return  # the machine's clock was set forward, ours was not
            hand.telling, hand.owed, hand.told = due, (), max(hand.told, due[-1])
        self._fire(schedule, settled(schedule, due, now, self._since, self._grace))

    def _ended(self, event: Any) -> None:
        failed = event.exception is not None
        with self._lock:
            hand = self._hands.get(event.job_id)
            if hand is None:
                return
            telling, hand.telling, hand.armed, hand.not_before = hand.telling, (), None, None
            hand.failures = hand.failures + 1 if failed else 0
            if failed:
                hand.owed = (*telling, *hand.owed)
                wait = min(self._look * 2 ** min(hand.failures - 1, 10), PATIENCE)
                hand.not_before = datetime.now(UTC) + timedelta(seconds=wait)
        self._wake.set()
        if failed:
            log.error(
                "what came due of %s could not be noted; it is tried again in %.0f s",
                event.job_id,
                wait,
                exc_info=event.exception,
                extra={"schedule": event.job_id, "planned": [stamp(planned) for planned in telling[-5:]]},
            )


def _change(hand: _Hand, schedule: Schedule, now: datetime) -> None:
    if schedule.when != hand.schedule.when and now > hand.told:
        # The new times count from now on; what the former ones asked for may still wait out its jitter.
        hand.owed = (*hand.owed, *planned_between(hand.schedule, hand.told, now))
        hand.told = now
    hand.schedule = schedule


def _stands(armed: datetime, at: datetime, wall: datetime) -> bool:
    """Tell whether a job made for one time does for another: it waits, or has been handed over and waits its turn."""
    if armed < wall - LOST:
        return False
    return abs(at - armed) < CLOSE or (at <= wall and armed <= wall)
