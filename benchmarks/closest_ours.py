"""Our side of the look-ups: ``python -m benchmarks.closest_ours load FOLDER ROWS LOOKUPS``, then ``ask FOLDER``.

``load`` makes the captures, the same each time, as database and as sorted CDXJ file, and the look-ups to come.
"""

from __future__ import annotations

import json
import random
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from archive import cdx
from archive.model import Capture, Digest, Locator, RecordId, Url
from archive.store import captures, open_store
from archive.store.engine import sqlite_url
from archive.urls import urlkey

SEED = 20261124
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
SECONDS = 3 * 365 * 86400
MOST = 10_000
"""Captures of one URL at most; with the exponent, six on average."""
EXPONENT = 1.13
HOSTS = 3000
BATCH = 2000
"""What ``archive.recording`` commits at most at a time."""
STAMP = "%Y%m%d%H%M%S"


def load(folder: Path, rows: int, lookups: int) -> None:
    """Make captures and look-ups."""
    drawn = random.Random(SEED)
    urls: list[str] = []
    taken: list[tuple[int, int]] = []
    most = 0
    while len(taken) < rows:
        count = min(int(drawn.paretovariate(EXPONENT)), MOST, rows - len(taken))
        most = max(most, count)
        taken += [(drawn.randrange(SECONDS), len(urls)) for _ in range(count)]
        urls.append(_url(drawn, len(urls)))
    taken.sort()
    began = time.perf_counter()
    store = open_store(sqlite_url(folder / "variorum.db"), create=True)
    coming = _captures(drawn, urls, taken)
    while batch := list(islice(coming, BATCH)):
        with store.write() as conn:
            captures.insert(conn, batch)
    seconds = time.perf_counter() - began
    with store.read() as conn, open(folder / "captures.cdxj", "w", encoding="utf-8") as file:
        file.writelines(f"{cdx.line(capture)}\n" for capture in captures.with_prefix(conn, ""))
    store.close()
    asked = (f"{drawn.choice(urls)}\t{_at(drawn.randrange(SECONDS)):{STAMP}}\n" for _ in range(lookups))
    (folder / "lookups").write_text("".join(asked), encoding="utf-8")
    made = {
        "rows": len(taken),
        "urls": len(urls),
        "most": most,
        "seconds": seconds,
        "database": (folder / "variorum.db").stat().st_size,
        "cdxj": (folder / "captures.cdxj").stat().st_size,
    }
    print(json.dumps(made))


def ask(folder: Path) -> None:
    """Look up and time each."""
    asked = [line.split("\t") for line in (folder / "lookups").read_text(encoding="utf-8").splitlines()]
    wanted = [(Url(url), datetime.strptime(at + "+0000", f"{STAMP}%z")) for url, at in asked]
    ns: list[int] = []
    found: list[str] = []
    store = open_store(sqlite_url(folder / "variorum.db"))
    with store.read() as conn:
        for url, at in wanted:
            began = time.perf_counter_ns()
            capture = captures.closest(conn, urlkey(url), at, url=url)
            ns.append(time.perf_counter_ns() - began)
            assert capture is not None
            found.append(f"{capture.at:{STAMP}}")
    store.close()
    (folder / "answers.json").write_text(json.dumps({"ns": ns, "found": found}), encoding="utf-8")


def _url(drawn: random.Random, number: int) -> str:
    host = f"{drawn.choice(('www.', '', ''))}paper-{drawn.randrange(HOSTS)}.example"
    path = f"/{drawn.randint(2019, 2026)}/{drawn.randint(1, 12):02d}/{drawn.choice(('Politics', 'world', 'city'))}"
    query = drawn.choice(("", "", "", "?page=2", "?utm_source=feed&id=7", "?q=caf%C3%A9"))
    return f"{drawn.choice(('http', 'https'))}://{host}{path}/story-{number}.html{query}"


def _captures(drawn: random.Random, urls: list[str], taken: list[tuple[int, int]]) -> Iterator[Capture]:
    offset = 0
    for second, number in taken:
        length = drawn.randint(2_000, 40_000)
        yield Capture(
            id=RecordId(f"urn:uuid:{uuid.UUID(int=drawn.getrandbits(128), version=4)}"),
            urlkey=urlkey(urls[number]),
            url=Url(urls[number]),
            at=_at(second),
            status=200,
            mime="text/html",
            digest=Digest(f"sha256:{drawn.getrandbits(256):064x}"),
            kind="response",
            locator=Locator(warc=f"press-20240101000000000-{offset >> 30:05d}.warc.gz", offset=offset, length=length),
            run="20240101T000000-5f0c1a2b",
            site="paper",
            fidelity="wire",
        )
        offset += length


def _at(second: int) -> datetime:
    return BEGAN + timedelta(seconds=second)


if __name__ == "__main__":
    if sys.argv[1] == "load":
        load(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        ask(Path(sys.argv[2]))
