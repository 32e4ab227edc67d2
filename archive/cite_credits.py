"""Who is credited outside the text of an article: in its bylines, and below its picture. Pure.

Seldom more than names stand there, so only what is nothing else counts: a byline's part that is an outlet's name and
no more, a news agency where a caption credits the picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.cite_drafts import Draft
from archive.cite_links import Own
from archive.model import Citation, Extraction, Outlet
from archive.naming import Mention, Names

BYLINE, CAPTION = -1, -2
"""Stand for the paragraph of what is in none."""

_PART = re.compile(r"[/|,;•·()\[\]–—+&]|\s-\s|\s(?:and|und|et|y|e|и|و|with|mit|avec|con|com)\s", re.IGNORECASE)
_BY = re.compile(
    r"(?:by|from|via|for|of|in|at|the|a|von|mit|aus|für|par|pour|avec|de|por|para|con|di|da|per|door|av|source|sources"
    r"|quelle|fuente|fonte|reporting|report|staff|text|foto|photo|news|agency|agencies|agence|agencia|agenzia|agentur"
    r"|writers?|reporters?|journalists?|correspondents?|contributors?|service|wire|feed|desk|bureau|team|автор|текст)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W_]+")
_AGENCIES = re.compile(
    r"(?:news\s+|wire\s+)?agenc(?:y|ies)(?:\s+reports?)?|wire\s+(?:services?|reports?)|(?:nachrichten)?agenturen|agences"
    r"|agencias|agenzie|agências|agentschappen|агентства|وكالات",
    re.IGNORECASE,
)
_CREDIT_WORD = re.compile(
    r"(?:\b(?:photos?|images?|pictures?|foto(?:s|grafía)?|bild(?:er)?|credits?|crédits?|crédito|courtesy|via|source"
    r"|quelle|file|handout|fuente|immagine|imagen|by|von)\b[^.:()]{0,24}[:.]?|©|\(c\))\s*(?:\w+[ -]){0,3}\Z"
    r"|[/(\[]\s*\Z",
    re.IGNORECASE,
)
_CREDIT_END = re.compile(r"\s*(?:[/)\]]|\Z|\.\s*\Z)|\s+(?:photo|images?|pictures?|file|via)\b", re.IGNORECASE)


def outside(extraction: Extraction, own: Own, names: Names) -> list[Draft]:
    """Give whom a caption and bylines credit, the publisher apart; each outlet once."""
    found: dict[str, Draft] = {}
    if extraction.caption:
        for mention in _agencies(extraction.caption, names):
            if not own.has_outlet(mention.outlets[0]):
                found.setdefault(mention.outlets[0].name, _credit(CAPTION, mention, extraction.caption))
    for byline in extraction.bylines:
        for start, part in _parts(byline):
            said = _AGENCIES.fullmatch(part)
            if said is not None:
                made = Citation(how="name", role="credit", outlet=None, domain=None, category="other", source=part)
                found.setdefault(part, Draft(BYLINE, start, byline, made, start + len(part), is_unnamed=True))
                continue
            each = _outlet_of(part, byline, names)
            if each is not None and not own.has_outlet(each.outlets[0]) and each.outlets[0].name not in found:
                found[each.outlets[0].name] = _credit(BYLINE, each, byline)
    return list(found.values())


def _credit(paragraph: int, mention: Mention, sentence: str) -> Draft:
    outlet = mention.outlets[0]
    made = Citation(
        how="name",
        role="credit",
        outlet=outlet.name,
        domain=outlet.domains[0] if outlet.domains else None,
        category=outlet.category,
    )
    return Draft(paragraph, mention.start, sentence, made, mention.end)


def _parts(byline: str) -> Iterator[tuple[int, str]]:
    """Give the parts of a byline: its people and houses."""
    at = 0
    for part in _PART.split(byline):
        start = byline.find(part, at)
        at = start + len(part)
        yield start + len(part) - len(part.lstrip()), part.strip()


def _outlet_of(part: str, byline: str, names: Names) -> Mention | None:
    """Give the outlet that a part of a byline is: its name, and at most what says that it is one."""
    for each in names.in_text(part):
        if len(each.outlets) != 1 or each.outlets[0].category != "media":
            continue
        rest = f"{part[: each.start]} {part[each.end :]}"
        if not all(_BY.fullmatch(word) for word in _WORDS.findall(rest)):
            continue
        if not each.is_ambiguous or _is_marked(each, byline):
            return each
    return None


def _is_marked(mention: Mention, byline: str) -> bool:
    """Tell whether a doubtful name is an agency's by how it is written: in capitals, or behind a stroke."""
    return _is_agency(mention.outlets[0]) and (mention.name.isupper() or "/" in byline)


def _is_agency(outlet: Outlet) -> bool:
    return outlet.kind == "agency"


def _agencies(caption: str, names: Names) -> Iterator[Mention]:
    """Find the news agencies that a caption credits its picture to."""
    for each in names.in_text(caption):
        if len(each.outlets) != 1 or not _is_agency(each.outlets[0]):
            continue
        before, after = caption[max(0, each.start - 40) : each.start], caption[each.end :]
        stroke = before.endswith("/") or after[:1] == "/"
        is_credit = stroke or (_CREDIT_WORD.search(before) and _CREDIT_END.match(after))
        if is_credit and (not each.is_ambiguous or each.name.isupper()):
            yield each
