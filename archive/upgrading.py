"""Moving chains to another extractor: what it reads otherwise is told, kept on record, and is never an edit.

A chain stays with the extractor of its first reading until a person upgrades it; then all of its captures are read
anew, folded by the new readings alone, and the two chains are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from archive import chains, learning
from archive.extract import extractor
from archive.model import Article, Capture, RecordId, Revision, UrlKey
from archive.recording import Recording
from archive.rereading import Progress, Rereading
from archive.store import Connection, articles, captures, pins, readings
from archive.store.pins import Pin
from archive.timing import Clock
from archive.wording import mark

UPGRADE = "upgrade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """What an upgrade made of one chain.

    ``said`` tells in words what is read otherwise now. ``moved`` gives, for each revision that is none of its own any
    more, the one that its capture belongs to; None where the new extractor does not take it for the article.
    """

    article: UrlKey
    url: str
    former: str
    now: str
    said: tuple[str, ...] = ()
    moved: Mapping[RecordId, RecordId | None] = field(default_factory=dict)


def upgrade(
    recording: Recording, rereading: Rereading, clock: Clock, ids: Sequence[UrlKey], said: Progress = lambda text: None
) -> Iterator[Upgraded]:
    """Learn of the outlets anew, read the chains of articles by the extractor of today, and tell what that changes.

    Each chain is one transaction of its own; chains that stay with today's extractor already are passed over.
    """
    outlets = recording.work_and_wait(
        lambda conn: sorted({each for id in ids if (each := _outlet(conn, id)) is not None})
    )
    for outlet in outlets:
        said(f"learning of {outlet}")
        learning.learn_anew(recording, clock, outlet)
    for number, id in enumerate(ids, 1):
        said(f"{number} of {len(ids)} chains")
        if (done := _upgrade(recording, rereading, clock, id)) is not None:
            yield done


def _upgrade(recording: Recording, rereading: Rereading, clock: Clock, id: UrlKey) -> Upgraded | None:
    def look(conn: Connection) -> tuple[Article | None, Pin | None, list[Pin], list[Capture]]:
        before = articles.get(conn, id)
        keys = sorted(articles.members(conn, id)) or [id]
        url = before.url if before is not None else ""
        learned = learning.model_for(conn, id, url, newest=True)
        now = Pin(
            urlkey=id,
            extractor=extractor(learned),
            model=learned.digest if learned is not None else None,
            at=clock.now(),
        )
        held = [each for key in keys for each in captures.of_url(conn, key) if each.kind != "resource"]
        told = readings.of_captures(conn, [each.id for each in held], now.extractor)
        read = {each.capture for each in told if not (each.verdict == "other" and each.score == 0)}
        unread = [each for each in held if each.id not in read and each.refers_to is None]
        return before, chains.pin_of(conn, keys), [replace(now, urlkey=key) for key in keys], unread

    before, former, pinned, unread = recording.work_and_wait(look)
    now = pinned[0]
    if before is None or former is None or former.extractor == now.extractor:
        return None
    rereading.read(unread, newest=True)
    known = rereading.known()

    def move(conn: Connection) -> Article | None:
        for pin in pinned:
            pins.put(conn, pin)
        return chains.fold(conn, id, known).after

    after = recording.work_and_wait(move)
    told = compared(before, after, former.extractor, now.extractor)
    learning.tell_pins(recording, pinned)
    if told.said:
        recording.tell_journal(
            UPGRADE,
            id,
            {"from": told.former, "to": told.now, "said": list(told.said), "moved": dict(told.moved)},
        )
    return told


def _outlet(conn: Connection, id: UrlKey) -> str | None:
    found = articles.get(conn, id)
    return chains.outlet_of(found.url) if found is not None else None


def compared(before: Article, after: Article | None, former: str, now: str) -> Upgraded:
    """Compare the chain of an article as two extractors read it. Pure."""
    if after is None:
        lost = {each.id: None for each in before.revisions}
        said: tuple[str, ...] = ("it is not read as an article any more",)
        return Upgraded(article=before.id, url=before.url, former=former, now=now, said=said, moved=dict(lost))
    holder = {capture: each for each in after.revisions for capture in each.captures}
    ids = {each.id for each in after.revisions}
    moved = {
        each.id: (holder[each.id].id if each.id in holder else None) for each in before.revisions if each.id not in ids
    }
    told: list[str] = []
    if len(before.revisions) != len(after.revisions):
        told.append(f"{len(before.revisions)} revisions were told apart, now {len(after.revisions)}")
    for each in before.revisions:
        there = holder.get(each.id)
        if there is not None:
            told += [f"revision {each.number}: {words}" for words in _differences(each, there)]
    if len(before.events) != len(after.events):
        told.append(f"{len(before.events)} events, now {len(after.events)}")
    return Upgraded(article=after.id, url=after.url, former=former, now=now, said=tuple(told), moved=moved)


def _differences(ours: Revision, theirs: Revision) -> Iterator[str]:
    old, new = ours.extraction, theirs.extraction
    before, after = [mark(text) for text in old.paragraphs], [mark(text) for text in new.paragraphs]
    fewer = more = 0
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            fewer, more = fewer + end - start, more + new_end - new_start
    if fewer:
        yield f"{fewer} {'paragraph' if fewer == 1 else 'paragraphs'} fewer"
    if more:
        yield f"{more} {'paragraph' if more == 1 else 'paragraphs'} more"
    for name in ("headline", "standfirst", "bylines", "published", "section", "caption", "correction"):
        was, is_ = getattr(old, name), getattr(new, name)
        if was != is_:
            yield f"{name} was {_shown(was)}, now {_shown(is_)}"


def _shown(value: object) -> str:
    if value is None or value == ():
        return "none"
    return repr("; ".join(value) if isinstance(value, tuple) else value)
