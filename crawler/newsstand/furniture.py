"""What stands around a story and changes at every request: advertisements, counters, lists, times. Pure.

All is drawn from the request's seed, so that the same request at the same time gives the same bytes.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from html import escape

from crawler.newsstand.scripted import Asking

ADS = "ads.riverboard.test"
"""Where advertisements lead; its robots.txt forbids all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaser:
    """Another story as lists show it."""

    path: str
    headline: str
    standfirst: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The furniture of one request."""

    asking: Asking
    title: str
    teasers: tuple[Teaser, ...]
    drawn: random.Random

    def number(self, least: int = 3, most: int = 980) -> int:
        return self.drawn.randrange(least, most)

    def nonce(self) -> str:
        return f"{self.drawn.getrandbits(48):012x}"

    def ago(self) -> str:
        return self.drawn.choice(
            (f"{self.number(2, 59)} minutes ago", f"{self.number(2, 23)} hours ago", "just now", "yesterday")
        )

    def some(self, most: int) -> tuple[Teaser, ...]:
        return tuple(self.drawn.sample(self.teasers, min(most, len(self.teasers))))

    def advertisement(self) -> str:
        """Give a box that sells something, of one of three builds."""
        what = self.drawn.choice(ADVERTISED)
        link = f'<a href="http://{ADS}/go/{self.nonce()}" rel="sponsored nofollow">{self.drawn.choice(CALLS)}</a>'
        match self.drawn.randrange(3):
            case 0:
                return (
                    f'<div class="ad-slot" id="slot-{self.nonce()}"><span>Advertisement</span><p>{what}</p>{link}</div>'
                )
            case 1:
                return f'<aside class="promo promo--{self.nonce()[:4]}"><h4>Sponsored</h4><p>{what} {link}</p></aside>'
            case _:
                return (
                    f'<div class="sponsor" data-campaign="{self.nonce()}"><div><b>From our partner</b>'
                    f"<div>{what}</div></div>{link}</div>"
                )

    def related(self) -> str:
        """Give links to other stories as they stand between paragraphs."""
        items = "".join(f"<li>{anchor(teaser)}</li>" for teaser in self.some(self.number(1, 4)))
        return f'<div class="read-also"><strong>{self.drawn.choice(ALSO)}</strong><ul>{items}</ul></div>'

    def counters(self) -> str:
        nets = self.drawn.sample(("Post", "Share", "Mail", "Copy link", "Save"), 4)
        shares = "".join(f'<li><a href="#">{net}</a> <span class="n">{self.number()}</span></li>' for net in nets)
        return (
            f'<ul class="share">{shares}</ul><p class="live-count"><span>{self.number()} readers now</span> '
            f"<span>{self.number(1, 90)} comments</span></p>"
        )

    def latest(self, most: int = 5) -> str:
        items = "".join(
            f"<li>{anchor(teaser)} <time>{self.ago()}</time></li>"
            for teaser in self.teasers[: self.number(2, most + 1)]
        )
        return f'<section class="latest"><h3>Latest posts</h3><ul>{items}</ul></section>'

    def most_read(self) -> str:
        items = "".join(
            f"<li>{anchor(teaser)} <em>{self.number()} readers</em></li>" for teaser in self.some(self.number(2, 6))
        )
        return f'<section class="most-read"><h3>Most read</h3><ol>{items}</ol></section>'

    def newsletter(self) -> str:
        return (
            f'<form class="letter" action="/letter" method="post"><h3>{self.drawn.choice(LETTERS)}</h3>'
            f"<p>Join {self.number()} others who get {escape(self.title)} before breakfast.</p>"
            f'<input type="hidden" name="token" value="{self.nonce()}"><button>Sign up</button></form>'
        )

    def comments(self) -> str:
        """Give a few comments, others each time."""
        said = self.drawn.sample(COMMENTS, self.number(1, 4))
        items = "".join(
            f"<li><b>{self.drawn.choice(READERS)}</b> <span>{self.ago()}</span><p>{words}</p>"
            f"<button>Like {self.number(0, 40)}</button></li>"
            for words in said
        )
        return (
            f'<section class="comments" id="comments"><h3>{self.number(1, 90)} comments</h3><ul>{items}</ul></section>'
        )

    def ticker(self) -> str:
        if not self.teasers or self.drawn.random() < 0.3:
            return ""
        (teaser,) = self.some(1)
        return f'<div class="ticker" role="status"><b>Breaking</b> {anchor(teaser)} <span>{self.ago()}</span></div>'

    def weather(self) -> str:
        sky = self.drawn.choice(("Rain", "Fog", "Sleet", "Clear", "Wind from the delta"))
        return f'<p class="weather">{sky}, {self.number(-3, 15)}°. Gauge {self.number(180, 640)} cm.</p>'

    def sides(self) -> str:
        """Give the boxes of a sidebar in changing order, some left out."""
        boxes = [self.latest(), self.most_read(), self.newsletter(), self.advertisement(), self.weather()]
        self.drawn.shuffle(boxes)
        return "\n".join(boxes[: self.number(3, 6)])

    def script(self) -> str:
        return (
            f'<script nonce="{self.nonce()}">window.__page={{"id":"{self.nonce()}","at":"{self.asking.now:%H:%M:%S}",'
            f'"bucket":{self.number(0, 9)}}};</script>'
        )

    def amid(self, blocks: tuple[str, ...], most: int = 3) -> str:
        """Give blocks with advertisements and links at changing places between them, never before the first."""
        lines = list(blocks)
        if len(lines) > 1:
            for _ in range(self.number(1, most + 1)):
                box = self.advertisement() if self.drawn.random() < 0.6 else self.related()
                lines.insert(self.number(1, len(lines)), box)
        return "\n".join(lines)


def frame(asking: Asking, title: str, teasers: tuple[Teaser, ...]) -> Frame:
    return Frame(asking=asking, title=title, teasers=teasers, drawn=random.Random(asking.seed))


def anchor(teaser: Teaser) -> str:
    return f'<a href="{escape(teaser.path)}">{escape(teaser.headline)}</a>'


ADVERTISED = (
    "Oilskins that keep the river out. Three colours, one price.",
    "Rope by the fathom, delivered to your berth within two days.",
    "Is your boiler ready for the thaw? Ask the people who built it.",
    "Herring, smoked over alder, from a family that has done nothing else for a hundred years.",
    "New lenses for old telescopes. Book a visit and see the far bank again.",
    "A house with a dry cellar: plots on the upper road from 9,000 crowns.",
    "Learn to splice in an evening. The first lesson costs you nothing.",
    "Insure your barge, your cargo and your patience with Haverly and Daughters.",
    "The winter timetable is out. Tickets for the night ferry at every tobacconist's.",
    "Lamp oil that does not smoke. Now in the tin that does not leak.",
)
CALLS = ("Find out more", "Order now", "See the offer", "Book today", "Ask for a catalogue")
ALSO = ("Read also", "More on this", "You may like", "Related")
LETTERS = ("The morning letter", "Never miss a tide", "News before breakfast")
READERS = ("Old Salt", "reedcutter", "M. T.", "Third Lock on the Left", "barge_cat", "Aunt Della")
COMMENTS = (
    "I said so in January and nobody listened.",
    "Could somebody explain who pays for all this?",
    "My uncle worked there, and it was just as bad in his day.",
    "Lovely piece, thank you.",
    "You forgot to mention the other bridge, the one that works.",
    "First!",
    "This is why I moved to the upper road.",
)
