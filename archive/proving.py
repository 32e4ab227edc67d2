"""Gathering what the chain behind a revision rests on, from the WARC files as they are now: the shell of ``evidence``.

Nothing is written. Pages are read again in a process that may be killed, as any archived page is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from archive import chains, evidence, evidence_records, indexing, ingest, learning
from archive.config import Settings
from archive.errors import Damaged, VariorumError
from archive.evidence import Looked, Noted, Step
from archive.evidence_records import Kept
from archive.extract import extractor
from archive.extract.learned import Learned
from archive.extract.workers import Failed, Workers
from archive.model import Article, Capture, Entry, Locator, Reading, RecordId, Revision, Run, UrlKey, Visit
from archive.originals import original_of
from archive.store import Connection, articles, captures, files, journal_rows, readings, runs, visits
from archive.store.engine import Store
from archive.urls import urlkey
from archive.verification import is_import
from archive.warc.files import WarcFolder
from archive.warc.reader import Damage, walk
from archive.wording import compared, mark

SITE_URL = "urn:variorum:site:"
"""Begins the name of a site file on record; the crawler, which writes them, is not to be imported here."""
NEAR = 8
"""Records behind a capture among which its request is looked for."""
EARLIER = 20
"""Earlier captures in which a paragraph is looked for that the opening one has not."""
_HOPS = 20


# ------------------------------------------------------------------------------------------------- in another process


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A stored page to be read again, with its extractor or not, and paragraphs to be found on it."""

    warcs: str
    capture: Capture
    paragraphs: tuple[str, ...]
    repeat: bool = False
    learned: Learned | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What reading a page again gave, and which of the paragraphs, by their place, do not stand on it."""

    reading: Reading | None
    absent: tuple[int, ...]


def reader(settings: Settings) -> Workers:
    """Begin the process that reads pages again, within the limits of the settings; to be closed."""
    extract = settings.extract
    return Workers(1, seconds=extract.seconds.total_seconds(), memory=extract.memory, initial=(ingest.prepare, ()))


def read_again(task: Task) -> Again:
    """Read a stored page, in a process that may be killed."""
    folder = WarcFolder(Path(task.warcs))
    reading = ingest.read(folder, task.capture, task.learned) if task.repeat else None
    return Again(reading=reading, absent=_absent(ingest.read_capture(folder, task.capture), task.paragraphs))


def _absent(payload: ingest.Payload, paragraphs: Sequence[str]) -> tuple[int, ...]:
    """Give the paragraphs whose words stand in no block of a page, nor in a story hidden in it. Pure."""
    from archive.extract import blocks, hidden, metadata, page

    tree = page.parse(page.decode(payload.data, payload.charset))
    if tree is None:
        return tuple(range(len(paragraphs)))
    texts = [block.text for block in blocks.blocks(tree)]
    if (found := hidden.hidden(tree, metadata.claims(tree).body)) is not None:
        texts += [block.text for block in found[0]]
    marks = set(map(mark, texts))
    left = [number for number, text in enumerate(paragraphs) if mark(text) not in marks]
    if not left:
        return ()
    # A text that was only cut into paragraphs otherwise has the same words.
    whole = _words("".join(texts))
    return tuple(number for number in left if _words(paragraphs[number]) not in whole)


def _words(text: str) -> str:
    return compared(text).replace(" ", "")


# -------------------------------------------------------------------------------------------------------- the records


def look(folder: WarcFolder, place: Locator) -> Looked:
    """Read the record at a place, digests checked; what is wrong with file or record is a value."""
    try:
        with folder.open(place.warc) as file:
            met = next(walk(file, start=place.offset), None)
    except (Damaged, OSError, ValueError) as error:
        return Looked(place=place, wrong=str(error))
    if met is None:
        return Looked(place=place, wrong="the file ends before it")
    if isinstance(met, Damage):
        return Looked(place=place, wrong=f"no record can be read there: {met.what}")
    return Looked(place=place, record=met)


def _request_behind(folder: WarcFolder, capture: Capture) -> Looked:
    """Find the request of a capture among the records behind it; there is none where nothing is wrong either."""
    place = capture.locator
    start = place.offset + place.length
    damage: Damage | None = None
    try:
        with folder.open(place.warc) as file:
            for met in islice(walk(file, start=start), NEAR):
                if isinstance(met, Damage):
                    damage = damage or met
                elif met.type == "request" and met.fields.id("WARC-Concurrent-To") == capture.id:
                    there = Locator(warc=place.warc, offset=met.offset, length=met.length)
                    return Looked(place=there, record=met)
                elif met.type in ("response", "revisit"):
                    break
    except (Damaged, OSError, ValueError) as error:
        return Looked(place=place, wrong=str(error))
    there = Locator(warc=place.warc, offset=start, length=0)
    return Looked(place=there, wrong=f"no record can be read there: {damage.what}" if damage is not None else None)


def _story(looked: Looked) -> Mapping[str, Any]:
    if looked.record is None:
        return {}
    try:
        told = json.loads(looked.record.front)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _run_in(looked: Looked) -> Run | None:
    return next((run for facts in _facts(looked) for run in facts.runs), None)


def _facts(looked: Looked) -> list[indexing.Facts]:
    if looked.record is None:
        return []
    try:
        return list(indexing.gather([looked.record], looked.place.warc))
    except (VariorumError, AttributeError, RecursionError):  # a time or a value that is none, or JSON without end
        return []


# ----------------------------------------------------------------------------------------------------------- the chain


class Proving:
    """Proves chains of an archive, link by link; to be closed. ``whole``: the files are hashed too, each once.

    ``workers`` are what reads pages again where whoever calls has some (``reader``); they are left to them.
    """

    def __init__(
        self, settings: Settings, store: Store, *, whole: bool = False, workers: Workers | None = None
    ) -> None:
        self._settings = settings
        self._workers = workers
        self._store = store
        self._folder = WarcFolder(settings.store.warcs)
        self._whole = whole
        self._started: Workers | None = None
        self._kept: dict[str, Kept] = {}

    def close(self) -> None:
        """End the process that reads."""
        if self._started is not None:
            self._started.close(wait=False)

    def steps(self, article: Article, revision: Revision) -> Iterator[Step]:
        """Give the links of the chain behind a revision, each as soon as it is checked."""
        used: dict[str, list[str]] = {}
        for step, place in self._links(article, revision):
            if place is not None and step.step not in (mine := used.setdefault(place.warc, [])):
                mine.append(step.step)
            yield step
        for name, names in used.items():
            if is_import(name):
                yield self._import(name)
            yield evidence_records.of_file(self._file(name), names)

    def _links(self, article: Article, revision: Revision) -> Iterator[tuple[Step, Locator | None]]:
        """Give the links but for the files, each with the place of its record where it has one."""
        with self._store.read() as conn:
            folded = chains.told(conn, article.id)
            opening = captures.by_id(conn, revision.id)
            last = captures.by_id(conn, revision.captures[-1]) if revision.captures else None
        again = [each for each in folded.revisions if each.id == revision.id] if folded is not None else []
        yield evidence.of_revision(article, revision, again[0] if again else None), None
        learned, model, step = self._extractor(article, revision)
        yield step, model
        for each in self._words(article, revision, opening, learned, known=model is not None or learned is not None):
            yield each, None
        yield evidence.of_capture(revision, opening), None
        original: Capture | None = None
        if opening is not None:
            looked = look(self._folder, opening.locator)
            yield evidence_records.of_record("record", opening, looked, known=self._came_so(opening)), opening.locator
            if opening.kind == "revisit":
                original = self._original_of(opening)
                yield self._of_original(opening, original), original.locator if original is not None else None
            yield from self._way(opening, looked)
        if len(revision.captures) > 1:
            yield from self._last(revision, last, [revision.id, *([original.id] if original is not None else [])])

    def _last(
        self, revision: Revision, last: Capture | None, known: Sequence[RecordId]
    ) -> Iterator[tuple[Step, Locator | None]]:
        """Give the links from "seen until" to the capture it rests on; originals that are known are not told again."""
        if last is None:
            yield evidence_records.of_last(revision, None, None), None
            return
        looked = look(self._folder, last.locator)
        yield evidence_records.of_last(revision, last, looked, known=self._came_so(last)), last.locator
        if not is_import(last.locator.warc):
            row, visit, story = self._visit(last)
            step = evidence_records.of_visit("last visit", last, row, visit, story)
            yield step, visit.place if visit is not None else None
        if last.kind == "revisit":
            original = self._original_of(last)
            if original is None or original.id not in known:
                yield self._of_original(last, original), original.locator if original is not None else None

    # ------------------------------------------------------------------------------------------------------- the text

    def _extractor(self, article: Article, revision: Revision) -> tuple[Learned | None, Locator | None, Step]:
        """Give what the extractor had learned, as the journal's record has it, where that lies, and the link."""
        name = revision.extractor
        domain, _, wanted = name.partition(" + ")[2].rpartition(" ")
        with self._store.read() as conn:
            told = [*journal_rows.every(conn, kind=learning.MODEL, subject=domain)] if domain else []
            keys = {article.id, *articles.members(conn, article.id)}
            pins = [each for each in journal_rows.every(conn, kind=learning.PIN, subject=name) if _is_of(each, keys)]
        mine = [each for each in told if each.data.get("digest") == wanted]
        model = self._note(mine[0]) if mine else None
        learned: Learned | None = None
        if model is not None and model.now is not None and isinstance(data := model.now.data.get("model"), dict):
            try:
                learned = Learned.of(data)
            except (Damaged, AttributeError, TypeError, ValueError):  # no model, whatever digests say
                learned = None
        pin = self._note(pins[-1]) if pins else None
        digest = learned.digest if learned is not None else None
        step = evidence.of_extractor(revision, extractor(), model, digest, pin)
        return learned if digest == wanted else None, model.looked.place if model is not None else None, step

    def _words(
        self, article: Article, revision: Revision, opening: Capture | None, learned: Learned | None, *, known: bool
    ) -> Iterator[Step]:
        """Give the links from the text to the page: the reading made again, and the words looked for."""
        with self._store.read() as conn:
            source, stored = _source(conn, opening, revision.extractor)
            others = [each for each in _earlier(conn, article, revision) if source is None or each.id != source.id]
        if source is None:
            yield evidence.unchecked("reading", revision.id, "its capture is not in the index")
            yield evidence.unchecked("text", revision.id, "its capture is not in the index")
            return
        paragraphs = revision.extraction.paragraphs
        repeat = extractor(learned) == revision.extractor
        again = self._read(Task(
            warcs=str(self._folder.root), capture=source, paragraphs=paragraphs, repeat=repeat, learned=learned
        ))  # fmt: skip
        if isinstance(again, Failed):
            why = f"the page cannot be read again ({again.why}: {again.detail})"
            yield evidence.unchecked("reading", source.id, why)
            yield evidence.unchecked("text", source.id, why)
            return
        if not repeat and stored is not None:
            why = (
                f"it was read by {revision.extractor}; installed here is {extractor(learned)}, which may read otherwise"
            )
            yield evidence.unchecked("reading", source.id, why)
        else:
            yield evidence.of_reading(source.id, stored, again.reading)
        yield self._text(source, paragraphs, again.absent, others)

    def _text(
        self, source: Capture, paragraphs: tuple[str, ...], absent: tuple[int, ...], others: Iterable[Capture]
    ) -> Step:
        """Look for what is not on the page on the pages before it: a frame that changes is no edit."""
        shown_by: dict[RecordId, int] = {}
        left = list(absent)
        for each in others if left else ():
            wanted = tuple(paragraphs[number] for number in left)
            told = self._read(Task(warcs=str(self._folder.root), capture=each, paragraphs=wanted))
            if not isinstance(told, Failed) and len(told.absent) < len(left):
                shown_by[each.id] = len(left) - len(told.absent)
                left = [left[number] for number in told.absent]
            if not left:
                break
        return evidence.of_text(source.id, paragraphs, left, shown_by)

    def _read(self, task: Task) -> Again | Failed:
        if self._workers is None:
            self._workers = self._started = reader(self._settings)
        return self._workers.submit(read_again, task).result()

    # ----------------------------------------------------------------------------------------------------- how it came

    def _original_of(self, capture: Capture) -> Capture | None:
        with self._store.read() as conn:
            return original_of(conn, capture)

    def _of_original(self, capture: Capture, original: Capture | None) -> Step:
        looked = look(self._folder, original.locator) if original is not None else None
        return evidence_records.of_original(
            capture, original, looked, known=original is not None and self._came_so(original)
        )

    def _way(self, capture: Capture, looked: Looked) -> Iterator[tuple[Step, Locator | None]]:
        """Give the links that say how a capture was made."""
        imported = is_import(capture.locator.warc)
        row, visit, story = self._visit(capture)
        request = _request_behind(self._folder, capture)
        sent = row is None or row.ms is not None
        step = evidence_records.of_request(capture, request, imported=imported, sent=sent)
        yield step, request.place if request.record is not None else None
        if imported:
            for name in ("visit", "connection", "robots", "run"):
                yield evidence.unknown(name, capture.id, "its file was imported: it was captured by others"), None
            return
        came_from = None
        if row is not None and row.came_from:
            with self._store.read() as conn:
                led = captures.by_id(conn, RecordId(row.came_from))
            came_from = f"led here by {led.url if led is not None else 'a visit'} ({row.came_from})"
        step = evidence_records.of_visit("visit", capture, row, visit, story, came_from)
        yield step, visit.place if visit is not None else None
        if not story:
            for name in ("connection", "robots"):
                yield evidence.unchecked(name, capture.id, "its visit cannot be read"), None
        else:
            record = looked.record if looked.record is not None and looked.record.id == capture.id else None
            yield evidence_records.of_connection(capture, record, story, self._certificates(story)), None
            yield self._robots(capture, story)
        yield from self._run(capture)

    def _visit(self, capture: Capture) -> tuple[Visit | None, Looked | None, Mapping[str, Any]]:
        """Find the visit of a capture: as the index has it, what lies at its place, what that tells if it is sound."""
        with self._store.read() as conn:
            row = visits.of_capture(conn, capture)
        if row is None:
            return None, None, {}
        looked = look(self._folder, row.locator)
        return row, looked, _story(looked) if not evidence.broken(looked, row.id) else {}

    def _certificates(self, story: Mapping[str, Any]) -> list[str]:
        """Say what is wrong with the certificates that a server showed, as they are on record."""
        tls = story.get("tls")
        chain = tls.get("chain") if isinstance(tls, dict) else None
        wrong: list[str] = []
        for digest in chain if isinstance(chain, list) else ():
            with self._store.read() as conn:
                held = next(captures.of_url(conn, urlkey(f"{indexing.CERTIFICATE_URL}{digest}")), None)
            if held is None:
                wrong.append(f"certificate {digest} is not on record")
                continue
            looked = look(self._folder, held.locator)
            wrong += [f"certificate {digest}: {words}" for words in evidence.broken(looked, held.id)]
            if looked.record is not None and looked.record.payload_digest != digest:
                wrong.append(f"certificate {digest}: its record holds another")
        return wrong

    def _robots(self, capture: Capture, story: Mapping[str, Any]) -> tuple[Step, Locator | None]:
        told = story.get("robots")
        if not isinstance(told, dict):
            return evidence.unknown("robots", "robots.txt", "its visit does not tell of it"), None
        held, looked, body = None, None, None
        if isinstance(id := told.get("capture"), str):
            with self._store.read() as conn:
                held = captures.by_id(conn, RecordId(id))
        if held is not None:
            looked = look(self._folder, held.locator)
            body = self._payload(held)
        step = evidence_records.of_robots(story, held, looked, body, capture.at)
        return step, held.locator if held is not None else None

    def _payload(self, capture: Capture) -> bytes | None:
        """Give what a capture holds, or the record it repeats; None where that cannot be read."""
        held = self._original_of(capture) if capture.kind == "revisit" else capture
        if held is None:
            return None
        try:
            return ingest.read_capture(self._folder, held).data
        except (VariorumError, OSError):
            return None

    def _run(self, capture: Capture) -> Iterator[tuple[Step, Locator | None]]:
        if capture.run is None:
            yield evidence.unknown("run", "no run", "the capture was made outside a run"), None
            return
        with self._store.read() as conn:
            row = runs.by_id(conn, capture.run)
            told = [
                each
                for what in ("began", "ended")
                for each in captures.of_url(conn, urlkey(f"{indexing.RUN_URL}{capture.run}:{what}"))
                if not is_import(each.locator.warc)
            ]
            texts = [
                each
                for each in captures.with_prefix(conn, f"{SITE_URL}{capture.site}:")
                if capture.site and each.at <= capture.at and not is_import(each.locator.warc)
            ]
        looked = [look(self._folder, each.locator) for each in told]
        yield (
            evidence_records.of_run(capture.run, row, [(each, _run_in(each)) for each in looked]),
            (told[0].locator if told else None),
        )
        if capture.site is not None:
            text = max(texts, key=lambda each: (each.at, each.id), default=None)
            there = look(self._folder, text.locator) if text is not None else None
            yield (
                evidence_records.of_site(capture.site, text, there, len(texts)),
                text.locator if text is not None else None,
            )

    # ----------------------------------------------------------------------------------------------------------- files

    def _note(self, entry: Entry) -> Noted:
        """Read the record of a line of the journal."""
        place = entry.locator or Locator(warc="", offset=0, length=0)
        looked = look(self._folder, place)
        now = next((each for facts in _facts(looked) for each in facts.entries), None)
        return Noted(entry=entry, looked=looked, now=now)

    def _import_of(self, name: str) -> Entry | None:
        with self._store.read() as conn:
            return next(journal_rows.every(conn, kind="import", subject=name), None)

    def _import(self, name: str) -> Step:
        entry = self._import_of(name)
        noted = self._note(entry) if entry is not None else None
        return evidence_records.of_import(name, self._file(name).row, noted)

    def _came_so(self, capture: Capture) -> bool:
        """Tell whether a fault of this record is on record since its file was imported."""
        if not is_import(capture.locator.warc) or (entry := self._import_of(capture.locator.warc)) is None:
            return False
        faults = entry.data.get("faults")
        places = [each.get("offset") for each in faults if isinstance(each, dict)] if isinstance(faults, list) else []
        return capture.locator.offset in places

    def _file(self, name: str) -> Kept:
        """Look at a WARC file, once."""
        if name not in self._kept:
            with self._store.read() as conn:
                row = files.by_name(conn, name)
            self._kept[name] = self._measured(Kept(name=name, row=row))
        return self._kept[name]

    def _measured(self, kept: Kept) -> Kept:
        from archive.catching_up import sha256_of

        try:
            path = self._folder.path(kept.name)
            hashed = self._whole and kept.row is not None and kept.row.sha256 is not None
            return replace(
                kept,
                bytes=path.stat().st_size,
                is_open=self._folder.is_open(kept.name),
                sha256=sha256_of(path) if hashed else None,
            )
        except (Damaged, OSError) as error:
            return replace(kept, wrong=str(error))


