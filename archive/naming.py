"""The names of outlets: how they are compared, and where they stand in a text. Pure.

Not whether a name is a source there: that is ``archive.cite``'s to say.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from archive.links import registrable
from archive.model import Outlet
from archive.wording import compared

_ARTICLES = frozenset("the der die das den dem le la les el los las il lo gli de het o".split())
_WORD = re.compile(r"[^\W_]+")
_QUOTES = re.compile(r'["«»‹›]')
_POSSESSIVE = re.compile(r"(?<=\w)'s?\Z")
_ASIDE = re.compile(r"\s*\([^()]*\)\s*")
_GAP = re.compile(r"[ \u00a0\u200c‐-―\-'’‘“”\"«»„&./+!ʼ]{0,4}")
_NEXT = re.compile(rf"({_GAP.pattern})([^\W_]+)")
_DOTTED = re.compile(r"\.[a-zA-Z]")
_ARABIC_ARTICLES = frozenset("al an ar as ash at az el ad".split())
_SHORT = 4
"""A full stop inside a name ends a short word: St. Louis, U.S. News."""
_INFLECTED = 4
"""Letters that a German adjective has at least with its ending: der Neuen Zürcher, but not Posten."""
_HOST = 64
"""Letters that a host may have before its first full stop."""
_LEAST = 2
_LONG = 10
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_CASE_ENDINGS = re.compile(
    r"(?:иями|иям|иях|ием|ией|ами|ями|ого|ему|ому|ыми|ими|ой|ей|ом|ем|ам|ям|ах|ях|ов|ев|ую|юю|ая|яя|ое|ее|ые|ие|ый|ий|ии|ию|ия"
    r"|[аяуюеиыоьъйі])\Z"
)
_FIRST = re.compile(r"(?:\s*\([^()]*\))*[\W_]*([^\W_]+)([\W_]*)([^\W_]*)")
_CASE_VOWEL = re.compile(r"[аоуеюяыиі]\Z")
_SPELLED = re.compile(r"[A-Z][b-df-hj-np-tv-z]{2,4}")
"""Capitals that are spelled out, since nobody can say them as a word, as some papers write them: Bbc."""
_SITE = re.compile(r"(?<![\w.@/-])(?:[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?\.){1,3}[a-z]{2,12}(?![\w@/-])", re.IGNORECASE)


@functools.lru_cache(maxsize=16_384)
def key(name: str) -> str:
    """Give what names are compared by: no quotes, no dashes, no leading article, no possessive, one case.

    >>> key("The “Morning-Post”’s")
    'morning post'
    """
    bare = _POSSESSIVE.sub("", _QUOTES.sub("", compared(name)).strip(" '")).replace("-", " ").casefold()
    first, blank, rest = bare.partition(" ")
    return rest if blank and first in _ARTICLES else bare


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name in a text: its place, whose it may be (several where they share it), and the name as written.

    ``is_ambiguous``: the words may mean something else. ``is_resolved``: a person said whose the name is. ``prefix``
    is what Arabic writes with the word, such as "to".
    """

    start: int
    end: int
    outlets: tuple[Outlet, ...]
    name: str
    is_ambiguous: bool = False
    is_resolved: bool = False
    prefix: str = ""


_RESOLVED, _OWN, _LISTED = range(3)
"""Whose word on a name comes first: a person's, the archive's own list, any other list."""


@dataclass(frozen=True, slots=True)
class _Entry:
    parts: tuple[str, ...]
    shown: tuple[str, ...]
    article: str
    outlet: Outlet
    is_ambiguous: bool
    rank: int


@dataclass(frozen=True, slots=True)
class _Index:
    """Names by the word they begin with; taken apart when a text first has that word, since most never are."""

    named: Mapping[str, list[tuple[str, Outlet, int]]] = field(default_factory=dict)
    made: dict[str, Mapping[str, tuple[_Entry, ...]]] = field(default_factory=dict)

    def of(self, stem: str) -> Mapping[str, tuple[_Entry, ...]] | None:
        """Give the names that begin with a word, by their second word, "" where they have none."""
        made = self.made.get(stem)
        if made is not None or stem not in self.named:
            return made
        seconds: defaultdict[str, dict[_Entry, None]] = defaultdict(dict)
        for name, outlet, rank in self.named[stem]:
            for entry in _entries(name, outlet, rank):
                if _WIDE.match(entry.parts[0]):
                    seconds[""][entry] = None
                elif entry.parts[0] == stem:
                    seconds[entry.parts[1] if len(entry.parts) > 1 else ""][entry] = None
        made = _longest_first(seconds)
        self.made[stem] = made
        return made


