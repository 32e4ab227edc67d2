"""The clock at work: real threads, real processes and real rows; the time is the test's own where it must jump."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import pytest

from archive.errors import Busy, Misuse
from archive.model import Run
from archive.store import Store, open_store, runs, sqlite_url
from archive.timing import Clock, ScaledClock, SystemClock
from schedules.calendar import NOT_RUNNING, PASSED_OVER, Daily, Every, Firing, Schedule, due_at, planned_between
from schedules.clock import Clockwork

pytestmark = pytest.mark.xdist_group("clock")

SPAWN = multiprocessing.get_context("spawn")
SOON = 20.0
"""Real seconds after which a test gives up."""
LOOK = 0.02
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NOON = datetime(2026, 2, 10, 12, tzinfo=UTC)
EACH = Schedule(name="press minute", when=Every(span=MINUTE), why="minute")


class SetClock:
    """A clock that a test sets and that tells when it was looked at; it goes as fast as real time otherwise."""

    def __init__(self, start: datetime) -> None:
        self._real = SystemClock()
        self._offset = start - self._real.now()
        self._looks = 0
        self._looked = threading.Condition()

    def now(self) -> datetime:
        with self._looked:
            self._looks += 1
            self._looked.notify_all()
            return self._real.now() + self._offset

    def monotonic(self) -> float:
        return self._real.monotonic()

    def real_seconds(self, seconds: float) -> float:
        return seconds

    def move(self, by: timedelta) -> None:
        with self._looked:
            self._offset += by

    def wait(self, looks: int = 6) -> None:
        """Wait until the clock was looked at so often: whoever follows it has seen what it shows, and acted on it."""
        with self._looked:
            enough = self._looks + looks
            assert self._looked.wait_for(lambda: self._looks >= enough, SOON)


class Told:
    """What a clock said, and a way to wait for it."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Firing]] = []
        self._news = threading.Condition()

    def __call__(self, schedule: Schedule, firings: Sequence[Firing]) -> None:
        with self._news:
            self.said += [(schedule.name, firing) for firing in firings]
            self._news.notify_all()

    def wait(self, count: int) -> list[tuple[str, str, str | None]]:
        """Wait until so much was said and give it all: time of day (or date and time), state, detail."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.said) >= count, SOON), self.said
            return [(f"{each.planned:%d %H:%M}", each.state, each.detail) for _, each in self.said]


@contextmanager
def running(clock: Clock, fire: Callable[[Schedule, Sequence[Firing]], None]) -> Iterator[Clockwork]:
    work = Clockwork(clock, fire, LOOK)
    work.start()
    try:
        yield work
    finally:
        work.stop()


def hourly(name: str = "press poll", phase: timedelta = timedelta(), **given: object) -> Schedule:
    return Schedule(name=name, when=Every(span=HOUR, phase=phase), why="poll", **given)  # type: ignore[arg-type]


def nightly(**given: object) -> Schedule:
    when = Daily(at=(time(2, 10),), zone=ZoneInfo("Europe/Lisbon"))
    return Schedule(name="press nightly", when=when, why="nightly", **given)  # type: ignore[arg-type]


# ----------------------------------------------------------------------------------------------------- in real rows


def note(store: Store, schedule: Schedule, firings: Sequence[Firing], now: datetime) -> list[bool]:
    """Write what a clock says into the run table, as the scheduler does."""
    with store.write() as conn:
        return [
            runs.fire(
                conn,
                Run(
                    id=runs.planned_id(schedule.name, firing.planned),
                    why=schedule.why,
                    sites=schedule.sites,
                    state=firing.state,
                    planned=firing.planned,
                    began=now,
                    schedule=schedule.name,
                    detail=firing.detail,
                ),
            )
            for firing in firings
        ]


def last_noted(store: Store, *schedules: Schedule) -> dict[str, datetime]:
    with store.read() as conn:
        found = {schedule.name: runs.last_planned(conn, schedule.name) for schedule in schedules}
    return {name: planned for name, planned in found.items() if planned is not None}


def table(store: Store, schedule: Schedule) -> list[tuple[str, str, str | None]]:
    with store.read() as conn:
        rows = list(runs.of_schedule(conn, schedule.name))[::-1]
    return [(f"{run.planned:%m-%d %H:%M}", run.state, run.detail) for run in rows]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(sqlite_url(tmp_path / "variorum.db"), create=True)
    yield store
    store.close()


# Each: what runs, its last row, how long after it the scheduler is back, and the rows that it then adds.
OUTAGES = [
    (nightly(), "2026-02-10 02:10", 24 * HOUR + 5 * MINUTE, [("02-11 02:10", "queued", "caught up, 5 min late")]),
    (nightly(), "2026-02-10 02:10", 5 * MINUTE, []),
    (nightly(), "2026-02-10 02:10", 32 * HOUR, [("02-11 02:10", "queued", "caught up, 8 h late")]),
    (nightly(max_late=4 * HOUR), "2026-02-10 02:10", 32 * HOUR,
     [("02-11 02:10", "missed", "8 h late, schedule.max_late allows 4 h")]),
    (nightly(catch_up="skip"), "2026-02-10 02:10", 32 * HOUR,
     [("02-11 02:10", "missed", f"{NOT_RUNNING}; schedule.catch_up is skip")]),
    (hourly(), "2026-02-10 02:00", 3 * HOUR + 5 * MINUTE,
     [("02-10 03:00", "missed", NOT_RUNNING), ("02-10 04:00", "missed", NOT_RUNNING),
      ("02-10 05:00", "queued", "caught up, 5 min late")]),
    (nightly(), "2026-02-10 02:10", 3 * DAY + 10 * MINUTE,
     [("02-11 02:10", "missed", NOT_RUNNING), ("02-12 02:10", "missed", NOT_RUNNING),
      ("02-13 02:10", "queued", "caught up, 10 min late")]),
]  # fmt: skip


@pytest.mark.parametrize(("schedule", "last", "outage", "expected"), OUTAGES)
def test_after_an_outage_the_run_table_tells_what_became_of_each_time(
    store: Store, schedule: Schedule, last: str, outage: timedelta, expected: list[tuple[str, str, str | None]]
) -> None:
    begun = datetime.fromisoformat(last).replace(tzinfo=UTC)
    note(store, schedule, [Firing(planned=begun, state="queued")], begun)
    clock = SetClock(begun + outage)
    # What is sure to come due at once, after the other: then that has had its turn.
    other = hourly("zz", phase=outage)
    told = threading.Event()

    def fire(schedule: Schedule, firings: Sequence[Firing]) -> None:
        if schedule.name == other.name:
            told.set()
        else:
            note(store, schedule, firings, clock.now())

    with running(clock, fire) as work:
        work.set([schedule, other], {**last_noted(store, schedule), other.name: begun - HOUR})
        assert told.wait(SOON)

    assert table(store, schedule) == [(f"{begun:%m-%d %H:%M}", "queued", None), *expected]


def test_after_a_year_each_missed_night_has_its_row(store: Store) -> None:
    begun = datetime(2025, 2, 10, 2, 10, tzinfo=UTC)
    schedule = nightly()
    note(store, schedule, [Firing(planned=begun, state="queued")], begun)
    clock = SetClock(begun + 365 * DAY + HOUR)
    told = threading.Event()

    def fire(schedule: Schedule, firings: Sequence[Firing]) -> None:
        note(store, schedule, firings, clock.now())
        told.set()

    with running(clock, fire) as work:
        work.set([schedule], last_noted(store, schedule))
        assert told.wait(SOON)
    rows = table(store, schedule)

    assert len(rows) == 366
    assert {row[1:] for row in rows[1:-1]} == {("missed", NOT_RUNNING)}
    assert rows[-1] == ("02-10 02:10", "queued", "caught up, 1 h late")


def test_a_schedule_that_never_ran_begins_with_its_next_time() -> None:
    told = Told()
    clock = SetClock(NOON + HOUR - timedelta(seconds=0.3))
    with running(clock, told) as work:
        work.set([hourly()])
        assert work.next_of("press poll") == NOON + HOUR
        assert told.wait(1) == [("10 13:00", "queued", None)]
        assert work.next_of("press poll") == NOON + 2 * HOUR
        assert work.next_of("another") is None


def test_a_restart_while_a_time_waits_out_its_jitter_does_not_lose_it() -> None:
    told = Told()
    schedule = hourly(jitter=HOUR)
    planned = NOON + HOUR
    clock = SetClock(due_at(schedule, planned) - timedelta(seconds=0.2))
    assert clock.now() > planned
    with running(clock, told) as work:
        work.set([schedule], {schedule.name: NOON})
        assert told.wait(1) == [("10 13:00", "queued", None)]


# --------------------------------------------------------------------------------------------- the clock is set


def test_a_clock_set_forward_tells_all_it_passed_at_once() -> None:
    told = Told()
    clock = SetClock(NOON + MINUTE)
    with running(clock, told) as work:
        work.set([hourly()])
        clock.move(DAY)
        said = told.wait(24)

    assert said[:-1] == [(f"{NOON + n * HOUR:%d %H:%M}", "missed", PASSED_OVER) for n in range(1, 24)]
    assert said[-1] == ("11 12:00", "queued", "caught up, 1 min late")


def test_a_clock_set_back_tells_nothing_twice() -> None:
    told = Told()
    clock = SetClock(NOON + HOUR - timedelta(seconds=0.2))
    with running(clock, told) as work:
        work.set([hourly()])
        told.wait(1)
        clock.move(-HOUR)
        clock.wait()
        clock.move(HOUR)
        clock.wait()
        assert work.next_of("press poll") == NOON + 2 * HOUR
        clock.move(HOUR)
        said = told.wait(2)

    assert [each[0] for each in said] == ["10 13:00", "10 14:00"]


def test_a_clock_that_was_years_ahead_is_followed_back(caplog: pytest.LogCaptureFixture) -> None:
    told = Told()
    clock = SetClock(NOON + MINUTE)
    with running(clock, told) as work:
        work.set([nightly()])
        clock.move(1000 * DAY)
        said = told.wait(400)
        clock.move(-1000 * DAY)
        clock.wait()
        assert work.next_of("press nightly") == datetime(2026, 2, 11, 2, 10, tzinfo=UTC)

    assert len(said) == 400
    assert "went back to 2026-02-10T12:01" in caplog.text


class Wall(datetime):
    """The machine's clock, as whoever asks for it here sees it, which a test sets."""

    by = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(datetime.now(UTC).timestamp() + cls.by.total_seconds(), tz)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> type[Wall]:
    for module in ("archive.timing", "schedules.clock", "apscheduler.schedulers.base"):
        monkeypatch.setattr(f"{module}.datetime", Wall)
    monkeypatch.setattr(Wall, "by", timedelta())
    return Wall


