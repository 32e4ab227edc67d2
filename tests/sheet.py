"""An HTML text as a tree of places in it, so that it can be edited as text; knows where its story probably stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

LONG = 60
"""Characters from which a paragraph is prose."""


def tags(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


VOID = tags("area base br col embed hr img input link meta param source track wbr")
RAW = frozenset(("script", "style", "textarea", "title", "xmp"))
_ENDS_ITSELF = {
    "li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "tr": {"tr", "td", "th"}, "td": {"td", "th"},
    "th": {"td", "th"}, "option": {"option"}, "body": {"head"},
}  # fmt: skip
"""By the element that opens: those it closes when they are open last."""
_OPTIONAL = tags("p li dt dd tr td th option tbody thead tfoot html body head colgroup")
_CLOSES_P = tags(
    "p div ul ol dl table section article aside nav header footer main figure form h1 h2 h3 h4 h5 h6 blockquote pre"
    " hr address fieldset details"
)
_TOKEN = re.compile(
    r"""<!--.*?(?:-->|\Z)|<[!?][^>]*>"""
    r"""|<(/?)([a-zA-Z][^\s/>]*)((?:[^>=]++|=\s*(?:"[^"]*"|'[^']*')|=)*+)>""",  # a quote counts after "=" alone
    re.DOTALL,
)


@dataclass(slots=True, eq=False)
class Node:
    """An element: ``start`` to ``inside`` is its start tag, ``close`` to ``end`` its end tag; whole if it has both."""

    name: str
    attributes: str
    start: int
    inside: int
    parent: Node | None
    close: int = 0
    end: int = 0
    whole: bool = False
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A stretch of text that is not blank, and the element it stands in."""

    start: int
    end: int
    owner: Node

    def of(self, html: str) -> str:
        return html[self.start : self.end]


@dataclass(slots=True)
class _Reader:
    html: str
    nodes: list[Node] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    flaws: list[int] = field(default_factory=list)
    open: list[Node] = field(default_factory=list)

    def read(self) -> None:
        at = 0
        while (found := _TOKEN.search(self.html, at)) is not None:
            self._text(at, found.start())
            at = found.end()
            if found[2] is None:
                continue
            name = found[2].lower()
            if found[1]:
                self._close(name, found.start(), found.end())
            elif (node := self._opened(name, found)).name in RAW:
                at = self._raw(node)
        self._text(at, len(self.html))
        while self.open:
            self._drop(len(self.html))

    def _text(self, start: int, end: int) -> None:
        if self.open and not self.html[start:end].isspace() and start < end:
            self.texts.append(Text(start, end, self.open[-1]))

    def _opened(self, name: str, found: re.Match[str]) -> Node:
        while self.open and (
            self.open[-1].name in _ENDS_ITSELF.get(name, ()) or (self.open[-1].name == "p" and name in _CLOSES_P)
        ):
            self._drop(found.start())
        node = Node(name, found[3], found.start(), found.end(), self.open[-1] if self.open else None)
        node.close = node.end = found.end()
        if node.parent is not None:
            node.parent.children.append(node)
        self.nodes.append(node)
        drawn = found[3].endswith("/") and any(each.name in {"svg", "math"} for each in (*self.open, node))
        if name in VOID or drawn:
            node.whole = True
        else:
            self.open.append(node)
        return node

    def _raw(self, node: Node) -> int:
        ends = re.compile(rf"</{node.name}\s*>", re.IGNORECASE).search(self.html, node.inside)
        self.open.pop()
        node.close, node.end = ends.span() if ends else (len(self.html), len(self.html))
        node.whole = ends is not None
        return node.end

    def _close(self, name: str, start: int, end: int) -> None:
        if not any(each.name == name for each in self.open):
            self.flaws.append(start)
            return
        while self.open[-1].name != name:
            self._drop(start)
        node = self.open.pop()
        node.close, node.end, node.whole = start, end, True

    def _drop(self, at: int) -> None:
        node = self.open.pop()
        node.close = node.end = at
        if node.name not in _OPTIONAL:
            self.flaws.append(at)


class Sheet:
    """A page's elements and texts, in their order, and measures of any of them."""

    def __init__(self, read: _Reader) -> None:
        self.html, self.nodes, self.texts, self.flaws = read.html, read.nodes, read.texts, read.flaws
        self.starts = [text.start for text in self.texts]
        counts = [len(text.of(self.html).split()) for text in self.texts]
        in_link = [any(node.name == "a" for node in self.line(text.owner)) for text in self.texts]
        self._words = [0, *accumulate(counts)]
        self._linked = [0, *accumulate(n if inside else 0 for n, inside in zip(counts, in_link, strict=True))]
        long = {id(node) for node in self.nodes if node.name == "p" and self._letters(node) >= LONG}
        prose = [
            len(text.of(self.html)) if any(id(node) in long for node in self.line(text.owner)) else 0
            for text in self.texts
        ]
        if sum(prose) < 600:  # a page that parts its paragraphs by line breaks
            prose = [size if (size := len(text.of(self.html).strip())) >= LONG else 0 for text in self.texts]
        self._prose = [0, *accumulate(prose)]
        self._links = [node.start for node in self.nodes if node.name == "a"]

    def line(self, node: Node | None) -> Iterator[Node]:
        """Give the element and those it stands in, the nearest first."""
        while node is not None:
            yield node
            node = node.parent

    def _letters(self, node: Node) -> int:
        low, high = self._within(node)
        return sum(text.end - text.start for text in self.texts[low:high])

    def _within(self, node: Node) -> tuple[int, int]:
        return bisect_left(self.starts, node.start), bisect_left(self.starts, node.end)

    def words(self, node: Node) -> int:
        low, high = self._within(node)
        return self._words[high] - self._words[low]

    def linked(self, node: Node) -> int:
        """Count the words in links."""
        low, high = self._within(node)
        return self._linked[high] - self._linked[low]

    def links(self, node: Node) -> int:
        return bisect_left(self._links, node.end) - bisect_left(self._links, node.start)

    def prose(self, node: Node) -> int:
        """Count the characters that stand in long paragraphs."""
        low, high = self._within(node)
        return self._prose[high] - self._prose[low]

    def speaks(self, node: Node) -> bool:
        """Whether words stand in it directly, beside its child elements."""
        low, high = self._within(node)
        return any(text.owner is node for text in self.texts[low:high])

    def is_sound(self, node: Node) -> bool:
        """Whether all in it is closed where it should be."""
        return node.whole and bisect_left(self.flaws, node.start) == bisect_left(self.flaws, node.end)

    @cached_property
    def region(self) -> Node | None:
        """The deepest element that has three fourths of the page's prose."""
        best, among = None, [node for node in self.nodes if node.parent is None]
        while among:
            node = max(among, key=self.prose)
            if self.prose(node) < 0.75 * self._prose[-1] or self._prose[-1] == 0 or node.name == "p":
                break
            best, among = node, node.children
        return best

    @cached_property
    def homes(self) -> list[Node]:
        """The elements whose long paragraphs, each wrapped or not, are a sixth of the page's prose or more."""
        own: dict[int, tuple[Node, int]] = {}
        for node in self.nodes:
            if node.name != "p" or not (size := self.prose(node)):
                continue
            home = node.parent
            while home is not None and home.parent is not None and self.prose(home) == size:
                home = home.parent
            if home is not None:
                own[id(home)] = (home, own.get(id(home), (home, 0))[1] + size)
        return [node for node, size in own.values() if size >= self._prose[-1] / 6]

    def touches_story(self, place: Node | Text) -> bool:
        """Whether it overlaps the place where the story stands."""
        stories = [*self.homes, *([self.region] if self.region is not None else [])]
        return any(place.start < story.end and story.start < place.end for story in stories if story.name != "body")

    def holds_story(self, node: Node) -> bool:
        """Whether the story, or one of its parts, stands in it as a whole."""
        stories = [*self.homes, *([self.region] if self.region is not None else [])]
        return any(node.start <= story.start and story.end <= node.end for story in stories)


def scan(html: str) -> Sheet:
    """Read the tree of an HTML text, as far as it has one."""
    read = _Reader(html)
    read.read()
    read.flaws.sort()
    return Sheet(read)