@dataclass(frozen=True, slots=True)
class Names:
    """The names known, ready to be found in texts."""

    outlets: tuple[Outlet, ...] = ()
    _index: _Index = field(default_factory=_Index, repr=False, compare=False)
    _domains: Mapping[str, Outlet] = field(default_factory=dict, repr=False)
    _begins: re.Pattern[str] = field(default=_WORD, repr=False)

    @staticmethod
    def of(outlets: Iterable[Outlet], resolved: Mapping[str, str] | None = None, own: Collection[Outlet] = ()) -> Names:
        """Make them of outlets, and of names that a person said whose they are: ``{"the Post": "post.example"}``.

        A name of one of an archive's ``own`` outlets is that one's, whoever else bears it, and a resolved one before
        that. Where outlets share a domain, the first has it.
        """
        known = (*own, *(each for each in outlets if each not in own)) if own else tuple(outlets)
        domains: dict[str, Outlet] = {}
        for outlet in known:
            for domain in outlet.domains:
                domains.setdefault(domain.lower().removeprefix("www."), outlet)
        named: list[tuple[str, Outlet, int]] = []
        for name, domain in (resolved or {}).items():
            outlet = domains.get(domain) or Outlet(name=name, domains=(domain,))
            domains.setdefault(domain, outlet)
            named.append((name, outlet, _RESOLVED))
        for number, outlet in enumerate(known):
            rank = _OWN if number < len(own) else _LISTED
            named.append((outlet.name, outlet, rank))
            named += [(alias, outlet, rank) for alias in outlet.aliases]
        by_first: dict[str, list[tuple[str, Outlet, int]]] = {}
        small: set[str] = set()
        for each in named:
            for word, is_alone in _first_words(each[0]):
                # A lone word that is no agency's and without capitals is that word in a text without them.
                if word[0].islower() and not (is_alone and word.islower() and not _is_small(each[1])):
                    small.add(word)
                by_first.setdefault(word[0] if _WIDE.match(word) else _stem(word), []).append(each)
        return Names(known, _Index(by_first), domains, _beginnings(small | _ARABIC_ARTICLES))

    def of_domain(self, host: str) -> Outlet | None:
        """Find whose a host is: under its own name, or under a domain above it down to the one registered."""
        name = host.lower().rstrip(".").removeprefix("www.")
        lowest = registrable(name)
        while name:
            if name in self._domains:
                return self._domains[name]
            if name == lowest:
                return None
            name = name.partition(".")[2]
        return None

    def in_text(self, text: str) -> list[Mention]:
        """Find the names in a text, in order; where one is in another, the longer."""
        found: list[Mention] = []
        after = 0
        known = self._index.named
        for word in self._begins.finditer(text):
            written = word[0]
            if written < "\u0600" and _stem(written) not in known:
                continue
            start = word.start()
            if start < after:
                continue
            if written >= "\u3040" and _WIDE.match(written):
                found.extend(self._in_wide(text, start, word.end()))
                continue
            for prefix, form in _forms(written):
                seconds = self._index.of(form)
                hit = seconds and _found(seconds, text, word, prefix)
                if hit:
                    found.append(hit)
                    after = hit.end
                    break
        dotted = _DOTTED.search(text)
        if dotted is not None:
            found = self._with_sites(text, max(0, dotted.start() - _HOST), found)
        return found

    def _in_wide(self, text: str, start: int, end: int) -> Iterator[Mention]:
        at = start
        while at < end:
            entries = (self._index.of(text[at]) or {}).get("", ())
            hit = next((each for each in entries if text.startswith(each.parts[0], at)), None)
            if hit is None:
                at += 1
                continue
            sharing = _before_others([each for each in entries if each.parts == hit.parts])
            stop = at + len(hit.parts[0])
            yield _mention(text, at, stop, sharing, any(each.is_ambiguous for each in sharing), "")
            at = stop

    def _with_sites(self, text: str, first: int, found: list[Mention]) -> list[Mention]:
        """Add names that are written as hosts: "told post.example"."""
        for site in _SITE.finditer(text, first):
            outlet = self.of_domain(site[0])
            if outlet is None:
                continue
            if any(each.start <= site.start() and each.end >= site.end() for each in found):
                continue
            found = [each for each in found if each.end <= site.start() or each.start >= site.end()]
            found.append(Mention(start=site.start(), end=site.end(), outlets=(outlet,), name=site[0]))
        return sorted(found, key=lambda each: each.start)


def _first_words(name: str) -> Iterator[tuple[str, bool]]:
    """Give the words that a name may begin with where it stands in a text, and whether there are no others."""
    match = _FIRST.match(name if name.isascii() else compared(name))
    if match is None:
        return
    word, gap, following = match.groups()
    is_article = bool(following) and word.casefold() in _ARTICLES
    if not (is_article and " " in gap):
        yield word, not following
    if is_article:
        yield following, False


