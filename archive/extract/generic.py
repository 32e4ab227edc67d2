"""Any article page to an Extraction, by trafilatura: the only module that knows it. Pure.

The same bytes, URL and capture time give the same Extraction on any day and machine: dates are read against the day
of the capture, and a date that is not all written on the page is none.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from lxml import etree
from lxml.html import HtmlElement

from archive.extract.blocks import layout
from archive.extract.body import Body, body
from archive.extract.fields import described, fields, stood
from archive.extract.learned import Learned
from archive.extract.metadata import Claims, claims
from archive.extract.openings import body_proper
from archive.extract.page import base_of, decode, parse, resolve, squeezed
from archive.model import Extraction, Layout, Link, NotAnArticle

EMPTY = NotAnArticle("there is nothing in it")
NO_TEXT = NotAnArticle("no block of it is taken for text")

_BLOCKS = frozenset(("p", "head", "item", "quote", "row", "code", "list", "table", "body", "div", "fw", "ab"))
_SPACED = frozenset(("lb", "cell"))


def load() -> None:
    """Load trafilatura, 0.3 s; not with this module, because urllib3, which comes with it, opens a socket on import."""
    import trafilatura  # noqa: F401  # htmldate and dateutil come with it


def read(html: bytes, url: str, captured_at: datetime, charset: str | None = None) -> Extraction | NotAnArticle:
    """Read the article out of a page, or say why there is none to read.

    ``charset`` is what the server said. What is read need not be an article: that is the judge's to say.
    """
    tree = parse(decode(html, charset))
    found = EMPTY if tree is None else read_tree(tree, url, captured_at, claims(tree))
    return found if isinstance(found, NotAnArticle) else found[0]


def read_tree(
    tree: HtmlElement, url: str, captured_at: datetime, said: Claims, learned: Learned | None = None
) -> tuple[Extraction, Layout] | NotAnArticle:
    """Read the article out of a page's tree, and tell where on the page its paragraphs stand."""
    found = body(tree, said, taken(tree, url))
    if found is None:
        return NO_TEXT
    # Fields before what was learned is cut: a name at the foot of every other article is a refrain, and a byline.
    whole = [found.blocks[index].text for index in found.chosen]
    told = fields(tree, url, captured_at, whole, said=said)
    shown = stood(told, found.blocks)
    chosen = found.chosen if learned is None else learned.cut(found.blocks, found.chosen)
    signature = shown.get("bylines", ()) if told.origins.get("bylines") == "foot" else ()
    chosen = body_proper(found.blocks, chosen, signature)
    extraction = Extraction(
        paragraphs=tuple(found.blocks[index].text for index in chosen),
        links=_links(found, chosen, base_of(tree, url)),
    )
    return replace(described(extraction, told), stood=shown), layout(found.blocks, chosen)


# ------------------------------------------------------------------------------------------------------- the text


def taken(tree: HtmlElement, url: str) -> list[str]:
    """Give the paragraphs that trafilatura takes for the article's; the tree is left as it is."""
    from trafilatura import bare_extraction

    found = bare_extraction(tree, url=url, fast=True, include_comments=False, deduplicate=False, output_format="xml")
    return [] if found is None or isinstance(found, dict) else _paragraphs(found.body)


def _paragraphs(whole: etree._Element) -> list[str]:
    paragraphs: list[str] = []
    run: list[str] = []

    def end() -> None:
        if text := squeezed("".join(run)):
            paragraphs.append(text)
        run.clear()

    for event, element in etree.iterwalk(whole, events=("start", "end")):
        if event == "start":
            if element.tag in _BLOCKS:
                end()
            elif element.tag in _SPACED:
                run.append(" ")
            run.append(element.text or "")
        else:
            if element.tag in _BLOCKS:
                end()
            if element is not whole:
                run.append(element.tail or "")
    end()
    return paragraphs


def _links(found: Body, chosen: list[int], base: str) -> tuple[Link, ...]:
    return tuple(
        Link(url=target, text=squeezed(anchor.text_content()), paragraph=paragraph)
        for paragraph, index in enumerate(chosen)
        for anchor in found.blocks[index].anchors
        if (target := resolve(base, anchor.get("href") or ""))
    )
