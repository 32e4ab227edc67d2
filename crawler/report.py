"""What a run tells at its end, to a person and to a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archive.rereading import Kept
from archive.timing import stamp
from crawler.rounds import Report


def counted(outcomes: Mapping[str, int]) -> str:
    """Write counts in words: ``3 captured, 1 gone``."""
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "none yet"


def kept_in_words(kept: Kept) -> str:
    """Write what became of articles: ``5 new, 2 edits, 1 removed``; nothing where nothing did."""
    told = [f"{kept.new} new"] if kept.new else []
    told += [f"{kept.edits} {'edit' if kept.edits == 1 else 'edits'}"] if kept.edits else []
    return ", ".join([*told, *(f"{count} {event}" for event, count in kept.events.items())])


def report_lines(report: Report) -> Iterator[str]:
    """Give the lines in which a person is told how a run went."""
    run = report.run
    took = (run.ended - run.began).total_seconds() if run.ended is not None else 0.0
    names = ", ".join(run.sites) if len(run.sites) <= 5 else f"{len(run.sites)} sites"
    yield f"run {run.id} over {names}: {run.state}, {took:.0f} s"
    yield f"  {run.considered} URLs, {run.visits} visits: {counted(run.outcomes)}"
    for why, count in report.whys.items():
        yield f"  {count:>6} {why}"
    if report.verdicts:
        yield "  read: " + ", ".join(f"{count} {verdict}" for verdict, count in report.verdicts.items())
    if told := kept_in_words(report.kept):
        yield f"  articles: {told}"
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
        "articles": {"new": report.kept.new, "edits": report.kept.edits, "events": dict(report.kept.events)},
        "left": report.left,
        "unread": report.unread,
        "unanswered": list(report.unanswered),
    }