def _before_others(entries: list[_Entry]) -> list[_Entry]:
    """Keep those whose word on a name comes first."""
    best = min(entry.rank for entry in entries)
    return [entry for entry in entries if entry.rank == best]


def _beginnings(small: Iterable[str]) -> re.Pattern[str]:
    """Make the pattern of words that a name may begin with: all but small ones, and these."""
    words = sorted(small)
    either = _one_of(word for word in words if len(word) > _LEAST)
    # What is short is a small word of a language too, and then another follows.
    short = _one_of(word for word in words if len(word) <= _LEAST)
    return re.compile(
        rf"(?<![^\W_])(?:[^\W_a-zß-öø-ÿа-яё][^\W_]*|(?:{either})(?![^\W_])|(?:{short})(?![^\W_])(?!\s[a-z]))"
    )


def _one_of(words: Iterable[str]) -> str:
    """Write a pattern of words by their first letters, since few have that of the word that is looked at."""
    rests: defaultdict[str, list[str]] = defaultdict(list)
    for word in words:
        rests[word[0]].append(re.escape(word[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(some)})" for first, some in rests.items())


def _longest_first(entries: Mapping[str, Iterable[_Entry]]) -> dict[str, tuple[_Entry, ...]]:
    def size(entry: _Entry) -> tuple[int, int]:
        return len(entry.parts), len(entry.parts[0])

    return {first: tuple(sorted(each, key=size, reverse=True)) for first, each in entries.items()}


def _entries(name: str, outlet: Outlet, rank: int) -> Iterator[_Entry]:
    bare = _ASIDE.sub(" ", compared(name)).strip()
    words = _WORD.findall(bare)
    if not words:
        return
    article = ""
    if len(words) > 1 and words[0].casefold() in _ARTICLES and " " in bare:
        article, words = words[0].casefold(), words[1:]
    if _WIDE.match(words[0]):
        words = ["".join(words)]
    if len(words) == 1 and len(words[0]) < _LEAST and not _WIDE.match(words[0]):
        return
    # An Arabic word with its article is an adjective as often as a name.
    is_ambiguous = _is_doubtful(name, outlet) or (len(words) == 1 and words[0].startswith("ال"))
    if len(words) == 1 and words[0].islower() and words[0].isascii() and "agency" not in outlet.kind:
        is_ambiguous = True
    is_ambiguous = is_ambiguous and rank != _RESOLVED
    yield _Entry(tuple(map(_stem, words)), tuple(words), article, outlet, is_ambiguous, rank)


def _is_doubtful(name: str, outlet: Outlet) -> bool:
    """Tell whether a name is among an outlet's doubtful ones: itself, or as it is with an article or in small letters.

    What is doubtful without its article or its capitals is less so with them: Guardian, The Guardian; Hina, HINA.
    """
    if name in outlet.ambiguous:
        return True
    first, blank, _ = name.partition(" ")
    if not outlet.ambiguous or name.isupper() or (blank and first.casefold() in _ARTICLES):
        return False
    return key(name) in {key(each) for each in outlet.ambiguous}


@functools.lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """Give a word as it is looked up: one case, and without the ending that Russian or German grammar gives it."""
    folded = word.casefold()
    if len(folded) > _INFLECTED and (folded.endswith("en") or (len(folded) > _LONG and folded.endswith(("er", "em")))):
        return folded[:-1]
    if len(folded) >= _SHORT - 1 and _CYRILLIC.match(folded):
        return (_CASE_ENDINGS if len(folded) > _SHORT else _CASE_VOWEL).sub("", folded)
    return folded


def _forms(word: str) -> Iterator[tuple[str, str]]:
    """Give the forms a word is looked up by, each with the prefix that Arabic wrote before it."""
    yield "", _stem(word)
    if len(word) > _SHORT - 1 and _ARABIC.match(word):
        if word.startswith("لل"):
            yield "ل", f"ال{word[2:]}"
        for length in (1, 2):
            if all(letter in "وفبلك" for letter in word[:length]):
                yield word[:length], word[length:]


def _found(seconds: Mapping[str, tuple[_Entry, ...]], text: str, word: re.Match[str], prefix: str) -> Mention | None:
    following = _NEXT.match(text, word.end()) if len(seconds) > 1 or "" not in seconds else None
    entries = seconds.get(_stem(following[2]), ()) if following else ()
    return (_longest(entries, text, word, prefix) if entries else None) or (
        _longest(seconds[""], text, word, prefix) if "" in seconds else None
    )


def _longest(entries: Iterable[_Entry], text: str, word: re.Match[str], prefix: str) -> Mention | None:
    hits: list[tuple[_Entry, bool, int]] = []
    for entry in entries:
        if hits and entry.parts != hits[0][0].parts:
            break
        fit = _fits(entry, text, word, prefix)
        if fit is not None:
            hits.append((entry, *fit))
    if not hits:
        return None
    # A name that fits without doubt leaves aside those that only might be meant.
    first = min(hit[0].rank for hit in hits)
    hits = [hit for hit in hits if hit[0].rank == first]
    sure = [hit for hit in hits if not hit[1]]
    chosen = [entry for entry, _, _ in sure or hits]
    begin = word.start() + len(prefix)
    article = _ARTICLE_BEFORE.search(text, max(0, begin - 5), begin)
    if article and any(entry.article == article[1].casefold() for entry in chosen):
        begin = article.start()
    # Of several, the one whose name needs no aside, such as a country, is the one meant without more.
    plain = {entry.outlet.name for entry in chosen if "(" not in entry.outlet.name}
    if len(plain) > 1:
        said = key(text[begin : hits[0][2]])
        plain = {name for name in plain if key(name) == said}
    is_shared = len({entry.outlet.name for entry in chosen}) > 1 and len(plain) != 1
    return _mention(text, begin, hits[0][2], chosen, not sure or is_shared, prefix)


def _mention(text: str, start: int, end: int, entries: Iterable[_Entry], is_ambiguous: bool, prefix: str) -> Mention:
    entries = tuple(entries)
    return Mention(
        start=start,
        end=end,
        outlets=tuple({entry.outlet.name: entry.outlet for entry in entries}.values()),
        name=text[start:end],
        is_ambiguous=is_ambiguous,
        is_resolved=entries[0].rank == _RESOLVED,
        prefix=prefix,
    )


def _fits(entry: _Entry, text: str, word: re.Match[str], prefix: str) -> tuple[bool, int] | None:
    """Tell whether the words from one on are a name: None if not, else whether in doubt, and where it ends."""
    end = word.end()
    taken = [word[0]]
    for part in entry.parts[1:]:
        following = _NEXT.match(text, end)
        if following is None or _stem(following[2]) != part:
            return None
        if ". " in following[1] and len(taken[-1]) > _SHORT:
            return None
        taken.append(following[2])
        end = following.end()
    is_alone = len(entry.shown) == 1
    is_word = is_alone and not _is_small(entry.outlet)
    if not prefix and not all(
        _same_case(each, shown, is_word, is_alone) for each, shown in zip(taken, entry.shown, strict=True)
    ):
        return None
    if not entry.article or len(entry.parts) > 1:
        return entry.is_ambiguous, end
    doubt = _in_doubt(entry, text[max(0, word.start() - 12) : word.start()])
    return None if doubt is None else (doubt, end)


def _is_small(outlet: Outlet) -> bool:
    """Tell whether a name of one small word may stand as it is: an agency's, or a German one, where nouns are not."""
    return "agency" in outlet.kind or "de" in outlet.languages


def _same_case(word: str, shown: str, is_word: bool, is_alone: bool) -> bool:
    """Tell whether a word is written as in the name: its first letter, all of it where the name is of capitals.

    ``is_word``: a name of one word without capitals, which in a text without them is that word; ``is_alone``: a name
    of one word at all.
    """
    if not is_alone and shown.casefold() in _ARABIC_ARTICLES:
        return True
    if shown[:1].islower():
        return word[:1].isupper() or not is_word or (word == shown and not shown.islower())
    if len(shown) > 1 and shown.isupper():
        return word == shown or (word == shown.capitalize() and _SPELLED.fullmatch(word) is not None)
    return word[:1] == shown[:1]


def _in_doubt(entry: _Entry, before: str) -> bool | None:
    """Tell whether one word that is a name with its article only stands as it: "The Wire", but "the wire"."""
    last = re.search(r"([^\W_]+)[\s\"'“”„«‘’*]+\Z", before)
    article = last[1] if last else ""
    if article[:1].isupper() and article.casefold() == entry.article:
        return entry.is_ambiguous
    if before[-1:] in tuple("“„«‘\"'»›‹") and before[-1:]:
        return entry.is_ambiguous
    # A German noun is as much a name as any word: only its quotes or its own article's capital tell.
    if entry.article in _GERMAN:
        return None
    if entry.article == "the":
        return entry.rank != _RESOLVED if article.casefold() in _THE else None
    if article.casefold() in _ARTICLES or article.casefold() in _CONTRACTED:
        return True
    return None


_THE = frozenset("the le la el der dem il del du au dal".split())
_ARTICLE_BEFORE = re.compile(r"\b([A-Z][a-z]{1,2})\s\Z")
_GERMAN = frozenset("der die das den dem".split())
_CONTRACTED = frozenset(
    (
        "du au aux del al della dello dal dalla dallo nel nella nello sul sulla sullo alla allo do no da na ao à pelo"
        " pela"
    ).split()
)
