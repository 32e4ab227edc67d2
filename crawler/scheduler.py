"""Scrapy's scheduler, drawing from the frontier: neighbours under lease, one request in flight at each.

The reactor never waits for the database: what is to be read or written there goes to the recording thread, which
does it inside the transaction that writes the visits told before, and answers. A neighbour is held only while
there is something to ask of it, or while a page of it is being read that may lead to more. A lease that was not
renewed in time ends here before it ends in the store: who was frozen asks nobody when it thaws.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from scrapy.core.scheduler import BaseScheduler
from scrapy.http import Request, Response

from archive.errors import VariorumError
from archive.links import neighbour_of
from archive.model import Capture, Exchange, Intent, RecordId, Url, UrlKey, Visit, What, Why
from archive.recording import Recorded
from archive.store import Connection, captures, frontier, leases, runs
from archive.store.frontier import Wanted
from archive.store.leases import Lease
from archive.urls import neighbour, urlkey
from archive.warc.files import WarcFolder
from crawler.governor import NOTHING, Pace, after, answer_of
from crawler.permission import Ask, Known, look_up
from crawler.pipeline import Reader
from crawler.recorder import CAPTURED, INTENT, explain, refuses_more
from crawler.robots import origin_of, robots_url, rules
from crawler.sessions import AskRobots, Fetch, Learn, Refuse, Session, Step, step
from crawler.shift import MARGIN, Shift, shift_of
from crawler.sites import Site, delay_of, neighbours_of
from crawler.times import is_quiet, quiet_until, times_of

log = logging.getLogger(__name__)

WANTED = "variorum_wanted"
"""``request.meta`` key of the frontier's row a request is made for."""
FENCE = "variorum_fence"
"""``request.meta`` key of the fence of the lease a request is made under."""
ROBOTS = "variorum_robots_of"
"""``request.meta`` key of the robots.txt that a request is made to know."""
TICK = 0.2
"""Real seconds between two looks at what is due."""
LONGEST_ETAG = 1024
"""Bytes of an ETag that are sent back; servers refuse long heads."""
IDLE = 1.0
"""Real seconds between two looks for neighbours to claim while there is enough to do."""
LOADED = 200
"""URLs of a neighbour in memory at a time."""
LOADED_STANDING = 20
"""As many in a standing run, into which something urgent may come at any time."""
ELSEWHERE = 60.0
"""Real seconds that a neighbour waits for a robots.txt that has been moved to another."""
PAUSE_ELSEWHERE = timedelta(seconds=2)
QUIET_LOOK = timedelta(minutes=10)
"""How often it is looked in quiet hours for what a person asks for."""
PUT_OFF = timedelta(hours=1)
"""How long a standing run leaves a neighbour alone of which it has had enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """What the store has for a neighbour: URLs, captures never read, robots.txt, validators of what was seen before."""

    rows: list[Wanted]
    unread: list[tuple[Wanted, Capture]]
    robots: dict[Url, Known | Ask]
    seen: dict[str, Capture]


class FrontierScheduler(BaseScheduler):
    """Draws requests from the frontier for as long as the run has any."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._shift: Shift = shift_of(crawler)
        self._clock = self._shift.clock
        self._folder = WarcFolder(self._shift.settings.store.warcs)
        self._delays = _delays_of(self._shift)
        self._sessions: dict[str, Session] = {}
        self._flying: dict[str, int] = {}
        self._ready: deque[str] = deque()
        self._seen: dict[str, Capture] = {}
        self._elsewhere: dict[Url, float] = {}
        # The runs that are made here, with their beginnings: our own, and those within it.
        self._runs: dict[str, datetime] = {self._shift.run: self._shift.began}
        self._claiming = False
        self._claim_at = 0.0
        self._renewed = 0.0
        self._over = False
        self._stopping = False
        self._ticking: asyncio.Task[None] | None = None
        self._closing: asyncio.Future[None] | None = None
        self._reader = Reader(self._shift, self, self._stop_on_failure)

    @classmethod
    def from_crawler(cls, crawler: Any) -> FrontierScheduler:
        return cls(crawler)

    def open(self, spider: Any) -> None:
        self._renewed = time.monotonic()
        self._ticking = asyncio.ensure_future(self._tick())

    def close(self, reason: str) -> None:
        """Give back everything that is held; what was not asked for waits for another worker, or the next run."""
        self._stopping = True
        if self._ticking is not None:
            self._ticking.cancel()
        for session in list(self._sessions.values()):
            self._release(session)
        self._reader.close()

    def has_pending_requests(self) -> bool:
        return not self._over

    def enqueue_request(self, request: Request) -> bool:
        """Want a request of a spider's own: it takes its turn in the frontier like everything else."""
        self.want([self.wanted_of(request)])
        return True

    # ---- the engine draws

    def next_request(self) -> Request | None:
        while self._ready and not self._stopping:
            session = self._sessions.get(self._ready.popleft())
            if session is None or session.asking is not None or session.ready_at > time.monotonic():
                continue
            if session.lease.neighbour in self._flying:
                continue  # asked under a lease that was lost; its end wakes this one
            request = self._next_of(session)
            if request is not None:
                return request
        return None

    def _next_of(self, session: Session) -> Request | None:
        if self._is_fenced(session):
            return None
        if (spent := self._is_spent(session)) is not None:
            self._leave(session, spent, PUT_OFF if self._shift.standing else NOTHING)
            return None
        if (pause := self._quiet(session)) is not None:
            self._release(session, pause=pause, reason="quiet hours of its site")
            return None
        while session.queue:
            move = self._step(session.queue[0], session)
            match move:
                case Refuse():
                    session.queue.popleft()
                    self._refuse(move)
                case Learn():
                    self._learn(session, move.robots)
                    return None
                case AskRobots():
                    return self._ask_robots(session, move)
                case Fetch():
                    session.queue.popleft()
                    return self._request(session, move)
        self._load(session)
        return None

    def _quiet(self, session: Session) -> timedelta | None:
        """Give for how long a neighbour is left in peace by its site's quiet hours; None where it is not.

        What a person has followed comes first then, and is asked for all the same.
        """
        if not (self._shift.standing and session.queue):
            return None
        site = self._shift.sites.get(session.queue[0].site or "")
        if site is None:
            return None
        times, now = times_of(site, self._shift.settings), self._clock.now()
        if not times.quiet or not is_quiet(times, now):
            return None
        wished = [wanted for wanted in session.queue if wanted.why == "follow" or wanted.what == "robots"]
        if wished:
            others = [wanted for wanted in session.queue if wanted not in wished]
            session.queue = deque([*wished, *others])
            return None
        return min(quiet_until(times, now) - now, QUIET_LOOK)

    def _refuse_first(self, session: Session) -> None:
        """Tell of what is not asked for at once: nobody is troubled by that, so it waits for no pause."""
        while session.queue and not self._stopping:
            move = self._step(session.queue[0], session)
            if not isinstance(move, Refuse):
                return
            session.queue.popleft()
            self._refuse(move)

    def _step(self, wanted: Wanted, session: Session) -> Step:
        site = self._shift.sites.get(wanted.site or "")
        obey = site is None or site.robots == "obey" or wanted.what in ("citation", "robots")
        basis = site.basis if site is not None else None
        return step(wanted, session.robots, self._clock.now(), obey=obey, basis=basis)

    def _request(self, session: Session, fetch: Fetch) -> Request:
        wanted = fetch.wanted
        intent = self._with_validators(wanted, fetch.intent)
        session.asking = wanted.urlkey
        site = self._shift.sites.get(wanted.site or "")
        # As received, byte for byte: what is read from a head is latin-1.
        headers: dict[str, str | bytes] = {name: value.encode("latin-1") for name, value in intent.validators.items()}
        secrets = self._shift.sessions.get(wanted.site or "")
        if site is not None and secrets and _is_of(site, wanted.url):
            headers |= secrets
            intent = replace(intent, session=site.name)
        meta: dict[str, Any] = {INTENT: intent, WANTED: wanted, "retry_times": intent.attempt - 1}
        self._takes_off(session, meta)
        meta |= self._way_to(site, wanted.url)
        return Request(
            wanted.url, headers=headers, meta=meta, dont_filter=True,
            callback=self._crawler.spider.take, errback=self._crawler.spider.fail,
        )  # fmt: skip

    def _way_to(self, site: Site | None, url: Url) -> dict[str, str]:
        """Give the proxy of a site for its own hosts."""
        proxy = self._shift.proxies.get(site.name) if site is not None and neighbour(url) in site.hosts else None
        return {"proxy": proxy} if proxy is not None else {}

    def _takes_off(self, session: Session, meta: dict[str, Any]) -> None:
        self._flying[session.lease.neighbour] = meta[FENCE] = session.lease.fence

    def _with_validators(self, wanted: Wanted, intent: Intent) -> Intent:
        """Ask whether it changed, where we have it; now and then ask in full, to catch a server whose 304 lies."""
        seen = self._seen.pop(wanted.urlkey, None)
        if seen is None or not (seen.etag or seen.last_modified) or len(seen.etag or "") > LONGEST_ETAG:
            return intent
        if random.random() < self._shift.settings.crawl.full_fetch_share:
            return replace(intent, reason="asked in full, to see that an unchanged answer would be true")
        validators = {}
        if seen.etag:
            validators["If-None-Match"] = seen.etag
        if seen.last_modified:
            validators["If-Modified-Since"] = seen.last_modified
        self._shift.recording.expect(seen)
        return replace(intent, validators=validators, validated=seen.id)

    def _ask_robots(self, session: Session, move: AskRobots) -> Request | None:
        ask = move.ask
        site_name = session.queue[0].site
        wanted = replace(
            self.want_of(
                ask.url, "robots", "redirect" if ask.hop else "robots", came_from=ask.came_from, site=site_name
            ),
            attempt=ask.attempt,
        )
        if wanted.neighbour != session.lease.neighbour:
            self._ask_elsewhere(session, move, wanted)
            return None
        intent = Intent(
            why=wanted.why, attempt=ask.attempt, came_from=ask.came_from, site=session.queue[0].site,
        )  # fmt: skip
        session.asking = wanted.urlkey
        meta: dict[str, Any] = {INTENT: intent, WANTED: wanted, ROBOTS: move.robots, "retry_times": ask.attempt - 1}
        self._takes_off(session, meta)
        meta |= self._way_to(self._shift.sites.get(session.queue[0].site or ""), ask.url)
        return Request(
            ask.url, meta=meta, dont_filter=True,
            callback=self._crawler.spider.take, errback=self._crawler.spider.fail,
        )  # fmt: skip

    def _ask_elsewhere(self, session: Session, move: AskRobots, wanted: Wanted) -> None:
        """Have a robots.txt that was moved to another neighbour fetched there, and come back when it is known."""
        until = self._elsewhere.setdefault(move.robots, time.monotonic() + ELSEWHERE)
        if time.monotonic() > until:
            held = rules(None, reason=f"it is at {move.ask.url}, which could not be asked in time")
            session.robots[move.robots] = Known(rules=held, until=self._clock.now() + timedelta(hours=1))
            self._wake(session, 0)
            return
        self.want([wanted])
        self._release(session, pause=PAUSE_ELSEWHERE)

    # ---- what came of it

    def finished(self, request: Request, response: Response | None, failure: BaseException | None) -> None:
        """Take in how a request ended: slow down or go on, and have the capture read."""
        wanted: Wanted = request.meta[WANTED]
        self._flying.pop(wanted.neighbour, None)
        session = self._sessions.get(wanted.neighbour)
        told: list[Recorded] = request.meta.get(CAPTURED) or []
        last = told[-1] if told else None
        if session is None or session.lease.fence != request.meta[FENCE]:
            if session is not None:
                self._wake(session, self._clock.real_seconds(session.pace.delay.total_seconds()))
            return  # fenced off meanwhile: what came is on record, and others go on from there
        session.asking = None
        session.last_fetch = self._clock.now()
        if last is None or last.visit is None:
            if failure is not None and not self._stopping and not refuses_more(self._crawler):
                error, why = explain(failure, wanted.url)
                self._refuse(Refuse(wanted=wanted, error=error, why=why, intent=request.meta[INTENT]))
            self._wake(session, 0)
            return
        pause = self._slow_down(session, last.visit, response)
        session.lease = replace(
            session.lease,
            spent=session.lease.spent + (last.capture.locator.length if last.capture is not None else 0),
            failures=session.pace.failures,
            backoff=session.pace.backoff,
        )
        robots = request.meta.get(ROBOTS)
        if robots is not None:
            session.robots.pop(robots, None)
            self._learn(session, robots)
        elif frontier.after(last.visit) == "fetched" and last.capture is not None:
            self._read(session, wanted, last.capture)
        if pause > self._shift.settings.crawl.patience:
            self._leave(session, f"it asks to be left alone for {round(pause.total_seconds())} s", pause)
            return
        seconds = self._clock.real_seconds(pause.total_seconds())
        if seconds > self._shift.lease.total_seconds() / 3:
            self._release(session, pause=pause)  # in the store it is kept by whoever comes after us
            return
        self._wake(session, seconds)

    def _slow_down(self, session: Session, visit: Visit, response: Response | None) -> timedelta:
        answer = answer_of(visit, response.headers.get("Retry-After") if response is not None else None)
        session.pace, pause = after(session.pace, answer, self._clock.now(), random.random())
        if session.pace.failures:
            name = session.lease.neighbour
            told = {"neighbour": name, "outcome": visit.outcome, "failures": session.pace.failures}
            log.info("%s is left in peace for %.1f s: %s", name, pause.total_seconds(), visit.outcome, extra=told)
        return pause

    def _read(self, session: Session, wanted: Wanted, capture: Capture) -> None:
        session.reading.add(capture.id)
        self._reader.read(wanted, capture)

    def settled(self, neighbour: str, capture: RecordId, others: frozenset[str]) -> None:
        """Hear that a capture was read and what it leads to is in the frontier, at these neighbours."""
        session = self._sessions.get(neighbour)
        if session is not None:
            session.reading.discard(capture)
        for name in {neighbour, *others}:
            found = self._sessions.get(name)
            if found is None:
                self._claim_at = 0.0
                continue
            if found.loading:
                found.stale = True
            elif not found.queue and found.asking is None and found.ready_at <= time.monotonic():
                self._load(found)

    def _refuse(self, move: Refuse) -> None:
        now = self._clock.now()
        exchange = Exchange(
            url=move.wanted.url, began=now, ended=now, error=move.error, detail=move.why, intent=move.intent
        )
        self._shift.recording.record(exchange, self._stop_on_failure)

    def _stop_on_failure(self, answer: object) -> None:
        if isinstance(answer, VariorumError) and not self._stopping:
            self._stopping = True
            self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=type(answer).__name__))

    def began(self, run: str | None) -> datetime:
        """Give when the run of a row began."""
        return self._runs.get(run or "", self._shift.began)

    # ---- wants

    def want_of(
        self, url: str, what: What, why: Why, *, came_from: str | None = None, site: str | None = None
    ) -> Wanted:
        """Make a row for a URL that can be fetched."""
        return Wanted(
            url=Url(url),
            urlkey=urlkey(url),
            neighbour=neighbour_of(url, self._shift.settings.polite.platforms),
            what=what,
            why=why,
            next_at=self._clock.now(),
            fresh_from=self._shift.began,
            came_from=came_from,
            site=site,
        )

    def wanted_of(self, request: Request) -> Wanted:
        """Make a row for a request of a spider's own."""
        site = getattr(self._crawler.spider, "site", None)
        return self.want_of(request.url, "page", "new", site=site)

    def want(self, rows: list[Wanted]) -> None:
        """Put rows into the frontier, soon."""
        shift = self._shift

        def do(conn: Connection) -> None:
            frontier.discover(
                conn, rows, run=shift.run, now=self._clock.now(), pages=shift.pages,
                citations=shift.settings.crawl.cites_per_neighbour,
            )  # fmt: skip

        shift.recording.work(do, self._stop_on_failure, prompt=True)
        for row in rows:
            held = self._sessions.get(row.neighbour)
            if row.what == "robots" and held is not None and held.asking != row.urlkey:
                held.queue.appendleft(replace(row, run=shift.run))  # others wait for it

    # ---- leases

    async def _tick(self) -> None:
        while True:
            self._mind()
            await asyncio.sleep(TICK)

    def _mind(self) -> None:
        now = time.monotonic()
        lease = self._shift.lease.total_seconds()
        for session in list(self._sessions.values()):
            self._is_fenced(session)
        if self._sessions and now - self._renewed > lease / 3:
            self._renewed = now
            self._renew()
        busy = sum(bool(session.queue) or session.asking is not None for session in self._sessions.values())
        if not self._claiming and not self._over and busy < self._shift.most and now >= self._claim_at:
            self._claiming = True
            self._claim()

    def _is_fenced(self, session: Session) -> bool:
        """Let go of a neighbour whose lease was not renewed in time; somebody else may hold it by now."""
        if _now() < session.fenced_at:
            return False
        log.warning("the lease on %s ran out", session.lease.neighbour, extra={"neighbour": session.lease.neighbour})
        self._sessions.pop(session.lease.neighbour, None)
        self._forget(session)
        return True

    def _forget(self, session: Session) -> None:
        for wanted in session.queue:
            self._seen.pop(wanted.urlkey, None)

    def _fence(self, asked_at: float) -> float:
        return asked_at + self._shift.lease.total_seconds() * (1 - MARGIN)

    def _until(self) -> datetime:
        """Give when a lease taken now ends, as the store counts."""
        real = self._shift.lease.total_seconds()
        return self._clock.now() + timedelta(seconds=real / self._clock.real_seconds(1.0))

    def _renew(self) -> None:
        asked_at = _now()
        held = list(self._sessions.values())

        def do(conn: Connection) -> list[Lease]:
            return leases.renew(conn, [session.lease for session in held], self._until())

        def answer(lost: list[Lease] | VariorumError) -> None:
            if isinstance(lost, VariorumError):
                self._stop_on_failure(lost)
                return
            gone = {lease.neighbour for lease in lost}
            for session in held:
                if session.lease.neighbour in gone:
                    if self._sessions.get(session.lease.neighbour) is session:
                        del self._sessions[session.lease.neighbour]
                else:
                    session.fenced_at = self._fence(asked_at)

        self._shift.recording.work(do, answer, prompt=True)

    def _claim(self) -> None:
        asked_at = _now()
        shift = self._shift
        held = sum(bool(session.queue) or session.asking is not None for session in self._sessions.values())
        held_names = frozenset(self._sessions)

        def do(conn: Connection) -> tuple[list[tuple[Lease, _Load]], bool]:
            now = self._clock.now()
            if shift.standing:
                within = {run.id: run.began for run in runs.made_within(conn, shift.run)}
                self._runs = {shift.run: shift.began, **within}
            most = shift.most
            if shift.workers > 1:
                spread = sum(leases.spread(conn, run) for run in self._runs)
                most = min(most, math.ceil(spread / shift.workers))
            claimed: list[Lease] = []
            for run in self._runs:
                if (room := most - held - len(claimed)) > 0:
                    claimed += leases.claim(
                        conn, run=run, worker=shift.worker, now=now, until=self._until(), limit=room, within=shift.run
                    )
            found = [(lease, self._loaded(conn, lease.neighbour, frozenset(), now, first=True)) for lease in claimed]
            idle = not claimed and not held_names and not shift.standing
            # Who holds a lease no more may be dead: what it leaves is waited for.
            patience = max(shift.settings.crawl.patience, self._until() - now)
            over = idle and frontier.is_over(conn, run=shift.run, now=now, patience=patience)
            return found, over

        def answer(given: tuple[list[tuple[Lease, _Load]], bool] | VariorumError) -> None:
            self._claiming = False
            if isinstance(given, VariorumError):
                self._stop_on_failure(given)
                return
            found, over = given
            # Nothing free: look again in a moment, or as soon as something is found that nobody asks yet.
            self._claim_at = time.monotonic() + (0 if found else IDLE if self._sessions else TICK)
            for lease, load in found:
                log.info(
                    "%s is ours: %d URLs are due", lease.neighbour, len(load.rows),
                    extra={"neighbour": lease.neighbour, "fence": lease.fence, "taken_over": lease.taken_over},
                )  # fmt: skip
                session = Session(lease=lease, fenced_at=self._fence(asked_at), pace=self._pace(lease))
                self._sessions[lease.neighbour] = session
                if self._stopping:
                    self._release(session)
                    continue
                self._fill(session, load)
                # The last holder may have asked a moment before it was lost.
                pause = self._clock.real_seconds(session.pace.delay.total_seconds()) if lease.taken_over else 0.0
                self._wake(session, pause)
            if over and not self._sessions:
                self._over = True
                self._nudge()

        shift.recording.work(do, answer, prompt=not self._sessions)

    def _pace(self, lease: Lease) -> Pace:
        polite = self._shift.settings.polite
        delay = self._delays.get(lease.neighbour, polite.delay)
        return Pace(delay=delay, longest=polite.max_delay, failures=lease.failures, backoff=lease.backoff)

    def _loaded(
        self, conn: Connection, neighbour: str, without: frozenset[UrlKey], now: datetime, *, first: bool = False
    ) -> _Load:
        """Read, inside a transaction, what is due at a neighbour and what must be known to ask for it.

        The first time, what another worker fetched there and never read comes too.
        """
        most = LOADED_STANDING if self._shift.standing else LOADED
        rows: list[Wanted] = []
        waiting: list[Wanted] = []
        for run in self._runs:
            rows += frontier.due(conn, run=run, neighbour=neighbour, now=now, limit=most, without=without)
            waiting += frontier.unread(conn, run=run, neighbour=neighbour) if first else ()
        rows = sorted(rows, key=frontier.urgency)[:most]
        unread = []
        for wanted in waiting:
            capture = captures.by_id(conn, wanted.capture) if wanted.capture is not None else None
            if capture is not None:
                unread.append((wanted, capture))
            else:
                frontier.give_up_reading(conn, wanted.urlkey)
        robots: dict[Url, Known | Ask] = {}
        seen: dict[str, Capture] = {}
        for wanted in rows:
            # What is only to be refused may be no URL at all.
            if wanted.what != "robots" and wanted.reason is None:
                where = robots_url(origin_of(wanted.url))
                if where not in robots:
                    robots[where] = look_up(conn, self._folder, where, now)
            if wanted.visited_at is not None and wanted.reason is None:
                capture = captures.last_whole(conn, wanted.urlkey, wanted.url)
                if capture is not None:
                    seen[wanted.urlkey] = capture
        return _Load(rows=rows, unread=unread, robots=robots, seen=seen)

    def _fill(self, session: Session, load: _Load) -> None:
        session.queue.extend(load.rows)
        session.robots.update(load.robots)
        self._seen.update(load.seen)
        for known in load.robots.values():
            self._heed(session, known)
        for wanted, capture in load.unread:
            if not self._reader.is_reading(capture.id):
                self._read(session, wanted, capture)

    def _heed(self, session: Session, known: Known | Ask) -> None:
        """Wait as long between two requests as a robots.txt asks for, up to ``polite.max_delay``."""
        if isinstance(known, Known) and known.rules.crawl_delay is not None:
            asked = min(timedelta(seconds=known.rules.crawl_delay), self._shift.settings.polite.max_delay)
            session.pace = replace(session.pace, delay=max(session.pace.delay, asked))

    def _load(self, session: Session) -> None:
        """Get more to do at a neighbour, or give it back when there is nothing."""
        if session.loading:
            return
        session.loading, session.stale = True, False
        neighbour = session.lease.neighbour
        without = frozenset(wanted.urlkey for wanted in session.queue)

        def do(conn: Connection) -> _Load:
            return self._loaded(conn, neighbour, without, self._clock.now())

        def answer(load: _Load | VariorumError) -> None:
            session.loading = False
            if isinstance(load, VariorumError):
                self._stop_on_failure(load)
                return
            if self._sessions.get(neighbour) is not session:
                return
            self._fill(session, load)
            self._refuse_first(session)
            if session.queue:
                self._wake(session, max(0.0, session.ready_at - time.monotonic()))
            elif session.stale:
                self._load(session)
            elif not session.reading and session.asking is None:
                self._release(session)

        self._shift.recording.work(do, answer, prompt=True)

    def _learn(self, session: Session, robots: Url) -> None:
        """Look up what a robots.txt says now, then go on."""
        neighbour = session.lease.neighbour
        if robots in session.learning:
            return
        session.learning.add(robots)

        def do(conn: Connection) -> Known | Ask:
            return look_up(conn, self._folder, robots, self._clock.now())

        def answer(known: Known | Ask | VariorumError) -> None:
            session.learning.discard(robots)
            if isinstance(known, VariorumError):
                self._stop_on_failure(known)
                return
            if self._sessions.get(neighbour) is session:
                session.robots[robots] = known
                if isinstance(known, Known):
                    self._elsewhere.pop(robots, None)
                self._heed(session, known)
                self._refuse_first(session)
                self._wake(session, max(0.0, session.ready_at - time.monotonic()))

        self._shift.recording.work(do, answer, prompt=True)

    def _is_spent(self, session: Session) -> str | None:
        crawl = self._shift.settings.crawl
        if session.lease.spent > crawl.neighbour_bytes:
            return f"crawl.neighbour_bytes: {session.lease.spent} bytes of it are enough for one run"
        since = session.lease.since
        if self._shift.standing:
            return None  # it asks what it is given, hour by hour
        if since is not None and self._clock.now() - since > crawl.neighbour_time:
            return f"crawl.neighbour_time: {crawl.neighbour_time} with it are enough for one run"
        return None

    def _leave(self, session: Session, why: str, pause: timedelta) -> None:
        """Leave what waits at a neighbour to the next run."""
        log.info(
            "%s is left for the next run: %s",
            session.lease.neighbour,
            why,
            extra={"neighbour": session.lease.neighbour},
        )
        if self._shift.standing:  # which has no next run: it goes on here, when the pause is over
            session.lease = replace(session.lease, spent=0)
            self._release(session, pause=pause, reason=why)
            return
        self._release(session, pause=pause, reason=why, leave=True)

    def _release(
        self, session: Session, *, pause: timedelta = NOTHING, reason: str | None = None, leave: bool = False
    ) -> None:
        neighbour = session.lease.neighbour
        if self._sessions.pop(neighbour, None) is None:
            return
        self._forget(session)
        left = timedelta(seconds=max(0.0, session.ready_at - time.monotonic()) / self._clock.real_seconds(1.0))
        ready_at = self._clock.now() + max(pause, left)
        lease, last_fetch = session.lease, session.last_fetch

        def do(conn: Connection) -> None:
            if leases.release(conn, lease, ready_at=ready_at, last_fetch=last_fetch, reason=reason) and leave:
                for run in self._runs:
                    frontier.leave(conn, run, neighbour)

        self._shift.recording.work(do, self._stop_on_failure)

    # ---- when to go on

    def _wake(self, session: Session, seconds: float) -> None:
        """Let a session ask again after so many real seconds."""
        session.ready_at = time.monotonic() + seconds
        loop = asyncio.get_running_loop()
        if seconds > 0:
            loop.call_later(seconds, self._is_ready, session, session.ready_at)
        else:
            self._is_ready(session, session.ready_at)

    def _is_ready(self, session: Session, ready_at: float) -> None:
        if session.ready_at == ready_at and self._sessions.get(session.lease.neighbour) is session:
            self._ready.append(session.lease.neighbour)
            self._nudge()

    def _nudge(self) -> None:
        slot = self._crawler.engine._slot
        if slot is not None:
            slot.nextcall.schedule()


def _delays_of(shift: Shift) -> dict[str, timedelta]:
    """Give the delay of each watched neighbour: the longest that one of its sites asks for, whoever comes by."""
    polite = shift.settings.polite
    delays: dict[str, timedelta] = {}
    for site in shift.sites.values():
        for name in neighbours_of(site, polite):
            delays[name] = max(delays.get(name, timedelta()), delay_of(site, polite))
    return delays


def _is_of(site: Site, url: str) -> bool:
    """Tell whether a URL is on a site's own hosts, by the scheme and the port of its front page: a session's secrets
    are told to no other service, and not in clear where the site is not."""
    home, there = origin_of(site.url), origin_of(url)
    return (there[0], there[2]) == (home[0], home[2]) and neighbour(url) in site.hosts


def _now() -> float:
    """Give real seconds that go on while the machine sleeps: a lease does not wait for us."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
