"""What a session opened stays in the archive, however hard it is to read what its visit tells."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive import config
from archive.model import Body, Exchange, Intent
from archive.recording import Recording
from archive.timing import SystemClock
from tests.crash.exchanges import NOON, VALIDATORS, exchange
from tests.crash.steps import recorded_now
from tests.kept import empty
from tests.press import say

STORY = "http://press.test/story"
ODD = f"X-Odd: {chr(1) * 700_000}"
"""A field whose bytes JSON writes sixfold: the visit that keeps the head is then longer than a walk hands out."""


def asked_with(secret: str, given: Exchange) -> Exchange:
    request = f"GET /story HTTP/1.1\r\nHost: press.test\r\nCookie: key={secret}\r\n\r\n".encode()
    return replace(given, request=Body.of(request), intent=replace(given.intent, session="press"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = empty(tmp_path / "archive")
    recording = Recording(config.load(made), SystemClock()).start()
    try:
        first = recorded_now(recording, exchange(STORY, b"open to all " * 200, intent=Intent(why="new")))
        assert first.capture is not None
        intent = Intent(why="recheck", validators=VALIDATORS, validated=first.capture.id)
        unchanged = exchange(
            STORY, b"", status="304 Not Modified", fields=(ODD,), at=NOON + timedelta(days=1), intent=intent
        )
        recorded_now(recording, asked_with("SECRET-OF-304", unchanged))
        hints = exchange("http://press.test/inner", b"SECRET PAGE " * 200, at=NOON + timedelta(days=2))
        head = f"HTTP/1.1 103 Early Hints\r\n{ODD}\r\n\r\n".encode()
        hinted = replace(hints, response=Body.of(head + hints.response.read()))
        recorded_now(recording, asked_with("SECRET-OF-103", hinted))
    finally:
        recording.close()
    return made


def test_a_visit_too_long_to_be_read_gives_nothing_away(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.warc.gz"

    said = say("export", "warc", "--all", "--json", out, "--home", home)

    assert said.code == 0, said.err
    assert said.rows[0]["restricted"] == 2
    written = gzip.decompress(out.read_bytes())
    assert b"open to all" in written
    assert b"SECRET" not in written


def test_nor_does_it_when_the_file_has_come_from_elsewhere(home: Path, tmp_path: Path) -> None:
    other = empty(tmp_path / "other")
    for file in sorted((home / "warcs").glob("*.warc.gz*")):
        given = tmp_path / file.name.removesuffix(".open")
        given.write_bytes(file.read_bytes())
        assert say("import", given, "--home", other).code == 0
    out = tmp_path / "out.warc.gz"

    said = say("export", "warc", "--all", "--json", out, "--home", other)

    assert said.code == 0, said.err
    written = gzip.decompress(out.read_bytes())
    assert b"open to all" in written
    assert b"SECRET" not in written
