"""Settings: what is read, what is refused and in which words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import config, values
from archive.daytimes import Hours
from archive.errors import Misuse, NotAnArchive


def archive_with(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / config.FILE).write_text(text, encoding="utf-8")
    return folder


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    settings = config.load(archive_with(tmp_path, ""))

    assert settings == config.Settings(
        home=tmp_path,
        contact=None,
        label="variorum",
        store=config.Store(
            database=f"sqlite:///{tmp_path}/variorum.db",
            warcs=tmp_path / "warcs",
            warc_size=10**9,
            warc_age=timedelta(hours=24),
            min_free=10**9,
        ),
        network=config.Network(
            allow_private=(), connect_map={}, proxy=None, verify="record", timeout=timedelta(seconds=60)
        ),
        polite=config.Polite(delay=timedelta(seconds=5), max_delay=timedelta(minutes=10), platforms=config.PLATFORMS),
        crawl=config.Crawl(
            workers=1,
            page_budget=2000,
            full_fetch_share=0.02,
            requisites="page",
            cite="all",
            cites_per_article=50,
            cites_per_neighbour=100,
            deny=config.DENY,
            neighbour_time=timedelta(hours=6),
            neighbour_bytes=2 * 10**9,
            patience=timedelta(minutes=10),
        ),
        extract=config.Extract(workers=values.usable_cpus(at_most=4), seconds=timedelta(seconds=30), memory=10**9),
        schedule=config.Times(
            timezone=ZoneInfo("UTC"),
            nightly=(time(4, 10),),
            poll=timedelta(hours=1),
            catch_up="once",
            max_late=timedelta(hours=20),
            jitter=timedelta(minutes=10),
            quiet=(),
        ),
        revisit=config.Revisit(per_day=None, cited_per_day=None, patrol=0.1),
    )


def test_the_file_sets_every_setting(tmp_path: Path) -> None:
    text = """
    contact = "you@example.org"
    label = "press"
    store.database = "sqlite:////srv/press/index.db"
    store.warcs = "/srv/press/warcs"
    store.warc_size = 4096
    store.warc_age = "90s"
    store.min_free = 0
    [network]
    allow_private = ["127.0.0.0/8", "::1/128"]
    connect_map = { "a.test" = "127.0.0.1:81", "B.test:443" = "[::1]:82" }
    proxy = "http://proxy.example:3128"
    verify = "require"
    timeout = 2.5
    [polite]
    delay = "250ms"
    max_delay = "1h"
    platforms = ["Blogs.example."]
    [crawl]
    workers = 3
    page_budget = 10
    full_fetch_share = 1
    requisites = "none"
    cite = "media"
    cites_per_article = 0
    cites_per_neighbour = 7
    deny = ["share.example", "bücher.example", "share.example"]
    neighbour_time = "15m"
    neighbour_bytes = "1MiB"
    patience = 0
    [extract]
    workers = 0
    seconds = "5s"
    memory = "256MiB"
    [schedule]
    timezone = "Asia/Tokyo"
    nightly = ["02:10", "14:10"]
    poll = "15m"
    catch_up = "skip"
    max_late = "8h"
    jitter = 0
    quiet = ["23:00-01:00"]
    [revisit]
    per_day = 800
    cited_per_day = 0
    patrol = 0.1
    """

    settings = config.load(archive_with(tmp_path, text))

    assert settings == config.Settings(
        home=tmp_path,
        contact="you@example.org",
        label="press",
        store=config.Store(
            database="sqlite:////srv/press/index.db",
            warcs=Path("/srv/press/warcs"),
            warc_size=4096,
            warc_age=timedelta(seconds=90),
            min_free=0,
        ),
        network=config.Network(
            allow_private=(ip_network("127.0.0.0/8"), ip_network("::1/128")),
            connect_map={"a.test": ("127.0.0.1", 81), "b.test:443": ("::1", 82)},
            proxy="http://proxy.example:3128",
            verify="require",
            timeout=timedelta(seconds=2.5),
        ),
        polite=config.Polite(delay=timedelta(seconds=0.25), max_delay=timedelta(hours=1), platforms=("blogs.example",)),
        crawl=config.Crawl(
            workers=3,
            page_budget=10,
            full_fetch_share=1.0,
            requisites="none",
            cite="media",
            cites_per_article=0,
            cites_per_neighbour=7,
            deny=("share.example", "xn--bcher-kva.example"),
            neighbour_time=timedelta(minutes=15),
            neighbour_bytes=2**20,
            patience=timedelta(0),
        ),
        extract=config.Extract(workers=0, seconds=timedelta(seconds=5), memory=256 * 2**20),
        schedule=config.Times(
            timezone=ZoneInfo("Asia/Tokyo"),
            nightly=(time(2, 10), time(14, 10)),
            poll=timedelta(minutes=15),
            catch_up="skip",
            max_late=timedelta(hours=8),
            jitter=timedelta(0),
            quiet=(Hours(start=time(23), end=time(1)),),
        ),
        revisit=config.Revisit(per_day=800, cited_per_day=0, patrol=0.1),
    )


def test_a_table_may_hold_the_connect_map(tmp_path: Path) -> None:
    text = '[network.connect_map]\n"a.test" = "127.0.0.1:81"\n'

    assert config.load(archive_with(tmp_path, text)).network.connect_map == {"a.test": ("127.0.0.1", 81)}


def test_the_template_sets_nothing_but_contact_and_label(tmp_path: Path) -> None:
    bare = config.load(archive_with(tmp_path, 'contact = "you@example.org"\nlabel = "press"'))

    assert config.load(archive_with(tmp_path, config.template("you@example.org", "press"))) == bare


def test_the_defaults_the_template_shows_are_the_defaults(tmp_path: Path) -> None:
    examples = "contact|proxy|url|replay_url"
    shown = re.sub(rf"^# (?=\w+ = )(?!{examples})", "", config.template(None, "press"), flags=re.MULTILINE)

    assert "\ndelay = " in shown
    assert config.load(archive_with(tmp_path, shown)) == config.load(archive_with(tmp_path, 'label = "press"'))


@pytest.mark.parametrize("setting", sorted(config.SETTINGS))
def test_the_template_shows_every_setting(setting: str) -> None:
    assert re.search(rf"^(# )?{setting.rpartition('.')[2]} = ", config.template(None, "press"), flags=re.MULTILINE)


@pytest.mark.parametrize("contact", ["nobody", "two words@example.org", "a@b@c", "a(b)@example.org", "ü@example.org"])
def test_a_contact_that_cannot_be_sent_is_refused(contact: str) -> None:
    with pytest.raises(Misuse, match="--contact"):
        config.template(contact, "press")


@pytest.mark.parametrize(
    ("option", "setting", "value"),
    [
        ("contact=https://press.example/bot", "contact", "https://press.example/bot"),
        ("contact=", "contact", None),
        ("label=press-2", "label", "press-2"),
        ("store.warc_size=1GB", "store.warc_size", 10**9),
        ("store.warc_size=512MiB", "store.warc_size", 512 * 2**20),
        ("store.warc_size=1.5 kib", "store.warc_size", 1536),
        ("store.warc_size=77", "store.warc_size", 77),
        ("store.min_free=0", "store.min_free", 0),
        ("store.warc_age=90s", "store.warc_age", timedelta(seconds=90)),
        ("store.warc_age=15m", "store.warc_age", timedelta(minutes=15)),
        ("store.warc_age=24h", "store.warc_age", timedelta(hours=24)),
        ("store.warc_age=7d", "store.warc_age", timedelta(days=7)),
        ("polite.delay=0", "polite.delay", timedelta(0)),
        ("polite.delay=1.5", "polite.delay", timedelta(seconds=1.5)),
        ("network.allow_private=", "network.allow_private", ()),
        ("network.allow_private=10.0.0.0/8, ::1", "network.allow_private", ("10.0.0.0/8", "::1/128")),
        ("network.connect_map=a.test=127.0.0.1:81", "network.connect_map", {"a.test": ("127.0.0.1", 81)}),
        ("network.connect_map=[::1]:80=[::1]:81", "network.connect_map", {"[::1]:80": ("::1", 81)}),
        ("network.connect_map=", "network.connect_map", {}),
        ("network.proxy=http://127.0.0.1:3128/", "network.proxy", "http://127.0.0.1:3128"),
        ("network.proxy=", "network.proxy", None),
        ("network.verify=require", "network.verify", "require"),
        ("polite.platforms=a.example, b.example", "polite.platforms", ("a.example", "b.example")),
        ("crawl.deny=", "crawl.deny", ()),
        ("crawl.page_budget=12", "crawl.page_budget", 12),
        ("crawl.full_fetch_share=0", "crawl.full_fetch_share", 0.0),
        ("crawl.full_fetch_share=0.5", "crawl.full_fetch_share", 0.5),
        ("crawl.requisites=all", "crawl.requisites", "all"),
        ("crawl.cites_per_article=0", "crawl.cites_per_article", 0),
        ("extract.workers=9", "extract.workers", 9),
        ("extract.workers=auto", "extract.workers", values.usable_cpus(at_most=4)),
        ("schedule.timezone=America/New_York", "schedule.timezone", ZoneInfo("America/New_York")),
        ("schedule.nightly=14:10, 02:10", "schedule.nightly", ("02:10:00", "14:10:00")),
        ("schedule.nightly=never", "schedule.nightly", ()),
        ("schedule.quiet=23:00-01:30,03:00-04:00", "schedule.quiet", ("23:00-01:30", "03:00-04:00")),
        ("schedule.quiet=", "schedule.quiet", ()),
        ("schedule.poll=15m", "schedule.poll", timedelta(minutes=15)),
        ("schedule.catch_up=skip", "schedule.catch_up", "skip"),
        ("revisit.per_day=auto", "revisit.per_day", None),
        ("revisit.per_day=0", "revisit.per_day", 0),
        ("revisit.patrol=1", "revisit.patrol", 1.0),
    ],
)
def test_a_setting_can_be_given_for_one_call(tmp_path: Path, option: str, setting: str, value: object) -> None:
    read: object = config.load(archive_with(tmp_path, ""), [option])
    for name in setting.split("."):
        read = getattr(read, name)

    assert (tuple(map(str, read)) if isinstance(read, tuple) else read) == value


def test_the_last_override_wins_over_the_file(tmp_path: Path) -> None:
    home = archive_with(tmp_path, '[polite]\ndelay = "9s"')

    assert config.load(home, ["polite.delay=1s", "polite.delay=2s"]).polite.delay == timedelta(seconds=2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("contacts = 'a@b.example'", "line 1: there is no setting contacts; did you mean contact?"),
        ("\n[store]\nwarc_sise = 1", "line 3: there is no setting store.warc_sise; did you mean store.warc_size?"),
        ("warc_size = 1", "line 1: there is no setting warc_size; did you mean store.warc_size?"),
        ("[netwrok]\n\nproxy = ''", "line 3: there is no setting netwrok.proxy; did you mean network.proxy?"),
        ("[zzz]\nqqq = 1", "line 2: there is no setting zzz.qqq; there are contact, label"),
        ("store = 5", "line 1: there is no setting store"),
        ("[store]\nwarc_size = true", "line 2: store.warc_size = True is not a size above 0, such as 1GB"),
        ("[store]\nwarc_size = '1 parsec'", "the units are b, kb, mb"),
        ("[store]\nwarc_size = 0", "it must be above 0"),
        ("[store]\nmin_free = -1", "line 2: store.min_free = -1 is not a size"),
        ("[network]\n# why\ntimeout = 'soon'", "line 3: network.timeout = 'soon' is not a duration above 0"),
        ("[network]\ntimeout = 1e300", "not a duration"),
        ("[network]\ntimeout = '99999999999999999d'", "it is too long"),
        ("[network]\ntimeout = nan", "not a duration"),
        ("network.verify = 'never'", "line 1: network.verify = 'never' is not either record or require"),
        ("network.verify = []", "not either record or require"),
        ("network.proxy = 'socks5://p.example'", "not a proxy, such as http://proxy.example:3128"),
        ("network.proxy = 'http://p.example:99999'", "not a proxy"),
        ("network.allow_private = ['10.0.0.1/8']", "not a list of address ranges"),
        ("network.allow_private = 5", "not a list of address ranges"),
        ("[network.connect_map]\n'a.test' = 'b.test:80'", "line 1: network.connect_map"),
        ("network.connect_map = { 'a.test' = '127.0.0.1' }", "does not end in a port"),
        ("network.connect_map = { 'a.test' = '127.0.0.1:0' }", "does not end in a port"),
        ("network.connect_map = { 'a.test:http' = '127.0.0.1:80' }", "not a host, nor a host and port"),
        ("network.connect_map = 'a.test'", "has no ="),
        ("store.database = 'postgresql://db.example/press'", "other databases come later"),
        ("store.database = 'sqlite:///:memory:'", "is not an SQLite file"),
        ("store.warcs = 's3://bucket/warcs'", "object stores come later"),
        ("label = 'a/b'", "is not a label of at most 40 letters"),
        ("label = 5", "is not a label"),
        ('contact = "a@b.example\\r\\nX: y"', "is not an e-mail address or a web page"),
        ("[crawl]\nworkers = 0", "line 2: crawl.workers = 0 is not a number above 0"),
        ("crawl.workers = true", "is not a number above 0"),
        ("crawl.workers = 1.5", "is not a number above 0"),
        ("crawl.workers = '१'", "is not a number above 0"),
        ("crawl.cites_per_article = -1", "is not a number, such as 50 or 0"),
        ("crawl.full_fetch_share = 1.1", "it must be from 0 to 1"),
        ("crawl.full_fetch_share = nan", "it must be from 0 to 1"),
        ("crawl.full_fetch_share = '2%'", "it must be from 0 to 1"),
        ("crawl.requisites = 'some'", "crawl.requisites = 'some' is not none, page or all"),
        ("crawl.deny = ['https://share.example/']", "is no host name"),
        ("crawl.deny = ['share.example:80']", "is no host name"),
        ("crawl.deny = ['*.share.example']", "is no host name"),
        ("crawl.deny = [5]", "it must be text"),
        ("extract.workers = 'many'", 'is not a number, such as 2 or 0, or "auto"'),
        ("polite.max_delay = '1s'", "polite.max_delay is below polite.delay"),
        ("[schedule]\ntimezone = 'Europe/Lisboa'", "line 2: schedule.timezone = 'Europe/Lisboa' is not a time zone"),
        ("[schedule]\ntimezone = 'europe/lisbon'", "(did you mean Europe/Lisbon?)"),
        ("[schedule]\nnightly = '25:00'", "line 2: schedule.nightly = '25:00' is not a time of day, such as"),
        ("[schedule]\npoll = '30s'", "line 2: schedule.poll = '30s' is not a duration of a minute or more"),
        ("[schedule]\ncatch_up = 'twice'", "is not either once or skip"),
        ("[schedule]\n\njitter = '2d'", "line 3: schedule.jitter is a day or more; write less, such as 10m"),
        ("[schedule]\nquiet = '00:00-12:00,12:00-24:00'", "line 2: schedule.quiet leaves no hour of the day"),
        (
            "[schedule]\nquiet = ['04:00-05:00']",
            "line 2: schedule.nightly = 04:10 is within the quiet hours 04:00-05:00",
        ),
        (
            "[schedule]\nquiet = ['04:20-05:00']",
            "line 2: schedule.nightly = 04:10 with its jitter of 10 minutes reaches into the quiet hours 04:20-05:00",
        ),
        (
            "[schedule]\nquiet = ['04:00-05:00']\nnightly = '04:30'",
            "line 3: schedule.nightly = 04:30 is within the quiet hours",
        ),
        ("nightly = '04:30'", "line 1: there is no setting nightly; did you mean schedule.nightly?"),
        ("[revisit]\nper_day = -1", 'line 2: revisit.per_day = -1 is not a number, such as 800 or 0, or "auto"'),
        ("[revisit]\nper_hour = 3", "line 2: there is no setting revisit.per_hour; did you mean revisit.per_day?"),
        ("[revisit]\npatrol = 2", "line 2: revisit.patrol = 2 is not a share from 0 to 1"),
        ("network.proxy = 'https://me:secret@p.example'", "network.proxy = 'https://...@p.example' is not"),
        ("\n[crawl]\n# none\nwait = [\n1,\n]", "line 4: there is no setting crawl.wait"),
        ("label = 'a\u2028b'", "line 1: label"),
        ("contact = 'a\u2028b@c'\n", "line 1: contact"),
        ("[store] # a = 1\n'warc_size' = 0", "line 2: store.warc_size"),
        (f"a = {'[' * 9000}", "is not TOML"),
        (f"a = {'9' * 9000}", "is not TOML"),
        ("label = press", "is not TOML"),
        ("label = 'a'\nlabel = 'b'", "is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_the_remedy(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(Misuse) as refused:
        config.load(archive_with(tmp_path, text))

    assert words in str(refused.value)
    assert str(tmp_path / config.FILE) in str(refused.value)


@pytest.mark.parametrize("option", ["polite.delay", "=5", "polite=5s", "polite.dely=5s", "polite.delay=a while"])
def test_a_wrong_override_is_refused(tmp_path: Path, option: str) -> None:
    with pytest.raises(Misuse, match="--set"):
        config.load(archive_with(tmp_path, ""), [option])


def test_quiet_hours_for_one_call_do_not_hide_the_files_nightly(tmp_path: Path) -> None:
    home = archive_with(tmp_path, "[schedule]\nnightly = '04:30'")

    with pytest.raises(Misuse, match=re.escape(f"{tmp_path / config.FILE} line 2: schedule.nightly = 04:30 is within")):
        config.load(home, ["schedule.quiet=04:00-05:00"])
    with pytest.raises(Misuse, match="--set: schedule.nightly = 04:15 is within"):
        config.load(home, ["schedule.quiet=04:00-05:00", "schedule.nightly=04:15"])


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / config.FILE).write_bytes(b"label = '\xe9'")

    with pytest.raises(Misuse, match="save it as UTF-8"):
        config.load(tmp_path)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / config.FILE).write_bytes(b"\xef\xbb\xbflabel = 'press'")

    assert config.load(tmp_path).label == "press"


def test_a_folder_without_settings_is_not_an_archive(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="variorum init"):
        config.load(tmp_path)


def test_settings_that_are_a_folder_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / config.FILE).mkdir()

    with pytest.raises(Misuse, match="cannot be read"):
        config.load(tmp_path)


@given(text=st.text(max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    home = tmp_path_factory.getbasetemp() / "any"
    try:
        archive_with(home, text.encode("utf-8", "replace").decode())
        config.load(home)
    except Misuse as refused:
        assert str(home) in str(refused)


@given(option=st.sampled_from(sorted(config.SETTINGS)), text=st.text(max_size=20))
def test_any_override_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, option: str, text: str) -> None:
    home = archive_with(tmp_path_factory.getbasetemp() / "override", "")
    try:
        config.load(home, [f"{option}={text}"])
    except Misuse as refused:
        assert option in str(refused)


def test_the_archive_is_this_folder_or_the_nearest_parent(tmp_path: Path) -> None:
    archive_with(tmp_path, "")
    inner = archive_with(tmp_path / "a" / "b", "")
    (inner / "c").mkdir()

    assert config.find_home(tmp_path, None, {}) == tmp_path
    assert config.find_home(tmp_path / "a", None, {}) == tmp_path
    assert config.find_home(inner / "c", None, {}) == inner


def test_a_named_archive_comes_before_the_variable_and_the_folder(tmp_path: Path) -> None:
    named, from_variable, around = (archive_with(tmp_path / name, "") for name in ("a", "b", "c"))

    assert config.find_home(around, str(named), {config.HOME: str(from_variable)}) == named
    assert config.find_home(around, None, {config.HOME: str(from_variable)}) == from_variable
    assert config.find_home(around, None, {config.HOME: ""}) == around


def test_a_named_folder_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    archive_with(tmp_path, "")
    (tmp_path / "inner").mkdir()

    with pytest.raises(NotAnArchive, match="--home names .*inner"):
        config.find_home(tmp_path, str(tmp_path / "inner"), {})
    with pytest.raises(NotAnArchive, match="VARIORUM_HOME names .*inner"):
        config.find_home(tmp_path, None, {config.HOME: str(tmp_path / "inner")})


def test_no_archive_anywhere_is_said_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="make one with variorum init"):
        config.find_home(tmp_path, None, {})


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        ("you@example.org", "Variorum/0.1.0 (+mailto:you@example.org)"),
        ("https://press.example/bot", "Variorum/0.1.0 (+https://press.example/bot)"),
        (None, "Variorum/0.1.0"),
    ],
)
def test_the_user_agent_names_the_contact(home: Path, contact: str | None, agent: str) -> None:
    assert config.user_agent(replace(config.load(home), contact=contact)) == agent


def test_the_digest_is_the_same_wherever_the_archive_lies(tmp_path: Path) -> None:
    here, there = (archive_with(tmp_path / name, config.template(None, "press")) for name in ("a", "b"))

    told = config.digest(config.load(here))

    assert re.fullmatch(r"sha256:[0-9a-f]{64}", told)
    assert config.digest(config.load(there)) == told


def test_the_digest_does_not_tell_a_password(tmp_path: Path) -> None:
    home = archive_with(tmp_path, "")

    told = {config.digest(config.load(home, [f"network.proxy=http://{who}p.example"])) for who in ("", "a:b@", "a:c@")}

    assert len(told) == 1


def test_the_digest_does_not_tell_how_many_cpus_there_are(tmp_path: Path) -> None:
    home = archive_with(tmp_path, "")

    assert len({config.digest(config.load(home, [f"extract.workers={some}"])) for some in ("auto", "1", "7")}) == 1


@pytest.mark.parametrize(
    "option",
    [
        "contact=you@example.org",
        "label=other",
        "store.database=sqlite:///other.db",
        "store.warcs=other",
        "store.warc_size=1",
        "store.warc_age=1s",
        "store.min_free=1",
        "network.allow_private=::1",
        "network.connect_map=a.test=127.0.0.1:81",
        "network.proxy=http://p.example",
        "network.verify=require",
        "network.timeout=1s",
        "polite.delay=1s",
        "polite.max_delay=1h",
        "polite.platforms=",
        "crawl.workers=2",
        "crawl.page_budget=1",
        "crawl.full_fetch_share=1",
        "crawl.requisites=all",
        "crawl.cite=none",
        "crawl.cites_per_article=1",
        "crawl.cites_per_neighbour=1",
        "crawl.deny=",
        "crawl.neighbour_time=1s",
        "crawl.neighbour_bytes=1",
        "crawl.patience=1s",
        "extract.workers=0",
        "extract.seconds=1s",
        "extract.memory=1",
        "schedule.timezone=Europe/Lisbon",
        "schedule.nightly=04:11",
        "schedule.poll=1m",
        "schedule.catch_up=skip",
        "schedule.max_late=1h",
        "schedule.jitter=0",
        "schedule.quiet=23:00-24:00",
        "revisit.per_day=1",
        "revisit.cited_per_day=1",
        "revisit.patrol=1",
    ],
)
def test_every_setting_changes_the_digest(tmp_path: Path, option: str) -> None:
    home = archive_with(tmp_path, "")

    assert config.digest(config.load(home, [option])) != config.digest(config.load(home))
