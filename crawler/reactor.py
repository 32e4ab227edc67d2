"""Twisted's reactor for one run in this process, and answers of other threads brought into it."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Any

from archive.errors import NothingDone


def install() -> Any:
    """Install the asyncio reactor and give it; raise ``NothingDone`` where a run has been in this process."""
    from twisted.internet import asyncioreactor, error

    try:
        asyncioreactor.install()  # type: ignore[no-untyped-call]
    except error.ReactorAlreadyInstalledError as cause:
        raise NothingDone("a run has been in this process already; start another process") from cause
    from twisted.internet import reactor

    return reactor


class Deliveries:
    """Runs the recording's answers in the reactor's thread, and after the reactor's end those still on their way."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def __call__(self, call: Callable[[], None]) -> None:
        self._waiting.put(call)
        self._reactor.callFromThread(self.run_one)

    def run_one(self) -> None:
        """Run the next; wait for it when there is none yet."""
        self._waiting.get()()
