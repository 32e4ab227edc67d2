"""A later capture of the same page whose article nobody edited: real advertisements, boxes, counters and hashes change.

Works on the raw HTML text and takes its blocks from other real pages (``donors``). It knows boxes by their shape only
(links, forms, frames, words), never by their names, and imports nothing of the product it tries.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from tests.sheet import Node, Sheet, scan, tags

BLOCKS = frozenset(("div", "aside", "section", "ul", "ol", "nav"))
"""What a box is made of."""
ROOMS = frozenset(("body", "div", "section", "article", "main", "aside", "td"))
"""Elements a box may stand in."""
CLOSED = tags(
    "p a b i em strong font h1 h2 h3 h4 h5 h6 button label figure figcaption blockquote picture noscript template svg"
    " select ul ol dl time head title details object video audio address pre code"
)
"""No box is put into one of these, at any depth."""
UNTOUCHABLE = re.compile(r"<h1\b|\bitemprop\b|\brel=.?author|ld\+json|<meta\b|<link\b|<base\b|<title\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\s+([^\s=>/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_NUMBER = re.compile(r"\s*\(?\s*\d{1,3}(?:[.,\s]?\d{3})*(?:[.,]\d)?\s?[kKmM]?\s*\)?\s*")
_HEX = re.compile(r"(?<=[\"'/.\-_=])[0-9a-f]{8,64}(?=[\"'/.\-_&])")
_NONCE = re.compile(r"""(\bnonce\s*=\s*["'])([^"']+)""", re.IGNORECASE)
_ASSET = re.compile(r"""(\b(?:src|href)\s*=\s*["'][^"'?]+?\.(?:js|css))(?:\?[^"']*)?(?=["'])""", re.IGNORECASE)

Drawn = random.Random


class Edit(NamedTuple):
    """``text`` takes the place of what stands from ``start`` to ``end``."""

    start: int
    end: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A block cut out of another page: what it is by its shape, and its HTML."""

    shape: str
    html: str
    prose: int


def alter(page: bytes, seed: int, donors: Sequence[bytes]) -> bytes:
    """Make the page as it is captured another time, with its article as it was."""
    return alter_told(page, seed, donors)[0]


def alter_told(
    page: bytes, seed: int, donors: Sequence[bytes], kinds: Sequence[str] | None = None
) -> tuple[bytes, tuple[str, ...]]:
    """Do as ``alter``, and name what was done; ``kinds`` takes some of ``KINDS`` only."""
    drawn = random.Random(f"{seed} {crc32(page)}")
    sheet = scan(page.decode("utf-8", "surrogateescape"))
    boxes = tuple(box for donor in donors for box in cut(donor))
    chosen = tuple(KINDS) if kinds is None else tuple(kinds)
    edits: list[Edit] = []
    for kind in chosen:
        if kinds is not None or drawn.random() < 0.8:
            edits += KINDS[kind](sheet, drawn, boxes)
    return _applied(sheet.html, edits)


def _applied(html: str, edits: list[Edit]) -> tuple[bytes, tuple[str, ...]]:
    made: list[str] = []
    done: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, -edit.end)):
        if edit.start < at or html[edit.start : edit.end] == edit.text:
            continue  # what stands in a block that was taken out
        made += html[at : edit.start], edit.text
        at = edit.end
        done.append(edit.kind)
    made.append(html[at:])
    return "".join(made).encode("utf-8", "surrogateescape"), tuple(sorted(set(done)))


# ------------------------------------------------------------------------------------------------ boxes of other pages


@lru_cache(maxsize=600)
def cut(donor: bytes) -> tuple[Box, ...]:
    """Cut the boxes out of the frame of a page."""
    sheet = scan(donor.decode("utf-8", "surrogateescape"))
    found = [
        Box(shape=shape, html=html, prose=sheet.prose(node))
        for node in sheet.nodes
        if node.name in BLOCKS and node.end - node.start < 30_000 and re.search(r"\b(?:class|id)\s*=", node.attributes)
        if sheet.is_sound(node) and not sheet.touches_story(node)
        if (shape := _shape(sheet, node)) is not None
        if not UNTOUCHABLE.search(html := sheet.html[node.start : node.end]) and "<article" not in html.lower()
    ]
    return tuple(random.Random(len(donor)).sample(found, min(40, len(found))))


def _shape(sheet: Sheet, node: Node) -> str | None:
    html = sheet.html[node.start : node.end].lower()
    words, linked, links = sheet.words(node), sheet.linked(node), html.count("<a ")
    if words <= 60 and re.search(r"<(?:iframe|ins|script|img)\b", html):
        return "advertisement"
    if not 20 <= words <= 400:
        return None
    if re.search(r"<(?:form|input|button)\b", html) and words <= 120:
        return "form"
    if links >= 3 and linked >= 0.6 * words and words >= 3 * links:
        return "list"
    return "prose" if sheet.prose(node) >= 60 and words <= 150 else None


def _box(drawn: Drawn, boxes: Sequence[Box], *, prose: int) -> str | None:
    shape = drawn.choice(("advertisement", "form", "list", "list", "prose"))
    fit = [box for box in boxes if box.prose <= prose]
    fit = [box for box in fit if box.shape == shape] or fit
    return drawn.choice(fit).html if fit else None


# ------------------------------------------------------------------------------------------------- what is done to them


def _inside(sheet: Sheet, drawn: Drawn, boxes: Sequence[Box]) -> Iterator[Edit]:
    """Put boxes between the blocks of the story, in their own containers."""
    places = [
        left.end
        for home in sheet.homes
        if _has_room(sheet, home)
        for left, right in zip(home.children, home.children[1:], strict=False)
        if left.whole and left.name not in {"script", "style", "a", "span", "br", "img"} and right.name != "figcaption"
    ]
    for place in drawn.sample(places, min(len(places), drawn.randint(1, 4))):
        if (html := _box(drawn, boxes, prose=500)) is not None:
            yield Edit(place, place, html, "box inside the story")


def _around(sheet: Sheet, drawn: Drawn, boxes: Sequence[Box]) -> Iterator[Edit]:
    """Put boxes before, after and beside the story, and at both ends of the page."""
    stories = [node for node in (*sheet.homes, sheet.region) if node is not None and node.parent is not None]
    places = [
        place
        for node in stories
        if node.whole and node.parent is not None and _has_room(sheet, node.parent)
        for place in (node.start, node.end)
    ]
    places += [node.inside for node in sheet.nodes if node.name == "aside" and _has_room(sheet, node)]
    places += [place for node in sheet.nodes if node.name == "body" for place in (node.inside, node.close)]
    for place in drawn.sample(places, min(len(places), drawn.randint(1, 4))):
        if (html := _box(drawn, boxes, prose=2000)) is not None:
            yield Edit(place, place, html, "box around the story")


def _has_room(sheet: Sheet, node: Node) -> bool:
    """Whether a box may stand in it: blocks only, no words of its own."""
    line = list(sheet.line(node))
    return node.name in ROOMS and not any(each.name in CLOSED for each in line) and not sheet.speaks(node)


def _swapped(sheet: Sheet, drawn: Drawn, boxes: Sequence[Box]) -> Iterator[Edit]:
    """Take boxes of the page itself out, put others in their place, or turn their order round."""
    for node in _own_boxes(sheet):
        way = drawn.choice(("removed", "replaced", "shuffled", "left", "left"))
        if way == "removed":
            yield Edit(node.start, node.end, "", "own box removed")
        elif way == "replaced" and (html := _box(drawn, boxes, prose=500)) is not None:
            yield Edit(node.start, node.end, html, "own box replaced")
        elif way == "shuffled" and len(node.children) > 2 and not sheet.speaks(node):
            parts = [sheet.html[child.start : child.end] for child in node.children]
            drawn.shuffle(parts)
            yield Edit(node.children[0].start, node.children[-1].end, "\n".join(parts), "own list in another order")


def _own_boxes(sheet: Sheet) -> Iterator[Node]:
    for node in sheet.nodes:
        if node.name not in BLOCKS or not sheet.is_sound(node) or sheet.holds_story(node) or sheet.prose(node):
            continue
        within = sheet.region is not None and sheet.region.start < node.start < sheet.region.end
        share, links = sheet.linked(node) / max(1, sheet.words(node)), sheet.links(node)
        # Within the story a list of links may be what the author wrote: only what is nearly all links, and named.
        if within and (share < 0.9 or node.name in {"ul", "ol"} or "class" not in node.attributes):
            continue
        if _shape(sheet, node) not in {"list", "form"} or (share < 0.6 and within) or (links < 2 and within):
            continue
        if not UNTOUCHABLE.search(sheet.html, node.start, node.end):
            yield node


def _counted(sheet: Sheet, drawn: Drawn, boxes: Sequence[Box]) -> Iterator[Edit]:
    """Change the numbers that stand alone in the frame, and those in links to a place on the page (comments)."""
    for text in sheet.texts:
        if sheet.touches_story(text) or text.end - text.start > 30 or not any(map(str.isdecimal, text.of(sheet.html))):
            continue
        line = list(sheet.line(text.owner))
        names = {node.name for node in line}
        if names & {"time", "p", "sup", "head", "script", "style", "h1", "h2", "h3"}:
            continue
        told = text.of(sheet.html)
        number = int("".join(filter(str.isdecimal, told))[:9])
        maybe_date = number <= 31 or 1900 <= number <= 2100
        anchor = next((node for node in line if node.name == "a"), None)
        on_page = anchor is not None and re.search(r"""href=["'][^"']*#\w""", anchor.attributes) is not None
        if on_page or (_NUMBER.fullmatch(told) and (not maybe_date or names & {"a", "button"})):
            yield Edit(text.start, text.end, _other_digits(told, drawn), "counter")


def _retimed(sheet: Sheet, drawn: Drawn, boxes: Sequence[Box]) -> Iterator[Edit]:
    """Change the times that stand in lists of other stories, and say what time it is at the head of the page."""
    lists = [node for node in _own_boxes(sheet) if not sheet.touches_story(node)]
    for node in lists:
        for text in sheet.texts[bisect_left(sheet.starts, node.start) : bisect_left(sheet.starts, node.end)]:
            told = text.of(sheet.html)
            if len(told) <= 25 and any(map(str.isdecimal, told)) and text.owner.name not in {"script", "style"}:
                yield Edit(text.start, text.end, _other_digits(told, drawn), "time in a list")
    for body in [node for node in sheet.nodes if node.name == "body"][:1]:
        if drawn.random() < 0.3:
            clock = f"{drawn.randrange(24):02}:{drawn.randrange(60):02}"
            made = f'<div class="{_hash(drawn)}"><span>{clock}</span></div>'
            yield Edit(body.inside, body.inside, made, "clock")


def _other_digits(told: str, drawn: Drawn) -> str:
    return re.sub(r"(?<![\d&#])\d", lambda _: str(drawn.randint(1, 9)), re.sub(r"(?<=\d)\d", "0", told))


def _scripted(sheet: Sheet, drawn: Drawn, boxes: Sequence[Box]) -> Iterator[Edit]:
    """Change nonces, hashes and query strings of scripts and styles, and put in a script and a frame."""
    for node in sheet.nodes:
        if node.name in {"script", "style", "link"}:
            tag = sheet.html[node.start : node.inside]
            if node.name == "link" and "stylesheet" not in tag.lower():
                continue
            version = f"?v={_hash(drawn)}"
            other = _NONCE.sub(lambda found: found[1] + _hash(drawn), tag)
            other = _ASSET.sub(lambda found: _HEX.sub(lambda _: _hash(drawn), found[1]) + version, other)  # noqa: B023
            yield Edit(node.start, node.inside, other, "nonces and versions")
            if node.name == "script" and "json" not in tag.lower():
                yield from (
                    Edit(found.start(), found.end(), _hash(drawn, found.end() - found.start()), "hashes in scripts")
                    for found in re.compile(r"(?<=[\"'])[0-9a-f]{16,64}(?=[\"'])").finditer(
                        sheet.html, node.inside, node.close
                    )
                )
    ends = [node.end for node in sheet.nodes if node.whole and node.parent and node.parent.name == "body"]
    for place in drawn.sample(ends, min(2, len(ends))):
        name = _hash(drawn)
        yield Edit(place, place, drawn.choice(_STRAYS).replace("#", name), "script, frame or slot")


_STRAYS = (
    '<script async src="https://cdn.example/#.js" nonce="#"></script>',
    '<script>window.dataLayer=window.dataLayer||[];dataLayer.push({"id":"#"});</script>',
    '<iframe src="https://ads.example/#" width="300" height="250" title="#"></iframe>',
    '<ins class="slot" data-slot="#" style="display:block"></ins>',
)


def _retagged(sheet: Sheet, drawn: Drawn, boxes: Sequence[Box]) -> Iterator[Edit]:
    """Change hashes in class names (one for one, as a new build does), and the order of attributes."""
    names: dict[str, str] = {}

    def renamed(found: re.Match[str]) -> str:
        return found[1] + names.setdefault(found[2], _hash(drawn, len(found[2])))

    for node in sheet.nodes:
        listed = list(_ATTRIBUTE.finditer(node.attributes))
        keys = [found[1].lower() for found in listed]
        if "".join(found[0] for found in listed) != node.attributes.rstrip(" \n\t/") or len(set(keys)) < len(keys):
            continue
        if any(each.name == "head" for each in sheet.line(node)) or node.name in {"meta", "link", "html"}:
            continue
        parts = [
            _HASHED.sub(renamed, found[0]) if key == "class" else found[0]
            for key, found in zip(keys, listed, strict=True)
        ]
        kind = "class hashes" if parts != [found[0] for found in listed] else "order of attributes"
        if drawn.random() < 0.2 and not any(re.search(r"=\s*[^\s\"']", part) for part in parts):
            drawn.shuffle(parts)
        end = node.start + 1 + len(node.name) + len(node.attributes.rstrip(" \n\t/"))
        yield Edit(node.start + 1 + len(node.name), end, "".join(parts), kind)


_HASHED = re.compile(r"((?<=[\s\"'])|[-_])((?:[A-Za-z]+\d+[A-Za-z]|\d+[A-Za-z]+\d)[A-Za-z0-9]{2,9})(?=[\s\"'])")


def _hash(drawn: Drawn, length: int = 8) -> str:
    return "a" + "".join(drawn.choices("0123456789abcdef", k=length - 1))


KINDS: dict[str, Callable[[Sheet, Drawn, Sequence[Box]], Iterator[Edit]]] = {
    "inside": _inside,
    "around": _around,
    "swapped": _swapped,
    "counted": _counted,
    "retimed": _retimed,
    "scripted": _scripted,
    "retagged": _retagged,
}
"""The kinds of noise by name; each gives its edits of the page as it was."""
