"""The verbs that look at an archive and keep it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import terminal
from archive.cli import Place, archive_options
from archive.config import FILE, template
from archive.errors import Misuse, NothingDone

if TYPE_CHECKING:
    from archive.model import Capture, Run, Visit


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
