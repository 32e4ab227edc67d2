"""Repair and reindex: the WARC files are the truth, the index follows them.

Both work while other processes write: what another process holds the lock of is looked at, never touched.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import takewhile
from typing import BinaryIO

from archive import catching_up, liveness
from archive.catching_up import index_file, seal, sha256_of
from archive.indexing import Facts, gather
from archive.store import Connection, Store, captures, files, journal_rows, parts
from archive.store.files import Look, WarcFile
from archive.timing import Clock
from archive.verification import NAMED, PART, STRANGER, Problem, Progress, is_import, is_ours, row_of, strays
from archive.warc.files import OpenFile, WarcFolder
from archive.warc.reader import looks_like, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What a repair did; ``done`` is False where it could only say what is wrong, and what to do about it."""

    what: str
    done: bool = True


def repair(store: Store, folder: WarcFolder, clock: Clock) -> Iterator[Mended]:
    """Mend what a crash left: cut torn tails, seal abandoned files, bring the index up; say each thing done.

    Files another process holds are left alone.
    """
    for file in folder.abandoned():
        said = catching_up.catch_up(store, folder, file, clock)
        if said is not None:
            yield Mended(what=said)
        if file.size == 0:
            with store.write() as conn:
                files.forget(conn, file.name)
            file.discard()
            yield Mended(what=f"{file.name}: nothing was ever written, removed")
        else:
            yield Mended(what=f"{seal(store, file, clock).name}: sealed, {file.size} bytes")
    for name in folder.names():
        if not folder.is_open(name):
            yield from _repair_closed(store, folder, name, clock)
    _remember_imports(store)
    for run in liveness.bury(store, folder.running, clock):
        yield Mended(what=f"run {run.id}: ended without a word, noted as crashed")
    for stray in strays(folder):
        if stray.warc.endswith(PART):
            (folder.root / stray.warc).unlink(missing_ok=True)
            yield Mended(what=f"{stray.warc}: left by an import that was broken off, removed")


def _repair_closed(store: Store, folder: WarcFolder, name: str, clock: Clock) -> Iterator[Mended]:
    """Bring the index up to a file that no longer grows."""
    row, path = row_of(store, name), folder.root / name
    size = path.stat().st_size
    if row is not None and row.state != "open" and row.bytes == size:
        return
    if row is None:
        if not is_ours(name):
            yield Mended(what=f"{name}: {STRANGER}", done=False)
            return
        with path.open("rb") as file:
            why = looks_like(file)
        if why is not None:
            yield Mended(what=f"{name}: not a WARC file: {why}; move it away", done=False)
            return
        row = _new_row(name)
    sha256 = sha256_of(path)
    if row.bytes > size:
        yield Mended(
            what=f"{name}: shorter than the index knows, left as it is; bring it back from a backup", done=False
        )
        return
    if row.sha256 is not None and row.sha256 != sha256:
        yield Mended(
            what=f"{name}: not what it was when it was sealed, left as it is; bring it back from a backup", done=False
        )
        return
    state = _state(name)
    with store.write() as conn:
        files.put(conn, replace(row, state=state, sha256=sha256, sealed_at=row.sealed_at or clock.now()))
    index_file(store, path, name, start=row.bytes, own=state == "sealed")
    with store.write() as conn:
        files.progress(conn, name, size)
        look = Look(warc=name, at=clock.now(), what="repaired", ok=True, bytes=size, sha256=sha256)
        files.log_fixity(conn, look)
    yield Mended(what=f"{name}: {size - row.bytes} bytes brought into the index")


def _state(name: str) -> files.FileState:
    return "imported" if is_import(name) else "sealed"


def _new_row(name: str) -> WarcFile:
    """Make the row of a file that the index knows nothing of, from its name."""
    found = NAMED.search(name)
    began = None
    if found is not None:
        with contextlib.suppress(ValueError):
            began = datetime.strptime(found[1] + "000", "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    return WarcFile(name=name, state=_state(name), began=began)


def reindex(store: Store, folder: WarcFolder, clock: Clock, said: Progress = lambda text: None) -> Iterator[Problem]:
    """Make the index anew from the files alone, file by file; give what could not be read.

    While it runs, the index lacks what has not been read again yet.
    """
    with store.write() as conn:
        # Rows before names: a file begun in this moment has a name without a row, never the other way round.
        rows = list(files.every(conn))
        names = folder.names()
        parts.wipe(conn)
        for row in rows:
            if row.name not in names:
                _forget(conn, row.name)
                files.forget(conn, row.name)
    held = {file.name: file for file in folder.abandoned()}
    try:
        for name in names:
            said(name)
            yield from _reindex_file(store, folder, name, held.get(name), clock)
    finally:
        for file in held.values():
            file.close()
    _remember_imports(store)
    for _ in liveness.bury(store, folder.running, clock):
        pass


def _forget(conn: Connection, name: str) -> None:
    captures.forget_warc(conn, name)
    journal_rows.forget_warc(conn, name)


def _reindex_file(
    store: Store, folder: WarcFolder, name: str, mine: OpenFile | None, clock: Clock
) -> Iterator[Problem]:
    if not is_ours(name):
        yield Problem(warc=name, problem=STRANGER)
        return
    with folder.open(name) as file:
        size = os.fstat(file.fileno()).st_size
        why = looks_like(file) if size else None
        if why is not None:
            yield Problem(warc=name, problem=f"not a WARC file: {why}; move it away")
            return
        if mine is None and folder.is_open(name):
            _reindex_growing(store, name, file)
            return
    with store.write() as conn:
        row = files.by_name(conn, name) or _new_row(name)
        row = replace(row, state="open" if mine else _state(name), bytes=0)
        _forget(conn, name)
        files.put(conn, row)
    if mine is not None:
        catching_up.catch_up(store, folder, mine, clock)
        return
    path = folder.root / name
    end = index_file(store, path, name, start=0, own=row.state == "sealed")
    with store.write() as conn:
        files.put(conn, replace(row, bytes=size, sha256=row.sha256 or sha256_of(path)))
    if end < size and row.state == "sealed":
        yield Problem(warc=name, offset=end, problem=f"{size - end} bytes at the end hold no whole record")


def _reindex_growing(store: Store, name: str, file: BinaryIO) -> None:
    """Read a file again that another process writes to, up to where that process has told the index of it."""
    with store.read() as conn:
        row = files.by_name(conn, name)
    read_to = row.bytes if row else 0
    found = _facts(file, name, 0, read_to)
    with store.write() as conn:  # at once: a hole left by a kill between the two would look like caught up
        # What lies beyond, and how far the index has got, stays the writer's to say.
        row = files.by_name(conn, name)
        if row is not None and row.bytes > read_to:
            found += _facts(file, name, read_to, row.bytes)
        _forget(conn, name)
        catching_up.put_into(conn, found)


def _facts(file: BinaryIO, name: str, start: int, end: int) -> list[Facts]:
    records = walk(file, start=start, digests=False)
    return list(gather(takewhile(lambda met: met.offset < end, records), name))


def _remember_imports(store: Store) -> None:
    """Give imported files back what the journal says of where they came from and what they were."""
    with store.write() as conn:
        for entry in list(journal_rows.every(conn, kind="import")):
            row = files.by_name(conn, entry.subject)
            origin, sha256 = entry.data.get("origin"), entry.data.get("sha256")
            if row is not None and isinstance(origin, str) and isinstance(sha256, str):
                was = replace(row, state="imported", origin=origin, sha256=sha256)
                files.put(conn, replace(was, began=row.began or entry.at, sealed_at=row.sealed_at or entry.at))
