"""Changes and citations as objects for a program, by the keys of design 6. Pure."""

from __future__ import annotations

from archive.drift import Fate
from archive.model import Article, Change, Edit, Revision, Span
from archive.store.citations import Cited
from archive.timing import stamp
from archive.words_of_people import Said, right_flags


def diff_json(
    article: Article, before: Revision, after: Revision, change: Change, said: Said | None = None
) -> dict[str, object]:
    """Give a change by the keys of design 6, ``diff``; all of its edits, typographic ones too.

    ``wrong_flags`` are those that do not count by what people ``said`` of it.
    """
    right = right_flags(change.flags, said.wrong_flags if said is not None else ())
    return {
        "url": article.url,
        "article": article.id,
        "from": {"number": before.number, "id": before.id},
        "to": {"number": after.number, "id": after.id},
        "window": {"from": stamp(change.window[0]), "until": stamp(change.window[1])},
        "fields": [{"field": each.field, "before": each.before, "after": each.after} for each in change.fields],
        "edits": [edit_json(each) for each in change.edits],
        "flags": list(change.flags),
        "wrong_flags": sorted(set(change.flags) - set(right)),
    }


def edit_json(edit: Edit) -> dict[str, object]:
    """Give an edit: its texts, where they stand in both raw texts, and its words."""
    return {
        "op": edit.op,
        "before": edit.before,
        "after": edit.after,
        "before_at": _span_json(edit.before_at),
        "after_at": _span_json(edit.after_at),
        "words": [{"op": each.op, "text": each.text} for each in edit.words],
        "typographic": edit.typographic,
    }


def _span_json(span: Span | None) -> dict[str, object] | None:
    if span is None:
        return None
    return {
        "start": span.start,
        "end": span.end,
        "paragraph": span.paragraph,
        "sentences": [{"paragraph": paragraph, "sentence": place} for paragraph, place in span.sentences],
    }


def change_json(article: Article, before: Revision, after: Revision, change: Change, said: Said) -> dict[str, object]:
    """Give a change by the keys of design 6, ``changes``, with what people said of it."""
    return {
        **diff_json(article, before, after, change, said),
        "id": after.id,
        "at": after.seen_from,
        "headline": after.extraction.headline or after.extraction.seo_title,
        "reviewed": said.reviewed,
        "notes": [each.text for each in said.notes],
        "cases": sorted(said.cases),
    }


def cited_json(article: Article, revision: Revision, cited: Cited, fate: Fate, domain: str | None) -> dict[str, object]:
    """Give a citation by the keys of design 6, ``cites``; ``via`` is the position of the one it comes through."""
    told = cited.citation
    return {
        "url": article.url,
        "article": article.id,
        "revision": revision.id,
        "number": revision.number,
        "position": cited.position,
        "how": told.how,
        "role": told.role,
        "outlet": told.outlet,
        "domain": domain,
        "category": told.category,
        "negated": told.negated,
        "unverified": told.unverified,
        "via": told.via,
        "source": told.source,
        "target": told.target,
        "host": told.host,
        "anchor": told.anchor,
        "sentence": told.sentence,
        "paragraph": told.paragraph,
        "capture": fate.capture,
        "state": fate.state,
        "reason": fate.reason,
    }


def citing_json(article: Article, revision: Revision, cited: Cited) -> dict[str, object]:
    """Give who cites by the keys of design 6, ``cited-by``."""
    told = cited.citation
    return {
        "url": article.url,
        "article": article.id,
        "revision": revision.id,
        "number": revision.number,
        "headline": revision.extraction.headline,
        "how": told.how,
        "role": told.role,
        "outlet": told.outlet,
        "target": told.target,
        "anchor": told.anchor,
        "sentence": told.sentence,
        "negated": told.negated,
        "seen_from": revision.seen_from,
        "seen_until": revision.seen_until,
    }
