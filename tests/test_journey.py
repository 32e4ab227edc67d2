"""A blog lives, is crawled day by day, and its history is told: by the stand's own truth, which no crawler reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from archive.timing import parse_time
from crawler.newsstand.chronicle_nouns import day
from crawler.newsstand.chronicle_truth import chronicle, story
from crawler.newsstand.told import Told
from tests.lived import DAYS, HOUR, Lived, relived

EVENTS = ("redesigned", "blocked", "paywalled", "removed", "reinstated", "moved")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return relived(tmp_path_factory)


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


def test_a_database_made_anew_tells_the_same(lived: Lived) -> None:
    marked = revisions(lived.history(story("moved").addresses[0]))[1]["id"]
    assert lived.home.call("mark", marked, "--not-an-article", "--note", "a proof").returncode == 0
    before = {told.name: lived.history(told.addresses[0]) for told in chronicle()}
    assert marked not in [each["id"] for each in revisions(before["moved"])]
    lived.made_anew()
    assert {told.name: lived.history(told.addresses[0]) for told in chronicle()} == before
