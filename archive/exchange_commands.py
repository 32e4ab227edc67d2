"""The verbs that take captures out of an archive, and those of others in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive import terminal
from archive.cli import Place, archive_options
from archive.commands import JSON, SINCE, UNTIL
from archive.errors import DiskFull, Misuse, VariorumError
from archive.timing import from_environment

if TYPE_CHECKING:
    from archive.exchange.choosing import Wish
    from archive.exchange.exporting import Exported, Source, Words
    from archive.exchange.importing import Imported, Looked
    from archive.recording import Recording


CACHE = 8 * 1024 * 1024
"""Bytes of the database an export keeps: it goes through it once, in order."""


@click.group()
def export() -> None:
    """Write captures to a file of their own, with everything they rest on: WACZ, WARC or CDXJ."""


_RESTRICTED = (
    "Also what a session opened, without its secrets: fields of requests but for harmless ones, cookies that servers"
    " set. What a URL, a form or the text of a page holds stays: read it before you hand it on."
)
WORDS = click.argument("words", nargs=-1, required=True, metavar="[URL...] FILE")
_OPTIONS = (
    click.option("--site", "sites", multiple=True, metavar="NAME", help="Captures made for a watched site."),
    click.option("--tag", metavar="TAG", help="Those of the sites with this tag."),
    click.option("--all", "everything", is_flag=True, help="Every capture of the archive."),
    click.option("--run", metavar="ID", help="Those of one run."),
    SINCE,
    UNTIL,
    click.option("--restricted", is_flag=True, help=_RESTRICTED),
    click.option("--allow-missing", is_flag=True, help="Also captures that repeat one which is not here."),
    click.option("--force", is_flag=True, help="Replace a file that is there already."),
    JSON,
)


def _asked(verb: Callable[..., int]) -> Callable[..., int]:
    """Give a verb the options that say what is exported."""
    for option in reversed(_OPTIONS):
        verb = option(verb)
    return WORDS(verb)


@export.command("wacz")
@_asked
@click.option("--title", metavar="TEXT", help="What the package is called.")
@archive_options
def wacz(place: Place, /, title: str | None, **asked: Any) -> int:
    """Write a self-contained WACZ package, which opens in replayweb.page.

    What was asked for comes with the originals of repeated captures, redirects, parts of pages and robots.txt. Exit
    code 1 when something it rests on is not in the archive.
    """
    from dataclasses import replace

    from archive.exchange import exporting

    def write(source: Source, wish: Wish, out: Path, words: Words) -> Exported:
        named = replace(words, title=title) if title is not None else words
        return exporting.wacz(source, wish, out, named, _maker(), replace=asked["force"])

    return _export(place, ".wacz", write, asked, pages=True)


@export.command("warc")
@_asked
@archive_options
def warc(place: Place, /, **asked: Any) -> int:
    """Write one WARC file, every record as it was, compressed each by itself."""
    from archive.exchange import exporting

    def write(source: Source, wish: Wish, out: Path, words: Words) -> Exported:
        return exporting.warc(source, wish, out, _maker(), replace=asked["force"])

    return _export(place, ".warc.gz", write, asked)


@export.command("cdxj")
@_asked
@archive_options
def cdxj(place: Place, /, **asked: Any) -> int:
    """Write a sorted CDXJ index of captures as they lie in the WARC files; FILE may be - for standard output."""
    from archive.exchange import exporting

    def write(source: Source, wish: Wish, out: Path, words: Words) -> Exported:
        if str(out) == "-":
            return exporting.cdxj(source, wish, sys.stdout.buffer, replace=False)
        return exporting.cdxj(source, wish, out, replace=asked["force"])

    return _export(place, ".cdxj", write, asked)


@click.command("import")
@click.argument("given", nargs=-1, required=True, metavar="FILE...")
@click.option("--rewrite", is_flag=True, help="Of files that pack records together, take a copy that does not.")
@archive_options
def import_(place: Place, given: tuple[str, ...], rewrite: bool) -> int:
    """Take in WARC files and WACZ packages of others, byte for byte, damaged WARC files included.

    A package whose hashes do not hold is refused. Exit code 3 when a file is damaged, 5 when some of the files were
    taken and others refused.
    """
    taken = damaged = refused = 0
    with closing(_Writing(place)) as writing:
        for name in given:
            try:
                found = list(_take_in(place, writing, Path(name), rewrite))
            except Refused as error:
                if len(given) == 1:
                    raise error.why from error
                click.echo(f"variorum: {terminal.printable(str(error.why))}", err=True)
                refused = max(refused, error.why.exit_code)
                continue
            taken += 1
            damaged += any(one.problems for one in found)
    if damaged:
        return 3
    return 5 if taken and refused else refused


class Refused(Exception):
    """A file given is not taken in; ``why`` says it."""

    def __init__(self, why: VariorumError) -> None:
        super().__init__(str(why))
        self.why = why


class _Writing:
    """The one writer, begun when the first file is fit to be taken in: what is refused leaves nothing behind."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._recording: Recording | None = None
        self.clock = from_environment(os.environ)

    def recording(self) -> Recording:
        from archive.recording import Recording

        self._recording = self._recording or Recording(self._place.settings, self.clock).start()
        return self._recording

    def close(self) -> None:
        if self._recording is not None:
            self._recording.close()


