"""``follow``: single pages at a person's pace, from the decision to the edit that is found in its case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.config import load
from archive.journal import FOLLOW, UNFOLLOW
from archive.model import Entry, Locator, RecordId, Url, Visit
from archive.store import frontier, open_store, visits
from archive.store.frontier import Wanted
from archive.timing import ScaledClock, parse_time, stamp
from archive.urls import urlkey
from crawler.newsstand import Newsstand
from crawler.newsstand.stories import LEVEE_POSTED, OPENING
from schedules.following import Followed, followed
from tests.crawl_home import Home
from tests.press import Said, say

PAGE = "http://blog.lantern.test/2025/03/02/flood-room.html"
OTHER = "http://tideline.test/somewhere"
LANTERN = 'url = "http://blog.lantern.test/"\nhops = 0\ncite = "none"\nrequisites = "none"\n'
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PACE = 60


# ---- what the journal says


def entry(minute: int, kind: str = FOLLOW, url: str = PAGE, **data: object) -> Entry:
    given: dict[str, object] = {"every": 900.0, "until": None, "case": None} | data
    return Entry(id=RecordId(f"urn:uuid:{minute}"), kind=kind, at=NOW + minute * MINUTE, subject=url, data=given)


def until(minute: int) -> str:
    return stamp(NOW + minute * MINUTE)


ONE = Followed(url=Url(PAGE), every=timedelta(minutes=15), until=None, case=None, since=NOW)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], None),
        ([entry(0)], ONE),
        ([entry(0, kind="mark")], None),
        ([entry(0), entry(5, UNFOLLOW)], None),
        ([entry(0), entry(5, UNFOLLOW, url=OTHER)], ONE),
        ([entry(0), entry(5, UNFOLLOW), entry(7)], replace(ONE, since=NOW + 7 * MINUTE)),
        ([entry(0), entry(5, every=60)], replace(ONE, every=MINUTE)),
        ([entry(0, case="flood"), entry(5)], replace(ONE, case="flood")),
        ([entry(0, case="flood"), entry(5, case="war")], replace(ONE, case="war")),
        ([entry(0, until=until(30))], None),
        ([entry(0, until=until(61))], replace(ONE, until=NOW + 61 * MINUTE)),
        ([entry(0, until=until(60))], None),
        ([entry(0, until=until(10), case="flood"), entry(20)], replace(ONE, since=NOW + 20 * MINUTE)),
        ([entry(0, until=until(30)), entry(20)], ONE),
        ([entry(0), entry(5, url=PAGE.replace("http:", "https:"), every=60)], replace(ONE, every=MINUTE)),
        ([entry(0), entry(5, every="often")], ONE),
        ([entry(0), entry(5, every=True)], ONE),
        ([entry(0), entry(5, every=0)], ONE),
        ([entry(0), entry(5, every=1e300)], ONE),
        ([entry(0), entry(5, until="tomorrow")], ONE),
    ],
)
def test_the_last_word_on_a_page_holds(entries: list[Entry], expected: Followed | None) -> None:
    one = followed(reversed(entries), NOW + 60 * MINUTE).get(urlkey(PAGE))

    assert (None if one is None else replace(one, url=Url(PAGE))) == expected


@given(
    words=st.lists(st.tuples(st.sampled_from([FOLLOW, UNFOLLOW]), st.integers(1, 30) | st.none()), max_size=8),
    asked=st.integers(0, 40),
)
def test_a_page_is_followed_while_its_last_word_says_so(words: list[tuple[str, int | None]], asked: int) -> None:
    entries = [
        entry(minute, kind, until=None if span is None else until(minute + span))
        for minute, (kind, span) in enumerate(words)
    ]
    now = NOW + (len(words) + asked) * MINUTE
    last = entries[-1] if entries else None
    told = last.data["until"] if last is not None else None
    goes_on = last is not None and last.kind == FOLLOW and (told is None or parse_time(str(told)) > now)

    assert (urlkey(PAGE) in followed(entries, now)) is goes_on


# ---- the verb


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert say("init", tmp_path / "home", "--contact", "tests@example.org").code == 0
    (tmp_path / "home" / "sites" / "lantern.toml").write_text(LANTERN)
    return tmp_path / "home"


def follow(home: Path, *words: str) -> Said:
    return say("follow", *words, "--home", home)


def row_of(home: Path, url: str) -> tuple[str, Wanted] | None:
    store = open_store(load(home).store.database)
    try:
        with store.read() as conn:
            return frontier.by_key(conn, urlkey(url))
    finally:
        store.close()


def test_what_is_followed_is_listed_and_stopped(home: Path) -> None:
    done = follow(home, PAGE, OTHER, "--every", "15m", "--for", "7d", "--case", " flood ", "--note", "they asked")
    (one, other) = follow(home, "--list", "--json").rows

    assert done.code == 0, done.err
    assert [line.split(" until ")[0] for line in done.out.splitlines()] == [
        f"{PAGE}: followed every 15m",
        f"{OTHER}: followed every 15m",
    ]
    assert done.out.count(", case flood\n") == 2
    assert f"{OTHER}: of no watched site: `variorum start` visits it" in done.err
    assert list(one) == ["url", "every", "until", "case", "since", "next"]
    assert (one["url"], one["every"], one["case"]) == (PAGE, 900, "flood")
    assert parse_time(one["until"]) - parse_time(one["since"]) < timedelta(days=7, seconds=60)
    assert one["next"] <= stamp(datetime.now(UTC))
    assert other["url"] == OTHER
    lines = follow(home, "--list").out.splitlines()
    assert lines[0].split() == ["url", "every", "until", "case", "since", "next"]
    assert lines[1].split()[:2] == [PAGE, "15m"]

    stopped = follow(home, PAGE, "--stop")

    assert (stopped.code, stopped.out) == (0, f"{PAGE}: followed no more\n")
    assert [row["url"] for row in follow(home, "--list", "--json").rows] == [OTHER]
    again = follow(home, PAGE, "--stop")
    assert (again.code, "is not followed" in again.err) == (1, True)
    assert follow(home, PAGE, OTHER, "--stop").code == 5


def test_the_page_is_wanted_at_once_by_the_site_that_has_its_host(home: Path) -> None:
    assert follow(home, PAGE, OTHER).code == 0

    for url, site in ((PAGE, "lantern"), (OTHER, None)):
        found = row_of(home, url)
        assert found is not None
        state, row = found
        assert (state, row.what, row.why, row.site, row.run) == ("waiting", "article", "follow", site, None)
        assert row.next_at <= datetime.now(UTC)


def test_a_page_that_waits_in_a_run_is_left_there(home: Path) -> None:
    follow(home, PAGE)
    found = row_of(home, PAGE)
    assert found is not None
    row = found[1]
    store = open_store(load(home).store.database)
    with store.write() as conn:
        frontier.discover(conn, [replace(row, later=False)], run="r1", now=NOW, pages={}, citations=0)
    store.close()

    assert follow(home, PAGE, "--every", "1h").code == 0
    found = row_of(home, PAGE)
    assert found is not None
    assert found[1].run == "r1"


def test_who_follows_again_changes_how_and_says_nothing_twice(home: Path) -> None:
    follow(home, PAGE, "--case", "flood")
    assert follow(home, PAGE).out == f"{PAGE}: followed every 15m, case flood already\n"
    assert follow(home, PAGE, "--every", "90m").out == f"{PAGE}: followed every 90m, case flood\n"

    (one,) = follow(home, "--list", "--json").rows
    assert (one["every"], one["case"], one["until"]) == (5400, "flood", None)


def test_a_follow_is_there_again_after_a_rebuild(home: Path) -> None:
    follow(home, PAGE, "--case", "flood")
    (before,) = follow(home, "--list", "--json").rows
    for file in home.glob("variorum.db*"):
        file.unlink()
    assert say("reindex", "--home", home).code == 0

    (after,) = follow(home, "--list", "--json").rows
    assert after == before | {"next": None}  # what waits is in no WARC file


def test_a_paused_site_is_said(home: Path) -> None:
    (home / "sites" / "lantern.toml").write_text(LANTERN + 'paused = "they asked"\n')
    (home / "sites" / "broken.toml").write_text("hops = -1\n")

    done = follow(home, PAGE)

    assert done.code == 0
    assert "lantern is paused (they asked); nothing is fetched until variorum pause lantern --resume" in done.err
    assert "broken is left out" in done.err


def test_a_page_that_robots_txt_kept_out_is_said(home: Path) -> None:
    follow(home, PAGE)
    at, place = datetime.now(UTC), Locator(warc="a.warc.gz", offset=0, length=1)
    told = Visit(
        id=RecordId("urn:uuid:0"), url=Url(PAGE), urlkey=urlkey(PAGE), at=at, why="follow", attempt=1,
        outcome="robots", detail="Disallow: /2025/", locator=place,
    )  # fmt: skip
    store = open_store(load(home).store.database)
    with store.write() as conn:
        visits.insert(conn, [told])
    store.close()

    assert f"robots.txt kept it out on {at:%Y-%m-%d %H:%M}: Disallow: /2025/" in follow(home, PAGE, "--for", "1d").err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name the pages"),
        ((PAGE, "--every", "59s"), "it is shorter than a minute"),
        ((PAGE, "--every", "soon"), "--every = 'soon' is not a duration of a minute or more"),
        ((PAGE, "--for", "0"), "--for = '0' is not a duration above 0"),
        ((PAGE, "--for", "999999999d"), "--for 999,999,999d is too long"),
        ((PAGE, "--case", " "), "a case needs a name"),
        (("blog.lantern.test/a",), "it has no scheme; write https://blog.lantern.test/a"),
        (("https://me:hush@blog.lantern.test/a",), "user name or password"),
        ((PAGE, "--stop", "--every", "5m"), "give one of them"),
        ((PAGE, "--list"), "--list stands alone"),
        ((PAGE, "--json"), "--json goes with --list"),
    ],
)
def test_what_cannot_be_followed_is_refused(home: Path, words: tuple[str, ...], told: str) -> None:
    done = follow(home, *words)

    assert (done.code, told in done.err) == (2, True), done.err
    assert "hush" not in done.err
    assert follow(home, "--list", "--json").rows == []


def test_public_hosts_need_a_contact(tmp_path: Path) -> None:
    assert say("init", tmp_path / "home").code == 0

    done = follow(tmp_path / "home", "https://www.example.com/a")
    assert (done.code, "names no contact" in done.err) == (2, True)
    assert follow(tmp_path / "home", "--list").out.startswith("no page is followed: variorum follow URL")


# ---- the journey


@pytest.fixture(scope="module")
def stand() -> Iterator[tuple[Newsstand, list[ScaledClock]]]:
    clocks = [ScaledClock(OPENING, PACE)]
    with Newsstand(now=lambda: clocks[-1].now()) as opened:  # noqa: PLW0108 - the clock is another one on the second day
        yield opened, clocks


def test_an_edit_of_a_followed_page_is_found_in_its_case(
    stand: tuple[Newsstand, list[ScaledClock]], tmp_path: Path
) -> None:
    opened, clocks = stand
    home = Home(path=tmp_path / "home", connect_map=opened.connect_map, clock=clocks[-1])
    home.site("lantern", LANTERN)
    assert home.call("follow", PAGE, "--every", "15m", "--for", "7d", "--case", "flood").returncode == 0
    home.report()
    assert home.rows("SELECT why, outcome, site FROM visits WHERE url = ?", PAGE) == [("follow", "captured", "lantern")]

    clocks.append(ScaledClock(LEVEE_POSTED + timedelta(minutes=30), PACE))
    home.env["VARIORUM_CLOCK"] = str(clocks[-1])
    home.report("--recheck")
    (found,) = home.call("changes", "--case", "flood", "--json").stdout.splitlines()
    assert f'"url": "{PAGE}"' in found
    assert '"cases": ["flood"]' in found

    # Who takes it out of the case, and follows it on, has it out of the case.
    assert home.call("mark", PAGE, "--out-of-case", "flood").returncode == 0
    assert home.call("follow", PAGE, "--every", "1h").returncode == 0
    assert home.call("changes", "--case", "flood", "--json").stdout == ""
