"""What is declared of when: files and settings together, quiet hours, and files that break while the watch goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import config, daytimes
from archive.config import Revisit, Settings, Store, Times
from archive.daytimes import Hours
from archive.errors import Misuse, NotAnArchive
from archive.model import Url
from crawler import times
from crawler.sites import Site
from crawler.times import Budget, budget_of, is_quiet, quiet_until, times_of, whole_budget
from schedules import declared
from schedules.declared import Declared, news

URL = 'url = "https://blog.example/"\n'
MINUTE = timedelta(minutes=1)


def settings_with(**given: object) -> Settings:
    home = Path("home")
    store = Store(database="sqlite:///variorum.db", warcs=home / "warcs")
    return replace(Settings(home=home, store=store), **given)  # type: ignore[arg-type]


def a_site(**given: object) -> Site:
    return replace(Site(name="blog", url=Url("https://blog.example/")), **given)  # type: ignore[arg-type]


# ---- a site and the settings


def test_a_site_that_says_nothing_is_as_the_settings_say() -> None:
    schedule = Times(timezone=ZoneInfo("Asia/Tokyo"), nightly=(), quiet=(Hours(start=time(1), end=time(2)),))
    settings = settings_with(schedule=schedule, revisit=Revisit(per_day=70, patrol=0.5))

    assert times_of(a_site(), settings) == schedule
    assert budget_of(a_site(), settings) == Budget(per_day=None, per_hour=None, patrol=0.5)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("timezone", ZoneInfo("Europe/Lisbon")),
        ("nightly", ()),
        ("poll", timedelta(minutes=5)),
        ("catch_up", "skip"),
        ("max_late", timedelta(hours=1)),
        ("jitter", timedelta(0)),
        ("quiet", ()),
    ],
)
def test_what_a_site_says_goes_before_the_settings(key: str, value: object) -> None:
    settings = settings_with(schedule=Times(quiet=(Hours(start=time(1), end=time(2)),)))

    assert times_of(a_site(**{key: value}), settings) == replace(settings.schedule, **{key: value})  # type: ignore[arg-type]


def test_a_site_may_have_a_budget_of_its_own() -> None:
    site = a_site(per_day=0, per_hour=3, patrol=0.0)

    assert budget_of(site, settings_with()) == Budget(per_day=0, per_hour=3, patrol=0.0)


@pytest.mark.parametrize(("per_day", "watched", "whole"), [(None, 3, 300), (None, 0, 0), (800, 3, 800), (0, 3, 0)])
def test_the_whole_budget_grows_with_the_sites_unless_it_is_a_number(
    per_day: int | None, watched: int, whole: int
) -> None:
    assert whole_budget(settings_with(revisit=Revisit(per_day=per_day)), watched) == whole


# ---- quiet hours


def hours(*said: str) -> tuple[Hours, ...]:
    return tuple(map(daytimes.hours, said))


@pytest.mark.parametrize(
    ("zone", "quiet", "at", "until"),
    [
        ("UTC", ["23:00-05:00"], "2026-11-22T22:59:59Z", None),
        ("UTC", ["23:00-05:00"], "2026-11-22T23:00:00Z", "2026-11-23T05:00:00Z"),
        ("UTC", ["23:00-05:00"], "2026-11-23T04:59:59.5Z", "2026-11-23T05:00:00Z"),
        ("UTC", ["23:00-05:00"], "2026-11-23T05:00:00Z", None),
        ("UTC", ["23:00-00:00"], "2026-11-22T23:30:00Z", "2026-11-23T00:00:00Z"),
        ("UTC", ["23:00-05:00", "04:00-06:00"], "2026-11-22T23:30:00Z", "2026-11-23T06:00:00Z"),
        ("UTC", ["23:00-05:00", "05:00-06:00"], "2026-11-22T23:30:00Z", "2026-11-23T06:00:00Z"),
        ("UTC", [], "2026-11-22T23:30:00Z", None),
        ("Asia/Kathmandu", ["23:00-05:00"], "2026-11-22T17:14:00Z", None),
        ("Asia/Kathmandu", ["23:00-05:00"], "2026-11-22T17:15:00Z", "2026-11-22T23:15:00Z"),
        # Lisbon goes from 01:00 to 02:00 on 29 March, and from 02:00 back to 01:00 on 25 October.
        ("Europe/Lisbon", ["23:00-05:00"], "2026-03-29T00:30:00Z", "2026-03-29T04:00:00Z"),
        ("Europe/Lisbon", ["00:30-01:30"], "2026-03-29T00:45:00Z", "2026-03-29T01:00:00Z"),
        ("Europe/Lisbon", ["01:00-02:00"], "2026-03-29T00:59:59Z", None),
        ("Europe/Lisbon", ["01:15-02:15"], "2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z"),
        ("Europe/Lisbon", ["23:00-05:00"], "2026-10-24T22:00:00Z", "2026-10-25T05:00:00Z"),
        ("Europe/Lisbon", ["00:30-01:30"], "2026-10-24T23:45:00Z", "2026-10-25T00:30:00Z"),
        ("Europe/Lisbon", ["00:30-01:30"], "2026-10-25T00:45:00Z", None),
        ("Europe/Lisbon", ["00:30-01:30"], "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"),
        ("Europe/Lisbon", ["01:30-02:30"], "2026-10-25T00:40:00Z", "2026-10-25T01:00:00Z"),
        # Lord Howe goes back half an hour, from 02:00 to 01:30, on 5 April.
        ("Australia/Lord_Howe", ["01:00-01:45"], "2026-04-04T14:30:00Z", "2026-04-04T14:45:00Z"),
        ("Australia/Lord_Howe", ["01:00-03:00"], "2026-04-04T14:30:00Z", "2026-04-04T16:30:00Z"),
    ],
)
def test_quiet_hours_are_those_of_the_clock_on_the_wall(
    zone: str, quiet: Sequence[str], at: str, until: str | None
) -> None:
    declared = Times(timezone=ZoneInfo(zone), quiet=hours(*quiet))
    moment = datetime.fromisoformat(at)

    assert is_quiet(declared, moment) is (until is not None)
    assert quiet_until(declared, moment) == (moment if until is None else datetime.fromisoformat(until))


TIMES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
SPANS = st.tuples(TIMES, TIMES).filter(lambda pair: pair[0] != pair[1])
ZONES = st.sampled_from(
    ["UTC", "Europe/Lisbon", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Gaza"]
)
DST_DAYS = [datetime(2026, 3, 28), datetime(2026, 10, 24), datetime(2026, 4, 4), datetime(2018, 11, 3)]  # noqa: DTZ001
MOMENTS = st.builds(
    lambda day, minute: day.replace(tzinfo=UTC) + minute * MINUTE,
    st.sampled_from(DST_DAYS),
    st.integers(0, 3 * 24 * 60),
)


@given(spans=st.lists(SPANS, max_size=3), zone=ZONES, at=MOMENTS)
def test_the_end_of_quiet_hours_is_the_first_minute_that_is_not_quiet(
    spans: list[tuple[time, time]], zone: str, at: datetime
) -> None:
    quiet = tuple(Hours(start=start, end=end) for start, end in spans)
    declared = Times(timezone=ZoneInfo(zone), nightly=(), quiet=quiet)
    if next(daytimes.disagreements((), timedelta(), quiet), None) is not None:
        return  # the whole day: no file may say so

    end = at
    while is_quiet(declared, end):
        end += MINUTE
    assert quiet_until(declared, at) == end


@given(spans=st.lists(SPANS, max_size=3), nightly=TIMES, jitter=st.integers(0, 120))
def test_a_nightly_time_that_is_let_pass_never_begins_in_quiet_hours(
    spans: list[tuple[time, time]], nightly: time, jitter: int
) -> None:
    quiet = tuple(Hours(start=start, end=end) for start, end in spans)
    begins = [datetime.combine(datetime(2026, 1, 1), nightly) + late * MINUTE for late in range(jitter + 1)]  # noqa: DTZ001
    within = any(begin.time() in each for begin in begins for each in quiet)

    assert bool(list(daytimes.disagreements([nightly], jitter * MINUTE, quiet))) is within


def test_quiet_hours_of_a_whole_day_end_all_the_same() -> None:
    whole = Times(quiet=hours("00:00-12:00", "12:00-24:00"))
    at = datetime(2026, 11, 22, tzinfo=UTC)

    assert quiet_until(whole, at) >= at + timedelta(days=2)


# ---- reading again


def write(home: Path, **texts: str | None) -> None:
    (home / "sites").mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        file = home / config.FILE if name == "settings" else home / "sites" / f"{name}.toml"
        if text is None:
            file.unlink()
        else:
            file.write_text(text)


def read(home: Path, before: Declared | None = None) -> Declared:
    return declared.read(home / "sites", home, before)


def test_a_broken_file_keeps_its_last_good_version_and_is_told(tmp_path: Path) -> None:
    write(tmp_path, settings="", a=URL, b=URL + "hops = 2\n")
    first = read(tmp_path)
    write(tmp_path, a=URL + "[schedule]\npoll = '1s'\n", b=URL + "hops = 3\n")
    second = read(tmp_path, first)
    third = read(tmp_path, second)

    assert (set(first.sites), first.broken) == ({"a", "b"}, {})
    assert second.sites["a"] == first.sites["a"]
    assert second.sites["b"].hops == 3
    assert set(second.broken) == {"a"}
    assert f"{tmp_path / 'sites' / 'a.toml'} line 3: schedule.poll = '1s' is not" in second.broken["a"]
    assert third == second
    write(tmp_path, a=URL + "hops = 5\n")
    fourth = read(tmp_path, third)
    assert (fourth.sites["a"].hops, fourth.broken) == (5, {})


def test_a_new_broken_file_is_left_out_and_a_removed_one_dropped(tmp_path: Path) -> None:
    write(tmp_path, settings="", a=URL, b=URL)
    first = read(tmp_path)
    write(tmp_path, b=None, c="not TOML")
    second = read(tmp_path, first)

    assert (set(second.sites), set(second.broken)) == ({"a"}, {"c"})


def test_a_broken_file_that_is_removed_is_dropped(tmp_path: Path) -> None:
    write(tmp_path, settings="", a=URL)
    first = read(tmp_path)
    write(tmp_path, a="not TOML")
    second = read(tmp_path, first)
    write(tmp_path, a=None)
    third = read(tmp_path, second)

    assert (set(second.sites), set(third.sites), third.broken) == ({"a"}, set(), {})


def test_at_the_start_the_good_files_go_on(tmp_path: Path) -> None:
    write(tmp_path, settings="", a="", b=URL, c="hops = -1")
    found = read(tmp_path)

    assert (set(found.sites), set(found.broken)) == ({"b"}, {"a", "c"})


@pytest.mark.parametrize("text", ["[schedule]\npoll = 1", "not TOML", None])
def test_broken_settings_keep_the_last_good_ones(tmp_path: Path, text: str | None) -> None:
    write(tmp_path, settings="[schedule]\npoll = '15m'\n", a=URL)
    first = read(tmp_path)
    write(tmp_path, settings=text, b=URL)
    second = read(tmp_path, first)

    assert second.settings == first.settings
    assert set(second.sites) == {"a", "b"}
    assert set(second.broken) == {config.FILE}


def test_without_any_good_settings_nothing_is_read(tmp_path: Path) -> None:
    write(tmp_path, a=URL)
    with pytest.raises(NotAnArchive):
        read(tmp_path)
    write(tmp_path, settings="[schedule]\npoll = 1")
    with pytest.raises(Misuse, match="line 2: schedule.poll"):
        read(tmp_path)


def test_a_file_that_contradicts_the_settings_is_broken(tmp_path: Path) -> None:
    text = URL + "[schedule]\nquiet = ['04:00-05:00']\n"
    write(tmp_path, settings="", a=text)
    first = read(tmp_path)
    write(tmp_path, settings="[schedule]\nnightly = '06:00'\n")
    second = read(tmp_path, first)

    wrong = (
        "line 3: nightly = 04:10 is within the quiet hours 04:00-05:00; move the one or the other (nightly as in the"
    )
    assert f"{tmp_path / 'sites' / 'a.toml'} {wrong}" in first.broken["a"]
    assert list(times.disagreements(second.sites["a"], second.settings)) == []
    assert second.broken == {}


def test_settings_of_a_call_hold_when_files_are_read_again(tmp_path: Path) -> None:
    write(tmp_path, settings="[schedule]\npoll = '15m'\n")

    found = declared.read(tmp_path / "sites", tmp_path, None, ["schedule.poll=1m"])
    assert found.settings.schedule.poll == MINUTE


def test_what_is_new_is_told_in_lines(tmp_path: Path) -> None:
    write(tmp_path, settings="", a=URL, b=URL, c=URL, d=URL)
    first = read(tmp_path)
    write(tmp_path, settings="label = 'x'", a=URL + "hops = 3\n", b=None, c="hops", e=URL, f="hops")
    second = read(tmp_path, first)
    write(tmp_path, settings="label")
    third = read(tmp_path, second)

    assert list(news(None, first)) == []
    assert [line.replace(str(tmp_path), "").split(" is not TOML")[0] for line in news(first, second)] == [
        "variorum.toml: changed",
        "a: changed",
        "b: watched no more",
        "e: new",
        "c: goes on as it was: /sites/c.toml",
        "f: left out: /sites/f.toml",
    ]
    assert next(line for line in news(second, third) if line.startswith(config.FILE)).startswith(
        "variorum.toml: goes on as it was: "
    )
