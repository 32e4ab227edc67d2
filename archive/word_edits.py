"""Which words of a sentence were kept, removed and added. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Indel

from archive.model import WordEdit
from archive.wording import compared

_TOKENS = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\\s+|[\\w\u0300-\u036f\u064b-\u065f\u0670\u00ad]+(?:['’.,][\\w]+)*|[^\\w\\s]"
)
_KEPT = 3  # characters of what was kept between two edits, and is shown as edited with them
_LONG = 4000  # words; of longer texts the whole is one edit


def word_edits(before: str, after: str) -> tuple[WordEdit, ...]:
    """Give what became of the words: kept and removed ones are ``before``, kept and added ones are ``after``."""
    if before == after:
        return (WordEdit("keep", before),) if before else ()
    ours, theirs = _TOKENS.findall(before), _TOKENS.findall(after)
    if len(ours) + len(theirs) > _LONG:
        return tuple(_pieces([("replace", before, after)]))
    found: list[tuple[str, str, str]] = []
    for code in Indel.opcodes(ours, theirs):
        old = "".join(ours[code.src_start : code.src_end])
        new = "".join(theirs[code.dest_start : code.dest_end])
        if code.tag == "equal" and found and found[-1][0] != "equal" and _is_little(old):
            found.append(("little", old, new))
        else:
            found.append(("equal" if code.tag == "equal" else "replace", old, new))
    return tuple(_pieces(found))


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
