"""What one stored capture holds for the crawl. Runs in the processes that may be killed, and reads the record only.

The database and Scrapy are not known here: a capture's place in, plain values out.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from pathlib import Path

from archive import ingest
from archive.extract.learned import Learned
from archive.extract.page import resolve
from archive.judge import HTML
from archive.model import Capture, Reading, What
from archive.warc.answer import stored_answer
from archive.warc.files import WarcFolder
from crawler.discover import css_urls, opt_outs, read_page
from crawler.feeds import read_feed
from crawler.items import Item
from crawler.looked import Looked
from crawler.pages import Page
from crawler.requisites import Kind
from crawler.sitemaps import read_sitemap

REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A capture to be looked at: what it is to us, and what of it is asked for.

    ``known`` is the article as an earlier capture was read: what it surely shows again is not read in full, unless this
    is a ``sample``. ``learned`` is what was learned of the outlet.
    """

    warcs: str
    capture: Capture
    what: What
    reading: bool = True
    known: ingest.Known | None = None
    sample: bool = False
    learned: Learned | None = None
    links: bool = True
    requisites: bool = True


def prepare(reading: bool) -> None:
    """Load what looking needs, before memory is limited and the clock runs."""
    if reading:
        ingest.prepare()


def look(task: Task) -> Looked:
    """Read what a capture leads to, and what it says. Raises ``Damaged`` when its record can't be read."""
    folder, capture = WarcFolder(Path(task.warcs)), task.capture
    if capture.status in REDIRECTS:
        head, _ = stored_answer(folder, capture.locator)
        location = head.text(b"location") if head is not None else None
        if location is None:
            return Looked(problem=f"a {capture.status} that does not say where to")
        text = location.encode("latin-1").decode("utf-8", "replace").strip()
        target = text.partition("#")[0]
        whole = resolve(capture.url, target) if task.reading else None
        return Looked(target=target, reading=ingest.led(capture, whole) if whole else None)
    payload = ingest.read_capture(folder, capture)
    if capture.status is not None and capture.status >= 400:
        return Looked(reading=ingest.reading(capture, payload, task.learned) if task.reading else None)
    if task.what == "feed":
        return _feed(payload, capture)
    if task.what == "sitemap":
        return _sitemap(payload, capture)
    if task.what == "requisite":
        if payload.mime != "text/css":
            return Looked()
        text = payload.data.decode(payload.charset or "utf-8", "replace") if _known(payload.charset) else ""
        return Looked(requisites=tuple(css_urls(text, capture.url)))
    return _page(task, payload)


def _known(charset: str | None) -> bool:
    try:
        codecs.lookup(charset or "utf-8")
    except LookupError:
        return False
    return True


def _feed(payload: ingest.Payload, capture: Capture) -> Looked:
    feed = read_feed(payload.data, capture.url, payload.mime)
    if feed is None:
        return Looked(problem="it is no feed")
    older = (Item(url=feed.next, title=None, dated=None, lastmod=None),) if feed.next else ()
    return Looked(items=feed.items, further=older, problem="; ".join(feed.problems) or None)


def _sitemap(payload: ingest.Payload, capture: Capture) -> Looked:
    found = read_sitemap(payload.data, capture.url, payload.mime)
    if found is None:
        return Looked(problem="it is no sitemap")
    return Looked(items=found.items, further=found.sitemaps, problem="; ".join(found.problems) or None)


def _page(task: Task, payload: ingest.Payload) -> Looked:
    capture = task.capture
    reading, agreed = read(task, payload) if task.reading else (None, None)
    wanted = (task.links or task.requisites) and payload.mime in (*HTML, None)
    page = read_page(payload.data, capture.url, payload.charset) if wanted else None
    wishes = opt_outs(dict(payload.wishes), page)
    if reading is not None and wishes:
        reading = replace(reading, reasons=(*reading.reasons, *(f"opt-out: {wish}" for wish in wishes)))
    if page is None:
        return Looked(reading=reading, agreed=agreed)
    links = (Item(url=link.url, title=link.text or None, dated=None, lastmod=None) for link in page.links)
    return Looked(
        links=tuple(links) if task.links else (),
        indexes=page.next_pages if task.links else (),
        requisites=_requisites(page, reading) if task.requisites else (),
        target=page.meta_refresh if reading is None or reading.verdict not in ("article", "same") else None,
        reading=reading,
        agreed=agreed,
    )


def read(task: Task, payload: ingest.Payload) -> tuple[Reading, bool | None]:
    """Read a page, in the cheap way where an earlier reading allows; of a sample tell whether both ways agree."""
    capture, known = task.capture, task.known
    again = ingest.same_article(capture, payload, known) if known is not None else None
    if again is not None and not task.sample:
        return again, None
    whole = ingest.reading(capture, payload, task.learned)
    if again is None or known is None:
        return whole, None
    agreed = not ingest.edits_of(known, whole)
    return (again if agreed else whole), agreed


def _requisites(page: Page, reading: Reading | None) -> tuple[tuple[str, Kind], ...]:
    """Give what the page needs; the lead picture of an article is among it even where only metadata name it."""
    found = {each.url: each.kind for each in page.requisites}
    extraction = reading.extraction if reading is not None and reading.verdict == "article" else None
    if extraction is not None and extraction.picture:
        found.setdefault(extraction.picture, "picture")
    return tuple(found.items())
