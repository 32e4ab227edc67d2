"""How long a neighbour is left in peace: never less than the delay, never less than it asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Outcome
from crawler.governor import FIRST_BACKOFF, LEAST_BACKOFF, LONGEST, NOTHING, SPREAD, Answer, Pace, after, retry_after

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DELAY = 5 * SECOND
PACE = Pace(delay=DELAY, longest=timedelta(minutes=10))
FINE = Answer(outcome="captured", status=200)
NO_ANSWER = Answer(outcome="failed")

# ------------------------------------------------------------------------------------------------------ Retry-After

SAID: dict[str, timedelta | None] = {
    "0": NOTHING,
    "120": 120 * SECOND,
    " 120 ": 120 * SECOND,
    "0000000000120": 120 * SECOND,
    "86400": LONGEST,
    "86401": LONGEST,
    "9" * 400: LONGEST,
    "Sun, 22 Nov 2026 12:00:30 GMT": 30 * SECOND,
    "Sunday, 22-Nov-26 12:00:30 GMT": 30 * SECOND,
    "Sun Nov 22 12:00:30 2026": 30 * SECOND,
    "Sun, 22 Nov 2026 13:00:30 +0100": 30 * SECOND,
    "Sun, 22 Nov 2026 11:59:59 GMT": NOTHING,
    "Mon, 01 Jan 1601 00:00:00 GMT": NOTHING,
    "Fri, 31 Dec 9999 23:59:59 GMT": LONGEST,
    "Sun, 22 Nov 99999 12:00:30 GMT": None,
    f"Sun, 22 Nov {'9' * 30} 12:00:30 GMT": None,
    f"Sun, 22 Nov 2026 12:00:30 +{'9' * 30}": None,
    "Sun, 31 Feb 2026 12:00:00 GMT": None,
    "-1": None,
    "+5": None,
    "1.5": None,
    "5s": None,
    "\u0665": None,
    "soon": None,
    "": None,
}


@pytest.mark.parametrize(("said", "meant"), SAID.items(), ids=[repr(said)[:40] for said in SAID])
def test_a_retry_after_is_seconds_or_a_date(said: str, meant: timedelta | None) -> None:
    assert retry_after(said, NOON) == meant


def test_no_retry_after_asks_for_nothing() -> None:
    assert retry_after(None, NOON) is None


@given(st.text(max_size=60))
def test_any_retry_after_is_read_or_ignored(said: str) -> None:
    asked = retry_after(said, NOON)
    assert asked is None or NOTHING <= asked <= LONGEST


@given(st.integers(0, 86_400))
def test_both_forms_of_a_retry_after_mean_the_same(seconds: int) -> None:
    date = format_datetime(NOON + seconds * SECOND, usegmt=True)
    assert retry_after(date, NOON) == retry_after(str(seconds), NOON) == seconds * SECOND


# ------------------------------------------------------------------------------------------------------- one answer

PAUSES: dict[str, tuple[Answer, timedelta]] = {
    "an answer": (FINE, DELAY),
    "a quick refusal": (Answer(outcome="gone", status=404), DELAY),
    "an answer that took long": (Answer(outcome="captured", status=200, took=30 * SECOND), 30 * SECOND),
    "an answer that took for ever": (Answer(outcome="captured", status=200, took=LONGEST), PACE.longest),
    "an answer that asks for a wait": (Answer(outcome="captured", status=200, retry_after="60"), 60 * SECOND),
    "a redirect that asks for a wait": (Answer(outcome="redirected", status=301, retry_after="60"), 60 * SECOND),
    "an answer that asks for no wait": (Answer(outcome="captured", status=200, retry_after="0"), DELAY),
    "too many requests": (Answer(outcome="limited", status=429), FIRST_BACKOFF * DELAY),
    "too many requests, with a wait": (Answer(outcome="limited", status=429, retry_after="90"), 90 * SECOND),
    "too many requests, with a short wait": (Answer(outcome="limited", status=429, retry_after="1"), DELAY),
    "too many requests, with a long wait": (Answer(outcome="limited", status=429, retry_after="3600"), 3600 * SECOND),
    "too many requests, with an absurd wait": (Answer(outcome="limited", status=429, retry_after="9" * 20), LONGEST),
    "too many requests, with a wait unread": (
        Answer(outcome="limited", status=429, retry_after="soon"),
        FIRST_BACKOFF * DELAY,
    ),
    "503": (Answer(outcome="captured", status=503), FIRST_BACKOFF * DELAY),
    "a failure": (NO_ANSWER, FIRST_BACKOFF * DELAY),
    "a truncated 503": (Answer(outcome="truncated", status=503), FIRST_BACKOFF * DELAY),
}


@pytest.mark.parametrize(("answer", "pause"), PAUSES.values(), ids=PAUSES.keys())
def test_the_pause_after_an_answer(answer: Answer, pause: timedelta) -> None:
    assert after(PACE, answer, NOON, 0.0)[1] == pause


def test_a_pause_may_last_a_little_longer_and_what_was_asked_for_is_kept_to_the_second() -> None:
    assert after(PACE, FINE, NOON, 1.0)[1] == DELAY * (1 + SPREAD)
    assert after(PACE, NO_ANSWER, NOON, 1.0)[1] == FIRST_BACKOFF * DELAY * (1 + SPREAD)
    assert after(PACE, Answer(outcome="limited", status=429, retry_after="90"), NOON, 1.0)[1] == 90 * SECOND


def test_without_a_delay_nothing_is_waited_for_but_what_is_asked() -> None:
    pace = Pace(delay=NOTHING, longest=timedelta(minutes=10))
    assert after(pace, Answer(outcome="captured", status=200, took=30 * SECOND), NOON, 1.0)[1] == NOTHING
    assert after(pace, NO_ANSWER, NOON, 1.0)[1] == NOTHING
    assert after(pace, Answer(outcome="limited", status=429, retry_after="2"), NOON, 1.0)[1] == 2 * SECOND


def test_a_short_delay_backs_off_for_a_second_at_least() -> None:
    pace = Pace(delay=SECOND / 100, longest=timedelta(minutes=10))
    assert after(pace, NO_ANSWER, NOON, 0.0)[1] == LEAST_BACKOFF


# ----------------------------------------------------------------------------------------------------- many answers


def test_the_back_off_doubles_up_to_its_limit_and_halves_down_to_nothing() -> None:
    pace, down = PACE, []
    pauses = []
    for _ in range(8):
        pace, pause = after(pace, NO_ANSWER, NOON, 0.0)
        pauses.append(pause.total_seconds())
    assert pauses == [20, 40, 80, 160, 320, 600, 600, 600]
    assert pace.failures == 8
    while pace.backoff:
        pace, pause = after(pace, FINE, NOON, 0.0)
        down.append(pause.total_seconds())
    assert down == [300, 150, 75, 37.5, 18.75, 9.375, 5, 5]
    assert (pace, after(pace, FINE, NOON, 0.0)[1]) == (PACE, DELAY)


def test_a_wait_that_was_asked_for_counts_as_trouble_too() -> None:
    pace, _ = after(PACE, Answer(outcome="limited", status=429, retry_after="6"), NOON, 0.0)
    assert (pace.failures, pace.backoff) == (1, FIRST_BACKOFF * DELAY)
    assert after(pace, NO_ANSWER, NOON, 0.0)[1] == 2 * FIRST_BACKOFF * DELAY


def test_a_delay_beyond_the_longest_back_off_holds() -> None:
    pace = Pace(delay=60 * SECOND, longest=10 * SECOND)
    for answer in (FINE, NO_ANSWER, Answer(outcome="captured", status=200, took=LONGEST)):
        assert after(pace, answer, NOON, 0.0)[1] == 60 * SECOND


OUTCOMES: tuple[Outcome, ...] = ("captured", "unchanged", "redirected", "gone", "refused", "limited", "failed")
ANSWERS = st.builds(
    Answer,
    outcome=st.sampled_from(OUTCOMES),
    status=st.sampled_from([None, 200, 301, 304, 404, 429, 500, 503]),
    took=st.timedeltas(NOTHING, timedelta(hours=1)),
    retry_after=st.none() | st.integers(-5, 200_000).map(str) | st.text(max_size=8),
)
DELAYS = st.timedeltas(NOTHING, timedelta(minutes=20))
LUCK = st.floats(0, 1)


@given(DELAYS, DELAYS, st.lists(st.tuples(ANSWERS, LUCK), max_size=20))
def test_whatever_comes_a_pause_keeps_the_delay_the_wait_asked_for_and_its_bounds(
    delay: timedelta, longest: timedelta, answers: list[tuple[Answer, float]]
) -> None:
    pace = Pace(delay=delay, longest=longest)
    most = max(delay, longest)
    for answer, luck in answers:
        pace, pause = after(pace, answer, NOON, luck)
        asked = retry_after(answer.retry_after, NOON) if answer.status is not None else None
        assert pause >= delay
        assert asked is None or pause >= asked
        assert pause <= max(most * (1 + SPREAD), asked or NOTHING)
        assert NOTHING <= pace.backoff <= most
        assert (pace.delay, pace.longest) == (delay, longest)


@given(DELAYS, DELAYS, st.lists(LUCK, min_size=2, max_size=20))
def test_the_back_off_never_shrinks_while_trouble_lasts_and_always_ends_after_it(
    delay: timedelta, longest: timedelta, luck: list[float]
) -> None:
    pace = Pace(delay=delay, longest=longest)
    paces = [pace := after(pace, NO_ANSWER, NOON, one)[0] for one in luck]
    assert all(before.backoff <= then.backoff for before, then in pairwise(paces))
    for _ in range(64):
        pace, pause = after(pace, FINE, NOON, 0.0)
    assert (pace.failures, pace.backoff, pause) == (0, NOTHING, delay)
