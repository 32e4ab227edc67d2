"""An archive to keep up, made without a network: ``python -m benchmarks.one_archive HOME PAGES CODING``.

CODING is ``plain`` or ``gzip``: how the pages were sent. Prints what is in it as JSON.
"""

from __future__ import annotations

import gzip
import json
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

from archive.config import FILE, load, template
from archive.errors import VariorumError
from archive.model import Body, Exchange, Url
from archive.recording import Recorded, Recording
from archive.store import open_store
from archive.timing import SystemClock
from archive.upkeep import repair
from archive.warc.files import WarcFolder
from benchmarks.pages import pages

HELD = 64
"""Exchanges on their way to the file at a time."""


def main(home: Path, count: int, coding: str) -> None:
    home.mkdir()
    (home / FILE).write_text(template("you@example.org", "bench"), encoding="utf-8")
    settings, clock = load(home), SystemClock()
    failures: list[VariorumError] = []
    free = threading.Semaphore(HELD)

    def answer(given: Recorded | VariorumError) -> None:
        if isinstance(given, VariorumError):
            failures.append(given)
        free.release()

    recording = Recording(settings, clock, run="measured").start()
    for number, page in enumerate(pages(count)):
        free.acquire()
        now = clock.now()
        recording.record(_exchange(number, page, coding, now - timedelta(milliseconds=80), now), answer)
    recording.close()
    if failures or recording.failure:
        raise recording.failure or failures[0]
    store = open_store(settings.store.database)
    for _ in repair(store, WarcFolder(settings.store.warcs), clock):  # seals the file
        pass
    store.close()
    (warc,) = settings.store.warcs.glob("*.warc.gz")
    with gzip.open(warc) as file:
        size = sum(map(len, iter(lambda: file.read(1 << 20), b"")))
    print(json.dumps({"warc": str(warc), "packed": warc.stat().st_size, "size": size}))


def _exchange(number: int, page: bytes, coding: str, began: datetime, ended: datetime) -> Exchange:
    path = f"/2026/11/22/politics/story-{number}"
    asked = (
        f"GET {path} HTTP/1.1\r\nHost: news-{number % 40}.example\r\n"
        "User-Agent: Variorum/0.1.0 (+mailto:you@example.org)\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n"
    )
    body = gzip.compress(page, 6, mtime=0) if coding == "gzip" else page
    head = (
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sun, 22 Nov 2026 08:30:00 GMT\r\n"
        f"Content-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\nConnection: keep-alive\r\n"
        f'Last-Modified: Sun, 22 Nov 2026 07:00:00 GMT\r\nETag: "{number:x}-1f40"\r\nVary: Accept-Encoding\r\n'
        + ("Content-Encoding: gzip\r\n" if coding == "gzip" else "")
        + "\r\n"
    )
    return Exchange(
        url=Url(f"https://news-{number % 40}.example{path}"),
        request=Body.of(asked.encode()),
        response=Body.of(head.encode() + body),
        began=began,
        first_byte=ended,
        ended=ended,
        peer="192.0.2.7",
        connection=f"c{number % 40}",
        sequence=number // 40,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
