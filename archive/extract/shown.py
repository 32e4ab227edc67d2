"""What a page shows: the elements that may hold a headline, a byline, a date, a standfirst or a picture. Pure.

One walk over the tree finds them by their tags, classes and microdata; reading them is the business of others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from operator import add

from lxml import etree
from lxml.html import HtmlElement

from archive.extract.page import squeezed

HEADLINE, BYLINE, DATE, STANDFIRST, CAPTION, NOTICE = "headline", "byline", "date", "standfirst", "caption", "notice"

# Words in names of classes, in several languages. Two words side by side are also looked up as one: by-line.
_WORDS_OF = {
    HEADLINE: "headline headlines articletitle articleheading entrytitle posttitle storytitle pagetitle "
    "contenttitle newstitle "
    "maintitle singletitle titulo titre titolo title pname",
    BYLINE: "byline bylines author authors authorname authname autor autoren autores autore autori auteur "
    "auteurs verfasser "
    "redacteur skribent kirjoittaja pauthor hcard vcard contributor contributors writer writers reporter "
    "reporters signature "
    "firma journalist journalists authorbold authorline authorlink postauthor entryauthor",
    DATE: "date dates datetime dateline datum fecha data pubdate publishdate published publication posted "
    "postedon time "
    "timestamp created pubtime publishtime articletime entrydate postdate dtpublished",
    STANDFIRST: "standfirst dek deck lead leadtext lede subtitle subhead subheadline subheading strapline "
    "summary excerpt intro "
    "introtext introduction vorspann teasertext abstract chapo chapeau entradilla bajada copete sommario "
    "occhiello ingress "
    "underrubrik manchet perex zajawka resumo linhafina sapo anleser einleitung spot description articledesc",
    CAPTION: "caption captions captiontext wpcaption bildunterschrift legende piedefoto didascalia cutline",
    NOTICE: "correction corrections corrected clarification clarifications editorsnote editornote updatenote "
    "korrektur erratum "
    "errata rectification rectificatif",
}  # fmt: skip
_KINDS = {word: kind for kind, words in _WORDS_OF.items() for word in words.split()}
_KEYS = frozenset(_KINDS)
_ITEMPROPS = etree.XPath("descendant::*/@itemprop")
_PROPERTIES_OF_BODY = etree.XPath("body/descendant::*/@property")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PROPERTIES = {
    "headline": HEADLINE, "author": BYLINE, "creator": BYLINE, "datepublished": DATE, "datemodified": DATE,
    "datecreated": DATE, "description": STANDFIRST, "alternativeheadline": STANDFIRST, "abstract": STANDFIRST,
    "caption": CAPTION,
}  # fmt: skip
_ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:comments?|related|sidebar|teasers?|latest|popular|recommend\w*|newsletter|breadcrumbs?|"
    r"menu|navi?|navigation|"
    r"footer|promo\w*|trending|most-?read|listing|read-?more|more-?(?:news|from|stories)|card|respond|disqus|"
    r"widget|carousel|slider|"
    r"similar|archive|recent|next|kommentare?|reply|signup|ticker|cookie|modal|share|social)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ASIDE = frozenset(("aside", "footer", "nav", "form", "figure", "blockquote"))
_HIDDEN = re.compile(
    r"(?:^|[\s_-])(?:visually-?hidden|sr-only|screen-?reader\S*|kicker|over-?line|top-?line|eyebrow|dachzeile|"
    r"roof-?line|"
    r"spitzmarke|label|badge|flag|pre-?title|pre-?headline|headline-?prefix|antetitulo|sub-?title|tooltip|"
    r"invisible|hidden)(?:$|[\s_-])|"
    r"[a-z](?:Kicker|Overline|Topline|Eyebrow)\b",
    re.IGNORECASE,
)
_SILENT = frozenset(
    ("script", "style", "noscript", "template", "svg", "button", "select", "option", "textarea", "time")
)
_NOT_BODY = frozenset(
    ("script", "style", "link", "meta", "svg", "path", "input", "option", "img", "iframe", "source", "br")
)
_APART = frozenset(("br", "p", "div", "li"))
_MANY = 400
_LONGEST = 5000
_AUTHORS = frozenset(
    [
        "author",
        "authors",
        "autor",
        "autores",
        "autoren",
        "autore",
        "autori",
        "auteur",
        "auteurs",
        "profile",
        "profiles",
        "profil",
        "people",
        "staff",
        "contributor",
        "contributors",
        "writer",
        "writers",
        "by",
        "redaktion",
        "journalist",
        "journalists",
        "columnist",
        "columnists",
        "reporter",
        "reporters",
        "signature",
        "autorzy",
    ]
)


@dataclass(slots=True, kw_only=True)
class Shown:
    """Elements by what they may hold, each with its place in the page's order."""

    order: list[HtmlElement] = field(default_factory=list)
    headings: list[tuple[int, HtmlElement]] = field(default_factory=list)
    times: list[tuple[int, HtmlElement]] = field(default_factory=list)
    figures: list[tuple[int, HtmlElement]] = field(default_factory=list)
    marked: dict[str, list[tuple[int, HtmlElement]]] = field(default_factory=dict)
    spine: frozenset[HtmlElement] = frozenset()
    live: bool = False


