"""A request without the secrets that a session sent with it: a new record, which says so and names the one it is of."""

from __future__ import annotations

import re
import uuid

from archive.errors import Damaged
from archive.indexing import moment
from archive.model import RecordId
from archive.warc.reader import Stored
from archive.warc.records import Record, record

REDACTED = b"redacted"
FIELD = "WARC-Variorum-Redacted"
OF = "WARC-Variorum-Redacted-Of"
_SECRET = re.compile(
    rb"^(cookie|authorization|proxy-authorization):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE
)
_MADE_ANEW = (
    "warc-type", "warc-record-id", "warc-date", "warc-block-digest", "warc-payload-digest", "content-type",
    "content-length",
)  # fmt: skip


def without_secrets(stored: Stored) -> Record:
    """Make the record of a request whose Cookie and Authorization fields are there, but not what they held.

    Its id is made from that of the record it is of, so that the same export twice gives the same. ``FIELD`` lists the
    header fields, ``OF`` is the id of the record with the secrets.
    """
    fields, id, at = stored.fields, stored.fields.id(), moment(stored.fields.get("WARC-Date"))
    if id is None or at is None:
        raise Damaged("a request lacks its id or date and cannot be redacted; run `variorum verify`")
    head, blank, body = stored.block.partition(b"\r\n\r\n")
    names: list[str] = []

    def redact(found: re.Match[bytes]) -> bytes:
        names.append(found[1].decode())
        return found[1] + b": " + REDACTED

    head = _SECRET.sub(redact, head)
    kept = [(name, value) for name, value in fields.pairs if name.lower() not in _MADE_ANEW]
    return record(
        "request",
        id=RecordId(f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{id} {REDACTED.decode()}')}"),
        at=at,
        fields=[*kept, (FIELD, ", ".join(names) or "nothing"), (OF, f"<{id}>")],
        block=(head + blank + body,),
        content_type=fields.get("Content-Type"),
    )
