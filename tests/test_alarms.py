"""Alarms: each rule on both sides of its boundary, and the table of those that ring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Outcome, Url
from archive.store import Store, kept, open_store, sqlite_url
from archive.store.alarms import HOLD, Alarm, note, of_site, ringing
from archive.store.lately import NOTHING, Tally, added
from archive.store.polls import Poll
from archive.store.signs import Found, Opening, Planned, Queue
from schedules import alarms, feed_alarms
from schedules.feed_alarms import Source
from schedules.health import period

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATE = datetime(2026, 11, 21, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NIGHT = NOW - 10 * HOUR


def kind(alarm: Alarm | None) -> str | None:
    return None if alarm is None else alarm.kind


# ---- whether a site answers


def asked(many: int = 100, *, failed: int = 0, broken: int | None = None, answer: datetime | None = NOW) -> Tally:
    return Tally(
        asked=many,
        answered=0 if answer is None else many - failed,
        failed=failed,
        broken=failed if broken is None else broken,
        first=NOW - 30 * HOUR,
        last=NOW,
        answer=answer,
    )


@pytest.mark.parametrize(
    ("days", "rings"),
    [
        ([asked()], False),
        ([NOTHING], False),
        ([asked(answer=NOW - 11.9 * HOUR)], False),
        ([asked(answer=NOW - 12 * HOUR)], True),
        ([asked(1, answer=None)], True),  # it never answered at all
        ([asked(answer=None), asked(answer=NOW - 40 * HOUR)], True),
        ([NOTHING, asked(answer=NOW)], False),  # it was not asked since
    ],
)
def test_a_site_answers_nothing_when_it_is_asked_in_vain_for_half_a_day(days: list[Tally], rings: bool) -> None:
    assert kind(alarms.no_answer("a", days, None)) == ("no answer" if rings else None)


def test_no_answer_is_told_since_the_last_one_else_since_the_run_that_asked_first() -> None:
    began = NOW - 31 * HOUR
    silent = alarms.no_answer("a", [asked(answer=None)], began)
    later = alarms.no_answer("a", [asked(answer=None), asked(answer=NOW - 40 * HOUR)], began)

    assert silent is not None
    assert later is not None
    assert (silent.since, later.since) == (began, NOW - 40 * HOUR)
    assert alarms.words(silent) == "no answer since 2026-11-21 05:00"


@pytest.mark.parametrize(
    ("tally", "said"),
    [
        (asked(100, failed=9), None),
        (asked(100, failed=10), "10% failed"),
        (asked(20, failed=9, broken=2), None),  # two broken pages, tried again and again
        (asked(20, failed=9, broken=3), "45% failed"),
        (asked(20, failed=20, answer=None), None),  # that is no answer
    ],
)
def test_a_site_fails_when_a_tenth_of_its_requests_does_at_three_urls(tally: Tally, said: str | None) -> None:
    found = alarms.failing("a", [tally])

    assert (None if found is None else alarms.words(found)) == said


@pytest.mark.parametrize(("day", "rings"), [(0, True), (6, True), (7, False)])
def test_a_changed_robots_txt_is_told_for_a_week(day: int, rings: bool) -> None:
    days = [NOTHING] * 10
    days[day] = Tally(asked=9, forbidden=4, barred=3, forbade=NIGHT, rule="robots.txt forbids it: Disallow: /news/")
    found = alarms.robots("a", days)

    assert (found is not None) is rings
    assert found is None or "Disallow: /news/" in found.detail


@pytest.mark.parametrize(
    ("tally", "says"),
    [
        (Tally(asked=9, forbidden=4, forbade=NIGHT), None),  # new pages that nobody may have, as ever
        (Tally(forbidden=4, forbade=NIGHT), "everything that was wanted: forbidden since 2026-11-22 02:00"),
        (NOTHING, None),
    ],
)
def test_a_robots_txt_that_forbids_all_is_told_too(tally: Tally, says: str | None) -> None:
    found = alarms.robots("a", [tally])

    assert (found is not None) is (says is not None)
    assert found is None or says is None or says in found.detail


# ---- what is read


def read(pages: int, good: int, walls: int = 0) -> Tally:
    return Tally(read=pages, articles=good, walls=walls)


USUAL = [read(10, 9)] * 10


@pytest.mark.parametrize(
    ("days", "rings"),
    [
        ([read(20, 10), *USUAL], False),
        ([read(20, 9), *USUAL], True),
        ([read(19, 0)], False),  # there is no usual yet
        ([read(10, 0), read(10, 0), *USUAL], True),  # two days have enough
        ([read(1, 0)] * 7 + USUAL, False),  # not even a week has
        ([read(20, 2), read(20, 4), *[read(20, 4)] * 9], False),  # it never was otherwise
        ([read(100, 2), *[read(20, 4)] * 9], True),
        ([NOTHING, *USUAL], False),
    ],
)
def test_the_yield_collapses_when_half_as_many_pages_as_usual_are_read_as_articles(
    days: list[Tally], rings: bool
) -> None:
    assert kind(alarms.yield_collapse("a", days, LATE)) == ("yield collapse" if rings else None)


def test_a_collapse_is_told_from_the_first_day_that_was_counted() -> None:
    found = alarms.yield_collapse("a", [read(10, 0), read(10, 0), *USUAL], LATE)

    assert found is not None
    assert found.since == LATE - DAY
    assert "0 of 20 pages were read as articles since 2026-11-20, 90 of 100 in the days before" in found.detail


@pytest.mark.parametrize(
    ("session", "days", "rings"),
    [
        (True, [read(20, 14, walls=6), *USUAL], True),
        (True, [read(20, 15, walls=5), *USUAL], False),
        (False, [read(20, 0, walls=20), *USUAL], False),  # nobody was logged in
        (True, [read(20, 10, walls=10), *[read(10, 7, walls=3)] * 10], False),  # half is not far from a third
        (True, [read(20, 7, walls=13), *[read(10, 7, walls=3)] * 10], True),
        (True, [read(2, 0, walls=2)], False),
        (True, [read(3, 0, walls=3)], True),  # a session that never opened anything
    ],
)
def test_a_session_has_ended_when_walls_are_shown_again(session: bool, days: list[Tally], rings: bool) -> None:
    assert kind(alarms.logged_out("a", session, days, LATE)) == ("logged out" if rings else None)


def texts(*counts: int) -> Tally:
    return Tally(texts=counts + (0,) * (7 - len(counts)))


LONG = [texts(0, 0, 0, 3)] * 10  # of 200 to 400 words: the median is 300


@pytest.mark.parametrize(
    ("days", "rings"),
    [
        ([texts(0, 8), *LONG], True),  # of 75 words
        ([texts(0, 0, 8), *LONG], False),  # of 150
        ([texts(0, 7), *[NOTHING] * 6, *LONG], False),
        ([texts(0, 4), texts(0, 4), *LONG], True),
        ([texts(0, 8), *LONG[:6]], False),
    ],
)
def test_texts_are_cut_off_when_they_are_a_third_as_long(days: list[Tally], rings: bool) -> None:
    assert kind(alarms.boilerplate("a", days, None, LATE)) == ("boilerplate" if rings else None)


@pytest.mark.parametrize(
    ("new", "opening", "rings"),
    [
        (10, Opening(articles=5, since=NIGHT, before=0), True),
        (10, Opening(articles=4, since=NIGHT, before=0), False),
        (16, Opening(articles=5, since=NIGHT, before=0), True),
        (17, Opening(articles=5, since=NIGHT, before=0), False),
        (10, Opening(articles=9, since=NIGHT, before=2), True),
        (10, Opening(articles=9, since=NIGHT, before=3), False),  # a habit of the outlet
        (10, None, False),
    ],
)
def test_a_sentence_that_opens_many_new_articles_is_no_part_of_them(
    new: int, opening: Opening | None, rings: bool
) -> None:
    found = alarms.boilerplate("a", [texts(0, 0, 0, new)], opening, LATE)

    assert kind(found) == ("boilerplate" if rings else None)
    assert found is None or found.since == NIGHT


# ---- what the machine is to do


def planned(*, ok: float | None, last: float, first: float = 400, state: str = "failed") -> Planned:
    """Give a schedule by hours before now."""
    return Planned(
        first=NOW - first * HOUR,
        last=NOW - last * HOUR,
        ok=None if ok is None else NOW - ok * HOUR,
        state="crashed" if state == "failed" else "running",
        detail="its process died",
    )


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (None, None),  # nobody plans anything here
        (planned(ok=36, last=12), None),
        (planned(ok=36.1, last=12), "is crashed (its process died)"),
        (planned(ok=None, last=12, first=36), None),
        (planned(ok=None, last=12, first=37), "no nightly run has ended well"),
        (planned(ok=50, last=50), "is variorum start running?"),
    ],
)
def test_a_site_is_overdue_after_one_and_a_half_periods(told: Planned | None, says: str | None) -> None:
    found = alarms.overdue("a", told, DAY, NOW)

    assert (found is not None) is (says is not None)
    assert found is None or says is None or says in found.detail


@pytest.mark.parametrize(
    ("nightly", "hours"),
    [([time(2, 10)], 24), ([time(2), time(14)], 12), ([time(1), time(9), time(11)], 14)],
)
def test_the_period_is_the_longest_time_between_two_sweeps(nightly: list[time], hours: int) -> None:
    assert period(nightly) == hours * HOUR


@pytest.mark.parametrize(
    ("free", "growth", "says"),
    [
        (2 * 10**9, 0.0, None),
        (10**9, 0.0, "capturing has stopped: 1 GB are free"),
        (8 * 10**9, 10**9, "stops in 7 days"),
        (8 * 10**9 + 10**7, 10**9, None),
        (2 * 10**9, 48 * 10**9, "stops in 30 min"),
    ],
)
def test_a_disk_is_told_a_week_before_it_is_full(free: int, growth: float, says: str | None) -> None:
    found = alarms.disk(free, 10**9, growth, NOW)

    assert (found is not None) is (says is not None)
    assert found is None or says is None or says in found.detail


@pytest.mark.parametrize(("minutes", "rings"), [(20, False), (21, True)])
def test_what_is_dated_in_the_future_is_told(minutes: int, rings: bool) -> None:
    ahead = ("run x", NOW + timedelta(minutes=minutes))

    assert kind(alarms.clock(ahead, NOW)) == ("clock" if rings else None)
    assert alarms.clock(None, NOW) is None


def test_runs_that_nobody_makes_are_told() -> None:
    found = alarms.scheduler(Queue(count=2, since=NIGHT, run="r"), NOW)

    assert alarms.scheduler(None, NOW) is None
    assert found is not None
    assert found.site == ""
    assert found.detail.startswith("2 planned runs wait, the first since 2026-11-22 02:00 (r)")


# ---- edits that were overwritten


@pytest.mark.parametrize(
    ("edits", "chance", "changed", "days", "unseen"),
    [
        (10.0, 6.0, 6, 7, 4.0),
        (10.0, 6.0, 13, 7, 8.0),  # twice as many were found as expected
        (10.0, 6.0, 6, 3.5, 8.0),  # in half a week
        (6.0, 6.0, 6, 7, 0.0),
        (0.2, 0.1, 0, 0.1, 0.636),  # one day at least
    ],
)
def test_what_was_overwritten_is_what_was_expected_beyond_the_first_edit(
    edits: float, chance: float, changed: int, days: float, unseen: float
) -> None:
    found = Found(first=NOW - days * DAY, edits=edits, chance=chance, changed=changed)

    assert alarms.unseen(found, NOW) == pytest.approx(unseen, abs=0.001)


# ---- feeds


def source(*hours: float, url: str = "http://a.test/feed", polled: float = 0.0, is_feed: bool = True) -> Source:
    """Give a list by the ages of its items in hours, the oldest first."""
    times = tuple(NOW - each * HOUR for each in hours)
    return Source(url=Url(url), times=times, polled=NOW - polled * HOUR, is_feed=is_feed)


DAILY = [24.0 * day for day in range(20, 0, -1)]


@pytest.mark.parametrize(
    ("sources", "rings"),
    [
        ([source(*(hour + 24 * 2 for hour in DAILY))], False),
        ([source(*(hour + 24 * 2.1 for hour in DAILY))], True),
        ([source(*(hour + 24 * 9 for hour in DAILY), polled=24 * 9)], False),  # nobody asked since
        ([source(*(hour + 24 * 9 for hour in DAILY)), source(*DAILY, url="http://a.test/b")], False),
        ([source()], False),
        ([], False),
    ],
)
def test_a_site_is_quiet_when_all_its_sources_are(sources: list[Source], rings: bool) -> None:
    found = feed_alarms.quiet("a", sources)

    assert kind(found) == ("quiet" if rings else None)
    assert found is None or "usually one every 24 h; look whether the feed moved: http://a.test/feed" in found.detail


def polls(*told: tuple[Outcome, int | None, str | None, int], every: float = 6) -> tuple[Poll, ...]:
    """Give polls some hours apart, the latest first."""
    return tuple(
        Poll(at=NOW - number * every * HOUR, outcome=outcome, status=status, mime=mime, items=items)
        for number, (outcome, status, mime, items) in enumerate(told)
    )


RSS, HTML = "application/rss+xml", "text/html"
GOOD: tuple[Outcome, int, str, int] = ("captured", 200, RSS, 20)
SAME: tuple[Outcome, int, str, int] = ("unchanged", 304, "", 20)
GONE: tuple[Outcome, int, str, int] = ("gone", 404, HTML, 0)
DOWN: tuple[Outcome, None, None, int] = ("failed", None, None, 0)
PAGE: tuple[Outcome, int, str, int] = ("captured", 200, HTML, 0)
NONE: tuple[Outcome, int, str, int] = ("captured", 200, RSS, 0)
STILL: tuple[Outcome, int, str, int] = ("unchanged", 304, "", 0)
AWAY: tuple[Outcome, int, str, int] = ("redirected", 301, HTML, 0)
ELSE: tuple[Outcome, int, str, int] = ("redirected", 302, HTML, 0)
BARRED: tuple[Outcome, None, None, int] = ("robots", None, None, 0)
FEW: tuple[Outcome, int, str, int] = ("captured", 200, RSS, 6)
MANY: tuple[Outcome, int, str, int] = ("captured", 200, RSS, 7)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (polls(GOOD, SAME, SAME, GOOD), None),
        (polls(GONE, GONE, GONE, GOOD), "answers 404 since 2026-11-22 00:00"),
        (polls(GONE, GONE, GOOD), None),
        (polls(GONE, GONE, GONE, GOOD, every=5), None),  # for ten hours only
        (polls(GONE, SAME, GONE, GONE, GONE), None),
        (polls(DOWN, DOWN, GONE, GOOD), "gives no answer since"),
        (polls(BARRED, GONE, BARRED, GONE, GONE, GOOD), "answers 404 since"),
        (polls(PAGE, PAGE, PAGE, GOOD), "answers a web page, no feed, since 2026-11-22 00:00"),
        (polls(STILL, STILL, PAGE, GOOD), "answers a web page, no feed, since"),
        (polls(PAGE, PAGE, GOOD), None),
        (polls(NONE, STILL, NONE, GOOD), "shows no item since"),
        (polls(NONE, SAME, NONE, GOOD), None),
        (polls(AWAY, AWAY, AWAY, GOOD), "has moved for good"),
        (polls(AWAY, AWAY, ELSE, AWAY), None),
        (polls(ELSE, ELSE, ELSE), None),
        (polls(FEW, FEW, FEW, *[GOOD] * 6), "holds 6 items, and held 20 before"),
        (polls(MANY, MANY, MANY, *[GOOD] * 6), None),
        (polls(FEW, FEW, *[GOOD] * 6), None),
        (polls(FEW, FEW, FEW, GOOD), None),  # too little is known of it
    ],
)
def test_a_feed_is_dying_when_it_is_sick_for_half_a_day_and_three_polls(
    told: tuple[Poll, ...], says: str | None
) -> None:
    found = feed_alarms.feed_dying("a", [Source(url=Url("http://a.test/feed"), polls=told)])

    assert (None if found is None else found.kind) == (None if says is None else "feed dying")
    assert found is None or says is None or says in found.detail


@pytest.mark.parametrize(
    ("other", "rings"),
    [
        (source(*DAILY, url="http://a.test/", is_feed=False), True),
        (source(*(hour + 24 * 9 for hour in DAILY), url="http://a.test/", is_feed=False), False),  # both are silent
        (source(url="http://a.test/", is_feed=False), False),
    ],
)
def test_a_feed_that_stands_still_while_the_front_page_goes_on_is_dying(other: Source, rings: bool) -> None:
    frozen = source(*(hour + 24 * 9 for hour in DAILY))
    found = feed_alarms.feed_dying("a", [frozen, other])

    assert kind(found) == ("feed dying" if rings else None)
    assert found is None or (
        found.since == frozen.newest and "but http://a.test/ did at 2026-11-21 12:00" in found.detail
    )


@pytest.mark.parametrize(
    ("minutes", "poll", "wanted"),
    [
        ([60, 50, 40, 30, 20, 10, 5, 0], 60, "30m"),  # half of it is of the last half hour
        ([60, 20, 19, 18, 17, 16, 15, 0], 60, "15m"),
        ([6, 5, 4, 3, 2, 1, 0, 0], 60, "3m"),
        ([0] * 8, 60, "1m"),
        ([600, 0], 60, "30m"),  # too few to tell
        ([], 20, "10m"),
        ([60 * 24 * day for day in range(10, -1, -1)], 60, "12h"),
    ],
)
def test_a_feed_is_to_be_asked_while_half_of_it_goes_by(minutes: list[int], poll: int, wanted: str) -> None:
    times = [NOW - timedelta(minutes=each) for each in minutes]

    assert feed_alarms.written(feed_alarms.often_enough(times, timedelta(minutes=poll))) == wanted


def test_a_gap_says_what_to_write_or_why_it_was() -> None:
    busy = source(2, 1.5, 1, 0.75, 0.5, 0.25, 0.1, 0)
    calm = source(*DAILY)
    soon = feed_alarms.feed_gap("blog", busy, NIGHT, HOUR)
    late = feed_alarms.feed_gap("blog", calm, NIGHT, HOUR)

    assert 'write poll = "30m" under [schedule] of sites/blog.toml' in soon.detail
    assert "variorum runs --missed" in late.detail
    assert (soon.since, late.kind) == (NIGHT, "feed gap")


# ---- what is said


def test_every_kind_has_its_rank_and_its_words() -> None:
    told = [Alarm(site="a", kind=kind, since=NIGHT, detail="12% failed: many") for kind in alarms.KINDS]
    told.reverse()

    assert sorted(told, key=alarms.rank) == told[::-1]
    assert {alarms.words(each) for each in told} == {
        "12% failed" if each.kind == "failing" else f"{each.kind} since 2026-11-22 02:00" for each in told
    }


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(seconds=1), "1 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(minutes=60), "1 h"),
        (47 * HOUR, "47 h"),
        (49 * HOUR, "2 days"),
    ],
)
def test_a_span_is_said_in_the_unit_that_fits(time: timedelta, said: str) -> None:
    assert alarms.span(time) == said


tallies = st.builds(
    Tally,
    asked=st.integers(0, 50),
    read=st.integers(0, 50),
    answer=st.none() | st.datetimes(timezones=st.just(UTC)),
    texts=st.tuples(*[st.integers(0, 5)] * 7),
)


@given(told=st.lists(tallies, max_size=6), cut=st.integers(0, 6))
def test_tallies_add_up_in_any_order(told: list[Tally], cut: int) -> None:
    assert added([added(told[:cut]), added(told[cut:])]) == added(told) == added(reversed(told))


# ---- the table


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(sqlite_url(tmp_path / "variorum.db"), create=True)
    yield opened
    opened.close()


QUIET = Alarm(site="a", kind="quiet", since=NIGHT, detail="no new item")
DISK = Alarm(site="", kind="disk", since=NOW, detail="3 days")


def test_an_alarm_rings_once_while_it_lasts(store: Store) -> None:
    with store.write() as conn:
        assert note(conn, [QUIET, DISK], NOW) == ([DISK, QUIET], [])
        later = Alarm(site="", kind="disk", since=NOW + HOUR, detail="2 days")
        assert note(conn, [QUIET, later], NOW + HOUR) == ([], [])
        assert ringing(conn) == [Alarm(site="", kind="disk", since=NOW, detail="2 days"), QUIET]


def test_an_alarm_is_over_after_half_a_day_without_it(store: Store) -> None:
    with store.write() as conn:
        note(conn, [QUIET], NOW)
        assert note(conn, [], NOW + HOUR) == ([], [])
        assert note(conn, [], NOW + HOUR + HOLD - timedelta(seconds=1)) == ([], [])
        raised, ended = note(conn, [], NOW + HOUR + HOLD)
        assert (raised, [each.ended for each in ended]) == ([], [NOW + HOUR])
        assert ringing(conn) == []
        assert note(conn, [], NOW + 3 * DAY) == ([], [])
        assert list(of_site(conn, "a")) == ended


def test_an_alarm_that_comes_and_goes_rings_once(store: Store) -> None:
    with store.write() as conn:
        told = [note(conn, [QUIET] if hour % 8 == 0 else [], NOW + hour * HOUR) for hour in range(200)]
    assert [each for each in told if each != ([], [])] == [([QUIET], [])]


def test_an_alarm_that_was_over_rings_again(store: Store) -> None:
    with store.write() as conn:
        note(conn, [QUIET], NOW)
        note(conn, [], NOW + HOUR)
        note(conn, [], NOW + DAY)
        assert note(conn, [QUIET], NOW + 2 * DAY) == ([QUIET], [])
        assert note(conn, [], NOW + 2 * DAY + HOUR) == ([], [])  # what it was away before is forgotten
        assert ringing(conn) == [QUIET]


def test_a_clock_that_was_set_back_ends_no_alarm(store: Store) -> None:
    with store.write() as conn:
        note(conn, [QUIET], NOW)
        note(conn, [], NOW + DAY)
        assert note(conn, [], NOW - DAY) == ([], [])
        assert note(conn, [], NOW - DAY + HOLD) == ([], [QUIET_OVER])


QUIET_OVER = Alarm(site="a", kind="quiet", since=NIGHT, detail="no new item", ended=NOW - DAY)


some = st.lists(
    st.builds(
        Alarm,
        site=st.sampled_from(["", "a", "b"]),
        kind=st.sampled_from(alarms.KINDS[:4]),
        since=st.sampled_from([NIGHT, NOW]),
        detail=st.sampled_from(["x", "y"]),
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def reused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(sqlite_url(tmp_path_factory.mktemp("alarms") / "variorum.db"), create=True)
    yield opened
    opened.close()


@given(looks=st.lists(st.tuples(some, st.integers(0, 30)), max_size=8))
def test_noting_twice_is_noting_once(reused: Store, looks: list[tuple[list[Alarm], int]]) -> None:
    with reused.write() as conn, conn.begin_nested() as example:
        now = NOW
        for wrong, hours in looks:
            now += hours * HOUR
            note(conn, wrong, now)
            before = ringing(conn), kept.get(conn, "alarms away")
            assert note(conn, wrong, now) == ([], [])
            assert (ringing(conn), kept.get(conn, "alarms away")) == before
            assert {(each.site, each.kind) for each in ringing(conn)} >= {(each.site, each.kind) for each in wrong}
        example.rollback()
