"""The name of an outlet that is on no list: the words of an article that its domain spells. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from archive.naming import key

_TOKEN = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[ \u00a0]?(?:[-‐‑–&+.'’][ \u00a0]?)?\Z")
_JOINING = frozenset("of the and de la le el del do da du des der die das van für und y e et i for in".split())
_LETTERS = re.compile(r"[\W_]+")
_LONGEST = 7
"""Words that a name may have."""
_SHORT = 4
"""A full stop in a name ends a word of so many letters at most: St. Louis."""
_TAIL = re.compile(
    r"(?:news|online|media|mag|magazine|tv|radio|daily|press|today|live|paper|newspaper|blog|web|site|net|world|digital"
    r"|24|co|uk|us|usa|eu|hq|app)"
)
_MARKED = "À-ÖØ-Þ\u0100-\u024f"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "ß": "ss"})
_NAME_WORDS = 6
"""Words of an anchor that may be a name."""


def label(domain: str) -> str:
    """Give the letters of a registrable domain's own label."""
    return domain.partition(".")[0].replace("-", "")


def spelled(domain: str, anchor: str, paragraph: str = "", article: Iterable[str] = ()) -> str | None:
    """Find the name that a domain spells: in a link's words, in its paragraph, anywhere; initials at last."""
    if looks_like(anchor, domain):
        return anchor
    wanted = label(domain)
    if len(wanted) < 3:
        return None
    texts = (anchor, paragraph, *article)
    for text in texts:
        name = _exactly(wanted, text)
        if name:
            return name
    for text in texts[:2]:
        name = next((run for run in _runs(text) if _nearly(wanted, run)), None)
        if name:
            return name
    if len(wanted) > _LONGEST:
        return None
    return next((name for text in texts[:2] if (name := _by_initials(wanted, text))), None)


def looks_like(anchor: str, domain: str) -> bool:
    """Tell whether words are a name that a domain spells: "Spokesman-Review" for spokesman.com."""
    words = anchor.split()
    if not words or len(words) > _NAME_WORDS or len(anchor) > 60 or not _begins_name(anchor):
        return False
    if not all(_begins_name(word) or word.casefold() in _JOINING for word in words):
        return False
    letters, wanted = _LETTERS.sub("", key(anchor)), bare(domain)
    if len(letters) < 3 or len(wanted) < 3:
        return False
    return (
        letters == wanted
        or (len(wanted) > 4 and letters.startswith(wanted))
        or (len(letters) > 4 and wanted.startswith(letters))
    )


def bare(domain: str) -> str:
    """Give the letters of a domain's label without an English article."""
    found = label(domain)
    return found.removeprefix("the") if len(found) > 6 else found


def _begins_name(word: str) -> bool:
    return word[:1].isupper() or word[:1].isdigit()


def _tokens(text: str) -> list[tuple[int, int, str]]:
    return [(each.start(), each.end(), each[0]) for each in _TOKEN.finditer(text)]


def _joined(text: str, left: tuple[int, int, str], right: tuple[int, int, str]) -> bool:
    """Tell whether two words may be of one name by what stands between them."""
    between = text[left[1] : right[0]]
    return _GAP.match(between) is not None and not (". " in between and len(left[2]) > _SHORT)


def _exactly(wanted: str, text: str) -> str | None:
    """Find words that begin as a name does and whose letters are the label, with or without an article."""
    has_article = wanted.startswith("the") and len(wanted) > 6
    targets = (wanted, wanted[3:]) if has_article else (wanted,)
    for strips in (False, True) if not text.isascii() else (False,):
        for target in targets:
            for first in _capitalised(target[0], not text.isascii()).finditer(text):
                end = _end_of(target, text, first.start(), strips)
                if end:
                    name = text[first.start() : end]
                    return f"The {name}" if has_article and target is not wanted else name
    return None


@cache
def _capitalised(letter: str, is_marked: bool) -> re.Pattern[str]:
    """Give the pattern of where a word begins with a capital of a letter, or with one that has a mark on it."""
    return re.compile(rf"(?<![^\W_])[{letter.upper()}{_MARKED if is_marked else ''}]")


def _end_of(target: str, text: str, start: int, strips: bool) -> int:
    """Give where words from one on come to be the letters wanted; 0 where they do not."""
    letters = ""
    before = None
    for each in islice(_TOKEN.finditer(text, start), _LONGEST):
        token = each.start(), each.end(), each[0]
        if before is not None and not _joined(text, before, token):
            return 0
        if not _begins_name(token[2]) and token[2].casefold() not in _JOINING and before is not None:
            return 0
        letters += _stripped(token[2]) if strips else _folded(token[2])
        if letters == target:
            return token[1]
        if not target.startswith(letters):
            return 0
        before = token
    return 0


def _runs(text: str) -> Iterator[str]:
    """Give the runs of capitalised words in a text."""
    run: list[tuple[int, int, str]] = []
    for token in [*_tokens(text), (-1, -1, "")]:
        is_name = _begins_name(token[2])
        if run and (token[0] < 0 or not _joined(text, run[-1], token) or not (is_name or token[2] in _JOINING)):
            while not _begins_name(run[-1][2]):
                run.pop()
            yield text[run[0][0] : run[-1][1]]
            run = []
        if is_name or run:
            run.append(token)


def _nearly(wanted: str, run: str) -> bool:
    """Tell whether a name lacks only what domains add to one: "Ternwire" for ternwirenews."""
    letters = _LETTERS.sub("", key(run))
    return len(letters) >= 4 and wanted.startswith(letters) and _TAIL.fullmatch(wanted[len(letters) :]) is not None


def _by_initials(wanted: str, text: str) -> str | None:
    """Find a name of capitalised words whose initials are the label; small words between them may count or not."""
    for run in _runs(text):
        tokens = _tokens(run)
        for place in range(len(tokens) - 1):
            if tokens[place][2][:1].casefold() != wanted[0]:
                continue
            every = all_but_small = ""
            for token in tokens[place:]:
                initial = _folded(token[2][:1])
                every += initial
                all_but_small += initial if _begins_name(token[2]) else ""
                if wanted in (every, all_but_small) and _begins_name(tokens[place][2]) and len(wanted) > 2:
                    return run[tokens[place][0] : token[1]]
    return None


def _folded(word: str) -> str:
    small = word.casefold()
    return small if small.isascii() else small.translate(_UMLAUTS)


def _stripped(word: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(each))
