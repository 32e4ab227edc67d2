"""Archived style sheets for safe replay: every address they load points into the archive. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import tinycss2
from tinycss2.ast import Node

from archive.extract.page import decode, resolve
from archive.rewriting import Modifier

Target = Callable[[str, Modifier], str]
"""Gives an absolute http(s) URL's address in the archive."""

NOTHING = "data:,"
"""Stands for an address that may not be loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file that a page or style sheet loads to be shown: its absolute URL as named, and what it is for."""

    url: str
    modifier: Modifier


_CHARSET = re.compile(r'\s*@charset\s+"([^"\n]*)"\s*;', re.IGNORECASE)
_CHARSET_BYTES = re.compile(rb'@charset "([^"\n]{1,40})";')
_FONT = re.compile(r"\.(?:woff2?|ttf|otf|eot)(?:[?#]|\Z)", re.IGNORECASE)

_BLANKS = r"[ \t\n\r\f]*+"
_NAMED = (
    r"""(?:"(?P<a>(?:[^"\\\n\r\f]|\\(?:\r\n|.))*+)"|'(?P<b>(?:[^'\\\n\r\f]|\\(?:\r\n|.))*+)'"""
    r"""|(?P<c>(?:[^"'()\\\s\x00-\x1f\x7f]|\\[^\n\r\f])*+))"""
)
# What begins with one of few characters is found fast; whatever is not plain goes to the parser. A CSS name may hold
# any character beyond ASCII, so "url(" behind one of those, or behind # or @, is none (CSS Syntax 3, section 4.3.4).
# Escaped marks, as in ".md\:p-2", cannot spell a name that loads.
_PLAIN = re.compile(
    r"""["'/\\uU@](?:(?<=/)\*(?:[^*]|\*(?!/))*+\*/"""
    r"""|(?<=")(?:[^"\\\n\r\f]|\\.)*+"|(?<=')(?:[^'\\\n\r\f]|\\.)*+'"""
    rf"""|(?<=[uU])(?<![-\w#@\x80-\U0010ffff][uU])(?i:rl)\((?:{_BLANKS}{_NAMED}{_BLANKS}\)|(?P<bad>))"""
    r"""|(?<=\\)(?:[^0-9a-zA-Z\n\r\f-]|(?P<escape>[0-9a-fA-F]{1,6})(?:\r\n|[ \t\n\r\f])?|(?P<odd>))"""
    rf"""|(?<=@)(?i:import)(?![-\w\\\x80-\U0010ffff]){_BLANKS}"""
    r"""(?:"(?P<d>[^"\\\n\r\f]*+)"|'(?P<e>[^'\\\n\r\f]*+)'"""
    rf"""|(?i:url)\({_BLANKS}{_NAMED.replace("<a>", "<f>").replace("<b>", "<g>").replace("<c>", "<h>")}{_BLANKS}\)"""
    r"""|(?P<other>))"""
    r"""|(?<=["'])(?P<open>)|(?<=/)(?=\*)(?P<comment>))""",
    re.DOTALL,
)
_ODD = ("<!--", "@namespace", "image-set(", "src(")
# Three ways in which old browsers ran code from a style sheet. What begins with a plain word is found fast, and only
# text in lower case lets it: looking back comes after the word.
_RUNNING = (
    ("expression(", re.compile(r"expression(?<![-\w]expression)(?=\()")),
    *(
        (name, re.compile(rf"{name}(?<![-\w.#]{name})(?=(?:\s|/\*[^*]{{0,99}}\*/)*+:)"))
        for name in ("-moz-binding", "behavior")
    ),
)
# A backslash that escapes the bracket goes with it; two are one of their own.
_OPENS = re.compile(r"(?<!\\)((?:\\\\)*+)\\?<(?=[A-Za-z/!?])")
_QUOTED = {ord(each): f"%{ord(each):02X}" for each in ' "\\<>'} | {code: f"%{code:02X}" for code in range(32)}
_UNQUOTED = re.compile(r'[\x00-\x1f "\\<>]')
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_IMAGE_SETS = frozenset(("image-set", "-webkit-image-set"))
_ADDRESSES = frozenset(("url", "src"))
_RUNS = frozenset(("behavior", "-moz-binding", "-ms-behavior"))
_SPELLING = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-")
_IMPORTED = frozenset("defgh")
_NAMES = _IMPORTED | frozenset("abc")
_MARKS = {"a": '"', "b": "'", "f": '"', "g": "'"}
_OFF = "variorum-off"
_BRACKETS = {"() block": ("(", ")"), "[] block": ("[", "]"), "{} block": ("{", "}")}


def decode_css(data: bytes, charset: str | None) -> str:
    """Give a style sheet as text: by its byte order mark, as UTF-8 where valid, by header, by ``@charset``."""
    found = _CHARSET_BYTES.match(data)
    return decode(data, charset or (found[1].decode("ascii", "replace") if found else None))


