"""The newsstand's changing blog and hard frames: what is served at each time is what the stand's own truth says."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from itertools import pairwise
from urllib.parse import urlsplit

import feedparser  # type: ignore[import-untyped]
import pytest
from lxml import html

from crawler.newsstand import Newsstand, seed_page
from crawler.newsstand.answer import answer
from crawler.newsstand.chronicle import chronicled
from crawler.newsstand.chronicle_cited import (
    COAL_WEIGHTS,
    DISPATCH,
    DISPATCH_LIST,
    DROWNED,
    EDITED,
    FEBRUARY_TOLLS,
    GATHERERS_WAGES,
    INTERVIEW,
    MOVED,
    RELIEF_GOODS,
    TAKEN_DOWN,
    TOLL_NOTICES,
    TOLL_NOTICES_MOVED,
    WEIGH_HOUSE,
)
from crawler.newsstand.chronicle_nouns import BLOG, FINISHED, MIRROR, REDESIGNED, day
from crawler.newsstand.chronicle_truth import CHRONICLE_WATCHED, chronicle, cited, seed_story, story
from crawler.newsstand.frames import DONATIONS, FRAMES_WATCHED, NOTICES, STREAM, framed
from crawler.newsstand.furniture import ADS
from crawler.newsstand.rows import OPENING
from crawler.newsstand.stories import WORLD
from crawler.newsstand.told import Framed, Told
from crawler.newsstand.wire import Reply, Request
from crawler.newsstand.world import FIRST, History

DUMP = """Accessibility links

Breaking News

Two Papers: A 'Common Flood Room' In Port Ansel

A ferry with 12 pumps on board. The ministry says that it pays for "all of them".

A report of a common flood room is spreading along the river, from one paper to the next.

It comes from the "Quay Courier", which cites harbour sources that it does not name.

-- Oda Quillfeather

About This Blog

"Under The Flag" writes about the river & its neighbours.


