"""A person who breaks a capture off is obeyed: what waits is dropped, what is in flight is kept, and told so."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive.config import load
from archive.store import open_store, runs, visits
from tests.wire.cases import Case, Segment, answer, one
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


def test_a_second_signal_cuts_what_is_in_flight_and_keeps_what_came_of_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    begun_only = (Segment(data=b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),)
    hanging = [Case(name="half", segments=begun_only, after="hang"), Case(name="mute", segments=(), after="hang")]
    with WireServer(hanging) as server:
        urls = [f"{server.origin}/half", f"{server.origin.replace('127.0.0.1', 'localhost')}/mute"]
        begun = start(home, urls, settings={"network.timeout": "600s"})
        while not {"/half", "/mute"} <= {urlsplit(seen.url).path for seen in list(server.seen)}:
            assert begun.poll() is None
            time.sleep(0.01)
        begun.send_signal(signal.SIGTERM)
        assert begun.stdout is not None
        assert any("once more to stop at once" in line for line in begun.stdout)
        begun.send_signal(signal.SIGTERM)
        done = finish(begun, home)
    assert done.code == 130, done.output

    store = open_store(load(home).store.database)
    with store.read() as conn:
        told = {visit.url.rpartition("/")[2]: visit for visit in visits.every(conn)}
    store.close()
    assert {name: visit.outcome for name, visit in told.items()} == {
        "robots.txt": "gone", "half": "truncated", "mute": "failed",
    }  # fmt: skip
    assert "to stop at once" in str(told["mute"].detail)
