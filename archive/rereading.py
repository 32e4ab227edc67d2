"""Reading what was captured and never read, and folding what waits: the shell around ``ingest`` and ``chains``.

Captures are read in processes that may be killed; what comes of them is written in bounded transactions, by the one
writer of this process. Nothing is lost when it is broken off: what was not read is found again by the next call.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from archive import chains, deriving, ingest, learning
from archive.chains import Folded
from archive.config import Settings
from archive.deriving import Known
from archive.extract.learned import FEWEST, Learned
from archive.extract.picture import Picture, look_at
from archive.extract.workers import Failed, Workers
from archive.model import Article, Capture, Digest, Reading, RecordId, UrlKey
from archive.recording import Recording, WorkFailed
from archive.store import Connection, articles, captures, pictures, readings
from archive.timing import Clock, stamp
from archive.urls import urlkey
from archive.warc.files import WarcFolder

log = logging.getLogger(__name__)

LOOKED = 10_000
"""Captures that are asked for at a time: each call looks at all."""
BATCH = 64
"""Captures that are read before what came of them is written."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A stored capture to be read, or looked at as a picture."""

    warcs: str
    capture: Capture
    learned: Learned | None = None


def read_stored(task: Task) -> Reading:
    """Read one stored capture, in a process that may be killed."""
    return ingest.read(WarcFolder(Path(task.warcs)), task.capture, task.learned)


