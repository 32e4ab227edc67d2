"""The pages of the web server that a person sees: a real server, its answers, and a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page

from archive.store import open_store, sqlite_url
from archive.web.addresses import Roots
from tests import room_archive
from tests.room_archive import ARABIC, BUSY, FAILED, LONG, MOVED, NOTED, PICTURE, REPORT, STORY
from tests.served import served

if TYPE_CHECKING:
    from tests.browser import Visitor

pytest_plugins = ("tests.browser",)

FIRST, AGAIN, SECOND = "20261101083015", "20261101133015", "20261102103015"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return room_archive.make(tmp_path_factory.mktemp("room") / "press")


@pytest.fixture(scope="module")
def roots(archive: Path) -> Iterator[Roots]:
    with served(archive) as found:
        yield found


class Answer:
    """What came back for a path, which is sent as it is."""

    def __init__(self, roots: Roots, path: str, *, accept: str = "text/html", method: str = "GET") -> None:
        parts = urlsplit(roots.room)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        connection.request(method, path, headers={"Accept": accept})
        answer: HTTPResponse = connection.getresponse()
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self.text = answer.read().decode()
        connection.close()

    @property
    def leads_to(self) -> str:
        return self.headers["location"]


# ------------------------------------------------------------------------------------------------------- one request


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        (f"/web/{FIRST}/{STORY}", 200),
        (f"/web/{FIRST}/{PICTURE}", 302),
        (f"/web/*/{STORY}", 200),
        (f"/web/%2A/{STORY}", 200),
        (f"/web/*2/{BUSY}", 200),
        (f"/web/*3/{BUSY}", 404),
        (f"/web/*x/{BUSY}", 400),
        (f"/web/*/{FAILED}", 404),
        (f"/web/{FAILED}", 404),
        ("/web/", 404),
        ("/web/2026/", 404),
        (f"/diff/1..2/{STORY}", 200),
        (f"/diff/2..1/{STORY}", 200),
        (f"/diff/1../{STORY}", 200),
        (f"/diff/1..9/{STORY}", 404),
        (f"/diff/2..2/{STORY}", 404),
        (f"/diff/1..2/{BUSY}", 404),
        (f"/diff/1/{STORY}", 404),
        (f"/diff/{'9' * 5000}..2/{STORY}", 404),
        (f"/parts/{FIRST}/{STORY}", 200),
        (f"/parts/{FIRST}/{FAILED}", 404),
        ("/missing", 200),
        ("/missing?page=x", 400),
        ("/missing?page=%C2%B2", 400),
        ("/find?url=", 302),
        ("/find?url=" + "a" * 9000, 400),
        ("/nothing-of-this-name", 404),
        ("/static/room.css", 200),
        ("/static/icon.svg", 200),
        ("/static/..%2froom.py", 404),
        ("/web/20261101/urn:variorum:site:blog", 404),
        ("/web/20261101/javascript:alert(1)", 404),
    ],
)
def test_each_address_answers(roots: Roots, path: str, status: int) -> None:
    answer = Answer(roots, path)

    assert answer.status == status, answer.text
    if status != 302:
        assert "Something went wrong" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", f"/web/{FIRST}/{STORY}", f"/web/*/{STORY}", f"/diff/1..2/{STORY}", f"/web/{FAILED}", "/missing", "/x"]
)
def test_every_page_forbids_scripts_and_foreign_frames(roots: Roots, path: str) -> None:
    answer = Answer(roots, path)
    policy = answer.headers["content-security-policy"].split("; ")

    assert "default-src 'none'" in policy
    assert f"frame-src {roots.replay}" in policy
    assert "frame-ancestors 'none'" in policy
    assert not any("script-src" in each or "unsafe" in each for each in policy)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "<script" not in answer.text
    assert 'style="' not in answer.text


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        (f"/web/2026/{STORY}", f"/web/{FIRST}/{STORY}"),
        (f"/web/{STORY}", f"/web/20261104113015/{STORY}"),
        (f"/web/{FIRST}im_/{PICTURE}", f"/web/20261101083615/{PICTURE}"),
        (f"/web/20261102110000/{STORY}", f"/web/{SECOND}/{STORY}"),
        (f"/web/2026/{STORY.replace('http://', 'https://www.')}", f"/web/{FIRST}/{STORY}"),
    ],
)
def test_an_inexact_time_leads_to_the_capture_itself(roots: Roots, asked: str, leads: str) -> None:
    answer = Answer(roots, asked)

    assert (answer.status, answer.leads_to) == (302, leads)


def test_a_search_leads_to_the_list_with_the_query_of_the_url(roots: Roots) -> None:
    answer = Answer(roots, "/find?url=blog.test%2F2026%2F11%2Fsluice-gate%3Fid%3D7%26from%3Dfront")

    assert (answer.status, answer.leads_to) == (303, f"/web/*/{STORY}")


def test_two_captures_in_one_second_are_both_reached(roots: Roots) -> None:
    listing = Answer(roots, f"/web/*/{BUSY}").text
    newest = re.findall(rf'href="(/web/[^"]*/{re.escape(BUSY)})"', listing)[:2]

    assert newest[0].startswith("/web/urn:uuid:")
    assert newest[1].startswith("/web/20261105123015/")
    assert [Answer(roots, each).status for each in newest] == [200, 200]


def test_a_page_of_the_list_has_200_captures_and_the_next_has_the_rest(roots: Roots) -> None:
    pages = [Answer(roots, f"/web/*{number}/{BUSY}").text for number in ("", "2")]

    assert [page.count('<li class="capture') for page in pages] == [200, 32]
    assert f'href="/web/*2/{BUSY}"' in pages[0]
    assert f'href="/web/*/{BUSY}"' in pages[1]


def test_programs_are_refused_in_plain_text(roots: Roots) -> None:
    for path in (f"/web/{FAILED}", "/nothing", f"/diff/1..9/{STORY}"):
        answer = Answer(roots, path, accept="*/*")

        assert answer.status == 404
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert "<" not in answer.text
    assert f"/web/*/{ARABIC}" in Answer(roots, f"/web/{FAILED}", accept="*/*").text


def test_a_page_answers_head_as_get_without_its_body(roots: Roots) -> None:
    answer = Answer(roots, f"/web/{FIRST}/{STORY}", method="HEAD")

    assert (answer.status, answer.text) == (200, "")


def test_a_method_that_no_page_takes_is_refused(roots: Roots) -> None:
    assert Answer(roots, "/missing", method="POST").status == 405


def test_what_is_hostile_in_a_url_stays_text(roots: Roots) -> None:
    for path in (f"/web/{NOTED}", f"/web/*/{NOTED}", '/web/http://x.test/"><script>alert(1)</script>', "/<script>"):
        answer = Answer(roots, path.replace(" ", "%20"))

        assert "<script" not in answer.text
    live = Answer(roots, "/web/20261101/javascript:alert(1)")
    assert 'href="javascript:' not in live.text


def test_what_is_near_a_url_that_is_not_here_is_offered(roots: Roots) -> None:
    told = Answer(roots, f"/web/{FAILED}").text

    assert f'href="/web/*/{ARABIC}"' in told
    assert "failed" in told
    assert "It was tried" in told
    other = Answer(roots, f"/web/{STORY.partition('?')[0]}?id=8").text
    assert f'href="/web/*/{STORY.replace("&", "&amp;")}"' in other.partition("another query")[2]


def test_reading_pages_writes_nothing(archive: Path, roots: Roots) -> None:
    store = open_store(sqlite_url(archive / "variorum.db"))
    try:
        with store.read() as conn:
            before = conn.exec_driver_sql("PRAGMA data_version").scalar()
            version = conn.exec_driver_sql("SELECT count(*) FROM journal").scalar()
        for path in ("/", f"/web/{FIRST}/{STORY}", f"/web/*/{STORY}", f"/diff/1..2/{STORY}", "/missing"):
            assert Answer(roots, path).status == 200
        with store.read() as conn:
            assert conn.exec_driver_sql("PRAGMA data_version").scalar() == before
            assert conn.exec_driver_sql("SELECT count(*) FROM journal").scalar() == version
    finally:
        store.close()


# --------------------------------------------------------------------------------------------------------- a browser


@pytest.fixture
def page(visitor: Visitor, roots: Roots) -> Iterator[Page]:
    """Give a page; anything of ours that its policy refuses fails the test."""
    found = visitor.page()
    refused: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text and said.location["url"].startswith(roots.room):
            refused.append(said.text)

    found.on("console", note)
    yield found
    assert refused == []


def test_the_bar_tells_of_the_capture_and_the_frame_shows_it(page: Page, roots: Roots) -> None:
    page.goto(f"{roots.room}/web/{SECOND}/{STORY}")
    bar = page.locator(".bar")

    assert "2 November 2026, 10:30:15 UTC" in bar.inner_text()
    assert "revision 2 of 3" in bar.inner_text()
    assert bar.locator(".headline").inner_text() == "Sluice gate stays shut for longer"
    assert page.frame_locator("iframe").locator("h1").inner_text() == "Sluice gate stays shut for longer"
    page.locator("summary").click()
    assert page.get_by_label("URL", exact=True).input_value() == STORY
    assert page.get_by_label("Evidence").input_value() == f"variorum evidence '{STORY}@2'"


def test_an_unchanged_capture_shows_the_body_of_its_original_and_says_whose(page: Page, roots: Roots) -> None:
    page.goto(f"{roots.room}/web/{AGAIN}/{STORY}")

    assert "unchanged (304)" in page.locator(".chips").inner_text()
    page.locator("summary").click()
    assert "the body of 1 November 2026, 08:30:15 UTC" in page.locator(".about").inner_text()
    assert page.frame_locator("iframe").locator("h1").inner_text() == "Sluice gate stays shut"


def test_one_steps_from_capture_to_capture_and_to_the_change_by_keyboard_alone(page: Page, roots: Roots) -> None:
    page.goto(f"{roots.room}/web/{FIRST}/{STORY}")

    def press(name: str) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            if name in (page.evaluate("document.activeElement.textContent") or ""):
                page.keyboard.press("Enter")
                return
        raise AssertionError(f"{name} is not reached by keyboard")

    press("later")
    page.wait_for_url(f"**/web/{AGAIN}/**")
    press("later")
    page.wait_for_url(f"**/web/{SECOND}/**")
    press("what changed")
    page.wait_for_url("**/diff/1..2/**")
    assert page.locator("h1").inner_text() == "Sluice gate stays shut for longer"


def test_a_change_shows_what_was_put_in_and_taken_out(page: Page, roots: Roots) -> None:
    page.goto(f"{roots.room}/diff/1..2/{STORY}")
    told = page.locator("main")

    assert {"spring", "40"} <= {each.strip() for each in told.locator("del").all_inner_texts()}
    assert {"summer", "60", "for longer"} <= {each.strip() for each in told.locator("ins").all_inner_texts()}
    assert told.locator(".flags li").all_inner_texts()[0] == "stealth"
    assert "moved from paragraph 6" in told.inner_text()
    assert "between 1 November 2026, 13:30:15 UTC" in told.inner_text()
    assert page.get_by_label("command line").input_value() == f"variorum diff '{STORY}' --between 1..2"


def test_a_picture_is_shown_and_another_file_is_offered(page: Page, roots: Roots) -> None:
    page.goto(f"{roots.room}/web/{PICTURE}")
    assert page.frame_locator("iframe").locator("img").evaluate("each => each.naturalWidth") == 40
    page.goto(f"{roots.room}/web/{REPORT}")
    assert page.locator("iframe").count() == 0
    assert "id_/" in (page.get_by_role("link", name="Download").get_attribute("href") or "")


def test_a_captured_redirect_leads_on_within_the_archive(page: Page, roots: Roots) -> None:
    page.goto(f"{roots.room}/web/{MOVED}")

    assert "status 301" in page.locator(".chips").inner_text()
    assert page.frame_locator("iframe").locator("h1").inner_text() == "Sluice gate stays shut"


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
@pytest.mark.parametrize(
    "path",
    [
        "/", f"/web/*/{STORY}", f"/web/*/{LONG}", f"/web/{LONG}", f"/web/{ARABIC}", f"/diff/1..2/{ARABIC}",
        f"/diff/1..2/{STORY}", f"/web/{FAILED}", "/missing", f"/parts/{FIRST}/{STORY}",
    ],
)  # fmt: skip
def test_a_page_fits_its_window(visitor: Visitor, roots: Roots, path: str, scheme: str, width: int) -> None:
    page = visitor.page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 700})
    answer = page.goto(roots.room + path)
    assert answer is not None
    assert answer.status == (404 if path == f"/web/{FAILED}" else 200)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")

    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    body, ink = page.evaluate(
        "[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.documentElement).color]"
    )
    assert (_light(body) > 200) == (scheme == "light")
    assert abs(_light(body) - _light(ink)) > 150


def _light(colour: str) -> float:
    return sum(map(float, re.findall(r"[\d.]+", colour)[:3])) / 3


def test_an_arabic_headline_reads_from_the_right(page: Page, roots: Roots) -> None:
    page.goto(f"{roots.room}/diff/1..2/{ARABIC}")

    assert page.locator("h1").evaluate("each => getComputedStyle(each).direction") == "rtl"
    assert page.locator("p.edited").first.evaluate("each => getComputedStyle(each).direction") == "rtl"
