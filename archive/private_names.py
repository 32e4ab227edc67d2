"""Whether an edit takes the name of a private person out of an article. Pure.

A name is two words with capitals in a row, or one behind an honorific, behind a word for a person, or before an age. It
is none where its words say that it is a place or an organisation, where an outlet is called so, where it signs the
article, or where the text says that its bearer holds a public office. In doubt it is a private person's: to hold a
notice costs a look, to show it may cost a person.

Names in scripts without capitals are seen only behind an Arabic title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from archive import flag_words
from archive import private_name_words as known
from archive.flag_words import Words, words_of
from archive.folding import code_of, fold, script
from archive.model import Extraction
from archive.name_words import ENDS, INFLECTED, bare, is_anothers, is_capital, is_role, is_same, tokens_of
from archive.public_offices import holds_office

MOST = 10
"""Names that are given of one edit."""
LOOKED = 60
"""Names that are looked at of one edit."""
_ABSTRACT = re.compile(r"(?:ung|ungen|heit|keit|schaft|schaften|tion|tionen|tät|nis|tum|ismus)\Z")
_TITLED = 0.8
"""The share of long words with a capital from which a text is written in title case."""


@dataclass(frozen=True, slots=True)
class _Name:
    """The words of a name, and the places of its first token and of the one behind its last."""

    words: tuple[str, ...]
    start: int
    end: int

    @property
    def text(self) -> str:
        return " ".join(self.words)


def texts_of(told: Extraction) -> tuple[str, ...]:
    """Give all texts of an article in which a person may be named, but for its bylines."""
    first = (told.headline, told.seo_title, told.standfirst, told.caption, told.correction)
    return tuple(each for each in (*first, *told.tags, *told.paragraphs) if each)


def removed(before: Extraction, after: Extraction, is_outlet: Callable[[str], bool]) -> tuple[str, ...]:
    """Give the names of private persons that an article had and that stand nowhere in it any more, ``MOST`` at most."""
    old, new = texts_of(before), texts_of(after)
    same = frozenset(new)
    touched = [each for each in old if each not in same]
    if not touched:
        return ()
    words = words_of(code_of(before.language))
    known_words = _lower(old) | _lower(new)
    within = _within(before.paragraphs)
    signed = {fold(word) for name in (*before.bylines, *after.bylines) for word in name.split()}
    found: dict[str, None] = {}
    looked: set[str] = set()
    for text in touched:
        tokens = tokens_of(text)
        for name in (*_names(tokens, words, known_words, within), *_arabic(text)):
            if name.text in looked:
                continue
            looked.add(name.text)
            if len(looked) > LOOKED:  # a page may be made to keep us busy; then it is held unlooked at
                return (*found, name.text)
            if stands(name.text, new) or signed.issuperset(map(fold, name.words)):
                continue
            if not is_outlet(name.text) and not holds_office(name.words, old):
                found[name.text] = None
                if len(found) == MOST:
                    return tuple(found)
    return tuple(found)


def stands(name: str, texts: Iterable[str]) -> bool:
    """Tell whether a name is in texts still: whole, or its last word where that is not another person's.

    >>> stands("Ann Lee", ["Ms Lee said so."]), stands("Ann Lee", ["Bo Lee said so."])
    (True, False)
    """
    words = name.split()
    own = {fold(word) for word in words}
    for text in texts:
        if words[-1][:INFLECTED].casefold() not in text.casefold():
            continue
        tokens = tokens_of(text)
        for at, token in enumerate(tokens):
            if is_capital(token) and is_same(words[-1], token) and not is_anothers(tokens, at, own):
                return True
            if script(token) in ("arabic", "other") and is_same(words[-1], token):
                return True
    return False


def shown_in(name: str, texts: Iterable[str]) -> bool:
    """Tell whether texts show a name, or a part of it that would do to know the person: its last word."""
    last = name.split()[-1]
    return any(is_same(last, token) for text in texts for token in tokens_of(text))


# ------------------------------------------------------------------------------------------------------ what is a name


def _lower(texts: Iterable[str]) -> frozenset[str]:
    """Give the words that stand somewhere in small letters: where they have a capital, it opens something."""
    return frozenset(token for text in texts for token in tokens_of(text) if token[0].islower())


def _within(paragraphs: Iterable[str]) -> frozenset[str]:
    """Give the words that have a capital within a sentence."""
    found: set[str] = set()
    for text in paragraphs:
        tokens = tokens_of(text)
        if not _is_titled(tokens):
            pairs = pairwise(tokens)
            found.update(bare(here) for last, here in pairs if is_capital(here) and last not in ENDS)
    return frozenset(found)


def _is_titled(tokens: Sequence[str]) -> bool:
    long = [token for token in tokens if token.isalpha() and len(token) > 3]
    return len(long) > 2 and sum(map(is_capital, long)) >= _TITLED * len(long)


def _names(tokens: Sequence[str], words: Words, ordinary: frozenset[str], within: frozenset[str]) -> Iterator[_Name]:
    """Give the names of persons in a text; in title case only those with a given name, or known from the body."""
    is_titled = words.code != "de" and _is_titled(tokens)  # there all nouns have capitals
    for start, end in _runs(tokens):
        first, last = _bounds(tokens, start, end, words, ordinary)
        parts = tuple(bare(token) for token in tokens[first:last] if token != ".")
        if is_titled:
            given = next((at for at, each in enumerate(parts) if fold(each) in _GIVEN), None)
            parts = tuple(each for each in parts if each in within) if given is None else parts[given : given + 2]
        if parts and _is_person(parts, tokens, first, last, words):
            yield _Name(parts, first, last)


def _bounds(tokens: Sequence[str], start: int, end: int, words: Words, ordinary: frozenset[str]) -> tuple[int, int]:
    """Give where a name begins and ends in a run, offices and what opens a sentence left out."""
    while start < end and _is_no_part(tokens, start, words, ordinary):
        start += 1
    while start < end and _is_left_out(tokens[end - 1], words) and not is_role(tokens[end - 1].casefold()):
        end -= 1
    offices = [at for at in range(start, end - 1) if _is_left_out(tokens[at], words)]
    return (offices[-1] + 1 if offices else start), end


def _runs(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give where words with capitals stand in a row, with initials and the small words of names between them."""
    at = 0
    while at < len(tokens):
        if not is_capital(tokens[at]):
            at += 1
            continue
        end = at + 1
        while True:
            following = end
            if tokens[following : following + 1] == (".",) and len(tokens[end - 1]) == 1:
                following += 1  # an initial
            while following < len(tokens) and following < end + 3 and tokens[following] in known.PARTICLES:
                following += 1
            if tokens[end - 1].endswith(("'s", "’s")) or following >= len(tokens) or not is_capital(tokens[following]):
                break
            end = following + 1
        yield at, end
        at = end


