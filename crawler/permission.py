"""What robots.txt of an origin says, as the archive has it: no answer is asked for twice in a day, by any process.

``look_up`` follows the record: the newest visit to an origin's robots.txt, through redirects, to the bytes of the
last answer, read by ``robots.rules``. Where the record does not go on, it says what is to be asked next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from archive.errors import Damaged, Misuse
from archive.model import Capture, RecordId, Url, Visit
from archive.store import Connection, captures, visits
from archive.store.frontier import TRIES
from archive.urls import fetchable, urlkey
from archive.warc.answer import stored_answer
from archive.warc.files import WarcFolder
from archive.warc.message import Head
from crawler.robots import HELD, HOPS, KEPT, LIMIT, Rules, rules, uncoded

UNREACHED = ("failed", "unsafe")
UNREADABLE = "what is on record of it cannot be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What an origin's robots.txt says, the capture that rests on, and until when that holds.

    ``unreached`` is the error class and the words for it when the host itself gave no answer.
    """

    rules: Rules
    until: datetime
    capture: RecordId | None = None
    unreached: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What must be asked before anything is known: a robots.txt, or where one has been moved to."""

    url: Url
    attempt: int = 1
    hop: int = 0
    came_from: str | None = None


def look_up(conn: Connection, folder: WarcFolder, robots: Url, now: datetime) -> Known | Ask:
    """Find what a robots.txt says in what the archive holds, or what is to be asked to know it.

    A record that cannot be read holds the host for as long as no answer does; then it is asked again.
    """
    url, came_from, until = robots, None, now + KEPT
    seen: list[Url] = []
    while True:
        seen.append(url)
        visit = _newest(conn, url, now)
        if visit is None:
            return Ask(url=url, hop=len(seen) - 1, came_from=came_from)
        if _is_to_be_tried_again(visit):
            return Ask(url=url, attempt=visit.attempt + 1, hop=len(seen) - 1, came_from=came_from)
        stored = _stored(conn, folder, visit)
        target = _target(url, stored[0]) if visit.outcome == "redirected" and stored is not None else None
        if target is None or target in seen or len(seen) > HOPS:
            found = rules(None, reason=UNREADABLE) if stored is None else _read(visit, *stored, len(seen) - 1)
            until = min(until, visit.at + (HELD if found.state == "held" else KEPT))
            if until <= now:
                return Ask(url=url, hop=len(seen) - 1, came_from=came_from)
            silent = visit.outcome in UNREACHED and visit.capture is None and len(seen) == 1
            return Known(
                rules=found,
                until=until,
                capture=visit.capture,
                unreached=("unsafe" if visit.outcome == "unsafe" else "failed", visit.detail or "no answer")
                if silent
                else None,
            )
        url, came_from, until = target, visit.capture, min(until, visit.at + KEPT)


def _newest(conn: Connection, url: Url, now: datetime) -> Visit | None:
    """Give the newest visit to a robots.txt that still counts."""
    visit = visits.newest(conn, urlkey(url), url, since=now - KEPT)
    if visit is None or visit.outcome in ("robots", "out of scope"):
        return None
    # What kept everything from us holds for a shorter time.
    held = visit.outcome in (*UNREACHED, "limited", "truncated") or (visit.status or 0) >= 500
    return None if held and visit.at < now - HELD else visit


def _is_to_be_tried_again(visit: Visit) -> bool:
    return visit.outcome == "failed" and visit.capture is None and visit.attempt < TRIES


def _stored(conn: Connection, folder: WarcFolder, visit: Visit) -> tuple[Head | None, bytes] | None:
    """Give the head of an answer, and the payload, which an unchanged answer has in an older record.

    None when that is on record no more, or cannot be read.
    """
    if visit.capture is None:
        return None, b""
    capture = captures.by_id(conn, visit.capture)
    if capture is None or (answer := _answer(folder, capture)) is None:
        return None
    if capture.kind != "revisit" or capture.refers_to is None:
        return answer
    original = captures.by_id(conn, capture.refers_to)
    if original is None or (first := _answer(folder, original)) is None:
        return None
    head = answer[0]
    return (first[0] if head is None or head.status == 304 else head), first[1]


def _answer(folder: WarcFolder, capture: Capture) -> tuple[Head | None, bytes] | None:
    try:
        return stored_answer(folder, capture.locator)
    except Damaged:
        return None


def _target(url: Url, head: Head | None) -> Url | None:
    """Say where a redirect leads; None when it leads where nobody can follow."""
    location = head.text(b"location") if head is not None else None
    if location is None:
        return None
    try:
        text = location.encode("latin-1").decode("utf-8", "replace").strip()
        return fetchable(urljoin(url, text).partition("#")[0])
    except (Misuse, ValueError):
        return None


def _read(visit: Visit, head: Head | None, body: bytes, hops: int) -> Rules:
    status = head.status if head is not None else visit.status
    if visit.outcome == "redirected":
        why = f"more than {HOPS} redirects" if hops >= HOPS else f"a redirect that leads nowhere, {visit.status}"
        return rules(visit.status, reason=why)
    if visit.outcome in UNREACHED or status is None:
        return rules(None, reason=visit.detail or "no answer")
    # A text that broke off may miss a rule; one that we cut has all that is read of it.
    if visit.outcome == "truncated" and status < 400 and len(body) < LIMIT:
        return rules(None, reason=visit.detail or "the answer broke off")
    if not 200 <= status < 300:
        return rules(status)
    codings = b",".join(head.all(b"content-encoding")).decode("latin-1") if head is not None else ""
    plain = uncoded(body, codings)
    return rules(None, reason="its content coding cannot be read") if plain is None else rules(status, plain)
