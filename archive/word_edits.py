"""Which words of a sentence were kept, removed and added. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Indel

from archive.model import WordEdit
from archive.wording import compared

# Marks of vowels and joiners are no letters to Python; Thai has no blanks, so there a letter with its marks is a word.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u00ad\u200c\u200d"
_TOKENS = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\\s+"
    "|[\u0e00-\u0eff][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece]*"
    f"|[\\w{_MARKS}]+(?:['’.,][\\w{_MARKS}]+)*|[^\\w\\s]"
)
_KEPT = 3  # characters of what was kept between two edits, and is shown as edited with them
_LONG = 4000  # words; of longer texts the whole is one edit


def word_edits(before: str, after: str) -> tuple[WordEdit, ...]:
    """Give what became of the words: kept and removed ones are ``before``, kept and added ones are ``after``."""
    if before == after:
        return (WordEdit("keep", before),) if before else ()
    first, last = _same_ends(before, after)
    ours = _TOKENS.findall(before, first, len(before) - last)
    theirs = _TOKENS.findall(after, first, len(after) - last)
    if len(ours) + len(theirs) > _LONG:
        return tuple(_pieces([("replace", before, after)]))
    if first:
        ours, theirs = [before[:first], *ours], [after[:first], *theirs]
    if last:
        ours, theirs = [*ours, before[-last:]], [*theirs, after[-last:]]
    found: list[tuple[str, str, str]] = []
    for code in Indel.opcodes(ours, theirs):
        old = "".join(ours[code.src_start : code.src_end])
        new = "".join(theirs[code.dest_start : code.dest_end])
        if code.tag == "equal" and found and found[-1][0] != "equal" and _is_little(old):
            found.append(("little", old, new))
        else:
            found.append(("equal" if code.tag == "equal" else "replace", old, new))
    return tuple(_pieces(found))


def _same_ends(before: str, after: str) -> tuple[int, int]:
    """Give how many characters at the beginning, and at the end, are the same: words as a whole."""
    first, most = 0, min(len(before), len(after))
    while first < most:
        middle = (first + most + 1) // 2
        if before.startswith(after[first:middle], first):
            first = middle
        else:
            most = middle - 1
    first = before.rfind(" ", 0, first) + 1
    if before[first : first + 1].isspace() or after[first : first + 1].isspace():
        first = max(0, first - 1)  # blanks that differ in their number are one word
    last, most = 0, min(len(before), len(after)) - first
    while last < most:
        middle = (last + most + 1) // 2
        if before.endswith(after[len(after) - middle :]):
            last = middle
        else:
            most = middle - 1
    end = before.find(" ", len(before) - last)
    return first, len(before) - end if last and end >= 0 else 0


def _is_little(text: str) -> bool:
    """Tell whether a kept piece is a blank or a sign or two, which would tear an edit apart."""
    return len(text) <= _KEPT and not any(char.isalnum() for char in text)


def _pieces(codes: Sequence[tuple[str, str, str]]) -> Iterator[WordEdit]:
    old = new = ""
    for number, (tag, ours, theirs) in enumerate(codes):
        is_last = number + 1 == len(codes)
        if tag == "replace" or (tag == "little" and not is_last and old and new):
            old, new = old + ours, new + theirs
            continue
        yield from _of(old, new)
        old = new = ""
        yield WordEdit("keep", ours)
    yield from _of(old, new)


def _of(old: str, new: str) -> Iterator[WordEdit]:
    if old:
        yield WordEdit("remove", old)
    if new:
        yield WordEdit("add", new)


def is_typographic(before: str, after: str) -> bool:
    """Tell whether two texts differ in blanks, quotes, dashes and the like only."""
    return compared(before) == compared(after)
