"""``variorum start`` as an operator lives with it: nights, stops, kills, outages, new site files, a second daemon."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive.indexing import RUN_URL
from archive.liveness import DAEMON
from archive.model import Run
from archive.store import captures
from archive.urls import urlkey
from crawler.newsstand.world import Page, Story, World
from tests.starting import PATIENCE, Press, Start, at, blog, edited, is_worker, pressed, stories

pytestmark = pytest.mark.xdist_group("start")

SNOW = "snow.test"
EVEN = str([f"{hour:02}:10" for hour in range(0, 24, 2)]).replace("'", '"')
OFTEN = str([f"{hour:02}:{minute}" for hour in range(24) for minute in (10, 40)]).replace("'", '"')
HOUR = timedelta(hours=1)


# ------------------------------------------------------------------------------------------------------------- a night


@dataclass(slots=True)
class Night:
    """What is left of a night in which nobody called anything but ``start``."""

    press: Press
    sweep: Run
    code: int
    said: str


POSTED, EDITED = at(4, 3), at(4, 4)
FOLLOWED = "http://night.test/about"
FRESH = edited("night.test", 4, posted=POSTED, edited=EDITED)
LATE = blog("night.test", 1, late=1, appear=EDITED)
NEW = (
    f"http://night.test{next(row.path for row in LATE.rows if isinstance(row, Story) and row.editions[0].at == EDITED)}"
)
ABOUT = Page(path="/about", mime="text/html", text="<h1>About</h1>", since=at(1, 0))


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    world = World(hosts=(replace(FRESH, rows=(*FRESH.rows, *LATE.rows[:-1], ABOUT)),))
    with pressed(tmp_path_factory.mktemp("night"), at(4, 4), 720, world) as press:
        press.shown = at(4, 3, 30)
        press.site("night.test", '["07:10"]', schedule='timezone = "Europe/Amsterdam"')
        assert press.home.call("follow", FOLLOWED, "--every", "30m", "--for", "7d").returncode == 0
        press.set_clock(at(4, 4), 720)
        start = press.begin()
        start.until_ready()
        start.until(lambda: len(press.chains()) > 4, "what is there is read")
        press.shown = None
        sweep = start.until_swept(at(4, 6, 10))
        start.until(lambda: max(press.chains().values()) > 1, "an edit is found")
        start.until(lambda: press.visits(url=NEW) != [], "a new post is found")
        start.until(lambda: len(press.visits(url=FOLLOWED)) > 4, "a page is followed")
        code = start.stop()
        yield Night(press=press, sweep=sweep, code=code, said=start.said())


def test_a_sweep_is_made_at_its_time_on_the_clocks_of_its_site(night: Night) -> None:
    (sweep,) = night.press.sweeps()
    assert (sweep.why, sweep.state, sweep.sites) == ("nightly", "ok", ("night-test",))
    assert sweep.planned == at(4, 6, 10)  # 07:10 in Amsterdam, in winter
    assert at(4, 6, 10) <= sweep.began
    assert sweep.ended is not None
    assert sweep.began < sweep.ended


def test_a_sweep_counts_its_own_visits_as_the_ledger_tells_them(night: Night) -> None:
    done = night.press.home.call("log", "--run", night.sweep.id, "--json")
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stdout.splitlines() if line]
    assert len(told) == night.sweep.visits == sum(night.sweep.outcomes.values())
    assert {visit.why for visit in night.press.visits(night.sweep.id)} >= {"front page", "feed"}


def test_runs_are_put_on_record_when_they_begin_and_when_they_end(night: Night) -> None:
    for run in night.press.runs("ok"):
        with night.press.reading() as conn:
            told = {
                what: list(captures.of_url(conn, urlkey(f"{RUN_URL}{run.id}:{what}"))) for what in ("began", "ended")
            }
        assert {what: len(found) for what, found in told.items()} == {"began": 1, "ended": 1}, run


def test_feeds_are_polled_about_every_hour(night: Night) -> None:
    (standing,) = night.press.standing()
    polls = night.press.visits(url="http://night.test/feed.xml")
    gaps = [after.at - before.at for before, after in itertools.pairwise(polls)]
    assert len([visit for visit in polls if visit.run == standing.id]) >= 2
    # Planned times stay an hour apart: one poll that a busy machine makes late leaves less than an hour to the next.
    assert (polls[-1].at - polls[0].at) / len(gaps) >= timedelta(minutes=50)
    assert max(gaps) < 2.5 * HOUR


def test_an_edit_is_found_without_anybody_calling_crawl(night: Night) -> None:
    (standing,) = night.press.standing()
    found = [key for key, revisions in night.press.chains().items() if revisions > 1]
    assert found
    for key in found:
        made = [visit for visit in night.press.visits() if visit.urlkey == key]
        assert [visit.why for visit in made][:2] == ["new", "recheck"]
        assert made[1].run == standing.id


def test_a_new_post_is_found(night: Night) -> None:
    assert night.press.visits(url=NEW)[0].why == "new"


def test_a_followed_page_is_visited_at_its_own_pace(night: Night) -> None:
    seen = night.press.visits(url=FOLLOWED)[1:]  # the first waits until all has started
    gaps = [after.at - before.at for before, after in itertools.pairwise(seen)]
    assert {visit.why for visit in seen} == {"follow"}
    assert min(gaps) >= timedelta(minutes=30)
    assert max(gaps) < timedelta(minutes=90)


def test_sigterm_ends_it_in_order(night: Night) -> None:
    assert night.code == 0, night.said
    assert [run.state for run in night.press.standing()] == ["ok"]
    assert "Traceback" not in night.said
    night.press.assert_clean()


# ----------------------------------------------------------------------------------------------- stopped in mid-sweep


WAITS = "another daemon"
WORLD = World(hosts=(blog(SNOW, 3, late=50, appear=at(4, 1)),))


@contextmanager
def in_mid_sweep(folder: Path, beside: int = 0, delay: str = "60s") -> Iterator[tuple[Press, Start, Run]]:
    """Give a scheduler in mid-sweep: fifty new posts, one in a clock minute. Other schedulers are ``beside`` it."""
    with pressed(folder, at(4, 2, 20), 720, WORLD, delay=delay) as press:
        press.shown = at(4, 0)
        press.site(SNOW, EVEN, schedule='poll = "24h"')
        start = press.begin()
        start.until_ready()
        for other in [press.begin() for _ in range(beside)]:
            other.until(lambda other=other: WAITS in other.said(), "another one waits")  # type: ignore[misc]
        start.until(lambda: len(press.final()) >= 5, "what is old is visited")
        press.shown = None
        yield press, start, start.until_in_mid_sweep()


def goes_on(press: Press, broken: Run) -> Run:
    """Start again at a slower pace, before the next sweep is due; give the run that goes on with a broken one."""
    assert broken.planned is not None
    press.set_clock(press.now(), 40)
    start = press.begin("--set", "polite.delay=2s")
    again = start.until_swept(broken.planned)
    start.until(lambda: stories(WORLD) <= press.final(), "all posts are visited")
    assert start.stop() == 0, start.said()
    return again


def assert_nothing_is_lost(press: Press) -> None:
    assert stories(WORLD) - press.final() == set()
    press.assert_clean()


def test_a_sweep_that_is_broken_off_by_sigterm_is_made_once_more(tmp_path: Path) -> None:
    with in_mid_sweep(tmp_path) as (press, start, sweep):
        assert start.stop() == 0, start.said()
        assert [run.state for run in press.standing()] == ["ok"]
        (broken,) = press.sweeps("interrupted")
        assert broken.id == sweep.id
        assert sweep.id in start.said()

        again = goes_on(press, broken)

        assert again.id == f"{sweep.id}-2"
        assert sweep.id in str(again.detail)
        assert_nothing_is_lost(press)


def test_a_killed_daemon_takes_its_workers_along_and_loses_nothing(tmp_path: Path) -> None:
    with in_mid_sweep(tmp_path) as (press, start, sweep):
        workers = start.kill()
        assert workers
        assert gone(workers)
        assert len(press.visits(sweep.id)) < 50

        again = goes_on(press, sweep)

        assert again.id == f"{sweep.id}-2"
        assert [run.id for run in press.sweeps("crashed")] == [sweep.id]
        assert [run.state for run in press.standing()] == ["crashed", "ok"]
        assert_nothing_is_lost(press)


def gone(workers: list[int]) -> bool:
    end = time.monotonic() + 30
    while any(is_worker(pid) for pid in workers) and time.monotonic() < end:
        time.sleep(0.1)
    return not any(is_worker(pid) for pid in workers)


def test_a_sweep_outlives_a_worker_that_is_killed_and_a_reload(tmp_path: Path) -> None:
    with in_mid_sweep(tmp_path) as (press, start, sweep):
        assert sweep.planned is not None
        (worker,) = start.workers()
        os.kill(worker, signal.SIGKILL)
        start.until(lambda: start.workers() not in ([], [worker]), "another worker takes its place")
        assert [run.id for run in press.sweeps("running")] == [sweep.id]

        press.site(SNOW, EVEN, schedule='poll = "20h"')
        start.hup()
        start.until(lambda: len(press.standing()) == 2, "another standing run begins")
        start.until(lambda: stories(WORLD) <= press.final(), "all posts are visited")
        assert start.until_swept(sweep.planned).id == sweep.id
        assert start.stop() == 0, start.said()
        assert [run.state for run in press.standing()] == ["ok", "ok"]
        assert_nothing_is_lost(press)


def test_a_crawl_waits_for_no_sweep_but_says_that_one_is_at_work(tmp_path: Path) -> None:
    with in_mid_sweep(tmp_path, delay="180s") as (press, start, sweep):
        done = press.home.call("crawl", "snow-test")
        assert press.sweeps("running") != [], "the sweep was over too soon"
        assert done.returncode == 1
        assert sweep.id in done.stderr
        assert "Traceback" not in done.stderr
        assert start.process.poll() is None


# ------------------------------------------------------------------------------------------------------------- outages


SITES = {"once.test": "", "never.test": 'catch_up = "skip"', "soon.test": 'max_late = "1h"'}
SMALL = World(hosts=tuple(blog(name, 1) for name in SITES))


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive of three sites that were swept at 04:10 on 4 March; give its folder."""
    folder = tmp_path_factory.mktemp("swept")
    with pressed(folder, at(4, 4, 9), 20, SMALL, delay="1s") as press:
        for name, schedule in SITES.items():
            press.site(name, '["04:10"]', schedule=f'poll = "24h"\n{schedule}')
        start = press.begin()
        start.until_ready()
        start.until(lambda: len(press.sweeps("ok")) == len(SITES), "all sites are swept")
        assert start.stop() == 0, start.said()
    return folder / "press"


