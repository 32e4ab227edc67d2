"""What the doctor finds in archives that are as they should be, and in those that are not; each with its remedy."""

from __future__ import annotations

import errno
import json
import os
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement

from archive import config
from archive.liveness import Sign
from archive.model import Run, RunState
from archive.recording import Recording
from archive.store import Store, alarms, condition, open_store, runs
from archive.store.alarms import Alarm
from archive.timing import SystemClock
from schedules import doctor, doctor_files, doctor_index, doctor_machine
from schedules.diagnosis import DAMAGED, FULL, MISUSE, WRONG, Finding, Patient, exit_code, fine, size, some
from schedules.doctor_commands import doctor as verb
from tests.crash.exchanges import exchange
from tests.crash.steps import recorded_now

HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """Give the database of an archive with one watched site."""
    (home / "sites" / "a.toml").write_text('url = "http://127.0.0.1/"\n')
    store = open_store(config.load(home).store.database, create=True)
    yield store
    store.close()


def patient(home: Path, **more: object) -> Patient:
    given = {"now": now(), "env": {}} | more
    return Patient(settings=config.load(home), **given)  # type: ignore[arg-type]


def found(home: Path, what: str, **more: object) -> list[Finding]:
    """Examine everything, and give what was found of one thing."""
    return [finding for finding in doctor.examine(patient(home, **more)) if finding.what == what]


def told(findings: list[Finding]) -> list[tuple[str, int]]:
    return [(finding.judgement, finding.code) for finding in findings]


def run(id: str, state: RunState, began: datetime, *sites: str, planned: datetime | None = None) -> Run:
    ended = None if state in ("running", "queued") else began + timedelta(minutes=1)
    return Run(id=id, why="crawl", sites=sites, state=state, began=began, ended=ended, planned=planned)


def noted(store: Store, *every: Run) -> None:
    with store.write() as conn:
        for each in every:
            runs.begin(conn, each)


# ---- a healthy archive


def test_an_archive_that_is_as_it_should_be_has_no_problem(home: Path, store: Store) -> None:
    noted(store, run("r1", "ok", now() - HOUR, "a"))
    findings = list(doctor.examine(patient(home)))

    assert [finding for finding in findings if finding.judgement == "problem"] == []
    warned = {finding.what for finding in findings if finding.judgement == "warning"}
    assert warned <= {"scheduler", "user", "disk"}  # no scheduler is at work; tests may run as root, on a full disk
    assert {"software", "time zones", "systemd", "contact", "database", "WARC files", "runs", "clock", "alarms"} <= {
        finding.what for finding in findings
    }


def test_every_warning_and_problem_has_a_remedy(home: Path, store: Store) -> None:
    noted(store, run("r1", "running", now() - HOUR, "a"))
    (home / "warcs" / "stranger.txt").write_text("x")
    (home / "sites" / "b.toml").write_text("nonsense")

    for finding in doctor.examine(patient(home)):
        assert (finding.judgement == "ok") == (finding.remedy is None), finding
        assert (finding.judgement == "problem") == (finding.code != 0), finding


def test_the_doctor_changes_nothing(home: Path, store: Store) -> None:
    noted(store, run("r1", "running", now() - HOUR, "a"))
    store.close()
    before = {file: file.read_bytes() for file in home.rglob("*") if file.is_file()}
    list(doctor.examine(patient(home)))

    assert {file: file.read_bytes() for file in home.rglob("*") if file.is_file()} == before


# ---- the machine


@pytest.mark.parametrize(
    ("needed", "words"),
    [
        ("click>=8.1,<9", None),
        ("click>=99", "click .*, and >=99 is needed"),
        ("click<2", "click .*, and <2 is needed"),
        ("no-such-library-at-all>=1", "no-such-library-at-all is not installed"),
    ],
)
def test_a_library_of_another_version_than_needed_is_told(needed: str, words: str | None) -> None:
    why = doctor_machine.unfit(Requirement(needed))

    assert why is None if words is None else re.fullmatch(words, why or "")


