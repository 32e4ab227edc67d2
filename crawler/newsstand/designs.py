"""The two designs of the blog that changes, and its walls: the same story in other markup. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from crawler.newsstand.feeds import stamp
from crawler.newsstand.furniture import Frame
from crawler.newsstand.pages import paragraph
from crawler.newsstand.world import Paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """An entry of a live blog as it is shown."""

    at: datetime
    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A story as one request gets it; ``title`` is what head and metadata say, ``headline`` what is seen."""

    url: str
    scheme: str
    headline: str
    title: str
    standfirst: str
    byline: str
    section: str
    published: datetime
    modified: datetime
    paragraphs: tuple[Paragraph, ...]
    picture: str | None = None
    caption: str | None = None
    correction: str | None = None
    entries: tuple[Passage, ...] = ()
    box: tuple[str, ...] = ()
    amp: str | None = None
    stub: bool = False


def bodies(shown: Shown, css: str = "") -> tuple[str, ...]:
    kind = f' class="{css}"' if css else ""
    return tuple(f"<p{kind}>{paragraph(words, shown.scheme)}</p>" for words in shown.paragraphs)


def metadata(shown: Shown, frame: Frame) -> str:
    """Write what the head says of a story; only edits change it."""
    published, modified = stamp(shown.published), stamp(shown.modified)
    claims: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting" if shown.entries else "NewsArticle",
        "headline": shown.title,
        "description": shown.standfirst,
        "datePublished": published,
        "dateModified": modified,
        "articleSection": shown.section,
        "author": [{"@type": "Person", "name": shown.byline}],
        "publisher": {"@type": "Organization", "name": frame.title},
        "mainEntityOfPage": shown.url,
    }
    if shown.picture:
        claims["image"] = [shown.picture]
    if shown.stub:
        claims["isAccessibleForFree"] = False
    if shown.entries:
        claims["liveBlogUpdate"] = [
            {"@type": "BlogPosting", "headline": entry.heading, "datePublished": stamp(entry.at)}
            for entry in shown.entries
        ]
    lines = [
        f'<link rel="canonical" href="{escape(shown.url)}">',
        f'<link rel="amphtml" href="{escape(shown.amp)}">' if shown.amp else "",
        '<meta property="og:type" content="article">',
        f'<meta property="og:title" content="{escape(shown.title)}">',
        f'<meta property="og:url" content="{escape(shown.url)}">',
        f'<meta property="og:site_name" content="{escape(frame.title)}">',
        f'<meta property="og:image" content="{escape(shown.picture)}">' if shown.picture else "",
        f'<meta property="article:published_time" content="{published}">',
        f'<meta property="article:modified_time" content="{modified}">',
        f'<meta name="description" content="{escape(shown.standfirst)}">',
        f'<script type="application/ld+json">{in_script(claims)}</script>',
    ]
    return "\n".join(line for line in lines if line)


def in_script(claims: Mapping[str, object]) -> str:
    """Write JSON for a script element, which a ``</script>`` inside a string would end early."""
    return json.dumps(claims).replace("</", "<\\/")


def sheet(frame: Frame, title: str, head: str, body: str, css: str) -> str:
    name = title if title == frame.title else f"{title} | {frame.title}"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escape(name)}</title>
<link rel="stylesheet" href="/style.css?v={frame.nonce()[:6]}">
<link rel="alternate" type="application/rss+xml" href="/feed.xml">
{head}
{frame.script()}
</head>
<body class="{css}">
{body}
{frame.script()}
</body>
</html>
"""


def first(shown: Shown, frame: Frame) -> str:
    """Write a story in the first design: article, content, sidebar."""
    day = shown.published.astimezone(UTC)
    lines = [*bodies(shown)]
    if shown.box:
        title, *items = shown.box
        listed = "".join(f"<li>{escape(item)}</li>" for item in items)
        lines.insert(3, f'<aside class="factbox"><h3>{escape(title)}</h3><ul>{listed}</ul></aside>')
    picture = f'<figure class="lead"><img src="{shown.picture}" alt=""><figcaption>{escape(shown.caption or "")}'
    entries = "\n".join(
        f'<section class="update" id="u{entry.at:%m%d%H}"><h2>{escape(entry.heading)}</h2>'
        f'<time datetime="{stamp(entry.at)}">{entry.at:%d %B, %H:%M}</time>'
        + "".join(f"<p>{paragraph(words, shown.scheme)}</p>" for words in entry.paragraphs)
        + "</section>"
        for entry in shown.entries
    )
    notice = f'<p class="correction"><em>{escape(shown.correction)}</em></p>' if shown.correction else ""
    content = "\n".join(lines) if shown.stub else frame.amid(tuple(lines))
    article = f"""<article class="post">
