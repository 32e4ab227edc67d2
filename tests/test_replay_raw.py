"""The replay origin, asked by a program: what was recorded, under its own status, as RFC 7089 has it."""

from __future__ import annotations

import gzip
import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

import pytest

from archive import config
from archive.model import Exchange, RecordId
from archive.recording import Recording
from archive.timing import SystemClock
from archive.web.addresses import Roots
from tests.crash.exchanges import as_body, exchange, not_modified
from tests.crash.steps import recorded_now
from tests.kept import empty
from tests.served import served

AT = datetime(2025, 3, 3, 8, 7, 9, 250_000, tzinfo=UTC)
PAGE = b"<!doctype html><title>Story</title><p>" + b"A story of some length. " * 80
LATER = PAGE.replace(b"Story", b"Later")
LONG = bytes(range(256)) * 8192
STORY = "http://blog.test/story"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Shelf:
    """An archive that is being served, and the record ids of what was put into it, by name."""

    roots: Roots
    ids: Mapping[str, RecordId]

    def ask(self, rest: str, *, method: str = "GET", at: str = "replay", **fields: str) -> Answered:
        root = self.roots.replay if at == "replay" else self.roots.room
        connection = http.client.HTTPConnection(urlsplit(root).netloc, timeout=20)
        try:
            connection.putrequest(method, f"/{rest}", skip_host="Host" in fields)
            for name, value in fields.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            headers: dict[str, str] = {}
            for name, value in answer.getheaders():
                headers[name.lower()] = f"{headers[name.lower()]}; {value}" if name.lower() in headers else value
            return Answered(answer.status, headers, answer.read())
        finally:
            connection.close()

    def slot(self, name: str) -> str:
        return quote(self.ids[name], safe=":-")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    home = empty(tmp_path_factory.mktemp("raw") / "archive")
    ids: dict[str, RecordId] = {}
    recording = Recording(config.load(home), SystemClock()).start()

    def put(name: str, what: Exchange) -> None:
        made = recorded_now(recording, what).capture
        if what.response.spool is not None:
            what.response.spool.close()
        assert made is not None
        ids[name] = made.id

    try:
        put(
            "story",
            exchange(STORY, PAGE, at=AT, fields=("Content-Type: text/html", "X-Odd:  two  blanks", "Set-Cookie: a=b")),
        )
        put("same second", exchange(STORY, LATER, at=AT + timedelta(milliseconds=500)))
        put("unchanged", not_modified(STORY, ids["story"], at=AT + DAY))
        put("again", exchange(STORY, PAGE, at=AT + 2 * DAY, fields=("Content-Type: text/html", "X-Day: 3")))
        put("missing", exchange("http://blog.test/gone", b"<p>Nothing here", status="404 Not Found", at=AT))
        put("broken", exchange("http://blog.test/broken", b"oops", status="503 Service Unavailable", at=AT))
        put(
            "moved",
            exchange("http://blog.test/old", b"", status="301 Moved", fields=("Location: /story?a=1#x",), at=AT),
        )
        put("odd", exchange("http://blog.test/odd", b"teapot", status="999 Odd", at=AT))
        packed = gzip.compress(PAGE, mtime=0)
        put(
            "packed",
            exchange(
                "http://blog.test/packed", packed, at=AT, fields=("Content-Type: text/html", "Content-Encoding: gzip")
            ),
        )
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunked = head + b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
        put("chunked", replace(exchange("http://blog.test/chunked", b"", at=AT), response=as_body(chunked)))
        put("long", exchange("http://blog.test/film", LONG, at=AT, fields=("Content-Type: video/mp4",)))
        put(
            "plain",
            exchange("http://both.test/a", b"", status="301 Moved", fields=("Location: https://both.test/a",), at=AT),
        )
        put("secure", exchange("https://both.test/a", b"the goal", at=AT + timedelta(milliseconds=300)))
        part = ("Content-Type: video/mp4", "Content-Range: bytes 0-3/2000")
        put("part", exchange("http://blog.test/part", b"film", at=AT, status="206 Partial Content", fields=part))
        put("empty", exchange("http://blog.test/empty", b"", at=AT, status="204 No Content", fields=()))
        put("old", replace(exchange("http://blog.test/09", b"", at=AT), response=as_body(b"<p>no head\n\nat all")))
        chunks = head + b"1\r\nx\r\n" * 200_000 + b"0\r\n\r\n"
        put("chunks", replace(exchange("http://blog.test/chunks", b"", at=AT), response=as_body(chunks)))
        many = tuple(f"X-{number}: {'v' * 2000}" for number in range(40))
        put("heads", exchange("http://blog.test/heads", b"many", at=AT, fields=("Content-Type: text/plain\x0b", *many)))
        put(
            "query",
            exchange("http://blog.test/q?b=2&a=%C3%A4", b"queried", at=AT, fields=("Content-Type: text/plain",)),
        )
    finally:
        recording.close()
    with served(home) as roots:
        yield Shelf(roots, ids)


