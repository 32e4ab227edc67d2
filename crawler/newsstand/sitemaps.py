"""The sitemaps of a host: plain, index, Google News, text. Pure."""

from __future__ import annotations

from datetime import datetime
from html import escape

from crawler.newsstand.feeds import stamp
from crawler.newsstand.world import Edition, Host, Sitemap, Story, changed_at, shown

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def write(host: Host, sitemap: Sitemap, scheme: str, now: datetime) -> str:
    origin, stories = f"{scheme}://{host.name}", shown(host, now)[sitemap.first : sitemap.last]
    if sitemap.kind == "text":
        return "".join(f"{origin}{story.path}\n" for story, _ in stories)
    if sitemap.kind == "index":
        when = stamp(changed_at(host, now) or now)
        entries = "\n".join(
            f"<sitemap><loc>{escape(origin + path)}</loc><lastmod>{when}</lastmod></sitemap>"
            for path in sitemap.children
        )
        return document("sitemapindex", SPACE, entries)
    if sitemap.kind == "news":
        entries = "\n".join(news(host, origin, story, edition) for story, edition in stories)
        return document("urlset", f"{SPACE} {NEWS}", entries)
    entries = "\n".join(
        f"<url><loc>{escape(origin + story.path)}</loc><lastmod>{stamp(edition.at)}</lastmod></url>"
        for story, edition in stories
    )
    return document("urlset", SPACE, entries)


def news(host: Host, origin: str, story: Story, edition: Edition) -> str:
    return (
        f"<url><loc>{escape(origin + story.path)}</loc><news:news><news:publication>"
        f"<news:name>{escape(host.title)}</news:name><news:language>{host.language}</news:language>"
        f"</news:publication><news:publication_date>{stamp(story.editions[0].at)}</news:publication_date>"
        f"<news:title>{escape(edition.headline)}</news:title></news:news></url>"
    )


def document(root: str, spaces: str, entries: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {spaces}>\n{entries}\n</{root}>\n'
