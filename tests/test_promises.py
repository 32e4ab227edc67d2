"""The promises of the design, one test each, as far as their verbs exist.

Each is kept in depth elsewhere: the bytes in ``test_byte_oracle``, ``test_failures`` and ``test_connections``, the
crashes in ``test_crash`` and ``test_disk_full``, the guard in ``test_guard`` and ``test_bad_input``, the index in
``test_upkeep``, chains in ``test_revise``,
``test_edits`` and ``test_journey``. Promise 11 comes with takedowns.
"""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler.newsstand import Newsstand
from crawler.newsstand.chronicle_posts import day
from crawler.newsstand.chronicle_truth import story
from tests.kept import empty, keep
from tests.press import LIMIT, QUICK, VARIORUM, Said, call, connect, copied, environment, press, say
from tests.wire.cases import answer, chunked, one
from tests.wire.listener import Listener
from tests.wire.oracle import Record, compare, contradictions, kept, records, warc_files
from tests.wire.server import WireServer

RUN = "application/vnd.variorum.run+json"
VISIT = "application/vnd.variorum.visit+json"

# The console script, with a spider that looks, when it is handed a response, whether its bytes are on disk already.
WATCHING = """
import gzip, sys
from pathlib import Path
from archive.cli import main
from crawler.spiders import page

home = Path(sys.argv[sys.argv.index("--home") + 1])

class Watching(page.PageSpider):
    def take(self, response):
        whole = b"".join(gzip.decompress(path.read_bytes()) for path in home.glob("warcs/*.warc.gz*"))
        print("on disk" if response.body and response.body in whole else "NOT ON DISK", response.url, flush=True)

page.PageSpider = Watching
sys.exit(main())
"""

CASES = (
    one("plain", answer(b"Content-Type: text/html", b"x-ODD: yes", b"Set-Cookie: a", b"set-cookie: b", body=b"plain")),
    one(
        "chunks",
        answer(b"Transfer-Encoding: chunked", body=chunked(b"in one chunk and the last", size=100), length=False),
    ),
    one(
        "inward", answer(b"Location: http://10.0.0.1/", status=b"HTTP/1.1 302 Found"), status=302, outcome="redirected"
    ),
)
FORBIDDEN = (
    one("robots.txt", answer(b"Content-Type: text/plain", body=b"User-agent: *\nDisallow: /private\n")),
    one("private", answer(b"Content-Type: text/html", body=b"nobody asks for this")),
)


