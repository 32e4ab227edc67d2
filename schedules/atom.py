"""Atom files (RFC 4287): what a feed of notices says, and how its file is put in place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import quote
from xml.etree import ElementTree as Xml

from archive.errors import Misuse
from archive.timing import stamp
from schedules.alert_texts import Told

SPACE = "http://www.w3.org/2005/Atom"
BEGAN = 2026
"""The year that tag URIs of ours are dated with (RFC 4151 section 2.1)."""


def feed(label: str, name: str, told: Sequence[Told], now: datetime) -> bytes:
    """Write a feed of notices in their order; ``label`` is the archive's, ``name`` the target's.

    Ids are tag URIs (RFC 4151) of the archive's label, in a domain that nobody has (RFC 2606), so they stay the same
    wherever the archive lies. A notice that several rules tell is one entry.
    """
    Xml.register_namespace("", SPACE)
    root = Xml.Element(f"{{{SPACE}}}feed")
    _put(root, "id", _tag(label, f"feed:{name}"))
    _put(root, "title", f"{label}: {name}", type="text")
    _put(root, "updated", stamp(max((each.at for each in told), default=now)))
    _put(_put(root, "author"), "name", label)
    for each in {one.id: one for one in told}.values():
        entry = _put(root, "entry")
        _put(entry, "id", _tag(label, each.id))
        _put(entry, "title", each.title, type="text")
        _put(entry, "updated", stamp(each.at))
        if each.url is not None:
            _put(entry, "link", rel="alternate", href=quote(each.url, safe="%/:=&?~#+!$,;'@()*[]-._"))
        for word in each.words:
            _put(entry, "category", term=word)
        _put(entry, "content", each.text, type="text")
    Xml.indent(root)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def place(home: Path, file: PurePosixPath, body: bytes) -> None:
    """Put a feed into the archive, whole or not at all; raises Misuse where it cannot stand there."""
    path = home / file
    if not path.resolve().is_relative_to(home.resolve()):
        raise Misuse(f"{path} leads out of the archive; write another name after atom =")
    partly = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partly.write_bytes(body)
        os.replace(partly, path)
    except OSError as error:
        raise Misuse(f"cannot write the feed {path}: {error.strerror}; mend that, or write another name") from error
    finally:
        _unlink([partly])


def _unlink(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _tag(label: str, name: str) -> str:
    return f"tag:{label.lower()}.invalid,{BEGAN}:{quote(name, safe=':.-_')}"


def _put(parent: Xml.Element, name: str, text: str | None = None, **attributes: str) -> Xml.Element:
    element = Xml.SubElement(parent, f"{{{SPACE}}}{name}", attributes)
    element.text = text
    return element
