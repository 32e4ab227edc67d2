"""Where Prometheus asks: one page over HTTP, by default on this machine only."""

from __future__ import annotations

import functools
import logging
import socket
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn

from archive.config import VERSION
from archive.errors import Misuse, VariorumError

log = logging.getLogger(__name__)

PATH = "/metrics"
SECONDS = 10
"""How long one who asks may take to do so."""
PLAIN = "text/plain; charset=utf-8"


class _Server(ThreadingMixIn, TCPServer):
    # Not http.server's own, which asks the resolver for this machine's name.
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        log.warning("an answer to who asks for metrics broke off: %s", sys.exc_info()[1])


class _Server6(_Server):
    address_family = socket.AF_INET6


class Endpoint:
    """Answers at ``address`` (host and port) in threads of its own until it is closed."""

    def __init__(self, server: TCPServer) -> None:
        self._server = server
        self.address: tuple[str, int] = server.server_address[:2]  # type: ignore[assignment]
        self._thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def serve(address: tuple[str, int], render: Callable[[], bytes], content_type: str = PLAIN) -> Endpoint:
    """Answer GET /metrics at an address with what ``render`` gives, or 503 and the reason; port 0 takes a free one.

    Raises ``Misuse`` where nothing can listen there.
    """
    try:
        of_family = _Server6 if ":" in address[0] else _Server
        return Endpoint(of_family(address, functools.partial(_Scrape, render, content_type)))
    except OSError as error:
        raise Misuse(
            f"metrics cannot be served at {written(address)}: {error.strerror or error}; give another address"
        ) from error


def read_address(text: str) -> tuple[str, int]:
    """Read ``9464``, ``127.0.0.1:9464`` or ``[::1]:9464``; a port alone is one on loopback. Raises ``Misuse``."""
    host, _, port = text.strip().rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise Misuse(f"{text!r} is no address to serve metrics at; write 127.0.0.1:9464, or a port alone")
    return host, int(port)


def written(address: tuple[str, int]) -> str:
    """Write an address as a URL has it."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _Scrape(BaseHTTPRequestHandler):
    server_version = f"Variorum/{VERSION}"
    sys_version = ""
    timeout = SECONDS

    def __init__(self, render: Callable[[], bytes], content_type: str, *args: object) -> None:
        self._render = render
        self._content_type = content_type
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self.path.partition("?")[0] != PATH:
            self._answer(HTTPStatus.NOT_FOUND, f"there is only {PATH}\n".encode(), PLAIN)
            return
        try:
            body = self._render()
        except (VariorumError, OSError) as error:
            log.warning("metrics could not be read: %s", error)
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, f"{error}\n".encode(), PLAIN)
            return
        self._answer(HTTPStatus.OK, body, self._content_type)

    def _answer(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing of each scrape."""