<p class="crumbs"><a href="/">Home</a> › <span>{escape(shown.section)}</span></p>
<h1 class="entry-title">{escape(shown.headline)}</h1>
<p class="deck">{escape(shown.standfirst)}</p>
<p class="byline">By <a rel="author" href="/authors">{escape(shown.byline)}</a></p>
<p class="dateline"><time datetime="{stamp(day)}">{day:%d %B %Y, %H:%M}</time>
<span class="ago">{frame.ago()}</span></p>
{frame.counters()}
{picture + "</figcaption></figure>" if shown.picture else ""}
<div class="entry-content">
{content}
{entries}
{notice}
</div>
{demand(frame) if shown.stub else ""}
</article>"""
    body = f"""<a class="skip-link" href="#content">Skip to content</a>
<header class="masthead"><a href="/">{escape(frame.title)}</a>
<nav><ul><li><a href="/">News</a></li><li><a href="/authors">Writers</a></li>
<li><a href="/feed.xml">Feed</a></li></ul></nav>
{frame.weather()}</header>
{frame.ticker()}
{frame.advertisement()}
<main id="content">
{article}
{frame.comments()}
</main>
<aside class="sidebar">
{frame.sides()}
</aside>
<footer><p>© 2025 {escape(frame.title)}. Printed on the left bank.</p></footer>"""
    return sheet(frame, shown.title, metadata(shown, frame), body, "single")


def second(shown: Shown, frame: Frame) -> str:
    """Write a story in the second design: other elements, classes and order; the text lies in two containers."""
    day = shown.published.astimezone(UTC)
    texts = bodies(shown, "txt")
    half = (len(texts) + 1) // 2
    box = ""
    if shown.box:
        title, *items = shown.box
        box = f'<div class="facts"><b>{escape(title)}</b>' + "".join(f"<div>{escape(item)}</div>" for item in items)
        box += "</div>"
    if shown.stub:
        content = f'<div class="story__part">{texts[0]}</div>{demand(frame)}'
    else:
        content = (
            f'<div class="story__part">{frame.amid(texts[:half], 1)}</div>\n{frame.advertisement()}\n{box}\n'
            f'<div class="story__part">{frame.amid(texts[half:], 2)}</div>'
        )
    entries = "\n".join(
        f'<div class="live__item" data-at="{stamp(entry.at)}"><div class="live__clock">{entry.at:%H:%M, %d %b}</div>'
        f'<h3 class="live__head">{escape(entry.heading)}</h3>'
        + "".join(f'<p class="txt">{paragraph(words, shown.scheme)}</p>' for words in entry.paragraphs)
        + "</div>"
        for entry in shown.entries
    )
    media = ""
    if shown.picture:
        media = (
            f'<div class="media"><figure><img src="{shown.picture}" alt="" width="640">'
            f"<figcaption>{escape(shown.caption or '')}</figcaption></figure></div>"
        )
    notice = f'<p class="txt txt--note"><em>{escape(shown.correction)}</em></p>' if shown.correction else ""
    body = f"""<div class="jump"><a href="#story">Jump to the story</a> <a href="#menu">Menu</a></div>
