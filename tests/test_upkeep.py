"""Verify finds what is wrong, repair mends what it may, reindex needs the files alone, a backup is an archive."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.config import load
from archive.model import Exchange, Url
from archive.recording import Recorded, Recording
from archive.timing import SystemClock
from crawler.newsstand import Newsstand
from tests.press import LIMIT, QUICK, VARIORUM, call, connect, copied, environment, press, say

ROWS = ("captures", "visits", "runs", "journal")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return press(tmp_path_factory.getbasetemp())


@pytest.fixture
def home(whole: Path, tmp_path: Path) -> Path:
    """A copy of the archive, to be damaged."""
    return copied(whole, tmp_path / "copy")


def sealed(home: Path) -> Path:
    """The sealed file with the most records of pages in it."""
    return max(home.glob("warcs/*.warc.gz"), key=lambda path: path.stat().st_size)


def growing(home: Path) -> Path:
    (path,) = home.glob("warcs/*.open")
    return path


def change(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / "variorum.db")) as database, database:
        for statement in statements:
            assert database.execute(statement).rowcount > 0, statement


def table(home: Path, name: str) -> list[Any]:
    with closing(sqlite3.connect(home / "variorum.db")) as database:
        columns = ", ".join(row[1] for row in database.execute(f"PRAGMA table_info({name})"))
        return sorted(database.execute(f"SELECT {columns} FROM {name}").fetchall(), key=repr)


def rows_of(home: Path) -> dict[str, list[Any]]:
    return {name: table(home, name) for name in (*ROWS, "copies")}


def lose_index(home: Path) -> None:
    for path in home.glob("variorum.db*"):
        path.unlink()


def pages(home: Path, **wanted: object) -> list[dict[str, Any]]:
    rows = say("captures", "--home", home, "--all", "--json").rows
    return [row for row in rows if not row["url"].startswith("urn:") and wanted.items() <= row.items()]


def problems(home: Path) -> list[dict[str, Any]]:
    """What verify says, each object checked for its keys."""
    said = say("verify", "--home", home, "--json")
    *found, last = said.rows
    assert list(last) == ["files", "records", "problems"]
    assert last["problems"] == len(found)
    assert said.code == (3 if found else 0)
    assert said.err == ""
    assert all(list(problem) == ["warc", "offset", "problem", "record"] for problem in found)
    return found


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x20
    path.write_bytes(data)


def test_an_archive_as_captured_has_no_problems(whole: Path) -> None:
    said = say("verify", "--home", whole)

    assert problems(whole) == []
    assert said.code == 0
    files = len(list(whole.glob("warcs/*.warc.gz*")))
    assert files >= 4
    assert said.out.startswith(f"{files} files, ")
    assert said.out.endswith(" records, 0 problems\n")


def middle(home: Path) -> int:
    """A place within the longest record of the sealed file."""
    row = max((r for r in pages(home, kind="response") if r["warc"] == sealed(home).name), key=lambda r: r["length"])
    return int(row["offset"]) + int(row["length"]) // 2


def flip_block(home: Path) -> str:
    flip(sealed(home), middle(home))
    return sealed(home).name


def flip_trailer(home: Path) -> str:
    row = next(r for r in pages(home, kind="response") if r["warc"] == sealed(home).name)
    flip(sealed(home), row["offset"] + row["length"] - 6)  # within the CRC that ends a gzip member
    return sealed(home).name


def flip_head(home: Path) -> str:
    row = next(r for r in pages(home, kind="response") if r["warc"] == sealed(home).name)
    flip(sealed(home), row["offset"] + 1)  # the second byte of the mark of gzip
    return sealed(home).name


def flip_growing(home: Path) -> str:
    row = next(r for r in pages(home, kind="response") if r["warc"] == growing(home).name.removesuffix(".open"))
    flip(growing(home), row["offset"] + row["length"] // 2)
    return str(row["warc"])


def flip_what_no_digest_covers(home: Path) -> str:
    flip(sealed(home), 9)  # the gzip header's word for the system it was made on
    return sealed(home).name


def delete_file(home: Path) -> str:
    path = sealed(home)
    path.unlink()
    return path.name


def truncate(home: Path) -> str:
    path = sealed(home)
    path.write_bytes(path.read_bytes()[:-1000])
    return path.name


def replace_block(home: Path) -> str:
    """Pack a record anew with another body: sound gzip, wrong digest."""
    path = growing(home)
    warc = path.name.removesuffix(".open")
    row = max((r for r in pages(home, kind="response") if r["warc"] == warc), key=lambda r: r["offset"])
    data = path.read_bytes()
    begin, end = row["offset"], row["offset"] + row["length"]
    record = gzip.decompress(data[begin:end])
    path.write_bytes(data[:begin] + gzip.compress(record.replace(b"<p", b"<q", 1)) + data[end:])
    return warc


def strange_text(home: Path) -> str:
    (home / "warcs" / "notes.txt").write_text("found on a train")
    return "notes.txt"


def strange_warc(home: Path) -> str:
    shutil.copy(sealed(home), home / "warcs" / "wget.warc.gz")
    return "wget.warc.gz"


def strange_name_of_ours(home: Path) -> str:
    name = "press-20260101000000000-00000.warc.gz"
    shutil.copy(sealed(home), home / "warcs" / name)
    return name


def half_import(home: Path) -> str:
    name = "press-20260101000000000-import-00000.warc.gz.part"
    (home / "warcs" / name).write_bytes(sealed(home).read_bytes()[:1000])
    return name


DAMAGES: tuple[tuple[Callable[[Path], str], str], ...] = (
    (flip_block, "hold no record|digest does not hold"),
    (flip_block, "SHA-256"),
    (flip_trailer, "hold no record"),
    (flip_head, "hold no record"),
    (flip_head, "the index tells of a record that is not there"),
    (flip_growing, "hold no record|digest does not hold"),
    (flip_what_no_digest_covers, "not what it was when it was sealed"),
    (delete_file, "the file is missing: bring it back from a backup"),
    (truncate, r"the file has \d+ bytes, the index has read \d+"),
    (replace_block, "the block digest does not hold|hold no record"),
    (strange_text, "no WARC file: move it out"),
    (strange_warc, "no file of this archive: .*variorum import"),
    (strange_name_of_ours, "not in the index: run `variorum repair`"),
    (half_import, "left by an import that was broken off: run `variorum repair`"),
)


@pytest.mark.parametrize(("damage", "words"), DAMAGES, ids=lambda value: getattr(value, "__name__", None))
def test_damage_to_a_file_is_found_and_named(home: Path, damage: Callable[[Path], str], words: str) -> None:
    warc = damage(home)
    found = problems(home)

    assert any(problem["warc"] == warc and re.search(words, problem["problem"]) for problem in found), found
    assert {problem["warc"] for problem in found} == {warc}


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM captures WHERE id = (SELECT min(id) FROM captures WHERE kind = 'response')", "not in the index"),
        ("DELETE FROM captures WHERE id = (SELECT min(id) FROM captures WHERE kind = 'resource')", "not in the index"),
        ("DELETE FROM visits WHERE id = (SELECT min(id) FROM visits)", "a visit that is not in the index"),
        ("DELETE FROM runs WHERE id = (SELECT min(id) FROM runs)", "a run that is not in the index"),
        ('UPDATE captures SET "offset" = "offset" + 1 WHERE id = (SELECT max(id) FROM captures)', "not in the index"),
        ('UPDATE captures SET "offset" = "offset" + 1 WHERE id = (SELECT max(id) FROM captures)', "that is not there"),
        ("UPDATE captures SET length = length - 1 WHERE id = (SELECT max(id) FROM captures)", "that is not there"),
        ('UPDATE visits SET "offset" = 1 WHERE id = (SELECT max(id) FROM visits)', "that is not there"),
        ('UPDATE visits SET "offset" = 1 WHERE id = (SELECT max(id) FROM visits)', "a visit that is not in the index"),
        ("DELETE FROM warcs WHERE name = (SELECT min(name) FROM warcs)", "the file is not in the index"),
        ("UPDATE warcs SET bytes = bytes + 9 WHERE name = (SELECT min(name) FROM warcs)", "bytes, the index has read"),
        ("UPDATE warcs SET bytes = 5000 WHERE name = (SELECT min(name) FROM warcs)", "bytes not in the index"),
        ("UPDATE warcs SET sha256 = 'ab' WHERE name = (SELECT min(name) FROM warcs)", "SHA-256"),
    ],
)
def test_damage_to_the_index_is_found_and_reindex_mends_it(home: Path, statement: str, words: str) -> None:
    change(home, statement)
    found = problems(home)
    reindexed = say("reindex", "--home", home)

    assert any(words in problem["problem"] for problem in found), found
    assert reindexed.code == 0
    if "sha256" not in statement:  # what a file was when it was sealed stands in the index alone
        assert problems(home) == []


def test_a_journal_entry_lost_from_the_index_is_found(home: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.warc.gz"
    given.write_bytes(sealed(home).read_bytes()[:-20] + sealed(home).read_bytes()[-20:] + gzip.compress(RESOURCE))
    assert say("import", "--home", home, given).code == 0
    assert problems(home) == []
    change(home, "DELETE FROM journal")
    (problem,) = problems(home)

    assert "a journal entry that is not in the index" in problem["problem"]
    assert say("reindex", "--home", home).code == 0
    assert problems(home) == []


RESOURCE = (
    b"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:11111111-2222-4333-8444-555555555555>\r\n"
    b"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Target-URI: urn:example:good\r\nContent-Type: text/plain\r\n"
    b"Content-Length: 4\r\n\r\ngood\r\n\r\n"
)


def test_a_revisit_whose_original_is_gone_is_found(home: Path) -> None:
    revisit = pages(home, kind="revisit")[0]
    with closing(sqlite3.connect(home / "variorum.db")) as database:
        ((original, warc),) = database.execute(
            "SELECT o.id, o.warc FROM captures o JOIN captures r ON r.refers_to = o.id WHERE r.id = ?", (revisit["id"],)
        )
    (home / "warcs" / warc).unlink()
    assert say("reindex", "--home", home).code == 0
    found = problems(home)

    told = [(problem["record"], problem["problem"]) for problem in found]
    assert (revisit["id"], f"revisit of a record that is not here: {original}") in told
    assert all("revisit of a record that is not here" in problem["problem"] for problem in found)


def test_verify_of_files_needs_no_index(whole: Path, tmp_path: Path) -> None:
    hurt = tmp_path / "hurt.warc.gz"
    shutil.copy(sealed(whole), hurt)
    flip(hurt, middle(whole))
    (tmp_path / "empty").mkdir()
    assert say("init", tmp_path / "empty" / "home").code == 0
    (tmp_path / "empty" / "home" / "variorum.db").unlink()
    said = say("verify", "--home", tmp_path / "empty" / "home", sealed(whole), growing(whole), hurt, "--json")

    *found, last = said.rows
    assert said.code == 3
    assert {problem["warc"] for problem in found} == {"hurt.warc.gz"}
    assert (last["files"], last["problems"]) == (3, len(found))
    assert not (tmp_path / "empty" / "home" / "variorum.db").exists()


# ---- repair


def test_repair_of_a_sound_archive_seals_what_is_open_and_no_more(home: Path) -> None:
    before = rows_of(home)
    name, size = growing(home).name.removesuffix(".open"), growing(home).stat().st_size
    said = say("repair", "--home", home)

    assert (said.code, said.out) == (0, f"{name}: sealed, {size} bytes\n")
    assert rows_of(home) == before
    assert problems(home) == []
    assert say("repair", "--home", home).out == "nothing to repair\n"


def test_repair_cuts_a_torn_tail_and_keeps_it(home: Path) -> None:
    before = pages(home)
    path = growing(home)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(sealed(home).read_bytes()[:700])  # a warcinfo and the beginning of the next record
    torn = path.read_bytes()[size:]
    assert [problem["offset"] for problem in problems(home)] == [size]
    said = say("repair", "--home", home)

    assert said.code == 0
    assert "a torn tail at" in said.out
    (kept,) = home.glob("warcs/cut/*")
    assert torn.endswith(kept.read_bytes())
    assert pages(home) == before
    assert problems(home) == []


def test_repair_brings_in_what_the_index_has_not_read_yet(home: Path) -> None:
    before = rows_of(home)
    first = min(path.name for path in home.glob("warcs/*.warc.gz"))
    with closing(sqlite3.connect(home / "variorum.db")) as database, database:
        ((at,),) = database.execute(
            'SELECT min("offset" + length) FROM visits WHERE warc = ? AND "offset" > 5000', (first,)
        )
        for name in ("captures", "visits"):
            database.execute(f'DELETE FROM {name} WHERE warc = ? AND "offset" >= ?', (first, at))
        database.execute("UPDATE warcs SET bytes = ? WHERE name = ?", (at, first))
    assert problems(home)
    said = say("repair", "--home", home)

    assert said.code == 0
    assert f"{first}: " in said.out
    assert rows_of(home) == before
    assert problems(home) == []


def test_repair_takes_in_a_file_of_ours_that_the_index_does_not_know(home: Path) -> None:
    before = rows_of(home)
    first = min(path.name for path in home.glob("warcs/*.warc.gz"))
    change(
        home,
        *(f"DELETE FROM {name} WHERE warc = '{first}'" for name in ("captures", "visits")),
        f"DELETE FROM warcs WHERE name = '{first}'",
    )
    said = say("repair", "--home", home)

    assert said.code == 0
    assert rows_of(home) == before
    assert problems(home) == []


def test_repair_removes_what_a_broken_import_left(home: Path) -> None:
    name = half_import(home)
    said = say("repair", "--home", home)

    assert said.code == 0
    assert f"{name}: left by an import that was broken off, removed" in said.out
    assert problems(home) == []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (truncate, "shorter than the index knows, left as it is; bring it back from a backup"),
        (strange_warc, "no file of this archive"),
    ],
)
def test_repair_leaves_what_it_may_not_mend_and_says_so(home: Path, damage: Callable[[Path], str], words: str) -> None:
    name = damage(home)
    before = hashlib.sha256((home / "warcs" / name).read_bytes()).hexdigest()
    said = say("repair", "--home", home)

    assert said.code == 3
    assert f"{name}: {words}" in said.out
    assert "sealed" in said.out  # the others are seen to all the same
    assert hashlib.sha256((home / "warcs" / name).read_bytes()).hexdigest() == before


# ---- reindex


def test_reindex_gives_the_same_rows_from_the_files_alone(home: Path) -> None:
    before = rows_of(home)
    warcs = table(home, "warcs")
    lose_index(home)
    said = say("reindex", "--home", home)

    assert said.code == 0
    assert {name: len(rows) for name, rows in before.items() if name in ("captures", "visits", "runs")}["runs"] == 2
    assert rows_of(home) == before
    # A file's row is made anew too, but for the moment in which it was sealed.
    assert [row[:4] for row in table(home, "warcs")] == [row[:4] for row in warcs]
    assert problems(home) == []


def test_reindex_over_an_index_that_is_there_changes_nothing(home: Path) -> None:
    before = rows_of(home) | {"warcs": table(home, "warcs")}
    said = say("reindex", "--home", home)

    assert said.code == 0
    assert rows_of(home) | {"warcs": table(home, "warcs")} == before


@pytest.mark.parametrize("how", ["text", "torn"])
def test_reindex_puts_a_damaged_database_aside(home: Path, how: str) -> None:
    before = rows_of(home)
    database = home / "variorum.db"
    hurt = database.read_bytes()
    # A text; or pages overwritten behind the first, which opens well and fails later.
    hurt = b"no database " * 999 if how == "text" else hurt[:8192] + b"\xa5" * (len(hurt) - 8192)
    database.write_bytes(hurt)
    said = say("reindex", "--home", home)

    assert said.code == 0, said
    assert "the database was damaged" in said.out
    assert [path.read_bytes()[:8192] for path in home.glob("variorum.db.damaged-1")] == [hurt[:8192]]
    assert rows_of(home) == before
    assert problems(home) == []


def test_reindex_says_what_it_could_not_read(home: Path) -> None:
    stranger, note = strange_warc(home), strange_text(home)
    broken = min(home.glob("warcs/press*.warc.gz"))
    broken.write_bytes(b"no WARC at all")
    lose_index(home)
    said = say("reindex", "--home", home)

    assert said.code == 3
    assert f"{stranger}: no file of this archive" in said.out
    assert f"{broken.name}: not a WARC file" in said.out
    assert note not in said.out
    assert pages(home)


@pytest.fixture
def writer(home: Path) -> Iterator[Recording]:
    """A process's writing end, open on the archive."""
    recording = Recording(load(home, ("store.min_free=1MB",)), SystemClock(), run="by-hand").start()
    yield recording
    recording.close()


