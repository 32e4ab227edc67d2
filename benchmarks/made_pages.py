"""Real pages edited inside the article's container, and around it: raw HTML, with the flags each edit must raise.

Some edits change words that the page has, some a sentence that was put into the page before and after
(``made_words``). What stands around the article changes as in ``tests.noise``, with blocks of other pages. Shares no
splitter, word list or pattern with the product that it tries.

A flag that an edit may raise with equal right or not is named in ``may`` and never counted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from archive.model import Flag
from benchmarks import made_fields as fields
from benchmarks import made_wording as words
from benchmarks.extraction import bytes_of, manifest
from benchmarks.made_sheet import MadeEdit, Page, page_of, spliced
from benchmarks.made_words import LANGUAGES
from tests.noise import KINDS as NOISE
from tests.noise import alter_told

SUBSTANTIVE: frozenset[Flag] = frozenset(
    ("headline", "lede", "quote", "number", "date", "name", "attribution", "caveat", "hedging", "negation")
)
"""Flags that make an edit a stealth edit where no notice is new and the modified time stands."""

_DONORS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePage:
    """A page before and after, the flags that must be raised, those that may, and what was done."""

    id: str
    url: str
    language: str
    before: bytes
    after: bytes
    flags: frozenset[Flag]
    may: frozenset[Flag]
    edits: tuple[MadeEdit, ...]
    noise: tuple[str, ...]
    first_seen: datetime | None


Maker = Callable[[Page, random.Random], MadeEdit | None]


def _line(kind: str, *, lede: bool = False) -> Maker:
    return lambda page, drawn: words.put(page, drawn, kind, lede=lede)


def _either(*makers: Maker) -> Maker:
    """Make one of several, and where that can't be done another."""

    def edit(page: Page, drawn: random.Random) -> MadeEdit | None:
        for maker in drawn.sample(makers, len(makers)):
            if (made := maker(page, drawn)) is not None:
                return made
        return None

    return edit


KINDS: Mapping[str, Maker] = {
    "headline": fields.headline,
    "lede": _either(*(_line(kind, lede=True) for kind in ("plain", "new", "number", "plain", "date"))),
    "number": _either(_line("number"), words.own_number),
    "date": _either(_line("date"), words.own_date),
    "name": _either(_line("name"), words.own_name),
    "quote": _either(_line("quote"), words.own_quote),
    "quote gone": _line("quote gone"),
    "attribution": _either(_line("attribution"), _line("outlet")),
    "caveat": _line("caveat"),
    "hedging": _either(_line("hedging"), words.own_swap("hedging", "said")),
    "negation": _either(_line("negation"), words.own_swap("negation", "negated"), words.own_denial),
    "link": fields.link,
    "picture": fields.picture,
    "redated": fields.redated,
    "correction": fields.notice,
    "plain": _either(_line("plain"), words.own_swap("plain", "plain")),
    "typographic": words.own_typing,
    "new": _either(_line("new"), words.own_removed),
    "moved": words.moved,
}
"""The kinds of edits by name."""


def entries() -> list[dict[str, Any]]:
    """Give the pages with gold text in a language that there are words for."""
    return [each for each in _entries() if "text" in each["gold"] and each["gold"].get("lang") in LANGUAGES]


