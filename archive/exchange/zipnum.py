"""A sorted index in compressed blocks, with a second index that says where each begins (ZipNum, standards: I7)."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice

BLOCK = 1024
"""Lines in a block."""


def blocks(lines: Iterable[bytes]) -> Iterator[tuple[bytes, str]]:
    """Give for each block of lines (without newlines) its bytes and its line of the second index, without newline."""
    left, offset = iter(lines), 0
    while some := list(islice(left, BLOCK)):
        packed = _packed(b"".join(line + b"\n" for line in some))
        key, timestamp, _ = some[0].decode("utf-8", "surrogateescape").split(" ", 2)
        digest = f"sha256:{hashlib.sha256(packed).hexdigest()}"
        yield packed, f"{key} {timestamp} {json.dumps({'offset': offset, 'length': len(packed), 'digest': digest})}"
        offset += len(packed)


def meta(filename: str) -> str:
    """Give the first line of the second index."""
    return f"!meta 0 {json.dumps({'format': 'cdxj-gzip-1.0', 'filename': filename})}"


def _packed(data: bytes) -> bytes:
    into = io.BytesIO()
    with gzip.GzipFile(fileobj=into, mode="wb", mtime=0) as file:
        file.write(data)
    return into.getvalue()
