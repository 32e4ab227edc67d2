"""The made-up world as plain data: who publishes what, and when. No person, place or outlet here is real.

To add a host or a story, add rows here; to add a kind of row, see ``world.py``. ``ARTICLES`` is the stand's own
list, written by hand beside the stories to judge the crawler by. The crawler never reads it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.newsstand.expected import GROWN_ARTICLES
from crawler.newsstand.gates import GATES
from crawler.newsstand.neighbourhood import NEIGHBOURHOOD
from crawler.newsstand.rows import EDITED as EDITED
from crawler.newsstand.rows import LAUNCH, at, link, say, style
from crawler.newsstand.rows import OPENING as OPENING
from crawler.newsstand.truth import Article, Credit
from crawler.newsstand.world import (
    Delivery,
    Edition,
    Figure,
    Host,
    Page,
    Picture,
    Redirect,
    Refusal,
    Story,
    World,
)

LANTERN = "blog.lantern.test"
OLD_LANTERN = "old.lantern.test"
PICTURES = "pictures.lantern.test"
COURIER = "www.quaycourier.test"
TERNWIRE = "www.ternwire.test"
MINISTRY = "waterways.orvane.test"
SALTMARSH = "www.saltmarsh-post.test"
EVENING_BELL = "www.eveningbell.test"

LEVEE_POSTED = datetime(2025, 3, 4, 9, tzinfo=UTC)
"""When the last post of the blog appears."""

BRIDGE_GONE = datetime(2025, 3, 1, 12, tzinfo=UTC)
"""When the bridge story is taken down."""


PUMPS = Figure(
    host=PICTURES,
    path="/pumps.png",
    caption="Orvane pump wagons wait at the Selkrin ferry. The Ministry of Waterways says 37 of them have crossed "
    "into Kelmoor since February 24.",
)

FLOOD_ROOM_REST = (
    say(
        "The same sources told the ",
        link("Courier", COURIER, "/news/joint-room"),
        " that the visitors train Kelmoor's lock keepers and know the heavy pumps which Orvane delivered last month.",
    ),
    say("The Lantern could not confirm the Courier's account from anyone else."),
    say(
        "Nobody in Orvane's capital has spoken of a shared room. In an ",
        link("interview with Ternwire", TERNWIRE, "/interview/solt"),
        ", River Council secretary Brannik Solt would only say that no levee pact should act on another country's "
        "water “without a vote of the Basin Assembly”.",
    ),
    say(
        "On February 24 the ",
        link("Ministry of Waterways announced", MINISTRY, "/announcements/17"),
        " a convoy of pumps, blankets and lamps for families along the lower Ithrel. It did not say who would run "
        "the pumps once they arrived.",
    ),
    say(
        "Teyo Varrance, Orvane's envoy to the Basin Assembly, complained on February 27 that the levee pact "
        "“will not sit at one table with the people upstream”, Ternwire reported.",
    ),
)

FLOOD_ROOM = Story(
    path="/2025/03/02/flood-room.html",
    editions=(
        Edition(
            at=at(3, 2, 17, 5),
            headline="Courier: Orvane and Tessmark plan a joint flood room in Kelmoor",
            standfirst="A newspaper report without named sources travels fast along the river.",
            byline="-- Oda Quillfeather",
            figure=PUMPS,
            paragraphs=(
                say(
                    "Orvane and Tessmark are about to open a common flood room in Port Ansel, according to a report "
                    "that every river paper has repeated since Saturday.",
                ),
                say(
                    "It began with the ",
                    link("Quay Courier", COURIER, "/news/joint-room"),
                    ", which relies on “harbour sources” it does not name. More than 60 engineers, they say, "
                    "have taken two floors of the Hotel Three Herons.",
                ),
                *FLOOD_ROOM_REST,
            ),
        ),
        Edition(
            at=EDITED,
            headline="Courier: Orvane and Tessmark said to plan a joint flood room in Kelmoor",
            standfirst="A newspaper report without named sources travels fast along the river.",
            byline="-- Oda Quillfeather",
            figure=PUMPS,
            paragraphs=(
                say(
                    "Orvane and Tessmark are about to open a common flood room in Port Ansel, according to a report "
                    "that every river paper has repeated since Saturday.",
                ),
                say(
                    "It began with the ",
                    link("Quay Courier", COURIER, "/news/joint-room"),
                    ", which relies on “harbour sources” it does not name. More than 40 engineers, they say, "
                    "have taken two floors of the Hotel Three Herons.",
                ),
                *FLOOD_ROOM_REST,
                say("A clerk of the hotel told The Lantern on Monday that no such guests are in the house."),
            ),
            correction="Correction, March 4: an earlier version gave the number of engineers as more than 60.",
        ),
    ),
)

THIRD_CONVOY = Story(
    path="/2025/02/26/third-convoy.html",
    editions=(
        Edition(
            at=at(2, 26, 10, 40),
            headline="A third convoy of pumps crosses the Ithrel",
            standfirst="What came over the ferry this week, and what did not.",
            byline="-- Oda Quillfeather",
            paragraphs=(
                say(
                    "Twelve more pump wagons reached the Kelmoor bank on Tuesday, the third convoy in as many weeks, ",
                    link("Ternwire said", TERNWIRE, "/wire/assembly-session"),
                    ".",
                ),
                say(
                    "The price of such a wagon has doubled since autumn, as the ",
                    link("Quay Courier", LANTERN, "/out/courier"),
                    " has shown in a table worth reading to its end.",
                ),
                say("Fuel for them was promised too. Ferrymen at Selkrin say they have seen none."),
            ),
        ),
    ),
)

SALT_WELLS = Story(
    path="/2025/02/20/salt-in-the-wells.html",
    editions=(
        Edition(
            at=at(2, 20, 7, 15),
            headline="Salt in the wells of the lower delta",
            standfirst="Two small papers told it first. Neither can be read today.",
            byline="-- Mirel Dunnowick",
            paragraphs=(
                say(
                    "Eleven villages drink from carts because their wells have turned, wrote the ",
                    link("Saltmarsh Post", SALTMARSH, "/wells"),
                    " before its server fell silent.",
                ),
                say(
                    "The ",
                    link("Evening Bell", EVENING_BELL, "/2025/delta-salt"),
                    " counted nine. Its address has since vanished.",
                ),
                say("The Basin Assembly has not answered our letter of February 12."),
            ),
        ),
    ),
)

BRIDGE_TOLL = Story(
    path="/2025/02/11/bridge-toll.html",
    gone_at=BRIDGE_GONE,
    editions=(
        Edition(
            at=at(2, 11, 9),
            headline="Who pockets the toll of the Lark Bridge?",
            standfirst="Three ledgers, and three different sums.",
            byline="-- Mirel Dunnowick",
            paragraphs=(say("The bridge keeper shows one ledger, the town a second, the ministry a third."),),
        ),
    ),
)

LEVEE_VOTE = Story(
    path="/2025/03/04/levee-vote.html",
    editions=(
        Edition(
            at=LEVEE_POSTED,
            headline="Basin Assembly puts off its vote on the levees",
            standfirst="The vote moves to April; the water does not wait.",
            byline="-- Oda Quillfeather",
            paragraphs=(
                say(
                    "Delegates sent the levee motion back to committee late on Monday, six days into the session that ",
                    link("Ternwire described", TERNWIRE, "/wire/assembly-session"),
                    ".",
                ),
                say("Kelmoor had asked for a decision before the spring flood."),
            ),
        ),
    ),
)

JOINT_ROOM = Story(
    path="/news/joint-room",
    delivery=Delivery(framing="chunked", gzip=True),
    editions=(
        Edition(
            at=at(3, 1, 5, 30),
            headline="Neighbours to share a flood room in Port Ansel",
            standfirst="Engineers from Orvane and Tessmark have moved into a harbour hotel.",
            byline="Harbour desk",
            paragraphs=(
                say(
                    "Orvane and Tessmark will watch the Ithrel from one room in Port Ansel this spring, harbour "
                    "sources told the Quay Courier on Friday.",
                ),
                say(
                    "More than 60 engineers of both countries live in the Hotel Three Herons, the sources said. They "
                    "are to teach the lock keepers of Kelmoor and to look after the pumps.",
                ),
                say("The room would rival the one which the levee pact has kept in the old customs house."),
                say("Kelmoor's government did not reply to questions."),
            ),
        ),
    ),
)

PUMP_PRICES = Story(
    path="/news/pump-prices",
    editions=(
        Edition(
            at=at(2, 18, 5, 30),
            headline="Pump wagons cost twice what they did in autumn",
            standfirst="Our table of prices from six yards.",
            byline="Lessa Torvendale",
            paragraphs=(
                say(
                    "A wagon with two pumps sold for 8,200 crowns in October. Last week no yard asked less than 16,500."
                ),
                say("Dealers blame the convoys. The Ministry of Waterways of Orvane disagrees, and gives no numbers."),
            ),
        ),
    ),
)

SOLT_INTERVIEW = Story(
    path="/interview/solt",
    delivery=Delivery(odd_case=True, cookies=("edition=river; Path=/", "visitor=1; Path=/", "visitor=2; Path=/wire")),
    editions=(
        Edition(
            at=at(2, 28, 14),
            headline="Solt: no action on foreign water without a vote",
            standfirst="The secretary of Orvane's River Council on the levee pact.",
            byline="Ternwire, Orvane bureau",
            paragraphs=(
                say(
                    "“Whoever builds on another country's water needs a vote of the Basin Assembly,” Brannik "
                    "Solt told Ternwire after his visit to Tessmark.",
                ),
                say("“We have helped Kelmoor and we go on helping it, with machines as well as with people.”"),
                say("Asked whether his engineers would stay in Port Ansel, Solt ended the conversation."),
            ),
        ),
    ),
)

ASSEMBLY_SESSION = Story(
    path="/wire/assembly-session",
    editions=(
        Edition(
            at=at(2, 25, 16, 20),
            headline="Basin Assembly meets over the spring flood",
            standfirst="Pumps, levees and a quarrel about seats.",
            byline="Ternwire",
            paragraphs=(
                say("Envoys of five river countries met on Tuesday while a third convoy of pumps crossed to Kelmoor."),
                say(
                    "The list of goods was published by the ",
                    link("Ministry of Waterways", MINISTRY, "/announcements/17"),
                    " of Orvane.",
                ),
            ),
        ),
    ),
)

ANNOUNCEMENT_17 = Story(
    path="/announcements/17",
    editions=(
        Edition(
            at=at(2, 24, 11),
            headline="Announcement 17: aid for the lower Ithrel",
            standfirst="Goods handed over to the authorities of Kelmoor.",
            byline="Press office",
            paragraphs=(
                say("The Ministry of Waterways has sent 37 pump wagons, 4,000 blankets and 900 lamps to Kelmoor."),
                say("The goods are meant for households whose land has been under water since January."),
            ),
        ),
    ),
)

RIVER = World(
    hosts=(
        Host(
            name=LANTERN,
            title="The Lantern",
            tagline="Notes from the lower river.",
            validators=("etag", "last-modified"),
            feed="/feed.xml",
            sitemap="/sitemap.xml",
            robots="User-agent: *\nAllow: /\nSitemap: {scheme}://blog.lantern.test/sitemap.xml\n",
            breaking="Ithrel gauge at Port Ansel passes the second mark",
            about="The Lantern reports and comments on the river countries, and reads their papers closely.",
            byline_at="foot",
            rows=(
                LEVEE_VOTE,
                FLOOD_ROOM,
                THIRD_CONVOY,
                SALT_WELLS,
                BRIDGE_TOLL,
                style(),
                Redirect(path="/flood-room", status=301, to=FLOOD_ROOM.path),
                Redirect(path="/out/courier", status=302, host=COURIER, to=PUMP_PRICES.path),
            ),
        ),
        Host(
            name=OLD_LANTERN,
            title="The Lantern (old address)",
            front=False,
            rows=(
                Redirect(path="/", status=301, host=LANTERN, to="/"),
                Redirect(path="/flood-room", status=301, host=LANTERN, to="/flood-room"),
            ),
        ),
        Host(
            name=PICTURES,
            title="Pictures of The Lantern",
            validators=("etag", "last-modified"),
            front=False,
            rows=(Picture(path="/pumps.png", hue=90, since=LAUNCH),),
        ),
        Host(
            name=COURIER,
            title="Quay Courier",
            tagline="Every morning from Port Ansel.",
            feed="/rss",
            robots="User-agent: *\nDisallow:\n",
            json_ld=True,
            rows=(
                JOINT_ROOM,
                PUMP_PRICES,
                style(),
                Refusal(path="/archive/ledgers", status=403, text="This page is for subscribers."),
            ),
        ),
        Host(
            name=TERNWIRE,
            title="Ternwire",
            tagline="News agency of the basin.",
            validators=("etag",),
            sitemap="/news-sitemap.xml",
            json_ld=True,
            rows=(
                SOLT_INTERVIEW,
                ASSEMBLY_SESSION,
                style(),
                Refusal(path="/live", status=503, text="The live desk is overloaded.", retry_after=120),
            ),
        ),
        Host(
            name=MINISTRY,
            title="Ministry of Waterways",
            tagline="Government of Orvane.",
            validators=("last-modified",),
            robots="User-agent: *\nDisallow: /private/\n",
            links=(link("Drafts", MINISTRY, "/private/draft-18.html"),),
            rows=(
                ANNOUNCEMENT_17,
                style(),
                Page(
                    path="/private/draft-18.html",
                    mime="text/html; charset=utf-8",
                    text="<!DOCTYPE html><title>Draft 18</title><h1>Draft 18</h1><p>Not for the public.</p>\n",
                    since=LAUNCH,
                ),
            ),
        ),
        Host(name=SALTMARSH, title="Saltmarsh Post", door="closed port"),
        Host(name=EVENING_BELL, title="Evening Bell", door="no such name"),
        *GATES,
    )
)
"""The hosts of the Lantern and of those it cites: a world small enough to look at."""

WORLD = World(hosts=(*RIVER.hosts, *NEIGHBOURHOOD))
"""All there is."""

TOUR = (
    f"http://{LANTERN}/",
    f"http://{LANTERN}/robots.txt",
    f"http://{LANTERN}/feed.xml",
    f"http://{LANTERN}/sitemap.xml",
    f"http://{LANTERN}/style.css",
    f"http://{LANTERN}{FLOOD_ROOM.path}",
    f"http://{LANTERN}{THIRD_CONVOY.path}",
    f"http://{LANTERN}{SALT_WELLS.path}",
    f"http://{LANTERN}{BRIDGE_TOLL.path}",
    f"http://{LANTERN}/flood-room",
    f"http://{LANTERN}/out/courier",
    f"http://{LANTERN}/no-such-page",
    f"http://{OLD_LANTERN}/flood-room",
    f"http://{PICTURES}/pumps.png",
    f"http://{COURIER}{JOINT_ROOM.path}",
    f"http://{COURIER}/archive/ledgers",
    f"http://{TERNWIRE}{SOLT_INTERVIEW.path}",
    f"http://{TERNWIRE}/live",
    f"http://{MINISTRY}{ANNOUNCEMENT_17.path}",
    f"http://{SALTMARSH}/wells",
    f"http://{EVENING_BELL}/2025/delta-salt",
)
"""Pages worth capturing, good and bad, for the demo; nothing that a robots.txt forbids."""

RIVER_ARTICLES = (
    Article(
        url="http://blog.lantern.test/2025/03/04/levee-vote.html",
        site=LANTERN,
        published=LEVEE_POSTED,
        headlines=("Basin Assembly puts off its vote on the levees",),
        credits=(Credit(outlet="Ternwire", host=TERNWIRE),),
    ),
    Article(
        url="http://blog.lantern.test/2025/03/02/flood-room.html",
        site=LANTERN,
        published=at(3, 2, 17, 5),
        headlines=(
            "Courier: Orvane and Tessmark plan a joint flood room in Kelmoor",
            "Courier: Orvane and Tessmark said to plan a joint flood room in Kelmoor",
        ),
        credits=(
            Credit(outlet="Quay Courier", host=COURIER),
            Credit(outlet="Ternwire", host=TERNWIRE),
            Credit(outlet="Ministry of Waterways", host=MINISTRY),
        ),
        edited=(EDITED,),
    ),
    Article(
        url="http://blog.lantern.test/2025/02/26/third-convoy.html",
        site=LANTERN,
        published=at(2, 26, 10, 40),
        headlines=("A third convoy of pumps crosses the Ithrel",),
        credits=(Credit(outlet="Ternwire", host=TERNWIRE), Credit(outlet="Quay Courier", host=LANTERN)),
    ),
    Article(
        url="http://blog.lantern.test/2025/02/20/salt-in-the-wells.html",
        site=LANTERN,
        published=at(2, 20, 7, 15),
        headlines=("Salt in the wells of the lower delta",),
        credits=(Credit(outlet="Saltmarsh Post", host=SALTMARSH), Credit(outlet="Evening Bell", host=EVENING_BELL)),
    ),
    Article(
        url="http://blog.lantern.test/2025/02/11/bridge-toll.html",
        site=LANTERN,
        published=at(2, 11, 9),
        headlines=("Who pockets the toll of the Lark Bridge?",),
        gone_at=BRIDGE_GONE,
    ),
    Article(
        url="http://www.quaycourier.test/news/joint-room",
        published=at(3, 1, 5, 30),
        headlines=("Neighbours to share a flood room in Port Ansel",),
    ),
    Article(
        url="http://www.quaycourier.test/news/pump-prices",
        published=at(2, 18, 5, 30),
        headlines=("Pump wagons cost twice what they did in autumn",),
        credits=(Credit(outlet="Ministry of Waterways"),),
    ),
    Article(
        url="http://www.ternwire.test/interview/solt",
        published=at(2, 28, 14),
        headlines=("Solt: no action on foreign water without a vote",),
    ),
    Article(
        url="http://www.ternwire.test/wire/assembly-session",
        published=at(2, 25, 16, 20),
        headlines=("Basin Assembly meets over the spring flood",),
        credits=(Credit(outlet="Ministry of Waterways", host=MINISTRY),),
    ),
    Article(
        url="http://waterways.orvane.test/announcements/17",
        published=at(2, 24, 11),
        headlines=("Announcement 17: aid for the lower Ithrel",),
    ),
)
"""Every article there ever is on the hosts of the river, by its plain http URL."""

ARTICLES = (*RIVER_ARTICLES, *GROWN_ARTICLES)
"""The stand's own list; those of watched blogs name their site (``due_at``)."""
