"""The verb that tells what is due, and when."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from archive import terminal, timing
from archive.cli import Place, archive_options
from archive.errors import NothingDone
from schedules.asked_sites import chosen as chosen_sites
from schedules.asked_sites import index

if TYPE_CHECKING:
    pass

AHEAD = timedelta(hours=24)
SHOWN = 50
"""Rows that a table shows where no limit is given."""


@click.command()
@click.argument("sites", metavar="[SITE]...", nargs=-1)
@click.option("--until", metavar="TIME", help="What is due before; by default within 24 hours.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many; by default 50 in the table.")
@click.option("--explain", is_flag=True, help="Say why then.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one object a URL.")
@archive_options
def due(
    place: Place, sites: tuple[str, ...], until: str | None, limit: int | None, explain: bool, as_json: bool
) -> int:
    """List what is due at SITE (else at every watched site that is not paused), the soonest first."""
    from schedules.due import Due, coming

    now = timing.from_environment(os.environ).now()
    horizon = timing.parse_time(until) if until is not None else now + AHEAD
    chosen = chosen_sites(place, sites)
    awake = [site for site in chosen if site.paused is None]
    for site in chosen:
        if sites and site.paused is not None:
            terminal.step(f"{site.name} is paused, so nothing of it is due: {site.paused}")
    if not chosen:
        raise NothingDone("no site is watched yet: variorum watch URL")
    most = limit or (sys.maxsize if as_json else SHOWN)
    shown: list[Due] = []
    more = 0
    with index(place) as store, store.read() as conn:
        for each in coming(conn, awake, place.settings, now=now, until=horizon, elsewhere=not sites):
            if len(shown) == most:
                more += 1
                if as_json:
                    break
                continue
            shown.append(each)
    for each in shown if as_json else ():
        told = {"url": each.url, "why": each.why, "at": each.at, "explain": each.explain}
        terminal.emit_json(told | {"site": each.site or None, "expected": each.expected, "chance": each.chance})
    if as_json:
        return 0
    if not shown:
        asleep = f"; {len(chosen) - len(awake)} of {len(chosen)} sites are paused" if len(awake) < len(chosen) else ""
        click.echo(f"nothing is due before {horizon:%Y-%m-%d %H:%M}{asleep}")
        return 0
    extra = ("explain",) if explain else ()
    rows = [
        (_when(each.at, now), each.why, each.site, _short(each.url), *((each.explain,) if explain else ()))
        for each in shown
    ]
    terminal.table(rows, ("at", "why", "site", "url", *extra))
    if more:
        click.echo(f"and {more} more before {horizon:%Y-%m-%d %H:%M}; --limit {len(shown) + more} shows them")
    return 0


def _when(at: datetime, now: datetime) -> str:
    return "now" if at <= now else f"{at:%Y-%m-%d %H:%M}"


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:117]}..."
