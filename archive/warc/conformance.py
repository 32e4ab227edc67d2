"""What a record breaks of WARC 1.0 and 1.1 by its own fields, and what becomes of a whole file on import.

Grave is what leaves a record's identity, kind, time, target, place or content in doubt: a field missing, given twice
or wrong. What is superfluous, merely recommended, or of no use to us is a note. Rules W1 to W22 are in the table of
obligations the project works by; section numbers are WARC 1.1's.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from archive.warc.reader import Damage, Walked, looks_like, walk

Kind = Literal["valid", "valid with a note", "refused", "damaged", "repairable"]
TYPES = frozenset(
    {"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"}
)  # fmt: skip
CAPTURED = TYPES - {"warcinfo", "conversion", "continuation"}
PAYLOAD = TYPES - {"warcinfo", "metadata"}

_WHERE = {
    "WARC-Concurrent-To": CAPTURED,
    "WARC-Payload-Digest": PAYLOAD,
    "WARC-IP-Address": CAPTURED,
    "WARC-Refers-To": frozenset({"metadata", "revisit", "conversion"}),
    "WARC-Refers-To-Target-URI": frozenset({"revisit"}),
    "WARC-Refers-To-Date": frozenset({"revisit"}),
    "WARC-Target-URI": TYPES - {"warcinfo"},
    "WARC-Warcinfo-ID": TYPES - {"warcinfo"},
    "WARC-Filename": frozenset({"warcinfo"}),
    "WARC-Profile": frozenset({"revisit"}),
    "WARC-Identified-Payload-Type": PAYLOAD,
    "WARC-Segment-Origin-ID": frozenset({"continuation"}),
    "WARC-Segment-Total-Length": frozenset({"continuation"}),
}
"""Fields that may stand only in records of these types (sections 5.7 to 5.21)."""
_MANDATORY = ("WARC-Record-ID", "WARC-Date", "WARC-Type")
_ANYWHERE = ("Content-Length", "Content-Type", "WARC-Block-Digest", "WARC-Truncated", "WARC-Segment-Number")
_DEFINED = {name.lower(): name for name in (*_MANDATORY, *_ANYWHERE, *_WHERE)}
_REFERENCES = ("WARC-Concurrent-To", "WARC-Refers-To", "WARC-Warcinfo-ID", "WARC-Segment-Origin-ID")
_DIGESTS = ("WARC-Block-Digest", "WARC-Payload-Digest")
_VERSIONS = ("WARC/1.0", "WARC/1.1")
_TRUNCATED = ("length", "time", "disconnect", "unspecified")
_SAME_PAYLOAD = re.compile(r"http://netpreserve\.org/warc/[01]\.\d+/revisit/(uri-agnostic-)?identical-payload-digest")
_NOT_MODIFIED = re.compile(r"http://netpreserve\.org/warc/[01]\.\d+/revisit/server-not-modified")

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]+")
_REFERENCE = re.compile(rf"<{_URI.pattern}>")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z)?)?)?", re.ASCII)
_WHOLE_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_LABELLED = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9+/_-]+=*")
_MEDIA_TYPE = re.compile(r"[!#$%&'*+.^`|~\w-]+/[!#$%&'*+.^`|~\w-]+\s*(;.*)?", re.ASCII | re.DOTALL)
_DIGITS = re.compile(r"[0-9]{1,18}")
_SAID = re.compile(r"""b?(['"]).*\1|\d+""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule a record breaks; ``code`` is stable, ``what`` is for people."""

    code: str
    what: str
    grave: bool


def faults(record: Walked) -> tuple[Fault, ...]:
    """Tell every rule this record breaks, as far as its own fields and bytes show; none for one that breaks none."""
    found: list[Fault] = []
    if record.version not in _VERSIONS:
        found.append(_note("version", f"{_cut(record.version)} is neither WARC/1.0 nor WARC/1.1"))
    if record.type and record.type not in TYPES:
        found.append(_note("type", f"{_cut(record.type)} is no record type of the standard"))
    found += _presence(record)
    found += _identity(record)
    found += _target(record)
    found += _content(record)
    found += _details(record)
    found += _revisit(record) if record.type == "revisit" else ()
    found += _segment(record) if record.type in TYPES else ()
    found += (_note("form", fault) for fault in record.faults)
    if record.unaddressable:
        found.append(_grave("one member", "it shares its gzip member with other records, and has no place of its own"))
    return tuple(found)


def _cut(value: str) -> str:
    return repr(value[:80])


def _note(code: str, what: str) -> Fault:
    return Fault(code, what, grave=False)


def _grave(code: str, what: str) -> Fault:
    return Fault(code, what, grave=True)


def _presence(record: Walked) -> list[Fault]:
    """Fields missing, given twice, empty, or in a record they do not belong to (5.1; W2, W3, W7, W8, W13)."""
    found = [_grave("missing", f"no {name}") for name in _MANDATORY if not record.fields.get(name)]
    for lower, values in record.fields.named.items():
        name = _DEFINED.get(lower)
        if name is None:
            continue
        if len(values) > 1 and name != "WARC-Concurrent-To":
            found.append(_grave("repeated", f"{name} is given more than once"))
        if not all(values):
            found.append(_note("empty", f"{name} is empty"))
        if record.type in TYPES and record.type not in _WHERE.get(name, TYPES):
            found.append(_note("out of place", f"{name} does not belong in a {record.type} record"))
    return found


def _identity(record: Walked) -> list[Fault]:
    """The id's form and the date's (5.2, 5.4; W4, W5)."""
    found = []
    given, date = record.fields.get("WARC-Record-ID"), record.fields.get("WARC-Date")
    if given and not _REFERENCE.fullmatch(given):
        bare = _URI.fullmatch(given) is not None
        found.append(Fault("id", f"WARC-Record-ID {_cut(given)} is not a URI in angle brackets", grave=not bare))
    if date and not _is_date(date):
        found.append(_grave("date", f"WARC-Date {_cut(date)} is no date"))
    elif date and not (_WHOLE_DATE if record.version == "WARC/1.0" else _DATE).fullmatch(date):
        found.append(_note("date form", f"WARC-Date {_cut(date)} is not as {record.version} writes dates"))
    return found


@functools.lru_cache(512)
def _is_date(text: str) -> bool:
    whole = text.upper()
    for short, rest in ((4, "-01-01T00:00Z"), (7, "-01T00:00Z"), (10, "T00:00Z")):
        if len(whole) == short:
            whole += rest
    # fromisoformat takes more than W3CDTF has, such as week dates; and no more than six digits of a second.
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", whole, re.ASCII):
        return False
    try:
        datetime.fromisoformat(re.sub(r"\.\d+", "", whole))
    except ValueError:
        return False
    return True


def _target(record: Walked) -> list[Fault]:
    """WARC-Target-URI: there where it must be, and a URI (5.14; W4, W7)."""
    uri = record.fields.get("WARC-Target-URI")
    if not uri:
        needed = record.type in TYPES - {"warcinfo", "metadata"}
        return [_grave("missing", f"no WARC-Target-URI in a {record.type} record")] if needed else []
    if _URI.fullmatch(uri):
        return []
    if uri.startswith("<") and _REFERENCE.fullmatch(uri):
        return [_note("target form", "WARC-Target-URI stands in angle brackets, as the grammar of WARC 1.0 has it")]
    if re.match(r"<?[A-Za-z][A-Za-z0-9+.-]*:", uri):
        return [_note("target form", f"WARC-Target-URI {_cut(uri)} holds what a URI may not hold")]
    return [_grave("target", f"WARC-Target-URI {_cut(uri)} is no URI")]


def _content(record: Walked) -> list[Fault]:
    """Content-Type and digests (5.6, 5.8, 5.9; W6, W9, W10)."""
    found = []
    kind = record.fields.get("Content-Type")
    if record.size and not kind and record.type != "continuation":
        found.append(_note("content type", "a block without Content-Type"))
    elif kind and not _MEDIA_TYPE.fullmatch(kind):
        found.append(_note("content type", f"Content-Type {_cut(kind)} is no media type"))
    elif kind and (wanted := _OWN_TYPE.get(record.type)) and not wanted.match(kind):
        found.append(_note("content type", f"Content-Type {_cut(kind)} in a {record.type} record"))
    found += [
        _note("digest form", f"{name} {_cut(given)} is no labelled digest, and was not checked")
        for name in _DIGESTS
        if (given := record.fields.get(name)) and not _LABELLED.fullmatch(given)
    ]
    if record.block_holds is False:
        found.append(_grave("block digest", "the block digest does not hold"))
    if record.payload_holds is False:
        found.append(_grave("payload digest", "the payload digest does not hold"))
    if record.payload_as == "framed":
        found.append(_note("framed payload", "the payload digest holds for the body with its transfer coding only"))
    return found


_OWN_TYPE = {
    "warcinfo": re.compile(r"application/warc-fields\b", re.IGNORECASE),
    "request": re.compile(r"(?!application/http\s*;\s*msgtype=(?!\"?request\b))", re.IGNORECASE),
    "response": re.compile(r"(?!application/http\s*;\s*msgtype=(?!\"?response\b))", re.IGNORECASE),
}
"""Media types the standard recommends for the type (6.2 to 6.5); a response may be of any protocol."""


def _details(record: Walked) -> list[Fault]:
    """Fields of lesser weight: references, address, truncation (5.7, 5.10 to 5.13, 5.15; W8, W12, W13, W21)."""
    found = []
    for name in _REFERENCES:
        wrong = [given for given in record.fields.all(name) if given and not _REFERENCE.fullmatch(given)]
        found += [_note("reference", f"{name} {_cut(given)} is not a URI in angle brackets") for given in wrong]
    if (address := record.fields.get("WARC-IP-Address")) and not _is_address(address):
        found.append(_note("address", f"WARC-IP-Address {_cut(address)} is no IP address"))
    if (date := record.fields.get("WARC-Refers-To-Date")) and not _is_date(date):
        found.append(_note("reference", f"WARC-Refers-To-Date {_cut(date)} is no date"))
    if (reason := record.fields.get("WARC-Truncated")) and reason.lower() not in _TRUNCATED:
        found.append(_note("truncated", f"WARC-Truncated gives {_cut(reason)}, which the standard does not know"))
    return found


@functools.lru_cache(512)
def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _revisit(record: Walked) -> list[Fault]:
    """What a revisit rests on (6.7; W16 to W18)."""
    fields = record.fields
    profile = fields.get("WARC-Profile")
    if not profile:
        return [_grave("profile", "a revisit without WARC-Profile")]
    found = []
    if _SAME_PAYLOAD.fullmatch(profile):
        if not fields.get("WARC-Payload-Digest"):
            found.append(_grave("profile", "a revisit of an identical payload without WARC-Payload-Digest"))
        if record.size and not fields.get("WARC-Truncated"):
            found.append(_note("not truncated", "a revisit of an identical payload without WARC-Truncated: length"))
    elif not _NOT_MODIFIED.fullmatch(profile):
        found.append(_note("profile", f"WARC-Profile {_cut(profile)} is none we know; it is kept, not resolved"))
    if not any(fields.get(name) for name in ("WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date")):
        found.append(_note("refers to nothing", "a revisit that does not say which record it repeats"))
    return found


def _segment(record: Walked) -> list[Fault]:
    """Segmentation (5.19 to 5.21, 7)."""
    number, total = (record.fields.get(f"WARC-Segment-{name}") for name in ("Number", "Total-Length"))
    found = []
    if record.type == "continuation":
        found += [
            _grave("segment", f"a continuation without WARC-Segment-{name}")
            for name in ("Number", "Origin-ID")
            if not record.fields.get(f"WARC-Segment-{name}")
        ]
    place = int(number) if number and _DIGITS.fullmatch(number) else 0
    if number and (place < 2 if record.type == "continuation" else place != 1):
        found.append(_grave("segment", f"WARC-Segment-Number {_cut(number)} in a {record.type} record"))
    elif number and record.type != "continuation":
        found.append(_note("segment", "the first segment of a record; the others are not joined to it yet"))
    if total and not _DIGITS.fullmatch(total):
        found.append(_note("segment", f"WARC-Segment-Total-Length {_cut(total)} is no number"))
    return found


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """What becomes of a file on import, with the reasons: where, then what; equal ones are counted, not repeated.

    ``valid``: every record is taken. ``valid with a note``: every record is taken, though a rule is broken.
    ``repairable``: cutting a torn tail off leaves a sound file. ``damaged``: what is sound is taken, the rest told.
    ``refused``: nothing is taken.
    """

    kind: Kind
    reasons: tuple[str, ...] = ()


def verdict(path: Path) -> FileVerdict:
    """Walk a whole file, digests checked, and judge it; raises OSError where it can't be read."""
    if path.is_dir():
        return FileVerdict("refused", ("it is a folder; name the WARC files in it",))
    told = _Told()
    damages: list[Damage] = []
    records = 0
    with path.open("rb") as file:
        if (refusal := looks_like(file)) is not None:
            return FileVerdict("refused", (refusal,))
        end = 0
        for met in walk(file):
            if isinstance(met, Damage):
                damages.append(met)
                told.add(met.offset, Fault("damage", met.what, grave=True))
                continue
            records += 1
            end = met.offset + met.length
            for fault in faults(met):
                told.add(met.offset, fault)
    if "one member" in told.grave:
        remedy = "give each its own, for example with `warcio recompress`"
        return FileVerdict("refused", (f"it packs several records into one gzip member: {remedy}", *told.reasons()))
    if not records:
        return FileVerdict("refused", ("it holds no whole record", *told.reasons()))
    torn = len(damages) == 1 and damages[0].offset >= end
    if torn and not told.grave - {"damage"}:
        return FileVerdict("repairable", told.reasons())
    kind: Kind = "damaged" if told.grave else "valid with a note" if told.counts else "valid"
    return FileVerdict(kind, told.reasons())


class _Told:
    """Faults that differ in more than the values they quote: the first of each with its place, and how many."""

    def __init__(self) -> None:
        self.counts: Counter[Fault] = Counter()
        self.grave: set[str] = set()
        self._first: dict[tuple[str, str], tuple[int, Fault]] = {}

    def add(self, offset: int, fault: Fault) -> None:
        _, first = self._first.setdefault((fault.code, _SAID.sub("", fault.what)), (offset, fault))
        self.counts[first] += 1
        if fault.grave:
            self.grave.add(fault.code)

    def reasons(self) -> tuple[str, ...]:
        def more(fault: Fault) -> str:
            return f" (and {self.counts[fault] - 1} more such)" if self.counts[fault] > 1 else ""

        ordered = sorted(self._first.values(), key=lambda one: (not one[1].grave, one[0]))
        return tuple(f"at {offset}: {fault.what}{more(fault)}" for offset, fault in ordered)
