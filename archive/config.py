"""The settings of one archive: ``variorum.toml``, and ``--set`` for one call.

Nothing else reads that file, and no setting comes from anywhere else. What each value may be is in ``values.py``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from archive import daytimes, values
from archive.daytimes import Hours
from archive.errors import Misuse, NotAnArchive
from archive.model import Digest

VERSION = "0.1.0"
FILE = "variorum.toml"
HOME = "VARIORUM_HOME"

PLATFORMS = (
    "blogspot.com", "wordpress.com", "substack.com", "livejournal.com", "medium.com", "tumblr.com", "typepad.com",
    "ghost.io", "over-blog.com", "wixsite.com", "weebly.com",
)  # fmt: skip
DENY = (
    "facebook.com", "twitter.com", "x.com", "linkedin.com", "pinterest.com", "whatsapp.com", "wa.me", "t.me",
    "telegram.me", "reddit.com", "instagram.com", "threads.net", "tiktok.com", "vk.com",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where the archive lies.

    ``database`` is an SQLAlchemy URL and ``warcs`` a folder, both absolute. A WARC file is sealed at ``warc_size``
    bytes or at the age ``warc_age``, whichever comes first; capturing stops when fewer than ``min_free`` bytes of
    disk are free.
    """

    database: str
    warcs: Path
    warc_size: int = 10**9
    warc_age: timedelta = timedelta(hours=24)
    min_free: int = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How the web is reached.

    ``allow_private`` names address ranges the guard lets through though they are not public. ``connect_map`` sends
    a host, or a host and port (``a.test:443``), to an address and port of choice. ``verify`` says whether a
    certificate that fails is put on record or ends the request. ``timeout`` is for one whole exchange.
    """

    allow_private: tuple[values.Range, ...] = ()
    connect_map: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    proxy: str | None = None
    verify: Literal["record", "require"] = "record"
    timeout: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polite:
    """How long to wait between two requests to one neighbour.

    ``max_delay`` is the longest back-off, and the longest Crawl-delay that is granted. ``platforms`` are registrable
    domains all whose hosts count as one neighbour.
    """

    delay: timedelta = timedelta(seconds=5)
    max_delay: timedelta = timedelta(minutes=10)
    platforms: tuple[str, ...] = PLATFORMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """How far a run goes.

    ``page_budget`` is for a site and a run. ``full_fetch_share`` of the conditional visits are made in full, to catch
    servers whose 304 lies. ``cites_per_neighbour``, ``neighbour_time`` and ``neighbour_bytes`` are for a neighbour and
    a run. Hosts in ``deny``, and those below them, are never followed as citations. A neighbour that asks for a wait
    longer than ``patience`` is left for the next run. A worker of a standing run that holds more than ``memory`` bytes
    is replaced.
    """

    workers: int = 1
    page_budget: int = 2000
    full_fetch_share: float = 0.02
    requisites: Literal["none", "page", "all"] = "page"
    cite: Literal["media", "all", "none"] = "all"
    cites_per_article: int = 50
    cites_per_neighbour: int = 100
    deny: tuple[str, ...] = DENY
    neighbour_time: timedelta = timedelta(hours=6)
    neighbour_bytes: int = 2 * 10**9
    patience: timedelta = timedelta(minutes=10)
    memory: int = 2 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """How captures are read: in how many processes (0: later), and the limits of each on one capture."""

    workers: int = field(default_factory=lambda: values.usable_cpus(at_most=4))
    seconds: timedelta = timedelta(seconds=30)
    memory: int = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When a site is looked at; a site file may say otherwise.

    ``nightly`` are the times of day, local to ``timezone``, of the complete sweep, each up to ``jitter`` later; empty:
    never. ``poll`` is how often what shows new posts is asked. A sweep that was missed is made up for ``once`` when it
    is at most ``max_late`` late. In the hours ``quiet`` (local) only what a person asks for is fetched.
    """

    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    # Past the small hours in which clocks are changed: 04:10 is there once on every day in every zone (2024 to 2030).
    # Ten past, because on the hour everybody's jobs start.
    nightly: tuple[time, ...] = (time(4, 10),)
    poll: timedelta = timedelta(hours=1)
    catch_up: Literal["once", "skip"] = "once"
    max_late: timedelta = timedelta(hours=20)
    jitter: timedelta = timedelta(minutes=10)
    quiet: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """How many requests known pages are looked at again with, in the whole archive.

    ``per_day`` is for articles (None: ``A_SITE`` for each watched site), ``cited_per_day`` for pages they cite (None:
    ``CITED_A_SITE`` each). ``patrol`` is the share kept for old pages, to see that they are still there.
    """

    per_day: int | None = None
    cited_per_day: int | None = None
    patrol: float = 0.1


