"""The chain behind a revision: from what was found, what each link of it says and whether it holds. Pure.

::

    revision ─► extractor ─► reading, text ─► capture ─► record (original) ─► request, visit, connection
                                                              visit ─► robots, run, site file        files

The facts are gathered anew by ``archive.proving``. A link that does not hold says so first; one of which nothing is
known, as of files that others made, fails nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from archive import indexing
from archive.cdx import same_digest
from archive.model import Article, Capture, Entry, Locator, Reading, RecordId, Revision, Run, Visit
from archive.revise import text_of
from archive.warc import conformance
from archive.warc.reader import Walked
from archive.warc.records import digest
from archive.warc.writer import uri

if TYPE_CHECKING:
    from archive.store.files import WarcFile

NOT_KNOWN, NOT_CHECKED, WARNING = "not known", "not checked", "warning"
"""What the detail of a link begins with that was not, or could not be, checked; and of one that holds, and yet."""

_FOLDED = (
    "number", "url", "seen_from", "seen_until", "basis", "extractor", "captures", "words", "returns_to",
)  # fmt: skip
_READ = ("verdict", "text_digest", "layout", "claims")
_SHOWN = 200  # characters of a rule that are told
_RAN = ("why", "sites", "began", "software", "settings_digest")


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a chain; ``ok`` is None where it was not checked, or nothing is known."""

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
    """A line of the journal as the index has it, what lies at its place, and the line that tells."""

    entry: Entry
    looked: Looked
    now: Entry | None = None


def unknown(step: str, subject: str, why: str) -> Step:
    """Say that nothing is known of a link."""
    return Step(step, subject, None, f"{NOT_KNOWN}: {why}")


def unchecked(step: str, subject: str, why: str) -> Step:
    """Say that a link could not be checked here."""
    return Step(step, subject, None, f"{NOT_CHECKED}: {why}")


def _step(step: str, subject: str, wrong: Sequence[str], said: Iterable[str]) -> Step:
    return Step(step, subject, not wrong, "; ".join([*wrong, *said]))


def second(at: datetime) -> str:
    """Write an instant for people."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def where(place: Locator) -> str:
    """Write a place in a WARC file for people."""
    return f"{place.warc} at {place.offset}"


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
        apart = _apart(revision.extraction, folded.extraction) + _apart(revision, folded, _FOLDED)
        if apart:
            wrong.append(f"its readings, folded again, give another {_list(apart)}")
    said = [f"revision {revision.number} of {len(article.revisions)}", *_seen(revision)]
    if not wrong:
        said.append(f"text {found}, recomputed; its readings, folded again, give the same")
    return _step("revision", revision.id, wrong, said)


def _seen(revision: Revision) -> list[str]:
    if revision.seen_from == revision.seen_until:
        return [f"seen once, on {second(revision.seen_from)}"]
    count = len(revision.captures)
    shown = f"seen from {second(revision.seen_from)} to {second(revision.seen_until)} in {count} captures"
    if revision.basis == "304":
        return [shown, "unchanged until then by the word of the server (304), not by bytes"]
    return [shown, "unchanged until then by its bytes"]


def of_extractor(revision: Revision, installed: str, model: Noted | None, digest_now: str | None, pin: str) -> Step:
    """Tell who read the page, and hold what it knew of the outlet against the journal.

    ``digest_now`` is that of the model on record, recomputed; ``pin`` says what the journal tells of the chain.
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
    said.append(pin)
    if generic != installed:
        said.append(f"installed here is {installed}")
    return _step("extractor", revision.extractor, wrong, said)


def of_reading(source: RecordId, stored: Reading | None, again: Reading | None) -> Step:
    """Hold the reading in the database against the one made just now from the bytes of the record."""
    wrong: list[str] = []
    if stored is None:
        wrong.append("the database has no such reading: run `variorum reread`")
    elif again is not None:
        apart = _apart(stored, again, _READ)
        if stored.extraction is not None and again.extraction is not None:
            apart = _apart(stored.extraction, again.extraction) + apart
        elif stored.extraction is not again.extraction:
            apart = ["article", *apart]
        if apart:
            wrong.append(f"read again from the record, it has another {_list(apart)} than the database says")
    said = [] if wrong else ["read again from the record just now: the same text, headline, bylines and all else"]
    return _step("reading", source, wrong, said)


