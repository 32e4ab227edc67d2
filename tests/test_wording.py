"""What counts as the same words: typography does not, words do."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.wording import alike, compared, in_order, mark

TYPED = st.text(st.sampled_from("ab '\"`-.‘’“”«»–—−…\u00a0\u00ad\u200b\u202f\u3000\ufeff′″´\u0301éﬁ½\n"), max_size=14)
"""Texts out of characters that are compared otherwise than written."""


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("“Well”, he said", '"Well", he said'),
        ("„Gut“, sagte er", '"Gut", sagte er'),
        ("«Bien», dit-il", '"Bien", dit-il'),
        ("the harbour’s end", "the harbour's end"),
        ("1914–1918", "1914-1918"),
        ("he left — at last", "he left -- at last"),
        ("and then…", "and then..."),
        ("100\u00a0000 people", "100 000 people"),
        ("har\u00adbour", "harbour"),
        ("zero\u200bwidth", "zerowidth"),
        ("ﬁrst ﬂoor", "first floor"),
        ("caf\u0065\u0301", "café"),
        ("ＡＢＣ１２", "ABC12"),
        ("  two\n\tblanks ", "two blanks"),
        ("``so'' he said", '"so" he said'),
        ("the ‘old` town’", "the 'old' town'"),
    ],
)
def test_typography_is_not_words(ours: str, theirs: str) -> None:
    assert compared(ours) == compared(theirs)
    assert mark(ours) == mark(theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("40 people", "41 people"),
        ("He said", "he said"),
        ("did", "did not"),
        ("well-known", "well known"),
        ("resume", "résumé"),
        ("5,000", "5.000"),
        ("is it.", "is it?"),
        ("-5 degrees", "5 degrees"),
        ("straße", "strasse"),
        ("a b", "b a"),
    ],
)
def test_words_numbers_and_signs_are_not_typography(ours: str, theirs: str) -> None:
    assert compared(ours) != compared(theirs)
    assert mark(ours) != mark(theirs)


def test_a_backtick_is_one_character_whatever_else_the_text_holds() -> None:
    assert mark("the `old' town, he said") == mark("the `old’ town, he said")


@given(TYPED | st.text(max_size=20))
@example("---")
@example("''' ")
def test_what_is_compared_once_is_compared_for_good(text: str) -> None:
    assert compared(compared(text)) == compared(text)


@given(st.lists(st.sampled_from(["a", "b", "-", "—", "'", "’", ".", "…", "`"]), max_size=8), st.data())
@example(["'", "'"], None)
def test_a_mark_knows_no_blanks(parts: list[str], data: st.DataObject | None) -> None:
    blanks = [" " if data is None else data.draw(st.sampled_from(["", " ", "\u00a0", "\n  "])) for _ in parts]
    spaced = "".join(part + blank for part, blank in zip(parts, blanks, strict=True))
    assert mark(spaced) == mark("".join(parts))


@given(st.text())
def test_a_mark_is_of_63_bits_and_nought_for_nothing(text: str) -> None:
    assert 0 <= mark(text) < 1 << 63
    assert bool(mark(text)) == bool(compared(text).replace(" ", ""))


def test_a_text_without_width_has_no_mark() -> None:
    assert mark("\u200b \u00ad\ufeff\n") == 0


def test_a_mark_is_the_same_on_every_machine() -> None:
    assert mark("harbour") == mark(" har bour ") == 179678263295545969


def test_alike_goes_by_the_shorter_text() -> None:
    assert alike([1, 2], [1, 2, 3, 4]) == 1.0
    assert alike([1, 9], [1, 2, 3, 4]) == 0.5
    assert alike([1, 1, 1], [1]) == 1.0
    assert alike([], [1]) == alike([1], []) == alike([], []) == 0.0


@given(st.lists(st.integers(0, 4), max_size=6), st.lists(st.integers(0, 4), max_size=10))
def test_in_order_finds_a_subsequence_where_there_is_one(wanted: list[int], held: list[int]) -> None:
    places = in_order(wanted, held)
    rest = iter(held)
    assert (places is not None) == all(each in rest for each in wanted)
    if places is not None:
        assert [held[place] for place in places] == wanted
        assert places == sorted(set(places))
