"""What once stopped a run, lost a page or was impolite: each mended, and kept so here."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.newsstand import Newsstand
from crawler.newsstand.press import Served
from crawler.newsstand.prose import Series, piece, posts
from crawler.newsstand.rows import html
from crawler.newsstand.world import Host, Page, Picture, Raw, Redirect, Row, World
from tests import crowd
from tests.crawl_home import Home
from tests.wire.cases import Case, Segment, answer
from tests.wire.server import Seen, WireServer

pytestmark = pytest.mark.xdist_group("mends")

LAST = datetime(2025, 3, 1, 12, tzinfo=UTC)
LEASE = 4.0
SLOW = 0.4
ETAG = b'"caf\xe9"'
COOKIE = "abo=a-reader-who-paid"
LIMIT = 5
ODD_TARGETS = ("javascript:alert(1)", "file:///etc/hostname", "http://odd.test:99999/far.html")


def front(*targets: str) -> Page:
    """Make a front page that links to what is given, and nothing else."""
    return html("/", "Front", "".join(f'<p><a href="{target}">A page</a></p>\n' for target in targets))


def plain(name: str, *rows: Row) -> Host:
    return Host(name=name, title=name, rows=rows)


def pictures(name: str, count: int) -> list[Row]:
    return [Picture(path=f"/{name}{at}.png", hue=at * 20, since=LAST) for at in range(count)]


def with_pictures(path: str, *urls: str) -> Page:
    shown = "".join(f'<img src="{url}" alt="">' for url in urls)
    return html(path, "A post", f"<article><h1>A post</h1>{shown}</article>")


ODD_FEED = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "Odd \\ud800", "items": [{"id": "1",'
    ' "url": "http://odd.test/2025/fed.html", "title": "half a pair: \\udc00",'
    ' "date_published": "2025-02-01T00:00:00Z"}]}'
)
REFRESH = html("/2025/refresh.html", "Elsewhere", "<p>Moved.</p>")
WORLD = World(
    hosts=(
        plain(
            "odd.test",
            front(
                *(f"/2025/to-{at}.html" for at in range(len(ODD_TARGETS))), "/2025/refresh.html", "/2025/good.html",
            ),
            *(Redirect(path=f"/2025/to-{at}.html", status=302, location=to) for at, to in enumerate(ODD_TARGETS)),
            replace(
                REFRESH,
                text=REFRESH.text.replace("<head>", '<head><meta http-equiv="refresh" content="0; url=http://[">'),
            ),
            html("/2025/good.html", "Good", "<p>All is well.</p>"),
            html("/2025/fed.html", "Fed", "<p>Only the feed knows this page.</p>"),
            Raw(path="/feed.json", mime="application/feed+json", body=ODD_FEED.encode(), since=LAST),
        ),
        plain("known.test", *posts(Series(blog="known.test", count=3, last=LAST))),
        plain(
            "slow.test",
            front("/2025/own.html"),
            with_pictures("/2025/own.html", "/own0.png", "/own1.png"),
            *pictures("own", 2), *pictures("lent", 4),
        ),
        plain(
            "borrower.test",
            front("/2025/post.html"),
            with_pictures("/2025/post.html", *(f"http://slow.test/lent{at}.png" for at in range(4))),
        ),
        plain(
            "paid.test",
            front(
                "/2025/paid.html", "http://paid.test/2025/clear.html", "https://paid.test:8443/2025/port.html",
            ),
            *(html(f"/2025/{name}.html", name, "<p>Words.</p>") for name in ("paid", "clear", "port")),
        ),
    )
)  # fmt: skip


# ---- one crawl over pages, servers and people that are odd, and a second over the server with the odd ETag


@dataclass(frozen=True, slots=True)
class Odd:
    home: Home
    code: int
    report: dict[str, Any]
    log: list[Served]
    known: list[str]
    """What was asked of known.test after its front page had been captured by hand."""
    validated: list[Seen]

    def outcomes(self, pattern: str) -> list[tuple[str, str]]:
        return self.home.rows("SELECT url, outcome FROM visits WHERE url LIKE ? ORDER BY at, id", pattern)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Odd]:
    folder = tmp_path_factory.mktemp("mends")
    session = folder / "paid.toml"
    name, _, value = COOKIE.partition("=")
    session.write_text(f'[cookies]\n{name} = "{value}"\n')
    page = answer(b"Content-Type: text/html", b"ETag: " + ETAG, body=b"<html><body><p>A cafe.</p></body></html>")
    same = answer(b"ETag: " + ETAG, status=b"HTTP/1.1 304 Not Modified", length=False)
    cafe = Case(name="", segments=(Segment(data=page),), not_modified=same)
    broken = Case(name="", segments=(), after="reset")
    with Newsstand(world=WORLD, tls=True) as stand, WireServer([cafe]) as tagged, WireServer([broken]) as failing:
        addresses = {**stand.connect_map, "cafe.test": tagged.netloc, "broken.test": failing.netloc}
        settings = ("extract.workers=1", "crawl.patience=5s", "network.timeout=3s", "crawl.full_fetch_share=0")
        home = Home(folder / "press", addresses, delay="20ms", settings=settings)
        for host, scheme, more in (
            ("odd.test", "http", 'feeds = ["http://odd.test/feed.json"]\n'),
            ("known.test", "http", ""),
            ("slow.test", "http", f'delay = "{round(SLOW * 1000)}ms"\n'),
            ("borrower.test", "http", ""),
            ("paid.test", "https", f'session = "{session}"\n'),
            ("cafe.test", "http", ""),
            ("broken.test", "http", ""),
        ):
            home.site(host.replace(".", "-"), f'url = "{scheme}://{host}/"\n{more}')
        by_hand = home.call("capture", "http://known.test/")
        assert by_hand.returncode == 0, by_hand.stderr
        before = len(stand.log)
        done = home.call("crawl", "--json")
        assert done.stdout, done.stderr[-3000:]
        log = list(stand.log)
        asked = len(tagged.seen)
        again = home.call("crawl", "cafe-test")
        assert again.returncode == 0, again.stderr[-3000:]
        known = [one.path for one in log[before:] if one.host == "known.test"]
        yield Odd(home, done.returncode, json.loads(done.stdout), log, known, tagged.seen[asked:])


def test_a_run_over_odd_servers_ends_in_good_order(odd: Odd) -> None:
    assert odd.code == 5
    assert odd.report["unread"] == 0
    assert odd.home.rows("SELECT url FROM frontier WHERE state = 'fetched'") == []


@pytest.mark.parametrize("number", range(len(ODD_TARGETS)), ids=["javascript", "file", "port"])
def test_a_redirect_that_leads_nowhere_is_told_as_out_of_scope(odd: Odd, number: int) -> None:
    scheme_or_port = ("javascript:%", "file:%", "%:99999/%")[number]
    assert f"/2025/to-{number}.html" in [one.path for one in odd.log if one.host == "odd.test"]
    assert [outcome for _, outcome in odd.outcomes(scheme_or_port)] == ["out of scope"]


def test_half_of_a_surrogate_pair_in_a_title_loses_no_item(odd: Odd) -> None:
    assert odd.outcomes("http://odd.test/2025/fed.html") == [("http://odd.test/2025/fed.html", "captured")]
    ((title,),) = odd.home.rows("SELECT title FROM sightings WHERE how = 'feed'")
    assert title.startswith("half a pair: ")


def test_a_refresh_to_a_url_that_is_none_stops_nothing(odd: Odd) -> None:
    assert [outcome for _, outcome in odd.outcomes("http://odd.test/2025/refresh.html")] == ["captured"]
    assert [outcome for _, outcome in odd.outcomes("http://odd.test/2025/good.html")] == ["captured"]


def test_a_front_page_captured_by_hand_still_leads_to_its_posts(odd: Odd) -> None:
    stories = {story.path for story in posts(Series(blog="known.test", count=3, last=LAST))}
    assert stories <= set(odd.known)


def test_the_delay_of_a_slow_site_is_kept_for_what_another_site_needs_of_it(odd: Odd) -> None:
    served = crowd.by_host(odd.log)["slow.test"]
    assert {f"/lent{at}.png" for at in range(4)} <= {one.path for one in served}
    assert [gap for gap in crowd.gaps(served) if gap[0] < SLOW * 0.9] == []


def test_a_site_whose_front_page_fails_is_unanswered_though_its_robots_txt_answered(odd: Odd) -> None:
    assert odd.outcomes("http://broken.test/robots.txt")[0][1] in ("gone", "captured")
    assert odd.report["unanswered"] == ["broken-test"]


def test_a_session_of_an_https_site_is_told_to_its_own_service_only(odd: Odd) -> None:
    asked = [
        (one.scheme, {name.lower(): value for name, value in one.headers}, one.path)
        for one in odd.log
        if one.host == "paid.test"
    ]
    told = {(scheme, head["host"], path) for scheme, head, path in asked if COOKIE in head.get("cookie", "")}
    assert ("https", "paid.test", "/2025/paid.html") in told
    assert {(scheme, host) for scheme, host, _ in told} == {("https", "paid.test")}
    others = {(scheme, head["host"], path) for scheme, head, path in asked} - told
    assert ("http", "paid.test", "/2025/clear.html") in others
    assert ("https", "paid.test:8443", "/2025/port.html") in others


def test_a_validator_that_is_not_ascii_goes_back_byte_for_byte(odd: Odd) -> None:
    (request,) = [seen.request for seen in odd.validated if seen.url == "http://cafe.test/"]
    lines = [line.partition(b": ")[2] for line in request.split(b"\r\n") if line.lower().startswith(b"if-none-match")]
    assert lines == [ETAG]
    assert odd.outcomes("http://cafe.test/")[-1][1] == "unchanged"


def test_a_run_leaves_a_log_of_json_lines(odd: Odd) -> None:
    lines = (odd.home.path / "logs" / f"{odd.report['id']}.jsonl").read_text().splitlines()
    told = [json.loads(line) for line in lines]
    assert told
    assert all({"at", "level", "where", "worker", "message"} <= set(one) for one in told)


# ---- pages that were fetched and not read, and a sitemap that shows more than may be taken


@dataclass(frozen=True, slots=True)
class Unread:
    home: Home
    stopped: str
    unread: int
    after: dict[str, Any]
    big: list[str]
    """Pages of the large sitemap that were asked."""
    left: int
    last: tuple[int, str, str]
    """Exit code, words and errors of a crawl that found nothing but one unread row."""


def long_story() -> Page:
    words = "The river rose by a hand in the night, and nobody at the mill had been told of it. "
    body = "".join(f"<p>{number}. {words * 3}</p>" for number in range(6000))
    cited = '<p>As was <a href="http://cited.test/report.html">told elsewhere</a> before.</p>'
    page = html("/2025/03/01/long.html", "A long story", f"<article><h1>A long story</h1>{cited}{body}</article>")
    return replace(page, since=LAST)


def sitemap(count: int) -> Raw:
    urls = "".join(f"<url><loc>http://big.test/2025/{at}.html</loc></url>" for at in range(count))
    text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return Raw(path="/sitemap.xml", mime="application/xml", body=text.encode(), since=LAST)


@pytest.fixture(scope="module")
def unread(tmp_path_factory: pytest.TempPathFactory) -> Unread:
    item = "The mill was closed for the day, and the miller went to town."
    world = World(
        hosts=(
            plain("long.test", front("/2025/03/01/long.html"), long_story()),
            plain("cited.test", piece("/report.html", "What was told", LAST)),
            plain(
                "big.test", front(), sitemap(5000),
                *(html(f"/2025/{at}.html", f"Page {at}", f"<p>{item}</p>") for at in range(5000)),
            ),
        )
    )  # fmt: skip
    with Newsstand(world=world) as stand:
        home = Home(
            tmp_path_factory.mktemp("unread") / "press", stand.connect_map, delay="20ms",
            settings=("extract.workers=1",),
        )  # fmt: skip
        home.site("long-test", 'url = "http://long.test/"\ncite = "all"\nrequisites = "none"\n')
        first = crowd.start(home, 1, LEASE, "extract.workers=1")
        captured = "SELECT 1 FROM captures WHERE url LIKE '%/long.html'"
        assert crowd.wait_for(lambda: len(stand.log) > 2, 60), first.poll()
        assert crowd.wait_for(lambda: home.rows(captured) != [], 60), first.poll()
        first.send_signal(signal.SIGTERM)
        stopped, _ = first.communicate(timeout=60)
        ((rows,),) = home.rows("SELECT count(*) FROM frontier WHERE state = 'fetched'")
        home.site(
            "big-test", 'url = "http://big.test/"\nsitemaps = ["http://big.test/sitemap.xml"]\nrequisites = "none"\n'
        )
        after = home.report("--limit", str(LIMIT))
        big = [one.path for one in list(stand.log) if one.host == "big.test" and one.path.startswith("/2025/")]
        ((left,),) = home.rows("SELECT count(*) FROM frontier WHERE site = 'big-test' AND state = 'waiting'")
        (home.path / "sites" / "big-test.toml").unlink()
        with closing(sqlite3.connect(home.path / "variorum.db")) as conn, conn:
            changed = conn.execute(
                "UPDATE frontier SET state = 'fetched', capture = (SELECT c.id FROM captures c WHERE c.urlkey ="
                " frontier.urlkey) WHERE url LIKE '%/long.html'"
            ).rowcount
        assert changed == 1
        crawl = crowd.start(home, 2, LEASE, "extract.workers=1")
        out, err = crawl.communicate(timeout=60)
    return Unread(home, stopped, rows, after, big, left, (crawl.returncode, out, err))


def test_what_a_stopped_run_had_not_read_is_kept_for_the_next(unread: Unread) -> None:
    assert unread.stopped.split()[0] == "interrupted"
    assert unread.unread == 1


def test_the_next_run_reads_it_and_follows_what_it_cites(unread: Unread) -> None:
    assert unread.after["state"] == "ok"
    assert unread.after["unread"] == 0
    ((verdict,),) = unread.home.rows("SELECT DISTINCT verdict FROM readings WHERE urlkey LIKE '%/long.html'")
    assert verdict == "article"
    visits = unread.home.rows("SELECT outcome FROM visits WHERE url = 'http://cited.test/report.html'")
    assert visits == [("captured",)]


def test_what_was_fetched_is_not_fetched_again_to_be_read(unread: Unread) -> None:
    assert len(unread.home.rows("SELECT 1 FROM visits WHERE url LIKE '%/long.html'")) == 1


def test_a_large_sitemap_leaves_what_a_limit_does_not_allow(unread: Unread) -> None:
    assert len(unread.big) == len(set(unread.big)) == LIMIT
    assert unread.left >= 5000 - LIMIT
    assert unread.after["left"] == 5000 - LIMIT


def test_two_workers_end_though_only_an_unread_row_is_left(unread: Unread) -> None:
    code, out, err = unread.last
    assert code == 0, err[-3000:]
    assert out.split()[0] == "ok"
    assert out.split()[-1] == "0"
    assert unread.home.rows("SELECT url FROM frontier WHERE state = 'fetched'") == []


# ---- workers that are lost


def test_a_host_that_asked_for_time_gets_it_though_the_worker_died(tmp_path: Path) -> None:
    wait = 8
    world = World(hosts=(crowd.blog("busy.test", 4, limited=wait),))
    with Newsstand(world=world) as stand:
        home = crowd.home_for(tmp_path / "press", world, stand.connect_map, "100ms")
        crawl = crowd.start(home, 1, LEASE, "extract.workers=1")
        refused = "SELECT 1 FROM visits WHERE status = 429"
        released = "SELECT 1 FROM neighbours WHERE name = 'busy.test' AND lease IS NULL"
        assert crowd.wait_for(lambda: any(one.status == 429 for one in list(stand.log)), 60), crawl.poll()
        assert crowd.wait_for(lambda: home.rows(refused) != [] and home.rows(released) != [], 4), "not let go of"
        (worker,) = crowd.workers_of(crawl.pid)
        os.kill(worker, signal.SIGKILL)
        out, err = crawl.communicate(timeout=60)
        served = crowd.by_host(stand.log)["busy.test"]
    assert crawl.returncode == 0, err[-3000:]
    assert out.split()[0] == "ok"
    at = next(number for number, one in enumerate(served) if one.status == 429)
    answered = served[at].finished
    assert answered is not None
    assert served[at + 1].began - answered >= wait
    assert {row.path for row in world.hosts[0].rows} <= {one.path for one in served if one.status != 429}


def has_pending(pid: int, number: signal.Signals) -> bool:
    """Tell whether a signal waits for a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    masks = [int(line.split()[1], 16) for line in status.splitlines() if line.startswith(("ShdPnd", "SigPnd"))]
    return any(mask >> (number - 1) & 1 for mask in masks)


