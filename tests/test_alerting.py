"""Alerts from a change to whoever is told: over loopback, to a program, into a feed; held, released, tried again."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import feedparser  # type: ignore[import-untyped]  # no types of its own
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import config, deriving
from archive.deriving import Known
from archive.errors import NothingDone
from archive.model import Article, Digest, Extraction, Outlet, RecordId, Revision, Url
from archive.naming import Names
from archive.store import articles, changes, notices, open_store, sqlite_url
from archive.store.alarms import Alarm
from archive.store.changes import Noted, Places
from archive.store.notices import Notice
from archive.store.schema import alarms
from archive.urls import urlkey
from schedules import alert_file, sending
from schedules.alert_commands import alerts
from schedules.alert_rules import Rules, Target
from schedules.alert_texts import Message
from schedules.alerting import Alerting, Sent
from schedules.sending import inert
from tests.kept import empty
from tests.press import say
from tests.test_change_verbs import MILL, TEXT

KEY = urlkey(MILL)
KNOWN = Known(names=Names.of([Outlet(name="Weir Ledger", domains=("weirledger.test",))]), digest="test")
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAMED = "The keeper of the mill, Colin Harrow, has said that the pond would freeze again next winter."
UNNAMED = "The keeper of the mill has said that the pond would freeze again next winter."


@dataclass(slots=True)
class Hands:
    """A clock that is set by hand; each look moves it by a microsecond, as time passes while things are done."""

    at: datetime = START

    def now(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at

    def monotonic(self) -> float:
        return (self.at - START).total_seconds()

    def real_seconds(self, seconds: float) -> float:
        return seconds


@dataclass(slots=True)
class Inbox:
    """What a server on loopback was sent, and with which status it answers; None: not at all until it is let go."""

    address: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    status: int | None = 200
    go: threading.Event = field(default_factory=threading.Event)

    @property
    def titles(self) -> list[str]:
        return [each["title"] for each in self.got]


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    box = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            box.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if box.status is None:
                box.go.wait(60)
            self.send_response(box.status or 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    box.address = f"json://127.0.0.1:{server.server_port}/hook"
    yield box
    box.go.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return empty(tmp_path / "home")


class Desk:
    """An archive whose one article is edited by the hour, and who tells of it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.clock = Hands()
        self._revisions: tuple[Revision, ...] = ()
        self.alerting = Alerting(config.load(home), self.clock)

    def rules(self, text: str) -> Rules:
        (self.home / alert_file.FILE).write_text(text)
        return alert_file.read(self.home / alert_file.FILE)

    def edit(self, *texts: str, headline: str = "Mill closed after 40 years") -> None:
        """Let an hour pass, and fold the article as it is then."""
        number = len(self._revisions) + 1
        at = self.clock.at = START + number * HOUR
        paragraphs = texts or TEXT
        raw = "\n".join(paragraphs)
        made = Revision(
            id=RecordId(f"urn:uuid:00000000-0000-4000-8000-{number:012}"),
            number=number,
            url=Url(MILL),
            seen_from=at,
            seen_until=at,
            basis="bytes",
            extractor="test",
            extraction=Extraction(
                headline=headline, bylines=("Tamsin Wray",), paragraphs=paragraphs, language="en",
                published="2025-03-01T10:00:00Z",
            ),
            text_digest=Digest(f"sha256:{hashlib.sha256(raw.encode()).hexdigest()}"),
            words=len(raw.split()),
        )  # fmt: skip
        before = Article(id=KEY, url=Url(MILL), extractor="test", revisions=self._revisions) if number > 1 else None
        self._revisions = (*self._revisions, made)
        after = Article(id=KEY, url=Url(MILL), extractor="test", revisions=self._revisions)
        store = open_store(config.load(self.home).store.database)
        with store.write() as conn:
            articles.put(conn, after, {KEY: ("own", START, None)}, site="valley", outlet="valleypost.test")
            deriving.derive(conn, before, after, KNOWN)
        store.close()

    def told(self, rules: Rules) -> tuple[int, Sent]:
        return self.alerting.look(rules), self.alerting.send(rules)

    def rows(self) -> list[Notice]:
        store = open_store(config.load(self.home).store.database)
        try:
            with store.read() as conn:
                return notices.every(conn)
        finally:
            store.close()

    def states(self) -> list[str]:
        return [each.state for each in reversed(self.rows())]


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    made = Desk(home)
    yield made
    made.alerting.close()


