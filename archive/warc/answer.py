"""A stored response, taken apart: its head, and its payload with the transfer coding removed."""

from __future__ import annotations

from archive.model import Locator
from archive.warc.files import WarcFolder
from archive.warc.message import Head, framing, informational_length, parse_head, payload
from archive.warc.reader import read_record


def stored_answer(folder: WarcFolder, locator: Locator) -> tuple[Head | None, bytes]:
    """Read the response in a record: its final head (None when it has none) and its payload, still content-coded.

    A body whose chunks break off is given as far as it goes. Raises ``Damaged`` when there is no record.
    """
    return answer_in(read_record(folder.bytes_at(locator), name=locator.warc).block)


def answer_in(block: bytes) -> tuple[Head | None, bytes]:
    """Take the block of a response record apart in the same way."""
    start = informational_length(block)
    head = parse_head(block, start)
    if head is None:
        return None, block[start:]
    return head, b"".join(payload((block[start + head.length :],), framing(head)))
