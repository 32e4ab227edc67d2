"""What a page shows of the difference between two revisions: the later text, with all that was edited in its place.

Pure.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Literal

from archive import diff
from archive.model import Article, Change, Edit, Flag, Revision, WordEdit
from archive.showing_changes import NAMES, field_text, is_twin, links_edited
from archive.word_edits import is_typographic, word_edits
from archive.words_of_people import Said, right_flags

Kind = Literal["keep", "add", "remove", "moved", "left"]
"""``moved``: it stood elsewhere, and came here as it is; ``left``: it stood here, and went elsewhere."""

ALONE = 1
"""Unchanged paragraphs between two edits that are shown, not folded away."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text, what became of it, and a word on that before it."""

    kind: Kind
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph: its number in the later text (from 1), None for one that is only in the earlier; and its pieces."""

    number: int | None
    pieces: tuple[Piece, ...]

    @property
    def edited(self) -> bool:
        return any(each.kind != "keep" for each in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Paragraphs that follow one another; ``folded`` ones are all unchanged."""

    lines: tuple[Line, ...]
    folded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field that differs, by the name people have for it."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEdit:
    """A link that was taken out or put in, with its words."""

    url: str
    text: str
    added: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A change as its page tells it.

    ``flags`` are those that count, ``wrong`` those that a person called wrong. ``typographic``: the text differs in
    quotes, dashes or blanks alone, and these are shown; elsewhere they are as they are now.
    """

    before: Revision
    after: Revision
    change: Change
    flags: tuple[Flag, ...]
    wrong: tuple[Flag, ...]
    fields: tuple[Field, ...]
    links: tuple[LinkEdit, ...]
    blocks: tuple[Block, ...]
    same: bool
    typographic: bool
    reviewed: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two revisions of an article to compare, with when it was first sighted and what people said of their change."""

    before: Revision
    after: Revision
    first_seen: datetime
    said: Said | None


def worked_out(pair: Pair) -> Shown:
    """Compare two revisions, and give what the page of their change shows: minutes, where both are very long."""
    change = diff.between(pair.before, pair.after, pair.first_seen)
    return shown(pair.before, pair.after, change, pair.said)


def shown(before: Revision, after: Revision, change: Change, said: Said | None = None) -> Shown:
    """Put together what the page of a change shows; ``said`` are people's words on it."""
    wrong = said.wrong_flags if said is not None else set()
    right = right_flags(change.flags, wrong)
    real = [each for each in change.edits if not each.typographic]
    gone, come = links_edited(before, after)
    told = lines("\n".join(before.extraction.paragraphs), "\n".join(after.extraction.paragraphs), change.edits)
    return Shown(
        before=before,
        after=after,
        change=change,
        flags=tuple(flag for flag in right if flag != "typographic"),
        wrong=tuple(flag for flag in change.flags if flag in wrong),
        fields=tuple(
            Field(name=NAMES.get(each.field, each.field), pieces=_field(each.field, each.before, each.after))
            for each in change.fields
            if not is_twin(each, change.fields)
        ),
        links=(
            *(LinkEdit(url=url, text=text, added=False) for url, text in gone.items()),
            *(LinkEdit(url=url, text=text, added=True) for url, text in come.items()),
        ),
        blocks=tuple(folded(told)),
        same=not change.edits,
        typographic=bool(change.edits) and not real,
        reviewed=said is not None and said.reviewed,
        notes=tuple(each.text for each in said.notes) if said is not None else (),
    )


def neighbours(article: Article, before: Revision, after: Revision) -> tuple[tuple[int, int] | None, ...]:
    """Give by their numbers the changes before and after one, None where there is none."""
    low, high = sorted((before.number, after.number))
    earlier = (low - 1, low) if low > 1 else None
    later = (high, high + 1) if high < len(article.revisions) else None
    return earlier, later


def _field(name: str, before: str | tuple[str, ...] | None, after: str | tuple[str, ...] | None) -> tuple[Piece, ...]:
    old, new = field_text(name, before), field_text(name, after)
    if not old or not new:
        return (Piece("remove", old),) if old else (Piece("add", new),)
    return tuple(_words(word_edits(old, new), exact=False))


# ----------------------------------------------------------------------------------------------------------- the text


def lines(before: str, after: str, edits: Sequence[Edit]) -> list[Line]:
    """Lay the edits between two raw texts out in the later one, paragraph by paragraph.

    What was removed, or went elsewhere, stands where it was.
    """
    if not after and not before:
        return []
    exact = all(each.typographic for each in edits)
    return list(_in_lines(_stream(after, edits, exact=exact)))


def folded(told: Sequence[Line]) -> Iterator[Block]:
    """Put paragraphs that nothing was done to together, so that a page can fold them away."""
    at = 0
    while at < len(told):
        end = at
        while end < len(told) and told[end].edited == told[at].edited:
            end += 1
        yield Block(lines=tuple(told[at:end]), folded=not told[at].edited and end - at > ALONE)
        at = end


