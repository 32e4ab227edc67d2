"""What the room's pages show, without a server: changes laid out, timelines, what is near a URL."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from archive import diff
from archive.web.diff_page import Line, Piece, folded, lines
from archive.web.room_timeline import MOST, WIDTH, timeline
from tests.room_archive import OPENING, edited

_WORDS = some.sampled_from("gate lock shut tide. board crowns, Monday. The It - 40 60 harbour".split())
_PARAGRAPH = some.lists(_WORDS, min_size=1, max_size=14).map(" ".join)
_TEXT = some.lists(_PARAGRAPH, max_size=6).map("\n".join)


def laid_out(before: str, after: str) -> list[Line]:
    return lines(before, after, diff.text_edits(before, after))


def as_later(told: list[Line]) -> list[str]:
    """Give the paragraphs of the later text as they are shown, in one kind of blanks."""
    kept = ("keep", "add", "moved")
    found: dict[int, str] = {}
    for line in told:
        if line.number is not None:
            text = "".join(each.text for each in line.pieces if each.kind in kept)
            found[line.number] = found.get(line.number, "") + text
    return [" ".join(text.split()) for _, text in sorted(found.items())]


@given(before=_TEXT, after=_TEXT)
def test_the_later_text_can_be_read_whole_with_the_numbers_of_its_paragraphs(before: str, after: str) -> None:
    told = laid_out(before, after)

    assert as_later(told) == [" ".join(text.split()) for text in after.split("\n") if text.strip()]


@given(before=_TEXT, after=_TEXT)
def test_every_word_that_was_removed_is_shown(before: str, after: str) -> None:
    told = laid_out(before, after)
    shown = " ".join(each.text for line in told for each in line.pieces)

    for edit in diff.text_edits(before, after):
        if edit.op == "remove":
            assert set((edit.before or "").split()) <= set(shown.split())


@given(text=_TEXT)
def test_a_text_that_is_the_same_has_no_edited_paragraph(text: str) -> None:
    assert not any(line.edited for line in laid_out(text, text))


def test_a_moved_paragraph_says_whence_at_its_new_place_and_whither_at_its_old() -> None:
    told = laid_out("\n".join(OPENING), "\n".join(edited()))
    keeper = OPENING[5]
    pieces = [(line.number, each) for line in told for each in line.pieces]
    notes = [(number, each.kind, each.note) for number, each in pieces if each.text.strip() == keeper]

    assert notes == [(3, "moved", "moved from paragraph 6"), (None, "left", "moved to paragraph 3")]


def test_a_removed_sentence_stands_where_it_was() -> None:
    told = laid_out("\n".join(OPENING), "\n".join(edited()))
    line = next(line for line in told if line.number == 5)

    assert [(each.kind, each.text) for each in line.pieces] == [
        ("keep", "The harbour office wants the toll to be lowered for as long as the gate is shut."),
        ("remove", " Its letter went to the board on Friday and was not answered by the evening."),
    ]


def test_words_that_took_the_place_of_others_follow_them() -> None:
    first = laid_out("\n".join(OPENING), "\n".join(edited()))[0]

    assert [each for each in first.pieces if each.kind != "keep"] == [Piece("remove", "spring"), Piece("add", "summer")]


def test_typography_is_shown_where_nothing_else_differs_and_not_beside_edits() -> None:
    alone = laid_out('She said "no" twice.', "She said “no” twice.")
    beside = laid_out('She said "no" twice.\nIt rained for days.', "She said “no” twice.\nIt snowed for days.")

    assert any(line.edited for line in alone)
    assert [line.edited for line in beside] == [False, True]
    assert "".join(each.text for each in beside[0].pieces) == "She said “no” twice."


def test_paragraphs_that_became_one_show_the_break_that_was_taken_out() -> None:
    told = laid_out(
        "One sentence here stays\nand goes on there for long.", "One sentence here stays and goes on there."
    )

    assert [line.number for line in told] == [1]


def test_unchanged_paragraphs_are_folded_but_for_one_alone() -> None:
    def line(*, edited: bool) -> Line:
        return Line(number=1, pieces=(Piece("add" if edited else "keep", "text"),))

    told = [line(edited=each) for each in (False, False, True, False, True, True, False, False, False)]

    assert [(len(each.lines), each.folded) for each in folded(told)] == [
        (2, True), (1, False), (1, False), (2, False), (3, True),
    ]  # fmt: skip


# --------------------------------------------------------------------------------------------------------- timelines

_FIRST = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("days", "unit"), [(2, "day"), (MOST, "day"), (MOST + 1, "week"), (900, "month"), (9_000, "year")]
)
def test_a_timeline_has_days_weeks_months_or_years(days: int, unit: str) -> None:
    told = timeline([(_FIRST, 1), (_FIRST + timedelta(days=days - 1), 1)], "/web/*", "http://a.test/", 200)

    assert told.unit == unit
    assert len(told.bars) == 2


@given(counts=some.lists(some.integers(1, 500), min_size=2, max_size=200))
def test_bars_stay_within_the_picture_and_lead_to_the_page_of_their_newest_capture(counts: list[int]) -> None:
    days = [(_FIRST + timedelta(days=3 * number), count) for number, count in enumerate(counts)]
    told = timeline(days, "/web/*", "http://a.test/", 200)

    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH + 0.1 and bar.height <= 48 for bar in told.bars)
    assert told.bars[-1].href == f"/web/*/http://a.test/#{days[-1][0].isoformat()}"
    newer = sum(counts) - (counts[0] if told.unit == "day" else 0)
    if told.unit == "day":
        number = newer // 200 + 1
        assert told.bars[0].href.startswith(f"/web/*{number if number > 1 else ''}/")


def test_captures_of_one_day_need_no_timeline() -> None:
    assert timeline([(_FIRST, 7)], "/web/*", "http://a.test/", 200).bars == ()
