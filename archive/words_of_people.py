"""What people said of changes and articles: reviewed, a wrong flag, a note, a case; the last word holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from archive.flags import SUBSTANTIVE
from archive.model import Entry, Flag

REVIEW, NOTE, CASE = "review", "note", "case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note of a person, and when it was made."""

    at: datetime
    text: str


@dataclass(slots=True)
class Said:
    """What people said of one revision or article."""

    reviewed: bool = False
    wrong_flags: set[str] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    cases: set[str] = field(default_factory=set)


def said(entries: Iterable[Entry], before: Mapping[str, str] | None = None) -> dict[str, Said]:
    """Gather by subject what entries of the journal say, oldest first. Pure.

    ``before`` tells of revisions which one each follows now: what was said of a change from another one does not count,
    but for the note.
    """
    found: dict[str, Said] = {}
    for entry in sorted(entries, key=lambda each: (each.at, each.id)):
        about = found.setdefault(entry.subject, Said())
        data = entry.data
        match entry.kind:
            case "review" if _is_of(entry, before or {}):
                if isinstance(reviewed := data.get("reviewed"), bool):
                    about.reviewed = reviewed
                if isinstance(flag := data.get("wrong_flag"), str):
                    about.wrong_flags.add(flag)
                if isinstance(flag := data.get("right_flag"), str):
                    about.wrong_flags.discard(flag)
            case "case" | "follow":  # a page may be followed for a case before anything is known of it
                name = data.get("case")
                if isinstance(name, str):
                    (about.cases.discard if data.get("out") else about.cases.add)(name)
        note = data.get("note")
        if isinstance(note, str) and note:
            about.notes.append(Note(at=entry.at, text=note))
    return found


def right_flags(flags: Iterable[Flag], wrong: Collection[str]) -> tuple[Flag, ...]:
    """Give the flags that count: none called wrong, and ``stealth`` only with one that it is about. Pure."""
    left = tuple(flag for flag in flags if flag not in wrong)
    return left if SUBSTANTIVE & set(left) else tuple(flag for flag in left if flag != "stealth")


def _is_of(entry: Entry, before: Mapping[str, str]) -> bool:
    """Tell whether a review is of what its revision changes now."""
    told = entry.data.get("before")
    return told is None or told == before.get(entry.subject)
