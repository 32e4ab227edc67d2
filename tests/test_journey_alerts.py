"""Alerts as a person lives with them: an edit is told, a digest comes, a name waits, a silent feed is missed.

One archive under ``variorum start`` over a made-up web, on 4 March from four to eight in the morning. The
first minutes pass three times as fast as the machine's, so that a minute of the archive can be told from an hour; then
it is started again, and the rest of the morning passes at six minutes a second.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import feedparser  # type: ignore[import-untyped]  # no types of its own
import pytest

from archive.timing import parse_time, stamp
from crawler.newsstand.prose import piece
from crawler.newsstand.world import Edition, Feed, Host, Story, World
from tests.starting import Press, Start, at, pressed

pytestmark = pytest.mark.xdist_group("start")

MILL, POND, ICE = (f"http://valley.test/2025/03/{name}.html" for name in ("mill", "pond", "ice"))
BOATS, MORE_BOATS = (
    f"The harbour office has counted {many} boats on the pond since the ice broke." for many in (40, 44)
)
NAMED = "The keeper of the mill, Colin Harrow, has said that the pond would freeze again next winter."
UNNAMED = "The keeper of the mill has said that the pond would freeze again next winter."
GONE = "Harrow"
CLOSED, OPEN = "Mill closed after forty years", "Mill to open again in the spring"
FIRST_EDIT, NUMBER_EDIT, NAME_EDIT, QUOTE_EDIT = at(4, 3, 30), at(4, 4, 40), at(4, 5, 0), at(4, 5, 40)
SAID, SAID_NOW = (f"“The wheel will {what},” the council of Thornmouth wrote on Monday." for what in ("stand", "turn"))
SILENT_SINCE, SPEAKS_AGAIN = at(1, 4, 30), at(4, 7, 15)
DIGEST = at(4, 7)
MINUTE = timedelta(minutes=1)

RULES = """
[to.desk]
apprise = ["ADDRESS"]
[to.morning]
command = ["./tell", "morning"]
[to.feed]
atom = "feeds/valley.atom"

[[rule]]
name = "headlines"
to = "desk"
flag = "headline"
[[rule]]
name = "the rest"
to = "morning"
flag = ["lede", "quote", "number", "date", "name", "attribution", "caveat", "hedging", "negation", "link"]
when = "08:00"
timezone = "Europe/Amsterdam"
[[rule]]
name = "all"
to = "feed"
[[rule]]
name = "silence"
to = "desk"
alarm = "quiet"
"""


def edited(path: str, headline: str, text: str, *later: tuple[datetime, str, str]) -> Story:
    """Write a story, and what becomes of its headline and of one of its sentences."""
    story = piece(path, headline, at(3, 9), (text,))
    first = story.editions[0]
    editions: list[Edition] = [first]
    for when, title, sentence in later:
        paragraphs = tuple((sentence,) if each == (text,) else each for each in first.paragraphs)
        editions.append(replace(first, at=when, headline=title, paragraphs=paragraphs))
    return replace(story, editions=tuple(editions))


BOATS_TITLE, ICE_TITLE = "Boats return to the pond", "A cold winter in the valley"
VALLEY = Host(
    name="valley.test", title="Valley Post",
    rows=(
        edited("/2025/03/mill.html", CLOSED, SAID, (FIRST_EDIT, OPEN, SAID), (QUOTE_EDIT, OPEN, SAID_NOW)),
        edited("/2025/03/pond.html", BOATS_TITLE, BOATS, (NUMBER_EDIT, BOATS_TITLE, MORE_BOATS)),
        edited("/2025/03/ice.html", ICE_TITLE, NAMED, (NAME_EDIT, ICE_TITLE, UNNAMED)),
        Feed(path="/feed.xml", kind="rss 2.0"),
    ),
)  # fmt: skip
HILL = Host(
    name="hill.test", title="Hill Notes",
    rows=(
        *(
            piece(f"/notes/{ago}.html", f"Note {ago} from the hill", SILENT_SINCE - timedelta(days=ago))
            for ago in range(6)
        ),
        piece("/notes/late.html", "The hill speaks again", SPEAKS_AGAIN),
        Feed(path="/feed.xml", kind="rss 2.0"),
    ),
)  # fmt: skip


# -------------------------------------------------------------------------------------------------- what a person has


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message that reached the desk: when, on the archive's clock and in real seconds."""

    at: datetime
    real: float
    title: str
    text: str


