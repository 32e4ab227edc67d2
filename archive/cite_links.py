"""The links of an article's body: where they lead, whose that is, and which words they stand on. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from archive.cite_hosts import category, whose
from archive.cite_patterns import Patterns
from archive.links import clean, registrable, unwrap
from archive.model import Category, Extraction, Link, Outlet
from archive.naming import Names, key

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
_NAME_WORDS = 6
"""Words of an anchor that may be a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A link that leads to somebody else: its place in its paragraph, its target, the host's outlet and category."""

    start: int
    end: int
    target: str
    host: str
    domain: str
    anchor: str
    outlet: Outlet | None
    category: Category
    looks_named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Who publishes the article: what is said of it or links to it is no citation."""

    domain: str
    label: str
    outlet: Outlet | None
    sisters: frozenset[str]

    @staticmethod
    def of(url: str, names: Names, sister_domains: Collection[str]) -> Own:
        host = _host(url)
        domain = registrable(host) if host else ""
        sisters = frozenset(registrable(each.lower()) for each in sister_domains)
        return Own(domain=domain, label=_label(domain), outlet=names.of_domain(host) if host else None, sisters=sisters)

    def has_host(self, host: str, outlet: Outlet | None) -> bool:
        """Tell whether a host is the publisher's own or a sister's: one name under several top-level domains is one."""
        domain = registrable(host)
        if domain == self.domain or domain in self.sisters or (outlet is not None and self.has_outlet(outlet)):
            return True
        label = _label(domain)
        return len(label) > 2 and label == self.label and len(self.label) > 2

    def has_outlet(self, outlet: Outlet) -> bool:
        """Tell whether an outlet is the publisher, by its domains or by its name."""
        if self.outlet is not None and (outlet == self.outlet or outlet.name == self.outlet.name):
            return True
        if any(domain == self.domain or domain in self.sisters for domain in map(registrable, outlet.domains)):
            return True
        if any(_label(registrable(domain)) == self.label and len(self.label) > 2 for domain in outlet.domains):
            return True
        return self.has_name(outlet.name)

    def has_name(self, name: str) -> bool:
        """Tell whether a name is the publisher's, as its domain spells it, alone or with a section's behind it."""
        if self.outlet is not None:
            names = (self.outlet.name, *self.outlet.aliases)
            if any(key(name) == key(own) or key(name).startswith(key(own) + " ") for own in names if len(own) > 3):
                return True
        letters = _letters(name)
        return len(self.label) > 2 and (
            letters == self.label or (len(self.label) > 4 and letters.startswith(self.label))
        )


def placed(extraction: Extraction, own: Own, names: Names, patterns: Patterns) -> dict[int, list[Placed]]:
    """Give the links to others by paragraph, each where its words stand."""
    found: dict[int, list[Placed]] = {}
    after: dict[int, int] = {}
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
        one = _one(link, text, start, min(len(text), start + len(anchor)), own, names, patterns)
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


def _one(link: Link, text: str, start: int, end: int, own: Own, names: Names, patterns: Patterns) -> Placed | None:
    target = clean(unwrap(link.url)[-1]) if len(link.url) <= _LONGEST else link.url
    host = whose(_host(target))
    if not host or "." not in host or not target.lower().startswith(("http://", "https://")):
        return None
    outlet = names.of_domain(host)
    if own.has_host(host, outlet):
        return None
    domain = registrable(host)
    anchor = link.text.strip()
    is_named = looks_like(anchor, domain)
    if outlet is not None:
        kind = outlet.category
    else:
        told = start < end and _tells(text, start, end, anchor, patterns)
        kind = category(target, anchor, is_told=told, is_named=told and is_named)
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
        looks_named=is_named,
    )


def _tells(text: str, start: int, end: int, anchor: str, patterns: Patterns) -> bool:
    """Tell whether the words of a link, or those at it, say that somebody reports."""
    before = patterns.strict_before.search(text[max(0, start - 60) : start])
    after = patterns.verb_after.match(text[end : end + 60])
    around = (anchor, before[0] if before else "", after[0] if after else "")
    return any(_TOLD.search(words) for words in around)


def learned(links: Iterable[Placed], names: Names) -> Names | None:
    """Give the names that the article's own links teach: an anchor that spells its host's domain."""
    outlets: dict[str, Outlet] = {}
    for link in links:
        if not link.looks_named or link.category != "media" or names.in_text(link.anchor):
            continue
        known = link.outlet
        name = known.name if known else link.anchor
        outlets.setdefault(
            link.domain,
            Outlet(
                name=name,
                domains=known.domains if known else (link.domain,),
                aliases=(link.anchor,),
                ambiguous=frozenset((link.anchor,) if " " not in link.anchor and "-" not in link.anchor else ()),
                kind="learned",
            ),
        )
    return Names.of(outlets.values()) if outlets else None


def looks_like(anchor: str, domain: str) -> bool:
    """Tell whether words are a name that a domain spells: "Spokesman-Review" for spokesman.com."""
    if (not anchor[:1].isupper() and not anchor[:1].isdigit()) or len(anchor.split()) > _NAME_WORDS or len(anchor) > 60:
        return False
    letters, label = _letters(anchor), _label(domain)
    if len(letters) < 3 or len(label) < 3:
        return False
    return (
        letters == label
        or (len(label) > 4 and letters.startswith(label))
        or (len(letters) > 4 and label.startswith(letters))
    )


def _letters(name: str) -> str:
    return _LETTERS.sub("", key(name))


def _label(domain: str) -> str:
    label = domain.partition(".")[0].replace("-", "")
    return label.removeprefix("the") if len(label) > 6 else label


def _host(url: str) -> str:
    try:
        return (urlsplit(url.strip()).hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return ""


def _is_profile(target: str) -> bool:
    """Tell whether a link to a platform leads to somebody's page there, not to something they said."""
    path = urlsplit(target).path.strip("/")
    return path.count("/") == 0 and not re.search(r"watch|video|\d{6}", target)
