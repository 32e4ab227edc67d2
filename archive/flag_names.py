"""Names that came into an article or went out of it, and quotations that stand nowhere any more. Pure.

A name is a word with a capital within a sentence; in German, where all nouns have one, two in a row. Where a sentence
begins it is one that is known as a place or an organisation, or stands so elsewhere, or speaks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from archive import flag_words
from archive.flag_pairs import Pair, Whole, spelled
from archive.flag_words import BY_LANGUAGE, Words
from archive.model import Edit

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_UPPER = "A-ZÀ-ÖØ-ÞŁŚŽČŠİА-ЯЁЄІЇΑ-Ω"
_CAPITAL = rf"[{_UPPER}][^\W\d_]+(?:[-'’][^\W\d_]+)*"
_CAPITALS = re.compile(rf"(?<![^\W_]){_CAPITAL}(?:\s{_CAPITAL})*")
_ANY_CAPITAL = re.compile(rf"[{_UPPER}]|[^\x00-\u04ff]")
_OPENS = (".", "!", "?", ":", '"', "“", "”", "„", "«", "»", "‘", "(", "'", "…")
_POSSESSIVE = re.compile(r"['’]s?\Z")
_ARABIC = re.compile("[\u0621-\u064a]")
_QUOTED_WORDS = 2


def names_differ(
    pairs: Sequence[Pair], gone: Sequence[str], new: Sequence[str], before: Whole, after: Whole, words: Words
) -> bool:
    """Tell whether a name came into an article, went out of it, or took the place of another in a sentence."""
    for pair in pairs:
        if _ANY_CAPITAL.search(pair.gone) is None and _ANY_CAPITAL.search(pair.come) is None:
            continue
        ours, theirs = names(pair.before, words, before), names(pair.after, words, after)
        removed = {word for word in ours - theirs if word.casefold() in pair.removed}
        added = {word for word in theirs - ours if word.casefold() in pair.added}
        if (removed and added) or any(word not in after.raw for word in removed):
            return True
        if any(word not in before.raw for word in added):
            return True
    if any(word not in after.raw for text in gone for word in names(text, words, before)):
        return True
    return any(word not in before.raw for text in new for word in names(text, words, after))


def names(text: str, words: Words, whole: Whole | None = None) -> set[str]:
    """Give the words of names in a text; ``whole`` is what it is of."""
    found: set[str] = set()
    for row in _CAPITALS.finditer(text):
        before = text[max(0, row.start() - 4) : row.start()].rstrip(" \u00a0\n-–—")
        opens = not before or before.endswith(_OPENS)
        following = _WORD.match(text, row.end() + 1)
        said = following is not None and following[0].casefold() in words.speech
        given = [_POSSESSIVE.sub("", word) for word in _WORD.findall(row[0])]
        found |= _named(given, words, opens=opens, said=said, whole=whole)
    if _ARABIC.search(text) is not None:
        for name in _titled().findall(text):
            told = name.split()
            found.update(word for word in told[:1] if word not in flag_words.ARABIC_OTHERS)
            found.update(word for word in told[1:] if not flag_words.ARABIC_OTHERS & set(told))
    return found


def _named(row: Sequence[str], words: Words, *, opens: bool, said: bool, whole: Whole | None) -> set[str]:
    kept = [(word, opens and not at) for at, word in enumerate(row) if not _is_no_name(word.casefold(), words)]
    places = {word for word, _ in kept if word.casefold() in flag_words.PLACES}
    said = said and row[0].casefold() not in flag_words.SPEAKERS
    is_german = words is BY_LANGUAGE["de"]
    if is_german and kept and kept[0][1] and kept[0][0].casefold() in flag_words.GERMAN_OPENERS:
        kept = kept[1:]
    if is_german and len(kept) < 2:
        return places | ({kept[0][0]} if kept and said and kept[0][1] else set())
    if len(kept) == 1 and kept[0][1] and not said and not _stands_within(kept[0][0], whole):
        return places  # any word is written so where a sentence begins
    return {word for word, _ in kept} | places


def _is_no_name(word: str, words: Words) -> bool:
    return (
        word in words.days
        or word in words.months
        or word in words.late
        or word in words.numbers
        or word in words.speech
        or word in flag_words.TITLES
        or word in flag_words.UNITS
    )


def _stands_within(word: str, whole: Whole | None) -> bool:
    """Tell whether a word has a capital within a sentence of the text, too."""
    if whole is None:
        return False
    at = whole.raw.find(f" {word}")
    while at >= 0:
        before, after = whole.raw[at - 1 : at], whole.raw[at + len(word) + 1 : at + len(word) + 2]
        if (before.islower() or before == ",") and not after.isalnum():
            return True
        at = whole.raw.find(f" {word}", at + 1)
    return False


@cache
def _titled() -> re.Pattern[str]:
    titles = "|".join(flag_words.ARABIC_TITLES)
    return re.compile(rf"(?<!\w)(?:{titles}) (\w+(?: \w+)?)")


# ------------------------------------------------------------------------------------------------------------- quotes

_MARKS = re.compile("[\"“”„«»‟‹›‘]|(?<!\\w)'")
_QUOTED = re.compile(
    '“([^“”]{3,1500})(?:”|\\Z)|„([^„“”]{3,1500})[“”]|«([^«»]{3,1500})»|"([^"]{3,1500})(?:"|\\Z)'
    "|‘([^‘’]{3,600}(?:’\\w[^‘’]{0,200}){0,5})’(?!\\w)|(?<!\\w)'([A-ZÀ-Þ][^'\\n]{8,300}[,.!?])'(?!\\w)"
)


def quote_is_gone(before: Sequence[str], edits: Sequence[Edit], after: Whole) -> bool:
    """Tell whether what stood between quotation marks stands nowhere any more, neither whole nor parted."""
    touched = {paragraph for each in edits if each.before_at is not None for paragraph, _ in each.before_at.sentences}
    quotes = [quote for number in sorted(touched) for quote in _quotes(before[number]) if quote not in after.raw]
    lost = [
        words
        for each in quotes
        if len((words := spelled(each)).split()) >= _QUOTED_WORDS and not after.has_words(words)
    ]
    if not lost:
        return False
    others = f" {' '.join(spelled(each) for text in after.paragraphs for each in _quotes(text))} "
    return any(f" {words} " not in others for words in lost)


def _quotes(text: str) -> list[str]:
    """Give what stands between quotation marks."""
    if _MARKS.search(text) is None:
        return []
    return [next(filter(None, found), "") for found in _QUOTED.findall(text)]
