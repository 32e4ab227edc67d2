"""Site files: what is read, what is refused and in which words, what is within a site, what is written."""

from __future__ import annotations

import pickle
import re
import tomllib
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive import values
from archive.config import Polite
from archive.daytimes import Hours
from archive.errors import Misuse
from archive.model import Url
from crawler import sites
from crawler.sites import KEYS, Site

PAGE = Path(__file__).parents[1] / "docs" / "site-files.md"
ANY = st.characters(exclude_categories=())
URL = 'url = "https://blog.example/"\n'


def site_with(home: Path, text: str, name: str = "blog") -> Path:
    file = home / "sites" / f"{name}.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
    return file


def read(home: Path, text: str) -> Site:
    return sites.read(site_with(home, text), home)


# ---- reading


def test_a_url_alone_makes_a_site(tmp_path: Path) -> None:
    site = read(tmp_path, URL)

    assert site == Site(name="blog", text=URL, url=Url("https://blog.example/"))
    assert site.hosts == ("blog.example", "www.blog.example")
    assert (site.hops, site.robots, site.paused, site.page_budget) == (1, "obey", None, None)
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", site.digest)


def test_every_key_is_read(tmp_path: Path) -> None:
    text = """
    url = "https://Blog.example"
    title = "Ein Blog"
    hosts = ["blog.example", "m.blog.example"]
    within = "https://blog.example/a,b/"
    include = '/20\\d{2,4}/'
    exclude = ["/tag/"]
    hops = 0
    page_budget = 500
    since = 2024-01-01
    until = "2026-12-31"
    feeds = ["https://feeds.example/blog"]
    sitemaps = ["https://blog.example/sitemap.xml"]
    archive_pages = ["https://blog.example/archive"]
    tags = ["press", "press", "north"]
    requisites = "none"
    cite = "media"
    cite_only = ["news.example"]
    deny = ["shop.example"]
    delay = "20s"
    robots = "ignore"
    language = "de-AT"
    proxy = "http://proxy.example:3128"
    session = "../outside/blog.toml"
    basis = "consent"
    retain = "for ever"
    paused = \"\"\"they
      asked\"\"\"
    [schedule]
    timezone = "Europe/Lisbon"
    nightly = ["14:10", "02:10"]
    poll = "90m"
    catch_up = "skip"
    max_late = "20h"
    jitter = 0
    quiet = ["23:00-01:00", "05:00-06:30"]
    [revisit]
    per_day = 400
    per_hour = 30
    patrol = 0.5
    """

    site = read(tmp_path / "home", text)

    assert {key: getattr(site, field_of(key)) for key in KEYS} == {
        "url": "https://blog.example/",
        "title": "Ein Blog",
        "hosts": ("blog.example", "m.blog.example"),
        "within": ("https://blog.example/a,b/",),
        "include": (re.compile(r"/20\d{2,4}/"),),
        "exclude": (re.compile("/tag/"),),
        "hops": 0,
        "page_budget": 500,
        "since": date(2024, 1, 1),
        "until": date(2026, 12, 31),
        "feeds": ("https://feeds.example/blog",),
        "sitemaps": ("https://blog.example/sitemap.xml",),
        "archive_pages": ("https://blog.example/archive",),
        "tags": ("press", "north"),
        "requisites": "none",
        "cite": "media",
        "cite_only": ("news.example",),
        "deny": ("shop.example",),
        "delay": timedelta(seconds=20),
        "robots": "ignore",
        "language": "de-AT",
        "proxy": "http://proxy.example:3128",
        "session": tmp_path / "home" / ".." / "outside" / "blog.toml",
        "basis": "consent",
        "retain": "for ever",
        "paused": "they asked",
        "schedule.timezone": ZoneInfo("Europe/Lisbon"),
        "schedule.nightly": (time(2, 10), time(14, 10)),
        "schedule.poll": timedelta(minutes=90),
        "schedule.catch_up": "skip",
        "schedule.max_late": timedelta(hours=20),
        "schedule.jitter": timedelta(0),
        "schedule.quiet": (Hours(start=time(23), end=time(1)), Hours(start=time(5), end=time(6, 30))),
        "revisit.per_day": 400,
        "revisit.per_hour": 30,
        "revisit.patrol": 0.5,
    }


def field_of(key: str) -> str:
    return key.rpartition(".")[2]


