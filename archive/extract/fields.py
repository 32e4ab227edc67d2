"""The fields of an article, everything but its text: chosen from what is shown and what is declared. Pure.

The visible headline is the headline; what JSON-LD, OpenGraph and the title say of it is the SEO title. Every value
found is kept as a candidate with its origin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from archive.extract import bylines, dated, notices, pictures, titles
from archive.extract.blocks import Block
from archive.extract.metadata import Candidate as Candidate
from archive.extract.metadata import Claims, claims
from archive.extract.page import base_of, resolve, squeezed
from archive.extract.shown import BYLINE, HEADLINE, NOTICE, Shown, elsewhere, shown, words_of
from archive.extract.signed import named_near, shown_names
from archive.field_edits import CLAIMED
from archive.model import Extraction

_EASTERNMOST = timedelta(hours=14)  # a page may carry tomorrow's date where it is tomorrow already
_CANDIDATES = 60
_LONGEST = 500
_TAGS = 50
_NEAR = 90  # elements
_PART = 20
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What was chosen for each field, where it stood (``origins``), and every candidate, at most 60.

    ``published`` and ``modified`` are RFC 3339 instants with the zone as written, or days where no zone is given.
    ``canonical``, ``amp`` and ``picture`` are absolute. ``body`` is the text JSON-LD gives, where it is of any length.
    """

    headline: str | None = None
    seo_title: str | None = None
    standfirst: str | None = None
    bylines: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    picture: str | None = None
    caption: str | None = None
    correction: str | None = None
    canonical: str | None = None
    amp: str | None = None
    live: bool = False
    body: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()


Found = tuple[str, str] | None


def fields(
    tree: HtmlElement,
    url: str,
    captured_at: datetime,
    paragraphs: Sequence[str],
    *,
    said: Claims | None = None,
    author: Callable[[HtmlElement], str | None] | None = None,
) -> Fields:
    """Choose the fields of an article from its page; ``paragraphs`` are those of its text.

    ``said`` spares a second reading of what the page declares; ``author`` is asked where no byline is found.
    """
    said = said or claims(tree)
    said.brands |= _brands(said, url)
    seen = shown(tree)
    chosen: dict[str, str] = {}
    origins: dict[str, str] = {}

    def told(name: str, found: Found) -> None:
        if found:
            chosen[name], origins[name] = found

    top = titles.headline(seen, said)
    at = top[2] if top else None
    if at is not None:
        seen.spine = frozenset((at[1], *at[1].iterancestors()))
    place = at[0] if at else None
    told("headline", top[:2] if top else None)
    told("seo_title", next(iter(titles.declared(said)), None))
    told("standfirst", titles.standfirst(seen, said, chosen.get("headline"), place, paragraphs))
    names, names_from = _bylines(tree, seen, said, place, paragraphs, author)
    if names:
        origins["bylines"] = names_from
    last = (captured_at.astimezone(UTC) + _EASTERNMOST).date()
    told("language", _language(said))
    told("published", dated.published(tree, url, last, seen, said, place, chosen.get("language") or ""))
    told("modified", dated.modified(seen, said, last, chosen.get("published")))
    told("section", said.values.get("section"))
    base = base_of(tree, url)
    figure = pictures.lead_figure(seen, place)
    told("picture", pictures.picture(base, said, figure))
    told("caption", pictures.caption(seen, place, figure))
    told("correction", _correction(seen, paragraphs))
    if said.tags:
        origins["tags"] = said.tags_from or "meta"
    links = _head_links(tree, base)
    return Fields(
        **chosen,
        bylines=names,
        tags=said.tags[:_TAGS],
        canonical=links.get("canonical"),
        amp=links.get("amphtml"),
        live=said.live or seen.live,
        body=said.body,
        origins=origins,
        candidates=_candidates(seen, said, chosen, origins, names),
    )


def _brands(said: Claims, url: str) -> set[str]:
    """Give the outlet's own names, as ``bylines.key`` gives them: none of them is a headline or a person."""
    host = urlsplit(url).hostname or ""
    labels = host.removeprefix("www.").split(".")
    found = {bylines.key(text) for text, _ in said.all("site")}
    found |= {bylines.key(".".join(labels)), *(bylines.key(each) for each in labels[:-1] if len(each) > 3)}
    found.discard("")
    return found


