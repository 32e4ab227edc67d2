"""The verbs that look at an archive and keep it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from archive import terminal
from archive.cli import Place, archive_options
from archive.config import FILE, template
from archive.errors import Misuse, NothingDone
from archive.model import NEVER_BEGAN, Capture, Outcome, Run, Url, UrlKey, Verdict, Visit

if TYPE_CHECKING:
    from archive.store import Connection, Store
    from archive.timing import Clock
    from archive.verification import Problem, Tally
    from archive.warc.files import WarcFolder


def capture_json(capture: Capture, verdict: Verdict | None = None) -> dict[str, object]:
    """Give a capture by the keys of design 6; ``verdict`` is what it was read as."""
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
        "verdict": verdict,
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
        "began": None if run.state in NEVER_BEGAN else run.began,
        "ended": run.ended,
        "considered": run.considered,
        "visits": run.visits,
        "outcomes": dict(run.outcomes),
        "schedule": run.schedule,
        "detail": run.detail,
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
    text = template(contact, name)
    try:
        (home / "sites").mkdir(parents=True, exist_ok=True)
        (home / "warcs").mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        (home / "scrapy.cfg").write_text("[settings]\ndefault = crawler.settings\n", encoding="utf-8")
    except OSError as error:
        raise Misuse(f"cannot make an archive in {home}: {error.strerror}; choose another folder") from error
    try:
        load(home)
    except Misuse:
        path.unlink()
        raise
    from archive.store import open_store

    open_store(load(home).store.database, create=True).close()
    click.echo(f"made an archive in {home}")
    if contact is None:
        click.echo("it names no contact yet: without one, no public host is asked for anything (see variorum.toml)")


@contextmanager
def _store(place: Place, *, create: bool = False) -> Iterator[Store]:
    """Open the index; one that is missing is made where nothing has been captured yet."""
    from archive.store import open_store

    store = open_store(place.settings.store.database, create=create or not _folder(place).names())
    try:
        yield store
    finally:
        store.close()


def _folder(place: Place) -> WarcFolder:
    from archive.warc.files import WarcFolder

    folder = WarcFolder(place.settings.store.warcs)
    folder.make()
    return folder


def _clock() -> Clock:
    import os

    from archive.timing import from_environment

    return from_environment(os.environ)


def _since(ctx: click.Context, param: click.Parameter, text: str | None) -> datetime | None:
    # A bare date stands for the end of its day everywhere else; a window that begins with it should hold it.
    if text is not None and len(text) == len("2026-11-22"):
        text = f"{text}T00:00:00Z"
    return _moment(ctx, param, text)


def _moment(ctx: click.Context, param: click.Parameter, text: str | None) -> datetime | None:
    from archive.timing import parse_time

    return parse_time(text) if text is not None else None


SINCE = click.option("--since", metavar="TIME", callback=_since, help="From this time, or the start of this date, on.")
UNTIL = click.option("--until", metavar="TIME", callback=_moment, help="Before this time, or the end of this date.")
SHOWN = 200
"""Characters of a URL or a reason that a table shows."""
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one object a line.")


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL...]")
@click.option("--all", "everything", is_flag=True, help="Every capture of the archive.")
@click.option("--run", metavar="ID", help="Those of one run.")
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
    from archive.journal import is_note
    from archive.judged import verdicts_of
    from archive.store import captures as rows
    from archive.urls import urlkey

    if bool(urls) == (everything or run is not None):
        raise Misuse("name the URLs whose captures you want, or give --all or --run")
    if at is not None and not urls:
        raise Misuse("--at is for named URLs; give --since and --until with --all")
    if as_json and cdxj:
        raise Misuse("give --json or --cdxj, not both")

    def chosen(conn: Connection) -> Iterator[Capture]:
        if not urls:
            yield from rows.every(conn, since=since, until=until, run=run)
        for key, url in sorted({urlkey(url): url for url in urls}.items()):
            if at is not None:
                nearest = rows.closest(conn, key, at, url=Url(url))
                yield from [nearest] if nearest else []
            else:
                yield from rows.of_url(conn, key, since=since, until=until)

    found = 0
    shown: list[tuple[object, ...]] = []

    def counted(conn: Connection) -> Iterator[Capture]:
        nonlocal found
        for capture in chosen(conn):
            found += 1
            yield capture

    with _store(place) as store, store.read() as conn:
        # Our own notes are resources at urn: addresses; they are told only to those who ask for everything as data.
        if cdxj:
            for line in _cdxj(capture for capture in counted(conn) if not is_note(capture.urlkey)):
                click.echo(line)
        elif as_json:
            for capture, verdict in verdicts_of(conn, counted(conn)):
                terminal.emit_json(capture_json(capture, verdict))
        else:
            shown += [_capture_row(capture) for capture in counted(conn) if urls or not is_note(capture.urlkey)]
    if shown:
        terminal.table(shown, ("at", "status", "kind", "type", "digest", "url"))
    if not found:
        raise NothingDone(f"no capture of {urls[0] if urls else 'anything'} here; `variorum log` tells what was tried")
    return 0


def _cdxj(captures: Iterable[Capture]) -> Iterator[str]:
    """Write captures that come by key and time as lines in the order of their bytes (CDXJ 0.1.0)."""
    from archive import cdx

    # A line has whole seconds: only within one does the order of bytes differ from that of time.
    for _, second in groupby(captures, lambda capture: (capture.urlkey, capture.at.replace(microsecond=0))):
        yield from sorted(map(cdx.line, second), key=cdx.sort_key)


def _capture_row(capture: Capture) -> tuple[object, ...]:
    note = f" (cut: {capture.truncated})" if capture.truncated else ""
    return (
        f"{capture.at:%Y-%m-%d %H:%M:%S}",
        capture.status or "-",
        capture.kind + note,
        capture.mime or "-",
        (capture.digest or "-").partition(":")[2][:12],
        _short(capture.url),
    )


def _short(text: str) -> str:
    """Cut what would make every line of a table as long as itself; --json tells all of it."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


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

    shown: list[tuple[object, ...]] = []
    found = False
    told = 0
    with _store(place) as store, store.read() as conn:
        keys: list[UrlKey | None] = list(dict.fromkeys(urlkey(url) for url in urls))
        for key in keys or [None]:
            left = None if limit is None else limit - told
            if left == 0:
                break
            for visit in rows.every(conn, outcome=outcome, run=run, urlkey=key, since=since, until=until, limit=left):
                told += 1
                found = True
                if as_json:
                    terminal.emit_json(visit_json(visit))
                else:
                    shown.append(_visit_row(visit))
    if shown:
        terminal.table(shown, ("at", "outcome", "status", "why", "url", "detail"))
    if not found:
        raise NothingDone("no visit fits" if urls or outcome or run or since or until else "no visit yet")
    return 0


