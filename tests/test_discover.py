"""Pages and polls: what a page leads to and needs, what its URL tells, and what changed between two polls."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.model import RecordId, Sighting, Url, UrlKey, What
from crawler.discover import (
    Alternate,
    Anchor,
    ItemChange,
    Page,
    changes,
    css_urls,
    gap,
    looks_like_article,
    opt_outs,
    read_page,
)
from crawler.items import TITLE, Item

AT = "https://blog.example/x/page.html"


def read(html: str, charset: str | None = None, url: str = AT) -> Page:
    return read_page(html.encode(), url, charset)


def urls(html: str) -> list[str]:
    return [link.url for link in read(html).links]


# ---- heads


def test_a_page_tells_its_title_language_and_canonical_address() -> None:
    page = read(
        '<html lang="de-AT"><head><title> Ein \n Titel </title><link rel=canonical href="/p">'
        '<link rel="alternate" hreflang="en" href="/en/p"><link rel="amphtml" href="/p/amp/"></head>'
        "<body><svg><title>Icon</title></svg>"
    )

    assert (page.title, page.language, page.canonical) == ("Ein Titel", "de-AT", "https://blog.example/p")
    assert page.alternates == (
        Alternate(url="https://blog.example/en/p", kind="hreflang", language="en"),
        Alternate(url="https://blog.example/p/amp/", kind="amphtml"),
    )


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="http://else.example/p">', "http://else.example/p"),
        ('<link rel="CANONICAL" href=" p ">', "https://blog.example/x/p"),
        ('<link rel="canonical" href="/1"><link rel="canonical" href="/2">', "https://blog.example/1"),
        ('<link rel="canonical" href="">', None),
        ('<link rel="canonical" href="javascript:x">', None),
        ('<base href="/base/"><link rel="canonical" href="p">', "https://blog.example/base/p"),
        ('<base href="https://cdn.example/b/"><link rel="canonical" href="p">', "https://cdn.example/b/p"),
        ('<base href="javascript:x"><link rel="canonical" href="p">', "https://blog.example/x/p"),
    ],
)
def test_addresses_are_absolute_and_base_is_honoured(head: str, canonical: str | None) -> None:
    assert read(head).canonical == canonical


def test_a_title_is_of_bounded_length() -> None:
    assert read(f"<title>{'x' * 9_000}</title>").title == "x" * TITLE


@pytest.mark.parametrize(
    ("meta", "target"),
    [
        ('<meta http-equiv="refresh" content="0; url=/new">', "https://blog.example/new"),
        ("<meta http-equiv=Refresh content=\"5;URL='https://else.example/'\">", "https://else.example/"),
        ('<meta http-equiv="refresh" content="300">', None),
        ('<meta name="refresh" content="0; url=/new">', None),
    ],
)
def test_a_refresh_names_its_target(meta: str, target: str | None) -> None:
    assert read(meta).meta_refresh == target


def test_wishes_in_the_head_are_told() -> None:
    page = read(
        '<meta name="ROBOTS" content="NoIndex, nofollow,NOAI"><meta name="variorum" content="noarchive">'
        '<meta name="otherbot" content="none"><meta name="tdm-reservation" content="1">'
    )

    assert page.robots_meta == ("noindex", "nofollow", "noai", "noarchive")
    assert page.tdm
    assert not read('<meta name="tdm-reservation" content="0">').tdm


@pytest.mark.parametrize(
    ("body", "charset", "title"),
    [
        ("<title>жук</title>".encode(), None, "жук"),
        ("<title>жук</title>".encode("cp1251"), "windows-1251", "жук"),
        ('<meta charset="windows-1251"><title>жук</title>'.encode("cp1251"), None, "жук"),
        ('<meta http-equiv=content-type content="; charset=koi8-r"><title>жук</title>'.encode("koi8-r"), None, "жук"),
        ('<meta charset="koi8-r"><title>жук</title>'.encode("cp1251"), "windows-1251", "жук"),
        ('<meta charset="windows-1251"><title>жук</title>'.encode("utf-8-sig"), "windows-1251", "жук"),
        ("<title>жук</title>".encode("utf-16"), None, "жук"),
        ('<?xml version="1.0" encoding="windows-1251"?><title>жук</title>'.encode(), None, "жук"),
        ("<title>“fish”</title>".encode("cp1252"), None, "“fish”"),
        ("<title>“fish”</title>".encode("cp1252"), "iso-8859-1", "“fish”"),
        ("<title>日本</title>".encode("shift_jis"), "Shift_JIS", "日本"),
        ('<meta charset="utf-16"><title>жук</title>'.encode(), None, "жук"),
        ("<title>жук</title>".encode(), "no-such", "жук"),
        ("<title>жук</title>".encode(), "rot13", "жук"),
        (b"<title>a\0b</title>", None, "ab"),
        (b"<title>a&#xD83D;&#56832;b&#x1F600;&#55203;</title>", None, "a\ufffd\ufffdb\U0001f600\ud7a3"),
    ],
)  # fmt: skip
def test_the_encoding_is_found(body: bytes, charset: str | None, title: str) -> None:
    assert read_page(body, AT, charset).title == title


# ---- links


def test_every_link_is_given_in_order_with_its_words() -> None:
    page = read(
        '<p><a href="/1">One</a> <a href="2" rel="NoFollow">Two <b>bold</b>\n words</a> <a href="/1">again</a>'
        '<a href="/3"><img src="/t.png" alt="A picture"></a><a href="/4"><script>x()</script></a>'
    )

    assert page.links == (
        Anchor(url="https://blog.example/1", text="One"),
        Anchor(url="https://blog.example/x/2", text="Two bold words", rel="nofollow"),
        Anchor(url="https://blog.example/1", text="again"),
        Anchor(url="https://blog.example/3", text="A picture"),
        Anchor(url="https://blog.example/4", text=""),
    )


@pytest.mark.parametrize(
    "href",
    ["", "#top", "javascript:x()", "mailto:a@b.example", "tel:1", "data:,x", "ftp://b.example/", "http://", "//["],
)
def test_what_is_no_web_address_is_no_link(href: str) -> None:
    assert urls(f'<a href="{href}">x</a><a name="x">x</a>') == []


@pytest.mark.parametrize(
    "around",
    [
        "<nav>{}</nav>",
        "<footer><p>{}</p></footer>",
        "<aside>{}</aside>",
        "<header><h2>Blog</h2>{}</header>",
        '<div role="navigation">{}</div>',
        '<ul class="menu">{}</ul>',
        '<div class="x main-navigation y"><ul>{}</ul></div>',
        '<div id="sidebar">{}</div>',
        '<td class="footer">{}</td>',
        '<section class="widget">{}</section>',
        "<div class=blogroll>{}</div>",
    ],
)
def test_links_of_navigation_are_marked(around: str) -> None:
    page = read(f"<table><tr>{around.format('<a href=/n>n</a>')}</table><p><a href=/c>c</a>")

    assert {link.url[-1]: link.in_nav for link in page.links} == {"n": True, "c": False}


@pytest.mark.parametrize(
    "around",
    [
        '<body class="has-sidebar">{}</body>',
        '<div class="sidebar"><article>{}</article></div>',
        '<div id="page-menu"><h1>All</h1>{}</div>',
        "<article><header><h1>{}</h1></header></article>",
        '<div class="navigation-free">{}</div>',
        '<div class="entry-content">{}</div>',
    ],
)
def test_content_is_not_taken_for_navigation(around: str) -> None:
    (link,) = read(around.format("<a href=/c>c</a>")).links

    assert not link.in_nav


def test_feeds_declared_and_linked_are_found_without_those_of_comments() -> None:
    page = read(
        '<link rel="alternate" type="application/rss+xml" title="All" href="/feed/">'
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">'
        '<link rel="alternate" type="application/feed+json" href="/feed.json">'
        '<link rel="alternate" type="text/html" href="/print">'
        '<a href="/feed/">RSS</a><a href="/rss.xml">Feed</a><a href="/about">About</a>'
        '<a href="https://feeds.feedburner.com/blog">Burner</a><a href="/feeds/12/comments/default">c</a>'
        '<a href="/feeding-birds">Birds</a><a href="/x.php" type="application/atom+xml">Atom</a>'
    )

    assert page.feeds == (
        Item(url="https://blog.example/feed/", title="All"),
        Item(url="https://blog.example/feed.json"),
        Item(url="https://blog.example/rss.xml", title="Feed"),
        Item(url="https://feeds.feedburner.com/blog", title="Burner"),
        Item(url="https://blog.example/x.php", title="Atom"),
    )


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="next" href="/n">',
        '<a rel="next" href="/n">2</a>',
        '<a href="/n">« Older posts</a>',
        '<a href="/n">Ältere Beiträge</a>',
        '<a href="/n">← Предыдущие записи</a>',
        '<a href="/page/2/">2</a>',
        '<a href="/blog/page/2">2</a>',
        '<a href="?page=2">2</a>',
        '<a href="/?paged=2">2</a>',
        '<a href="https://www.blog.example/search?updated-max=2024-01-01">more</a>',
        '<a href="/2024/01/">January</a>',
        '<a href="/2024/">2024</a>',
        '<a href="/2024_01_01_archive.html">January</a>',
        '<a href="/?m=202401">January</a>',
        '<a href="/archive/2024-01">January</a>',
    ],
)
def test_further_index_pages_are_found(link: str) -> None:
    assert len(read(link).next_pages) == 1


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/2024/01/02/story">x</a>',
        '<a href="/2024/01/story">x</a>',
        '<a href="https://else.example/page/2/">2</a>',
        '<a rel="next" href="https://else.example/n">2</a>',
        '<a href="/homepage/2">x</a>',
        '<a href="/p">Older posts are better than newer ones, he said</a>',
        '<a rel="prev" href="/n">x</a>',
    ],
)
def test_what_is_no_further_index_page_is_left(link: str) -> None:
    assert read(link).next_pages == ()


# ---- requisites


def test_what_a_page_needs_is_found_once_each_with_its_kind() -> None:
    page = read(
        '<link rel="stylesheet" href="/s.css"><link rel="shortcut icon" href="/i.ico">'
        '<link rel="apple-touch-icon" href="/a.png">'
        '<link rel="preload" as="font" href="/f.woff2"><link rel="preload" as="fetch" href="/no.json">'
        '<style>@import "t.css"; b { background: url(/b.png) }</style><script src="/j.js"></script>'
        '<img src="/1.png" srcset="/1.png 1x, /2.png 2x"><img src="data:image/gif;base64,R0" data-src="/lazy.png">'
        '<picture><source srcset="/p.webp 100w,/q.webp 200w"><img src="/p.jpg"></picture>'
        '<video poster="/v.jpg" src="/v.mp4"><source src="/v.webm"></video><audio src="/a.mp3"></audio>'
        '<div style="background-image: url(&quot;/d.png&quot;)"></div><noscript><img src="/n.png"></noscript>'
        '<input type="image" src="/go.gif"><svg><image href="/svg.png"/></svg><a href="/no.png">x</a>'
    )  # fmt: skip

    found = {need.url.removeprefix("https://blog.example"): need.kind for need in page.requisites}
    assert len(page.requisites) == len(found)
    assert found == {
        "/s.css": "style",
        "/i.ico": "icon", "/a.png": "icon", "/f.woff2": "font", "/x/t.css": "style", "/b.png": "picture",
        "/j.js": "script", "/1.png": "picture", "/2.png": "picture", "/lazy.png": "picture", "/p.webp": "picture",
        "/q.webp": "picture", "/p.jpg": "picture", "/v.jpg": "picture", "/v.mp4": "media", "/v.webm": "media",
        "/a.mp3": "media", "/d.png": "picture", "/n.png": "picture", "/go.gif": "picture", "/svg.png": "picture",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('@import "a.css"; @import url(b.css) screen; @IMPORT url("c")', ["a.css style", "b.css style", "c style"]),
        ("a{background:url( 'p.png' )} b{background:url(p.png)}", ["p.png picture"]),
        ("@font-face{src:url(f?id=1) format('woff'),url(g)} a{b:URL(h)}", ["f?id=1 font", "g font", "h picture"]),
        ("a{src:url(f.woff2?v=1)}", ["f.woff2?v=1 font"]),
        ("/* url(no.png) */ a{background:url(y.png)} /* open url(no.png)", ["y.png picture"]),
        ("@namespace svg url(http://www.w3.org/2000/svg); @charset 'utf-8'", []),
        ("a{fill:url(#id);background:url(data:image/png;base64,AA==)}", []),
        (r"a{background:url(a\29 b\(.png)}", ["a)b(.png picture"]),
        (r"a{background:url('a\20 b.png')}", ["a b.png picture"]),
        ("a{background:url()} b{background:url(", []),
    ],
)  # fmt: skip
def test_style_sheets_tell_what_they_load(text: str, found: list[str]) -> None:
    made = [
        f"{url.removeprefix('https://blog.example/css/')} {kind}"
        for url, kind in css_urls(text, "https://blog.example/css/x")
    ]
    assert made == found


@given(st.text(alphabet="url(\"')/*@import{}; a\\;x", max_size=60))
def test_reading_a_style_sheet_never_raises(text: str) -> None:
    css_urls(text, AT)


# ---- hostile pages


@pytest.mark.parametrize("body", [b"", b" ", b"\0", b"\xff\xfe", b"<!-- only -->", b"<", b"%PDF-1.4 \x80\x81"])
def test_a_page_of_nothing_is_an_empty_page(body: bytes) -> None:
    page = read_page(body, AT, None)

    assert (page.links, page.requisites, page.title) == ((), (), None)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<a href=/x>" * 20_000,
        "<nav>" * 20_000,
        "<div class=menu>" * 20_000 + "<h1>",
        "<b " + "a=1 " * 100_000,
    ],
)
def test_a_page_nested_without_end_does_no_harm(html: str) -> None:
    page = read(html + "x" * 10_000)

    assert all(len(link.text) <= TITLE for link in page.links)


@given(
    st.binary(max_size=300), st.sampled_from([None, "utf-8", "utf-16", "cp1251", "hz", "utf-7", "idna", "zip", "x\0"])
)
@example(b'<base href="http://["><a href="x">', None)
@example(b'<a href="http://[::1/">x</a><img srcset=",,, ,">', None)
def test_reading_any_bytes_never_raises(body: bytes, charset: str | None) -> None:
    read_page(body, AT, charset)


_PIECES = (
    "<a ", "<a>", "</a>", "href=", "'", "\"", ">", "//[", "/x", "<link ", "rel=", "alternate", "canonical ",
    "next ", "type=application/rss+xml ", "<meta ", "name=robots ", "content=", "http-equiv=refresh ", "0;url=",
    "<base ", "<style>", "url(", ")", "</style>", "style=", "<img ", "srcset=", ",", "src=", "<nav>", "</nav>",
    "class=menu ", "<svg>", "<template>", "<frameset>", "<!--", "-->", "<![CDATA[", "&#0;", "&#xD800;", "\x00",
    "<title>", "é", "<select>", "<html lang=",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=30), st.sampled_from([AT, "", "no url", "http://["]))
def test_reading_any_heap_of_html_pieces_never_raises(pieces: list[str], url: str) -> None:
    page = read("".join(pieces), url=url)

    assert all(link.url.lower().startswith(("http://", "https://")) for link in page.links)


def test_real_pages_give_links_and_requisites(shared: Path) -> None:
    files = sorted((shared / "corpora" / "articles" / "pages").glob("*.html.gz"))[::20]
    pages = [read_page(gzip.decompress(file.read_bytes()), AT, None) for file in files]

    assert len(pages) > 20
    assert sum(bool(page.links and page.title) for page in pages) > 0.9 * len(pages)
    assert any(link.in_nav for page in pages for link in page.links)
    assert any(not link.in_nav for page in pages for link in page.links)
    assert sum(bool(page.feeds) for page in pages) > 5


# ---- wishes about machines


def test_reservations_are_told_with_their_place() -> None:
    headers = {
        "X-Robots-Tag": "noindex, NOAI, somebot: noimageai", "TDM-Reservation": " 1 ", "tdm-policy": "https://blog.example/tdm",
        "Content-Usage": "train-ai=n", "Server": "noai",
    }  # fmt: skip
    page = read('<meta name=robots content="noimageai,noindex"><meta name=tdm-reservation content=1>')

    assert opt_outs(headers, page) == (
        "x-robots-tag: noai",
        "x-robots-tag: somebot: noimageai",
        "tdm-reservation: 1",
        "tdm-policy: https://blog.example/tdm",
        "content-usage: train-ai=n",
        "meta robots: noimageai",
        "meta tdm-reservation: 1",
    )


def test_who_reserves_nothing_is_told_nothing_of() -> None:
    assert (
        opt_outs({"X-Robots-Tag": "noindex, max-snippet: 5", "tdm-reservation": "0"}, Page(robots_meta=("none",))) == ()
    )
    assert opt_outs({}, None) == ()


# ---- URLs alone


@pytest.mark.parametrize(
    ("path", "guess"),
    [
        ("2024/01/02/title-with-words/", True),
        ("2024/01/title.html", True),
        ("blog/2024/jan/02/title", True),
        ("?p=123", True),
        ("news/2024-01-02-title", True),
        ("category/news/2024/01/02/title/", True),
        ("five-words-make-a-headline", True),
        ("article/a-story-12345", True),
        ("story/2190", True),
        (quote("очень-длинный-заголовок-и-ещё/"), True),
        ("", False),
        ("tag/elections/", False),
        ("category/news/long-name-of-a-category", False),
        ("author/jane-doe", False),
        ("search?q=x", False),
        ("?s=words", False),
        ("login", False),
        ("wp-login.php?redirect_to=x", False),
        ("feed/", False),
        ("2024/01/02/title/feed/", False),
        ("page/3/", False),
        ("2024/01/", False),
        ("2024/", False),
        ("2024_01_01_archive.html", False),
        ("2024/01/02/photo.jpg", False),
        ("files/report.pdf", False),
        ("style.css?v=3", False),
        ("?cat=3", False),
        ("short-one", None),
        ("12345", None),
        ("news/", None),
        ("index.php?id=77", None),
    ],
)  # fmt: skip
def test_a_url_alone_tells_something_of_what_stands_there(path: str, guess: bool | None) -> None:
    assert looks_like_article(f"https://blog.example/{path}") is guess


@given(st.text())
def test_guessing_never_raises(url: str) -> None:
    looks_like_article(url)


# ---- two polls


@pytest.mark.parametrize(
    ("before", "now", "is_gap"),
    [
        ("abc", "cde", False), ("abc", "def", True), ("", "abc", False), ("abc", "", False), ("abc", "abc", False),
    ],
)  # fmt: skip
def test_two_polls_that_share_nothing_leave_a_gap(before: str, now: str, is_gap: bool) -> None:
    assert gap(list(before), list(now)) is is_gap


def seen(name: str, position: int, *, title: str | None = None, day: int | None = None, how: What = "feed") -> Sighting:
    return Sighting(
        url=Url(f"https://blog.example/{name}"),
        urlkey=UrlKey(f"example,blog)/{name}"),
        site="blog",
        how=how,
        shown_by=RecordId("urn:uuid:0"),
        position=position,
        seen_at=datetime(2024, 1, 9, tzinfo=UTC),
        title=title,
        dated=datetime(2024, 1, day, tzinfo=UTC) if day else None,
    )


def test_an_item_that_only_fell_off_the_end_has_not_vanished() -> None:
    before = [seen("c", 0, day=3), seen("b", 1, day=2), seen("a", 2, day=1)]
    now = [seen("d", 0, day=4), seen("c", 1, day=3), seen("b", 2, day=2)]

    assert changes(before, now) == ()


def test_an_item_taken_out_of_the_middle_has_vanished() -> None:
    before = [seen("c", 0, day=3, title="C"), seen("b", 1, day=2, title="B"), seen("a", 2, day=1)]

    gone = (ItemChange(kind="vanished", url="https://blog.example/b", before="B"),)
    assert changes(before, [before[0], before[2]]) == gone
    undated = [seen("c", 0), seen("b", 1, title="B"), seen("a", 2)]
    assert changes(undated, [undated[0], undated[2]]) == gone


def test_dates_tell_what_is_old_where_a_list_begins_with_its_oldest() -> None:
    before = [
        seen("a", 0, day=1, how="sitemap"),
        seen("b", 1, day=2, how="sitemap"),
        seen("c", 2, day=3, how="sitemap"),
    ]

    assert changes(before, before[1:]) == ()
    assert [change.url[-1] for change in changes(before, before[:2])] == ["c"]


def test_nothing_vanishes_from_a_page_or_into_an_empty_poll() -> None:
    before = [seen("b", 0, how="front page"), seen("a", 1, how="front page")]

    assert changes(before, before[1:]) == ()
    assert changes([seen("b", 0), seen("a", 1)], []) == ()


def test_another_title_or_date_is_told_with_both() -> None:
    before = [seen("a", 0, title="Old words", day=1), seen("b", 1, title="Same  words", day=1), seen("c", 2)]
    now = [
        seen("c", 0, title="First title", day=1),
        seen("a", 1, title="New words", day=2),
        seen("b", 2, title="Same words", day=1),
    ]

    assert changes(before, now) == (
        ItemChange(kind="retitled", url="https://blog.example/a", before="Old words", after="New words"),
        ItemChange(
            kind="redated",
            url="https://blog.example/a",
            before="2024-01-01T00:00:00+00:00",
            after="2024-01-02T00:00:00+00:00",
        ),
    )
