"""What verbs print."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from archive.styled import Paper, Piece
from archive.terminal import emit_json, printable, step, table
from archive.wrapping import columns


def test_an_object_is_one_line_of_json(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    emit_json(
        {
            "at": datetime(2026, 11, 1, tzinfo=UTC),
            "title": "Grüße\n東京\u2028",
            "warc": Path("warcs/a.warc.gz"),
            "outcomes": MappingProxyType({"captured": 2}),
            "none": None,
        }
    )

    out = capfdbinary.readouterr().out
    assert out.count(b"\n") == 1
    assert out.endswith(b"}\n")
    assert "Grüße".encode() in out
    assert json.loads(out) == {
        "at": "2026-11-01T00:00:00.000000Z",
        "title": "Grüße\n東京\u2028",
        "warc": "warcs/a.warc.gz",
        "outcomes": {"captured": 2},
        "none": None,
    }


def test_a_lone_surrogate_survives_json(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    emit_json({"url": "http://a.test/\udc80"})

    assert json.loads(capfdbinary.readouterr().out) == {"url": "http://a.test/\udc80"}


def test_what_has_no_json_form_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no JSON form"):
        emit_json({"a": {1}})
    with pytest.raises(ValueError, match="JSON"):
        emit_json({"a": float("nan")})


def test_a_table_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    table([("東京", 200, "end"), ("a", None, "")], ["url", "status", "x"])

    assert capsys.readouterr().out == "url   status  x\n東京  200     end\na     -\n"


def test_a_table_without_rows_is_its_headers(capsys: pytest.CaptureFixture[str]) -> None:
    table([], ["url", "status"])

    assert capsys.readouterr().out == "url  status\n"


def test_a_time_in_a_table_is_a_stamp(capsys: pytest.CaptureFixture[str]) -> None:
    table([(datetime(2026, 11, 1, tzinfo=UTC),)], ["at"])

    assert "2026-11-01T00:00:00.000000Z" in capsys.readouterr().out


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        table([("a",)], ["url", "status"])


def test_the_web_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    table([("\x1b[2J\u202e\x9b\r",)], ["url"])
    step("\x1b]0;title\x07")

    shown = capsys.readouterr()
    assert shown.out.splitlines()[1] == r"\x1b[2J\u202e\x9b\r"
    assert shown.err == "\\x1b]0;title\\x07\n"


def test_plain_words_stay_as_they_are() -> None:
    assert printable("Ein Wort, zwei Wörter: 東京 🙂") == "Ein Wort, zwei Wörter: 東京 🙂"


JOINED = ["او می\u200cرود.", "क्\u200dष", "👩\u200d🚒"]


@pytest.mark.parametrize("text", JOINED)
def test_what_joins_and_parts_letters_is_shown_as_it_is(text: str) -> None:
    assert printable(text) == text
    assert text in "".join(Paper(80, colour=True).wrapped([Piece(text)]))


@pytest.mark.parametrize(
    "char", ["\u200b", "\u200e", "\u200f", "\u202e", "\u2066", "\u2069", "\u2060", "\ufeff", "\u00ad"]
)
def test_no_other_character_without_a_width_gets_to_the_terminal(char: str) -> None:
    assert printable(f"a{char}\u200cb") == f"a{char.encode('unicode_escape').decode()}\u200cb"


@pytest.mark.parametrize(("text", "wide"), [("می\u200cرود", 5), ("क\u094dष", 2), ("น้ำ", 2), ("東京", 4), ("é", 1)])
def test_what_takes_no_column_is_not_counted(text: str, wide: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert columns(text) == wide
    table([(text, 1)], ["", "n"])
    assert capsys.readouterr().out.splitlines()[1] == f"{text}  1"


def test_colours_before_a_line_take_no_column() -> None:
    plain = Paper(20, colour=True).wrapped([Piece("one two three")], "note: ")
    assert len(Paper(20, colour=True).wrapped([Piece("one two three")], "\x1b[1mnote: \x1b[0m")) == len(plain)
