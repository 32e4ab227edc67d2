"""Outlets in hard frames: what repeats is learned, a chain moves only when it is told to, and that is never an edit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from archive.timing import ScaledClock
from archive.wording import compared
from crawler.newsstand import Newsstand
from crawler.newsstand.chronicle import chronicled
from crawler.newsstand.chronicle_posts import day
from crawler.newsstand.frames import FRAMES_WATCHED, framed
from tests.crawl_home import Home

PACE = 120


@dataclass(slots=True)
class Upgraded:
    """An archive of the framed outlets: crawled, upgraded, crawled again."""

    home: Home
    first: list[dict[str, Any]]
    told: list[dict[str, Any]]
    again: dict[str, Any]

    def lines(self, *words: str) -> list[dict[str, Any]]:
        return lines(self.home, *words)


def lines(home: Home, *words: str) -> list[dict[str, Any]]:
    done = home.call(*words)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    clock = [ScaledClock(day(1, 15), PACE)]
    with Newsstand(now=lambda: clock[0].now(), world=chronicled()) as stand:  # noqa: PLW0108 - another clock later
        home = Home(tmp_path_factory.mktemp("framed") / "press", stand.connect_map, clock=clock[0])
        home.watch(FRAMES_WATCHED)
        home.report()
        first = lines(home, "history", "--all", "--json")
        told = lines(home, "reread", "--upgrade", "--json")
        clock[0] = ScaledClock(day(2, 15), PACE)
        home.env["VARIORUM_CLOCK"] = str(clock[0])
        again = home.report("--recheck")
        yield Upgraded(home=home, first=first, told=told, again=again)


def test_a_model_of_each_outlet_is_on_record(upgraded: Upgraded) -> None:
    learned = upgraded.home.rows("select subject from journal where kind = 'model'")
    assert len({subject for (subject,) in learned}) == len(FRAMES_WATCHED)


def test_after_the_upgrade_no_frame_is_in_the_text_and_no_text_is_lost(upgraded: Upgraded) -> None:
    shown = {each["url"]: each for each in upgraded.lines("show", "--json", *(each.url for each in framed()))}
    assert len(shown) == 90
    for each in framed():
        text = compared("\n".join(shown[each.url]["paragraphs"]))
        assert [piece for piece in each.never if compared(piece) in text] == [], each.url
        assert [piece for piece in each.paragraphs if compared(piece) not in text] == [], each.url


def test_a_chain_stays_with_its_first_reading_until_it_is_upgraded(upgraded: Upgraded) -> None:
    known = {each.url for each in framed()}
    former = {each["extractor"] for each in upgraded.first if "number" in each and each["url"] in known}
    assert all(" + " not in each for each in former)
    now = upgraded.lines("history", "--json", *sorted(known))
    assert all(" + " in each["extractor"] for each in now if "number" in each)


def test_an_upgrade_tells_what_changed_and_makes_no_edit(upgraded: Upgraded) -> None:
    known = {each.url for each in framed()}
    assert {each["url"] for each in upgraded.told} >= known
    assert any("fewer" in words for each in upgraded.told for words in each["said"])
    told = upgraded.lines("history", "--json", *sorted(known))
    assert Counter(line["url"] for line in told if "number" in line) == Counter(known)
    assert upgraded.again["articles"]["edits"] == 0
