"""Which watched sites have a tag: the one key of site files that the archive asks for by itself."""

from __future__ import annotations

import tomllib
from pathlib import Path

from archive.errors import NothingDone


def sites_with(folder: Path, tag: str) -> tuple[str, ...]:
    """Give the names of the sites whose files in ``folder`` have a tag; raise NothingDone where none has it."""
    known: set[str] = set()
    found: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
            continue  # a crawl says what is wrong with it
        tags = told.get("tags")
        if isinstance(tags, list):
            known.update(each for each in tags if isinstance(each, str))
            if tag in tags:
                found.append(path.stem)
    if not found:
        have = f"the tags are {', '.join(sorted(known))}" if known else "no site file has tags"
        raise NothingDone(f"no watched site has the tag {tag}: {have}")
    return tuple(found)
