"""Two posts that rest on the word of others. Data only.

One stays as it is while what it cites does not; the other is edited day by day.
"""

from __future__ import annotations

from dataclasses import replace

from crawler.newsstand.chronicle_cited import (
    COAL_WEIGHTS,
    DISPATCH_LIST,
    FEBRUARY_TOLLS,
    GATHERERS_WAGES,
    LONG_BARGES,
    OLDEST_TOLLS,
    TOLL_NOTICES,
    WEIGH_HOUSE,
)
from crawler.newsstand.chronicle_nouns import REDESIGNED, Post, day, edited, first, told
from crawler.newsstand.reportage import Desk
from crawler.newsstand.rows import link, say
from crawler.newsstand.world import Edition


def citing(desk: Desk) -> Post:
    """Never edited: what becomes of the pages that it cites is told in ``chronicle_cited.py``."""
    one = first(
        desk,
        "citing",
        day(1, 6),
        "Who counts the tolls of the lower river?",
        "Osric Penn",
        say(
            "Toll gatherers on the lower Ithrel took in 4,300 crowns on a single Sunday in February, more than in the "
            "whole of January, according to the ",
            link("Toll Gazette", *FEBRUARY_TOLLS),
            ", and not one of them can say where the money lies today.",
        ),
        say(
            "The Toll Gazette wrote that the boxes were emptied by night and carried to a house without a number, and "
            "that the keeper of the books was asked to leave the room before the lids were lifted.",
        ),
        say(
            "A barge pays for its length and not for its load, which is why the long empty ones turn back at the "
            "mouth, as the ",
            link("Sluice Tribune", *LONG_BARGES),
            " reported in a series that was read aloud at two meetings of the toll committee this year.",
        ),
        say(
            "In Kelmoor the toll was raised twice within a month, ",
            link("the Kelmoor Observer", *TOLL_NOTICES),
            " said, and the second time the notice was nailed to the inside of the door, where only the gatherers "
            "themselves could read it.",
        ),
        say(
            "What the gatherers earn is known only from a table in ",
            link("the Weighhouse Chronicle", *GATHERERS_WAGES),
            ", which puts their wage at 19 crowns a week and their lodging at nothing, because they sleep in the toll "
            "house with the boxes under their beds.",
        ),
        say(
            "A second list was printed by ",
            link("the Night Dispatch", *DISPATCH_LIST),
            ", whose pages are closed to those who do not pay for them; it is said to name the skippers who have paid "
            "nothing since the lock was mended in autumn.",
        ),
        say(
            "The oldest account of the tolls stood in ",
            link("the Drowned Herald", *OLDEST_TOLLS),
            ", a paper that was printed on a ferry, and whoever asks for it today hears nothing but the hum of the "
            "line and then the click with which it ends.",
        ),
        say(
            "The Toll Gazette cites unnamed sources as saying that some of the boxes never came back to the "
            "toll house, and that a clerk who asked after them was sent to count geese until the end of the season.",
        ),
        say(
            "It is not possible to independently verify the report of the Toll Gazette, and the toll committee has "
            "left four letters without an answer since the gatherers were told to speak with no one from outside.",
        ),
        rest=0,
    )
    return Post(
        name="citing",
        paths=((one.at, "/2025/03/04/who-counts-the-tolls"),),
        editions=(one,),
        changes=told((one.at, "published"), (REDESIGNED, "redesigned")),
        section="Money",
    )


CAVEAT = " It was not possible to verify it from any other source."
QUOTE = " “Coal does not melt in the rain like sugar,” he said."


