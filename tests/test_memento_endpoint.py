"""TimeGate, TimeMaps and mementos as a client meets them: a real server, plain requests, a table of what must come."""

from __future__ import annotations

import contextlib
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive import config
from archive.model import Body, Capture, Exchange, Intent, Locator, RecordId, Url
from archive.recording import Recording
from archive.store import captures
from archive.timing import SystemClock
from archive.urls import urlkey
from archive.web import memento
from archive.web.addresses import Roots
from tests.served import served
from tests.test_memento import Link, links

STORY = "http://blog.example/story"
FIND = "http://blog.example/find?q=a&lang=fr,de;x=%3E"
COMMAS = "http://blog.example/a,b?c=d,e"
OFTEN = "http://blog.example/often"
MANY = 2 * memento.PAGE + 7
SECOND = timedelta(seconds=1)

AT = datetime(2025, 3, 3, 8, 7, 9, tzinfo=UTC)
TIMES = (AT + 0.1 * SECOND, AT + 0.7 * SECOND, AT + 10 * SECOND, AT + 20 * SECOND, AT + timedelta(days=90))
"""When the story was captured: twice in one second, then unchanged (304), then failing (502), then gone (404)."""


def said(status: str, *fields: str, body: str = "") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields, "", body)).encode()


def page(words: str) -> bytes:
    return said("200 OK", "Content-Type: text/html", body=f"<!doctype html><title>{words}</title><p>{words}</p>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive with a few captures, its server's addresses, and the story's captures, oldest first."""

    roots: Roots
    story: tuple[Capture, ...]
    counts: dict[str, int]

    def urim(self, number: int) -> str:
        """Give where the story's capture must be: by its second, the second one by its record id."""
        slot = self.story[number].id if number == 1 else f"{self.story[number].at:%Y%m%d%H%M%S}"
        return f"{self.roots.replay}/{slot}/{STORY}"

    def ask(self, method: str, address: str, *headers: tuple[str, str]) -> Answer:
        """Ask for an address of the room, or for a whole one, letter by letter as it is given."""
        root = self.roots.replay if address.startswith(self.roots.replay) else self.roots.room
        target = address.removeprefix(root)
        connection = http.client.HTTPConnection(urlsplit(root).netloc, timeout=30)
        with contextlib.closing(connection):
            connection.putrequest(method, target)
            for name, value in headers:
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            return Answer(status=response.status, headers=response.headers, body=response.read())


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def links(self) -> dict[str, Link]:
        """Give the links by each of their relations."""
        return {word: link for link in links(self.headers["Link"] or "") for word in link[1]["rel"].split()}


def fill(home: Path) -> tuple[tuple[Capture, ...], dict[str, int]]:
    """Put the captures on record; give those of the story, and how many each URL has in the catalogue."""
    settings = config.load(home)
    both = AT + timedelta(days=1)
    first: list[Capture] = []
    with Recording(settings, SystemClock()) as recording:

        def keep(url: str, at: datetime, answer: bytes, intent: Intent | None = None) -> None:
            request = Body.of(f"GET {url} HTTP/1.1\r\n\r\n".encode())
            exchange = Exchange(
                url=Url(url), request=request, response=Body.of(answer), began=at, first_byte=at, ended=at,
                intent=intent or Intent(),
            )  # fmt: skip
            recording.record(exchange, lambda _: None)
            recording.tell_journal("mark", "urn:example:all", {"word": "kept"})  # waits until it is on record

        keep(STORY, TIMES[0], page("Mayor resigns"))
        with recording.store.read() as conn:
            first += captures.of_url(conn, urlkey(STORY))
        keep(STORY, TIMES[1], page("Mayor stays"))
        asked = Intent(validators={"If-None-Match": '"a"'}, validated=first[0].id)
        keep(STORY, TIMES[2], b"HTTP/1.1 304 Not Modified\r\n\r\n", asked)
        keep(STORY, TIMES[3], said("502 Bad Gateway", body="try later"))
        keep(STORY, TIMES[4], said("404 Not Found", body="it is gone"))
        keep(FIND, AT, page("found"))
        keep(COMMAS, AT, page("commas"))
        keep("http://blog.example/both", both, said("301 Moved", "Location: https://blog.example/both"))
        keep("https://blog.example/both", both + 0.2 * SECOND, page("both"))
        keep("http://blog.example/%D0%B6", AT, page("in Russian"))
        with recording.store.write() as conn:
            row = first[0]
            captures.insert(conn, [_often(row, number) for number in range(MANY)])
        urls = (STORY, FIND, COMMAS, OFTEN, "http://blog.example/both", "http://blog.example/%D0%B6")
        with recording.store.read() as conn:
            story = tuple(captures.of_url(conn, urlkey(STORY)))
            counts = {url: sum(1 for _ in captures.of_url(conn, urlkey(url))) for url in urls}
    return story, counts


def _often(like: Capture, number: int) -> Capture:
    """Make a row of a URL that was captured each 0.7 seconds."""
    return Capture(
        id=RecordId(f"urn:uuid:00000000-0000-0000-0000-{number:012}"), urlkey=urlkey(OFTEN), url=Url(OFTEN),
        at=AT + number * 0.7 * SECOND, status=200, mime="text/html", digest=None, kind="response",
        locator=Locator(warc=like.locator.warc, offset=like.locator.offset, length=like.locator.length),
    )  # fmt: skip


@contextlib.contextmanager
def opened(home: Path) -> Iterator[Archive]:
    """Serve an archive with the captures above."""
    (home / "sites").mkdir(parents=True)
    settings = config.template("tests@example.org", "test")
    (home / config.FILE).write_text(settings.replace('# min_free = "1GB"', 'min_free = "1MB"'))
    story, counts = fill(home)
    with served(home) as roots:
        yield Archive(roots=roots, story=story, counts=counts)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with opened(tmp_path_factory.mktemp("memento") / "press") as archive:
        yield archive


# ------------------------------------------------------------------------------------------------------------ TimeGate


def at(seconds: float) -> tuple[tuple[str, str], ...]:
    """Ask for a time, so many seconds after the story was first captured."""
    return (("Accept-Datetime", memento.http_date(AT + seconds * SECOND)),)


NO_DATE = (("Accept-Datetime", "yesterday"),)
DAY = 86400
GATE = "/timegate/"

# Method, address behind the room, headers, status, where it must lead: the story's capture, or an address of replay.
TIMEGATE = [
    ("GET", GATE + STORY, (), 302, 4),
    ("HEAD", GATE + STORY, (), 302, 4),
    ("GET", GATE + STORY, at(0), 302, 0),
    ("HEAD", GATE + STORY, at(0), 302, 0),
    ("GET", GATE + STORY, at(1), 302, 1),
    ("GET", GATE + STORY, at(5), 302, 1),  # as near to the one 5 seconds later: the earlier
    ("GET", GATE + STORY, at(6), 302, 2),
    ("GET", GATE + STORY, at(10), 302, 2),
    ("GET", GATE + STORY, at(15), 302, 2),
    ("GET", GATE + STORY, at(16), 302, 3),
    ("GET", GATE + STORY, at(80 * DAY), 302, 4),
    ("GET", GATE + STORY, at(-400 * DAY), 302, 0),
    ("GET", GATE + STORY, (("Accept-Datetime", "Sat, 01 Jan 0001 00:00:00 GMT"),), 302, 0),
    ("GET", GATE + STORY, (("Accept-Datetime", "Fri, 31 Dec 9999 23:59:59 GMT"),), 302, 4),
    ("GET", GATE + STORY, (("Accept-Datetime", " Mon, 03 Mar 2025 08:07:09 GMT "),), 302, 0),
    ("GET", GATE + STORY, NO_DATE, 400, None),
    ("HEAD", GATE + STORY, NO_DATE, 400, None),
    ("GET", GATE + STORY, (("Accept-Datetime", ""),), 400, None),
    ("GET", GATE + STORY, (("Accept-Datetime", "Monday, 03-Mar-25 08:07:09 GMT"),), 400, None),
    ("GET", GATE + STORY, (("Accept-Datetime", "Mon, 03 Mar 2025 08:07:09 +0000"),), 400, None),
    ("GET", GATE + STORY, (("Accept-Datetime", "Mon, 31 Feb 2025 08:07:09 GMT"),), 400, None),
    ("GET", GATE + STORY, (*at(0), *at(1)), 400, None),
    ("GET", GATE + "http:/blog.example/story", at(0), 302, 0),
    ("GET", GATE + "blog.example/story", at(0), 302, 0),
    ("GET", GATE + "https://WWW.Blog.example:443/story/", at(0), 302, 0),
    ("GET", GATE + FIND, (), 302, f"/20250303080709/{FIND}"),
    ("GET", GATE + "http://blog.example/find?lang=fr,de;x=%3E&q=a", (), 302, f"/20250303080709/{FIND}"),
    ("GET", GATE + "http://blog.example/find", (), 404, None),
    ("GET", GATE + "http://blog.example/both", (), 302, "/20250304080709/http://blog.example/both"),
    ("GET", GATE + "https://blog.example/both", (), 302, "ID/https://blog.example/both"),
    ("GET", GATE + "http://blog.example/%D0%B6", (), 302, "/20250303080709/http://blog.example/%D0%B6"),
    ("GET", GATE + "http://blog.example/never", (), 404, None),
    ("HEAD", GATE + "http://blog.example/never", (), 404, None),
    ("GET", GATE + "http://blog.example/never", at(0), 404, None),
    ("GET", GATE + "http://blog.example/never", NO_DATE, 400, None),
    ("GET", GATE + "urn:variorum:journal:mark", (), 404, None),
    ("GET", GATE + "URN%3Avariorum:journal:mark", (), 404, None),
    ("GET", GATE + "http://[/", (), 404, None),
    ("GET", GATE, (), 404, None),
]


@pytest.mark.parametrize(("method", "address", "headers", "status", "goal"), TIMEGATE)
def test_the_timegate_leads_to_the_memento_nearest_in_time(
    archive: Archive,
    method: str,
    address: str,
    headers: tuple[tuple[str, str], ...],
    status: int,
    goal: int | str | None,
) -> None:
    answer = archive.ask(method, address, *headers)
    assert answer.status == status
    assert answer.headers["Vary"] == "accept-datetime"
    assert answer.headers["Memento-Datetime"] is None
    assert "original" in answer.links
    assert (answer.body == b"") is (method == "HEAD" or status == 302)
    where = answer.headers["Location"]
    if goal is None:
        assert where is None
        return
    if isinstance(goal, int):
        assert where == archive.urim(goal)
        assert answer.links["first"][0] == archive.urim(0)
        assert answer.links["last"][0] == archive.urim(4)
    elif goal.startswith("ID/"):
        assert where.startswith(f"{archive.roots.replay}/urn:uuid:")
        assert where.endswith(goal.removeprefix("ID"))
    else:
        assert where == archive.roots.replay + goal
    assert answer.links["timemap"][0].startswith(f"{archive.roots.room}/timemap/link/http")
    assert where in [target for target, told in links(answer.headers["Link"]) if "memento" in told["rel"].split()]


def test_the_timegate_lets_nobody_write(archive: Archive) -> None:
    assert archive.ask("POST", GATE + STORY).status == 405


# ------------------------------------------------------------------------------------------------------------ TimeMaps


def mementos(archive: Archive, url: str) -> list[Link]:
    """Give all mementos of a URL, through all pages of its TimeMap in link-format."""
    waiting, read, found = [f"/timemap/link/{url}"], list[str](), list[Link]()
    while waiting:
        answer = archive.ask("GET", waiting.pop(0))
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/link-format")
        told = links(answer.body.decode("ascii"))
        (self_,) = [target for target, values in told if values["rel"] == "self"]
        read.append(self_)
        others = [target for target, values in told if values["rel"] == "timemap"]
        waiting += [each for each in others if each not in read and each not in waiting]
        found += [(target, values) for target, values in told if "memento" in values["rel"].split()]
    return found


@pytest.mark.parametrize("url", [STORY, FIND, COMMAS, OFTEN, "http://blog.example/both", "http://blog.example/%D0%B6"])
def test_a_timemap_lists_as_many_mementos_as_the_catalogue_has_captures(archive: Archive, url: str) -> None:
    found = mementos(archive, url)
    assert len(found) == len({target for target, _ in found}) == archive.counts[url]
    dates = [datetime.strptime(told["datetime"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC) for _, told in found]
    assert dates == sorted(dates)


def test_a_timemap_tells_the_storys_mementos(archive: Archive) -> None:
    assert [(target, told["rel"], told["datetime"]) for target, told in mementos(archive, STORY)] == [
        (archive.urim(number), rel, memento.http_date(TIMES[number]))
        for number, rel in enumerate(["first memento", "memento", "memento", "memento", "last memento"])
    ]


def test_the_other_forms_of_a_timemap_tell_the_same(archive: Archive) -> None:
    told = json.loads(archive.ask("GET", f"/timemap/json/{STORY}").body)
    assert [each["uri"] for each in told["mementos"]["list"]] == [archive.urim(number) for number in range(5)]
    lines = archive.ask("GET", f"/timemap/cdxj/{STORY}").body.decode().splitlines()
    rows = [json.loads(line.split(" ", 1)[1]) for line in lines if not line.startswith("!")]
    assert [row["uri"] for row in rows] == [archive.urim(number) for number in range(5)]


def test_the_pages_of_a_long_timemap_follow_one_another_in_each_form(archive: Archive) -> None:
    whole = [target for target, _ in mementos(archive, OFTEN)]
    first = json.loads(archive.ask("GET", f"/timemap/json/{OFTEN}").body)
    assert len(first["pages"]) == 3
    pages = [json.loads(archive.ask("GET", where).body) for where in first["pages"]]
    assert [page["self"] for page in pages] == first["pages"]
    assert [each["uri"] for page in pages for each in page["mementos"]["list"]] == whole
    last = archive.ask("GET", f"/timemap/cdxj/3/{OFTEN}").body.decode().splitlines()[-1]
    assert json.loads(last.split(" ", 1)[1])["uri"] == whole[-1]
    assert json.loads(last.split(" ", 1)[1])["rel"] == "last memento"


@pytest.mark.parametrize(
    ("method", "address", "status", "content_type"),
    [
        ("GET", f"/timemap/link/{STORY}", 200, "application/link-format"),
        ("HEAD", f"/timemap/link/{STORY}", 200, "application/link-format"),
        ("GET", f"/timemap/link/1/{STORY}", 200, "application/link-format"),
        ("GET", f"/timemap/json/{STORY}", 200, "application/json"),
        ("HEAD", f"/timemap/json/{STORY}", 200, "application/json"),
        ("GET", f"/timemap/cdxj/{STORY}", 200, "application/cdxj+ors"),
        ("GET", "/timemap/link/blog.example/story", 200, "application/link-format"),
        ("GET", f"/timemap/link/{FIND}", 200, "application/link-format"),
        ("GET", f"/timemap/link/3/{OFTEN}", 200, "application/link-format"),
        ("GET", f"/timemap/link/4/{OFTEN}", 404, None),
        ("GET", f"/timemap/link/2/{STORY}", 404, None),
        ("GET", f"/timemap/link/999999999999/{STORY}", 404, None),
        ("GET", f"/timemap/html/{STORY}", 404, None),
        ("GET", "/timemap/link/http://blog.example/never", 404, None),
        ("HEAD", "/timemap/json/http://blog.example/never", 404, None),
        ("GET", "/timemap/link/urn:variorum:journal:mark", 404, None),
        ("GET", "/timemap/link/", 404, None),
        ("POST", f"/timemap/link/{STORY}", 405, None),
    ],
)
def test_timemaps_answer_as_the_table_says(
    archive: Archive, method: str, address: str, status: int, content_type: str | None
) -> None:
    answer = archive.ask(method, address)
    assert answer.status == status
    assert answer.headers["Memento-Datetime"] is None
    if content_type is not None:
        assert answer.headers["Content-Type"] == content_type
    if method == "HEAD":
        assert answer.body == b""


# ------------------------------------------------------------------------------------------------------------ mementos


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("number", "status"), [(0, 200), (1, 200), (2, 200), (3, 502), (4, 404)])
def test_a_memento_says_its_time_and_what_is_around_it(archive: Archive, method: str, number: int, status: int) -> None:
    answer = archive.ask(method, archive.urim(number))
    assert answer.status == status
    assert answer.headers["Memento-Datetime"] == memento.http_date(TIMES[number])
    told = answer.links
    assert told["original"][0] == STORY
    assert told["timegate"][0] == f"{archive.roots.room}/timegate/{STORY}"
    assert told["timemap"] == (
        f"{archive.roots.room}/timemap/link/{STORY}", {"rel": "timemap", "type": "application/link-format"},
    )  # fmt: skip
    around = {"first": 0, "prev": number - 1, "next": number + 1, "last": 4}
    for relation, other in around.items():
        if 0 <= other <= 4:
            assert told[relation][0] == archive.urim(other)
            assert told[relation][1]["datetime"] == memento.http_date(TIMES[other])
        else:
            assert relation not in told
    (own,) = [words for target, words in links(answer.headers["Link"]) if target == archive.urim(number)]
    assert own["datetime"] == answer.headers["Memento-Datetime"]


def test_an_archived_redirect_is_a_memento_too(archive: Archive) -> None:
    answer = archive.ask("GET", f"{archive.roots.replay}/20250304080709/http://blog.example/both")
    assert (answer.status, answer.headers["Memento-Datetime"]) == (301, "Tue, 04 Mar 2025 08:07:09 GMT")
    assert answer.links["original"][0] == "http://blog.example/both"


def test_raw_bytes_are_a_memento_too(archive: Archive) -> None:
    answer = archive.ask("GET", archive.urim(0).replace("20250303080709/", "20250303080709id_/"))
    assert b"Mayor resigns" in answer.body
    assert answer.headers["Memento-Datetime"] == "Mon, 03 Mar 2025 08:07:09 GMT"
    assert answer.links["timegate"][0] == f"{archive.roots.room}/timegate/{STORY}"


@pytest.mark.parametrize("slot", ["20250303080709", "2025", "urn:uuid:00000000-0000-0000-0000-000000000000"])
def test_our_own_not_found_is_no_memento(archive: Archive, slot: str) -> None:
    answer = archive.ask("GET", f"{archive.roots.replay}/{slot}/http://blog.example/never")
    assert (answer.status, answer.headers["Memento-Datetime"]) == (404, None)


def test_every_memento_of_a_timemap_is_there_at_its_own_time(archive: Archive) -> None:
    for url in (STORY, FIND, "http://blog.example/both", "http://blog.example/%D0%B6"):
        for target, told in mementos(archive, url):
            answer = archive.ask("HEAD", target)
            assert answer.headers["Memento-Datetime"] == told["datetime"], target
