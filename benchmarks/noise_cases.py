"""Real articles captured twice, with noise between and no edit: the cases on which no revision may be made."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import ROOT
from tests.noise import alter

DONORS = 5
"""Pages from which the boxes of one case come."""


class _Page(NamedTuple):
    id: str
    url: str
    domain: str
    file: Path


def cases(
    n: int, seed: int, is_article: Callable[[str, bytes], bool] = lambda url, page: True
) -> Iterator[tuple[str, str, bytes, bytes]]:
    """Give ``n`` times an id, a URL, a page and the same page altered.

    Takes the corpus pages whose gold text is known and that ``is_article`` (asked once a page, with URL and page)
    lets pass, in turn, each turn with other seeds; donors are pages of other domains.
    """
    corpus = Path(os.environ.get("VARIORUM_SHARED") or ROOT.parent / "shared") / "corpora" / "articles"
    told = [json.loads(line) for line in (corpus / "manifest.jsonl").read_text("utf-8").splitlines()]
    all_pages = [_Page(row["id"], row["url"], row["domain"], corpus / row["file"]) for row in told]
    gold = [page for page, row in zip(all_pages, told, strict=True) if "text" in row["gold"]]
    stories = [page for page in gold if is_article(page.url, _read(page.file))]
    if not stories:
        return
    random.Random(seed).shuffle(stories)
    for number in range(n):
        page = stories[number % len(stories)]
        drawn = random.Random(f"{seed} {number}")
        donors = drawn.sample([other for other in all_pages if other.domain != page.domain], DONORS)
        before = _read(page.file)
        # An alteration that happens to be none is no case.
        after = next(
            made
            for turn in count()
            if (made := alter(before, seed * 1_000_003 + number + turn * n, [_read(donor.file) for donor in donors]))
            != before
        )
        yield f"{page.id}#{number}", page.url, before, after


@lru_cache(maxsize=600)
def _read(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes())
