"""The verb serve: where it listens, how it ends, and what keeps archived pages apart from ours."""

from __future__ import annotations

import http.client
import os
import re
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive import config
from archive.config import load
from archive.errors import Misuse
from archive.recording import Recording
from archive.timing import SystemClock
from archive.web.addresses import Roots
from archive.web.hosts import is_private
from archive.web.serving import roots_of
from tests.crash.exchanges import exchange, not_modified
from tests.crash.steps import recorded_now
from tests.kept import empty
from tests.served import served

AT = datetime(2025, 3, 3, 8, 7, 9, tzinfo=UTC)
PAGE = b"""<!DOCTYPE html><html><head><title>A story</title><link rel=stylesheet href="/style.css">
<script>document.title = "ran"</script></head>
<body onload="alert(1)"><p>Told <a href="/more#end" onclick="x()">more</a>, <a href="#top">up</a>.
<img src="pic.png" alt="seen"><img src="gone.png" alt="not kept"><form action="/send"><input name=q></form>"""
HEAVY = b"<!doctype html>" + b"".join(b"<img src=%x>" % number for number in range(200_000))
"""A page that takes many seconds to go through."""
STYLE = b"@import 'more.css'; p { color: rgb(1, 2, 3); background: url(pic.png) }"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = empty(tmp_path_factory.mktemp("serve") / "archive")
    recording = Recording(config.load(made), SystemClock()).start()
    try:
        for path, body, kind, at in (
            ("/story", PAGE, "text/html", AT),
            ("/style.css", STYLE, "text/css", AT),
            ("/pic.png", b"\x89PNG not really", "image/png", AT),
            ("/pic.png", b"\x89PNG a later one", "image/png", AT + timedelta(days=90)),
            ("/lost", b"<p>Not <b>here</b>", "text/html", AT),
            ("/small", b"<p>small", "text/html", AT),
            ("/heavy", HEAVY, "text/html", AT),
        ):
            status = "404 Not Found" if path == "/lost" else "200 OK"
            given = exchange(f"http://blog.test{path}", body, status=status, fields=(f"Content-Type: {kind}",), at=at)
            recorded_now(recording, given)
            if given.response.spool is not None:
                given.response.spool.close()
    finally:
        recording.close()
    return made


@pytest.fixture(scope="module")
def roots(home: Path) -> Iterator[Roots]:
    with served(home) as found:
        yield found


