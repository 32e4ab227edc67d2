"""Which URLs are one article: what points from one to another, and when that is believed. Pure.

A redirect, a canonical link, an AMP link or a number in the path only suggest that two URLs are one article; the text
of both must say so too. What is believed depends on all that was read, never on the order in which it came, and every
join keeps its reason, so that a person can undo it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from archive.judge import names_list
from archive.links import registrable, unwrap
from archive.model import Capture, Reading, RecordId, Url, UrlKey
from archive.revise import Role
from archive.urls import urlkey
from archive.wording import alike

Kind = Literal["redirect", "canonical", "amp", "id", "join", "split"]

SAME_TEXT = 0.5
"""Share of the shorter text that stands in the other, for two URLs to be one article."""
MOVED_TEXT = 0.3
"""The same behind a redirect, where the server says that it is one page: an edit may have come with the move."""
CROWD = 6
"""URLs that may carry one number, at most: an article has a few slugs, not a hundred."""

_NUMBER = re.compile(r"(?<!\d)(?<!\d\.)(\d{5,12})(?!\d|\.\d)")
_HEX = re.compile(
    r"(?<![0-9a-zA-Z])(?=[0-9a-f-]*\d)(?=[0-9a-f-]*[a-f])[0-9a-f]{8}(?:[0-9a-f]{4,}|(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-zA-Z])"
)
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-3]\d)?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """A suggestion that two URLs are one article, on the word of ``capture`` or, for joins and splits, of a person.

    ``target`` is a urlkey, with its ``url`` as it was given, or ``id:`` and the number that both paths carry.
    """

    source: UrlKey
    target: UrlKey
    kind: Kind
    url: Url
    capture: RecordId | None
    at: datetime


def pointers(capture: Capture, reading: Reading) -> tuple[Pointer, ...]:
    """Give what a capture says of other URLs of its page; only within the registrable domain, but for its AMP page."""
    found: dict[tuple[str, Kind], Pointer] = {}

    def point(target: UrlKey, kind: Kind, url: str) -> None:
        if target != capture.urlkey:
            found[target, kind] = Pointer(
                source=capture.urlkey, target=target, kind=kind, url=Url(url), capture=capture.id, at=capture.at
            )

    extraction = reading.extraction
    named = None if extraction is None else extraction.canonical
    if named and is_one_outlet(named, capture.url) and not names_list(named):
        point(urlkey(named), "redirect" if is_redirect(capture.status) else "canonical", named)
    if reading.verdict == "article" and extraction is not None:
        if extraction.amp and _is_its_own(extraction.amp, capture.url):
            point(urlkey(extraction.amp), "amp", extraction.amp)
        if (number := number_in(capture.url)) is not None:
            point(UrlKey(number), "id", capture.url)
    return tuple(found.values())


def is_redirect(status: int | None) -> bool:
    """Tell whether an answer leads elsewhere."""
    return status is not None and 300 <= status < 400 and status != 304


def is_one_outlet(ours: str, theirs: str) -> bool:
    """Tell whether two URLs are of one registrable domain."""
    try:
        left, right = urlsplit(ours).hostname, urlsplit(theirs).hostname
    except ValueError:
        return False
    return bool(left) and bool(right) and registrable(left or "") == registrable(right or "")


def _is_its_own(amp: str, url: str) -> bool:
    """Tell whether an AMP page is of the page's own outlet: there, or in a cache that names the address it is of."""
    return is_one_outlet(amp, url) or any(is_one_outlet(each, url) for each in unwrap(amp))