def rewrite_css(text: str, url: str, part: Target) -> tuple[str, tuple[Part, ...]]:
    """Give a style sheet or a style attribute with its addresses in the archive, and the parts it loads, each once.

    ``url`` is what its addresses are relative to. The text is safe within a ``<style>`` element: no tag opens in it.
    """
    if "(" not in text and "@" not in text and "<" not in text:
        return text, ()
    text = text.replace("\x00", "\ufffd")
    if text.lstrip().startswith("<!--"):  # scripts and styles were once hidden from browsers without them
        text = text.replace("<!--", "", 1).rstrip().removesuffix("-->")
    named = _CHARSET.match(text)
    text = text[named.end() :] if named else text
    sheet = _Sheet(url, part)
    lowered = text.lower()
    if len(lowered) != len(text):  # a capital I with a dot becomes two letters
        lowered = text.translate(_LOWER)
    text = _without_code(text, lowered)
    made = None if any(each in lowered for each in _ODD) else sheet.plain(text)
    if made is None:
        sheet.parts.clear()
        made = "".join(sheet.parsed(tinycss2.parse_component_value_list(text)))
    return (_OPENS.sub(r"\1\\3c ", made) if "<" in made else made), tuple(sheet.parts.values())


def quoted(url: str) -> str:
    """Give an address that can stand in CSS strings, srcset and attributes: blanks, quotes and backslashes encoded."""
    return url.translate(_QUOTED) if _UNQUOTED.search(url) else url


def _without_code(text: str, lowered: str) -> str:
    """Give a sheet in which nothing that ran code has its name; ``lowered`` is the same text, letter for letter."""
    found = sorted(each.span() for name, pattern in _RUNNING if name in lowered for each in pattern.finditer(lowered))
    between = zip([0, *(end for _, end in found)], [*(start for start, _ in found), len(text)], strict=True)
    return _OFF.join(text[start:end] for start, end in between) if found else text


def _unescaped(written: str) -> str:
    """Give the address in one ``url(...)`` as the parser reads it."""
    (node,) = tinycss2.parse_component_value_list(written)
    return str(node.value) if node.type == "url" else str(node.arguments[0].value)


class _Sheet:
    def __init__(self, url: str, part: Target) -> None:
        self.url = url
        self.part = part
        self.parts: dict[str, Part] = {}

    def address(self, named: str, modifier: Modifier | None = None) -> str:
        """Give what stands in quotes for an address as the sheet names it."""
        bare = named.strip()
        if not bare or bare.startswith("#"):
            return quoted(bare)
        if bare[:5].lower() == "data:" and modifier != "cs_":
            return bare.replace("\\", "%5C").replace('"', "%22").replace("\n", "").replace("\r", "")
        whole = resolve(self.url, bare)
        if whole is None:
            return NOTHING
        kind: Modifier = modifier or ("oe_" if _FONT.search(whole) else "im_")
        self.parts.setdefault(whole, Part(url=whole, modifier=kind))
        return quoted(self.part(whole, kind))

    def plain(self, text: str) -> str | None:
        """Write the addresses anew where nothing but plain ``url(...)`` names any; None where more is to be read."""
        pieces: list[str] = []
        at = 0
        for found in _PLAIN.finditer(text):
            kind = found.lastgroup
            if kind is None:
                continue
            if kind == "escape":
                if chr(min(int(found[kind], 16), 0x10FFFF)) in _SPELLING:
                    return None
                continue
            if kind not in _NAMES:
                return None
            named = found[kind]
            if "\\" in named:
                named = _unescaped(
                    f'url("{named}")' if kind in "af" else f"url('{named}')" if kind in "bg" else f"url({named})"
                )
            imported = kind in _IMPORTED
            at_rule = "@import " if imported else ""
            pieces += text[at : found.start()], f'{at_rule}url("{self.address(named, "cs_" if imported else None)}")'
            at = found.end()
        pieces.append(text[at:])
        return "".join(pieces)

    def parsed(self, nodes: list[Node]) -> Iterator[str]:
        """Write the sheet anew, token by token; nested as deep as it likes."""
        stack: list[tuple[Iterator[Node], str, bool]] = [(iter(nodes), "", False)]
        statement = ""
        while stack:
            inside, closing, in_set = stack[-1]
            node = next(inside, None)
            if node is None:
                stack.pop()
                statement = ""
                yield closing
                continue
            kind = node.type
            if kind in ("whitespace", "comment"):
                yield node.serialize()
                continue
            if kind == "literal" and node in ("<!--", "-->"):
                yield " "  # what stands around it must not become one word
                continue
            modifier: Modifier | None = "cs_" if statement == "import" else None
            if statement == "import":
                statement = ""
                if kind == "string":
                    yield f'"{self.address(node.value, modifier)}"'
                    continue
            elif statement == "namespace":
                if kind in ("ident", "string", "url") or (kind == "function" and node.lower_name == "url"):
                    yield node.serialize()
                    continue
                statement = ""
            if kind == "at-keyword":
                name = node.lower_value
                # What names a namespace is not loaded; within a block the word means nothing.
                statement = name if name == "import" or (name == "namespace" and len(stack) == 1) else ""
                yield node.serialize()
            elif kind == "url":
                yield f'url("{self.address(node.value, modifier)}")'
            elif kind == "string" and in_set:
                yield f'"{self.address(node.value, "im_")}"'
            elif kind == "function":
                strings = [each for each in node.arguments if each.type == "string"]
                if node.lower_name in _ADDRESSES and strings:
                    yield f'url("{self.address(strings[0].value, modifier)}")'
                    continue
                name = _OFF if node.lower_name == "expression" else tinycss2.serialize_identifier(node.name)
                yield f"{name}("
                stack.append((iter(node.arguments), ")", node.lower_name in _IMAGE_SETS))
            elif kind in _BRACKETS:
                opening, closing = _BRACKETS[kind]
                yield opening
                stack.append((iter(node.content), closing, False))
            elif kind == "ident" and node.lower_value in _RUNS:
                yield _OFF
            elif node == "<":
                yield "< "
            else:
                yield node.serialize()