def of_text(source: RecordId, paragraphs: Sequence[str], absent: Sequence[int], earlier: Sequence[RecordId]) -> Step:
    """Say whether the words shown stand on the captured page.

    ``absent`` are the paragraphs found on no page, ``earlier`` the earlier captures that have some this one has not.
    """
    wrong: list[str] = []
    if absent:
        shown = paragraphs[absent[0]]
        shown = shown if len(shown) <= 60 else f"{shown[:60]}..."
        of = f"{len(absent)} of its {len(paragraphs)} paragraphs"
        wrong.append(f"{of} stand on no captured page, first: {shown}")
    said: list[str] = []
    if not absent and not earlier:
        said.append(f"each of its {len(paragraphs)} paragraphs stands on the page as it was captured")
    if earlier:
        said.append(
            f"the others stand on the page; lines whose numbers alone moved on stand as in {', '.join(earlier)}"
        )
    return _step("text", source, wrong, said)


def of_capture(revision: Revision, capture: Capture | None) -> Step:
    """Hold the capture that opened a revision against the revision."""
    if capture is None:
        return _step("capture", revision.id, ["the index has no such capture: run `variorum reindex`"], [])
    wrong: list[str] = []
    if capture.at != revision.seen_from:
        wrong.append(f"it was made on {second(capture.at)}, the revision is said to be first seen then or never")
    if capture.url != revision.url:
        wrong.append(f"it is of {capture.url}, the revision of {revision.url}")
    said = [
        capture.url,
        second(capture.at),
        f"status {capture.status}",
        f"payload {capture.digest or 'without digest'}",
    ]
    return _step("capture", revision.id, wrong, said)


# --------------------------------------------------------------------------------------------------------- records


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


def of_record(step: str, capture: Capture, looked: Looked, *, known: bool = False, said: Sequence[str] = ()) -> Step:
    """Hold a record, read at its place, against itself and against what the index says of it.

    ``known``: its file was imported with faults in this record.
    """
    wrong = broken(looked, capture.id)
    record = looked.record
    if wrong and known:
        wrong.append("so it was when the file was imported")
    if record is not None and not wrong:
        wrong += _differ(capture, record)
    told = [capture.id, f"{looked.place.length} bytes"]
    if record is not None:
        told += _checked(record, capture)
    return _step(step, where(looked.place), wrong, [*told, *said])


def _differ(capture: Capture, record: Walked) -> list[str]:
    """Give what the index says otherwise than the record."""
    now = indexing.capture(record, capture.locator.warc)
    if now is None:
        return ["it lacks what a capture needs"]
    wrong = [] if capture.url == now.url or uri(capture.url) == now.url else [f"the record is of {now.url}"]
    if capture.digest != now.digest and not same_digest(capture.digest, now.digest):
        wrong.append(f"the index says payload {capture.digest}, the record {now.digest}")
    if now.status is not None and capture.status != now.status:
        wrong.append(f"the index says status {capture.status}, the record {now.status}")
    for name in ("at", "kind", "truncated", "refers_to", "profile"):
        ours, theirs = getattr(capture, name), getattr(now, name)
        if ours != theirs:
            wrong.append(f"the index says {name} {_shown(ours)}, the record {_shown(theirs)}")
    return wrong


def _checked(record: Walked, capture: Capture) -> list[str]:
    held = [name for name, holds in (("block", record.block_holds), ("payload", record.payload_holds)) if holds]
    said = [f"{_list(held)} digest{'s' if len(held) > 1 else ''} recomputed: the same"] if held else []
    if record.block_holds is None and record.payload_holds is None:
        said.append("it has no digest of its own to hold it against")
    if capture.truncated is not None:
        said.append(f"truncated ({capture.truncated}): not all of the answer is there")
    fidelity = {
        "wire": "bytes as they crossed the wire",
        "rebuilt": "rebuilt: not the bytes that crossed the wire",
        "unknown": "whether its bytes are those that crossed the wire is not known",
    }
    return [*said, fidelity[capture.fidelity]]


def of_original(capture: Capture, original: Capture | None, looked: Looked | None, *, known: bool = False) -> Step:
    """Hold the record that a revisit refers to against itself, and against what the revisit says of its payload."""
    to = capture.refers_to or capture.refers_url or "a record without a name"
    if original is None or looked is None:
        return _step("original", to, [f"{capture.id} repeats a record that is not here"], [])
    how = "the server said 304 for it" if capture.status == 304 else "its payload came again"
    step = of_record("original", original, looked, known=known, said=[f"{capture.id} repeats it: {how}"])
    wrong: list[str] = []
    if original.kind == "revisit":
        wrong.append("it is a revisit itself, and holds no payload")
    if None not in (capture.digest, original.digest) and not same_digest(capture.digest, original.digest):
        wrong.append(f"its payload is {original.digest}, not {capture.digest} as {capture.id} says")
    return Step(step.step, step.subject, step.ok and not wrong, "; ".join([*wrong, step.detail]))