def test_the_machines_clock_may_be_set_forward_and_back(wall: type[Wall]) -> None:
    told = Told()
    clock = SetClock(NOON + MINUTE / 2)
    with running(clock, told) as work:
        work.set([hourly()])
        clock.wait()
        wall.by += HOUR  # a job that is late by more than a minute would be taken for lost, and made anew
        told.wait(1)
        wall.by -= HOUR
        clock.wait()
        wall.by += HOUR
        clock.wait()
        assert work.next_of("press poll") == NOON + 2 * HOUR
        wall.by += HOUR
        said = told.wait(2)

    assert [each[:2] for each in said] == [("10 13:00", "queued"), ("10 14:00", "queued")]


def test_a_fast_clock_is_followed_whatever_becomes_of_the_machines(wall: type[Wall]) -> None:
    told = Told()
    with running(ScaledClock(NOON - MINUTE, 600), told) as work:
        work.set([EACH])
        for number in range(1, 9):
            told.wait(number)
            wall.by += HOUR if number % 2 else -2 * HOUR

    assert [each.planned for _, each in told.said[:8]] == [NOON + number * MINUTE for number in range(8)]


def test_a_fast_clock_keeps_the_pace() -> None:
    told = Told()
    clock = ScaledClock(NOON + MINUTE, 36_000)
    with running(clock, told) as work:
        work.set([hourly()])
        said = told.wait(12)

    assert [each[0] for each in said[:12]] == [f"{NOON + n * HOUR:%d %H:%M}" for n in range(1, 13)]


