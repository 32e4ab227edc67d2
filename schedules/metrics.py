"""What Prometheus is told: numbers read from the store when it asks, and what only the scheduler knows.

The only module that knows prometheus_client. docs/operators.md lists every name, with rules to alert by.
"""

from __future__ import annotations

import math
import os
import platform
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, PROCESS_COLLECTOR, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from archive.config import VERSION, Settings
from archive.store import Connection, Store, alarms, standings, totals
from archive.timing import Clock
from crawler import sites
from crawler.rounds import STANDING

CONTENT_TYPE = CONTENT_TYPE_LATEST
SETTLED = timedelta(hours=1)
"""Nothing is noted of a time that is longer ago, but by a repair or a reindex; it is counted once."""
LOOK_BACK = timedelta(days=90)
"""How far back the last success of a site is looked for at the first scrape; later ones look at what is new."""
RECENT = timedelta(days=7)
QUANTILES = (0.5, 0.9, 1.0)

Labels = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """What only the scheduler knows at this moment; None is not told.

    ``revisit_budget_left`` counts the revisits that may still be made today, ``workers`` the worker processes that
    live, ``broken_files`` the operator's files of which the last good version is in use.
    """

    revisit_budget_left: float | None = None
    workers: int | None = None
    broken_files: int | None = None


@dataclass(slots=True)
class Tallies:
    """What earlier scrapes have counted, so that a scrape of a large archive counts what is new.

    Edits are counted from ``edits_from`` on: what was expected of old revisits is forgotten one day.
    """

    edits_from: datetime | None = None
    visits_until: datetime | None = None
    visits: Counter[str] = field(default_factory=Counter)
    edits_until: datetime | None = None
    found: int = 0
    expected: float = 0.0
    successes: dict[str, datetime] = field(default_factory=dict)
    looked_at: datetime | None = None


def render(store: Store, settings: Settings, now: datetime, gauges: Gauges, tallies: Tallies | None = None) -> bytes:
    """Give every number in Prometheus' text format; ``tallies`` are brought up to date."""

    class Once(Collector):
        def collect(self) -> Iterable[Metric]:
            with store.read() as conn:
                yield from _of_store(conn, now, tallies if tallies is not None else Tallies())
                yield from _of_sites(conn, settings, now, tallies if tallies is not None else Tallies())
            yield from _of_disk(settings)
            yield from _of_scheduler(gauges)
            yield from PROCESS_COLLECTOR.collect()

    return generate_latest(Once())


def renderer(
    store: Store, settings: Callable[[], Settings], clock: Clock, gauges: Callable[[], Gauges]
) -> Callable[[], bytes]:
    """Give what renders again and again: from several threads, and with what earlier scrapes have counted."""
    tallies = Tallies(edits_from=clock.now())
    one_at_a_time = threading.Lock()

    def again() -> bytes:
        with one_at_a_time:
            return render(store, settings(), clock.now(), gauges(), tallies)

    return again


# ---- numbers


def _of_store(conn: Connection, now: datetime, tallies: Tallies) -> Iterator[Metric]:
    yield _counter("visits", "Visits by outcome.", _visits(conn, now, tallies), "outcome")
    yield _gauge("runs", "Runs by state.", _keyed(totals.runs_by_state(conn)), "state")
    first = totals.first_queued(conn)
    late = max((now - first).total_seconds(), 0.0) if first is not None else 0.0
    yield _gauge("late_seconds", "By how much the planned run is late that waits longest.", {(): late})
    states, due = totals.urls_by_state(conn, now)
    yield _gauge("queue", "URLs that are known, by what they wait for.", _keyed(states), "what")
    yield _gauge("due", "URLs that wait and are due.", {(): due})
    found, awaited = _edits(conn, now, tallies)
    yield _counter("edits_found", "Revisits that found an edit, since the scheduler began.", {(): found})
    yield _counter("edits_expected", "The chances of an edit, added up over the same revisits.", {(): awaited})
    prices = sorted(standings.prices_of(conn).values())
    # Not by neighbour: there are thousands, and each would be a series of its own for ever.
    yield _gauge("price", "What a visit costs at neighbours.", _quantiles(prices), "quantile")
    kinds = Counter(alarm.kind for alarm in alarms.ringing(conn))
    yield _gauge("alarms", "Alarms that are open, by kind.", _keyed(kinds), "kind")
    yield _gauge("notices", "Notices of alert rules, by state.", _keyed(totals.notices_by_state(conn)), "state")


