"""When an article is visited next, and why.

Each article is expected to be edited at a pace that follows from its age, from the hours its newsroom keeps, from how
lively its site and it itself have been, and from what the site's hints are worth. A visit saves at most one version, so
the best plan leaves the same number of expected edits between visits; how many follows from the price of a visit, which
rises when more would pay than the budget allows. Articles nobody has been able to judge yet are looked at somewhat
sooner, because the look also tells which of them are worth following. A hint of a change is followed at once where such
hints have proved right often enough. An article that has fallen quiet gets one late visit if that is likely enough to
find something, and otherwise only the patrol that sees whether it is still there. A page that is gone is asked again
after an hour and after a day to be sure, and then monthly.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime

from schedules.expectation import NOTHING, Standing, announced, expected, silent
from schedules.habits import BINS, DAY, EDGES, HOUR, YOUNG, Habits, Learned, habits

AGAIN_GONE: tuple[float, ...] = (HOUR, DAY)
"""After how long a page that is gone is asked again to be sure."""
GONE_PATROL = 30 * DAY
HORIZON = 60 * 24.0
"""Hours ahead that are looked at for a visit that pays."""
USUAL = 0.02
"""A price as it is on most days, to order visits by that are due at different prices."""
CURIOSITY = 2.0
"""How much more a look is worth for what it teaches, see ``_lesson``; set in the simulator."""
LATE = 0.85
"""A last visit is made when this share of its chance is there: nothing is gained by waiting for the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What bounds the visits to one article; spans in seconds."""

    poll: float = HOUR
    """How often its site's feeds are read."""
    patrol: float = 20 * DAY
    """Longest gap between two looks."""
    visits_a_day: int = 48
    soonest: float = 0.25 * HOUR
    """Shortest gap between two visits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """When to go next: ``value`` orders what is due, and is above nought only for a visit that is expected to pay."""

    at: float
    value: float
    expected: float
    chance: float
    reason: str
    since: float
    price: float

    def why(self) -> str:
        """Say in words for a person why the visit is made then."""
        match self.reason:
            case "gone":
                return "gone last time: asked again after an hour and after a day to be sure"
            case "gone for good":
                return "gone: asked again monthly, for it may return"
            case "failed":
                return "no answer last time: tried again, ever later up to a day"
            case "hint":
                return f"its feed says it changed; such words are right {self.chance:.0%} of the time"
            case "cap":
                return "visited as often today as one article may be"
            case "patrol":
                return "patrol: to see that it is still there"
            case _:
                when = datetime.fromtimestamp(self.since, UTC).strftime("%Y-%m-%d %H:%M")
                return f"expected {self.expected:.2g} edits since {when}, {_price(self.price)}"


def plan(
    standing: Standing, learned: Learned, price: float, now: float, limits: Limits, pooled: Learned = NOTHING
) -> Planned:
    """Say when an article is visited next, at a price; never before now."""
    if standing.gone or standing.failures:
        return _trouble(standing, price, now)
    ways = habits(learned, pooled)
    earliest = max(now, standing.tried + limits.soonest)
    if standing.bumps and announced(standing, ways) > 1 - math.exp(-_edits_at(price)):
        reason, at, first, second = "hint", max(earliest, standing.hinted) / HOUR, 0.0, 0.0
        first, second = ways.masses(standing.published / HOUR, standing.looked / HOUR, at)
    else:
        reason = "expected"
        at, first, second = _due(standing, ways, price, earliest / HOUR, (standing.looked + limits.patrol) / HOUR)
        if at >= (standing.looked + limits.patrol) / HOUR:
            reason = "patrol"
    moment = max(at * HOUR, earliest)
    if standing.today >= limits.visits_a_day and moment < (standing.day + 1) * DAY:
        reason, moment = "cap", (standing.day + 1) * DAY
    value = -1 / (1 + moment - standing.looked)
    if reason != "patrol":
        value = _value(standing, ways, first, second, moment / HOUR)
    sure = announced(standing, ways)
    return Planned(
        at=moment,
        value=value,
        expected=expected(standing, ways, first, second),
        chance=1 - (1 - sure) * silent(standing, ways, first, second),
        reason=reason,
        since=standing.looked,
        price=price,
    )


def _price(price: float) -> str:
    return f"price {price:.2g}" if price >= 0.001 else "where any visit pays"


def visits_a_day(site_per_day: float) -> int:
    """Give how often one article may be looked at on a day: one live blog must not eat its site's budget."""
    return max(24, round(0.25 * site_per_day))


def patrol_gap(articles: int, per_day: float, share: float) -> float:
    """Give the longest gap between two looks, in seconds, with which patrols need a share of a budget at most.

    It is two weeks at least, for pages that vanish mostly do so while they are young.
    """
    return max(14 * DAY, DAY * articles / max(1e-9, share * per_day))


def value_now(standing: Standing, learned: Learned, now: float, pooled: Learned = NOTHING) -> float:
    """Give what a visit at a time is worth, to order what is due by."""
    ways = habits(learned, pooled)
    first, second = ways.masses(standing.published / HOUR, standing.looked / HOUR, now / HOUR)
    return _value(standing, ways, first, second, now / HOUR)


def _value(standing: Standing, ways: Habits, first: float, second: float, hour: float) -> float:
    """Value a visit as if it came an hour late: what is edited fastest loses most by waiting.

    What it teaches counts too: that alone was worth more than a point of the captures in a night window.
    """
    index = bisect_right(EDGES, max(0.0, hour - standing.published / HOUR)) - 1
    worth = _worth(standing, ways, first + ways.rates[0][index], second + ways.rates[1][index])
    worth *= 1 + _lesson(standing, ways, USUAL)
    if not standing.bumps:
        return worth
    sure = announced(standing, ways)
    return sure + (1 - sure) * worth


