"""Whether a text says of somebody that he or she holds a public office. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive import private_name_words as known
from archive.folding import fold
from archive.name_words import ENDS, INFLECTED, bare, is_anothers, is_capital, is_role, is_same, tokens_of

_FAR = 8
"""Tokens between a name and the office that the text gives it."""


def holds_office(words: Sequence[str], texts: Iterable[str]) -> bool:
    """Tell whether the text says of a bearer of this name that he or she holds an office, before it or behind it."""
    own = {fold(word) for word in words}
    for text in texts:
        if words[-1][:INFLECTED].casefold() not in text.casefold():
            continue
        tokens = tokens_of(text)
        for at, token in enumerate(tokens):
            if not is_same(words[-1], token) or is_anothers(tokens, at, own):
                continue
            start = at
            while start and (fold(bare(tokens[start - 1])) in own or tokens[start - 1] in known.PARTICLES):
                start -= 1
            if _office_before(tokens, start) or _office_behind(tokens, at + 1):
                return True
    return False


def _office_before(tokens: Sequence[str], start: int) -> bool:
    """``Mayor X``, ``the mayor of Kelmoor, X``: but not ``the wife of the mayor, X``."""
    if start > 1 and tokens[start - 1] == "." and tokens[start - 2].casefold() in known.SHORT_ROLES:
        return True
    if not start:
        return False
    if is_role(tokens[start - 1].casefold()):
        return True
    if tokens[start - 1] != ",":
        return False
    for at in range(start - 2, max(-1, start - 2 - _FAR), -1):
        if tokens[at] in ENDS or tokens[at] == ",":
            return False
        if is_role(tokens[at].casefold()):
            lead = [token.casefold() for token in tokens[max(0, at - 3) : at]]
            return not known.LINKS & set(lead) and not _is_owning(tokens, at)
    return False


def _office_behind(tokens: Sequence[str], end: int) -> bool:
    """``X, the former mayor of Kelmoor``, ``X is the mayor``: but not ``X, a critic of the mayor``."""
    rest = [token.casefold() for token in tokens[end : end + _FAR]]
    if rest[:1] in ([","], ["("]):
        skip = 1
        if rest[1:2] and rest[1] in ("who", "qui", "que"):
            skip = 2
    else:
        skip = 0
    if (skip != 1) and not (rest[skip : skip + 1] and rest[skip] in known.BEING):
        return False
    for at in range(skip, len(rest)):
        if rest[at] in known.LINKS or rest[at] in ENDS or rest[at] in (",", ")"):
            return False
        if is_role(rest[at]):
            place = end + at
            follows = tokens[place + 1 : place + 2]
            names_another = at == skip == 1 and follows and is_capital(follows[0])
            return not names_another and not _is_owning(tokens, place)
    return False


def _is_owning(tokens: Sequence[str], at: int) -> bool:
    """Tell whether what follows is an office holder's: ``the mayor's driver``, which is one token here."""
    return tokens[at].endswith(("'s", "’s"))
