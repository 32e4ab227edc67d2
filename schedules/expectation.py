"""What a look teaches: of the article that was looked at, and of its site.

``after`` folds one look, a visit or a hint, into both. It keeps no clock and no state, so that both can be rebuilt from
the visits. When to go is decided elsewhere (``schedules.plans``).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import replace

from schedules.habits import DAY, EDGES, HOUR, PRIOR, YOUNG, Habits, Learned, habits
from schedules.standing import (
    Look,
    Outcome,
    Standing,
    age_group,
    announced,
    chance,
    expected,
    nothing,
    recall,
    silent,
)

__all__ = ["NOTHING", "Look", "Outcome", "Standing", "after", "announced", "chance", "discovered", "expected", "silent"]

_MOMENT = 60.0
"""Seconds by which dates that pages and feeds claim may be off."""
NOTHING = Learned()


def discovered(
    published: float, at: float, learned: Learned, pooled: Learned = NOTHING, modified: float | None = None
) -> Standing:
    """Say what is expected of an article first read at a time; ``modified`` is the change date it claimed then."""
    ways = habits(learned, pooled)
    published = min(published, at)
    fresh = Standing(
        published=published,
        discovered=at,
        looked=at,
        tried=at,
        shape=ways.shapes[0],
        rate=ways.shapes[0],
        story_shape=ways.shapes[1],
        story_rate=ways.shapes[1],
        odds=math.log(ways.share / (1 - ways.share)),
    )
    if modified is None or not ways.trust_dates or modified > at + _MOMENT:
        return fresh
    seen = replace(fresh, looked=published)
    if modified <= published + _MOMENT:
        return replace(_unchanged(seen, ways, ways.masses(published / HOUR, published / HOUR, at / HOUR)), looked=at)
    return replace(_changed_at(seen, ways, min(modified, at), at, 1), looked=at)


def after(standing: Standing, learned: Learned, look: Look, pooled: Learned = NOTHING) -> tuple[Standing, Learned]:
    """Fold one look into what is known of an article and of its site."""
    if not standing.looks and not standing.counted:
        standing, learned = _counted(standing, learned)
    if look.outcome == "hint":
        return _hinted(standing, learned, look)
    day = int(look.at // DAY)
    standing = replace(standing, tried=look.at, day=day, today=standing.today + 1 if day == standing.day else 1)
    if look.outcome == "failed":
        return replace(standing, failures=standing.failures + 1), learned
    if look.outcome == "gone":
        return replace(standing, gone=standing.gone + 1, failures=0), learned
    return _read(standing, learned, look, habits(learned, pooled))


def _counted(standing: Standing, learned: Learned) -> tuple[Standing, Learned]:
    angle = math.tau * (standing.published % DAY) / DAY
    story = max(1e-9, standing.story)
    return replace(standing, counted=story), replace(
        learned,
        articles=learned.articles + 1,
        stories=learned.stories + story,
        cosine=learned.cosine + math.cos(angle),
        sine=learned.sine + math.sin(angle),
    )


def _hinted(standing: Standing, learned: Learned, look: Look) -> tuple[Standing, Learned]:
    says = min(look.at, look.modified if look.modified is not None else look.at)
    if says > standing.looked:
        return replace(standing, bumps=standing.bumps + 1, bump=says, hinted=look.at), learned
    group = age_group(standing, says)
    if standing.untold:
        return replace(standing, untold=False), replace(
            learned, told=_added(learned.told, group, 1), untold=_added(learned.untold, group, -1)
        )
    if standing.looks and not standing.changes:
        return standing, replace(learned, false=_added(learned.false, group, 1))
    return standing, learned


def _added(pair: tuple[float, float], group: int, much: float) -> tuple[float, float]:
    return (max(0.0, pair[0] + much), pair[1]) if group == 0 else (pair[0], max(0.0, pair[1] + much))


def _read(standing: Standing, learned: Learned, look: Look, ways: Habits) -> tuple[Standing, Learned]:
    """Fold in that the page was read, and had changed or not."""
    published, start, end = standing.published / HOUR, standing.looked / HOUR, look.at / HOUR
    bins = ways.spread(published, start, end)
    story = standing.story
    factor = (1 - story) * standing.shape / standing.rate, story * standing.story_shape / standing.story_rate
    awaited, story_awaited = list(learned.awaited), list(learned.story_awaited)
    for index, hours in bins:
        awaited[index] += factor[0] * PRIOR[0][index] * hours
        story_awaited[index] += factor[1] * PRIOR[1][index] * hours
    first = sum(ways.rates[0][index] * hours for index, hours in bins)
    second = sum(ways.rates[1][index] * hours for index, hours in bins)
    likely = 1 - (1 - announced(standing, ways)) * silent(standing, ways, first, second)
    changed = look.outcome == "changed"
    right, wrong = _dated(standing, look)
    learned = replace(
        learned,
        awaited=tuple(awaited),
        story_awaited=tuple(story_awaited),
        chances=learned.chances + likely,
        changes=learned.changes + changed,
        dated_right=learned.dated_right + right,
        dated_wrong=learned.dated_wrong + wrong,
        watched=_watched(standing, learned, look.at),
    )
    group = age_group(standing, standing.bump if standing.bumps else look.at)
    if not changed:
        known = _unchanged(standing, ways, (first, second))
        if standing.bumps:
            learned = replace(learned, false=_added(learned.false, group, standing.bumps))
    else:
        at = _when(standing, look, ways)
        if at is None:
            known = _changed(standing, (first, second))
        else:
            known = _changed_at(standing, ways, at, look.at, max(1, standing.bumps))
        learned = _found(standing, learned, ways, at, look.at, factor)
        unheard = 0.0
        if standing.bumps and at is not None:
            before = ways.masses(published, start, at / HOUR)
            unheard = (1 - recall(standing, ways)) * (factor[0] * before[0] + factor[1] * before[1])
        learned = replace(
            learned,
            told=_added(learned.told, group, standing.bumps),
            untold=_added(learned.untold, group, unheard if standing.bumps else 1),
        )
    known = replace(
        known,
        looked=look.at,
        bumps=0,
        bump=0.0,
        looks=standing.looks + 1,
        changes=standing.changes + changed,
        gone=0,
        failures=0,
        untold=changed and not standing.bumps,
    )
    moved = known.story - standing.counted
    return replace(known, counted=max(1e-9, known.story)), replace(learned, stories=max(0.0, learned.stories + moved))


def _watched(standing: Standing, learned: Learned, at: float) -> tuple[float, float]:
    turn = standing.published + YOUNG
    young = max(0.0, min(at, turn) - standing.looked) / DAY
    return learned.watched[0] + young, learned.watched[1] + (at - standing.looked) / DAY - young


def _dated(standing: Standing, look: Look) -> tuple[float, float]:
    """Say how far the change date that a page claims agrees with what was found: right, wrong."""
    if look.modified is None:
        return 0.0, 0.0
    fits = standing.looked - _MOMENT < look.modified <= look.at + _MOMENT
    if look.outcome == "changed":
        return (1.0, 0.0) if fits else (0.0, 1.0)
    return (0.0, 1.0) if look.modified > standing.looked + _MOMENT else (0.1, 0.0)


def _when(standing: Standing, look: Look, ways: Habits) -> float | None:
    """Say when the last edit was made, if page or hints tell it believably."""
    if ways.trust_dates and look.modified is not None and standing.looked < look.modified <= look.at + _MOMENT:
        return min(look.modified, look.at)
    return standing.bump if standing.bumps and announced(standing, ways) > 0.5 else None


def _unchanged(standing: Standing, ways: Habits, gone_by: tuple[float, float]) -> Standing:
    first, second = gone_by
    evidence = standing.story_shape * math.log(standing.story_rate / (standing.story_rate + second))
    evidence -= standing.shape * math.log(standing.rate / (standing.rate + first))
    return replace(
        standing,
        rate=standing.rate + first,
        story_rate=standing.story_rate + second,
        odds=_bounded(standing.odds + evidence),
    )


def _changed(standing: Standing, gone_by: tuple[float, float]) -> Standing:
    """Fold in one or more edits at unknown times: each gamma is matched in mean and spread to the true posterior."""
    first, second = (max(1e-9, mass) for mass in gone_by)
    shape, rate, some = _seen(standing.shape, standing.rate, first)
    story_shape, story_rate, story_some = _seen(standing.story_shape, standing.story_rate, second)
    return replace(
        standing,
        shape=shape,
        rate=rate,
        story_shape=story_shape,
        story_rate=story_rate,
        odds=_bounded(standing.odds + math.log(story_some / some)),
    )


def _seen(shape: float, rate: float, mass: float) -> tuple[float, float, float]:
    """Give the gamma after at least one edit in a mass, and the probability that there was one."""
    lasting = rate / (rate + mass)
    nothing = lasting**shape
    some = max(1e-12, -math.expm1(shape * math.log(lasting)))
    mean = shape / rate * (1 - nothing * lasting) / some
    square = shape * (shape + 1) / rate**2 * (1 - nothing * lasting**2) / some
    spread = max(square - mean * mean, 1e-6 * mean * mean)
    return mean * mean / spread, mean / spread, some


def _changed_at(standing: Standing, ways: Habits, last: float, at: float, edits: int) -> Standing:
    """Fold in that the last edit was made at a known time, and that there were so many at least."""
    published = standing.published / HOUR
    index = max(0, bisect_right(EDGES, last / HOUR - published) - 1)
    first, second = ways.masses(published, last / HOUR, at / HOUR)
    evidence = math.log(standing.story_shape / standing.story_rate * ways.rates[1][index])
    evidence -= math.log(standing.shape / standing.rate * ways.rates[0][index])
    evidence += (standing.story_shape + 1) * math.log(standing.story_rate / (standing.story_rate + second))
    evidence -= (standing.shape + 1) * math.log(standing.rate / (standing.rate + first))
    if edits > 1:
        before = ways.masses(published, standing.looked / HOUR, last / HOUR)
        told = recall(standing, ways)
        first, second = first + told * before[0], second + told * before[1]
    return replace(
        standing,
        shape=standing.shape + edits,
        rate=standing.rate + first,
        story_shape=standing.story_shape + edits,
        story_rate=standing.story_rate + second,
        odds=_bounded(standing.odds + evidence),
    )


def _bounded(odds: float) -> float:
    return max(-12.0, min(12.0, odds))


def _found(
    standing: Standing, learned: Learned, ways: Habits, last: float | None, at: float, factor: tuple[float, float]
) -> Learned:
    """Credit the edits found to age bins and classes as the curves lead to expect, the last one where it is known."""
    published, start = standing.published / HOUR, standing.looked / HOUR
    found, story_found = list(learned.found), list(learned.story_found)
    bins = ways.spread(published, start, (at if last is None else last) / HOUR)
    ordinary = [factor[0] * ways.rates[0][index] * hours for index, hours in bins]
    story = [factor[1] * ways.rates[1][index] * hours for index, hours in bins]
    total = sum(ordinary) + sum(story)
    if last is None:
        first = sum(ways.rates[0][index] * hours for index, hours in bins)
        second = sum(ways.rates[1][index] * hours for index, hours in bins)
        gain = 1 / max(1e-9, 1 - nothing(standing, first, second))
    else:
        quiet = 1 - recall(standing, ways) if standing.bumps else 1.0
        gain = quiet + max(0, standing.bumps - 1) / total if total > 1e-9 else quiet
        index = max(0, bisect_right(EDGES, last / HOUR - published) - 1)
        both = factor[0] * ways.rates[0][index] + factor[1] * ways.rates[1][index]
        found[index] += factor[0] * ways.rates[0][index] / both
        story_found[index] += factor[1] * ways.rates[1][index] / both
    for (index, _), usual, lively in zip(bins, ordinary, story, strict=True):
        found[index] += usual * gain
        story_found[index] += lively * gain
    return replace(learned, found=tuple(found), story_found=tuple(story_found))
