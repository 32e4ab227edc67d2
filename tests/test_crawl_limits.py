"""How far a crawl goes, and what stops it: caps, refusals, secrets, other runs, people."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.timing import ScaledClock
from archive.urls import urlkey
from archive.warc.reader import Walked, read_record, walk
from crawler.newsstand import Newsstand
from crawler.newsstand.press import Served
from crawler.newsstand.prose import Series, piece, posts
from crawler.newsstand.rows import html
from crawler.newsstand.world import (
    Delivery,
    Feed,
    Host,
    Href,
    Link,
    Page,
    Paragraph,
    Picture,
    Raw,
    Redirect,
    Refusal,
    Row,
    World,
)
from tests import crowd
from tests.crawl_home import Home
from tests.wire.proxies import ForwardProxy

pytestmark = pytest.mark.xdist_group("limits")

LAST = datetime(2025, 3, 1, 12, tzinfo=UTC)
DELAY = "20ms"
SECRET = "hunter2"
COOKIE = "abo=a-reader-who-paid"
BIG = 100_000


def front(*targets: str) -> Page:
    """Make a front page that links to what is given, and nothing else."""
    return html("/", "Front", "".join(f'<p><a href="{target}">A page</a></p>\n' for target in targets))


def told(path: str, *links: Link | Href) -> Row:
    """Make an article whose body has these links."""
    words: Paragraph = ("As was told elsewhere, ", *(word for link in links for word in (link, ", and ")), "by nobody.")
    return piece(path, f"What was told at {path}", LAST, words)


def to(host: str, path: str) -> Link:
    return Link(text="a report", host=host, path=path)


def noise(size: int, seed: int) -> bytes:
    return random.Random(seed).randbytes(size)


def raw(path: str, mime: str, body: bytes, delivery: Delivery | None = None) -> Raw:
    return Raw(path=path, mime=mime, body=body, since=LAST, delivery=delivery or Delivery())


def needy(name: str) -> Host:
    """Make a host whose one post needs things of every kind."""
    body = (
        '<link rel="stylesheet" href="/look.css"><script src="/run.js"></script>'
        '<article><h1>A post</h1><img src="/plate.png" alt=""></article>'
    )
    style = Page(path="/look.css", mime="text/css", text="body { color: red }", since=LAST)
    script = Page(path="/run.js", mime="text/javascript", text="void 0;", since=LAST)
    plate = Picture(path="/plate.png", hue=9, since=LAST)
    rows = (front("/2025/post.html"), html("/2025/post.html", "A post", body), style, script, plate)
    return Host(name=name, title=name, rows=rows)


def plain(name: str, *rows: Row) -> Host:
    return Host(name=name, title=name, rows=rows)


def linked(name: str, *rows: Row, robots: str | None = None) -> Host:
    """Make a host whose front page links to all it has."""
    return Host(name=name, title=name, rows=(front(*(row.path for row in rows)), *rows), robots=robots)


def words(path: str, *targets: str) -> Page:
    return html(path, path, "".join(f'<p><a href="{target}">further</a></p>' for target in targets))


OUTLETS = tuple(f"outlet-{number}.test" for number in range(1, 6))
STORIES = posts(Series(blog="slow.test", count=5, last=LAST))
BUDGET = posts(Series(blog="budget.test", count=9, last=LAST))
WORLD = World(
    hosts=(
        plain("budget.test", *BUDGET),
        linked("fat.test", *(raw(f"/2025/{at}.html", "text/html", noise(BIG, at)) for at in range(8))),
        plain(
            "slow.test",
            replace(STORIES[0], stumbles=(Refusal(path="", status=429, text="Later.", retry_after=3600),)),
            *STORIES[1:],
        ),
        linked("many.test", told("/2025/many.html", *(to(host, "/story.html") for host in OUTLETS))),
        *(plain(host, told("/story.html")) for host in OUTLETS),
        linked(
            "fond.test",
            *(
                told(f"/2025/{at}.html", to("popular.test", f"/{at}/a.html"), to("popular.test", f"/{at}/b.html"))
                for at in range(4)
            ),
        ),
        plain("popular.test", *(words(f"/{at}/{part}.html") for at in range(4) for part in "ab")),
        linked(
            "choosy.test",
            told(
                "/2025/choosy.html", to("shop.test", "/a.html"), to("m.denied.test", "/a.html"),
                to("pictures.test", "/plate"),
            ),
        ),
        *(plain(name, words("/a.html")) for name in ("shop.test", "m.denied.test", "unread.test")),
        plain("pictures.test", raw("/plate", "image/png", noise(3_000_000, 1))),
        linked("quiet.test", told("/2025/quiet.html", to("unread.test", "/a.html"))),
        needy("bare.test"), needy("usual.test"), needy("full.test"),
        linked("scope.test", words("/2025/good.html"), words("/2025/ad-soap.html"), words("/misc/other.html")),
        linked("within.test", words("/news/in.html"), words("/newsroom/out.html")),
        plain(
            "deep.test", front("/one.html"), words("/one.html", "/two.html"), words("/two.html", "/three.html"),
            words("/three.html"),
        ),
        plain(
            "keys.test",
            front(f"http://ed:{SECRET}@keys.test/2025/own.html", "/2025/moved.html"),
            told(
                "/2025/own.html",
                Href(text="a report", to=f"http://reader:{SECRET}@keyed.test/doc.html"),
                Href(text="no page", to=f"http://reader:{SECRET}@keyed.test:99999/doc.html"),
            ),
            Redirect(path="/2025/moved.html", status=301, location=f"http://ed:{SECRET}@keys.test/2025/there.html"),
            words("/2025/there.html"),
        ),
        plain("keyed.test", words("/doc.html")),
        plain(
            "paid.test",
            front("/2025/paid.html", "/2025/leaves.html"),
            replace(
                piece("/2025/paid.html", "A story for readers", LAST, (to("outside.test", "/a.html"), " says so.")),
                delivery=Delivery(cookies=("seen=1",)),
            ),
            Redirect(path="/2025/leaves.html", status=302, host="outside.test", to="/b.html"),
        ),
        plain("outside.test", words("/a.html"), words("/b.html")),
        linked("proxied.test", told("/2025/proxied.html", to("beyond.test", "/a.html"))),
        plain("beyond.test", words("/a.html")),
        linked("closed.test", words("/2025/closed.html"), robots="User-agent: *\nDisallow: /\n"),
        linked("paused.test", words("/2025/paused.html")),
        linked(
            "bomb.test",
            raw("/2025/bomb.html", "text/html", bytes(50_000_000), Delivery(gzip=True)),
            raw("/2025/drip.html", "text/html", b"<p>On and on.</p>" * 100, Delivery(drip=3600.0)),
            words("/2025/last.html"),
        ),
        Host(name="dead.test", title="Dead", door="closed port"),
    )
)  # fmt: skip
LIMITS = (
    "crawl.cites_per_article=3", "crawl.cites_per_neighbour=5", f"crawl.neighbour_bytes={3 * BIG}",
    "crawl.patience=5s", "crawl.deny=denied.test", "network.timeout=3s", "extract.workers=1",
)  # fmt: skip
SITES: Mapping[str, tuple[str, ...]] = {
    "budget.test": ("page_budget = 5", 'requisites = "none"'),
    "fat.test": (),
    "slow.test": ('requisites = "none"',),
    "many.test": ('requisites = "none"',),
    "fond.test": ('requisites = "none"',),
    "choosy.test": ('deny = ["shop.test"]', 'requisites = "none"'),
    "quiet.test": ('cite = "none"', 'requisites = "none"'),
    "bare.test": ('requisites = "none"',),
    "usual.test": (),
    "full.test": ('requisites = "all"',),
    "scope.test": ("include = ['/2025/']", "exclude = ['/ad-']"),
    "within.test": ('within = ["http://within.test/news/"]',),
    "deep.test": ("hops = 2",),
    "keys.test": ('requisites = "none"',),
    "paid.test": (),
    "proxied.test": (),
    "closed.test": ('robots = "ignore"', 'basis = "their e-mail of 3 May"'),
    "paused.test": ('paused = "they asked us to stop"',),
    "bomb.test": (),
    "dead.test": (),
}


@dataclass(frozen=True, slots=True)
class Limited:
    home: Home
    report: dict[str, Any]
    code: int
    log: list[Served]
    next_log: list[Served]
    """What the servers saw of the second run, two hours later."""
    through_proxy: list[str]
    left: int
    """How many URLs waited at the end of the first run that it was to visit, or try again."""
    reasons: dict[str, str]
    """Why neighbours were left in the first run."""
    visits: list[tuple[str, str, str | None]]
    """URL, outcome and detail of the first run's visits."""

    def asked(self, host: str) -> list[str]:
        return [one.path for one in self.log if one.host == host and one.path != "/robots.txt"]


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Limited:
    folder = tmp_path_factory.mktemp("limits")
    session = folder / "paid.toml"
    name, _, value = COOKIE.partition("=")
    session.write_text(f'[cookies]\n{name} = "{value}"\n')
    times = [ScaledClock(LAST + timedelta(days=1), 1.0)]

    def now() -> datetime:
        return times[-1].now()

    with Newsstand(world=WORLD, now=now) as stand:
        address = stand.connect_map["proxied.test"].rpartition(":")
        with ForwardProxy(lambda host, port: (address[0], int(address[2]))) as proxy:
            home = Home(folder / "press", stand.connect_map, times[-1], DELAY, LIMITS)
            more = {
                "paid.test": (f'session = "{session}"',),
                "proxied.test": (f'proxy = "http://{proxy.netloc}"',),
            }
            for host, lines in SITES.items():
                text = "\n".join((f'url = "http://{host}/"', *lines, *more.get(host, ()), ""))
                home.site(host.replace(".", "-"), text)
            done = home.call("crawl", "--json")
            log = list(stand.log)
            visits = home.rows("SELECT url, outcome, detail FROM visits ORDER BY at, id")
            left, reasons = left_of(home), dict(home.rows(REASONS))
            times.append(ScaledClock(times[-1].now() + timedelta(hours=2), 1.0))
            home.env["VARIORUM_CLOCK"] = str(times[-1])
            again = home.call("crawl", "budget-test", "fat-test", "slow-test", "--set", "extract.workers=0")
            next_log = list(stand.log)[len(log) :]
            through = [seen.url for seen in proxy.seen]
    assert again.returncode == 0, again.stderr[-3000:]
    assert done.stdout, done.stderr[-3000:]
    return Limited(home, json.loads(done.stdout), done.returncode, log, next_log, through, left, reasons, visits)


