"""What the stand serves: ``answer(world, request, now, history)``. Pure."""

from __future__ import annotations

import gzip
import hashlib
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from crawler.newsstand.serve import TEXT, Found, http_date, look_up
from crawler.newsstand.wire import Headers, Reply, Request
from crawler.newsstand.world import FIRST, Framing, History, World

KNOWN_METHODS = ("CONNECT", "DELETE", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")


def answer(world: World, request: Request, now: datetime, history: History = FIRST) -> Reply:
    """Give the reply to a well-formed request at ``now`` (aware), after the requests that ``history`` sums up."""
    host = world.host(request.host)
    if host is None or host.door != "open":
        return finish(Found(status=421, mime=TEXT, body=b"This host is not served here.\n"), (), request, now)
    if request.method not in ("GET", "HEAD"):
        status = 405 if request.method in KNOWN_METHODS else 501
        allow = (("Allow", "GET, HEAD"),)
        return finish(Found(status=status, mime=TEXT, body=b"Only GET and HEAD.\n", headers=allow), (), request, now)
    return finish(look_up(host, request, now, history), host.validators, request, now)


def finish(found: Found, validators: tuple[str, ...], request: Request, now: datetime) -> Reply:
    """Turn what was found into a reply: coding, validators, 304, framing, spelling."""
    zipped = found.delivery.gzip and accepts_gzip(request.field("accept-encoding"))
    body = gzip.compress(found.body, mtime=0) if zipped else found.body
    state = conditions(found, validators, body, request.target)
    fresh = is_fresh(request, dict(state))
    status = 304 if fresh else found.status
    wanted: Framing = "close" if found.delivery.endless else found.delivery.framing
    framing = frame(wanted, request, fresh)
    broken_off = found.delivery.cut and framing == "length"
    closes = request.version < (1, 1) or says_close(request) or framing == "close" or broken_off
    headers: list[tuple[str, str]] = [("Date", http_date(now)), ("Server", "newsstand")]
    if not fresh:
        headers.append(("Content-Type", found.mime))
    headers += [*found.headers, *state]
    if found.delivery.gzip:
        headers.append(("Vary", "Accept-Encoding"))
    if not fresh:
        headers += [("Set-Cookie", cookie) for cookie in found.delivery.cookies]
        headers += [("Content-Encoding", "gzip")] if zipped else []
        headers += length_fields(wanted, request, len(body))
    headers += [(f"X-Flood-{at}", "flood " * 20) for at in range(found.delivery.flood)]
    if closes and not broken_off:
        headers.append(("Connection", "close"))
    return Reply(
        status=status,
        headers=tuple(spelled(headers) if found.delivery.odd_case else headers),
        body=b"" if framing == "none" else body[: len(body) // 2] if broken_off else body,
        framing=framing,
        closes=closes,
        drip=0.0 if framing == "none" else found.delivery.drip,
        padding=0 if framing == "none" else found.delivery.endless,
    )


def frame(wanted: Framing, request: Request, fresh: bool) -> Framing:
    """Give the framing that can be used: none for HEAD and 304, no chunks for HTTP/1.0 (RFC 9112 6.1, 6.3)."""
    if fresh or request.method == "HEAD":
        return "none"
    return "close" if wanted == "chunked" and request.version < (1, 1) else wanted


def length_fields(framing: Framing, request: Request, size: int) -> list[tuple[str, str]]:
    """Give the headers that announce the body, the same for GET and HEAD."""
    if framing == "length":
        return [("Content-Length", str(size))]
    return [("Transfer-Encoding", "chunked")] if framing == "chunked" and request.version >= (1, 1) else []


def conditions(found: Found, validators: tuple[str, ...], body: bytes, target: str) -> Headers:
    """Give the validators of a 200: only what the host offers; the ETag is of the coded body (RFC 9110 8.8.3.3)."""
    state: Headers = ()
    if found.status != HTTPStatus.OK:
        return state
    if "last-modified" in validators and found.changed is not None:
        state += (("Last-Modified", http_date(found.changed)),)
    if "frozen etag" in validators:
        state += (("ETag", f'"{hashlib.sha256(target.encode()).hexdigest()[:16]}"'),)
    elif "etag" in validators or "weak etag" in validators:
        weak = "W/" if "weak etag" in validators else ""
        state += (("ETag", f'{weak}"{hashlib.sha256(body).hexdigest()[:16]}"'),)
    return state


def is_fresh(request: Request, state: dict[str, str]) -> bool:
    """Say whether the reader's copy is current; If-None-Match outranks If-Modified-Since (RFC 9110 13.2.2)."""
    tags, since = request.field("if-none-match"), request.field("if-modified-since")
    if not state:
        return False
    if tags is not None:
        held = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        return "*" in held or state.get("ETag", "").removeprefix("W/") in held
    if since is None or "Last-Modified" not in state:
        return False
    asked = read_date(since)
    return asked is not None and parsedate_to_datetime(state["Last-Modified"]) <= asked


def read_date(text: str) -> datetime | None:
    """Read an HTTP date; a malformed one counts as not sent (RFC 9110 13.1.3)."""
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo is not None else None


def accepts_gzip(field: str | None) -> bool:
    """Say whether gzip may be sent: named, or covered by ``*``, and not with weight 0 (RFC 9110 12.5.3)."""
    weights: dict[str, bool] = {}
    for item in (field or "").lower().split(","):
        coding, _, weight = item.partition(";")
        weights[coding.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return weights.get("gzip", weights.get("*", False))


def says_close(request: Request) -> bool:
    return "close" in [word.strip().lower() for word in (request.field("connection") or "").split(",")]


def spelled(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Spell names as careless servers do: ``sEt-cOoKiE``, and every other repeat in capitals."""
    seen: dict[str, int] = {}
    odd = []
    for name, value in headers:
        seen[name] = seen.get(name, 0) + 1
        letters = (c.upper() if i % 2 else c.lower() for i, c in enumerate(name))
        odd.append(("".join(letters) if seen[name] % 2 else name.upper(), value))
    return odd
