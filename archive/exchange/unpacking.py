"""The WARC files of a WACZ package, unpacked beside the archive's own once everything in the package was checked."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from archive.catching_up import sha256_of
from archive.config import Settings
from archive.errors import Damaged, DiskFull
from archive.exchange import manifests, zip_entries
from archive.exchange.datapackage import NAME
from archive.exchange.manifests import Listed, Manifest
from archive.exchange.outfile import explained
from archive.exchange.zip_entries import Entries
from archive.verification import PART
from archive.warc.files import WarcFolder

ARCHIVE = "archive/"
_INDEXES = (".cdx", ".cdxj", ".idx", ".cdx.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A WARC file of a package: where it lies for the moment, how it is called, and what the journal tells of it."""

    path: Path
    name: str
    origin: Mapping[str, object]


@contextmanager
def unpacked(settings: Settings, path: Path) -> Iterator[tuple[list[Unpacked], tuple[str, ...]]]:
    """Give the WARC files of a package and what a person should know of it; they are gone at the end.

    Raises ``Damaged``, naming the file, when a hash does not hold, or a file is there that nothing vouches for.
    """
    folder = WarcFolder(settings.store.warcs)
    folder.make()
    with path.open("rb") as file, zip_entries.opened(path, file) as entries, ExitStack() as stack:
        manifest = manifests.read(entries)
        warcs = _warcs(entries, manifest)
        _room(folder, entries, warcs, settings.store.min_free)
        for listed in manifest.files.values():
            if listed.path not in warcs:
                _check(entries, manifest, listed)
        package = {"name": path.name, "sha256": sha256_of(path), **manifest.told}
        found: list[Unpacked] = []
        for inside in warcs:
            listed = manifest.files.get(inside, Listed(path=inside))
            into = stack.enter_context(tempfile.NamedTemporaryFile(dir=folder.root, prefix="unpacking-", suffix=PART))
            fcntl.flock(into, fcntl.LOCK_EX)
            with explained(folder.root):
                _check(entries, manifest, listed, into)
                into.flush()
            name = f"{path.name}/{inside}"
            origin = {"origin": name, "package": {**package, "path": inside, "vouched": bool(listed.digest)}}
            found.append(Unpacked(path=Path(into.name), name=name, origin=origin))
        yield found, manifest.notes


def _warcs(entries: Entries, manifest: Manifest) -> list[str]:
    """Name the WARC files of a package, each vouched for as its version demands."""
    inside = sorted(path for path in entries.by_name if path.startswith(ARCHIVE))
    if nested := [path for path in inside if path.lower().endswith(".wacz")]:
        raise Damaged(
            f"{entries.name}: {nested[0]} is a package in the package, which is not read; nothing was taken: unzip it "
            "and import it by itself"
        )
    warcs = [path for path in inside if not path.lower().endswith(_INDEXES)]
    if not warcs:
        raise Damaged(f"{entries.name} holds no WARC file in {ARCHIVE}; nothing was taken")
    hashed = any(listed.digest for listed in manifest.files.values())
    for path in warcs:
        listed = manifest.files.get(path)
        if (listed is None or not listed.digest) and (hashed or manifests.demands(manifest)):
            raise Damaged(f"{entries.name}: nothing vouches for {path}: {NAME} has no hash of it; nothing was taken")
    return warcs


def _room(folder: WarcFolder, entries: Entries, warcs: list[str], least: int) -> None:
    """Refuse what would leave less room than the operator wants: it is there twice for a moment."""
    needed = 2 * sum(entries.by_name[path].file_size for path in warcs)
    free = shutil.disk_usage(folder.root).free
    if free - needed < least:
        raise DiskFull(
            f"{entries.name} needs {needed} bytes of room in {folder.root}, where {free} are free and store.min_free "
            f"asks for {least}: free some space, then import it again"
        )


def _check(entries: Entries, manifest: Manifest, listed: Listed, into: IO[bytes] | None = None) -> None:
    """Read a file of a package, hold it against what is said of it, and write it out if asked."""
    hashed, size = manifests.hasher(listed), 0
    for piece in entries.pieces(listed.path):
        hashed.update(piece)
        size += len(piece)
        if into is not None:
            into.write(piece)
    manifests.hold(entries, manifest, listed, hashed, size)
