"""The verb ``replay``: the archive in the players of others, pywb and replayweb.page."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import terminal
from archive.cli import Place, archive_options
from archive.errors import Misuse, NotAnArchive, NothingDone
from archive.journal import is_note

if TYPE_CHECKING:
    from archive.web.pywb_process import Minded, Signals

DEFAULT_PORT = 8090


@click.command()
@click.argument("package", required=False, metavar="[FILE.wacz]", type=click.Path(path_type=Path))
@click.option("--run", is_flag=True, help="Start pywb beside us too, and the server it asks, until stopped.")
@click.option(
    "--pywb",
    "named",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="With --run: pywb's wayback command, or its environment; else pywb is installed in one of its own.",
)
@click.option(
    "--player",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="With FILE.wacz: where ui.js and sw.js of replayweb.page are; else replay/replaywebpage in the archive.",
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where the player listens.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    metavar="N",
    help="The player's port, which nothing else may share; 0 takes any that is free.",
)
@archive_options(optional=True)
def replay(
    place: Place | None, package: Path | None, run: bool, named: Path | None, player: Path | None, host: str, port: int
) -> int:
    """Write the configuration with which pywb replays this archive, scripts and all, out of our own index.

    With FILE.wacz instead: show that package in replayweb.page, whose two files you supply, until stopped.
    """
    if package is not None:
        if run or named is not None:
            raise Misuse("--run and --pywb replay the archive; a FILE.wacz is shown in replayweb.page: leave them out")
        return _show(place, package, player, host, port)
    if player is not None:
        raise Misuse("--player is for a FILE.wacz; name one, such as one that `variorum export wacz` made")
    if named is not None and not run:
        raise Misuse("--pywb says which pywb --run starts; add --run")
    if place is None:
        raise NotAnArchive("no archive here nor above; go into one, or name one with --home")
    return _run(place, named, host, port) if run else _configure(place, host, port)


def _configure(place: Place, host: str, port: int) -> int:
    from archive.web import pywb_config
    from archive.web.pywb_process import environment

    if place.settings.serve.port == 0:
        raise Misuse("serve.port is 0, so nobody knows where our server will be; give it a number")
    folder = _write(place, place.settings.serve.port)
    wayback = environment(os.environ) / "bin" / "wayback"
    shown = str(wayback) if wayback.exists() else "wayback"
    click.echo(f"wrote {folder / 'config.yaml'}")
    click.echo("pywb asks our server, so start that first:  variorum serve")
    click.echo(f"then pywb:  {shlex.join(pywb_config.command(shown, str(folder), host, port or DEFAULT_PORT))}")
    click.echo(f"and look at {pywb_config.address(_called(place, host), port or DEFAULT_PORT)}")
    click.echo("variorum replay --run does all that, and installs pywb where it is missing")
    return 0


def _write(place: Place, port: int) -> Path:
    from archive.web import pywb_config

    folder = place.home / "replay"
    folder.mkdir(exist_ok=True)
    text = pywb_config.config(
        f"http://{_at(_near(place), port)}", place.settings.store.warcs, title=place.settings.label
    )
    written = folder / f"config.yaml.{os.getpid()}"
    written.write_text(text, encoding="utf-8")
    written.replace(folder / "config.yaml")
    return folder


def _run(place: Place, named: Path | None, host: str, port: int) -> int:
    from archive.web import pywb_config
    from archive.web import pywb_process as beside

    # First what may be wrong with the call, then what takes long.
    wayback = beside.wayback_in(named) if named is not None else None
    if port and not beside.is_free(host, port):
        raise NothingDone(f"{_at(host, port)} is taken; end what uses it, or give another port with --port")
    _mind_readers(place, host)
    wayback = wayback or beside.installed(beside.environment(os.environ), terminal.step)
    port = port or beside.free_port(host)
    with beside.signals() as asked, ExitStack() as stack:
        room, serving = _room(place, stack, asked)
        folder = _write(place, room)
        command = pywb_config.command(str(wayback), str(folder), host, port)
        pywb = stack.enter_context(beside.minded("pywb", command, folder / "pywb.log"))
        beside.until_answering(pywb, host, port, asked)
        if not asked.came():
            where = pywb_config.address(_called(place, host), port)
            click.echo(f"pywb replays this archive at {where}")
            click.echo(f"put a URL behind it, or a time and a URL: {where}2026/https://...; Ctrl-C ends it")
            sys.stdout.flush()
        beside.until_signalled([*serving, pywb], asked)
    return 0


def _mind_readers(place: Place, host: str) -> None:
    """Refuse to show those who reach pywb what a session opened: it asks no settings of ours."""
    from archive.store import open_store
    from archive.web.serving import refuse_restricted

    settings = place.settings
    with closing(open_store(settings.store.database, create=True)) as store:
        refuse_restricted(replace(settings, serve=replace(settings.serve, host=host)), store)


def _room(place: Place, stack: ExitStack, asked: Signals) -> tuple[int, list[Minded]]:
    """Give the port of this archive's server: one that runs, else one started for as long as ``stack``."""
    from archive.web import pywb_process as beside

    serve = place.settings.serve
    if serve.port and not beside.is_free(serve.host, serve.port):
        _check(place, serve.port)
        return serve.port, []
    port = serve.port or beside.free_port(serve.host)
    other = serve.replay_port
    while other == 0 or other == port:
        other = beside.free_port(serve.host)
    terminal.step(f"variorum serve does not run: starting it at {_at(_near(place), port)}")
    sets = [*place.overrides, f"serve.port={port}", f"serve.replay_port={other}"]
    options = [word for one in sets for word in ("--set", one)]
    command = [sys.executable, "-m", "archive.cli", "serve", "--home", str(place.home), *options]
    (place.home / "replay").mkdir(exist_ok=True)
    server = stack.enter_context(beside.minded("variorum serve", command, place.home / "replay" / "serve.log"))
    beside.until_answering(server, _near(place), port, asked)
    return port, [server]