REASONS = "SELECT name, reason FROM neighbours WHERE reason IS NOT NULL"


def left_of(home: Home) -> int:
    """Count what waits though a run was to visit it: never visited, or to be tried again."""
    waits = "SELECT count(*) FROM frontier WHERE state = 'waiting'"
    ((count,),) = home.rows(f"{waits} AND (visited_at IS NULL OR attempt > 1)")
    return int(count)


def told_of(limited: Limited, url: str) -> list[tuple[str, str | None]]:
    return [(outcome, detail) for seen, outcome, detail in limited.visits if seen == url]


def metadata_of(home: Home) -> list[dict[str, Any]]:
    """Read every metadata record of an archive."""
    found = []
    for path in sorted((home.path / "warcs").glob("*.warc.gz*")):
        with open(path, "rb") as file:
            records = [record for record in walk(file, digests=False) if isinstance(record, Walked)]
            for record in records:
                if record.type == "metadata":
                    file.seek(record.offset)
                    found.append(json.loads(read_record(file.read(record.length), name=path.name).block))
    return found


def test_a_site_that_nobody_answers_for_makes_the_run_partly_done(limited: Limited) -> None:
    assert limited.code == 5
    assert limited.report["state"] == "partly failed"
    assert limited.report["unanswered"] == ["dead-test"]
    assert limited.report["unread"] == 0


