"""What differs between two states of an article: fields, sentences with moves, merges and splits, words, flags. Pure.

The raw text of a state is its paragraphs joined by one newline. An edit holds the very characters that were taken out
and put in, with the blanks before them; so ``apply`` makes the later text out of the earlier one exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive import flags
from archive.alignment import WHOLE, Group, Sentence, align, cut
from archive.model import Change, Edit, EditOp, Extraction, FieldEdit, Flag, Revision, Span
from archive.sentences import spans
from archive.word_edits import is_typographic, word_edits
from archive.wording import mark

FIELDS = (
    "headline", "seo_title", "standfirst", "bylines", "published", "modified", "section", "tags", "caption", "picture",
    "correction", "language",
)  # fmt: skip
"""Fields that are compared; links are told by a flag and stand with the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What differs between two states of an article."""

    fields: tuple[FieldEdit, ...] = ()
    edits: tuple[Edit, ...] = ()
    flags: tuple[Flag, ...] = ()


def between(before: Revision, after: Revision, first_seen: datetime | None = None) -> Change:
    """Give what differs between two revisions of an article, ``before`` may be the later one.

    ``first_seen`` is the article's first sighting.
    """
    same = None if before.picture_hash is None or after.picture_hash is None else _same_picture(before, after)
    told = compare(before.extraction, after.extraction, url=after.url, first_seen=first_seen, same_picture=same)
    earlier, later = (before, after) if before.number <= after.number else (after, before)
    window = (earlier.seen_until, later.seen_from)
    return Change(
        before=before.id, after=after.id, window=window, fields=told.fields, edits=told.edits, flags=told.flags
    )


_HASH_BITS = 6  # of 64 in which two hashes of one picture may differ: another size, another quality


def _same_picture(before: Revision, after: Revision) -> bool:
    if before.picture_digest == after.picture_digest:
        return True
    ours, theirs = int(before.picture_hash or "0", 16), int(after.picture_hash or "0", 16)
    return (ours ^ theirs).bit_count() <= _HASH_BITS


def compare(
    before: Extraction,
    after: Extraction,
    *,
    url: str,
    first_seen: datetime | None = None,
    same_picture: bool | None = None,
) -> Compared:
    """Give what differs between two readings of an article by one extractor.

    ``url`` is the article's, ``first_seen`` its first sighting; ``same_picture`` says whether the lead pictures are the
    same one, None where that is not known.
    """
    edits = text_edits("\n".join(before.paragraphs), "\n".join(after.paragraphs))
    found = tuple(fields_between(before, after))
    told = flags.of(before, after, edits, url=url, first_seen=first_seen, same_picture=same_picture)
    return Compared(fields=found, edits=edits, flags=told)


def fields_between(before: Extraction, after: Extraction) -> list[FieldEdit]:
    """Give the fields that differ in more than typography."""
    found = []
    for name in FIELDS:
        old, new = getattr(before, name), getattr(after, name)
        if old != new and mark(_words(old)) != mark(_words(new)):
            found.append(FieldEdit(field=name, before=old, after=new))
    return found


def _words(value: str | Sequence[str] | None) -> str:
    return value or "" if value is None or isinstance(value, str) else "\n".join(value)


# --------------------------------------------------------------------------------------------------------- the text


def links_between(before: str, after: str) -> tuple[tuple[int, int], ...]:
    """Give which sentences are one another, by their numbers in both raw texts; unchanged ones too."""
    ours, theirs = cut(before, after)
    mine, his = _numbers(ours), _numbers(theirs)
    found: list[tuple[int, int]] = []
    for group in align(ours, theirs):
        pairs = [(one, other) for one in group.ours for other in group.theirs]
        for one, other in pairs:
            if len(pairs) == 1 and len(mine[one]) == len(his[other]):
                found += zip(mine[one], his[other], strict=True)
            else:
                found += [(here, there) for here in mine[one] for there in his[other]]
    return tuple(found)


def _numbers(some: Sequence[Sentence]) -> list[range]:
    """Give the numbers, in the whole text, of the sentences that each of these holds."""
    found = []
    count = 0
    for each in some:
        found.append(range(count, count + len(_places(each))))
        count = found[-1].stop
    return found


def apply(before: str, edits: Iterable[Edit]) -> str:
    """Make the later raw text out of the earlier one: take out what was, and put in what is at its place."""
    told = list(edits)
    rest: list[str] = []
    at = 0
    taken = (each.before_at for each in told if each.before_at is not None)
    for span in sorted(taken, key=lambda span: (span.start, span.end)):
        rest.append(before[at : span.start])
        at = span.end
    kept = "".join([*rest, before[at:]])
    found: list[str] = []
    length = at = 0
    new = sorted((each.after_at.start, each.after or "") for each in told if each.after_at is not None)
    for start, text in new:
        piece = kept[at : at + start - length]
        found += [piece, text]
        at += len(piece)
        length += len(piece) + len(text)
    return "".join([*found, kept[at:]])


def text_edits(before: str, after: str) -> tuple[Edit, ...]:
    """Give the edits that make one raw text of another, in the order of the later one."""
    if before == after:
        return ()
    ours, theirs = cut(before, after)
    groups = align(ours, theirs)
    return _Writer(_Text(before, ours), _Text(after, theirs)).edits(groups)


class _Text:
    """A raw text in sentences; ``taken`` are the characters that each edited one takes, blanks included."""

    def __init__(self, raw: str, sentences: Sequence[Sentence]) -> None:
        self.raw = raw
        self.sentences = sentences
        self.taken: dict[int, tuple[int, int]] = {}

    @property
    def lead(self) -> tuple[int, int]:
        """Give the place of the blanks before all sentences."""
        return 0, self.sentences[0].start if self.sentences else 0

    def gap(self, number: int) -> tuple[int, int]:
        """Give the place of the blanks before a sentence; that of those at the end for one behind the last."""
        start = self.sentences[number - 1].end if number else 0
        return start, self.sentences[number].start if number < len(self.sentences) else len(self.raw)

    def take(self, first: int, last: int, *, behind: bool) -> None:
        """Let edited sentences, from one to before another, take the blanks behind or before each."""
        for number in range(first, last):
            each = self.sentences[number]
            self.taken[number] = (each.start, self.gap(number + 1)[1]) if behind else (self.gap(number)[0], each.end)

    def take_alone(self, first: int, last: int) -> None:
        """Let all sentences of a text take the blanks between them."""
        self.take(first, last, behind=False)
        if first < last:
            self.taken[first] = self.sentences[first].start, self.sentences[first].end

    def span(self, numbers: Sequence[int]) -> Span:
        some = [self.sentences[number] for number in numbers]
        places = tuple(place for each in some for place in _places(each))
        return Span(self.taken[numbers[0]][0], self.taken[numbers[-1]][1], some[0].paragraph, places)

    def paragraph(self, number: int) -> int:
        return self.sentences[min(number, len(self.sentences) - 1)].paragraph if self.sentences else 0


class _Writer:
    """Writes edits with the characters they take out and put in.

    Between two kept sentences each edited one takes the blanks before it, and those before the second kept one are left
    over; or each takes those behind it, where the blanks left over are then the same in both texts.
    """

    def __init__(self, ours: _Text, theirs: _Text) -> None:
        self._ours = ours
        self._theirs = theirs
        self._found: list[tuple[tuple[float, int], Edit]] = []

    def edits(self, groups: Sequence[Group]) -> tuple[Edit, ...]:
        sentences, others = self._ours.sentences, self._theirs.sentences
        kept: list[tuple[int, int]] = []
        changed: list[Group] = []
        for group in groups:
            mine, his = group.ours[0], group.theirs[0]
            if (
                not group.moved
                and len(group.ours) == len(group.theirs) == 1
                and sentences[mine].text == others[his].text
            ):
                kept.append((mine, his))
            else:
                changed.append(group)
        self._part(kept)
        for group in changed:
            edit = self._edit(group)
            self._put(edit, edit.after_at)
        mine_done = {number for group in changed for number in group.ours}
        his_done = {number for group in changed for number in group.theirs}
        for number, place in self._behind.items():
            if number not in mine_done:
                at = self._ours.span((number,))
                edit = Edit(op="remove", before=self._ours.raw[at.start : at.end], before_at=at)
                self._found.append(((place, 0), edit))
        for number in self._theirs.taken:
            if number not in his_done:
                at = self._theirs.span((number,))
                self._put(Edit(op="add", after=self._theirs.raw[at.start : at.end], after_at=at), at)
        self._found.sort(key=lambda each: each[0])
        return tuple(edit for _, edit in self._found)

    def _put(self, edit: Edit, at: Span | None) -> None:
        self._found.append(((at.start if at is not None else 0, 1), edit))

    def _part(self, kept: Sequence[tuple[int, int]]) -> None:
        """Give each edited sentence its blanks, and write what differs in those that are left over."""
        self._behind: dict[int, float] = {}
        ours, theirs = self._ours, self._theirs
        before: tuple[int, int] | None = None
        ends = (len(ours.sentences), len(theirs.sentences))
        for after in [*kept, ends]:
            first = (0, 0) if before is None else (before[0] + 1, before[1] + 1)
            is_last = after == ends
            place = -1.0 if before is None else theirs.sentences[before[1]].end - 0.5
            for number in range(first[0], after[0]):
                self._behind[number] = place
            if before is None and is_last:
                ours.take_alone(first[0], after[0])
                theirs.take_alone(first[1], after[1])
                left = [(ours.lead, theirs.lead), (ours.gap(after[0]), theirs.gap(after[1]))]
            elif first == after:
                left = [(ours.gap(after[0]), theirs.gap(after[1]))]
            elif before is None:
                ours.take(first[0], after[0], behind=True)
                theirs.take(first[1], after[1], behind=True)
                left = [(ours.lead, theirs.lead)]
            else:
                ways = [(False, False)] if is_last else [(False, False), (True, True), (True, False), (False, True)]
                mine, his = next((way for way in ways if self._left(first, after, way)[2]), ways[0])
                ours.take(first[0], after[0], behind=mine)
                theirs.take(first[1], after[1], behind=his)
                left = [self._left(first, after, (mine, his))[:2]]
            for our_blank, their_blank in left:
                self._blank(our_blank, their_blank, after)
            before = after

    def _left(
        self, first: tuple[int, int], after: tuple[int, int], way: tuple[bool, bool]
    ) -> tuple[tuple[int, int], tuple[int, int], bool]:
        """Give the blanks that are left over between two kept sentences, and whether they are the same."""
        mine = self._ours.gap(first[0] if way[0] else after[0])
        his = self._theirs.gap(first[1] if way[1] else after[1])
        return mine, his, self._ours.raw[slice(*mine)] == self._theirs.raw[slice(*his)]

    def _edit(self, group: Group) -> Edit:
        before_at, after_at = self._ours.span(group.ours), self._theirs.span(group.theirs)
        before = self._ours.raw[before_at.start : before_at.end]
        after = self._theirs.raw[after_at.start : after_at.end]
        op: EditOp = "change"
        if len(group.ours) > 1:
            op = "merge"
        elif len(group.theirs) > 1:
            op = "split"
        elif group.moved:
            op = "move"
        same = len(group.ours) == len(group.theirs) == 1 and self._same_words(group)
        return Edit(
            op=op,
            before=before,
            after=after,
            before_at=before_at,
            after_at=after_at,
            words=() if op == "move" and same else word_edits(before, after),
            typographic=same and op == "change",
        )

    def _same_words(self, group: Group) -> bool:
        ours, theirs = self._ours.sentences[group.ours[0]], self._theirs.sentences[group.theirs[0]]
        if ours.key == theirs.key or (ours.text.isascii() and theirs.text.isascii()):
            return ours.key == theirs.key
        return is_typographic(ours.text, theirs.text)

    def _blank(self, ours: tuple[int, int], theirs: tuple[int, int], at: tuple[int, int]) -> None:
        before, after = self._ours.raw[slice(*ours)], self._theirs.raw[slice(*theirs)]
        if before != after:
            before_at = Span(*ours, self._ours.paragraph(at[0]))
            after_at = Span(*theirs, self._theirs.paragraph(at[1]))
            edit = Edit(
                op="change", before=before, after=after, before_at=before_at, after_at=after_at, typographic=True
            )
            self._put(edit, after_at)


def _places(sentence: Sentence) -> list[tuple[int, int]]:
    """Give paragraph and place in it of a sentence, or of all those in a run of paragraphs."""
    if sentence.number != WHOLE:
        return [(sentence.paragraph, sentence.number)]
    paragraphs = enumerate(sentence.text.split("\n"), sentence.paragraph)
    return [(number, place) for number, text in paragraphs for place in range(len(spans(text)))]
