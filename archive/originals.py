"""The capture a revisit rests on: by the record it names, by URL and time, by its payload; never one with another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from archive.cdx import are_different
from archive.model import Capture
from archive.store import Connection, captures
from archive.urls import urlkey

_HOPS = 4
"""Revisits of revisits that are followed: we write none (design D4), others have."""


def original_of(conn: Connection, capture: Capture) -> Capture | None:
    """Give the capture whose payload a revisit repeats: itself where it is none, None where that is not here.

    By WARC-Refers-To; else WARC-Refers-To-Target-URI and -Date, to the second where that is all the record gives; else
    the same payload of the same URL (WARC 1.1, section 6.7). What has another payload digest than the revisit is not
    its original, whatever the record names: it would be shown as what it is not.
    """
    found: Capture | None = capture
    for _ in range(_HOPS):
        if found is None or found.kind != "revisit":
            return found
        revisit = found
        found = next((each for each in _named(conn, revisit) if _fits(revisit, each)), None)
    return None


def _fits(revisit: Capture, found: Capture) -> bool:
    return found.id != revisit.id and not are_different(revisit.digest, found.digest)


def _named(conn: Connection, revisit: Capture) -> Iterator[Capture]:
    if revisit.refers_to is not None and (named := captures.by_id(conn, revisit.refers_to)) is not None:
        yield named
    if revisit.refers_url is not None and revisit.refers_at is not None:
        at = revisit.refers_at
        key = urlkey(revisit.refers_url)
        near = captures.of_url(conn, key, since=at, until=at + _precision(at.microsecond))
        yield from sorted(near, key=lambda each: each.url != revisit.refers_url)
    if revisit.digest is not None and (same := captures.same_payload(conn, revisit)) is not None:
        yield same


def _precision(microsecond: int) -> timedelta:
    """Tell how long a time lasts that was written so: a second, a millisecond, or no longer than it says."""
    if microsecond == 0:
        return timedelta(seconds=1)
    return timedelta(milliseconds=1) if microsecond % 1000 == 0 else timedelta(microseconds=1)
