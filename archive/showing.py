"""Articles as lines for a person to read. Pure: the width and all that is known are arguments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.field_edits import outward
from archive.model import Article, Event, Extraction, Link, RecordId, Revision
from archive.terminal import counted, printable
from archive.wording import mark
from archive.wrapping import wrapped

WIDEST = 100
"""Columns of a line of text at most: longer ones are hard to read."""
_AT, _EVENT = 35, len("unreachable")
"""Columns of the times of a revision and of what an event is, for what stands behind them to be in line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A person's word on a capture; ``at`` is the capture's time, ``said`` that of the word."""

    capture: RecordId
    at: datetime
    url: str
    article: bool
    said: datetime
    note: str | None = None

    @property
    def words(self) -> str:
        """What was said, when and why."""
        what = "the article" if self.article else "not the article"
        note = f": {self.note}" if self.note else ""
        return f"{what}, a person said on {self.said:%Y-%m-%d}{note}"


Happened = Revision | Event | Marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What stands beside a revision in a history: the flags of what it changed, and people's notes."""

    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


NOTHING_SAID: Mapping[str, Said] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The visits around a time: the last that showed the revision, and the next one, where there was one."""

    since: datetime
    until: datetime | None


def window(
    revision: Revision, at: datetime, held: Mapping[RecordId, datetime], visited: Iterable[datetime]
) -> Window | None:
    """Give the visits around a time for which a revision is taken to have stood; None where one was at that time."""
    shown = [held[each] for each in revision.captures if each in held and held[each] <= at]
    since = max(shown, default=revision.seen_from)
    if since == at:
        return None
    return Window(since=since, until=min((each for each in visited if each > since), default=None))


# ------------------------------------------------------------------------------------------------------ what happened


def happened(
    article: Article, marks: Iterable[Marked], since: datetime | None = None, until: datetime | None = None
) -> list[Happened]:
    """Give what is known of an article in the order of time, from ``since`` on and before ``until``."""

    def within(each: Happened) -> bool:
        first, last = (each.seen_from, each.seen_until) if isinstance(each, Revision) else (each.at, each.at)
        return (since is None or last >= since) and (until is None or first < until)

    # An event comes before the revision that the same capture opened: it was back, and was edited.
    def place(each: Happened) -> tuple[datetime, bool]:
        return (each.seen_from, True) if isinstance(each, Revision) else (each.at, False)

    everything: list[Happened] = [*article.revisions, *article.events, *marks]
    return sorted((each for each in everything if within(each)), key=place)


def head_lines(article: Article, others: Iterable[tuple[str, str]], width: int) -> list[str]:
    """Write what an article is: its newest headline, its URL, and the others that it has, each with its reason."""
    newest = article.revisions[-1].extraction
    title = newest.headline or newest.seo_title or "(no headline)"
    also = [printable(f"also {url}  ({reason})") for url, reason in others]
    return [*wrapped(title, width), printable(article.url), *also]


def history_lines(
    article: Article, shown: Sequence[Happened], width: int, said: Mapping[str, Said] = NOTHING_SAID
) -> Iterator[str]:
    """Write an article's revisions and events, oldest first; times are UTC.

    ``said`` are flags and notes of revisions, by their ids, and notes of the article by its own.
    """
    by_id = {each.id: each for each in article.revisions}
    before = {each.id: earlier for earlier, each in zip(article.revisions, article.revisions[1:], strict=False)}
    digits = max(2, len(str(len(article.revisions))))
    blank = " " * (digits + 2)
    for each in shown:
        match each:
            case Revision():
                again = by_id.get(each.returns_to) if each.returns_to is not None else None
                told = said.get(each.id, Said())
                yield f"{each.number:>{digits}}  {_times(each):<{_AT}}  {counted(each.words, 'word')}"
                if told.flags:
                    yield from wrapped(", ".join(told.flags), width, f"{blank}  flags: ", f"{blank}    ")
                for line in _told(each, before.get(each.id), again):
                    yield from wrapped(line, width, f"{blank}  ", f"{blank}    ")
                yield from _notes(told, f"{blank}  ", width)
            case Event():
                yield from _event(each.at, each.event, each.detail, blank, width)
            case Marked():
                yield from _event(each.at, "marked", each.words, blank, width)


def _notes(told: Said, blank: str, width: int) -> Iterator[str]:
    for note in told.notes:
        yield from wrapped(note, width, f"{blank}note: ", f"{blank}  ")


def _event(at: datetime, what: str, detail: str | None, blank: str, width: int) -> Iterator[str]:
    first = f"{blank}{_minute(at)}  {what:<{_EVENT}}  "
    yield from wrapped(detail or "", width, first, " " * len(first))


def _times(revision: Revision) -> str:
    first, last = _minute(revision.seen_from), _minute(revision.seen_until)
    word = " (a server's 304)" if revision.basis == "304" else ""
    return (first if first == last else f"{first} - {last}") + word


def _told(revision: Revision, before: Revision | None, again: Revision | None) -> Iterator[str]:
    if before is None:
        if line := "; ".join(_first(revision.extraction)):
            yield line
    else:
        yield from edited(before, revision)
    if again is not None:
        yield f"returns to revision {again.number}"


def _first(told: Extraction) -> Iterator[str]:
    if told.bylines:
        yield f"by {', '.join(told.bylines)}"
    if told.published:
        yield f"published {zoned(told.published)}"


# --------------------------------------------------------------------------------------------------- what was edited

_VALUES = ("headline", "seo_title", "standfirst", "bylines", "published", "caption", "correction")
_NAMES = {"seo_title": "SEO title", "bylines": "byline", "correction": "correction notice"}


def edited(before: Revision, after: Revision) -> list[str]:
    """Say in a line each what differs between two revisions of an article that one extractor read."""
    was, now = before.extraction, after.extraction
    found: list[str] = []
    for name in _VALUES:
        old, new = _value(was, name), _value(now, name)
        if name == "seo_title" and mark(new) == mark(now.headline or "") and found:
            continue  # it says what the headline does
        if mark(old) != mark(new):
            label = _NAMES.get(name, name)
            found.append(f"{label}: {new}" if new else f"{label} taken away: {old}")
    if text := _text_edited(was.paragraphs, now.paragraphs):
        found.insert(1 if found[:1] and found[0].startswith("headline") else 0, text)
    if links := _links_edited(before, after):
        found.append(links)
    return found


def _value(told: Extraction, name: str) -> str:
    value = getattr(told, name)
    return ", ".join(value) if isinstance(value, tuple) else value or ""


def _text_edited(was: Sequence[str], now: Sequence[str]) -> str | None:
    old, new = Counter(map(mark, was)), Counter(map(mark, now))
    more, fewer = (new - old).total(), (old - new).total()
    if not more and not fewer:
        moved = [mark(text) for text in was] != [mark(text) for text in now]
        return "text: paragraphs in another order" if moved else None
    told = " ".join(f"{sign}{count}" for sign, count in (("+", more), ("-", fewer)) if count)
    return f"text: {told} {'paragraph' if more + fewer == 1 else 'paragraphs'}"


def _links_edited(before: Revision, after: Revision) -> str | None:
    ours, theirs = outward(before.extraction, before.url), outward(after.extraction, after.url)
    kept = {mark(text) for text in before.extraction.paragraphs} & {mark(text) for text in after.extraction.paragraphs}
    old = {target for key in kept for target in ours.get(key, ())}
    new = {target for key in kept for target in theirs.get(key, ())}
    told = [f"+{target}" for target in sorted(new - old)] + [f"-{target}" for target in sorted(old - new)]
    return f"links: {' '.join(told)}" if told else None


# --------------------------------------------------------------------------------------------------------- one article

_NOTICE = "Correction notice | ", "                  | "


def show_lines(
    article: Article, revision: Revision, around: Window | None, width: int, *, links: bool = False
) -> Iterator[str]:
    """Write a revision to be read: headline, who and when, which revision it is, then its text."""
    told = revision.extraction
    width = min(width, WIDEST)
    yield from wrapped(told.headline or told.seo_title or "(no headline)", width)
    if told.standfirst and mark(told.standfirst) not in map(mark, told.paragraphs[:2]):
        yield ""
        yield from wrapped(told.standfirst, width)
    yield ""
    if told.bylines:
        yield from wrapped(f"By {', '.join(told.bylines)}", width)
    if dates := "; ".join(_dates(told)):
        yield dates[0].upper() + dates[1:]
    yield printable(revision.url)
    yield f"Revision {revision.number} of {len(article.revisions)}  {revision.id}"
    yield from wrapped(f"Seen {_seen(revision)}", width)
    if around is not None:
        yield from wrapped(_around(around), width)
    if told.caption:
        yield ""
        yield from wrapped(told.caption, width, "Picture: ", "         ")
    noted = _noted(told) if links else told.paragraphs
    notice = mark(told.correction or "")
    texts = list(map(mark, told.paragraphs))
    for paragraph, text in zip(noted, texts, strict=True):
        yield ""
        yield from wrapped(paragraph, width, *(_NOTICE if notice and text == notice else ()))
    if told.correction and notice not in texts:
        yield ""
        yield from wrapped(told.correction, width, *_NOTICE)
    if links and told.links:
        yield ""
        for number, link in enumerate(told.links, 1):
            yield printable(f"[{number}] {link.url}")


def _dates(told: Extraction) -> Iterator[str]:
    if told.published:
        yield f"published {zoned(told.published)}"
    if told.modified and told.modified != told.published:
        yield f"modified {zoned(told.modified)}"


def zoned(text: str) -> str:
    """Write a date of a page with its zone as it was given.

    >>> zoned("2026-11-01T08:30:00+01:00"), zoned("2026-11-01T08:30:00Z"), zoned("2026-11-01")
    ('2026-11-01 08:30 +01:00', '2026-11-01 08:30 UTC', '2026-11-01')
    """
    if len(text) <= len("2026-11-01"):
        return printable(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return printable(text)
    told = f"{at:%Y-%m-%d %H:%M:%S}" if at.second else f"{at:%Y-%m-%d %H:%M}"
    if at.tzinfo is None:
        return f"{told} (no zone given)"
    return f"{told} {'UTC' if at.utcoffset() == timedelta(0) else at.isoformat()[-6:]}"


def _seen(revision: Revision) -> str:
    first, last = _second(revision.seen_from), _second(revision.seen_until)
    if first == last:
        return f"once, at {first} UTC"
    return f"from {first} to {last} UTC, {'by a 304 of the server' if revision.basis == '304' else 'by its bytes'}"


def _around(around: Window) -> str:
    if around.until is None:
        return f"Last seen so at {_second(around.since)} UTC; there was no later visit"
    return f"The time asked for lies between two visits: {_second(around.since)} and {_second(around.until)} UTC"


def _noted(told: Extraction) -> list[str]:
    """Give the paragraphs with the numbers of their links behind the words of each."""
    noted = list(told.paragraphs)
    behind: dict[int, int] = {}
    for number, link in enumerate(told.links, 1):
        text, start = noted[link.paragraph], behind.get(link.paragraph, 0)
        at = _end_of(link, text, start)
        noted[link.paragraph] = f"{text[:at]}[{number}]{text[at:]}"
        behind[link.paragraph] = at + len(f"[{number}]")
    return noted


def _end_of(link: Link, text: str, start: int) -> int:
    found = text.find(link.text, start) if link.text else -1
    return found + len(link.text) if found >= 0 else len(text)


# ---------------------------------------------------------------------------------------------------------------- times


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _second(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
