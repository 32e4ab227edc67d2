"""What a WACZ package says of itself: datapackage.json and its digest (WACZ 1.1.1, sections 5.2.5 and 5.2.6). Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.timing import stamp

NAME = "datapackage.json"
DIGEST = "datapackage-digest.json"
VERSION = "1.1.1"
PROFILE = "data-package"
MISSING = "variorum:missingOriginals"
"""The key under which a package names revisits whose original is not in it; no standard has one yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A file of a package: its path in it, the labelled SHA-256 and size of its bytes."""

    path: str
    hash: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a package is of."""

    title: str
    description: str
    created: datetime
    software: str
    main_url: str | None = None
    main_at: datetime | None = None


def milliseconds(at: datetime) -> str:
    """Write an instant as RFC 3339 with milliseconds, as page lists have it."""
    return f"{stamp(at)[:-4]}Z"


def manifest(about: About, resources: Sequence[Resource], missing: Iterable[Mapping[str, Any]] = ()) -> bytes:
    """Write datapackage.json."""
    told: dict[str, Any] = {
        "profile": PROFILE,
        "wacz_version": VERSION,
        "title": about.title,
        "description": about.description,
        "created": milliseconds(about.created),
        "modified": milliseconds(about.created),
        "software": about.software,
    }
    if about.main_url is not None and about.main_at is not None:
        told |= {"mainPageUrl": about.main_url, "mainPageDate": milliseconds(about.main_at)}
    told["resources"] = [
        {"name": each.path.rpartition("/")[2], "path": each.path, "hash": each.hash, "bytes": each.bytes}
        for each in resources
    ]
    if lacking := list(missing):
        told[MISSING] = lacking
    return json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"


def digest(manifest: bytes) -> bytes:
    """Write datapackage-digest.json."""
    told = {"path": NAME, "hash": f"sha256:{hashlib.sha256(manifest).hexdigest()}"}
    return json.dumps(told, indent=2).encode() + b"\n"
