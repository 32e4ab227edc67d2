"""What an index query asks for: its words, read into a Query or refused. Pure.

Known words of both kinds of index server are understood on both endpoints; unknown ones are ignored, and of one that
is repeated the first counts (``filter`` and ``collapse`` excepted). An empty value is none.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeVar
from urllib.parse import parse_qsl

from archive.errors import Misuse
from archive.store.cdx_rows import Place, Span
from archive.urls import urlkey
from archive.web.cdx_fields import Dialect
from archive.web.cdx_filter import Collapse, Filter, read_collapse, read_filter

Known = TypeVar("Known")
Other = TypeVar("Other")

Match = Literal["exact", "prefix", "host", "domain"]
Order = Literal["forward", "reverse", "closest"]
Output = Literal["cdxj", "json", "text", "link"]

BLOCK = 3000
"""Captures of a block, the measure of pages: as many as clients of the public servers reckon with."""
MOST_BLOCKS = 100
MOST_HELD = 10_000
"""Lines that one answer may have to hold at a time: the last so many, or the closest of a range of keys."""
MOST_WORDS = 50
"""Filters, collapses or fields of one query."""

_LAST = "\x7f"
"""Comes after every character that a key may hold."""
_NOW = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_MATCHES: dict[str, Match] = {"exact": "exact", "prefix": "prefix", "host": "host", "domain": "domain"}
_ORDERS: dict[str, Order] = {
    "": "forward", "default": "forward", "forward": "forward", "reverse": "reverse", "closest": "closest",
}  # fmt: skip
_OUTPUTS: dict[str, Output] = {"cdxj": "cdxj", "json": "json", "text": "text", "cdx": "text", "link": "link"}
_FALSE = ("", "0", "false", "f", "off", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question to the index.

    ``url`` is as it was asked, its wildcard taken off. ``closest`` is the time to be near to where ``order`` says so.
    ``limit`` is negative for the last so many. ``fields`` are the names asked for, or none for the usual ones.
    ``page_size`` is in blocks. ``resume`` is the last place that a query before this one told.
    """

    url: str
    match: Match
    span: Span
    order: Order = "forward"
    closest: datetime | None = None
    filters: tuple[Filter, ...] = ()
    collapses: tuple[Collapse, ...] = ()
    offset: int = 0
    limit: int | None = None
    fields: tuple[str, ...] = ()
    output: Output = "cdxj"
    page: int | None = None
    page_size: int = 1
    shows_pages: bool = False
    shows_resume: bool = False
    resume: Place | None = None


def read_query(text: str, dialect: Dialect) -> Query:
    """Read the query string of a request.

    Raises Misuse, its message beginning with the name of the parameter at fault.
    """
    words, many = _words(text)
    if not words.get("url", "").strip():
        raise Misuse("url: name the URL whose captures you want, as url=https%3A%2F%2Fexample.org%2Fstory")
    url, match = _scope(words)
    order, closest = _order(words)
    query = Query(
        url=url,
        match=match,
        span=_span(url, match, words),
        order=order,
        closest=closest,
        filters=tuple(read_filter(text, dialect) for text in _few("filter", many["filter"])),
        collapses=_collapses(words, many["collapse"]),
        offset=_number(words, "offset", 0, 10**9) or 0,
        limit=_number(words, "limit", -MOST_HELD, 10**9),
        fields=_fields(words),
        output=_one_of(words, "output", _OUTPUTS, "cdxj" if dialect == "pywb" else "text"),
        page=_page(words),
        page_size=_number(words, "pageSize", 1, MOST_BLOCKS) or 1,
        shows_pages=_is_on(words, "showNumPages"),
        shows_resume=_is_on(words, "showResumeKey"),
        resume=_place(words["resumeKey"]) if words.get("resumeKey") else None,
    )
    _consistent(query)
    return query


def resume_key(place: Place) -> str:
    """Give the word by which a later query goes on behind a place; it holds nothing that a URL would encode."""
    written = json.dumps([place.urlkey, place.at, place.id], separators=(",", ":"))
    return base64.urlsafe_b64encode(written.encode()).decode("ascii").rstrip("=")


