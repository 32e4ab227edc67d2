"""A blog lives, is crawled day by day, and its history is told: by the stand's own truth, which no crawler reads."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from archive.timing import ScaledClock, parse_time
from crawler.newsstand import Newsstand
from crawler.newsstand.chronicle import chronicled
from crawler.newsstand.chronicle_posts import day
from crawler.newsstand.chronicle_truth import CHRONICLE_WATCHED, chronicle, story
from crawler.newsstand.told import Told
from tests.crawl_home import Home

DAYS = range(1, 15)
HOUR = 15
PACE = 120
EVENTS = ("redesigned", "blocked", "paywalled", "removed", "reinstated", "moved")


@dataclass(slots=True)
class Lived:
    """The archive after the last day."""

    home: Home
    ended: datetime

    def history(self, url: str) -> list[dict[str, Any]]:
        done = self.home.call("history", "--json", url)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def shown(self, url: str, *words: str) -> dict[str, Any]:
        done = self.home.call("show", "--json", *words, url)
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Crawl the chronicle once a day, every known page each time."""
    clock = [ScaledClock(day(DAYS[0], HOUR), PACE)]
    with Newsstand(now=lambda: clock[0].now(), world=chronicled()) as stand:  # noqa: PLW0108 - another clock each day
        home = Home(tmp_path_factory.mktemp("lived") / "press", stand.connect_map, clock=clock[0])
        home.watch(CHRONICLE_WATCHED)
        for number in DAYS:
            clock[0] = ScaledClock(day(number, HOUR), PACE)
            home.env["VARIORUM_CLOCK"] = str(clock[0])
            done = home.call("crawl", "--recheck")
            assert done.returncode == 0, done.stdout + done.stderr
        yield Lived(home=home, ended=day(DAYS[-1], HOUR))


def revisions(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in lines if "number" in each]


def events(lines: Sequence[dict[str, Any]]) -> list[str]:
    return [each["event"] for each in lines if "event" in each]


STORIES = [each.name for each in chronicle()]


@pytest.mark.parametrize("name", STORIES)
def test_a_history_has_exactly_the_publishers_edits(lived: Lived, name: str) -> None:
    told = story(name)
    texts = [text for text in told.texts if text.at <= lived.ended]
    found = revisions(lived.history(told.addresses[0]))
    assert len(found) == len(texts)
    for revision, text, following in zip(found, texts, [*texts[1:], None], strict=True):
        seen = parse_time(revision["seen_from"])
        assert text.at <= seen
        assert following is None or seen < following.at
        shown = lived.shown(told.addresses[0], "--revision", str(revision["number"]))
        # A standfirst may be the first paragraph too; entries of a live blog carry their times.
        known = {*text.paragraphs} if name == "live" else {*shown["paragraphs"]} - {shown["standfirst"]}
        assert [each for each in shown["paragraphs"] if each in known] == list(text.paragraphs)
        assert shown["standfirst"] == text.standfirst
        assert revision["headline"] in (text.headline, *told.headlines)
        assert revision["bylines"] == list(text.bylines)


@pytest.mark.parametrize("name", STORIES)
def test_what_is_no_edit_is_an_event(lived: Lived, name: str) -> None:
    told = story(name)
    wanted = sorted(change.kind for change in _seen(told, lived.ended) if change.kind in EVENTS)
    found = [each for each in events(lived.history(told.addresses[0])) if each in EVENTS]
    assert sorted(found) == wanted


def _seen(told: Told, ended: datetime) -> list[Any]:
    """Give the changes that a crawl met: those before the first one of the story belong to its first state."""
    met = next((day(number, HOUR) for number in DAYS if day(number, HOUR) > told.changes[0].at), ended)
    return [change for change in told.until(ended) if change.at > met]


def test_addresses_of_one_story_are_one_article(lived: Lived) -> None:
    for told in chronicle():
        articles = {lived.history(url)[0]["article"] for url in (*told.addresses, *told.also)}
        assert len(articles) == 1, told.name


def test_a_copy_on_another_host_is_an_article_of_its_own(lived: Lived) -> None:
    ours, theirs = (lived.history(story(name).addresses[0])[0]["article"] for name in ("still", "syndicated"))
    assert ours != theirs


def test_a_headline_that_comes_and_goes_is_a_variant(lived: Lived) -> None:
    assert "variant" in events(lived.history(story("alternating").addresses[0]))


def test_a_text_that_comes_back_says_so(lived: Lived) -> None:
    found = revisions(lived.history(story("returning").addresses[0]))
    assert found[2]["returns_to"] == found[0]["id"]


def test_a_database_made_anew_tells_the_same(lived: Lived, tmp_path: Path) -> None:
    marked = revisions(lived.history(story("moved").addresses[0]))[1]["id"]
    assert lived.home.call("mark", marked, "--not-an-article", "--note", "a proof").returncode == 0
    before = {told.name: lived.history(told.addresses[0]) for told in chronicle()}
    assert marked not in [each["id"] for each in revisions(before["moved"])]
    for name in ("variorum.db", "variorum.db-wal", "variorum.db-shm"):
        if (lived.home.path / name).exists():
            shutil.move(lived.home.path / name, tmp_path / name)
    for verb in ("reindex", "reread"):
        done = lived.home.call(verb)
        assert done.returncode == 0, done.stderr
    assert {told.name: lived.history(told.addresses[0]) for told in chronicle()} == before
