"""Which fields of an article a later page edits: headline, standfirst, bylines, dates, captions, notices, links. Pure.

What was read out of the page's text is edited only where the words in which it stood are gone; what metadata say only
where the same kind of metadata says otherwise. A field that comes or goes is mostly a matter of markup.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from archive.links import clean, registrable
from archive.model import Extraction, Link
from archive.standing import Page, State
from archive.wording import mark

CLAIMED = frozenset(("json-ld", "json-ld page", "og", "twitter", "meta", "microdata", "title", "html"))
"""Origins of what is said in metadata only."""
KEPT = ("headline", "seo_title", "standfirst", "bylines", "published", "caption", "correction")
"""Fields that stay as they were until they are edited; links are the eighth of those that can be."""
TAKEN = ("modified", "language", "section", "tags", "picture", "canonical", "amp", "live", "candidates")
"""Fields that are no edit, and are taken as the page has them that brings one."""

_DAY = len("2026-11-22")
_SAME_TIME = timedelta(minutes=1)
_NAMING = frozenset(("v", "id", "p", "article", "articleid", "story", "storyid", "newsid", "docid", "aid", "q", "list"))
"""Parameters that name a page; others count clicks, campaigns and partners, and change with each fetch."""

Rule = Callable[[State, Extraction, Page], bool]


def edited_fields(before: State, after: Extraction, layout: Page) -> tuple[str, ...]:
    """Give the fields that a later page edits, the text aside."""
    return tuple(name for name, is_edited in _RULES.items() if is_edited(before, after, layout))


def _title_edited(before: State, after: Extraction, layout: Page) -> bool:
    """Tell whether the visible headline was edited: compared within one origin, else against all that a page offers."""
    old, new = before.extraction.headline, after.headline
    if old is None or new is None or mark(old) == mark(new):
        return False
    ours, theirs = before.extraction.origins.get("headline"), after.origins.get("headline")
    if ours == "h1" and still_stands(before.extraction, "headline", layout):
        return False
    if ours == theirs:
        if ours == "h1":
            return mark(new) not in before.layout.headings()
        return not _offers(after, "headline", old, ours) and not _offers(before.extraction, "headline", new, ours)
    return not _offers(after, "headline", old) and not _offers(before.extraction, "headline", new)


def still_stands(extraction: Extraction, name: str, layout: Page) -> bool:
    """Tell whether the words in which a field was shown are still on the page; those of a headline as one."""
    stood = extraction.stood.get(name)
    value = getattr(extraction, name)
    if not stood:
        stood = (mark(value),) if isinstance(value, str) else ()
    held: Collection[int] = layout.headings() if name == "headline" else set(layout.marks)
    return bool(stood) and all(each in held for each in stood)


def _offers(extraction: Extraction, name: str, value: str, origin: str | None = None) -> bool:
    wanted = mark(value)
    return any(
        each.field in (name, "seo_title" if name == "headline" else name)
        and (origin is None or each.origin == origin)
        and mark(each.value) == wanted
        for each in extraction.candidates
    )


def _seo_edited(before: State, after: Extraction, layout: Page) -> bool:
    old, new = before.extraction.seo_title, after.seo_title
    if old is None or new is None or mark(old) == mark(new):
        return False
    ours, theirs = before.extraction.origins.get("seo_title"), after.origins.get("seo_title")
    return ours == theirs and not _offers(after, "seo_title", old, ours)


def _shown_edited(name: str, *, appears: bool = False) -> Rule:
    """Make the rule for a value that stands on the page: it was edited where the old words are gone."""

    def edited(before: State, after: Extraction, layout: Page) -> bool:
        old, new = getattr(before.extraction, name), getattr(after, name)
        if old is not None and still_stands(before.extraction, name, layout):
            return False
        if new is not None and still_stands(after, name, before.layout):
            return False
        if old is None or new is None:
            return appears and (old is None) != (new is None)
        return mark(old) != mark(new)

    return edited


def _bylines_edited(before: State, after: Extraction, layout: Page) -> bool:
    ours, theirs = before.extraction, after
    old, new = ({mark(name.casefold()) for name in each.bylines} for each in (ours, theirs))
    if not old or not new or old == new:
        return False
    if ours.origins.get("bylines") != theirs.origins.get("bylines"):
        return False
    if ours.origins.get("bylines") not in CLAIMED and still_stands(ours, "bylines", layout):
        return False
    return not (old <= _names_offered(theirs) and new <= _names_offered(ours))


def _names_offered(extraction: Extraction) -> set[int]:
    names = (*extraction.bylines, *(each.value for each in extraction.candidates if each.field == "bylines"))
    return {mark(name.casefold()) for name in names}


def _published_edited(before: State, after: Extraction, layout: Page) -> bool:
    ours, theirs = before.extraction, after
    old, new = ours.published, theirs.published
    origin = ours.origins.get("published")
    if old is None or new is None or origin != theirs.origins.get("published") or origin not in CLAIMED:
        return False
    return not _is_one_time(old, new)


def _is_one_time(ours: str, theirs: str) -> bool:
    """Tell whether two times are one, as exactly as the vaguer of them says."""
    if len(ours) <= _DAY or len(theirs) <= _DAY:
        return ours[:_DAY] == theirs[:_DAY]
    try:
        left, right = datetime.fromisoformat(ours), datetime.fromisoformat(theirs)
    except ValueError:
        return ours == theirs
    if left.tzinfo is None or right.tzinfo is None:
        left, right = left.replace(tzinfo=None), right.replace(tzinfo=None)
    return abs(left - right) < _SAME_TIME


def _links_edited(before: State, after: Extraction, layout: Page) -> bool:
    """Tell whether a paragraph that kept its words leads elsewhere: links out of the outlet's own domain only."""
    ours, theirs = outward(before.extraction, before.url), outward(after, before.url)
    texts = {mark(text) for text in after.paragraphs}
    core = set(before.core) & texts
    return any(ours.get(key, frozenset()) != theirs.get(key, frozenset()) for key in core)