CASES = [
    ("20250303080709id_/http://blog.test/story", 200, PAGE),
    ("20250304080709id_/http://blog.test/story", 200, PAGE),
    ("20250305080709id_/http://blog.test/story", 200, PAGE),
    ("20250303080709id_/http://blog.test/gone", 404, b"<p>Nothing here"),
    ("20250303080709id_/http://blog.test/broken", 503, b"oops"),
    ("20250303080709id_/http://blog.test/odd", 500, b"teapot"),
    ("20250303080709id_/http://blog.test/packed", 200, gzip.compress(PAGE, mtime=0)),
    ("20250303080709id_/http://blog.test/chunked", 200, b"hello world"),
    ("20250303080709id_/http://blog.test/film", 200, LONG),
    ("20250303080709id_/http://blog.test/q?b=2&a=%C3%A4", 200, b"queried"),
]


@pytest.mark.parametrize(("rest", "status", "body"), CASES)
def test_the_bytes_are_those_recorded_and_the_status_is_their_own(
    shelf: Shelf, rest: str, status: int, body: bytes
) -> None:
    answered = shelf.ask(rest)

    assert (answered.status, answered.body) == (status, body)
    assert answered.headers["memento-datetime"].endswith("Mar 2025 08:07:09 GMT")
    assert 'rel="original"' in answered.headers["link"]
    assert answered.headers["content-security-policy"].startswith("sandbox")
    assert "allow-scripts" not in answered.headers["content-security-policy"]
    assert "allow-same-origin" not in answered.headers["content-security-policy"]
    assert answered.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("rest", "status", "body"), CASES)
def test_a_head_request_gets_the_same_head_without_a_body(shelf: Shelf, rest: str, status: int, body: bytes) -> None:
    whole, head = shelf.ask(rest), shelf.ask(rest, method="HEAD")

    assert head.body == b""
    left_out = ("date", "content-length", "transfer-encoding")
    assert {k: v for k, v in head.headers.items() if k not in left_out} == {
        k: v for k, v in whole.headers.items() if k not in left_out
    }
    assert head.headers.get("content-length", str(len(body))) == str(len(body))


def test_the_recorded_head_is_told_field_by_field_and_sets_no_cookie(shelf: Shelf) -> None:
    headers = shelf.ask("20250303080709id_/http://blog.test/story").headers

    assert headers["content-type"] == "text/html"
    assert headers["x-archive-orig-x-odd"] == "two  blanks"
    assert headers["x-archive-orig-set-cookie"] == "a=b"
    assert "set-cookie" not in headers


def test_a_head_too_long_or_with_control_characters_is_told_as_far_as_it_can_be_sent(shelf: Shelf) -> None:
    answered = shelf.ask("20250303080709id_/http://blog.test/heads")

    assert (answered.status, answered.body) == (200, b"many")
    assert answered.headers["content-type"].strip() == "text/plain"
    assert 10 < sum(name.startswith("x-archive-orig-x-") for name in answered.headers) < 20


def test_two_captures_of_one_second_are_both_to_be_had(shelf: Shelf) -> None:
    first = shelf.ask("20250303080709id_/http://blog.test/story")
    other = shelf.ask(f"{shelf.slot('same second')}id_/http://blog.test/story")

    assert (first.body, other.body) == (PAGE, LATER)
    assert first.headers["memento-datetime"] == other.headers["memento-datetime"]
    assert shelf.slot("same second") in first.headers["link"]


