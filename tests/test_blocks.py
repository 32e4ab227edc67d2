"""A page as blocks: no word lost, none twice, each where it stands."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extract.blocks import Block, blocks, is_link, layout
from archive.model import Layout, Place
from tests.pages_of import tree


def of(body: str) -> list[Block]:
    return blocks(tree(f"<html><head><title>Head</title></head><body>{body}</body></html>"))


def texts(body: str) -> list[str]:
    return [each.text for each in of(body)]


def places(body: str) -> tuple[Layout, list[Place]]:
    found = of(body)
    whole = layout(found, [])
    return whole, [whole.place(number) for number in range(len(found))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>one</p><p>two</p>", ["one", "two"]),
        ("<p>one<br>two</p>", ["one two"]),
        ("<p>one<br><br>two</p>", ["one", "two"]),
        ("<p>one<br> \n <br/>two<br><br><br><br>three</p>", ["one", "two", "three"]),
        ("<p>one<br>two<br>three</p>", ["one two three"]),
        ("<p>a <b>bold <i>and <u>deep</u></i></b> word</p>", ["a bold and deep word"]),
        ("<p>foot<sup>1</sup>note, H<sub>2</sub>O</p>", ["foot1note, H2O"]),
        ("<p>one<b>two</b>three</p>", ["onetwothree"]),
        ("<p>one<span>two<br><br>three</span>four</p>", ["onetwo", "threefour"]),
        ("<div>loose<p>inner</p>tail</div>after", ["loose", "inner", "tail", "after"]),
        ("<div><b>loose</b><div>inner</div><i>tail</i></div>", ["loose", "inner", "tail"]),
        ("<a href=/x><h2>Head</h2><p>text</p></a>", ["Head", "text"]),
        ("<table><tr><th>h</th><td>1</td></tr><tr><td>2 <b>3</b></td></tr></table>", ["h", "1", "2 3"]),
        ("<ul><li>one<ul><li>two</li></ul>more</li><li>three</li></ul>", ["one", "two", "more", "three"]),
        ("<dl><dt>term</dt><dd>told</dd></dl>", ["term", "told"]),
        ("<blockquote>said<p>more</p></blockquote>", ["said", "more"]),
        ("<figure><img src=x alt=unread><figcaption>seen</figcaption></figure>", ["seen"]),
        ("<p>a<script>no()</script>b<style>p{}</style>c<noscript>no</noscript>d</p>", ["abcd"]),
        ("<template><p>no</p></template><iframe>no</iframe>yes<select><option>no</select>more", ["yesmore"]),
        ("<p>a<!-- no -->b<?no no>c</p>", ["abc"]),
        ("<my-box>one<my-text>two</my-text></my-box>", ["one", "two"]),
        ("<pre>one\n  two</pre>", ["one two"]),
        ("<p>\u200b\u00ad</p><p> \u00a0 </p><p></p><p><br><br></p>", []),
        ("", []),
    ],
)
def test_a_page_falls_into_blocks(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


def test_a_page_without_a_body_is_read_from_its_root() -> None:
    assert [each.text for each in blocks(tree("<p>one</p>"))] == ["one"]


def test_the_title_of_the_head_is_no_block() -> None:
    assert texts("<p>one</p>") == ["one"]


def links(body: str) -> list[tuple[str, list[str | None]]]:
    return [(each.text, [anchor.get("href") for anchor in each.anchors]) for each in of(body)]


def test_a_link_belongs_to_every_block_it_is_around() -> None:
    assert links("<a href=/x><div>one</div><div>two</div>three</a><p>four</p>") == [
        ("one", ["/x"]), ("two", ["/x"]), ("three", ["/x"]), ("four", []),
    ]  # fmt: skip


def test_a_link_around_a_picture_belongs_to_no_text() -> None:
    assert links("<div><a href=/x><img src=y></a><p>one <a href=/z>two</a></p></div>") == [("one two", ["/z"])]


def test_a_link_does_not_reach_over_a_break_into_the_next_block() -> None:
    assert links("<p><a href=/x>one</a><br><br>two <a href=/y>three</a></p>") == [
        ("one", ["/x"]), ("two three", ["/y"]),
    ]  # fmt: skip


def test_a_link_that_is_broken_by_a_double_break_belongs_to_both() -> None:
    assert links("<p><a href=/x>one<br><br>two</a></p>") == [("one", ["/x"]), ("two", ["/x"])]


def test_a_block_of_links_is_known() -> None:
    told = {
        each.text: is_link(each) for each in of("<p><a href=x>a whole link</a></p><p>few <a href=x>x</a> of it</p>")
    }
    assert told == {"a whole link": True, "few x of it": False}


def test_blanks_of_the_markup_do_not_make_a_link_long() -> None:
    (block,) = of(f"<p>He wrote of it on <a href=x>\n{' ' * 40}Chirper\n{' ' * 40}</a>.</p>")
    assert block.linked <= len(block.text)
    assert not is_link(block)


def test_paragraphs_of_one_container_have_one_place() -> None:
    whole, (first, second) = places("<div class=a><p>one</p><p>two</p></div>")
    assert first == second
    assert len(whole.places) == 1
    assert first.textual


def test_the_same_kind_of_container_is_another_group_in_the_same_element() -> None:
    _, (first, second) = places("<main><div class=a><p>one</p></div><div class=a><p>two</p></div></main>")
    assert (first.shape, first.group_shape, first.outer) == (second.shape, second.group_shape, second.outer)
    assert first.group != second.group


def test_another_kind_of_container_has_another_group_shape() -> None:
    _, (first, second) = places("<main><div class=a><p>one</p></div><div class=b><p>two</p></div></main>")
    assert first.group_shape != second.group_shape
    assert first.outer == second.outer


def test_a_container_elsewhere_has_another_outer() -> None:
    _, (first, second) = places(
        "<main><div class=a><p>one</p></div></main><aside><div class=a><p>two</p></div></aside>"
    )
    assert first.group_shape == second.group_shape
    assert first.outer != second.outer


def test_elements_of_text_are_not_containers() -> None:
    _, found = places(
        "<div class=a><p>one</p><ul><li>two</li></ul><blockquote><p>three</p></blockquote>"
        "<table><tr><td>four</td></tr></table><figure><figcaption>five</figcaption></figure></div>"
    )
    assert len({each.group for each in found}) == 1
    assert len({each.shape for each in found}) == 5
    assert all(each.textual for each in found)


def test_text_loose_in_a_container_stands_in_it() -> None:
    _, (loose, inner) = places("<div class=a>one<p>two</p></div>")
    assert loose.group == inner.group
    assert loose.shape != inner.shape
    assert loose.textual


def test_a_container_with_text_alone_is_a_block_in_what_is_around_it() -> None:
    _, (paragraph, box) = places("<div class=a><p>one</p><div class=ad>two</div></div>")
    assert box.group == paragraph.group
    assert not box.textual


def test_only_an_h1_is_a_heading() -> None:
    whole, found = places("<h1>one <span>two</span></h1><h2>three</h2><p>four</p>")
    assert [each.heading for each in found] == [True, False, False]
    assert whole.headings() == {whole.marks[0]}


def test_what_stands_within_an_h1_is_a_heading() -> None:
    whole, _ = places("<h1><div class=t>one</div></h1><p>two</p>")
    assert whole.headings() == {whole.marks[0]}


@dataclass(frozen=True)
class Told:
    html: str
    words: tuple[str, ...]


def whole(parts: list[Told]) -> Told:
    return Told("".join(each.html for each in parts), tuple(word for each in parts for word in each.words))


TAGS = ["div", "section", "span", "b", "a href=/x", "ul", "li", "blockquote", "article", "em", "x-y"]
WORDS = st.from_regex(r"\A[a-z]{1,6}\Z").map(lambda word: Told(f" {word} ", (word,)))
BARE = st.sampled_from(
    ["<br>", "<br><br>", "<img src=x>", "<hr>", "<script>no</script>", "<style>no</style>", "<!-- no -->"]
)
TREES = st.recursive(
    WORDS | BARE.map(lambda html: Told(html, ())),
    lambda inner: st.builds(
        lambda tag, parts: Told(f"<{tag}>{whole(parts).html}</{tag.split()[0]}>", whole(parts).words),
        st.sampled_from(TAGS),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(TREES, max_size=5))
def test_no_word_of_a_page_is_lost_and_none_stands_twice(parts: list[Told]) -> None:
    told = whole(parts)
    assert " ".join(each.text for each in of(f"<main>{told.html}</main>")).split() == list(told.words)


@settings(max_examples=60, deadline=None)
@given(st.lists(TREES, max_size=5))
def test_every_block_has_a_place_and_a_mark(parts: list[Told]) -> None:
    found = of(f"<main>{whole(parts).html}</main>")
    page = layout(found, list(range(len(found))))
    assert len(page.marks) == len(page.at) == len(page.chosen) == len(found)
    assert all(page.marks)
    assert set(page.at) == set(range(len(page.places)))
    assert set(page.links) == {number for number, each in enumerate(found) if is_link(each)}
