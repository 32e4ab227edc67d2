"""The posts of the blog that changes, and what happens to each of them when. Data only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from archive.model import Flag
from crawler.newsstand.chronicle_nouns import BLOG as BLOG
from crawler.newsstand.chronicle_nouns import FINISHED as FINISHED
from crawler.newsstand.chronicle_nouns import MIRROR as MIRROR
from crawler.newsstand.chronicle_nouns import REDESIGNED as REDESIGNED
from crawler.newsstand.chronicle_nouns import Entry, Post, edited, first, told
from crawler.newsstand.chronicle_nouns import day as day
from crawler.newsstand.chronicle_sources import citing, reworded
from crawler.newsstand.reportage import Desk
from crawler.newsstand.rows import link, say
from crawler.newsstand.told import ChangeKind
from crawler.newsstand.world import Figure


def journey(desk: Desk) -> Post:
    """All that can happen to a post, a day each."""
    one = first(
        desk,
        "journey",
        day(1, 12),
        "Harbour office counts 37 missing mooring rings at Port Ansel",
        "Tamsin Wray",
        say(
            "The harbour office of Port Ansel has lost 37 mooring rings since the autumn, each of them as heavy as a "
            "man and bolted to the quay, according to a list that the harbour master read aloud to the council.",
        ),
        say(
            "“We know who takes them, and we know where they are sold,” harbour master Hollis Varn told the council "
            "on Monday. He named nobody, and left by the back door before anyone could put a question to him.",
        ),
        say(
            "Each ring costs 410 crowns, a sum that the ",
            link("price list of the Quay Courier", "www.quaycourier.test", "/news/pump-prices"),
            " confirms, and the foundry that used to cast them closed its gates in the year of the great ice.",
        ),
        say(
            "Skippers now tie up to lamp posts, to trees and to one another, and on Saturday night three coal barges "
            "drifted out as far as the bell buoy before the crew of the night ferry noticed them and gave the alarm.",
        ),
    )
    picture = Figure(host=BLOG, path="/media/rings.png", caption="A quay without rings: Port Ansel on Monday.")
    one = replace(one, figure=picture)
    two = replace(one, at=day(2, 12), headline="Harbour office says thieves took mooring rings at Port Ansel")
    three = edited(two, day(3, 12), ("has lost 37 mooring rings", "has lost 41 mooring rings"))
    four = edited(three, day(4, 12), ("and we know where they are sold", "and we shall find out where they are sold"))
    order = (0, 1, 3, 2, *range(4, len(four.paragraphs)))
    five = replace(four, at=day(5, 12), paragraphs=tuple(four.paragraphs[at] for at in order))
    return Post(
        name="journey",
        paths=((one.at, "/2025/03/04/mooring-rings"),),
        editions=(one, two, three, four, five),
        hidden=((day(7, 12), day(8, 12), "consent"), (day(9, 12), day(12, 12), "gone")),
        changes=told(
            (day(1, 12), "published"),
            (day(2, 12), "edit: headline", "headline"),
            (day(3, 12), "edit: number", "lede", "number"),
            (day(4, 12), "edit: quote", "quote"),
            (day(5, 12), "edit: move"),
            (REDESIGNED, "redesigned"),
            (day(7, 12), "blocked"),
            (day(8, 12), "open again"),
            (day(9, 12), "removed"),
            (day(12, 12), "reinstated"),
        ),
    )


def still(desk: Desk) -> Post:
    one = first(desk, "still", day(1, 0), "The last lamplighter of Osier Island", "Nell Barrow", rest=9)
    picture = Figure(host=BLOG, path="/media/lamps.png", caption="The lamps of Osier Island, seen from the ferry.")
    return Post(
        name="still",
        paths=((one.at, "/2025/03/04/last-lamplighter"),),
        editions=(replace(one, figure=picture),),
        changes=told((one.at, "published"), (REDESIGNED, "redesigned")),
        section="Islands",
    )


def walled(desk: Desk) -> Post:
    one = first(desk, "walled", day(1, 6), "What the toll committee spent on its own bridge", "Edric Loam", rest=9)
    return Post(
        name="walled",
        paths=((one.at, "/2025/03/04/toll-committee-spending"),),
        editions=(one,),
        hidden=((day(3, 6), day(5, 6), "paywall"),),
        changes=told(
            (one.at, "published"), (day(3, 6), "paywalled"), (day(5, 6), "open again"), (REDESIGNED, "redesigned")
        ),
        section="Money",
    )


def moved(desk: Desk) -> Post:
    text = say(
        "The dredger Patient Anna has lain in Lower Kelmoor for 61 days, and the crew of nine have painted every part "
        "of her that can be painted, the anchor included, while the waterworks argue with her owners over a bill.",
    )
    one = first(desk, "moved", day(2, 6), "Dredger lies idle at Lower Kelmoor", "Osric Penn", text, rest=8)
    two = edited(one, day(5, 6), ("and the crew of nine have painted", "and the crew of seven have painted"))
    return Post(
        name="moved",
        paths=((one.at, "/2025/03/05/dredger-idle"), (day(4, 6), "/2025/03/05/patient-anna-dredger-lower-kelmoor")),
        editions=(one, two),
        changes=told(
            (one.at, "published"),
            (day(4, 6), "moved"),
            (day(5, 6), "edit: number", "lede", "number"),
            (REDESIGNED, "redesigned"),
        ),
    )


def amp(desk: Desk) -> Post:
    one = first(desk, "amp", day(2, 12), "Seven ways across the Ithrel, and what they cost", "Casper Quill", rest=9)
    path = "/2025/03/05/seven-ways-across"
    return Post(
        name="amp",
        paths=((one.at, path),),
        editions=(one,),
        changes=told((one.at, "published"), (one.at, "variant"), (REDESIGNED, "redesigned")),
        box=("In brief", "Ferry: 4 crowns", "Rowing boat: 2 crowns and a tip", "Lark Bridge: 1 crown, if it is open"),
        amp=f"/amp{path}",
        gets_query="?src=rss",
    )


def alternating(desk: Desk) -> Post:
    one = first(desk, "alternating", day(1, 18), "Pilots refuse to board after dark", "Tamsin Wray", rest=9)
    return Post(
        name="alternating",
        paths=((one.at, "/2025/03/04/pilots-after-dark"),),
        editions=(one,),
        changes=told((one.at, "published"), (one.at, "variant"), (REDESIGNED, "redesigned")),
        other="Why no pilot climbs your ladder at night",
    )


def corrected(desk: Desk) -> Post:
    text = say(
        "The parish council of Wendle Reach will spend 86,000 crowns on a sluice gate that nobody asked for, and it "
        "will pay in two parts: one in April, when the men begin, and one in autumn, when the gate is to be shut.",
    )
    one = first(desk, "corrected", day(2, 18), "Wendle Reach buys a sluice gate", "Wilhelmina Tarn", text, rest=8)
    two = replace(
        edited(one, day(8, 18), ("spend 86,000 crowns", "spend 68,000 crowns")),
        correction="Correction, March 11, 2025: An earlier version of this article gave the price of the sluice gate "
        "as 86,000 crowns. It is 68,000 crowns.",
    )
    return Post(
        name="corrected",
        paths=((one.at, "/2025/03/05/wendle-reach-sluice-gate"),),
        editions=(one, two),
        changes=told(
            (one.at, "published"),
            (REDESIGNED, "redesigned"),
            (two.at, "edit: number", "lede", "number"),
            (two.at, "edit: correction", "correction"),
        ),
        section="Councils",
    )


def returning(desk: Desk) -> Post:
    text = say(
        "The fish market at Thornmouth opened at four on Thursday with 212 crates of eel on the slabs, more than in "
        "any week since the lock was mended, and by six the buyers from the upper towns had taken all but eleven.",
    )
    one = first(desk, "returning", day(1, 18), "Eel comes back to the slabs of Thornmouth", "Nell Barrow", text, rest=8)
    two = edited(one, day(3, 18), ("opened at four on Thursday with 212 crates", "opened at five with some 200 crates"))
    three = replace(one, at=day(8, 6))
    return Post(
        name="returning",
        paths=((one.at, "/2025/03/04/eel-comes-back"),),
        editions=(one, two, three),
        changes=told(
            (one.at, "published"),
            (two.at, "edit: text", "lede", "number", "date"),
            (REDESIGNED, "redesigned"),
            (three.at, "edit: taken back", "lede", "number", "date"),
        ),
        section="Markets",
    )


LIVE_DAYS = 11
NAMES_AND_LINKS: tuple[tuple[Flag, ...], ...] = (
    ("name", "link"), (), ("name", "link"), ("name",), ("name", "link"), (), ("name",), (), (), (),
)  # fmt: skip
"""What the entries after the first bring that is new to the live blog."""


def live(desk: Desk) -> Post:
    one = first(desk, "live", day(2, 0), "The spring flood on the Ithrel, as it happens", "Edric Loam", rest=3)
    entries = tuple(
        Entry(at=day(2 + at, 0), heading=desk.headline(f"live {at}"), paragraphs=desk.report(f"live {at}", 2))
        for at in range(LIVE_DAYS)
    )
    added: list[tuple[datetime, ChangeKind, *tuple[Flag, ...]]] = [
        (entry.at, "edit: entry", *flags) for entry, flags in zip(entries[1:], NAMES_AND_LINKS, strict=True)
    ]
    return Post(
        name="live",
        paths=((one.at, "/2025/03/05/spring-flood-live"),),
        editions=tuple(replace(one, at=entry.at) for entry in entries),
        entries=entries,
        changes=told(
            (one.at, "published"),
            *added[:4],
            (REDESIGNED, "redesigned"),
            *added[4:],
        ),
        section="Live",
    )


def older(desk: Desk) -> tuple[Post, ...]:
    """Give what was there before: six posts to which nothing happens but the redesign."""
    names = ("Tamsin Wray", "Edric Loam", "Nell Barrow", "Osric Penn", "Wilhelmina Tarn", "Casper Quill")
    return tuple(
        Post(
            name=f"older {at}",
            paths=((day(-3 * at, 9), f"{day(-3 * at, 9):/%Y/%m/%d}/notebook-{20 - at}"),),
            editions=(first(desk, f"older {at}", day(-3 * at, 9), desk.headline(f"older {at} head"), name, rest=8),),
            changes=told((day(-3 * at, 9), "published"), (REDESIGNED, "redesigned")),
            section="Notebook",
        )
        for at, name in enumerate(names, 1)
    )


def reprinted(posts: tuple[Post, ...]) -> Post:
    """Give ``still`` as another outlet prints it, word for word, a day later."""
    post = next(post for post in posts if post.name == "still")
    when = post.editions[0].at + timedelta(days=1)
    return Post(
        name="syndicated",
        paths=((when, "/reprints/4471-lamplighter"),),
        editions=(replace(post.editions[0], at=when),),
        changes=told((when, "published")),
        canonical=f"http://{BLOG}{post.paths[0][1]}",
        section="Reprints",
    )


@lru_cache(maxsize=1)
def of_the_blog() -> tuple[Post, ...]:
    desk = Desk(outlet=BLOG)
    kinds = (journey, still, walled, moved, amp, alternating, corrected, returning, live)
    written = (*(write(desk) for write in kinds), *older(desk))
    return (*written, citing(desk), reworded(desk))
