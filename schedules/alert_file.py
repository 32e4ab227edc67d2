"""``alerts.toml``: what it may say, and the rules that it makes.

``RULE_KEYS`` and ``TARGET_KEYS`` are the one list of keys; nothing else reads that file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from archive import daytimes, finding, values
from archive.errors import Misuse
from archive.values import Reader
from schedules.alert_rules import ALARMS, FLAGS, Rule, Rules, Target

FILE = "alerts.toml"
AT_ONCE = "at once"

_NAME = re.compile(r"[^\W_][\w .-]{0,59}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def _each(item: Reader) -> Any:
    def read(value: object) -> tuple[str, ...]:
        listed = value if isinstance(value, list) else [value]
        if not listed:
            raise ValueError("it is empty")
        return tuple(dict.fromkeys(str(item.read(each)) for each in listed))

    return read


def _query(value: object) -> str:
    said = finding.typed([str(values.words.read(value))])
    try:
        finding.parse(said)
    except Misuse as cause:
        raise ValueError(str(cause)) from cause
    return said


def _one_of(known: Sequence[str], what: str) -> Reader:
    def read(value: object) -> str:
        if value not in known:
            raise ValueError(f"there is no {what} {value!r}; {values.nearest(str(value), known)}")
        return str(value)

    return Reader(read, f"a list of {what}s")


def _alarms(value: object) -> tuple[str, ...]:
    if value == "all":
        return ALARMS
    read: tuple[str, ...] = _each(_one_of(ALARMS, "kind of alarm"))(value)
    return read


def _when(value: object) -> time | None:
    if value == AT_ONCE:
        return None
    return daytimes.time_of_day(value.isoformat() if isinstance(value, time) else str(values.words.read(value)))


def _command(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
        raise ValueError("it must be a list of text, the program first")
    if any("\0" in each for each in value):
        raise ValueError("it holds a zero byte")
    return tuple(value)


def _feed(value: object) -> PurePosixPath:
    path = PurePosixPath(str(values.words.read(value)))
    if path.is_absolute() or ".." in path.parts or path.parts[:1] in (("warcs",), ("sites",)):
        raise ValueError("it must lie in the archive, and neither in warcs nor in sites")
    if path.suffix not in (".atom", ".xml") or path.stem.startswith("."):
        raise ValueError("its name must end in .atom or .xml")
    return path


def _address(value: object) -> str:
    said = values.words.read(value)
    if "://" not in str(said):
        raise ValueError("it has no ://")
    return str(said)


def _variable(value: object) -> str:
    if not isinstance(value, str) or not _VARIABLE.fullmatch(value):
        raise ValueError("it has another form")
    return value


def _rule_name(value: object) -> str:
    said = str(values.words.read(value))
    if not _NAME.fullmatch(said):
        raise ValueError("it has another form, or more than 60 letters")
    return said


@dataclass(frozen=True, slots=True)
class Key:
    """How a key is read, an example of it in TOML, and what it means."""

    reader: Reader
    example: str
    meaning: str


_NAMES = Reader(_each(values.words), "text, or a list of texts")
_LIMIT = Reader(values.count.read, values.count.expected)

TARGET_KEYS: Mapping[str, Key] = {
    "apprise": Key(
        Reader(_each(Reader(_address, "an address")), 'a list of addresses, such as ["json://localhost:8080"]'),
        '["mailto://desk:secret@mail.example", "json://hooks.example/press"]',
        "addresses of Apprise (https://github.com/caronc/apprise); keep secret ones elsewhere, as follows",
    ),
    "apprise_file": Key(values.path, '"~/press-addresses.txt"', "a file outside the archive with one address a line"),
    "apprise_env": Key(
        Reader(_variable, "the name of an environment variable, such as PRESS_ADDRESSES"),
        '"PRESS_ADDRESSES"',
        "an environment variable with addresses, parted by blanks",
    ),
    "command": Key(
        Reader(_command, 'a program with its arguments, such as ["/usr/local/bin/tell", "--loud"]'),
        '["/usr/local/bin/tell", "press"]',
        "a program that gets the notice as JSON on its standard input; an exit code other than 0 is a failure",
    ),
    "atom": Key(
        Reader(_feed, "the name of a file, such as feeds/press.atom"), '"feeds/press.atom"', "a feed in the archive"
    ),
    "entries": Key(_LIMIT, "50", "the most entries of the feed"),
    "timeout": Key(values.duration, '"30s"', "after this long a target is given up"),
}

RULE_KEYS: Mapping[str, Key] = {
    "name": Key(
        Reader(_rule_name, "a name of letters, digits and blanks"),
        '"headlines"',
        "what it is called; a new name begins with what happens from then on",
    ),
    "to": Key(_NAMES, '["desk"]', "the targets"),
    "site": Key(_NAMES, '["blog-example"]', "of one of these watched sites"),
    "tag": Key(_NAMES, '["press"]', "of sites with one of these tags"),
    "case": Key(_NAMES, '["flood"]', "of articles in one of these cases"),
    "words": Key(
        Reader(_each(Reader(_query, "words")), 'a list of words to find, such as ["joint operations room", "army*"]'),
        '["joint operations room", "army*"]',
        "one of these stands in what was edited, before or after; as for variorum find",
    ),
    "flag": Key(
        Reader(_each(_one_of(FLAGS, "flag")), 'a list of flags, such as ["headline", "stealth"]'),
        '["headline", "stealth"]',
        f"with one of these flags: {', '.join(FLAGS)}",
    ),
    "outlet": Key(_NAMES, '["dailybugle.example", "The Bugle"]', "one of these outlets is cited, before or after"),
    "alarm": Key(
        Reader(_alarms, f'"all", or a list of {", ".join(ALARMS)}'),
        '["quiet", "feed gap"]',
        f'tells of alarms, not of changes: "all", or some of {", ".join(ALARMS)}',
    ),
    "when": Key(
        Reader(_when, f'"{AT_ONCE}", or a time of day such as "07:30"'),
        '"07:30"',
        f'"{AT_ONCE}", or the time of day of one message that tells all',
    ),
    "timezone": Key(values.zone, '"Europe/Lisbon"', "of that time; by default schedule.timezone"),
    "at_most": Key(_LIMIT, "20", "messages an hour; where there is more to tell, the last of them tells all the rest"),
}
_ONLY_CHANGES = ("case", "words", "flag", "outlet")
_WAYS = ("apprise", "apprise_file", "apprise_env", "command", "atom")


def read(file: Path, timezone: ZoneInfo | None = None) -> Rules:
    """Read the rules of an archive, none where there is no file; raises Misuse that tells everything wrong with it."""
    try:
        text, document = values.document(file)
    except FileNotFoundError:
        return Rules()
    return _Reading(file, text, timezone or ZoneInfo("UTC")).rules(document)


class _Reading:
    """Reads one document, and gathers what is wrong with it."""

    def __init__(self, file: Path, text: str, timezone: ZoneInfo) -> None:
        self._file = file
        self._text = text
        self._timezone = timezone
        self._wrong: list[str] = []

    def rules(self, document: Mapping[str, object]) -> Rules:
        for key in document:
            if key not in ("to", "rule"):
                self._tell(self._line(key), f"there is no {key} here; write [to.NAME] and [[rule]]")
        targets = self._targets(document.get("to", {}))
        rules = self._rules(document.get("rule", []), targets)
        if self._wrong:
            raise Misuse("\n".join(self._wrong))
        return Rules(targets={each.name: each for each in targets.values() if each}, rules=tuple(rules))

    def _line(self, key: str) -> int:
        return values.line_of(self._text, key)

    def _tell(self, line: int, what: str) -> None:
        self._wrong.append(f"{self._file} line {line}: {what}")

    def _table(self, table: Mapping[str, object], keys: Mapping[str, Key], lines: Mapping[str, int]) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for key, value in table.items():
            line = lines.get(key, lines[""])
            if key not in keys:
                self._tell(line, f"there is no key {key}; {values.nearest(key, keys)}")
                continue
            # Addresses of Apprise are secrets: what is wrong with one is said without it.
            shown = "..." if key == "apprise" else value
            try:
                said[key] = keys[key].reader.read(value)
            except ValueError as cause:
                why = "one of them is no address" if key == "apprise" else cause
                self._tell(line, f"{key} = {shown!r} is not {keys[key].reader.expected} ({why})")
        return said

    def _targets(self, tables: object) -> dict[str, Target | None]:
        """Give the targets by name, None for one that has something wrong."""
        found: dict[str, Target | None] = {}
        if not isinstance(tables, dict) or not all(isinstance(each, dict) for each in tables.values()):
            self._tell(self._line("to"), "to is no table of targets; write [to.NAME] above each one")
            return found
        for name, table in tables.items():
            lines = {"": self._line(f"to.{name}")} | {key: self._line(f"to.{name}.{key}") for key in table}
            before = len(self._wrong)
            said = self._table(table, TARGET_KEYS, lines)
            ways = [way for way in _WAYS if way in table]
            if not _NAME.fullmatch(name):
                self._tell(lines[""], f"{name!r} is no name of a target; use letters, digits and blanks, at most 60")
            if len({way.partition("_")[0] for way in ways}) != 1:
                has = f"it has {' and '.join(ways)}" if ways else "it has none of them"
                self._tell(lines[""], f"target {name} needs one of apprise, command and atom; {has}")
            found[name] = None if len(self._wrong) > before else Target(name=name, **said)
        return found

    def _rules(self, tables: object, targets: Mapping[str, Target | None]) -> list[Rule]:
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            self._tell(self._line("rule"), "rule is no list; write [[rule]] above each one")
            return []
        at = _lines(self._text)
        found: list[Rule] = []
        for number, table in enumerate(tables):
            lines = at[number] if number < len(at) else {"": self._line("rule")}
            before = len(self._wrong)
            said = {"timezone": self._timezone} | self._table(table, RULE_KEYS, lines)
            for key in ("name", "to"):
                if key not in table:
                    self._tell(lines[""], f"this rule has no {key}; add one, such as {key} = {RULE_KEYS[key].example}")
            for target in said.get("to", ()):
                if target not in targets:
                    there = values.nearest(target, targets) if targets else "there are none; write [to.NAME]"
                    self._tell(lines.get("to", lines[""]), f"there is no target {target}; {there}")
            for key in _ONLY_CHANGES if "alarm" in table else ():
                if key in table:
                    self._tell(lines.get(key, lines[""]), f"an alarm has no {key}; make it two rules")
            if any(each.name == said.get("name") for each in found):
                self._tell(lines[""], f"there is a rule {said['name']} already; give this one another name")
            if len(self._wrong) == before:
                found.append(Rule(**said))
        return found


def _lines(text: str) -> list[dict[str, int]]:
    """Give the lines where each rule's header (under "") and keys stand."""
    found: list[dict[str, int]] = []
    for each in values.statements(text):
        if each.is_header and each.name == ("rule",):
            found.append({"": each.line})
        elif found and each.name[:1] == ("rule",):
            found[-1].setdefault(each.name[1], each.line)
    return found


def example() -> str:
    """Write a file for a person to edit: every key as a comment with its meaning."""
    lines = ["# Whom to tell of what. A line that begins with # and a key shows an example; take the # away to use it."]
    for header, keys in (("[to.desk]", TARGET_KEYS), ("[[rule]]", RULE_KEYS)):
        lines += ["", f"# {header}"]
        for key, of in keys.items():
            lines += [f"#   {of.meaning}", f"# {key} = {of.example}"]
    return "\n".join(lines) + "\n"
