"""The first reading: text, links of the body, metadata; the same on any day and machine; no real page is too much."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extract import generic
from archive.extract.metadata import claims, stamp
from archive.extract.page import absolute_links, decode, facts, parse
from archive.extract.workers import Failed, Workers
from archive.ingest import Payload, reading
from archive.model import Capture, Extraction, Link, Locator, NotAnArticle, RecordId, Url, UrlKey

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://blog.example/2025/03/harbour.html"

HEAD = """<title>Harbour reopens after the storm | The Lantern</title>
<meta property="og:title" content="Harbour reopens: what to know">
<meta property="og:type" content="article">
<meta property="og:image" content="/pictures/harbour.jpg">
<meta property="article:modified_time" content="2025-03-04T10:30:00+01:00">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle",
 "headline": "Harbour reopens: what to know", "datePublished": "2025-03-03T08:00:00+01:00",
 "author": [{"@type": "Person", "name": "Oda Quillfeather"}, {"@type": "Person", "name": "Mirel Dunnowick"}],
 "keywords": "harbour, storm"}]}</script>"""
ONE = (
    'The harbour of Port Ansel reopened on Monday after <a href="../02/storm.html">the storm of last week</a>, '
    "the harbour master said, and the first ferry left for Kelmoor before noon with forty people on board."
)
TWO = (
    'According to the <a href="https://courier.example/news?id=1&amp;b=2">Quay Courier</a>, repairs will take until '
    "the autumn and cost more than the town has put aside for all of its piers and quays in this year."
)
THREE = (
    "Nobody was hurt. Two boats were lost, and a third was found by children on the beach a mile to the north of the "
    "old lighthouse, where the current carries most of what the sea takes from the town."
)


def page(body: str = "", *, head: str = HEAD, headline: str = "Harbour reopens after the storm") -> bytes:
    text = body or f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>"
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{head}</head><body>
<nav><ul><li><a href="/">The Lantern</a></li><li><a href="/about">About us</a></li></ul></nav>
<main><article><h1>{headline}</h1>{text}</article></main>
<aside><h2>Latest posts</h2><ul><li><a href="/2025/02/wells.html">Salt in the wells of the delta</a></li></ul></aside>
<footer><a href="/imprint">Imprint</a> <a href="https://social.example/share">Share</a></footer></body></html>""".encode()


def read(html: bytes, url: str = URL, charset: str | None = None, at: datetime = AT) -> Extraction:
    found = generic.read(html, url, at, charset)
    assert isinstance(found, Extraction)
    return found


def test_the_paragraphs_come_in_order_without_the_frame_of_the_page() -> None:
    plain = [re.sub(r"<[^>]+>", "", text).replace("&amp;", "&") for text in (ONE, TWO, THREE)]

    assert read(page()).paragraphs == tuple(plain)


def test_the_links_are_those_of_the_text_in_full_with_their_paragraph() -> None:
    assert read(page()).links == (
        Link(url="https://blog.example/2025/02/storm.html", text="the storm of last week", paragraph=0),
        Link(url="https://courier.example/news?id=1&b=2", text="Quay Courier", paragraph=1),
    )


def test_what_the_page_says_of_itself_is_kept_with_its_origin() -> None:
    found = read(page())

    assert (found.headline, found.seo_title) == ("Harbour reopens after the storm", "Harbour reopens: what to know")
    assert found.bylines == ("Oda Quillfeather", "Mirel Dunnowick")
    assert (found.published, found.modified) == ("2025-03-03T08:00:00+01:00", "2025-03-04T10:30:00+01:00")
    assert (found.language, found.tags) == ("en", ("harbour", "storm"))
    assert found.picture == "https://blog.example/pictures/harbour.jpg"
    assert found.origins == {
        "headline": "h1", "seo_title": "json-ld", "bylines": "json-ld", "published": "json-ld", "modified": "og",
        "language": "html", "tags": "json-ld", "picture": "og",
    }  # fmt: skip


def test_a_page_that_declares_nothing_is_read_by_what_it_shows() -> None:
    html = page(
        f'<p class="byline">By Oda Quillfeather</p><time datetime="2025-03-03T08:00:00Z">3 March</time>'
        f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>",
        head="<title>Harbour reopens after the storm - The Lantern</title>",
    )
    found = read(html)

    assert (found.headline, found.seo_title) == ("Harbour reopens after the storm",) * 2
    assert found.bylines == ("Oda Quillfeather",)
    assert (found.published, found.origins["published"]) == ("2025-03-03T08:00:00Z", "time")


