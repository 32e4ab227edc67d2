"""A consistent copy of an archive while it is being written to.

The index is copied first, then of each WARC file what that index has read: rows follow the fsync of their records,
so the copy of an open file ends between two groups. A copy is an archive of its own; made again into the same folder,
it takes only what is new.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.catching_up import index_file
from archive.config import FILE, Settings, load
from archive.errors import Damaged, Misuse
from archive.store import Store, files, open_store, runs, sqlite_url
from archive.store.files import WarcFile
from archive.warc.files import OPEN, WarcFolder

_ELSEWHERE = re.compile(r"^(\s*(?:store\s*\.\s*)?(?:database|warcs)\s*=)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds and what of it was copied this time."""

    files: int
    copied: int
    bytes: int


def backup(settings: Settings, to: Path, said: Callable[[str], None] = lambda text: None) -> BackedUp:
    """Copy the archive to the folder ``to``, or bring the copy there up to date.

    Raises ``Misuse`` for a folder that cannot be it, or holds what this archive does not; ``Damaged`` when a file is
    not what it was when it was sealed.
    """
    if to.resolve() == settings.home.resolve() or settings.home.resolve() in to.resolve().parents:
        raise Misuse(f"{to} lies within the archive: choose a folder outside, best on another disk")
    folder, kept = WarcFolder(settings.store.warcs), WarcFolder(to / "warcs")
    database = to / "variorum.db"
    with closing(open_store(settings.store.database)) as store:
        _refuse_another(store, to, kept, database)
        try:
            kept.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Misuse(f"cannot write to {to}: {error.strerror}; choose another folder") from error
        store.backup(database)
    copied = total = 0
    with closing(open_store(sqlite_url(database))) as copy:
        with copy.read() as conn:
            rows = list(files.every(conn))
        for row in rows:
            copied += _bring(folder, kept, row, said)
            size = kept.path(row.name).stat().st_size
            total += size
            if size > row.bytes:  # it was being imported or read anew in the moment of the copy
                index_file(copy, kept.path(row.name), row.name, start=row.bytes, own=row.state != "imported")
                with copy.write() as conn:
                    files.progress(conn, row.name, size)
    _copy_settings(settings, to)
    return BackedUp(files=len(rows), copied=copied, bytes=total)


def _refuse_another(store: Store, to: Path, kept: WarcFolder, database: Path) -> None:
    """Raise Misuse when the folder holds captures that the archive does not have: they would be lost."""
    if not database.exists():
        if (to / FILE).exists() and kept.root.is_dir() and kept.names():
            raise Misuse(f"{to} holds an archive without its index: run `variorum reindex` there, or give a new folder")
        return
    with closing(open_store(sqlite_url(database))) as copy, copy.read() as there, store.read() as here:
        ours = {row.name for row in files.every(here)} | {run.id for run in runs.every(here)}
        theirs = {row.name for row in files.every(there) if row.bytes} | {run.id for run in runs.every(there)}
    if theirs - ours:
        raise Misuse(f"{to} holds captures that this archive does not have, such as {min(theirs - ours)}: give another")


def _bring(folder: WarcFolder, kept: WarcFolder, row: WarcFile, said: Callable[[str], None]) -> bool:
    """Copy one WARC file unless it is there already; say whether it was copied."""
    final, growing = kept.root / row.name, kept.root / (row.name + OPEN)
    is_open = row.state == "open"
    here, other = (growing, final) if is_open else (final, growing)
    source = folder.path(row.name)
    # What an open file holds beyond its index may be cut off again; a closed one never changes.
    size = row.bytes if is_open else source.stat().st_size
    fresh = not here.exists() or here.stat().st_size != size
    if fresh:
        said(row.name)
        _copy(source, here, size, row.sha256)
    other.unlink(missing_ok=True)
    return fresh


def _copy_settings(settings: Settings, to: Path) -> None:
    """Copy settings, site files, names and rules; the copy uses its own index and files, wherever those here lie."""
    text = (settings.home / FILE).read_text(encoding="utf-8-sig")
    (to / FILE).write_text(_ELSEWHERE.sub(r"# \1", text), encoding="utf-8")
    if (settings.home / "sites").is_dir():
        shutil.copytree(settings.home / "sites", to / "sites", dirs_exist_ok=True)
    for name in ("outlets.toml", "alerts.toml"):
        if (settings.home / name).is_file():
            shutil.copy2(settings.home / name, to / name)
    made = load(to).store
    if made.warcs != to / "warcs" or Path(made.database.removeprefix("sqlite:///")) != to / "variorum.db":
        raise Misuse(
            f"the copy is whole, but its {to / FILE} still names the database or the WARC folder of this archive: "
            "take store.database and store.warcs out of it before you use the copy"
        )


def _copy(path: Path, to: Path, size: int, sha256: str | None) -> None:
    part = to.with_name(to.name + ".part")
    hashed = hashlib.sha256()
    left = size
    try:
        with path.open("rb") as given, part.open("wb") as kept:
            while left and (piece := given.read(min(left, 1 << 20))):
                kept.write(piece)
                hashed.update(piece)
                left -= len(piece)
            kept.flush()
            os.fsync(kept.fileno())
        if left or (sha256 is not None and hashed.hexdigest() != sha256):
            raise Damaged(
                f"{path} is not what it was when it was sealed: run `variorum verify`, mend it, and back up again"
            )
        os.replace(part, to)
    finally:
        part.unlink(missing_ok=True)
