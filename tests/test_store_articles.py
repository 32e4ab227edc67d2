"""Articles in the store on real SQLite files: chains come back exactly, ids are stable, layouts lose nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, create_engine, insert, table

from archive.errors import Damaged
from archive.identity import Pointer
from archive.model import (
    Article,
    Candidate,
    Capture,
    Digest,
    Event,
    Extraction,
    Layout,
    Link,
    Locator,
    Place,
    Reading,
    RecordId,
    Revision,
    Url,
    UrlKey,
    Visit,
)
from archive.store import (
    Connection,
    Store,
    articles,
    captures,
    layouts,
    open_store,
    outlets,
    pictures,
    pins,
    pointers,
    readings,
    schema,
    sqlite_url,
    visits,
    wipe_derived,
)
from archive.store.articles import Membership
from archive.store.pictures import Picture
from archive.store.pins import Pin

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
A, B, C = UrlKey("example,blog)/a"), UrlKey("example,blog)/b"), UrlKey("example,blog)/c")


def hours(number: float) -> datetime:
    return NOON + timedelta(hours=number)


def url_of(key: UrlKey) -> Url:
    return Url(f"https://blog.example{key.partition(')')[2]}")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(sqlite_url(tmp_path / "variorum.db"), create=True)
    yield opened
    opened.close()


@pytest.fixture
def conn(store: Store) -> Iterator[Connection]:
    with store.write() as connection:
        yield connection


@pytest.fixture(scope="module")
def reused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One database for all examples of a property; each example takes back what it wrote."""
    opened = open_store(sqlite_url(tmp_path_factory.mktemp("store") / "variorum.db"), create=True)
    yield opened
    opened.close()


# ------------------------------------------------------------------------------------------------------------ layouts

bits = st.integers(0, 2**63 - 1)
numbers = st.integers(0, 300) | st.integers(0, 2**32 - 1)
shapes = st.integers(0, 2**32 - 1)
places = st.builds(Place, shapes, numbers, shapes, numbers, st.booleans(), st.booleans())
some_numbers = st.lists(numbers, max_size=20).map(tuple)
any_layout = st.builds(
    Layout, marks=st.lists(bits, max_size=20).map(tuple), at=some_numbers,
    places=st.lists(places, max_size=9).map(tuple), links=some_numbers, chosen=some_numbers,
)  # fmt: skip

ONE = Layout(
    marks=(7, 2**63 - 1, 0), at=(0, 1, 1), links=(2,), chosen=(1, 0),
    places=(
        Place(1, 2, 3, 4, 5, 6, True, False, True), Place(2**32 - 1, 65535, 0, 1, 2**32 - 2, 7, False, True, False),
    ),
)  # fmt: skip


@given(one=any_layout)
def test_a_layout_comes_back_exactly(one: Layout) -> None:
    assert layouts.unpack(layouts.pack(one)) == one


