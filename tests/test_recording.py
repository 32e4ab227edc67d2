"""What goes on record, and how: answers, revisits, certificates, files, and the order of file and index."""

from __future__ import annotations

import gzip
import hashlib
import io
import multiprocessing
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import BinaryIO

import pytest

from archive import config, upkeep
from archive.errors import DiskFull, Misuse, VariorumError
from archive.model import Body, Capture, Exchange, Locator, RecordId, Run
from archive.recording import COMMIT_SECONDS, SOFTWARE, Recorded, Recording
from archive.store import captures, files, journal_rows, open_store, runs, visits
from archive.timing import Clock, ScaledClock, SystemClock
from archive.warc.files import WarcFolder
from archive.warc.reader import Stored, Walked, read_record, walk
from archive.warc.writer import NOT_MODIFIED, SAME_PAYLOAD, SMALLEST_REVISIT
from tests.crash.audit import faults, held, left_open
from tests.crash.exchanges import NOON, encrypted, exchange, not_modified
from tests.crash.steps import recorded_now

URL = "http://press.test/story"
BIG = b"It was a bright cold day in April. " * 60
LONG = 30.0
"""Seconds after which a test gives up waiting for what must come."""


def begin(home: Path, *overrides: str, clock: Clock | None = None, run: str | None = None) -> Recording:
    return Recording(config.load(home, overrides), clock or SystemClock(), run=run).start()


@contextmanager
def recording(home: Path, *overrides: str, clock: Clock | None = None, run: str | None = None) -> Iterator[Recording]:
    opened = begin(home, *overrides, clock=clock, run=run)
    try:
        yield opened
    finally:
        opened.close()


def put(recording: Recording, given: Exchange) -> Capture:
    capture = recorded_now(recording, given).capture
    assert capture is not None
    return capture


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def stored(home: Path, place: Locator) -> Stored:
    return read_record(WarcFolder(home / "warcs").bytes_at(place))


# ---------------------------------------------------------------------------------------------------------- answers


@contextmanager
def busy(opened: Recording) -> Iterator[None]:
    """Keep the recording occupied, so that what is asked meanwhile is served in one turn."""
    reached, free = threading.Event(), threading.Event()

    def occupied(given: Recorded | VariorumError) -> None:
        reached.set()
        free.wait(LONG)

    opened.record(exchange("http://press.test/busy", b"x"), occupied)
    assert reached.wait(LONG)
    try:
        yield
    finally:
        free.set()


class Answers:
    """Collects what each exchange was told, and when all have been."""

    def __init__(self, count: int) -> None:
        self.given: list[tuple[int, Recorded | VariorumError]] = []
        self._count = count
        self._all = threading.Event()

    def of(self, number: int) -> Callable[[Recorded | VariorumError], None]:
        def answer(given: Recorded | VariorumError) -> None:
            self.given.append((number, given))
            if len(self.given) >= self._count:
                self._all.set()

        return answer

    def wait(self) -> None:
        assert self._all.wait(LONG), f"{len(self.given)} of {self._count} were answered"


def test_every_exchange_is_answered_once_and_in_order(home: Path) -> None:
    answers = Answers(200)
    with recording(home) as opened:
        for number in range(200):
            opened.record(exchange(f"http://press.test/{number}", b"x" * number), answers.of(number))
        answers.wait()
    assert [number for number, _ in answers.given] == list(range(200))
    assert all(isinstance(given, Recorded) for _, given in answers.given)


def test_closing_answers_what_still_waits(home: Path) -> None:
    answers = Answers(50)
    opened = begin(home)
    for number in range(50):
        opened.record(exchange(f"http://press.test/{number}", BIG), answers.of(number))
    opened.close()
    assert [isinstance(given, Recorded) for _, given in answers.given] == [True] * 50


@pytest.fixture
def broken() -> Iterator[Exchange]:
    """An exchange whose spooled body ends before what was promised."""
    with tempfile.TemporaryFile() as spool:
        spool.write(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(2_000_000))
        yield replace(exchange("http://press.test/broken"), response=Body(size=3_000_000, spool=spool))