def _of_sites(conn: Connection, settings: Settings, now: datetime, tallies: Tallies) -> Iterator[Metric]:
    names = sites.files(settings.home / "sites").keys()
    since = now - (LOOK_BACK if tallies.looked_at is None else RECENT)
    if tallies.looked_at is not None:
        since = min(since, tallies.looked_at - RECENT)
    for name, at in totals.last_successes(conn, names, since, standing=STANDING).items():
        tallies.successes[name] = max(at, tallies.successes.get(name, at))
    tallies.looked_at = now
    yield _gauge("sites", "Sites that are watched, paused ones included.", {(): len(names)})
    yield _gauge(
        "last_success_timestamp_seconds",
        "When the last run ended in which the site answered.",
        {(name,): at.timestamp() for name, at in sorted(tallies.successes.items()) if name in names},
        "site",
    )


def _of_disk(settings: Settings) -> Iterator[Metric]:
    sizes = list(_warcs(settings.store.warcs))
    yield _gauge("warc_bytes", "Bytes in WARC files.", {(): sum(sizes)})
    yield _gauge("warc_files", "WARC files, open ones included.", {(): len(sizes)})
    yield _gauge(
        "disk_free_bytes", "Bytes free for the WARC files.", {(): shutil.disk_usage(settings.store.warcs).free}
    )
    yield _gauge("disk_min_free_bytes", "Capturing stops when fewer are free.", {(): settings.store.min_free})


def _of_scheduler(gauges: Gauges) -> Iterator[Metric]:
    told = {
        "revisit_budget_left": (gauges.revisit_budget_left, "Revisits that may still be made today."),
        "workers": (gauges.workers, "Worker processes that live."),
        "broken_files": (gauges.broken_files, "Site files and settings whose last good version is in use."),
    }
    for name, (value, meaning) in told.items():
        if value is not None:
            yield _gauge(name, meaning, {(): value})
    build: Labels = {(VERSION, platform.python_version()): 1.0}
    yield _gauge("build_info", "Which program this is.", build, "version", "python")


def _visits(conn: Connection, now: datetime, tallies: Tallies) -> Labels:
    settled = now - SETTLED
    if tallies.visits_until is None or settled > tallies.visits_until:
        tallies.visits.update(totals.visits_by_outcome(conn, tallies.visits_until, settled))
        tallies.visits_until = settled
    return _keyed(tallies.visits + Counter(totals.visits_by_outcome(conn, tallies.visits_until)))


def _edits(conn: Connection, now: datetime, tallies: Tallies) -> tuple[int, float]:
    begin = tallies.edits_until or tallies.edits_from
    settled = now - SETTLED
    if begin is None or settled > begin:
        found, awaited = totals.edits(conn, begin, settled)
        tallies.found, tallies.expected, tallies.edits_until = (
            tallies.found + found,
            tallies.expected + awaited,
            settled,
        )
        begin = settled
    found, awaited = totals.edits(conn, begin)
    return tallies.found + found, tallies.expected + awaited


def _quantiles(values: list[float]) -> Labels:
    """Give nearest-rank quantiles of values in order; none of no values."""
    return {(f"{share:g}",): values[math.ceil(share * len(values)) - 1] for share in QUANTILES if values}


def _warcs(folder: Path) -> Iterator[int]:
    for entry in os.scandir(folder):
        if ".warc" in entry.name and entry.is_file():
            yield entry.stat().st_size


def _keyed(counts: Mapping[str, float]) -> Labels:
    return {(key,): value for key, value in sorted(counts.items())}


def _gauge(name: str, meaning: str, values: Labels, *labels: str) -> Metric:
    family = GaugeMetricFamily(f"variorum_{name}", meaning, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family


def _counter(name: str, meaning: str, values: Labels, *labels: str) -> Metric:
    family = CounterMetricFamily(f"variorum_{name}", meaning, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family