def _visit_row(visit: Visit) -> tuple[object, ...]:
    again = f" try {visit.attempt}" if visit.attempt > 1 else ""
    return (
        f"{visit.at:%Y-%m-%d %H:%M:%S}",
        visit.outcome,
        visit.status or "-",
        visit.why + again,
        _short(visit.url),
        _short(visit.detail or ""),
    )


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many.")
@click.option("--missed", is_flag=True, help="Those that were planned and never made, with the reason.")
@JSON
@archive_options
def runs(place: Place, limit: int, missed: bool, as_json: bool) -> int:
    """List the runs, newest first, each with its counts; or, with --missed, those that there never were."""
    from archive.store import runs as rows

    with _store(place) as store, store.read() as conn:
        found = [
            _counted(conn, run) for run in rows.every(conn, limit, states=("missed", "skipped") if missed else None)
        ]
    if as_json:
        for run in found:
            terminal.emit_json(run_json(run))
    elif missed and found:
        terminal.table(
            [
                (
                    run.schedule or run.why,
                    f"{run.planned:%Y-%m-%d %H:%M:%S}" if run.planned else "-",
                    run.state,
                    run.detail,
                )
                for run in found
            ],
            ("schedule", "planned", "state", "why"),
        )
    elif found:
        terminal.table(
            [
                (
                    run.id,
                    run.why,
                    run.state,
                    f"{run.began:%Y-%m-%d %H:%M:%S}" if run.state not in NEVER_BEGAN else None,
                    run.considered,
                    run.visits,
                    "; ".join(filter(None, (_outcomes(run), run.detail))) or None,
                )
                for run in found
            ],
            ("run", "why", "state", "began", "URLs", "visits", "outcomes"),
        )
    if missed and not found:
        terminal.step("no planned run was missed")
    elif not found:
        raise NothingDone("no run yet: `variorum capture URL` makes one")
    return 0


def _outcomes(run: Run) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(run.outcomes.items()))


