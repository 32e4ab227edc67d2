"""A run over watched sites: how it begins, and how it is summed up. What happens in between is the workers' part."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from archive import liveness
from archive.config import Settings, digest
from archive.errors import NothingDone
from archive.links import neighbour_of
from archive.model import Run, RunState, Url, What
from archive.recording import SOFTWARE, Recording
from archive.rereading import Kept, Rereading
from archive.store import Connection, captures, frontier, readings, runs, visits
from archive.store.frontier import Wanted
from archive.timing import Clock
from archive.urls import urlkey
from archive.warc.files import WarcFolder
from crawler.sites import Site, neighbours_of

log = logging.getLogger(__name__)

SITE_URL = "urn:variorum:site:"
STANDING = "standing"
"""Why a run is made that goes on for a day over all sites, and takes what becomes due: ``variorum start`` makes it."""
ELSEWHERE = 1000
"""Pages of no site, which a person has followed, that a run takes."""
NIGHTLY = "nightly"
"""Why a sweep is made that a site file planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a run went: the run with its counts, sites nobody answered for, and what was left for the next run.

    ``whys`` counts its visits by their reason, ``verdicts`` what its captures were read as, ``kept`` what became of
    the articles.
    """

    run: Run
    unanswered: tuple[str, ...]
    left: int
    unread: int
    whys: Mapping[str, int]
    verdicts: Mapping[str, int]
    kept: Kept


def begin(
    settings: Settings,
    clock: Clock,
    recording: Recording,
    sites: Sequence[Site],
    *,
    pages: Mapping[str, int],
    why: str = "crawl",
    recheck: bool = False,
    planned: Run | None = None,
) -> tuple[Run, liveness.Sign]:
    """Begin a run, one of its own or a ``planned`` one: put it and its site files on record, and what is due into it.

    A standing run begins with nothing but sources that nobody ever asked, a nightly one without revisits. Its sign
    of life is shown from before anybody can know of it. Raises ``NothingDone`` when a run over one of the sites is at
    work.
    """
    now = clock.now()
    made = Run(id=f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}", why=why, began=now)
    run = replace(
        planned or made,
        sites=tuple(site.name for site in sites),
        software=SOFTWARE,
        settings_digest=digest(settings),
    )
    sign = liveness.Sign(WarcFolder(settings.store.warcs).running, run.id)
    try:
        _set_up(settings, recording, run, sites, pages, recheck=recheck)
    except BaseException:
        sign.end()
        raise
    return run, sign


def _set_up(
    settings: Settings,
    recording: Recording,
    run: Run,
    sites: Sequence[Site],
    pages: Mapping[str, int],
    *,
    recheck: bool,
) -> None:
    now = run.began
    # Not raised there: what fails in the recording's thread ends the recording.
    taken = recording.work_and_wait(lambda conn: _reserve(conn, run, settings))
    if taken is not None:
        raise NothingDone(taken)
    changed = recording.work_and_wait(lambda conn: [site for site in sites if not _is_on_record(conn, site)])
    for site in changed:
        recording.note(_site_url(site), site.text.encode(), "application/toml", lambda _: None)
    recording.tell_run(run)

    def enlist(conn: Connection) -> None:
        frontier.forget_allowances(conn)
        if run.why != NIGHTLY:
            _rehome(conn, sites, settings)
        rows = [row for site in sites for row in sources(site, settings, now)]
        if run.why == STANDING:
            rows = [replace(row, fresh_from=None) for row in rows]
        else:
            for site in sites:
                frontier.enlist(
                    conn, run=run.id, site=site.name, now=now, pages=pages[site.name], recheck=recheck,
                    revisits=run.why != NIGHTLY,
                )  # fmt: skip
        if run.why not in (STANDING, NIGHTLY):
            elsewhere = frontier.free(conn, site=None, now=now, limit=ELSEWHERE)
            frontier.take(conn, [row.urlkey for row in elsewhere], run.id)
        frontier.discover(conn, rows, run=run.id, now=now, pages=pages, citations=0)

    recording.work_and_wait(enlist)


def _rehome(conn: Connection, sites: Sequence[Site], settings: Settings) -> None:
    """Give a site whose file was renamed what the frontier knows by its old name: sources on its very hosts."""
    at = {name: site.name for site in sites for name in neighbours_of(site, settings.polite)}
    declared = {file.stem for file in (settings.home / "sites").glob("*.toml")}
    for old, neighbour in frontier.sources_of_others(conn, declared):
        if neighbour in at and neighbour not in settings.polite.platforms:
            count = frontier.rename_site(conn, old, at[neighbour])
            log.warning("%s is %s now: %d URLs go with it", old, at[neighbour], count, extra={"site": at[neighbour]})


def _site_url(site: Site) -> str:
    return f"{SITE_URL}{site.name}:{site.digest}"


def _is_on_record(conn: Connection, site: Site) -> bool:
    """Tell whether a site file, as it is now, has been put on record by an earlier run."""
    return any(captures.of_url(conn, urlkey(_site_url(site))))


def _reserve(conn: Connection, run: Run, settings: Settings) -> str | None:
    """Note a run as begun, unless one over the same sites is at work: then say so in words."""
    folder = WarcFolder(settings.store.warcs).running
    for other in runs.every(conn, states=("running",)):
        if other.id == run.id or not liveness.is_alive(folder, other.id):
            continue
        both = sorted(set(other.sites) & set(run.sites))
        if other.why == STANDING == run.why:
            return f"the standing run {other.id} is at work already; wait for its end"
        # What becomes due is taken while sweeps are made; the neighbours' leases keep both polite.
        if both and STANDING not in (other.why, run.why):
            return f"run {other.id} is at work on {', '.join(both)} already; wait for its end"
    runs.begin(conn, run)
    return None


def sources(site: Site, settings: Settings, now: datetime) -> list[Wanted]:
    """Give what a site is discovered through, all of it due now."""
    given: list[tuple[What, Sequence[Url]]] = [
        ("front page", (site.url,)),
        ("feed", site.feeds),
        ("sitemap", site.sitemaps),
        ("archive page", site.archive_pages),
    ]
    return [
        Wanted(
            url=url,
            urlkey=urlkey(url),
            neighbour=neighbour_of(url, settings.polite.platforms),
            what=what,
            why=what,  # type: ignore[arg-type]
            next_at=now,
            site=site.name,
            fresh_from=now,
        )
        for what, urls in given
        for url in urls
    ]


def finish(
    settings: Settings,
    clock: Clock,
    recording: Recording,
    run: Run,
    *,
    interrupted: bool,
    failed: bool = False,
    kept: Kept | None = None,
) -> Report:
    """Sum a run up from its ledger and fold what it read; put that on record.

    ``failed`` says that its workers did not see its end; ``kept`` is given where what it read is folded already.
    """
    if kept is None:
        rereading = Rereading(settings, clock, recording)
        try:
            kept = rereading.keep_up()
        finally:
            rereading.close()

    brought = kept

    def count(conn: Connection) -> Report:
        frontier.leave(conn, run.id, None)
        outcomes = visits.counts(conn, run.id)
        # A standing run asks what is due: of a site where nothing was, no answer is missed.
        asked = [name for name in run.sites if run.why != STANDING or visits.was_asked(conn, run.id, name)]
        silent = tuple(name for name in asked if not visits.has_answer(conn, run.id, name))
        state: RunState = "interrupted" if interrupted else "partly failed" if silent or failed else "ok"
        ended = replace(
            run,
            ended=clock.now(),
            state=state,
            considered=visits.considered(conn, run.id),
            visits=sum(outcomes.values()),
            outcomes=outcomes,
        )
        return Report(
            run=ended,
            unanswered=silent,
            unread=frontier.waiting(conn, run.id).get("fetched", 0),
            left=frontier.left(conn, run.sites),
            whys=visits.whys(conn, run.id),
            verdicts=readings.verdicts(conn, run.id),
            kept=brought,
        )

    report = recording.work_and_wait(count)
    recording.tell_run(report.run)
    return report
