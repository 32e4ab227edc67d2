"""A run that Scrapy's own command begins: ``scrapy crawl site -a name=NAME`` in an archive's folder.

The same leases, the same ledger and the same report as ``variorum crawl``, with this process as the only worker.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from archive import config, terminal, timing
from archive.config import Settings
from archive.errors import Misuse
from archive.recording import Recording
from crawler import contract, rounds, sites
from crawler.reach import check_contact, proxies_of, reach
from crawler.reactor import Deliveries
from crawler.recorder import attach
from crawler.report import report_lines
from crawler.resolver import GuardedResolver
from crawler.shift import Shift, assign


def archive_settings() -> Settings:
    """Find the archive as every verb does, and read its settings."""
    return config.load(config.find_home(None, None, os.environ))


class OwnRun:
    """One run in this process, from the spider's making to its end."""

    def __init__(self, crawler: Any, name: str | None) -> None:
        from twisted.internet import reactor

        if not name:
            raise Misuse("which site? write scrapy crawl site -a name=NAME; variorum sites lists them")

        contract.check()
        settings = self._settings = archive_settings()
        self._clock = timing.from_environment(os.environ)
        site = sites.by_names(settings.home / "sites", settings.home, [name])[0]
        if site.paused is not None:
            raise Misuse(f"{name} is paused: {site.paused}; variorum pause --resume {name}")
        ways = proxies_of([site])
        guard, _ = reach(settings, [pair for _, pair in ways.values()])
        check_contact(settings, guard, [site.url])
        # Which site it is, and so by which proxy it is asked, was not known when Scrapy's settings were made.
        crawler.settings.set("VARIORUM_GUARD", guard, priority="spider")
        pages = sites.pages_of([site], settings.crawl)
        self._recording = Recording(settings, self._clock, deliver=Deliveries(reactor)).start()
        try:
            self._run, self._sign = rounds.begin(settings, self._clock, self._recording, [site], pages=pages)
        except BaseException:
            self._recording.close()
            raise
        self._recording.take_part_in(self._run.id)
        # Scrapy's process put one in place before it knew of any archive.
        GuardedResolver.from_crawler(crawler, reactor).install_on_reactor()
        attach(crawler, self._recording, self._clock, Path(settings.store.warcs))
        shift = Shift(
            run=self._run.id,
            worker=f"{self._run.id}/1.1",
            began=self._run.began,
            settings=settings,
            clock=self._clock,
            recording=self._recording,
            sites={site.name: site},
            pages=pages,
            proxies={name: url for name, (url, _) in ways.items()},
            sessions={site.name: sites.session_of(site)},
        )
        assign(crawler, shift)

    def end(self, reason: str) -> None:
        """Sum the run up; its next visits are planned by the next ``variorum`` verb that asks for them."""
        try:
            report = rounds.finish(
                self._settings, self._clock, self._recording, self._run, interrupted=reason == "shutdown"
            )
            for line in report_lines(report):
                terminal.step(line)
        finally:
            self._recording.close()
            self._sign.end()
