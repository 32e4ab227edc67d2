"""The chain behind a revision: from what was found, what each link of it says and whether it holds. Pure.

::

    revision ─► extractor ─► reading, text ─► capture ─► record (original) ─► request, visit, connection
                                                              visit ─► robots, run, site file        files

Here are the links from the text to its capture; those from there on are in ``evidence_records``. What they go by is
gathered anew by ``proving``. A link that does not hold says so first; one of which nothing is known, as of files that
others made, fails nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from archive.model import Article, Capture, Entry, Locator, Reading, RecordId, Revision
from archive.revise import text_of
from archive.warc import conformance
from archive.warc.reader import Walked
from archive.warc.records import digest

NOT_KNOWN, NOT_CHECKED, WARNING = "not known", "not checked", "warning"
"""What the detail of an unchecked link begins with; and a part of the detail of one that holds with a reserve."""

_FOLDED = (
    "number", "url", "seen_from", "seen_until", "basis", "extractor", "captures", "words", "returns_to",
)  # fmt: skip
_READ = ("verdict", "text_digest", "layout", "claims")
_QUOTED = 60


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a chain; ``detail`` is what was found, parted by semicolons; ``ok`` None: it was not checked."""

    step: str
    subject: str
    ok: bool | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A place in a WARC file and the record that lies there now, digests checked; ``wrong`` says why none does."""

    place: Locator
    record: Walked | None = None
    wrong: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A line of the journal as the index has it, what lies at its place, and the line that this tells."""

    entry: Entry
    looked: Looked
    now: Entry | None = None


def unknown(step: str, subject: str, why: str) -> Step:
    """Say that nothing is known of a link."""
    return Step(step, subject, None, f"{NOT_KNOWN}: {why}")


def unchecked(step: str, subject: str, why: str) -> Step:
    """Say that a link could not be checked here."""
    return Step(step, subject, None, f"{NOT_CHECKED}: {why}")


def second(at: datetime) -> str:
    """Write an instant for people."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def where(place: Locator) -> str:
    """Write a place in a WARC file for people."""
    return f"{place.warc} at {place.offset}"


def link(step: str, subject: str, wrong: Sequence[str], said: Iterable[str]) -> Step:
    """Make a link that holds where nothing is wrong with it."""
    return Step(step, subject, not wrong, "; ".join([*wrong, *said]))


def broken(looked: Looked, id: RecordId | None = None) -> list[str]:
    """Give what is wrong with a record by itself and its place; nothing where it is sound and the one meant."""
    record = looked.record
    if record is None:
        return [looked.wrong or "no record lies there"]
    if id is not None and record.id != id:
        return [f"another record lies there: {record.id}"]
    wrong = [fault.what for fault in conformance.faults(record) if fault.grave]
    if record.length != looked.place.length:
        wrong.append(f"it has {record.length} bytes, the index says {looked.place.length}")
    return wrong


def noted_wrong(noted: Noted) -> list[str]:
    """Give what is wrong with the record of a journal's line, or what the index says otherwise."""
    wrong = broken(noted.looked, noted.entry.id)
    if not wrong and noted.now is None:
        wrong.append("its record holds no line of the journal")
    elif not wrong and (other := apart(noted.entry, noted.now, ("kind", "at", "subject", "data"))):
        wrong.append(f"the index has another {listed(other)} than the record {noted.entry.id}")
    return wrong


# ---------------------------------------------------------------------------------------------- what the text rests on


def of_revision(article: Article, revision: Revision, folded: Revision | None) -> Step:
    """Hold a revision against its own digest, and against what folding its readings again gives."""
    wrong: list[str] = []
    found = digest((text_of(revision.extraction).encode("utf-8", "surrogatepass"),))
    if found != revision.text_digest:
        wrong.append(f"its text has the digest {found}, not {revision.text_digest} as the database says")
    if folded is None:
        wrong.append("its readings, folded again, have no revision that this capture opens")
    else:
        other = apart(revision.extraction, folded.extraction) + apart(revision, folded, _FOLDED)
        if other:
            wrong.append(f"its readings, folded again, give another {listed(other)}")
    said = [f"revision {revision.number} of {len(article.revisions)}", *_seen(revision)]
    if not wrong:
        said += [f"digest of its text, recomputed: {found}", "its readings, folded again, give the same"]
    return link("revision", revision.id, wrong, said)


def _seen(revision: Revision) -> list[str]:
    if revision.seen_from == revision.seen_until:
        return [f"seen once, on {second(revision.seen_from)}"]
    count = len(revision.captures)
    shown = f"seen from {second(revision.seen_from)} to {second(revision.seen_until)} in {count} captures"
    if revision.basis == "304":
        return [shown, "unchanged until then by the word of the server (304), not by bytes"]
    return [shown, "unchanged until then by its bytes"]