# ---------------------------------------------------------------------------------------- schedules are replaced


def test_new_schedules_neither_lose_nor_double_a_time() -> None:
    told = Told()
    clock = SetClock(NOON + HOUR - timedelta(seconds=0.2))
    with running(clock, told) as work:
        work.set([hourly()])
        told.wait(1)
        # The same, changed in what does not touch its times, and another.
        work.set([hourly(sites=("press",)), hourly("news poll")])
        clock.wait()
        clock.move(HOUR)
        told.wait(3)
        work.set([hourly("news poll")])
        clock.move(HOUR)
        told.wait(4)

    assert work.next_of("press poll") is None
    assert sorted((name, f"{each.planned:%H:%M}") for name, each in told.said) == [
        ("news poll", "14:00"), ("news poll", "15:00"), ("press poll", "13:00"), ("press poll", "14:00"),
    ]  # fmt: skip


def test_changed_times_count_from_now_and_a_time_that_waited_is_told_before() -> None:
    told = Told()
    schedule = hourly(jitter=HOUR)
    planned = NOON + HOUR
    clock = SetClock(planned + (due_at(schedule, planned) - planned) / 2)
    with running(clock, told) as work:
        work.set([schedule], {schedule.name: NOON})
        clock.wait()
        assert told.said == []
        work.set([Schedule(name=schedule.name, when=Every(span=MINUTE), why="poll")])
        said = told.wait(1)
        assert work.next_of(schedule.name) == clock.now().replace(second=0, microsecond=0) + MINUTE

    assert said == [("10 13:00", "queued", None)] or said[0][2] is not None
    assert [each[0] for each in said] == ["10 13:00"]


