"""Records of what a session opened, without its secrets: new ones, which say so and name those they are of. Pure.

Of a request only fields that are known to be harmless keep their values: what a session sends, and under which name, is
told nowhere. Of an answer those lose them by which a server hands out secrets. URLs, bodies and pages stay as they are.
"""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from archive.errors import Damaged
from archive.indexing import moment
from archive.model import Body, RecordId
from archive.warc import message
from archive.warc.reader import Fields
from archive.warc.records import Part, Record, record
from archive.warc.writer import VISIT_TYPE

REDACTED = b"redacted"
FIELD = "WARC-Variorum-Redacted"
OF = "WARC-Variorum-Redacted-Of"
HARMLESS = frozenset(
    b"accept accept-charset accept-datetime accept-encoding accept-language cache-control connection content-encoding"
    b" content-language content-length content-type date dnt expect host if-match if-modified-since if-none-match"
    b" if-range if-unmodified-since keep-alive origin pragma priority range referer sec-fetch-dest sec-fetch-mode"
    b" sec-fetch-site sec-fetch-user sec-gpc te trailer transfer-encoding upgrade upgrade-insecure-requests"
    b" user-agent".split()
)
"""Fields of a request that keep their values."""
SECRETS = (b"set-cookie", b"set-cookie2", b"authentication-info", b"proxy-authentication-info")
"""Fields of an answer that lose their values (RFC 6265, 4.1; RFC 2965, 3.2.2; RFC 9110, 11.6.3 and 11.7.3)."""

_SECRET = re.compile(rb"(?:\A|\r)[ \t]*(" + b"|".join(SECRETS) + rb")[ \t]*:([^\r]*)", re.IGNORECASE)
_REQUEST_LINE = re.compile(rb"[^\s:]+ +[^\s:]")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?\r?\n\Z", re.DOTALL)
_CHUNK_LINE = 64 * 1024
_VISIT = 16 * 1024 * 1024
"""Bytes beyond which a visit is not read: ours have a few, with two heads of control bytes about 13 MB."""
_NAMES = 100
"""Names of fields that a record lists, and characters of each."""
_POINTERS = ("warc-concurrent-to", "warc-refers-to", "warc-segment-origin-id")
_MADE_ANEW = frozenset(
    ("warc-type", "warc-record-id", "warc-date", "warc-block-digest", "content-type", "content-length",
     FIELD.lower(), OF.lower())
)  # fmt: skip

Renamed = Callable[[RecordId], RecordId]
"""Gives the id a record has in the export."""
_Hides = Callable[[bytes, bool], bytes | None]
"""Gives the name of the field that a line tells and that is hidden, or None; the flag: a head begins with it."""