def test_a_layout_takes_little_more_than_its_marks() -> None:
    table = tuple(
        Place(n * 2654435761 % 2**32, n, n * 40503 % 2**32, n // 2, n * 3, n // 4, True, False, False)
        for n in range(30)
    )
    page = Layout(
        marks=tuple(range(10**15, 10**15 + 400)), at=tuple(n // 14 for n in range(400)), places=table,
        links=tuple(range(0, 400, 7)), chosen=tuple(range(40, 90)),
    )  # fmt: skip
    assert len(layouts.pack(page)) < 8 * 400 + 1000


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (b"", "empty"),
        (b"\x02" + layouts.pack(ONE)[1:], "02"),
        (layouts.pack(ONE)[:9], "damaged"),
        (layouts.pack(ONE)[:-1], "damaged"),
        (layouts.pack(ONE)[:-4] + b"\0\0\0\0", "damaged"),
        (layouts.pack(ONE)[:3] + b"\xff\xff\xff" + layouts.pack(ONE)[6:], "damaged"),
        (layouts.pack(ONE)[:1] + b"\x04" + layouts.pack(ONE)[2:], "too many or too few"),
    ],
)
def test_bytes_that_are_no_layout_are_refused(broken: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        layouts.unpack(broken)


def test_a_number_too_large_for_the_format_is_refused_not_cut() -> None:
    with pytest.raises(OverflowError):
        layouts.pack(Layout(at=(2**32,)))


# ----------------------------------------------------------------------------------------------------------- readings


def capture(name: str, *, key: UrlKey = A, at: datetime = NOON, **more: Any) -> Capture:
    told: dict[str, Any] = {"status": 200, "mime": "text/html", "kind": "response", **more}
    where = Locator(warc="a.warc.gz", offset=0, length=1)
    return Capture(id=RecordId(name), urlkey=key, url=url_of(key), at=at, digest=None, locator=where, **told)


def reading(of: Capture, *, extractor: str = "x 1", **more: Any) -> Reading:
    told: dict[str, Any] = {"verdict": "article", "score": 0.5, **more}
    return Reading(capture=of.id, urlkey=of.urlkey, url=of.url, at=of.at, extractor=extractor, **told)


FULL = Extraction(
    headline="Dam “holds”", seo_title="Dam holds", standfirst="So far", bylines=("A. Writer",), published="2026-11-22",
    modified="2026-11-22T10:00:00+01:00", language="en", section="News", paragraphs=("One.", "Two\u00a0é."),
    links=(Link(url="https://a.example/", text="a", paragraph=1),), tags=("dam",), picture="https://a.example/p.jpg",
    caption="A dam", correction="None", canonical="https://blog.example/a", amp="https://blog.example/a/amp", live=True,
    origins={"headline": "h1"}, candidates=(Candidate(field="headline", value="Dam", origin="og"),),
)  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"extraction": FULL, "layout": ONE, "claims": 2**63 - 1, "text_digest": Digest("sha256:00"), "reasons": ("é",)},
        {"extraction": Extraction(), "layout": Layout(), "verdict": "consent"},
        {"extraction": replace(FULL, seo_title="half \ud83d"), "reasons": ("half \ud83d é",)},
        {"verdict": "same", "same_as": RecordId("c0")},
    ],
)
def test_a_reading_comes_back_as_it_went_in(conn: Connection, more: dict[str, Any]) -> None:
    seen = capture("c1")
    one = reading(seen, **more)
    captures.insert(conn, [seen])
    readings.insert(conn, [reading(seen, verdict="other"), one])
    assert readings.of_capture(conn, seen.id) == [one]
    assert readings.of_url(conn, A) == [one]
    assert list(readings.every(conn)) == [one]
    assert readings.of_captures(conn, [seen.id]) == [one]
    newest = readings.newest_article(conn, A)
    assert newest == (one if one.layout is not None and one.verdict == "article" else None)


def test_a_reading_stored_before_the_new_fields_is_still_read(conn: Connection) -> None:
    seen = capture("c1")
    captures.insert(conn, [seen])
    readings.insert(conn, [reading(seen, extraction=FULL)])
    new = {"canonical", "amp", "live", "candidates"}
    row: str = conn.exec_driver_sql("SELECT extraction FROM readings").scalar_one()
    old = {name: value for name, value in json.loads(row).items() if name not in new}
    conn.exec_driver_sql("UPDATE readings SET extraction = ?", (json.dumps(old),))
    expected = replace(FULL, canonical=None, amp=None, live=False, candidates=())
    assert [each.extraction for each in readings.of_url(conn, A)] == [expected]


def test_a_damaged_layout_is_named_with_its_reading(conn: Connection) -> None:
    seen = capture("c1")
    captures.insert(conn, [seen])
    readings.insert(conn, [reading(seen, layout=ONE)])
    conn.exec_driver_sql("UPDATE readings SET layout = ?", (b"\x01nonsense",))
    with pytest.raises(Damaged, match="reading of c1 .*`variorum reread`"):
        readings.of_url(conn, A)


