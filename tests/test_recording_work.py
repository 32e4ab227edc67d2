"""What others do to the store through the recording: in one transaction with what was recorded before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import archive.recording
from archive import config
from archive.errors import DiskFull, Misuse, VariorumError
from archive.model import Capture, RecordId, Run
from archive.recording import Recording
from archive.store import Connection, captures, frontier, leases, open_store, runs
from archive.timing import SystemClock
from archive.urls import urlkey
from archive.warc.files import WarcFolder
from tests.crash.exchanges import NOON, exchange
from tests.crash.steps import recorded_now

URL = "http://press.test/story"
LONG = 30.0
"""Seconds after which a test gives up waiting for what must come."""


@contextmanager
def recording(home: Path, *overrides: str) -> Iterator[Recording]:
    opened = Recording(config.load(home, overrides), SystemClock()).start()
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a group close only when something asks for it."""
    monkeypatch.setattr(archive.recording, "COMMIT_SECONDS", 3600.0)


class Answer:
    """What a work's asker was told, and in which thread."""

    def __init__(self) -> None:
        self.given: list[object] = []
        self.thread = ""
        self._came = threading.Event()

    def __call__(self, given: object) -> None:
        self.given.append(given)
        self.thread = threading.current_thread().name
        self._came.set()

    def wait(self) -> object:
        assert self._came.wait(LONG), "nobody answered"
        assert len(self.given) == 1
        return self.given[0]

    def has_come(self) -> bool:
        return self._came.is_set()


def kept(recording: Recording, url: str = URL) -> Capture:
    capture = recorded_now(recording, exchange(url, b"a story")).capture
    assert capture is not None
    return capture


def is_indexed(id: RecordId) -> Callable[[Connection], bool]:
    return lambda conn: captures.by_id(conn, id) is not None


def begin(name: str) -> Callable[[Connection], str]:
    def do(conn: Connection) -> str:
        runs.begin(conn, Run(id=name, why="by hand", began=NOON))
        return name

    return do


def run_ids(home: Path) -> list[str]:
    store = open_store(config.load(home).store.database)
    with store.read() as conn:
        found = [run.id for run in runs.every(conn)]
    store.close()
    return sorted(found)


# -------------------------------------------------------------------------------------------------------- transactions


def test_work_sees_what_was_recorded_before_it(home: Path, patient: None) -> None:
    with recording(home) as opened:
        capture = kept(opened)
        with opened.store.read() as conn:
            assert captures.by_id(conn, capture.id) is None
        answer = Answer()
        opened.work(is_indexed(capture.id), answer, prompt=True)
        assert answer.wait() is True


def test_what_work_wrote_is_in_the_store_when_it_is_answered(home: Path) -> None:
    with recording(home) as opened:
        assert opened.work_and_wait(begin("r1")) == "r1"
        answer = Answer()
        opened.work(begin("r2"), answer)
        assert answer.wait() == "r2"
        assert run_ids(home) == ["r1", "r2"]


def test_works_are_done_in_order_each_seeing_the_one_before(home: Path, patient: None) -> None:
    def count(conn: Connection) -> int:
        return len(list(runs.every(conn)))

    answers = [Answer() for _ in range(3)]
    with recording(home) as opened:
        opened.work(begin("r1"), answers[0])
        opened.work(count, answers[1])
        opened.work(begin("r2"), answers[2])
        assert opened.work_and_wait(count) == 2
    assert [answer.wait() for answer in answers] == ["r1", 1, "r2"]


def test_a_visit_and_the_work_after_it_are_one_transaction(home: Path, patient: None) -> None:
    """The work fails, so the row of the visit before it is not in the store either, only in the WARC file."""
    with recording(home) as opened:
        opened.work_and_wait(lambda conn: None)
        capture = kept(opened)
        answer = Answer()
        opened.work(broken, answer, prompt=True)
        assert isinstance(answer.wait(), VariorumError)
    store = open_store(config.load(home).store.database)
    with store.read() as conn:
        assert captures.by_id(conn, capture.id) is None
    store.close()
    with recording(home) as again:
        assert again.work_and_wait(is_indexed(capture.id))


# ------------------------------------------------------------------------------------------------- prompt or not prompt


def test_what_is_not_prompt_waits_for_its_group(home: Path, patient: None) -> None:
    with recording(home) as opened:
        waiting, prompt = Answer(), Answer()
        opened.work(begin("waits"), waiting)
        # Two exchanges, one after the other's answer: the turn that took the work in is over by then.
        kept(opened)
        kept(opened, "http://press.test/other")
        assert not waiting.has_come()
        assert run_ids(home) == []
        opened.work(begin("prompt"), prompt, prompt=True)
        assert prompt.wait() == "prompt"
        assert waiting.wait() == "waits"


def test_closing_ends_the_group(home: Path, patient: None) -> None:
    answer = Answer()
    with recording(home) as opened:
        opened.work(begin("r1"), answer)
    assert answer.wait() == "r1"
    assert run_ids(home) == ["r1"]


def test_a_group_ends_by_itself(home: Path) -> None:
    with recording(home) as opened:
        answer = Answer()
        opened.work(begin("r1"), answer)
        assert answer.wait() == "r1"


