"""Faults of diffs, flags and changes that a hostile tester found; each test fails until its fault is mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.diff import compare, text_edits
from archive.model import Extraction, Flag, Link, RecordId, UrlKey
from archive.sentences import sentences
from archive.store import Connection, Store, changes, open_store, sqlite_url
from archive.store.changes import Noted
from archive.styled import Paper, Piece
from crawler.newsstand.chronicle_posts import day
from crawler.newsstand.chronicle_truth import story
from tests.kept import empty, keep
from tests.press import say

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPEN = "The council met in the old town hall to talk about the flood and the bridge."
END = "The next meeting is open to all residents."
BASE = Extraction(paragraphs=(OPEN, END), language="en", modified="2026-01-01T00:00:00Z")


def flags(before: str, after: str, language: str = "en") -> set[Flag]:
    """Give the flags of a sentence in the middle of a text, but for those that depend on the time."""
    ours = replace(BASE, paragraphs=(OPEN, before, END), language=language)
    theirs = replace(BASE, paragraphs=(OPEN, after, END), language=language, modified="2026-01-02T00:00:00Z")
    return set(compare(ours, theirs, url="https://a.example/x").flags) - {"typographic"}


def of_fields(before: Extraction, after: Extraction) -> set[Flag]:
    return set(compare(before, after, url="https://a.example/x").flags)


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


# --------------------------------------------------------------------------------------------------------------- flags

FALSE = [
    # A number word of another language counts in all of them.
    ("de", "Der Sprecher sagte, er sei krank.", "Der Sprecher sagte, er ist krank.", "number"),
    ("en", "Prices rose by 5 percent in a year.", "Prices rose by 5 per cent in a year.", "number"),
    ("en", "The flight was late due to fog.", "The flight was late because of fog.", "number"),
    ("en", "He once ran the port for the county.", "He formerly ran the port for the county.", "number"),
    ("fr", "Le bâtiment est neuf et cher.", "Le bâtiment est récent et cher.", "number"),
    # The same with words of denial, of doubt, of time, and of speech.
    ("de", "Der Minister ist im Amt.", "Der Minister ist noch im Amt.", "negation"),
    ("de", "Der Zug fährt im Mai wieder.", "Der Zug fährt im Juni wieder.", "negation"),
    ("fr", "Le ministre part en mai.", "Le ministre part en juin.", "negation"),
    ("en", "The UN sent trucks to the north.", "The U.N. sent trucks to the north.", "negation"),
    ("de", "Die Stadt ist schön.", "Die Stadt hier ist schön.", "date"),
    ("de", "Das Dorf liegt in der Ebene.", "Das Dorf liegt im Tal.", "hedging"),
    ("es", "Lo vio por primera vez en el puerto.", "Lo vio primero en el puerto.", "hedging"),
    ("en", "In May the council raised the fee.", "In June the council raised the fee.", "hedging"),
    ("en", "A man appeared in court over the theft.", "A man stood in court over the theft.", "hedging"),
    ("en", "The man was taken to hospital.", "The man was admitted to hospital.", "attribution"),
    ("en", "The firm has created 20 jobs in the town.", "The firm has added 20 jobs in the town.", "attribution"),
    # One figure in two spellings.
    ("en", "The bank lost $3.5m last year.", "The bank lost $3.5 million last year.", "number"),
    ("en", "At least 25 soldiers died.", "At least twenty-five soldiers died.", "number"),
    ("en", "The bridge was closed on May 3.", "The bridge was closed on 3 May.", "date"),
    ("en", "Some 2000 people came to the square.", "Some 2,000 people came to the square.", "date"),
    # Marks that are no quotation marks; a quotation with its speaker in the midst of it.
    ("en", "The '90s band played in the players' lounge.", "The '90s band sang in the players' lounge.", "quote"),
    ("en", "“We will not pay for this wall,” he said.", "“We will not pay,” he said, “for this wall.”", "quote"),
    ("ar", "وصل الوزير يوم الاثنين إلى المدينة.", "وصل الوزير يوم الثلاثاء إلى المدينة.", "name"),
]


@pytest.mark.parametrize(("language", "before", "after", "flag"), FALSE, ids=[each[1][:40] for each in FALSE])
def test_no_flag_tells_of_what_was_not_edited(language: str, before: str, after: str, flag: Flag) -> None:
    assert flag not in flags(before, after, language)


MISSED = [
    # A single name with which a sentence opens is never one.
    ("en", "Israel struck a school on the coast.", "Hamas struck a school on the coast.", "name"),
    ("ru", "Россия атаковала станцию ночью.", "Украина атаковала станцию ночью.", "name"),
    # In German no single word is a name.
    ("de", "Das Unglück geschah in Köln am Abend.", "Das Unglück geschah in Bonn am Abend.", "name"),
    ("de", "Der mutmaßliche Mörder wurde gefasst.", "Der Mörder wurde gefasst.", "hedging"),
    ("en", "The bank lost $3.5m last year.", "The bank lost $3.5bn last year.", "number"),
    ("en", "Temperatures fell to -5 overnight.", "Temperatures fell to 5 overnight.", "number"),
    ("en", "It is not clear who fired the shot.", "It is clear who fired the shot.", "caveat"),
    ("en", "The plant was hit, officials said.", "The plant was hit, Reuters reported.", "attribution"),
    ("en", "The mayor called it “total chaos” today.", "The mayor called it “minor chaos” today.", "quote"),
    ("fr", "Il n'y a plus de pain.", "Il y a du pain.", "negation"),
]


@pytest.mark.parametrize(("language", "before", "after", "flag"), MISSED, ids=[each[1][:40] for each in MISSED])
def test_a_flag_tells_of_what_was_edited(language: str, before: str, after: str, flag: Flag) -> None:
    assert flag in flags(before, after, language)


def test_a_source_that_went_with_its_sentence_is_told() -> None:
    # Sentences that are gone as a whole flag names, quotations and caveats only.
    before = replace(BASE, paragraphs=(OPEN, "Police said the man was drunk at the time.", END))
    assert "attribution" in of_fields(before, BASE)


@pytest.mark.parametrize("modified", ["2026-01-01T01:00:00+01:00", None, "2025-12-01T00:00:00Z"])
def test_an_edit_is_stealth_where_no_later_time_tells_of_it(modified: str | None) -> None:
    # The times are compared as text: the same instant in another zone, none any more, or an earlier one hides it.
    before = replace(BASE, paragraphs=(OPEN, "It cost 40 crowns.", END))
    after = replace(before, paragraphs=(OPEN, "It cost 50 crowns.", END), modified=modified)
    assert "stealth" in of_fields(before, after)


def test_a_notice_that_is_taken_away_is_told() -> None:
    assert "correction" in of_fields(replace(BASE, correction="Correction: it was 40 crowns."), BASE)


def test_links_that_change_places_are_retargeted() -> None:
    # Targets are compared as one set for the whole text.
    one, other = "https://x.example/a", "https://x.example/b"
    before = replace(
        BASE, links=(Link(url=one, text="flood", paragraph=0), Link(url=other, text="bridge", paragraph=0))
    )
    after = replace(BASE, links=(Link(url=other, text="flood", paragraph=0), Link(url=one, text="bridge", paragraph=0)))
    assert "link" in of_fields(before, after)


def test_pictures_with_one_file_name_in_two_folders_are_two() -> None:
    before = replace(BASE, picture="https://i.example/1234/original.jpg")
    assert "picture" in of_fields(before, replace(BASE, picture="https://i.example/9876/original.jpg"))


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
