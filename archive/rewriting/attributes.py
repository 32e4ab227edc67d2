"""Attributes of an archived page for safe replay: addresses and styles point into the archive, handlers go. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from lxml.html import HtmlElement

from archive.extract.page import resolve
from archive.rewriting import Modifier, markup
from archive.rewriting.css import Part, Target, quoted, rewrite_css
from archive.rewriting.pictures import Picture

_Kind = Literal["kept", "dropped", "style", "animated", "address"]
_KINDS: dict[str, _Kind] = {
    **dict.fromkeys(markup.DROPPED, "dropped"),
    **dict.fromkeys(markup.ADDRESSES, "address"),
    **dict.fromkeys(markup.PRESENTED | {"style"}, "style"),
    **dict.fromkeys(markup.ANIMATED, "animated"),
}
STYLE_SHEET: Modifier = "cs_"
PICTURE: Modifier = "im_"
_ELSEWHERE = re.compile(r"[\x00-\x20]*(?:mailto|tel):", re.IGNORECASE)
_DATA = re.compile(r"[\x00-\x20]*data:image/", re.IGNORECASE)
_WRITTEN_IN_FULL = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?(?:[/?#][!-\[\]-~]*)?\Z", re.IGNORECASE)
SIZE = re.compile(r"\s*([0-9]{1,4})(?:px)?\s*\Z")


def escaped(text: str) -> str:
    # Most texts hold none of these, and looking for one character is many times faster than for one of four.
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if '"' in text:
        text = text.replace('"', "&quot;")
    return text


class Attributes:
    """Writes attributes, and notes what the page needs to be shown on the way.

    ``url`` is the page's own, ``base`` what its relative addresses start from.
    """

    def __init__(self, *, url: str, base: str, part: Target, link: Callable[[str], str]) -> None:
        self.base = base
        self.own = url.partition("#")[0]
        self.origin = "/".join(base.split("/", 3)[:3])
        self.part = part
        self.link = link
        self.out: list[str] = []
        self.wanted: list[Part | Picture] = []
        self.resolved: dict[str, str | None] = {}
        self.kinds: dict[str, _Kind] = dict(_KINDS)

    def attributes(self, element: HtmlElement, tag: str) -> None:
        out, kinds = self.out, self.kinds
        for name, value in element.items():
            kind = kinds.get(name)
            if kind is None:
                kind = kinds[name] = "kept" if markup.ATTRIBUTE.match(name) else "dropped"
            if kind == "kept":
                out.append(f' {name}="{escaped(value)}"')
            elif kind == "style":
                out.append(f' {name}="{escaped(self.css(value))}"')
            elif kind == "animated":
                if tag not in markup.ANIMATIONS or markup.ANIMATED_PLAINLY.match(value):
                    out.append(f' {name}="{escaped(value)}"')
            elif kind == "address":
                out.append(self.addressed(element, tag, name, value))

    def addressed(self, element: HtmlElement, tag: str, name: str, value: str) -> str:
        """Give an attribute that names a file or page, or nothing where it may not stay."""
        modifier = markup.SOURCES.get((tag, name), PICTURE if name == "background" else None)
        if name in ("href", "xlink:href") and tag in ("a", "area"):
            return self.anchored(name, value)
        if name in ("href", "xlink:href") and value.startswith("#"):
            return f' {name}="{escaped(value)}"'
        if modifier is None or (modifier == "if_" and is_tiny(element)):
            return ""
        address = self.needed(value, modifier)
        return f' {name}="{escaped(address)}"' if address else ""

    def anchored(self, name: str, value: str) -> str:
        whole = self.absolute(value)
        if whole is None:
            return f' {name}="{escaped(value)}"' if _ELSEWHERE.match(value) else ""
        page, mark, fragment = whole.partition("#")
        if mark and page == self.own:
            return f' {name}="#{escaped(fragment)}" target="_self"'
        # Drawings do not heed <base>.
        target = "" if name == "href" else ' target="_top"'
        return f' {name}="{escaped(quoted(self.link(whole)))}"{target}'

    def css(self, text: str) -> str:
        made, parts = rewrite_css(text, self.base, self.part)
        self.wanted += parts
        return made

    def needed(self, named: str, modifier: Modifier) -> str | None:
        """Give the address of a file the page needs, which is noted; None where it is none of the web."""
        whole = self.pictured(named) if modifier == "im_" else self.absolute(named)
        if whole is None or whole.startswith("data:"):
            return whole
        self.wanted.append(Part(url=whole, modifier=modifier))
        return quoted(self.part(whole, modifier))

    def pictured(self, named: str) -> str | None:
        """Give a picture's URL in full, or the picture itself where it is written in its address."""
        return named.strip() if _DATA.match(named) else self.absolute(named)

    def absolute(self, named: str) -> str | None:
        if named not in self.resolved:
            if not named or named.isspace():
                return None
            if _WRITTEN_IN_FULL.match(named):
                return named
            path = named.startswith("/") and not named.startswith("//") and "/." not in named and "\\" not in named
            whole = f"{self.origin}{named}" if path and named.isprintable() else resolve(self.base, named)
            self.resolved[named] = whole
        return self.resolved[named]


def is_tiny(element: HtmlElement) -> bool:
    """Tell whether an element is of one pixel at most: what counts visits, not what is shown."""
    width, height = (SIZE.match(element.get(each) or "") for each in ("width", "height"))
    return bool(width and height and int(width[1]) <= 1 and int(height[1]) <= 1)
