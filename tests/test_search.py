"""Search on real SQLite databases: what is found, what is gone, and that the index follows what is put and deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive import finding
from archive.errors import Misuse
from archive.finding import Hit, found_in, hit_lines, marked, parse, typed
from archive.model import Article, Digest, Event, EventKind, Extraction, RecordId, Revision, Url, UrlKey
from archive.sentences import sentences as sentences_of
from archive.store import Connection, Store, articles, open_store, search, sqlite_url
from archive.wording import mark

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OTHER = "another"


def hours(number: float) -> datetime:
    return NOON + timedelta(hours=number)


def told(*paragraphs: str, language: str = "en", **more: Any) -> Extraction:
    return Extraction(paragraphs=paragraphs, language=language, **more)


def keep(
    conn: Connection,
    name: str,
    *texts: Extraction,
    events: Sequence[EventKind] = (),
    began: float = 0,
    site: str = "blog",
    outlet: str = "blog.example",
) -> list[RecordId]:
    """Put an article on record with revisions an hour apart, and what happened to it after them."""
    key, url = UrlKey(f"example,blog)/{name}"), Url(f"https://blog.example/{name}")
    chain = tuple(
        Revision(
            id=RecordId(f"urn:uuid:{name}-{number}"), number=number, url=url, seen_from=hours(began + number),
            seen_until=hours(began + number + 0.5), basis="bytes", extractor="x 1", extraction=each,
            text_digest=Digest("sha256:00"), words=1, captures=(RecordId(f"urn:uuid:{name}-{number}"),),
        )
        for number, each in enumerate(texts, 1)
    )  # fmt: skip
    happened = tuple(Event(at=hours(began + 50 + at), event=event, url=url) for at, event in enumerate(events))
    article = Article(id=key, url=url, extractor="x 1", revisions=chain, events=happened)
    articles.put(conn, article, {key: ("first", chain[0].seen_from, chain[0].id)}, site=site, outlet=outlet)
    for each in chain:
        search.put(conn, each.id, each.extraction)
    return [each.id for each in chain]


def found(conn: Connection, query: str, **more: Any) -> list[tuple[str, list[int]]]:
    """Give each hit's article, by its name, and the numbers of its revisions."""
    return [(_name(each), [one.number for one in each.revisions]) for each in search.find(conn, query, **more)]


def names(conn: Connection, query: str, **more: Any) -> list[str]:
    return [name for name, _ in found(conn, query, **more)]


def _name(hit: Hit) -> str:
    return hit.article.rpartition("/")[2]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(sqlite_url(tmp_path / "variorum.db"), create=True)
    yield opened
    opened.close()


@pytest.fixture
def conn(store: Store) -> Iterator[Connection]:
    with store.write() as connection:
        yield connection


# ------------------------------------------------------------------------------------------------------- what is found

