"""With --restricted what a session opened goes out, and none of its secrets: each kind is looked for, byte for byte."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import config
from archive.exchange.checking import check
from archive.exchange.redacting import FIELD, HARMLESS, OF, redacted_id, without_secrets
from archive.model import Body, Exchange, Intent, RecordId
from archive.recording import Recording
from archive.timing import SystemClock
from archive.warc.message import HEAD_LIMIT
from archive.warc.reader import Fields, Stored, read_record
from archive.warc.records import SPOOLED, Record, pieces
from archive.warc.writer import VISIT_TYPE
from tests import wacz_rules
from tests.crash.exchanges import NOON, VALIDATORS, exchange
from tests.crash.steps import recorded_now
from tests.kept import empty
from tests.press import say
from tests.wacz_rules import exchanged, lines, pages, warcs

PAGE = b"<title>Members</title><p>For members only. " * 60
URLS = {name: f"http://pay.test/{name}" for name in ("open", "page", "chunked", "film", "lost", "odd")}
SENT = (
    "Cookie: sid=SECRET-COOKIE",
    "X-Api-Key: SECRET-KEY",
    "Authorization: Basic SECRET-BASIC",
    "Accept-Language: en",
)
COUNT = 8
"""Exchanges that a session opened."""
BIG = SPOOLED + 4096


def session(url: str, name: str, response: bytes, *, hours: int, **more: object) -> Exchange:
    """An exchange of a session; its secrets have the name of what happened in them."""
    head = "\r\n".join((f"GET /{url.rpartition('/')[2]} HTTP/1.1", "Host: pay.test", *SENT, "", ""))
    made = exchange(url, b"", at=NOON + timedelta(hours=hours), intent=Intent(session="pay"))
    request = Body.of(head.replace("SECRET-", f"SECRET-{name}-").encode())
    return replace(made, request=request, response=Body.of(response), **more)  # type: ignore[arg-type]


def answer(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    lines = (f"HTTP/1.1 {status}", "Content-Type: text/html", *fields, f"Content-Length: {len(body)}", "", "")
    return "\r\n".join(lines).encode() + body


CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    + f"{len(PAGE):x}\r\n".encode()
    + PAGE
    + b"\r\n0\r\nAuthentication-Info: nextnonce=SECRET-TRAILER\r\nX-Sum: 1\r\n\r\n"
)


def opened(page: RecordId) -> Iterator[Exchange]:
    """What a session opened, one exchange of each kind."""
    set_cookie = "Set-Cookie: sid=SECRET-SET;\r\n HttpOnly; other=SECRET-FOLDED"
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\nSet-Cookie: h=SECRET-HINT\r\n\r\n"
    yield session(URLS["page"], "a", hint + answer(PAGE, set_cookie, "WWW-Authenticate: Basic realm=all"), hours=1)
    yield session(URLS["page"], "b", answer(PAGE, "set-cookie2 : sid=SECRET-AGAIN"), hours=2)
    recheck = Intent(session="pay", why="recheck", validators=VALIDATORS, validated=page)
    unchanged = b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\nSet-Cookie: sid=SECRET-304\r\n\r\n'
    yield session(URLS["open"], "c", unchanged, hours=3, intent=recheck)
    yield session(URLS["chunked"], "d", CHUNKED, hours=4)
    film = answer(bytes(range(256)) * (BIG // 256), "Set-Cookie: sid=SECRET-FILM")
    yield session(URLS["film"], "e", film, hours=5)
    yield session(URLS["lost"], "f", b"", hours=6, error="timeout", detail="no answer came")
    stray = b"HTTP/1.1 408 Request Timeout\r\nSet-Cookie: sid=SECRET-408\r\n\r\n"
    yield session(URLS["odd"], "g", stray, hours=7, unsolicited=True, error="unsolicited")
    left = b"HTTP/1.1 200 OK\r\nSet-Cookie: sid=SECRET-LEFT\r\n\r\n"
    yield session(f"{URLS['odd']}?token=URLTOKEN", "h", answer(b"<p>odd"), hours=8, leftover=left)


SECRETS = (
    *(f"SECRET-{name}-{kind}" for name in "abcdefgh" for kind in ("COOKIE", "KEY", "BASIC")),
    *(f"SECRET-{kind}" for kind in ("SET", "FOLDED", "HINT", "AGAIN", "304", "TRAILER", "FILM", "408", "LEFT")),
)


@pytest.fixture(scope="module")
def paid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with one public page, and what a session opened."""
    home = empty(tmp_path_factory.mktemp("paid") / "home")
    recording = Recording(config.load(home), SystemClock()).start()
    try:
        first = recorded_now(recording, exchange(URLS["open"], PAGE, intent=Intent(why="new"))).capture
        assert first is not None
        for each in opened(first.id):
            recorded_now(recording, each)
    finally:
        recording.close()
    return home


