"""Exchange -> records -> Capture and Visit: pure, but for the record ids drawn at random.

A group, in this order::

    response | revisit     what came back (none when nothing did)
    request                what was sent (none when nothing was)     WARC-Concurrent-To the first
    metadata               the visit, as JSON (docs/warc-profile.md)  WARC-Concurrent-To the first

The metadata record comes last: a group without it was never acknowledged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from archive import ledger
from archive.model import Capture, Digest, Exchange, Locator, RecordId, UrlKey, Visit
from archive.timing import stamp
from archive.urls import urlkey
from archive.warc import message
from archive.warc.message import Head
from archive.warc.records import Record, digest, new_id, pieces, record

VISIT_TYPE = "application/vnd.variorum.visit+json"
VISIT_URL = "urn:variorum:visit:"
"""Before the URL in a visit's record: pywb's indexer would take a metadata record under the page's own URL for the page
(seen with pywb 2.10)."""
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
SMALLEST_REVISIT = 1024
"""Bytes of payload below which a revisit saves nothing and hides coincidences (facts: capture, section 9)."""
LOOSE_BYTES = 64 * 1024
"""Bytes of a leftover or an unsolicited answer that are kept; their full count is kept too."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.")
_URI = "%:/?#[]@!$&'()*+,;=-._~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What all records of one file and one run share."""

    warcinfo: RecordId
    run: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An exchange's answer taken apart once, for the dedup question and the records alike.

    ``start`` is where the final response begins, after 1xx heads; ``body`` where its body begins. ``digest`` is
    of the payload that came, None where there can be none or the framing makes no sense.
    """

    start: int
    body: int
    head: Head | None
    digest: Digest | None
    payload_size: int


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one exchange in order, with what the index will say of them once they have a place."""

    records: tuple[Record, ...]
    capture: Capture | None
    visit: Visit


NOWHERE = Locator(warc="", offset=0, length=0)


def read(exchange: Exchange) -> Reading:
    """Take the response apart: 1xx heads, head, body, payload digest."""
    response = exchange.response
    front = response.head(message.HEAD_LIMIT)
    start = message.informational_length(front)
    head = message.parse_head(front, start)
    if head is None or head.status is None or exchange.unsolicited:
        return Reading(start=start, body=response.size, head=None, digest=None, payload_size=0)
    body = start + head.length
    frame = message.framing(head, method=exchange.method)
    dechunker = message.Dechunker()
    size = 0

    def counted() -> Any:
        nonlocal size
        for piece in message.payload(response.pieces(body), frame, dechunker):
            size += len(piece)
            yield piece

    found = digest(counted())
    sound = dechunker.broken is None and frame.kind != "none"
    return Reading(start=start, body=body, head=head, digest=found if sound else None, payload_size=size)


def may_repeat(exchange: Exchange, reading: Reading) -> bool:
    """Tell whether this answer may be stored as a revisit of an equal payload of the same URL (design D4)."""
    return (
        reading.head is not None
        and reading.head.status == 200
        and reading.digest is not None
        and exchange.method == "GET"
        and exchange.truncated is None
        and reading.payload_size >= SMALLEST_REVISIT
    )


def group(exchange: Exchange, reading: Reading, original: Capture | None, context: Context) -> Group:
    """Make the records of one exchange; ``original`` is the capture it repeats, None when it repeats none."""
    visit_id = new_id()
    head = reading.head
    outcome = ledger.outcome(exchange, head)
    answer = _answer(exchange, reading, original, context)
    records: list[Record] = []
    capture = None
    if answer is not None:
        records.append(answer)
        capture = _capture(exchange, reading, original, context, answer.id)
    if exchange.request.size:
        sent = record(
            "request",
            id=new_id(),
            at=exchange.began,
            fields=_named(exchange, context, concurrent=answer.id if answer else None),
            block=((exchange.request, 0, exchange.request.size),),
            content_type="application/http; msgtype=request",
        )
        records.append(sent)
    ms = round((exchange.ended - exchange.began).total_seconds() * 1000) if exchange.request.size else None
    intent = exchange.intent
    visit = Visit(
        id=visit_id,
        url=exchange.url,
        urlkey=urlkey(exchange.url),
        at=exchange.began,
        why=intent.why,
        attempt=intent.attempt,
        outcome=outcome,
        status=head.status if head else None,
        detail=exchange.detail,
        came_from=intent.came_from,
        capture=answer.id if answer else None,
        run=context.run,
        site=intent.site,
        ms=ms,
        locator=NOWHERE,
    )
    story = _story(exchange, reading, visit, original if answer is not None else None)
    records.append(
        record(
            "metadata",
            id=visit_id,
            at=exchange.began,
            fields=_named(exchange, context, concurrent=records[0].id if records else None, visit=True),
            block=(json.dumps(story, ensure_ascii=False, separators=(",", ":")).encode(),),
            content_type=VISIT_TYPE,
        )
    )
    return Group(tuple(records), capture, visit)


