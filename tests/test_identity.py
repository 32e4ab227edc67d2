"""Which URLs are one article: what points from one to another, and when it is believed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import identity
from archive.identity import Kind, Member, Pointer, group, number_in, pointers
from archive.model import Capture, Extraction, Locator, Reading, RecordId, Url, UrlKey, Verdict
from archive.urls import urlkey
from tests.pages_of import START, URL

OURS, THEIRS = frozenset((1, 2, 3, 4)), frozenset((11, 12, 13, 14))
A, B, C, D = (UrlKey(f"example,paper)/{name}") for name in "abcd")


def capture(url: str = URL, status: int = 200) -> Capture:
    return Capture(
        id=RecordId("urn:x:1"), urlkey=urlkey(url), url=Url(url), at=START, status=status, mime="text/html",
        digest=None, kind="response", locator=Locator(warc="a.warc.gz", offset=0, length=1),
    )  # fmt: skip


def told(url: str = URL, *, verdict: Verdict = "article", status: int = 200, **fields: str) -> set[tuple[UrlKey, Kind]]:
    """Give target and kind of all that a capture of ``url`` with these fields points to."""
    of = capture(url, status)
    extraction = Extraction(paragraphs=("One.",), **fields)  # type: ignore[arg-type]
    reading = Reading(
        capture=of.id, urlkey=of.urlkey, url=of.url, at=of.at, extractor="test/1", verdict=verdict, score=1.0,
        extraction=extraction,
    )  # fmt: skip
    found = pointers(of, reading)
    assert all(each.source == of.urlkey and each.capture == of.id and each.at == of.at for each in found)
    return {(UrlKey(each.target), each.kind) for each in found}


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://paper.example/2026/11/harbour", {("example,paper)/2026/11/harbour", "canonical")}),
        ("https://news.paper.example/harbour", {("example,paper,news)/harbour", "canonical")}),
        (URL, set()),
        ("https://paper.example/", set()),
        ("https://paper.example", set()),
        ("https://other.example/2026/11/harbour-reopens", set()),
        ("https://paper.example/index.html", set()),
        ("https://[::1/x", set()),
    ],
)
def test_a_canonical_link_points_within_the_outlet_and_to_no_list(canonical: str, expected: set[object]) -> None:
    assert told(canonical=canonical) == expected


def test_blogs_of_one_platform_are_not_one_outlet() -> None:
    assert told("https://a.blogspot.com/2026/11/x.html", canonical="https://b.blogspot.com/2026/11/x.html") == set()


def test_where_a_redirect_leads_is_pointed_to() -> None:
    assert told(status=301, verdict="other", canonical="https://paper.example/new") == {
        ("example,paper)/new", "redirect")
    }
    assert told(status=302, verdict="other", canonical="https://paper.example/") == set()
    assert told(status=301, verdict="other", canonical="https://elsewhere.example/new") == set()


def test_an_amp_page_is_pointed_to_by_an_article_alone() -> None:
    amp = "https://amp.paper.example/harbour"
    assert told(amp=amp) == {("example,paper,amp)/harbour", "amp")}
    assert told(verdict="consent", amp=amp) == set()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://paper.example/flood-rises-1234567", "id:paper.example:1234567"),
        ("https://www.paper.example/news/1234567/flood", "id:paper.example:1234567"),
        ("https://paper.example/2026/11/22/flood", None),
        ("https://paper.example/20261122/flood", None),
        ("https://paper.example/202611/flood", None),
        ("https://paper.example/flood-1234", None),
        ("https://paper.example/flood?id=1234567", None),
        ("https://paper.example/20261122/7654321/flood", "id:paper.example:7654321"),
        (
            "https://paper.example/x/6f1c2b3a-1b2c-4d3e-8f90-123456789abc",
            "id:paper.example:6f1c2b3a-1b2c-4d3e-8f90-123456789abc",
        ),
        ("https://paper.example/x/65a1b2c3d4e5f6a7b8c9d0e1", "id:paper.example:65a1b2c3d4e5f6a7b8c9d0e1"),
        ("https://[::1/1234567", None),
        ("https://paper.example/2026/11/22/flood-rises-1234567.html", "id:paper.example:1234567"),
        ("https://paper.example/a.1234567.php", "id:paper.example:1234567"),
    ],
)
def test_a_number_in_the_path_is_found_and_a_date_is_none(url: str, expected: str | None) -> None:
    assert number_in(url) == expected


@pytest.mark.parametrize("amp", ["https://paper.example:99999/x", "https://paper.example:port/x"])
def test_an_odd_link_is_pointed_to_as_it_is(amp: str) -> None:
    assert told(amp=amp) == {(urlkey(amp), "amp")}


# ------------------------------------------------------------------------------------------------------------ groups


def says(source: UrlKey, target: str, kind: Kind, hours: int = 0) -> Pointer:
    return Pointer(
        source=source, target=UrlKey(target), kind=kind, url=Url(f"https://x.example/{source}"),
        capture=RecordId(f"urn:x:{source}"), at=START + timedelta(hours=hours),
    )  # fmt: skip


Texts = Mapping[UrlKey, Collection[frozenset[int]]]


def grouped(start: UrlKey, held: Iterable[Pointer], texts: Texts) -> Mapping[UrlKey, Member]:
    every = list(held)

    def suggested(key: str) -> list[Pointer]:
        return [each for each in every if key in (each.source, each.target)]

    return group(start, suggested, lambda key: texts.get(key, ()))


SAME: Texts = {A: [OURS], B: [OURS], C: [OURS], D: [OURS]}


def test_a_url_alone_is_its_own_article() -> None:
    assert grouped(A, [], SAME) == {A: Member(role="own", reason="captured")}


@pytest.mark.parametrize("kind", ["canonical", "amp", "redirect", "join"])
def test_a_pointer_joins_in_both_directions(kind: Kind) -> None:
    held = [says(A, B, kind)]
    assert set(grouped(A, held, SAME)) == set(grouped(B, held, SAME)) == {A, B}
    assert grouped(A, held, SAME) == grouped(B, held, SAME)


@pytest.mark.parametrize("kind", ["canonical", "amp", "redirect", "id"])
def test_other_text_is_another_article(kind: Kind) -> None:
    held = [says(A, B, kind)] if kind != "id" else [says(A, "id:x:1", kind), says(B, "id:x:1", kind)]
    assert set(grouped(A, held, {A: [OURS], B: [THEIRS]})) == {A}
    assert set(grouped(B, held, {A: [OURS], B: [THEIRS]})) == {B}


@pytest.mark.parametrize("kind", ["canonical", "amp", "id"])
def test_a_url_that_never_was_an_article_is_not_joined(kind: Kind) -> None:
    held = [says(A, B, kind)] if kind != "id" else [says(A, "id:x:1", kind), says(B, "id:x:1", kind)]
    assert set(grouped(A, held, {A: [OURS]})) == {A}


def test_one_number_in_the_path_and_one_text_is_one_article() -> None:
    held = [says(A, "id:x:1", "id"), says(B, "id:x:1", "id"), says(C, "id:x:2", "id")]
    found = grouped(A, held, SAME)
    assert set(found) == set(grouped(B, held, SAME)) == {A, B}
    assert found[B].role == "id"
    assert found[B].reason == "same number in the path"


def test_texts_may_have_been_alike_at_any_time() -> None:
    edited = frozenset((1, 2, 7, 8, 9))
    assert set(grouped(A, [says(A, B, "canonical")], {A: [THEIRS, OURS], B: [edited, frozenset((1, 2, 3))]})) == {A, B}


def test_a_redirect_joins_a_url_that_only_ever_led_on() -> None:
    assert set(grouped(B, [says(A, B, "redirect")], {B: [OURS]})) == {A, B}
    assert set(grouped(A, [says(A, B, "redirect")], {A: [OURS]})) == {A}


def test_a_redirect_bears_an_edit_that_came_with_it() -> None:
    third = frozenset((1, 2, 21, 22, 23))
    assert set(grouped(A, [says(A, B, "redirect")], {A: [OURS | {5}], B: [third]})) == {A, B}
    assert set(grouped(A, [says(A, B, "canonical")], {A: [OURS | {5}], B: [third]})) == {A}


def test_a_redirect_over_a_url_that_only_leads_on_is_followed() -> None:
    held = [says(A, B, "redirect"), says(B, C, "redirect")]
    texts: Texts = {A: [OURS], C: [OURS]}
    assert set(grouped(C, held, texts)) == set(grouped(A, held, texts)) == {A, B, C}


def test_a_redirect_to_other_text_over_a_third_is_not_believed() -> None:
    held = [says(A, B, "redirect"), says(B, C, "redirect")]
    assert A not in grouped(C, held, {A: [THEIRS], C: [OURS]})


def test_a_join_by_hand_needs_no_text_and_keeps_its_reason() -> None:
    found = grouped(A, [says(A, B, "join", 3)], {})
    assert found[B] == Member(
        role="by hand", reason="by hand", at=START + timedelta(hours=3), capture=RecordId(f"urn:x:{A}")
    )


@pytest.mark.parametrize("kind", ["canonical", "amp", "redirect", "id", "join"])
def test_a_split_by_hand_undoes_a_join(kind: Kind) -> None:
    held = [says(A, B, kind)] if kind != "id" else [says(A, "id:x:1", kind), says(B, "id:x:1", kind)]
    for split in (says(A, B, "split", 1), says(B, A, "split", 1)):
        assert set(grouped(A, [*held, split], SAME)) == {A}
        assert set(grouped(B, [*held, split], SAME)) == {B}


@pytest.mark.parametrize("kind", ["canonical", "id"])
def test_a_split_by_hand_holds_over_a_third_url(kind: Kind) -> None:
    if kind == "id":
        held = [says(each, "id:x:1", "id") for each in (A, B, C)]
    else:
        held = [says(A, C, kind), says(B, C, kind), says(A, B, kind)]
    held.append(says(A, B, "split", 1))
    parts = {start: set(grouped(start, held, SAME)) for start in (A, B, C)}
    assert B not in parts[A]
    assert A not in parts[B]
    assert all(parts[there] == parts[here] for here in parts for there in parts[here])


def test_the_last_word_of_a_person_holds() -> None:
    held = [says(A, B, "canonical"), says(A, B, "split", 1), says(A, B, "join", 2)]
    assert set(grouped(A, held, SAME)) == {A, B}


def test_roles_tell_how_a_url_belongs() -> None:
    held = [says(A, B, "canonical"), says(C, A, "redirect"), says(B, D, "amp"), says(D, B, "canonical")]
    found = grouped(B, held, SAME)
    assert {key: member.role for key, member in found.items()} == {A: "canonical", B: "own", C: "redirect", D: "amp"}


def test_the_earliest_word_is_the_reason() -> None:
    held = [says(A, B, "canonical", 9), says(A, B, "canonical", 2)]
    assert grouped(A, held, SAME)[A].at == START + timedelta(hours=2)


def test_a_syndicated_copy_that_names_the_amp_page_of_the_original_stays_apart() -> None:
    copy = "https://copy.example/harbour"
    amp = "https://paper.example/amp/harbour-reopens"
    here = urlkey(URL)
    held = [
        Pointer(source=urlkey(url), target=target, kind=kind, url=Url(url), capture=None, at=START)
        for url, named in ((copy, told(copy, amp=amp, canonical=URL)), (URL, told(amp=amp)))
        for target, kind in named
    ]
    found = grouped(here, held, {here: [OURS], urlkey(copy): [OURS], urlkey(amp): [OURS]})
    assert set(found) == {here, urlkey(amp)}


KEYS = [A, B, C, D]
POINTER = st.builds(
    says, st.sampled_from(KEYS), st.sampled_from([*KEYS, "id:x:1", "id:x:2"]),
    st.sampled_from(["redirect", "canonical", "amp", "join"]), st.integers(0, 5),
).map(lambda each: replace(each, kind="id") if each.target.startswith("id:") else each)  # fmt: skip
TEXT = st.lists(st.sampled_from([OURS, THEIRS, frozenset((1, 2, 3, 9)), frozenset((1, 12, 13))]), max_size=2)


@given(
    st.lists(POINTER, max_size=8), st.fixed_dictionaries(dict.fromkeys(KEYS, TEXT)), st.randoms(use_true_random=False)
)
def test_a_group_is_the_same_from_each_of_its_urls_and_in_any_order(
    held: list[Pointer], texts: dict[UrlKey, list[frozenset[int]]], random: Random
) -> None:
    found = {start: grouped(start, held, texts) for start in KEYS}
    random.shuffle(held)
    for start, members in found.items():
        assert start in members
        assert grouped(start, held, texts) == members
        for other in members:
            assert set(found[other]) == set(members)


@given(st.lists(POINTER, max_size=6), st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_what_a_person_split_is_in_no_group_together(held: list[Pointer], left: UrlKey, right: UrlKey) -> None:
    if left != right:
        told_apart = [*held, says(left, right, "split", 9)]
        assert all(not {left, right} <= set(grouped(start, told_apart, SAME)) for start in KEYS)


def test_the_thresholds_are_as_they_are_told() -> None:
    assert identity.MOVED_TEXT < identity.SAME_TEXT <= 0.5