def of_last(revision: Revision, last: Capture | None, looked: Looked | None, *, known: bool = False) -> Step:
    """Hold the last capture that showed a revision: what "unchanged until then" rests on."""
    if last is None or looked is None:
        return _step("last seen", revision.captures[-1], ["the index has no such capture: run `variorum reindex`"], [])
    between = len(revision.captures) - 2
    said = [second(last.at), *([f"the {between} captures between are not looked at here"] if between > 0 else [])]
    if last.status == 304:
        said.append("the server said 304, unchanged: nobody saw the bytes then")
    return of_record("last seen", last, looked, known=known, said=said)


# -------------------------------------------------------------------------------------------------------- how it came


def of_request(capture: Capture, looked: Looked, *, imported: bool, sent: bool) -> Step:
    """Hold the request that stands behind a capture against itself; ``sent``: its visit says that something was."""
    record = looked.record
    if record is None and looked.wrong is None and (imported or not sent):
        return unknown("request", capture.id, "no request stands behind this record in its file")
    wrong = broken(looked)
    if record is None:
        return _step("request", where(looked.place), wrong, [])
    line = record.front.partition(b"\r\n")[0][:200].decode("latin-1")
    return _step(
        "request", where(looked.place), wrong, [f"{record.id}", line, "digest recomputed: the same"][: 2 + (not wrong)]
    )


def of_visit(
    capture: Capture, row: Visit | None, looked: Looked | None, story: Mapping[str, Any], came_from: str | None
) -> Step:
    """Hold the record that tells how a capture was made against itself and the index; ``came_from`` in words."""
    if row is None or looked is None:
        return _step("visit", capture.id, ["the index has no visit of this capture: run `variorum reindex`"], [])
    wrong = broken(looked, row.id)
    if looked.record is not None and not wrong:
        now = indexing.visit(looked.record, looked.place.warc)
        apart = ["visit"] if now is None else _apart(row, now)
        apart += [name for name in ("run", "site", "fidelity") if story.get(name) != getattr(capture, name)]
        if story.get("capture") != capture.id:
            apart.append("capture")
        if apart:
            wrong.append(f"the index has another {_list(apart)} than the record")
    said = [row.id, f"{row.why}, attempt {row.attempt}, {row.outcome}"]
    if story:
        said.append(f"began {story.get('began')}, ended {story.get('ended')}")
    said += [words for words in (came_from, _text(story, "reason")) if words]
    if asked := story.get("validators"):
        names = ", ".join(map(str, asked)) if isinstance(asked, dict) else "validators"
        said.append(f"asked with {names} of {story.get('validated')}")
    return _step("visit", where(looked.place), wrong, said)


def of_connection(capture: Capture, record: Walked | None, story: Mapping[str, Any], missing: Sequence[str]) -> Step:
    """Say how sure it is who answered; ``missing`` says what is wrong with the certificates on record."""
    host = capture.url.partition("://")[2].partition("/")[0]
    peer = record.fields.get("WARC-IP-Address") if record is not None else None
    said = [f"peer {peer}"] if peer else []
    if proxy := _text(story, "proxy"):
        said.append(f"through the proxy {proxy}")
    tls = story.get("tls")
    named = [each for each in (record.fields.all("WARC-Protocol") if record is not None else ()) if each[:3] == "tls"]
    if not isinstance(tls, dict):
        if capture.url.lower().startswith("https:"):
            return _step("connection", host, [f"the page is of https, and its visit tells of no TLS{named}"], said)
        said.insert(0, f"{WARNING}: plain http: nothing shows who answered, or that nobody changed it on its way")
        return _step("connection", host, [], said)
    wrong = list(missing)
    if record is not None and named != [tls.get("version")]:
        wrong.append(f"the record says {_list(named) or 'nothing of TLS'}, its visit {tls.get('version')}")
    verified = tls.get("verified")
    shown = tls.get("chain") or ()
    count = f"{len(shown)} certificate{'' if len(shown) == 1 else 's'} on record"
    said = [f"{tls.get('version')}, {tls.get('cipher')}", count, *said]
    if verified == "ok":
        said.insert(0, "TLS verified")
    else:
        said.insert(0, f"{WARNING}: TLS verification failed ({verified}): this may not be who it says it is")
    return _step("connection", host, wrong, said)


