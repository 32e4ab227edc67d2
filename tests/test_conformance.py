"""Which rules of WARC 1.0 and 1.1 a record breaks, and what becomes of a file that holds such records."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.warc.conformance import Fault, faults, verdict
from archive.warc.reader import Walked, walk

ID = "<urn:uuid:6f1c26a4-0c4e-4c3b-8d0e-0d2f3f3b0001>"
OTHER = "<urn:uuid:6f1c26a4-0c4e-4c3b-8d0e-0d2f3f3b0002>"
URI = ("WARC-Target-URI", "http://blog.example/post")
SAME = ("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest")
NOT_MODIFIED = ("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/server-not-modified")
REFERS = ("WARC-Refers-To", OTHER)
DIGEST = ("WARC-Payload-Digest", "sha1:" + base64.b32encode(hashlib.sha1(b"").digest()).decode())
HTTP = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"
BODY_SUM = base64.b32encode(hashlib.sha1(b"body").digest()).decode()
BLOCK_SUM = hashlib.sha256(HTTP).hexdigest()
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
FRAMED_SUM = base64.b32encode(hashlib.sha1(b"4\r\nbody\r\n0\r\n\r\n").digest()).decode()

OWN_FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "warcinfo": (("Content-Type", "application/warc-fields"),),
    "response": (URI, ("Content-Type", "application/http; msgtype=response")),
    "resource": (URI, ("Content-Type", "text/html")),
    "request": (URI, ("Content-Type", "application/http; msgtype=request")),
    "metadata": (("Content-Type", "application/warc-fields"),),
    "revisit": (URI, ("Content-Type", "application/http; msgtype=response"), NOT_MODIFIED, REFERS),
    "conversion": (URI, ("Content-Type", "text/plain")),
    "continuation": (URI, ("WARC-Segment-Number", "2"), ("WARC-Segment-Origin-ID", OTHER)),
    "annotation": (),
}
"""What each type needs to break no rule, beside type, id, date and length."""


def written(
    kind: str, *more: tuple[str, str], block: bytes = b"", without: tuple[str, ...] = (), version: str = "WARC/1.1"
) -> bytes:
    """Write a record that breaks no rule, but for the fields given anew, put in or left out."""
    fields = [("WARC-Type", kind), ("WARC-Record-ID", ID), ("WARC-Date", "2026-11-22T03:15:00Z"), *OWN_FIELDS[kind]]
    given = {name for name, _ in more}
    fields = [field for field in fields if field[0] not in given and field[0] not in without]
    lines = [version, *(f"{name}: {value}" for name, value in (*fields, *more)), f"Content-Length: {len(block)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def told(data: bytes) -> list[Fault]:
    (met,) = walk(io.BytesIO(data))
    assert isinstance(met, Walked)
    return list(faults(met))


def codes(data: bytes) -> list[tuple[str, bool]]:
    return [(fault.code, fault.grave) for fault in told(data)]


@pytest.mark.parametrize("kind", [kind for kind in OWN_FIELDS if kind != "annotation"])
@pytest.mark.parametrize("version", ["WARC/1.0", "WARC/1.1"])
def test_a_sound_record_has_no_faults(kind: str, version: str) -> None:
    assert not told(written(kind, version=version))
    assert not told(written(kind, ("WARC-Block-Digest", f"sha256:{BLOCK_SUM}"), block=HTTP, version=version))


GRAVE, NOTE = True, False

BROKEN: list[tuple[str, tuple[tuple[str, str], ...], str, bool]] = [
    # W2, W3: mandatory, repeated, empty
    ("response", (("WARC-Record-ID", ""),), "missing", GRAVE),
    ("response", (("WARC-Date", ""),), "missing", GRAVE),
    ("response", (URI, URI), "repeated", GRAVE),
    ("response", (("WARC-Date", "2026-11-22T03:15:00Z"), ("warc-date", "2026-11-22T03:15:00Z")), "repeated", GRAVE),
    ("response", (("Content-Length", "0"),), "repeated", GRAVE),
    ("response", (("WARC-IP-Address", ""),), "empty", NOTE),
    # W4: ids and URIs
    ("response", (("WARC-Record-ID", ID.strip("<>")),), "id", NOTE),
    ("response", (("WARC-Record-ID", "<zaphod>"),), "id", GRAVE),
    ("response", (("WARC-Record-ID", "<urn:uuid:6f1c 26a4>"),), "id", GRAVE),
    ("response", (("WARC-Target-URI", f"<{URI[1]}>"),), "target form", NOTE),
    ("response", (("WARC-Target-URI", "http://blog.example/a post"),), "target form", NOTE),
    ("response", (("WARC-Target-URI", "bad_uri"),), "target", GRAVE),
    # W5: dates
    ("response", (("WARC-Date", "blue monday"),), "date", GRAVE),
    ("response", (("WARC-Date", "2026-13-22T03:15:00Z"),), "date", GRAVE),
    ("response", (("WARC-Date", "20261122031500"),), "date", GRAVE),
    ("response", (("WARC-Date", "2026-W47-7"),), "date", GRAVE),
    ("response", (("WARC-Date", "2026-11-22T03:15:00+02:00"),), "date form", NOTE),
    ("response", (("WARC-Date", "2026-11-22t03:15:00z"),), "date form", NOTE),
    ("response", (("WARC-Date", "2026-11-22T03:15:00.1234567890Z"),), "date form", NOTE),
    # W7: target
    ("warcinfo", (URI,), "out of place", NOTE),
    ("response", (("WARC-Target-URI", ""),), "missing", GRAVE),
    # W8, W13, W16 to W18: fields that belong to some types only
    ("warcinfo", (("WARC-Concurrent-To", OTHER),), "out of place", NOTE),
    ("conversion", (("WARC-Concurrent-To", OTHER),), "out of place", NOTE),
    ("warcinfo", (("WARC-Warcinfo-ID", OTHER),), "out of place", NOTE),
    ("response", (("WARC-Filename", "a.warc.gz"),), "out of place", NOTE),
    ("conversion", (("WARC-IP-Address", "192.0.2.1"),), "out of place", NOTE),
    ("response", (SAME,), "out of place", NOTE),
    ("response", (REFERS,), "out of place", NOTE),
    ("metadata", (("WARC-Refers-To-Date", "2026-11-22T03:15:00Z"),), "out of place", NOTE),
    ("conversion", (("WARC-Refers-To-Target-URI", URI[1]),), "out of place", NOTE),
    ("metadata", (DIGEST,), "out of place", NOTE),
    ("response", (("WARC-Segment-Origin-ID", OTHER),), "out of place", NOTE),
    ("response", (("WARC-Segment-Total-Length", "9"),), "out of place", NOTE),
    ("request", (("WARC-Concurrent-To", OTHER.strip("<>")),), "reference", NOTE),
    ("revisit", (("WARC-Refers-To-Date", "yesterday"),), "reference", NOTE),
    ("response", (("WARC-IP-Address", "a.b.c.d"),), "address", NOTE),
    # revisits
    ("revisit", (("WARC-Profile", ""),), "profile", GRAVE),
    ("revisit", (SAME,), "profile", GRAVE),
    ("revisit", (("WARC-Profile", "http://example.org/near-duplicate"),), "profile", NOTE),
    ("revisit", (("WARC-Refers-To", ""),), "refers to nothing", NOTE),
    # segments
    ("continuation", (("WARC-Segment-Number", ""),), "segment", GRAVE),
    ("continuation", (("WARC-Segment-Origin-ID", ""),), "segment", GRAVE),
    ("continuation", (("WARC-Segment-Number", "1"),), "segment", GRAVE),
    ("continuation", (("WARC-Segment-Number", "one"),), "segment", GRAVE),
    ("continuation", (("WARC-Segment-Total-Length", "all"),), "segment", NOTE),
    ("response", (("WARC-Segment-Number", "2"),), "segment", GRAVE),
    ("response", (("WARC-Segment-Number", "1"),), "segment", NOTE),
    # W6, W9, W12
    ("response", (("Content-Type", "gif\\image"),), "content type", NOTE),
    ("warcinfo", (("Content-Type", "text/plain"),), "content type", NOTE),
    ("response", (("Content-Type", "application/http; msgtype=request"),), "content type", NOTE),
    ("response", (("WARC-Block-Digest", "sharif-1; omar"),), "digest form", NOTE),
    ("response", (("WARC-Block-Digest", f"sha256:{BLOCK_SUM}"),), "block digest", GRAVE),
    ("response", (("WARC-Payload-Digest", f"sha1:{BODY_SUM}"),), "payload digest", GRAVE),
    ("response", (("WARC-Truncated", "boredom"),), "truncated", NOTE),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "code", "grave"), BROKEN)
def test_a_broken_rule_is_told(kind: str, fields: tuple[tuple[str, str], ...], code: str, grave: bool) -> None:
    assert (code, grave) in codes(written(kind, *fields))
    assert all(fault_grave <= grave for _, fault_grave in codes(written(kind, *fields)))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((kind, name) for kind in OWN_FIELDS for name in ("WARC-Record-ID", "WARC-Date", "WARC-Type")),
        *((kind, "WARC-Target-URI") for kind in ("response", "resource", "request", "revisit", "conversion")),
        ("continuation", "WARC-Target-URI"),
    ],
)
def test_a_mandatory_field_that_is_missing_is_grave(kind: str, name: str) -> None:
    (fault, *_) = (fault for fault in told(written(kind, without=(name,))) if fault.grave)

    assert fault.code == "missing"
    assert name in fault.what


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("metadata", (("WARC-Concurrent-To", ID), ("WARC-Concurrent-To", OTHER), URI, REFERS)),
        ("response", (("WARC-Protocol", "h2"), ("WARC-Protocol", "tls/1.3"), ("X-Ours", ""))),
        ("response", (("WARC-Date", "2026-11-22T03:15:00.123456789Z"), ("WARC-IP-Address", "2001:db8::1"))),
        ("response", (("WARC-Date", "2026-11"), ("WARC-Truncated", "disconnect"), ("WARC-Warcinfo-ID", OTHER))),
        ("revisit", (SAME, DIGEST, ("WARC-Refers-To-Target-URI", URI[1]), ("WARC-Refers-To-Date", "2026-11-22"))),
        ("revisit", (("WARC-Profile", "http://netpreserve.org/warc/1.0/revisit/server-not-modified"),)),
        ("continuation", (("WARC-Segment-Number", "42"), ("WARC-Segment-Total-Length", "1234"))),
        ("warcinfo", (("WARC-Filename", "press-20261122031500123-00004.warc.gz"),)),
        ("conversion", (REFERS,)),
        ("response", (("Content-Type", "text/dns"), ("WARC-Target-URI", "dns:blog.example"))),
        ("response", (("Content-Type", 'application/http;msgtype="response"'),)),
        ("resource", (("WARC-Target-URI", "urn:X-wpull:log"), ("WARC-Record-ID", "<http://example.org/1>"))),
    ],
)
def test_what_the_standard_allows_is_no_fault(kind: str, fields: tuple[tuple[str, str], ...]) -> None:
    assert not told(written(kind, *fields))


def test_a_fraction_of_a_second_is_new_in_1_1() -> None:
    date = ("WARC-Date", "2026-11-22T03:15:00.5Z")

    assert codes(written("response", date, version="WARC/1.0")) == [("date form", NOTE)]


def test_unknown_types_and_versions_are_notes() -> None:
    assert codes(written("annotation", block=b"x")) == [("type", NOTE), ("content type", NOTE)]
    for version in ("WARC/0.17", "WARC/1.2", "WARC/2.0"):
        assert codes(written("response", version=version)) == [("version", NOTE)]


def test_a_block_without_content_type_is_a_note_but_in_a_continuation() -> None:
    assert codes(written("resource", block=b"x", without=("Content-Type",))) == [("content type", NOTE)]
    assert not codes(written("resource", without=("Content-Type",)))
    assert not codes(written("continuation", block=b"x"))


def test_a_payload_digest_may_hold_by_either_reading() -> None:
    def of(digest: str) -> list[tuple[str, bool]]:
        return codes(written("response", ("WARC-Payload-Digest", f"sha1:{digest}"), block=CHUNKED))

    assert of(BODY_SUM) == []
    assert of(FRAMED_SUM) == [("framed payload", NOTE)]
    assert of(DIGEST[1].partition(":")[2]) == [("payload digest", GRAVE)]


def test_a_revisit_with_headers_only_must_say_that_it_was_cut() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
    length = ("WARC-Truncated", "length")

    assert codes(written("revisit", SAME, DIGEST, block=head)) == [("not truncated", NOTE)]
    assert not codes(written("revisit", SAME, DIGEST, length, block=head))
    assert not codes(written("revisit", SAME, DIGEST))
    assert not codes(written("revisit", block=head))


def test_what_stands_around_the_fields_is_a_note() -> None:
    sound = written("response")

    assert codes(sound[:-2]) == [("form", NOTE)]
    assert codes(sound[:-4]) == [("form", NOTE)]
    assert codes(sound + b"\r\n") == [("form", NOTE)]
    assert codes(sound.replace(b"WARC/1.1", b"warc/1.1")) == [("form", NOTE)]
    assert codes(sound.replace(b"\r\n\r\n", b"\r\nno colon\r\n\r\n", 1)) == [("form", NOTE)]
    assert codes(sound.replace(b"\r\n\r\n", b"\r\nX-Name: caf\xe9\r\n\r\n", 1)) == [("form", NOTE)]


def test_several_records_in_one_member_are_grave() -> None:
    met = [one for one in walk(io.BytesIO(gzip.compress(written("warcinfo") * 2))) if isinstance(one, Walked)]

    assert [[fault.code for fault in faults(one)] for one in met] == [["one member"], ["one member"]]
    assert all(fault.grave for one in met for fault in faults(one))


names = st.sampled_from(
    ["WARC-Type", "WARC-Record-ID", "WARC-Date", "WARC-Target-URI", "WARC-Profile", "WARC-Segment-Number",
     "WARC-IP-Address", "WARC-Refers-To-Date", "Content-Type", "WARC-Block-Digest", "WARC-Truncated", "X-Other"]
)  # fmt: skip
values = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=40)


@given(st.sampled_from(sorted(OWN_FIELDS)), st.lists(st.tuples(names, values), max_size=5))
def test_no_value_makes_the_judging_fail(kind: str, fields: list[tuple[str, str]]) -> None:
    for fault in told(written(kind, *fields)):
        assert fault.code
        assert len(fault.what) < 500


SOUND = written("warcinfo")
NOTED = written("response", version="WARC/0.18")
WRONG = written("response", ("WARC-Block-Digest", f"sha256:{BLOCK_SUM}"))
ODD = written("response", ("WARC-Truncated", "boredom"))


def member(*parts: bytes) -> bytes:
    return b"".join(gzip.compress(part) for part in parts)


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (SOUND * 2, "valid", None),
        (member(SOUND, SOUND), "valid", None),
        (SOUND + NOTED * 3, "valid with a note", f"at {len(SOUND)}: 'WARC/0.18' is neither .* (and 2 more such)"),
        (SOUND + ODD, "valid with a note", f"at {len(SOUND)}: WARC-Truncated gives 'boredom'.*"),
        (SOUND + WRONG, "damaged", f"at {len(SOUND)}: the block digest does not hold"),
        (ODD + WRONG, "damaged", f"at {len(ODD)}: the block digest does not hold"),
        (SOUND + SOUND[:-30], "repairable", f"at {len(SOUND)}: the named fields do not end"),
        (member(SOUND, ODD)[:-9], "repairable", f"at {len(member(SOUND))}: the file ends within a gzip member"),
        (member(SOUND) + b"\0" * 900, "repairable", f"at {len(member(SOUND))}: no gzip member starts here"),
        (WRONG + SOUND[:-30], "damaged", "at 0: the block digest does not hold"),
        (member(SOUND) + b"garbage" + member(SOUND), "damaged", f"at {len(member(SOUND))}: no gzip member starts here"),
        (SOUND[:-30], "refused", "it holds no whole record"),
        (member(SOUND + SOUND), "refused", "it packs several records into one gzip member.*"),
        (member(SOUND, SOUND + SOUND, SOUND), "refused", "it packs several records into one gzip member.*"),
        (member(SOUND, SOUND + b"junk", SOUND), "damaged", f"at {len(member(SOUND))}: its Content-Length .*"),
        (b"", "refused", "it is empty"),
        (b"notes\n", "refused", "it begins with b'notes.*"),
    ],
)  # fmt: skip
def test_the_verdict_on_a_file(tmp_path: Path, data: bytes, kind: str, reason: str | None) -> None:
    file = tmp_path / "some.warc"
    file.write_bytes(data)
    found = verdict(file)

    assert found.kind == kind, found
    if reason is None:
        assert not found.reasons
    else:
        begin, _, end = reason.partition(".*")
        assert found.reasons[0].startswith(begin)
        assert found.reasons[0].endswith(end)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert verdict(tmp_path).kind == "refused"


def test_what_is_told_of_a_file_does_not_grow_with_its_records(tmp_path: Path) -> None:
    file = tmp_path / "many.warc"
    file.write_bytes(
        b"".join(written("response", ("WARC-Truncated", f"reason{number}")) for number in range(200))
        + b"".join(written("response", version=f"WARC/3.{number}") for number in range(200))
    )

    assert len(verdict(file).reasons) == 2
