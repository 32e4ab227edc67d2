"""The capture a revisit rests on: by the record it names, by URL and time, by its payload alone."""

from __future__ import annotations

from archive.model import Capture
from archive.store import Connection, captures
from archive.urls import urlkey

_HOPS = 4
"""Revisits of revisits that are followed: we write none (design D4), others have."""


def original_of(conn: Connection, capture: Capture) -> Capture | None:
    """Give the capture whose payload a revisit repeats: itself where it is none, None where that is not here.

    By WARC-Refers-To; else WARC-Refers-To-Target-URI and -Date, to the second where that is all the record gives;
    else, of a record that names neither, the same payload of the same URL, then of any (WARC 1.1, section 6.7).
    """
    found: Capture | None = capture
    for _ in range(_HOPS):
        if found is None or found.kind != "revisit":
            return found
        found = _named(conn, found)
    return None


def _named(conn: Connection, revisit: Capture) -> Capture | None:
    if revisit.refers_to is not None:
        found = captures.by_id(conn, revisit.refers_to)
        if found is not None and found.id != revisit.id:
            return found
    if revisit.refers_url is not None and revisit.refers_at is not None:
        near = captures.closest(conn, urlkey(revisit.refers_url), revisit.refers_at, url=revisit.refers_url)
        apart = None if near is None else abs((near.at - revisit.refers_at).total_seconds())
        if near is not None and apart is not None and apart < 1 and near.id != revisit.id:
            return near
    if revisit.digest is None:
        return None
    return captures.same_payload(conn, revisit)
