"""Clocks, and how times are written and read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import Misuse
from archive.timing import ScaledClock, SystemClock, from_environment, parse_time, stamp

START = datetime(2026, 11, 1, tzinfo=UTC)


def test_without_a_variable_the_clock_is_the_systems() -> None:
    for env in ({}, {"VARIORUM_CLOCK": " "}):
        clock = from_environment(env)

        assert isinstance(clock, SystemClock)
        assert clock.now().tzinfo is UTC
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
        assert clock.real_seconds(7) == 7


def test_a_scaled_clock_begins_where_it_is_told() -> None:
    clock = from_environment({"VARIORUM_CLOCK": "2026-11-01T00:00:00Z x0.001"})

    assert START <= clock.now() < START + timedelta(minutes=1)


def test_a_wait_lasts_as_many_real_seconds_as_the_rate_says() -> None:
    assert ScaledClock(START, 1440).real_seconds(86400) == 60


def test_a_scaled_clock_runs_faster_and_never_back() -> None:
    clock = ScaledClock(START, 1e9)
    readings = [(clock.monotonic(), clock.now()) for _ in range(100)]

    assert readings == sorted(readings)
    assert readings[-1][0] - readings[0][0] > 1
    assert readings[-1][1] - readings[0][1] > timedelta(seconds=1)


def test_processes_agree_on_a_clock_with_a_common_beginning() -> None:
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    first = ScaledClock(START, 24, hour_ago)
    second = from_environment({"VARIORUM_CLOCK": str(first)})

    assert abs(first.now() - (START + timedelta(days=1))) < timedelta(hours=1)
    assert abs(first.now() - second.now()) < timedelta(minutes=10)
    assert str(second) == str(first)


@pytest.mark.parametrize(
    "text", ["fast", "x10", "2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z x0", "2026-11-01T00:00:00Z x-1", "noon x10"]
)
def test_a_clock_that_cannot_be_understood_is_refused(text: str) -> None:
    with pytest.raises(Misuse):
        from_environment({"VARIORUM_CLOCK": text})


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-01T08:30:00Z", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("2026-11-01t08:30:00z", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("2026-11-01 08:30:00Z", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        (" 2026-11-01T08:30:00.25+01:00 ", datetime(2026, 11, 1, 7, 30, 0, 250_000, tzinfo=UTC)),
        ("2026-11-01T08:30:00.123456789Z", datetime(2026, 11, 1, 8, 30, 0, 123_456, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 11, 1, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_rfc_3339_and_a_date_as_its_end(text: str, at: datetime) -> None:
    assert parse_time(text) == at
    assert parse_time(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-11-01T08:30:00",
        "2026-11-01T08:30Z",
        "20261101",
        "2026-W44-7",
        "2026-13-01",
        "2025-02-29",
        "2026-11-01T25:00:00Z",
        "0001-01-01T00:00:00+23:00",
        "2026-11-01T08:30:00+99:00",
        "٢٠٢٦-11-01",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Misuse, match="time"):
        parse_time(text)


def test_a_stamp_is_in_utc_with_microseconds() -> None:
    at = datetime(2026, 11, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))

    assert stamp(at) == "2026-11-01T08:30:00.000000Z"


def test_a_time_without_its_zone_is_not_stamped() -> None:
    with pytest.raises(ValueError, match="zone"):
        stamp(datetime(2026, 11, 1))  # noqa: DTZ001  # the very thing refused


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # Hypothesis adds the zone
def test_a_stamp_reads_back_as_the_same_instant(at: datetime) -> None:
    assert parse_time(stamp(at)) == at
