"""The calendar: planned times on the days when clocks change, jitter, and what an outage leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import Misuse
from schedules.calendar import (
    MOST,
    NOT_RUNNING,
    PASSED_OVER,
    Daily,
    Every,
    Firing,
    Schedule,
    due_at,
    due_between,
    in_words,
    overdue,
    planned_after,
    planned_between,
)

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    """Read ``2026-03-29 01:00`` as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(zone: str, *times: str) -> Schedule:
    return Schedule(
        name="press nightly",
        when=Daily(at=tuple(time.fromisoformat(each) for each in times), zone=ZoneInfo(zone)),
        why="nightly",
    )


def poll(span: timedelta = HOUR, **given: object) -> Schedule:
    return Schedule(name="press poll", when=Every(span=span), why="poll", **given)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------- when clocks change

# Each: zone, times of day, first and last local date, and the instants in UTC, worked out by hand.
CHANGES = [
    # Lisbon, 29 March 2026: 01:00 becomes 02:00 (UTC+0 to +1).
    ("Europe/Lisbon", "01:30", "2026-03-28", "2026-03-30",
     "2026-03-28 01:30, 2026-03-29 01:00, 2026-03-30 00:30"),
    ("Europe/Lisbon", "02:00", "2026-03-28", "2026-03-30",
     "2026-03-28 02:00, 2026-03-29 01:00, 2026-03-30 01:00"),
    # 25 October 2026: 02:00 becomes 01:00.
    ("Europe/Lisbon", "01:30", "2026-10-24", "2026-10-26",
     "2026-10-24 00:30, 2026-10-25 00:30, 2026-10-26 01:30"),
    ("Europe/Lisbon", "02:00", "2026-10-24", "2026-10-26",
     "2026-10-24 01:00, 2026-10-25 02:00, 2026-10-26 02:00"),
    # New York, 8 March 2026: 02:00 becomes 03:00 (UTC-5 to -4); 1 November: 02:00 becomes 01:00.
    ("America/New_York", "02:30", "2026-03-07", "2026-03-09",
     "2026-03-07 07:30, 2026-03-08 07:00, 2026-03-09 06:30"),
    ("America/New_York", "01:30", "2026-10-31", "2026-11-02",
     "2026-10-31 05:30, 2026-11-01 05:30, 2026-11-02 06:30"),
    # Two times in one gap are one run, and so is one in it and one at its end.
    ("America/New_York", "02:10 02:50 03:00", "2026-03-08", "2026-03-09",
     "2026-03-08 07:00, 2026-03-09 06:10, 2026-03-09 06:50, 2026-03-09 07:00"),
    # Lord Howe, 4 October 2026: 02:00 becomes 02:30 (UTC+10:30 to +11); 5 April: 02:00 becomes 01:30.
    ("Australia/Lord_Howe", "02:15", "2026-10-03", "2026-10-05",
     "2026-10-02 15:45, 2026-10-03 15:30, 2026-10-04 15:15"),
    ("Australia/Lord_Howe", "01:45", "2026-04-04", "2026-04-06",
     "2026-04-03 14:45, 2026-04-04 14:45, 2026-04-05 15:15"),
    # Sao Paulo, 4 November 2018: midnight becomes 01:00 (UTC-3 to -2); 18 February: midnight becomes 23:00.
    ("America/Sao_Paulo", "00:00", "2018-11-03", "2018-11-05",
     "2018-11-03 03:00, 2018-11-04 03:00, 2018-11-05 02:00"),
    ("America/Sao_Paulo", "00:30", "2018-11-03", "2018-11-05",
     "2018-11-03 03:30, 2018-11-04 03:00, 2018-11-05 02:30"),
    ("America/Sao_Paulo", "23:30", "2018-02-16", "2018-02-18",
     "2018-02-17 01:30, 2018-02-18 01:30, 2018-02-19 02:30"),
    # Casablanca sets its clocks back for Ramadan: 10 March 2024 03:00 becomes 02:00, 14 April 02:00 becomes 03:00.
    ("Africa/Casablanca", "02:30", "2024-03-09", "2024-03-11",
     "2024-03-09 01:30, 2024-03-10 01:30, 2024-03-11 02:30"),
    ("Africa/Casablanca", "02:30", "2024-04-13", "2024-04-15",
     "2024-04-13 02:30, 2024-04-14 02:00, 2024-04-15 01:30"),
    # Apia crossed the date line: after 29 December 2011 (UTC-10) came the 31st (UTC+14).
    ("Pacific/Apia", "00:00", "2011-12-28", "2012-01-01",
     "2011-12-28 10:00, 2011-12-29 10:00, 2011-12-30 10:00, 2011-12-31 10:00"),
    ("Pacific/Apia", "02:30 23:59", "2011-12-29", "2011-12-31",
     "2011-12-29 12:30, 2011-12-30 09:59, 2011-12-30 12:30, 2011-12-31 09:59"),
    # St. John's, 7 November 2010: at 00:01 it became 23:01 of the day before, whose 23:30 came twice.
    ("America/St_Johns", "00:00 23:30", "2010-11-06", "2010-11-07",
     "2010-11-06 02:30, 2010-11-07 02:00, 2010-11-07 02:30, 2010-11-08 03:00"),
    ("UTC", "02:10", "2026-03-28", "2026-03-30",
     "2026-03-28 02:10, 2026-03-29 02:10, 2026-03-30 02:10"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "times", "first", "last", "instants"), CHANGES)
