"""Verify, repair, reindex: the WARC files are the truth, the index follows them.

All three work while other processes write: what another process holds the lock of is looked at, never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from archive import catching_up
from archive.catching_up import index_file, seal, sha256_of
from archive.errors import Damaged, Misuse
from archive.indexing import moment
from archive.model import RecordId
from archive.store import Connection, Store, captures, files, journal_rows, visits
from archive.store.files import Look, WarcFile
from archive.timing import Clock
from archive.urls import urlkey
from archive.warc import conformance
from archive.warc.files import OpenFile, WarcFolder
from archive.warc.reader import Damage, Walked, looks_like, walk
from archive.warc.writer import VISIT_TYPE

INDEXED = ("response", "revisit", "resource")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is not as it should be; ``offset`` and ``record`` are None where it has no place in a file."""

    warc: str
    offset: int | None = None
    problem: str
    record: RecordId | None = None


@dataclass(slots=True)
class Tally:
    """What a verification has looked at so far; ``known`` counts faults on record since their import."""

    files: int = 0
    records: int = 0
    problems: int = 0
    known: int = 0


def verify_file(path: Path, tally: Tally) -> Iterator[Problem]:
    """Check one WARC file by itself: structure, digests, the rules of the standard."""
    if path.is_dir():
        raise Misuse(f"{path} is a folder: name the WARC files in it")
    try:
        file = path.open("rb")
    except OSError as error:
        raise Misuse(f"cannot read {path}: {error.strerror}") from error
    with file:
        tally.files += 1
        why = looks_like(file)
        if why is not None:
            yield Problem(warc=path.name, problem=f"not a WARC file: {why}")
            return
        for record in walk(file):
            yield from faults_of(path.name, record)
            tally.records += isinstance(record, Walked)


def faults_of(name: str, record: Walked | Damage) -> Iterator[Problem]:
    """Give what is gravely wrong with a record by itself, or that there is none."""
    if isinstance(record, Damage):
        yield Problem(warc=name, offset=record.offset, problem=f"{record.length} bytes hold no record: {record.what}")
        return
    for fault in conformance.faults(record):
        if fault.grave:
            yield Problem(warc=name, offset=record.offset, problem=fault.what, record=record.id)


def verify(store: Store, folder: WarcFolder, tally: Tally, said: Progress = lambda text: None) -> Iterator[Problem]:
    """Check every file as ``verify_file`` does, its fixity, and file and index against each other, both ways."""
    with store.read() as conn:
        rows = {file.name: file for file in files.every(conn)}
        known = {
            (entry.subject, place, str(problem))
            for entry in journal_rows.every(conn, kind="import")
            for place, problem in _told_faults(entry.data)
        }
    names = folder.names()
    for name in sorted(rows.keys() - set(names)):
        if rows[name].bytes:
            yield Problem(
                warc=name, problem="the file is missing: bring it back from a backup, or run `variorum reindex`"
            )
    for name in names:
        said(name)
        tally.files += 1
        row = rows.get(name)
        if row is None and (row := _row(store, name)) is None:
            yield Problem(warc=name, problem="the file is not in the index: run `variorum repair`")
            continue
        for problem in _verify_indexed(store, folder, row, tally):
            if (name, problem.offset, problem.problem) in known:
                tally.known += 1
            else:
                yield problem


def _told_faults(data: object) -> Iterator[tuple[int | None, object]]:
    faults = data.get("faults") if isinstance(data, dict) else None
    for fault in faults if isinstance(faults, list) else []:
        if isinstance(fault, dict):
            yield fault.get("offset"), fault.get("problem")


def _row(store: Store, name: str) -> WarcFile | None:
    with store.read() as conn:
        return files.by_name(conn, name)


