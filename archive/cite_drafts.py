"""Citations while they are made: one an outlet and sentence, through whom each comes, what is doubted. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from archive.cite_patterns import Patterns
from archive.model import Citation
from archive.naming import key

CHECKED = (
    "verif", "vérif", "confirm", "corrobor", "authenti", "substantia", "prüf", "bestätig",
    "провер", "подтвер", "независ", "верифиц",
    "contrast", "comprob", "comprov", "bekräft", "bekreft", "bekræft", "bevestig", "التحقق",
    "التأكد", "مؤكد", "مستقل", "证实", "證實",
    "核实", "核實",
)  # fmt: skip
"""What every word for checking a statement has in it: most sentences have none of these."""
_PLAIN = frozenset(
    "the a an some several unnamed anonymous unidentified these those other its their two three one and".split()
)


@dataclass(slots=True)
class Draft:
    """A citation that is being made: its place, and whom it comes through."""

    paragraph: int
    start: int
    sentence: str
    citation: Citation
    end: int = 0
    is_unnamed: bool = False
    via: Draft | None = None


def add(drafts: dict[str, Draft], draft: Draft) -> None:
    """Keep one citation an outlet: the one with more to it."""
    name = draft.citation.domain or key(draft.citation.outlet or "")
    held = drafts.get(name)
    if held is None:
        drafts[name] = draft
    elif held.citation.how == "name" and draft.citation.how == "link" and held.citation.role == "attribution":
        drafts[name] = replace(
            draft, start=min(held.start, draft.start), citation=replace(draft.citation, role=held.citation.role)
        )
    elif draft.citation.negated and not held.citation.negated:
        held.citation = replace(held.citation, negated=True)


def through(made: list[Draft], before: Sequence[Draft], text: str, patterns: Patterns) -> None:
    """Say through whom the sources of a sentence come."""
    named = [
        each
        for each in made
        if (not each.is_unnamed and each.citation.how == "name")
        or (each.citation.role == "attribution" and not each.is_unnamed)
    ]
    for each in made:
        if not each.is_unnamed:
            continue
        earlier = [other for other in named if other.start < each.start]
        if earlier or named:
            each.via = (earlier or named)[-1 if earlier else 0]
            continue
        same = _words(each.citation.source or "")
        each.via = next(
            (
                old.via
                for old in reversed(before)
                if old.is_unnamed and same and _words(old.citation.source or "") == same
            ),
            None,
        )
    for one, other in pairwise(named):
        cited = patterns.citing.search(text[one.end : other.start])
        if cited is None:
            continue
        if cited[0].casefold() == "via":
            one.via = one.via or other
        elif one.via is not other:
            other.via = other.via or one


def _words(source: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", source.casefold())) - _PLAIN


def doubt(made: list[Draft], before: Sequence[Draft], number: int) -> None:
    """Mark what a sentence says could not be checked: what it names, else what the sentence before it told."""
    told = [each for each in made if not each.citation.negated and each.citation.role == "attribution"]
    if not told and before and number - before[-1].paragraph <= 1:
        last = before[-1].sentence
        told = [each for each in before if each.sentence == last and each.paragraph == before[-1].paragraph]
    for each in told:
        each.citation = replace(each.citation, unverified=True)


def numbered(drafts: Sequence[Draft]) -> tuple[Citation, ...]:
    places = {id(each): place for place, each in enumerate(drafts)}
    return tuple(
        replace(
            each.citation,
            via=places.get(id(each.via)) if each.via is not None else None,
            sentence=each.sentence,
            paragraph=each.paragraph,
        )
        for each in drafts
    )
