"""What is asked of a search, and where it stands in an article's text: snippets, lines for a terminal, JSON. Pure.

A query is words, all of which a revision must have, in any order; ``"words in quotes"`` are a phrase; ``word*`` is any
word that begins so; ``-word`` must not be there. Nothing else means anything but itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from archive.errors import Misuse
from archive.folding import DIGRAPHS, Word, asked_forms, spelled, words
from archive.model import Extraction, RecordId, Url, UrlKey
from archive.sentences import spans as sentence_spans
from archive.terminal import printable
from archive.wording import mark
from archive.wrapping import wrapped

MOST_WORDS = 64
"""Words of a query: nobody types more, and a database has its limits."""
SNIPPET = 240
"""Characters of a snippet, about."""
_SENTENCES, _SHORTEST = 3, 150  # of a snippet, and characters of each
_SPELLINGS = 6  # words of a phrase that may be spelled otherwise: each doubles what is asked of the database
_QUOTES = '"“”„‟«»'
_TERM = re.compile(rf"(?:(?<!\S)(-))?(?:[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]?(\*?)|([^\s{_QUOTES}]+))")


# -------------------------------------------------------------------------------------------------------- the query


@dataclass(frozen=True, slots=True)
class Way:
    """One spelling of a word or phrase; ``digraphs``: only in texts where ae, oe and ue may stand for umlauts."""

    words: tuple[str, ...]
    digraphs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word or phrase that is asked for: its spellings, the loose forms that do as well, whether it goes on."""

    ways: tuple[Way, ...]
    forms: frozenset[str] = frozenset()
    prefix: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a text must have, and what it must not have."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()


def parse(text: str, languages: Collection[str] = ()) -> Query:
    """Read a query; ``languages`` are the codes by whose stems words are found too.

    Raises ``Misuse`` where it names no word to find, or too many.
    """
    wanted: dict[Term, None] = {}
    unwanted: dict[Term, None] = {}
    count = 0
    for without, quoted, goes_on, bare in _TERM.findall(text):
        said = quoted or bare
        count += len(found := words(said))
        if count > MOST_WORDS:
            raise Misuse(f"more than {MOST_WORDS} words to find; leave some out")
        if found:
            prefix = bool(goes_on) or (bool(bare) and bare.endswith("*"))
            term = _term([said[each.start : each.end] for each in found], languages, prefix, loose=bool(bare))
            (unwanted if without else wanted)[term] = None
    if not wanted:
        if unwanted:
            raise Misuse("only words that must not be there; name one to find")
        raise Misuse('no word to find; name some, such as: variorum find "joint operations" room*')
    return Query(wanted=tuple(wanted), unwanted=tuple(unwanted))


def typed(arguments: Iterable[str]) -> str:
    """Give the query that arguments of a command make: one with blanks, which a shell took out of quotes, is a phrase.

    >>> typed(["joint operations room", "army*"])
    '"joint operations room" army*'
    """
    return " ".join(f'"{each}"' if _is_phrase(each) else each for each in arguments)


def _is_phrase(argument: str) -> bool:
    said = argument.split()
    signs = re.search(f"[{_QUOTES}]", argument) or any(each.startswith("-") or each.endswith("*") for each in said)
    return len(said) > 1 and not signs


def _term(said: Sequence[str], languages: Collection[str], prefix: bool, *, loose: bool) -> Term:
    alone = len(said) == 1
    choices, doubled = [], 0
    for each in said:
        spellings = spelled(each)
        doubled += len(spellings) > 1
        choices.append(spellings if doubled <= _SPELLINGS else spellings[:1])
    ways = tuple(
        Way(tuple(word for word, _ in each), any(digraphs for _, digraphs in each)) for each in product(*choices)
    )
    forms = asked_forms(said[0], languages) if alone and loose and not prefix else frozenset[str]()
    return Term(ways=ways, forms=forms, prefix=prefix)


# ---------------------------------------------------------------------------------------------------- where it stands


@dataclass(frozen=True, slots=True)
class Text:
    """A part of an article that is searched; ``told`` says which, ``paragraph`` among others."""

    told: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence in which something of a query stands: where, which of its terms, and the mark of its words."""

    told: str
    text: str
    spans: tuple[tuple[int, int], ...]
    terms: frozenset[int]
    mark: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with the places in it of what was asked for."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()


def texts_of(told: Extraction) -> list[Text]:
    """Give what is searched of an article, each text once."""
    texts = [Text("headline", whole(told.headline or "")), Text("seo_title", whole(told.seo_title or ""))]
    body = [Text("paragraph", whole(each)) for each in told.paragraphs]
    stood = {mark(each.text) for each in body}
    more = [
        Text(name, whole(text))
        for name, text in (("standfirst", told.standfirst), ("caption", told.caption), ("correction", told.correction))
        if text and mark(whole(text)) not in stood
    ]
    if mark(texts[0].text) == mark(texts[1].text):
        del texts[1]
    first = [each for each in more if each.told == "standfirst"]
    return [each for each in (*texts, *first, *body, *more[len(first) :]) if each.text]


def whole(text: str) -> str:
    """Give a text that has UTF-8: half a character, which a page's metadata can hold, is spelled out."""
    return text.encode("utf-8", "backslashreplace").decode()


