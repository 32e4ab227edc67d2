"""Three outlets of thirty articles each, in frames that are hard to tell from the text, and their own truth. Pure.

One lets other stories follow in the same markup, one strews notices that are never quite the same, one asks for money
in plain paragraphs among the others. ``framed()`` says what is text and what is not; the product never reads it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache, partial
from html import escape

from crawler.newsstand.feeds import stamp
from crawler.newsstand.furniture import Frame, Teaser, frame
from crawler.newsstand.pages import paragraph
from crawler.newsstand.reportage import Desk, plain
from crawler.newsstand.rows import OPENING, style
from crawler.newsstand.scripted import Asking, Scripted, Sheet
from crawler.newsstand.told import Framed
from crawler.newsstand.truth import Watched
from crawler.newsstand.vocabulary import ENGLISH, ENGLISH_SLOTS
from crawler.newsstand.world import Edition, Host, Story

COUNT = 30
STREAM, NOTICES, DONATIONS = "www.headwater.test", "www.pellobserver.test", "www.haddowindependent.test"
TITLES = {STREAM: "The Headwater", NOTICES: "The Pell Observer", DONATIONS: "The Haddow Independent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article of a framed outlet; ``at`` is its place, 0 the newest."""

    host: str
    at: int
    path: str
    edition: Edition

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(plain(words) for words in self.edition.paragraphs)


@lru_cache(maxsize=3)
def articles(host: str) -> tuple[Article, ...]:
    """Write the articles of an outlet, newest first, nine hours apart, the newest an hour before the opening."""
    desk, drawn = Desk(outlet=host), random.Random(f"{host} lengths")
    return tuple(
        Article(
            host=host,
            at=at,
            path=f"/story/{COUNT - at:02}",
            edition=Edition(
                at=OPENING - timedelta(hours=1 + 9 * at),
                headline=desk.headline(str(at)),
                standfirst=desk.headline(f"{at} standfirst") + ".",
                byline=drawn.choice(ENGLISH.people),
                paragraphs=desk.report(str(at), drawn.randrange(6, 10)),
            ),
        )
        for at in range(COUNT)
    )


# ------------------------------------------------------------------------------------------- what stands in the way


