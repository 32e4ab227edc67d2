"""Real articles edited by a seeded hand, with the map of which sentence became which: plain text.

Shares no splitter, word list or pattern with the product that it tries.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.made_held import HELD
from benchmarks.made_kinds import SHOWN
from benchmarks.made_text import Article, Donor, Paragraphs, Sentence, articles, is_long, rendered, units


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A sentence before and one it became; ``kind`` is ``same`` or what was done to it, ``+`` between several."""

    before: int
    after: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePair:
    """A text, the same text edited, where their sentences stand (characters), and which became which.

    A sentence of the generator may hold several in truth, never a part of one: it parts text only where nobody doubts.
    """

    id: str
    language: str
    before: str
    after: str
    before_at: tuple[tuple[int, int], ...]
    after_at: tuple[tuple[int, int], ...]
    links: tuple[Linked, ...]
    kinds: tuple[str, ...]


def pairs(seed: int, *, held: bool = False, known: Sequence[Article] | None = None) -> Iterator[MadePair]:
    """Make one pair of each article, two to six edits in each; ``held`` takes the kinds that are held back too.

    Held pairs draw what is put in from other articles than the rest do.
    """
    known = articles() if known is None else known
    for number, article in enumerate(known):
        drawn = random.Random(f"{seed} {held} {number} {article.id}")
        others = [other for at, other in enumerate(known) if other.id != article.id and at % 2 == held]
        yield made(article, drawn, donor(others, article.language, drawn), held=held)


def donor(others: Sequence[Article], language: str, drawn: random.Random) -> Donor:
    """Take sentences and words of articles in a language, or of any where there is none in it."""
    chosen = [other for other in others if other.language == language] or list(others)
    some = drawn.sample(chosen, min(6, len(chosen)))
    sentences = tuple(each for other in some for each in other.sentences if is_long(each))
    return Donor(sentences=sentences, words=tuple(word for each in sentences for word in units(each) if word.isalpha()))


def made(article: Article, drawn: random.Random, given: Donor, *, held: bool, count: int | None = None) -> MadePair:
    """Edit an article."""
    numbers = iter(range(10**9))
    text: Paragraphs = [[Sentence(each, (next(numbers),)) for each in paragraph] for paragraph in article.paragraphs]
    before, before_at = rendered(text)
    kinds = HELD if held else SHOWN
    done: list[str] = []
    wanted = count or drawn.randint(2, 6)
    for _ in range(60):
        if len(done) == wanted:
            break
        kind = drawn.choice(list(kinds))
        if kinds[kind](text, drawn, given):
            done.append(kind)
        text = [paragraph for paragraph in text if paragraph]
    after, after_at = rendered(text)
    flat = [sentence for paragraph in text for sentence in paragraph]
    return MadePair(
        id=article.id, language=article.language, before=before, after=after, before_at=before_at, after_at=after_at,
        links=tuple(Linked(before=of, after=at, kind=each.kind) for at, each in enumerate(flat) for of in each.of),
        kinds=tuple(done),
    )  # fmt: skip
