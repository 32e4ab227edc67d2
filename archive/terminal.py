"""What verbs print: JSON Lines or plain tables on standard output, steps on standard error."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath

from archive.timing import stamp


def emit_json(obj: Mapping[str, object]) -> None:
    """Print one object as one line of JSON in UTF-8, whatever the locale; times as RFC 3339 in UTC."""
    line = json.dumps(obj, ensure_ascii=False, default=_plain, allow_nan=False) + "\n"
    # A lone surrogate has no UTF-8; backslashreplace writes the same escape JSON has for it (RFC 8259 section 7).
    sys.stdout.flush()
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace"))


def table(rows: Iterable[Sequence[object]], headers: Sequence[str]) -> None:
    """Print rows in aligned columns under their headers; None shows as ``-``. All rows are held until printed."""
    lines = [[printable(header) for header in headers]]
    lines += [[_cell(value) for value in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)]
        print("  ".join(cells).rstrip())


def step(text: str) -> None:
    """Say on standard error what is being done, one line a step; what has several lines keeps them."""
    print("\n".join(map(printable, text.splitlines())), file=sys.stderr, flush=True)


def counted(number: int, word: str) -> str:
    """Write a number of things: ``1 site``, ``3,000 sites``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """Make control characters visible: what the web says must not steer the terminal.

    What only joins or parts letters stays: Persian, Hindi and emoji are written with it.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in JOINERS else char.encode("unicode_escape").decode() for char in text
    )


JOINERS = "\u200c\u200d"
"""Zero width non-joiner and joiner (Unicode Standard 23.2); they take no column."""


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return printable(stamp(value) if isinstance(value, datetime) else str(value))


def _width(text: str) -> int:
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me") or char in JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _plain(value: object) -> object:
    match value:
        case datetime():
            return stamp(value)
        case Mapping():
            return dict(value)
        case PurePath():
            return str(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form")