def test_systemd_that_does_not_listen_is_a_problem_and_one_that_does_is_none(home: Path, store: Store) -> None:
    address = str(home / "notify")
    env = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "120000000"}
    assert told(found(home, "systemd", env=env)) == [("problem", WRONG)]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(address)
        (finding,) = found(home, "systemd", env=env)
        assert (finding.judgement, finding.detail) == ("ok", "it listens; a sign of life every 1 min")
        sock.setblocking(False)
        with pytest.raises(BlockingIOError):  # nothing was sent
            sock.recv(1)
    assert told(found(home, "systemd", env={"NOTIFY_SOCKET": "vsock:2:1"})) == [("warning", 0)]


# ---- files


def test_every_broken_site_file_is_told_with_its_line(home: Path, store: Store) -> None:
    (home / "sites" / "b.toml").write_text('url = "http://b.test/"\n\nurll = 1\n')
    (home / "sites" / "c.toml").write_text('url = "http://c.test/"\nsession = "/nowhere/c.toml"\n')

    b, c = found(home, "sites")[:2]
    assert (b.code, c.code) == (MISUSE, MISUSE)
    assert "b.toml line 3: there is no key urll; did you mean url?" in b.detail
    assert "there is no file /nowhere/c.toml" in c.detail


def test_alerts_that_cannot_be_read_are_told(home: Path, store: Store) -> None:
    (home / "alerts.toml").write_text("nonsense =\n")
    findings = [finding for finding in doctor.examine(patient(home)) if "alerts.toml" in finding.detail]

    assert told(findings) == [("problem", MISUSE)]


def test_a_public_site_without_a_contact_is_a_problem(home: Path, store: Store) -> None:
    file = home / config.FILE
    file.write_text(file.read_text().replace('contact = "tests@example.org"', ""))
    assert told(found(home, "contact")) == [("warning", 0)]

    (home / "sites" / "b.toml").write_text('url = "http://blog.example/"\n')
    (finding,) = found(home, "contact")
    assert (finding.judgement, finding.code) == ("problem", MISUSE)
    assert "http://blog.example/" in finding.detail


def test_a_site_whose_robots_are_overridden_is_told_with_its_basis(home: Path, store: Store) -> None:
    (home / "sites" / "b.toml").write_text('url = "http://b.test/"\nrobots = "ignore"\nbasis = "their letter"\n')

    (finding,) = found(home, "robots")
    assert (finding.judgement, "b: their letter" in finding.detail) == ("ok", True)