def _is_no_part(tokens: Sequence[str], at: int, words: Words, ordinary: frozenset[str]) -> bool:
    """Tell whether the first word of a run only stands before a name, or opens a sentence."""
    word = bare(tokens[at]).casefold()
    if word == "." or word in known.NATIONS or word in known.ROLES or _is_left_out(tokens[at], words):
        return True
    if word in known.PERSONS and word in ordinary:
        return True
    opens = at == 0 or tokens[at - 1] in ENDS
    return opens and fold(word) not in _GIVEN and (word in known.OPENERS or word in ordinary)


def _is_left_out(token: str, words: Words) -> bool:
    word = bare(token).casefold()
    return (
        word in words.days
        or word in words.months
        or word in words.numbers
        or word in words.speech
        or word in flag_words.TITLES
        or word in known.HONORIFICS
        or word in flag_words.UNITS
        or is_role(word)
    )


_GIVEN = frozenset(map(fold, known.GIVEN))


def _is_person(parts: tuple[str, ...], tokens: Sequence[str], start: int, end: int, words: Words) -> bool:
    lower = [each.casefold() for each in parts]
    has_given = fold(parts[0]) in _GIVEN
    if len(parts[-1]) < 2:
        return False  # N.Y.
    if len(parts) < 2:
        return _is_alone(parts[0], tokens, start, end)
    last_is_cue = lower[-1] in known.NOT_PERSONS
    if any(each in known.NOT_PERSONS for each in lower) and not (has_given and (len(parts) == 2 or not last_is_cue)):
        return False
    if all(each in flag_words.PLACES or each in known.NATIONS for each in lower):
        return False
    if has_given:
        return True
    if lower[0] in known.PLACE_OPENERS or (start and tokens[start - 1].casefold() == "the"):
        return False
    if all(map(str.isupper, parts)):
        return False
    is_phrase = words.code == "de" and not known.PARTICLES.isdisjoint(tokens[start:end])
    return not is_phrase and not (words.code == "de" and any(_ABSTRACT.search(each) for each in lower))


def _is_alone(word: str, tokens: Sequence[str], start: int, end: int) -> bool:
    """Tell whether a single word is a name by what stands beside it: an honorific, a word for a person, an age."""
    if word.casefold() in flag_words.PLACES or word.casefold() in known.NOT_PERSONS or len(word) < 2:
        return False
    before = [token.casefold() for token in tokens[max(0, start - 2) : start] if token not in (".", ",")]
    if before and (before[-1] in known.HONORIFICS or before[-1] in known.PERSONS):
        return True
    following = tuple(tokens[end : end + 3])
    is_between = following[:1] + following[2:] in ((",", ","), ("(", ")"))
    return is_between and following[1].isdecimal() and len(following[1]) == 2


def _arabic(text: str) -> Iterator[_Name]:
    for title in flag_words.ARABIC_TITLES:
        if title in known.ARABIC_PUBLIC or title not in text:
            continue
        for found in re.finditer(rf"(?<!\w){title} (\w+(?: \w+)?)", text):
            said = tuple(word for word in found[1].split() if word not in flag_words.ARABIC_OTHERS)
            if said:
                yield _Name(said, 0, 0)