def uri(url: str) -> str:
    """Give a URL as WARC-Target-URI may hold it, which is a URI (section 5.14), even when what was given is none."""
    written = url if url.isascii() and " " not in url else quote(url, safe=_URI)
    return written if _SCHEME.match(written) else f"urn:variorum:given:{quote(written, safe='%')}"


def _named(
    exchange: Exchange, context: Context, *, concurrent: RecordId | None = None, visit: bool = False
) -> list[tuple[str, str]]:
    target = f"{VISIT_URL}{uri(exchange.url)}" if visit else uri(exchange.url)
    fields = [("WARC-Target-URI", target), ("WARC-Warcinfo-ID", f"<{context.warcinfo}>")]
    if concurrent is not None:
        fields.append(("WARC-Concurrent-To", f"<{concurrent}>"))
    if visit:
        return fields
    # Behind a proxy the transport's peer is the proxy, which is no address of the page (facts: capture, section 5).
    if exchange.peer is not None and exchange.proxy is None:
        fields.append(("WARC-IP-Address", exchange.peer))
    if exchange.fidelity == "wire":
        fields.append(("WARC-Protocol", exchange.protocol))
        if exchange.tls is not None:
            fields += [("WARC-Protocol", exchange.tls.version), ("WARC-Cipher-Suite", exchange.tls.cipher)]
    return fields


def _answer(exchange: Exchange, reading: Reading, original: Capture | None, context: Context) -> Record | None:
    """Make the response or revisit record, or None when no byte of a final response came."""
    response = exchange.response
    if exchange.unsolicited or response.size <= reading.start:
        return None
    fields = _named(exchange, context)
    if reading.digest is not None:
        fields.append(("WARC-Payload-Digest", reading.digest))
    if original is None:
        if exchange.truncated is not None:
            fields.append(("WARC-Truncated", exchange.truncated))
        return record(
            "response",
            id=new_id(),
            at=exchange.began,
            fields=fields,
            block=((response, reading.start, response.size),),
            content_type="application/http; msgtype=response",
        )
    refers = [
        ("WARC-Refers-To", f"<{original.id}>"),
        ("WARC-Refers-To-Target-URI", str(original.url)),
        ("WARC-Refers-To-Date", stamp(original.at)),
    ]
    if reading.head is not None and reading.head.status == 304:
        # Without a block: with one, today's players show a blank page (facts: standards, section 2).
        if original.digest is not None:
            fields.append(("WARC-Payload-Digest", original.digest))
        return record(
            "revisit", id=new_id(), at=exchange.began, fields=[*fields, ("WARC-Profile", NOT_MODIFIED), *refers]
        )
    return record(
        "revisit",
        id=new_id(),
        at=exchange.began,
        # WARC 1.1, section 6.7.2: headers kept, payload left out, so the block is cut by length.
        fields=[*fields, ("WARC-Profile", SAME_PAYLOAD), *refers, ("WARC-Truncated", "length")],
        block=((response, reading.start, reading.body),),
        content_type="application/http; msgtype=response",
    )


def key_of(exchange: Exchange) -> UrlKey:
    """Make the key of what was asked: of a URL, or of a form sent to it (standards: I6)."""
    if exchange.method in ("GET", "HEAD"):
        return urlkey(exchange.url)
    sent = exchange.request.read()
    head = message.parse_head(sent)
    body, kind = (sent[head.length :], head.text(b"content-type")) if head else (b"", None)
    return urlkey(exchange.url, method=exchange.method, body=body, content_type=kind)