def test_a_failure_answers_every_exchange_that_waits_and_every_later_one(home: Path, broken: Exchange) -> None:
    answers = Answers(20)
    opened = begin(home)
    whole = threading.Event()
    opened.record(exchange("http://press.test/first", BIG), lambda given: whole.set())
    assert whole.wait(LONG)
    for number in range(19):
        given = broken if number == 3 else exchange(f"http://press.test/{number}", BIG)
        opened.record(given, answers.of(number))
    with pytest.raises(VariorumError, match="spool ends"):
        opened.tell_run(Run(id="late", why="by hand", began=NOON))
    opened.record(exchange("http://press.test/late", BIG), answers.of(19))
    answers.wait()
    opened.close()
    told = dict(answers.given)
    assert sorted(told) == list(range(20))
    assert len(answers.given) == 20
    assert [number for number, given in told.items() if isinstance(given, Recorded)] == [0, 1, 2]
    assert {str(given) for given in told.values() if isinstance(given, VariorumError)} == {str(opened.failure)}


def test_what_was_acknowledged_before_a_failure_is_in_the_index_and_nothing_else(home: Path, broken: Exchange) -> None:
    opened = begin(home)
    answers = Answers(2)
    opened.record(exchange("http://press.test/first", BIG, token="first"), answers.of(0))
    opened.record(broken, answers.of(1))
    answers.wait()
    opened.close()
    assert faults(home, [{"token": "first", "places": []}]) == []
    assert len(held(WarcFolder(home / "warcs")).visits) == 1


def test_an_answer_that_raises_keeps_no_other_from_coming(home: Path) -> None:
    answers = Answers(2)
    opened = begin(home)

    def raising(given: Recorded | VariorumError) -> None:
        raise ValueError("the caller's own fault")

    with busy(opened):
        for number, answer in enumerate((answers.of(0), raising, answers.of(2))):
            opened.record(exchange(f"http://press.test/{number}", BIG), answer)
    answers.wait()
    opened.close()
    assert opened.failure is not None
    assert "the caller's own fault" in str(opened.failure)


def test_after_closing_nothing_is_taken_and_nobody_waits(home: Path) -> None:
    opened = begin(home)
    opened.close()
    answers = Answers(1)
    opened.record(exchange(), answers.of(0))
    answers.wait()
    assert isinstance(answers.given[0][1], VariorumError)
    with pytest.raises(VariorumError, match="closed"):
        opened.tell_run(Run(id="late", why="by hand", began=NOON))


def test_answers_come_in_the_thread_they_belong_to(home: Path) -> None:
    calls: list[Callable[[], None]] = []
    called = threading.Event()

    def deliver(call: Callable[[], None]) -> None:
        calls.append(call)
        called.set()

    opened = Recording(config.load(home), SystemClock(), deliver=deliver).start()
    answers = Answers(1)
    opened.record(exchange(), answers.of(0))
    assert called.wait(LONG)
    assert answers.given == []
    calls[0]()
    assert isinstance(answers.given[0][1], Recorded)
    opened.close()


def test_a_failure_is_told_to_who_waits_in_the_thread_that_answers_are_delivered_to(home: Path) -> None:
    given = config.load(home, ["store.min_free=900TB"])
    opened = Recording(given, SystemClock(), deliver=lambda call: None).start()
    waiting = threading.Thread(target=tell_and_fail, args=(opened,), daemon=True)
    waiting.start()
    waiting.join(LONG)
    assert not waiting.is_alive()
    opened.close()


def tell_and_fail(opened: Recording) -> None:
    with pytest.raises(DiskFull, match=r"store\.min_free"):
        opened.tell_run(Run(id="r", why="by hand", began=NOON))


def test_a_folder_that_is_a_file_is_misuse(home: Path) -> None:
    (home / "elsewhere").write_text("no folder")
    with pytest.raises(Misuse, match=r"store\.warcs"):
        begin(home, "store.warcs=elsewhere")


# --------------------------------------------------------------------------------------------------------- revisits


def test_the_same_payload_of_the_same_url_becomes_a_revisit(home: Path) -> None:
    with recording(home) as opened:
        first = put(opened, exchange(URL, BIG))
        second = put(opened, exchange(URL, BIG, fields=("Content-Type: text/html", "X-Other: head"), at=later(1)))
    with recording(home) as opened:
        third = put(opened, exchange(URL, BIG, at=later(2)))
    assert (first.kind, second.kind, third.kind) == ("response", "revisit", "revisit")
    assert (second.refers_to, third.refers_to) == (first.id, first.id)
    record = stored(home, second.locator)
    assert record.fields.get("WARC-Profile") == SAME_PAYLOAD
    assert record.fields.id("WARC-Refers-To") == first.id
    assert record.fields.get("WARC-Refers-To-Target-URI") == URL
    assert record.fields.get("WARC-Refers-To-Date") == "2026-11-22T12:00:00.123456Z"
    assert record.fields.get("WARC-Payload-Digest") == first.digest
    assert record.fields.get("WARC-Truncated") == "length"
    assert record.block.endswith(b"X-Other: head\r\nContent-Length: %d\r\n\r\n" % len(BIG))
    assert faults(home, []) == []


