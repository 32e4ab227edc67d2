"""From a stored capture to its Reading: the payload out of its record, the extractor, the judge. Pure but for the file.

All values can be pickled: ``read`` is made for the processes of ``archive.extract.workers``, which load neither the
database nor the crawler; hence the late imports.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.extract import extractor
from archive.judge import HTML, Facts, Judgement, judge
from archive.model import Capture, Extraction, Reading
from archive.warc import message
from archive.warc.answer import answer_in
from archive.warc.files import WarcFolder
from archive.warc.reader import read_record
from archive.warc.records import digest

if TYPE_CHECKING:
    from archive.extract.workers import Failed
    from archive.store import Connection

UNPACKED = 64 * 1024 * 1024
"""Bytes of a payload that are unpacked; what is longer is cut there."""

READABLE = 16 * 1024 * 1024
"""Bytes of a page that is read; what is longer is no article."""

_MAGIC = b"\x1f\x8b"
WISHES = ("X-Robots-Tag", "TDM-Reservation", "TDM-Policy", "Content-Usage")
"""Header fields in which a publisher tells machines what it does not want."""

_HTTP = re.compile(r"application/http\b", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([^\s"';,]+)""", re.IGNORECASE)
_SNIFFED = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a capture holds, unpacked: transfer and content coding removed.

    ``problem`` says what could not be removed or was cut; ``data`` is then what could be had. ``wishes`` are the header
    fields in which a publisher tells machines what it does not want.
    """

    data: bytes
    status: int | None
    mime: str | None
    charset: str | None
    problem: str | None = None
    wishes: tuple[tuple[str, str], ...] = ()


def read(folder: WarcFolder, capture: Capture) -> Reading:
    """Read one stored capture; a revisit has nothing new to read. Raises ``Damaged`` when its record can't be read."""
    return same(capture) or reading(capture, read_capture(folder, capture))


def prepare() -> None:
    """Load what ``reading`` needs, before memory is limited and the clock runs."""
    from archive.extract import generic

    generic.load()


def same(capture: Capture) -> Reading | None:
    """Give the reading of a capture that repeats an earlier one, by a digest or by a server's 304; None for others."""
    if capture.kind != "revisit" and capture.status != 304:
        return None
    why = "the server said it is unchanged" if capture.status == 304 else "its payload is that of an earlier capture"
    return _reading(capture, Judgement(verdict="same", score=1.0, reasons=(why,)), None)


def unread(capture: Capture, failed: Failed) -> Reading:
    """Give the reading of a capture whose extractor did not come to an end; a later one may take its place."""
    why = f"it could not be read ({failed.why}): {failed.detail}"
    return _reading(capture, _other(why, score=0.0), None)


def put(conn: Connection, reading: Reading) -> None:
    """Write a reading; one of the same capture by the same extractor is written over."""
    from archive.store import readings

    readings.insert(conn, [reading])


def read_capture(folder: WarcFolder, capture: Capture) -> Payload:
    """Give the payload of a stored capture; raise ``Damaged`` when the record can't be read."""
    where = capture.locator
    stored = read_record(folder.bytes_at(where), name=f"{where.warc} at {where.offset}")
    if not _HTTP.match(stored.fields.get("Content-Type") or ""):
        return Payload(data=stored.block[:UNPACKED], status=capture.status, mime=capture.mime, charset=None)
    head, body = answer_in(stored.block)
    if head is None:
        return Payload(data=b"", status=capture.status, mime=None, charset=None, problem="its HTTP head has no end")
    codings = [
        coding.strip() for value in head.all(b"content-encoding") for coding in value.decode("latin-1").split(",")
    ]
    data, problem = unpacked(body, [coding.lower() for coding in codings if coding])
    charset = _CHARSET.search(head.text(b"content-type") or "")
    return Payload(
        data=data,
        status=head.status if head.status is not None else capture.status,
        mime=message.mime(head),
        charset=charset[1] if charset else None,
        problem=problem,
        wishes=tuple(
            (name.lower(), value.decode("latin-1"))
            for name in WISHES
            if (value := b", ".join(head.all(name.lower().encode())))
        ),
    )


