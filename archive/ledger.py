"""What an exchange comes to, in one word of the ledger: pure rules, no state."""

from __future__ import annotations

from archive.model import Exchange, Outcome
from archive.warc.message import HEAD_LIMIT, Head, informational_length

REFUSED = (401, 403, 451)
GONE = (404, 410)

NOT_ASKED: dict[str, Outcome] = {"unsafe": "unsafe", "scope": "out of scope", "robots": "robots"}
"""Error classes of exchanges that never happened, and what the ledger calls them."""


def outcome(exchange: Exchange, head: Head | None) -> Outcome:
    """Name the outcome of an exchange; ``head`` is that of its final response, None when none can be read."""
    if exchange.error in NOT_ASKED:
        return NOT_ASKED[exchange.error]
    if exchange.unsolicited or exchange.response.size == 0:
        return "failed"
    if exchange.error is not None and head is None and not _began(exchange):
        return "failed"
    if exchange.truncated is not None:
        return "truncated"
    if head is None or head.status is None:
        return "captured"
    status = head.status
    if status == 304:
        return "unchanged" if exchange.intent.validators else "captured"
    if 300 <= status < 400:
        return "redirected"
    if status in GONE:
        return "gone"
    if status in REFUSED:
        return "refused"
    if status == 429 or (status == 503 and head.text(b"retry-after") is not None):
        return "limited"
    return "captured"


def _began(exchange: Exchange) -> bool:
    """Tell whether a final response had begun: interim ones alone, or what is no HTTP, are none."""
    front = exchange.response.head(HEAD_LIMIT)
    start = informational_length(front)
    return front[start : start + 5] == b"HTTP/"
