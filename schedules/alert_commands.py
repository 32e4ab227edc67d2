"""The verb ``alerts``: what was told, what waits for a person, and whether the rules and targets are right."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from archive import terminal, timing
from archive.article_commands import asking
from archive.cli import Place, archive_options
from archive.commands import JSON, SINCE
from archive.errors import Misuse, NothingDone
from archive.terminal import counted

if TYPE_CHECKING:
    from archive.asked import Asked
    from archive.model import UrlKey
    from archive.store.notices import Notice, State
    from schedules.alert_rules import Rules

SHOWN = 100
"""Rows that a table shows."""


@click.command()
@click.option("--held", is_flag=True, help="What waits for a person: edits that took a private person's name out.")
@click.option("--waiting", is_flag=True, help="What is to be sent, or tried again.")
@click.option("--sent", is_flag=True, help="What was sent.")
@click.option("--failed", is_flag=True, help="What could not be sent.")
@SINCE
@click.option("--drop", metavar="URL@N", help="Never send what is held for this change, or waits because of it.")
@click.option("--retry", is_flag=True, help="Let what could not be sent be tried again.")
@click.option("--check", is_flag=True, help="Say what is wrong with alerts.toml.")
@click.option("--test", "target", metavar="NAME", help="Send a trial message to this target.")
@click.option("--example", is_flag=True, help="Print an alerts.toml with every key.")
@JSON
@archive_options(optional=True)
def alerts(
    place: Place | None,
    held: bool,
    waiting: bool,
    sent: bool,
    failed: bool,
    since: datetime | None,
    drop: str | None,
    retry: bool,
    check: bool,
    target: str | None,
    example: bool,
    as_json: bool,
) -> int:
    """List what the rules of alerts.toml told, the newest first; `variorum start` sends it.

    A notice that would show the name of a private person which an edit took out is held until a person has looked:
    `variorum mark URL@N --reviewed` lets it go, --drop URL@N ends it. Exit code 1 when there is nothing to list, or a
    trial message did not arrive.
    """
    doing = (drop is not None, retry, check, target is not None, example)
    if sum(doing) > 1 or (any(doing) and (held or waiting or sent or failed)):
        raise Misuse("do one thing: list notices, --drop URL@N, --retry, --check, --test NAME or --example")
    if example:
        from schedules import alert_file

        click.echo(alert_file.example(), nl=False)
        return 0
    if place is None:
        from archive.config import find_home

        find_home(None, None, os.environ)  # raises what says how to name one
        return 2
    if check:
        _check(place)
    elif target is not None:
        _try(place, target)
    elif drop is not None or retry:
        _decide(place, drop)
    else:
        chosen: dict[State, bool] = {"held": held, "waiting": waiting, "sent": sent, "failed": failed}
        _list(place, [state for state, is_asked in chosen.items() if is_asked], since, as_json=as_json)
    return 0


def _rules(place: Place) -> Rules:
    from schedules import alert_file

    return alert_file.read(place.home / alert_file.FILE, place.settings.schedule.timezone)


def _check(place: Place) -> None:
    from schedules import alert_file, sending

    rules = _rules(place)
    if not rules.rules:
        raise NothingDone(f"{alert_file.FILE} has no rule: variorum alerts --example > {alert_file.FILE}")
    watched = {each.stem for each in (place.home / "sites").glob("*.toml")}
    for rule in rules.rules:
        for site in rule.site:
            if site not in watched:
                terminal.step(f"rule {rule.name}: no site {site} is watched")
    for target in rules.targets.values():
        if not target.command and target.atom is None:
            try:
                sending.addresses_of(target, place.home, os.environ)
            except Misuse as error:
                terminal.step(str(error))
    names = ", ".join(rule.name for rule in rules.rules)
    click.echo(
        terminal.printable(f"{counted(len(rules.rules), 'rule')}, {counted(len(rules.targets), 'target')}: {names}")
    )


def _try(place: Place, name: str) -> None:
    from archive import values
    from schedules.alerting import Alerting

    rules = _rules(place)
    target = rules.targets.get(name)
    if target is None:
        raise Misuse(
            f"there is no target {name}; {values.nearest(name, rules.targets) if rules.targets else 'none is'}"
        )
    if target.atom is not None:
        click.echo(f"{name} is a feed; `variorum start` writes it to {place.home / target.atom}")
        return
    alerting = Alerting(place.settings, timing.from_environment(os.environ))
    try:
        why = alerting.trial(target)
    finally:
        alerting.close()
    if why is not None:
        raise NothingDone(f"{name} did not take the message: {why}")
    click.echo(f"{name} took the message")


def _decide(place: Place, drop: str | None) -> None:
    from archive.article_commands import wished
    from archive.store import notices

    with asking(place) as asked:
        now = asked.clock.now()
        if drop is None:
            count = asked.recording().work_and_wait(lambda conn: notices.again(conn, now))
            done = "will be tried again"
        else:
            wish = asked.wish(drop)
            if wish.revision is None and wish.at is None:
                raise Misuse(f"which change of {drop}? Give URL@N, as `variorum alerts --held` has it")
            _, revision, _, _ = wished(asked, wish)
            count = asked.recording().work_and_wait(lambda conn: notices.drop(conn, revision.id, now))
            done = "will never be sent"
    if not count:
        raise NothingDone("there is no such notice; `variorum alerts` lists them")
    click.echo(f"{counted(count, 'notice')} {done}")


def _list(place: Place, states: Sequence[State], since: datetime | None, *, as_json: bool) -> None:
    from archive.store import notices

    with asking(place) as asked:
        with asked.store.read() as conn:
            found = notices.every(conn, states=states or None, since=since, limit=None if as_json else SHOWN + 1)
        named = _Named(asked)
        rows = [_row(each, named) for each in (found if as_json else found[:SHOWN])]
    if not rows:
        raise NothingDone("there is no such notice" if states or since else "nothing was told by any rule yet")
    for row in rows if as_json else ():
        terminal.emit_json(row)
    if as_json:
        return
    terminal.table(
        [
            (f"{row['at']:%Y-%m-%d %H:%M}", row["state"], row["rule"], row["what"], row["why"])
            for row in rows
        ],
        ("at", "state", "rule", "what", "why"),
    )  # fmt: skip
    if len(found) > SHOWN:
        click.echo(f"and more; --json lists all, --since TIME fewer than {SHOWN}")
    if any(row["state"] == "held" for row in rows):
        click.echo("held: look with `variorum diff URL@N`, then `variorum mark URL@N --reviewed` or --drop URL@N")


class _Named:
    """Gives revisions as ``URL@N``."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._known: dict[str, tuple[str, UrlKey] | None] = {}

    def of(self, revision: str) -> tuple[str, UrlKey] | None:
        """Give the name of a revision and its article; None where there is none any more."""
        from archive.model import RecordId
        from archive.store import articles

        if revision not in self._known:
            with self._asked.store.read() as conn:
                found = articles.revision(conn, RecordId(revision))
                article = articles.get(conn, found[0]) if found is not None else None
            # One that was taken into an earlier revision is no change any more.
            is_known = found is not None and article is not None and found[1].id == revision and found[1].number > 1
            self._known[revision] = (
                (f"{article.url}@{found[1].number}", article.id) if is_known and article and found else None
            )
        return self._known[revision]


def _row(notice: Notice, named: _Named) -> dict[str, object]:
    """Give a notice by its keys; names of persons are not among them."""
    found = named.of(notice.subject) if notice.kind == "change" else None
    what = found[0] if found is not None else notice.subject if notice.kind != "change" else "a change that is gone"
    why = notice.why
    if notice.state == "held":
        others = [told[0] for each in notice.because if each != notice.subject and (told := named.of(each)) is not None]
        why = "a name went out" + (f" with {', '.join(others)}" if others else "")
    url, _, number = what.rpartition("@") if found is not None else (None, "", None)
    return {
        "url": url,
        "article": found[1] if found is not None else None,
        "revision": notice.subject if notice.kind == "change" else None,
        "number": int(number) if number else None,
        "what": what,
        "rule": notice.rule,
        "kind": notice.kind,
        "site": notice.site or None,
        "state": notice.state,
        "at": notice.at,
        "due": notice.due,
        "done_at": notice.done_at,
        "tries": notice.tries,
        "reached": list(notice.reached),
        "why": why,
    }
