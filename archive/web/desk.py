"""What every endpoint of the web server has at hand."""

from __future__ import annotations

from dataclasses import dataclass

from archive.config import Settings
from archive.extract.workers import Workers
from archive.store import Store
from archive.timing import Clock
from archive.warc.files import WarcFolder
from archive.web.addresses import Roots


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An open archive and the addresses under which it is served.

    ``workers`` are the processes in which archived pages are gone through. ``overrides`` are the settings given for
    this call alone, which a process started for a visitor is given too.
    """

    settings: Settings
    store: Store
    folder: WarcFolder
    clock: Clock
    roots: Roots
    workers: Workers
    overrides: tuple[str, ...] = ()
