"""The body text: each family of pages as a small one of ours, and the real pages of the corpus."""

from __future__ import annotations

import gzip
import importlib.util
import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract import generic
from archive.extract.aligned import aligned, key
from archive.extract.blocks import Block, blocks
from archive.extract.body import Body, body
from archive.extract.metadata import claims
from archive.extract.page import decode, parse
from archive.extract.weights import ADDED, KEPT

URL = "https://blog.example/2025/03/harbour.html"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEAD = '<title>Harbour reopens after the storm</title><meta property="og:type" content="article">'
STORY = (
    "The harbour of Port Ansel reopened on Monday after the storm of last week, the harbour master said, and the first "
    "ferry left for Kelmoor before noon with forty people on board.",
    "Repairs will take until the autumn and cost more than the town has put aside for all of its piers and quays in "
    "this year, according to the council, which met on Sunday evening.",
    "Nobody was hurt. Two boats were lost, and a third was found by children on the beach a mile to the north of the "
    "old lighthouse, where the current carries most of what the sea takes.",
    "The fishermen of the eastern quay have asked for help with their nets, most of which were torn from the drying "
    "sheds on the second night, when the wind was at its worst.",
    "The council will meet again on Thursday. Until then the outer pier stays closed to everyone but the crews who "
    "are clearing the stones from the slipway.",
)


