"""The verbs that look at an archive and keep it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from archive import terminal
from archive.cli import Place, archive_options
from archive.config import FILE, template
from archive.errors import Misuse, NothingDone
from archive.model import Capture, Outcome, Run, Url, UrlKey, Visit

if TYPE_CHECKING:
    from archive.store import Connection, Store
    from archive.timing import Clock
    from archive.warc.files import WarcFolder


def capture_json(capture: Capture) -> dict[str, object]:
    """Give a capture by the keys of design 6."""
    place = capture.locator
    return {
        "url": capture.url,
        "id": capture.id,
        "at": capture.at,
        "status": capture.status,
        "mime": capture.mime,
        "digest": capture.digest,
        "kind": capture.kind,
        "warc": place.warc,
        "offset": place.offset,
        "length": place.length,
        "run": capture.run,
        "site": capture.site,
        "truncated": capture.truncated,
        "fidelity": capture.fidelity,
        "verdict": None,
    }


def visit_json(visit: Visit) -> dict[str, object]:
    """Give a visit by the keys of design 6."""
    return {
        "url": visit.url,
        "at": visit.at,
        "why": visit.why,
        "attempt": visit.attempt,
        "from": visit.came_from,
        "outcome": visit.outcome,
        "status": visit.status,
        "detail": visit.detail,
        "run": visit.run,
        "site": visit.site,
        "capture": visit.capture,
        "ms": visit.ms,
    }


def run_json(run: Run) -> dict[str, object]:
    """Give a run by the keys of design 6."""
    return {
        "id": run.id,
        "why": run.why,
        "sites": list(run.sites),
        "state": run.state,
        "planned": run.planned,
        "began": run.began,
        "ended": run.ended,
        "considered": run.considered,
        "visits": run.visits,
        "outcomes": dict(run.outcomes),
    }


@click.command()
@click.argument("folder", metavar="[DIR]", default=".")
@click.option("--contact", metavar="ADDRESS", help="Your e-mail address or web page: site owners see it.")
@click.option("--label", metavar="NAME", help="Begins the name of every WARC file; else the folder's name.")
def init(folder: str, contact: str | None, label: str | None) -> None:
    """Make an archive: a folder with its settings, and a place for WARC files."""
    import re

    from archive.config import load

    home = Path(folder).expanduser().absolute()
    path = home / FILE
    if path.exists():
        raise Misuse(f"{home} is an archive already; edit {path} to change its settings")
    name = label or re.sub(r"[^A-Za-z0-9]+", "-", home.name).strip("-")[:40] or "variorum"
    try:
        (home / "sites").mkdir(parents=True, exist_ok=True)
        (home / "warcs").mkdir(exist_ok=True)
        path.write_text(template(contact, name), encoding="utf-8")
    except OSError as error:
        raise Misuse(f"cannot make an archive in {home}: {error.strerror}; choose another folder") from error
    try:
        load(home)
    except Misuse:
        path.unlink()
        raise
    click.echo(f"made an archive in {home}")
    if contact is None:
        click.echo("it names no contact yet: without one, no public host is asked for anything (see variorum.toml)")


def _store(place: Place) -> Store:
    from archive.store import open_store

    return open_store(place.settings.store.database)


def _folder(place: Place) -> WarcFolder:
    from archive.warc.files import WarcFolder

    place.settings.store.warcs.mkdir(parents=True, exist_ok=True)
    return WarcFolder(place.settings.store.warcs)


def _clock() -> Clock:
    import os

    from archive.timing import from_environment

    return from_environment(os.environ)


def _moment(ctx: click.Context, param: click.Parameter, text: str | None) -> datetime | None:
    from archive.timing import parse_time

    return parse_time(text) if text is not None else None


SINCE = click.option("--since", metavar="TIME", callback=_moment, help="From this time on (RFC 3339, or a date).")
UNTIL = click.option("--until", metavar="TIME", callback=_moment, help="Before this time.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one object a line.")


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL...]")
@click.option("--all", "everything", is_flag=True, help="Every capture of the archive.")
@click.option("--run", metavar="ID", help="Those of one run, with --all.")
@click.option("--at", metavar="TIME", callback=_moment, help="Only the one nearest to this time, of each URL.")
@SINCE
@UNTIL
@JSON
@click.option("--cdxj", is_flag=True, help="Print CDXJ lines, sorted, as replay tools read them.")
@archive_options
def captures(
    place: Place,
    urls: tuple[str, ...],
    everything: bool,
    run: str | None,
    at: datetime | None,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
    cdxj: bool,
) -> int:
    """List the captures of URLs, oldest first: when, what, and where in the WARC files."""
    from archive import cdx
    from archive.store import captures as rows
    from archive.urls import urlkey

    if bool(urls) == everything:
        raise Misuse("name the URLs whose captures you want, or give --all")
    store = _store(place)
    found = 0

    def chosen(conn: Connection) -> Iterator[Capture]:
        if everything:
            yield from rows.every(conn, since=since, until=until, run=run)
        for url in urls:
            key = urlkey(url)
            if at is not None:
                nearest = rows.closest(conn, key, at, url=Url(url))
                yield from [nearest] if nearest else []
            else:
                yield from rows.of_url(conn, key, since=since, until=until)

    shown: list[tuple[object, ...]] = []
    with store.read() as conn:
        # Our own notes are resources at urn: addresses; they are told only to those who ask for everything as data.
        for capture in chosen(conn):
            found += 1
            if as_json:
                terminal.emit_json(capture_json(capture))
            elif cdxj:
                if not capture.url.startswith("urn:variorum:"):
                    click.echo(cdx.line(capture))
            elif not (everything and capture.url.startswith("urn:variorum:")):
                shown.append(_capture_row(capture))
    store.close()
    if shown:
        terminal.table(shown, ("at", "status", "kind", "type", "digest", "url"))
    if not found:
        raise NothingDone(f"no capture of {urls[0] if urls else 'anything'} here; `variorum log` tells what was tried")
    return 0


def _capture_row(capture: Capture) -> tuple[object, ...]:
    note = f" (cut: {capture.truncated})" if capture.truncated else ""
    return (
        f"{capture.at:%Y-%m-%d %H:%M:%S}",
        capture.status or "-",
        capture.kind + note,
        capture.mime or "-",
        (capture.digest or "-").partition(":")[2][:12],
        capture.url,
    )


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL...]")
@click.option("--outcome", type=click.Choice(get_args(Outcome)), help="Only visits that ended so.")
@click.option("--run", metavar="ID", help="Only the visits of one run.")
@SINCE
@UNTIL
@click.option("--limit", type=click.IntRange(min=1), help="At most so many.")
@JSON
@archive_options
def log(
    place: Place,
    urls: tuple[str, ...],
    outcome: Outcome | None,
    run: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    as_json: bool,
) -> int:
    """List every visit with its outcome, oldest first: what was fetched, what failed, what was not asked for."""
    from archive.store import visits as rows
    from archive.urls import urlkey

    store = _store(place)
    shown: list[tuple[object, ...]] = []
    found = False
    with store.read() as conn:
        keys: list[UrlKey | None] = [urlkey(url) for url in urls]
        for key in keys or [None]:
            every = rows.every(conn, outcome=outcome, run=run, urlkey=key, since=since, until=until, limit=limit)
            for visit in every:
                found = True
                if as_json:
                    terminal.emit_json(visit_json(visit))
                    continue
                again = f" try {visit.attempt}" if visit.attempt > 1 else ""
                shown.append(
                    (
                        f"{visit.at:%Y-%m-%d %H:%M:%S}",
                        visit.outcome,
                        visit.status or "-",
                        visit.why + again,
                        visit.url,
                        visit.detail or "",
                    )
                )
    store.close()
    if shown:
        terminal.table(shown, ("at", "outcome", "status", "why", "url", "detail"))
    if not found:
        raise NothingDone("no visit fits" if urls or outcome or run or since or until else "no visit yet")
    return 0


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many.")
@JSON
@archive_options
def runs(place: Place, limit: int, as_json: bool) -> int:
    """List the runs, newest first, each with its counts."""
    from archive.store import runs as rows

    store = _store(place)
    with store.read() as conn:
        found = list(rows.every(conn, limit))
    store.close()
    if as_json:
        for run in found:
            terminal.emit_json(run_json(run))
    elif found:
        terminal.table(
            [
                (
                    run.id,
                    run.why,
                    run.state,
                    f"{run.began:%Y-%m-%d %H:%M:%S}",
                    run.considered,
                    run.visits,
                    ", ".join(f"{count} {outcome}" for outcome, count in sorted(run.outcomes.items())),
                )
                for run in found
            ],
            ("run", "why", "state", "began", "URLs", "visits", "outcomes"),
        )
    if not found:
        raise NothingDone("no run yet: `variorum capture URL` makes one")
    return 0


@click.command()
@click.argument("given", nargs=-1, metavar="[FILE...]")
@JSON
@archive_options
def verify(place: Place, given: tuple[str, ...], as_json: bool) -> int:
    """Check every record, digest and revisit, and files and index against each other; exit code 3 on problems.

    With FILE, check these WARC files by themselves.
    """
    from itertools import chain

    from archive import upkeep

    tally = upkeep.Tally()
    said = _silent if as_json else terminal.step
    store = None
    if given:
        found = chain.from_iterable(upkeep.verify_file(Path(name), tally) for name in given)
    else:
        store = _store(place)
        found = chain(upkeep.verify(store, _folder(place), tally, said))
    for problem in found:
        tally.problems += 1
        told = {
            "warc": problem.warc,
            "offset": problem.offset,
            "problem": problem.problem,
            "record": problem.record,
        }
        if as_json:
            terminal.emit_json(told)
        else:
            at = f" at {problem.offset}" if problem.offset is not None else ""
            click.echo(f"{problem.warc}{at}: {problem.problem}")
    if store is not None:
        store.close()
    if as_json:
        terminal.emit_json({"files": tally.files, "records": tally.records, "problems": tally.problems})
    else:
        known = f", {tally.known} known since their import" if tally.known else ""
        click.echo(f"{tally.files} files, {tally.records} records, {tally.problems} problems{known}")
    return 3 if tally.problems else 0


def _silent(text: str) -> None:
    pass


@click.command()
@archive_options
def repair(place: Place) -> int:
    """Mend what a crash left: cut torn tails, seal abandoned files, bring the index up.

    Files that another process is writing to are left alone. The next run does the same for the file it takes over.
    """
    from archive import upkeep
    from archive.store import open_store

    store = open_store(place.settings.store.database, create=True)
    done = 0
    for said in upkeep.repair(store, _folder(place), _clock()):
        done += 1
        click.echo(said)
    store.close()
    if not done:
        click.echo("nothing to repair")
    return 0


@click.command()
@archive_options
def reindex(place: Place) -> int:
    """Make the index anew from the WARC files alone; a damaged database is put aside, never deleted."""
    from archive import upkeep
    from archive.errors import Damaged
    from archive.store import captures as rows
    from archive.store import open_store, set_aside

    url = place.settings.store.database
    try:
        store = open_store(url, create=True)
    except Damaged as error:
        path = Path(url.removeprefix("sqlite:///"))
        aside = set_aside(path)
        if aside is None:
            raise
        click.echo(f"the database was damaged ({error.__cause__}); it is kept as {aside.name}")
        store = open_store(url, create=True)
    problems = 0
    for problem in upkeep.reindex(store, _folder(place), _clock(), terminal.step):
        problems += 1
        at = f" at {problem.offset}" if problem.offset is not None else ""
        click.echo(f"{problem.warc}{at}: {problem.problem}")
    with store.read() as conn:
        count = sum(1 for _ in rows.every(conn))
    store.close()
    click.echo(f"{count} captures in the index, {problems} problems")
    return 3 if problems else 0


@click.command("import")
@click.argument("given", nargs=-1, required=True, metavar="FILE...")
@archive_options
def import_(place: Place, given: tuple[str, ...]) -> int:
    """Take in WARC files of others, byte for byte, damaged ones included; exit code 3 when one is damaged."""
    from archive.errors import VariorumError
    from archive.exchange import importing
    from archive.recording import Recording

    clock = _clock()
    recording = Recording(place.settings, clock).start()
    taken: list[importing.Imported] = []
    code = 0
    try:
        for name in given:
            try:
                one = importing.take_in(place.settings, clock, recording, Path(name))
            except VariorumError as error:
                if recording.failure is not None:
                    raise
                click.echo(f"variorum: {error}", err=True)
                code = max(code, error.exit_code)
                continue
            taken.append(one)
            what = "here already as" if one.already else "taken as"
            click.echo(f"{one.origin}: {what} {one.name}, {one.records} records, {len(one.problems)} problems")
            for problem in one.problems:
                at = f" at {problem.offset}" if problem.offset is not None else ""
                click.echo(f"  {problem.problem}{at}")
            if one.problems:
                code = 3
    finally:
        recording.close()
    return code


@click.command()
@click.argument("to", metavar="DIR")
@archive_options
def backup(place: Place, to: str) -> int:
    """Copy the archive to DIR while it is being written to; again into the same DIR, only what is new."""
    from archive import backup as backing_up

    made = backing_up.backup(place.settings, Path(to).expanduser().absolute(), terminal.step)
    click.echo(f"{made.files} WARC files, {made.bytes:,} bytes in {to}; {made.copied} copied now")
    return 0
