"""The verb that tells how the watched sites fare."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

from archive import terminal, timing
from archive.cli import Place, archive_options
from archive.errors import NothingDone
from schedules.asked_sites import chosen as chosen_sites
from schedules.asked_sites import index

if TYPE_CHECKING:
    from archive.config import Settings
    from archive.store import Connection
    from archive.store.alarms import Alarm
    from archive.store.lately import Tally
    from crawler.sites import Site
    from schedules.cadence import Cadence
    from schedules.health import Health

START = "start"
"""The sign of life of the scheduler, beside those of runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of a site: in the table, in full, and as JSON."""

    site: Site
    last_run: datetime | None
    next_run: datetime | None
    health: str
    alarms: tuple[Alarm, ...]
    read: Tally
    unseen: float | None
    cadence: Cadence | None
    newest: datetime | None
    usual: str | None


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--tag", metavar="TAG", help="Only those with this tag.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one object a site.")
@archive_options
def sites(place: Place, names: tuple[str, ...], tag: str | None, as_json: bool) -> int:
    """List the watched sites, their last run and the next, and how they fare; tell of each NAME in full."""
    chosen = chosen_sites(place, names)
    if not chosen:
        raise NothingDone("no site is watched yet: variorum watch URL")
    chosen = _tagged(chosen, tag)
    now = timing.from_environment(os.environ).now()
    with index(place) as store, store.read() as conn:
        from schedules.health import Health

        health = Health(conn, chosen, place.settings, now)
        rows = list(_told(conn, chosen, place.settings, health, now))
        general = health.of_site("")
    for alarm in general:
        terminal.step(f"the archive: {_since(alarm)}: {alarm.detail}")
    if as_json:
        for told in rows:
            terminal.emit_json(_json(told))
    elif names:
        for told in rows:
            _show(told)
    else:
        terminal.table([_row(told, now) for told in rows], HEADERS)
    return 0


def _tagged(chosen: list[Site], tag: str | None) -> list[Site]:
    found = [site for site in chosen if tag is None or tag in site.tags]
    if not found:
        known = sorted({each for site in chosen for each in site.tags})
        there_are = f"there are {', '.join(known)}" if known else "no site has any"
        raise NothingDone(f"no site has the tag {tag}; {there_are}")
    return found


def _told(
    conn: Connection, chosen: Sequence[Site], settings: Settings, health: Health, now: datetime
) -> Iterator[Told]:
    from crawler.times import times_of
    from schedules import feed_alarms

    soonest = _soonest(conn, chosen, settings, now)
    for site in chosen:
        source = health.usual(site)
        yield Told(
            site=site,
            last_run=health.last_run(site.name),
            next_run=soonest.get(site.name) if site.paused is None else None,
            health=health.words(site),
            alarms=tuple(health.of_site(site.name)),
            read=health.read(site.name),
            unseen=health.unseen(site.name),
            cadence=None if source is None else source.cadence,
            newest=None if source is None else source.newest,
            usual=None if source is None else feed_alarms.usual(source, times_of(site, settings).timezone),
        )


def _soonest(conn: Connection, chosen: Sequence[Site], settings: Settings, now: datetime) -> Mapping[str, datetime]:
    """Give when something of each site is due next; its night too, where there is a scheduler to make it."""
    from archive import liveness
    from archive.store import frontier, signs
    from archive.warc.files import WarcFolder
    from crawler.times import times_of
    from schedules.calendar import Daily, Schedule, planned_after

    found = dict(frontier.next_of(conn, [site.name for site in chosen]))
    running = WarcFolder(settings.store.warcs).running
    if signs.planned(conn) or liveness.is_alive(running, START):
        for site in chosen:
            times = times_of(site, settings)
            if times.nightly:
                daily = Daily(at=times.nightly, zone=times.timezone)
                night = planned_after(Schedule(name=f"{site.name}/nightly", when=daily, why="nightly"), now)
                found[site.name] = min(night, found.get(site.name, night))
    return found


# ---- how it is told

HEADERS = ("name", "last run", "next run", "new items", "yield", "unseen", "health", "state", "tags")


def _row(told: Told, now: datetime) -> tuple[str | None, ...]:
    kinds = {alarm.kind for alarm in told.alarms}
    due = "now" if told.next_run is not None and told.next_run <= now else _at(told.next_run)
    share = _share(told.read)
    return (
        told.site.name,
        _at(told.last_run),
        "overdue" if "overdue" in kinds else due,
        "quiet" if "quiet" in kinds else told.usual and told.usual.removesuffix(" at this time of week"),
        None if share is None else f"{share:.0%}",
        None if told.unseen is None else f"{told.unseen:.1f} a week",
        told.health,
        _state(told.site),
        ", ".join(told.site.tags) or None,
    )


def _json(told: Told) -> dict[str, object]:
    site, cadence = told.site, told.cadence
    return {
        "name": site.name,
        "url": site.url,
        "tags": list(site.tags),
        "state": _state(site),
        "last_run": told.last_run,
        "next_run": told.next_run,
        "health": told.health,
        "alarms": [{"kind": alarm.kind, "since": alarm.since, "detail": alarm.detail} for alarm in told.alarms],
        "yield": _share(told.read),
        "unseen_per_week": None if told.unseen is None else round(told.unseen, 2),
        "cadence": None
        if cadence is None
        else {"per_week": round(cadence.per_week, 1), "usual": told.usual, "newest": told.newest},
    }


def _show(told: Told) -> None:
    site = told.site
    click.echo(terminal.printable(f"{site.name}  {site.title or ''}".rstrip()))
    read = told.read
    unseen = None if told.unseen is None else f"about {told.unseen:.1f} edits a week were overwritten unseen"
    lines = (
        ("url", site.url),
        ("state", _state(site)),
        ("tags", ", ".join(site.tags) or None),
        ("health", told.health),
        ("last run", _at(told.last_run)),
        ("next run", _at(told.next_run)),
        ("new items", told.usual and f"usually {told.usual}; the newest is of {_at(told.newest)}"),
        ("yield", f"{read.articles} of {read.read} pages were read as articles in 7 days" if read.read else None),
        ("unseen", unseen),
    )
    for name, value in lines:
        click.echo(terminal.printable(f"  {name:<10} {value or '-'}"))
    for alarm in told.alarms:
        click.echo(terminal.printable(f"  {_since(alarm)}\n".rstrip()))
        click.echo(terminal.printable(f"    {alarm.detail}"))


def _since(alarm: Alarm) -> str:
    return f"{alarm.kind} since {_at(alarm.since)}"


def _share(read: Tally) -> float | None:
    return round(read.articles / read.read, 3) if read.read else None


def _state(site: Site) -> str:
    return "watched" if site.paused is None else f"paused: {site.paused}"


def _at(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M}"
