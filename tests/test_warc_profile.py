"""Our files keep the rules of WARC 1.1 and CDXJ, one test a rule, and independent readers read them.

The codes are those of the project's table of obligations. The reading here shares no code with the product's.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import ipaddress
import json
import re
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from archive.config import load
from archive.model import RecordId
from archive.recording import Recording
from archive.timing import SystemClock
from archive.warc.conformance import verdict
from tests.crash.exchanges import as_body, encrypted, exchange, not_modified
from tests.crash.steps import recorded_now
from tests.press import LIMIT, copied, press, say
from tests.wire.cases import answer, chunked

HTTP = "application/http; msgtype="
TYPES = {"warcinfo", "response", "request", "metadata", "revisit", "resource"}
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
URL = "http://press.test/story"
TEXT = b"It was a bright cold day in April. " * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A record as its bytes say, and where it lies."""

    path: Path
    offset: int
    data: bytes
    fields: tuple[tuple[str, str], ...]
    block: bytes

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.fields if key == name), None)

    @property
    def type(self) -> str:
        return self.get("WARC-Type") or ""

    @property
    def id(self) -> str:
        return self.get("WARC-Record-ID") or ""

    @property
    def http(self) -> tuple[bytes, dict[str, str], bytes]:
        """First line, fields by lower-case name, and body of an HTTP block."""
        head, _, body = self.block.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        pairs = (line.decode("latin-1").partition(":") for line in lines)
        return first, {name.strip().lower(): value.strip() for name, _, value in pairs}, body


def members(path: Path) -> Iterator[tuple[int, bytes]]:
    """Offset and content of each gzip member of a file."""
    data, at = path.read_bytes(), 0
    while at < len(data):
        inflate = zlib.decompressobj(31)
        content = inflate.decompress(data[at:])
        assert inflate.eof
        yield at, content
        at = len(data) - len(inflate.unused_data)


def raw(path: Path) -> Iterator[Raw]:
    for offset, data in members(path):
        head, _, rest = data.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")[1:]
        fields = tuple((name, value) for name, _, value in (line.partition(": ") for line in lines))
        yield Raw(path=path, offset=offset, data=data, fields=fields, block=rest[:-4])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newsstand's archive with what a tour does not meet: a 304, a body cut off, chunks, IPv6, no answer."""
    whole = press(tmp_path_factory.getbasetemp())
    home = copied(whole, tmp_path_factory.mktemp("profile") / "home")
    recording = Recording(load(home, ("store.min_free=1MB",)), SystemClock(), run="by-hand").start()
    with closing(recording):
        first = recorded_now(recording, exchange(URL, TEXT)).capture
        assert first is not None
        recorded_now(recording, not_modified(URL, RecordId(first.id)))
        recorded_now(recording, not_modified(URL, None))
        recorded_now(recording, exchange(URL, TEXT, tls=encrypted(b"a certificate")))
        recorded_now(recording, exchange("http://a.test/cut", TEXT, truncated="time", cut_by="us"))
        recorded_now(recording, exchange("http://a.test/none", None, error="disconnect"))
        recorded_now(recording, exchange("http://a.test/never", None, asked=False, error="dns"))
        long = exchange("http://a.test/long", TEXT * 100)
        recorded_now(recording, replace(long, peer="2001:db8::1"))
        coded = answer(b"Transfer-Encoding: chunked", body=chunked(gzip.compress(TEXT)), length=False)
        coded = coded.replace(b"\r\n", b"\r\nContent-Encoding: gzip\r\n", 1)
        recorded_now(recording, replace(exchange("http://a.test/coded"), response=as_body(coded)))
        recording.tell_journal("mark", first.id, {"word": "seen"})
    return home


@pytest.fixture(scope="module")
def paths(home: Path) -> list[Path]:
    return sorted(home.glob("warcs/*.warc.gz*"))


@pytest.fixture(scope="module")
def records(paths: list[Path]) -> list[Raw]:
    return [record for path in paths for record in raw(path)]


