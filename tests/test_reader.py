"""The walk over WARC files: what is there is found, damage is located and stepped over, nothing hangs or grows.

Files are made here from plain bytes, not by our writer.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import random
import subprocess
import sys
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from isal import isal_zlib

from archive.errors import Damaged
from archive.warc import message
from archive.warc.reader import HEAD_LIMIT, Damage, Walked, looks_like, read_record, walk
from archive.warc.source import CHUNK

LINE = b"\r\n"


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def made(number: int, block: bytes, *, kind: str = "resource", payload: bytes | None = None, **more: str) -> bytes:
    """Write one record by hand; ``more`` are further named fields, with ``_`` for ``-``."""
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012}>",
        "WARC-Date": "2026-11-22T03:15:00Z",
        "WARC-Target-URI": f"http://blog.example/{number}",
        "Content-Type": "application/http; msgtype=response" if kind == "response" else "text/plain",
        "WARC-Block-Digest": sha1(block),
        "WARC-Payload-Digest": sha1(block if payload is None else payload),
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return b"WARC/1.1\r\n" + head.encode() + LINE + block + LINE + LINE


def page(body: bytes, *, chunked: bool = False) -> bytes:
    if not chunked:
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


BODY = b"<h1>A story</h1>" * 40
RECORDS = (
    made(0, b"software: by hand\r\n"),
    made(1, page(BODY), kind="response", payload=BODY),
    made(2, noise(3000)),
    made(3, b""),
    made(4, page(BODY, chunked=True), kind="response", payload=BODY),
    made(5, noise(200, seed=2)),
)
MEMBERS = tuple(gzip.compress(record, mtime=0) for record in RECORDS)


def found(data: bytes) -> list[Walked | Damage]:
    return list(walk(io.BytesIO(data)))


def records(data: bytes) -> list[Walked]:
    return [met for met in found(data) if isinstance(met, Walked)]


def damages(data: bytes) -> list[tuple[int, int]]:
    return [(met.offset, met.length) for met in found(data) if isinstance(met, Damage)]


def numbers(data: bytes) -> list[int]:
    """Give the numbers of the records that are found whole, in order."""
    return [int(str(met.id)[-12:]) for met in records(data) if met.block_holds and met.payload_holds]


def assert_covers(met: list[Walked | Damage], size: int) -> None:
    at = 0
    for one in met:
        assert one.offset == at
        assert one.length > 0 or (isinstance(one, Walked) and one.unaddressable)
        at += one.length
    assert at == size


def test_every_record_is_found_with_its_place_and_its_digests_held() -> None:
    for parts in (RECORDS, MEMBERS):
        met = records(b"".join(parts))

        assert [one.offset for one in met] == [sum(map(len, parts[:n])) for n in range(len(parts))]
        assert [one.length for one in met] == [len(part) for part in parts]
        assert [one.size for one in met] == [19, len(page(BODY)), 3000, 0, len(page(BODY, chunked=True)), 200]
        assert all(one.block_holds and one.payload_holds and one.payload_as == "standard" for one in met)
        assert not any(one.faults or one.unaddressable for one in met)


def test_plain_and_gzip_give_the_same_records() -> None:
    def told(met: list[Walked]) -> list[object]:
        return [(one.fields, one.front, one.size, one.block_holds, one.payload_digest) for one in met]

    assert told(records(b"".join(RECORDS))) == told(records(b"".join(MEMBERS)))


def test_a_walk_can_begin_at_any_record() -> None:
    for parts in (RECORDS, MEMBERS):
        data, at = b"".join(parts), len(parts[0]) + len(parts[1])

        assert next(walk(io.BytesIO(data), start=at)).offset == at
        assert len(list(walk(io.BytesIO(data), start=at))) == 4


def test_the_edges_of_what_is_read_at_a_time_do_not_matter() -> None:
    second, third = made(1, page(BODY), kind="response", payload=BODY), made(2, noise(300))
    overhead = len(made(0, b"")) + 5
    for shift in range(-8, len(second) + 8, 7):
        first = made(0, noise(CHUNK - overhead - shift))
        data = first + second + third
        assert [(one.offset, one.length) for one in found(data)] == [
            (0, len(first)),
            (len(first), len(second)),
            (len(first) + len(second), len(third)),
        ]
        assert numbers(data) == [0, 1, 2]


def test_the_edges_do_not_matter_for_gzip_either() -> None:
    second, third = gzip.compress(made(1, BODY), 0, mtime=0), gzip.compress(made(2, noise(300)), mtime=0)
    overhead = len(gzip.compress(made(0, noise(CHUNK)), 0, mtime=0)) - CHUNK
    for shift in [*range(-30, 40), *range(40, len(second) + 30, 13)]:
        first = gzip.compress(made(0, noise(CHUNK - overhead - shift)), 0, mtime=0)
        data = first + second + third
        assert numbers(data) == [0, 1, 2]
        assert not damages(data)


@pytest.mark.parametrize("record", [1, 2, 4])
def test_a_record_that_lost_bytes_is_stepped_over(record: int) -> None:
    others = [number for number in range(len(RECORDS)) if number != record]
    for parts in (RECORDS, MEMBERS):
        at, size = sum(map(len, parts[:record])), len(parts[record])
        data = b"".join(parts)
        for gap in ((at + size // 2, at + size // 2 + 20), (at, at + 12), (at + size - 9, at + size - 1)):
            torn = data[: gap[0]] + data[gap[1] :]
            assert numbers(torn) == others, gap
            assert damages(torn) == [(at, size - (gap[1] - gap[0]))]


def test_a_torn_head_does_not_borrow_the_next_one() -> None:
    for size in (10, 20_000):
        torn = made(9, b"", X_Long="x" * size)
        for end in (size // 2, 100, 9):
            for between in (b"", b"\r\n", b"\n"):
                data = RECORDS[0] + torn[:end] + between + RECORDS[1] + RECORDS[2]
                assert numbers(data) == [0, 1, 2]
                at, length = len(RECORDS[0]), end + len(between)
                assert damages(data) == [(at, length)]


def test_a_field_may_end_with_a_version() -> None:
    for value in ("WARC/1.0", "http://blog.example/specs/WARC/1.1"):
        for record in (
            made(1, b"", X_Format=value, X_After="1"),
            made(1, b"", WARC_Target_URI=value),
            made(1, b"", kind=value),
        ):
            assert numbers(record + RECORDS[2]) == [1, 2]
            assert not damages(record + RECORDS[2])
            assert numbers(gzip.compress(record, mtime=0) + MEMBERS[2]) == [1, 2]


def test_a_gap_over_several_records_leaves_the_ones_around_it() -> None:
    for parts in (RECORDS, MEMBERS):
        data, ends = b"".join(parts), [sum(map(len, parts[: n + 1])) for n in range(len(parts))]
        torn = data[: ends[0] + 30] + data[ends[2] - 30 :]

        assert numbers(torn) == [0, 3, 4, 5]
        assert damages(torn) == [(ends[0], 60)]


@pytest.mark.parametrize("garbage", [b"\0" * 700, b"GARBAGE", b"\r\n", noise(5000), b"WARC/", b"\x1f\x8b\x08"])
@pytest.mark.parametrize("members", [False, True])
def test_garbage_between_records_is_located(garbage: bytes, *, members: bool) -> None:
    parts = MEMBERS if members else RECORDS
    at = len(parts[0]) + len(parts[1])
    data = b"".join((*parts[:2], garbage, *parts[2:]))

    assert numbers(data) == [0, 1, 2, 3, 4, 5]
    if members or garbage.strip():
        assert damages(data) == [(at, len(garbage))]
    else:
        assert "instead of two empty lines" in records(data)[1].faults[0]


@pytest.mark.parametrize("gone", [1, 4, 5, 100])
def test_a_torn_tail_is_located(gone: int) -> None:
    for parts in (RECORDS, MEMBERS):
        data = b"".join(parts)[:-gone]
        last = len(data) + gone - len(parts[-1])
        if parts is RECORDS and gone <= 4:  # the block is all there, only the line ends after it are not
            assert numbers(data) == [0, 1, 2, 3, 4, 5]
            assert records(data)[-1].faults
        else:
            assert numbers(data) == [0, 1, 2, 3, 4]
            assert damages(data) == [(last, len(data) - last)]


def test_a_file_whose_first_bytes_are_damaged_is_still_a_warc_file() -> None:
    for parts in (RECORDS, MEMBERS):
        data = b"\0\0\0" + b"".join(parts)[3:]

        assert looks_like(io.BytesIO(data)) is None
        assert numbers(data) == [1, 2, 3, 4, 5]
        assert damages(data) == [(0, len(parts[0]))]


def test_several_records_in_one_member_are_found_without_a_place_of_their_own() -> None:
    data = gzip.compress(b"".join(RECORDS), mtime=0) + MEMBERS[0]
    met = records(data)

    assert numbers(data) == [0, 1, 2, 3, 4, 5, 0]
    assert [one.unaddressable for one in met] == [True] * 6 + [False]
    assert_covers(found(data), len(data))


def test_what_follows_such_a_member_is_damage_behind_it() -> None:
    member = gzip.compress(b"".join(RECORDS[:3]), mtime=0)
    data = member + b"not a member" + MEMBERS[3]

    assert numbers(data) == [0, 1, 2, 3]
    assert damages(data) == [(len(member), 12)]


def test_a_member_that_holds_more_than_its_record_is_damage() -> None:
    for extra in (b"junk", b"\r\n\r\njunk", b"\0" * 1000):
        member = gzip.compress(RECORDS[1] + extra, mtime=0)
        data = MEMBERS[0] + member + MEMBERS[2]

        assert numbers(data) == [0, 2]
        assert damages(data) == [(len(MEMBERS[0]), len(member))]
    assert numbers(MEMBERS[0] + gzip.compress(RECORDS[1] + b"\r\n\r\n", mtime=0) + MEMBERS[2]) == [0, 1, 2]


def test_a_content_length_that_does_not_fit_does_not_swallow_the_next_record() -> None:
    for declared in ("18", "20", "400", "99999999", "9" * 17, "9" * 5000, "", "-1", "+19", "1e3", "\u0661"):
        bad = made(9, b"software: by hand\r\n", Content_Length=declared)
        data = RECORDS[0] + bad + RECORDS[1]

        assert numbers(data) == [0, 1], declared
        if declared in ("18", "20"):  # line ends follow, and then the next record: a fault, no damage
            assert records(data)[1].faults
        else:
            assert damages(data) == [(len(RECORDS[0]), len(bad))]
        assert numbers(b"".join((MEMBERS[0], gzip.compress(bad, mtime=0), MEMBERS[1]))) == [0, 1]


def test_fields_with_bare_line_feeds_do_not_borrow_those_of_the_http_head() -> None:
    record = made(1, page(BODY), kind="response").replace(b"\r\n", b"\n", 9)
    met = found(record + RECORDS[2])

    assert isinstance(met[0], Damage)
    assert "not with CR LF" in met[0].what
    assert numbers(record + RECORDS[2]) == [2]


def test_a_folded_field_is_one_field() -> None:
    record = made(1, b"", X_Note="one\r\n two\r\n\tthree")

    assert records(record)[0].fields.get("x-note") == "one two three"


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha384", "sha512"])
def test_a_digest_is_read_in_every_encoding_in_use(algorithm: str) -> None:
    raw = hashlib.new(algorithm, BODY).digest()
    base32, base64_, urlsafe = (
        encode(raw).decode() for encode in (base64.b32encode, base64.b64encode, base64.urlsafe_b64encode)
    )
    forms = [raw.hex(), raw.hex().upper(), base32, base32.lower(), base32.rstrip("="), base64_, urlsafe]
    for label in (algorithm, algorithm.upper(), algorithm.replace("sha", "sha-")):
        for form in forms:
            assert records(made(1, BODY, WARC_Block_Digest=f"{label}:{form}"))[0].block_holds, form
    other = hashlib.new(algorithm, b"another").hexdigest()
    for wrong in (other, raw.hex()[:-2], "0", "\u0661" * len(raw.hex())):
        assert records(made(1, BODY, WARC_Block_Digest=f"{algorithm}:{wrong}"))[0].block_holds is False


def test_a_digest_of_an_unknown_kind_is_neither_held_nor_broken() -> None:
    for value in ("crc32:00000000", "no digest", ":", ""):
        assert records(made(1, BODY, WARC_Block_Digest=value))[0].block_holds is None


def test_a_payload_digest_of_the_framed_body_is_told_apart() -> None:
    block = page(BODY, chunked=True)
    framed = block[block.index(b"\r\n\r\n") + 4 :]
    met = records(made(1, block, kind="response", payload=framed))[0]

    assert (met.payload_holds, met.payload_as) == (True, "framed")
    assert records(made(1, block, kind="response", payload=b"other"))[0].payload_holds is False


def test_without_digests_nothing_is_hashed() -> None:
    met = [one for one in walk(io.BytesIO(b"".join(RECORDS)), digests=False) if isinstance(one, Walked)]

    assert len(met) == len(RECORDS)
    assert all((one.block_holds, one.payload_holds, one.payload_digest) == (None, None, None) for one in met)


class Counted(io.BytesIO):
    """Counts the bytes that are read."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


