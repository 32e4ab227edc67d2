"""What was read out of one capture: the values that come back from the processes that look at captures."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import Reading
from crawler.items import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was read out of one capture, as plain values.

    ``items`` are those of a feed or sitemap, ``links`` all links of a page, ``indexes`` the pages of older posts,
    ``further`` feeds or sitemaps that this one names. ``target`` is where a redirect leads. ``requisites`` are pairs
    of a URL and its kind. ``problem`` says why nothing was read. ``agreed`` tells,
    of a page that was read in both ways, whether the cheap one found the same.
    """

    items: tuple[Item, ...] = ()
    links: tuple[Item, ...] = ()
    indexes: tuple[str, ...] = ()
    further: tuple[Item, ...] = ()
    requisites: tuple[tuple[str, str], ...] = ()
    target: str | None = None
    reading: Reading | None = None
    problem: str | None = None
    agreed: bool | None = None
