"""Blogs with a feed, one of every kind. Data only."""

from __future__ import annotations

from crawler.newsstand.prose import Series, posts
from crawler.newsstand.quotes import QUOTES
from crawler.newsstand.rows import at, link, style
from crawler.newsstand.world import Delivery, Feed, Host, Redirect, Row, Story

NAVIGATION = (link("Sidebar Times", "www.sidebartimes.test", "/"),)
BLOGROLL = (link("Ring of Webweavers", "ring.webweavers.test", "/members"),)
FOOT = (link("Footnoted", "www.footnoted.test", "/hosting"),)
"""Whom these blogs link on every page and never cite."""

CYRILLIC = Delivery(charset="windows-1251", says="meta")


def written(
    blog: str, count: int, *, path: str = "/%Y/%m/{slug}.html", step: float = 6, day: int = 1
) -> tuple[Story, ...]:
    """Write the posts of a blog up to that day of March, with what they quote."""
    last = at(3, day, 17, 30)
    return posts(Series(blog=blog, count=count, last=last, step=step, path=path, extra=QUOTES.get(blog, {})))


def aliases(prefix: str, stories: tuple[Story, ...]) -> tuple[Row, ...]:
    """Give the redirects that lead from ``prefix`` and a story's path to the story."""
    return tuple(Redirect(path=prefix + story.path, status=302, to=story.path) for story in stories)


HERON = written("www.heronnotes.test", 5)
DELTA = posts(
    Series(
        blog="vestnik-delty.test",
        count=4,
        last=at(3, 1, 9),
        path="/zametki/{number}",
        language="ru",
        extra=QUOTES["vestnik-delty.test"],
    )
)

BLOGS: tuple[Host, ...] = (
    Host(
        name="www.reedwarbler.test",
        title="The Reed Warbler",
        tagline="Small birds, small news.",
        links=NAVIGATION,
        blogroll=BLOGROLL,
        foot=FOOT,
        rows=(*written("www.reedwarbler.test", 5), style(), Feed(path="/rss.xml", kind="rss 0.91")),
    ),
    Host(
        name="tideline.test",
        title="Tideline",
        tagline="What the water leaves.",
        validators=("last-modified",),
        blogroll=BLOGROLL,
        rows=(
            *written("tideline.test", 5, path="/note/{number}"),
            style(),
            Feed(path="/backend.xml", kind="rss 0.92", tracked=True),
        ),
    ),
    Host(
        name="www.tideline.test",
        title="Tideline (with www)",
        front=False,
        rows=(Redirect(path="/", status=301, host="tideline.test", to="/"),),
    ),
    Host(
        name="www.heronnotes.test",
        title="Heron Notes",
        tagline="Standing still, looking down.",
        validators=("etag",),
        foot=FOOT,
        rows=(*HERON, *aliases("/go", HERON), style(), Feed(path="/index.rdf", kind="rss 1.0", through="/go")),
    ),
    Host(
        name="heronnotes.test",
        title="Heron Notes (without www)",
        front=False,
        rows=(Redirect(path="/", status=308, host="www.heronnotes.test", to="/"),),
    ),
    Host(
        name="salt-and-iron.test",
        title="Salt and Iron",
        tagline="Boats & bolts.",
        json_ld=True,
        tags=("boats", "bolts"),
        delivery=Delivery(framing="close", odd_case=True),
        rows=(
            *written("salt-and-iron.test", 6, path="/archives/{number}.html"),
            style(),
            Feed(path="/atom.xml", kind="atom 0.3"),
        ),
    ),
    Host(
        name="weirwatch.test",
        title="Weir Watch",
        tagline="Levels, daily.",
        validators=("etag", "last-modified"),
        rows=(
            *written("weirwatch.test", 5, path="/posts/{slug}"),
            style(),
            Feed(path="/feed/atom", kind="atom 1.0", relative=True),
        ),
    ),
    Host(
        name="gauge.test",
        title="The Gauge",
        tagline="Numbers about a river.",
        validators=("weak etag",),
        rows=(*written("gauge.test", 5, path="/?p={number}"), style(), Feed(path="/feed.json", kind="json feed 1.1")),
    ),
    Host(
        name="vestnik-delty.test",
        title="Вестник дельты",
        tagline="Заметки с нижнего течения.",
        language="ru",
        delivery=CYRILLIC,
        rows=(
            *DELTA,
            style(),
            Feed(path="/rss", kind="rss 2.0", delivery=Delivery(charset="windows-1251")),
        ),
    ),
    Host(
        name="brokenquill.test",
        title="The Broken Quill",
        tagline="Hand-made templates.",
        sitemap="/sitemap.xml",
        rows=(
            *written("brokenquill.test", 5, path="/quill/{slug}/"),
            style(),
            Feed(path="/feed", kind="rss 2.0", broken=True),
        ),
    ),
    Host(
        name="packetboat.test",
        title="Packet Boat",
        tagline="Mail from both banks.",
        validators=("etag", "last-modified"),
        rows=(
            *written("packetboat.test", 6, path="/%Y/%m/%d/{slug}/"),
            style(),
            Feed(path="/feed/", kind="rss 2.0", tracked=True, delivery=Delivery(framing="chunked", gzip=True)),
        ),
    ),
    Host(
        name="millrace.test",
        title="Mill Race",
        tagline="Fast water.",
        rows=(
            *written("millrace.test", 5, path="/story.php?id={number}"),
            style(),
            Feed(path="/syndicate?format=atom", kind="atom 1.0"),
        ),
    ),
    Host(
        name="fogsignal.test",
        title="Fog Signal",
        tagline="Heard, not seen.",
        rows=(
            *written("fogsignal.test", 5, path="/blasts/{slug}"),
            style(),
            Feed(path="/news.rdf", kind="rss 1.0", announced="anchor"),
        ),
    ),
)
