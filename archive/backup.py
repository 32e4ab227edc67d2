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
from dataclasses import dataclass
from pathlib import Path

from archive.config import FILE, Settings
from archive.errors import Damaged, Misuse
from archive.store import files, open_store, sqlite_url
from archive.warc.files import OPEN, WarcFolder

_ELSEWHERE = re.compile(r"^(\s*(?:database|warcs)\s*=)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds and what of it was copied this time."""

    files: int
    copied: int
    bytes: int


def backup(settings: Settings, to: Path, said: Callable[[str], None] = lambda text: None) -> BackedUp:
    """Copy the archive to the folder ``to``; raise Damaged when a file is not what it was when it was sealed."""
    if to.resolve() == settings.home.resolve() or settings.home.resolve() in to.resolve().parents:
        raise Misuse(f"{to} lies within the archive: choose a folder outside, best on another disk")
    try:
        (to / "warcs").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misuse(f"cannot write to {to}: {error.strerror}; choose another folder") from error
    store = open_store(settings.store.database)
    try:
        store.backup(to / "variorum.db")
    finally:
        store.close()
    copy = open_store(sqlite_url(to / "variorum.db"))
    try:
        with copy.read() as conn:
            rows = list(files.every(conn))
    finally:
        copy.close()
    folder = WarcFolder(settings.store.warcs)
    copied = total = 0
    for row in rows:
        is_open = row.state == "open"
        kept = to / "warcs" / (row.name + OPEN if is_open else row.name)
        total += row.bytes
        if is_open or not kept.exists() or kept.stat().st_size != row.bytes:
            said(row.name)
            _copy(folder.path(row.name), kept, row.bytes, row.sha256)
            copied += 1
        if not is_open:
            (to / "warcs" / (row.name + OPEN)).unlink(missing_ok=True)
    # The copy uses its own index and its own files, wherever the archive keeps these.
    text = (settings.home / FILE).read_text(encoding="utf-8")
    (to / FILE).write_text(_ELSEWHERE.sub(r"# \1", text), encoding="utf-8")
    if (settings.home / "sites").is_dir():
        shutil.copytree(settings.home / "sites", to / "sites", dirs_exist_ok=True)
    return BackedUp(files=len(rows), copied=copied, bytes=total)


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
