"""The lead picture of an article and its caption. Pure."""

from __future__ import annotations

from lxml.html import HtmlElement

from archive.extract.metadata import Claims
from archive.extract.page import resolve
from archive.extract.shown import CAPTION, Shown, elsewhere, words_of

_NEAR = 90  # elements
_LONGEST = 1000


def lead_figure(seen: Shown, place: int | None) -> HtmlElement | None:
    """Give the lead figure: the first near the headline or after it that holds a picture."""
    for at, element in seen.figures:
        if place is not None and not place - _NEAR <= at <= place + 3 * _NEAR:
            continue
        parent = element.getparent()
        if parent is not None and elsewhere(parent, seen.spine):
            continue
        if next(element.iter("img", "picture", "amp-img", "video"), None) is not None:
            return element
    return None


def picture(base: str, said: Claims, figure: HtmlElement | None) -> tuple[str, str] | None:
    for text, origin in sorted(said.all("picture"), key=lambda each: each[1] != "og"):
        if whole := resolve(base, text):
            return whole, origin
    image = None if figure is None else next(figure.iter("img", "amp-img"), None)
    if image is not None:
        text = image.get("src") or ""
        if text.startswith("data:") or not text:
            text = image.get("data-src") or image.get("data-lazy-src") or ""
        if text and (whole := resolve(base, text)):
            return whole, "figure"
    return None


def caption(seen: Shown, place: int | None, figure: HtmlElement | None) -> tuple[str, str] | None:
    own = None if figure is None else next(figure.iter("figcaption"), None)
    if own is not None and (text := words_of(own)):
        return text[:_LONGEST], "figcaption"
    for at, element in seen.marked[CAPTION]:
        if place is not None and not place - _NEAR <= at <= place + _NEAR:
            continue
        if element.tag in ("img", "figure", "body", "video") or elsewhere(element, seen.spine):
            continue
        inside = [
            each
            for each in element.iter()
            if "caption" in (each.get("class") or "").lower() and "text" in (each.get("class") or "").lower()
        ]
        if 3 < len(text := words_of(inside[0] if inside else element)) <= _LONGEST:
            return text, "figcaption" if element.tag == "figcaption" else "class"
    return None
