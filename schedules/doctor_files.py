"""Checks of the archive's folder: what is declared in it, who may read and write it, how much room it has."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from archive import config, deriving, liveness
from archive.errors import Misuse
from archive.store import condition
from archive.store.condition import Condition
from archive.store.engine import SCHEMA
from archive.verification import NAMED
from crawler import sites, times
from crawler.guard import Guard, needs_contact
from crawler.sites import Site
from schedules import alert_file
from schedules.diagnosis import DAMAGED, FULL, MISUSE, Finding, Patient, fine, problem, size, some, warning

ALERTS = alert_file.FILE
SIGN = "start"
"""The scheduler's sign of life in ``warcs/running``."""
GROWTH = timedelta(days=7)
SOON, NEAR = 14, 3
"""Days until the disk is full: told, and urgent."""
INODES = 1000
LONG_LOG = 1_000_000_000
"""Bytes of a write-ahead log that somebody keeps from being folded in."""
LARGE = 2 * 10**9
"""Bytes of a database that are looked through in seconds."""
PATIENCE = 5.0
"""Seconds that a writer may hold the database; its groups take a fraction of one."""


# ---- what people wrote


def declarations(patient: Patient) -> Iterator[Finding]:
    """Read every file that people write, as the scheduler does."""
    settings = patient.settings
    files = sites.files(settings.home / "sites")
    broken = 0
    for file in files.values():
        try:
            site = sites.read(file, settings.home)
            wrong = "; ".join(times.disagreements(site, settings))
            sites.session_of(site)
        except Misuse as why:
            wrong = str(why)
        if wrong:
            broken += 1
            remedy = f"mend {file}; until then a scheduler goes by its last good version"
            yield problem("sites", wrong, remedy, MISUSE)
    if not files:
        yield warning("sites", "no site is watched", "variorum watch URL")
    elif not broken:
        yield fine("sites", f"{len(files)} site {'file' if len(files) == 1 else 'files'}, each readable")
    outlets = deriving.outlets_of(settings.home)
    if outlets:
        yield fine("outlets", f"{deriving.FILE} names {len(outlets)} outlets")
    yield from _alerts(settings.home / ALERTS)


def _alerts(file: Path) -> Iterator[Finding]:
    if file.exists():
        alert_file.read(file)
        yield fine("alerts", f"{ALERTS} is readable")
    else:
        yield fine("alerts", f"no {ALERTS}: nobody is told of anything")


def contact(patient: Patient) -> Iterator[Finding]:
    """See whether the owners of what is watched are told whom to write to."""
    settings = patient.settings
    if settings.contact is not None:
        yield fine("contact", f"every request says {config.user_agent(settings)}")
        return
    guard = Guard(allow=settings.network.allow_private, pinned=frozenset(settings.network.connect_map.values()))
    public = needs_contact([site.url for site in _readable(patient)], guard, settings.network.connect_map)
    remedy = f'write contact = "you@example.org" in {settings.home / config.FILE}'
    if public:
        yield problem("contact", f"none, so {some(list(map(str, public)))} cannot be asked", remedy, MISUSE)
    else:
        yield warning("contact", "none, so no public host can be asked", remedy)


def robots(patient: Patient) -> Iterator[Finding]:
    """Tell of the sites whose robots.txt is not obeyed, each with its ground."""
    ignored = [site for site in _readable(patient) if site.robots == "ignore"]
    if ignored:
        told = "; ".join(f"{site.name}: {site.basis}" for site in ignored)
        yield fine("robots", f"robots.txt is overridden on a basis: {told}")
    else:
        yield fine("robots", "obeyed everywhere")


def _readable(patient: Patient) -> list[Site]:
    found = []
    for file in sites.files(patient.settings.home / "sites").values():
        with suppress(Misuse):
            found.append(sites.read(file, patient.settings.home))
    return found


# ---- who may read and write


def permissions(patient: Patient) -> Iterator[Finding]:
    """See that we may write where we must, and that others may not read what is secret."""
    settings = patient.settings
    wrong = 0
    for folder in (settings.home, settings.store.warcs, settings.home / "logs"):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
            wrong += 1
            yield problem("permissions", f"{folder} cannot be written to", f"chown -R USER {folder}", MISUSE)
    for file, why in _secrets(patient):
        with suppress(FileNotFoundError):
            others = stat.S_IMODE(file.stat().st_mode) & (stat.S_IROTH | stat.S_IWOTH)
            if others:
                wrong += 1
                yield problem("permissions", f"everybody may read {file}, which {why}", f"chmod o= {file}")
    if not wrong:
        yield fine("permissions", "the archive can be written to, and secrets cannot be read by everybody")


