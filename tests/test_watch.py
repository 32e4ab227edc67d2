"""``variorum watch``: what it finds of a blog, what it asks for that, what it writes, and lists of blogs."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
import tomllib
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.config import load
from archive.errors import Misuse
from archive.model import Url, UrlKey
from archive.store import open_store, runs, visits
from crawler import sites, watching
from crawler.newsstand import Newsstand, Served
from crawler.newsstand.expected import PLATFORMS, WATCHED
from crawler.newsstand.rows import HTML, LAUNCH, html
from crawler.newsstand.truth import Watched
from crawler.newsstand.world import Host, Page, Redirect, Row, World
from crawler.opml import NAME, Entry, read_list
from crawler.watching import Front, Listing, Wish
from tests.press import QUICK, VARIORUM, Said, call, connect, environment, say
from tests.wire.cases import answer, one
from tests.wire.run import finish
from tests.wire.server import WireServer

DELAY = 0.06
BAD = ("http://coldstore.test/", "http://www.eveningbell.test/", "mailto:editor@press.test")


def begin(home: Path) -> Path:
    assert say("init", home, "--contact", "tests@example.org").code == 0
    return home


# ---- the blogs of the newsstand


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    home: Path
    said: Said
    log: list[Served]

    def told(self, given: str) -> dict[str, Any]:
        (row,) = [row for row in self.said.rows if row["given"] == given]
        return row


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    """All blogs of the stand, and three that cannot be had, watched in one call."""
    home = begin(tmp_path_factory.mktemp("watch") / "home")
    listed = "".join(f"{url}\n" for url in (*(each.url for each in WATCHED), *BAD))
    with Newsstand(tls=True) as stand:
        options = [*connect(stand.connect_map), "--set", f"polite.delay={DELAY * 1000:.0f}ms"]
        options += ["--set", "store.min_free=1MB", "--set", f"polite.platforms={','.join(PLATFORMS)}"]
        said = call("watch", "--from", "-", "--json", "--tag", "delta", "--home", home, *options, stdin=listed)
        return Looked(home=home, said=said, log=list(stand.log))


def secured(url: str) -> str:
    """A URL as the stand serves it: one of its hosts speaks https only."""
    return url.replace("http://strongroom", "https://strongroom")


@pytest.mark.parametrize("blog", WATCHED, ids=lambda blog: blog.site)
def test_a_blog_is_found_with_its_title_feeds_sitemaps_and_older_pages(looked: Looked, blog: Watched) -> None:
    told = looked.told(blog.url)

    assert told["state"] == "written"
    assert (told["url"], told["title"], told["language"]) == (secured(blog.front), blog.title, blog.language)
    assert tuple(feed["url"] for feed in told["feeds"]) == tuple(map(secured, blog.feeds))
    assert tuple(each["url"] for each in told["sitemaps"]) == blog.sitemaps
    assert tuple(told["archive_pages"]) == blog.archive
    assert all(each["items"] for each in (*told["feeds"], *told["sitemaps"]))
    assert told["tags"] == ["delta"]


@pytest.mark.parametrize("blog", WATCHED, ids=lambda blog: blog.site)
def test_its_site_file_says_what_was_found(looked: Looked, blog: Watched) -> None:
    told = looked.told(blog.url)
    site = sites.read(Path(told["file"]), looked.home)

    assert site.name == told["name"]
    assert (site.url, site.title, site.language, site.tags) == (
        secured(blog.front),
        blog.title,
        blog.language,
        ("delta",),
    )
    assert (site.feeds, site.sitemaps, site.archive_pages) == (
        tuple(map(secured, blog.feeds)),
        blog.sitemaps,
        blog.archive,
    )


def test_one_that_cannot_be_had_stops_no_other_and_gets_no_file(looked: Looked) -> None:
    assert looked.said.code == 5
    assert [looked.told(url)["state"] for url in BAD] == ["failed"] * 3
    assert "robots.txt could not be fetched (500)" in looked.told(BAD[0])["detail"]
    assert "does not resolve" in looked.told(BAD[1])["detail"]
    assert f"line {len(WATCHED) + 3}" in looked.told(BAD[2])["detail"]
    assert len(looked.said.rows) == len(WATCHED) + len(BAD)
    assert len(list((looked.home / "sites").glob("*.toml"))) == len(WATCHED)


def test_all_of_it_is_one_run_whose_visits_add_up(looked: Looked) -> None:
    store = open_store(load(looked.home).store.database)
    with store.read() as conn:
        (run,) = runs.every(conn)
        told = list(visits.every(conn))
    store.close()

    assert (run.why, run.state, run.visits) == ("watch", "partly failed", len(told))
    assert run.outcomes == Counter(visit.outcome for visit in told)
    assert {visit.why for visit in told} == {"by hand", "robots", "redirect"}
    asked = Counter(visit.url.partition("//")[2] for visit in told if visit.status is not None)
    assert asked == Counter(f"{served.host}{served.path}" for served in looked.log)
    assert say("verify", "--home", looked.home).code == 0


def test_hosts_of_one_platform_are_asked_as_one_host(looked: Looked) -> None:
    asked = sorted(
        (served.began, served.finished or served.began) for served in looked.log if served.host.endswith(PLATFORMS[0])
    )

    assert len(asked) > 15
    assert all(began >= finished for (_, finished), (began, _) in pairwise(asked))
    assert (asked[-1][0] - asked[0][0]) / (len(asked) - 1) > 0.9 * DELAY


def test_a_host_that_is_to_be_left_alone_is_asked_for_robots_txt_only(looked: Looked) -> None:
    assert {served.path for served in looked.log if served.host == "coldstore.test"} == {"/robots.txt"}


# ---- one blog of a kind


def page(path: str, mime: str, text: str) -> Page:
    return Page(path=path, mime=mime, text=text, since=LAUNCH)


def rss(path: str, *links: str, title: str = "The Weir", home: str = "") -> Page:
    items = "".join(f"<item><title>t</title><link>{link}</link></item>" for link in links)
    text = f'<rss version="2.0"><channel><title>{title}</title><link>{home}</link>{items}</channel></rss>'
    return page(path, "application/rss+xml", text)


def alternates(*urls: str) -> str:
    return "".join(f'<link rel="alternate" type="application/rss+xml" href="{url}">' for url in urls)


def front(path: str, title: str, *, head: str = "", body: str = "<p>Posts.</p>") -> Page:
    return page(path, HTML, f'<html lang="en"><head><title>{title}</title>{head}</head><body>{body}</body></html>')


ROWS: dict[str, tuple[Row, ...]] = {
    # Announces nothing.
    "quiet.test": (front("/", "Quiet"), rss("/rss.xml", "http://quiet.test/1")),
    "bare.test": (front("/", "Bare"),),
    "folder.test": (front("/blog/", "In a folder"), rss("/blog/feed", "http://folder.test/blog/1")),
    # Announces too much.
    "twice.test": (
        front("/", "Twice | Home", head=alternates("/a.xml", "/b.xml", "/more.xml", "/empty.xml", "/none.xml")),
        rss("/a.xml", "http://twice.test/1", "http://twice.test/2", title="Twice"),
        rss("/b.xml", "http://twice.test/2", title="Twice, short"),
        rss("/more.xml", "http://twice.test/3", title="Twice, more"),
        rss("/empty.xml", title="Nothing"),
        html("/none.xml", "No feed", "<p>Sorry.</p>"),
    ),
    "guest.test": (front("/", "Guest", head=alternates("/theirs.xml")), rss("/theirs.xml", "http://other.test/1")),
    "spread.test": (
        front("/", "Spread", head=alternates("/feed.xml")),
        rss("/feed.xml", "http://posts.spread.test/1", "http://posts.spread.test/2", "http://far.test/1"),
    ),
    # Leads elsewhere.
    "sends.test": (front("/", "", head='<meta http-equiv="refresh" content="0; url=http://sent.test/">'),),
    "sent.test": (front("/", "Sent"),),
    "temporary.test": (
        front("/", "Temporary", head=alternates("/now", "/always")),
        Redirect(path="/now", status=302, to="/today.xml"),
        Redirect(path="/always", status=301, to="/kept.xml"),
        rss("/today.xml", "http://temporary.test/1"),
        rss("/kept.xml", "http://temporary.test/2"),
    ),
    "circle.test": (Redirect(path="/", status=302, to="/a"), Redirect(path="/a", status=302, to="/")),
    "picture.test": (page("/", "image/png", "PNG"),),
    "homeless.test": (rss("/", "http://homeless.test/1"),),
    "fed.test": (
        front("/", "Fed", head=alternates("/feed.xml")),
        rss("/feed.xml", "http://fed.test/1", home="http://fed.test/"),
    ),
    "gone.test": (rss("/feed.xml", "http://gone.test/1"),),
}


def small() -> Newsstand:
    return Newsstand(
        world=World(hosts=tuple(Host(name=name, title=name, front=False, rows=rows) for name, rows in ROWS.items()))
    )


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    home = begin(tmp_path_factory.mktemp("kinds") / "home")
    urls = [f"http://{name}/" for name in ROWS if name not in ("folder.test", "fed.test")]
    with small() as stand:
        options = ("--home", home, *QUICK, *connect(stand.connect_map))
        said = call("watch", *urls, "http://folder.test/blog/", "http://fed.test/feed.xml", "--json", *options)
        return Looked(home=home, said=said, log=list(stand.log))


def found(kinds: Looked, given: str) -> tuple[str, list[str]]:
    told = kinds.told(given)
    return told["url"], [feed["url"].partition("//")[2] for feed in told["feeds"]]


@pytest.mark.parametrize(
    ("given", "url", "feeds"),
    [
        ("http://quiet.test/", "http://quiet.test/", ["quiet.test/rss.xml"]),
        ("http://bare.test/", "http://bare.test/", []),
        ("http://folder.test/blog/", "http://folder.test/blog/", ["folder.test/blog/feed"]),
        ("http://twice.test/", "http://twice.test/", ["twice.test/a.xml", "twice.test/more.xml"]),
        ("http://guest.test/", "http://guest.test/", []),
        ("http://temporary.test/", "http://temporary.test/", ["temporary.test/now", "temporary.test/kept.xml"]),
        ("http://fed.test/feed.xml", "http://fed.test/", ["fed.test/feed.xml"]),
    ],
)
def test_the_feeds_worth_polling_are_kept(kinds: Looked, given: str, url: str, feeds: list[str]) -> None:
    assert found(kinds, given) == (url, feeds)


def test_what_is_left_out_is_told(kinds: Looked) -> None:
    notes = "\n".join(kinds.told("http://twice.test/")["notes"])

    assert "/b.xml is left out: it shows nothing that http://twice.test/a.xml does not" in notes
    assert "/none.xml is left out: it is no feed" in notes
    assert "another blog's" in "\n".join(kinds.told("http://guest.test/")["notes"])


def test_a_title_is_what_feed_and_page_agree_on(kinds: Looked) -> None:
    assert kinds.told("http://twice.test/")["title"] == "Twice"
    assert kinds.told("http://quiet.test/")["title"] == "Quiet"


@pytest.mark.parametrize("host", ["bare.test", "quiet.test", "guest.test"])
def test_the_usual_places_are_tried_six_times_at_most(kinds: Looked, host: str) -> None:
    usual = {*watching.SITEMAP_PLACES, *watching.FEED_PLACES}
    tried = [served.path for served in kinds.log if served.host == host and served.path in usual]

    assert tried == ["/sitemap.xml", "/sitemap_index.xml", "/feed", "/feed.xml", "/rss.xml", "/atom.xml"][: len(tried)]
    assert len(tried) == (5 if host == "quiet.test" else watching.PROBES)


def test_no_usual_place_is_tried_for_what_is_announced(kinds: Looked) -> None:
    assert "/feed" not in {served.path for served in kinds.log if served.host == "twice.test"}


def test_hosts_of_its_posts_join_the_site(kinds: Looked) -> None:
    told = kinds.told("http://spread.test/")
    site = sites.read(Path(told["file"]), kinds.home)

    assert site.hosts == ("spread.test", "www.spread.test", "posts.spread.test")
    assert "1 of 3 items are at far.test" in "\n".join(told["notes"])


def test_a_page_that_sends_its_readers_on_is_followed_and_a_blog_found_twice_is_written_once(kinds: Looked) -> None:
    assert sorted(
        (row["state"], row["given"]) for row in kinds.said.rows if row["url"] == "http://sent.test/"
    ) in (  # whichever is looked through first
        [("already watched", "http://sent.test/"), ("written", "http://sends.test/")],
        [("already watched", "http://sends.test/"), ("written", "http://sent.test/")],
    )


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("http://circle.test/", "more than 10 redirects in a row"),
        ("http://picture.test/", "no page a person reads: image/png"),
        ("http://homeless.test/", "a feed that names no home page"),
        ("http://gone.test/", "answers 404"),
    ],
)
def test_what_is_no_front_page_is_told(kinds: Looked, given: str, why: str) -> None:
    told = kinds.told(given)

    assert (told["state"], told["file"]) == ("failed", None)
    assert why in told["detail"]


def test_anyway_writes_the_file_with_what_could_be_had(tmp_path: Path) -> None:
    home = begin(tmp_path / "home")
    listed = tmp_path / "blogs.csv"
    listed.write_text("url,feed\nhttp://gone.test/,http://gone.test/feed.xml\n")
    with small() as stand:
        options = ("--home", home, *QUICK, *connect(stand.connect_map))
        without = call("watch", "--from", listed, *options)
        assert (without.code, list((home / "sites").iterdir())) == (1, [])
        assert "http://gone.test/ answers 404" in without.err
        assert "--anyway" in without.err

        done = call("watch", "--from", listed, "--anyway", *options)

    assert done.code == 0, done.err
    (site,) = sites.every(home / "sites", home)
    assert (site.name, site.url, site.feeds) == ("gone-test", "http://gone.test/", ("http://gone.test/feed.xml",))
    assert "no front page: http://gone.test/ answers 404" in done.out


# ---- for a person


def test_a_person_is_told_what_was_found_and_what_to_do_next(tmp_path: Path) -> None:
    home = begin(tmp_path / "home")
    with Newsstand() as stand:
        options = ("--home", home, *QUICK, *connect(stand.connect_map))
        done = call("watch", "http://old.lantern.test/", *options)
        file = home / "sites" / "blog-lantern-test.toml"
        text, asked = file.read_bytes(), len(stand.log)
        again = call("watch", "http://www.blog.lantern.test", *options)
        assert len(stand.log) == asked

    assert done.code == 0, done.err
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert lines[0] == "blog-lantern-test: The Lantern"
    assert "front page http://blog.lantern.test/" in lines
    assert any(re.fullmatch(r"feed http://blog\.lantern\.test/feed\.xml \(rss 2\.0, \d+ items\)", x) for x in lines)
    assert any(re.fullmatch(r"sitemap http://\S+/sitemap\.xml \(sitemap, \d+ pages\)", x) for x in lines)
    assert "moved: http://old.lantern.test/ leads to http://blog.lantern.test/" in lines
    assert lines[-1] == f"written to {file}: read and edit it, then variorum crawl blog-lantern-test"
    assert (again.code, file.read_bytes()) == (0, text)
    assert "watched already as blog-lantern-test" in again.out


def test_a_name_that_is_taken_or_cannot_be_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    home = begin(tmp_path / "home")
    (home / "sites" / "Weir.toml").write_text('url = "http://weir.test/"\n')

    taken = say("watch", "http://quiet.test/", "--name", "weir", "--home", home)
    assert (taken.code, "http://weir.test/" in taken.err) == (1, True)
    for name in ("../up", "a b", "", ".hidden"):
        assert say("watch", "http://quiet.test/", "--name", name, "--home", home).code == 2
    assert say("watch", "http://a.test/", "http://b.test/", "--name", "x", "--home", home).code == 2
    assert say("watch", "http://a.test/", "--tag", "a,b" * 20, "--home", home).code == 2
    assert say("watch", "--home", home).code == 2
    assert say("runs", "--home", home, "--json").rows == []


def test_without_a_contact_no_public_host_is_asked(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert say("init", home).code == 0
    said = say("watch", "http://blog.example/", "--home", home)

    assert said.code == 2
    assert "http://blog.example/ is on a public host" in said.err
    assert "contact" in said.err


def test_broken_off_it_keeps_what_is_whole_and_writes_nothing_else(tmp_path: Path) -> None:
    home = begin(tmp_path / "home")
    body = b"<html><title>Slow</title><p>Posts.</p></html>"
    with WireServer([one("blog", answer(b"Content-Type: text/html", body=body))]) as server:
        begun = _start(home, f"{server.origin}/blog")
        while not any(seen.url.endswith("/blog") for seen in server.seen):
            assert begun.poll() is None
            time.sleep(0.01)
        begun.send_signal(signal.SIGINT)
        done = finish(begun, home)

    assert done.code == 130, done.output
    assert "broken off" in done.output
    assert "Traceback" not in done.output
    assert list((home / "sites").iterdir()) == []
    store = open_store(load(home).store.database)
    with store.read() as conn:
        (run,) = runs.every(conn)
    store.close()
    assert run.state == "interrupted"


def _start(home: Path, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [VARIORUM, "watch", url, "--home", home, "--set", "polite.delay=3s", "--set", "store.min_free=1MB",
         "--set", "network.allow_private=127.0.0.0/8"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment(),
    )  # fmt: skip


# ---- deciding


def listing(url: str, *keys: str, home: str | None = None, title: str | None = None) -> Listing:
    hosts = Counter(key.partition("/")[0] for key in keys)
    return Listing(
        url=Url(url),
        kind="rss 2.0",
        items=len(keys),
        title=title,
        home=home,
        keys=frozenset(map(UrlKey, keys)),
        hosts=tuple(hosts.items()),
    )


def test_an_empty_feed_is_kept_only_where_no_other_is() -> None:
    empty, full = listing("http://a.test/empty"), listing("http://a.test/full", "a.test/1")

    assert watching.choose_feeds("http://a.test/", [empty])[0] == [empty]
    assert watching.choose_feeds("http://a.test/", [empty, full])[0] == [full]


def test_a_feed_that_another_host_serves_belongs_to_the_blog_its_items_are_of() -> None:
    burner = listing("http://feeds.burner.test/blog", "www.a.test/1")
    assert watching.choose_feeds("http://a.test/", [burner])[0] == [burner]


@pytest.mark.parametrize(
    ("said", "feeds", "title"),
    [
        ("The Weir | News", ["The Weir"], "The Weir"),
        ("The Weir", ["Something else"], "The Weir"),
        (None, ["The Weir"], "The Weir"),
        (None, [None], "From the list"),
        ("  The \n Weir ", [], "The Weir"),
    ],
)
def test_the_title_is_read_off_page_feed_and_list(said: str | None, feeds: list[str | None], title: str) -> None:
    wish = Wish(given="", url=Url("http://a.test/"), title="From the list")
    read = [listing("http://a.test/f", title=each) for each in feeds]

    assert watching.title_of(Front(title=said), read, wish) == title


def test_announced_addresses_are_made_absolute_once_each_and_bad_ones_left_out() -> None:
    said = ["/feed", "http://a.test/feed", "mailto:x@a.test", "http://[", "  http://b.test/x ", "c.xml"]

    assert watching.addresses("http://a.test/blog/", said, 2) == (["http://a.test/feed", "http://b.test/x"], 1)


@given(st.binary(max_size=300), st.sampled_from(["front page", "feed", "sitemap"]), st.text(max_size=20))
@example(b"\x1f\x8b", "sitemap", "text/html")
def test_any_body_can_be_examined(data: bytes, wanted: watching.Wanted, mime: str) -> None:
    seen = watching.Seen(url="http://a.test/", data=data, codings=("gzip", "br"), mime=mime, wanted=wanted)

    assert isinstance(watching.examine(seen), Front | Listing | None)


def test_a_site_file_is_never_written_over(tmp_path: Path) -> None:
    file = watching.write(tmp_path / "sites", "weir", "one\n")
    with pytest.raises(Misuse, match="there already"):
        watching.write(tmp_path / "sites", "weir", "two\n")

    assert file.read_text() == "one\n"


@given(st.text(max_size=90))
@example("a" * 80)
@example("a" * 81)
@example("x\n")
def test_a_name_is_one_for_a_list_where_a_site_file_may_have_it(tmp_path_factory: Any, name: str) -> None:
    if "/" in name or "\0" in name or len(name.encode("utf-8", "surrogatepass")) > 200:
        assert not NAME.fullmatch(name)
        return
    folder = tmp_path_factory.getbasetemp() / "names"
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.toml"
    file.write_text('url = "http://a.test/"\n')
    try:
        sites.read(file, folder)
    except Misuse:
        assert not NAME.fullmatch(name)
    else:
        assert NAME.fullmatch(name)
    finally:
        file.unlink()


# ---- lists

OPML = """<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="2.0"><head><title>Blogs</title></head><body>
  <outline text="Delta">
    <outline text="River, lower">
      <outline type="rss" text="The Weir" xmlUrl="http://weir.test/feed" htmlUrl="http://weir.test/"
        category="/press/local,wire"/>
    </outline>
    <outline type="rss" text="Fed" xmlUrl="http://fed.test/feed.xml"/>
  </outline>
  <outline text="Top" htmlUrl="http://top.test/"/>
  <outline text="Empty folder"/>