SMALL = bytes(SMALLEST_REVISIT - 1)
NO_REVISIT: dict[str, tuple[Exchange, Exchange]] = {
    "a body below 1 KiB": (exchange(URL, SMALL), exchange(URL, SMALL)),
    "another URL": (exchange(URL, BIG), exchange(f"{URL}/", BIG)),
    "another scheme": (exchange(URL, BIG), exchange(URL.replace("http:", "https:"), BIG)),
    "another URL of the same key": (exchange(f"{URL}?b&a", BIG), exchange(f"{URL}?a&b", BIG)),
    "another payload": (exchange(URL, BIG), exchange(URL, BIG + b".")),
    "a truncated one": (exchange(URL, BIG), exchange(URL, BIG, truncated="time", cut_by="us")),
    "one after a truncated one": (exchange(URL, BIG, truncated="time", cut_by="us"), exchange(URL, BIG)),
    "another status": (exchange(URL, BIG), exchange(URL, BIG, status="404 Not Found")),
    "one after another status": (exchange(URL, BIG, status="404 Not Found"), exchange(URL, BIG)),
    "an answer to HEAD": (exchange(URL, BIG), exchange(URL, b"", method="HEAD")),
}


@pytest.mark.parametrize(("first", "second"), NO_REVISIT.values(), ids=NO_REVISIT.keys())
@pytest.mark.parametrize("sessions", [1, 2])
def test_nothing_else_becomes_a_revisit(home: Path, first: Exchange, second: Exchange, sessions: int) -> None:
    opened = begin(home)
    put(opened, first)
    if sessions == 2:
        opened.close()
        opened = begin(home)
    capture = put(opened, second)
    opened.close()
    assert (capture.kind, capture.refers_to) == ("response", None)
    assert stored(home, capture.locator).block == second.response.read()


def test_a_304_becomes_a_revisit_of_the_original_and_never_of_a_revisit(home: Path) -> None:
    with recording(home) as opened:
        first = put(opened, exchange(URL, BIG))
        same = put(opened, exchange(URL, BIG, at=later(1)))
        of_first = put(opened, not_modified(URL, first.id, at=later(2)))
        of_same = put(opened, not_modified(URL, same.id, at=later(3)))
    with recording(home) as opened:
        of_304 = put(opened, not_modified(URL, of_same.id, at=later(4)))
    for capture in (of_first, of_same, of_304):
        assert (capture.kind, capture.status, capture.refers_to) == ("revisit", 304, first.id)
        record = stored(home, capture.locator)
        assert record.fields.get("WARC-Profile") == NOT_MODIFIED
        assert record.fields.id("WARC-Refers-To") == first.id
        assert record.block == b""
    assert faults(home, []) == []


def test_a_304_that_nobody_asked_for_is_a_response(home: Path) -> None:
    with recording(home) as opened:
        put(opened, exchange(URL, BIG))
        unasked = put(opened, not_modified(URL, None))
        of_nothing = put(opened, not_modified(URL, RecordId("urn:uuid:00000000-0000-0000-0000-000000000000")))
        of_unasked = put(opened, not_modified(URL, unasked.id))
    assert [c.kind for c in (unasked, of_nothing, of_unasked)] == ["response"] * 3
    assert stored(home, unasked.locator).block.startswith(b"HTTP/1.1 304 Not Modified\r\n")


def test_what_a_304_rests_on_is_found_between_a_line_of_our_own_and_its_commit(home: Path) -> None:
    answers = Answers(3)
    opened = begin(home)
    first = put(opened, exchange(URL, BIG))
    other = exchange("http://press.test/other", BIG)
    telling = threading.Thread(target=opened.tell_run, args=(Run(id="between", why="by hand", began=NOON),))
    with busy(opened):
        opened.record(other, answers.of(0))
        telling.start()
        while len(opened._jobs) < 2:  # which no event tells
            time.sleep(0.001)
        opened.record(replace(other, began=later(1)), answers.of(1))
        opened.record(not_modified(URL, first.id, at=later(1)), answers.of(2))
    answers.wait()
    telling.join()
    opened.close()
    kinds = [given.capture.kind for _, given in answers.given if isinstance(given, Recorded) and given.capture]
    assert kinds == ["response", "revisit", "revisit"]


