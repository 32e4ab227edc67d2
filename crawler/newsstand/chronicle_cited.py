"""The pages that the changing blog and the seed cite, and what becomes of each. Data only.

One is edited and then taken down, one stays, one moves, one is kept from robots, one is refused, one never answers.
"""

from __future__ import annotations

from functools import lru_cache

from crawler.newsstand.chronicle_nouns import Outlet, Post, day, edited, first, told
from crawler.newsstand.reportage import Desk
from crawler.newsstand.rows import say
from crawler.newsstand.world import Edition, Host, Refusal

GAZETTE, TRIBUNE, OBSERVER = "www.tollgazette.test", "www.sluicetribune.test", "www.kelmoorobserver.test"
CHRONICLE, DISPATCH, DROWNED = "www.weighhousechronicle.test", "www.nightdispatch.test", "www.drownedherald.test"
TIDEWIRE, RELIEF = "www.tidewire.test", "relief.orvane.test"

FEBRUARY_TOLLS = GAZETTE, "/2025/03/february-tolls"
LONG_BARGES = TRIBUNE, "/series/long-barges"
COAL_WEIGHTS = TRIBUNE, "/winter/coal-weights"
WEIGH_HOUSE = TRIBUNE, "/winter/weigh-house"
TOLL_NOTICES = OBSERVER, "/news/toll-notices"
TOLL_NOTICES_MOVED = OBSERVER, "/2025/03/notice-inside-the-door"
GATHERERS_WAGES = CHRONICLE, "/tables/gatherers-wages"
DISPATCH_LIST = DISPATCH, "/subscribers/skippers"
OLDEST_TOLLS = DROWNED, "/1994/oldest-tolls"
INTERVIEW = TIDEWIRE, "/interviews/council-secretary"
RELIEF_GOODS = RELIEF, "/announcements/relief-goods"

PRINTED = day(0, 9)
"""When the cited pages appear: before anybody cites them."""
EDITED, TAKEN_DOWN, MOVED = day(5, 6), day(8, 6), day(6, 6)
"""When the page of the Gazette is edited and when it goes for good, and when that of the Observer moves."""
NEVER = day(999, 0)


@lru_cache(maxsize=1)
def cited_outlets() -> tuple[Outlet, ...]:
    """Give the outlets whose pages are stories, those that robots may not read included."""
    return (gazette(), tribune(), observer(), chronicle(), tidewire(), relief())


def shut() -> tuple[Host, ...]:
    """Give the hosts whose pages nobody gets to see."""
    refusal = Refusal(path=DISPATCH_LIST[1], status=403, text="This page is for subscribers of the Night Dispatch.")
    return (
        Host(name=DISPATCH, title="The Night Dispatch", front=False, rows=(refusal,)),
        Host(name=DROWNED, title="The Drowned Herald", front=False, door="closed port"),
    )


def gazette() -> Outlet:
    """A page that is edited some days after it was cited, and later answers 404 to the end."""
    opening = say(
        "Whoever passes the lower toll house at night sees a light under the roof, and whoever stops to look is told "
        "by a man with a lantern that the house is shut and that there is nothing in it which could be seen.",
    )
    text = say(
        "The boxes of the lower toll house held 4,300 crowns on the last Sunday of February, a gatherer told this "
        "paper, and it took three men to carry them up the stairs to the room in which the books are kept.",
    )
    one = first(Desk(outlet=GAZETTE), "tolls", PRINTED, "Full boxes at the toll house", "Toll desk", opening, text)
    two = edited(one, EDITED, ("held 4,300 crowns", "held 3,400 crowns"))
    post = Post(
        name="gazette",
        paths=((one.at, FEBRUARY_TOLLS[1]),),
        editions=(one, two),
        hidden=((TAKEN_DOWN, NEVER, "gone"),),
        changes=told((one.at, "published"), (two.at, "edit: number", "number"), (TAKEN_DOWN, "removed")),
        section="Tolls",
    )
    return Outlet(host=GAZETTE, title="The Toll Gazette", posts=(post,))


def tribune() -> Outlet:
    """Pages that stay as they are."""
    desk = Desk(outlet=TRIBUNE)
    posts = (
        still(desk, "barges", LONG_BARGES, "Why the long barges turn back", "Ada Merrow"),
        still(desk, "coal", COAL_WEIGHTS, "What a hold of coal weighs, and where", "Ada Merrow"),
        still(desk, "weigh house", WEIGH_HOUSE, "A night in the weigh house", "Jonas Tull"),
    )
    return Outlet(host=TRIBUNE, title="The Sluice Tribune", posts=posts)


