"""What ``sites`` shows, and what the scheduler notes: read from databases that were filled as a crawl fills them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from archive import config
from archive.liveness import Sign
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
    Run,
    Sighting,
    Url,
    Verdict,
    Visit,
    What,
    Why,
)
from archive.store import (
    Connection,
    articles,
    captures,
    files,
    journal_rows,
    lately,
    open_store,
    readings,
    runs,
    search,
    sightings,
    standings,
    visits,
)
from archive.store.alarms import Alarm, ringing
from archive.store.files import WarcFile
from archive.store.standings import Expected
from archive.timing import stamp
from archive.urls import urlkey
from crawler import sites as site_files
from crawler.rounds import NIGHTLY, STANDING
from crawler.sites import Site
from schedules.health import Health, look_after, watch
from tests.press import Said, say

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FRONT, FEED = Url("http://a.test/"), Url("http://a.test/feed")
TEXT = "It was said on {} that the level of the river had fallen again.", "Nobody knew why that was so."


@dataclass(slots=True)
class Made:
    """An archive that is filled by hand, up to ``NOW``."""

    home: Path
    number: int = 0
    last: RecordId = RecordId("")  # noqa: RUF009 - of the feed
    visits: list[Visit] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    articles: list[tuple[Article, Url, RecordId]] = field(default_factory=list)
    others: list[Callable[[Connection], object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.run("standing", STANDING, NOW - 30 * DAY, state="running")

    def watched(self, name: str = "a", more: str = f'feeds = ["{FEED}"]\n') -> None:
        (self.home / "sites" / f"{name}.toml").write_text(f'url = "http://{name}.test/"\n{more}')

    @property
    def settings(self) -> config.Settings:
        return config.load(self.home)

    @property
    def sites(self) -> list[Site]:
        return site_files.every(self.home / "sites", self.home)

    def run(self, id: str, why: str, began: datetime, **more: Any) -> None:
        run = Run(id=id, why=why, sites=more.pop("sites", ("a",)), began=began, **more)
        self.others.append(lambda conn: runs.begin(conn, run))

    def visit(
        self,
        url: Url,
        at: datetime,
        why: Why = "new",
        outcome: Outcome = "captured",
        *,
        status: int | None = 200,
        mime: str = "text/html",
        items: list[tuple[Url, datetime | None]] | None = None,
        verdict: Verdict | None = None,
        rests_on: RecordId | None = None,
        detail: str | None = None,
        run: str = "standing",
        site: str = "a",
    ) -> RecordId:
        """Note a visit with its capture, what that showed, and as what it was read."""
        self.number += 1
        id, key = RecordId(f"urn:uuid:{self.number}"), urlkey(url)
        answered = outcome not in ("failed", "robots")
        place = Locator(warc="a.warc.gz", offset=self.number, length=1)
        if answered:
            self.captures.append(
                Capture(
                    id=id, urlkey=key, url=url, at=at, status=status, mime=mime, digest=Digest(f"sha256:{self.number}"),
                    kind="response" if rests_on is None else "revisit", locator=place, run=run, site=site,
                    refers_to=rests_on,
                )
            )  # fmt: skip
        self.visits.append(
            Visit(
                id=RecordId(f"{id}-visit"), url=url, urlkey=key, at=at, why=why, attempt=1, outcome=outcome,
                status=status if answered else None, detail=detail, capture=id if answered else None, run=run,
                site=site, locator=place,
            )
        )  # fmt: skip
        how: What = why if why in ("front page", "sitemap") else "feed"
        self.sightings += [
            Sighting(
                url=item, urlkey=urlkey(item), site=site, how=how, shown_by=id, position=position, seen_at=at,
                dated=dated,
            )
            for position, (item, dated) in enumerate(items or [])
        ]  # fmt: skip
        if verdict is not None:
            self.readings.append(
                Reading(capture=id, urlkey=key, url=url, at=at, extractor="x", verdict=verdict, score=1.0)
            )
        return id

    def article(self, url: Url, at: datetime, paragraphs: tuple[str, ...], *, words: int = 300) -> None:
        """Note a page that is read as an article."""
        id = self.visit(url, at, verdict="article")
        revision = Revision(
            id=id, number=1, url=url, seen_from=at, seen_until=at, basis="bytes", extractor="x", words=words,
            extraction=Extraction(paragraphs=paragraphs), text_digest=Digest("sha256:0"), captures=(id,),
        )  # fmt: skip
        self.articles.append((Article(id=urlkey(url), url=url, extractor="x", revisions=(revision,)), url, id))

    def life(self, days: int = 28, *, until: datetime = NOW, failing: float = 0.0) -> None:
        """Let a blog post at nine each day, be asked every six hours, and be read."""
        posts: list[tuple[Url, datetime | None]] = []
        start = (NOW - days * DAY).replace(hour=0)
        for step in range(4 * days + 3):
            at = start + step * 6 * HOUR
            if at > until:
                break
            posted = at.replace(hour=9)
            if at.hour == 12:
                posts.append((Url(f"http://a.test/{posted:%Y/%m/%d}/post"), posted))
            self.last = self.visit(FEED, at, "feed", mime="application/rss+xml", items=posts[-10:])
            self.visit(FRONT, at, "front page", items=[(url, None) for url, _ in posts[-10:]])
            if at.hour == 12:
                text = TEXT[0].format(f"the {posted:%d %B}")
                self.article(posts[-1][0], at + HOUR / 60, (text, TEXT[1]))
                for url, _ in posts[-9:-1]:
                    self.visit(url, at + HOUR / 30, "recheck", verdict="same")

    def write(self) -> None:
        """Write everything into the index."""
        store = open_store(self.settings.store.database, create=True)
        with store.write() as conn:
            captures.insert(conn, self.captures)
            visits.insert(conn, self.visits)
            sightings.insert(conn, self.sightings)
            readings.insert(conn, self.readings)
            for each, url, id in self.articles:
                articles.put(conn, each, {urlkey(url): ("itself", NOW, id)}, site="a", outlet="a.test")
                search.put(conn, id, each.revisions[0].extraction)
            for other in self.others:
                other(conn)
        store.close()

    def wrong(self, now: datetime = NOW) -> list[Alarm]:
        """Give what is wrong, the machine's own disk apart."""
        store = open_store(self.settings.store.database)
        with store.read() as conn:
            found = [alarm for alarm in watch(conn, self.sites, self.settings, now) if alarm.kind != "disk"]
        store.close()
        return found

    def say(self, monkeypatch: pytest.MonkeyPatch, *words: str) -> Said:
        monkeypatch.setenv("VARIORUM_CLOCK", f"{stamp(NOW)} x0.0001")
        return say("sites", *words, "--home", self.home)


