"""What the servers say, as plain data: each case is the exact bytes of one answer and what a record of it must tell.

Nothing here knows the product. Bodies differ from case to case, so that no answer is a revisit of another.
"""

from __future__ import annotations

import base64
import gzip
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Part = Literal["message", "informational", "leftover"]
After = Literal["keep", "close", "reset", "hang", "linger", "late", "cross", "stale", "quit"]
"""What the server does once the last segment is sent.

keep: waits for the next request. close: ends the connection in good order. reset: ends it with RST. hang: sends
nothing more until the client leaves. linger: waits for the client to leave and logs any further request, unanswered.
late: sends ``Case.late`` while the connection is idle. cross: sends ``Case.late`` when the next request has come in,
as a server does whose idle time-out met it. stale: reads the next request and closes without a word. quit: closes
the connection and the listening socket first.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Bytes that leave in one call with the segment before, or ``pause`` seconds after it."""

    data: bytes
    part: Part = "message"
    pause: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One answer. The server chooses it by the path ``/NAME``; the query is free.

    ``status`` (None: any), ``outcomes`` (one of them) and ``truncated`` are what the metadata record must say.
    ``cut``: the client may stop reading, so its record may hold only the beginning of the message.
    ``refusable``: its parser may refuse the message, so its record may or may not say that it is truncated.
    ``gated``: the answer waits until as many requests are in flight as the server's gate asks for.
    ``not_modified`` is sent instead when the request has If-None-Match.
    """

    name: str
    segments: tuple[Segment, ...]
    method: str = "GET"
    after: After = "keep"
    late: bytes = b""
    status: int | None = 200
    outcomes: tuple[str, ...] = ("captured",)
    truncated: str | None = None
    cut: bool = False
    refusable: bool = False
    gated: bool = False
    not_modified: bytes = b""

    @property
    def path(self) -> str:
        return f"/{self.name}"

    @property
    def message(self) -> bytes:
        return b"".join(s.data for s in self.segments if s.part == "message")


def answer(
    *fields: bytes, body: bytes = b"", status: bytes = b"HTTP/1.1 200 OK", length: bool = True, eol: bytes = b"\r\n"
) -> bytes:
    """One message: status line, the fields as they are, Content-Length unless ``length`` is off, the body."""
    own = (b"Content-Length: %d" % len(body),) if length else ()
    return eol.join((status, *fields, *own, b"", b"")) + body


def chunked(body: bytes, *, size: int = 7, zeros: int = 0, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    """The body in chunks of ``size`` bytes; ``trailer`` is whole lines with their ends."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    lines = [b"%s%x%s\r\n%s\r\n" % (b"0" * zeros, len(piece), extension, piece) for piece in pieces]
    return b"".join(lines) + b"0%s\r\n%s\r\n" % (extension, trailer)


def drip(data: bytes, *, size: int = 1, pause: float = 0.0) -> tuple[Segment, ...]:
    """The same bytes in pieces of ``size``, ``pause`` seconds apart."""
    return tuple(Segment(data=data[at : at + size], pause=pause) for at in range(0, len(data), size))


def robots(host: str) -> Case:
    """No rules: what every host answers to /robots.txt."""
    body = f"no robots.txt at {host}\n".encode()
    missing = answer(b"Content-Type: text/plain", body=body, status=b"HTTP/1.1 404 Not Found")
    return one("robots.txt", missing, status=404, outcome="gone")


def one(
    name: str,
    message: bytes,
    *,
    after: After = "keep",
    status: int | None = 200,
    outcome: str = "captured",
    method: str = "GET",
) -> Case:
    """A case whose message leaves in one piece."""
    return Case(
        name=name,
        segments=(Segment(data=message),),
        after=after,
        status=status,
        outcomes=(outcome,),
        method=method,
    )


def _words(name: str) -> bytes:
    return f"<p>The text of {name}, said once.</p>\n".encode()