def _verify_indexed(store: Store, folder: WarcFolder, row: WarcFile, tally: Tally) -> Iterator[Problem]:
    name = row.name
    with ExitStack() as stack:
        conn = stack.enter_context(store.read())
        # Read the row again with what it speaks of: the file may have grown, or been sealed, since.
        row = files.by_name(conn, name) or row
        path = folder.path(name)
        file = stack.enter_context(path.open("rb"))
        size = path.stat().st_size
        expected = {(id, offset, length) for id, offset, length in captures.of_warc(conn, name)}
        told = {(id, offset, length) for id, offset, length in visits.of_warc(conn, name)}
        yield from _sizes(folder, path, row, size)
        for record in walk(file):
            if record.offset >= row.bytes:
                break
            yield from faults_of(name, record)
            if isinstance(record, Damage):
                continue
            tally.records += 1
            if record.unaddressable or record.id is None:
                continue
            place = (record.id, record.offset, record.length)
            if record.type in INDEXED:
                if place in expected:
                    expected.discard(place)
                elif record.fields.get("WARC-Target-URI") and record.fields.get("WARC-Date"):
                    yield Problem(warc=name, offset=record.offset, problem="not in the index", record=record.id)
                if record.type == "revisit":
                    yield from _revisit(conn, name, record)
            elif record.type == "metadata" and record.fields.get("Content-Type") == VISIT_TYPE:
                if place not in told:
                    yield Problem(warc=name, offset=record.offset, problem="visit not in the index", record=record.id)
                told.discard(place)
        for id, offset, _ in sorted(expected | told, key=lambda place: place[1]):
            yield Problem(warc=name, offset=offset, problem="the index tells of a record that is not there", record=id)


def _sizes(folder: WarcFolder, path: Path, row: WarcFile, size: int) -> Iterator[Problem]:
    if size < row.bytes:
        yield Problem(warc=row.name, problem=f"the file has {size} bytes, the index has read {row.bytes}")
    elif size > row.bytes and not _is_held(folder, path):
        yield Problem(
            warc=row.name, offset=row.bytes, problem=f"{size - row.bytes} bytes not in the index: run `variorum repair`"
        )
    if row.sha256 is not None and sha256_of(path) != row.sha256:
        yield Problem(warc=row.name, problem="the file is not what it was when it was sealed or imported (SHA-256)")


def _is_held(folder: WarcFolder, path: Path) -> bool:
    """Tell whether another process is writing to the file at this moment."""
    if path.name in folder.names():
        return False
    for file in folder.abandoned(path.name):
        file.close()
        return False
    return True


def _revisit(conn: Connection, name: str, record: Walked) -> Iterator[Problem]:
    to, url = record.fields.id("WARC-Refers-To"), record.fields.get("WARC-Refers-To-Target-URI")
    if to is not None and captures.by_id(conn, to) is not None:
        return
    at = moment(record.fields.get("WARC-Refers-To-Date"))
    if url is not None and at is not None:
        found = captures.closest(conn, urlkey(url), at)
        if found is not None and found.kind == "response" and abs((found.at - at).total_seconds()) < 1:
            return
    digest = record.fields.get("WARC-Payload-Digest")
    if to is None and digest is not None and record.fields.get("WARC-Target-URI"):
        # Older writers name no record: the payload's digest is all there is to go by.
        key = urlkey(record.fields.get("WARC-Target-URI") or "")
        if any(c.kind == "response" and c.digest == digest for c in captures.of_url(conn, key)):
            return
    yield Problem(
        warc=name, offset=record.offset, problem=f"revisit of a record that is not here: {to or url}", record=record.id
    )