def test_readings_of_captures_are_given_oldest_first_and_of_one_extractor(conn: Connection) -> None:
    seen = [capture(f"c{n:04}", at=hours(-n)) for n in range(1100)]
    captures.insert(conn, seen)
    readings.insert(conn, [reading(each, extractor=name) for each in seen for name in ("x 1", "x 2")])
    ids = [each.id for each in seen]
    given_back = readings.of_captures(conn, ids, "x 2")
    assert [each.capture for each in given_back] == ids[::-1]
    assert {each.extractor for each in given_back} == {"x 2"}
    assert len(readings.of_captures(conn, ids[:3])) == 6
    assert readings.of_captures(conn, []) == []


def test_the_newest_article_is_by_capture_time_and_has_a_layout(conn: Connection) -> None:
    first, second, wall, bare, other = (capture(f"c{n}", at=hours(n)) for n in range(5))
    second = replace(second, url=Url("https://blog.example/a?utm=1"))
    captures.insert(conn, [first, second, wall, bare, other])
    rows = [
        reading(second, layout=ONE),
        reading(first, layout=ONE),
        reading(wall, layout=ONE, verdict="consent"),
        reading(bare, extraction=FULL),
    ]
    readings.insert(conn, rows)
    assert readings.newest_article(conn, A) == rows[0]
    assert readings.newest_article(conn, A, first.url) == rows[1]
    assert readings.newest_article(conn, A, Url("https://blog.example/other")) is None
    assert readings.newest_article(conn, B) is None


def test_what_no_reader_read_yet_is_found_in_the_order_of_capture(conn: Connection) -> None:
    wanted = [
        capture("page", at=hours(9)),
        capture("xhtml", at=hours(1), mime="application/xhtml+xml"),
        capture("unknown", at=hours(2), mime=None),
        capture("gone", at=hours(3), mime="text/plain", status=404),
        capture("unchanged", at=hours(4), mime=None, status=304, kind="revisit"),
        capture("repeated", at=hours(5), kind="revisit"),
        capture("imported", at=hours(6), mime="image/png", status=None),
    ]
    unwanted = [
        capture("picture", at=hours(1), mime="image/png"),
        capture("certificate", at=hours(1), kind="resource"),
        capture("read", at=hours(1)),
    ]
    others = [
        capture(why, key=UrlKey(f"example,blog)/{n}"), at=hours(2))
        for n, why in enumerate(("robots", "feed", "sitemap", "front page", "archive page", "requisite"))
    ]
    captures.insert(conn, [*wanted, *unwanted, *others])
    readings.insert(conn, [reading(unwanted[-1], verdict="other")])
    visits.insert(conn, [visit_of(each, each.id) for each in others])
    visits.insert(conn, [visit_of(wanted[0], "new"), visit_of(wanted[3], "recheck")])
    in_order = sorted(wanted, key=lambda each: each.at)
    assert readings.missing(conn, 100) == in_order
    found: list[Capture] = []
    after: tuple[datetime, RecordId] | None = None
    while some := readings.missing(conn, 2, after):
        assert len(some) <= 2
        found += some
        after = some[-1].at, some[-1].id
    assert found == in_order


def test_captures_of_one_moment_are_all_found_page_by_page(conn: Connection) -> None:
    same = [capture(f"c{n}", key=UrlKey(f"example,blog)/{9 - n}")) for n in range(5)]
    captures.insert(conn, same)
    first = readings.missing(conn, 3)
    assert first + readings.missing(conn, 3, (first[-1].at, first[-1].id)) == same


