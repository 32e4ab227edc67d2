"""What the stand serves: ``answer(world, request, now)``. Pure."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus

from crawler.newsstand import pages
from crawler.newsstand.picture import png
from crawler.newsstand.wire import Headers, Reply, Request
from crawler.newsstand.world import (
    PLAIN,
    Delivery,
    Framing,
    Host,
    Page,
    Picture,
    Redirect,
    Refusal,
    Row,
    Story,
    World,
    changed_at,
    edition_at,
)

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
KNOWN_METHODS = ("CONNECT", "DELETE", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What lies at a path, before codings, validators and framing; ``changed`` None means no Last-Modified."""

    status: int = 200
    mime: str = HTML
    body: bytes = b""
    headers: Headers = ()
    delivery: Delivery = PLAIN
    changed: datetime | None = None


def answer(world: World, request: Request, now: datetime) -> Reply:
    """Give the reply to a well-formed request at ``now`` (aware)."""
    host = world.host(request.host)
    if host is None or host.door != "open":
        return finish(Found(status=421, mime=TEXT, body=b"This host is not served here.\n"), (), request, now)
    if request.method not in ("GET", "HEAD"):
        status = 405 if request.method in KNOWN_METHODS else 501
        allow = (("Allow", "GET, HEAD"),)
        return finish(Found(status=status, mime=TEXT, body=b"Only GET and HEAD.\n", headers=allow), (), request, now)
    return finish(look_up(host, request, now), host.validators, request, now)


def look_up(host: Host, request: Request, now: datetime) -> Found:
    """Find what a host has at a path: its own pages first, then its rows."""
    scheme, changed = request.scheme, changed_at(host, now)
    if request.path == "/robots.txt" and host.robots is not None:
        return Found(mime=TEXT, body=host.robots.replace("{scheme}", scheme).encode())
    if request.path == "/" and host.front:
        return Found(body=pages.front(host, scheme, now).encode(), changed=changed)
    if request.path == host.feed:
        return Found(
            mime="application/rss+xml; charset=utf-8", body=pages.rss(host, scheme, now).encode(), changed=changed
        )
    if request.path == host.sitemap:
        return Found(mime="application/xml", body=pages.sitemap(host, scheme, now).encode(), changed=changed)
    row = next((row for row in host.rows if row.path == request.path), None)
    found = None if row is None else serve(row, host, scheme, now)
    return found or notice(host, scheme, 404, "There is no such page.")


def serve(row: Row, host: Host, scheme: str, now: datetime) -> Found | None:
    """Serve one row; None when it does not exist yet."""
    match row:
        case Story():
            return serve_story(row, host, scheme, now)
        case Page():
            return Found(mime=row.mime, body=row.text.encode(), delivery=row.delivery, changed=row.since)
        case Picture():
            return Found(mime="image/png", body=png(row.width, row.height, row.hue), changed=row.since)
        case Redirect():
            url = f"{scheme}://{row.host or host.name}{row.to}"
            return Found(status=row.status, mime=TEXT, body=f"See {url}\n".encode(), headers=(("Location", url),))
        case Refusal():
            found = notice(host, scheme, row.status, row.text)
            if row.retry_after is None:
                return found
            return Found(status=row.status, body=found.body, headers=(("Retry-After", str(row.retry_after)),))


def serve_story(story: Story, host: Host, scheme: str, now: datetime) -> Found | None:
    edition = edition_at(story, now)
    if edition is None:
        return None
    if story.gone_at is not None and now >= story.gone_at:
        return notice(host, scheme, 410, "This story has been taken down.")
    body = pages.story(host, story, edition, scheme, now).encode()
    return Found(body=body, delivery=story.delivery, changed=changed_at(host, now))


def notice(host: Host, scheme: str, status: int, text: str) -> Found:
    return Found(status=status, body=pages.notice(host, scheme, text).encode())


def finish(found: Found, validators: tuple[str, ...], request: Request, now: datetime) -> Reply:
    """Turn what was found into a reply: coding, validators, 304, framing, spelling."""
    zipped = found.delivery.gzip and accepts_gzip(request.field("accept-encoding"))
    body = gzip.compress(found.body, mtime=0) if zipped else found.body
    state = conditions(found, validators, body)
    fresh = is_fresh(request, dict(state))
    status = 304 if fresh else found.status
    framing = frame(found.delivery.framing, request, fresh)
    closes = request.version < (1, 1) or says_close(request) or framing == "close"
    headers: list[tuple[str, str]] = [("Date", http_date(now)), ("Server", "newsstand")]
    if not fresh:
        headers.append(("Content-Type", found.mime))
    headers += [*found.headers, *state]
    if found.delivery.gzip:
        headers.append(("Vary", "Accept-Encoding"))
    if not fresh:
        headers += [("Set-Cookie", cookie) for cookie in found.delivery.cookies]
        headers += [("Content-Encoding", "gzip")] if zipped else []
        headers += length_fields(found.delivery.framing, request, len(body))
    if closes:
        headers.append(("Connection", "close"))
    return Reply(
        status=status,
        headers=tuple(spelled(headers) if found.delivery.odd_case else headers),
        body=b"" if framing == "none" else body,
        framing=framing,
        closes=closes,
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


def conditions(found: Found, validators: tuple[str, ...], body: bytes) -> Headers:
    """Give the validators of a 200: only what the host offers; the ETag is of the coded body (RFC 9110 8.8.3.3)."""
    state: Headers = ()
    if found.status != HTTPStatus.OK:
        return state
    if "last-modified" in validators and found.changed is not None:
        state += (("Last-Modified", http_date(found.changed)),)
    if "etag" in validators:
        state += (("ETag", f'"{hashlib.sha256(body).hexdigest()[:16]}"'),)
    return state


def is_fresh(request: Request, state: dict[str, str]) -> bool:
    """Say whether the reader's copy is current; If-None-Match outranks If-Modified-Since (RFC 9110 13.2.2)."""
    tags, since = request.field("if-none-match"), request.field("if-modified-since")
    if not state:
        return False
    if tags is not None:
        held = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        return "*" in held or state.get("ETag") in held
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


def http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def spelled(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Spell names as careless servers do: ``sEt-cOoKiE``, and every other repeat in capitals."""
    seen: dict[str, int] = {}
    odd = []
    for name, value in headers:
        seen[name] = seen.get(name, 0) + 1
        letters = (c.upper() if i % 2 else c.lower() for i, c in enumerate(name))
        odd.append(("".join(letters) if seen[name] % 2 else name.upper(), value))
    return odd
