"""Pages of the corpus with their gold paragraphs found in the HTML, and splices of it.

Shares no splitter, word list or pattern with the product that it tries.
"""

from __future__ import annotations

import html as entities
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from archive.model import Flag
from benchmarks.extraction import bytes_of
from benchmarks.made_words import LANGUAGES, Words
from tests.sheet import Node, Sheet, Text, scan

LEAST_PARAGRAPHS = 6

NOTHING: frozenset[Flag] = frozenset()


class Splice(NamedTuple):
    """``text`` takes the place of what stands from ``start`` to ``end`` in the page of the corpus."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeEdit:
    """One edit: what it is, its words before and after, the flags it must and may raise, and how it is made."""

    kind: str
    before: str
    after: str
    flags: frozenset[Flag] = NOTHING
    may: frozenset[Flag] = NOTHING
    splices_before: tuple[Splice, ...] = ()
    splices_after: tuple[Splice, ...] = ()
    taken: tuple[int, ...] = ()
    is_notice: bool = False
    is_update: bool = False
    first_seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of the gold text, the element that holds it, its place in the gold text."""

    node: Node
    texts: tuple[Text, ...]
    said: str
    number: int


@dataclass(slots=True)
class Page:
    """A page of the corpus whose gold paragraphs were found in its HTML."""

    id: str
    url: str
    language: str
    title: str | None
    standfirst: bool
    sheet: Sheet
    paragraphs: list[Paragraph]
    domains: Sequence[str]
    held: bool
    taken: set[int] = field(default_factory=set)

    @property
    def html(self) -> str:
        return self.sheet.html

    def free(self) -> list[Paragraph]:
        """Give the paragraphs that no edit has touched, without the first two."""
        return [each for each in self.paragraphs if each.number > 1 and each.node.start not in self.taken]

    def words(self) -> Words:
        return LANGUAGES[self.language]


def bare(text: str) -> str:
    return "".join(entities.unescape(text).split())


def page_of(entry: Mapping[str, Any], domains: Sequence[str], *, held: bool = False) -> Page | None:
    """Find the gold paragraphs of a page in its HTML; None where too few are found."""
    try:
        text = bytes_of(entry).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return page_in(text, entry, domains, held=held)


def page_in(text: str, entry: Mapping[str, Any], domains: Sequence[str], *, held: bool = False) -> Page | None:
    """Find the paragraphs of ``entry``'s gold text in an HTML text."""
    # A copy of the text for search engines would go stale with each edit.
    text = text.replace('"articleBody"', '"articleBodyThen"')
    sheet = scan(text)
    gold = [" ".join(line.split()) for line in entry["gold"]["text"].split("\n") if line.strip()]
    wanted = {bare(line): number for number, line in reversed(list(enumerate(gold)))}
    held_by: dict[int, list[Paragraph]] = {}
    for node in sheet.nodes:
        if node.name not in {"p", "div", "li", "blockquote"} or not node.whole or node.end - node.start > 20_000:
            continue
        texts = texts_in(sheet, node)
        number = wanted.get(bare("".join(each.of(text) for each in texts)))
        if number is not None and len(gold[number]) >= 40 and not any(_hidden(each) for each in sheet.line(node)):
            found = Paragraph(node=node, texts=texts, said=gold[number], number=number)
            held_by.setdefault(number, []).append(found)
    # The innermost of nested elements; a paragraph that stands twice on the page is left alone.
    paragraphs = []
    for each in held_by.values():
        inner = [one for one in each if not any(one.node in sheet.line(other.node.parent) for other in each)]
        if len(inner) == 1:
            paragraphs.append(inner[0])
    paragraphs.sort(key=lambda each: each.node.start)
    if len(paragraphs) < LEAST_PARAGRAPHS:
        return None
    return Page(
        id=entry["id"], url=entry["url"], language=entry["gold"].get("lang", "?"), title=entry["gold"].get("title"),
        standfirst="summary" in entry["gold"],
        sheet=sheet, paragraphs=paragraphs, domains=domains, held=held,
    )  # fmt: skip


def texts_in(sheet: Sheet, node: Node) -> tuple[Text, ...]:
    low, high = sheet._within(node)
    return tuple(each for each in sheet.texts[low:high] if each.owner.name not in {"script", "style", "noscript"})


def _hidden(node: Node) -> bool:
    return node.name in {"noscript", "template", "aside", "figure", "footer"} or "display:none" in node.attributes


def spliced(text: str, splices: Sequence[Splice]) -> str:
    """Put each splice in its place."""
    parts: list[str] = []
    at = 0
    for splice in sorted(splices):
        parts += text[at : splice.start], splice.text
        at = splice.end
    return "".join((*parts, text[at:]))