def _bylines(
    tree: HtmlElement,
    seen: Shown,
    said: Claims,
    place: int | None,
    paragraphs: Sequence[str],
    author: Callable[[HtmlElement], str | None] | None,
) -> tuple[tuple[str, ...], str]:
    """Give the names of the authors: declared, shown, at the foot of the text; the outlet's own where none else is."""
    for origin in ("json-ld", "microdata"):
        if found := bylines.names(said.written_by(origin), said.brands):
            return found, origin
    signed_itself = any(said.written_by(each) for each in ("json-ld", "microdata"))
    # Where the outlet signs itself, a single word that looks like a byline is a button more often than a person.
    near = next(
        (each for each in shown_names(seen, place, said.brands) if not signed_itself or " " in each[0][0]), None
    )
    meta = bylines.names(said.written_by("meta"), said.brands)
    if near and (not meta or near[1] <= _NEAR):
        return near[0], "byline"
    if meta:
        return meta, "meta"
    if found := named_near(seen, place, said.brands):
        return found, "byline"
    if found := bylines.foot(paragraphs):
        return found, "foot"
    for origin in ("json-ld page", "json-ld", "microdata", "meta"):
        if found := bylines.names(said.written_by(origin)):
            return found, origin
    if last := next(shown_names(seen, place, set()), None):
        return last[0], "byline"
    if author is not None and (found := bylines.names([author(tree) or ""], said.brands)):
        return found, "fallback"
    return (), ""


def _language(said: Claims) -> Found:
    for text, origin in said.all("language"):
        if _LANGUAGE.match(text):
            return text.replace("_", "-"), origin
    return None


def _correction(seen: Shown, paragraphs: Sequence[str]) -> Found:
    boxes = [
        words_of(element)
        for _, element in seen.marked[NOTICE]
        if element.tag in ("p", "div", "section", "aside", "span", "em", "footer")
        and not elsewhere(element, seen.spine)
    ]
    text = notices.notices(paragraphs, boxes[:10])
    if text is None:
        return None
    return text, "paragraph" if any(notices.is_notice(each) for each in paragraphs) else "box"


def _head_links(tree: HtmlElement, base: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for link in tree.iter("link"):
        for kind in (link.get("rel") or "").lower().split():
            if (
                kind in ("canonical", "amphtml")
                and kind not in found
                and (whole := resolve(base, link.get("href") or ""))
            ):
                found[kind] = whole
    return found


def _candidates(
    seen: Shown, said: Claims, chosen: Mapping[str, str], origins: Mapping[str, str], names: Sequence[str]
) -> tuple[Candidate, ...]:
    """Give every value found with its origin: the chosen ones, the declared ones, what else is shown."""
    every = [(name, text, origins[name]) for name, text in chosen.items()]
    every += [("bylines", name, origins["bylines"]) for name in names]
    every += [(each.field, each.value, each.origin) for each in said.candidates]
    every += [("headline", words_of(element), "h1") for _, element in seen.headings[:8]]
    every += [("headline", words_of(element), "class") for _, element in seen.marked[HEADLINE][:4]]
    every += [("bylines", words_of(element), "byline") for _, element in seen.marked[BYLINE][:8]]
    every += [("published", element.get("datetime") or words_of(element), "time") for _, element in seen.times[:5]]
    kept = dict.fromkeys(
        (name, squeezed(text)[:_LONGEST], origin) for name, text, origin in every if text and text.strip()
    )
    return tuple(Candidate(field=name, value=text, origin=origin) for name, text, origin in kept)[:_CANDIDATES]


def described(extraction: Extraction, found: Fields) -> Extraction:
    """Give an article with these fields; its text stays as it is."""
    return replace(
        extraction,
        headline=found.headline,
        seo_title=found.seo_title,
        standfirst=found.standfirst,
        bylines=found.bylines,
        published=found.published,
        modified=found.modified,
        language=found.language,
        section=found.section,
        tags=found.tags,
        picture=found.picture,
        caption=found.caption,
        correction=found.correction,
        canonical=found.canonical,
        amp=found.amp,
        live=found.live,
        origins=found.origins,
        candidates=found.candidates,
    )


def stood(found: Fields | Extraction, page: Sequence[Block]) -> dict[str, tuple[int, ...]]:
    """Give the marks of the blocks in which fields are shown; a field that is only declared is left out."""
    told: dict[str, tuple[int, ...]] = {}
    for name in ("headline", "standfirst", "bylines", "caption", "correction"):
        value = getattr(found, name)
        if value and found.origins.get(name) not in CLAIMED:
            where = [block for block in page if block.element.tag == "h1"] if name == "headline" else page
            if marks := _blocks_of(value if isinstance(value, tuple) else (value,), where):
                told[name] = marks
    return told


def _blocks_of(values: Sequence[str], page: Sequence[Block]) -> tuple[int, ...]:
    """Give the block that holds all of the values and not much more; else those that together are the one value."""
    most = 3 * sum(map(len, values)) + 80
    for block in page:
        if len(block.text) <= most and all(value in block.text for value in values):
            return (block.mark,)
    if len(values) > 1:
        each = [_blocks_of((value,), page) for value in values]
        return tuple(marks[0] for marks in each) if all(each) else ()
    return tuple(block.mark for block in page if len(block.text) >= _PART and block.text in values[0])
