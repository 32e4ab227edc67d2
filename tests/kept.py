"""Archives whose captures are put on record directly: what the newsstand's changing blog answers at given times."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from archive import config
from archive.recording import Recording
from archive.timing import SystemClock
from crawler.newsstand.answer import answer
from crawler.newsstand.chronicle import chronicled
from crawler.newsstand.wire import Request, encode
from crawler.newsstand.world import History, World
from tests.conftest import CHANGES
from tests.crash.exchanges import as_body, exchange
from tests.crash.steps import recorded_now


@lru_cache(maxsize=1)
def world() -> World:
    return chronicled()


def page(url: str, now: datetime) -> bytes:
    """Give what the stand answers at a time, as it crosses the wire."""
    parts = urlsplit(url)
    return encode(answer(world(), Request(host=parts.hostname or "", target=parts.path or "/"), now, History()))


def keep(home: Path, visits: list[tuple[str, datetime]]) -> None:
    """Put on record what the stand answers to these visits."""
    recording = Recording(config.load(home), SystemClock()).start()
    try:
        for url, at in visits:
            recorded_now(recording, replace(exchange(url, at=at), response=as_body(page(url, at))))
    finally:
        recording.close()


def empty(home: Path) -> Path:
    text = config.template("tests@example.org", "test")
    for default, ours in CHANGES.items():
        text = text.replace(default, ours)
    for folder in (home, home / "warcs", home / "sites"):
        folder.mkdir()
    (home / config.FILE).write_text(text)
    return home
