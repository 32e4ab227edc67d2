"""Lists of blogs as people keep them: OPML, CSV, plain lines. Pure.

OPML is read as version 2.0 has it: nested outlines with ``xmlUrl`` and ``htmlUrl``, folders and ``category`` as tags.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from lxml import etree

from archive.errors import Misuse
from crawler.items import decoded, words

MOST = 10_000
"""Blogs in one list."""
LONGEST = 32 * 1024 * 1024
"""Bytes of a list."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
"""What a site may be called."""

_LONGEST_TAG = 40
_COLUMNS = {
    "url": ("url", "site", "htmlurl", "link", "website", "homepage", "blog"),
    "feed": ("feed", "xmlurl", "rss", "feed url", "feed_url"),
    "name": ("name",),
    "title": ("title",),
    "tags": ("tags", "tag", "category", "categories"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One blog of a list, as it stands there; ``url`` may be anything. ``place`` says where: ``line 3``."""

    url: str
    place: str
    feed: str | None = None
    name: str | None = None
    title: str | None = None
    tags: tuple[str, ...] = ()


def read_list(data: bytes, source: str) -> list[Entry]:
    """Read a list of blogs; ``source`` is its name, for messages and by its ending.

    Raises Misuse where it is none.
    """
    if len(data) > LONGEST:
        raise Misuse(f"{source} is longer than {LONGEST >> 20} MB; split the list")
    text = decoded(data)
    if text.lstrip().startswith("<"):
        found = _opml(text, source)
    elif (rows := _rows(text, source)) is not None:
        found = _of_rows(rows)
    else:
        found = _of_lines(text)
    entries: list[Entry] = []
    for entry in found:
        if len(entries) == MOST:
            raise Misuse(f"{source} names more than {MOST} blogs; split the list")
        entries.append(entry)
    if not entries:
        raise Misuse(f"{source} names no blog; give OPML, CSV with a column url, or one URL a line")
    return entries


# ---- OPML


def _opml(text: str, source: str) -> Iterator[Entry]:
    if "<!ENTITY" in text:
        raise Misuse(f"{source} declares entities, which no OPML needs; take its DOCTYPE out")
    walk = etree.iterparse(
        io.BytesIO(text.encode("utf-8", "replace")),
        events=("start", "end"),
        encoding="utf-8",
        tag="{*}outline",
        no_network=True,
        load_dtd=False,
        resolve_entities=False,
        recover=True,
        huge_tree=False,
    )
    folders: list[str | None] = []
    try:
        for event, element in walk:
            if event == "end":
                folders.pop()
                element.clear()
                continue
            said = {str(name).lower(): str(value).strip() for name, value in element.attrib.items()}
            title = words(said.get("title") or said.get("text"))
            feed = said.get("xmlurl") or None
            url = said.get("htmlurl") or feed or said.get("url")
            folders.append(None if url else title)
            if url:
                inside = [folder for folder in folders if folder]
                tags = _tags([*inside, *(said.get("category") or "").split(",")])
                yield Entry(url=url, place=f"line {element.sourceline}", feed=feed, title=title, tags=tags)
    except etree.XMLSyntaxError as why:
        raise Misuse(f"{source} is no OPML: {words(str(why))}; export the list again") from why


# ---- CSV and lines


def _rows(text: str, source: str) -> list[tuple[int, list[str]]] | None:
    """Give the rows of a CSV with their lines; None where the text is none."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        return None
    mark = max(",;\t", key=lines[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        rows = [(reader.line_num, row) for row in reader if any(map(str.strip, row)) and not row[0].startswith("#")]
    except csv.Error as why:
        if _is_csv(source):
            raise Misuse(f"{source} line {reader.line_num} is no CSV: {why}; save the table again") from why
        return None
    if not rows:  # nothing but separators
        return None
    first = [cell.strip().lower() for cell in rows[0][1]]
    if any(cell in (*_COLUMNS["url"], *_COLUMNS["feed"]) for cell in first) or _is_csv(source):
        return rows
    return rows if len(first) > 1 and {len(row) for _, row in rows} == {len(first)} else None


def _is_csv(source: str) -> bool:
    return PurePath(source).suffix.lower() in (".csv", ".tsv")


def _of_rows(rows: Sequence[tuple[int, list[str]]]) -> Iterator[Entry]:
    header = [cell.strip().lower() for cell in rows[0][1]]
    columns = {of: at for of, names in _COLUMNS.items() for at, cell in enumerate(header) if cell in names}
    if "url" in columns or "feed" in columns:
        rows = rows[1:]
    else:
        columns = {"url": 0, "name": 1, "tags": 2}
    for line, row in rows:
        said = {of: row[at].strip() for of, at in columns.items() if at < len(row)}
        url = said.get("url") or said.get("feed")
        if url:
            name = said.get("name") or ""
            yield Entry(
                url=url,
                place=f"line {line}",
                feed=said.get("feed") or None,
                name=name if NAME.fullmatch(name) else None,
                title=words(said.get("title") or name),
                tags=_tags(re.split(r"[,;|]", said.get("tags") or "")),
            )


def _of_lines(text: str) -> Iterator[Entry]:
    for number, line in enumerate(text.split("\n"), 1):
        if (said := line.strip()) and not said.startswith("#"):
            yield Entry(url=said, place=f"line {number}")


def _tags(texts: Sequence[str]) -> tuple[str, ...]:
    """Make tags of words: without commas and what cannot be seen, 40 letters at most."""
    made = (
        "".join(" " if letter == "," or unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in text)
        for text in texts
    )
    cut = (" ".join(text.strip(" \t/").split())[:_LONGEST_TAG].strip() for text in made)
    return tuple(dict.fromkeys(tag for tag in cut if tag))
