"""A WACZ package in one pass: WARC files, index, pages, and what vouches for them (WACZ 1.1.1; standards: X1-X5)."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from archive.exchange import datapackage, zipnum
from archive.exchange.copying import Copying
from archive.exchange.datapackage import About, Resource
from archive.exchange.outfile import Counted
from archive.exchange.scratch import Scratch

PART = 10**9
"""Bytes at which another WARC file is begun in a package."""
_LARGE = 2 * 10**9
_LOOK_THERE = struct.pack("<HH", 0xCAFE, 0)
"""An extra field of a ZIP entry with nothing in it."""
INDEX, SECOND, PAGES = "indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What a package holds."""

    records: int
    pages: int
    warcs: int


class Package:
    """A ZIP file that is written entry by entry; ``resources`` are those so far."""

    def __init__(self, to: BinaryIO, created: datetime) -> None:
        self._zip = zipfile.ZipFile(to, "w", allowZip64=True)
        self._at = created.timetuple()[:6] if created.year >= 1980 else (1980, 1, 1, 0, 0, 0)
        self.resources: list[Resource] = []

    @contextmanager
    def entry(self, path: str, *, packed: bool, large: bool = False) -> Iterator[Counted]:
        """Begin a file; ``packed`` is what is compressed already, and stored as it is (standards: X2).

        ``large``: it may come to 2 GB or more, and needs the fields of ZIP64 then.
        """
        info = zipfile.ZipInfo(path, self._at)
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info.create_system = 3
        info.external_attr = 0o100644 << 16
        # replayweb.page 2.5.3 looks for such fields in front of a file only where the directory has some for it too.
        info.extra = _LOOK_THERE if large else b""
        with self._zip.open(info, "w", force_zip64=large) as file:
            into = Counted(file)
            yield into
        self.resources.append(Resource(path=path, hash=into.sha256, bytes=into.size))

    def close(self) -> None:
        """Write the directory of the ZIP file."""
        self._zip.close()


def pack(
    to: BinaryIO,
    scratch: Scratch,
    copying: Copying,
    pages: Callable[[], Iterable[bytes]],
    about: Callable[[], About],
    missing: Iterable[Mapping[str, Any]],
    *,
    created: datetime,
    part: int = PART,
) -> Packed:
    """Write a package of what was chosen; ``pages`` are asked for after the records, ``about`` after the pages."""
    package = Package(to, created)
    warcs = _warcs(package, scratch, copying, part)
    with package.entry(INDEX, packed=True, large=True) as index:
        lines = (row[0] for row in scratch.rows("SELECT line FROM line ORDER BY line"))
        seconds = [zipnum.meta(INDEX.rpartition("/")[2])]
        for block, second in zipnum.blocks(lines):
            index.write(block)
            seconds.append(second)
    with package.entry(SECOND, packed=False) as index:
        index.write("".join(f"{line}\n" for line in seconds).encode("utf-8", "surrogateescape"))
    count = -1  # for its first line
    with package.entry(PAGES, packed=False, large=True) as list_of_pages:
        for line in pages():
            list_of_pages.write(line)
            count += 1
    manifest = datapackage.manifest(about(), package.resources, missing)
    for path, data in ((datapackage.NAME, manifest), (datapackage.DIGEST, datapackage.digest(manifest))):
        with package.entry(path, packed=False) as file:
            file.write(data)
    package.close()
    return Packed(records=copying.records, pages=count, warcs=warcs)


def _warcs(package: Package, scratch: Scratch, copying: Copying, part: int) -> int:
    """Write the records, to another file whenever one is full; give how many files that took."""
    pieces = scratch.pieces()
    piece = next(pieces, None)
    number = 0
    while piece is not None:
        name = f"data-{number:05d}.warc.gz"
        # Only its first record can make it longer than it should be.
        with package.entry(f"archive/{name}", packed=True, large=piece.place.length + part > _LARGE) as into:
            copying.begin(into, name)
            begun = into.size
            while piece is not None and (into.size == begun or into.size + piece.place.length <= part):
                copying.copy(piece, into, name)
                piece = next(pieces, None)
        number += 1
    copying.done()
    return number