def of_robots(
    story: Mapping[str, Any], capture: Capture | None, looked: Looked | None, body: bytes | None, began: datetime
) -> Step:
    """Tell what robots.txt said when the page was asked for; hold its record against itself, the rule against it."""
    told = story["robots"]
    verdict, rule, id = told.get("verdict"), told.get("rule"), told.get("capture")
    by = f"{verdict}, by the rule {rule!r}" if rule else f"{verdict}: it has no rule for this page"
    said = [by if verdict in ("allowed", "forbidden") else str(verdict)]
    if verdict not in ("allowed", "unavailable: allowed"):
        said.insert(0, f"{WARNING}: asked for all the same ({_text(story, 'reason') or 'nobody says why'})")
    if id is None:
        return _step("robots", "robots.txt", [], [*said, "no answer of it is on record"])
    if capture is None or looked is None:
        return _step("robots", str(id), ["the index has no such capture of robots.txt: run `variorum reindex`"], said)
    wrong = broken(looked, capture.id)
    if looked.record is not None and not wrong:
        wrong += _differ(capture, looked.record)
    if capture.at > began:
        wrong.append(f"it was captured on {second(capture.at)}, after the page")
    if rule and body is not None and not _has_rule(body, str(rule)):
        wrong.append("no such rule stands in it")
    said.append(f"{capture.id}, captured {second(capture.at)}, status {capture.status}, in {where(looked.place)}")
    if not wrong:
        said.append("digests recomputed: the same" + ("; the rule stands in it" if rule and body is not None else ""))
    return _step("robots", capture.url, wrong, said)


def _has_rule(body: bytes, rule: str) -> bool:
    """Tell whether a rule, as it is told, is among the lines of a robots.txt; told rules are cut and escaped."""
    key, _, value = rule.partition(": ")
    cut = len(value) > _SHOWN and value.endswith("...")
    for line in body.decode("utf-8", "backslashreplace").replace("\r", "\n").split("\n"):
        name, _, given = line.partition("#")[0].partition(":")
        shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in given.strip())
        if name.strip("\ufeff \t").lower() == key.lower() and (
            shown == value or (cut and shown.startswith(value[:-3]))
        ):
            return True
    return False


def of_run(id: str, row: Run | None, looked: Sequence[tuple[Looked, Run | None]]) -> Step:
    """Hold a run against the records of its beginning and, where there is one, of its end."""
    if row is None:
        return _step("run", id, ["the index has no such run: run `variorum reindex`"], [])
    wrong = [words for each, _ in looked for words in broken(each)]
    if not looked:
        wrong.append("no record tells of it")
    for _, now in looked:
        if now is not None:
            names = (*_RAN, "ended", "state") if now.ended is not None else _RAN
            if apart := _apart(row, now, names):
                wrong.append(f"the index has another {_list(apart)} than its record")
        elif not wrong:
            wrong.append("its record tells of no run")
    ended = f"ended {second(row.ended)}" if row.ended is not None else "no end on record"
    said = [f"{row.why}, {row.state}", f"began {second(row.began)}, {ended}", row.software]
    if row.sites:
        said.insert(1, f"sites {', '.join(row.sites)}")
    said.append(f"settings {row.settings_digest}" if row.settings_digest else "settings without digest")
    if not wrong:
        said.append(f"told by {_count(len(looked), 'record')}, digests recomputed: the same")
    return _step("run", id, wrong, said)


def of_site(name: str, capture: Capture | None, looked: Looked | None, count: int) -> Step:
    """Hold the site file that was in force; where several are on record, the newest by then."""
    if capture is None or looked is None:
        return unknown("site file", name, "no file of this site is on record from before the page was captured")
    wrong = broken(looked, capture.id)
    now = looked.record.payload_digest if looked.record is not None else None
    if not wrong and (now is None or not capture.url.endswith(now)):
        wrong.append(f"its text has the digest {now}, its name says another")
    said = [capture.id, f"on record since {second(capture.at)}"]
    if count > 1:
        said.append(f"the newest of {count} by then; one that is used again is not put on record again")
    return _step("site file", name, wrong, [*said, *([] if wrong else ["digest recomputed: the same"])])