def reworded(desk: Desk) -> Post:
    """One edit a day, each of another kind; what is beside the words that matter stays as it is."""
    one = first(
        desk,
        "reworded",
        day(1, 6),
        "Where the coal of Thornmouth loses its weight",
        "Casper Quill",
        say(
            "Coal that comes up the Ithrel grows lighter between the mouth of the river and the yards of Thornmouth, "
            "and nobody whom this paper has asked since the autumn will put in writing where the difference goes.",
        ),
        say(
            "A barge that left the mines with full holds was lighter by a cartload when it reached the lock, the ",
            link("Sluice Tribune", *COAL_WEIGHTS),
            " wrote in its winter number, and the loss was never entered in the books of the port.",
        ),
        say(
            "The tally men of the lower quay were told to round down, according to clerks of the harbour office, and "
            "those who would not were given the night watch until they had learned to count like everybody else.",
        ),
        say(
            "Their account of the matter fills eleven pages and names the hour of every weighing since the first "
            f"frost, down to the lamp by which the figures were read out and written up.{CAVEAT}",
        ),
        say(
            "The harbour master said that the great scale had been tested in November by a man from the capital, who "
            "found it true to within the weight of a loaf and sealed it with lead before he went home.",
        ),
        say(
            "The keys of the weigh house hang on the belt of foreman Aldous Finch, who took them over from his "
            "father, and they have not left the quay in nineteen years except for the weeks of the great flood.",
        ),
        say(
            "The guild of bargemen has not agreed to a second weighing at the lock, which would cost every boat half "
            "a day, and its elders will meet on the matter once more when the ice has gone from the upper reaches.",
        ),
        say(
            "The oldest of the stokers put down his shovel when he heard the question and looked at the heap in front "
            f"of him for as long as it takes to fill a pipe.{QUOTE}",
        ),
        say(
            "Between the first frost and the thaw 214 tons went into the books of the mines and did not come out in "
            "those of the port, a heap that would keep every stove in Thornmouth warm until the swallows are back.",
        ),
        say(
            "A tally man earns 61 crowns a month and is searched at the gate on his way home, so that the smell of "
            "coal is all that he has ever carried out of the yard, as his wife likes to tell the neighbours.",
        ),
        rest=0,
    )
    linked = replace(retargeted(one), at=day(2, 6))
    alone = edited(linked, day(3, 6), (", according to clerks of the harbour office,", ","))
    sure = edited(alone, day(4, 6), (CAVEAT, ""))
    claimed = edited(sure, day(5, 6), ("The harbour master said that", "The harbour master claimed that"))
    named = edited(claimed, day(7, 6), ("foreman Aldous Finch", "foreman Edwin Marl"))
    agreed = edited(named, day(8, 6), ("has not agreed to", "has agreed to"))
    redated = replace(agreed, at=day(9, 6))
    unquoted = edited(redated, day(10, 6), (QUOTE, ""))
    silent = edited(unquoted, day(11, 6), ("the thaw 214 tons", "the thaw 241 tons"))
    corrected = replace(
        edited(silent, day(12, 6), ("earns 61 crowns", "earns 16 crowns")),
        correction="Correction, March 15, 2025: An earlier version of this article gave the wage of a tally man as "
        "61 crowns a month. It is 16 crowns.",
    )
    return Post(
        name="reworded",
        paths=((one.at, "/2025/03/04/coal-loses-its-weight"),),
        editions=(one, linked, alone, sure, claimed, named, agreed, redated, unquoted, silent, corrected),
        silent=(silent.at, corrected.at),  # the notice of the second one tells of it
        redated=((redated.at, day(8, 18)),),
        changes=told(
            (one.at, "published"),
            (linked.at, "edit: link", "link"),
            (alone.at, "edit: attribution", "attribution"),
            (sure.at, "edit: caveat", "caveat"),
            (claimed.at, "edit: hedging", "hedging"),
            (REDESIGNED, "redesigned"),
            (named.at, "edit: name", "name"),
            (agreed.at, "edit: negation", "negation"),
            (redated.at, "edit: redated", "redated"),
            (unquoted.at, "edit: quote removed", "quote"),
            (silent.at, "edit: silent", "number", "stealth"),
            (corrected.at, "edit: number", "number"),
            (corrected.at, "edit: correction", "correction"),
        ),
    )


def retargeted(edition: Edition) -> Edition:
    """Give the edition with the link to the coal's weights leading to the weigh house."""
    coal = link("Sluice Tribune", *COAL_WEIGHTS)
    house = replace(coal, path=WEIGH_HOUSE[1])
    paragraphs = tuple(tuple(house if part == coal else part for part in words) for words in edition.paragraphs)
    return replace(edition, paragraphs=paragraphs)
