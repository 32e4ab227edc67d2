"""A page as it was recorded, opened in a browser: its source is shown, and nobody hears of the reader."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive import config
from archive.recording import Recording
from archive.timing import SystemClock
from archive.web.heads import as_source
from tests.crash.exchanges import exchange
from tests.crash.steps import recorded_now
from tests.kept import empty
from tests.served import served
from tests.wire.listener import Listener

if TYPE_CHECKING:
    from tests.browser import Visitor

LAST = "/20990101000000id_/http://blog.test/framing"


class Elsewhere(Listener):
    """Another server, which counts who connects."""

    def __init__(self) -> None:
        super().__init__()
        self.connected = 0

    def talk(self, sock: socket.socket, number: int) -> None:
        self.connected += 1


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere() as found:
        yield found


def test_a_page_opened_as_recorded_connects_to_nobody(visitor: Visitor, elsewhere: Elsewhere, tmp_path: Path) -> None:
    home = empty(tmp_path / "archive")
    body = f"<p>Framed: <iframe src='http://{elsewhere.netloc}/x'></iframe>".encode()
    recording = Recording(config.load(home), SystemClock()).start()
    try:
        recorded_now(recording, exchange("http://blog.test/framing", body))
    finally:
        recording.close()

    with served(home) as roots:
        page = visitor.page()
        page.goto(f"{roots.replay}{LAST}")
        shown = page.inner_text("body")
        asked = page.request.get(f"{roots.replay}{LAST}", headers={"Accept": "*/*"})

    assert shown == body.decode()
    # Programs get it as what it is.
    assert (asked.body(), asked.headers["content-type"]) == (body, "text/html")
    # A connection of the browser's own opens at once, were there one: this page loads after it would have.
    assert elsewhere.connected == 0


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (b"text/html", b"text/plain"),
        (b"Text/HTML; charset=koi8-r", b"text/plain; charset=koi8-r"),
        (b'application/xhtml+xml;charset="utf-8"; x', b'text/plain;charset="utf-8"'),
        (b"image/svg+xml", b"text/plain"),
        (b"multipart/x-mixed-replace; boundary=b", b"text/plain"),
        (b"image/png", b"image/png"),
        (b"application/pdf", b"application/pdf"),
    ],
)
def test_markup_is_shown_as_its_source_and_nothing_else_is(written: bytes, shown: bytes) -> None:
    other = (b"x-archive-orig-content-type", written)

    assert set(as_source([(b"content-type", written), other])) == {(b"content-type", shown), other}
