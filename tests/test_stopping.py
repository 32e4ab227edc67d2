"""A person who breaks a capture off is obeyed: what waits is dropped, what is in flight is kept, and told so."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from archive.config import load
from archive.store import open_store, runs, visits
from tests.wire.cases import answer, one
from tests.wire.run import finish, start
from tests.wire.server import WireServer

PAGES = 20


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_one_signal_drops_what_waits_and_keeps_what_came(tmp_path: Path, number: signal.Signals) -> None:
    home = tmp_path / "home"
    cases = [one(f"page{each}", answer(body=b"a page\n")) for each in range(PAGES)]
    with WireServer(cases) as server:
        begun = start(home, [f"{server.origin}{case.path}" for case in cases], settings={"polite.delay": "1s"})
        while not any(seen.url.endswith("/page1") for seen in server.seen):
            assert begun.poll() is None
            time.sleep(0.01)
        begun.send_signal(number)
        done = finish(begun, home)
    assert done.code == 130, done.output
    assert "broken off" in done.output
    assert len(server.seen) < PAGES // 2

    store = open_store(load(home).store.database)
    with store.read() as conn:
        (run,) = runs.every(conn)
        told = list(visits.every(conn))
    store.close()
    assert run.state == "interrupted"
    assert run.visits == len(told) == len(server.seen)