def followers(article: Article) -> tuple[tuple[Article, tuple[str, ...]], ...]:
    """Give the two or three stories that follow one, each with as much of it as is shown: all or half."""
    others = articles(article.host)
    following = (others[(article.at + step) % COUNT] for step in range(1, 3 + article.at % 2))
    return tuple(
        (other, other.texts if (article.at + step) % 2 else other.texts[: len(other.texts) // 2])
        for step, other in enumerate(following)
    )


LETTERS = (
    "Every {day} our editors write down what the week on the river was about, and {n},{n}0 readers have it with their "
    "coffee. Sign up below.",
    "Every {day} our editors write down what the week on the river was about. Sign up, as {n},{n}0 readers did.",
    "At six on {day} {n},{n}0 letters leave this house for those who want the river in ten lines. It is free, and you "
    "can leave when you like.",
)
SUPPORT = (
    "{n},{n}4 people support us with a small sum each month. That is how the Observer stays free for everybody else.",
    "As of {day}, {n},{n}4 people support us with a small sum each month, and they keep the Observer free.",
    "Only {n} in a thousand readers of this page pay for it. If you can, be one of them.",
)
COPYRIGHT = (
    "© 20{n} The Pell Observer. No part of this article may be reprinted without a letter from the editor.",
    "© The Pell Observer, set in type on {day}. No part of this article may be reprinted without a letter from the "
    "editor. Reference {n}{n}.",
)
ABOUT = "{who} has written about the river for this paper since 19{years} and answers letters on {day}."
APPEALS = (
    "You have read {n} articles this month, and we are glad that you are here. We do not put a wall around our "
    "reporting, because everybody on the river should be able to read it.",
    "That costs money. Last year {n} readers in a hundred gave something, and together they paid for more than half "
    "of what we printed.",
    "If each of the {n},{n}0 people who read us on {day} gave one crown, our appeal would be over within the hour.",
    "We have no owner who tells us what to leave out. What we have is you, and {n},{n}0 others who think that a free "
    "press is worth the price of a coffee.",
    "It takes less than {n} seconds to support the Independent. You can give once or every month, and you can stop "
    "whenever you want. Thank you.",
    "This is the {n}th day of our spring appeal, and we are {n} per cent short. Reporting from the locks and the "
    "council rooms is slow work, and it is paid for by those who read it.",
)
CALLS = ("Support the Independent from {n} crowns.", "Give today, from {n} crowns, and keep us on the quay.")

SLOT = re.compile(r"\{(\w+)\}")


def pieces(*patterns: str) -> tuple[str, ...]:
    """Give of each pattern the longest stretch that never changes."""
    longest = (max(re.split(r"\{\w+\}", pattern), key=len) for pattern in patterns)
    return tuple(dict.fromkeys(piece.strip(" ,.") for piece in longest))


def said(pattern: str, drawn: random.Random, **given: str) -> str:
    def word(found: re.Match[str]) -> str:
        if found[1] == "n":
            return str(drawn.randrange(11, 98))
        return given.get(found[1]) or drawn.choice(ENGLISH_SLOTS[found[1]])

    return SLOT.sub(word, pattern)


# ---------------------------------------------------------------------------------------------------------- pages


def paragraphs(texts: tuple[str, ...]) -> list[str]:
    return [f"<p>{escape(text, quote=False)}</p>" for text in texts]


def linked(article: Article) -> list[str]:
    return [f"<p>{paragraph(words, 'http')}</p>" for words in article.edition.paragraphs]


def streamed(article: Article, around: Frame) -> str:
    """Write a story and those that follow it, all in one markup."""

    def item(one: Article, body: list[str]) -> str:
        return (
            f'<div class="item" data-nr="{one.at}"><h1>{escape(one.edition.headline)}</h1>'
            f'<p class="item-by">By <span>{escape(one.edition.byline)}</span>, '
            f'<time datetime="{stamp(one.edition.at)}">{one.edition.at:%d %B %Y}</time></p>\n'
            '<div class="item-body">\n' + around.amid(tuple(body), 1) + "\n</div>\n</div>"
        )

    following = [item(other, linked(other)[: len(texts)]) for other, texts in followers(article)]
    return '<div class="flow">\n' + "\n".join((item(article, linked(article)), *following)) + "\n</div>"


def alone(article: Article, lines: list[str], around: Frame) -> str:
    edition = article.edition
    return f"""<article class="entry">
<h1>{escape(edition.headline)}</h1>
<p class="intro">{escape(edition.standfirst)}</p>
<p class="writer">By <a rel="author" href="/">{escape(edition.byline)}</a></p>
<time datetime="{stamp(edition.at)}">{edition.at:%d %B %Y}</time>
{around.counters()}
<div class="entry-text">
{chr(10).join(lines)}
</div>
</article>"""


def noticed(article: Article, around: Frame) -> str:
    """Write a story with notices between its paragraphs and after them."""
    drawn, lines = around.drawn, linked(article)
    lines.insert(drawn.randrange(1, len(lines)), f"<p><em>{said(drawn.choice(LETTERS), drawn)}</em></p>")
    support = f'<div class="note"><p>{said(drawn.choice(SUPPORT), drawn)}</p></div>'
    lines.insert(drawn.randrange(1, len(lines)), support)
    who = article.edition.byline
    since = str(50 + ENGLISH.people.index(who))
    lines.append(f'<p class="about-writer"><b>{said(ABOUT, drawn, who=who, years=since)}</b></p>')
    lines.append(f"<p>{said(drawn.choice(COPYRIGHT), drawn)}</p>")
    return alone(article, lines, around)


def appealed(article: Article, around: Frame) -> str:
    """Write a story with an appeal in plain paragraphs inside it, and sometimes a second one."""
    drawn, lines = around.drawn, linked(article)
    for _ in range(drawn.randrange(1, 3)):
        words = [said(pattern, drawn) for pattern in drawn.sample(APPEALS, drawn.randrange(2, 4))]
        at = drawn.randrange(1, len(lines))
        call = f'<p><a href="/support?from={around.nonce()}">{said(drawn.choice(CALLS), drawn)}</a></p>'
        lines[at:at] = [*paragraphs(tuple(words)), call]
    return alone(article, lines, around)


KINDS: dict[str, Callable[[Article, Frame], str]] = {STREAM: streamed, NOTICES: noticed, DONATIONS: appealed}


def write(article: Article, asking: Asking) -> Sheet:
    """Write the page of an article; its furniture changes with every request."""
    title, edition = TITLES[article.host], article.edition
    others = tuple(
        Teaser(path=other.path, headline=other.edition.headline, standfirst=other.edition.standfirst)
        for other in articles(article.host)[:12]
        if other is not article
    )
    around, url = frame(asking, title, others), f"{asking.scheme}://{article.host}{article.path}"
    body = KINDS[article.host](article, around)
    return Sheet(
        text=f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escape(edition.headline)} - {escape(title)}</title>
<link rel="canonical" href="{url}">
<meta property="og:type" content="article">
<meta property="og:title" content="{escape(edition.headline)}">
<meta property="og:site_name" content="{escape(title)}">
<meta property="article:published_time" content="{stamp(edition.at)}">
<meta name="author" content="{escape(edition.byline)}">
{around.script()}
</head>
<body>
<header><a href="/">{escape(title)}</a> {around.weather()}</header>
{around.ticker()}
<main>
{body}
{around.comments()}
</main>
<aside>
{around.sides()}
</aside>
<footer>{escape(title)}, made on the quay.</footer>
</body>
</html>
"""
    )


# ------------------------------------------------------------------------------------------------ hosts and truth


@lru_cache(maxsize=1)
def hosts() -> tuple[Host, ...]:
    return tuple(
        Host(
            name=name,
            title=title,
            tagline="Made on the quay.",
            feed="/feed.xml",
            rows=(
                *(
                    Story(
                        path=article.path,
                        editions=(article.edition,),
                        instead=Scripted(path=article.path, write=partial(write, article)),
                    )
                    for article in articles(name)
                ),
                style(),
            ),
        )
        for name, title in TITLES.items()
    )


def never(article: Article) -> tuple[str, ...]:
    """Give what may stand on an article's page and is not of its text: stretches that do not change."""
    if article.host == STREAM:
        return tuple(text.split(". ")[0] for _, texts in followers(article) for text in texts)
    if article.host == NOTICES:
        return pieces(*LETTERS, *SUPPORT, *COPYRIGHT, ABOUT)
    return pieces(*APPEALS, *CALLS)


@lru_cache(maxsize=1)
def framed() -> tuple[Framed, ...]:
    """Give the stand's own truth of the ninety articles."""
    return tuple(
        Framed(
            url=f"http://{host}{article.path}",
            site=host,
            headline=article.edition.headline,
            bylines=(article.edition.byline,),
            published=article.edition.at,
            paragraphs=article.texts,
            never=never(article),
        )
        for host in TITLES
        for article in articles(host)
    )


FRAMES_WATCHED: tuple[Watched, ...] = tuple(
    Watched(site=host, url=f"http://{host}/", front=f"http://{host}/", title=title, feeds=(f"http://{host}/feed.xml",))
    for host, title in TITLES.items()
)
"""The three outlets as blogs to watch."""
