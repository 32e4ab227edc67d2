"""The links of an article's body: where they lead, whose that is, and which words they stand on. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

from archive.cite_hosts import category, has_media_word, whose
from archive.cite_patterns import Patterns
from archive.cite_spelling import bare, looks_like, spelled
from archive.links import clean, registrable, unwrap
from archive.model import Category, Extraction, Link, Outlet
from archive.naming import Names, key
from archive.urls import is_address, without_credentials

_LONGEST = 4000
_SHARE = re.compile(
    r"/(?:sharer?|share-?\w*|intent|submit|dialog|pin/create|sharing)(?:[/?.]|\Z)|[?&](?:text|mini|status)="
    r"|whatsapp\.com/send|/send\?"
)
_TOLD = re.compile(
    r"report|wrote|writes?\b|publish|interview|according|article|story|newspaper|bericht|schreib|laut|selon|según"
    r"|rapport|\bvia\b|appeared",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A link that leads to somebody else: its place in its paragraph, its target, the host's outlet and category.

    ``name`` is the outlet's, or what the article calls whom the host is of; its domain where it says nothing.
    """

    start: int
    end: int
    target: str
    host: str
    domain: str
    anchor: str
    outlet: Outlet | None
    category: Category
    name: str
    looks_named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Who publishes the article: what is said of it or links to it is no citation."""

    domain: str
    label: str
    outlet: Outlet | None
    sisters: frozenset[str]
    keys: frozenset[str] = frozenset()
    openings: tuple[str, ...] = ()

    @staticmethod
    def of(url: str, names: Names, sister_domains: Collection[str]) -> Own:
        host = _host(url)
        domain = registrable(host) if host else ""
        sisters = frozenset(registrable(each.lower()) for each in sister_domains)
        outlet = names.of_domain(host) if host else None
        known = (outlet.name, *outlet.aliases) if outlet is not None else ()
        keys = frozenset(key(each) for each in known if len(each) > 3)
        return Own(
            domain=domain,
            label=bare(domain),
            outlet=outlet,
            sisters=sisters,
            keys=keys,
            openings=tuple(f"{each} " for each in keys),
        )

    def has_host(self, host: str, outlet: Outlet | None) -> bool:
        """Tell whether a host is the publisher's own or a sister's: one name under several top-level domains is one."""
        domain = registrable(host)
        if domain == self.domain or domain in self.sisters or (outlet is not None and self.has_outlet(outlet)):
            return True
        label = bare(domain)
        return len(label) > 2 and label == self.label and len(self.label) > 2

    def has_outlet(self, outlet: Outlet) -> bool:
        """Tell whether an outlet is the publisher, by its domains or by its name."""
        if self.outlet is not None and (outlet == self.outlet or outlet.name == self.outlet.name):
            return True
        bases, labels = _bases(outlet.domains)
        if self.domain in bases or not self.sisters.isdisjoint(bases):
            return True
        if len(self.label) > 2 and self.label in labels:
            return True
        return self.has_name(outlet.name)

    def has_name(self, name: str) -> bool:
        """Tell whether a name is the publisher's, as its domain spells it, alone or with a section's behind it."""
        known = key(name)
        if known in self.keys or known.startswith(self.openings):
            return True
        letters = _letters(name)
        return len(self.label) > 2 and (
            letters == self.label or (len(self.label) > 4 and letters.startswith(self.label))
        )


def placed(extraction: Extraction, own: Own, names: Names, patterns: Patterns) -> dict[int, list[Placed]]:
    """Give the links to others by paragraph, each where its words stand."""
    found: dict[int, list[Placed]] = {}
    after: dict[int, int] = {}
    called: dict[str, str] = {}
    for link in extraction.links:
        if not 0 <= link.paragraph < len(extraction.paragraphs):
            continue
        text = extraction.paragraphs[link.paragraph]
        anchor = link.text.strip()
        start = text.find(anchor, after.get(link.paragraph, 0)) if anchor else -1
        if start < 0:
            start = max(0, text.find(anchor)) if anchor else 0
        else:
            after[link.paragraph] = start + len(anchor)
        one = _one(link, start, extraction.paragraphs, called, own, names, patterns)
        if one is not None:
            found.setdefault(link.paragraph, []).append(one)
    # A host is one kind of source throughout an article: the best told of its links speaks for all.
    press = {
        each.domain for some in found.values() for each in some if each.category == "media" and each.outlet is None
    }
    return {
        number: [
            replace(each, category="media") if each.domain in press and each.outlet is None else each for each in some
        ]
        for number, some in found.items()
    }


def _one(
    link: Link,
    start: int,
    paragraphs: Sequence[str],
    called: dict[str, str],
    own: Own,
    names: Names,
    patterns: Patterns,
) -> Placed | None:
    """Make one of them; ``called`` keeps what the article calls each host's owner."""
    target = without_credentials(clean(unwrap(link.url)[-1]) if len(link.url) <= _LONGEST else link.url)
    host = whose(_host(target))
    if not host or "." not in host or not target.lower().startswith(("http://", "https://")):
        return None
    outlet = names.of_domain(host)
    if own.has_host(host, outlet):
        return None
    domain = registrable(host)
    anchor = link.text.strip()
    text = paragraphs[link.paragraph]
    end = min(len(text), start + len(anchor))
    kind: Category = "other"
    if is_address(host):
        name = host
    elif outlet is not None:
        name, kind = outlet.name, outlet.category
    else:
        told = start < end and _tells(text, start, end, anchor, patterns)
        said = spelled(domain, anchor) if told or looks_like(anchor, domain) else None
        is_named = told and said is not None and _is_told_of(said, anchor, patterns)
        kind = category(target, anchor, is_told=told, is_named=is_named)
        if kind == "media" and domain not in called:
            called[domain] = spelled(domain, anchor, text, paragraphs) or domain
        name = said or called.get(domain, domain)
    if (kind == "social" and _is_profile(target)) or (_SHARE.search(target) and kind in ("social", "other")):
        return None
    return Placed(
        start=start,
        end=end,
        target=target,
        host=host,
        domain=domain,
        anchor=anchor,
        outlet=outlet,
        category=kind,
        name=name,
        looks_named=name in anchor or looks_like(anchor, domain),
    )


