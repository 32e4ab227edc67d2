"""What a page declares of itself: JSON-LD, microdata and meta elements; times; names."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from archive.extract import bylines, jsonld, times
from archive.extract.metadata import claims, stamp
from archive.extract.page import parse


def page(head: str, body: str = "") -> HtmlElement:
    tree = parse(f"<html lang=en><head>{head}</head><body>{body}</body></html>")
    assert tree is not None
    return tree


def script(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


# ---------------------------------------------------------------------------------------------------------- JSON-LD


@pytest.mark.parametrize(
    "text",
    [
        '{"headline": "A"}',
        ' {"headline": "A"};',
        '<!-- {"headline": "A"} -->',
        '//<![CDATA[\n{"headline": "A"}\n//]]>',
        '{"headline": "A",}',
        "{&quot;headline&quot;: &quot;A&quot;}",
        '{"headline": "A", "note": "a\nb"}',
    ],
)
def test_json_that_is_nearly_right_is_read(text: str) -> None:
    (value,) = jsonld.read(text)
    assert isinstance(value, dict)
    assert value["headline"] == "A"


def test_objects_one_after_another_are_all_read() -> None:
    assert jsonld.read('{"a": 1}{"b": 2},\n{"c": 3}') == ({"a": 1}, {"b": 2}, {"c": 3})


@given(st.text())
def test_no_text_makes_the_reading_of_json_fail(text: str) -> None:
    assert isinstance(jsonld.read(text), tuple)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@type", "@graph", "@id", "author", "name", "headline", "url"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_json_makes_the_reading_of_a_page_fail(value: object) -> None:
    found = claims(page(script([{"@type": "NewsArticle"}, value]).replace("\\u0000", "")))
    assert "NewsArticle" in found.kinds


def test_an_author_that_is_a_reference_is_looked_up_in_the_graph() -> None:
    graph = [
        {"@type": "Article", "headline": "A", "author": {"@id": "#ann"}, "publisher": {"@id": "#us"}},
        {"@type": "Person", "@id": "#ann", "name": "Ann Lee"},
        {"@type": "Organization", "@id": "#us", "name": "The Bugle"},
    ]
    found = claims(page(script({"@graph": graph})))
    assert found.authors == ("Ann Lee",)
    assert ("The Bugle", "json-ld") in found.all("site")


def test_a_headline_escaped_twice_is_plain_text() -> None:
    found = claims(page(script({"@type": "Article", "headline": "Tom &amp;amp; Jerry"})))
    assert found.values["headline"] == ("Tom & Jerry", "json-ld")


def test_the_better_source_wins_and_the_others_are_kept() -> None:
    metas = '<meta name=date content=2020-01-03><meta property="article:published_time" content=2020-01-02>'
    found = claims(page(metas + script({"@type": "Article", "datePublished": "2020-01-01"})))
    assert found.values["published"] == ("2020-01-01", "json-ld")
    assert found.all("published") == [("2020-01-01", "json-ld"), ("2020-01-02", "og"), ("2020-01-03", "meta")]


def test_a_body_in_a_script_is_plain_text_and_a_short_one_is_none() -> None:
    long = {"@type": "Article", "articleBody": "&lt;p&gt;" + "word " * 120 + "&lt;/p&gt;&lt;p&gt;End&lt;/p&gt;"}
    assert (claims(page(script(long))).body or "").split("\n")[1:] == ["End"]
    assert claims(page(script({"@type": "Article", "articleBody": "short"}))).body is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (script({"@type": "NewsArticle"}), (True, False, False)),
        (script({"@type": ["CollectionPage"]}), (False, True, False)),
        (script({"@type": "Article", "isAccessibleForFree": "False"}), (True, False, True)),
        ('<meta property="og:type" content="article">', (True, False, False)),
        ('<meta property="og:type" content="website">', (False, True, False)),
    ],
)
def test_a_page_says_what_kind_it_is(head: str, expected: tuple[bool, bool, bool]) -> None:
    declared = claims(page(head)).declared()
    assert (declared["article"], declared["listing"], declared["paid"]) == expected


# ------------------------------------------------------------------------------------------------------------ times


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2025-03-03T08:00:00+0100", "2025-03-03T08:00:00+01:00"),
        ("2025-03-03T08:00Z", "2025-03-03T08:00:00Z"),
        ("2020-09-26T12:07:40+02:00CET", "2020-09-26T12:07:40+02:00"),
        ("2022-1-26T14:32:06+02:00", "2022-01-26T14:32:06+02:00"),
        ("2025-03-03 08:00", "2025-03-03"),
        ("Mon, 03 Mar 2025 08:00:00 GMT", "2025-03-03T08:00:00Z"),
        ("Mon, 03 Mar 2025 08:00:00 -0500", "2025-03-03T08:00:00-05:00"),
        ("2022-29-11", None),
        ("1970-01-01T00:00:00Z", None),
        ("yesterday", None),
    ],
)
def test_a_time_is_kept_with_its_zone(text: str, time: str | None) -> None:
    assert stamp(text) == time


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Mittwoch, 26. Januar 2022 - 14:30", "2022-01-26"),
        ("mardi 5 juin 2018", "2018-06-05"),
        ("le 1er août 2021", "2021-08-01"),
        ("20 de mayo de 2021", "2021-05-20"),
        ("14 gennaio 2020", "2020-01-14"),
        ("3 marca 2024", "2024-03-03"),
        ("19 февраля 2020", "2020-02-19"),
        ("7 січня 2021", "2021-01-07"),
        ("2020年07月03日", "2020-07-03"),
        ("2020년 7월 3일", "2020-07-03"),
        ("2020. 06. 04. 11:27", "2020-06-04"),
        ("December 4, 2006", "2006-12-04"),
        ("Dec. 6, 2024, 10:00 PM UTC", "2024-12-06"),
        ("15 يناير 2023", "2023-01-15"),
        ("9 oktober 2020 11:12", "2020-10-09"),
        ("31.12.2021", "2021-12-31"),
        ("12/31/2021", "2021-12-31"),
        ("31.02.2021", None),
        ("4 hours ago", None),
        ("18 Mai", None),
    ],
)
def test_a_whole_date_is_found_in_words(text: str, day: str | None) -> None:
    assert times.written_day(text) == day


def test_only_the_caller_knows_whether_the_month_stands_first() -> None:
    assert times.written_day("3/4/2025") == "2025-04-03"
    assert times.written_day("3/4/2025", month_first=True) == "2025-03-04"


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2020/02/24/title", "2020-02-24"),
        ("https://a.example/2017/7/12/title", "2017-07-12"),
        ("https://a.example/local/2020-02/19/c_1.htm", "2020-02-19"),
        ("https://a.example/title-20200224.html", "2020-02-24"),
        ("https://a.example/news/23-01-2022-title", "2022-01-23"),
        ("https://a.example/id/12345678", None),
        ("https://a.example/title?day=2020/02/24", None),
    ],
)
def test_the_day_in_a_url_is_found(url: str, day: str | None) -> None:
    assert times.url_day(url) == day


@given(st.text(max_size=60))
def test_no_text_makes_the_reading_of_a_time_fail(text: str) -> None:
    read = times.any_time(text)
    assert read is None or times.stamp(read) == read


# ------------------------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ann Lee", ["Ann Lee"]),
        ("Von Felix Schröder und Jörg Soldwisch, dpa", ["Felix Schröder", "Jörg Soldwisch", "dpa"]),
        ("Par Léa Dupont et Jean Blanc", ["Léa Dupont", "Jean Blanc"]),
        ("srf/hosb;kesm", ["srf/hosb", "kesm"]),
        ("Ann Lee/Bo Ek", ["Ann Lee", "Bo Ek"]),
        ("Ann Lee, Bo Ek and Cy Ott", ["Ann Lee", "Bo Ek", "Cy Ott"]),
        ("Müller, Hans", ["Müller, Hans"]),
        ("Jane Doe, Staff Writer", ["Jane Doe"]),
        ("Jane Doe, Senior Health Reporter", ["Jane Doe"]),
        ("Harald Bauer Autor", ["Harald Bauer"]),
        ("Jane Doe, PhD, Carl Roe, PhD", ["Jane Doe", "Carl Roe"]),
        ("by Jane Doe June 19, 2023", ["Jane Doe"]),
        ("Text & Fotos: Ivan Berg", ["Ivan Berg"]),
        ("Ann Lee @annlee", ["Ann Lee"]),
        ("Text, Interview: Ann Lee", ["Ann Lee"]),
        ("Diana Ross", ["Diana Ross"]),
        ("Byron York", ["Byron York"]),
        ("Associated Press", ["Associated Press"]),
        ("记者：焦鹏", ["焦鹏"]),
        ("admin", []),
        ("Wordpressadmin", []),
        ("Journalist", []),
        ("@handle", []),
        ("ann@a.example", []),
        ("https://a.example/ann", []),
    ],
)
def test_names_are_told_apart_from_what_stands_with_them(text: str, names: list[str]) -> None:
    assert list(bylines.names([text])) == names


def test_the_outlet_itself_is_no_author() -> None:
    assert bylines.names(["The Bugle; Philip Ott"], {bylines.key("The Bugle")}) == ("Philip Ott",)


NAME = st.sampled_from(
    ["Ann Lee", "Bo Ek", "dpa", "Jörg Soldwisch", "srf/hosb", "Ana de Armas", "Müller, Hans", "毎日"]
)
JOINED = st.lists(NAME, min_size=1, max_size=4).flatmap(
    lambda names: st.sampled_from([" and ", " und ", "; ", "\n", " & "]).map(lambda joint: "By " + joint.join(names))
)


@given(st.text(max_size=80) | JOINED)
def test_names_once_apart_stay_as_they_are(text: str) -> None:
    once = bylines.names([text])
    twice = bylines.names(once)
    assert bylines.names(twice) == twice
    assert all(bylines.is_name(name) for name in once)


@given(st.lists(NAME, min_size=1, max_size=4, unique=True))
def test_joined_names_come_apart_again(names: list[str]) -> None:
    assert list(bylines.names(["By " + "; ".join(names)])) == names


@pytest.mark.parametrize(
    ("paragraphs", "names"),
    [
        (["It rained.", "-- Joanna Paraszczuk"], ("Joanna Paraszczuk",)),
        (["It rained.", "— Ann Lee and Bo Ek", "About this blog"], ("Ann Lee", "Bo Ek")),
        (["By Ann Lee", "It rained."], ("Ann Lee",)),
        (["It rained.", "Text: Klaus Friedrich"], ("Klaus Friedrich",)),
        (["It rained.", "— It will rain again tomorrow."], ()),
        (["It rained.", "Ann Lee left."], ()),
        (["下雨了。(责编：牛镛、岳弘彬)"], ("牛镛", "岳弘彬")),
        ([], ()),
    ],
)
def test_a_byline_may_stand_at_the_foot(paragraphs: list[str], names: tuple[str, ...]) -> None:
    assert bylines.foot(paragraphs) == names