def from_digits(digits: str) -> datetime | None:
    """Give the first second that 1 to 14 digits of ``YYYYMMDDhhmmss`` may mean; None for the beginning of time.

    >>> from_digits("20240229").isoformat(), from_digits("20251").isoformat()
    ('2024-02-29T00:00:00+00:00', '2025-10-01T00:00:00+00:00')
    """
    wanted = digits.ljust(14, "0")
    last = _not_after(wanted)
    if last is None or f"{last.year:04}{last:%m%d%H%M%S}" == wanted:
        return last
    # No time comes after the last one; only a capture of its very last microsecond would be told.
    return last + timedelta(seconds=1) if last < _NOW else datetime.max.replace(tzinfo=UTC)


def to_digits(digits: str) -> datetime | None:
    """Give the last second that 1 to 14 digits may mean; None where it lies before all times.

    >>> to_digits("202402").isoformat(), to_digits("2025").isoformat()
    ('2024-02-29T23:59:59+00:00', '2025-12-31T23:59:59+00:00')
    """
    return _not_after(digits.ljust(14, "9"))


def _not_after(digits: str) -> datetime | None:
    """Give the last time whose 14 digits do not come after these, which need be no time."""
    year, *rest = int(digits[:4]), *(int(digits[at : at + 2]) for at in range(4, 14, 2))
    if year == 0:
        return None
    if rest[0] == 0:
        return None if year == 1 else datetime(year - 1, 12, 31, 23, 59, 59, tzinfo=UTC)
    if rest[0] > 12:
        return datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    if rest[1] == 0:
        first = datetime(year, rest[0], 1, tzinfo=UTC)
        return None if year == rest[0] == 1 else first - timedelta(seconds=1)
    parts = [year, rest[0]]
    for value, most in zip(rest[1:], (monthrange(year, rest[0])[1], 23, 59, 59), strict=True):
        if value > most:
            break
        parts.append(value)
    whole = [*parts, *(monthrange(year, rest[0])[1], 23, 59, 59)[len(parts) - 2 :]]
    return datetime(*whole, tzinfo=UTC)  # type: ignore[arg-type,misc]


def _words(text: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=1000)
    except ValueError as error:
        raise Misuse("the query has more than 1000 parameters; leave some out") from error
    words: dict[str, str] = {}
    many: dict[str, list[str]] = {"filter": [], "collapse": []}
    for name, value in pairs:
        if name in many and value:
            many[name].append(value)
        if value:
            words.setdefault(name, value)
    return words, many


def _scope(words: Mapping[str, str]) -> tuple[str, Match]:
    """Tell the URL and how keys match it: as matchType says, else as a wildcard at its beginning or end does."""
    url = words["url"].strip()
    match: Match | None = _one_of(words, "matchType", _MATCHES, None)
    if match in (None, "domain") and url.startswith("*."):
        return url[2:], "domain"
    if match in (None, "prefix") and url.endswith("*"):
        return url[:-1], "prefix"
    return url, match or "exact"


def _span(url: str, match: Match, words: Mapping[str, str]) -> Span:
    since = from_digits(_digits(words, "from") or _digits(words, "from_ts") or "0")
    to = _digits(words, "to")
    last = _NOW if to is None else to_digits(to)
    # The second after the last one; the last of all cannot be passed.
    until = datetime.min.replace(tzinfo=UTC) if last is None else None if last == _NOW else last + timedelta(seconds=1)
    if match == "exact":
        return Span(low=_exact_key(url, words), since=since, until=until)
    if match == "prefix":
        prefix = _prefix(url)
        return Span(low=prefix, high=prefix + _LAST, since=since, until=until)
    host = urlkey(url).partition(")")[0]
    if match == "host":
        return Span(low=f"{host})", high=f"{host}*", since=since, until=until)
    # "host)" and "host,": what lies between are hosts of other names.
    return Span(low=f"{host})", high=f"{host}-", gaps=((f"{host}*", f"{host},"),), since=since, until=until)


def _exact_key(url: str, words: Mapping[str, str]) -> str:
    method = words.get("method", "GET").upper()
    if not re.fullmatch(r"[A-Z]{1,20}", method):
        raise Misuse(f"method: {method[:40]!r} is no request method; write method=POST")
    if method == "GET":
        return urlkey(url)
    return urlkey(url, method=method, body=words.get("requestBody", "").encode("utf-8", "replace"))


