"""On whose word a story rests: an article's links, the names it credits, its sources without a name. Pure.

What counts as telling is said by the cues of ``archive.cues``; whether a name stands in such a construction by
``archive.cite_mentions``; here it is put together, sentence by sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from archive.cite_credits import outside
from archive.cite_drafts import CHECKED, Draft, add, doubt, numbered, through
from archive.cite_links import Own, Placed, learned, placed
from archive.cite_mentions import Verdict, is_part, judged, persons, short_for_others
from archive.cite_patterns import Patterns, patterns_for
from archive.cite_short import in_full, meant
from archive.cite_sources import Unnamed, has_any, offices, sites, unlisted, unnamed
from archive.cite_spelling import label, looks_like
from archive.model import Category, Citation, CitedRole, Extraction, Outlet
from archive.naming import Mention, Names, key
from archive.sentences import spans
from archive.urls import is_address

_NEAR = 28
"""Characters between a credited name and the link that its statement stands on."""
_AND = re.compile(
    r"[\s,;/&\"“”„«»‘’']*(?:(?:'s|’s|and|or|und|sowie|et|ou|y|e|o|и|و|as well as|en|och|og"
    r"|newspaper|newspapers|magazine|poll|agency)[\s,]*){0,2}"
    r"(?:the|la|el|le|les|der|die|das|to|by|from|with|by the)?[\s\"“„«‘'*]*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """What is known while an article is read."""

    own: Own
    names: Names
    patterns: Patterns
    doubted: frozenset[str]
    sure: frozenset[str]


def cite(extraction: Extraction, url: str, names: Names, sister_domains: Collection[str] = ()) -> tuple[Citation, ...]:
    """Give on whose word an article rests, in the order of its text; at most one citation an outlet and sentence.

    ``url`` is the article's own: its publisher and the ``sister_domains`` of it are not cited.
    """
    patterns = patterns_for(extraction.language, " ".join(extraction.paragraphs[:6]))
    own = Own.of(url, names, sister_domains)
    links = placed(extraction, own, names, patterns)
    taught = learned((each for some in links.values() for each in some), names)
    local = Names.of(taught) if taught else None
    mentions = [_named(text, names, local) for text in extraction.paragraphs]
    full = in_full(mentions, links, taught, own.outlet)
    mentions = [[meant(each, number, full) for each in some] for number, some in enumerate(mentions)]
    told = list(zip(extraction.paragraphs, mentions, strict=True))
    others = short_for_others(told)
    if others:
        mentions = [[each for each in some if key(each.name) not in others] for some in mentions]
    reader = _Reader(
        own=own,
        names=names,
        patterns=patterns,
        doubted=persons(told, patterns),
        sure=_sure(mentions, links),
    )
    drafts: list[Draft] = []
    for number, text in enumerate(extraction.paragraphs):
        drafts += _paragraph(number, text, mentions[number], links.get(number, []), reader, drafts)
    return numbered([*outside(extraction, own, names), *drafts])


def _named(text: str, names: Names, taught: Names | None) -> list[Mention]:
    """Find the names in a text; of one that the article teaches and one in it, the longer."""
    found = names.in_text(text)
    for each in taught.in_text(text) if taught is not None else ():
        if not any(_overlap(each, other) and len(other.name) >= len(each.name) for other in found):
            found = [other for other in found if not _overlap(each, other)]
            found.append(each)
    return found


def _sure(mentions: Iterable[Iterable[Mention]], links: dict[int, list[Placed]]) -> frozenset[str]:
    """Give the names of the outlets that the article means beyond doubt somewhere."""
    sure = {
        each.outlets[0].name for some in mentions for each in some if not each.is_ambiguous and len(each.outlets) == 1
    }
    return frozenset(sure | {each.outlet.name for some in links.values() for each in some if each.outlet is not None})


def _paragraph(
    number: int, text: str, known: list[Mention], links: list[Placed], reader: _Reader, before: Sequence[Draft]
) -> list[Draft]:
    mentions = [*known]
    mentions += offices(text, reader.names, reader.patterns, mentions)
    mentions += unlisted(text, reader.patterns, mentions)
    mentions += sites(text, mentions)
    mentions.sort(key=lambda each: each.start)
    drafts: list[Draft] = []
    small = text.casefold()
    checked = has_any(small, CHECKED)
    veiled = has_any(small, reader.patterns.veiled) or has_any(small, reader.patterns.heads)
    for start, end in spans(text):
        inside = [
            replace(each, start=each.start - start, end=each.end - start)
            for each in mentions
            if start <= each.start < end
        ]
        linked = [each for each in links if start <= each.start < end]
        if not (inside or linked or veiled or checked):
            continue
        made: list[Draft] = []
        if inside or linked or veiled:
            sources = unnamed(text[start:end], reader.patterns) if veiled else []
            made = _sentence(number, text, start, end, inside, linked, sources, reader)
        through(made, [*before, *drafts], text, reader.patterns)
        if checked and reader.patterns.unverified.search(text[start:end]):
            doubt(made, [*before, *drafts], number)
        drafts += made
    return drafts


def _sentence(
    number: int,
    text: str,
    start: int,
    end: int,
    mentions: list[Mention],
    links: list[Placed],
    sources: list[Unnamed],
    reader: _Reader,
) -> list[Draft]:
    sentence = text[start:end]
    drafts: dict[str, Draft] = {}
    used: set[int] = set()
    for mention, verdict, outlet in _credited(mentions, sentence, text, start, links, reader):
        link = _link_of(mention, outlet, start, links, verdict)
        if verdict is None and (link is None or outlet.kind in ("site", "unlisted")):
            continue
        if link is not None:
            used.update(place for place, each in enumerate(links) if each is link or each.outlet == outlet)
        made = _of_name(mention, outlet, verdict, link)
        add(drafts, Draft(number, start + mention.start, sentence, made, start + mention.end))
    for place, each in enumerate(links):
        if place not in used:
            add(drafts, Draft(number, each.start, sentence, _of_link(each), each.end))
    for source in sources:
        if any(
            each.start <= start + source.start < each.end
            or (source.start <= each.start - start < source.end and source.is_press)
            for each in drafts.values()
            if each.citation.how == "name"
        ):
            continue
        after = sentence[source.end :].lstrip("\"”»’'")
        negated = reader.patterns.negated_after.match(after[:160]) is not None
        made = Citation(
            how="name",
            role="attribution",
            outlet=None,
            domain=None,
            category="other",
            source=source.words,
            negated=negated,
        )
        drafts[f"\0{source.start}"] = Draft(
            number, start + source.start, sentence, made, start + source.end, is_unnamed=True
        )
    return sorted(drafts.values(), key=lambda each: each.start)


def _credited(
    mentions: list[Mention], sentence: str, text: str, start: int, links: list[Placed], reader: _Reader
) -> list[tuple[Mention, Verdict | None, Outlet]]:
    """Judge the names of a sentence; one that stands in a row with a credited one is credited too."""
    judgments: list[tuple[Mention, Verdict | None, Outlet]] = []
    for each in mentions:
        outlet = _whose(each, start, links, reader)
        if reader.own.has_outlet(outlet):
            continue
        mention = replace(each, is_ambiguous=True) if key(each.name) in reader.doubted else each
        verdict = judged(mention, sentence, text, start, reader.patterns, official=outlet.category == "official")
        judgments.append((mention, verdict, outlet))
    order = range(1, len(judgments))
    for pairs in (((i - 1, i) for i in order), ((i, i - 1) for i in reversed(order))):
        for giver, taker in pairs:
            one, other = judgments[giver], judgments[taker]
            left, right = sorted((one[0], other[0]), key=lambda each: each.start)
            if one[1] is None or other[1] is not None or other[2].category != one[2].category:
                continue
            if is_part(other[0], sentence, reader.patterns):
                continue
            if other[2].kind not in ("unlisted", "site") and _AND.fullmatch(sentence[left.end : right.start]):
                judgments[taker] = (other[0], one[1], other[2])
    return judgments


def _whose(mention: Mention, start: int, links: list[Placed], reader: _Reader) -> Outlet:
    """Choose among outlets that share a name: a linked one, one named elsewhere, one of the publisher's country."""
    outlets = mention.outlets
    for link in links:
        # Another outlet of the same name, where the link says which: the Observer of observer.example.
        if (
            link.outlet is None
            and link.start <= start + mention.end
            and start + mention.start <= link.end
            and _may_be(mention.name, link.domain)
            and not any(link.domain in each.domains for each in outlets)
        ):
            name = mention.name if link.name == link.domain else link.name
            return Outlet(name=name, domains=(link.domain,), category=link.category, kind="learned")
    if len(outlets) == 1:
        return outlets[0]
    own = reader.own.outlet
    tests = (
        lambda each: any(link.outlet == each for link in links),
        reader.own.has_outlet,
        lambda each: each.name in reader.sure,
        lambda each: own is not None and own.country is not None and each.country == own.country,
        lambda each: reader.patterns.language in each.languages,
        lambda each: key(each.name) == key(mention.name),
        lambda each: "(" not in each.name,
    )
    for test in tests:
        chosen = [each for each in outlets if test(each)]
        if len(chosen) == 1:
            return chosen[0]
    return Outlet(name=mention.name, category=outlets[0].category, kind="several")


