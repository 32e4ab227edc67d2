"""The web server for minutes: pages, raw bytes and look-ups at the same time while a crawl writes. Nothing fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.replay import grown, pressed
from benchmarks.replay_archive import real
from benchmarks.replay_crawl import crawling
from benchmarks.replay_serve import Cores

SECONDS = float(os.environ.get("VARIORUM_SOAK_SECONDS") or 300)
PAGES = 200
FLAT = 10.0
"""Per cent that memory may grow by in the second half; another page gone through may need some more at any time."""


@pytest.mark.soak
def test_under_load_every_answer_is_right_and_memory_stays_as_it_is(tmp_path: Path, shared: Path) -> None:
    cores = Cores.two()
    with cores.kept_clear(), crawling(tmp_path, SECONDS) as crawl:
        kept = real(crawl.home.path, PAGES)
        done = pressed(tmp_path, crawl, kept, cores, SECONDS)
    assert done.told["wrong"] == []
    assert not done.told["errors"]
    assert done.said == []
    assert done.crawled > 0
    assert {kind.removesuffix(", first") for kind in done.told["ms"]} >= {"page", "part", "raw", "cdx exact"}
    assert grown(done.held, "Pss") <= FLAT, [(at, each["Pss"] >> 20) for at, each in done.held]
