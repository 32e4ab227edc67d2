"""What is known of one site's ways: how edits come with age and hour, how lively it is, what its hints are worth.

``Learned`` holds plain sums, so that sites can be added up (``pooled``) and a new site starts from what the archive
taught; ``habits`` turns sums into rates. Nothing here knows a single article.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import add

HOUR = 3600.0
DAY = 24 * HOUR

EDGES: tuple[float, ...] = (
    *(0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 18.0, 24.0, 36.0, 48.0, 72.0, 120.0, 192.0, 336.0, 720.0),
    *(1440.0, 4320.0),
)
"""Ages in hours at which the bins of the age curve begin; the last one has no end."""
BINS = len(EDGES)
LAST = 43_200.0
"""Where the last bin is cut off when its rate is asked for: five years, in hours."""

ORDINARY_LEVEL, STORY_LEVEL = 0.5, 10.0
"""Edits an article of each class gets in its life, before anything is learned (facts: revisits, 3)."""
STORY_SHARE = 0.03
SHAPES = (0.5, 2.0)
"""Gamma shapes of the factor by which articles of each class differ."""


def _ordinary(age: float) -> float:
    return ORDINARY_LEVEL * (1 - math.pow(1 + age / 3.0, -0.8))


def _story(age: float) -> float:
    return STORY_LEVEL * (1 - 0.8 * math.exp(-age / 8.0) - 0.2 * math.exp(-age / 40.0))


def _rates(cumulative: Sequence[float]) -> tuple[float, ...]:
    ends = (*EDGES[1:], LAST)
    return tuple(
        max(1e-9, (later - sooner) / (end - start))
        for sooner, later, start, end in zip(cumulative, cumulative[1:], EDGES, ends, strict=False)
    )


PRIOR: tuple[tuple[float, ...], tuple[float, ...]] = (
    _rates([_ordinary(age) for age in (*EDGES, LAST)]),
    _rates([_story(age) for age in (*EDGES, LAST)]),
)
"""Edits an hour by age bin, of an ordinary article and of a developing story, before anything is learned."""

YOUNG = 2 * DAY
"""Up to this age hints are counted apart: a feed shows only the newest posts."""
_NONE = (0.0,) * BINS


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the visits to one site taught, as sums that grow with each look; the empty one knows nothing.

    ``found`` and ``awaited`` are edits by age bin, those found and those the prior curve would have led to expect of
    the same articles at the same times: their ratio corrects the curve. The second pair is for developing stories.
    Hints are counted for articles younger than two days and for older ones.
    """

    found: tuple[float, ...] = _NONE
    awaited: tuple[float, ...] = _NONE
    story_found: tuple[float, ...] = _NONE
    story_awaited: tuple[float, ...] = _NONE
    articles: float = 0.0
    stories: float = 0.0
    told: tuple[float, float] = (0.0, 0.0)
    """Changes found that a hint had announced."""
    untold: tuple[float, float] = (0.0, 0.0)
    """Changes found of which no hint said anything."""
    false: tuple[float, float] = (0.0, 0.0)
    """Hints after which nothing had changed."""
    watched: tuple[float, float] = (0.0, 0.0)
    """Days over which false hints could have come."""
    dated_right: float = 0.0
    dated_wrong: float = 0.0
    """Whether the change dates that pages claimed agreed with what was found."""
    cosine: float = 0.0
    sine: float = 0.0
    """Sums over publication hours (UTC) on the day's circle."""
    chances: float = 0.0
    changes: float = 0.0
    """Added-up chances of the visits made, and changes found: what calibration compares."""

    def __hash__(self) -> int:
        return hash((self.articles, self.chances, self.changes, self.false))

    def as_json(self) -> dict[str, float | list[float]]:
        """Give plain values, rounded to six digits."""
        return {
            name: [float(f"{one:.6g}") for one in value] if isinstance(value, list) else float(f"{value:.6g}")
            for name, value in _plain(self).items()
        }

    @classmethod
    def from_json(cls, plain: dict[str, float | list[float]]) -> Learned:
        """Read what ``as_json`` gave; a name that is missing keeps its default."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: tuple(v) if isinstance(v, list) else v for name, v in plain.items() if name in known})  # type: ignore[arg-type]


def _plain(learned: Learned) -> dict[str, float | list[float]]:
    values = ((each.name, getattr(learned, each.name)) for each in fields(Learned))
    return {name: list(value) if isinstance(value, tuple) else float(value) for name, value in values}


def pooled(sites: Iterable[Learned]) -> Learned:
    """Add up what all sites taught, for those that know little yet; the newsroom's hours are each site's own."""
    total = Learned().as_json()
    for site in sites:
        for name, value in _plain(site).items():
            so_far = total[name]
            if isinstance(value, list) and isinstance(so_far, list):
                total[name] = list(map(add, so_far, value))
            elif isinstance(value, float) and isinstance(so_far, float):
                total[name] = so_far + value
    return Learned.from_json(total | {"cosine": 0.0, "sine": 0.0})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Habits:
    """Rates of one site, ready for use; times in hours."""

    rates: tuple[tuple[float, ...], tuple[float, ...]]
    """Edits an hour by age bin of an article of factor one, ordinary and developing."""
    mass: tuple[tuple[float, ...], tuple[float, ...]]
    """The same added up, at ``EDGES``."""
    share: float
    """Of new articles, the share that are developing stories."""
    shapes: tuple[float, float]
    recall: tuple[float, float]
    """Share of edits that a hint tells, of young articles and of older ones."""
    false: tuple[float, float]
    """False hints a day and article, of young and older articles."""
    swing: float
    phase: float
    """The newsroom's clock: pace 1 + swing cos(hour - phase), of mean one."""
    trust_dates: bool

    def pace(self, start: float, end: float) -> float:
        """Give the newsroom time between two times, in hours: more than they are by day, fewer by night."""
        if not self.swing:
            return end - start
        turn = math.tau / 24
        return (
            end - start + self.swing / turn * (math.sin(turn * end - self.phase) - math.sin(turn * start - self.phase))
        )

    def left(self, age: float) -> tuple[float, float]:
        """Give the edits still expected at an age, within half a year, of an article of factor one."""
        age = min(max(0.0, age), EDGES[-1])
        index = min(bisect_right(EDGES, age), BINS - 1) - 1
        first, second = (
            mass[-1] - mass[index] - (age - EDGES[index]) * curve[index]
            for mass, curve in zip(self.mass, self.rates, strict=True)
        )
        return first, second

    def spread(self, published: float, start: float, end: float) -> list[tuple[int, float]]:
        """Give the age bins between two times, each with the newsroom hours spent in it."""
        bins: list[tuple[int, float]] = []
        at, index = start, bisect_right(EDGES, max(0.0, start - published)) - 1
        while at < end:
            until = min(end, published + EDGES[index + 1]) if index + 1 < BINS else end
            if until > at:
                bins.append((index, self.pace(at, until)))
            at, index = until, index + 1
        return bins

    def masses(self, published: float, start: float, end: float) -> tuple[float, float]:
        """Give the edits expected between two times of an article of factor one, ordinary and developing."""
        ordinary, story = self.rates
        first = second = 0.0
        for index, hours in self.spread(published, start, end):
            first += ordinary[index] * hours
            second += story[index] * hours
        return first, second


