"""Which changes a person has to look at before one of them is shown: they took a private person's name out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from archive.model import Article, Change, RecordId, Revision
from archive.private_names import MOST, removed, shown_in


def shown(change: Change) -> Iterator[str]:
    """Give all texts that somebody is shown who is shown a change."""
    for edit in change.edits:
        yield from (text for text in (edit.before, edit.after) if text)
    for told in change.fields:
        for value in (told.before, told.after):
            yield from (value,) if isinstance(value, str) else value or ()


def reasons(
    article: Article, before: Revision, after: Revision, change: Change, is_outlet: Callable[[str], bool]
) -> tuple[RecordId, ...]:
    """Give the revisions that took a name out of an article which showing a change would show again.

    That is the change itself, where it removed one, and each later one that removed one which this one shows.
    """
    found = [after.id] if removed(before.extraction, after.extraction, is_outlet) else []
    later = [each for each in article.revisions if each.number >= after.number]
    texts = (*shown(change), after.extraction.headline or "", after.extraction.seo_title or "")
    for one, other in pairwise(later):
        names = removed(one.extraction, other.extraction, is_outlet)
        if len(names) >= MOST or any(shown_in(name, texts) for name in names):
            found.append(other.id)
    return tuple(found)