def _check(place: Place, port: int) -> None:
    """See that what listens at our port is the server of this archive: another one's would replay other pages."""
    from urllib.parse import urlsplit

    from archive.store import captures, open_store
    from archive.web import addresses
    from archive.web import pywb_process as beside

    store = open_store(place.settings.store.database, create=True)
    try:
        with store.read() as conn:
            one = next((each for each in captures.every(conn) if not is_note(each.urlkey)), None)
    finally:
        store.close()
    here = f"http://{_at(_near(place), port)}"
    path = urlsplit(addresses.record(addresses.Roots(room=here, replay=here), one.id)).path if one else "/"
    if beside.status(_near(place), port, path) != 200:
        raise NothingDone(
            f"what answers at {here} is not the server of this archive; end it, or give another port: "
            "--set serve.port=PORT --set serve.replay_port=PORT"
        )


def _called(place: Place | None, host: str) -> str:
    from archive.web import pywb_config

    return pywb_config.apart(host, place.settings.serve.host if place is not None else "")


def _near(place: Place) -> str:
    """Give the address at which this machine itself reaches our server."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(place.settings.serve.host, place.settings.serve.host)


def _at(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _show(place: Place | None, package: Path, player: Path | None, host: str, port: int) -> int:
    from archive.web import player as page

    if player is None and place is None:
        raise Misuse(
            "say with --player DIR where ui.js and sw.js of replayweb.page are; " + page.how_to_get(Path("DIR"))
        )
    files = player or (place.home / "replay" / "replaywebpage" if place else Path())
    shown = page.Shown(package=package.absolute(), files=files.absolute())

    def ready(port: int) -> None:
        click.echo(f"{package.name} is shown at http://{_at(_called(place, host), port)}/; Ctrl-C ends it")
        sys.stdout.flush()

    page.serve(shown, host, port, ready)
    return 0
