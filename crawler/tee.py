"""The tee below the HTTP parser: every byte of an exchange, both ways, as it crosses the wire above TLS.

It sits in Twisted's client protocol, plaintext above TLS and below the parser (facts: capture, section 4). Private
names of Scrapy and Twisted used here are checked by ``crawler.contract`` before this module is loaded.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, cast

from scrapy.core.downloader.handlers import http11
from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectionAborted, ConnectionDone
from twisted.internet.interfaces import IHandshakeListener
from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure
from twisted.web import _newclient
from twisted.web.client import HTTPConnectionPool
from zope.interface import directlyProvides, implementer, providedBy  # type: ignore[import-untyped]

from archive.model import Tls
from archive.warc import message
from crawler.certificates import tls_of
from crawler.tap import Asked, Tap

HEADER_LINE = 256 * 1024
"""Bytes of one header line that we still read; Twisted stops at 16 KiB (facts: capture, D2)."""
SHOWN = 8 * 1024 * 1024
"""Bytes of a body that Scrapy gets to see: the rest goes to the record only, never into memory."""

_connection_numbers = itertools.count(1)


class UnsafeAddress(Exception):
    """The connection leads where the guard lets nobody go; not a byte was sent."""


current: ContextVar[Asked | None] = ContextVar("current", default=None)
"""The call of the handler that is about to ask the pool for a connection; read in the very same step."""


class _Tee:
    """A transport that shows what is written to the exchange it belongs to; all else goes straight through."""

    def __init__(self, transport: Any, written: Callable[[bytes], None]) -> None:
        self._transport = transport
        self._written = written
        directlyProvides(self, providedBy(transport))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        self._written(data)
        self._transport.write(data)

    def writeSequence(self, data: Any) -> None:
        self.write(b"".join(data))


@implementer(IHandshakeListener)
class CaptureProtocol(http11._LenientHTTP11ClientProtocol):
    """Scrapy's client protocol with the tee in it."""

    def __init__(self, quiescent: Any) -> None:
        super().__init__(quiescent)  # type: ignore[no-untyped-call]
        self.number = f"c{next(_connection_numbers)}"
        self.peer: str | None = None
        self._port = 0
        self._sequence = 0
        self._tap: Tap | None = None
        self._last: Asked | None = None
        self._tls: Tls | None = None
        self._handshaken = False
        self._checked = False

    def makeConnection(self, transport: Any) -> None:
        peer = transport.getPeer()
        self.peer, self._port = getattr(peer, "host", None), getattr(peer, "port", 0)
        super().makeConnection(_Tee(transport, self._sent))  # type: ignore[no-untyped-call]

    def _sent(self, data: bytes) -> None:
        if self._tap is not None:
            self._tap.sent(data)

    def request(self, request: Any) -> Deferred[Any]:
        asked: Asked = request.variorum_asked
        # Checked here too, on the connected socket and before the first byte: the resolver may not have been asked.
        refusal = None if self._checked else asked.guard.refusal(self.peer or "", self._port)
        self._checked = refusal is None
        if refusal is not None:
            cast(Any, self.transport).abortConnection()
            return fail(UnsafeAddress(refusal))
        tap = Tap(asked, self, self._sequence)
        self._sequence += 1
        self._tap = tap
        asked.opened.append(tap)
        response = super().request(request)
        assert self._parser is not None
        self._parser.MAX_LENGTH = HEADER_LINE
        self._parser.lineLengthExceeded = lambda line: self._give_up(tap)  # type: ignore[method-assign]
        return response.addCallback(_show_in_part, tap)

    def _give_up(self, tap: Tap) -> None:
        tap.cut("unspecified")
        cast(Any, self.transport).abortConnection()

    def dataReceived(self, data: bytes) -> None:
        tap = self._tap
        if tap is None:
            # Nobody asked: it belongs to no exchange, and the connection can't be trusted any more.
            if self._last is not None:
                self._last.stray(self._last.url, self.number, self._sequence - 1, data)
            cast(Any, self.transport).abortConnection()
            return
        if self._handshaken:
            self.tls()
        tap.received(data)
        ceiling = tap.asked.max_body + message.HEAD_LIMIT if tap.asked.max_body else None
        if tap.response.failure is not None:
            self._give_up(tap)
        elif ceiling is not None and tap.response.size > ceiling:  # chunks may be all framing
            tap.cut("length")
            cast(Any, self.transport).abortConnection()
        else:
            super().dataReceived(data)  # type: ignore[no-untyped-call]
            in_head = self._parser is not None and self._parser.state in (_newclient.STATUS, _newclient.HEADER)
            if in_head and tap.response.size > message.HEAD_LIMIT:
                self._give_up(tap)

    def _finishResponse(self, rest: bytes) -> None:
        tap, self._tap = self._tap, None
        if tap is not None:
            self._last = tap.asked
            tap.finish(rest)
        if self._currentRequest is not None and (rest or self._says_close()):
            # Twisted would take the rest for the next answer (facts: capture, D1), and knows only a lower-case "close".
            self._currentRequest.persistent = False
        super()._finishResponse(rest)

    def _says_close(self) -> bool:
        said = self._parser.connHeaders.getRawHeaders(b"connection", ()) if self._parser else ()
        return any(b"close" in value.lower() for value in said)

    def connectionLost(self, reason: Failure) -> None:  # type: ignore[override]
        tap, self._tap = self._tap, None
        # What we aborted ourselves is cut by whoever aborted it, who knows why.
        if tap is not None and not isinstance(reason.value, ConnectionAborted):
            tap.lost(clean=isinstance(reason.value, ConnectionDone))
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def handshakeCompleted(self) -> None:
        """TLS is up: only now what was written before crosses the wire."""
        self._handshaken = True
        if self._tap is not None:
            self._tap.began = self._tap.asked.now()  # what was written before was held back until now
        self.tls()

    def tls(self) -> Tls | None:
        """Say what TLS does on this connection, found out once; asked while the connection is up."""
        if self._tls is None and self._handshaken and self._tap is not None:
            self._tls = tls_of(cast(Any, self.transport), self._tap.asked.url)
        return self._tls

    def crossed(self, url: str) -> bool:
        """Tell whether what was written has crossed the wire: behind a failed handshake nothing has."""
        return self._handshaken or not url.startswith("https:")