def to(inbox: Inbox, rule: str = "", target: str = "") -> str:
    return f"[to.desk]\napprise = ['{inbox.address}']\n{target}\n[[rule]]\nname = 'all'\nto = ['desk']\n{rule}\n"


def with_number(years: int) -> tuple[str, ...]:
    return TEXT[0].replace("40 years", f"{years} years"), *TEXT[1:]


def with_keeper(text: str) -> tuple[str, ...]:
    return TEXT[0], TEXT[1], text, *TEXT[3:]


# ------------------------------------------------------------------------------------------------------- at once


def test_a_headline_edit_reaches_an_address_on_loopback_once(desk: Desk, inbox: Inbox) -> None:
    rules = desk.rules(to(inbox, "flag = ['headline']"))
    desk.edit()
    assert desk.told(rules) == (0, Sent())
    desk.edit(headline="Mill to open again")
    desk.edit(*with_number(44), headline="Mill to open again")

    assert desk.told(rules) == (1, Sent(messages=1))
    assert desk.told(rules) == (0, Sent())

    (got,) = inbox.got
    assert got["title"] == "Edited: Mill to open again"
    assert "the headline was changed" in got["message"]
    assert "headline: “Mill closed after 40 years” -> “Mill to open again”" in got["message"]
    assert f"\n{MILL}\n" in got["message"]
    assert f"variorum diff {MILL}@2" in got["message"]
    assert desk.states() == ["sent"]


def test_a_rule_made_today_does_not_tell_of_the_past(desk: Desk, inbox: Inbox) -> None:
    desk.edit()
    desk.edit(*with_number(41))
    rules = desk.rules(to(inbox))
    desk.told(rules)
    desk.edit(*with_number(42))

    assert desk.told(rules) == (1, Sent(messages=1))
    assert "{+42+}" in inbox.got[0]["message"]


def test_what_was_seen_before_there_was_the_rule_is_not_told_when_it_becomes_known_later(
    desk: Desk, inbox: Inbox
) -> None:
    desk.clock.at = START + 24 * HOUR
    rules = desk.rules(to(inbox))
    desk.told(rules)
    desk.edit()
    desk.edit(*with_number(41))

    assert desk.told(rules) == (0, Sent())


def test_words_outlets_sites_tags_and_cases_choose_what_is_told(desk: Desk) -> None:
    (desk.home / "tell").write_text("#!/bin/sh\n")
    (desk.home / "tell").chmod(0o755)
    (desk.home / "sites/valley.toml").write_text('url = "http://www.valleypost.test/"\ntags = ["press"]\n')
    keys = {
        "museum": "words = ['museums']", "barn": "words = ['barn']", "ledger": "outlet = 'Weir Ledger'",
        "post": "outlet = 'Kelmoor Post'", "site": "site = 'valley'", "other": "site = 'hill'",
        "press": "tag = 'press'", "sport": "tag = 'sport'", "case": "case = 'mill'",
    }  # fmt: skip
    rules = desk.rules(
        "[to.script]\ncommand = ['./tell']\n"
        + "".join(f"[[rule]]\nname = '{name}'\nto = 'script'\n{key}\n" for name, key in keys.items())
    )
    desk.edit()
    desk.told(rules)
    desk.edit(*with_number(41))
    desk.told(rules)
    assert sorted(each.rule for each in desk.rows()) == ["ledger", "press", "site"]
    assert say("mark", MILL, "--case", "mill", "--home", desk.home).code == 0
    desk.edit(*with_number(41)[:-1], TEXT[-1].replace("in the summer", "in the spring"))
    desk.told(rules)

    assert sorted(each.rule for each in desk.rows() if each.subject.endswith("3")) == [
        "case", "ledger", "museum", "press", "site",
    ]  # fmt: skip


def test_a_burst_goes_in_as_many_messages_as_the_rule_allows_an_hour(desk: Desk, inbox: Inbox) -> None:
    rules = desk.rules(to(inbox, "at_most = 2"))
    desk.edit()
    desk.told(rules)
    for years in range(41, 46):
        desk.edit(*with_number(years))

    assert desk.told(rules) == (5, Sent(messages=2))
    assert inbox.titles[1] == "4 edits: all"
    assert [f"{{+{years}+}}" in inbox.got[1]["message"] for years in (41, 42, 43, 44, 45)] == [False] + 4 * [True]

    desk.edit(*with_number(50))
    desk.clock.at -= timedelta(minutes=59)
    assert desk.told(rules) == (1, Sent(postponed=1))
    desk.clock.at += HOUR
    assert desk.told(rules) == (0, Sent(messages=1))


