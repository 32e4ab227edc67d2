"""How a setting's value is read, from TOML or from the text after ``--set table.key=``; also that of a site file.

A reader takes what stands there and gives the typed value, or raises ValueError; ``expected`` then completes
the sentence "... is not ...". Below the readers: TOML as text, where a key stands in it, how a value is written.
"""

from __future__ import annotations

import difflib
import math
import os
import re
import tomllib
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from archive import daytimes
from archive.daytimes import Hours
from archive.errors import Misuse
from archive.model import Url
from archive.urls import fetchable, neighbour

Range = IPv4Network | IPv6Network

_BYTES: Mapping[str, float] = {
    "": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
}  # fmt: skip
_SECONDS: Mapping[str, float] = {"": 1, "ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}", re.ASCII)
_CONTACT = re.compile(r"""(https?://[^\s()<>"\\]+|[^\s()<>"\\@]+@[^\s()<>"\\@]+)""")
_HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")
_BARE_HOST = re.compile(r"[^/\\?#@:\[\]*]+|\[[^/\\?#@\[\]]+\]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_CREDENTIALS = re.compile(r"(?<=//)[^/?#@\s]*@")
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of value: how it is read, and how it is named to a person."""

    read: Callable[[object], object]
    expected: str


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.strip().isprintable():
        raise ValueError("it must be text")
    return value.strip()


def _amount(value: object, units: Mapping[str, float]) -> float:
    said = str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else _text(value)
    match = _AMOUNT.fullmatch(said)
    if match is None or match[2].lower() not in units:
        raise ValueError(f"the units are {', '.join(unit for unit in units if unit)}")
    amount = float(match[1]) * units[match[2].lower()]
    if not math.isfinite(amount):
        raise ValueError("it is too large")
    return amount


def _size(value: object) -> int:
    return round(_amount(value, _BYTES))


def _duration(value: object) -> timedelta:
    try:
        return timedelta(seconds=_amount(value, _SECONDS))
    except OverflowError as cause:
        raise ValueError("it is too long") from cause


def _some_size(value: object) -> int:
    if not (read := _size(value)):
        raise ValueError("it must be above 0")
    return read


def _some_duration(value: object) -> timedelta:
    if not (read := _duration(value)):
        raise ValueError("it must be above 0")
    return read


def _items(value: object) -> Sequence[object]:
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    if isinstance(value, list):
        return value
    raise ValueError("it must be a list")


def _networks(value: object) -> tuple[Range, ...]:
    return tuple(ip_network(_text(item)) for item in _items(value))


def _pairs(value: object) -> Sequence[tuple[str, object]]:
    if isinstance(value, dict):
        return list(value.items())
    pairs: list[tuple[str, object]] = []
    for item in _items(value):
        host, equals, to = _text(item).partition("=")
        if not equals:
            raise ValueError(f"{item!r} has no =")
        pairs.append((host, to))
    return pairs


def _addresses(value: object) -> dict[str, tuple[str, int]]:
    read: dict[str, tuple[str, int]] = {}
    for said, to in _pairs(value):
        host, _, port = said.strip().lower().partition("]" if said.startswith("[") else ":")
        name = f"{host}]" if said.startswith("[") else host
        port = port.removeprefix(":")
        if not _HOST.fullmatch(name) or (port and not _is_port(port)):
            raise ValueError(f"{said!r} is not a host, nor a host and port")
        address, _, at = _text(to).rpartition(":")
        if not _is_port(at):
            raise ValueError(f"{to!r} does not end in a port")
        read[f"{name}:{int(port)}" if port else name] = (str(ip_address(address.strip("[]"))), int(at))
    return read


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) < 65536


def _label(value: object) -> str:
    return _matching(_LABEL, value)


def _contact(value: object) -> str:
    said = _matching(_CONTACT, value)
    if not said.isascii():
        raise ValueError("a header field cannot carry it")
    return said


def _matching(pattern: re.Pattern[str], value: object) -> str:
    said = _text(value)
    if not pattern.fullmatch(said):
        raise ValueError("it has another form")
    return said


def _database(value: object) -> str:
    said = _text(value)
    path = said.removeprefix("sqlite:///")
    if path == said or not path or path.startswith(":") or "?" in path:
        raise ValueError("other databases come later")
    return said


def _folder(value: object) -> str:
    said = _text(value)
    if "://" in said:
        raise ValueError("object stores come later")
    return said


def _proxy(value: object) -> str:
    said = _text(value)
    parts = urlsplit(said)
    if parts.scheme != "http" or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.port == 0:
        raise ValueError("it has another form")
    return said.rstrip("/")


def _one_of(*words: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in words:
            raise ValueError("it is neither" if len(words) == 2 else "it is none of them")
        return str(value)

    return read


def _count(value: object) -> int:
    said = str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)
    if not re.fullmatch(r"[0-9]{1,12}", said):
        raise ValueError("it must be a whole number of at most 12 digits")
    return int(said)


def _some_count(value: object) -> int:
    if not (read := _count(value)):
        raise ValueError("it must be above 0")
    return read


def _workers(value: object) -> int:
    return usable_cpus(at_most=4) if value == "auto" else _count(value)


def _share(value: object) -> float:
    said = str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else _text(value)
    if not re.fullmatch(r"[0-9]+(?:\.[0-9]+)?(?:e-[0-9]{1,3})?", said) or float(said) > 1:
        raise ValueError("it must be from 0 to 1")
    return float(said)


def _hosts(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_host(item) for item in _items(value)))


def _host(value: object) -> str:
    said = _text(value).rstrip(".")
    said = f"[{said}]" if said.count(":") > 1 and not said.startswith("[") else said
    try:
        name = neighbour(f"http://{said}/") if _BARE_HOST.fullmatch(said) else ""
    except Misuse:
        name = ""
    if not name or not re.fullmatch(r"[a-z0-9._:-]+", name):
        raise ValueError(f"{value!r} is no host name; a port, a path or a * does not belong here")
    return name


def _url(value: object) -> Url:
    said = _text(value)
    if _CREDENTIALS.search(said.partition("?")[0]):
        raise ValueError("it holds a user name or password, which would go on record; let a session file carry them")
    try:
        return fetchable(said)
    except Misuse as cause:
        raise ValueError(str(cause)) from cause


def _listed(value: object) -> Sequence[object]:
    # Unlike _items: patterns and URLs may hold commas.
    return [value] if isinstance(value, str) else _items(value)


def _urls(value: object) -> tuple[Url, ...]:
    return tuple(dict.fromkeys(_url(item) for item in _listed(value)))


def _prefixes(value: object) -> tuple[Url, ...]:
    read = _urls(value)
    for url in read:
        if "?" in url:
            raise ValueError(f"{url} has a query; leave it out, or write a pattern in include")
    return read


def _patterns(value: object) -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(item) for item in _listed(value))


def _pattern(value: object) -> re.Pattern[str]:
    said = _text(value)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # re warns of what will mean something else one day
            pattern = re.compile(said)
    except (re.error, OverflowError, RecursionError, Warning) as cause:
        raise ValueError(f"{said!r}: {cause}") from cause
    if pattern.search(""):
        raise ValueError(f"{said!r} matches every URL")
    return pattern


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    said = _text(value)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said):
        raise ValueError("it has another form")
    return date.fromisoformat(said)


def _words(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("it must be text")
    said = " ".join(value.split())
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in said):
        raise ValueError("it holds control characters")
    return said


def _tags(value: object) -> tuple[str, ...]:
    read = tuple(dict.fromkeys(_words(item) for item in _items(value)))
    for tag in read:
        if "," in tag or len(tag) > 40:
            raise ValueError(f"{tag!r} has a comma, or more than 40 letters")
    return read


def _language(value: object) -> str:
    return _matching(_LANGUAGE, value)


def _egress(value: object) -> str:
    said = _proxy(value)
    if "@" in said:
        raise ValueError("its password would go on record; let network.proxy of variorum.toml carry it")
    return said


def _path(value: object) -> Path:
    try:
        return Path(_text(value)).expanduser()
    except RuntimeError as cause:
        raise ValueError("that user has no home folder") from cause


def _port(value: object) -> int:
    said = _count(value)
    if said > 65535:
        raise ValueError("there is no such port")
    return said


def _listening(value: object) -> str:
    said = _text(value)
    return said if said == "localhost" else str(ip_address(said.strip("[]")))


def _origin(value: object) -> str:
    said = _text(value).rstrip("/")
    parts = urlsplit(said)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.username:
        raise ValueError("it has another form")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _time_of_day(value: object) -> time:
    return daytimes.time_of_day(value.isoformat() if isinstance(value, time) else _text(value))


def _nightly(value: object) -> tuple[time, ...]:
    if value == "never":
        return ()
    read = tuple(sorted({_time_of_day(item) for item in ([value] if isinstance(value, time) else _items(value))}))
    if not read:
        raise ValueError('an empty list says nothing; write "never"')
    return read


def _hours(value: object) -> tuple[Hours, ...]:
    return tuple(dict.fromkeys(daytimes.hours(_text(item)) for item in _items(value)))


def _pace(value: object) -> timedelta:
    if (read := _duration(value)) < _MINUTE:
        raise ValueError("it is shorter than a minute")
    return read


def _budget(value: object) -> int | None:
    return None if value == "auto" else _count(value)


def usable_cpus(at_most: int) -> int:
    """Count the CPUs this process may run on, up to a limit."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, at_most)


contact = Reader(_contact, "an e-mail address or a web page, such as you@example.org")
label = Reader(_label, "a label of at most 40 letters, digits and hyphens, such as press")
database = Reader(_database, "an SQLite file, such as sqlite:///variorum.db")
folder = Reader(_folder, "a folder, such as warcs")
size = Reader(_some_size, "a size above 0, such as 1GB, 512MiB or a number of bytes")
size_or_nothing = Reader(_size, "a size, such as 1GB, 512MiB or 0")
duration = Reader(_some_duration, "a duration above 0, such as 90s, 15m, 24h or 7d")
duration_or_nothing = Reader(_duration, "a duration, such as 90s, 15m or 0")
networks = Reader(_networks, "a list of address ranges, such as 127.0.0.0/8,::1/128")
addresses = Reader(_addresses, "a map of hosts to addresses and ports, such as a.test=127.0.0.1:8080")
proxy = Reader(_proxy, "a proxy, such as http://proxy.example:3128")
verify = Reader(_one_of("record", "require"), "either record or require")
requisites = Reader(_one_of("none", "page", "all"), "none, page or all")
cite = Reader(_one_of("media", "all", "none"), "media, all or none")
robots = Reader(_one_of("obey", "ignore"), "either obey or ignore")
count = Reader(_some_count, "a number above 0, such as 2000")
count_or_nothing = Reader(_count, "a number, such as 50 or 0")
workers = Reader(_workers, 'a number, such as 2 or 0, or "auto"')
share = Reader(_share, "a share from 0 to 1, such as 0.02")
hosts = Reader(_hosts, "a list of host names, such as blog.example,www.blog.example")
url = Reader(_url, "a web address, such as https://blog.example/")
urls = Reader(_urls, 'a list of web addresses, such as ["https://blog.example/feed"]')
prefixes = Reader(_prefixes, 'a list of web addresses without a query, such as ["https://blog.example/news/"]')
patterns = Reader(_patterns, "a list of regular expressions, such as ['/20[0-9][0-9]/']")
day = Reader(_date, "a date, such as 2026-01-31")
words = Reader(_words, "text of one character or more")
tags = Reader(_tags, 'a list of words, such as ["press", "caucasus"]')
language = Reader(_language, "a language tag, such as en or pt-BR")
egress = Reader(_egress, "a proxy without a password, such as http://proxy.example:3128")
zone = Reader(lambda value: daytimes.zone(_text(value)), "a time zone, such as Europe/Lisbon or UTC")
nightly = Reader(_nightly, 'a time of day, such as "04:10", a list of them, or "never"')
hours = Reader(_hours, 'a list of hours, such as ["23:00-05:00"]')
pace = Reader(_pace, "a duration of a minute or more, such as 15m or 1h")
catch_up = Reader(_one_of("once", "skip"), "either once or skip")
budget = Reader(_budget, 'a number, such as 800 or 0, or "auto"')
port = Reader(_port, "a port from 1 to 65535, such as 8080; 0 takes any that is free")
listening = Reader(_listening, "an address to listen at, such as 127.0.0.1, ::1 or 0.0.0.0")
origin = Reader(_origin, "an address without a path, such as https://archive.example")
capture_on_request = Reader(_one_of("auto", "yes", "no"), "auto, yes or no")
yes_or_no = Reader(_one_of("yes", "no"), "yes or no")
path = Reader(_path, "the path of a file, such as ~/sessions/blog.toml")


# ---- the keys of a file


def read(key: str, value: object, reader: Reader, where: str) -> object:
    """Read one value; raises Misuse that says where it stands, passwords in URLs left out."""
    try:
        return reader.read(value)
    except ValueError as cause:
        said = _CREDENTIALS.sub("...@", f"{key} = {value!r} is not {reader.expected} ({cause})")
        raise Misuse(f"{where}: {said}") from cause


def nearest(key: str, known: Iterable[str]) -> str:
    """Give the words that help someone who wrote a key that is not known."""
    names = list(known)
    tail = key.rpartition(".")[2]
    if tail != key and tail in names:
        return f"did you mean {tail}? It stands above all tables"
    tails = {name.rpartition(".")[2]: name for name in names}
    if tail in tails:
        return f"did you mean {tails[tail]}?"
    close = difflib.get_close_matches(key, names, 1) or [
        tails[near] for near in difflib.get_close_matches(tail, tails, 1)
    ]
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}"


# ---- TOML as text


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A key with its value, or the header of a table, in a TOML text.

    ``name`` is the whole name, tables included. It stands in ``text[start:stop]``, from ``line`` (from 1) on; a
    comment may follow, and ``end`` is behind its last line.
    """

    name: tuple[str, ...]
    is_header: bool
    line: int
    start: int
    stop: int
    end: int


_TOKEN = re.compile(
    r"""(?P<string>\"""(?:[^\\]|\\.)*?"{3,5}|'''.*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
    r"""|(?P<comment>\#[^\n]*)|(?P<newline>\n)|(?P<open>[\[{])|(?P<close>[\]}])|[^"'\#\n\[\]{}]+""",
    re.DOTALL,
)
_KEY = re.compile(r"""(?:[^"'=]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')+(?==)""")


def document(file: Path, text: str | None = None) -> tuple[str, Mapping[str, object]]:
    """Read a TOML file as text, without byte order mark and with the line ends it has, and as what it says.

    ``text`` is what it says where that was read before. Raises FileNotFoundError when there is none, Misuse when it
    cannot be read or is no TOML.
    """
    try:
        if text is None:
            text = file.read_bytes().decode("utf-8-sig")
        return text, tomllib.loads(text)
    except FileNotFoundError:
        raise
    except OSError as cause:
        raise Misuse(f"{file} cannot be read: {cause.strerror}") from cause
    except UnicodeDecodeError as cause:
        raise Misuse(f"{file} is not UTF-8 text (byte {cause.start}); save it as UTF-8") from cause
    except (ValueError, RecursionError) as cause:  # also numbers of more digits than Python reads
        raise Misuse(f"{file} is not TOML: {cause}; text needs quotation marks, comments begin with #") from cause


def statements(text: str) -> Iterator[Statement]:
    """Give what a TOML text says, in its order; the text must be valid (TOML 1.0)."""
    table: tuple[str, ...] = ()
    depth, start, stop, line = 0, 0, 0, 1
    for token in _TOKEN.finditer(f"{text}\n"):
        depth += {"open": 1, "close": -1}.get(token.lastgroup or "", 0)
        if token.lastgroup == "newline" and not depth:
            end = min(token.end(), len(text))
            if said := text[start:stop].strip():
                is_header = said.startswith("[")
                own = _name(said.strip("[]") if is_header else said)
                name = own if is_header else table + own
                table = own if is_header else table
                yield Statement(name=name, is_header=is_header, line=line, start=start, stop=stop, end=end)
            line += text.count("\n", start, end)
            start = stop = end
        elif token.lastgroup not in ("comment", "newline") and token[0].strip():
            stop = token.start() + len(token[0].rstrip())


def _name(said: str) -> tuple[str, ...]:
    key = _KEY.match(f"{said}=")
    assert key is not None
    inner: object = tomllib.loads(f"{key[0]}=0")
    names: list[str] = []
    while isinstance(inner, dict):
        [(name, inner)] = inner.items()
        names.append(name)
    return tuple(names)


def line_of(text: str, key: str) -> int:
    """Give the line (from 1) where a key, its tables before it with dots, stands in a valid TOML text; else 1."""
    for each in statements(text):
        name = ".".join(each.name)
        if f"{name}.".startswith(f"{key}.") or (not each.is_header and key.startswith(f"{name}.")):
            return each.line
    return 1


def written(value: str | int | Sequence[str]) -> str:
    """Write a value as TOML on one line; what cannot be seen is written as an escape, half a character as U+FFFD."""
    if isinstance(value, str):
        return f'"{"".join(map(_escaped, value))}"'
    return str(value) if isinstance(value, int) else f"[{', '.join(map(written, value))}]"


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter.isprintable() or letter in "\u200c\u200d":  # these two are part of how some languages are spelt
        return letter
    return "\ufffd" if unicodedata.category(letter) == "Cs" else f"\\U{ord(letter):08x}"
