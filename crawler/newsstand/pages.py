"""The pages of a host as text: story, notice, the first kinds of feed and sitemap. Pure."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from crawler.newsstand.feeds import MIMES, stamp
from crawler.newsstand.world import Edition, Feed, Host, Href, Link, Paragraph, Story, changed_at, shown

LATEST = 4
"""How many other stories a story page lists."""


def url(scheme: str, host: str, path: str) -> str:
    return f"{scheme}://{host}{path}"


def story(host: Host, story: Story, edition: Edition, scheme: str, now: datetime) -> str:
    """Write a story page: furniture around headline, picture, text and byline."""
    byline = f'<p class="byline">{escape(edition.byline)}</p>'
    published = stamp(story.editions[0].at)
    parts = [
        f"<h1>{escape(edition.headline)}</h1>",
        f'<p class="standfirst">{escape(edition.standfirst)}</p>',
        byline if host.byline_at == "head" else "",
        f'<time datetime="{published}">{story.editions[0].at:%d %B %Y}</time>',
        figure(edition, scheme),
        "\n".join(f"<p>{paragraph(words, scheme)}</p>" for words in edition.paragraphs),
        f'<p class="correction">{escape(edition.correction)}</p>' if edition.correction else "",
        byline if host.byline_at == "foot" else "",
    ]
    article = "<article>\n" + "\n".join(part for part in parts if part) + "\n</article>"
    head = story_head(host, story, edition, scheme)
    return document(host, scheme, edition.headline, head, article + latest(host, story, now))


def figure(edition: Edition, scheme: str) -> str:
    if edition.figure is None:
        return ""
    source = escape(url(scheme, edition.figure.host, edition.figure.path))
    caption = escape(edition.figure.caption)
    wider = ", ".join(
        f"{escape(url(scheme, edition.figure.host, path))} {at}x" for at, path in enumerate(edition.figure.wider, 2)
    )
    lazily = "data-" if edition.figure.lazy else ""
    more = f' {lazily}srcset="{wider}"' if wider else ""
    return f'<figure><img {lazily}src="{source}"{more} alt=""><figcaption>{caption}</figcaption></figure>'


def paragraph(words: Paragraph, scheme: str) -> str:
    return "".join(escape(word, quote=False) if isinstance(word, str) else anchor(word, scheme) for word in words)


def anchor(link: Link | Href, scheme: str) -> str:
    to = url(scheme, link.host, link.path) if isinstance(link, Link) else link.to
    return f'<a href="{escape(to)}">{escape(link.text, quote=False)}</a>'


def story_head(host: Host, story: Story, edition: Edition, scheme: str) -> str:
    place = url(scheme, host.name, story.canonical or story.path)
    published, modified = stamp(story.editions[0].at), stamp(edition.at)
    lines = [
        f'<link rel="canonical" href="{escape(place)}">',
        '<meta property="og:type" content="article">',
        f'<meta property="og:title" content="{escape(edition.headline)}">',
        f'<meta property="og:url" content="{escape(place)}">',
        f'<meta property="article:published_time" content="{published}">',
        f'<meta property="article:modified_time" content="{modified}">',
        f'<meta name="description" content="{escape(edition.standfirst)}">',
    ]
    if host.json_ld:
        claims = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": edition.headline,
            "datePublished": published,
            "dateModified": modified,
            "author": {"@type": "Person", "name": edition.byline},
            "publisher": {"@type": "Organization", "name": host.title},
            "mainEntityOfPage": place,
        }
        # A "</script>" inside a string would end the element early.
        text = json.dumps(claims).replace("</", "<\\/")
        lines.append(f'<script type="application/ld+json">{text}</script>')
    return "\n".join(lines)


def latest(host: Host, story: Story, now: datetime) -> str:
    others = [(other, edition) for other, edition in shown(host, now) if other.path != story.path][:LATEST]
    items = "".join(
        f'<li><a href="{escape(other.path)}">{escape(edition.headline)}</a></li>' for other, edition in others
    )
    return f'\n<section class="latest"><h2>Latest posts</h2><ul>{items}</ul></section>' if items else ""


def notice(host: Host, scheme: str, text: str) -> str:
    """Write a page that only says why there is no other."""
    return document(host, scheme, text, "", f"<h1>{escape(text)}</h1>")


def document(host: Host, scheme: str, title: str, head: str, body: str) -> str:
    feed = f'<link rel="alternate" type="application/rss+xml" href="{escape(host.feed)}">\n' if host.feed else ""
    feeds = [row for row in host.rows if isinstance(row, Feed)]
    feed += "".join(
        f'<link rel="alternate" type="{MIMES[row.kind]}" href="{escape(row.path)}">\n'
        for row in feeds
        if row.announced == "link"
    )
    breaking, about = "", ""
    if host.breaking:
        breaking = f'<div class="breaking" role="status"><b>Breaking</b> {escape(host.breaking)}</div>\n'
    if host.about:
        about = f'\n<aside class="about"><h2>About</h2><p>{escape(host.about)}</p></aside>'
    links = "".join(f"<li>{anchor(link, scheme)}</li>" for link in host.links)
    links += "".join(f'<li><a href="/tag/{tag}/">{tag}</a></li>' for tag in host.tags)
    links += "".join(f'<li><a href="{escape(row.path)}">Feed</a></li>' for row in feeds if row.announced == "anchor")
    if host.blogroll:
        items = "".join(f"<li>{anchor(link, scheme)}</li>" for link in host.blogroll)
        about += f'\n<aside class="blogroll"><h2>Elsewhere</h2><ul>{items}</ul></aside>'
    name = title if title == host.title else f"{title} | {host.title}"
    foot = "".join(f" {anchor(link, scheme)}" for link in host.foot)
    return f"""<!DOCTYPE html>