# ------------------------------------------------------------------------------------------------------- a digest


def test_a_digest_collects_what_happened_and_catches_up_once_after_downtime(desk: Desk, inbox: Inbox) -> None:
    rules = desk.rules(to(inbox, "when = '07:30'\ntimezone = 'Europe/Lisbon'"))
    desk.edit()
    desk.told(rules)
    for years in (41, 42, 43):
        desk.edit(*with_number(years))
        assert desk.told(rules) == (1, Sent())
    desk.clock.at = datetime(2026, 11, 23, 7, 29, tzinfo=UTC)
    assert desk.told(rules) == (0, Sent())
    desk.clock.at = datetime(2026, 11, 27, 3, tzinfo=UTC)
    assert desk.told(rules) == (0, Sent(messages=1))
    assert inbox.titles == ["3 edits: all"]
    message = inbox.got[0]["message"]
    assert message.index("{+41+}") < message.index("{+42+}") < message.index("{+43+}")
    assert desk.states() == 3 * ["sent"]


# ------------------------------------------------------------------------------------------------- targets that fail


def test_a_target_that_refuses_is_tried_again_later_and_then_given_up(desk: Desk) -> None:
    rules = desk.rules("[to.script]\ncommand = ['./tell']\n[[rule]]\nname = 'all'\nto = 'script'")
    tell = desk.home / "tell"
    tell.write_text("#!/bin/sh\necho >> tries\nexit $(cat code)\n")
    tell.chmod(0o755)
    (desk.home / "code").write_text("3")
    desk.edit()
    desk.told(rules)
    desk.edit(*with_number(41))

    assert desk.told(rules) == (1, Sent(failed=1))
    for wait in (1, 5, 30, 120):
        desk.clock.at += timedelta(minutes=wait - 0.1)
        assert desk.told(rules) == (0, Sent())
        desk.clock.at += timedelta(minutes=0.2)
        assert desk.told(rules) == (0, Sent(failed=1))
    desk.clock.at += timedelta(days=3)
    assert desk.told(rules) == (0, Sent())
    (row,) = desk.rows()
    assert (row.state, row.tries, row.why) == ("failed", 5, f"{tell} ended with code 3")
    assert (desk.home / "tries").read_text() == 5 * "\n"

    (desk.home / "code").write_text("0")
    assert verb(desk, "--retry").output == "1 notice will be tried again\n"
    desk.clock.at = max(desk.clock.at, datetime.now(UTC)) + HOUR
    assert desk.told(rules) == (0, Sent(messages=1))


def test_why_an_address_refused_is_noted_without_the_address(desk: Desk, inbox: Inbox) -> None:
    inbox.status = 500
    target = Target(name="desk", apprise=(inbox.address,))
    why = sending.send(target, Message(rule="r", title="t", text="x", told=()), desk.home).why
    assert why is not None
    assert why.startswith("address 1 of desk: ")
    assert "500" in why
    assert inbox.address.rpartition(":")[2] not in why


def test_a_target_that_hangs_is_given_up_and_holds_up_none_of_the_others(desk: Desk, inbox: Inbox) -> None:
    script = desk.home / "tell.py"
    script.write_text("import sys, pathlib; pathlib.Path('told.json').write_bytes(sys.stdin.buffer.read())")
    rules = desk.rules(
        f"[to.desk]\napprise = ['{inbox.address}?rto=60']\ntimeout = '2s'\n"
        f"[to.script]\ncommand = ['{sys.executable}', 'tell.py']\n"
        "[[rule]]\nname = 'all'\nto = ['desk', 'script']\n"
    )
    desk.edit()
    desk.told(rules)
    desk.edit(*with_number(41))
    inbox.status = None

    assert desk.told(rules) == (1, Sent(messages=1, failed=1))
    (row,) = desk.rows()
    assert (row.state, row.reached) == ("waiting", ("script",))
    assert row.why == "address 1 of desk: no answer within 2 s"
    (desk.home / "told.json").unlink()

    inbox.status = 200
    inbox.go.set()
    desk.clock.at += HOUR
    assert desk.told(rules) == (0, Sent(messages=1))
    assert not (desk.home / "told.json").exists()  # it was told already
    assert desk.states() == ["sent"]