def test_a_page_budget_is_exact_and_the_next_run_goes_on(limited: Limited) -> None:
    taken = [path for path in limited.asked("budget.test") if path != "/"]
    assert len(taken) == len(set(taken)) == 5
    later = [one.path for one in limited.next_log if one.host == "budget.test" and one.path != "/"]
    assert len(later) == 5  # one is due once more
    assert {story.path for story in BUDGET} == {*taken, *later}


def test_a_neighbour_that_gave_its_bytes_is_left_for_the_next_run(limited: Limited) -> None:
    taken = [path for path in limited.asked("fat.test") if path != "/"]
    assert len(taken) == 3
    later = [one.path for one in limited.next_log if one.host == "fat.test" and one.path != "/"]
    assert len(later) == 3
    assert set(taken).isdisjoint(later)


def test_a_long_retry_after_leaves_the_neighbour_for_a_later_run(limited: Limited) -> None:
    of_slow = [one for one in limited.log if one.host == "slow.test"]
    assert of_slow[-1].status == 429
    later = [one.path for one in limited.next_log if one.host == "slow.test" and one.status == 200]
    assert {path for path in later if path.startswith("/2")} >= {of_slow[-1].path}
    both = {one.path for one in (*limited.log, *limited.next_log) if one.host == "slow.test" and one.status == 200}
    assert {story.path for story in STORIES} <= both


