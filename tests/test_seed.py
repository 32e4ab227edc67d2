"""The post this project grew from, laid out as a page of a blog like the real one's, is read clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive import ingest
from archive.model import Reading
from benchmarks.second_reading import capture as captured
from benchmarks.second_reading import payload
from crawler.newsstand import seed_page


@pytest.fixture(scope="module")
def seed(shared: Path) -> str:
    return (shared / "seed" / "under-the-black-flag.txt").read_text("utf-8")


@pytest.fixture(scope="module")
def reading(seed: str) -> Reading:
    ingest.prepare()
    page = seed_page.page(seed)
    return ingest.reading(captured("http://www.mooringpost.test" + seed_page.PATH, 0), payload(page.encode()))


def test_the_text_is_the_post_and_nothing_else(seed: str, reading: Reading) -> None:
    assert reading.verdict == "article"
    assert reading.extraction is not None
    assert reading.extraction.paragraphs == seed_page.read(seed).paragraphs


def test_headline_byline_caption_and_date_are_found(seed: str, reading: Reading) -> None:
    told, found = seed_page.read(seed), reading.extraction
    assert found is not None
    assert found.headline == told.headline
    assert found.bylines == ("Joanna Paraszczuk",)
    assert found.caption == told.caption
    assert found.published is not None
    assert found.published.startswith(f"{seed_page.PUBLISHED:%Y-%m-%d}")
    assert found.picture is not None
    assert found.language == "en"


def test_what_the_post_links_is_read_where_it_stands(seed: str, reading: Reading) -> None:
    found = reading.extraction
    assert found is not None
    assert tuple(link.url for link in found.links) == seed_page.links(seed_page.read(seed))
    assert [link.text for link in found.links] == [words for words, _, _ in seed_page.LINKED]
    assert all(link.text in found.paragraphs[link.paragraph] for link in found.links)
