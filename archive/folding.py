"""How words are folded for search, so that what is asked and what was written meet. Pure; the only door to Snowball.

A word has one folded form, by which phrases and prefixes are found, and loose forms: its stem by the language of the
text (``run·en``) and other ways of writing it (``muller·``). Both are made of the same letters whatever the language,
so that a query need not name one: its stems are asked for by every language of the archive.

===========  ===========================================================================================
everywhere   case, width, accents, Unicode's compatibility forms; digits of any script
German       ss for the sharp s; Müller, Mueller and Muller are loose forms of one another
Arabic       one alef, no hamza seat, ta marbuta, alef maqsura, tatweel or vowel signs; the article and "and" are cut
             off a word of which three letters are left, other prefixes of one letter only in loose forms
Cyrillic     ё as е, no stress
no blanks    Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese: each character is a word, and a word is a phrase
===========  ===========================================================================================
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

LONGEST = 64
"""Letters of a word that count."""

DIGRAPHS = "·ae"
"""A form of every word of a text in whose language ae, oe and ue may stand for umlauts."""

# The codes pages give, and Snowball's names. Where a text in Latin letters names no language, English is tried.
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_BY_SCRIPT = {"arabic": "ar", "cyrillic": "ru", "greek": "el", "latin": "en"}
_WRITTEN = {
    "ar": "arabic", "el": "greek", "hi": "other", "hy": "other", "ne": "other", "ru": "cyrillic", "sr": "cyrillic",
    "ta": "other",
}  # fmt: skip
# Scripts' other languages, which have no stemmer here: their words are not to be taken for Russian or Arabic ones.
_OTHERS = frozenset("uk bg be mk kk ky mn tg fa ur ps ckb ug sd".split())
# There ae, oe and ue are sounds of their own.
_NO_DIGRAPHS = frozenset("es pt fr it nl ca ro gl af la oc vi".split())

_ONE_BY_ONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3031-\u3035\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
_DROPPED = (
    "\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff"
)
_SIGNS = "\u0900-\u0963\u0966-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u1000-\u109f"
_MARKS = f"{_DROPPED}{_SIGNS}\u1780-\u17d3\u3099\u309a"
_WORD = re.compile(
    f"[\u1100-\u115f][\u1160-\u11ff]*"  # a Korean syllable written letter by letter
    f"|(?=[^\\W_])[{_ONE_BY_ONE}][{_MARKS}]*"
    f"|[^\\W_{_ONE_BY_ONE}]+(?:[{_MARKS}]+[^\\W_{_ONE_BY_ONE}]*)*"
)
_CODE = re.compile(r"\s*([A-Za-z]{2,3})(?![A-Za-z])")
_DROP = re.compile(f"[{_DROPPED}]")
_LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h",
    "ё": "е", "ة": "ه", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ٱ": "ا", "ہ": "ه", "ھ": "ه", "ە": "ه",
}  # fmt: skip
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]")
_ARTICLE = re.compile("(?:[وف]?(?:[بك]?ال|لل)|و)(?=.{3})")
_ONE_LETTER = re.compile("[فبلك](?=.{3})")
_FOR_THE = re.compile("[وف]?ل(?=ل.{2})")
_DIGRAPH = re.compile("(?<![aeiouq])(ae|oe|ue)(?!$)")
_UMLAUT = re.compile("[äöü]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its place there, its folded form, and its loose ones."""

    start: int
    end: int
    folded: str
    forms: frozenset[str]


@lru_cache(1024)  # revisions that follow one another share most of their paragraphs
def words(text: str, language: str | None = None) -> tuple[Word, ...]:
    """Give the words of a text in their order; ``language`` as the page gives it, such as ``de`` or ``en-GB``."""
    code = code_of(language)
    found = []
    for each in _WORD.finditer(text):
        folded, forms = _folded(each[0], code)
        if folded:
            found.append(Word(each.start(), each.end(), folded, forms))
    return tuple(found)


def code_of(language: str | None) -> str:
    """Give the code of a language as stems are marked with it; empty where none is known.

    >>> code_of("en-GB"), code_of("De_at"), code_of(None)
    ('en', 'de', '')
    """
    found = _CODE.match(language) if language else None
    return found[1].lower() if found else ""


@lru_cache(1 << 16)
def _folded(word: str, code: str) -> tuple[str, frozenset[str]]:
    plain = fold(word)
    return _cut(plain), frozenset(_forms(word, plain, code))


def fold(word: str) -> str:
    """Give the one form of a word: no case, no accents, no letters that are written in several ways.

    >>> fold("Überprüfung"), fold("STRASSE"), fold("العَمَليّاتُ"), fold("Ёлка")
    ('uberprufung', 'strasse', 'العمليات', 'елка')
    """
    if word.isascii():
        return word.lower()[:LONGEST]
    return "".join(map(_letter, unicodedata.normalize("NFKC", word).casefold()))[:LONGEST]


