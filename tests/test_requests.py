"""What people ask to have captured, and what a page needs: captured by real processes from real servers."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import config
from archive.model import Run, Url
from archive.store import Store, leases, open_store, requests, runs
from archive.store.requests import Request
from tests.crawl_home import Home
from tests.wire.cases import Case, answer, one
from tests.wire.listener import Listener
from tests.wire.server import WireServer

pytestmark = pytest.mark.xdist_group("requests")

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULES = b"User-agent: *\nDisallow: /private/\n"
PAGE = b"""<!doctype html><title>A post</title><link rel="stylesheet" href="/look.css">
<article><h1>A post</h1><img src="/lead.png" alt=""><img src="/absent.png" alt=""><img src="/private/face.png" alt="">
<img src="http://other.test/far.png" alt=""><script src="/run.js"></script><a href="/linked">more</a></article>"""
LOOK = b'@import "/more.css"; body { background: url(/back.png) }'
MORE = b'@font-face { font-family: t; src: url("/type.woff2") } p { background: url(/back.png) }'


def of(name: str, kind: str, body: bytes = b"") -> Case:
    return one(name, answer(b"Content-Type: " + kind.encode(), body=body or name.encode()))


CASES = (
    of("robots.txt", "text/plain", RULES),
    of("page", "text/html; charset=utf-8", PAGE),
    of("twice", "text/html; charset=utf-8", PAGE + b"<!-- %s -->" % (b"long enough to be a revisit " * 60)),
    of("look.css", "text/css", LOOK),
    of("more.css", "text/css", MORE),
    *(of(name, "image/png") for name in ("lead.png", "back.png", "far.png")),
    of("type.woff2", "font/woff2"),
    of("run.js", "text/javascript"),
    of("linked", "text/html", b"<title>Linked</title><p>No parts.</p>"),
    one("moved", answer(b"Location: /linked", status=b"HTTP/1.1 302 Found")),
)


@contextmanager
def archive(path: Path, *cases: Case, more: dict[str, Listener] | None = None) -> Iterator[Home]:
    with WireServer(cases or CASES) as server:
        hosts = {"press.test": server.netloc, "other.test": server.netloc}
        hosts |= {name: listener.netloc for name, listener in (more or {}).items()}
        yield Home(path / "home", hosts, delay="0s", settings=("extract.workers=1",))


@contextmanager
def store(home: Home) -> Iterator[Store]:
    settings = config.load(home.path, home.settings)
    with closing(open_store(settings.store.database, create=True)) as made:
        yield made


def ask(home: Home, *urls: str, **data: str) -> list[str]:
    with store(home) as made, made.write() as conn:
        return [
            requests.ask(conn, what="capture", subject=Url(url), data=data, at=NOW + timedelta(seconds=number))
            for number, url in enumerate(urls)
        ]


def asked(home: Home, id: str) -> Request:
    with store(home) as made, made.read() as conn:
        found = requests.by_id(conn, id)
    assert found is not None
    return found


# ----------------------------------------------------------------------------------------------- what a page needs too


@dataclass(frozen=True, slots=True)
class Taken:
    home: Home
    code: int
    visits: dict[str, tuple[Any, ...]]
    page: str


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    with archive(tmp_path_factory.mktemp("requisites")) as home:
        done = home.call("capture", "http://press.test/page", "--requisites")
        rows = home.rows("SELECT url, why, outcome, came_from, capture FROM visits WHERE why != 'robots'")
        visits = {url: (why, outcome, came_from) for url, why, outcome, came_from, _ in rows}
        assert len(rows) == len(visits), "something was asked for twice"
        page = next((row[4] for row in rows if row[0] == "http://press.test/page"), "")
        yield Taken(home, done.returncode, visits, page)


def test_a_page_given_is_captured_by_hand_and_answers_for_the_exit_code(taken: Taken) -> None:
    assert (taken.code, taken.visits["http://press.test/page"]) == (0, ("by hand", "captured", None))


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("http://press.test/look.css", "captured"),
        ("http://press.test/more.css", "captured"),
        ("http://press.test/lead.png", "captured"),
        ("http://press.test/back.png", "captured"),
        ("http://press.test/type.woff2", "captured"),
        ("http://other.test/far.png", "captured"),
        ("http://press.test/absent.png", "gone"),
        ("http://press.test/private/face.png", "robots"),
    ],
)
def test_what_the_page_and_its_style_sheets_need_is_captured_on_its_word(taken: Taken, url: str, outcome: str) -> None:
    assert taken.visits.get(url) == ("requisite", outcome, taken.page)


@pytest.mark.parametrize("url", ["http://press.test/run.js", "http://press.test/linked"])
def test_scripts_and_links_are_no_requisites(taken: Taken, url: str) -> None:
    assert url not in taken.visits


def test_without_the_option_a_page_is_captured_alone(tmp_path: Path) -> None:
    with archive(tmp_path) as home:
        assert home.call("capture", "http://press.test/page").returncode == 0
        assert home.rows("SELECT url FROM visits WHERE why != 'robots'") == [("http://press.test/page",)]


def test_all_requisites_are_taken_where_the_settings_say_so(tmp_path: Path) -> None:
    with archive(tmp_path) as home:
        done = home.call("capture", "http://press.test/page", "--requisites", "--set", "crawl.requisites=all")
        assert done.returncode == 0
        assert home.rows("SELECT outcome FROM visits WHERE url = 'http://press.test/run.js'") == [("captured",)]


def test_a_page_that_repeats_an_earlier_capture_leads_to_what_it_needs(tmp_path: Path) -> None:
    with archive(tmp_path) as home:
        assert home.call("capture", "http://press.test/twice").returncode == 0
        assert home.call("capture", "http://press.test/twice", "--requisites").returncode == 0
        assert home.rows("SELECT kind FROM captures WHERE url LIKE '%/twice' ORDER BY at")[-1] == ("revisit",)
        assert home.rows("SELECT outcome FROM visits WHERE url = 'http://press.test/lead.png'") == [("captured",)]


# ------------------------------------------------------------------------------------------------------ what is asked


def test_what_is_asked_for_is_captured_and_each_request_is_told_what_came_of_it(tmp_path: Path) -> None:
    with archive(tmp_path) as home:
        urls = [f"http://press.test/{name}" for name in ("page", "lead.png", "absent.png", "private/face.png", "moved")]
        ids = [*ask(home, urls[0]), *ask(home, *urls[1:4], page="urn:uuid:the-page", modifier="im_")]
        ids += ask(home, urls[4], linked_from="urn:uuid:the-page")
        ids += ask(home, "ftp://press.test/page", "http://10.0.0.1/inside")
        done = home.call("capture", "--requested")
        assert done.returncode == 0, done.stderr
        found = [asked(home, id) for id in ids]
        assert [(each.state, each.outcome) for each in found] == [
            ("done", "captured"),
            ("done", "captured"),
            ("done", "gone"),
            ("refused", "robots"),
            ("done", "captured"),
            ("refused", "out of scope"),
            ("refused", "unsafe"),
        ]
        assert all(each.run == found[0].run and each.done_at is not None and each.answer for each in found)
        led = home.rows("SELECT url FROM captures WHERE id = ?", found[4].capture)
        assert led == [("http://press.test/linked",)]
        whys = {url: (why, came) for url, why, came in home.rows("SELECT url, why, came_from FROM visits")}
        assert whys[urls[0]] == ("by hand", None)
        assert whys[urls[1]] == whys[urls[3]] == ("requisite", "urn:uuid:the-page")
        assert whys[urls[4]] == ("by hand", "urn:uuid:the-page")
        assert whys["ftp://press.test/page"][0] == "by hand"
        again = home.call("capture", "--requested")
        assert (again.returncode, again.stderr.strip()) == (0, "nothing is asked for")


def test_a_style_sheet_that_is_asked_for_brings_what_it_loads(tmp_path: Path) -> None:
    with archive(tmp_path) as home:
        ask(home, "http://press.test/look.css", page="urn:uuid:the-page", modifier="cs_")
        assert home.call("capture", "--requested", "--requisites").returncode == 0
        came = home.rows("SELECT DISTINCT why, came_from FROM visits WHERE url LIKE '%/type.woff2'")
        assert came == [("requisite", "urn:uuid:the-page")]


def test_a_public_host_is_not_asked_without_a_contact_and_the_others_are(tmp_path: Path) -> None:
    with archive(tmp_path) as home:
        ids = ask(home, "http://example.org/", "http://press.test/linked")
        done = home.call("capture", "--requested", "--set", "contact=")
        assert done.returncode == 0, done.stderr
        refused, captured = (asked(home, id) for id in ids)
        assert (refused.state, captured.state) == ("refused", "done")
        assert "contact" in (refused.answer or "")


def test_a_subject_is_asked_for_once_while_its_request_is_open(tmp_path: Path) -> None:
    with archive(tmp_path) as home:
        first, second = ask(home, "http://press.test/linked", "http://press.test/linked")
        assert first == second
        assert home.call("capture", "--requested").returncode == 0
        assert ask(home, "http://press.test/linked") != [first]


def test_a_request_that_another_run_at_work_has_taken_up_is_left_to_it(tmp_path: Path) -> None:
    with archive(tmp_path) as home:
        (id,) = ask(home, "http://press.test/linked")
        other = Run(id="other", why="by hand", began=NOW, software="test")
        with store(home) as made:
            with made.write() as conn:
                runs.begin(conn, other)
                assert [each.id for each in requests.take_up(conn, "other")] == [id]
                assert requests.take_up(conn, "mine") == []
                requests.give_up(conn, [id], at=NOW, answer="nothing came")
            assert asked(home, id).state == "asked"
            with made.write() as conn:
                runs.finish(conn, Run(id="other", why="by hand", began=NOW, software="test", state="crashed"))
                assert [each.id for each in requests.take_up(conn, "mine")] == [id]


def test_a_request_waits_for_the_host_that_another_run_asks(tmp_path: Path) -> None:
    with archive(tmp_path) as home:
        (id,) = ask(home, "http://press.test/linked")
        with store(home) as made, made.write() as conn:
            now = datetime.now(UTC)
            until = now + timedelta(seconds=3)
            runs.begin(conn, Run(id="crawl", why="crawl", began=now, software="test"))
            claimed = leases.claim_named(conn, name="press.test", worker="crawl/1.1", now=now, until=until)
            assert isinstance(claimed, leases.Lease)
        assert home.call("capture", "--requested").returncode == 0
        assert asked(home, id).outcome == "captured"
        ((at,),) = home.rows("SELECT at FROM visits WHERE url LIKE '%/linked'")
        assert at >= until.timestamp() * 1_000_000


def test_a_run_that_is_broken_off_leaves_its_requests_open_for_the_next(tmp_path: Path) -> None:
    hanging = Case(name="linked", segments=answer_begun(), after="hang")
    with ExitStack() as stack:
        server = stack.enter_context(WireServer([hanging]))
        home = Home(tmp_path / "home", {"press.test": server.netloc}, delay="0s")
        (id,) = ask(home, "http://press.test/linked")
        process = subprocess.Popen(home.command("capture", "--requested"), env=home.env, stderr=subprocess.PIPE)
        assert process.stderr is not None
        while not any(seen.case is hanging for seen in list(server.seen)):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 130
        process.stderr.close()
        assert asked(home, id).state == "asked"
        server.cases["/linked"] = of("linked", "text/html", b"<p>Now it answers.</p>")
        assert home.call("capture", "--requested").returncode == 0
        assert asked(home, id).outcome == "captured"


def answer_begun() -> tuple[Any, ...]:
    from tests.wire.cases import Segment

    return (Segment(data=b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),)


@pytest.mark.parametrize(
    "words",
    [
        ("--requested", "http://press.test/"),
        ("--requested", "--method", "HEAD"),
        ("http://press.test/", "--requisites", "--method", "HEAD"),
        (),
    ],
)
def test_what_makes_no_sense_together_is_misuse(tmp_path: Path, words: tuple[str, ...]) -> None:
    with archive(tmp_path) as home:
        assert home.call("capture", *words).returncode == 2
