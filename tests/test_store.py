"""The store on real SQLite files: nouns come back as they went in, twice is once, and damage has a clear name."""

from __future__ import annotations

import multiprocessing
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, select

from archive.errors import Damaged, DiskFull, Misuse, NotAnArchive, NothingDone
from archive.model import Capture, Digest, Entry, Locator, RecordId, Run, Url, UrlKey, Visit
from archive.store import (
    Store,
    captures,
    engine,
    files,
    journal_rows,
    open_store,
    runs,
    schema,
    set_aside,
    sqlite_url,
    visits,
    wipe_derived,
)
from archive.store.files import Look, WarcFile

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
KEY = UrlKey("example,blog)/post")
URL = Url("https://blog.example/post")


def capture(name: str, *, at: datetime = NOON, warc: str = "a.warc.gz", offset: int = 0, url: Url = URL) -> Capture:
    return Capture(
        id=RecordId(name), urlkey=KEY, url=url, at=at, status=200,
        fidelity="wire", mime="text/html", digest=Digest("sha256:00"),
        kind="response", locator=Locator(warc=warc, offset=offset, length=100),
    )  # fmt: skip


def visit(name: str, *, at: datetime = NOON, warc: str = "a.warc.gz", offset: int = 100) -> Visit:
    return Visit(
        id=RecordId(name), url=URL, urlkey=KEY, at=at, why="new", attempt=1, outcome="captured",
        locator=Locator(warc=warc, offset=offset, length=50),
    )  # fmt: skip


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(sqlite_url(tmp_path / "variorum.db"), create=True)
    yield opened
    opened.close()


# --------------------------------------------------------------------------------------------------- round trips

times = st.datetimes(timezones=st.just(UTC))
words = st.text(max_size=20)
some = st.none() | words
offsets = st.integers(0, 2**62)
locators = st.builds(Locator, warc=words, offset=offsets, length=offsets)
any_capture = st.builds(
    Capture,
    id=words, urlkey=words, url=words, at=times, status=st.none() | st.integers(0, 999), mime=some, digest=some,
    kind=st.sampled_from(["response", "revisit", "resource"]), locator=locators, run=some, site=some,
    truncated=st.sampled_from([None, "length", "time", "disconnect", "unspecified"]),
    fidelity=st.sampled_from(["wire", "rebuilt", "unknown"]), profile=some, refers_to=some, refers_url=some,
    refers_at=st.none() | times, etag=some, last_modified=some,
)  # fmt: skip


