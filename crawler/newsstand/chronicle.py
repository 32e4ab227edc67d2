"""A blog whose posts are edited, hidden, moved and restored while the stand's days go by. Pure.

``chronicled()`` is a world for ``Newsstand(world=...)`` with the blog, an outlet that reprints it, the outlets that
they cite, and those of ``frames.py`` beside the older hosts. What happens there is told in ``chronicle_truth.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from html import escape

from crawler.newsstand import designs, frames, seed_page
from crawler.newsstand.chronicle_cited import cited_outlets, shut
from crawler.newsstand.chronicle_nouns import BLOG, MIRROR, MIRROR_TITLE, REDESIGNED, TITLE, Outlet, Post
from crawler.newsstand.chronicle_posts import of_the_blog, reprinted
from crawler.newsstand.furniture import ADS, Frame, Teaser, frame
from crawler.newsstand.rows import LAUNCH, html, style
from crawler.newsstand.scripted import Asking, Scripted, Sheet
from crawler.newsstand.stories import WORLD
from crawler.newsstand.world import Edition, Host, Picture, Row, World

RSS = "application/rss+xml; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A post as feed and front page show it; ``link`` is the address the feed gives."""

    name: str
    path: str
    link: str
    headline: str
    standfirst: str
    published: datetime
    amp: str | None = None


def chronicled(seed: str | None = None, base: World = WORLD) -> World:
    """Give ``base`` with the hosts of the chronicle and the hard frames; ``seed`` becomes one more post of the blog."""
    return World(hosts=(*base.hosts, *hosts(seed), *frames.hosts()))


def hosts(seed: str | None = None) -> tuple[Host, ...]:
    posts = of_the_blog()
    blog = Outlet(host=BLOG, title=TITLE, posts=posts, redesigned=REDESIGNED, seed=seed)
    mirror = Outlet(host=MIRROR, title=MIRROR_TITLE, posts=(reprinted(posts),))
    pictures = tuple(
        Picture(path=f"/media/{name}.png", hue=hue, since=LAUNCH)
        for name, hue in (("rings", 30), ("lamps", 90), ("flag", 200))
    )
    ads = Host(name=ADS, title="Riverboard", front=False, robots="User-agent: *\nDisallow: /\n")
    return host(blog, *pictures), host(mirror, *pictures), ads, *map(host, cited_outlets()), *shut()


def host(outlet: Outlet, *more: Row) -> Host:
    rows: list[Row] = [
        Scripted(path="/", write=partial(front, outlet)),
        Scripted(path="/feed.xml", write=partial(feed, outlet)),
    ]
    for post in outlet.posts:
        rows += [Scripted(path=path, write=partial(serve, outlet, post)) for _, path in post.paths]
        if post.amp is not None:
            rows.append(Scripted(path=post.amp, write=partial(serve_amp, outlet, post)))
    if outlet.seed is not None:
        rows.append(Scripted(path=seed_page.PATH, write=partial(serve_seed, outlet)))
    people = html("/authors", outlet.title, "<h1>Who writes here</h1>\n<p>Nine people and a printing press.</p>")
    return Host(
        name=outlet.host,
        title=outlet.title,
        front=False,
        robots=outlet.robots,
        validators=("etag", "last-modified"),
        rows=(*rows, *more, style(), people),
    )


def serve(outlet: Outlet, post: Post, asking: Asking) -> Sheet:
    """Serve a post at one of its paths."""
    now, around = asking.now, framed(outlet, asking, post.name)
    edition, wall = post.edition_at(now), post.wall_at(now)
    begins = {path: at for at, path in post.paths}
    path = asking.target.partition("?")[0]
    if edition is None or wall == "gone" or begins[path] > now:
        return Sheet(status=404, text=designs.missing(around))
    if path != post.path_at(now):
        return Sheet(status=301, location=f"{asking.scheme}://{asking.host}{post.path_at(now)}")
    if wall == "consent":
        return Sheet(text=designs.consent(around))
    shown = show(outlet, post, edition, asking)
    design = designs.first if outlet.is_old(now) else designs.second
    return Sheet(text=design(shown, around))


def serve_amp(outlet: Outlet, post: Post, asking: Asking) -> Sheet:
    edition = post.edition_at(asking.now)
    around = framed(outlet, asking, post.name)
    if edition is None:
        return Sheet(status=404, text=designs.missing(around))
    return Sheet(text=designs.amp(show(outlet, post, edition, asking, for_amp=True), around))