@lru_cache(1 << 12)
def _letter(char: str) -> str:
    if char.isascii():
        return char if char.isalnum() else ""
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit)
    if known := _LETTERS.get(char):
        return known
    if script(char) in ("latin", "greek", "arabic"):
        bare = _DROP.sub("", unicodedata.normalize("NFD", char))
        return "".join(_LETTERS.get(each, each) for each in bare if each.isalnum())
    return char if not _DROP.match(char) and (char.isalnum() or unicodedata.category(char)[0] == "M") else ""


def _cut(folded: str) -> str:
    """Cut off the Arabic article, with what stands before it, and the Arabic "and"."""
    return _ARTICLE.sub("", folded, count=1) if _ARTICLE.match(folded) else folded


def collapsed(folded: str) -> str:
    """Give a word with its ae, oe and ue taken for umlauts; a word of up to four letters is left as it is.

    >>> collapsed("mueller"), collapsed("haeuser"), collapsed("neuer"), collapsed("does")
    ('muller', 'hauser', 'neuer', 'does')
    """
    return _DIGRAPH.sub(lambda found: found[0][0], folded) if len(folded) > 4 else folded


def script(text: str) -> str:
    """Tell in which letters a text begins: ``latin``, ``cyrillic``, ``greek``, ``arabic`` or ``other``."""
    first = text[0]
    if first.isascii() or "\u00aa" <= first <= "\u024f" or "\u1e00" <= first <= "\u1eff":
        return "latin"
    if "\u0400" <= first <= "\u052f":
        return "cyrillic"
    if "\u0370" <= first <= "\u03ff" or "\u1f00" <= first <= "\u1fff":
        return "greek"
    return "arabic" if _ARABIC.match(first) else "other"


# ------------------------------------------------------------------------------------------------------- loose forms


def _forms(word: str, plain: str, code: str) -> Iterator[str]:
    """Give the loose forms of a word that stands in a text."""
    if not plain:
        return
    letters = script(plain)
    if _is_stemmed(plain) and (stemmed := _language(letters, code)):
        yield from stems(word, stemmed)
    if letters == "arabic":
        cut = _cut(plain)
        if _ONE_LETTER.match(cut):
            yield f"{cut[1:]}·"
        if found := _FOR_THE.match(plain):
            yield f"{plain[found.end() :]}·"
    elif letters == "latin" and code not in _NO_DIGRAPHS:
        yield DIGRAPHS
        meant = collapsed(plain)
        if meant != plain and (code == "de" or word[0].isupper()):  # elsewhere only names are written so
            yield f"{meant}·"
    if letters == "latin" and _UMLAUT.search(word.lower()):
        yield f"{plain}·"


def _is_stemmed(plain: str) -> bool:
    return len(plain) > 1 and not plain.isdigit()


def _language(letters: str, code: str) -> str | None:
    """Give the language whose stemmer is meant for a word in such letters of a text in a language."""
    if code in _STEMMERS and _WRITTEN.get(code, "latin") == letters:
        return code
    if letters != "latin":
        return None if code in _OTHERS else _BY_SCRIPT.get(letters)
    return _BY_SCRIPT["latin"] if not code else None


def stems(word: str, code: str) -> Iterator[str]:
    """Give the stems of a word by a language, marked with it: as it is written, and as it is without accents."""
    if code not in _STEMMERS:
        return
    written = unicodedata.normalize("NFC", word).lower()[:LONGEST]
    # With its article Snowball takes an Arabic word for a noun: only then the plural goes where the singular does.
    noun = f"ال{_cut(_DROP.sub('', written))}"
    for each in (noun,) if code == "ar" else dict.fromkeys((written, fold(word))):
        if stem := fold(_stemmer(code)(each)):
            yield f"{stem}·{code}"


def asked_forms(word: str, languages: Iterable[str]) -> frozenset[str]:
    """Give the loose forms by which a word that is asked for is found in texts of these languages."""
    plain = fold(word)
    letters = script(plain)
    found = {f"{_cut(plain)}·", f"{collapsed(plain)}·"} if letters in ("latin", "arabic") else set()
    if _is_stemmed(plain):
        for code in {_language(letters, each) for each in languages}:
            if code is not None:
                found.update(stems(word, code))
    return frozenset(found)


def spelled(word: str) -> list[tuple[str, bool]]:
    """Give the folded forms of a word that is asked for; True: only where ae, oe and ue may stand for umlauts."""
    plain = fold(word)
    found = [(_cut(plain), False)]
    if script(plain) == "latin":
        if _UMLAUT.search(text := unicodedata.normalize("NFC", word).lower()):
            found.append((fold(_UMLAUT.sub(lambda each: f"{fold(each[0])}e", text)), False))
        if (meant := collapsed(plain)) != plain:
            found.append((meant, True))
    return found


class _Stem:
    """A stemmer of Snowball, loaded when the first word is stemmed."""

    def __init__(self, name: str) -> None:
        import snowballstemmer  # type: ignore[import-untyped]  # no types of its own

        self._stemmer = snowballstemmer.stemmer(name)

    def __call__(self, word: str) -> str:
        return str(self._stemmer.stemWord(word))


@cache
def _stemmer(code: str) -> _Stem:
    return _Stem(_STEMMERS[code])
