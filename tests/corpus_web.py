"""Real pages at their own host names on loopback: each host has a front page that links to its pages, and no more."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from archive.errors import Misuse
from archive.links import clean
from archive.urls import fetchable


@dataclass(slots=True)
class CorpusWeb:
    """The pages of a manifest, served while the context lasts; ``connect_map`` leads every host here."""

    folder: Path
    connect_map: Mapping[str, str] = field(default_factory=dict)
    pages: dict[str, tuple[str, Path]] = field(default_factory=dict)
    """By URL as it is asked for, without its scheme: the URL as given, and the file."""
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        for line in (self.folder / "manifest.jsonl").read_text("utf-8").splitlines():
            told = json.loads(line)
            try:
                url = fetchable(clean(told["url"]))
            except Misuse:
                continue
            self.pages.setdefault(_place(url), (url.replace("https:", "http:", 1), self.folder / told["file"]))
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                # Python's own server takes slashes away at the beginning of a path; the request line has them.
                path = self.requestline.split()[1]
                place = f"{self.headers.get('Host', '').lower()}{path}"
                web.asked.append(place)
                status, body = web.answer(place)
                self.send_response(status)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        address = f"127.0.0.1:{self._server.server_port}"
        self.connect_map = dict.fromkeys(self.hosts(), address)
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    _server: ThreadingHTTPServer = field(init=False)

    def hosts(self) -> list[str]:
        return sorted({urlsplit(url).hostname or "" for url, _ in self.pages.values()})

    def answer(self, place: str) -> tuple[int, bytes]:
        """Give status and body for a host and path."""
        if place in self.pages:
            return 200, gzip.decompress(self.pages[place][1].read_bytes())
        host, _, path = place.partition("/")
        if path:
            return 404, b"<h1>Not found</h1>"
        mine = [url for url, _ in self.pages.values() if urlsplit(url).netloc == host]
        items = "".join(f'<li><a href="{escape(url)}">{escape(url)}</a></li>' for url in mine)
        return 200, f"<!DOCTYPE html><title>{host}</title><h1>{host}</h1><ul>{items}</ul>".encode()


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}{'?' if parts.query else ''}{parts.query}"