def ask(root: str, rest: str, **fields: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection(urlsplit(root).netloc, timeout=20)
    try:
        connection.request("GET", f"/{rest}", headers={k.replace("_", "-"): v for k, v in fields.items()})
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode("latin-1")
    finally:
        connection.close()


def test_a_page_leads_into_the_archive_and_holds_no_script(roots: Roots) -> None:
    status, headers, body = ask(roots.replay, "20250303080709/http://blog.test/story")

    assert status == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "script" not in body
    assert "onload" not in body
    assert "onclick" not in body
    assert f'href="{roots.room}/web/20250303080709/http://blog.test/more#end"' in body
    assert 'href="/20250303080709cs_/http://blog.test/style.css"' in body
    assert 'src="/20250303080709im_/http://blog.test/pic.png"' in body
    assert "/send" not in body


def test_a_link_within_the_page_stays_within_it(roots: Roots) -> None:
    body = ask(roots.replay, "20250303080709/http://blog.test/story")[2]

    assert re.search(r'<a[^>]*href="#top"[^>]*target="_self"|<a[^>]*target="_self"[^>]*href="#top"', body)


def test_a_part_that_is_missing_is_marked_and_one_that_is_there_is_not(roots: Roots) -> None:
    body = ask(roots.replay, "20250303080709/http://blog.test/story")[2]

    marked = re.findall(r"<img[^>]*data-variorum-missing[^>]*>", body)
    assert len(marked) == 1
    assert "not kept" in marked[0]


def test_the_policy_of_a_page_lets_nothing_run_and_nothing_come_from_elsewhere(roots: Roots) -> None:
    policy = ask(roots.replay, "20250303080709/http://blog.test/story")[1]["content-security-policy"]

    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "allow-scripts" not in rules["sandbox"]
    assert "allow-same-origin" not in rules["sandbox"]
    assert "allow-forms" not in rules["sandbox"]
    assert rules["form-action"] == "'none'"
    assert "script-src" not in rules
    for what in ("img-src", "style-src", "font-src", "media-src", "frame-src"):
        sources = [each for each in rules[what].split() if each not in ("'self'", "'unsafe-inline'", "data:")]
        assert sources == [roots.replay]


def test_a_style_sheet_leads_into_the_archive(roots: Roots) -> None:
    status, headers, body = ask(roots.replay, "20250303080709cs_/http://blog.test/style.css")

    assert (status, headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "/20250303080709cs_/http://blog.test/more.css" in body
    assert "/20250303080709im_/http://blog.test/pic.png" in body


def test_a_picture_is_the_one_of_the_page_s_time(roots: Roots) -> None:
    assert ask(roots.replay, "20250303080709im_/http://blog.test/pic.png")[2] == "\x89PNG not really"
    assert ask(roots.replay, "20260101000000im_/http://blog.test/pic.png")[2] == "\x89PNG a later one"


def test_an_archived_error_is_shown_under_its_own_status(roots: Roots) -> None:
    status, headers, body = ask(roots.replay, "20250303080709/http://blog.test/lost")

    assert status == 404
    assert "memento-datetime" in headers
    assert "<b>here</b>" in body


def test_what_is_not_here_is_told_with_a_way_on(roots: Roots) -> None:
    for root in (roots.replay, f"{roots.room}/web"):
        netloc, _, path = root.partition("://")[2].partition("/")
        status, headers, body = ask(
            f"http://{netloc}", f"{path}/20250303080709/http://blog.test/other".lstrip("/"), Accept="text/html"
        )
        assert status == 404
        assert "memento-datetime" not in headers
        assert f"{roots.room}/web/*/http://blog.test/other" in body or "blog.test/story" in body


def test_the_room_may_be_framed_by_nobody_and_runs_no_script(roots: Roots) -> None:
    for rest in ("", "web/20250303080709/http://blog.test/story", "web/*/http://blog.test/story", "missing", "nowhere"):
        policy = ask(roots.room, rest, Accept="text/html")[1]["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script" not in policy


def test_no_answer_lets_a_page_of_another_origin_read_it(roots: Roots) -> None:
    stranger = {"Origin": "http://evil.test"}
    for root, rest in (
        (roots.room, ""),
        (roots.room, "cdx?url=blog.test/story"),
        (roots.room, "timemap/link/http://blog.test/story"),
        (roots.replay, "20250303080709id_/http://blog.test/story"),
        (roots.replay, "20250303080709/http://blog.test/story"),
    ):
        assert "access-control-allow-origin" not in ask(root, rest, **stranger)[1]


def test_a_page_that_takes_its_time_keeps_no_other_waiting(roots: Roots) -> None:
    netloc = urlsplit(roots.replay).netloc
    heavy = http.client.HTTPConnection(netloc, timeout=60)
    framed = http.client.HTTPConnection(urlsplit(roots.room).netloc, timeout=60)
    try:
        heavy.request("GET", "/20250303080709/http://blog.test/heavy")
        framed.request("GET", "/web/20250303080709/http://blog.test/heavy")
        assert "small" in ask(roots.replay, "20250303080709/http://blog.test/small")[2]
        assert ask(roots.room, "cdx?url=http://blog.test/small")[0] == 200
        # Neither of the two has an answer yet: what is above was answered meanwhile.
        assert not select.select([heavy.sock], [], [], 0)[0]
        answer = heavy.getresponse()
        assert (answer.status, len(answer.read()) > 1_000_000) == (200, True)
        assert framed.getresponse().status == 200
    finally:
        heavy.close()
        framed.close()


def test_a_server_that_goes_through_a_page_ends_when_it_is_told(home: Path) -> None:
    with served(home) as other:
        heavy = http.client.HTTPConnection(urlsplit(other.replay).netloc, timeout=60)
        heavy.request("GET", "/20250303080709/http://blog.test/heavy")
        assert ask(other.replay, "20250303080709/http://blog.test/small")[0] == 200
    heavy.close()


def test_a_page_is_gone_through_before_anything_else_is_answered(roots: Roots) -> None:
    assert ask(roots.replay, "20250303080709/http://blog.test/story")[0] == 200
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    servers = {pid: pages for pid in children(os.getpid()) if (pages := children(pid))}
    assert servers
    for server, pages in servers.items():
        assert os.getpriority(os.PRIO_PROCESS, server) > mine
        assert {os.getpriority(os.PRIO_PROCESS, page) for page in pages} == {mine}


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def test_a_page_and_its_304_lead_each_to_its_own_time(tmp_path: Path) -> None:
    home, url = empty(tmp_path / "archive"), "http://blog.test/story"
    recording = Recording(config.load(home), SystemClock()).start()
    try:
        first = recorded_now(recording, exchange(url, PAGE, at=AT)).capture
        assert first is not None
        recorded_now(recording, not_modified(url, first.id, at=AT + timedelta(days=1)))
    finally:
        recording.close()

    with served(home) as roots:
        page, again = (ask(roots.replay, f"{stamp}/{url}")[2] for stamp in ("20250303080709", "20250304080709"))

    assert "/20250303080709im_/http://blog.test/pic.png" in page
    assert f"{roots.room}/web/20250304080709/http://blog.test/more#end" in again
    assert page.replace("20250303080709", "20250304080709") == again


def test_a_connection_that_says_nothing_is_let_go(roots: Roots) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(roots.room).port or 0), timeout=60) as silent:
        silent.sendall(b"GET / HTTP/1.1\r\nHost:")
        assert silent.recv(1000) == b""


def test_a_port_in_use_is_named_with_the_remedy(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "archive.cli", "serve", "--home", str(home), "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 2
    assert f"port {port}" in done.stderr
    assert "serve.port" in done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "8099", "--replay-port", "8099"], "origin of their own"),
        (["--set", "serve.url=https://archive.example"], "serve.replay_url both"),
        (["--host", "nowhere"], "an address to listen at"),
        (["--host", "0.0.0.0", "--port", "0", "--replay-port", "0"], 'such as serve.url = "http://'),
        (["--host", "::", "--port", "0", "--replay-port", "0"], 'and serve.replay_url = "http://'),
        (["--host", "::ffff:0.0.0.0", "--port", "0", "--replay-port", "0"], "serve.url"),
    ],
)
def test_what_cannot_be_served_is_refused_in_words(home: Path, options: list[str], words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "archive.cli", "serve", "--home", str(home), *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2, done.stderr
    assert words in done.stderr


def test_behind_another_server_addresses_are_those_from_outside(home: Path) -> None:
    outside = load(home, ("serve.url=https://archive.example/", "serve.replay_url=https://Replay.example"))

    assert roots_of(outside, 1, 2) == Roots(room="https://archive.example", replay="https://replay.example")
    assert not is_private(outside)
    assert is_private(load(home))
    assert not is_private(load(home, ("serve.host=0.0.0.0",)))
    assert roots_of(load(home, ("serve.host=::1",)), 1, 2).room == "http://[::1]:1"


def test_where_all_addresses_are_listened_at_the_settings_say_which_one_readers_call(home: Path) -> None:
    everywhere = ("serve.host=0.0.0.0", "serve.url=http://192.0.2.7:8080", "serve.replay_url=http://192.0.2.7:8081")

    assert roots_of(load(home, everywhere), 1, 2) == Roots(room="http://192.0.2.7:8080", replay="http://192.0.2.7:8081")
    with pytest.raises(Misuse, match=r'serve\.url = "http://192\.168\.1\.5:1" and serve\.replay_url'):
        roots_of(load(home, everywhere[:1]), 1, 2)


def test_a_second_server_beside_the_first_and_ipv6_are_fine(home: Path, roots: Roots) -> None:
    with served(home, "--host", "::1") as other:
        assert ask(other.replay, "20250303080709im_/http://blog.test/pic.png")[0] == 200
    assert ask(roots.replay, "20250303080709im_/http://blog.test/pic.png")[0] == 200
