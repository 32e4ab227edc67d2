"""Traps: what sites make without end is told by the URL; what blogs really write is let through."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.traps import DEEPEST, LONGEST, QUERIES, trap

HONEST = [
    "https://blog.example/",
    "https://blog.example/2024/01/02/title-with-words/",
    "https://blog.example/2024/01/01/01-ideas-for-the-new-year/",
    "https://blog.example/?p=123",
    "https://blog.example/?page_id=2&preview=false",
    "https://one.blogspot.com/2024_01_01_archive.html",
    "https://one.blogspot.com/2024/01/",
    "https://one.blogspot.com/search?updated-max=2024-01-02T03:04:05%2B01:00&max-results=7&start=14&by-date=false",
    "https://blog.example/page/412/",
    "https://blog.example/blog/page/2?paged=2",
    "https://blog.example/category/news/politics/europe/2023/12/31/a-b-c/amp/",
    "https://blog.example/" + quote("очень длинный заголовок о том как живут люди в большом городе " * 3) + "/",
    "https://blog.example/2024/02/" + quote("самая-длинная-новость-года-с-подробностями-из-первых-рук-" * 5),
    "https://news.example/a/a-tale-of-two-cities/a/",
    "https://news.example/news/local/news/12345",
    "https://news.example/article.php?id=9&sid=77&lang=en",
    "https://news.example/story?s=20&session=morning",
    "https://news.example/events/2024-05-17/a-concert/",
    "https://news.example/calendar/2025/12/",
    "https://news.example/archive/1890/05/the-bridge/",
    "https://news.example/1848/03/18/barricades/",
    "https://news.example/2049/why-the-film-matters",
    "https://news.example/why-2199-matters/",
    "https://shop.example/list?sort=price",
    "https://news.example/search?q=a&sort=date",
    "https://news.example/a/b/a/b/c",
    "https://news.example/100%25-of-all-voters/",
    "https://news.example/story;v=2/1",
    "https://news.example/x?a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8",
    "https://news.example/live?month=5&year=2024",
    "https://lists.example/pipermail/list/2024-January/000123.html",
]

TRAPS = [
    ("https://blog.example/a/b/a/b/a/b/", "repeated"),
    ("https://blog.example/x/en/news/en/news/en/news/story", "repeated"),
    ("https://blog.example/1/2/3/1/2/3/1/2/3/", "repeated"),
    ("https://blog.example/img/x/img/y/img/z/img/", "stands 4 times"),
    ("https://blog.example/news/news/news/news", "stands 4 times"),
    ("https://blog.example/calendar/2199/", "calendar"),
    ("https://blog.example/events/2101-05/", "calendar"),
    ("https://blog.example/events/month/1902-05/", "calendar"),
    ("https://blog.example/?tribe-bar-date=2150-01-01", "calendar"),
    ("https://blog.example/termine?month=2077-02", "calendar"),
    ("https://blog.example/2133/01/", "calendar"),
    ("https://blog.example/p;jsessionid=0123456789ABCDEF0123456789ABCDEF", "session"),
    ("https://blog.example/p;jsessionid=AbCd12345678.node1?x=1", "session"),
    ("https://blog.example/(S(4hqa0555fwsecu455xqckv45))/p.aspx", "session"),
    ("https://blog.example/p?PHPSESSID=0123456789abcdef0123456789", "session"),
    ("https://blog.example/p?id=1&sid=0123456789abcdef0123456789abcdef", "session"),
    ("https://blog.example/p?CFID=123&CFTOKEN=456", "session"),
    ("https://blog.example/" + "a" * LONGEST, "longer"),
    ("https://blog.example/p?" + "&".join(f"k{n}=1" for n in range(9)), "parameters"),
    ("https://blog.example/" + "/".join(map(str, range(DEEPEST + 1))), "deeper"),
    ("https://shop.example/list?sort=price&order=desc", "sorting and filters"),
    ("https://shop.example/list?filter[colour]=red&filter%5Bsize%5D=4", "sorting and filters"),
    ("https://shop.example/list?orderby=date&per_page=40", "sorting and filters"),
    ("https://files.example/?C=M;O=D", "listing"),
    ("https://blog.example/2024/01/p/?replytocom=41", "same page again"),
    ("https://blog.example/2024/01/p/?share=facebook&nb=1", "same page again"),
    ("https://blog.example/p?u=%25252525252Fx", "encoded again"),
]


@pytest.mark.parametrize("url", HONEST)
def test_what_blogs_write_is_no_trap(url: str) -> None:
    assert trap(url) is None


@pytest.mark.parametrize(("url", "reason"), TRAPS)
def test_a_trap_is_told_with_its_reason(url: str, reason: str) -> None:
    assert reason in (trap(url) or "")


def test_a_path_may_have_many_queries_but_not_without_end() -> None:
    url = "https://blog.example/p?id=7"

    assert trap(url, QUERIES) is None
    assert "queries" in (trap(url, QUERIES + 1) or "")
    assert trap("https://blog.example/p", QUERIES + 1) is None


def test_a_calendar_reaches_some_years_ahead_of_the_present_where_that_is_known() -> None:
    url = "https://blog.example/calendar/2040/05/"

    assert trap(url) is None
    assert trap(url, year=2036) is None
    assert "2040" in (trap(url, year=2026) or "")


def test_a_reason_is_short_whatever_the_url_holds() -> None:
    url = "https://blog.example/" + ("x" * 300 + "/") * 5

    assert len(trap(url) or "") < 120


@given(st.text() | st.from_regex(r"https?://a\.example/[ -~]{0,120}"), st.integers(0, 300))
def test_judging_never_raises(url: str, known: int) -> None:
    assert trap(url, known) != ""
