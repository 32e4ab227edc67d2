"""The verb that watches single pages: ``follow``."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from archive import terminal, timing
from archive.cli import Place, archive_options
from archive.commands import JSON
from archive.errors import Misuse, NothingDone

if TYPE_CHECKING:
    from archive.model import Url, UrlKey
    from archive.store import Connection
    from archive.store.frontier import Wanted
    from crawler.sites import Site
    from schedules.following import Followed

EVERY = "15m"
PARTLY = 5
_UNITS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))


@click.command()
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option("--every", metavar="TIME", help=f"How often, such as 15m or 6h; by default {EVERY}.")
@click.option("--for", "how_long", metavar="TIME", help="How long, such as 7d; by default until you --stop it.")
@click.option("--case", metavar="NAME", help="Put what is found there into this case.")
@click.option("--note", metavar="TEXT", help="The reason; it is kept on record.")
@click.option("--stop", is_flag=True, help="Follow these pages no more.")
@click.option("--list", "is_list", is_flag=True, help="List the pages that are followed.")
@JSON
@archive_options
def follow(
    place: Place,
    urls: tuple[str, ...],
    every: str | None,
    how_long: str | None,
    case: str | None,
    note: str | None,
    stop: bool,
    is_list: bool,
    as_json: bool,
) -> int:
    """Watch single pages at a pace of your own, of watched sites or not; the decision is kept on record.

    A page that is followed already is followed as you say now. Its first visit is due at once: `variorum start` makes
    it, and so does the next `variorum crawl`.
    """
    given = [name for name, value in (("--every", every), ("--for", how_long), ("--case", case)) if value is not None]
    if is_list and (urls or stop or given or note is not None):
        raise Misuse("--list stands alone: variorum follow --list")
    if as_json and not is_list:
        raise Misuse("--json goes with --list: variorum follow --list --json")
    if stop and given:
        raise Misuse(f"--stop ends it, and {given[0]} says how to go on; give one of them")
    if not is_list and not urls:
        raise Misuse(f"name the pages: variorum follow URL --every {EVERY}, or see those that are: --list")
    if is_list:
        return _list(place, as_json=as_json)
    pages = _pages(urls)
    return _stop(place, pages, note) if stop else _follow(place, pages, every, how_long, case, note)


def _pages(urls: Sequence[str]) -> dict[UrlKey, Url]:
    """Read what was given as pages, each once."""
    from typing import cast

    from archive import values
    from archive.urls import urlkey

    pages: dict[UrlKey, Url] = {}
    for text in urls:
        url = cast("Url", values.read("URL", text, values.url, "follow"))
        pages.setdefault(urlkey(url), url)
    return pages


def _follow(
    place: Place,
    pages: Mapping[UrlKey, Url],
    every: str | None,
    how_long: str | None,
    case: str | None,
    note: str | None,
) -> int:
    from archive import values
    from archive.journal import FOLLOW
    from archive.recording import Recording
    from archive.review_commands import case_name
    from crawler.reach import check_contact, reach
    from schedules import following
    from schedules.planning import followed_now

    pace = values.read("--every", every or EVERY, values.pace, "follow")
    span = None if how_long is None else values.read("--for", how_long, values.duration, "follow")
    assert isinstance(pace, timedelta)
    assert span is None or isinstance(span, timedelta)
    name = None if case is None else case_name(case)
    check_contact(place.settings, reach(place.settings)[0], list(pages.values()))
    watched = _watched(place)
    clock = timing.from_environment(os.environ)
    with Recording(place.settings, clock) as recording:
        now = clock.now()
        until = None if span is None else _later(now, span)
        known = recording.work_and_wait(lambda conn: followed_now(conn, now))
        for key, url in pages.items():
            site = _site_of(watched, url)
            had = known.get(key)
            kept = name if name is not None or had is None else had.case
            words = f"followed every {_span(pace)}{'' if until is None else f' until {until:%Y-%m-%d %H:%M}'}"
            words += "" if kept is None else f", case {kept}"
            if had is not None and (had.every, had.until) == (pace, until) and name is None and note is None:
                click.echo(terminal.printable(f"{url}: {words} already"))
                continue
            recording.tell_journal(FOLLOW, url, following.told(pace, until, name, note))
            row = _row(place, url, key, site, now)
            recording.work_and_wait(lambda conn, row=row, now=now: _want(conn, row, now))  # type: ignore[misc]
            click.echo(terminal.printable(f"{url}: {words}"))
            for warning in recording.work_and_wait(lambda conn, url=url, site=site: _warnings(conn, url, site)):  # type: ignore[misc]
                terminal.step(f"{url}: {warning}")
    return 0


def _stop(place: Place, pages: Mapping[UrlKey, Url], note: str | None) -> int:
    from archive.journal import UNFOLLOW
    from archive.recording import Recording
    from schedules.planning import followed_now

    clock = timing.from_environment(os.environ)
    stopped = 0
    with Recording(place.settings, clock) as recording:
        known = recording.work_and_wait(lambda conn: followed_now(conn, clock.now()))
        for key, url in pages.items():
            if key not in known:
                terminal.step(f"{url} is not followed")
                continue
            recording.tell_journal(UNFOLLOW, url, {"note": note})
            click.echo(terminal.printable(f"{url}: followed no more"))
            stopped += 1
    if not stopped:
        raise NothingDone("none of these is followed; `variorum follow --list` lists those that are")
    return PARTLY if stopped < len(pages) else 0


def _list(place: Place, *, as_json: bool) -> int:
    from archive.store import frontier, open_store
    from archive.warc.files import WarcFolder
    from schedules.planning import followed_now

    now = timing.from_environment(os.environ).now()
    folder = WarcFolder(place.settings.store.warcs)
    folder.make()
    store = open_store(place.settings.store.database, create=not folder.names())
    try:
        with store.read() as conn:
            found = followed_now(conn, now)
            rows = [_json(one, frontier.by_key(conn, key)) for key, one in found.items()]
    finally:
        store.close()
    rows.sort(key=lambda row: str(row["url"]))
    if as_json:
        for row in rows:
            terminal.emit_json(row)
        return 0
    if not rows:
        click.echo(f"no page is followed: variorum follow URL --every {EVERY} --for 7d")
        return 0
    headers = ("url", "every", "until", "case", "since", "next")
    terminal.table([[_cell(row[key]) for key in headers] for row in rows], headers)
    return 0


def _json(one: Followed, known: tuple[str, Wanted] | None) -> dict[str, object]:
    every = one.every.total_seconds()
    return {
        "url": one.url,
        "every": int(every) if every.is_integer() else every,
        "until": one.until,
        "case": one.case,
        "since": one.since,
        "next": None if known is None else _next(one, *known),
    }


def _next(one: Followed, state: str, row: Wanted) -> datetime | None:
    """Give when a page is visited next: as it is planned, else as it is to be planned."""
    if state == "waiting":
        return row.next_at
    return None if row.visited_at is None else row.visited_at + one.every


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return _span(timedelta(seconds=value)) if isinstance(value, int | float) else value


def _span(span: timedelta) -> str:
    """Write a span as it is read: in the largest unit that holds it without a rest."""
    seconds = span.total_seconds()
    return next((f"{seconds / of:,.0f}{unit}" for unit, of in _UNITS if seconds % of == 0), f"{seconds:g}s")


def _later(now: datetime, span: timedelta) -> datetime:
    try:
        return now + span
    except OverflowError as cause:
        raise Misuse(f"--for {_span(span)} is too long; leave it out to follow until you --stop it") from cause


# ---- the page in the frontier


def _row(place: Place, url: Url, key: UrlKey, site: Site | None, now: datetime) -> Wanted:
    from archive.links import neighbour_of
    from archive.store.frontier import Wanted

    return Wanted(
        url=url,
        urlkey=key,
        neighbour=neighbour_of(url, place.settings.polite.platforms),
        what="article",
        why="follow",
        next_at=now,
        # As far out as the site goes: this page is followed, and not what it lists.
        depth=1 if site is None else site.hops,
        site=None if site is None else site.name,
        fresh_from=now,
        later=True,
    )


def _want(conn: Connection, row: Wanted, now: datetime) -> None:
    """Want a page now; one that is in a run already is left there."""
    from archive.store import frontier

    known = frontier.by_key(conn, row.urlkey)
    if known is None or known[1].run is None or known[0] not in ("waiting", "fetched"):
        frontier.discover(conn, [row], run="", now=now, pages={}, citations=0)
    frontier.follow(conn, [row.urlkey], now)


def _warnings(conn: Connection, url: Url, site: Site | None) -> list[str]:
    """Say what is known to keep a page from being visited."""
    from archive.store import visits
    from archive.urls import urlkey

    found = []
    if site is None:
        found.append("of no watched site: `variorum start` visits it at that pace, `variorum crawl` whenever it runs")
    elif site.paused is not None:
        found.append(
            f"{site.name} is paused ({site.paused}); nothing is fetched until variorum pause {site.name} --resume"
        )
    last = visits.newest(conn, urlkey(url), url, since=datetime(1970, 1, 1, tzinfo=UTC))
    if last is not None and last.outcome == "robots":
        found.append(f"robots.txt kept it out on {last.at:%Y-%m-%d %H:%M}: {last.detail or 'no reason told'}")
    return found


def _site_of(watched: Sequence[Site], url: Url) -> Site | None:
    """Give the watched site whose hosts a page is on; of several, one that takes it in."""
    from archive.urls import neighbour
    from crawler.sites import refusal

    host = neighbour(url)
    found = [site for site in watched if host in site.hosts]
    return min(found, key=lambda site: (refusal(site, url, site.hops) is not None, site.name), default=None)


def _watched(place: Place) -> list[Site]:
    from schedules import declared

    home = place.settings.home
    found = declared.read(home / "sites", home, overrides=place.overrides)
    for name, why in found.broken.items():
        terminal.step(f"{name} is left out: {why}")
    return list(found.sites.values())