def of(records: list[Raw], *types: str) -> list[Raw]:
    found = [record for record in records if record.type in types]
    assert found
    return found


def stories(records: list[Raw]) -> list[tuple[Raw, dict[str, Any]]]:
    return [(record, json.loads(record.block)) for record in of(records, "metadata")]


# ---- WARC


def test_w1_a_record_is_version_fields_empty_line_block_and_two_line_ends(records: list[Raw]) -> None:
    for record in records:
        assert record.data.startswith(b"WARC/1.1\r\nWARC-Type: ")
        assert record.data.endswith(b"\r\n\r\n")
        assert b"\n" not in record.data.partition(b"\r\n\r\n")[0].replace(b"\r\n", b"")
        assert record.get("Content-Length") == str(len(record.block))
        assert all(re.fullmatch(r"[A-Za-z-]+", name) and value for name, value in record.fields)


def test_w2_every_record_has_type_id_date_and_length(records: list[Raw]) -> None:
    for record in records:
        assert {"WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length"} <= {name for name, _ in record.fields}
        assert record.type in TYPES
    assert {record.type for record in records} == TYPES


def test_w3_no_field_is_repeated_but_those_that_may_be(records: list[Raw]) -> None:
    for record in records:
        times = Counter(name for name, _ in record.fields)
        assert {name for name, count in times.items() if count > 1} <= {"WARC-Concurrent-To", "WARC-Protocol"}


def test_w4_ids_are_unique_uris_in_angle_brackets_and_targets_have_none(records: list[Raw]) -> None:
    ids = [record.id for record in records]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"<urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}>", id) for id in ids)
    targets = [target for record in records if (target := record.get("WARC-Target-URI"))]
    assert targets
    assert all(re.fullmatch(r"[a-z]+:[!-;=?-~]+", target) for target in targets)


def test_w5_dates_are_utc_and_one_event_has_one_date(records: list[Raw]) -> None:
    dates = {record.id: record.get("WARC-Date") or "" for record in records}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", date) for date in dates.values())
    for record in records:
        to = record.get("WARC-Concurrent-To")
        if to is not None:
            assert dates[to] == dates[record.id]
    for record, story in stories(records):
        assert story["began"] == dates[record.id]


def test_w6_a_block_has_its_content_type(records: list[Raw]) -> None:
    wanted = {"response": HTTP + "response", "request": HTTP + "request", "warcinfo": "application/warc-fields"}
    for record in records:
        kind = record.get("Content-Type")
        assert (kind is not None) == bool(record.block)
        assert record.type not in wanted or kind == wanted[record.type]


def test_w7_every_record_but_warcinfo_names_its_target(records: list[Raw]) -> None:
    for record in records:
        assert (record.get("WARC-Target-URI") is None) == (record.type == "warcinfo")


def test_w8_request_and_metadata_are_linked_to_the_answer(records: list[Raw]) -> None:
    by_id = {record.id: record for record in records}
    for record in records:
        to = record.get("WARC-Concurrent-To")
        if record.type in ("request", "metadata") and to is not None:
            first = by_id[to]
            assert first.type in ("response", "revisit", "request")
            assert first.type != "request" or record.type == "metadata"
            assert first.path == record.path
            before = "urn:variorum:visit:" if record.type == "metadata" else ""
            assert record.get("WARC-Target-URI") == f"{before}{first.get('WARC-Target-URI')}"
        else:
            assert to is None
    asked = {record.get("WARC-Concurrent-To") for record in of(records, "request")}
    assert {record.id for record in of(records, "response", "revisit")} <= asked


def test_w9_every_block_has_its_digest_and_payloads_theirs(records: list[Raw]) -> None:
    for record in records:
        assert record.get("WARC-Block-Digest") == f"sha256:{hashlib.sha256(record.block).hexdigest()}"
        payload = record.get("WARC-Payload-Digest")
        assert payload is None or record.type in ("response", "revisit", "resource")
        assert payload is None or re.fullmatch("sha256:[0-9a-f]{64}", payload)
    assert all(record.get("WARC-Payload-Digest") for record in of(records, "resource"))