def is_frozen(pid: int) -> bool:
    """Tell whether every thread of a process is stopped: one that runs would still take a signal."""
    stats = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/stat")]
    return all(stat.rpartition(")")[2].split()[0] == "T" for stat in stats)


def test_a_frozen_worker_is_ended_by_a_second_ctrl_c(tmp_path: Path) -> None:
    world = World(hosts=(crowd.blog("snow.test", 14),))
    with Newsstand(world=world) as stand:
        home = crowd.home_for(tmp_path / "press", world, stand.connect_map, "1s")
        crawl = crowd.start(home, 1, 60.0, "extract.workers=1")
        assert crowd.wait_for(lambda: len(stand.log) > 2, 60), crawl.poll()
        (worker,) = crowd.workers_of(crawl.pid)
        os.kill(worker, signal.SIGSTOP)
        try:
            assert crowd.wait_for(lambda: is_frozen(worker), 10)
            crawl.send_signal(signal.SIGINT)
            assert crowd.wait_for(lambda: has_pending(worker, signal.SIGTERM), 10)
            assert crawl.poll() is None
            crawl.send_signal(signal.SIGINT)
            out, err = crawl.communicate(timeout=30)
        finally:
            for left in (pid for pid in (crawl.pid, worker) if crawl.poll() is None):
                os.kill(left, signal.SIGKILL)
    assert crawl.returncode == 0, err[-3000:]
    assert out.split()[0] == "interrupted"
    assert not Path(f"/proc/{worker}").exists()
