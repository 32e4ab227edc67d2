"""``sites``, ``pause``, ``unwatch`` and ``due``: what is watched, how it fares, when it is due, and who decided."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.config import load
from archive.liveness import Sign
from archive.model import Entry, Locator, Outcome, RecordId, Run, Url, UrlKey, Visit
from archive.store import Store, frontier, journal_rows, open_store, runs
from archive.store.frontier import Wanted
from archive.timing import stamp
from archive.urls import urlkey
from archive.warc.files import WarcFolder
from crawler import sites
from crawler.newsstand import Newsstand
from schedules.due import coming
from schedules.health import is_failure, quiet_since
from tests.press import QUICK, call, connect, copied, say

LANTERN = """# my own words
url = "http://blog.lantern.test/"
feeds = ["http://blog.lantern.test/feed.xml"]
cite = "none"
tags = ["delta", "press"]  # two
"""
SHUT = 'url = "http://www.saltmarsh-post.test/"\ntags = ["press"]\n'
NEW = 'url = "http://tideline.test/"\n'
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def write(home: Path, **texts: str) -> None:
    for name, text in texts.items():
        (home / "sites" / f"{name}.toml").write_text(text)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that has crawled one blog and one that gives no answer; a third joined later."""
    home = tmp_path_factory.mktemp("crawled") / "home"
    assert say("init", home, "--contact", "tests@example.org").code == 0
    write(home, lantern=LANTERN, shut=SHUT)
    with Newsstand() as stand:
        done = call("crawl", "--home", home, *QUICK, *connect(stand.connect_map))
    assert done.code == 5, done.err
    write(home, tideline=NEW)
    return home


@pytest.fixture
def home(crawled: Path, tmp_path: Path) -> Path:
    """A copy, to change."""
    to = copied(crawled, tmp_path / "home")
    # Without a reader the index is whole in its one file, which a copy of a live one is not.
    assert (to / "variorum.db").exists()
    for beside in crawled.glob("variorum.db-*"):
        shutil.copy(beside, to)
    return to


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    opened = open_store(load(home).store.database)
    yield opened
    opened.close()


def journalled(home: Path) -> list[Entry]:
    store = open_store(load(home).store.database)
    with store.read() as conn:
        # Pins are the reading's own, not a person's.
        found = [each for each in journal_rows.every(conn) if each.kind != "pin"]
    store.close()
    return found


# ---- sites


def test_sites_tells_of_each_site_how_it_fares(crawled: Path) -> None:
    rows = {row["name"]: row for row in say("sites", "--json", "--home", crawled).rows}

    assert [list(row) for row in rows.values()] == [
        [
            *("name", "url", "tags", "state", "last_run", "next_run", "health"),
            *("alarms", "yield", "unseen_per_week", "cadence"),
        ]
    ] * 3
    assert (rows["lantern"]["url"], rows["lantern"]["tags"]) == ("http://blog.lantern.test/", ["delta", "press"])
    assert {row["state"] for row in rows.values()} == {"watched"}
    assert rows["lantern"]["last_run"] < rows["lantern"]["next_run"]
    assert rows["lantern"]["health"].startswith("quiet since 2025-")  # the stand's posts are of that year
    assert rows["shut"]["health"] == f"no answer since {rows['shut']['last_run'][:16].replace('T', ' ')}"
    assert rows["tideline"] | {"url": ""} == {
        "name": "tideline",
        "url": "",
        "tags": [],
        "state": "watched",
        "last_run": None,
        "next_run": None,
        "health": "never crawled",
        "alarms": [],
        "yield": None,
        "unseen_per_week": None,
        "cadence": None,
    }


def test_sites_are_chosen_by_tag(crawled: Path) -> None:
    assert [row["name"] for row in say("sites", "--tag", "press", "--json", "--home", crawled).rows] == [
        "lantern",
        "shut",
    ]
    none = say("sites", "--tag", "sport", "--home", crawled)
    assert none.code == 1
    assert "there are delta, press" in none.err


def test_the_table_of_sites_is_for_people(crawled: Path) -> None:
    lines = say("sites", "--home", crawled).out.splitlines()

    assert re.split(r"  +", lines[0]) == [
        *("name", "last run", "next run", "new items", "yield", "unseen", "health", "state", "tags"),
    ]
    assert any(line.startswith("tideline  -") and "never crawled" in line for line in lines)


