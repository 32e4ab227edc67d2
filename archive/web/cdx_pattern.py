"""Patterns that strangers send: regular expressions matched in time linear in the text, by RE2. Pure.

Python's own engine tries one way after the other and can be made to try for years, holding up the whole server. What
RE2 cannot do is refused: references back to a group and looking around.
"""

from __future__ import annotations

import re2

from archive.errors import Misuse

LONGEST = 500
"""Characters a pattern may have."""
MEMORY = 4 * 1024 * 1024
"""Bytes a compiled pattern and what it remembers may take."""


class Pattern:
    """A compiled pattern; raises Misuse for one that is not understood, or too large."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise Misuse(f"the pattern has {len(text)} characters; give one of {LONGEST} at most")
        options = re2.Options()
        options.max_mem = MEMORY
        options.log_errors = False
        try:
            self._compiled = re2.compile(text, options)
        except (re2.error, UnicodeEncodeError) as error:
            raise Misuse(f"the pattern {text!r} is not understood ({_why(error)}); RE2's syntax is taken") from error

    def begins(self, text: str) -> bool:
        """Tell whether the text, or a first part of it, is what the pattern says."""
        return self._compiled.match(_plain(text)) is not None

    def is_all_of(self, text: str) -> bool:
        """Tell whether the whole text is what the pattern says."""
        return self._compiled.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    # Half a character, as a broken URL may hold, has no UTF-8.
    return text.encode("utf-8", "replace").decode()


def _why(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error)
