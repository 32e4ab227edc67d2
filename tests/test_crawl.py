"""One crawl of the whole newsstand: everything that is to be found is found, nothing else is asked, all adds up."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import pytest

from archive.timing import ScaledClock
from archive.urls import urlkey
from archive.warc.reader import Walked, walk
from crawler.newsstand import Newsstand
from crawler.newsstand.cited import CITED
from crawler.newsstand.expected import ENDLESS, HELD, ODD, OUTSIDE, REQUISITES, WATCHED
from crawler.newsstand.press import Served
from crawler.newsstand.stories import ARTICLES, OPENING
from crawler.newsstand.truth import due_at
from tests.crawl_home import Home

pytestmark = pytest.mark.xdist_group("crawl")

DELAY = 0.02


@dataclass(frozen=True, slots=True)
class Crawled:
    home: Home
    report: dict[str, Any]
    log: list[Served]
    last: dict[str, tuple[str, str | None]]
    """The last visit of each URL: outcome and detail."""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    clock = ScaledClock(OPENING, 1.0)
    with Newsstand(now=clock.now) as stand:
        home = Home(tmp_path_factory.mktemp("stand") / "press", stand.connect_map, clock)
        home.watch(WATCHED)
        report = home.report()
        log = list(stand.log)
    visits = home.rows("SELECT url, outcome, detail FROM visits ORDER BY at, id")
    return Crawled(home, report, log, {url: (outcome, detail) for url, outcome, detail in visits})


def asked(crawled: Crawled) -> set[str]:
    return {f"{one.scheme}://{one.host}{one.path}" for one in crawled.log}


def test_exactly_the_articles_of_the_watched_blogs_are_found(crawled: Crawled) -> None:
    read = crawled.home.rows(
        "SELECT r.urlkey FROM readings r JOIN frontier f USING (urlkey)"
        " WHERE r.verdict = 'article' AND f.what = 'article'"
    )
    assert {key for (key,) in read} == {urlkey(article.url) for article in due_at(ARTICLES, OPENING)}


def test_every_page_is_taken_once(crawled: Crawled) -> None:
    taken = Counter(f"{one.host}{one.path}" for one in crawled.log if one.status == 200)
    assert {place: count for place, count in taken.items() if count > 1} == {}


def test_nothing_outside_is_ever_asked(crawled: Crawled) -> None:
    urls = asked(crawled)
    hosts = {one.host for one in crawled.log}
    wrong = [out for out in OUTSIDE if out.url in urls or (out.host_too and out.url.split("/")[2] in hosts)]
    assert wrong == []


@pytest.mark.parametrize("held", HELD, ids=lambda held: held.host)
def test_a_host_whose_robots_keep_us_away_is_asked_for_nothing_else(crawled: Crawled, held: Any) -> None:
    assert {one.path for one in crawled.log if one.host == held.host} <= {"/robots.txt"}


@pytest.mark.parametrize("cited", CITED, ids=lambda cited: cited.url)
def test_what_an_article_cites_is_visited_with_the_outcome_that_the_stand_knows(crawled: Crawled, cited: Any) -> None:
    assert crawled.last.get(cited.url, ("never", None))[0] == cited.outcome
    if cited.ends is not None:
        assert crawled.last.get(cited.ends, ("never", None))[0] == cited.then


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.url)
def test_a_page_that_is_no_article_is_read_as_what_it_is(crawled: Crawled, odd: Any) -> None:
    read = crawled.home.rows("SELECT verdict FROM readings WHERE urlkey = ?", urlkey(odd.url))
    assert read == [(odd.verdict,)]
    assert crawled.last[odd.url][0] == odd.outcome


@pytest.mark.parametrize("endless", ENDLESS, ids=lambda endless: endless.kind)
def test_where_pages_have_no_end_the_crawl_has_one(crawled: Crawled, endless: Any) -> None:
    assert sum(url.startswith(endless.prefix) for url in asked(crawled)) <= endless.most


@pytest.mark.parametrize("requisite", REQUISITES, ids=lambda requisite: requisite.url)
def test_what_a_page_needs_is_taken_with_it(crawled: Crawled, requisite: Any) -> None:
    assert crawled.last.get(requisite.url, ("never", None))[0] == requisite.outcome


def test_one_request_is_in_flight_at_each_host_and_the_delay_is_kept(crawled: Crawled) -> None:
    by_host: dict[str, list[Served]] = defaultdict(list)
    for one in crawled.log:
        by_host[one.host].append(one)
    for host, served in by_host.items():
        served.sort(key=lambda one: one.began)
        for before, after in itertools.pairwise(served):
            assert before.finished is not None
            assert after.began >= before.finished, f"{host}: {after.path} while {before.path} was under way"
            assert after.began - before.began >= DELAY * 0.9, f"{host}: {after.path} too soon after {before.path}"


def test_blogs_of_one_platform_are_one_neighbour(crawled: Crawled) -> None:
    served = sorted((one for one in crawled.log if one.host.endswith("inkpot.test")), key=lambda one: one.began)
    assert len({one.host for one in served}) >= 5
    for before, after in itertools.pairwise(served):
        assert after.began - before.began >= DELAY * 0.9


def test_the_report_the_ledger_and_the_warc_files_tell_the_same(crawled: Crawled) -> None:
    home, report = crawled.home, crawled.report
    outcomes = dict(home.rows("SELECT outcome, count(*) FROM visits GROUP BY outcome"))
    assert report["outcomes"] == outcomes
    assert report["visits"] == sum(outcomes.values()) == sum(report["whys"].values())
    assert report["considered"] == home.rows("SELECT count(DISTINCT url) FROM visits")[0][0]
    told = 0
    for path in (home.path / "warcs").glob("*.warc.gz*"):
        with open(path, "rb") as file:
            for record in walk(file, digests=False):
                assert isinstance(record, Walked), record
                told += record.type == "metadata"
    assert told == report["visits"]


def test_every_request_that_the_servers_saw_is_a_visit(crawled: Crawled) -> None:
    answered = crawled.home.rows("SELECT url FROM visits WHERE status IS NOT NULL")
    seen = Counter(f"{one.scheme}://{one.host}{one.path}" for one in crawled.log)
    told = Counter(url for (url,) in answered)
    assert {url: count for url, count in seen.items() if told[url] != count} == {}


def test_every_url_of_the_frontier_has_a_visit_or_waits_for_one(crawled: Crawled) -> None:
    untold = crawled.home.rows(
        "SELECT url, state FROM frontier WHERE urlkey NOT IN (SELECT urlkey FROM visits) AND state != 'waiting'"
    )
    assert untold == []
    assert crawled.home.rows("SELECT url FROM frontier WHERE state IN ('fetched', 'visited')") == []


def test_the_archive_is_whole(crawled: Crawled) -> None:
    done = crawled.home.call("verify")
    assert done.returncode == 0, done.stdout + done.stderr
