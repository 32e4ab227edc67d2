"""On whose word articles rest, and who cites whom: asked of an archive by verbs and notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import groupby

from archive import citing, deriving, learning
from archive.asked import Asked, as_of_now
from archive.drift import Fate
from archive.judged import keys_of
from archive.links import clean
from archive.model import Article, Citation, Outlet, Revision
from archive.naming import key as name_key
from archive.store import Connection, articles, citations
from archive.store.citations import Cited, Count
from archive.urls import in_unicode, is_address, urlkey
from archive.wording import compared


def of_revision(asked: Asked, article: Article, revision: Revision) -> list[tuple[Cited, Fate, str | None]]:
    """Give the citations of a revision with what became of their targets, and who is credited by its domain."""
    with asked.store.read() as conn:
        found = citations.of_revision(conn, revision.id)
        learned = citations.learned(conn)
    told: list[tuple[Cited, Fate, str | None]] = []
    for each in found:
        for key in citing.keys_of(each.citation):
            asked.article(key)  # what was captured of it and never read is read first
        with asked.store.read() as conn:
            fate = citing.fate_of(conn, each.citation, article, revision, partial(as_of_now, conn))
        told.append((each, fate, _domain_of(each.citation, learned)))
    return told


def by(asked: Asked, who: str) -> Iterator[tuple[Article, list[tuple[Revision, Cited]]]]:
    """Give who cites a page, by its URL, or an outlet, by its domain or a name, article by article."""
    with asked.store.read() as conn:
        if "://" in who:
            key = urlkey(clean(who))
            found = list(citations.of_target(conn, sorted({*keys_of(conn, key), urlkey(who)})))
        else:
            domains, names = _names_of(asked, conn, who)
            found = list(citations.of_outlet(conn, domains, names))
        for id, some in groupby(found, key=lambda each: each.article):
            article = as_of_now(conn, id)
            if article is None:
                continue
            by_id = {each.id: each for each in article.revisions}
            yield article, [(by_id[each.revision], each) for each in some if each.revision in by_id]


def counted(asked: Asked, site: str | None) -> list[tuple[Count, tuple[str, ...]]]:
    """Give who is cited, most cited first, with the other names of each; one on the list goes by its name there."""
    found: list[tuple[Count, tuple[str, ...]]] = []
    with asked.store.read() as conn:
        names = deriving.known(asked.home, conn).names
        for each in citations.counts(conn, site):
            if each.domain is not None and is_address(each.domain):
                continue
            outlet = names.of_domain(each.domain) if each.domain else None
            found.append((each, ()) if outlet is None else (replace(each, name=outlet.name), outlet.aliases))
    return found


def resolve(asked: Asked, name: str, domain: str) -> int:
    """Put on record whose a name is, and look at the articles that have it again; give how many these are."""
    asked.recording().tell_journal("name", name, {"domain": domain})

    def again(conn: Connection) -> int:
        domains = {domain, *(was for written, was in citations.resolved(conn).items() if name_key(written) == key)}
        learning.restore_names(conn)
        known = deriving.known(asked.home, conn)
        # Links to a domain are told by the names that are known for it, and its own articles do not cite it.
        ids = set(articles.mentioning(conn, {*parts_of(name), *domains, *map(in_unicode, domains)}))
        for each in domains:
            ids.update(articles.every(conn, outlet=each))
        for id in sorted(ids):
            deriving.derive(conn, None, articles.get(conn, id), known, anew=True)
        return len(ids)

    key = name_key(name)
    count = asked.recording().work_and_wait(again, apart=True)
    asked.rereading().forget_names()
    return count


_ASIDE = re.compile(r"\([^()]*\)")
_WORD = re.compile(r"[^\W_]+")
_ASCII = re.compile(r"[A-Za-z0-9]{4,}")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_BARE = 4
"""Letters of a word that has no ending which grammar may change."""


def parts_of(name: str) -> set[str]:
    """Give the part of a name that stands in every text in which it is found, as it may be written there. Pure.

    A text may have it with other quotes, dashes and endings, and with other articles before it.
    """
    words = _WORD.findall(_ASIDE.sub(" ", compared(name))) or [name]
    word = max(words, key=len).removeprefix("ال")
    if len(word) > _BARE:
        word = word[: max(_BARE - 1, len(word) - 3)] if _CYRILLIC.search(word) else word[:-1]
    # Case is looked over in ASCII only, and other letters may be written as two.
    plain = max(_ASCII.findall(word), key=len, default=None)
    return {plain} if plain else {word, word.lower(), word.upper(), word.capitalize()}


def _names_of(asked: Asked, conn: Connection, who: str) -> tuple[list[str], list[str]]:
    """Give the domains and names of an outlet that is asked for by one of them."""
    known = deriving.known(asked.home, conn)
    learned = citations.learned(conn)
    outlet = known.names.of_domain(who) if "." in who else None
    domains, names = {who.lower().removeprefix("www.")}, {name_key(who)}
    if outlet is None:
        outlet = next((each for each in known.names.outlets if name_key(who) in _keys(each)), None)
    if outlet is not None:
        domains.update(outlet.domains)
        names.update(_keys(outlet) - {name_key(each) for each in outlet.ambiguous})
    domains.update(domain for name, domain in learned.items() if name in names)
    names.update(name for name, domain in learned.items() if domain in domains)
    return sorted(domains), sorted(names)


def _keys(outlet: Outlet) -> set[str]:
    return {name_key(each) for each in (outlet.name, *outlet.aliases)}


def _domain_of(citation: Citation, learned: Mapping[str, str]) -> str | None:
    """Give the domain of who is credited: as the text tells, else as links elsewhere have taught for the name."""
    return citation.domain or (learned.get(name_key(citation.outlet)) if citation.outlet else None)
