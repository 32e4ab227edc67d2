"""WARC files of others, taken in byte for byte (design D16)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.catching_up import index_file, sha256_of
from archive.config import Settings
from archive.errors import Misuse, NotAWarc
from archive.recording import Recording
from archive.store import files
from archive.store.files import WarcFile
from archive.timing import Clock
from archive.upkeep import Problem, faults_of, problems_of
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


@dataclass(frozen=True, slots=True)
class _Look:
    records: int
    problems: tuple[Problem, ...]
    suffix: str


def take_in(settings: Settings, clock: Clock, recording: Recording, path: Path) -> Imported:
    """Keep a WARC file under a new name, index it, and put in the journal where it came from.

    Raises ``Misuse`` for what can't be read and ``NotAWarc`` for what is none, or can't be addressed.
    """
    look = _look(path)
    sha256 = sha256_of(path)
    store = recording.store
    with store.read() as conn:
        known = files.by_sha256(conn, sha256)
    if known is not None:
        return Imported(origin=path.name, name=known.name, records=look.records, already=True)
    folder = WarcFolder(settings.store.warcs)
    now = clock.now()
    name = folder.import_name(settings.label, now, look.suffix)
    part = folder.root / f"{name}.part"
    try:
        _copy(path, part)
        told = {
            "origin": path.name,
            "sha256": sha256,
            "bytes": part.stat().st_size,
            "faults": problems_of(look.problems),
        }
        # The journal first: a file without its provenance would be a stranger to reindex.
        recording.tell_journal("import", name, told)
        os.rename(part, folder.root / name)
    finally:
        part.unlink(missing_ok=True)
    with store.write() as conn:
        files.put(
            conn, WarcFile(name=name, state="imported", sha256=sha256, began=now, sealed_at=now, origin=path.name)
        )
    index_file(store, folder.root / name, name, start=0, own=False)
    with store.write() as conn:
        files.progress(conn, name, (folder.root / name).stat().st_size)
    return Imported(origin=path.name, name=name, records=look.records, problems=look.problems)


def _look(path: Path) -> _Look:
    if path.is_dir():
        raise Misuse(f"{path} is a folder: name the WARC files in it")
    try:
        file = path.open("rb")
    except OSError as error:
        raise Misuse(f"cannot read {path}: {error.strerror}") from error
    with file:
        why = looks_like(file)
        if why is not None:
            raise NotAWarc(f"{path} is no WARC file, nothing was taken: {why}")
        file.seek(0)
        suffix = ".warc.gz" if file.read(2) == GZIP[:2] else ".warc"
        records = 0
        problems: list[Problem] = []
        for record in walk(file):
            if isinstance(record, Walked):
                records += 1
                if record.unaddressable:
                    raise NotAWarc(
                        f"{path} packs several records into one gzip member, so none can be addressed; nothing was "
                        f"taken. Give each its own with `warcio recompress {path.name} new.warc.gz`, and import that"
                    )
            problems += faults_of(path.name, record)
    if not records:
        raise NotAWarc(f"{path} holds no whole WARC record, nothing was taken: {problems[0].problem}")
    return _Look(records, tuple(problems), suffix)


def _copy(path: Path, to: Path) -> None:
    with path.open("rb") as given, to.open("wb") as kept:
        while piece := given.read(1 << 20):
            kept.write(piece)
        kept.flush()
        os.fsync(kept.fileno())


def summary(taken: Sequence[Imported]) -> str:
    """Say in a line what came of an import."""
    fresh = [one for one in taken if not one.already]
    return f"{len(fresh)} of {len(taken)} files taken, {sum(one.records for one in fresh)} records"