def test_a_304_shows_its_original_and_says_where_its_own_head_is(shelf: Shelf) -> None:
    answered = shelf.ask("20250304080709id_/http://blog.test/story")

    assert answered.body == PAGE
    assert answered.headers["memento-datetime"] == "Tue, 04 Mar 2025 08:07:09 GMT"
    assert f'/{shelf.slot("story")}id_/{STORY}>; rel="duplicate"' in answered.headers["link"]
    head = shelf.ask(f"head/{shelf.slot('unchanged')}", at="room")
    assert head.body == b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\nContent-Length: 0\r\n\r\n'


def test_a_page_sent_again_has_the_head_of_that_day(shelf: Shelf) -> None:
    answered = shelf.ask("20250305080709id_/http://blog.test/story")

    assert answered.body == PAGE
    assert answered.headers["x-archive-orig-x-day"] == "3"


def test_an_archived_redirect_leads_within_the_archive(shelf: Shelf) -> None:
    raw = shelf.ask("20250303080709id_/http://blog.test/old")
    page = shelf.ask("20250303080709/http://blog.test/old")

    assert raw.status == page.status == 301
    assert raw.headers["location"] == f"{shelf.roots.replay}/20250303080709id_/http://blog.test/story?a=1#x"
    assert page.headers["location"] == f"{shelf.roots.replay}/20250303080709/http://blog.test/story?a=1#x"
    assert raw.headers["x-archive-orig-location"] == "/story?a=1#x"
    assert "memento-datetime" in raw.headers


@pytest.mark.parametrize("modifier", ["", "id_"])
def test_a_redirect_to_https_within_one_second_reaches_its_goal(shelf: Shelf, modifier: str) -> None:
    first = shelf.ask(f"20250303080709{modifier}/http://both.test/a")

    assert first.status == 301
    goal = shelf.ask(first.headers["location"].removeprefix(f"{shelf.roots.replay}/"))
    assert (goal.status, b"the goal" in goal.body) == (200, True)


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("20250303id_/http://blog.test/story", "20250303080709id_/http://blog.test/story"),
        ("2024/http://blog.test/story", "20250303080709/http://blog.test/story"),
        ("20300101000000/blog.test/story", "20250305080709/http://blog.test/story"),
        ("20250304080710id_/http://www.blog.test/story", "20250304080709id_/http://blog.test/story"),
        ("20250303080709/http://BLOG.test:80/story", "20250303080709/http://blog.test/story"),
    ],
)
def test_another_time_or_spelling_leads_to_the_memento(shelf: Shelf, asked: str, leads_to: str) -> None:
    answered = shelf.ask(asked)

    assert (answered.status, answered.headers["location"]) == (302, f"{shelf.roots.replay}/{leads_to}")
    assert "memento-datetime" not in answered.headers


def test_a_part_of_a_page_is_given_from_the_nearest_time_without_a_detour(shelf: Shelf) -> None:
    answered = shelf.ask("20280101000000im_/http://blog.test/film")

    assert (answered.status, answered.body) == (200, LONG)
    assert answered.headers["memento-datetime"] == "Mon, 03 Mar 2025 08:07:09 GMT"


@pytest.mark.parametrize(
    ("url", "asked", "status", "said", "part"),
    [
        ("film", "bytes=0-9", 206, "bytes 0-9/2097152", LONG[:10]),
        ("film", "bytes=2097142-", 206, "bytes 2097142-2097151/2097152", LONG[-10:]),
        ("film", "bytes=1000000-1500000", 206, "bytes 1000000-1500000/2097152", LONG[1_000_000:1_500_001]),
        ("film", "bytes=-5", 206, "bytes 2097147-2097151/2097152", LONG[-5:]),
        ("film", "bytes=2097152-", 416, "bytes */2097152", b""),
        ("film", "bytes=0-1,5-6", 200, None, LONG),
        ("chunked", "bytes=6-", 206, "bytes 6-10/11", b"world"),
        ("gone", "bytes=0-2", 404, None, b"<p>Nothing here"),
    ],
)
def test_ranges_are_of_the_recorded_payload(
    shelf: Shelf, url: str, asked: str, status: int, said: str | None, part: bytes
) -> None:
    answered = shelf.ask(f"20250303080709id_/http://blog.test/{url}", Range=asked)

    assert (answered.status, answered.headers.get("content-range"), answered.body) == (status, said, part)