def unchunked(body: bytes) -> bytes:
    found, at = b"", 0
    while True:
        line = body.index(b"\r\n", at)
        size = int(body[at:line].partition(b";")[0], 16)
        if not size:
            return found
        found += body[line + 2 : line + 2 + size]
        at = line + 4 + size


def test_w10_a_payload_is_the_body_without_transfer_coding_and_with_content_coding(records: list[Raw]) -> None:
    framings = set()
    for record in of(records, "response"):
        _, fields, body = record.http
        framings.add(fields.get("transfer-encoding"))
        payload = unchunked(body) if "transfer-encoding" in fields else body
        wanted = record.get("WARC-Payload-Digest")
        if record.get("WARC-Truncated") is None and wanted is not None:
            assert wanted == f"sha256:{hashlib.sha256(payload).hexdigest()}"
    assert framings == {None, "chunked"}


def test_w11_http_blocks_are_messages_as_they_crossed_the_wire(records: list[Raw]) -> None:
    codings = set()
    for record in of(records, "response"):
        first, fields, body = record.http
        assert re.match(rb"HTTP/1\.[01] \d{3} ", first)
        payload = unchunked(body) if "transfer-encoding" in fields else body
        if "content-length" in fields and first.split()[1] != b"304" and record.get("WARC-Truncated") is None:
            assert len(body) == int(fields["content-length"])
        codings.add(coding := fields.get("content-encoding"))
        if coding == "gzip":
            assert gzip.decompress(payload)
    assert codings == {None, "gzip"}
    for record in of(records, "request"):
        assert re.fullmatch(rb"(GET|HEAD) [!-~]+ HTTP/1\.1", record.http[0])


def test_w12_a_cut_is_on_record_and_says_why(records: list[Raw]) -> None:
    cut = [record for record in of(records, "response") if record.get("WARC-Truncated")]
    assert [record.get("WARC-Truncated") for record in cut] == ["time"]
    told = {story["capture"]: story for _, story in stories(records) if story.get("truncated")}
    assert {f"<{id}>" for id in told} == {record.id for record in cut}
    assert {(story["truncated"], story["cut_by"]) for story in told.values()} == {("time", "us")}


def test_w13_a_file_begins_with_a_warcinfo_that_names_it_and_all_others_refer_to(
    paths: list[Path], records: list[Raw]
) -> None:
    for path in paths:
        first, *others = (record for record in records if record.path == path)
        assert first.type == "warcinfo"
        assert first.get("WARC-Filename") == path.name.removesuffix(".open")
        assert b"format: WARC File Format 1.1\r\n" in first.block
        assert {record.get("WARC-Warcinfo-ID") for record in others} == {first.id}
        assert "warcinfo" not in {record.type for record in others}


def test_w14_one_gzip_member_holds_one_record_and_names_tell_when_and_which(paths: list[Path]) -> None:
    for path in paths:
        assert re.fullmatch(r"press-\d{17}-\d{5}\.warc\.gz(\.open)?", path.name)
        assert path.read_bytes()[:3] == b"\x1f\x8b\x08"
        for _, data in members(path):
            head, _, rest = data.partition(b"\r\n\r\n")
            size = re.search(rb"\r\nContent-Length: (\d+)", head)
            assert size is not None
            assert len(rest) == int(size[1]) + 4


def test_w15_zstandard_is_off(home: Path) -> None:
    assert not list(home.rglob("*.zst"))


def revisits(records: list[Raw], profile: str) -> list[Raw]:
    found = [record for record in of(records, "revisit") if record.get("WARC-Profile") == profile]
    assert found
    return found


def test_w16_a_revisit_has_one_of_the_profiles_of_warc_1_1(records: list[Raw]) -> None:
    for record in records:
        profile = record.get("WARC-Profile")
        assert (profile in (SAME_PAYLOAD, NOT_MODIFIED)) == (record.type == "revisit")
        assert (profile is None) == (record.type != "revisit")