def _secrets(patient: Patient) -> Iterator[tuple[Path, str]]:
    home, network = patient.settings.home, patient.settings.network
    for site in _readable(patient):
        if site.session is not None:
            yield site.session, f"holds the session of {site.name}"
    with suppress(OSError):
        if "://" in (home / ALERTS).read_text(encoding="utf-8", errors="replace"):
            yield home / ALERTS, "holds addresses that notices go to, often with a password"
    if network.proxy is not None and "@" in network.proxy:
        yield home / config.FILE, "holds the password of network.proxy"


# ---- room


def disk(patient: Patient) -> Iterator[Finding]:
    """See how much room there is, and for how many days at the pace of the last week."""
    store = patient.settings.store
    use, inodes = shutil.disk_usage(store.warcs), os.statvfs(store.warcs)
    spare = use.free - store.min_free
    told = f"{size(use.free)} free of {size(use.total)}"
    if spare <= 0:
        remedy = "free some space, or move the archive to a larger disk: docs/operators.md, Backup"
        told += f": below store.min_free = {size(store.min_free)}, so nothing is captured"
        yield problem("disk", told, remedy, FULL)
        return
    if inodes.f_files and inodes.f_favail < INODES:
        yield problem("disk", f"{told}, but room for {inodes.f_favail} more files only", "delete small files", FULL)
        return
    pace = growth(store.warcs, patient.now)
    days = spare / pace if pace else float("inf")
    told += f", {size(pace)} more a day" if pace else ", no growth of late"
    if days >= SOON:
        yield fine("disk", told)
        return
    kind = problem if days < NEAR else warning
    remedy = "make room now: at store.min_free capturing stops"
    yield kind("disk", f"{told}: enough for {days:.0f} days", remedy)


def growth(folder: Path, now: datetime) -> float:
    """Give how many bytes of WARC files a day were added in the last week, by the time in each file's name."""
    total = 0
    oldest = now
    for entry in os.scandir(folder):
        found = NAMED.search(entry.name.removesuffix(".open"))
        if found is None or not entry.is_file():
            continue
        with suppress(ValueError):
            began = datetime.strptime(found[1] + "000", "%Y%m%d%H%M%S%f").replace(tzinfo=now.tzinfo)
            if now - GROWTH <= began <= now:
                total += entry.stat().st_size
                oldest = min(oldest, began)
    return total / max((now - oldest) / timedelta(days=1), 1.0)


# ---- the scheduler, and the database it shares with everybody


def scheduler(patient: Patient) -> Iterator[Finding]:
    """See whether a scheduler is at work on this archive, on this machine."""
    if liveness.is_alive(patient.settings.store.warcs / "running", SIGN):
        yield fine("scheduler", "it is at work")
    else:
        remedy = "systemctl start variorum, or `variorum start`; not needed where cron calls `variorum crawl`"
        yield warning("scheduler", "none is at work on this machine", remedy)


def database(patient: Patient) -> Iterator[Finding]:
    """See whether the database is whole, of this program's schema, and not kept locked."""
    found = _condition(patient)
    if found.faults:
        remedy = "variorum reindex, then variorum reread: the WARC files are the truth"
        yield problem("database", f"{found.path} is damaged: {some(list(found.faults))}", remedy, DAMAGED)
        return
    if found.schema is None:
        remedy = "name another file in [store] database, or run `variorum reindex`"
        yield problem("database", f"{found.path} is no database of this program", remedy, MISUSE)
        return
    if found.busy:
        held = some(list(found.writers)) or "a process of another machine or user"
        yield problem("database", f"nobody could write for {PATIENCE:.0f} s: {held} holds the lock", "see what it does")
        return
    told = f"{size(found.bytes)}, schema {found.schema}" + ("" if found.whole else ", not looked through (--thorough)")
    if found.log_bytes > LONG_LOG:
        remedy = "find the process that reads without end: fuser -v " + f"{found.path}"
        yield warning("database", f"{told}; its log has {size(found.log_bytes)} that are not folded in", remedy)
    elif found.schema > SCHEMA:
        remedy = "install the newer Variorum again"
        yield problem("database", f"{told}; this program knows up to {SCHEMA}", remedy, MISUSE)
    elif not found.is_current:
        remedy = "the next verb that opens it brings it up to date; take a `variorum backup` first"
        yield warning("database", f"{told}; this program works with {SCHEMA}", remedy)
    else:
        yield fine("database", told)


def is_current(patient: Patient) -> bool:
    """Tell whether the database can be opened without being changed."""
    return condition.look(patient.settings.store.database, at_most=0, patience=0).is_current


def _condition(patient: Patient) -> Condition:
    return condition.look(
        patient.settings.store.database, at_most=None if patient.thorough else LARGE, patience=PATIENCE
    )
