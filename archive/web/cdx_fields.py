"""A capture as the fields of an index line, under the names both kinds of index server give them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Literal

from archive.cdx import REVISIT
from archive.model import Capture

Dialect = Literal["pywb", "wayback"]
"""Which server's words an endpoint speaks: pywb's CDX server API, or the Wayback CDX server's."""

NAMES = {
    "urlkey": "urlkey", "timestamp": "timestamp", "url": "url", "original": "url", "mime": "mime", "mimetype": "mime",
    "status": "status", "statuscode": "status", "digest": "digest", "length": "length", "offset": "offset",
    "filename": "filename",
}  # fmt: skip
"""Every name of a field, and the one that ``fields`` gives it."""

PUBLIC = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
"""The fields of a line of the Wayback CDX server, in their order."""

Fields = Mapping[str, str]

_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")


def fields(capture: Capture) -> dict[str, str]:
    """Give the fields of a capture's line, as ``archive.cdx.line`` has them; what is not known is left out."""
    at = capture.at if capture.at.tzinfo is UTC else capture.at.astimezone(UTC)
    made = {
        "urlkey": str(capture.urlkey),
        "timestamp": f"{at.year:04}{at.month:02}{at.day:02}{at.hour:02}{at.minute:02}{at.second:02}",
        "url": str(capture.url),
    }
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


def word(value: str | None) -> str:
    """Write a value where spaces part them: what would part it is percent-encoded, nothing is a ``-``."""
    return _BREAKS.sub(_encoded, value) if value else "-"


def _encoded(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())
