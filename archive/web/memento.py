"""Memento (RFC 7089) as text: the time a client asks for, the links of an answer, TimeMaps in three forms. Pure.

URI-R any URL; URI-G, URI-T and URI-M are made in ``addresses``. In a link or a header every address is plain ASCII
(RFC 3986), whatever the URL at its end holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal, get_args
from urllib.parse import quote

from archive.model import Capture, RecordId
from archive.store.memento_rows import Around, Memento, Page
from archive.web import addresses
from archive.web.addresses import Roots

Form = Literal["link", "json", "cdxj"]
FORMS: tuple[Form, ...] = get_args(Form)

LINK_FORMAT = "application/link-format"
MEDIA_TYPES: dict[Form, str] = {
    "link": LINK_FORMAT,
    "json": "application/json",
    "cdxj": "application/cdxj+ors",
}

PAGE = 5000
"""Mementos in one TimeMap; a URL with more has several, each linking to the others (RFC 7089, section 5.1.1)."""

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
# RFC 7089, section 2.1.1: this form alone, where RFC 9110 lets HTTP dates have two more.
_ACCEPT = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) (" + "|".join(_MONTHS) + r") ([0-9]{4})"
    r" ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT"
)
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_URI = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a TimeMap is of: a URL as it was asked for, its pages, and which of them is given, counted from 1."""

    url: str
    pages: Sequence[Page]
    number: int = 1

    @property
    def page(self) -> Page:
        return self.pages[self.number - 1]


def accepted(written: str) -> datetime | None:
    """Read an ``Accept-Datetime`` (RFC 7089, section 2.1.1); None where it is malformed or no time there is.

    The name of the day is not held against the date. Second 60 is the one before the next minute (RFC 9110, 5.6.7).

    >>> accepted("Thu, 31 May 2007 20:35:00 GMT")
    datetime.datetime(2007, 5, 31, 20, 35, tzinfo=datetime.timezone.utc)
    """
    found = _ACCEPT.fullmatch(written.strip(" \t"))
    if found is None:
        return None
    day, month, year, hour, minute, second = found.groups()
    leap = second == "60"
    try:
        at = datetime(
            int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), 59 if leap else int(second),
            tzinfo=UTC,
        )  # fmt: skip
        return at + timedelta(seconds=1) if leap else at
    except (ValueError, OverflowError):
        return None


def http_date(at: datetime) -> str:
    """Give a time as ``Memento-Datetime`` and links have it (RFC 1123, GMT), its fraction cut off."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


def uri(written: str) -> str:
    """Give an address as a URI (RFC 3986): what may not stand in one, such as ``>``, is percent-encoded as UTF-8.

    A backslash before the query is the slash that browsers take it for (WHATWG URL, 4.4).
    """
    if _URI.fullmatch(written):
        return written
    path, mark, query = written.partition("?")
    whole = _BARE_PERCENT.sub("%25", path.replace("\\", "/") + mark + query)
    return quote(whole, safe="-._~:/?#[]@!$&'()*+,;=%", errors="replace")


def uri_m(roots: Roots, memento: Memento) -> str:
    """Give the address of a memento, as a URI."""
    slot = addresses.stamp(memento.at) if memento.first else quote(memento.id, safe=":-._~")
    return uri(f"{roots.replay}/{slot}/{memento.url}")


def uri_t(roots: Roots, url: str, form: Form = "link", number: int = 1) -> str:
    """Give the address of a TimeMap, as a URI; the second page and those after it say their number."""
    return uri(addresses.timemap(roots, url if number == 1 else f"{number}/{url}", form))


# ------------------------------------------------------------------------------------------------------- Link headers


def link_header(roots: Roots, capture: Capture, first: bool, around: Around) -> str:
    """Give the ``Link`` of a memento (RFC 7089, section 2.2): original, timegate, timemap, and the mementos around it.

    ``first`` is ``around.is_first``.
    """
    here = Memento(id=capture.id, url=capture.url, at=capture.at, first=first)
    gate = _link(uri(addresses.timegate(roots, capture.url)), "timegate")
    return ", ".join((original(capture.url), gate, timemap(roots, capture.url), *_mementos(roots, here, around)))


def timegate_links(roots: Roots, url: str, chosen: Memento, around: Around) -> str:
    """Give the ``Link`` of a TimeGate's answer (RFC 7089, section 4.2.1): the URL asked for, and the mementos."""
    return ", ".join((original(url), timemap(roots, url), *_mementos(roots, chosen, around)))


def original(url: str) -> str:
    """Give the link to the page itself, as it is on the web."""
    return _link(uri(url), "original")


def timemap(roots: Roots, url: str) -> str:
    """Give the link to the list of mementos."""
    return f'{_link(uri_t(roots, url), "timemap")}; type="{LINK_FORMAT}"'


