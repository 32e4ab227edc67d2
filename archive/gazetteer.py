"""The outlets and offices that are known by name: the list we ship, and an archive's own. Not how they are found.

The list is ``gazetteer.jsonl``; its licence stands in ``gazetteer.LICENSE.txt``.
"""

from __future__ import annotations

import functools
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from importlib import resources
from typing import Any, get_args

from archive import values
from archive.errors import Misuse
from archive.links import registrable
from archive.model import Category, Outlet
from archive.values import Reader

SHIPPED = "gazetteer.jsonl"


@functools.cache
def shipped() -> tuple[Outlet, ...]:
    """Give the outlets and offices of the list we ship, by name."""
    lines = (resources.files("archive") / SHIPPED).read_bytes()
    # One call for all lines is quicker than one for each; within JSON a line end is written as an escape.
    rows = json.loads(b"[%s]" % lines.strip().replace(b"\n", b","))
    return tuple(map(_outlet, rows))


def digest_of(outlets: Sequence[Outlet]) -> str:
    """Give 16 hexadecimal digits that stand for outlets in their order, the same on every machine."""
    told = [
        (
            each.name, each.domains, each.aliases, sorted(each.ambiguous), each.category, each.kind, each.country,
            each.languages, each.home,
        )
        for each in outlets
    ]  # fmt: skip
    return blake2b(json.dumps(told, separators=(",", ":")).encode(), digest_size=8).hexdigest()