def write(recording: Recording, number: int) -> None:
    """Put an exchange on record and wait until it is acknowledged."""
    now = SystemClock().now()
    exchange = Exchange(url=Url(f"http://a.test/{number}"), began=now, ended=now, error="refused", detail="no answer")
    told: list[object] = []
    recording.record(exchange, told.append)
    recording.tell_journal("mark", f"urn:example:{number}", {"word": "seen"})  # waits, and commits
    assert isinstance(told[0], Recorded)


def test_reindex_repair_verify_and_backup_work_beside_a_writer(home: Path, writer: Recording, tmp_path: Path) -> None:
    for number in range(3):
        write(writer, number)
    before = rows_of(home)
    said = {}
    for number, words in enumerate((["verify"], ["reindex"], ["repair"], ["verify"], ["backup", str(tmp_path / "to")])):
        said[number] = say(*words, "--home", home)
        assert {name: len(rows_of(home)[name]) - len(before[name]) for name in ("visits", "journal")} == {
            "visits": number, "journal": number,
        }  # fmt: skip
        write(writer, 10 + number)
    writer.close()

    assert [done.code for done in said.values()] == [0] * 5
    assert problems(home) == []
    assert problems(tmp_path / "to") == []
    after = rows_of(home)
    for name in ("visits", "journal"):
        assert [row for row in before[name] if row not in after[name]] == []
    lose_index(home)
    assert say("reindex", "--home", home).code == 0
    assert rows_of(home) == after