def test_the_keys_are_the_fields_of_a_site() -> None:
    own = {"name", "text", "digest", "named", "surts"}

    assert {each.name for each in fields(Site)} - {field_of(key) for key in KEYS} == own
    assert len({field_of(key) for key in KEYS}) == len(KEYS)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("nightly = '02:10'", "nightly", (time(2, 10),)),
        ("nightly = 02:10:00", "nightly", (time(2, 10),)),
        ("nightly = '02:10,00:00'", "nightly", (time(0), time(2, 10))),
        ("nightly = 'never'", "nightly", ()),
        ("quiet = []", "quiet", ()),
        ("quiet = '23:00-24:00'", "quiet", (Hours(start=time(23), end=time(0)),)),
        ("quiet = ['00:00-01:00', '00:00-01:00']", "quiet", (Hours(start=time(0), end=time(1)),)),
        ("poll = 60", "poll", timedelta(minutes=1)),
        ("timezone = 'Asia/Kathmandu'", "timezone", ZoneInfo("Asia/Kathmandu")),
    ],
)
def test_times_are_read_as_people_write_them(tmp_path: Path, line: str, field: str, value: object) -> None:
    assert getattr(read(tmp_path, f"{URL}[schedule]\n{line}"), field) == value


def test_an_empty_table_says_nothing(tmp_path: Path) -> None:
    site = read(tmp_path, f"{URL}[schedule]\n[revisit]")

    assert {getattr(site, field_of(key)) for key in KEYS if "." in key} == {None}


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://www.blog.example/", ("www.blog.example", "blog.example")),
        ("https://blog.example:8443/x", ("blog.example", "www.blog.example")),
        ("http://127.0.0.1:8080/", ("127.0.0.1",)),
        ("http://[::1]/", ("::1",)),
        ("http://localhost/", ("localhost",)),
        ("https://www.example/", ("www.example",)),
        ("https://bücher.example/", ("xn--bcher-kva.example", "www.xn--bcher-kva.example")),
    ],
)
def test_the_hosts_are_by_default_those_with_and_without_www(url: str, hosts: tuple[str, ...]) -> None:
    assert Site(name="a", url=Url(url)).hosts == hosts


