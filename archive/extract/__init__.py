"""From the bytes of a page to an Extraction: pure functions, and the killable processes they run in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.extract.learned import Learned

RULES = 2
"""Raised with every change of ours that may change an Extraction."""


def extractor(learned: Learned | None = None) -> str:
    """Name the extractor as readings carry it: our rules, the library's version, and what was learned of the outlet."""
    return f"{_generic()} + {learned.outlet} {learned.digest}" if learned is not None else _generic()


@cache
def _generic() -> str:
    from importlib.metadata import version  # 70 ms, and only readings need it

    return f"generic {RULES} (trafilatura {version('trafilatura')})"
