"""What captures were read as so far, and what waits to be read before an article can be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from archive import learning
from archive.model import Capture, RecordId, UrlKey, Verdict
from archive.store import Connection, articles, captures, journal_rows, pointers, verdicts
from archive.store.verdicts import Judged

MOST = 50
"""URLs around an article that are looked at."""


def what_waits(conn: Connection, key: UrlKey) -> str | None:
    """Say what must be done before the article of a URL can be told; None where nothing waits."""
    keys = around_of(conn, key)
    held = [each for key in keys for each in captures.of_url(conn, key) if each.kind != "resource"]
    read = verdicts.of_captures(conn, [each.id for each in held])
    if unread := sum(each.id not in read and each.refers_to is None for each in held):
        return f"{unread} {'capture is' if unread == 1 else 'captures are'} read"
    if articles.marks_of(conn, keys_of(conn, key)):
        return "its chain is folded"
    return None


def shows_again(conn: Connection, key: UrlKey) -> bool:
    """Tell whether captures that only show the article again are not in its chain yet."""
    held = [each for one in keys_of(conn, key) for each in captures.of_url(conn, one) if each.kind != "resource"]
    read = verdicts.of_captures(conn, [each.id for each in held])
    article = articles.of_urlkey(conn, key)
    shown = {each for one in article.revisions for each in one.captures} if article is not None else set()
    again = {each.id for each in held if each.id not in shown and shown & _repeated(each, read.get(each.id, ()))}
    marked = {RecordId(each.subject) for each in journal_rows.every(conn, kind="mark")} if again else set()
    return bool(again - marked)


def _repeated(capture: Capture, told: Iterable[Judged]) -> set[RecordId | None]:
    """Give the captures that one repeats, by its digest, a server's word or a reading."""
    return {capture.refers_to, *(each.same_as for each in told)}


def around_of(conn: Connection, key: UrlKey) -> list[UrlKey]:
    """Give the URLs of an article, and those they lead to: these may be of it too, once they are read."""
    found = dict.fromkeys(keys_of(conn, key))
    waiting = list(found)
    while waiting and len(found) < MOST:
        here = waiting.pop()
        for each in pointers.of(conn, here):
            target = UrlKey(each.target)
            if each.source == here and each.kind in ("redirect", "canonical", "amp", "join") and target not in found:
                found[target] = None
                waiting.append(target)
    return sorted(found)


def keys_of(conn: Connection, key: UrlKey) -> list[UrlKey]:
    id = articles.id_of(conn, key)
    return sorted({key, *(articles.members(conn, id) if id is not None else ())})


def unread_of(conn: Connection, keys: Iterable[UrlKey]) -> int:
    """Count the captures of URLs that were never read and do not repeat another."""
    held = [each for key in keys for each in captures.of_url(conn, key) if each.kind != "resource"]
    read = verdicts.of_captures(conn, [each.id for each in held])
    return sum(each.id not in read and each.refers_to is None for each in held)


def read_as(conn: Connection, some: Iterable[Capture]) -> Mapping[RecordId, Judged]:
    """Give what captures were read as: by the extractor their chain stays with, else by the one whose name is last."""
    held = list(some)
    read = verdicts.of_captures(conn, [each.id for each in held])
    pinned: dict[UrlKey, str | None] = {}
    found: dict[RecordId, Judged] = {}
    for each in held:
        told = read.get(each.id)
        if not told:
            continue
        if len(told) > 1 and each.urlkey not in pinned:
            pin = learning.pin_of(conn, each.urlkey)
            pinned[each.urlkey] = pin.extractor if pin is not None else None
        mine = [one for one in told if one.extractor == pinned.get(each.urlkey)]
        found[each.id] = (mine or list(told))[-1]
    return found


def verdicts_of(conn: Connection, some: Iterable[Capture]) -> Iterator[tuple[Capture, Verdict | None]]:
    """Give captures in their order, each with its verdict; None for one that was never read."""
    batch: list[Capture] = []
    for each in some:
        batch.append(each)
        if len(batch) == _BATCH:
            yield from _judged(conn, batch)
            batch = []
    yield from _judged(conn, batch)


_BATCH = 500


def _judged(conn: Connection, batch: Sequence[Capture]) -> Iterator[tuple[Capture, Verdict | None]]:
    told = read_as(conn, batch)
    for each in batch:
        repeats: Verdict | None = "same" if each.refers_to is not None else None
        yield each, told[each.id].verdict if each.id in told else repeats


def in_words(told: Judged | None) -> str:
    if told is None:
        return "not read"
    return f"read as {told.verdict} ({'; '.join(told.reasons)})" if told.reasons else f"read as {told.verdict}"