def test_a_host_may_be_an_address_with_or_without_brackets(tmp_path: Path) -> None:
    text = "url = 'http://[::1]:8080/'\nhosts = ['::1', '[::1]', '127.0.0.1']"

    assert read(tmp_path, text).hosts == ("::1", "127.0.0.1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it has no url; add one"),
        ("url = 5", "line 1: url = 5 is not a web address"),
        ("url = 'blog.example'", "it has no scheme; write https://blog.example"),
        ("url = 'ftp://blog.example/'", "only http and https"),
        ("url = 'https://me:secret@blog.example/'", "https://...@blog.example/' is not a web address"),
        (f"{URL}\nhsts = ['a.example']", "line 3: there is no key hsts; did you mean hosts?"),
        (f"{URL}[crawl]\ndelay = 5", "line 2: there is no key crawl"),
        (f"{URL}title = ''", "line 2: title = '' is not text of one character or more"),
        (f'{URL}title = "a\\u0007b"', "it holds control characters"),
        (f"{URL}hosts = []\nhops = -1", "line 3: hops = -1"),
        (f"{URL}hosts = ['other.example']", "line 2: hosts leaves out blog.example"),
        (f"{URL}hosts = ['blog.example/news']", "line 2: hosts"),
        (f"{URL}within = ['https://other.example/a']", "line 2: https://other.example/a in within is of no host"),
        (f"{URL}within = ['https://blog.example/?p=1']", "has a query"),
        (f"{URL}# why\ninclude = [\n  '/a/',\n  '(',\n]", "line 3: include"),
        (f"{URL}include = ['(']", "'(': missing ), unterminated subpattern"),
        (f"{URL}include = ['']", "it must be text"),
        (f"{URL}exclude = ['a*']", "'a*' matches every URL"),
        (f"{URL}exclude = '|'", "'|' matches every URL"),
        (f"{URL}exclude = ['[[a]']", "Possible nested set"),
        (f"{URL}exclude = ['a{{99999999999}}']", "'a{99999999999}'"),
        (f"{URL}page_budget = 0", "it must be above 0"),
        (f"{URL}since = 2024-01-01T00:00:00Z", "line 2: since"),
        (f"{URL}since = 'January'", "is not a date, such as 2026-01-31"),
        (f"{URL}since = '2026-02-30'", "is not a date, such as 2026-01-31"),
        (f"{URL}since = 2026-01-02\nuntil = 2026-01-01", "line 3: until = 2026-01-01 is before since"),
        (f"{URL}feeds = ['/feed']", "line 2: feeds"),
        (f"{URL}tags = ['a b', '{'x' * 41}']", "more than 40 letters"),
        (f"{URL}robots = 'ignore'", 'line 2: robots = "ignore" needs a basis'),
        (f"{URL}robots = 'maybe'", "is not either obey or ignore"),
        (f"{URL}language = 'English, mostly'", "is not a language tag"),
        (f"{URL}proxy = 'http://me:secret@p.example'", "http://...@p.example' is not a proxy without a password"),
        (f"{URL}session = 'session.toml'", "line 2: session = "),
        (f"{URL}session = 'sites/../x/session.toml'", "lies inside the archive"),
        (f"{URL}paused = true", "line 2: paused = True is not text"),
        ("url = blog", "is not TOML"),
        (f"{URL}nightly = '02:10'", "line 2: there is no key nightly; did you mean schedule.nightly?"),
        (
            f"{URL}[schedule]\n\nnigthly = '02:10'",
            "line 4: there is no key schedule.nigthly; did you mean schedule.nig",
        ),
        (f"{URL}[schedule]\npatrol = 0.2", "line 3: there is no key schedule.patrol; did you mean revisit.patrol?"),
        (
            f"{URL}[schedule]\ntags = []",
            "line 3: there is no key schedule.tags; did you mean tags? It stands above all",
        ),
        (f"{URL}[scheduel]\npoll = '1h'", "line 2: there is no key scheduel; did you mean schedule?"),
        (f"{URL}[schedule.poll]\nx = 1", "line 2: schedule.poll = {'x': 1} is not a duration of a minute or more"),
        (f"{URL}schedule = 5", "line 2: schedule is a table; write [schedule] on a line of its own"),
        (f"{URL}[[revisit]]\npatrol = 1", "line 2: revisit is a table"),
        (f"{URL}[schedule]\ntimezone = 'Europe/Lisboa'", "line 3: schedule.timezone = 'Europe/Lisboa' is not a time"),
        (f"{URL}[schedule]\ntimezone = 'Europe/Lisboa'", "(did you mean Europe/Lisbon?)"),
        (f"{URL}[schedule]\ntimezone = 'new york'", "(did you mean America/New_York?)"),
        (f"{URL}[schedule]\ntimezone = 'Europe'", "is not a time zone, such as Europe/Lisbon or UTC"),
        (f"{URL}[schedule]\ntimezone = '../../etc/passwd'", "is not a time zone"),
        (f"{URL}[schedule]\ntimezone = 'zone.tab'", "the time zone database has no such name"),
        (f"{URL}[schedule]\ntimezone = 2", "line 3: schedule.timezone = 2 is not a time zone"),
        (f"{URL}[schedule]\nnightly = '24:00'", "line 3: schedule.nightly = '24:00' is not a time of day"),
        (f"{URL}[schedule]\nnightly = '2:10'", "'2:10' is no time from 00:00 to 23:59"),
        (f"{URL}[schedule]\nnightly = 02:10:30", "is no time from 00:00 to 23:59"),
        (f"{URL}[schedule]\nnightly = []", 'an empty list says nothing; write "never"'),
        (f"{URL}[schedule]\nnightly = ['02:10', 'never']", "'never' is no time"),
        (f"{URL}[schedule]\nnightly = 210", "it must be a list"),
        (f"{URL}[schedule]\npoll = '59s'", "line 3: schedule.poll = '59s' is not a duration of a minute or more"),
        (f"{URL}[schedule]\npoll = 'never'", "line 3: schedule.poll"),
        (f"{URL}[schedule]\ncatch_up = true", "line 3: schedule.catch_up = True is not either once or skip"),
        (f"{URL}[schedule]\nmax_late = 0", "line 3: schedule.max_late = 0 is not a duration above 0"),
        (f"{URL}[schedule]\njitter = -1", "line 3: schedule.jitter = -1 is not a duration"),
        (f"{URL}[schedule]\npoll = '1h'\njitter = '24h'", "line 4: jitter is a day or more; write less"),
        (f"{URL}[schedule]\nquiet = ['23:00']", "'23:00' has no - between two times"),
        (f"{URL}[schedule]\nquiet = ['23:00-5:00']", "line 3: schedule.quiet = ['23:00-5:00'] is not a list of hours"),
        (f"{URL}[schedule]\nquiet = ['05:00-05:00']", "'05:00-05:00' is no part of a day"),
        (f"{URL}[schedule]\nquiet = ['00:00-24:00']", "'00:00-24:00' is no part of a day"),
        (f"{URL}[schedule]\nquiet = ['06:00-03:00', '02:00-07:00']", "line 3: quiet leaves no hour of the day"),
        (
            f"{URL}[schedule]\nquiet = ['23:00-05:00']\nnightly = ['06:00', '02:10']",
            "line 4: nightly = 02:10 is within the quiet hours 23:00-05:00; move the one or the other",
        ),
        (
            f"{URL}[schedule]\njitter = '10m'\nnightly = '22:55'\nquiet = '23:00-05:00'",
            "line 4: nightly = 22:55 with its jitter of 10 minutes reaches into the quiet hours 23:00-05:00",
        ),
        (f"{URL}[revisit]\nper_day = 'auto'", "line 3: revisit.per_day = 'auto' is not a number, such as 50 or 0"),
        (f"{URL}[revisit]\nper_hour = 0", "line 3: revisit.per_hour = 0 is not a number above 0"),
        (f"{URL}[revisit]\npatrol = 1.5", "line 3: revisit.patrol = 1.5 is not a share from 0 to 1"),
    ],
)
def test_a_wrong_site_file_is_refused_with_its_line_and_the_remedy(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(Misuse) as refused:
        read(tmp_path, text)

    assert words in str(refused.value)
    assert str(tmp_path / "sites" / "blog.toml") in str(refused.value)
    assert "secret@" not in str(refused.value)


def test_a_session_that_leads_into_the_archive_or_out_of_it_is_inside(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "sites").mkdir(parents=True)
    (tmp_path / "link").symlink_to(home)
    (home / "out.toml").symlink_to(tmp_path / "session.toml")

    for path in (tmp_path / "link" / "session.toml", home / "out.toml"):
        with pytest.raises(Misuse, match="inside the archive"):
            read(home, f"{URL}session = '{path}'")


def test_a_file_whose_name_is_no_sites_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="rename the file"):
        sites.read(site_with(tmp_path, URL, "a b"), tmp_path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=re.escape("no site file")):
        sites.read(tmp_path / "none.toml", tmp_path)


