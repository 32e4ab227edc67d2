"""The planner over a real store: what visits and lists tell becomes the time of the next visit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import config
from archive.journal import FOLLOW, UNFOLLOW
from archive.model import (
    Article,
    Capture,
    Digest,
    Entry,
    Extraction,
    Locator,
    Outcome,
    Reading,
    RecordId,
    Revision,
    Sighting,
    Url,
    Visit,
)
from archive.recording import Recording
from archive.store import articles, captures, frontier, journal_rows, readings, sightings, standings, visits
from archive.store.frontier import Wanted
from archive.urls import neighbour, urlkey
from crawler import sites
from crawler.sites import Site
from schedules.following import told as told_of_following
from schedules.planning import Planner
from schedules.reckoning import Known, time_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SITE = 'url = "http://press.test/"\nfeeds = ["http://press.test/feed"]\n'
PAGE = "http://press.test/2026/a-story"
HERE = Locator(warc="w", offset=0, length=1)


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0

    def real_seconds(self, seconds: float) -> float:
        return seconds


@dataclass(slots=True)
class Desk:
    """An archive with one watched site, its planner, and what happens there."""

    home: Path
    recording: Recording
    clock: SetClock
    planner: Planner
    count: int = 0
    opened: list[RecordId] = field(default_factory=list)

    def want(self, url: str = PAGE, **more: Any) -> None:
        """Have a post found now, dated now."""
        given: dict[str, Any] = {"what": "article", "why": "new", "site": "press", "dated": self.clock.at} | more
        row = Wanted(url=Url(url), urlkey=urlkey(url), neighbour=neighbour(url), next_at=self.clock.at, **given)
        self.recording.work_and_wait(
            lambda conn: frontier.discover(conn, [row], run="r", now=self.clock.at, pages={"press": 99}, citations=9)
        )

    def visit(
        self, after: timedelta = timedelta(), outcome: Outcome = "captured", *, url: str = PAGE, changed: bool = False,
        status: int | None = 200, planned: bool = True, **more: Any,
    ) -> None:  # fmt: skip
        """Have a page visited, a span later than the last thing that happened; what is captured is an article."""
        self.clock.at += after
        self.count += 1
        name = RecordId(f"urn:uuid:{self.count}")
        given: dict[str, Any] = {"why": "recheck", "attempt": 3} | more
        made = Visit(
            id=RecordId(f"{name}/v"), url=Url(url), urlkey=urlkey(url), at=self.clock.at, outcome=outcome,
            status=status, capture=name if outcome in ("captured", "unchanged", "gone") else None, run="r",
            site="press", locator=HERE, **given,
        )  # fmt: skip

        def write(conn: Any) -> None:
            visits.insert(conn, [made])
            if outcome == "captured":
                _read(conn, made, name, len(self.opened) + changed)
                if changed or not self.opened:
                    self.opened.append(name)
                    articles.put(
                        conn, _chain(made, self.opened), {made.urlkey: ("itself", made.at, name)}, site="press",
                        outlet="press.test",
                    )  # fmt: skip
            frontier.note(conn, [made])
            if made.capture is not None:
                frontier.settle(conn, made.urlkey, made.capture)

        self.recording.work_and_wait(write)
        if planned:
            self.plan()

    def plan(self) -> int:
        return self.planner.plan_visited(self.recording, self.clock)

    def again(self) -> Planner:
        """Give a planner that knows nothing but what is in the store, as after a restart."""
        self.planner = Planner(config.load(self.home), _sites(self.home))
        return self.planner

    def row(self, url: str = PAGE) -> tuple[str, Wanted]:
        with self.recording.store.read() as conn:
            found = frontier.by_key(conn, urlkey(url))
        assert found is not None
        return found

    def after(self, url: str = PAGE) -> timedelta:
        """Give how long after now a page is visited next."""
        state, row = self.row(url)
        assert state == "waiting"
        return row.next_at - self.clock.at

    def known(self, url: str = PAGE) -> Known | None:
        key = urlkey(url)
        with self.recording.store.read() as conn:
            row = standings.of(conn, [key]).get(key)
        return None if row is None else Known.of(row.at, row.data)

    def show(self, lastmod: datetime, after: timedelta = timedelta(), url: str = PAGE) -> int:
        """Have the sitemap show a page with a time of change; give what the planner makes of it."""
        self.clock.at += after
        self.count += 1
        one = Sighting(
            url=Url(url), urlkey=urlkey(url), site="press", how="sitemap", shown_by=RecordId(f"map {self.count}"),
            position=0, seen_at=self.clock.at, lastmod=lastmod,
        )  # fmt: skip
        self.recording.work_and_wait(lambda conn: sightings.insert(conn, [one]))
        return self.planner.heed(self.recording, self.clock)

    def follow(self, url: str = PAGE, kind: str = FOLLOW, **data: Any) -> None:
        self.count += 1
        given = told_of_following(data.get("every", 15 * MINUTE), data.get("until"), None, None)
        entry = Entry(id=RecordId(f"urn:uuid:j{self.count}"), kind=kind, at=self.clock.at, subject=url, data=given)
        self.recording.work_and_wait(lambda conn: journal_rows.insert(conn, [entry]))

    def prices(self, price: float) -> None:
        self.recording.work_and_wait(
            lambda conn: standings.put_prices(conn, {"press.test": price, "www.press.test": price}, self.clock.at)
        )


def _read(conn: Any, visit: Visit, name: RecordId, revision: int) -> None:
    capture = Capture(
        id=name, urlkey=visit.urlkey, url=visit.url, at=visit.at, status=visit.status, mime="text/html",
        digest=Digest(f"sha256:{name}"), kind="response", locator=HERE,
    )  # fmt: skip
    captures.insert(conn, [capture])
    reading = Reading(
        capture=name, urlkey=visit.urlkey, url=visit.url, at=visit.at, extractor="x 1", verdict="article", score=1.0,
        text_digest=Digest(f"sha256:{revision}"), extraction=Extraction(headline="A story"),
    )  # fmt: skip
    readings.insert(conn, [reading])


def _chain(visit: Visit, opened: list[RecordId]) -> Article:
    revisions = [
        Revision(
            id=name, number=number, url=visit.url, seen_from=visit.at, seen_until=visit.at, basis="bytes",
            extractor="x 1", extraction=Extraction(headline="A story"), text_digest=Digest(name), words=3,
            captures=(name,),
        )
        for number, name in enumerate(opened, 1)
    ]  # fmt: skip
    return Article(id=visit.urlkey, url=visit.url, extractor="x 1", revisions=tuple(revisions))


def _sites(home: Path) -> dict[str, Site]:
    return {site.name: site for site in sites.every(home / "sites", home)}


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    (home / "sites" / "press.toml").write_text(SITE)
    clock = SetClock()
    settings = config.load(home)
    recording = Recording(settings, clock).start()
    yield Desk(home=home, recording=recording, clock=clock, planner=Planner(settings, _sites(home)))
    recording.close()


# ------------------------------------------------------------------------------------------------------- what was seen


def test_the_first_visit_makes_a_standing_and_plans_the_second(desk: Desk) -> None:
    desk.want()
    desk.visit(10 * MINUTE, why="new", attempt=1)
    known = desk.known()
    assert known is not None
    assert known.standing is not None
    assert time_of(known.standing.published) == NOON
    assert time_of(known.standing.looked) == known.at == NOON + 10 * MINUTE
    state, row = desk.row()
    assert (state, row.why, row.run) == ("waiting", "recheck", None)
    assert 15 * MINUTE <= desk.after() < DAY


def test_looks_that_find_nothing_move_the_next_one_away(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    spans = [desk.after()]
    for _ in range(5):
        desk.visit(max(desk.after(), HOUR), "unchanged", status=304)
        spans.append(desk.after())
    assert spans[-1] > 3 * spans[0]
    known = desk.known()
    assert known is not None
    assert known.standing is not None
    assert (known.standing.looks, known.standing.changes) == (5, 0)


def test_an_edit_brings_the_next_look_nearer(desk: Desk) -> None:
    other = "http://press.test/2026/another"
    desk.want()
    desk.visit(why="new")
    desk.want(other)
    opened, desk.opened = desk.opened, []
    desk.visit(url=other, why="new")
    desk.visit(2 * HOUR, "unchanged", url=other, status=304)
    desk.opened = opened
    desk.visit(changed=True)
    assert desk.after() < desk.after(other) * 0.8
    known = desk.known()
    assert known is not None
    assert known.standing is not None
    assert known.standing.changes == 1


def test_what_an_edit_was_expected_to_be_is_noted_beside_what_was_found(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    desk.visit(2 * HOUR, changed=True)
    desk.visit(2 * HOUR, "unchanged", status=304)
    desk.visit(2 * HOUR, "failed", status=None)
    with desk.recording.store.read() as conn:
        found, chance, edits = standings.found_and_expected(conn, NOON)
    assert found == 1
    assert 0 < chance < 2
    assert edits > 0


def test_a_page_that_is_gone_is_asked_again_after_an_hour_a_day_and_a_month(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    spans = []
    for _ in range(4):
        desk.visit(HOUR, "gone", status=404)
        spans.append(round(desk.after() / HOUR))
    assert spans == [1, 24, 720, 720]
    desk.visit(HOUR)
    known = desk.known()
    assert known is not None
    assert known.standing is not None
    assert known.standing.gone == 0


def test_failures_put_it_off_ever_longer_up_to_a_day(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    spans = []
    for _ in range(7):
        desk.visit(HOUR, "failed", status=None)
        spans.append(round(desk.after() / HOUR))
    assert spans == [1, 2, 4, 8, 16, 24, 24]
    desk.visit(HOUR)
    known = desk.known()
    assert known is not None
    assert known.standing is not None
    assert known.standing.failures == 0


@pytest.mark.parametrize(("outcome", "status"), [("refused", 403), ("robots", None), ("unsafe", None)])
def test_what_may_not_be_asked_for_is_tried_again_in_a_month(desk: Desk, outcome: Outcome, status: int | None) -> None:
    desk.want()
    desk.visit(why="new")
    desk.visit(HOUR, outcome, status=status)
    assert desk.after() == 30 * DAY


def test_a_page_that_leads_elsewhere_is_visited_no_more(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    desk.visit(HOUR, "redirected", status=301)
    assert desk.row()[0] == "done"


def test_what_waits_to_be_folded_is_left_until_it_is(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new", planned=False)
    key = urlkey(PAGE)
    desk.recording.work_and_wait(lambda conn: articles.mark_stale(conn, [key], desk.clock.at))
    assert desk.plan() == 0
    assert desk.row()[0] == "visited"
    assert desk.known() is None
    desk.recording.work_and_wait(lambda conn: articles.folded(conn, [key]))
    assert desk.plan() == 1
    assert desk.row()[0] == "waiting"


def test_what_waits_to_be_folded_does_not_keep_others(desk: Desk) -> None:
    other = "http://press.test/2026/another"
    for url in (PAGE, other):
        desk.want(url)
        desk.visit(url=url, why="new", planned=False)
    desk.recording.work_and_wait(lambda conn: articles.mark_stale(conn, [urlkey(PAGE)], desk.clock.at))
    assert desk.plan() == 1
    assert [desk.row(url)[0] for url in (PAGE, other)] == ["visited", "waiting"]


def test_several_visits_that_were_not_planned_yet_are_all_learned_from(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    desk.recording.work_and_wait(lambda conn: articles.mark_stale(conn, [urlkey(PAGE)], desk.clock.at))
    for _ in range(2):
        desk.visit(2 * HOUR, "unchanged", status=304)
        desk.recording.work_and_wait(lambda conn: frontier.plan(conn, [(urlkey(PAGE), desk.clock.at)]))
    desk.recording.work_and_wait(lambda conn: articles.folded(conn, [urlkey(PAGE)]))
    desk.visit(2 * HOUR, "unchanged", status=304)
    known = desk.known()
    assert known is not None
    assert known.standing is not None
    assert known.standing.looks == 3


def test_feeds_and_front_pages_have_a_pace_of_their_own(desk: Desk) -> None:
    for url, what in (("http://press.test/feed", "feed"), ("http://press.test/", "front page")):
        desk.want(url, what=what, why=what, dated=None)
        desk.visit(url=url, why=what, outcome="unchanged", status=304)
    assert desk.after("http://press.test/feed") == HOUR
    assert desk.after("http://press.test/") == DAY
    assert desk.row("http://press.test/feed")[1].why == "feed"


# ------------------------------------------------------------------------------------------------------------- followed


def test_a_followed_page_keeps_its_pace_whatever_is_found(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    desk.follow()
    for outcome, status in (("captured", 200), ("unchanged", 304), ("gone", 404), ("failed", None), ("refused", 403)):
        desk.visit(15 * MINUTE, outcome, status=status)  # type: ignore[arg-type]
        assert desk.after() == 15 * MINUTE, outcome
        assert desk.row()[1].why == "follow"


def test_a_followed_page_falls_back_when_its_time_is_over(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    desk.follow(until=desk.clock.at + 40 * MINUTE)
    desk.visit(15 * MINUTE, "unchanged", status=304)
    assert (desk.after(), desk.row()[1].why) == (15 * MINUTE, "follow")
    desk.visit(30 * MINUTE, "unchanged", status=304)
    assert desk.after() > 15 * MINUTE
    assert desk.row()[1].why == "recheck"


def test_a_page_that_is_followed_no_more_falls_back(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    desk.follow()
    desk.visit(15 * MINUTE, "unchanged", status=304)
    desk.clock.at += MINUTE
    desk.follow(kind=UNFOLLOW)
    desk.visit(15 * MINUTE, "unchanged", status=304)
    assert desk.row()[1].why == "recheck"
    assert desk.after() > 15 * MINUTE


def test_prices_do_not_move_a_followed_page(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    desk.follow()
    desk.visit(15 * MINUTE, "unchanged", status=304)
    desk.prices(0.8)
    desk.planner.replan(desk.recording, desk.clock)
    assert desk.after() == 15 * MINUTE


def test_a_followed_page_is_not_moved_by_what_a_list_says(desk: Desk) -> None:
    desk.planner.heed(desk.recording, desk.clock)
    desk.want()
    desk.visit(why="new")
    desk.follow()
    desk.visit(15 * MINUTE, "unchanged", status=304)
    due = desk.row()[1].next_at
    desk.show(desk.clock.at + MINUTE, 2 * MINUTE)
    assert desk.row()[1].next_at == due


def test_a_page_of_no_site_is_followed_and_then_left(desk: Desk) -> None:
    page = "http://elsewhere.test/page"
    desk.follow(page, until=desk.clock.at + 40 * MINUTE)
    desk.want(page, site=None, why="follow", dated=None)
    desk.visit(url=page, why="follow")
    assert desk.after(page) == 15 * MINUTE
    desk.visit(45 * MINUTE, url=page, why="follow")
    assert desk.row(page)[0] == "done"


# ---------------------------------------------------------------------------------------------------------------- hints


def trusted(desk: Desk) -> None:
    """Teach that what the sitemap says of changes is right: three posts, each said to be changed and found so."""
    desk.planner.heed(desk.recording, desk.clock)
    for number in range(3):
        page = f"http://press.test/2026/{number}"
        desk.opened = []
        desk.want(page)
        desk.visit(url=page, why="new")
        for _ in range(3):
            desk.show(desk.clock.at + 30 * MINUTE, HOUR, page)
            desk.visit(MINUTE, url=page, changed=True)
    desk.opened = []


def test_a_newer_time_of_change_brings_the_visit_forward(desk: Desk) -> None:
    trusted(desk)
    desk.want(dated=desk.clock.at)
    desk.visit(why="new")
    before = desk.row()[1].next_at
    assert before > desk.clock.at + 40 * MINUTE
    assert desk.show(desk.clock.at + 10 * MINUTE, 20 * MINUTE) == 1
    assert desk.row()[1].next_at < before
    assert desk.after() <= MINUTE
    known = desk.known()
    assert known is not None
    assert known.standing is not None
    assert known.standing.bumps == 1


def test_the_same_time_of_change_shown_again_is_no_second_hint(desk: Desk) -> None:
    desk.planner.heed(desk.recording, desk.clock)
    desk.want()
    desk.visit(why="new")
    said = desk.clock.at + 10 * MINUTE
    assert [desk.show(said, 20 * MINUTE), desk.show(said, HOUR), desk.show(said, HOUR)] == [1, 0, 0]
    known = desk.known()
    assert known is not None
    assert known.standing is not None
    assert known.standing.bumps == 1
    desk.again()
    assert desk.planner.heed(desk.recording, desk.clock) == 0
    assert desk.show(said + MINUTE, HOUR) == 1


def test_a_time_of_change_from_before_the_last_visit_is_no_hint(desk: Desk) -> None:
    desk.planner.heed(desk.recording, desk.clock)
    desk.want()
    desk.visit(why="new")
    due = desk.row()[1].next_at
    desk.show(desk.clock.at - MINUTE, 20 * MINUTE)
    assert desk.row()[1].next_at == due
    known = desk.known()
    assert known is not None
    assert known.standing is not None
    assert known.standing.bumps == 0


def test_a_clock_that_stood_far_ahead_leaves_hints_heard(desk: Desk) -> None:
    desk.planner.heed(desk.recording, desk.clock)
    desk.want()
    desk.visit(why="new")
    desk.clock.at += 3650 * DAY
    desk.want("http://press.test/2026/ahead")
    desk.visit(url="http://press.test/2026/ahead", why="new")
    desk.show(desk.clock.at + MINUTE, HOUR, "http://press.test/2026/ahead")
    desk.clock.at = NOON + 10 * MINUTE
    assert desk.show(desk.clock.at, 20 * MINUTE) == 1


def test_hints_outlive_a_restart_and_are_taken_in_once(desk: Desk) -> None:
    desk.planner.heed(desk.recording, desk.clock)
    desk.want()
    desk.visit(why="new")
    desk.show(desk.clock.at + 10 * MINUTE, 20 * MINUTE)
    before = desk.known()
    desk.again().heed(desk.recording, desk.clock)
    assert desk.known() == before


def test_what_was_said_of_an_unknown_article_is_left(desk: Desk) -> None:
    desk.planner.heed(desk.recording, desk.clock)
    desk.want()
    assert desk.show(desk.clock.at + 10 * MINUTE, 20 * MINUTE) == 0


# ------------------------------------------------------------------------------------------- quiet hours, prices, state


def test_quiet_hours_put_a_visit_off_to_their_end(desk: Desk) -> None:
    quiet = '[schedule]\nquiet = ["12:05-21:00"]\nnightly = "never"\n'
    (desk.home / "sites" / "press.toml").write_text(SITE + quiet)
    desk.again()
    desk.want("http://press.test/feed", what="feed", why="feed", dated=None)
    desk.visit(url="http://press.test/feed", why="feed", outcome="unchanged", status=304)
    assert desk.row("http://press.test/feed")[1].next_at == NOON + 9 * HOUR
    desk.want()
    desk.visit(why="new")
    assert desk.row()[1].next_at >= NOON + 9 * HOUR


def test_quiet_hours_do_not_hold_for_a_followed_page(desk: Desk) -> None:
    quiet = '[schedule]\nquiet = ["12:05-21:00"]\nnightly = "never"\n'
    (desk.home / "sites" / "press.toml").write_text(SITE + quiet)
    desk.again()
    desk.want()
    desk.follow()
    desk.visit(why="follow")
    assert desk.after() == 15 * MINUTE


def test_a_price_that_moved_moves_the_visits(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    usual = desk.after()
    desk.prices(0.3)
    assert desk.planner.replan(desk.recording, desk.clock) == 1
    dear = desk.after()
    desk.prices(0.001)
    assert desk.planner.replan(desk.recording, desk.clock) == 1
    cheap = desk.after()
    assert cheap < usual < dear


def test_a_plan_that_stands_is_not_moved(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    due = desk.row()[1].next_at
    desk.again()
    desk.clock.at += 10 * MINUTE
    assert desk.planner.replan(desk.recording, desk.clock) == 0
    assert desk.row()[1].next_at == due


def test_what_waits_in_a_run_or_for_another_try_is_not_moved(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    due = desk.row()[1].next_at
    desk.recording.work_and_wait(lambda conn: frontier.take(conn, [urlkey(PAGE)], "r"))
    desk.prices(0.3)
    assert desk.planner.replan(desk.recording, desk.clock) == 0
    assert desk.row()[1].next_at == due


def test_replayed_visits_give_the_same_standing(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    desk.visit(2 * HOUR, "unchanged", status=304)
    desk.visit(2 * HOUR, changed=True)
    desk.visit(2 * HOUR, "failed", status=None)
    desk.visit(2 * HOUR, "gone", status=404)
    desk.visit(2 * HOUR, changed=True)
    told, due = desk.known(), desk.row()[1].next_at
    assert told is not None
    assert told.standing is not None

    def forget(conn: Any) -> None:
        for table in ("standings", "learned", "expected"):
            conn.exec_driver_sql(f"DELETE FROM {table}")
        conn.exec_driver_sql("UPDATE frontier SET state = 'visited'")

    desk.recording.work_and_wait(forget)
    desk.again()
    desk.plan()

    replayed = desk.known()
    assert replayed is not None
    assert replayed.standing is not None
    assert replayed.at == told.at
    assert replayed.standing.as_json() == pytest.approx(told.standing.as_json(), rel=1e-6)
    assert abs(desk.row()[1].next_at - due) < 2 * MINUTE


def test_a_planner_that_starts_anew_goes_on_from_what_was_kept(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    desk.visit(2 * HOUR, "unchanged", status=304)
    desk.again()
    desk.visit(2 * HOUR, "unchanged", status=304)
    known = desk.known()
    assert known is not None
    assert known.standing is not None
    assert known.standing.looks == 2


def test_a_visit_that_is_planned_twice_is_learned_from_once(desk: Desk) -> None:
    desk.want()
    desk.visit(why="new")
    desk.visit(2 * HOUR, "unchanged", status=304)
    desk.recording.work_and_wait(lambda conn: conn.exec_driver_sql("UPDATE frontier SET state = 'visited'"))
    desk.again()
    desk.plan()
    known = desk.known()
    assert known is not None
    assert known.standing is not None
    assert known.standing.looks == 1
    assert desk.row()[0] == "waiting"
