"""Real pages at their own host names: every page is captured and read, nothing crashes, the report adds up."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.links import clean
from archive.urls import urlkey
from crawler.sites import name_for
from tests.corpus_web import CorpusWeb
from tests.crawl_home import Home

pytestmark = pytest.mark.xdist_group("corpus")


FURNITURE = ("http://creativecommons.org/about/", "http://www.google.com/imgres?")
"""Pages of the corpus that no crawl takes for a post: who we are, and what a search found."""


def test_a_crawl_over_the_corpus_captures_every_page(tmp_path: Path, shared: Path) -> None:
    folder = shared / "corpora" / "articles"
    with CorpusWeb(folder) as web:
        home = Home(tmp_path / "press", web.connect_map, delay="10ms")
        for host in web.hosts():
            text = f'url = "http://{host}/"\nhosts = ["{host}"]\ncite = "none"\nrequisites = "none"\n'
            home.site(name_for(f"http://{host}/"), text)
        report = home.report()
    assert report["state"] == "ok"
    assert report["unanswered"] == []
    captured = {key for (key,) in home.rows("SELECT urlkey FROM captures WHERE status = 200")}
    missing = [url for url, _ in web.pages.values() if urlkey(clean(url)) not in captured]
    assert [url for url in missing if not url.startswith(FURNITURE)] == []
    assert report["visits"] == sum(report["outcomes"].values())
    assert home.rows("SELECT count(*) FROM visits")[0][0] == report["visits"]
    unread = home.rows(
        "SELECT url, reasons FROM readings JOIN captures ON id = capture WHERE reasons LIKE '%could not be read%'"
    )
    assert unread == []
    assert home.call("verify").returncode == 0