def test_a_head_of_ten_megabytes_is_damage() -> None:
    bomb = made(1, b"", X_Bomb="x" * 10_000_000)
    for data in (RECORDS[0] + bomb + RECORDS[5], MEMBERS[0] + gzip.compress(bomb, mtime=0) + MEMBERS[5]):
        assert numbers(data) == [0, 5]
        assert len(damages(data)) == 1
    assert numbers(made(1, b"", X_Bomb="x" * (HEAD_LIMIT - 1000))) == [1]


@pytest.mark.parametrize(
    "data",
    [
        b"WARC/1.0\r\n" * 200_000,
        b"warc/1.0\r\n" * 200_000,
        b"WARC/1.0\r\n" * 100_000 + b"\r\n" * 2,
        b"WARC/1.0\r\nContent-Length: 999999\r\n\r\n" * 50_000,
        b"WARC/1.0\r\nContent-Length: 99\r\n\r\n" * 50_000,
        b"WARC/1.0\r\n" + b"a: b\r\n b\r\n" * 90_000 + b"\r\n",
        b"WARC/1.0\r\n" + b"x\r\n" * 300_000 + b"\r\n",
        b"WARC/1.0\r\na: b\r\n" * 100_000,
        b"WARC/1.0\r\nWARC-Type: b" * 60_000 + b"\r\n\r\n",
        b"".join(b"WARC/1.0\r\nWARC-%x: b" % number for number in range(60_000)) + b"\r\n\r\n",
        b"\r\n" * 1_000_000,
        b"WARC/1.0\r\n\r\n" * 100_000,
    ],
    ids=["versions", "lower case", "versions, one end", "greedy lengths", "lengths", "folds", "no colons", "heads",
         "torn heads", "torn heads of all kinds", "blanks", "no fields"],
)  # fmt: skip
def test_nothing_is_read_over_and_over(data: bytes) -> None:
    file = Counted(data)
    met = list(walk(file))

    assert_covers(met, len(data))
    assert file.count < 20 * len(data)


