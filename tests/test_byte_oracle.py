"""Every byte of every exchange, as raw sockets saw it, stands in the WARC files."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.wire.cases import HEADS, LEFTOVERS, ORDINARY, Case, Segment, answer, chunked, large
from tests.wire.certificates import make_certificates
from tests.wire.oracle import Kept, compare, contradictions, pairs, records, warc_files, warcio_blocks
from tests.wire.run import Captured, capture, connect_map
from tests.wire.server import Seen, WireServer

HOSTS = tuple(f"h{number}.press.test" for number in range(8))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    seen: list[Seen]
    captured: Captured
    leaf: bytes = b""


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Proof:
    """One run over every ordinary case: over http and IPv4 by several names, and over TLS and IPv6."""
    folder = tmp_path_factory.mktemp("oracle")
    certificates = make_certificates(folder)
    cases = (*ORDINARY, *LEFTOVERS)
    with WireServer(cases) as plain, WireServer(cases, address="::1", tls=certificates.server_context()) as secure:
        urls = [f"http://{HOSTS[number % len(HOSTS)]}{case.path}" for number, case in enumerate(cases)]
        urls += [f"{secure.origin}{case.path}" for case in cases]
        captured = capture(folder / "home", urls, settings=connect_map(dict.fromkeys(HOSTS, plain)))
        plain.settle()
        secure.settle()
    return Proof(seen=[*plain.seen, *secure.seen], captured=captured, leaf=certificates.leaf)


def agrees(proof: Proof) -> None:
    """Show the first differences, and what the run said, if there are any."""
    assert proof.captured.code == 0, f"exit code {proof.captured.code}: {proof.captured.output[-2000:]}"
    found = [*compare(proof.seen, proof.captured.kept), *contradictions(proof.seen, proof.captured.kept)]
    assert not found, "\n".join([f"{len(found)} differences", *found[:20], proof.captured.output[-2000:]])


def test_every_byte_of_every_ordinary_exchange_is_kept(proof: Proof) -> None:
    assert len(proof.seen) >= 2 * len((*ORDINARY, *LEFTOVERS)) + len(HOSTS) + 1
    agrees(proof)


def test_every_case_was_asked_for_on_both_servers(proof: Proof) -> None:
    wanted = {case.name for case in (*ORDINARY, *LEFTOVERS)}
    for scheme in ("http:", "https:"):
        asked = {seen.case.name for seen in proof.seen if seen.case and seen.url.startswith(scheme)}
        assert wanted <= asked


def test_warcio_reads_the_same_blocks_as_fastwarc(proof: Proof) -> None:
    for path in warc_files(proof.captured.home):
        blocks = {record.id: record.block for record in records(path)}
        assert warcio_blocks(path) == blocks


def test_records_of_an_exchange_share_their_url_and_date(proof: Proof) -> None:
    for path in warc_files(proof.captured.home):
        every = records(path)
        by_id = {record.id: record for record in every}
        for record in every:
            if record.type == "request":
                response = by_id[record.headers["WARC-Concurrent-To"]]
                for name in ("WARC-Target-URI", "WARC-Date"):
                    assert record.headers[name] == response.headers[name]


def test_what_tls_and_ip_carried_the_bytes_is_told(proof: Proof) -> None:
    told = [kept for kept in proof.captured.kept if kept.url.startswith("https:")]
    assert {kept.headers["WARC-IP-Address"] for kept in told} == {"::1"}
    assert {kept.headers["WARC-Cipher-Suite"] for kept in told} <= {
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
    }  # fmt: skip
    for kept in told:
        assert kept.note["tls"]["verified"] != "ok"
        assert hashlib.sha256(proof.leaf).hexdigest() in str(kept.note["tls"])


def flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def without_a_header(data: bytes) -> bytes:
    head, end, body = data.partition(b"\r\n\r\n")
    return b"\r\n".join(head.split(b"\r\n")[:-1]) + end + body


def with_a_lower_case_name(data: bytes) -> bytes:
    first, end, rest = data.partition(b"\r\n")
    name, colon, value = rest.partition(b":")
    return first + end + name.swapcase() + colon + value


@pytest.mark.parametrize("spoil", [flip, without_a_header, with_a_lower_case_name])
@pytest.mark.parametrize("part", ["request", "response"])
def test_the_oracle_notices_a_spoiled_record(proof: Proof, part: str, spoil: Callable[[bytes], bytes]) -> None:
    victims = [n for n, kept in enumerate(proof.captured.kept) if _spoilable(kept)]
    assert len(victims) > 50
    for victim in (victims[0], victims[len(victims) // 2], victims[-1]):
        told = list(proof.captured.kept)
        changes: dict[str, Any] = {part: spoil(getattr(told[victim], part))}
        told[victim] = dataclasses.replace(told[victim], **changes)
        found = compare(proof.seen, told)
        assert [told[victim].url in line and f"{part}: differs at byte" in line for line in found] == [True]


def _spoilable(kept: Kept) -> bool:
    return kept.request is not None and kept.response is not None and kept.response.count(b"\r\n") > 3


def test_the_oracle_notices_an_exchange_without_its_records(proof: Proof) -> None:
    assert len(compare(proof.seen, proof.captured.kept[:-1])) == 1
    assert len(compare(proof.seen[:-1], proof.captured.kept)) == 1


def test_answers_to_head_are_kept_and_end_where_the_head_ends(tmp_path: Path) -> None:
    with WireServer(HEADS) as server:
        captured = capture(tmp_path / "home", [server.origin + case.path for case in HEADS], "--method", "HEAD")
        server.settle()
    agrees(Proof(seen=server.seen, captured=captured))
    assert sum(seen.request.startswith(b"HEAD ") for seen in server.seen) == len(HEADS)


def test_a_body_of_100_mib_is_kept_whole(tmp_path: Path) -> None:
    case = large("large", 100 << 20)
    with WireServer([case]) as server:
        captured = capture(tmp_path / "home", [server.origin + case.path], "--max-body", str(200 << 20))
        server.settle()
    agrees(Proof(seen=server.seen, captured=captured))
    assert [kept.response == case.message for _, kept in pairs(server.seen, captured.kept)][-1:] == [True]


def test_a_second_visit_keeps_the_new_head_and_a_304_its_exact_head(tmp_path: Path) -> None:
    same = answer(b"Content-Type: text/html", b'ETag: "1"', body=b"<p>the same words every time</p>\n" * 99)
    unchanged = b'HTTP/1.1 304 Not Modified\r\neTag: "1"\r\nX-Odd:  304 \r\n\r\n'
    cases = [
        Case(name="again", segments=(Segment(data=same),)),
        Case(
            name="asked",
            segments=(Segment(data=same),),
            not_modified=unchanged,
            status=None,
            outcomes=("captured", "unchanged"),
        ),
    ]
    with WireServer(cases) as server:
        for _ in range(2):
            captured = capture(tmp_path / "home", [server.origin + case.path for case in cases])
        server.settle()
    agrees(Proof(seen=server.seen, captured=captured))
    assert "revisit" in {kept.kind for kept in captured.kept if kept.url.endswith("/again")}


TOKEN = st.text(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~!#$%&'*+^`|", min_size=1, max_size=12
)
VALUE = st.binary(max_size=40).map(lambda data: bytes(b for b in data if b in b"\t" or 0x20 <= b != 0x7F))
FIELD = st.builds(
    lambda name, space, value, tail: b"X-" + name.encode() + b":" + space + value + tail,
    TOKEN,
    st.sampled_from([b"", b" ", b"\t", b"  "]),
    VALUE,
    st.sampled_from([b"", b" ", b"\t"]),
)
HINT = st.builds(
    lambda code, field: b"HTTP/1.1 %d Early\r\n%s\r\n\r\n" % (code, field), st.sampled_from([102, 103]), FIELD
)
STATUS = st.sampled_from([200, 201, 203, 206, 300, 404, 410, 418, 999])


@st.composite
def messages(draw: st.DrawFn) -> Case:
    """A legal answer of any framing, cut into segments anywhere; 1xx heads may come before it."""
    hints = b"".join(draw(st.lists(HINT, max_size=2)))
    body = draw(st.binary(max_size=300))
    framing = draw(st.sampled_from(["length", "chunked", "close", "none"]))
    status = 204 if framing == "none" else draw(STATUS)
    line = b"HTTP/1.1 %d %s" % (status, draw(VALUE))
    fields = draw(st.lists(FIELD, max_size=5))
    if framing == "length":
        message = answer(*fields, body=body, status=line)
    elif framing == "chunked":
        trailer = b"".join(field + b"\r\n" for field in draw(st.lists(FIELD, max_size=2)))
        sizes = {"size": draw(st.integers(1, 99)), "zeros": draw(st.integers(0, 3))}
        extension = draw(st.sampled_from([b"", b";a", b';name="value"', b"; q=1"]))
        coded = chunked(body, **sizes, extension=extension, trailer=trailer)
        coding = draw(st.sampled_from([b"Transfer-Encoding: chunked", b"transfer-encoding:CHUNKED"]))
        message = answer(*fields, coding, body=coded, status=line, length=False)
    else:
        message = answer(*fields, body=body if framing == "close" else b"", status=line, length=False)
    return Case(
        name="drawn",
        segments=tuple(_cut(hints, message, draw(st.sets(st.integers(0, 400), max_size=6)))),
        after="close" if framing == "close" else "keep",
        status=status,
        outcomes=("captured", "gone", "redirected"),
    )


def _cut(hints: bytes, message: bytes, at: set[int]) -> list[Segment]:
    whole = hints + message
    edges = sorted({0, len(hints), len(whole), *(edge for edge in at if edge < len(whole))})
    return [
        Segment(
            data=whole[start:end],
            part="informational" if end <= len(hints) else "message",
            pause=0.001 if start in at else 0.0,
        )
        for start, end in itertools.pairwise(edges)
    ]


@settings(
    max_examples=2,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(drawn=st.lists(messages(), min_size=60, max_size=60))
def test_any_legal_message_in_any_segments_is_kept(tmp_path_factory: pytest.TempPathFactory, drawn: list[Case]) -> None:
    cases = [dataclasses.replace(case, name=f"drawn-{number}") for number, case in enumerate(drawn)]
    home = tmp_path_factory.mktemp("drawn") / "home"
    with WireServer(cases) as server:
        urls = [f"http://{HOSTS[number % len(HOSTS)]}{case.path}" for number, case in enumerate(cases)]
        captured = capture(home, urls, settings=connect_map(dict.fromkeys(HOSTS, server)))
        server.settle()
    agrees(Proof(seen=server.seen, captured=captured))
    assert len(server.seen) >= len(cases)