def found_in(query: Query, told: Extraction) -> tuple[Found, ...]:
    """Give the sentences of an article in which what is asked for stands; none where a term is missing."""
    seen: set[int] = set()
    found: list[Found] = []
    for each in texts_of(told):
        read = words(each.text, told.language)
        if any(next(_places(term, read), None) for term in query.unwanted):
            return ()
        stood = [
            (read[first].start, read[last].end, number)
            for number, term in enumerate(query.wanted)
            for first, last in _places(term, read)
        ]
        if stood:
            seen.update(number for _, _, number in stood)
            found += _sentences(each, stood)
    return tuple(found) if len(seen) == len(query.wanted) else ()


def passage_of(query: Query, text: str, language: str | None) -> Passage:
    """Give a text with the places of all that was asked for."""
    read = words(text, language)
    places = [(first, last) for term in query.wanted for first, last in _places(term, read)]
    return Passage(text, _joined((read[first].start, read[last].end) for first, last in places))


def _places(term: Term, read: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Give the first and last of the words in which a term stands."""
    begin = None if term.prefix else frozenset(way.words[0] for way in term.ways)
    for at, word in enumerate(read):
        if term.forms and not term.forms.isdisjoint(word.forms):
            yield at, at
        elif begin is None or word.folded in begin:
            for way in term.ways:
                last = at + len(way.words) - 1
                if last < len(read) and _stands(way, read[at : last + 1], term.prefix):
                    yield at, last
                    break


def _stands(way: Way, read: Sequence[Word], prefix: bool) -> bool:
    if way.digraphs and not any(DIGRAPHS in each.forms for each in read):
        return False
    *whole, last = way.words
    if prefix and not read[-1].folded.startswith(last):
        return False
    return all(each.folded == said for each, said in zip(read, whole if prefix else way.words, strict=False))


def _sentences(text: Text, stood: Sequence[tuple[int, int, int]]) -> Iterator[Found]:
    for start, end in sentence_spans(text.text):
        here = [each for each in stood if start <= each[0] < end]
        if here:
            spans = _joined((first - start, min(last, end) - start) for first, last, _ in here)
            said = text.text[start:end]
            yield Found(text.told, said, spans, frozenset(number for _, _, number in here), mark(said))


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Give spans in their order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return tuple(found)


def fullest(found: Sequence[Found]) -> list[Found]:
    """Give the sentences that hold most of what was asked for; those of the text, where there are such."""
    most = max((len(each.terms) for each in found), default=0)
    best = [each for each in found if len(each.terms) == most]
    return [each for each in best if each.told == "paragraph"] or best


# ----------------------------------------------------------------------------------------------------------- snippets


def snippet(found: Sequence[Found], best: Collection[int] = ()) -> Passage:
    """Give a few sentences that show all of what was asked for; those whose marks are in ``best`` come first."""
    chosen: list[int] = []
    shown: set[int] = set()

    def worth(at: int) -> tuple[bool, int, bool]:
        each = found[at]
        return not chosen and each.mark in best, len(each.terms - shown), each.told == "paragraph"

    while len(chosen) < min(_SENTENCES, len(found)):
        at = max((each for each in range(len(found)) if each not in chosen), key=lambda each: (*worth(each), -each))
        if chosen and not found[at].terms - shown:
            break
        chosen.append(at)
        shown |= found[at].terms
    return _put_together([_clipped(found[at], max(SNIPPET // len(chosen), _SHORTEST)) for at in sorted(chosen)])


def _clipped(found: Found, room: int) -> Passage:
    """Cut a sentence to about so many characters where most of what was asked for stands."""
    text, spans = re.sub(r"\s", " ", found.text), found.spans
    if len(text) <= room:
        return Passage(text, spans)

    def held(first: int) -> int:
        return len({text[start:end].casefold() for start, end in spans if first <= start and end <= first + room})

    first, end_of_first = max(spans, key=lambda span: (held(span[0]), -span[0]))
    last = max((end for start, end in spans if first <= start and end <= first + room), default=end_of_first)
    start = max(0, min(first, first - (room - (last - first)) // 2))
    end = max(min(len(text), start + room), end_of_first)
    start = max(0, min(start, end - room))
    if start and 0 <= (blank := text.find(" ", start, first)) < start + 20:
        start = blank + 1
    if end < len(text) and (blank := text.rfind(" ", max(last, end - 20), end)) > 0:
        end = blank
    before, after = "…" if start else "", "…" if end < len(text) else ""
    moved = len(before) - start
    kept = [(left + moved, min(right, end) + moved) for left, right in spans if start <= left < end]
    return Passage(f"{before}{text[start:end]}{after}", tuple(kept))


def _put_together(parts: Sequence[Passage]) -> Passage:
    text, spans = "", []
    for each in parts:
        gap = "" if not text else " " if text.endswith("…") or each.text.startswith("…") else " … "
        at = len(text) + len(gap)
        text += gap + each.text
        spans += [(start + at, end + at) for start, end in each.spans]
    return Passage(text, tuple(spans))


# --------------------------------------------------------------------------------------------------------------- hits


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """A revision in which something was found."""

    id: RecordId
    number: int
    url: Url
    seen_from: datetime
    seen_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What was found in revisions of an article that follow one another and say the same there, oldest first.

    ``gone``: no current revision of any article has it.
    """

    article: UrlKey
    outlet: str | None
    headline: Passage
    snippet: Passage
    revisions: tuple[Stood, ...]
    gone: bool

    @property
    def place(self) -> tuple[datetime, RecordId]:
        """Where in the order of hits it stands."""
        return self.revisions[-1].seen_from, self.revisions[-1].id


def hit_json(hit: Hit) -> Iterator[dict[str, object]]:
    """Give a hit by the keys of design 6, an object for each revision, the newest first."""
    for each in reversed(hit.revisions):
        yield {
            "url": each.url,
            "article": hit.article,
            "revision": each.id,
            "at": each.seen_from,
            "outlet": hit.outlet,
            "snippet": hit.snippet.text,
            "gone": hit.gone,
        }


Piece = tuple[str, bool]
"""A part of a line, and whether it was asked for."""


def hit_lines(hit: Hit, width: int) -> Iterator[list[Piece]]:
    """Write a hit: headline, where to read on, when it stood there, and the snippet on lines of its own."""
    first, last = hit.revisions[0], hit.revisions[-1]
    yield from marked(hit.headline, width)
    yield [(printable(f"{last.url}@{last.number}"), False)]
    which = f"revision {last.number}" if first is last else f"revisions {first.number} to {last.number}"
    times = [f"{at:%Y-%m-%d %H:%M}" for at in (first.seen_from, last.seen_until)]
    when = times[0] if times[0] == times[1] else " - ".join(times)
    told = [f"{which}, gone" if hit.gone else which, f"seen {when}", hit.outlet or ""]
    for line in wrapped("; ".join(filter(None, told)), width):
        yield [(line, False)]
    if hit.snippet.text != hit.headline.text:
        yield from marked(hit.snippet, width, "    ")


def marked(passage: Passage, width: int, before: str = "") -> Iterator[list[Piece]]:
    """Cut a passage into lines, each into what was asked for and what was not."""
    text, spans = _printed(passage)
    asked = {at for start, end in spans for at in range(start, end)}
    # Lines have the text's own letters in their order; only blanks differ, so letters are counted.
    letters = [at in asked for at, char in enumerate(text) if not char.isspace()]
    inside = [at in asked and at + 1 in asked for at, char in enumerate(text) if not char.isspace()]
    count = 0
    for line in wrapped(text, width, before, before):
        pieces: list[Piece] = []
        for at, char in enumerate(line):
            if at < len(before):
                is_asked = False
            elif char.isspace():
                is_asked = 0 < count < len(letters) and inside[count - 1] and letters[count]
            else:
                is_asked, count = letters[count], count + 1
            if pieces and pieces[-1][1] == is_asked:
                pieces[-1] = pieces[-1][0] + char, is_asked
            else:
                pieces.append((char, is_asked))
        yield pieces


def _printed(passage: Passage) -> tuple[str, list[tuple[int, int]]]:
    """Give a passage as a terminal may have it, its places moved along."""
    text, spans, at = "", [], 0
    for start, end in passage.spans:
        text += _shown(passage.text[at:start])
        first = len(text)
        text += _shown(passage.text[start:end])
        spans.append((first, len(text)))
        at = end
    return text + _shown(passage.text[at:]), spans


def _shown(text: str) -> str:
    # Signs without width (joiners, marks of direction) would be spelled out in the middle of a word.
    return printable("".join(char for char in re.sub(r"\s", " ", text) if unicodedata.category(char) != "Cf"))
