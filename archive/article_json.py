"""Articles as objects for a program, by the keys of design 6. Pure."""

from __future__ import annotations

from archive.model import Article, Event, Revision
from archive.showing import Happened, Marked, Window
from archive.timing import stamp


def revision_json(article: Article, revision: Revision) -> dict[str, object]:
    """Give a revision by the keys of design 6, ``history``."""
    told = revision.extraction
    return {
        "url": revision.url,
        "article": article.id,
        "number": revision.number,
        "id": revision.id,
        "seen_from": revision.seen_from,
        "seen_until": revision.seen_until,
        "basis": revision.basis,
        "headline": told.headline,
        "bylines": list(told.bylines),
        "published": told.published,
        "modified": told.modified,
        "language": told.language,
        "text_digest": revision.text_digest,
        "words": revision.words,
        "returns_to": revision.returns_to,
        "extractor": revision.extractor,
    }


def shown_json(article: Article, revision: Revision, around: Window | None) -> dict[str, object]:
    """Give a revision by the keys of design 6, ``show``; ``window`` only where there is one."""
    told = revision.extraction
    found = revision_json(article, revision) | {
        "seo_title": told.seo_title,
        "standfirst": told.standfirst,
        "section": told.section,
        "tags": list(told.tags),
        "paragraphs": list(told.paragraphs),
        "links": [{"url": link.url, "text": link.text, "paragraph": link.paragraph} for link in told.links],
        "picture": told.picture,
        "caption": told.caption,
        "correction": told.correction,
        "origins": dict(told.origins),
    }
    if around is None:
        return found
    until = None if around.until is None else stamp(around.until)
    return found | {"window": {"from": stamp(around.since), "until": until}}


def happened_json(article: Article, each: Happened) -> dict[str, object]:
    """Give a revision, an event or a person's word by the keys of design 6."""
    match each:
        case Revision():
            return revision_json(article, each)
        case Event():
            return event_json(article, each)
        case Marked():
            return marked_json(article, each)


def event_json(article: Article, event: Event) -> dict[str, object]:
    """Give an event by the keys of design 6: it has no number."""
    return {
        "url": event.url, "article": article.id, "event": event.event, "at": event.at, "detail": event.detail,
    }  # fmt: skip


def marked_json(article: Article, marked: Marked) -> dict[str, object]:
    """Give a person's word on a capture as an event, at the time of the capture."""
    return {
        "url": marked.url,
        "article": article.id,
        "event": "marked",
        "at": marked.at,
        "detail": f"{marked.capture} is {marked.words}",
    }