_PULL_POOLED, _PULL_LEVEL, _PULL_BIN = 4.0, 2.0, 4.0
"""How many expected edits a prior weighs: per bin in the pooled curve, for a site's level, per bin of a site."""


def _corrections(found: Sequence[float], awaited: Sequence[float], of_all: Sequence[float]) -> list[float]:
    """Say by what the prior rate of each bin is multiplied, pulled towards those of all sites times a level."""
    expected = sum(map(float.__mul__, awaited, of_all))
    level = (sum(found) + _PULL_LEVEL) / (expected + _PULL_LEVEL)
    return [
        (had + _PULL_BIN * level * every) / (might + _PULL_BIN) if had or might else level * every
        for had, might, every in zip(found, awaited, of_all, strict=True)
    ]


@lru_cache(maxsize=2048)
def habits(learned: Learned, of_all: Learned) -> Habits:
    """Turn sums into rates, pulling a site of which little is known towards what is known of all."""
    rates = []
    for prior, had, might, all_had, all_might in (
        (PRIOR[0], learned.found, learned.awaited, of_all.found, of_all.awaited),
        (PRIOR[1], learned.story_found, learned.story_awaited, of_all.story_found, of_all.story_awaited),
    ):
        every = [(f + _PULL_POOLED) / (a + _PULL_POOLED) for f, a in zip(all_had, all_might, strict=True)]
        rates.append(tuple(p * c for p, c in zip(prior, _corrections(had, might, every), strict=True)))
    mass = []
    for curve in rates:
        total, sums = 0.0, [0.0]
        for rate, start, end in zip(curve, EDGES, EDGES[1:], strict=False):
            total += rate * (end - start)
            sums.append(total)
        mass.append(tuple(sums))
    share_of_all = (of_all.stories + 40 * STORY_SHARE) / (of_all.articles + 40)
    share = (learned.stories + 30 * share_of_all) / (learned.articles + 30)
    recall, false = [], []
    for group in (0, 1):
        told, untold = learned.told[group], learned.untold[group]
        recall.append((told + 0.2) / (told + untold + 1.5))
        of_each = (of_all.false[group] + 1) / (of_all.watched[group] + 15)
        false.append((learned.false[group] + 5 * of_each) / (learned.watched[group] + 5))
    length = math.hypot(learned.cosine, learned.sine)
    swing = min(0.9, 1.5 * length / (learned.articles + 12)) if learned.articles else 0.0
    return Habits(
        rates=(rates[0], rates[1]),
        mass=(mass[0], mass[1]),
        share=min(0.5, share),
        shapes=SHAPES,
        recall=(recall[0], recall[1]),
        false=(false[0], false[1]),
        swing=swing,
        phase=math.atan2(learned.sine, learned.cosine),
        trust_dates=learned.dated_right > 3 + 8 * learned.dated_wrong,
    )