def test_an_address_that_has_it_is_not_sent_it_again_for_another_that_failed(desk: Desk, inbox: Inbox) -> None:
    rules = desk.rules(to(inbox).replace("/hook']", "/hook', 'nosuchthing://x']"))
    desk.edit()
    desk.told(rules)
    desk.edit(*with_number(41))
    desk.told(rules)
    desk.clock.at += HOUR
    desk.told(rules)

    assert len(inbox.got) == 1
    (row,) = desk.rows()
    assert (row.tries, row.reached) == (2, ("desk 1",))
    assert row.why == "address 2 of desk: Apprise does not know how to use it (nosuchthing://)"


def test_a_program_gets_the_notice_as_json(desk: Desk) -> None:
    (desk.home / "tell.py").write_text("import sys, pathlib; pathlib.Path('told').write_bytes(sys.stdin.buffer.read())")
    rules = desk.rules(f"[to.script]\ncommand = ['{sys.executable}', 'tell.py']\n[[rule]]\nname = 'all'\nto = 'script'")
    desk.edit()
    desk.told(rules)
    desk.edit(*with_number(41))
    desk.told(rules)

    told = json.loads((desk.home / "told").read_bytes())
    assert (told["rule"], told["to"], told["title"]) == ("all", "script", "Edited: Mill closed after 40 years")
    (notice,) = told["notices"]
    assert (notice["kind"], notice["url"], notice["to"]["number"]) == ("change", MILL, 2)
    assert notice["window"]["until"] == notice["at"]
    assert "number" in notice["flags"]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import sys; sys.exit('no \\033[31m disk')", "ended with code 1: no \\x1b[31m disk"),
        ("import signal; signal.pause()", "took more than 1 s and was ended"),
        ("import sys; sys.stdin.close()", None),
    ],
)
def test_what_a_program_says_as_it_fails_is_noted(tmp_path: Path, code: str, why: str | None) -> None:
    target = Target(name="script", command=(sys.executable, "-c", code), timeout=timedelta(seconds=1 if why else 30))
    came = sending.send(target, Message(rule="r", title="t", text="x" * 200_000, told=()), tmp_path)
    assert (came.why or "").endswith(why or "")
    assert bool(came.reached) is (why is None)


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    came = sending.send(
        Target(name="script", command=("./nothing",)), Message(rule="r", title="t", text="x", told=()), tmp_path
    )
    assert came.why == f"{tmp_path / 'nothing'} cannot be started: No such file or directory"


def test_addresses_come_from_a_file_and_the_environment(tmp_path: Path) -> None:
    (tmp_path / "addresses").write_text("# ours\njson://a\n\n")
    target = Target(name="desk", apprise_file=Path("addresses"), apprise_env="OURS")
    assert sending.addresses_of(target, tmp_path, {"OURS": "json://b  json://a"}) == ("json://a", "json://b")


def test_pages_cannot_call_people_in_a_chat() -> None:
    said = "@everyone look <!channel> <@U1> at medium.com/@ann, a@b.example and (@ann)"
    assert inert(said) == "＠everyone look ‹!channel> ‹@U1> at medium.com/@ann, a@b.example and (＠ann)"


