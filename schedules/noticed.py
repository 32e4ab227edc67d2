"""A notice put in words, as the archive stands by now, and whether a person has to look before it is shown."""

from __future__ import annotations

from dataclasses import replace

from archive import asked_changes, deriving, gazetteer, held_names
from archive.asked import Asked
from archive.errors import Damaged, Misuse
from archive.model import Article, Change, RecordId, Revision
from archive.naming import Names
from archive.store import notices
from archive.store.notices import Fresh, Notice
from archive.timing import parse_time
from schedules.alert_texts import Told, of_alarm, of_change

Compared = tuple[Article, Revision, Revision, Change]


class Noticed:
    """Tells what notices are of."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._names: Names | None = None

    def words(self, notice: Notice) -> Told | tuple[RecordId, ...] | None:
        """Give a notice in words, or the changes that a person has to look at first, or None where it is gone."""
        if notice.kind != "change":
            site, _, kind = notice.subject.partition("/")
            with self._asked.store.read() as conn:
                alarm = notices.alarm(conn, site, kind, parse_time(notice.before))
            return None if alarm is None else of_alarm(alarm, is_over=notice.kind == "alarm over")
        with self._asked.store.read() as conn:
            fresh = notices.change(conn, notice.subject, notice.before)
        if fresh is None:
            return None
        try:
            compared = asked_changes.between(self._asked, fresh.noted)
        except Damaged:
            return None
        if because := self.because(compared):
            return because
        said = asked_changes.said_of(self._asked, notice.subject)
        cases = asked_changes.said_of(self._asked, fresh.noted.article).cases
        return of_change(notice.rule, *compared, replace(said, cases=cases), fresh.site)

    def because(self, compared: Compared) -> tuple[RecordId, ...]:
        """Give the changes that a person has to look at before this one is shown, and has not looked at."""
        found = held_names.reasons(*compared, self._is_outlet)
        return tuple(id for id in found if not asked_changes.said_of(self._asked, id).reviewed)

    def compared(self, fresh: Fresh) -> Compared:
        """Give a change with its article; raises Damaged where no chain has it."""
        return asked_changes.between(self._asked, fresh.noted)

    def _is_outlet(self, name: str) -> bool:
        if self._names is None:  # dear to make, and seldom asked for
            try:
                with self._asked.store.read() as conn:
                    self._names = deriving.known(self._asked.home, conn).names
            except Misuse:
                self._names = Names.of(gazetteer.shipped())
        return any(each.start == 0 and each.end == len(name) for each in self._names.in_text(name))