def redacted_id(id: RecordId) -> RecordId:
    """Make the id of a redacted record from that of the one it is of: the same export twice gives the same."""
    return RecordId(f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{id} {REDACTED.decode()}')}")


def without_secrets(fields: Fields, block: Body, renamed: Renamed) -> Record | None:
    """Make the record that stands in an export for one of what a session opened; None where that one may stand itself.

    A new one is made of a request, unless it is one already; of any other where a secret is hidden, or where a record
    that it names has another id in the export. ``FIELD`` lists the fields that were hidden, ``OF`` is the id of the
    record that holds them. Raises ``Damaged`` for a record without id or date.
    """
    kind = (fields.get("WARC-Type") or "").strip().lower()
    media = fields.get("Content-Type") or ""
    kept = [(name, _pointed(name, value, renamed)) for name, value in fields.pairs if name.lower() not in _MADE_ANEW]
    moved = any(_pointed(name, value, renamed) != value for name, value in fields.pairs)
    parts: Sequence[Part]
    if kind == "request":
        parts, names, cut = _message(block, _unless_harmless)
    elif kind == "metadata" and media == VISIT_TYPE:
        parts, names, cut = *_visit(block, renamed, moved), False
    elif media.lower().startswith("application/http"):
        parts, names, cut = _message(block, _if_secret)
    else:
        parts, names, cut = ((block, 0, block.size),), [], False
    before = fields.get(FIELD)
    if not (names or cut or moved or (kind == "request" and before is None)):
        return None
    if kind == "request":
        kept = [pair for pair in kept if pair[0].lower() != "warc-payload-digest"]
    if cut and fields.get("WARC-Truncated") is None:
        kept.append(("WARC-Truncated", "length"))
    id, at = fields.id(), moment(fields.get("WARC-Date"))
    if id is None or at is None:
        raise Damaged(f"a {kind} record lacks its id or date and cannot be redacted; run `variorum verify`")
    told = [] if before is None or before == "nothing" else before.split(", ")
    listed = list(dict.fromkeys([*told, *(name.decode("latin-1")[:_NAMES] for name in names)]))
    more = [f"and {len(listed) - _NAMES} more"] if len(listed) > _NAMES else []
    return record(
        kind,
        id=redacted_id(id),
        at=at,
        fields=[*kept, (FIELD, ", ".join([*listed[:_NAMES], *more]) or "nothing"), (OF, f"<{id}>")],
        block=parts,
        content_type=fields.get("Content-Type"),
    )


def _pointed(name: str, value: str, renamed: Renamed) -> str:
    if name.lower() not in _POINTERS:
        return value
    id = RecordId(value.strip().removeprefix("<").removesuffix(">"))
    now = renamed(id)
    return value if now == id else f"<{now}>"


# ---------------------------------------------------------------------------------------------------------------- HTTP


def _message(block: Body, hides: _Hides) -> tuple[list[Part], list[bytes], bool]:
    """Give a message without the values of hidden fields, their names, and whether its end was left out.

    Where no head ends within ``HEAD_LIMIT`` and it is HTTP all the same, nobody can tell where its fields end: no more
    than that many bytes are kept.
    """
    front = block.head(message.HEAD_LIMIT)
    start = message.informational_length(front)
    length = message.head_length(front, start)
    end = len(front) if length is None else start + length
    head, names = _fields(front[:end], hides)
    if length is None:
        cut = block.size > end and _is_http(front, hides)
        return [head, *(() if cut or block.size <= end else ((block, end, block.size),))], names, cut
    parts: list[Part] = [head, (block, end, block.size)]
    last = message.parse_head(front, start)
    if last is not None and message.framing(last).kind == "chunked":
        at = _trailer(block, end)
        trailer, more = (b"", []) if at is None else _fields(_read(block, at, message.HEAD_LIMIT), hides, head=False)
        if more and at is not None:
            return [head, (block, end, at), trailer], names + more, block.size > at + message.HEAD_LIMIT
    return parts, names, False


def _is_http(front: bytes, hides: _Hides) -> bool:
    return hides is _unless_harmless or front.lstrip()[:5].upper() == b"HTTP/"


def _fields(data: bytes, hides: _Hides, *, head: bool = True) -> tuple[bytes, list[bytes]]:
    """Hide what is to be hidden in the lines of heads, of a trailer, or of whatever they may be."""
    made: list[bytes] = []
    names: list[bytes] = []
    hidden, first = False, head
    for line in data.split(b"\n"):
        if line[:1] in (b" ", b"\t") and not first:  # goes on (RFC 9112, section 5.2)
            if not hidden:
                made.append(line)
            continue
        name = hides(line, first) if line not in (b"", b"\r") else None
        hidden, first = name is not None, head and line in (b"", b"\r")
        if name is None:
            made.append(line)
        else:
            names.append(name)
            made.append(name + b": " + REDACTED + (b"\r" if line.endswith(b"\r") else b""))
    return b"\n".join(made), names


def _unless_harmless(line: bytes, first: bool) -> bytes | None:
    """Hide each line of a request that is neither its first nor a field known to be harmless."""
    name, colon, value = line.partition(b":")
    if first and _REQUEST_LINE.match(line):
        return None
    is_one_line = b"\r" not in line.removesuffix(b"\r")
    if colon and is_one_line and (name.strip().lower() in HARMLESS or value.strip() == REDACTED):
        return None
    return name.strip() if colon and is_one_line else b"?"


def _if_secret(line: bytes, first: bool) -> bytes | None:
    found = _SECRET.search(line)
    return None if found is None or found[2].strip() == REDACTED else found[1]


def _trailer(block: Body, start: int) -> int | None:
    """Find where the fields after the last chunk begin (RFC 9112, section 7.1.2); None where the chunks do not end."""
    file = _file(block)
    file.seek(start)
    while (size := _CHUNK_SIZE.match(file.readline(_CHUNK_LINE))) is not None:
        if not int(size[1], 16):
            return file.tell()
        file.seek(int(size[1], 16), io.SEEK_CUR)
        file.readline(_CHUNK_LINE)
    return None


def _read(block: Body, start: int, limit: int) -> bytes:
    file = _file(block)
    file.seek(start)
    return file.read(limit)


def _file(block: Body) -> BinaryIO:
    return block.spool if block.spool is not None else io.BytesIO(block.data or b"")


# --------------------------------------------------------------------------------------------------------------- visits


def _visit(block: Body, renamed: Renamed, moved: bool) -> tuple[list[Part], list[bytes]]:
    """Give a visit without the secrets in the heads that it keeps; of one that cannot be read, that it is restricted.

    ``visit`` and ``capture`` in it get the ids of the export, where it is made anew.
    """
    try:
        told: Any = json.loads(block.read()) if block.size <= _VISIT else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        return [b'{"restricted":true}'], [b"everything"]
    names: list[bytes] = []
    for key, value in told.items():
        if isinstance(value, str):
            # Bytes of the wire stand in it one to one; of its other strings none looks like lines of a head.
            made, found = _fields(value.encode("utf-8", "surrogatepass"), _if_secret)
            names += found
            told[key] = made.decode("utf-8", "surrogatepass") if found else value
    if not (names or moved):
        return [(block, 0, block.size)], []
    for key, now in (("visit", redacted_id), ("capture", renamed)):
        if isinstance(told.get(key), str):
            told[key] = now(told[key])
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return [text.encode("utf-8", "backslashreplace")], names
