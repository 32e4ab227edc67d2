"""The visible headline of an article, the titles its page declares, which check it, and the standfirst. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from archive.extract.bylines import key
from archive.extract.metadata import Claims
from archive.extract.page import squeezed
from archive.extract.shown import HEADLINE, STANDFIRST, Shown, elsewhere, words_of

_LONGEST = 300
_ALIKE = 0.34
_STANDFIRST = (4, 110)  # words
_NEAR = 60  # elements
_SENTENCE = 5  # words; fewer may name a site or a section
_SEPARATED = re.compile(r"\s+[|–—•·»«:/-]+\s+|\s*[|｜_]\s*|(?<=\w)\s*[-－—](?=[^\W\d_a-zA-Z]{2,20}\Z)")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]|[^\W_]+")


def headline(shown: Shown, said: Claims) -> tuple[str, str, tuple[int, HtmlElement] | None] | None:
    """Give the headline with its origin and its element; a declared one where none that fits is shown."""
    stated = declared(said)
    best: tuple[float, int, str, str, tuple[int, HtmlElement]] | None = None
    for origin, places in (("h1", shown.headings), ("microdata", shown.marked[HEADLINE])):
        for order, (place, element) in enumerate(places[:40]):
            whole = words_of(element)
            for text in dict.fromkeys((whole, words_of(element, hidden=True))) if len(element) else (whole,):
                if not 1 < len(text) <= _LONGEST or key(text) in said.brands:
                    continue
                likeness = max((alike(text, each) for each, _ in stated), default=0.0)
                likeness += 0.1 if origin == "h1" else 0.0
                if best is None or likeness > best[0] + 1e-9:
                    best = (likeness, order, text, origin, (place, element))
        if best is not None and best[0] >= 0.5:
            break
    if best is not None and best[0] >= _ALIKE + 0.1:
        return best[2], best[3], best[4]
    # An outlet that tries headlines on readers changes what is shown and leaves what is declared.
    only = [each for each in shown.headings if words_of(each[1])]
    if best is not None and best[3] == "h1" and len(only) == 1 and _is_sentence(best[2]):
        return best[2], best[3], best[4]
    for text, origin in stated:
        if key(text) not in said.brands:
            return text, origin, None
    alone = [each for each in shown.headings if 1 < len(words_of(each[1])) <= _LONGEST]
    return (words_of(alone[0][1]), "h1", alone[0]) if alone else None


def _is_sentence(text: str) -> bool:
    return len(_WORD.findall(text)) >= _SENTENCE


def declared(said: Claims) -> list[tuple[str, str]]:
    """Give the titles a page declares, the best first, without the name of the site before or behind them."""
    found: dict[str, str] = {}
    for name in ("headline", "og_title", "title"):
        for text, origin in said.all(name):
            found.setdefault(bare(text, said, origin), origin)
    found.pop("", None)
    return list(found.items())


def bare(title: str, said: Claims, origin: str = "title") -> str:
    """Take the name of the site off a title; off a ``title`` element also what stands last and is short."""
    parts = _SEPARATED.split(title)
    if len(parts) < 2:
        return title
    for end in (-1, 0):
        piece = parts[end]
        if _is_brand(piece, said.brands):
            return _without(title, piece, end)
    if origin == "title" and len(parts[-1].split()) <= 5 and len(parts[-1]) < 0.5 * len(title):
        return _without(title, parts[-1], -1)
    return title


def _without(title: str, piece: str, end: int) -> str:
    place = title.rfind(piece) if end == -1 else title.find(piece)
    rest = title[:place] if end == -1 else title[place + len(piece) :]
    return squeezed(rest).strip(" |｜–—•·»«:/-－_") or title


def _is_brand(text: str, brands: set[str]) -> bool:
    name = key(text)
    return bool(name) and any(
        name == each or (len(each) > 3 and name in (each + "com", "the" + each)) for each in brands
    )


def alike(left: str, right: str) -> float:
    """Give how much of two titles' words is common to both, from 0 to 1."""
    ours, theirs = set(_WORD.findall(left.casefold())), set(_WORD.findall(right.casefold()))
    return len(ours & theirs) / max(1, len(ours | theirs))


def standfirst(
    shown: Shown, said: Claims, title: str | None, place: int | None, paragraphs: Sequence[str]
) -> tuple[str, str] | None:
    """Give the standfirst: a text marked as such that stands near the headline, between it and the article."""
    best: tuple[int, str, str] | None = None
    described = {key(text)[:80] for text, _ in said.all("description")}
    long = {key(each) for each in paragraphs[2:]}
    for at, element in shown.marked[STANDFIRST]:
        if place is not None and not place - 15 <= at <= place + _NEAR:
            continue
        if element.tag in ("meta", "body", "article", "section", "main", "a", "li", "header") or elsewhere(
            element, shown.spine
        ):
            continue
        text = words_of(element)
        if not _STANDFIRST[0] <= len(_WORD.findall(text)) <= _STANDFIRST[1] or len(text) > 900:
            continue
        if (title and alike(text, title) > 0.8) or key(text) in long:
            continue
        declares = key(text)[:80] in described
        rank = (0 if declares else 1) if place is not None else (0 if declares else 2)
        if rank < 2 and (best is None or rank < best[0]):
            origin = "microdata" if element.get("itemprop") else "class"
            best = (rank, text, origin)
    return (best[1], best[2]) if best else None