def test_why_a_neighbour_was_left_is_told(limited: Limited) -> None:
    assert limited.reasons["fat.test"].startswith("crawl.neighbour_bytes")
    assert limited.reasons["slow.test"] == "it asks to be left alone for 3600 s"


def test_what_was_left_is_counted(limited: Limited) -> None:
    assert limited.left >= 4 + 5 + 1  # of the page budget, of the bytes, and what may not be asked for an hour
    assert limited.report["left"] == limited.left


def test_an_article_is_followed_to_so_many_citations_and_no_more(limited: Limited) -> None:
    assert [bool(limited.asked(host)) for host in OUTLETS] == [True, True, True, False, False]
    for host in OUTLETS[3:]:
        ((outcome, detail),) = told_of(limited, f"http://{host}/story.html")
        assert outcome == "out of scope"
        assert detail is not None
        assert "3 citations of one article" in detail


def test_a_cited_neighbour_is_asked_for_so_many_pages_and_no_more(limited: Limited) -> None:
    assert len(limited.asked("popular.test")) == 5
    capped = [
        (outcome, detail)
        for url, outcome, detail in limited.visits
        if url.startswith("http://popular.test/") and outcome != "captured" and not url.endswith("robots.txt")
    ]
    assert len(capped) == 3
    assert all(outcome == "out of scope" and "5 citations of popular.test" in str(detail) for outcome, detail in capped)


@pytest.mark.parametrize("host", ["shop.test", "m.denied.test"])
def test_a_denied_host_is_not_asked_even_for_its_robots_txt(limited: Limited, host: str) -> None:
    assert [one.path for one in limited.log if one.host == host] == []
    ((outcome, detail),) = told_of(limited, f"http://{host}/a.html")
    assert outcome == "out of scope"
    assert detail is not None
    assert "deny list" in detail


def test_a_site_that_is_not_to_be_followed_leads_nowhere(limited: Limited) -> None:
    assert limited.asked("quiet.test") == ["/", "/2025/quiet.html"]
    assert [one for one in limited.log if one.host == "unread.test"] == []


