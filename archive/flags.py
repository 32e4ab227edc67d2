"""What an edit did, in the words of a newsroom: a flag each for what readers of diffs look for. Pure.

Flags of single sentences compare a changed sentence with what became of it; sentences that are new or gone as a whole
flag what the article has of it: a name that is new in it, a quotation or a caveat that is nowhere in it any more.
Numbers, dates, doubt, denial and speech have a module each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from archive import languages
from archive.field_edits import aim
from archive.flag_figures import differ, figures, states_figures
from archive.flag_names import names_differ, quote_is_gone
from archive.flag_pairs import Pair, Whole, tokens
from archive.flag_speech import (
    drops_caveat,
    has_other_source,
    hedges_otherwise,
    may_hedge,
    may_negate,
    negates_otherwise,
    speaks,
)
from archive.flag_words import BY_LANGUAGE, Words, words_of
from archive.model import Edit, Extraction, Flag
from archive.wording import compared, mark

ORDER: tuple[Flag, ...] = (
    "stealth", "headline", "lede", "quote", "number", "date", "name", "attribution", "caveat", "hedging", "negation",
    "link", "picture", "redated", "correction", "typographic",
)  # fmt: skip
SUBSTANTIVE: frozenset[Flag] = frozenset(
    ("headline", "lede", "quote", "number", "date", "name", "attribution", "caveat", "hedging", "negation")
)
"""Flags of an edit that a reader should be told of; where no notice tells of it, and no time, it is a stealth edit."""

_LEDE_WORDS = 8
_FRONT = 3  # paragraphs among which a standfirst may stand
_SAME_TIME = timedelta(hours=1)
_FIGURE = re.compile(r"[\d−-]")
_SITE = re.compile(r"\s+[|–—·:»-]\s+\S.{0,60}\Z")


def of(
    before: Extraction,
    after: Extraction,
    edits: Sequence[Edit],
    *,
    url: str,
    first_seen: datetime | None = None,
    same_picture: bool | None = None,
) -> tuple[Flag, ...]:
    """Give the flags of a change, the weightiest first."""
    found: set[Flag] = set()
    real = [each for each in edits if not each.typographic]
    if len(real) < len(edits):
        found.add("typographic")
    if _differ(before.headline, after.headline) or _retitled(before.seo_title, after.seo_title):
        found.add("headline")
    if before.standfirst and after.standfirst and _differ(before.standfirst, after.standfirst):
        found.add("lede")
    if real:
        found |= _of_text(before, after, real)
    if before.links != after.links and _leads_elsewhere(before, after, url):
        found.add("link")
    if _is_swapped(before.picture, after.picture, same_picture):
        found.add("picture")
    if _is_redated(before.published, after.published, first_seen):
        found.add("redated")
    if _differ(before.correction, after.correction):
        found.add("correction")
    told = bool(after.correction) and "correction" in found
    if found & SUBSTANTIVE and not told and not _is_later(before.modified, after.modified):
        found.add("stealth")
    return tuple(flag for flag in ORDER if flag in found)


def _differ(before: str | None, after: str | None) -> bool:
    """Tell whether a field says something else, capitals aside."""
    return before != after and mark((before or "").casefold()) != mark((after or "").casefold())


def _retitled(before: str | None, after: str | None) -> bool:
    """Tell whether the title for search engines says something else; a site's name behind it is none of it."""
    if not before or not after or not _differ(before, after):
        return False
    return _differ(_SITE.sub("", before), _SITE.sub("", after))


def _is_later(before: str | None, after: str | None) -> bool:
    """Tell whether a page says that it was modified later than it said before."""
    if after is None or before == after:
        return False
    ours, theirs = _time(before or ""), _time(after)
    return theirs is not None and (ours is None or theirs > ours)


# ----------------------------------------------------------------------------------------------------------- the text


def _of_text(before: Extraction, after: Extraction, edits: Sequence[Edit]) -> set[Flag]:
    found: set[Flag] = set()
    if after.correction:
        notice = mark(after.correction)
        edits = [each for each in edits if each.before is not None or mark(each.after or "") != notice]
    if _touches_lede(before, after, edits):
        found.add("lede")
    pairs = [Pair(each) for each in edits if each.before is not None and each.after is not None and each.words]
    gone = [each.before or "" for each in edits if each.after is None]
    new = [each.after or "" for each in edits if each.before is None]
    words = _words_of(before, after, [*gone, *new, *(pair.before for pair in pairs)])
    found |= _of_pairs(pairs, words)
    old_text, new_text = Whole(before.paragraphs), Whole(after.paragraphs)
    if names_differ(pairs, gone, new, old_text, new_text, words):
        found.add("name")
    if quote_is_gone(before.paragraphs, edits, new_text):
        found.add("quote")
    if drops_caveat(pairs, gone, new):
        found.add("caveat")
    return found


def _words_of(before: Extraction, after: Extraction, edited: Iterable[str]) -> Words:
    """Give the words of the language of an article: as its page says, else as what was edited looks."""
    for told in (after.language, before.language):
        code = (told or "").lower().partition("-")[0].partition("_")[0]
        if code in BY_LANGUAGE:
            return words_of(code)
    return words_of(languages.guessed(" ".join(edited)) or languages.guessed(" ".join(after.paragraphs[:4])))


