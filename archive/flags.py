"""What an edit did, in the words of a newsroom: a flag each for what readers of diffs look for. Pure.

Flags of single sentences compare a changed sentence with what became of it; sentences that are new or gone as a whole
flag what the article has of it: a name that is new in it, a quotation or a caveat that is nowhere in it any more.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from archive import flag_words as said
from archive.field_edits import aim, domain_of
from archive.model import Edit, Extraction, Flag, WordEdit
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
_QUOTED_WORDS = 3
_SAME_TIME = timedelta(minutes=1)


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
    if mark(before.headline or "") != mark(after.headline or "") or _reworded(before.seo_title, after.seo_title):
        found.add("headline")
    if _reworded(before.standfirst, after.standfirst):
        found.add("lede")
    if real:
        found |= _of_text(before, after, real)
    if _targets(before, url) != _targets(after, url):
        found.add("link")
    if _is_swapped(before.picture, after.picture, same_picture):
        found.add("picture")
    if _is_redated(before.published, after.published, first_seen):
        found.add("redated")
    if after.correction and mark(after.correction) != mark(before.correction or ""):
        found.add("correction")
    if found & SUBSTANTIVE and "correction" not in found and before.modified == after.modified:
        found.add("stealth")
    return tuple(flag for flag in ORDER if flag in found)


def _reworded(before: str | None, after: str | None) -> bool:
    """Tell whether a field that both have says something else."""
    return bool(before) and bool(after) and mark(before or "") != mark(after or "")


# ----------------------------------------------------------------------------------------------------------- the text


def _of_text(before: Extraction, after: Extraction, edits: Sequence[Edit]) -> set[Flag]:
    found: set[Flag] = set()
    notice = mark(after.correction or "")
    edits = [each for each in edits if not (each.before is None and notice and mark(each.after or "") == notice)]
    if _touches_lede(before.paragraphs, after.paragraphs, edits):
        found.add("lede")
    pairs = [_Pair(each) for each in edits if each.before is not None and each.after is not None and each.words]
    gone = [each.before or "" for each in edits if each.after is None]
    new = [each.after or "" for each in edits if each.before is None]
    is_german = (after.language or "").startswith("de")
    for pair in pairs:
        found |= _of_pair(pair)
    old_text, new_text = _Whole(before.paragraphs), _Whole(after.paragraphs)
    if _names_differ(pairs, gone, new, old_text, new_text, is_german=is_german):
        found.add("name")
    if _quote_is_gone(before.paragraphs, edits, new_text):
        found.add("quote")
    if _caveats([*(pair.before for pair in pairs), *gone]) > _caveats([*(pair.after for pair in pairs), *new]):
        found.add("caveat")
    return found


class _Pair:
    """A sentence, or what was joined or parted, before and after."""

    def __init__(self, edit: Edit) -> None:
        self.before = edit.before or ""
        self.after = edit.after or ""
        self.words = edit.words
        self.ours = compared(self.before)
        self.theirs = compared(self.after)
        self.our_words = _tokens(self.ours)
        self.their_words = _tokens(self.theirs)
        self.removed = Counter(self.our_words) - Counter(self.their_words)
        self.added = Counter(self.their_words) - Counter(self.our_words)


class _Whole:
    """The words of a whole text, made when they are asked for."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self._paragraphs = paragraphs
        self._text: str | None = None

    @property
    def text(self) -> str:
        if self._text is None:
            self._text = compared("\n".join(self._paragraphs))
        return self._text

    def has(self, words: str) -> bool:
        return words in self.text


_TOKEN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_SHORT_NOT = re.compile(r"n't\b")


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.casefold())


def _of_pair(pair: _Pair) -> set[Flag]:
    found: set[Flag] = set()
    if not pair.removed and not pair.added and pair.ours == pair.theirs:
        return found
    (our_dates, our_numbers), (their_dates, their_numbers) = _figures(pair.ours), _figures(pair.theirs)
    if our_numbers != their_numbers:
        found.add("number")
    if our_dates != their_dates:
        found.add("date")
    if any(word in _hedges() for word in (*pair.removed, *pair.added)):
        found.add("hedging")
    if _negations(pair.our_words, pair.ours) != _negations(pair.their_words, pair.theirs):
        found.add("negation")
    if _attribution_differs(pair):
        found.add("attribution")
    return found


