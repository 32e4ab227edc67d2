"""The room of an archive without a server around it, asked one request at a time in an event loop of the test's own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from archive import config
from archive.extract.workers import Workers
from archive.store import open_store
from archive.timing import SystemClock
from archive.warc.files import WarcFolder
from archive.web.addresses import Roots
from archive.web.app import room_of
from archive.web.desk import Desk
from archive.web.safe import Safe


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came back; ``pieces`` are the parts in which the body was sent."""

    status: int
    headers: dict[str, str]
    pieces: tuple[bytes, ...]

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)


@contextlib.contextmanager
def room(home: Path, *, seconds: float = 30.0) -> Iterator[Starlette]:
    """Open an archive and give its room, in which a page or a change may take so many seconds."""
    settings = config.load(home)
    store = open_store(settings.store.database, create=True)
    workers = Workers(1, seconds=seconds, memory=10**9)
    desk = Desk(
        settings=settings,
        store=store,
        folder=WarcFolder(settings.store.warcs),
        clock=SystemClock(),
        roots=Roots(room="http://127.0.0.1:8080", replay="http://127.0.0.1:8081"),
        workers=workers,
    )
    try:
        yield room_of(desk, Safe(desk))
    finally:
        workers.close(wait=False)
        store.close()


def ask(app: Starlette, path: str, *, method: str = "GET", stays_for: int | None = None, **fields: str) -> Answered:
    """Ask for a path, percent-encoded; ``stays_for`` says after how many parts of the body the asker leaves."""
    return asyncio.run(_ask(app, path, method, stays_for, fields))


async def _ask(app: Starlette, path: str, method: str, stays_for: int | None, fields: dict[str, str]) -> Answered:
    sent: list[MutableMapping[str, Any]] = []
    left = asyncio.Event()
    begun = False

    async def receive() -> MutableMapping[str, Any]:
        nonlocal begun
        if not begun:
            begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)
        if stays_for is not None and len(sent) > stays_for:
            left.set()

    bare, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": bare,
        "raw_path": bare.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().replace("_", "-").encode(), value.encode()) for name, value in fields.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8080),
        "root_path": "",
    }
    await app(scope, receive, send)
    return Answered(
        status=sent[0]["status"],
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in sent[0]["headers"]},
        pieces=tuple(each["body"] for each in sent[1:] if each.get("body")),
    )
