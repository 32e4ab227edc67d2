"""What the made-up blogs cite: paragraphs with links, by blog and by post (0 is the newest). Data only.

What must become of each link is written in ``cited.py``.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.newsstand.rows import href, link, say
from crawler.newsstand.world import Paragraph

HERALD = "www.harbourherald.test"
GAZETTE = "www.pilotgazette.test"
SHORT = "sho.rt.test"

QUOTES: Mapping[str, Mapping[int, tuple[Paragraph, ...]]] = {
    "www.reedwarbler.test": {
        0: (
            say(
                "The fares go up again in April, as the ",
                link("Harbour Herald", HERALD, "/2025/02/ferry-fares"),
                " reported last week, and nobody at the pier seemed surprised by it.",
            ),
            say(
                "In a ",
                link("second report", HERALD, "/amp/2025/02/dredging"),
                " the same paper counts the days on which the dredger lay idle in the roads.",
            ),
        ),
        1: (
            say(
                "I first found the ",
                href(
                    "table of reed prices",
                    "http://www.google.com/url?sa=t&url=http%3A%2F%2Fwww.harbourherald.test%2F2025%2F02%2Freed-prices",
                ),
                " through a search, and have checked every line of it since then.",
            ),
            say(
                "Members can read about the ",
                href("night ferry", "http://reader:secret@www.harbourherald.test/2025/02/night-ferry"),
                " too; questions go by ",
                href("letter to the editor", "mailto:editor@reedwarbler.test"),
                " or to the ",
                href("desk", "tel:+15550100"),
                ", and whoever is tired of all this may ",
                href("print the page", "javascript:window.print()"),
                " and take it to bed.",
            ),
        ),
    },
    "tideline.test": {
        0: (
            say(
                "A ",
                link("letter passed from hand to hand", "relay-one.test", "/letter"),
                " says what the river police would rather not hear about their boats.",
            ),
            say(
                "The winter moorings are full, according to a ",
                link("short note", SHORT, "/x1"),
                " that somebody sent us, and to ",
                link("another one", "t.co", "/Kd83hsPq"),
                " that came an hour later.",
            ),
        ),
        1: (
            say(
                "Whoever follows the ",
                link("official reference", "www.roundabout.test", "/north"),
                " is sent from office to office and comes back to where he began.",
            ),
            say(
                "An ",
                link("archive that was open last year", "www.trapdoor.test", "/archive"),
                " now leads to a machine in somebody's cellar, and the ",
                href("gauge itself", "http://192.168.1.1/gauge"),
                " can only be seen from inside the lock house.",
            ),
        ),
    },
    "www.heronnotes.test": {
        0: (
            say(
                "The ",
                link("levee report", "registry.orvane.test", "/reports/levees.pdf"),
                " of the registry has one page, and that page has been read by very few people.",
            ),
            say(
                "Across the border the ",
                link("River Messenger", "www.rechnoy-vestnik.test", "/2025/02/parom"),
                " and ",
                link("Al-Sahil", "www.sahil.test", "/news/2025/ferry"),
                " tell the same story in their own languages, and not quite in the same way.",
            ),
        ),
        1: (
            say(
                "The ",
                link("first account", HERALD, "/2024/never-was"),
                " cannot be found any more, and the ",
                link("second one", HERALD, "/2024/withdrawn"),
                " has been withdrawn by its own authors without a word.",
            ),
            say(
                "Even the ",
                link("short address", SHORT, "/x2"),
                " that all the papers had printed leads nowhere since the Evening Bell gave up its name.",
            ),
        ),
    },
    "salt-and-iron.test": {
        0: (
            say(
                "Three papers wrote of it, but the ",
                link("Gatekeep", "www.gatekeep.test", "/story/iron"),
                " wants to see a browser, the ",
                link("Daily Ledger", "www.dailyledger.test", "/premium/iron-quay"),
                " wants to see money and the ",
                link("Consentia", "www.consentia.test", "/2025/iron"),
                " wants to see cookies before it shows a line.",
            ),
        ),
        1: (
            say(
                "Of the Soft Floor's series the ",
                link("first part", "www.softfloor.test", "/series/1"),
                " is missing without saying so, the ",
                link("second part", "www.softfloor.test", "/series/2"),
                " is a blank sheet of paper and the ",
                link("third part", "www.softfloor.test", "/series/3"),
                " asks for a program to be run before there is anything to read.",
            ),
        ),
    },
    "weirwatch.test": {
        0: (
            say(
                "The Wobbly Herald's ",
                link("editorial", "www.wobbly.test", "/editorial"),
                " is broken, while its ",
                link("report from the weir", "www.wobbly.test", "/weir"),
                " needed a second attempt before it came up on our screens.",
            ),
        ),
        1: (
            say(
                "Be patient with the ",
                link("list of closures", "www.wobbly.test", "/closures"),
                " and with the ",
                link("list of reopenings", "www.wobbly.test", "/reopenings"),
                "; the ",
                link("live page", "www.lateedition.test", "/live"),
                " asks everybody to come back in an hour, and means it.",
            ),
        ),
    },
    "gauge.test": {
        0: (
            say(
                "The Leaky Pipe gives out its ",
                link("water report", "www.leakypipe.test", "/drip"),
                " drop by drop, and its ",
                link("annual report", "www.leakypipe.test", "/cut"),
                " breaks off in the middle of a sentence.",
            ),
        ),
        1: (
            say(
                "There is a ",
                link("photograph", HERALD, "/photos/flood.jpg"),
                " and there is a ",
                link("film", HERALD, "/clips/flood.mp4"),
                " of the night on which the gauge broke, and there is an ",
                href("older note of ours", "/?p=1"),
                " that says how it began.",
            ),
        ),
    },
    "packetboat.test": {
        0: (
            say(
                "The ministry's ",
                link("draft 18", "waterways.orvane.test", "/private/draft-18.html"),
                " is not for the public, the ",
                link("lockkeeper's tide table", "www.lockkeeper.test", "/tides"),
                " is being moved to another house, and whoever likes may ",
                href("share this post", "https://www.facebook.com/sharer.php?u=http%3A%2F%2Fpacketboat.test%2F"),
                " with the neighbours.",
            ),
        ),
    },
    "millrace.test": {
        0: (
            say(
                "The report on the ",
                href(
                    "winter moorings of the upper basin",
                    "https://www-harbourherald-test.cdn.ampproject.org/c/www.harbourherald.test/amp/2025/02/moorings",
                ),
                " was passed around, and so was an ",
                href(
                    "old page about the weir",
                    "http://web.archive.org/web/20250110120000/http://www.harbourherald.test/2025/01/old-weir",
                ),
                " that the paper still has online.",
            ),
        ),
    },
    "fogsignal.test": {
        0: (
            say(
                "The ",
                link("strike at the lock", HERALD, "/article/311"),
                ", the ",
                link("salt tax", HERALD, "/go/442"),
                " and the ",
                link("latest tide table", HERALD, "/latest-tide"),
                " have all moved within the Herald since we last wrote about them here.",
            ),
            say(
                "The piece on the ",
                link("pilot school", HERALD, "/2024/12/pilot-school"),
                " now stands in the Pilot Gazette, and the ",
                link("members' debate", "www.clubhouse.test", "/debate"),
                " is shown to members of the club only.",
            ),
        ),
        1: (
            say(
                "We agree with every word that ",
                link("Tideline", "tideline.test", "/note/2"),
                " wrote in its second note, and we said so at the time.",
            ),
        ),
    },
    "newquay.test": {
        0: (
            say(
                "This blog has moved, and what it said in its ",
                link("very first post", "oldquay.test", "/entry/1"),
                " at the old address still holds.",
            ),
        ),
    },
    "anchorlight.inkpot.test": {
        0: (
            say(
                "The ",
                link("Capstan", "capstan.inkpot.test", "/notes/3.html"),
                " has said all that there is to say on this subject, and has said it better than we could.",
            ),
        ),
    },
    "vestnik-delty.test": {
        0: (
            say(
                "Об этом раньше писали ",
                link("Речной вестник", "www.rechnoy-vestnik.test", "/2025/02/shlyuz"),
                " и ещё один ",
                link("старый листок", "www.rechnoy-vestnik.test", "/2025/02/mayak"),
                ", который мы нашли в библиотеке на прошлой неделе.",
            ),
        ),
    },
}