def _trouble(standing: Standing, price: float, now: float) -> Planned:
    """Plan for a page that was gone or did not answer."""
    if standing.gone > len(AGAIN_GONE):
        reason, at, value = "gone for good", standing.tried + GONE_PATROL, -1.0
    elif standing.gone:
        reason, at, value = "gone", standing.tried + AGAIN_GONE[standing.gone - 1], 0.01
    else:
        reason, at, value = "failed", standing.tried + min(DAY, HOUR * 2.0 ** min(10, standing.failures - 1)), 0.05
    return Planned(
        at=max(at, now), value=value, expected=0.0, chance=0.0, reason=reason, since=standing.looked, price=price
    )


def _edits_at(price: float) -> float:
    """Give the expected edits x between visits at which 1 - exp(-x) (1 + x) is the price (facts: revisits, 2.2 b)."""
    low, high = 0.0, 8.0
    for _ in range(20):
        middle = (low + high) / 2
        if 1 - math.exp(-middle) * (1 + middle) < price:
            low = middle
        else:
            high = middle
    return high


def _worth(standing: Standing, ways: Habits, first: float, second: float) -> float:
    """Give the expected value of 1 - exp(-x)(1 + x), x being the edits made unannounced (facts: revisits, 2.2 b)."""
    story = standing.story
    a, b, c, d = standing.shape, standing.rate, standing.story_shape, standing.story_rate
    with_first, with_second = b + first, d + second
    usual = (1 - story) * math.pow(b / with_first, a)
    lively = story * math.pow(d / with_second, c)
    recall = ways.recall[0 if standing.looked - standing.published < YOUNG else 1]
    if recall < 0.01:
        return 1 - usual * (1 + a * first / with_first) - lively * (1 + c * second / with_second)
    quiet = 1 - recall
    unsaid = (1 - story) * math.pow(b / (b + recall * first), a) + story * math.pow(d / (d + recall * second), c)
    return 1 - (usual * (1 + a * quiet * first / with_first) + lively * (1 + c * quiet * second / with_second)) / unsaid


def _lesson(standing: Standing, ways: Habits, price: float) -> float:
    """Say by what share a look is worth more because later visits will know better whether they pay.

    Much is to be learned where many edits are still to be expected (``ahead``) and nobody knows how many (``known`` is
    the shape of a gamma of their mean and spread). The cheaper visits are, the more of them there are to choose from.
    The form was read off the solution of the same problem by dynamic programming.
    """
    story = standing.story
    first, second = ways.left((standing.looked - standing.published) / HOUR)
    first, second = first / standing.rate, second / standing.story_rate
    ahead = (1 - story) * standing.shape * first + story * standing.story_shape * second
    square = (1 - story) * standing.shape * (standing.shape + 1) * first * first
    square += story * standing.story_shape * (standing.story_shape + 1) * second * second
    known = ahead * ahead / max(1e-9, square - ahead * ahead)
    return CURIOSITY * math.pow(price, -0.4) * ahead / (1 + ahead) / (1 + known)


def _due(standing: Standing, ways: Habits, price: float, earliest: float, patrol: float) -> tuple[float, float, float]:
    """Give the hour from which a visit pays, or that of the patrol, and the masses of both classes by then.

    Ages are walked bin by bin; inside the bin in which the worth passes the price the time is found by halving.
    """
    published, start = standing.published / HOUR, standing.looked / HOUR
    ordinary, stories = ways.rates
    swing, turn, phase = ways.swing * 24 / math.tau, math.tau / 24, ways.phase
    index = bisect_right(EDGES, max(0.0, start - published)) - 1
    story = standing.story
    a, b, c, d = standing.shape, standing.rate, standing.story_shape, standing.story_rate
    # x*x/2 is never below the worth of x edits: while even that is under the price, nothing else is computed.
    usual, lively = (1 - story) * a * (a + 1) / (b * b) / 2, story * c * (c + 1) / (d * d) / 2
    full, price = price, price / (1 + _lesson(standing, ways, price))
    at, end = start, max(earliest, min(patrol, max(start, earliest) + HORIZON))
    first = second = 0.0
    wave = swing * math.sin(turn * at - phase)
    walked: list[tuple[float, float, float]] = []
    while at < end:
        until = min(end, published + EDGES[index + 1]) if index + 1 < BINS else end
        if until > at:
            later = swing * math.sin(turn * until - phase)
            hours = until - at + later - wave
            one, two = first + ordinary[index] * hours, second + stories[index] * hours
            if usual * one * one + lively * two * two >= price and _worth(standing, ways, one, two) >= price:
                low, high = at, until
                ratio = (one - first) / hours, (two - second) / hours
                while high - low > 0.1 + 0.02 * (high - start):
                    middle = (low + high) / 2
                    some = middle - at + swing * math.sin(turn * middle - phase) - wave
                    if _worth(standing, ways, first + ratio[0] * some, second + ratio[1] * some) >= price:
                        high = middle
                    else:
                        low = middle
                high = max(high, earliest)
                some = high - at + swing * math.sin(turn * high - phase) - wave
                return high, first + ratio[0] * some, second + ratio[1] * some
            first, second, wave = one, two, later
            walked.append((until, first, second))
        at, index = until, index + 1
    if at < patrol or not walked:
        total = 1 - silent(standing, ways, first, second)
        if total * LATE >= full:
            for hour, one, two in walked:
                if 1 - silent(standing, ways, one, two) >= LATE * total:
                    return max(hour, earliest), one, two
        if patrol > at:
            more = ways.masses(published, at, patrol)
            return patrol, first + more[0], second + more[1]
    return max(at, patrol), first, second
