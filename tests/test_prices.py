"""The price of a visit: bounded, and moved the right way by what was asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.prices import FIRST, HIGHEST, LOWEST, Demand, price_after

CALM = Demand(hours=1, per_day=800, tokens=240, waiting=0, backlog=0, site_per_day=240, spent=800 / 24, shared=None)
"""Just what comes in is spent, and the reserve is what it should be."""

counts = st.floats(min_value=0, max_value=100_000)
prices = st.floats(min_value=LOWEST, max_value=HIGHEST)
demands = st.builds(
    Demand,
    hours=st.floats(min_value=0.01, max_value=48),
    per_day=st.floats(min_value=1, max_value=100_000),
    tokens=counts,
    waiting=counts,
    backlog=counts,
    site_per_day=st.floats(min_value=0.1, max_value=10_000),
    spent=counts,
    window=st.sampled_from([4.0, 24.0]),
    is_open=st.booleans(),
    shared=st.none() | prices,
)


@given(prices, demands)
def test_a_price_stays_between_its_bounds(price: float, demand: Demand) -> None:
    assert LOWEST <= price_after(price, demand) <= HIGHEST


def test_a_price_rests_when_just_what_comes_in_is_spent() -> None:
    assert price_after(FIRST, CALM) == pytest.approx(FIRST)


@pytest.mark.parametrize(
    ("changed", "sign"),
    [
        pytest.param({"waiting": 400.0}, 1, id="visits wait everywhere"),
        pytest.param({"backlog": 60.0}, 1, id="visits wait at this site"),
        pytest.param({"tokens": 0.0}, 1, id="nothing in hand"),
        pytest.param({"spent": 100.0}, 1, id="more spent than comes in"),
        pytest.param({"tokens": 800.0}, -1, id="a day's budget lies idle"),
        pytest.param({"spent": 0.0}, -1, id="nothing is spent"),
        pytest.param({"shared": FIRST / 4}, -1, id="others pay less and nothing waits here"),
    ],
)
def test_a_price_moves_the_right_way(changed: dict[str, float], sign: int) -> None:
    moved = price_after(FIRST, replace(CALM, **changed))  # type: ignore[arg-type]
    assert (moved > FIRST) - (moved < FIRST) == sign


@given(prices, demands, st.floats(min_value=0, max_value=1000))
def test_more_waiting_never_makes_visits_cheaper(price: float, demand: Demand, more: float) -> None:
    busier = replace(demand, waiting=demand.waiting + more, backlog=demand.backlog + more)
    assert price_after(price, busier) >= price_after(price, demand) * (1 - 1e-9)


@given(prices, demands, st.floats(min_value=0, max_value=1000))
def test_more_in_hand_never_makes_visits_dearer(price: float, demand: Demand, more: float) -> None:
    richer = replace(demand, tokens=demand.tokens + more)
    assert price_after(price, richer) <= price_after(price, demand) * (1 + 1e-9)


def test_no_price_moves_faster_than_by_half_in_an_hour() -> None:
    rushed = replace(CALM, waiting=1e6, backlog=1e6, spent=1e6, tokens=0)
    assert FIRST < price_after(FIRST, rushed) < 1.5 * FIRST


def test_in_a_window_all_is_asked_for_and_the_value_of_visits_decides() -> None:
    assert price_after(0.2, replace(CALM, window=4.0)) == LOWEST
