"""Which bytes of a body are asked for (RFC 9110, section 14). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_SINGLE = re.compile(r"\s*bytes\s*=\s*(?P<first>[0-9]{0,18})\s*-\s*(?P<last>[0-9]{0,18})\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes ``start`` to ``stop``, the last one left out."""

    start: int
    stop: int


def wanted(header: str | None, size: int) -> Range | Literal["whole", "unsatisfiable"]:
    """Read a Range header for a body of so many bytes; one that asks for several ranges, or for none, gets the whole.

    A server may ignore any Range (section 14.2); what lies wholly behind the end is unsatisfiable (section 15.5.17).
    """
    found = _SINGLE.match(header) if header else None
    if found is None or not (found["first"] or found["last"]):
        return "whole"
    if not found["first"]:
        count = int(found["last"])
        return Range(max(0, size - count), size) if count and size else "unsatisfiable"
    start = int(found["first"])
    last = int(found["last"]) if found["last"] else size - 1
    if found["last"] and last < start:
        return "whole"
    return Range(start, min(last + 1, size)) if start < size else "unsatisfiable"
