"""Three workers on one run, seen from the servers: polite together, and nothing is lost when one dies or freezes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from archive.urls import urlkey
from crawler.newsstand import Newsstand
from crawler.newsstand.world import Story, World
from tests import crowd
from tests.crawl_home import Home

pytestmark = pytest.mark.xdist_group("workers")

DELAY = 0.3
LEASE = 4.0


def wanted_keys(world: World) -> set[str]:
    """Give the urlkeys of all stories."""
    return {
        urlkey(f"http://{host.name}{row.path}") for host in world.hosts for row in host.rows if isinstance(row, Story)
    }


def captured_keys(home: Home) -> set[str]:
    return {key for (key,) in home.rows("SELECT urlkey FROM captures WHERE status = 200")}


def test_three_workers_are_as_polite_as_one(tmp_path: Path) -> None:
    world = World(
        hosts=(
            crowd.blog("one.test", 10),
            crowd.blog("two.test", 10, secure=True),
            crowd.blog("three.test", 10, limited=3),
            crowd.blog("four.test", 10),
            crowd.blog("five.test", 10, secure=True),
        )
    )
    with Newsstand(world=world, tls=True) as stand:
        home = crowd.home_for(tmp_path / "press", world, stand.connect_map, f"{DELAY}s")
        crawl = crowd.start(home, 3, 10.0, "extract.workers=1")
        _, err = crawl.communicate(timeout=120)
        log = list(stand.log)
    assert crawl.returncode == 0, err[-3000:]
    assert wanted_keys(world) <= captured_keys(home)
    assert len({worker for (worker,) in home.rows("SELECT DISTINCT lease FROM neighbours")}) <= 1
    for host, served in crowd.by_host(log).items():
        assert crowd.overlaps(served) == [], host
        short = [gap for gap in crowd.gaps(served) if gap[0] < DELAY * 0.9]
        assert short == [], host
    assert crowd.repeats(log) == {}
    # Both schemes of a host are one neighbour, and both were asked: the page over http, then over https.
    secure = [one.scheme for one in log if one.host == "two.test"]
    assert {"http", "https"} <= set(secure)
    limited = crowd.by_host(log)["three.test"]
    at = next(number for number, one in enumerate(limited) if one.status == 429)
    answered = limited[at].finished
    assert answered is not None
    assert limited[at + 1].began - answered >= 3.0
    assert any(one.path.startswith("/old/") for one in log)


def test_a_killed_worker_and_a_frozen_one_lose_nothing(tmp_path: Path) -> None:
    world = World(
        hosts=tuple(crowd.blog(f"{name}.test", 14) for name in ("ash", "birch", "cedar", "date", "elm", "fir"))
    )
    with Newsstand(world=world) as stand:
        home = crowd.home_for(tmp_path / "press", world, stand.connect_map, f"{DELAY}s")
        crawl = crowd.start(home, 3, LEASE, "extract.workers=1")
        # Every host is being asked for its posts: all three are at work.
        assert crowd.wait_for(lambda: sum(one.path not in ("/", "/robots.txt") for one in list(stand.log)) > 12, 60)
        assert crowd.wait_for(lambda: len(crowd.workers_of(crawl.pid)) == 3, 10)
        killed, frozen, _ = crowd.workers_of(crawl.pid)
        known = captured_keys(home)
        os.kill(killed, signal.SIGKILL)
        os.kill(frozen, signal.SIGSTOP)
        time.sleep(LEASE * 2)
        before = len(stand.log)
        os.kill(frozen, signal.SIGCONT)
        out, err = crawl.communicate(timeout=150)
        log = list(stand.log)
    assert crawl.returncode == 0, err[-3000:]
    assert out.split()[0] == "ok"
    assert wanted_keys(world) <= captured_keys(home)
    assert before < len(log) or before > 60
    for host, served in crowd.by_host(log).items():
        short = [gap for gap in crowd.gaps(served) if gap[0] < DELAY * 0.9]
        assert short == [], host
    # What the store knew when the workers were lost is not fetched again; what was in flight then, or waited for the
    # next group to be committed, is fetched a second time at most.
    repeated = crowd.repeats(log)
    assert known & {urlkey(place) for place in repeated} == set()
    assert all(count == 2 for count in repeated.values()), repeated
    assert home.rows("SELECT url FROM frontier WHERE state IN ('fetched', 'visited')") == []
    assert home.call("verify").returncode == 0
    done = home.call("repair")
    assert done.returncode == 0, done.stderr


def test_a_crawl_killed_with_all_its_workers_goes_on_where_it_was(tmp_path: Path) -> None:
    world = World(hosts=tuple(crowd.blog(f"{name}.test", 12) for name in ("ash", "birch", "cedar")))
    with Newsstand(world=world) as stand:
        home = crowd.home_for(tmp_path / "press", world, stand.connect_map, "100ms")
        crawl = crowd.start(home, 1, LEASE, "extract.workers=1")
        assert crowd.wait_for(lambda: sum(one.status == 200 for one in list(stand.log)) > 15, 60)
        for pid in [crawl.pid, *crowd.workers_of(crawl.pid)]:
            os.kill(pid, signal.SIGKILL)
        crawl.communicate(timeout=30)
        first = {f"{one.host}{one.path}" for one in list(stand.log) if one.status == 200}
        asked = len(stand.log)
        again = crowd.start(home, 1, LEASE, "extract.workers=1")
        _, err = again.communicate(timeout=120)
        log = list(stand.log)
    assert again.returncode == 0, err[-3000:]
    assert wanted_keys(world) <= captured_keys(home)
    states = home.rows("SELECT state FROM runs ORDER BY began")
    assert [state for (state,) in states] == ["crashed", "ok"]
    # What the first run had on record is not fetched again, but for one page in flight at each host, and the front
    # pages, which every run asks.
    repeated = [
        f"{one.host}{one.path}"
        for one in log[asked:]
        if one.status == 200 and f"{one.host}{one.path}" in first and one.path not in ("/", "/robots.txt")
    ]
    hosts = [place.partition("/")[0] for place in repeated]
    assert len(hosts) == len(set(hosts)), repeated