def test_two_schedules_of_one_name_are_refused() -> None:
    with pytest.raises(Misuse, match="rename one"):
        Clockwork(SystemClock(), Told()).set([hourly(), hourly(phase=MINUTE)])


# ------------------------------------------------------------------------------------------ failures and the end


def test_what_could_not_be_noted_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    told = Told()
    tries: list[Sequence[Firing]] = []

    def fire(schedule: Schedule, firings: Sequence[Firing]) -> None:
        tries.append(firings)
        if len(tries) < 3:
            raise Busy("another process writes")
        told(schedule, firings)

    with running(SetClock(NOON + MINUTE), fire) as work:
        work.set([hourly()], {"press poll": NOON - 2 * HOUR})
        said = told.wait(2)

    assert [each[:2] for each in said] == [("10 11:00", "missed"), ("10 12:00", "queued")]
    assert len(tries) == 3
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.name for record in errors] == ["schedules.clock"] * 2
    assert "another process writes" in caplog.text


def test_one_that_fails_does_not_stop_the_others() -> None:
    told = Told()

    def fire(schedule: Schedule, firings: Sequence[Firing]) -> None:
        if schedule.name == "press poll":
            raise Busy("another process writes")
        told(schedule, firings)

    clock = SetClock(NOON + MINUTE)
    with running(clock, fire) as work:
        work.set([hourly(), hourly("news poll")], {"press poll": NOON - HOUR, "news poll": NOON - HOUR})
        told.wait(1)
        clock.move(HOUR)
        told.wait(2)

    assert [name for name, _ in told.said] == ["news poll"] * 2


def test_a_call_that_takes_long_delays_the_next_and_loses_none(caplog: pytest.LogCaptureFixture) -> None:
    told = Told()
    begun, go = threading.Event(), threading.Event()

    def fire(schedule: Schedule, firings: Sequence[Firing]) -> None:
        begun.set()
        assert go.wait(SOON)
        told(schedule, firings)

    clock = SetClock(NOON + MINUTE)
    with running(clock, fire) as work:
        work.set([hourly()], {"press poll": NOON - HOUR})
        assert begun.wait(SOON)
        clock.wait()
        clock.move(HOUR)
        clock.wait()
        go.set()
        said = told.wait(2)

    assert [each[0] for each in said] == ["10 12:00", "10 13:00"]
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_call_that_has_begun_is_waited_for() -> None:
    begun, go, done = threading.Event(), threading.Event(), threading.Event()

    def fire(schedule: Schedule, firings: Sequence[Firing]) -> None:
        begun.set()
        assert go.wait(SOON)
        done.set()

    work = Clockwork(SetClock(NOON + MINUTE), fire, LOOK)
    work.set([hourly()], {"press poll": NOON - HOUR})
    work.start()
    assert begun.wait(SOON)
    stopping = threading.Thread(target=work.stop)
    stopping.start()
    stopping.join(0.2)
    still = stopping.is_alive()
    go.set()
    stopping.join(SOON)

    assert still
    assert done.is_set()
    assert not stopping.is_alive()
    assert not work.is_running()