@contextmanager
def back(folder: Path, swept: Path, begins: object) -> Iterator[Press]:
    """Give a copy of an archive, on a clock that goes as the machine's, from a time on."""
    with pressed(folder, at(4, 4), 1, SMALL, delay="20ms") as press:
        told = (press.home.path / "variorum.toml").read_text()
        shutil.copytree(swept, press.home.path, dirs_exist_ok=True)
        (press.home.path / "variorum.toml").write_text(told)
        press.set_clock(begins, 1)  # type: ignore[arg-type]
        yield press


OUT = "the scheduler was not running"
OUTAGES = {
    "5 minutes": (
        at(5, 4, 13),
        {
            "once-test": [(5, "ok", "caught up, 3 min late")],
            "never-test": [(5, "missed", f"{OUT}; schedule.catch_up is skip")],
            "soon-test": [(5, "ok", "caught up, 3 min late")],
        },
    ),
    "8 hours": (
        at(5, 12, 0),
        {
            "once-test": [(5, "ok", "caught up, 7 h 50 min late")],
            "never-test": [(5, "missed", f"{OUT}; schedule.catch_up is skip")],
            "soon-test": [(5, "missed", "7 h 50 min late, schedule.max_late allows 1 h")],
        },
    ),
    "3 days": (
        at(7, 12, 0),
        {
            "once-test": [(5, "missed", OUT), (6, "missed", OUT), (7, "ok", "caught up, 7 h 50 min late")],
            "never-test": [(5, "missed", OUT), (6, "missed", OUT), (7, "missed", f"{OUT}; schedule.catch_up is skip")],
            "soon-test": [
                (5, "missed", OUT),
                (6, "missed", OUT),
                (7, "missed", "7 h 50 min late, schedule.max_late allows 1 h"),
            ],
        },
    ),
    "3 days and more": (
        at(8, 1, 0),
        {
            "once-test": [
                (5, "missed", OUT),
                (6, "missed", OUT),
                (7, "missed", "20 h 50 min late, schedule.max_late allows 20 h"),
            ],
            "never-test": [(5, "missed", OUT), (6, "missed", OUT), (7, "missed", f"{OUT}; schedule.catch_up is skip")],
            "soon-test": [
                (5, "missed", OUT),
                (6, "missed", OUT),
                (7, "missed", "20 h 50 min late, schedule.max_late allows 1 h"),
            ],
        },
    ),
}


