"""Alerts: notes what is to be told by the rules of ``alerts.toml``, and sends it.

A change or an alarm is noted once for a rule, in the table of notices, before anybody hears of it; what is sent is
marked right after. So nothing is lost by a crash, and at most the message that was on its way goes out twice.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from archive.asked import Asked
from archive.config import Settings
from archive.errors import Misuse
from archive.model import UrlKey
from archive.store import notices
from archive.store.notices import Notice
from archive.timing import Clock
from schedules import atom, sending
from schedules.alert_rules import HOUR, Rule, Rules, Target, next_try, share
from schedules.alert_texts import Message, Told, message, trial
from schedules.noticed import Noticed
from schedules.noticing import Noticing

log = logging.getLogger(__name__)

SEND = 500
"""Notices that are sent in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What one sending came to: messages that reached a target; notices that did not, that wait, and that are held."""

    messages: int = 0
    failed: int = 0
    postponed: int = 0
    held: int = 0


class Alerting:
    """Tells people by rules; to be closed. For one thread, which ``send`` may hold up for as long as targets take."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._asked = Asked(settings, clock, log.info)
        self._noticed = Noticed(self._asked)
        self._noticing = Noticing(self._asked, self._noticed)
        self._feeds_stand = False

    def close(self) -> None:
        """End what was begun."""
        self._asked.close()

    def look(self, rules: Rules) -> int:
        """Note what is new for each rule; give how many notices that made. A rule first seen begins with now."""
        looked = self._noticing.look(rules, self._clock.now())
        if looked.touched and self._is_in_feeds(rules, looked.touched):
            self._feeds_stand = False
        return looked.made

    def _is_in_feeds(self, rules: Rules, touched: Collection[UrlKey]) -> bool:
        """Tell whether feeds show articles that were edited again: a name may have gone that stands there."""
        names = [rule.name for rule in rules.rules if any(rules.targets[name].atom for name in rule.to)]
        with self._asked.store.read() as conn:
            return notices.told_of(conn, touched, names)

    def send(self, rules: Rules) -> Sent:
        """Send what is due; feeds first, then messages rule by rule. A target that fails is left for the rest of it."""
        now = self._clock.now()
        with self._asked.store.read() as conn:
            rows = notices.due(conn, now, SEND)
        if not rows and self._feeds_stand:
            return Sent()
        told, held = self._tell(rows, rules)
        self._write_feeds(rules, told, now)
        going = _Going(self, rules, now)
        for rule in rules.rules:
            mine = [(notice, words) for notice, words in told if notice.rule == rule.name]
            if mine:
                going.send(rule, mine)
        return replace(going.sent, held=held)

    def trial(self, target: Target) -> str | None:
        """Send a trial message to a target that is no feed; give what went wrong."""
        return self.deliver(target, trial(target.name, self._clock.now()), ()).why

    def _tell(self, rows: Sequence[Notice], rules: Rules) -> tuple[list[tuple[Notice, Told]], int]:
        """Put notices in words; those of which nothing is left are dropped, those with a name that went are held."""
        told: list[tuple[Notice, Told]] = []
        changed: list[Notice] = []
        for each in rows:
            if rules.of(each.rule) is None:
                changed.append(replace(each, state="dropped", why="its rule is gone"))
                continue
            words = self._noticed.words(each)
            if isinstance(words, Told):
                told.append((each, words))
            elif words is None:
                changed.append(replace(each, state="dropped", why="nothing is left of it to tell"))
            else:
                changed.append(replace(each, state="held", because=words))
        if changed:
            self.mark(changed)
        return told, sum(each.state == "held" for each in changed)

    def mark(self, some: Iterable[Notice]) -> None:
        """Write what became of notices."""
        with self._asked.store.write() as conn:
            for each in some:
                notices.set_to(conn, each)

    def sent_since(self, rule: Rule, since: datetime) -> list[datetime]:
        """Give when a rule sent messages."""
        with self._asked.store.read() as conn:
            return notices.sent_since(conn, rule.name, since)

    def deliver(self, target: Target, what: Message, done: Collection[int]) -> sending.Delivery:
        """Send a message to a target."""
        return sending.send(target, what, self._settings.home, done)

    def now(self) -> datetime:
        """Give the present instant."""
        return self._clock.now()

    def _write_feeds(self, rules: Rules, told: list[tuple[Notice, Told]], now: datetime) -> None:
        """Write each feed that has something new, or all of them where what stands in one may not stand there now."""
        for target in rules.targets.values():
            if target.atom is None:
                continue
            names = [rule.name for rule in rules.rules if target.name in rule.to]
            new = [at for at, (each, _) in enumerate(told) if each.rule in names and target.name not in each.reached]
            if not new and self._feeds_stand:
                continue
            with self._asked.store.read() as conn:
                rows = notices.every(conn, states=("sent", "waiting", "failed"), rules=names, limit=3 * target.entries)
            ours = {_key(told[at][0]): told[at][1] for at in new}
            shown: dict[str, Told] = {}
            for row in rows:
                words = ours.get(_key(row)) or (self._noticed.words(row) if _stood(row, target) else None)
                if isinstance(words, Told) and len(shown) < target.entries:
                    shown.setdefault(words.id, words)
            try:
                atom.place(
                    self._settings.home,
                    target.atom,
                    atom.feed(self._settings.label, target.name, [*shown.values()], now),
                )
            except Misuse as error:
                log.warning("the feed %s is not written: %s", target.name, error)
                continue
            for at in new:
                told[at] = (replace(told[at][0], reached=(*told[at][0].reached, target.name)), told[at][1])
            self.mark(told[at][0] for at in new)
        self._feeds_stand = True