def reading(capture: Capture, payload: Payload) -> Reading:
    """Read and judge a payload; of the capture only its URL, time and names are used. Pure."""
    data, mime, truncated = payload.data, payload.mime, capture.truncated
    if mime in (None, "application/octet-stream") and _SNIFFED.match(data[:4096]):
        mime = "text/html"
    facts: Facts | None = None
    extraction: Extraction | None = None
    if mime in HTML and data.strip():
        if len(data) > READABLE:
            return _reading(capture, _other(f"a page of {len(data)} bytes is too long to be read"), None)
        if payload.problem is not None and payload.problem.startswith("content coding"):
            return _reading(capture, _other(payload.problem), None)
        facts, extraction = _page(data, capture, payload.charset)
        truncated = truncated or ("unspecified" if payload.problem else None)
    verdict = judge(
        url=capture.url, status=payload.status, mime=mime, facts=facts, extraction=extraction, truncated=truncated
    )
    return _reading(capture, verdict, extraction)


def _other(why: str, score: float = 1.0) -> Judgement:
    return Judgement(verdict="other", score=score, reasons=(why,))


def _page(data: bytes, capture: Capture, charset: str | None) -> tuple[Facts | None, Extraction | None]:
    from archive.extract import generic, metadata, page

    tree = page.parse(page.decode(data, charset))
    if tree is None:
        return None, None
    said = metadata.claims(tree)
    facts = page.facts(tree, capture.url, said.declared())
    return facts, generic.read_tree(tree, capture.url, capture.at, said)


def _reading(capture: Capture, judgement: Judgement, extraction: Extraction | None) -> Reading:
    return Reading(
        capture=capture.id,
        urlkey=capture.urlkey,
        url=capture.url,
        at=capture.at,
        extractor=extractor(),
        verdict=judgement.verdict,
        score=judgement.score,
        reasons=judgement.reasons,
        text_digest=None if extraction is None else digest(("\n".join(extraction.paragraphs).encode(),)),
        extraction=extraction,
    )


# --------------------------------------------------------------------------------------------------- content codings


def unpacked(data: bytes, codings: list[str]) -> tuple[bytes, str | None]:
    """Remove content codings, last applied first; give what could be had, and what was wrong.

    Bytes that are not in the coding they claim are given as they are: servers label plain pages as packed.
    """
    problem: str | None = None
    for coding in reversed(codings):
        if coding in ("gzip", "x-gzip"):
            data, wrong = _inflated(data, 31)
        elif coding == "deflate":
            data, wrong = _inflated(data, 15) if data[:1] and data[0] & 0x0F == 8 else _inflated(data, -15)
        elif coding == "br":
            data, wrong = _unbrotlied(data)
        elif coding == "identity":
            continue
        else:
            return data, f"content coding {coding[:40]!r} is not one we read"
        problem = problem or wrong
    return data, problem


def _inflated(data: bytes, window: int) -> tuple[bytes, str | None]:
    """Inflate one stream, or gzip members one after another, up to ``UNPACKED`` bytes."""
    out: list[bytes] = []
    room, rest = UNPACKED, data
    while rest:
        stream = zlib.decompressobj(window)
        try:
            piece = stream.decompress(rest, room)
        except zlib.error as error:
            if out and not rest.startswith(_MAGIC):
                return b"".join(out), None  # padding after the last member
            partly, told = _partly(rest, window, str(error))
            return (
                (b"".join(out) + partly, told) if not out or told else (b"".join(out), "its packed stream is damaged")
            )
        out.append(piece)
        room -= len(piece)
        if room <= 0:
            return b"".join(out), f"it is longer than {UNPACKED} bytes unpacked"
        if not stream.eof:
            return b"".join(out), "its packed stream ends early"
        rest = stream.unused_data if window == 31 else b""
    return b"".join(out), None


def _partly(data: bytes, window: int, why: str) -> tuple[bytes, str | None]:
    """Inflate up to the place of the damage; bytes that were never packed are given as they are."""
    stream, out = zlib.decompressobj(window), bytearray()
    try:
        for start in range(0, len(data), 64):
            out += stream.decompress(data[start : start + 64], UNPACKED)
            if len(out) >= UNPACKED:
                break
    except zlib.error:
        pass
    return (bytes(out), f"its packed stream is damaged: {why}") if out else (data, None)


def _unbrotlied(data: bytes) -> tuple[bytes, str | None]:
    try:
        import brotli  # type: ignore[import-untyped]  # Scrapy brings it; an archive without the crawler may lack it
    except ImportError:
        return data, "content coding 'br' is not one we read without the brotli package"
    stream = brotli.Decompressor()
    try:
        out: bytes = stream.process(data, output_buffer_limit=UNPACKED)
    except brotli.error:
        return data, None
    if len(out) >= UNPACKED:
        return out[:UNPACKED], f"it is longer than {UNPACKED} bytes unpacked"
    return out, None if stream.is_finished() else "its packed stream ends early"