def test_every_site_is_read_by_name(tmp_path: Path) -> None:
    for name in ("b", "a-1", "a"):
        site_with(tmp_path, URL, name)
    site_with(tmp_path, "no site", ".hidden")
    (tmp_path / "sites" / "a.toml~").write_text("no site")

    assert [site.name for site in sites.every(tmp_path / "sites", tmp_path)] == ["a", "a-1", "b"]
    assert sites.every(tmp_path / "none", tmp_path) == []


def test_all_errors_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    site_with(tmp_path, f"{URL}hops = -1\nhsts = []", "a")
    site_with(tmp_path, "not TOML", "b")
    site_with(tmp_path, URL, "c")
    site_with(tmp_path, "", "d")

    with pytest.raises(Misuse) as refused:
        sites.every(tmp_path / "sites", tmp_path)

    assert [
        re.sub(r".*/sites/(\S+?\.toml(?: line \d)?).*", r"\1", line) for line in str(refused.value).split("\n")
    ] == [
        "a.toml line 2",
        "a.toml line 3",
        "b.toml",
        "d.toml",
    ]


def test_named_sites_are_read_once_each_in_the_order_given(tmp_path: Path) -> None:
    for name in ("a", "b"):
        site_with(tmp_path, URL, name)
    site_with(tmp_path, "not TOML", "c")

    assert [site.name for site in sites.by_names(tmp_path / "sites", tmp_path, ["b", "a", "b"])] == ["b", "a"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("blog-exmaple", "did you mean blog-example?"), ("zzz", "there are blog-example"), ("../variorum", "no site ../")],
)
def test_an_unknown_site_is_refused_with_the_nearest(tmp_path: Path, name: str, words: str) -> None:
    site_with(tmp_path, URL, "blog-example")

    with pytest.raises(Misuse, match=re.escape(words)):
        sites.by_names(tmp_path / "sites", tmp_path, [name])


def test_a_name_where_no_site_is_watched_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="none is watched yet"):
        sites.by_names(tmp_path / "sites", tmp_path, ["blog"])


