"""A sentence before and after an edit, and whole texts: what flags are found in. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from archive.model import Edit
from archive.wording import compared

_SPELLED = re.compile(r"\w+")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def tokens(text: str) -> list[str]:
    """Give the words of a text in lower case, without numbers and signs."""
    return _TOKEN.findall(text.casefold())


def spelled(text: str) -> str:
    """Give words and numbers in lower case, parted by single blanks."""
    return " ".join(_SPELLED.findall(compared(text).casefold()))


class Pair:
    """A sentence, or what was joined or parted, before and after: its words, and those that went and came."""

    def __init__(self, edit: Edit) -> None:
        self.before = edit.before or ""
        self.after = edit.after or ""
        self.words = edit.words
        self.gone = " ".join([each.text for each in edit.words if each.op == "remove"])
        self.come = " ".join([each.text for each in edit.words if each.op == "add"])

    @cached_property
    def removed(self) -> Counter[str]:
        return Counter(tokens(self.gone)) - Counter(tokens(self.come))

    @cached_property
    def added(self) -> Counter[str]:
        return Counter(tokens(self.come)) - Counter(tokens(self.gone))


class Whole:
    """A whole text: raw, as its words are compared, and its quotations; each is made when it is asked for."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self.paragraphs = paragraphs
        self.raw = "\n".join(paragraphs)

    @cached_property
    def words(self) -> str:
        """Give its words parted by single blanks, one at either end."""
        return f" {spelled(self.raw)} "

    def has_words(self, words: str) -> bool:
        return f" {words} " in self.words
