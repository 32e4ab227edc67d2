"""What counts as the same words: texts as they are compared, never as they are stored. Pure.

Quotes, dashes, ellipses, kinds of blanks, soft hyphens and compatibility forms are typography, not words
(Unicode Standard Annex 15 for NFKC).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import blake2b

_SAME = {
    **dict.fromkeys("‘’‚‛‹›ʼʻ′`´", "'"),
    **dict.fromkeys("“”„‟«»″〝〞", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff", ""),
    "…": "...",
}
_ODD = re.compile(f"[{re.escape(''.join(_SAME))}]")  # str.translate looks up every letter


def compared(text: str) -> str:
    """Give a text as it is compared: one kind of quote, dash and ellipsis, single blanks, nothing that has no width.

    >>> compared("“Well”\u00a0— he  said…")
    '"Well" - he said...'
    """
    return _typed(" ".join(_one_kind(text).split()))


def mark(text: str) -> int:
    """Give 63 bits that stand for the words of a text, its blanks left out; 0 where it has none."""
    words = _typed("".join(_one_kind(text).split()))
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), "big") >> 1 if words else 0


def _one_kind(text: str) -> str:
    """Give one kind of each sign, and nothing that has no width."""
    if text.isascii():
        return text.replace("`", "'")
    text = _ODD.sub(_same, text)
    if not unicodedata.is_normalized("NFKC", text):
        text = _ODD.sub(_same, unicodedata.normalize("NFKC", text))
    return text


def _same(sign: re.Match[str]) -> str:
    return _SAME[sign[0]]


def _typed(text: str) -> str:
    """Read what a typewriter has for a dash and a double quote."""
    while "--" in text:
        text = text.replace("--", "-")
    while "''" in text:
        text = text.replace("''", '"')
    return text


def alike(ours: Iterable[int], theirs: Iterable[int]) -> float:
    """Give how much of the shorter of two texts stands in the other, 0 to 1, by the marks of their parts."""
    left, right = set(ours), set(theirs)
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


def in_order(wanted: Sequence[int], held: Sequence[int]) -> list[int] | None:
    """Give places of ``held`` that hold ``wanted`` in its order, the first that do; None where there are none."""
    places: list[int] = []
    at = 0
    for each in wanted:
        try:
            at = held.index(each, at)
        except ValueError:
            return None
        places.append(at)
        at += 1
    return places
