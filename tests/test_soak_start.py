"""The scheduler for long: two days beside the simulator, and half an hour in which its workers are killed at random."""

from __future__ import annotations

import itertools
import os
import random
import signal
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from archive.model import Visit
from archive.urls import urlkey
from benchmarks import revisit_pairing as pairing
from crawler.newsstand.expected import WATCHED
from crawler.newsstand.stories import OPENING, WORLD
from crawler.newsstand.world import World
from tests import trace_web
from tests.crash.audit import faults
from tests.crowd import wait_for
from tests.starting import Press, Start, pressed

SEED = int(os.environ.get("VARIORUM_SEED") or 5)
DELAY = timedelta(seconds=5)
MIB = 1024 * 1024

# ------------------------------------------------------------------------------------------------------------- paired

PAIRED_DAYS = 2.0
PAIRED_PACE = 360.0
"""An hour in ten seconds."""
PER_DAY = 450
"""Revisits a day for all sites: half of what would find all that can be found."""
SIMULATED = 24
"""Times the simulator runs: one run differs from another by chance, up to two points either way."""
POINTS = 0.05
CALIBRATED = 0.15


@pytest.mark.soak
def test_start_saves_as_many_edits_as_the_simulator_says_and_expects_them(tmp_path: Path, shared: Path) -> None:
    simulator = trace_web.simulator(shared)
    made = trace_web.trace(simulator, trace_web.PLANS, days=PAIRED_DAYS, delay=DELAY, seed=SEED)
    traced = trace_web.articles(made, trace_web.PLANS)
    until = trace_web.T0 + timedelta(days=PAIRED_DAYS)
    tell(f"VARIORUM_SEED={SEED} {simulator.traceset.describe(made)}")
    begins = trace_web.T0 - timedelta(minutes=25)  # so that it is at work when the trace begins
    with pressed(tmp_path, begins, PAIRED_PACE, world=trace_web.web(traced, trace_web.PLANS), delay="5s") as press:
        press.home.settings = ("extract.workers=1", f"revisit.per_day={PER_DAY}")
        for plan in trace_web.PLANS:
            press.home.site(plan.name, trace_web.site_file(plan))
        start = press.begin()
        start.until_ready()
        assert press.now() < trace_web.T0 + timedelta(minutes=30)
        start.until(lambda: press.now() >= until, "the trace ends", seconds=PAIRED_DAYS * 86400 / PAIRED_PACE + 60)
        assert start.stop() == 0, start.said()
        lives = pairing.lived(traced, press.stand.log, press.now())  # what was asked while it ended counts too
        real = pairing.scored(lives, pairing.expected_of(press.home), until)
        with press.reading() as conn:
            kept = {life.article.url: pairing.kept_of(conn, life.article) for life in lives}
        left = unread(press)
        press.assert_clean()
    polls = pairing.polls_of(press.stand.log, trace_web.PLANS)
    said = [
        pairing.simulated(
            simulator, pairing.same_polls(made, lives, polls, simulator.traceset.TICK, seed), PER_DAY, seed
        )
        for seed in range(SIMULATED)
    ]
    share = statistics.fmean(each.share for each in said)
    middle = min(said, key=lambda each: abs(each.share - share))
    alone = pairing.simulated(simulator, made, PER_DAY)
    tell(pairing.table({"simulator, polls on the hour": alone, "simulator, same polls": middle, "start": real}))
    spread = statistics.stdev(each.share for each in said)
    tell(f"{SIMULATED} times the simulator with the same polls: {share:.1%}, standard deviation {spread:.1%}")
    tell(f"start: {real.share:.1%}")
    late = [(life.discovered - life.article.published) / pairing.HOUR for life in lives if life.discovered is not None]
    usual = [article.discovered - article.published for article in made.articles]
    tell(
        f"articles are found after {statistics.fmean(late):.2f} h, by polls on the hour {statistics.fmean(usual):.2f} h"
    )

    # What was sent is on record, each version as one revision, and what was never found came too late or was gone.
    # What came while it ended is read by the next start.
    sent = {life.article.url: pairing.sent_of(life) for life in lives}
    assert {url: sent[url] for url in sent if urlkey(url) not in left} == {
        url: kept[url] for url in kept if urlkey(url) not in left
    }
    missed = [life.article for life in lives if life.discovered is None]
    assert [one.url for one in missed if one.published < until - timedelta(hours=2.5) and one.deleted is None] == []
    assert real.captured - len(left) <= real.changes <= real.captured
    assert statistics.fmean(late) - statistics.fmean(usual) < 0.25
    assert abs(real.share - share) <= POINTS
    assert abs(real.chances - real.changes) <= CALIBRATED * real.changes


