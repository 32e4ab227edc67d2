"""What Prometheus is told, against a real store; and the page where it asks, over a real socket."""

from __future__ import annotations

import http.client
import platform
import re
import socket
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from archive.config import VERSION, Settings, load
from archive.errors import Busy, Misuse
from archive.model import Locator, Outcome, RecordId, Run, RunState, Url, UrlKey, Visit
from archive.store import Connection, Store, open_store, runs, visits
from archive.store.schema import alarms, expected, frontier, notices, prices
from archive.timing import SystemClock
from schedules.endpoint import Endpoint, read_address, serve, written
from schedules.metrics import CONTENT_TYPE, SETTLED, Gauges, Tallies, render, renderer

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
Numbers = dict[tuple[str, ...], float]


@pytest.fixture
def settings(home: Path) -> Settings:
    return load(home)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = open_store(settings.store.database, create=True)
    yield store
    store.close()


def visit(number: int, outcome: Outcome, at: datetime, run: str = "r1", site: str | None = None) -> Visit:
    url = Url(f"http://a.test/{number}")
    place = Locator(warc="a.warc.gz", offset=number, length=1)
    return Visit(
        id=RecordId(f"urn:{number}"), url=url, urlkey=UrlKey(f"test,a)/{number}"), at=at, why="new", attempt=1,
        outcome=outcome, locator=place, run=run, site=site,
    )  # fmt: skip


def run(id: str, state: RunState, began: datetime, *sites: str) -> Run:
    return Run(id=id, why="crawl", sites=sites, state=state, began=began, ended=began + HOUR)


def told(text: bytes) -> Mapping[str, Numbers]:
    """Read what Prometheus would: by name, and by the values of the labels."""
    found: dict[str, Numbers] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


def scraped(
    store: Store, settings: Settings, now: datetime = NOW, tallies: Tallies | None = None
) -> Mapping[str, Numbers]:
    return told(render(store, settings, now, Gauges(), tallies))


def edit(number: int, at: datetime, chance: float, changed: bool) -> dict[str, object]:
    return {"visit": f"v{number}", "site": "a", "at": at, "edits": chance, "chance": chance, "changed": changed}


def test_an_empty_archive_has_its_numbers(store: Store, settings: Settings) -> None:
    found = scraped(store, settings)

    assert found["variorum_due"] == {(): 0}
    assert found["variorum_warc_bytes"] == {(): 0}
    assert found["variorum_edits_found_total"] == {(): 0}
    assert found["variorum_late_seconds"] == {(): 0}
    assert found["variorum_sites"] == {(): 0}
    assert found["variorum_disk_min_free_bytes"] == {(): settings.store.min_free}
    assert found["variorum_disk_free_bytes"][()] > 0
    assert found["variorum_build_info"] == {(platform.python_version(), VERSION): 1}  # labels in alphabetical order
    assert found["process_resident_memory_bytes"][()] > 0
    assert "variorum_revisit_budget_left" not in found


def test_every_number_of_the_store_is_told(store: Store, settings: Settings) -> None:
    def write(conn: Connection) -> None:
        outcomes: tuple[Outcome, ...] = ("captured", "captured", "gone")
        visits.insert(conn, [visit(n, outcome, NOW - HOUR) for n, outcome in enumerate(outcomes)])
        for number, state in enumerate(("ok", "ok", "running")):
            runs.begin(conn, run(f"r{number}", state, NOW - 2 * HOUR))  # type: ignore[arg-type]
        for number, (state, at) in enumerate([("waiting", -1), ("waiting", 0), ("waiting", 1), ("fetched", -1)]):
            url = {"urlkey": f"k{number}", "neighbour": "a.test", "url": "http://a.test/", "bucket": 1}
            rest = {"rank": 0, "what": "article", "why": "new", "attempt": 1, "depth": 0, "hop": 0, "added_at": NOW}
            conn.execute(insert(frontier), url | rest | {"state": state, "next_at": NOW + at * HOUR})
        for number in range(10):
            conn.execute(insert(prices), {"neighbour": f"{number}.test", "price": number / 10, "at": NOW})
        for number, ended in enumerate((None, None, NOW)):
            alarm = {"site": f"s{number}", "kind": "quiet", "since": NOW - HOUR, "ended": ended, "detail": "x"}
            conn.execute(insert(alarms), alarm)
        notice = {"kind": "edit", "before": "", "site": "a", "at": NOW, "due": NOW, "tries": 0}
        for number, state in enumerate(("sent", "held")):
            conn.execute(insert(notices), notice | {"rule": "r", "subject": str(number), "state": state})
        conn.execute(insert(expected), [edit(1, NOW - 3 * HOUR, 0.25, True), edit(2, NOW - HOUR / 2, 0.5, False)])

    with store.write() as conn:
        write(conn)
    (settings.store.warcs / "a-20261101000000000-00000.warc.gz").write_bytes(b"x" * 30)
    (settings.store.warcs / "a-20261101000000000-00001.warc.gz.open").write_bytes(b"x" * 12)
    (settings.store.warcs / "cut").mkdir()

    found = scraped(store, settings)
    assert found["variorum_visits_total"] == {("captured",): 2, ("gone",): 1}
    assert found["variorum_runs"] == {("ok",): 2, ("running",): 1}
    assert found["variorum_queue"] == {("waiting",): 3, ("fetched",): 1}
    assert found["variorum_due"] == {(): 2}
    assert found["variorum_price"] == {("0.5",): 0.4, ("0.9",): 0.8, ("1",): 0.9}
    assert found["variorum_alarms"] == {("quiet",): 2}
    assert found["variorum_notices"] == {("held",): 1, ("sent",): 1}
    assert found["variorum_edits_found_total"] == {(): 1}
    assert found["variorum_edits_expected_total"] == {(): 0.75}
    assert found["variorum_warc_bytes"] == {(): 42}
    assert found["variorum_warc_files"] == {(): 2}


