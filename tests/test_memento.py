"""Memento as text and as rows: dates and links that any reader takes apart, and neighbours as a plain list has them."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.journal import is_note
from archive.model import Capture, Locator, RecordId, Url
from archive.store import Store, captures, memento_rows, open_store, sqlite_url
from archive.store.memento_rows import Memento, Page
from archive.urls import urlkey
from archive.web import addresses, memento
from archive.web.addresses import Roots
from archive.web.memento import Listed

ROOTS = Roots(room="http://127.0.0.1:8080", replay="http://127.0.0.1:8081")
URL = Url("http://blog.example/post")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)

Link = tuple[str, dict[str, str]]


def links(text: str) -> list[Link]:
    """Read links as RFC 8288 (appendix B.2) and RFC 6690 describe them, one character after the other."""
    found: list[Link] = []
    at = 0

    def blanks() -> None:
        nonlocal at
        while at < len(text) and text[at] in " \t\r\n":
            at += 1

    def upto(ends: str) -> str:
        nonlocal at
        begin = at
        while at < len(text) and text[at] not in ends:
            at += 1
        return text[begin:at]

    blanks()
    while at < len(text):
        assert text[at] == "<", f"no < at {at}: {text[at : at + 40]!r}"
        at += 1
        target = upto(">")
        at += 1
        told: dict[str, str] = {}
        blanks()
        while at < len(text) and text[at] == ";":
            at += 1
            blanks()
            name = upto("=;, \t")
            assert text[at] == "=", f"{name} has no value"
            at += 1
            value = ""
            if text[at] == '"':
                at += 1
                while text[at] != '"':
                    at += text[at] == "\\"
                    value += text[at]
                    at += 1
                at += 1
            else:
                value = upto(";, \t\r\n")
            assert name not in told, f"{name} twice"
            told[name] = value
            blanks()
        found.append((target, told))
        if at < len(text):
            assert text[at] == ",", f"no comma at {at}: {text[at : at + 40]!r}"
            at += 1
            blanks()
            assert at < len(text), "a comma with no link behind it"
    return found


def capture(name: str, at: datetime, url: str = URL) -> Capture:
    return Capture(
        id=RecordId(name), urlkey=urlkey(url), url=Url(url), at=at, status=200, mime="text/html",
        digest=None, kind="response", locator=Locator(warc="a.warc.gz", offset=0, length=1),
    )  # fmt: skip


def seen(name: str, at: datetime, url: str = URL, *, first: bool = True) -> Memento:
    return Memento(id=RecordId(name), url=Url(url), at=at, first=first)


def page_of(mementos: Sequence[Memento]) -> Page:
    first, last = mementos[0], mementos[-1]
    return Page(since=first.at, until=last.at, count=len(mementos), since_id=first.id, until_id=last.id)


# --------------------------------------------------------------------------------------------------------------- dates


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_date_we_write_is_read_back_to_its_second(at: datetime) -> None:
    assert memento.accepted(memento.http_date(at)) == at.replace(microsecond=0)


@given(st.text() | st.from_regex(r"\A[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT\Z"))
@example("Mon, 31 Feb 2025 00:00:00 GMT")
@example("Fri, 31 Dec 9999 23:59:60 GMT")
@example("Thu, 01 Jan 2026 00:00:00 GMT\n")
@example("Thu, ٠1 Jan 2026 00:00:00 GMT")
def test_a_date_is_read_or_refused_and_never_read_as_another(text: str) -> None:
    at = memento.accepted(text)
    if at is not None and not text.strip(" \t").endswith(":60 GMT"):
        assert memento.http_date(at)[3:] == text.strip(" \t")[3:]


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2007-05-31", "20070531203500", "Thu, 31 May 2007", "Thursday, 31-May-07 20:35:00 GMT",
        "Thu May 31 20:35:00 2007", "Thu, 31 May 2007 20:35:00", "Thu, 31 May 2007 20:35:00 UTC",
        "Thu, 31 May 2007 20:35:00 +0000", "Thu, 31 May 2007 20:35 GMT", "thu, 31 may 2007 20:35:00 gmt",
        "31 May 2007 20:35:00 GMT", "Thu, 31 May 2007 24:00:00 GMT", "Thu, 31 May 2007 20:60:00 GMT",
        "Thu, 31 May 2007 20:35:61 GMT", "Thu, 00 May 2007 20:35:00 GMT", "Thu, 31 May 0000 20:35:00 GMT",
        "Thu, 31 May 2007 20:35:00 GMT; -P3D; +P5D", "Thu, 31 May 2007 20:35:00 GMT, Thu, 31 May 2007 20:35:00 GMT",
        "Fri, 31 Dec 9999 23:59:60 GMT",
    ],
)  # fmt: skip
def test_what_is_no_date_of_rfc_1123_is_malformed(text: str) -> None:
    assert memento.accepted(text) is None


def test_blanks_around_a_date_and_a_leap_second_are_taken() -> None:
    assert memento.accepted(" Sat, 31 Dec 2016 23:59:60 GMT\t") == datetime(2017, 1, 1, tzinfo=UTC)


def test_the_fraction_of_a_second_is_cut_off_and_never_rounded() -> None:
    assert memento.http_date(NOON + timedelta(microseconds=999_999)) == "Sun, 22 Nov 2026 12:00:00 GMT"


# ---------------------------------------------------------------------------------------------------------------- URIs

of_a_path = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")))


@given(st.text())
@example('http://a.example/%zz\ud800>"\\\r\n, <')
def test_an_address_becomes_ascii_that_no_header_or_link_can_mistake(text: str) -> None:
    assert re.fullmatch(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*", memento.uri(text))


@given(st.text())
def test_an_address_that_is_a_uri_stays_as_it_is(text: str) -> None:
    assert memento.uri(memento.uri(text)) == memento.uri(text)


@given(of_a_path, of_a_path)
@example("a>b", 'q="x y", <z>;rel=next')
@example("100%", "%4%31")
@example("a\\b", "a\\b")
def test_a_url_written_as_a_uri_names_the_same_captures(path: str, query: str) -> None:
    url = f"http://blog.example/{path}?{query}"
    assert urlkey(memento.uri(url)) == urlkey(url)


# ------------------------------------------------------------------------------------------------------------- headers


def test_relations_of_one_memento_are_told_together() -> None:
    only = capture("urn:uuid:1", NOON)
    here = seen(only.id, NOON)
    around = memento_rows.Around(first=here, last=here, previous=None, next=None, is_first=True)
    assert links(memento.link_header(ROOTS, only, True, around)) == [
        ("http://blog.example/post", {"rel": "original"}),
        ("http://127.0.0.1:8080/timegate/http://blog.example/post", {"rel": "timegate"}),
        (
            "http://127.0.0.1:8080/timemap/link/http://blog.example/post",
            {"rel": "timemap", "type": "application/link-format"},
        ),
        (
            "http://127.0.0.1:8081/20261122120000/http://blog.example/post",
            {"rel": "first last memento", "datetime": "Sun, 22 Nov 2026 12:00:00 GMT"},
        ),
    ]


@pytest.mark.parametrize(
    ("place", "relations"),
    [
        (0, ["first memento", "next memento", "last memento"]),
        (1, ["first prev memento", "memento", "next memento", "last memento"]),
        (2, ["first memento", "prev memento", "memento", "next memento", "last memento"]),
        (3, ["first memento", "prev memento", "memento", "next last memento"]),
        (4, ["first memento", "prev memento", "last memento"]),
    ],
)
def test_first_last_previous_and_next_are_told_oldest_first(place: int, relations: list[str]) -> None:
    five = [seen(f"urn:uuid:{n}", NOON + n * SECOND) for n in range(5)]
    here = five[place]
    around = memento_rows.Around(
        first=five[0],
        last=five[-1],
        previous=five[place - 1] if place else None,
        next=five[place + 1] if place < 4 else None,
        is_first=True,
    )
    found = links(memento.link_header(ROOTS, capture(here.id, here.at), True, around))
    assert [told["rel"] for _, told in found][3:] == relations
    assert [told["datetime"] for _, told in found[3:]] == sorted(told["datetime"] for _, told in found[3:])
    assert f"{ROOTS.replay}/{addresses.stamp(here.at)}/{URL}" in [target for target, _ in found]


def test_one_that_is_not_the_first_of_its_second_is_linked_by_its_record_id() -> None:
    assert memento.uri_m(ROOTS, seen("urn:uuid:2", NOON, first=False)) == f"{ROOTS.replay}/urn:uuid:2/{URL}"


def test_the_address_of_a_memento_is_the_one_the_server_reads() -> None:
    for first in (True, False):
        one = capture("urn:uuid:a", NOON)
        assert memento.uri_m(ROOTS, seen(one.id, NOON, first=first)) == addresses.memento(ROOTS, one, first=first)


@given(of_a_path)
@example('x>; rel="evil", <y')
@example("a,b;c")
def test_no_url_breaks_a_link_header(path: str) -> None:
    url = f"http://blog.example/{path}"
    here = seen("urn:uuid:1", NOON, url)
    around = memento_rows.Around(first=here, last=here, previous=None, next=None, is_first=True)
    header = memento.link_header(ROOTS, capture(here.id, NOON, url), True, around)
    assert header.isascii()
    assert [(target, told["rel"]) for target, told in links(header)] == [
        (memento.uri(url), "original"),
        (memento.uri(f"{ROOTS.room}/timegate/{url}"), "timegate"),
        (memento.uri(f"{ROOTS.room}/timemap/link/{url}"), "timemap"),
        (memento.uri(f"{ROOTS.replay}/20261122120000/{url}"), "first last memento"),
    ]


# ------------------------------------------------------------------------------------------------------------ TimeMaps

some_seen = st.lists(
    st.tuples(st.datetimes(timezones=st.just(UTC)), of_a_path),
    min_size=1,
    max_size=12,
    unique_by=lambda each: each[0],
).map(
    lambda drawn: [
        seen(f"urn:uuid:{n}", at, f"http://blog.example/{path}") for n, (at, path) in enumerate(sorted(drawn))
    ]
)


@given(some_seen)
def test_a_timemap_in_link_format_tells_each_memento_in_order(all_: list[Memento]) -> None:
    listed = Listed(url="http://blog.example/a>b, c", pages=(page_of(all_),))
    first, last = memento.http_date(all_[0].at), memento.http_date(all_[-1].at)
    head, tail = (found := links("".join(memento.as_links(ROOTS, listed, all_))))[:3], found[3:]
    kind = "application/link-format"
    assert head == [
        ("http://blog.example/a%3Eb,%20c", {"rel": "original"}),
        (
            f"{ROOTS.room}/timemap/link/http://blog.example/a%3Eb,%20c",
            {"rel": "self", "type": kind, "from": first, "until": last},
        ),
        (f"{ROOTS.room}/timegate/http://blog.example/a%3Eb,%20c", {"rel": "timegate"}),
    ]
    assert [target for target, _ in tail] == [memento.uri_m(ROOTS, each) for each in all_]
    assert [told["datetime"] for _, told in tail] == [memento.http_date(each.at) for each in all_]
    assert [word for _, told in tail for word in told["rel"].split()] == (
        ["first", "last", "memento"] if len(all_) == 1 else ["first", *["memento"] * (len(all_) - 1), "last", "memento"]
    )


def test_a_page_of_a_timemap_links_to_the_others_and_calls_first_and_last_what_is_so_on_the_whole() -> None:
    six = [seen(f"urn:uuid:{n}", NOON + n * SECOND) for n in range(6)]
    pages = tuple(page_of(six[n : n + 2]) for n in (0, 2, 4))
    found = links("".join(memento.as_links(ROOTS, Listed(url=URL, pages=pages, number=3), six[4:])))
    assert [(target.removeprefix(f"{ROOTS.room}/timemap/link/"), told["rel"]) for target, told in found[1:4]] == [
        (f"3/{URL}", "self"), (URL, "timemap"), (f"2/{URL}", "timemap"),
    ]  # fmt: skip
    assert (found[3][1]["from"], found[3][1]["until"]) == (memento.http_date(six[2].at), memento.http_date(six[3].at))
    assert [told["rel"] for _, told in found[5:]] == ["memento", "last memento"]


@given(some_seen)
def test_a_timemap_in_json_is_json_whatever_the_urls(all_: list[Memento]) -> None:
    told = json.loads("".join(memento.as_json(ROOTS, Listed(url=URL, pages=(page_of(all_),)), all_)))
    assert told["original_uri"] == URL
    assert told["self"] == told["timemap_uri"]["json_format"] == f"{ROOTS.room}/timemap/json/{URL}"
    assert told["timegate_uri"] == f"{ROOTS.room}/timegate/{URL}"
    listed = told["mementos"]["list"]
    assert [each["uri"] for each in listed] == [memento.uri_m(ROOTS, each) for each in all_]
    assert [datetime.fromisoformat(each["datetime"]) for each in listed] == [
        each.at.replace(microsecond=0) for each in all_
    ]
    assert (told["mementos"]["first"], told["mementos"]["last"]) == (listed[0], listed[-1])


@given(some_seen)
def test_a_timemap_in_cdxj_has_a_line_a_memento_sorted_by_its_digits(all_: list[Memento]) -> None:
    lines = "".join(memento.as_cdxj(ROOTS, Listed(url=URL, pages=(page_of(all_),)), all_)).split("\n")
    about = [line.split(" ", 1) for line in lines if line.startswith("!")]
    assert [name for name, _ in about] == ["!context", "!id", "!keys", "!meta", "!meta", "!meta"]
    assert json.loads(about[1][1]) == {"uri": f"{ROOTS.room}/timemap/cdxj/{URL}"}
    rows = [line.split(" ", 1) for line in lines[len(about) : -1]]
    assert [digits for digits, _ in rows] == [addresses.stamp(each.at) for each in all_]
    assert [json.loads(told)["uri"] for _, told in rows] == [memento.uri_m(ROOTS, each) for each in all_]
    assert "first" in json.loads(rows[0][1])["rel"]
    assert "last" in json.loads(rows[-1][1])["rel"]


# ---------------------------------------------------------------------------------------------------------------- rows


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(sqlite_url(tmp_path_factory.mktemp("memento") / "variorum.db"), create=True)
    yield opened
    opened.close()


keys = itertools.count()
some_times = st.lists(st.integers(0, 40), max_size=25)  # quarters of a second, several captures in many of them


def put(store: Store, quarters: Sequence[int]) -> list[Capture]:
    """Store captures of a URL of their own at these times, one of another beside each; give them in order."""
    number = next(keys)
    made = [
        capture(
            f"urn:uuid:{number}-{n:03}", NOON + quarter * SECOND / 4, f"http{'s' * (n % 2)}://blog.example/{number}"
        )
        for n, quarter in enumerate(quarters)
    ]
    with store.write() as conn:
        captures.insert(conn, made)
        captures.insert(
            conn, [replace(each, id=RecordId(f"{each.id}-x"), urlkey=urlkey(f"{each.url}/x")) for each in made]
        )
    return sorted(made, key=lambda each: (each.at, each.id))


def expected(made: Sequence[Capture]) -> list[Memento]:
    """Tell each of all captures of a URL as Memento does, by looking at all before it."""
    return [
        seen(
            each.id,
            each.at,
            each.url,
            first=not any(addresses.stamp(e.at) == addresses.stamp(each.at) for e in made[:n]),
        )
        for n, each in enumerate(made)
    ]


@given(some_times)
def test_neighbours_are_those_of_a_plain_list(store: Store, quarters: list[int]) -> None:
    made = put(store, quarters)
    told = expected(made)
    with store.read() as conn:
        for n, each in enumerate(made):
            around = memento_rows.around(conn, each)
            assert around == memento_rows.Around(
                first=told[0],
                last=told[-1],
                previous=told[n - 1] if n else None,
                next=told[n + 1] if n + 1 < len(told) else None,
                is_first=told[n].first,
            )
            assert memento_rows.is_first(conn, each) == told[n].first
    assert list(memento_rows.marked(made)) == [(each, tell.first) for each, tell in zip(made, told, strict=True)]


@given(some_times, st.integers(-8, 48) | st.none(), st.booleans())
def test_the_nearest_is_that_of_a_plain_list(
    store: Store, quarters: list[int], quarter: int | None, exact: bool
) -> None:
    made = put(store, quarters)
    told = expected(made)
    at = None if quarter is None else NOON + quarter * SECOND / 4
    url = Url(made[0].url.replace("https:", "http:")) if made and exact else None
    with store.read() as conn:
        found = memento_rows.nearest(conn, made[0].urlkey if made else urlkey("http://none.example/"), at, url=url)
    if not told:
        assert found is None
        return
    assert found in told
    if at is None:
        best = addresses.stamp(told[-1].at)
    else:
        asked = at.replace(microsecond=0)
        best = addresses.stamp(min(told, key=lambda each: (abs(each.at.replace(microsecond=0) - asked), each.at)).at)
    assert addresses.stamp(found.at) == best
    if url is not None and any(each.url == url and addresses.stamp(each.at) == best for each in told):
        assert found.url == url


@given(some_times, st.integers(1, 7), st.integers(2, 5))
def test_pages_hold_every_capture_once_and_in_order(store: Store, quarters: list[int], size: int, limit: int) -> None:
    made = put(store, quarters)
    told = expected(made)
    key = made[0].urlkey if made else urlkey("http://none.example/")
    with store.read() as conn:
        pages = memento_rows.pages(conn, key, size)
        found: list[list[Memento]] = []
        for page in pages:
            found.append(list(memento_rows.of_page(conn, key, page, limit=limit)))
            while some := memento_rows.of_page(conn, key, page, after=found[-1][-1], limit=limit):
                found[-1] += some
    assert [page_of(some) for some in found] == list(pages)
    assert [len(some) for some in found][:-1] == [size] * (len(found) - 1)
    assert [each for some in found for each in some] == told


def test_a_capture_added_meanwhile_moves_no_page(store: Store) -> None:
    made = put(store, range(0, 40, 4))
    key = made[0].urlkey
    with store.read() as conn:
        pages = memento_rows.pages(conn, key, 5)
        begun = memento_rows.of_page(conn, key, pages[1], limit=2)
    with store.write() as conn:
        captures.insert(conn, [capture("urn:uuid:early", NOON - SECOND, made[0].url)])
    with store.read() as conn:
        rest = memento_rows.of_page(conn, key, pages[1], after=begun[-1], limit=50)
    assert [each.id for each in (*begun, *rest)] == [each.id for each in made[5:]]


def test_our_own_notes_are_hidden_however_they_are_asked_for() -> None:
    for url in ("urn:variorum:run", "URN:Variorum:run", "urn%3Avariorum:run", " urn:variorum:run"):
        assert is_note(urlkey(url)), url
    assert not is_note(urlkey("http://urn.example/variorum:"))
