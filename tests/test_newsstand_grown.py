"""The newsstand's neighbourhood: each kind of thing is served as it says, and its lists agree with what is served."""

from __future__ import annotations

import gzip
import json
import re
import socket
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

import feedparser  # type: ignore[import-untyped]
import pytest
from lxml import etree, html

from crawler.newsstand import Newsstand
from crawler.newsstand.answer import answer
from crawler.newsstand.cited import CITED
from crawler.newsstand.expected import (
    ENDLESS,
    FORBIDDEN,
    HELD,
    HOSTILE,
    ODD,
    OUTSIDE,
    PLATFORMS,
    REQUISITES,
    WATCHED,
)
from crawler.newsstand.press import plain
from crawler.newsstand.stories import ARTICLES, EDITED, OPENING, RIVER, WORLD
from crawler.newsstand.truth import Article, Cited, Watched, due_at
from crawler.newsstand.wire import Reply, Request
from crawler.newsstand.world import FIRST, Feed, History, Story, World

PLAIN = World(hosts=tuple(plain(host) for host in WORLD.hosts))
"""The world as a stand without TLS serves it."""

DUE = due_at(ARTICLES, OPENING)
LOCATIONS = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def ask(url: str, *, now: datetime = OPENING, history: History = FIRST, **headers: str) -> Reply:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    host = parts.hostname or ""
    return answer(PLAIN, Request(scheme=parts.scheme, host=host, target=target, headers=fields), now, history)


def field(reply: Reply, name: str) -> str:
    return dict(reply.headers).get(name, "")


def body(reply: Reply) -> bytes:
    return gzip.decompress(reply.body) if field(reply, "Content-Encoding") == "gzip" else reply.body


def document(url: str, reply: Reply) -> html.HtmlElement:
    parsed = html.document_fromstring(body(reply) or b"<html></html>", base_url=url)
    parsed.make_links_absolute(url)
    return parsed


def links(url: str, where: str = "//a") -> list[str]:
    return [str(found.get("href")) for found in document(url, ask(url)).xpath(where)]


def settled(url: str) -> tuple[str, Reply]:
    """Follow redirects and ask again where the first answers stumble; give where it ends, and the answer."""
    seen: list[str] = []
    while url not in seen and WORLD.host(urlsplit(url).hostname or "") is not None:
        seen.append(url)
        reply = ask(url, history=History(asked=9))
        if not field(reply, "Location"):
            return url, reply
        url = urljoin(url, field(reply, "Location"))
    return url, Reply(status=0, headers=())


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    with Newsstand(now=lambda: OPENING) as stand:
        yield stand


def connect(stand: Newsstand, host: str) -> socket.socket:
    address, _, port = stand.connect_map[host].rpartition(":")
    return socket.create_connection((address, int(port)), timeout=20)


def raw(stand: Newsstand, host: str, path: str, most: int = 10_000_000) -> bytes:
    """Give what the stand sends for one request until it hangs up, or the first ``most`` bytes."""
    with connect(stand, host) as peer:
        peer.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        received = bytearray()
        while len(received) < most and (piece := peer.recv(1 << 16)):
            received += piece
        return bytes(received)


# ---------------------------------------------------------------------------------------------------- what is served


def test_the_web_is_wide() -> None:
    assert len(WORLD.hosts) >= 40
    assert len({host.name for host in WORLD.hosts}) == len(WORLD.hosts)
    assert [host.name for host in WORLD.hosts[: len(RIVER.hosts)]] == [host.name for host in RIVER.hosts]


def test_five_blogs_share_a_platform() -> None:
    assert PLATFORMS == ("inkpot.test",)
    assert sum(line.site.endswith(".inkpot.test") for line in WATCHED) == 5


