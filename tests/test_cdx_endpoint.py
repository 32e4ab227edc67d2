"""The index endpoints: what the store answers is what a plain search of all captures finds, streamed and in order."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from archive import cdx, config
from archive.cdx import fields
from archive.model import Capture, Digest, Locator, RecordId, Url
from archive.store import Store, cdx_rows, open_store, sqlite_url
from archive.store import captures as rows
from archive.timing import SystemClock
from archive.urls import urlkey
from archive.warc.files import WarcFolder
from archive.web import apart
from archive.web import cdx as endpoint
from archive.web.addresses import Roots
from archive.web.cdx_answer import written
from archive.web.cdx_fields import Dialect
from archive.web.cdx_query import BLOCK, read_query
from archive.web.desk import Desk

BEGAN = datetime(2025, 3, 3, 8, 0, 0, tzinfo=UTC)
URLS = [
    "http://e.com/", "https://www.e.com/", "http://e.com/A?b=1", "http://e.com/a?b=1", "http://e.com/a/b", "http://e.com/ab",
    "http://e.com:8080/", "http://sub.e.com/", "http://deep.sub.e.com/a", "http://e.community/", "http://e-x.com/",
    "http://example.com*.org/", "http://f.org/ä?q=1 2", "urn:variorum:site:e", "urn:variorum:run:1", "urn:uuid:5",
    "screenshot:http://e.com/",
]  # fmt: skip
MIMES = ["text/html", "image/png", "text/plain; charset=utf-8", None]


def capture(number: int, url: str, at: datetime, random: Random) -> Capture:
    kind = random.choice(["response", "response", "response", "revisit", "resource"])
    return Capture(
        id=RecordId(f"urn:uuid:{number:04}"),
        urlkey=urlkey(url),
        url=Url(url),
        at=at,
        status=None if kind == "resource" else random.choice([200, 200, 301, 304, 404]),
        mime=random.choice(MIMES),
        digest=random.choice([Digest("sha256:ab"), Digest("sha256:cd"), None]),
        kind=kind,  # type: ignore[arg-type]
        locator=Locator(warc=f"v-{number % 3}.warc.gz", offset=number * 100, length=90),
    )


def many() -> list[Capture]:
    random = Random(7)
    made = []
    for number in range(500):
        url = random.choice(URLS[:4] if number % 3 else URLS)
        at = BEGAN + timedelta(seconds=random.choice([0, 1, 2, 60, 3600, 90_000]) * random.randint(0, 9))
        made.append(capture(number, url, at + timedelta(milliseconds=random.choice([0, 0, 250, 999])), random))
    return made


ALL = many()


def filled(path: Path, captures: Sequence[Capture]) -> Store:
    store = open_store(sqlite_url(path), create=True)
    with store.write() as conn:
        rows.insert(conn, captures)
    return store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = filled(tmp_path_factory.mktemp("cdx") / "variorum.db", ALL)
    yield made
    made.close()


@dataclass(frozen=True, slots=True)
class Told:
    """What an endpoint answered."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@dataclass(frozen=True, slots=True)
class Asking:
    """A server to ask."""

    port: int

    def __call__(self, path: str, method: str = "GET", **words: str) -> Told:
        return self.raw(f"{path}?{urlencode(words)}", method)

    def raw(self, target: str, method: str = "GET") -> Told:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.putrequest(method, target, skip_accept_encoding=True)
            connection.endheaders()
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Told(answer.status, headers, answer.read().decode())


@contextlib.contextmanager
def serving(home: Path, store: Store) -> Iterator[Asking]:
    """Serve the index of a store at a free port of loopback, until the end of the block."""
    settings = config.load(home)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        roots = Roots(room=f"http://127.0.0.1:{port}", replay="http://127.0.0.1:9")
        app = Starlette(routes=list(endpoint.routes))
        app.state.desk = Desk(
            settings=settings,
            store=store,
            folder=WarcFolder(home / "warcs"),
            clock=SystemClock(),
            roots=roots,
            workers=apart.workers(),  # none is started: nothing here is a page
        )
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        listening.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield Asking(port)
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def ask(home: Path, store: Store) -> Iterator[Asking]:
    with serving(home, store) as asking:
        yield asking