def test_secrets_that_everybody_may_read_are_a_problem(
    home: Path, store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    session = tmp_path_factory.mktemp("secrets") / "b.toml"
    session.write_text('[cookies]\nkey = "x"\n')
    (home / "sites" / "b.toml").write_text(f'url = "http://b.test/"\nsession = "{session}"\n')
    alerts = home / "alerts.toml"
    alerts.write_text('[to.desk]\napprise = ["json://127.0.0.1:1/"]\n')

    for file in (session, alerts):
        file.chmod(0o644)
    details = [finding.remedy for finding in found(home, "permissions")]
    assert details == [f"chmod o= {session}", f"chmod o= {alerts}"]
    for file in (session, alerts):
        file.chmod(0o640)
    assert told(found(home, "permissions")) == [("ok", 0)]


def test_a_disk_below_its_reserve_is_a_problem_of_the_disk(home: Path, store: Store) -> None:
    file = home / config.FILE
    file.write_text(file.read_text().replace('min_free = "1MB"', 'min_free = "9000TB"'))

    assert told(found(home, "disk")) == [("problem", FULL)]


@pytest.mark.parametrize(
    ("ages", "a_day"),
    [([], 0), ([1], 100), ([24], 100), ([48, 24], 100), ([144, 96, 48], 50), ([200, 24], 100), ([-5], 0)],
)
def test_growth_is_that_of_the_files_begun_in_the_last_week(tmp_path: Path, ages: list[int], a_day: float) -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    for age in ages:
        (tmp_path / f"a-{at - age * HOUR:%Y%m%d%H%M%S}000-00000.warc.gz").write_bytes(b"x" * 100)
    (tmp_path / "a-99999999999999999-00000.warc.gz").write_bytes(b"x")
    (tmp_path / "notes.txt").write_bytes(b"x")

    assert doctor_files.growth(tmp_path, at) == pytest.approx(a_day)


def test_a_scheduler_shows_that_it_lives(home: Path, store: Store) -> None:
    assert told(found(home, "scheduler")) == [("warning", 0)]
    sign = Sign(home / "warcs" / "running", doctor_files.SIGN)
    assert told(found(home, "scheduler")) == [("ok", 0)]
    sign.end()
    assert told(found(home, "scheduler")) == [("warning", 0)]


# ---- the database


def test_a_missing_database_is_told_and_what_it_holds_not_looked_at(home: Path) -> None:
    findings = list(doctor.examine(patient(home)))

    assert [finding.code for finding in findings if finding.what == "database"] == [MISUSE]
    assert findings[-1].what == "index"
    assert not (home / "variorum.db").exists()


def test_a_damaged_database_is_a_problem_of_that_code(home: Path, store: Store) -> None:
    noted(store, *(run(f"r{number}", "ok", now(), "a" * 200) for number in range(500)))
    store.close()
    with (home / "variorum.db").open("r+b") as file:
        file.seek(3 * 4096)
        file.write(os.urandom(40 * 4096))

    (finding,) = found(home, "database")
    assert (finding.judgement, finding.code) == ("problem", DAMAGED)
    assert finding.remedy is not None
    assert "variorum reindex" in finding.remedy


def test_a_file_that_is_no_database_is_damaged_too(home: Path) -> None:
    (home / "variorum.db").write_bytes(b"not a database at all, " * 400)

    assert told(found(home, "database")) == [("problem", DAMAGED)]


def test_an_older_schema_is_told_and_left_as_it_is(home: Path, store: Store) -> None:
    with store.write() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0003'")

    findings = list(doctor.examine(patient(home)))
    (of_schema,) = [finding for finding in findings if finding.what == "database"]
    assert (of_schema.judgement, "schema 0003" in of_schema.detail) == ("warning", True)
    assert findings[-1].what == "index"
    with store.read() as conn:
        assert conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0003"


def test_a_newer_schema_needs_a_newer_program(home: Path, store: Store) -> None:
    with store.write() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    assert told(found(home, "database")) == [("problem", MISUSE)]


def test_who_keeps_the_database_locked_is_named(home: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_files, "PATIENCE", 0.1)
    with store.write():
        (finding,) = found(home, "database")
        assert (finding.judgement, finding.code) == ("problem", WRONG)
        if condition.LOCKS.exists() and f"{os.getpid()}" in condition.LOCKS.read_text():
            assert f"process {os.getpid()} (" in finding.detail
    assert told(found(home, "database")) == [("ok", 0)]


def test_a_large_database_is_looked_through_only_when_asked_to(
    home: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_files, "LARGE", 1000)

    (hasty,), (thorough,) = found(home, "database"), found(home, "database", thorough=True)
    assert (hasty.judgement, "not looked through (--thorough)" in hasty.detail) == ("ok", True)
    assert (thorough.judgement, "not looked through" in thorough.detail) == ("ok", False)


def test_a_log_that_cannot_be_folded_in_is_told(home: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_files, "LONG_LOG", 10_000)
    with store.read() as conn:
        conn.exec_driver_sql("SELECT * FROM runs").fetchall()
        noted(store, *(run(f"r{number}", "ok", now(), "a" * 200) for number in range(500)))
        (finding,) = found(home, "database")

    assert (finding.judgement, "not folded in" in finding.detail) == ("warning", True)


# ---- what the index tells


def captured(home: Path, *dates: tuple[str, datetime, datetime | None, int]) -> None:
    """Put on record what hosts answered at a time: the date they told, what a cache said of its age."""
    recording = Recording(config.load(home), SystemClock()).start()
    try:
        for host, at, date, age in dates:
            fields = ["Content-Type: text/html"]
            if date is not None:
                fields += [f"Date: {format_datetime(date, usegmt=True)}", f"Age: {age}"]
            recorded_now(recording, exchange(f"http://{host}/", b"<p>page</p>", fields=tuple(fields), at=at))
    finally:
        recording.close()


@pytest.mark.parametrize(
    ("offset", "judgement"),
    [(0, "ok"), (8, "ok"), (-8, "ok"), (30, "warning"), (-30, "warning"), (90, "problem"), (-4000, "problem")],
)
def test_a_clock_that_is_off_is_told_by_the_dates_of_servers(
    home: Path, store: Store, offset: int, judgement: str
) -> None:
    at = now() - HOUR
    off = timedelta(seconds=offset)
    wrong = (("e.test", at, at - timedelta(days=400), 0),)  # one server's own clock is no measure
    captured(home, *((f"{name}.test", at, at + off, 0) for name in "abcd"), *wrong)

    (finding,) = found(home, "clock")
    assert finding.judgement == judgement
    if judgement != "ok":
        side = "behind" if offset > 0 else "ahead of"
        assert finding.detail.endswith(f" s {side} 5 servers")


def test_what_a_cache_kept_is_brought_forward_by_its_age(home: Path, store: Store) -> None:
    at = now() - HOUR
    captured(home, *((f"{name}.test", at, at - timedelta(seconds=3000), 3000) for name in "abc"))
    with store.read() as conn:
        offsets = doctor_index.offsets(patient(home), conn)

    assert len(offsets) == 3
    assert all(abs(each) <= 1.5 for each in offsets)


def test_few_servers_and_those_without_a_date_make_no_judgement(home: Path, store: Store) -> None:
    at = now() - HOUR
    captured(home, ("a.test", at, at + HOUR, 0), ("b.test", at, at + HOUR, 0), ("c.test", at, None, 0))

    (finding,) = found(home, "clock")
    assert (finding.judgement, finding.detail[:7]) == ("ok", "2 hosts")


def test_runs_that_are_dated_in_the_future_are_the_clocks_fault(home: Path, store: Store) -> None:
    noted(store, run("r1", "ok", now() + HOUR, "a"))

    assert told(found(home, "clock")) == [("problem", WRONG)]
    assert told(found(home, "clock", scaled=True)) == [("ok", 0)]


def test_runs_without_a_process_and_runs_that_crashed_are_told(home: Path, store: Store) -> None:
    alive = Sign(home / "warcs" / "running", "alive")
    noted(
        store,
        run("alive", "running", now() - HOUR, "a"),
        run("fresh", "running", now() - timedelta(minutes=1), "a"),
        run("dead", "running", now() - HOUR, "a"),
        run("crashed", "crashed", now() - HOUR, "a"),
        run("long-ago", "crashed", now() - 400 * HOUR, "a"),
    )
    dead, crashed = found(home, "runs")
    alive.end()

    assert (dead.judgement, dead.detail) == ("problem", "ended without a word: dead")
    assert (crashed.judgement, crashed.detail) == ("warning", "1 crashed in the last 7 days: crashed")


def test_planned_runs_that_wait_or_were_missed_are_told(home: Path, store: Store) -> None:
    noted(
        store,
        run("late", "queued", now() - HOUR, "a", planned=now() - 3 * HOUR),
        run("soon", "queued", now(), "a", planned=now()),
        run("missed", "missed", now(), "a", planned=now() - 5 * HOUR),
    )
    late, missed = found(home, "planned runs")

    assert late.detail == "1 wait, the first for 3 h"
    assert missed.detail == "1 were missed in the last 7 days"


def test_sites_that_did_not_answer_of_late_are_told(home: Path, store: Store) -> None:
    (home / "sites" / "b.toml").write_text('url = "http://b.test/"\n')
    (home / "sites" / "p.toml").write_text('url = "http://p.test/"\npaused = "they asked"\n')
    noted(store, run("r1", "ok", now() - 40 * HOUR, "a"), run("r2", "ok", now() - 30 * HOUR, "b"))
    (overdue,) = [finding for finding in found(home, "sites") if finding.judgement != "ok"]
    assert overdue.detail == "no answer for longer than is usual: a (1 day 15 h)"

    (home / "sites" / "c.toml").write_text('url = "http://c.test/"\n')
    never, _ = [finding for finding in found(home, "sites") if finding.judgement != "ok"]
    assert never.detail == "no answer yet, or none in 60 days: c"
    assert never.remedy == "variorum crawl c"


def test_alarms_that_ring_are_told(home: Path, store: Store) -> None:
    at = datetime(2026, 11, 1, 8, tzinfo=UTC)
    with store.write() as conn:
        alarms.note(conn, [Alarm(site="a", kind="quiet", since=at, detail="no new item")], at)

    (finding,) = found(home, "alarms")
    assert (finding.judgement, finding.detail) == ("warning", "a: quiet since 2026-11-01 08:00: no new item")


def test_files_that_are_not_as_the_index_knows_them_are_told(home: Path, store: Store) -> None:
    captured(home, ("a.test", now(), None, 0))
    assert told(found(home, "WARC files")) == [("ok", 0)]  # the next process goes on with the open file
    (kept,) = [name for name in os.listdir(home / "warcs") if name.endswith(".open")]
    with (home / "warcs" / kept).open("ab") as file:
        file.write(b"WARC/1.1\r\n")
    sealed = kept.replace("00000.warc", "00001.warc").removesuffix(".open")
    (home / "warcs" / sealed).write_bytes(b"WARC/1.1\r\n")
    (home / "warcs" / "stranger.txt").write_text("x")
    (home / "warcs" / "theirs.warc.gz").write_text("x")
    assert [finding.detail for finding in found(home, "WARC files")] == [
        f"not wholly in the index: {sealed}",
        f"left by a process that was killed: {kept.removesuffix('.open')}",
        "not of this archive: stranger.txt, theirs.warc.gz",
    ]

    (home / "warcs" / kept).unlink()
    lost = found(home, "WARC files")[0]
    assert (lost.code, lost.detail) == (DAMAGED, f"missing: {kept.removesuffix('.open')}")


def test_a_file_that_is_held_is_left_to_who_holds_it(home: Path, store: Store) -> None:
    recording = Recording(config.load(home), SystemClock()).start()
    try:
        recorded_now(recording, exchange("http://a.test/", b"page", at=now()))
        assert told(found(home, "WARC files")) == [("ok", 0)]
        recorded_now(recording, exchange("http://a.test/2", b"page", at=now()))
    finally:
        recording.close()


# ---- the verb


def called(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(verb, list(words), standalone_mode=False, catch_exceptions=False)
    return done.return_value, done.stdout


def test_the_verb_gives_objects_with_the_same_keys_and_the_code_of_the_gravest(home: Path, store: Store) -> None:
    code, said = called("--json", "--home", str(home))
    objects = [json.loads(line) for line in said.splitlines()]
    assert code == 0
    assert {tuple(one) for one in objects} == {("what", "judgement", "detail", "remedy")}

    (home / "sites" / "b.toml").write_text("url = 1\n")
    assert called("--json", "--home", str(home))[0] == MISUSE
    store.close()
    (home / "variorum.db").write_bytes(b"x" * 9000)
    assert called("--json", "--home", str(home))[0] == DAMAGED


def test_the_verb_says_in_lines_what_is_wrong_and_what_to_do(home: Path, store: Store) -> None:
    (home / "sites" / "b.toml").write_text("url = 1\n")
    code, said = called("--home", str(home))

    assert code == MISUSE
    assert "problem  sites" in said
    assert "-> mend " in said
    assert said.splitlines()[-1].startswith("1 problem, ")


def test_settings_that_cannot_be_read_are_a_finding_of_their_own(home: Path) -> None:
    (home / config.FILE).write_text("contact = 7\n")
    code, said = called("--json", "--home", str(home))

    assert code == MISUSE
    assert json.loads(said)["what"] == "settings"


def test_a_folder_that_we_may_not_look_into_keeps_the_doctor_from_nothing_else(
    home: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(patient: Patient) -> Iterator[Finding]:
        yield fine("denied", "so far")
        raise PermissionError(errno.EACCES, "Permission denied", "/somewhere")

    monkeypatch.setattr(doctor, "FILES", (denied, *doctor.FILES))
    findings = list(doctor.examine(patient(home)))

    details = [finding.detail for finding in findings if finding.what == "denied"]
    assert details == ["so far", "cannot look: /somewhere: Permission denied"]
    assert findings[-1].what == "alarms"


@pytest.mark.parametrize(
    ("codes", "code"),
    [([], 0), ([0, 0], 0), ([0, 1], 1), ([1, 2], 2), ([2, 4, 1], 4), ([4, 3, 2, 1, 0], 3)],
)
def test_the_gravest_code_wins(codes: list[int], code: int) -> None:
    assert exit_code(iter(codes)) == code


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (2.5e9, "2.5 GB"), (3e15, "3000.0 TB")]
)
def test_sizes_are_written_as_people_say_them(count: float, words: str) -> None:
    assert size(count) == words


def test_of_many_names_a_few_are_given() -> None:
    assert some(["a", "b"]) == "a, b"
    assert some(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