STORIES = {
    "en": told("The joint operations room said so.", "Baghdad denied it.", language="en"),
    "de": told("Der gemeinsame Operationsraum teilte es mit.", "Müller sagte: Größe.", language="de"),
    "fr": told("La salle d’opérations conjointe l’a annoncé.", language="fr"),
    "es": told("La sala de operaciones conjunta lo anunció.", language="es"),
    "ru": told("Об этом сообщила объединённая комната операций.", language="ru"),
    "ar": told("وقالت غرفة العمليات المشتركة ذلك لبغداد.", language="ar"),
    "zh": told("联合作战室宣布了这一消息。", language="zh"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A database of one story in seven languages, to be looked at only."""
    opened = open_store(sqlite_url(tmp_path_factory.mktemp("world") / "variorum.db"), create=True)
    with opened.write() as conn:
        for name, each in STORIES.items():
            keep(conn, name, each)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("operation", "en fr"), ("JOINT rooms", "en"), ("room joint baghdad", "en"), ("room munich", ""),
        ('"operations room"', "en"), ('"room operations"', ""), ('"operations rooms"', ""),
        ("“joint operations”", "en"), ("operat*", "de en fr"), ('"joint oper*', ""), ('"joint oper"*', "en"),
        ('"said so baghdad"', ""),
        ("room -baghdad", ""), ("room -paris", "en"), ('room -"joint operations"', ""), ('joint-operations', "en"),
        ("Operationsräume", "de"), ("Mueller", "de"), ("muller", "de"), ('"Mueller sagte"', "de"), ("GRÖSSE", "de"),
        ("gemeinsamer raum", ""), ("Operations*", "de en fr"), ("annoncée", "fr"), ("operation conjointe", "fr"),
        ("operacion", "es"), ("operación anuncio", "es"), ("операция", "ru"), ("объединенная", "ru"),
        ("عمليات مشتركة", "ar"), ('"غرفة العمليات"', "ar"), ("العَمَلِيّات", "ar"), ("بغداد", "ar"), ("قالت", "ar"),
        ("作战室", "zh"), ("联合 消息", "zh"), ("联室", ""), ('"作战室宣布"', "zh"), ("作战*", "zh"),
        ("AND OR NOT", ""), ("words:room", ""), ("NEAR(joint room)", ""), ("room^", "en"), ("{room}", "en"),
    ],
)  # fmt: skip
def test_a_query_finds_the_stories_that_have_it(world: Store, query: str, expected: str) -> None:
    with world.read() as conn:
        assert sorted(names(conn, query)) == sorted(expected.split())


def test_all_that_an_article_says_is_searched(conn: Connection) -> None:
    keep(
        conn, "all",
        told("bodyword", headline="headword", seo_title="seoword", standfirst="standword", caption="capword",
             correction="corrword"),
    )  # fmt: skip
    for word in ("head", "seo", "stand", "body", "cap", "corr"):
        (hit,) = search.find(conn, f"{word}word")
        assert hit.snippet.text == f"{word}word"
        assert hit.headline.text == "headword"
    assert names(conn, '"headword seoword"') == []


@pytest.mark.parametrize("query", ["", "  ", "!?", "-room", '""', "*", '-"a b"', "a " * 65])
def test_a_query_without_a_word_to_find_is_misuse(conn: Connection, query: str) -> None:
    keep(conn, "a", told("room"))
    with pytest.raises(Misuse, match="word"):
        search.find(conn, query)


queries = st.text() | st.lists(
    st.sampled_from(
        ["room", '"', "-", "*", "(", ")", " ", "AND", "NOT", "NEAR", ":", "^", "+", "'", "words", "ü", "室", "\0"]
    )
).map("".join)


@given(query=queries)
@example(query='room" OR "x')
@example(query="room\ud800*")
@example(query='"joint' + " Mueller" * 30)
@example(query="-- ; DROP TABLE search")
def test_no_query_ever_raises_but_misuse(world: Store, query: str) -> None:
    with world.read() as conn:
        try:
            hits = list(search.find(conn, query))
        except Misuse:
            return
    for hit in hits:
        assert hit.snippet.text
        assert list(hit_lines(hit, 80))


pieces = st.sampled_from(
    "room rooms Room joint operations, Müller Mueller muller due Tuesday Tue toe to العمليات وعمليات لجنة 联合 室 "
    "e\u0301tat état . Größe Grösse juego jugo".split()
)
said = st.lists(pieces, min_size=1, max_size=8).map(" ".join)


@given(
    paragraphs=st.lists(said, min_size=1, max_size=3),
    language=st.sampled_from(["en", "de", "ar", "es", "zh", ""]),
    query=st.lists(said | said.map(lambda text: f'"{text}"') | pieces.map(lambda word: f"-{word}") | pieces.map(
        lambda word: f"{word[:3]}*"), min_size=1, max_size=3).map(" ".join),
)  # fmt: skip
def test_the_index_finds_what_reading_the_text_finds(
    reused: Store, paragraphs: list[str], language: str, query: str
) -> None:
    one = told(*paragraphs, language=language)
    with reused.write() as conn:
        try:
            # Prepared for all languages, as the index asks where it has texts of them all.
            read = parse(query, ["", "en", "de", "ar", "es", "zh"])
        except Misuse:
            return
        (id,) = keep(conn, "a", one)
        asked = "SELECT s.revision FROM search JOIN searched s ON s.number = search.rowid WHERE search MATCH ?"
        indexed = conn.exec_driver_sql(asked, (search.expression(read),)).scalars().all()
        assert bool(found_in(read, one)) == bool(indexed)
        search.delete(conn, [id])


@pytest.fixture(scope="module")
def reused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One database for all examples of a property; each example takes back what it put."""
    opened = open_store(sqlite_url(tmp_path_factory.mktemp("store") / "variorum.db"), create=True)
    yield opened
    opened.close()


# ------------------------------------------------------------------------------------------------- which, and in order


def test_revisions_that_say_the_same_are_one_hit_and_the_newest_comes_first(conn: Connection) -> None:
    same, more, fewer = told("The room said so."), told("The room said so.", "More."), told("More.")
    keep(conn, "old", told("No."), same, more, fewer, told("A room, they say."), same)
    keep(conn, "new", same, began=100)
    assert found(conn, "room") == [("new", [1]), ("old", [6]), ("old", [5]), ("old", [2, 3])]


def test_a_search_goes_on_behind_a_hit(conn: Connection) -> None:
    for name in ("a", "b", "c"):
        keep(conn, name, told("The room."), told("The room.", "x"), told("A room."), began=ord(name))
    everything = list(search.find(conn, "room"))
    assert len(everything) == 6
    gone_through = []
    after = None
    while some := list(search.find(conn, "room", limit=1, after=after)):
        gone_through += some
        after = some[-1].place
    assert gone_through == everything


def test_hits_can_be_of_a_time_an_outlet_and_a_site(conn: Connection) -> None:
    keep(conn, "a", told("The room."), told("The room.", "x"), told("The room.", "y"))
    keep(conn, "b", told("The room."), began=100, site=OTHER, outlet="other.example")
    assert found(conn, "room", since=hours(50)) == [("b", [1])]
    assert found(conn, "room", until=hours(50)) == [("a", [1, 2, 3])]
    assert found(conn, "room", since=hours(2), until=hours(3)) == [("a", [2])]
    assert found(conn, "room", since=hours(2.4), until=hours(3.1)) == [("a", [2, 3])]
    assert names(conn, "room", outlet="other.example") == ["b"]
    assert names(conn, "room", site="blog") == ["a"]
    assert names(conn, "room", site="blog", outlet="other.example") == []
    assert names(conn, "room", limit=1) == ["b"]


# --------------------------------------------------------------------------------------------------------------- gone


def test_gone_is_what_the_article_no_longer_says(conn: Connection) -> None:
    keep(conn, "edited", told("The joint room said so.", "Rain."), told("Rain."))
    keep(conn, "kept", told("Another joint room.", "Rain."), told("Another joint room.", "Snow."))
    assert found(conn, "joint room", gone=True) == [("edited", [1])]
    assert {_name(hit): hit.gone for hit in search.find(conn, "joint room")} == {"edited": True, "kept": False}
    assert names(conn, "rain", gone=True) == []  # the other article says it still


def test_a_sentence_that_another_article_says_now_is_not_gone(conn: Connection) -> None:
    keep(conn, "edited", told("Rain. The joint room said so."), told("Rain."))
    assert names(conn, '"joint room"', gone=True) == ["edited"]
    keep(conn, "reprint", told("Once again: rain.", "The joint  room said so."))
    assert names(conn, '"joint room"', gone=True) == []
    keep(conn, "reprint", told("Once again: rain.", "The joint  room said so."), told("Once again: rain."))
    assert sorted(names(conn, '"joint room"', gone=True)) == ["edited", "reprint"]


def test_a_sentence_that_was_changed_around_the_words_is_not_gone(conn: Connection) -> None:
    keep(conn, "a", told("The joint room said so."), told("The joint room denied it."))
    assert names(conn, '"joint room"', gone=True) == []
    assert names(conn, '"joint room" said', gone=True) == ["a"]


def test_what_came_back_is_not_gone(conn: Connection) -> None:
    keep(conn, "a", told("The room."), told("Rain."), told("The room."))
    assert names(conn, "room", gone=True) == []


@pytest.mark.parametrize(
    ("events", "gone"),
    [
        ((), False), (("removed",), True), (("removed", "reinstated"), False),
        (("removed", "reinstated", "removed"), True), (("removed", "unreachable"), True), (("blocked",), False),
    ],
)  # fmt: skip
def test_the_text_of_an_article_that_was_removed_is_gone(
    conn: Connection, events: tuple[EventKind, ...], gone: bool
) -> None:
    keep(conn, "a", told("The room."), told("The room.", "Rain."), events=events)
    assert found(conn, "room", gone=True) == ([("a", [1, 2])] if gone else [])
    assert [hit.gone for hit in search.find(conn, "room")] == [gone]


def test_a_removed_article_keeps_no_sentence_from_being_gone(conn: Connection) -> None:
    keep(conn, "edited", told("The joint room said so."), told("Rain."))
    keep(conn, "reprint", told("The joint room said so."), events=("removed",))
    assert sorted(names(conn, "joint", gone=True)) == ["edited", "reprint"]


def test_a_headline_that_was_changed_is_gone(conn: Connection) -> None:
    keep(conn, "a", told("Rain.", headline="Joint room denies"), told("Rain.", headline="Rain"))
    (hit,) = search.find(conn, "denies", gone=True)
    assert (hit.snippet.text, hit.headline.text) == ("Joint room denies", "Joint room denies")


def test_the_snippet_shows_the_sentence_that_is_gone(conn: Connection) -> None:
    keep(conn, "b", told("The room is large."))
    keep(conn, "a", told("The room is large. The room is dark."), told("Rain."))
    (hit,) = search.find(conn, "room", gone=True)
    assert hit.snippet.text == "The room is dark."


# ------------------------------------------------------------------------------------------- the index follows its rows


def test_what_is_put_again_is_found_by_its_new_words_only(conn: Connection) -> None:
    keep(conn, "a", told("The room."))
    keep(conn, "a", told("The hall."))
    assert (names(conn, "room"), names(conn, "hall")) == ([], ["a"])


def test_what_is_deleted_is_found_no_more_and_can_be_put_again(conn: Connection) -> None:
    ids = keep(conn, "a", told("The room."), told("A room."))
    search.delete(conn, [*ids, RecordId("urn:uuid:unknown")])
    assert names(conn, "room") == []
    assert conn.exec_driver_sql("SELECT count(*) FROM sentences").scalar() == 0
    keep(conn, "a", told("The room."))
    assert found(conn, "room") == [("a", [1])]


def test_a_revision_that_is_no_more_is_not_found_whatever_the_index_has(conn: Connection) -> None:
    keep(conn, "a", told("The room."))
    articles.forget(conn, UrlKey("example,blog)/a"))
    assert names(conn, "room") == []
    assert search.behind(conn)
    assert search.catch_up(conn) == 1
    assert conn.exec_driver_sql("SELECT count(*) FROM searched").scalar() == 0


def test_an_index_that_is_missing_is_made_from_the_revisions(conn: Connection) -> None:
    for name in ("a", "b", "c"):
        keep(conn, name, told("The room."), told("A room."))
    search.wipe(conn)
    assert names(conn, "room") == []
    assert search.behind(conn)
    assert [search.catch_up(conn, most=4) for _ in range(3)] == [4, 2, 0]
    assert not search.behind(conn)
    assert len(names(conn, "room")) == 6


def test_an_index_of_another_layout_is_made_anew(conn: Connection) -> None:
    keep(conn, "a", told("The room."))
    conn.exec_driver_sql("UPDATE kept SET value = '0' WHERE name = 'search'")
    assert search.behind(conn)
    assert search.catch_up(conn) == 1
    assert names(conn, "room") == ["a"]


def test_an_index_of_little_else_than_what_is_left_over_is_made_anew(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SPARE", 5)
    for number in range(9):
        keep(conn, "a", told(f"The room {number}."))
    assert search.behind(conn)
    while search.catch_up(conn):
        pass
    assert not search.behind(conn)
    assert conn.exec_driver_sql("SELECT max(number) FROM searched").scalar() == 1
    assert (names(conn, "room 8"), names(conn, "room 7")) == (["a"], [])


def test_putting_what_is_there_already_writes_nothing(conn: Connection) -> None:
    keep(conn, "a", told("The room."))
    before = conn.exec_driver_sql("SELECT total_changes()").scalar()
    search.put(conn, RecordId("urn:uuid:a-1"), told("The room."))
    assert conn.exec_driver_sql("SELECT total_changes()").scalar() == before


def test_the_marks_of_sentences_are_kept_in_their_order(conn: Connection) -> None:
    paragraphs = "One. “Two”, he said.", "Three."
    (id,) = keep(conn, "a", told(*paragraphs, headline="None of these"))
    rows = conn.exec_driver_sql("SELECT revision, mark FROM sentences ORDER BY position").all()
    assert rows == [(id, mark(each)) for text in paragraphs for each in sentences_of(text)]


def test_sentences_that_were_lost_are_put_again(conn: Connection) -> None:
    keep(conn, "a", told("The room."))
    conn.exec_driver_sql("DELETE FROM sentences")
    keep(conn, "a", told("The room."))
    assert conn.exec_driver_sql("SELECT count(*) FROM sentences").scalar() == 1


def test_half_a_character_is_no_obstacle(conn: Connection) -> None:
    keep(conn, "a", told("The room \ud83d here.", headline="Half \ud83d", seo_title="\ud83d", standfirst="\udead"))
    (hit,) = search.find(conn, "room here half")
    assert "room \\ud83d here" in hit.snippet.text


def test_an_index_stays_whole_and_is_copied_with_the_database(store: Store, tmp_path: Path) -> None:
    with store.write() as conn:
        keep(conn, "a", told("The room."))
    copy = tmp_path / "copy.db"
    store.backup(copy)
    with closing(sqlite3.connect(copy)) as plain:
        plain.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 0)")
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    opened = open_store(sqlite_url(copy))
    with opened.read() as conn:
        assert names(conn, "room") == ["a"]
    opened.close()


# ----------------------------------------------------------------------------------------------------------- snippets


def snippet(conn: Connection, query: str) -> tuple[str, list[str]]:
    (hit,) = search.find(conn, query)
    return hit.snippet.text, [hit.snippet.text[start:end] for start, end in hit.snippet.spans]


def test_a_snippet_is_the_raw_sentence_with_the_words_that_were_asked_for(conn: Connection) -> None:
    keep(conn, "a", told("Rain. „Die  Größe“ des Raums: Müllers\u00a0Räume. Snow.", language="de"))
    text, marks = snippet(conn, "raum groesse muell*")
    assert text == "„Die  Größe“ des Raums: Müllers Räume."
    assert marks == ["Größe", "Raums", "Räume"] or marks == ["Größe", "Raums", "Müllers", "Räume"]


def test_a_phrase_is_marked_as_one_and_its_words_elsewhere_are_not(conn: Connection) -> None:
    keep(conn, "a", told("The room of the joint operations room is joint."))
    assert snippet(conn, '"joint operations room"')[1] == ["joint operations room"]
    assert snippet(conn, "joint room")[1] == ["room", "joint", "room", "joint"]


def test_a_long_sentence_is_cut_around_the_words(conn: Connection) -> None:
    keep(conn, "a", told(f"{'before it ' * 60}the room {'and after ' * 60}end."))
    text, marks = snippet(conn, "room")
    assert len(text) < 250
    assert (text[0], text[-1], marks) == ("…", "…", ["room"])
    assert text[1:-1] in f"{'before it ' * 60}the room {'and after ' * 60}"
    keep(conn, "a", told(f"{'前' * 400}作战室{'后' * 400}。", language="zh"))
    text, marks = snippet(conn, "作战室")
    assert (len(text) < 250, marks) == (True, ["作战室"])


def test_a_long_sentence_is_cut_where_most_of_the_words_stand(conn: Connection) -> None:
    keep(conn, "a", told(f"The army {'went on ' * 60}to the room of the army {'and after ' * 60}end."))
    text, marks = snippet(conn, "army room")
    assert (marks, len(text) < 250) == (["room", "army"], True)


def test_words_of_several_sentences_are_all_shown(conn: Connection) -> None:
    keep(conn, "a", told("A room is here.", "Nothing.", "Then the army came.", "A room again."))
    text, marks = snippet(conn, "army room")
    assert text == "A room is here. … Then the army came."
    assert marks == ["room", "army"]


@given(paragraph=st.text(max_size=400), word=st.sampled_from(["room", "室", "غرفة"]), width=st.integers(20, 100))
def test_lines_have_the_very_words_marked(paragraph: str, word: str, width: int) -> None:
    read = parse(word)
    found = found_in(read, told(f"{paragraph} {word} {paragraph}"))
    passage = finding.snippet(finding.fullest(found))
    assert word in [passage.text[start:end] for start, end in passage.spans]
    lines = list(marked(passage, width, "  "))
    asked = "".join(text for line in lines for text, is_asked in line if is_asked)
    assert word in asked.replace(" ", "")
    assert all(text.isprintable() for line in lines for text, _ in line)


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        (["joint", "room"], "joint room"), (["joint operations room"], '"joint operations room"'),
        (["joint operations", "army*"], '"joint operations" army*'), (['"joint room" -army'], '"joint room" -army'),
        (["room -army"], "room -army"), (["room* army"], "room* army"), (["“joint room”"], "“joint room”"),
    ],
)  # fmt: skip
def test_an_argument_with_blanks_is_a_phrase(arguments: list[str], query: str) -> None:
    assert typed(arguments) == query