@pytest.mark.parametrize("outage", OUTAGES)
def test_what_an_outage_swallowed_is_caught_up_or_told(tmp_path: Path, swept: Path, outage: str) -> None:
    begins, expected = OUTAGES[outage]
    with back(tmp_path, swept, begins) as press:
        start = press.begin()
        wanted = sum(len(rows) for rows in expected.values())
        start.until(lambda: len(press.sweeps("ok", "missed")) == wanted + len(SITES), "every planned time is settled")
        assert start.stop() == 0, start.said()
        found: dict[str, list[tuple[int, str, str | None]]] = {name: [] for name in expected}
        for run in press.sweeps():
            assert run.planned is not None
            if run.planned > at(4, 5):
                found[run.sites[0]].append((run.planned.day, run.state, run.detail))
        assert found == expected
        press.assert_clean()


def test_a_clock_that_goes_back_an_hour_makes_nothing_twice(tmp_path: Path) -> None:
    with pressed(tmp_path, at(4, 3, 50), 200, World(hosts=(blog(SNOW, 2),))) as press:
        press.site(SNOW, '["04:10", "04:30", "05:20"]', schedule='poll = "15m"')
        start = press.begin()
        start.until_ready()
        start.until_swept(at(4, 4, 30))
        assert start.stop() == 0, start.said()
        before = press.sweeps()

        press.set_clock(press.now() - HOUR, 500)
        start = press.begin()
        start.until_swept(at(4, 5, 20))
        feed = f"http://{SNOW}/feed.xml"
        start.until(lambda: press.visits(press.standing()[-1].id, feed), "the feed is polled")
        assert start.stop() == 0, start.said()

        assert press.sweeps()[:-1] == before
        press.assert_clean()


