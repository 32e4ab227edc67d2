"""The stand's own lists for the neighbourhood: what is to be found, and what must never be asked.

Written beside the stories to judge the crawler by; the crawler never reads them. URLs are as plain http serves them.
"""

from __future__ import annotations

from crawler.newsstand.cited import SHARE
from crawler.newsstand.neighbourhood import NEIGHBOURHOOD
from crawler.newsstand.quotes import HERALD
from crawler.newsstand.truth import Article, Endless, Held, Odd, Outside, Requisite, Watched
from crawler.newsstand.world import Feed, Host, Story

PLATFORMS = ("inkpot.test",)
"""What belongs into ``polite.platforms``."""


def watched(
    site: str, title: str, *, feed: str = "", maps: str = "", on: str = "", url: str = "", language: str = "en"
) -> Watched:
    """Write a line of the list; ``feed``, ``maps`` and ``on`` (archive pages) are paths, parted by blanks."""
    front = f"http://{site}/"

    def places(paths: str) -> tuple[str, ...]:
        return tuple(front + path.removeprefix("/") for path in paths.split())

    return Watched(
        site=site,
        url=url or front,
        front=front,
        title=title,
        language=language,
        feeds=places(feed),
        sitemaps=places(maps),
        archive=places(on),
    )


MONTHS = "/2025/03/ /2025/02/ /2025/01/ /2024/12/"

WATCHED: tuple[Watched, ...] = (
    watched("blog.lantern.test", "The Lantern", feed="/feed.xml", maps="/sitemap.xml", url="http://old.lantern.test/"),
    watched("www.reedwarbler.test", "The Reed Warbler", feed="/rss.xml"),
    watched("tideline.test", "Tideline", feed="/backend.xml", url="http://www.tideline.test/"),
    watched("www.heronnotes.test", "Heron Notes", feed="/index.rdf", url="http://heronnotes.test/"),
    watched("salt-and-iron.test", "Salt and Iron", feed="/atom.xml"),
    watched("weirwatch.test", "Weir Watch", feed="/feed/atom"),
    watched("gauge.test", "The Gauge", feed="/feed.json"),
    watched("vestnik-delty.test", "Вестник дельты", feed="/rss", language="ru"),
    watched("brokenquill.test", "The Broken Quill", feed="/feed", maps="/sitemap.xml"),
    watched("packetboat.test", "Packet Boat", feed="/feed/"),
    watched("millrace.test", "Mill Race", feed="/syndicate?format=atom"),
    watched("fogsignal.test", "Fog Signal", feed="/news.rdf"),
    watched("longshelf.test", "The Long Shelf", feed="/feed.xml", maps="/sitemap.xml"),
    watched("backwater.test", "Backwater", feed="/feed/", on="/page/2/"),
    watched("oxbow.test", "Oxbow", on="/?page=2"),
    watched("estuary.test", "Estuary", on="/older/2"),
    watched("dykemaster.test", "The Dykemaster", maps="/maps/posts.xml"),
    watched("plainmap.test", "Plain Map", maps="/urls.txt"),
    watched("newsdock.test", "News Dock", maps="/news-sitemap.xml /sitemap_index.xml"),
    watched("www.coldframe.test", "Cold Frame", maps="/sitemap.xml.gz"),
    watched("anchorlight.inkpot.test", "Anchor Light", feed="/feeds/posts/default", on=MONTHS),
    watched("bilgewater.inkpot.test", "Bilge Water", feed="/feeds/posts/default", on=MONTHS),
    watched("capstan.inkpot.test", "Capstan", feed="/feeds/posts/default", on=MONTHS),
    watched("dredger.inkpot.test", "The Dredger", feed="/feeds/posts/default", maps="/sitemap.xml", on=MONTHS),
    watched("eddy.inkpot.test", "Eddy", feed="/feeds/posts/default", maps="/sitemap.xml", on=MONTHS),
    watched("busylock.test", "Busy Lock", feed="/feed.xml"),
    watched("hurrybell.test", "Hurry Bell", feed="/feed.xml"),
    watched("shakybridge.test", "Shaky Bridge", feed="/feed.xml"),
    watched("newquay.test", "New Quay", feed="/feed.xml", url="http://oldquay.test/"),
    watched("strongroom.test", "Strong Room", feed="/feed.xml"),
    watched("walledgarden.test", "Walled Garden", feed="/feed.xml"),
    watched("www.patience.test", "Patience", feed="/feed.xml"),
    watched("towpath.test", "Towpath", feed="/feed.xml"),
    watched("almanac.test", "The Almanac", feed="/feed.xml"),
    watched("oddments.test", "Oddments", feed="/feed.xml"),
    watched("www.stillwater.test", "Still Water", feed="/feed.xml"),
    watched("gallery.test", "The Gallery", feed="/feed.xml"),
)
"""The blogs to watch."""

