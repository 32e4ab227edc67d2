"""The feeds of a host in seven dialects, JSON among them. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from crawler.newsstand.world import Feed, FeedKind, Host, changed_at, shown

MIMES: dict[FeedKind, str] = {
    "rss 0.91": "application/rss+xml",
    "rss 0.92": "application/rss+xml",
    "rss 1.0": "application/rdf+xml",
    "rss 2.0": "application/rss+xml",
    "atom 0.3": "application/atom+xml",
    "atom 1.0": "application/atom+xml",
    "json feed 1.1": "application/feed+json",
}

TRACKING = "utm_source=feed&utm_medium=rss&utm_campaign=morning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A story as a feed shows it."""

    url: str
    place: str
    title: str
    summary: str
    byline: str
    posted: datetime
    edited: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What all dialects say, each in its own words."""

    host: Host
    feed: Feed
    home: str
    own: str
    built: datetime
    items: tuple[Item, ...]


def write(host: Host, feed: Feed, scheme: str, now: datetime) -> str:
    """Write a feed as text; the prolog names the charset it will be encoded in."""
    origin = f"{scheme}://{host.name}"
    items = tuple(
        Item(
            url=link(feed, origin, story.path),
            place=f"{origin}{story.path}",
            title=edition.headline,
            summary=edition.standfirst,
            byline=edition.byline,
            posted=story.editions[0].at,
            edited=edition.at,
        )
        for story, edition in shown(host, now)[: feed.newest]
    )
    built = changed_at(host, now) or now
    channel = Channel(host=host, feed=feed, home=f"{origin}/", own=f"{origin}{feed.path}", built=built, items=items)
    text = DIALECTS[feed.kind](channel)
    return broken(text) if feed.broken else text


def link(feed: Feed, origin: str, path: str) -> str:
    place = feed.through + path if feed.relative else origin + feed.through + path
    return place + ("&" if "?" in place else "?") + TRACKING if feed.tracked else place


def broken(text: str) -> str:
    """Spoil a feed as careless templates do: a bare ampersand, and one element that is never closed."""
    head, mark, rest = text.partition("</description>")
    item, _, after = rest.partition(mark)
    return f"{head} & more{mark}{item} <b>Read on{mark}{after}"


def prolog(feed: Feed) -> str:
    return f'<?xml version="1.0" encoding="{feed.delivery.charset}"?>\n'


def mail_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def element(name: str, text: str) -> str:
    return f"<{name}>{escape(text, quote=False)}</{name}>"


def rss(channel: Channel) -> str:
    """Write RSS 0.91, 0.92 or 2.0; only the last dates its items."""
    version = channel.feed.kind.removeprefix("rss ")
    parts = [element("title", channel.host.title), element("link", channel.home)]
    parts += [element("description", channel.host.tagline), element("language", channel.host.language)]
    for item in channel.items:
        fields = [element("title", item.title), element("link", item.url), element("description", item.summary)]
        if version == "2.0":
            fields += [f'<guid isPermaLink="true">{escape(item.place)}</guid>']
            fields += [element("pubDate", mail_date(item.posted))]
        parts.append("<item>" + "".join(fields) + "</item>")
    body = "\n".join(parts)
    return f'{prolog(channel.feed)}<rss version="{version}">\n<channel>\n{body}\n</channel>\n</rss>\n'


def rdf(channel: Channel) -> str:
    """Write RSS 1.0: the items stand beside the channel, which lists them."""
    places = "".join(f'<rdf:li rdf:resource="{escape(item.url)}"/>' for item in channel.items)
    head = element("title", channel.host.title) + element("link", channel.home)
    head += element("description", channel.host.tagline) + f"<items><rdf:Seq>{places}</rdf:Seq></items>"
    items = "\n".join(
        f'<item rdf:about="{escape(item.url)}">'
        + element("title", item.title)
        + element("link", item.url)
        + element("description", item.summary)
        + element("dc:date", stamp(item.posted))
        + "</item>"
        for item in channel.items
    )
    return (
        f'{prolog(channel.feed)}<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f'<channel rdf:about="{channel.own}">{head}</channel>\n'
        f"{items}\n</rdf:RDF>\n"
    )


def atom(channel: Channel) -> str:
    """Write Atom 1.0, or 0.3, which names its dates otherwise."""
    old = channel.feed.kind == "atom 0.3"
    space = 'version="0.3" xmlns="http://purl.org/atom/ns#"' if old else 'xmlns="http://www.w3.org/2005/Atom"'
    posted, edited = ("issued", "modified") if old else ("published", "updated")
    parts = [element("title", channel.host.title), f'<link rel="alternate" type="text/html" href="{channel.home}"/>']
    if not old:
        parts += [f'<link rel="self" href="{channel.own}"/>', element("id", channel.home)]
    parts.append(element(edited, stamp(channel.built)))
    parts += [
        "<entry>"
        + element("title", item.title)
        + f'<link rel="alternate" type="text/html" href="{escape(item.url)}"/>'
        + element("id", item.place)
        + element(posted, stamp(item.posted))
        + element(edited, stamp(item.edited))
        + "<author>"
        + element("name", item.byline)
        + "</author>"
        + element("summary", item.summary)
        + "</entry>"
        for item in channel.items
    ]
    body = "\n".join(parts)
    return f'{prolog(channel.feed)}<feed {space} xml:lang="{channel.host.language}">\n{body}\n</feed>\n'


def json_feed(channel: Channel) -> str:
    items = [
        {
            "id": item.place,
            "url": item.url,
            "title": item.title,
            "summary": item.summary,
            "content_text": item.summary,
            "date_published": stamp(item.posted),
            "date_modified": stamp(item.edited),
            "authors": [{"name": item.byline}],
        }
        for item in channel.items
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.host.title,
        "home_page_url": channel.home,
        "feed_url": channel.own,
        "description": channel.host.tagline,
        "language": channel.host.language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


DIALECTS: dict[FeedKind, Callable[[Channel], str]] = {
    "rss 0.91": rss,
    "rss 0.92": rss,
    "rss 1.0": rdf,
    "rss 2.0": rss,
    "atom 0.3": atom,
    "atom 1.0": atom,
    "json feed 1.1": json_feed,
}
