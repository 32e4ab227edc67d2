"""The generators of edits do what they say: a right map, one result for a seed, edits inside the article."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest

from benchmarks.alignment import judge, judged, total
from benchmarks.made_edits import made, pairs
from benchmarks.made_held import HELD
from benchmarks.made_kinds import SHOWN
from benchmarks.made_pages import KINDS, cases
from benchmarks.made_pages import made as made_page
from benchmarks.made_sheet import Page, page_in
from benchmarks.made_text import Article, Donor, articles, join, parted

ROOT = Path(__file__).parent.parent
STORY = (
    "The harbour was closed on Monday after a crane fell into the water. Nobody was hurt in it, but it woke the town.",
    "Divers searched the basin until noon. They found a truck, a bicycle and two boats. The crane lay on its side.",
    "Repairs will take a month, as the quay has to be rebuilt. Ships are sent to other ports along the coast.",
    "The mayor asked people to stay away. Cafes near the quay stayed open. A ferry waited outside the harbour.",
    "Fishermen lost a day of work, and some of them lost their nets. The market opened late and closed early.",
)
ARTICLE = Article(id="story", language="en", paragraphs=tuple(tuple(parted(each)) for each in STORY))
DONOR = Donor(
    sentences=("Rain fell on the hills for three weeks in a row.", "A new library opens beside the old school."),
    words=("apple", "window", "quietly", "singing"),
)
PAGE = """<html><head><title>Crane falls into harbour</title>
<meta property="og:title" content="Crane falls into harbour">
<meta property="og:image" content="https://img.example/crane-in-harbour-2026.jpg">
<meta property="article:published_time" content="2026-03-02T08:00:00+00:00">
<meta property="article:modified_time" content="2026-03-09T09:30:00+00:00"></head>
<body><nav><a href="/">Home</a></nav><article><h1>Crane falls into harbour</h1>
<img src="https://img.example/crane-in-harbour-2026.jpg">
<div class="body">
{}
</div></article><footer>All rights kept.</footer></body></html>"""


def page() -> Page:
    lines = [*STORY, "The inquiry was opened by the port and it was closed again after a week of work.",
             "Insurers said the loss was large, and they will pay for 25 of the boats by Friday, too."]  # fmt: skip
    html = PAGE.format("\n".join(f"<p>{line}</p>" for line in lines)).replace("rebuilt", '<a href="/quay">rebuilt</a>')
    gold = {"text": "\n".join(lines), "title": "Crane falls into harbour", "lang": "en"}
    found = page_in(html, {"id": "crane", "url": "https://port.example/crane", "gold": gold}, ("other.example",))
    assert found is not None
    return found


def test_a_paragraph_is_parted_where_a_sentence_surely_ends() -> None:
    doubtful = "Mr. Smith met J. Doe at 5 p.m. in the U.S. capital."
    assert parted(f"{doubtful} They spoke “for long.” Then he left!") == [
        doubtful,
        "They spoke “for long.”",
        "Then he left!",
    ]
    assert parted("会议结束。大家离开。") == ["会议结束。", "大家离开。"]
    assert [join(each) for each in ARTICLE.paragraphs] == list(STORY)


@pytest.mark.parametrize(("kind", "held"), [*((kind, False) for kind in SHOWN), *((kind, True) for kind in HELD)])
def test_each_kind_keeps_account_of_what_sentences_became(
    kind: str, held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = HELD if held else SHOWN
    only = {kind: table[kind]}
    monkeypatch.setattr("benchmarks.made_edits.HELD" if held else "benchmarks.made_edits.SHOWN", only)
    for seed in range(8):
        pair = made(ARTICLE, random.Random(seed), DONOR, held=held, count=1)
        assert pair.kinds == (kind,)
        assert pair.before == "\n".join(STORY)
        assert pair.before != pair.after
        before = [pair.before[start:end] for start, end in pair.before_at]
        after = [pair.after[start:end] for start, end in pair.after_at]
        assert before == ARTICLE.sentences
        for link in pair.links:
            mine, other = set(before[link.before].lower().split()), set(after[link.after].lower().split())
            if link.kind in {"same", "moved"}:
                assert before[link.before] == after[link.after]
            elif link.kind != "typographic":
                assert len(mine & other) >= 0.4 * min(len(mine), len(other))
        linked_before, linked_after = {link.before for link in pair.links}, {link.after for link in pair.links}
        assert (len(linked_before) < len(before)) == (kind == "delete")
        assert (len(linked_after) < len(after)) == (kind == "insert")
        counts = {link.kind for link in pair.links if link.kind != "same"}
        wanted = {"merge": {"merged"}, "split": {"split"}, "move": {"moved"}, "replace": {"reworded"}, "delete": set()}
        assert counts == wanted.get(kind, counts)


def test_the_same_seed_gives_the_same_pair_and_another_seed_another() -> None:
    other = Article(id="other", language="en", paragraphs=(DONOR.sentences * 6,))
    others = [ARTICLE, other, other]
    first, again = list(pairs(7, known=others)), list(pairs(7, known=others))
    assert first == again
    assert first[0].after != next(pairs(8, known=others)).after


def test_links_are_scored_whatever_the_splitter() -> None:
    pair = made(ARTICLE, random.Random(3), DONOR, held=False)
    gold = [(link.before, link.after) for link in pair.links]
    right = judge(pair, pair.before_at, pair.after_at, gold)
    assert right.all.f1 == right.touched.f1 == 1
    assert right.touched.wanted
    # Each sentence parted in two, in the middle: halves of what is linked are linked.
    halves = [
        [part for start, end in places for part in ((start, (start + end) // 2), ((start + end) // 2, end))]
        for places in (pair.before_at, pair.after_at)
    ]
    finer = judge(pair, halves[0], halves[1], [(2 * i + k, 2 * j + k) for i, j in gold for k in (0, 1)])
    assert finer.all.f1 == 1
    none = judge(pair, pair.before_at, pair.after_at, [])
    assert none.all.recall == 0
    count = len(pair.after_at)
    crossed = judge(pair, pair.before_at, pair.after_at, [(i, (j + count // 2) % count) for i, j in gold])
    assert crossed.all.f1 < 0.2


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"quote gone", "plain"}])
def test_an_edit_of_a_page_stands_in_the_article_or_its_metadata(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.made_pages.KINDS", {kind: KINDS[kind]})
    for seed in range(6):
        pair = made_page(page(), random.Random(seed), [b"<html><body><div>x</div></body></html>"], count=1)
        assert pair is not None
        (edit, *rest) = pair.edits
        assert all(each.is_update for each in rest)
        assert edit.flags <= pair.flags
        html = page().html
        article = html.index("<article>"), html.index("</article>")
        head = html.index("</head>")
        for splice in (*edit.splices_before, *edit.splices_after):
            inside = article[0] < splice.start <= splice.end < article[1]
            assert inside or (splice.end < head and kind in {"headline", "picture", "redated"})
        after = pair.after.decode()
        assert all(splice.text in after for splice in edit.splices_after)
        assert pair.before.decode() != after


def test_stealth_is_wanted_where_a_change_of_substance_has_no_notice_and_no_new_time() -> None:
    seen = set()
    for seed in range(60):
        pair = made_page(page(), random.Random(seed), [b"<html><body><div>x</div></body></html>"])
        assert pair is not None
        told = any(edit.is_notice or edit.is_update for edit in pair.edits)
        grave = bool(pair.flags - {"link", "picture", "redated", "correction", "stealth"})
        assert ("stealth" in pair.flags) == (grave and not told)
        seen.add((grave, told))
    assert len(seen) > 2


def test_the_generators_share_nothing_with_what_they_try() -> None:
    for path in ROOT.glob("benchmarks/made_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("archive"):
                assert node.module == "archive.model"


def test_pages_of_the_corpus_are_edited_the_same_way_for_the_same_seed(shared: Path) -> None:
    first, again = list(cases(3, 5)), list(cases(3, 5))
    assert first == again
    assert all(2 <= len([edit for edit in pair.edits if not edit.is_update]) <= 6 for pair in first)


def test_links_of_sentences_are_found_on_real_articles(shared: Path) -> None:
    known = random.Random(1).sample(articles(), 30)
    for held in (False, True):
        whole, _ = total(judged(20261207, held=held, known=known))
        assert whole.wanted > 500
        assert whole.f1 >= 0.97


def test_flags_are_raised_on_real_pages(shared: Path) -> None:
    from archive import ingest
    from benchmarks.flags import Score, answer

    ingest.prepare()
    score = Score.of(each for pair in cases(16, 20261207) if (each := answer(pair)).read)
    _, _, precision, recall = score.figures(score.known())
    assert precision >= 0.85
    assert recall >= 0.8