def _head_cases() -> Iterator[Case]:
    """Heads as odd as they come: whatever a parser makes of them, the record holds these bytes."""
    fields: dict[str, tuple[bytes, ...]] = {
        "mixed-case": (b"cOnTeNt-TyPe: text/html", b"X-ODD: Yes", b"x-odd: no", b'ETag:"a"'),
        "duplicate-set-cookie": (b"Set-Cookie: a=1; Path=/", b"Set-Cookie: b=2", b"set-cookie: a=3"),
        "empty-values": (b"X-Empty:", b"X-Blank: ", b"X-Blanks:    "),
        "no-space": (b"Content-Type:text/html", b"X-None:x", b"X-Many:     y"),
        "trailing-tab": (b"X-Tab: value\t", b"X-Space: value   ", b"X-Tabs:\t\tvalue"),
        "obs-fold": (b"X-Folded: first\r\n  second\r\n\tthird", b"X-After: yes"),
        "latin-1": (b"X-Where: S\xe3o Paulo \xff",),
        "utf-8": ("X-Ort: Zürich, 東京".encode(),),
        "nul": (b"X-Nul: a\x00b",),
        "control": (b"X-Control: a\x01\x7fb",),
        "no-colon": (b"this line has no colon", b"X-After: yes"),
        "long-header": (b"X-Long: " + b"l" * 20_000, b"X-After: yes"),
        "many-headers": tuple(b"X-Field-%d: %d" % (i, i) for i in range(200)),
    }
    for name, lines in fields.items():
        yield one(name, answer(*lines, body=_words(name)))
    yield one("bare-lf", answer(b"Content-Type: text/html", body=_words("bare-lf"), eol=b"\n"))
    reasons = {
        "no-reason": b"HTTP/1.1 200",
        "empty-reason": b"HTTP/1.1 200 ",
        "odd-reason": b"HTTP/1.1 200 D\xe9j\xe0  vu",
    }
    for name, status in reasons.items():
        yield one(name, answer(body=_words(name), status=status))
    yield one("lower-case-close", answer(b"connection: close", body=_words("lower-case-close")), after="close")


def _framing_cases() -> Iterator[Case]:
    coded = b"Transfer-Encoding: chunked"

    def framed(name: str, body: bytes, *fields: bytes) -> Case:
        return one(name, answer(*(fields or (coded,)), body=body, length=False))

    yield framed("chunked", chunked(_words("chunked")))
    yield framed("chunk-extensions", chunked(_words("chunk-extensions"), extension=b';name="value";flag'))
    yield framed("chunk-zeros", chunked(_words("chunk-zeros"), zeros=4))
    yield framed("chunk-upper-hex", b"1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n")
    yield framed("trailers", chunked(_words("trailers"), trailer=b"X-Sum: 1\r\nx-odd:  2 \r\n"))
    yield framed("last-chunk-000", b"5\r\nhello\r\n000;last\r\nX-Sum: 1\r\n\r\n")
    yield framed("no-chunks", b"0\r\n\r\n")
    yield framed("capital-chunked", chunked(_words("capital-chunked")), b"Transfer-Encoding: Chunked")
    both = chunked(_words("chunked-and-length"))
    yield framed("chunked-and-length", both, coded, b"Content-Length: %d" % len(both))
    body = _words("length-twice")
    yield framed("length-twice", body, *(b"Content-Length: %d" % len(body),) * 2)
    yield one("close-delimited", answer(body=_words("close-delimited"), length=False), after="close")
    yield one("http-1.0", answer(body=_words("http-1.0"), status=b"HTTP/1.0 200 OK", length=False), after="close")
    yield one(
        "http-1.0-keep",
        answer(b"Connection: keep-alive", body=_words("http-1.0-keep"), status=b"HTTP/1.0 200 OK"),
    )
    yield one("length-0", answer())
    yield one("binary", answer(body=bytes(range(256)) * 9))
    yield one("crlf-body", answer(body=b"\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\nin the body\r\n\r\n"))


def _coding_cases() -> Iterator[Case]:
    # "the same words in brotli, brotli, brotli" four times over, packed once with the libraries' defaults.
    brotli = base64.b64decode("G6MA+B2pU5+7cCUmlwosdJnG9taDHCJPYtoBHJChiBne3/zElQ==")
    zstd = base64.b64decode("KLUv/SCkJQEA0HRoZSBzYW1lIHdvcmRzIGluIGJyb3RsaSwKAgCYqVS0rowB")
    packed = gzip.compress(_words("gzip") * 9, mtime=0)
    yield one("gzip", answer(b"Content-Encoding: gzip", body=packed))
    yield one("br", answer(b"Content-Encoding: br", body=brotli))
    yield one("zstd", answer(b"Content-Encoding: zstd", body=zstd))
    yield one(
        "gzip-chunked",
        answer(
            b"Content-Encoding: gzip",
            b"Transfer-Encoding: chunked",
            body=chunked(gzip.compress(_words("gzip-chunked"), mtime=0)),
            length=False,
        ),
    )
    yield one("not-gzip", answer(b"Content-Encoding: gzip", body=_words("not-gzip")))
    yield one("cut-gzip", answer(b"Content-Encoding: gzip", body=packed[:-9]))


