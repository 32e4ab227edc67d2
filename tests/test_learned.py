"""Boilerplate learned from an outlet's own articles: what is cut, and what must never be."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import Damaged
from archive.extract import generic
from archive.extract.blocks import Block, blocks, layout
from archive.extract.learned import Learned, Page, learn
from archive.extract.metadata import claims
from archive.extract.page import parse
from archive.extract.refrains import says, words_of
from archive.extract.streams import Stream
from archive.model import Layout
from crawler.newsstand import frames
from crawler.newsstand.reportage import Desk, plain
from crawler.newsstand.rows import OPENING
from crawler.newsstand.scripted import Asking

Choice = Callable[[Block], bool]
DAYS = ("Monday", "Tuesday", "Friday", "Sunday")
LETTER = "Every {} our letter goes out to {} readers who want the news of the coast before breakfast. Sign up below."
AFFAIR = "The harbour mayor was arrested in March over alleged bribes for the dredging contract; he denies all charges."


@dataclass(frozen=True, slots=True)
class Made:
    """A page written here: its blocks, those that an extractor took, and the same as ``learn`` is told of it."""

    found: list[Block]
    chosen: list[int]
    page: Page

    def kept(self, model: Learned | None) -> list[str]:
        cut = self.chosen if model is None else model.cut(self.found, self.chosen)
        return [self.found[index].text for index in cut]


def made(name: str, html: str, taken: Choice = lambda block: block.element.tag == "p", day: int = 0) -> Made:
    tree = parse(f"<html><body>{html}</body></html>")
    assert tree is not None
    found = blocks(tree)
    return read(name, found, [index for index, block in enumerate(found) if taken(block)], day)


def read(name: str, found: list[Block], chosen: list[int], day: int = 0) -> Made:
    texts = tuple(found[index].text for index in chosen)
    published = f"2026-{1 + day // 28:02}-{1 + day % 28:02}"
    return Made(found, chosen, Page(urlkey=name, paragraphs=texts, layout=layout(found, chosen), published=published))


def ps(texts: Iterable[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


@cache
def story(name: str, paragraphs: int = 5) -> tuple[str, ...]:
    return tuple(plain(words) for words in Desk(outlet="test").report(name, paragraphs, linked=False))


def learned(pages: Sequence[Made], former: Learned | None = None) -> Learned | None:
    return learn("coast.example", [each.page for each in pages], former)


def article(day: int, extra: Sequence[str] = (), at: int = 2) -> Made:
    texts = list(story(str(day)))
    texts[at:at] = extra
    return made(f"example,coast)/{day:02}", f'<div class="text">{ps(texts)}</div>', day=day)


# -------------------------------------------------------------------------------------------------------- refrains


def letter(day: int) -> str:
    return LETTER.format(DAYS[day % 4], 1000 + 37 * day)


def lettered(count: int) -> list[Made]:
    return [article(day, [letter(day)] if day % 3 else [], at=day % 5) for day in range(count)]


def test_a_notice_with_changing_days_and_numbers_is_cut_and_the_prose_is_kept() -> None:
    pages = lettered(12)
    model = learned(pages)
    assert model is not None
    assert [page.kept(model) for page in pages] == [list(story(str(day))) for day in range(12)]


def test_a_notice_is_cut_from_an_article_that_nothing_was_learned_from() -> None:
    model = learned(lettered(12))
    fresh = LETTER.format("Saturday", 7)
    assert article(99, [fresh]).kept(model) == list(story("99"))


def test_a_notice_with_a_name_inside_is_cut() -> None:
    names = ("Ida Holm", "Per Nygaard", "Rosalind Okonjo-Vale")
    about = [
        f"{names[day % 3]} writes about fish and those who catch them for us since 19{80 + day}." for day in range(9)
    ]
    pages = [article(day, [about[day]], at=5) for day in range(9)]
    model = learned(pages)
    assert all(page.kept(model) == list(story(str(day))) for day, page in enumerate(pages))


def test_under_eight_articles_nothing_is_learned() -> None:
    assert learned(lettered(7)) is None
    assert learned(lettered(8)) is not None


def test_what_two_articles_share_is_text() -> None:
    assert learned([article(day, [letter(day)] if day in (1, 5) else []) for day in range(8)]) is None


def test_a_rarer_wording_of_a_notice_is_learned_with_it() -> None:
    rarer = "Ask for our letter, which goes out to {} readers who want the news of the coast, and leave when you like."
    pages = lettered(30)
    pages[3], pages[21] = (article(day, [rarer.format(day)]) for day in (3, 21))
    model = learned(pages)
    assert [page.kept(model) for page in pages] == [list(story(str(day))) for day in range(30)]


def test_notices_that_speak_of_each_other_are_no_topic() -> None:
    support = "Support the Coast from {} crowns."
    appeals = (
        "The Coast has no owner, and without the support of {} readers it would not be there.",
        "Many support the Coast with a little money each month; on {} days of the year that is all we have.",
    )
    pages = [
        article(day, [appeals[day % 2].format(day), support.format(day)] if day % 3 else [support.format(1)])
        if day % 4
        else article(day)
        for day in range(24)
    ]
    model = learned(pages)
    assert [page.kept(model) for page in pages] == [list(story(str(day))) for day in range(24)]


def test_one_article_under_many_addresses_counts_once() -> None:
    pages = [article(day) for day in range(8)]
    again = [replace(pages[0], page=replace(pages[0].page, urlkey=f"example,coast)/x{each}")) for each in range(6)]
    edited = [made(f"example,coast)/e{each}", ps([f"Updated {each} times.", *story("0")])) for each in range(6)]
    assert learned([*pages, *again, *edited]) is None


def test_where_nothing_repeats_nothing_is_learned() -> None:
    assert learned([article(day) for day in range(30)]) is None


@pytest.mark.parametrize("days", [(3, 4, 5, 6, 7), (2, 8, 13, 19, 26), (0, 1, 15, 16, 29)])
def test_a_background_paragraph_of_one_affair_is_text(days: tuple[int, ...]) -> None:
    sessions = (
        "The mayor came to the court with two lawyers and said nothing about the contract or the harbour.",
        "Bribes of this kind, the charges say, were paid to the harbour office for years before anybody was arrested.",
        "Dredging will go on, whoever the next mayor is; the alleged savings on the contract have not been found.",
        "A clerk said that the charges against the mayor are older than March; he knew of the bribes himself.",
        "The company that won the dredging contract was searched; its owner was arrested at the harbour.",
    )
    pages = [article(day, [sessions[days.index(day)], AFFAIR] if day in days else []) for day in range(30)]
    model = learned(pages)
    assert all(AFFAIR in pages[day].kept(model) for day in days)
    strewn = learned([article(day, [AFFAIR] if day in {2, 8, 13, 19, 26} else []) for day in range(30)])
    assert strewn is not None  # the same words where the stories are about something else


def test_a_quotation_in_a_stretch_of_the_time_is_text_and_a_campaign_in_all_of_a_stretch_is_not() -> None:
    said = "Nobody told us that the sea would come so far, and nobody will pay for it either."
    some = [article(day, [said] if day in (20, 22, 24, 26, 28) else []) for day in range(30)]
    assert learned(some) is None
    campaign = [article(day, [said] if day >= 24 else []) for day in range(30)]
    assert said not in campaign[29].kept(learned(campaign))


def test_short_lines_are_cut_only_where_half_of_the_articles_have_them() -> None:
    rare = [article(day, ["Why it matters"] if day % 5 == 0 else []) for day in range(20)]
    assert learned(rare) is None
    often = [article(day, [f"{day} readers now"] if day % 3 else []) for day in range(20)]
    model = learned(often)
    assert model is not None
    assert model.refrains == (("readers", "now"),)
    assert article(50, ["readers now and then"]).kept(model)[2] == "readers now and then"


def test_a_lede_that_stands_as_a_teaser_on_other_pages_is_text() -> None:
    teaser = f'<ul class="more"><li>{escape(story("0")[0])}</li></ul>'
    pages = [made(f"k{day:02}", f"<div>{ps(story(str(day)))}</div>{teaser}", day=day) for day in range(12)]
    model = learned(pages)
    assert pages[0].kept(model) == list(story("0"))


def test_a_notice_that_was_taken_on_two_pages_and_stands_on_all_is_learned() -> None:
    words = "Copyright the Coast, all rights reserved, no part of this text may be printed again without leave."
    bodies = [[*story(str(day)), words] for day in range(12)]
    pages = [
        made(f"k{day:02}", ps(body), lambda block, day=day: day in (1, 9) or block.text != words, day)  # type: ignore[misc]
        for day, body in enumerate(bodies)
    ]
    assert words not in pages[1].kept(learned(pages))


@pytest.mark.parametrize(
    ("refrain", "block", "same"),
    [
        ("give once or every month", "Give once, or every month!", True),
        ("give once or every month", "Give once or every 3 months", True),
        ("give once or every month", "He would give once a year or every month that he had a good catch", False),
        ("give once or every month", "give", False),
        ("支持我们的新闻工作每月一次", "支持我们的新闻工作每月2次", True),
        ("支持我们的新闻工作每月一次", "市长周一在法院表示他没有收钱", False),
    ],
)
def test_a_refrain_is_known_by_its_words_in_their_order(refrain: str, block: str, same: bool) -> None:
    assert says(words_of(refrain), words_of(block)) is same


# --------------------------------------------------------------------------------------------------------- streams


def headline(number: int) -> str:
    return f"What {story(f'title {number}', 1)[0][:30].strip().lower()}"


def in_containers(number: int, texts: Sequence[str]) -> str:
    return f'<article class="item"><h1>{escape(headline(number))}</h1><div class="body">{ps(texts)}</div></article>'


def in_one(number: int, texts: Sequence[str]) -> str:
    return f'<h2 class="title">{escape(headline(number))}</h2><p class="by">By Ida Holm, {number}</p>{ps(texts)}'


def unclassed(block: Block) -> bool:
    return block.element.get("class") is None


def streamed(item: Callable[[int, Sequence[str]], str], number: int, following: Sequence[int]) -> Made:
    texts = [story(str(each)) for each in (number, *following)]
    halves = [*texts[:-1], texts[-1][:2]]
    html = "".join(item(each, text) for each, text in zip((number, *following), halves, strict=True))
    return made(f"s{number:02}", f'<div class="flow">{html}</div>', unclassed)


@pytest.mark.parametrize("item", [in_containers, in_one])
def test_the_next_stories_are_cut_also_those_never_seen(item: Callable[[int, Sequence[str]], str]) -> None:
    pages = [streamed(item, number, [(number + 1) % 12, (number + 2) % 12]) for number in range(12)]
    model = learned(pages)
    assert model is not None
    for number, page in enumerate(pages):
        assert [text for text in page.kept(model) if text != headline(number)] == list(story(str(number)))
    unseen = streamed(item, 70, [71, 72])
    assert [text for text in unseen.kept(model) if text != headline(70)] == list(story("70"))


def test_refrains_are_learned_of_pages_with_next_stories_too() -> None:
    texts = {number: [*story(str(number))[:3], letter(number), *story(str(number))[3:]] for number in range(12)}
    pages = [
        made(f"s{number:02}", "".join(in_containers(each % 12, texts[each % 12]) for each in range(number, number + 3)))
        for number in range(12)
    ]
    model = learned(pages)
    assert [page.kept(model) for page in pages] == [list(story(str(number))) for number in range(12)]


def test_an_older_story_inside_a_follow_up_is_its_text() -> None:
    pages = [made(f"k{day:02}", f"<div>{ps(story(str(day)))}</div>", day=day) for day in range(12)]
    later = [
        made(f"l{day}", f"<div>{ps([*story(f'new {day}', 2), *story('0')])}</div>", day=12 + day) for day in range(6)
    ]
    model = learned([*pages, *later])
    assert all(page.kept(model) == list(page.page.paragraphs) for page in (*pages, *later))


def test_a_story_in_several_containers_is_kept_whole() -> None:
    def grids(number: int) -> str:
        return "".join(f'<div class="body">{ps(story(str(number))[at : at + 2])}</div>' for at in (0, 2, 4))

    pages = [made(f"k{number:02}", f'<article class="item">{grids(number)}</article>') for number in range(12)]
    flows = [
        made(f"f{number}", "".join(
            f'<article class="item"><h1>{escape(headline(each))}</h1>{grids(each)}</article>'
            for each in (number, number + 1, number + 2)
        ))
        for number in range(20, 30)
    ]  # fmt: skip
    model = learned([*pages, *flows])
    assert model is not None
    assert model.streams
    assert all(page.kept(model) == list(page.page.paragraphs) for page in pages)
    assert all(page.kept(model) == list(story(str(20 + at))) for at, page in enumerate(flows))


def test_subheadings_that_only_other_stories_have_are_no_sign_of_a_next_story() -> None:
    flows = [streamed(in_one, number, [(number + 1) % 6]) for number in range(6)]
    long_read = [
        made(
            f"k{day}",
            f'<div class="flow">{in_one(day, story(str(day)))}{in_one(day, story(f"more {day}"))}</div>',
            unclassed,
        )
        for day in range(30, 36)
    ]
    model = learned([*flows, *long_read])
    assert all(page.kept(model) == list(page.page.paragraphs) for page in long_read)


# ------------------------------------------------------------------------------------------ learning again, the journal


def cut_by(model: Learned, page: Made) -> Made:
    return read(page.page.urlkey, page.found, model.cut(page.found, page.chosen))


def test_learning_again_from_pages_already_cut_forgets_nothing() -> None:
    pages = lettered(12)
    model = learned(pages)
    assert model is not None
    again = learned([cut_by(model, page) for page in pages], model)
    assert again is not None
    assert again.digest == model.digest
    assert learned(pages[:3], model) == model


def test_next_stories_are_learned_of_the_page_not_only_of_what_was_chosen() -> None:
    pages = [streamed(in_containers, number, [(number + 1) % 12]) for number in range(12)]
    model = learned(pages)
    assert model is not None
    again = learned([cut_by(model, page) for page in pages])
    assert again is not None
    assert again.streams == model.streams


def test_more_pages_that_teach_nothing_new_leave_the_digest_alone() -> None:
    few, many = lettered(12), lettered(24)
    model = learned(few)
    assert model is not None
    more = learned(many, model)
    assert more is not None
    assert (more.pages, more.digest) == (24, model.digest)
    assert replace(model, refrains=()).digest != model.digest


def test_what_was_learned_goes_through_json_unchanged() -> None:
    model = learned([streamed(in_containers, number, [(number + 1) % 12]) for number in range(12)])
    assert model is not None
    full = replace(model, refrains=(("readers", "now"), ("été", "支")))
    assert Learned.of(json.loads(json.dumps(full.data()))) == full


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"outlet": "x", "pages": 9, "refrains": [1], "streams": []},
        {"outlet": "x", "pages": 9, "refrains": [""], "streams": []},
        {"outlet": "x", "pages": 9, "refrains": [], "streams": [{"kind": [1, 2], "signs": []}]},
        {"outlet": "x", "pages": 9, "refrains": [], "streams": [{"kind": [1, 2], "signs": [["shape"]]}]},
    ],
)
def test_a_damaged_model_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Damaged, match="cannot be read; learn it again"):
        Learned.of(wrong)


# ------------------------------------------------------------------------------------------------------- properties


@cache
def mixed() -> tuple[Made, ...]:
    return (*lettered(10), *(streamed(in_containers, number, [(number + 1) % 10 + 40]) for number in range(40, 50)))


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_pages_is_of_no_account(drawn: random.Random) -> None:
    pages = list(mixed())
    model = learned(pages)
    drawn.shuffle(pages)
    assert learned(pages) == model


TEXTS = st.sampled_from(("one two three four five", "six seven", "eight nine ten eleven twelve 13", "readers now", "1"))
TAGS = st.sampled_from(("p", "h1", "div", "li"))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.tuples(TAGS, TEXTS), max_size=5), min_size=1, max_size=5),
    st.lists(TEXTS, max_size=4),
    st.data(),
)
def test_a_cut_never_adds_keeps_the_order_and_never_empties(
    groups: list[list[tuple[str, str]]], said: list[str], data: st.DataObject
) -> None:
    inner = ("".join(f"<{tag}>{text}</{tag}>" for tag, text in group) for group in groups)
    tree = parse("<html><body>" + "".join(f'<div class="g">{each}</div>' for each in inner) + "</body></html>")
    assert tree is not None
    found = blocks(tree)
    if not found:
        return
    chosen = sorted(data.draw(st.sets(st.integers(0, len(found) - 1), min_size=1)))
    laid: Layout = layout(found, chosen)
    place = data.draw(st.sampled_from(laid.places))
    signs = data.draw(
        st.lists(
            st.sampled_from([("shape", place.shape), ("group", place.group_shape), ("outer", place.group_shape)]),
            min_size=1,
            unique=True,
        )
    )
    model = Learned(
        outlet="x",
        pages=9,
        refrains=tuple(words for text in said if (words := words_of(text))),
        streams=(Stream(kind=(laid.place(chosen[0]).shape, place.group_shape), signs=tuple(signs)),),
    )
    kept = model.cut(found, chosen)
    assert kept
    assert kept == [index for index in chosen if index in kept]
    assert model.cut(found, kept) == kept or len(kept) < len(chosen)


# --------------------------------------------------------------------------------------------------- the hard frames


def greedy(found: list[Block]) -> list[int]:
    """Choose as a careless extractor does: all paragraphs and headings of the main part but the comments."""
    return [
        index
        for index, block in enumerate(found)
        if block.element.tag in ("p", "h1")
        and any(each.tag == "main" for each in block.element.iterancestors())
        and not any(each.get("class") == "comments" for each in block.element.iterancestors())
    ]


@cache
def framed(host: str, careless: bool) -> tuple[tuple[str, Made], ...]:
    pages = []
    for one in frames.articles(host):
        url = f"http://{host}{one.path}"
        asking = Asking(host=host, target=one.path, now=OPENING, of_host=one.at)
        tree = parse(frames.write(one, asking).text)
        assert tree is not None
        found = blocks(tree)
        if careless:
            chosen = greedy(found)
        else:
            extracted = generic.read_tree(tree, url, OPENING + timedelta(days=30), claims(tree))
            assert isinstance(extracted, tuple)
            assert extracted[1].marks == tuple(block.mark for block in found)
            chosen = list(extracted[1].chosen)
        pages.append((url, read(one.path, found, chosen, 29 - one.at)))
    return tuple(pages)


@pytest.mark.parametrize("careless", [True, False])
@pytest.mark.parametrize("host", [frames.STREAM, frames.NOTICES, frames.DONATIONS])
def test_after_learning_no_hard_frame_leaks_and_no_text_is_lost(host: str, careless: bool) -> None:
    truth = {one.url: one for one in frames.framed()}
    pages = framed(host, careless)
    model = learned([page for _, page in pages])
    leaks = lost = before = 0
    for url, page in pages:
        kept = page.kept(model)
        before += sum(piece in "\n".join(page.page.paragraphs) for piece in truth[url].never)
        leaks += sum(piece in "\n".join(kept) for piece in truth[url].never)
        lost += sum(text not in kept for text in truth[url].paragraphs)
    assert (leaks, lost) == (0, 0)
    assert before > 60 or not careless


def test_what_was_learned_of_some_pages_holds_for_the_others() -> None:
    truth = {one.url: one for one in frames.framed()}
    for host in (frames.STREAM, frames.NOTICES, frames.DONATIONS):
        pages = framed(host, careless=True)
        model = learned([page for _, page in pages[:24]])
        for url, page in pages[24:]:
            kept = page.kept(model)
            assert not [piece for piece in truth[url].never if piece in "\n".join(kept)], url
            assert not [text for text in truth[url].paragraphs if text not in kept], url