def test_members_nested_in_one_another_are_not_read_over_and_over() -> None:
    # Each member is stored, not compressed, and holds the next; all end in the same wrong place.
    head = b"WARC/1.0\r\nContent-Length: 99999999\r\n\r\n"
    start = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    count = 700
    each = len(start) + 5 + len(head)
    nest = b"".join(
        start + b"\0" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + head
        for size in (len(head) + (count - 1 - number) * each for number in range(count))
    )
    tail = b"".join(b"\0\xff\xff\0\0" + b"x" * 65535 for _ in range(100))
    file = Counted(nest + tail + b"\xff" * 2 * CHUNK + MEMBERS[0])
    met = list(walk(file))

    assert_covers(met, len(file.getvalue()))
    assert isinstance(met[-1], Walked)
    assert file.count < 150 * len(file.getvalue())


BOUNDED = """
import resource, sys
from archive.warc.reader import Walked, looks_like, walk
resource.setrlimit(resource.RLIMIT_AS, (400 << 20,) * 2)
with open(sys.argv[1], "rb") as file:
    looks_like(file)
    print(*(met.block_holds if isinstance(met, Walked) else met.what for met in walk(file)), sep="\\n")
"""


def bomb(front: bytes) -> Iterator[bytes]:
    packer = isal_zlib.compressobj(1, isal_zlib.DEFLATED, 31)
    yield packer.compress(front)
    piece = b"\0" * (1 << 20)
    for _ in range(1024):
        yield packer.compress(piece)
    yield packer.compress(LINE + LINE) + packer.flush()