@dataclass(slots=True)
class Desk:
    """A server on loopback that Apprise sends to."""

    now: Callable[[], datetime]
    address: str = ""
    got: list[Arrived] = field(default_factory=list)

    def titled(self, title: str) -> list[Arrived]:
        return [each for each in self.got if each.title == title]

    @contextmanager
    def open(self) -> Iterator[None]:
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                desk.got.append(
                    Arrived(at=desk.now(), real=time.monotonic(), title=said["title"], text=said["message"])
                )
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.address = f"json://127.0.0.1:{server.server_port}/hook"
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@dataclass(slots=True)
class Morning:
    """What a person saw of that morning, and when: ``early`` is before the change was reviewed, ``late`` the end."""

    home: Path
    desk: Desk
    delay: timedelta = timedelta()
    sites: str = ""
    site: str = ""
    late_sites: str = ""
    held: str = ""
    listed: str = ""
    reviewed: str = ""
    digests: tuple[dict[str, Any], ...] = ()
    early: dict[str, str] = field(default_factory=dict)
    early_feed: tuple[Any, ...] = ()
    late_feed: tuple[Any, ...] = ()
    codes: tuple[int, ...] = ()
    said: str = ""

    def hooked(self) -> list[dict[str, Any]]:
        """Give what the program was told so far."""
        file = self.home / "told.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def feed(self) -> tuple[Any, ...]:
        read = feedparser.parse((self.home / "feeds/valley.atom").read_bytes())
        assert not read.bozo
        return tuple(read.entries)

    def written(self) -> dict[str, str]:
        """Give all that stands in the archive beside the captures and their index: logs, feeds, what programs wrote."""
        files = [file for file in self.home.rglob("*") if file.is_file() and not file.name.startswith("variorum.db")]
        own = [file for file in files if not file.is_relative_to(self.home / "warcs")]
        return {str(file.relative_to(self.home)): file.read_bytes().decode("utf-8", "replace") for file in own}


def said_by(press: Press, *words: str) -> str:
    done = press.home.call(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def revisions(press: Press, url: str) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in said_by(press, "history", url, "--json").splitlines()]
    return [each for each in told if "number" in each]


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    world = World(hosts=(VALLEY, HILL))
    with pressed(tmp_path_factory.mktemp("alerts"), at(4, 3, 50), 3, world, delay="1s") as press:
        desk = Desk(press.now)
        with desk.open():
            seen = Morning(home=press.home.path, desk=desk)
            set_up(press, seen)
            begins(press, seen)
            goes_on(press, seen)
            yield seen


