"""One run in this process: a recording, a crawler, and a report that adds up."""

from __future__ import annotations

import logging
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from archive import terminal
from archive.config import Settings, digest
from archive.errors import Misuse, VariorumError
from archive.model import Exchange, Intent, Run, RunState, Url
from archive.recording import SOFTWARE, Answer, Recorded, Recording
from archive.store.visits import ANSWERED
from archive.timing import Clock
from archive.urls import fetchable
from crawler import settings as scrapy_settings
from crawler.guard import Guard
from crawler.holding import Holding, hold_for
from crawler.reach import check_contact, reach
from crawler.reactor import Deliveries, install

if TYPE_CHECKING:
    from scrapy import Spider

    from crawler.watching import Found, Wish

_CREDENTIALS = re.compile(r"//[^/?#@\s]*@")
Told = Callable[[Exchange, Recorded], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a run went: the run with its counts, and how many of the URLs given were answered."""

    run: Run
    given: int
    answered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """By which way is asked: past which guard, through which proxy (its host resolved)."""

    guard: Guard
    proxy: str | None


class Telling:
    """The recording, with each visit counted and told as it is put on record.

    Whoever listens may go away, as a pager does: the crawl goes on, and ``deaf`` holds why.
    """

    def __init__(self, recording: Recording, clock: Clock, told: Told, holding: Holding, run: str) -> None:
        self._recording = recording
        self.run = run
        self._clock = clock
        self.holding = holding
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
                visit = given
                self.considered.add(exchange.url)
                self.outcomes[given.visit.outcome] += 1
                if given.visit.outcome in ANSWERED:
                    self.answered.add(exchange.url)
                self.tell(lambda: self._told(exchange, visit))
            answer(given)

        self.unanswered += 1
        self._recording.record(exchange, both)

    def refuse(self, url: Url, error: str, why: str, intent: Intent) -> None:
        """Put on record that a URL is not asked for: the error class, and why in words."""
        now = self._clock.now()
        exchange = Exchange(url=url, began=now, ended=now, error=error, detail=why, intent=intent)
        self.record(exchange, lambda _: None)

    def tell(self, say: Callable[[], object]) -> None:
        """Say something to whoever listens."""
        if self.deaf is None:
            try:
                say()
            except OSError as error:
                self.deaf = error

    def note(self, url: str, body: bytes, content_type: str, answer: Answer) -> None:
        self._recording.note(url, body, content_type, answer)

    @property
    def store(self) -> Recording:
        """Where work on the store is handed in, to be done after what was recorded before."""
        return self._recording


def capture(
    settings: Settings,
    clock: Clock,
    given: Sequence[str],
    *,
    told: Told = lambda exchange, recorded: None,
    method: str = "GET",
    max_body: int | None = None,
    requisites: bool = False,
) -> Report:
    """Capture the URLs once each and report; a URL that can't be asked for is a visit too, and nothing else.

    With ``requisites`` what the pages need to be shown is captured too, and counts as no URL given.
    Raises what stopped the run (``DiskFull``), or kept it from beginning (``Misuse``); and at its end the ``OSError``
    that ``told`` raised. One call per process: a reactor can't be started twice.
    """
    pages, wrong = sort_out(given)
    way = way_to(settings, tuple(pages))

    def crawl(telling: Telling) -> bool:
        from crawler.needed import needs
        from crawler.spiders.page import PageSpider

        ceiling = {"VARIORUM_MAX_BODY": max_body} if max_body else {}
        spider = Spiders(settings=settings, clock=clock, way=way, wrong=wrong, more=ceiling)
        with needs(settings, way.guard, telling.store) if requisites else nullcontext() as needed:
            return spider.run(
                PageSpider, telling, urls=tuple(pages), method=method, refused=telling.refuse, needed=needed
            )

    def answered(telling: Telling) -> int:
        return sum(url in telling.answered for url in pages)

    given_count = len(pages) + len(wrong)
    run, telling = conduct(settings, clock, "by hand", told, crawl, lambda end: answered(end) == given_count)
    return Report(run=run, given=given_count, answered=answered(telling))


def watch(
    settings: Settings,
    clock: Clock,
    wishes: Sequence[Wish],
    wrong: Mapping[Url, str],
    *,
    found: Callable[[Found], Callable[[], object]],
    is_done: Callable[[], bool],
) -> Run:
    """Look through blogs that are to be watched.

    ``found`` does what is to be done with each, in the reactor's thread, and gives what says so to whoever listens.
    Raises as ``capture`` does; ``is_done`` says at the end whether all came to something.
    """
    way = way_to(settings, [wish.url for wish in wishes])
    extract = settings.extract

    def crawl(telling: Telling) -> bool:
        from archive.extract.workers import Workers
        from crawler.spiders.watch import WatchSpider

        workers = Workers(1, seconds=extract.seconds.total_seconds(), memory=extract.memory)
        spider = Spiders(settings=settings, clock=clock, way=way, wrong=wrong, more={})
        try:
            return spider.run(
                WatchSpider,
                telling,
                wishes=wishes,
                clock=clock,
                workers=workers,
                found=lambda one: telling.tell(found(one)),
                refused=telling.refuse,
            )
        finally:
            workers.close(wait=False)

    run, _ = conduct(settings, clock, "watch", lambda *_: None, crawl, lambda _: is_done())
    return run


def conduct(
    settings: Settings,
    clock: Clock,
    why: str,
    told: Told,
    crawl: Callable[[Telling], bool],
    is_done: Callable[[Telling], bool],
) -> tuple[Run, Telling]:
    """Begin a run, have ``crawl`` fetch for it (it says whether it was broken off), and sum it up.

    Raises what stopped the run; and at its end the ``OSError`` of who listens.
    """
    reactor = install()
    from crawler import contract

    contract.check()
    run = Run(
        id=f"{clock.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}",
        why=why,
        began=clock.now(),
        software=SOFTWARE,
        settings_digest=digest(settings),
    )
    deliveries = Deliveries(reactor)
    recording = Recording(settings, clock, run=run.id, deliver=deliveries).start()
    holding = Holding(settings, clock, recording, run.id)
    try:
        telling = Telling(recording, clock, told, holding, run.id)
        recording.tell_run(run)
        interrupted = crawl(telling)
        while telling.unanswered:
            deliveries.run_one()
        if recording.failure is not None:
            raise recording.failure
        state: RunState = "interrupted" if interrupted else "ok" if is_done(telling) else "partly failed"
        run = replace(
            run,
            ended=clock.now(),
            state=state,
            considered=len(telling.considered),
            visits=telling.outcomes.total(),
            outcomes=dict(telling.outcomes),
        )
        recording.tell_run(run)
    finally:
        holding.end()  # where the spider did not get to it
        recording.close()
    if telling.deaf is not None:
        raise telling.deaf
    return run, telling


def sort_out(given: Iterable[str]) -> tuple[dict[Url, str], dict[Url, str]]:
    """Part what can be asked for from what cannot: URLs with what was typed, and what was typed with why not."""
    pages: dict[Url, str] = {}
    wrong: dict[Url, str] = {}
    for text in given:
        try:
            pages.setdefault(fetchable(text), text)
        except Misuse as why:
            wrong[_writable(text)] = str(why)
    return pages, wrong


def way_to(settings: Settings, urls: Sequence[Url]) -> Way:
    """Say by which way URLs are asked for; raise Misuse where a public host would not learn who we are."""
    guard, proxy = reach(settings)
    check_contact(settings, guard, urls)
    return Way(guard=guard, proxy=proxy)


def _writable(text: str) -> Url:
    """Give what was typed as text that can be put on record: bytes that are no UTF-8 as ``\\xNN``, no password."""
    text = _CREDENTIALS.sub("//", text)
    return Url(text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spiders:
    """What a spider runs with: ``wrong`` is told as out of scope first, ``more`` joins Scrapy's settings."""

    settings: Settings
    clock: Clock
    way: Way
    wrong: Mapping[Url, str]
    more: Mapping[str, Any]

    def run(self, kind: type[Spider], telling: Telling, **arguments: Any) -> bool:
        """Run a spider to its end; tell whether a person broke it off."""
        from scrapy import signals
        from scrapy.crawler import CrawlerProcess
        from twisted.internet import reactor

        from crawler import contract

        contract.check()
        from crawler.recorder import attach
        from crawler.stopping import Stopping

        def begin() -> None:
            for url, why in self.wrong.items():
                telling.refuse(url, "scope", why, Intent())

        settings, way = self.settings, self.way
        connect_map = dict(settings.network.connect_map)
        made = scrapy_settings.of(settings, self.clock, way.guard, connect_map, way.proxy)
        process = CrawlerProcess(made | dict(self.more))
        for name in scrapy_settings.TOLD_ELSEWHERE:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        crawler = process.create_crawler(kind)
        attach(crawler, telling, self.clock, settings.store.warcs)
        hold_for(crawler, telling.holding)
        crawler.signals.connect(telling.holding.end, signals.spider_closed)
        some_reactor: Any = reactor
        some_reactor.callWhenRunning(begin)
        stopping = Stopping(crawler, reactor, terminal.step)
        process.crawl(crawler, **arguments, stopping=lambda: stopping.asked)
        stopping.install()
        process.start(install_signal_handlers=False)
        return stopping.asked
