"""Text in pieces of several styles, cut into lines for a terminal: in colour, or with marks where there is none. Pure.

What was removed is red and struck through, what was added green and underlined: colours of the terminal's own theme,
light or dark, and never the only sign of what they say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from archive.terminal import printable
from archive.wrapping import columns, is_wide, pieces_of

Style = Literal["plain", "bold", "dim", "remove", "add", "gone", "come", "warn", "good"]
"""``remove`` and ``add`` are words within a text, ``gone`` and ``come`` all of one, which need no marks."""

_CODES: dict[Style, str] = {
    "plain": "", "bold": "1", "dim": "2", "remove": "31;9", "add": "32;4", "gone": "31",
    "come": "32", "warn": "33", "good": "32",
}  # fmt: skip
_CODE = re.compile(r"\x1b\[[\d;]*m")
_MARKS: dict[Style, tuple[str, str]] = {"remove": ("[-", "-]"), "add": ("{+", "+}")}
_RTL = frozenset(("R", "AL"))
_ISOLATE, _END = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text in one style."""

    text: str
    style: Style = "plain"


class Paper:
    """What lines are written on: so many columns, with colour or without."""

    def __init__(self, width: int, *, colour: bool) -> None:
        self.width = width
        self.colour = colour

    def styled(self, text: str, style: Style) -> str:
        """Give a text that is on one line in a style; without colour as it is."""
        code = _CODES[style]
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text else text

    def line(self, *pieces: Piece) -> str:
        """Give pieces on one line, uncut."""
        return "".join(self.styled(printable(piece.text), piece.style) for piece in pieces)

    def wrapped(self, pieces: Iterable[Piece], first: str = "", rest: str = "") -> list[str]:
        """Cut pieces into lines, words whole where they fit; ``first`` and ``rest`` stand before them as they are."""
        lines: list[list[tuple[str, Style]]] = [[]]
        used, room = columns(_CODE.sub("", first)), max(1, self.width - columns(rest))
        for unit, blank in _units(self._marked(pieces)):
            wide = sum(columns(text) for text, _ in unit)
            gap = blank and bool(lines[-1])
            parts = unit if wide <= room else [(part, style) for text, style in unit for part in _fitting(text, room)]
            for number, (part, style) in enumerate(parts):
                need = gap + (columns(part) if wide > room else wide) if not number or wide > room else 0
                if lines[-1] and need and used + need > self.width:
                    lines.append([])
                    used, gap = columns(rest), False
                if gap:
                    # A blank within a run of one style has it too, so that what was struck out is so in one line.
                    lines[-1].append((" ", style if lines[-1][-1][1] == style else "plain"))
                lines[-1].append((part, style))
                used += gap + columns(part)
                gap = False
        return [(first if not number else rest) + self._written(line) for number, line in enumerate(lines)]

    def _marked(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            text = printable(piece.text.replace("\n", " "))
            marks = None if self.colour else _MARKS.get(piece.style)
            if marks and text.strip():
                bare = text.strip()
                before, after = text[: text.index(bare[0])], text[len(text.rstrip()) :]
                text = f"{before}{marks[0]}{bare}{marks[1]}{after}"
            yield Piece(text, piece.style)

    def _written(self, line: Sequence[tuple[str, Style]]) -> str:
        found: list[str] = []
        at = 0
        while at < len(line):
            end = at
            while end < len(line) and line[end][1] == line[at][1]:
                end += 1
            found.append(self.styled("".join(text for text, _ in line[at:end]), line[at][1]))
            at = end
        text = "".join(found)
        # Left alone, signs at the edge of a line of Arabic or Hebrew would jump to its other end.
        return f"{_ISOLATE}{text}{_END}" if self.colour and is_right_to_left(text) else text


def is_right_to_left(text: str) -> bool:
    """Tell whether a text has letters that are written from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(char) in _RTL for char in text)


def _units(pieces: Iterable[Piece]) -> Iterator[tuple[list[tuple[str, Style]], bool]]:
    """Give what may not be parted, in its styles, and whether a blank stands before it."""
    unit: list[tuple[str, Style]] = []
    before = blank = False
    for piece in pieces:
        blank = blank or piece.text[:1].isspace()
        for number, (word, parted) in enumerate(pieces_of(piece.text)):
            blank = blank or (bool(number) and parted)
            if unit and (blank or is_wide(word[0]) or is_wide(unit[-1][0][-1])):
                yield unit, before
                unit = []
            if not unit:
                before = blank
            unit.append((word, piece.style))
            blank = False
        blank = blank or piece.text[-1:].isspace()
    if unit:
        yield unit, before


def _fitting(word: str, width: int) -> Iterator[str]:
    if "://" in word:
        yield word
        return
    while columns(word) > width:
        at = next((at for at in range(1, len(word)) if columns(word[: at + 1]) > width), 1)
        yield word[:at]
        word = word[at:]
    yield word
