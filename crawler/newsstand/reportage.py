"""Longer prose than a post's: reports with quotes, names, numbers and links, no sentence twice. Pure.

Sentences are grown from clauses, so that two of them seldom share more than one: real papers do not repeat theirs.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from crawler.newsstand.prose import titles
from crawler.newsstand.vocabulary import ENGLISH, ENGLISH_SLOTS
from crawler.newsstand.world import Link, Paragraph

LEAST, LONGEST = 34, 44
"""Words of a paragraph at least, and of a sentence at most."""

CLAUSES: Mapping[str, tuple[str, ...]] = {
    **ENGLISH_SLOTS,
    "role": (
        "who keeps the books of {body}", "a pilot from {place}", "whose family has run the {thing} since 19{n}",
        "the clerk in charge of the {thing}", "a retired engineer", "who sits on the board for {place}",
        "the youngest member of {body}", "who sold {n} crates there last year", "a teacher in {place}",
        "the widow of a lock keeper", "a surveyor hired by {body}", "who rents the shed behind {place}",
    ),
    "said": (
        "said", "told us", "wrote in a letter to {body}", "said on {day}", "told a meeting in {place}",
        "said over the telephone", "insisted", "recalled", "told the inquiry", "said after the session",
    ),
    "source": (
        "minutes seen by this paper", "a report of {body}", "two people who were in the room",
        "the tables of {body} for the winter", "a letter dated the {n}th of last month", "an audit paid for by {body}",
        "the log of the {thing}", "a summary that {who} sent to the members", "figures released on {day}",
    ),
    "claim": (
        "We were told to wait until {day}, and we are still waiting", "Nobody asked the people of {place}",
        "I counted {n} of them myself before it got dark", "The {thing} will stand when all of us are gone",
        "It was cheaper to let it rot than to mend it", "You cannot run a harbour on promises from {body}",
        "There is no plan, there has never been a plan", "If the water comes again we shall lose {n} houses",
        "My father paid less for the whole boat", "They measured it twice and wrote down the better number",
        "Somebody signed for it, and it was not me", "The young ones leave for {place} as soon as they can",
        "We have enough coal for {n} days and not one more", "What they call a repair is a coat of paint",
        "I would do the same again, only sooner", "The price was agreed in public and changed in private",
        "A {thing} is not a toy for {body}", "It took {n} men and a great deal of rope",
        "Ask me again when the ice has gone", "The map on that wall has been wrong since the war",
    ),
    "event": (
        "the {thing} near {place} stopped for the third time this winter", "{body} ordered {n} new pumps",
        "{who} moved the office to {place} without a vote", "rain filled the cellars of {place} to the windows",
        "the lock at {place} was closed for {n} nights", "a barge with {n} tons of gravel ran aground",
        "{n} households were told to boil their water", "{body} withdrew its offer for the {thing}",
        "the bank under the {thing} began to slide", "the night watch at {place} was cut to {n} men",
        "a court let {body} keep the deposit of {n},000 crowns", "the {thing} changed hands for {n},500 crowns",
        "the school in {place} sent its pupils home", "{n} fishermen handed back their licences",
        "{who} resigned from {body} by telegram", "the bridge opened for only {n} minutes a day",
        "divers found a second crack below the {thing}", "the market in {place} ran out of salt",
        "{body} and {who} settled their quarrel out of court", "a fire destroyed the older half of the {thing}",
        "the wage of the lock keepers rose by {n} per cent", "the ferry carried {n} fewer passengers than in autumn",
        "a storm took the roof off {place}", "{body} found {n},000 crowns that it had not known of",
        "an engine for the {thing} arrived without its boiler", "the towline of the {thing} parted in mid-channel",
        "the meadow below {place} lay under {n} centimetres of water", "the eel catch fell to {n} baskets",
        "{who} won the seat by {n} votes", "the last coal merchant of {place} shut his yard",
        "a dozen carters blocked the road to {place}", "{body} raised the toll for the {thing} by half",
        "the inspector came {n} days late and left early", "the new {thing} failed its first trial",
        "a survey put the damage at {n},000 crowns", "somebody cut the chain of the {thing}",
    ),
    "when": (
        "On {day} morning", "Late on {day}", "Since the first frost", "Within {n} days of the flood",
        "During the session", "For the first time since 19{n}", "A week after the vote", "Before sunrise on {day}",
        "In the same hour", "Over the past {n} months", "When the tide turned", "Shortly before the deadline",
        "On the eve of the fair", "Last autumn", "At the request of {who}", "Against the advice of {body}",
    ),
    "tail": (
        "as {who} had warned in February", "which surprised nobody in {place}", "although {body} denies it",
        "and the bill is still open", "a sum that would pay for {n} such repairs", "though no record of it exists",
        "to the annoyance of {body}", "while the rest of {place} slept", "which is {n} more than the law allows",
        "a decision that {who} now regrets", "and no one has been named as responsible",
        "for reasons that were never written down", "the second such case in {n} years",
        "with only {who} voting against", "as the papers of {body} show", "and there it has stayed",
        "just as the harvest was due in {place}", "in spite of {n} complaints", "on terms that remain secret",
        "so that the {thing} had to wait", "leaving {n} people without work", "at a cost of {n},000 crowns",
    ),
}  # fmt: skip

SHAPES = (
    "{when} {event}, {tail}.",
    "“{claim},” {who}, {role}, {said}.",
    "{event}, and {event}.",
    "According to {source}, {event}, while {event}.",
    "{when} {event}; {event}, {tail}.",
    "{who}, {role}, {said} that {event}.",
    "“{claim},” {who} {said}, {tail}.",
    "Whether {event} because {event} is not clear from {source}.",
    "{event}, {tail}, and {who} {said}: “{claim}.”",
    "From {source} it is clear that {event}, {tail}.",
    "Although {event}, {body} went on as before, {tail}.",
    "It was {who}, {role}, who noticed that {event}.",
)


SOURCES = (
    ("Ternwire reported", "www.ternwire.test", "/wire/assembly-session"),
    ("Solt told Ternwire", "www.ternwire.test", "/interview/solt"),
    ("the Quay Courier wrote", "www.quaycourier.test", "/news/pump-prices"),
    ("as the ministry announced", "waterways.orvane.test", "/announcements/17"),
    ("according to the Courier", "www.quaycourier.test", "/news/joint-room"),
)
"""How a source is named, and the page of an older host that the words link to."""


@dataclass(slots=True)
class Desk:
    """Where reports of one outlet are written; it remembers ``used`` sentences so that none is written twice."""

    outlet: str
    used: set[str] = field(default_factory=set)

    def report(self, name: str, count: int, *, linked: bool = True) -> tuple[Paragraph, ...]:
        """Write ``count`` paragraphs, the second and the fifth with a link to a source."""
        drawn = random.Random(f"{self.outlet} {name}")
        sentences = self.sentences(drawn)
        found: list[Paragraph] = [(paragraph(sentences),) for _ in range(count)]
        for at, (words, host, path) in zip((1, 4), drawn.sample(SOURCES, 2), strict=True):
            if linked and at < count:
                events = next(self.sentences(drawn, ("{event}, and {event},",)))
                rest = paragraph(sentences, len(f"{events} {words}".split()))
                found[at] = (f"{events} ", Link(text=words, host=host, path=path), f". {rest}")
        return tuple(found)

    def sentences(self, drawn: random.Random, shapes: tuple[str, ...] = SHAPES) -> Iterator[str]:
        """Write sentences that this desk has not written yet, without end."""
        while True:
            sentence = capital(grown(drawn.choice(shapes), drawn))
            if sentence not in self.used and len(sentence.split()) <= LONGEST:
                self.used.add(sentence)
                yield sentence

    def headline(self, name: str) -> str:
        """Write a headline that this desk has not written yet."""
        drawn = random.Random(f"{self.outlet} {name} headline")
        found = next(title for title in titles(ENGLISH, drawn) if title not in self.used)
        self.used.add(found)
        return found


def paragraph(sentences: Iterator[str], written: int = 0) -> str:
    """Give as many sentences as make a paragraph with the words ``written`` already."""
    text = next(sentences)
    while written + len(text.split()) < LEAST:
        text = f"{text} {next(sentences)}"
    return text


def capital(words: str) -> str:
    return words[0].upper() + words[1:]


def grown(pattern: str, drawn: random.Random) -> str:
    """Fill the slots of a pattern, and those of what is filled in; no clause stands twice in one sentence."""
    taken: set[str] = set()

    def word(found: re.Match[str]) -> str:
        if found[1] == "n":
            return str(drawn.randrange(11, 98))
        chosen = drawn.choice([one for one in CLAUSES[found[1]] if one not in taken])
        taken.add(chosen)
        return chosen

    while "{" in pattern:
        pattern = re.sub(r"\{(\w+)\}", word, pattern)
    return pattern


def plain(words: Paragraph) -> str:
    """Give a paragraph as a reader sees it."""
    return "".join(part if isinstance(part, str) else part.text for part in words)
