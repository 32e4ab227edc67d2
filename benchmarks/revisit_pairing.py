"""One trace, told twice: by the revisit simulator, and by ``variorum start`` crawling the same trace on loopback."""

from __future__ import annotations

import math
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from archive.model import Extraction
from archive.store import Connection, articles
from archive.urls import urlkey
from benchmarks import revisit
from crawler.newsstand.press import Served
from tests.crawl_home import Home
from tests.trace_web import T0, Plan, Simulator, Traced, text_of

HOUR = timedelta(hours=1)
LATEST = 0.1
"""Hours between the time a visit is due and the visit, at most: a second, where an hour takes ten of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What became of the edits made after articles were discovered, as the simulator counts; delays in hours."""

    scope: int
    captured: int
    lost: int
    pending: int
    fetches: int
    outcomes: Mapping[str, int]
    delay: float
    chances: float
    changes: float

    @property
    def share(self) -> float:
        return self.captured / max(1, self.scope)

    def row(self) -> tuple[object, ...]:
        told = ", ".join(f"{name} {count}" for name, count in sorted(self.outcomes.items()))
        return (
            self.scope, self.captured, f"{self.share:.1%}", self.lost, self.pending, self.fetches,
            f"{self.delay:.2f}", f"{self.chances:.1f}", f"{self.changes:g}", told,
        )  # fmt: skip


HEAD = ("edits", "captured", "share", "lost", "pending", "revisits", "delay h", "expected", "found", "by outcome")


def table(rows: Mapping[str, Score]) -> str:
    """Write scores side by side."""
    lines = [("", *HEAD), *((name, *map(str, score.row())) for name, score in rows.items())]
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    return "\n".join("  ".join(word.rjust(width) for word, width in zip(line, widths, strict=True)) for line in lines)


class Late:
    """A policy whose visits are made a little late by chance, as a real crawler's are."""

    def __init__(self, policy: Any, seed: int) -> None:
        self._policy = policy
        self._chance = random.Random(seed)

    def next_visit(self, *asked: Any) -> Any:
        """Give what the policy gives, up to ``LATEST`` hours later."""
        planned = self._policy.next_visit(*asked)
        if planned is None:
            return None
        at, value = planned
        return at + LATEST * self._chance.random(), value


def simulated(simulator: Simulator, made: Any, per_day: float, seed: int = 0) -> Score:
    """Run the product's policy over a trace in the simulator; no fetch fails there, as none does on loopback.

    The purse of ``start`` begins with an hour's worth in it, the simulator's with nothing: it gets as much in all.
    """
    sim = simulator.sim
    budget = sim.Budget(per_day * (1 + 1 / made.horizon))
    product = revisit.policy(budget)
    policy: Any = Late(simulator.policies.DatetimeAdapter(product), seed)
    policy.on_tick, policy.replan_hours = product.on_tick, product.replan_hours
    told = sim.run(made, policy, budget, error_rate=0.0)
    scope, captured = int(told["scope"]), int(told["captured"])
    unchanged = round(told["share304"] * told["fetches"])
    learned = product.sites.values()
    return Score(
        scope=scope,
        captured=captured,
        lost=round(told["lost"] * scope),
        pending=round(told["pending"] * scope),
        fetches=int(told["fetches"]),
        outcomes={"unchanged": unchanged, "others": int(told["fetches"]) - unchanged},
        delay=float(told["delay_mean"]),
        chances=sum(one.chances for one in learned),
        changes=sum(one.changes for one in learned),
    )


# -------------------------------------------------------------------------------------------------------- what happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """One article as the sites saw it asked for: when, with which answer, and which version stood."""

    article: Traced
    asked: tuple[tuple[datetime, int, int], ...]
    """Time, status, version."""

    @property
    def discovered(self) -> datetime | None:
        return next((at for at, status, _ in self.asked if status == 200), None)


