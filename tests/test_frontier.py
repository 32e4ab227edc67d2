"""The contract of the frontier: whatever database keeps it, this is what it promises.

Another database joins by another ``database`` fixture: the URL of an empty one that several processes can open.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from archive.model import Locator, Outcome, RecordId, Url, UrlKey, Visit, What
from archive.store import Connection, Store, frontier, leases, open_store, schema, sqlite_url
from archive.store.frontier import RETRY, TRIES, Wanted
from archive.store.leases import Lease
from archive.urls import neighbour, urlkey

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
RUN, LATER_RUN = "run-1", "run-2"
PLACE = Locator(warc="press-1.warc.gz", offset=0, length=1)
LONG = 60.0
"""Seconds after which a test gives up waiting for another process."""


@pytest.fixture
def database(tmp_path: Path) -> str:
    return sqlite_url(tmp_path / "variorum.db")


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = open_store(database, create=True)
    yield opened
    opened.close()


@pytest.fixture
def conn(store: Store) -> Iterator[Connection]:
    with store.write() as opened:
        yield opened


def wanted(url: str = "http://press.test/story", what: What = "article", **more: Any) -> Wanted:
    given: dict[str, Any] = {"next_at": NOON, "site": "press", "why": "citation" if what == "citation" else "new"}
    if what in ("front page", "feed", "sitemap", "archive page", "robots", "requisite"):
        given["why"] = what
    return Wanted(url=Url(url), urlkey=urlkey(url), neighbour=neighbour(url), what=what, **{**given, **more})


def want(
    conn: Connection,
    *rows: Wanted,
    run: str = RUN,
    now: datetime = NOON,
    pages: int | None = None,
    citations: int = 1000,
) -> frontier.Discovered:
    given = {} if pages is None else {"press": pages}
    return frontier.discover(conn, rows, run=run, now=now, pages=given, citations=citations)


def claim(
    conn: Connection,
    worker: str = "a",
    *,
    run: str = RUN,
    now: datetime = NOON,
    lasts: timedelta = HOUR,
    limit: int = 10,
) -> list[Lease]:
    return leases.claim(conn, run=run, worker=worker, now=now, until=now + lasts, limit=limit)


def only(leases: Sequence[Lease]) -> Lease:
    assert len(leases) == 1
    return leases[0]


def names(leases: Sequence[Lease]) -> list[str]:
    return [lease.neighbour for lease in leases]


def due(
    conn: Connection, *, run: str = RUN, at: str = "press.test", now: datetime = NOON, limit: int = 100
) -> list[str]:
    return [row.url for row in frontier.due(conn, run=run, neighbour=at, now=now, limit=limit)]


def visit(
    url: str = "http://press.test/story",
    outcome: Outcome = "captured",
    *,
    at: datetime = NOON,
    attempt: int = 1,
    capture: str | None = None,
    status: int | None = None,
) -> Visit:
    return Visit(
        id=RecordId(f"visit:{url}:{at}:{attempt}"), url=Url(url), urlkey=urlkey(url), at=at, why="new", attempt=attempt,
        outcome=outcome, status=status, capture=RecordId(capture) if capture is not None else None, locator=PLACE,
    )  # fmt: skip


def row(conn: Connection, url: str = "http://press.test/story") -> Wanted:
    return found(conn, url)[1]


def state(conn: Connection, url: str = "http://press.test/story") -> str:
    return found(conn, url)[0]


def found(conn: Connection, url: str) -> tuple[str, Wanted]:
    known = frontier.by_key(conn, urlkey(url))
    assert known is not None
    return known


def visited(
    conn: Connection, url: str = "http://press.test/story", *, at: datetime = NOON, capture: str = "c1"
) -> None:
    """Bring a waiting row through a capture and its reading."""
    frontier.note(conn, [visit(url, at=at, capture=capture)])
    frontier.settle(conn, urlkey(url), RecordId(capture))
    assert state(conn, url) == "visited"


# ----------------------------------------------------------------------------------------------------------- leases


def test_a_claimed_neighbour_is_given_to_nobody_else_until_its_lease_ends(conn: Connection) -> None:
    want(conn, wanted())
    lease = only(claim(conn, "a"))
    assert (lease.neighbour, lease.worker, lease.fence, lease.taken_over) == ("press.test", "a", 1, False)
    assert claim(conn, "b", now=NOON + HOUR - SECOND) == []
    assert claim(conn, "a", now=NOON + HOUR - SECOND) == []


def test_a_lease_that_ended_is_taken_over_and_says_so(conn: Connection) -> None:
    want(conn, wanted())
    first = only(claim(conn, "a"))
    second = only(claim(conn, "b", now=NOON + HOUR))
    assert (second.worker, second.fence, second.taken_over) == ("b", first.fence + 1, True)


def test_a_neighbour_that_was_given_back_is_not_taken_over(conn: Connection) -> None:
    want(conn, wanted())
    assert leases.release(conn, only(claim(conn, "a")), ready_at=NOON + SECOND, last_fetch=NOON)
    assert claim(conn, "b", now=NOON + SECOND - timedelta(microseconds=1)) == []
    assert only(claim(conn, "b", now=NOON + SECOND)).taken_over is False


def test_an_older_fence_is_refused_everywhere(conn: Connection) -> None:
    want(conn, wanted())
    old = only(claim(conn, "a"))
    new = only(claim(conn, "a", now=NOON + HOUR))
    assert leases.renew(conn, [old], NOON + 9 * HOUR) == [old]
    assert leases.release(conn, old, ready_at=NOON, last_fetch=NOON) is False
    assert claim(conn, "b", now=NOON + 2 * HOUR - SECOND) == []
    assert leases.renew(conn, [new], NOON + 3 * HOUR) == []
    assert leases.release(conn, new, ready_at=NOON, last_fetch=None) is True


def test_another_worker_with_the_same_fence_is_refused(conn: Connection) -> None:
    want(conn, wanted())
    stranger = replace(only(claim(conn, "a")), worker="b")
    assert leases.renew(conn, [stranger], NOON + HOUR) == [stranger]
    assert leases.release(conn, stranger, ready_at=NOON, last_fetch=None) is False


def test_a_lease_cannot_be_given_back_twice(conn: Connection) -> None:
    want(conn, wanted())
    lease = only(claim(conn, "a"))
    assert leases.release(conn, lease, ready_at=NOON + HOUR, last_fetch=None)
    assert leases.release(conn, lease, ready_at=NOON, last_fetch=None) is False
    assert leases.renew(conn, [lease], NOON) == [lease]
    assert claim(conn, "b", now=NOON + SECOND) == []


def test_a_renewed_lease_lasts_longer_and_only_lost_ones_are_told(conn: Connection) -> None:
    want(conn, wanted("http://one.test/"), wanted("http://two.test/"))
    one, two = sorted(claim(conn, "a"), key=lambda lease: lease.neighbour)
    assert leases.renew(conn, [one], NOON + 2 * HOUR) == []
    assert names(claim(conn, "b", now=NOON + HOUR)) == ["two.test"]
    assert leases.renew(conn, [one, two], NOON + 3 * HOUR) == [two]
    assert claim(conn, "c", now=NOON + 2 * HOUR - SECOND) == []


def test_what_the_last_holder_knew_is_handed_on(conn: Connection) -> None:
    want(conn, wanted())
    lease = only(claim(conn))
    told = replace(lease, failures=3, backoff=timedelta(seconds=1.5), spent=2000)
    leases.release(conn, told, ready_at=NOON + SECOND, last_fetch=NOON)
    again = only(claim(conn, "b", now=NOON + HOUR))
    assert (again.failures, again.backoff, again.spent, again.since) == (3, timedelta(seconds=1.5), 2000, NOON)


def test_what_a_neighbour_has_cost_is_of_one_run(conn: Connection) -> None:
    want(conn, wanted())
    leases.release(conn, replace(only(claim(conn)), failures=1, spent=2000), ready_at=NOON, last_fetch=NOON)
    want(conn, wanted("http://press.test/other"), run=LATER_RUN)
    again = only(claim(conn, run=LATER_RUN, now=NOON + HOUR))
    assert (again.spent, again.since, again.failures) == (0, NOON + HOUR, 1)


def test_what_a_dead_worker_held_is_free_at_once_and_said_to_be_taken_over(conn: Connection) -> None:
    want(conn, wanted("http://one.test/"), wanted("http://two.test/"))
    claim(conn, "a", limit=1)
    claim(conn, "b", limit=1)
    assert leases.free_of(conn, "a", NOON) == 1
    assert only(claim(conn, "c")).taken_over is True


def test_the_neighbours_that_wait_longest_come_first(conn: Connection) -> None:
    for number, name in enumerate(("late", "early", "middle")):
        want(conn, wanted(f"http://{name}.test/"), now=NOON + timedelta(seconds=(2, 0, 1)[number]))
    assert names(claim(conn, now=NOON + HOUR, limit=2)) == ["early.test", "middle.test"]
    assert names(claim(conn, now=NOON + HOUR, limit=2)) == ["late.test"]


def everything_is_visited(conn: Connection) -> None:
    want(conn, wanted())
    visited(conn)


def everything_is_dropped(conn: Connection) -> None:
    want(conn, wanted())
    frontier.note(conn, [visit(outcome="out of scope")])


NOT_CLAIMED: dict[str, Callable[[Connection], object]] = {
    "nothing due yet": lambda conn: want(conn, wanted(next_at=NOON + SECOND)),
    "nothing of this run": lambda conn: want(conn, wanted(), run=LATER_RUN),
    "kept for the next run": lambda conn: want(conn, wanted(later=True)),
    "all visited": everything_is_visited,
    "all dropped": everything_is_dropped,
    "not to be asked yet": lambda conn: want(conn, wanted(), now=NOON + SECOND),
}


@pytest.mark.parametrize("given", NOT_CLAIMED.values(), ids=NOT_CLAIMED.keys())
def test_a_neighbour_without_due_work_is_not_claimed(conn: Connection, given: Callable[[Connection], object]) -> None:
    given(conn)
    assert claim(conn) == []


def test_a_neighbour_with_a_capture_to_be_read_is_claimed(conn: Connection) -> None:
    want(conn, wanted())
    frontier.note(conn, [visit(capture="c1")])
    assert names(claim(conn)) == ["press.test"]
    assert [unread.capture for unread in frontier.unread(conn, run=RUN, neighbour="press.test")] == ["c1"]
    assert due(conn) == []


def test_one_neighbour_is_claimed_by_name_and_otherwise_its_end_of_rest_is_told(conn: Connection) -> None:
    def by_name(worker: str, now: datetime) -> Lease | datetime:
        return leases.claim_named(conn, name="press.test", worker=worker, now=now, until=now + HOUR)

    first = by_name("hand", NOON)
    assert isinstance(first, Lease)
    assert by_name("other", NOON + SECOND) == NOON + HOUR
    want(conn, wanted())
    assert claim(conn, now=NOON + SECOND) == []
    second = by_name("other", NOON + HOUR)
    assert isinstance(second, Lease)
    assert (second.fence, second.taken_over) == (first.fence + 1, True)
    assert leases.release(conn, first, ready_at=NOON, last_fetch=None) is False


# -------------------------------------------------------------------------------------------------------------- due

RANKED: tuple[Wanted, ...] = (
    wanted("http://press.test/robots.txt", "robots"),
    wanted("http://press.test/feed", "feed"),
    wanted("http://press.test/older", "archive page"),
    wanted("http://press.test/new"),
    wanted("http://press.test/cited", "citation"),
    wanted("http://press.test/style.css", "requisite"),
    wanted("http://press.test/known", why="recheck"),
)


def test_the_most_urgent_is_due_first_and_rechecks_last(conn: Connection) -> None:
    want(conn, *reversed(RANKED))
    assert due(conn) == [one.url for one in RANKED]


def test_of_the_same_rank_the_longest_due_comes_first(conn: Connection) -> None:
    for number, name in enumerate(("c", "a", "b")):
        want(conn, wanted(f"http://press.test/{name}", next_at=NOON + number * SECOND))
    want(conn, wanted("http://press.test/soon", next_at=NOON + HOUR))
    assert due(conn, now=NOON + 2 * SECOND) == [f"http://press.test/{name}" for name in "cab"]
    assert due(conn, now=NOON + SECOND) == [f"http://press.test/{name}" for name in "ca"]


def test_what_is_under_way_is_not_given_again(conn: Connection) -> None:
    want(conn, *RANKED)
    first = frontier.due(conn, run=RUN, neighbour="press.test", now=NOON, limit=3)
    without = frozenset(one.urlkey for one in first)
    rest = frontier.due(conn, run=RUN, neighbour="press.test", now=NOON, limit=3, without=without)
    assert [one.url for one in (*first, *rest)] == [one.url for one in RANKED[:6]]


def test_a_row_comes_back_as_it_was_wanted(conn: Connection) -> None:
    given = wanted(
        "https://press.test/Story?b&a", depth=2, hop=1, came_from="c0", dated=NOON - HOUR, attempt=2, why="redirect",
    )  # fmt: skip
    want(conn, given)
    (back,) = frontier.due(conn, run=RUN, neighbour="press.test", now=NOON, limit=1)
    assert back == replace(given, run=RUN, added_at=NOON, rank=back.rank)


# --------------------------------------------------------------------------------------------- a backlog costs nothing


def plans(conn: Connection, call: Callable[[], object]) -> list[str]:
    """Tell how SQLite goes about each statement of a call."""
    driver: Any = conn.connection.driver_connection
    said: list[str] = []
    driver.set_trace_callback(said.append)
    call()
    driver.set_trace_callback(None)
    return [
        str(line[3])
        for statement in said
        if statement.split(maxsplit=1)[0].upper() in ("SELECT", "UPDATE", "WITH", "DELETE")
        for line in driver.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    ]


BY_NEIGHBOUR = "(run=? AND state=? AND neighbour=? AND next_at<?)"
FOR_A_RUN: dict[str, tuple[Callable[[Connection], object], str]] = {
    "claim": (claim, BY_NEIGHBOUR),
    "due": (due, BY_NEIGHBOUR),
    "unread": (lambda conn: frontier.unread(conn, run=RUN, neighbour="press.test"), "state=? AND neighbour=?"),
    "is_over": (lambda conn: frontier.is_over(conn, run=RUN, now=NOON, patience=HOUR), "(run=? AND state=?"),
    "spread": (lambda conn: leases.spread(conn, RUN), "(run=? AND state=? AND neighbour>?"),
    "leave": (lambda conn: frontier.leave(conn, RUN, "press.test"), "(run=? AND state=? AND neighbour=?"),
    "note": (lambda conn: frontier.note(conn, [visit()]), "(urlkey=?)"),
    "enlist": (
        lambda conn: frontier.enlist(conn, run=RUN, site="press", now=NOON, pages=9),
        "(state=? AND site=? AND next_at<?)",
    ),
    "unplanned": (lambda conn: frontier.unplanned(conn, 10), "(state=?)"),
}


@pytest.mark.parametrize(("call", "index"), FOR_A_RUN.values(), ids=FOR_A_RUN.keys())
def test_what_is_not_due_is_not_looked_at(conn: Connection, call: Callable[[Connection], object], index: str) -> None:
    if conn.dialect.name != "sqlite":
        pytest.skip("plans are SQLite's here")
    want(conn, *RANKED)
    told = plans(conn, lambda: call(conn))
    assert any(index in line for line in told), told
    # The neighbours of all runs, and the rows of other runs, are never gone through one by one.
    assert [line for line in told if line.startswith(("SCAN frontier", "SCAN neighbours"))] == []


# --------------------------------------------------------------------------------------------------------- discover


def test_a_url_is_wanted_once_whatever_its_spelling(conn: Connection) -> None:
    assert want(conn, wanted("http://press.test/a"), wanted("https://www.press.test/a")).new == 1
    assert want(conn, wanted("http://press.test/A")) == frontier.Discovered()
    assert row(conn, "http://press.test/a").url == "http://press.test/a"
    assert frontier.known(conn, [urlkey("http://press.test/a"), UrlKey("test,other)/")]) == {"test,press)/a"}


def test_a_known_url_is_left_alone(conn: Connection) -> None:
    want(conn, wanted())
    visited(conn)
    assert want(conn, wanted(), now=NOON + HOUR) == frontier.Discovered()
    assert state(conn) == "visited"


def test_a_known_url_is_wanted_again_when_it_says_that_it_changed(conn: Connection) -> None:
    want(conn, wanted())
    visited(conn)
    assert want(conn, wanted(fresh_from=NOON), run=LATER_RUN).revived == 0
    assert want(conn, wanted(fresh_from=NOON + SECOND, next_at=NOON + HOUR), run=LATER_RUN).revived == 1
    again = row(conn)
    assert (state(conn), again.why, again.run, again.next_at) == ("waiting", "recheck", LATER_RUN, NOON + HOUR)


def test_what_is_being_read_is_not_wanted_again(conn: Connection) -> None:
    want(conn, wanted())
    frontier.note(conn, [visit(capture="c1")])
    assert want(conn, wanted(fresh_from=NOON + HOUR)).revived == 0
    assert state(conn) == "fetched"


PROMOTED: tuple[tuple[What, What, bool], ...] = (
    ("citation", "article", True),
    ("requisite", "article", True),
    ("citation", "feed", True),
    ("article", "citation", False),
    ("article", "requisite", False),
    ("front page", "article", False),
    ("requisite", "citation", False),
)


@pytest.mark.parametrize(("before", "then", "promoted"), PROMOTED)
def test_what_is_more_to_us_than_it_was_is_visited_as_that(
    conn: Connection, before: What, then: What, promoted: bool
) -> None:
    want(conn, wanted(what=before))
    visited(conn)
    assert want(conn, wanted(what=then)).revived == int(promoted)
    assert row(conn).what == (then if promoted else before)


def test_what_still_waits_may_grow_but_not_shrink(conn: Connection) -> None:
    want(conn, wanted(what="citation"))
    assert want(conn, wanted()).revived == 1
    assert want(conn, wanted(what="requisite")).revived == 0
    assert (row(conn).what, row(conn).why) == ("article", "new")


def test_what_an_earlier_run_left_is_taken_up_as_what_it_was(conn: Connection) -> None:
    want(conn, wanted(depth=1, next_at=NOON + HOUR))
    frontier.leave(conn, RUN, None)
    want(conn, wanted(what="citation", next_at=NOON), run=LATER_RUN)
    taken = row(conn)
    assert (taken.run, taken.what, taken.why, taken.next_at) == (LATER_RUN, "article", "new", NOON)


def test_a_redirect_to_itself_by_another_spelling_is_followed(conn: Connection) -> None:
    want(conn, wanted("http://press.test/story"))
    frontier.note(conn, [visit(outcome="redirected", capture="c1", status=301)])
    made = wanted("https://www.press.test/story", why="redirect", hop=1, came_from="c1", next_at=NOON + SECOND)
    assert want(conn, made).revived == 1
    frontier.settle(conn, made.urlkey, RecordId("c1"))
    assert (state(conn), row(conn).url, row(conn).hop) == ("waiting", "https://www.press.test/story", 1)
    assert row(conn).neighbour == "www.press.test"


def test_a_redirect_from_elsewhere_to_a_known_url_leaves_it_alone(conn: Connection) -> None:
    want(conn, wanted())
    visited(conn, capture="c1")
    assert want(conn, wanted(why="redirect", hop=1, came_from="c9")).revived == 0


def test_what_is_for_later_waits_for_the_next_run(conn: Connection) -> None:
    assert want(conn, wanted(later=True)).new == 1
    assert (row(conn).run, due(conn)) == (None, [])
    assert frontier.enlist(conn, run=LATER_RUN, site="press", now=NOON, pages=10) == 1
    assert due(conn, run=LATER_RUN) == ["http://press.test/story"]


def test_a_url_that_is_only_to_be_refused_keeps_its_reason_and_revives_nothing(conn: Connection) -> None:
    want(conn, wanted("http://press.test/new", reason="trap"), wanted())
    visited(conn)
    assert want(conn, wanted(reason="trap", fresh_from=NOON + HOUR)).revived == 0
    assert row(conn, "http://press.test/new").reason == "trap"
    assert due(conn) == ["http://press.test/new"]


def test_what_was_refused_is_not_refused_again_in_a_run_but_may_be_within_in_the_next(conn: Connection) -> None:
    want(conn, wanted(reason="matched exclude /story"))
    frontier.note(conn, [visit(outcome="out of scope")])
    assert want(conn, wanted(), now=NOON + SECOND).revived == 0
    assert want(conn, wanted(), run=LATER_RUN).revived == 1
    assert (state(conn), row(conn).why, row(conn).reason) == ("waiting", "new", None)


def test_nothing_wanted_is_nothing_done(conn: Connection) -> None:
    assert want(conn) == frontier.Discovered()


def stories(count: int, *, start: int = 0, what: What = "article", host: str = "press.test") -> list[Wanted]:
    return [wanted(f"http://{host}/{number}", what) for number in range(start, start + count)]


def test_what_is_over_a_sites_budget_waits_for_the_next_run(conn: Connection) -> None:
    assert want(conn, *stories(3), pages=5) == frontier.Discovered(new=3)
    assert want(conn, *stories(4, start=3), pages=5) == frontier.Discovered(new=4, left=2)
    assert len(due(conn)) == 5
    assert want(conn, wanted("http://press.test/feed", "feed"), pages=5).left == 0
    assert want(conn, *stories(2, start=5), run=LATER_RUN, pages=5).left == 0
    assert len(due(conn, run=LATER_RUN)) == 2


def test_redirects_refusals_and_other_sites_cost_no_budget(conn: Connection) -> None:
    free = [
        wanted("http://press.test/r", hop=1, why="redirect"),
        wanted("http://press.test/t", reason="trap"),
        wanted("http://paper.test/", site="paper"),
        wanted("http://press.test/l", later=True),
    ]
    assert want(conn, *free, *stories(1), pages=1) == frontier.Discovered(new=5)
    assert want(conn, *stories(1, start=1), pages=1).left == 1


def test_a_page_that_is_wanted_twice_in_a_run_is_counted_once(conn: Connection) -> None:
    want(conn, *stories(2))
    for story in stories(2):
        visited(conn, story.url)
    frontier.plan(conn, [(story.urlkey, NOON + HOUR) for story in stories(2)])
    frontier.enlist(conn, run=LATER_RUN, site="press", now=NOON + HOUR, pages=2)
    edited = [replace(story, fresh_from=NOON + SECOND) for story in stories(2)]
    assert want(conn, *edited, run=LATER_RUN, pages=2).left == 0
    assert len(due(conn, run=LATER_RUN, now=NOON + HOUR)) == 2


def test_what_is_over_the_cap_of_citations_is_refused(conn: Connection) -> None:
    cited = stories(3, what="citation", host="paper.test")
    other = stories(1, what="citation", host="radio.test")
    want(conn, *cited[:1], citations=2)
    want(conn, *cited[1:], *other, citations=2)
    reasons = [row(conn, one.url).reason for one in (*cited, *other)]
    assert reasons == [None, None, "cap: 2 citations of paper.test are enough for one run", None]


# ------------------------------------------------------------------------------------------------------------- note


AFTER: tuple[tuple[Outcome, int | None, bool, int, str], ...] = (
    ("captured", 200, True, 1, "fetched"),
    ("captured", 404, True, 1, "fetched"),
    ("captured", 500, True, 1, "waiting"),
    ("captured", 503, True, TRIES, "fetched"),
    ("redirected", 301, True, 1, "fetched"),
    ("unchanged", 304, True, 1, "visited"),
    ("truncated", None, False, 1, "visited"),
    ("gone", 410, True, 1, "fetched"),
    ("refused", 403, True, 1, "fetched"),
    ("truncated", 200, True, 1, "fetched"),
    ("robots", None, False, 1, "visited"),
    ("unsafe", None, False, 1, "visited"),
    ("out of scope", None, False, 1, "dropped"),
    ("limited", 429, True, 1, "waiting"),
    ("limited", 429, True, TRIES, "visited"),
    ("failed", None, False, 1, "waiting"),
    ("failed", None, False, TRIES - 1, "waiting"),
    ("failed", None, False, TRIES, "visited"),
    ("failed", None, False, TRIES + 1, "visited"),
)


@pytest.mark.parametrize(("outcome", "status", "kept", "attempt", "then"), AFTER)
def test_a_visit_moves_its_row(
    conn: Connection, outcome: Outcome, status: int | None, kept: bool, attempt: int, then: str
) -> None:
    want(conn, wanted())
    capture = "c1" if kept else None
    frontier.note(conn, [visit(outcome=outcome, status=status, attempt=attempt, capture=capture)])
    known = row(conn)
    assert (state(conn), known.outcome, known.visited_at, known.capture) == (then, outcome, NOON, capture)


def test_a_failure_is_tried_again_each_time_after_a_longer_wait(conn: Connection) -> None:
    want(conn, wanted())
    at, waits = NOON, []
    while state(conn) == "waiting":
        frontier.note(conn, [visit(outcome="failed", at=at, attempt=row(conn).attempt)])
        waits.append(row(conn).next_at - at)
        at = row(conn).next_at
    assert waits[:-1] == [RETRY, 4 * RETRY]
    assert (state(conn), row(conn).attempt) == ("visited", 1)


def test_the_wait_after_a_failure_can_be_made_shorter(conn: Connection) -> None:
    want(conn, wanted())
    frontier.note(conn, [visit(outcome="failed")], SECOND)
    assert row(conn).next_at == NOON + SECOND


def test_an_older_visit_changes_nothing(conn: Connection) -> None:
    want(conn, wanted())
    frontier.note(conn, [visit(at=NOON + SECOND, capture="c2")])
    before = found(conn, "http://press.test/story")
    frontier.note(conn, [visit(outcome="failed", at=NOON), visit(outcome="out of scope", at=NOON)])
    assert found(conn, "http://press.test/story") == before


def test_the_same_visit_twice_is_one(conn: Connection) -> None:
    want(conn, wanted())
    for _ in range(2):
        frontier.note(conn, [visit(outcome="failed")])
    assert row(conn).attempt == 2
    frontier.note(conn, [visit(at=NOON + HOUR, attempt=2, capture="c1")])
    frontier.settle(conn, urlkey("http://press.test/story"), RecordId("c1"))
    frontier.note(conn, [visit(at=NOON + HOUR, attempt=2, capture="c1")])
    assert state(conn) == "visited"


ARRIVALS = (
    visit(outcome="failed", at=NOON, attempt=1),
    visit(outcome="failed", at=NOON + HOUR, attempt=2),
    visit(outcome="captured", at=NOON + 2 * HOUR, attempt=3, capture="c1"),
    visit("http://press.test/other", outcome="captured", at=NOON, capture="c2"),
)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 1, 3), (3, 1, 2, 0)])
@pytest.mark.parametrize("size", [1, 2, 4])
def test_visits_in_any_order_come_to_the_same(conn: Connection, order: Sequence[int], size: int) -> None:
    want(conn, wanted(), wanted("http://press.test/other"))
    arriving = [ARRIVALS[at] for at in order]
    for start in range(0, len(arriving), size):
        frontier.note(conn, arriving[start : start + size])
    assert [state(conn), state(conn, "http://press.test/other")] == ["fetched", "fetched"]
    assert (row(conn).capture, row(conn).visited_at) == ("c1", NOON + 2 * HOUR)


def test_a_visit_to_what_nobody_wanted_is_no_row(conn: Connection) -> None:
    frontier.note(conn, [visit()])
    assert frontier.by_key(conn, urlkey("http://press.test/story")) is None


def test_what_is_over_is_not_opened_by_a_visit(conn: Connection) -> None:
    want(conn, wanted())
    visited(conn)
    frontier.note(conn, [visit(at=NOON + HOUR, capture="c2")])
    assert (state(conn), row(conn).capture) == ("visited", "c1")


def test_only_the_capture_that_was_read_is_settled(conn: Connection) -> None:
    want(conn, wanted())
    frontier.note(conn, [visit(capture="c2")])
    frontier.settle(conn, urlkey("http://press.test/story"), RecordId("c1"))
    assert state(conn) == "fetched"
    frontier.settle(conn, urlkey("http://press.test/story"), RecordId("c2"))
    assert state(conn) == "visited"


# ---------------------------------------------------------------------------------------------------- runs and plans


def planned(conn: Connection, count: int, at: datetime) -> None:
    want(conn, *stories(count))
    for story in stories(count):
        visited(conn, story.url)
    frontier.plan(conn, [(story.urlkey, at) for story in stories(count)])


def test_a_run_takes_what_is_due_up_to_its_budget_and_new_before_known(conn: Connection) -> None:
    planned(conn, 3, NOON + HOUR)
    want(conn, *stories(2, start=3), now=NOON + HOUR)
    frontier.leave(conn, RUN, None)
    assert frontier.enlist(conn, run=LATER_RUN, site="press", now=NOON + HOUR, pages=3) == 3
    taken = due(conn, run=LATER_RUN, now=NOON + HOUR)
    assert taken == [f"http://press.test/{number}" for number in (3, 4, 0)]
    assert want(conn, *stories(1, start=9), run=LATER_RUN, pages=4).left == 0
    assert want(conn, *stories(1, start=10), run=LATER_RUN, pages=4).left == 1


def test_a_run_takes_feeds_and_captures_never_read_beyond_its_budget(conn: Connection) -> None:
    want(conn, wanted("http://press.test/feed", "feed"), *stories(2))
    frontier.note(conn, [visit("http://press.test/0", capture="c1")])
    frontier.leave(conn, RUN, None)
    assert frontier.enlist(conn, run=LATER_RUN, site="press", now=NOON, pages=0) == 2
    assert dict(frontier.waiting(conn, LATER_RUN)) == {"waiting": 1, "fetched": 1}


def test_what_is_not_due_is_taken_only_when_everything_is_to_be_checked(conn: Connection) -> None:
    planned(conn, 2, NOON + 9 * HOUR)
    assert frontier.enlist(conn, run=LATER_RUN, site="press", now=NOON + HOUR, pages=9) == 0
    assert frontier.enlist(conn, run=LATER_RUN, site="press", now=NOON + HOUR, pages=9, recheck=True) == 2
    assert [row(conn, story.url).why for story in stories(2)] == ["recheck", "recheck"]


def test_other_sites_are_not_enlisted(conn: Connection) -> None:
    want(conn, wanted("http://paper.test/", site="paper", later=True))
    assert frontier.enlist(conn, run=LATER_RUN, site="press", now=NOON, pages=9) == 0


def test_what_waits_is_left_for_the_next_run_at_one_neighbour_or_at_all(conn: Connection) -> None:
    want(conn, *stories(2), *stories(3, host="paper.test"))
    assert frontier.leave(conn, RUN, "press.test") == 2
    assert (due(conn), len(due(conn, at="paper.test"))) == ([], 3)
    assert frontier.leave(conn, RUN, None) == 3
    assert frontier.waiting(conn, RUN) == {}


def test_a_run_is_over_when_nothing_becomes_due_soon(conn: Connection) -> None:
    patience = timedelta(minutes=10)

    def is_over(now: datetime = NOON) -> bool:
        return frontier.is_over(conn, run=RUN, now=now, patience=patience)

    assert is_over()
    want(conn, wanted(next_at=NOON + 2 * patience))
    assert is_over()
    assert not is_over(NOON + patience)
    frontier.note(conn, [visit(capture="c1")])
    assert not is_over()  # its capture may lead to more
    frontier.settle(conn, urlkey("http://press.test/story"), RecordId("c1"))
    assert is_over()


def test_a_run_does_not_wait_for_a_neighbour_that_rests_longer_than_its_patience(conn: Connection) -> None:
    want(conn, wanted())
    lease = only(claim(conn))
    leases.release(conn, lease, ready_at=NOON + HOUR, last_fetch=NOON)
    assert frontier.is_over(conn, run=RUN, now=NOON, patience=HOUR - SECOND)
    assert not frontier.is_over(conn, run=RUN, now=NOON, patience=HOUR)


def test_the_neighbours_with_waiting_rows_are_counted(conn: Connection) -> None:
    assert leases.spread(conn, RUN) == 0
    want(conn, *stories(3), *stories(2, host="paper.test"), *stories(1, host="radio.test"))
    visited(conn, "http://radio.test/0")
    assert leases.spread(conn, RUN) == 2


def test_what_was_visited_is_planned_once(conn: Connection) -> None:
    want(conn, wanted(hop=2), wanted("http://press.test/feed", "feed"), wanted("http://press.test/gone", "page"))
    for url in ("story", "feed", "gone"):
        visited(conn, f"http://press.test/{url}")
    assert len(frontier.unplanned(conn, 2)) == 2
    times = {"story": NOON + HOUR, "feed": NOON + SECOND, "gone": None}
    frontier.plan(conn, [(urlkey(f"http://press.test/{url}"), at) for url, at in times.items()])
    assert frontier.unplanned(conn, 9) == []
    assert [state(conn, f"http://press.test/{url}") for url in times] == ["waiting", "waiting", "done"]
    assert [row(conn, f"http://press.test/{url}").why for url in ("story", "feed")] == ["recheck", "feed"]
    assert (row(conn).run, row(conn).hop, row(conn).next_at) == (None, 0, NOON + HOUR)
    frontier.plan(conn, [(urlkey("http://press.test/story"), NOON)])
    assert row(conn).next_at == NOON + HOUR
    coming = frontier.coming(conn, sites=["press"], until=NOON + HOUR)
    assert [one.url for one in coming] == ["http://press.test/feed", "http://press.test/story"]
    assert list(frontier.coming(conn, sites=["paper"], until=NOON + HOUR)) == []
    assert frontier.next_of(conn, ["press", "paper"]) == {"press": NOON + SECOND}


def test_a_site_that_is_watched_no_more_leaves_nothing_to_do(conn: Connection) -> None:
    want(conn, *stories(3), wanted("http://paper.test/", site="paper"))
    visited(conn, "http://press.test/0")
    assert frontier.forget_site(conn, "press") == 3
    assert names(claim(conn)) == ["paper.test"]


# ---------------------------------------------------------------------------------------------------- two processes


def in_two_processes(database: str, work: Callable[[str, str, Barrier, Queue[list[Any]]], None]) -> list[list[Any]]:
    """Let two processes do the same to one database at the same time; give what each told."""
    spawning = multiprocessing.get_context("spawn")
    together, told = spawning.Barrier(2), spawning.Queue()
    both = [spawning.Process(target=work, args=(database, name, together, told)) for name in "ab"]
    for one in both:
        one.start()
    try:
        return [told.get(timeout=LONG) for _ in both]
    finally:
        for one in both:
            one.join(LONG)
            if one.is_alive():
                one.kill()
        assert [one.exitcode for one in both] == [0, 0]


def claim_and_give_back(database: str, worker: str, together: Barrier, told: Queue[list[Any]]) -> None:
    store = open_store(database)
    mine: list[Any] = []
    together.wait(LONG)
    for turn in range(60):
        now = NOON + turn * SECOND
        with store.write() as conn:
            claimed = claim(conn, worker, now=now, limit=3)
        mine += [(lease.neighbour, lease.fence, lease.taken_over) for lease in claimed]
        with store.write() as conn:
            for lease in claimed:
                assert leases.release(conn, lease, ready_at=now, last_fetch=now)
    store.close()
    told.put(mine)


def test_two_processes_never_hold_the_same_neighbour(database: str, store: Store) -> None:
    with store.write() as conn:
        want(conn, *(wanted(f"http://h{number}.test/") for number in range(5)))
    one, two = in_two_processes(database, claim_and_give_back)
    assert one
    assert two
    fences: dict[str, list[int]] = {}
    for name, fence, taken_over in (*one, *two):
        assert not taken_over
        fences.setdefault(name, []).append(fence)
    # Each lease of a neighbour has a fence of its own, and it was given back before the next one.
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in fences.values())


def claim_and_keep(database: str, worker: str, together: Barrier, told: Queue[list[Any]]) -> None:
    store = open_store(database)
    mine: list[Any] = []
    together.wait(LONG)
    while True:
        with store.write() as conn:
            leases = claim(conn, worker, limit=2)
        if not leases:
            break
        mine += names(leases)
    store.close()
    told.put(mine)


def test_two_processes_share_the_neighbours_among_them(database: str, store: Store) -> None:
    with store.write() as conn:
        want(conn, *(wanted(f"http://h{number}.test/") for number in range(40)))
    one, two = in_two_processes(database, claim_and_keep)
    assert sorted([*one, *two]) == sorted(f"h{number}.test" for number in range(40))


def discover_many(database: str, worker: str, together: Barrier, told: Queue[list[Any]]) -> None:
    store = open_store(database)
    new = left = 0
    together.wait(LONG)
    for start in range(0, 40, 4):
        rows = [wanted(f"http://press.test/{worker}/{number}") for number in range(start, start + 4)]
        rows += [wanted(f"http://press.test/both/{number}") for number in range(start, start + 4)]
        with store.write() as conn:
            made = want(conn, *rows, pages=50)
        new, left = new + made.new, left + made.left
    store.close()
    told.put([new, left])


def test_a_budget_is_exact_across_two_processes(database: str, store: Store) -> None:
    told = in_two_processes(database, discover_many)
    assert sum(new for new, _ in told) == 120
    with store.read() as conn:
        assert len(due(conn, limit=1000)) == 50
        assert len(list(frontier.coming(conn, sites=None, until=NOON))) == 120


# -------------------------------------------------------------------------------------------------- against a model

HOSTS = ("one.test", "two.test")
PAGES = tuple(f"http://{host}/{number}" for host in HOSTS for number in range(3))
WORKERS = ("a", "b", "c")
OUTCOMES: tuple[tuple[Outcome, bool], ...] = (
    ("captured", True), ("unchanged", True), ("gone", True), ("failed", False), ("limited", True),
    ("out of scope", False), ("robots", False),
)  # fmt: skip


class _Crawl(RuleBasedStateMachine):
    """Workers that claim, ask, crash and come back, against what a frontier is to be."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.now = NOON
        self.run = 1
        self.captures = 0
        self.states: dict[str, str] = {}
        self.attempts: dict[str, int] = {}
        self.due_at: dict[str, datetime] = {}
        self.enlisted: dict[str, int | None] = {}
        self.unread: dict[str, str] = {}
        self.ready_at: dict[str, datetime] = {}
        self.fences: dict[str, int] = {}
        self.given_back: dict[str, bool] = {}
        self.held: dict[str, dict[str, Lease]] = {worker: {} for worker in WORKERS}
        with store.write() as conn:
            for table in (schema.frontier, schema.neighbours, schema.allowances):
                conn.execute(table.delete())

    def is_live(self, lease: Lease) -> bool:
        """Whether nobody else can have the neighbour: the lease is the last, not given back, and not ended."""
        name = lease.neighbour
        return self.fences[name] == lease.fence and not self.given_back[name] and self.ready_at[name] > self.now

    def live(self) -> list[Lease]:
        return [lease for held in self.held.values() for lease in held.values() if self.is_live(lease)]

    @rule(url=st.sampled_from(PAGES))
    def discover(self, url: str) -> None:
        with self.store.write() as conn:
            want(conn, wanted(url, next_at=self.now), run=str(self.run), now=self.now)
        host = neighbour(url)
        if url not in self.states:
            self.states[url], self.attempts[url], self.due_at[url] = "waiting", 1, self.now
            self.enlisted[url] = self.run
            self.fences.setdefault(host, 0)
            self.given_back.setdefault(host, True)
            self.ready_at.setdefault(host, self.now)
        elif self.states[url] == "waiting" and self.enlisted[url] != self.run and url not in self.seen():
            self.enlisted[url], self.due_at[url] = self.run, min(self.now, self.due_at[url])
        elif self.states[url] == "dropped" and self.enlisted[url] != self.run:
            self.states[url], self.attempts[url], self.due_at[url] = "waiting", 1, self.now
            self.enlisted[url] = self.run

    def seen(self) -> set[str]:
        with self.store.read() as conn:
            return {url for url in self.states if row(conn, url).visited_at is not None}

    @rule(seconds=st.sampled_from([1, 30, 120, 3600]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(worker=st.sampled_from(WORKERS), limit=st.integers(1, 2), lasts=st.sampled_from([20, 60]))
    def claim(self, worker: str, limit: int, lasts: int) -> None:
        until = self.now + timedelta(seconds=lasts)
        with self.store.write() as conn:
            claimed = leases.claim(conn, run=str(self.run), worker=worker, now=self.now, until=until, limit=limit)
        free = {host for host in self.fences if self.ready_at[host] <= self.now and self.has_work(host)}
        assert len(claimed) == min(limit, len(free))
        for lease in claimed:
            host = lease.neighbour
            assert host in free
            assert not any(other.neighbour == host for other in self.live())
            assert lease.fence == self.fences[host] + 1
            assert lease.taken_over is not self.given_back[host]
            self.fences[host], self.given_back[host], self.ready_at[host] = lease.fence, False, until
            self.held[worker][host] = lease

    def has_work(self, host: str) -> bool:
        return any(
            self.states[url] == "fetched" or (self.states[url] == "waiting" and self.due_at[url] <= self.now)
            for url in self.states
            if neighbour(url) == host and self.enlisted[url] == self.run
        )

    @rule(worker=st.sampled_from(WORKERS))
    def renew(self, worker: str) -> None:
        held, until = list(self.held[worker].values()), self.now + timedelta(seconds=60)
        with self.store.write() as conn:
            lost = leases.renew(conn, held, until)
        for lease in held:
            current = self.fences[lease.neighbour] == lease.fence and not self.given_back[lease.neighbour]
            assert (lease in lost) is not current
            if current:
                self.ready_at[lease.neighbour] = until
            else:
                del self.held[worker][lease.neighbour]

    @rule(worker=st.sampled_from(WORKERS), host=st.sampled_from(HOSTS), pause=st.sampled_from([0, 5, 100]))
    def release(self, worker: str, host: str, pause: int) -> None:
        lease = self.held[worker].pop(host, None)
        if lease is None:
            return
        ready_at = self.now + timedelta(seconds=pause)
        with self.store.write() as conn:
            done = leases.release(conn, lease, ready_at=ready_at, last_fetch=None)
        assert done is (self.fences[host] == lease.fence and not self.given_back[host])
        if done:
            self.given_back[host], self.ready_at[host] = True, ready_at

    @rule(worker=st.sampled_from(WORKERS))
    def crash(self, worker: str) -> None:
        self.held[worker].clear()

    @precondition(lambda self: any(self.live()))
    @rule(number=st.integers(0, 1), came=st.sampled_from(OUTCOMES))
    def ask(self, number: int, came: tuple[Outcome, bool]) -> None:
        """Have one of those who hold a neighbour ask for what is most urgent there."""
        live = self.live()
        host = live[number % len(live)].neighbour
        with self.store.write() as conn:
            rows = frontier.due(conn, run=str(self.run), neighbour=host, now=self.now, limit=9)
            expected = {
                url for url, known in self.states.items()
                if known == "waiting" and neighbour(url) == host and self.due_at[url] <= self.now
                and self.enlisted[url] == self.run
            }  # fmt: skip
            assert {one.url for one in rows} == expected
            if not rows:
                return
            one = rows[0]
            assert one.attempt == self.attempts[one.url]
            self.now += timedelta(milliseconds=1)
            outcome, kept = came
            self.captures += 1
            capture = f"c{self.captures}" if kept else None
            frontier.note(conn, [visit(one.url, outcome, at=self.now, attempt=one.attempt, capture=capture)])
        self.follow(one.url, outcome, capture)

    def follow(self, url: str, outcome: Outcome, capture: str | None) -> None:
        if outcome in ("failed", "limited") and self.attempts[url] < 3:
            self.due_at[url] = self.now + timedelta(seconds=30 if self.attempts[url] == 1 else 120)
            self.attempts[url] += 1
            return
        self.attempts[url] = 1
        led = outcome in ("captured", "gone")
        self.states[url] = "fetched" if led else "dropped" if outcome == "out of scope" else "visited"
        if led and capture is not None:
            self.unread[url] = capture

    @rule(url=st.sampled_from(PAGES))
    def read(self, url: str) -> None:
        if url in self.unread:
            with self.store.write() as conn:
                frontier.settle(conn, urlkey(url), RecordId(self.unread.pop(url)))
            self.states[url] = "visited"

    @rule(seconds=st.sampled_from([None, 0, 600]))
    def plan(self, seconds: int | None) -> None:
        at = None if seconds is None else self.now + timedelta(seconds=seconds)
        with self.store.write() as conn:
            rows = frontier.unplanned(conn, 99)
            assert {one.url for one in rows} == {url for url, known in self.states.items() if known == "visited"}
            frontier.plan(conn, [(one.urlkey, at) for one in rows])
        for one in rows:
            self.states[one.url] = "done" if at is None else "waiting"
            if at is not None:
                self.due_at[one.url], self.enlisted[one.url] = at, None

    @rule()
    def next_run(self) -> None:
        """Begin the next run while leases of the last one may still be held."""
        self.run += 1
        with self.store.write() as conn:
            frontier.leave(conn, str(self.run - 1), None)
            frontier.enlist(conn, run=str(self.run), site="press", now=self.now, pages=99)
        for url, known in self.states.items():
            if known == "waiting":
                self.enlisted[url] = self.run if self.due_at[url] <= self.now else None
            elif known == "fetched":
                self.enlisted[url] = self.run

    @invariant()
    def nothing_is_lost(self) -> None:
        with self.store.read() as conn:
            stored = {url: found(conn, url) for url in self.states}
        assert {url: known for url, (known, _) in stored.items()} == self.states
        for url, (known, one) in stored.items():
            if known == "waiting":
                assert (one.next_at, one.attempt) == (self.due_at[url], self.attempts[url])

    @invariant()
    def nobody_shares_a_neighbour(self) -> None:
        live = [lease.neighbour for lease in self.live()]
        assert len(live) == len(set(live))


def test_whatever_workers_do_nothing_is_lost_and_no_neighbour_is_shared(store: Store) -> None:
    run_state_machine_as_test(
        partial(_Crawl, store),  # type: ignore[arg-type]  # it says a class, and takes what makes one
        settings=settings(max_examples=40, stateful_step_count=40, deadline=None),
    )