@pytest.mark.parametrize(
    ("front", "told"),
    [
        (b"", "no record starts here"),
        (b"WARC/1.0\r\nX: ", "the named fields do not end"),
        (b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Block-Digest: sha1:SUM\r\nContent-Length: 1073741824\r\n\r\n", ""),
        (b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\n"
         b"WARC-Payload-Digest: sha1:2222222222222222222222222222222A\r\nContent-Length: 1073741824\r\n\r\n", "None"),
    ],
    ids=["no record", "one field", "one block", "one HTTP head"],
)  # fmt: skip
def test_a_decompression_bomb_does_not_fill_the_memory(tmp_path: Path, front: bytes, told: str) -> None:
    file = tmp_path / "bomb.warc.gz"
    if not told:
        zeros = hashlib.sha1()
        for _ in range(1024):
            zeros.update(b"\0" * (1 << 20))
        front, told = front.replace(b"SUM", base64.b32encode(zeros.digest())), "True"
    with file.open("wb") as out:
        out.writelines(bomb(front))
        out.write(MEMBERS[0])
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, str(file)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    first, last = done.stdout.splitlines()
    assert told in first
    assert last == "True"


def test_a_text_file_named_like_a_warc_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.warc.gz"
    file.write_text("Notes on WARC/1.0\n\nWARC/1.0\nWARC-Type: response\n\nand so on\n" * 100)
    with file.open("rb") as open_:
        assert "it begins with b'Notes on WARC/1.0" in (looks_like(open_) or "")
        assert all(isinstance(met, Damage) for met in walk(open_))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is empty"),
        (gzip.compress(b"", mtime=0), "it is empty"),
        (b"filedesc://a.arc 0.0.0.0 20140216012908 text/plain 75\n", "ARC file"),
        (gzip.compress(b"filedesc://a.arc 0.0.0.0 20140216012908 text/plain 75\n", mtime=0), "ARC file"),
        (b"PK\x03\x04" + b"".join(MEMBERS), "ZIP file"),
        (b"\x28\xb5\x2f\xfd\0\0", "Zstandard"),
        (b"\x5d\x2a\x4d\x18\0\0", "Zstandard"),
        (b" CDX N b a m s k r M S V g\n", "CDX"),
        (b'com,example)/ 20140102030405 {"url": "http://example.com/"}\n', "CDX"),
        (gzip.compress(b'com,example)/ 20140102030405 {"url": "http://example.com/"}\n', mtime=0), "CDX"),
        (b"\x1f\x8b\x08 and then nothing that makes sense", "it begins like gzip"),
        (gzip.compress(b"a log file\n", mtime=0), "it begins with b'a log file"),
        (b"\x89PNG\r\n\x1a\n", "it begins with"),
    ],
)
def test_what_is_no_warc_file_is_named(data: bytes, words: str) -> None:
    assert words in (looks_like(io.BytesIO(data)) or "")


