"""Going through archived pages, in processes that may be killed: a page can be made to take all time and memory.

The functions here are called by name in the processes of ``archive.extract.workers``; each opens the archive once.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from archive import ingest, parts
from archive.config import Settings
from archive.extract.workers import Workers
from archive.judge import HTML
from archive.model import Capture
from archive.rewriting import LONGEST_PAGE, LONGEST_SHEET, Modifier
from archive.rewriting.css import decode_css, rewrite_css
from archive.rewriting.page import Part, rewrite_page
from archive.store import Store, open_store
from archive.store import parts as part_rows
from archive.warc.files import WarcFolder

COUNT = 2
"""Processes: one page that takes its time leaves the other to everybody else."""
SECONDS = 10.0
MEMORY = 10**9
"""What one page may take, in wall seconds and in bytes."""
LOOKED_FOR = 500
"""Parts a page lacks that are looked for again as long as it is kept."""
_CACHE = 4 * 1024 * 1024
CSS = ("text/css",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the archive lies, for a process that is to open it."""

    database: str
    warcs: Path

    @staticmethod
    def of(settings: Settings) -> Place:
        return Place(database=settings.store.database, warcs=settings.store.warcs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A page or style sheet to be gone through: under which URL, and the capture that holds its payload.

    ``stamp`` stands where addresses have the time, so that all captures with this payload are gone through once.
    """

    place: Place
    url: str
    original: Capture
    modifier: Modifier
    stamp: str
    content_type: str | None
    room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A body as it is sent, how many of its parts are ``missing``, and what might come in that would change it."""

    body: bytes
    content_type: bytes
    missing: int = 0
    lacks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A page of which is asked what it needs, or where it leads."""

    place: Place
    capture: Capture


def workers() -> Workers:
    """Give the processes; each is started when there is work for it."""
    return Workers(COUNT, seconds=SECONDS, memory=MEMORY, initial=(prepare, ()))


def start(made: Workers, place: Place) -> None:
    """Have all processes started and the archive opened in them, or the first visitors would wait for that."""
    for each in [made.submit(open_archive, place) for _ in range(COUNT)]:
        each.result()


def open_archive(place: Place) -> None:
    """Open the archive for the tasks to come."""
    store, _ = _opened(place)
    with store.read():
        pass


def prepare() -> None:
    """Do nothing: that this module is loaded is what a process has to have done before its limits hold."""


@functools.cache
def _opened(place: Place) -> tuple[Store, WarcFolder]:
    return open_store(place.database, cache=_CACHE), WarcFolder(place.warcs)


def made(task: Task) -> Made | None:
    """Give a page as it is shown, or None for what is none after all, or too long to be gone through."""
    with ingest.uncollected():
        return _made(task)


def _made(task: Task) -> Made | None:
    store, folder = _opened(task.place)
    payload = ingest.read_capture(folder, task.original)
    if len(payload.data) > LONGEST_PAGE or payload.problem is not None:
        return None

    def part(url: str, what: Modifier) -> str:
        return f"/{task.stamp}{what}/{url}"

    said = (task.content_type or "").partition(";")[0].strip().lower()
    if task.modifier == "cs_" or said in CSS:
        if len(payload.data) > LONGEST_SHEET:
            return None
        text, _ = rewrite_css(decode_css(payload.data, payload.charset), task.url, part)
        return Made(body=text.encode("utf-8", "replace"), content_type=b"text/css; charset=utf-8")
    if payload.mime not in HTML:
        return None
    lacks: frozenset[str] = frozenset()

    def missing(named: Sequence[Part]) -> Collection[str]:
        nonlocal lacks
        with store.read() as conn:
            absent = part_rows.lacking(conn, [each.url for each in named])
        lacks = frozenset(islice(sorted(absent), LOOKED_FOR))
        return absent

    def link(url: str) -> str:
        return f"{task.room}/web/{task.stamp}/{url}"

    page = rewrite_page(payload.data, task.url, payload.charset, part=part, link=link, missing=missing)
    if page is None:
        return None
    kind = b"text/html; charset=utf-8"
    return Made(body=page.html, content_type=kind, missing=len(page.missing), lacks=lacks)


def needs(asked: Asked) -> parts.PageParts | None:
    """Give what a page needs, its style sheets looked through too."""
    store, folder = _opened(asked.place)
    with store.read() as conn:
        return parts.parts_of(conn, folder, asked.capture)


def leads_to(asked: Asked) -> frozenset[str]:
    """Give where a page links to."""
    store, folder = _opened(asked.place)
    with store.read() as conn:
        return parts.links_of(conn, folder, asked.capture)
