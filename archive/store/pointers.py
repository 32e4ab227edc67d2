"""Pointers: which URLs say of which others that they are one article, and which people keep apart."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, Connection, bindparam, or_, select, update

from archive.identity import Kind, Pointer
from archive.store.schema import micros, pointers
from archive.store.statements import AnyRow, Prepared, insert_new, names_of

BY_HAND: tuple[Kind, ...] = ("join", "split")

_NAMES = names_of(pointers)
_same = [pointers.c[name] == bindparam(f"the_{name}") for name in ("source", "target", "kind")]
_at = bindparam("new_at", type_=BigInteger)
_others = update(pointers).where(*_same).values(url=bindparam("new_url"), capture=bindparam("new_capture"), at=_at)
_INSERT = Prepared(lambda conn: insert_new(conn, pointers))
_EARLIER = Prepared(lambda _: _others.where(pointers.c.at > _at))
_LATER = Prepared(lambda _: _others.where(pointers.c.at < _at))


def insert(conn: Connection, batch: Sequence[Pointer]) -> None:
    """Add pointers; of one said several times the earliest stays, of one by hand the newest."""
    if not batch:
        return
    _INSERT.write(conn, _NAMES, [_values(each) for each in batch])
    for prepared, by_hand in ((_EARLIER, False), (_LATER, True)):
        rows = [_changes(each) for each in batch if (each.kind in BY_HAND) is by_hand]
        if rows:
            prepared.each(conn, rows)


def of(conn: Connection, urlkey: str) -> list[Pointer]:
    """Give the pointers from a URL and to it (or to an ``id:``), oldest first."""
    query = select(pointers).where(or_(pointers.c.source == urlkey, pointers.c.target == urlkey))
    order = pointers.c.at, pointers.c.source, pointers.c.target, pointers.c.kind
    return [_pointer(row) for row in conn.execute(query.order_by(*order))]


def _values(pointer: Pointer) -> tuple[object, ...]:
    return pointer.source, pointer.target, pointer.kind, pointer.url, pointer.capture, micros(pointer.at)


def _changes(pointer: Pointer) -> dict[str, object]:
    return {
        "the_source": pointer.source,
        "the_target": pointer.target,
        "the_kind": pointer.kind,
        "new_url": pointer.url,
        "new_capture": pointer.capture,
        "new_at": micros(pointer.at),
    }


def _pointer(row: AnyRow) -> Pointer:
    source, target, kind, url, capture, at = row
    return Pointer(source=source, target=target, kind=kind, url=url, capture=capture, at=at)