def outward(extraction: Extraction, url: str) -> dict[int, frozenset[str]]:
    """Give, for paragraphs by their marks, where their links lead outside the outlet, without queries."""
    own = domain_of(url)
    found: dict[int, set[str]] = {}
    for link in extraction.links:
        if (target := aim(link.url, own)) is not None:
            found.setdefault(mark(extraction.paragraphs[link.paragraph]), set()).add(target)
    return {key: frozenset(targets) for key, targets in found.items()}


def aim(url: str, own: str | None) -> str | None:
    """Give host, path and what of the query names a page, of a link that leads out of the domain ``own``."""
    try:
        parts = urlsplit(clean(url))
    except ValueError:
        return None
    host = parts.hostname
    if not host or registrable(host) == own:
        return None
    named = [each for each in parts.query.split("&") if each.partition("=")[0].lower() in _NAMING]
    return f"{host}{parts.path.rstrip('/')}{'?' + '&'.join(named) if named else ''}"


def domain_of(url: str) -> str | None:
    """Give the registrable domain of a URL; None where it names no host."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return registrable(host) if host else None


def links_now(after: Extraction, shown: Extraction) -> tuple[Link, ...]:
    """Give the links of the text as shown, each paragraph's from the later page where that has the paragraph."""
    later = {mark(text): number for number, text in enumerate(after.paragraphs)}
    links: list[Link] = []
    for number, text in enumerate(shown.paragraphs):
        at = later.get(mark(text))
        source, index = (after, at) if at is not None else (shown, number)
        links += [replace(link, paragraph=number) for link in source.links if link.paragraph == index]
    return tuple(links)


_RULES: Mapping[str, Rule] = {
    "headline": _title_edited,
    "seo_title": _seo_edited,
    "standfirst": _shown_edited("standfirst"),
    "bylines": _bylines_edited,
    "published": _published_edited,
    "caption": _shown_edited("caption"),
    "correction": _shown_edited("correction", appears=True),
    "links": _links_edited,
}
