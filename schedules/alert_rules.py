"""Alert rules: which changes and alarms each is about, and when it tells of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path, PurePosixPath
from typing import get_args
from zoneinfo import ZoneInfo

from archive import finding
from archive.folding import code_of
from archive.model import Change, Citation, Extraction, Flag, Revision
from archive.naming import key as name_key
from archive.store.alarms import Alarm
from schedules.calendar import Daily, Schedule, planned_after

ALARMS = (
    "quiet", "feed gap", "feed dying", "yield collapse", "boilerplate", "logged out", "robots", "no answer", "failing",
    "overdue", "disk", "clock", "scheduler",
)  # fmt: skip
"""Kinds of alarms that a rule may name."""
HOUR = timedelta(hours=1)
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""How long after each failed try the next one is made; after the last of them a notice counts as failed."""
FLAGS: tuple[Flag, ...] = get_args(Flag)

_TEXT_FIELDS = ("headline", "seo_title", "standfirst", "caption", "correction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where notices go; what each key means stands in ``alert_file.TARGET_KEYS``. One of the first five is given."""

    name: str
    apprise: tuple[str, ...] = field(default=(), repr=False)
    apprise_file: Path | None = None
    apprise_env: str | None = None
    command: tuple[str, ...] = ()
    atom: PurePosixPath | None = None
    entries: int = 50
    timeout: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is told to whom and when; each key is told in ``alert_file.RULE_KEYS``. An empty key asks for nothing."""

    name: str
    to: tuple[str, ...]
    site: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    case: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    flag: tuple[Flag, ...] = ()
    outlet: tuple[str, ...] = ()
    alarm: tuple[str, ...] = ()
    when: time | None = None
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    at_most: int = 20

    @property
    def reader(self) -> str:
        """The name under which it is noted which changes the rule has seen."""
        return f"alerts:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All that a file says."""

    targets: Mapping[str, Target] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def of(self, name: str) -> Rule | None:
        """Give the rule of a name; None where there is none any more."""
        return next((each for each in self.rules if each.name == name), None)


# ------------------------------------------------------------------------------------------------------- what it is of


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a rule looks at before a change is compared: the site with its tags, the cases, the flags that count."""

    site: str | None
    tags: Collection[str]
    cases: Collection[str]
    flags: tuple[Flag, ...]


def may_match(rule: Rule, seen: Seen) -> bool:
    """Tell whether a rule is about a change by all but its words and outlets."""
    if rule.alarm:
        return False
    # Nobody who names no flag asks for quotes and dashes.
    is_flagged = not set(rule.flag).isdisjoint(seen.flags) if rule.flag else set(seen.flags) != {"typographic"}
    return (
        is_flagged
        and (not rule.site or seen.site in rule.site)
        and (not rule.tag or not set(rule.tag).isdisjoint(seen.tags))
        and (not rule.case or not set(rule.case).isdisjoint(seen.cases))
    )


def matches(rule: Rule, change: Change, before: Revision, after: Revision, cited: Sequence[Citation]) -> bool:
    """Tell whether a rule's words and outlets are in a change; ``cited`` are the citations of both revisions."""
    if rule.words and not has_words(rule.words, change, before.extraction.language or after.extraction.language):
        return False
    return not rule.outlet or any(_is_of(each, rule.outlet) for each in cited)


def has_words(wanted: Sequence[str], change: Change, language: str | None) -> bool:
    """Tell whether one of some queries is found in a text that was edited, as it was or as it is."""
    code = code_of(language)
    queries = [finding.parse(each, [code] if code else []) for each in wanted]
    return any(
        finding.found_in(query, Extraction(paragraphs=(text,), language=language))
        for query in queries
        for text in edited(change)
    )


def edited(change: Change) -> Iterator[str]:
    """Give the texts that a change touched, as they were and as they are; what only moved is left out."""
    for each in change.edits:
        if not each.typographic and not (each.op == "move" and not each.words):
            yield from (text for text in (each.before, each.after) if text)
    for told in change.fields:
        if told.field in _TEXT_FIELDS:
            yield from (text for text in (told.before, told.after) if isinstance(text, str))


def _is_of(citation: Citation, outlets: Sequence[str]) -> bool:
    for said in outlets:
        if citation.domain is not None and citation.domain == said.lower().removeprefix("www."):
            return True
        if citation.outlet is not None and name_key(citation.outlet) == name_key(said):
            return True
    return False


def matches_alarm(rule: Rule, alarm: Alarm, tags: Collection[str]) -> bool:
    """Tell whether a rule is about an alarm."""
    return (
        alarm.kind in rule.alarm
        and (not rule.site or alarm.site in rule.site)
        and (not rule.tag or not set(rule.tag).isdisjoint(tags))
    )


# ---------------------------------------------------------------------------------------------------------------- when


def due_at(rule: Rule, now: datetime) -> datetime:
    """Give when what is noted now is to be told: now, or at the next time of the digest."""
    if rule.when is None:
        return now
    return planned_after(Schedule(name=rule.name, when=Daily(at=(rule.when,), zone=rule.timezone), why="alerts"), now)


def next_try(tries: int, now: datetime) -> datetime | None:
    """Give when to try again after so many failed tries; None when it is to be given up."""
    return now + BACK_OFF[tries - 1] if tries <= len(BACK_OFF) else None


@dataclass(frozen=True, slots=True)
class Share:
    """How what is due goes: ``alone`` in as many messages, then the ``rest`` in one; or all waits ``until``."""

    alone: int
    rest: int
    until: datetime | None = None


def share(rule: Rule, count: int, sent: Sequence[datetime], now: datetime) -> Share:
    """Decide how so many notices go, by the times of the messages of the last hour; a digest is always one message."""
    if rule.when is not None:
        return Share(0, count)
    last_hour = sorted(at for at in sent if at > now - HOUR)
    room = rule.at_most - len(last_hour)
    if room <= 0:
        return Share(0, 0, last_hour[-rule.at_most] + HOUR)
    if count <= room:
        return Share(count, 0)
    return Share(room - 1, count - room + 1)
