"""An archived page for safe replay: links and parts point into the archive, nothing of it can run. Pure.

The page is parsed, and written anew from its tree: text and attributes escaped, elements and attributes by name, so
that no browser can read in it what the parser did not see. The policies of the server are the second wall.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from archive.extract.page import decode, parse
from archive.rewriting import markup
from archive.rewriting.css import Part, Target
from archive.rewriting.elements import Document, Rewritten

__all__ = ["Part", "Rewritten", "Target", "rewrite_page"]


def rewrite_page(
    data: bytes,
    url: str,
    charset: str | None,
    *,
    part: Target,
    link: Callable[[str], str],
    missing: Callable[[Sequence[Part]], Collection[str]],
) -> Rewritten | None:
    """Give a page for safe replay; None where there is nothing to parse.

    ``charset`` is what its HTTP head says. ``link`` gives the address of a page it links to, which opens in the whole
    window. ``missing`` is asked once, with all files the page names, and gives the URLs the archive does not have.
    Raises ``MemoryError`` where the parser runs out of memory.
    """
    text = decode(data, charset)
    tree = parse(text, bare=True)
    if tree is None:
        return None
    kind = markup.doctype(text)
    document = Document(tree, url, part=part, link=link)
    try:
        document.walk(standard=bool(kind))
        return document.finished(kind, missing)
    finally:
        document.openers.clear()  # they hold the document, and with it the tree, until the collector comes
