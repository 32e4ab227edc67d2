"""The fields of an article, everything but its text."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract.fields import Fields, fields
from archive.extract.notices import is_notice, notices
from archive.extract.page import parse

URL = "https://www.bugle.example/news/harbour-opens"
AT = datetime(2025, 3, 10, 12, tzinfo=UTC)


def read(head: str = "", body: str = "", *, url: str = URL, paragraphs: tuple[str, ...] = ()) -> Fields:
    tree = parse(f"<html lang=en><head>{head}</head><body>{body}</body></html>")
    assert tree is not None
    return fields(tree, url, AT, paragraphs)


def ld(**values: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **values})}</script>'


# -------------------------------------------------------------------------------------------------------- headlines


@pytest.mark.parametrize(
    ("head", "body", "headline", "origin"),
    [
        ("<title>Harbour opens | Bugle</title>", "<h1>Harbour opens</h1>", "Harbour opens", "h1"),
        ("<title>Harbour opens - The Bugle</title>", "<h1>The Bugle</h1><h2>x</h2>", "Harbour opens", "title"),
        ("<title>Harbour opens</title>", "<h1>Politics</h1><h1>Harbour opens</h1>", "Harbour opens", "h1"),
        ("<title>Harbour opens</title>", '<h2 class="entry-title">Harbour opens</h2>', "Harbour opens", "microdata"),
        (ld(headline="Harbour opens"), "<h1>Bugle</h1>", "Harbour opens", "json-ld"),
        ("", "<h1>Harbour opens</h1>", "Harbour opens", "h1"),
        (
            "<title>Harbour opens</title>",
            '<h1><span class="kicker">Shipping</span> Harbour opens</h1>',
            "Harbour opens",
            "h1",
        ),
    ],
)
def test_the_headline_is_the_visible_one_of_the_story(head: str, body: str, headline: str, origin: str) -> None:
    found = read(head, body)
    assert (found.headline, found.origins["headline"]) == (headline, origin)


def test_the_headline_and_the_title_for_search_engines_are_kept_apart() -> None:
    found = read(ld(headline="Port Ansel harbour opens after storm"), "<h1>The harbour opens after the storm</h1>")
    assert found.headline == "The harbour opens after the storm"
    assert found.seo_title == "Port Ansel harbour opens after storm"


def test_a_page_without_anything_has_no_fields() -> None:
    assert read() == Fields(language="en", origins={"language": "html"}, candidates=read().candidates)


def test_the_standfirst_is_the_marked_text_near_the_headline() -> None:
    story = '<h1>Harbour opens</h1><p class="article__standfirst">After a week ships may enter again.</p>'
    related = '<div class="related"><p class="summary">Another story altogether is told here.</p></div>'
    assert read(body=related + story).standfirst == "After a week ships may enter again."
    assert read(body=related + "<h1>Harbour opens</h1>").standfirst is None


def test_what_only_a_meta_element_describes_is_a_candidate_and_no_standfirst() -> None:
    found = read('<meta name="description" content="All about the harbour.">', "<h1>Harbour opens</h1>")
    assert found.standfirst is None
    assert ("description", "All about the harbour.") in {(each.field, each.value) for each in found.candidates}


# ---------------------------------------------------------------------------------------------------------- bylines


@pytest.mark.parametrize(
    ("head", "body", "names", "origin"),
    [
        (ld(author={"name": "Ann Lee and Bo Ek"}), "", ("Ann Lee", "Bo Ek"), "json-ld"),
        (
            ld(author=[{"name": "Ann Lee"}, {"name": "The Bugle"}], publisher={"name": "The Bugle"}),
            "",
            ("Ann Lee",),
            "json-ld",
        ),
        (ld(author="Bugle"), '<h1>Harbour</h1><a rel="author" href="/a">Ann Lee</a>', ("Ann Lee",), "byline"),
        ("", '<h1>Harbour</h1><p class="byline">By Ann Lee, Staff Writer</p>', ("Ann Lee",), "byline"),
        (
            "",
            '<h1>Harbour</h1><div class="byline"><span>Ann Lee</span> <span>Bo Ek</span></div>',
            ("Ann Lee", "Bo Ek"),
            "byline",
        ),
        (
            "",
            '<h1>Harbour</h1><div class="author">By <a class="author-name">Ann Lee</a>, Bo Ek and Cy Ott</div>',
            ("Ann Lee", "Bo Ek", "Cy Ott"),
            "byline",
        ),
        (
            "",
            '<h1>Harbour</h1><div class="byline"><a rel=author>Ann Lee<i>Editor</i></a><a rel=author>Ann Lee</a></div>',
            ("Ann Lee",),
            "byline",
        ),
        ("", '<h1>Harbour</h1><p>3 March 2025 by <a href="/author/ann/">Ann Lee</a></p>', ("Ann Lee",), "byline"),
        ("", "<h1>Harbour</h1><p>06.03.2025 13:30 von Olga Ott</p>", ("Olga Ott",), "byline"),
        ("<meta name=author content='Ann Lee'>", "<h1>Harbour</h1>", ("Ann Lee",), "meta"),
        ("<meta name=author content='admin'>", "<h1>Harbour</h1>", (), None),
        ("", '<h1>Harbour</h1><div class="comments"><span class="author">troll77</span></div>', (), None),
        (ld(author="Reuters"), "", ("Reuters",), "json-ld"),
    ],
)
def test_bylines_are_names_of_people_where_there_are_any(
    head: str, body: str, names: tuple[str, ...], origin: str | None
) -> None:
    found = read(head, body)
    assert (found.bylines, found.origins.get("bylines")) == (names, origin)


def test_a_byline_at_the_foot_is_found() -> None:
    found = read(body="<h1>Harbour</h1>", paragraphs=("It rained.", "-- Joanna Paraszczuk"))
    assert (found.bylines, found.origins["bylines"]) == (("Joanna Paraszczuk",), "foot")


def test_a_fallback_is_asked_only_where_no_byline_is_found() -> None:
    tree = parse("<h1>Harbour</h1>")
    assert tree is not None
    assert fields(tree, URL, AT, (), author=lambda _: "Ann Lee").bylines == ("Ann Lee",)


# ------------------------------------------------------------------------------------------------------------ times


@pytest.mark.parametrize(
    ("head", "body", "url", "published", "origin"),
    [
        (ld(datePublished="2025-03-03T08:00:00+0100"), "", URL, "2025-03-03T08:00:00+01:00", "json-ld"),
        (
            '<meta property="article:published_time" content="2025-03-03T08:00:00Z">',
            "",
            URL,
            "2025-03-03T08:00:00Z",
            "og",
        ),
        ("", '<h1>H</h1><time datetime="2025-03-03T08:00:00Z">x</time>', URL, "2025-03-03T08:00:00Z", "time"),
        ("", '<h1>Harbour</h1><span class="entry-date">3. März 2025</span>', URL, "2025-03-03", "date"),
        ("", "<h1>Harbour</h1><div>Monday, March 3, 2025</div>", URL, "2025-03-03", "line"),
        ("", "<h1>Harbour</h1>", "https://a.example/2025/03/03/harbour", "2025-03-03", "url"),
        (ld(datePublished="2025-03-01"), "", "https://a.example/2017/07/12/harbour", "2017-07-12", "url"),
        (ld(datePublished="2031-01-01"), "", URL, None, None),
        (ld(datePublished="2025-03-11"), "", URL, "2025-03-11", "json-ld"),
    ],
)
def test_the_time_of_publishing_is_the_declared_one_or_the_one_shown(
    head: str, body: str, url: str, published: str | None, origin: str | None
) -> None:
    found = read(head, body, url=url)
    assert (found.published, found.origins.get("published")) == (published, origin)


def test_a_modified_time_before_publishing_is_none() -> None:
    assert read(ld(datePublished="2025-03-03", dateModified="2025-03-04")).modified == "2025-03-04"
    assert read(ld(datePublished="2025-03-03", dateModified="2025-03-01")).modified is None


# ---------------------------------------------------------------------------------------------------------- the rest


def test_links_and_the_picture_are_absolute() -> None:
    found = read(
        '<link rel="canonical" href="//www.bugle.example/a"><link rel=amphtml href="/a/amp">'
        '<meta property="og:image" content="/a.jpg">'
    )
    assert found.canonical == "https://www.bugle.example/a"
    assert found.amp == "https://www.bugle.example/a/amp"
    assert found.picture == "https://www.bugle.example/a.jpg"


def test_the_caption_is_that_of_the_lead_figure() -> None:
    body = "<h1>Harbour</h1><figure><img src=/a.jpg><figcaption>A ship enters.</figcaption></figure>"
    found = read(body=body)
    assert (found.picture, found.caption) == ("https://www.bugle.example/a.jpg", "A ship enters.")


def test_a_page_nested_a_thousand_deep_is_read() -> None:
    found = read(body="<h1>Harbour opens</h1><div class=byline>" + "<b>" * 1500 + "Ann Lee" + "</b>" * 1500 + "</div>")
    assert (found.headline, found.bylines) == ("Harbour opens", ("Ann Lee",))


def test_a_live_blog_says_so_in_json_ld_or_microdata() -> None:
    assert read(ld(**{"@type": "LiveBlogPosting"})).live
    assert read(body='<div itemscope><p itemprop="liveBlogUpdate">Now</p></div>').live
    assert not read(ld()).live


def test_section_tags_and_language_are_as_declared() -> None:
    found = read(ld(articleSection="World", keywords="ships, sea"))
    assert (found.section, found.tags, found.language) == ("World", ("ships", "sea"), "en")


@pytest.mark.parametrize(
    "text",
    [
        "Correction: An earlier version misspelt the name of the port.",
        "CORRECTION (March 3): The ship is 90 metres long.",
        "Clarification: the figure is for 2024.",
        "Editor's note: This story has been changed to remove a name.",
        "This article was amended on 3 March 2025 to correct a date.",
        "An earlier version of this story gave a wrong year.",
        "Update, 3 March: the ministry has replied.",
        "Korrektur: In einer früheren Fassung stand ein falscher Name.",
        "Anmerkung der Redaktion: Wir haben den Namen korrigiert.",
        "Hinweis der Redaktion: Der Text wurde am Montag ergänzt.",
        "Rectificatif : le port a rouvert lundi et non mardi.",
        "Fe de erratas: el barco mide 90 metros.",
        "Rettifica: la nave è lunga 90 metri.",
        "Errata: o navio tem 90 metros, não 80.",
        "Rectificatie: het schip is 90 meter lang.",
        "Sprostowanie: statek ma 90 metrów długości.",
        "Исправление: корабль длиной 90 метров.",
        "Уточнення: корабель завдовжки 90 метрів.",
        "تصحيح: طول السفينة 90 مترا وليس 80.",
        "اصلاحیه: طول کشتی ۹۰ متر است نه ۸۰ متر.",
        "Düzeltme: Geminin boyu 90 metredir.",
        "Rättelse: Fartyget är 90 meter långt.",
        "Rettelse: Skipet er 90 meter langt.",
        "Oikaisu: laiva on 90 metriä pitkä.",
        "更正：该船长九十米，而不是八十米。",
        "訂正：船の長さは90メートルでした。",
        "정정: 배의 길이는 90미터입니다. 바로잡습니다.",
    ],
)
def test_a_notice_is_known_in_many_languages(text: str) -> None:
    assert is_notice(text)


@pytest.mark.parametrize(
    "text",
    [
        "Correction officers went on strike on Monday.",
        "Updated: 3 March 2025, 10:00",
        "Update your browser to read on.",
        "Note: the ship is a model.",
        "The minister asked for a correction: the figure was wrong.",
        "Precision engineering is hard.",
        "",
    ],
)
def test_a_sentence_of_the_story_is_no_notice(text: str) -> None:
    assert not is_notice(text)


def test_a_box_says_what_was_corrected_once() -> None:
    assert notices(["Correction: The year was wrong."], ["Correction: The year was wrong."]) == (
        "Correction: The year was wrong."
    )
    assert notices([], ["This post first appeared elsewhere."]) is None


# ------------------------------------------------------------------------------------------------------- properties

PIECES = st.sampled_from(
    ["<h1>", "</h1>", "<time datetime='x'>", "<p class=byline>", "<figure><img>", "<div itemprop=author>", "By ", "Ann",
     "<link rel=canonical href='http://['>", "<meta property=og:image content='//['>", " | ", "2025-03-03", "</p>",
     "<script type=application/ld+json>{\"@type\":\"Article\",\"author\":[[{}]]}</script>", "&amp;",
     "<a href='/author/x'>"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=6), max_size=25))
def test_no_page_makes_it_fail_and_every_page_reads_the_same_twice(pieces: list[str]) -> None:
    text = "".join(pieces)
    first, second = parse(text), parse(text)
    if first is not None and second is not None:
        found = fields(first, URL, AT, ())
        assert found == fields(second, URL, AT, ())
        assert len(found.candidates) <= 60
        assert all(len(each.value) <= 500 for each in found.candidates)
