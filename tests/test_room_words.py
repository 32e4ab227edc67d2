"""What visitors are told of what is the operator's to mend: that it is so, and no name of a file of ours."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette

from archive.model import Outcome, Url
from archive.store import requests
from archive.web.desk import Desk
from tests.in_process import ask, room
from tests.kept import empty

AT = datetime(2025, 3, 3, 8, 7, 9, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return empty(tmp_path / "archive")


@pytest.fixture
def app(home: Path) -> Iterator[Starlette]:
    with room(home) as found:
        yield found


def refused(app: Starlette, answer: str, outcome: Outcome) -> str:
    desk: Desk = app.state.desk
    with desk.store.write() as conn:
        id = requests.ask(conn, what="capture", subject=Url("http://127.0.0.1:22/"), data={}, at=AT)
        requests.refused(conn, id, at=AT, answer=answer, outcome=outcome)
    return ask(app, f"/requests/{id}").body.decode()


@pytest.mark.parametrize(("contact", "told"), [("", "names no contact"), ("contact = 'me@blog.test'", "not set up")])
def test_why_a_host_is_not_asked_is_told_without_the_file_that_says_so(home: Path, contact: str, told: str) -> None:
    file = home / "variorum.toml"
    file.write_text(f"{contact}\n")
    with room(home) as app:
        page = refused(app, f"http://127.0.0.1:22/ is on a public host: write contact = ... in {file}", "out of scope")

    assert "<h1>Not captured</h1>" in page
    assert told in page
    assert str(home) not in page
    assert "public host" not in page


def test_what_a_host_said_is_told_as_it_is(app: Starlette) -> None:
    assert "robots: forbidden for all" in refused(app, "forbidden for all", "robots")


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
@pytest.mark.parametrize(
    "path", ["/", "/missing", "/web/*/http://blog.test/", "/record/urn:uuid:1", "/diff/1..2/a.test"]
)
def test_of_a_database_that_is_damaged_visitors_hear_no_path_and_the_log_does(
    app: Starlette, home: Path, path: str, accept: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = home / "variorum.db"
    app.state.desk.store.close()
    for each in home.glob("variorum.db*"):
        each.write_bytes(b"no database at all " * 1000)

    with caplog.at_level(logging.WARNING):
        answered = ask(app, path, Accept=accept)

    assert answered.status == 500
    assert str(home).encode() not in answered.body
    assert b"log of `variorum serve`" in answered.body
    assert str(database) in caplog.text