<html lang="{escape(host.language)}">
<head>
<meta charset="utf-8">
<title>{escape(name)}</title>
<link rel="stylesheet" href="/style.css">
{feed}{host.head}{head}
</head>
<body>
<a class="skip" href="#text">Skip to the text</a>
<nav><ul><li><a href="/">{escape(host.title)}</a></li>{links}</ul></nav>
{breaking}<main id="text">
{body}
</main>{about}
<footer>{escape(host.tagline)}{foot}</footer>
</body>
</html>
"""


def rss(host: Host, scheme: str, now: datetime) -> str:
    """Write the feed, RSS 2.0, newest first."""
    items = "\n".join(
        f"<item><title>{escape(edition.headline)}</title><link>{escape(url(scheme, host.name, story.path))}</link>"
        f'<guid isPermaLink="true">{escape(url(scheme, host.name, story.path))}</guid>'
        f"<pubDate>{format_datetime(story.editions[0].at.astimezone(UTC), usegmt=True)}</pubDate>"
        f"<description>{escape(edition.standfirst)}</description></item>"
        for story, edition in shown(host, now)
    )
    changed = changed_at(host, now)
    built = f"<lastBuildDate>{format_datetime(changed.astimezone(UTC), usegmt=True)}</lastBuildDate>" if changed else ""
    own = escape(url(scheme, host.name, host.feed or "/"))
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{escape(host.title)}</title>
<link>{escape(url(scheme, host.name, "/"))}</link>
<description>{escape(host.tagline)}</description>
<language>{escape(host.language)}</language>
<atom:link href="{own}" rel="self" type="application/rss+xml"/>
{built}
{items}
</channel>
</rss>
"""


def sitemap(host: Host, scheme: str, now: datetime) -> str:
    """Write the sitemap: every story that can be opened, with the time of its current edition."""
    entries = "\n".join(
        f"<url><loc>{escape(url(scheme, host.name, story.path))}</loc><lastmod>{stamp(edition.at)}</lastmod></url>"
        for story, edition in shown(host, now)
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{entries}
</urlset>
"""