def test_the_headline_is_the_h1_that_is_like_the_title_not_the_name_of_the_site() -> None:
    html = page(headline="The Lantern</h1><h1>Harbour reopens after the storm")

    assert read(html).headline == "Harbour reopens after the storm"


@pytest.mark.parametrize(
    ("tag", "paragraphs"),
    [
        (f"<ul><li>{ONE}</li><li>{THREE}</li></ul><p>{TWO}</p>", 3),
        (f"<blockquote><p>{ONE}</p><p>{THREE}</p></blockquote><p>{TWO}</p>", 3),
        (f"<h2>What is known so far</h2><p>{ONE}</p><p>{TWO}</p>", 3),
        (f"<p>{ONE}<br>{THREE}</p><p>{TWO}</p>", 2),
    ],
)
def test_each_block_is_a_paragraph_and_links_stay_with_theirs(tag: str, paragraphs: int) -> None:
    found = read(page(tag))

    assert len(found.paragraphs) == paragraphs
    assert all(link.text in found.paragraphs[link.paragraph] for link in found.links)
    assert len(found.links) == 2


@pytest.mark.parametrize(
    ("html", "charset", "text"),
    [
        ("Тихая гавань".encode(), "iso-8859-1", "Тихая гавань"),
        ("Тихая гавань".encode("cp1251"), "windows-1251", "Тихая гавань"),
        (b'<meta charset="windows-1251">' + "Тихая гавань".encode("cp1251"), None, "Тихая гавань"),
        (b'<meta content="text/html; charset=koi8-r">' + "гавань".encode("koi8-r"), None, "гавань"),
        ("Häfen – “zu”".encode("cp1252"), "iso-8859-1", "Häfen – “zu”"),
        ("Häfen".encode("cp1252"), None, "Häfen"),
        ("Häfen".encode("cp1252"), "no-such-charset", "Häfen"),
        ("静かな港".encode("iso2022_jp"), "iso-2022-jp", "静かな港"),
        ("静かな港".encode("shift_jis"), "Shift_JIS", "静かな港"),
        ("﻿Häfen".encode("utf-16"), None, "Häfen"),
        (b"\xef\xbb\xbfH\xc3\xa4fen", "windows-1252", "Häfen"),
        (b"H\xc3\xa4fen \xff", "utf-8", "Häfen �"),
        (b"+AGE-", "utf-7", "+AGE-"),
        (b"abc", "rot13", "abc"),
    ],
)
def test_bytes_become_text_by_what_they_are_and_say(html: bytes, charset: str | None, text: str) -> None:
    assert decode(html, charset).removeprefix("\ufeff").endswith(text)


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("/a", "https://blog.example/a"),
        ("b.html", "https://blog.example/2025/03/b.html"),
        ("../b.html", "https://blog.example/2025/b.html"),
        ("/a/../b", "https://blog.example/b"),
        ("//other.example/x", "https://other.example/x"),
        ("?p=1", "https://blog.example/2025/03/harbour.html?p=1"),
        ("HTTP://Other.example/", "HTTP://Other.example/"),
        ("mailto:a@b.example", ""),
        ("javascript:void(0)", ""),
        ("http://[broken", "http://[broken"),
        ("//[broken", ""),
    ],
)
def test_a_link_is_written_in_full(href: str, target: str) -> None:
    tree = parse(f'<html><body><p><a href="{href}">x</a></p></body></html>')
    assert tree is not None
    absolute_links(tree, URL)

    assert tree.find(".//a").get("href") == target  # type: ignore[union-attr]


def test_links_start_from_the_base_of_the_page() -> None:
    found = read(page(head=HEAD + '<base href="https://mirror.example/a/b/">'))

    assert found.links[0].url == "https://mirror.example/a/02/storm.html"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2025-03-03T08:00:00Z", "2025-03-03T08:00:00Z"),
        ("2025-03-03T08:00:00+00:00", "2025-03-03T08:00:00Z"),
        ("2025-03-03T08:00:00.000-0500", "2025-03-03T08:00:00-05:00"),
        ("2025-03-03 08:00", "2025-03-03"),
        ("2025-03-03", "2025-03-03"),
        ("20250303", "2025-03-03"),
        ("3 March 2025", None),
        ("0001-01-01T00:00:00Z", None),
        ("2025-13-40", None),
        ("", None),
    ],
)
def test_a_time_keeps_its_zone_and_is_a_day_without_one(text: str, time: str | None) -> None:
    assert stamp(text) == time


