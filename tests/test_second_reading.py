"""Real pages seen twice: what is no edit makes no revision, and the cheap reading never says otherwise."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from archive import ingest
from archive.model import Reading
from archive.revise import fold
from benchmarks.noise_cases import cases
from benchmarks.second_reading import capture, is_article, payload, seen

SEED = 4
CASES = 90
PAIRS = ("cap-taz", "cap-lifehacker", "cap-thelocal-shield", "cap-scmp")


@pytest.fixture(scope="module")
def noisy(shared: Path) -> list[tuple[str, str, bytes, bytes]]:
    ingest.prepare()
    return list(cases(CASES, SEED, is_article))


def test_noise_makes_no_revision(noisy: list[tuple[str, str, bytes, bytes]]) -> None:
    for id, url, before, after in noisy:
        first, later = (ingest.reading(capture(url, at), payload(page)) for at, page in enumerate((before, after)))
        chain = fold([seen(first), seen(later)])
        assert chain is not None, id
        assert len(chain.revisions) == 1, id


def test_the_second_reading_tells_most_pages_and_never_misses_an_edit(
    noisy: list[tuple[str, str, bytes, bytes]],
) -> None:
    told = edited = 0
    for id, url, before, after in noisy:
        first = ingest.reading(capture(url, 0), payload(before))
        known = ingest.known(first)
        assert known is not None, id
        assert first.extraction is not None
        again = ingest.same_article(capture(url, 1), payload(after), known)
        told += again is not None
        assert again is None or again.same_as == first.capture
        # The same page, with one word of a paragraph changed.
        longest = max(first.extraction.paragraphs, key=len)
        words = [word for word in re.findall(r"[A-Za-z]{6,}", longest) if after.count(word.encode()) == 1]
        page = after.replace(words[0].encode(), b"Otherwise") if words else after
        if ingest.edits_of(known, ingest.reading(capture(url, 1), payload(page))):
            edited += 1
            assert ingest.same_article(capture(url, 1), payload(page), known) is None, id
    assert told >= 0.8 * len(noisy)
    assert edited >= 0.3 * len(noisy)


@pytest.mark.parametrize("name", PAIRS)
def test_pairs_of_captures_without_an_edit_make_no_revision(shared: Path, name: str) -> None:
    ingest.prepare()
    corpus = shared / "corpora" / "articles"
    lines = (corpus / "revisions" / "captures.jsonl").read_text("utf-8").splitlines()
    pair = next(each for each in map(json.loads, lines) if each["id"] == name)
    known = {
        each["file"]: each["url"]
        for each in map(json.loads, (corpus / "manifest.jsonl").read_text("utf-8").splitlines())
    }
    url = known.get(pair["files"][0], f"https://{name[4:]}.example/2020/05/a-story")
    read: list[Reading] = []
    for at, file in enumerate(pair["files"]):
        read.append(ingest.reading(capture(url, at), payload(gzip.decompress((corpus / file).read_bytes()))))
    chain = fold([seen(each) for each in read])
    assert chain is None or len(chain.revisions) == 1
    if pair["label"] == "no_revision":
        assert [each.verdict for each in read] == ["article", "article"]
    if pair["label"] == "interstitial":
        assert read[0].verdict != "article"


def test_every_extraction_is_the_same_twice(noisy: list[tuple[str, str, bytes, bytes]]) -> None:
    for _, url, before, _ in noisy[:20]:
        assert ingest.reading(capture(url, 0), payload(before)) == ingest.reading(capture(url, 0), payload(before))
