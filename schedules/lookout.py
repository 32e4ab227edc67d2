"""The lookout: a thread of the daemon that sees what goes wrong and tells people, by the rules of ``alerts.toml``.

It has a store of its own and is never waited for: a mail server that hangs holds up no crawl.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from archive.errors import VariorumError
from archive.store import open_store
from archive.timing import Clock
from schedules import alert_file
from schedules.alert_rules import Rules
from schedules.alerting import Alerting
from schedules.declared import Declared
from schedules.health import look_after

log = logging.getLogger(__name__)

LOOK = 2.0
"""Real seconds between two looks for what is new."""
WATCH = timedelta(minutes=10)
"""How often it is looked for what goes wrong."""
AGAIN = 30.0
"""Real seconds until a lookout that fell over is set up anew."""


class Lookout:
    """Watches and tells in a thread of its own, from ``start`` to ``stop``; ``declared`` gives what is watched now."""

    def __init__(self, clock: Clock, declared: Callable[[], Declared], said: Callable[[str], None]) -> None:
        self._clock = clock
        self._declared = declared
        self._said = said
        self._stopped = threading.Event()
        self._rules = Rules()
        self._broken: str | None = None
        self._read_again = threading.Event()
        self._read_again.set()
        self._thread: threading.Thread | None = None

    @property
    def broken(self) -> str | None:
        """What is wrong with ``alerts.toml`` as it stands now; the last good one goes on."""
        return self._broken

    def start(self) -> None:
        """Begin to watch."""
        self._thread = threading.Thread(target=self._go_on, name="lookout", daemon=True)
        self._thread.start()

    def read_again(self) -> None:
        """Have ``alerts.toml`` read again before the next look."""
        self._read_again.set()

    def stop(self, seconds: float) -> None:
        """Stop after the look under way, which is waited for so many real seconds: what it sends it may send twice."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(seconds)

    # ---- below: the thread

    def _go_on(self) -> None:
        while True:
            try:
                self._serve()
                return
            except Exception as error:  # a named edge, the worker loop: the crawl goes on all the same
                log.error("the lookout fell over and begins anew: %s", error, exc_info=error)
                if self._stopped.wait(AGAIN):
                    return

    def _serve(self) -> None:
        settings = self._declared().settings
        alerting = Alerting(settings, self._clock)
        store = open_store(settings.store.database)
        watched = self._clock.now() - WATCH
        try:
            while not self._stopped.wait(LOOK):
                try:
                    self._read()
                    now = self._clock.now()
                    if now - watched >= WATCH or now < watched:
                        watched = now
                        now_declared = self._declared()
                        look_after(store, list(now_declared.sites.values()), now_declared.settings, now)
                    if self._rules.rules:
                        alerting.look(self._rules)
                        alerting.send(self._rules)
                except VariorumError as error:
                    log.warning("the lookout goes on after: %s", error)
        finally:
            alerting.close()
            store.close()

    def _read(self) -> None:
        if not self._read_again.is_set():
            return
        self._read_again.clear()
        file = self._declared().settings.home / alert_file.FILE
        try:
            self._rules = alert_file.read(file, self._declared().settings.schedule.timezone)
            if self._broken is not None:
                self._said(f"{alert_file.FILE}: read again")
            self._broken = None
        except VariorumError as why:
            self._broken = str(why)
            log.warning("%s", why)
            goes_on = "goes on as it was" if self._rules.rules else "no alert is sent until it is mended"
            self._said(f"{why}\n{alert_file.FILE}: {goes_on}")