def test_a_note_ends_the_group_of_the_work_before_it(home: Path, patient: None) -> None:
    with recording(home) as opened:
        answer = Answer()
        opened.work(begin("r1"), answer)
        opened.tell_run(Run(id="r2", why="by hand", began=NOON))
        assert answer.wait() == "r1"
        assert run_ids(home) == ["r1", "r2"]


# -------------------------------------------------------------------------------------------------------------- answers


def test_answers_are_delivered_and_who_waits_is_answered_without(home: Path) -> None:
    calls: list[Callable[[], None]] = []
    called = threading.Event()

    def deliver(call: Callable[[], None]) -> None:
        calls.append(call)
        called.set()

    opened = Recording(config.load(home), SystemClock(), deliver=deliver).start()
    answer = Answer()
    opened.work(begin("r1"), answer, prompt=True)
    assert called.wait(LONG)
    assert opened.work_and_wait(begin("r2")) == "r2"
    assert not answer.has_come()
    for call in calls:
        call()
    assert answer.wait() == "r1"
    assert answer.thread == threading.current_thread().name
    opened.close()


def test_the_works_of_one_group_are_each_answered_with_their_own(home: Path, patient: None) -> None:
    answers = [Answer() for _ in range(40)]
    with recording(home) as opened:
        for number, answer in enumerate(answers):
            opened.work(lambda conn, number=number: number, answer)  # type: ignore[misc]
            if number % 7 == 0:
                kept(opened, f"http://press.test/{number}")
        assert opened.work_and_wait(lambda conn: "last") == "last"
    assert [answer.wait() for answer in answers] == list(range(40))


def test_what_is_claimed_by_one_of_many_threads_is_claimed_once(home: Path) -> None:
    rows = [
        frontier.Wanted(
            url=exchange(f"http://h{number}.test/").url, urlkey=urlkey(f"http://h{number}.test/"),
            neighbour=f"h{number}.test", what="article", why="new", next_at=NOON,
        )
        for number in range(20)
    ]  # fmt: skip
    claimed: list[str] = []

    def claim(opened: Recording, worker: str) -> None:
        def do(conn: Connection) -> list[str]:
            claimed = leases.claim(conn, run="r1", worker=worker, now=NOON, until=exchange().ended, limit=3)
            return [lease.neighbour for lease in claimed]

        while found := opened.work_and_wait(do):
            claimed.extend(found)

    with recording(home) as opened:
        opened.work_and_wait(lambda conn: frontier.discover(conn, rows, run="r1", now=NOON, pages={}, citations=0))
        threads = [threading.Thread(target=claim, args=(opened, name)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG)
    assert sorted(claimed) == sorted(f"h{number}.test" for number in range(20))


# -------------------------------------------------------------------------------------------------------------- failure


def broken(conn: Connection) -> None:
    raise ValueError("the work's own fault")


def test_a_work_that_fails_stops_the_recording_and_everybody_hears_of_it(home: Path, patient: None) -> None:
    before, own, late = Answer(), Answer(), Answer()
    with recording(home) as opened:
        opened.work(begin("r1"), before)
        opened.work(broken, own, prompt=True)
        failure = own.wait()
        assert isinstance(failure, VariorumError)
        assert "the work's own fault" in str(failure)
        assert before.wait() is failure
        opened.record(exchange(), late)
        assert late.wait() is failure
        opened.work(begin("r2"), answer := Answer())
        assert answer.wait() is failure
        with pytest.raises(VariorumError, match="own fault"):
            opened.work_and_wait(begin("r3"))
        assert opened.failure is failure
    assert run_ids(home) == []


def test_an_error_of_ours_reaches_who_waits_as_it_is(home: Path) -> None:
    def refused(conn: Connection) -> None:
        raise Misuse("name another site")

    with recording(home) as opened, pytest.raises(Misuse, match="name another site"):
        opened.work_and_wait(refused)


def test_after_closing_no_work_is_taken(home: Path) -> None:
    with recording(home) as opened:
        pass
    opened.work(begin("r1"), answer := Answer())
    assert isinstance(answer.wait(), VariorumError)
    with pytest.raises(VariorumError, match="closed"):
        opened.work_and_wait(begin("r1"))


# ------------------------------------------------------------------------------------------------------- nothing opened


def names(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "warcs").rglob("*.warc.gz*"))


def test_work_alone_opens_no_file(home: Path) -> None:
    with recording(home, "store.warc_size=1KB") as opened:
        recorded_now(opened, exchange(URL, bytes(range(256)) * 40))
        assert opened.work_and_wait(lambda conn: 1) == 1
        opened.work_and_wait(begin("r1"))
        sealed = names(home)
        assert len(sealed) == 1
        for number in range(5):
            opened.work_and_wait(begin(f"r{number}"))
        assert names(home) == sealed
        assert list(WarcFolder(home / "warcs").left_open()) == []
        kept(opened)
        assert len(names(home)) == 2


def test_work_needs_no_room_on_the_disk_for_records(home: Path) -> None:
    with recording(home, "store.min_free=900TB") as opened:
        assert opened.work_and_wait(begin("r1")) == "r1"
        with pytest.raises(DiskFull, match=r"store\.min_free"):
            kept(opened)
        with pytest.raises(DiskFull, match=r"store\.min_free"):
            opened.work_and_wait(begin("r2"))