HELD: tuple[Held, ...] = (
    Held(host="www.lockkeeper.test", why="robots.txt answers 503"),
    Held(host="coldstore.test", why="robots.txt answers 500"),
    Held(host="waitingroom.test", why="robots.txt answers 429"),
)
"""Hosts of which nothing but robots.txt may be asked. The last two are blogs; a crawl of them finds nothing."""

FORBIDDEN = ("http://walledgarden.test/members/roses", "http://towpath.test/drafts/next-walk")


def articles() -> tuple[Article, ...]:
    """List every story of the watched blogs that robots.txt allows and that is one."""
    hosts = {host.name: host for host in NEIGHBOURHOOD}
    rows = [(host, row) for line in WATCHED if (host := hosts.get(line.site)) for row in host.rows]
    return tuple(
        listed(host, row)
        for host, row in rows
        if isinstance(row, Story) and row.instead is None and f"http://{host.name}{row.path}" not in FORBIDDEN
    )


def listed(host: Host, story: Story) -> Article:
    origin = f"http://{host.name}"
    through = next((row.through for row in host.rows if isinstance(row, Feed)), "")
    return Article(
        url=origin + story.path,
        published=story.editions[0].at,
        headlines=tuple(edition.headline for edition in story.editions),
        edited=tuple(edition.at for edition in story.editions[1:]),
        site=host.name,
        shown_as=origin + through + story.path if through else None,
    )


GROWN_ARTICLES = articles()
"""Every article of the watched blogs of the neighbourhood."""

OUTSIDE: tuple[Outside, ...] = (
    Outside(url="http://www.sidebartimes.test/", why="linked in the navigation only", host_too=True),
    Outside(url="http://ring.webweavers.test/members", why="linked in the blogroll only", host_too=True),
    Outside(url="http://www.footnoted.test/hosting", why="linked in the footer only", host_too=True),
    Outside(url=f"http://{HERALD}/2025/02/nobody-cites-this", why="an outlet's own list shows it, no article cites it"),
    Outside(url=f"http://{HERALD}/2025/03/nor-this", why="an outlet's own list shows it, no article cites it"),
    Outside(url=f"http://{HERALD}/", why="an outlet's front page, not cited"),
    Outside(url=f"http://{HERALD}/rss", why="an outlet's feed, not cited"),
    Outside(url=f"http://{HERALD}/photos/flood.jpg", why="a picture, linked and not shown"),
    Outside(url=f"http://{HERALD}/clips/flood.mp4", why="a film"),
    Outside(url="http://www.google.com/url", why="a wrapper, whose target is in its URL", host_too=True),
    Outside(url="https://www-harbourherald-test.cdn.ampproject.org/c/", why="a wrapper", host_too=True),
    Outside(url="http://web.archive.org/web/", why="a wrapper", host_too=True),
    Outside(url=SHARE, why="a share button", host_too=True),
    Outside(url="http://10.0.0.1/", why="a private address", host_too=True),
    Outside(url="http://192.168.1.1/gauge", why="a private address", host_too=True),
    Outside(url="http://waterways.orvane.test/private/draft-18.html", why="robots.txt forbids it"),
    Outside(url="http://walledgarden.test/members/roses", why="robots.txt forbids it"),
    Outside(
        url="http://towpath.test/drafts/next-walk", why="the robots.txt of another host, redirected to, forbids it"
    ),
    Outside(url="http://www.lockkeeper.test/tides", why="robots.txt cannot be read"),
    Outside(url="mailto:editor@reedwarbler.test", why="not a page of the web"),
    Outside(url="tel:+15550100", why="not a page of the web"),
    Outside(url="javascript:window.print()", why="not a page of the web"),
)
"""What is linked somewhere and must never be asked."""

