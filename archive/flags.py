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
from functools import cache, cached_property
from urllib.parse import urlsplit

from archive import flag_words as said
from archive.field_edits import aim
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
_FRONT = 3  # paragraphs among which a standfirst may stand
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
    if _differ(before.headline, after.headline) or _reworded(before.seo_title, after.seo_title):
        found.add("headline")
    if _reworded(before.standfirst, after.standfirst):
        found.add("lede")
    if real:
        found |= _of_text(before, after, real)
    if before.links != after.links and _targets(before, url) != _targets(after, url):
        found.add("link")
    if _is_swapped(before.picture, after.picture, same_picture):
        found.add("picture")
    if _is_redated(before.published, after.published, first_seen):
        found.add("redated")
    if after.correction and _differ(before.correction, after.correction):
        found.add("correction")
    if found & SUBSTANTIVE and "correction" not in found and before.modified == after.modified:
        found.add("stealth")
    return tuple(flag for flag in ORDER if flag in found)


def _differ(before: str | None, after: str | None) -> bool:
    """Tell whether a field says something else."""
    return before != after and mark(before or "") != mark(after or "")


def _reworded(before: str | None, after: str | None) -> bool:
    """Tell whether a field that both have says something else."""
    return bool(before) and bool(after) and _differ(before, after)


# ----------------------------------------------------------------------------------------------------------- the text


def _of_text(before: Extraction, after: Extraction, edits: Sequence[Edit]) -> set[Flag]:
    found: set[Flag] = set()
    if after.correction:
        notice = mark(after.correction)
        edits = [each for each in edits if each.before is not None or mark(each.after or "") != notice]
    if _touches_lede(before, after, edits):
        found.add("lede")
    pairs = [_Pair(each) for each in edits if each.before is not None and each.after is not None and each.words]
    gone = [each.before or "" for each in edits if each.after is None]
    new = [each.after or "" for each in edits if each.before is None]
    found |= _of_pairs(pairs)
    is_german = (after.language or "").startswith("de")
    old_text, new_text = _Whole(before.paragraphs), _Whole(after.paragraphs)
    if _names_differ(pairs, gone, new, old_text, new_text, is_german=is_german):
        found.add("name")
    if _quote_is_gone(before.paragraphs, edits, new_text):
        found.add("quote")
    if _drops_caveat(pairs, gone, new):
        found.add("caveat")
    return found


class _Pair:
    """A sentence, or what was joined or parted, before and after: its words, and those that went and came."""

    def __init__(self, edit: Edit) -> None:
        self.before = edit.before or ""
        self.after = edit.after or ""
        self.words = edit.words
        self.gone = " ".join([each.text for each in edit.words if each.op == "remove"])
        self.come = " ".join([each.text for each in edit.words if each.op == "add"])

    @cached_property
    def removed(self) -> Counter[str]:
        return Counter(_tokens(self.gone)) - Counter(_tokens(self.come))

    @cached_property
    def added(self) -> Counter[str]:
        return Counter(_tokens(self.come)) - Counter(_tokens(self.gone))


