"""A page as blocks of text in page order, each with the place it stands in. Pure.

A block is a run of text between two block-level boundaries; paragraphs of an article are blocks, and so is all that
stands around it. What later tells an edit from a changed frame is where a block stands: beside which others, in an
element of which kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from lxml import etree
from lxml.html import HtmlElement

from archive.model import Layout, Place
from archive.wording import mark

INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
     "ins", "kbd", "label", "mark", "math", "nobr", "output", "picture", "q", "rb", "rp", "rt", "ruby", "s", "samp",
     "small", "source", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr")
)  # fmt: skip
UNSEEN = frozenset(
    ("script", "style", "noscript", "template", "title", "svg", "iframe", "select", "textarea", "object")
)
# Elements that belong to the text itself: what they are in is the place, not they.
_TEXTUAL = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd", "figure",
     "figcaption", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "hr", "address")
)  # fmt: skip


_SIGNS = 6
_LISTED = frozenset(("h2", "h3", "h4", "h5", "h6", "blockquote", "li", "dt", "dd", "td", "th", "caption"))


@dataclass(slots=True, eq=False)
class Block:
    """A run of text: ``element`` is the block-level element it stands in, ``linked`` the characters inside links."""

    text: str
    element: HtmlElement
    anchors: list[HtmlElement]
    linked: int
    mark: int = 0
    place: Place | None = None


_INSIDE, _BOUNDARY, _SKIPPED, _BREAK, _LINK = range(5)
_KINDS: dict[object, int] = {
    **dict.fromkeys(INLINE, _INSIDE), **dict.fromkeys(UNSEEN, _SKIPPED), "br": _BREAK, "a": _LINK,
}  # fmt: skip


def blocks(tree: HtmlElement) -> list[Block]:
    """Give the blocks of a page's body in page order; scripts, styles and form fields are none."""
    body = tree.find("body")
    root = tree if body is None else body
    found: list[Block] = []
    owners: list[HtmlElement] = [root]
    parts: list[str] = []
    anchors: list[HtmlElement] = []
    linked = breaks = depth = 0
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        kind = _KINDS.get(element.tag, _BOUNDARY)
        ended = False
        if event == "start":
            text = element.text
            if kind == _BOUNDARY:
                ended = element is not root
            elif kind == _LINK:
                depth += 1
                anchors.append(element)
            elif kind == _BREAK:
                breaks += 1
                ended = breaks > 1
                text = " "
            elif kind == _SKIPPED:
                walker.skip_subtree()
                continue
        else:
            text = element.tail
            if kind == _BOUNDARY:
                ended = True
            elif kind == _LINK:
                depth -= 1
        if ended:
            # What a run holds without any text, such as the link around a picture, belongs to no block.
            if parts:
                words = " ".join("".join(parts).split())
                # A lone sign, such as the stroke between two links, says nothing.
                if words and (len(words) > _SIGNS or any(map(str.isalnum, words))) and (key := mark(words)):
                    found.append(Block(words, owners[-1], anchors, linked, key))
                parts = []
            anchors, linked, breaks = [], 0, 0
            if kind == _BOUNDARY:
                if event == "start":
                    owners.append(element)
                elif element is root:
                    break
                else:
                    owners.pop()
            if depth:
                anchors.append(_link_around(element))
        if text:
            if not text.isspace():
                breaks = 0
                if depth:
                    linked += len(" ".join(text.split()))
            parts.append(text)
    return found


def _link_around(element: HtmlElement) -> HtmlElement:
    """Give the link that an element stands in or ends."""
    return next((each for each in element.iterancestors("a")), element)


# ---------------------------------------------------------------------------------------------------------- places


def layout(found: list[Block], chosen: list[int]) -> Layout:
    """Give the blocks as marks and places; ``chosen`` are the indexes of those that are the article's text."""
    places = Places()
    for block in found:
        if block.place is None:
            block.place = places.of(block.element)
    table: dict[Place, int] = {}
    numbers: dict[int, int] = {}  # most blocks share their place, and a place is dear to hash
    at: list[int] = []
    for block in found:
        if (place := block.place) is not None:
            number = numbers.get(id(place))
            if number is None:
                number = numbers[id(place)] = table.setdefault(place, len(table))
            at.append(number)
    return Layout(
        marks=tuple(block.mark for block in found),
        at=tuple(at),
        places=tuple(table),
        links=tuple(number for number, block in enumerate(found) if is_link(block)),
        chosen=tuple(chosen),
    )


def is_link(block: Block) -> bool:
    """Tell whether most of a block is links."""
    return 2 * block.linked > len(block.text)


class Places:
    """Places of the elements of one page, each made once; numbers are given as containers are met."""

    def __init__(self) -> None:
        self._places: dict[HtmlElement, Place] = {}
        self._alike: dict[tuple[str, HtmlElement | None, bool, bool], Place] = {}
        self._numbers: dict[HtmlElement | None, int] = {None: 0}

    def of(self, element: HtmlElement) -> Place:
        known = self._places.get(element)
        if known is None:
            known = self._places[element] = self._found(element)
        return known

    def _found(self, element: HtmlElement) -> Place:
        tag = element.tag
        shape, textual, heading = _named(element), tag in _TEXTUAL, tag == "h1"
        above = element.getparent()
        if not textual and _holds_blocks(element):
            above, shape, textual = element, "#", True  # text that stands loose in a container
        else:
            while above is not None and above.tag in _TEXTUAL:
                shape = f"{_named(above)}>{shape}"
                heading = heading or above.tag == "h1"
                above = above.getparent()
        known = self._alike.get((shape, above, textual, heading))
        if known is None:
            known = self._alike[shape, above, textual, heading] = self._made(shape, above, textual, heading)
        return known

    def _made(self, shape: str, above: HtmlElement | None, textual: bool, heading: bool) -> Place:
        outer = above.getparent() if above is not None else None
        return Place(
            shape=crc32(shape.encode()),
            group=self._number(above),
            group_shape=_shape(above),
            outer=self._number(outer),
            outer_shape=_shape(outer),
            beyond=self._number(outer.getparent() if outer is not None else None),
            textual=textual,
            heading=heading,
            listed=any(part.partition(".")[0] in _LISTED for part in shape.split(">")),
        )

    def _number(self, element: HtmlElement | None) -> int:
        return self._numbers.setdefault(element, len(self._numbers))


def _shape(element: HtmlElement | None) -> int:
    return 0 if element is None else crc32(_named(element).encode())


def _named(element: HtmlElement) -> str:
    return f"{element.tag!s}.{element.get('class') or ''}"


def _holds_blocks(element: HtmlElement) -> bool:
    return any(_KINDS.get(child.tag, _BOUNDARY) == _BOUNDARY for child in element)
