"""What one capture leads to, and what it does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.config import Crawl, Polite, Settings
from archive.config import load as load_settings
from archive.model import Capture, Extraction, Link, Locator, Reading, RecordId, Url, Verdict, What
from archive.store.frontier import Wanted
from archive.urls import neighbour, urlkey
from crawler.following import HOPS, Followed, Frame, follow
from crawler.items import Item
from crawler.looked import Looked
from crawler.sites import Site

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BEGAN = NOON - timedelta(minutes=5)
DAY = timedelta(days=1)
FRONT = "http://press.test/"
STORY = "http://press.test/2026/11/a-story"
SITE = Site(name="press", url=Url(FRONT), hosts=("press.test", "www.press.test"))


@pytest.fixture
def settings(home: Path) -> Settings:
    return load_settings(home)


def frame(settings: Settings, site: Site | None = SITE, *, since: datetime | None = None, **crawl: Any) -> Frame:
    given = replace(settings, crawl=replace(Crawl(deny=("social.test",)), **crawl))
    return Frame(settings=given, site=site, now=NOON, began=BEGAN, since=since)


def wanted(url: str = STORY, what: What = "article", **more: Any) -> Wanted:
    given: dict[str, Any] = {"why": "new", "next_at": NOON, "site": "press"}
    return Wanted(url=Url(url), urlkey=urlkey(url), neighbour=neighbour(url), what=what, **{**given, **more})


def capture(url: str = STORY) -> Capture:
    return Capture(
        id=RecordId("c1"), urlkey=urlkey(url), url=Url(url), at=NOON, status=200, mime="text/html", digest=None,
        kind="response", locator=Locator(warc="w", offset=0, length=1),
    )  # fmt: skip


def item(url: str, **more: Any) -> Item:
    return Item(url=url, **more)


def article(*links: str, verdict: Verdict = "article") -> Reading:
    found = tuple(Link(url=url, text="", paragraph=0) for url in links)
    return Reading(
        capture=RecordId("c1"), urlkey=urlkey(STORY), url=Url(STORY), at=NOON, extractor="test", verdict=verdict,
        score=1.0, extraction=Extraction(links=found),
    )  # fmt: skip


def leads(given: Frame, to: Wanted, looked: Looked) -> Followed:
    return follow(given, to, capture(to.url), looked)


# ----------------------------------------------------------------------------------------------------------- redirects


def redirected(given: Frame, source: Wanted, target: str) -> Wanted:
    found = leads(given, source, Looked(target=target))
    assert (found.items, found.indexes, found.sightings) == ((), (), ())
    (made,) = found.others
    return made


TARGETS: dict[str, tuple[What, str, str, What]] = {
    "to another page": ("article", "/2026/11/b", "http://press.test/2026/11/b", "article"),
    "to another host of the site": ("article", "http://www.press.test/a", "http://www.press.test/a", "article"),
    "to a host of the same domain": ("article", "http://m.press.test/a", "http://m.press.test/a", "article"),
    "off the site": ("article", "http://paper.test/a", "http://paper.test/a", "page"),
    "of a feed off the site": ("feed", "http://feeds.test/press", "http://feeds.test/press", "page"),
    "of a feed on the site": ("feed", "/rss", "http://press.test/rss", "feed"),
    "of the front page to https": ("front page", "https://press.test/", "https://press.test/", "front page"),
    "of a citation": ("citation", "http://radio.test/a", "http://radio.test/a", "citation"),
    "of a requisite": ("requisite", "http://cdn.test/a.png", "http://cdn.test/a.png", "requisite"),
    "without its fragment": ("article", "/b#top", "http://press.test/b", "article"),
    "without tracking": ("article", "/b?utm_source=x&p=1", "http://press.test/b?p=1", "article"),
    "to itself with tracking": ("article", f"{STORY}?utm_source=x", f"{STORY}?utm_source=x", "article"),
}


@pytest.mark.parametrize(("what", "target", "url", "then"), TARGETS.values(), ids=TARGETS.keys())
def test_a_redirect_is_wanted_as_what_it_stands_for(
    settings: Settings, what: What, target: str, url: str, then: What
) -> None:
    made = redirected(frame(settings), wanted(what=what, hop=2, depth=1, dated=NOON - DAY), target)
    assert (made.url, made.what, made.why, made.reason) == (url, then, "redirect", None)
    assert (made.hop, made.depth, made.dated) == (3, 1, NOON - DAY)
    assert (made.came_from, made.neighbour, made.site) == ("c1", neighbour(url), "press")


@pytest.mark.parametrize(("what", "again"), [("feed", BEGAN), ("front page", BEGAN), ("article", None), ("page", None)])
def test_where_an_index_moved_to_is_read_in_each_run_and_a_known_post_is_not(
    settings: Settings, what: What, again: datetime | None
) -> None:
    assert redirected(frame(settings), wanted(what=what), "/b").fresh_from == again


def test_a_redirect_too_many_is_refused(settings: Settings) -> None:
    assert redirected(frame(settings), wanted(hop=HOPS - 1), "/b").reason is None
    assert redirected(frame(settings), wanted(hop=HOPS), "/b").reason == f"more than {HOPS} redirects in a row"


@pytest.mark.parametrize("target", ["ftp://press.test/a", "https://", "mailto:desk@press.test", "http://a b/"])
def test_a_redirect_to_what_cannot_be_asked_for_is_told_as_refused(settings: Settings, target: str) -> None:
    made = redirected(frame(settings), wanted(), target)
    assert made.reason
    assert made.neighbour == "press.test"


def test_a_citation_that_leads_to_a_denied_host_is_refused(settings: Settings) -> None:
    source = wanted("http://short.test/x", "citation")
    assert redirected(frame(settings), source, "http://m.social.test/a").reason == "deny list: m.social.test"
    assert redirected(frame(settings), source, "http://radio.test/a.mp3").reason == "neither HTML nor PDF: .mp3"
    only = frame(settings, replace(SITE, cite_only=("short.test",)))
    assert redirected(only, source, "http://radio.test/a").reason is None


def test_a_page_of_no_site_is_redirected_as_what_it_is(settings: Settings) -> None:
    assert redirected(frame(settings, None), wanted(what="page"), "http://paper.test/").what == "page"


# --------------------------------------------------------------------------------------------------------------- items


def items_of(given: Frame, *items: Item, what: What = "feed", depth: int = 0) -> tuple[Wanted, ...]:
    return leads(given, wanted(FRONT, what, depth=depth), Looked(items=items)).items


def test_an_item_is_wanted_as_a_new_article(settings: Settings) -> None:
    (made,) = items_of(frame(settings), item(f"{STORY}?utm_source=feed#more", dated=NOON - DAY, lastmod=BEGAN - DAY))
    assert made == wanted(depth=1, came_from="c1", dated=NOON - DAY, fresh_from=BEGAN - DAY)


NOT_WITHIN: dict[str, tuple[Site, Item, str]] = {
    "another host": (SITE, item("http://paper.test/a"), "host paper.test is not of this site"),
    "excluded": (replace(SITE, exclude=(re.compile("/ads/"),)), item(f"{FRONT}ads/1"), "matched exclude /ads/"),
    "not included": (replace(SITE, include=(re.compile("/news/"),)), item(STORY), "matched no include"),
    "below nothing": (replace(SITE, within=(Url(f"{FRONT}news/"),)), item(STORY), "outside within"),
    "too old for the site": (
        replace(SITE, since=NOON.date()),
        item(STORY, dated=NOON - DAY),
        "dated 2026-11-21, before since 2026-11-22",
    ),
    "a trap": (SITE, item(f"{FRONT}a/a/a/a/"), "'a' stands 4 times in its path"),
    "no URL": (SITE, item("http://press.test:port/"), "'port' is no port"),
}


@pytest.mark.parametrize(("site", "given", "why"), NOT_WITHIN.values(), ids=NOT_WITHIN.keys())
def test_an_item_that_is_not_within_is_told_with_its_reason(
    settings: Settings, site: Site, given: Item, why: str
) -> None:
    (made,) = items_of(frame(settings, site), given)
    assert made.reason is not None
    assert why in made.reason


@pytest.mark.parametrize(("dated", "later"), [(NOON - DAY, True), (NOON, False), (NOON + DAY, False), (None, False)])
def test_an_item_older_than_asked_for_is_for_a_later_run(
    settings: Settings, dated: datetime | None, later: bool
) -> None:
    (made,) = items_of(frame(settings, since=NOON), item(STORY, dated=dated))
    assert (made.later, made.reason) == (later, None)


@pytest.mark.parametrize("lastmod", [BEGAN, NOON, NOON + DAY])
def test_a_change_during_the_run_is_for_the_next_one(settings: Settings, lastmod: datetime) -> None:
    (made,) = items_of(frame(settings), item(STORY, lastmod=lastmod))
    assert made.fresh_from == BEGAN


def test_items_are_sighted_as_they_were_shown(settings: Settings) -> None:
    shown = (item(STORY, title="A story", dated=NOON - DAY), item("http://paper.test/x?utm_source=y"))
    found = leads(frame(settings), wanted(f"{FRONT}feed", "feed"), Looked(items=shown))
    first, second = found.sightings
    assert (first.url, first.title, first.dated, first.position) == (STORY, "A story", NOON - DAY, 0)
    assert (first.how, first.site, first.shown_by, first.seen_at) == ("feed", "press", "c1", NOON)
    assert (second.url, second.urlkey) == ("http://paper.test/x?utm_source=y", "test,paper)/x")
    assert [made.urlkey for made in found.items] == [seen.urlkey for seen in found.sightings]


def test_the_links_of_a_front_page_that_may_be_articles_are_its_items(settings: Settings) -> None:
    urls = (
        STORY, f"{STORY}#comments", f"{FRONT}page/2/", f"{FRONT}about", "http://paper.test/2026/11/a-story",
        "http://www.press.test/2026/11/another-long-story", FRONT, "http://[/", f"{FRONT}feed.xml",
    )  # fmt: skip
    looked = Looked(links=tuple(map(item, urls)), indexes=(f"{FRONT}page/2/",))
    site = replace(SITE, feeds=(Url(f"{FRONT}feed.xml"),))
    found = leads(frame(settings, site), wanted(FRONT, "front page"), looked)
    assert [made.url for made in found.items] == [STORY, "http://www.press.test/2026/11/another-long-story"]
    assert [seen.how for seen in found.sightings] == ["front page", "front page"]


# ------------------------------------------------------------------------------------------------- indexes and further


def test_older_pages_are_wanted_at_the_depth_of_the_front_page(settings: Settings) -> None:
    looked = Looked(indexes=(f"{FRONT}page/2", f"{FRONT}x/x/x/x/"))
    page, caught = leads(frame(settings), wanted(FRONT, "front page"), looked).indexes
    assert (page.what, page.why, page.depth, page.reason) == ("archive page", "archive page", 0, None)
    assert caught.reason == "'x' stands 4 times in its path"


def test_the_sitemaps_of_an_index_are_wanted_when_they_changed(settings: Settings) -> None:
    looked = Looked(further=(item(f"{FRONT}1.xml", lastmod=BEGAN - DAY), item(f"{FRONT}2.xml"), item(
        f"{FRONT}3.xml", lastmod=NOON + DAY)))  # fmt: skip
    found = leads(frame(settings), wanted(f"{FRONT}sitemap.xml", "sitemap"), looked).others
    assert [(made.what, made.why) for made in found] == [("sitemap", "sitemap")] * 3
    assert [made.fresh_from for made in found] == [BEGAN - DAY, BEGAN, BEGAN]


def test_the_older_document_of_a_feed_is_a_feed(settings: Settings) -> None:
    looked = Looked(further=(item(f"{FRONT}feed?page=2"),))
    (made,) = leads(frame(settings), wanted(f"{FRONT}feed", "feed"), looked).others
    assert (made.what, made.why, made.url) == ("feed", "feed", f"{FRONT}feed?page=2")


# ----------------------------------------------------------------------------------------------------------- citations


def cited(given: Frame, *links: str, what: What = "article", verdict: Verdict = "article") -> Sequence[Wanted]:
    return leads(given, wanted(what=what), Looked(reading=article(*links, verdict=verdict))).others


CITED: dict[str, tuple[str, str | None, str | None]] = {
    "another outlet": ("http://paper.test/a", "http://paper.test/a", None),
    "another outlet with tracking": ("http://paper.test/a?utm_source=p#x", "http://paper.test/a", None),
    "a PDF": ("http://paper.test/a.pdf", "http://paper.test/a.pdf", None),
    "credentials": ("http://me:secret@paper.test/a", "http://paper.test/a", None),
    "a web archive's copy": (
        "https://web.archive.org/web/2020/http://paper.test/a", "http://paper.test/a", None,
    ),
    "a wrapped denied host": (
        "https://web.archive.org/web/2020/http://social.test/a", "http://social.test/a", "deny list: social.test",
    ),
    "a denied host": ("http://social.test/a", "http://social.test/a", "deny list: social.test"),
    "below a denied host": ("http://m.social.test/a", "http://m.social.test/a", "deny list: m.social.test"),
    "beside a denied host": ("http://antisocial.test/a", "http://antisocial.test/a", None),
    "a picture": ("http://paper.test/a.JPG?w=1", "http://paper.test/a.JPG?w=1", "neither HTML nor PDF: .jpg"),
    "a video": ("http://paper.test/a.mp4", "http://paper.test/a.mp4", "neither HTML nor PDF: .mp4"),
    "no host": ("http:///a", "http:///a", "it names no host"),
    "mail": ("mailto:desk@paper.test", None, None),
    "a call": ("tel:+123", None, None),
    "script": ("javascript:void(0)", None, None),
    "in the site": (f"{FRONT}2026/10/before", None, None),
    "out of the site, counted": (f"{FRONT}out/9", f"{FRONT}out/9", None),
    "out of the site, counted by a program": (f"{FRONT}go.php?u=9", f"{FRONT}go.php?u=9", None),
    "in the site, by a like name": (f"{FRONT}outlook/9", None, None),
    "in the site's other host": ("https://www.press.test/x", None, None),
}  # fmt: skip


@pytest.mark.parametrize(("link", "url", "why"), CITED.values(), ids=CITED.keys())
def test_a_link_of_an_article_is_a_citation_or_not(
    settings: Settings, link: str, url: str | None, why: str | None
) -> None:
    found = cited(frame(settings), link)
    assert [made.url for made in found] == ([url] if url is not None else [])
    for made in found:
        assert (made.what, made.why, made.came_from, made.site) == ("citation", "citation", "c1", "press")
        assert (made.reason is None) is (why is None)
        assert (why or "") in (made.reason or "")


def test_a_page_that_is_cited_twice_is_one_citation(settings: Settings) -> None:
    assert len(cited(frame(settings), "http://paper.test/a", "https://www.paper.test/a#b")) == 1


def test_the_citations_of_one_article_are_capped_and_only_those_that_are_asked_for_count(settings: Settings) -> None:
    links = [
        f"{FRONT}in-site", "mailto:desk@paper.test", "http://social.test/a", "http://paper.test/a.jpg",
        "http://paper.test/1", "http://paper.test/1", "http://paper.test/2", "http://paper.test/3",
    ]  # fmt: skip
    found = cited(frame(settings, cites_per_article=2), *links)
    assert [made.url for made in found if made.reason is None] == ["http://paper.test/1", "http://paper.test/2"]
    assert [made.reason for made in found][-1] == "cap: 2 citations of one article are enough"


def test_a_site_may_deny_more_and_name_those_it_cites(settings: Settings) -> None:
    site = replace(SITE, deny=("paper.test",), cite_only=("radio.test",))
    found = cited(frame(settings, site), "http://paper.test/a", "http://fm.radio.test/a", "http://tv.test/a")
    assert [made.reason for made in found] == ["deny list: paper.test", None, "cite_only does not name tv.test"]


@pytest.mark.parametrize(
    ("by_settings", "by_site", "count"), [("none", None, 0), ("all", "none", 0), ("none", "all", 1), ("all", None, 1)]
)
def test_whether_anything_is_cited_is_the_sites_word_before_the_settings(
    settings: Settings, by_settings: str, by_site: Any, count: int
) -> None:
    given = frame(settings, replace(SITE, cite=by_site), cite=by_settings)
    assert len(cited(given, "http://paper.test/a")) == count


@pytest.mark.parametrize("verdict", ["paywall", "bot wall", "consent", "soft 404", "index"])
def test_only_an_article_cites(settings: Settings, verdict: Verdict) -> None:
    assert cited(frame(settings), "http://paper.test/a", verdict=verdict) == ()


@pytest.mark.parametrize("what", ["citation", "requisite", "robots", "feed"])
def test_what_is_cited_cites_nothing_itself(settings: Settings, what: What) -> None:
    assert cited(frame(settings), "http://paper.test/a", what=what) == ()


def test_what_belongs_to_no_site_leads_nowhere(settings: Settings) -> None:
    looked = Looked(
        reading=article("http://paper.test/a"), links=(item(STORY),), requisites=(("http://x.test/a", "style"),)
    )
    assert leads(frame(settings, None), wanted(), looked) == Followed()


def test_what_was_not_read_cites_nothing(settings: Settings) -> None:
    assert leads(frame(settings), wanted(), Looked(problem="it took too long")) == Followed()


def test_a_platform_is_the_neighbour_of_what_it_hosts(settings: Settings) -> None:
    given = frame(settings)
    shared = replace(given, settings=replace(given.settings, polite=Polite(platforms=("blogs.test",))))
    assert [made.neighbour for made in cited(shared, "http://one.blogs.test/a")] == ["blogs.test"]


# ---------------------------------------------------------------------------------------------------------- deeper


@pytest.mark.parametrize(("depth", "hops", "count"), [(1, 1, 0), (1, 2, 1), (2, 2, 0)])
def test_the_links_of_an_article_are_items_while_the_site_allows_more_hops(
    settings: Settings, depth: int, hops: int, count: int
) -> None:
    looked = Looked(links=(item(f"{FRONT}2026/11/deeper"),))
    found = leads(frame(settings, replace(SITE, hops=hops)), wanted(depth=depth), looked)
    assert len(found.items) == count
    assert [(made.depth, made.reason) for made in found.items] == [(depth + 1, None)] * count
    assert found.sightings == ()


# --------------------------------------------------------------------------------------------------------- requisites

NEEDED = (
    ("http://press.test/a.css", "style"),
    ("http://press.test/a.woff2", "font"),
    ("http://cdn.test/a.png", "picture"),
    ("http://press.test/favicon.ico", "icon"),
    ("http://press.test/a.js", "script"),
    ("data:image/png;base64,xxxx", "picture"),
)
MODES: dict[str, Sequence[str]] = {
    "none": (),
    "page": ("a.css", "a.woff2", "a.png", "favicon.ico"),
    "all": ("a.css", "a.woff2", "a.png", "favicon.ico", "a.js"),
}


@pytest.mark.parametrize("by_site", [True, False])
@pytest.mark.parametrize(("mode", "names"), MODES.items())
def test_what_a_page_needs_is_wanted_as_the_mode_says(
    settings: Settings, mode: Any, names: Sequence[str], by_site: bool
) -> None:
    site = replace(SITE, requisites=mode) if by_site else SITE
    given = frame(settings, site, requisites="page" if by_site else mode)
    found = leads(given, wanted(), Looked(requisites=NEEDED)).others
    assert [made.url.rpartition("/")[2] for made in found] == list(names)
    assert {(made.what, made.why, made.came_from, made.fresh_from) for made in found} == (
        {("requisite", "requisite", "c1", BEGAN)} if names else set()
    )


def test_what_a_style_sheet_needs_is_needed_by_the_page(settings: Settings) -> None:
    sheet = wanted("http://press.test/a.css", "requisite", came_from="the page")
    (made,) = leads(frame(settings), sheet, Looked(requisites=NEEDED[1:2])).others
    assert made.came_from == "the page"
