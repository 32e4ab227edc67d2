"""What a session opened is for those at this machine, until its owner says otherwise."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from archive import config
from archive.errors import Misuse
from archive.model import Intent
from archive.recording import Recording
from archive.store import open_store
from archive.timing import SystemClock
from archive.web.serving import refuse_restricted
from tests.crash.exchanges import exchange
from tests.crash.steps import recorded_now
from tests.kept import empty
from tests.press import say
from tests.served import served

OUTSIDE = ("serve.url=https://archive.example", "serve.replay_url=https://replay.example")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = empty(tmp_path / "archive")
    recording = Recording(config.load(made), SystemClock()).start()
    try:
        recorded_now(recording, exchange("http://press.test/open", b"open to all"))
        recorded_now(recording, exchange("http://press.test/paid", b"paid", intent=Intent(session="press")))
    finally:
        recording.close()
    return made


def test_others_are_not_served_what_a_session_opened(home: Path) -> None:
    outside = [word for said in OUTSIDE for word in ("--set", said)]

    said = say("serve", "--home", home, "--port", "0", "--replay-port", "0", *outside)

    assert said.code == 2
    assert "http://press.test/paid at 2" in said.err
    assert 'serve.restricted = "yes"' in said.err


def test_nor_are_they_shown_it_by_pywb(home: Path, tmp_path: Path) -> None:
    pywb = tmp_path / "wayback"
    pywb.write_text("#!/bin/sh\nexit 9\n")
    pywb.chmod(0o755)

    said = say("replay", "--home", home, "--run", "--pywb", pywb, "--host", "0.0.0.0")

    assert (said.code, "http://press.test/paid at 2" in said.err) == (2, True)


def test_they_are_where_the_owner_says_so_and_this_machine_always_is(home: Path) -> None:
    with served(home, *(word for said in (*OUTSIDE, "serve.restricted=yes") for word in ("--set", said))) as roots:
        assert roots.room == "https://archive.example"
    with served(home) as roots:
        assert roots.room.startswith("http://127.0.0.1:")


def test_it_is_known_after_a_reindex_and_without_sessions_others_are_served(home: Path) -> None:
    assert say("reindex", "--home", home).code == 0
    with pytest.raises(Misuse, match="was opened by a session"):
        refuse(home)

    open_to_all = empty(home.with_name("open"))

    refuse(open_to_all)


def test_what_an_older_program_indexed_is_looked_at_again_first(home: Path) -> None:
    with contextlib.closing(sqlite3.connect(home / "variorum.db")) as conn, conn:
        conn.execute("DELETE FROM captures WHERE restricted")
        conn.execute("UPDATE captures SET restricted = NULL")

    with pytest.raises(Misuse, match="variorum reindex"):
        refuse(home)


def refuse(home: Path) -> None:
    settings = config.load(home, OUTSIDE)
    store = open_store(settings.store.database, create=True)
    try:
        refuse_restricted(settings, store)
    finally:
        store.close()
