"""alerts.toml, what is said of mistakes in it, which changes a rule is about, and when it tells of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import Misuse
from archive.model import Change, Citation, Digest, Edit, Extraction, FieldEdit, Flag, RecordId, Revision, Url
from archive.store.alarms import Alarm
from schedules import alert_file, alert_rules
from schedules.alert_rules import ALARMS, HOUR, Rule, Seen, due_at, matches, matches_alarm, may_match, next_try, share

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

WHOLE = """
[to.desk]
apprise = ["json://127.0.0.1:8080", "mailto://desk:secret@mail.example"]
timeout = "10s"

[to.script]
command = ["./tell", "--loud"]

[to.feed]
atom = "feeds/press.atom"
entries = 5

[[rule]]
name = "headlines"
to = ["desk", "feed"]
site = "blog-example"
tag = ["press"]
case = ["flood"]
words = ["joint operations room", "army*"]
flag = ["headline", "stealth"]
outlet = ["dailybugle.example", "The Bugle"]
at_most = 3

[[rule]]
name = "morning"
to = "script"
when = "07:30"
timezone = "Europe/Lisbon"

[[rule]]
name = "trouble"
to = ["script"]
alarm = "all"
when = "at once"
"""


def read(tmp_path: Path, text: str) -> alert_rules.Rules:
    file = tmp_path / alert_file.FILE
    file.write_text(text)
    return alert_file.read(file, ZoneInfo("Asia/Tokyo"))


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    rules = read(tmp_path, WHOLE)
    first, morning, trouble = rules.rules
    assert first == Rule(
        name="headlines",
        to=("desk", "feed"),
        site=("blog-example",),
        tag=("press",),
        case=("flood",),
        words=('"joint operations room"', "army*"),
        flag=("headline", "stealth"),
        outlet=("dailybugle.example", "The Bugle"),
        timezone=ZoneInfo("Asia/Tokyo"),
        at_most=3,
    )
    assert (morning.when, morning.timezone) == (time(7, 30), ZoneInfo("Europe/Lisbon"))
    assert trouble.alarm == ALARMS
    assert rules.targets["feed"].atom == PurePosixPath("feeds/press.atom")
    assert rules.targets["script"].command == ("./tell", "--loud")
    assert rules.targets["desk"].timeout == timedelta(seconds=10)
    assert rules.of("morning") is morning
    assert rules.of("evening") is None


def test_no_file_has_no_rules(tmp_path: Path) -> None:
    assert alert_file.read(tmp_path / "alerts.toml") == alert_rules.Rules()


def test_the_example_without_its_comments_is_read(tmp_path: Path) -> None:
    lines = [line for line in alert_file.example().splitlines() if not line.startswith("#   ")]
    kept = [line.removeprefix("# ") for line in lines[1:]]
    ours = [line for line in kept if not line.startswith(("apprise_", "command", "atom", "entries", "alarm"))]
    (rule,) = read(tmp_path, "\n".join(ours)).rules
    assert rule.when == time(7, 30)


def test_the_example_as_printed_has_no_rule(tmp_path: Path) -> None:
    assert read(tmp_path, alert_file.example()).rules == ()


TO = '[to.desk]\ncommand = ["x"]\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("targets = 1", 1, "there is no targets here; write [to.NAME] and [[rule]]"),
        ("to = 1", 1, "to is no table of targets"),
        ("[rule]\nname = 'x'", 1, "rule is no list; write [[rule]]"),
        ("[to.desk]\n", 1, "target desk needs one of apprise, command and atom; it has none of them"),
        ("[to.desk]\natom = 'a.atom'\ncommand = ['x']", 1, "it has command and atom"),
        ("[to.desk]\ncomand = ['x']", 2, "there is no key comand; did you mean command?"),
        ("[to.desk]\ncommand = []", 2, "is not a program with its arguments"),
        ("[to.desk]\napprise = 'json'", 2, "apprise = '...' is not a list of addresses"),
        ("[to.desk]\napprise_env = 'A B'", 2, "the name of an environment variable"),
        ("[to.desk]\natom = '../x.atom'", 2, "it must lie in the archive"),
        ("[to.desk]\natom = '/x.atom'", 2, "it must lie in the archive"),
        ("[to.desk]\natom = 'variorum.db'", 2, "its name must end in .atom or .xml"),
        ("[to.desk]\natom = 'warcs/x.xml'", 2, "neither in warcs nor in sites"),
        ("[to.'a/b']\ncommand = ['x']", 1, "is no name of a target"),
        (f"{TO}[[rule]]\nto = ['desk']", 3, "this rule has no name; add one, such as name = "),
        (f"{TO}[[rule]]\nname = 'x'", 3, "this rule has no to"),
        (f"{TO}[[rule]]\nname = 'x'\nto = ['dask']", 5, "there is no target dask; did you mean desk?"),
        (f"{TO}[[rule]]\nname = 'x'\nto = 'desk'\nflags = ['quote']", 6, "there is no key flags; did you mean flag?"),
        (
            f"{TO}[[rule]]\nname = 'x'\nto = 'desk'\nflag = ['qoute']",
            6,
            "there is no flag 'qoute'; did you mean quote?",
        ),
        (f"{TO}[[rule]]\nname = 'x'\nto = 'desk'\nalarm = ['quite']", 6, "did you mean quiet?"),
        (f"{TO}[[rule]]\nname = 'x'\nto = 'desk'\nalarm = 'all'\nwords = 'x'", 7, "an alarm has no words"),
        (f"{TO}[[rule]]\nname = 'x'\nto = 'desk'\nwords = ['-x']", 6, "only words that must not be there"),
        (f"{TO}[[rule]]\nname = 'x'\nto = 'desk'\nwhen = '25:00'", 6, "is not"),
        (f"{TO}[[rule]]\nname = 'x'\nto = 'desk'\ntimezone = 'Europe/Lisbo'", 6, "did you mean Europe/Lisbon?"),
        (f"{TO}[[rule]]\nname = 'x'\nto = 'desk'\nat_most = 0", 6, "a number above 0"),
        (f"{TO}[[rule]]\nname='x'\nto='desk'\n[[rule]]\nname='x'\nto='desk'", 6, "there is a rule x already"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_remedy(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(Misuse) as told:
        read(tmp_path, text)
    said = next(each for each in str(told.value).splitlines() if words in each)
    assert said.startswith(f"{tmp_path / 'alerts.toml'} line {line}: "), said


def test_all_mistakes_are_told_at_once_and_no_secret_with_them(tmp_path: Path) -> None:
    with pytest.raises(Misuse) as told:
        read(tmp_path, "[to.desk]\napprise = ['hunter2']\n[[rule]]\nname = 'x'\nto = 'desk'\ncolour = 1")
    assert len(str(told.value).splitlines()) == 2
    assert "hunter2" not in str(told.value)


def test_secrets_are_in_no_description_of_a_target(tmp_path: Path) -> None:
    assert "secret" not in repr(read(tmp_path, WHOLE))


# -------------------------------------------------------------------------------------------------- what a rule is of


def rule(**keys: object) -> Rule:
    return Rule(name="r", to=("desk",), **keys)  # type: ignore[arg-type]


SEEN = Seen(site="blog", tags=("press",), cases={"flood"}, flags=("headline", "number"))


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ({}, True),
        ({"site": ("blog", "other")}, True),
        ({"site": ("other",)}, False),
        ({"tag": ("press",)}, True),
        ({"tag": ("sport",)}, False),
        ({"case": ("flood",)}, True),
        ({"case": ("fire",)}, False),
        ({"flag": ("quote", "number")}, True),
        ({"flag": ("quote",)}, False),
        ({"site": ("blog",), "flag": ("quote",)}, False),
        ({"alarm": ("quiet",)}, False),
    ],
)
def test_a_rule_is_about_what_all_its_keys_agree_on(keys: dict[str, object], wanted: bool) -> None:
    assert may_match(rule(**keys), SEEN) is wanted


def test_typography_is_told_only_where_it_is_asked_for() -> None:
    seen = Seen(site=None, tags=(), cases=(), flags=("typographic",))
    assert not may_match(rule(), seen)
    assert may_match(rule(flag=("typographic",)), seen)
    assert may_match(rule(), Seen(site=None, tags=(), cases=(), flags=()))


def revision(number: int) -> Revision:
    return Revision(
        id=RecordId(f"urn:uuid:{number}"), number=number, url=Url("http://a.test/"), seen_from=NOON, seen_until=NOON,
        basis="bytes", extractor="e", extraction=Extraction(language="en"), text_digest=Digest("sha256:0"), words=0,
    )  # fmt: skip


def change(*edits: Edit, fields: tuple[FieldEdit, ...] = (), flags: tuple[Flag, ...] = ()) -> Change:
    before, after = RecordId("urn:uuid:1"), RecordId("urn:uuid:2")
    return Change(before=before, after=after, window=(NOON, NOON), edits=edits, fields=fields, flags=flags)


@pytest.mark.parametrize(
    ("edit", "wanted"),
    [
        (Edit(op="change", before="The armies left.", after="They left."), True),
        (Edit(op="add", after="They came from the joint operations room."), True),
        (Edit(op="add", after="They came from the room of joint operations."), False),
        (Edit(op="add", after="The barmy mill."), False),
        (Edit(op="move", before="The army left.", after="The army left."), False),
        (Edit(op="change", before="The “army” left.", after='The "army" left.', typographic=True), False),
    ],
)
def test_words_are_found_in_what_was_edited_before_or_after(edit: Edit, wanted: bool) -> None:
    asked = rule(words=('"joint operations room"', "armies"))
    assert matches(asked, change(edit), revision(1), revision(2), ()) is wanted


def test_words_are_found_in_an_edited_headline() -> None:
    told = FieldEdit(field="headline", before="Army leaves", after="They leave")
    assert matches(rule(words=("army",)), change(fields=(told,)), revision(1), revision(2), ())


@pytest.mark.parametrize("said", ["dailybugle.example", "www.DailyBugle.example", "Bugle", "the bugle"])
def test_an_outlet_is_meant_by_its_domain_or_its_name(said: str) -> None:
    cited = Citation(how="name", role="credit", outlet="The Bugle", domain="dailybugle.example", category="media")
    other = Citation(how="name", role="credit", outlet=None, domain=None, category="media")
    asked = rule(outlet=(said,))
    assert matches(asked, change(), revision(1), revision(2), [other, cited])
    assert not matches(asked, change(), revision(1), revision(2), [other])


def test_an_alarm_is_told_by_kind_site_and_tag() -> None:
    alarm = Alarm(site="blog", kind="quiet", since=NOON, detail="no new item since yesterday")
    assert matches_alarm(rule(alarm=("quiet",)), alarm, ())
    assert not matches_alarm(rule(alarm=("disk",)), alarm, ())
    assert not matches_alarm(rule(alarm=("quiet",), site=("other",)), alarm, ())
    assert matches_alarm(rule(alarm=("quiet",), tag=("press",)), alarm, ("press",))


# ---------------------------------------------------------------------------------------------------------------- when


@pytest.mark.parametrize(
    ("zone", "now", "wanted"),
    [
        ("UTC", datetime(2026, 11, 22, 7, 29, tzinfo=UTC), datetime(2026, 11, 22, 7, 30, tzinfo=UTC)),
        ("UTC", datetime(2026, 11, 22, 7, 30, tzinfo=UTC), datetime(2026, 11, 23, 7, 30, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 5, 30, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 6, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, 0, tzinfo=UTC), datetime(2026, 11, 1, 12, 30, tzinfo=UTC)),
    ],
)
def test_a_digest_is_due_at_its_local_time_whatever_the_clocks_do(zone: str, now: datetime, wanted: datetime) -> None:
    assert due_at(rule(when=time(7, 30), timezone=ZoneInfo(zone)), now) == wanted


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tehran", "UTC"])
@pytest.mark.parametrize("at", [time(0), time(1, 30), time(2, 15), time(2, 30), time(3)])
def test_a_digest_comes_once_a_day_through_a_year(zone: str, at: time) -> None:
    asked = rule(when=at, timezone=ZoneInfo(zone))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    days: list[date] = []
    while now.year == 2026:
        now = due_at(asked, now)
        days.append(now.astimezone(ZoneInfo(zone)).date())
    assert len(days) == len(set(days))
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))


def test_what_is_told_at_once_is_due_now() -> None:
    assert due_at(rule(), NOON) == NOON


def test_failed_tries_wait_longer_each_time_and_end() -> None:
    waits = [at - NOON if (at := next_try(tries, NOON)) else None for tries in range(1, 6)]
    assert waits == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), None]


@pytest.mark.parametrize(
    ("count", "minutes_ago", "wanted"),
    [
        (3, [], (3, 0)),
        (4, [], (2, 2)),
        (1, [10, 5], (1, 0)),
        (5, [10, 5], (0, 5)),
        (5, [120, 61], (2, 3)),
    ],
)
def test_a_burst_is_told_in_as_many_messages_as_an_hour_has_room_for(
    count: int, minutes_ago: list[int], wanted: tuple[int, int]
) -> None:
    sent = [NOON - timedelta(minutes=each) for each in minutes_ago]
    how = share(rule(at_most=3), count, sent, NOON)
    assert (how.alone, how.rest, how.until) == (*wanted, None)


def test_where_an_hour_is_full_all_waits_until_there_is_room() -> None:
    sent = [NOON - timedelta(minutes=each) for each in (50, 40, 30)]
    assert share(rule(at_most=3), 2, sent, NOON).until == NOON + timedelta(minutes=10)


def test_a_digest_is_one_message() -> None:
    assert (how := share(rule(when=time(7)), 50, [NOON], NOON)).alone == 0
    assert (how.rest, how.until) == (50, None)


@given(st.integers(1, 5), st.lists(st.integers(0, 300), max_size=30))
def test_no_hour_ever_has_more_messages_than_allowed_and_nothing_is_left(at_most: int, minutes: list[int]) -> None:
    asked = rule(at_most=at_most)
    arrive = sorted(minutes)
    sent: list[datetime] = []
    waiting = told = 0
    for minute in range(300 + 61):
        now = NOON + timedelta(minutes=minute)
        waiting += arrive.count(minute)
        if waiting and (how := share(asked, waiting, sent, now)).until is None:
            sent += [now] * (how.alone + bool(how.rest))
            told, waiting = told + how.alone + how.rest, waiting - how.alone - how.rest
    assert (told, waiting) == (len(arrive), 0)
    assert all(sum(at - HOUR < each <= at for each in sent) <= at_most for at in sent)
