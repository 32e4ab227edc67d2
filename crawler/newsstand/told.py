"""The nouns of what the stand says of its own changing stories; the product never reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.model import Flag

ChangeKind = Literal[
    "published", "edit: headline", "edit: number", "edit: quote", "edit: move", "edit: text", "edit: correction",
    "edit: entry", "edit: taken back", "edit: link", "edit: attribution", "edit: caveat", "edit: hedging", "edit: name",
    "edit: negation", "edit: redated", "edit: quote removed", "edit: silent", "redesigned", "blocked", "paywalled",
    "open again", "removed", "reinstated", "moved", "variant",
]  # fmt: skip
"""What happened to a story. Those with ``edit`` are the publisher's; ``open again`` ends a wall and is no edit.

``variant`` says that from then on two headlines, or two addresses, stand for one story. ``edit: silent`` leaves the
time of modification as it was.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change, at the stand's time; two changes of one edit share their time.

    ``flags`` are those that a diff of the edit should have (design, section 6), by a person's judgement and of what is
    new to the whole story: a name that stood nowhere in it, a page that it did not link. The product never reads them.
    """

    at: datetime
    kind: ChangeKind
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a story says from ``at`` on, as a reader sees it.

    ``paragraphs`` are the body's, in order, without notice of correction; those of a live blog are the introduction
    and then the entries, newest first, each with its heading before it. ``returns_to`` is the place of an earlier text
    that is the same. ``links`` are where the links of the paragraphs lead, in order.
    """

    at: datetime
    headline: str
    standfirst: str
    bylines: tuple[str, ...]
    published: datetime
    modified: datetime
    paragraphs: tuple[str, ...]
    caption: str | None = None
    correction: str | None = None
    returns_to: int | None = None
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One story: its addresses, oldest first, what happened to it, and its texts, oldest first.

    ``addresses`` are those of the story itself; ``also`` are variants of them (AMP, a feed's query), which belong into
    the same chain. ``headlines`` are those shown by turns, empty where there is one at a time.
    """

    name: str
    site: str
    addresses: tuple[str, ...]
    also: tuple[str, ...] = ()
    headlines: tuple[str, ...] = ()
    changes: tuple[Change, ...]
    texts: tuple[Text, ...]

    def text_at(self, now: datetime) -> Text | None:
        """Give what the story says at ``now``, whether or not it can be read then; None before its publication."""
        return next((text for text in reversed(self.texts) if text.at <= now), None)

    def flags_at(self, at: datetime) -> frozenset[Flag]:
        """Give the flags of the edit of this time."""
        return frozenset(flag for change in self.changes if change.at == at for flag in change.flags)

    def until(self, now: datetime) -> tuple[Change, ...]:
        """Give what has happened up to ``now``."""
        return tuple(change for change in self.changes if change.at <= now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """One article in a hard frame: its text, and ``never``, what may stand on its page and is not of its text.

    The pieces are whole words without the numbers and days that change; which of them a request gets is left to it.
    """

    url: str
    site: str
    headline: str
    bylines: tuple[str, ...]
    published: datetime
    paragraphs: tuple[str, ...]
    never: tuple[str, ...]
