"""The ways of a source: which silence is usual at which time of the week, and which is not."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules import cadence
from schedules.cadence import Cadence

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
LISBON = ZoneInfo("Europe/Lisbon")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEKDAYS = (0, 1, 2, 3, 4)


def posts(weeks: int, *, at: tuple[float, ...] = (9,), days: tuple[int, ...] = WEEKDAYS) -> list[datetime]:
    """Give a post at each of some hours of some weekdays."""
    return [
        MONDAY + timedelta(weeks=week, days=day, hours=hour) for week in range(weeks) for day in days for hour in at
    ]


def learned(times: list[datetime]) -> Cadence:
    found = cadence.learn(times)
    assert found is not None
    return found


def alarmed_at(ways: Cadence, newest: datetime) -> datetime:
    """Give the hour from which on silence is unusual."""
    return next(at for hours in range(24 * 400) if cadence.is_quiet(ways, newest, at := newest + hours * HOUR))


# ---- what is usual


def test_a_weekday_blog_is_not_quiet_on_sunday_and_is_on_thursday() -> None:
    told = posts(8)
    ways = learned(told)
    friday = told[-1]

    assert not cadence.is_quiet(ways, friday, friday + 2.5 * DAY)
    assert not cadence.is_quiet(ways, friday, friday + 3 * DAY)
    assert friday + 4 * DAY < alarmed_at(ways, friday) <= friday + 6 * DAY


def test_silence_by_night_is_no_silence() -> None:
    told = posts(5, at=(8, 10, 12, 14, 16, 18), days=(0, 1, 2, 3, 4, 5, 6))
    ways = learned(told)

    assert alarmed_at(ways, told[-1]) >= told[-1] + 14 * HOUR  # of the evening: until late in the morning
    assert alarmed_at(ways, told[-6]) <= told[-6] + 7 * HOUR  # of the morning: this very afternoon


def test_a_batch_is_one_moment() -> None:
    single = posts(6)
    batches = [at + timedelta(minutes=minute) for at in single for minute in range(0, 50, 5)]

    assert learned(batches) == learned(single)


def test_a_weekly_paper_may_be_silent_for_a_week() -> None:
    told = posts(12, at=(6, 7), days=(3,))
    ways = learned(told)

    assert not cadence.is_quiet(ways, told[-1], told[-1] + 7 * DAY)
    assert alarmed_at(ways, told[-1]) <= told[-1] + 3 * 7 * DAY


def test_a_wire_is_not_quiet_within_three_hours() -> None:
    told = [MONDAY + minutes * timedelta(minutes=10) for minutes in range(6 * 24 * 15)]
    ways = learned(told)

    assert not cadence.is_quiet(ways, told[-1], told[-1] + 2.9 * HOUR)
    assert cadence.is_quiet(ways, told[-1], told[-1] + 4 * HOUR)


@pytest.mark.parametrize(
    ("times", "enough"),
    [
        ([], False),
        (posts(2)[:9], False),
        ([MONDAY + number * DAY for number in range(14)], False),  # a day short of two weeks
        ([MONDAY + number * DAY for number in range(15)], True),
        (posts(3), True),
        ([MONDAY + number * 30 * DAY for number in range(9)], False),
        ([MONDAY + number * 30 * DAY for number in range(10)], True),
    ],
)
def test_nothing_is_said_of_a_source_before_two_weeks_and_ten_moments(times: list[datetime], enough: bool) -> None:
    assert (cadence.learn(times) is not None) is enough


def test_what_was_long_ago_does_not_count() -> None:
    busy = posts(20, at=tuple(range(6, 20)))
    calm = [at + timedelta(weeks=20) for at in posts(9)]

    assert learned(busy + calm).moments == 40
    assert learned(busy + calm).per_week == pytest.approx(5, rel=0.1)


def test_the_usual_interval_is_that_of_the_time_of_week() -> None:
    told = posts(8, at=(8, 11, 14, 17, 20))
    ways = learned(told)
    busy = cadence.interval(ways, MONDAY + 3 * DAY)

    assert busy is not None
    assert 4 * HOUR < busy < 6 * HOUR  # five a day
    assert cadence.interval(ways, MONDAY + 7 * DAY) is None  # at the end of a Sunday


def test_local_time_decides_and_the_clocks_may_change() -> None:
    times = [
        datetime(2026, 3, 2, 9, tzinfo=LISBON) + timedelta(weeks=week, days=day)  # 9:00 by the clock on each day
        for week in range(8)
        for day in WEEKDAYS
    ]
    found = cadence.learn(times, LISBON)

    assert found is not None
    assert found.clock[9] > 0.45
    assert found == cadence.learn([at.replace(tzinfo=UTC) for at in times])


def test_ways_are_kept_as_plain_values() -> None:
    ways = learned(posts(4, at=(7, 19)))

    assert Cadence.read(json.loads(json.dumps(ways.data()))) == ways


# ---- properties

regular = st.builds(
    lambda hours, weeks, days: (posts(weeks, at=tuple(hours), days=days), posts(weeks + 6, at=tuple(hours), days=days)),
    st.lists(st.integers(0, 23), min_size=1, max_size=4, unique=True).map(sorted),
    st.integers(3, 12),
    st.sampled_from([WEEKDAYS, (0, 1, 2, 3, 4, 5), (0, 2, 4), (0, 1, 2, 3, 4, 5, 6)]),
)


@given(told=regular, seed=st.integers(0, 2**32))
def test_a_regular_blog_is_never_called_quiet_on_its_usual_silence(
    told: tuple[list[datetime], list[datetime]], seed: int
) -> None:
    luck = random.Random(seed)
    late = [at + timedelta(minutes=luck.uniform(-30, 30)) for at in told[1]]
    known, to_come = late[: len(told[0])], late[len(told[0]) - 1 :]
    ways = cadence.learn(known)
    if ways is None:
        assert len(known) < cadence.LEAST_MOMENTS or known[-1] - known[0] < cadence.LEAST_SPAN + DAY
        return
    for newest, following in pairwise(to_come):
        assert not cadence.is_quiet(ways, newest, following)


@given(weeks=st.integers(4, 12), hour=st.integers(0, 23), last=st.integers(1, 5), seed=st.integers(0, 2**32))
def test_a_dead_weekday_blog_is_quiet_within_three_usual_gaps(weeks: int, hour: int, last: int, seed: int) -> None:
    luck = random.Random(seed)
    told = posts(weeks, at=(hour,))[: -last or None]
    known = [at + timedelta(minutes=luck.uniform(-30, 30)) for at in told]
    missed = posts(weeks + 2, at=(hour,))[len(told) :]

    # Counted in posts: a weekend is no gap. Who posts about midnight has no weekdays of his own, and gets one more.
    most = 3 if 1 <= hour <= 22 else 4
    assert alarmed_at(learned(known), known[-1]) <= missed[most - 1] + timedelta(hours=2)


@given(
    gaps=st.lists(st.integers(1, 60), min_size=12, max_size=80),
    zone=st.sampled_from([UTC, LISBON, ZoneInfo("Pacific/Apia"), ZoneInfo("Australia/Lord_Howe")]),
)
def test_whoever_falls_silent_is_called_quiet_one_day_and_stays_so(gaps: list[int], zone: ZoneInfo) -> None:
    times = [MONDAY]
    for gap in gaps:
        times.append(times[-1] + gap * HOUR)
    ways = cadence.learn(times, zone)
    if ways is None:
        return
    newest = times[-1]
    told = [cadence.is_quiet(ways, newest, newest + hours * HOUR, zone) for hours in range(24 * 60)]

    assert told == sorted(told)
    assert told[-1]
    assert 0 < ways.usual <= ways.longest
    assert ways.usual * cadence.PATIENCE <= cadence.patience(ways) <= ways.usual * cadence.MOST_PATIENCE


@given(since=st.integers(0, 5000), first=st.integers(0, 3000), second=st.integers(0, 3000))
def test_what_is_expected_adds_up(since: int, first: int, second: int) -> None:
    ways = learned(posts(6, at=(7, 12, 19)))
    start = MONDAY + since * HOUR
    middle, end = start + first * HOUR, start + (first + second) * HOUR

    whole = cadence.expected(ways, start, end + HOUR)
    parts = cadence.expected(ways, start, middle + HOUR) + cadence.expected(ways, middle, end + HOUR)
    assert whole == pytest.approx(parts)
