"""An item as a feed, a sitemap or a page shows it, and what their readers share: text, instants, addresses. Pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from urllib.parse import urljoin

from archive.urls import LONGEST

ITEMS = 50_000
"""Items, links or requisites taken from one document: what the sitemap protocol allows one file."""
TITLE = 1_000
"""Characters of a title or of a link's words that are kept."""
BODY = 32 * 1024 * 1024
"""Bytes of a document that are read; podcasts' feeds reach 20 MB."""

_BLANKS = " \t\r\n\f\v\0"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WEB = re.compile(r"https?://[^/?#\\\s]", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://[^/?#\\\s]+", re.IGNORECASE)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = ((b"<\0?\0", "utf-16-le"), (b"<\0!\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"), (b"\0<\0!", "utf-16-be"))
_TEXT_CODEC = re.compile(
    r"utf-(?:8|16|32)(?:-[bl]e)?|ascii|iso8859-\d+|cp\d+|koi8-[rut]|kz1048|ptcp154|mac-\w+|tis-620|shift_jis\w*|euc_\w+"
    r"|gb\w+|big5\w*|iso2022_\w+|hz|johab"
)
"""Codecs of real pages; Python's other codecs decode no page, and some take quadratic time."""
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
"""What publishers mean by a name (WHATWG Encoding, section 4.2)."""

_ISO = re.compile(
    r"(\d{4})-(\d\d)(?:-(\d\d)(?:(?:T|\s+)(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})?)?", re.IGNORECASE)
_DAY_FIRST = re.compile(
    r"(?:[^\W\d_]+[.,]*\s+)?(\d{1,2})[.\s/-]+(?:de\s+)?(\d{1,2}|[^\W\d_]{3,})[.,]*[\s/-]*(?:de\s+)?(\d{4})"
    r"(?:[,\s]+(?:um\s+|à\s+|в\s+)?(\d{1,2}):(\d\d)(?::(\d\d))?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan янв ene січ", "feb фев fév lut лют", "mar мар mär бер", "apr апр avr abr kwi кві",
            "may май мая mai maj", "jun июн juin giu чер", "jul июл juil lug лип", "aug авг aoû ago sie сер",
            "sep сен set wrz вер", "oct окт okt ott out жов", "nov ноя лис", "dec дек dez déc dic gru гру",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip


Join = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing a feed or sitemap lists, or one feed a page names.

    ``url`` is absolute, http or https, and else as written. ``dated`` and ``lastmod`` are None where nothing
    readable was shown; a day without an hour is its midnight, a time without a zone is taken for UTC.
    """

    url: str
    title: str | None = None
    dated: datetime | None = None
    lastmod: datetime | None = None


def decoded(body: bytes, *declared: str | None) -> str:
    """Give a document's text: by its byte order mark, else the first declared charset that fits, else UTF-8.

    What fits none is read with replacements: as the first charset known, or as windows-1252. No NUL is given out.
    """
    for mark, name in (*_BOMS, *_UNMARKED):
        if body.startswith(mark):
            return body.decode(name, "replace").removeprefix("\ufeff").replace("\0", "")
    known = [name for name in map(_codec, declared) if name is not None]
    for name in (*known, "utf-8"):
        text = _strictly(body, name)
        if text is not None:
            return text.replace("\0", "")
    return body.decode(known[0] if known else "cp1252", "replace").replace("\0", "")


_HALF = re.compile(
    r"&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}(?![0-9a-fA-F])"
    r"|0*(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3])(?!\d));?"
)


def whole(text: str) -> str:
    """Put U+FFFD for references to half a character, as browsers do: emoji were written so, and parsers trip on it."""
    return _HALF.sub("\ufffd", text)


_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_SHIFTING = re.compile(r"iso-?2022|hz|utf-?(?:16|32)", re.IGNORECASE)
"""Charsets whose bytes are valid UTF-8 and yet mean something else."""
_PROLOGUE = re.compile(r"(?:\s|<\?[^>]*+>|<!--.*?-->|<!DOCTYPE(?:[^\[>]|\[[^\]]*+\])*+>)*+", re.DOTALL | re.IGNORECASE)


def xml_text(body: bytes, mime: str | None) -> str:
    """Decode XML: what is valid UTF-8 is UTF-8, since servers' defaults for XML are wrong more often than not."""
    found = _DECLARED.match(body)
    names = [charset_of(mime), found[1].decode("ascii") if found else None]
    first = [name for name in names if name and _SHIFTING.match(name)]
    return whole(decoded(body, *first, "utf-8", *names))


def after_prologue(text: str) -> int:
    """Give the place where the root should stand. What is parsed from there has no document type and no entities."""
    found = _PROLOGUE.match(text)
    return found.end() if found else 0


def charset_of(mime: str | None) -> str | None:
    """Give the charset a Content-Type names."""
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", mime or "", re.IGNORECASE)
    return found[1] if found else None


def _codec(name: str | None) -> str | None:
    try:
        found = codecs.lookup((name or "").strip(" \"'")).name
    except (LookupError, ValueError):
        return None
    return _WIDER.get(found, found) if _TEXT_CODEC.fullmatch(found) else None


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError as wrong:
        # A body cut short may end inside a character.
        return body.decode(name, "replace") if wrong.start >= len(body) - 3 else None


def instant(text: str | None) -> datetime | None:
    """Give the instant a date means, aware and in UTC, or None for what is none.

    Reads RFC 3339, W3C dates, RFC 822 with its old zones and short years, asctime, and days written first with
    the month's number or its name in common languages. Never asks the clock.
    """
    text = (text or "")[:100].strip(_BLANKS)
    if not text:
        return None
    try:
        found = _ISO.match(text) or _COMPACT.fullmatch(text)
        if found:
            return _utc(found[1], found[2], *found.groups()[2:])
        old = parsedate_tz(text)
        if old is not None:
            zone = timezone(timedelta(seconds=old[9] or 0))
            return datetime(*old[:5], min(old[5], 59), tzinfo=zone).astimezone(UTC)
        found = _DAY_FIRST.match(text)
        if found:
            month = found[2] if found[2].isdecimal() else str(_month(found[2].lower()))
            return _utc(found[3], month, found[1], *found.groups()[3:])
    except (ValueError, OverflowError, TypeError, IndexError):
        pass  # a thirteenth month, a zone of 99 hours, a year 0
    return None


def _month(name: str) -> int:
    return _MONTHS.get(name[:4]) or _MONTHS.get(name[:3], 0)


def _utc(
    year: str,
    month: str,
    day: str | None = None,
    hour: str | None = None,
    minute: str | None = None,
    second: str | None = None,
    zone: str | None = None,
) -> datetime:
    offset = timedelta()
    if zone and zone[0] in "+-":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (-1 if zone[0] == "-" else 1)
    seconds = min(int(second or 0), 59)  # a leap second
    made = datetime(int(year), int(month), int(day or 1), int(hour or 0), int(minute or 0), seconds, tzinfo=UTC)
    return made - offset


def words(text: str | None) -> str | None:
    """Give text with its blanks made single and its length bounded, or None for nothing.

    Halves of characters (JSON may name them) become question marks: no file and no database takes them.
    """
    bounded = (text or "")[: 4 * TITLE].encode("utf-8", "replace").decode()
    return " ".join(bounded.split())[:TITLE] or None


def joiner(base: str) -> Join:
    """Give a function that makes a link of a document absolute, or gives None: empty, no web address, or over-long.

    As a browser does (RFC 3986, section 5), but for the common cases without taking the base apart each time.
    """
    base = base.strip(_BLANKS)
    found = _ORIGIN.match(base)
    origin = found[0] if found else ""

    def absolute(href: str) -> str | None:
        text = href.strip(_BLANKS)
        if "\n" in text or "\r" in text or "\t" in text:
            text = re.sub(r"[\t\r\n]", "", text)
        if not _WEB.match(text):
            if not text or not origin or _SCHEME.match(text):
                return None
            text = _joined(base, origin, text)
            if not _WEB.match(text):
                return None
        return text if len(text) <= LONGEST else None

    return absolute


def _joined(base: str, origin: str, text: str) -> str:
    if text.startswith("/") and not text.startswith("//") and "/." not in text:
        return origin + text
    try:
        return urljoin(base, text)
    except ValueError:  # brackets that hold no IPv6 address
        return ""