# ----------------------------------------------------------------------------------------------------------- files


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A WARC file: what the index says of it, how many bytes it has now, whether it may still grow, and its SHA-256.

    ``sha256`` is None where it was not taken; ``wrong`` says why the file cannot be read.
    """

    name: str
    row: WarcFile | None
    bytes: int = 0
    is_open: bool = False
    sha256: str | None = None
    wrong: str | None = None


def of_import(name: str, row: WarcFile | None, noted: Noted | None) -> Step:
    """Say where a file of others came from, by the journal."""
    if noted is None:
        return _step("import", name, ["the journal does not say where it came from: run `variorum reindex`"], [])
    data = noted.entry.data
    wrong = noted_wrong(noted)
    if row is not None and row.sha256 != data.get("sha256"):
        wrong.append(f"the journal says SHA-256 {data.get('sha256')}, the index {row.sha256}")
    said = [f"came as {data.get('origin')}", f"taken in on {second(noted.entry.at)}", f"SHA-256 {data.get('sha256')}"]
    faults = data.get("faults")
    if isinstance(faults, list) and faults:
        said.append(f"with {_count(len(faults), 'fault')}")
    said.append("what it says of visits and runs is the word of others")
    return _step("import", name, wrong, said)


def of_file(kept: Kept, steps: Sequence[str]) -> Step:
    """Hold a WARC file against its size and, where that was taken, its SHA-256; ``steps`` are the links in it."""
    row, wrong = kept.row, [kept.wrong] if kept.wrong is not None else []
    said = [f"holds {', '.join(steps)}"]
    if row is None:
        wrong.append("the file is not in the index: run `variorum repair`")
        return _step("file", kept.name, wrong, said)
    whole = not kept.is_open and row.state != "open"
    if not wrong and (kept.bytes < row.bytes or (whole and kept.bytes != row.bytes)):
        wrong.append(f"it has {kept.bytes} bytes, the index says {row.bytes}")
    if kept.sha256 is not None and row.sha256 is not None and kept.sha256 != row.sha256:
        wrong.append(f"its SHA-256 is {kept.sha256}, and was {row.sha256}")
    if row.sha256 is None:
        said.append("still open: it has no digest of its own yet")
    else:
        sealed = f" on {second(row.sealed_at)}" if row.sealed_at is not None else ""
        said.append(f"{'taken in' if row.state == 'imported' else 'sealed'}{sealed} with SHA-256 {row.sha256}")
        if kept.sha256 is None:
            said.append("its size fits; the digest is not recomputed without --whole")
        elif not wrong:
            said.append("recomputed: the same")
    return _step("file", kept.name, wrong, said)


def noted_wrong(noted: Noted) -> list[str]:
    """Give what is wrong with the record of a journal's line, or what the index says otherwise."""
    wrong = broken(noted.looked, noted.entry.id)
    if not wrong:
        if noted.now is None:
            wrong.append("its record holds no line of the journal")
        elif apart := _apart(noted.entry, noted.now, ("kind", "at", "subject", "data")):
            wrong.append(f"the index has another {_list(apart)} than the record {noted.entry.id}")
    return wrong


# ---------------------------------------------------------------------------------------------------------- the end


_OF_DATABASE = frozenset(("revision", "reading", "text", "capture"))


def ending(revision: Revision, steps: Sequence[Step]) -> str:
    """Say in one line whether a chain holds; where it does not, at which links, and what to do."""
    failed = list(dict.fromkeys(each.step for each in steps if each.ok is False))
    if not failed:
        held = sum(each.ok is True for each in steps)
        left = len(steps) - held
        rest = f", {left} not checked or not known" if left else ""
        return f"the chain of revision {revision.number} holds: {_count(held, 'link')} checked{rest}"
    if set(failed) <= _OF_DATABASE:
        remedy = "the files hold, the database does not: move variorum.db away, then `variorum reindex` and `reread`"
    else:
        remedy = "run `variorum verify`, and bring what is damaged back from a backup"
    return f"the chain of revision {revision.number} FAILED at {_list(failed)}: {remedy}"


def word(step: Step) -> str:
    """Say in a word how a link stands."""
    if step.ok is None:
        return NOT_KNOWN if step.detail.startswith(NOT_KNOWN) else NOT_CHECKED
    return "ok" if step.ok else "FAILED"


def _apart(one: Any, other: Any, names: Sequence[str] | None = None) -> list[str]:
    """Give the fields in which two values of one kind differ."""
    names = names or [field.name for field in fields(one)]
    return [name for name in names if getattr(one, name) != getattr(other, name)]


def _text(story: Mapping[str, Any], key: str) -> str | None:
    value = story.get(key)
    return value if isinstance(value, str) else None


def _shown(value: object) -> str:
    return second(value) if isinstance(value, datetime) else str(value)


def _list(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
