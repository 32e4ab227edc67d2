"""Blogs that try a crawler's patience: slow, moved, walled, edited in secret, full of traps. Data only."""

from __future__ import annotations

from dataclasses import replace

from crawler.newsstand import hazards
from crawler.newsstand.blogs import written
from crawler.newsstand.prose import piece
from crawler.newsstand.rows import EDITED, LAUNCH, at, link, style
from crawler.newsstand.world import (
    Feed,
    Figure,
    Gate,
    Host,
    Page,
    Picture,
    Raw,
    Redirect,
    Refusal,
    Row,
    Story,
    Trail,
)

RSS = Feed(path="/feed.xml", kind="rss 2.0")

BUSY = Refusal(path="", status=503, text="The press is being oiled.", retry_after=1)
BUSY_DATED = replace(BUSY, retry_after=2, as_date=True)
BAD_GATEWAY = Refusal(path="", status=502, text="Bad gateway.")


def stumbling(stories: tuple[Story, ...], *stumbles: tuple[Row, ...]) -> tuple[Story, ...]:
    """Let the newest stories answer their first requests with ``stumbles``, one tuple a story."""
    faulty = (replace(story, stumbles=rows) for story, rows in zip(stories, stumbles, strict=False))
    return (*faulty, *stories[len(stumbles) :])


def odd(path: str, headline: str, day: int, row: Row) -> Story:
    """Give what a feed calls a post and is none."""
    return replace(piece(path, headline, at(2, day, 9)), instead=row)


def denied() -> tuple[Story, ...]:
    """Give the posts of the host whose 304 lies: the newest is edited, and its validator stays as it was."""
    newest, *others = written("www.stillwater.test", 4, path="/still/{number}")
    first = newest.editions[0]
    second = replace(
        first,
        at=EDITED,
        headline=f"{first.headline} (revised)",
        paragraphs=(*first.paragraphs, ("The figure of last week was wrong, and has been replaced.",)),
    )
    return (replace(newest, editions=(first, second)), *others)


def pictured() -> tuple[Story, ...]:
    """Give three posts with pictures: in two sizes, loaded late from another host, and missing."""
    figures = (
        Figure(host="gallery.test", path="/i/weir.png", caption="The weir at noon.", wider=("/i/weir-2x.png",)),
        Figure(host="img.viewfinder.test", path="/late.png", caption="The ferry, late.", lazy=True),
        Figure(host="gallery.test", path="/i/lost.png", caption="A picture that was lost."),
    )
    stories = written("gallery.test", 3, path="/plates/{number}")
    return tuple(
        replace(story, editions=(replace(story.editions[0], figure=figure),))
        for story, figure in zip(stories, figures, strict=True)
    )


NEWQUAY = written("newquay.test", 6, path="/entry/{number}")