# ---------------------------------------------------------------------------------------------------------- two daemons


def test_of_two_daemons_one_works_and_the_other_takes_its_place(tmp_path: Path) -> None:
    with in_mid_sweep(tmp_path, beside=1) as (press, _, sweep):
        first, second = sorted(press.started, key=lambda start: WAITS in start.said())
        assert [WAITS in start.said() for start in (first, second)] == [False, True]
        (standing,) = press.standing("running")
        first.kill()
        second.until(lambda: [run.id for run in press.standing("running")] not in ([], [standing.id]), "it takes over")
        second.until(lambda: stories(WORLD) <= press.final(), "all posts are visited")
        made = press.sweeps("ok")
        second.until(lambda: len(press.sweeps("ok")) > len(made), "a sweep at another time")
        assert second.stop() == 0, second.said()

        assert [run.id for run in press.sweeps("crashed")] == [sweep.id]
        assert [run.state for run in press.standing()] == ["crashed", "ok"]
        planned = [run.planned for run in press.sweeps() if not run.id.endswith("-2")]
        gaps = {later - earlier for earlier, later in itertools.pairwise(planned) if later and earlier}
        assert gaps == {2 * HOUR}, "a planned time is missing, or there twice"
        assert_nothing_is_lost(press)


# ------------------------------------------------------------------------------------------ what changes meanwhile