def _show_in_part(response: Any, tap: Tap) -> Any:
    """Let Scrapy see the first ``SHOWN`` bytes of a body only; the tee takes the rest, up to the ceiling."""

    def deliver(reader: Protocol) -> None:
        del response.deliverBody  # or the response would hold itself, and its body, until the next full collection
        response.deliverBody(_InPart(reader, tap))

    response.deliverBody = deliver
    return response


class _InPart(Protocol):
    """Passes on the beginning of a body, counts all of it, and stops at the ceiling."""

    def __init__(self, reader: Protocol, tap: Tap) -> None:
        self._reader = reader
        self._tap = tap
        self._seen = 0

    def makeConnection(self, transport: Any) -> None:
        self.transport = transport
        self._reader.makeConnection(transport)  # type: ignore[no-untyped-call]

    def dataReceived(self, data: bytes) -> None:
        left = SHOWN - self._seen
        self._seen += len(data)
        if left > 0:
            self._reader.dataReceived(data[:left])
        asked = self._tap.asked
        if self._seen > SHOWN:
            asked.shown_in_part = True
        if asked.max_body and self._seen > asked.max_body:
            self._tap.cut("length")
            cast(Any, self.transport)._producer.abortConnection()

    def connectionLost(self, reason: Failure) -> None:  # type: ignore[override]
        self._reader.connectionLost(reason)


class _Factory(http11._LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> CaptureProtocol:
        return CaptureProtocol(self._quiescentCallback)


class _Stamped:
    """A connection for one request, which it marks with the call of the handler that asked for it."""

    def __init__(self, connection: Any, asked: Asked) -> None:
        self._connection = connection
        self._asked = asked

    def request(self, request: Any) -> Any:
        request.variorum_asked = self._asked
        return self._connection.request(request)


class CapturePool(HTTPConnectionPool):
    """Twisted's pool, whose connections know what they are used for.

    The mark is on the request, so that Twisted's own second try on a stale connection is an exchange too.
    """

    _factory = _Factory

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:
        asked = current.get()
        assert asked is not None
        got: Deferred[Any] = super().getConnection(key, endpoint)
        return got.addCallback(_Stamped, asked)