def visit_of(seen: Capture, why: Any) -> Visit:
    return Visit(
        id=RecordId(f"v-{seen.id}"), url=seen.url, urlkey=seen.urlkey, at=seen.at, why=why, attempt=1,
        outcome="captured", capture=seen.id, locator=seen.locator,
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------------------- articles

words = st.text(st.characters(codec="utf-8"), max_size=12)
some = st.none() | words
times = st.datetimes(timezones=st.just(UTC))
any_extraction = st.builds(
    Extraction, headline=some, seo_title=some, bylines=st.lists(words, max_size=2).map(tuple), live=st.booleans(),
    paragraphs=st.lists(words, max_size=3).map(tuple), origins=st.dictionaries(words, words, max_size=2),
    links=st.lists(st.builds(Link, url=words, text=words, paragraph=st.integers(0, 9)), max_size=2).map(tuple),
    candidates=st.lists(st.builds(Candidate, field=words, value=words, origin=words), max_size=2).map(tuple),
)  # fmt: skip
any_revision = st.builds(
    Revision, id=words, number=st.just(0), url=words, seen_from=times, seen_until=times,
    basis=st.sampled_from(["bytes", "304"]), extractor=words, extraction=any_extraction, text_digest=words,
    words=st.integers(0, 9**9), captures=st.just(()), returns_to=some, picture_digest=some, picture_hash=some,
)  # fmt: skip
any_event = st.builds(
    Event, at=st.sampled_from([NOON, hours(1)]), event=st.sampled_from(["moved", "variant"]), url=words, capture=some,
    visit=some, detail=some,
)  # fmt: skip


def chain(id: UrlKey, *captured: str, at: datetime = NOON) -> Article:
    """Give an article whose revisions were opened by the captures named, an hour apart."""
    opened = [
        Revision(
            id=RecordId(name), number=n, url=url_of(id), seen_from=at + timedelta(hours=n),
            seen_until=at + timedelta(hours=n), basis="bytes", extractor="x 1",
            extraction=replace(FULL, headline=name), text_digest=Digest(name), words=3, captures=(RecordId(name),),
        )
        for n, name in enumerate(captured, 1)
    ]  # fmt: skip
    return Article(id=id, url=url_of(id), extractor="x 1", revisions=tuple(opened))


def because(*keys: UrlKey, reason: str = "canonical", at: datetime = NOON) -> dict[UrlKey, Membership]:
    return {key: (reason, at, RecordId("c1")) for key in keys}


def put(conn: Connection, article: Article, *keys: UrlKey) -> None:
    articles.put(conn, article, because(*(keys or (article.id,))), site="blog", outlet="blog.example")


@given(
    opened=st.lists(any_revision, min_size=1, max_size=4, unique_by=lambda each: each.id),
    happened=st.lists(any_event, max_size=4),
    shown=st.lists(words, max_size=8, unique=True),
)
def test_an_article_comes_back_as_it_went_in(
    reused: Store, opened: list[Revision], happened: list[Event], shown: list[str]
) -> None:
    told = [
        replace(each, number=n, captures=tuple(map(RecordId, shown[n :: len(opened)]))) for n, each in enumerate(opened)
    ]
    one = Article(id=A, url=url_of(A), extractor="x 1", revisions=tuple(told), events=tuple(happened))
    with reused.write() as conn:
        put(conn, chain(A, "former"))
        put(conn, one)
        assert articles.get(conn, A) == one
        assert articles.of_urlkey(conn, A) == one
        for each in told:
            assert articles.revision(conn, each.id) == (A, each)
        articles.forget(conn, A)
        assert articles.get(conn, A) is None


def test_a_revision_is_found_by_any_capture_that_showed_it(conn: Connection) -> None:
    one = chain(A, "c1", "c2")
    first = replace(one.revisions[0], captures=(RecordId("c1"), RecordId("again")))
    put(conn, replace(one, revisions=(first, one.revisions[1])))
    assert articles.revision(conn, RecordId("again")) == (A, first)
    assert articles.revision(conn, RecordId("c2")) == (A, one.revisions[1])
    assert articles.revision(conn, RecordId("elsewhere")) is None
    # The capture that opened the second revision is found not to: its id still leads to what it shows.
    whole = replace(first, captures=(RecordId("c1"), RecordId("again"), RecordId("c2")))
    put(conn, replace(one, revisions=(whole,)))
    assert articles.revision(conn, RecordId("c2")) == (A, whole)


def test_half_a_character_in_a_headline_breaks_nothing(conn: Connection) -> None:
    one = chain(A, "c1")
    half = replace(one.revisions[0], extraction=Extraction(headline="half \ud83d é"))
    told = replace(one, revisions=(half,), events=(Event(at=NOON, event="variant", url=one.url, detail="\ud83d"),))
    put(conn, told)
    found = articles.get(conn, A)
    assert found is not None
    assert found.revisions == told.revisions


def test_an_article_without_a_revision_is_refused(conn: Connection) -> None:
    with pytest.raises(ValueError, match="no revision"):
        put(conn, chain(A))
    with pytest.raises(ValueError, match="own URLs"):
        put(conn, chain(A, "c1"), B)


def test_a_changed_id_leads_on(conn: Connection) -> None:
    put(conn, chain(A, "c1", "c2"), A, B)
    earlier = chain(B, "c0", "c1", "c2", at=hours(-1))
    put(conn, earlier, A, B)
    assert articles.of_urlkey(conn, A) == articles.get(conn, A) == articles.get(conn, B) == earlier
    assert list(articles.every(conn)) == [B]
    assert articles.revision(conn, RecordId("c1")) == (B, earlier.revisions[1])
    back = chain(A, "c1", "c2")
    put(conn, back, A, B)
    assert articles.get(conn, B) == articles.get(conn, A) == back
    assert list(articles.every(conn)) == [A]


def test_joined_articles_lead_to_the_one_they_became(conn: Connection) -> None:
    put(conn, chain(B, "b1"))
    put(conn, chain(C, "c1"))
    put(conn, chain(B, "b1", "c1"), B, C)
    assert list(articles.every(conn)) == [B]
    assert articles.id_of(conn, C) == B
    put(conn, chain(A, "a1", "b1", "c1"), A, B, C)
    assert [articles.id_of(conn, key) for key in (A, B, C)] == [A, A, A]
    assert articles.members(conn, A) == because(A, B, C)
    one = articles.get(conn, C)
    assert one is not None
    assert one.id == A
    assert [each.id for each in one.revisions] == ["a1", "b1", "c1"]
    assert articles.stale(conn, 9) == []


def test_an_id_whose_url_left_long_ago_still_leads_on(conn: Connection) -> None:
    put(conn, chain(A, "a1"), A, B)
    articles.redirect(conn, C, A, "by hand", NOON)
    put(conn, chain(B, "b1"), B, A)
    found = articles.of_urlkey(conn, C)
    assert found is not None
    assert found.id == B


def test_an_article_that_lost_a_url_stays_and_waits_to_be_folded(conn: Connection) -> None:
    put(conn, chain(A, "a1", "b1"), A, B)
    put(conn, chain(B, "b1"), B)
    assert articles.id_of(conn, A) == A
    assert articles.id_of(conn, B) == B
    assert articles.stale(conn, 9) == [A]
    assert articles.is_stale(conn, A)
    assert not articles.is_stale(conn, B)
    put(conn, chain(A, "a1"), A)
    articles.folded(conn, [A])
    assert not articles.is_stale(conn, A)
    assert [articles.of_urlkey(conn, key) for key in (A, B)] == [chain(A, "a1"), chain(B, "b1")]


def test_a_url_that_an_article_has_no_longer_waits_to_be_folded(conn: Connection) -> None:
    put(conn, chain(A, "a1", "b1"), A, B)
    put(conn, chain(A, "a1"), A)
    assert articles.id_of(conn, B) is None
    assert articles.stale(conn, 9) == [B]


def test_an_id_leads_where_its_url_went_not_where_the_rest_went(conn: Connection) -> None:
    put(conn, chain(A, "a1", "c1"), A, C)
    put(conn, chain(B, "b1", "a1"), B, A)
    put(conn, chain(C, "c1"), C)
    assert [articles.id_of(conn, key) for key in (A, B, C)] == [B, B, C]
    found = articles.get(conn, A)
    assert found is not None
    assert found.id == B


def test_urls_that_wait_longest_are_folded_first(conn: Connection) -> None:
    articles.mark_stale(conn, [B, C], hours(1))
    articles.mark_stale(conn, [A, B], hours(2))
    assert articles.stale(conn, 9) == [B, C, A]
    assert articles.stale(conn, 1) == [B]
    articles.folded(conn, [B, A])
    assert articles.stale(conn, 9) == [C]
    articles.mark_stale(conn, [], hours(3))


def test_a_url_that_was_marked_while_it_was_folded_still_waits(conn: Connection) -> None:
    put(conn, chain(A, "a1"), A, B)
    articles.mark_stale(conn, [A, B], NOON)
    marks = articles.marks_of(conn, [A, B, C])
    articles.mark_stale(conn, [B, C], NOON)
    articles.folded(conn, [A, B, C], marks)
    assert articles.stale(conn, 9) == [B, C]
    assert articles.is_stale(conn, A)
    put(conn, chain(A, "a1"), A, B)
    assert articles.is_stale(conn, A)


def test_ids_are_given_by_site_outlet_and_time_in_pages(conn: Connection) -> None:
    count = articles.PAGE + 3
    keys = [UrlKey(f"example,blog)/{n:04}") for n in range(count)]
    for number, key in enumerate(keys):
        site = "blog" if number % 2 else "news"
        one = chain(key, f"c{number}", at=hours(number))
        articles.put(conn, one, because(key), site=site, outlet="o" if number % 3 else None)
    assert list(articles.every(conn)) == keys
    assert list(articles.every(conn, after=keys[-3])) == keys[-2:]
    assert list(articles.every(conn, site="blog", outlet="o")) == [
        key for number, key in enumerate(keys) if number % 2 and number % 3
    ]
    assert list(articles.every(conn, since=hours(count - 1))) == keys[-2:]
    assert articles.count(conn, "o") == len(list(articles.every(conn, outlet="o"))) > 0
    assert articles.count(conn, "elsewhere") == 0


def test_a_chain_knows_since_when_it_is_pinned(conn: Connection) -> None:
    pins.put(conn, Pin(urlkey=B, extractor="x 1", at=hours(-5)))
    put(conn, chain(A, "a1"), A, B)
    pinned: int = conn.exec_driver_sql("SELECT pinned_at FROM articles").scalar_one()
    assert schema.instant(pinned) == hours(-5)


# -------------------------------------------------------------------------- pointers, pictures, outlets, models, pins


def pointer(kind: Any, at: datetime, *, source: UrlKey = A, target: UrlKey = B, said: str = "c1") -> Pointer:
    return Pointer(source=source, target=target, kind=kind, url=url_of(target), at=at, capture=RecordId(said))


def test_the_earliest_word_for_a_pointer_stays_in_any_order(conn: Connection) -> None:
    early, late = pointer("canonical", NOON, said="c0"), pointer("canonical", hours(1))
    other = pointer("amp", hours(2), source=B, target=A)
    pointers.insert(conn, [late, other])
    pointers.insert(conn, [early])
    pointers.insert(conn, [late])
    pointers.insert(conn, [])
    assert pointers.of(conn, A) == pointers.of(conn, B) == [early, other]
    assert pointers.of(conn, C) == []


def test_of_pointers_by_hand_the_newest_stays(conn: Connection) -> None:
    first, split, again = pointer("join", NOON), pointer("split", hours(1)), pointer("join", hours(2))
    pointers.insert(conn, [again, split, first])
    assert pointers.of(conn, A) == [split, again]


def test_what_a_page_calls_itself_leads_to_all_that_call_themselves_so(conn: Connection) -> None:
    name = UrlKey("id:blog.example:42")
    both = [pointer("id", hours(n), source=key, target=name) for n, key in enumerate((A, B))]
    pointers.insert(conn, both)
    assert pointers.of(conn, name) == both


def test_a_picture_comes_back_by_its_digest(conn: Connection) -> None:
    one = Picture(digest=Digest("sha256:01"), hash="00ff00ff00ff00ff", width=640, height=480)
    pictures.put(conn, replace(one, width=1))
    pictures.put(conn, one)
    assert pictures.of(conn, [one.digest, Digest("sha256:02")]) == {one.digest: one}
    assert pictures.of(conn, []) == {}


def test_every_model_of_an_outlet_is_kept_and_the_newest_is_its_model(conn: Connection) -> None:
    assert outlets.model(conn, "blog.example") is None
    outlets.put_model(conn, "blog.example", "bb", {"n": [1]}, hours(2))
    outlets.put_model(conn, "blog.example", "aa", {"n": [2]}, hours(1))
    outlets.put_model(conn, "other.example", "cc", {}, hours(3))
    assert outlets.model(conn, "blog.example") == ("bb", {"n": [1]})
    assert outlets.models_by(conn, "blog.example", "aa") == {"n": [2]}
    assert outlets.models_by(conn, "blog.example", "cc") is None
    outlets.put_model(conn, "blog.example", "aa", {"n": [2]}, hours(4))
    outlets.put_model(conn, "blog.example", "aa", {"n": [2]}, NOON)
    assert outlets.model(conn, "blog.example") == ("aa", {"n": [2]})


def test_an_outlet_is_trusted_until_a_second_reading_proved_wrong(conn: Connection) -> None:
    assert outlets.trusted(conn, "blog.example")
    outlets.count(conn, "blog.example", compared=3)
    assert outlets.trusted(conn, "blog.example")
    outlets.count(conn, "blog.example", compared=1, disagreed=1)
    outlets.count(conn, "blog.example", compared=1)
    assert not outlets.trusted(conn, "blog.example")
    row = conn.exec_driver_sql("SELECT compared, disagreed FROM outlets").one()
    assert tuple(row) == (5, 1)


def test_the_newest_pin_of_a_url_wins_in_any_order(conn: Connection) -> None:
    old, new = (Pin(urlkey=A, extractor=f"x {n}", model=f"m{n}", at=hours(n)) for n in (1, 2))
    for order in ((old, new), (new, old, new)):
        for pin in order:
            pins.put(conn, pin)
        assert pins.of(conn, [A, B]) == {A: new}
        wipe_derived(conn)
        assert pins.of(conn, [A]) == {}


def test_what_reread_makes_again_is_not_wiped_by_reindex(conn: Connection) -> None:
    one = chain(A, "c1")
    seen = capture("c1")
    captures.insert(conn, [seen])
    readings.insert(conn, [reading(seen, layout=ONE)])
    put(conn, one)
    pointers.insert(conn, [pointer("amp", NOON)])
    wipe_derived(conn)
    assert articles.get(conn, A) == one
    captures.insert(conn, [seen])
    assert readings.newest_article(conn, A) is not None
    assert len(pointers.of(conn, A)) == 1


# ---------------------------------------------------------------------------------------------------------- migration


def test_a_database_of_the_schema_before_is_brought_up_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "variorum.db"
    config = Config()
    config.set_main_option("script_location", "archive.store:migrations")
    lists = ("bylines", "paragraphs", "links", "tags")
    old = create_engine(sqlite_url(path))
    with old.begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0002")
        seen = capture("c1")
        then = [column for column in schema.captures.columns if column.name != "restricted"]
        row = {column.name: getattr(seen, column.name, None) for column in then}
        old_captures = table("captures", *(Column(column.name, column.type) for column in then))
        conn.execute(insert(old_captures), {**row, "warc": "a.warc.gz", "offset": 0, "length": 1})
        conn.exec_driver_sql(
            "INSERT INTO readings VALUES ('c1', 'x 1', ?, ?, 'article', 0.5, '[\"so\"]', 'sha256:00', ?)",
            (A, schema.micros(NOON), json.dumps({"headline": "H", **{name: [] for name in lists}, "bylines": ["B"]})),
        )
    old.dispose()
    store = open_store(sqlite_url(path))
    with store.write() as conn:
        assert readings.of_url(conn, A) == [
            reading(seen, reasons=("so",), text_digest="sha256:00", extraction=Extraction(headline="H", bylines=("B",)))
        ]
        assert readings.missing(conn, 9) == []
        put(conn, chain(A, "c1"))
        assert articles.of_urlkey(conn, A) == chain(A, "c1")
    store.close()
    open_store(sqlite_url(tmp_path / "fresh.db"), create=True).close()
    assert tables_of(path) == tables_of(tmp_path / "fresh.db")


def tables_of(path: Path) -> dict[str, str]:
    with sqlite3.connect(path) as opened:
        rows = opened.execute("SELECT name, sql FROM sqlite_master").fetchall()
    opened.close()
    return dict(rows)