def test_the_planned_run_that_waits_longest_tells_how_late_the_scheduler_is(store: Store, settings: Settings) -> None:
    with store.write() as conn:
        for number, planned in enumerate((NOW - HOUR / 2, NOW - HOUR, NOW - HOUR / 3)):
            runs.fire(conn, Run(id=f"r{number}", why="crawl", state="queued", began=NOW, planned=planned))

    assert scraped(store, settings)["variorum_late_seconds"] == {(): 3600}
    assert scraped(store, settings, NOW - 2 * HOUR)["variorum_late_seconds"] == {(): 0}


def test_what_only_the_scheduler_knows_is_told_as_it_says(store: Store, settings: Settings) -> None:
    gauges = Gauges(revisit_budget_left=120, workers=2, broken_files=0)
    found = told(render(store, settings, NOW, gauges))

    assert found["variorum_revisit_budget_left"] == {(): 120}
    assert found["variorum_workers"] == {(): 2}
    assert found["variorum_broken_files"] == {(): 0}


def test_scrapes_one_after_another_count_every_visit_once(store: Store, settings: Settings) -> None:
    tallies = Tallies()
    for step in range(30):
        now = NOW + step * SETTLED / 4
        with store.write() as conn:
            visits.insert(conn, [visit(step, "captured", now)])
            # A slow answer is noted late: its visit began some minutes ago.
            visits.insert(conn, [visit(1000 + step, "failed", now - SETTLED / 8)])
        found = scraped(store, settings, now, tallies)["variorum_visits_total"]
        assert found == {("captured",): step + 1, ("failed",): step + 1}