A_SITE = 100
CITED_A_SITE = 200
"""Looks at cited pages a day for each site: posts cite several pages, each looked at four times in a month."""
"""Revisits a day for each watched site where the settings do not say how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """How long logs are kept: so many days, and so many bytes of them in all."""

    keep_days: int = 90
    keep_size: int = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """Where the web server listens, and under which addresses it is reached.

    ``port`` is the room's, with our own pages and endpoints; archived pages come from ``replay_port``, an origin of its
    own. ``url`` and ``replay_url`` are what both are called from outside, behind a proxy. ``capture`` says whether
    visitors may have a page captured: by default only where the server can be reached from this machine alone.
    ``restricted`` says whether others may read what a session opened.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    replay_port: int = 8081
    url: str | None = None
    replay_url: str | None = None
    capture: Literal["auto", "yes", "no"] = "auto"
    restricted: Literal["yes", "no"] = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of the archive in the folder ``home``.

    ``contact`` is an e-mail address or a web page; without one no public host is asked for anything. ``label``
    begins the name of every WARC file.
    """

    home: Path
    contact: str | None = None
    label: str = "variorum"
    store: Store
    network: Network = field(default_factory=Network)
    polite: Polite = field(default_factory=Polite)
    crawl: Crawl = field(default_factory=Crawl)
    extract: Extract = field(default_factory=Extract)
    logs: Logs = field(default_factory=Logs)
    schedule: Times = field(default_factory=Times)
    revisit: Revisit = field(default_factory=Revisit)
    serve: Serve = field(default_factory=Serve)


SETTINGS: Mapping[str, values.Reader] = {
    "contact": values.contact,
    "label": values.label,
    "store.database": values.database,
    "store.warcs": values.folder,
    "store.warc_size": values.size,
    "store.warc_age": values.duration,
    "store.min_free": values.size_or_nothing,
    "network.allow_private": values.networks,
    "network.connect_map": values.addresses,
    "network.proxy": values.proxy,
    "network.verify": values.verify,
    "network.timeout": values.duration,
    "polite.delay": values.duration_or_nothing,
    "polite.max_delay": values.duration,
    "polite.platforms": values.hosts,
    "crawl.workers": values.count,
    "crawl.page_budget": values.count,
    "crawl.full_fetch_share": values.share,
    "crawl.requisites": values.requisites,
    "crawl.cite": values.cite,
    "crawl.cites_per_article": values.count_or_nothing,
    "crawl.cites_per_neighbour": values.count_or_nothing,
    "crawl.deny": values.hosts,
    "crawl.neighbour_time": values.duration,
    "crawl.neighbour_bytes": values.size,
    "crawl.patience": values.duration_or_nothing,
    "crawl.memory": values.size,
    "extract.workers": values.workers,
    "extract.seconds": values.duration,
    "extract.memory": values.size,
    "logs.keep_days": values.count,
    "logs.keep_size": values.size,
    "schedule.timezone": values.zone,
    "schedule.nightly": values.nightly,
    "schedule.poll": values.pace,
    "schedule.catch_up": values.catch_up,
    "schedule.max_late": values.duration,
    "schedule.jitter": values.duration_or_nothing,
    "schedule.quiet": values.hours,
    "revisit.per_day": values.budget,
    "revisit.cited_per_day": values.budget,
    "revisit.patrol": values.share,
    "serve.host": values.listening,
    "serve.port": values.port,
    "serve.replay_port": values.port,
    "serve.url": values.origin,
    "serve.replay_url": values.origin,
    "serve.capture": values.capture_on_request,
    "serve.restricted": values.yes_or_no,
}
_TABLES = frozenset(key.partition(".")[0] for key in SETTINGS if "." in key)
_EMPTY_IS_NONE = frozenset({"contact", "network.proxy"})


def load(home: Path, overrides: Sequence[str] = (), text: str | None = None) -> Settings:
    """Read the settings of the archive in ``home``, then ``overrides`` of the form ``table.key=value``.

    ``text`` is what the file said when it was last good, whatever it says now.
    """
    home = home.absolute()
    given = {key: (value, where) for key, value, where in _from_file(home / FILE, text)}
    given.update((key, (value, "--set")) for key, value in map(_from_option, overrides))
    return _settings(home, given)


def find_home(start: Path | None, explicit: str | None, env: Mapping[str, str]) -> Path:
    """Find the archive: ``--home``, else ``VARIORUM_HOME``, else this folder or the nearest parent that is one."""
    for said, where in ((explicit, "--home"), (env.get(HOME), HOME)):
        if said:
            named = Path(said).expanduser().absolute()
            if not (named / FILE).is_file():
                raise NotAnArchive(f"{where} names {named}, which has no {FILE}; make one there: variorum init {named}")
            return named
    here = (start or Path.cwd()).absolute()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    raise NotAnArchive(
        f"no archive in {here} nor above it; make one with variorum init, or name one with --home or {HOME}"
    )


def user_agent(settings: Settings) -> str:
    """Give the name the crawler goes by: ``Variorum/0.1.0 (+mailto:you@example.org)``."""
    if settings.contact is None:
        return f"Variorum/{VERSION}"
    scheme = "" if settings.contact.startswith(("http://", "https://")) else "mailto:"
    return f"Variorum/{VERSION} (+{scheme}{settings.contact})"


def digest(settings: Settings) -> Digest:
    """Give the sha256 of the settings as canonical JSON: the same wherever the archive lies, user names and
    passwords in URLs left out."""
    plain = _plain(dataclasses.asdict(settings) | {"home": "."}, f"{settings.home}/")
    # By default as many as there are CPUs: whether captures are read changes what is kept, by how many does not.
    plain["extract"]["workers"] = min(1, settings.extract.workers)
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return Digest(f"sha256:{hashlib.sha256(text.encode()).hexdigest()}")


def template(contact: str | None, label: str) -> str:
    """Write the ``variorum.toml`` of a new archive: every setting, those left at their default as comments."""
    said = [_read("contact", contact, "--contact")] if contact is not None else []
    name = _read("label", label, "--label")
    return _TEMPLATE.format(
        contact=f"contact = {values.written(str(said[0]))}" if said else '# contact = "you@example.org"',
        label=values.written(str(name)),
        platforms=values.written(PLATFORMS),
        deny=values.written(DENY),
    )


def _settings(home: Path, given: Mapping[str, tuple[Any, str]]) -> Settings:
    tables: dict[str, dict[str, Any]] = {"": {}, **{table: {} for table in _TABLES}}
    for key, (value, _) in given.items():
        table, _, name = key.rpartition(".")
        tables[table][name] = value
    store = {"database": "sqlite:///variorum.db", "warcs": "warcs"} | tables["store"]
    store["database"] = f"sqlite:///{home / store['database'].removeprefix('sqlite:///')}"
    store["warcs"] = home / Path(store["warcs"]).expanduser()
    if "?" in store["database"]:
        raise Misuse(f"the path of the archive, {home}, has a ? in it, which a database URL cannot carry; move it")
    polite = Polite(**tables["polite"])
    if polite.max_delay < polite.delay:
        raise Misuse(f"{home / FILE}, --set: polite.max_delay is below polite.delay; raise the one or lower the other")
    schedule = Times(**tables["schedule"])
    for keys, why in daytimes.disagreements(schedule.nightly, schedule.jitter, schedule.quiet):
        places = [given[f"schedule.{key}"][1] for key in keys if f"schedule.{key}" in given]
        raise Misuse(f"{places[0]}: schedule.{why}")
    return Settings(
        home=home,
        store=Store(**store),
        network=Network(**tables["network"]),
        polite=polite,
        crawl=Crawl(**tables["crawl"]),
        extract=Extract(**tables["extract"]),
        logs=Logs(**tables["logs"]),
        schedule=schedule,
        revisit=Revisit(**tables["revisit"]),
        serve=_serve(tables["serve"], home),
        **tables[""],
    )


def _serve(told: Mapping[str, Any], home: Path) -> Serve:
    serve = Serve(**told)
    if serve.port == serve.replay_port and serve.port:
        raise Misuse(
            f"{home / FILE}, --set: serve.port and serve.replay_port are both {serve.port}; archived pages need an "
            "origin of their own, so name another port for one of them"
        )
    if (serve.url is None) != (serve.replay_url is None) or (serve.url is not None and serve.url == serve.replay_url):
        raise Misuse(f"{home / FILE}, --set: give serve.url and serve.replay_url both, and not the same")
    return serve


def _from_file(file: Path, text: str | None) -> Iterator[tuple[str, object, str]]:
    try:
        text, document = values.document(file, text)
    except FileNotFoundError as cause:
        raise NotAnArchive(f"{file.parent} is no archive: it has no {FILE}; make one: variorum init") from cause
    for key, value in _flat(document):
        where = f"{file} line {values.line_of(text, key)}"
        yield key, _read(key, value, where), where


def _flat(document: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in document.items():
        if key not in SETTINGS and isinstance(value, dict) and value:
            yield from ((f"{key}.{name}", inner) for name, inner in value.items())
        elif key not in _TABLES or value != {}:
            yield key, value


def _from_option(option: str) -> tuple[str, object]:
    key, equals, text = option.partition("=")
    key = key.strip()
    if not equals:
        raise Misuse(f"--set {option} has no value; write --set table.key=value")
    if key in _EMPTY_IS_NONE and not text.strip():
        return key, None
    return key, _read(key, text, "--set")


def _read(key: str, value: object, where: str) -> object:
    if key not in SETTINGS:
        raise Misuse(f"{where}: there is no setting {key}; {values.nearest(key, SETTINGS)}")
    return values.read(key, value, SETTINGS[key], where)


def _plain(value: Any, base: str) -> Any:
    match value:
        case dict():
            return {str(key): _plain(inner, base) for key, inner in value.items()}
        case tuple() | list():
            return [_plain(inner, base) for inner in value]
        case timedelta():
            return value.total_seconds()
        case None | bool() | int() | float():
            return value
        case _:
            return re.sub(r"://[^/@]*@", "://", str(value).replace(base, ""))


_TEMPLATE = """\
# Settings of this archive. A line that begins with # shows a default; take the # away to change it.
# Any of them can be given for one call: variorum --help says how.

