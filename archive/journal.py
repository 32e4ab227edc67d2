"""What people and the program decided, kept in the WARC files so that ``reindex`` finds it again.

Each entry is a ``resource`` record at ``urn:variorum:journal:KIND:NUMBER`` whose body is JSON with ``kind``,
``subject``, ``at`` and ``data``. Kinds so far: ``import`` (where an imported file came from), ``mark`` (a person's
word on a capture), ``review`` and ``note`` (on a change), ``case`` (an article belongs to it), ``name`` (whose a name
is, by hand), ``join`` and ``split`` (two URLs are one article, or are not), ``model`` (what was learned of an outlet's
pages), ``pin`` (which extractor chains stay with), ``upgrade`` (what a new extractor changed in a chain), ``feed-gap``
(a feed left items out between two polls), ``follow`` and ``unfollow`` (a page is watched at a person's pace, or no
more), ``pause``, ``resume`` and ``unwatch``.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime

from archive.model import Entry, Locator, RecordId, UrlKey
from archive.timing import parse_time, stamp

NOTES, NOTES_END = "urn:variorum:", "urn:variorum;"
"""The range of urlkeys that notes have: the first begins each of them, the last comes after all."""
URL = f"{NOTES}journal:"
TYPE = "application/vnd.variorum.journal+json"
FOLLOW, UNFOLLOW = "follow", "unfollow"
KINDS = (
    "case", "feed-gap", FOLLOW, "import", "join", "mark", "model", "name", "note", "pause", "pin", "resume", "review",
    "split", UNFOLLOW, "unwatch", "upgrade",
)  # fmt: skip


def is_note(urlkey: UrlKey) -> bool:
    """Tell whether a urlkey is that of a note: of this archive or another one, and no capture of the web.

    By the key, not the URL: whoever writes ``URN:Variorum:x`` means the same address (RFC 8141, section 3.1).
    """
    return urlkey.startswith(NOTES)


def url(kind: str) -> str:
    """Make the URI of a new entry."""
    return f"{URL}{kind}:{uuid.uuid4()}"


def text(kind: str, subject: str, data: Mapping[str, object], at: datetime) -> bytes:
    """Write an entry as the body of its record."""
    told = {"kind": kind, "subject": subject, "at": stamp(at), "data": data}
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def entry(id: RecordId, body: bytes, locator: Locator) -> Entry | None:
    """Read an entry back; None when the body is none."""
    try:
        told = json.loads(body)
        kind, subject, at, data = told["kind"], told["subject"], told["at"], told["data"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not (isinstance(kind, str) and isinstance(subject, str) and isinstance(at, str) and isinstance(data, dict)):
        return None
    return Entry(id=id, kind=kind, at=parse_time(at), subject=subject, data=data, locator=locator)