def _capture(exchange: Exchange, reading: Reading, original: Capture | None, context: Context, id: RecordId) -> Capture:
    head = reading.head
    not_modified = original is not None and head is not None and head.status == 304
    return Capture(
        id=id,
        urlkey=key_of(exchange),
        url=exchange.url,
        at=exchange.began,
        status=head.status if head else None,
        mime=message.mime(head) if head else None,
        digest=original.digest if original and not_modified else reading.digest,
        kind="response" if original is None else "revisit",
        locator=NOWHERE,
        run=context.run,
        site=exchange.intent.site,
        truncated=exchange.truncated if original is None else None,
        fidelity=exchange.fidelity,
        profile=None if original is None else NOT_MODIFIED if not_modified else SAME_PAYLOAD,
        refers_to=original.id if original else None,
        refers_url=original.url if original else None,
        refers_at=original.at if original else None,
        etag=head.text(b"etag") if head else None,
        last_modified=head.text(b"last-modified") if head else None,
        restricted=exchange.intent.session is not None,
    )


def _story(exchange: Exchange, reading: Reading, visit: Visit, original: Capture | None) -> dict[str, object]:
    """Tell the visit: the keys of docs/warc-profile.md, those without a value left out."""
    intent = exchange.intent
    response = exchange.response
    tls = exchange.tls
    informational = response.head(reading.start) if reading.start else b""
    head_304 = None
    if original is not None and reading.head is not None and reading.head.status == 304:
        head_304 = b"".join(pieces(((response, reading.start, reading.body),)))
    stray = b"".join(pieces(((response, 0, LOOSE_BYTES),))) if exchange.unsolicited else None
    told: dict[str, object] = {
        "visit": visit.id,
        "url": exchange.url,
        "method": exchange.method if exchange.method != "GET" else None,
        "run": visit.run,
        "site": visit.site,
        "why": visit.why,
        "attempt": visit.attempt,
        "from": visit.came_from,
        "outcome": visit.outcome,
        "status": visit.status,
        "detail": visit.detail,
        "error": exchange.error,
        "capture": visit.capture,
        "began": stamp(exchange.began),
        "first_byte": _stamp(exchange.first_byte),
        "ended": stamp(exchange.ended),
        "ms": visit.ms,
        "connection": exchange.connection,
        "sequence": exchange.sequence if exchange.connection else None,
        "proxy": exchange.proxy,
        "tls": tls
        and {
            "version": tls.version,
            "cipher": tls.cipher,
            "verified": tls.verified,
            "chain": [digest((certificate,)) for certificate in tls.chain],
        },
        "fidelity": exchange.fidelity,
        "truncated": exchange.truncated,
        "cut_by": exchange.cut_by,
        "informational": _latin(informational),
        "head_304": _latin(head_304),
        "leftover": _latin(exchange.leftover[:LOOSE_BYTES]),
        "leftover_size": len(exchange.leftover) or None,
        "unsolicited": exchange.unsolicited or None,
        "unsolicited_response": _latin(stray),
        "validators": dict(intent.validators) or None,
        "validated": intent.validated,
        "robots": intent.robots and dict(zip(("verdict", "capture", "rule"), intent.robots, strict=True)),
        "reason": intent.reason,
        "session": intent.session,
        "restricted": True if intent.session is not None else None,
    }
    return {key: value for key, value in told.items() if value is not None}


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at is not None else None


def _latin(data: bytes | None) -> str | None:
    """Write bytes as text one to one (latin-1), so that JSON keeps every byte."""
    return data.decode("latin-1") if data else None


def resource(
    *, url: str, at: datetime, body: bytes, content_type: str, warcinfo: RecordId, extra: Sequence[tuple[str, str]] = ()
) -> Record:
    """Make a resource record of bytes of our own, or beside a page: run reports, the journal, certificates."""
    found = digest((body,))
    fields = [("WARC-Target-URI", url), ("WARC-Warcinfo-ID", f"<{warcinfo}>"), *extra, ("WARC-Payload-Digest", found)]
    return record(
        "resource", id=new_id(), at=at, fields=fields, block=(body,), content_type=content_type, block_digest=found
    )


def warcinfo(*, id: RecordId, at: datetime, name: str, software: str, label: str) -> Record:
    """Make the first record of a file (WARC 1.1, section 6.2): who wrote it and by which rules."""
    lines = (
        ("software", software),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("isPartOf", label),
        ("http-version", "HTTP/1.1 only; heads and bodies as on the wire, transfer coding kept"),
        ("payload-digest", "of the body without transfer coding, with content coding (WARC 1.1, section 5.9)"),
    )
    body = "".join(f"{key}: {value}\r\n" for key, value in lines).encode()
    return record(
        "warcinfo",
        id=id,
        at=at,
        fields=(("WARC-Filename", name),),
        block=(body,),
        content_type="application/warc-fields",
    )
