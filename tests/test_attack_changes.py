"""Faults of diffs, flags and changes that a hostile tester found; each test fails until its fault is mended."""

from __future__ import annotations


import pytest

from archive.diff import text_edits
from archive.sentences import sentences
from archive.styled import Paper, Piece

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
