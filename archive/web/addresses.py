"""Where things stand in our web server: the one place that makes and reads its addresses. Pure.

::

    room    http://127.0.0.1:8080/web/20250303080709/http://blog.example/    the page in its frame, with the bar
            .../web/*/http://blog.example/                                   every capture of it
            .../cdx ; .../timegate/URL ; .../timemap/link/URL
    replay  http://127.0.0.1:8081/20250303080709/http://blog.example/        the page by itself: the memento (URI-M)
            .../20250303080709id_/http://blog.example/                       its bytes as recorded
            .../urn:uuid:6f1c.../http://blog.example/                        by record id, where a second has several

An archived page is only ever served by the replay origin, which holds nothing but archived pages (promise 10).
The URL stands at the end as it was asked, its query included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote, unquote

from archive.model import Capture, RecordId, Url
from archive.rewriting import Modifier as Modifier

PARTS: tuple[Modifier, ...] = ("im_", "cs_", "js_", "if_", "oe_")
"""Modifiers of what a page is put together from: answered with the capture nearest in time, without a redirect."""

_SLOT = re.compile(r"(?P<stamp>[0-9]{4,20})(?P<modifier>id_|im_|cs_|js_|if_|oe_|mp_|fr_)?\Z")
_ID = re.compile(r"(?P<id>[A-Za-z][A-Za-z0-9+.-]*(?::|%3A)[^/]+?)(?P<modifier>id_|im_|cs_|js_|if_|oe_|mp_|fr_)?\Z")
_ALIKE: dict[str, Modifier] = {"mp_": "", "fr_": "if_"}
_FIRST = "00000101000000000000"
_MERGED = re.compile(r"(https?|ftp):/(?!/)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """The two origins of the server, each without a final slash: ``http://127.0.0.1:8080``."""

    room: str
    replay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks for: a URL, at a time (to the digits given) or as one record, in one form.

    ``at`` and ``id`` are both None for the newest. ``digits`` counts those of the timestamp.
    """

    url: Url
    at: datetime | None = None
    digits: int = 0
    id: RecordId | None = None
    modifier: Modifier = ""


def asked(rest: str) -> Asked | None:
    """Read ``SLOT/URL``, the part of an address behind its origin (or behind ``/web/``), or None where it is none.

    ``rest`` is as the request has it, still encoded, with its query. A URL whose two slashes a proxy has merged is
    mended; one without a scheme is taken for http.
    """
    slot, slash, url = rest.partition("/")
    if not slash or not url.strip():
        return None
    if stamped := _SLOT.match(slot):
        at = instant(stamped["stamp"])
        if at is None:
            return None
        return Asked(url=target(url), at=at, digits=len(stamped["stamp"]), modifier=_modifier(stamped["modifier"]))
    if named := _ID.match(slot):
        return Asked(url=target(url), id=RecordId(unquote(named["id"])), modifier=_modifier(named["modifier"]))
    return None


def behind(raw_path: bytes, query: bytes, prefix: str) -> str:
    """Give what a request has behind a prefix of its path, still encoded, with its query.

    Clients should send ASCII; those that send a URL as it was typed mean UTF-8, few mean Latin-1.
    """
    whole = raw_path[len(prefix) :] + (b"?" + query if query else b"")
    try:
        return whole.decode()
    except UnicodeDecodeError:
        return whole.decode("latin-1")


def _modifier(written: str | None) -> Modifier:
    if written is None:
        return ""
    return _ALIKE.get(written) or _KNOWN.get(written, "")


_KNOWN: dict[str, Modifier] = {"id_": "id_", "im_": "im_", "cs_": "cs_", "js_": "js_", "if_": "if_", "oe_": "oe_"}


def target(written: str) -> Url:
    """Give the URL at the end of an address: two slashes after the scheme, http where it names none."""
    mended = _MERGED.sub(r"\1://", written, count=1) if _MERGED.match(written) else written
    if "://" not in mended.partition("?")[0] and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", mended):
        mended = f"http://{mended}"
    return Url(mended)


def instant(digits: str) -> datetime | None:
    """Read 4 to 20 digits of ``YYYYMMDDhhmmssffffff``, what is missing taken for the beginning; None for no time."""
    if not 4 <= len(digits) <= 20 or not digits.isascii() or not digits.isdigit():
        return None
    whole = digits + _FIRST[len(digits) :]
    if whole[5] == "0" and len(digits) == 5:  # "20250": the tens of a month, which has no month 0
        whole = f"{whole[:5]}1{whole[6:]}"
    if whole[7] == "0" and len(digits) == 7:
        whole = f"{whole[:7]}1{whole[8:]}"
    try:
        return datetime.strptime(whole, "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    except ValueError:
        return None


def stamp(at: datetime) -> str:
    """Give a time as the 14 digits of an address, its fraction cut off."""
    return f"{at.year:04}{at:%m%d%H%M%S}"


def slot(capture: Capture, *, first: bool = True) -> str:
    """Give what names a capture in an address: its second, or its record id where it is not the first of its second."""
    return stamp(capture.at) if first else quote(str(capture.id), safe=":-._~")


def memento(roots: Roots, capture: Capture, modifier: Modifier = "", *, first: bool = True) -> str:
    """Give the URI-M of a capture (RFC 7089, section 1.2): the page by itself at the replay origin."""
    return f"{roots.replay}/{slot(capture, first=first)}{modifier}/{capture.url}"


def page(roots: Roots, capture: Capture, *, first: bool = True) -> str:
    """Give the address of a capture in its frame with the bar."""
    return f"{roots.room}/web/{slot(capture, first=first)}/{capture.url}"


def listing(roots: Roots, url: str) -> str:
    """Give the address of the list of a URL's captures."""
    return f"{roots.room}/web/*/{url}"


def timegate(roots: Roots, url: str) -> str:
    """Give the address that finds the capture nearest to a time (URI-G; RFC 7089, section 1.2)."""
    return f"{roots.room}/timegate/{url}"


def timemap(roots: Roots, url: str, form: Literal["link", "json", "cdxj"] = "link") -> str:
    """Give the address of the list of a URL's mementos (URI-T; RFC 7089, section 1.2)."""
    return f"{roots.room}/timemap/{form}/{url}"


def record(roots: Roots, id: RecordId) -> str:
    """Give the address of a WARC record as it lies in its file."""
    return f"{roots.room}/record/{quote(str(id), safe=':-._~')}"


def head(roots: Roots, id: RecordId) -> str:
    """Give the address of the HTTP head that a record or its visit holds, a 304's included."""
    return f"{roots.room}/head/{quote(str(id), safe=':-._~')}"