<div class="top" id="menu"><div class="top__brand"><a href="/">{escape(frame.title)}</a></div>
<ul class="top__links"><li><a href="/">Front</a></li><li><a href="/authors">People</a></li></ul>{frame.ticker()}</div>
<div class="page">
<div class="rail">{frame.most_read()}{frame.advertisement()}</div>
<section class="story" id="story">
{media}
<div class="story__kicker">{escape(shown.section)}</div>
<h1 class="story__title"><span>{escape(shown.headline)}</span></h1>
<div class="story__lead">{escape(shown.standfirst)}</div>
{content}
{entries}
{notice}
<div class="story__people"><span class="story__author" rel="author">{escape(shown.byline)}</span>
<time class="story__time" datetime="{stamp(day)}">{day.day}.{day.month}.{day.year}</time>
<span>{frame.number(2, 9)} min read</span></div>
{frame.counters()}
</section>
{frame.related()}
{frame.newsletter()}
{frame.latest()}
{frame.comments()}
</div>
<div class="bottom">{escape(frame.title)} is made by nine people and a printing press. {frame.weather()}</div>"""
    return sheet(frame, shown.title, metadata(shown, frame), body, "v2")


def amp(shown: Shown, frame: Frame) -> str:
    """Write the AMP page of a story: no box, hardly any furniture."""
    texts = frame.amid(bodies(shown), 1)
    return f"""<!DOCTYPE html>
<html amp lang="en">
<head>
<meta charset="utf-8">
<title>{escape(shown.title)}</title>
{metadata(shown, frame)}
<meta name="viewport" content="width=device-width">
<style amp-custom>p {{ margin: 1em; }}</style>
</head>
<body>
<header><a href="/">{escape(frame.title)}</a></header>
<main><article>
<h1>{escape(shown.headline)}</h1>
<p class="amp-deck">{escape(shown.standfirst)}</p>
<p class="amp-by">By <span rel="author">{escape(shown.byline)}</span>,
<time datetime="{stamp(shown.published)}">{shown.published:%d %B %Y}</time></p>
{texts}
</article></main>
<footer><a href="{escape(shown.url)}">Full version</a> {frame.number()} readers</footer>
</body>
</html>
"""


def demand(frame: Frame) -> str:
    """Write what a paywall says instead of the rest."""
    return (
        '<div class="paywall" role="dialog"><h2>Subscribe to read on</h2>'
        f"<p>This story is for subscribers. Choose a plan from {frame.number(3, 9)} crowns a month, or sign in.</p>"
        '<a href="/subscribe">Subscribe now</a> <a href="/login">Already a subscriber? Sign in</a></div>'
    )


def consent(frame: Frame) -> str:
    """Write a consent wall: it is served with 200 and has no story."""
    body = f"""<div class="cmp" role="dialog" aria-modal="true">
<h1>We value your privacy</h1>
<p>{escape(frame.title)} and its {frame.number(80, 900)} partners store cookies on your device and use them to measure
audiences and to show you personalised advertising. You can accept all cookies, reject them, or set your choices.</p>
<p>You can withdraw your consent at any time under “Privacy settings” at the foot of each page.</p>
<form method="post" action="/consent"><input type="hidden" name="token" value="{frame.nonce()}">
<button>Accept all</button> <button>Reject all</button> <button>Manage my choices</button></form>
<p><a href="/privacy">Privacy policy</a> <a href="/cookies">Cookie policy</a> <a href="/imprint">Imprint</a></p>
</div>"""
    return sheet(frame, "Before you continue", "", body, "consent")


def missing(frame: Frame) -> str:
    """Write the page of a 404."""
    body = f"<main><h1>Page not found</h1><p>There is nothing at this address.</p>{frame.latest()}</main>"
    return sheet(frame, "Page not found", "", body, "error")


def front(frame: Frame, old: bool, more: str) -> str:
    """Write the front page in either design: every story with its headline and standfirst; ``more`` stands below."""
    part, title = ("article", "h2") if old else ("div", "h3")
    items = "\n".join(
        f'<{part} class="teaser"><{title}><a href="{escape(teaser.path)}">{escape(teaser.headline)}</a></{title}>'
        f"<p>{escape(teaser.standfirst)}</p><span>{frame.ago()}, {frame.number()} readers</span></{part}>"
        for teaser in frame.teasers
    )
    body = f"""<header class="masthead"><a href="/">{escape(frame.title)}</a>{frame.weather()}</header>
{frame.ticker()}
<main><h1>{escape(frame.title)}</h1>
{items}
{more}
</main>
<aside class="sidebar">{frame.most_read()}{frame.newsletter()}{frame.advertisement()}</aside>
<footer><p>© 2025 {escape(frame.title)}</p></footer>"""
    return sheet(frame, frame.title, "", body, "home" if old else "v2 home")
