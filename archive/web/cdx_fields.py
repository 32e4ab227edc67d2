"""The fields of an index line, under the names both kinds of index server give them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Dialect = Literal["pywb", "wayback"]
"""Which server's words an endpoint speaks: pywb's CDX server API, or the Wayback CDX server's."""

NAMES = {
    "urlkey": "urlkey", "timestamp": "timestamp", "url": "url", "original": "url", "mime": "mime", "mimetype": "mime",
    "status": "status", "statuscode": "status", "digest": "digest", "length": "length", "offset": "offset",
    "filename": "filename",
}  # fmt: skip
"""Every name of a field, and the one that ``archive.cdx.fields`` gives it."""

PUBLIC = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
"""The fields of a line of the Wayback CDX server, in their order."""

Fields = Mapping[str, str]

_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")


def word(value: str | None) -> str:
    """Write a value where spaces part them: what would part it is percent-encoded, nothing is a ``-``."""
    return _BREAKS.sub(_encoded, value) if value else "-"


def _encoded(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())
