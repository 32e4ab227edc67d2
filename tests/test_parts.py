"""What pages need and the archive lacks: found in real captures, kept, and listed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import config, parts
from archive.model import Capture, Locator, RecordId, Url
from archive.parts import Looked, look_through
from archive.store import Store, captures, open_store
from archive.store import parts as rows
from archive.store.parts import Lack
from archive.timing import SystemClock
from archive.urls import urlkey
from archive.warc.files import WarcFolder
from tests.crawl_home import Home
from tests.press import Said, say
from tests.wire.cases import Case, answer, one
from tests.wire.server import WireServer

pytestmark = pytest.mark.xdist_group("parts")

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRESS = "http://press.test"
FIRST = b"""<!doctype html><title>First</title><link rel="stylesheet" href="/look.css"><base href="/deep/">
<p><img src="/lead.png" alt=""><img src="only.png" alt=""><img src="data:image/gif;base64,R0lGOD" alt="">
<iframe src="/frame"></iframe><a href="/linked?a=1#top">more</a><script src="/run.js"></script>"""
SECOND = b"""<!doctype html><title>Second</title><link rel="stylesheet" href="/look.css">
<p style="background: url(/stripe.png)"><img src="/absent.png" alt="">"""
LOOK = b'@import "/more.css"; body { background: url(/back.png) }'
MORE = b'@font-face { font-family: t; src: url("/type.woff2") }'


def of(name: str, kind: str, body: bytes = b"") -> Case:
    return one(name, answer(b"Content-Type: " + kind.encode(), body=body or name.encode()))


CASES = (
    of("robots.txt", "text/html", b"<p>no robots here, but <img src=/shop.png></p>"),
    of("first", "text/html; charset=utf-8", FIRST),
    of("second", "text/html; charset=utf-8", SECOND),
    of("look.css", "text/css", LOOK),
    of("more.css", "text/css", MORE),
    of("lead.png", "image/png"),
    of("back.png", "image/png"),
    of("type.woff2", "font/woff2"),
)


@contextmanager
def archive(path: Path) -> Iterator[Home]:
    with WireServer(CASES) as server:
        yield Home(path / "home", {"press.test": server.netloc}, delay="0s", settings=("extract.workers=1",))


@contextmanager
def store(home: Home) -> Iterator[Store]:
    with closing(open_store(config.load(home.path, ()).store.database, create=True)) as made:
        yield made


def capture(home: Home, *names: str) -> None:
    done = home.call("capture", *(f"{PRESS}/{name}" for name in names))
    assert done.returncode == 0, done.stderr


def missing(home: Home, *words: str) -> Said:
    return say("missing", "--home", home.path, *words)


def listed(home: Home, *words: str) -> list[dict[str, Any]]:
    said = missing(home, "--json", *words)
    assert said.code == 0, said.err
    return said.rows


def names(told: list[dict[str, Any]]) -> list[str]:
    return [each["url"].removeprefix(f"{PRESS}/") for each in told]


# ----------------------------------------------------------------------------------------------------- from captures


@dataclass(frozen=True, slots=True)
class Listed:
    home: Home
    before: list[dict[str, Any]]
    after: Mapping[str, dict[str, Any]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listed]:
    """What is missing of two pages, before and after one of their style sheets and some pictures were captured."""
    with archive(tmp_path_factory.mktemp("parts")) as home:
        capture(home, "first", "second")
        before = listed(home)
        capture(home, "look.css", "lead.png", "absent.png")
        yield Listed(home, before, {each["url"]: each for each in listed(home)})


def test_what_most_pages_need_comes_first(told: Listed) -> None:
    assert names(told.before)[0] == "look.css"
    assert [each["pages"] for each in told.before] == [2, 1, 1, 1, 1, 1]
    assert sorted(names(told.before)[1:]) == ["absent.png", "deep/only.png", "frame", "lead.png", "stripe.png"]


def test_a_part_says_what_it_is_and_which_pages_need_it(told: Listed) -> None:
    assert told.before[0] | {"needed_by": sorted(told.before[0]["needed_by"])} == {
        "url": f"{PRESS}/look.css",
        "kind": "style sheet",
        "pages": 2,
        "tried": None,
        "outcome": None,
        "status": None,
        "detail": None,
        "needed_by": [f"{PRESS}/first", f"{PRESS}/second"],
    }
    kinds = {each["url"].rpartition("/")[2]: each["kind"] for each in told.before}
    assert (kinds["lead.png"], kinds["frame"]) == ("picture", "frame")


def test_what_has_been_captured_since_is_missing_no_more(told: Listed) -> None:
    assert not {f"{PRESS}/look.css", f"{PRESS}/lead.png"} & told.after.keys()


def test_what_was_tried_says_how_it_ended(told: Listed) -> None:
    absent = told.after[f"{PRESS}/absent.png"]
    assert (absent["outcome"], absent["status"]) == ("gone", 404)
    assert datetime.fromisoformat(absent["tried"]).tzinfo is not None


def test_what_a_style_sheet_loads_that_came_later_is_found(told: Listed) -> None:
    assert {each: told.after[f"{PRESS}/{each}"]["pages"] for each in ("more.css", "back.png")} == {
        "more.css": 2,
        "back.png": 2,
    }


def test_a_table_tells_the_same_and_ends_where_it_is_told_to(told: Listed) -> None:
    said = missing(told.home, "--limit", "2")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].split() == ["pages", "kind", "tried", "outcome", "url"]
    assert [line.split()[0] for line in lines[1:]] == ["2", "2"]
    assert "never asked" in lines[1]


def test_pages_named_are_looked_at_alone(told: Listed) -> None:
    told_of_one = names(listed(told.home, f"{PRESS}/second"))
    assert sorted(told_of_one) == ["absent.png", "back.png", "more.css", "stripe.png"]


@pytest.mark.parametrize(
    ("words", "code"),
    [((f"{PRESS}/nowhere",), 1), ((f"{PRESS}/first", "--site", "press"), 2), (("--site", "press"), 0)],
)
def test_what_cannot_be_told_is_said(told: Listed, words: tuple[str, ...], code: int) -> None:
    assert missing(told.home, *words).code == code


def test_reindex_forgets_what_was_found_and_looking_again_finds_it(tmp_path: Path) -> None:
    with archive(tmp_path) as home:
        capture(home, "first")
        before = listed(home)
        assert before
        assert say("reindex", "--home", home.path).code == 0
        with store(home) as made, made.read() as conn:
            assert (rows.count_looked(conn), rows.count_missing(conn)) == (0, 0)
        assert listed(home) == before


def test_a_page_is_looked_through_once_and_all_again_when_told_to(tmp_path: Path) -> None:
    with archive(tmp_path) as home:
        capture(home, "first", "second")
        folder = WarcFolder(home.path / "warcs")
        with store(home) as made:
            assert look_through(made, folder, SystemClock()) == Looked(pages=2)
            assert look_through(made, folder, SystemClock()) == Looked()
            assert look_through(made, folder, SystemClock(), again=True) == Looked(pages=2)
            assert look_through(made, folder, SystemClock(), keys=[urlkey(f"{PRESS}/first")], again=True).pages == 1


def test_looking_that_is_broken_off_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "BATCH", 1)

    def broken_off(_: Looked) -> None:
        raise KeyboardInterrupt

    with archive(tmp_path) as home:
        capture(home, "first", "second")
        folder = WarcFolder(home.path / "warcs")
        with store(home) as made:
            with pytest.raises(KeyboardInterrupt):
                look_through(made, folder, SystemClock(), told=broken_off)
            assert look_through(made, folder, SystemClock()) == Looked(pages=1)


def test_one_page_tells_all_it_needs_and_where_it_leads(tmp_path: Path) -> None:
    with archive(tmp_path) as home:
        capture(home, "first", "look.css", "lead.png")
        folder = WarcFolder(home.path / "warcs")
        with store(home) as made, made.read() as conn:
            page, sheet = (captures.newest(conn, urlkey(f"{PRESS}/{name}")) for name in ("first", "look.css"))
            assert page is not None
            assert sheet is not None
            found = parts.parts_of(conn, folder, page)
            assert found is not None
            assert {each.url.removeprefix(f"{PRESS}/"): each.modifier for each in found.parts} == {
                "look.css": "cs_", "lead.png": "im_", "deep/only.png": "im_", "frame": "if_", "more.css": "cs_",
                "back.png": "im_",
            }  # fmt: skip
            held = {"look.css", "lead.png"}
            assert {each.url for each in found.parts} - {each.url for each in found.lacks} == {
                f"{PRESS}/{name}" for name in held
            }
            assert parts.parts_of(conn, folder, sheet) is None
            (link,) = parts.links_of(conn, folder, page)
            assert link.partition("#")[0] == f"{PRESS}/linked?a=1"


# ------------------------------------------------------------------------------------------------------------- in rows


def row(url: str, number: int, status: int | None = 200, mime: str | None = "text/html", **more: Any) -> Capture:
    made = Capture(
        id=RecordId(f"urn:uuid:{number}"),
        urlkey=urlkey(url),
        url=Url(url),
        at=NOW + timedelta(minutes=number),
        status=status,
        mime=mime,
        digest=None,
        kind="response",
        locator=Locator(warc="a.warc.gz", offset=number, length=1),
    )
    return replace(made, **more)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(f"sqlite:///{tmp_path / 'a.db'}", create=True)) as opened:
        yield opened


def lack(made: Store, page: str, *urls: str, site: str | None = None) -> None:
    lacks = [Lack(url=Url(url), urlkey=urlkey(url), modifier="im_") for url in urls]
    with made.write() as conn:
        rows.put(conn, urlkey(page), RecordId(f"of {page}"), site=site, at=NOW, lacks=lacks)


@pytest.mark.parametrize(
    ("status", "held"), [(200, True), (301, True), (304, True), (None, True), (404, False), (403, False), (500, False)]
)
def test_an_error_is_no_capture_of_a_part(made: Store, status: int | None, held: bool) -> None:
    part = "http://a.test/p.png"
    lack(made, "http://a.test/", part)
    with made.write() as conn:
        captures.insert(conn, [row(part, 1, status)])
    with made.read() as conn:
        assert rows.count_missing(conn) == len(rows.missing_parts(conn)) == (0 if held else 1)
        assert rows.lacking(conn, [part]) == (set() if held else {part})


def test_pages_are_the_newest_whole_html_captures_by_key(made: Store) -> None:
    with made.write() as conn:
        captures.insert(
            conn,
            [
                row("http://a.test/1", 1),
                row("http://a.test/1", 2),
                row("http://a.test/1", 3, status=404),
                row("http://a.test/2", 4, mime="text/css"),
                row("http://a.test/3", 5, mime="application/xhtml+xml", site="a"),
                row("http://a.test/robots.txt", 6),
                row("http://a.test/4", 7, mime=None),
            ],
        )
    with made.read() as conn:
        assert rows.to_look(conn, limit=9) == ["urn:uuid:2", "urn:uuid:5"]
        assert rows.to_look(conn, limit=1) == ["urn:uuid:2"]
        assert rows.to_look(conn, limit=9, after=urlkey("http://a.test/1")) == ["urn:uuid:5"]
        assert rows.to_look(conn, limit=9, site="a") == ["urn:uuid:5"]


def test_a_capture_that_repeats_one_that_was_looked_at_is_not_looked_at(made: Store) -> None:
    page = "http://a.test/1"
    first = row(page, 1)
    again = row(page, 2, kind="revisit", refers_to=first.id)
    with made.write() as conn:
        captures.insert(conn, [first])
        rows.put(conn, urlkey(page), first.id, site=None, at=NOW, lacks=())
        captures.insert(conn, [again])
        assert rows.to_look(conn, limit=9) == []
        captures.insert(conn, [row(page, 3)])
        assert rows.to_look(conn, limit=9) == ["urn:uuid:3"]


def test_what_a_page_was_found_to_lack_takes_the_place_of_what_it_lacked(made: Store) -> None:
    lack(made, "http://a.test/", "http://a.test/1.png", "http://a.test/2.png", "http://A.test/2.png")
    lack(made, "http://a.test/", "http://a.test/2.png")
    with made.read() as conn:
        assert [each.url for each in rows.missing_of(conn, urlkey("http://a.test/"))] == ["http://a.test/2.png"]


def test_parts_are_counted_by_site_and_told_in_pages(made: Store) -> None:
    lack(made, "http://a.test/1", "http://a.test/x.png", "http://a.test/y.png", site="a")
    lack(made, "http://b.test/1", "http://a.test/y.png", site="b")
    with made.read() as conn:
        assert [(each.url[-5:], each.pages) for each in rows.missing_parts(conn)] == [("y.png", 2), ("x.png", 1)]
        assert [each.url[-5:] for each in rows.missing_parts(conn, limit=1, offset=1)] == ["x.png"]
        assert [(each.url[-5:], each.pages) for each in rows.missing_parts(conn, site="b")] == [("y.png", 1)]
        assert (rows.count_missing(conn), rows.count_missing(conn, site="b"), rows.count_looked(conn)) == (2, 1, 2)


def test_json_holds_one_object_a_line(told: Listed) -> None:
    said = missing(told.home, "--json")
    assert all(isinstance(json.loads(line), dict) for line in said.out.splitlines())
