"""One in so many second readings is checked by a full one; an outlet on which it once was wrong is read in full."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from archive import ingest
from archive.ingest import Known
from archive.store import open_store, outlets
from benchmarks.second_reading import capture, payload
from crawler.looking import Task, read
from crawler.newsstand.chronicle_posts import day
from crawler.newsstand.chronicle_truth import story
from tests.kept import page

URL = story("still").addresses[0]


def body(number: int) -> bytes:
    return page(URL, day(number, 15)).partition(b"\r\n\r\n")[2]


@pytest.fixture(scope="module")
def known() -> Known:
    ingest.prepare()
    found = ingest.known(ingest.reading(capture(URL, 0), payload(body(2))))
    assert found is not None
    return found


def task(known: Known | None, *, sample: bool) -> Task:
    return Task(warcs="", capture=capture(URL, 1), what="article", known=known, sample=sample)


def test_what_is_surely_the_same_is_not_read_in_full(known: Known) -> None:
    found, agreed = read(task(known, sample=False), payload(body(3)))
    assert (found.verdict, found.same_as, found.extraction, agreed) == ("same", known.capture, None, None)


def test_a_sample_is_read_in_both_ways_and_agrees(known: Known) -> None:
    found, agreed = read(task(known, sample=True), payload(body(3)))
    assert (found.verdict, agreed) == ("same", True)


def test_a_sample_that_disagrees_is_told_and_the_full_reading_holds(known: Known) -> None:
    # A state that no reading of the page gives: metadata that say the same cannot have said this.
    told = replace(known.state.extraction, bylines=("Somebody Else",))
    wrong = replace(known, state=replace(known.state, extraction=told))
    found, agreed = read(task(wrong, sample=True), payload(body(3)))
    assert (found.verdict, agreed) == ("article", False)


def test_an_outlet_that_was_once_told_wrong_is_not_trusted_again(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'variorum.db'}", create=True)
    try:
        with store.write() as conn:
            assert outlets.trusted(conn, "paper.example")
            outlets.count(conn, "paper.example", compared=1)
            assert outlets.trusted(conn, "paper.example")
            outlets.count(conn, "paper.example", compared=1, disagreed=1)
            assert not outlets.trusted(conn, "paper.example")
    finally:
        store.close()