def _is_told_of(name: str, anchor: str, patterns: Patterns) -> bool:
    """Tell whether the words of a link are a name, or a name and that its bearer tells something."""
    before, found, after = anchor.partition(name)
    if not found:
        return False
    before, after = before.strip(), after.strip()
    return (not before or patterns.strict_before.search(f"{before} ") is not None) and (
        not after or patterns.verb_after.match(f" {after}") is not None
    )


def _tells(text: str, start: int, end: int, anchor: str, patterns: Patterns) -> bool:
    """Tell whether the words of a link, or those at it, say that somebody reports."""
    before = patterns.strict_before.search(text[max(0, start - 60) : start])
    after = patterns.verb_after.match(text[end : end + 60])
    around = (anchor, before[0] if before else "", after[0] if after else "")
    return any(_TOLD.search(words) for words in around)


def learned(links: Iterable[Placed], names: Names) -> tuple[Outlet, ...]:
    """Give the outlets whose names the article's own links teach: a name that is spelled by its host's domain."""
    outlets: dict[str, Outlet] = {}
    for link in links:
        if link.category != "media" or (link.outlet is None and link.name == link.domain):
            continue
        known = link.outlet
        if known is not None and (not looks_like(link.anchor, link.domain) or names.in_text(link.anchor)):
            continue
        name = known.name if known else link.name
        alias = link.anchor if known else link.name
        last = alias.rpartition(" ")[2]
        is_one_word = last == alias and "-" not in alias
        short = (f"The {last}",) if last != alias and has_media_word(f"{last.lower()}.example") else ()
        outlets.setdefault(
            link.domain,
            Outlet(
                name=name,
                domains=known.domains if known else (link.domain,),
                aliases=(alias, *short),
                ambiguous=frozenset((alias, *short) if is_one_word else short),
                kind="learned",
            ),
        )
    return tuple(outlets.values())


@lru_cache(maxsize=16_384)
def _bases(domains: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Give the registrable domains among some, and their labels."""
    bases = frozenset(map(registrable, domains))
    return bases, frozenset(map(bare, bases))


def _letters(name: str) -> str:
    return _LETTERS.sub("", key(name))


def _host(url: str) -> str:
    try:
        return (urlsplit(url.strip()).hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return ""


def _is_profile(target: str) -> bool:
    """Tell whether a link to a platform leads to somebody's page there, not to something they said."""
    path = urlsplit(target).path.strip("/")
    return path.count("/") == 0 and not re.search(r"watch|video|\d{6}", target)
