"""Records as they lie in their files: for those who check, and for replay tools beside us."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from archive.errors import Damaged
from archive.model import Capture, RecordId
from archive.store import captures, visits
from archive.warc.reader import read_record
from archive.warc.streaming import open_block
from archive.web.desk import Desk
from archive.web.memento import is_hidden

_ONE_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{1,18})\Z")
_DOWNLOAD = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


async def record(request: Request) -> Response:
    """Give the WARC record of a capture as it lies in its file, compressed or not (WARC 1.1)."""
    desk: Desk = request.app.state.desk
    capture = _capture(desk, request)
    if capture is None:
        return _absent(request)
    data = await anyio.to_thread.run_sync(desk.folder.bytes_at, capture.locator)
    packed = data[:2] == b"\x1f\x8b"
    name = re.sub(r"[^A-Za-z0-9-]+", "-", str(capture.id)).strip("-")[-60:]
    return Response(
        data,
        media_type="application/warc",
        headers={"Content-Disposition": f'attachment; filename="{name}.warc{".gz" if packed else ""}"', **_DOWNLOAD},
    )


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
    story = json.loads(stored.block)
    return str(story.get("head_304") or "").encode("latin-1", "replace")


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
    if capture is None or is_hidden(capture.urlkey):
        return PlainTextResponse("No capture lies there.\n", 416, headers=_DOWNLOAD)
    data = await anyio.to_thread.run_sync(desk.folder.bytes_at, capture.locator)
    headers = {"Content-Range": f"bytes {start}-{last}/*", "Accept-Ranges": "bytes", **_DOWNLOAD}
    return Response(data, 206, media_type="application/warc", headers=headers)


def _capture(desk: Desk, request: Request) -> Capture | None:
    id = RecordId(unquote(request.path_params["id"]))
    with desk.store.read() as conn:
        found = captures.by_id(conn, id)
    return None if found is None or is_hidden(found.urlkey) else found


def _absent(request: Request) -> Response:
    return PlainTextResponse(f"No capture {unquote(request.path_params['id'])} is here.\n", 404, headers=_DOWNLOAD)


async def damaged(request: Request, error: Exception) -> Response:
    """Answer for a record that cannot be read."""
    assert isinstance(error, Damaged)
    return PlainTextResponse(f"{error}\n", 500, headers=_DOWNLOAD)


routes = [
    Route("/record/{id:path}", record),
    Route("/head/{id:path}", head),
    Route("/warcs/{name}", warc),
]
