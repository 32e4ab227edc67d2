"""The dates and numbers that a sentence states, in figures or words, so that one that is only written otherwise is none
the less the same. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache

from archive.flag_words import BY_LANGUAGE, Words

_GROUPED = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+\Z")
_YEAR = re.compile(r"(?<![\w.,$€£:-])((?:19|20)\d\d)(0?s\b|['’]s\b)?(?![\w%]|[.,:]\d)")
_ISO = re.compile(r"\d{4}-\d\d-\d\d|(?<![\d.])\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d\d)(?!\d)")
_PIECE = re.compile(
    r"(?P<sign>(?<![\w.])[-−](?=\d))?(?P<num>\d+(?:[.,' ]\d{3}(?!\d))*(?:[.,:]\d+)?)"
    r"(?P<ord>(?:st|nd|rd|th|er|ère|e|º|ª)\b)?"
    r"(?:\s?(?P<unit>m|mn|bn|tn|k)\b)?|(?P<word>[^\W\d_]+(?:['’-][^\W\d_]+)*)"
)
_UNITS = {"m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12, "k": 1000}
_JOIN = re.compile(r"[\s-]+(?:(?:and|und|et|y|e|ed|и|و)\s+)?\Z")
_GERMAN = re.compile(r"(ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)und(\w+)\Z")
_GERMAN_ONES = {"ein": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9}


def figures(text: str, words: Words) -> tuple[Counter[str], Counter[str]]:
    """Give the dates of a text, and its other numbers, each in one form."""
    folded = text.casefold()
    dates: Counter[str] = Counter()

    def taken(found: re.Match[str]) -> str:
        dates[_canonical(found[0], words)] += 1
        return " | "

    rest = _ISO.sub(taken, folded)
    rest = _dates(words.code).sub(taken, rest)
    rest = _YEAR.sub(lambda found: _decade(found, dates), rest)
    return dates, Counter(_numbers(rest, words))


def differ(ours: tuple[Counter[str], Counter[str]], theirs: tuple[Counter[str], Counter[str]]) -> tuple[bool, bool]:
    """Tell whether dates differ, and whether numbers do; a number that may be a year is either."""
    gone, come = ours[0] - theirs[0], theirs[0] - ours[0]
    fewer, more = ours[1] - theirs[1], theirs[1] - ours[1]
    for left, right in ((gone, more), (come, fewer)):
        for year in [each for each in left if each.startswith("y")]:
            if right[year[1:]]:
                del left[year], right[year[1:]]
    return bool(gone or come), bool(fewer or more)


def states_figures(words: set[str], table: Words) -> bool:
    """Tell whether words, without digits, may be a date or a number."""
    return not words.isdisjoint(_all_of(table.code))


@cache
def _all_of(code: str) -> frozenset[str]:
    table = BY_LANGUAGE[code]
    spans = frozenset(re.findall(r"[^\W\d_]{3,}", table.spans))
    return frozenset((*table.numbers, *table.ordinals, *table.months, *table.late, *table.days)) | spans


@cache
def _dates(code: str) -> re.Pattern[str]:
    table = BY_LANGUAGE[code]
    months, late, days = (_any(each) for each in (table.months, table.late, table.days))
    day, year = r"\d{1,2}(?:st|nd|rd|th|\.|er|º)?", r"(?:,? (?:de |of )?(?:19|20)\d\d)"
    ways = [
        rf"(?<![\w-])(?:{day} (?:de |of )?)?(?:{months})\.?(?: {day}(?![\w,.]\d|\w))?{year}?(?![\w-])",
        rf"(?<![\w-])(?:{days})(?![\w-])",
    ]
    if table.late:
        ways.append(rf"(?<![\w-]){day} (?:{late})\.?{year}?(?![\w-])")
        ways.append(rf"(?<![\w-])(?:{late})\.? (?:{day}{year}?|(?:19|20)\d\d)(?![\w-])")
        ways.append(rf"(?<=\b(?:in|en) )(?:{late})(?![\w-])|(?<=\bfin )(?:{late})(?![\w-])")
    if table.spans:
        ways.append(rf"(?<![\w-])(?:{table.spans})(?![\w-])")
    return re.compile("|".join(ways))


def _any(words: object) -> str:
    given = sorted((each for each in words if each != "-"), key=len, reverse=True)  # type: ignore[attr-defined]
    return "|".join(map(re.escape, given))


def _canonical(text: str, words: Words) -> str:
    """Give a date in one form: ``May 3`` and ``3 May`` are one."""
    month = next((number for each in re.findall(r"[^\W\d_]+", text) if (number := _month(each, words))), None)
    if month is None:
        return re.sub(r"\W+", "-", text)
    numbers = re.findall(r"\d+", text)
    day = next((each.lstrip("0") for each in numbers if len(each) < 3), "")
    year = next((each for each in numbers if len(each) == 4), "")
    return f"{year}-{month}-{day}"


def _month(word: str, words: Words) -> int | None:
    return words.months.get(word) or words.late.get(word)


def _decade(found: re.Match[str], dates: Counter[str]) -> str:
    dates[f"y{found[1]}{'s' if found[2] else ''}"] += 1
    return " | "


# ------------------------------------------------------------------------------------------------------------- numbers


def _numbers(text: str, words: Words) -> Iterator[str]:
    current: float | None = None
    end = 0
    for piece in _PIECE.finditer(text):
        joined = current is not None and _JOIN.match(text[end : piece.start()]) is not None
        if piece["num"]:
            if current is not None:
                yield f"{current:.12g}"
            current = _value(piece["num"]) * (-1 if piece["sign"] else 1) * _UNITS.get(piece["unit"] or "", 1)
            end = piece.end()
            if piece["ord"]:
                yield f"o{current:.12g}"
                current = None
            continue
        if current is not None and piece["word"] in _ANDS:
            continue
        value = _in_words(piece["word"], words)
        if value is None:
            if current is not None and not joined:
                yield f"{current:.12g}"
                current = None
            if (order := words.ordinals.get(piece["word"])) is not None:
                yield f"o{order:.12g}"
            if current is not None:
                yield f"{current:.12g}"
                current = None
            continue
        if not joined or current is None:
            if current is not None:
                yield f"{current:.12g}"
            current = float(value)
        elif value >= 12 and value in _SCALES and current > 0:
            current *= value
        elif current >= 20 and value < 100 and (current % 100 == 0 or (current % 10 == 0 and value < 10)):
            current += value
        else:
            yield f"{current:.12g}"
            current = float(value)
        end = piece.end()
    if current is not None:
        yield f"{current:.12g}"


_ANDS = frozenset(("and", "und", "et", "y", "e", "и"))
_SCALES = frozenset((12, 100, 1000, 10**6, 10**9, 10**12))


def _in_words(word: str, words: Words) -> int | None:
    known = words.numbers.get(word)
    if known is not None:
        return known
    if "-" in word:
        parts = [words.numbers.get(part) for part in word.split("-")]
        if len(parts) == 2 and parts[0] is not None and parts[1] is not None and parts[0] % 10 == 0 and parts[1] < 10:
            return parts[0] + parts[1]
    if (found := _GERMAN.match(word)) is not None and (tens := words.numbers.get(found[2])) is not None:
        return tens + _GERMAN_ONES[found[1]]
    return None


def _value(text: str) -> float:
    digits = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)
    if _GROUPED.match(digits):
        return float(re.sub(r"\D", "", digits))
    return float(digits.replace(",", ".").replace(":", ".").replace("'", "").replace(" ", ""))
