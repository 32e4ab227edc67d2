"""The operator's proxy: its address found once, every request sent through it, the environment's ignored."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from archive.errors import Misuse
from crawler.guard import Pair

if TYPE_CHECKING:
    from scrapy.http import Request


class ThroughProxy:
    """Downloader middleware that sends every request through ``network.proxy``, robots.txt included."""

    def __init__(self, proxy: str) -> None:
        self._proxy = proxy

    @classmethod
    def from_crawler(cls, crawler: Any) -> ThroughProxy:
        return cls(crawler.settings["VARIORUM_PROXY"])

    def process_request(self, request: Request) -> None:
        request.meta.setdefault("proxy", self._proxy)


def resolved(proxy: str) -> tuple[str, Pair]:
    """Give the proxy's URL with an address for its name, and that address and port, which the guard lets through.

    Resolved here, because a name that leads to a private address is refused everywhere else.
    """
    parts = urlsplit(proxy)
    host, port = parts.hostname or "", parts.port or 80
    if parts.username or parts.password:
        raise Misuse(
            "network.proxy holds a user name or password, which would stand in every request record: "
            "let the proxy know this machine by its address instead"
        )
    try:
        address = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
    except (socket.gaierror, UnicodeError) as error:
        raise Misuse(f"network.proxy names {host}, which does not resolve: {error}; correct it") from error
    shown = f"[{address}]" if ":" in address else address
    return urlunsplit(("http", f"{shown}:{port}", "", "", "")), (address, port)
