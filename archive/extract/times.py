"""Times as pages write them, in many languages and orders, to RFC 3339; and the day in a URL. Pure.

Nothing here fills in what a page leaves open: a date without its year is none.
"""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, date, datetime
from functools import cache
from types import MappingProxyType

from lxml.html import HtmlElement

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")
_LOOSE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
    r"(?:\s*[A-Z]{2,5})?\Z"
)
_MAIL = re.compile(
    r"\A(?:[A-Za-z]{3},?\s+)?(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+(\d{2}):(\d{2})(?::(\d{2}))?\s*(GMT|UTC|Z|[+-]\d{4})\Z"
)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-./年년]\s?(\d{1,2})\s?[-./月월]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<![\d.])(\d{1,2})\s?([-./])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2}(?=\s|,|\Z))(?!\d)")
_WORDED = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.|-го)?\s*(?:de\s+|of\s+|\u0640\s*)?([^\W\d_]{3,12})\.?,?\s*(?:de[l]?\s+)?(\d{4})(?!\d)"
)
_WORD_FIRST = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\.?,?\s+(?:at\s+)?(\d{4})(?!\d)")
_YEAR_WORD = re.compile(r"(?<!\d)(\d{4})\.?\s+([^\W\d_]{3,12})\.?\s+(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?\Z")
_IN_URL = re.compile(r"[/_-]((?:19|20)\d{2})[/_.-](\d{1,2})[/_.-](\d{1,2})(?![\d])")
_IN_URL_CLOSE = re.compile(r"[/_-]((?:19|20)\d{2})(\d{2})(\d{2})(?=[/_.-]|\Z)")
_IN_URL_SHORT = re.compile(r"/((?:19|20)\d{2})-?(\d{2})/(\d{2})(?=/)")
_IN_URL_LAST = re.compile(r"[/_~-](\d{2})-(\d{2})-((?:19|20)\d{2})(?=[/_.-])")
_DEFAULTS = (datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2001-02-02"))  # without a zone, as pages
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯", "0123456789" * 4)

# Months of a year, the languages one a line; names that begin alike share their first letters.
_MONTHS = (
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "january february march april may june july august sept october november december",
    "jan. feb. mär apr. mai juni juli aug. sep. okt nov. dez",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber mrz avr maj juin juil août wrz ott ноя déc",
    "janvier février mars avril mai juin juillet aout septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene fev mar abr mag giu lug ago set out nov dic",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "янв фев мар апр май июн июл авг сен окт ноя дек",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
    "marraskuuta joulukuuta",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "január február március április május június július augusztus szeptember október november december",
    "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου "
    "νοεμβρίου δεκεμβρίου",
    "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca",
    "януари февруари март април май юни юли август септември октомври ноември декември",
    "januari februari maret april mei juni juli agustus september oktober november desember",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين نوفمبر ديسمبر",
    "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
)
# The same word is another month in another language, or no whole name of one.
_DOUBTFUL = frozenset(("listopada", "lipnja", "كانون", "تشرين"))


@cache
def _months() -> MappingProxyType[str, int]:
    known: dict[str, int] = {}
    for line in _MONTHS:
        for number, name in enumerate(line.split(), 1):
            known.setdefault(name.rstrip("."), number)
    return MappingProxyType({name: number for name, number in known.items() if name not in _DOUBTFUL})


def stamp(value: str) -> str | None:
    """Give a time as RFC 3339 with the zone as written, or its day where no zone is given; None when it is no time.

    >>> stamp("2025-03-03T08:00:00+0100"), stamp("2025-03-03 08:00"), stamp("yesterday")
    ('2025-03-03T08:00:00+01:00', '2025-03-03', None)
    """
    text = value.strip()[:100]
    try:
        if _DAY.match(text):
            return _within(date.fromisoformat(text))
        at = datetime.fromisoformat(text)
    except ValueError:
        loose = _loosely(text)
        if loose is None:
            return None
        at = loose
    if _within(at.date()) is None:
        return None
    if at.tzinfo is None:
        return at.date().isoformat()
    return at.isoformat().replace("+00:00", "Z") if at.tzinfo == UTC else at.isoformat()


def any_time(value: str) -> str | None:
    """Give a time however it is written: as ``stamp`` does, or as the whole date in it."""
    return stamp(value) or written_day(value)


def written_day(text: str, *, month_first: bool = False) -> str | None:
    """Find the first whole date in a text, as its day; ``month_first`` decides 3/4/2025 and the like.

    >>> written_day("Mittwoch, 26. Januar 2022 - 14:30"), written_day("3/4/2025", month_first=True)
    ('2022-01-26', '2025-03-04')
    """
    text = text[:400].translate(_DIGITS).lower()
    found: list[tuple[int, tuple[int, int, int]]] = []
    if match := _YEAR_FIRST.search(text):
        found.append((match.start(), (int(match[1]), int(match[2]), int(match[3]))))
    if match := _YEAR_LAST.search(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        turned = second > 12 or (month_first and first <= 12 and match[2] == "/")
        day, month = (second, first) if turned else (first, second)
        found.append((match.start(), (year if year > 99 else 2000 + year, month, day)))
    for pattern, year_at, month_at, day_at in ((_WORDED, 3, 2, 1), (_WORD_FIRST, 3, 1, 2), (_YEAR_WORD, 1, 2, 3)):
        for match in pattern.finditer(text):
            if named := _months().get(match[month_at]):
                found.append((match.start(), (int(match[year_at]), named, int(match[day_at]))))
                break
    if (match := _COMPACT.match(text)) is not None:
        found.append((0, (int(match[1]), int(match[2]), int(match[3]))))
    days = (_day_of(*parts) for _, parts in sorted(found))
    return next((day for day in days if day), None)


def url_day(url: str) -> str | None:
    """Give the day written in a URL's path.

    >>> url_day("https://a.example/2020/02/24/title"), url_day("https://a.example/title-20200224.html")
    ('2020-02-24', '2020-02-24')
    """
    path = url.partition("?")[0][:2000]
    for pattern in (_IN_URL, _IN_URL_SHORT, _IN_URL_CLOSE):
        if (match := pattern.search(path)) and (day := _day_of(int(match[1]), int(match[2]), int(match[3]))):
            return day
    match = _IN_URL_LAST.search(path)
    return _day_of(int(match[3]), int(match[2]), int(match[1])) if match else None


def guessed_day(tree: HtmlElement, url: str, last: date) -> str | None:
    """Ask htmldate for the day of a page, none after ``last``; the same on any day. Slow: the last resort."""
    import htmldate.extractors  # with it comes urllib3, which opens a socket on import
    from htmldate import find_date

    htmldate.extractors.dateutil_parse = _whole_date  # type: ignore[attr-defined]
    # Its wider search would take the year of a copyright notice for a date.
    found = find_date(
        deepcopy(tree), extensive_search=False, original_date=True, url=url, max_date=last.isoformat() + "T23:59:59"
    )
    return found or None


def _whole_date(text: str, *, fuzzy: bool = False) -> datetime:
    """Read a date that names its year, month and day: what it leaves open dateutil would fill in from today."""
    from dateutil.parser import parse  # type: ignore[import-untyped]

    first: datetime = parse(text, default=_DEFAULTS[0], fuzzy=fuzzy)
    second: datetime = parse(text, default=_DEFAULTS[1], fuzzy=fuzzy)
    if first.date() != second.date():
        raise ValueError(f"no whole date: {text!r}")
    return first


def _loosely(text: str) -> datetime | None:
    """Read times that are nearly ISO 8601 or RFC 5322."""
    if match := _LOOSE.match(text):
        year, month, day, hour, minute = (int(match[each]) for each in range(1, 6))
        second, zone = int(match[6] or 0), match[8]
    elif (match := _MAIL.match(text)) and (number := _months().get(match[2].lower())):
        day, month, year, hour, minute = int(match[1]), number, int(match[3]), int(match[4]), int(match[5])
        second, zone = int(match[6] or 0), match[7]
    else:
        return None
    offset = "" if zone is None else "+00:00" if zone in ("Z", "UTC", "GMT") else zone
    try:
        return datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{offset}")
    except ValueError:
        return None


def _day_of(year: int, month: int, day: int) -> str | None:
    try:
        return _within(date(year, month, day))
    except ValueError:
        return None


def _within(day: date) -> str | None:
    return day.isoformat() if 1990 <= day.year <= 9998 else None