@pytest.mark.parametrize(
    ("published", "captured", "read_as"),
    [
        ("2025-03-03T08:00:00Z", datetime(2025, 3, 3, 9, tzinfo=UTC), "2025-03-03T08:00:00Z"),
        ("2025-03-04T01:00:00+13:00", datetime(2025, 3, 3, 12, tzinfo=UTC), "2025-03-04T01:00:00+13:00"),
        ("2031-01-01T08:00:00Z", datetime(2025, 3, 3, 9, tzinfo=UTC), None),
    ],
)
def test_nothing_is_published_after_its_capture(published: str, captured: datetime, read_as: str | None) -> None:
    html = page(head=f'<title>Harbour</title><meta property="article:published_time" content="{published}">')

    assert read(html, url="https://blog.example/harbour", at=captured).published == read_as


def test_a_copyright_year_and_half_a_date_are_no_date_of_publishing() -> None:
    html = page(f"<p>{ONE}</p><p>{THREE}</p><p>© 2019 The Lantern</p>", head='<meta name="date" content="2024 12:30">')

    assert read(html, url="https://blog.example/harbour").published is None


@pytest.mark.parametrize(
    "json_ld",
    [
        "{not json",
        "[" * 20_000,
        '{"@type": "NewsArticle", "headline": "\\ud800 broken \\u0000", "author": [[[1]], null, {"name": {}}]}',
        '{"@type": ["NewsArticle"], "image": {"url": 7}, "keywords": {"a": 1}, "datePublished": 20250303}',
        '{"@graph": {"@type": "http://schema.org/NewsArticle", "author": "Oda Quillfeather; Mirel Dunnowick"}}',
    ],
)
def test_odd_json_ld_does_no_harm(json_ld: str) -> None:
    html = page(head=f'<title>Harbour</title><script type="application/ld+json">{json_ld}</script>')

    json.dumps(asdict(read(html)), ensure_ascii=False).encode()


def test_a_page_without_text_says_why_it_is_no_article() -> None:
    assert generic.read(b"", URL, AT) == NotAnArticle("there is nothing in it")
    assert generic.read(b"<html><body><img src=a></body></html>", URL, AT) == generic.NO_TEXT


@settings(max_examples=60)
@given(st.binary(max_size=300), st.none() | st.text(max_size=12))
def test_any_bytes_are_read_or_are_none(data: bytes, charset: str | None) -> None:
    generic.read(b"<html><body><p>" + data, URL, AT, charset)
    tree = parse(decode(data, charset))
    if tree is not None:
        facts(tree, URL, claims(tree).declared())


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b" \n",
        b"<!-- only a comment -->",
        b"\x00\x00\x00",
        b"<div>" * 10_000,
        b"<p>" + b"a " * 500_000,
        b"<html><body>" + b"<table><tr><td>" * 500 + b"x",
        b'<?xml version="1.0" encoding="latin-1"?><html><body><p>x</p></body></html>',
        b"<html><frameset><frame src=a></frameset></html>",
    ],
)
def test_strange_pages_do_no_harm(html: bytes) -> None:
    generic.read(html, URL, AT)
    tree = parse(decode(html, None))
    if tree is not None:
        facts(tree, URL, {})


# -------------------------------------------------------------------------------------- the same everywhere, always

SAME = """
import datetime, gzip, hashlib, json, sys
def offline(event, _):
    if event.startswith("socket."):
        raise PermissionError(event)
sys.addaudithook(offline)
real = datetime.datetime
class Shifted(real):
    @classmethod
    def now(cls, tz=None):
        return cls(int(sys.argv[1]), 2, 3, 4, 5, 6, tzinfo=tz)
    today = utcnow = now
datetime.datetime = Shifted
from archive.extract import generic
at = real(2026, 11, 22, 12, tzinfo=datetime.timezone.utc)
for line in sys.stdin:
    path, url = json.loads(line)
    with gzip.open(path) as file:
        found = generic.read(file.read(), url, at)
    print(hashlib.sha256(repr(found).encode()).hexdigest(), getattr(found, "published", None))
"""
HALF_DATES = ("2024 12:30", "March 2024, 09:15", "12:30", "Monday 09:00, 4 March", "2024 Monday", "5 days ago, 09:10")


def told(pages: list[tuple[str, str]], year: int, zone: str, seed: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SAME, str(year)],
        input="".join(json.dumps(each) + "\n" for each in pages),
        env=os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.splitlines()


