"""The pages of a package: each revision of an article with its text, and what else a reader would open (standards: X5).

A page that shows an article again is not told twice; feeds, robots.txt and the parts of pages are no pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from archive.errors import Damaged
from archive.exchange.datapackage import milliseconds
from archive.exchange.scratch import Scratch
from archive.extract.page import decode, parse, squeezed
from archive.ingest import read_capture
from archive.judge import HTML
from archive.model import Article, Capture, Revision, Url, UrlKey
from archive.store import Connection, Store, articles
from archive.warc.files import WarcFolder

HEADER = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True}
_TITLE_WITHIN = 256 * 1024
_NO_PAGES = ("robots", "feed", "sitemap", "requisite")


@dataclass(slots=True)
class MainPage:
    """The page a package opens with: the front page where it is among them, else the first that was listed."""

    url: Url | None = None
    at: datetime | None = None
    is_front: bool = False

    def see(self, capture: Capture, *, is_front: bool) -> None:
        """Take a listed page where it is the better one."""
        if self.at is None or (is_front and not self.is_front):
            self.url, self.at, self.is_front = capture.url, capture.at, is_front


def pages(store: Store, folder: WarcFolder, scratch: Scratch, main: MainPage) -> Iterator[bytes]:
    """Give the lines of pages.jsonl, its header first; what it opens with is put into ``main``."""
    yield _line(HEADER)
    with store.read() as conn:
        _find_articles(conn, scratch)
        for (id,) in scratch.rows("SELECT id FROM article ORDER BY id"):
            article = articles.get(conn, UrlKey(id))
            if article is not None:
                yield from _of_article(article, scratch, main)
    for capture, why in _others(scratch):
        main.see(capture, is_front=why == "front page")
        yield _line(
            {
                "id": scratch.renamed(capture.id),
                "url": capture.url,
                "ts": milliseconds(capture.at),
                "title": _title(folder, capture) or capture.url,
            }
        )


def _find_articles(conn: Connection, scratch: Scratch) -> None:
    keys = scratch.rows("SELECT DISTINCT urlkey FROM capture WHERE restricted = 0 AND kind != 'resource'")
    for (key,) in keys:
        id = articles.id_of(conn, UrlKey(key))
        if id is not None:
            scratch.run("INSERT OR IGNORE INTO article VALUES (?)", (id,))


def _of_article(article: Article, scratch: Scratch, main: MainPage) -> Iterator[bytes]:
    for revision in article.revisions:
        capture = next(filter(None, map(scratch.by_id, (revision.id, *revision.captures))), None)
        if capture is None:
            continue
        scratch.many("UPDATE capture SET paged = 1 WHERE id = ?", ((id,) for id in (revision.id, *revision.captures)))
        main.see(capture, is_front=False)
        yield _line(_revision(revision, capture, scratch))


def _revision(revision: Revision, capture: Capture, scratch: Scratch) -> dict[str, object]:
    read = revision.extraction
    return {
        "id": scratch.renamed(capture.id),
        "url": capture.url,
        "ts": milliseconds(capture.at),
        "title": read.headline or capture.url,
        "text": "\n".join(read.paragraphs),
    }


def _others(scratch: Scratch) -> Iterator[tuple[Capture, str | None]]:
    """Give the first capture of each page that shows no article."""
    marks, html = ", ".join("?" * len(_NO_PAGES)), ", ".join("?" * len(HTML))
    rows = scratch.rows(
        "SELECT urlkey, min(at), id, url, why FROM capture WHERE restricted = 0 AND kind = 'response' AND status = 200"
        f" AND mime IN ({html}) AND (why IS NULL OR why NOT IN ({marks}))"
        " AND urlkey NOT IN (SELECT urlkey FROM capture WHERE paged = 1) GROUP BY urlkey ORDER BY urlkey",
        (*HTML, *_NO_PAGES),
    )
    for _, _, id, _, why in rows:
        capture = scratch.by_id(id)
        if capture is not None:
            yield capture, why


def _title(folder: WarcFolder, capture: Capture) -> str | None:
    """Give what the page calls itself, or None."""
    try:
        payload = read_capture(folder, capture)
        tree = parse(decode(payload.data[:_TITLE_WITHIN], payload.charset), bare=True)
    except (Damaged, MemoryError):
        return None
    found = tree.find(".//title") if tree is not None else None
    return squeezed(found.text) or None if found is not None else None


def _line(told: object) -> bytes:
    # Half a character has no UTF-8; JSON has an escape for it (RFC 8259, section 7).
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
