"""Chains in the store: all that was seen of an article's URLs, folded, and put back in one transaction."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from archive import deriving, field_edits, identity, revise, standing
from archive.deriving import Known
from archive.identity import Member
from archive.judge import names_list
from archive.model import Article, Capture, Reading, RecordId, Revision, Url, UrlKey
from archive.revise import Seen, Sign
from archive.store import Connection, articles, captures, journal_rows, pictures, pins, pointers, readings, visits
from archive.store.pins import Pin
from archive.urls import urlkey

BATCH = 50
"""Articles folded in one transaction."""
LONGEST = 1.0
"""Seconds after which a transaction begins no further chain: others wait to write."""
_HOPS = 20  # from a capture that repeats another to the one that was read


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What a fold made of an article: the chain as it was, and as it is; ``pinned`` are pins of URLs that had none."""

    before: Article | None
    after: Article | None
    pinned: tuple[Pin, ...] = ()


def fold(conn: Connection, key: UrlKey, known: Known) -> Folded:
    """Fold the chain of the article that a URL belongs to, and write it in place of what was known of it.

    What follows from its revisions is made in the same transaction, with the ``known`` names of outlets.
    """
    texts = _Texts(conn)
    members = identity.group(key, partial(pointers.of, conn), texts)
    waiting = articles.marks_of(conn, list(members))
    before = articles.of_urlkey(conn, key)
    pinned = pin_of(conn, members)
    found = article_of(conn, members, pinned.extractor if pinned else None)
    new: tuple[Pin, ...] = ()
    if found is not None:
        pinned = pinned or _new_pin(found)
        had = pins.of(conn, sorted(members))
        new = tuple(replace(pinned, urlkey=each) for each in sorted(members) if each not in had)
        for pin in new:
            pins.put(conn, pin)
        found = replace(found, extractor=pinned.extractor)
        opened = found.revisions[0]
        told = {
            each: (member.reason, member.at or opened.seen_from, member.capture) for each, member in members.items()
        }
        site = next((each.site for each in captures.of_url(conn, found.id) if each.site), None)
        articles.put(conn, found, told, site=site, outlet=outlet_of(found.url))
    elif before is not None and before.id in members:
        articles.forget(conn, before.id)
    articles.folded(conn, list(members), waiting)
    deriving.derive(conn, before, found, known)
    return Folded(before=before, after=found, pinned=new)


def told(conn: Connection, key: UrlKey) -> Article | None:
    """Give the article of a URL as all that is known by now tells it, without writing anything."""
    members = identity.group(key, partial(pointers.of, conn), _Texts(conn))
    pinned = pin_of(conn, members)
    found = article_of(conn, members, pinned.extractor if pinned else None)
    return found if found is None or pinned is None else replace(found, extractor=pinned.extractor)


def outlet_of(url: str) -> str | None:
    """Give the registrable domain of a URL, which is its outlet's name; None where it names no host."""
    return field_edits.domain_of(url)


def fold_waiting(conn: Connection, known: Known, limit: int = BATCH) -> list[Folded]:
    """Fold chains that something was read for since; give what came of each, nothing where none waits."""
    done: list[Folded] = []
    began = time.monotonic()
    while len(done) < limit and time.monotonic() - began < LONGEST and (waiting := articles.stale(conn, 1)):
        done.append(fold(conn, waiting[0], known))
    return done


def article_of(conn: Connection, members: Mapping[UrlKey, Member], pinned: str | None) -> Article | None:
    """Fold what the store has of these URLs, as the extractor that the chain is pinned to read it."""
    seen = [each for key, member in members.items() for each in _seen(conn, key, member, members, pinned)]
    article = revise.fold(seen)
    return None if article is None else _with_pictures(conn, article)


def pin_of(conn: Connection, keys: Iterable[UrlKey]) -> Pin | None:
    """Give the extractor that the chain of these URLs is pinned to: the newest word where several were pinned apart."""
    return max(pins.of(conn, sorted(keys)).values(), key=lambda pin: (pin.at, pin.urlkey), default=None)


def _new_pin(article: Article) -> Pin:
    _, _, learned = article.extractor.partition(" + ")
    model = learned.rpartition(" ")[2] or None
    return Pin(urlkey=article.id, extractor=article.extractor, model=model, at=article.revisions[0].seen_from)


# ----------------------------------------------------------------------------------------------------- what was seen


def _seen(
    conn: Connection, key: UrlKey, member: Member, members: Collection[UrlKey], pinned: str | None
) -> Iterable[Seen]:
    """Give what was seen of one URL: its captures as they were read, and the visits that brought none."""
    held = list(captures.of_url(conn, key))
    read = _by_capture(conn, [each.id for each in held], pinned)
    marked = _marks(conn, [each.id for each in held])
    for capture in held:
        told = _of_capture(conn, capture, read, members, pinned)
        yield replace(told, role=member.role, marked=marked.get(capture.id))
    for visit in visits.every(conn, urlkey=key, outcome="failed"):
        yield Seen(
            at=visit.at,
            id=visit.id,
            url=visit.url,
            urlkey=key,
            sign="unreachable",
            role=member.role,
            visit=visit.id,
            detail=f"no answer: {visit.detail}" if visit.detail else "no answer",
        )