class _Whole:
    """A whole text: raw, and as it is compared, which is made when it is asked for."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self.raw = "\n".join(paragraphs)
        self._text: str | None = None

    def has(self, words: str) -> bool:
        if words in self.raw:
            return True
        if self._text is None:
            self._text = compared(self.raw)
        return words in self._text


_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHORT_NOT = ("n't", "n’t")


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.casefold())


def _of_pairs(pairs: Sequence[_Pair]) -> set[Flag]:
    """Give the flags of changed sentences; each kind is looked for where words of its kind went or came at all."""
    found: set[Flag] = set()
    changed = "\n".join([text for pair in pairs for text in (pair.gone, pair.come)])
    words = set(_tokens(changed))
    if _DIGIT.search(changed) is not None or not words.isdisjoint(_FIGURES):
        for pair in pairs:
            ours, theirs = _figures(compared(pair.before)), _figures(compared(pair.after))
            if ours[0] != theirs[0]:
                found.add("date")
            if ours[1] != theirs[1]:
                found.add("number")
    if not words.isdisjoint(_hedges()) and any(_hedges() & {*pair.removed, *pair.added} for pair in pairs):
        found.add("hedging")
    negates = not words.isdisjoint(_negating()) or any(each in changed for each in _SHORT_NOT)
    if negates and any(_negates_otherwise(pair) for pair in pairs):
        found.add("negation")
    speaks = not words.isdisjoint(_speaking())
    if any((speaks and _speaks_otherwise(pair)) or _has_other_source(pair) for pair in pairs):
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
    ours, theirs = set(_tokens(compared(before))), set(_tokens(compared(after)))
    return 2 * len(ours & theirs) >= min(len(ours), len(theirs))


def _lede(told: Extraction) -> int:
    """Give the number of the first paragraph that is more than a dateline, a label or the standfirst; -1 for none."""
    standfirst = mark(told.standfirst or "")
    for number, text in enumerate(told.paragraphs):
        if len(text.split()) >= _LEDE_WORDS and not (standfirst and number < _FRONT and mark(text) == standfirst):
            return number
    return -1


# ---------------------------------------------------------------------------------------------------- numbers and dates

_NUMBER = re.compile(r"\d+(?:[.,' ]\d{3}(?!\d))*(?:[.,]\d+)?")
_DIGIT = re.compile(r"\d")
_GROUPED = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+\Z")


@cache
def _dates() -> re.Pattern[str]:
    months = "|".join(sorted(map(re.escape, said.MONTHS), key=len, reverse=True))
    short = "|".join(sorted(map(re.escape, said.MONTHS_BESIDE_NUMBERS), key=len, reverse=True))
    days = "|".join(sorted(map(re.escape, said.DAYS), key=len, reverse=True))
    day, year = r"\d{1,2}(?:st|nd|rd|th|\.|er|º)?", r"(?:,? (?:de |of )?(?:19|20)\d\d)"
    return re.compile(
        rf"(?<![\w-])(?:{day} (?:de |of )?)?(?:{months})(?: {day}(?!\w))?{year}?(?![\w-])"
        rf"|(?<![\w-]){day} (?:{short})\.?{year}?(?![\w-])"
        rf"|(?<![\w-])(?:{short})\.? (?:{day}{year}?|(?:19|20)\d\d)(?![\w-])"
        rf"|(?<=\bin )(?:may|march)(?![\w-])|\d{{4}}-\d\d-\d\d"
        rf"|(?<![\d.])\d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d\d)(?!\d)"
        rf"|(?<![\w.,$€£-])(?:19|20)\d\d(?![\w%]|[.,]\d)|(?<![\w-])(?:{days})(?![\w-])"
    )


def _figures(text: str) -> tuple[Counter[str], Counter[str]]:
    """Give the dates of a text, and its other numbers, in digits or words."""
    folded = text.casefold()
    dates: Counter[str] = Counter()

    def taken(found: re.Match[str]) -> str:
        dates[re.sub(r"(?<=\d)(?:st|nd|rd|th|\.|er|º)|\b(?:de|of) |,", "", found[0])] += 1
        return " | "

    is_dated = _DIGIT.search(folded) is not None or not _DAYLIKE.isdisjoint(_tokens(folded))
    rest = _dates().sub(taken, folded) if is_dated else folded
    numbers = Counter(_value(each) for each in _NUMBER.findall(rest))
    numbers.update(str(said.NUMBERS[word]) for word in _tokens(rest) if word in said.NUMBERS)
    return dates, numbers


_DAYLIKE = frozenset((*said.MONTHS, *said.DAYS, "may", "march"))
_FIGURES = _DAYLIKE | said.NUMBERS.keys()


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


def _negations(words: Counter[str]) -> int:
    """Count negating words; the two of one French negation are one."""
    count = sum(times for word, times in words.items() if word in _negating() or word.endswith(_SHORT_NOT))
    if "pas" in words or "jamais" in words:
        count -= words["ne"] + words["n"]
    return count


def _negates_otherwise(pair: _Pair) -> bool:
    return _negations(pair.removed) != _negations(pair.added) and not _is_caveat_alone(pair)


def _is_caveat_alone(pair: _Pair) -> bool:
    """Tell whether all that is negated otherwise is a caveat, which has a flag of its own."""
    ours, theirs = (_caveat().sub(" ", compared(text).casefold()) for text in (pair.before, pair.after))
    return _negations(Counter(_tokens(ours))) == _negations(Counter(_tokens(theirs)))


def _drops_caveat(pairs: Sequence[_Pair], gone: Sequence[str], new: Sequence[str]) -> bool:
    """Tell whether fewer caveats stand in what was edited; looked for where words of one were removed."""
    removed = "\n".join([*(pair.gone for pair in pairs), *gone]).casefold()
    if not any(stem in removed for stem in said.CAVEAT_STEMS):
        return False
    return _caveats([*(pair.before for pair in pairs), *gone]) > _caveats([*(pair.after for pair in pairs), *new])


def _caveats(some: Sequence[str]) -> int:
    return sum(len(_caveat().findall(compared(text).casefold())) for text in some)


# -------------------------------------------------------------------------------------------------------- attribution


def _speaks_otherwise(pair: _Pair) -> bool:
    """Tell whether a reporting word came or went without another in its place: a source was added or dropped."""
    ours = sum(count for word, count in pair.removed.items() if word in _speaking())
    return ours != sum(count for word, count in pair.added.items() if word in _speaking())


def _has_other_source(pair: _Pair) -> bool:
    """Tell whether what is said to be the source is another one."""
    words = pair.words
    if any(
        _swaps_source(words, at)
        for at in range(len(words) - 1)
        if words[at].op == "remove" and words[at + 1].op == "add"
    ):
        return True
    return _sources(pair.before) != _sources(pair.after) and not _speaking() & pair.removed.keys()


@cache
def _speaking() -> frozenset[str]:
    """Give the reporting words that count by themselves: not those that are nouns too; hedging ones are among them."""
    return (_reporting() | frozenset(said.CLAIMING)) - said.NOUNS_TOO


@cache
def _source_cue() -> re.Pattern[str]:
    cues = "|".join(sorted(map(re.escape, said.SOURCE_CUES), key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{cues}) ([^,.;:()\"“”„«»–—]{{2,80}})")


def _sources(text: str) -> set[str]:
    """Give what stands behind words such as "according to", a few words of it."""
    folded = text.casefold()
    if not any(cue in folded for cue in said.SOURCE_CUES):
        return set()
    return {" ".join(_tokens(found)[:_SOURCE_WORDS]) for found in _source_cue().findall(folded)}


_SOURCE_WORDS = 4


def _swaps_source(words: Sequence[WordEdit], number: int) -> bool:
    """Tell whether the words removed here, and those put in their place, are a source."""
    before = words[number - 1].text[-_BESIDE:] if number and words[number - 1].op == "keep" else ""
    after = words[number + 2].text[:_BESIDE] if number + 2 < len(words) and words[number + 2].op == "keep" else ""
    behind = [word for word in _tokens(before)[-3:] if word not in _ARTICLES]
    ahead = _tokens(after)[:1]
    leads = bool(behind) and behind[-1] in said.TO_SOURCE and _is_source_word(behind)
    speaks = bool(ahead) and ahead[0] in _reporting() and not re.match(r"\s*[.!?]", after)
    spoke = bool(behind) and behind[-1] in _reporting() and _SAID.search(before) is not None
    if not (leads or speaks or spoke):
        return False
    old, new = words[number].text, words[number + 1].text
    if not _TOKEN.search(old) or not _TOKEN.search(new) or _is_quoted(words[:number]):
        return False
    if leads or (speaks and not (_is_adverb(old) or _is_adverb(new))):
        return True
    return spoke and any(char.isupper() for char in old) and any(char.isupper() for char in new)


_BESIDE = 48  # characters beside replaced words in which a reporting word is looked for
_SAID = re.compile(r"[\"”»“,]\s*\S+\s*(?:\S{1,4}\s+)?\Z")


def _is_quoted(before: Sequence[WordEdit]) -> bool:
    """Tell whether what follows these words stands between quotation marks."""
    text = compared("".join(each.text for each in before if each.op != "remove"))
    return text.count('"') % 2 == 1


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

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_CAPITAL = r"[A-ZÀ-ÖØ-ÞŁŚŽČŠİА-ЯЁЄІЇΑ-Ω][^\W\d_]+(?:[-'’][^\W\d_]+)*"
_CAPITALS = re.compile(rf"(?<![^\W_]){_CAPITAL}(?:\s{_CAPITAL})*")
_OPENS = (".", "!", "?", ":", '"', "“", "”", "„", "«", "»", "‘", "(", "'", "…")
_POSSESSIVE = re.compile(r"['’]s?\Z")


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
        if not _has_capital(pair.gone) and not _has_capital(pair.come):
            continue
        ours, theirs = _names(pair.before, is_german), _names(pair.after, is_german)
        removed = {word for word in ours - theirs if word.casefold() in pair.removed}
        added = {word for word in theirs - ours if word.casefold() in pair.added}
        if (removed and added) or any(word not in after.raw for word in removed):
            return True
        if any(word not in before.raw for word in added):
            return True
    if any(word not in after.raw for text in gone for word in _names(text, is_german)):
        return True
    return any(word not in before.raw for text in new for word in _names(text, is_german))


_UPPER = re.compile(r"[A-ZÀ-ÖØ-ÞА-ЯЁΑ-Ω]|[^\x00-\u04ff]")


def _has_capital(text: str) -> bool:
    return _UPPER.search(text) is not None


def _names(text: str, is_german: bool) -> set[str]:
    """Give the words of names: capitals within a sentence; in German, where nouns have them too, two in a row."""
    found: set[str] = set()
    for row in _CAPITALS.finditer(text):
        before = text[max(0, row.start() - 4) : row.start()].rstrip(" \u00a0\n-–—")
        opens = not before or before.endswith(_OPENS)
        words = _WORD.findall(row[0])
        found |= _named([(_POSSESSIVE.sub("", word), opens and not at) for at, word in enumerate(words)], is_german)
    if _ARABIC.search(text) is not None:
        found.update(word for name in _titled().findall(text) for word in name.split())
    return found


_ARABIC = re.compile("[\u0621-\u064a]")


@cache
def _titled() -> re.Pattern[str]:
    titles = "|".join(said.ARABIC_TITLES)
    return re.compile(rf"(?<!\w)(?:{titles}) (\w+(?: \w+)?)")


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
    if is_german and words and words[0][1] and words[0][0].casefold() in said.GERMAN_OPENERS:
        words = words[1:]
    if is_german and len(words) < 2:
        return set()
    if len(words) == 1 and words[0][1]:
        return set()  # any word is written so where a sentence begins
    return {word for word, _ in words}


# ------------------------------------------------------------------------------------------------------------- quotes

_QUOTES = re.compile("[\"“”„«»‟″‹›]|''|‘|(?<!\\w)'")
_QUOTED = re.compile(r'"([^"]+)(?:"|\Z)|(?<!\w)\'([^\']+(?:\'\w[^\']*)*)\'(?!\w)')


def _quote_is_gone(before: Sequence[str], edits: Sequence[Edit], after: _Whole) -> bool:
    """Tell whether what stood between quotation marks stands nowhere any more."""
    touched = {paragraph for each in edits if each.before_at is not None for paragraph, _ in each.before_at.sentences}
    for number in touched:
        if _QUOTES.search(before[number]) is None:
            continue
        text = compared(before[number])
        for found in _QUOTED.finditer(text):
            words = (found[1] or found[2]).strip(" .,;:!?-")
            if len(words.split()) >= _QUOTED_WORDS and not after.has(words):
                return True
    return False


# -------------------------------------------------------------------------------------------- links, pictures, dates


def _targets(told: Extraction, url: str) -> set[str | None]:
    """Give where the links of a text lead, without what only counts clicks; not those to places of its own page."""
    own = aim(url, None)
    return {target for link in told.links if (target := aim(link.url, None)) != own}


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