def _touches_lede(before: Sequence[str], after: Sequence[str], edits: Iterable[Edit]) -> bool:
    ours, theirs = _lede(before), _lede(after)
    for each in edits:
        if each.op == "move":
            continue
        if each.before_at is not None and any(paragraph == ours for paragraph, _ in each.before_at.sentences):
            return True
        if each.after_at is not None and any(paragraph <= theirs for paragraph, _ in each.after_at.sentences):
            return True
    return ours >= 0 and theirs >= 0 and not _overlaps(before[ours], after[theirs])


def _overlaps(before: str, after: str) -> bool:
    """Tell whether the lede is still about the same: another paragraph may have moved to the front."""
    ours, theirs = set(_tokens(compared(before))), set(_tokens(compared(after)))
    return 2 * len(ours & theirs) >= min(len(ours), len(theirs))


def _lede(paragraphs: Sequence[str]) -> int:
    """Give the number of the first paragraph that is more than a dateline or a label; -1 where there is none."""
    return next((number for number, text in enumerate(paragraphs) if len(text.split()) >= _LEDE_WORDS), -1)


# ----------------------------------------------------------------------------------------------------- numbers and dates

_NUMBER = re.compile(r"\d+(?:[.,' ]\d{3}(?!\d))*(?:[.,]\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+\Z")


@cache
def _dates() -> re.Pattern[str]:
    months = "|".join(sorted(map(re.escape, said.MONTHS), key=len, reverse=True))
    short = "|".join(sorted(map(re.escape, said.MONTHS_BESIDE_NUMBERS), key=len, reverse=True))
    days = "|".join(sorted(map(re.escape, said.DAYS), key=len, reverse=True))
    day, year = r"\d{1,2}(?:st|nd|rd|th|\.|er|º)?", r"(?:,? (?:de |of )?(?:19|20)\d\d)"
    return re.compile(
        rf"(?<![\w-])(?:{day} (?:de |of )?)?(?:{months})(?: {day}(?!\w))?{year}?(?![\w-])"
        rf"|(?<![\w-]){day} (?:{short})\.?{year}?(?![\w-])|(?<![\w-])(?:{short})\.? (?:{day}{year}?|(?:19|20)\d\d)(?![\w-])"
        rf"|(?<=\bin )(?:may|march)(?![\w-])|\d{{4}}-\d\d-\d\d|(?<![\d.])\d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d\d)(?!\d)"
        rf"|(?<![\w.,$€£-])(?:19|20)\d\d(?![\w%]|[.,]\d)|(?<![\w-])(?:{days})(?![\w-])"
    )


def _figures(text: str) -> tuple[Counter[str], Counter[str]]:
    """Give the dates of a text, and its other numbers, in digits or words."""
    folded = text.casefold()
    dates: Counter[str] = Counter()

    def taken(found: re.Match[str]) -> str:
        dates[re.sub(r"(?<=\d)(?:st|nd|rd|th|\.|er|º)|\b(?:de|of) |,", "", found[0])] += 1
        return " | "

    rest = _dates().sub(taken, folded) if any(map(str.isdigit, folded)) or _DAYLIKE & set(_tokens(folded)) else folded
    numbers = Counter(_value(each) for each in _NUMBER.findall(rest))
    numbers.update(str(said.NUMBERS[word]) for word in _tokens(rest) if word in said.NUMBERS)
    return dates, numbers


_DAYLIKE = frozenset((*said.MONTHS, *said.DAYS, "may", "march"))


def _value(text: str) -> str:
    digits = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)
    if _GROUPED.match(digits):
        return re.sub(r"\D", "", digits)
    return digits.replace(",", ".")


# ------------------------------------------------------------------------------------------- hedges, negations, caveats


