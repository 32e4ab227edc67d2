"""When an article says it was published and modified, never after its capture. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from archive.extract.metadata import Claims
from archive.extract.shown import DATE, Shown, elsewhere, lines_near, words_of
from archive.extract.times import any_time, guessed_day, stamp, url_day, written_day

_NEAR = 90  # elements
_MOVED = 30  # days
_SHORT = 160
_MONTH_FIRST = frozenset(("us", "com", "org", "net", "gov", "edu", "info", "co", "tv", "io", "ph"))
_NOTHING: frozenset[str] = frozenset(("script", "style"))


def published(
    tree: HtmlElement, url: str, last: date, seen: Shown, said: Claims, place: int | None, language: str
) -> tuple[str, str] | None:
    """Give when the article says it was published, never after ``last``."""
    tail = (urlsplit(url).hostname or "").rpartition(".")[2]
    month_first = language.lower().startswith("en") and tail in _MONTH_FIRST

    def fits(text: str | None) -> bool:
        return text is not None and date.fromisoformat(text[:10]) <= last

    declares: tuple[str, str] | None = None
    for text, origin in said.all("published"):
        if fits(known := any_time(text)):
            declares = (known or "", origin)
            break
    in_url = url_day(url)
    if declares:
        # A page that is moved is given a new date; its address keeps the day it was first there.
        if (
            in_url
            and fits(in_url)
            and (date.fromisoformat(declares[0][:10]) - date.fromisoformat(in_url)).days > _MOVED
        ):
            return in_url, "url"
        return declares
    shows = _shown_time(seen, place, month_first, fits)
    if shows and in_url and abs((date.fromisoformat(shows[0][:10]) - date.fromisoformat(in_url)).days) > 1:
        return in_url, "url"
    if shows:
        return shows
    if in_url and fits(in_url):
        return in_url, "url"
    for line in lines_near(seen, place, _NEAR):
        if fits(known := written_day(line, month_first=month_first)):
            return known or "", "line"
    guess = guessed_day(tree, url, last)
    return (guess, "htmldate") if guess else None


def _shown_time(
    seen: Shown, place: int | None, month_first: bool, fits: Callable[[str | None], bool]
) -> tuple[str, str] | None:
    """Give the time shown nearest to the headline: after it first, then before it."""
    spots: list[tuple[int, int, str, str]] = []
    for origin, places in (("time", seen.times), ("date", seen.marked[DATE])):
        for at, element in places:
            prop = (element.get("itemprop") or element.get("property") or "").lower()
            if "modified" in prop or element in seen.spine:
                continue
            text = element.get("datetime") or element.get("content") or ""
            known = stamp(text) if text else None
            if known is None:
                shows = words_of(element, silent=_NOTHING)
                if len(shows) > _SHORT:
                    continue
                known = any_time(text) if text else None
                known = known or written_day(shows, month_first=month_first)
            if not fits(known) or known is None:
                continue
            rank = 0 if "published" in prop or element.get("pubdate") is not None else 1
            away = at - place if place is not None else at
            aside = elsewhere(element, seen.spine)
            distance = away if away >= 0 else -3 * away + 20
            spots.append((3 if aside else rank, distance, known, "microdata" if prop and rank == 0 else origin))
    best = min(spots, default=None)
    if best is None or (best[0] == 3 and best[1] > 4 * _NEAR):
        return None
    return best[2], best[3]


def modified(seen: Shown, said: Claims, last: date, published: str | None) -> tuple[str, str] | None:
    times = [(any_time(text), origin) for text, origin in said.all("modified")]
    for _, element in seen.marked[DATE]:
        if "datemodified" in (element.get("itemprop") or "").lower():
            text = element.get("datetime") or element.get("content") or words_of(element, silent=_NOTHING)
            times.append((any_time(text), "microdata"))
    for known, origin in times:
        if known and date.fromisoformat(known[:10]) <= last and known[:10] >= (published or "")[:10]:
            return known, origin
    return None
