"""A gzip file that packs several records into one member, written anew with a member for each (WARC 1.1, annex D).

Not a byte of a record changes; only so can each be addressed. What the file holds besides whole records is left out,
and said.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from archive.warc.reader import Damage, walk
from archive.warc.records import gzip_pieces
from archive.warc.source import Broken, GzipSource

STRETCH = 1024 * 1024


def one_member_each(path: Path, to: BinaryIO) -> list[Damage]:
    """Write the records of ``path`` to ``to``, one gzip member each; give the stretches of its content left out.

    Offsets of these are bytes of the uncompressed content.
    """
    left_out: list[Damage] = []
    with tempfile.TemporaryFile(dir=Path(to.name).parent) as plain:
        content = cast(BinaryIO, plain)
        with path.open("rb") as packed:
            for piece in _content(packed, left_out):
                content.write(piece)
        for record in walk(content, digests=False):
            if isinstance(record, Damage):
                left_out.append(record)
                continue
            to.writelines(gzip_pieces(_stretch(content, record.offset, record.length)))
    return left_out


def _content(packed: BinaryIO, left_out: list[Damage]) -> Iterator[bytes]:
    """Give what the members hold, one after another; a broken one ends where it breaks."""
    source = GzipSource(packed)
    while True:
        try:
            if not source.begin():
                return
            while piece := source.take(STRETCH):
                yield piece
        except Broken as broken:
            at = source.place()
            found = source.resume(at + 1)
            left_out.append(Damage(at, (found if found is not None else packed.seek(0, 2)) - at, str(broken)))
            if found is None:
                return


def _stretch(content: BinaryIO, offset: int, length: int) -> Iterator[bytes]:
    at, end = offset, offset + length
    while at < end:
        content.seek(at)
        piece = content.read(min(STRETCH, end - at))
        if not piece:
            return
        at += len(piece)
        yield piece