@cache
def _hedges() -> frozenset[str]:
    return frozenset(" ".join(said.HEDGES).split())


@cache
def _negating() -> frozenset[str]:
    return frozenset(" ".join(said.NEGATIONS).split())


@cache
def _reporting() -> frozenset[str]:
    return frozenset(" ".join(said.REPORTING).split())


@cache
def _caveat() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in said.CAVEATS))


def _negations(words: Sequence[str], text: str) -> int:
    """Count negating words; two of one French or Russian negation are one."""
    count = sum(word in _negating() for word in words) + len(_SHORT_NOT.findall(text.casefold()))
    if "pas" in words or "jamais" in words:
        count -= sum(word in ("ne", "n") or word.startswith("n'") for word in words if word in _negating())
    return count


def _caveats(some: Sequence[str]) -> int:
    return sum(len(_caveat().findall(compared(text).casefold())) for text in some)


# -------------------------------------------------------------------------------------------------------- attribution


def _attribution_differs(pair: _Pair) -> bool:
    """Tell whether a source was added, dropped or swapped.

    Either a reporting word came or went without another in its place, or words beside one that stayed were replaced.
    """
    ours = sum(count for word, count in pair.removed.items() if word in _reporting())
    theirs = sum(count for word, count in pair.added.items() if word in _reporting())
    if ours != theirs:
        return True
    return any(_swaps_source(pair.words, number) for number in range(len(pair.words)))


def _swaps_source(words: Sequence[WordEdit], number: int) -> bool:
    """Tell whether the words removed here, and those put in their place, are a source."""
    if number + 1 >= len(words) or words[number].op != "remove" or words[number + 1].op != "add":
        return False
    old, new = words[number].text, words[number + 1].text
    if not _TOKEN.search(old) or not _TOKEN.search(new):
        return False
    before = words[number - 1].text if number and words[number - 1].op == "keep" else ""
    after = words[number + 2].text if number + 2 < len(words) and words[number + 2].op == "keep" else ""
    behind = [word for word in _tokens(compared(before))[-3:] if word not in _ARTICLES]
    ahead = _tokens(compared(after))[:1]
    if behind and behind[-1] in said.TO_SOURCE and _is_source_word(behind):
        return True
    if ahead and ahead[0] in _reporting() and not re.match(r"\s*[.!?]", after):
        return not (_is_adverb(old) or _is_adverb(new))
    if behind and behind[-1] in _reporting() and re.search(r"[\"”»,]\s*\S+\s*(?:\S{1,4}\s+)?\Z", before):
        return any(char.isupper() for char in old) and any(char.isupper() for char in new)
    return False


_ARTICLES = frozenset("the a an der die das dem den le la les l el los las il lo gli o os as de het".split())


def _is_source_word(behind: Sequence[str]) -> bool:
    last = behind[-1]
    if last in ("to", "a", "à", "von", "by", "from", "for", "nach"):
        return len(behind) > 1 and behind[-2] in _reporting()
    return True


def _is_adverb(text: str) -> bool:
    words = _tokens(text)
    return bool(words) and (words[-1] in _ADVERBS or words[-1].endswith("ly"))


_ADVERBS = frozenset("also later then now again already still earlier first has have had who he she they it".split())


# -------------------------------------------------------------------------------------------------------------- names

_CAPITAL = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*|[.!?:\"“”«»„]")
_POSSESSIVE = re.compile(r"'s\Z|'\Z")


def _names_differ(
    pairs: Sequence[_Pair],
    gone: Sequence[str],
    new: Sequence[str],
    before: _Whole,
    after: _Whole,
    *,
    is_german: bool,
) -> bool:
    """Tell whether a name came into an article, went out of it, or took the place of another in a sentence."""
    for pair in pairs:
        ours, theirs = _names(pair.ours, is_german), _names(pair.theirs, is_german)
        if ours == theirs:
            continue
        removed = {word for word in ours - theirs if word.casefold() in pair.removed}
        added = {word for word in theirs - ours if word.casefold() in pair.added}
        if (removed and added) or any(not after.has(word) for word in removed):
            return True
        if any(not before.has(word) for word in added):
            return True
    lost = {word for text in gone for word in _names(compared(text), is_german)}
    if any(not after.has(word) for word in lost):
        return True
    found = {word for text in new for word in _names(compared(text), is_german)}
    return any(not before.has(word) for word in found)