def test_a_directory_can_not_be_walked(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        tmp_path.open("rb")


def test_a_record_is_read_back_from_its_own_bytes() -> None:
    for parts in (RECORDS, MEMBERS):
        for part, met in zip(parts, records(b"".join(parts)), strict=True):
            stored = read_record(part)
            assert stored.fields == met.fields
            assert sha1(stored.block) == stored.fields.get("WARC-Block-Digest")


@given(st.integers(0, 5), st.booleans(), st.integers(0, 3000), st.integers(0, 255))
@example(1, True, 40, 1)
def test_a_record_that_can_not_be_read_back_is_called_damaged(number: int, cut: bool, place: int, mask: int) -> None:
    for part in (RECORDS[number], MEMBERS[number]):
        place %= len(part)
        torn = part[:place] if cut else part[:place] + bytes([part[place] ^ mask]) + part[place + 1 :]
        try:
            stored = read_record(torn)
        except Damaged:
            continue
        assert stored.fields.get("Content-Length") == str(len(stored.block))


Bytes = list[tuple[int, int | None]]
"""A file byte by byte, with where each byte was before the damage; None for a byte that was not there."""

edits = st.lists(
    st.one_of(
        st.tuples(st.just("cut"), st.floats(0, 1), st.integers(1, 3000), st.binary(max_size=0)),
        st.tuples(st.just("put"), st.floats(0, 1), st.just(0), st.binary(min_size=1, max_size=60)),
        st.tuples(st.just("flip"), st.floats(0, 1), st.integers(0, 7), st.binary(max_size=0)),
        st.tuples(st.just("repeat"), st.floats(0, 1), st.integers(1, 3000), st.binary(max_size=0)),
        st.tuples(st.just("end"), st.floats(0, 1), st.just(0), st.binary(max_size=0)),
    ),
    min_size=1,
    max_size=5,
)


def damaged(data: bytes, wounds: list[tuple[str, float, int, bytes]]) -> Bytes:
    body: Bytes = [(byte, at) for at, byte in enumerate(data)]
    for kind, share, size, new in wounds:
        at = int(share * max(0, len(body) - 1))
        if kind == "cut":
            del body[at : at + size]
        elif kind == "put":
            body[at:at] = [(byte, None) for byte in new]
        elif kind == "repeat":
            body[at:at] = body[at : at + size]
        elif kind == "end":
            del body[at:]
        elif body:
            body[at] = (body[at][0] ^ (1 << size), None)
    return body


def untouched(body: Bytes, parts: tuple[bytes, ...]) -> list[int]:
    """Give the numbers of the parts whose bytes are all still there, in order and nothing between."""
    where = [was for _, was in body]
    starts, at = {}, 0
    for number, part in enumerate(parts):
        starts[at], at = (number, len(part)), at + len(part)
    whole = []
    for place, was in enumerate(where):
        if was in starts:
            number, size = starts[was]
            if where[place : place + size] == list(range(was, was + size)):
                whole.append(number)
    return whole


@given(edits)
@example([("flip", 0.0, 0, b"")])
@example([("cut", 0.0, 2, b"")])
def test_whatever_happens_to_a_gzip_file_every_record_not_touched_is_found(
    wounds: list[tuple[str, float, int, bytes]],
) -> None:
    body = damaged(b"".join(MEMBERS), wounds)
    data = bytes(byte for byte, _ in body)
    met = found(data)

    assert_covers(met, len(data))
    seen = numbers(data)
    for number in set(whole := untouched(body, MEMBERS)):
        assert seen.count(number) >= whole.count(number)


@given(edits)
def test_whatever_happens_to_a_plain_file_the_walk_ends_and_covers_it(
    wounds: list[tuple[str, float, int, bytes]],
) -> None:
    data = bytes(byte for byte, _ in damaged(b"".join(RECORDS), wounds))

    assert_covers(found(data), len(data))
    looks_like(io.BytesIO(data))


pieces = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [b"WARC/1.0\r\n", b"\r\n", b"\r\n\r\n", b"\n", b"\x1f\x8b\x08\0", b"Content-Length: 3\r\n",
         b"WARC-Type: response\r\n", b"Content-Type: application/http\r\n", b"WARC-Payload-Digest: sha1:AA\r\n",
         MEMBERS[0], RECORDS[3]]
    ),
)  # fmt: skip


