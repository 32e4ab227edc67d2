"""How a setting's value is read, from TOML or from the text after ``--set table.key=``.

A reader takes what stands there and gives the typed value, or raises ValueError; ``expected`` then completes
the sentence "... is not ...".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

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


def _verify(value: object) -> str:
    if value not in ("record", "require"):
        raise ValueError("it is neither")
    return str(value)


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
verify = Reader(_verify, "either record or require")