def _is_of(entry: Entry, keys: Iterable[UrlKey]) -> bool:
    urls = entry.data.get("urls")
    return isinstance(urls, dict) and any(key in urls for key in keys)


def _source(conn: Connection, capture: Capture | None, name: str) -> tuple[Capture | None, Reading | None]:
    """Give the capture whose reading opened a revision, itself or the one it repeats, and that reading."""
    for _ in range(_HOPS):
        if capture is None:
            return None, None
        told = readings.of_captures(conn, [capture.id])
        reading = next((each for each in told if each.extractor == name), told[-1] if told else None)
        further = capture.refers_to if reading is None else reading.same_as if reading.verdict == "same" else None
        if further is None:
            return capture, reading if reading is not None and reading.extractor == name else None
        capture = captures.by_id(conn, further)
    return capture, None


def _earlier(conn: Connection, article: Article, revision: Revision) -> list[Capture]:
    """Give captures that showed the article before, those first that opened a revision, the newest first."""
    opened = [each.id for each in reversed(article.revisions) if each.seen_from < revision.seen_from]
    keys = sorted({article.id, *articles.members(conn, article.id)})
    read = [
        each for key in keys for each in readings.of_url(conn, key)
        if each.verdict == "article" and each.at < revision.seen_from
    ]  # fmt: skip
    read.sort(key=lambda each: (each.at, each.capture), reverse=True)
    ids = list(dict.fromkeys([*opened, *(each.capture for each in read)]))[:EARLIER]
    return [
        found for id in ids if (found := _source(conn, captures.by_id(conn, id), revision.extractor)[0]) is not None
    ]
