"""Captures by URL and time: the index that crawl, replay and every question rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    bindparam,
    delete,
    select,
    type_coerce,
    union_all,
    update,
)

from archive.cdx import same_digest
from archive.model import Capture, Digest, Locator, RecordId, Url, UrlKey
from archive.store.schema import Instant, captures, copies, instant, micros, visits
from archive.store.statements import Prepared, chunks, insert_new, names_of, stream, within

LOOK_BACK = 200
"""How many of the newest captures of a URL are searched for the original of an unchanged one: a front page taken
every ten minutes has 50,000 a year, and keeping its payload once more a day costs less than reading them all."""

_NAMES = names_of(captures)
_COPY_NAMES = names_of(copies)
# Times stay numbers until the one capture that is wanted is built.
_ROW = [type_coerce(c, BigInteger).label(c.name) if isinstance(c.type, Instant) else c for c in captures.columns]
_AT, _URL = _NAMES.index("at"), _NAMES.index("url")

_of_key = select(*_ROW).where(captures.c.urlkey == bindparam("urlkey"))
_before = _of_key.where(captures.c.at <= bindparam("at")).order_by(captures.c.at.desc(), captures.c.id.desc())
_after = _of_key.where(captures.c.at > bindparam("at")).order_by(captures.c.at, captures.c.id)
_either_side = union_all(
    select(_before.limit(1).subquery("before")),
    select(_after.limit(1).subquery("after")),
)
_same_url = (
    _of_key.where(
        captures.c.at.in_([bindparam("earlier"), bindparam("later")]),
        captures.c.url == bindparam("url"),
    )
    .order_by(captures.c.at, captures.c.id)
    .limit(1)
)
_newest = _of_key.order_by(captures.c.at.desc(), captures.c.id.desc()).limit(LOOK_BACK)
_recent = _newest.subquery("recent")
_original = (
    select(_recent)
    .where(
        _recent.c.digest == bindparam("digest"),
        _recent.c.url == bindparam("url"),
        _recent.c.kind == "response",
        _recent.c.fidelity == "wire",  # a digest that somebody else claims is nothing to throw bytes away for
        _recent.c.status == 200,
        _recent.c.truncated.is_(None),
    )
    .order_by(_recent.c.at.desc(), _recent.c.id.desc())
    .limit(1)
)

_by_id = select(*_ROW).where(captures.c.id == bindparam("wanted")).order_by(captures.c.at, captures.c.urlkey).limit(1)
_last_whole = (
    _of_key.where(
        captures.c.url == bindparam("url"),
        captures.c.status == 200,
        captures.c.fidelity == "wire",
        captures.c.truncated.is_(None),
    )
    .order_by(captures.c.at.desc(), captures.c.id.desc())
    .limit(1)
)

_within = (
    _of_key.where(captures.c.at >= bindparam("at"), captures.c.at < bindparam("end"))
    .order_by(captures.c.url != bindparam("url"), captures.c.at, captures.c.id)
    .limit(1)
)
_many_before, _many_after = _before.limit(LOOK_BACK), _after.limit(LOOK_BACK)
_newest_one = _of_key.order_by(captures.c.at.desc(), captures.c.id.desc()).limit(1)

_INSERT = Prepared(lambda conn: insert_new(conn, captures))
_INSERT_COPY = Prepared(lambda conn: insert_new(conn, copies))
_EITHER_SIDE = Prepared(lambda _: _either_side)
_SAME_URL = Prepared(lambda _: _same_url)
_ORIGINAL = Prepared(lambda _: _original)
_BY_ID = Prepared(lambda _: _by_id)
_LAST_WHOLE = Prepared(lambda _: _last_whole)
_WITHIN = Prepared(lambda _: _within)
_BEFORE = Prepared(lambda _: _many_before)
_AFTER = Prepared(lambda _: _many_after)
_NEWEST_ONE = Prepared(lambda _: _newest_one)


def insert(conn: Connection, batch: Sequence[Capture]) -> None:
    """Add captures; the same record in another place becomes a copy, in the same place nothing happens.

    Two records are the same when id, urlkey and time are: a record id that was wrongly given twice loses no capture.
    """
    if not batch:
        return
    written = _INSERT.write(conn, _NAMES, [_values(capture) for capture in batch])
    if written != len(batch):
        _insert_copies(conn, batch)


def closest(conn: Connection, urlkey: UrlKey, at: datetime, *, url: Url | None = None) -> Capture | None:
    """Give the capture nearest in time, before or after; None when the URL has none.

    Among captures equally near one of exactly ``url`` wins, then the earlier.
    """
    target = micros(at)
    rows = _EITHER_SIDE.rows(conn, {"urlkey": urlkey, "at": target})
    if not rows:
        return None
    best = min(rows, key=lambda row: (abs(row[_AT] - target), row[_AT]))
    if url is not None and best[_URL] != url:
        away = abs(best[_AT] - target)
        values = {"urlkey": urlkey, "earlier": target - away, "later": target + away, "url": url}
        best = next(iter(_SAME_URL.rows(conn, values)), best)
    return _capture(best)


def of_url(
    conn: Connection, urlkey: UrlKey, *, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Capture]:
    """Give the captures of a URL, oldest first, from ``since`` on and before ``until``."""
    query = select(*_ROW).where(captures.c.urlkey == urlkey, *within(captures.c.at, since, until))
    return map(_capture, stream(conn, query.order_by(captures.c.at, captures.c.id)))


def with_prefix(conn: Connection, prefix: str) -> Iterator[Capture]:
    """Give the captures whose urlkey begins so, by urlkey and time; ``example,blog)/2026/`` is a folder of a host."""
    query = select(*_ROW).where(captures.c.urlkey >= prefix)
    end = _past(prefix)
    if end is not None:
        query = query.where(captures.c.urlkey < end)
    return map(_capture, stream(conn, query.order_by(captures.c.urlkey, captures.c.at, captures.c.id)))


def every(
    conn: Connection,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    run: str | None = None,
    site: str | None = None,
) -> Iterator[Capture]:
    """Give all captures, or those of a time, run or site, by urlkey and time, as they are read."""
    query = select(*_ROW).where(*within(captures.c.at, since, until))
    if run is not None:
        query = query.where(captures.c.run == run)
    if site is not None:
        query = query.where(captures.c.site == site)
    return map(_capture, stream(conn, query.order_by(captures.c.urlkey, captures.c.at, captures.c.id)))


def by_id(conn: Connection, id: RecordId) -> Capture | None:
    """Give the capture a record id names; the oldest where it was wrongly given twice."""
    rows = _BY_ID.rows(conn, {"wanted": id})
    return _capture(rows[0]) if rows else None


def by_ids(conn: Connection, ids: Sequence[RecordId]) -> set[RecordId]:
    """Give those of the record ids that are captures here."""
    found: set[RecordId] = set()
    for some in chunks(ids):
        found.update(map(RecordId, conn.scalars(select(captures.c.id).where(captures.c.id.in_(some)))))
    return found


def original_of(conn: Connection, urlkey: UrlKey, digest: Digest, url: Url) -> Capture | None:
    """Give the newest whole 200 response of exactly this URL with this payload, for a revisit to rest on.

    Looks at the newest ``LOOK_BACK`` captures of the URL only.
    """
    rows = _ORIGINAL.rows(conn, {"urlkey": urlkey, "digest": digest, "url": url})
    return _capture(rows[0]) if rows else None


def last_whole(conn: Connection, urlkey: UrlKey, url: Url) -> Capture | None:
    """Give the newest capture of our own of a URL that brought its whole page: the base of a conditional request."""
    rows = _LAST_WHOLE.rows(conn, {"urlkey": urlkey, "url": url})
    return _capture(rows[0]) if rows else None


def same_payload(conn: Connection, revisit: Capture) -> Capture | None:
    """Give the response of the same URL with the payload a revisit tells of: the last before it, else the first after.

    For revisits of others that name no record. Looks at ``LOOK_BACK`` captures on either side of it: there is no index
    over digests, and a URL may have a million.
    """
    values = {"urlkey": revisit.urlkey, "at": micros(revisit.at)}
    for around in (_BEFORE, _AFTER):
        for row in around.rows(conn, values):
            found = _capture(row)
            if found.kind != "revisit" and same_digest(found.digest, revisit.digest):
                return found
    return None


def at_place(conn: Connection, warc: str, offset: int, length: int) -> Capture | None:
    """Give the capture whose record is exactly this stretch of a WARC file."""
    query = select(*_ROW).where(captures.c.warc == warc, captures.c.offset == offset, captures.c.length == length)
    row = conn.execute(query.limit(1)).first()
    return None if row is None else _capture(row)


def within_second(conn: Connection, urlkey: UrlKey, second: datetime, *, url: Url) -> Capture | None:
    """Give the first capture of a URL within the second that begins at a time; one of exactly ``url`` goes before."""
    start = micros(second)
    rows = _WITHIN.rows(conn, {"urlkey": urlkey, "at": start, "end": start + 1_000_000, "url": url})
    return _capture(rows[0]) if rows else None


def newest(conn: Connection, urlkey: UrlKey) -> Capture | None:
    """Give the newest capture of a URL."""
    rows = _NEWEST_ONE.rows(conn, {"urlkey": urlkey})
    return _capture(rows[0]) if rows else None


def one_not_for_everyone(conn: Connection) -> Capture | None:
    """Give a capture that a session opened, or of which that is not known; None when there is none.

    Not known is it of what an older program indexed. Reads all of the index where it finds none.
    """
    query = select(*_ROW).where(captures.c.restricted.is_not(False)).limit(1)
    row = conn.execute(query).first()
    return None if row is None else _capture(row)


def of_warc(conn: Connection, warc: str) -> Iterator[tuple[RecordId, int, int]]:
    """Give record id, offset and length of each capture or copy that lies in a WARC file, in file order."""
    query = union_all(
        *(
            select(table.c.id, table.c.offset, table.c.length).where(table.c.warc == warc)
            for table in (captures, copies)
        )
    )
    for id, offset, length in stream(conn, query.order_by("offset")):
        yield RecordId(id), offset, length


def forget_warc(conn: Connection, warc: str) -> None:
    """Delete what lies in a WARC file: captures, copies and visits; a capture with a copy elsewhere moves there."""
    conn.execute(delete(copies).where(copies.c.warc == warc))
    same = (copies.c.id == captures.c.id) & (copies.c.urlkey == captures.c.urlkey) & (copies.c.at == captures.c.at)
    elsewhere = (
        select(copies).join(captures, same).where(captures.c.warc == warc).order_by(copies.c.warc, copies.c.offset)
    )
    moved: set[tuple[str, str, datetime]] = set()
    for id, urlkey, at, other, offset, length in conn.execute(elsewhere).fetchall():
        if (id, urlkey, at) in moved:
            continue
        moved.add((id, urlkey, at))
        this = (captures.c.urlkey == urlkey) & (captures.c.at == at) & (captures.c.id == id)
        conn.execute(update(captures).where(this).values(warc=other, offset=offset, length=length))
        conn.execute(delete(copies).where(copies.c.id == id, copies.c.warc == other, copies.c.offset == offset))
    conn.execute(delete(captures).where(captures.c.warc == warc))
    conn.execute(delete(visits).where(visits.c.warc == warc))


def _insert_copies(conn: Connection, batch: Sequence[Capture]) -> None:
    firsts: dict[tuple[object, ...], tuple[object, ...]] = {}
    query = select(captures.c.id, captures.c.urlkey, captures.c.at, captures.c.warc, captures.c.offset)
    for some in chunks([capture.id for capture in batch]):
        for id, urlkey, at, warc, offset in conn.execute(query.where(captures.c.id.in_(some))):
            firsts[id, urlkey, at] = warc, offset
    rows: list[tuple[object, ...]] = []
    for capture in batch:
        place = capture.locator
        if firsts[capture.id, capture.urlkey, capture.at] != (place.warc, place.offset):
            rows.append((capture.id, capture.urlkey, micros(capture.at), place.warc, place.offset, place.length))
    if rows:
        _INSERT_COPY.write(conn, _COPY_NAMES, rows)


def _past(prefix: str) -> str | None:
    """Give the first text after all that begin with the prefix, by code points; None when there is none."""
    for end in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[end])
        if code < 0x10FFFF:
            following = 0xE000 if code == 0xD7FF else code + 1  # surrogates cannot be stored
            return prefix[:end] + chr(following)
    return None


def _values(capture: Capture) -> tuple[object, ...]:
    place = capture.locator
    return (
        capture.id,
        capture.urlkey,
        capture.url,
        micros(capture.at),
        capture.status,
        capture.mime,
        capture.digest,
        capture.kind,
        place.warc,
        place.offset,
        place.length,
        capture.run,
        capture.site,
        capture.truncated,
        capture.fidelity,
        capture.profile,
        capture.refers_to,
        capture.refers_url,
        None if capture.refers_at is None else micros(capture.refers_at),
        capture.etag,
        capture.last_modified,
        capture.restricted,
    )


def _capture(row: Sequence[Any]) -> Capture:
    (
        id, urlkey, url, at, status, mime, digest, kind, warc, offset, length, run, site, truncated, fidelity, profile,
        refers_to, refers_url, refers_at, etag, last_modified, restricted,
    ) = row  # fmt: skip
    return Capture(
        id=id,
        urlkey=urlkey,
        url=url,
        at=instant(at),
        status=status,
        mime=mime,
        digest=digest,
        kind=kind,
        locator=Locator(warc=warc, offset=offset, length=length),
        run=run,
        site=site,
        truncated=truncated,
        fidelity=fidelity,
        profile=profile,
        refers_to=refers_to,
        refers_url=refers_url,
        refers_at=None if refers_at is None else instant(refers_at),
        etag=etag,
        last_modified=last_modified,
        restricted=None if restricted is None else bool(restricted),
    )
