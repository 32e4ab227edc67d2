"""Made-up news pages that weigh and compress as real ones do: 30 to 100 KB, a fourth to a fifth of it gzipped.

The same seed gives the same pages.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

SEED = 20261122
SMALLEST, LARGEST = 30_000, 100_000
_WORDS = 6000
_SENTENCES = 4000
_LETTERS = "eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnsssssshhhhhhrrrrrrddddlllluuucccmmmwwffggyyppbbvk"


def pages(count: int) -> Iterator[bytes]:
    """Give ``count`` pages."""
    drawn = random.Random(SEED)
    sentences = _sentences(drawn)
    for number in range(count):
        yield _page(drawn, sentences, number)


def _sentences(drawn: random.Random) -> list[str]:
    words = [
        "".join(drawn.choices(_LETTERS, k=drawn.choice((2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 11)))) for _ in range(_WORDS)
    ]
    often = [1 / rank for rank in range(1, _WORDS + 1)]  # Zipf's law
    return [" ".join(drawn.choices(words, often, k=drawn.randint(8, 30))).capitalize() + "." for _ in range(_SENTENCES)]


def _page(drawn: random.Random, sentences: list[str], number: int) -> bytes:
    wanted = drawn.randint(SMALLEST, LARGEST)
    title = drawn.choice(sentences)
    parts = [
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n',
        f'<link rel="canonical" href="https://news.example/2026/11/story-{number}">\n</head>\n<body>\n<main>\n',
    ]
    size = sum(map(len, parts))
    while size < wanted:
        block = _story(drawn, sentences) if drawn.random() < 0.75 else _teasers(drawn, sentences)
        parts.append(block)
        size += len(block)
    return ("".join(parts)[: wanted - 24] + "\n</main></body></html>\n").encode()


def _story(drawn: random.Random, sentences: list[str]) -> str:
    text = " ".join(drawn.sample(sentences, 4))
    return (
        f'<p class="article-body__paragraph article-body__paragraph--regular" data-component="text-block">{text}</p>\n'
    )


def _teasers(drawn: random.Random, sentences: list[str]) -> str:
    made = []
    for _ in range(4):
        story, picture = drawn.randrange(10**6), drawn.randrange(10**9)
        made.append(
            '<li class="teaser-list__item teaser teaser--with-picture" data-tracking-region="related-stories">\n'
            f'  <a class="teaser__link" href="https://news.example/2026/11/22/politics/story-{story}">\n'
            f'    <img class="teaser__picture lazyload" loading="lazy" width="320" height="180" '
            f'src="https://pictures.news.example/crops/16x9/320/{picture}.jpg" alt="">\n'
            f'    <h3 class="teaser__headline">{drawn.choice(sentences)[:70]}</h3>\n'
            "  </a>\n</li>\n"
        )
    return f'<ul class="teaser-list teaser-list--grid">\n{"".join(made)}</ul>\n'