def test_a_reading_depends_on_no_clock_no_zone_no_order_of_sets_and_no_network(tmp_path: Path, shared: Path) -> None:
    pages: list[tuple[str, str]] = []
    for number, half in enumerate(HALF_DATES):
        body = f'<p class="date">{half}</p><p>{ONE}</p><p>{THREE}</p>'
        (tmp_path / str(number)).write_bytes(gzip.compress(page(body, head=f'<meta name="date" content="{half}">')))
        pages.append((str(tmp_path / str(number)), "https://blog.example/harbour"))
    rows = manifest(shared)
    undated = [row for row in rows if row["id"].startswith("hd-")][:20]
    pages += [(str(shared / "corpora/articles" / row["file"]), row["url"]) for row in [*rows[::60], *undated]]

    one = told(pages, 2026, "UTC", "0")

    assert one == told(pages, 2031, "ABC-13", "1")
    assert all(line.endswith("None") for line in one[: len(HALF_DATES)])
    assert sum(not line.endswith("None") for line in one) > 20


# ---------------------------------------------------------------------------------------------------- real pages


def manifest(shared: Path) -> list[dict[str, str]]:
    file = shared / "corpora/articles/manifest.jsonl"
    if not file.exists():
        pytest.skip(f"no corpus at {file}")
    return [json.loads(line) for line in file.read_text().splitlines()]


def capture_of(url: str) -> Capture:
    return Capture(
        id=RecordId(hashlib.sha256(url.encode()).hexdigest()), urlkey=UrlKey(url), url=Url(url), at=AT, status=200,
        mime="text/html", digest=None, kind="response", locator=Locator(warc="a", offset=0, length=0),
    )  # fmt: skip


def test_every_page_of_the_corpus_gets_a_reading_with_its_reasons_and_most_are_articles(shared: Path) -> None:
    rows = manifest(shared)
    sample = [row for row in rows if "with" in row["gold"]][::5][:30] + rows[::7]
    verdicts: Counter[str] = Counter()
    wanted = found = 0
    for row in sample:
        data = gzip.decompress((shared / "corpora/articles" / row["file"]).read_bytes())
        made = reading(capture_of(row["url"]), Payload(data=data, status=200, mime="text/html", charset=None))
        assert made.reasons, row["id"]
        assert (made.text_digest is None) == (made.extraction is None)
        verdicts[made.verdict] += 1
        text = "" if made.extraction is None else " ".join(made.extraction.paragraphs)
        for snippet in row["gold"].get("with", ()):  # type: ignore[attr-defined]
            wanted += 1
            found += " ".join(snippet.split()) in text
    assert wanted > 50
    assert found / wanted >= 0.93, f"{found} of {wanted} snippets"
    assert verdicts["article"] / len(sample) >= 0.9, verdicts


NO_ARTICLES = {
    "revisions/scmp.1.html.gz": {"paywall", "script only"},
    "revisions/thelocal-shield.1.html.gz": {"bot wall", "other", "consent"},
    "revisions/stuttgart.de.1.html.gz": {"index"},
    "revisions/stuttgart.de.2.html.gz": {"index"},
}


@pytest.mark.parametrize("name", NO_ARTICLES)
def test_captures_known_to_be_no_article_are_none(shared: Path, name: str) -> None:
    file = shared / "corpora/articles" / name
    if not file.exists():
        pytest.skip(f"no corpus at {file}")
    url = "https://www.stuttgart.de/" if "stuttgart" in name else "https://news.example/20260101/some-story"
    data = gzip.decompress(file.read_bytes())
    made = reading(capture_of(url), Payload(data=data, status=200, mime="text/html", charset=None))

    assert made.verdict in NO_ARTICLES[name], made.reasons


@pytest.mark.parametrize("depth", [200, 300, 1500])
def test_text_deep_inside_unclosed_elements_is_read(depth: int) -> None:
    assert THREE in read(page("<font>" * depth + f"<p>{THREE}</p>")).paragraphs


@pytest.mark.parametrize("html", [b"<a href=x>word</a>" * 600_000, b"<p>" + b"word " * 12_000_000])
def test_a_page_for_which_memory_is_wanting_is_not_read_as_a_short_one(html: bytes) -> None:
    workers = Workers(1, seconds=60, memory=150 << 20, initial=(generic.load, ()))
    try:
        found = workers.submit(partial(generic.read, url=URL, captured_at=AT), html).result(timeout=60)
    finally:
        workers.close(wait=False)

    assert isinstance(found, Failed)
    assert found.why == "memory"


def test_a_page_without_a_body_tag_is_read() -> None:
    html = f"<!DOCTYPE html><title>Harbour</title><nav>Menu</nav><main><h1>Harbour</h1><p>{ONE}</p></main><p>{THREE}"

    assert len(read(html.encode()).paragraphs) == 2