def test_an_archive_that_watches_nothing_says_what_to_do(home: Path) -> None:
    for file in (home / "sites").glob("*.toml"):
        file.unlink()
    for verb in ("sites", "due"):
        said = say(verb, "--home", home)
        assert (said.code, "variorum watch URL" in said.err) == (1, True)


def moment(day: int, hour: int = 0) -> datetime:
    return NOW - timedelta(days=day, hours=hour)


@pytest.mark.parametrize(
    ("dates", "since"),
    [
        ([], None),
        ([moment(40), moment(39), moment(38)], None),
        ([moment(9), moment(8), moment(7), moment(6)], moment(6)),
        ([moment(6), moment(5), moment(4), moment(3)], None),
        ([moment(40), moment(30), moment(20), moment(10)], None),
        ([moment(70), moment(60), moment(50), moment(40)], moment(40)),
        ([moment(2, 3), moment(2, 2), moment(2, 1), moment(2)], None),
    ],
)
def test_a_site_is_quiet_after_three_of_its_usual_intervals(dates: list[datetime], since: datetime | None) -> None:
    assert quiet_since(dates, NOW) == since


@pytest.mark.parametrize(
    ("outcome", "status", "fails"),
    [
        ("captured", 200, False),
        ("captured", 500, True),
        ("gone", 404, False),
        ("limited", 429, True),
        ("failed", None, True),
        ("truncated", 200, True),
        ("unchanged", 304, False),
    ],
)
def test_a_visit_fails_by_the_servers_fault(outcome: Outcome, status: int | None, fails: bool) -> None:
    assert is_failure(visit("http://a.test/", outcome, status)) is fails


def visit(url: str, outcome: Outcome, status: int | None = None, capture: str | None = None) -> Visit:
    return Visit(
        id=RecordId("urn:uuid:1"),
        url=Url(url),
        urlkey=urlkey(url),
        at=NOW,
        why="new",
        attempt=1,
        outcome=outcome,
        status=status,
        capture=None if capture is None else RecordId(capture),
        locator=Locator(warc="a.warc.gz", offset=0, length=1),
    )


# ---- pause


def test_a_paused_site_keeps_its_file_otherwise_and_is_not_crawled(home: Path) -> None:
    assert say("pause", "lantern", "--why", 'they asked, "kindly"', "--home", home).code == 0
    text = (home / "sites" / "lantern.toml").read_text()

    assert text.replace('paused = "they asked, \\"kindly\\""\n', "") == LANTERN
    assert sites.by_names(home / "sites", home, ["lantern"])[0].paused == 'they asked, "kindly"'
    row = next(row for row in say("sites", "--json", "--home", home).rows if row["name"] == "lantern")
    assert (row["state"], row["next_run"]) == ('paused: they asked, "kindly"', None)
    refused = say("crawl", "lantern", "--home", home)
    assert (refused.code, "lantern is paused" in refused.err) == (1, True)

    assert say("pause", "lantern", "--resume", "--home", home).code == 0
    assert (home / "sites" / "lantern.toml").read_text() == LANTERN
    assert [(each.kind, each.subject, each.data["why"]) for each in journalled(home)] == [
        ("pause", "lantern", 'they asked, "kindly"'),
        ("resume", "lantern", None),
    ]


def test_a_pause_needs_a_reason_and_sites_that_are_there(home: Path) -> None:
    without = say("pause", "lantern", "--home", home)
    assert (without.code, "--why" in without.err) == (2, True)
    unknown = say("pause", "lantern", "lantren", "--why", "x", "--home", home)
    assert (unknown.code, "did you mean lantern?" in unknown.err) == (2, True)
    assert say("pause", "lantern", "--why", "a\x07b", "--home", home).code == 2

    assert (home / "sites" / "lantern.toml").read_text() == LANTERN
    assert journalled(home) == []


def test_a_pause_that_changes_nothing_is_told_and_not_put_on_record(home: Path) -> None:
    assert "it is not paused" in say("pause", "lantern", "--resume", "--home", home).out
    say("pause", "lantern", "shut", "--why", "holidays", "--home", home)
    again = say("pause", "lantern", "tideline", "--why", "holidays", "--home", home)

    assert "lantern: paused for that reason already" in again.out
    assert [each.subject for each in journalled(home)] == ["lantern", "shut", "tideline"]


