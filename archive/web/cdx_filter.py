"""The filters of an index query: which lines are kept, and which of several alike. Pure.

::

    =status:200   !=status:200     the field is, is not             both endpoints
    ~url:.*pdf    !~url:.*pdf      the field begins as a pattern    both endpoints
    mime:text     !mime:text       the field holds a text           pywb
    mimetype:text/.*               the field as a whole is as a pattern says         Wayback
    collapse=timestamp:10          the first of neighbours with the same ten digits  Wayback
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archive.cdx import written as cdxj_line
from archive.errors import Misuse
from archive.web.cdx_fields import NAMES, PUBLIC, Dialect, Fields, word
from archive.web.cdx_pattern import Pattern

Claim = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a line must show to be kept; ``field`` is None for the whole line, ``missing`` stands for an absent one."""

    field: str | None
    claim: Claim
    negated: bool = False
    missing: str = ""

    def keeps(self, fields: Fields) -> bool:
        """Tell whether a line with these fields is kept."""
        if self.field is not None:
            value = fields.get(self.field, self.missing)
        elif self.missing:
            value = " ".join(word(fields.get(NAMES[name])) for name in PUBLIC)
        else:
            value = cdxj_line(fields)
        return self.claim(value) is not self.negated


@dataclass(frozen=True, slots=True)
class Collapse:
    """By what neighbours are alike: fields, each with how many of its first characters count (None: all)."""

    parts: tuple[tuple[str, int | None], ...]

    def token(self, fields: Fields) -> tuple[str, ...]:
        """Give what neighbours are compared by."""
        return tuple(fields.get(name, "")[:length] for name, length in self.parts)


def read_filter(text: str, dialect: Dialect) -> Filter:
    """Read one ``filter=``; raises Misuse for a field that no line has and for a pattern that cannot be used."""
    rest = text.removeprefix("!")
    sign = rest[:1] if rest[:1] in ("=", "~") else ""
    rest = rest[len(sign) :]
    name, colon, value = rest.partition(":")
    if not colon:
        name, value = "", rest
    if colon and name not in NAMES:
        raise Misuse(f"filter: no line has a field {name[:40]!r}; name one of {', '.join(NAMES)}")
    return Filter(
        field=NAMES[name] if name else None,
        claim=_claim(sign, value, dialect),
        negated=text.startswith("!"),
        missing="" if dialect == "pywb" else "-",
    )


def read_collapse(text: str) -> Collapse:
    """Read one ``collapse=``; raises Misuse."""
    name, colon, length = text.partition(":")
    if name not in NAMES:
        raise Misuse(f"collapse: no line has a field {name[:40]!r}; name one of {', '.join(NAMES)}")
    if not colon:
        return Collapse(((NAMES[name], None),))
    if not (length.isascii() and length.isdigit() and len(length) < 6 and int(length)):
        raise Misuse(f"collapse: {length[:20]!r} is no number of characters; write collapse={name}:10")
    return Collapse(((NAMES[name], int(length)),))


def _claim(sign: str, value: str, dialect: Dialect) -> Claim:
    if sign == "=":
        return lambda text: text == value
    if sign == "" and dialect == "pywb":
        return lambda text: value in text
    try:
        pattern = Pattern(value)
    except Misuse as error:
        raise Misuse(f"filter: {error}") from error
    return pattern.begins if sign == "~" else pattern.is_all_of