# ---------------------------------------------------------------------------------------------------------- long haul

LONG = float(os.environ.get("VARIORUM_SOAK_MINUTES") or 30)
"""Real minutes."""
LONG_PACE = 360.0
LONG_PER_DAY = 600
KILLS = (20.0, 60.0)
"""Real seconds between two kills; none in the last third, so that what grows in a worker shows."""
WORKERS = 2
EVERY = 2.0
"""Real seconds between two looks at what memory is held."""
GROWN = 24 * MIB
"""What a process may hold more at the end than when it had settled, besides what it keeps of the database at hand."""
AT_HAND = 2
"""Connections of a process that keep what they read of the database, each up to all of it."""
STOOD = timedelta(hours=24)
"""What stood for so long, of an article younger than two days, must have been seen but for a few: an article that fell
quiet is not looked at every day."""
SEEN = 0.97
BLOGS = (
    "blog.lantern.test", "weirwatch.test", "vestnik-delty.test", "brokenquill.test", "newsdock.test", "busylock.test",
    "hurrybell.test", "shakybridge.test",
)  # fmt: skip
"""Blogs of the newsstand that are watched besides the trace's sites: lists of all kinds, slow and failing servers."""


@dataclass(slots=True)
class Held:
    """Bytes of memory of one process, and when; real seconds since the beginning."""

    name: str
    seen: list[tuple[float, int]] = field(default_factory=list)

    def slope(self) -> float:
        """Give how fast it grew since it had settled, in MiB a minute."""
        settled = self.seen[len(self.seen) // 3 :]
        if len(settled) < 10:
            return 0.0
        at, held = [one for one, _ in settled], [two for _, two in settled]
        return statistics.linear_regression(at, held).slope * 60 / MIB

    def grown(self) -> float:
        """Give by how much it grew since it had settled, by that slope."""
        settled = self.seen[len(self.seen) // 3 :]
        return self.slope() * (settled[-1][0] - settled[0][0]) / 60 * MIB


@dataclass(slots=True)
class Haul:
    """What was seen while it went on."""

    press: Press
    start: Start
    kills: list[float] = field(default_factory=list)
    memory: dict[int, Held] = field(default_factory=dict)
    sizes: list[tuple[float, ...]] = field(default_factory=list)
    """Real seconds; bytes of the database, its write-ahead log, logs and WARC files."""

    def look(self, at: float) -> None:
        for pid, name in of_archive(self.press.home.path).items():
            if (size := resident(pid)) is not None:
                self.memory.setdefault(pid, Held(name=name)).seen.append((at, size))
        home = self.press.home.path
        kinds = ("variorum.db", "variorum.db-wal", "logs/*", "warcs/*")
        self.sizes.append((at, *(size_of(home.glob(kind)) for kind in kinds)))

    def go_on(self, seconds: float, chance: random.Random) -> None:
        began = time.monotonic()
        kill_at, looked = chance.uniform(*KILLS), -EVERY
        while (at := time.monotonic() - began) < seconds:
            assert self.start.process.poll() is None, self.start.said()[-3000:]
            if at - looked >= EVERY:
                looked = at
                self.look(at)
            if at >= kill_at and at < seconds * 2 / 3:
                workers = self.start.workers()
                if workers:
                    os.kill(chance.choice(workers), signal.SIGKILL)
                    self.kills.append(at)
                kill_at = at + chance.uniform(*KILLS)
            time.sleep(0.25)  # a kill has no event to wait for

    def told(self) -> str:
        lines = [f"{len(self.kills)} workers were killed"]
        for pid, held in self.memory.items():
            if held.seen[-1][0] - held.seen[0][0] > 150:
                lines.append(
                    f"{held.name} {pid}: {held.seen[0][1] / MIB:.0f} MiB at {held.seen[0][0]:.0f} s, "
                    f"{max(size for _, size in held.seen) / MIB:.0f} at most, {held.seen[-1][1] / MIB:.0f} at "
                    f"{held.seen[-1][0]:.0f} s, {held.slope():+.2f} MiB a minute"
                )
        for at, *sizes in self.sizes[:: max(1, len(self.sizes) // 8)]:
            database, ahead, logs, warcs = (size / MIB for size in sizes)
            lines.append(
                f"{at:5.0f} s: database {database:.1f}, its write-ahead log {ahead:.1f}, logs {logs:.2f}, "
                f"WARC files {warcs:.1f} MiB"
            )
        return "\n".join(lines)


@pytest.mark.soak
def test_half_an_hour_of_killed_workers_loses_nothing_and_leaks_nothing(tmp_path: Path, shared: Path) -> None:
    simulator = trace_web.simulator(shared)
    days = LONG * 60 * LONG_PACE / 86400
    made = trace_web.trace(simulator, trace_web.PLANS, days=days, delay=DELAY, seed=SEED)
    traced = trace_web.articles(made, trace_web.PLANS, OPENING)
    world = World(hosts=(*WORLD.hosts, *trace_web.web(traced, trace_web.PLANS).hosts))
    with pressed(tmp_path, OPENING, LONG_PACE, world=world, delay="5s") as press:
        press.home.settings = ("extract.workers=1", f"revisit.per_day={LONG_PER_DAY}")
        for plan in trace_web.PLANS:
            press.home.site(plan.name, trace_web.site_file(plan, nightly='["02:10"]'))
        press.home.watch(
            (site for site in WATCHED if site.site in BLOGS),
            'cite = "media"\nrequisites = "none"\n[schedule]\nnightly = ["03:20"]\njitter = "10m"',
        )
        start = press.begin("--workers", str(WORKERS))
        start.until_ready()
        haul = Haul(press=press, start=start)
        haul.go_on(LONG * 60, random.Random(SEED))
        until = press.now()
        assert start.stop() == 0, start.said()[-3000:]
        tell(haul.told())
        again = press.begin()
        again.until_ready()
        again.until(lambda: unread(press) == set(), "what came while the first one ended is read")
        assert again.stop() == 0, again.said()[-3000:]

        assert wait_for(lambda: of_archive(press.home.path) == {}, 30), of_archive(press.home.path)
        assert_no_leak(haul)
        assert_ledger_adds_up(press)
        assert_rotated(press, until)
        assert_all_is_final(press)
        assert_edits_are_kept(press, traced, until)


def assert_no_leak(haul: Haul) -> None:
    database = [size for _, size, *_ in haul.sizes[len(haul.sizes) // 3 :]]
    allowed = GROWN + AT_HAND * (database[-1] - database[0])
    for held in haul.memory.values():
        assert held.grown() < allowed, haul.told()


def assert_ledger_adds_up(press: Press) -> None:
    """Runs, visits and WARC records tell the same, and the archive is whole."""
    press.assert_clean()
    runs, visits = press.runs(), press.visits()
    counted: dict[str, int] = defaultdict(int)
    for visit in visits:
        counted[visit.run or ""] += 1
    tell(
        f"{len(runs)} runs, {len(visits)} visits: "
        + ", ".join(f"{run.id} {run.why} {run.state} {run.visits}" for run in runs if run.why == "standing")
    )
    assert sum(run.visits for run in runs) == len(visits)
    assert {run.id: run.visits for run in runs if run.visits} == dict(counted)
    assert faults(press.home.path, []) == []


def assert_rotated(press: Press, until: datetime) -> None:
    """A standing run lasts a day, and the next one follows at once."""
    standing = [run for run in press.standing() if run.began <= until]
    assert len(standing) >= (until - OPENING) // timedelta(days=1)
    assert {run.state for run in standing} <= {"ok", "partly failed"}
    for before, after in itertools.pairwise(standing):
        assert before.ended is not None
        assert after.began - before.ended < timedelta(hours=2)  # twenty real seconds
    assert {run.state for run in press.sweeps()} <= {"ok", "partly failed", "interrupted"}, press.sweeps()


def assert_all_is_final(press: Press) -> None:
    """Every URL that was looked at has been answered for, or waits for a later time; what came is read."""
    assert press.home.rows("SELECT url FROM frontier WHERE state = 'waiting' AND run IS NOT NULL") == []
    assert len(unread(press)) < 20  # what came while the last one ended
    tried = "SELECT url, attempt, outcome FROM frontier WHERE state = 'waiting' AND attempt > 1"
    tell(f"to be tried again: {press.home.rows(tried)}")


def assert_edits_are_kept(press: Press, traced: Sequence[trace_web.Traced], until: datetime) -> None:
    """What stood while it was looked at is a revision, and so is what stood long enough to be looked at."""
    looked: dict[str, list[Visit]] = defaultdict(list)
    for visit in press.visits():
        if visit.outcome == "captured" and visit.status == 200:
            looked[visit.urlkey].append(visit)
    lost, unseen, stood, left = [], [], 0, unread(press)
    with press.reading() as conn:
        for one in traced:
            if urlkey(one.url) in left:
                continue
            kept = pairing.kept_of(conn, one)
            assert None not in kept, (one.url, kept)
            for version, begin, end in spans(one, until):
                margin = timedelta(minutes=10)  # a visit is dated when it began, on a clock that runs fast
                seen = any(begin + margin < visit.at < end - margin for visit in looked[urlkey(one.url)])
                if version not in kept and seen:
                    lost.append((one.url, version, begin, end))
                is_young = begin - one.published < timedelta(days=2)
                if end - begin >= STOOD and is_young:
                    stood += 1
                    unseen += [(one.url, version, begin, end)] if version not in kept else []
    tell(f"{len(traced)} articles, {stood} versions stood {STOOD}, {len(unseen)} of them unseen: {unseen[:5]}")
    assert lost == []
    assert len(unseen) <= (1 - SEEN) * stood


def spans(one: trace_web.Traced, until: datetime) -> Iterator[tuple[int, datetime, datetime]]:
    """Give from when to when each version stood."""
    end = until if one.deleted is None else min(until, one.deleted)
    times = [one.published, *one.edits, end]
    for version, (begin, next_one) in enumerate(itertools.pairwise(times)):
        if begin < end:
            yield version, begin, min(next_one, end)


def unread(press: Press) -> set[str]:
    """Give the urlkeys of what was fetched and is not yet read, or not yet in its chain."""
    fetched = "SELECT urlkey FROM frontier WHERE state = 'fetched' UNION SELECT urlkey FROM unfolded"
    return {key for (key,) in press.home.rows(fetched)}


# ---------------------------------------------------------------------------------------------------------- processes


def of_archive(home: Path) -> Mapping[int, str]:
    """Give all processes that work for an archive, whoever began them, by what they run."""
    found = {}
    for entry in os.listdir("/proc"):
        try:
            if (
                not entry.isdigit()
                or f"VARIORUM_HOME={home}\0".encode() not in Path(f"/proc/{entry}/environ").read_bytes()
            ):
                continue
            words = Path(f"/proc/{entry}/cmdline").read_bytes().decode().split("\0")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if words != [""]:  # a dead one that nobody took note of has no words
            found[int(entry)] = " ".join(words[1:4])[:60]
    return found


def resident(pid: int) -> int | None:
    """Give the bytes of memory a process holds, None when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") or None
    except (FileNotFoundError, ProcessLookupError):
        return None


def size_of(paths: Iterable[Path]) -> int:
    total = 0
    for path in paths:
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # sealed and renamed meanwhile
            continue
    return total


def tell(text: str) -> None:
    print(text)  # noqa: T201  # what a soak is for: figures to read, shown by pytest -s or when it fails
