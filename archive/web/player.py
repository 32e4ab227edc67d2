"""A page that shows one WACZ file in replayweb.page, served from an origin of its own.

replayweb.page (AGPL-3.0) is not ours and not shipped: the person brings its two files, ``ui.js`` and ``sw.js``. The
archived pages run in its service worker, in the origin of this page; nothing else is served here.
"""

from __future__ import annotations

import hashlib
import re
import shlex
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from archive.errors import Misuse
from archive.urls import is_address

RELEASE = "2.5.3"
"""The release of replayweb.page that this was tested with."""
FILES = ("ui.js", "sw.js")
MEDIA_TYPE = "application/wacz"

# For the page and the worker both: neither may ask another machine for anything. Archived pages have a policy of
# their own, which the worker gives them.
_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; frame-src 'self' blob:; "
    "worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
# The player shows what answers under replay/ before its worker does, ours or not: it begins once the worker is at work.
_SCRIPT = """\
"use strict";
async function workerIsReady() {
  const found = await navigator.serviceWorker.register("./replay/sw.js?serveIndex=1", { scope: "./replay/" });
  const coming = found.installing || found.waiting;
  if (found.active || !coming) return;
  await new Promise((done) => {
    const look = () => ["activated", "redundant"].includes(coming.state) && done();
    coming.addEventListener("statechange", look);
    look();
  });
}
const show = () => document.body.append(document.getElementById("shown").content);
// Where there can be no worker the player itself says so.
("serviceWorker" in navigator ? workerIsReady() : Promise.resolve()).then(show, show);
"""
_STYLE = "html, body { height: 100%; margin: 0 } replay-web-page { display: block; height: 100vh }\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A WACZ file, and the folder with replayweb.page's two files; both absolute."""

    package: Path
    files: Path


def how_to_get(folder: Path) -> str:
    """Give the commands that bring replayweb.page's two files into a folder."""
    place = shlex.quote(str(folder))
    return (
        f"get them with: mkdir -p {place} && npm pack replaywebpage@{RELEASE} && tar -xzf replaywebpage-{RELEASE}.tgz "
        f"-C {place} --strip-components=1 package/ui.js package/sw.js package/LICENSE"
    )


def check(shown: Shown) -> None:
    """See that there is something to show and something to show it with; raise ``Misuse`` where not."""
    if not shown.package.is_file():
        raise Misuse(f"there is no file {shown.package}; make one: variorum export wacz {shown.package.name}")
    if missing := [name for name in FILES if not (shown.files / name).is_file()]:
        raise Misuse(
            f"{' and '.join(missing)} of replayweb.page (AGPL-3.0, not part of Variorum) not found in {shown.files}; "
            + how_to_get(shown.files)
        )


def source(package: Path) -> str:
    """Give the path a file is served under, which changes with the file.

    The player keeps what it read of a path in the browser, and would show an older file of the same path again.
    """
    found = package.stat()
    print_ = hashlib.sha256(f"{package}\n{found.st_size}\n{found.st_mtime_ns}".encode()).hexdigest()[:16]
    # The player tells by the ending what kind of file it is.
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", package.name)
    return f"/package/{print_}/{name if name.lower().endswith('.wacz') else f'{name}.wacz'}"


def application(shown: Shown) -> Starlette:
    """Make the application: the page, the player's files, the package; 404 for all else, ``replay/`` included.

    A listing or page of ours under ``replay/`` could be shown as if it were an archived page.
    """
    where = source(shown.package)
    templates = Environment(loader=PackageLoader("archive.web"), autoescape=select_autoescape())
    text = templates.get_template("player.html").render(name=shown.package.name, source=where)

    async def page(request: Request) -> Response:
        return HTMLResponse(text, headers=_HEADERS)

    async def beginning(request: Request) -> Response:
        return Response(_SCRIPT, media_type="text/javascript", headers=_HEADERS)

    async def style(request: Request) -> Response:
        return Response(_STYLE, media_type="text/css", headers=_HEADERS)

    async def package(request: Request) -> Response:
        return FileResponse(shown.package, media_type=MEDIA_TYPE, headers=_HEADERS)

    def script(name: str) -> Callable[[Request], Response]:
        return lambda request: FileResponse(shown.files / name, media_type="text/javascript", headers=_HEADERS)

    async def absent(request: Request, error: Exception) -> Response:
        return PlainTextResponse("Not here.\n", 404, headers=_HEADERS)

    return Starlette(
        routes=[
            Route("/", page),
            Route("/player.css", style),
            Route("/player.js", beginning),
            Route("/ui.js", script("ui.js")),
            # The worker loads a copy of its own from beside it.
            Route("/replay/ui.js", script("ui.js")),
            Route("/replay/sw.js", script("sw.js")),
            Route(where, package),
        ],
        exception_handlers={404: absent},
        middleware=[Middleware(_CalledByAddress)],
    )


def serve(shown: Shown, host: str, port: int, ready: Callable[[int], None]) -> None:
    """Serve the page until SIGINT or SIGTERM; ``ready`` is told the port, once connections are taken.

    Raises ``Misuse`` where a file is missing or the port cannot be listened at.
    """
    check(shown)
    app = application(shown)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            raise Misuse(f"cannot listen at {host} port {port}: {error.strerror}; give another with --port") from error
        listening.listen()
        ready(listening.getsockname()[1])
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, lifespan="off", timeout_graceful_shutdown=2
        )
        # uvicorn raises the signal that ended it again, when all is done.
        before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class _CalledByAddress:
    """Refuses requests under a name: any page can let its own name lead to this machine and read what answers there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = Headers(scope=scope).get("host", "").lower()
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if name == "localhost" or is_address(name.strip("[]")):
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse("Call this server by its address.\n", 421)(scope, receive, send)