STATUSES = [
    ("http://tideline.test/note/5", 200),
    ("http://www.tideline.test/", 301),
    ("http://heronnotes.test/", 308),
    ("http://gauge.test/?p=3", 200),
    ("http://gauge.test/?p=99", 200),
    ("http://oxbow.test/?page=3", 200),
    ("http://oxbow.test/?page=4", 404),
    ("http://backwater.test/page/3/", 200),
    ("http://backwater.test/page/4/", 404),
    ("http://estuary.test/older/3", 200),
    ("http://anchorlight.inkpot.test/2025/01/", 200),
    ("http://anchorlight.inkpot.test/2019/01/", 404),
    ("http://salt-and-iron.test/tag/boats/", 200),
    ("http://salt-and-iron.test/tag/nuts/", 404),
    ("http://oddments.test/odd/deleted", 410),
    ("http://oddments.test/odd/typo", 404),
    ("http://oddments.test/odd/challenge", 403),
    ("http://oddments.test/odd/missing", 200),
    ("http://www.wobbly.test/editorial", 500),
    ("http://www.wobbly.test/weir", 502),
    ("http://www.lateedition.test/live", 503),
    ("http://www.harbourherald.test/go/442", 308),
    ("http://www.harbourherald.test/latest-tide", 307),
    ("http://www.harbourherald.test/article/311", 301),
    ("http://relay-one.test/letter", 302),
    ("http://rabbitwarren.test/robots.txt", 404),
    ("http://rabbitwarren.test/anywhere", 200),
    ("http://coldstore.test/robots.txt", 500),
    ("http://waitingroom.test/robots.txt", 429),
    ("http://towpath.test/robots.txt", 302),
]


@pytest.mark.parametrize(("url", "status"), STATUSES)
def test_each_address_has_its_status(url: str, status: int) -> None:
    assert ask(url).status == status


@pytest.mark.parametrize("url", ["http://walledgarden.test/robots.txt", "http://www.patience.test/robots.txt"])
def test_robots_files_have_their_rules(url: str) -> None:
    assert re.search(rb"^(Disallow: /members/|Crawl-delay: 1)$", ask(url).body, re.MULTILINE)