def lived(traced: Iterable[Traced], log: Sequence[Served], until: datetime) -> list[Lived]:
    """Read the sites' own log."""
    asked: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for one in log:
        if one.time <= until and one.method == "GET":
            asked[f"http://{one.host}{one.path}"].append((one.time, one.status))
    return [
        Lived(article=one, asked=tuple((at, status, one.version(at)) for at, status in sorted(asked[one.url])))
        for one in traced
    ]


def scored(lives: Sequence[Lived], expected: Sequence[tuple[float, bool]], until: datetime) -> Score:
    """Score the visits that were made, as the simulator does; ``expected`` are chance and finding of each."""
    scope = captured = pending = 0
    outcomes: Counter[str] = Counter()
    delays: list[float] = []
    for life in lives:
        if life.discovered is None:
            continue
        article = life.article
        edits = [at for at in article.edits if at < until]
        held = article.version(life.discovered)
        scope += len(edits) - held
        for at, status, version in life.asked:
            if at <= life.discovered:
                continue
            outcomes[{200: "captured", 304: "unchanged", 404: "gone"}.get(status, str(status))] += 1
            if status in (200, 304) and version != held:
                captured, held = captured + 1, version
                delays.append((at - article.edits[version - 1]) / HOUR)
        alive = article.deleted is None or article.deleted > until
        pending += held != len(edits) and alive
    return Score(
        scope=scope,
        captured=captured,
        lost=scope - captured - pending,
        pending=pending,
        fetches=sum(outcomes.values()),
        outcomes=outcomes,
        delay=statistics.fmean(delays) if delays else 0.0,
        chances=sum(chance for chance, _ in expected),
        changes=sum(changed for _, changed in expected),
    )


def expected_of(home: Home) -> list[tuple[float, bool]]:
    """Give what was expected of each revisit, and whether it found an edit."""
    return [(float(chance), bool(changed)) for chance, changed in home.rows("SELECT chance, changed FROM expected")]


def kept_of(conn: Connection, one: Traced) -> list[int | None]:
    """Give which versions of an article the archive has as revisions, in their order; None is one that never was."""
    held = articles.of_urlkey(conn, urlkey(one.url))
    return [] if held is None else [_version_of(one, revision.extraction) for revision in held.revisions]


def _version_of(one: Traced, read: Extraction) -> int | None:
    for version in range(len(one.edits), -1, -1):
        edition = text_of(one.base, version)
        said = {str(words[0]) for words in edition.paragraphs}
        if said <= set(read.paragraphs) and read.headline == edition.headline:
            return version
    return None


def sent_of(life: Lived) -> list[int]:
    """Give which versions of an article were sent, in their order: what the archive must have as revisions."""
    return sorted({version for _, status, version in life.asked if status == 200})


def polls_of(log: Sequence[Served], plans: Iterable[Plan]) -> dict[str, list[float]]:
    """Give when what tells of changes was asked for at each site, in the simulator's hours."""
    return {
        plan.name: [(one.time - T0) / HOUR for one in log if (one.host, one.path) == (plan.host, plan.tells_at)]
        for plan in plans
    }


def same_polls(made: Any, lives: Sequence[Lived], polls: Mapping[str, Sequence[float]], tick: float, seed: int) -> Any:
    """Give the trace as one who polls when ``start`` did gets to know of it.

    The simulator goes by ticks: each discovery is put on the one before or the one after, by chance, so that on the
    whole none comes sooner or later than it was.
    """
    chance = random.Random(seed)
    found = []
    for article, life in zip(made.articles, lives, strict=True):
        if life.discovered is None:
            continue
        at = math.floor((life.discovered - T0) / HOUR / tick + chance.random()) * tick
        at += tick if at < article.published else 0.0
        hints: dict[float, float] = {}
        for _, said in article.hints:
            poll = next((poll for poll in polls[made.sites[article.site].name] if poll > said), None)
            if poll is not None and poll > at:
                hints[poll] = said
        found.append(type(article)(**{**vars(article), "discovered": at, "hints": sorted(hints.items())}))
    found.sort(key=lambda one: one.discovered)
    for key, one in enumerate(found):
        one.key = key
    return type(made)(made.name, made.days, made.sites, found, made.shape)
