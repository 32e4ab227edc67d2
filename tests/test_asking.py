"""A visitor asks for a capture: by a form of ours, of the real server, which has it made by the real command."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from archive.liveness import is_alive
from archive.web.addresses import Roots
from archive.web.requests import MOST
from tests.crawl_home import Home
from tests.served import served
from tests.test_requests import answer_begun, archive, ask, asked, of
from tests.wire.cases import Case
from tests.wire.server import WireServer

pytestmark = pytest.mark.xdist_group("requests")

PATIENCE = 90
LOOK = 0.2
"""Seconds between two looks at a page: asking without a pause would keep the server from its work."""
FORM = "application/x-www-form-urlencoded"
PAGE, LEAD = "http://press.test/page", "http://press.test/lead.png"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str
    body: str
    policy: str


def send(roots: Roots, method: str, path: str, body: str = "", **headers: str) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(roots.room).netloc, timeout=30)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body.encode(), {"Accept": "text/html", **named})
        got = connection.getresponse()
        told = got.read().decode()
        policy = got.getheader("Content-Security-Policy", "")
        return Answer(got.status, got.getheader("Location", ""), told, policy)
    finally:
        connection.close()


def post(roots: Roots, **fields: str) -> Answer:
    return send(roots, "POST", "/requests", urlencode(fields), Content_Type=FORM, Origin=roots.room)


def settled(roots: Roots, path: str) -> Answer:
    """Look as a browser does, again and again while the page says so."""
    until = time.monotonic() + PATIENCE
    while 'http-equiv="refresh"' in (got := send(roots, "GET", path)).body:
        assert time.monotonic() < until, got.body
        assert got.status == 200
        time.sleep(LOOK)
    return got


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with archive(tmp_path_factory.mktemp("asking")) as made:
        done = made.call("capture", PAGE)
        assert done.returncode == 0, done.stderr
        yield made


@pytest.fixture(scope="module")
def room(home: Home) -> Iterator[Roots]:
    with served(home.path, "--set", "extract.workers=1") as roots:
        yield roots


def page_of(home: Home) -> str:
    ((id,),) = home.rows("SELECT id FROM captures WHERE url = ? ORDER BY at LIMIT 1", PAGE)
    return str(id)


def test_a_missing_part_is_captured_and_its_page_leads_to_it(home: Home, room: Roots) -> None:
    said = post(room, url=LEAD, page=page_of(home), modifier="im_")
    assert said.status == 303
    assert said.location.startswith("/requests/")
    got = settled(room, said.location)
    assert (got.status, "<h1>Captured</h1>" in got.body) == (200, True), got.body
    assert "script" not in got.policy
    ((capture,),) = home.rows("SELECT id FROM captures WHERE url = ?", LEAD)
    assert f'href="/web/{capture}/{LEAD}"' in got.body
    request = asked(home, said.location.rpartition("/")[2])
    assert (request.outcome, dict(request.data)) == ("captured", {"page": page_of(home), "modifier": "im_"})
    assert home.rows("SELECT why, came_from FROM visits WHERE url = ?", LEAD) == [("requisite", page_of(home))]


def test_a_page_that_is_asked_for_comes_with_what_it_needs(home: Home, room: Roots) -> None:
    said = post(room, url="http://press.test/twice")
    assert "<h1>Captured</h1>" in settled(room, said.location).body
    until = time.monotonic() + PATIENCE
    while home.rows("SELECT state FROM runs ORDER BY began DESC LIMIT 1") == [("running",)]:
        assert time.monotonic() < until
        time.sleep(LOOK)
    assert home.rows("SELECT DISTINCT why FROM visits WHERE url LIKE '%/type.woff2'") == [("requisite",)]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://press.test/absent.png", "gone"),
        ("http://press.test/private/face.png", "robots"),
        ("http://10.0.0.1/inside", "unsafe"),
    ],
)
def test_what_cannot_be_captured_says_why(room: Roots, url: str, words: str) -> None:
    got = settled(room, post(room, url=url).location)
    assert "<h1>Not captured</h1>" in got.body
    assert words in got.body


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://press.test"},
        {"Origin": "OURS", "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_a_form_of_somebody_else_is_refused(room: Roots, home: Home, headers: dict[str, str]) -> None:
    before = home.rows("SELECT count(*) FROM requests")
    given = {name: room.room if value == "OURS" else value for name, value in headers.items()}
    said = send(room, "POST", "/requests", urlencode({"url": LEAD}), Content_Type=FORM, **given)
    assert said.status == 403
    assert home.rows("SELECT count(*) FROM requests") == before


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("url=ftp%3A%2F%2Fpress.test%2Fa", FORM, 400),
        ("", FORM, 400),
        ("url=%FF%FE", FORM, 400),
        (f"url=http://press.test/{'a' * 20_000}", FORM, 413),
        ('{"url": "http://press.test/"}', "application/json", 415),
    ],
)
def test_what_is_no_request_is_refused(room: Roots, body: str, kind: str, status: int) -> None:
    assert send(room, "POST", "/requests", body, Content_Type=kind, Origin=room.room).status == status


def test_a_request_nobody_made_is_not_found(room: Roots) -> None:
    assert send(room, "GET", "/requests/nothing").status == 404


@pytest.fixture(scope="module")
def outside(home: Home) -> Iterator[Roots]:
    """A server that others can reach, as its settings say; it is spoken to under its own address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = ("serve.url=http://room.example", "serve.replay_url=http://replay.example", "serve.capture=yes")
    sets = [word for setting in told for word in ("--set", setting)]
    with served(home.path, "--port", str(port), "--set", "extract.workers=1", *sets):
        yield Roots(room=f"http://127.0.0.1:{port}", replay="")


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("http://press.test/run.js", False),
        ("http://press.test/nowhere", False),
        ("http://press.test/lead.png", True),
        ("http://press.test/linked", True),
        ("http://press.test/page", True),
    ],
)
def test_strangers_have_captured_only_what_a_page_names_or_was_asked_before(
    home: Home, outside: Roots, url: str, named: bool
) -> None:
    said = post(outside, url=url, page=page_of(home))
    assert said.status == (303 if named else 403)
    if named:
        settled(outside, said.location)