def test_a_time_of_day_is_the_first_instant_at_which_clocks_show_it_or_later(
    zone: str, times: str, first: str, last: str, instants: str
) -> None:
    schedule = daily(zone, *times.split())
    # A second before the first midnight and the one after the last, which none of these zones skipped or repeated.
    before, until = (
        (datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) - timedelta(seconds=1))
        for day in (date.fromisoformat(first), date.fromisoformat(last) + DAY)
    )

    assert list(planned_between(schedule, before, until)) == [at(each) for each in instants.split(", ")]


ZONES = ["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca",
         "Asia/Gaza", "Pacific/Apia", "America/St_Johns", "Africa/Monrovia", "Asia/Kathmandu", "Antarctica/Troll",
         "Pacific/Kwajalein"]  # fmt: skip
zones = st.sampled_from(ZONES).map(ZoneInfo)
minutes = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
times_of_day = st.lists(minutes, min_size=1, max_size=4).map(tuple)
instants = st.datetimes(datetime(1975, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
schedules = st.one_of(
    st.builds(Daily, at=times_of_day, zone=zones),
    st.builds(Every, span=st.timedeltas(MINUTE, 9 * DAY), phase=st.timedeltas(-DAY, DAY)),
).flatmap(
    lambda when: st.builds(
        Schedule, name=st.just("any"), when=st.just(when), jitter=st.timedeltas(0 * DAY, 2 * DAY), why=st.just("")
    )
)


def changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """Give the hours of a year after which the clocks of a zone show another offset."""
    hours = [datetime(year, 1, 1, tzinfo=UTC) + number * HOUR for number in range(366 * 24)]
    offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
    return [hour for hour, here, there in zip(hours, offsets, offsets[1:], strict=False) if here != there]


@pytest.mark.parametrize(("zone", "year"), [(zone, year) for zone in ZONES[:8] for year in (2010, 2011, 2018, 2024)])
def test_every_minute_of_the_day_is_planned_where_a_walk_over_the_clock_finds_it(zone: str, year: int) -> None:
    place = ZoneInfo(zone)
    for change in changes(place, year):
        begin = change - 2 * DAY
        walk = [begin + number * MINUTE for number in range(4 * 1440)]
        shown = [instant.astimezone(place).replace(tzinfo=None) for instant in walk]
        dates = sorted({each.date() for each in shown})[1:-1]
        for minute in range(7, 1440, 59):
            told = time(minute // 60, minute % 60)
            found = []
            for day in dates:
                wall = datetime.combine(day, told)
                found.append(next(instant for instant, here in zip(walk, shown, strict=True) if here >= wall))
            first = next(instant for instant, here in zip(walk, shown, strict=True) if here.date() == dates[0])
            last = next(instant for instant, here in zip(walk, shown, strict=True) if here.date() > dates[-1])
            schedule = daily(zone, told.isoformat())

            planned = list(planned_between(schedule, first - MINUTE, last - MINUTE))

            assert planned == found, (zone, change, told)


@given(schedules, instants, st.timedeltas(0 * DAY, 20 * DAY), st.floats(0, 1))
def test_planned_times_rise_and_may_be_asked_for_in_parts(
    schedule: Schedule, begin: datetime, span: timedelta, share: float
) -> None:
    if isinstance(schedule.when, Every):
        span = min(span, schedule.when.span * 20)
    middle, end = begin + span * share, begin + span
    whole = list(planned_between(schedule, begin, end))

    assert whole == sorted(set(whole))
    assert all(begin < each <= end and each.tzinfo is UTC for each in whole)
    assert [*planned_between(schedule, begin, middle), *planned_between(schedule, middle, end)] == whole
    assert planned_after(schedule, begin) == (whole[0] if whole else planned_after(schedule, end))


@given(zones, minutes, instants)
def test_a_time_of_day_comes_once_on_every_local_date_there_is(zone: ZoneInfo, told: time, begin: datetime) -> None:
    schedule = Schedule(name="any", when=Daily(at=(told,), zone=zone), why="")
    first = begin.astimezone(zone).date() + DAY
    walk = {(begin + number * 15 * MINUTE).astimezone(zone).date() for number in range(96 * 12)}
    wanted = [day for day in sorted(walk) if first <= day < first + 9 * DAY]

    planned = planned_between(schedule, begin, begin + 13 * DAY)
    told_of = [each.astimezone(zone).date() for each in planned]

    assert [day for day in told_of if first <= day < first + 9 * DAY] == wanted


def test_a_span_is_counted_from_1970_and_moved_by_its_phase() -> None:
    schedule = Schedule(name="poll", when=Every(span=6 * HOUR, phase=10 * MINUTE), why="poll")

    assert planned_after(schedule, at("2026-03-29 00:09")) == at("2026-03-29 00:10")
    assert planned_after(schedule, at("2026-03-29 00:10")) == at("2026-03-29 06:10")


def test_schedules_that_never_come_due_are_refused() -> None:
    with pytest.raises(Misuse, match="give one, such as 02:10"):
        Daily(at=(), zone=ZoneInfo("UTC"))
    with pytest.raises(Misuse, match="give a span above 0"):
        Every(span=timedelta())


# --------------------------------------------------------------------------------------------------------- jitter


@given(schedules, instants)
def test_jitter_only_delays_and_never_past_the_next_planned_time(schedule: Schedule, begin: datetime) -> None:
    planned = planned_after(schedule, begin)
    due = due_at(schedule, planned)

    assert planned <= due <= planned + schedule.jitter
    assert due < planned_after(schedule, planned)


def test_jitter_is_the_same_in_every_process_and_differs_by_name_and_time() -> None:
    schedule = Schedule(name="one", when=Every(span=DAY), jitter=10 * MINUTE, why="")
    other = Schedule(name="two", when=Every(span=DAY), jitter=10 * MINUTE, why="")
    nights = [at("2026-03-01 00:00") + number * DAY for number in range(50)]
    delays = [due_at(schedule, night) - night for night in nights]

    # sha256("one 2026-03-01T00:00:00.000000Z") begins with 59f7891a: 35.143 % of ten minutes.
    assert delays[0] == timedelta(seconds=210, microseconds=860005)
    assert len(set(delays)) == len(nights)
    assert delays != [due_at(other, night) - night for night in nights]
    assert min(delays) < MINUTE
    assert max(delays) > 9 * MINUTE


def test_a_time_that_waits_out_its_jitter_is_not_due_yet() -> None:
    schedule = poll(jitter=HOUR)
    now = at("2026-03-01 12:00")
    due = due_at(schedule, now)

    assert list(due_between(schedule, now - HOUR, due - timedelta(microseconds=1))) == []
    assert list(due_between(schedule, now - HOUR, due)) == [now]
    assert overdue(schedule, now - HOUR, due - timedelta(microseconds=1), now) == []


# ---------------------------------------------------------------------------------------------- after an outage

NIGHTLY = daily("Europe/Lisbon", "02:10")


def states(firings: Sequence[Firing]) -> list[str]:
    return [f"{each.planned:%m-%d %H:%M} {each.state}: {each.detail}" for each in firings]


def test_what_never_ran_has_nothing_to_catch_up() -> None:
    assert overdue(NIGHTLY, None, at("2026-03-01 12:00"), at("2026-03-01 12:00")) == []


OUTAGES = [
    # Since the last noted time nothing came due.
    (NIGHTLY, "2026-02-10 02:10", "2026-02-11 02:09", []),
    # On time, give or take a minute: an everyday run.
    (NIGHTLY, "2026-02-10 02:10", "2026-02-11 02:11", ["02-11 02:10 queued: None"]),
    (NIGHTLY, "2026-02-10 02:10", "2026-02-11 02:15", ["02-11 02:10 queued: caught up, 5 min late"]),
    (NIGHTLY, "2026-02-10 02:10", "2026-02-11 04:20", ["02-11 02:10 queued: caught up, 2 h 10 min late"]),
    (NIGHTLY, "2026-02-10 02:10", "2026-02-11 22:10", ["02-11 02:10 queued: caught up, 20 h late"]),
    (NIGHTLY, "2026-02-10 02:10", "2026-02-11 23:00",
     ["02-11 02:10 missed: 20 h 50 min late, schedule.max_late allows 20 h"]),
    (NIGHTLY, "2026-02-10 02:10", "2026-02-13 10:10",
     [f"02-11 02:10 missed: {NOT_RUNNING}", f"02-12 02:10 missed: {NOT_RUNNING}",
      "02-13 02:10 queued: caught up, 8 h late"]),
    (poll(catch_up="skip"), "2026-02-10 02:00", "2026-02-10 04:20",
     [f"02-10 03:00 missed: {NOT_RUNNING}", f"02-10 04:00 missed: {NOT_RUNNING}; schedule.catch_up is skip"]),
    (poll(catch_up="skip"), "2026-02-10 02:00", "2026-02-10 03:00", ["02-10 03:00 queued: None"]),
    (poll(max_late=timedelta()), "2026-02-10 02:00", "2026-02-10 03:00", ["02-10 03:00 queued: None"]),
]  # fmt: skip


@pytest.mark.parametrize(("schedule", "last", "now", "expected"), OUTAGES)
def test_after_an_outage_the_latest_time_is_caught_up_and_all_others_are_told(
    schedule: Schedule, last: str, now: str, expected: list[str]
) -> None:
    assert states(overdue(schedule, at(last), at(now), at(now))) == expected


def test_a_time_that_passed_while_the_scheduler_ran_has_another_reason() -> None:
    told = overdue(poll(), at("2026-02-10 02:00"), at("2026-02-10 05:30"), at("2026-02-10 03:30"))

    assert states(told) == [
        f"02-10 03:00 missed: {NOT_RUNNING}",
        f"02-10 04:00 missed: {PASSED_OVER}",
        "02-10 05:00 queued: caught up, 30 min late",
    ]


def test_a_year_of_nights_is_told_night_by_night() -> None:
    told = overdue(NIGHTLY, at("2025-02-10 02:10"), at("2026-02-10 03:10"), at("2026-02-10 03:10"))

    assert len(told) == 365
    assert {each.state for each in told[:-1]} == {"missed"}
    assert told[-1] == Firing(planned=at("2026-02-10 02:10"), state="queued", detail="caught up, 1 h late")


def test_a_year_of_hours_is_told_in_some_hundred_rows_of_which_one_tells_of_all_before() -> None:
    now = at("2026-02-10 02:30")
    told = overdue(poll(), at("2025-02-10 02:00"), now, now)

    assert len(told) == MOST
    assert [each.planned for each in told] == [at("2026-02-10 02:00") - number * HOUR for number in range(MOST)][::-1]
    assert told[0].detail == f"{NOT_RUNNING}; so for 8360 earlier times, from 2025-02-10T03:00:00.000000Z on"
    assert told[1].detail == NOT_RUNNING
    assert told[-1].state == "queued"


@given(schedules, instants, st.timedeltas(0 * DAY, 20 * DAY))
def test_after_any_outage_every_due_time_is_told_once_and_only_the_latest_may_run(
    schedule: Schedule, last: datetime, outage: timedelta
) -> None:
    if isinstance(schedule.when, Every):
        outage = min(outage, schedule.when.span * MOST)
    now = last + outage
    told = overdue(schedule, last, now, now)

    assert [each.planned for each in told] == list(due_between(schedule, last, now))
    assert all(each.state == "missed" and each.detail for each in told[:-1])
    waiting = list(planned_between(schedule, last, now))[len(told) :]
    assert all(due_at(schedule, each) > now for each in waiting)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (-5, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (7800, "2 h 10 min"),
     (86400, "1 day"), (86460, "1 day"), (3 * 86400 + 4 * 3600, "3 days 4 h")],
)  # fmt: skip
def test_spans_are_written_in_two_units_at_most(seconds: float, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words
