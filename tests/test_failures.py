"""What had arrived when an exchange broke off is kept, and the record says how it ended."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.wire.cases import FAILING, REJECTED, Case, robots
from tests.wire.listener import Listener
from tests.wire.oracle import Kept, compare, contradictions, records, warc_files, warcio_blocks
from tests.wire.run import Captured, capture, connect_map
from tests.wire.server import Seen, WireServer

BODY_LIMIT = 100_000
"""What ``--max-body`` is set to; the bodies of ``too-big`` are several times as large."""

AGAIN = 24
"""How many more hosts are asked for a body of a known length that is too big."""


class NotTls(Listener):
    """Answers a TLS hello with something else."""

    def talk(self, sock: socket.socket, number: int) -> None:
        sock.recv(65536)
        sock.sendall(b"this is no TLS record\r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruin:
    seen: list[Seen]
    captured: Captured
    urls: dict[str, str]

    def told(self, name: str) -> list[Kept]:
        return [kept for kept in self.captured.kept if kept.url.endswith(f"/{name}")]


@pytest.fixture(scope="module")
def ruin(tmp_path_factory: pytest.TempPathFactory) -> Ruin:
    """One run over everything that fails, each on a host of its own."""
    home = tmp_path_factory.mktemp("failures") / "home"
    quitting = robots("quits.press.test")
    with ExitStack() as stack:
        server = stack.enter_context(WireServer((*FAILING, *REJECTED)))
        quits = stack.enter_context(WireServer([_quitting(quitting)]))
        not_tls = stack.enter_context(NotTls())
        urls = {case.name: f"http://{case.name}.press.test{case.path}" for case in (*FAILING, *REJECTED)}
        # Who cut it hangs on which of two events comes first; once would show it by chance only.
        urls |= {f"too-big #{n}": f"http://too-big-{n}.press.test/too-big" for n in range(AGAIN)}
        hosts: dict[str, Listener] = {url.split("/")[2]: server for url in urls.values()}
        urls |= {
            "refused": "http://quits.press.test/page",
            "tls": "https://not-tls.press.test/page",
            "dns": "http://nowhere.invalid/page",
        }
        hosts |= {"quits.press.test": quits, "not-tls.press.test": not_tls}
        given = {**connect_map(hosts), "network.timeout": "2s"}
        captured = capture(home, urls.values(), "--max-body", str(BODY_LIMIT), settings=given)
        server.settle()
        quits.settle()
    return Ruin(seen=[*server.seen, *quits.seen], captured=captured, urls=urls)


def _quitting(case: Case) -> Case:
    return Case(name=case.name, segments=case.segments, after="quit", status=404, outcomes=("gone",))


def test_all_that_had_arrived_is_kept(ruin: Ruin) -> None:
    found = compare(ruin.seen, ruin.captured.kept)
    assert not found, "\n".join([f"{len(found)} differences", *found[:20], ruin.captured.output[-2000:]])


def test_records_say_how_the_exchange_ended(ruin: Ruin) -> None:
    assert contradictions(ruin.seen, ruin.captured.kept) == []


@pytest.mark.parametrize("case", [*FAILING, *REJECTED], ids=lambda case: case.name)
def test_every_failing_case_was_asked_for_and_is_on_record(ruin: Ruin, case: Case) -> None:
    assert any(seen.case is case for seen in ruin.seen)
    told = ruin.told(case.name)
    assert told
    for kept in told:
        assert (kept.response is not None) == bool(case.message)
        assert (kept.kind is None) == (not case.message)


@pytest.mark.parametrize(
    ("name", "cut_by"),
    [
        ("short-length", "peer"), ("cut-chunk", "peer"), ("reset", "peer"), ("drip", "us"), ("hang-in-body", "us"),
        ("too-big", "us"), ("too-big-unknown", "us"), ("bad-chunk", "us"), ("over-limit-header", "us"),
    ],
)  # fmt: skip
def test_a_truncated_record_says_whose_cut_it_was(ruin: Ruin, name: str, cut_by: str) -> None:
    assert {kept.note.get("cut_by") for kept in ruin.told(name)} == {cut_by}


@pytest.mark.parametrize("name", ["too-big", "too-big-unknown"])
def test_a_body_is_cut_soon_after_its_limit(ruin: Ruin, name: str) -> None:
    for kept in ruin.told(name):
        assert kept.response is not None
        head, _, body = kept.response.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        # The last read may reach past the limit by what one read holds.
        assert len(body) <= BODY_LIMIT + (1 << 18)


@pytest.mark.parametrize("case", REJECTED, ids=lambda case: case.name)
def test_an_answer_the_parser_refuses_is_kept_with_its_error(ruin: Ruin, case: Case) -> None:
    for kept in ruin.told(case.name):
        assert kept.note.get("error") or kept.note["outcome"] == "captured"


@pytest.mark.parametrize(("name", "error"), [("refused", "refused"), ("tls", "tls"), ("dns", "dns")])
def test_a_connection_that_never_was_is_a_visit_with_its_reason(ruin: Ruin, name: str, error: str) -> None:
    host = ruin.urls[name].split("/")[2]
    told = [kept for kept in ruin.captured.kept if kept.url.split("/")[2] == host]
    failed = [kept for kept in told if kept.note["outcome"] == "failed"]
    assert failed
    assert {kept.note.get("error") for kept in failed} == {error}
    assert all(kept.note.get("detail") for kept in failed)
    assert all(kept.request is None and kept.response is None for kept in failed)


def test_every_url_has_a_visit_in_the_ledger(ruin: Ruin) -> None:
    assert {visit["url"] for visit in ruin.captured.visits()} >= set(ruin.urls.values())


def test_the_ledger_and_the_metadata_records_tell_the_same_visits(ruin: Ruin) -> None:
    ledger = sorted((v["url"], v["attempt"], v["outcome"], v["status"]) for v in map(dict, ruin.captured.visits()))
    notes = (kept.note for kept in ruin.captured.kept)
    assert ledger == sorted((n["url"], n["attempt"], n["outcome"], n.get("status")) for n in notes)


def test_warcio_reads_the_files_of_a_ruinous_run(ruin: Ruin) -> None:
    for path in warc_files(ruin.captured.home):
        assert warcio_blocks(path) == {record.id: record.block for record in records(path)}
