"""Bring the index up to what the WARC files hold, and cut what a crash left half done."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from archive.errors import Damaged
from archive.indexing import Facts, gather
from archive.store import Connection, captures, files, frontier, journal_rows, runs, visits
from archive.store.engine import Store
from archive.store.files import Look, WarcFile
from archive.timing import Clock
from archive.warc.files import OpenFile, WarcFolder
from archive.warc.reader import walk

log = logging.getLogger(__name__)

BATCH = 500
"""Groups of records per transaction: enough to be cheap, few enough to keep other writers waiting for moments only."""


def put(store: Store, batch: Iterable[Facts], *, name: str, read_to: int | None) -> None:
    """Write facts to the store in one transaction, and up to where the file has been read."""
    with store.write() as conn:
        put_into(conn, tuple(batch))
        if read_to is not None:
            files.progress(conn, name, read_to)


def put_into(conn: Connection, batch: Sequence[Facts], *, retry: timedelta = frontier.RETRY) -> None:
    """Write facts in a transaction that is open already; what is to be visited follows from what was."""
    told = [visit for facts in batch for visit in facts.visits]
    captures.insert(conn, [capture for facts in batch for capture in facts.captures])
    visits.insert(conn, told)
    frontier.note(conn, told, retry)
    journal_rows.insert(conn, [entry for facts in batch for entry in facts.entries])
    for run in (run for facts in batch for run in facts.runs):
        # Files are read again in any order: a run's beginning says nothing new of one that has ended.
        if run.ended is not None or runs.by_id(conn, run.id) is None:
            runs.finish(conn, run)


def index_file(store: Store, path: Path, name: str, *, start: int, own: bool) -> int:
    """Index a file's records from ``start`` on; give the offset after the last whole group.

    In a file of ours a group without its visit at the end is no fact yet. In an imported file every record counts,
    but only as a capture: what it says of visits, runs and decisions is not our word.
    """
    batch: list[Facts] = []
    end = start
    with open(path, "rb") as file:
        for facts in gather(walk(file, start=start, digests=False), name):
            if own and not facts.whole:
                continue
            batch.append(facts if own else _of_others(facts))
            end = facts.end
            if len(batch) >= BATCH:
                put(store, batch, name=name, read_to=end)
                batch.clear()
    if batch:
        put(store, batch, name=name, read_to=end)
    return end


def _of_others(facts: Facts) -> Facts:
    kept = tuple(replace(capture, run=None, site=None, fidelity="unknown") for capture in facts.captures)
    return Facts(end=facts.end, captures=kept)


def catch_up(store: Store, folder: WarcFolder, file: OpenFile, clock: Clock) -> str | None:
    """Index what an open file holds beyond the index and cut its torn tail; say what was mended, or None.

    The caller holds the file's lock.
    """
    with store.read() as conn:
        known = files.by_name(conn, file.name)
    read_to = known.bytes if known else 0
    if known is None or read_to > file.size:
        # The index can be ahead only when a disk lost what it had promised to keep: then the file is right.
        with store.write() as conn:
            captures.forget_warc(conn, file.name)
            journal_rows.forget_warc(conn, file.name)
            files.put(conn, WarcFile(name=file.name, state="open", began=file.began))
        read_to = 0
    if read_to == file.size:
        return None
    end = index_file(store, file.path, file.name, start=read_to, own=True)
    kept = file.cut(end, folder.cuts)
    said = f"{file.name}: {end - read_to} bytes brought into the index"
    if kept is not None:
        said += f"; a torn tail at {end} was cut off and kept as {kept.relative_to(folder.root)}"
    look = Look(warc=file.name, at=clock.now(), what="repaired", ok=True, bytes=file.size, detail=said)
    with store.write() as conn:
        files.log_fixity(conn, look)
    log.info("%s", said)
    return said


def is_behind(store: Store, folder: WarcFolder, name: str) -> bool:
    """Tell whether an open file holds more, or less, than the index knows; a look that takes no lock."""
    with store.read() as conn:
        known = files.by_name(conn, name)
    try:
        size = folder.path(name).stat().st_size
    except (Damaged, FileNotFoundError):  # sealed or removed since
        return False
    return known is None or known.bytes != size


def finish_sealed(store: Store, folder: WarcFolder, clock: Clock) -> list[str]:
    """Note the files whose writer was lost between giving them their final name and saying so; give their names.

    That needs no lock: a file under its final name never changes, and whoever notes it notes the same.
    """
    with store.read() as conn:
        rows = list(files.every(conn))
    finished: list[str] = []
    for row in rows:
        path = folder.root / row.name
        if row.state == "imported" and path.exists() and row.bytes < path.stat().st_size:
            finish_import(store, path, row)
            finished.append(row.name)
    unsealed = [file for file in rows if file.state == "open"]
    for row in unsealed:
        final = folder.root / row.name
        if not final.exists():
            continue
        index_file(store, final, row.name, start=row.bytes, own=True)
        note_sealed(store, final, row.began, clock)
        finished.append(row.name)
    return finished


def finish_import(store: Store, path: Path, row: WarcFile) -> None:
    """Index what of an imported file the index has not read yet."""
    index_file(store, path, row.name, start=row.bytes, own=False)
    with store.write() as conn:
        files.progress(conn, row.name, path.stat().st_size)


def seal(store: Store, file: OpenFile, clock: Clock) -> Path:
    """Give a caught-up file its final name and put its digest on record."""
    final = file.seal()
    note_sealed(store, final, file.began, clock)
    return final


def note_sealed(store: Store, final: Path, began: datetime | None, clock: Clock) -> None:
    """Put on record that a file has its final name, and its digest; once, however often it is called."""
    name, size = final.name, final.stat().st_size
    sha256 = sha256_of(final)
    now = clock.now()
    with store.write() as conn:
        known = files.by_name(conn, name)
        if known is not None and known.state == "sealed":
            return
        row = WarcFile(name=name, state="sealed", bytes=size, sha256=sha256, began=began, sealed_at=now)
        files.put(conn, row)
        files.log_fixity(conn, Look(warc=name, at=now, what="sealed", ok=True, bytes=size, sha256=sha256))
    log.info("sealed %s, %d bytes", name, size)


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file, in hex."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
