"""An archive to replay: real pages with style sheets and pictures, some of them confirmed by a 304 a day later.

Run as ``python -m benchmarks.replay_archive HOME COUNT`` it puts small pages and pictures on record instead, as many
as told, to be exported. The corpus has pages only: what stands in place of their parts is made up, and weighs as much.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import lxml.html

from archive import config
from archive.errors import VariorumError
from archive.extract.page import resolve
from archive.model import Capture, Exchange, RecordId
from archive.recording import Recorded, Recording
from archive.timing import SystemClock
from archive.urls import urlkey
from archive.web.memento import uri
from benchmarks.crawl_web import CORPUS
from benchmarks.measure import Failed
from benchmarks.pages import pages
from tests.crash.exchanges import exchange, not_modified

BEGAN = datetime(2025, 3, 1, 12, tzinfo=UTC)
STEP, LATER = timedelta(seconds=61), timedelta(days=1)
PARTS_OF_A_PAGE = 3
"""Style sheets, and pictures, of one page that are on record at most."""
REVISITED = 4
"""One page in so many is captured again, and has not changed."""
PLAIN = 4
"""One page in so many came without content coding."""
UNDER_WAY = 256
SMALL, AT_ONCE = 3_000, 1_000

Kind = Literal["page", "304", "style", "picture"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A capture on record, with what its replay must give: length and SHA-1 of the payload, as coded and decoded.

    ``page`` is the number of the page it belongs to; a part belongs to the first that names it.
    """

    url: str
    at: datetime
    kind: Kind
    page: int
    coded: tuple[int, str]
    decoded: tuple[int, str]

    @property
    def stamp(self) -> str:
        return f"{self.at:%Y%m%d%H%M%S}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An exchange to be put on record, and what is to be said of it."""

    exchange: Exchange
    kept: Kept


def real(home: Path, count: int) -> list[Kept]:
    """Put ``count`` pages of the corpus on record with their parts, and the 304s; raise ``Failed`` without a corpus."""
    given = list(_corpus(count))
    if len(given) < count:
        raise Failed(f"the corpus at {CORPUS} has {len(given)} pages with URLs; {count} are wanted")
    made = list(_made(given))
    with _recording(home) as recording:
        ids = put(recording, [each.exchange for each in made])
        again = [
            Made(
                exchange=not_modified(each.kept.url, record, at=each.kept.at + LATER),
                kept=_later(each.kept),
            )
            for each, record in zip(made, ids, strict=True)
            if each.kept.kind == "page" and each.kept.page % REVISITED == 0
        ]
        put(recording, [each.exchange for each in again])
    return [each.kept for each in (*made, *again)]


def put(recording: Recording, exchanges: Iterable[Exchange]) -> list[RecordId]:
    """Put exchanges on record, some at a time under way; give the ids of their captures, in order."""
    found: dict[int, Recorded | VariorumError] = {}
    free = threading.Semaphore(UNDER_WAY)
    count = 0

    def answered(number: int, answer: Recorded | VariorumError) -> None:
        found[number] = answer
        free.release()

    spools = []
    for number, each in enumerate(exchanges):
        free.acquire()
        if each.response.spool is not None:
            spools.append(each.response.spool)
        recording.record(each, lambda answer, number=number: answered(number, answer))  # type: ignore[misc]
        count += 1
    for _ in range(UNDER_WAY):
        free.acquire()
    for spool in spools:
        spool.close()
    return [_capture(found[number]).id for number in range(count)]


def _capture(answer: Recorded | VariorumError) -> Capture:
    if isinstance(answer, VariorumError):
        raise answer
    assert answer.capture is not None
    return answer.capture


def _recording(home: Path) -> Recording:
    return Recording(config.load(home), SystemClock())


def _corpus(count: int) -> Iterator[tuple[str, bytes]]:
    """Give URL and gzipped page, those of the corpus's manifest in order, one of each urlkey."""
    manifest = CORPUS.parent / "manifest.jsonl"
    if not manifest.exists():
        return
    seen = set()
    with manifest.open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            url = uri(told["url"].partition("#")[0])
            file, key = CORPUS.parent / told["file"], urlkey(url)
            if key in seen or not file.exists():
                continue
            seen.add(key)
            yield url, file.read_bytes()
            if len(seen) == count:
                return