def repair(store: Store, folder: WarcFolder, clock: Clock) -> Iterator[str]:
    """Mend what a crash left: cut torn tails, seal abandoned files, bring the index up; say each thing done.

    Files another process holds are left alone.
    """
    for file in folder.abandoned():
        said = catching_up.catch_up(store, folder, file, clock)
        if said is not None:
            yield said
        if file.size == 0:
            file.discard()
            with store.write() as conn:
                files.forget(conn, file.name)
            yield f"{file.name}: nothing was ever written, removed"
        else:
            yield f"{seal(store, file, clock).name}: sealed, {file.size} bytes"
    for name in folder.names():
        if folder.is_open(name):
            continue
        row = _row(store, name)
        path = folder.path(name)
        size = path.stat().st_size
        if row is not None and row.state != "open" and row.bytes == size:
            continue
        if row is not None and row.bytes > size:
            yield f"{name}: shorter than the index knows, left as it is; bring it back from a backup"
            continue
        state = _state(name)
        if row is None:
            _refuse_strangers(path)
            row = WarcFile(name=name, state=state)
        sha256 = sha256_of(path)
        if row.sha256 is not None and row.sha256 != sha256:
            yield f"{name}: not what it was when it was sealed, left as it is; bring it back from a backup"
            continue
        with store.write() as conn:
            files.put(conn, replace(row, state=state, sha256=sha256, sealed_at=row.sealed_at or clock.now()))
        index_file(store, path, name, start=row.bytes, own=state == "sealed")
        with store.write() as conn:
            files.progress(conn, name, size)
            look = Look(warc=name, at=clock.now(), what="repaired", ok=True, bytes=size, sha256=sha256)
            files.log_fixity(conn, look)
        yield f"{name}: {size - row.bytes} bytes brought into the index"


def _state(name: str) -> files.FileState:
    return "imported" if "-import-" in name else "sealed"


def _refuse_strangers(path: Path) -> None:
    with path.open("rb") as file:
        why = looks_like(file)
    if why is not None:
        raise Damaged(f"{path} lies among the WARC files but is none: {why}; move it away")


def reindex(store: Store, folder: WarcFolder, clock: Clock, said: Progress = lambda text: None) -> Iterator[Problem]:
    """Make the index anew from the files alone, file by file; give what could not be read.

    While it runs, the index lacks what has not been read again yet.
    """
    names = folder.names()
    with store.write() as conn:
        for row in list(files.every(conn)):
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


def _forget(conn: Connection, name: str) -> None:
    captures.forget_warc(conn, name)
    journal_rows.forget_warc(conn, name)


def _reindex_file(
    store: Store, folder: WarcFolder, name: str, mine: OpenFile | None, clock: Clock
) -> Iterator[Problem]:
    path = folder.path(name)
    with path.open("rb") as file:
        why = looks_like(file)
    if why is not None and path.stat().st_size:
        yield Problem(warc=name, problem=f"not a WARC file: {why}; move it away")
        return
    is_open = folder.is_open(name)
    with store.write() as conn:
        row = files.by_name(conn, name) or WarcFile(name=name, state="open" if is_open else _state(name))
        _forget(conn, name)
        files.put(conn, replace(row, bytes=0))
    if mine is not None:
        catching_up.catch_up(store, folder, mine, clock)
        return
    size = path.stat().st_size
    end = index_file(store, path, name, start=0, own=row.state != "imported")
    if not is_open:
        with store.write() as conn:
            sha256 = row.sha256 or sha256_of(path)
            files.put(conn, replace(row, bytes=size, sha256=sha256, sealed_at=row.sealed_at or clock.now()))
        if end < size and row.state != "imported":
            yield Problem(warc=name, offset=end, problem=f"{size - end} bytes at the end hold no whole record")


def _remember_imports(store: Store) -> None:
    """Give imported files back what the journal says of where they came from."""
    with store.write() as conn:
        for entry in list(journal_rows.every(conn, kind="import")):
            row = files.by_name(conn, entry.subject)
            origin = entry.data.get("origin")
            if row is not None and isinstance(origin, str):
                files.put(conn, replace(row, state="imported", origin=origin))


def problems_of(found: Sequence[Problem]) -> list[dict[str, object]]:
    """Write problems as the journal keeps them."""
    return [{"offset": problem.offset, "problem": problem.problem} for problem in found]