def _may_be(name: str, domain: str) -> bool:
    """Tell whether a domain spells a name, or one that ends with it."""
    letters = key(name).replace(" ", "")
    return looks_like(name, domain) or (len(letters) > 3 and label(domain).endswith(letters))


def _link_of(
    mention: Mention, outlet: Outlet, start: int, links: list[Placed], verdict: Verdict | None
) -> Placed | None:
    """Find the link that a name stands on, or that its statement does."""
    begin, end = start + mention.start, start + mention.end
    same = [
        each
        for each in links
        if each.outlet is not None and (each.outlet == outlet or set(each.outlet.domains) & set(outlet.domains))
    ]
    same += [each for each in links if each.outlet is None and each.domain in outlet.domains]
    if same:
        return min(same, key=lambda each: abs(each.start - begin))
    over = [each for each in links if each.start < end and begin < each.end and not _names_host(each)]
    if over and (verdict is not None or not mention.is_ambiguous):
        return over[0]
    if verdict is None:
        return None
    near = [
        each
        for each in links
        if min(abs(each.start - end), abs(begin - each.end)) <= _NEAR and each.category == "media"
    ]
    near = [each for each in near if not each.looks_named and not _names_host(each)]
    return near[0] if near else None


def _names_host(link: Placed) -> bool:
    """Tell whether the words of a link name its host, whoever else they name."""
    return any(looks_like(word, link.domain) for word in link.anchor.split())


def _of_name(mention: Mention, outlet: Outlet, verdict: Verdict | None, link: Placed | None) -> Citation:
    role: CitedRole = verdict.role if verdict else "attribution"
    domain = outlet.domains[0] if outlet.domains else None
    if link is None:
        return Citation(
            how="name",
            role=role,
            outlet=outlet.name,
            domain=domain,
            category=outlet.category,
            negated=bool(verdict and verdict.negated),
        )
    if domain is None and outlet.kind in ("unlisted", "learned") and link.outlet is None:
        domain = link.domain
    return Citation(
        how="link",
        role=role,
        outlet=outlet.name,
        domain=domain,
        category=outlet.category,
        negated=bool(verdict and verdict.negated),
        target=link.target,
        host=link.host,
        anchor=link.anchor,
    )


def _of_link(link: Placed) -> Citation:
    category: Category = link.category
    outlet = link.outlet
    nameless = outlet is None and is_address(link.host)
    return Citation(
        how="link",
        role="source link",
        outlet=None if nameless else link.name,
        domain=None if nameless else outlet.domains[0] if outlet and outlet.domains else link.domain,
        category=category,
        source=link.host if nameless else None,
        target=link.target,
        host=link.host,
        anchor=link.anchor,
    )


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end
