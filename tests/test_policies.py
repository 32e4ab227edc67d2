"""When a page is visited again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Outcome, Url, What
from archive.store.frontier import Wanted
from archive.urls import urlkey
from schedules.policies import DAY, GONE, HOUR, LADDER, SELDOM, YEAR, next_poll, next_visit, words

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = Url("http://press.test/story")
ANSWERS: tuple[Outcome, ...] = ("captured", "unchanged", "limited", "failed", "truncated")
"""How a visit to an article may end that is there."""


def visited(
    what: What = "article",
    outcome: Outcome | None = "captured",
    *,
    at: datetime | None = NOON,
    dated: datetime | None = None,
    added_at: datetime | None = NOON,
) -> Wanted:
    return Wanted(
        url=URL, urlkey=urlkey(URL), neighbour="press.test", what=what, why="new", next_at=NOON, dated=dated,
        visited_at=at, outcome=outcome, added_at=added_at,
    )  # fmt: skip


AGES: tuple[tuple[timedelta, timedelta], ...] = (
    (timedelta(0), HOUR),
    (6 * HOUR - timedelta(microseconds=1), HOUR),
    (6 * HOUR, 6 * HOUR),
    (2 * DAY, DAY),
    (7 * DAY, 7 * DAY),
    (30 * DAY, 30 * DAY),
    (365 * DAY, SELDOM),
    (20 * 365 * DAY, SELDOM),
)


@pytest.mark.parametrize(("age", "pause"), AGES)
def test_an_article_is_visited_the_seldomer_the_older_it_is(age: timedelta, pause: timedelta) -> None:
    assert next_visit(visited(dated=NOON - age), NOON)[0] == NOON + pause


@pytest.mark.parametrize(("age", "pause"), AGES)
def test_an_article_without_a_date_is_as_old_as_our_knowledge_of_it(age: timedelta, pause: timedelta) -> None:
    assert next_visit(visited(added_at=NOON - age), NOON)[0] == NOON + pause


def test_a_date_to_come_is_no_date() -> None:
    row = visited(dated=NOON + 900 * DAY, added_at=NOON - 10 * DAY)
    assert next_visit(row, NOON)[0] == NOON + 7 * DAY


def test_the_age_is_that_of_the_last_visit() -> None:
    row = visited(at=NOON, dated=NOON - HOUR)
    assert next_visit(row, NOON + 100 * DAY)[0] == NOON + HOUR


@pytest.mark.parametrize("what", ["front page", "feed", "sitemap"])
def test_what_shows_new_posts_is_asked_at_the_pace_of_its_site(what: What) -> None:
    row = visited(what, dated=NOON - 999 * DAY)
    assert next_poll(row, NOON, timedelta(minutes=20), has_feed=False)[0] == NOON + timedelta(minutes=20)


def test_a_front_page_beside_feeds_is_asked_once_a_day() -> None:
    assert next_poll(visited("front page"), NOON, HOUR, has_feed=True)[0] == NOON + DAY
    assert next_poll(visited("front page"), NOON, 7 * DAY, has_feed=True)[0] == NOON + 7 * DAY
    assert next_poll(visited("sitemap"), NOON, HOUR, has_feed=True)[0] == NOON + HOUR


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=15), "15 minutes"),
        (HOUR, "1 hour"),
        (47 * HOUR, "47 hours"),
        (2 * DAY, "2 days"),
    ],
)
def test_a_span_is_told_in_words(span: timedelta, told: str) -> None:
    assert words(span) == told


@pytest.mark.parametrize("what", ["archive page", "page", "requisite", "robots"])
def test_what_something_leads_to_is_not_visited_by_itself(what: What) -> None:
    assert next_visit(visited(what), NOON)[0] is None


@pytest.mark.parametrize("outcome", ["gone", "refused", "robots", "unsafe"])
def test_what_was_not_there_is_tried_again_after_a_month(outcome: Outcome) -> None:
    assert next_visit(visited(outcome=outcome, dated=NOON), NOON)[0] == NOON + GONE


def test_what_leads_elsewhere_is_not_visited_again() -> None:
    assert next_visit(visited(outcome="redirected"), NOON)[0] is None


def test_the_ladder_only_climbs() -> None:
    rungs = [*LADDER, (timedelta.max, SELDOM)]
    assert all(lower[0] < higher[0] and lower[1] < higher[1] for lower, higher in pairwise(rungs))


def test_the_reason_names_age_and_pause() -> None:
    assert next_visit(visited(dated=NOON - 8 * DAY), NOON)[1] == "8 days old, never read: again after 7 days"
    assert next_visit(visited(dated=NOON - HOUR), NOON)[1] == "1 hour old, never read: again after 1 hour"
    assert next_visit(visited(outcome="gone"), NOON)[1] == "gone last time"


TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    what=st.sampled_from(get_args(What)),
    outcome=st.sampled_from(get_args(Outcome)),
    at=TIMES,
    dated=st.none() | TIMES,
    added_at=TIMES,
    now=TIMES,
)
def test_a_next_visit_comes_after_the_last_and_an_article_that_answers_always_has_one(
    what: What, outcome: Outcome, at: datetime, dated: datetime | None, added_at: datetime, now: datetime
) -> None:
    planned, why = next_visit(visited(what, outcome, at=at, dated=dated, added_at=added_at), now)
    assert why
    assert planned is None or at + HOUR <= planned <= at + (YEAR if what == "citation" else SELDOM)
    assert planned is not None or what != "article" or outcome not in ANSWERS


def test_a_cited_page_is_looked_at_ever_more_seldom() -> None:
    row = replace(visited("citation"), added_at=NOON, visited_at=NOON)
    gaps = []
    for _ in range(6):
        at, explain = next_visit(row, row.visited_at or NOON)
        assert at is not None
        assert "cited" in explain
        gaps.append(at - NOON)
        row = replace(row, visited_at=at)
    day = timedelta(days=1)
    assert gaps == [timedelta(hours=1), day, 7 * day, 30 * day, 395 * day, 760 * day]


@pytest.mark.parametrize("outcome", ["redirected", "robots"])
def test_a_citation_that_leads_elsewhere_is_not_looked_at_again(outcome: Outcome) -> None:
    assert next_visit(replace(visited("citation"), outcome=outcome), NOON)[0] is None
