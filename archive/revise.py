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

from archive import edits
from archive.edits import State
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
from archive.warc.records import digest
from archive.wording import mark

ALTERNATING = timedelta(hours=24)
"""Within this time a headline that was left and comes back is one of two that are tried on readers, not an edit."""
REMOVED_AFTER = timedelta(hours=6)
"""Time between the first and the last of at least two answers that a page is gone, for it to count as removed."""
DOUBTED_FOR = timedelta(hours=6)
"""Time for which quite another, shorter text must stand, for it to be taken for the publisher's."""

_TITLES = frozenset(("headline", "seo_title"))

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
    chain = _Chain()
    for each in ordered:
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


class _Chain:
    """The chain as far as it has been folded."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.events: list[Event] = []
        self._states: dict[UrlKey, State] = {}
        self._key: UrlKey | None = None  # where the article was seen last: its absence elsewhere says nothing
        self._gone: list[Seen] = []
        self._removed = False
        self._streak: tuple[EventKind, str | None] | None = None
        self._doubted: tuple[Seen, State] | None = None

    def take(self, seen: Seen) -> None:
        sign = seen.sign
        if seen.marked is False:
            return
        if seen.marked and seen.reading is not None and seen.reading.extraction is not None:
            sign = "article"
        if self._is_held(seen):
            sign = "article"
        if sign == "article":
            self._article(seen)
        elif self.open and sign != "nothing":
            self._absence(seen, sign)

    # ------------------------------------------------------------------------------------------------ the article

    def _is_held(self, seen: Seen) -> bool:
        """Tell whether the page shows the whole article, whatever it was judged to be."""
        reading = seen.reading
        if (
            not self.open
            or reading is None
            or reading.layout is None
            or seen.sign not in ("blocked", "paywalled", "unreachable")
        ):
            return False
        state = self._states.get(seen.urlkey) or self.open[-1].state
        return state.firm and edits.stands(state, reading.layout) is not None

    def _article(self, seen: Seen) -> None:
        reading = seen.reading
        if reading is None or reading.layout is None:
            return
        extraction = reading.extraction or Extraction()
        if not self.open:
            if reading.extraction is None:
                return
            state = edits.state_of(seen.url, extraction, reading.layout, reading.claims)
            self._begin(seen, reading, state, frozenset())
            self._states[seen.urlkey] = state
            self._key = seen.urlkey
            return
        now = self.open[-1]
        known = self._states.get(seen.urlkey)
        before = known or now.state
        weighed = edits.weigh(before, extraction, reading.layout, reading.claims)
        if self._is_doubtful(seen, before, weighed):
            return
        self._back(seen)
        if edits.redesigned(before.layout, weighed.state.layout) and weighed.alike >= edits.AFRESH:
            self._say(seen, "redesigned", None)
        if seen.role == "amp" and self._key != seen.urlkey:
            self._states[seen.urlkey] = weighed.state  # a lesser edition of a page never speaks for it
            return
        self._key = seen.urlkey
        if not weighed.edited:
            self._unedited(seen, known, weighed.state)
        elif known is None and seen.role == "canonical":
            self._say(seen, "variant", f"{seen.url} shows it otherwise: {', '.join(weighed.edited)}")
            self._states[seen.urlkey] = edits.state_of(seen.url, extraction, reading.layout, reading.claims)
        else:
            self._edited(seen, reading, before, weighed)

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
            now.state = state  # another of its URLs had shown the edit first
            self._seen_again(now, seen)
            return
        of_title = set(weighed.edited) <= _TITLES and before.core == now.state.core
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
        first = len(self.open) - 1
        while first > 0 and self.open[first].edited and self.open[first].edited <= _TITLES:
            first -= 1
            earlier = self.open[first]
            if title in earlier.titles and seen.at - earlier.titles[title].until <= ALTERNATING:
                self._join(first, seen, state, title)
                return True
        return False

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
        """Open a revision where one of two alternating headlines has been the only one for a day: it was chosen."""
        told = now.titles.get(_title(now.state.extraction))
        if told is None:
            return
        told.until = seen.at
        since = told.alone_since
        first = next(iter(now.titles))
        if len(now.titles) < 2 or now.titles[first] is told or since is None or seen.at - since.at <= ALTERNATING:
            return
        assert since.reading is not None
        assert since.capture is not None
        at = now.captures.index(since.capture)
        state, mine = now.state, now.captures[at:]
        del now.captures[at:]
        rest = [each for each in now.titles.values() if each is not told]
        now.seen_until = max([now.seen_from, *(each.until for each in rest)])
        now.state = replace(state, extraction=now.titles[first].extraction)
        self._begin(since, since.reading, state, frozenset(("headline",)))
        self.open[-1].captures = mine
        self.open[-1].seen_until, self.open[-1].basis = seen.at, seen.basis

    # ------------------------------------------------------------------------------------------- absence and return

    def _is_doubtful(self, seen: Seen, before: State, weighed: edits.Weighed) -> bool:
        """Hold back quite another, much shorter text until it has stood for a while: most often it is a wall."""
        reading = seen.reading
        assert reading is not None
        text = reading.extraction
        other = (
            weighed.alike == 0
            and before.firm
            and text is not None
            and 3 * sum(map(size, text.paragraphs)) < sum(map(size, before.extraction.paragraphs))
            and not edits.shares_words(text.headline, before.extraction.headline)
        )
        if not other or seen.marked:
            self._doubted = None
            return False
        assert text is not None
        assert reading.layout is not None
        if self._doubted is not None:
            first, state = self._doubted
            again = edits.weigh(state, text, reading.layout, reading.claims)
            if not again.edited and seen.at - first.at >= DOUBTED_FOR:
                self._doubted = None
                return False
            if not again.edited:
                return True
        self._doubted = seen, edits.state_of(seen.url, text, reading.layout, reading.claims)
        self._absence(
            replace(seen, detail="quite another, shorter text: not taken for an edit unless it stays"), "blocked"
        )
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
            content = _content(each.state)
            revisions.append(
                Revision(
                    id=each.id,
                    number=number,
                    url=each.url,
                    seen_from=each.seen_from,
                    seen_until=each.seen_until,
                    basis=each.basis,
                    extractor=each.extractor,
                    extraction=each.state.extraction,
                    text_digest=_digest(each.state.extraction),
                    words=sum(map(size, each.state.extraction.paragraphs)),
                    captures=tuple(sorted(each.captures, key=lambda id: (ids[id].at, id))),
                    returns_to=_returns_to(content, contents, revisions),
                )
            )
            contents.append(content)
        events = sorted(self.events, key=lambda each: (each.at, each.event, each.detail or ""))
        first = revisions[0]
        key = min((each.at, each.urlkey) for each in seen if each.capture is not None and each.sign == "article")[1]
        return Article(
            id=key, url=first.url, extractor=first.extractor, revisions=tuple(revisions), events=tuple(events)
        )


def _digest(extraction: Extraction) -> Digest:
    return digest((text_of(extraction).encode(),))


def _content(state: State) -> tuple[object, ...]:
    told = state.extraction
    return state.core, _title(told), told.standfirst, told.correction, told.bylines, told.published, told.caption


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
