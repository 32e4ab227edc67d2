"""Sweeps over a real store: noted once, begun when their site is free, ended, and queued again where broken off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from archive import config
from archive.errors import NothingDone
from archive.liveness import Sign
from archive.model import Locator, RecordId, Run, RunState, Url, UrlKey, Visit
from archive.recording import Recording
from archive.store import frontier, runs, visits
from archive.warc.files import WarcFolder
from crawler import rounds, sites
from crawler.sites import Site
from schedules import sweeps
from schedules.calendar import Daily, Firing, Schedule
from schedules.sweeps import Sweeps

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PATIENCE = 10 * MINUTE
HERE = Locator(warc="w", offset=0, length=1)


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0

    def real_seconds(self, seconds: float) -> float:
        return seconds


@dataclass(slots=True)
class Desk:
    """An archive, and the sweeps of its sites."""

    home: Path
    recording: Recording
    clock: SetClock
    sweeps: Sweeps
    standing: str = "standing"

    def site(self, name: str, more: str = "") -> None:
        (self.home / "sites" / f"{name}.toml").write_text(f'url = "http://{name}.test/"\n{more}\n')
        self.read()

    def remove(self, name: str) -> None:
        (self.home / "sites" / f"{name}.toml").unlink()
        self.read()

    def read(self) -> None:
        """Read the site files again, as a reload does."""
        self.sweeps.carry_over(config.load(self.home), _sites(self.home), self.standing)

    def schedule(self, name: str = "press", **more: Any) -> Schedule:
        given: dict[str, Any] = {
            "when": Daily(at=(time(12),), zone=ZoneInfo("UTC")),
            "sites": (name,),
            "why": "nightly",
        }
        return Schedule(name=f"{name}/nightly", **(given | more))

    def note(self, *planned: datetime, name: str = "press", state: Any = "queued", detail: str | None = None) -> None:
        firings = [Firing(planned=at, state=state, detail=detail) for at in planned or (self.clock.at,)]
        sweeps.note(self.recording, self.clock, self.schedule(name), firings)

    def begin(self) -> int:
        return self.sweeps.begin_queued(self.standing)

    def answer(self, run: str, url: str = "http://press.test/") -> None:
        """Have everything that a sweep asked for answered."""
        with self.recording.store.read() as conn:
            rows = [
                row
                for name in ("press.test", "blog.test")
                for row in frontier.due(conn, run=run, neighbour=name, now=self.clock.at, limit=99)
            ]
        made = [
            Visit(
                id=RecordId(f"urn:uuid:{run}/{number}"), url=row.url, urlkey=row.urlkey, at=self.clock.at, why=row.why,
                attempt=3, outcome="unchanged", status=304, capture=None, run=run, site=row.site, locator=HERE,
            )
            for number, row in enumerate(rows)
        ]  # fmt: skip

        def write(conn: Any) -> None:
            visits.insert(conn, made)
            frontier.note(conn, made)

        self.recording.work_and_wait(write)

    def runs(self, *states: RunState) -> list[Run]:
        with self.recording.store.read() as conn:
            found = [run for run in runs.every(conn, states=states or None) if run.why == rounds.NIGHTLY]
        return sorted(found, key=lambda run: (run.planned or NOON, run.id))

    def states(self) -> list[str]:
        return [run.state for run in self.runs()]

    def put(self, *every: Run) -> None:
        def write(conn: Any) -> None:
            for run in every:
                runs.begin(conn, run)

        self.recording.work_and_wait(write)

    def requeue(self, **more: Any) -> list[Run]:
        now = self.clock.at
        return self.recording.work_and_wait(lambda conn: sweeps.requeue(conn, [self.schedule(**more)], now))


def _sites(home: Path) -> dict[str, Site]:
    return {site.name: site for site in sites.every(home / "sites", home)}


def planned(state: RunState, at: datetime = NOON, attempt: int = 1) -> Run:
    id = runs.planned_id("press/nightly", at, attempt)
    return Run(
        id=id, why="nightly", sites=("press",), state=state, planned=at, began=at, schedule="press/nightly", visits=7,
    )  # fmt: skip


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    clock = SetClock()
    settings = config.load(home)
    recording = Recording(settings, clock).start()
    made = Desk(home=home, recording=recording, clock=clock, sweeps=Sweeps(settings, clock, recording, {}))
    made.site("press")
    yield made
    made.sweeps.end_all()
    recording.close()


# ------------------------------------------------------------------------------------------------------------- planned


def test_site_files_plan_sweeps_and_paused_ones_do_not(desk: Desk) -> None:
    desk.site("press", '[schedule]\nnightly = ["04:10", "16:10"]\ntimezone = "Europe/Lisbon"\nmax_late = "2h"')
    desk.site("blog", 'paused = "they asked us to stop"')
    desk.site("never", '[schedule]\nnightly = "never"')
    (one,) = sweeps.schedules_of(list(_sites(desk.home).values()), config.load(desk.home))
    assert (one.name, one.sites, one.why, one.max_late) == ("press/nightly", ("press",), "nightly", 2 * HOUR)
    assert one.when == Daily(at=(time(4, 10), time(16, 10)), zone=ZoneInfo("Europe/Lisbon"))


def test_a_planned_time_is_noted_once_whoever_notes_it(desk: Desk) -> None:
    desk.note(NOON - DAY, NOON)
    desk.clock.at += HOUR
    desk.note(NOON, state="missed", detail="too late")
    assert [(run.planned, run.state, run.detail) for run in desk.runs()] == [
        (NOON - DAY, "queued", None),
        (NOON, "queued", None),
    ]
    with desk.recording.store.read() as conn:
        assert sweeps.last_noted(conn, [desk.schedule(), desk.schedule("blog")]) == {"press/nightly": NOON}


def test_what_was_missed_is_noted_with_its_reason_and_never_begun(desk: Desk) -> None:
    desk.note(state="missed", detail="the scheduler was not running")
    (run,) = desk.runs()
    assert (run.state, run.detail, run.ended) == ("missed", "the scheduler was not running", NOON)
    assert desk.begin() == 0


# ---------------------------------------------------------------------------------------------------- begun, and ended


def test_a_queued_sweep_is_begun_and_ends_when_nothing_is_left_to_ask(desk: Desk) -> None:
    desk.note()
    desk.clock.at += MINUTE
    assert desk.begin() == 1
    (run,) = desk.runs("running")
    assert (run.planned, run.began, run.sites) == (NOON, NOON + MINUTE, ("press",))
    assert desk.sweeps.runs == [run.id]
    assert desk.begin() == 0
    assert desk.sweeps.end_finished(PATIENCE) == []

    desk.answer(run.id)
    desk.clock.at += MINUTE
    (ended,) = desk.sweeps.end_finished(PATIENCE)

    assert (ended.id, ended.state, ended.ended) == (run.id, "ok", desk.clock.at)
    assert (ended.visits, ended.considered, dict(ended.outcomes)) == (1, 1, {"unchanged": 1})
    assert desk.runs() == [ended]
    assert desk.sweeps.runs == []


def test_a_sweep_takes_what_was_never_visited_and_leaves_what_is_due_again(desk: Desk) -> None:
    def write(conn: Any) -> None:
        rows = [
            replace(
                row,
                url=Url(f"http://press.test/{name}"),
                urlkey=UrlKey(f"test,press)/{name}"),
                what="article",
                why="new",
            )
            for row in rounds.sources(_sites(desk.home)["press"], config.load(desk.home), NOON)
            for name in ("new", "known")
        ]
        frontier.discover(conn, rows, run="r", now=NOON, pages={"press": 9}, citations=0)
        seen = [
            Visit(
                id=RecordId("urn:uuid:k"), url=row.url, urlkey=row.urlkey, at=NOON - DAY, why="new", attempt=1,
                outcome="unchanged", run="r", site="press", locator=HERE,
            )
            for row in rows
            if row.url.endswith("/known")
        ]  # fmt: skip
        frontier.note(conn, seen)
        frontier.plan(conn, [(row.urlkey, NOON - MINUTE) for row in seen])
        frontier.leave(conn, "r", None)

    desk.recording.work_and_wait(write)
    desk.note()
    desk.begin()
    (run,) = desk.runs("running")
    with desk.recording.store.read() as conn:
        taken = frontier.due(conn, run=run.id, neighbour="press.test", now=NOON, limit=9)
    assert sorted(row.url for row in taken) == ["http://press.test/", "http://press.test/new"]


def test_a_sweep_after_the_clock_went_back_asks_its_sources_again(desk: Desk) -> None:
    desk.note()
    desk.begin()
    desk.clock.at += 10 * MINUTE
    desk.answer(desk.runs("running")[0].id)
    desk.sweeps.end_finished(PATIENCE)
    desk.recording.work_and_wait(lambda conn: conn.exec_driver_sql("UPDATE frontier SET state = 'done'"))

    desk.clock.at -= HOUR
    desk.note()
    desk.begin()
    (again,) = desk.runs("running")
    with desk.recording.store.read() as conn:
        taken = frontier.due(conn, run=again.id, neighbour="press.test", now=desk.clock.at, limit=9)
    assert [row.url for row in taken] == ["http://press.test/"]


def test_a_sweep_is_begun_once_by_one_process(desk: Desk) -> None:
    other = Sweeps(config.load(desk.home), desk.clock, desk.recording, _sites(desk.home))
    desk.note()
    assert desk.begin() == 1
    assert other.begin_queued("another standing run") == 0
    assert other.runs == []
    assert desk.states() == ["running"]


def test_a_sweep_waits_for_the_one_that_is_at_work_at_its_site(desk: Desk) -> None:
    desk.site("blog")
    desk.note(NOON)
    desk.begin()
    desk.note(NOON + HOUR)
    desk.note(NOON + HOUR, name="blog")
    assert desk.begin() == 1
    assert sorted(run.sites for run in desk.runs("running")) == [("blog",), ("press",)]
    assert [run.planned for run in desk.runs("queued")] == [NOON + HOUR]

    desk.answer(runs.planned_id("press/nightly", NOON))
    desk.sweeps.end_finished(PATIENCE)
    assert desk.begin() == 1
    assert desk.runs("queued") == []


def test_a_sweep_waits_for_a_crawl_that_is_at_work_at_its_site(desk: Desk) -> None:
    sign = Sign(WarcFolder(desk.home / "warcs").running, "crawl")
    desk.put(Run(id="crawl", why="crawl", sites=("press",), began=NOON))
    desk.note()
    assert desk.begin() == 0
    assert desk.states() == ["queued"]
    sign.end()
    assert desk.begin() == 1


def test_a_sweep_does_not_wait_for_a_crawl_that_is_dead(desk: Desk) -> None:
    desk.put(Run(id="crawl", why="crawl", sites=("press",), began=NOON))
    desk.note()
    assert desk.begin() == 1


def test_a_sweep_does_not_wait_for_the_standing_run(desk: Desk) -> None:
    sign = Sign(WarcFolder(desk.home / "warcs").running, desk.standing)
    desk.put(Run(id=desk.standing, why=rounds.STANDING, sites=("press",), began=NOON))
    desk.note()
    assert desk.begin() == 1
    sign.end()


def test_a_run_over_a_site_that_is_being_swept_is_refused_and_the_recording_goes_on(desk: Desk) -> None:
    desk.note()
    desk.begin()
    (sweep,) = desk.runs("running")
    site = _sites(desk.home)["press"]
    with pytest.raises(NothingDone, match=sweep.id):
        rounds.begin(config.load(desk.home), desk.clock, desk.recording, [site], pages={"press": 9})
    assert desk.recording.failure is None
    assert desk.states() == ["running"]


def test_quiet_hours_hold_a_sweep_back_until_they_end(desk: Desk) -> None:
    desk.site("press", '[schedule]\nquiet = ["11:00-13:00"]')
    desk.note()
    assert desk.begin() == 0
    desk.clock.at += HOUR
    assert desk.begin() == 1


# ------------------------------------------------------------------------------------------------------------- skipped


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ("paused", "its site is paused: they asked us to stop"),
        ("removed", "its site is not watched any more"),
        ("overtaken", "the next one came due before this one could begin"),
    ],
)
def test_a_sweep_that_has_no_more_reason_is_skipped_and_says_why(desk: Desk, change: str, detail: str) -> None:
    desk.note()
    match change:
        case "paused":
            desk.site("press", 'paused = "they asked us to stop"')
        case "removed":
            desk.remove("press")
        case "overtaken":
            desk.note(NOON + HOUR)
    desk.clock.at += 2 * HOUR
    desk.begin()
    first = desk.runs()[0]
    assert (first.planned, first.state, first.detail, first.ended) == (NOON, "skipped", detail, desk.clock.at)
    assert [run.state for run in desk.runs()[1:]] == ["running"] * (change == "overtaken")


# ---------------------------------------------------------------------------------------------------------- broken off


def test_a_stop_breaks_sweeps_off_with_what_they_have(desk: Desk) -> None:
    desk.note()
    desk.begin()
    (run,) = desk.runs("running")
    desk.clock.at += MINUTE
    (ended,) = desk.sweeps.end_all()
    assert (ended.id, ended.state, ended.ended) == (run.id, "interrupted", desk.clock.at)
    with desk.recording.store.read() as conn:
        found = frontier.by_key(
            conn, rounds.sources(_sites(desk.home)["press"], config.load(desk.home), NOON)[0].urlkey
        )
    assert found is not None
    assert (found[0], found[1].run) == ("waiting", None)


@pytest.mark.parametrize("state", ["interrupted", "crashed"])
def test_a_sweep_that_was_broken_off_is_queued_once_more_and_not_twice(desk: Desk, state: RunState) -> None:
    desk.put(planned(state))
    desk.clock.at += HOUR
    (again,) = desk.requeue()
    assert again.id == runs.planned_id("press/nightly", NOON, 2)
    assert (again.state, again.planned, again.visits, again.began) == ("queued", NOON, 0, desk.clock.at)
    assert again.detail == f"once more: {planned(state).id} was {state}"
    assert desk.requeue() == []

    desk.put(replace(again, state=state))
    assert desk.requeue() == []
    assert desk.states() == [state, state]


@pytest.mark.parametrize("state", ["ok", "partly failed", "missed", "skipped", "queued", "running"])
def test_no_other_sweep_is_queued_again(desk: Desk, state: RunState) -> None:
    desk.put(planned(state))
    desk.clock.at += HOUR
    assert desk.requeue() == []


@pytest.mark.parametrize(("late", "count"), [(2 * HOUR, 1), (2 * HOUR + MINUTE, 0)])
def test_what_would_be_too_late_is_not_queued_again(desk: Desk, late: timedelta, count: int) -> None:
    desk.put(planned("crashed"))
    desk.clock.at += late
    assert len(desk.requeue(max_late=2 * HOUR)) == count


def test_what_is_not_to_be_caught_up_is_not_queued_again(desk: Desk) -> None:
    desk.put(planned("crashed"))
    desk.clock.at += MINUTE
    assert desk.requeue(catch_up="skip") == []


def test_only_the_latest_sweep_of_a_schedule_is_queued_again(desk: Desk) -> None:
    desk.put(planned("crashed", NOON - DAY), planned("interrupted"))
    assert [run.planned for run in desk.requeue()] == [NOON]
    desk.put(planned("ok", NOON + HOUR))
    desk.recording.work_and_wait(lambda conn: conn.exec_driver_sql("DELETE FROM runs WHERE state = 'queued'"))
    assert desk.requeue() == []


def test_a_sweep_that_is_made_once_more_is_begun_like_any_other(desk: Desk) -> None:
    desk.put(planned("crashed"))
    desk.requeue()
    assert desk.begin() == 1
    assert desk.states() == ["crashed", "running"]


# ------------------------------------------------------------------------------------------------------------- reloads


def test_a_sweep_goes_on_when_the_standing_run_changes(desk: Desk) -> None:
    desk.note()
    desk.begin()
    desk.standing = "the next one"
    desk.read()
    (run,) = desk.runs("running")
    with desk.recording.store.read() as conn:
        assert [each.id for each in runs.made_within(conn, "the next one")] == [run.id]
    desk.answer(run.id)
    assert [each.state for each in desk.sweeps.end_finished(PATIENCE)] == ["ok"]


@pytest.mark.parametrize("change", ["paused", "removed"])
def test_a_sweep_of_a_site_that_is_watched_no_more_is_broken_off(desk: Desk, change: str) -> None:
    desk.note()
    desk.begin()
    if change == "paused":
        desk.site("press", 'paused = "they asked us to stop"')
    else:
        desk.remove("press")
    assert desk.states() == ["interrupted"]
    assert desk.sweeps.runs == []