def _by_capture(conn: Connection, ids: list[RecordId], pinned: str | None) -> dict[RecordId, Reading]:
    """Give one reading of each capture: by the extractor the chain is pinned to, else by the one whose name is last.

    Where the two meet in a chain no edit comes of it: ``edits.weigh`` goes by what stands on both pages.
    """
    found: dict[RecordId, Reading] = {}
    for reading in readings.of_captures(conn, ids):
        known = found.get(reading.capture)
        if (
            known is None
            or reading.extractor == pinned
            or (known.extractor != pinned and reading.extractor > known.extractor)
        ):
            found[reading.capture] = reading
    return found


def _of_capture(
    conn: Connection,
    capture: Capture,
    read: dict[RecordId, Reading],
    members: Collection[UrlKey],
    pinned: str | None,
) -> Seen:
    # What repeats an earlier capture by its digest or by a server's 304 needs no reading of its own.
    reading, again = read.get(capture.id), None
    for _ in range(_HOPS):
        again = capture.refers_to if reading is None and again is None else _repeats(reading)
        if again is None:
            break
        if again not in read:
            read |= _by_capture(conn, [again], pinned)
        reading = read.get(again)
    sign, detail, target = sign_of(capture, reading, members)
    return Seen(
        at=capture.at,
        id=capture.id,
        url=capture.url,
        urlkey=capture.urlkey,
        sign=sign,
        capture=capture.id,
        reading=reading,
        basis="304" if capture.status == 304 else "bytes",
        detail=detail,
        target=target,
    )


def _repeats(reading: Reading | None) -> RecordId | None:
    return reading.same_as if reading is not None and reading.verdict == "same" else None


def sign_of(
    capture: Capture, reading: Reading | None, members: Collection[UrlKey]
) -> tuple[Sign, str | None, UrlKey | None]:
    """Say what a capture is to an article's chain: a sign, in words, and where it leads. Pure."""
    status = capture.status
    if identity.is_redirect(status):
        return _led(reading, members)
    told = f"status {status}"
    if status in (404, 410):
        return "gone", told, None
    if status in (401, 403, 451):
        return "blocked", told, None
    if status == 402:
        return "paywalled", told, None
    if status is not None and status >= 400:
        return "unreachable", told, None
    if reading is None or capture.truncated is not None:
        return "nothing", None, None
    why = f"{reading.verdict}: {'; '.join(reading.reasons[:2])}"
    match reading.verdict:
        case "article":
            return "article", None, None
        case "paywall":
            return "paywalled", why, None
        case "consent" | "bot wall":
            return "blocked", why, None
        case "soft 404":
            return "gone", why, None
        case "same":
            return "nothing", None, None
        case _:
            return "unreachable", f"read as {why}", None


def _led(reading: Reading | None, members: Collection[UrlKey]) -> tuple[Sign, str | None, UrlKey | None]:
    target = reading.extraction.canonical if reading is not None and reading.extraction is not None else None
    if target is None:
        return "nothing", None, None
    key = urlkey(target)
    if key in members:
        return "moved", f"to {target}", key
    if names_list(target):
        return "gone", f"leads to {target}", None
    return "unreachable", f"leads to {target}", None


def _marks(conn: Connection, ids: Iterable[RecordId]) -> dict[RecordId, bool]:
    """Give what people said of captures; the last word of each holds."""
    wanted, told = set(ids), {}
    for entry in journal_rows.every(conn, kind="mark"):
        subject = RecordId(entry.subject)
        if subject in wanted and isinstance(said := entry.data.get("article"), bool):
            told[subject] = said
    return told


# -------------------------------------------------------------------------------------------------- what is believed


class _Texts:
    """The texts a URL was seen to have, read once."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._known: dict[UrlKey, list[frozenset[int]]] = {}

    def __call__(self, key: UrlKey) -> list[frozenset[int]]:
        if key not in self._known:
            self._known[key] = [
                frozenset(standing.state_of(each.url, each.extraction, each.layout).core)
                for each in readings.of_url(self._conn, key)
                if each.verdict == "article" and each.extraction is not None and each.layout is not None
            ]
        return self._known[key]


def _with_pictures(conn: Connection, article: Article) -> Article:
    """Bind lead pictures to their revisions: the capture of the picture nearest to the revision's own."""
    return replace(article, revisions=tuple(_with_picture(conn, each) for each in article.revisions))


def _with_picture(conn: Connection, revision: Revision) -> Revision:
    url = revision.extraction.picture
    found = captures.closest(conn, urlkey(url), revision.seen_from, url=Url(url)) if url else None
    if found is None or found.digest is None or found.status not in (200, 304):
        return revision
    known = pictures.of(conn, [found.digest]).get(found.digest)
    return replace(revision, picture_digest=found.digest, picture_hash=known.hash if known else None)
