"""From a stored record to a stored reading: every coding and framing, damage, what needs no reading, and the store."""

from __future__ import annotations

import gzip
import hashlib
import pickle
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, get_args

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import ingest
from archive.errors import Damaged
from archive.extract import extractor
from archive.extract.workers import Failed, Workers
from archive.ingest import Payload, read, read_capture, reading, same, unpacked, unread
from archive.model import (
    Capture,
    Digest,
    Extraction,
    Link,
    Locator,
    Reading,
    RecordId,
    Sighting,
    Truncation,
    Url,
    UrlKey,
    Verdict,
)
from archive.store import Store, articles, captures, open_store, readings, sightings, sqlite_url
from archive.warc.files import WarcFolder
from archive.warc.records import compressed, new_id, record

AT = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
WORDS = (
    "The harbour of Port Ansel reopened on Monday after the storm of last week, the harbour master said, and the first "
    "ferry left for Kelmoor before noon with forty people, two horses and the mail of nine days on board."
)
STORY = f"<!DOCTYPE html><html><head><title>Häfen</title></head><body><h1>Häfen</h1><p>{WORDS}</p></body></html>"
DATA = STORY.encode()
RAW = zlib.compressobj(wbits=-15)
RAW_DATA = RAW.compress(DATA) + RAW.flush()


def chunks(data: bytes) -> bytes:
    pieces = [data[start : start + 100] for start in range(0, len(data), 100)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def message(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *fields, "", "")).encode("latin-1") + body


@pytest.fixture
def folder(tmp_path: Path) -> WarcFolder:
    found = WarcFolder(tmp_path / "warcs")
    found.make()
    return found


def put(folder: WarcFolder, block: bytes, *, content_type: str = "application/http; msgtype=response") -> Capture:
    """Write one record and give the capture that points to it."""
    data = compressed(record("response", id=new_id(), at=AT, block=(block,), content_type=content_type))
    name = f"{hashlib.sha256(block).hexdigest()[:12]}.warc.gz"
    (folder.root / name).write_bytes(b"before" + data + b"after")
    return capture(locator=Locator(warc=name, offset=6, length=len(data)))


def capture(name: str = "urn:uuid:1", **more: Any) -> Capture:
    given: dict[str, Any] = {
        "id": RecordId(name), "urlkey": UrlKey("example,blog)/post"), "url": Url("https://blog.example/post"), "at": AT,
        "status": 200, "mime": "text/html", "digest": Digest("sha256:00"), "kind": "response",
        "locator": Locator(warc="a.warc.gz", offset=0, length=1),
    }  # fmt: skip
    return Capture(**given | more)


# ------------------------------------------------------------------------------------------------------- payloads

HTML = "Content-Type: text/html; charset=utf-8"
BODIES: dict[str, bytes] = {
    "plain, closed": message(DATA, HTML),
    "counted": message(DATA + b"left over", HTML, f"Content-Length: {len(DATA)}"),
    "chunked": message(chunks(DATA), HTML, "Transfer-Encoding: Chunked"),
    "gzip": message(gzip.compress(DATA), HTML, "Content-Encoding: gzip"),
    "gzip in chunks": message(
        chunks(gzip.compress(DATA)), HTML, "Transfer-Encoding: chunked", "content-encoding: GZIP"
    ),
    "gzip of two members": message(
        gzip.compress(DATA[:50]) + gzip.compress(DATA[50:]), HTML, "Content-Encoding: x-gzip"
    ),
    "gzip with padding": message(gzip.compress(DATA) + b"\0" * 20, HTML, "Content-Encoding: gzip"),
    "deflate": message(zlib.compress(DATA), HTML, "Content-Encoding: deflate"),
    "deflate without its wrapper": message(RAW_DATA, HTML, "Content-Encoding: deflate"),
    "brotli": message(brotli.compress(DATA), HTML, "Content-Encoding: br"),
    "packed twice": message(gzip.compress(zlib.compress(DATA)), HTML, "Content-Encoding: deflate, gzip"),
    "packed twice, told apart": message(
        gzip.compress(zlib.compress(DATA)), HTML, "Content-Encoding: deflate", "Content-Encoding: gzip"
    ),
    "called gzip and plain": message(DATA, HTML, "Content-Encoding: gzip"),
    "called brotli and plain": message(DATA, HTML, "Content-Encoding: br"),
    "identity": message(DATA, HTML, "Content-Encoding: identity"),
    "after an early hint": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + message(DATA, HTML),
    "lines that end in LF": b"HTTP/1.0 200 OK\nContent-Type: text/html; charset=utf-8\n\n" + DATA,
    "quoted charset": message(DATA, 'Content-Type: Text/HTML ; Charset="utf-8"'),
}


