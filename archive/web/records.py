"""Records as they lie in their files: for those who check, and for replay tools beside us."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import AsyncIterator, Mapping
from typing import BinaryIO
from urllib.parse import unquote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from archive.errors import Damaged
from archive.journal import is_note
from archive.model import Capture, Locator, RecordId
from archive.store import captures, visits
from archive.warc.files import WarcFolder
from archive.warc.reader import read_record
from archive.warc.source import GZIP
from archive.warc.streaming import open_block
from archive.web.desk import Desk

log = logging.getLogger(__name__)

PIECE = 256 * 1024
"""Bytes of a record that are read and sent at a time: a film is larger than the memory there is."""

DAMAGED = "What this archive kept of it cannot be read. Why stands in the log of `variorum serve`."

_ONE_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{1,18})\Z")
_DOWNLOAD = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


async def record(request: Request) -> Response:
    """Give the WARC record of a capture as it lies in its file, compressed or not (WARC 1.1)."""
    desk: Desk = request.app.state.desk
    capture = _capture(desk, request)
    if capture is None:
        return _absent(request)
    file, packed = await anyio.to_thread.run_sync(_opened, desk.folder, capture.locator)
    name = re.sub(r"[^A-Za-z0-9-]+", "-", str(capture.id)).strip("-")[-60:]
    headers = {"Content-Disposition": f'attachment; filename="{name}.warc{".gz" if packed else ""}"', **_DOWNLOAD}
    return _Stretch(file, capture.locator.length, 200, headers)


async def head(request: Request) -> Response:
    """Give the HTTP head a capture came with, byte for byte; of a 304 the one that its visit tells."""
    desk: Desk = request.app.state.desk
    capture = _capture(desk, request)
    if capture is None:
        return _absent(request)
    data = await anyio.to_thread.run_sync(_head, desk, capture)
    if not data:
        return PlainTextResponse(f"{capture.id} holds no HTTP head\n", 404, headers=_DOWNLOAD)
    return Response(data, media_type="text/plain; charset=iso-8859-1", headers=_DOWNLOAD)


def _head(desk: Desk, capture: Capture) -> bytes:
    block = open_block(desk.folder, capture.locator)
    block.close()
    if block.raw_head:
        return block.raw_head
    with desk.store.read() as conn:
        told = visits.of_capture(conn, capture)
    if told is None:
        return b""
    stored = read_record(desk.folder.bytes_at(told.locator), name=told.locator.warc)
    try:
        story = json.loads(stored.block)
    except (ValueError, RecursionError):  # of another program, under our profile
        return b""
    known = story.get("head_304") if isinstance(story, dict) else None
    return str(known or "").encode("latin-1", "replace")


async def warc(request: Request) -> Response:
    """Give the bytes of exactly one capture's record in a WARC file: what pywb asks for, and nothing more.

    The file as a whole is not to be had: what may not be seen must not come along with what may.
    """
    desk: Desk = request.app.state.desk
    asked = _ONE_RANGE.match(request.headers.get("range", ""))
    if asked is None:
        return PlainTextResponse("Ask for one capture's record, by its Range.\n", 416, headers=_DOWNLOAD)
    start, last = int(asked[1]), int(asked[2])
    name = request.path_params["name"]
    with desk.store.read() as conn:
        capture = captures.at_place(conn, name, start, last - start + 1)
    if capture is None or is_note(capture.urlkey):
        return PlainTextResponse("No capture lies there.\n", 416, headers=_DOWNLOAD)
    file, _ = await anyio.to_thread.run_sync(_opened, desk.folder, capture.locator)
    headers = {"Content-Range": f"bytes {start}-{last}/*", "Accept-Ranges": "bytes", **_DOWNLOAD}
    return _Stretch(file, capture.locator.length, 206, headers)


def _opened(folder: WarcFolder, place: Locator) -> tuple[BinaryIO, bool]:
    """Open a WARC file at a record, and tell whether that is compressed; raise Damaged where the file ends in it."""
    file = folder.open(place.warc)
    try:
        if os.fstat(file.fileno()).st_size < place.offset + place.length:
            raise Damaged(f"{place.warc} ends within the record at {place.offset}: run `variorum verify`")
        file.seek(place.offset)
        packed = file.read(len(GZIP)) == GZIP
        file.seek(place.offset)
    except BaseException:
        file.close()
        raise
    return file, packed


class _Stretch(StreamingResponse):
    """Sends bytes of an open file from where it stands, and closes it, whether or not the asker stays to the end."""

    def __init__(self, file: BinaryIO, length: int, status: int, headers: Mapping[str, str]) -> None:
        self._file = file
        self._length = length
        told = {"Content-Length": str(length), **headers}
        super().__init__(self._pieces(), status, told, media_type="application/warc")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["method"] == "HEAD":
                self._length = 0
            await super().__call__(scope, receive, send)
        finally:
            self._file.close()

    async def _pieces(self) -> AsyncIterator[bytes]:
        while self._length:
            piece = await anyio.to_thread.run_sync(self._file.read, min(PIECE, self._length))
            if not piece:
                raise Damaged(f"{self._file.name} became shorter while it was read: run `variorum verify`")
            self._length -= len(piece)
            yield piece


def _capture(desk: Desk, request: Request) -> Capture | None:
    id = RecordId(unquote(request.path_params["id"]))
    with desk.store.read() as conn:
        found = captures.by_id(conn, id)
    return None if found is None or is_note(found.urlkey) else found


def _absent(request: Request) -> Response:
    return PlainTextResponse(f"No capture {unquote(request.path_params['id'])} is here.\n", 404, headers=_DOWNLOAD)


async def damaged(request: Request, error: Exception) -> Response:
    """Answer for a record that cannot be read; what is the matter with which file is the operator's to know."""
    assert isinstance(error, Damaged)
    log.warning("%s", error)
    return PlainTextResponse(f"{DAMAGED}\n", 500, headers=_DOWNLOAD)


routes = [
    Route("/record/{id:path}", record),
    Route("/head/{id:path}", head),
    Route("/warcs/{name}", warc),
]