def _prefix(url: str) -> str:
    """Give the beginning of the keys of all URLs that begin so; the slash or mark at its end counts."""
    if not url:
        return ""
    key = urlkey(url)
    for end in ("/", "?"):
        if url.endswith(end) and not key.endswith(end):
            return key + end
    return key


def _order(words: Mapping[str, str]) -> tuple[Order, datetime | None]:
    order: Order = _one_of(words, "sort", _ORDERS, "forward")
    digits = "" if words.get("closest") == "now" else _digits(words, "closest")
    closest = None if digits is None else from_digits(digits) if digits else _NOW
    if digits and closest is None:
        closest = datetime.min.replace(tzinfo=UTC)
    if closest is not None and ("sort" not in words or order == "closest"):
        return "closest", closest
    if order == "forward" and _is_on(words, "reverse"):
        return "reverse", None
    return "forward" if order == "closest" else order, None


def _collapses(words: Mapping[str, str], asked: Sequence[str]) -> tuple[Collapse, ...]:
    found = [read_collapse(text) for text in _few("collapse", asked)]
    digits = _number(words, "collapseTime", 1, 14)
    if digits is not None:
        found.append(Collapse((("timestamp", digits), ("status", None))))
    return tuple(found)


def _fields(words: Mapping[str, str]) -> tuple[str, ...]:
    asked = words.get("fields") or words.get("fl") or ""
    return tuple(_few("fl", [name.strip() for name in asked.split(",") if name.strip()]))


def _few(name: str, asked: Sequence[str]) -> Sequence[str]:
    if len(asked) > MOST_WORDS:
        raise Misuse(f"{name}: {len(asked)} are too many; give {MOST_WORDS} at most")
    return asked


def _page(words: Mapping[str, str]) -> int | None:
    page = _number(words, "page", -(10**9), 10**9)
    return page if page is not None and page >= 0 else None  # a negative one means no pages to both servers


def _number(words: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    text = words.get(name, "").strip()
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,18}", text) or not least <= int(text) <= most:
        raise Misuse(f"{name}: {text[:40]!r} is not a number from {least} to {most}")
    return int(text)


def _digits(words: Mapping[str, str], name: str) -> str | None:
    text = words.get(name, "").strip()
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,14}", text):
        raise Misuse(f"{name}: {text[:40]!r} is no time; write 1 to 14 digits of YYYYMMDDhhmmss")
    return text


def _one_of(words: Mapping[str, str], name: str, known: Mapping[str, Known], usual: Other) -> Known | Other:
    text = words.get(name, "").strip()
    if not text:
        return usual
    if text not in known:
        raise Misuse(f"{name}: {text[:40]!r} is not known here; write one of {', '.join(filter(None, known))}")
    return known[text]


def _is_on(words: Mapping[str, str], name: str) -> bool:
    return words.get(name, "").strip().lower() not in _FALSE


def _place(text: str) -> Place:
    try:
        urlkey, at, id = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except (ValueError, TypeError, RecursionError, binascii.Error):
        urlkey = at = id = None
    if not (isinstance(urlkey, str) and isinstance(id, str) and type(at) is int and abs(at) < 2**60):
        raise Misuse(f"resumeKey: {text[:40]!r} is none that was given here; begin again without it")
    return Place(urlkey=urlkey, at=at, id=id)


def _consistent(query: Query) -> None:
    if query.limit == 0:
        raise Misuse("limit: 0 asks for nothing; leave it out, or give the number of lines you want")
    if query.order == "closest":
        if (query.limit or 0) < 0:
            raise Misuse("limit: the last of sort=closest are the farthest; give a positive number")
        if query.resume is not None:
            raise Misuse("resumeKey: lines sorted by closeness cannot be resumed; raise limit, or leave closest out")
    if query.order == "closest" and (query.match != "exact" or query.collapses):
        wanted = query.offset + (query.limit or 0)
        if wanted > MOST_HELD:
            raise Misuse(f"limit: {MOST_HELD} lines of several URLs at most are sorted by closeness; ask for fewer")
    if (query.limit or 0) < 0 and query.offset - (query.limit or 0) > MOST_HELD:
        raise Misuse(f"limit: the last {MOST_HELD} lines at most are told; ask for fewer, or use sort=reverse")
    if query.output == "link" and query.match != "exact":
        raise Misuse("output: a list of links is of one URL; leave matchType and wildcards out")
