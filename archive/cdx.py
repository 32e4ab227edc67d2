"""Captures as lines of an index: CDXJ out and in, classic CDX in. No files are opened here.

>>> capture = parse('com,example)/ 20240501120000 {"url": "http://example.com/", "mime": "text/html", "status": "200", '
...                 '"digest": "sha1:B2LTWWPUOYAH7UIPQ7ZUPQ4VMBSVC36A", "length": "1043", "offset": "333", '
...                 '"filename": "example.warc.gz"}')
>>> capture.at.isoformat(), capture.status, capture.id
('2024-05-01T12:00:00+00:00', 200, 'cdx:example.warc.gz:333')
"""

from __future__ import annotations

import base64
import binascii
import heapq
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from archive.errors import Damaged
from archive.model import Capture, Digest, Locator, RecordId, Url, UrlKey

REVISIT = "warc/revisit"
_UNKNOWN = (None, "", "-", "unk")
"""What other tools write where they know nothing."""

_LETTERS = {
    "N": "urlkey", "A": "urlkey", "b": "timestamp", "a": "url", "m": "mime", "s": "status", "k": "digest",
    "c": "digest", "S": "length", "V": "offset", "g": "filename",
}  # fmt: skip
_USUAL = {11: tuple("NbamskrMSVg"), 9: tuple("NbamskrVg")}
"""The two layouts in use, by number of fields, for files that lost their header line (ZipNum blocks)."""

_TIMESTAMP = re.compile(r"[0-9]{14}(?:[0-9]{3})?")
_DIGEST_SIZE = {16: "md5", 20: "sha1", 32: "sha256", 64: "sha512"}
_HEX_OR_BASE32 = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}


def line(capture: Capture) -> str:
    """Write a capture as one CDXJ line without its newline (CDXJ 0.1.0); all JSON values are strings, as pywb's are.

    A revisit has the mime type ``warc/revisit``; a 304 has no status. Fractions of a second are cut off.
    """
    return written(fields(capture))


def fields(capture: Capture) -> dict[str, str]:
    """Give the fields of a capture's line, its key and timestamp among them; what is not known is left out."""
    made = {"urlkey": str(capture.urlkey), "timestamp": _stamp(capture.at), "url": str(capture.url)}
    mime = REVISIT if capture.kind == "revisit" else capture.mime
    if mime:
        made["mime"] = mime
    if capture.status is not None and not (capture.kind == "revisit" and capture.status == 304):
        made["status"] = str(capture.status)
    if capture.digest:
        made["digest"] = str(capture.digest)
    place = capture.locator
    made["length"], made["offset"], made["filename"] = str(place.length), str(place.offset), place.warc
    return made


def written(fields: Mapping[str, str]) -> str:
    """Write the fields of a capture as one CDXJ line without its newline."""
    values = {name: value for name, value in fields.items() if name not in ("urlkey", "timestamp")}
    return f"{fields['urlkey']} {fields['timestamp']} {json.dumps(values)}"


def parse(line: str) -> Capture | None:
    """Read a CDXJ line; None for a blank line or a header (``!meta``). Raises Damaged for anything else.

    The id is ``cdx:<filename>:<offset>`` since a line does not name the record. The urlkey is taken as it stands.
    The kind is told by the mime type ``warc/revisit``, else by the status: a line with a type but no status is a
    ``resource``. A revisit's own mime type is lost. A digest without label gets that of its length.
    """
    text = line.strip()
    key, _, rest = text.partition(" ")
    timestamp, _, written = rest.partition(" ")
    # "http://!/" has a key that begins like a header, so a header is also told by what follows.
    if not text or (key.startswith("!") and not _TIMESTAMP.fullmatch(timestamp)):
        return None
    try:
        fields = json.loads(written)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise _nonsense(text, "expected a key, a timestamp and a JSON object")
    return _capture(text, key, timestamp, fields)


def parse_cdx(lines: Iterable[str]) -> Iterator[Capture]:
    """Read the lines of a classic CDX file, the header (`` CDX N b a ...``) naming the fields; blank lines are skipped.

    Without a header 11 or 9 fields are taken in their usual order. Ids and kinds are made as in ``parse``; a file of
    9 fields gives no lengths, so ``length`` is 0 there. Raises Damaged for a line that is no such thing.
    """
    letters: tuple[str, ...] | None = None
    for line in lines:
        text = line.strip()
        if not text:
            continue
        if text.startswith("CDX ") and line[:1] == " ":
            letters = tuple(text.split()[1:])
            continue
        values = text.split(" ")
        layout = letters or _USUAL.get(len(values))
        if layout is None or len(layout) != len(values):
            wanted = f"the header's {len(letters)}" if letters else "9 or 11"
            raise _nonsense(text, f"expected {wanted} fields separated by single spaces, found {len(values)}")
        fields: dict[str, object] = {
            _LETTERS[letter]: value for letter, value in zip(layout, values, strict=True) if letter in _LETTERS
        }
        yield _capture(text, str(fields.get("urlkey", "")), str(fields.get("timestamp", "")), {"length": "0"} | fields)