def _names(text: str, is_german: bool) -> set[str]:
    """Give the words of names: capitals within a sentence; in German, where nouns have them too, two in a row."""
    found: set[str] = set()
    row: list[tuple[str, bool]] = []
    opens = True
    for piece in [*_CAPITAL.findall(text), "."]:
        if not piece[0].isalpha():
            found |= _named(row, is_german)
            row, opens = [], True
            continue
        if piece[0].isupper() and len(piece) > 1:
            row.append((_POSSESSIVE.sub("", piece), opens))
        else:
            found |= _named(row, is_german)
            row = []
        opens = False
    return found


def _named(row: Sequence[tuple[str, bool]], is_german: bool) -> set[str]:
    words = [
        (word, opens)
        for word, opens in row
        if (folded := word.casefold()) not in _DAYLIKE
        and folded not in said.TITLES
        and folded not in said.UNITS
        and folded not in said.NUMBERS
        and folded not in _reporting()
    ]
    if is_german and len(words) < 2:
        return set()
    if len(words) == 1 and words[0][1]:
        return set()  # any word is written so where a sentence begins
    return {word for word, opens in words if not opens or not is_german}


# ------------------------------------------------------------------------------------------------------------- quotes

_QUOTED = re.compile(r'"([^"]+)(?:"|\Z)|(?<!\w)\'([^\']+(?:\'\w[^\']*)*)\'(?!\w)')


def _quote_is_gone(before: Sequence[str], edits: Sequence[Edit], after: _Whole) -> bool:
    """Tell whether what stood between quotation marks stands nowhere any more."""
    touched = {paragraph for each in edits if each.before_at is not None for paragraph, _ in each.before_at.sentences}
    for number in touched:
        text = compared(before[number])
        if '"' not in text and "'" not in text:
            continue
        for found in _QUOTED.finditer(text):
            words = (found[1] or found[2]).strip(" .,;:!?-")
            if len(words.split()) >= _QUOTED_WORDS and not after.has(words):
                return True
    return False


# -------------------------------------------------------------------------------------------- links, pictures, dates


def _targets(told: Extraction, url: str) -> set[str | None]:
    """Give where the links of a text lead outside its own domain, without what only counts clicks."""
    own = domain_of(url)
    return {aim(link.url, own) for link in told.links}


_SIZES = re.compile(
    r"[-_]?\d{2,4}x\d{2,4}|[-_](?:scaled|large|medium|small|thumb\w*|\d{2,4}w?)(?=\.)|@\dx", re.IGNORECASE
)


def _is_swapped(before: str | None, after: str | None, same: bool | None) -> bool:
    """Tell whether another lead picture was put in: by their looks where these are known, else by the file's name."""
    if not before or not after or before == after or same:
        return False
    if same is False:
        return True
    return _file(before) != _file(after)


def _file(url: str) -> str:
    path = urlsplit(url).path.rstrip("/")
    return _SIZES.sub("", path.rpartition("/")[2].casefold())


def _is_redated(before: str | None, after: str | None, first_seen: datetime | None) -> bool:
    """Tell whether the date of publication was moved, or is claimed to be later than the article was first seen."""
    if not before or not after or before == after:
        return False
    ours, theirs = _time(before), _time(after)
    if ours is None or theirs is None:
        return before[:10] != after[:10]
    if len(before) <= len("2026-11-01") or len(after) <= len("2026-11-01"):
        return abs(ours - theirs) >= timedelta(days=2) or (first_seen is not None and _later(theirs, first_seen))
    return abs(ours - theirs) > _SAME_TIME


def _later(claimed: datetime, first_seen: datetime) -> bool:
    return claimed - first_seen > timedelta(days=1)


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