def serve_seed(outlet: Outlet, asking: Asking) -> Sheet:
    around = framed(outlet, asking, "seed")
    if outlet.seed is None or asking.now < seed_page.PUBLISHED:
        return Sheet(status=404, text=designs.missing(around))
    return Sheet(text=seed_page.page(outlet.seed, asking, around.teasers))


def show(outlet: Outlet, post: Post, edition: Edition, asking: Asking, *, for_amp: bool = False) -> designs.Shown:
    """Give a post as this request gets it."""
    origin, stub = f"{asking.scheme}://{outlet.host}", post.wall_at(asking.now) == "paywall"
    second = post.other is not None and asking.asked % 2 == 1
    picture = edition.figure
    return designs.Shown(
        url=post.canonical or origin + post.path_at(asking.now),
        scheme=asking.scheme,
        headline=post.other if second and post.other else edition.headline,
        title=edition.headline,
        standfirst=edition.standfirst,
        byline=edition.byline,
        section=post.section,
        published=post.published_in(edition),
        modified=post.modified_in(edition),
        paragraphs=edition.paragraphs[:1] if stub else edition.paragraphs,
        picture=f"{origin}{picture.path}" if picture else None,
        caption=picture.caption if picture else None,
        correction=edition.correction,
        entries=tuple(
            designs.Passage(at=entry.at, heading=entry.heading, paragraphs=entry.paragraphs)
            for entry in reversed(post.entries)
            if entry.at <= edition.at
        ),
        box=() if for_amp else post.box,
        amp=None if for_amp or post.amp is None else origin + post.amp,
        stub=stub,
    )


def items(outlet: Outlet, now: datetime) -> tuple[Item, ...]:
    """Give what feed and front page list at ``now``, newest first."""
    found = []
    for post in outlet.posts:
        edition = post.edition_at(now)
        if edition is not None and post.wall_at(now) != "gone":
            path = post.path_at(now)
            found.append(
                Item(
                    name=post.name,
                    path=path,
                    link=path + post.gets_query,
                    headline=edition.headline,
                    standfirst=edition.standfirst,
                    published=post.editions[0].at,
                    amp=post.amp,
                )
            )
    if outlet.seed is not None and now >= seed_page.PUBLISHED:
        seed = seed_page.read(outlet.seed)
        path = seed_page.PATH
        summary = seed.paragraphs[0]
        found.append(
            Item(
                name="seed",
                path=path,
                link=path,
                headline=seed.headline,
                standfirst=summary,
                published=seed_page.PUBLISHED,
            )
        )
    return tuple(sorted(found, key=lambda item: item.published, reverse=True))


def framed(outlet: Outlet, asking: Asking, but: str = "") -> Frame:
    teasers = tuple(
        Teaser(path=item.path, headline=item.headline, standfirst=item.standfirst)
        for item in items(outlet, asking.now)
        if item.name != but
    )
    return frame(asking, outlet.title, teasers)


def front(outlet: Outlet, asking: Asking) -> Sheet:
    fast = "".join(
        f'<p class="fast"><a href="{item.amp}">Fast version: {escape(item.headline)}</a></p>'
        for item in items(outlet, asking.now)
        if item.amp is not None
    )
    return Sheet(text=designs.front(framed(outlet, asking), outlet.is_old(asking.now), fast))


def feed(outlet: Outlet, asking: Asking) -> Sheet:
    """Write the feed, RSS 2.0, newest first: the same bytes as long as nothing happens."""
    origin = f"{asking.scheme}://{outlet.host}"
    listed = "\n".join(
        f"<item><title>{escape(item.headline)}</title><link>{escape(origin + item.link)}</link>"
        f'<guid isPermaLink="false">{outlet.host}:{item.published:%Y%m%d%H}:{escape(item.name)}</guid>'
        f"<pubDate>{format_datetime(item.published.astimezone(UTC), usegmt=True)}</pubDate>"
        f"<description>{escape(item.standfirst)}</description></item>"
        for item in items(outlet, asking.now)
    )
    text = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0">
<channel>
<title>{escape(outlet.title)}</title>
<link>{origin}/</link>
<description>{escape(outlet.title)}: all stories.</description>
<language>en</language>
{listed}
</channel>
</rss>
"""
    times = [change.at for post in outlet.posts for change in post.changes]
    times += [seed_page.PUBLISHED] if outlet.seed is not None else []
    return Sheet(mime=RSS, text=text, changed=max((at for at in times if at <= asking.now), default=None))
