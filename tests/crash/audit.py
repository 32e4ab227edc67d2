"""What must hold of an archive when nobody writes to it, however its writers ended."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive import cli
from archive.config import load
from archive.indexing import gather
from archive.model import Capture, RecordId, Visit
from archive.store import captures, files, open_store, visits
from archive.warc import conformance
from archive.warc.files import WarcFolder
from archive.warc.reader import Damage, Walked, read_record, walk
from archive.warc.writer import VISIT_TYPE
from tests.crash.exchanges import TOKEN


@dataclass(slots=True)
class Held:
    """All that the WARC files hold, by our own walk; ``wrong`` says what no file may hold.

    ``files`` gives each one's size, and the SHA-256 of those that are sealed.
    """

    places: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    tokens: Counter[str] = field(default_factory=Counter)
    captures: dict[RecordId, Capture] = field(default_factory=dict)
    visits: dict[RecordId, Visit] = field(default_factory=dict)
    files: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def held(folder: WarcFolder) -> Held:
    """Walk every file with its digests checked."""
    found = Held()
    for name in folder.names():
        with folder.open(name) as file:
            walked = list(walk(file))
            file.seek(0)
            data = file.read()
        sha256 = None if folder.is_open(name) else hashlib.sha256(data).hexdigest()
        found.files[name] = (len(data), sha256)
        for record in walked:
            _look(found, name, record)
        for facts in gather(walked, name):
            if not facts.whole:
                found.wrong.append(f"{name}: a group without its visit ends at {facts.end}")
            found.captures.update((capture.id, capture) for capture in facts.captures)
            found.visits.update((visit.id, visit) for visit in facts.visits)
    return found


def _look(found: Held, name: str, record: Walked | Damage) -> None:
    if isinstance(record, Damage):
        found.wrong.append(f"{name}: {record}")
        return
    found.wrong += [f"{name} at {record.offset}: {fault.what}" for fault in conformance.faults(record) if fault.grave]
    if not record.block_holds or record.payload_holds is False:
        found.wrong.append(f"{name} at {record.offset}: a digest does not hold")
    assert record.id is not None
    if record.id in found.places:
        found.wrong.append(f"{name} at {record.offset}: {record.id} is there twice")
    found.places[record.id] = (name, record.offset, record.length)
    if record.fields.get("Content-Type") == VISIT_TYPE:
        connection = json.loads(record.front).get("connection") or ""
        if connection.startswith(TOKEN):
            found.tokens[connection.removeprefix(TOKEN)] += 1


def faults(home: Path, acknowledged: Iterable[Mapping[str, Any]]) -> list[str]:
    """Say all that is wrong: with the files, between files and index, with what was acknowledged."""
    settings = load(home)
    folder = WarcFolder(settings.store.warcs)
    found = held(folder)
    wrong = [*found.wrong, *(f"{token} is on record {n} times" for token, n in found.tokens.items() if n != 1)]
    store = open_store(settings.store.database)
    with store.read() as conn:
        rows = {row.name: (row.bytes, row.sha256) for row in files.every(conn)}
        indexed_captures = {capture.id: capture for capture in captures.every(conn)}
        indexed_visits = {visit.id: visit for visit in visits.every(conn)}
    store.close()
    wrong += _differences("file", rows, found.files)
    wrong += _differences("capture", indexed_captures, found.captures)
    wrong += _differences("visit", indexed_visits, found.visits)
    for told in acknowledged:
        if found.tokens[told["token"]] != 1:
            wrong.append(f"{told['token']} was acknowledged and is not there")
        wrong += [why for place in told["places"] if (why := _lost(folder, found, *place)) is not None]
    return wrong


def _differences(what: str, index: Mapping[Any, Any], on_disk: Mapping[Any, Any]) -> list[str]:
    return [
        f"{what} {key}: {index.get(key)} in the index, {on_disk.get(key)} on disk"
        for key in sorted(index.keys() | on_disk.keys())
        if index.get(key) != on_disk.get(key)
    ]


def _lost(
    folder: WarcFolder, found: Held, id: str, warc: str, offset: int, length: int, block: str | None
) -> str | None:
    if found.places.get(id) != (warc, offset, length):
        return f"{id} was acknowledged at {warc} {offset}, and is at {found.places.get(id)}"
    with folder.open(warc) as file:
        file.seek(offset)
        stored = read_record(file.read(length))
    if stored.fields.id() != id or (block is not None and hashlib.sha256(stored.block).hexdigest() != block):
        return f"{id} at {warc} {offset} is not what was acknowledged"
    return None


def left_open(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "warcs").glob("*.open"))


def variorum(home: Path, verb: str, *words: str) -> tuple[int, str]:
    """Run a verb in this process; give its exit code and what it said."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = cli.main([verb, "--home", str(home), *words])
    return code, said.getvalue()
