"""What became of a cited page: which capture counts as of cite time, and what is told of it since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive.drift import Held, at_cite_time, of_page, without_capture
from archive.model import Capture, CitationState, Digest, Locator, Outcome, RecordId, Url, UrlKey, Verdict, Visit

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
URL, KEY = Url("http://cited.test/a"), UrlKey("test,cited)/a")
PLACE = Locator(warc="w.warc.gz", offset=0, length=1)


def capture(name: str, after: timedelta, *, status: int = 200, digest: str = "one", mime: str = "text/html") -> Capture:
    return Capture(
        id=RecordId(name), urlkey=KEY, url=URL, at=NOON + after, status=status, mime=mime, digest=Digest(digest),
        kind="response", locator=PLACE,
    )  # fmt: skip


BEFORE, SOON, LATE = capture("before", -9 * DAY), capture("soon", HOUR), capture("late", 5 * DAY)
JUST_BEFORE = capture("just before", -HOUR)


@pytest.mark.parametrize(
    ("held", "led", "wanted"),
    [
        ([BEFORE, SOON, LATE], ["late"], "late"),
        ([BEFORE, JUST_BEFORE, SOON, LATE], [], "soon"),
        ([BEFORE, JUST_BEFORE, LATE], [], "just before"),
        ([BEFORE, LATE], [], "before"),
        ([LATE], [], None),
        ([], [], None),
    ],
    ids=["what it led to", "within a day", "a day before", "long before", "only later", "none"],
)
def test_the_capture_at_cite_time(held: list[Capture], led: list[str], wanted: str | None) -> None:
    found, note = at_cite_time(held, [RecordId(each) for each in led], NOON)
    assert (found.id if found is not None else None) == wanted
    # What is not of the same day, nor what the citing page led to, is told.
    assert (note is not None) == (wanted == "before" or held == [LATE])


GONE, GONE_AGAIN = capture("g", DAY, status=404), capture("h", 2 * DAY, status=404)


@pytest.mark.parametrize(
    ("since", "verdict", "wanted"),
    [
        ([], None, "same"),
        ([capture("b", DAY)], None, "same"),
        ([capture("b", DAY, digest="two")], None, "unknown"),
        ([GONE], None, "same"),
        ([GONE, GONE_AGAIN], None, "gone"),
        ([GONE, GONE_AGAIN, capture("back", 3 * DAY)], None, "same"),
        ([capture("b", DAY, status=403)], None, "blocked"),
        ([], "paywall", "paywalled"),
        ([], "bot wall", "blocked"),
        ([], "soft 404", "gone"),
    ],
)
def test_a_page_that_is_no_article_is_told_by_its_bytes_and_answers(
    since: list[Capture], verdict: Verdict | None, wanted: CitationState
) -> None:
    cited = capture("a", timedelta())
    held = [Held(capture=cited, verdict=verdict), *(Held(capture=each) for each in since)]
    assert of_page(held, cited)[0] == wanted


def test_a_document_with_other_bytes_was_edited() -> None:
    cited = capture("a", timedelta(), mime="application/pdf")
    later = capture("b", DAY, mime="application/pdf", digest="two")
    assert of_page([Held(capture=cited), Held(capture=later)], cited)[0] == "edited"


@pytest.mark.parametrize(
    ("outcome", "detail", "state", "reason"),
    [
        ("robots", "robots.txt forbids it: Disallow: /", "blocked", "robots.txt forbids it: Disallow: /"),
        ("failed", "the connection was refused", "unknown", "no answer: the connection was refused"),
        ("out of scope", "deny list: shop.test", "unknown", "it was not followed: deny list: shop.test"),
        ("gone", None, "gone", "gone"),
    ],
)
def test_where_there_is_no_capture_the_reason_is_said(
    outcome: Outcome, detail: str | None, state: CitationState, reason: str
) -> None:
    visit = Visit(
        id=RecordId("v"), url=URL, urlkey=KEY, at=NOON, why="citation", attempt=1, outcome=outcome, detail=detail,
        locator=PLACE,
    )  # fmt: skip
    assert without_capture([visit]) == (state, reason)
    assert without_capture([]) == ("unknown", "it was never asked for")
