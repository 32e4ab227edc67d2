"""Stories that a page holds where no reader without scripts sees them: in templates, in JSON, in JSON-LD. Pure.

Only for pages whose visible text is next to nothing; what is found is read as a small page of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape, unescape

from lxml import etree
from lxml.html import HtmlElement

from archive.extract.blocks import Block, blocks
from archive.extract.page import parse

_TEMPLATES = frozenset(
    ("text/template", "text/html", "text/x-template", "text/x-handlebars-template", "text/ng-template")
)
_STRING = re.compile(r'"((?:[^"\\]|\\.){400,})"', re.DOTALL)
_MARKUP = re.compile(r"(?:<|\\u003c|&lt;)\s*p\b", re.IGNORECASE)
_SCRIPT_LIMIT = 4_000_000
_MANY = 40


def hidden(tree: HtmlElement, stated: str | None) -> tuple[list[Block], str] | None:
    """Give the longest hidden story as blocks, with where it stood; ``stated`` is what JSON-LD gives as the body."""
    best: tuple[list[Block], str] | None = None
    most = 0
    for markup, origin in _stories(tree, stated):
        page = parse(markup)
        found = [] if page is None else [each for each in blocks(page) if 2 * each.linked <= len(each.text)]
        length = sum(len(each.text) for each in found)
        if length > most:
            best, most = (found, origin), length
    return best


def _stories(tree: HtmlElement, stated: str | None) -> Iterator[tuple[str, str]]:
    """Give pieces of HTML that may be a story, with their origin; of equally long ones the first counts."""
    if stated:
        yield "".join(f"<p>{escape(line)}</p>" for line in stated.split("\n")), "json-ld"
    for element in tree.iter("noscript"):
        yield "".join(etree.tostring(child, encoding="unicode", method="html") for child in element), "noscript"
    for script in tree.iter("script"):
        text = script.text
        if not text or len(text) > _SCRIPT_LIMIT or not _MARKUP.search(text):
            continue
        if (script.get("type") or "").strip().lower() in _TEMPLATES:
            yield text, "script"
            continue
        strings = (each for _, each in zip(range(_MANY), _STRING.finditer(text), strict=False))
        for found in strings:
            markup = _unpacked(found[1])
            if markup:
                yield markup, "script"


def _unpacked(quoted: str) -> str | None:
    """Give the HTML in a JSON string, escaped once more or not; None where there is none."""
    try:
        text = json.loads(f'"{quoted}"', strict=False)
    except ValueError:
        return None
    if "&lt;" in text and "<p" not in text:
        text = unescape(text)
    return text if "<p" in text.lower() else None
