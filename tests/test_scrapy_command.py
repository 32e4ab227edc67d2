"""Scrapy's own command in an archive's folder: one more way to begin a run, with the same leases and ledger."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.urls import urlkey
from crawler.newsstand import Newsstand
from crawler.newsstand.press import Served
from crawler.newsstand.prose import Series, posts
from crawler.newsstand.world import Host, World
from tests import crowd
from tests.crawl_home import Home
from tests.wire.proxies import ForwardProxy

pytestmark = pytest.mark.xdist_group("scrapy command")

STORIES = posts(Series(blog="ash.test", count=6, last=datetime(2025, 3, 1, 12, tzinfo=UTC)))
MANY = posts(Series(blog="birch.test", count=16, last=datetime(2025, 3, 1, 12, tzinfo=UTC)))
WORLD = World(
    hosts=(
        Host(name="ash.test", title="Ash", rows=STORIES),
        Host(name="birch.test", title="Birch", rows=MANY),
        Host(name="cedar.test", title="Cedar"),
    )
)
SLOWLY = 'delay = "1500ms"\n'
"""So that a run is at work for as long as another one needs to be refused."""


def start(home: Home, *words: str) -> subprocess.Popen[str]:
    """Begin Scrapy's command in the archive's folder, as a person there would."""
    command = [sys.executable, "-m", "scrapy", "crawl", "site", *words]
    env = {key: value for key, value in home.env.items() if key != "VARIORUM_HOME"}
    return subprocess.Popen(command, cwd=home.path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def scrapy(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    process = start(home, *words)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@dataclass(frozen=True, slots=True)
class Ran:
    home: Home
    done: subprocess.CompletedProcess[str]
    log: list[Served]
    again: dict[str, Any]
    again_log: list[Served]
    stopped: subprocess.CompletedProcess[str]
    beside: subprocess.CompletedProcess[str]
    stopped_log: list[Served]
    rest: dict[str, Any]
    whole_log: list[Served]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    with Newsstand(world=WORLD) as stand:
        home = Home(tmp_path_factory.mktemp("scrapy") / "press", stand.connect_map, delay="200ms")
        settings = home.path / "variorum.toml"
        settings.write_text(f"{settings.read_text()}\n[extract]\nworkers = 0\n")
        for host in WORLD.hosts:
            lines = f'url = "http://{host.name}/"\nrequisites = "none"\n'
            lines += 'paused = "they asked us to stop"\n' if host.name == "cedar.test" else ""
            lines += SLOWLY if host.name == "birch.test" else ""
            home.site(host.name.replace(".", "-"), lines)
        done = scrapy(home, "-a", "name=ash-test")
        log = list(stand.log)
        again = home.report("ash-test")
        again_log = list(stand.log)[len(log) :]
        process = start(home, "-a", "name=birch-test")
        assert crowd.wait_for(lambda: sum(one.host == "birch.test" for one in list(stand.log)) > 1, 60), process.poll()
        beside = home.call("crawl", "birch-test")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        stopped = subprocess.CompletedProcess(process.args, process.returncode, out, err)
        stopped_log = [one for one in stand.log if one.host == "birch.test"]
        at_ease = home.path / "sites" / "birch-test.toml"
        at_ease.write_text(at_ease.read_text().replace(SLOWLY, ""))
        rest = home.report("birch-test")
        return Ran(home, done, log, again, again_log, stopped, beside, stopped_log, rest, list(stand.log))


def keys(home: Home) -> set[str]:
    return {key for (key,) in home.rows("SELECT urlkey FROM captures WHERE status = 200")}


def test_scrapy_s_command_takes_every_post_of_the_site_once(ran: Ran) -> None:
    assert ran.done.returncode == 0, ran.done.stderr[-3000:]
    assert "Traceback" not in ran.done.stderr
    assert {urlkey(f"http://ash.test{story.path}") for story in STORIES} <= keys(ran.home)
    assert {one.host for one in ran.log} == {"ash.test"}
    assert crowd.repeats(ran.log) == {}
    assert [gap for gap in crowd.gaps(ran.log) if gap[0] < 0.2 * 0.9] == []


def test_its_run_is_in_the_same_ledger_and_adds_up(ran: Ran) -> None:
    listed = ran.home.call("runs", "--json")
    runs = [json.loads(line) for line in listed.stdout.splitlines()]
    ours = min(runs, key=lambda run: str(run["began"]))
    assert (ours["why"], ours["sites"], ours["state"]) == ("crawl", ["ash-test"], "ok")
    outcomes = dict(ran.home.rows("SELECT outcome, count(*) FROM visits WHERE run = ? GROUP BY outcome", ours["id"]))
    assert ours["outcomes"] == outcomes
    assert ours["visits"] == sum(outcomes.values()) == len(ran.log)


def test_it_tells_how_the_run_went(ran: Ran) -> None:
    assert "over ash-test: ok" in ran.done.stderr
    assert f"{len(ran.log)} visits" in ran.done.stderr


def test_the_next_crawl_knows_what_it_took(ran: Ran) -> None:
    assert ran.again["state"] == "ok"
    assert [one.path for one in ran.again_log] == ["/"]


def test_leases_are_given_back(ran: Ran) -> None:
    assert ran.home.rows("SELECT name FROM neighbours WHERE lease IS NOT NULL") == []


def test_a_crawl_of_the_same_site_is_refused_meanwhile(ran: Ran) -> None:
    assert ran.beside.returncode == 1
    assert "is at work on birch-test already" in ran.beside.stderr


def test_ctrl_c_keeps_what_came_and_a_later_crawl_goes_on(ran: Ran) -> None:
    assert "Traceback" not in ran.stopped.stderr, ran.stopped.stderr[-3000:]
    assert len(ran.stopped_log) < len(MANY)
    states = ran.home.rows("SELECT state FROM runs WHERE sites LIKE '%birch-test%' ORDER BY began")
    assert [state for (state,) in states] == ["interrupted", "ok"]
    assert ran.rest["left"] == 0
    assert {urlkey(f"http://birch.test{story.path}") for story in MANY} <= keys(ran.home)
    repeated = crowd.repeats(one for one in ran.whole_log if one.host == "birch.test")
    assert set(repeated) == {"http://birch.test/"}


def test_what_it_made_is_whole(ran: Ran) -> None:
    assert ran.home.call("verify").returncode == 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "which site?"),
        (("-a", "name=ahs-test"), "did you mean ash-test?"),
        (("-a", "name=cedar-test"), "they asked us to stop"),
    ],
    ids=["no name", "unknown", "paused"],
)
def test_a_site_that_cannot_be_crawled_is_told_in_one_line(ran: Ran, words: tuple[str, ...], why: str) -> None:
    done = scrapy(ran.home, *words)
    assert done.returncode == 2
    assert why in done.stderr
    assert "Traceback" not in done.stderr


def test_the_proxy_of_a_site_is_kept_to_by_scrapy_s_command_too(tmp_path: Path) -> None:
    with Newsstand(world=WORLD) as stand:
        address = stand.connect_map["ash.test"].rpartition(":")
        with ForwardProxy(lambda host, port: (address[0], int(address[2]))) as proxy:
            home = Home(tmp_path / "press", stand.connect_map)
            home.site("ash-test", f'url = "http://ash.test/"\nproxy = "http://{proxy.netloc}"\nrequisites = "none"\n')
            done = scrapy(home, "-a", "name=ash-test")
            through = sorted(seen.url for seen in proxy.seen)
        asked = sorted(f"http://{one.host}{one.path}" for one in stand.log)
    assert done.returncode == 0, done.stderr
    assert len(asked) >= len(STORIES) + 2
    assert through == asked