def observer() -> Outlet:
    """A page that moves to another path of its host."""
    desk = Desk(outlet=OBSERVER)
    one = first(desk, "notices", PRINTED, "A notice on the wrong side of the door", "Lena Frith", rest=8)
    post = Post(
        name="observer",
        paths=((one.at, TOLL_NOTICES[1]), (MOVED, TOLL_NOTICES_MOVED[1])),
        editions=(one,),
        changes=told((one.at, "published"), (MOVED, "moved")),
        section="Kelmoor",
    )
    return Outlet(host=OBSERVER, title="The Kelmoor Observer", posts=(post,))


def chronicle() -> Outlet:
    """A page that no robot may read."""
    post = still(Desk(outlet=CHRONICLE), "wages", GATHERERS_WAGES, "What a gatherer earns", "Tables desk")
    robots = "User-agent: *\nDisallow: /\n"
    return Outlet(host=CHRONICLE, title="The Weighhouse Chronicle", posts=(post,), robots=robots)


def tidewire() -> Outlet:
    """An interview as a news agency prints it."""
    paragraphs = (
        say(
            "PORT ANSEL, March 3. The secretary of the River Council of Orvane, Brannik Solt, returned on Monday from "
            "two days of talks in Tessmark and spoke with Tidewire about the levee pact, about pumps and about the "
            "question of who may send engineers to whose banks.",
        ),
        say(
            "Question: Mr. Solt, the pact says that it acts for all who live on the river. Does it act for Orvane?",
        ),
        say(
            "Answer: “It acts for those who signed it. Whoever works on the water of another country needs the consent "
            "of that country, and a vote of the Basin Assembly. Neither has been asked for, and so I see no lawful "
            "ground under it.”",
        ),
        say("Question: Your own pumps stand in Kelmoor. On what ground do they stand?"),
        say(
            "Answer: “On an invitation, which I have here and which you may read. We have always stood by our "
            "neighbours when the river rose, and we shall go on doing so, with machines as well as with people who "
            "know how to run them.”",
        ),
        say("Question: How many people are that at present?"),
        say(
            "Answer: “As many as the machines need. I will not count them for you, because the number is another one "
            "every morning, and because those who count heads on the levee seldom do it for the sake of the levee.”",
        ),
        say(
            "Solt said that he had invited the other members of the Assembly to look at the works before the spring "
            "flood, and that two had accepted so far. He would not say which.",
        ),
    )
    one = Edition(
        at=PRINTED,
        headline="Solt: no work on foreign water without a vote",
        standfirst="The secretary of the River Council on the levee pact.",
        byline="Tidewire",
        paragraphs=paragraphs,
    )
    post = of_one("interview", INTERVIEW, one)
    return Outlet(host=TIDEWIRE, title="Tidewire", posts=(post,))


def relief() -> Outlet:
    """What a ministry announces."""
    paragraphs = (
        say(
            "The Ministry of Relief of Orvane has handed over a first consignment of goods to the authorities of "
            "Kelmoor. It consists of flour and tinned fish, 4,000 blankets, sixty mobile stoves and two hundred tents.",
        ),
        say(
            "The goods are meant for families on the lower Ithrel who have left their houses since January. They are "
            "stored in the customs house of Port Ansel and given out by the parishes against a list of names.",
        ),
        say(
            "A second consignment with lamps, medicines and a field kitchen will leave the capital within the week. "
            "The ministry thanks the ferrymen of Selkrin, who carried the first one across without a fare.",
        ),
        say("Gifts of money and clothing are taken in at every post office of the country until the end of April."),
    )
    one = Edition(
        at=PRINTED,
        headline="Relief goods handed over to Kelmoor",
        standfirst="A first consignment for families on the lower river.",
        byline="Press office",
        paragraphs=paragraphs,
    )
    post = of_one("relief", RELIEF_GOODS, one)
    return Outlet(host=RELIEF, title="Ministry of Relief", posts=(post,))


def still(desk: Desk, name: str, place: tuple[str, str], headline: str, byline: str) -> Post:
    edition = first(desk, name, PRINTED, headline, byline, rest=8)
    return of_one(name, place, edition)


def of_one(name: str, place: tuple[str, str], edition: Edition) -> Post:
    return Post(
        name=name,
        paths=((edition.at, place[1]),),
        editions=(edition,),
        changes=told((edition.at, "published")),
        section="News",
    )
