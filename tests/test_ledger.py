"""What an exchange comes to, in one word: a table."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive import ledger
from archive.model import Body, Exchange, Intent, Truncation, Url
from archive.warc import message

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ASKED = Intent(validators={"If-None-Match": '"a"'})


def _outcome(
    response: bytes, error: str | None = None, truncated: Truncation | None = None, intent: Intent | None = None
) -> str:
    exchange = Exchange(
        url=Url("http://a.test/"),
        response=Body.of(response),
        began=NOW,
        ended=NOW,
        error=error,
        truncated=truncated,
        intent=intent or Intent(),
    )
    head = message.parse_head(response, message.informational_length(response))
    return ledger.outcome(exchange, head if head and head.status is not None else None)


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", "captured"),
        (b"HTTP/1.1 500 Oops\r\n\r\n", "captured"),
        (b"HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n", "redirected"),
        (b"HTTP/1.1 404 No\r\n\r\n", "gone"),
        (b"HTTP/1.1 410 Gone\r\n\r\n", "gone"),
        (b"HTTP/1.1 401 Who\r\n\r\n", "refused"),
        (b"HTTP/1.1 403 No\r\n\r\n", "refused"),
        (b"HTTP/1.1 451 Law\r\n\r\n", "refused"),
        (b"HTTP/1.1 429 Slow\r\n\r\n", "limited"),
        (b"HTTP/1.1 503 Later\r\nRetry-After: 9\r\n\r\n", "limited"),
        (b"HTTP/1.1 503 Oops\r\n\r\n", "captured"),
        (b"HTTP/1.1 304 Same\r\n\r\n", "captured"),
        (b"", "failed"),
    ],
)
def test_a_status_has_its_outcome(response: bytes, outcome: str) -> None:
    assert _outcome(response) == outcome


def test_a_304_is_unchanged_only_where_it_was_asked_for() -> None:
    assert _outcome(b"HTTP/1.1 304 Same\r\n\r\n", intent=ASKED) == "unchanged"


@pytest.mark.parametrize("error", ["unsafe", "robots", "scope"])
def test_what_was_never_asked_is_told_so(error: str) -> None:
    assert _outcome(b"", error=error) == {"scope": "out of scope"}.get(error, error)


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "truncated"),
        (b"HTTP/1.1 200 O", "truncated"),
        (b"HTTP/1.1 103 Early\r\n\r\n", "failed"),
        (b"SSH-2.0-OpenSSH\r\n", "failed"),
    ],
)
def test_a_response_that_broke_off_is_truncated_and_one_that_never_began_has_failed(
    response: bytes, outcome: str
) -> None:
    assert _outcome(response, error="disconnect", truncated="disconnect") == outcome
