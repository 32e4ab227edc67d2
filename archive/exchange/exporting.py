"""Chosen captures out of an archive: as a WACZ package, as one WARC file, as an index."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from archive import cdx
from archive.errors import NothingDone
from archive.exchange import packing, pages_list, restricted
from archive.exchange.choosing import Chosen, Wish, choose
from archive.exchange.copying import Copying, Maker
from archive.exchange.datapackage import About
from archive.exchange.outfile import Counted, explained, whole
from archive.exchange.scratch import OF_WEB, Scratch
from archive.exchange.stretches import Stretches
from archive.store import Store
from archive.store.schema import instant
from archive.timing import stamp
from archive.warc.files import WarcFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The archive that is exported from."""

    store: Store
    folder: WarcFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written: how much was chosen, how many records went out (warcinfo aside), pages, and bytes."""

    chosen: Chosen
    records: int
    pages: int | None
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How a package is called, and what it says it holds."""

    title: str
    description: str


def wacz(
    source: Source, wish: Wish, out: Path, words: Words, maker: Maker, *, replace: bool, part: int = packing.PART
) -> Exported:
    """Write a WACZ package."""
    with _chosen(source, wish, out.parent) as (chosen, scratch, stretches), whole(out, replace=replace) as file:
        restricted.rename(stretches, scratch)
        main = pages_list.MainPage()

        def about() -> About:
            return About(
                title=words.title,
                description=words.description,
                created=maker.created,
                software=maker.software,
                main_url=main.url,
                main_at=main.at,
            )

        made = packing.pack(
            file,
            scratch,
            Copying(scratch, stretches, maker),
            lambda: pages_list.pages(source.store, source.folder, scratch, main),
            about,
            _missing(scratch),
            created=maker.created,
            part=part,
        )
        size = file.seek(0, 2)
    return Exported(chosen=chosen, records=made.records, pages=made.pages, bytes=size)


def warc(source: Source, wish: Wish, out: Path, maker: Maker, *, replace: bool) -> Exported:
    """Write one WARC file."""
    with _chosen(source, wish, out.parent) as (chosen, scratch, stretches), whole(out, replace=replace) as file:
        restricted.rename(stretches, scratch)
        into, copying = Counted(file), Copying(scratch, stretches, maker)
        copying.begin(into, out.name)
        for piece in scratch.pieces():
            copying.copy(piece, into, out.name)
    return Exported(chosen=chosen, records=copying.records, pages=None, bytes=into.size)


def cdxj(source: Source, wish: Wish, out: Path | BinaryIO, *, replace: bool) -> Exported:
    """Write the index of what is chosen, as it lies in the archive's own files."""
    beside = out.parent if isinstance(out, Path) else Path(tempfile.gettempdir())
    with _chosen(source, wish, beside) as (chosen, scratch, _):
        captures = scratch.captures(OF_WEB)
        scratch.many("INSERT OR IGNORE INTO line VALUES (?)", ((cdx.sort_key(cdx.line(each)),) for each in captures))
        lines = (row[0] + b"\n" for row in scratch.rows("SELECT line FROM line ORDER BY line"))
        if isinstance(out, Path):
            with whole(out, replace=replace) as file:
                size = _written(lines, file)
        else:
            size = _written(lines, out)
    return Exported(chosen=chosen, records=chosen.captures, pages=None, bytes=size)


def _written(lines: Iterator[bytes], to: BinaryIO) -> int:
    size = 0
    for line in lines:
        size += to.write(line)
    return size


@contextmanager
def _chosen(source: Source, wish: Wish, beside: Path) -> Iterator[tuple[Chosen, Scratch, Stretches]]:
    """Choose, in a scratch file beside what will be written."""
    with explained(beside / "the export"):
        if not beside.is_dir():
            raise NothingDone(f"there is no folder {beside}: make it, or name a file elsewhere")
        scratch = Scratch(beside)
    with closing(scratch), closing(Stretches(source.folder)) as stretches:
        with source.store.read() as conn:
            chosen = choose(conn, stretches, scratch, wish)
        yield chosen, scratch, stretches


def _missing(scratch: Scratch) -> Iterator[Mapping[str, Any]]:
    """Give the revisits whose original is not taken along, as the package declares them."""
    for revisit, url, at, of in scratch.rows("SELECT revisit, url, at, of FROM missing ORDER BY at"):
        yield {"revisit": scratch.renamed(revisit), "url": url, "at": stamp(instant(at)), "refersTo": of}


def described(wish: Wish, sites: tuple[str, ...], urls: tuple[str, ...], created: datetime) -> Words:
    """Say in words what was asked for."""
    choice = wish.choice
    what = f"site {', '.join(sites)}" if sites else ", ".join(urls[:3]) + (" ..." if len(urls) > 3 else "")
    title = f"Captures of {what or (f'run {choice.run}' if choice.run else 'an archive')}"
    bounds = [f"run {choice.run}"] if choice.run else []
    bounds += [f"from {stamp(choice.since)}"] if choice.since else []
    bounds += [f"before {stamp(choice.until)}"] if choice.until else []
    said = f"{title}{', ' + ', '.join(bounds) if bounds else ''}, with all that they rest on"
    return Words(title=title, description=f"{said}; exported {stamp(created)}")
