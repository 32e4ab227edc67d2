"""Records as they lie in their files: sent piece by piece, whatever their length, and what visitors hear of damage."""

from __future__ import annotations

import gzip
import logging
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.applications import Starlette

from archive import config
from archive.model import Capture
from archive.recording import Recording
from archive.timing import SystemClock
from archive.web.records import PIECE
from tests.crash.exchanges import exchange
from tests.crash.steps import recorded_now
from tests.in_process import ask, room
from tests.kept import empty

AT = datetime(2025, 3, 3, 8, 7, 9, tzinfo=UTC)
FILM = random.Random(1).randbytes(5 * PIECE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return empty(tmp_path_factory.mktemp("records") / "archive")


@pytest.fixture(scope="module")
def films(home: Path) -> dict[str, Capture]:
    """Put films on record that do not compress, and give their captures."""
    made: dict[str, Capture] = {}
    recording = Recording(config.load(home), SystemClock()).start()
    try:
        for name in ("whole", "torn"):  # the torn one is the last in its file
            given = exchange(f"http://blog.test/{name}", FILM, fields=("Content-Type: video/mp4",), at=AT)
            recorded = recorded_now(recording, given).capture
            assert recorded is not None
            assert given.response.spool is not None
            given.response.spool.close()
            made[name] = recorded
    finally:
        recording.close()
    return made


@pytest.fixture
def app(home: Path, films: dict[str, Capture]) -> Iterator[Starlette]:
    with room(home) as found:
        yield found


def address(capture: Capture) -> str:
    return f"/record/{quote(capture.id, safe=':-')}"


def test_a_long_record_comes_in_pieces(app: Starlette, films: dict[str, Capture]) -> None:
    answered = ask(app, address(films["whole"]))

    assert answered.status == 200
    assert FILM in gzip.decompress(answered.body)
    assert len(answered.pieces) > 5
    assert max(map(len, answered.pieces)) <= PIECE
    assert int(answered.headers["content-length"]) == len(answered.body) == films["whole"].locator.length
    assert answered.headers["content-disposition"].endswith('.warc.gz"')


def test_the_stretch_of_a_file_comes_in_pieces_too(app: Starlette, films: dict[str, Capture]) -> None:
    place = films["whole"].locator
    last = place.offset + place.length - 1
    answered = ask(app, f"/warcs/{place.warc}", Range=f"bytes={place.offset}-{last}")

    assert (answered.status, answered.headers["content-range"]) == (206, f"bytes {place.offset}-{last}/*")
    assert answered.body == ask(app, address(films["whole"])).body
    assert max(map(len, answered.pieces)) <= PIECE


def test_head_tells_the_length_and_sends_nothing(app: Starlette, films: dict[str, Capture]) -> None:
    answered = ask(app, address(films["whole"]), method="HEAD")

    assert (answered.status, answered.pieces) == (200, ())
    assert answered.headers == ask(app, address(films["whole"])).headers


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the system does not tell which files are open")
def test_nothing_is_read_for_an_asker_who_has_left(app: Starlette, films: dict[str, Capture]) -> None:
    before = len(os.listdir("/proc/self/fd"))
    answered = ask(app, address(films["whole"]), stays_for=1)

    assert len(answered.body) < films["whole"].locator.length
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_of_a_file_that_ends_too_early_visitors_hear_no_name_and_the_log_does(
    app: Starlette, home: Path, films: dict[str, Capture], method: str, caplog: pytest.LogCaptureFixture
) -> None:
    place = films["torn"].locator
    file = app.state.desk.folder.path(place.warc)
    os.truncate(file, place.offset + place.length - 10)

    with caplog.at_level(logging.WARNING):
        answered = ask(app, address(films["torn"]), method=method)

    assert answered.status == 500
    assert str(home).encode() not in answered.body
    assert place.warc.encode() not in answered.body
    assert f"{place.warc} ends within the record" in caplog.text


def test_of_a_file_that_is_gone_visitors_hear_no_path_and_the_log_does(
    app: Starlette, home: Path, films: dict[str, Capture], caplog: pytest.LogCaptureFixture
) -> None:
    file = app.state.desk.folder.path(films["whole"].locator.warc)
    aside = file.rename(file.with_name("aside"))
    try:
        with caplog.at_level(logging.WARNING):
            answered = ask(app, address(films["whole"]))
    finally:
        aside.rename(file)

    assert answered.status == 500
    assert str(home).encode() not in answered.body
    assert f"{file.with_name(films['whole'].locator.warc)} is missing" in caplog.text
