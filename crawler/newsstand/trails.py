"""Pages without end: each links to more of its kind, as real sites do by accident. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator

from crawler.newsstand.world import Trail


def links(trail: Trail, target: str) -> tuple[str, ...]:
    """Give the links of the page at a target of the trail."""
    return tuple(KINDS[trail.kind](trail.path, target))


def calendar(start: str, target: str) -> Iterator[str]:
    """Link the months before and after, for ever; a trail's start is March 2025."""
    found = re.match(r"(\d{4})/(\d\d)/", target.removeprefix(start))
    month = (int(found[1]) * 12 + int(found[2]) - 1) if found else 2025 * 12 + 2
    for other in (month - 1, month + 1):
        yield f"{start}{max(other, 0) // 12:04}/{other % 12 + 1:02}/"
    yield from (f"{start}{month // 12:04}/{month % 12 + 1:02}/{day:02}/" for day in (7, 14, 21, 28))


def session(start: str, target: str) -> Iterator[str]:
    """Link the same three pages under a session id that is new on every page."""
    fresh = hashlib.md5(target.encode(), usedforsecurity=False).hexdigest()
    yield from (f"{start}{name}?PHPSESSID={fresh}" for name in ("terms", "prices", "map"))
    yield f"{start}terms;jsessionid={fresh.upper()}"


def growing(start: str, target: str) -> Iterator[str]:
    """Link relatively without a base, so that every step lengthens the path: /a/b/a/b/ ..."""
    yield from ("quay/", "north/quay/") if target.rstrip("/").endswith("north") else ("north/", "quay/north/")


def filters(start: str, target: str) -> Iterator[str]:
    """Link every way to sort and filter the same list, one more filter on each page."""
    query = target.partition("?")[2]
    held = query.count("&") + 1 if query else 0
    for sort in ("price", "age", "name"):
        yield f"{start}?{query or 'page=1'}&sort={sort}&filter{held}=on"


def warren(start: str, target: str) -> Iterator[str]:
    """Link ten pages that no other page links."""
    digest = hashlib.sha256(target.encode()).hexdigest()
    yield from (f"{start}{digest[at * 5 : at * 5 + 8]}" for at in range(10))


KINDS: dict[str, Callable[[str, str], Iterator[str]]] = {
    "calendar": calendar,
    "session": session,
    "growing": growing,
    "filters": filters,
    "warren": warren,
}
