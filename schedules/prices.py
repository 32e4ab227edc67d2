"""The price of a visit at one site: how likely new things must be to be worth a request. Pure; kept in the store.

A request is scarce twice: in the budget all sites share, and in what politeness grants one site. The price rises while
more is spent than comes in, or visits that would pay pile up, and falls while requests lie idle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

LOWEST, HIGHEST, FIRST = 0.00001, 0.8, 0.02
"""Bounds of a price, and the price of a site that has none yet."""
KEPT = 0.3
"""Share of a day's budget that is best kept in hand: the newsroom's day asks for more than its night."""
LEVEL_GAIN, PACE_GAIN, STEEPEST = 0.1, 0.02, 0.06
FULL, PLENTY = 0.8, 0.25
"""Where so much of a day's budget lies idle and nothing waits, the price falls by this, as a logarithm, an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What was asked of the budget at one site; counts of requests, times in hours."""

    hours: float
    """Since the price was last moved."""
    per_day: float
    """The budget all sites share."""
    tokens: float
    """Requests that could be made right now."""
    waiting: float
    """Visits due at all sites that would pay, and are not made yet."""
    backlog: float
    """The same at this site."""
    site_per_day: float
    """What politeness grants this site a day."""
    spent: float = 0.0
    """Requests made at all sites since the price was last moved."""
    window: float = 24.0
    """Hours a day in which visits are made at all."""
    is_open: bool = True
    shared: float | None = None
    """The lowest price of all sites: what the shared budget alone asks for."""


def price_after(price: float, demand: Demand) -> float:
    """Move a price by what was asked for since; it stays between its bounds."""
    if demand.window < 24:
        return LOWEST
    level = (demand.tokens - demand.waiting) / demand.per_day
    step = LEVEL_GAIN * (KEPT - level) + PACE_GAIN * (24 * demand.spent / demand.per_day / demand.hours - 1)
    step = max(-STEEPEST, min(STEEPEST, step))
    if level > FULL:
        step = -PLENTY  # a young archive, or a small one: it could look at everything far oftener
    if demand.backlog > 0.1 * min(demand.per_day, demand.site_per_day):
        step = max(step, 0.03)
    elif demand.shared is not None and price > demand.shared:
        step = max(-STEEPEST, step - min(0.03, math.log(price / demand.shared)))
    return min(HIGHEST, max(LOWEST, price * math.exp(step * demand.hours)))
