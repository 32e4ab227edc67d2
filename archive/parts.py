"""What a page needs to be shown, and what of it the archive lacks.

A page's parts are those that replay would ask for (``archive.rewriting``), and what its style sheets load in turn.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive import ingest
from archive.errors import Damaged
from archive.judge import HTML
from archive.model import Capture, RecordId, Url, UrlKey
from archive.originals import original_of
from archive.rewriting import LONGEST_PAGE, LONGEST_SHEET
from archive.rewriting.css import decode_css, rewrite_css
from archive.rewriting.page import Part, rewrite_page
from archive.store import Connection, Store, captures, parts
from archive.store.parts import Lack
from archive.timing import Clock
from archive.urls import urlkey
from archive.warc.files import WarcFolder

KINDS: Mapping[str, str] = {
    "im_": "picture", "cs_": "style sheet", "if_": "frame", "js_": "script", "oe_": "other",
}  # fmt: skip
"""What a part is to a page, in words, by its modifier."""

DEPTH = 4
"""Style sheets that import one another are followed so far."""
SHEETS = 100
"""Style sheets of one page that are gone through."""
PARTS = 5_000
"""Parts of one page that are told of."""
KEPT = 2_000
BATCH = 50
"""Pages looked through between two writes."""

Named = tuple[tuple[str, str], ...]
"""Parts as URL and modifier, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageParts:
    """What a page needs: each part once, in order; ``lacks`` are those that no capture shows."""

    parts: tuple[Lack, ...]
    lacks: tuple[Lack, ...]


class Sheets:
    """What style sheets load, each gone through once; those met last are kept."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._known: OrderedDict[RecordId, Named] = OrderedDict()

    def of(self, folder: WarcFolder, sheet: Capture) -> Named:
        """Give what a stored style sheet loads; nothing where it cannot be read."""
        known = self._known.get(sheet.id)
        if known is None:
            known = self._known[sheet.id] = _of_sheet(folder, sheet)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(sheet.id)
        return known


def parts_of(conn: Connection, folder: WarcFolder, capture: Capture, sheets: Sheets | None = None) -> PageParts | None:
    """Give what the page in a capture needs; None where it is no page, or its bytes cannot be read."""
    payload = _page_in(conn, folder, capture)
    if payload is None:
        return None
    try:
        found = dict(_of_page(conn, payload, capture.url))
    except MemoryError:  # a page made to be too much, which must not keep all others from being looked through
        return None
    known = sheets or Sheets()
    waiting = [url for url, modifier in found.items() if modifier == "cs_"]
    seen: set[UrlKey] = set()
    for _ in range(DEPTH):
        further: list[str] = []
        for url in waiting:
            key = urlkey(url)
            if key in seen or len(seen) >= SHEETS or len(found) >= PARTS:
                continue
            seen.add(key)
            for part, modifier in _loaded(conn, folder, capture, key, Url(url), known):
                if part not in found:
                    found[part] = modifier
                    if modifier == "cs_":
                        further.append(part)
        waiting = further
    return _sorted_out(conn, list(found.items())[:PARTS])


def _sorted_out(conn: Connection, named: Sequence[tuple[str, str]]) -> PageParts:
    once: dict[UrlKey, Lack] = {}
    for url, modifier in named:
        key = urlkey(url)
        once.setdefault(key, Lack(url=Url(url), urlkey=key, modifier=modifier))
    held = parts.held(conn, once.keys())
    return PageParts(parts=tuple(once.values()), lacks=tuple(lack for key, lack in once.items() if key not in held))


def _loaded(conn: Connection, folder: WarcFolder, page: Capture, key: UrlKey, url: Url, sheets: Sheets) -> Named:
    """Give what a style sheet loads, in the capture that replay would show beside the page."""
    sheet = captures.closest(conn, key, page.at, url=url)
    original = None if sheet is None else original_of(conn, sheet)
    if original is None or (original.status or 200) >= 300:
        return ()
    return sheets.of(folder, original)


def links_of(conn: Connection, folder: WarcFolder, capture: Capture) -> frozenset[str]:
    """Give where the page in a capture links to; nothing where it is no page, or its bytes cannot be read."""
    payload = _page_in(conn, folder, capture)
    if payload is None:
        return frozenset()
    found: set[str] = set()

    def link(url: str) -> str:
        found.add(url)
        return url

    rewrite_page(payload.data, capture.url, payload.charset, part=_as_it_is, link=link, missing=lambda _: ())
    return frozenset(found)


def _page_in(conn: Connection, folder: WarcFolder, capture: Capture) -> ingest.Payload | None:
    original = original_of(conn, capture)
    if original is None:
        return None
    try:
        payload = ingest.read_capture(folder, original)
    except Damaged:
        return None
    is_read = payload.mime in HTML and payload.problem is None and len(payload.data) <= LONGEST_PAGE
    return payload if is_read else None


def _as_it_is(url: str, modifier: str) -> str:
    return url


def _of_page(conn: Connection, payload: ingest.Payload, url: str) -> Iterator[tuple[str, str]]:
    def missing(named: Sequence[Part]) -> set[str]:
        return parts.lacking(conn, [part.url for part in named])

    page = rewrite_page(payload.data, url, payload.charset, part=_as_it_is, link=lambda link: link, missing=missing)
    if page is not None:
        for part in page.parts:
            yield part.url, part.modifier


def _of_sheet(folder: WarcFolder, sheet: Capture) -> Named:
    try:
        payload = ingest.read_capture(folder, sheet)
    except Damaged:
        return ()
    if payload.problem is not None or len(payload.data) > LONGEST_SHEET or payload.mime in HTML:
        return ()
    _, named = rewrite_css(decode_css(payload.data, payload.charset), sheet.url, _as_it_is)
    return tuple((part.url, part.modifier) for part in named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How many pages were looked through, and how many of them could not be read."""

    pages: int = 0
    unread: int = 0


def look_through(
    store: Store,
    folder: WarcFolder,
    clock: Clock,
    *,
    site: str | None = None,
    keys: Sequence[UrlKey] | None = None,
    again: bool = False,
    told: Callable[[Looked], None] = lambda _: None,
) -> Looked:
    """Look through the pages that nobody has looked through, or through all of them again, and keep what they lack.

    What was found is kept batch by batch: broken off, the next call goes on. ``told`` hears after each batch.
    """
    sheets, done, after = Sheets(), Looked(), ""
    while True:
        with store.read() as conn:
            ids = parts.to_look(conn, after=after, limit=BATCH, site=site, keys=keys, again=again)
            pages = [page for id in ids if (page := captures.by_id(conn, id)) is not None]
            found = [(page, parts_of(conn, folder, page, sheets)) for page in pages]
        if not found:
            return done
        with store.write() as conn:
            for page, its in found:
                parts.put(
                    conn,
                    page.urlkey,
                    page.refers_to or page.id,
                    site=page.site,
                    at=clock.now(),
                    lacks=its.lacks if its is not None else (),
                )
        after = pages[-1].urlkey
        done = Looked(pages=done.pages + len(found), unread=done.unread + sum(its is None for _, its in found))
        told(done)