def _counted(conn: Connection, run: Run) -> Run:
    """Give a run that is at work with what it has come to so far."""
    from archive.store import visits

    if run.state != "running":
        return run
    outcomes = visits.counts(conn, run.id)
    considered = visits.considered(conn, run.id)
    return replace(run, considered=considered, visits=sum(outcomes.values()), outcomes=outcomes)


@click.command()
@click.argument("given", nargs=-1, metavar="[FILE...]")
@JSON
@archive_options(optional=True)
def verify(place: Place | None, given: tuple[str, ...], as_json: bool) -> int:
    """Check every record, digest and revisit, and files and index against each other; exit code 3 on problems.

    With FILE, check these WARC files and WACZ packages by themselves; that needs no archive.
    """
    from archive import verification
    from archive.errors import NotAnArchive

    if place is None and not given:
        raise NotAnArchive("no archive here: name one with --home, or the WARC files to check")

    tally = verification.Tally()
    with ExitStack() as stack:
        found: Iterable[verification.Problem]
        if given:
            found = chain.from_iterable(_verify_given(Path(name), tally) for name in given)
        else:
            said = _silent if as_json else terminal.step
            assert place is not None
            found = verification.verify(stack.enter_context(_store(place)), _folder(place), tally, said)
        for problem in found:
            tally.problems += 1
            if as_json:
                terminal.emit_json(asdict(problem))
            else:
                _tell(problem)
    if as_json:
        terminal.emit_json({"files": tally.files, "records": tally.records, "problems": tally.problems})
    else:
        known = f", {tally.known} known since their import" if tally.known else ""
        click.echo(f"{tally.files} files, {tally.records} records, {tally.problems} problems{known}")
    return 3 if tally.problems else 0


def _verify_given(path: Path, tally: Tally) -> Iterator[Problem]:
    """Check a WARC file, or a WACZ package with all that is in it."""
    from archive import verification
    from archive.exchange import checking, zip_entries

    with verification.opened(path):
        pass
    if not zip_entries.looks_like(path):
        yield from verification.verify_file(path, tally)
        return
    checked = checking.check(path)
    tally.files += 1
    tally.records += checked.records
    yield from checked.problems


def _tell(problem: Problem) -> None:
    at = f" at {problem.offset}" if problem.offset is not None else ""
    click.echo(terminal.printable(f"{problem.warc}{at}: {problem.problem}"))


def _silent(text: str) -> None:
    pass


@click.command()
@archive_options
def repair(place: Place) -> int:
    """Mend what a crash left: cut torn tails, seal abandoned files, bring the index up.

    Files that another process is writing to are left alone. The next run does the same for the file it takes over.
    Exit code 3 when something is wrong that it may not mend: it says what, and what to do.
    """
    from archive import upkeep

    looked_at = left = 0
    with _store(place, create=True) as store:
        for mended in upkeep.repair(store, _folder(place), _clock()):
            looked_at += 1
            left += not mended.done
            click.echo(terminal.printable(mended.what))
    if not looked_at:
        click.echo("nothing to repair")
    return 3 if left else 0


@click.command()
@archive_options
def reindex(place: Place) -> int:
    """Make the index anew from the WARC files alone; a damaged database is put aside, never deleted."""
    from archive.errors import Damaged
    from archive.store import set_aside

    try:
        return _reindex(place)
    except Damaged as error:
        # What the database itself has raised comes with its cause; another damage would only come again.
        if error.__cause__ is None:
            raise
        aside = set_aside(Path(place.settings.store.database.removeprefix("sqlite:///")))
        if aside is None:
            raise
        click.echo(f"the database was damaged ({error.__cause__}); it is kept as {aside.name}")
    return _reindex(place)


def _reindex(place: Place) -> int:
    from archive import upkeep
    from archive.store import captures as rows

    problems = 0
    with _store(place, create=True) as store:
        for problem in upkeep.reindex(store, _folder(place), _clock(), terminal.step):
            problems += 1
            _tell(problem)
        with store.read() as conn:
            count = sum(1 for _ in rows.every(conn))
    click.echo(f"{count} captures in the index, {problems} problems")
    return 3 if problems else 0


@click.command()
@click.argument("to", metavar="DIR")
@archive_options
def backup(place: Place, to: str) -> int:
    """Copy the archive to DIR while it is being written to; again into the same DIR, only what is new."""
    from archive import backup as backing_up

    made = backing_up.backup(place.settings, Path(to).expanduser().absolute(), terminal.step)
    click.echo(f"{made.files} WARC files, {made.bytes:,} bytes in {to}; {made.copied} copied now")
    return 0
