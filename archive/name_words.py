"""The words of texts as names are found and compared by. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from archive import flag_words
from archive import private_name_words as known
from archive.folding import fold, script

_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|\d+|[^\w\s]|\n")
_PREFIX = re.compile(r"(?:al|el|as|ad|an|ar|d|l|o)[-'’](?=.)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?\Z")
ENDS = frozenset('.!?:"“”„«»‘’(\n…*')
"""Tokens behind which a capital says nothing."""
INFLECTED = 3
"""Letters that a Russian name has at least without its ending."""


@lru_cache(512)  # revisions that follow one another share most of their paragraphs
def tokens_of(text: str) -> tuple[str, ...]:
    """Give the words, numbers and signs of a text."""
    return tuple(_TOKEN.findall(text))


def bare(word: str) -> str:
    """Give a word without its possessive."""
    return _POSSESSIVE.sub("", word)


def is_capital(token: str) -> bool:
    """Tell whether a word has a capital, what may stand before a name in small letters left out."""
    rest = _PREFIX.sub("", token, count=1) if not token[0].isupper() else token
    return rest[0].isupper() and rest[0].isalpha()


def is_same(word: str, token: str) -> bool:
    """Tell whether two words are one name, case endings and possessives looked over."""
    ours, theirs = fold(bare(word)), fold(bare(token))
    if ours == theirs or f"{ours}s" == theirs or f"{theirs}s" == ours:
        return True
    if not ours or not theirs or script(ours) != "cyrillic":
        return False
    stem = max(INFLECTED, len(ours) - 2)
    return ours[:stem] == theirs[:stem] and abs(len(ours) - len(theirs)) < INFLECTED


def is_anothers(tokens: Sequence[str], at: int, own: set[str]) -> bool:
    """Tell whether a surname stands behind somebody else's given name."""
    if not at or not is_capital(tokens[at - 1]):
        return False
    before = bare(tokens[at - 1]).casefold()
    if fold(before) in own or before in known.HONORIFICS or before in flag_words.TITLES or is_role(before):
        return False
    opens = at == 1 or tokens[at - 2] in ENDS
    return not (opens and before in known.OPENERS)


def is_role(word: str) -> bool:
    """Tell whether a word, in small letters, is a public office."""
    last = word.rpartition("-")[2] if word.startswith(("vice-", "ex-", "co-", "vize")) else word
    return last in known.ROLES or word.endswith(known.ROLE_ENDINGS) or word.startswith(known.ROLE_BEGINNINGS)
