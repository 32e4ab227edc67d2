"""The oracle's own tools, tried with a plain socket client before they judge anything."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest

from tests.wire.cases import FAILING, LEFTOVERS, ORDINARY, REJECTED, Case, Segment, answer, large, one
from tests.wire.certificates import Certificates, make_certificates
from tests.wire.oracle import Kept, compare, contradictions, difference
from tests.wire.proxies import ForwardProxy
from tests.wire.server import Gate, Seen, WireServer, requested_url

EVERY = (*ORDINARY, *LEFTOVERS, *REJECTED, *(case for case in FAILING if case.after != "hang"))


def ask(sock: socket.socket, target: str, host: str = "a.test", *fields: str) -> bytes:
    """Send one request and give back its bytes."""
    request = "\r\n".join((f"GET {target} HTTP/1.1", f"Host: {host}", *fields, "", "")).encode()
    sock.sendall(request)
    return request


def read(sock: socket.socket, size: int) -> bytes:
    """Read that many bytes, fewer if the server ends before."""
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while len(data) < size and (more := sock.recv(size - len(data))):
            data += more
    return data


def connect(server: WireServer | ForwardProxy) -> socket.socket:
    return socket.create_connection((server.address, server.port), timeout=10)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in (*EVERY, *FAILING)]
    assert len(set(names)) == len({id(case) for case in (*EVERY, *FAILING)})


def test_the_client_receives_what_the_log_says_was_sent() -> None:
    with WireServer(EVERY) as server:
        for number, case in enumerate(EVERY):
            with connect(server) as sock:
                request = ask(sock, case.path)
                whole = b"".join(segment.data for segment in case.segments)
                received = read(sock, max(1, len(whole)))
            server.settle()
            seen = server.seen[number]
            assert (seen.request, seen.url) == (request, f"http://a.test{case.path}")
            assert b"".join(data for _, data in seen.sent) == whole == received


def test_a_connection_is_kept_and_its_requests_counted() -> None:
    with WireServer([one("a", answer(body=b"a")), one("b", answer(body=b"b"))]) as server:
        with connect(server) as sock:
            for path in ("/a", "/b", "/robots.txt"):
                ask(sock, path)
                assert read(sock, 1)
                read(sock, len(server.seen[-1].part("message")) - 1)
        server.settle()
    assert [(seen.connection, seen.sequence) for seen in server.seen] == [(0, 0), (0, 1), (0, 2)]
    assert b"404" in server.seen[2].part("message")


def test_a_late_answer_crosses_the_next_request() -> None:
    timed_out = answer(b"Connection: close", status=b"HTTP/1.1 408 Request Timeout")
    message = answer(body=b"first")
    with WireServer([Case(name="a", segments=(Segment(data=message),), after="cross", late=timed_out)]) as server:
        with connect(server) as sock:
            ask(sock, "/a")
            assert read(sock, len(message)) == message
            second = ask(sock, "/b")
            assert read(sock, 10_000) == timed_out
        server.settle()
    assert [(seen.request, seen.unsolicited) for seen in server.seen[1:]] == [(second, timed_out)]


def test_a_stale_connection_ends_at_the_next_request_without_an_answer() -> None:
    message = answer(body=b"first")
    with WireServer([one("a", message, after="stale")]) as server:
        with connect(server) as sock:
            ask(sock, "/a")
            read(sock, len(message))
            ask(sock, "/b")
            assert read(sock, 1) == b""
        server.settle()
    assert [seen.part("message") for seen in server.seen] == [message, b""]


def test_a_server_that_quits_refuses_the_next_connection() -> None:
    message = answer(body=b"last")
    with WireServer([one("robots.txt", message, after="quit")]) as server:
        with connect(server) as sock:
            ask(sock, "/robots.txt")
            assert read(sock, 10_000) == message
        with pytest.raises(ConnectionRefusedError):
            connect(server)


def test_the_gate_opens_when_enough_requests_are_in_flight() -> None:
    gate, message = Gate(3), answer(body=b"at last")
    case = Case(name="gated", segments=(Segment(data=message),), gated=True)
    answers: list[bytes] = []

    def visit() -> None:
        with connect(server) as sock:
            ask(sock, "/gated")
            answers.append(read(sock, len(message)))

    with WireServer([case], gate=gate) as server:
        clients = [threading.Thread(target=visit) for _ in range(3)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    assert answers == [message] * 3
    assert gate.peak == 3


def test_tls_and_ipv6_are_logged_above_the_encryption(certificates: Certificates) -> None:
    case = large("large", 3_000_000)
    with WireServer([case], address="::1", tls=certificates.server_context()) as server:
        trusting = certificates.client_context()
        with trusting.wrap_socket(connect(server), server_hostname="::1") as sock:
            request = ask(sock, case.path, server.netloc)
            assert read(sock, len(case.message)) == case.message
        server.settle()
    assert server.seen[0].request == request
    assert server.seen[0].url == f"{server.origin}/large"


def test_the_proxy_forwards_plain_requests_and_logs_what_the_client_sees() -> None:
    cases = [one("length", answer(body=b"body")), one("end", answer(body=b"to the end", length=False), after="close")]
    with WireServer(cases) as origin, ForwardProxy(lambda *_: (origin.address, origin.port)) as proxy:
        with connect(proxy) as sock:
            first = ask(sock, "http://a.test/length")
            assert read(sock, len(cases[0].message)) == cases[0].message
            second = ask(sock, "http://a.test/end?x=1", "a.test", "Proxy-Connection: keep-alive")
            assert read(sock, 10_000) == cases[1].message
        proxy.settle()
    assert [(seen.url, seen.request, seen.part("message"), seen.sequence) for seen in proxy.seen] == [
        ("http://a.test/length", first, cases[0].message, 0),
        ("http://a.test/end?x=1", second, cases[1].message, 1),
    ]
    assert [seen.url for seen in origin.seen] == ["http://a.test/length", "http://a.test/end?x=1"]


def test_the_proxy_tunnels_and_logs_both_directions(certificates: Certificates) -> None:
    case = one("a", answer(body=b"secret"))
    with (
        WireServer([case], tls=certificates.server_context()) as origin,
        ForwardProxy(lambda *_: (origin.address, origin.port)) as proxy,
    ):
        plain = connect(proxy)
        plain.sendall(b"CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n")
        assert read(plain, 39) == b"HTTP/1.1 200 Connection established\r\n\r\n"
        with certificates.client_context().wrap_socket(plain, server_hostname="a.press.test") as sock:
            ask(sock, "/a")
            assert read(sock, len(case.message)) == case.message
        proxy.settle()
    assert [tunnel.target for tunnel in proxy.tunnels] == ["a.test:443"]
    assert proxy.tunnels[0].up
    assert b"secret" not in proxy.tunnels[0].down
    assert origin.seen[0].url == "https://a.test/a"


@pytest.mark.parametrize(
    ("request_", "url"),
    [
        (b"GET /a?b=c HTTP/1.1\r\nHost: a.test\r\n\r\n", "https://a.test/a?b=c"),
        (b"GET http://a.test:81/ HTTP/1.1\r\nHost: b.test\r\n\r\n", "http://a.test:81/"),
        (b"HEAD / HTTP/1.1\r\nhost:[::1]:8080\r\n\r\n", "https://[::1]:8080/"),
    ],
)
def test_the_url_is_made_from_target_and_host(request_: bytes, url: str) -> None:
    assert requested_url(request_, "https") == url


MESSAGE = answer(b"X-Odd: yes", body=b"hello")


def seen(**changes: object) -> Seen:
    case = one("a", MESSAGE)
    made = Seen(url="http://a.test/a", connection=0, sequence=0, request=b"GET /a", case=case)
    made.sent.append(("message", MESSAGE))
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def kept(**changes: object) -> Kept:
    note = {"status": 200, "outcome": "captured", "truncated": None, "began": "2026"}
    said = {"url": "http://a.test/a", "kind": "response", "request": b"GET /a", "response": MESSAGE, "note": note}
    return Kept(**{**said, **changes})  # type: ignore[arg-type]


def test_an_exact_record_agrees() -> None:
    assert compare([seen()], [kept()]) == contradictions([seen()], [kept()]) == []


def test_a_missing_or_second_record_is_told() -> None:
    assert "1 exchanges on the wire, 0 in" in compare([seen()], [])[0]
    assert "0 exchanges on the wire, 1 in" in compare([], [kept()])[0]
    assert "1 exchanges on the wire, 2 in" in compare([seen()], [kept(), kept()])[0]
    assert "none in the record" in compare([seen()], [kept(response=None, kind=None)])[0]


def test_a_visit_that_sent_nothing_needs_no_exchange() -> None:
    assert compare([], [kept(request=None, response=None)]) == []


def test_a_record_may_be_short_only_where_the_client_may_stop() -> None:
    short = kept(response=MESSAGE[:-2])
    assert "byte" in compare([seen()], [short])[0]
    cut = Case(name="a", segments=(Segment(data=MESSAGE),), cut=True)
    assert compare([seen(case=cut)], [short]) == []
    assert compare([seen(case=cut)], [kept(response=b"")]) != []


def test_what_a_case_expects_is_held_against_the_metadata() -> None:
    wrong = kept(note={"status": 201, "outcome": "failed", "truncated": "time"}, truncated="length")
    assert [line.split(": ")[1].split()[0] for line in contradictions([seen()], [wrong])] == [
        "status", "outcome", "truncated", "WARC-Truncated",
    ]  # fmt: skip


def test_informational_heads_and_leftovers_are_looked_for_in_the_metadata() -> None:
    hinted = seen(sent=[("informational", b"\xff103"), ("message", MESSAGE), ("leftover", b"more")])
    told = kept(note={"informational": "\xff103", "leftover": "more"})
    assert compare([hinted], [told]) == []
    assert ["1xx" in line or "leftover" in line for line in compare([hinted], [kept()])] == [True, True]


def test_an_unsolicited_response_belongs_in_the_metadata_only() -> None:
    crossed = seen(sent=[], unsolicited=b"HTTP/1.1 408 Request Timeout\r\n\r\n", case=None)
    note = {"unsolicited": True, "unsolicited_response": "HTTP/1.1 408 Request Timeout\r\n\r\n"}
    assert compare([crossed], [kept(response=None, kind=None, note=note)]) == []
    assert len(compare([crossed], [kept()])) == 3


def test_the_first_difference_is_shown_with_what_stands_around_it() -> None:
    line = difference("response", b"X-Odd: yes\r\n", b"x-odd: yes\r\n")
    assert line == (
        "response: differs at byte 0 (wire 12 bytes, record 12): wire b'X-Odd: yes\\r\\n', record b'x-odd: yes\\r\\n'"
    )
