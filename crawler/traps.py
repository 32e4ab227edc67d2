"""Traps: URLs that a site makes without end, told by the URL alone. Pure."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import unquote_plus

LONGEST = 2_000
"""Characters of a URL; a headline of 30 Cyrillic words takes about 1,200 once encoded."""
DEEPEST = 20
"""Segments of a path."""
REPEATS = 4
"""Times one segment may not stand in a path."""
ROUNDS = 3
"""Times a group of segments may not follow itself."""
PARAMETERS = 8
"""Parameters of a query."""
QUERIES = 200
"""Different queries of one path, that many of which were seen already."""
AHEAD = 5
"""Years a calendar may reach ahead of the present."""
_OLDEST, _NEWEST = 1970, 2050
"""Years of a calendar where the present is not told."""

_SPLIT = re.compile(r"[^:/?#]+://[^/?#]*([^?#]*)(?:\?([^#]*))?", re.DOTALL)

_CALENDAR = re.compile(
    r"(?:^|[/_.-])(?:calendars?|events?|agenda|calendario|kalender|calendrier|termine|veranstaltungen|evenements"
    r"|eventi|eventos|schedule|tribe_events|календарь|афиша|takvim|kalendarz)(?:$|[/_.-])",
    re.IGNORECASE,
)
_CALENDAR_PARAMETER = re.compile(
    r"(?:tribe-bar-date|eventdisplay|cal(?:endar)?(?:[_-]?\w+)?|month|year|yr|mon|day|date|ical|start_?date|end_?date)",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?<!\d)([12]\d{3})(?:[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?[0-3]\d)?)?(?!\d)")
_DATED_PATH = re.compile(r"/([12]\d{3})(?:/\d{1,2}){1,2}/?")

_SESSION_IN_PATH = re.compile(
    r";(?:jsessionid|phpsessid|sid|sessionid)=[\w.!-]{8,}|/\((?:[A-Z]\([\w-]{16,}\))+\)/|/\([a-z0-9]{24}\)/"
    r"|/(?:sid|session|phpsessid)[=/-][0-9a-f]{16,}",
    re.IGNORECASE,
)
_SESSION_NAME = re.compile(
    r"j?sess(?:ion)?_?id|phpsess(?:id)?|aspsessionid\w*|cfid|cftoken|oscsid|zenid|xtcsid|sid|session|sess|psid|sesskey",
    re.IGNORECASE,
)
_SESSION_VALUE = re.compile(r"(?=[\w.-]*\d)(?=[\w.-]*[A-Za-z])[\w.-]{16,}|\d{20,}")
_COLD_FUSION = re.compile(r"cfid|cftoken", re.IGNORECASE)

_FACET = re.compile(
    r"(?:sort|order|filter|facet|refine|orderby|order_by|sort_by|sortby|sort_order|sortorder|sortdir|direction|dir|asc|desc"
    r"|view|display|layout|mode|per_?page|perpage|limit|pagesize|page_size|results_per_page|min_?price|max_?price|price"
    r"|colou?r|size|brand|rating)(?:[\[_.-].*)?|f\[.*|filter\w*|pa_\w+",
    re.IGNORECASE,
)
_LISTING = re.compile(r"\??C=[NMSD];?&?O=[AD]")
_SAME_AGAIN = re.compile(
    r"replytocom|share|like_comment|_wpnonce|moderation-hash|doing_wp_cron|showcomment", re.IGNORECASE
)
_ENCODED_AGAIN = re.compile(r"%(?:25){2,}", re.IGNORECASE)


def trap(url: str, known_queries: int = 0, *, year: int | None = None) -> str | None:
    """Give the reason why a URL should not be followed, in words, or None.

    ``known_queries`` counts the different queries seen with its path; ``year`` is the present one, where known.
    """
    if len(url) > LONGEST:
        return f"its URL is longer than {LONGEST} characters"
    parts = _SPLIT.match(url)
    if parts is None:
        return None
    path, query = parts[1], parts[2] or ""
    if _ENCODED_AGAIN.search(url):
        return "it was encoded again and again"
    return (
        _of_path(path) or _of_session(path, query) or _of_calendar(path, query, year) or _of_query(query, known_queries)
    )


def _of_path(path: str) -> str | None:
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > DEEPEST:
        return f"its path is deeper than {DEEPEST} segments"
    if len(segments) < REPEATS:
        return None
    segment, times = Counter(segments).most_common(1)[0]
    if times >= REPEATS:
        return f"{segment[:40]!r} stands {times} times in its path"
    for size in range(2, len(segments) // ROUNDS + 1):
        for at in range(len(segments) - size * ROUNDS + 1):
            group = segments[at : at + size]
            if all(segments[at + size * n : at + size * (n + 1)] == group for n in range(1, ROUNDS)):
                return f"'{'/'.join(group)[:40]}' is repeated in its path"
    return None


def _of_session(path: str, query: str) -> str | None:
    if _SESSION_IN_PATH.search(path):
        return "a session id stands in its path"
    for name, value in _parameters(query):
        if _SESSION_NAME.fullmatch(name) and (_SESSION_VALUE.fullmatch(value) or _COLD_FUSION.fullmatch(name)):
            return f"{name[:40]} is a session id"
    return None


def _of_calendar(path: str, query: str, year: int | None) -> str | None:
    newest = _NEWEST if year is None else year + AHEAD
    dated = _DATED_PATH.fullmatch(path)
    told = [dated[1]] if dated else []
    for name, value in _parameters(query):
        if _CALENDAR_PARAMETER.fullmatch(name):
            told += _DATE.findall(value)
    # Archives of old newspapers reach far back; only what calls itself a calendar has no business there.
    oldest = 0
    if _CALENDAR.search(unquote_plus(path)):
        told += _DATE.findall(path)
        oldest = _OLDEST
    far = next((text for text in told if not oldest <= int(text) <= newest), None)
    return f"a calendar far away, in {far}" if far else None


def _of_query(query: str, known_queries: int) -> str | None:
    if not query:
        return None
    if _LISTING.fullmatch(query):
        return "another order of the same listing"
    parameters = _parameters(query)
    if len(parameters) > PARAMETERS:
        return f"its query has more than {PARAMETERS} parameters"
    again = next((name for name, _ in parameters if _SAME_AGAIN.fullmatch(name)), None)
    if again:
        return f"{again} gives the same page again"
    facets = [name for name, _ in parameters if _FACET.fullmatch(name)]
    if len(facets) > 1:
        return f"a combination of sorting and filters: {', '.join(facets)[:80]}"
    if known_queries > QUERIES:
        return f"its path has more than {QUERIES} queries"
    return None


def _parameters(query: str) -> list[tuple[str, str]]:
    pairs = [part.partition("=") for part in re.split(r"[&;]", query) if part]
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]
