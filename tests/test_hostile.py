"""Servers and files that mean harm: nothing they claim costs us a byte, and nothing they send is without bound."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.config import load
from archive.model import Body, Exchange, Url
from archive.recording import Recorded, Recording
from archive.timing import SystemClock
from archive.warc import message
from crawler.tap import SPOOL_ABOVE, Spool
from tests.press import say
from tests.wire.cases import Case, Segment
from tests.wire.run import capture
from tests.wire.server import WireServer

MEGABYTE = 1 << 20


def _record(url: str, body: bytes, claimed: bytes) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    fields = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:11111111-1111-4111-8111-111111111111>\r\n"
        f"WARC-Date: 2026-11-01T00:00:00Z\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Payload-Digest: sha256:{hashlib.sha256(claimed).hexdigest()}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(fields.encode() + block + b"\r\n\r\n", mtime=0)


def test_a_digest_that_an_imported_file_claims_never_stands_for_bytes_of_ours(home: Path, tmp_path: Path) -> None:
    ours = b"x" * 5000
    lying = tmp_path / "lying.warc.gz"
    lying.write_bytes(_record("http://a.test/", b"z" * 5000, ours))
    assert say("import", "--home", home, lying).code == 3

    now = datetime.now(UTC)
    response = Body.of(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + ours)
    given: list[object] = []
    recording = Recording(load(home), SystemClock()).start()
    recording.record(Exchange(url=Url("http://a.test/"), response=response, began=now, ended=now), given.append)
    recording.close()

    (recorded,) = given
    assert isinstance(recorded, Recorded)
    assert recorded.capture is not None
    assert recorded.capture.kind == "response"


@pytest.fixture(scope="module")
def flooded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What the ledger says of pages whose heads and framing do not end, and of a redirect that leads nowhere."""
    home = tmp_path_factory.mktemp("flooded") / "home"
    lines = b"".join(b"X-%d: %b\r\n" % (number, b"y" * 990) for number in range(1000))
    chunks = b"".join(b"1;%b\r\nx\r\n" % (b"e" * 1000) for _ in range(1000))
    cases = [
        Case(name="heads", segments=(Segment(data=b"HTTP/1.1 200 OK\r\n"), *[Segment(data=lines)] * 8), after="hang"),
        Case(
            name="chunks",
            segments=(
                Segment(data=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                *[Segment(data=chunks)] * 8,
            ),
            after="hang",
        ),
        Case(
            name="nowhere",
            segments=(Segment(data=b"HTTP/1.1 302 Go\r\nLocation: http://[bad\r\nContent-Length: 0\r\n\r\n"),),
        ),
    ]
    with WireServer(cases) as server:
        urls = [f"{server.origin}/{case.name}" for case in cases]
        found = capture(home, urls, "--max-body", "100000")
    told: dict[str, dict[str, object]] = {}
    for kept in found.kept:
        told.setdefault(kept.url.rpartition("/")[2], dict(kept.note, size=len(kept.response or b"")))
    told["visits"] = {str(number): visit for number, visit in enumerate(found.visits())}
    return told


@pytest.mark.parametrize("name", ["heads", "chunks"])
def test_what_does_not_end_is_cut_off_by_us_long_before_it_fills_the_memory(
    flooded: dict[str, dict[str, object]], name: str
) -> None:
    told = flooded[name]
    assert told["cut_by"] == "us"
    assert told["outcome"] == "truncated"
    assert isinstance(told["size"], int)
    assert told["size"] < message.HEAD_LIMIT + 2 * MEGABYTE


def test_a_redirect_to_what_is_no_url_has_a_final_visit(flooded: dict[str, dict[str, object]]) -> None:
    visits = [visit for visit in flooded["visits"].values() if isinstance(visit, dict)]
    nowhere = [visit["outcome"] for visit in visits if visit["url"].endswith("/nowhere")]
    assert nowhere == ["redirected", "out of scope"]


def test_a_spool_whose_disk_takes_no_more_keeps_what_it_counted(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "missing")
    spool.append(b"a" * 1000)
    spool.append(b"b" * SPOOL_ABOVE)
    assert isinstance(spool.failure, OSError)
    assert spool.size == 1000
    assert spool.body().read() == b"a" * 1000
    spool.append(b"c")
    assert spool.size == 1000