def answered(store: Store, query: str, dialect: Dialect = "pywb") -> list[str]:
    """Give the lines of an answer, without a server."""
    read = read_query(query, dialect)
    return b"".join(written(endpoint.rows_of(store, read), read, dialect)).decode().splitlines()


# ---- the same by a plain search


def in_order() -> list[Capture]:
    shown = [one for one in ALL if not one.url.startswith("urn:variorum:")]
    return sorted(shown, key=lambda one: (one.urlkey, one.at, one.id))


def matches(one: Capture, url: str, match: str) -> bool:
    key, host = str(one.urlkey), urlkey(url).partition(")")[0]
    if match == "exact":
        return key == urlkey(url)
    if match == "prefix":
        return key.startswith(urlkey(url) + ("/" if url.endswith("/") and not urlkey(url).endswith("/") else ""))
    if match == "host":
        return key.startswith(f"{host})")
    return key.startswith((f"{host})", f"{host},"))


def plainly(words: dict[str, str]) -> list[str]:
    """Answer a query of pywb's words by looking at every capture."""
    found = []
    for one in in_order():
        told = fields(one)
        if not matches(one, words["url"], words.get("matchType", "exact")):
            continue
        if not words.get("from", "0").ljust(14, "0") <= told["timestamp"] <= words.get("to", "9").ljust(14, "9"):
            continue
        if words.get("filter") and not kept_plainly(told, words["filter"]):
            continue
        found.append(one)
    if "collapse" in words:
        name, _, length = words["collapse"].partition(":")
        tokens = [fields(one).get(name, "")[: int(length) if length else None] for one in found]
        found = [one for at, one in enumerate(found) if at == 0 or tokens[at] != tokens[at - 1]]
    if words.get("closest"):
        target = datetime.strptime(words["closest"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        found.sort(key=lambda one: (
            abs(one.at.replace(microsecond=0) - target), one.url != words["url"], one.at, one.id
        ))  # fmt: skip
    elif words.get("sort") == "reverse":
        found.reverse()
    limit, offset = int(words.get("limit", len(ALL))), int(words.get("offset", 0))
    found = found[::-1][offset:][:-limit][::-1] if limit < 0 else found[offset:][:limit]
    return [cdx.line(one) for one in found]


def kept_plainly(told: dict[str, str], claim: str) -> bool:
    negated, sign, name, value = re.fullmatch(r"(!?)([=~]?)(\w+):(.*)", claim).groups()  # type: ignore[union-attr]
    has = told.get(name, "")
    held = has == value if sign == "=" else bool(re.match(value, has)) if sign == "~" else value in has
    return held is not bool(negated)


STAMPS = st.sampled_from(["20250303080000", "20250303080001", "20250303080500", "20250303120000", "20250311", "2024"])
WHOLE = st.sampled_from(["20250303080000", "20250303080003", "20250303080500", "20250312000000", "19990101000000"])
QUERIES = st.fixed_dictionaries(
    {"url": st.sampled_from([*URLS, "http://e.com/a/", "com", "http://nothing.example/"])},
    optional={
        "matchType": st.sampled_from(["exact", "prefix", "host", "domain"]),
        "from": STAMPS | st.sampled_from(["2025", "202503030", "20250230"]),
        "to": STAMPS | st.sampled_from(["2025", "20250303", "20250332"]),
        "filter": st.sampled_from(
            ["=status:200", "!=status:200", "~mime:te", "!~digest:sha256:a", "url:www", "!mime:html", "=digest:"]
        ),
        "collapse": st.sampled_from(["digest", "timestamp:8", "timestamp:12", "urlkey", "status"]),
        "closest": WHOLE,
        "limit": st.sampled_from(["1", "2", "7", "100", "333"]),
        "offset": st.sampled_from(["1", "5", "150"]),
    },
) | st.fixed_dictionaries(
    {"url": st.sampled_from(URLS[:4]), "sort": st.sampled_from(["reverse", "default"])},
    optional={
        "matchType": st.sampled_from(["exact", "domain"]),
        "filter": st.sampled_from(["=status:200", "!mime:html"]),
        "collapse": st.sampled_from(["digest", "timestamp:12"]),
        "limit": st.sampled_from(["-1", "-9", "-200", "3", "250"]),
        "offset": st.sampled_from(["1", "120"]),
    },
)


@given(words=QUERIES)
def test_what_the_store_answers_is_what_a_plain_search_finds(store: Store, words: dict[str, str]) -> None:
    if words.get("sort") == "reverse" and int(words.get("limit", "1")) < 0:
        return  # the last of a reversed order are told in the test below
    assert answered(store, urlencode(words)) == plainly(words)


def test_the_last_of_a_reversed_order_are_the_first_reversed(store: Store) -> None:
    first = answered(store, "url=e.com&matchType=domain&limit=7")
    assert answered(store, "url=e.com&matchType=domain&sort=reverse&limit=-7") == first[::-1]


def test_two_collapses_are_applied_one_after_the_other(store: Store) -> None:
    by_day: list[dict[str, str]] = []
    for one in map(fields, (one for one in in_order() if matches(one, "e.com", "domain"))):
        if not by_day or by_day[-1]["timestamp"][:10] != one["timestamp"][:10]:
            by_day.append(one)
    wanted = [one["timestamp"] for at, one in enumerate(by_day)
              if at == 0 or one.get("digest") != by_day[at - 1].get("digest")]  # fmt: skip
    query = "url=*.e.com&collapse=timestamp:10&collapse=digest&fl=timestamp"

    assert answered(store, query, "wayback") == wanted
    assert answered(store, f"{query}&sort=reverse", "wayback") == wanted[::-1]


def test_our_own_notes_are_never_told(store: Store) -> None:
    everything = answered(store, "url=*")
    assert everything == [cdx.line(one) for one in in_order()]
    for query in (
        "url=urn:variorum:site:e",
        "url=urn:*",
        "url=URN:VARIORUM:site:e",
        "url=urn:variorum:*",
        "url=urn%253Avariorum:*",
    ):
        assert not any("variorum" in line for line in answered(store, query)), query


def test_an_exact_url_comes_first_of_two_equally_near(store: Store) -> None:
    exact = answered(store, urlencode({"url": "http://e.com/A?b=1", "closest": "20250303080000", "limit": "1"}))
    other = answered(store, urlencode({"url": "http://e.com/a?b=1", "closest": "20250303080000", "limit": "1"}))
    assert ('"http://e.com/A?b=1"' in exact[0], '"http://e.com/a?b=1"' in other[0]) == (True, True)


@given(size=st.sampled_from([1, 2, 3, 50, 499, 500, 501]), reverse=st.booleans())
def test_pieces_of_any_size_give_every_capture_once_and_in_order(store: Store, size: int, reverse: bool) -> None:
    span = read_query("url=*", "pywb").span
    found = [one.id for piece in cdx_rows.batches(store, span, reverse=reverse, first=size) for one in piece]
    assert found == [one.id for one in (in_order()[::-1] if reverse else in_order())]


@pytest.mark.parametrize("query", [
    "url=*.e.com&limit=7", "url=*.e.com&limit=7&sort=reverse", "url=*.e.com&limit=3&collapse=digest",
    "url=*.e.com&limit=3&collapse=digest&collapse=timestamp:12&sort=reverse", "url=*&limit=10&filter=statuscode:200",
    "url=e.com&limit=11&from=2025&collapse=timestamp:12", "url=*.e.com&limit=1000", "url=*&limit=9&offset=4",
])  # fmt: skip
def test_an_answer_resumed_until_its_end_tells_every_line_once(store: Store, query: str) -> None:
    limit = int(query.partition("limit=")[2].partition("&")[0])
    whole = answered(store, query.replace(f"limit={limit}", "x"), "wayback")
    told: list[str] = []
    resume = ""
    while True:
        lines = answered(store, f"{query}&showResumeKey=true{resume}", "wayback")
        if len(lines) < 2 or lines[-2] != "":
            told += lines
            break
        assert len(lines) == limit + 2
        told += lines[:-2]
        resume = f"&resumeKey={lines[-1]}"
    assert told == whole


def test_a_slow_client_holds_no_transaction_and_no_more_than_a_piece(tmp_path: Path) -> None:
    random = Random(1)
    several = [capture(n, f"http://e.com/{n:05}", BEGAN, random) for n in range(9000)]
    store = filled(tmp_path / "variorum.db", several)
    query = read_query("url=e.com/*", "pywb")
    pieces = written(endpoint.rows_of(store, query), query, "pywb")
    first = next(pieces)
    late = capture(9001, "http://e.com/zzz", BEGAN, random)
    with store.write() as conn:
        rows.insert(conn, [late])
    others = list(pieces)
    store.close()

    assert max(piece.count(b"\n") for piece in (first, *others)) <= cdx_rows.PIECE
    assert b"".join((first, *others)).decode().splitlines() == [cdx.line(one) for one in (*several, late)]


@pytest.mark.parametrize(
    "query",
    ["url=*", "url=e.com&matchType=domain&from=2025", "url=e.com/&closest=2025&limit=5", "url=e.com/&sort=reverse"],
)
def test_the_index_is_read_along_its_key(store: Store, query: str) -> None:
    read = read_query(query, "pywb")
    with store.read() as conn:
        told: list[str] = []
        cursor = conn.connection.driver_connection.cursor()  # type: ignore[union-attr]
        last = cdx_rows.place(in_order()[40])
        statements: list[str] = []
        cursor.connection.set_trace_callback(statements.append)
        cdx_rows.piece(conn, read.span, after=last, reverse=read.order == "reverse")
        cursor.connection.set_trace_callback(None)
        for statement in statements:
            told += [row[-1] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}")]
    assert len(told) == 1
    assert re.match(r"SEARCH captures USING INDEX sqlite_autoindex_captures_1 \(urlkey", told[0]), told


# ---- over HTTP


def test_the_default_answer_is_lines_of_cdxj(ask: Asking) -> None:
    told = ask("/cdx", url="http://e.com/a/b")
    assert told.status == 200
    assert told.headers["content-type"].partition(";")[0] == "text/x-cdxj"
    assert "access-control-allow-origin" not in told.headers
    assert told.lines == plainly({"url": "http://e.com/a/b"})


def test_json_is_an_object_a_line_with_pywbs_names(ask: Asking) -> None:
    told = ask("/cdx", url="http://e.com/a/b", output="json")
    objects = [json.loads(line) for line in told.lines]
    assert told.headers["content-type"] == "application/x-ndjson"
    assert list(objects[0])[:3] == ["urlkey", "timestamp", "url"]
    assert {name for one in objects for name in one} == {
        "urlkey", "timestamp", "url", "mime", "status", "digest", "length", "offset", "filename",
    }  # fmt: skip


def test_fields_are_given_as_they_are_named(ask: Asking) -> None:
    text = ask("/cdx", url="http://e.com/a/b", output="text", fl="timestamp,original,charset", limit="1").lines
    objects = ask("/cdx", url="http://e.com/a/b", output="json", fields="timestamp,original,charset", limit="1").lines
    cdxj = ask("/cdx", url="http://e.com/a/b", fl="url", limit="1").lines
    stamp = text[0].split()[0]
    assert text == [f"{stamp} http://e.com/a/b -"]
    assert json.loads(objects[0]) == {"timestamp": stamp, "original": "http://e.com/a/b"}
    assert cdxj == [f'com,e)/a/b {stamp} {{"url": "http://e.com/a/b"}}']


def test_the_wayback_servers_lines_are_seven_words(ask: Asking) -> None:
    told = ask("/cdx/search/cdx", url="*.org")
    assert told.headers["content-type"].startswith("text/plain")
    assert told.lines
    assert {len(line.split()) for line in told.lines} == {7}
    assert {line.split()[2] for line in told.lines} == {"http://example.com*.org/", "http://f.org/ä?q=1%202"}


def test_the_wayback_servers_json_is_a_table_with_a_header(ask: Asking) -> None:
    told = ask("/cdx/search/cdx", url="e.com", matchType="domain", output="json")
    table = json.loads(told.text)
    assert told.headers["content-type"] == "application/json"
    assert table[0] == ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
    assert [row[:2] for row in table[1:]] == [
        list(line.split()[:2]) for line in plainly({"url": "e.com", "matchType": "domain"})
    ]


def test_a_table_ends_with_the_key_to_resume_it(ask: Asking) -> None:
    first = json.loads(ask("/cdx/search/cdx", url="*.e.com", output="json", limit="200", showResumeKey="true").text)
    assert first[-2] == []
    rest = json.loads(
        ask(
            "/cdx/search/cdx", url="*.e.com", output="json", limit="500", showResumeKey="1", resumeKey=first[-1][0]
        ).text
    )
    assert first[:-2] + rest[1:] == json.loads(ask("/cdx/search/cdx", url="*.e.com", output="json").text)


def test_nothing_found_is_said_as_each_server_says_it(ask: Asking) -> None:
    none = {"url": "http://nothing.example/"}
    json_lines = ask("/cdx", **none, output="json")
    assert (ask("/cdx", **none).status, ask("/cdx", **none).text) == (200, "")
    assert (json_lines.status, list(json.loads(json_lines.text))) == (404, ["message"])
    assert ask("/cdx/search/cdx", **none).text == ""
    assert json.loads(ask("/cdx/search/cdx", **none, output="json").text) == []


@pytest.mark.parametrize("path", ["/cdx", "/cdx/search/cdx"])
@pytest.mark.parametrize(("name", "value"), [("limit", "x"), ("filter", "~url:("), ("from", "March"), ("url", "")])
def test_a_query_that_cannot_be_answered_is_a_400_that_names_its_parameter(
    ask: Asking, path: str, name: str, value: str
) -> None:
    told = ask(path, **({"url": "e.com"} | {name: value}))
    assert (told.status, told.text.partition(":")[0]) == (400, name)
    assert told.headers["content-type"].startswith("text/plain")


def test_a_url_may_stand_bare_in_the_query(ask: Asking) -> None:
    assert ask.raw("/cdx?limit=3&url=http://e.com/a?b=1").lines == plainly({"url": "http://e.com/a?b=1", "limit": "3"})


def test_a_head_has_the_type_of_the_answer_and_no_body(ask: Asking) -> None:
    told = ask("/cdx", method="HEAD", url="*")
    assert (told.status, told.text, told.headers["content-type"].partition(";")[0]) == (200, "", "text/x-cdxj")


def test_a_list_of_links_is_the_timemap(ask: Asking) -> None:
    told = ask("/cdx", url="http://e.com/a?b=1", output="link")
    assert (told.status, told.headers["location"]) == (
        307, f"http://127.0.0.1:{ask.port}/timemap/link/http://e.com/a?b=1",
    )  # fmt: skip


def test_pages_are_blocks_of_captures_and_together_the_whole(tmp_path: Path, home: Path) -> None:
    random = Random(2)
    store = filled(
        tmp_path / "variorum.db",
        [capture(n, f"http://e.com/{n % 70}", BEGAN + timedelta(seconds=n), random) for n in range(2 * BLOCK + 5)],
    )
    with serving(home, store) as ask:
        whole = ask("/cdx", url="e.com/*").lines
        pages = [ask("/cdx", url="e.com/*", page=str(page)).lines for page in range(3)]
        behind = ask("/cdx", url="e.com/*", page="3"), ask("/cdx/search/cdx", url="e.com/*", page="3")
        told = (
            ask("/cdx", url="e.com/*", showNumPages="true"),
            ask("/cdx", url="e.com/*", showNumPages="true", pageSize="2"),
        )
        number = ask("/cdx/search/cdx", url="e.com/*", showNumPages="true", pageSize="2")
        since = [ask("/cdx", url="e.com/*", page=str(page), **{"from": "20250303090000"}).lines for page in range(3)]
        last = ask("/cdx", url="e.com/*", page="1", limit="2", sort="reverse").lines
        empty = ask("/cdx", url="none.example/*", showNumPages="true")
    store.close()

    assert [len(page) for page in pages] == [BLOCK, BLOCK, 5]
    assert [line for page in pages for line in page] == whole
    assert (behind[0].status, behind[1].status, behind[1].text) == (400, 200, "")
    assert json.loads(told[0].text) == {"pages": 3, "pageSize": 1, "blocks": 3}
    assert json.loads(told[1].text) == {"pages": 2, "pageSize": 2, "blocks": 3}
    assert json.loads(number.text) == 2
    assert [[line for line in page if line.split()[1] >= "20250303090000"] for page in pages] == since
    assert last == pages[1][:-3:-1]
    assert json.loads(empty.text)["pages"] == 0


def test_a_pattern_made_to_hang_others_holds_nobody_up(ask: Asking) -> None:
    told = ask("/cdx", url="*", filter="~url:(([a-z:/.]*)*)*!!$")
    assert (told.status, told.text) == (200, "")
