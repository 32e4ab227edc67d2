"""Walked records -> what the index says of them: the one reading that repair, reindex and import share. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, get_args

from archive import journal
from archive.model import Capture, Digest, Entry, Locator, Outcome, RecordId, Run, Url, Visit, Why
from archive.timing import parse_time
from archive.urls import urlkey
from archive.warc import message
from archive.warc.reader import Damage, Walked
from archive.warc.writer import VISIT_TYPE

RUN_URL = f"{journal.NOTES}run:"
CERTIFICATE_URL = f"{journal.NOTES}certificate:"
WHYS = get_args(Why)
OUTCOMES = get_args(Outcome)
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?Z)?)?)?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one group of records says; ``end`` is the offset after it, up to which the file is then read.

    ``whole`` is False for records whose group lacks its last, the visit: in a file of ours they were never
    acknowledged.
    """

    end: int
    captures: tuple[Capture, ...] = ()
    visits: tuple[Visit, ...] = ()
    entries: tuple[Entry, ...] = ()
    runs: tuple[Run, ...] = ()
    whole: bool = True


def gather(records: Iterable[Walked | Damage], warc: str) -> Iterator[Facts]:
    """Give the facts of a WARC file in its order; damage says nothing and is passed over."""
    pending: Capture | None = None
    open_end: int | None = None  # the end of a group that has begun and not yet ended
    for record in records:
        if isinstance(record, Damage) or record.unaddressable:
            continue
        end = record.offset + record.length
        to = record.fields.id("WARC-Concurrent-To")
        kind = record.type
        if kind == "metadata" and record.fields.get("Content-Type") == VISIT_TYPE:
            story = _json(record.front)
            visit = _visit(record, story, warc) if story else None
            captured = () if pending is None else (_told(pending, story if to == pending.id else {}),)
            yield Facts(end=end, captures=captured, visits=(visit,) if visit else ())
            pending = open_end = None
            continue
        if kind == "request" and (pending is None or to == pending.id):
            if pending is not None:
                pending = _with_request(pending, record)
            open_end = end
            continue
        if open_end is not None:
            yield Facts(end=open_end, captures=(pending,) if pending else (), whole=False)
            pending = open_end = None
        if kind in ("response", "revisit"):
            pending, open_end = capture(record, warc), end
        elif kind == "resource":
            yield _resource(record, end, warc)
        else:
            yield Facts(end=end)
    if open_end is not None:
        yield Facts(end=open_end, captures=(pending,) if pending else (), whole=False)


def capture(record: Walked, warc: str) -> Capture | None:
    """Make the capture of a response, revisit or resource record; None when it lacks what a capture needs."""
    fields = record.fields
    id, at = record.id, moment(fields.get("WARC-Date"))
    target = (fields.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")
    if id is None or at is None or not target:
        return None
    is_http = (fields.get("Content-Type") or "").lower().startswith("application/http")
    head = message.parse_head(record.front) if is_http else None
    if head is not None and head.status is None:
        head = None  # bytes of something else than HTTP, kept as they came
    mime = message.mime(head) if head else None
    if record.type == "resource":
        mime = (fields.get("Content-Type") or "").partition(";")[0].strip().lower() or None
    truncated: Any = (fields.get("WARC-Truncated") or "").lower() or None
    kind: Any = record.type
    if kind == "revisit" or truncated not in ("length", "time", "disconnect", "unspecified"):
        truncated = None
    refers_at = moment(fields.get("WARC-Refers-To-Date"))
    refers_url = fields.get("WARC-Refers-To-Target-URI")
    digest = fields.get("WARC-Payload-Digest")
    if not digest and record.type == "resource":  # whose payload is its block (WARC 1.1, section 6.4)
        digest = fields.get("WARC-Block-Digest")
    return Capture(
        id=id,
        urlkey=urlkey(target),
        url=Url(target),
        at=at,
        status=head.status if head else None,
        mime=mime,
        digest=Digest(digest) if digest else None,
        kind=kind,
        locator=Locator(warc=warc, offset=record.offset, length=record.length),
        truncated=truncated,
        profile=fields.get("WARC-Profile"),
        refers_to=fields.id("WARC-Refers-To"),
        refers_url=Url(refers_url) if refers_url else None,
        refers_at=refers_at,
        etag=head.text(b"etag") if head else None,
        last_modified=head.text(b"last-modified") if head else None,
    )


def moment(text: str | None) -> datetime | None:
    """Read a WARC-Date (WARC 1.1, section 5.4: W3C form, any precision down to nanoseconds), or None."""
    found = _DATE.match(text.strip()) if text else None
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction = found.groups()
    micros = int((fraction or "0").ljust(9, "0")[:6])
    try:
        return datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), micros, UTC
        )
    except ValueError:
        return None


