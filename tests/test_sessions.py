"""What is to be done about the next URL at a neighbour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.model import RecordId, Url, What
from archive.store.frontier import TRIES, Wanted
from archive.urls import neighbour, urlkey
from crawler.permission import Ask, Known
from crawler.robots import Rules, origin_of, robots_url, rules
from crawler.sessions import AskRobots, Fetch, Learn, Refuse, Step, step

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
STORY = "http://press.test/story"
ROBOTS = Url("http://press.test/robots.txt")
CAPTURE = RecordId("urn:uuid:robots")
OPEN = rules(200, b"User-agent: *\nAllow: /story\nDisallow: /private\n")
CLOSED = rules(200, b"User-agent: *\nDisallow: /\n")


def wanted(url: str = STORY, what: What = "article", **more: Any) -> Wanted:
    given: dict[str, Any] = {"why": "new", "next_at": NOON, "came_from": "c0", "site": "press"}
    return Wanted(url=Url(url), urlkey=urlkey(url), neighbour=neighbour(url), what=what, **{**given, **more})


def known(said: Rules = OPEN, *, until: datetime = NOON + HOUR, unreached: tuple[str, str] | None = None) -> Known:
    return Known(rules=said, until=until, capture=None if unreached else CAPTURE, unreached=unreached)


def next_step(given: Wanted, robots: Known | Ask | None, *, obey: bool = True, basis: str | None = None) -> Step:
    return step(given, {} if robots is None else {ROBOTS: robots}, NOON, obey=obey, basis=basis)


ORIGINS: dict[str, str] = {
    "http://press.test/a/b?c#d": "http://press.test/robots.txt",
    "https://press.test": "https://press.test/robots.txt",
    "http://press.test:80/": "http://press.test/robots.txt",
    "https://press.test:443/": "https://press.test/robots.txt",
    "http://press.test:443/": "http://press.test:443/robots.txt",
    "https://press.test:8443/a": "https://press.test:8443/robots.txt",
    "http://127.0.0.1:8000/a": "http://127.0.0.1:8000/robots.txt",
    "http://[::1]/a": "http://[::1]/robots.txt",
    "http://[::1]:8080/a": "http://[::1]:8080/robots.txt",
}


@pytest.mark.parametrize(("url", "robots"), ORIGINS.items())
def test_each_origin_has_one_robots_txt(url: str, robots: str) -> None:
    assert robots_url(origin_of(url)) == robots
    assert origin_of(robots) == origin_of(url)


def test_an_allowed_page_is_fetched_and_the_decision_goes_with_it() -> None:
    move = next_step(wanted(attempt=2), known())
    assert isinstance(move, Fetch)
    assert move.intent.robots == ("allowed", CAPTURE, "Allow: /story")
    assert (move.intent.why, move.intent.attempt, move.intent.came_from, move.intent.site) == ("new", 2, "c0", "press")
    assert move.intent.reason is None


def test_where_nothing_is_known_the_rules_are_looked_up() -> None:
    assert next_step(wanted(), None) == Learn(robots=ROBOTS)
    assert step(wanted("https://press.test/story"), {ROBOTS: known()}, NOON, obey=True, basis=None) == Learn(
        robots=Url("https://press.test/robots.txt")
    )


@pytest.mark.parametrize(("until", "lasts"), [(NOON + timedelta(microseconds=1), True), (NOON, False)])
def test_rules_that_ended_are_looked_up_again(until: datetime, lasts: bool) -> None:
    assert isinstance(next_step(wanted(), known(until=until)), Fetch if lasts else Learn)


def test_where_the_rules_are_to_be_asked_for_they_are_asked_for_first() -> None:
    ask = Ask(url=Url("http://elsewhere.test/r"), attempt=2, hop=1, came_from="c1")
    assert next_step(wanted(), ask) == AskRobots(ask=ask, robots=ROBOTS)


def test_a_forbidden_page_is_refused_and_the_rule_is_told() -> None:
    move = next_step(wanted("http://press.test/private/1"), known())
    assert isinstance(move, Refuse)
    assert (move.error, move.why) == ("robots", "robots.txt forbids it: Disallow: /private")
    assert move.intent.robots == ("forbidden", CAPTURE, "Disallow: /private")


def test_a_forbidden_page_is_fetched_where_that_is_overridden_and_the_basis_is_told() -> None:
    move = next_step(wanted(), known(CLOSED), obey=False, basis="a letter of 1 May")
    assert isinstance(move, Fetch)
    assert move.intent.reason == "robots.txt is overridden: a letter of 1 May"
    assert move.intent.robots == ("forbidden", CAPTURE, "Disallow: /")


def test_an_allowed_page_needs_no_override() -> None:
    move = next_step(wanted(), known(), obey=False, basis="a letter of 1 May")
    assert isinstance(move, Fetch)
    assert move.intent.reason is None


def test_a_host_whose_robots_txt_fails_is_held() -> None:
    move = next_step(wanted(), known(rules(503)))
    assert isinstance(move, Refuse)
    assert (move.error, move.intent.robots) == ("robots", ("unreachable: held", CAPTURE, None))


UNREACHED: dict[str, tuple[str, str, str]] = {
    "no answer": ("failed", "timed out", "robots.txt could not be had: timed out"),
    "the guard": ("unsafe", "10.0.0.1 is private", "10.0.0.1 is private"),
}


@pytest.mark.parametrize("obey", [True, False])
@pytest.mark.parametrize(("error", "words", "why"), UNREACHED.values(), ids=UNREACHED.keys())
def test_a_host_that_gives_no_answer_is_not_asked_for_its_pages(error: str, words: str, why: str, obey: bool) -> None:
    move = next_step(wanted(), known(rules(None), unreached=(error, words)), obey=obey, basis="a letter")
    assert isinstance(move, Refuse)
    assert (move.error, move.why) == (error, why)
    assert move.intent.attempt == TRIES  # so that this failure stands


def test_what_is_wanted_only_to_be_refused_is_refused_before_anything_is_asked() -> None:
    move = next_step(wanted("http://press.test/", reason="deny list: press.test"), None)
    assert isinstance(move, Refuse)
    assert (move.error, move.why, move.intent.robots) == ("scope", "deny list: press.test", None)


def test_a_url_that_cannot_be_asked_for_is_refused_with_its_reason() -> None:
    bad = Wanted(
        url=Url("http://[/"), urlkey=urlkey("http://[/"), neighbour="press.test", what="citation", why="citation",
        next_at=NOON, reason="it names no host",
    )  # fmt: skip
    assert isinstance(next_step(bad, None), Refuse)


def test_a_robots_txt_asks_nobodys_leave() -> None:
    assert isinstance(next_step(wanted(ROBOTS, "robots", why="robots"), known(CLOSED)), Fetch)
    assert isinstance(next_step(wanted("http://press.test/r", "robots", why="redirect"), None), Fetch)