def _status_cases() -> Iterator[Case]:
    for number, reason, outcome in (
        (203, b"Non-Authoritative Information", "captured"),
        (206, b"Partial Content", "captured"),
        (300, b"Multiple Choices", "redirected"),
        (401, b"Unauthorized", "refused"),
        (404, b"Not Found", "gone"),
        (410, b"Gone", "gone"),
        (418, b"I'm a teapot", "captured"),
        (451, b"Unavailable For Legal Reasons", "refused"),
        (999, b"Request denied", "captured"),
    ):
        message = answer(body=_words(f"status-{number}"), status=b"HTTP/1.1 %d %s" % (number, reason))
        yield one(f"status-{number}", message, status=number, outcome=outcome)
    yield one("status-204", answer(status=b"HTTP/1.1 204 No Content", length=False), status=204)
    yield one("status-205", answer(status=b"HTTP/1.1 205 Reset Content"), status=205)
    unasked = answer(b'ETag: "x"', status=b"HTTP/1.1 304 Not Modified", length=False)
    outcomes = ("captured", "unchanged", "redirected")
    yield Case(name="status-304", segments=(Segment(data=unasked),), status=304, outcomes=outcomes)
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
    processing = b"HTTP/1.1 102 Processing\r\n\r\n"
    for name, heads in {"early-hints": early, "processing": processing, "both-1xx": processing + early + early}.items():
        body = answer(body=_words(name))
        yield Case(name=name, segments=(Segment(data=heads, part="informational"), Segment(data=body, pause=0.01)))
        joined = f"{name}-joined"
        yield Case(
            name=joined,
            segments=(Segment(data=heads, part="informational"), Segment(data=answer(body=_words(joined)))),
        )


def _segment_cases() -> Iterator[Case]:
    whole = answer(b"X-Slow: yes", body=_words("byte-by-byte"))
    yield Case(name="byte-by-byte", segments=drip(whole, pause=0.0005))
    pieces = answer(
        b"Transfer-Encoding: chunked", body=chunked(_words("chunk-by-byte"), trailer=b"X-End: 1\r\n"), length=False
    )
    yield Case(name="chunk-by-byte", segments=drip(pieces, pause=0.0005))
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    slow = tuple(Segment(data=early[i : i + 1], part="informational", pause=0.0005) for i in range(len(early)))
    yield Case(name="hint-by-byte", segments=slow + drip(answer(body=_words("hint-by-byte")), size=3, pause=0.0005))


ORDINARY = tuple(
    case
    for cases in (_head_cases(), _framing_cases(), _coding_cases(), _status_cases(), _segment_cases())
    for case in cases
)
"""Every answer that a lenient client reads to its end, one exchange each."""


def _leftover(name: str, message: bytes, left: bytes, status: int = 200) -> Case:
    return Case(
        name=name, segments=(Segment(data=message), Segment(data=left, part="leftover")), status=status, after="keep"
    )


EVIL = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"

LEFTOVERS = (
    _leftover("leftover", answer(body=_words("leftover")), EVIL),
    _leftover("leftover-chunked", answer(b"Transfer-Encoding: chunked", body=chunked(b"x"), length=False), b"\r\nmore"),
    _leftover("leftover-204", answer(status=b"HTTP/1.1 204 No Content", length=False), b"a body", status=204),
    _leftover("leftover-length-0", answer(), b"\x00"),
)
"""Bytes after the end of the message, sent with it in one piece: they belong to no exchange."""

HEADS = (
    one("head-length", answer(b"Content-Length: 123456", length=False), method="HEAD"),
    one("head-chunked", answer(b"Transfer-Encoding: chunked", length=False), method="HEAD"),
    one("head-bare", answer(b"X-Only: this", length=False), method="HEAD"),
    one("head-404", answer(status=b"HTTP/1.1 404 Not Found"), method="HEAD", status=404, outcome="gone"),
)
"""Answers to HEAD."""


def _rejected(name: str, message: bytes) -> Case:
    return Case(
        name=name,
        segments=(Segment(data=message),),
        after="close",
        status=None,
        outcomes=("truncated", "failed", "captured"),
        cut=True,
        refusable=True,
    )