MOODS: tuple[Host, ...] = (
    Host(
        name="busylock.test",
        title="Busy Lock",
        tagline="One at a time.",
        gate=Gate(every=4, retry_after=1),
        rows=(*written("busylock.test", 5), style(), RSS),
    ),
    Host(
        name="hurrybell.test",
        title="Hurry Bell",
        tagline="Ring once.",
        gate=Gate(within=0.05, retry_after=2, as_date=True),
        rows=(*written("hurrybell.test", 4), style(), RSS),
    ),
    Host(
        name="shakybridge.test",
        title="Shaky Bridge",
        tagline="It held so far.",
        rows=(
            *stumbling(written("shakybridge.test", 5), (BAD_GATEWAY,), (BUSY,), (BUSY_DATED,)),
            style(),
            RSS,
        ),
    ),
    Host(name="newquay.test", title="New Quay", tagline="We have moved.", rows=(*NEWQUAY, style(), RSS)),
    Host(
        name="oldquay.test",
        title="New Quay (old address)",
        front=False,
        rows=(
            Redirect(path="/", status=301, host="newquay.test", to="/"),
            Redirect(path="/feed.xml", status=301, host="newquay.test", to="/feed.xml"),
            *(Redirect(path=story.path, status=301, host="newquay.test", to=story.path) for story in NEWQUAY),
        ),
    ),
    Host(
        name="strongroom.test",
        title="Strong Room",
        tagline="Locked.",
        secure=True,
        validators=("etag",),
        rows=(*written("strongroom.test", 4), style(), RSS),
    ),
    Host(
        name="walledgarden.test",
        title="Walled Garden",
        tagline="Roses and members.",
        robots="User-agent: *\nDisallow: /members/\nAllow: /members/welcome\n",
        rows=(
            *written("walledgarden.test", 4, path="/beds/{slug}"),
            piece("/members/roses", "What only the members know of the roses", at(2, 20, 8)),
            piece("/members/welcome", "Welcome to the walled garden, members and others", at(2, 10, 8)),
            style(),
            RSS,
        ),
    ),
    Host(
        name="www.patience.test",
        title="Patience",
        tagline="A page a second.",
        robots="User-agent: *\nCrawl-delay: 1\n",
        rows=(*written("www.patience.test", 3), style(), RSS),
    ),
    Host(
        name="towpath.test",
        title="Towpath",
        tagline="On foot.",
        rows=(
            Redirect(path="/robots.txt", status=302, host="rules.pressguild.test", to="/members/towpath.txt"),
            *written("towpath.test", 4, path="/walks/{slug}"),
            piece("/drafts/next-walk", "A walk that is not yet walked", at(2, 22, 8)),
            style(),
            RSS,
        ),
    ),
    Host(
        name="almanac.test",
        title="The Almanac",
        tagline="Every day, for ever.",
        links=(
            link("Calendar", "almanac.test", "/calendar/"),
            link("Terms", "almanac.test", "/service/"),
            link("Directions", "almanac.test", "/way/"),
            link("Shop", "almanac.test", "/shop/"),
        ),
        rows=(
            *written("almanac.test", 5, path="/days/{slug}"),
            style(),
            RSS,
            Trail(path="/calendar/", kind="calendar"),
            Trail(path="/service/", kind="session"),
            Trail(path="/way/", kind="growing"),
            Trail(path="/shop/", kind="filters"),
        ),
    ),
    Host(
        name="oddments.test",
        title="Oddments",
        tagline="Some of these are posts.",
        rows=(
            *written("oddments.test", 2, path="/posts/{number}"),
            odd("/odd/missing", "A post that says it is missing", 1, hazards.soft_404("/odd/missing")),
            odd(
                "/odd/cookies",
                "A post behind a dialog",
                2,
                hazards.consent_wall("/odd/cookies", piece("/odd/cookies", "A post behind a dialog", at(2, 2, 9))),
            ),
            odd(
                "/odd/ledger",
                "A post for subscribers",
                3,
                hazards.paywall_stub("/odd/ledger", "A post for subscribers"),
            ),
            odd("/odd/challenge", "A post behind a challenge", 4, hazards.bot_wall("/odd/challenge")),
            odd("/odd/blank", "A post without a byte", 5, hazards.empty("/odd/blank")),
            odd("/odd/script", "A post that is a program", 6, hazards.script_only("/odd/script")),
            odd("/odd/deleted", "A post that was taken down", 7, Refusal(path="", status=410, text="Taken down.")),
            odd(
                "/odd/typo",
                "A post with a wrong address",
                8,
                Refusal(path="", status=404, text="There is no such page."),
            ),
            style(),
            RSS,
        ),
    ),
    Host(
        name="www.stillwater.test",
        title="Still Water",
        tagline="Nothing changes here.",
        validators=("frozen etag",),
        rows=(*denied(), style(), RSS),
    ),
    Host(
        name="gallery.test",
        title="The Gallery",
        tagline="Plates of the river.",
        validators=("etag", "last-modified"),
        head='<link rel="stylesheet" href="/css/plates.css">\n<link rel="icon" href="/i/icon.png">\n',
        rows=(
            *pictured(),
            style(),
            RSS,
            Page(
                path="/css/plates.css",
                mime="text/css",
                text='@import url("type.css");\nbody { background: url(../i/paper.png); }\n',
                since=LAUNCH,
            ),
            Page(
                path="/css/type.css",
                mime="text/css",
                text='@font-face { font-family: "River"; src: url("/fonts/river.woff2") format("woff2"); }\n',
                since=LAUNCH,
            ),
            Raw(path="/fonts/river.woff2", mime="font/woff2", body=b"wOF2" + bytes(range(256)), since=LAUNCH),
            Picture(path="/i/icon.png", hue=10, width=16, height=16, since=LAUNCH),
            Picture(path="/i/paper.png", hue=30, width=32, height=32, since=LAUNCH),
            Picture(path="/i/weir.png", hue=120, since=LAUNCH),
            Picture(path="/i/weir-2x.png", hue=120, width=320, height=180, since=LAUNCH),
        ),
    ),
    Host(
        name="img.viewfinder.test",
        title="Viewfinder",
        front=False,
        validators=("last-modified",),
        rows=(Picture(path="/late.png", hue=200, since=LAUNCH),),
    ),
    Host(
        name="coldstore.test",
        title="Cold Store",
        tagline="Closed for the season.",
        rows=(
            Refusal(path="/robots.txt", status=500, text="Something broke."),
            *written("coldstore.test", 3),
            style(),
            RSS,
        ),
    ),
    Host(
        name="waitingroom.test",
        title="Waiting Room",
        tagline="Take a number.",
        rows=(
            Refusal(path="/robots.txt", status=429, text="Take a number.", retry_after=1),
            *written("waitingroom.test", 3),
            style(),
            RSS,
        ),
    ),
    Host(
        name="rabbitwarren.test",
        title="Rabbit Warren",
        front=False,
        rows=(Trail(path="/", kind="warren"), style()),
    ),
)