def sort_key(line: str) -> bytes:
    """Give what lines are ordered by: their bytes, as ``LC_ALL=C sort`` does.

    Lines read with ``errors="surrogateescape"`` are ordered by the bytes of the file.
    """
    return line.rstrip("\r\n").encode("utf-8", "surrogateescape")


def merge_sorted(*sources: Iterable[str]) -> Iterator[str]:
    """Merge sorted lines into sorted lines, repeated ones included; holds one line of each source at a time."""
    return heapq.merge(*sources, key=sort_key)


def same_digest(one: str | None, other: str | None) -> bool:
    """Tell whether two digests are of the same bytes by the same algorithm; label, encoding and case do not matter.

    Two digests of different algorithms are not the same; neither is an absent one and any other.
    """
    if one is None or other is None:
        return False
    (label, value), (other_label, other_value) = _comparable(one), _comparable(other)
    return value == other_value and (label == other_label or not (label and other_label))


def are_different(one: str | None, other: str | None) -> bool:
    """Tell whether two digests are of different bytes: made by the same algorithm, and not the same."""
    if one is None or other is None:
        return False
    (label, value), (other_label, other_value) = _comparable(one), _comparable(other)
    return value != other_value and label == other_label != ""


def labelled(digest: str) -> Digest:
    """Put its label before a digest that came without one (``sha1:`` before 32 Base32 characters)."""
    label, colon, value = digest.rpartition(":")
    if colon:
        return Digest(digest)
    label = _comparable(value)[0]
    return Digest(f"{label}:{value}" if label else value)


def _comparable(digest: str) -> tuple[str, bytes]:
    """Give algorithm and bytes; an algorithm that cannot be told is empty, bytes that cannot be read are the text."""
    label, _, value = digest.rpartition(":")
    raw = None
    try:
        if len(value) in _HEX_OR_BASE32 and re.fullmatch(r"[0-9a-f]+|[0-9A-F]+", value):
            raw = bytes.fromhex(value)
        elif value.isascii():
            raw = base64.b32decode(value.upper() + "=" * (-len(value) % 8))
    except (ValueError, binascii.Error):
        pass
    if raw is None or len(raw) not in _DIGEST_SIZE:
        return label.lower(), value.lower().encode("utf-8", "surrogatepass")
    return label.lower().replace("sha-", "sha") or _DIGEST_SIZE[len(raw)], raw


def _stamp(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{utc.year:04}{utc.month:02}{utc.day:02}{utc.hour:02}{utc.minute:02}{utc.second:02}"


def _moment(timestamp: str) -> datetime | None:
    if not _TIMESTAMP.fullmatch(timestamp):
        return None
    parts = [int(timestamp[:4]), *(int(timestamp[at : at + 2]) for at in range(4, 14, 2))]
    try:
        moment = datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        return None
    return moment + timedelta(milliseconds=int(timestamp[14:] or "0"))


def _capture(text: str, key: str, timestamp: str, fields: dict[str, object]) -> Capture:
    at = _moment(timestamp)
    if at is None:
        raise _nonsense(text, f"{timestamp[:40]!r} is no timestamp of 14 or 17 digits")
    url, warc = fields.get("url"), fields.get("filename")
    if not isinstance(url, str) or not isinstance(warc, str) or url in _UNKNOWN or warc in _UNKNOWN or not key:
        raise _nonsense(text, "it must name a urlkey, a url and a filename")
    offset = _number(text, "offset", fields.get("offset"))
    length = _number(text, "length", fields.get("length"))
    if offset is None:
        raise _nonsense(text, "it has no offset")
    mime, digest = fields.get("mime"), fields.get("digest")
    status = _number(text, "status", fields.get("status"))
    known = str(mime) if mime not in _UNKNOWN and mime != REVISIT else None
    return Capture(
        id=RecordId(f"cdx:{warc}:{offset}"),
        urlkey=UrlKey(key),
        url=Url(url),
        at=at,
        status=status,
        mime=known,
        digest=None if digest in _UNKNOWN else labelled(str(digest)),
        kind="revisit" if mime == REVISIT else "resource" if status is None and known else "response",
        locator=Locator(warc=warc, offset=offset, length=length or 0),
    )


def _number(text: str, name: str, value: object) -> int | None:
    """Read a count written as a string or as a number; None for one that is absent."""
    if value in _UNKNOWN:
        return None
    if not isinstance(value, bool) and re.fullmatch(r"[0-9]{1,18}", str(value)):
        return int(str(value))
    raise _nonsense(text, f"its {name} is {str(value)[:40]!r}, not a number")


def _nonsense(text: str, why: str) -> Damaged:
    shown = text if len(text) <= 160 else text[:160] + "..."
    return Damaged(f"index line {shown!r}: {why}; mend or remove the line, or import the WARC files it indexes")
