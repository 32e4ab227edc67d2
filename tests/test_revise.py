"""The fold: what was seen of an article becomes its revisions and events, in whatever order it arrived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.model import Article, Url
from archive.revise import Seen, fold, text_of
from archive.urls import urlkey
from archive.warc.records import digest
from tests.pages_of import FOOT, HEADLINE, KEY, NAV, NEW, START, STORY, URL, page, paragraphs, said, seen

FIRST = page(*STORY)
COUNTED = (STORY[0].replace("40", "41"), *STORY[1:])
SECOND = page(*COUNTED)
THIRD = page(*COUNTED, NEW)
SAILS = "Ferries of Port Ansel sail again"
RENAMED = page(*STORY, headline=SAILS)
WALL = page("Give us leave to keep what you read.", "It helps us to pay for the news.", headline="Before you go on")
AMP = Url("https://paper.example/amp/harbour-reopens")
PRINT = Url("https://paper.example/print/harbour-reopens")
NEW_URL = Url("https://paper.example/2026/11/ferries-sail-again")
LESSER = (
    f"<html><body><div class='top'><p>Paper AMP</p></div><div class='amp' data-text>{paragraphs(STORY[:4])}</div>"
    f"<h1>{HEADLINE}</h1><p>End of AMP</p></body></html>"
)


def chain(*told: Seen) -> Article:
    found = fold(told)
    assert found is not None
    return found


def shown(article: Article) -> list[tuple[str, list[str]]]:
    """Give each revision by its id and its captures."""
    return [(each.id, list(each.captures)) for each in article.revisions]


def events(article: Article) -> list[tuple[str, float]]:
    """Give each event with the hours since the start."""
    return [(each.event, (each.at - START) / timedelta(hours=1)) for each in article.events]


# ------------------------------------------------------------------------------------------------------- revisions


def test_nothing_seen_is_no_article() -> None:
    assert fold([]) is None
    assert fold([seen("a", 0, sign="gone"), seen("b", 9, sign="blocked")]) is None


def test_one_capture_is_one_revision() -> None:
    article = chain(seen("a", 0, FIRST))
    (revision,) = article.revisions
    assert article.id == KEY
    assert article.url == URL
    assert revision.id == "a"
    assert revision.number == 1
    assert revision.seen_from == revision.seen_until == START
    assert revision.text_digest == digest((text_of(revision.extraction).encode(),))
    assert revision.words == 151
    assert not article.events


def test_an_edit_opens_a_revision_and_what_repeats_it_extends_it() -> None:
    article = chain(
        seen("a", 0, FIRST), seen("b", 5, FIRST), seen("c", 10, SECOND), seen("d", 20, SECOND), seen("e", 30, THIRD)
    )
    assert shown(article) == [("a", ["a", "b"]), ("c", ["c", "d"]), ("e", ["e"])]
    assert [each.number for each in article.revisions] == [1, 2, 3]
    assert article.revisions[0].seen_until == START + timedelta(hours=5)
    assert [each.extraction.paragraphs for each in article.revisions] == [STORY, COUNTED, (*COUNTED, NEW)]
    assert not article.events


def test_a_304_extends_a_revision_by_the_servers_word() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 5, FIRST, by_304=True))
    assert shown(article) == [("a", ["a", "b"])]
    assert article.revisions[0].basis == "304"
    assert article.revisions[0].seen_until == START + timedelta(hours=5)
    again = chain(seen("a", 0, FIRST), seen("b", 5, FIRST, by_304=True), seen("c", 6, FIRST))
    assert again.revisions[0].basis == "bytes"


def test_a_text_that_returns_says_to_what() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 10, SECOND), seen("c", 20, FIRST), seen("d", 30, SECOND))
    assert [each.returns_to for each in article.revisions] == [None, None, "a", "b"]


def test_an_earlier_text_under_a_new_headline_returns_too() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 30, SECOND), seen("c", 60, RENAMED), seen("d", 90, FIRST))
    assert [each.returns_to for each in article.revisions] == [None, None, "a", "a"]


def test_a_capture_that_arrives_late_takes_its_place_and_ids_stay() -> None:
    told = [seen("a", 0, FIRST), seen("c", 20, THIRD)]
    before = chain(*told)
    after = chain(*told, seen("b", 10, SECOND))
    assert [(each.id, each.number) for each in before.revisions] == [("a", 1), ("c", 2)]
    assert [(each.id, each.number) for each in after.revisions] == [("a", 1), ("b", 2), ("c", 3)]


def test_noise_makes_neither_revision_nor_event() -> None:
    noisy = page(*STORY[:2], "<div class='ad'><p>Buy boats</p></div>", *STORY[2:], top="<nav><p>Sunday</p></nav>")
    article = chain(seen("a", 0, FIRST), seen("b", 5, noisy, also=["Buy boats"]), seen("c", 9, FIRST))
    assert shown(article) == [("a", ["a", "b", "c"])]
    assert not article.events


REDESIGNED = (
    f"<html><body><header id=h><p>The New Paper</p><p>Sport</p><p>Letters</p></header><h1>{HEADLINE}</h1>"
    f"<section class='lay' data-text>{paragraphs(STORY)}</section><div class='end'>Imprint</div></body></html>"
)


def test_a_new_design_is_an_event_once() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 5, REDESIGNED), seen("c", 9, REDESIGNED))
    assert shown(article) == [("a", ["a", "b", "c"])]
    assert events(article) == [("redesigned", 5)]


# ---------------------------------------------------------------------------------------------- absence and return


def test_two_answers_over_time_are_a_removal_and_its_return_is_told() -> None:
    gone = [
        seen("b", 10, sign="gone"),
        seen("c", 13, sign="gone"),
        seen("d", 17, sign="gone"),
        seen("e", 40, sign="gone"),
    ]
    article = chain(seen("a", 0, FIRST), *gone, seen("f", 50, FIRST))
    assert events(article) == [("unreachable", 10), ("removed", 17), ("reinstated", 50)]
    assert shown(article) == [("a", ["a", "f"])]
    assert article.revisions[0].seen_until == START + timedelta(hours=50)


def test_one_answer_or_two_in_a_hurry_are_no_removal() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 10, sign="gone"), seen("c", 15, sign="gone"))
    assert events(article) == [("unreachable", 10)]


def test_a_page_seen_between_starts_the_count_anew() -> None:
    article = chain(
        seen("a", 0, FIRST), seen("b", 10, sign="gone"), seen("c", 15, FIRST), seen("d", 17, sign="gone"),
    )  # fmt: skip
    assert [each for each, _ in events(article)] == ["unreachable", "unreachable"]


@pytest.mark.parametrize("sign", ["blocked", "paywalled", "unreachable"])
def test_a_streak_of_one_kind_is_told_once(sign: str) -> None:
    held = [seen(f"b{hours}", hours, sign=sign) for hours in (5, 6, 60)]  # type: ignore[arg-type]
    article = chain(seen("a", 0, FIRST), *held, seen("c", 70, FIRST), seen("d", 80, sign=sign))  # type: ignore[arg-type]
    assert events(article) == [(sign, 5), (sign, 80)]


def test_no_wall_ever_removes_an_article() -> None:
    held = [seen(f"b{hours}", hours, sign="blocked") for hours in range(1, 99, 7)]
    assert events(chain(seen("a", 0, FIRST), *held)) == [("blocked", 1)]


def test_absence_before_the_article_was_seen_says_nothing() -> None:
    assert not chain(seen("x", -9, sign="gone"), seen("y", -1, sign="gone"), seen("a", 0, FIRST)).events


def test_a_wall_that_shows_the_whole_article_is_the_article() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 5, FIRST, sign="paywalled"))
    assert shown(article) == [("a", ["a", "b"])]
    assert not article.events


def test_a_wall_read_as_an_article_is_held_back_and_dropped_when_the_article_returns() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 5, WALL), seen("c", 8, WALL), seen("d", 9, FIRST))
    assert shown(article) == [("a", ["a", "d"])]
    assert events(article) == [("blocked", 5)]


def test_another_text_that_stays_is_the_publishers() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 5, WALL), seen("c", 12, WALL), seen("d", 20, WALL))
    assert len(article.revisions) == 2
    assert article.revisions[1].extraction.headline == "Before you go on"


def test_another_text_that_stays_is_dated_from_when_it_was_first_seen() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 5, WALL), seen("c", 8, WALL), seen("d", 12, WALL))
    assert shown(article) == [("a", ["a"]), ("b", ["b", "c", "d"])]
    late = chain(seen("a", 0, FIRST), seen("b", 5, WALL), seen("d", 20, WALL), seen("c", 12, WALL))
    assert late.revisions[1].id == "b"


def test_a_wall_that_shows_the_first_lines_of_the_article_is_held_back() -> None:
    teaser = page(STORY[4], "Read on with a subscription.", headline=HEADLINE)
    whole = page(STORY[4], *STORY[:4])
    article = chain(seen("a", 0, whole), seen("b", 5, teaser), seen("c", 9, whole))
    assert len(article.revisions) == 1


def test_a_wall_under_the_headline_of_the_article_is_held_back() -> None:
    wall = page("Give us leave to keep what you read.", "It helps us to pay for the news.")
    article = chain(seen("a", 0, FIRST), seen("b", 5, wall), seen("c", 9, FIRST))
    assert len(article.revisions) == 1


def test_a_wall_over_the_whole_article_takes_no_notice_away() -> None:
    box = "<div class='notice'><h4>Correction</h4><p>An earlier version gave a wrong number.</p></div>"
    fields = dict(
        said(headline=(HEADLINE, "h1"), correction=("Correction An earlier version gave a wrong number.", "box"))
    )
    walled = seen("b", 5, page(*STORY, below=box), sign="paywalled")
    assert walled.reading is not None
    walled = replace(walled, reading=replace(walled.reading, verdict="paywall", extraction=None))
    article = chain(seen("a", 0, page(*STORY, below=box), fields=fields), walled)
    assert shown(article) == [("a", ["a", "b"])]


# ---------------------------------------------------------------------------------------------------- a person's word


def test_what_a_person_says_is_not_the_article_is_not() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 5, SECOND, marked=False), seen("c", 9, FIRST))
    assert shown(article) == [("a", ["a", "c"])]
    assert fold([seen("a", 0, FIRST, marked=False)]) is None


def test_what_a_person_says_is_the_article_is_taken() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 5, SECOND, sign="paywalled", marked=True))
    assert shown(article) == [("a", ["a"]), ("b", ["b"])]
    doubted = chain(seen("a", 0, FIRST), seen("b", 5, WALL, marked=True))
    assert shown(doubted) == [("a", ["a"]), ("b", ["b"])]


def test_an_article_known_by_a_persons_word_alone_is_one() -> None:
    assert shown(chain(seen("a", 0, FIRST, sign="paywalled", marked=True))) == [("a", ["a"])]


def test_a_capture_that_is_no_article_does_not_name_it() -> None:
    other = seen("a", 0, FIRST, url=PRINT, marked=False)
    article = chain(other, seen("b", 5, FIRST))
    assert article.id == KEY


# ------------------------------------------------------------------------------------------------------- other URLs


def test_an_article_that_moved_keeps_its_chain() -> None:
    article = chain(
        seen("a", 0, FIRST),
        seen("b", 5, sign="moved", target=urlkey(NEW_URL)),
        seen("c", 5.1, FIRST, url=NEW_URL, role="redirect"),
        seen("d", 9, SECOND, url=NEW_URL, role="redirect"),
        seen("e", 10, sign="moved", target=urlkey(NEW_URL)),
    )
    assert shown(article) == [("a", ["a", "c"]), ("d", ["d"])]
    assert events(article) == [("moved", 5)]
    assert article.id == KEY
    assert article.revisions[1].url == NEW_URL


def test_an_edit_that_comes_with_a_move_is_one() -> None:
    article = chain(
        seen("a", 0, FIRST),
        seen("b", 5, sign="moved", target=urlkey(NEW_URL)),
        seen("c", 5.1, SECOND, url=NEW_URL, role="redirect"),
    )
    assert shown(article) == [("a", ["a"]), ("c", ["c"])]


def test_the_absence_of_a_url_that_was_left_says_nothing() -> None:
    article = chain(
        seen("a", 0, FIRST),
        seen("b", 5, sign="moved", target=urlkey(NEW_URL)),
        seen("c", 6, FIRST, url=NEW_URL, role="redirect"),
        seen("d", 20, sign="gone"),
        seen("e", 40, sign="gone"),
    )
    assert events(article) == [("moved", 5)]


def test_two_urls_that_show_one_edit_make_one_revision() -> None:
    article = chain(
        seen("a", 0, FIRST), seen("b", 1, FIRST, url=PRINT, role="canonical"), seen("c", 5, SECOND),
        seen("d", 6, FIRST, url=PRINT, role="canonical"), seen("e", 9, SECOND, url=PRINT, role="canonical"),
    )  # fmt: skip
    assert [each.id for each in article.revisions] == ["a", "c"]
    assert not article.events


def test_an_amp_page_opens_no_revision() -> None:
    article = chain(
        seen("a", 0, FIRST), seen("b", 1, LESSER, url=AMP, role="amp"), seen("c", 5, FIRST),
        seen("d", 9, LESSER.replace("Monday", "Sunday"), url=AMP, role="amp"), seen("e", 10, SECOND),
    )  # fmt: skip
    assert [each.id for each in article.revisions] == ["a", "e"]


def test_an_amp_page_that_was_seen_first_opens_no_revision_beside_the_page() -> None:
    article = chain(seen("a", 0, LESSER, url=AMP, role="amp"), seen("b", 1, FIRST), seen("c", 5, FIRST))
    assert len(article.revisions) == 1
    assert article.revisions[0].extraction.paragraphs == STORY


def test_an_article_of_which_only_the_amp_page_was_seen_is_one() -> None:
    assert (
        len(chain(seen("a", 0, LESSER, url=AMP, role="amp"), seen("b", 9, LESSER, url=AMP, role="amp")).revisions) == 1
    )


@pytest.mark.parametrize("role", ["amp", "canonical"])
def test_another_page_of_the_article_is_no_new_design(role: str) -> None:
    other = with_all_text(LESSER)
    article = chain(seen("a", 0, FIRST), seen("b", 1, other, url=AMP, role=role), seen("c", 2, FIRST))  # type: ignore[arg-type]
    assert not article.events


def with_all_text(html: str) -> str:
    """Give the AMP page with the whole text and more around it."""
    return html.replace(f"<p>{STORY[3]}</p>", paragraphs(STORY[3:])).replace("<p>End", "<p>Menu</p><p>Up</p><p>End")


def test_an_amp_page_that_still_stands_reinstates_nothing() -> None:
    gone = [seen(f"g{hours}", hours, sign="gone") for hours in (10, 20, 40, 50)]
    amp = [seen("m", 1, FIRST, url=AMP, role="amp"), seen("n", 30, FIRST, url=AMP, role="amp")]
    assert events(chain(seen("a", 0, FIRST), *gone, *amp)) == [("unreachable", 10), ("removed", 20)]


def test_a_canonical_variant_that_is_otherwise_when_first_seen_is_told_and_opens_nothing() -> None:
    article = chain(
        seen("a", 0, FIRST), seen("b", 1, page(*STORY[:4]), url=PRINT, role="canonical"), seen("c", 5, FIRST),
        seen("d", 6, page(*STORY[:4]), url=PRINT, role="canonical"),
    )  # fmt: skip
    assert [each.id for each in article.revisions] == ["a"]
    assert events(article) == [("variant", 1)]


def test_a_variant_that_shows_an_edit_after_the_page_opens_no_revision() -> None:
    article = chain(
        seen("a", 0, FIRST), seen("b", 1, page(*STORY[:4]), url=PRINT, role="canonical"), seen("c", 5, SECOND),
        seen("d", 6, page(*COUNTED[:4]), url=PRINT, role="canonical"), seen("e", 7, SECOND),
    )  # fmt: skip
    assert [each.id for each in article.revisions] == ["a", "c"]
    assert article.revisions[-1].extraction.paragraphs == COUNTED


def test_the_text_of_a_revision_is_that_of_its_own_page_not_of_another_url() -> None:
    box = "<div class='pull'><p>The current takes it all</p></div>"
    article = chain(
        seen("a", 0, FIRST), seen("b", 1, page(*STORY, box), url=PRINT, role="canonical"), seen("c", 5, SECOND),
        seen("d", 6, page(*COUNTED, box), url=PRINT, role="canonical"),
    )  # fmt: skip
    assert [each.id for each in article.revisions] == ["a", "c"]
    told = chain(
        seen("a", 0, page(*STORY, box)), seen("b", 1, FIRST, url=PRINT, role="canonical"),
        seen("c", 5, SECOND, url=PRINT, role="canonical"), seen("d", 6, page(*COUNTED, box)),
    )  # fmt: skip
    assert [each.id for each in told.revisions] == ["a", "c"]
    assert told.revisions[1].extraction.paragraphs == COUNTED


# ---------------------------------------------------------------------------------------------- alternating headlines


def test_headlines_that_alternate_are_variants_of_one_revision() -> None:
    pages = [FIRST, RENAMED, FIRST, RENAMED, RENAMED, FIRST]
    article = chain(*(seen(f"c{number}", 3 * number, html) for number, html in enumerate(pages)))
    assert shown(article) == [("c0", [f"c{number}" for number in range(6)])]
    assert events(article) == [("variant", 3)]
    assert article.events[0].capture == "c1"
    assert article.events[0].detail == f"headline: {SAILS}"


def test_a_headline_that_was_changed_for_good_is_a_revision() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 3, RENAMED), seen("c", 60, RENAMED))
    assert shown(article) == [("a", ["a"]), ("b", ["b", "c"])]
    assert not article.events


def test_a_headline_that_comes_back_after_days_is_an_edit() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 30, RENAMED), seen("c", 60, FIRST))
    assert [each.id for each in article.revisions] == ["a", "b", "c"]
    assert article.revisions[2].returns_to == "a"


def test_of_two_headlines_the_one_that_stays_for_over_three_days_becomes_a_revision() -> None:
    pages = [(0, FIRST), (3, RENAMED), (6, FIRST), (9, RENAMED), (40, RENAMED), (70, RENAMED), (90, RENAMED)]
    article = chain(*(seen(f"c{hours}", hours, html) for hours, html in pages))
    assert shown(article) == [("c0", ["c0", "c3", "c6"]), ("c9", ["c9", "c40", "c70", "c90"])]
    assert [each.extraction.headline for each in article.revisions] == [HEADLINE, SAILS]
    assert events(article) == [("variant", 3)]
    assert article.revisions[0].seen_until == START + timedelta(hours=6)
    assert article.revisions[1].seen_from == START + timedelta(hours=9)


def test_the_first_headline_that_wins_opens_nothing() -> None:
    pages = [(0, FIRST), (3, RENAMED), (6, FIRST), (20, FIRST), (60, FIRST)]
    assert len(chain(*(seen(f"c{hours}", hours, html) for hours, html in pages)).revisions) == 1


def test_an_edit_of_the_text_among_alternating_headlines_is_one_revision() -> None:
    renamed = page(*COUNTED, headline=SAILS)
    pages = [FIRST, RENAMED, FIRST, SECOND, renamed, SECOND, renamed]
    article = chain(*(seen(f"c{number}", 3 * number, html) for number, html in enumerate(pages)))
    assert [each.id for each in article.revisions] == ["c0", "c3"]
    assert events(article) == [("variant", 3), ("variant", 12)]
    assert article.revisions[1].extraction.paragraphs == COUNTED


def test_three_headlines_are_tried_on_readers() -> None:
    third = page(*STORY, headline="Kelmoor has its mail again")
    pages = [FIRST, RENAMED, third, FIRST, third, RENAMED]
    article = chain(*(seen(f"c{number}", 3 * number, html) for number, html in enumerate(pages)))
    assert len(article.revisions) == 1
    assert events(article) == [("variant", 3), ("variant", 6)]


# -------------------------------------------------------------------------------------------------------- properties

PAGES = [FIRST, SECOND, THIRD, RENAMED, WALL, REDESIGNED, page(STORY[0]), page(*STORY[1:], NEW), LESSER]
URLS = [(URL, "own"), (URL, "own"), (URL, "own"), (PRINT, "canonical"), (AMP, "amp"), (NEW_URL, "redirect")]


@st.composite
def histories(draw: st.DrawFn) -> list[Seen]:
    """Draw what may be seen of one article; its own URL shows it first."""
    told = [seen("c00", 0, draw(st.sampled_from(PAGES)))]
    hours = 0.0
    for number in range(1, draw(st.integers(1, 9))):
        hours += draw(st.sampled_from([0, 1, 5, 13, 30]))
        url, role = draw(st.sampled_from(URLS))
        sign = draw(
            st.sampled_from(["article"] * 5 + ["gone", "blocked", "paywalled", "unreachable", "moved", "nothing"])
        )
        wants = sign in ("article", "blocked", "paywalled")
        told.append(
            seen(
                f"c{number:02}", hours, draw(st.sampled_from(PAGES)) if wants else None, sign=sign, url=url, role=role,  # type: ignore[arg-type]
                by_304=draw(st.booleans()), marked=draw(st.sampled_from([None] * 8 + [True, False])),
                target=urlkey(NEW_URL) if sign == "moved" else None,
            )
        )  # fmt: skip
    return told


def folded(told: Iterable[Seen]) -> Article | None:
    return fold(list(told))


@settings(max_examples=120)
@given(histories(), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_chain(told: list[Seen], random: Random) -> None:
    whole = folded(told)
    random.shuffle(told)
    assert folded(told) == whole
    assert folded(reversed(told)) == whole


@settings(max_examples=120)
@given(histories())
def test_a_chain_is_sound(told: list[Seen]) -> None:
    article = folded(told)
    if article is None:
        return
    by_id = {each.id: each for each in told}
    revisions = article.revisions
    assert [each.number for each in revisions] == list(range(1, len(revisions) + 1))
    assert len({each.id for each in revisions}) == len(revisions)
    assert [each.seen_from for each in revisions] == sorted(each.seen_from for each in revisions)
    every = [capture for each in revisions for capture in each.captures]
    assert len(every) == len(set(every))
    for revision in revisions:
        assert revision.id == revision.captures[0]
        assert revision.seen_from == by_id[revision.id].at
        assert revision.seen_until == max(by_id[each].at for each in revision.captures)
        assert all(by_id[each].marked is not False for each in revision.captures)
        assert by_id[revision.id].role != "amp"
        assert revision.text_digest == digest((text_of(revision.extraction).encode(),))
    for event in article.events:
        assert event.capture in by_id


@settings(max_examples=120)
@given(histories())
def test_every_paragraph_of_a_revision_stood_on_its_opening_page_or_an_earlier_one(told: list[Seen]) -> None:
    article = folded(told)
    for revision in () if article is None else article.revisions:
        stood: set[str] = set()
        for each in told:
            if (each.at, each.id) <= (revision.seen_from, revision.id) and each.reading and each.reading.extraction:
                stood.update(each.reading.extraction.paragraphs)
        assert set(revision.extraction.paragraphs) <= stood


@settings(max_examples=60)
@given(st.lists(st.sampled_from([FIRST, SECOND, THIRD]), min_size=1, max_size=8), st.data())
def test_revisions_are_the_runs_of_one_text_and_repetitions_change_none(
    pages: Sequence[str], data: st.DataObject
) -> None:
    told = [seen(f"c{number:02}", 30 * number, html) for number, html in enumerate(pages)]
    runs = [number for number, html in enumerate(pages) if number == 0 or html != pages[number - 1]]
    article = chain(*told)
    assert [each.id for each in article.revisions] == [f"c{number:02}" for number in runs]
    at = data.draw(st.integers(0, len(pages) - 1))
    again = seen("x", 30 * at + 7, pages[at], by_304=True)
    assert [each.id for each in chain(*told, again).revisions] == [each.id for each in article.revisions]


def test_a_field_edited_alone_opens_a_revision() -> None:
    def by(name: str) -> dict[str, object]:
        return dict(said(headline=(HEADLINE, "h1"), bylines=(name, "json-ld")))

    article = chain(seen("a", 0, FIRST, fields=by("Ann Ode")), seen("b", 5, FIRST, fields=by("Bob Tay")))
    assert [each.extraction.bylines for each in article.revisions] == [("Ann Ode",), ("Bob Tay",)]


def test_a_link_that_leads_elsewhere_opens_a_revision_and_its_return_says_so() -> None:
    letter = '<p>He said so in <a href="https://{}.example/letter">his letter</a> to the assembly on Sunday.</p>'
    pages = [page(*STORY, letter.format(host)) for host in "aba"]
    article = chain(*(seen(f"c{number}", 30 * number, html) for number, html in enumerate(pages)))
    assert [each.id for each in article.revisions] == ["c0", "c1", "c2"]
    assert article.revisions[2].returns_to == "c0"


def test_the_bar_and_the_foot_are_no_text_of_a_revision() -> None:
    article = chain(seen("a", 0, FIRST), seen("b", 9, page(*COUNTED, top=NAV.replace("vote", "speak"), foot=FOOT[:9])))
    assert article.revisions[1].extraction.paragraphs == COUNTED


def test_headlines_that_take_turns_day_by_day_are_one_revision() -> None:
    pages = [(24 * day, RENAMED if day % 2 else FIRST) for day in range(5)]
    article = chain(*(seen(f"c{hours}", hours, html) for hours, html in pages))
    assert len(article.revisions) == 1
    assert [each.event for each in article.events] == ["variant"]


def test_a_headline_taken_back_once_after_days_is_an_edit_that_returns() -> None:
    pages = [(0, FIRST), (48, RENAMED), (96, FIRST)]
    article = chain(*(seen(f"c{hours}", hours, html) for hours, html in pages))
    assert [each.returns_to for each in article.revisions] == [None, None, "c0"]


def test_a_metered_wall_that_leaves_the_beginning_is_no_edit() -> None:
    prompt = "<p>Subscribe to The Paper to keep reading this story and all others.</p>"
    walled = page(*STORY[:2], prompt)
    article = chain(
        seen("a", 0, page(*STORY)), seen("b", 24, walled), seen("c", 48, walled), seen("d", 72, page(*STORY))
    )
    assert shown(article) == [("a", ["a", "d"])]
    assert [each.event for each in article.events] == ["paywalled"]


def test_a_text_that_stays_cut_for_long_is_an_edit_from_its_first_capture_on() -> None:
    cut = page(*STORY[:2])
    article = chain(seen("a", 0, page(*STORY)), *(seen(f"b{day}", 24 * day, cut) for day in range(1, 10)))
    assert [each.id for each in article.revisions] == ["a", "b1"]