def _take_in(place: Place, writing: _Writing, path: Path, rewrite: bool) -> Iterator[Imported]:
    """Take in a file, or those in a package, and tell of each; raise ``Refused`` before anything was taken."""
    from archive.exchange import importing

    with ExitStack() as stack:
        try:
            looks = _looks(place, path, rewrite, stack)
        except VariorumError as error:
            raise Refused(error) from error
        for look, origin in looks:
            one = importing.take_in(place.settings, writing.clock, writing.recording(), look, origin=origin)
            name = origin.get("origin", one.origin)
            what = "here already as" if one.already else "taken as"
            said = f"{name}: {what} {one.name}, {one.records} records, {len(one.problems)} problems"
            click.echo(terminal.printable(said))
            for problem in one.problems:
                at = f" at {problem.offset}" if problem.offset is not None else ""
                click.echo(terminal.printable(f"  {problem.problem}{at}"))
            yield one


def _looks(place: Place, path: Path, rewrite: bool, stack: ExitStack) -> list[tuple[Looked, Mapping[str, object]]]:
    """Look at a file, or at each one in a package, from its beginning to its end."""
    from archive.exchange import importing, unpacking, zip_entries
    from archive.verification import opened

    def look(path: Path, name: str | None, origin: Mapping[str, object]) -> tuple[Looked, Mapping[str, object]]:
        try:
            return importing.look(path, name), origin
        except importing.Packed:
            if not rewrite:
                raise
            made, told = stack.enter_context(importing.rewritten(place.settings, path, name))
            return made, {**told, **origin}

    with opened(path):
        pass
    if not zip_entries.looks_like(path):
        return [look(path, None, {})]
    inside, notes = stack.enter_context(unpacking.unpacked(place.settings, path))
    for note in notes:
        terminal.step(f"{path.name}: {note}")
    return [look(one.path, one.name, one.origin) for one in inside]


def _export(
    place: Place,
    suffix: str,
    write: Callable[[Source, Wish, Path, Words], Exported],
    asked: dict[str, Any],
    *,
    pages: bool = False,
) -> int:
    from archive.exchange import exporting
    from archive.store import open_store
    from archive.warc.files import WarcFolder

    urls, out = _file(asked["words"], suffix)
    wish, sites = _wish(place, urls, asked)
    if pages:
        _read_first(place)
    folder = WarcFolder(place.settings.store.warcs)
    folder.make()
    with closing(open_store(place.settings.store.database, create=not folder.names(), cache=CACHE)) as store:
        source = exporting.Source(store=store, folder=folder)
        words = exporting.described(wish, sites, urls, _now())
        done = write(source, wish, out, words)
    _tell(done, out, as_json=asked["as_json"], restricted=asked["restricted"])
    return 0