def test_a_range_is_no_matter_of_head_nor_of_a_validator_we_never_gave(shelf: Shelf) -> None:
    film = "20250303080709id_/http://blog.test/film"

    assert shelf.ask(film, method="HEAD", Range="bytes=0-9").status == 200
    assert shelf.ask(film, method="HEAD", Range="bytes=9999999-").status == 200
    conditional = shelf.ask(film, Range="bytes=0-9", If_Range='"v1"')
    assert (conditional.status, len(conditional.body)) == (200, len(LONG))


def test_what_cannot_be_satisfied_is_an_answer_of_ours_and_no_memento(shelf: Shelf) -> None:
    answered = shelf.ask("20250303080709id_/http://blog.test/film", Range="bytes=9999999-")

    assert (answered.status, answered.headers["content-range"]) == (416, f"bytes */{len(LONG)}")
    assert "memento-datetime" not in answered.headers
    assert "link" not in answered.headers


def test_an_archived_part_says_which_part_it_is(shelf: Shelf) -> None:
    answered = shelf.ask("20250303080709id_/http://blog.test/part")

    assert (answered.status, answered.headers["content-range"], answered.body) == (206, "bytes 0-3/2000", b"film")


def test_an_answer_without_content_has_no_length_either(shelf: Shelf) -> None:
    answered = shelf.ask("20250303080709id_/http://blog.test/empty")

    assert (answered.status, answered.body) == (204, b"")
    assert "content-length" not in answered.headers


def test_bytes_without_a_head_are_all_there_and_not_called_http(shelf: Shelf) -> None:
    answered = shelf.ask("20250303080709id_/http://blog.test/09")

    assert answered.body == b"<p>no head\n\nat all"
    assert not answered.headers.get("content-type", "").startswith("application/http")


def test_a_status_that_cannot_be_sent_is_told(shelf: Shelf) -> None:
    assert shelf.ask("20250303080709id_/http://blog.test/odd").headers["x-archive-orig-status"] == "999"


def test_a_body_of_small_chunks_is_put_together_while_others_are_answered(shelf: Shelf) -> None:
    assert shelf.ask("20250303080709id_/http://blog.test/chunks").body == b"x" * 200_000


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        ("20250303080709id_/http://other.test/", 404),
        ("20250303080709im_/http://other.test/x.png", 404),
        ("urn:uuid:0id_/http://blog.test/story", 404),
        ("nonsense", 404),
        ("20259903080709/http://blog.test/story", 404),
        ("20250303080709id_/urn:variorum:run:1", 404),
        ("", 404),
    ],
)
def test_an_error_of_ours_is_no_memento(shelf: Shelf, rest: str, status: int) -> None:
    answered = shelf.ask(rest)

    assert answered.status == status
    assert "memento-datetime" not in answered.headers
    assert "link" not in answered.headers


def test_archived_pages_can_only_be_read(shelf: Shelf) -> None:
    answered = shelf.ask("20250303080709/http://blog.test/story", method="POST")

    assert (answered.status, answered.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("at", ["replay", "room"])
def test_a_foreign_name_that_leads_here_is_turned_away(shelf: Shelf, at: str) -> None:
    port = urlsplit(shelf.roots.room).port

    assert shelf.ask("20250303080709/http://blog.test/story", at=at, Host=f"evil.test:{port}").status == 421


def test_a_record_is_given_as_it_lies_in_its_file(shelf: Shelf) -> None:
    answered = shelf.ask(f"record/{shelf.slot('story')}", at="room")

    unpacked = gzip.decompress(answered.body)
    assert unpacked.startswith(b"WARC/1.1\r\n")
    assert PAGE in unpacked
    assert shelf.ask("record/urn:uuid:0", at="room").status == 404


def test_of_a_warc_file_only_whole_records_of_captures_are_given(shelf: Shelf) -> None:
    record = shelf.ask(f"record/{shelf.slot('story')}", at="room").body
    line = shelf.ask("cdx?url=http://blog.test/story&output=json&limit=1", at="room").body
    place = json.loads(line)
    start, length = int(place["offset"]), int(place["length"])

    whole = shelf.ask(f"warcs/{place['filename']}", at="room", Range=f"bytes={start}-{start + length - 1}")

    assert (whole.status, whole.body) == (206, record)
    assert shelf.ask(f"warcs/{place['filename']}", at="room").status == 416
    assert shelf.ask(f"warcs/{place['filename']}", at="room", Range=f"bytes={start}-{start + length}").status == 416
    assert shelf.ask(f"warcs/{place['filename']}", at="room", Range="bytes=0-10").status == 416
