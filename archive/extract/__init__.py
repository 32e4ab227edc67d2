"""From the bytes of a page to an Extraction: pure functions, and the killable processes they run in."""

from __future__ import annotations

from functools import cache

RULES = 1
"""Raised with every change of ours that may change an Extraction."""


@cache
def extractor() -> str:
    """Name the extractor as readings carry it: our rules and the library's version."""
    from importlib.metadata import version  # 70 ms, and only readings need it

    return f"generic {RULES} (trafilatura {version('trafilatura')})"
