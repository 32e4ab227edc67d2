"""Who an article is signed by, as its page shows it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from archive.extract.bylines import key, names
from archive.extract.page import squeezed
from archive.extract.shown import BYLINE, Shown, elsewhere, leads_to_author, lines_near, words_of

_NAME = re.compile(
    r"(?:^|[\s_-])(?:(?:author|byline|writer|contributor|autor|auteur)s?_*-*(?:name|link|item)|name|fn|"
    r"p-name)(?:$|[\s_-])|[a-z]Name\b",
    re.IGNORECASE,
)
_NOT_NAMES = re.compile(
    r"bio|about|image|img|photo|picture|avatar|title|role|position|social|twitter|email|date|follow|desc|comment",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"[.!?]\s+\w+\s+\w+|[!?]\Z|\b(?:is|was|has|are|ist|hat|est|es|è|covers|schreibt|arbeitet)\b", re.IGNORECASE
)
_PERSON = re.compile(r"[^\W\d_a-z][\w'’.-]*(?: [\w'’.-]+){1,3}\Z")
_SAYS_BY = re.compile(
    r"(?:\A|[\d,|·•)–—-]\s*)(?:[Bb]y|BY|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|[Dd]oor|[Tt]ext:|[Aa]utor:|[Aa]uthor:|"
    r"[Tt]exte?\s*:)\s+"
    r"([^\W\d_a-z][\w'’.-]*(?: (?:[^\W\d_a-z][\w'’.-]*|van|von|de|der|den|di|da|del|la|and|und|et|y|"
    r"e)){0,7})\s*(?:\Z|[|,·•–—(-])"
)
_LONGEST = 200
_WORDS = 14
_PIECES = 60
_PARTS = 300
_NEAR = 90
_NAME_WORDS = 5
_NO_NAME = re.compile(r"\d{3}|[?!]|\s\d+\s|\A\d|\A(?!(?:van|von|de|der|den|del|di|da|al|el|la|le|zu)\s)[a-zà-ÿ]+\s")


def shown_names(shown: Shown, place: int | None, brands: set[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Give the names of each byline shown, the likeliest first, with how far from the headline it stands.

    First come those after the headline and near it, then those before it, then those at the foot.
    """
    spots = [spot for spot in shown.marked[BYLINE] if _fits(spot[1], shown)]
    if place is None:
        ordered = spots
    else:
        near = [spot for spot in spots if place <= spot[0] <= place + _NEAR]
        above = [spot for spot in reversed(spots) if place - _NEAR // 2 <= spot[0] < place]
        far = [spot for spot in spots if spot[0] > place + _NEAR]
        ordered = near + above + far
    for at, element in ordered:
        if found := _names_in(element, brands):
            yield found, at - (place or 0)


def _fits(element: HtmlElement, shown: Shown) -> bool:
    if element.tag in ("body", "article", "main", "meta", "link", "form", "input", "html"):
        return False
    return not elsewhere(element, shown.spine) and element not in shown.spine


def _names_in(element: HtmlElement, brands: set[str]) -> tuple[str, ...]:
    """Give the names within a byline: those of its parts that are marked as names or lead to an author, else "
    "its text."""
    inner = [text for each in _named(element) if (text := words_of(each)) and len(text) <= _LONGEST]
    if inner and (found := _plausible(inner, brands)):
        return _with_others(found, _lines(element), brands)
    if (element.get("content") or "").strip():
        return _plausible([element.get("content") or ""], brands)
    text = _lines(element)
    if not text or len(text) > _LONGEST or len(text.split()) > _WORDS or _SENTENCE.search(text):
        return ()
    found = _plausible([text], brands)
    return found + _siblings(element, brands, found)


def _with_others(found: tuple[str, ...], text: str, brands: set[str]) -> tuple[str, ...]:
    """Add the names that stand beside linked ones: not every author has a page."""
    if len(text) > _LONGEST or len(text.split()) > _WORDS or _SENTENCE.search(text):
        return found
    every = _plausible([text], brands)
    if not set(found) < set(every) or not all(name in found or _PERSON.match(name) for name in every):
        return found
    return every


def _siblings(element: HtmlElement, brands: set[str], known: tuple[str, ...]) -> tuple[str, ...]:
    """Several authors may stand beside each other, each in an element of the same class."""
    more: list[str] = []
    names_class = element.get("class")
    for each in element.itersiblings():
        if each.tag == element.tag and names_class and each.get("class") == names_class:
            text = _lines(each)
            if text and len(text) <= _LONGEST and not _SENTENCE.search(text):
                more += [name for name in _plausible([text], brands) if name not in known]
    return tuple(dict.fromkeys(more))


def _named(element: HtmlElement) -> Iterator[HtmlElement]:
    for each in islice(element.iterdescendants(), _PARTS):
        if not isinstance(each.tag, str):
            continue
        marked = f"{each.get('class') or ''}"
        if (
            (each.get("itemprop") or "").lower() == "name"
            or (each.tag == "a" and leads_to_author(each))
            or (marked and _NAME.search(marked) and not _NOT_NAMES.search(_NAME.sub("", marked)))
        ):
            yield each


def _plausible(texts: list[str], brands: set[str]) -> tuple[str, ...]:
    found = names(texts, brands)
    kept = [name for name in found if len(name.split()) <= _NAME_WORDS and not _NO_NAME.search(name)]
    # A label may stand so close to a name that they are one word: "Ann LeeReporter".
    kept = [name for name in kept if not any(name != each and name.startswith(each) for each in kept)]
    # "Ann Lee" may stand again as "Ann Lee and others", or in capitals.
    once = {key(name): name for name in reversed(kept)}
    return tuple(name for name in kept if once.get(key(name)) == name)


def _lines(element: HtmlElement) -> str:
    """Give an element's text; where all its pieces may be names, they are parted as names are."""
    pieces = [squeezed(each) for each in islice(element.itertext(), _PIECES) if each.strip()]
    if len(pieces) > 1 and all(_PERSON.match(each) for each in pieces):
        return "; ".join(pieces)
    return words_of(element)


def named_near(shown: Shown, place: int | None, brands: set[str]) -> tuple[str, ...]:
    """Give the names in a line near the headline that says "by": on pages that mark no byline."""
    for line in lines_near(shown, place, _NEAR):
        if (match := _SAYS_BY.search(line)) and (found := _plausible([match[1]], brands)):
            return found
    return ()