class _Going:
    """One sending: what went, and which targets are left in peace for the rest of it."""

    def __init__(self, alerting: Alerting, rules: Rules, now: datetime) -> None:
        self._alerting = alerting
        self._rules = rules
        self._now = now
        self._down: dict[str, str] = {}
        self.sent = Sent()

    def send(self, rule: Rule, mine: Sequence[tuple[Notice, Told]]) -> None:
        """Send what is due of a rule, in as many messages as it may."""
        others = [name for name in rule.to if self._rules.targets[name].atom is None]
        if not others:
            self._end(rule, [notice for notice, _ in mine], None)
            return
        how = share(rule, len(mine), self._alerting.sent_since(rule, self._now - HOUR), self._now)
        if how.until is not None:
            self._alerting.mark(replace(notice, due=how.until) for notice, _ in mine)
            self.sent = replace(self.sent, postponed=self.sent.postponed + len(mine))
            return
        for each in mine[: how.alone]:
            self._message(rule, others, [each])
        if how.rest:
            self._message(rule, others, mine[how.alone :])

    def _message(self, rule: Rule, others: Sequence[str], some: Sequence[tuple[Notice, Told]]) -> None:
        rows = {_key(notice): notice for notice, _ in some}
        whys: list[str] = []
        for name in others:
            missing = [(notice, told) for notice, told in some if name not in rows[_key(notice)].reached]
            if not missing:
                continue
            keys = [_key(notice) for notice, _ in missing]
            if name in self._down:
                whys.append(self._down[name])
                continue
            done = {number for number in range(1, 100) if all(f"{name} {number}" in rows[key].reached for key in keys)}
            what = message(rule, [told for _, told in missing])
            came = self._alerting.deliver(self._rules.targets[name], what, done)
            if came.why is None:
                reached: tuple[str, ...] = (name,)
                self.sent = replace(self.sent, messages=self.sent.messages + 1)
            else:
                reached = tuple(f"{name} {number}" for number in came.reached)
                self._down[name] = came.why
                whys.append(came.why)
                log.warning("target %s did not take a message: %s", name, came.why)
            for key in keys:
                rows[key] = replace(rows[key], reached=tuple(dict.fromkeys((*rows[key].reached, *reached))))
            if reached and len(others) > 1:
                self._alerting.mark(rows.values())
        self._end(rule, list(rows.values()), "; ".join(whys) or None)

    def _end(self, rule: Rule, rows: Sequence[Notice], why: str | None) -> None:
        """Note what became of notices: sent, to be tried again, or given up."""
        now = self._alerting.now()
        ended: list[Notice] = []
        for each in rows:
            if set(rule.to) <= set(each.reached):
                ended.append(replace(each, state="sent", done_at=now, why=None))
                continue
            again = next_try(each.tries + 1, now)
            told = replace(each, tries=each.tries + 1, why=why or "its feed could not be written")
            if again is None:
                ended.append(replace(told, state="failed", done_at=now))
            else:
                ended.append(replace(told, due=again))
        failed = sum(each.state != "sent" for each in ended)
        self.sent = replace(self.sent, failed=self.sent.failed + failed)
        self._alerting.mark(ended)


def _stood(row: Notice, target: Target) -> bool:
    """Tell whether a notice is in a feed since an earlier sending."""
    return row.state == "sent" or target.name in row.reached


def _key(notice: Notice) -> tuple[str, str, str, str]:
    return notice.rule, notice.kind, notice.subject, notice.before
