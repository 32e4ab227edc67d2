"""A WACZ package held against WACZ 1.1.1, more strictly than others do: each fault by its rule (standards: X1 to X6).

What others let pass and this does not: no list of pages, deflated WARC files and indexes, files that nothing lists,
an index that leads elsewhere than to its records, revisits whose original is not inside.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import Damaged, Misuse
from archive.exchange import datapackage, zip_entries
from archive.exchange.checking_records import Records, lines
from archive.exchange.datapackage import DIGEST, MISSING, NAME
from archive.exchange.zip_entries import Entries
from archive.timing import parse_time
from archive.verification import Problem

_SMALL = 64 * 1024 * 1024
_FOLDERS = {
    "archive/": (".warc", ".warc.gz"),
    "indexes/": (".cdx", ".cdxj", ".cdx.gz", ".cdxj.gz", ".idx"),
    "pages/": (".jsonl",),
}
_PAGES = "pages/pages.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is wrong with a package, in the order of the rules, and how many records were looked at."""

    problems: tuple[Problem, ...]
    records: int


def check(path: Path) -> Checked:
    """Hold a package against the rules; its WARC files are unpacked, one after another, into a temporary folder."""
    records = 0
    found: list[Problem] = []
    try:
        with path.open("rb") as file, zip_entries.opened(path, file) as entries:
            found += _layout(path.name, entries)
            told = _manifest(path.name, entries, found)
            found += _pages(path.name, entries)
            missing = told.get(MISSING)
            declared = {each.get("revisit") for each in missing or () if isinstance(each, dict)}
            with Records(path.name, entries, declared) as inside:
                found += inside.problems()
                records = inside.count
    except Damaged as error:
        # An import names the package and says that nothing was taken; here the name stands before it anyway.
        what = str(error).partition("; nothing was taken")[0].removeprefix(f"{path.name}: ")
        found.append(Problem(warc=path.name, problem=what))
    return Checked(problems=tuple(found), records=records)


def _problem(name: str, rule: str, what: str, inside: str | None = None) -> Problem:
    return Problem(warc=f"{name}/{inside}" if inside else name, problem=f"{rule}: {what}")


def _layout(name: str, entries: Entries) -> Iterator[Problem]:
    """X1 and X2."""
    if not name.endswith(".wacz"):
        yield _problem(name, "X1", "its name does not end with .wacz")
    for wanted in (NAME, _PAGES):
        if wanted not in entries.by_name:
            yield _problem(name, "X1", f"{wanted} is missing")
    for path in filter(entries.hides, entries.by_name):
        yield _problem(name, "X8", "extra fields stand before it only: players take them for its beginning", path)
    for folder, suffixes in _FOLDERS.items():
        inside = [path for path in entries.by_name if path.startswith(folder)]
        if not any(path.endswith(suffixes) for path in inside):
            yield _problem(name, "X1", f"{folder} holds no {' or '.join(suffixes)} file")
        for path in inside:
            is_stored = entries.by_name[path].compress_type == zipfile.ZIP_STORED
            if not path.endswith(suffixes):
                yield _problem(name, "X1", f"a file that does not belong into {folder}", path)
            elif path.endswith((".gz", ".warc")) and not is_stored:
                yield _problem(name, "X2", "it is deflated, so that no part of it can be read by itself", path)


def _manifest(name: str, entries: Entries, found: list[Problem]) -> dict[str, Any]:
    """X3 and X4; give what the package says of itself."""
    if NAME not in entries.by_name:
        return {}
    data = entries.read(NAME, _SMALL)
    told = _json(data)
    if not isinstance(told, dict):
        found.append(_problem(name, "X3", "it is no JSON object", NAME))
        return {}
    for key, value in (("profile", datapackage.PROFILE), ("wacz_version", datapackage.VERSION)):
        if told.get(key) != value:
            found.append(_problem(name, "X3", f"{key} is {told.get(key)!r}, not {value!r}", NAME))
    found += _resources(name, entries, told.get("resources"))
    if DIGEST not in entries.by_name:
        found.append(_problem(name, "X4", f"{DIGEST} is missing"))
        return told
    digest = _json(entries.read(DIGEST, _SMALL))
    wanted = f"sha256:{hashlib.sha256(data).hexdigest()}"
    if not isinstance(digest, dict) or digest.get("path") != NAME or digest.get("hash") != wanted:
        found.append(_problem(name, "X4", f"it is not the digest of {NAME}", DIGEST))
    return told


def _resources(name: str, entries: Entries, resources: object) -> Iterator[Problem]:
    listed: set[str] = set()
    for each in resources if isinstance(resources, list) else ():
        path = each.get("path") if isinstance(each, dict) else None
        if not isinstance(path, str) or not each.get("name"):
            yield _problem(name, "X3", f"a resource without path or name: {str(each)[:80]}", NAME)
            continue
        if path in listed:
            yield _problem(name, "X3", "it is listed twice", path)
        listed.add(path)
        if path not in entries.by_name:
            yield _problem(name, "X3", "it is listed and not there", path)
            continue
        hashed, size = hashlib.sha256(), 0
        for piece in entries.pieces(path):
            hashed.update(piece)
            size += len(piece)
        if each.get("hash") != f"sha256:{hashed.hexdigest()}":
            yield _problem(name, "X3", "its hash is not the one listed", path)
        if each.get("bytes") != size:
            yield _problem(name, "X3", f"it has {size} bytes, {each.get('bytes')!r} are listed", path)
    for path in sorted(entries.by_name.keys() - listed - {NAME, DIGEST}):
        yield _problem(name, "X3", "it is there and not listed", path)


def _pages(name: str, entries: Entries) -> Iterator[Problem]:
    """X5."""
    if _PAGES not in entries.by_name:
        return
    number = 0
    for number, line in enumerate(lines(entries.pieces(_PAGES)), 1):
        told = _json(line)
        if not isinstance(told, dict):
            yield _problem(name, "X5", f"line {number} is no JSON object", _PAGES)
        elif number == 1:
            if told.get("format") != "json-pages-1.0" or not told.get("id"):
                yield _problem(name, "X5", "its first line is no header of json-pages-1.0", _PAGES)
        elif not isinstance(told.get("url"), str) or not _is_time(told.get("ts")):
            yield _problem(name, "X5", f"line {number} lacks a url, or a ts as RFC 3339 has it", _PAGES)
    if not number:
        yield _problem(name, "X5", "it is empty", _PAGES)


def _json(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _is_time(text: object) -> bool:
    try:
        return isinstance(text, str) and "T" in text and parse_time(text) is not None
    except Misuse:
        return False
