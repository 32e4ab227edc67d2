"""Rows that are written anew at each request: what such a row is asked, and what it says. Nouns only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One request as a script sees it.

    ``asked`` counts the requests for the same target before this one, ``of_host`` those to the same host.
    """

    scheme: str = "http"
    host: str
    target: str
    now: datetime
    asked: int = 0
    of_host: int = 0

    @property
    def seed(self) -> str:
        """What the changing parts of a page are drawn from: another one at each request, and at each time."""
        return f"{self.host} {self.target} {self.now:%Y%m%d%H%M} {self.asked} {self.of_host}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a script answers: a text, or the ``location`` to go to; ``changed`` None sends no Last-Modified."""

    text: str = ""
    status: int = 200
    mime: str = "text/html; charset=utf-8"
    location: str | None = None
    changed: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripted:
    """What ``write`` answers at a path, whatever the query; None is the host's usual 404."""

    path: str
    write: Callable[[Asking], Sheet | None]