@pytest.mark.parametrize(
    ("url", "form"),
    [("http://www.wobbly.test/closures", "1"), ("http://www.wobbly.test/reopenings", "2")],
)
def test_a_busy_page_says_when_to_come_back_and_is_well_then(url: str, form: str) -> None:
    first, second = ask(url), ask(url, history=History(asked=1))
    told = field(first, "Retry-After")
    assert (first.status, second.status) == (503, 200)
    if not told.isdigit():
        told = str((parsedate_to_datetime(told) - OPENING) // timedelta(seconds=1))
    assert told == form


@pytest.mark.parametrize(
    ("url", "history", "status"),
    [
        ("http://busylock.test/", History(of_host=2, gap=9.0), 200),
        ("http://busylock.test/", History(of_host=3, gap=9.0), 429),
        ("http://busylock.test/robots.txt", History(of_host=3), 404),
        ("http://hurrybell.test/", FIRST, 200),
        ("http://hurrybell.test/", History(of_host=1, gap=0.01), 429),
        ("http://hurrybell.test/", History(of_host=1, gap=0.06), 200),
    ],
)
def test_a_gate_shuts_on_those_who_come_too_fast(url: str, history: History, status: int) -> None:
    reply = ask(url, history=history)
    assert reply.status == status
    assert bool(field(reply, "Retry-After")) is (status == 429)


def test_the_stand_counts_and_measures_for_the_gates(stand: Newsstand) -> None:
    busy = [raw(stand, "busylock.test", path)[9:12] for path in ("/", "/robots.txt", "/a", "/b", "/c", "/d")]
    assert busy == [b"200", b"404", b"404", b"404", b"429", b"404"]
    weir = [raw(stand, "www.wobbly.test", "/weir")[9:12] for _ in range(3)]
    assert weir == [b"502", b"200", b"200"]


def test_two_at_once_ring_the_hurry_bell(stand: Newsstand) -> None:
    request = b"GET / HTTP/1.1\r\nHost: hurrybell.test\r\n\r\n"
    with connect(stand, "hurrybell.test") as peer:
        peer.sendall(request + request)
        peer.shutdown(socket.SHUT_WR)
        answered = b"".join(iter(lambda: peer.recv(65536), b""))
    assert re.findall(rb"^HTTP/1\.1 (\d+)", answered, re.MULTILINE) == [b"200", b"429"]


def test_a_consent_wall_opens_for_a_cookie() -> None:
    url = "http://www.consentia.test/2025/iron"
    assert b"cookies" in ask(url).body
    assert b"<h1>Iron on the quay</h1>" not in ask(url).body
    assert b"<h1>Iron on the quay</h1>" in ask(url, Cookie="a=b; consent=yes").body


@pytest.mark.parametrize(
    ("url", "header", "meta"),
    [
        ("http://vestnik-delty.test/", False, True),
        ("http://www.rechnoy-vestnik.test/2025/02/shlyuz", False, True),
        ("http://www.rechnoy-vestnik.test/2025/02/mayak", False, False),
    ],
)
def test_a_page_in_windows_1251_says_so_where_it_should(url: str, header: bool, meta: bool) -> None:
    reply = ask(url)
    assert re.search("[а-я]{5}", reply.body.decode("windows-1251"))
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode()
    assert ("windows-1251" in field(reply, "Content-Type")) is header
    assert (b'<meta charset="windows-1251">' in reply.body) is meta
    assert b"utf-8" not in reply.body


@pytest.mark.parametrize(
    ("url", "told"),
    [("http://gauge.test/?p=3", 'W/"'), ("http://www.stillwater.test/still/4", '"')],
)
def test_weak_and_frozen_validators_are_honoured(url: str, told: str) -> None:
    tag = field(ask(url), "ETag")
    assert tag.startswith(told)
    assert ask(url, If_None_Match=tag).status == 304


def test_a_host_may_end_its_pages_with_the_connection_and_spell_headers_oddly(stand: Newsstand) -> None:
    head, _, rest = raw(stand, "salt-and-iron.test", "/archives/6.html").partition(b"\r\n\r\n")
    assert b"content-length" not in head.lower()
    assert b"\r\ncOnTeNt-tYpE: " in head
    assert rest.endswith(b"</html>\n")


def test_one_host_answers_304_although_the_story_was_edited() -> None:
    url = "http://www.stillwater.test/still/4"
    before, after = ask(url), ask(url, now=EDITED)
    assert before.body != after.body
    assert ask(url, now=EDITED, If_None_Match=field(before, "ETag")).status == 304


def test_a_cut_body_is_shorter_than_announced(stand: Newsstand) -> None:
    head, _, rest = raw(stand, "www.leakypipe.test", "/cut").partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    assert length is not None
    assert len(rest) == int(length[1]) // 2


def test_a_dripping_body_arrives_in_many_pieces_and_whole(stand: Newsstand) -> None:
    host = "www.leakypipe.test"
    with connect(stand, host) as peer:
        peer.sendall(f"GET /drip HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        pieces = list(iter(lambda: peer.recv(65536), b""))
    assert len(pieces) > 50
    assert b"".join(pieces).endswith(b"</html>\n")


def test_an_endless_body_has_no_length_and_goes_on(stand: Newsstand) -> None:
    answered = raw(stand, "www.leakypipe.test", "/endless", most=5_000_000)
    assert b"Content-Length" not in answered.partition(b"\r\n\r\n")[0]
    assert len(answered) >= 5_000_000
    assert ask("http://www.leakypipe.test/endless").padding == 200_000_000


def test_a_flood_of_headers_is_sent(stand: Newsstand) -> None:
    head = raw(stand, "www.leakypipe.test", "/flood").partition(b"\r\n\r\n")[0]
    assert head.count(b"\r\nX-Flood-") == 4000


def test_the_paper_is_a_pdf_with_sound_offsets() -> None:
    data = ask("http://registry.orvane.test/reports/levees.pdf").body
    start = re.search(rb"startxref\n(\d+)\n%%EOF\n$", data)
    assert data.startswith(b"%PDF-")
    assert start is not None
    table = data[int(start[1]) :]
    assert table.startswith(b"xref\n")
    for number, place in enumerate(re.findall(rb"^(\d{10}) 00000 n $", table, re.MULTILINE), 1):
        assert data[int(place) :].startswith(b"%d 0 obj\n" % number)
    assert b"(State of the levees) Tj" in data


def test_the_other_languages_are_there() -> None:
    assert 'lang="ar"' in ask("http://www.sahil.test/news/2025/ferry").body.decode()
    assert re.search("[؀-ۿ]{4}", ask("http://www.sahil.test/news/2025/ferry").body.decode())


@pytest.mark.parametrize("trap", ENDLESS, ids=lambda trap: str(trap.kind))
def test_a_trap_never_ends(trap: object) -> None:
    start = getattr(trap, "prefix", "")
    seen, now = {start}, start
    for _ in range(60):
        onward = [url for url in links(now, "//main//a") if url.startswith(start) and url not in seen]
        assert onward, now
        now = onward[-1] if "way" in start else onward[0]
        seen.add(now)
    assert len(seen) == 61


def test_every_page_of_the_warren_leads_to_ten_others() -> None:
    pages = ["http://rabbitwarren.test/", *links("http://rabbitwarren.test/", "//main//a")]
    found = [url for page in pages for url in links(page, "//main//a")]
    assert len(set(found)) == len(found) == 110


def test_http_leads_to_https_where_the_stand_speaks_it() -> None:
    with Newsstand(now=lambda: OPENING, tls=True) as stand:
        assert b"\r\nLocation: https://strongroom.test/feed.xml\r\n" in raw(stand, "strongroom.test", "/feed.xml")
    with Newsstand(now=lambda: OPENING) as stand:
        assert raw(stand, "strongroom.test", "/feed.xml").startswith(b"HTTP/1.1 200 ")


def test_the_log_tells_when_an_answer_began_and_ended(stand: Newsstand) -> None:
    before = time.monotonic()
    for host in ("www.leakypipe.test", "gallery.test"):
        raw(stand, host, "/drip")
    drip, other = stand.log
    assert drip.finished is not None
    assert other.finished is not None
    assert before < drip.began < drip.finished <= other.began <= other.finished <= time.monotonic()
    assert drip.finished - drip.began >= 1.9
    assert ("Host", "gallery.test") in other.headers


# ------------------------------------------------------------------------------------------------ feeds and sitemaps


def of_site(site: str) -> set[str]:
    """Give all that the lists of a watched blog show: its articles, what is odd and what is forbidden."""
    return (
        {article.url for article in DUE if article.site == site}
        | {odd.url for odd in ODD if odd.site == site}
        | {url for url in FORBIDDEN if urlsplit(url).netloc == site}
    )


def clean(url: str) -> str:
    """Take off the tracking, and the prefix of the feed that redirects."""
    url = re.sub(r"[?&]utm_source=.*", "", url)
    return url.replace("www.heronnotes.test/go/", "www.heronnotes.test/")


def feed_links(url: str) -> list[str]:
    """Give the items of a feed as they stand, absolute."""
    reply = ask(url, Accept_Encoding="gzip")
    if "json" in field(reply, "Content-Type"):
        return [item["url"] for item in json.loads(body(reply))["items"]]
    parsed = feedparser.parse(body(reply), response_headers={"content-type": field(reply, "Content-Type")})
    return [urljoin(url, str(entry["link"])) for entry in parsed["entries"]]


FEEDS = {feed: line for line in WATCHED for feed in line.feeds}


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_shows_the_newest_stories(feed: str) -> None:
    line = FEEDS[feed]
    host = WORLD.host(line.site)
    assert host is not None
    row = next((row for row in host.rows if isinstance(row, Feed) and feed.endswith(row.path)), None)
    shown, newest = [clean(url) for url in feed_links(feed)], row.newest if row else None
    assert len(shown) == (newest or len(of_site(line.site)))
    assert set(shown) <= of_site(line.site)
    dated = sorted((article.published, article.url) for article in DUE if article.site == line.site)
    if newest:
        assert shown == [url for _, url in reversed(dated[-newest:])]


@pytest.mark.parametrize(
    ("feed", "version"),
    [
        ("http://www.reedwarbler.test/rss.xml", "rss091u"),
        ("http://tideline.test/backend.xml", "rss092"),
        ("http://www.heronnotes.test/index.rdf", "rss10"),
        ("http://vestnik-delty.test/rss", "rss20"),
        ("http://salt-and-iron.test/atom.xml", "atom03"),
        ("http://weirwatch.test/feed/atom", "atom10"),
    ],
)
def test_a_feed_is_of_its_kind(feed: str, version: str) -> None:
    parsed = feedparser.parse(ask(feed).body)
    assert parsed["version"] == version
    assert not parsed["bozo"]
    assert parsed["feed"]["title"] == FEEDS[feed].title


def test_the_broken_feed_is_broken_and_the_json_feed_is_json() -> None:
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(ask("http://brokenquill.test/feed").body)
    assert json.loads(ask("http://gauge.test/feed.json").body)["version"] == "https://jsonfeed.org/version/1.1"


def test_peculiar_feeds_are_peculiar() -> None:
    assert b'href="/posts/' in ask("http://weirwatch.test/feed/atom").body
    assert all("utm_source=feed" in url for url in feed_links("http://tideline.test/backend.xml"))
    zipped = ask("http://packetboat.test/feed/", Accept_Encoding="gzip")
    assert (field(zipped, "Content-Encoding"), zipped.framing) == ("gzip", "chunked")
    assert b'encoding="windows-1251"' in ask("http://vestnik-delty.test/rss").body


@pytest.mark.parametrize("article", [article for article in DUE if article.shown_as], ids=lambda found: str(found.url))
def test_what_a_feed_gives_redirects_to_the_article(article: Article) -> None:
    assert article.shown_as in feed_links("http://www.heronnotes.test/index.rdf")
    assert settled(article.shown_as or "")[0] == article.url


@pytest.mark.parametrize("line", WATCHED, ids=lambda line: str(line.site))
def test_the_front_page_announces_the_feeds_and_robots_the_sitemaps(line: Watched) -> None:
    front = document(line.front, ask(line.front))
    assert settled(line.url)[0] == line.front
    assert line.title in (front.findtext(".//title") or "")
    assert front.get("lang") == line.language
    announced = front.xpath('//link[@rel="alternate"]/@href | //nav//a[text()="Feed"]/@href')
    assert announced == list(line.feeds)
    told = re.findall(r"^Sitemap: (\S+)$", ask(line.front + "robots.txt").body.decode(), re.MULTILINE)
    assert set(told) <= set(line.sitemaps)
    for sitemap in set(line.sitemaps) - set(told):
        assert urlsplit(sitemap).path == "/sitemap.xml"  # found because everybody looks there
    assert all(ask(url).status == 200 for url in (*line.feeds, *line.sitemaps, *line.archive))
    assert links(line.front, '//*[@class="pager" or @class="archive"]//a') == list(line.archive)


def in_sitemap(url: str) -> list[str]:
    """Give the pages of a sitemap, those of an index by its children."""
    data = ask(url).body
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if not data.startswith(b"<"):
        return data.decode().split()
    root = etree.fromstring(data)
    found = [str(element.text) for element in root.iter(LOCATIONS)]
    if str(root.tag).endswith("sitemapindex"):
        return [page for child in found for page in in_sitemap(child)]
    return found


@pytest.mark.parametrize(("site", "kind"), [("newsdock.test", b"<news:title>"), ("longshelf.test", b"<sitemapindex")])
def test_a_sitemap_is_of_its_kind(site: str, kind: bytes) -> None:
    first = next(line for line in WATCHED if line.site == site).sitemaps[0]
    assert kind in ask(first).body


def listed(line: Watched) -> list[str]:
    """Give the pages that list a blog's stories: the front page and all that its pagers and months lead to."""
    pages, at = [line.front, *line.archive], 0
    while at < len(pages):
        pages += [url for url in links(pages[at], '//*[@class="pager"]/a') if url not in pages]
        at += 1
    return pages


@pytest.mark.parametrize("line", WATCHED, ids=lambda line: str(line.site))
def test_every_article_of_a_blog_can_be_found_and_nothing_else(line: Watched) -> None:
    found = {clean(url) for feed in line.feeds for url in feed_links(feed)}
    found |= {url for sitemap in line.sitemaps for url in in_sitemap(sitemap)}
    found |= {url for page in listed(line) for url in links(page, "//main//ol//a")}
    assert found == of_site(line.site)


@pytest.mark.parametrize("site", ["backwater.test", "oxbow.test", "estuary.test", "anchorlight.inkpot.test"])
def test_some_stories_are_found_by_archive_pages_alone(site: str) -> None:
    line = next(line for line in WATCHED if line.site == site)
    short = {clean(url) for feed in line.feeds for url in feed_links(feed)} | set(links(line.front, "//main//ol//a"))
    assert not line.sitemaps
    assert short < of_site(site)


# ---------------------------------------------------------------------------------------------------------- the lists


def text(url: str) -> list[str]:
    """Give the paragraphs of a story's text."""
    charset = re.search(rb'<meta charset="([^"]+)"', ask(url, history=History(asked=9)).body)
    data = body(ask(url, history=History(asked=9))).decode(charset[1].decode() if charset else "utf-8")
    found = html.document_fromstring(data).xpath("//article/p[not(@class)]")
    return [str(paragraph.text_content()) for paragraph in found]


@pytest.mark.parametrize("article", DUE, ids=lambda article: str(article.url))
def test_an_article_is_there_under_its_headline(article: Article) -> None:
    place, reply = settled(article.url)
    head = document(place, reply).findtext(".//h1")
    times = (article.published, *article.edited)
    due = [headline for headline, at in zip(article.headlines, times, strict=True) if at <= OPENING]
    assert (place, reply.status) == (article.url, 200)
    assert head == due[-1]
    assert ask(article.url, now=article.published - timedelta(seconds=1)).status == 404


def test_articles_are_long_enough_and_differ() -> None:
    river = {host.name for host in RIVER.hosts}
    texts = {article.url: text(article.url) for article in DUE if article.site not in river}
    assert all(len(paragraphs) >= 4 for paragraphs in texts.values())
    assert all(len(" ".join(paragraphs).split()) >= 120 for paragraphs in texts.values())
    assert len({"\n".join(paragraphs) for paragraphs in texts.values()}) == len(texts) > 150


def test_every_due_article_is_listed_once() -> None:
    urls = [article.url for article in ARTICLES]
    assert len(set(urls)) == len(urls)
    assert {article.site for article in DUE} == {line.site for line in WATCHED}


def cited_links() -> set[str]:
    """Give every link of a due article's body that leaves its own blog, as it stands."""
    found = {
        (link, article.site)
        for article in DUE
        for link in document(article.url, ask(article.url, history=History(asked=9))).xpath("//article//p//a/@href")
    }
    return {str(link) for link, site in found if urlsplit(link).hostname != site or "/out/" in link}


def test_the_list_of_the_cited_is_what_the_articles_link() -> None:
    told = {line.linked or line.url for line in CITED}
    not_of_the_web = {line.url for line in OUTSIDE if not line.url.startswith("http")}
    assert cited_links() == told | not_of_the_web
    assert len(told) == len(CITED)


SERVED_AS = {
    "captured": {200, 500},
    "gone": {404, 410},
    "refused": {403},
    "limited": {503},
    "truncated": {200},
    "failed": {421, 0},
    "unsafe": {0},
}


@pytest.mark.parametrize("line", CITED, ids=lambda line: str(line.url))
def test_a_cited_page_is_served_as_the_list_says(line: Cited) -> None:
    place, reply = settled(line.url)
    end = line.then if line.outcome == "redirected" else line.outcome
    if line.outcome == "redirected":
        assert 300 <= ask(line.url).status < 400
        assert line.ends is not None
    else:
        assert (line.ends, line.then) == (None, None)
        assert place == line.url
    if end == "redirected":
        assert place == line.url
        assert urljoin(line.url, field(ask(line.url), "Location")) == line.ends
    elif line.ends is not None:
        assert place == line.ends
    if end in SERVED_AS:
        assert reply.status in SERVED_AS[end]
    assert (field(reply, "Retry-After") != "") is (end == "limited")
    assert (reply.body != b"" and len(reply.body) < int(field(reply, "Content-Length") or 0)) is (end == "truncated")


def test_a_chain_has_four_redirects() -> None:
    hops, url = 0, "http://relay-one.test/letter"
    while location := field(ask(url), "Location"):
        hops, url = hops + 1, location
    assert hops == 4


def test_no_two_lists_contradict_each_other() -> None:
    outside = {line.url for line in OUTSIDE}
    asked = {line.url for line in CITED if line.outcome not in ("robots", "out of scope", "unsafe")}
    asked |= {line.ends for line in CITED if line.ends and line.then != "unsafe"}
    asked |= {line.url for line in DUE} | {line.url for line in REQUISITES} | {line.url for line in ODD}
    asked |= {url for line in WATCHED for url in (line.url, line.front, *line.feeds, *line.sitemaps, *line.archive)}
    never = {urlsplit(line.url).hostname for line in OUTSIDE if line.host_too} | {line.host for line in HELD}
    assert not outside & asked
    assert not never & {urlsplit(url).hostname for url in asked}
    assert not {line.url for line in DUE} & {line.url for line in ODD}
    kept = {line.url for line in CITED} - asked
    assert kept <= outside
    assert set(FORBIDDEN) <= outside
    assert not set(HOSTILE) & (asked | outside)


def test_what_must_not_be_asked_is_linked_where_a_crawl_passes() -> None:
    seen = {link for line in WATCHED for link in links(line.front)} | cited_links()
    seen |= {link for line in WATCHED for link in links(line.front, "//footer//a")}
    seen |= set(links("http://www.harbourherald.test/2025/02/ferry-fares", "//*[@href]"))
    seen |= {str(line.ends) for line in CITED}
    for line in OUTSIDE:
        assert any(link.startswith(line.url) for link in seen), line.url


@pytest.mark.parametrize("line", HELD, ids=lambda line: str(line.host))
def test_a_held_host_has_robots_that_cannot_be_read(line: object) -> None:
    assert ask(f"http://{getattr(line, 'host', '')}/robots.txt").status in (429, 500, 503)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: str(odd.url))
def test_an_odd_page_is_no_article(odd: object) -> None:
    reply = ask(getattr(odd, "url", ""))
    assert b"<h1>" not in reply.body or len(document("http://a.test/", reply).text_content().split()) < 120
    assert (reply.status == 200) is (getattr(odd, "verdict", "") not in ("error", "bot wall"))


def test_requisites_are_served_or_missing_as_the_list_says() -> None:
    for line in REQUISITES:
        assert ask(line.url).status == (404 if line.outcome == "gone" else 200)
        assert ask(line.page).status == 200
    page = ask("http://gallery.test/plates/3").body.decode()
    assert 'srcset="http://gallery.test/i/weir-2x.png 2x"' in page
    assert 'data-src="http://img.viewfinder.test/late.png"' in ask("http://gallery.test/plates/2").body.decode()
    assert b"@import" in ask("http://gallery.test/css/plates.css").body


def test_posts_of_a_blog_are_dated_apart_and_before_the_opening() -> None:
    for line in WATCHED:
        dates = sorted(article.published for article in DUE if article.site == line.site)
        assert dates[-1] < OPENING
        assert all(before < after for before, after in pairwise(dates))


def test_stories_that_stumble_are_well_in_the_end() -> None:
    stumbling = [
        f"http://{host.name}{row.path}"
        for host in WORLD.hosts
        for row in host.rows
        if isinstance(row, Story) and row.stumbles
    ]
    assert len(stumbling) == 6
    for url in stumbling:
        assert ask(url).status in (502, 503)
        assert ask(url, history=History(asked=1)).status == 200
