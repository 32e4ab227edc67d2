"""What is expected of an article and when it is visited: properties that hold for any history."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.expectation import Look, Outcome, Standing, after, chance, discovered
from schedules.habits import DAY, HOUR, Learned, habits, pooled
from schedules.plans import GONE_PATROL, Limits, patrol_gap, plan, value_now

MONDAY = 1_767_571_200.0
"""2026-01-05 00:00 UTC."""
LIMITS = Limits()
PRICE = 0.02
RELIABLE = Learned(articles=500, told=(300.0, 60.0), untold=(10.0, 3.0), false=(5.0, 5.0), watched=(900.0, 9000.0))
RESTLESS = Learned(articles=500, told=(5.0, 1.0), untold=(95.0, 19.0), false=(900.0, 4000.0), watched=(900.0, 9000.0))
"""Two sites: one whose hints are nearly always right, one that shows a new lastmod for nothing."""

gaps = st.floats(min_value=60, max_value=40 * DAY)
outcomes: st.SearchStrategy[Outcome] = st.sampled_from(["changed", "same", "same", "failed", "gone", "hint"])
histories = st.lists(st.tuples(gaps, outcomes, st.none() | st.floats(min_value=0, max_value=1)), max_size=12)
prices = st.floats(min_value=1e-5, max_value=0.8)
moments = st.floats(min_value=0, max_value=60 * DAY)


def looks_of(history: list[tuple[float, Outcome, float | None]], start: float) -> list[Look]:
    looks, at = [], start
    for gap, outcome, back in history:
        at += gap
        looks.append(Look(at=at, outcome=outcome, modified=None if back is None else at - back * gap))
    return looks


def folded(looks: list[Look], learned: Learned | None = None) -> tuple[Standing, Learned]:
    known = learned or Learned()
    standing = discovered(MONDAY + 9 * HOUR, MONDAY + 10 * HOUR, known)
    for look in looks:
        standing, known = after(standing, known, look)
    return standing, known


@given(histories)
@settings(max_examples=60)
def test_a_history_replayed_gives_what_it_gave_look_by_look(history: list[tuple[float, Outcome, float | None]]) -> None:
    looks = looks_of(history, MONDAY + 10 * HOUR)
    standing, learned = discovered(MONDAY + 9 * HOUR, MONDAY + 10 * HOUR, Learned()), Learned()
    for look in looks:
        standing, learned = after(standing, learned, look)
    assert folded(looks) == (standing, learned)


@given(histories)
@settings(max_examples=60)
def test_what_is_known_survives_json(history: list[tuple[float, Outcome, float | None]]) -> None:
    standing, learned = folded(looks_of(history, MONDAY + 10 * HOUR))
    again = Standing.from_json(json.loads(json.dumps(standing.as_json())))
    taught = Learned.from_json(json.loads(json.dumps(learned.as_json())))
    assert again.as_json() == standing.as_json()
    assert taught.as_json() == learned.as_json()
    now = standing.tried + HOUR
    kept, fresh = plan(standing, learned, PRICE, now, LIMITS), plan(again, taught, PRICE, now, LIMITS)
    assert fresh.at == pytest.approx(kept.at, abs=0.05 * (kept.at - standing.looked) + 60)
    assert fresh.reason == kept.reason


@given(histories, prices, moments)
@settings(max_examples=100)
def test_a_plan_is_never_in_the_past_and_its_figures_make_sense(
    history: list[tuple[float, Outcome, float | None]], price: float, later: float
) -> None:
    standing, learned = folded(looks_of(history, MONDAY + 10 * HOUR))
    now = standing.tried + later
    planned = plan(standing, learned, price, now, LIMITS)
    assert planned.at >= now
    assert 0 <= planned.chance <= 1
    assert planned.expected >= -1e-9
    assert planned.why()
    assert planned.at <= max(
        now, standing.tried + max(GONE_PATROL, LIMITS.patrol), standing.looked + LIMITS.patrol + DAY
    )


@given(histories, prices, moments, moments)
@settings(max_examples=100)
def test_asked_later_a_plan_is_not_sooner(
    history: list[tuple[float, Outcome, float | None]], price: float, one: float, other: float
) -> None:
    standing, learned = folded(looks_of(history, MONDAY + 10 * HOUR))
    sooner, later = sorted((one, other))
    first = plan(standing, learned, price, standing.tried + sooner, LIMITS)
    second = plan(standing, learned, price, standing.tried + later, LIMITS)
    assert second.at >= min(first.at, standing.tried + later) - 1


@given(histories, moments, moments)
@settings(max_examples=60)
def test_the_chance_of_a_change_only_grows_with_time(
    history: list[tuple[float, Outcome, float | None]], one: float, other: float
) -> None:
    standing, learned = folded(looks_of(history, MONDAY + 10 * HOUR))
    ways = habits(learned, Learned())
    sooner, later = sorted((one, other))
    assert chance(standing, ways, standing.looked + sooner) <= chance(standing, ways, standing.looked + later) + 1e-9


def test_a_dearer_visit_is_made_later() -> None:
    standing, learned = folded([])
    dates = [plan(standing, learned, price, standing.looked, LIMITS).at for price in (0.002, 0.01, 0.05, 0.2)]
    assert dates == sorted(dates)
    assert dates[0] < dates[-1]


def test_under_a_constant_rate_gaps_hold_the_same_number_of_edits() -> None:
    # Aged past two months the curve is flat; the factor is known as good as exactly.
    standing = replace(
        discovered(MONDAY, MONDAY, Learned()), shape=1e6, rate=300.0, odds=-12.0, looked=MONDAY + 61 * DAY, tried=MONDAY
    )
    spans, edits = [], []
    for _ in range(4):
        planned = plan(standing, Learned(), PRICE, standing.looked, Limits(patrol=900 * DAY))
        spans.append(planned.at - standing.looked)
        edits.append(planned.expected)
        standing = replace(standing, looked=planned.at, tried=planned.at)
    assert edits == pytest.approx([edits[0]] * 4, rel=0.05)
    assert spans == pytest.approx([spans[0]] * 4, rel=0.05)
    # 1 - exp(-x)(1 + x) = .02 at x = .215 (facts: revisits, 2.2 b)
    assert edits[0] == pytest.approx(0.215, rel=0.05)


def test_an_article_that_changed_is_visited_sooner_than_one_that_did_not() -> None:
    at = MONDAY + 14 * HOUR
    changed, learned = folded([Look(at=at, outcome="changed")])
    same, _ = folded([Look(at=at, outcome="same")])
    assert plan(changed, learned, PRICE, at, LIMITS).at < plan(same, learned, PRICE, at, LIMITS).at
    assert value_now(changed, learned, at + HOUR) > value_now(same, learned, at + HOUR)


def test_a_hint_of_a_reliable_site_is_followed_at_once() -> None:
    looked, hinted = MONDAY + 5 * DAY, MONDAY + 8 * DAY
    standing, learned = folded([Look(at=looked, outcome="same")], RELIABLE)
    standing, learned = after(standing, learned, Look(at=hinted, outcome="hint", modified=hinted - 600))
    planned = plan(standing, learned, PRICE, hinted, LIMITS)
    assert planned.at == hinted
    assert planned.value > 0.5
    assert "right" in planned.why()


def test_a_hint_of_a_site_that_cries_wolf_is_not() -> None:
    looked, hinted = MONDAY + 5 * DAY, MONDAY + 8 * DAY
    standing, learned = folded([Look(at=looked, outcome="same")], RESTLESS)
    standing, learned = after(standing, learned, Look(at=hinted, outcome="hint", modified=hinted - 600))
    assert plan(standing, learned, PRICE, hinted, LIMITS).at > hinted + HOUR


def test_a_hint_of_a_change_that_was_seen_already_changes_nothing() -> None:
    standing, learned = folded([Look(at=MONDAY + DAY, outcome="changed")])
    told, learned = after(standing, learned, Look(at=MONDAY + DAY + HOUR, outcome="hint", modified=MONDAY + DAY - 60))
    assert told.bumps == 0
    assert sum(learned.told) == 1


def test_silence_of_a_reliable_site_puts_a_visit_off() -> None:
    quiet, _ = folded([], RELIABLE)
    mute, _ = folded([])
    assert plan(quiet, RELIABLE, PRICE, quiet.looked, LIMITS).at > plan(mute, Learned(), PRICE, mute.looked, LIMITS).at


def test_a_page_that_is_gone_is_asked_again_after_an_hour_and_a_day_and_then_monthly() -> None:
    at = MONDAY + DAY
    standing, learned = folded([])
    waits = []
    for _ in range(4):
        standing, learned = after(standing, learned, Look(at=at, outcome="gone"))
        planned = plan(standing, learned, PRICE, at, LIMITS)
        waits.append(planned.at - at)
        at = planned.at
    assert waits == [HOUR, DAY, 30 * DAY, 30 * DAY]


def test_a_page_that_came_back_is_an_article_again() -> None:
    standing, learned = folded([Look(at=MONDAY + DAY, outcome="gone"), Look(at=MONDAY + DAY + HOUR, outcome="changed")])
    assert plan(standing, learned, PRICE, MONDAY + DAY + HOUR, LIMITS).reason == "expected"


def test_failures_back_off_from_an_hour_to_a_day() -> None:
    at = MONDAY + DAY
    standing, learned = folded([])
    waits = []
    for _ in range(7):
        standing, learned = after(standing, learned, Look(at=at, outcome="failed"))
        planned = plan(standing, learned, PRICE, at, LIMITS)
        waits.append((planned.at - at) / HOUR)
        at = planned.at
    assert waits == [1, 2, 4, 8, 16, 24, 24]


def test_no_article_is_visited_more_often_a_day_than_the_cap() -> None:
    standing, learned = folded([])
    limits = Limits(visits_a_day=5, soonest=300)
    at, made = standing.looked, []
    while at < MONDAY + 3 * DAY:
        at = plan(standing, learned, 1e-5, at, limits).at
        made.append(int(at // DAY))
        standing, learned = after(standing, learned, Look(at=at, outcome="changed"))
    assert max(made.count(day) for day in made) == 5


def test_a_quiet_old_article_is_only_patrolled_and_worth_less_than_any_visit_that_pays() -> None:
    looks = [Look(at=MONDAY + days * DAY, outcome="same") for days in (1, 3, 8, 20, 50, 120)]
    standing, learned = folded(looks)
    planned = plan(standing, learned, 0.1, looks[-1].at, Limits(patrol=30 * DAY))
    assert planned.at == looks[-1].at + 30 * DAY
    assert planned.value <= 0
    assert "patrol" in planned.why()


def test_patrols_ask_for_no_more_than_their_share() -> None:
    gap = patrol_gap(100_000, 800, 0.1)
    assert 100_000 / (gap / DAY) == pytest.approx(80)
    assert patrol_gap(10, 800, 0.1) == 14 * DAY


def test_a_site_learns_that_its_articles_are_livelier_than_others() -> None:
    learned = Learned()
    for number in range(60):
        start = MONDAY + number * DAY + 9 * HOUR
        standing = discovered(start, start + HOUR, learned)
        for hours in (4, 8, 24):
            standing, learned = after(standing, learned, Look(at=start + hours * HOUR, outcome="changed"))
    fresh = discovered(MONDAY + 70 * DAY, MONDAY + 70 * DAY, learned)
    lively, usual = habits(learned, Learned()), habits(Learned(), Learned())
    assert chance(fresh, lively, fresh.looked + 6 * HOUR) > 1.5 * chance(fresh, usual, fresh.looked + 6 * HOUR)


def test_a_new_site_borrows_from_what_all_sites_taught() -> None:
    _, lively = folded([Look(at=MONDAY + hours * HOUR, outcome="changed") for hours in (10.5, 11, 11.5, 12, 13, 14)])
    everywhere = pooled([lively] * 50)
    fresh = discovered(MONDAY, MONDAY, Learned(), everywhere)
    borrowed = plan(fresh, Learned(), PRICE, MONDAY, LIMITS, everywhere)
    alone = plan(discovered(MONDAY, MONDAY, Learned()), Learned(), PRICE, MONDAY, LIMITS)
    assert borrowed.at < alone.at


def test_the_newsroom_sleeps_at_night() -> None:
    learned = Learned()
    for number in range(200):
        noon = MONDAY + number * DAY + 12 * HOUR
        _, learned = after(discovered(noon, noon, learned), learned, Look(at=noon + DAY, outcome="same"))
    ways = habits(learned, Learned())
    assert ways.pace(10, 14) > 2 * ways.pace(22, 26)
    assert ways.pace(0, 24) == pytest.approx(24)


def test_a_page_that_says_it_was_edited_before_it_was_found_is_livelier() -> None:
    honest = Learned(dated_right=50.0)
    found = MONDAY + 6 * HOUR
    edited = discovered(MONDAY, found, honest, modified=found - HOUR)
    untouched = discovered(MONDAY, found, honest, modified=MONDAY)
    assert value_now(edited, honest, found + HOUR) > value_now(untouched, honest, found + HOUR)
    # Without reasons to trust such dates they count for nothing.
    assert discovered(MONDAY, found, Learned(), modified=found - HOUR) == discovered(MONDAY, found, Learned())
