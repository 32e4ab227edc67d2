"""What a host has at a path, before codings, validators and framing. Pure."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from html import escape

from crawler.newsstand import feeds, pages, sitemaps, trails
from crawler.newsstand.listings import listing, page_number
from crawler.newsstand.picture import png
from crawler.newsstand.scripted import Asking, Scripted
from crawler.newsstand.wire import Headers, Request
from crawler.newsstand.world import (
    PLAIN,
    Delivery,
    Feed,
    Gate,
    History,
    Host,
    Page,
    Picture,
    Raw,
    Redirect,
    Refusal,
    Row,
    Sitemap,
    Story,
    Trail,
    Wall,
    changed_at,
    edition_at,
)

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
META = '<meta charset="utf-8">\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What lies at a path; ``changed`` None means no Last-Modified."""

    status: int = 200
    mime: str = HTML
    body: bytes = b""
    headers: Headers = ()
    delivery: Delivery = PLAIN
    changed: datetime | None = None


def look_up(host: Host, request: Request, now: datetime, history: History) -> Found:
    """Find what a host has at a target: robots.txt, its rows, the pages made of its stories."""
    scheme, changed = request.scheme, changed_at(host, now)
    if request.path == "/robots.txt" and host.robots is not None:
        return Found(mime=TEXT, body=host.robots.replace("{scheme}", scheme).encode())
    if host.secure and scheme == "http":
        return moved(f"https://{host.name}{request.target}", 301)
    if host.gate is not None and request.path != "/robots.txt" and shuts(host.gate, history):
        limited = Refusal(
            path="", status=429, text="Too fast.", retry_after=host.gate.retry_after, as_date=host.gate.as_date
        )
        return refuse(limited, host, scheme, now)
    if (row := row_at(host, request)) is not None:
        return serve(row, host, request, now, history) or notice(host, scheme, 404, "There is no such page.")
    if (text := listing(host, request.target, scheme, now)) is not None:
        return page(text, host.delivery, changed)
    if request.path == host.feed:
        body = pages.rss(host, scheme, now).encode()
        return Found(mime="application/rss+xml; charset=utf-8", body=body, changed=changed)
    if request.path == host.sitemap:
        return Found(mime="application/xml", body=pages.sitemap(host, scheme, now).encode(), changed=changed)
    # A front page does not mind a query that means nothing to it.
    if page_number(host.archive, request.target) is None and (text := listing(host, request.path, scheme, now)):
        return page(text, host.delivery, changed)
    return notice(host, scheme, 404, "There is no such page.")


def row_at(host: Host, request: Request) -> Row | None:
    """Find the row at a target, else at its path alone, else the trail that begins there."""
    rows = by_path(host)
    row = rows.get(request.target) or rows.get(request.path)
    if row is not None or request.path == "/robots.txt":
        return row
    return next((row for row in rows.values() if isinstance(row, Trail) and request.path.startswith(row.path)), None)


@lru_cache(maxsize=512)
def by_path(host: Host) -> Mapping[str, Row]:
    return {row.path: row for row in reversed(host.rows)}


def shuts(gate: Gate, history: History) -> bool:
    """Say whether a request comes too fast for a host."""
    if gate.every is not None and (history.of_host + 1) % gate.every == 0:
        return True
    return history.gap is not None and history.gap < gate.within


def serve(row: Row, host: Host, request: Request, now: datetime, history: History) -> Found | None:
    """Serve one row; None when it does not exist yet."""
    match row:
        case Story():
            return serve_story(row, host, request, now, history)
        case Page():
            return Found(mime=row.mime, body=row.text.encode(), delivery=row.delivery, changed=row.since)
        case Raw():
            return Found(mime=row.mime, body=row.body, delivery=row.delivery, changed=row.since)
        case Picture():
            return Found(mime="image/png", body=png(row.width, row.height, row.hue), changed=row.since)
        case Redirect():
            return moved(row.location or f"{request.scheme}://{row.host or host.name}{row.to}", row.status)
        case Refusal():
            return refuse(row, host, request.scheme, now)
        case Wall():
            brought = row.cookie in [part.strip() for part in (request.field("cookie") or "").split(";")]
            return serve(row.behind if brought else row.before, host, request, now, history)
        case Feed():
            return serve_feed(row, host, request.scheme, now)
        case Sitemap():
            return serve_sitemap(row, host, request.scheme, now)
        case Trail():
            return serve_trail(row, host, request)
        case Scripted():
            return serve_scripted(row, host, request, now, history)