def test_site_files_are_read_again_on_sighup(tmp_path: Path) -> None:
    names = ("snow.test", "hail.test", "rain.test")
    with pressed(tmp_path, at(4, 3), 500, World(hosts=tuple(blog(name, 1) for name in names))) as press:
        press.site("snow.test", OFTEN)
        press.site("hail.test")
        start = press.begin()
        before = start.until_ready()
        start.until(lambda: all(visited(press, name) for name in names[:2]), "both sites are visited")

        def reload(told: str) -> None:
            start.hup()
            start.until(lambda: told in start.said(), f"it says: {told}")

        file = press.home.path / "sites" / "snow-test.toml"
        good = file.read_text()
        file.write_text(f"{good}\nnonsense = ")
        reload("snow-test: goes on as it was")
        assert [run.id for run in press.standing("running")] == [before.id], "nothing changed, yet it began anew"
        swept = len(press.sweeps("ok"))
        start.until(lambda: len(press.sweeps("ok")) > swept, "the last good version is swept")

        file.write_text(good.replace(':10"', ':25"'))
        press.site("rain.test")
        (press.home.path / "sites" / "hail-test.toml").unlink()
        reload("hail-test: watched no more")
        assert "rain-test: new" in start.said()
        assert "snow-test: changed" in start.said()
        start.until(lambda: visited(press, "rain.test"), "the new site is visited")
        assert press.standing("running")[-1].sites == ("rain-test", "snow-test")
        start.until(
            lambda: any(run.planned and run.planned.minute == 25 for run in press.sweeps("ok")), "a sweep at a new time"
        )

        press.site("snow.test", OFTEN, more='paused = "they asked us to stop"')
        start.hup()
        start.until(lambda: [run.sites for run in press.standing("running")] == [("rain-test",)], "a site is paused")
        since = press.standing("running")[-1].began
        start.until(lambda: press.now() > since + 0.8 * HOUR, "a time comes at which it was swept before")
        assert start.stop() == 0, start.said()
        assert [run for run in press.sweeps() if run.began > since and run.state != "skipped"] == []
        assert [visit for visit in press.visits() if visit.at > since and SNOW in visit.url] == []
        assert {run.state for run in press.standing()} == {"ok"}
        press.assert_clean()


def visited(press: Press, name: str) -> bool:
    """Tell whether all posts of a blog were visited."""
    (count,) = press.home.rows("SELECT count(*) FROM visits WHERE url LIKE ? AND why = 'new'", f"http://{name}/%")[0]
    return int(count) > 0


def test_sites_crawls_and_followed_pages_come_while_it_is_at_work(tmp_path: Path) -> None:
    page = f"http://{SNOW}/followed"
    with pressed(tmp_path, at(4, 3), 360, World(hosts=(blog(SNOW, 2),))) as press:
        start = press.begin()
        start.until((press.home.path / "warcs" / "running" / DAEMON).exists, "it shows that it lives")
        assert press.standing() == []
        press.site(SNOW)
        start.hup()
        standing = start.until_ready()
        start.until(lambda: visited(press, SNOW), "the first site is visited")

        done = press.home.call("crawl", "snow-test")
        assert done.returncode == 0, done.stderr
        assert [run.state for run in press.runs(why="crawl")] == ["ok"]

        assert press.home.call("follow", page, "--every", "15m").returncode == 0
        start.until(lambda: len(press.visits(url=page)) > 3, "a page is followed")
        assert start.stop() == 0, start.said()
        seen = press.visits(url=page)
        gaps = [after.at - before.at for before, after in itertools.pairwise(seen)]
        assert {visit.run for visit in seen} == {standing.id}
        assert timedelta(minutes=15) <= min(gaps)
        assert max(gaps) < timedelta(minutes=50)
        press.assert_clean()


def test_a_full_disk_stops_it_with_a_code_of_its_own(tmp_path: Path) -> None:
    with pressed(tmp_path, at(4, 3), 60, World(hosts=(blog(SNOW, 2),))) as press:
        press.site(SNOW)
        start = press.begin("--set", "store.min_free=900000TB")
        assert start.process.wait(PATIENCE) == 4, start.said()
        assert "Traceback" not in start.said()
        assert "store.min_free" in start.said()