# ----------------------------------------------------------------------------------------------------- certificates


def certificate_urls(home: Path) -> list[str]:
    found = held(WarcFolder(home / "warcs")).captures.values()
    return sorted(capture.url for capture in found if capture.url.startswith("urn:variorum:certificate:"))


def test_a_certificate_is_on_record_once_and_in_the_index(home: Path) -> None:
    for number in range(3):
        with recording(home) as opened:
            for count in range(3):
                tls = encrypted(b"leaf", b"root") if count else encrypted(b"other", b"root")
                put(opened, exchange(f"https://press.test/{number}/{count}", b"x", tls=tls))
    names = [
        f"urn:variorum:certificate:sha256:{hashlib.sha256(one).hexdigest()}" for one in (b"leaf", b"other", b"root")
    ]
    assert certificate_urls(home) == sorted(names)
    assert faults(home, []) == []


# ------------------------------------------------------------------------------------- runs, journal, notes, reindex


def test_runs_and_the_journal_come_back_through_a_reindex(home: Path) -> None:
    run = Run(id="r1", why="by hand", sites=("press",), began=NOON, software="test", considered=2)
    ended = replace(run, ended=later(60), state="partly failed", visits=3, outcomes={"captured": 2, "failed": 1})
    with recording(home, run="r1") as opened:
        opened.tell_run(run)
        first = put(opened, exchange(URL, BIG))
        opened.tell_journal("mark", first.id, {"word": "a résumé", "of": 3})
        put(opened, exchange(URL, BIG, at=later(1)))
        opened.tell_run(ended)
    before = index(home)
    assert before["runs"] == [ended]
    assert len(before["visits"]) == 2
    (home / "variorum.db").unlink()
    store = open_store(config.load(home).store.database, create=True)
    assert list(upkeep.reindex(store, WarcFolder(home / "warcs"), SystemClock())) == []
    store.close()
    assert index(home) == before


def index(home: Path) -> dict[str, list[object]]:
    store = open_store(config.load(home).store.database)
    with store.read() as conn:
        found: dict[str, list[object]] = {
            "captures": list(captures.every(conn)),
            "visits": list(visits.every(conn)),
            "journal": list(journal_rows.every(conn)),
            "runs": list(runs.every(conn)),
        }
    store.close()
    return found


INDEXED_AS_READ: dict[str, Exchange] = {
    "a page": exchange(URL, BIG, fields=("Content-Type: text/html; charset=x", 'ETag: "e"', "Last-Modified: then")),
    "no body": exchange(URL, b""),
    "no answer": exchange(URL, None, error="timeout"),
    "never asked": exchange(URL, None, asked=False, error="dns"),
    "truncated": exchange(URL, BIG, truncated="length", cut_by="us"),
    "an unasked 304": not_modified(URL, None),
    "an empty answer": replace(exchange(URL), response=Body.of(b"not HTTP at all")),
    "HEAD": exchange(URL, b"", method="HEAD"),
    "a URL that is no URI": exchange("http://press.test/r\u00e9sum\u00e9 one", None, asked=False, error="scope"),
}


@pytest.mark.parametrize("given", INDEXED_AS_READ.values(), ids=INDEXED_AS_READ.keys())
def test_the_index_says_of_an_exchange_what_a_reading_of_its_records_says(home: Path, given: Exchange) -> None:
    with recording(home, run="r1") as opened:
        recorded_now(opened, given)
    assert faults(home, []) == []


def test_a_line_of_our_own_is_in_the_index_when_it_is_told(home: Path) -> None:
    with recording(home) as opened:
        opened.tell_journal("mark", "urn:x", {"word": "seen"})
        with opened.store.read() as conn:
            assert [entry.data for entry in journal_rows.every(conn)] == [{"word": "seen"}]


# ------------------------------------------------------------------------------------- rows follow their file's fsync


ROWS = 100
"""Captures that the watcher must have seen, or it has seen too little."""


