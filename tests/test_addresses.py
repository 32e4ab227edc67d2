"""The addresses of our web server: made and read in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Capture, Locator, RecordId, Url, UrlKey
from archive.web.addresses import Asked, Modifier, Roots, asked, instant, memento, page, stamp

ROOTS = Roots(room="http://127.0.0.1:8080", replay="http://127.0.0.1:8081")
CAPTURE = Capture(
    id=RecordId("urn:uuid:6f1c2d34-0000-7000-8000-000000000001"),
    urlkey=UrlKey("example,blog)/post?b=1"),
    url=Url("http://blog.example/Post?b=1"),
    at=datetime(2025, 3, 3, 8, 7, 9, 123456, tzinfo=UTC),
    status=200,
    mime="text/html",
    digest=None,
    kind="response",
    locator=Locator(warc="a.warc.gz", offset=0, length=1),
)
AT = datetime(2025, 3, 3, 8, 7, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("20250303080709/http://a.test/?q=1", Asked(url=Url("http://a.test/?q=1"), at=AT, digits=14)),
        ("20250303080709id_/http://a.test/", Asked(url=Url("http://a.test/"), at=AT, digits=14, modifier="id_")),
        ("20250303080709mp_/http://a.test/", Asked(url=Url("http://a.test/"), at=AT, digits=14)),
        ("20250303080709fr_/http://a.test/", Asked(url=Url("http://a.test/"), at=AT, digits=14, modifier="if_")),
        ("2025/a.test", Asked(url=Url("http://a.test"), at=datetime(2025, 1, 1, tzinfo=UTC), digits=4)),
        ("20250303080709/https:/a.test/x", Asked(url=Url("https://a.test/x"), at=AT, digits=14)),
        (
            "urn:uuid:1-2im_/http://a.test/",
            Asked(url=Url("http://a.test/"), id=RecordId("urn:uuid:1-2"), modifier="im_"),
        ),
        ("urn%3Auuid%3A1/http://a.test/", Asked(url=Url("http://a.test/"), id=RecordId("urn:uuid:1"))),
        ("20250303080709/urn:isbn:1", Asked(url=Url("urn:isbn:1"), at=AT, digits=14)),
        ("20259999080709/http://a.test/", None),
        ("20250303080709/", None),
        ("favicon.ico", None),
        ("", None),
    ],
)
def test_an_address_is_read(written: str, meant: Asked | None) -> None:
    assert asked(written) == meant


@pytest.mark.parametrize("modifier", ["", "id_", "im_", "cs_", "js_", "if_", "oe_"])
@pytest.mark.parametrize("first", [True, False])
def test_an_address_that_is_made_is_read_as_it_was_meant(modifier: Modifier, first: bool) -> None:
    written = memento(ROOTS, CAPTURE, modifier, first=first).removeprefix(f"{ROOTS.replay}/")

    found = asked(written)

    assert found is not None
    assert (found.url, found.modifier) == (CAPTURE.url, modifier)
    assert found.at == AT if first else found.id == CAPTURE.id


def test_a_record_id_that_is_a_web_address_stays_one_piece() -> None:
    odd = replace(CAPTURE, id=RecordId("http://other.example/id/7?x=1"))

    found = asked(page(ROOTS, odd, first=False).removeprefix(f"{ROOTS.room}/web/"))

    assert found is not None
    assert (found.id, found.url) == (odd.id, odd.url)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_comes_back_from_its_fourteen_digits(at: datetime) -> None:
    assert instant(stamp(at)) == at.replace(microsecond=0)


@given(st.text(max_size=60))
def test_no_text_is_too_odd_to_be_read(written: str) -> None:
    found = asked(written)

    assert found is None or found.url
