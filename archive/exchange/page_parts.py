"""The captures that a player would show as parts of a page: style sheets, pictures, fonts, each the nearest in time."""

from __future__ import annotations

from collections.abc import Iterator

from archive.judge import HTML
from archive.model import Capture, RecordId
from archive.parts import Sheets, parts_of
from archive.store import Connection, captures
from archive.warc.files import WarcFolder


def parts_near(conn: Connection, folder: WarcFolder, capture: Capture, sheets: Sheets) -> Iterator[RecordId]:
    """Give the captures of a page's parts that are nearest to it; of what is no page, or repeats one, nothing.

    A part may have been fetched for another page, long before: only the page itself says that it is one of it.
    """
    if capture.kind != "response" or capture.status != 200 or capture.mime not in HTML:
        return
    found = parts_of(conn, folder, capture, sheets)
    for part in found.parts if found is not None else ():
        near = captures.closest(conn, part.urlkey, capture.at, url=part.url)
        if near is not None:
            yield near.id
