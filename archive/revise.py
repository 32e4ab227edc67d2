"""fold: what was seen of an article, in the order of capture -> its revisions and events. Pure.

The same things seen give the same chain whatever order they arrived in: they are sorted first, and a state is only
ever derived from what was seen before it. A revision is opened by an edit of the publisher (``archive.edits``) and by
nothing else; walls, absences and new designs are events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from archive import edits, field_edits, standing
from archive.judge import size
from archive.model import (
    Article,
    Basis,
    Digest,
    Event,
    EventKind,
    Extraction,
    Reading,
    RecordId,
    Revision,
    Url,
    UrlKey,
)
from archive.standing import State
from archive.warc.records import digest
from archive.wording import mark

ALTERNATING = timedelta(hours=24)
"""A headline that was left and comes back within this time, or a second time, is one that is tried on readers."""
CHOSEN = timedelta(hours=72)
"""Time for which one of several headlines must be the only one, for the outlet to have chosen it."""
REMOVED_AFTER = timedelta(hours=6)
"""Time between the first and the last of at least two answers that a page is gone, for it to count as removed."""
DOUBTED_FOR = timedelta(hours=6)
"""Time for which quite another, shorter text must stand, for it to be taken for the publisher's."""

_WALLED = frozenset(("blocked", "paywalled", "unreachable"))
_TITLES = frozenset(("headline", "seo_title"))
STUB_FOR = timedelta(days=7)
"""The same for a text of which only the beginning is left: metered paywalls end it there."""