def _told(pending: Capture, story: Mapping[str, Any] | None) -> Capture:
    """Add to a capture what only its visit tells; one whose visit cannot be read may be what a session opened."""
    if not story:
        return pending if story is not None else replace(pending, restricted=True)
    status = story.get("status")
    fidelity: Any = story.get("fidelity")
    # The head of a 304 stands in the visit only, and its validators with it.
    head_304 = _str(story, "head_304")
    head = message.parse_head(head_304.encode("latin-1", "replace")) if head_304 else None
    return replace(
        pending,
        status=status if isinstance(status, int) else pending.status,
        run=_str(story, "run"),
        site=_str(story, "site"),
        fidelity=fidelity if fidelity in ("wire", "rebuilt", "unknown") else "unknown",
        mime=message.mime(head) if head else pending.mime,
        etag=head.text(b"etag") if head else pending.etag,
        last_modified=head.text(b"last-modified") if head else pending.last_modified,
        restricted=bool(story.get("restricted")),
    )


def visit(record: Walked, warc: str) -> Visit | None:
    """Make the visit that a metadata record of ours tells; None when it tells none."""
    story = _json(record.front)
    return _visit(record, story, warc) if story else None


def _visit(record: Walked, story: Mapping[str, Any], warc: str) -> Visit | None:
    url, at, id = _str(story, "url"), moment(record.fields.get("WARC-Date")), record.id
    outcome: Any = story.get("outcome")
    why: Any = story.get("why")
    if url is None or at is None or id is None or outcome not in OUTCOMES or why not in WHYS:
        return None
    captured = _str(story, "capture")
    return Visit(
        id=id,
        url=Url(url),
        urlkey=urlkey(url),
        at=at,
        why=why,
        attempt=_int(story, "attempt") or 1,
        outcome=outcome,
        status=_int(story, "status"),
        detail=_str(story, "detail"),
        came_from=_str(story, "from"),
        capture=RecordId(captured) if captured else None,
        run=_str(story, "run"),
        site=_str(story, "site"),
        ms=_int(story, "ms"),
        locator=Locator(warc=warc, offset=record.offset, length=record.length),
    )


def _with_request(pending: Capture, request: Walked) -> Capture:
    """Key a capture by what was asked, when that was more than a URL (standards: I6)."""
    method = request.front.partition(b" ")[0].decode("latin-1")
    if method in ("GET", "HEAD") or not method.isalpha():
        return pending
    head = message.parse_head(request.front)
    if head is None:
        return pending
    framed = request.front[head.length :]
    body = b"".join(message.payload((framed,), message.framing(head))) or framed
    key = urlkey(pending.url, method=method, body=body, content_type=head.text(b"content-type"))
    return replace(pending, urlkey=key)


def _resource(record: Walked, end: int, warc: str) -> Facts:
    found = capture(record, warc)
    if found is None:
        return Facts(end=end)
    entry = run = None
    if found.url.startswith(journal.URL):
        entry = journal.entry(found.id, record.front, found.locator)
    elif found.url.startswith(RUN_URL):
        run = _run(_json(record.front))
    if journal.is_note(found.urlkey):
        found = replace(found, fidelity="wire" if found.url.startswith(CERTIFICATE_URL) else "rebuilt")
    return Facts(
        end=end, captures=(found,), entries=(entry,) if entry else (), runs=(run,) if run else ()
    )  # fmt: skip


def run_text(run: Run) -> dict[str, object]:
    """Tell a run as the JSON of its records, begun or ended."""
    return {
        "id": run.id,
        "why": run.why,
        "sites": list(run.sites),
        "state": run.state,
        "planned": run.planned and run.planned.isoformat(),
        "began": run.began.isoformat(),
        "ended": run.ended and run.ended.isoformat(),
        "software": run.software,
        "settings_digest": run.settings_digest,
        "considered": run.considered,
        "visits": run.visits,
        "outcomes": dict(run.outcomes),
        "schedule": run.schedule,
        "detail": run.detail,
    }


def _run(told: Mapping[str, Any] | None) -> Run | None:
    if told is None:
        return None
    try:
        return Run(
            id=str(told["id"]),
            why=str(told["why"]),
            sites=tuple(told["sites"]),
            state=told["state"],
            planned=parse_time(told["planned"]) if told.get("planned") else None,
            began=parse_time(told["began"]),
            ended=parse_time(told["ended"]) if told.get("ended") else None,
            software=str(told.get("software") or ""),
            settings_digest=told.get("settings_digest"),
            considered=int(told.get("considered") or 0),
            visits=int(told.get("visits") or 0),
            outcomes={str(key): int(value) for key, value in (told.get("outcomes") or {}).items()},
            schedule=None if told.get("schedule") is None else str(told["schedule"]),
            detail=None if told.get("detail") is None else str(told["detail"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _json(body: bytes) -> Mapping[str, Any] | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _str(story: Mapping[str, Any], key: str) -> str | None:
    value = story.get(key)
    return value if isinstance(value, str) else None


def _int(story: Mapping[str, Any], key: str) -> int | None:
    value = story.get(key)
    return value if isinstance(value, int) else None
