"""What a run shows while it goes on, and at its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self

from archive.timing import stamp
from crawler.rounds import Report
from schedules.worker import Progress

QUIET_SECONDS = 10.0
"""Real seconds between two lines where there is no terminal."""


class Shower:
    """Progress on standard error: one line that changes on a terminal, a line now and then where there is none."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._shown = ""
        self._said_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live and self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def told(self, progress: Progress) -> None:
        text = _words(progress)
        if self._live:
            if text != self._shown:
                sys.stderr.write(f"\r\x1b[K{text}")
                sys.stderr.flush()
        elif time.monotonic() - self._said_at >= QUIET_SECONDS and text != self._shown:
            self._said_at = time.monotonic()
            sys.stderr.write(text + "\n")
            sys.stderr.flush()
        self._shown = text


def _words(progress: Progress) -> str:
    done = sum(progress.outcomes.values())
    unread = f", {progress.unread} to be read" if progress.unread else ""
    return f"{done} visits ({_counts(progress.outcomes)}); {progress.waiting} URLs wait{unread}"


def _counts(outcomes: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "none yet"


def report_lines(report: Report) -> Iterator[str]:
    """Give the lines in which a person is told how a run went."""
    run = report.run
    took = (run.ended - run.began).total_seconds() if run.ended is not None else 0.0
    names = ", ".join(run.sites) if len(run.sites) <= 5 else f"{len(run.sites)} sites"
    yield f"run {run.id} over {names}: {run.state}, {took:.0f} s"
    yield f"  {run.considered} URLs, {run.visits} visits: {_counts(run.outcomes)}"
    for why, count in report.whys.items():
        yield f"  {count:>6} {why}"
    if report.verdicts:
        yield "  read: " + ", ".join(f"{count} {verdict}" for verdict, count in report.verdicts.items())
    if report.left:
        yield f"  {report.left} URLs are left for the next run: variorum due"
    if report.unread:
        yield f"  {report.unread} captures are not read yet; the next run reads them"
    for site in report.unanswered:
        yield f"  {site}: nobody answered; variorum log --run {run.id} says why"


def report_json(report: Report) -> dict[str, object]:
    """Give the report as the verb prints it with ``--json``."""
    run = report.run
    return {
        "id": run.id,
        "why": run.why,
        "sites": list(run.sites),
        "state": run.state,
        "began": stamp(run.began),
        "ended": stamp(run.ended) if run.ended is not None else None,
        "considered": run.considered,
        "visits": run.visits,
        "outcomes": dict(run.outcomes),
        "whys": dict(report.whys),
        "verdicts": dict(report.verdicts),
        "left": report.left,
        "unread": report.unread,
        "unanswered": list(report.unanswered),
    }