# ---- backup


def test_a_backup_while_a_run_captures_is_an_archive_that_verifies(whole: Path, tmp_path: Path) -> None:
    home = copied(whole, tmp_path / "home")
    to = tmp_path / "to"
    with Newsstand() as stand:
        options: list[str | Path] = [
            "--home",
            home,
            "--json",
            *QUICK,
            *connect(stand.connect_map),
            "--set",
            "store.warc_size=9KB",
            "--set",
            "crawl.patience=1s",  # a host of the tour asked for two minutes of peace in the run before
        ]
        command: list[str | Path] = [VARIORUM, "capture", *options, *stand.urls]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdout=pipe, stderr=subprocess.DEVNULL, env=environment()) as child:
            assert child.stdout is not None
            made = []
            for _ in range(3):
                assert child.stdout.readline()
                made.append(say("backup", "--home", home, to).code)
                assert problems(to) == []
            child.stdout.read()
            assert child.wait(LIMIT) == 0
    assert made == [0, 0, 0]
    assert say("backup", "--home", home, to).code == 0
    assert problems(to) == []
    assert rows_of(to) == rows_of(home)
    assert {p.name: p.read_bytes() for p in to.glob("warcs/*.warc.gz*")} == {
        p.name: p.read_bytes() for p in home.glob("warcs/*.warc.gz*")
    }