def test_the_decision_survives_a_reindex(home: Path) -> None:
    say("pause", "lantern", "--why", "holidays", "--home", home)
    before = journalled(home)
    assert say("reindex", "--home", home).code == 0

    assert [(each.id, each.kind, each.data) for each in journalled(home)] == [
        (each.id, each.kind, each.data) for each in before
    ]


# ---- unwatch


def test_an_unwatched_site_leaves_its_captures(home: Path, store: Store) -> None:
    captures = say("captures", "--all", "--home", home).out
    with store.read() as conn:
        assert list(frontier.coming(conn, sites=["lantern"], until=datetime(2030, 1, 1, tzinfo=UTC)))

    done = say("unwatch", "lantern", "--why", "enough", "--home", home)

    assert done.code == 0, done.err
    assert (home / "sites" / "unwatched" / "lantern.toml").read_text() == LANTERN
    assert [site.name for site in sites.every(home / "sites", home)] == ["shut", "tideline"]
    with store.read() as conn:
        assert not list(frontier.coming(conn, sites=["lantern"], until=datetime(2030, 1, 1, tzinfo=UTC)))
    assert say("captures", "--all", "--home", home).out == captures
    (entry,) = journalled(home)
    assert (entry.kind, entry.subject) == ("unwatch", "lantern")
    assert entry.data == {"url": "http://blog.lantern.test/", "why": "enough"}
    assert say("verify", "--home", home).code == 0


def test_a_file_set_aside_before_is_not_written_over(home: Path) -> None:
    say("unwatch", "tideline", "--home", home)
    write(home, tideline=f"# again\n{NEW}")
    say("unwatch", "tideline", "--home", home)

    kept = {file.name: file.read_text() for file in (home / "sites" / "unwatched").iterdir()}
    assert kept == {"tideline.toml": NEW, "tideline-2.toml": f"# again\n{NEW}"}


def test_no_site_is_given_up_while_a_run_is_at_work_on_it(home: Path, store: Store) -> None:
    run = Run(id="20261122T120000-0000abcd", why="crawl", sites=("lantern",), began=datetime.now(UTC))
    with store.write() as conn:
        runs.begin(conn, run)
    sign = Sign(WarcFolder(load(home).store.warcs).running, run.id)
    try:
        said = say("unwatch", "shut", "lantern", "--home", home)
        paused = say("pause", "lantern", "--why", "x", "--home", home)
    finally:
        sign.end()

    assert said.code == 1
    assert f"run {run.id} is at work on lantern" in said.err
    assert {file.name for file in (home / "sites").iterdir()} == {"lantern.toml", "shut.toml", "tideline.toml"}
    assert (paused.code, f"run {run.id} is at work on it" in paused.out) == (0, True)


# ---- due


def test_due_tells_what_comes_next_the_soonest_first(crawled: Path) -> None:
    rows = say("due", "--json", "--until", "2099-01-01", "--home", crawled).rows

    assert all(list(row) == ["url", "why", "at", "explain", "site", "expected", "chance"] for row in rows)
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert (rows[0]["url"], rows[0]["explain"]) == ("http://tideline.test/", "never asked for yet")
    told = {row["url"]: (row["why"], row["explain"]) for row in rows}
    assert told["http://blog.lantern.test/feed.xml"] == ("feed", "new posts are looked for every hour")
    story = next(row for row in rows if row["url"] == "http://blog.lantern.test/2025/03/02/flood-room.html")
    assert (story["why"], story["explain"]) == ("recheck", "patrol: to see that it is still there")  # it is dated 2025
    assert 0 < story["chance"] <= story["expected"]


def test_due_can_be_narrowed(crawled: Path) -> None:
    of_one = say("due", "tideline", "--json", "--home", crawled).rows
    assert [row["url"] for row in of_one] == ["http://tideline.test/"]
    assert say("due", "--until", "2020-01-01", "--json", "--home", crawled).rows == []
    assert len(say("due", "--limit", "2", "--json", "--home", crawled).rows) == 2
    unknown = say("due", "lantren", "--home", crawled)
    assert (unknown.code, "did you mean lantern?" in unknown.err) == (2, True)
    soon = stamp(datetime.now(UTC) + timedelta(minutes=5))
    assert [row["url"] for row in say("due", "--until", soon, "--json", "--home", crawled).rows] == [of_one[0]["url"]]
    assert len(say("due", "--until", "2100-01-01", "--json", "--home", crawled).rows) > 5