# Who runs the crawl: an e-mail address or a web page, sent with every request. Public hosts are not asked without it.
{contact}

# Begins the name of every WARC file.
label = {label}

[store]
# database = "sqlite:///variorum.db"
# warcs = "warcs"
# warc_size = "1GB"          # a WARC file is sealed at this size ...
# warc_age = "24h"           # ... or at this age
# min_free = "1GB"           # capturing stops when the disk has less

[network]
# allow_private = []         # private address ranges that may be reached, such as "127.0.0.0/8"
# connect_map = {{}}           # go elsewhere for a host: {{ "a.test" = "127.0.0.1:8080" }}
# proxy = "http://proxy.example:3128"
# verify = "record"          # a certificate that fails: put it on record, or "require" a good one
# timeout = "60s"            # for one whole exchange

[polite]
# delay = "5s"               # between two requests to one host
# max_delay = "10m"          # the longest back-off, and the longest Crawl-delay that is granted
# All hosts below one of these count as one host:
# platforms = {platforms}

[crawl]
# workers = 1                # processes that fetch
# page_budget = 2000         # pages of one site in one run
# full_fetch_share = 0.02    # of known pages, asked for whole though they seem unchanged: some servers' 304 lies
# requisites = "page"        # "none"; style sheets, fonts and pictures of the article; or "all"
# cite = "all"               # which cited pages are fetched too: of the "media", "all", or "none"
# cites_per_article = 50
# cites_per_neighbour = 100  # cited pages of one host in one run
# neighbour_time = "6h"      # for one host in one run
# neighbour_bytes = "2GB"    # from one host in one run
# patience = "10m"           # a host that asks for a longer wait is left for the next run
# memory = "2GB"             # a process of `variorum start` that holds more is replaced by a fresh one
# Never followed as citations, nor any host below them:
# deny = {deny}

