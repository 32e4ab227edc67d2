"""Feeds: every kind, in every encoding, mended where they are broken, and never more than is bounded."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.feeds import Item, read_feed
from crawler.items import ITEMS, TITLE, decoded, instant, joiner

AT = "https://blog.example/feed"
NEW_YEAR = datetime(2024, 1, 1, 12, 30, tzinfo=UTC)


def rss(items: str, head: str = "", version: str = "2.0") -> bytes:
    text = f'<?xml version="1.0"?><rss version="{version}"><channel>{head}{items}</channel></rss>'
    return text.encode()


def item_of(body: bytes, url: str = AT, mime: str | None = None) -> Item:
    feed = read_feed(body, url, mime)
    assert feed is not None
    (item,) = feed.items
    return item


RDF = b"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://blog.example/"><title>Blog</title><link>https://blog.example/</link></channel>
<item rdf:about="https://blog.example/1"><title>One</title><link>https://blog.example/1</link>
<dc:date>2024-01-01T13:30:00+01:00</dc:date></item></rdf:RDF>"""

ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB" xml:base="https://blog.example/sub/">
<title type="html">A &lt;b&gt;blog&lt;/b&gt;</title>
<link href="https://blog.example/"/><link rel="self" href="/feed"/><link rel="next" href="/feed?page=2"/>
<entry><title>Two &lt; three</title><link rel="replies" href="https://blog.example/1#c"/>
<link rel="alternate" href="../1"/><link rel="enclosure" href="https://blog.example/1.mp3"/>
<id>tag:blog.example,2024:1</id><published>2024-01-01T12:30:00Z</published><updated>2024-01-02T00:00:00Z</updated></entry>
</feed>"""

ATOM_03 = b"""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Old</title>
<link rel="alternate" type="text/html" href="https://blog.example/"/>
<entry><title>One</title><link rel="alternate" type="text/html" href="https://blog.example/1"/>
<issued>2024-01-01T12:30:00Z</issued><modified>2024-01-02T00:00:00Z</modified></entry></feed>"""

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Blog",
        "language": "de",
        "home_page_url": "/",
        "next_url": "/feed.json?page=2",
        "items": [
            {"id": "1", "url": "/1", "title": "One", "date_published": "2024-01-01T12:30:00Z", "date_modified": "?"},
            {"id": "2", "external_url": "https://else.example/2"},
            {"id": "https://blog.example/3"},
            {"id": "4", "url": "javascript:alert(1)"},
            "no item",
        ],
    }
).encode()

ONE = (
    "<item><title>One</title><link>https://blog.example/1</link><pubDate>Mon, 01 Jan 2024 12:30:00 GMT</pubDate></item>"
)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (rss(ONE, version="0.91"), "rss 0.91"),
        (rss(ONE, version="0.92"), "rss 0.92"),
        (rss(ONE), "rss 2.0"),
        (rss(ONE, version="2.0.1"), "rss 2.0"),
        (RDF, "rss 1.0"),
        (ATOM_03, "atom 0.3"),
        (ATOM, "atom 1.0"),
        (JSON, "json feed 1.1"),
    ],
)
def test_every_kind_of_feed_is_read(body: bytes, kind: str) -> None:
    feed = read_feed(body, AT, None)

    assert feed is not None
    assert feed.kind == kind
    assert feed.items[0].url == "https://blog.example/1"
    assert feed.items[0].dated == NEW_YEAR


def test_an_atom_feed_tells_its_home_its_language_and_where_it_goes_on() -> None:
    feed = read_feed(ATOM, AT, "application/atom+xml")

    assert feed is not None
    assert (feed.title, feed.language, feed.home) == ("A blog", "en-GB", "https://blog.example/")
    assert feed.next == "https://blog.example/feed?page=2"
    assert feed.items == (
        Item(
            url="https://blog.example/1", title="Two < three", dated=NEW_YEAR, lastmod=datetime(2024, 1, 2, tzinfo=UTC)
        ),
    )
    assert feed.problems == ()


def test_an_archived_feed_goes_on_with_the_one_before() -> None:
    body = ATOM.replace(b'rel="next"', b'rel="prev-archive"')

    feed = read_feed(body, AT, None)

    assert feed is not None
    assert feed.next == "https://blog.example/feed?page=2"


def test_a_json_feed_is_read_as_any_other_and_counts_what_it_cannot_use() -> None:
    feed = read_feed(JSON, AT, "application/feed+json")

    assert feed is not None
    assert [item.url for item in feed.items] == [
        "https://blog.example/1", "https://else.example/2", "https://blog.example/3",
    ]  # fmt: skip
    assert feed.items[0].lastmod is None
    assert (feed.home, feed.next) == ("https://blog.example/", "https://blog.example/feed.json?page=2")
    assert feed.language == "de"
    assert feed.problems == ("2 items without a web address",)


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("<link>/1</link>", "https://blog.example/1"),
        ("<link>\n  https://blog.example/1\n</link>", "https://blog.example/1"),
        ("<link><![CDATA[https://blog.example/1?a=1&b=2]]></link>", "https://blog.example/1?a=1&b=2"),
        ("<link>https://blog.example/1?a=1&amp;b=2</link>", "https://blog.example/1?a=1&b=2"),
        ("<guid>https://blog.example/1</guid>", "https://blog.example/1"),
        ('<guid isPermaLink="true">https://blog.example/1</guid>', "https://blog.example/1"),
        ('<guid isPermaLink="false">77</guid><link>/1</link>', "https://blog.example/1"),
        ('<link xml:base="https://else.example/x/">1</link>', "https://else.example/x/1"),
        (
            '<link>https://feeds.example/~r/1</link><o:origLink xmlns:o="http://rssnamespace.org/feedburner/ext/1.0">'
            "https://blog.example/1</o:origLink>",
            "https://blog.example/1",
        ),
    ],
)
def test_an_items_address_is_found_and_made_absolute(entry: str, url: str) -> None:
    assert item_of(rss(f"<item><title>x</title>{entry}</item>")).url == url


@pytest.mark.parametrize(
    "link", ["mailto:a@b.example", "javascript:alert(1)", "ftp://blog.example/1", "http://", "data:,x"]
)
def test_an_item_without_a_web_address_is_left_out_and_counted(link: str) -> None:
    feed = read_feed(rss(f"<item><title>x</title><link>{link}</link></item>{ONE}"), AT, None)

    assert feed is not None
    assert [item.url for item in feed.items] == ["https://blog.example/1"]
    assert feed.problems == ("1 items without a web address",)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Plain", "Plain"),
        ("  two \n lines ", "two lines"),
        ("AT&amp;T", "AT&T"),
        ("<![CDATA[A <em>strong</em> claim &amp; more]]>", "A strong claim & more"),
        ("&lt;i&gt;Slanted&lt;/i&gt;", "Slanted"),
        ("3 &lt; 4", "3 < 4"),
        ("Gänse", "Gänse"),
        ("&#xD83D;&#xDE00; emoji", "\ufffd\ufffd emoji"),
        ("", None),
        ("x" * 5000, "x" * TITLE),
    ],
)
def test_a_title_is_plain_text_of_bounded_length(written: str, title: str | None) -> None:
    assert item_of(rss(f"<item><title>{written}</title><link>/1</link></item>")).title == title


RUSSIAN = "<item><title>Новости дня</title><link>/1</link></item>"


@pytest.mark.parametrize(
    ("declared", "codec", "mime"),
    [
        ("utf-8", "utf-8", "application/xml"),
        ("", "utf-8", None),
        ("", "utf-8", "text/xml"),
        ("", "utf-8", "text/xml; charset=iso-8859-1"),
        ("utf-8", "utf-8", "text/html; charset=windows-1251"),
        ("windows-1251", "utf-8", "text/xml; charset=utf-8"),
        ("windows-1251", "windows-1251", "text/xml"),
        ("windows-1251", "windows-1251", None),
        ("", "windows-1251", "application/rss+xml; charset=windows-1251"),
        ("koi8-r", "koi8-r", "application/xml"),
        ("utf-8", "utf-8-sig", None),
        ("utf-16", "utf-16", None),
        ("utf-16", "utf-16-be", None),
        ("no-such-charset", "utf-8", None),
        ("unicode_escape", "utf-8", None),
    ],
)
def test_the_encoding_is_found(declared: str, codec: str, mime: str | None) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    body = f'{head}<rss version="2.0"><channel>{RUSSIAN}</channel></rss>'.encode(codec)

    assert item_of(body, mime=mime).title == "Новости дня"


def test_a_shifting_charset_is_not_taken_for_plain_ascii() -> None:
    item = "<item><title>日本</title><link>/1</link></item>"
    body = f'<?xml version="1.0" encoding="iso-2022-jp"?><rss version="2.0"><channel>{item}</channel></rss>'

    assert item_of(body.encode("iso-2022-jp")).title == "日本"


@pytest.mark.parametrize(
    "before",
    [
        b"\xef\xbb\xbf", b"\n\n  ", b"\xef\xbb\xbf\n", b"<!-- a <rss> of ours -->",
        b'<?xml-stylesheet href="x.xsl"?>\n',
        b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x.example/rss.dtd">',
        b'<!DOCTYPE rss [<!ENTITY a "b">]>',
    ],
)  # fmt: skip
def test_what_may_stand_before_the_root_is_passed_over(before: bytes) -> None:
    body = before + rss(ONE).partition(b"?>")[2]
    feed = read_feed(body, AT, None)

    assert feed is not None
    assert feed.problems == ()
    assert feed.items[0].title == "One"


def test_a_warning_printed_before_the_feed_is_told() -> None:
    feed = read_feed(b"<br />\n<b>Warning</b>: Undefined index\n" + rss(ONE), AT, None)

    assert feed is not None
    assert feed.items[0].url == "https://blog.example/1"
    assert feed.problems == ("text before the feed was skipped",)


@pytest.mark.parametrize(
    "body",
    [
        rss(f"{ONE}<item><title>Two<link>https://blog.example/2</item>"),
        rss(f"{ONE}<item><title>a & b &nbsp;</title><link>https://blog.example/2</link></item>"),
        rss(f"{ONE}<item><title>cut</title><link>https://blog.exam")[:-25],
        rss(f"{ONE}<item><title>a \x0b b</title></item>"),
        rss(f"{ONE}<item><media:title>x</media:title></item>"),
    ],
)
def test_a_broken_feed_gives_what_it_has_and_says_that_it_is_broken(body: bytes) -> None:
    feed = read_feed(body, AT, None)

    assert feed is not None
    assert feed.items[0] == item_of(rss(ONE))
    assert feed.problems[0].startswith("not well-formed")


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"\0",
        b"{}", b'{"version": 1}', b'{"version": "https://jsonfeed.example/version/1"}', b"[" * 100_000,
        b'{"a":' * 100_000, b"<html><body><rss>talk of feeds</rss></body></html>", b"<!doctype html><p>rss",
        b'<?xml version="1.0"?><urlset><url><loc>https://a.example/</loc></url></urlset>', b"%PDF-1.4", b"<opml/>",
    ],
)  # fmt: skip
def test_what_is_no_feed_is_none(body: bytes) -> None:
    assert read_feed(body, AT, None) is None


def test_a_broken_feeds_ampersands_and_entities_mean_what_was_meant() -> None:
    feed = read_feed(rss("<item><title>Q&A &eacute;&nbsp;&bogus;<link>/1?a=1&b=2</link></item>"), AT, None)
    whole = read_feed(rss("<item><title>Q&A &eacute; &bogus;</title><link>/1?a=1&b=2&amp;c=3</link></item>"), AT, None)

    assert feed is not None
    assert whole is not None
    assert whole.items == (Item(url="https://blog.example/1?a=1&b=2&c=3", title="Q&A é &bogus;"),)


def test_an_empty_feed_is_a_feed() -> None:
    feed = read_feed(rss(""), AT, None)

    assert feed is not None
    assert feed.items == ()


def test_entities_are_not_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    secret = '<!ENTITY file SYSTEM "file:///etc/hostname">'
    item = "<item><title>&l11;&file;</title><link>/1</link></item>"
    body = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{laughs}{secret}]><rss version="2.0"><channel>{item}</channel></rss>'

    title = item_of(body.encode()).title or ""
    assert len(title) < 50
    assert "lol" not in title


def test_a_feed_without_end_gives_no_more_than_the_bound() -> None:
    listed = [{"id": "", "url": f"https://blog.example/{n}"} for n in range(ITEMS + 5)]
    body = json.dumps({"version": "https://jsonfeed.org/version/1", "items": listed}).encode()

    feed = read_feed(body, AT, None)

    assert feed is not None
    assert len(feed.items) == ITEMS


def test_a_deep_feed_does_no_harm() -> None:
    feed = read_feed(rss("<a>" * 20_000), AT, None)

    assert feed is None or feed.items == ()


@given(st.binary(max_size=300))
@example(b"<rss><item><link>http://[</link></item>")
@example(b"<rss><channel><item><title>&#99999999999999999999;</title>")
@example(b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://[::"><entry><link href="x"/>')
def test_reading_any_bytes_never_raises(body: bytes) -> None:
    read_feed(body, AT, None)


_PIECES = (
    "<rss version='2.0'>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "<item>", "</item>", "<entry>",
    "<title>", "</title>", "<link>", "<link", "href='", "'", "\"", "rel=alternate", ">", "<![CDATA[", "]]>",
    "&amp;", "&#", "x26;", "&nbsp;", "<!--", "-->", "<?", "?>", "xml:base='http://[", "mode='base64'",
    "type='xhtml'", "<div>", "<svg>", "http://a.example/", "\x00", "é", "<pubDate>", "1 Jan 2024", "<guid>",
    "<media:content url=", "<itunes:image", "<geo:lat>", "<source>", "<author>", ":",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=25))
def test_reading_any_heap_of_feed_pieces_never_raises(pieces: list[str]) -> None:
    read_feed(("<rss>" + "".join(pieces)).encode(), AT, None)


@pytest.mark.parametrize(
    "written",
    [
        "Mon, 01 Jan 2024 12:30:00 GMT",
        "Mon, 01 Jan 2024 12:30:00 +0000",
        "Mon, 1 Jan 2024 07:30:00 EST",
        "01 Jan 24 12:30 UT",
        "Monday, 01-Jan-24 12:30:00 GMT",
        "2024-01-01T12:30:00Z",
        "2024-01-01T14:30:00.123+02:00",
        "2024-01-01t12:30z",
        "2024-01-01 12:30:00",
        "2024-01-01 12:30:00 +0000",
        "20240101T123000Z",
        "20240101123000",
        "Mon Jan  1 12:30:00 2024",
        "01.01.2024 12:30",
        "1. Januar 2024, 12:30",
        "Пн, 01 янв 2024 15:30:00 +0300",
        "lun, 01 ene 2024 12:30:00 +0000",
        "1 janv. 2024 12:30",
    ],
)
def test_dates_are_read_in_the_forms_feeds_use(written: str) -> None:
    assert instant(written) == NEW_YEAR


def test_a_day_alone_is_its_midnight() -> None:
    assert instant("2024-01-01") == instant("1 January 2024") == datetime(2024, 1, 1, tzinfo=UTC)
    assert instant("2024-01") == datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "yesterday",
        "2024",
        "2024-13-01",
        "2024-02-30",
        "99999",
        "0000-01-01",
        "12:30",
        "1.13.2024",
        "1 Foo 2024",
    ],
)
def test_what_is_no_date_is_none(written: str | None) -> None:
    assert instant(written) is None


@given(st.text(max_size=60) | st.from_regex(r"[0-9]{1,4}[-/. ][A-Za-z0-9]{1,4}[-/. T][0-9:+ -]{0,30}"))
def test_reading_a_date_never_raises_and_gives_utc(written: str) -> None:
    found = instant(written)

    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("base", "href", "url"),
    [
        ("https://a.example/x/y", "z", "https://a.example/x/z"),
        ("https://a.example/x/y", "/z", "https://a.example/z"),
        ("https://a.example/x/y", "/z/../w", "https://a.example/w"),
        ("https://a.example/x/y", "//b.example/z", "https://b.example/z"),
        ("https://a.example/x/y", "?q", "https://a.example/x/y?q"),
        ("https://a.example/x/y", " ", None),
        ("https://a.example/x/y", " ht\ntp://b.example/ ", "http://b.example/"),
        ("https://u:p@a.example:81/x", "/z", "https://u:p@a.example:81/z"),
        ("https://a.example/x/y", "mailto:x", None),
        ("https://a.example/x/y", "https:///z", None),
        ("https://a.example/x/y", "//[", None),
        ("no base", "z", None),
        ("no base", "https://a.example/", "https://a.example/"),
    ],
)
def test_links_are_made_absolute_as_browsers_do(base: str, href: str, url: str | None) -> None:
    assert joiner(base)(href) == url


def test_a_body_cut_inside_a_character_keeps_its_encoding() -> None:
    assert decoded("жук".encode()[:-1]) == "жу\ufffd"
