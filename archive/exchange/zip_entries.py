"""The entries of a ZIP file of a stranger, none of them unpacked yet, each fit to be.

Refused by name: what would unpack to far more than it is, entries that share bytes, names that lead elsewhere or are
there twice, encryption, methods that no reader has, a file cut short.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.errors import Damaged

DIRECTORY = 64 * 1024 * 1024
"""Bytes of the directory of a ZIP file, which is held in memory."""
RATIO, BOMB = 200, 100_000_000
"""An entry of more than so many bytes must not be so many times smaller in the file: no index or WARC file is."""
PIECE = 1024 * 1024
_END, _END_64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_TAIL = 22 + 65535 + 20
_HEADER = 30
ZIP = b"PK"


def looks_like(path: Path) -> bool:
    """Tell whether a file begins as ZIP files do."""
    with path.open("rb") as file:
        return file.read(2) == ZIP


class Entries:
    """The entries of an open ZIP file, by name."""

    def __init__(self, name: str, file: zipfile.ZipFile) -> None:
        self.name = name
        self._file = file
        self.by_name: Mapping[str, zipfile.ZipInfo] = _sound(name, file.infolist())

    def pieces(self, path: str) -> Iterator[bytes]:
        """Give the bytes of an entry in pieces; raise Damaged where they are not what the ZIP file says."""
        try:
            with self._file.open(self.by_name[path]) as file:
                while piece := file.read(PIECE):
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise Damaged(_of(self.name, f"{path} cannot be unpacked ({error})")) from error

    def hides(self, path: str) -> bool:
        """Tell whether extra fields stand before an entry's bytes that the directory does not let one expect."""
        entry, file = self.by_name[path], self._file.fp
        if file is None or entry.extra:
            return False
        file.seek(entry.header_offset + 28)
        return int.from_bytes(file.read(2), "little") > 0

    def read(self, path: str, limit: int) -> bytes:
        """Give a small entry whole."""
        if self.by_name[path].file_size > limit:
            raise Damaged(_of(self.name, f"{path} has more than {limit} bytes"))
        return b"".join(self.pieces(path))


@contextmanager
def opened(path: Path, file: BinaryIO) -> Iterator[Entries]:
    """Open a ZIP file; raise Damaged for one that is not whole, or not to be unpacked."""
    size = _directory_size(file)
    if size is None:
        raise Damaged(_of(path.name, "it is cut short: the directory of the ZIP file is not there"))
    if size > DIRECTORY:
        raise Damaged(_of(path.name, f"the directory of the ZIP file has {size} bytes"))
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Damaged(_of(path.name, f"it is no sound ZIP file ({error})")) from error
    with archive:
        yield Entries(path.name, archive)


def _of(name: str, what: str) -> str:
    return f"{name}: {what}; nothing was taken, get the package again from where it came"


def _sound(name: str, entries: list[zipfile.ZipInfo]) -> Mapping[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        why = _wrong(entry)
        if why is None and entry.filename in found:
            why = "is there twice"
        if why is not None:
            raise Damaged(_of(name, f"the entry {entry.orig_filename!r} {why}"))
        found[entry.filename] = entry
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            raise Damaged(_of(name, f"the entry {entry.filename!r} lies within another"))
        end = entry.header_offset + _HEADER + entry.compress_size
    return {path: entry for path, entry in found.items() if not entry.is_dir()}


def _wrong(entry: zipfile.ZipInfo) -> str | None:
    path = entry.orig_filename
    if path.startswith("/") or "\\" in path or "\0" in path or ".." in path.split("/"):
        return "has a name that leads out of the package"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"is compressed by a method that is not read (number {entry.compress_type})"
    if entry.compress_type == zipfile.ZIP_STORED and entry.compress_size != entry.file_size:
        return "is stored in another size than it has"
    if entry.file_size > BOMB and entry.file_size > RATIO * entry.compress_size:
        return f"would unpack from {entry.compress_size} to {entry.file_size} bytes"
    return None


def _directory_size(file: BinaryIO) -> int | None:
    """Read how many bytes the directory has (APPNOTE 4.3.14 and 4.3.16); None when there is no end record."""
    whole = file.seek(0, 2)
    start = max(0, whole - _TAIL)
    file.seek(start)
    tail = file.read(_TAIL)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        return None
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    if tail[at - 20 : at - 16] == _LOCATOR and at >= 20:
        file.seek(int.from_bytes(tail[at - 12 : at - 4], "little"))
        end = file.read(56)
        if end[:4] == _END_64:
            size = int.from_bytes(end[40:48], "little")
    file.seek(0)
    return size
