"""What differs between two texts, and that nothing of it is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.diff import apply, compare, links_between, text_edits
from archive.flags import ORDER
from archive.model import Article, Change, Digest, Edit, EditOp, Extraction, RecordId, Revision, Url, UrlKey
from archive.showing_changes import change_lines, diff_lines
from archive.styled import Paper
from archive.word_edits import word_edits
from archive.wording import compared
from archive.words_of_people import Said
from archive.wrapping import columns

CHAINS = Path(__file__).parents[2] / "shared" / "corpora" / "articles" / "revisions" / "chains.jsonl"

ONE = "The harbour office has lost forty rings since the autumn."
TWO = "Each of them is as heavy as a man, and bolted to the quay."
THREE = "Skippers now tie up to lamp posts, to trees and to one another."
FOUR = "Nobody has been caught so far, said the watchman of the quay."


def ops(before: str, after: str, *, typographic: bool = False) -> list[EditOp]:
    return [each.op for each in text_edits(before, after) if typographic or not each.typographic]


def test_the_same_text_has_no_edit() -> None:
    assert text_edits(ONE, ONE) == ()


def test_a_sentence_is_added_removed_or_changed() -> None:
    assert ops(f"{ONE} {TWO}", f"{ONE} {THREE} {TWO}") == ["add"]
    assert ops(f"{ONE} {THREE} {TWO}", f"{ONE} {TWO}") == ["remove"]
    assert ops(f"{ONE} {TWO}", f"{ONE} {TWO.replace('heavy', 'big')}") == ["change"]


def test_a_paragraph_that_stands_elsewhere_has_moved_and_the_shorter_one_is_named() -> None:
    edits = text_edits("\n".join((ONE, f"{TWO} {THREE}", FOUR)), "\n".join((f"{TWO} {THREE}", ONE, FOUR)))
    assert [each.op for each in edits] == ["move"]
    assert (edits[0].before or "").strip() == ONE
    assert edits[0].words == ()


def test_a_sentence_may_move_and_change() -> None:
    changed = TWO.replace("a man", "an ox")
    moved = [each for each in text_edits(f"{TWO} {ONE} {THREE}", f"{ONE} {THREE} {changed}") if each.op == "move"]
    assert "an ox" in [word.text for word in moved[0].words if word.op == "add"]


def test_two_sentences_are_joined_and_one_is_parted() -> None:
    joined = (
        "The harbour office has lost forty rings since the autumn, each of them as heavy as a man, bolted to the quay."
    )
    assert ops(f"{ONE} {TWO}\n{FOUR}", f"{joined}\n{FOUR}") == ["merge"]
    assert ops(f"{joined}\n{FOUR}", f"{ONE} {TWO}\n{FOUR}") == ["split"]


def test_typography_is_no_edit_unless_it_is_asked_for() -> None:
    before, after = '"Well" - he said... so.', "“Well” – he said… so."
    assert ops(before, after) == []
    assert ops(before, after, typographic=True) == ["change"]


def test_a_paragraph_that_is_parted_without_a_word_is_typography() -> None:
    assert ops(f"{ONE} {TWO}", f"{ONE}\n{TWO}") == []
    edits = text_edits(f"{ONE} {TWO}", f"{ONE}\n{TWO}")
    assert [(each.before, each.after) for each in edits] == [(" ", "\n")]


def test_an_edit_names_paragraph_and_sentence_of_both_texts() -> None:
    before, after = f"{ONE}\n{TWO} {THREE}", f"{ONE}\n{FOUR}\n{TWO} {THREE.replace('trees', 'masts')}"
    changed = next(each for each in text_edits(before, after) if each.op == "change")
    assert changed.before_at is not None
    assert changed.after_at is not None
    assert changed.before_at.sentences == ((1, 1),)
    assert changed.after_at.sentences == ((2, 1),)


def test_a_sentence_without_blanks_between_its_words_is_changed_and_not_another() -> None:
    assert ops("東京で地震が発生し、三人が死亡した。", "東京で地震が発生し、四人が死亡した。") == ["change"]
    assert ops("รัฐบาลประกาศมาตรการใหม่ในวันนี้", "รัฐบาลประกาศมาตรการใหม่ในวันพุธ") == ["change"]
    assert ops("东京发生地震，三人死亡。", "天气很好，我们去公园。") == ["remove", "add"]


def test_many_sentences_without_a_rare_word_are_the_ones_at_their_place() -> None:
    before = [f"Row {number} of the list." for number in range(200)]
    after = [f"Row {number + 200} of the list." for number in range(200)]
    assert links_between("\n".join(before), "\n".join(after)) == tuple((number, number) for number in range(200))


def test_many_sentences_with_a_rare_word_are_found_at_another_place() -> None:
    before = [f"The {number}th ring was lost in the autumn." for number in range(200)]
    after = [line.replace("was", "is") for line in before[100:] + before[:100]]
    links = links_between("\n".join(before), "\n".join(after))
    assert set(links) == {(number, (number + 100) % 200) for number in range(200)}


def test_a_very_long_sentence_is_the_one_that_begins_and_ends_so() -> None:
    words = [f"w{number}" for number in range(3000)]
    others = [f"x{number}" for number in range(3000)]
    before, other = " ".join(words) + ".", " ".join(others) + "."
    after = " ".join((*words[:1500], "new", *words[1501:])) + "."
    assert ops(f"{before} {other}", f"{after} {other}") == ["change"]
    assert ops(before, other) == ["remove", "add"]


@pytest.mark.parametrize(
    ("before", "after", "removed", "added"),
    [
        ("او می\u200cرود.", "او می\u200cآید.", "می\u200cرود", "می\u200cآید"),
        ("वह हिन्दी में है।", "वह हिन्दू में है।", "हिन्दी", "हिन्दू"),
        ("a very old man", "a very young man", "old", "young"),
    ],
)
def test_a_word_is_edited_as_a_whole(before: str, after: str, removed: str, added: str) -> None:
    edited = [(each.op, each.text) for each in word_edits(before, after) if each.op != "keep"]
    assert edited == [("remove", removed), ("add", added)]


def test_one_word_of_a_very_long_text_is_one_edit() -> None:
    words = [f"w{number}" for number in range(5000)]
    found = word_edits(" ".join(words), " ".join((*words[:2500], "new", *words[2501:])))
    assert [(each.op, each.text) for each in found if each.op != "keep"] == [("remove", "w2500"), ("add", "new")]


@pytest.mark.parametrize("colour", [True, False])
def test_lines_of_a_diff_and_of_changes_fit_on_60_columns(colour: bool) -> None:
    before, after = revision(1, ONE), revision(2, ONE.replace("forty", "fifty"))
    change = Change(before=before.id, after=after.id, window=(NOON, NOON), flags=ORDER)
    article = Article(id=UrlKey("test,blog)/a"), url=Url("http://blog.test/a"), extractor="x")
    paper = Paper(60, colour=colour)
    said = Said(reviewed=True, wrong_flags={"number", "date", "quote", "redated"})
    lines = [
        *diff_lines(article, before, after, change, paper, said=said),
        *change_lines(article, after, change, said, paper),
    ]
    bare = [re.sub("\x1b\\[[\\d;]*m", "", line) for line in lines]
    assert [line for line in bare if columns(line) > 60] == []
    text = " ".join(" ".join(bare).split())
    assert "Revision 1 to 2, between 2026-11-22 12:00 and 2026-11-22 12:00 UTC" in text
    assert "Wrong, a person said: quote, number, date, redated" in text
    assert "(wrong, a person said: date, number, quote, redated) reviewed" in text


def test_a_change_whose_flags_of_substance_are_wrong_is_no_stealth_edit() -> None:
    before, after = revision(1, ONE), revision(2, ONE.replace("forty", "fifty"))
    change = Change(before=before.id, after=after.id, window=(NOON, NOON), flags=("stealth", "number", "link"))
    article = Article(id=UrlKey("test,blog)/a"), url=Url("http://blog.test/a"), extractor="x")
    listed = list(change_lines(article, after, change, Said(wrong_flags={"number"}), Paper(100, colour=False)))
    assert listed[2].split("(")[0].strip() == "link"


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def revision(number: int, text: str) -> Revision:
    return Revision(
        id=RecordId(f"urn:uuid:{number}"),
        number=number,
        url=Url("http://blog.test/a"),
        seen_from=NOON,
        seen_until=NOON,
        basis="bytes",
        extractor="x",
        extraction=Extraction(headline="The rings of the harbour office are gone again", paragraphs=(text,)),
        text_digest=Digest(f"sha256:{number}"),
        words=len(text.split()),
    )


def test_links_hold_for_sentences_that_stayed() -> None:
    before, after = f"{ONE}\n{TWO} {THREE}\n{FOUR}", f"{THREE} {ONE}\n{FOUR}"
    assert set(links_between(before, after)) == {(0, 1), (2, 0), (3, 2)}


def checked(before: str, after: str) -> tuple[Edit, ...]:
    """Compare two texts, and hold what came of it to all that is promised of edits."""
    edits = text_edits(before, after)
    assert apply(before, edits) == after
    for each in edits:
        for text, words, at in ((before, each.before, each.before_at), (after, each.after, each.after_at)):
            assert (words is None) == (at is None)
            assert at is None or text[at.start : at.end] == words
        if each.words:
            assert "".join(word.text for word in each.words if word.op != "add") == each.before
            assert "".join(word.text for word in each.words if word.op != "remove") == each.after
        if each.typographic:
            assert compared(each.before or "") == compared(each.after or "")
    return edits


PIECES = (ONE, TWO, THREE, FOUR, ONE.replace("forty", "fifty"), "Yes.", "Yes!", "“Yes.”", "これは。", "نعم.", "", " ")
JOINS = (" ", "  ", "", "\n", "\n\n", "\u00a0")
TEXTS = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(JOINS)), max_size=10).map(
    lambda some: "".join(piece + join for piece, join in some)
)


@given(TEXTS, TEXTS)
@example("", "\n")
@example(f" {ONE}", f"\n{ONE}\n")
def test_edits_make_the_later_text_exactly(before: str, after: str) -> None:
    checked(before, after)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_made_of_any_other(before: str, after: str) -> None:
    checked(before, after)


@given(st.text(max_size=80), st.text(max_size=80))
def test_words_kept_removed_and_added_are_both_texts(before: str, after: str) -> None:
    found = word_edits(before, after)
    assert "".join(each.text for each in found if each.op != "add") == before
    assert "".join(each.text for each in found if each.op != "remove") == after


@given(TEXTS, TEXTS)
def test_links_are_of_sentences_that_are_there(before: str, after: str) -> None:
    links = links_between(before, after)
    back = links_between(after, before)
    assert len(set(links)) == len(links)
    assert len(links) == 0 or (before.strip() and after.strip())
    assert bool(links) == bool(back)


def pairs() -> Iterator[tuple[str, str]]:
    for line in CHAINS.read_text(encoding="utf-8").splitlines():
        versions = json.loads(line)["versions"]
        for before, after in pairwise(versions):
            yield before["text"], after["text"]


@pytest.mark.skipif(not CHAINS.exists(), reason="the shared corpora are not here")
def test_every_pair_of_real_post_histories_is_made_exactly() -> None:
    count = 0
    for before, after in pairs():
        checked(before, after)
        count += 1
    assert count == 173


def test_fields_that_differ_are_told_and_typography_is_none() -> None:
    before = Extraction(headline="“Rings” gone", bylines=("Tamsin Wray",), tags=("harbour",), paragraphs=(ONE,))
    after = Extraction(headline='"Rings" gone', bylines=("Tamsin Wray", "Nell Barrow"), paragraphs=(ONE,))
    told = compare(before, after, url="http://blog.test/a")
    assert [(each.field, each.before, each.after) for each in told.fields] == [
        ("bylines", ("Tamsin Wray",), ("Tamsin Wray", "Nell Barrow")),
        ("tags", ("harbour",), ()),
    ]