def look_at_stored(task: Task) -> Picture | None:
    """Look at a stored picture, in a process that may be killed; None where it is none."""
    return look_at(ingest.read_capture(WarcFolder(Path(task.warcs)), task.capture).data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What folding brought: articles seen for the first time, edits of those known, and what else happened to them."""

    new: int = 0
    edits: int = 0
    events: Mapping[str, int] = field(default_factory=dict)


class Rereading:
    """Reads captures and keeps chains up, through one writer; to be closed."""

    def __init__(self, settings: Settings, clock: Clock, recording: Recording) -> None:
        self._settings = settings
        self._clock = clock
        self._recording = recording
        self._warcs = str(WarcFolder(settings.store.warcs).root)
        self._started: Workers | None = None
        self._known: Known | None = None

    def known(self) -> Known:
        """Give the names of outlets, loaded once."""
        if self._known is None:
            self._known = self._recording.work_and_wait(partial(deriving.known, self._settings.home))
        return self._known

    def forget_names(self) -> None:
        """Have the names of outlets loaded anew where they are needed next."""
        self._known = None

    def close(self) -> None:
        """End the processes that read."""
        if self._started is not None:
            self._started.close(wait=False)

    # ------------------------------------------------------------------------------------------------------ reading

    def read_missing(self, said: Progress = lambda text: None, *, again: bool = False) -> int:
        """Read every capture that a reader would read and none has; give how many that were.

        With ``again`` those too whose reading came to no end.
        """
        done = 0
        after: tuple[datetime, RecordId] | None = None
        while True:
            ask = partial(readings.missing, limit=LOOKED, after=after, again=again)
            waiting = self._recording.work_and_wait(ask)
            if not waiting:
                return done
            for some in _pieces(waiting):
                self.read(some)
                done += len(some)
                said(f"{done} captures read")
            after = waiting[-1].at, waiting[-1].id

    def read_missing_of(self, keys: Sequence[UrlKey]) -> int:
        """Read the captures of some URLs that have no reading yet; give how many that were."""

        def unread(conn: Connection) -> list[Capture]:
            held = [each for key in keys for each in captures.of_url(conn, key) if each.kind != "resource"]
            known = {each.capture for each in readings.of_captures(conn, [each.id for each in held])}
            return [each for each in held if each.id not in known and each.refers_to is None]

        waiting = self._recording.work_and_wait(unread)
        for some in _pieces(waiting):
            self.read(some)
        return len(waiting)

    def read(self, some: Sequence[Capture], *, newest: bool = False) -> None:
        """Read captures, and write what came of it.

        Each with what its chain is pinned to know of the outlet; with ``newest`` with what was learned last.
        """
        learned = self._recording.work_and_wait(lambda conn: _models(conn, some, newest=newest))
        under_way = [
            self._workers().submit(read_stored, Task(warcs=self._warcs, capture=each, learned=learned[each.id]))
            for each in some
        ]
        read: list[tuple[Capture, Reading]] = []
        for capture, future in zip(some, under_way, strict=True):
            told = future.result()
            if isinstance(told, Failed):
                log.warning("%s of %s was not read (%s): %s", capture.url, stamp(capture.at), told.why, told.detail)
                told = ingest.unread(capture, told)
            read.append((capture, told))
        self._recording.work_and_wait(lambda conn: ingest.put(conn, read))

    def _workers(self) -> Workers:
        if self._started is None:
            extract = self._settings.extract
            self._started = Workers(
                max(1, extract.workers),
                seconds=extract.seconds.total_seconds(),
                memory=extract.memory,
                initial=(ingest.prepare, ()),
            )
        return self._started

    # ------------------------------------------------------------------------------------------------------ folding

    def fold(self, said: Progress = lambda text: None) -> Iterator[Folded]:
        """Fold every chain that something was read for since; keep on record which extractor new ones stay with.

        A chain that cannot be folded is told in the log and left as it was until something of it is read again.
        """
        count = 0
        while True:
            some: list[Folded] | None
            try:
                some = self._recording.work_and_wait(partial(chains.fold_waiting, known=self.known()), apart=True)
            except WorkFailed:
                some = self._fold_one()
            if some is None:
                continue
            if not some:
                return
            count += len(some)
            said(f"{count} articles folded")
            learning.tell_pins(self._recording, [pin for each in some for pin in each.pinned])
            yield from some

    def derive(self, said: Progress = lambda text: None) -> None:
        """Make citations, changes and search of all articles anew where they were made with other names of outlets."""
        known, after = self.known(), None
        own = deriving.outlets_of(self._settings.home)
        if self._recording.work_and_wait(lambda conn: deriving.is_made_with(conn, own)):
            return
        done = 0
        while True:
            some = self._recording.work_and_wait(partial(_derive_some, known=known, after=after), apart=True)
            if not some:
                break
            after = some[-1]
            done += len(some)
            said(f"citations of {done} articles found")
        self._recording.work_and_wait(lambda conn: deriving.done(conn, known))

    def _fold_one(self) -> list[Folded] | None:
        """Fold the chain that waits longest; pass over one that cannot be."""
        waiting = self._recording.work_and_wait(lambda conn: articles.stale(conn, 1))
        if not waiting:
            return []
        try:
            return [self._recording.work_and_wait(partial(chains.fold, key=waiting[0], known=self.known()), apart=True)]
        except WorkFailed as error:
            log.error("the chain of %s cannot be folded: %s", waiting[0], error)
            self._recording.work_and_wait(lambda conn: articles.folded(conn, waiting))
            return None

    def article(self, key: UrlKey) -> Article | None:
        """Give the article of a URL as all of its captures tell it by now."""
        members = self._recording.work_and_wait(lambda conn: _members(conn, key))
        self.read_missing_of(members)
        folded = self._recording.work_and_wait(partial(chains.fold, key=key, known=self.known()), apart=True)
        learning.tell_pins(self._recording, folded.pinned)
        return folded.after

    def keep_up(self, said: Progress = lambda text: None) -> Kept:
        """Fold what waits, look at new lead pictures, and learn of outlets that have grown; say what came of it."""
        tally = _Tally()
        some: list[Article] = []
        pictured = 0
        for each in self.fold(said):
            tally.add(each)
            if each.after is not None:
                some.append(each.after)
            if len(some) >= BATCH:
                pictured += self.look_at_pictures(some)
                some.clear()
        if pictured + self.look_at_pictures(some):
            for each in self.fold(said):
                tally.add(each)
        self.derive(said)
        for outlet in self._recording.work_and_wait(lambda conn: _grown(conn, tally.new)):
            learning.learn_anew(self._recording, self._clock, outlet)
        return tally.kept()

    # ----------------------------------------------------------------------------------------------------- pictures

    def look_at_pictures(self, found: Sequence[Article]) -> int:
        """Look at the lead pictures of revisions that have been captured and never been looked at; give how many."""

        def unseen(conn: Connection) -> Mapping[Digest, Capture]:
            wanted = {
                each.picture_digest: each
                for article in found
                for each in article.revisions
                if each.picture_digest is not None
            }
            known = pictures.of(conn, list(wanted))
            held = {}
            for digest, revision in wanted.items():
                if digest not in known and revision.extraction.picture is not None:
                    key = urlkey(revision.extraction.picture)
                    whole = [each for each in captures.of_url(conn, key) if each.digest == digest]
                    whole.sort(key=lambda each: each.kind != "response")
                    held[digest] = whole[0]
            return held

        waiting = self._recording.work_and_wait(unseen)
        under_way = {
            digest: self._workers().submit(look_at_stored, Task(warcs=self._warcs, capture=capture))
            for digest, capture in waiting.items()
        }
        seen = {digest: told for digest, future in under_way.items() if isinstance(told := future.result(), Picture)}
        rows = [
            pictures.Picture(digest=digest, hash=told.hash, width=told.width, height=told.height)
            for digest, told in seen.items()
        ]

        def put(conn: Connection) -> None:
            for row in rows:
                pictures.put(conn, row)
            with_news = {article.id for article in found for each in article.revisions if each.picture_digest in seen}
            articles.mark_stale(conn, with_news, self._clock.now())

        if rows:
            self._recording.work_and_wait(put)
        return len(rows)


def _derive_some(conn: Connection, known: Known, after: UrlKey | None) -> list[UrlKey]:
    """Make what follows from some articles; give their ids."""
    ids = list(islice(articles.every(conn, after=after), chains.BATCH))
    for id in ids:
        deriving.derive(conn, None, articles.get(conn, id), known)
    return ids


class _Tally:
    """Counts what folding brings, article by article; one that is met twice counts by its first and last state."""

    def __init__(self) -> None:
        self.new: Counter[str] = Counter()
        self._edits = 0
        self._events: Counter[str] = Counter()

    def add(self, folded: Folded) -> None:
        before, after = folded.before, folded.after
        if after is None:
            return
        known = {each.id for each in before.revisions} if before is not None else set()
        if before is None:
            self.new[chains.outlet_of(after.url) or ""] += 1
        self._edits += sum(each.id not in known for each in after.revisions) - (before is None)
        told = Counter[str](each.event for each in before.events) if before is not None else Counter[str]()
        self._events += Counter[str](each.event for each in after.events) - told

    def kept(self) -> Kept:
        return Kept(new=self.new.total(), edits=self._edits, events=dict(sorted(self._events.items())))


def _grown(conn: Connection, new: Counter[str]) -> list[str]:
    """Give the outlets whose number of articles has passed one at which it is worth learning: 8, 16, 32 ..."""
    grown = []
    for outlet, count in sorted(new.items()):
        now = articles.count(conn, outlet)
        steps = (FEWEST << step for step in range(32))
        if any(now - count < step <= now for step in steps):
            grown.append(outlet)
    return grown


def _models(conn: Connection, some: Sequence[Capture], *, newest: bool) -> Mapping[RecordId, Learned | None]:
    known: dict[UrlKey, Learned | None] = {}
    for each in some:
        if each.urlkey not in known:
            known[each.urlkey] = learning.model_for(conn, each.urlkey, each.url, newest=newest)
    return {each.id: known[each.urlkey] for each in some}


def _members(conn: Connection, key: UrlKey) -> list[UrlKey]:
    id = articles.id_of(conn, key)
    return sorted({key, *(articles.members(conn, id) if id is not None else ())})


def _pieces(waiting: Sequence[Capture]) -> Iterator[Sequence[Capture]]:
    for start in range(0, len(waiting), BATCH):
        yield waiting[start : start + BATCH]
