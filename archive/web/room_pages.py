"""How the room's pages are written: templates, and the headers that keep scripts and strangers out of them."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from archive.config import Settings
from archive.model import Url
from archive.terminal import counted, printable
from archive.web import addresses
from archive.web.addresses import Roots
from archive.web.desk import Desk
from archive.web.hosts import is_private
from archive.web.room_nearest import Nearest

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_LONGEST = 4_000
"""Characters of a URL that a page shows or a link has at most."""
_SHORT = 200
"""Characters of one in a list."""


def page(
    desk: Desk, name: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
) -> Response:
    """Give the page that a template writes, with the policy of the room."""
    body = _templates().get_template(f"{name}.html").render(roots=desk.roots, label=desk.settings.label, **values)
    # What the web says may hold half a character, which has no UTF-8.
    return Response(
        body.encode("utf-8", "replace"),
        status,
        {**policy(desk), **(headers or {})},
        media_type="text/html; charset=utf-8",
    )


def policy(desk: Desk) -> dict[str, str]:
    """Give the headers of every page of ours: no script at all, nothing of others but archived pages in frames."""
    return {
        "Content-Security-Policy": "; ".join(
            (
                "default-src 'none'",
                "style-src 'self'",
                "img-src 'self'",
                f"frame-src {desk.roots.replay}",
                "form-action 'self'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            )
        ),
        "X-Content-Type-Options": "nosniff",
        # Not no-referrer: a form would then send "Origin: null", which is what our own check refuses.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-cache",
    }


def not_found(desk: Desk, url: Url, near: Nearest, request: Request) -> Response:
    """Answer that a URL is not in the archive, with what is near it; a program gets the same in plain text."""
    if not wants_html(request):
        told = [f"{url[:_LONGEST]} is not in this archive.", *_near_lines(desk, near)]
        return PlainTextResponse("\n".join(told) + "\n", 404, policy(desk))
    return page(
        desk, "not_found", status=404, url=url[:_LONGEST], near=near, can=may_capture(desk.settings), where=addresses,
        room=Roots(room="", replay=desk.roots.replay),
    )  # fmt: skip


def may_capture(settings: Settings) -> bool:
    """Tell whether visitors may have a page captured."""
    return settings.serve.capture == "yes" or (settings.serve.capture == "auto" and is_private(settings))


def error(
    desk: Desk, status: int, told: str, request: Request, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer that something went wrong, in a page, or in plain text for a program."""
    if not wants_html(request):
        return PlainTextResponse(f"{told}\n", status, {**policy(desk), **(headers or {})})
    return page(desk, "error", status=status, headers=headers, number=status, told=told)


def wants_html(request: Request) -> bool:
    """Tell whether a person's browser asks: it names HTML among what it takes."""
    return "text/html" in request.headers.get("accept", "")


def _near_lines(desk: Desk, near: Nearest) -> list[str]:
    known = [*near.same, *near.beside, *near.host]
    told = [f"  {_second(each.newest)}  {addresses.listing(desk.roots, each.url)}" for each in known]
    tried = [f"  {_second(each.at)}  {each.outcome}: {printable(each.detail or '')}" for each in near.tried]
    return [*(["Near it:", *told] if told else []), *(["It was tried:", *tried] if tried else [])]


# ------------------------------------------------------------------------------------------------ what templates know


@functools.cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("archive.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters.update(
        second=_second, minute=_minute, day=_day, iso=_iso, size=_size, counted=counted, live=_live, shown=_shown,
        short=_short, quoted=_quoted, for_shell=shlex.quote,
    )  # fmt: skip
    return made


def _second(at: datetime) -> str:
    return f"{_day(at)}, {at:%H:%M:%S} UTC"


def _minute(at: datetime) -> str:
    return f"{_day(at)}, {at:%H:%M} UTC"


def _day(at: date) -> str:
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _size(size: int) -> str:
    """Write a number of bytes as a person reads it (SI)."""
    if size < 1000:
        return f"{size} B"
    number, unit = float(size), "B"
    for unit in ("kB", "MB", "GB", "TB"):  # noqa: B007 - the last one holds
        number /= 1000
        if number < 999.5:
            break
    return f"{number:.1f} {unit}" if number < 9.95 else f"{number:.0f} {unit}"


def _live(url: str) -> str | None:
    """Give a URL where it is one that a link to the web may have."""
    return url if url.lower().startswith(("http://", "https://")) else None


def _shown(text: str) -> str:
    """Make control characters visible and cut what no line holds."""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."
    return printable(cut)


def _short(text: str) -> str:
    """Make control characters visible and cut the middle out of what is long in a list."""
    return printable(text if len(text) <= _SHORT else f"{text[: _SHORT - 60]}…{text[-60:]}")


def _quoted(text: str) -> str:
    return quote(text, safe=":-._~")