def test_a_second_backup_copies_only_what_is_new(home: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    first = say("backup", "--home", home, to)
    files = len(list(home.glob("warcs/*.warc.gz*")))
    stamps = {path: path.stat().st_mtime_ns for path in to.glob("warcs/*.warc.gz*")}
    again = say("backup", "--home", home, to)
    assert {path: path.stat().st_mtime_ns for path in to.glob("warcs/*.warc.gz*")} == stamps
    recording = Recording(load(home, ("store.min_free=1MB",)), SystemClock()).start()
    write(recording, 1)
    recording.close()
    third = say("backup", "--home", home, to)

    assert first.out.endswith(f"; {files} copied now\n")
    assert again.out.endswith("; 0 copied now\n")
    assert third.out.endswith("; 1 copied now\n")
    assert problems(to) == []
    say("repair", "--home", home)
    assert say("backup", "--home", home, to).out.endswith("; 1 copied now\n")
    assert not list(to.glob("warcs/*.open"))
    assert problems(to) == []


def test_a_backup_is_an_archive_one_can_go_on_with(home: Path, tmp_path: Path) -> None:
    (home / "sites" / "lantern.toml").write_text("# to come\n")
    (home / "alerts.toml").write_text("# who is told what\n")
    to = tmp_path / "to"
    assert say("backup", "--home", home, to).code == 0
    assert (to / "alerts.toml").read_text() == "# who is told what\n"
    shutil.rmtree(home)
    with Newsstand() as stand:
        url = stand.urls[0]
        said = call("capture", "--home", to, *QUICK, *connect(stand.connect_map), url)

    assert said.code == 0, said.err
    assert problems(to) == []
    assert len({row["run"] for row in pages(to, url=url)}) >= 2
    assert (to / "sites" / "lantern.toml").read_text() == "# to come\n"


@pytest.mark.parametrize(
    "settings",
    [
        '[store]\ndatabase = "sqlite:///{}/index.db"\nwarcs = "{}/files"\n',
        'store.database = "sqlite:///{}/index.db"\nstore.warcs = "{}/files"\n',
    ],
)
def test_a_backup_of_an_archive_in_several_places_is_in_one(home: Path, tmp_path: Path, settings: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (home / "variorum.db").rename(elsewhere / "index.db")
    (home / "warcs").rename(elsewhere / "files")
    (home / "variorum.toml").write_text('contact = "a@example.org"\n' + settings.replace("{}", str(elsewhere)))
    assert problems(home) == []
    to = tmp_path / "to"
    assert say("backup", "--home", home, to).code == 0
    shutil.rmtree(elsewhere)

    assert problems(to) == []
    assert pages(to)


def test_a_backup_that_would_still_use_the_archive_is_told(home: Path, tmp_path: Path) -> None:
    settings = home / "variorum.toml"
    settings.write_text(f'contact = "a@example.org"\nstore = {{ warcs = "{home / "warcs"}" }}\n')
    said = say("backup", "--home", home, tmp_path / "to")

    assert said.code == 2
    assert "still names the database or the WARC folder of this archive" in said.err


def test_a_backup_never_writes_over_another_archive(home: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    assert say("backup", "--home", home, to).code == 0
    with Newsstand() as stand:
        assert call("capture", "--home", to, *QUICK, *connect(stand.connect_map), stand.urls[0]).code == 0
    before = {path: path.read_bytes() for path in to.glob("warcs/*.warc.gz*")}
    said = say("backup", "--home", home, to)

    assert said.code == 2
    assert "holds captures that this archive does not have" in said.err
    assert {path: path.read_bytes() for path in to.glob("warcs/*.warc.gz*")} == before


def test_a_backup_of_a_damaged_archive_says_which_file(home: Path, tmp_path: Path) -> None:
    name = flip_block(home)
    said = say("backup", "--home", home, tmp_path / "to")

    assert said.code == 3
    assert name in said.err
    assert said.err.count("\n") >= 1
    assert not (tmp_path / "to" / "warcs" / name).exists()
