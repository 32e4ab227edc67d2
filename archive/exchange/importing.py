"""WARC files of others, taken in byte for byte (design D16)."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from archive.catching_up import finish_import, index_file, sha256_of
from archive.config import Settings
from archive.errors import NotAWarc, NothingDone
from archive.exchange.members import one_member_each
from archive.recording import Recording
from archive.store import files
from archive.store.files import Look, WarcFile
from archive.timing import Clock
from archive.verification import PART, Problem, faults_of, opened, problems_of
from archive.warc.files import WarcFolder
from archive.warc.reader import Walked, looks_like, walk
from archive.warc.source import GZIP


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How a file was taken in: under which name, with how many records and captures, and what is wrong with it.

    ``already`` says that the very same bytes were here before; nothing was done then.
    """

    origin: str
    name: str
    records: int
    problems: tuple[Problem, ...] = ()
    already: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A file found fit to be taken in: how many records it holds, what is wrong with it, how its kept name ends."""

    path: Path
    records: int
    problems: tuple[Problem, ...]
    suffix: str


def take_in(
    settings: Settings, clock: Clock, recording: Recording, look: Looked, *, origin: Mapping[str, object] | None = None
) -> Imported:
    """Keep a WARC file under a new name, index it, and put in the journal where it came from.

    The same bytes are taken in once; a file that was lost since comes back under the name it had. ``origin`` is told
    in the journal of a file that is not as it came (``rewritten``).
    """
    path = look.path
    sha256 = sha256_of(path)
    store = recording.store
    folder = WarcFolder(settings.store.warcs)
    with store.read() as conn:
        known = files.by_sha256(conn, sha256)
    if known is not None:
        lost = known.name not in folder.names()
        if lost:
            with _copied(path, folder.root / (known.name + PART)) as part:
                os.rename(part, folder.root / known.name)
        elif known.bytes < (folder.root / known.name).stat().st_size:  # the last import was broken off
            finish_import(store, folder.root / known.name, known)
        return Imported(origin=path.name, name=known.name, records=look.records, already=not lost)
    now = clock.now()
    name = folder.import_name(settings.label, now, look.suffix)
    with _copied(path, folder.root / (name + PART)) as part:
        size = part.stat().st_size
        if sha256_of(part) != sha256:
            raise NothingDone(f"{path} changed while it was read, nothing was taken; try again when it is finished")
        told = {"origin": path.name, "sha256": sha256, "bytes": size, "faults": problems_of(look.problems)}
        told |= origin or {}
        # The journal first: a file without its provenance would be a stranger to reindex.
        recording.tell_journal("import", name, told)
        os.rename(part, folder.root / name)
        folder.sync()
    row = WarcFile(name=name, state="imported", sha256=sha256, began=now, sealed_at=now, origin=str(told["origin"]))
    with store.write() as conn:
        files.put(conn, row)
    index_file(store, folder.root / name, name, start=0, own=False)
    with store.write() as conn:
        files.progress(conn, name, size)
        files.log_fixity(conn, Look(warc=name, at=now, what="imported", ok=True, bytes=size, sha256=sha256))
    return Imported(origin=str(told["origin"]), name=name, records=look.records, problems=look.problems)


def look(path: Path, name: str | None = None) -> Looked:
    """Walk a whole file; raise ``Misuse`` for what can't be read and ``NotAWarc`` for what can't be taken in.

    ``name`` is what people call it, where that is not its path.
    """
    called = name or str(path)
    with opened(path) as file:
        why = looks_like(file)
        if why is not None:
            raise NotAWarc(f"{called} is no WARC file, nothing was taken: {why}")
        file.seek(0)
        suffix = ".warc.gz" if file.read(2) == GZIP[:2] else ".warc"
        records = 0
        problems: list[Problem] = []
        for record in walk(file):
            if isinstance(record, Walked):
                records += 1
                if record.unaddressable:
                    raise Packed(
                        f"{called} packs several records into one gzip member, so none can be addressed; nothing was "
                        "taken. `variorum import --rewrite` takes its records, each in a member of its own, and says so"
                    )
            problems += faults_of(name or path.name, record)
    if not records:
        raise NotAWarc(f"{called} holds no whole WARC record, nothing was taken: {problems[0].problem}")
    return Looked(path=path, records=records, problems=tuple(problems), suffix=suffix)


class Packed(NotAWarc):
    """A gzip file with several records in one member."""


@contextmanager
def rewritten(settings: Settings, path: Path, name: str | None = None) -> Iterator[tuple[Looked, Mapping[str, object]]]:
    """Give a packed file's records as a file with a member for each, and what the journal has to tell of that.

    Not a byte of a record changes; the file given is left to whoever gave it.
    """
    folder = WarcFolder(settings.store.warcs)
    folder.make()
    with tempfile.NamedTemporaryFile(dir=folder.root, prefix="rewriting-", suffix=PART) as made:
        fcntl.flock(made, fcntl.LOCK_EX)
        left_out = one_member_each(path, cast(BinaryIO, made))
        made.flush()
        found = look(Path(made.name))
        called = name or path.name
        problems = [Problem(warc=called, problem=f"left out, {damage.what}") for damage in left_out]
        origin: dict[str, object] = {
            "origin": called,
            "rewritten": "one gzip member a record",
            "origin_sha256": sha256_of(path),
            "left_out": [{"offset": damage.offset, "bytes": damage.length, "why": damage.what} for damage in left_out],
        }
        yield replace(found, problems=(*found.problems, *problems)), origin


@contextmanager
def _copied(path: Path, part: Path) -> Iterator[Path]:
    """Copy a file to ``part``, which is locked while it is there: so verify and repair tell it from one left behind."""
    try:
        kept = part.open("xb")
    except FileExistsError as error:
        raise NothingDone(f"{part} is there already: wait for the other import, or run `variorum repair`") from error
    with kept, path.open("rb") as given:
        try:
            fcntl.flock(kept, fcntl.LOCK_EX)
            while piece := given.read(1 << 20):
                kept.write(piece)
            kept.flush()
            os.fsync(kept.fileno())
            yield part
        finally:
            part.unlink(missing_ok=True)