@pytest.fixture(scope="module")
def reused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One database for all examples of a property; each example takes back what it wrote."""
    opened = open_store(sqlite_url(tmp_path_factory.mktemp("store") / "variorum.db"), create=True)
    yield opened
    opened.close()


@given(one=any_capture)
def test_a_capture_comes_back_as_it_went_in(reused: Store, one: Capture) -> None:
    with reused.write() as conn:
        captures.insert(conn, [one])
        assert captures.by_id(conn, one.id) == one
        assert captures.closest(conn, one.urlkey, one.at) == one
        assert list(captures.of_url(conn, one.urlkey)) == [one]
        assert list(captures.every(conn)) == [one]
        wipe_derived(conn)


def test_a_visit_comes_back_as_it_went_in(store: Store) -> None:
    bare = visit("v1")
    full = replace(
        visit("v2", at=seconds(1)), outcome="failed", status=503, detail="näme", came_from="c0", capture=RecordId("c1"),
        run="r", site="blog", ms=12, attempt=3, why="recheck",
    )  # fmt: skip
    with store.write() as conn:
        visits.insert(conn, [full, bare])
    with store.read() as conn:
        assert list(visits.every(conn)) == [bare, full]


def test_a_run_comes_back_as_it_ended(store: Store) -> None:
    begun = Run(id="r1", why="crawl", sites=("a", "b"), planned=NOON, began=seconds(1), software="variorum 0.1")
    ended = replace(begun, state="partly failed", ended=seconds(9), considered=4, visits=5, outcomes={"captured": 5})
    later = Run(id="r2", why="by hand", began=seconds(10), settings_digest=Digest("sha256:aa"))
    with store.write() as conn:
        runs.begin(conn, begun)
        assert runs.by_id(conn, "r1") == begun
        runs.finish(conn, ended)
        runs.finish(conn, later)
    with store.read() as conn:
        assert list(runs.every(conn)) == [later, ended]
        assert list(runs.every(conn, limit=1)) == [later]
        assert runs.by_id(conn, "r3") is None


def test_a_warc_file_comes_back_and_remembers_its_progress(store: Store) -> None:
    open_one = WarcFile(name="b.warc.gz", state="open", began=NOON)
    sealed = WarcFile(
        name="a.warc.gz", state="imported", bytes=7, sha256="ab", began=NOON, sealed_at=seconds(1), origin="x.warc"
    )
    with store.write() as conn:
        files.put(conn, open_one)
        files.put(conn, replace(sealed, bytes=1, sha256=None))
        files.put(conn, sealed)
        files.progress(conn, "b.warc.gz", 4096)
        assert list(files.every(conn)) == [sealed, replace(open_one, bytes=4096)]
        assert files.by_sha256(conn, "ab") == sealed
        assert files.by_sha256(conn, "cd") is None
        assert files.by_name(conn, "a.warc.gz") == sealed
        files.forget(conn, "a.warc.gz")
        assert files.by_name(conn, "a.warc.gz") is None


def test_progress_on_a_file_nobody_noted_is_refused(store: Store) -> None:
    with pytest.raises(LookupError, match=r"ghost\.warc\.gz"), store.write() as conn:
        files.progress(conn, "ghost.warc.gz", 1)


def test_the_fixity_log_keeps_every_look_in_order(store: Store) -> None:
    looks = [
        Look(warc="a", at=NOON, what="sealed", ok=True, bytes=9, sha256="ab"),
        Look(warc="a", at=seconds(5), what="verified", ok=False, bytes=8, detail="cut at 8"),
    ]
    with store.write() as conn:
        for look in reversed(looks):
            files.log_fixity(conn, look)
        files.log_fixity(conn, replace(looks[0], warc="b"))
        assert list(files.fixity_of(conn, "a")) == looks


def test_a_journal_entry_comes_back_and_is_kept_once(store: Store) -> None:
    place = Locator(warc="a.warc.gz", offset=3, length=4)
    mark = Entry(id=RecordId("j1"), kind="mark", at=NOON, subject="c1", data={"n": [1, None, "ü"]}, locator=place)
    other = Entry(id=RecordId("j2"), kind="import", at=seconds(-1), subject="x.warc", data={})
    with store.write() as conn:
        journal_rows.insert(conn, [mark, other])
        journal_rows.insert(conn, [mark])
        assert list(journal_rows.every(conn)) == [other, mark]
        assert list(journal_rows.every(conn, kind="mark")) == [mark]
        assert list(journal_rows.every(conn, subject="x.warc")) == [other]
        journal_rows.forget_warc(conn, "a.warc.gz")
        assert list(journal_rows.every(conn)) == [other]


def test_a_time_of_another_zone_comes_back_as_the_same_moment_in_utc(store: Store) -> None:
    there = NOON.astimezone(timezone(timedelta(hours=-5)))
    with store.write() as conn:
        captures.insert(conn, [capture("c1", at=there)])
        runs.begin(conn, Run(id="r", why="w", began=there))
        found, run = captures.by_id(conn, RecordId("c1")), runs.by_id(conn, "r")
    assert found is not None
    assert run is not None
    assert (found.at, run.began) == (NOON, NOON)
    assert found.at.tzinfo is run.began.tzinfo is UTC


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        schema.micros(NOON.replace(tzinfo=None))


# ------------------------------------------------------------------------------------------------ the same twice


def test_the_same_captures_and_visits_twice_are_kept_once(store: Store) -> None:
    batch = [capture(f"c{n}", at=seconds(n), offset=n) for n in range(1200)]
    told = [visit(f"v{n}", at=seconds(n)) for n in range(10)]
    with store.write() as conn:
        for _ in range(2):
            captures.insert(conn, batch)
            captures.insert(conn, [*batch[:3], batch[0]])
            visits.insert(conn, told)
        assert list(captures.every(conn)) == batch
        assert list(visits.every(conn)) == told
        assert conn.scalar(select(func.count()).select_from(schema.copies)) == 0


def test_nothing_at_all_can_be_added(store: Store) -> None:
    with store.write() as conn:
        captures.insert(conn, [])
        visits.insert(conn, [])
        journal_rows.insert(conn, [])
        assert captures.by_ids(conn, []) == set()


def test_the_same_record_elsewhere_is_a_copy_even_within_one_batch(store: Store) -> None:
    first = capture("c1")
    again = replace(first, locator=Locator(warc="b.warc.gz", offset=7, length=90))
    third = replace(first, locator=Locator(warc="a.warc.gz", offset=500, length=100))
    with store.write() as conn:
        captures.insert(conn, [first, again])
        captures.insert(conn, [again, third])
        captures.insert(conn, [third, capture("c2", offset=9)])
        assert captures.by_id(conn, first.id) == first
        assert list(captures.of_warc(conn, "b.warc.gz")) == [("c1", 7, 90)]
        assert list(captures.of_warc(conn, "a.warc.gz")) == [("c1", 0, 100), ("c2", 9, 100), ("c1", 500, 100)]


def test_a_record_id_wrongly_given_twice_loses_no_capture(store: Store) -> None:
    one, other = capture("c1"), replace(capture("c1", offset=900), urlkey=UrlKey("example,other)/"))
    with store.write() as conn:
        captures.insert(conn, [one, other])
        assert list(captures.every(conn)) == [other, one] or list(captures.every(conn)) == [one, other]
        assert conn.scalar(select(func.count()).select_from(schema.copies)) == 0


# ------------------------------------------------------------------------------------------------------- looking up


@given(
    stored=st.lists(st.tuples(st.integers(-3, 3), st.booleans()), max_size=8),
    target=st.integers(-4, 4),
    exact=st.booleans(),
)
@example(stored=[(-1, False), (1, True)], target=0, exact=True)
@example(stored=[(1, True), (1, False)], target=0, exact=True)
@example(stored=[(0, True), (0, False)], target=0, exact=True)
def test_the_closest_capture_is_the_one_a_full_search_finds(
    reused: Store, stored: list[tuple[int, bool]], target: int, exact: bool
) -> None:
    other = Url("http://BLOG.example/post")
    batch = [
        capture(f"c{n}", at=seconds(at), offset=n, url=URL if same else other) for n, (at, same) in enumerate(stored)
    ]
    with reused.write() as conn:
        captures.insert(conn, [*batch, replace(capture("stranger", at=seconds(target)), urlkey=UrlKey(KEY + "0"))])
        found = captures.closest(conn, KEY, seconds(target), url=URL if exact else None)
        wipe_derived(conn)
    if not batch:
        assert found is None
        return
    assert found in batch
    assert found is not None
    away = min(abs(one.at - seconds(target)) for one in batch)
    nearest = [one for one in batch if abs(one.at - seconds(target)) == away]
    assert found in nearest
    if exact and any(one.url == URL for one in nearest):
        assert found.url == URL
    else:
        assert found.at == min(one.at for one in nearest)


def test_captures_of_a_url_are_given_oldest_first_from_since_until_before_until(store: Store) -> None:
    batch = [capture(f"c{n}", at=seconds(n)) for n in (3, 1, 4, 2)]
    with store.write() as conn:
        captures.insert(conn, batch)
        assert [one.id for one in captures.of_url(conn, KEY)] == ["c1", "c2", "c3", "c4"]
        window = captures.of_url(conn, KEY, since=seconds(2), until=seconds(4))
        assert [one.id for one in window] == ["c2", "c3"]


@given(keys=st.lists(st.text(alphabet="a)\u00e9\ud7ff\ue000\U0010ffff", max_size=4), unique=True), prefix=words)
def test_a_prefix_finds_what_begins_with_it_in_order(reused: Store, keys: list[str], prefix: str) -> None:
    with reused.write() as conn:
        captures.insert(conn, [replace(capture(f"c{n}"), urlkey=UrlKey(key)) for n, key in enumerate(keys)])
        for start in {prefix, "", *keys}:
            found = [one.urlkey for one in captures.with_prefix(conn, start)]
            assert found == sorted(key for key in keys if key.startswith(start))
        wipe_derived(conn)


def test_every_capture_streams_by_urlkey_and_can_be_narrowed(store: Store) -> None:
    batch = [
        replace(
            capture(f"c{n:04}", at=seconds(-n), offset=n), urlkey=UrlKey(f"k{n % 7}"), run=f"r{n % 2}", site=f"s{n % 3}"
        )
        for n in range(2500)
    ]
    with store.write() as conn:
        captures.insert(conn, batch)
    in_order = sorted(batch, key=lambda one: (one.urlkey, one.at))
    with store.read() as conn:
        assert list(captures.every(conn)) == in_order
        assert list(captures.every(conn, run="r1")) == [one for one in in_order if one.run == "r1"]
        assert list(captures.every(conn, site="s2")) == [one for one in in_order if one.site == "s2"]
        window = captures.every(conn, since=seconds(-20), until=seconds(-10))
        assert list(window) == [one for one in in_order if seconds(-20) <= one.at < seconds(-10)]


def test_only_known_record_ids_are_told(store: Store) -> None:
    with store.write() as conn:
        captures.insert(conn, [capture(f"c{n}", offset=n) for n in range(0, 2000, 2)])
        asked = [RecordId(f"c{n}") for n in range(2000)]
        assert captures.by_ids(conn, asked) == {f"c{n}" for n in range(0, 2000, 2)}
        assert captures.by_id(conn, RecordId("c1")) is None


@pytest.mark.parametrize(
    "unfit",
    [
        {"kind": "revisit"},
        {"truncated": "length"},
        {"status": 404},
        {"digest": "sha256:01"},
        {"url": "http://blog.example/post"},
        {"urlkey": "example,blog)/other"},
        {"fidelity": "unknown"},
    ],
)
def test_an_original_is_the_newest_whole_response_of_that_url(store: Store, unfit: dict[str, str]) -> None:
    old, new = capture("old", at=seconds(0)), capture("new", at=seconds(1), offset=1)
    with store.write() as conn:
        captures.insert(conn, [replace(capture("newest", at=seconds(2)), **unfit)])  # type: ignore[arg-type]
        assert captures.original_of(conn, KEY, Digest("sha256:00"), URL) is None
        captures.insert(conn, [old, new])
        assert captures.original_of(conn, KEY, Digest("sha256:00"), URL) == new


def test_an_original_is_not_sought_further_back_than_said(store: Store) -> None:
    others = [
        replace(capture(f"c{n}", at=seconds(n + 1), offset=n + 1), digest=Digest("sha256:01"))
        for n in range(captures.LOOK_BACK)
    ]
    with store.write() as conn:
        captures.insert(conn, [capture("old"), *others[1:]])
        assert captures.original_of(conn, KEY, Digest("sha256:00"), URL) == capture("old")
        captures.insert(conn, others)
        assert captures.original_of(conn, KEY, Digest("sha256:00"), URL) is None


def test_visits_are_counted_and_narrowed(store: Store) -> None:
    told = [
        replace(visit(f"v{n}", at=seconds(n), offset=n), run=f"r{n % 2}", outcome="gone" if n % 3 else "captured")
        for n in range(9)
    ]
    told.append(replace(visit("elsewhere", warc="b.warc.gz"), urlkey=UrlKey("k")))
    with store.write() as conn:
        visits.insert(conn, told)
    with store.read() as conn:
        assert visits.counts(conn, "r0") == {"captured": 2, "gone": 3}
        assert visits.counts(conn, "r9") == {}
        assert [one.id for one in visits.every(conn, outcome="captured", run="r1")] == ["v3"]
        assert [one.id for one in visits.every(conn, urlkey=UrlKey("k"))] == ["elsewhere"]
        assert [one.id for one in visits.every(conn, since=seconds(2), until=seconds(4))] == ["v2", "v3"]
        assert [one.id for one in visits.every(conn, run="r1", limit=2)] == ["v1", "v3"]
        assert list(visits.of_warc(conn, "a.warc.gz")) == [(f"v{n}", n, 50) for n in range(9)]


# ------------------------------------------------------------------------------------------------------ forgetting


def test_a_forgotten_warc_takes_its_rows_and_a_copied_capture_moves(store: Store) -> None:
    alone, copied, elsewhere = capture("c1"), capture("c2", offset=5), capture("c3", warc="b.warc.gz")
    second = Locator(warc="b.warc.gz", offset=40, length=41)
    third = Locator(warc="c.warc.gz", offset=50, length=51)
    with store.write() as conn:
        captures.insert(conn, [alone, copied, elsewhere])
        captures.insert(conn, [replace(copied, locator=third), replace(copied, locator=second)])
        captures.insert(conn, [replace(elsewhere, locator=Locator(warc="a.warc.gz", offset=77, length=1))])
        visits.insert(conn, [visit("v1"), visit("v2", warc="b.warc.gz")])
        captures.forget_warc(conn, "a.warc.gz")
    with store.read() as conn:
        assert sorted(captures.every(conn), key=lambda one: one.id) == [replace(copied, locator=second), elsewhere]
        assert list(captures.of_warc(conn, "a.warc.gz")) == []
        assert list(captures.of_warc(conn, "b.warc.gz")) == [("c3", 0, 100), ("c2", 40, 41)]
        assert list(captures.of_warc(conn, "c.warc.gz")) == [("c2", 50, 51)]
        assert [one.id for one in visits.every(conn)] == ["v2"]


def test_a_wipe_leaves_only_what_no_reindex_brings_back(store: Store) -> None:
    run = Run(id="r", why="w", began=NOON)
    look = Look(warc="a", at=NOON, what="sealed", ok=True, bytes=1)
    with store.write() as conn:
        captures.insert(conn, [capture("c"), capture("c", warc="b", offset=1)])
        visits.insert(conn, [visit("v")])
        journal_rows.insert(conn, [Entry(id=RecordId("j"), kind="mark", at=NOON, subject="c", data={})])
        files.put(conn, WarcFile(name="a", state="sealed", bytes=9, sha256="ab"))
        files.log_fixity(conn, look)
        runs.begin(conn, run)
        wipe_derived(conn)
        for table in (schema.captures, schema.copies, schema.visits, schema.journal):
            assert conn.scalar(select(func.count()).select_from(table)) == 0, table.name
        assert list(files.every(conn)) == [WarcFile(name="a", state="sealed", bytes=0, sha256="ab")]
        assert list(files.fixity_of(conn, "a")) == [look]
        assert list(runs.every(conn)) == [run]


# ------------------------------------------------------------------------------------------- transactions, processes


def test_an_error_takes_back_all_of_a_write(store: Store) -> None:
    def fail() -> None:
        with store.write() as conn:
            captures.insert(conn, [capture("c")])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with store.read() as conn:
        assert list(captures.every(conn)) == []


def test_a_reader_keeps_its_view_while_another_writes(store: Store) -> None:
    with store.read() as reader:
        assert list(captures.every(reader)) == []
        with store.write() as writer:
            captures.insert(writer, [capture("c")])
        assert list(captures.every(reader)) == []
    with store.read() as reader:
        assert [one.id for one in captures.every(reader)] == ["c"]


def test_a_database_locked_too_long_is_a_clear_refusal(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PRAGMAS", ("PRAGMA busy_timeout = 1", *engine.PRAGMAS[1:]))
    hasty = open_store(sqlite_url(path_of(store)))
    with store.write(), pytest.raises(NothingDone, match=r"variorum\.db locked"), hasty.write():
        raise AssertionError("two writers at a time")
    hasty.close()


def path_of(store: Store) -> Path:
    assert store.path is not None
    return store.path


def write_many(url: str, name: str, batches: int, stop: Event | None = None) -> None:
    opened = open_store(url, create=True)
    for batch in range(batches):
        if stop is not None and stop.is_set():
            break
        rows = [capture(f"{name}-{batch}-{n}", at=seconds(batch), offset=n) for n in range(20)]
        with opened.write() as conn:
            captures.insert(conn, rows)
            visits.insert(conn, [visit(f"{name}-{batch}")])
    opened.close()


def test_processes_that_create_and_write_at_once_lose_nothing(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "variorum.db")
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=write_many, args=(url, name, 30)) for name in ("one", "two", "three")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    opened = open_store(url)
    with opened.read() as conn:
        assert conn.scalar(select(func.count()).select_from(schema.captures)) == 3 * 30 * 20
        assert conn.scalar(select(func.count()).select_from(schema.visits)) == 3 * 30
    opened.close()


def test_a_backup_is_whole_while_others_write(store: Store, tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    stop = spawn.Event()
    worker = spawn.Process(target=write_many, args=(sqlite_url(path_of(store)), "w", 100_000, stop))
    worker.start()
    copies: list[int] = []
    while len(set(copies)) < 4:  # none of them, or some, and each time more
        assert worker.is_alive()
        copy = tmp_path / "copy ä.db"
        store.backup(copy)
        opened = open_store(sqlite_url(copy))
        with opened.read() as conn:
            assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            copies.append(conn.scalar(select(func.count()).select_from(schema.visits)) or 0)
            assert conn.scalar(select(func.count()).select_from(schema.captures)) == 20 * copies[-1]
        opened.close()
    stop.set()
    worker.join(60)
    assert worker.exitcode == 0
    assert copies == sorted(copies)
    assert not list(tmp_path.glob("*.part"))


def test_a_backup_to_nowhere_names_the_place(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="no such folder"):
        store.backup(tmp_path / "no such folder" / "copy.db")


# ------------------------------------------------------------------------------------------- opening, and what is wrong


def test_a_missing_database_is_no_archive_and_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "variorum.db"
    with pytest.raises(NotAnArchive, match="variorum reindex"):
        open_store(sqlite_url(path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("start", ["no bytes", "no tables"])
def test_a_database_without_tables_is_no_archive_until_it_is_made(tmp_path: Path, start: str) -> None:
    path = tmp_path / "variorum.db"
    path.touch()
    if start == "no tables":
        sqlite3.connect(path).execute("PRAGMA journal_mode = WAL").connection.close()
        assert path.stat().st_size > 0
    with pytest.raises(NotAnArchive, match="variorum reindex"):
        open_store(sqlite_url(path))
    open_store(sqlite_url(path), create=True).close()
    opened = open_store(sqlite_url(path))
    with opened.read() as conn:
        assert list(captures.every(conn)) == []
    opened.close()


def test_a_path_with_odd_characters_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "100% ä?#;&=.db"
    open_store(sqlite_url(path), create=True).close()
    assert path.exists()


def test_a_file_that_is_no_database_is_damaged_and_can_be_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "variorum.db"
    path.write_bytes(b"WARC/1.1 is not a database\r\n" * 400)
    for create in (False, True):
        with pytest.raises(Damaged, match="variorum reindex") as told:
            open_store(sqlite_url(path), create=create)
        assert told.value.exit_code == 3
    aside = set_aside(path)
    assert aside is not None
    assert aside.read_bytes().startswith(b"WARC/1.1")
    assert set_aside(path) is None
    open_store(sqlite_url(path), create=True).close()


def test_a_page_overwritten_later_is_damage_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "variorum.db"
    opened = open_store(sqlite_url(path), create=True)
    with opened.write() as conn:
        captures.insert(conn, [capture(f"c{n}", at=seconds(n), offset=n) for n in range(8000)])
    opened.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * (size // 2))
    opened = open_store(sqlite_url(path))
    with pytest.raises(Damaged, match="variorum reindex"), opened.read() as conn:
        list(captures.every(conn))
    with pytest.raises(Damaged, match="variorum reindex"), opened.write() as conn:
        captures.insert(conn, [capture(f"d{n}", at=seconds(n), offset=n) for n in range(2000)])
    opened.close()


def test_a_truncated_database_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "variorum.db"
    opened = open_store(sqlite_url(path), create=True)
    with opened.write() as conn:
        captures.insert(conn, [capture(f"c{n}", at=seconds(n), offset=n) for n in range(500)])
    opened.close()
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)

    def use() -> None:
        opened = open_store(sqlite_url(path))
        try:
            with opened.read() as conn:
                list(captures.every(conn))
        finally:
            opened.close()

    with pytest.raises(Damaged, match="variorum reindex"):
        use()


def test_a_database_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "variorum.db"
    opened = open_store(sqlite_url(path), create=True)
    with opened.write() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    opened.close()
    for create in (False, True):
        with pytest.raises(Misuse, match="schema 9999"):
            open_store(sqlite_url(path), create=create)


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "variorum.db"
    with sqlite3.connect(path) as theirs:
        theirs.execute("CREATE TABLE urls (url TEXT)")
    theirs.close()
    for create in (False, True):
        with pytest.raises(Misuse, match="another program"):
            open_store(sqlite_url(path), create=create)
    with sqlite3.connect(path) as theirs:
        assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("urls",)]
    theirs.close()


@pytest.mark.parametrize("url", ["", "variorum.db", "sqlite://", "sqlite:///:memory:", "nosuch://x/y"])
def test_a_url_that_names_no_database_is_misuse(url: str) -> None:
    with pytest.raises(Misuse, match=r"\[store\] database"):
        open_store(url, create=True)


def test_a_folder_in_place_of_the_database_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="cannot open"):
        open_store(sqlite_url(tmp_path), create=True)
    with pytest.raises(Misuse, match="cannot open"):
        open_store(sqlite_url(tmp_path / "no" / "variorum.db"), create=True)


def test_a_full_database_is_a_full_disk_and_keeps_what_was_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sqlite_url(tmp_path / "variorum.db")
    open_store(url, create=True).close()
    monkeypatch.setattr(engine, "PRAGMAS", (*engine.PRAGMAS, "PRAGMA max_page_count = 150"))
    opened = open_store(url)
    kept = 0

    def fill() -> None:
        nonlocal kept
        for batch in range(1000):
            with opened.write() as conn:
                captures.insert(conn, [capture(f"c{batch}-{n}", at=seconds(batch), offset=n) for n in range(10)])
            kept += 10

    with pytest.raises(DiskFull, match="free some space"):
        fill()
    assert kept > 0
    with opened.read() as conn:
        assert len(list(captures.every(conn))) == kept
    opened.close()


def fill_up(url: str, limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    opened = open_store(url)
    try:
        for batch in range(100_000):
            with opened.write() as conn:
                captures.insert(conn, [capture(f"c{batch}-{n}", at=seconds(batch), offset=n) for n in range(50)])
    except DiskFull:
        sys.exit(DiskFull.exit_code)


def test_a_limit_on_file_size_is_a_full_disk_and_the_next_start_goes_on(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "variorum.db")
    open_store(url, create=True).close()
    worker = multiprocessing.get_context("spawn").Process(target=fill_up, args=(url, 3_000_000))
    worker.start()
    worker.join(60)
    assert worker.exitcode == 4
    opened = open_store(url)
    with opened.write() as conn:
        before = len(list(captures.every(conn)))
        captures.insert(conn, [capture("after")])
    with opened.read() as conn:
        assert before > 0
        assert before % 50 == 0
        assert len(list(captures.every(conn))) == before + 1
    opened.close()


# ------------------------------------------------------------------------------------------------------ the schema


def test_the_migrations_make_exactly_the_schema_of_schema_py(store: Store) -> None:
    with store.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), schema.metadata) == []
        migrated = conn.exec_driver_sql("SELECT type, name, sql FROM sqlite_master WHERE name != 'alembic_version'")
        made = {(kind, name): normal(sql) for kind, name, sql in migrated if "alembic" not in name}
    fresh = create_engine("sqlite://")
    with fresh.begin() as conn:
        schema.metadata.create_all(conn)
        rows = conn.exec_driver_sql("SELECT type, name, sql FROM sqlite_master")
        assert made == {(kind, name): normal(sql) for kind, name, sql in rows}
    fresh.dispose()


def normal(sql: str | None) -> str | None:
    return None if sql is None else " ".join(sql.split())


def test_the_newest_migration_is_the_schema_that_opening_expects() -> None:
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    assert scripts.get_heads() == [engine.SCHEMA]


def test_alembic_is_left_alone_where_there_is_nothing_to_migrate(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "variorum.db")
    open_store(url, create=True).close()
    code = "import sys; from archive.store import *; open_store(sys.argv[1]).close(); print('alembic' in sys.modules)"
    root = Path(schema.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code, url], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_interrupted_first_day_leaves_nothing_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = sqlite_url(tmp_path / "variorum.db")
    open_store(url, create=True).close()
    pages = (tmp_path / "variorum.db").stat().st_size // 4096
    (tmp_path / "variorum.db").unlink()
    with monkeypatch.context() as limited:
        limited.setattr(engine, "PRAGMAS", (*engine.PRAGMAS, f"PRAGMA max_page_count = {pages - 1}"))
        with pytest.raises(DiskFull):
            open_store(url, create=True)
    with sqlite3.connect(tmp_path / "variorum.db") as half:
        assert half.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    half.close()
    open_store(url, create=True).close()