def _of_pairs(pairs: Sequence[Pair], words: Words) -> set[Flag]:
    """Give the flags of changed sentences; each kind is looked for where words of its kind went or came at all."""
    found: set[Flag] = set()
    changed = "\n".join([text for pair in pairs for text in (pair.gone, pair.come)])
    spoken = set(tokens(changed))
    if _FIGURE.search(changed) is not None or states_figures(spoken, words):
        for pair in pairs:
            here = f"{pair.gone} {pair.come}"
            if _FIGURE.search(here) is None and not states_figures(set(tokens(here)), words):
                continue
            dates, numbers = differ(figures(compared(pair.before), words), figures(compared(pair.after), words))
            if dates:
                found.add("date")
            if numbers:
                found.add("number")
    if may_hedge(spoken, words) and any(hedges_otherwise(pair, words) for pair in pairs):
        found.add("hedging")
    if may_negate(changed, spoken, words) and any(negates_otherwise(pair, words) for pair in pairs):
        found.add("negation")
    reports = speaks(spoken, words)
    if any(has_other_source(pair, words, speaks=reports) for pair in pairs):
        found.add("attribution")
    return found


def _touches_lede(before: Extraction, after: Extraction, edits: Iterable[Edit]) -> bool:
    ours, theirs = _lede(before), _lede(after)
    for each in edits:
        if each.op == "move":
            continue
        if each.before_at is not None and any(paragraph == ours for paragraph, _ in each.before_at.sentences):
            return True
        if each.after_at is not None and any(paragraph <= theirs for paragraph, _ in each.after_at.sentences):
            return True
    if ours < 0 or theirs < 0 or before.paragraphs[ours] == after.paragraphs[theirs]:
        return False
    return not _overlaps(before.paragraphs[ours], after.paragraphs[theirs])


def _overlaps(before: str, after: str) -> bool:
    """Tell whether the lede is still about the same: another paragraph may have moved to the front."""
    ours, theirs = set(tokens(compared(before))), set(tokens(compared(after)))
    return 2 * len(ours & theirs) >= min(len(ours), len(theirs))


def _lede(told: Extraction) -> int:
    """Give the number of the first paragraph that is more than a dateline, a label or the standfirst; -1 for none."""
    standfirst = mark(told.standfirst or "")
    for number, text in enumerate(told.paragraphs):
        if len(text.split()) >= _LEDE_WORDS and not (standfirst and number < _FRONT and mark(text) == standfirst):
            return number
    return -1


# -------------------------------------------------------------------------------------------- links, pictures, dates


def _leads_elsewhere(before: Extraction, after: Extraction, url: str) -> bool:
    """Tell whether the links of a text lead elsewhere, or the same words do; what only counts clicks is left out."""
    ours, theirs = _targets(before, url), _targets(after, url)
    if {each for some in ours.values() for each in some} != {each for some in theirs.values() for each in some}:
        return True
    return any(ours[words] != theirs[words] for words in ours.keys() & theirs.keys() if words)


def _targets(told: Extraction, url: str) -> dict[int, set[str | None]]:
    """Give where links lead by the marks of their words; not those to places of their own page."""
    own = _aim(url)
    found: dict[int, set[str | None]] = {}
    for link in told.links:
        if (target := _aim(link.url)) != own:
            found.setdefault(mark(link.text), set()).add(target)
    return found


def _aim(url: str) -> str | None:
    target = aim(url, None)
    return target.removeprefix("www.") if target is not None else None


_SIZES = re.compile(
    r"[-_]?\d{2,4}x\d{2,4}(?::\d+x\d+)?|[-_](?:scaled|large|medium|small|thumb\w*|\d{2,4}w?)(?=\.)|@\dx", re.IGNORECASE
)
_ANY_PICTURE = frozenset("original image photo picture main default index large full hero master lead".split())
_NUMBERED = re.compile(r"\d{4,}|[0-9a-f]{8,}")


def _is_swapped(before: str | None, after: str | None, same: bool | None) -> bool:
    """Tell whether another lead picture was put in: by their looks where these are known, else by the file's name."""
    if not before or not after or before == after or same:
        return False
    if same is False:
        return True
    (folder, name), (other_folder, other_name) = _file(before), _file(after)
    if name != other_name:
        return True
    if name.partition(".")[0] in _ANY_PICTURE:  # such a name is every picture's; its folder tells them apart
        return set(_NUMBERED.findall(folder)) != set(_NUMBERED.findall(other_folder))
    return False


def _file(url: str) -> tuple[str, str]:
    folder, _, name = urlsplit(url).path.casefold().rstrip("/").rpartition("/")
    return _SIZES.sub("", folder), _SIZES.sub("", name)


def _is_redated(before: str | None, after: str | None, first_seen: datetime | None) -> bool:
    """Tell whether the date of publication was moved, or is claimed to be later than the article was first seen."""
    if not before or not after or before == after:
        return False
    ours, theirs = _time(before), _time(after)
    if ours is None or theirs is None:
        return before[:10] != after[:10]
    if len(before) <= len("2026-11-01") or len(after) <= len("2026-11-01"):
        late = first_seen is not None and theirs - first_seen > timedelta(days=1)
        return abs(ours - theirs) >= timedelta(days=2) or late
    return abs(ours - theirs) > _SAME_TIME


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
