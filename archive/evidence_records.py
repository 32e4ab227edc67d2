"""The links of a chain that lie in WARC files, from the record of a capture to the file itself. Pure.

Each function holds what was found at a place just now against itself and against what the index says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from archive import indexing
from archive.cdx import same_digest
from archive.evidence import (
    WARNING,
    Looked,
    Noted,
    Step,
    apart,
    broken,
    counted,
    link,
    listed,
    noted_wrong,
    second,
    unknown,
    where,
)
from archive.model import Capture, Revision, Run, Visit
from archive.warc.reader import Walked
from archive.warc.writer import uri

if TYPE_CHECKING:
    from archive.store.files import WarcFile

_RAN = ("why", "sites", "began", "software", "settings_digest")
_SHOWN = 200
"""Characters of a robots.txt rule that its verdict tells, and of other lines that servers and we send."""
CRLF = "\r\n"
_FIDELITY = {
    "wire": "bytes as they crossed the wire",
    "rebuilt": "rebuilt: not the bytes that crossed the wire",
    "unknown": "whether its bytes are those that crossed the wire is not known",
}


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
    if record is not None and not wrong:
        told += _checked(record)
    if capture.truncated is not None:
        told.append(f"truncated ({capture.truncated}): not all of the answer is there")
    if not wrong:
        told.append(_FIDELITY[capture.fidelity])
    return link(step, where(looked.place), wrong, [*told, *said])


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


def _checked(record: Walked) -> list[str]:
    """Say which digests of a sound record were recomputed."""
    held = [name for name, holds in (("block", record.block_holds), ("payload", record.payload_holds)) if holds]
    if not held:
        return ["it has no digest of its own to hold it against"]
    return [f"{listed(held)} digest{'s' if len(held) > 1 else ''} recomputed: the same"]


def of_original(capture: Capture, original: Capture | None, looked: Looked | None, *, known: bool = False) -> Step:
    """Hold the record that a revisit refers to against itself, and against what the revisit says of its payload."""
    to = capture.refers_to or capture.refers_url or "a record without a name"
    if original is None or looked is None:
        return link("original", to, [f"{capture.id} repeats a record that is not here"], [])
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
        return link("last seen", revision.captures[-1], ["the index has no such capture: run `variorum reindex`"], [])
    between = len(revision.captures) - 2
    said = [second(last.at), *([f"the {between} captures between are not looked at here"] if between > 0 else [])]
    if last.status == 304:
        said.append("the server said 304, unchanged: nobody saw the bytes then")
    if last.refers_to is not None:
        said.append(f"it refers to {last.refers_to}")
    return of_record("last seen", last, looked, known=known, said=said)


# -------------------------------------------------------------------------------------------------------- how it came


def of_request(capture: Capture, looked: Looked, *, imported: bool, sent: bool) -> Step:
    """Hold the request that stands behind a capture against itself; ``sent``: its visit says that something was."""
    record = looked.record
    if record is None and looked.wrong is None and (imported or not sent):
        return unknown("request", capture.id, "no request stands behind this record in its file")
    wrong = broken(looked)
    if record is None:
        return link("request", where(looked.place), wrong, [])
    line = record.front.partition(b"\r\n")[0][:_SHOWN].decode("latin-1")
    said = [str(record.id), line, *(_checked(record) if not wrong else ())]
    return link("request", where(looked.place), wrong, said)


def of_visit(
    step: str,
    capture: Capture,
    row: Visit | None,
    looked: Looked | None,
    story: Mapping[str, Any],
    came_from: str | None = None,
) -> Step:
    """Hold the record that tells how a capture was made against itself and the index; ``came_from`` in words."""
    if row is None or looked is None:
        return link(step, capture.id, ["the index has no visit of this capture: run `variorum reindex`"], [])
    wrong = broken(looked, row.id)
    if looked.record is not None and not wrong:
        now = indexing.visit(looked.record, looked.place.warc)
        other = ["visit"] if now is None else apart(row, now)
        other += [name for name in ("run", "site", "fidelity") if story.get(name) != getattr(capture, name)]
        if story.get("capture") != capture.id:
            other.append("capture")
        if other:
            wrong.append(f"the index has another {listed(list(dict.fromkeys(other)))} than the record")
    said = [row.id, *(_checked(looked.record) if looked.record is not None and not wrong else ())]
    said.append(f"{row.why}, attempt {row.attempt}, {row.outcome}")
    if story:
        said.append(f"began {story.get('began')}, ended {story.get('ended')}")
    said += [words for words in (came_from, _text(story, "reason")) if words]
    if asked := story.get("validators"):
        names = ", ".join(map(str, asked)) if isinstance(asked, dict) else "validators"
        said.append(f"asked with {names} of {story.get('validated')}")
    if (head := _text(story, "head_304")) is not None:
        said.append(f"answered {head.partition(CRLF)[0][:_SHOWN]}")
    elif capture.status == 304 and not wrong:
        wrong.append("it holds no head of a 304, which the capture is said to be")
    return link(step, where(looked.place), wrong, said)


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
            return unknown(
                "connection", host, "; ".join(["the page is of https, and its visit tells of no TLS", *said])
            )
        said.insert(0, f"{WARNING}: plain http: nothing shows who answered, or that nobody changed it on its way")
        return link("connection", host, [], said)
    wrong = list(missing)
    if record is not None and named != [tls.get("version")]:
        wrong.append(f"the record says {listed(named) or 'nothing of TLS'}, its visit {tls.get('version')}")
    verified = tls.get("verified")
    shown = tls.get("chain")
    count = f"{counted(len(shown) if isinstance(shown, list) else 0, 'certificate')} on record"
    said = [f"{tls.get('version')}, {tls.get('cipher')}", count, *said]
    if verified == "ok":
        said.insert(0, "TLS verified")
    else:
        said.insert(0, f"{WARNING}: TLS verification failed ({verified}): this may not be who it says it is")
    return link("connection", host, wrong, said)


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
        return link("robots", "robots.txt", [], [*said, "no answer to robots.txt is on record"])
    if capture is None or looked is None:
        return link("robots", str(id), ["the index has no such capture of robots.txt: run `variorum reindex`"], said)
    wrong = broken(looked, capture.id)
    if looked.record is not None and not wrong:
        wrong += _differ(capture, looked.record)
    if capture.at > began:
        wrong.append(f"it was captured on {second(capture.at)}, after the page")
    if rule and body is not None and not _has_rule(body, str(rule)):
        wrong.append("no such rule stands in it")
    said.append(f"captured {second(capture.at)}, status {capture.status}, as {capture.id}, in {where(looked.place)}")
    if looked.record is not None and not wrong:
        said += [*_checked(looked.record), *(["the rule stands in it"] if rule and body is not None else ())]
    return link("robots", capture.url, wrong, said)


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
        return link("run", id, ["the index has no such run: run `variorum reindex`"], [])
    wrong = [words for each, _ in looked for words in broken(each)]
    if not looked:
        wrong.append("no record tells of it")
    for _, now in looked:
        if now is not None:
            names = (*_RAN, "ended", "state") if now.ended is not None else _RAN
            if other := apart(row, now, names):
                wrong.append(f"the index has another {listed(other)} than its record")
        elif not wrong:
            wrong.append("its record tells of no run")
    ended = f"ended {second(row.ended)}" if row.ended is not None else "no end on record"
    said = [f"{row.why}, {row.state}", f"began {second(row.began)}, {ended}", row.software]
    if row.sites:
        said.insert(1, f"sites {', '.join(row.sites)}")
    said.append(f"settings {row.settings_digest}" if row.settings_digest else "settings without digest")
    if not wrong:
        said.append(f"told by {counted(len(looked), 'record')}, digests recomputed: the same")
    return link("run", id, wrong, said)


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
    return link("site file", name, wrong, [*said, *([] if wrong else ["digest recomputed: the same"])])


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
        return link("import", name, ["the journal does not say where it came from: run `variorum reindex`"], [])
    data = noted.entry.data
    wrong = noted_wrong(noted)
    if row is not None and row.sha256 != data.get("sha256"):
        wrong.append(f"the journal says SHA-256 {data.get('sha256')}, the index {row.sha256}")
    said = [f"came as {data.get('origin')}", f"taken in on {second(noted.entry.at)}", f"SHA-256 {data.get('sha256')}"]
    faults = data.get("faults")
    if isinstance(faults, list) and faults:
        said.append(f"with {counted(len(faults), 'fault')}")
    said.append("what it says of visits and runs is the word of others")
    return link("import", name, wrong, said)


def of_file(kept: Kept, steps: Sequence[str]) -> Step:
    """Hold a WARC file against its size and, where that was taken, its SHA-256; ``steps`` are the links in it."""
    row, wrong = kept.row, [kept.wrong] if kept.wrong is not None else []
    said = [f"holds {', '.join(steps)}"]
    if row is None:
        wrong.append("the file is not in the index: run `variorum repair`")
        return link("file", kept.name, wrong, said)
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
        if not wrong:
            said.append(
                "its size is right, its SHA-256 not checked without --whole"
                if kept.sha256 is None
                else "recomputed: the same"
            )
    return link("file", kept.name, wrong, said)


def _text(story: Mapping[str, Any], key: str) -> str | None:
    value = story.get(key)
    return value if isinstance(value, str) else None


def _shown(value: object) -> str:
    return second(value) if isinstance(value, datetime) else str(value)