@pytest.fixture(scope="module")
def handed_on(paid: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "paid.wacz"
    said = say("export", "wacz", "--home", paid, "--all", "--restricted", out)
    assert said.code == 0, said.err
    return out


def unpacked(path: Path) -> bytes:
    return b"".join(gzip.decompress(data) for data in warcs(path).values())


def of_type(path: Path, kind: str) -> list[Stored]:
    return [read_record(data) for met, data in wacz_rules.records(path) if met.type == kind]


def test_no_secret_of_any_kind_goes_out(paid: Path, handed_on: Path) -> None:
    kept = b"".join(gzip.decompress(path.read_bytes()) for path in paid.glob("warcs/*.warc.gz*"))
    written = unpacked(handed_on)

    assert [secret for secret in SECRETS if secret.encode() not in kept] == []
    assert [secret for secret in SECRETS if secret.encode() in written] == []
    assert b"SECRET" not in written
    # What is no secret of the connection stays as it was.
    for stays in (b"token=URLTOKEN", b"For members only", b"WWW-Authenticate: Basic realm=all", b"Accept-Language: en"):
        assert stays in written


def test_one_warc_file_is_as_free_of_them(paid: Path, tmp_path: Path) -> None:
    out = tmp_path / "paid.warc.gz"
    assert say("export", "warc", "--home", paid, "--all", "--restricted", out).code == 0

    assert b"SECRET" not in gzip.decompress(out.read_bytes())
    assert say("verify", out, "--json").rows[-1]["problems"] == 0


def test_the_package_is_sound_and_the_same_each_time(paid: Path, handed_on: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.wacz"
    assert say("export", "wacz", "--home", paid, "--all", "--restricted", again).code == 0

    assert check(handed_on).problems == ()
    assert exchanged(again) == exchanged(handed_on)


def test_each_new_record_names_the_one_it_is_of_and_what_it_hides(handed_on: Path) -> None:
    found = {
        (record.fields.get("WARC-Type"), record.fields.get("WARC-Target-URI")): record.fields.get(FIELD)
        for kind in ("response", "revisit", "metadata")
        for record in of_type(handed_on, kind)
        if record.fields.get(FIELD) is not None
    }
    visit = "urn:variorum:visit:"

    assert found == {
        ("response", URLS["page"]): "Set-Cookie",
        ("revisit", URLS["page"]): "set-cookie2",
        ("response", URLS["chunked"]): "Authentication-Info",
        ("response", URLS["film"]): "Set-Cookie",
        ("metadata", f"{visit}{URLS['page']}"): "nothing",
        ("metadata", f"{visit}{URLS['open']}"): "Set-Cookie",
        ("metadata", f"{visit}{URLS['chunked']}"): "nothing",
        ("metadata", f"{visit}{URLS['film']}"): "nothing",
        ("metadata", f"{visit}{URLS['lost']}"): "nothing",
        ("metadata", f"{visit}{URLS['odd']}"): "Set-Cookie",
        ("metadata", f"{visit}{URLS['odd']}?token=URLTOKEN"): "Set-Cookie",
    }
    for kind in ("response", "revisit", "request", "metadata"):
        for record in of_type(handed_on, kind):
            of = record.fields.id(OF)
            assert of is None or record.fields.id() == redacted_id(of)
    requests = [record.fields.get(FIELD) for record in of_type(handed_on, "request")]
    assert requests == [None, *["Cookie, X-Api-Key, Authorization"] * COUNT]


def test_what_a_record_names_is_in_the_package(handed_on: Path) -> None:
    records = [each for kind in ("response", "revisit", "request", "metadata") for each in of_type(handed_on, kind)]
    ids = {record.fields.id() for record in records}

    for record in records:
        for name in ("WARC-Concurrent-To", "WARC-Refers-To"):
            assert record.fields.get(name) is None or record.fields.id(name) in ids
    for record in of_type(handed_on, "metadata"):
        told = json.loads(record.block)
        assert told["visit"] == record.fields.id()
        assert told.get("capture") in {None, *ids}
    assert {page["id"] for page in pages(handed_on)} <= ids


def test_a_line_of_the_index_leads_to_the_new_record(handed_on: Path) -> None:
    (data,) = warcs(handed_on).values()
    hidden = 0
    for _, _, line in lines(handed_on):
        at = int(line["offset"])
        record = read_record(data[at : at + int(line["length"])])
        assert record.fields.get("WARC-Target-URI") == line["url"]
        assert record.fields.get("WARC-Payload-Digest") == line["digest"]
        hidden += record.fields.get(FIELD) is not None

    assert hidden == 4


def test_a_page_is_the_same_with_its_cookie_hidden(handed_on: Path) -> None:
    (page,) = [each for each in of_type(handed_on, "response") if each.fields.get("WARC-Target-URI") == URLS["page"]]
    (film,) = [each for each in of_type(handed_on, "response") if each.fields.get("WARC-Target-URI") == URLS["film"]]

    assert page.block == answer(PAGE, "Set-Cookie: redacted", "WWW-Authenticate: Basic realm=all")
    assert film.block.endswith(bytes(range(256)) * (BIG // 256))


def test_what_came_in_without_its_secrets_is_restricted_still(handed_on: Path, tmp_path: Path) -> None:
    home = empty(tmp_path / "other")
    assert say("import", "--home", home, handed_on).code == 0
    assert say("verify", "--home", home, "--json").rows[-1]["problems"] == 0
    plain, whole = tmp_path / "plain.wacz", tmp_path / "whole.wacz"
    said = say("export", "wacz", "--home", home, "--all", "--json", plain)
    again = say("export", "wacz", "--home", home, "--all", "--restricted", "--json", whole)

    assert (said.code, said.rows[0]["captures"]) == (0, 1)
    assert b"URLTOKEN" not in unpacked(plain)
    assert again.code == 0
    assert exchanged(whole) == exchanged(handed_on)


def test_captures_and_visits_that_brought_none_are_counted_apart(paid: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.wacz"
    said = say("export", "wacz", "--home", paid, "--all", "--json", out)
    left = say("export", "wacz", "--home", paid, "--all", "--force", out)
    taken = say("export", "wacz", "--home", paid, "--all", "--restricted", "--force", out)

    assert (said.rows[0]["captures"], said.rows[0]["restricted"], said.rows[0]["restricted_visits"]) == (1, 6, 2)
    assert "6 restricted captures left out, 2 restricted visits left out" in left.out
    assert "7 captures" in taken.out
    assert "6 restricted captures taken along, 2 restricted visits taken along" in taken.out


# --------------------------------------------------------------------------------------------------- record by record


def made(kind: str, block: bytes, *more: tuple[str, str], media: str = "application/http") -> Record | None:
    fields = Fields(
        (("WARC-Type", kind), ("WARC-Record-ID", "<urn:x:1>"), ("WARC-Date", "2026-11-01T12:00:00Z"), *more,
         ("Content-Type", media), ("Content-Length", str(len(block))))
    )  # fmt: skip
    return without_secrets(fields, Body.of(block), lambda id: id)


def block(record: Record | None) -> bytes | None:
    return None if record is None else b"".join(pieces(record.block))


REQUESTS = {
    b"GET / HTTP/1.1\r\nHost: a\r\nCookie: S\r\n\r\nbody": b"GET / HTTP/1.1\r\nHost: a\r\nCookie: redacted\r\n\r\nbody",
    b"GET / HTTP/1.1\nCookie: S\nHost: a\n\nbody": b"GET / HTTP/1.1\nCookie: redacted\nHost: a\n\nbody",
    b"GET / HTTP/1.1\r\nCookie: a\r\n S\r\n\tS\r\nHost: a\r\n\r\n": (
        b"GET / HTTP/1.1\r\nCookie: redacted\r\nHost: a\r\n\r\n"
    ),
    b"GET / HTTP/1.1\r\nHost: a\rCookie: S\r\n\r\n": b"GET / HTTP/1.1\r\n?: redacted\r\n\r\n",
    b"GET / HTTP/1.1\r\nS\r\n\r\n": b"GET / HTTP/1.1\r\n?: redacted\r\n\r\n",
    b"GET / HTTP/1.1\r\nX-Key : S": b"GET / HTTP/1.1\r\nX-Key: redacted",
    b"Cookie: S\r\nHost: a\r\n\r\n": b"Cookie: redacted\r\nHost: a\r\n\r\n",
    b"Cookie : S\r\n\r\n": b"Cookie: redacted\r\n\r\n",
    b"GET http://a/ HTTP/1.0\r\nHOST: a\r\n\r\n": b"GET http://a/ HTTP/1.0\r\nHOST: a\r\n\r\n",
}


@pytest.mark.parametrize("given", REQUESTS)
def test_of_a_request_only_harmless_fields_keep_their_values(given: bytes) -> None:
    assert block(made("request", given)) == REQUESTS[given]


ANSWERS = {
    b"HTTP/1.1 200 OK\r\nSET-COOKIE:S\r\n\r\nSet-Cookie: page": (
        b"HTTP/1.1 200 OK\r\nSET-COOKIE: redacted\r\n\r\nSet-Cookie: page"
    ),
    b"HTTP/1.1 200 OK\nSet-Cookie: S\n\nx": b"HTTP/1.1 200 OK\nSet-Cookie: redacted\n\nx",
    b"HTTP/1.1 100 Continue\r\nSet-Cookie: S\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx": (
        b"HTTP/1.1 100 Continue\r\nSet-Cookie: redacted\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx"
    ),
    b"HTTP/1.1 200 OK\r\nX: 1\rSet-Cookie: S\r\n\r\nx": b"HTTP/1.1 200 OK\r\nSet-Cookie: redacted\r\n\r\nx",
    b"HTTP/1.1 200 OK\r\nSet-Cookie: S": b"HTTP/1.1 200 OK\r\nSet-Cookie: redacted",
    b"\r\nHTTP/1.1 200 OK\r\nSet-Cookie: S\r\n\r\nx": b"\r\nHTTP/1.1 200 OK\r\nSet-Cookie: redacted\r\n\r\nx",
    b"HTTP/1.1 200 OK\r\nSet-Cookie: redacted\r\n\r\nx": None,
    b"HTTP/1.1 200 OK\r\nX-Set-Cookie: 1\r\n\r\nSet-Cookie: page": None,
    b"bytes of something else": None,
}


@pytest.mark.parametrize("given", ANSWERS)
def test_of_an_answer_the_fields_that_hand_out_secrets_lose_them(given: bytes) -> None:
    assert block(made("response", given)) == ANSWERS[given]


def test_of_a_head_without_an_end_no_more_is_kept_than_a_head_may_have() -> None:
    record = made("response", b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * (HEAD_LIMIT // 6) + b"Set-Cookie: S\r\n")

    assert record is not None
    assert b"WARC-Truncated: length\r\n" in record.head
    assert record.size == HEAD_LIMIT
    assert b"Set-Cookie" not in (block(record) or b"")


def test_bytes_that_are_no_http_stay_however_many() -> None:
    assert made("response", b"\0" * (HEAD_LIMIT + 100)) is None


def test_a_record_without_http_stays() -> None:
    assert made("resource", b"Set-Cookie: S\r\n\r\n", media="text/plain") is None


@pytest.mark.parametrize("given", [b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_of_a_visit_that_cannot_be_read_nothing_is_left_but_that_it_is_restricted(given: bytes) -> None:
    record = made("metadata", given, media=VISIT_TYPE)

    assert block(record) == b'{"restricted":true}'
    assert record is not None
    assert f"{FIELD}: everything\r\n".encode() in record.head


def test_what_is_redacted_already_stays_as_it_is() -> None:
    once = made("request", b"GET / HTTP/1.1\r\nCookie: S\r\n\r\n")
    assert once is not None

    assert made("request", block(once) or b"", (FIELD, "Cookie"), (OF, "<urn:x:0>")) is None


def test_a_thousand_fields_do_not_fill_the_head_of_the_record() -> None:
    record = made(
        "request", b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: S\r\n" % number for number in range(1000)) + b"\r\n"
    )

    assert record is not None
    assert b"X-99, and 900 more\r\n" in record.head
    assert b"S\r\n" not in (block(record) or b"")


NAMES = st.from_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}", fullmatch=True)
VALUES = st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)


@given(fields=st.lists(st.tuples(NAMES, VALUES, st.sampled_from(["\r\n", "\n", "\r\n ", "\n\t", "\r"])), max_size=8))
def test_no_value_under_any_other_name_is_left_in_a_request(fields: list[tuple[str, str, str]]) -> None:
    head = "GET / HTTP/1.1\r\n" + "".join(f"{name}: <<{value}>>{end}" for name, value, end in fields) + "\r\n\r\n"
    written = block(made("request", head.encode())) or b""

    kept = re.findall(rb"^([^:\n]*):.*<<", written.partition(b"\r\n")[2], flags=re.MULTILINE)
    assert {name.strip().lower() for name in kept} <= HARMLESS
