"""The head of an answer of the replay origin: what was recorded, and what keeps it harmless. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.config import Settings
from archive.model import Capture
from archive.warc.message import Head
from archive.web.addresses import Modifier, Roots, memento
from archive.web.memento import http_date, uri
from archive.web.stored import Found, Opened

Header = tuple[bytes, bytes]

ORIGINAL = b"x-archive-orig-"
"""Before each field of the recorded head: replay tools read them under these names."""
_AS_THEY_ARE = frozenset((b"content-encoding", b"content-language", b"content-disposition"))
_WHOLE_HEAD = 32 * 1024
"""Bytes of recorded fields that are passed on: browsers and proxies refuse longer heads."""
_BETWEEN = 4  # a colon, a blank and the end of the line
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}\Z")
_NOT_IN_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_NO_MARKUP = re.compile(rb"(?:image|audio|video|font|application)/(?![^;]*(?:html|xml|xsl|rdf|svg))", re.IGNORECASE)
_CHARSET = re.compile(rb";\s*charset=\"?[A-Za-z0-9._:-]+\"?", re.IGNORECASE)

OWN_STATUS = range(200, 600)
"""Statuses that are sent as they were; others have no meaning a client could act on."""

_CLICKS = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
"""A click may lead to another page of the archive; nothing else is let out."""


def sandbox(settings: Settings) -> str:
    """Give the flags of the sandbox for pages that were gone through: never scripts, never forms.

    Where another server stands before us (``serve.replay_url``), pages keep the replay origin as theirs: a browser
    sends no password and no cookie for the parts of a page without an origin, and that server may ask for one.
    """
    return f"{_CLICKS} allow-same-origin" if settings.serve.replay_url is not None else _CLICKS


def policy(settings: Settings, roots: Roots) -> bytes:
    """Give the Content-Security-Policy of archived pages: nothing but parts from the replay origin, nothing runs."""
    own = f"'self' {roots.replay}"
    return (
        f"sandbox {sandbox(settings)}; default-src 'none'; img-src {own} data:; style-src {own} 'unsafe-inline'; "
        f"font-src {own} data:; media-src {own} data:; frame-src {own}; form-action 'none'; base-uri 'none'; "
        f"frame-ancestors 'self' {roots.room} {roots.replay}"
    ).encode()


RAW_POLICY = f"sandbox {_CLICKS}; default-src 'none'; form-action 'none'; base-uri 'none'".encode()
"""For bytes as they were recorded, which nobody has gone through: not even their pictures are loaded."""


def recorded(head: Head | None) -> list[Header]:
    """Give the recorded fields under ``ORIGINAL``, those that say how to read the body as they are too.

    But for Content-Type: of several browsers take the last, so that the one we went by is sent (``Opened``).
    """
    if head is None:
        return []
    found: list[Header] = []
    left = _WHOLE_HEAD
    for name, value in head.fields:
        lower = name.lower()
        left -= len(name) + len(value) + len(ORIGINAL) + _BETWEEN
        if left < 0 or not _NAME.match(name):
            continue
        clean = sendable(value)
        if lower in _AS_THEY_ARE:
            found.append((lower, clean))
        found.append((ORIGINAL + lower, clean))
    return found


def as_source(headers: Sequence[Header]) -> list[Header]:
    """Give the head under which a browser shows markup as its source.

    Chromium connects to the hosts of a page's frames before it asks the page's policy, and so tells them of the reader.
    """
    written = next((value for name, value in headers if name == b"content-type"), b"")
    if _NO_MARKUP.match(written):
        return list(headers)
    charset = _CHARSET.search(written)
    kept = [each for each in headers if each[0] not in (b"content-type", b"content-disposition")]
    return [*kept, (b"content-type", b"text/plain" + (charset[0] if charset else b""))]


def sendable(value: bytes) -> bytes:
    """Give a value as a field may hold it: control characters that an archived one has become blanks."""
    return _NOT_IN_VALUE.sub(b" ", value)


def of_memento(roots: Roots, found: Found, link: str) -> list[Header]:
    """Give what makes an answer a memento (RFC 7089, section 2.1), and of a 304 where its page and its head are."""
    headers = [(b"memento-datetime", http_date(found.capture.at).encode())]
    links = [link, *_of_revisit(roots, found)]
    headers.append((b"link", ", ".join(links).encode("latin-1", "replace")))
    return headers


def _of_revisit(roots: Roots, found: Found) -> Sequence[str]:
    capture, original = found.capture, found.original
    if original is None or original.id == capture.id:
        return ()
    at = http_date(original.at)
    same = f'<{uri(by_id(roots, original, "id_"))}>; rel="duplicate"; datetime="{at}"'
    if capture.status != 304:
        return (same,)
    return (same, f'<{roots.room}/head/{uri(str(capture.id))}>; rel="describedby"; title="the 304 itself"')


def by_id(roots: Roots, capture: Capture, modifier: Modifier = "") -> str:
    """Give the URI-M of a capture by its record id, which no other capture shares."""
    return memento(roots, capture, modifier, first=False)


def of_status(opened: Opened) -> list[Header]:
    """Give what the status of an answer needs beside it: where the part of a 206 lies, what an odd status was."""
    headers: list[Header] = []
    if opened.status == 206 and opened.head is not None and (lies := opened.head.text(b"content-range")) is not None:
        headers.append((b"content-range", sendable(lies.encode("latin-1"))))
    if opened.status is not None and opened.status not in OWN_STATUS:
        headers.append((ORIGINAL + b"status", b"%d" % opened.status))
    return headers


def status_of(status: int | None) -> int:
    """Give the status an archived answer is replayed with: its own, 200 for what was no HTTP, 500 for no status."""
    if status is None:
        return 200
    return status if status in OWN_STATUS else 500