ODD: tuple[Odd, ...] = (
    Odd(url="http://oddments.test/odd/missing", verdict="soft 404", site="oddments.test"),
    Odd(url="http://oddments.test/odd/cookies", verdict="consent", site="oddments.test"),
    Odd(url="http://oddments.test/odd/ledger", verdict="paywall", site="oddments.test"),
    Odd(url="http://oddments.test/odd/challenge", verdict="bot wall", outcome="refused", site="oddments.test"),
    Odd(url="http://oddments.test/odd/blank", verdict="empty", site="oddments.test"),
    Odd(url="http://oddments.test/odd/script", verdict="script only", site="oddments.test"),
    Odd(url="http://oddments.test/odd/deleted", verdict="error", outcome="gone", site="oddments.test"),
    Odd(url="http://oddments.test/odd/typo", verdict="error", outcome="gone", site="oddments.test"),
    Odd(url="http://www.softfloor.test/series/1", verdict="soft 404"),
    Odd(url="http://www.softfloor.test/series/2", verdict="empty"),
    Odd(url="http://www.softfloor.test/series/3", verdict="script only"),
    Odd(url="http://www.consentia.test/2025/iron", verdict="consent"),
    Odd(url="http://www.dailyledger.test/premium/iron-quay", verdict="paywall"),
    Odd(url="http://www.gatekeep.test/story/iron", verdict="bot wall", outcome="refused"),
    Odd(url="http://www.wobbly.test/editorial", verdict="error"),
)
"""What is asked like an article and is none."""

ENDLESS: tuple[Endless, ...] = (
    Endless(prefix="http://almanac.test/calendar/", kind="calendar", most=40),
    Endless(prefix="http://almanac.test/service/", kind="session ids", most=40),
    Endless(prefix="http://almanac.test/way/", kind="growing paths", most=40),
    Endless(prefix="http://almanac.test/shop/", kind="filters", most=40),
)
"""Traps of a watched blog. ``rabbitwarren.test`` is one that only a page budget ends; it is not watched."""

REQUISITES: tuple[Requisite, ...] = tuple(
    Requisite(
        page=f"http://gallery.test/plates/{plate}", url=url, outcome="gone" if url.endswith("lost.png") else "captured"
    )
    for plate, urls in (
        (3, ("http://gallery.test/i/weir.png", "http://gallery.test/i/weir-2x.png")),
        (2, ("http://img.viewfinder.test/late.png",)),
        (1, ("http://gallery.test/i/lost.png",)),
        (
            3,
            (
                "http://gallery.test/style.css",
                "http://gallery.test/css/plates.css",
                "http://gallery.test/css/type.css",
                "http://gallery.test/fonts/river.woff2",
            ),
        ),
    )
    for url in urls
)
"""What the gallery's posts need with ``crawl.requisites = "page"``; its icon and paper are for ``all``."""

HOSTILE: tuple[str, ...] = ("http://www.leakypipe.test/endless", "http://www.leakypipe.test/flood")
"""Linked nowhere: a body of 200 MB without a length, and 4,000 header lines."""
