"""Verify: every record by itself, every file as it was, files and index against each other.

It works while other processes write: what another process holds the lock of is read up to where the index knows it.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO

from archive import indexing, journal
from archive.catching_up import sha256_of
from archive.cdx import are_different
from archive.errors import Misuse
from archive.indexing import RUN_URL
from archive.model import Capture, RecordId
from archive.originals import original_of
from archive.store import Connection, Store, captures, files, journal_rows, runs, visits
from archive.store.files import WarcFile
from archive.urls import urlkey
from archive.warc import conformance
from archive.warc.files import OPEN, WarcFolder
from archive.warc.reader import Damage, Walked, looks_like, walk
from archive.warc.writer import VISIT_TYPE

INDEXED = ("response", "revisit", "resource")
PART = ".part"
"""Ends the name of a file that an import is still copying; it is locked until it has its own name."""
NAMED = re.compile(r"-(\d{17})-(import-)?\d{5}\.warc(\.gz)?\Z")
"""What the name of a WARC file ends with when this program gave it."""
STRANGER = "no file of this archive: move it out of this folder, then take it in with `variorum import`"
NOT_INDEXED = "not in the index: run `variorum reindex`"
NO_RECORD = "the index tells of a record that is not there: run `variorum reindex`"
NO_VISIT = "a visit that is not in the index: run `variorum reindex`"
NO_ENTRY = "a journal entry that is not in the index: run `variorum reindex`"
NO_RUN = "a run that is not in the index: run `variorum reindex`"

Progress = Callable[[str], None]
Places = set[tuple[RecordId, int, int]]


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
    with opened(path) as file:
        tally.files += 1
        why = looks_like(file)
        if why is not None:
            yield Problem(warc=path.name, problem=f"not a WARC file: {why}")
            return
        for record in walk(file):
            yield from faults_of(path.name, record)
            tally.records += isinstance(record, Walked)


def opened(path: Path) -> BinaryIO:
    """Open a file somebody named; raise ``Misuse`` for what can't be read, or would never end."""
    if path.is_dir():
        raise Misuse(f"{path} is a folder: name the WARC files in it")
    try:
        if path.exists() and not path.is_file():
            raise Misuse(f"{path} is a device or a pipe: name a file")
        return path.open("rb")
    except OSError as error:
        raise Misuse(f"cannot read {path}: {error.strerror}") from error


def faults_of(name: str, record: Walked | Damage) -> Iterator[Problem]:
    """Give what is gravely wrong with a record by itself, or that there is none."""
    if isinstance(record, Damage):
        yield Problem(warc=name, offset=record.offset, problem=f"{record.length} bytes hold no record: {record.what}")
        return
    for fault in conformance.faults(record):
        if fault.grave:
            yield Problem(warc=name, offset=record.offset, problem=fault.what, record=record.id)


def verify(store: Store, folder: WarcFolder, tally: Tally, said: Progress = lambda text: None) -> Iterator[Problem]:
    """Check every file as ``verify_file`` does, its fixity, and file and index against each other, both ways.

    An imported file that is what it was at its import holds the faults it came with: these are counted as known.
    """
    with store.read() as conn:
        rows = {file.name: file for file in files.every(conn)}
    names = folder.names()
    for name in sorted(rows.keys() - set(names)):
        if rows[name].bytes:
            yield Problem(
                warc=name, problem="the file is missing: bring it back from a backup, or run `variorum reindex`"
            )
    for name in names:
        said(name)
        tally.files += 1
        row = rows.get(name) or row_of(store, name)
        if row is not None:
            yield from _verify_indexed(store, folder, row, tally)
        elif is_ours(name):
            yield Problem(warc=name, problem="the file is not in the index: run `variorum repair`")
        else:
            yield Problem(warc=name, problem=STRANGER)
    yield from strays(folder)
    yield from _told_elsewhere(store)


def is_ours(name: str) -> bool:
    """Tell whether a WARC file was named by this program: written by it, or imported."""
    return NAMED.search(name) is not None


def strays(folder: WarcFolder) -> Iterator[Problem]:
    """Give what lies among the WARC files and is none."""
    known = set(folder.names())
    for entry in sorted(os.scandir(folder.root), key=lambda entry: entry.name):
        if not entry.is_file() or entry.name.removesuffix(OPEN) in known:
            continue
        if not entry.name.endswith(PART):
            yield Problem(warc=entry.name, problem="no WARC file: move it out of this folder")
        elif not _is_locked(Path(entry.path)):
            yield Problem(warc=entry.name, problem="left by an import that was broken off: run `variorum repair`")


