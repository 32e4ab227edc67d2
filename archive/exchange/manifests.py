"""What a WACZ package of somebody says of its files, in any version of the format, held against its entries.

::

    0.x     webarchive.yaml, or a datapackage.json without hashes       nothing vouches for it: taken, and said
    1.0     hashes under "stats"                                        checked
    1.1     hash and bytes of each file, datapackage-digest.json        checked, and demanded
    1.2     a draft: the same under another profile                     checked
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.errors import Damaged
from archive.exchange.datapackage import DIGEST, NAME
from archive.exchange.zip_entries import Entries

YAML = "webarchive.yaml"
_SMALL = 16 * 1024 * 1024
_TITLE = re.compile(r"^title:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE)
_TOLD = ("title", "description", "software", "created", "modified", "wacz_version", "mainPageUrl", "mainPageDate")
_LONGEST = 2000
_ANEW = "nothing was taken, get the package again from where it came"
_SIGNATURE = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a manifest says of a file; ``algorithm`` and ``digest`` (hex) are empty where it has no hash."""

    path: str
    algorithm: str = ""
    digest: str = ""
    bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a package says of itself; ``told`` is kept as provenance, ``notes`` are what a person should know of it."""

    files: Mapping[str, Listed] = field(default_factory=dict)
    told: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read(entries: Entries) -> Manifest:
    """Read the manifest of a package; raise Damaged, naming the file, where it is not to be believed."""
    if NAME not in entries.by_name:
        if YAML in entries.by_name:
            return _of_yaml(entries)
        raise Damaged(
            f"{entries.name} is no WACZ package: {NAME} is missing, nothing vouches for it; nothing was taken"
        )
    data = entries.read(NAME, _SMALL)
    told = _object(entries, NAME, data)
    if "multi-wacz" in str(told.get("profile")):
        raise Damaged(
            f"{entries.name} is a package of packages (profile {told.get('profile')!r}), which is not read; nothing "
            "was taken: import the packages it names, one by one"
        )
    notes: list[str] = []
    kept = {key: str(told[key])[:_LONGEST] for key in _TOLD if told.get(key) is not None}
    metadata = told.get("metadata")
    if "title" not in kept and isinstance(metadata, dict) and metadata.get("title"):
        kept["title"] = str(metadata["title"])[:_LONGEST]
    signature = _digest_file(entries, data, notes)
    return Manifest(
        files=_files(entries, told),
        told={**kept, **({"signature": signature, "signature_checked": False} if signature else {})},
        notes=tuple(notes),
    )


def demands(manifest: Manifest) -> bool:
    """Tell whether its version must vouch for every file (1.1 and later)."""
    found = re.match(r"(\d+)\.(\d+)", str(manifest.told.get("wacz_version", "")))
    return found is not None and (int(found[1]), int(found[2])) >= (1, 1)


def hold(entries: Entries, manifest: Manifest, listed: Listed, hashed: Any, size: int) -> None:
    """Hold what was read of a file against the manifest; raise Damaged, naming it."""
    if listed.bytes is not None and listed.bytes != size:
        raise Damaged(f"{entries.name}: {listed.path} has {size} bytes, {NAME} says {listed.bytes}; {_ANEW}")
    if listed.digest and hashed.hexdigest() != listed.digest:
        made = f", made by {manifest.told['software']}" if "software" in manifest.told else ""
        raise Damaged(
            f"{entries.name}: {listed.path} is not what {NAME} says ({listed.algorithm} differs{made}); {_ANEW}, or, "
            "if you trust it all the same, unzip it and import the WARC file by itself"
        )


def hasher(listed: Listed) -> Any:
    """Give the hash that a file's bytes go into."""
    return hashlib.new(listed.algorithm or "sha256")


def _of_yaml(entries: Entries) -> Manifest:
    text = entries.read(YAML, _SMALL).decode("utf-8", "replace")
    title = _TITLE.search(text)
    return Manifest(
        told={"wacz_version": "0", **({"title": title[1][:_LONGEST]} if title else {})},
        notes=(f"{YAML} has no hashes: whether the files are what was packed cannot be told",),
    )


def _digest_file(entries: Entries, manifest: bytes, notes: list[str]) -> object:
    """Check the manifest by its own digest, and give the signature beside that; None where there is none."""
    if DIGEST not in entries.by_name:
        return None
    told = _object(entries, DIGEST, entries.read(DIGEST, _SMALL))
    wanted, is_ = str(told.get("hash", "")), f"sha256:{hashlib.sha256(manifest).hexdigest()}"
    if wanted.lower() != is_:
        raise Damaged(f"{entries.name}: {NAME} is not what {DIGEST} says; nothing was taken, get the package again")
    signature = told.get("signedData")
    if not signature:
        return None
    signed = signature.get("hash") if isinstance(signature, dict) else None
    if signed is not None and str(signed).lower() != is_:
        raise Damaged(f"{entries.name}: the signature in {DIGEST} is of another {NAME}; nothing was taken")
    notes.append("it is signed; the signature is kept in the journal and was not checked")
    return signature if len(json.dumps(signature)) <= _SIGNATURE else "too long to be kept"


def _files(entries: Entries, told: Mapping[str, Any]) -> Mapping[str, Listed]:
    resources = told.get("resources")
    found: dict[str, Listed] = {}
    for each in resources if isinstance(resources, list) else ():
        path = each.get("path") if isinstance(each, dict) else None
        if not isinstance(path, str):
            raise Damaged(f"{entries.name}: {NAME} lists a file without its path; nothing was taken")
        path = path.removeprefix("./")
        stats = each["stats"] if isinstance(each.get("stats"), dict) else each
        algorithm, digest = _hash(entries, path, stats.get("hash"), each.get("hashing"))
        size = stats.get("bytes")
        found[path] = Listed(
            path=path, algorithm=algorithm, digest=digest, bytes=size if isinstance(size, int) and size >= 0 else None
        )
        if path not in entries.by_name:
            raise Damaged(f"{entries.name}: {NAME} lists {path}, which is not in the package; nothing was taken")
    return found


def _hash(entries: Entries, path: str, written: object, hashing: object) -> tuple[str, str]:
    if not isinstance(written, str) or not written:
        return "", ""
    label, colon, value = written.partition(":")
    algorithm, digest = (label, value) if colon else (str(hashing or "sha256"), written)
    algorithm = algorithm.lower().replace("-", "")
    if algorithm not in ("sha256", "sha512", "sha384", "sha224", "sha1", "md5"):
        raise Damaged(f"{entries.name}: {path} has a hash of an unknown kind ({algorithm!r}); nothing was taken")
    return algorithm, digest.lower()


def _object(entries: Entries, path: str, data: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Damaged(f"{entries.name}: {path} is no JSON ({error}); nothing was taken") from error
    if not isinstance(told, dict):
        raise Damaged(f"{entries.name}: {path} is no JSON object; nothing was taken")
    return told