def test_the_digest_is_that_of_the_text_as_it_stands(tmp_path: Path) -> None:
    unix, windows = read(tmp_path, URL), read(tmp_path, URL.replace("\n", "\r\n"))

    assert windows.text == 'url = "https://blog.example/"\r\n'
    assert windows.url == unix.url
    assert windows.digest != unix.digest


def test_a_site_can_be_handed_to_another_process(tmp_path: Path) -> None:
    site = read(tmp_path, f"{URL}exclude = ['/tag/']\nwithin = 'https://blog.example/a'")

    assert pickle.loads(pickle.dumps(site)) == site


@given(text=st.text(max_size=80))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    home = tmp_path_factory.getbasetemp() / "any-site"
    try:
        read(home, text.encode("utf-8", "replace").decode())
    except Misuse as refused:
        assert str(home) in str(refused)


@given(key=st.sampled_from(sorted(set(KEYS) - {"url"})), value=st.one_of(st.text(max_size=30), st.lists(st.text())))
def test_any_value_is_read_or_refused_by_its_key(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: str | list[str]
) -> None:
    try:
        read(tmp_path_factory.getbasetemp() / "any-value", f"{URL}{key} = {values.written(value)}\n")
    except Misuse as refused:
        assert f"line 2: {key}" in str(refused) or key in str(refused)


# ---- scope


def a_site(**given: object) -> Site:
    return replace(Site(name="blog", url=Url("https://blog.example/")), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "url", "depth", "reason"),
    [
        ({}, "https://blog.example/a", 1, None),
        ({}, "http://www.blog.example:80/a", 1, None),
        ({}, "https://BLOG.example./a", 1, None),
        ({}, "https://other.example/a", 1, "host other.example is not of this site"),
        ({}, "https://m.blog.example/a", 1, "host m.blog.example is not of this site"),
        ({}, "https://blog.example.evil.example/", 1, "host blog.example.evil.example is not of this site"),
        ({}, "https://blog.example@evil.example/", 1, "host evil.example is not of this site"),
        ({}, "https://blog.example/page/9/", 0, None),
        ({}, "https://blog.example/a", 3, "3 hops from the front page, hops allows 1"),
        ({"hops": 3}, "https://blog.example/a", 3, None),
        ({"hops": 0}, "https://blog.example/a", 1, "1 hops from the front page, hops allows 0"),
        ({"within": ("https://blog.example/news/",)}, "https://blog.example/news/a", 1, None),
        ({"within": ("https://blog.example/news",)}, "http://www.blog.example/News/", 1, None),
        ({"within": ("https://blog.example/news/",)}, "https://blog.example/news?page=2", 0, None),
        ({"within": ("https://blog.example/news/",)}, "https://blog.example/newsletter", 1, "outside within"),
        ({"within": ("https://blog.example/news/",)}, "https://blog.example/news/../a", 1, "outside within"),
        ({"within": ("https://blog.example/news/",)}, "https://blog.example/page/2", 0, "outside within"),
        ({"within": ("https://blog.example/",)}, "https://blog.example/?p=5", 1, None),
        ({"exclude": (re.compile("/tag/"),)}, "https://blog.example/tag/a", 0, "matched exclude /tag/"),
        ({"include": (re.compile("/20../"),)}, "https://blog.example/2026/a", 1, None),
        ({"include": (re.compile("/20../"),)}, "https://blog.example/about", 1, "matched no include"),
        ({"include": (re.compile("/20../"),)}, "https://blog.example/page/2", 0, None),
        ({"exclude": (re.compile("."),), "within": ("https://blog.example/x",)}, "https://blog.example/", 5, None),
        ({"feeds": ("https://feeds.example/blog",)}, "http://feeds.example/blog/", 0, None),
        ({"feeds": ("https://f.example/blog",)}, "https://f.example/b", 1, "host f.example is not of this site"),
        ({}, "mailto:a@blog.example", 1, "cannot fetch"),
        ({}, "", 1, "cannot fetch"),
    ],
)  # fmt: skip
def test_a_page_is_within_a_site_or_the_reason_is_said(
    given: dict[str, object], url: str, depth: int, reason: str | None
) -> None:
    said = sites.refusal(a_site(**given), url, depth)

    assert said == reason or (reason == "cannot fetch" and said is not None and said.startswith(reason))