def _mementos(roots: Roots, here: Memento, around: Around) -> Iterator[str]:
    """Give a link a memento, oldest first, with all it is: ``rel="first prev memento"``."""
    relations: dict[tuple[datetime, RecordId], tuple[Memento, list[str]]] = {}
    named = (
        ("first", around.first),
        ("prev", around.previous),
        ("", here),
        ("next", around.next),
        ("last", around.last),
    )
    for relation, memento in named:
        if memento is not None:
            relations.setdefault((memento.at, memento.id), (memento, []))[1].append(relation)
    for memento, words in relations.values():
        yield _memento_link(roots, memento, *words)


def _memento_link(roots: Roots, memento: Memento, *relations: str) -> str:
    rel = " ".join((*filter(None, relations), "memento"))
    return f'{_link(uri_m(roots, memento), rel)}; datetime="{http_date(memento.at)}"'


def _link(address: str, rel: str) -> str:
    return f'<{address}>; rel="{rel}"'


# ----------------------------------------------------------------------------------------------------------- TimeMaps


def written(form: Form, roots: Roots, listed: Listed, mementos: Iterable[Memento]) -> Iterator[str]:
    """Give a TimeMap piece by piece; ``mementos`` are those of the page, in order."""
    match form:
        case "link":
            return as_links(roots, listed, mementos)
        case "json":
            return as_json(roots, listed, mementos)
        case "cdxj":
            return as_cdxj(roots, listed, mementos)


def as_links(roots: Roots, listed: Listed, mementos: Iterable[Memento]) -> Iterator[str]:
    """Give a TimeMap in link-format (RFC 7089, section 5; RFC 6690): one link a line."""
    yield original(listed.url)
    yield f",\n{_timemap_link(roots, listed, listed.number, 'self')}"
    for number in range(1, len(listed.pages) + 1):
        if number != listed.number:
            yield f",\n{_timemap_link(roots, listed, number, 'timemap')}"
    yield f",\n{_link(uri(addresses.timegate(roots, listed.url)), 'timegate')}"
    for memento in mementos:
        yield f",\n{_memento_link(roots, memento, *_ends(listed, memento))}"
    yield "\n"


def _timemap_link(roots: Roots, listed: Listed, number: int, rel: str) -> str:
    page = listed.pages[number - 1]
    span = f'from="{http_date(page.since)}"; until="{http_date(page.until)}"'
    return f'{_link(uri_t(roots, listed.url, "link", number), rel)}; type="{LINK_FORMAT}"; {span}'


def as_json(roots: Roots, listed: Listed, mementos: Iterable[Memento]) -> Iterator[str]:
    """Give a TimeMap as JSON, with the names that MemGator writes; ``first`` and ``last`` are those of this page."""
    yield "{"
    for name, value in _about(roots, listed, "json").items():
        yield f"{json.dumps(name)}: {json.dumps(value)},\n"
    yield '"mementos": {"list": ['
    ends: list[Memento] = []
    for memento in mementos:
        yield f"{',' if ends else ''}\n{json.dumps(_in_json(roots, memento))}"
        ends[1:] = [memento]
    if ends:
        first, last = (json.dumps(_in_json(roots, end)) for end in (ends[0], ends[-1]))
        yield f'\n],\n"first": {first},\n"last": {last}}}}}\n'
    else:
        yield "]}}\n"


def as_cdxj(roots: Roots, listed: Listed, mementos: Iterable[Memento]) -> Iterator[str]:
    """Give a TimeMap as CDXJ (ORS): lines about it that begin with ``!``, then one a memento."""
    about = _about(roots, listed, "cdxj")
    yield '!context ["http://oduwsdl.github.io/contexts/memento"]\n'
    yield f"!id {json.dumps({'uri': about.pop('self')})}\n"
    yield '!keys ["memento_datetime_YYYYMMDDhhmmss"]\n'
    for name, value in about.items():
        yield f"!meta {json.dumps({name: value})}\n"
    for memento in mementos:
        told = {
            "uri": uri_m(roots, memento),
            "rel": " ".join((*_ends(listed, memento), "memento")),
            "datetime": http_date(memento.at),
        }
        yield f"{addresses.stamp(memento.at)} {json.dumps(told)}\n"


def _about(roots: Roots, listed: Listed, form: Form) -> dict[str, object]:
    told: dict[str, object] = {
        "original_uri": uri(listed.url),
        "self": uri_t(roots, listed.url, form, listed.number),
        "timegate_uri": uri(addresses.timegate(roots, listed.url)),
        "timemap_uri": {f"{other}_format": uri_t(roots, listed.url, other) for other in FORMS},
    }
    if len(listed.pages) > 1:
        told["pages"] = [uri_t(roots, listed.url, form, number) for number in range(1, len(listed.pages) + 1)]
    return told


def _in_json(roots: Roots, memento: Memento) -> dict[str, str]:
    return {"datetime": f"{memento.at.year:04}-{memento.at:%m-%dT%H:%M:%SZ}", "uri": uri_m(roots, memento)}


def _ends(listed: Listed, memento: Memento) -> Iterator[str]:
    """Say whether a memento is the first or the last there is, not only on its page."""
    first, last = listed.pages[0], listed.pages[-1]
    if (memento.at, memento.id) == (first.since, first.since_id):
        yield "first"
    if (memento.at, memento.id) == (last.until, last.until_id):
        yield "last"
