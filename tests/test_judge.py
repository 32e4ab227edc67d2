"""What a capture is: tables of pages as they are met, and above all no article that is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest import Payload, reading
from archive.judge import Facts, judge, size
from archive.model import Capture, Extraction, Locator, Reading, RecordId, Url, UrlKey, Verdict

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
STORY = "https://blog.example/2025/03/harbour-reopens"
PROSE = (
    "The harbour of Port Ansel reopened on Monday after the storm of last week, the harbour master said, and the first "
    "ferry left for Kelmoor before noon with forty people, two horses and the mail of nine days on board.",
    "Repairs of the northern pier will take until the autumn and cost more than the town has put aside for all of its "
    "piers and quays in this year, according to a letter that was read out in the assembly on Sunday evening.",
    "Nobody was hurt. Two boats were lost, and a third was found by children on the beach a mile to the north of the "
    "old lighthouse, where the current carries most of what the sea takes from the town in winter.",
)
NAV = '<nav><ul><li><a href="/">The Lantern</a></li><li><a href="/about">About</a></li></ul></nav>'
FOOT = '<footer><p><a href="/imprint">Imprint</a> <a href="/privacy">Privacy and cookies</a></p></footer>'
BANNER = (
    '<div id="cookie-banner"><h2>We value your privacy</h2><p>We and our partners use cookies to store and access '
    "personal data. Accept all cookies or manage your choices.</p><button>Accept all</button></div>"
)


def judged(
    body: str,
    *,
    head: str = "",
    title: str = "Harbour reopens after the storm | The Lantern",
    url: str = STORY,
    status: int = 200,
    mime: str | None = "text/html",
) -> Reading:
    html = f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return reading_of(html.encode(), url=url, status=status, mime=mime)


def reading_of(data: bytes, *, url: str = STORY, status: int = 200, mime: str | None = "text/html") -> Reading:
    capture = Capture(
        id=RecordId("urn:x:1"), urlkey=UrlKey("example,blog)/x"), url=Url(url), at=AT, status=status, mime=mime,
        digest=None, kind="response", locator=Locator(warc="a.warc.gz", offset=0, length=1),
    )  # fmt: skip
    return reading(capture, Payload(data=data, status=status, mime=mime, charset=None))


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def article(body: str = "", *, headline: str = "Harbour reopens after the storm") -> str:
    text = body or paragraphs(*PROSE)
    return f"{NAV}<main><article><h1>{headline}</h1>{text}</article></main>{FOOT}"


def entry(number: int, text: str) -> str:
    return f'<article><h2><a href="/2025/03/story-{number}">The story of pier number {number}</a></h2>{text}</article>'


ARTICLE_HEAD = '<meta property="og:type" content="article">'
DATED = '<meta property="article:published_time" content="2025-03-03T08:00:00Z">'
TEASER = "<p>Repairs of the northern pier will take until the autumn, the town says.</p>"
SITE = '<meta property="og:type" content="website">'

ARTICLES: dict[str, Reading] = {
    "a plain page": judged(article()),
    "with a consent banner": judged(BANNER + article()),
    "with related stories below": judged(article() + "".join(entry(number, TEASER) for number in range(8))),
    "an article about cookies": judged(
        article(paragraphs("Cookies and consent banners are everywhere, and the assembly wants them gone.", *PROSE)),
        title="Cookies: the assembly wants consent walls banned",
    ),
    "a recipe for cookies": judged(
        article(paragraphs("Cookies for the ferry: these cookies keep for weeks at sea.", *PROSE[1:])),
        title="Harbour cookies",
        head=DATED,
    ),
    "an article about a page that was not found": judged(
        article(headline="Minutes of the assembly not found in the archive"),
        title="Minutes of the assembly not found in the archive",
    ),
    "a whole article that says it is not free": judged(
        article(),
        head='<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>',
    ),
    "a short note that says what it is": judged(
        article(paragraphs("The ferry to Kelmoor does not run on Tuesday. Passengers are asked to take the coach from "
                           "the market at nine, says the harbour office, which will pay for it.")),
        head=ARTICLE_HEAD + DATED,
    ),
    "a permalink in the query of a home page": judged(article(), url="https://blog.example/?p=123", head=DATED),
    "on a language's path": judged(article(), url="https://blog.example/en/harbour-reopens"),
    "under archives": judged(article(), url="https://blog.example/archives/1234", head=DATED),
    "without spaces between words": judged(
        article(paragraphs("港は嵐の一週間後の月曜日に再開し、最初の船が正午前に出発したと港長が述べた。" * 8,
                           "北の桟橋の修理は秋までかかり、用意した額を上回る見込みである。" * 6),
                headline="嵐の後に港が再開"),
        title="嵐の後に港が再開",
    ),
    "with a script from the makers of walls": judged(
        article(), head='<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_is_one(name: str) -> None:
    found = ARTICLES[name]

    assert found.verdict == "article", found.reasons
    assert found.score > 0.5


FULL = "".join(entry(number, paragraphs(*PROSE)) for number in range(5))
TEASERS = "".join(entry(number, TEASER) for number in range(12))
ITEMS = "".join(
    f'<li><a href="/2025/03/story-{number}">The story of pier number {number}</a>{TEASER}</li>' for number in range(12)
)
LINKS = "".join(
    f'<li><a href="/2025/03/story-{number}">The story of pier number {number}</a></li>' for number in range(40)
)

INDEXES: dict[str, Reading] = {
    "a front page of whole posts": judged(NAV + FULL, url="https://blog.example/", title="The Lantern", head=SITE),
    "a front page with one post": judged(article(), url="https://blog.example", head=ARTICLE_HEAD + DATED),
    "a front page that says it is an article": judged(
        NAV + FULL, url="https://blog.example/index.html", head=ARTICLE_HEAD + DATED
    ),
    "a front page in a language's folder": judged(NAV + TEASERS, url="https://blog.example/en/"),
    "a blog's page below the front": judged(NAV + FULL, url="https://blog.example/blog/", title="Blog", head=SITE),
    "the second page": judged(NAV + FULL, url="https://blog.example/page/2/"),
    "the second page by query": judged(NAV + FULL, url="https://blog.example/?paged=2"),
    "a month of posts": judged(NAV + FULL, url="https://blog.example/2025/03/", title="March 2025"),
    "a month of posts, Blogger": judged(NAV + FULL, url="https://x.blogspot.example/2025_03_01_archive.html"),
    "a tag": judged(f"{NAV}<h1>Harbours</h1>{TEASERS}", url="https://blog.example/tag/harbours/", title="Harbours"),
    "a tag that says it is an article": judged(
        f"{NAV}<h1>Harbours</h1>{TEASERS}", url="https://blog.example/tag/harbours", head=ARTICLE_HEAD
    ),
    "an author": judged(f"{NAV}<h1>Oda Quillfeather</h1>{TEASERS}", url="https://blog.example/author/oda"),
    "a search": judged(f"{NAV}<h1>Results</h1>{TEASERS}", url="https://blog.example/?s=pier"),
    "a section": judged(f"{NAV}<h1>News</h1>{TEASERS}", url="https://press.example/news", title="News", head=SITE),
    "a section as a list": judged(f"{NAV}<h1>News</h1><ul>{ITEMS}</ul>", url="https://press.example/news", head=SITE),
    "a list of links": judged(
        f"{NAV}<h1>Older posts</h1><ul>{LINKS}</ul>", url="https://press.example/older", head=SITE
    ),
    "a page of a collection": judged(
        NAV + TEASERS,
        url="https://press.example/floods",
        head='<script type="application/ld+json">{"@type": "CollectionPage"}</script>',
    ),
}


@pytest.mark.parametrize("name", INDEXES)
def test_a_list_of_articles_is_no_article(name: str) -> None:
    found = INDEXES[name]

    assert found.verdict == "index", (found.verdict, found.reasons)


WALLS: list[tuple[str, Verdict, Reading]] = [
    ("not found by title", "soft 404", judged(article("<p>Try a search.</p>", headline="Oh"), title="Page not found")),
    ("not found by headline", "soft 404", judged(article("<p>Try the search.</p>", headline="404"))),
    ("not found in the text alone", "soft 404",
     judged(f"{NAV}<p>Sorry, this page does not exist.</p>{FOOT}", title="The Lantern")),
    ("not found with the latest posts", "soft 404",
     judged(f"{NAV}<h1>Page not found</h1><p>Perhaps one of these?</p><ul>{LINKS}</ul>", title="The Lantern")),
    ("not found in German", "soft 404", judged(article("<p>Hm.</p>", headline="Seite nicht gefunden"))),
    ("not found in Russian", "soft 404", judged(article("<p>Хм.</p>", headline="Страница не найдена"))),
    ("a removed story", "soft 404",
     judged(article("<p>Sorry.</p>", headline="This article has been removed"), head=ARTICLE_HEAD)),
    ("an error that says 200", "error", judged(article("<p>Later.</p>", headline="503 Service Unavailable"))),
    ("a database that is down", "error", judged("<h1>Error establishing a database connection</h1>", title="Oh")),
    ("consent", "consent",
     judged("<h1>We value your privacy</h1><p>We use cookies. Accept all or reject all to go on.</p>",
            title="Before you continue")),
    ("consent in place of the text", "consent",
     judged(f"{NAV}<h1>Cookies</h1><p>This site uses cookies and needs your consent. By clicking I agree you accept "
            "cookies and the use of your personal data by our partners.</p>", title="The Lantern")),
    ("consent with the story's own metadata", "consent",
     judged(BANNER + "<p>Please accept cookies to read on; your consent is kept.</p>", head=ARTICLE_HEAD + DATED)),
    ("consent in German", "consent",
     judged("<h1>Ihre Einwilligung</h1><p>Mit Zustimmung zu Cookies oder im Abo. Datenschutz, alle akzeptieren.</p>",
            title="Zustimmung")),
    ("a challenge", "bot wall",
     judged('<h1>blog.example</h1><p>Verifying you are human. This may take a few seconds.</p><script src="/cdn-cgi/'
            'challenge-platform/h/b/orchestrate/chl_page/v1"></script>', title="Just a moment...")),
    ("a challenge that is refused", "bot wall",
     judged("<h1>Sorry, you have been blocked</h1>", title="Attention Required! | Shield", status=403)),
    ("a challenge with nothing to see", "bot wall",
     judged('<iframe src="/_Incapsula_Resource?SWUDNSAI=31"></iframe>', title="")),
    ("a challenge that needs scripts", "bot wall",
     judged('<noscript>Please enable JavaScript to see it.</noscript><script src="//px-captcha.example"></script>',
            title="")),
    ("a stub", "paywall",
     judged(article(f"<p>{PROSE[0]}</p><p>Subscribe to continue reading.</p>"), head=ARTICLE_HEAD)),
    ("a stub that only its metadata tells", "paywall",
     judged(article(f"<p>{PROSE[0]}</p>"),
            head='<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}</script>')),
    ("payment required", "paywall", judged(article(), status=402)),
    ("only scripts", "script only", judged('<div id="root"></div><script src="/app.js"></script>', title="")),
    ("a demand for scripts", "script only",
     judged('<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>'
            '<script src="/app.js"></script>')),
    ("nothing", "empty", reading_of(b"")),
    ("blanks", "empty", reading_of(b" \r\n ")),
    ("a tree without words", "empty", judged("<div></div>", title="")),
    ("not found", "error", judged(article(), status=404)),
    ("gone", "error", judged(article(), status=410)),
    ("broken", "error", judged(article(), status=500)),
    ("moved", "other", judged("", status=301)),
    ("a picture", "other", reading_of(b"\x89PNG", mime="image/png")),
    ("a document", "other", reading_of(b"%PDF-1.7", mime="application/pdf")),
    ("a few words", "other", judged("<h1>Tides</h1><p>High water at Port Ansel at noon.</p>", title="Tides")),
    ("a form to sign in", "other", judged('<h1>Sign in</h1><form><input type="password"></form><p>Name and word.</p>',
                                          title="Members")),
]  # fmt: skip


@pytest.mark.parametrize(("verdict", "found"), [(row[1], row[2]) for row in WALLS], ids=[row[0] for row in WALLS])
def test_what_is_no_article_is_called_what_it_is(verdict: Verdict, found: Reading) -> None:
    assert found.verdict == verdict, found.reasons
    assert found.reasons


def test_a_capture_that_ends_early_is_no_article() -> None:
    found = judge(
        url=STORY, status=200, mime="text/html", facts=Facts(words=500, article=True),
        extraction=Extraction(paragraphs=PROSE), truncated="disconnect",
    )  # fmt: skip

    assert found.verdict == "error"
    assert "ends early" in found.reasons[0]


def test_a_page_without_a_type_is_read_when_it_begins_like_one() -> None:
    whole = f"<!-- x -->\n<!DOCTYPE html><title>Harbour</title>{article()}".encode()

    assert reading_of(whole, mime=None).verdict == "article"
    assert reading_of(whole, mime="text/plain").verdict == "other"


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("one two", 2), ("don't re-open", 2), ("a – b", 2), ("静かな港", 2), ("港", 1), ("Тихая гавань", 2)],
)
def test_words_are_counted_as_readers_do(text: str, words: int) -> None:
    assert size(text) == words


counts = st.integers(0, 5000)
any_facts = st.builds(
    Facts, title=st.text(max_size=60), headings=st.tuples(st.text(max_size=60)), opening=st.text(max_size=200),
    words=counts, linked_words=counts, links=counts, teasers=counts, posts=counts, largest_stretch=counts,
    stretch_words=counts, scripts=counts, noscript=st.text(max_size=60), marks=st.tuples(st.text(max_size=60)),
    password=st.booleans(), article=st.booleans(), listing=st.booleans(), paid=st.booleans(),
)  # fmt: skip


@given(
    st.sampled_from([STORY, "https://blog.example/", "http://[broken", "x"]),
    st.none() | st.integers(100, 599),
    st.none() | any_facts,
    st.none() | st.builds(Extraction, paragraphs=st.tuples(st.text(), st.text(min_size=300))),
)
def test_every_capture_gets_a_verdict_with_a_score_and_a_reason(
    url: str, status: int | None, facts: Facts | None, extraction: Extraction | None
) -> None:
    found = judge(url=url, status=status, mime="text/html", facts=facts, extraction=extraction)

    assert 0 <= found.score <= 1
    assert found.reasons
    if status is not None and not 200 <= status < 300:
        assert found.verdict != "article"