def test_edits_are_counted_from_the_schedulers_begin_on_and_never_fall(store: Store, settings: Settings) -> None:
    tallies = Tallies(edits_from=NOW)
    counts = []
    for step in range(12):
        now = NOW + step * SETTLED / 2
        with store.write() as conn:
            conn.execute(
                insert(expected),
                [edit(step, now, 0.5, step % 2 == 0), edit(-1 - step, NOW - HOUR * (step + 1), 1, True)],
            )
            if step == 8:  # what is old is forgotten
                conn.execute(expected.delete().where(expected.c.at < now - 3 * SETTLED))
        found = scraped(store, settings, now, tallies)
        counts.append((found["variorum_edits_found_total"][()], found["variorum_edits_expected_total"][()]))

    assert counts == [((step + 2) // 2, (step + 1) / 2) for step in range(12)]


def test_the_last_success_of_a_site_is_the_end_of_the_last_run_in_which_it_answered(
    store: Store, settings: Settings
) -> None:
    for name in ("a", "b", "c", "never"):
        (settings.home / "sites" / f"{name}.toml").write_text(f'url = "http://{name}.test/"\n')
    with store.write() as conn:
        runs.begin(conn, run("r1", "ok", NOW - 50 * HOUR, "a", "b", "c"))
        runs.begin(conn, run("r2", "partly failed", NOW - 20 * HOUR, "a", "b"))
        visits.insert(conn, [visit(1, "captured", NOW - 20 * HOUR, "r2", "a"), visit(2, "failed", NOW, "r2", "b")])
        runs.begin(conn, run("r3", "crashed", NOW - 2 * HOUR, "a", "b", "c", "never"))
        runs.begin(conn, run("r4", "ok", NOW - HOUR, "unwatched"))

    tallies = Tallies()
    ends = {("a",): NOW - 19 * HOUR, ("b",): NOW - 49 * HOUR, ("c",): NOW - 49 * HOUR}
    for _ in range(2):
        found = scraped(store, settings, tallies=tallies)["variorum_last_success_timestamp_seconds"]
        assert found == {name: at.timestamp() for name, at in ends.items()}

    with store.write() as conn:
        runs.begin(conn, run("r5", "ok", NOW, "b"))
    found = scraped(store, settings, NOW + 2 * HOUR, tallies)["variorum_last_success_timestamp_seconds"]
    assert found[("b",)] == (NOW + HOUR).timestamp()
    assert found[("c",)] == ends["c",].timestamp()


# ---- the page


@pytest.fixture
def page(store: Store, settings: Settings) -> Iterator[Endpoint]:
    again = renderer(store, lambda: settings, SystemClock(), lambda: Gauges(workers=3))
    endpoint = serve(read_address("127.0.0.1:0"), again, CONTENT_TYPE)
    yield endpoint
    endpoint.close()


def test_a_scrape_over_http_gives_the_numbers(page: Endpoint) -> None:
    with urllib.request.urlopen(f"http://{written(page.address)}/metrics", timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        assert told(answer.read())["variorum_workers"] == {(): 3}


def test_there_is_no_other_page(page: Endpoint) -> None:
    with pytest.raises(HTTPError) as wrong:
        urllib.request.urlopen(f"http://{written(page.address)}/", timeout=10)
    wrong.value.close()

    assert wrong.value.code == 404


def test_who_connects_and_says_nothing_keeps_nobody_else_waiting(page: Endpoint) -> None:
    with socket.create_connection(page.address, timeout=10):
        conn = http.client.HTTPConnection(*page.address, timeout=10)
        conn.request("GET", "/metrics")
        assert conn.getresponse().status == 200
        conn.close()


def test_numbers_that_cannot_be_read_are_told_as_503_with_the_reason() -> None:
    def fails() -> bytes:
        raise Busy("another process keeps the database locked; try again")

    endpoint = serve(("127.0.0.1", 0), fails)
    with pytest.raises(HTTPError) as wrong:
        urllib.request.urlopen(f"http://{written(endpoint.address)}/metrics", timeout=10)
    with wrong.value as answer:
        assert (answer.code, answer.read()) == (503, b"another process keeps the database locked; try again\n")
    endpoint.close()


def test_an_address_that_is_taken_is_misuse(page: Endpoint) -> None:
    with pytest.raises(Misuse, match=f"{written(page.address)}.*give another address"):
        serve(page.address, lambda: b"")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("9464", ("127.0.0.1", 9464)),
        ("127.0.0.1:9464", ("127.0.0.1", 9464)),
        ("[::1]:9464", ("::1", 9464)),
        ("0.0.0.0:1", ("0.0.0.0", 1)),
    ],
)
def test_an_address_is_read(text: str, address: tuple[str, int]) -> None:
    assert read_address(text) == address


@pytest.mark.parametrize("text", ["", "here", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "a:b"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Misuse, match="no address"):
        read_address(text)


# ---- the page of docs


def documented() -> set[str]:
    lines = (Path(__file__).parents[1] / "docs" / "operators.md").read_text().splitlines()
    return {
        name for line in lines if line.startswith("| `") for name in re.findall(r"`(variorum_\w+)`", line.split("|")[1])
    }


def test_every_number_is_told_of_on_the_page_and_no_other(store: Store, settings: Settings) -> None:
    text = render(store, settings, NOW, Gauges(revisit_budget_left=1, workers=1, broken_files=0)).decode()
    names = set(re.findall(r"^# TYPE (variorum_\w+)", text, flags=re.MULTILINE))

    assert names == documented()


def test_the_rules_on_the_page_ask_for_numbers_that_there_are() -> None:
    page = (Path(__file__).parents[1] / "docs" / "operators.md").read_text()
    (rules,) = re.findall(r"^```yaml\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)

    assert set(re.findall(r"variorum_\w+", rules)) <= documented()
    assert rules.count("- alert:") == rules.count("expr:") > 5
