"""Watched sites: what ``sites/NAME.toml`` may say, what it says, and which pages are within it.

``KEYS`` is the one list of keys; nothing else reads these files.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from archive import daytimes, values
from archive.config import Crawl, Polite
from archive.daytimes import Hours
from archive.errors import Misuse
from archive.links import neighbour_of
from archive.model import Digest, Url, UrlKey
from archive.urls import neighbour, urlkey

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
_LONGEST_NAME = 60
_LONGEST_TITLE = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FIELD_VALUE = re.compile(r"[!-~](?:[ \t!-~]*[!-~])?")
_COOKIE_VALUE = re.compile(r"(?:[!-:<-~](?:[ -:<-~]*[!-:<-~])?)?")
_OURS = frozenset(
    {"host", "user-agent", "accept-encoding", "connection", "content-length", "transfer-encoding", "te", "upgrade",
     "range", "if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range", "expect"}
)  # fmt: skip
"""Header fields that politeness, the recorder and conditional requests set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One watched site; what each key means stands in ``KEYS``; a field has its key's last name.

    ``digest`` is the sha256 of ``text``, the file as it stood. None means: as the settings say. ``named`` holds the
    keys of the pages that the file itself names, ``surts`` those of ``within``.
    """

    name: str
    text: str = ""
    url: Url
    title: str | None = None
    hosts: tuple[str, ...] = ()
    within: tuple[Url, ...] = ()
    include: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()
    hops: int = 1
    page_budget: int | None = None
    since: date | None = None
    until: date | None = None
    feeds: tuple[Url, ...] = ()
    sitemaps: tuple[Url, ...] = ()
    archive_pages: tuple[Url, ...] = ()
    tags: tuple[str, ...] = ()
    requisites: Literal["none", "page", "all"] | None = None
    cite: Literal["media", "all", "none"] | None = None
    cite_only: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    delay: timedelta | None = None
    robots: Literal["obey", "ignore"] = "obey"
    language: str | None = None
    proxy: str | None = None
    session: Path | None = None
    basis: str | None = None
    retain: str | None = None
    paused: str | None = None
    timezone: ZoneInfo | None = None
    nightly: tuple[time, ...] | None = None
    poll: timedelta | None = None
    catch_up: Literal["once", "skip"] | None = None
    max_late: timedelta | None = None
    jitter: timedelta | None = None
    quiet: tuple[Hours, ...] | None = None
    per_day: int | None = None
    per_hour: int | None = None
    patrol: float | None = None
    named: frozenset[UrlKey] = field(init=False)
    surts: tuple[UrlKey, ...] = field(init=False)
    digest: Digest = field(init=False)

    def __post_init__(self) -> None:
        known = (self.url, *self.feeds, *self.sitemaps, *self.archive_pages)
        object.__setattr__(self, "named", frozenset(map(urlkey, known)))
        object.__setattr__(self, "surts", tuple(map(urlkey, self.within)))
        object.__setattr__(self, "hosts", self.hosts or _with_twin(neighbour(self.url)))
        object.__setattr__(self, "digest", Digest(f"sha256:{hashlib.sha256(self.text.encode()).hexdigest()}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """How a key is read, an example of it in TOML, and what it means."""

    reader: values.Reader
    example: str
    meaning: str


def _key(reader: values.Reader, example: str, meaning: str) -> Key:
    return Key(reader=reader, example=example, meaning=meaning)


KEYS: Mapping[str, Key] = {
    "url": _key(values.url, '"https://blog.example/"', "the front page; the only key that must be there"),
    "title": _key(values.words, '"The Example Blog"', "what people call it"),
    "hosts": _key(
        values.hosts,
        '["blog.example", "www.blog.example"]',
        "its host names; by default that of url, with and without www.",
    ),
    "within": _key(
        values.prefixes,
        '["https://blog.example/news/"]',
        "only pages at or below one of these addresses; http or https, www. or none, upper or lower case are all one",
    ),
    "include": _key(
        values.patterns,
        "['/20[0-9][0-9]/']",
        "only pages whose URL has a match of one of these regular expressions; index pages need none",
    ),
    "exclude": _key(values.patterns, r"['/tag/', '\?replytocom=']", "no page whose URL has a match of one of these"),
    "hops": _key(
        values.count_or_nothing,
        "1",
        "how many links away from the front page; its further pages, feeds and sitemaps do not count",
    ),
    "page_budget": _key(values.count, "500", "pages in one run; by default crawl.page_budget"),
    "since": _key(values.day, "2024-01-01", "no items dated before this day"),
    "until": _key(values.day, "2026-12-31", "no items dated after this day (UTC)"),
    "feeds": _key(values.urls, '["https://blog.example/feed"]', "its feeds"),
    "sitemaps": _key(values.urls, '["https://blog.example/sitemap.xml"]', "its sitemaps"),
    "archive_pages": _key(values.urls, '["https://blog.example/archive"]', "pages that list older posts"),
    "tags": _key(values.tags, '["press", "caucasus"]', "words to choose sites by"),
    "requisites": _key(
        values.requisites, '"page"', "what is kept besides a page: none, page or all; by default crawl.requisites"
    ),
    "cite": _key(values.cite, '"all"', "which cited pages are kept: media, all or none; by default crawl.cite"),
    "cite_only": _key(values.hosts, '["news.example"]', "citations are followed to these hosts, and those below, only"),
    "deny": _key(
        values.hosts, '["shop.example"]', "citations are never followed to these hosts, nor those below; see crawl.deny"
    ),
    "delay": _key(
        values.duration_or_nothing,
        '"20s"',
        "between two requests; less than polite.delay counts only where there is a basis",
    ),
    "robots": _key(values.robots, '"obey"', "obey robots.txt, or ignore it, which needs a basis"),
    "language": _key(values.language, '"en"', "the language it is written in, where pages do not say"),
    "proxy": _key(values.egress, '"http://proxy.example:3128"', "the proxy for this site; by default network.proxy"),
    "session": _key(
        values.path,
        '"~/sessions/blog.toml"',
        "a file outside the archive with header fields or cookies to send; what they open is kept restricted",
    ),
    "basis": _key(values.words, '"their e-mail of 3 May 2026"', "on what ground we do what we do; kept on record"),
    "retain": _key(values.words, '"until the study ends, 2031"', "how long it is to be kept; kept on record"),
    "paused": _key(values.words, '"they asked us to stop"', "why; a paused site is not crawled"),
    "schedule.timezone": _key(
        values.zone,
        '"Europe/Lisbon"',
        "the zone of the times of day below; by default as in variorum.toml, like all in tables",
    ),
    "schedule.nightly": _key(
        values.nightly, '["04:10"]', 'when everything is gone through: a time of day, several, or "never"'
    ),
    "schedule.poll": _key(
        values.pace,
        '"1h"',
        "how often feeds and sitemaps, and the front page where there is no feed, are asked for new posts",
    ),
    "schedule.catch_up": _key(
        values.catch_up, '"once"', "a nightly run that was missed is made up for once, or skip it"
    ),
    "schedule.max_late": _key(values.duration, '"20h"', "it is not made up for when it would be later than this"),
    "schedule.jitter": _key(values.duration_or_nothing, '"10m"', "nightly runs begin up to so much later"),
    "schedule.quiet": _key(
        values.hours, '["23:00-01:30"]', "hours in which only what a person asks for is fetched; [] for none"
    ),
    "revisit.per_day": _key(values.count_or_nothing, "400", "known pages that are looked at again in a day, at most"),
    "revisit.per_hour": _key(values.count, "30", "and in an hour"),
    "revisit.patrol": _key(values.share, "0.1", "share of old pages among them, to see that they are still there"),
}
TABLES = tuple(dict.fromkeys(key.partition(".")[0] for key in KEYS if "." in key))


# ---- files


def read(file: Path, home: Path, text: str | None = None) -> Site:
    """Read one site file of the archive in ``home``; raises Misuse that tells everything wrong with it.

    ``text`` is what the file said when it was last good, whatever it says now.
    """
    try:
        text, document = values.document(file, text)
    except FileNotFoundError as cause:
        raise Misuse(f"there is no site file {file}; write one, or name another site") from cause
    if not _NAME.fullmatch(file.stem):
        raise Misuse(f"{file}: a site's name has at most 80 letters, digits, dots and hyphens; rename the file")
    said: dict[str, Any] = {}
    wrong: list[str] = []

    def tell(key: str, what: str) -> None:
        wrong.append(f"{file} line {values.line_of(text, key)}: {what}")

    for key, value in _flat(document):
        if key not in KEYS:
            tell(key, _unknown(key))
            continue
        try:
            said[key.rpartition(".")[2]] = values.read(
                key, value, KEYS[key].reader, f"{file} line {values.line_of(text, key)}"
            )
        except Misuse as misuse:
            wrong.append(str(misuse))
    if "url" not in document:
        wrong.append(f'{file}: it has no url; add one, such as url = "https://blog.example/"')
    if "session" in said:
        said["session"] = home.absolute() / said["session"]
    for key, what in _contradictions(said, home):
        tell(key if key in KEYS else next(name for name in KEYS if name.endswith(f".{key}")), what)
    if wrong:
        raise Misuse("\n".join(wrong))
    return Site(name=file.stem, text=text, **said)


def _flat(document: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in document.items():
        if key in TABLES and isinstance(value, dict):
            yield from ((f"{key}.{name}", inner) for name, inner in value.items())
        else:
            yield key, value


def _unknown(key: str) -> str:
    if key in TABLES:
        return f"{key} is a table; write [{key}] on a line of its own and its keys below"
    return f"there is no key {key}; {values.nearest(key, (*KEYS, *TABLES))}"


def every(folder: Path, home: Path) -> list[Site]:
    """Read all site files of a folder, by name; raises Misuse that tells everything wrong with any of them."""
    return _read_all(files(folder).values(), home)


def by_names(folder: Path, home: Path, names: Sequence[str]) -> list[Site]:
    """Read the named sites, each once, in the order given; raises Misuse for a name that is none."""
    found = files(folder)
    for name in names:
        if name not in found:
            close = difflib.get_close_matches(name, found, 1)
            there_are = f"there are {', '.join(found)}" if found else f"none is watched yet: {folder} is empty"
            raise Misuse(f"there is no site {name}; {f'did you mean {close[0]}?' if close else there_are}")
    return _read_all([found[name] for name in dict.fromkeys(names)], home)


def files(folder: Path) -> dict[str, Path]:
    """Find the site files of a folder, by the names of the sites, in their order."""
    found = (file for file in folder.glob("*.toml") if not file.name.startswith("."))
    return {file.stem: file for file in sorted(found, key=lambda file: file.stem)}


def _read_all(some: Collection[Path], home: Path) -> list[Site]:
    sites: list[Site] = []
    wrong: list[str] = []
    for file in some:
        try:
            sites.append(read(file, home))
        except Misuse as misuse:
            wrong.append(str(misuse))
    if wrong:
        raise Misuse("\n".join(wrong))
    return sites


def _contradictions(said: Mapping[str, Any], home: Path) -> Iterator[tuple[str, str]]:
    """Give what does not go together, each with the key to blame."""
    own = neighbour(said["url"]) if "url" in said else None
    hosts = said.get("hosts") or (_with_twin(own) if own else ())
    if own and own not in hosts:
        yield "hosts", f"hosts leaves out {own}, the host of url; add it"
    for prefix in said.get("within", ()) if hosts else ():
        if neighbour(prefix) not in hosts:
            yield "within", f"{prefix} in within is of no host of this site; add {neighbour(prefix)} to hosts"
    if "since" in said and "until" in said and said["until"] < said["since"]:
        yield "until", f"until = {said['until']} is before since = {said['since']}; exchange them"
    if said.get("robots") == "ignore" and "basis" not in said:
        yield "robots", 'robots = "ignore" needs a basis: on what ground? write basis = "..."'
    if "session" in said and _is_inside(said["session"], home):
        yield "session", f"session = {str(said['session'])!r} lies inside the archive; move it out, secrets stay apart"
    # What the settings say beside it is not known here; crawler.times looks at both.
    for keys, why in daytimes.disagreements(
        said.get("nightly", ()), said.get("jitter", timedelta()), said.get("quiet", ())
    ):
        yield keys[0], why


def _is_inside(file: Path, home: Path) -> bool:
    # By name and by where links lead: either would take the secrets along with a copy of the archive.
    by_name = Path(os.path.normpath(file)).is_relative_to(os.path.normpath(home.absolute()))
    return by_name or file.resolve().is_relative_to(home.resolve())


def _with_twin(host: str) -> tuple[str, ...]:
    bare = host.removeprefix("www.")
    is_name = "." in bare and ":" not in bare and not bare.rpartition(".")[2].isdigit()
    return tuple(dict.fromkeys((host, bare if host != bare else f"www.{host}"))) if is_name else (host,)


# ---- what a site comes to


def refusal(site: Site, url: str, depth: int, dated: datetime | None = None) -> str | None:
    """Say why a page is not within a site; None when it is.

    ``depth`` is the number of links from a front page, or from what counts as one: 0 for index pages (further pages,
    feeds, sitemaps, archive pages), 1 for what they list. ``dated`` (aware) is when the page says it is from. What the
    site file itself names is always within.
    """
    key = urlkey(url)
    if key in site.named:
        return None
    try:
        host = neighbour(url)
    except Misuse as misuse:
        return str(misuse)
    if host not in site.hosts:
        return f"host {host} is not of this site"
    if site.surts and not any(_is_below(key, surt) for surt in site.surts):
        return "outside within"
    for pattern in site.exclude:
        if pattern.search(url):
            return f"matched exclude {pattern.pattern}"
    if depth > site.hops:
        return f"{depth} hops from the front page, hops allows {site.hops}"
    if depth and site.include and not any(pattern.search(url) for pattern in site.include):
        return "matched no include"
    day = dated.astimezone(UTC).date() if dated else None
    if day and site.since and day < site.since:
        return f"dated {day}, before since {site.since}"
    if day and site.until and day > site.until:
        return f"dated {day}, after until {site.until}"
    return None


def _is_below(key: UrlKey, surt: UrlKey) -> bool:
    # Whole segments: /news holds /news/x and /news?p=2, not /newsletter.
    return key == surt or key.startswith((surt if surt.endswith("/") else f"{surt}/", f"{surt}?"))


def is_among(host: str, names: Collection[str]) -> bool:
    """Say whether a host is one of these, or below one of them: ``m.news.example`` is among ``news.example``."""
    labels = host.split(".")
    return any(".".join(labels[at:]) in names for at in range(len(labels)))


def neighbours_of(site: Site, polite: Polite) -> frozenset[str]:
    """Name the neighbours that a site's own hosts are: one for each, or the platform they are on."""
    return frozenset(neighbour_of(f"http://{host}/", polite.platforms) for host in site.hosts)