def test_the_index_never_tells_of_bytes_that_are_not_in_the_file(home: Path) -> None:
    """Looked at from another process, all the while."""
    context = multiprocessing.get_context("spawn")
    stop, looked = context.Event(), context.Queue()
    watcher = context.Process(target=watch, args=(str(home), stop, looked))
    with recording(home, "store.warc_size=200KB") as opened:
        watcher.start()
        assert looked.get(timeout=LONG) == "watching"
        until = time.monotonic() + 4 * COMMIT_SECONDS
        number = 0
        while time.monotonic() < until or number <= 2 * ROWS:
            number += 1
            put(opened, exchange(f"http://press.test/{number}", bytes(number % 9000), at=later(number)))
        stop.set()
        looks, rows, beyond = looked.get(timeout=LONG)
        watcher.join()
    assert beyond == []
    assert looks > 10
    assert rows > ROWS


def watch(home: str, stop: Event, looked: Queue[object]) -> None:
    """Compare index and files until told to stop; say how often, of how many rows at last, and what was amiss."""
    settings = config.load(Path(home))
    store, folder = open_store(settings.store.database), WarcFolder(settings.store.warcs)
    looked.put("watching")
    looks, rows = 0, 0
    beyond: list[str] = []
    while not stop.is_set():
        with store.read() as conn:
            read_to = {row.name: row.bytes for row in files.every(conn)}
            ends = {name: [o + n for _, o, n in captures.of_warc(conn, name)] for name in read_to}
        looks, rows = looks + 1, sum(map(len, ends.values()))
        for name, bytes_read in read_to.items():
            if not bytes_read:
                continue
            with folder.open(name) as file:
                size = file.seek(0, 2)
            if max([bytes_read, *ends[name]]) > size or max([0, *ends[name]]) > bytes_read:
                beyond.append(f"{name}: {size} bytes, index has read {bytes_read}, records end at {ends[name][-1:]}")
    store.close()
    looked.put((looks, rows, beyond))


def test_an_acknowledged_record_is_in_the_index_soon_without_another_one(home: Path) -> None:
    with recording(home) as opened:
        first = put(opened, exchange(URL, BIG))
        deadline = time.monotonic() + LONG
        while time.monotonic() < deadline:
            with opened.store.read() as conn:
                if captures.by_id(conn, first.id) is not None:
                    return
            time.sleep(COMMIT_SECONDS / 10)
    pytest.fail("the record was never committed")


@pytest.mark.parametrize("count", [0, 1, 300])
def test_after_closing_everything_is_in_the_index(home: Path, count: int) -> None:
    with recording(home) as opened:
        for number in range(count):
            opened.record(exchange(f"http://press.test/{number}", b"x" * number), lambda given: None)
    assert faults(home, []) == []
    assert len(index(home)["visits"]) == count


# ------------------------------------------------------------------------------------------------- few files (D15)


def test_thirty_workers_one_after_another_leave_one_open_file(home: Path) -> None:
    for number in range(30):
        with recording(home, run=f"r{number}") as opened:
            put(opened, exchange(f"http://press.test/{number}", BIG))
    assert len(WarcFolder(home / "warcs").names()) == len(left_open(home)) == 1
    assert faults(home, []) == []
    with left(home) as file:
        starts = [record.type for record in walk(file) if isinstance(record, Walked)].count("warcinfo")
    assert starts == 1


def test_two_workers_at_once_leave_two_open_files_however_often(home: Path) -> None:
    for number in range(5):
        with recording(home) as one, recording(home) as two:
            put(one, exchange(f"http://press.test/one/{number}", BIG))
            put(two, exchange(f"http://press.test/two/{number}", BIG))
    assert len(WarcFolder(home / "warcs").names()) == len(left_open(home)) == 2
    assert faults(home, []) == []