def test_a_stopped_clock_says_nothing_and_goes_on_where_it_was() -> None:
    told = Told()
    clock = SetClock(NOON + MINUTE)
    with running(clock, told) as work:
        work.set([hourly()])
        with pytest.raises(Misuse, match="runs already"):
            work.start()
        work.stop()
        work.stop()
        clock.move(2 * HOUR)
        looked_at = len(told.said)
        work.start()
        said = told.wait(2)

    assert looked_at == 0
    assert said == [("10 13:00", "missed", NOT_RUNNING), ("10 14:00", "queued", "caught up, 1 min late")]


def test_a_clock_may_be_stopped_at_any_moment() -> None:
    told = Told()
    clock = SetClock(NOON + MINUTE)
    work = Clockwork(clock, told, LOOK)
    work.set([hourly()])
    for turn in range(100):
        clock.move(HOUR)
        work.start()
        threading.Event().wait(turn / 20_000)
        work.stop()
    work.start()
    told.wait(100)
    work.stop()

    assert [each.planned for _, each in told.said] == [NOON + number * HOUR for number in range(1, 101)]


# ------------------------------------------------------------------------------------------------- two processes

TIMES = 200
RATE = 4800.0
"""A minute in 12.5 ms."""


def daemon(database: str, since: datetime, stood: str) -> None:
    """Be a scheduler: note what comes due until the last of the times, and count the rows that were ours."""
    store = open_store(database)
    clock = ScaledClock(NOON, RATE, since)
    over = threading.Event()
    ours = 0

    def fire(schedule: Schedule, firings: Sequence[Firing]) -> None:
        nonlocal ours
        last = NOON + TIMES * MINUTE
        ours += sum(note(store, schedule, [each for each in firings if each.planned <= last], clock.now()))
        if firings[-1].planned >= last:
            over.set()

    with running(clock, fire) as work:
        work.set([EACH], {EACH.name: NOON, **last_noted(store, EACH)})
        assert over.wait(60)
    store.close()
    Path(stood).write_text(str(ours))


def begin(folder: Path, name: str, since: datetime) -> multiprocessing.process.BaseProcess:
    process = SPAWN.Process(target=daemon, args=(sqlite_url(folder / "variorum.db"), since, str(folder / name)))
    process.start()
    return process


def test_two_schedulers_on_one_archive_make_each_run_once(store: Store, tmp_path: Path) -> None:
    # Both begin before the first time comes due: the clock reads NOON in a while.
    since = datetime.now(UTC) + timedelta(seconds=2)
    both = [begin(tmp_path, name, since) for name in ("one", "two")]
    for process in both:
        process.join(60)
    with store.read() as conn:
        rows = list(runs.of_schedule(conn, EACH.name))[::-1]

    assert [process.exitcode for process in both] == [0, 0]
    assert [run.planned for run in rows] == list(planned_between(EACH, NOON, NOON + TIMES * MINUTE))
    assert len(rows) == TIMES
    assert sum(int((tmp_path / name).read_text()) for name in ("one", "two")) == TIMES
    # A machine that is slow for the fast clock of this test may catch up; most come on time.
    assert {run.state for run in rows} in ({"queued"}, {"queued", "missed"})


def test_a_scheduler_that_was_killed_is_followed_by_one_that_leaves_no_gap(store: Store, tmp_path: Path) -> None:
    since = datetime.now(UTC) + timedelta(seconds=2)
    first = begin(tmp_path, "first", since)
    waiting = threading.Event()
    while not last_noted(store, EACH):
        assert first.is_alive()
        waiting.wait(0.02)
    assert first.pid is not None
    first.kill()
    first.join(60)
    second = begin(tmp_path, "second", since)
    second.join(60)
    with store.read() as conn:
        rows = list(runs.of_schedule(conn, EACH.name))[::-1]

    assert (first.exitcode, second.exitcode) == (-signal.SIGKILL, 0)
    assert [run.planned for run in rows] == list(planned_between(EACH, NOON, NOON + TIMES * MINUTE))
    assert NOT_RUNNING in {run.detail for run in rows}
