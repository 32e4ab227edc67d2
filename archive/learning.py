"""What was learned of outlets, and which of it each chain stays with: kept in the journal, looked up in the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive import chains, field_edits, joins
from archive.extract.learned import FEWEST, Learned, Page, learn
from archive.model import Reading, UrlKey
from archive.naming import key
from archive.recording import Recording
from archive.store import Connection, articles, citations, journal_rows, outlets, pins, pointers, readings
from archive.store.citations import Named
from archive.store.pins import Pin
from archive.timing import Clock, parse_time, stamp

MODEL, NAME, PIN = "model", "name", "pin"
MOST = 200
"""Articles of an outlet that are learned from, at most."""


def model_for(conn: Connection, key: UrlKey, url: str, *, newest: bool = False) -> Learned | None:
    """Give what is known of the outlet of a URL: as its chain is pinned to, else what was learned last."""
    domain = field_edits.domain_of(url)
    if domain is None:
        return None
    pin = None if newest else pin_of(conn, key)
    if pin is not None:
        data = outlets.models_by(conn, domain, pin.model) if pin.model is not None else None
    else:
        found = outlets.model(conn, domain)
        data = found[1] if found is not None else None
    return Learned.of(data) if data is not None else None


def pin_of(conn: Connection, key: UrlKey) -> Pin | None:
    """Give what the chain of a URL is pinned to; None where it has none yet."""
    id = articles.id_of(conn, key)
    keys = {key, *(articles.members(conn, id) if id is not None else ()), *((id,) if id is not None else ())}
    return chains.pin_of(conn, keys)


def tell_pins(recording: Recording, pinned: Sequence[Pin]) -> None:
    """Put on record which extractor new chains stay with, one line of the journal for each extractor."""
    by_extractor: dict[tuple[str, str | None], list[Pin]] = {}
    for pin in pinned:
        by_extractor.setdefault((pin.extractor, pin.model), []).append(pin)
    for (extractor, model), mine in sorted(by_extractor.items(), key=lambda each: each[0][0]):
        told = {"model": model, "urls": {pin.urlkey: stamp(pin.at) for pin in mine}}
        recording.tell_journal(PIN, extractor, told)


def restore(conn: Connection) -> None:
    """Bring back what the journal says of models, pins, joins and splits: a database made anew knows of none."""
    for entry in list(journal_rows.every(conn, kind=MODEL)):
        digest = entry.data.get("digest")
        model = entry.data.get("model")
        if isinstance(digest, str) and isinstance(model, dict):
            outlets.put_model(conn, entry.subject, digest, model, entry.at)
    for entry in list(journal_rows.every(conn, kind=PIN)):
        urls, model = entry.data.get("urls"), entry.data.get("model")
        if isinstance(urls, dict):
            for key, at in urls.items():
                pin = Pin(
                    urlkey=UrlKey(key),
                    extractor=entry.subject,
                    model=model if isinstance(model, str) else None,
                    at=parse_time(str(at)),
                )
                pins.put(conn, pin)
    restore_names(conn)
    for kind in ("join", "split"):
        told = [pointer for entry in journal_rows.every(conn, kind=kind) if (pointer := joins.pointer_of(entry))]
        pointers.insert(conn, told)
        if told:
            articles.mark_stale(conn, {key for each in told for key in (each.source, each.target)}, told[-1].at)


def restore_names(conn: Connection) -> None:
    """Bring back what the journal says whose names are; the last word of each holds."""
    for entry in list(journal_rows.every(conn, kind=NAME)):
        domain = entry.data.get("domain")
        if isinstance(domain, str):
            named = Named(
                name=key(entry.subject),
                domain=domain,
                origin="by hand",
                subject=f"{NAME}:{key(entry.subject)}",
                written=entry.subject,
                at=entry.at,
            )
            citations.learn(conn, named.subject, [named])


# ---------------------------------------------------------------------------------------------------------- learning


def learn_anew(recording: Recording, clock: Clock, domain: str) -> Learned | None:
    """Learn an outlet's boilerplate from the newest reading of each of its articles, and put it on record if it is new.

    Gives what is known then; None where there is too little to learn from.
    """

    def look(conn: Connection) -> tuple[list[Page], Learned | None]:
        found = outlets.model(conn, domain)
        return list(_pages(conn, domain)), Learned.of(found[1]) if found is not None else None

    pages, former = recording.work_and_wait(look)
    if len(pages) < FEWEST:
        return former
    found = learn(domain, pages, former)
    if found is None or (former is not None and found.digest == former.digest):
        return former
    recording.tell_journal(MODEL, domain, {"digest": found.digest, "model": found.data()})
    recording.work_and_wait(lambda conn: outlets.put_model(conn, domain, found.digest, found.data(), clock.now()))
    return found


def _pages(conn: Connection, domain: str) -> Iterator[Page]:
    ids = list(articles.every(conn, outlet=domain))
    # Learning compares all with all; ids are in the order of URLs, which often carry their dates.
    step = max(1, -(-len(ids) // MOST))
    for id in ids[::step]:
        reading = _plain(conn, id)
        if reading is not None and reading.extraction is not None and reading.layout is not None:
            yield Page(
                urlkey=id,
                paragraphs=reading.extraction.paragraphs,
                layout=reading.layout,
                published=reading.extraction.published,
            )


def _plain(conn: Connection, id: UrlKey) -> Reading | None:
    """Give a reading of an article, one without a model where there is one: it still shows what a model cuts."""
    held = [each for each in readings.of_url(conn, id) if each.verdict == "article" and each.layout is not None]
    plain = [each for each in held if " + " not in each.extractor]
    return (plain or held)[-1] if held else None