@pytest.mark.parametrize("name", BODIES)
def test_the_payload_is_what_the_server_meant(folder: WarcFolder, name: str) -> None:
    found = read_capture(folder, put(folder, BODIES[name]))

    assert (found.data, found.status, found.mime, found.charset) == (DATA, 200, "text/html", "utf-8")
    assert found.problem is None


def test_a_resource_is_its_block(folder: WarcFolder) -> None:
    given = replace(put(folder, DATA, content_type="text/html"), kind="resource", status=None)

    assert read_capture(folder, given) == Payload(data=DATA, status=None, mime="text/html", charset=None)
    assert read(folder, given).extraction is not None


@pytest.mark.parametrize(
    ("data", "codings", "beginning", "problem"),
    [
        (gzip.compress(DATA)[:-30], ["gzip"], DATA[:100], "its packed stream ends early"),
        (zlib.compress(DATA)[:-30], ["deflate"], DATA[:100], "its packed stream ends early"),
        (brotli.compress(DATA)[:-30], ["br"], b"", "its packed stream ends early"),
        (DATA, ["zstd"], DATA, "content coding 'zstd' is not one we read"),
        (DATA, ["gzip", "aes128gcm"], DATA, "content coding 'aes128gcm' is not one we read"),
        (b"", ["gzip"], b"", None),
    ],
)
def test_what_cannot_be_unpacked_is_told(data: bytes, codings: list[str], beginning: bytes, problem: str) -> None:
    found, told = unpacked(data, codings)

    assert told == problem
    assert found.startswith(beginning)


def test_a_damaged_stream_gives_what_lies_before_the_damage() -> None:
    whole = hashlib.shake_256(b"harbour").hexdigest(20_000).encode()
    packed = bytearray(gzip.compress(whole))
    packed[-6] ^= 0xFF  # its own checksum
    first, told = unpacked(bytes(packed), ["gzip"])
    assert told == "its packed stream is damaged: Error -3 while decompressing data: incorrect data check"
    assert len(first) > 30_000
    assert whole.startswith(first)

    second, told = unpacked(gzip.compress(DATA) + bytes(packed), ["gzip"])
    assert told is not None
    assert second == DATA + first


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_bomb_is_unpacked_up_to_its_limit(monkeypatch: pytest.MonkeyPatch, coding: str) -> None:
    monkeypatch.setattr(ingest, "UNPACKED", 100_000)
    bomb = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[coding](bytes(5_000_000))
    found, told = unpacked(bomb, [coding])

    assert len(found) <= 100_000
    assert told is not None


@settings(max_examples=50)
@given(st.binary(max_size=200), st.lists(st.sampled_from(["gzip", "deflate", "br", "identity", "x"]), max_size=3))
def test_any_bytes_in_any_coding_are_unpacked_or_told(data: bytes, codings: list[str]) -> None:
    unpacked(data, codings)


def test_a_head_without_an_end_is_told(folder: WarcFolder) -> None:
    found = read_capture(folder, put(folder, b"HTTP/1.1 200 OK\r\nContent-Type: text/html"))

    assert (found.data, found.problem) == (b"", "its HTTP head has no end")


@pytest.mark.parametrize("harm", ["gone", "cut", "garbage"])
def test_a_record_that_cannot_be_read_is_damaged(folder: WarcFolder, harm: str) -> None:
    given = put(folder, message(DATA, HTML))
    file = folder.root / given.locator.warc
    data = file.read_bytes()
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(data[:100] if harm == "cut" else data[:40] + bytes(len(data)))
    with pytest.raises(Damaged, match=given.locator.warc):
        read(folder, given)


# ------------------------------------------------------------------------------------------------------- readings


