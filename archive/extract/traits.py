"""What speaks for and against a block being the article's: where it stands beside the others, and what it is. Pure.

The story stands in one element, or in several of one kind; what an extractor took elsewhere has to be like it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from lxml.html import HtmlElement

from archive.extract.blocks import Block
from archive.extract.hints import asks, hinted, rights

_TEXTUAL = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd", "figure",
     "figcaption", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "hr", "address", "center")
)  # fmt: skip
_HEADS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_ASIDE = frozenset(
    ("aside", "nav", "footer", "header", "form", "button", "figure", "figcaption", "blockquote", "table")
)
_SIZES = ((20, "tiny"), (50, "short"), (120, "line"), (300, "some"))
_FAR = 5
_NEAR = 3
_OFTEN = 0.1
_OPENING = 12

_DATE = re.compile(r"\b\d{1,2}[.:/]\d{2}\b|\b(19|20)\d\d\b")
_ENDS = tuple(".!?…。！？”\"'»)’“」』।؟۔:;：")
_LONG = 300


class Page:
    """The blocks of a page around what was taken of them; ``keys`` are their texts as they are aligned."""

    def __init__(
        self,
        found: Sequence[Block],
        keys: Sequence[str],
        taken: Collection[int],
        *,
        described: str = "",
    ) -> None:
        self.found, self.keys, self.taken = found, keys, frozenset(taken)
        self._described = described
        self._holders: dict[HtmlElement, HtmlElement] = {}
        self._hinted: dict[HtmlElement, frozenset[str]] = {}
        self.holders = [self._holder(block.element) for block in found]
        self._shapes: dict[HtmlElement, str] = {}
        self.shapes = [self._shape(block.element, holder) for block, holder in zip(found, self.holders, strict=True)]
        kins = {holder: self._kin(holder) for holder in dict.fromkeys(self.holders)}
        self._kins = [kins[holder] for holder in self.holders]
        self._times = Counter(keys)
        self._openings = Counter(key[:_OPENING] for key in keys if len(key) > _OPENING)
        mass: Counter[HtmlElement] = Counter()
        shaped: Counter[str] = Counter()
        related: Counter[str] = Counter()
        for index in sorted(self.taken):
            block = found[index]
            if 2 * block.linked < len(block.text):
                mass[self.holders[index]] += len(block.text)
                shaped[self.shapes[index]] += len(block.text)
                related[self._kins[index]] += len(block.text)
        self._mass, self._shaped, self._related = mass, shaped, related
        self._whole = sum(mass.values()) or 1
        self.main = max(mass, key=lambda each: mass[each]) if mass else None
        self._kind = self._kin(self.main) if self.main is not None else ""
        self._around = {self.main, *self.main.iterancestors()} if self.main is not None else set()
        mine = [index for index in sorted(self.taken) if self.holders[index] is self.main]
        self.first, self.last = (mine[0], mine[-1]) if mine else (0, 0)
        self.begin, self.end = (min(self.taken), max(self.taken)) if self.taken else (0, 0)
        self.headline = next(
            (index for index in range(self.first, -1, -1) if _within(found[index].element, "h1")), len(found)
        )

    def traits(self, index: int) -> list[str]:
        """Give what can be said of a block, in words."""
        block, holder = self.found[index], self.holders[index]
        text, element, key = block.text, block.element, self.keys[index]
        length = len(text)
        size = next((name for limit, name in _SIZES if length < limit), "long")
        said = ["any", size]
        said += self._where(index, holder)
        said += self._beside(index, holder)
        if block.linked:
            links = block.linked / length
            many = "all" if links > 0.9 else "most" if links > 0.5 else "many" if links > 0.2 else "few"
            said += (f"links {many}", f"links {many} {size}")
        tag = element.tag
        said.append("tag head" if tag in _HEADS else f"tag {tag}" if tag in _TEXTUAL else "tag other")
        if not text.endswith(_ENDS):
            said.append(f"open {size}")
        elif text.endswith((":", "：")):
            said.append("colon")
        if length < _LONG:
            lower = text.lower()
            if asks(lower):
                said.append("asks")
            if rights(lower):
                said.append("rights")
            if length < 60 and _DATE.search(text):
                said.append("date")
        if len(key) > _OPENING and self._openings[key[:_OPENING]] > 2:
            said.append("opens alike")
        if self._times[key] > 1:
            said.append("repeated")
        if length >= 40 and self._described and (key in self._described or self._described in key):
            said.append("described lede" if self.headline < index < self.first else "described")
        hints = self._hints(element)
        if hints:
            said += sorted(hints)
            if holder is not self.main:
                where = "before" if index < self.first else "after" if index > self.last else "between"
                said += [f"{where} {hint}" for hint in sorted(hints)]
        return said

    def as_main(self, index: int) -> bool:
        """Tell whether a block stands in another element of the main one's kind, near it, in the same way."""
        holder = self.holders[index]
        return (
            holder is not self.main
            and self._kins[index] == self._kind
            and self._shaped[self.shapes[index]] > _OFTEN * self._whole
            and self._steps(holder) <= _NEAR
        )

    def _where(self, index: int, holder: HtmlElement) -> Iterator[str]:
        where = "before" if index < self.first else "after" if index > self.last else "between"
        if holder is self.main:
            yield "in main"
            yield f"main {where}"
        else:
            share = self._mass[holder] / self._whole
            yield where
            yield "holder large" if share > 0.2 else "holder some" if share > 0.04 else "holder little"
            kin = self._related[self._kins[index]] / self._whole
            yield "kin large" if kin > 0.4 else "kin some" if kin > 0.1 else "kin little"
            if self.as_main(index):
                yield "as main"
            above = holder.getparent()
            if holder in self._around:
                yield "around main"
            elif above is self.main:
                yield "inside main"
            elif self.main is not None and above is self.main.getparent():
                yield "beside main"
            yield f"steps {self._steps(holder)}"
            if where == "before":
                yield "below headline" if index > self.headline else "above headline"
        if index == self.headline:
            yield "headline"

    def _beside(self, index: int, holder: HtmlElement) -> Iterator[str]:
        like = self._shaped[self.shapes[index]] / self._whole
        yield "shape common" if like > 0.5 else "shape often" if like > 0.1 else "shape some" if like else "shape new"
        for other, name in ((index - 1, "previous"), (index + 1, "next")):
            if other in self.taken:
                yield f"{name} with it" if self.holders[other] is holder else f"{name} taken"
        for other, name in ((index - 1, "previous"), (index + 1, "next")):
            if 0 <= other < len(self.found) and 10 * self.found[other].linked > 8 * len(self.found[other].text):
                yield f"{name} is link"
        yield f"near {sum(other in self.taken for other in range(index - 3, index + 4) if other != index)}"

    def _hints(self, element: HtmlElement) -> frozenset[str]:
        """Give what the elements around a block are called, up to those that hold the story as well."""
        path: list[HtmlElement] = []
        each: HtmlElement | None = element
        while each is not None and each not in self._around and each not in self._hinted:
            path.append(each)
            each = each.getparent()
        found = self._hinted.get(each, frozenset()) if each is not None else frozenset[str]()
        for each in reversed(path):
            found = self._hinted[each] = found.union(_hints_of(each))
        return found

    def _steps(self, holder: HtmlElement) -> int:
        steps = 0
        each: HtmlElement | None = holder
        while each is not None and each not in self._around and steps < _FAR:
            steps += 1
            each = each.getparent()
        return steps

    def _holder(self, element: HtmlElement) -> HtmlElement:
        known = self._holders.get(element)
        if known is None:
            known = element
            while known.tag in _TEXTUAL and (above := known.getparent()) is not None:
                known = above
            self._holders[element] = known
        return known

    def _kin(self, holder: HtmlElement) -> str:
        """Give what a container and the two around it are called."""
        names: list[str] = []
        each: HtmlElement | None = holder
        while each is not None and len(names) < _NEAR:
            names.append(_named(each))
            each = each.getparent()
        return "<".join(names)

    def _shape(self, element: HtmlElement, holder: HtmlElement) -> str:
        known = self._shapes.get(element)
        if known is None:
            names: list[str] = []
            each: HtmlElement | None = element
            while each is not None and each is not holder:
                names.append(_named(each))
                each = each.getparent()
            known = self._shapes[element] = "<".join(names) or "#"
        return known


def _hints_of(element: HtmlElement) -> Iterator[str]:
    if element.tag in _ASIDE:
        yield f"in {element.tag}"
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    if len(name) > 1:
        yield from hinted(name)


def _within(element: HtmlElement, tag: str) -> bool:
    above = element.getparent()
    return element.tag == tag or (above is not None and above.tag == tag)


def _named(element: HtmlElement) -> str:
    return f"{element.tag!s}.{element.get('class') or ''}"