def cases(
    count: int, seed: int, *, held: bool = False, edits: int | None = None, skip: frozenset[str] = frozenset()
) -> Iterator[MadePage]:
    """Make so many pairs; ``edits`` 0 makes pairs that differ in what stands around the article alone.

    Rare languages get more than their share: they are drawn as often as German.
    """
    by_language: dict[str, list[dict[str, Any]]] = {}
    for entry in entries():
        if entry["id"] not in skip:
            by_language.setdefault(entry["gold"]["lang"], []).append(entry)
    drawn = random.Random(f"{seed} {held} {edits}")
    order = ("en", "en", "de", "en", "fr", "en", "es", "en", "de", "ru", "en", "ar")
    queues: dict[str, list[dict[str, Any]]] = {}
    number = given = 0
    while given < count and number < 20 * count:
        language = order[number % len(order)]
        number += 1
        if not by_language.get(language):
            continue
        if not queues.get(language):
            queues[language] = drawn.sample(by_language[language], len(by_language[language]))
        entry = queues[language].pop()
        found = _found(entry["id"])
        if found is None:
            continue
        others = [each for each in _entries() if each["domain"] != entry["domain"]]
        donors = [page for each in drawn.sample(others, 2 * _DONORS) if _is_utf8(page := bytes_of(each))][:_DONORS]
        pair = made(replace(found, held=held), random.Random(f"{seed} {held} {number} {found.id}"), donors, edits)
        if pair is not None:
            given += 1
            yield pair


def made(page: Page, drawn: random.Random, donors: Sequence[bytes], count: int | None = None) -> MadePage | None:
    """Edit a page, two to six times, and change what stands around the article; None where nothing could be done."""
    wanted = drawn.randint(2, 6) if count is None else count
    page = replace(page, taken=set())
    done: list[MadeEdit] = []
    for kind in drawn.sample(list(KINDS), len(KINDS)):
        if len(done) >= wanted:
            break
        if (edit := KINDS[kind](page, drawn)) is not None and _fits(edit, done):
            done.append(edit)
            page.taken |= set(edit.taken)
    if wanted and not done:
        return None
    if done and drawn.random() < 0.35 and (edit := fields.updated(page, drawn)) is not None and _fits(edit, done):
        done.append(edit)
    flags: frozenset[Flag] = frozenset().union(*(edit.flags for edit in done))
    may: frozenset[Flag] = frozenset().union(*(edit.may for edit in done)) - flags
    if not any(edit.is_notice or edit.is_update for edit in done):
        if flags & SUBSTANTIVE:
            flags |= {"stealth"}
        elif may & SUBSTANTIVE:
            may |= {"stealth"}
    before = spliced(page.html, [splice for edit in done for splice in edit.splices_before])
    after = spliced(page.html, [splice for edit in done for splice in edit.splices_after])
    kept = [splice.text for edit in done for splice in edit.splices_after if len(splice.text) > 12]
    noisy, told = _noisy(after.encode("utf-8"), kept, drawn, donors)
    return MadePage(
        id=page.id, url=page.url, language=page.language, before=before.encode("utf-8"), after=noisy, flags=flags,
        may=may, edits=tuple(done), noise=told,
        first_seen=next((edit.first_seen for edit in done if edit.first_seen), None),
    )  # fmt: skip


def _fits(edit: MadeEdit, done: Sequence[MadeEdit]) -> bool:
    """Whether no splice of an edit overlaps one that is made, in the same page or the other."""
    there = [splice for each in done for splice in (*each.splices_before, *each.splices_after)]
    return not any(
        new.start < old.end and old.start < new.end
        for new in (*edit.splices_before, *edit.splices_after)
        for old in there
    )


def _noisy(
    page: bytes, kept: Sequence[str], drawn: random.Random, donors: Sequence[bytes]
) -> tuple[bytes, tuple[str, ...]]:
    for _ in range(4):
        kinds = drawn.sample(list(NOISE), drawn.randint(1, 3))
        other, told = alter_told(page, drawn.randrange(10**9), donors, kinds)
        text = other.decode("utf-8")
        if all(each in text for each in kept):
            return other, told
    return page, ()


def _is_utf8(page: bytes) -> bool:
    try:
        page.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(maxsize=1)
def _entries() -> tuple[dict[str, Any], ...]:
    return tuple(manifest())


@lru_cache(maxsize=1)
def _domains() -> tuple[str, ...]:
    return tuple(sorted({each["domain"] for each in _entries()}))


@lru_cache(maxsize=260)
def _found(id: str) -> Page | None:
    return page_of(next(each for each in _entries() if each["id"] == id), _domains())
