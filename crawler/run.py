"""One run in this process: a recording, a crawler, and a report that adds up."""

from __future__ import annotations

import logging
import re
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from archive import terminal
from archive.config import Settings, digest
from archive.errors import Misuse, VariorumError
from archive.model import Exchange, Intent, Run, RunState, Url
from archive.recording import SOFTWARE, Answer, Recorded, Recording
from archive.store.visits import ANSWERED
from archive.timing import Clock
from archive.urls import fetchable
from crawler import proxy as proxies
from crawler import settings as scrapy_settings
from crawler.guard import Guard, needs_contact
from crawler.reactor import Deliveries, install

_CREDENTIALS = re.compile(r"//[^/?#@\s]*@")
Told = Callable[[Exchange, Recorded], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a run went: the run with its counts, and how many of the URLs given were answered."""

    run: Run
    given: int
    answered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is asked for, what can't be asked for and why, and by which way."""

    pages: tuple[Url, ...]
    wrong: tuple[tuple[Url, str], ...]
    guard: Guard
    proxy: str | None


class _Telling:
    """The recording, with each visit counted and told as it is put on record.

    Whoever listens may go away, as a pager does: the crawl goes on, and ``deaf`` holds why.
    """

    def __init__(self, recording: Recording, told: Told) -> None:
        self._recording = recording
        self._told = told
        self.outcomes: Counter[str] = Counter()
        self.answered: set[Url] = set()
        self.considered: set[Url] = set()
        self.unanswered = 0
        self.deaf: OSError | None = None

    def record(self, exchange: Exchange, answer: Answer) -> None:
        def both(given: Recorded | VariorumError) -> None:
            self.unanswered -= 1
            if isinstance(given, Recorded) and given.visit is not None:
                self.considered.add(exchange.url)
                self.outcomes[given.visit.outcome] += 1
                if given.visit.outcome in ANSWERED:
                    self.answered.add(exchange.url)
                self._tell(exchange, given)
            answer(given)

        self.unanswered += 1
        self._recording.record(exchange, both)

    def _tell(self, exchange: Exchange, recorded: Recorded) -> None:
        if self.deaf is None:
            try:
                self._told(exchange, recorded)
            except OSError as error:
                self.deaf = error

    def note(self, url: str, body: bytes, content_type: str, answer: Answer) -> None:
        self._recording.note(url, body, content_type, answer)


def capture(
    settings: Settings,
    clock: Clock,
    given: Sequence[str],
    *,
    told: Told = lambda exchange, recorded: None,
    method: str = "GET",
    max_body: int | None = None,
) -> Report:
    """Capture the URLs once each and report; a URL that can't be asked for is a visit too, and nothing else.

    Raises what stopped the run (``DiskFull``), or kept it from beginning (``Misuse``); and at its end the ``OSError``
    that ``told`` raised. One call per process: a reactor can't be started twice.
    """
    plan = _plan(settings, given)
    reactor = install()
    run = Run(
        id=f"{clock.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}",
        why="by hand",
        began=clock.now(),
        software=SOFTWARE,
        settings_digest=digest(settings),
    )
    deliveries = Deliveries(reactor)
    recording = Recording(settings, clock, run=run.id, deliver=deliveries).start()
    try:
        telling = _Telling(recording, told)
        recording.tell_run(run)
        ceiling = {"VARIORUM_MAX_BODY": max_body} if max_body else {}
        interrupted = _crawl(plan, settings, clock, telling, method, ceiling)
        while telling.unanswered:
            deliveries.run_one()
        if recording.failure is not None:
            raise recording.failure
        answered = sum(url in telling.answered for url in plan.pages)
        run = replace(
            run,
            ended=clock.now(),
            state=_state(interrupted, answered, len(plan.pages) + len(plan.wrong)),
            considered=len(telling.considered),
            visits=telling.outcomes.total(),
            outcomes=dict(telling.outcomes),
        )
        recording.tell_run(run)
    finally:
        recording.close()
    if telling.deaf is not None:
        raise telling.deaf
    return Report(run=run, given=len(plan.pages) + len(plan.wrong), answered=answered)


def _state(interrupted: bool, answered: int, given: int) -> RunState:
    if interrupted:
        return "interrupted"
    return "ok" if answered == given else "partly failed"


def _plan(settings: Settings, given: Sequence[str]) -> _Plan:
    pages: dict[Url, None] = {}
    wrong: dict[Url, str] = {}
    for text in given:
        try:
            pages[fetchable(text)] = None
        except Misuse as why:
            wrong[_writable(text)] = str(why)
    proxy, pin = proxies.resolved(settings.network.proxy) if settings.network.proxy else (None, None)
    pinned = frozenset(settings.network.connect_map.values()) | ({pin} if pin else frozenset())
    guard = Guard(allow=settings.network.allow_private, pinned=pinned)
    if settings.contact is None and (public := needs_contact(pages, guard, settings.network.connect_map)):
        raise Misuse(
            f"{public[0]} is on a public host, and this archive names no contact for its owner to reach you: "
            f'write contact = "you@example.org" in {settings.home / "variorum.toml"}, or give --set contact=...'
        )
    return _Plan(pages=tuple(pages), wrong=tuple(wrong.items()), guard=guard, proxy=proxy)


def _writable(text: str) -> Url:
    """Give what was typed as text that can be put on record: bytes that are no UTF-8 as ``\\xNN``, no password."""
    text = _CREDENTIALS.sub("//", text)
    return Url(text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))


def _crawl(
    plan: _Plan, settings: Settings, clock: Clock, telling: _Telling, method: str, ceiling: dict[str, int]
) -> bool:
    """Fetch what is planned; tell whether a person broke it off."""
    from scrapy.crawler import CrawlerProcess
    from twisted.internet import reactor

    from crawler import contract

    contract.check()
    from crawler.recorder import attach
    from crawler.spiders.page import PageSpider
    from crawler.stopping import Stopping

    def never(url: Url, error: str, why: str, intent: Intent) -> None:
        now = clock.now()
        exchange = Exchange(url=url, began=now, ended=now, error=error, detail=why, intent=intent)
        telling.record(exchange, lambda _: None)

    def begin() -> None:
        for url, why in plan.wrong:
            never(url, "scope", why, Intent())

    connect_map = dict(settings.network.connect_map)
    process = CrawlerProcess(scrapy_settings.of(settings, clock, plan.guard, connect_map, plan.proxy) | ceiling)
    for name in scrapy_settings.TOLD_ELSEWHERE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    crawler = process.create_crawler(PageSpider)
    attach(crawler, telling, clock, settings.store.warcs)
    some_reactor: Any = reactor
    some_reactor.callWhenRunning(begin)
    process.crawl(crawler, urls=plan.pages, method=method, refused=never)
    stopping = Stopping(crawler, reactor, terminal.step)
    stopping.install()
    process.start(install_signal_handlers=False)
    return stopping.asked