class Silent(Listener):
    """Notes that somebody came."""

    came = 0

    def talk(self, sock: socket.socket, number: int) -> None:
        self.came += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    home: Path
    said: Said
    server: WireServer
    forbidding: WireServer
    inside: str
    came: int

    def visits(self, url: str) -> list[dict[str, Any]]:
        return [visit for visit in say("log", "--home", self.home, "--json").rows if visit["url"] == url]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run, watched from both ends."""
    home = tmp_path_factory.mktemp("promises") / "home"
    assert say("init", home, "--contact", "tests@example.org").code == 0
    with WireServer(CASES) as server, WireServer(FORBIDDEN) as forbidding, Silent() as inside:
        options = connect({"press.test": server.netloc, "closed.test": forbidding.netloc})
        urls = [f"http://press.test{case.path}" for case in CASES]
        urls += ["http://closed.test/private", f"http://{inside.netloc}/", "no url at all"]
        command: list[str | Path] = [sys.executable, "-c", WATCHING, "capture", "--home", home, *QUICK, *options]
        done = subprocess.run(
            [*command, *urls], capture_output=True, text=True, timeout=LIMIT, check=False, env=environment()
        )
        server.settle()
        forbidding.settle()
    said = Said(code=done.returncode, out=done.stdout, err=done.stderr)
    assert said.code == 0, said.err
    return Run(
        home=home, said=said, server=server, forbidding=forbidding, inside=f"http://{inside.netloc}/", came=inside.came
    )


def test_1_capture_before_parse_no_spider_sees_a_byte_that_is_not_in_a_record(run: Run) -> None:
    told = [line for line in run.said.out.splitlines() if "DISK" in line.upper()]
    assert sorted(told) == ["on disk http://press.test/chunks", "on disk http://press.test/plain"]


def test_1_a_record_that_cannot_be_written_stops_the_run(tmp_path: Path) -> None:
    home = tmp_path / "home"
    say("init", home, "--contact", "tests@example.org")
    with Newsstand() as stand:
        options = (*connect(stand.connect_map), "--set", "polite.delay=0", "--set", "store.min_free=900000TB")
        said = call("capture", "--home", home, *options, *stand.urls)
        asked = list(stand.log)

    assert said.code == 4
    assert asked == []


def test_2_byte_exact_or_says_so_a_record_holds_what_crossed_the_wire(run: Run) -> None:
    told = kept(run.home)
    seen = [*run.server.seen, *run.forbidding.seen]
    assert len(seen) >= 5
    assert compare(seen, told) == []
    assert contradictions(seen, told) == []


def rows(home: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(home / "variorum.db")) as database:
        names = ("captures", "copies", "visits", "runs", "journal")
        return {name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


@pytest.fixture
def archive(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(press(tmp_path_factory.getbasetemp()), tmp_path / "archive")


def test_3_the_warc_files_are_the_truth_the_index_is_made_from_them_alone(archive: Path) -> None:
    before = rows(archive)
    for path in archive.glob("variorum.db*"):
        path.unlink()

    assert say("reindex", "--home", archive).code == 0
    assert rows(archive) == before
    assert len(before["visits"]) > 30


def test_4_kill_it_anywhere_nothing_acknowledged_is_lost_nothing_is_recorded_twice(tmp_path: Path) -> None:
    home = tmp_path / "home"
    say("init", home, "--contact", "tests@example.org")
    with Newsstand() as stand:
        options = ["--home", str(home), *QUICK, *connect(stand.connect_map)]
        command = [str(VARIORUM), "capture", "--json", *options, *stand.urls]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdout=pipe, stderr=subprocess.DEVNULL, env=environment()) as child:
            assert child.stdout is not None
            acknowledged = [json.loads(child.stdout.readline()) for _ in range(4)]
            child.send_signal(signal.SIGKILL)
            acknowledged += [json.loads(line) for line in child.stdout.read().splitlines() if line.endswith(b"}")]
        # The next start mends the rest by itself.
        again = call("capture", *options, stand.urls[0])

    assert again.code == 0
    told = say("log", "--home", home, "--json").rows
    for visit in acknowledged:
        assert told.count(visit) == 1
    ids = [record.id for path in warc_files(home) for record in records(path)]
    assert len(set(ids)) == len(ids)
    assert say("verify", "--home", home, "--json").rows[:-1] == []


def by_run(found: list[Record], mime: str) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for record in found:
        if record.headers.get("Content-Type") == mime:
            story = json.loads(record.block)
            grouped.setdefault(story["run" if mime == VISIT else "id"], []).append(story)
    return grouped


def test_7_everything_adds_up_outcomes_visits_records_and_the_run_s_report(archive: Path) -> None:
    found = [record for path in warc_files(archive) for record in records(path)]
    stories, reports = by_run(found, VISIT), by_run(found, RUN)
    runs = say("runs", "--home", archive, "--json").rows
    assert len(runs) == 2

    for run in runs:
        visits = say("log", "--home", archive, "--run", run["id"], "--json").rows
        outcomes = Counter(visit["outcome"] for visit in visits)
        assert outcomes == run["outcomes"] == Counter(story["outcome"] for story in stories[run["id"]])
        assert run["visits"] == sum(outcomes.values()) == len(visits) == len(stories[run["id"]])
        assert run["considered"] == len({visit["url"] for visit in visits})
        began, ended = reports[run["id"]]
        assert (began["state"], ended["state"]) == ("running", run["state"])
        assert (ended["visits"], ended["outcomes"], ended["considered"]) == (
            run["visits"], run["outcomes"], run["considered"],
        )  # fmt: skip
        captures = say("captures", "--home", archive, "--run", run["id"], "--json").rows
        assert {row["id"] for row in captures} == {visit["capture"] for visit in visits} - {None}
    answers = [record.id.strip("<>") for record in found if record.type in ("response", "revisit")]
    told = [story["capture"] for each in stories.values() for story in each if story.get("capture")]
    assert sorted(answers) == sorted(told)


def test_7_every_url_considered_has_a_final_visit(run: Run) -> None:
    final = {
        "http://press.test/plain": "captured", "http://press.test/inward": "redirected", "http://10.0.0.1/": "unsafe",
        "http://closed.test/private": "robots", "no url at all": "out of scope",
    }  # fmt: skip
    assert {url: run.visits(url)[-1]["outcome"] for url in final} == final
    (report,) = say("runs", "--home", run.home, "--json").rows
    assert report["considered"] == len({visit["url"] for visit in say("log", "--home", run.home, "--json").rows})


def test_8_polite_by_construction_what_robots_txt_forbids_is_not_asked_and_robots_txt_is_captured(run: Run) -> None:
    assert [seen.url for seen in run.forbidding.seen] == ["http://closed.test/robots.txt"]
    (robots,) = run.visits("http://closed.test/robots.txt")
    assert (robots["why"], robots["outcome"]) == ("robots", "captured")
    (refused,) = run.visits("http://closed.test/private")
    assert (refused["outcome"], refused["capture"]) == ("robots", None)


def test_9_warc_names_are_relative_to_a_root_an_archive_may_be_moved(archive: Path, tmp_path: Path) -> None:
    before = say("captures", "--home", archive, "--all", "--json").rows
    moved = archive.rename(tmp_path / "moved to another place")

    assert say("captures", "--home", moved, "--all", "--json").rows == before
    assert say("verify", "--home", moved).code == 0
    assert {"/" in str(row["warc"]) for row in before} == {False}
    data = b"".join(record.block for path in warc_files(moved) for record in records(path))
    assert str(tmp_path).encode() not in data + (moved / "variorum.db").read_bytes()


def test_10_the_archived_web_is_hostile_urls_never_reach_private_networks(run: Run) -> None:
    assert run.came == 0
    (inward,) = run.visits("http://10.0.0.1/")
    assert (inward["outcome"], inward["why"], inward["detail"]) == (
        "unsafe",
        "redirect",
        "10.0.0.1 is a private address",
    )
    (given,) = run.visits(run.inside)
    assert (given["outcome"], given["detail"]) == ("unsafe", "127.0.0.1 is a loopback address")


def history_of(folder: Path, name: str, days: Sequence[int]) -> list[dict[str, Any]]:
    """Put a story on record as it stood on these days, and give its history."""
    home = empty(folder / name)
    url = story(name).addresses[0]
    keep(home, [(url, day(number, 15)) for number in days])
    told = say("history", "--json", "--home", home, url)
    assert told.code == 0, told.err
    return told.rows


def test_5_only_the_publisher_s_edits_are_edits_whatever_a_new_design_or_a_wall_shows(tmp_path: Path) -> None:
    told = history_of(tmp_path, "journey", range(1, 9))
    assert [each["number"] for each in told if "number" in each] == [1, 2, 3, 4, 5]
    assert [each["event"] for each in told if "event" in each] == ["redesigned", "blocked"]


def test_5_any_order_of_arrival_gives_the_same_chain(tmp_path: Path) -> None:
    def without_ids(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{key: value for key, value in each.items() if key not in ("id", "returns_to")} for each in told]

    days = (1, 2, 3, 4, 5, 6)
    for folder in ("forth", "back"):
        (tmp_path / folder).mkdir()
    forth, back = history_of(tmp_path / "forth", "journey", days), history_of(tmp_path / "back", "journey", days[::-1])
    assert without_ids(forth) == without_ids(back)


def test_6_missing_is_not_deleted_until_it_has_been_answered_so_over_time(tmp_path: Path) -> None:
    (tmp_path / "once").mkdir()
    once = history_of(tmp_path / "once", "journey", (5, 9))
    assert [each["event"] for each in once if "event" in each] == ["unreachable"]
    twice = history_of(tmp_path, "journey", (5, 9, 10, 12))
    assert [each["event"] for each in twice if "event" in each][:2] == ["unreachable", "removed"]
    assert "reinstated" in [each["event"] for each in twice if "event" in each]