@pytest.mark.parametrize(
    ("dated", "reason"),
    [
        (None, None),
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), "dated 2025-12-31, before since 2026-01-01"),
        (datetime(2026, 1, 1, tzinfo=UTC), None),
        (datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "dated 2025-12-31, before since 2026-01-01"),
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), None),
        (datetime(2026, 2, 1, tzinfo=UTC), "dated 2026-02-01, after until 2026-01-31"),
    ],
)
def test_the_days_of_since_and_until_are_within(dated: datetime | None, reason: str | None) -> None:
    site = a_site(since=date(2026, 1, 1), until=date(2026, 1, 31))

    assert sites.refusal(site, "https://blog.example/a", 1, dated) == reason


@given(url=st.text(max_size=60), depth=st.integers(0, 3))
def test_of_any_url_it_can_be_said_whether_it_is_within(url: str, depth: int) -> None:
    site = a_site(within=(Url("https://blog.example/a"),), exclude=(re.compile("b"),))

    assert sites.refusal(site, url, depth) != ""
    assert sites.refusal(site, f"https://blog.example/b{url}", depth) is not None


@pytest.mark.parametrize(
    ("host", "among"),
    [("x.com", True), ("www.x.com", True), ("a.b.x.com", True), ("netflix.com", False), ("com", False), ("", False)],
)
def test_a_host_is_among_names_when_it_is_one_or_below_one(host: str, among: bool) -> None:
    assert sites.is_among(host, ("t.me", "x.com")) == among


@pytest.mark.parametrize(
    ("delay", "basis", "seconds"), [(None, None, 5), (20, None, 20), (1, None, 5), (1, "consent", 1), (0, "consent", 0)]
)
def test_a_delay_below_that_of_the_settings_needs_a_basis(delay: int | None, basis: str | None, seconds: int) -> None:
    site = a_site(delay=None if delay is None else timedelta(seconds=delay), basis=basis)

    assert sites.delay_of(site, Polite(delay=timedelta(seconds=5))) == timedelta(seconds=seconds)


# ---- sessions


def test_a_session_gives_headers_and_one_cookie_header(tmp_path: Path) -> None:
    file = tmp_path / "session.toml"
    file.write_text('[headers]\nAuthorization = "Bearer x"\n[cookies]\nconsent = "yes, all"\n"a-b" = ""\n')

    assert sites.session_of(a_site(session=file)) == {"Authorization": "Bearer x", "Cookie": "consent=yes, all; a-b="}
    assert sites.session_of(a_site()) == {}


def test_a_session_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="the session of blog; write it"):
        sites.session_of(a_site(session=tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[header]\na = 'x'", "line 1: header is not a table"),
        ("cookies = 'a=hush'", "line 1: cookies is not a table"),
        ("[headers]\nUser-Agent = 'hush'", "line 2: 'User-Agent' in headers is not a name"),
        ("[headers]\n'a b' = 'hush'", "'a b' in headers is not a name"),
        ('[headers]\nA = "hush\\r\\nB: x"', "line 2: the value of A in headers cannot be sent"),
        ("[headers]\nA = 'hüsh'", "the value of A in headers cannot be sent"),
        ("[headers]\nA = 5", "the value of A in headers cannot be sent"),
        ("[cookies]\n\nA = 'hush; B=x'", "line 3: the value of A in cookies cannot be sent"),
        ("[headers]\ncookie = 'hush'\n[cookies]\na = 'x'", "keep one of them"),
        ("[headers]\nA = hush", "is not TOML"),
    ],
)
def test_a_wrong_session_is_refused_and_never_repeated(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "session.toml"
    file.write_text(text)

    with pytest.raises(Misuse) as refused:
        sites.session_of(a_site(session=file))

    assert words in str(refused.value)
    assert str(file) in str(refused.value)
    assert "hush" not in str(refused.value)


# ---- names


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.blog.example/", "blog-example"),
        ("http://BLOG.example:8080", "blog-example"),
        ("https://hosts.example/@writer/?a=1#b", "hosts-example-writer"),
        ("https://hosts.example/a/b", "hosts-example-a-b"),
        ("https://bücher.example/", "xn-bcher-kva-example"),
        ("http://127.0.0.1/", "127-0-0-1"),
        ("http://[::1]/", "1"),
        ("https://me:secret@blog.example/", "blog-example"),
        (f"https://blog.example/{'x' * 99}", f"blog-example-{'x' * 47}"),
    ],
)
def test_a_site_is_named_after_its_url(url: str, name: str) -> None:
    assert sites.name_for(url) == name


def test_a_taken_name_gets_a_number() -> None:
    assert sites.name_for("https://blog.example/", ["Blog-Example", "blog-example-2", "other"]) == "blog-example-3"