@given(st.lists(pieces, max_size=30).map(b"".join))
def test_no_bytes_make_the_walk_fail(data: bytes) -> None:
    assert_covers(found(data), len(data))
    looks_like(io.BytesIO(data))


@given(st.lists(pieces, max_size=20).map(b"".join), st.integers(0, 9))
def test_no_bytes_in_a_member_make_the_walk_fail(inner: bytes, level: int) -> None:
    data = gzip.compress(inner, level, mtime=0) + MEMBERS[0]

    assert_covers(found(data), len(data))
    assert 0 in numbers(data)


# HTTP messages


@given(st.binary(max_size=300), st.integers(0, 20))
@example(b"HTTP/1.1 200\r\n\r\n", 0)
@example(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 0)
def test_no_bytes_make_the_reading_of_a_head_fail(data: bytes, start: int) -> None:
    message.informational_length(data)
    for whole in (data, data + b"\r\n\r\n"):
        head = message.parse_head(whole, start)
        if head is not None:
            assert whole[start : start + head.length].endswith((b"\n\n", b"\n\r\n"))
            message.framing(head)
            message.mime(head)


def test_a_content_length_too_long_to_be_one_is_none() -> None:
    head = message.parse_head(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n")

    assert head is not None
    assert message.framing(head).kind == "close"


def test_a_head_of_folded_lines_is_read_once_over() -> None:
    head = message.parse_head(b"HTTP/1.1 200 OK\r\nX: a\r\n" + b" b\r\n" * 200_000 + b"\r\n")

    assert head is not None
    assert head.all(b"x") == (b"a" + b" b" * 200_000,)


chunks = st.lists(st.binary(min_size=1, max_size=50), max_size=8)
trailers = st.sampled_from([b"", b"X-Sum: 1\r\n", b"A: 1\r\nB: 2\r\n"])
extensions = st.sampled_from([b"", b";a=b", b'; q="x;y"', b"  "])


def chunked(data: list[bytes], extension: bytes, trailer: bytes) -> bytes:
    framed = b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in data)
    return framed + b"0" + extension + b"\r\n" + trailer + b"\r\n"


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[begin:end] for begin, end in pairwise(edges)]


