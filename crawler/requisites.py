"""What a page needs to look as it did: style sheets, fonts, pictures, scripts, as HTML and CSS name them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from crawler.items import ITEMS, joiner

Kind = Literal["style", "font", "picture", "script", "icon", "media"]

# Style sheets are long and load little: that all begins with one of few characters makes the search fast.
_CSS = re.compile(
    r"[/@uU](?:(?<=/)\*.*?(?:\*/|\Z)"
    r"|(?<=@)(?i:namespace|charset)\b[^;]*+"
    r"|(?<=@)(?i:font-face)\b(?P<face>[^}]*+)"
    r"|(?<=@)(?i:import)\s*+(?:(?i:url)\(\s*+)?(?:\"(?P<a>[^\"\n]*+)\"|'(?P<b>[^'\n]*+)'|(?P<c>[^()'\"\s;]++))"
    r"|(?i:(?<=u)rl)\(\s*+(?:\"(?P<d>[^\"\n]*+)\"|'(?P<e>[^'\n]*+)'|(?P<f>(?:\\(?:[0-9a-fA-F]{1,6}\s?|.)|[^()'\"\s\\])++))\s*+\))",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|([^\n]))")
_FONT = re.compile(r"\.(?:woff2?|ttf|otf|eot)(?:[?#]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisite:
    """A file a page needs, by its absolute address."""

    url: str
    kind: Kind


def css_urls(text: str, url: str) -> tuple[tuple[str, Kind], ...]:
    """Give what a style sheet or a style attribute loads, each once, in its order."""
    absolute = joiner(url)
    found: dict[str, Kind] = {}
    for named, kind in _named(text):
        made = absolute(_ESCAPE.sub(_unescaped, named))
        if made is not None:
            found.setdefault(made, kind)
            if len(found) >= ITEMS:
                break
    return tuple(found.items())


def _named(text: str, *, in_face: bool = False) -> Iterator[tuple[str, Kind]]:
    for match in _CSS.finditer(text):
        if match["face"]:
            if not in_face:
                yield from _named(match["face"], in_face=True)
            continue
        imported = match["a"] or match["b"] or match["c"]
        named = imported or match["d"] or match["e"] or match["f"]
        if named and not named.startswith("#"):
            yield named, "style" if imported else "font" if in_face or _FONT.search(named) else "picture"


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else 0
    if not match[1]:
        return match[2]
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def srcset_urls(text: str) -> Iterator[str]:
    """Give the addresses of a srcset as written (HTML, section 4.8.4.2.1), in time linear to its length."""
    wants_address = True
    for word in text.split():
        rest = word
        while rest:
            if wants_address:
                address = rest.lstrip(",")
                bare = address.rstrip(",")
                if bare:
                    yield bare
                wants_address = not bare or bare != address
                break
            _, comma, rest = rest.partition(",")
            wants_address = bool(comma)
