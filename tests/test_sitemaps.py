"""Sitemaps: plain, index, news and text, packed or not; bounded, whatever they hold."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler import sitemaps
from crawler.items import ITEMS
from crawler.sitemaps import Item, read_sitemap

AT = "https://blog.example/sitemap.xml"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(urls: str, space: str = SPACE) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {space}>{urls}</urlset>'.encode()


def addresses(body: bytes, mime: str | None = None) -> list[str]:
    found = read_sitemap(body, AT, mime)
    assert found is not None
    return [item.url for item in found.items]


ONE = "<url><loc>https://blog.example/1</loc><lastmod>2024-01-02</lastmod></url>"
NEWS = """<url><loc>https://blog.example/1</loc><news:news xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<news:publication><news:name>Blog</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2024-01-01T12:30:00+01:00</news:publication_date><news:title>One &amp; all</news:title>
</news:news></url>"""


def test_a_plain_sitemap_gives_pages_with_their_lastmod() -> None:
    found = read_sitemap(urlset(ONE), AT, "application/xml")

    assert found is not None
    assert found.kind == "sitemap"
    assert found.items == (Item(url="https://blog.example/1", lastmod=datetime(2024, 1, 2, tzinfo=UTC)),)
    assert (found.sitemaps, found.problems) == ((), ())


def test_an_index_gives_further_sitemaps() -> None:
    listed = "<sitemap><loc>/a.xml</loc></sitemap><sitemap><loc>/b.xml.gz</loc></sitemap>"
    body = f"<sitemapindex {SPACE}>{listed}</sitemapindex>"

    found = read_sitemap(body.encode(), AT, None)

    assert found is not None
    assert found.kind == "sitemap index"
    assert [item.url for item in found.sitemaps] == ["https://blog.example/a.xml", "https://blog.example/b.xml.gz"]
    assert found.items == ()


def test_a_news_sitemap_gives_titles_and_dates() -> None:
    found = read_sitemap(urlset(NEWS), AT, None)

    assert found is not None
    assert found.kind == "news sitemap"
    assert found.items == (
        Item(url="https://blog.example/1", title="One & all", dated=datetime(2024, 1, 1, 11, 30, tzinfo=UTC)),
    )


@pytest.mark.parametrize(
    "body",
    [
        urlset(ONE, space=""),
        urlset(ONE, space='xmlns="http://www.google.com/schemas/sitemap/0.84"'),
        b'<s:urlset xmlns:s="x"><s:url><s:loc>https://blog.example/1</s:loc></s:url></s:urlset>',
        b"<s:urlset><s:url><s:loc>https://blog.example/1</s:loc></s:url></s:urlset>",
        b"\n\n " + urlset(ONE),
        b"\xef\xbb\xbf" + urlset(ONE),
        urlset(ONE).decode().replace("UTF-8", "utf-16").encode("utf-16"),
        urlset(ONE).replace(b"/1<", b"/1\n  <"),
        urlset(ONE.replace("https://blog.example/1", "<![CDATA[https://blog.example/1]]>")),
        urlset(ONE.replace("</url>", '<image:image xmlns:image="x"><image:loc>https://blog.example/p.png</image:loc></image:image></url>')),
        gzip.compress(urlset(ONE), mtime=0),
        gzip.compress(gzip.compress(urlset(ONE), mtime=0), mtime=0),
        gzip.compress(urlset("")[:30], mtime=0) + gzip.compress(urlset(ONE)[30:], mtime=0),
        b"https://blog.example/1\n",
        b"\xef\xbb\xbfhttps://blog.example/1\r\n\r\n",
    ],
)  # fmt: skip
def test_a_page_is_found_however_the_sitemap_is_written(body: bytes) -> None:
    assert addresses(body) == ["https://blog.example/1"]


def test_a_text_sitemap_is_one_address_a_line() -> None:
    found = read_sitemap(b"https://blog.example/1\nhttps://blog.example/2\n", AT, "text/plain")

    assert found is not None
    assert found.kind == "text"
    assert [item.url for item in found.items] == ["https://blog.example/1", "https://blog.example/2"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (urlset(ONE)[:-20], "not well-formed"),
        (urlset(f"{ONE}<url><loc>a & b</loc></url>"), "not well-formed"),
        (urlset(f"{ONE}<url><loc>mailto:x@y.example</loc></url><url/>"), "2 items without a web address"),
        (gzip.compress(urlset(ONE) + b" " * 999, mtime=0)[:-12], "its gzip ends too early"),
    ],
)
def test_a_broken_sitemap_gives_what_it_has_and_says_so(body: bytes, problem: str) -> None:
    found = read_sitemap(body, AT, None)

    assert found is not None
    assert found.items[0].url == "https://blog.example/1"
    assert any(told.startswith(problem) for told in found.problems), found.problems


@pytest.mark.parametrize(
    ("body", "mime"),
    [
        (b"", None), (b"\0\0", None), (b"User-agent: *\nDisallow: /\n", "text/plain"),
        (b"<html><body>https://a.example/", None),
        (b'<rss version="2.0"><channel/></rss>', None), (b"\x1f\x8b broken", None),
        (b"https://blog.example/1", "text/html"),
        (b"<!-- <urlset> --><html/>", None), (gzip.compress(b"", mtime=0), None),
    ],
)  # fmt: skip
def test_what_is_no_sitemap_is_none(body: bytes, mime: str | None) -> None:
    assert read_sitemap(body, AT, mime) is None


def test_an_empty_sitemap_is_a_sitemap() -> None:
    found = read_sitemap(urlset(""), AT, None)

    assert found is not None
    assert found.items == ()


def test_entities_are_not_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    entries = f"{ONE}<url><loc>https://blog.example/&l11;&file;</loc></url>"
    body = f'<!DOCTYPE urlset [<!ENTITY l0 "lol">{laughs}<!ENTITY file SYSTEM "file:///etc/hostname">]><urlset>{entries}</urlset>'

    found = addresses(body.encode())
    assert found[0] == "https://blog.example/1"
    assert found[1:] in ([], ["https://blog.example/"])


def test_no_more_items_are_taken_than_the_protocol_allows() -> None:
    found = read_sitemap(urlset("<url><loc>/p</loc></url>" * (ITEMS + 3)), AT, None)

    assert found is not None
    assert len(found.items) == ITEMS
    assert found.problems == (f"only the first {ITEMS} items were read",)


def test_a_gzip_bomb_is_unpacked_to_the_ceiling_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "UNPACKED", 2**20)
    packer = zlib.compressobj(9, wbits=31)
    bomb = packer.compress(urlset(ONE)) + packer.compress(b" " * 2**25) + packer.flush()

    found = read_sitemap(bomb, AT, None)

    assert found is not None
    assert found.items[0].url == "https://blog.example/1"
    assert found.problems[0].startswith("only the first 1 MB")


def test_a_deep_sitemap_does_no_harm() -> None:
    assert addresses(urlset(ONE + "<url>" * 5_000)) == ["https://blog.example/1"]


@given(st.binary(max_size=300))
@example(b"<urlset><url><loc>http://[</loc></url>")
@example(b"<urlset>&x;<url>&y;<loc/></url></urlset>")
@example(b"<urlset" + b">")
def test_reading_any_bytes_never_raises(body: bytes) -> None:
    read_sitemap(body, AT, None)


_PIECES = (
    "<urlset>", "</urlset>", "<sitemapindex>", "<url>", "</url>", "<loc>", "</loc>", "http://a.example/",
    "<lastmod>", "2024-01-01", "<n:news>", "&", ";", "<!--", "<![CDATA[", "]]>", "<?", "<!DOCTYPE x [",
    "<!ENTITY a 'b'>", "]>", "xmlns:n='y'", "\x00", "é", "<sitemap>",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=25))
def test_reading_any_heap_of_sitemap_pieces_never_raises(pieces: list[str]) -> None:
    read_sitemap(("<urlset>" + "".join(pieces)).encode(), AT, None)
