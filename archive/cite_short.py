"""Whose a short name is where an article names somebody in full: the Courier of one that has the Quay Courier. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from archive.cite_links import Placed
from archive.model import Outlet
from archive.naming import Mention, key


@dataclass(frozen=True, slots=True)
class Full:
    """A name in full: where it stands, as its paragraph and its place there; what it is compared by; whose it is."""

    at: tuple[int, int]
    name: str
    outlet: Outlet


def in_full(
    mentions: Sequence[Iterable[Mention]],
    links: Mapping[int, Iterable[Placed]],
    taught: Iterable[Outlet],
    own: Outlet | None,
) -> list[Full]:
    """Give the names in full of an article: those it has, those of whom it links to, and its publisher's before all."""
    by_domain = {domain: outlet for outlet in taught for domain in outlet.domains}
    found: list[Full] = []
    if own is not None:
        found += [Full((-1, 0), key(name), own) for name in (own.name, *own.aliases)]
    for number, some in enumerate(mentions):
        found += [
            Full((number, each.start), key(each.name), each.outlets[0])
            for each in some
            if len(each.outlets) == 1 and " " in key(each.name)
        ]
    for number, placed in links.items():
        for link in placed:
            outlet = link.outlet or by_domain.get(link.domain)
            if outlet is not None:
                found.append(Full((number, link.start), key(outlet.name), outlet))
    media = [each for each in found if each.outlet.category == "media" and "agency" not in each.outlet.kind]
    return sorted(media, key=lambda each: each.at)


def meant(mention: Mention, number: int, full: Sequence[Full]) -> Mention:
    """Give a mention with whom it means: of those whose full name ends with it, the one named last before it."""
    if mention.is_resolved or not (mention.is_ambiguous or len(mention.outlets) > 1):
        return mention
    short = key(mention.name)
    ending = f" {short}"
    candidates = [
        each
        for each in full
        if each.name.endswith(ending)
        or (each.name == short and each.outlet.kind == "learned")
        or (each.name != short and each.at[0] >= 0 and each.outlet in mention.outlets)
    ]
    if not candidates:
        return mention
    at = (number, mention.start)
    before = [each for each in candidates if each.at <= at]
    chosen = (before[-1] if before else candidates[0]).outlet
    return mention if mention.outlets == (chosen,) else replace(mention, outlets=(chosen,))