@given(host=st.from_regex(r"[a-z0-9_.-]{1,30}", fullmatch=True), path=st.text(max_size=20))
def test_any_name_given_is_a_files_name_that_is_read(host: str, path: str) -> None:
    try:
        name = sites.name_for(f"https://{host}/{path}")
    except Misuse:
        return
    assert sites._NAME.fullmatch(name)


# ---- writing


def test_a_template_shows_every_key_and_sets_what_was_found(tmp_path: Path) -> None:
    text = sites.template(
        "https://www.blog.example",
        title='Say "no"\\\n\x00to \u202enoise',
        hosts=["blog.example", "not a host"],
        feeds=["https://blog.example/feed", "javascript:alert(1)", "https://blog.example/feed"],
        sitemaps=["https://blog.example/sitemap.xml"],
        archive_pages=["https://blog.example/archive"],
        tags=["press"],
        language="en_US",
    )
    site = read(tmp_path, text)

    assert set(re.findall(r"^(?:# )?(\w+) = ", text, re.MULTILINE)) == {field_of(key) for key in KEYS}
    said = {"url", "title", "hosts", "feeds", "sitemaps", "archive_pages", "tags"}
    assert set(tomllib.loads(text)) == said | {"schedule", "revisit"}
    assert site.title == 'Say "no"\\ to \u202enoise'
    assert "\u202e" not in text
    assert site.hosts == ("www.blog.example", "blog.example")
    assert site.feeds == ("https://blog.example/feed",)
    assert site.tags == ("press",)


def test_what_a_template_shows_is_what_can_be_written(tmp_path: Path) -> None:
    text = sites.template("https://blog.example/", language="pt-BR")
    shown = re.sub(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE)

    assert read(tmp_path, text).language == "pt-BR"
    site = read(tmp_path, shown)
    assert site.session == Path.home() / "sessions" / "blog.toml"
    assert (site.nightly, site.per_hour) == ((time(4, 10),), 30)


@pytest.mark.parametrize(("url", "tags"), [("blog.example", []), ("https://blog.example/", ["x" * 41])])
def test_a_template_of_what_a_person_gave_wrongly_is_refused(url: str, tags: list[str]) -> None:
    with pytest.raises(Misuse):
        sites.template(url, tags=tags)


@given(
    title=st.text(ANY, max_size=40),
    language=st.text(max_size=10),
    found=st.lists(st.text(max_size=20)),
    path=st.text(max_size=10),
)
def test_a_template_of_anything_a_page_says_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, title: str, language: str, found: list[str], path: str
) -> None:
    feeds = [f"https://blog.example/{path}", *found]
    text = sites.template("https://blog.example/", title=title, language=language, hosts=found, feeds=feeds)
    site = read(tmp_path_factory.getbasetemp() / "hostile", text)

    cleaned = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", " ", title).split())
    assert (site.title or "") == cleaned
    assert "blog.example" in site.hosts


FILE = """\
# A blog.
url = "https://blog.example/"   # the front page
title = '''
lines, some of them
paused = "not this one"
# paused = "nor that"
'''
exclude = [
  '/tag/',  # no lists
  '#"]',
]
# paused = "an example"

# the end
tags = ["a"]"""


def test_a_line_is_set_below_its_example_and_taken_out_again() -> None:
    paused = sites.with_line(FILE, "paused", 'they said "stop"')

    assert paused == FILE.replace(
        '# paused = "an example"\n', '# paused = "an example"\npaused = "they said \\"stop\\""\n'
    )
    assert sites.without_line(paused, "paused") == FILE
    assert sites.without_line(FILE, "paused") == FILE


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        ("url", "https://b.example/", '"https://blog.example/"   #', '"https://b.example/"   #'),
        ("exclude", ["/x/"], "[\n  '/tag/',  # no lists\n  '#\"]',\n]", '["/x/"]'),
        ("tags", ["b", "c"], '["a"]', '["b", "c"]'),
        ("hops", 2, 'tags = ["a"]', 'tags = ["a"]\nhops = 2\n'),
    ],
)
def test_one_line_is_set_and_the_rest_stays(key: str, value: str | int | list[str], before: str, after: str) -> None:
    assert sites.with_line(FILE, key, value) == FILE.replace(before, after)


