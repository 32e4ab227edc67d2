"""A real browser for the tests, which cannot leave the machine and tells what would have left it.

A test module that wants it says ``pytest_plugins = ("tests.browser",)``. The browser is the system's Chromium; none
is downloaded.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ProxySettings, Request, sync_playwright

from tests import install_players
from tests.players import missing
from tests.wire.listener import Listener

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
PATIENCE = 30_000.0
"""Milliseconds a page may take on a busy machine."""
_FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    # The browser's own question what to fill into the forms of a page.
    "--autofill-server-url=http://127.0.0.1:9/",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    # WebRTC would go round the proxy.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_NOT = ("--disable-background-networking",)
"""A flag of Playwright's that a reader's browser has not: it would keep pages from connecting ahead of a click."""


class Trap(Listener):
    """Stands in for the rest of the world: a proxy that notes the first line of what is asked and answers nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def talk(self, sock: socket.socket, number: int) -> None:
        line = sock.makefile("rb").readline(65536).decode("latin-1").strip()
        if line:
            self.asked.append(line)


@dataclass(slots=True, kw_only=True)
class Visitor:
    """One visitor with a profile of its own: cookies, storage, service workers.

    ``requests`` are the URLs of all requests, those that were blocked before they left the page included.
    """

    context: BrowserContext
    trap: Trap
    requests: list[str] = field(default_factory=list)

    def page(self) -> Page:
        """Open an empty page."""
        return self.context.new_page()

    @property
    def left(self) -> list[str]:
        """What was asked of another machine."""
        return list(self.trap.asked)

    @property
    def foreign(self) -> list[str]:
        """URLs of other machines that a page named in a request, whether it left or was blocked."""
        return [url for url in self.requests if is_foreign(url)]


def is_foreign(url: str) -> bool:
    """Tell whether a URL names another machine."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOCAL


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give the browser, one for a test module.

    Playwright keeps an event loop in the thread that uses it, so such a module cannot call ``asyncio.run``; a browser
    for the session would forbid it to every other module too.
    """
    path = install_players.find_chromium()
    if path is None:
        missing("chromium")
    with pytest.MonkeyPatch.context() as environment:
        # Requests of service workers are told too.
        environment.setenv("PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS", "1")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=path, args=list(_FLAGS), ignore_default_args=list(_NOT), chromium_sandbox=False
            )
            yield browser
            browser.close()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Visitor]:
    """Give a visitor; the test fails when anything it did asked another machine."""
    with Trap() as trap:
        proxy = ProxySettings(server=f"http://{trap.netloc}", bypass="127.0.0.1,localhost,[::1]")
        context = chromium.new_context(proxy=proxy, viewport={"width": 1200, "height": 900})
        context.set_default_timeout(PATIENCE)
        found = Visitor(context=context, trap=trap)

        def note(request: Request) -> None:
            found.requests.append(request.url)

        context.on("request", note)
        yield found
        context.close()
    assert found.left == [], "requests left the machine"