def test_a_crash_after_a_message_went_and_before_it_was_noted_sends_it_once_more(
    desk: Desk, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = desk.rules(to(inbox))
    desk.edit()
    desk.told(rules)
    for years in (41, 42):
        desk.edit(*with_number(years))
    with monkeypatch.context() as broken:
        broken.setattr(notices, "set_to", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            desk.told(rules)
    assert len(inbox.got) == 1
    again = Alerting(config.load(desk.home), desk.clock)
    try:
        assert (again.look(rules), again.send(rules)) == (0, Sent(messages=2))
    finally:
        again.close()

    assert ["{+41+}" in each["message"] for each in inbox.got] == [True, True, False]
    assert desk.states() == ["sent", "sent"]


# ---------------------------------------------------------------------------------------------------- held for a person


def the_name_went(desk: Desk, inbox: Inbox) -> Rules:
    rules = desk.rules(to(inbox, target="[to.feed]\natom = 'feeds/press.atom'").replace("['desk']", "['desk', 'feed']"))
    desk.edit(*with_keeper(NAMED))
    desk.told(rules)
    desk.edit(*with_keeper(UNNAMED))
    assert desk.told(rules) == (1, Sent())
    return rules


def feed(desk: Desk) -> list[Any]:
    read = feedparser.parse((desk.home / "feeds/press.atom").read_bytes())
    assert not read.bozo
    return list(read.entries)


def test_an_edit_that_takes_a_private_name_out_waits_for_a_person(desk: Desk, inbox: Inbox) -> None:
    rules = the_name_went(desk, inbox)
    desk.clock.at += timedelta(days=2)
    desk.told(rules)
    assert (inbox.got, feed(desk), desk.states()) == ([], [], ["held"])

    listed = CliRunner().invoke(alerts, ["--held", "--home", str(desk.home)]).output
    assert f"{MILL}@2" in listed
    assert "Harrow" not in listed

    done = say("mark", f"{MILL}@2", "--reviewed", "--home", desk.home)
    assert "1 notice that waited for this will be sent" in done.out
    assert desk.told(rules) == (0, Sent(messages=1))
    assert "Colin Harrow" in inbox.got[0]["message"]
    assert len(feed(desk)) == 1


def test_a_change_that_was_reviewed_before_is_not_held(desk: Desk, inbox: Inbox) -> None:
    rules = desk.rules(to(inbox))
    desk.edit(*with_keeper(NAMED))
    desk.told(rules)
    desk.edit(*with_keeper(UNNAMED))
    assert say("mark", f"{MILL}@2", "--reviewed", "--home", desk.home).code == 0
    assert desk.told(rules) == (1, Sent(messages=1))


def test_what_is_dropped_is_never_told(desk: Desk, inbox: Inbox) -> None:
    rules = the_name_went(desk, inbox)
    done = CliRunner().invoke(alerts, ["--drop", f"{MILL}@2", "--home", str(desk.home)])
    assert done.output == "1 notice will never be sent\n"
    desk.clock.at += timedelta(days=2)
    desk.told(rules)
    assert (inbox.got, feed(desk), desk.states()) == ([], [], ["dropped"])


def test_an_earlier_notice_that_shows_the_name_waits_too(desk: Desk, inbox: Inbox) -> None:
    rules = desk.rules(to(inbox, "when = '07:30'"))
    desk.edit(*with_keeper(UNNAMED))
    desk.told(rules)
    desk.edit(*with_keeper(NAMED))
    assert desk.told(rules)[0] == 1
    assert desk.states() == ["waiting"]
    desk.edit(*with_keeper(UNNAMED))
    assert desk.told(rules)[0] == 1
    desk.clock.at += timedelta(days=2)
    assert desk.told(rules) == (0, Sent(held=1))

    assert (inbox.got, desk.states()) == ([], ["held", "held"])
    assert "2 notices that waited" in say("mark", f"{MILL}@3", "--reviewed", "--home", desk.home).out
    assert desk.told(rules) == (0, Sent(messages=1))
    assert inbox.titles == ["2 edits: all"]


def test_an_entry_leaves_the_feed_when_the_name_it_shows_is_taken_out_later(desk: Desk, inbox: Inbox) -> None:
    rules = desk.rules("[to.feed]\natom = 'feeds/press.atom'\n[[rule]]\nname = 'all'\nto = 'feed'")
    desk.edit(*with_keeper(UNNAMED))
    desk.told(rules)
    desk.edit(*with_keeper(NAMED))
    desk.told(rules)
    assert "Harrow" in feed(desk)[0].content[0].value
    desk.edit(*with_keeper(UNNAMED))
    desk.told(rules)
    assert "Harrow" not in (desk.home / "feeds/press.atom").read_text()
    desk.edit(*with_keeper(UNNAMED.replace("winter", "year")))
    desk.told(rules)
    assert [entry.id for entry in feed(desk)] != []
    assert "Harrow" not in (desk.home / "feeds/press.atom").read_text()


# -------------------------------------------------------------------------------------------------------- feeds, alarms


def test_a_feed_keeps_the_newest_entries_the_newest_first(desk: Desk) -> None:
    rules = desk.rules("[to.feed]\natom = 'press.atom'\nentries = 2\n[[rule]]\nname = 'all'\nto = 'feed'\nat_most = 1")
    desk.told(rules)
    assert feedparser.parse((desk.home / "press.atom").read_bytes()).entries == []
    desk.edit()
    for years in (41, 42, 43):
        desk.edit(*with_number(years))
    desk.told(rules)
    entries = feedparser.parse((desk.home / "press.atom").read_bytes()).entries
    assert [f"{{+{years}+}}" in each.content[0].value for years, each in zip((43, 42), entries, strict=True)] == [
        True, True,
    ]  # fmt: skip


def ring(desk: Desk, alarm: Alarm) -> None:
    store = open_store(config.load(desk.home).store.database)
    with store.write() as conn:
        conn.execute(alarms.delete())
        conn.execute(alarms.insert(), {name: getattr(alarm, name) for name in Alarm.__slots__})
    store.close()


def test_an_alarm_is_told_when_it_rings_and_when_it_is_over(desk: Desk, inbox: Inbox) -> None:
    rules = desk.rules(to(inbox, "alarm = ['quiet']"))
    desk.told(rules)
    quiet = Alarm(site="blog", kind="quiet", since=START, detail="no new item since Friday; look at the feed")
    ring(desk, quiet)
    assert desk.told(rules) == (1, Sent(messages=1))
    assert desk.told(rules) == (0, Sent())
    ring(desk, Alarm(site="blog", kind="quiet", since=START, detail=quiet.detail, ended=START + HOUR))
    assert desk.told(rules) == (1, Sent(messages=1))
    assert desk.told(rules) == (0, Sent())

    assert inbox.titles == ["Alarm: quiet, site blog", "Over: quiet, site blog"]
    assert inbox.got[0]["message"].endswith("no new item since Friday; look at the feed")


def test_an_alarm_that_was_over_before_there_was_the_rule_is_not_told(desk: Desk, inbox: Inbox) -> None:
    rules = desk.rules(to(inbox, "alarm = 'all'"))
    ring(desk, Alarm(site="", kind="disk", since=START - 2 * HOUR, ended=START - HOUR, detail="full in 3 days"))
    desk.told(rules)
    assert desk.told(rules) == (0, Sent())


# ------------------------------------------------------------------------------------------------------------- the verb


def verb(desk: Desk, *words: str) -> Any:
    return CliRunner().invoke(alerts, [*words, "--home", str(desk.home)])


def test_the_verb_checks_the_file_and_tries_a_target(desk: Desk, inbox: Inbox) -> None:
    desk.rules(to(inbox, "site = 'blog'"))
    assert verb(desk, "--check").output.endswith("1 rule, 1 target: all\n")
    assert "no site blog is watched" in verb(desk, "--check").output
    assert verb(desk, "--test", "desk").output == "desk took the message\n"
    assert inbox.titles == ["Variorum: a trial"]
    inbox.status = 403
    assert isinstance(verb(desk, "--test", "desk").exception, NothingDone)
    assert "did you mean desk?" in str(verb(desk, "--test", "dask").exception)


def test_the_verb_lists_what_was_told_as_json(desk: Desk, inbox: Inbox) -> None:
    rules = desk.rules(to(inbox))
    desk.edit()
    desk.told(rules)
    desk.edit(*with_number(41))
    desk.told(rules)
    (row,) = (json.loads(line) for line in verb(desk, "--json").stdout.splitlines())
    assert (row["url"], row["number"], row["rule"], row["state"]) == (MILL, 2, "all", "sent")
    assert isinstance(verb(desk, "--failed").exception, NothingDone)
    assert "2026-11-22 14:00  sent   all" in verb(desk, "--sent").output


def test_the_rules_of_the_settings_zone_are_used(desk: Desk, inbox: Inbox) -> None:
    (desk.home / alert_file.FILE).write_text(to(inbox, "when = '07:30'"))
    (rule,) = alert_file.read(desk.home / alert_file.FILE, ZoneInfo("Asia/Tokyo")).rules
    assert rule.timezone == ZoneInfo("Asia/Tokyo")


# ----------------------------------------------------------------------------------------------------------- the store


@settings(max_examples=25)
@given(st.sets(st.integers(1, 90)), st.sets(st.integers(1, 90)), st.integers(1, 100))
def test_a_reader_is_given_what_it_has_not_seen_and_is_still_there(seen: set[int], gone: set[int], limit: int) -> None:
    with TemporaryDirectory() as folder:
        store = open_store(sqlite_url(Path(folder) / "variorum.db"), create=True)
        with store.write() as conn:
            some = [
                Noted(revision=RecordId(f"r{at}"), before=RecordId("r0"), article=KEY, at=START, flags=())
                for at in range(1, 91)
            ]
            changes.put(conn, some)
            changes.forget(conn, [RecordId(f"r{at}") for at in gone])
            found = notices.unseen(conn, Places().and_also(seen), limit)
        store.close()
    assert [each.noted.noted for each in found] == sorted(set(range(1, 91)) - seen - gone)[:limit]