def serve_story(story: Story, host: Host, request: Request, now: datetime, history: History) -> Found | None:
    edition = edition_at(story, now)
    if edition is None:
        return None
    if story.gone_at is not None and now >= story.gone_at:
        return notice(host, request.scheme, 410, "This story has been taken down.")
    if history.asked < len(story.stumbles):
        return serve(story.stumbles[history.asked], host, request, now, history)
    if story.instead is not None:
        return serve(story.instead, host, request, now, history)
    delivery = host.delivery if story.delivery is PLAIN else story.delivery
    return page(pages.story(host, story, edition, request.scheme, now), delivery, changed_at(host, now))


def page(text: str, delivery: Delivery, changed: datetime | None) -> Found:
    """Encode a page of the host's layout, and name the charset where the delivery says."""
    if delivery.charset != "utf-8" or delivery.says in ("header", "nothing"):
        meta = f'<meta charset="{delivery.charset}">\n' if delivery.says in ("both", "meta") else ""
        text = text.replace(META, meta, 1)
    mime = f"text/html; charset={delivery.charset}" if delivery.says in ("both", "header") else "text/html"
    body = text.encode(delivery.charset, "xmlcharrefreplace")
    return Found(mime=mime, body=body, delivery=delivery, changed=changed)


def serve_feed(feed: Feed, host: Host, scheme: str, now: datetime) -> Found:
    delivery = feed.delivery
    mime = f"{feeds.MIMES[feed.kind]}; charset={delivery.charset}" if delivery.says != "meta" else "text/xml"
    body = feeds.write(host, feed, scheme, now).encode(delivery.charset, "xmlcharrefreplace")
    return Found(mime=mime, body=body, delivery=delivery, changed=changed_at(host, now))


def serve_sitemap(sitemap: Sitemap, host: Host, scheme: str, now: datetime) -> Found:
    body, mime = sitemaps.write(host, sitemap, scheme, now).encode(), "application/xml"
    if sitemap.zipped:
        body, mime = gzip.compress(body, mtime=0), "application/gzip"
    return Found(mime=TEXT if sitemap.kind == "text" else mime, body=body, changed=changed_at(host, now))


def serve_trail(trail: Trail, host: Host, request: Request) -> Found:
    title = f"{trail.kind.capitalize()} {request.path.strip('/')[-40:]}"
    items = "".join(f'<li><a href="{escape(to)}">{escape(to)}</a></li>' for to in trails.links(trail, request.target))
    body = f"<h1>{escape(title)}</h1>\n<ul>{items}</ul>"
    return Found(body=pages.document(host, request.scheme, title, "", body).encode())


def serve_scripted(row: Scripted, host: Host, request: Request, now: datetime, history: History) -> Found | None:
    asking = Asking(
        scheme=request.scheme,
        host=host.name,
        target=request.target,
        now=now,
        asked=history.asked,
        of_host=history.of_host,
    )
    sheet = row.write(asking)
    if sheet is None:
        return None
    if sheet.location is not None:
        return moved(sheet.location, sheet.status)
    return Found(status=sheet.status, mime=sheet.mime, body=sheet.text.encode(), changed=sheet.changed)


def moved(url: str, status: int) -> Found:
    return Found(status=status, mime=TEXT, body=f"See {url}\n".encode(), headers=(("Location", url),))


def refuse(refusal: Refusal, host: Host, scheme: str, now: datetime) -> Found:
    found = notice(host, scheme, refusal.status, refusal.text)
    if refusal.retry_after is None:
        return found
    wait = str(refusal.retry_after)
    if refusal.as_date:
        wait = http_date(now + timedelta(seconds=refusal.retry_after))
    return Found(status=refusal.status, body=found.body, headers=(("Retry-After", wait),))


def notice(host: Host, scheme: str, status: int, text: str) -> Found:
    return Found(status=status, body=pages.notice(host, scheme, text).encode())


def http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