REJECTED = (
    _rejected("spaced-colon", answer(b"Server : odd", body=_words("spaced-colon"))),
    _rejected("parenthesis-name", answer(b"X(1): odd", body=_words("parenthesis-name"))),
    _rejected("length-conflict", answer(b"Content-Length: 3", body=_words("length-conflict"))),
    _rejected("signed-length", answer(b"Content-Length: +5", body=b"hello", length=False)),
    _rejected("icy", answer(body=_words("icy"), status=b"ICY 200 OK")),
    _rejected("version-2", answer(body=_words("version-2"), status=b"HTTP/2 200")),
    _rejected("no-head", b"<html>HTTP/0.9 has no head</html>\n"),
    _rejected("leading-crlf", b"\r\n" + answer(body=_words("leading-crlf"))),
    _rejected("identity", answer(b"Transfer-Encoding: identity", body=_words("identity"))),
    _rejected("bad-chunk", answer(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\nZZ\r\n", length=False)),
    _rejected("over-limit-header", answer(b"X-Long: " + b"l" * 1_000_000, body=_words("over-limit-header"))),
)
"""Answers that the client's parser may refuse: what had arrived by then is kept."""


def _failing(
    name: str,
    *segments: Segment,
    after: After,
    truncated: str | None,
    status: int | None = 200,
    outcome: str = "truncated",
    cut: bool = False,
) -> Case:
    return Case(
        name=name,
        segments=segments,
        after=after,
        truncated=truncated,
        status=status,
        outcomes=(outcome,),
        cut=cut,
    )


_SHORT = answer(b"Content-Length: 1000", body=b"only this", length=False)
_HALF_CHUNK = answer(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n10\r\nhalf of", length=False)
_BIG = answer(body=b"0123456789abcdef" * 40_000)
_ENDLESS = answer(b"Transfer-Encoding: chunked", body=chunked(b"fedcba9876543210" * 40_000, size=4000), length=False)

FAILING = (
    _failing("short-length", Segment(data=_SHORT), after="close", truncated="disconnect"),
    _failing("cut-chunk", Segment(data=_HALF_CHUNK), after="close", truncated="disconnect"),
    _failing(
        "cut-head", Segment(data=b"HTTP/1.1 200 OK\r\nX-Half: y"), after="close", truncated="disconnect", status=None
    ),
    _failing("no-bytes", after="close", truncated=None, status=None, outcome="failed"),
    _failing("reset", Segment(data=_SHORT), Segment(data=b"!", pause=0.05), after="reset", truncated="disconnect"),
    _failing("reset-at-once", after="reset", truncated=None, status=None, outcome="failed"),
    _failing(
        "drip", Segment(data=_SHORT[:-9]), *drip(b"." * 900, pause=0.05), after="hang", truncated="time", cut=True
    ),
    _failing("hang", after="hang", truncated=None, status=None, outcome="failed"),
    _failing("hang-in-body", Segment(data=_SHORT), after="hang", truncated="time"),
    _failing("too-big", Segment(data=_BIG), after="keep", truncated="length", cut=True),
    _failing("too-big-unknown", Segment(data=_ENDLESS), after="keep", truncated="length", cut=True),
)
"""Answers that break off. ``too-big`` and ``drip`` break off at the client's limits: 100,000 bytes and its time-out."""


def large(name: str, size: int) -> Case:
    """A body of ``size`` bytes that does not compress, in segments of one MiB at most; the same for the same name."""
    source = random.Random(name)
    head = answer(b"Content-Type: application/octet-stream", b"Content-Length: %d" % size, length=False)
    sizes = [min(1 << 20, size - at) for at in range(0, size, 1 << 20)]
    return Case(name=name, segments=(Segment(data=head), *(Segment(data=source.randbytes(n)) for n in sizes)))


def pages(count: int) -> tuple[Case, ...]:
    """Ordinary pages for the many-at-once runs: three kinds of framing in turn, each in three pieces."""
    return tuple(_page(number) for number in range(count))


def _page(number: int) -> Case:
    name = f"page-{number}"
    body = _words(name) * (number % 40 + 1)
    if number % 3 == 0:
        message = answer(b"x-Page: %d" % number, body=body)
    elif number % 3 == 1:
        message = answer(b"Transfer-Encoding: chunked", body=chunked(body, size=61), length=False)
    else:
        message = answer(b"connection: close", body=body, length=False)
    third = len(message) // 3 + 1
    return Case(
        name=name, segments=drip(message, size=third, pause=0.001), after="close" if number % 3 == 2 else "keep"
    )