@pytest.fixture
def made(home: Path) -> Made:
    return Made(home=home)


# ---- what is wrong with a site


def quiet(made: Made) -> None:
    made.life(until=NOW - 5 * DAY)
    for hours in range(5 * 24, 0, -6):
        made.visit(FEED, NOW - hours * HOUR, "feed", "unchanged", status=304, rests_on=made.last)
        made.visit(FRONT, NOW - hours * HOUR, "front page", "unchanged", status=304)


def frozen(made: Made) -> None:
    made.life(until=NOW - 5 * DAY)
    for hours in range(5 * 24, 0, -6):
        made.visit(FEED, NOW - hours * HOUR, "feed", "unchanged", status=304, rests_on=made.last)
        posts = [(Url(f"http://a.test/new/{number}"), None) for number in range(hours // 24, 6)]
        made.visit(FRONT, NOW - hours * HOUR, "front page", items=[*posts])


def without_feed(made: Made) -> None:
    made.life(until=NOW - DAY)
    for hours in range(20, -1, -4):
        made.visit(FEED, NOW - hours * HOUR, "feed", "gone", status=404)


def gap(made: Made) -> None:
    made.life()
    entry = Entry(id=RecordId("urn:gap"), kind="feed-gap", at=NOW - HOUR, subject=FEED, data={"site": "a", "why": "x"})
    made.others.append(lambda conn: journal_rows.insert(conn, [entry]))


def silent(made: Made) -> None:
    made.life(until=NOW - DAY)
    for hours in range(20, -1, -4):
        made.visit(FEED, NOW - hours * HOUR, "feed", "failed", detail="timeout")


def failing(made: Made) -> None:
    made.life()
    for number in range(5):
        made.visit(Url(f"http://a.test/broken/{number}"), NOW - HOUR, status=500)


def barred(made: Made) -> None:
    made.life()
    why = "robots.txt forbids it: Disallow: /2026/"
    for day in (10, 9):
        url = Url(f"http://a.test/{NOW - day * DAY:%Y/%m/%d}/post")
        made.visit(url, NOW - 3 * HOUR, "recheck", "robots", detail=why)
    made.visit(Url("http://a.test/never-had"), NOW - 3 * HOUR, "new", "robots", detail=why)


def unread(made: Made) -> None:
    made.life()
    for number in range(60):
        made.visit(Url(f"http://a.test/empty/{number}"), NOW - HOUR, verdict="empty")


def walled(made: Made) -> None:
    made.life()
    made.watched(more=f'feeds = ["{FEED}"]\nsession = "{made.home.parent}/session.toml"\nbasis = "we subscribe"\n')
    for number in range(15):
        made.visit(Url(f"http://a.test/{number}"), NOW - HOUR, "recheck", verdict="paywall")


def alike(made: Made) -> None:
    made.life()
    for number in range(6):
        texts = ("We use your location to show you the news of your town.", TEXT[0].format(f"day {number}"))
        made.article(Url(f"http://a.test/alike/{number}"), NOW - HOUR, texts)


def short(made: Made) -> None:
    made.life()
    for number in range(8):
        made.article(Url(f"http://a.test/short/{number}"), NOW - HOUR, (TEXT[0].format(f"day {number}"),), words=30)


def overdue(made: Made) -> None:
    made.life()
    for day in range(6, -1, -1):
        at = (NOW - day * DAY).replace(hour=4)
        made.run(
            f"n{day}", NIGHTLY, at, ended=at + HOUR, planned=at, schedule="a/nightly", detail="its process died",
            state="ok" if day > 2 else "crashed",
        )  # fmt: skip


def fine(made: Made) -> None:
    made.life()


@pytest.mark.parametrize(
    ("happened", "kinds", "says"),
    [
        (fine, [], ""),
        (quiet, ["quiet"], "no new item since 2026-11-17 09:00, usually one every 24 h at this time of week"),
        (frozen, ["feed dying"], "shows nothing new since 2026-11-17 09:00, but http://a.test/ did at"),
        (without_feed, ["feed dying"], "http://a.test/feed answers 404 since 2026-11-21 16:00"),
        (gap, ["feed gap"], "half of them of 5 days, and is asked every 1 h"),
        (silent, ["no answer"], "no request since 2026-11-21 12:02 was answered, the last one of 2026-11-22 12:00"),
        (failing, ["failing"], "failed: 5 of "),
        (barred, ["robots"], "2 visits to pages that were captured before: forbidden since 2026-11-22 09:00"),
        (unread, ["yield collapse"], "of 78 pages were read as articles since 2026-11-21"),
        (walled, ["logged out"], "15 of 33 pages showed a wall since 2026-11-21, 0% of them before"),
        (alike, ["boilerplate"], "6 of 8 new articles begin with the same sentence"),
        (short, ["boilerplate"], "new articles have about"),
        (
            overdue,
            ["overdue"],
            "no nightly run has ended well since 2026-11-19 04:00; the last one, of 2026-11-22 04:00",
        ),
    ],
)
def test_what_goes_wrong_at_a_site_rings_alone(
    made: Made, happened: Callable[[Made], None], kinds: list[str], says: str
) -> None:
    made.watched()
    happened(made)
    made.write()
    found = made.wrong()

    assert [(alarm.site, alarm.kind) for alarm in found] == [("a", kind) for kind in kinds]
    assert not found or says in found[0].detail


def test_what_was_kept_changes_nothing(made: Made) -> None:
    made.watched()
    unread(made)
    made.write()
    store = open_store(made.settings.store.database)
    first = made.wrong()
    raised, _ = look_after(store, made.sites, made.settings, NOW)
    with store.read() as conn:
        _, missing = lately.days(conn, NOW)
        texts = lately.kept_under(conn, "")
    store.close()

    assert [alarm for alarm in raised if alarm.kind != "disk"] == first == made.wrong()
    assert missing == {}
    assert len([name for name in texts if name.startswith("tally ")]) == lately.DAYS
    assert f"cadence 1 a {urlkey(FEED)}" in texts


def test_days_are_kept_for_three_weeks_and_ways_learned_anew_each_day(made: Made) -> None:
    made.watched()
    made.life()
    made.write()
    store = open_store(made.settings.store.database)
    seen = []
    for hours in (0, 1, 23, 24, 24 * 40):
        look_after(store, made.sites, made.settings, NOW + hours * HOUR)
        with store.read() as conn:
            texts = lately.kept_under(conn, "")
        (ways,) = [text for name, text in texts.items() if name.startswith("cadence ")]
        seen.append((ways, sorted(name for name in texts if name.startswith("tally "))))
    store.close()

    assert seen[0] == seen[1]
    assert seen[2][0] == seen[0][0] != seen[3][0]
    assert len(seen[3][1]) == lately.DAYS + 1  # a day more, for a look at midnight
    assert seen[4][1] == [f"tally 1 {NOW + day * DAY:%Y-%m-%d}" for day in range(40 - lately.DAYS - 1, 39)]


def test_a_run_that_just_began_says_nothing_yet(made: Made) -> None:
    made.watched()
    made.run("first", "crawl", NOW - HOUR / 2, state="running")
    made.visit(FEED, NOW - HOUR / 3, "feed", "failed", run="first")
    made.write()

    assert made.wrong() == []
    assert [alarm.kind for alarm in made.wrong(NOW + HOUR)] == ["no answer"]


def test_a_site_that_was_crawled_long_ago_fares_as_it_did_then(made: Made) -> None:
    made.watched()
    made.run("old", "crawl", NOW - 90 * DAY, ended=NOW - 90 * DAY + HOUR, state="partly failed")
    made.visit(FEED, NOW - 90 * DAY + HOUR / 2, "feed", "failed", run="old")
    made.write()

    assert [(alarm.kind, alarm.since) for alarm in made.wrong()] == [("no answer", NOW - 90 * DAY)]


def test_of_a_paused_site_nothing_is_wrong(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.watched(more=f'feeds = ["{FEED}"]\npaused = "they asked"\n')
    silent(made)
    made.write()

    assert made.wrong() == []
    (row,) = made.say(monkeypatch, "--json").rows
    assert (row["health"], row["alarms"], row["next_run"]) == ("paused", [], None)


# ---- what is wrong with the archive


def test_what_goes_wrong_with_the_archive_rings_without_a_site(made: Made) -> None:
    made.watched()
    made.life()
    made.visit(FEED, NOW + HOUR, "feed")
    made.run("q", NIGHTLY, NOW - 5 * HOUR, planned=NOW - 5 * HOUR, state="queued", schedule="b/nightly", sites=("b",))
    made.write()

    assert [(alarm.site, alarm.kind) for alarm in made.wrong()] == [("", "clock"), ("", "scheduler")]


def test_a_disk_that_will_be_full_rings(made: Made) -> None:
    made.watched()
    for day in range(12):
        file = WarcFile(name=f"{day}.warc.gz", state="sealed", bytes=10**17, began=NOW - day * DAY)
        made.others.append(lambda conn, file=file: files.put(conn, file))  # type: ignore[misc]
    imported = WarcFile(name="i.warc.gz", state="imported", bytes=8 * 10**18, began=NOW - DAY, origin="theirs.warc.gz")
    made.others.append(lambda conn: files.put(conn, imported))
    made.write()
    store = open_store(made.settings.store.database)
    with store.read() as conn:
        (alarm,) = watch(conn, [], made.settings, NOW)
    store.close()

    assert (alarm.site, alarm.kind) == ("", "disk")
    assert "the archive grows by 1.09e+05 TB a day: capturing stops in 1 min" in alarm.detail


# ---- notes


def test_the_scheduler_notes_what_is_wrong_and_shows_since_when(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.watched()
    failing(made)
    made.write()
    store = open_store(made.settings.store.database)
    raised, _ = look_after(store, made.sites, made.settings, NOW)
    again = look_after(store, made.sites, made.settings, NOW + 13 * HOUR)
    with store.read() as conn:
        (rings,) = [alarm for alarm in ringing(conn) if alarm.site == "a"]
    store.close()

    assert (rings.kind, rings.since) in [(alarm.kind, alarm.since) for alarm in raised]
    assert again == ([], [])  # it is told as of the same time on the next day, from the numbers of then
    assert rings.detail.startswith("25% failed: 5 of 20 requests since 2026-11-22 00:00")
    (row,) = made.say(monkeypatch, "--json").rows
    assert [(alarm["kind"], alarm["since"]) for alarm in row["alarms"]] == [("failing", stamp(rings.since))]


# ---- the verb


@pytest.fixture
def shown(made: Made) -> Made:
    """An archive with a site that fares well, one that is quiet, one that was never asked."""
    made.watched(more=f'title = "The A"\ntags = ["press"]\nfeeds = ["{FEED}"]\n')
    made.watched("never", "")
    quiet(made)
    for number in range(10):
        row = Expected(
            visit=RecordId(str(number)), site="a", at=NOW - 7 * DAY + number * HOUR, edits=0.9, chance=0.5,
            changed=number < 5,
        )  # fmt: skip
        made.others.append(lambda conn, row=row: standings.note_expected(conn, [row]))  # type: ignore[misc]
    made.write()
    return made


def test_sites_prints_a_line_a_site(shown: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown.say(monkeypatch).out.splitlines()

    assert [re.split(r"  +", line) for line in lines] == [
        ["name", "last run", "next run", "new items", "yield", "unseen", "health", "state", "tags"],
        [
            "a", "2026-10-23 12:00", "-", "quiet", "100%", "4.0 a week", "quiet since 2026-11-17 09:00", "watched",
            "press",
        ],
        ["never", "-", "-", "-", "-", "-", "never crawled", "watched", "-"],
    ]  # fmt: skip


def test_sites_prints_an_object_a_site(shown: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet_one, never = shown.say(monkeypatch, "--json").rows

    assert quiet_one["yield"] == 1.0
    assert quiet_one["unseen_per_week"] == 4.0
    assert quiet_one["cadence"]["newest"] == "2026-11-17T09:00:00.000000Z"
    assert quiet_one["cadence"]["per_week"] == pytest.approx(7, abs=0.5)
    assert quiet_one["cadence"]["usual"] == "one every 24 h at this time of week"
    assert [(alarm["kind"], alarm["since"]) for alarm in quiet_one["alarms"]] == [
        ("quiet", "2026-11-17T09:00:00.000000Z")
    ]
    assert never == {
        "name": "never",
        "url": "http://never.test/",
        "tags": [],
        "state": "watched",
        "last_run": None,
        "next_run": None,
        "health": "never crawled",
        "alarms": [],
        "yield": None,
        "unseen_per_week": None,
        "cadence": None,
    }


def test_one_site_is_shown_in_full(shown: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    said = shown.say(monkeypatch, "a")

    assert said.out.splitlines() == [
        "a  The A",
        "  url        http://a.test/",
        "  state      watched",
        "  tags       press",
        "  health     quiet since 2026-11-17 09:00",
        "  last run   2026-10-23 12:00",
        "  next run   -",
        "  new items  usually one every 24 h at this time of week; the newest is of 2026-11-17 09:00",
        "  yield      27 of 27 pages were read as articles in 7 days",
        "  unseen     about 4.0 edits a week were overwritten unseen",
        "  quiet since 2026-11-17 09:00",
        "    no new item since 2026-11-17 09:00, usually one every 24 h at this time of week; look whether the feed"
        " moved: http://a.test/feed",
    ]
    unknown = shown.say(monkeypatch, "nevr")
    assert (unknown.code, "did you mean never?" in unknown.err) == (2, True)


def test_the_next_night_is_told_where_there_is_a_scheduler(shown: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [row["next_run"] for row in shown.say(monkeypatch, "--json").rows] == [None, None]
    sign = Sign(shown.home / "warcs" / "running", "start")
    shown.watched("night", '[schedule]\nnightly = "02:30"\ntimezone = "Europe/Athens"\n')
    shown.watched("day", '[schedule]\nnightly = "never"\n')
    try:
        rows = {row["name"]: row["next_run"] for row in shown.say(monkeypatch, "--json").rows}
    finally:
        sign.end()

    assert rows["night"] == "2026-11-23T00:30:00.000000Z"
    assert rows["day"] is None


def test_an_overdue_site_is_told_as_such_and_the_archive_beside(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.watched()
    overdue(made)
    made.visit(FEED, NOW + HOUR, "feed")
    made.write()
    said = made.say(monkeypatch)

    assert re.split(r"  +", said.out.splitlines()[1])[:4] == ["a", "2026-11-22 04:00", "overdue", "one every 24 h"]
    assert (
        "the archive: clock since 2026-11-22 12:00: the visit to http://a.test/feed is dated 2026-11-22 13:00"
        in said.err
    )


# ---- what it costs


@pytest.fixture
def asked() -> Iterator[list[tuple[str, Any]]]:
    """Gather every statement that is run."""
    told: list[tuple[str, Any]] = []

    def hear(_conn: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        told.append((statement, values))

    event.listen(Engine, "before_cursor_execute", hear)
    yield told
    event.remove(Engine, "before_cursor_execute", hear)


LARGE = ("visits", "captures", "sightings", "readings", "revisions", "sentences", "frontier", "expected", "journal")


def test_no_look_reads_a_large_table_from_end_to_end(made: Made, asked: list[tuple[str, Any]]) -> None:
    made.watched()
    for happened in (frozen, gap, barred, alike):
        happened(made)
    made.write()
    store = open_store(made.settings.store.database)
    asked.clear()
    with store.read() as conn:
        health = Health(conn, made.sites, made.settings, NOW)
        assert health.alarms
        health.unseen("a")
        plans = {
            (step[3], statement)
            for statement, values in list(asked)
            if statement.startswith("SELECT")
            for step in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        }
    store.close()
    scans = [(step, said) for step, said in plans if re.match(rf"SCAN (?:{'|'.join(LARGE)})\b", step)]

    assert len(plans) > 20
    assert scans == []