Role = Literal["own", "redirect", "canonical", "amp", "id", "by hand"]
"""How a URL belongs to the article."""
Sign = Literal["article", "gone", "blocked", "paywalled", "unreachable", "moved", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One answer, or want of one, of one of the article's URLs.

    ``id`` is the record id of the capture, or of the visit where there is no capture. ``reading`` is that of the
    capture, or of the one it repeats; ``basis`` says whether a repetition rests on bytes or on a server's 304.
    ``marked`` is a person's word: it is the article, or it is not.
    """

    at: datetime
    id: RecordId
    url: Url
    urlkey: UrlKey
    sign: Sign
    role: Role = "own"
    capture: RecordId | None = None
    visit: RecordId | None = None
    reading: Reading | None = None
    basis: Basis = "bytes"
    detail: str | None = None
    target: UrlKey | None = None
    marked: bool | None = None


def fold(seen: Iterable[Seen]) -> Article | None:
    """Give an article's chain from all that was seen of its URLs; None where it was never seen whole."""
    ordered = sorted(seen, key=lambda each: (each.at, each.id))
    # An AMP page is a lesser edition: where the page itself was seen it says nothing.
    paged = any(each.role != "amp" and (each.sign == "article" or each.marked) for each in ordered)
    chain = _Chain()
    for each in ordered:
        if each.marked is not False and not (paged and each.role == "amp"):
            chain.take(each)
    return chain.article(ordered)


def text_of(extraction: Extraction) -> str:
    """Give the raw text of a revision: its paragraphs joined by one newline."""
    return "\n".join(extraction.paragraphs)


@dataclass(slots=True)
class _Open:
    """A revision while captures are still added to it."""

    id: RecordId
    url: Url
    seen_from: datetime
    seen_until: datetime
    basis: Basis
    extractor: str
    extraction: Extraction
    content: tuple[object, ...]
    state: State
    captures: list[RecordId]
    edited: frozenset[str] = frozenset()
    titles: dict[int, _Title] = field(default_factory=dict)
    title: int = 0


@dataclass(slots=True)
class _Title:
    """A headline that was seen on one text: when last, and the first of the captures in a row that show it alone."""

    until: datetime
    alone_since: Seen | None
    extraction: Extraction


@dataclass(slots=True)
class _Doubt:
    """Quite another, shorter text, and what was seen of it so far."""

    state: State
    seen: list[Seen]


class _Chain:
    """The chain as far as it has been folded."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.events: list[Event] = []
        self._states: dict[UrlKey, State] = {}
        self._variants: set[UrlKey] = set()
        self._read_at: dict[UrlKey, datetime] = {}
        self._shown_at: list[tuple[datetime, UrlKey]] = []
        self._key: UrlKey | None = None  # where the article was seen last: its absence elsewhere says nothing
        self._gone: list[Seen] = []
        self._removed = False
        self._streak: tuple[EventKind, str | None] | None = None
        self._doubt: _Doubt | None = None

    def take(self, seen: Seen) -> None:
        sign = seen.sign
        if seen.marked and seen.reading is not None and seen.reading.extraction is not None:
            sign = "article"
        if self._is_held(seen):
            sign = "article"
        if sign == "article":
            if not self._is_doubtful(seen):
                self._article(seen)
        elif self.open and sign != "nothing":
            self._absence(seen, sign)

    # ------------------------------------------------------------------------------------------------ the article

    def _is_held(self, seen: Seen) -> bool:
        """Tell whether the page shows the whole article, whatever it was judged to be."""
        reading = seen.reading
        if not self.open or reading is None or reading.layout is None or seen.sign not in _WALLED:
            return False
        state = self._before(seen)
        return state.firm and standing.stands(state, reading.layout) is not None

    def _before(self, seen: Seen) -> State:
        return self._states.get(seen.urlkey) or self.open[-1].state

    def _article(self, seen: Seen) -> None:
        reading = seen.reading
        if reading is None or reading.layout is None:
            return
        extraction = reading.extraction or Extraction()
        known = self._states.get(seen.urlkey)
        if not self.open:
            if extraction.paragraphs:
                self._shown(seen)
                state = standing.state_of(seen.url, extraction, reading.layout, reading.claims)
                self._states[seen.urlkey] = state
                self._begin(seen, reading, state, frozenset())
            return
        before = self._before(seen)
        layout = reading.layout if extraction.paragraphs else replace(reading.layout, chosen=())
        weighed = edits.weigh(before, extraction, layout, reading.claims)
        self._back(seen)
        self._shown(seen)
        built_anew = known is not None and standing.redesigned(
            before, weighed.state.layout, weighed.state.layout.chosen
        )
        if built_anew and weighed.alike >= standing.AFRESH and not self._told_of_redesign(seen):
            self._say(seen, "redesigned", None)
        self._read_at[seen.urlkey] = seen.at
        if known is None and seen.role == "canonical" and weighed.edited:
            self._say(seen, "variant", f"{seen.url} shows it otherwise: {', '.join(weighed.edited)}")
            self._variants.add(seen.urlkey)
            self._states[seen.urlkey] = standing.state_of(seen.url, extraction, reading.layout, reading.claims)
        elif seen.urlkey in self._variants:
            self._of_variant(seen, weighed.state)
        elif weighed.edited:
            self._edited(seen, reading, before, weighed)
        else:
            self._unedited(seen, known, weighed.state)

    def _shown(self, seen: Seen) -> None:
        self._key = seen.urlkey
        self._shown_at.append((seen.at, seen.urlkey))

    def _told_of_redesign(self, seen: Seen) -> bool:
        """Tell whether another of its URLs has shown the new design since this one was last read."""
        last = self._read_at.get(seen.urlkey, seen.at)
        return any(each.event == "redesigned" and each.at > last for each in self.events)

    def _of_variant(self, seen: Seen, state: State) -> None:
        """Follow a URL that shows the article otherwise, until it shows what the others do."""
        self._states[seen.urlkey] = state
        if _content(state) == _content(self.open[-1].state):
            self._variants.discard(seen.urlkey)
            self._seen_again(self.open[-1], seen)

    def _unedited(self, seen: Seen, known: State | None, state: State) -> None:
        now = self.open[-1]
        self._states[seen.urlkey] = state
        if known is None or _content(known) == _content(now.state):
            now.state = state
            self._seen_again(now, seen)
            self._still_alone(now, seen)

    def _edited(self, seen: Seen, reading: Reading, before: State, weighed: edits.Weighed) -> None:
        now, state = self.open[-1], weighed.state
        self._states[seen.urlkey] = state
        if _content(state) == _content(now.state):
            self._seen_again(now, seen)  # another of its URLs had shown the edit first
            return
        of_title = set(weighed.edited) <= _TITLES and edits.words_of(before) == edits.words_of(now.state)
        if of_title and self._alternates(seen, state):
            return
        self._begin(seen, reading, state, frozenset(weighed.edited))

    def _begin(self, seen: Seen, reading: Reading, state: State, edited: frozenset[str]) -> None:
        assert seen.capture is not None
        title = _title(state.extraction)
        self.open.append(
            _Open(
                id=seen.capture,
                url=seen.url,
                seen_from=seen.at,
                seen_until=seen.at,
                basis=seen.basis,
                extractor=reading.extractor,
                extraction=state.extraction,
                content=_content(state),
                state=state,
                captures=[seen.capture],
                edited=edited,
                titles={title: _Title(until=seen.at, alone_since=seen, extraction=state.extraction)},
                title=title,
            )
        )

    def _seen_again(self, now: _Open, seen: Seen) -> None:
        now.seen_until, now.basis = max(now.seen_until, seen.at), seen.basis
        if seen.capture is not None:
            now.captures.append(seen.capture)

    # -------------------------------------------------------------------------------------- alternating headlines

    def _alternates(self, seen: Seen, state: State) -> bool:
        """Take a headline that comes back for one of two that are tried on readers; tell whether it was that."""
        title = _title(state.extraction)
        now = self.open[-1]
        if title in now.titles:
            self._show(now, seen, state, title)
            return True
        start = len(self.open) - 1
        while start > 0 and self.open[start].edited and self.open[start].edited <= _TITLES:
            start -= 1
        run = self.open[start:]
        left = next((place for place in reversed(range(len(run))) if title in run[place].titles), None)
        if left is None:
            return False
        came_back_before = len({each for one in run for each in one.titles}) < len(run)
        if seen.at - run[left].titles[title].until > ALTERNATING and not came_back_before:
            return False
        turns = {each for one in run[left:] for each in one.titles}
        first = next(place for place, one in enumerate(run) if turns & one.titles.keys())
        self._join(start + first, seen, state, title)
        return True

    def _join(self, first: int, seen: Seen, state: State, title: int) -> None:
        """Make one revision again of those that differ by a headline which comes and goes."""
        kept, others = self.open[first], self.open[first + 1 :]
        del self.open[first + 1 :]
        for other in others:
            kept.captures += other.captures
            for each, told in other.titles.items():
                if each not in kept.titles:
                    kept.titles[each] = told
                    name = told.extraction.headline or told.extraction.seo_title
                    self.events.append(
                        Event(
                            at=other.seen_from,
                            event="variant",
                            url=other.url,
                            capture=other.id,
                            detail=f"headline: {name}",
                        )
                    )
        self._show(kept, seen, state, title)

    def _show(self, now: _Open, seen: Seen, state: State, title: int) -> None:
        told = now.titles[title]
        told.until = seen.at
        for each in now.titles.values():
            each.alone_since = None
        told.alone_since = seen
        now.title = title
        now.state = state
        self._seen_again(now, seen)

    def _still_alone(self, now: _Open, seen: Seen) -> None:
        """Open a revision where one of two alternating headlines has long been the only one: it was chosen."""
        told = now.titles.get(_title(now.state.extraction))
        if told is None:
            return
        told.until = seen.at
        since = told.alone_since
        first = next(iter(now.titles))
        if len(now.titles) < 2 or now.titles[first] is told or since is None or seen.at - since.at <= CHOSEN:
            return
        assert since.reading is not None
        assert since.capture is not None
        at = now.captures.index(since.capture)
        state, mine = now.state, now.captures[at:]
        del now.captures[at:]
        rest = [each for each in now.titles.values() if each is not told]
        now.seen_until = max([now.seen_from, *(each.until for each in rest)])
        self._begin(since, since.reading, state, frozenset(("headline",)))
        self.open[-1].captures = mine
        self.open[-1].seen_until, self.open[-1].basis = seen.at, seen.basis

    # ------------------------------------------------------------------------------------------- absence and return

    def _is_doubtful(self, seen: Seen) -> bool:
        """Hold back quite another, much shorter text until it has stood for a while: most often it is a wall."""
        reading = seen.reading
        if not self.open or reading is None or reading.layout is None or reading.extraction is None or seen.marked:
            self._doubt = None
            return False
        before = self._before(seen)
        text = reading.extraction
        stub = edits.is_beginning(before, text, reading.layout)
        if not before.firm or not (stub or 3 * sum(map(size, text.paragraphs)) < sum(before.words.values())):
            self._doubt = None
            return False
        doubt = self._doubt
        if doubt is not None and not edits.weigh(doubt.state, text, reading.layout, reading.claims).edited:
            doubt.seen.append(seen)
            if seen.at - doubt.seen[0].at < (STUB_FOR if stub else DOUBTED_FOR):
                return True
            self._doubt = None
            for each in doubt.seen:
                self._article(each)
            return True
        if "text" not in edits.weigh(before, text, reading.layout, reading.claims).edited:
            self._doubt = None
            return False
        state = standing.state_of(seen.url, text, reading.layout, reading.claims)
        self._doubt = _Doubt(state=state, seen=[seen])
        if stub:
            self._absence(
                replace(seen, detail="only its beginning stands: not taken for an edit unless it stays"), "paywalled"
            )
        else:
            why = "quite another, shorter text: not taken for an edit unless it stays"
            self._absence(replace(seen, detail=why), "blocked")
        return True

    def _back(self, seen: Seen) -> None:
        if self._removed:
            self._say(seen, "reinstated", None)
        self._removed, self._gone, self._streak = False, [], None

    def _absence(self, seen: Seen, sign: Sign) -> None:
        if sign == "moved":
            if seen.urlkey == self._key and seen.target is not None:
                self._say(seen, "moved", seen.detail)
                self._key = seen.target
                state = self._states.get(seen.urlkey)
                if state is not None:
                    self._states.setdefault(seen.target, state)
            return
        if seen.urlkey != self._key or self._removed:
            return
        kind: EventKind
        detail = seen.detail
        if sign == "gone":
            self._gone.append(seen)
            if len(self._gone) > 1 and seen.at - self._gone[0].at >= REMOVED_AFTER:
                self._removed, self._streak = True, None
                self._say(seen, "removed", f"{detail}; first answered so {self._gone[0].at:%Y-%m-%d %H:%M} UTC")
                return
            kind, detail = "unreachable", f"{detail}; not taken for removed until it has been so for a while"
        elif sign == "blocked":
            kind = "blocked"
        elif sign == "paywalled":
            kind = "paywalled"
        else:
            kind = "unreachable"
        if self._streak != (kind, sign):
            self._streak = kind, sign
            self._say(seen, kind, detail)

    def _say(self, seen: Seen, kind: EventKind, detail: str | None) -> None:
        told = Event(at=seen.at, event=kind, url=seen.url, capture=seen.capture, visit=seen.visit, detail=detail)
        self.events.append(told)

    # --------------------------------------------------------------------------------------------------- the result

    def article(self, seen: Sequence[Seen]) -> Article | None:
        if not self.open:
            return None
        ids = {each.id: each for each in seen}
        revisions: list[Revision] = []
        contents: list[tuple[object, ...]] = []
        for number, each in enumerate(self.open, 1):
            revisions.append(
                Revision(
                    id=each.id,
                    number=number,
                    url=each.url,
                    seen_from=each.seen_from,
                    seen_until=each.seen_until,
                    basis=each.basis,
                    extractor=each.extractor,
                    extraction=each.extraction,
                    text_digest=_digest(each.extraction),
                    words=sum(map(size, each.extraction.paragraphs)),
                    captures=tuple(sorted(each.captures, key=lambda id: (ids[id].at, id))),
                    returns_to=_returns_to(each.content, contents, revisions),
                )
            )
            contents.append(each.content)
        events = sorted(self.events, key=lambda each: (each.at, each.event, each.detail or ""))
        first = revisions[0]
        key = min(self._shown_at)[1]
        return Article(
            id=key, url=first.url, extractor=first.extractor, revisions=tuple(revisions), events=tuple(events)
        )


def _digest(extraction: Extraction) -> Digest:
    return digest((text_of(extraction).encode(),))


def _content(state: State) -> tuple[object, ...]:
    told = state.extraction
    links = tuple(sorted((key, *sorted(aims)) for key, aims in field_edits.outward(told, state.url).items()))
    fields = _title(told), told.standfirst, told.correction, told.bylines, told.published, told.caption
    return edits.words_of(state), *fields, links


def _title(extraction: Extraction) -> int:
    return mark(f"{extraction.headline or ''}|{extraction.seo_title or ''}")


def _returns_to(
    content: tuple[object, ...], contents: Sequence[tuple[object, ...]], revisions: Sequence[Revision]
) -> RecordId | None:
    """Give the newest earlier revision, but for the one before, that had all of this content, or else this text."""
    earlier = list(zip(contents, revisions, strict=False))[:-1]
    for theirs, revision in reversed(earlier):
        if theirs == content:
            return revision.id
    if contents and contents[-1][0] == content[0]:
        return None
    return next((revision.id for theirs, revision in reversed(earlier) if theirs[0] == content[0]), None)