def test_workers_that_start_at_the_same_moment_each_get_a_file_of_their_own(home: Path) -> None:
    begin(home).close()  # one finds a file left, three begin theirs
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(4)
    workers = [context.Process(target=work, args=(str(home), f"w{number}", together)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(2 * LONG)
        assert worker.exitcode == 0
    assert len(WarcFolder(home / "warcs").names()) == len(left_open(home)) == 4
    acknowledged = [{"token": f"w{number} {count}", "places": []} for number in range(4) for count in range(4)]
    assert faults(home, acknowledged) == []


def work(home: str, name: str, together: Barrier) -> None:
    """Start, write and stop, several times, each time at the same moment as the others."""
    for count in range(4):
        together.wait(LONG)
        opened = begin(Path(home))
        together.wait(LONG)
        put(opened, exchange(f"http://press.test/{name}/{count}", BIG, token=f"{name} {count}"))
        opened.close()


def test_a_worker_alone_goes_on_with_one_of_two_and_leaves_the_other_free(home: Path) -> None:
    with recording(home), recording(home):
        pass
    with recording(home) as opened:
        put(opened, exchange(URL, BIG))
        free = list(WarcFolder(home / "warcs").abandoned())
        assert len(free) == 1
        free[0].close()


def test_a_file_is_sealed_at_its_size(home: Path) -> None:
    with recording(home, "store.warc_size=50KB") as opened:
        for number in range(10):
            put(opened, exchange(f"http://press.test/{number}", random.Random(number).randbytes(20_000)))
    folder = WarcFolder(home / "warcs")
    assert len(folder.names()) in (3, 4)
    assert len(left_open(home)) <= 1
    for name in folder.names():
        if not folder.is_open(name):
            assert 50_000 <= folder.path(name).stat().st_size < 75_000
    assert faults(home, []) == []
    assert sealed_with_their_digest(home)


def test_a_file_is_sealed_at_its_age_by_whoever_comes_next(home: Path) -> None:
    began = datetime(2026, 11, 1, tzinfo=UTC)
    for day, count in ((0, 1), (0.9, 1), (1.1, 2), (1.2, 2), (9, 3)):
        with recording(home, clock=ScaledClock(began + timedelta(days=day), 1)) as opened:
            put(opened, exchange(f"http://press.test/{day}", BIG, at=began + timedelta(days=day)))
        assert len(WarcFolder(home / "warcs").names()) == count, day
        assert len(left_open(home)) == 1
    assert faults(home, []) == []
    assert sealed_with_their_digest(home)


def test_a_file_is_sealed_at_its_age_under_way(home: Path) -> None:
    with recording(home, clock=ScaledClock(NOON, 86_400)) as opened:
        first = put(opened, exchange(URL, BIG))
        deadline = time.monotonic() + LONG
        while WarcFolder(home / "warcs").is_open(first.locator.warc) and time.monotonic() < deadline:
            put(opened, exchange(URL, b"x"))
            time.sleep(0.05)
        assert put(opened, exchange(URL, b"last")).locator.warc != first.locator.warc


def test_what_another_version_began_is_sealed_and_not_continued(home: Path) -> None:
    with recording(home) as opened:
        first = put(opened, exchange(URL, BIG))
    name = first.locator.warc
    store = open_store(config.load(home).store.database)
    with store.write() as conn:
        captures.forget_warc(conn, name)
        files.forget(conn, name)
    store.close()
    path = home / "warcs" / f"{name}.open"
    path.write_bytes(of_another_version(path.read_bytes()))
    with recording(home) as opened:
        second = put(opened, exchange(f"{URL}/2", BIG))
    assert second.locator.warc != name
    assert not WarcFolder(home / "warcs").is_open(name)
    assert faults(home, []) == []


def of_another_version(data: bytes) -> bytes:
    """The same file, its first record as another version of the software would have written it."""
    first = next(iter(walk(io.BytesIO(data), digests=False)))
    assert isinstance(first, Walked)
    said = gzip.decompress(data[: first.length])
    head, _, body = said.removesuffix(b"\r\n\r\n").partition(b"\r\n\r\n")
    body = body.replace(SOFTWARE.encode(), SOFTWARE.encode()[:-1] + b"9")
    block_digest = next(line for line in head.split(b"\r\n") if line.startswith(b"WARC-Block-Digest"))
    head = head.replace(block_digest, b"WARC-Block-Digest: sha256:" + hashlib.sha256(body).hexdigest().encode())
    return gzip.compress(head + b"\r\n\r\n" + body + b"\r\n\r\n") + data[first.length :]


def sealed_with_their_digest(home: Path) -> bool:
    store, folder = open_store(config.load(home).store.database), WarcFolder(home / "warcs")
    with store.read() as conn:
        sealed = [row for row in files.every(conn) if row.state == "sealed"]
    store.close()
    assert sealed
    return all(row.sha256 == hashlib.sha256(folder.path(row.name).read_bytes()).hexdigest() for row in sealed)


@contextmanager
def left(home: Path) -> Iterator[BinaryIO]:
    (name,) = left_open(home)
    with (home / "warcs" / name).open("rb") as file:
        yield file