</body></opml>
"""


def test_opml_gives_blogs_with_their_folders_and_categories_as_tags() -> None:
    first, second, third = read_list(OPML.encode(), "blogs.opml")

    assert first == Entry(
        url="http://weir.test/",
        place="line 6",
        feed="http://weir.test/feed",
        title="The Weir",
        tags=("Delta", "River lower", "press/local", "wire"),
    )
    assert (second.url, second.feed, second.tags) == (
        "http://fed.test/feed.xml",
        "http://fed.test/feed.xml",
        ("Delta",),
    )
    assert (third.url, third.tags) == ("http://top.test/", ())


def entry(url: str, line: int, **more: Any) -> Entry:
    return Entry(url=url, place=f"line {line}", **more)


@pytest.mark.parametrize(
    ("name", "text", "entries"),
    [
        (
            "-",
            "# mine\n\nhttp://a.test/\r\n  http://b.test/x,y \n",
            [entry("http://a.test/", 3), entry("http://b.test/x,y", 4)],
        ),
        (
            "-",
            'url,name,tags\nhttp://a.test/,weir,"press, local"\nhttp://b.test/,The Bell,\n',
            [
                entry("http://a.test/", 2, name="weir", title="weir", tags=("press", "local")),
                entry("http://b.test/", 3, title="The Bell"),
            ],
        ),
        (
            "-",
            "Title;Feed\nWeir;http://a.test/f\n",
            [entry("http://a.test/f", 2, feed="http://a.test/f", title="Weir")],
        ),
        (
            "-",
            "http://a.test/,weir\nhttp://b.test/,bell\n",
            [
                entry("http://a.test/", 1, name="weir", title="weir"),
                entry("http://b.test/", 2, name="bell", title="bell"),
            ],
        ),
        ("x.csv", "\ufeffURL\nhttp://a.test/\n", [entry("http://a.test/", 2)]),
        (
            "x.tsv",
            "http://a.test/\tweir\tx|y\n",
            [entry("http://a.test/", 1, name="weir", title="weir", tags=("x", "y"))],
        ),
    ],
)
def test_lines_and_tables_are_read(name: str, text: str, entries: list[Entry]) -> None:
    assert read_list(text.encode(), name) == entries


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "names no blog"),
        (b"# only a comment\n", "names no blog"),
        (b"<opml><body/></opml>", "names no blog"),
        (b'<!DOCTYPE o [<!ENTITY a "b">]><opml/>', "declares entities"),
        (b"http://a.test/\n" * 10_001, "more than 10000"),
        (b" " * (32 * 1024 * 1024 + 1), "longer than"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(Misuse, match=words):
        read_list(data, "list")


@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: f"<opml>{text}".encode())))
@example(b'<outline xmlUrl="http://a.test/"' + b"<outline>" * 5000)
@example(b'<outline text="&#0;" xmlUrl="x">')
def test_any_list_is_read_or_refused(data: bytes) -> None:
    try:
        entries = read_list(data, "list.csv")
    except Misuse as misuse:
        assert "list.csv" in str(misuse)
    else:
        assert all(each.url for each in entries)


def test_a_list_gives_names_tags_and_feeds_to_its_sites(tmp_path: Path) -> None:
    home = begin(tmp_path / "home")
    listed = tmp_path / "blogs.opml"
    listed.write_text(
        '<opml><outline text="River"><outline text="Q" xmlUrl="http://quiet.test/rss.xml" htmlUrl="http://quiet.test/"/>'
        '<outline text="F" xmlUrl="http://fed.test/feed.xml"/></outline></opml>'
    )
    with small() as stand:
        done = call(
            "watch", "--from", listed, "--tag", "all", "--json", "--home", home, *QUICK, *connect(stand.connect_map)
        )
        probed = {served.path for served in stand.log if served.host == "quiet.test"}

    assert done.code == 0, done.err
    assert {(row["name"], tuple(row["tags"])) for row in done.rows} == {
        ("quiet-test", ("all", "River")),
        ("fed-test", ("all", "River")),
    }
    assert "/feed" not in probed
    assert tomllib.loads((home / "sites" / "quiet-test.toml").read_text())["feeds"] == ["http://quiet.test/rss.xml"]


def test_the_json_has_the_same_keys_for_every_state(kinds: Looked) -> None:
    states = {row["state"] for row in kinds.said.rows}

    assert {"written", "failed", "already watched"} <= states
    assert len({json.dumps(list(row)) for row in kinds.said.rows}) == 1
