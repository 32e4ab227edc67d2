"""The page of the room that shows what differs between two revisions of an article."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from archive.errors import Busy, NothingDone
from archive.web import addresses, differing, room_data, room_pages
from archive.web.addresses import Roots
from archive.web.desk import Desk
from archive.web.diff_page import Shown
from archive.web.differing import Differences
from archive.web.room_data import Between


async def difference(request: Request) -> Response:
    """Show what differs between two revisions of an article."""
    scope = request.scope
    path = bytes(scope.get("raw_path") or scope["path"].encode())
    between, slash, url = addresses.behind(path, bytes(scope["query_string"]), "/diff/").partition("/")
    first, dots, last = between.partition("..")
    if not slash or not dots or not url:
        raise HTTPException(404, "Here stands /diff/A..B/URL: two revisions by number or record id, such as 1..2.")
    desk: Desk = request.app.state.desk
    near, wanted = Roots(room="", replay=desk.roots.replay), addresses.target(url)

    def look() -> tuple[Between, bytes]:
        with desk.store.read() as conn:
            told = room_data.between(conn, near, wanted, first, last)
        return told, differing.mark(wanted, told)

    def write(shown: Shown | None) -> Response:
        if shown is None:
            return room_pages.page(desk, "diff_unmade", status=500, it=it, url=wanted)
        return room_pages.page(desk, "diff", it=it, s=shown, url=wanted, near=near, where=addresses)

    try:
        it, mark = await run_in_threadpool(look)
    except Busy:
        raise
    except NothingDone as error:
        return room_pages.error(desk, 404, str(error), request)
    return await _differences(request).page(request, mark, it.pair, write)


def _differences(request: Request) -> Differences:
    state = request.app.state
    if not hasattr(state, "differences"):
        state.differences = Differences(state.desk.workers)
    made: Differences = state.differences
    return made


routes = [Route("/diff/{rest:path}", difference)]
