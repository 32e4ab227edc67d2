"""From a capture on record to its reading and to what it leads to, off the event loop.

A capture is looked at in a process that may be killed; what it leads to, what was sighted and the reading go into the
store in one transaction, in which its row is settled. Until then the row says ``fetched``: after a crash the capture
is looked at again, and not fetched again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Protocol
from zlib import crc32

from archive import field_edits, ingest, journal, learning
from archive.errors import VariorumError
from archive.extract.learned import Learned
from archive.extract.workers import Failed, Workers
from archive.model import Capture, RecordId, What, Why
from archive.recording import WorkFailed
from archive.store import Connection, captures, frontier, outlets, readings, sightings
from archive.store.frontier import Wanted
from archive.warc.files import WarcFolder
from crawler import discover
from crawler.following import INDEXES, Followed, Frame, follow, with_date
from crawler.looked import Looked
from crawler.looking import Task, look, prepare
from crawler.shift import Shift

log = logging.getLogger(__name__)

BATCH = 1000
"""Items that are taken in one step of the loop, and one transaction."""
TEXTS = ("text/html", "application/xhtml+xml")
SAMPLED = 32
"""One in so many second readings is checked by a full one."""


class Holder(Protocol):
    """Who holds the neighbours: the scheduler."""

    def began(self, run: str | None) -> datetime: ...

    def settled(self, neighbour: str, capture: RecordId, others: frozenset[str]) -> None: ...

    def want_of(self, url: str, what: What, why: Why, *, site: str | None = None) -> Wanted: ...


class _News:
    """Whether anything new was found on a page: in its first part, or any later one."""

    def __init__(self, *, first: bool) -> None:
        self.any = first


class Reader:
    """Has captures looked at, and puts what came of it into the store."""

    def __init__(self, shift: Shift, holder: Holder, failed: Callable[[VariorumError], None]) -> None:
        self._shift = shift
        self._holder = holder
        self._failed = failed
        self._reading = shift.settings.extract.workers > 0
        count = max(1, -(-shift.settings.extract.workers // shift.workers))
        self._workers = Workers(
            count,
            seconds=shift.settings.extract.seconds.total_seconds(),
            memory=shift.settings.extract.memory,
            initial=(prepare, (self._reading,)),
        )
        self._closed = False
        self._under_way: set[RecordId] = set()
        # Filled here and emptied in the recording's thread: a deque loses nothing between the two.
        self._plain: deque[tuple[Wanted, Capture]] = deque()
        self._learned: dict[str, Learned | None] = {}

    def is_reading(self, capture: RecordId) -> bool:
        return capture in self._under_way

    def close(self) -> None:
        """End the processes; what they had not finished is looked at by the next start."""
        self._closed = True
        self._workers.close(wait=False)

    def read(self, wanted: Wanted, capture: Capture) -> None:
        """Have a capture looked at; the holder is told when that is done and on record."""
        if capture.kind == "revisit":
            self._read_original(wanted, capture)
        elif self._is_worth_looking(wanted, capture):
            self._look(wanted, capture, capture)
        else:
            self._settle_soon(wanted, capture)

    def _read_original(self, wanted: Wanted, capture: Capture) -> None:
        """The same bytes as before lead to the same, unless no crawl ever looked at them: `watch` took them, or a
        database that is lost knew of it."""
        if not self._is_worth_looking(wanted, replace(capture, status=200)):
            self._settle_soon(wanted, capture)
            return

        def do(conn: Connection) -> Capture | None:
            first = captures.by_id(conn, capture.refers_to) if capture.refers_to is not None else None
            return None if first is None or sightings.is_known(conn, first) else first

        def answer(first: Capture | VariorumError | None) -> None:
            self._failed_if(first)
            if isinstance(first, Capture):
                self._look(wanted, capture, first)
            else:
                self._under_way.discard(capture.id)
                self._settle_soon(wanted, capture)

        self._under_way.add(capture.id)
        self._shift.recording.work(do, answer, prompt=True)

    def _look(self, wanted: Wanted, capture: Capture, first: Capture) -> None:
        """Look at the record that has the bytes; what that leads to, the capture at hand leads to."""
        self._under_way.add(capture.id)
        task = Task(
            warcs=str(WarcFolder(self._shift.settings.store.warcs).root),
            capture=first,
            what=wanted.what,
            reading=self._reading and wanted.what not in (*INDEXES, "requisite"),
            links=wanted.what in INDEXES or self._goes_deeper(wanted),
            requisites=wanted.what in ("article", "page") and self._wants_requisites(wanted),
        )
        outlet = field_edits.domain_of(first.url) or ""
        if not task.reading:
            self._submit(wanted, capture, task)
        elif wanted.visited_at is None and outlet in self._learned:
            self._submit(wanted, capture, replace(task, learned=self._learned[outlet]))
        else:
            # The loop waits for no database: what is known of the page is asked for beside it.
            asked = asyncio.get_running_loop().run_in_executor(None, self._with_what_is_known, task, outlet)
            asked.add_done_callback(lambda told: None if self._closed else self._submit(wanted, capture, told.result()))

    def _with_what_is_known(self, task: Task, outlet: str) -> Task:
        """Add the article as it was read before, and what was learned of its outlet."""
        first = task.capture
        with self._shift.recording.store.read() as conn:
            earlier = readings.newest_article(conn, first.urlkey, first.url)
            learned = learning.model_for(conn, first.urlkey, first.url)
            trusted = outlets.trusted(conn, outlet)
            if earlier is None:
                self._learned[outlet] = learning.model_for(conn, first.urlkey, first.url, newest=True)
        if earlier is None or not trusted or earlier.capture == first.id:
            return replace(task, learned=learned)
        sample = hash_of(first.id) % SAMPLED == 0
        return replace(task, learned=learned, known=ingest.known(earlier), sample=sample)

    def _submit(self, wanted: Wanted, capture: Capture, task: Task) -> None:
        future = asyncio.wrap_future(self._workers.submit(look, task))

        def done(told: asyncio.Future[Looked | Failed]) -> None:
            if self._closed or told.cancelled():
                return  # its row says that it was never read
            found = told.result()
            if isinstance(found, Failed):
                log.warning("%s was not read (%s): %s", capture.url, found.why, found.detail)
                reading = ingest.unread(task.capture, found) if self._reading else None
                found = Looked(reading=reading, problem=found.detail)
            self._settle(wanted, capture, task.capture, found)

        future.add_done_callback(done)

    def _is_worth_looking(self, wanted: Wanted, capture: Capture) -> bool:
        if capture.kind == "resource":
            return False
        if capture.status is not None and 300 <= capture.status < 400:
            return True
        match wanted.what:
            case "robots":
                return False
            case "requisite":
                return capture.mime == "text/css"
            case "citation":
                return self._reading and capture.mime in TEXTS
            case "article" | "page":
                return self._reading or self._goes_deeper(wanted) or self._wants_requisites(wanted)
            case _:
                return True

    def _goes_deeper(self, wanted: Wanted) -> bool:
        site = self._shift.sites.get(wanted.site or "")
        return site is not None and wanted.what in ("article", "page") and wanted.depth < site.hops

    def _wants_requisites(self, wanted: Wanted) -> bool:
        site = self._shift.sites.get(wanted.site or "")
        mode = (site.requisites if site is not None else None) or self._shift.settings.crawl.requisites
        return site is not None and mode != "none"

    def _settle_soon(self, wanted: Wanted, capture: Capture) -> None:
        """Settle what leads to nothing with the next group; nobody waits for that."""
        self._plain.append((wanted, capture))
        if len(self._plain) == 1:
            self._shift.recording.work(self._settle_plain, self._failed_if)
        self._holder.settled(wanted.neighbour, capture.id, frozenset())

    def _settle_plain(self, conn: Connection) -> None:
        """In the recording's thread: settle all that came until now."""
        plain = []
        while self._plain:
            plain.append(self._plain.popleft())
        if self._reading:
            ingest.put(conn, [(capture, same) for _, capture in plain if (same := ingest.same(capture)) is not None])
        for wanted, capture in plain:
            frontier.settle(conn, wanted.urlkey, capture.id)

    def _failed_if(self, answer: object) -> None:
        if isinstance(answer, WorkFailed):
            log.error("a part of what was found cannot be kept: %s", answer)
        elif isinstance(answer, VariorumError):
            self._failed(answer)

    def _settle(self, wanted: Wanted, capture: Capture, first: Capture, looked: Looked) -> None:
        shift = self._shift
        site = shift.sites.get(wanted.site or "")
        frame = Frame(
            settings=shift.settings,
            site=site,
            now=shift.clock.now(),
            began=self._holder.began(wanted.run),
            since=shift.since,
            hinting=shift.standing,
        )
        if len(looked.items) + len(looked.links) <= BATCH:
            self._store(wanted, capture, first, looked, _followed(frame, wanted, capture, looked))
            return
        # A sitemap may have 50,000 items: the loop goes on meanwhile.
        loop = asyncio.get_running_loop()
        followed = loop.run_in_executor(None, _followed, frame, wanted, capture, looked)
        followed.add_done_callback(lambda told: self._store(wanted, capture, first, looked, told.result()))

    def _store(self, wanted: Wanted, capture: Capture, first: Capture, looked: Looked, found: Followed) -> None:
        """Put what was found into the store; much of it in several transactions, the last of which settles."""
        shift = self._shift
        news = _News(first=wanted.visited_at is None)
        run = wanted.run or shift.run
        starts = range(0, max(1, len(found.items)), BATCH)
        for start in starts[:-1]:
            part = Followed(sightings=found.sightings[start : start + BATCH], items=found.items[start : start + BATCH])
            shift.recording.work(partial(self._write, part, news, run), self._failed_if, prompt=True, apart=True)
        rest = replace(found, sightings=found.sightings[starts[-1] :], items=found.items[starts[-1] :])

        def do(conn: Connection) -> str | None:
            if looked.reading is not None:
                again = ingest.same(capture) if capture.id != first.id else None
                ingest.put(conn, [(first, looked.reading), *([(capture, again)] if again is not None else ())])
            if looked.agreed is not None:
                outlet = field_edits.domain_of(first.url) or ""
                outlets.count(conn, outlet, compared=1, disagreed=int(not looked.agreed))
            gap = self._gap(conn, wanted, capture, found)
            self._write(rest, news, run, conn, gap=gap, site=wanted.site)
            frontier.settle(conn, wanted.urlkey, capture.id)
            return gap

        def answer(gap: str | VariorumError | None) -> None:
            self._under_way.discard(capture.id)
            if isinstance(gap, WorkFailed):
                log.error("what %s leads to cannot be kept: %s", capture.url, gap, extra={"capture": capture.id})
                self._settle_soon(wanted, capture)
                return
            if isinstance(gap, VariorumError):
                self._failed(gap)
                return
            if gap is not None:
                self._note_gap(wanted, capture, gap)
            more = (*found.items, *found.indexes, *found.others)
            self._holder.settled(wanted.neighbour, capture.id, frozenset(row.neighbour for row in more))

        if looked.agreed is False:
            log.warning("%s: a second reading would have missed an edit; its outlet is read in full now", capture.url)
        leads = bool(found.items or found.indexes or found.others)
        shift.recording.work(do, answer, prompt=leads, apart=True)

    def _write(
        self,
        found: Followed,
        news: _News,
        run: str,
        conn: Connection,
        *,
        gap: str | None = None,
        site: str | None = None,
    ) -> None:
        """Write what was found, in the recording's thread; older index pages are wanted again where there is news."""
        shift = self._shift
        sightings.insert(conn, found.sightings)
        if found.items and not news.any:
            known = frontier.known(conn, [row.urlkey for row in found.items])
            news.any = any(row.urlkey not in known and row.reason is None for row in found.items)
        again = self._holder.began(run) if news.any or gap else None
        # A front page shows without a date what a feed dated long ago.
        told = frontier.dates(conn, [row.urlkey for row in found.items if row.dated is None])
        items = [
            with_date(row, told.get(row.urlkey), its, shift.since)
            if (its := shift.sites.get(row.site or "")) is not None
            else row
            for row in found.items
        ]
        rows = [*items, *(replace(row, fresh_from=again) for row in found.indexes), *found.others]
        watched = shift.sites.get(site or "")
        if gap and watched is not None:
            made = self._holder.want_of
            rows += [made(url, "archive page", "archive page", site=site) for url in watched.archive_pages]
            rows += [made(url, "sitemap", "sitemap", site=site) for url in watched.sitemaps]
        frontier.discover(
            conn,
            rows,
            run=run,
            now=shift.clock.now(),
            pages=shift.pages,
            citations=shift.settings.crawl.cites_per_neighbour,
        )

    def _gap(self, conn: Connection, wanted: Wanted, capture: Capture, found: Followed) -> str | None:
        if wanted.what != "feed" or not found.sightings:
            return None
        before = sightings.last_poll(conn, wanted.site or "", capture.urlkey, capture.at)
        if not discover.gap([seen.urlkey for seen in before], [seen.urlkey for seen in found.sightings]):
            return None
        return f"no item of the last poll ({len(before)} items) is among the {len(found.sightings)} of this one"

    def _note_gap(self, wanted: Wanted, capture: Capture, why: str) -> None:
        """Put on record that a feed left something out since it was last asked."""
        log.warning("%s: %s; sitemaps and archive pages are searched", wanted.url, why)
        now = self._shift.clock.now()
        body = journal.text("feed-gap", wanted.url, {"site": wanted.site, "capture": capture.id, "why": why}, now)
        self._shift.recording.note(journal.url("feed-gap"), body, journal.TYPE, lambda _: None)


def hash_of(id: RecordId) -> int:
    """Give a number that a record id always has, to sample by."""
    return crc32(id.encode())


def _followed(frame: Frame, wanted: Wanted, capture: Capture, looked: Looked) -> Followed:
    """Follow what was read; a page that makes that impossible leads nowhere, and stops nothing."""
    try:
        return follow(frame, wanted, capture, looked)
    except (ValueError, LookupError, TypeError) as error:
        log.error("%s leads where nobody can follow: %s: %s", capture.url, type(error).__name__, error)
        return Followed()