def dechunked(parts: list[bytes]) -> tuple[bytes, bool, bool]:
    decoder = message.Dechunker()
    data = b"".join(piece for part in parts for piece in decoder.feed(part))
    return data, decoder.complete, decoder.broken is not None


@given(chunks, extensions, trailers, st.binary(max_size=20), st.lists(st.integers(0, 1000), max_size=12))
def test_a_chunked_body_gives_its_data_however_it_is_cut(
    data: list[bytes], extension: bytes, trailer: bytes, after: bytes, places: list[int]
) -> None:
    framed = chunked(data, extension, trailer)

    assert dechunked(cut(framed + after, places)) == (b"".join(data), True, False)


@given(st.binary(max_size=200) | chunks.map(lambda data: chunked(data, b"", b"")[:-3]), st.lists(st.integers(0, 300)))
@example(b"1;" + b"x" * 70_000 + b"\r\na\r\n0\r\n\r\n", [66_000])
def test_cuts_do_not_matter_to_a_broken_chunked_body(framed: bytes, places: list[int]) -> None:
    assert dechunked(cut(framed, places)) == dechunked([framed])


@given(chunks, extensions, trailers, st.lists(st.integers(0, 1000), max_size=12))
def test_the_payload_of_a_chunked_message_is_its_data(
    data: list[bytes], extension: bytes, trailer: bytes, places: list[int]
) -> None:
    whole = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n" + chunked(data, extension, trailer)
    head = message.parse_head(whole)
    assert head is not None
    frame = message.framing(head)
    parts = cut(whole[head.length :], places)

    assert frame.kind == "chunked"
    assert b"".join(message.payload(parts, frame)) == b"".join(data)
    assert message.is_whole(parts, frame)
    met = records(made(1, whole, kind="response", payload=b"".join(data)))[0]
    assert (met.payload_holds, met.payload_as, met.front) == (True, "standard", whole[: head.length])


@given(st.binary(max_size=100), st.binary(max_size=20), st.lists(st.integers(0, 1000), max_size=5))
def test_the_payload_of_a_message_with_a_length_is_so_long(data: bytes, after: bytes, places: list[int]) -> None:
    frame = message.Framing("length", len(data))

    assert b"".join(message.payload(cut(data + after, places), frame)) == data


def test_the_sums_of_gzip_members_are_checked() -> None:
    for at in range(-8, 0):
        member = bytearray(MEMBERS[1])
        member[at] ^= 1
        assert numbers(MEMBERS[0] + bytes(member) + MEMBERS[2]) == [0, 2]
    assert zlib.decompress(MEMBERS[1], 31) == RECORDS[1]
