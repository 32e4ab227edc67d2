"""What a worker process is told when it is started."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

LEASE = timedelta(seconds=30)
"""How long a worker that is never heard of again keeps others from its neighbours, in real seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a worker is told: which archive, which run, which part of it.

    A ``standing`` run goes on when nothing waits in it, and its workers make other runs too, within it. ``settings``
    and ``files`` are the texts of ``variorum.toml`` and of site files by name, as they were last good, and ``sessions``
    the header fields of sites: whoever takes a place later does what was declared when the run began.
    """

    home: str
    overrides: tuple[str, ...] = ()
    run: str
    began: str
    worker: str
    workers: int = 1
    sites: tuple[str, ...]
    pages: tuple[int, ...]
    since: str | None = None
    lease: float = LEASE.total_seconds()
    standing: bool = False
    settings: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    sessions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def text(self) -> str:
        """Write the order as one line."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})

    @staticmethod
    def read(text: str) -> Order:
        told: dict[str, Any] = json.loads(text)
        return Order(**{name: _value(value) for name, value in told.items()})


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
