"""Joins and splits: a person's word, in the journal, that two URLs are one article, or are not. Pure."""

from __future__ import annotations

from archive.identity import Kind, Pointer
from archive.model import Entry, Url, UrlKey

JOIN: Kind = "join"
SPLIT: Kind = "split"


def data(other: UrlKey, url: str, other_url: str, note: str | None) -> dict[str, object]:
    """Give what the journal says beside the subject, which is the urlkey of ``url``."""
    return {"with": other, "url": url, "with_url": other_url, "note": note}


def pointer_of(entry: Entry) -> Pointer | None:
    """Give an entry of the journal as the pointer that chains are folded by; None where it is neither."""
    if entry.kind not in (JOIN, SPLIT):
        return None
    other, url = entry.data.get("with"), entry.data.get("with_url")
    if not isinstance(other, str):
        return None
    return Pointer(
        source=UrlKey(entry.subject),
        target=UrlKey(other),
        kind=JOIN if entry.kind == JOIN else SPLIT,
        url=Url(url if isinstance(url, str) else other),
        capture=None,
        at=entry.at,
    )