def test_strangers_cannot_use_a_page_that_is_none_of_the_archive(outside: Roots) -> None:
    assert post(outside, url="http://press.test/nowhere", page="urn:uuid:none").status == 403


def test_who_may_not_capture_is_told_so(home: Home) -> None:
    with served(home.path, "--set", "serve.capture=no") as roots:
        assert post(roots, url=LEAD).status == 403


def test_what_was_open_when_the_server_ended_is_made_when_it_starts(tmp_path: Path) -> None:
    with archive(tmp_path) as other:
        (id,) = ask(other, "http://press.test/linked")
        with served(other.path, "--set", "extract.workers=1") as roots:
            assert "<h1>Captured</h1>" in settled(roots, f"/requests/{id}").body


def test_a_capture_that_cannot_even_begin_says_why(tmp_path: Path) -> None:
    with archive(tmp_path) as other, served(other.path, "--set", "store.min_free=900TB") as roots:
        got = settled(roots, post(roots, url="http://press.test/linked").location)
        assert "<h1>Not captured</h1>" in got.body
        assert "store.min_free" in got.body
        assert str(other.path) not in got.body


def test_a_capture_ends_with_the_server_and_is_made_by_the_next(tmp_path: Path) -> None:
    hanging = Case(name="linked", segments=answer_begun(), after="hang")
    with WireServer([hanging]) as server:
        other = Home(tmp_path / "home", {"press.test": server.netloc}, delay="0s")
        with served(other.path, "--set", "extract.workers=1") as roots:
            id = post(roots, url="http://press.test/linked").location.rpartition("/")[2]
            until = time.monotonic() + PATIENCE
            while not any(seen.case is hanging for seen in list(server.seen)):
                assert time.monotonic() < until
                time.sleep(LOOK)
            assert "<h1>Being captured</h1>" in send(roots, "GET", f"/requests/{id}").body
        ((run,),) = other.rows("SELECT id FROM runs")
        assert not is_alive(other.path / "warcs" / "running", run)
        assert asked(other, id).state == "asked"
        server.cases["/linked"] = of("linked", "text/html", b"<p>Now it answers.</p>")
        with served(other.path, "--set", "extract.workers=1") as roots:
            assert "<h1>Captured</h1>" in settled(roots, f"/requests/{id}").body


def test_no_more_is_taken_than_can_be_made_in_some_time(tmp_path: Path) -> None:
    with archive(tmp_path) as other, served(other.path) as roots:
        ask(other, *(f"http://press.test/{number}" for number in range(MOST)))
        assert post(roots, url="http://press.test/linked").status == 503