[extract]
# workers = "auto"           # processes that read articles: one for each CPU, at most 4; 0: captures are read later
# seconds = "30s"            # for one capture
# memory = "1GB"             # for one capture

[logs]
# keep_days = 90             # logs of runs that are older are deleted; what was fetched stands in the ledger
# keep_size = "1GB"          # of all logs together

# When sites are looked at; a site file may say otherwise.
[schedule]
# timezone = "UTC"           # of the times of day below
# nightly = "04:10"          # when everything of a site is gone through; several: ["04:10", "16:10"], or "never"
# poll = "1h"                # how often feeds and sitemaps, or without feeds the front page, are asked for new posts
# catch_up = "once"          # a nightly run that was missed is made up for once; or "skip"
# max_late = "20h"           # ... unless it would be later than this
# jitter = "10m"             # nightly runs begin up to so much later, each site at a time of its own
# quiet = []                 # hours in which only what a person asks for is fetched: ["23:00-05:00"]

# How many known pages are looked at again.
[revisit]
# per_day = "auto"           # in the whole archive: 100 for each watched site, or a number
# cited_per_day = "auto"     # of pages that articles cite; "auto": 200 for each watched site
# patrol = 0.1               # share of old pages among them, to see that they are still there

# Where `variorum serve` listens.
[serve]
# host = "127.0.0.1"         # "0.0.0.0" lets others in, and needs url and replay_url; see docs/replay.md
# port = 8080                # lists, diffs, CDX and Memento
# replay_port = 8081         # archived pages, by themselves: they must not share an origin with anything of ours
# url = "https://archive.example"          # what both are called from outside, behind another web server
# replay_url = "https://replay.example"
# capture = "auto"           # "yes", "no": may visitors have a missing part captured? "auto": only from this machine
# restricted = "no"          # "yes": others than this machine may read what a session opened
"""