def _made(given: Sequence[tuple[str, bytes]]) -> Iterator[Made]:
    seen = {urlkey(url) for url, _ in given}
    at = BEGAN
    for number, (url, packed) in enumerate(given):
        whole = gzip.decompress(packed)
        at += STEP
        fields = ("Content-Type: text/html; charset=utf-8", 'ETag: "v1"')
        if number % PLAIN:
            yield _one(url, packed, whole, at, "page", number, (*fields, "Content-Encoding: gzip"))
        else:
            yield _one(url, whole, whole, at, "page", number, fields)
        for kind, part in _parts(url, whole):
            key = urlkey(part)
            if key in seen:
                continue
            seen.add(key)
            at += timedelta(seconds=1)
            body = _style(part) if kind == "style" else _picture(part)
            mime = "text/css" if kind == "style" else "image/png"
            yield _one(part, body, body, at, kind, number, (f"Content-Type: {mime}",))


def _one(url: str, coded: bytes, decoded: bytes, at: datetime, kind: Kind, page: int, fields: tuple[str, ...]) -> Made:
    kept = Kept(url=url, at=at, kind=kind, page=page, coded=_sum(coded), decoded=_sum(decoded))
    return Made(exchange=exchange(url, coded, at=at, fields=fields), kept=kept)


def _later(kept: Kept) -> Kept:
    return Kept(url=kept.url, at=kept.at + LATER, kind="304", page=kept.page, coded=kept.coded, decoded=kept.decoded)


def _sum(data: bytes) -> tuple[int, str]:
    return len(data), hashlib.sha1(data).hexdigest()


def _parts(url: str, page: bytes) -> Iterator[tuple[Literal["style", "picture"], str]]:
    tree = lxml.html.document_fromstring(page)
    wanted: Mapping[Literal["style", "picture"], str] = {
        "style": "//link[@rel='stylesheet']/@href",
        "picture": "//img/@src",
    }
    for kind, path in wanted.items():
        found = [resolve(url, str(each).partition("#")[0]) for each in tree.xpath(path)]
        http = [uri(each) for each in found if each is not None and each.startswith(("http://", "https://"))]
        yield from ((kind, each) for each in list(dict.fromkeys(http))[:PARTS_OF_A_PAGE] if each != url)


def _style(url: str) -> bytes:
    """Make a style sheet of some 20 KB that names pictures."""
    drawn = random.Random(url)
    rules = []
    for number in range(250):
        size, colour = drawn.randint(1, 99), drawn.randrange(1 << 24)
        picture = f" background: url(pictures/{number}.png) no-repeat;" if number % 10 == 0 else ""
        rules.append(f".part-{number} > a:hover {{ margin: {size}px; color: #{colour:06x};{picture} }}\n")
    return "".join(rules).encode()


def _picture(url: str) -> bytes:
    drawn = random.Random(url)
    return b"\x89PNG\r\n\x1a\n" + drawn.randbytes(drawn.randint(4_000, 60_000))


def small(home: Path, count: int) -> None:
    """Put ``count`` captures of some 3 KB on record: of four, one made-up page, two pictures and a 304 of a picture."""
    texts = [page[:SMALL] for page in pages(50)]
    with _recording(home) as recording:
        for first in range(0, count, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, count))
            fresh = [_small(texts, number) for number in numbers if number % 4 < 3]
            ids = dict(zip([each.url for each in fresh], put(recording, fresh), strict=True))
            again = [_small(texts, number - 1) for number in numbers if number % 4 == 3]
            put(recording, [not_modified(str(each.url), ids[each.url], at=each.began + LATER) for each in again])


def _small(texts: Sequence[bytes], number: int) -> Exchange:
    url, at = f"http://paper-{number % 40}.example/2025/03/story-{number}", BEGAN + number * STEP
    if number % 4 == 0:
        return exchange(f"{url}.html", _numbered(texts[number % len(texts)], number), at=at)
    return exchange(f"{url}.png", random.Random(number).randbytes(SMALL), at=at, fields=("Content-Type: image/png",))


def _numbered(page: bytes, number: int) -> bytes:
    return page.replace(b"<title>", b"<title>%d " % number, 1)


if __name__ == "__main__":
    small(Path(sys.argv[1]), int(sys.argv[2]))