def test_a_reading_names_its_capture_its_extractor_and_the_digest_of_its_text(folder: WarcFolder) -> None:
    given = put(folder, message(DATA, HTML))
    found = read(folder, given)

    assert (found.capture, found.url, found.urlkey, found.at) == (given.id, given.url, given.urlkey, given.at)
    assert found.extractor == extractor()
    assert found.extractor.startswith("generic 2 (trafilatura 2.")
    assert found.extraction is not None
    assert found.extraction.paragraphs == (WORDS,)
    assert found.text_digest == "sha256:" + hashlib.sha256(WORDS.encode()).hexdigest()
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (capture(kind="revisit"), "its payload is that of an earlier capture"),
        (capture(kind="revisit", status=304), "the server said it is unchanged"),
        (capture(kind="response", status=304), "the server said it is unchanged"),
    ],
)
def test_what_repeats_an_earlier_capture_needs_no_reading(folder: WarcFolder, given: Capture, reason: str) -> None:
    found = read(folder, given)  # there is no record: it is not even opened

    assert (found.verdict, found.reasons, found.extraction, found.text_digest) == ("same", (reason,), None, None)
    assert same(capture()) is None


@pytest.mark.parametrize("truncated", get_args(Truncation))
def test_a_text_that_was_cut_is_no_article(truncated: Truncation) -> None:
    found = reading(capture(truncated=truncated), Payload(data=DATA, status=200, mime="text/html", charset=None))

    assert found.verdict == "error"


def test_a_page_too_long_or_packed_in_an_unknown_way_is_told_and_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Payload(data=DATA, status=200, mime="text/html", charset=None)
    packed = reading(capture(), replace(plain, problem="content coding 'zstd' is not one we read"))
    monkeypatch.setattr(ingest, "READABLE", 100)
    long = reading(capture(), plain)

    assert [(found.verdict, found.extraction) for found in (packed, long)] == [("other", None)] * 2
    assert "zstd" in packed.reasons[0]
    assert "too long" in long.reasons[0]


def test_what_could_not_be_read_is_told_with_its_reason() -> None:
    found = unread(capture(), Failed("time", "it took longer than 30 s"))

    assert found.verdict == "other"
    assert found.reasons == ("it could not be read (time): it took longer than 30 s",)


def test_captures_are_read_in_processes_of_their_own_and_come_back_the_same(folder: WarcFolder) -> None:
    given = [put(folder, message(DATA.replace(b"Port Ansel", b"Port %d" % number), HTML)) for number in range(6)]
    lost = capture(locator=Locator(warc="lost.warc.gz", offset=0, length=10))
    workers = Workers(1, seconds=60, memory=1 << 29, initial=(ingest.prepare, ()))
    try:
        futures = [workers.submit(partial(read, folder), each) for each in [*given, lost]]
        found = [future.result(timeout=60) for future in futures]
    finally:
        workers.close(wait=False)

    assert found[:-1] == [read(folder, each) for each in given]
    assert isinstance(found[-1], Failed)
    assert found[-1].detail.startswith("Damaged: ")


# ------------------------------------------------------------------------------------------------------- the store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(sqlite_url(tmp_path / "variorum.db"), create=True)
    yield opened
    opened.close()


KEY = UrlKey("example,blog)/post")
FULL = Extraction(
    headline="Häfen", seo_title="x", standfirst="y", bylines=("Oda", "Mirel"), published="2025-03-03", modified="z",
    language="de", section="s", paragraphs=("a\nb", "c"), links=(Link(url="http://a.example/", text="a", paragraph=0),),
    tags=("t",), picture="p", caption="c", correction="k", origins={"headline": "h1"},
)  # fmt: skip


def made(
    of: Capture, *, verdict: Verdict = "article", by: str = "generic 1", text: Extraction | None = FULL
) -> Reading:
    return Reading(
        capture=of.id, urlkey=of.urlkey, url=of.url, at=of.at, extractor=by, verdict=verdict, score=0.75,
        reasons=("one", "two"), text_digest=Digest("sha256:11") if text else None, extraction=text,
    )  # fmt: skip


def test_readings_come_back_as_they_went_in(store: Store) -> None:
    first, second = capture("urn:a"), capture("urn:b", at=AT + timedelta(seconds=1))
    batch = [made(first), made(second, verdict="same", text=None), made(first, by="generic 0", text=Extraction())]
    with store.write() as conn:
        captures.insert(conn, [first, second])
        readings.insert(conn, batch)
        readings.insert(conn, [])
    with store.read() as conn:
        assert readings.of_capture(conn, first.id) == [batch[2], batch[0]]
        assert readings.of_url(conn, KEY) == [batch[2], batch[0], batch[1]]
        assert list(readings.every(conn, verdict="same")) == [batch[1]]
        assert list(readings.every(conn, extractor="generic 0", limit=1)) == [batch[2]]
        assert list(readings.every(conn, since=second.at)) == [batch[1]]
        assert list(readings.every(conn, until=AT)) == []
        assert readings.of_capture(conn, RecordId("urn:none")) == []


