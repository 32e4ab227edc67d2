"""What a visit told of an article: of each outcome, status and verdict one look, or none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from archive.model import Digest, Extraction, Locator, Outcome, Reading, RecordId, Url, UrlKey, Verdict, Visit
from schedules.habits import Learned
from schedules.reckoning import Found, Known, first_of, instant_of, look_of, outcome_of, seconds, time_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY, PAGE = UrlKey("test,press)/a"), Url("http://press.test/a")
SEEN = RecordId("urn:uuid:1")
NOTHING = Found(readings={}, opened=frozenset())


def visit(outcome: Outcome, status: int | None = 200, capture: RecordId | None = SEEN) -> Visit:
    return Visit(
        id=RecordId("urn:uuid:v"), url=PAGE, urlkey=KEY, at=NOON, why="recheck", attempt=1, outcome=outcome,
        status=status, capture=capture, locator=Locator(warc="w", offset=0, length=1),
    )  # fmt: skip


def found(verdict: Verdict, *, opened: bool = False, modified: str | None = None) -> Found:
    extraction = Extraction(headline="A", modified=modified) if verdict == "article" else None
    reading = Reading(
        capture=SEEN, urlkey=KEY, url=PAGE, at=NOON, extractor="x", verdict=verdict, score=1.0,
        text_digest=Digest("sha256:0"), extraction=extraction,
    )  # fmt: skip
    return Found(readings={SEEN: reading}, opened=frozenset([SEEN] if opened else []))


TOLD: dict[Outcome, str | None] = {
    "captured": "changed",
    "unchanged": "same",
    "redirected": None,
    "gone": "gone",
    "refused": None,
    "limited": "failed",
    "robots": None,
    "failed": "failed",
    "truncated": "changed",
    "out of scope": None,
    "unsafe": None,
}


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_each_outcome_tells_of_the_article_or_does_not(outcome: Outcome) -> None:
    assert outcome_of(visit(outcome), found("article", opened=True)) == TOLD[outcome]


VERDICTS: dict[Verdict, str] = {
    "article": "same",
    "same": "same",
    "consent": "failed",
    "paywall": "failed",
    "bot wall": "failed",
    "soft 404": "gone",
    "error": "failed",
    "empty": "same",
    "script only": "same",
    "index": "same",
    "other": "same",
}


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_a_page_that_opened_no_revision_has_not_changed_unless_it_was_hidden(verdict: Verdict) -> None:
    assert outcome_of(visit("captured"), found(verdict)) == VERDICTS[verdict]


@pytest.mark.parametrize("status", [400, 418, 451, 500, 502, 599])
def test_an_answer_that_is_an_error_shows_no_article(status: int) -> None:
    assert outcome_of(visit("captured", status), found("article", opened=True)) == "failed"


@pytest.mark.parametrize("status", [200, 203, 206, None])
def test_any_other_answer_is_judged_by_what_was_read(status: int | None) -> None:
    assert outcome_of(visit("captured", status), found("article", opened=True)) == "changed"


def test_an_answer_that_was_not_kept_tells_nothing() -> None:
    assert outcome_of(visit("captured", capture=None), NOTHING) is None


def test_what_repeats_an_earlier_capture_has_no_reading_and_has_not_changed() -> None:
    assert outcome_of(visit("captured"), NOTHING) == "same"


# --------------------------------------------------------------------------------------------------------------- looks


def test_a_look_has_the_time_of_its_visit_and_the_change_that_the_page_claims() -> None:
    look = look_of(visit("captured"), found("article", opened=True, modified="2026-11-22T10:00:00+01:00"))
    assert look is not None
    assert (time_of(look.at), look.outcome) == (NOON, "changed")
    assert look.modified == seconds(NOON - timedelta(hours=3))


def test_a_visit_that_tells_nothing_is_no_look() -> None:
    assert look_of(visit("robots", None, None), NOTHING) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-11-22T12:00:00+00:00", NOON),
        ("2026-11-22T12:00:00Z", NOON),
        ("2026-11-22T13:00:00+01:00", NOON),
        ("2026-11-22", None),
        ("2026-11-22T12:00:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_only_an_instant_is_a_time_of_change(said: str | None, expected: datetime | None) -> None:
    assert instant_of(said) == (None if expected is None else seconds(expected))


@pytest.mark.parametrize("given", [NOON, NOON.replace(microsecond=123456), datetime(1969, 7, 20, tzinfo=UTC)])
def test_a_time_survives_as_seconds(given: datetime) -> None:
    assert abs(time_of(seconds(given)) - given) <= timedelta(microseconds=1)


# --------------------------------------------------------------------------------------------------------- first looks


@pytest.mark.parametrize(
    ("seen", "what"),
    [
        (visit("gone", 404), NOTHING),
        (visit("failed", None, None), NOTHING),
        (visit("redirected", 301), NOTHING),
        (visit("captured"), found("paywall")),
        (visit("captured"), found("soft 404")),
        (visit("captured", 500), found("article")),
    ],
)
def test_an_article_that_was_never_shown_has_no_standing(seen: Visit, what: Found) -> None:
    assert first_of(seen, what, NOON, Learned(), Learned()) is None


@pytest.mark.parametrize(
    ("published", "expected"), [(NOON - timedelta(days=2), NOON - timedelta(days=2)), (NOON + timedelta(days=2), NOON)]
)
def test_an_article_is_as_old_as_it_says_but_not_from_the_future(published: datetime, expected: datetime) -> None:
    standing = first_of(visit("captured"), found("article"), published, Learned(), Learned())
    assert standing is not None
    assert (standing.published, standing.looked) == (seconds(expected), seconds(NOON))
    assert (standing.looks, standing.changes) == (0, 0)


def test_what_is_known_comes_back_as_it_was_kept() -> None:
    standing = first_of(visit("captured"), found("article"), NOON - timedelta(days=1), Learned(), Learned())
    for known in (Known(at=NOON), Known(at=NOON, standing=standing, lastmod=12345.5)):
        kept = Known.of(NOON, known.as_json())
        assert (kept.at, kept.lastmod, kept.standing is None) == (known.at, known.lastmod, known.standing is None)
        # Numbers are kept to twelve digits; what was kept once stays as it is.
        assert Known.of(NOON, kept.as_json()) == kept
