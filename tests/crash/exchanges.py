"""Exchanges as plain data: what a server might have said, with no server."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from typing import Literal

from archive.model import NOTHING, Body, Exchange, Intent, RecordId, Tls, Truncation, Url
from archive.warc.records import SPOOLED

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
TOKEN = "token "
"""Begins the connection id of an exchange that must be on record once; what follows is its token."""
VALIDATORS = {"If-None-Match": '"v1"'}


def exchange(
    url: str = "http://press.test/story",
    body: bytes | None = b"",
    *,
    status: str = "200 OK",
    fields: tuple[str, ...] = ("Content-Type: text/html",),
    at: datetime = NOON,
    method: str = "GET",
    token: str | None = None,
    intent: Intent | None = None,
    tls: Tls | None = None,
    truncated: Truncation | None = None,
    cut_by: Literal["us", "peer"] | None = None,
    asked: bool = True,
    error: str | None = None,
) -> Exchange:
    """One exchange with a body of known length; ``body`` None: no answer came, ``asked`` False: nothing was sent."""
    host, _, path = url.partition("://")[2].partition("/")
    request = f"{method} /{path} HTTP/1.1\r\nHost: {host}\r\nX-Token: {token}\r\n\r\n".encode()
    response = NOTHING
    if body is not None:
        lines = (f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}", "", "")
        response = as_body("\r\n".join(lines).encode() + body)
    return Exchange(
        url=Url(url),
        method=method,
        request=Body.of(request) if asked else NOTHING,
        response=response,
        began=at,
        ended=at + timedelta(milliseconds=20),
        peer="127.0.0.1" if asked else None,
        tls=tls,
        connection=f"{TOKEN}{token}" if token is not None else None,
        truncated=truncated,
        cut_by=cut_by,
        error=error,
        intent=intent or Intent(),
    )


def as_body(data: bytes) -> Body:
    """Bytes as the recorder holds them: in an unlinked file when they are many."""
    if len(data) <= SPOOLED:
        return Body.of(data)
    spool = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the exchange
    spool.write(data)
    return Body(size=len(data), spool=spool)


def not_modified(url: str, validated: RecordId | None, *, token: str | None = None, at: datetime = NOON) -> Exchange:
    """A 304 for a request with the validators of an earlier capture; of none, when nobody asked for it."""
    intent = Intent(validators=VALIDATORS, validated=validated) if validated is not None else Intent()
    return exchange(url, b"", status="304 Not Modified", fields=('ETag: "v1"',), token=token, at=at, intent=intent)


def encrypted(*chain: bytes) -> Tls:
    return Tls(version="tls/1.3", cipher="TLS_AES_128_GCM_SHA256", verified="ok", chain=chain)