def _stream(after: str, edits: Sequence[Edit], *, exact: bool) -> Iterator[Piece]:
    """Give the later text with its edits, from beginning to end."""
    at = 0
    for place, _, pieces in sorted(_placed(after, edits, exact=exact), key=lambda each: each[:2]):
        start, end = place
        if start > at:
            yield Piece("keep", after[at:start])
        yield from pieces
        at = max(at, end)
    if at < len(after):
        yield Piece("keep", after[at:])


_Placed = tuple[tuple[int, int], int, list[Piece]]


def _placed(after: str, edits: Sequence[Edit], *, exact: bool) -> Iterator[_Placed]:
    """Give for each edit which characters of the later text it takes the place of, and what is shown there."""
    where = _Places(edits)
    for order, edit in enumerate(edits):
        if edit.after_at is not None:
            yield (edit.after_at.start, edit.after_at.end), order, list(_pieces(edit, exact=exact))
        if edit.before_at is not None and edit.op in ("remove", "move"):
            to = where.in_later(edit.before_at.start)
            yield (to, to), order, [_gone(edit)]


class _Places:
    """Finds where in the later text something stood that is not in it any more."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        told = list(edits)
        out = sorted((each.before_at.start, each.before_at.end) for each in told if each.before_at is not None)
        into = sorted((each.after_at.start, each.after_at.end) for each in told if each.after_at is not None)
        self._out = [end for _, end in out]
        self._taken = list(accumulate((end - start for start, end in out), initial=0))
        self._added = list(accumulate((end - start for start, end in into), initial=0))
        # Where each would begin without all that was put in before it; no two edits have a character in common.
        self._in = [start - added for (start, _), added in zip(into, self._added, strict=False)]

    def in_later(self, place: int) -> int:
        """Give the place, before all that was put in there."""
        kept = place - self._taken[bisect_right(self._out, place)]
        return kept + self._added[bisect_left(self._in, kept)]


def _gone(edit: Edit) -> Piece:
    text = edit.before or ""
    if edit.op == "remove":
        return Piece("remove", text)
    to = edit.after_at.sentences[0][0] + 1 if edit.after_at is not None and edit.after_at.sentences else None
    return Piece("left", text, f"moved to paragraph {to}" if to is not None else "moved")


def _pieces(edit: Edit, *, exact: bool) -> Iterator[Piece]:
    after = edit.after or ""
    if edit.before is None:
        yield Piece("add", after)
        return
    if edit.typographic and not exact:
        yield Piece("keep", after)
        return
    if edit.op == "move":
        at = edit.before_at
        note = f"moved from paragraph {at.sentences[0][0] + 1}" if at is not None and at.sentences else "moved"
        if not edit.words:
            yield Piece("moved", after, note)
            return
        yield Piece("moved", "", note)
    elif edit.op in ("merge", "split"):
        yield Piece("moved", "", "sentences joined" if edit.op == "merge" else "sentence parted")
    if edit.words:
        yield from _words(edit.words, exact=exact)
    else:  # blanks between sentences
        yield Piece("remove", _on_one_line(edit.before))
        yield Piece("add", after)


def _on_one_line(removed: str) -> str:
    """Show a line break that was taken out, where the paragraphs around it have become one."""
    return removed.replace("\n", " ¶ ")


def _words(words: Sequence[WordEdit], *, exact: bool) -> Iterator[Piece]:
    at = 0
    while at < len(words):
        each = words[at]
        following = words[at + 1] if at + 1 < len(words) else None
        swapped = each.op == "remove" and following is not None and following.op == "add"
        if not exact and swapped and following is not None and is_typographic(each.text, following.text):
            yield Piece("keep", following.text)
            at += 2
            continue
        yield Piece(each.op, _on_one_line(each.text) if each.op == "remove" else each.text)
        at += 1


def _in_lines(stream: Iterable[Piece]) -> Iterator[Line]:
    """Cut a stream of pieces into paragraphs, at the line breaks of either text."""
    number, later, note = 1, False, ""
    here: list[Piece] = []
    for piece in stream:
        of_later = piece.kind not in ("remove", "left")
        note = piece.note or note
        for place, part in enumerate(piece.text.split("\n")):
            if place:
                if any(each.text.strip() for each in here):
                    yield Line(number=number if later else None, pieces=tuple(here))
                # The break belongs to the later text, or to what is no more in it.
                if of_later:
                    number += 1
                here, later = [], False
            if part:
                # A note stands before the first words it is about, be they behind a line break.
                here.append(Piece(piece.kind, part, note if part.strip() else ""))
                note = "" if part.strip() else note
                later = later or (of_later and bool(part.strip()))
    if any(each.text.strip() for each in here):
        yield Line(number=number if later else None, pieces=tuple(here))
