"""Which bytes belong to which exchange, however connections are kept, dropped and shared."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.wire.cases import EVIL, LEFTOVERS, Case, Segment, answer, one, pages, robots
from tests.wire.certificates import make_certificates
from tests.wire.oracle import Kept, compare, contradictions, pairs, records, warc_files
from tests.wire.proxies import ForwardProxy
from tests.wire.run import Captured, capture, connect_map, finish, start
from tests.wire.server import Gate, Seen, WireServer

STRAY = "application/vnd.variorum.stray+json"
TIMED_OUT = answer(b"Connection: close", body=b"idle for too long", status=b"HTTP/1.1 408 Request Timeout")


def agrees(seen: list[Seen], captured: Captured) -> None:
    assert captured.code == 0, f"exit code {captured.code}: {captured.output[-2000:]}"
    found = [*compare(seen, captured.kept), *contradictions(seen, captured.kept)]
    assert not found, "\n".join([f"{len(found)} differences", *found[:20], captured.output[-2000:]])


def unconnected(seen: Iterable[Seen], told: Iterable[Kept]) -> list[str]:
    """Tell where the records put exchanges on other connections, or in another order on them, than the server saw."""
    names: dict[str, int] = {}
    numbers: dict[int, tuple[str, int]] = {}
    found = []
    for exchange, record in pairs(seen, told):
        name, offset = record.note["connection"], record.note["sequence"] - exchange.sequence
        if names.setdefault(name, exchange.connection) != exchange.connection:
            found.append(f"{record.url}: connection {name} is two on the wire")
        if numbers.setdefault(exchange.connection, (name, offset)) != (name, offset):
            found.append(f"{record.url}: connection {exchange.connection} on the wire is two in the records")
    return found


def first(case: Case) -> Case:
    """The same behaviour for robots.txt, which is always the first thing asked of a host."""
    return replace(robots("first.press.test"), after=case.after, late=case.late)


ANY = Case(name="any", segments=())
STALE, CROSSED = first(replace(ANY, after="stale")), first(replace(ANY, after="cross", late=TIMED_OUT))
CLOSING = Case(
    name="closing", segments=(Segment(data=answer(b"Connection: Close", body=b"<p>the last one</p>")),), after="linger"
)
FOLLOWING = tuple(one(f"next-{n}", answer(body=f"<p>next {n}</p>".encode())) for n in range(4))


class Odd:
    """One run over servers that each treat their connections in a way of their own."""

    def __init__(self, folder: Path) -> None:
        self.reusing, self.stale, self.crossing, self.closing, self.left = self.servers = (
            WireServer(FOLLOWING),
            WireServer([STALE, *FOLLOWING]),
            WireServer([CROSSED, *FOLLOWING]),
            WireServer([CLOSING, *FOLLOWING]),
            WireServer([*LEFTOVERS, *FOLLOWING]),
        )
        hosts = {f"{n}.press.test": server for n, server in enumerate(self.servers)}
        paths = [case.path for case in FOLLOWING]
        urls = [f"http://{host}{path}" for host in hosts for path in paths]
        urls += [f"http://4.press.test{case.path}" for case in LEFTOVERS]
        urls.insert(0, f"http://3.press.test{CLOSING.path}")
        with ExitStack() as stack:
            for server in self.servers:
                stack.enter_context(server)
            self.captured = capture(folder / "home", urls, settings=connect_map(hosts))
            for server in self.servers:
                server.settle()

    def of(self, server: WireServer) -> list[Kept]:
        hosts = {seen.url.split("/")[2] for seen in server.seen}
        return [kept for kept in self.captured.kept if kept.url.split("/")[2] in hosts]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Odd:
    return Odd(tmp_path_factory.mktemp("odd"))


def test_nothing_is_lost_or_mixed_up_on_odd_connections(odd: Odd) -> None:
    agrees([seen for server in odd.servers for seen in server.seen], odd.captured)


def test_records_name_the_connection_and_the_place_on_it(odd: Odd) -> None:
    for server in odd.servers:
        assert unconnected(server.seen, odd.of(server)) == []


def test_a_connection_is_used_again(odd: Odd) -> None:
    assert max(seen.sequence for seen in odd.reusing.seen) > 0


def test_a_connection_closed_under_the_next_request_makes_two_exchanges(odd: Odd) -> None:
    unanswered = [seen for seen in odd.stale.seen if seen.case is None]
    assert unanswered, "the client did not use the first connection again"
    for seen in unanswered:
        told = [kept for kept in odd.of(odd.stale) if kept.url == seen.url]
        assert [kept.kind for kept in told] == [None, "response"]
        assert [kept.request for kept in told] == [seen.request, seen.request]


def test_an_idle_408_that_crosses_a_request_is_not_its_answer(odd: Odd) -> None:
    crossed = [seen for seen in odd.crossing.seen if seen.unsolicited]
    assert crossed, "the client did not use the first connection again"
    for seen in crossed:
        told = [kept for kept in odd.of(odd.crossing) if kept.url == seen.url]
        assert [(kept.kind, kept.note.get("status")) for kept in told[1:]] == [("response", 200)]
        assert (told[0].kind, told[0].text("unsolicited_response")) == (None, TIMED_OUT)


def test_a_connection_is_left_when_its_close_is_spelled_with_a_capital(odd: Odd) -> None:
    assert any(seen.case is CLOSING for seen in odd.closing.seen)
    assert odd.closing.after_close == []


def test_a_connection_with_a_leftover_is_not_used_again(odd: Odd) -> None:
    last = {}
    for seen in odd.left.seen:
        last[seen.connection] = seen
    left = [seen for seen in odd.left.seen if seen.part("leftover")]
    assert len(left) == len(LEFTOVERS)
    assert all(last[seen.connection] is seen for seen in left)


def test_bytes_that_come_while_idle_answer_nothing(tmp_path: Path) -> None:
    late = {"leftover.press.test": EVIL, "idle.press.test": TIMED_OUT}
    served = {host: [replace(case, after="late", late=said) for case in FOLLOWING[:2]] for host, said in late.items()}
    with ExitStack() as stack:
        servers = {host: stack.enter_context(WireServer(cases)) for host, cases in served.items()}
        urls = [f"http://{host}{case.path}" for host, cases in served.items() for case in cases]
        given = {**connect_map(servers), "polite.delay": "0.5s"}
        captured = capture(tmp_path / "home", urls, settings=given)
        for server in servers.values():
            server.settle()
    agrees([seen for server in servers.values() for seen in server.seen], captured)
    for host, server in servers.items():
        asked = [seen for seen in server.seen if seen.case in served[host]]
        assert len({seen.connection for seen in asked}) == len(asked) == 2
    kept_apart = [record for path in warc_files(captured.home) for record in records(path)]
    strays = [json.loads(record.block) for record in kept_apart if record.headers.get("Content-Type") == STRAY]
    # After the last page of a host the run may end before the late bytes come.
    told = {(stray["after"], stray["bytes"].encode("latin-1")) for stray in strays}
    assert told >= {(f"http://{host}{FOLLOWING[0].path}", said) for host, said in late.items()}


def test_many_at_once_by_every_way_are_kept_without_a_difference(tmp_path: Path) -> None:
    certificates = make_certificates(tmp_path)
    hosts, many = 24, pages(10)
    opening = replace(many[0], gated=True)
    cases = [opening, *many[1:]]
    # Half of the names are asked for by http, half by https; one run goes straight, one through the proxy.
    names = [f"h{n}.press.test" for n in range(hosts)]
    urls = [f"{'https' if n % 2 else 'http'}://{name}{case.path}" for case in cases for n, name in enumerate(names)]
    gates = Gate(hosts), Gate(hosts)
    with ExitStack() as stack:

        def serve(gate: Gate, *, tls: bool) -> WireServer:
            context = certificates.server_context() if tls else None
            return stack.enter_context(WireServer(cases, tls=context, gate=gate))

        direct = [serve(gates[0], tls=False), serve(gates[0], tls=True)]
        behind = [serve(gates[1], tls=False), serve(gates[1], tls=True)]
        proxy = stack.enter_context(
            ForwardProxy(lambda _, port: (behind[port == 443].address, behind[port == 443].port))
        )
        straight, proxied = tmp_path / "straight", tmp_path / "proxied"
        both = (
            start(straight, urls, settings=connect_map({name: direct[n % 2] for n, name in enumerate(names)})),
            start(proxied, urls, settings={"network.proxy": f"http://{proxy.netloc}"}),
        )
        runs = finish(both[0], straight), finish(both[1], proxied)
        for server in (*direct, *behind, proxy):
            server.settle()
    agrees([seen for server in direct for seen in server.seen], runs[0])
    agrees([*proxy.seen, *behind[1].seen], runs[1])
    assert [gate.peak >= hosts for gate in gates] == [True, True], [gate.peak for gate in gates]
    for run in runs:
        assert sum(kept.kind == "response" for kept in run.kept) >= len(urls) + hosts
    assert unconnected(direct[0].seen, runs[0].kept) == unconnected(direct[1].seen, runs[0].kept) == []
    assert unconnected(behind[1].seen, runs[1].kept) == []
    assert {tunnel.target for tunnel in proxy.tunnels} == {f"{name}:443" for name in names[1::2]}
    assert len({seen.url for seen in proxy.seen}) == hosts // 2 * (len(many) + 1)
    assert all("WARC-IP-Address" not in kept.headers and kept.note.get("proxy") for kept in runs[1].kept)
