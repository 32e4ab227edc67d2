"""Checks of what the database tells: WARC files, runs, the clock by which captures are dated, alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median

from archive import liveness
from archive.errors import Damaged, Misuse, NotAWarc
from archive.model import Capture, Run
from archive.store import Connection, alarms, files, runs, totals
from archive.store.files import WarcFile
from archive.urls import neighbour
from archive.verification import is_ours, strays
from archive.warc import message
from archive.warc.files import WarcFolder
from archive.warc.reader import read_record
from crawler import sites, times
from crawler.rounds import STANDING
from crawler.sites import Site
from schedules.calendar import in_words
from schedules.diagnosis import DAMAGED, Finding, Patient, fine, problem, some, warning

UNMINDED = timedelta(minutes=10)
"""A run that lives is minded more often."""
WAITED = timedelta(hours=1)
"""A planned run begins sooner, but where all places are taken."""
LATELY = timedelta(days=7)
PERIODS = 1.5
"""Nights without an answer after which a site is overdue: one that failed, and the next that should have begun."""
ANSWERS, HOSTS, LEAST = 300, 20, 3
"""Newest answers that are looked at for their dates, hosts whose clock is asked, and those that make a judgement."""
LARGEST = 1_000_000
"""Bytes of a record that is read for its head."""
ODD, WRONG = timedelta(seconds=10), timedelta(seconds=60)
MISDATED = timedelta(minutes=5)


def warc_files(patient: Patient, conn: Connection) -> Iterator[Finding]:
    """Compare the folder of WARC files with the index, by names and sizes; ``verify`` reads them."""
    folder = WarcFolder(patient.settings.store.warcs)
    rows = {file.name: file for file in files.every(conn)}
    names = folder.names()
    lost = [name for name in sorted(rows.keys() - set(names)) if rows[name].bytes]
    behind: list[str] = []
    short: list[str] = []
    foreign = [stray.warc for stray in strays(folder)]
    for name in names:
        row = rows.get(name)
        if folder.is_open(name):
            continue
        if row is None:
            (behind if is_ours(name) else foreign).append(name)
        elif row.bytes != (size := folder.path(name).stat().st_size):
            (behind if row.bytes < size else short).append(name)
    killed = list(_killed(folder, rows))
    if lost:
        remedy = "bring them back from a backup, or run `variorum reindex`"
        yield problem("WARC files", f"missing: {some(lost)}", remedy, DAMAGED)
    if short:
        remedy = "bring them back from a backup; `variorum verify` says what is left"
        yield problem("WARC files", f"shorter than the index knows: {some(short)}", remedy, DAMAGED)
    if behind:
        yield warning("WARC files", f"not wholly in the index: {some(behind)}", "variorum repair")
    if killed:
        yield warning("WARC files", f"left by a process that was killed: {some(killed)}", "variorum repair")
    if foreign:
        remedy = "move them out of the folder; take WARC files in with `variorum import`"
        yield warning("WARC files", f"not of this archive: {some(foreign)}", remedy)
    if not (lost or short or behind or killed or foreign):
        yield fine("WARC files", f"{len(names)}, as the index knows them")


def _killed(folder: WarcFolder, rows: Mapping[str, WarcFile]) -> Iterator[str]:
    """Name the open files that nobody holds and that have more than the index knows.

    Without that more it is one that the next process goes on with.
    """
    for file in folder.abandoned():
        file.close()
        row = rows.get(file.name)
        if row is None or row.bytes < file.size:
            yield file.name


# ---- runs


def runs_at_work(patient: Patient, conn: Connection) -> Iterator[Finding]:
    """See whether all runs that count as running have a process, and which were killed of late."""
    running = [run.id for run in runs.every(conn, states=("running",))]
    folder = patient.settings.store.warcs / "running"
    silent = totals.unminded(conn, patient.now - UNMINDED)
    dead = [run for run in silent if not liveness.is_alive(folder, run)]
    crashed = [run.id for run in _lately(patient, conn) if run.state == "crashed"]
    if dead:
        yield problem("runs", f"ended without a word: {some(dead)}", "variorum repair notes them as crashed")
    if crashed:
        remedy = f"read logs/{crashed[0]}.jsonl, and what the system says of processes it killed (journalctl -k)"
        yield warning("runs", f"{len(crashed)} crashed in the last {LATELY.days} days: {some(crashed)}", remedy)
    if not dead and not crashed:
        yield fine("runs", f"{len(running)} at work, none crashed of late")


def _lately(patient: Patient, conn: Connection) -> list[Run]:
    since = patient.now - LATELY
    return [run for run in runs.every(conn, states=("crashed", "missed")) if (run.planned or run.began) >= since]


def runs_planned(patient: Patient, conn: Connection) -> Iterator[Finding]:
    """See whether runs that were planned are made."""
    late = [run for run in runs.every(conn, states=("queued",)) if patient.now - (run.planned or run.began) > WAITED]
    missed = [run for run in _lately(patient, conn) if run.state == "missed"]
    if late:
        waits = in_words(max(patient.now - (run.planned or run.began) for run in late))
        remedy = "is the scheduler at work (above)? are crawl.workers enough? `variorum runs` says what is running"
        yield warning("planned runs", f"{len(late)} wait, the first for {waits}", remedy)
    if missed:
        remedy = "variorum runs --missed"
        yield warning("planned runs", f"{len(missed)} were missed in the last {LATELY.days} days", remedy)
    if not late and not missed:
        yield fine("planned runs", "none waits long, none was missed of late")


def runs_of_sites(patient: Patient, conn: Connection) -> Iterator[Finding]:
    """See when each site that is watched last answered, by how often it is to be looked at."""
    watched = [site for site in _readable(patient) if site.paused is None]
    farthest = timedelta(days=60)
    last = totals.last_successes(conn, [site.name for site in watched], patient.now - farthest, standing=STANDING)
    never, overdue = [], []
    for site in watched:
        if site.name not in last:
            never.append(site.name)
        elif patient.now - last[site.name] > PERIODS * _period(site, patient):
            overdue.append(f"{site.name} ({in_words(patient.now - last[site.name])})")
    if never:
        told = f"no answer yet, or none in {farthest.days} days: {some(never)}"
        yield warning("sites", told, f"variorum crawl {never[0]}")
    if overdue:
        remedy = "variorum sites tells how they fare, variorum log --outcome failed why"
        yield warning("sites", f"no answer for longer than is usual: {some(overdue)}", remedy)
    if watched and not never and not overdue:
        yield fine("sites", f"{len(watched)} crawled of late")


def _period(site: Site, patient: Patient) -> timedelta:
    declared = times.times_of(site, patient.settings)
    return timedelta(days=1) if declared.nightly else max(declared.poll, timedelta(days=1))


def _readable(patient: Patient) -> Iterator[Site]:
    for file in sites.files(patient.settings.home / "sites").values():
        with suppress(Misuse):  # told elsewhere
            yield sites.read(file, patient.settings.home)


# ---- the clock


def clock(patient: Patient, conn: Connection) -> Iterator[Finding]:
    """Compare this machine's clock with those of the servers that answered in the last day, by their Date fields."""
    if patient.scaled:
        yield fine("clock", "VARIORUM_CLOCK tells the time, there is nothing to compare it with")
        return
    ahead = [run.id for run in runs.every(conn, 100) if run.began > patient.now + MISDATED]
    if ahead:
        remedy = "timedatectl status; until the clock is past these times, what is due may wait"
        yield problem("clock", f"runs are dated in the future: {some(ahead)}", remedy)
        return
    found = offsets(patient, conn)
    if len(found) < LEAST:
        yield fine("clock", f"{len(found)} hosts told the time in the last day: too few to compare with")
        return
    off = timedelta(seconds=median(found))
    told = f"{abs(off).total_seconds():.0f} s {'behind' if off > timedelta() else 'ahead of'} {len(found)} servers"
    remedy = "timedatectl set-ntp true: captures are dated by this clock"
    if abs(off) > WRONG:
        yield problem("clock", told, remedy)
    elif abs(off) > ODD:
        yield warning("clock", told, remedy)
    else:
        yield fine("clock", f"within {ODD.total_seconds():.0f} s of {len(found)} servers")


