"""Blogs whose older posts only sitemaps and archive pages show. Data only."""

from __future__ import annotations

from crawler.newsstand.blogs import BLOGROLL, FOOT, NAVIGATION, written
from crawler.newsstand.rows import style
from crawler.newsstand.world import Archive, Feed, Host, Sitemap

SHELVES: tuple[Host, ...] = (
    Host(
        name="longshelf.test",
        title="The Long Shelf",
        tagline="Nothing is thrown away.",
        validators=("etag",),
        links=NAVIGATION,
        archive=Archive(kind="nothing", each=4),
        rows=(
            *written("longshelf.test", 12),
            style(),
            Feed(path="/feed.xml", kind="rss 2.0", newest=5),
            Sitemap(path="/sitemap.xml", kind="index", children=("/sitemaps/posts-1.xml", "/sitemaps/posts-2.xml.gz")),
            Sitemap(path="/sitemaps/posts-1.xml", last=6),
            Sitemap(path="/sitemaps/posts-2.xml.gz", first=6, zipped=True),
        ),
    ),
    Host(
        name="backwater.test",
        title="Backwater",
        tagline="Where nothing happens, in detail.",
        archive=Archive(kind="page path", each=5),
        tags=("mud", "reeds"),
        rows=(
            *written("backwater.test", 12, path="/%Y/%m/%d/{slug}/"),
            style(),
            Feed(path="/feed/", kind="atom 1.0", newest=5),
        ),
    ),
    Host(
        name="oxbow.test",
        title="Oxbow",
        tagline="Cut off, still here.",
        blogroll=BLOGROLL,
        archive=Archive(kind="page query", each=4),
        rows=(*written("oxbow.test", 10, path="/read/{slug}"), style()),
    ),
    Host(
        name="estuary.test",
        title="Estuary",
        tagline="Both ways, twice a day.",
        foot=FOOT,
        archive=Archive(kind="older", each=4),
        rows=(*written("estuary.test", 9, path="/entries/{slug}"), style()),
    ),
    Host(
        name="dykemaster.test",
        title="The Dykemaster",
        tagline="Four metres above.",
        archive=Archive(kind="nothing", each=3),
        robots="User-agent: *\nDisallow:\nSitemap: {scheme}://dykemaster.test/maps/posts.xml\n",
        rows=(*written("dykemaster.test", 8, path="/dyke/{slug}"), style(), Sitemap(path="/maps/posts.xml")),
    ),
    Host(
        name="plainmap.test",
        title="Plain Map",
        tagline="One line each.",
        archive=Archive(kind="nothing", each=3),
        robots="Sitemap: {scheme}://plainmap.test/urls.txt\n",
        rows=(*written("plainmap.test", 7, path="/plain/{slug}"), style(), Sitemap(path="/urls.txt", kind="text")),
    ),
    Host(
        name="newsdock.test",
        title="News Dock",
        tagline="Unloading daily.",
        json_ld=True,
        archive=Archive(kind="nothing", each=2),
        robots="User-agent: *\nAllow: /\nSitemap: {scheme}://newsdock.test/news-sitemap.xml\n"
        "Sitemap: {scheme}://newsdock.test/sitemap_index.xml\n",
        rows=(
            *written("newsdock.test", 9, path="/%Y/%m/%d/{slug}"),
            style(),
            Sitemap(path="/news-sitemap.xml", kind="news", last=3),
            Sitemap(path="/sitemap_index.xml", kind="index", children=("/maps/1.xml.gz", "/maps/2.xml.gz")),
            Sitemap(path="/maps/1.xml.gz", last=5, zipped=True),
            Sitemap(path="/maps/2.xml.gz", first=5, zipped=True),
        ),
    ),
    Host(
        name="www.coldframe.test",
        title="Cold Frame",
        tagline="Seedlings and sluices.",
        archive=Archive(kind="nothing", each=3),
        robots="User-agent: *\nDisallow: /search\nSitemap: {scheme}://www.coldframe.test/sitemap.xml.gz\n",
        rows=(
            *written("www.coldframe.test", 6, path="/bed/{number}"),
            style(),
            Sitemap(path="/sitemap.xml.gz", zipped=True),
        ),
    ),
)


def inkpot(name: str, title: str, *, path: str = "/%Y/%m/{slug}.html", mapped: bool = False) -> Host:
    """Give a blog on the shared platform: a feed of the newest three, months for the rest, a sitemap for some."""
    host = f"{name}.inkpot.test"
    robots = "User-agent: *\nDisallow: /search\n"
    return Host(
        name=host,
        title=title,
        tagline="Written with Inkpot.",
        validators=("etag", "last-modified"),
        archive=Archive(kind="months", each=3),
        robots=robots + (f"Sitemap: {{scheme}}://{host}/sitemap.xml\n" if mapped else ""),
        sitemap="/sitemap.xml" if mapped else None,
        rows=(
            *written(host, 7, path=path, step=11),
            style(),
            Feed(path="/feeds/posts/default", kind="atom 1.0", newest=3),
        ),
    )


INKPOT: tuple[Host, ...] = (
    inkpot("anchorlight", "Anchor Light"),
    inkpot("bilgewater", "Bilge Water"),
    inkpot("capstan", "Capstan", path="/notes/{number}.html"),
    inkpot("dredger", "The Dredger", mapped=True),
    inkpot("eddy", "Eddy", mapped=True),
)
"""Five blogs on one platform, ``inkpot.test``, which is one neighbour where the settings say so."""