def test_a_line_goes_before_any_table_and_keeps_the_files_line_ends() -> None:
    assert (
        sites.with_line("a = 1\r\n\r\n[b]\r\nhops = 1\r\n", "hops", 2) == "a = 1\r\nhops = 2\n\r\n[b]\r\nhops = 1\r\n"
    )
    assert sites.with_line("", "hops", 2) == "hops = 2\n"
    assert sites.with_line('hops = 1\r\n"tags" = []', "tags", ["a"]) == 'hops = 1\r\ntags = ["a"]'


def test_a_line_is_set_above_the_tables_of_a_template(tmp_path: Path) -> None:
    text = sites.with_line(sites.template("https://blog.example/"), "paused", "they asked")

    assert read(tmp_path, text).paused == "they asked"
    assert sites.without_line(text, "paused") == sites.template("https://blog.example/")


@pytest.mark.parametrize(
    ("key", "value"),
    [("pasued", "why"), ("paused", ""), ("hops", -1), ("exclude", "("), ("schedule.poll", "1h"), ("poll", "1h")],
)
def test_what_could_not_be_read_is_not_written(key: str, value: str | int) -> None:
    with pytest.raises(Misuse):
        sites.with_line(URL, key, value)


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
COMMENT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(said=st.dictionaries(st.sampled_from(["title", "basis", "retain", "paused"]), WORDS), comment=COMMENT, to=WORDS)
def test_setting_a_line_keeps_every_other_key_and_comment(said: dict[str, str], comment: str, to: str) -> None:
    lines = [f"{key} = {values.written(value)} # {comment}" for key, value in said.items()]
    text = "\n".join([f"# {comment}", *lines])
    try:
        after = sites.with_line(text, "paused", to)
    except Misuse:
        assert not to.strip()
        return

    assert tomllib.loads(after) == said | {"paused": to}
    assert after.count(f"# {comment}") >= len(said) + 1
    gone = sites.without_line(after, "paused")
    assert tomllib.loads(gone) == {key: value for key, value in said.items() if key != "paused"}


# ---- TOML as text


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("a = 1\nb = 2", "b", 2),
        ("[t]\na = 1\n[u]\na = 2", "u.a", 4),
        ("[t]\n\n['u.v']\n'a' = 2", "u.v.a", 4),
        ("[[t]]\nx = 1\n[[t]]", "t", 1),
        ('a = """\nb = 1\n"""\nb = 2', "b", 4),
        ('a = """x\\\n""""\nb = 2', "b", 3),
        ("a = '''\n''''\nb = 2", "b", 3),
        ('a = """x"""" # " [\nb = 2', "b", 2),
        ("a = [ # ]\n[1,\n2],\n]\n\nb = 2", "b", 6),
        ("a = '\\'\nb = 2", "b", 2),
        ('a = "#[\\""\nb = 2', "b", 2),
        ("a.b . 'c=d' = 1\nb = 2", "a.b.c=d", 1),
        ("x = 1\nt = { a = 1 }", "t.a", 2),
        ("a = 'x\u2028y'\nb = 2", "b", 2),
        ("a = 1\r\nb = 2\r\n", "b", 2),
        ("a = 1", "z", 1),
    ],
)
def test_a_key_is_found_on_its_line(text: str, key: str, line: int) -> None:
    tomllib.loads(text)

    assert values.line_of(text, key) == line


@given(st.text(ANY, max_size=40))
@example("\ud800 half, \x7f \x00 \u202e \u200c \U000e0001")
def test_text_written_as_toml_is_read_as_it_was(said: str) -> None:
    whole = re.sub(r"[\ud800-\udfff]", "\ufffd", said)

    assert tomllib.loads(f"a = {values.written(said)}\nb = {values.written([said, said])}") == {
        "a": whole,
        "b": [whole, whole],
    }


# ---- the page


def test_the_page_tells_of_every_key_as_the_program_does() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| `(.+)` \| (.+) \|$", PAGE.read_text(), re.MULTILINE)

    assert rows == [(key, of.example, of.meaning) for key, of in KEYS.items()]


@pytest.mark.parametrize("key", KEYS)
def test_every_example_of_the_page_can_be_read(key: str) -> None:
    KEYS[key].reader.read(tomllib.loads(f"key = {KEYS[key].example}")["key"])


def test_the_files_shown_on_the_page_can_be_read(tmp_path: Path) -> None:
    shown, session = re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / "session.toml").write_text(session)

    assert read(tmp_path / "home", shown).tags == ("press",)
    assert set(sites.session_of(a_site(session=tmp_path / "session.toml"))) == {"Authorization", "Cookie"}