def test_w17_a_revisit_of_an_identical_payload_keeps_the_head_and_says_what_it_left_out(records: list[Raw]) -> None:
    for record in revisits(records, SAME_PAYLOAD):
        first, fields, body = record.http
        assert record.get("WARC-Payload-Digest")
        assert record.get("WARC-Truncated") == "length"
        assert record.block.endswith(b"\r\n\r\n")
        assert (first.split()[1], body) == (b"200", b"")
        assert fields


def test_w18_a_revisit_names_its_original_by_id_uri_and_date(records: list[Raw]) -> None:
    by_id = {record.id: record for record in records}
    for record in of(records, "revisit"):
        original = by_id[record.get("WARC-Refers-To") or ""]
        assert original.type == "response"
        assert record.get("WARC-Refers-To-Target-URI") == original.get("WARC-Target-URI")
        assert record.get("WARC-Refers-To-Date") == original.get("WARC-Date")
        assert record.get("WARC-Payload-Digest") == original.get("WARC-Payload-Digest")
        assert (original.get("WARC-Date") or "") <= (record.get("WARC-Date") or "")


def test_w19_only_a_304_that_was_asked_for_is_not_modified_and_its_head_is_kept_beside_it(records: list[Raw]) -> None:
    told = {f"<{story['capture']}>": story for _, story in stories(records) if story.get("capture")}
    (asked,) = revisits(records, NOT_MODIFIED)
    assert (asked.block, asked.get("Content-Type")) == (b"", None)
    assert told[asked.id]["status"] == 304
    assert told[asked.id]["head_304"].startswith("HTTP/1.1 304 Not Modified\r\n")
    assert told[asked.id]["validators"]
    # A 304 that nobody asked for is an answer like any other.
    unasked = [record for record in of(records, "response") if record.http[0].split()[1] == b"304"]
    assert len(unasked) == 1


def test_w20_protocols_are_named_as_they_were_spoken(records: list[Raw]) -> None:
    seen = set()
    for record in records:
        spoken = tuple(value for name, value in record.fields if name == "WARC-Protocol")
        cipher = record.get("WARC-Cipher-Suite")
        if record.type in ("response", "revisit", "request"):
            assert spoken[0] in ("http/1.1", "http/1.0")
            assert (len(spoken) == 2) == (cipher is not None)
            seen.add(spoken[1:])
        else:
            assert (spoken, cipher) == ((), None)
        assert cipher is None or re.fullmatch(r"TLS_[A-Z0-9_]+", cipher)
    assert seen == {(), ("tls/1.3",)}


def test_w21_the_peer_is_named_in_canonical_form(records: list[Raw]) -> None:
    for record in records:
        address = record.get("WARC-IP-Address")
        assert address is None or record.type in ("response", "revisit", "request")
        assert address is None or str(ipaddress.ip_address(address)) == address
    assert {record.get("WARC-IP-Address") for record in of(records, "response")} == {"127.0.0.1", "2001:db8::1"}


def test_w22_unknown_fields_and_types_are_passed_over(tmp_path: Path) -> None:
    given = tmp_path / "given.warc"
    record = (
        b"WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:0000000%d-2222-4333-8444-555555555555>\r\n"
        b"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Target-URI: urn:example:x\r\nX-Of-Ours: yes\r\nX-Of-Ours: twice\r\n"
        b"Content-Type: text/plain\r\nContent-Length: 4\r\n\r\ngood\r\n\r\n"
    )
    given.write_bytes(record % (b"screenshot", 1) + record % (b"resource", 2))
    home = tmp_path / "home"
    assert say("init", home).code == 0

    assert say("verify", "--home", home, given).code == 0
    assert say("import", "--home", home, given).code == 0
    rows = say("captures", "--home", home, "--all", "--json").rows
    assert [row["kind"] for row in rows if row["url"] == "urn:example:x"] == ["resource"]


# ---- CDXJ


@pytest.fixture(scope="module")
def lines(home: Path) -> list[str]:
    return say("captures", "--home", home, "--all", "--cdxj").out.rstrip("\n").split("\n")