def test_the_table_says_how_many_more_are_due(crawled: Path) -> None:
    total = len(say("due", "--json", "--home", crawled).rows)
    said = say("due", "--limit", "1", "--explain", "--home", crawled)
    lines = said.out.splitlines()

    assert lines[0].split() == ["at", "why", "site", "url", "explain"]
    assert lines[1].split()[:4] == ["now", "front", "page", "tideline"]
    assert lines[2].startswith(f"and {total - 1} more before ")
    assert lines[2].endswith(f"--limit {total} shows them")


def test_nothing_of_a_paused_site_is_due(home: Path) -> None:
    say("pause", "lantern", "shut", "tideline", "--why", "holidays", "--home", home)

    said = say("due", "--home", home)
    assert (said.code, "3 of 3 sites are paused" in said.out) == (0, True)
    named = say("due", "lantern", "--json", "--home", home)
    assert named.rows == []
    assert "lantern is paused, so nothing of it is due: holidays" in named.err


def test_due_only_looks(home: Path) -> None:
    def state() -> dict[str, tuple[int, bytes]]:
        return {
            str(file): (file.stat().st_mtime_ns, file.read_bytes())
            for file in home.rglob("*.warc*")
        }  # fmt: skip

    before = state()
    say("due", "--home", home)
    say("sites", "--home", home)

    assert state() == before


def test_what_was_visited_and_never_planned_is_planned_on_the_fly(home: Path, store: Store) -> None:
    (site,) = sites.by_names(home / "sites", home, ["tideline"])
    url = "http://tideline.test/note/1"
    wanted = Wanted(
        url=Url(url),
        urlkey=urlkey(url),
        neighbour="tideline.test",
        what="article",
        why="new",
        next_at=NOW,
        site="tideline",
        dated=NOW - timedelta(hours=1),
    )
    with store.write() as conn:
        frontier.discover(conn, [wanted], run="r", now=NOW, pages={"tideline": 10}, citations=0)
        frontier.note(conn, [visit(url, "captured", 200, "urn:uuid:c")])
        frontier.settle(conn, urlkey(url), RecordId("urn:uuid:c"))
    with store.read() as conn:
        rows = list(coming(conn, [site], load(home), now=NOW, until=NOW + timedelta(hours=2)))
        assert frontier.by_key(conn, urlkey(url))[0] == "visited"  # type: ignore[index]

    assert [(row.url, row.at) for row in rows] == [
        ("http://tideline.test/", NOW),
        (url, NOW + timedelta(hours=1)),
    ]
    assert rows[1].why == "recheck"
    assert "again after 1 hour" in rows[1].explain


@pytest.mark.parametrize(
    ("tried", "reason", "words"),
    [
        (0, None, "found, and not visited yet"),
        (1, None, "failed last time, try 2 of 3"),
        (0, "trap: calendar", "to be noted as not asked for: trap: calendar"),
    ],
)
def test_the_explanation_says_where_a_url_stands(
    home: Path, store: Store, tried: int, reason: str | None, words: str
) -> None:
    (site,) = sites.by_names(home / "sites", home, ["tideline"])
    url = "http://tideline.test/note/2"
    wanted = Wanted(
        url=Url(url),
        urlkey=UrlKey(urlkey(url)),
        neighbour="tideline.test",
        what="article",
        why="new",
        next_at=NOW,
        site="tideline",
        reason=reason,
    )
    with store.write() as conn:
        frontier.discover(conn, [wanted], run="r", now=NOW, pages={"tideline": 10}, citations=0)
        frontier.note(conn, [visit(url, "failed")] * tried)
    with store.read() as conn:
        rows = {row.url: row for row in coming(conn, [site], load(home), now=NOW, until=NOW + timedelta(hours=9))}

    assert rows[Url(url)].explain == f"{words}; in run r"


def test_the_verbs_that_only_look_load_no_crawler(crawled: Path) -> None:
    program = (
        "import sys; from archive.cli import main; main(sys.argv[1:]); "
        "print([name for name in ('scrapy', 'twisted') if name in sys.modules], file=sys.stderr)"
    )
    for verb in ("sites", "due"):
        done = subprocess.run(
            [sys.executable, "-c", program, verb, "--home", str(crawled)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=dict(os.environ),
        )
        assert done.stderr.splitlines()[-1] == "[]", done.stderr
