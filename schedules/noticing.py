"""What is new for each alert rule: it is noted as what is to be told, before anybody hears of it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive import asked_changes
from archive.asked import Asked
from archive.errors import Damaged, NothingDone
from archive.model import RecordId, UrlKey
from archive.store import citations, notices
from archive.store.alarms import Alarm
from archive.store.notices import Fresh, Notice, Reader
from archive.tags import sites_with
from archive.timing import stamp
from archive.words_of_people import Said, right_flags
from schedules.alert_rules import Rule, Rules, Seen, due_at, matches, matches_alarm, may_match
from schedules.noticed import Compared, Noticed

log = logging.getLogger(__name__)

LOOK = 200
"""Changes that one look goes through for a rule; the next look goes on."""
PAST = timedelta(days=7)
"""How long an alarm that is over is told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one look came to: how many notices it made, and the articles whose changes were new to a rule."""

    made: int = 0
    touched: frozenset[UrlKey] = frozenset()


class Noticing:
    """Looks for what is new."""

    def __init__(self, asked: Asked, noticed: Noticed) -> None:
        self._asked = asked
        self._noticed = noticed

    def look(self, rules: Rules, now: datetime) -> Looked:
        """Note what is new for each rule; one that is seen for the first time begins with now."""
        with self._asked.store.read() as conn:
            readers = notices.started(conn, [rule.reader for rule in rules.rules])
            fresh: dict[str, list[Fresh]] = {}
            for rule in rules.rules:
                if not rule.alarm and rule.reader in readers:
                    place = readers[rule.reader].seen
                    if (same := place.text()) not in fresh:  # rules mostly stand at one place
                        fresh[same] = notices.unseen(conn, place, LOOK)
            alarms = notices.open_alarms(conn, now - PAST) if any(rule.alarm for rule in rules.rules) else []
        unknown = [rule.reader for rule in rules.rules if rule.reader not in readers]
        if unknown:
            with self._asked.store.write() as conn:
                for name in unknown:
                    notices.start(conn, name, now)
        if not alarms and not any(fresh.values()):
            return Looked()
        tags = self._tags(rules)
        made = self._note_alarms(rules, readers, alarms, tags, now) if alarms else 0
        every = [each for some in fresh.values() for each in some]
        if every:
            known = _Known(said=self._said(every), tags=tags, compared={})
            for rule in rules.rules:
                if not rule.alarm and (reader := readers.get(rule.reader)) is not None:
                    made += self._note_changes(rule, reader, fresh[reader.seen.text()], known, now)
        return Looked(made=made, touched=frozenset(each.noted.article for each in every))

    def _note_changes(self, rule: Rule, reader: Reader, fresh: Sequence[Fresh], known: _Known, now: datetime) -> int:
        told: list[Notice] = []
        places: list[int] = []
        for each in fresh:
            try:
                # What was seen before there was the rule is its past, whenever it became known.
                if each.noted.at >= reader.began and self._is_about(rule, each, known):
                    told.append(self._notice(rule, each, known, now))
            except Damaged as error:  # a chain is being folded, or a reread will mend it
                log.info("a change is left for the next look: %s", error)
                continue
            places.append(each.noted.noted)
        if not places:
            return 0
        with self._asked.store.write() as conn:
            made = notices.put(conn, told)
            notices.saw(conn, rule.reader, places)
        return made

    def _is_about(self, rule: Rule, fresh: Fresh, known: _Known) -> bool:
        noted = fresh.noted
        said = known.said.get((noted.revision, noted.before), Said())
        flags = right_flags(noted.flags, said.wrong_flags)
        tags = known.tags.get(fresh.site or "", ())
        if not may_match(rule, Seen(site=fresh.site, tags=tags, cases=said.cases, flags=flags)):
            return False
        if not rule.words and not rule.outlet:
            return True
        _, before, after, change = self._compared(fresh, known)
        with self._asked.store.read() as conn:
            cited = [each.citation for id in (before.id, after.id) for each in citations.of_revision(conn, id)]
        return matches(rule, change, before, after, cited)

    def _notice(self, rule: Rule, fresh: Fresh, known: _Known, now: datetime) -> Notice:
        because = self._noticed.because(self._compared(fresh, known))
        return Notice(
            rule=rule.name,
            kind="change",
            subject=fresh.noted.revision,
            before=fresh.noted.before,
            site=fresh.site or "",
            at=fresh.noted.at,
            due=due_at(rule, now),
            state="held" if because else "waiting",
            because=because,
        )

    def _compared(self, fresh: Fresh, known: _Known) -> Compared:
        place = fresh.noted.noted
        if place not in known.compared:
            known.compared[place] = self._noticed.compared(fresh)
        return known.compared[place]

    def _note_alarms(
        self,
        rules: Rules,
        readers: Mapping[str, Reader],
        alarms: Sequence[Alarm],
        tags: Mapping[str, Collection[str]],
        now: datetime,
    ) -> int:
        """Note alarms that last, and those that are over where the rule told of them or has been there meanwhile."""
        made = 0
        for rule in rules.rules:
            mine = [each for each in alarms if matches_alarm(rule, each, tags.get(each.site, ()))]
            if not mine:
                continue
            began = readers[rule.reader].began if rule.reader in readers else now
            with self._asked.store.read() as conn:
                known = notices.of_rule(conn, rule.name, ("alarm", "alarm over"))
            told = []
            for each in mine:
                notice = _alarm_notice(rule, each, now)
                first = ("alarm", notice.subject, notice.before)
                is_told = (notice.kind, notice.subject, notice.before) in known
                if not is_told and (each.ended is None or first in known or each.since >= began):
                    told.append(notice)
            if told:
                with self._asked.store.write() as conn:
                    made += notices.put(conn, told)
        return made

    def _said(self, some: Iterable[Fresh]) -> dict[tuple[RecordId, RecordId], Said]:
        times = [each.noted.at for each in some]
        until = max(times) + timedelta(microseconds=1)
        found = asked_changes.listed(self._asked, since=min(times), until=until)
        return {(noted.revision, noted.before): said for noted, said in found}

    def _tags(self, rules: Rules) -> dict[str, set[str]]:
        """Give for each site those of its tags that rules name."""
        found: dict[str, set[str]] = {}
        for tag in {tag for rule in rules.rules for tag in rule.tag}:
            try:
                for site in sites_with(self._asked.home / "sites", tag):
                    found.setdefault(site, set()).add(tag)
            except NothingDone:
                continue
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What one look knows: people's words on changes, the tags of sites, and changes by their places once compared."""

    said: Mapping[tuple[RecordId, RecordId], Said]
    tags: Mapping[str, Collection[str]]
    compared: dict[int, Compared]


def _alarm_notice(rule: Rule, alarm: Alarm, now: datetime) -> Notice:
    return Notice(
        rule=rule.name,
        kind="alarm" if alarm.ended is None else "alarm over",
        subject=f"{alarm.site}/{alarm.kind}",
        before=stamp(alarm.since),
        site=alarm.site,
        at=alarm.since if alarm.ended is None else alarm.ended,
        due=due_at(rule, now),
        state="waiting",
    )