def test_i1_a_line_is_key_timestamp_and_json(lines: list[str]) -> None:
    assert len(lines) > 40
    for line in lines:
        assert re.fullmatch(r"[^ ]+\)/[^ ]* \d{14} \{.*\}", line)
        assert json.dumps(json.loads(line.split(" ", 2)[2])) == line.split(" ", 2)[2]


def test_i2_the_json_says_what_and_where(lines: list[str], paths: list[Path]) -> None:
    kinds = set()
    for line in lines:
        said = json.loads(line.split(" ", 2)[2])
        assert {"url", "filename", "offset", "length"} <= said.keys()
        assert said["filename"] in {path.name.removesuffix(".open") for path in paths}
        assert "status" in said or said["mime"] == "warc/revisit"
        assert "digest" in said or said["status"] == "304"
        kinds.add(said.get("mime"))
    assert {"text/html", "image/png", "warc/revisit"} <= kinds


def test_i3_lines_are_in_the_order_of_their_bytes(lines: list[str], home: Path) -> None:
    assert [line.encode() for line in lines] == sorted(line.encode() for line in lines)
    urls = {json.loads(line.split(" ", 2)[2])["url"] for line in lines}
    named = say("captures", "--home", home, "--cdxj", *sorted(urls, reverse=True)).out.rstrip("\n").split("\n")
    assert named == lines


def test_i4_each_slice_of_a_file_is_its_record(lines: list[str], home: Path, records: list[Raw]) -> None:
    known = {(record.path.name.removesuffix(".open"), record.offset): record for record in records}
    for line in lines:
        said = json.loads(line.split(" ", 2)[2])
        record = known[said["filename"], int(said["offset"])]
        with record.path.open("rb") as file:
            file.seek(record.offset)
            piece = file.read(int(said["length"]))
        assert gzip.decompress(piece) == record.data
        (read,) = WarcioIterator(io.BytesIO(piece), no_record_parse=True)
        assert read.rec_headers.get_header("WARC-Target-URI") == said["url"]
        assert record.get("WARC-Payload-Digest") == said.get("digest")


# ---- independent readers


def test_warcio_and_fastwarc_read_what_we_wrote(paths: list[Path], records: list[Raw]) -> None:
    for path in paths:
        mine = {record.id: record.block for record in records if record.path == path}
        with path.open("rb") as file:
            by_warcio = {
                record.rec_headers.get_header("WARC-Record-ID"): record.raw_stream.read()
                for record in WarcioIterator(file, no_record_parse=True)
            }
        with path.open("rb") as file:
            by_fastwarc = {
                record.headers["WARC-Record-ID"]: record.reader.read()
                for record in FastIterator(file, parse_http=False)
            }
        assert by_warcio == mine
        assert by_fastwarc == mine


def test_fastwarc_finds_every_block_digest_true(paths: list[Path]) -> None:
    for path in paths:
        with path.open("rb") as file:
            for record in FastIterator(file, parse_http=False):
                assert record.verify_block_digest()


def test_warcio_check_complains_of_nothing_but_chunked_payloads(paths: list[Path], records: list[Raw]) -> None:
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    # It takes the body with its transfer coding for the payload.
    chunked_ones = {
        record.id
        for record in of(records, "response")
        if "transfer-encoding" in record.http[1] and record.get("WARC-Payload-Digest")
    }
    told = re.findall(r"WARC-Record-ID (\S+) \w+\n\s+(.+)", done.stdout)
    assert len(told) == len(records)
    wrong = {
        id: what for id, what in told if not re.match("digest pass|digest present but not checked|no digest", what)
    }
    assert chunked_ones
    assert wrong.keys() == chunked_ones
    assert all(what.startswith("payload digest failed sha256:") for what in wrong.values())


def test_the_rules_as_the_product_checks_them_find_no_fault(paths: list[Path]) -> None:
    assert [(path.name, verdict(path)) for path in paths if verdict(path).kind != "valid"] == []