def _is_locked(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return True
    return False


def is_import(name: str) -> bool:
    """Tell whether a WARC file was imported: what it says of visits, runs and decisions is not our word."""
    found = NAMED.search(name)
    return found is not None and found[2] is not None


def _told_elsewhere(store: Store) -> Iterator[Problem]:
    """Give journal entries and runs of ours that the index has as captures only, or not as captures."""
    with store.read() as conn:
        entries = {entry.id: entry.locator for entry in journal_rows.every(conn)}
        for capture in captures.with_prefix(conn, journal.URL):
            if capture.id not in entries and not is_import(capture.locator.warc):
                place = capture.locator
                yield Problem(warc=place.warc, offset=place.offset, problem=NO_ENTRY, record=capture.id)
            entries.pop(capture.id, None)
        for id, locator in entries.items():
            if locator is not None:
                yield Problem(warc=locator.warc, offset=locator.offset, problem=NO_RECORD, record=id)
        known = {run.id for run in runs.every(conn)}
        for capture in captures.with_prefix(conn, RUN_URL):
            place = capture.locator
            if not is_import(place.warc) and capture.url.removeprefix(RUN_URL).rpartition(":")[0] not in known:
                yield Problem(warc=place.warc, offset=place.offset, problem=NO_RUN, record=capture.id)


def row_of(store: Store, name: str) -> WarcFile | None:
    with store.read() as conn:
        return files.by_name(conn, name)


def _verify_indexed(store: Store, folder: WarcFolder, row: WarcFile, tally: Tally) -> Iterator[Problem]:
    name = row.name
    with ExitStack() as stack:
        conn = stack.enter_context(store.read())
        # Read the row again with what it speaks of: the file may have grown, or been sealed, since.
        row = files.by_name(conn, name) or row
        file = stack.enter_context(folder.open(name))
        expected = {(id, offset, length) for id, offset, length in captures.of_warc(conn, name)}
        told = {(id, offset, length) for id, offset, length in visits.of_warc(conn, name)}
        yield from _sizes(store, folder, row, os.fstat(file.fileno()).st_size)
        intact = row.sha256 is not None and row.sha256 == sha256_of(folder.path(name))
        if row.sha256 is not None and not intact:
            yield Problem(warc=name, problem="the file is not what it was when it was sealed or imported (SHA-256)")
        known = intact and row.state == "imported"
        for record in takewhile(lambda record: record.offset < row.bytes, walk(file)):
            own = list(faults_of(name, record))
            if isinstance(record, Walked):
                tally.records += 1
                own += _revisit(conn, name, record) if record.type == "revisit" else ()
                yield from _against_index(row, record, expected, told)
            if known:
                tally.known += len(own)
            else:
                yield from own
        for id, offset, _ in sorted(expected | told, key=lambda place: place[1]):
            yield Problem(warc=name, offset=offset, problem=NO_RECORD, record=id)


def _against_index(row: WarcFile, record: Walked, expected: Places, told: Places) -> Iterator[Problem]:
    """Look a record up among what the index expects, and take it off there."""
    if record.unaddressable or record.id is None:
        return
    name, place = row.name, (record.id, record.offset, record.length)
    if record.type in INDEXED:
        if place not in expected and indexing.capture(record, name) is not None:
            yield Problem(warc=name, offset=record.offset, problem=NOT_INDEXED, record=record.id)
        expected.discard(place)
    elif record.type == "metadata" and record.fields.get("Content-Type") == VISIT_TYPE and row.state != "imported":
        if place not in told and indexing.visit(record, name) is not None:
            yield Problem(warc=name, offset=record.offset, problem=NO_VISIT, record=record.id)
        told.discard(place)


def _sizes(store: Store, folder: WarcFolder, row: WarcFile, size: int) -> Iterator[Problem]:
    if size < row.bytes:
        yield Problem(warc=row.name, problem=f"the file has {size} bytes, the index has read {row.bytes}")
    elif size > row.bytes and not _is_held(folder, row.name):
        now = row_of(store, row.name) or row
        if now.bytes < size:  # else whoever wrote to it has finished meanwhile
            left = size - now.bytes
            yield Problem(
                warc=row.name, offset=now.bytes, problem=f"{left} bytes not in the index: run `variorum repair`"
            )


def _is_held(folder: WarcFolder, name: str) -> bool:
    """Tell whether another process is writing to the file at this moment."""
    if not folder.is_open(name):
        return False
    file = folder.take(name)
    if file is None:
        return folder.is_open(name)
    file.close()
    return False


def _revisit(conn: Connection, name: str, record: Walked) -> Iterator[Problem]:
    to, url = record.fields.id("WARC-Refers-To"), record.fields.get("WARC-Refers-To-Target-URI")
    if to is not None and (target := captures.by_id(conn, to)) is not None:
        yield from _rests_on(name, record, target)
        return
    told = indexing.capture(record, name)
    found = original_of(conn, told) if told is not None else None
    if told is not None and found is not None and (to is None or _is_where_it_says(told, found)):
        return
    yield Problem(
        warc=name, offset=record.offset, problem=f"revisit of a record that is not here: {to or url}", record=record.id
    )


def _is_where_it_says(revisit: Capture, found: Capture) -> bool:
    """Tell whether an original lies where a revisit says: its payload elsewhere would hide that the record is lost."""
    if revisit.refers_url is None or revisit.refers_at is None or urlkey(revisit.refers_url) != found.urlkey:
        return False
    return timedelta(0) <= found.at - revisit.refers_at < timedelta(seconds=1)


def _rests_on(name: str, record: Walked, target: Capture) -> Iterator[Problem]:
    """Hold a revisit against the capture it names: one with a payload of its own, and the same (design D4)."""
    if target.kind == "revisit":
        problem = f"revisit of a revisit, {target.id}"
    elif are_different(record.fields.get("WARC-Payload-Digest"), target.digest):
        problem = f"revisit of {target.id}, whose payload has another digest"
    else:
        return
    yield Problem(warc=name, offset=record.offset, problem=problem, record=record.id)


def problems_of(found: Sequence[Problem]) -> list[dict[str, object]]:
    """Write problems as the journal keeps them."""
    return [{"offset": problem.offset, "problem": problem.problem} for problem in found]
