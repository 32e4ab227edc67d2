"""HTTP/1.1 requests from bytes, replies to bytes: no sockets, no content. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from crawler.newsstand.world import Framing

Headers = tuple[tuple[str, str], ...]

HEAD_LIMIT = 64 * 1024
"""Bytes of a request head; more is answered 431."""

BODY_LIMIT = 1024 * 1024
"""Bytes of a request body; more is answered 413."""

CHUNK = 1000
"""Bytes of a chunk of a reply."""

TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
REQUEST_LINE = re.compile(rb"([^ ]+) ([\x21-\x7e\x80-\xff]+) HTTP/([0-9])\.([0-9])")
HOST = re.compile(r"([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A well-formed request; ``host`` in lower case without port, ``target`` is path and query as received."""

    scheme: str = "http"
    host: str
    method: str = "GET"
    target: str = "/"
    version: tuple[int, int] = (1, 1)
    headers: Headers = ()
    length: int = 0

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def field(self, name: str) -> str | None:
        """Give a header's value, repeated lines joined by a comma, None when absent (RFC 9110 5.2)."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why bytes are no request that can be answered, with the status that says so; the connection ends."""

    status: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer: the whole head, and the payload as ``framing`` will wrap it (content coding applied).

    ``drip`` is the seconds over which the body is sent byte by byte; ``padding`` the bytes that follow it.
    """

    status: int
    headers: Headers
    body: bytes = b""
    framing: Framing = "length"
    closes: bool = False
    drip: float = 0.0
    padding: int = 0


def parse(head: bytes, scheme: str = "http") -> Request | Fault:
    """Read a request head, its blank line included (RFC 9112 2-5); strict, since only tests bend the rules here."""
    if not head.endswith(b"\r\n\r\n"):
        return Fault(status=400, why="the head does not end")
    first, *lines = head[:-4].split(b"\r\n")
    match = REQUEST_LINE.fullmatch(first)
    if match is None or TOKEN.fullmatch(match[1]) is None:
        return Fault(status=400, why="the request line is malformed")
    version = (int(match[3]), int(match[4]))
    if version[0] != 1:
        return Fault(status=505, why="only HTTP/1.0 and HTTP/1.1 are spoken here")
    headers = fields(lines)
    if isinstance(headers, Fault):
        return headers
    length, place = body_length(headers), authority(match[2].decode("latin-1"), headers, version)
    if isinstance(length, Fault):
        return length
    if isinstance(place, Fault):
        return place
    return Request(
        scheme=scheme,
        host=place[0],
        method=match[1].decode("latin-1"),
        target=place[1],
        version=version,
        headers=headers,
        length=length,
    )


def fields(lines: list[bytes]) -> Headers | Fault:
    headers = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or TOKEN.fullmatch(name) is None or re.search(rb"[\0\r\n]", value):
            return Fault(status=400, why="a header line is malformed")
        headers.append((name.decode("latin-1"), value.strip(b" \t").decode("latin-1")))
    return tuple(headers)


def body_length(headers: Headers) -> int | Fault:
    """Give the bytes of body that follow the head (RFC 9112 6.3)."""
    coded = any(name.lower() == "transfer-encoding" for name, _ in headers)
    lengths = {value for name, value in headers if name.lower() == "content-length"}
    if coded and lengths:
        return Fault(status=400, why="Transfer-Encoding and Content-Length exclude each other")
    if coded:
        return Fault(status=411, why="a body must say its length")
    if not lengths:
        return 0
    value = lengths.pop()
    if lengths or re.fullmatch(r"[0-9]{1,18}", value) is None:
        return Fault(status=400, why="Content-Length is malformed")
    return int(value) if int(value) <= BODY_LIMIT else Fault(status=413, why="the body is too long")


def authority(target: str, headers: Headers, version: tuple[int, int]) -> tuple[str, str] | Fault:
    """Give host and target; an absolute target outranks the Host header (RFC 9112 3.2.2)."""
    hosts = [value for name, value in headers if name.lower() == "host"]
    if len(hosts) > 1 or (not hosts and version >= (1, 1)):
        return Fault(status=400, why="exactly one Host is needed")
    host = hosts[0] if hosts else ""
    if re.match(r"https?://", target, re.IGNORECASE):
        try:
            parts = urlsplit(target)
        except ValueError:
            return Fault(status=400, why="the target is malformed")
        host, target = parts.netloc, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    elif not target.startswith("/") and target != "*":
        return Fault(status=400, why="the target is malformed")
    match = HOST.fullmatch(host)
    if match is None and (host or hosts):
        return Fault(status=400, why="the host is malformed")
    return (match[1].lower().rstrip(".") if match else ""), target


def fault_reply(fault: Fault, date: str) -> Reply:
    """Say what is wrong with the request, and end the connection."""
    body = f"{fault.status}: {fault.why}\n".encode()
    headers = (
        ("Date", date),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Connection", "close"),
    )
    return Reply(status=fault.status, headers=headers, body=body, closes=True)


def encode(reply: Reply) -> bytes:
    """Write a reply as it crosses the wire, without its padding."""
    return encode_head(reply) + b"".join(framed(reply))


def encode_head(reply: Reply) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in reply.headers]
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def framed(reply: Reply) -> Iterator[bytes]:
    if reply.framing == "chunked":
        for at in range(0, len(reply.body), CHUNK):
            piece = reply.body[at : at + CHUNK]
            yield b"%x\r\n%b\r\n" % (len(piece), piece)
        yield b"0\r\n\r\n"
    elif reply.framing != "none":
        yield reply.body