def offsets(patient: Patient, conn: Connection) -> list[float]:
    """Give by how many seconds the clock of each host is ahead of ours, from the newest answer of each."""
    folder = WarcFolder(patient.settings.store.warcs)
    found: dict[str, float] = {}
    for capture, ms in totals.newest_answers(conn, patient.now - timedelta(days=1), ANSWERS):
        host = neighbour(capture.url)
        if host in found or capture.kind != "response" or capture.locator.length > LARGEST:
            continue
        # A record that cannot be read is told by verify.
        with suppress(Damaged, NotAWarc):
            dated = _dated(folder, capture)
            if dated is not None:
                # The field has whole seconds, and was written some time between question and answer.
                found[host] = (dated - capture.at).total_seconds() + 0.5 - ms / 2000
        if len(found) == HOSTS:
            break
    return list(found.values())


def _dated(folder: WarcFolder, capture: Capture) -> datetime | None:
    """Give the time that a server told, what a cache kept brought forward by its age (RFC 9110 6.6.1, RFC 9111 5.1)."""
    block = read_record(folder.bytes_at(capture.locator), name=capture.locator.warc).block
    head = message.parse_head(block)
    said = head.text(b"date") if head is not None else None
    if head is None or said is None:
        return None
    age = head.text(b"age") or "0"
    with suppress(ValueError, TypeError, OverflowError):
        dated = parsedate_to_datetime(said)
        aware = dated if dated.tzinfo is not None else dated.replace(tzinfo=UTC)
        return aware + timedelta(seconds=int(age) if age.isascii() and age.isdigit() else 0)
    return None


def what_rings(patient: Patient, conn: Connection) -> Iterator[Finding]:
    """Tell the alarms that the scheduler raised and that are not over."""
    ringing = alarms.ringing(conn)
    for alarm in ringing:
        whose = f"{alarm.site}: " if alarm.site else ""
        detail = f"{whose}{alarm.kind} since {alarm.since:%Y-%m-%d %H:%M}: {alarm.detail}"
        yield warning("alarms", detail, f"variorum sites {alarm.site}".strip())
    if not ringing:
        yield fine("alarms", "none rings")