def shown(tree: HtmlElement) -> Shown:
    """Find the elements of a page's body that tell of its article."""
    marked: dict[str, list[tuple[int, HtmlElement]]] = {kind: [] for kind in _WORDS_OF}
    body = tree.find("body")
    found = Shown(marked=marked, order=list((tree if body is None else body).iter()))
    lists = {"h1": found.headings, "time": found.times, "figure": found.figures, "amp-img": found.figures}
    lists |= {"figcaption": marked[CAPTION], "address": marked[BYLINE]}
    for place, element in enumerate(found.order):
        tag = element.tag
        if tag in _NOT_BODY:
            continue
        names = element.get("class")
        if tag in lists:
            lists[tag].append((place, element))
        elif tag == "a" and leads_to_author(element):
            marked[BYLINE].append((place, element))
        if names:
            for kind in _kinds_of(names):
                marked[kind].append((place, element))
    _take_properties(tree, found)
    for kind in marked:
        del marked[kind][_MANY:]
    return found


def _take_properties(tree: HtmlElement, found: Shown) -> None:
    """Add what microdata and RDFa mark, in the page's order."""
    properties = [(each.getparent(), str(each)) for each in (*_ITEMPROPS(tree), *_PROPERTIES_OF_BODY(tree))]
    if not properties:
        return
    places = {element: place for place, element in enumerate(found.order)}
    for element, named in properties:
        for prop in named.lower().split():
            found.live = found.live or prop in ("liveblogupdate", "coveragestarttime")
            kind = _PROPERTIES.get(prop.rpartition(":")[2])
            if kind and element in places and element.tag not in _NOT_BODY:
                found.marked[kind].append((places[element], element))
    for spots in found.marked.values():
        spots.sort(key=lambda spot: spot[0])


@lru_cache(maxsize=8192)
def _kinds_of(names: str) -> tuple[str, ...]:
    """Give what an element may hold by the names of its classes."""
    found = [kind for name in names.split()[:20] for kind in _kinds_of_one(name)]
    return tuple(dict.fromkeys(found)) if found else ()


@lru_cache(maxsize=16384)
def _kinds_of_one(name: str) -> tuple[str, ...]:
    words = list(map(str.lower, _WORD.findall(name[:80])))
    words += list(map(add, words, words[1:]))
    return () if _KEYS.isdisjoint(words) else tuple({_KINDS[word]: None for word in words if word in _KEYS})


def leads_to_author(anchor: HtmlElement) -> bool:
    """Tell whether a link leads to the page of an author: it says so, or its path does before its last part."""
    href = anchor.get("href")
    if href and not _AUTHORS.isdisjoint(parts := href.split("/")):
        return next((each for each in reversed(parts) if each), "") not in _AUTHORS
    return "author" in (anchor.get("rel") or "")


def elsewhere(element: HtmlElement, spine: frozenset[HtmlElement]) -> bool:
    """Tell whether an element stands in a part of the page that is not the article's.

    ``spine`` is the headline with all that holds it: what holds the headline is never elsewhere.
    """
    at: HtmlElement | None = element
    own = True
    while at is not None and at not in spine and at.tag != "body":
        if (at.tag in _ASIDE and not own) or _names_elsewhere(at.get("class"), at.get("id")):
            return True
        own = False
        at = at.getparent()
    return False


@lru_cache(maxsize=8192)
def _names_elsewhere(names: str | None, name: str | None) -> bool:
    return _ELSEWHERE.search(f"{names or ''} {name or ''}"[:300]) is not None


def words_of(element: HtmlElement, *, silent: frozenset[str] = _SILENT, hidden: bool = False) -> str:
    """Give the text of an element as it is seen, on one line; ``hidden`` leaves out kickers and labels too."""
    found: list[str] = []
    length = 0
    for text in _texts(element, silent, hidden=hidden):
        found.append(text)
        length += len(text)
        if length > _LONGEST:
            break
    return squeezed("".join(found))


def _texts(element: HtmlElement, silent: frozenset[str], *, hidden: bool) -> Iterator[str]:
    waiting: list[HtmlElement | str] = [element]  # no recursion: pages may be nested a thousand deep
    while waiting:
        at = waiting.pop()
        if isinstance(at, str):
            yield at
            continue
        for child in reversed(at):
            if child.tail:
                waiting.append(child.tail)
            if child.tag not in silent and not (hidden and _HIDDEN.search((child.get("class") or "")[:300])):
                waiting.append(child)
                if child.tag in _APART:
                    waiting.append(" ")
        if at.text:
            yield at.text


def lines_near(shown: Shown, place: int | None, reach: int) -> Iterator[str]:
    """Give the short texts that stand near the headline, those after it first."""
    if place is None:
        return
    after, before = shown.order[place : place + reach], shown.order[max(0, place - reach // 4) : place]
    for element in (*after, *reversed(before)):
        if element.tag not in _SILENT and isinstance(element.tag, str):
            for text in (element.text, element.tail):
                if text and 4 < len(line := squeezed(text[:400])) <= 120:
                    yield line