def pages_of(sites: Iterable[Site], crawl: Crawl) -> dict[str, int]:
    """Give how many pages of each site, by its name, one run takes."""
    return {site.name: site.page_budget or crawl.page_budget for site in sites}


def delay_of(site: Site, polite: Polite) -> timedelta:
    """Give the delay between two requests: the longer of the site's and the settings', or the site's on a basis."""
    if site.delay is None:
        return polite.delay
    return site.delay if site.basis else max(site.delay, polite.delay)


def session_of(site: Site) -> Mapping[str, str]:
    """Read the header fields to send to the hosts of a site, and to no other; empty when it has no session.

    The file has ``[headers]`` and ``[cookies]``, names with text. Raises Misuse, which never repeats a value.
    """
    if site.session is None:
        return {}
    file = site.session
    try:
        text, document = values.document(file)
    except FileNotFoundError as cause:
        raise Misuse(f"there is no file {file}, the session of {site.name}; write it, or take session out") from cause

    def wrong(table: str, name: str, what: str) -> Misuse:
        return Misuse(f"{file} line {values.line_of(text, f'{table}.{name}' if name else table)}: {what}")

    parts: dict[str, dict[str, str]] = {"headers": {}, "cookies": {}}
    for table, inner in document.items():
        if table not in parts or not isinstance(inner, dict):
            raise wrong(table, "", f"{table} is not a table of a session; there are [headers] and [cookies]")
        form = _FIELD_VALUE if table == "headers" else _COOKIE_VALUE
        for name, value in inner.items():
            if not _FIELD_NAME.fullmatch(name) or name.lower() in (_OURS if table == "headers" else ()):
                raise wrong(table, name, f"{name!r} in {table} is not a name that a session may set; take it out")
            if not isinstance(value, str) or not form.fullmatch(value):
                raise wrong(table, name, f"the value of {name} in {table} cannot be sent; it must be plain ASCII text")
            parts[table][name] = value
    headers, cookies = parts["headers"], parts["cookies"]
    if cookies and any(name.lower() == "cookie" for name in headers):
        raise wrong("headers", "", "Cookie in [headers] and [cookies] are both given; keep one of them")
    return headers | ({"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {})


# ---- writing


def name_for(url: str, taken: Collection[str] = ()) -> str:
    """Give a site its name: ``https://www.blog.example/`` is ``blog-example``, or ``blog-example-2`` if that is taken.

    Raises Misuse where the URL names no host.
    """
    path = re.sub(r"^[^:]*:/*[^/?#]*", "", url).partition("#")[0].partition("?")[0]
    said = re.sub(r"[^a-z0-9]+", "-", f"{neighbour(url).removeprefix('www.')}{path}".lower())
    name = said[:_LONGEST_NAME].strip("-") or "site"
    used = {each.lower() for each in taken}
    number = 1
    while (unique := name if number == 1 else f"{name}-{number}") in used:
        number += 1
    return unique


def template(
    url: str,
    *,
    title: str | None = None,
    hosts: Sequence[str] = (),
    feeds: Sequence[str] = (),
    sitemaps: Sequence[str] = (),
    archive_pages: Sequence[str] = (),
    tags: Sequence[str] = (),
    language: str | None = None,
) -> str:
    """Write a site file for a person to edit: what was found, and every other key as a comment.

    A title, language, host or address that no site file may hold is left out: pages say many things. Raises Misuse for
    ``url`` and ``tags``, which people give.
    """
    found: dict[str, str | list[str]] = {
        "url": str(values.read("url", url, values.url, "watch")),
        "title": " ".join(_CONTROL.sub(" ", (title or "")[:_LONGEST_TITLE]).split()),
        "language": language if language and _reads(values.language, language) else "",
        "tags": list(dict.fromkeys(tags)),
    }
    values.read("tags", found["tags"], values.tags, "watch")
    for key, given in {"hosts": hosts, "feeds": feeds, "sitemaps": sitemaps, "archive_pages": archive_pages}.items():
        found[key] = [each for each in dict.fromkeys(given) if _reads(KEYS[key].reader, [each])]
    if found["hosts"]:
        found["hosts"] = list(dict.fromkeys([neighbour(str(found["url"])), *found["hosts"]]))
    lines = ["# A watched site. A line that begins with # and a key shows an example; take the # away to use it."]
    for key, of in KEYS.items():
        value = found.get(key)
        table, _, name = key.rpartition(".")
        if table and (header := f"[{table}]") not in lines:
            lines += ["", header]
        lines += ["", f"# {of.meaning}", f"{name} = {values.written(value)}" if value else f"# {name} = {of.example}"]
    return "\n".join(lines) + "\n"


def _reads(reader: values.Reader, value: object) -> bool:
    try:
        reader.read(value)
    except ValueError:
        return False
    return True


def with_line(text: str, key: str, value: str | int | Sequence[str]) -> str:
    """Set one key in the text of a site file; all else, comments too, stays. Raises Misuse for what cannot stand.

    Keys in tables are not for programs to set.
    """
    if key not in KEYS or "." in key:
        above = [each for each in KEYS if "." not in each]
        raise Misuse(f"there is no key {key} above the tables; {values.nearest(key, above)}")
    values.read(key, value, KEYS[key].reader, "a site file")
    line = f"{key} = {values.written(value)}"
    there = list(values.statements(text))
    for each in there:
        if each.name == (key,) and not each.is_header:
            return text[: each.start] + line + text[each.stop :]
    at = _place(text, key, there)
    before = text[:at] + ("\n" if at and text[at - 1] != "\n" else "")
    return f"{before}{line}\n{text[at:]}"


def without_line(text: str, key: str) -> str:
    """Take one key, and the comment on its line, out of the text of a site file; all else stays."""
    for each in values.statements(text):
        if each.name == (key,) and not each.is_header:
            return text[: each.start] + text[each.end :]
    return text


def _place(text: str, key: str, there: Sequence[values.Statement]) -> int:
    """Find where a new key goes: below its commented example, else below the last key before any table."""
    before_tables = next((each.start for each in there if each.is_header), len(text))
    for example in re.finditer(rf"^# {key} = .*\n", text, re.MULTILINE):
        if example.end() <= before_tables and not any(each.start < example.start() < each.end for each in there):
            return example.end()
    return max((each.end for each in there if each.end <= before_tables and not each.is_header), default=0)