def number_in(url: str) -> str | None:
    """Give the number by which an outlet knows an article, with its host, where a path carries one; dates are none.

    >>> number_in("https://paper.example/2026/11/22/flood-rises-1234567.html")
    'id:paper.example:1234567'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    tail = "/".join(parts.path.rstrip("/").split("/")[-2:])
    numbers = [each for each in _NUMBER.findall(tail) if not _DAY.match(each)]
    numbers = _HEX.findall(tail) or numbers
    return f"id:{(parts.hostname or '').removeprefix('www.')}:{numbers[-1]}" if numbers else None


# ------------------------------------------------------------------------------------------------------------ groups

Texts = Callable[[UrlKey], Collection[frozenset[int]]]
"""Gives the texts that a URL was seen to have, as marks of their paragraphs; none where it never was an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A URL of an article: how it belongs, and what said so."""

    role: Role
    reason: str
    at: datetime | None = None
    capture: RecordId | None = None


def group(start: UrlKey, suggested: Callable[[UrlKey], Iterable[Pointer]], texts: Texts) -> Mapping[UrlKey, Member]:
    """Give the URLs that are one article with ``start``, itself included; ``suggested`` gives pointers from and to."""
    known = _Known(suggested, texts)
    edges: dict[UrlKey, dict[UrlKey, list[Pointer]]] = {}
    waiting, split = [start], set[tuple[UrlKey, UrlKey]]()
    while waiting:
        here = waiting.pop()
        if here in edges:
            continue
        edges[here] = {}
        by_hand = known.by_hand(here)
        for pointer, other in known.around(here):
            word = by_hand.get(other)
            if word is None and known.believes(pointer, here, other):
                edges[here].setdefault(other, []).append(pointer)
                waiting.append(other)
        for other, word in by_hand.items():
            if word.kind == "join":
                edges[here].setdefault(other, []).append(word)
                waiting.append(other)
            else:
                split.add((word.source, word.target))
    for one, rest in sorted(split):
        _cut(edges, one, rest)
    members = _reached(edges, start)
    joined = [each for here in members for other, why in edges[here].items() if other in members for each in why]
    return {each: _member(each, joined) for each in sorted(members)}


def _cut(edges: dict[UrlKey, dict[UrlKey, list[Pointer]]], one: UrlKey, rest: UrlKey) -> None:
    """Part a URL, with those that people joined to it, from another and all that belongs to that one without them."""
    if one not in edges or rest not in edges:
        return
    by_hand = {here: {there: why for there, why in around.items() if _is_joined(why)} for here, around in edges.items()}
    mine = _reached(by_hand, one)
    if rest in mine:  # joined through others: the word on these two goes before that
        mine = {one}
    apart = _reached(edges, rest, but=mine)
    for here in mine:
        for there in apart & edges[here].keys():
            edges[here].pop(there)
            edges[there].pop(here, None)


def _is_joined(why: Iterable[Pointer]) -> bool:
    return any(each.kind == "join" for each in why)


def _reached(
    edges: Mapping[UrlKey, Mapping[UrlKey, object]], start: UrlKey, *, but: Collection[UrlKey] = ()
) -> set[UrlKey]:
    found, waiting = set[UrlKey](), [start]
    while waiting:
        here = waiting.pop()
        if here not in found and here not in but:
            found.add(here)
            waiting += edges.get(here, {})
    return found


class _Known:
    """What the pages say of each other, and what of it is believed."""

    def __init__(self, suggested: Callable[[UrlKey], Iterable[Pointer]], texts: Texts) -> None:
        self._suggested = suggested
        self._texts = texts

    def _pointers(self, key: UrlKey) -> list[Pointer]:
        return sorted(self._suggested(key), key=lambda each: (each.at, each.source, each.target, each.kind))

    def by_hand(self, here: UrlKey) -> dict[UrlKey, Pointer]:
        """Give the last word of people on each URL and this one."""
        return {_other(each, here): each for each in self._pointers(here) if each.kind in ("join", "split")}

    def around(self, here: UrlKey) -> Iterator[tuple[Pointer, UrlKey]]:
        """Give what points from and to a URL, with the URL at the other end."""
        for each in self._pointers(here):
            if each.kind == "id":
                sources = {theirs.source for theirs in self._pointers(each.target)}
                if len(sources) <= CROWD:  # a number that all pages of an outlet carry names none of them
                    yield from ((each, other) for other in sorted(sources - {here}))
            elif each.kind not in ("join", "split"):
                yield each, _other(each, here)

    def believes(self, pointer: Pointer, here: UrlKey, other: UrlKey) -> bool:
        """Tell whether the texts at both ends agree that they are one article."""
        if pointer.kind != "redirect":
            ours, theirs = self._texts(here), self._texts(other)
            return bool(ours) and bool(theirs) and _any_alike(ours, theirs, SAME_TEXT)
        # A URL that only ever led on has no text of its own to contradict.
        source, target = self._texts(pointer.source), self._text_behind(pointer.target)
        return bool(target) and (not source or _any_alike(source, target, MOVED_TEXT))

    def _text_behind(self, key: UrlKey) -> Collection[frozenset[int]]:
        """Give the texts of a URL, or of the one that it leads on to."""
        seen: set[UrlKey] = set()
        while key not in seen:
            if found := self._texts(key):
                return found
            seen.add(key)
            onward = [each.target for each in self._pointers(key) if each.kind == "redirect" and each.source == key]
            key = onward[-1] if onward else key
        return ()


def _other(pointer: Pointer, here: UrlKey) -> UrlKey:
    return pointer.target if pointer.source == here else pointer.source


def _any_alike(ours: Collection[frozenset[int]], theirs: Collection[frozenset[int]], least: float) -> bool:
    return any(alike(left, right) >= least for left in ours for right in theirs)


def _member(urlkey: UrlKey, joined: Iterable[Pointer]) -> Member:
    """Say how a URL belongs: what it says of itself goes before what is said of it."""
    of = [each for each in joined if urlkey in (each.source, each.target)]
    rules: tuple[tuple[Role, Kind, str | None, str], ...] = (
        ("amp", "amp", "target", "amp"),
        ("canonical", "canonical", "source", "canonical"),
        ("redirect", "redirect", "target", "redirect"),
        ("redirect", "redirect", "source", "redirect"),
        ("by hand", "join", None, "by hand"),
        ("id", "id", None, "same number in the path"),
        ("own", "canonical", "target", "canonical"),
    )
    for role, kind, side, reason in rules:
        for each in of:
            if each.kind == kind and (side is None or getattr(each, side) == urlkey):
                return Member(role=role, reason=reason, at=each.at, capture=each.capture)
    return Member(role="own", reason="captured")
