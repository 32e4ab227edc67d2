"""One process's writing end: a thread that appends exchanges to a WARC file and their rows to the store, in groups.

::

    crawler thread            recording thread
    record(exchange) ──────►  look up what it repeats, make records, compress, one write() ──► answers handed back
                              every COMMIT_SECONDS: fsync the file, then commit its rows

An answer handed back survives kill -9 at once (the bytes are with the kernel; the next start indexes them), and
power loss after the next group (``COMMIT_SECONDS``). Rows follow the fsync of their records, so that the index never
tells of what the disk has lost. A record that cannot be written ends the recording: every waiting and later exchange
gets the failure (promise 1), and what was acknowledged before is brought into the index if it can be.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from archive import catching_up, journal, liveness
from archive.config import VERSION, Settings
from archive.errors import Busy, DiskFull, VariorumError
from archive.indexing import CERTIFICATE_URL, RUN_URL, Facts, gather, run_text
from archive.model import Capture, Digest, Exchange, Locator, RecordId, Run, UrlKey, Visit
from archive.store import Connection, captures, files, open_store
from archive.store.files import WarcFile
from archive.store.frontier import RETRY
from archive.timing import Clock
from archive.urls import urlkey
from archive.warc import writer
from archive.warc.files import OpenFile, WarcFolder
from archive.warc.reader import Damage, walk
from archive.warc.records import SPOOLED, Record, compressed, compressing, digest, new_id

log = logging.getLogger(__name__)

SOFTWARE = f"Variorum/{VERSION}"
COMMIT_SECONDS = 0.5
"""How long an acknowledged record may wait for its fsync and its row, in real seconds."""
COMMIT_ROWS = 2000
BUSY_TIMES = 10
"""Times in a row a group may wait because another process keeps the database locked; each takes half a minute."""
LINGER_SECONDS = 0.01
"""How long the first exchange waits for others, in real seconds: little beside any request on a network."""
LINGER_JOBS = 32


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange on record: its capture (None when nothing came back) and its visit, with their places.

    Bytes of our own have no visit.
    """

    capture: Capture | None
    visit: Visit | None


Answer = Callable[[Recorded | VariorumError], None]


class WorkFailed(VariorumError):
    """One piece of work could not be done, and was undone; all else goes on."""


@dataclass(frozen=True, slots=True)
class _Note:
    """Bytes of our own to be put on record; ``here`` answers in the recording thread, after the commit."""

    url: str
    body: bytes
    content_type: str
    here: bool = False


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Work:
    """Something to be done to the store inside the next commit; ``prompt`` closes that at once.

    ``here`` answers in the recording thread. What ``apart`` fails at is undone alone.
    """

    do: Callable[[Connection], Any]
    prompt: bool
    here: bool = False
    apart: bool = False


Job = tuple[Exchange | _Note | _Work, Callable[[Any], None]]