def set_up(press: Press, seen: Morning) -> None:
    """Watch two blogs, and write whom to tell of what."""
    press.shown = at(4, 3)
    press.home.env |= {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    for name in ("valley.test", "hill.test"):
        press.site(name, schedule='poll = "30m"')
    (seen.home / "tell").write_text("#!/bin/sh\ncat >> told.jsonl\n")
    (seen.home / "tell").chmod(0o755)
    (seen.home / "alerts.toml").write_text(RULES.replace("ADDRESS", seen.desk.address))
    assert "4 rules, 3 targets" in said_by(press, "alerts", "--check")
    said_by(press, "follow", MILL, "--every", "1m", "--for", "15m", "--case", "mill")
    said_by(press, "follow", POND, ICE, "--every", "15m", "--for", "7d", "--case", "mill")


def begins(press: Press, seen: Morning) -> None:
    """Pass the first minutes: a headline is edited while it is watched closely."""
    press.set_clock(at(4, 3, 50), 3)
    start = press.begin()
    start.until_ready()
    start.until(lambda: len(press.chains()) == 9, "what is there is read")
    press.shown = None
    start.until(lambda: seen.desk.got, "the headline edit reaches the desk")
    seen.delay = seen.desk.got[0].at - parse_time(revisions(press, MILL)[1]["seen_from"])
    stopped(start, seen)
    said_by(press, "follow", MILL, "--every", "15m", "--for", "7d")


def goes_on(press: Press, seen: Morning) -> None:
    """Pass the rest of the morning."""
    press.set_clock(press.now(), 360)
    start = press.begin()
    start.until(lambda: len(seen.desk.got) > 1, "somebody is told that a feed is quiet")
    seen.sites, seen.site = said_by(press, "sites"), said_by(press, "sites", "hill-test")
    start.until(lambda: press.home.call("alerts", "--held").returncode == 0, "a notice is held")
    seen.held, seen.listed = said_by(press, "alerts", "--held"), said_by(press, "alerts", "--json")
    start.until(seen.hooked, "the digest is told")
    start.until(lambda: press.now() > DIGEST + timedelta(minutes=15), "nothing else is told")
    seen.digests, seen.early, seen.early_feed = tuple(seen.hooked()), seen.written() | told(press), seen.feed()
    seen.reviewed = said_by(press, "mark", f"{ICE}@2", "--reviewed")
    start.until(lambda: len(seen.hooked()) > len(seen.digests), "what was reviewed is told")
    start.until(lambda: len(press.chains()) == 10, "the feed speaks again")
    stopped(start, seen)
    seen.late_feed, seen.late_sites = seen.feed(), said_by(press, "sites")
    press.assert_clean()


def told(press: Press) -> dict[str, str]:
    """Give what ``start`` said so far."""
    return {f"said {number}": start.said() for number, start in enumerate(press.started)}


def stopped(start: Start, seen: Morning) -> None:
    seen.codes += (start.stop(),)
    seen.said += start.said()


# ------------------------------------------------------------------------------------------------------------ at once


def test_a_headline_edit_reaches_the_desk_within_a_minute(morning: Morning) -> None:
    (message,) = morning.desk.titled(f"Edited: {OPEN}")
    sys.stdout.write(f"told {morning.delay.total_seconds():.1f} s after its capture, on the archive's clock\n")
    assert timedelta() < morning.delay < MINUTE
    assert f"headline: “{CLOSED}” -> “{OPEN}”" in message.text
    assert f"variorum diff {MILL}@2" in message.text


def test_it_is_told_once_though_the_scheduler_is_started_again(morning: Morning) -> None:
    assert [each.title.partition(":")[0] for each in morning.desk.got] == ["Edited", "Alarm"]


# ------------------------------------------------------------------------------------------------------------- digest


def test_the_digest_collects_the_rest_into_one_message(morning: Morning) -> None:
    (digest,) = morning.digests
    assert (digest["rule"], digest["title"]) == ("the rest", "2 edits: the rest")
    assert [(each["url"], each["at"] < stamp(DIGEST)) for each in digest["notices"]] == [
        (POND, True),
        (MILL, True),
    ]
    assert "{+44+}" in digest["text"]
    assert "{+turn+}" in digest["text"]
    assert "headline:" not in digest["text"]


def test_the_feed_shows_every_edit_that_may_be_shown(morning: Morning) -> None:
    assert sorted(entry.link for entry in morning.early_feed) == [MILL, MILL, POND]


# ----------------------------------------------------------------------------------------------------- a name that went


def test_a_name_that_was_taken_out_waits_for_a_person(morning: Morning) -> None:
    assert f"{ICE}@2" in morning.held
    assert {"told.jsonl", "feeds/valley.atom", "said 0", "said 1"} < morning.early.keys()
    assert [where for where, text in morning.early.items() if GONE in text] == []
    assert [each.title for each in morning.desk.got if GONE in each.text] == []
    assert GONE not in morning.held + morning.listed


def test_it_is_told_when_a_person_has_looked(morning: Morning) -> None:
    assert "2 notices that waited for this will be sent" in morning.reviewed
    _, late = morning.hooked()
    assert [each["url"] for each in late["notices"]] == [ICE]
    assert f"[-, Colin {GONE},-]" in late["text"]
    assert sorted(entry.link for entry in morning.late_feed) == [ICE, MILL, MILL, POND]


def test_no_log_has_the_name_even_then(morning: Morning) -> None:
    logs = {where: text for where, text in morning.written().items() if where.startswith("logs")}
    assert logs
    assert [where for where, text in logs.items() if GONE in text] == []
    assert GONE not in morning.said


# ------------------------------------------------------------------------------------------------------------- silence


def test_a_feed_that_falls_silent_is_told_and_shown(morning: Morning) -> None:
    (rang,) = morning.desk.titled("Alarm: quiet, site hill-test")
    assert "no new item since 2025-03-01 04:30, usually one every 24 h" in rang.text
    assert "quiet since 2025-03-01 04:30" in row_of(HILL, morning.sites)
    assert "quiet" not in row_of(VALLEY, morning.sites)
    assert "http://hill.test/feed.xml" in morning.site


def test_a_feed_that_speaks_again_is_quiet_no_more(morning: Morning) -> None:
    assert "quiet" not in row_of(HILL, morning.late_sites)


def row_of(host: Host, table: str) -> str:
    (row,) = [line for line in table.splitlines() if line.startswith(host.name.replace(".", "-"))]
    return row


def test_the_scheduler_ends_in_order(morning: Morning) -> None:
    assert morning.codes == (0, 0)
    assert "Traceback" not in morning.said
