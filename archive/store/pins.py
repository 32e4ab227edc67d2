"""Pins: which extractor, with which learned model, the chain of a URL stays with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from archive.model import UrlKey
from archive.store.schema import pins
from archive.store.statements import chunks, insert_new


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A URL's extractor since ``at``; ``model`` is the digest of what was learned of its outlet, None for nothing."""

    urlkey: UrlKey
    extractor: str
    at: datetime
    model: str | None = None


def put(conn: Connection, pin: Pin) -> None:
    """Note a pin; one that is there and is as new or newer stays."""
    what = {"extractor": pin.extractor, "model": pin.model, "at": pin.at}
    conn.execute(insert_new(conn, pins), {"urlkey": pin.urlkey, **what})
    conn.execute(update(pins).where(pins.c.urlkey == pin.urlkey, pins.c.at < pin.at).values(what))


def of(conn: Connection, urlkeys: Sequence[UrlKey]) -> Mapping[UrlKey, Pin]:
    """Give the pins of URLs; one that has none is left out."""
    found: dict[UrlKey, Pin] = {}
    for some in chunks(urlkeys):
        for urlkey, extractor, model, at in conn.execute(select(pins).where(pins.c.urlkey.in_(some))):
            found[urlkey] = Pin(urlkey=urlkey, extractor=extractor, model=model, at=at)
    return found
