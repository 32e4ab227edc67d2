"""The web server put together: two applications, one for each origin."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse

from archive.errors import Damaged
from archive.web import cdx, memento_routes, records, requests, room
from archive.web.desk import Desk
from archive.web.hosts import is_ours
from archive.web.replay import Receive, Replay, Scope, Send
from archive.web.safe import Safe

THREADS = 8
"""Answers of the room that are made at the same time; others wait their turn."""


def room_of(desk: Desk, safe: Safe) -> Starlette:
    """Make the application of the room: our pages, and the endpoints for programs."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        # Each thread may hold a connection to the database, and the pool has fifteen: the replay origin needs one too.
        current_default_thread_limiter().total_tokens = THREADS
        app.state.runner = requests.Runner(desk)
        await app.state.runner.start()
        try:
            yield
        finally:
            await app.state.runner.stop()
            # Whoever waits for a page is told now, or the end of the server would wait for it.
            desk.workers.close(wait=False)

    app = Starlette(
        routes=[*cdx.routes, *memento_routes.routes, *records.routes, *requests.routes, *room.routes],
        exception_handlers={Damaged: records.damaged, **room.exception_handlers},
        lifespan=lifespan,
    )
    app.state.desk = desk
    app.state.safe = safe
    return app


class Served:
    """Both applications behind one: which one answers follows from the port a request came in by."""

    def __init__(self, desk: Desk, *, replay_port: int) -> None:
        self._desk = desk
        safe = Safe(desk)
        self._room = room_of(desk, safe)
        self._replay = Replay(desk, safe)
        self._replay_port = replay_port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._room(scope, receive, send)
        elif scope["server"][1] == self._replay_port:
            await self._replay(scope, receive, send)
        elif not is_ours(scope, self._desk):
            refusal = PlainTextResponse("This is no name of this server; see [serve] in variorum.toml.\n", 421)
            await refusal(scope, receive, send)
        else:
            await self._room(scope, receive, send)
