"""What an export takes along: what was asked for, and all that this rests on.

::

    captures asked for ──► originals of revisits, robots.txt, certificates, what was fetched for them
            │                                   (until nothing new comes)
            └──► with each its request and its visit; the warcinfo of its file
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from archive import originals
from archive.errors import NothingDone
from archive.exchange.imported_records import attach, chain_of, is_restricted, story_of
from archive.exchange.page_parts import parts_near
from archive.exchange.restricted import counted, restrict
from archive.exchange.scratch import BATCH, OF_WEB, Kind, Scratch
from archive.exchange.stretches import Stretches
from archive.indexing import CERTIFICATE_URL
from archive.journal import is_note
from archive.model import Capture, Locator, RecordId, Visit
from archive.parts import Sheets
from archive.store import Connection, captures, export_rows, files
from archive.store.export_rows import Choice, Told
from archive.store.schema import instant, micros
from archive.timing import stamp
from archive.urls import urlkey
from archive.verification import is_import

_NAMED = 10
"""Missing originals that are named one by one."""

Row = tuple[Locator, RecordId | None, Kind, str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for; ``restricted``: also what a session opened; ``lacking``: also revisits without original."""

    choice: Choice
    restricted: bool = False
    lacking: bool = False

    @property
    def everything(self) -> bool:
        """Whether nothing at all bounds it."""
        return self.choice == Choice()

    @property
    def whys(self) -> tuple[str, ...]:
        """For what reasons a page led to others that belong to it; of whole sites all are there already."""
        if self.choice.keys:
            return ("redirect", "requisite")
        bounded = self.choice.run or self.choice.since or self.choice.until
        return ("redirect", "requisite", "citation") if bounded else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """How much was chosen; ``missing`` revisits have no original here.

    ``restricted`` captures were met, and ``restricted_visits`` that brought none; ``notes`` of other archives are left
    out.
    """

    captures: int
    records: int
    bytes: int
    restricted: int
    restricted_visits: int
    notes: int
    missing: int


def choose(conn: Connection, stretches: Stretches, scratch: Scratch, wish: Wish) -> Chosen:
    """Choose the records of an export into its scratch file; raise NothingDone for none, and for missing originals."""
    notes = _Notes()
    scratch.add(filter(notes.are_none, export_rows.chosen(conn, wish.choice)))
    if wish.whys:
        marks = ", ".join("?" * len(wish.whys))
        scratch.many("INSERT INTO led VALUES (?, ?, ?)", export_rows.leads(conn))
        scratch.run(f"DELETE FROM led WHERE why NOT IN ({marks})", wish.whys)
        scratch.run("CREATE INDEX led_from ON led (came_from)")
    chooser = _Chooser(conn, stretches, scratch, with_parts=not wish.everything)
    visits = export_rows.unanswered(conn, wish.choice)
    while batch := list(islice(visits, BATCH)):
        chooser.unanswered(batch)
    while waiting := scratch.waiting():
        chooser.look_at(waiting)
    _import_files(conn, stretches, scratch, wish)
    _warcinfos(stretches, scratch)
    return _settled(scratch, wish, notes.foreign)


class _Notes:
    """Keeps notes out of an export, and counts those of other archives, which lie in imported files."""

    def __init__(self) -> None:
        self.foreign = 0

    def are_none(self, told: Told) -> bool:
        capture = told.capture
        if not is_note(capture.urlkey):
            return True
        self.foreign += is_import(capture.locator.warc) and not capture.url.startswith(CERTIFICATE_URL)
        return False


class _Chooser:
    """Looks at what was chosen, and chooses what it rests on."""

    def __init__(self, conn: Connection, stretches: Stretches, scratch: Scratch, *, with_parts: bool) -> None:
        self._conn = conn
        self._stretches = stretches
        self._scratch = scratch
        self._certificates: set[str] = set()
        self._with_parts = with_parts
        self._sheets = Sheets()

    def look_at(self, waiting: list[tuple[Capture, RecordId | None, Locator | None]]) -> None:
        """Choose the records of some captures and what these rest on."""
        wanted: set[RecordId] = set()
        pieces: list[Row] = []
        restricted: list[str] = []
        for capture, visit, place in waiting:
            pieces += _group(capture, visit, place)
            if capture.kind == "revisit":
                wanted |= self._original(capture)
            if place is not None:
                story = story_of(self._stretches.record(place))
                wanted |= self._told(story or {})
                if is_restricted(story):
                    restricted.append(capture.id)
            if self._with_parts:
                wanted |= set(parts_near(self._conn, self._stretches.folder, capture, self._sheets))
            led = self._scratch.rows("SELECT capture FROM led WHERE came_from IN (?, ?)", (capture.id, visit))
            wanted |= {RecordId(row[0]) for row in led}
        self._scratch.put(pieces)
        restrict(self._scratch, restricted)
        self._scratch.looked_at(capture for capture, _, _ in waiting)
        self._take(wanted)

    def unanswered(self, visits: list[Visit]) -> None:
        """Choose the records of visits that brought no capture."""
        wanted: set[RecordId] = set()
        pieces: list[Row] = []
        restricted: list[str] = []
        for visit in visits:
            record = self._stretches.record(visit.locator)
            story = story_of(record)
            wanted |= self._told(story or {})
            pieces.append((visit.locator, visit.id, "visit", visit.id, visit.id))
            sent = record.fields.id("WARC-Concurrent-To")
            place = self._stretches.before(visit.locator, sent) if sent is not None else None
            if place is not None:
                pieces.append((place, sent, "request", visit.id, sent))
            if is_restricted(story):
                restricted.append(visit.id)
        self._scratch.put(pieces)
        restrict(self._scratch, restricted)
        self._take(wanted)

    def _take(self, ids: Iterable[RecordId]) -> None:
        known = {id for id in ids if self._scratch.one("SELECT 1 FROM capture WHERE id = ?", (id,))}
        self._scratch.add(export_rows.by_ids(self._conn, sorted(set(ids) - known)))

    def _original(self, revisit: Capture) -> set[RecordId]:
        """Give the records a revisit rests on; where there is none, that is noted."""
        found = originals.original_of(self._conn, revisit)
        if found is None:
            of = revisit.refers_to or revisit.refers_url
            row = revisit.id, revisit.url, micros(revisit.at), of
            self._scratch.run("INSERT OR IGNORE INTO missing VALUES (?, ?, ?, ?)", row)
            return set()
        self._scratch.run("INSERT OR IGNORE INTO rests VALUES (?, ?)", (revisit.id, found.id))
        return {found.id, *([revisit.refers_to] if revisit.refers_to else ())}

    def _told(self, story: Mapping[str, Any]) -> set[RecordId]:
        """Give the records that a visit names: the robots.txt that let it; certificates are chosen at once."""
        robots = story.get("robots")
        for digest in chain_of(story):
            if digest not in self._certificates:
                self._certificates.add(digest)
                kept = next(captures.of_url(self._conn, urlkey(f"{CERTIFICATE_URL}{digest}")), None)
                self._scratch.add([Told(capture=kept)] if kept is not None else [])
        named = robots.get("capture") if isinstance(robots, dict) else None
        return {RecordId(named)} if isinstance(named, str) else set()


