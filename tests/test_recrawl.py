"""The second visit: cheap where nothing changed, complete where something did."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from archive.timing import ScaledClock
from archive.warc.reader import Walked, walk
from crawler.newsstand import Newsstand
from crawler.newsstand.press import Served
from crawler.newsstand.prose import Series, posts
from crawler.newsstand.world import Archive, Feed, Host, Page, Sitemap, Story, Validator, World
from tests.crawl_home import Home
from tests.test_crawl_limits import front, metadata_of

pytestmark = pytest.mark.xdist_group("recrawl")

BEGIN = datetime(2025, 3, 3, 12, tzinfo=UTC)
BETWEEN = BEGIN + timedelta(hours=5)
RUNS = (BEGIN, BEGIN + timedelta(hours=10), BEGIN + timedelta(hours=30))
"""When the three runs begin: what happens in the world happens between the first two."""
ROBOTS = "User-agent: *\nDisallow: /private/\n"
EDIT = "The council has since withdrawn the plan, and says that it was never meant to be read aloud."


def stories(name: str, count: int, last: datetime = BEGIN - timedelta(hours=4)) -> tuple[Story, ...]:
    """Write posts three hours apart, the newest four hours old at the first run."""
    return posts(Series(blog=name, count=count, last=last, step=0.125))


def edited(story: Story) -> Story:
    """Add an edition of which only the text differs."""
    (first,) = story.editions
    return replace(story, editions=(first, replace(first, at=BETWEEN, paragraphs=(*first.paragraphs, (EDIT,)))))


def host(name: str, rows: tuple[Any, ...], *validators: Validator, archive: Archive | None = None) -> Host:
    return Host(name=name, title=name, rows=rows, validators=validators, robots=ROBOTS, archive=archive)


CHANGED = stories("edited.test", 3)
LIED = stories("liar.test", 3)
LATER = stories("new.test", 1, BETWEEN + timedelta(hours=3))
KEPT = stories("new.test", 3, BEGIN - timedelta(days=3))
GONE = stories("gone.test", 3)
FLOOD = stories("gap.test", 8, BETWEEN + timedelta(hours=4))
"""The newest come between the runs: five of them, of which the feed shows two."""
PAGED = stories("paged.test", 9)
WORLD = World(
    hosts=(
        host("strong.test", stories("strong.test", 4), "etag"),
        host("weak.test", stories("weak.test", 3), "weak etag"),
        host("dated.test", stories("dated.test", 3), "last-modified"),
        host("none.test", stories("none.test", 3)),
        host("edited.test", (edited(CHANGED[0]), *CHANGED[1:]), "etag"),
        host("liar.test", (edited(LIED[0]), *LIED[1:]), "frozen etag"),
        host("new.test", (*LATER, *KEPT, Feed(path="/feed.xml", kind="rss 2.0")), "etag"),
        host("gone.test", (replace(GONE[0], gone_at=BETWEEN), *GONE[1:])),
        host(
            "gap.test",
            (
                Page(path="/", mime="text/html", text=front().text, since=BEGIN), *FLOOD,
                Feed(path="/feed.xml", kind="atom 1.0", newest=2), Sitemap(path="/map.xml"),
            ),
        ),
        host("paged.test", PAGED, "etag", archive=Archive(kind="page path", each=3)),
    )
)  # fmt: skip

ODD_ETAG = 'W/odd, "x y'
ODD_DATE = "Monday, about noon"
ODD_TEXT = "<html><body><article><h1>Odd</h1>" + "<p>The miller counted the sacks twice.</p>" * 60 + "</article></html>"


class _Odd(BaseHTTPRequestHandler):
    """A server whose validators are of no known form, and which knows them again to the letter."""

    protocol_version = "HTTP/1.1"
    seen: ClassVar[list[tuple[str, str | None, str | None]]] = []

    def do_GET(self) -> None:
        held = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        self.seen.append((self.path, *held))
        fresh = held == (ODD_ETAG, ODD_DATE)
        body = b"" if fresh else ODD_TEXT.replace("Odd", f'<a href="/2025/odd.html">{self.path}</a>').encode()
        known = self.path != "/robots.txt"
        self.send_response(304 if fresh else 200 if known else 404)
        self.send_header("ETag", ODD_ETAG)
        self.send_header("Last-Modified", ODD_DATE)
        if not fresh:
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def odd_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Odd)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True, slots=True)
class Visited:
    home: Home
    logs: tuple[list[Served], ...]
    """What the servers saw of each run."""
    reports: tuple[dict[str, Any], ...]

    @property
    def runs(self) -> list[str]:
        return [report["id"] for report in self.reports]

    def posts(self, run: int, name: str) -> list[tuple[str, int]]:
        return [(one.path, one.status) for one in self.logs[run] if one.host == name and one.path.startswith("/20")]

    def paths(self, run: int, name: str) -> list[str]:
        return [one.path for one in self.logs[run] if one.host == name]

    def captures(self, run: int, name: str) -> list[tuple[Any, ...]]:
        """Give kind, status and verdict of the captures of posts in a run, those read and those not."""
        return self.home.rows(
            "SELECT c.kind, c.status, r.verdict FROM captures c LEFT JOIN readings r ON r.capture = c.id"
            " WHERE c.run = ? AND c.url LIKE ? ORDER BY c.at",
            self.runs[run],
            f"http://{name}/20%",
        )


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Visited:
    times = [ScaledClock(BEGIN, 1.0)]

    def now() -> datetime:
        return times[-1].now()

    with Newsstand(world=WORLD, now=now) as stand, odd_server() as address:
        home = Home(
            tmp_path_factory.mktemp("recrawl") / "press", dict(stand.connect_map) | {"odd.test": address},
            settings=("extract.workers=1",),
        )  # fmt: skip
        for name in (*(host.name for host in WORLD.hosts), "odd.test"):
            text = f'url = "http://{name}/"\nrequisites = "none"\n'
            if name in ("gap.test", "new.test"):
                text += f'feeds = ["http://{name}/feed.xml"]\n'
            if name == "gap.test":
                text += 'sitemaps = ["http://gap.test/map.xml"]\n'
            home.site(name.replace(".", "-"), text)
        logs, reports = [], []
        for start, share in zip(RUNS, ("0", "0", "1"), strict=True):
            times.append(ScaledClock(start, 1.0))
            home.env["VARIORUM_CLOCK"] = str(times[-1])
            before = len(stand.log)
            recheck = ("--recheck",) if share == "1" else ()
            reports.append(home.report(*recheck, "--set", f"crawl.full_fetch_share={share}"))
            logs.append(list(stand.log)[before:])
    return Visited(home, tuple(logs), tuple(reports))


@pytest.mark.parametrize("name", ["strong.test", "weak.test", "dated.test"])
def test_of_what_did_not_change_no_body_comes_again(visited: Visited, name: str) -> None:
    first, again = visited.posts(0, name), visited.posts(1, name)
    assert first
    assert {path for path, _ in again} == {path for path, _ in first}
    assert {status for _, status in again} == {304}
    # On record, and not read: there is nothing to read.
    assert set(visited.captures(1, name)) == {("revisit", 304, None)}


def test_a_304_is_recorded_as_not_modified_by_the_server(visited: Visited) -> None:
    of_run = "SELECT id FROM captures WHERE run = ? AND url LIKE 'http://weak.test/20%'"
    ids = {f"<{id}>" for (id,) in visited.home.rows(of_run, visited.runs[1])}
    profiles = set()
    for path in (visited.home.path / "warcs").glob("*.warc.gz*"):
        with open(path, "rb") as file:
            for record in walk(file, digests=False):
                assert isinstance(record, Walked)
                if record.fields.get("WARC-Record-ID") in ids:
                    profiles.add((record.fields.get("WARC-Profile") or "").rpartition("/")[2])
    assert profiles == {"server-not-modified"}


@pytest.mark.parametrize(
    ("name", "sent"),
    [("strong.test", "if-none-match"), ("weak.test", "if-none-match"), ("dated.test", "if-modified-since")],
)
def test_validators_are_those_of_the_host(visited: Visited, name: str, sent: str) -> None:
    told = [{key.lower(): value for key, value in one.headers} for one in visited.logs[1] if one.host == name]
    of_posts = [headers for headers in told if sent in headers]
    assert len(of_posts) >= len(visited.posts(1, name))
    assert all(headers[sent].startswith("W/") == (name == "weak.test") for headers in of_posts)


def test_odd_validators_go_back_as_they_came(visited: Visited) -> None:
    of_post = [held for path, *held in _Odd.seen if path == "/2025/odd.html"]
    assert of_post == [[None, None], [ODD_ETAG, ODD_DATE], [None, None]]
    assert [kind for kind, *_ in visited.captures(1, "odd.test")] == ["revisit"]


def test_without_validators_an_equal_body_is_a_revisit_that_is_the_same(visited: Visited) -> None:
    assert {status for _, status in visited.posts(1, "none.test")} == {200}
    assert set(visited.captures(1, "none.test")) == {("revisit", 200, "same")}


def test_an_edited_story_is_a_new_response_and_is_read_again(visited: Visited) -> None:
    rows = visited.captures(1, "edited.test")
    assert sorted(rows) == [("response", 200, "article"), ("revisit", 304, None), ("revisit", 304, None)]
    assert EDIT in newest_text(visited, f"http://edited.test{CHANGED[0].path}", 1)
    assert EDIT not in newest_text(visited, f"http://edited.test{CHANGED[0].path}", 0)


def newest_text(visited: Visited, url: str, run: int) -> str:
    """Give what was read of a page in a run."""
    ((extraction,),) = visited.home.rows(
        "SELECT r.extraction FROM readings r JOIN captures c ON c.id = r.capture WHERE c.run = ? AND c.url = ?",
        visited.runs[run],
        url,
    )
    return str(extraction)


def test_a_server_that_lies_is_caught_by_a_full_fetch(visited: Visited) -> None:
    url = f"http://liar.test{LIED[0].path}"
    assert (LIED[0].path, 304) in visited.posts(1, "liar.test")
    assert (LIED[0].path, 200) in visited.posts(2, "liar.test")
    assert EDIT in newest_text(visited, url, 2)


def test_a_full_fetch_asks_without_conditions_and_says_why(visited: Visited) -> None:
    sent = {name.lower() for one in visited.logs[2] for name, _ in one.headers}
    assert not sent & {"if-none-match", "if-modified-since"}
    assert {one.status for one in visited.logs[2]} <= {200, 410}
    of_run = [
        one for one in metadata_of(visited.home) if one["run"] == visited.runs[2] and "strong.test/20" in one["url"]
    ]
    assert len(of_run) == len(visited.posts(2, "strong.test")) == 4
    assert all("asked in full" in one["reason"] for one in of_run)
    assert set(visited.captures(2, "strong.test")) == {("revisit", 200, "same")}


def test_a_new_post_is_found_and_what_is_not_due_is_left_alone(visited: Visited) -> None:
    assert sorted(path for path, _ in visited.posts(0, "new.test")) == sorted(story.path for story in KEPT)
    assert visited.posts(1, "new.test") == [(LATER[0].path, 200)]


def test_a_post_that_was_taken_down_is_told_as_gone(visited: Visited) -> None:
    url = f"http://gone.test{GONE[0].path}"
    outcomes = visited.home.rows("SELECT outcome FROM visits WHERE url = ? ORDER BY at", url)
    assert [outcome for (outcome,) in outcomes][:2] == ["captured", "gone"]


def test_a_gap_in_a_feed_is_noted_and_no_post_is_missed(visited: Visited) -> None:
    gaps = visited.home.rows("SELECT subject FROM journal WHERE kind = 'feed-gap'")
    assert gaps == [("http://gap.test/feed.xml",)]
    early = {story.path for story in FLOOD if story.editions[0].at <= BEGIN}
    assert 0 < len(early) < len(FLOOD) - 2
    assert {path for path, _ in visited.posts(0, "gap.test")} == early
    assert {path for path, _ in visited.posts(1, "gap.test")} >= {story.path for story in FLOOD} - early


def test_robots_txt_is_asked_again_after_a_day_and_not_before(visited: Visited) -> None:
    asked = [sorted({one.host for one in log if one.path == "/robots.txt"}) for log in visited.logs]
    everyone = sorted(host.name for host in WORLD.hosts)
    assert asked == [everyone, [], everyone]
    assert all(visited.paths(0, name).count("/robots.txt") == 1 for name in everyone)


def test_older_pages_are_not_walked_again_when_nothing_is_new(visited: Visited) -> None:
    walked = [sorted(path for path in visited.paths(run, "paged.test") if path.startswith("/page/")) for run in (0, 1)]
    assert walked == [["/page/2/", "/page/3/"], []]
    assert {path for path, _ in visited.posts(0, "paged.test")} == {story.path for story in PAGED}


def test_each_run_adds_up(visited: Visited) -> None:
    for report in visited.reports:
        told = visited.home.rows("SELECT outcome, count(*) FROM visits WHERE run = ? GROUP BY outcome", report["id"])
        assert dict(told) == report["outcomes"]
        assert report["state"] == "ok"
        assert report["left"] == report["unread"] == 0


def test_an_archive_of_revisits_is_whole(visited: Visited) -> None:
    done = visited.home.call("verify")
    assert done.returncode == 0, done.stdout + done.stderr
