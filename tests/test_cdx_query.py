"""Index queries: their words are read or refused by name; patterns of strangers take no more than their time."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.cdx import fields
from archive.errors import Misuse
from archive.model import Capture, Digest, Locator, RecordId, Url
from archive.store.cdx_rows import Place
from archive.urls import urlkey
from archive.web.cdx_fields import Dialect, word
from archive.web.cdx_filter import read_collapse, read_filter
from archive.web.cdx_pattern import Pattern
from archive.web.cdx_query import from_digits, read_query, resume_key, to_digits

DIALECTS = st.sampled_from(["pywb", "wayback"])
NAMES = st.sampled_from([
    "url", "matchType", "from", "to", "closest", "sort", "limit", "offset", "filter", "fl", "fields", "page",
    "pageSize", "showNumPages", "showResumeKey", "resumeKey", "collapse", "collapseTime", "output", "method",
    "requestBody", "gzip",
])  # fmt: skip
VALUES = st.text(max_size=30) | st.sampled_from([
    "*", "*.", "http://e.com/*", "exact", "prefix", "host", "domain", "closest", "reverse", "-1", "0", "5", "now",
    "99999999999999", "00000000000000", "00010101000000", "2025", "=status:200", "~url:(", "!mime:html", "timestamp:10",
    "json", "link", "POST", "WyJhIiwxLCJiIl0", "bnVsbA", "true",
])  # fmt: skip


def asked(dialect: Dialect = "pywb", **words: str) -> str:
    return urlencode(words)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def capture(**changes: object) -> Capture:
    whole: dict[str, object] = {
        "id": RecordId("urn:uuid:1"), "urlkey": urlkey("http://e.com/"), "url": Url("http://e.com/"),
        "at": at("20250303080709"), "status": 200, "mime": "text/html", "digest": Digest("sha256:ab"),
        "kind": "response", "locator": Locator(warc="a.warc.gz", offset=3, length=4),
    }  # fmt: skip
    return Capture(**(whole | changes))  # type: ignore[arg-type]


@given(st.text() | st.lists(st.tuples(NAMES, VALUES), max_size=8).map(urlencode), DIALECTS)
@example("url=" + "[" * 300, "pywb")
@example("url=a&closest=99999999999999", "pywb")
@example("url=a&resumeKey=" + "W" * 4000, "wayback")
def test_a_query_is_read_or_refused_whatever_it_says(text: str, dialect: Dialect) -> None:
    try:
        read_query(text, dialect)
    except Misuse as refusal:
        assert re.match(r"[A-Za-z]+(?: |:)", str(refusal))
        assert len(str(refusal)) < 700


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [
        ("url=http://www.E.com:80/A?b=1%26a=2", "com,e)/a?a=2&b=1", None),
        ("url=e.com/a/*", "com,e)/a/", "com,e)/a/\x7f"),
        ("url=e.com*", "com,e)/", "com,e)/\x7f"),
        ("url=e.com/a/&matchType=prefix", "com,e)/a/", "com,e)/a/\x7f"),
        ("url=e.com/a?&matchType=prefix", "com,e)/a?", "com,e)/a?\x7f"),
        ("url=e.com/a/*&matchType=prefix", "com,e)/a/", "com,e)/a/\x7f"),
        ("url=e.com/a/*&matchType=exact", "com,e)/a/*", None),
        ("url=http://e.com/a&matchType=host", "com,e)", "com,e*"),
        ("url=*.e.com", "com,e)", "com,e-"),
        ("url=*.e.com/a&matchType=domain", "com,e)", "com,e-"),
        ("url=e.com&matchType=domain", "com,e)", "com,e-"),
        ("url=com&matchType=domain", "com)", "com-"),
        ("url=*", "", "\x7f"),
        ("url=http://e.com:8080/&matchType=host", "com,e:8080)", "com,e:8080*"),
        ("url=e.com/a&method=POST&requestBody=x%3D1", "com,e)/a?__wb_method=post&x=1", None),
        ("url=urn:variorum:site:x", "urn:variorum:site:x", None),
        ("url=e.com/&url=f.com/", "com,e)/", None),
        ("url=&url=f.com/", "com,f)/", None),
    ],
)
def test_a_url_and_its_match_name_a_range_of_keys(query: str, low: str, high: str | None) -> None:
    span = read_query(query, "pywb").span
    assert (span.low, span.high) == (low, high)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "url"),
        ("url=", "url"),
        ("limit=1", "url"),
        ("url=a&limit=ten", "limit"),
        ("url=a&limit=0", "limit"),
        ("url=a&limit=-99999", "limit"),
        ("url=a&limit=-5&offset=9999", "limit"),
        ("url=a&limit=\u0661", "limit"),
        ("url=a&closest=2025&limit=-5", "limit"),
        ("url=a*&closest=2025&limit=20000", "limit"),
        ("url=a&offset=-1", "offset"),
        ("url=a&from=2025-01-01", "from"),
        ("url=a&to=123456789012345", "to"),
        ("url=a&closest=yesterday", "closest"),
        ("url=a&sort=sideways", "sort"),
        ("url=a&matchType=range", "matchType"),
        ("url=a&output=xml", "output"),
        ("url=a*&output=link", "output"),
        ("url=a&page=one", "page"),
        ("url=a&pageSize=0", "pageSize"),
        ("url=a&pageSize=1e3", "pageSize"),
        ("url=a&filter=~url:(", "filter"),
        ("url=a&filter=~url:" + "a" * 501, "filter"),
        ("url=a&filter=statuscod:200", "filter"),
        ("url=a&" + "filter=status:200&" * 51, "filter"),
        ("url=a&collapse=colour", "collapse"),
        ("url=a&collapse=timestamp:x", "collapse"),
        ("url=a&collapseTime=15", "collapseTime"),
        ("url=a&resumeKey=nonsense", "resumeKey"),
        ("url=a&closest=2025&resumeKey=WyJhIiwxLCJiIl0", "resumeKey"),
        ("url=a&method=P%20T", "method"),
        ("url=a&fl=" + "url," * 51, "fl"),
        ("&".join(f"a{number}=1" for number in range(1001)), "the query"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_the_parameters_name(query: str, parameter: str) -> None:
    with pytest.raises(Misuse) as refusal:
        read_query(query, "pywb")
    assert re.match(rf"{parameter}\b", str(refusal.value))


@pytest.mark.parametrize(
    ("query", "order", "closest"),
    [
        ("url=a", "forward", None),
        ("url=a&sort=reverse", "reverse", None),
        ("url=a&reverse=true", "reverse", None),
        ("url=a&closest=20250102&sort=closest&limit=100&matchType=exact", "closest", at("20250102000000")),
        ("url=a&closest=20250102", "closest", at("20250102000000")),
        ("url=a&closest=20250102&sort=reverse", "reverse", None),
        ("url=a&closest=&sort=closest", "forward", None),
        ("url=a&closest=now", "closest", at("99991231235959")),
        ("url=a&closest=0", "closest", datetime.min.replace(tzinfo=UTC)),
    ],
)
def test_closest_sorts_by_itself_and_an_empty_one_is_none(query: str, order: str, closest: datetime | None) -> None:
    read = read_query(query, "pywb")
    assert (read.order, read.closest) == (order, closest)


@pytest.mark.parametrize(
    ("digits", "first", "last"),
    [
        ("2", "20000101000000", "29991231235959"),
        ("2025", "20250101000000", "20251231235959"),
        ("20250", "20250101000000", "20250930235959"),
        ("20251", "20251001000000", "20251231235959"),
        ("202402", "20240201000000", "20240229235959"),
        ("2025013", "20250130000000", "20250131235959"),
        ("20250230", "20250301000000", "20250228235959"),
        ("20250103246161", "20250104000000", "20250103235959"),
        ("2025010307", "20250103070000", "20250103075959"),
        ("20250103070809", "20250103070809", "20250103070809"),
    ],
)
def test_digits_are_padded_to_both_ends_of_their_span(digits: str, first: str, last: str) -> None:
    assert (from_digits(digits), to_digits(digits)) == (at(first), at(last))


@given(st.from_regex(r"\A[0-9]{1,14}\Z"), st.datetimes(timezones=st.just(UTC)))
@example("0001", datetime(1, 1, 1, tzinfo=UTC))
@example("9999", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
def test_a_time_is_in_a_span_of_digits_as_its_own_digits_are(digits: str, moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    stamp = f"{whole.year:04}{whole:%m%d%H%M%S}"
    first, last = from_digits(digits), to_digits(digits)
    assert (first is None or first <= whole) is (digits.ljust(14, "0") <= stamp)
    assert (last is not None and whole <= last) is (stamp <= digits.ljust(14, "9"))


@given(st.text(), st.integers(-(2**59), 2**59), st.text())
def test_a_resume_key_is_read_back_and_nothing_in_it_needs_encoding(key: str, moment: int, id: str) -> None:
    place = Place(urlkey=key, at=moment, id=id)
    written = resume_key(place)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", written)
    assert read_query(urlencode({"url": "a", "resumeKey": written}), "wayback").resume == place


@given(st.text())
def test_a_word_holds_nothing_that_parts_words_or_lines(value: str) -> None:
    assert word(value).split() == [word(value)]
    assert word(value).splitlines() == [word(value)]


@pytest.mark.parametrize(
    ("dialect", "text", "kept"),
    [
        ("pywb", "=status:200", True),
        ("pywb", "!=status:200", False),
        ("pywb", "=statuscode:20", False),
        ("pywb", "status:20", True),
        ("pywb", "!mimetype:html", False),
        ("pywb", "~status:2", True),
        ("pywb", "!~status:[45]..", True),
        ("pywb", "~url:http://e\\.com/$", True),
        ("pywb", '"200", "digest"', True),
        ("pywb", "!offset", False),
        ("pywb", "~com,e\\)/ 2025", True),
        ("wayback", "statuscode:200", True),
        ("wayback", "statuscode:2", False),
        ("wayback", "statuscode:2..", True),
        ("wayback", "!statuscode:[45]..", True),
        ("wayback", "mime:text/.*", True),
        ("wayback", "=mime:text/html", True),
        ("wayback", "~original:http", True),
        ("wayback", ".* text/html 200 .*", True),
    ],
)
def test_a_filter_reads_as_its_server_reads_it(dialect: Dialect, text: str, kept: bool) -> None:
    assert read_filter(text, dialect).keeps(fields(capture())) is kept


def test_what_a_line_lacks_is_empty_to_pywb_and_a_dash_to_the_wayback_server() -> None:
    line = fields(capture(status=None))
    assert read_filter("=status:", "pywb").keeps(line)
    assert read_filter("statuscode:-", "wayback").keeps(line)


def test_collapse_compares_so_many_characters_of_a_field() -> None:
    one, other = fields(capture()), fields(capture(at=at("20250303090000")))
    assert read_collapse("timestamp:8").token(one) == read_collapse("timestamp:8").token(other)
    assert read_collapse("timestamp").token(one) != read_collapse("timestamp").token(other)


# ---- patterns


@pytest.mark.parametrize(
    ("pattern", "text", "begins", "whole"),
    [
        ("2..", "200", True, True),
        ("text/.*", "text/html", True, True),
        ("text", "text/html", True, False),
        ("html", "text/html", False, False),
        ("(?i)TEXT/HTML", "text/html", True, True),
        ("[45]\\d\\d", "404", True, True),
        ("a|ab", "ab", True, True),
        ("", "x", True, False),
        ("é+", "éé", True, True),
        ("x", "x\ud800", True, False),
    ],
)
def test_a_pattern_is_of_the_beginning_or_of_all(pattern: str, text: str, begins: bool, whole: bool) -> None:
    compiled = Pattern(pattern)

    assert (compiled.begins(text), compiled.is_all_of(text)) == (begins, whole)


@pytest.mark.parametrize("pattern", ["(a*)*$", "(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*)*(.*)*(.*)*x", "(a?){60}a{60}$"])
def test_a_pattern_that_others_try_for_years_is_decided(pattern: str) -> None:
    assert not Pattern(pattern).is_all_of("a" * 5000 + "!")
    assert not Pattern(pattern + "!!").begins("a" * 5000 + "!")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(", "missing )"),
        ("[a", "missing ]"),
        ("*a", "no argument"),
        ("a*+", "repetition"),
        ("a{99999}", "repetition"),
        ("(?=a)", "(?="),
        ("(a)\\1", "escape"),
        ("((a{99}){99}){99}", "repetition"),
        ("(" * 249 + ")" * 250, "not understood"),
        ("\ud800", "not understood"),
        ("a" * 501, "501 characters"),
    ],
)
def test_a_pattern_that_is_not_understood_says_why(pattern: str, why: str) -> None:
    with pytest.raises(Misuse, match=re.escape(why)):
        Pattern(pattern)


@given(st.text("ab()[]{}*+?|^$\\.,-0123dwsxu:=!<P", max_size=40), st.text(max_size=20))
def test_any_text_is_a_pattern_or_is_refused(pattern: str, text: str) -> None:
    with contextlib.suppress(Misuse):
        Pattern(pattern).begins(text)
