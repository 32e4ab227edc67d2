"""Posts by the dozen, from word lists: plausible small news in English and Russian, the same every time. Pure."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawler.newsstand.vocabulary import ENGLISH, RUSSIAN, Vocabulary
from crawler.newsstand.world import Edition, Paragraph, Story

PARAGRAPHS, SENTENCES = 5, 3
"""The size of a post: 15 sentences, 120 words and more."""

LANGUAGES: Mapping[str, Vocabulary] = {"en": ENGLISH, "ru": RUSSIAN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Posts of one blog: ``count`` of them, the newest at ``last``, the others ``step`` days apart before it.

    ``path`` is a strftime pattern in which ``{slug}`` and ``{number}`` (1 is the oldest) are filled in. ``extra`` are
    paragraphs that stand in a post after the first one of the list's own making; 0 is the newest post.
    """

    blog: str
    count: int
    last: datetime
    step: float = 6
    path: str = "/%Y/%m/{slug}.html"
    language: str = "en"
    extra: Mapping[int, tuple[Paragraph, ...]] = field(default_factory=dict)


def posts(series: Series) -> tuple[Story, ...]:
    """Write the posts of a series, newest first."""
    words, used = LANGUAGES[series.language], set[str]()
    return tuple(post(series, words, at, used) for at in range(series.count))


def post(series: Series, words: Vocabulary, at: int, used: set[str]) -> Story:
    drawn = random.Random(f"{series.blog} {at}")  # the blog's and the post's own, so that none depends on another
    when = series.last - timedelta(days=series.step * at, minutes=drawn.randrange(180))
    when = when.replace(second=0, microsecond=0)
    headline = next(title for title in titles(words, drawn) if title not in used)
    used.add(headline)
    sentences = [filled(pattern, words, drawn) for pattern in drawn.sample(words.sentences, PARAGRAPHS * SENTENCES)]
    text: list[Paragraph] = [
        (" ".join(sentences[start : start + SENTENCES]),) for start in range(0, len(sentences), SENTENCES)
    ]
    text[1:1] = series.extra.get(at, ())
    edition = Edition(
        at=when,
        headline=headline,
        standfirst=filled(drawn.choice(words.standfirsts), words, drawn),
        byline=drawn.choice(words.people),
        paragraphs=tuple(text),
    )
    path = when.strftime(series.path).format(slug=slug(headline, at), number=series.count - at)
    return Story(path=path, editions=(edition,))


def piece(path: str, headline: str, at: datetime, *paragraphs: Paragraph, language: str = "en") -> Story:
    """Write one story whose path and headline are given; ``paragraphs`` stand after its first."""
    series = Series(blog=path, count=1, last=at, path=path, language=language, extra={0: paragraphs})
    (story,) = posts(series)
    return replace(story, editions=(replace(story.editions[0], at=at, headline=headline),))


def titles(words: Vocabulary, drawn: random.Random) -> Iterator[str]:
    while True:
        title = filled(drawn.choice(words.headlines), words, drawn)
        yield title[0].upper() + title[1:]


def filled(pattern: str, words: Vocabulary, drawn: random.Random) -> str:
    """Fill the slots of a pattern; a slot that stands twice gets two words."""

    def word(found: re.Match[str]) -> str:
        if found[1] == "n":
            return str(drawn.randrange(3, 90))
        return drawn.choice(words.slots[found[1]])

    return re.sub(r"\{(\w+)\}", word, pattern)


def slug(headline: str, at: int) -> str:
    """Give the words of a headline for its URL; a number where the script is not Latin."""
    return re.sub(r"[^a-z0-9]+", "-", headline.lower()).strip("-") if headline.isascii() else f"zametka-{at + 1}"