def paragraphs(texts: tuple[str, ...]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(story: str, *, head: str = HEAD, after: str = "") -> str:
    return f"""<!DOCTYPE html><html lang="en"><head>{head}</head><body>
<nav><ul><li><a href="/">The Lantern</a></li><li><a href="/about">About us</a></li></ul></nav>
<main><article class="post"><h1>Harbour reopens after the storm</h1>{story}</article>{after}</main>
<footer><a href="/imprint">Imprint</a></footer></body></html>"""


def chosen(html: str) -> Body:
    tree = parse(html)
    assert tree is not None
    found = body(tree, claims(tree), generic.taken(tree, URL))
    assert found is not None
    return found


def text(html: str) -> list[str]:
    found = chosen(html)
    return [found.blocks[index].text for index in found.chosen]


# ------------------------------------------------------------------------------------------------------- alignment


@pytest.mark.parametrize(
    ("held", "taken", "indexes"),
    [
        (["one two three", "four five six"], ["four five six"], [1]),
        (["one two three", "four five six", "seven"], ["one two three four five six"], [0, 1]),
        (["one two three four five six"], ["one two three", "four five six"], [0]),
        (["menu", "said “so” – then"], ['said "so" - then'], [1]),
        (["Read on", "first of all the harbour", "Read on", "then"], ["first of all the harbour", "Read on"], [1, 2]),
        (["a long text of which one word was taken only"], ["word"], []),
        ([], ["word"], []),
        (["word"], [], []),
    ],
)  # fmt: skip
def test_what_was_taken_is_found_among_what_is_held(held: list[str], taken: list[str], indexes: list[int]) -> None:
    assert aligned([key(each) for each in held], [key(each) for each in taken])[0] == indexes


def test_a_text_with_a_part_left_out_is_found_by_its_pieces() -> None:
    whole = "the harbour master said on Monday evening that the ferry, seen here, would leave before noon on Tuesday"
    found, share = aligned([key("menu of the day"), key(whole)], [key(whole.replace("seen here, ", ""))])

    assert found == [1]
    assert share > 0.5


@given(st.lists(st.text(alphabet="abc d", min_size=1, max_size=40), max_size=12), st.data())
def test_any_selection_of_distinct_texts_is_found_again(texts: list[str], data: st.DataObject) -> None:
    held = [f"{number} begins {each} and ends {number}" for number, each in enumerate(texts)]
    keys = [key(each) for each in held]
    wanted = data.draw(st.lists(st.sampled_from(range(len(held))), unique=True)) if held else []

    assert aligned(keys, [keys[index] for index in sorted(wanted)])[0] == sorted(wanted)


# -------------------------------------------------------------------------------------------------------- families


def test_the_paragraphs_are_the_story_without_the_frame_and_the_headline() -> None:
    assert text(page(paragraphs(STORY))) == list(STORY)


def test_a_body_in_several_containers_of_one_kind_is_whole() -> None:
    grid = '<div class="grid"><div class="body">{}</div></div>'
    ad = '<div class="ad-slot"><p>Advertisement</p></div>'
    story = ad.join(grid.format(paragraphs(part)) for part in (STORY[:2], STORY[2:4], STORY[4:]))

    assert text(page(f'<div class="chunks">{story}</div>')) == list(STORY)


@pytest.mark.parametrize("place", [0, 2, 5])
def test_a_read_more_teaser_is_cut_and_the_text_after_it_stays(place: int) -> None:
    teaser = '<p><a href="/a">Read more: Salt in the wells of the delta, and what it means</a></p>'
    story = paragraphs(STORY[:place]) + teaser + paragraphs(STORY[place:])

    assert text(page(f'<div class="text">{story}</div>')) == list(STORY)


def test_the_next_articles_of_the_page_are_cut() -> None:
    entry = (
        '<article class="card related-teaser"><h2><a href="/n{0}">Another story of the day, number {0}</a></h2>'
        "<p>What the other story number {0} is about, told in one sentence that goes on for a while.</p></article>"
    )
    after = f'<section class="related">{"".join(entry.format(number) for number in range(4))}</section>'

    assert text(page(f'<div class="text">{paragraphs(STORY)}</div>', after=after)) == list(STORY)


@pytest.mark.parametrize(
    "box",
    [
        '<div class="newsletter-box"><h3>Sign up to our newsletter</h3><p>The best of the day in your inbox.</p></div>',
        '<div class="author-bio"><p>Oda Quillfeather writes about harbours. Follow her on @oda.</p></div>',
        '<div id="comments"><h3>Comments</h3><div class="comment"><p>What a storm, my roof is gone.</p></div></div>',
        '<div class="paywall"><p>Subscribe to read more of our stories. Already a member? Log in.</p></div>',
        '<p class="copyright">© 2026 The Lantern. All rights reserved.</p>',
        '<ul class="tags"><li><a href="/t/harbour">harbour</a></li><li><a href="/t/storm">storm</a></li></ul>',
    ],
)
def test_what_stands_below_a_story_is_cut(box: str) -> None:
    assert text(page(f'<div class="text">{paragraphs(STORY)}</div>{box}')) == list(STORY)


def test_line_breaks_make_paragraphs_and_lists_tables_and_headings_stay() -> None:
    broken = "<br><br>".join(STORY)
    assert text(page(f'<div class="text">{broken}</div>')) == list(STORY)

    rich = (
        f"{paragraphs(STORY[:2])}<h2>What is known so far</h2>{paragraphs(STORY[2:3])}"
        f"<ul><li>{STORY[3]}</li></ul>{paragraphs(STORY[4:])}"
    )
    assert text(page(f'<div class="text">{rich}</div>')) == [*STORY[:2], "What is known so far", *STORY[2:]]


def test_an_old_layout_of_tables_without_paragraphs_is_read() -> None:
    html = f"""<html><head><title>Harbour</title></head><body><table><tr><td><a href="/">Home</a></td>
<td>{"<br><br>".join(STORY)}</td></tr></table></body></html>"""

    assert text(html) == list(STORY)


@pytest.mark.parametrize(
    ("hidden", "origin"),
    [
        (f'<script type="text/template">{paragraphs(STORY)}</script>', "script"),
        (f"<script>window.state = {json.dumps({'post': {'html': paragraphs(STORY)}})}</script>", "script"),
        (
            "<script>window.state = "
            + json.dumps({"html": paragraphs(STORY).replace("<", "&lt;").replace(">", "&gt;")})
            + "</script>",
            "script",
        ),
        (f"<noscript><div>{paragraphs(STORY)}</div></noscript>", "noscript"),
    ],
)
def test_a_story_that_stands_only_in_a_script_is_read_and_said_to(hidden: str, origin: str) -> None:
    html = f'<html><head>{HEAD}</head><body><div id="root"><p>Loading</p></div>{hidden}</body></html>'
    found = chosen(html)

    assert [found.blocks[index].text for index in found.chosen] == list(STORY)
    assert found.origin == origin


def test_the_body_that_json_ld_states_is_read_where_the_page_shows_none() -> None:
    stated = {"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": "\n".join(STORY)}
    html = f"""<html><head>{HEAD}<script type="application/ld+json">{json.dumps(stated)}</script></head>
<body><div id="root"></div></body></html>"""
    found = chosen(html)

    assert [found.blocks[index].text for index in found.chosen] == list(STORY)
    assert found.origin == "json-ld"


def test_the_entries_of_a_live_blog_are_whole_and_in_the_order_of_the_page() -> None:
    entries = "".join(
        f'<div class="entry"><time datetime="2025-03-03T0{number}:00">0{number}</time><p>{each}</p><p>Ends.</p></div>'
        for number, each in enumerate(STORY)
    )
    found = chosen(page(f'<div class="feed">{entries}</div>'))
    texts = [found.blocks[index].text for index in found.chosen]

    assert found.live
    assert [each for each in texts if each in STORY] == list(STORY)
    assert texts.count("Ends.") == len(STORY)


def test_an_article_with_one_time_is_no_live_blog() -> None:
    assert not chosen(page(f"<time>3 March</time>{paragraphs(STORY)}")).live


def test_what_is_known_to_be_boilerplate_is_left_out() -> None:
    class Known:
        def is_boilerplate(self, block: Block) -> bool:
            return block.text == STORY[1]

    tree = parse(page(paragraphs(STORY)))
    assert tree is not None
    found = body(tree, claims(tree), generic.taken(tree, URL), Known())

    assert found is not None
    assert [found.blocks[index].text for index in found.chosen] == [STORY[0], *STORY[2:]]


def test_a_page_without_text_has_no_body() -> None:
    tree = parse("<html><head><title>x</title></head><body><div></div></body></html>")
    assert tree is not None

    assert body(tree, None, []) is None


def test_the_weights_are_small_numbers_of_both_signs() -> None:
    for table in (KEPT, ADDED):
        assert min(table.values()) < 0 < max(table.values())
        assert all(abs(weight) < 5 for weight in table.values())


# ---------------------------------------------------------------------------------------------------------- corpus


@pytest.fixture(scope="module")
def corpus(shared: Path) -> list[tuple[dict[str, Any], Body | None, Body | None]]:
    """Read every page of the corpus with a gold text twice."""
    folder = shared / "corpora" / "articles"
    entries = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    found = []
    for entry in entries:
        tree = parse(decode(gzip.decompress((folder / entry["file"]).read_bytes()), None))
        if tree is None:
            continue
        said, taken = claims(tree), generic.taken(tree, entry["url"])
        found.append((entry, body(tree, said, taken), body(tree, said, taken)))
    return found


def test_every_paragraph_is_a_block_of_its_page_and_stands_in_order(
    corpus: list[tuple[dict[str, Any], Body | None, Body | None]],
) -> None:
    assert len(corpus) > 500
    for _, found, again in corpus:
        assert (found is None) == (again is None)
        if found is not None and again is not None:
            assert found.chosen == again.chosen
            assert all(0 <= index < len(found.blocks) for index in found.chosen)
            assert all(one < other for one, other in pairwise(found.chosen))


def test_the_text_of_real_pages_is_read_about_as_well_as_it_was(
    shared: Path, corpus: list[tuple[dict[str, Any], Body | None, Body | None]]
) -> None:
    score = scorer(shared)
    answers = {
        entry["id"]: {"text": "\n".join(found.blocks[index].text for index in found.chosen) if found else ""}
        for entry, found, _ in corpus
    }
    figures, _ = score.score([entry for entry, _, _ in corpus], answers)

    assert figures["text_f1"] >= 0.968
    assert figures["text_f1>=.9"] >= 0.935
    assert figures["snippet_recall"] >= 0.94
    assert figures["snippet_leak"] <= 0.062


def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_extraction", shared / "bench" / "score_extraction.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_layout_goes_with_the_extraction() -> None:
    tree = parse(page(paragraphs(STORY)))
    assert tree is not None
    found = generic.read_tree(tree, URL, AT, claims(tree))

    assert isinstance(found, tuple)
    extraction, layout = found
    assert extraction.paragraphs == STORY
    assert [blocks(tree)[index].mark for index in layout.chosen] == [layout.marks[index] for index in layout.chosen]
