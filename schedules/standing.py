"""What is known of one article, and what follows: how likely it is to have changed, what its hints are worth.

Each article is either ordinary or a developing story, and within its class has a gamma-distributed factor by which it
is livelier than others of its site (facts: revisits, 2.2). How looks move this is for ``schedules.expectation``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Literal

from schedules.habits import EDGES, HOUR, YOUNG, Habits

Outcome = Literal["changed", "same", "failed", "gone", "hint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one visit or one hint told of an article, at seconds since 1970.

    ``modified`` is the lastmod that a feed or sitemap showed, or the change date that the page itself claimed.
    """

    at: float
    outcome: Outcome
    modified: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one article; times in seconds since 1970."""

    published: float
    discovered: float
    looked: float
    """When the page was last read, and so up to when its versions are known."""
    tried: float
    """When it was last asked for, answered or not."""
    shape: float
    rate: float
    """Gamma factor as an ordinary article; the rate is in edits its site's curve leads to expect."""
    story_shape: float
    story_rate: float
    odds: float
    """Logarithm of the odds that it is a developing story."""
    bumps: int = 0
    """Hints since it was last read."""
    bump: float = 0.0
    """When the newest of them says it changed; meaningless without ``bumps``."""
    hinted: float = 0.0
    """When the newest hint arrived."""
    counted: float = 0.0
    """The share of a story that its site's sums hold for it; nothing before the first look."""
    looks: int = 0
    changes: int = 0
    gone: int = 0
    """Answers in a row that it is gone."""
    failures: int = 0
    """Failures in a row."""
    untold: bool = False
    """The last look found a change of which no hint has said anything yet."""
    day: int = 0
    today: int = 0
    """Visits on that day, counted from 1970 in UTC."""

    @property
    def story(self) -> float:
        """The probability that it is a developing story."""
        return 1 / (1 + math.exp(-self.odds))

    def as_json(self) -> list[float]:
        """Give plain numbers in the order of the fields, times to the second."""
        return [float(f"{value:.12g}") if isinstance(value, float) else int(value) for value in astuple(self)]

    @classmethod
    def from_json(cls, plain: Sequence[float]) -> Standing:
        """Read what ``as_json`` gave."""
        values = dict(zip(cls.__dataclass_fields__, plain, strict=True))
        whole = {name: int(values[name]) for name in ("bumps", "looks", "changes", "gone", "failures", "day", "today")}
        return cls(**{**values, **whole, "untold": bool(values["untold"])})  # type: ignore[arg-type]


def chance(standing: Standing, ways: Habits, at: float) -> float:
    """Give the probability that the page has changed since it was read, with all that hints said or did not say."""
    first, second = ways.masses(standing.published / HOUR, standing.looked / HOUR, at / HOUR)
    return 1 - (1 - announced(standing, ways)) * silent(standing, ways, first, second)


def expected(standing: Standing, ways: Habits, first: float, second: float) -> float:
    """Give the number of edits expected in masses of both classes (``Habits.masses``) since the page was read."""
    story = standing.story
    told = recall(standing, ways)
    quiet = (1 - told) * (
        (1 - story) * standing.shape / (standing.rate + told * first) * first
        + story * standing.story_shape / (standing.story_rate + told * second) * second
    )
    return quiet + standing.bumps * announced(standing, ways) if standing.bumps else quiet


def announced(standing: Standing, ways: Habits) -> float:
    """Give the probability that pending hints tell of an edit: this site's true hints against its false ones."""
    if not standing.bumps:
        return 0.0
    published, at = standing.published / HOUR, standing.bump / HOUR
    index = max(0, bisect_right(EDGES, at - published) - 1)
    story = standing.story
    edits = ((1 - story) * standing.shape / standing.rate * ways.rates[0][index]) + (
        story * standing.story_shape / standing.story_rate * ways.rates[1][index]
    )
    edits *= 24 * (1 + ways.swing * math.cos(math.tau / 24 * at - ways.phase))
    group = age_group(standing, standing.bump)
    real = ways.recall[group] * edits
    return 1 - (ways.false[group] / (real + ways.false[group])) ** standing.bumps


def recall(standing: Standing, ways: Habits) -> float:
    """Give the share of its edits that hints tell."""
    return ways.recall[age_group(standing, standing.looked)]


def age_group(standing: Standing, at: float) -> int:
    """Give nought for a young article, one for an older one, as ``Learned`` counts hints."""
    return 0 if at - standing.published < YOUNG else 1


def silent(standing: Standing, ways: Habits, first: float, second: float) -> float:
    """Give the probability that nothing changed unannounced, given that hints tell some edits and told none."""
    unchanged = nothing(standing, first, second)
    told = recall(standing, ways)
    return unchanged / nothing(standing, told * first, told * second) if told > 0.01 else unchanged


def nothing(standing: Standing, first: float, second: float) -> float:
    """Give the probability of no edit in masses of both classes."""
    usual = math.pow(standing.rate / (standing.rate + first), standing.shape)
    lively = math.pow(standing.story_rate / (standing.story_rate + second), standing.story_shape)
    return usual + standing.story * (lively - usual)
