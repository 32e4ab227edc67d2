"""A page as it was recorded, opened in a browser: its source is shown, and nobody hears of the reader."""

from __future__ import annotations

import itertools
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


def test_what_is_opened_as_recorded_connects_to_nobody(visitor: Visitor, elsewhere: Elsewhere, tmp_path: Path) -> None:
    frame = f'<iframe xmlns="http://www.w3.org/1999/xhtml" src="http://{elsewhere.netloc}/x"></iframe>'
    size = 'width="40" height="30"'
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><foreignObject>{frame}</foreignObject></svg>'
    given = {
        "page": (f"<p>Framed: {frame}", ("Content-Type: text/html",)),
        "two": (f"<p>Framed: {frame}", ("Content-Type: image/png", "Content-Type: text/html")),
        "list": (f"<p>Framed: {frame}", ("Content-Type: image/png, text/html",)),
        "sheet": (f"<x>{frame}</x>", ("Content-Type: text/xsl",)),
        "drawing": (drawing, ("Content-Type: image/svg+xml",)),
    }
    home = empty(tmp_path / "archive")
    recording = Recording(config.load(home), SystemClock()).start()
    try:
        for name, (body, fields) in given.items():
            recorded_now(recording, exchange(f"http://blog.test/{name}", body.encode(), fields=fields))
    finally:
        recording.close()

    with served(home) as roots:
        page = visitor.page()
        for form, name in itertools.product(("id_", "im_", "if_", ""), given):
            page.goto(f"{roots.replay}/20990101000000{form}/http://blog.test/{name}")
        page.goto(f"{roots.replay}/20990101000000id_/http://blog.test/page")
        shown = page.inner_text("body")
        page.goto(f"{roots.replay}/20990101000000/http://blog.test/drawing")
        drawn = page.evaluate("[document.images[0].naturalWidth, document.images[0].naturalHeight]")
        program = page.request.get(f"{roots.replay}/20990101000000id_/http://blog.test/page", headers={"Accept": "*/*"})

    assert elsewhere.connected == 0
    assert shown == given["page"][0]
    assert drawn == [40, 30]
    assert (program.text(), program.headers["content-type"]) == (given["page"][0], "text/html")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (b"text/html", b"text/plain"),
        (b"Text/HTML; charset=koi8-r", b"text/plain; charset=koi8-r"),
        (b'application/xhtml+xml;charset="utf-8"; x', b'text/plain;charset="utf-8"'),
        (b"image/svg+xml", b"text/plain"),
        (b"text/xsl", b"text/plain"),
        (b"application/rdf+xml", b"text/plain"),
        (b"message/rfc822", b"text/plain"),
        (b"application/octet-stream", b"application/octet-stream"),
        (b"multipart/x-mixed-replace; boundary=b", b"text/plain"),
        (b"image/png", b"image/png"),
        (b"application/pdf", b"application/pdf"),
    ],
)
def test_markup_is_shown_as_its_source_and_nothing_else_is(written: bytes, shown: bytes) -> None:
    other = (b"x-archive-orig-content-type", written)

    assert set(as_source([(b"content-type", written), other])) == {(b"content-type", shown), other}