def _group(capture: Capture, visit: RecordId | None, place: Locator | None) -> Iterator[Row]:
    """Give the records of a capture; in a file of ours the request lies between it and its visit."""
    here = capture.locator
    yield here, capture.id, "capture", capture.id, None
    if place is not None and place.warc == here.warc and not is_import(here.warc):
        start = here.offset + here.length
        yield Locator(warc=here.warc, offset=start, length=place.offset - start), None, "request", capture.id, None
        yield place, visit, "visit", capture.id, visit


def _import_files(conn: Connection, stretches: Stretches, scratch: Scratch, wish: Wish) -> None:
    """Choose what belongs to the captures of imported files, which only a walk over these can tell."""
    if wish.everything:
        names = [file.name for file in files.every(conn) if file.state == "imported"]
    else:
        names = [row[0] for row in scratch.rows("SELECT DISTINCT warc FROM capture") if is_import(row[0])]
    for name in names:
        restrict(scratch, attach(stretches.open(name), name, scratch, whole=wish.everything))


def _warcinfos(stretches: Stretches, scratch: Scratch) -> None:
    """Choose the warcinfo of each file of ours that anything was chosen from."""
    for name in [row[0] for row in scratch.rows("SELECT DISTINCT warc FROM piece")]:
        first = None if is_import(name) else stretches.first(name)
        if first is not None and first[1].type == "warcinfo":
            scratch.put([(first[0], first[1].id, "warcinfo", None, f"{first[1].id}")])


def _settled(scratch: Scratch, wish: Wish, notes: int) -> Chosen:
    """Leave out what is restricted, and refuse what would not be whole."""
    restricted, visits = counted(scratch)
    if wish.restricted:
        scratch.run("UPDATE capture SET restricted = 0")
    else:
        scratch.run("DELETE FROM piece WHERE restricted = 1")
        scratch.run(
            "INSERT OR IGNORE INTO missing SELECT r.id, r.url, r.at, rests.original FROM rests"
            " JOIN capture r ON r.id = rests.revisit AND r.restricted = 0"
            " JOIN capture o ON o.id = rests.original AND o.restricted = 1"
        )
        scratch.run("DELETE FROM missing WHERE revisit IN (SELECT id FROM capture WHERE restricted = 1)")
    missing = int(scratch.one("SELECT count(*) FROM missing"))
    if missing and not wish.lacking:
        raise NothingDone(_lacking(scratch, missing))
    count = scratch.one(f"SELECT count(*) FROM capture WHERE restricted = 0 AND {OF_WEB}")
    records, size = scratch.row("SELECT count(*), total(length) FROM piece WHERE kind != 'warcinfo'") or (0, 0)
    if not records:
        left = []
        if restricted or visits:
            left.append(f"{restricted + visits} restricted ones are left out, --restricted takes them in")
        if notes:
            left.append(f"notes of other archives ({notes} here) are never exported")
        raise NothingDone("; ".join(["nothing here fits what is to be exported", *left]))
    return Chosen(
        captures=count,
        records=records,
        bytes=int(size),
        restricted=restricted,
        restricted_visits=visits,
        notes=notes,
        missing=missing,
    )


def _lacking(scratch: Scratch, missing: int) -> str:
    rows = scratch.rows("SELECT revisit, url, at, of FROM missing ORDER BY at LIMIT ?", (_NAMED,))
    lines = [f"  {url} at {stamp(instant(at))} ({revisit}) repeats {of or 'a record it does not name'}"
             for revisit, url, at, of in rows]  # fmt: skip
    more = [f"  and {missing - _NAMED} more"] if missing > _NAMED else []
    first = (
        f"{missing} captures repeat others that cannot be taken along, so the export would not be whole; bring the"
        " files of these in, or give --allow-missing to say in the package that they are missing"
    )
    return "\n".join([first, *lines, *more])