@pytest.mark.parametrize(
    ("host", "taken"),
    [
        ("bare.test", set()),
        ("usual.test", {"/look.css", "/plate.png"}),
        ("full.test", {"/look.css", "/plate.png", "/run.js"}),
    ],
)
def test_requisites_are_taken_as_the_site_says(limited: Limited, host: str, taken: set[str]) -> None:
    assert set(limited.asked(host)) == {"/", "/2025/post.html"} | taken


@pytest.mark.parametrize(
    ("host", "taken"),
    [
        ("scope.test", {"/", "/2025/good.html"}),
        ("within.test", {"/", "/news/in.html"}),
        ("deep.test", {"/", "/one.html", "/two.html"}),
    ],
)
def test_what_is_out_of_scope_is_not_asked(limited: Limited, host: str, taken: set[str]) -> None:
    assert set(limited.asked(host)) == taken


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://scope.test/2025/ad-soap.html", "matched exclude /ad-"),
        ("http://scope.test/misc/other.html", "matched no include"),
        ("http://within.test/newsroom/out.html", "outside within"),
    ],
)
def test_what_is_out_of_scope_says_by_which_rule(limited: Limited, url: str, why: str) -> None:
    assert told_of(limited, url) == [("out of scope", why)]


def test_credentials_in_urls_reach_no_server_and_no_record(limited: Limited) -> None:
    assert {"/2025/own.html", "/2025/there.html"} <= set(limited.asked("keys.test"))
    assert limited.asked("keyed.test") == ["/doc.html"]
    for one in limited.log:
        if one.host.startswith("key"):
            assert SECRET not in one.path
            assert not any(name.lower() == "authorization" for name, _ in one.headers)
    with closing(sqlite3.connect(limited.home.path / "variorum.db")) as conn:
        # The index of words has no rows of its own to be read.
        names = [name for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for name in (name for name in names if not name.startswith("search")):
            # What an article links to is its text, and stays as it was written.
            kept = name in ("readings", "revisions")
            for row in conn.execute(f'SELECT * FROM "{name}"'):
                assert kept or SECRET not in str(row), (name, str(row)[:300])
    for path in (limited.home.path / "warcs").glob("*.warc.gz*"):
        with open(path, "rb") as file:
            for record in walk(file, digests=False):
                assert isinstance(record, Walked)
                shown = [value for name, value in record.fields.pairs if name != "WARC-Block-Digest"]
                assert not any(SECRET in value for value in shown), shown
                if record.type in ("request", "metadata"):
                    assert SECRET.encode() not in record.front


def test_a_session_goes_to_the_site_s_own_hosts_only(limited: Limited) -> None:
    def cookies(one: Served) -> list[str]:
        return [value for name, value in one.headers if name.lower() == "cookie"]

    with_it = {(one.host, one.path) for one in limited.log if cookies(one)}
    assert {("paid.test", "/"), ("paid.test", "/2025/paid.html"), ("paid.test", "/2025/leaves.html")} <= with_it
    assert {host for host, _ in with_it} == {"paid.test"}
    assert set(limited.asked("outside.test")) == {"/a.html", "/b.html"}
    assert all(cookies(one) in ([], [COOKIE]) for one in limited.log)


def test_what_a_session_opens_is_told_as_restricted(limited: Limited) -> None:
    of_paid = [one for one in metadata_of(limited.home) if one["url"].startswith("http://paid.test/2025/")]
    assert len(of_paid) >= 2
    assert {(one.get("session"), one.get("restricted")) for one in of_paid} == {("paid-test", True)}
    others = [one for one in metadata_of(limited.home) if not one["url"].startswith("http://paid.test/")]
    assert {(one.get("session"), one.get("restricted")) for one in others} == {(None, None)}
    assert COOKIE.partition("=")[2] not in json.dumps([of_paid, others])


def test_the_proxy_of_a_site_is_used_for_that_site_only_and_for_all_of_it(limited: Limited) -> None:
    of_site = [f"http://{one.host}{one.path}" for one in limited.log if one.host == "proxied.test"]
    assert "http://proxied.test/2025/proxied.html" in of_site
    assert sorted(url for url in limited.through_proxy if "//proxied.test/" in url) == sorted(of_site)
    assert {url for url in limited.through_proxy if "//proxied.test/" not in url} == set()
    assert limited.asked("beyond.test") == ["/a.html"]


def test_an_overridden_robots_txt_is_told_with_its_basis(limited: Limited) -> None:
    assert limited.asked("closed.test") == ["/", "/2025/closed.html"]
    (told,) = [one for one in metadata_of(limited.home) if one["url"] == "http://closed.test/2025/closed.html"]
    assert "their e-mail of 3 May" in told["reason"]
    assert told["robots"]["rule"] == "Disallow: /"


def test_a_paused_site_is_not_crawled(limited: Limited) -> None:
    assert [one for one in limited.log if one.host == "paused.test"] == []
    assert "paused-test" not in limited.report["sites"]
    done = limited.home.call("crawl", "paused-test")
    assert done.returncode == 1
    assert "they asked us to stop" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_crawl_in_which_no_site_answered_has_done_nothing(limited: Limited) -> None:
    done = limited.home.call("crawl", "dead-test", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["unanswered"] == ["dead-test"]
    assert "no site answered" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bomb_and_an_endless_body_do_not_stop_the_run(limited: Limited) -> None:
    assert {"/2025/bomb.html", "/2025/drip.html", "/2025/last.html"} <= set(limited.asked("bomb.test"))
    assert [outcome for outcome, _ in told_of(limited, "http://bomb.test/2025/bomb.html")] == ["captured"]
    assert told_of(limited, "http://bomb.test/2025/drip.html")[-1][0] == "truncated"
    assert [outcome for outcome, _ in told_of(limited, "http://bomb.test/2025/last.html")] == ["captured"]


def test_a_cited_picture_whose_url_does_not_tell_is_cut_off_at_its_head(limited: Limited) -> None:
    assert [outcome for outcome, _ in told_of(limited, "http://pictures.test/plate")] == ["truncated"]
    ((length,),) = limited.home.rows("SELECT length FROM captures WHERE url = 'http://pictures.test/plate'")
    assert length < 1_000_000


def test_the_report_reconciles_with_the_ledger(limited: Limited) -> None:
    outcomes: dict[str, int] = {}
    for _, outcome, _ in limited.visits:
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    assert limited.report["outcomes"] == outcomes
    assert limited.report["visits"] == len(limited.visits)


def test_an_archive_of_refusals_and_bombs_is_whole(limited: Limited) -> None:
    done = limited.home.call("verify")
    assert done.returncode == 0, done.stdout + done.stderr


# ---- limits of one call: --limit, --since, time, with two workers


@dataclass(frozen=True, slots=True)
class Partial:
    home: Home
    first: list[Served]
    report: dict[str, Any]
    rest: list[Served]
    next: dict[str, Any]
    left: int
    reasons: dict[str, str]


SINCE = LAST - timedelta(days=15)
FED = ("cedar.test", "elder.test", "fir.test")


def dated(name: str, *, shown: bool) -> Host:
    """Make a host with a feed of ten posts, six days apart; ``shown`` lists them on the front page too, undated."""
    rows: tuple[Row, ...] = (*posts(Series(blog=name, count=10, last=LAST)), Feed(path="/feed.xml", kind="rss 2.0"))
    return plain(name, *rows) if shown else plain(name, front(), *rows)


@pytest.fixture(scope="module")
def partial(tmp_path_factory: pytest.TempPathFactory) -> Partial:
    clock = ScaledClock(LAST + timedelta(days=1), 20.0)
    world = World(
        hosts=(
            *(plain(name, *posts(Series(blog=name, count=10, last=LAST))) for name in ("alder.test", "birch.test")),
            dated("cedar.test", shown=False), dated("elder.test", shown=True), dated("fir.test", shown=True),
            plain("date.test", *posts(Series(blog="date.test", count=4, last=LAST))),
        )
    )  # fmt: skip
    with Newsstand(world=world, now=clock.now) as stand:
        home = Home(
            tmp_path_factory.mktemp("partial") / "press", stand.connect_map, clock, "2s", ("extract.workers=0",)
        )
        for host in world.hosts:
            lines = [f'url = "http://{host.name}/"', 'requisites = "none"']
            lines += [f'feeds = ["http://{host.name}/feed.xml"]'] if host.name in FED else []
            lines += ['delay = "60s"'] if host.name == "date.test" else []
            lines += [f"since = {SINCE.date()}"] if host.name == "fir.test" else []
            home.site(host.name.replace(".", "-"), "\n".join([*lines, ""]))
        report = home.report(
            "--limit", "4", "--since", f"{SINCE:%Y-%m-%dT%H:%M:%SZ}", "--workers", "2",
            "--set", "crawl.neighbour_time=100s",
        )  # fmt: skip
        first, left, reasons = list(stand.log), left_of(home), dict(home.rows(REASONS))
        home.site("date-test", 'url = "http://date.test/"\nrequisites = "none"\n')
        then = home.report()
        return Partial(home, first, report, list(stand.log)[len(first) :], then, left, reasons)


def posts_of(log: Iterable[Served], host: str) -> list[str]:
    """Give the posts of a host that were asked."""
    return [one.path for one in log if one.host == host and one.path.startswith("/2")]


@pytest.mark.parametrize("host", ["alder.test", "birch.test"])
def test_a_limit_is_exact_for_each_site_with_two_workers(partial: Partial, host: str) -> None:
    taken = posts_of(partial.first, host)
    assert len(taken) == len(set(taken)) == 4
    assert sorted([*taken, *posts_of(partial.rest, host)]) == sorted(story_paths(host))


def story_paths(host: str) -> list[str]:
    return [story.path for story in posts(Series(blog=host, count=10, last=LAST))]


@pytest.mark.parametrize("host", ["cedar.test", "elder.test"], ids=["in the feed alone", "on the front page too"])
def test_older_items_wait_for_a_crawl_that_asks_for_them(partial: Partial, host: str) -> None:
    stories = posts(Series(blog=host, count=10, last=LAST))
    young = [story.path for story in stories if story.editions[0].at >= SINCE]
    assert 0 < len(young) < 4
    assert sorted(posts_of(partial.first, host)) == sorted(young)
    assert {story.path for story in stories} == set(young) | set(posts_of(partial.rest, host))


def test_a_date_that_the_feed_tells_is_known_of_what_the_front_page_shows(partial: Partial) -> None:
    told = partial.home.rows("SELECT dated FROM frontier WHERE site = 'elder-test' AND what = 'article'")
    assert len(told) == 10
    assert (None,) not in told


def test_what_a_site_leaves_out_by_its_date_is_not_taken_though_its_front_page_shows_it(partial: Partial) -> None:
    stories = posts(Series(blog="fir.test", count=10, last=LAST))
    young = {story.path for story in stories if story.editions[0].at >= SINCE}
    assert set(posts_of([*partial.first, *partial.rest], "fir.test")) == young


def test_a_neighbour_that_took_its_time_is_left_for_the_next_run(partial: Partial) -> None:
    stories = {story.path for story in posts(Series(blog="date.test", count=4, last=LAST))}
    first = posts_of(partial.first, "date.test")
    assert len(first) < 4
    assert partial.reasons["date.test"].startswith("crawl.neighbour_time")
    assert set(first).isdisjoint(posts_of(partial.rest, "date.test"))
    assert set(first) | set(posts_of(partial.rest, "date.test")) == stories


def test_what_one_run_left_is_told_and_the_next_leaves_nothing(partial: Partial) -> None:
    assert partial.report["left"] == partial.left > 0
    assert partial.next["left"] == 0
    assert partial.next["unread"] == 0


# ---- other runs, and people


@dataclass(frozen=True, slots=True)
class Crowded:
    home: Home
    second: subprocess.CompletedProcess[str]
    captured: int
    code: int
    told: str
    stopped_at: int
    """How many requests had come when the crawl had ended after Ctrl-C."""
    after: dict[str, Any]
    log: list[Served]
    world: World


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Crowded:
    world = World(hosts=(crowd.blog("ash.test", 14), plain("note.test", words("/a.html"))))
    with Newsstand(world=world) as stand:
        home = Home(
            tmp_path_factory.mktemp("crowded") / "press", stand.connect_map, delay="200ms",
            settings=("extract.workers=0",),
        )  # fmt: skip
        of_ash = 'url = "http://ash.test/"\nrequisites = "none"\n'
        # So slowly that it is at work for as long as the second needs to be refused.
        home.site("ash-test", f'{of_ash}delay = "1500ms"\n')
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        crawl = subprocess.Popen(home.command("crawl"), env=home.env, **pipes)
        assert crowd.wait_for(lambda: len(stand.log) > 1, 60), crawl.poll()
        page = story_paths_of(world)[0]
        capture = subprocess.Popen(home.command("capture", f"http://ash.test{page}"), env=home.env, **pipes)
        second = home.call("crawl", "ash-test")
        crawl.send_signal(signal.SIGINT)
        _, told = crawl.communicate(timeout=60)
        stopped_at = len(stand.log)
        capture.communicate(timeout=60)
        home.site("ash-test", of_ash)
        after = home.report()
        log = list(stand.log)
    return Crowded(home, second, capture.returncode, crawl.returncode, told, stopped_at, after, log, world)


def story_paths_of(world: World) -> list[str]:
    return [row.path for row in world.hosts[0].rows if not isinstance(row, Redirect)]


def test_a_second_crawl_of_a_site_says_who_is_at_work(crowded: Crowded) -> None:
    assert crowded.second.returncode == 1
    assert "is at work on ash-test already" in crowded.second.stderr
    assert "Traceback" not in crowded.second.stderr


def test_a_capture_beside_a_crawl_keeps_the_delay_at_their_neighbour(crowded: Crowded) -> None:
    assert crowded.captured == 0
    served = crowd.by_host(crowded.log)["ash.test"]
    assert crowd.overlaps(served) == []
    assert [gap for gap in crowd.gaps(served) if gap[0] < 0.2 * 0.9] == []


def test_a_crawl_that_a_person_stops_keeps_what_came_and_a_later_one_goes_on(crowded: Crowded) -> None:
    assert crowded.code == 130, crowded.told
    assert "Traceback" not in crowded.told
    assert crowded.stopped_at < 14
    states = crowded.home.rows("SELECT state FROM runs WHERE why = 'crawl' ORDER BY began")
    assert [state for (state,) in states] == ["interrupted", "ok"]
    assert crowded.after["left"] == 0
    keys = {key for (key,) in crowded.home.rows("SELECT urlkey FROM captures WHERE status = 200")}
    assert {urlkey(f"http://ash.test{path}") for path in story_paths_of(crowded.world)} <= keys
    repeated = {place for place in crowd.repeats(crowded.log) if place.count("/") > 3}
    # What a person captured meanwhile may have been taken by the crawl too.
    assert repeated <= {"http://ash.test/robots.txt", f"http://ash.test{story_paths_of(crowded.world)[0]}"}


def test_every_request_of_both_is_a_visit(crowded: Crowded) -> None:
    ((visits,),) = crowded.home.rows("SELECT count(*) FROM visits WHERE status IS NOT NULL")
    assert visits == len(crowded.log)


def test_what_a_person_stopped_is_whole(crowded: Crowded) -> None:
    assert crowded.home.call("verify").returncode == 0