def test_a_new_reading_by_the_same_extractor_takes_the_place_of_the_old(store: Store) -> None:
    given = capture()
    with store.write() as conn:
        captures.insert(conn, [given])
        ingest.put(conn, [(given, made(given, verdict="other", text=None))])
        ingest.put(conn, [(given, made(given))])
    with store.read() as conn:
        assert readings.of_capture(conn, given.id) == [made(given)]


def test_a_page_that_goes_back_to_what_it_was_has_its_chain_folded_anew(store: Store) -> None:
    first, second = capture("urn:a"), capture("urn:b", at=AT + timedelta(hours=1))
    back = replace(capture("urn:c", at=AT + timedelta(hours=2)), kind="revisit", refers_to=first.id)
    still = replace(capture("urn:d", at=AT + timedelta(hours=3)), kind="revisit", refers_to=second.id)
    with store.write() as conn:
        captures.insert(conn, [first, second, back, still])
        ingest.put(conn, [(first, made(first)), (second, made(second))])
        articles.folded(conn, [KEY])
        ingest.put(conn, [(still, the_same(still))])
        assert articles.stale(conn, 1) == []
        ingest.put(conn, [(back, the_same(back))])
        assert articles.stale(conn, 1) == [KEY]


def the_same(given: Capture) -> Reading:
    told = ingest.same(given)
    assert told is not None
    return told


def sighting(shown_by: str, position: int, *, site: str = "blog", at: datetime = AT) -> Sighting:
    return Sighting(
        url=Url(f"https://blog.example/{position}"), urlkey=UrlKey(f"example,blog)/{position}"), site=site, how="feed",
        shown_by=RecordId(shown_by), position=position, seen_at=at, title="Häfen" if position else None,
        dated=AT if position else None, lastmod=AT if position > 1 else None,
    )  # fmt: skip


def test_sightings_come_back_by_site_in_the_order_they_were_seen(store: Store) -> None:
    late = [sighting("urn:b", place, at=AT + timedelta(hours=1)) for place in (0, 1)]
    early = [sighting("urn:a", place) for place in (0, 1, 2)]
    with store.write() as conn:
        sightings.insert(conn, [*late, *reversed(early), sighting("urn:c", 0, site="other")])
        sightings.insert(conn, early)
        sightings.insert(conn, [])
    with store.read() as conn:
        assert list(sightings.of_site(conn, "blog")) == [*early, *late]
        assert list(sightings.of_site(conn, "blog", since=AT + timedelta(seconds=1))) == late
        assert list(sightings.of_site(conn, "none")) == []


def test_the_last_poll_is_the_newest_capture_of_that_feed_that_showed_something(store: Store) -> None:
    feed, other = UrlKey("example,blog)/feed"), UrlKey("example,blog)/sitemap")
    hours = [AT + timedelta(hours=number) for number in range(5)]
    polls = [
        capture("urn:0", urlkey=feed, at=hours[0]),
        capture("urn:1", urlkey=feed, at=hours[1]),
        capture("urn:2", urlkey=feed, at=hours[2], status=304, kind="revisit"),
        capture("urn:3", urlkey=other, at=hours[2]),
        capture("urn:4", urlkey=feed, at=hours[4]),
    ]
    shown = {name: [sighting(name, 1), sighting(name, 2)] for name in ("urn:0", "urn:1", "urn:3", "urn:4")}
    with store.write() as conn:
        captures.insert(conn, polls)
        sightings.insert(conn, [each for batch in shown.values() for each in reversed(batch)])
    with store.read() as conn:
        assert sightings.last_poll(conn, "blog", feed, hours[4]) == shown["urn:1"]
        assert sightings.last_poll(conn, "blog", feed, hours[1]) == shown["urn:0"]
        assert sightings.last_poll(conn, "blog", feed, hours[0]) == []
        assert sightings.last_poll(conn, "blog", other, hours[4]) == shown["urn:3"]
        assert sightings.last_poll(conn, "elsewhere", feed, hours[4]) == []