class Recording:
    """The one writer of a process: an open WARC file, the store, and the thread that serves both.

    ``deliver`` runs a call in the thread the answers belong to (a reactor's ``callFromThread``); it is called once
    for many answers. ``sign`` shows the run to be alive for as long as this lasts; where several processes share a
    run, the one that began it does that.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        run: str | None = None,
        sign: bool = True,
        deliver: Callable[[Callable[[], None]], object] = lambda call: call(),
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._run = run
        self._signs = sign
        self._deliver = deliver
        self._jobs: deque[Job] = deque()
        self._unanswered: deque[Job] = deque()  # taken from _jobs, not yet on record
        self._wake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="recording", daemon=True)
        self.failure: VariorumError | None = None
        self._folder = WarcFolder(settings.store.warcs)
        self._folder.make()
        self.store = open_store(settings.store.database, create=True)
        self._sign: liveness.Sign | None = None
        self._file: OpenFile | None = None
        self._warcinfo = RecordId("")
        self._rows: list[Facts] = []
        self._works: list[tuple[_Work, Callable[[Any], None]]] = []
        self._busy = 0
        self._fresh: dict[UrlKey, list[Capture]] = {}
        self._bases: dict[RecordId, Capture] = {}
        self._certificates: set[Digest] = set()
        self._committed = time.monotonic()
        # Six delays: a URL that failed comes after others of its host, whatever pace that is asked at.
        self._retry = min(RETRY, 6 * settings.polite.delay)

    def start(self) -> Recording:
        """Mend what a crash left, take over an open file or begin one; raise what keeps us from it."""
        try:
            catching_up.finish_sealed(self.store, self._folder, self._clock)
            self._settle()
            for crashed in liveness.bury(self.store, self._folder.running, self._clock):
                log.info("run %s ended without a word: noted as crashed", crashed.id)
            liveness.free_dead(self.store, self._folder.running, self._clock)
            if self._run is not None and self._signs:
                self._sign = liveness.Sign(self._folder.running, self._run)
        except BaseException:
            self.close()
            raise
        self._thread.start()
        return self

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def take_part_in(self, run: str) -> None:
        """Record for this run from now on."""
        self._run = run

    def record(self, exchange: Exchange, answer: Answer) -> None:
        """Put an exchange on record; ``answer`` gets its places, or the failure, in the ``deliver`` thread."""
        self._put(exchange, answer)

    def note(self, url: str, body: bytes, content_type: str, answer: Answer) -> None:
        """Put bytes of our own on record as a resource."""
        self._put(_Note(url, body, content_type), answer)

    def _put(self, job: Exchange | _Note | _Work, answer: Callable[[Any], None]) -> None:
        with self._wake:
            if self.failure is None and not self._closing:
                self._jobs.append((job, answer))
                if len(self._jobs) in (1, LINGER_JOBS):
                    self._wake.notify()
                return
        answer(self.failure or VariorumError("the recording is closed"))

    def expect(self, base: Capture) -> None:
        """Hear of a capture whose validators are about to be sent: it need not be looked up when the answer comes."""
        self._bases[base.id] = base

    def work(
        self,
        do: Callable[[Connection], T],
        answer: Callable[[T | VariorumError], None],
        *,
        prompt: bool = False,
        apart: bool = False,
    ) -> None:
        """Do something to the store in the transaction of the next group; ``answer`` gets what came of it.

        What was recorded before is in the store by then. ``prompt`` makes that group close at once. Work that is
        ``apart`` may fail at what strangers sent (a value no database takes): it alone is undone, and ``answer`` gets
        ``WorkFailed``.
        """
        self._put(_Work(do, prompt, apart=apart), answer)

    def work_and_wait(self, do: Callable[[Connection], T], *, apart: bool = False) -> T:
        """Do something to the store at once, after what was recorded before; raise the failure.

        What ``apart`` fails at is undone alone and raised as ``WorkFailed``; all else goes on.
        """
        made: T = self._wait(_Work(do, prompt=True, here=True, apart=apart))
        return made

    def note_and_wait(self, url: str, body: bytes, content_type: str) -> None:
        """Put bytes of our own on record and wait until they are; raise the failure."""
        self._wait(_Note(url, body, content_type, here=True))

    def _wait(self, job: _Note | _Work) -> Any:
        done = threading.Event()
        answers: list[Any] = []

        def answer(given: Any) -> None:
            answers.append(given)
            done.set()

        with self._wake:
            if self.failure is not None or self._closing:
                raise self.failure or VariorumError("the recording is closed")
            self._jobs.append((job, answer))
            self._wake.notify()
        done.wait()
        if isinstance(answers[0], VariorumError):
            raise answers[0]
        return answers[0]

    def tell_run(self, run: Run) -> None:
        """Put a run's beginning or end on record and wait until it is."""
        what = "began" if run.ended is None else "ended"
        body = json.dumps(run_text(run), ensure_ascii=False, sort_keys=True).encode()
        self.note_and_wait(f"{RUN_URL}{run.id}:{what}", body, "application/vnd.variorum.run+json")

    def tell_journal(self, kind: str, subject: str, data: Mapping[str, object]) -> None:
        """Put a line of the journal on record and wait until it is."""
        body = journal.text(kind, subject, data, self._clock.now())
        self.note_and_wait(journal.url(kind), body, journal.TYPE)

    def close(self) -> None:
        """Finish what waits, commit, and leave the file to the next process."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread.ident is not None:
            self._thread.join()
        if self._file is not None:
            self._file.close()
        if self._sign is not None:
            self._sign.end()
        self.store.close()

    # ---- below: the recording thread only

    def _serve(self) -> None:
        try:
            while self._turn():
                pass
            self._commit()
        except VariorumError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001  # a named edge: whatever happens to the sink stops the run
            failure = VariorumError(f"writing the archive failed: {type(error).__name__}: {error}")
            failure.__cause__ = error
            self._fail(failure)

    def _fail(self, error: VariorumError) -> None:
        with self._wake:
            self.failure = error
            waiting: list[Job] = [*self._works, *self._unanswered, *self._jobs]
            self._works.clear()
            self._unanswered.clear()
            self._jobs.clear()
        here = [answer for job, answer in waiting if isinstance(job, _Note | _Work) and job.here]
        for answer in here:  # the thread they would be delivered to is the one that waits
            answer(error)
        try:
            self._hand_back([(answer, error) for _, answer in waiting if answer not in here])
        finally:
            # What was acknowledged is on record; where that fails too, the next start sees to it.
            with suppress(VariorumError):
                self._commit()

    def _hand_back(self, told: list[tuple[Answer, Recorded | VariorumError]]) -> None:
        def call() -> None:
            with ExitStack() as each:  # an answer that raises keeps none of the others from coming
                for answer, given in reversed(told):
                    each.callback(answer, given)

        if told:
            self._deliver(call)

    def _turn(self) -> bool:
        """Serve what waits; False when there is no more and there will be none."""
        due = self._committed + COMMIT_SECONDS - time.monotonic()
        with self._wake:
            if not self._jobs and not self._closing:
                self._wake.wait(max(0.0, due) if self._rows or self._works else None)
            if self._jobs and not self._closing:
                # One turn for many costs both threads less than a turn for each.
                self._gather(LINGER_SECONDS)
            self._unanswered.extend(self._jobs)
            self._jobs.clear()
            closing = self._closing
        served = bool(self._unanswered)
        if served:
            self._serve_waiting()
        prompt = any(work.prompt for work, _ in self._works)
        grown = len(self._rows) >= COMMIT_ROWS or time.monotonic() - self._committed >= COMMIT_SECONDS
        if prompt or ((self._rows or self._works) and grown):
            self._commit()
        self._seal_when_done()
        return served or not closing

    def _serve_waiting(self) -> None:
        if any(not isinstance(job, _Work) for job, _ in self._unanswered):
            self._check_free()
            if self._file is None:
                self._settle()
        told: list[tuple[Answer, Recorded | VariorumError]] = []
        try:
            self._write(told)
        finally:
            self._hand_back(told)

    def _gather(self, seconds: float) -> None:
        """Wait a moment for company, with the lock held: no longer than asked, nor for more than ``LINGER_JOBS``."""
        until = time.monotonic() + seconds
        while len(self._jobs) < LINGER_JOBS and not self._closing and (left := until - time.monotonic()) > 0:
            self._wake.wait(left)

    def _write(self, told: list[tuple[Answer, Recorded | VariorumError]]) -> None:
        """Put what is unanswered on record, one after another, and note each answer."""
        with ExitStack() as stack:
            reader: Connection | None = None
            while self._unanswered:
                job, answer = self._unanswered[0]
                if isinstance(job, _Work):
                    self._works.append((job, answer))
                    self._unanswered.popleft()
                    continue
                if isinstance(job, _Note):
                    recorded = self._write_note(job)
                    if job.here:
                        stack.close()  # what is committed now must be seen by the next question
                        reader = None
                        self._commit()
                        self._unanswered.popleft()
                        answer(recorded)
                        continue
                else:
                    reader = reader or stack.enter_context(self.store.read())
                    recorded = self._write_exchange(job, reader)
                told.append((answer, recorded))
                self._unanswered.popleft()

    def _check_free(self) -> None:
        free = _free(self._folder.root)
        least = self._settings.store.min_free
        if free < least:
            raise DiskFull(
                f"{free} bytes are free for {self._folder.root}, store.min_free asks for {least}: free some space "
                "or lower store.min_free, then start again; nothing acknowledged is lost"
            )

    def _write_exchange(self, exchange: Exchange, reader: Connection) -> Recorded:
        reading = writer.read(exchange)
        original = self._original(exchange, reading, reader)
        if exchange.intent.validated is not None:
            self._bases.pop(exchange.intent.validated, None)
        certificates = self._certificates_of(exchange, reader)
        context = writer.Context(warcinfo=self._warcinfo, run=exchange.intent.run or self._run)
        group = writer.group(exchange, reading, original, context)
        records = (*certificates, *group.records)
        places = self._append(records)
        self._rows += map(self._read_back, places[: len(certificates)])
        capture = group.capture and replace(group.capture, locator=places[len(certificates)])
        visit = replace(group.visit, locator=places[-1])
        self._rows.append(Facts(end=0, captures=(capture,) if capture else (), visits=(visit,)))
        if capture is not None:
            self._fresh.setdefault(capture.urlkey, []).append(capture)
        return Recorded(capture, visit)

    def _write_note(self, note: _Note) -> Recorded:
        now = self._clock.now()
        record = writer.resource(
            url=note.url, at=now, body=note.body, content_type=note.content_type, warcinfo=self._warcinfo
        )
        found = self._read_back(self._append((record,))[0])
        self._rows.append(found)
        return Recorded(found.captures[0], None)

    def _read_back(self, place: Locator) -> Facts:
        """Give what the index will say of a record that stands for itself, as a reindex would read it."""
        with self._folder.open(place.warc) as written:
            return next(iter(gather(walk(written, start=place.offset, digests=False), place.warc)))

    def _append(self, records: Iterable[Record]) -> list[Locator]:
        file = self._file
        assert file is not None
        places: list[Locator] = []
        ready: list[bytes] = []
        at = file.size
        start = file.size

        def everything() -> Iterator[bytes]:
            nonlocal at
            for item in records:
                begin = at
                if item.size <= SPOOLED:
                    packed = compressed(item)
                    at += len(packed)
                    ready.append(packed)
                else:
                    if ready:
                        yield b"".join(ready)
                        ready.clear()
                    for piece in compressing(item):
                        at += len(piece)
                        yield piece
                places.append(Locator(warc=file.name, offset=begin, length=at - begin))
            yield b"".join(ready)

        file.append(everything())
        assert file.size - start == at - start
        return places

    def _original(self, exchange: Exchange, reading: writer.Reading, reader: Connection) -> Capture | None:
        """Find the capture this answer repeats: the one whose validators were sent, or an equal one of the same URL."""
        if reading.head is not None and reading.head.status == 304:
            validated = exchange.intent.validated
            if not exchange.intent.validators or validated is None:
                return None
            known = self._by_id(exchange, validated, reader)
            if known is not None and known.kind == "revisit" and known.refers_to is not None:
                known = self._by_id(exchange, known.refers_to, reader)
            # A 304 that nobody had asked for is a response too, and holds nothing to rest on.
            sound = known is not None and known.kind == "response" and known.status != 304
            return known if sound and known is not None and known.fidelity == "wire" else None
        if not writer.may_repeat(exchange, reading) or reading.digest is None:
            return None
        key = urlkey(exchange.url)
        for capture in reversed(self._fresh.get(key, ())):
            if (
                capture.kind == "response"
                and capture.digest == reading.digest
                and capture.url == exchange.url
                and capture.status == 200
                and capture.truncated is None
                and capture.fidelity == "wire"
            ):
                return capture
        return captures.original_of(reader, key, reading.digest, exchange.url)

    def _by_id(self, exchange: Exchange, id: RecordId, reader: Connection) -> Capture | None:
        if (base := self._bases.pop(id, None)) is not None:
            return base
        for capture in self._fresh.get(urlkey(exchange.url), ()):
            if capture.id == id:
                return capture
        return captures.by_id(reader, id)

    def _certificates_of(self, exchange: Exchange, reader: Connection) -> list[Record]:
        """Make the records of certificates that are not on record yet: each is kept once (design 5)."""
        if exchange.tls is None:
            return []
        made: list[Record] = []
        for certificate in exchange.tls.chain:
            name = digest((certificate,))
            if name in self._certificates:
                continue
            self._certificates.add(name)
            url = f"{CERTIFICATE_URL}{name}"
            if not any(known.fidelity == "wire" for known in captures.of_url(reader, urlkey(url))):
                made.append(
                    writer.resource(
                        url=url,
                        at=exchange.began,
                        body=certificate,
                        content_type="application/pkix-cert",
                        warcinfo=self._warcinfo,
                    )
                )
        return made

    def _commit(self) -> None:
        """Bring the file to the disk, then the rows of what is in it to the store.

        Where another process writes for long, all of it waits for the next group; what fails otherwise is not tried
        again.
        """
        file = self._file
        rows, self._rows = self._rows, []
        made: list[tuple[Callable[[Any], None], Any]] = []
        try:
            if (file is not None and rows) or self._works:
                if file is not None and rows:
                    file.sync()
                with self.store.write() as conn:
                    if file is not None and rows:
                        catching_up.put_into(conn, rows, retry=self._retry)
                        files.progress(conn, file.name, file.size)
                    made = [(answer, self._done(conn, work)) for work, answer in self._works]
                self._fresh.clear()
        except Busy as busy:
            self._rows = rows
            self._busy += 1
            self._committed = time.monotonic()
            if self._busy > BUSY_TIMES or self._closing:
                raise
            log.warning("%s; what is on record waits", busy)
            return
        self._busy = 0
        self._committed = time.monotonic()
        works, self._works = self._works, []
        here = {id(answer) for work, answer in works if work.here}
        for answer, given in made:
            if id(answer) in here:
                answer(given)
        self._hand_back([(answer, given) for answer, given in made if id(answer) not in here])

    def _done(self, conn: Connection, work: _Work) -> Any:
        """Do one piece of work; what strangers sent may be more than a database takes."""
        if not work.apart:
            return work.do(conn)
        try:
            with conn.begin_nested():
                return work.do(conn)
        except (ValueError, TypeError, LookupError, ArithmeticError) as error:
            return WorkFailed(f"{type(error).__name__}: {error}")

    def _seal_when_done(self) -> None:
        file = self._file
        if file is not None and self._is_done(file):
            self._commit()
            if self._rows:
                return  # the database is held by somebody else: not before it knows
            self._file = None
            catching_up.seal(self.store, file, self._clock)

    def _is_done(self, file: OpenFile) -> bool:
        store = self._settings.store
        return file.size >= store.warc_size or self._clock.now() - file.began >= store.warc_age

    def _settle(self) -> None:
        """Hold an open file with room and years left: one left behind, mended and caught up, or a new one.

        Others that were left behind are mended too and stay open, for the next process that wants one.
        """
        for name in self._folder.left_open():
            # No lock for a look: who starts in this very moment must find the file free.
            if self._file is None or catching_up.is_behind(self.store, self._folder, name):
                file = self._folder.take(name)
                if file is not None:
                    self._adopt(file)
        if self._file is None:
            self._begin()

    def _adopt(self, file: OpenFile) -> None:
        """Mend a file left behind; keep it, seal it, or leave it to others."""
        try:
            catching_up.catch_up(self.store, self._folder, file, self._clock)
            known = _warcinfo_of(file.path) if file.size else None
            if file.size == 0:
                with self.store.write() as conn:
                    files.forget(conn, file.name)
                file.discard()
            elif known is None or self._is_done(file):  # what another version began is not continued by this one
                catching_up.seal(self.store, file, self._clock)
            elif self._file is None:
                self._file, self._warcinfo = file, known
        finally:
            if self._file is not file:
                file.close()

    def _begin(self) -> None:
        now = self._clock.now()
        file = self._folder.create(self._settings.label, now)
        self._file, self._warcinfo = file, new_id()
        with self.store.write() as conn:
            files.put(conn, WarcFile(name=file.name, state="open", began=file.began))
        label = self._settings.label
        first = writer.warcinfo(id=self._warcinfo, at=now, name=file.name, software=SOFTWARE, label=label)
        self._append((first,))
        self._rows.append(Facts(end=file.size))


def _warcinfo_of(path: Path) -> RecordId | None:
    """Give the id of a file's first record when it is a warcinfo of this very software, else None."""
    with open(path, "rb") as file:
        first = next(iter(walk(file, digests=False)), None)
    if first is None or isinstance(first, Damage) or first.type != "warcinfo":
        return None
    return first.id if f"software: {SOFTWARE}\r\n".encode() in first.front else None


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
