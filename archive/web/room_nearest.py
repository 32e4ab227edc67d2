"""What the archive has near a URL that it has not; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.journal import is_note
from archive.model import Url, UrlKey
from archive.store import Connection, captures, room_rows
from archive.store.room_rows import Known, Tried
from archive.urls import urlkey

_FEW = 6
"""URLs or visits of one kind that are given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """What the archive has near a URL that it has not.

    ``same`` differ in their query alone, ``beside`` stand in the same folder or one above it, ``host`` on the same
    host. ``tried`` are the last visits to the URL itself, which brought nothing.
    """

    same: tuple[Known, ...] = ()
    beside: tuple[Known, ...] = ()
    host: tuple[Known, ...] = ()
    tried: tuple[Tried, ...] = ()


def nearest(conn: Connection, url: Url) -> Nearest:
    """Find what is near a URL; keys hold neither scheme nor ``www``, so captures under these are of the URL itself."""
    key = urlkey(url)
    host, closed, tail = key.partition(")")
    if is_note(key):
        return Nearest()
    if not closed:
        return Nearest(tried=tuple(room_rows.tried(conn, key, _FEW)))
    path = tail.partition("?")[0]
    known = [key]
    same = _at(conn, f"{host}){path}", known)
    same += room_rows.begin_so(conn, f"{host}){path}?", _FEW - len(same), known)
    known += [each.urlkey for each in same]
    beside: list[Known] = []
    folder = path
    while folder.count("/") > 1 and not beside:
        folder = folder.rstrip("/").rpartition("/")[0] + "/"
        if folder != "/":
            beside = room_rows.begin_so(conn, f"{host}){folder}", _FEW, known)
    known += [each.urlkey for each in beside]
    home = _at(conn, f"{host})/", known)
    rest = room_rows.begin_so(conn, f"{host})", _FEW - len(home), [*known, *(each.urlkey for each in home)])
    return Nearest(
        same=tuple(same), beside=tuple(beside), host=(*home, *rest), tried=tuple(room_rows.tried(conn, key, _FEW))
    )


def _at(conn: Connection, key: str, leave: Sequence[UrlKey]) -> list[Known]:
    found = captures.newest(conn, UrlKey(key)) if key not in leave else None
    if found is None:
        return []
    count = room_rows.captured(conn, found.urlkey)
    return [Known(urlkey=found.urlkey, url=found.url, captures=count, newest=found.at)]