def of_extractor(
    revision: Revision, installed: str, model: Noted | None, digest_now: str | None, pin: Noted | None
) -> Step:
    """Tell who read the page; hold what it knew of the outlet, and that the chain stays with it, against the journal.

    ``installed`` is the extractor of today, without a model; ``digest_now`` is that of the model on record, recomputed.
    """
    generic, _, learned = revision.extractor.partition(" + ")
    outlet, _, named = learned.rpartition(" ")
    wrong: list[str] = []
    said = ["nothing was learned of its outlet before"]
    if learned:
        said = [f"it had learned of {outlet}: model {named}"]
        if model is None:
            wrong.append(f"the journal has no model {named} of {outlet}: run `variorum reindex`")
        else:
            wrong += noted_wrong(model)
            if not wrong and digest_now != named:
                wrong.append(f"the model on record has the digest {digest_now}, not {named}")
            if not wrong:
                said.append(f"on record since {second(model.entry.at)} as {model.entry.id}, its digest recomputed")
    if pin is None:
        said.append("the journal has no pin of the chain to it")
    else:
        wrong += [f"pin: {words}" for words in noted_wrong(pin)]
        said.append(f"the chain stays with it by {pin.entry.id}")
    if generic != installed:
        said.append(f"installed here is {installed}")
    return link("extractor", revision.extractor, wrong, said)


def of_reading(source: RecordId, stored: Reading | None, again: Reading | None) -> Step:
    """Hold the reading in the database against the one made just now from the bytes of the record."""
    wrong: list[str] = []
    if stored is None:
        wrong.append("the database has no such reading: run `variorum reread`")
    elif again is not None:
        other = apart(stored, again, _READ)
        if stored.extraction is not None and again.extraction is not None:
            other = apart(stored.extraction, again.extraction) + other
        elif stored.extraction is not again.extraction:
            other = ["article", *other]
        if other:
            wrong.append(f"read again from the record, it has another {listed(other)} than the database says")
    said = [] if wrong else ["read again from the record just now: the same text, headline, bylines and all else"]
    return link("reading", source, wrong, said)


def of_text(
    source: RecordId, paragraphs: Sequence[str], absent: Sequence[int], earlier: Mapping[RecordId, int]
) -> Step:
    """Say whether the words shown stand on the captured page.

    ``absent`` are the paragraphs found on no page; ``earlier`` says how many that this page does not have stand on
    those of earlier captures: a frame that changed around the article is no edit, and its lines stay as they were read.
    """
    wrong: list[str] = []
    count = len(paragraphs)
    if absent:
        shown = paragraphs[absent[0]]
        shown = shown if len(shown) <= _QUOTED else f"{shown[:_QUOTED]}..."
        verb = "stands" if len(absent) == 1 else "stand"
        wrong.append(f"{len(absent)} of its {counted(count, 'paragraph')} {verb} on no captured page, first: {shown}")
    here = count - len(absent) - sum(earlier.values())
    what = (
        f"each of its {counted(count, 'paragraph')} stands" if here == count else f"{here} of {count} paragraphs stand"
    )
    said = [f"{what} on the page as captured"]
    said += [
        f"{number} on that of the earlier {id}, whose loss was taken for no edit" for id, number in earlier.items()
    ]
    return link("text", source, wrong, said)


def of_capture(revision: Revision, capture: Capture | None) -> Step:
    """Hold the capture that opened a revision against the revision."""
    if capture is None:
        return link("capture", revision.id, ["the index has no such capture: run `variorum reindex`"], [])
    wrong: list[str] = []
    if capture.at != revision.seen_from:
        wrong.append(
            f"it was made on {second(capture.at)}, the revision says it was first seen on {second(revision.seen_from)}"
        )
    if capture.url != revision.url:
        wrong.append(f"it is of {capture.url}, the revision of {revision.url}")
    payload = f"payload {capture.digest}" if capture.digest is not None else "no digest of its payload"
    said = [capture.url, f"{second(capture.at)}, status {capture.status}", payload]
    return link("capture", revision.id, wrong, said)


# ---------------------------------------------------------------------------------------------------------- the end


_OF_DATABASE = frozenset(("revision", "reading", "text", "capture"))


def ending(revision: Revision, steps: Sequence[Step]) -> str:
    """Say in one line whether a chain holds; where it does not, at which links, and what to do."""
    failed = list(dict.fromkeys(each.step for each in steps if each.ok is False))
    if not failed:
        held = sum(each.ok is True for each in steps)
        left = len(steps) - held
        rest = f", {left} not checked or not known" if left else ""
        return f"the chain of revision {revision.number} holds: {counted(held, 'link')} checked{rest}"
    if set(failed) <= _OF_DATABASE:
        remedy = "the files hold, the database does not: move variorum.db away, then `variorum reindex` and `reread`"
    else:
        remedy = "run `variorum verify`, and bring what is damaged back from a backup"
    return f"the chain of revision {revision.number} FAILED at {listed(failed)}: {remedy}"


def word(step: Step) -> str:
    """Say in a word how a link stands."""
    if step.ok is None:
        return NOT_KNOWN if step.detail.startswith(NOT_KNOWN) else NOT_CHECKED
    return "ok" if step.ok else "FAILED"


def apart(one: Any, other: Any, names: Sequence[str] | None = None) -> list[str]:
    """Give the fields in which two values of one kind differ."""
    names = names or [field.name for field in fields(one)]
    return [name for name in names if getattr(one, name) != getattr(other, name)]


def listed(names: Sequence[str]) -> str:
    """Write names one after another, ``and`` before the last."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def counted(number: int, noun: str) -> str:
    """Write a number of things: ``1 link``, ``2 links``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