Latest Posts"""

STAND = chronicled(DUMP)
TOLD = (*chronicle(), seed_story(DUMP))
CITED = cited()
JOURNEY = story("journey")


def ask(url: str, now: datetime, history: History = FIRST, **headers: str) -> Reply:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return answer(STAND, Request(host=parts.hostname or "", target=target, headers=fields), now, history)


def field(reply: Reply, name: str) -> str:
    return dict(reply.headers).get(name, "")


def tree(reply: Reply) -> html.HtmlElement:
    return html.document_fromstring(reply.body.decode())


def blocks(reply: Reply) -> list[str]:
    """Give the paragraphs and headings of a page as a reader sees them, in order."""
    found = tree(reply).xpath("//body//p | //body//h2 | //body//h3")
    return [" ".join(str(block.text_content()).split()) for block in found]


def in_order(texts: tuple[str, ...], page: list[str]) -> bool:
    """Say whether all texts stand on a page, one after the other."""
    rest = iter(page)
    return all(text in rest for text in texts)


def claims(reply: Reply) -> dict[str, str]:
    (script,) = tree(reply).xpath('//script[@type="application/ld+json"]/text()')
    found: dict[str, str] = json.loads(str(script))
    return found


def headline(reply: Reply) -> str:
    return str(tree(reply).xpath("string(//h1)"))


def address(told: Told, now: datetime) -> str:
    """Give the address at which a story is found at ``now``, after redirects."""
    reply = ask(told.addresses[0], now)
    return field(reply, "Location") or told.addresses[0]


# ------------------------------------------------------------------------------------------------------- the journey

DAYS = [
    (0, 404, ""),
    (1, 200, "Harbour office counts 37 missing mooring rings at Port Ansel"),
    (2, 200, "Harbour office says thieves took mooring rings at Port Ansel"),
    (3, 200, "Harbour office says thieves took mooring rings at Port Ansel"),
    (6, 200, "Harbour office says thieves took mooring rings at Port Ansel"),
    (7, 200, "We value your privacy"),
    (8, 200, "Harbour office says thieves took mooring rings at Port Ansel"),
    (9, 404, ""),
    (10, 404, ""),
    (11, 404, ""),
    (12, 200, "Harbour office says thieves took mooring rings at Port Ansel"),
]


@pytest.mark.parametrize(("count", "status", "seen"), DAYS)
def test_a_daily_crawl_meets_every_state_of_the_journey(count: int, status: int, seen: str) -> None:
    reply = ask(JOURNEY.addresses[0], day(count, 15))
    assert reply.status == status
    if seen:
        assert headline(reply) == seen


def test_the_journey_edits_a_number_a_quote_and_the_order() -> None:
    pages = [ask(JOURNEY.addresses[0], day(count, 15)).body.decode() for count in range(1, 7)]
    assert ["lost 37 mooring rings" in page for page in pages] == [True, True, False, False, False, False]
    assert ["lost 41 mooring rings" in page for page in pages] == [False, False, True, True, True, True]
    assert ["and we know where they are sold" in page for page in pages] == [True, True, True, False, False, False]
    earlier = [page.index("Skippers now tie up") < page.index("Each ring costs") for page in pages]
    assert earlier == [False, False, False, False, True, True]


def test_the_redesign_changes_the_markup_and_nothing_else() -> None:
    before, after = (ask(JOURNEY.addresses[0], day(count, 15)) for count in (5, 6))
    marks = [
        {str(name) for names in tree(page).xpath("//body//*/@class") for name in str(names).split()}
        for page in (before, after)
    ]
    assert {"entry-content", "byline", "sidebar"} <= marks[0] - marks[1]
    assert {"story__part", "story__author", "rail"} <= marks[1] - marks[0]
    assert len(tree(before).xpath("//article")) > len(tree(after).xpath("//article")) == 0
    assert claims(before) == claims(after)
    assert headline(before) == headline(after)


def test_the_consent_wall_has_no_word_of_the_article() -> None:
    wall = ask(JOURNEY.addresses[0], day(7, 15))
    assert wall.status == 200
    assert not set(JOURNEY.texts[-1].paragraphs) & set(blocks(wall))
    assert "mooring" not in wall.body.decode()


# ------------------------------------------------------------------------------------------ every story of the blog


@pytest.mark.parametrize("told", [*TOLD, *CITED], ids=lambda told: str(told.name))
def test_what_the_truth_says_is_on_the_page(told: Told) -> None:
    for change in told.changes:
        now = change.at + timedelta(hours=1)
        text, reply = told.text_at(now), ask(address(told, now), now)
        assert text is not None
        if change.kind in ("removed", "blocked", "paywalled"):
            assert not set(text.paragraphs[1:]) & set(blocks(reply))
            continue
        assert reply.status == 200
        assert headline(reply) == text.headline
        assert in_order(text.paragraphs, blocks(reply))
        assert (text.correction or "") in reply.body.decode()
        assert text.bylines[0] in reply.body.decode()
        links = [str(to) for to in tree(reply).xpath("//p//a/@href") if str(to) in text.links]
        assert links == list(text.links)
        said = claims(reply)
        assert (said["datePublished"], said["dateModified"]) == tuple(
            f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (text.published, text.modified)
        )


@pytest.mark.parametrize("told", [*TOLD, *CITED], ids=lambda told: str(told.name))
def test_a_story_is_unknown_before_it_is_published(told: Told) -> None:
    assert ask(told.addresses[0], told.changes[0].at - timedelta(seconds=1)).status == 404


@pytest.mark.parametrize("told", [*TOLD, *CITED], ids=lambda told: str(told.name))
def test_every_state_lasts_six_hours_and_every_edit_has_its_text(told: Told) -> None:
    times = sorted({change.at for change in told.changes})
    assert all(after - before >= timedelta(hours=6) for before, after in pairwise(times))
    assert times[-1] < FINISHED
    edits = {change.at for change in told.changes if change.kind == "published" or change.kind.startswith("edit")}
    assert edits == {text.at for text in told.texts}
    kinds = [(text.paragraphs, text.headline, text.correction, text.links, text.published) for text in told.texts]
    assert all(before != after for before, after in pairwise(kinds))


@pytest.mark.parametrize("told", chronicle(), ids=lambda told: str(told.name))
def test_a_story_has_eight_paragraphs_of_thirty_to_eighty_words(told: Told) -> None:
    words = [len(paragraph.split()) for paragraph in told.texts[-1].paragraphs]
    whole = [count for count in words if count > 14 or told.name != "live"]  # a live blog has headings among them
    assert len(whole) >= 8
    assert all(30 <= count <= 80 for count in whole)


@pytest.mark.parametrize("told", TOLD, ids=lambda told: str(told.name))
def test_the_frame_differs_at_each_request_and_the_text_does_not(told: Told) -> None:
    now = day(13, 15)
    url = address(told, now)
    pages = [ask(url, now, History(asked=2 * at, of_host=5 * at)) for at in range(6)]
    assert len({page.body for page in pages}) == 6
    assert all(in_order(told.texts[-1].paragraphs, blocks(page)) for page in pages)
    assert ask(url, now, History(asked=2, of_host=5)).body == pages[1].body
    assert ask(url, now + timedelta(minutes=1)).body != pages[0].body


def test_a_counter_and_a_time_change_from_request_to_request() -> None:
    url, now = story("still").addresses[0], day(3, 8)
    pages = [ask(url, now, History(of_host=at)).body.decode() for at in range(8)]
    readers = {tuple(re.findall(r"\d+ readers now", page)) for page in pages}
    times = {tuple(re.findall(r"\d+ (?:minutes|hours) ago", page)) for page in pages}
    assert len(readers) > 4
    assert len(times) > 4


# ---------------------------------------------------------------------------------------------------- single stories


def test_a_paywall_leaves_the_first_paragraph_for_two_days() -> None:
    told = story("walled")
    first, *others = told.texts[0].paragraphs
    for now, stub in ((day(3, 5), False), (day(3, 6), True), (day(5, 5), True), (day(5, 6), False)):
        page = blocks(ask(told.addresses[0], now))
        assert first in page
        assert ("Subscribe to read on" in page) is stub
        assert in_order(tuple(others), page) is not stub


def test_the_moved_story_redirects_from_its_old_address() -> None:
    old, new = story("moved").addresses
    assert (ask(old, day(4, 5)).status, ask(new, day(4, 5)).status) == (200, 404)
    reply = ask(old, day(4, 6))
    assert (reply.status, field(reply, "Location")) == (301, new)
    assert claims(ask(new, day(4, 6)))["mainEntityOfPage"] == new
    assert story("moved").text_at(day(4, 6)) == story("moved").texts[0]


def test_the_amp_page_has_the_text_without_the_box() -> None:
    told, now = story("amp"), day(3, 15)
    fast, query = told.also
    page, small = ask(told.addresses[0], now), ask(fast, now)
    assert tree(page).xpath('//link[@rel="amphtml"]/@href') == [fast]
    assert tree(small).xpath('//link[@rel="canonical"]/@href') == [told.addresses[0]]
    assert in_order(told.texts[0].paragraphs, blocks(small))
    assert ("Rowing boat" in page.body.decode(), "Rowing boat" in small.body.decode()) == (True, False)
    assert query in linked_by_feed(now)
    assert tree(ask(query, now)).xpath('//link[@rel="canonical"]/@href') == [told.addresses[0]]
    assert urlsplit(fast).path in tree(ask(f"http://{BLOG}/", now)).xpath("//main//a/@href")


def test_two_headlines_alternate_over_one_text() -> None:
    told, now = story("alternating"), day(3, 15)
    pages = [ask(told.addresses[0], now, History(asked=at)) for at in range(4)]
    assert [headline(page) for page in pages] == [*told.headlines, *told.headlines]
    assert all(in_order(told.texts[0].paragraphs, blocks(page)) for page in pages)
    assert len({json.dumps(claims(page)) for page in pages}) == 1


def test_a_correction_and_its_number_come_together() -> None:
    told = story("corrected")
    assert [text.correction is not None for text in told.texts] == [False, True]
    before, after = (ask(told.addresses[0], told.texts[1].at - late).body for late in (timedelta(hours=1), timedelta()))
    assert (b"Correction, March 11" in before, b"Correction, March 11" in after) == (False, True)
    assert (b"spend 86,000" in before, b"spend 68,000" in after, b"spend 86,000" in after) == (True, True, False)


def test_an_edit_is_taken_back() -> None:
    first, second, third = story("returning").texts
    assert (first.returns_to, second.returns_to, third.returns_to) == (None, None, 0)
    assert first.paragraphs == third.paragraphs != second.paragraphs
    assert all(text.returns_to is None for told in TOLD if told.name != "returning" for text in told.texts)


def test_the_live_blog_gains_an_entry_a_day_at_its_top() -> None:
    told = story("live")
    page = ask(told.addresses[0], day(5, 8))
    assert claims(page)["@type"] == "LiveBlogPosting"
    assert len(tree(page).xpath('//section[@class="update"]')) == 4
    assert len(tree(ask(told.addresses[0], day(8, 8))).xpath('//div[@class="live__item"]')) == 7
    for before, after in pairwise(told.texts):
        assert after.at - before.at == timedelta(days=1)
        assert (after.paragraphs[:3], after.paragraphs[6:]) == (before.paragraphs[:3], before.paragraphs[3:])


def test_the_reprint_is_verbatim_and_names_its_original() -> None:
    told, original = story("syndicated"), story("still")
    page = ask(told.addresses[0], day(3, 8))
    assert urlsplit(told.addresses[0]).hostname == MIRROR
    assert told.texts[0].paragraphs == original.texts[0].paragraphs
    assert tree(page).xpath('//link[@rel="canonical"]/@href') == [original.addresses[0]]


# ------------------------------------------------------------------------------------------------- on others' word

REWORDED = story("reworded")


def test_each_edit_of_the_reworded_post_is_of_another_kind() -> None:
    kinds = [change.kind for change in REWORDED.changes if change.kind.startswith("edit")]
    assert len(kinds) == len(set(kinds)) == 11
    days = [text.at.date() for text in REWORDED.texts]
    assert len(days) == len(set(days)) == 11


def test_what_is_edited_is_on_the_page_from_its_day_on() -> None:
    pages = {count: ask(REWORDED.addresses[0], day(count, 15)) for count in range(1, 14)}
    for since, old, new in (
        (2, COAL_WEIGHTS[1], WEIGH_HOUSE[1]),
        (3, "according to clerks", "to round down, and those"),
        (4, "not possible to verify", ""),
        (5, "master said that", "master claimed that"),
        (7, "Aldous Finch", "Edwin Marl"),
        (8, "has not agreed", "has agreed"),
        (9, '"datePublished": "2025-03-04', '"datePublished": "2025-03-11'),
        (10, "does not melt", ""),
        (11, "214 tons", "241 tons"),
        (12, "earns 61 crowns", "earns 16 crowns"),
    ):
        for count, page in pages.items():
            assert (old in page.body.decode()) is (count < since), (old, count)
            assert not new or (new in page.body.decode()) is (count >= since), (new, count)


def test_a_silent_edit_leaves_the_time_of_modification() -> None:
    times = [claims(ask(REWORDED.addresses[0], day(count, 15)))["dateModified"] for count in range(8, 14)]
    assert [time[:10] for time in times] == [f"2025-03-{number}" for number in (11, 12, 13, 13, 13, 13)]


def test_the_flags_of_an_edit_are_told_beside_it() -> None:
    assert REWORDED.flags_at(day(11, 6)) == {"number", "stealth"}
    assert REWORDED.flags_at(day(12, 6)) == {"number", "correction"}
    assert JOURNEY.flags_at(day(5, 12)) == set()
    for told in (*TOLD, *CITED):
        flagged = {change.at for change in told.changes if change.flags}
        assert flagged <= {text.at for text in told.texts[1:]}


def at_place(place: tuple[str, str]) -> str:
    return f"http://{place[0]}{place[1]}"


def test_the_cited_page_is_edited_and_then_gone_for_good() -> None:
    url = at_place(FEBRUARY_TOLLS)
    pages = [ask(url, at) for at in (day(1, 6), EDITED, TAKEN_DOWN, day(14, 15))]
    assert [page.status for page in pages] == [200, 200, 404, 404]
    assert [b"held 4,300 crowns" in page.body for page in pages[:2]] == [True, False]
    assert [b"held 3,400 crowns" in page.body for page in pages[:2]] == [False, True]


def test_a_cited_page_moves_on_its_host() -> None:
    old, new = at_place(TOLL_NOTICES), at_place(TOLL_NOTICES_MOVED)
    assert (ask(old, day(5, 15)).status, ask(new, day(5, 15)).status) == (200, 404)
    reply = ask(old, MOVED)
    assert (reply.status, field(reply, "Location"), ask(new, MOVED).status) == (301, new, 200)


def test_some_cited_pages_are_never_to_be_had() -> None:
    robots = ask(f"http://{GATHERERS_WAGES[0]}/robots.txt", day(3, 15))
    assert robots.body.endswith(b"Disallow: /\n")
    assert ask(at_place(DISPATCH_LIST), day(3, 15)).status == 403
    drowned = STAND.host(DROWNED)
    assert drowned is not None
    assert drowned.door == "closed port"


@pytest.mark.parametrize("name", ["citing", "reworded"])
def test_what_a_post_cites_is_there_before_it_is_cited(name: str) -> None:
    first = story(name).texts[0]
    told = {each.addresses[0]: each for each in CITED}
    others = {at_place(DISPATCH_LIST), f"http://{DROWNED}/1994/oldest-tolls"}
    for url in first.links:
        assert url in others or told[url].texts[0].at < first.at


# ------------------------------------------------------------------------------------------------- feeds and the stand


def linked_by_feed(now: datetime) -> list[str]:
    return [str(entry.link) for entry in feedparser.parse(ask(f"http://{BLOG}/feed.xml", now).body).entries]


def test_the_feed_lists_what_can_be_read_by_its_present_address() -> None:
    links = linked_by_feed(day(9, 15))
    assert story("moved").addresses[1] in links
    assert story("moved").addresses[0] not in links
    assert JOURNEY.addresses[0] not in links
    assert JOURNEY.addresses[0] in linked_by_feed(day(12, 15))
    assert len(links) == len([told for told in TOLD if told.site == BLOG]) - 1
    assert all(ask(link, day(9, 15)).status == 200 for link in links)


def test_the_feed_is_unchanged_until_something_happens() -> None:
    url = f"http://{BLOG}/feed.xml"
    first = ask(url, day(3, 13))
    again = ask(url, day(3, 17), History(asked=4, of_host=9), If_None_Match=field(first, "ETag"))
    later = ask(url, day(8, 6), If_Modified_Since=field(first, "Last-Modified"))
    assert (first.status, again.status, later.status) == (200, 304, 200)
    assert parsedate_to_datetime(field(first, "Last-Modified")) == day(3, 12)


def test_the_front_page_lists_every_story_in_both_designs() -> None:
    for now in (day(5, 15), day(8, 15)):
        links = set(tree(ask(f"http://{BLOG}/", now)).xpath("//main//a/@href"))
        shown = {told for told in TOLD if told.site == BLOG and told.text_at(now)}
        assert {urlsplit(address(told, now)).path for told in shown} <= links
    assert b'class="v2 home"' in ask(f"http://{BLOG}/", REDESIGNED).body


def test_the_older_world_stays_as_it_is() -> None:
    new = {line.site for line in (*CHRONICLE_WATCHED, *FRAMES_WATCHED)}
    new |= {ADS, DISPATCH, DROWNED, *(told.site for told in CITED)}
    assert len(new) == 14
    assert not new & {host.name for host in WORLD.hosts}
    assert {host.name for host in STAND.hosts} == new | {host.name for host in WORLD.hosts}
    assert not any(name in repr(WORLD) for name in new)


def test_a_stand_serves_the_chronicle_by_its_clock() -> None:
    times = [day(1, 15), day(7, 15)]
    with Newsstand(now=lambda: times[0], world=STAND) as stand:
        bodies = []
        for _ in range(2):
            place, _, port = stand.connect_map[BLOG].rpartition(":")
            connection = HTTPConnection(place, int(port), timeout=10)
            connection.request("GET", urlsplit(JOURNEY.addresses[0]).path, headers={"Host": BLOG})
            bodies.append(connection.getresponse().read())
            connection.close()
        times.pop(0)
        connection = HTTPConnection(place, int(port), timeout=10)
        connection.request("GET", urlsplit(JOURNEY.addresses[0]).path, headers={"Host": BLOG})
        wall = connection.getresponse().read()
        connection.close()
    assert bodies[0] != bodies[1]
    assert b"37 mooring rings" in bodies[0]
    assert b"We value your privacy" in wall


def test_the_front_page_links_nothing_new_on_its_own_host_from_request_to_request() -> None:
    fronts = [tree(ask(f"http://{BLOG}/", day(5, 15), History(of_host=at))) for at in range(6)]
    links = {frozenset(str(to) for to in front.xpath("//a/@href") if str(to).startswith("/")) for front in fronts}
    assert len(links) == 1
    assert ask(f"http://{ADS}/robots.txt", day(5, 15)).body.endswith(b"Disallow: /\n")


# -------------------------------------------------------------------------------------------------------- hard frames


def opened(article: Framed, at: int = 0) -> Reply:
    return ask(article.url, OPENING, History(asked=at, of_host=7 * at))


def whole(reply: Reply) -> str:
    return " ".join(str(tree(reply).text_content()).split())


def test_each_framed_outlet_has_thirty_articles() -> None:
    for line in FRAMES_WATCHED:
        articles = [article for article in framed() if article.site == line.site]
        links = {entry.link for entry in feedparser.parse(ask(line.feeds[0], OPENING).body).entries}
        assert len(articles) == 30
        assert links == {article.url for article in articles}
        assert len({article.headline for article in articles}) == 30


@pytest.mark.parametrize("host", [STREAM, NOTICES, DONATIONS])
def test_a_framed_article_is_on_its_page_among_what_is_not_of_it(host: str) -> None:
    for article in framed():
        if article.site == host:
            pages = [opened(article, at) for at in range(3)]
            assert len({page.body for page in pages}) == 3
            assert all(in_order(article.paragraphs, blocks(page)) for page in pages)
            assert headline(pages[0]) == article.headline
            assert all(any(piece in whole(page) for piece in article.never) for page in pages)
            assert not any(piece in text for piece in article.never for text in article.paragraphs)
            assert all(len(piece.split()) >= 4 for piece in article.never)


def test_the_stream_shows_two_or_three_other_stories_whole_or_half_in_the_same_markup() -> None:
    texts = {article.headline: article.paragraphs for article in framed() if article.site == STREAM}
    counts, shares = set(), set()
    for article in framed():
        if article.site == STREAM:
            items = tree(opened(article)).xpath('//div[@class="item"]')
            assert items[0].findtext(".//h1") == article.headline
            counts.add(len(items))
            for item in items[1:]:
                gold = texts[str(item.findtext(".//h1"))]
                shown = [str(p.text_content()) for p in item.xpath('.//div[@class="item-body"]/p')]
                assert tuple(shown) == gold[: len(shown)]
                shares.add("whole" if len(shown) == len(gold) else "half")
    assert counts == {3, 4}
    assert shares == {"whole", "half"}


@pytest.mark.parametrize("host", [NOTICES, DONATIONS])
def test_every_notice_is_shown_somewhere_and_at_changing_places(host: str) -> None:
    articles = [article for article in framed() if article.site == host]
    pages = [opened(article, at) for article in articles for at in range(2)]
    assert all(any(piece in whole(page) for page in pages) for piece in articles[0].never)
    body = '//div[@class="entry-text"]/*'
    places = set()
    for page in pages:
        lines = [str(line.text_content()) for line in tree(page).xpath(body)]
        places |= {at for at, line in enumerate(lines) if any(piece in line for piece in articles[0].never)}
    assert len(places) >= 6


def test_no_sentence_stands_in_two_articles() -> None:
    for line in (*CHRONICLE_WATCHED[:1], *FRAMES_WATCHED):
        if line.site == BLOG:
            texts = [told.texts[0].paragraphs for told in chronicle() if told.site == BLOG]
        else:
            texts = [article.paragraphs for article in framed() if article.site == line.site]
        sentences = [sentence for text in texts for part in text for sentence in re.split(r"(?<=\.) | (?<=\.”) ", part)]
        assert len(set(sentences)) == len(sentences) > 200


# ----------------------------------------------------------------------------------------------------------- the seed


def test_a_dump_is_read_without_its_furniture() -> None:
    seed = seed_page.read(DUMP)
    assert seed.headline == "Two Papers: A 'Common Flood Room' In Port Ansel"
    assert seed.caption.startswith("A ferry with 12 pumps")
    assert [text.split()[0] for text in seed.paragraphs] == ["A", "It"]
    assert (seed.byline, seed.about[:16]) == ("Oda Quillfeather", '"Under The Flag"')


def test_the_seed_is_laid_out_as_a_page_of_a_blog() -> None:
    parsed = html.document_fromstring(seed_page.page(DUMP))
    order = [
        "Accessibility links", "Breaking News", "Two Papers:", "March 04, 2025", "A ferry with 12 pumps",
        "A report of a common", "It comes from", "-- Oda Quillfeather", "About This Blog", "Latest Posts",
    ]  # fmt: skip
    text = " ".join(str(parsed.text_content()).split())
    text = text[text.index(order[0]) :]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert parsed.findtext(".//h1") == seed_page.read(DUMP).headline
    assert str(parsed.xpath("string(//figcaption)")) == seed_page.read(DUMP).caption
    assert [str(p.text_content()) for p in parsed.xpath('//div[@class="wsw"]/p')] == [
        *seed_page.read(DUMP).paragraphs,
        "-- Oda Quillfeather",
    ]


def test_words_of_a_dump_are_linked_where_they_stand_first() -> None:
    dump = DUMP.replace("-- Oda", "The agency published an interview. It published an interview again.\n\n-- Oda")
    parsed = html.document_fromstring(seed_page.page(dump))
    links = parsed.xpath('//div[@class="wsw"]/p/a[starts-with(@href, "http://")]')
    assert [(str(link.get("href")), str(link.text_content())) for link in links] == [
        (at_place(INTERVIEW), "published an interview")
    ]
    assert seed_story(dump).texts[0].links == (at_place(INTERVIEW),)
    assert all(ask(at_place(place), day(1, 9)).status == 200 for place in (INTERVIEW, RELIEF_GOODS))


def test_without_a_seed_the_blog_has_one_post_less() -> None:
    hosts = {host.name: host for host in chronicled().hosts}
    with_seed = {host.name: host for host in STAND.hosts}
    paths = ({row.path for row in found[BLOG].rows} for found in (with_seed, hosts))
    assert next(paths) - next(paths) == {seed_page.PATH}
