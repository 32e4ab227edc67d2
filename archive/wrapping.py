"""Text cut into lines for a terminal, by the columns its letters take. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from archive.terminal import JOINERS, printable

_PIECES = re.compile(r"\S+")


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Cut a text into lines of so many columns, words whole where they fit; wide letters may part anywhere.

    ``first`` and ``rest`` stand before the first line and the others. A URL is never cut, so that it can be copied.
    """
    lines: list[str] = []
    line, used, start = first, columns(first), True
    room = max(1, width - columns(rest))
    for piece, parted in pieces_of(printable(text.replace("\n", " "))):
        gap, is_url = parted and not start, "://" in piece
        for part in [piece] if is_url else _fitting(piece, room):
            wide = columns(part)
            fits_alone = not is_url or wide <= room
            if not start and fits_alone and used + gap + wide > width:
                lines.append(line.rstrip())
                line, used, gap = rest, columns(rest), False
            line, used, start = line + " " * gap + part, used + gap + wide, False
            gap = False
    return [*lines, line.rstrip()]


def pieces_of(text: str) -> Iterator[tuple[str, bool]]:
    """Give what may not be parted, and whether a blank stood before it."""
    for word in _PIECES.findall(text):
        parted, piece = True, ""
        for char in word:
            if piece and (is_wide(char) or is_wide(piece[-1])) and not unicodedata.category(char).startswith("P"):
                yield piece, parted
                parted, piece = False, ""
            piece += char
        yield piece, parted


def _fitting(piece: str, width: int) -> Iterator[str]:
    while columns(piece) > width:
        at = next((at for at in range(1, len(piece)) if columns(piece[: at + 1]) > width), 1)
        yield piece[:at]
        piece = piece[at:]
    yield piece


def columns(text: str) -> int:
    """Count the columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if _has_no_width(char) else 2 if is_wide(char) else 1 for char in text)


def _has_no_width(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me") or char in JOINERS


def is_wide(char: str) -> bool:
    """Tell whether a letter takes two columns."""
    return unicodedata.east_asian_width(char) in "WF"