def read_toml(text: str, name: str) -> tuple[Outlet, ...]:
    """Read an archive's own outlets, each a ``[[outlet]]`` of a TOML text; ``name`` is what its file is called.

    Raises Misuse that tells everything wrong with it.
    """
    text = text.removeprefix("\ufeff")
    try:
        document: Mapping[str, object] = tomllib.loads(text)
    except (ValueError, RecursionError) as cause:  # also numbers of more digits than Python reads
        raise Misuse(f"{name} is not TOML: {cause}; text needs quotation marks, comments begin with #") from cause
    wrong = [
        f"{name} line {values.line_of(text, key)}: there is no key {key} outside [[outlet]]; {_remedy(key)}"
        for key in document
        if key != "outlet"
    ]
    tables = document.get("outlet", [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        line = values.line_of(text, "outlet")
        wrong.append(f"{name} line {line}: outlet is no list; write [[outlet]] above each one")
        tables = []
    lines = _lines(text)
    found: list[Outlet] = []
    for number, table in enumerate(tables, 1):
        at = lines[number - 1] if number <= len(lines) else {"": values.line_of(text, "outlet")}
        outlet, errors = _read(table, f"outlet {number}{_called(table)}", name, at)
        wrong += errors
        if outlet is not None:
            here = f"{name} line {at['']}, outlet {number}{_called(table)}"
            wrong += (f"{here}: {each}" for each in _clash(outlet, found))
            found.append(outlet)
    if wrong:
        raise Misuse("\n".join(wrong))
    return tuple(found)


# ---- the list we ship


def _outlet(row: Mapping[str, Any]) -> Outlet:
    return Outlet(
        name=row["name"],
        domains=tuple(row.get("domains", ())),
        aliases=tuple(row.get("aliases", ())),
        ambiguous=frozenset(row.get("ambiguous", ())),
        category=row.get("category", "media"),
        kind=row.get("kind", "web"),
        country=row.get("country"),
        languages=tuple(row.get("languages", ())),
        home=row.get("home"),
    )


# ---- an archive's own


def _names(value: object) -> tuple[str, ...]:
    # Not split at commas, as other lists are: a name may hold one.
    if not isinstance(value, (str, list)):
        raise ValueError("it must be a list")
    listed = [value] if isinstance(value, str) else value
    return tuple(dict.fromkeys(str(values.words.read(each)) for each in listed))


def _domains(value: object) -> tuple[str, ...]:
    hosts = values.hosts.read(value)
    assert isinstance(hosts, tuple)
    for host in hosts:
        # A label below a public suffix is a domain of its own.
        if registrable(f"a.{host}") == f"a.{host}":
            raise ValueError(f"{host} is no publisher's own: others register names below it; write a whole host name")
    return tuple(dict.fromkeys(host.removeprefix("www.") for host in hosts))


def _category(value: object) -> str:
    if value not in get_args(Category):
        raise ValueError("it is none of them")
    return str(value)


def _country(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z]{2}", value.strip(), re.ASCII):
        raise ValueError("it must be two letters")
    return value.strip().upper()


def _languages(value: object) -> tuple[str, ...]:
    read = tuple(each.lower() for each in _names(value))
    for each in read:
        if not re.fullmatch(r"[a-z]{2}", each):
            raise ValueError(f"{each!r} is not of two letters")
    return read


_DOMAINS = Reader(_domains, 'a list of domains, such as ["almustaqbal.com"]')
_NAMES = Reader(_names, 'a list of names, such as ["Al Mustaqbal", "المستقبل"]')
_CATEGORY = Reader(_category, "media, official, ngo, social or other")
_COUNTRY = Reader(_country, "a country code of two letters, such as LB")
_LANGUAGES = Reader(_languages, 'a list of language codes of two letters, such as ["ar"]')

KEYS: Mapping[str, Reader] = {
    "name": values.words,
    "domains": _DOMAINS,
    "aliases": _NAMES,
    "ambiguous": _NAMES,
    "category": _CATEGORY,
    "kind": values.words,
    "country": _COUNTRY,
    "languages": _LANGUAGES,
    "home": values.url,
}


def _remedy(key: str) -> str:
    if key in KEYS:
        return "write [[outlet]] above it"
    return "write [[outlet]]" if "outlet" in key else values.nearest(key, ("outlet",))


def _called(table: Mapping[str, object]) -> str:
    said = table.get("name")
    return f" ({said})" if isinstance(said, str) and said.strip() and said.isprintable() else ""


def _lines(text: str) -> list[dict[str, int]]:
    """Give the lines where each outlet's header (under "") and keys stand; none where they are written inline."""
    found: list[dict[str, int]] = []
    for each in values.statements(text):
        if each.is_header and each.name == ("outlet",):
            found.append({"": each.line})
        elif found and each.name[:1] == ("outlet",):
            found[-1].setdefault(each.name[1], each.line)
    return found


def _read(
    table: Mapping[str, object], called: str, file: str, lines: Mapping[str, int]
) -> tuple[Outlet | None, list[str]]:
    said: dict[str, Any] = {}
    wrong: list[str] = []
    for key, value in table.items():
        where = f"{file} line {lines.get(key, lines[''])}, {called}"
        if key not in KEYS:
            wrong.append(f"{where}: there is no key {key}; {values.nearest(key, KEYS)}")
            continue
        try:
            said[key] = values.read(key, value, KEYS[key], where)
        except Misuse as misuse:
            wrong.append(str(misuse))
    where = f"{file} line {lines.get('ambiguous', lines[''])}, {called}"
    if "name" not in table:
        wrong.append(f'{where}: it has no name; add one, such as name = "Al-Mustaqbal"')
    if wrong:
        return None, wrong
    said["ambiguous"] = frozenset(said.get("ambiguous", ()))
    outlet = Outlet(**said)
    return outlet, [f"{where}: {each}" for each in _unknown(outlet)]


def _unknown(outlet: Outlet) -> Iterator[str]:
    own = (outlet.name, *outlet.aliases)
    for each in sorted(outlet.ambiguous):
        if each not in own:
            yield f"{each} in ambiguous is neither its name nor among its aliases; add it to aliases"


def _clash(outlet: Outlet, before: Sequence[Outlet]) -> Iterator[str]:
    for number, each in enumerate(before, 1):
        if each.name == outlet.name:
            yield f"outlet {number} has that name too; make them one, or write (...) behind one of the names"
        for domain in outlet.domains:
            if domain in each.domains:
                yield f"{domain} in domains is of outlet {number} ({each.name}) too; take it out of one of them"
