"""From a stored capture to its Reading: the payload out of its record, the extractor, the judge. Pure but for the file.

All values can be pickled: ``read`` is made for the processes of ``archive.extract.workers``, which load neither the
database nor the crawler; hence the late imports.
"""

from __future__ import annotations

import gc
import re
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archive import identity
from archive.extract import extractor
from archive.extract.page import resolve
from archive.identity import is_redirect
from archive.judge import HTML, Facts, Judgement, judge
from archive.model import Capture, Extraction, Layout, NotAnArticle, Reading, RecordId, UrlKey
from archive.urls import without_credentials
from archive.warc import message
from archive.warc.answer import answer_in, stored_answer
from archive.warc.files import WarcFolder
from archive.warc.reader import read_record
from archive.warc.records import digest

if TYPE_CHECKING:
    from archive.extract.learned import Learned
    from archive.extract.workers import Failed
    from archive.standing import State
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
_SNIFFED = re.compile(rb"(?>\s+|<!--.*?-->)*+<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article as an earlier capture of its URL was read, for a second reading."""

    capture: RecordId
    state: State


def read(folder: WarcFolder, capture: Capture, learned: Learned | None = None) -> Reading:
    """Read one stored capture; a revisit has nothing new to read. Raises ``Damaged`` when its record can't be read."""
    if (told := same(capture) or _led(folder, capture)) is not None:
        return told
    return reading(capture, read_capture(folder, capture), learned)


def prepare() -> None:
    """Load what ``reading`` needs, before memory is limited and the clock runs."""
    from archive.extract import generic

    generic.load()


def same(capture: Capture) -> Reading | None:
    """Give the reading of a capture that repeats an earlier one, by a digest or by a server's 304; None for others."""
    if capture.kind != "revisit" and capture.status != 304:
        return None
    why = "the server said it is unchanged" if capture.status == 304 else "its payload is that of an earlier capture"
    told = _reading(capture, Judgement(verdict="same", score=1.0, reasons=(why,)), None)
    return replace(told, same_as=capture.refers_to)


def same_article(capture: Capture, payload: Payload, known: Known) -> Reading | None:
    """Give the reading of a page that surely shows the article of an earlier capture again; None where it may not."""
    from archive.extract import again

    if payload.status != 200 or payload.problem is not None or capture.truncated or payload.mime not in HTML:
        return None
    with uncollected():
        is_same = again.same(known.state, payload.data, capture.url, capture.at, payload.charset)
    if not is_same:
        return None
    judgement = Judgement(verdict="same", score=1.0, reasons=("its blocks are those of an earlier capture",))
    return replace(_reading(capture, judgement, None), same_as=known.capture)


def edits_of(known: Known, later: Reading) -> tuple[str, ...]:
    """Give what a full reading of a later page edits."""
    from archive import edits

    if later.layout is None:
        return ("text",)
    return edits.weigh(known.state, later.extraction or Extraction(), later.layout, later.claims).edited


def known(earlier: Reading) -> Known | None:
    """Give an earlier reading as what a second one goes by; None where it is not an article's."""
    from archive import standing

    if earlier.verdict != "article" or earlier.extraction is None or earlier.layout is None:
        return None
    state = standing.state_of(earlier.url, earlier.extraction, earlier.layout, earlier.claims)
    return Known(capture=earlier.capture, state=state)


def led(capture: Capture, target: str) -> Reading:
    """Give the reading of an answer that leads elsewhere: there is no text, and ``canonical`` is where it leads."""
    shown = without_credentials(target)
    extraction = Extraction(canonical=shown, origins={"canonical": "location"})
    told = _reading(capture, _other(f"status {capture.status}, it leads to {shown}"), None)
    return replace(told, extraction=extraction)


def _led(folder: WarcFolder, capture: Capture) -> Reading | None:
    if not is_redirect(capture.status):
        return None
    head, _ = stored_answer(folder, capture.locator)
    location = head.text(b"location") if head is not None else None
    target = resolve(capture.url, location.encode("latin-1").decode("utf-8", "replace")) if location else None
    return led(capture, target.partition("#")[0]) if target else None


def unread(capture: Capture, failed: Failed) -> Reading:
    """Give the reading of a capture whose extractor did not come to an end; a later one may take its place."""
    why = f"it could not be read ({failed.why}): {failed.detail}"
    return _reading(capture, _other(why, score=0.0), None)


def put(conn: Connection, read: Sequence[tuple[Capture, Reading]]) -> None:
    """Write readings and what they say of other URLs, and have the chains of their URLs folded anew.

    A reading of the same capture by the same extractor is written over.
    """
    from archive.store import articles, pointers, readings

    readings.insert(conn, [reading for _, reading in read])
    named = [pointer for capture, reading in read for pointer in identity.pointers(capture, reading)]
    pointers.insert(conn, named)
    told = {
        capture.urlkey
        for capture, reading in read
        if reading.verdict != "same" or _goes_back(conn, capture, reading, {each.id for each, _ in read})
    }
    around = {UrlKey(each.target) for each in named if each.kind != "id"}
    # A page that only shows the same again opens no revision; whoever asks for its chain has it folded then.
    if told | around:
        articles.mark_stale(conn, told | around, max(capture.at for capture, _ in read))


def _goes_back(conn: Connection, capture: Capture, same: Reading, read: Collection[RecordId]) -> bool:
    """Tell whether a page repeats another than the last that was read of it; a 304 is of the last one."""
    if capture.status == 304 or same.same_as is None or same.same_as in read:
        return False
    from archive.store import readings

    return readings.is_overtaken(conn, capture.urlkey, same.same_as)


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


def reading(capture: Capture, payload: Payload, learned: Learned | None = None) -> Reading:
    """Read and judge a payload; of the capture only its URL, time and names are used. Pure."""
    data, mime, truncated = payload.data, payload.mime, capture.truncated
    if mime in (None, "application/octet-stream") and _SNIFFED.match(data[:4096]):
        mime = "text/html"
    page = _NO_PAGE
    if mime in HTML and data.strip():
        if len(data) > READABLE:
            return _reading(capture, _other(f"a page of {len(data)} bytes is too long to be read"), None)
        if payload.problem is not None and payload.problem.startswith("content coding"):
            return _reading(capture, _other(payload.problem), None)
        page = _page(data, capture, payload.charset, learned)
        truncated = truncated or ("unspecified" if payload.problem else None)
    verdict = judge(
        url=capture.url,
        status=payload.status,
        mime=mime,
        facts=page.facts,
        extraction=page.extraction,
        truncated=truncated,
    )
    told = _reading(capture, verdict, page.extraction, learned)
    if payload.status is not None and payload.status >= 300:
        return told
    return replace(told, layout=page.layout, claims=page.claims)


def _other(why: str, score: float = 1.0) -> Judgement:
    return Judgement(verdict="other", score=score, reasons=(why,))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What was found on a page."""

    facts: Facts | None = None
    extraction: Extraction | None = None
    layout: Layout | None = None
    claims: int = 0


_NO_PAGE = _Page()


def _page(data: bytes, capture: Capture, charset: str | None, learned: Learned | None) -> _Page:
    with uncollected():
        return _read_page(data, capture, charset, learned)


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the collector: it would go through a page's many objects again and again, and few are in a cycle."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _read_page(data: bytes, capture: Capture, charset: str | None, learned: Learned | None) -> _Page:
    from archive.extract import again, blocks, generic, metadata, page

    tree = page.parse(page.decode(data, charset))
    if tree is None:
        return _NO_PAGE
    elements = list(tree.iter())  # held: lxml makes an element anew whenever one is met that nobody holds
    said = metadata.claims(tree)
    marked = again.claims_of(tree)
    facts = page.facts(tree, capture.url, said.declared())
    found = generic.read_tree(tree, capture.url, capture.at, said, learned)
    # Where no text was found the blocks still tell whether an article known from before stands there.
    if isinstance(found, NotAnArticle):
        return _Page(facts=facts, layout=blocks.layout(blocks.blocks(tree), []), claims=marked)
    extraction, layout = found
    del elements
    return _Page(facts=facts, extraction=extraction, layout=layout, claims=marked)


def _reading(
    capture: Capture, judgement: Judgement, extraction: Extraction | None, learned: Learned | None = None
) -> Reading:
    return Reading(
        capture=capture.id,
        urlkey=capture.urlkey,
        url=capture.url,
        at=capture.at,
        extractor=extractor(learned),
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
