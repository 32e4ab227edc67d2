"""Faults of diffs, flags and changes that a hostile tester found; each test fails until its fault is mended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.diff import text_edits
from archive.model import RecordId, UrlKey
from archive.sentences import sentences
from archive.store import Connection, Store, changes, open_store, sqlite_url
from archive.store.changes import Noted
from archive.styled import Paper, Piece
from crawler.newsstand.chronicle_posts import day
from crawler.newsstand.chronicle_truth import story
from tests.kept import empty, keep
from tests.press import say

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(sqlite_url(tmp_path / "variorum.db"), create=True)
    yield opened
    opened.close()


def noted(name: str) -> Noted:
    return Noted(revision=RecordId(name), before=RecordId("r0"), article=UrlKey("example,a)/x"), at=NOON, flags=())


# ------------------------------------------------------------------------------------------- changes and what is said


def test_a_change_that_takes_a_forgotten_ones_turn_is_news_to_a_reader(store: Store) -> None:
    # The place of the newest change is given again once that change is forgotten (mark --not-an-article), so a reader
    # who had seen the forgotten one is never told of the new one: store/changes.py put, last = max(noted) + 1.
    def said(conn: Connection) -> list[str]:
        changes.put(conn, [noted("r1"), noted("r2")])
        changes.move_cursor(conn, "reader", changes.last(conn), NOON)
        changes.forget(conn, [RecordId("r2")])
        changes.put(conn, [noted("r3")])
        told = changes.cursor(conn, "reader")
        assert told is not None
        return [each.revision for each in changes.every(conn, behind=told[0])]

    with store.write() as conn:
        assert said(conn) == ["r3"]


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one article that changes on each of its first days."""
    home = empty(tmp_path_factory.mktemp("attack") / "home")
    url = story("journey").addresses[0]
    keep(home, [(url, day(count, 15)) for count in range(1, 7)])
    assert say("reread", "--home", home).code == 0
    return home


def test_changes_since_a_date_has_those_of_that_date(journey: Path) -> None:
    # A bare date stands for the end of its day here, though for the start of it in every other --since.
    told = say("changes", "--json", "--home", journey).rows
    first = str(told[0]["at"])[:10]
    assert len(say("changes", "--json", "--since", first, "--home", journey).rows) == len(told)


def test_since_last_until_a_time_does_not_swallow_what_came_after(journey: Path) -> None:
    # The reader is moved behind everything, though --until kept the later changes from being shown.
    whole = say("changes", "--json", "--home", journey).rows
    second = str(whole[1]["at"])
    early = say("changes", "--json", "--since", "last", "--reader", "u", "--until", second, "--home", journey).rows
    late = say("changes", "--json", "--since", "last", "--reader", "u", "--home", journey).rows
    assert {row["id"] for row in whole} == {row["id"] for row in (*early, *late)}


def test_a_diff_backwards_has_no_window_that_ends_before_it_begins(journey: Path) -> None:
    # diff.between takes the window as (before.seen_until, after.seen_from), whichever of the two is the earlier one.
    window = say("diff", story("journey").addresses[0], "--between", "3..1", "--json", "--home", journey).rows[0][
        "window"
    ]
    assert window["from"] <= window["until"]


@pytest.mark.parametrize("domain", ["..", "post.example=x", "co.uk"])
def test_resolve_takes_domains_only(journey: Path, domain: str) -> None:
    # All of these are put on record; ".." as an empty domain.
    url = story("journey").addresses[0]
    assert say("cites", url, "--resolve", f"Foo={domain}", "--home", journey).code == 2


NOTEBOOK = "http://www.mooringpost.test/2025/02/22/notebook-17"


def test_a_name_resolved_by_hand_is_so_in_articles_that_are_here_already(tmp_path: Path) -> None:
    # articles.mentioning compares with the name in quotation marks, since the column writes JSON: it finds nothing, and
    # the article keeps its citation until the database is made anew.
    home = empty(tmp_path / "home")
    keep(home, [(NOTEBOOK, day(1, 15))])
    before = say("cites", NOTEBOOK, "--json", "--home", home).rows
    assert "The Courier" in [row["outlet"] for row in before]
    told = say("cites", NOTEBOOK, "--json", "--resolve", "The Courier=quaycourier.test", "--home", home).rows
    assert "thecourier.co.uk" not in [row["domain"] for row in told]


# ------------------------------------------------------------------------------------------------- sentences and lines

SENTENCES = [
    ["The sun.", "The moon."],
    ["The man sat.", "The dog sat too."],
    ["They wed.", "The bride wore white."],
    ["He was in his art.", "She was in hers."],
    ["The park is on Main St.", "The bus stops there."],
    ["He got a C.", "She got an A.", "They were glad."],
    ["Sein Hund heißt Max.", "Der Hund ist alt."],
    ["He left.", "iPhone sales rose."],
    ["Das ist z. B. gut.", "Ja."],
    ["EE. UU. y la UE firmaron.", "Luego se fueron."],
    ["El Sr. Pérez y la Dra. Gil llegaron.", "Luego se fueron."],
    ["The case, Smith v. Jones, was heard.", "It took an hour."],
    ["« C'est fini. »", "Il est parti."],
    ["قال د. أحمد علي إن الجسر آمن.", "ثم غادر."],
]


@pytest.mark.parametrize("wanted", SENTENCES, ids=[each[0] for each in SENTENCES])
def test_news_prose_is_cut_where_its_sentences_end(wanted: list[str]) -> None:
    assert list(sentences(" ".join(wanted))) == wanted


def test_a_sentence_without_blanks_between_its_words_is_changed_and_not_another() -> None:
    # Words are what blanks part, so a sentence in Chinese or Japanese is one word, and never like another.
    before, after = "東京で地震が発生し、三人が死亡した。", "東京で地震が発生し、四人が死亡した。"
    assert [each.op for each in text_edits(before, after)] == ["change"]


def test_what_joins_and_parts_letters_is_shown_as_it_is() -> None:
    # Persian is full of U+200C; it comes out as a backslash and five letters.
    paper = Paper(80, colour=True)
    assert "\\u200c" not in "".join(paper.wrapped([Piece("او می\u200cرود.")]))