def _file(words: Sequence[str], suffix: str) -> tuple[tuple[str, ...], Path]:
    """Tell the URLs from the file, which comes last."""
    *urls, name = words
    if name == "-" and suffix == ".cdxj":
        return tuple(urls), Path(name)
    if "://" in name or not name.endswith(suffix):
        raise Misuse(f"the last word is the file to write, which ends with {suffix}; {name!r} does not")
    return tuple(urls), Path(name).expanduser().absolute()


def _wish(place: Place, urls: tuple[str, ...], asked: dict[str, Any]) -> tuple[Wish, tuple[str, ...]]:
    from archive.exchange.choosing import Wish
    from archive.store.export_rows import Choice
    from archive.tags import sites_with
    from archive.urls import urlkey

    sites: tuple[str, ...] = asked["sites"]
    if asked["tag"] is not None:
        sites = tuple(dict.fromkeys((*sites, *sites_with(place.settings.home / "sites", asked["tag"]))))
    ways = bool(urls) + bool(sites) + asked["everything"]
    if ways > 1 or (not ways and asked["run"] is None):
        raise Misuse("say what to export: URLs, or --site or --tag, or --run, or --all")
    choice = Choice(
        sites=sites,
        keys=tuple(sorted({urlkey(url) for url in urls})),
        run=asked["run"],
        since=asked["since"],
        until=asked["until"],
    )
    return Wish(choice=choice, restricted=asked["restricted"], lacking=asked["allow_missing"]), sites


def _read_first(place: Place) -> None:
    """Read what was captured and never read: the list of pages tells the texts of articles."""
    from archive.asked import Asked
    from archive.store import articles, readings

    with closing(Asked(place.settings, from_environment(os.environ), terminal.step)) as asked:
        with asked.store.read() as conn:
            if not readings.missing(conn, 1) and not articles.stale(conn, 1):
                return
        terminal.step("what was captured since is read first")
        try:
            asked.rereading().read_missing(terminal.step)
            for _ in asked.rereading().fold(terminal.step):
                pass
        except DiskFull as error:
            terminal.step(f"{error}; pages that were not read go without their text")


def _tell(done: Exported, out: Path, *, as_json: bool, restricted: bool) -> None:
    chosen = done.chosen
    if as_json:
        told: dict[str, object] = {
            "file": str(out),
            "captures": chosen.captures,
            "records": done.records,
            "pages": done.pages,
            "bytes": done.bytes,
            "restricted": chosen.restricted,
            "restricted_visits": chosen.restricted_visits,
            "notes": chosen.notes,
            "missing": chosen.missing,
        }
        terminal.emit_json(told)
        return
    parts = [terminal.counted(chosen.captures, "capture")]
    if done.pages is not None:
        parts.append(terminal.counted(done.pages, "page"))
    parts += [terminal.counted(done.records, "record"), terminal.counted(done.bytes, "byte")]
    if chosen.missing:
        parts.append(f"{terminal.counted(chosen.missing, 'original')} missing")
    what = "taken along" if restricted else "left out"
    if chosen.restricted:
        parts.append(f"{terminal.counted(chosen.restricted, 'restricted capture')} {what}")
    if chosen.restricted_visits:
        parts.append(f"{terminal.counted(chosen.restricted_visits, 'restricted visit')} {what}")
    if chosen.notes:
        parts.append(f"{terminal.counted(chosen.notes, 'note')} of other archives left out")
    click.echo(terminal.printable(f"{out.name}: {', '.join(parts)}"), err=str(out) == "-")


def _maker() -> Any:
    from archive.exchange.copying import Maker
    from archive.recording import SOFTWARE

    return Maker(software=SOFTWARE, created=_now())


def _now() -> datetime:
    return from_environment(os.environ).now()
