"""What of a changed page is the publisher's edit, and what only stands around the article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.edits import weigh
from archive.extract.blocks import blocks
from archive.model import Candidate
from archive.standing import redesigned, state_of
from archive.wording import compared
from tests.pages_of import FOOT, HEADLINE, NAV, NEW, STORY, URL, page, paragraphs, read, said, state, tree, weighed

BEFORE = page(*STORY)
FIGURE = "<figure><img src=x><figcaption>{}</figcaption></figure>"
LETTER = '<p>He said so in <a href="{}">his letter</a> to the assembly on Sunday.</p>'
CORRECTION = "Correction: an earlier version of this article gave the wrong number of people."


def swapped(at: int, old: str, new: str) -> list[str]:
    """Give the story with some words of one paragraph changed."""
    assert old in STORY[at]
    return [text.replace(old, new) if number == at else text for number, text in enumerate(STORY)]


SPLIT = [*STORY[0].split(", the harbour", 1)]
CUT = [f"{SPLIT[0]},", f"the harbour{SPLIT[1]}", *STORY[1:]]
JOINED = [f"{STORY[0]} {STORY[1]}", *STORY[2:]]
COUNTED = swapped(0, "40", "41")


# -------------------------------------------------------------------------------------------------- edits of text


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(COUNTED, id="a number"),
        pytest.param(swapped(2, "counts", "matters"), id="a word in a quote"),
        pytest.param(swapped(4, ".", "?"), id="a full stop"),
        pytest.param([NEW, *STORY], id="a paragraph first"),
        pytest.param([*STORY[:3], NEW, *STORY[3:]], id="a paragraph in the middle"),
        pytest.param([*STORY, NEW], id="a paragraph last"),
        pytest.param(STORY[1:], id="the first removed"),
        pytest.param([*STORY[:2], *STORY[3:]], id="one removed"),
        pytest.param(STORY[:-1], id="the last removed"),
        pytest.param([STORY[1], STORY[0], *STORY[2:]], id="a move"),
        pytest.param([*STORY[1:], STORY[0]], id="a move to the end"),
        pytest.param([*STORY[:2], "<h2>What was lost in the storm</h2>", *STORY[2:]], id="a subheading"),
        pytest.param([*STORY, "<ul><li>A third boat, of oak, is still missing</li></ul>"], id="a list item"),
        pytest.param([*STORY, "<blockquote>The sea took it all in a night</blockquote>"], id="a block quote"),
        pytest.param(
            [*STORY, "<blockquote><p>The sea took it all</p></blockquote>"], id="a paragraph in a block quote"
        ),
        pytest.param([*STORY, f"<p class='added'>{NEW}</p>"], id="a paragraph with a class"),
        pytest.param([*STORY, f"<p class='note'>{CORRECTION}</p>"], id="a notice at the foot of the text"),
        pytest.param([f"{STORY[0]} {NEW}", *STORY[1:]], id="a sentence added to a paragraph"),
        pytest.param([NEW], id="all written anew"),
        pytest.param([*COUNTED[:2], NEW, *COUNTED[3:]], id="several at once"),
    ],
)
def test_an_edit_of_the_text_is_one_and_the_text_is_the_pages(now: Sequence[str]) -> None:
    found = weighed(BEFORE, page(*now))
    assert found.edited == ("text",)
    assert found.state.extraction.paragraphs == read(page(*now))[0].paragraphs
    again = weighed(found.state, page(*now))
    assert again.edited == ()
    back = weighed(found.state, BEFORE)
    assert back.edited == ("text",)
    assert back.state.extraction.paragraphs == STORY


def test_a_number_in_a_short_sentence_is_no_counter() -> None:
    short = "At least 12 people were killed in the blast."
    now = short.replace("12", "14")
    found = weighed(page(short, *STORY), page(now, *STORY))
    assert found.edited == ("text",)
    assert found.state.extraction.paragraphs == (now, *STORY)


def test_two_short_sentences_changed_in_their_numbers_stay_in_the_text() -> None:
    was = [*STORY, "The toll was 12 on Monday.", "Some 300 are without a home."]
    now = [*STORY, "The toll was 14 on Monday.", "Some 500 are without a home."]
    assert weighed(page(*was), page(*now)).state.extraction.paragraphs == tuple(now)


@pytest.mark.parametrize("now", [pytest.param(CUT, id="split"), pytest.param(JOINED, id="merged")])
def test_paragraphs_cut_otherwise_are_the_same_text(now: Sequence[str]) -> None:
    found = weighed(BEFORE, page(*now))
    assert found.edited == ()
    assert weighed(found.state, page(*now)).edited == ()
    assert weighed(found.state, BEFORE).edited == ()


@pytest.mark.parametrize("cut", [pytest.param(CUT, id="split"), pytest.param(JOINED, id="merged")])
def test_no_word_is_lost_by_an_edit_after_paragraphs_were_cut_otherwise(cut: Sequence[str]) -> None:
    now = [text.replace("Thursday", "Friday") for text in cut]
    found = weighed(weighed(BEFORE, page(*cut)).state, page(*now))
    assert found.edited == ("text",)
    assert " ".join(found.state.extraction.paragraphs) == " ".join(now)


def test_a_sentence_between_breaks_is_an_edit() -> None:
    def broken(texts: Sequence[str]) -> str:
        return page(f"<div>{'<br><br>'.join(texts)}</div>")

    assert weighed(broken(STORY), broken([*STORY, NEW])).edited == ("text",)
    assert weighed(broken(STORY), broken(COUNTED)).edited == ("text",)
    assert weighed(broken(STORY), BEFORE).edited == ()


def test_text_loose_between_breaks_is_edited() -> None:
    def loose(texts: Sequence[str]) -> str:
        return page(f"<b></b>{'<br><br>'.join(texts)}")

    assert weighed(loose(STORY), loose([*STORY, NEW])).edited == ("text",)
    assert weighed(loose(STORY), loose(STORY)).edited == ()


def boxed(texts: Sequence[str], box: str = "<div class='row'>{}</div>") -> str:
    return page("".join(box.format(f"<p>{text}</p>") for text in texts))


LONG = [*STORY, NEW, "The school stays closed until its roof is mended by the carpenters of Kelmoor.",
        "The assembly meets again on Tuesday, behind closed doors, to hear the harbour master out."]  # fmt: skip


@pytest.mark.parametrize("texts", [STORY, LONG])
def test_a_body_of_several_containers_is_one_body(texts: Sequence[str]) -> None:
    added = [*texts[:2], "A new paragraph tells of the two assessors.", *texts[2:]]
    found = weighed(boxed(texts), boxed(added))
    assert found.edited == ("text",)
    assert found.state.extraction.paragraphs == tuple(added)


@pytest.mark.parametrize("texts", [STORY, LONG])
def test_a_body_of_containers_in_containers_is_one_body(texts: Sequence[str]) -> None:
    nested = "<div class='row'><div class='cell'>{}</div></div>"
    edited = [texts[0].replace("40", "41"), *texts[1:]]
    for now in (edited, [*texts, "A new paragraph tells of the two assessors and their work."]):
        found = weighed(boxed(texts, nested), boxed(now, nested))
        assert found.edited == ("text",)
        assert found.state.extraction.paragraphs == tuple(now)


def entry(clock: str, text: str, inner: str = "{}") -> str:
    return f"<div class='entry'>{inner.format(f'<h3>{clock}</h3><p>{text}</p>')}</div>"


def test_an_entry_added_to_a_live_blog_is_an_edit() -> None:
    was = [entry(f"1{number}:00", text) for number, text in enumerate(STORY)]
    found = weighed(page(*was), page(entry("17:30", NEW), *was))
    assert found.edited == ("text",)
    assert found.state.extraction.paragraphs[:2] == ("17:30", NEW)
    assert len(found.state.extraction.paragraphs) == 12


def test_an_entry_with_a_body_of_its_own_added_to_a_live_blog_is_an_edit() -> None:
    inner = "<div class='said'>{}</div>"
    was = [entry(f"1{number}:00", text, inner) for number, text in enumerate(STORY)]
    found = weighed(page(*was), page(entry("17:30", NEW, inner), *was))
    assert found.edited == ("text",)
    assert NEW in found.state.extraction.paragraphs


def test_a_paragraph_of_the_text_outside_its_main_place_stays_where_it_still_stands() -> None:
    pulled = "The current takes it all"
    box = f"<div class='pull'><p>{pulled}</p></div>"
    found = weighed(page(*STORY, box), page(*COUNTED, box), without=[pulled])
    assert found.edited == ("text",)
    assert found.state.extraction.paragraphs == (*COUNTED, pulled)


def test_a_short_paragraph_with_a_link_set_on_lines_of_its_own_is_an_edit() -> None:
    now = f'<p>She told of it on <a href="https://x.example/1">\n{" " * 40}Chirper\n{" " * 40}</a> later.</p>'
    assert weighed(BEFORE, page(*STORY, now)).edited == ("text",)


def test_words_that_stand_twice_in_a_text_stay_twice() -> None:
    was = [STORY[0], "What is known so far", STORY[1], "What is known so far", *STORY[2:]]
    now = [COUNTED[0], *was[1:]]
    assert weighed(page(*was), page(*now)).state.extraction.paragraphs == tuple(now)


def test_an_article_of_one_paragraph_is_edited() -> None:
    found = weighed(page(STORY[0]), page(COUNTED[0]))
    assert found.edited == ("text",)
    assert found.state.extraction.paragraphs == (COUNTED[0],)


# --------------------------------------------------------------------------------------------------- edits of fields


def test_the_headline_is_edited() -> None:
    found = weighed(BEFORE, page(*STORY, headline="Ferries sail again"))
    assert found.edited == ("headline",)
    assert found.state.extraction.headline == "Ferries sail again"
    assert found.state.extraction.paragraphs == STORY


def test_the_other_of_two_h1s_is_no_new_headline() -> None:
    two = page(*STORY, above="<h1>The Paper</h1>")
    assert weighed(state(two), two, fields={"headline": "The Paper", "origins": {"headline": "h1"}}).edited == ()


def test_a_headline_read_from_elsewhere_is_not_edited() -> None:
    was = state(BEFORE, fields=said(headline=(HEADLINE, "h1"), seo_title=("Harbour reopens", "og")))
    now = said(headline=("Harbour reopens", "og"), seo_title=("Harbour reopens", "og"))
    assert weighed(was, BEFORE, fields=now).edited == ()


@pytest.mark.parametrize(
    ("name", "origin", "old", "new"),
    [
        ("seo_title", "og", "Harbour reopens", "Harbour opens at last"),
        ("standfirst", "meta", "It took a week.", "It took nine days."),
        ("bylines", "json-ld", "Ann Ode", "Bob Tay"),
        ("published", "json-ld", "2026-11-02T08:00:00+00:00", "2026-11-03T08:00:00+00:00"),
        ("caption", "figcaption", "The pier on Monday", "The pier on Sunday"),
        ("correction", "notice", "Correction: it was 40.", "Correction: it was 41."),
    ],
)
def test_a_field_is_edited_and_then_stays(name: str, origin: str, old: str, new: str) -> None:
    def told(value: str) -> dict[str, object]:
        shown = said(headline=(HEADLINE, "h1"), **{name: (value, origin)})
        return dict(shown)

    was = state(page(*STORY, above=f"<div class='f'>{old}</div>"), fields=told(old))
    after = page(*STORY, above=f"<div class='f'>{new}</div>")
    found = weighed(was, after, fields=told(new))
    assert found.edited == (name,)
    assert getattr(found.state.extraction, name) == told(new)[name]
    assert weighed(found.state, after, fields=told(new)).edited == ()
    stood = page(*STORY, above=f"<div class='f'>{old}</div>", below="<div class='ad'><p>Buy boats</p></div>")
    assert weighed(was, stood, fields={}).edited == ()  # a reader that did not find it says nothing


def test_an_author_who_joins_is_an_edit() -> None:
    def by(*names: str) -> dict[str, object]:
        return {
            "bylines": names,
            "origins": {"bylines": "json-ld"},
            "candidates": tuple(Candidate(field="bylines", value=name, origin="json-ld") for name in names),
        }

    assert weighed(state(BEFORE, fields=by("Ann Ode", "Bob Tay")), BEFORE, fields=by("Ann Ode")).edited == ("bylines",)
    found = weighed(state(BEFORE, fields=by("Ann Ode")), BEFORE, fields=by("Ann Ode", "Bob Tay"))
    assert found.edited == ("bylines",)


def test_bylines_of_other_case_order_or_place_are_not_edited() -> None:
    was = state(BEFORE, fields={"bylines": ("Ann Ode", "Bob Tay"), "origins": {"bylines": "json-ld"}})
    now = {"bylines": ("BOB TAY", "Ann  Ode"), "origins": {"bylines": "json-ld"}}
    assert weighed(was, BEFORE, fields=now).edited == ()
    assert weighed(was, BEFORE, fields={"bylines": ("Staff",), "origins": {"bylines": "byline"}}).edited == ()


def test_one_instant_in_two_zones_is_not_edited() -> None:
    was = state(BEFORE, fields=said(published=("2026-11-02T08:00:00+00:00", "json-ld")))
    assert weighed(was, BEFORE, fields=said(published=("2026-11-02T09:00:00+01:00", "json-ld"))).edited == ()


def test_a_date_told_less_exactly_is_not_edited() -> None:
    exact = said(published=("2026-11-02T08:00:00+00:00", "json-ld"))
    day = said(published=("2026-11-02", "json-ld"))
    assert weighed(state(BEFORE, fields=exact), BEFORE, fields=day).edited == ()
    assert weighed(state(BEFORE, fields=day), BEFORE, fields=exact).edited == ()


def test_a_value_that_was_kept_keeps_its_origin() -> None:
    was = state(BEFORE, fields=said(published=("2026-11-02T08:00:00+00:00", "json-ld")))
    now = said(published=("2026-11-05T08:00:00+00:00", "meta"))
    found = weighed(was, page(*COUNTED), fields=now)
    assert found.edited == ("text",)
    assert found.state.extraction.published == "2026-11-02T08:00:00+00:00"
    assert found.state.extraction.origins["published"] == "json-ld"
    assert weighed(found.state, page(*COUNTED), fields=now).edited == ()


def test_a_notice_at_the_foot_in_a_box_of_its_own_is_an_edit() -> None:
    after = page(*STORY, below=f"<div class='notice'><p>{CORRECTION}</p></div>")
    fields = said(headline=(HEADLINE, "h1"), correction=(CORRECTION, "notice"))
    found = weighed(BEFORE, after, fields=fields)
    assert found.edited == ("correction",)
    assert found.state.extraction.correction == CORRECTION
    assert weighed(found.state, BEFORE).edited == ("correction",)  # and so is its removal
    assert weighed(found.state, after).edited == ()  # but not that a reader missed it


def test_a_notice_that_stood_all_along_is_no_edit_when_it_is_found() -> None:
    stood = page(*STORY, below=f"<div class='notice'><p>{CORRECTION}</p></div>")
    fields = said(headline=(HEADLINE, "h1"), correction=(CORRECTION, "notice"))
    assert weighed(stood, stood, fields=fields).edited == ()


def test_a_link_that_leads_elsewhere_is_an_edit() -> None:
    was, now = (page(*STORY, LETTER.format(f"https://{host}.example/letter")) for host in "ab")
    found = weighed(was, now)
    assert found.edited == ("links",)
    assert [each.url for each in found.state.extraction.links] == ["https://b.example/letter"]
    assert weighed(found.state, now).edited == ()


def test_a_link_out_that_is_added_or_taken_away_is_an_edit() -> None:
    linked = page(*STORY, LETTER.format("https://a.example/letter"))
    plain = page(*STORY, "He said so in his letter to the assembly on Sunday.")
    assert weighed(plain, linked).edited == ("links",)
    assert weighed(linked, plain).edited == ("links",)


def test_a_link_to_another_page_told_by_its_query_is_an_edit() -> None:
    was, now = (page(*STORY, LETTER.format(f"https://video.example/watch?v={name}")) for name in ("abc", "xyz"))
    assert weighed(was, now).edited == ("links",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://a.example/letter", "https://a.example/letter?utm_source=paper"),
        ("https://a.example/letter", "http://a.example/letter/#top"),
        ("/topics/harbour", "/tags/harbour"),
        ("https://www.paper.example/x", "https://news.paper.example/y"),
    ],
)
def test_links_within_the_outlet_and_tracking_are_not_edits(old: str, new: str) -> None:
    assert weighed(page(*STORY, LETTER.format(old)), page(*STORY, LETTER.format(new))).edited == ()


# ------------------------------------------------------------------------------------------------------------- noise

BOX = "<div class='promo'><p>Give to The Paper, so that it may go on</p></div>"
QUOTED = "<aside class='pulled'><p>Nobody was hurt</p></aside>"


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(page(*STORY[:2], BOX, *STORY[2:]), id="a donation box between paragraphs"),
        pytest.param(page(BOX, *STORY, BOX), id="boxes around the text"),
        pytest.param(page(*STORY, below=BOX), id="a box after the text"),
        pytest.param(page(*STORY, "<div class='ad'>Buy a boat now</div>"), id="an advertisement without a paragraph"),
        pytest.param(
            page(*STORY, '<p><a href="/2">Read more: the gulls of Kelmoor and their baker</a></p>'), id="a link"
        ),
        pytest.param(page(*STORY, "<ul><li><a href='/3'>The gulls of Kelmoor</a></li></ul>"), id="related links"),
        pytest.param(page(*STORY, top="<nav><p>Another bar, of another day</p></nav>"), id="another bar"),
        pytest.param(page(*STORY, foot=""), id="no foot"),
        pytest.param(page(*STORY, below=f"<div class='sum'><p>{STORY[0]}</p></div>"), id="a summary below"),
        pytest.param(page(*STORY, above=f"<div class='sum'><p>{STORY[3]}</p></div>"), id="a summary above"),
        pytest.param(page(*STORY[:3], f"<div class='pull'><p>{STORY[2]}</p></div>", *STORY[3:]), id="a pull quote"),
        pytest.param(page(*(text.replace("“", '"').replace("”", '"') for text in STORY)), id="straight quotes"),
        pytest.param(page(*(text.replace(" ", "\u00a0", 3) for text in STORY)), id="other blanks"),
        pytest.param(page(*(text.replace("o", "o\u00ad") for text in STORY[:4]), STORY[4]), id="soft hyphens"),
        pytest.param(page(*(f"<p><b>{text[:9]}</b>{text[9:]}</p>" for text in STORY)), id="other markup in the text"),
        pytest.param(page(*STORY, kind="css-1x9a2"), id="a hashed class name"),
        pytest.param(page(*(f"<p class='p-{n}'>{text}</p>" for n, text in enumerate(STORY))), id="numbered classes"),
    ],
)
def test_what_stands_around_an_article_is_no_edit(after: str) -> None:
    found = weighed(BEFORE, after)
    assert found.edited == ()
    assert found.state.extraction.paragraphs == STORY
    assert weighed(found.state, BEFORE).edited == ()
    edited = weighed(found.state, after.replace("Thursday", "Friday"))
    assert edited.edited == ("text",)
    assert [compared(text) for text in edited.state.extraction.paragraphs] == [
        compared(text).replace("Thursday", "Friday") for text in STORY
    ]


@pytest.mark.parametrize(
    "also", [[], ["Buy boats of Bo"], ["Buy boats of Bo", "Most read: the baker who counts gulls"]]
)
def test_what_an_extractor_chooses_more_is_no_edit(also: list[str]) -> None:
    after = page(*STORY, below="<div class='ad'><p>Buy boats of Bo</p></div>")
    assert weighed(BEFORE, after, also=also).edited == ()
    assert weighed(state(after, also=also), after).edited == ()
    assert weighed(state(after, also=also), BEFORE).edited == ()


@pytest.mark.parametrize("count", [1, 2, 4])
def test_what_an_extractor_chooses_less_is_no_edit(count: int) -> None:
    assert weighed(BEFORE, BEFORE, without=STORY[:count]).edited == ()
    found = weighed(BEFORE, page(*COUNTED), without=STORY[3 : 3 + count])
    assert found.edited == ("text",)
    assert found.state.extraction.paragraphs == tuple(COUNTED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1,204 views", "1,310 views"),
        ("Updated 5 minutes ago", "Updated 6 minutes ago"),
        ("3 comments", "1 204 comments"),
        ("Updated 59 minutes ago", "Updated 2 hours ago"),
        ("Read 1.2k times", "Read 13k times"),
    ],
)
def test_a_counter_or_clock_that_was_taken_for_text_is_no_edit(old: str, new: str) -> None:
    was, now = (page(STORY[0], text, *STORY[1:]) for text in (old, new))
    found = weighed(was, now)
    assert found.edited == ()
    assert weighed(found.state, now).edited == ()
    edited = weighed(found.state, now.replace("Thursday", "Friday"))
    assert edited.edited == ("text",)


def test_what_stands_beside_a_copy_of_a_paragraph_elsewhere_is_no_edit_when_it_is_chosen() -> None:
    def summed(text: str) -> str:
        return page(*STORY, above=f"<div class='sum'><p>{STORY[0]}</p><p>{text}</p></div>")

    assert weighed(summed("Give to The Paper"), summed("Buy boats of Bo"), also=["Buy boats of Bo"]).edited == ()
    after = summed("Buy boats of Bo")
    assert weighed(BEFORE, after, also=["Buy boats of Bo"]).edited == ()
    edited = weighed(BEFORE, after.replace("Thursday", "Friday"), also=["Buy boats of Bo"])
    assert edited.edited == ("text",)
    assert "Buy boats of Bo" not in edited.state.extraction.paragraphs


def test_a_notice_of_two_blocks_that_stood_all_along_is_no_edit() -> None:
    stood = page(*STORY, below=f"<div class='notice'><h4>Correction</h4><p>{NEW}</p></div>")
    fields = said(headline=(HEADLINE, "h1"), correction=(f"Correction {NEW}", "box"))
    assert weighed(stood, stood, fields=fields).edited == ()
    assert weighed(state(stood, fields=fields), stood).edited == ()


def streamed(texts: Sequence[str], following: Sequence[str]) -> str:
    inner = "".join(
        f"<article class='post'><div class='story'{mine}>{paragraphs(each)}</div></article>"
        for each, mine in ((texts, " data-text"), (following, ""))
    )
    return f"<html><body>{NAV}<main>{inner}</main>{FOOT}</body></html>"


OTHER = ("The baker of Kelmoor counts the gulls each morning, and has done so since the winter of the flood.",
         "She keeps a book of it, with a page for each month, which the museum would like to have.")  # fmt: skip
THIRD = ("Snow has closed the road over the hills for the third time in this month, the council said.",)


@pytest.mark.parametrize("also", [(), THIRD])
def test_the_next_article_of_a_stream_is_no_edit(also: Sequence[str]) -> None:
    assert weighed(streamed(STORY, OTHER), streamed(STORY, THIRD), also=also).edited == ()
    assert weighed(BEFORE, streamed(STORY, THIRD), also=also).edited == ()


def test_the_next_article_of_a_stream_without_inner_containers_is_no_edit_when_it_is_chosen() -> None:
    def flat(following: Sequence[str], title: str) -> str:
        return (
            f"<html><body>{NAV}<main><article class='post' data-text><h1 data-frame>{HEADLINE}</h1>{paragraphs(STORY)}"
            f"</article><article class='post'><h1>{title}</h1>{paragraphs(following)}</article></main>{FOOT}"
            "</body></html>"
        )

    assert weighed(flat(OTHER, "Gulls"), flat(THIRD, "Snow"), also=THIRD).edited == ()


def test_a_new_design_with_the_text_cut_anew_is_no_edit() -> None:
    words = " ".join(STORY).split()
    pieces = [" ".join(words[a:b]) for a, b in pairwise((0, 20, 50, 80, 110, len(words)))]
    after = (
        f"<html><body><header id=h><p>The New Paper</p></header><section class='w'><h1>{HEADLINE}</h1>"
        f"<article class='lay' data-text>{paragraphs(pieces)}</article></section><div class='end'>Imprint</div>"
        "</body></html>"
    )
    found = weighed(BEFORE, after)
    assert found.edited == ()
    assert weighed(found.state, after).edited == ()
    edited = weighed(found.state, after.replace("Thursday", "Friday"))
    assert edited.edited == ("text",)
    assert " ".join(edited.state.extraction.paragraphs) == " ".join(words).replace("Thursday", "Friday")


def test_a_new_design_is_known_as_one() -> None:
    after = (
        f"<html><body><header id=h><p>The New Paper</p><p>Sport</p><p>Letters</p></header><h1>{HEADLINE}</h1>"
        f"<section class='lay' data-text>{paragraphs(STORY)}</section><div class='end'>Imprint</div></body></html>"
    )
    was, now = state(BEFORE), weighed(BEFORE, after)
    assert now.edited == ()
    assert redesigned(was, now.state.layout, now.state.layout.chosen)
    renamed = state(page(*STORY, kind="css-77aa1")).layout
    assert not redesigned(was, renamed, renamed.chosen)
    boxed = state(page(*COUNTED, BOX, top="<nav><p>Bar</p></nav>")).layout
    assert not redesigned(was, boxed, boxed.chosen)


# -------------------------------------------------------------------------------------------------------- properties

WORD = st.sampled_from(
    ["harbour", "gull", "baker", "snow", "boat", "give", "read", "more", "12", "1,204", "today", "3"]
)
SENTENCE = st.lists(WORD, min_size=1, max_size=14).map(" ".join)
INNER = st.builds(
    lambda tag, text: f"<{tag}>{text}</{tag}>",
    st.sampled_from(["p", "h2", "h3", "blockquote", "div", "span"]),
    SENTENCE,
)
FOREIGN = st.builds(
    lambda tag, kind, parts: f"<{tag} class='{kind}' data-frame>{''.join(parts)}</{tag}>",
    st.sampled_from(["div", "aside", "section"]),
    st.sampled_from(["ad", "rel", "css-9f2", "box wide", ""]),
    # One text alone would be a leaf in the article's own container, told from a paragraph by its shape.
    st.lists(INNER, min_size=1, max_size=3),
)
SITES = 8


def page_with(boxes: dict[int, list[str]], texts: Sequence[str]) -> str:
    slots = ["".join(boxes.get(number, [])) for number in range(SITES)]
    inner = [slots[2]]
    for number, text in enumerate(texts):
        inner += [text, slots[3 + number % 3]]
    return page(
        *(each for each in inner if each), top=slots[0] + NAV, above=slots[1], below=slots[6], foot=FOOT + slots[7]
    )


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_foreign_block_ever_makes_an_edit_whatever_is_chosen(data: st.DataObject) -> None:
    boxes = st.dictionaries(st.integers(0, SITES - 1), st.lists(FOREIGN, max_size=2), max_size=5)
    was, now = page_with(data.draw(boxes), STORY), page_with(data.draw(boxes), STORY)
    before = state(was)
    extraction, layout = read(now)
    texts = set(extraction.paragraphs)
    found = weigh(before, *read(now, also=data.draw(foreign_of(now, texts))))
    assert found.edited == ()
    assert found.state.extraction.paragraphs == before.extraction.paragraphs
    assert weigh(found.state, extraction, layout).edited == ()


def foreign_of(html: str, texts: set[str]) -> st.SearchStrategy[list[str]]:
    others = sorted({each.text for each in blocks(tree(html))} - texts - {HEADLINE})
    return st.lists(st.sampled_from(others), unique=True) if others else st.just([])


CHANGES = st.sampled_from([COUNTED, STORY[1:], [*STORY, NEW], [NEW, *STORY], [STORY[1], STORY[0], *STORY[2:]]])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_an_edit_is_found_among_foreign_blocks_and_its_text_is_clean(data: st.DataObject) -> None:
    boxes = st.dictionaries(st.integers(0, SITES - 1), st.lists(FOREIGN, max_size=2), max_size=5)
    now = data.draw(CHANGES)
    after = page_with(data.draw(boxes), now)
    texts = set(read(after)[0].paragraphs)
    found = weigh(state(page_with(data.draw(boxes), STORY)), *read(after, also=data.draw(foreign_of(after, texts))))
    assert found.edited == ("text",)
    assert found.state.extraction.paragraphs == tuple(now)


TEXTS = st.lists(st.sampled_from([*STORY, NEW]), min_size=1, max_size=6, unique=True)


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS)
def test_any_text_weighed_against_any_other_is_edited_unless_it_is_the_same(old: list[str], new: list[str]) -> None:
    found = weighed(page(*old), page(*new))
    assert found.edited == (() if old == new else ("text",))
    assert found.state.extraction.paragraphs == tuple(new)
    assert weigh(found.state, *read(page(*new))).edited == ()


def test_a_page_weighed_against_itself_is_the_same_by_any_reading_of_it() -> None:
    extraction, layout = read(BEFORE)
    before = state_of(URL, extraction, layout)
    for number in range(len(layout.chosen)):
        left = replace(layout, chosen=layout.chosen[:number])
        assert weigh(before, replace(extraction, paragraphs=extraction.paragraphs[:number]), left).edited == ()


def test_a_number_in_a_short_line_of_a_list_is_an_edit() -> None:
    def listed(count: int) -> str:
        return f"<ul><li>At least {count} people killed</li><li>Two ferries still missing</li></ul>"

    found = weighed(page(*STORY, listed(14)), page(*STORY, listed(17)))
    assert found.edited == ("text",)
    assert "At least 17 people killed" in found.state.extraction.paragraphs


def test_partner_ids_in_a_link_are_no_edit_and_another_video_is() -> None:
    def linked(query: str) -> str:
        return page(*STORY, f"<p>{NEW} <a href='https://shop.example/watch?{query}'>there</a></p>")

    assert weighed(linked("u1=abc"), linked("u1=xyz")).edited == ()
    assert weighed(linked("v=abc"), linked("v=xyz")).edited == ("links",)


def test_a_dateline_in_the_body_is_no_edit() -> None:
    def dated(minute: int) -> str:
        return page(*STORY, f"<p>Last updated on November 1, 2026 at 11:{minute}.</p>")

    assert weighed(dated(20), dated(45)).edited == ()
