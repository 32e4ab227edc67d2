"""The guard: what it refuses and lets through, and that nobody connects to an address it has not judged.

A reactor runs once in a process, so what needs one is a *probe*: a coroutine below that is run by name in a process
of its own and gives plain JSON. No probe leaves the machine: names are answered by a table, and a connection is
either noted and refused, or made to loopback.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import FrozenInstanceError
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

import crawler.resolver as resolver_module
from archive.errors import Misuse
from crawler.guard import (
    Guard,
    Pair,
    host_key,
    is_public,
    literal,
    literal_refusal,
    mapped,
    needs_contact,
)
from tests.hostile_addresses import ADDRESSES, GOOD, NAMES, URLS

ROOT = Path(__file__).parents[1]
CLOSED = Guard()
LOOPBACK = Guard(allow=(ip_network("127.0.0.0/8"), ip_network("::1/128")))
PUBLIC = "93.184.216.34"
FEW = 50


# Addresses


def test_the_table_is_as_long_as_promised_and_says_nothing_twice() -> None:
    assert len(ADDRESSES) + len(URLS) >= 120
    assert len({address for address, _ in ADDRESSES}) == len(ADDRESSES)
    assert len({url for url, _ in URLS}) == len(URLS)


@pytest.mark.parametrize(("address", "word"), ADDRESSES)
def test_a_hostile_address_is_refused_with_its_reason(address: str, word: str) -> None:
    refusal = CLOSED.refusal(address, 80)
    assert refusal is not None
    assert refusal.startswith(f"{address} is ")
    assert word in refusal
    assert not is_public(address)


@pytest.mark.parametrize("address", GOOD)
def test_a_public_address_may_be_reached(address: str) -> None:
    assert CLOSED.refusal(address, 80) is None
    assert is_public(address)


def test_a_refusal_is_a_sentence() -> None:
    assert CLOSED.refusal("127.0.0.1", 80) == "127.0.0.1 is a loopback address"
    assert CLOSED.refusal("64:ff9b::a00:1", 80) == "64:ff9b::a00:1 is a NAT64 form of 10.0.0.1, a private address"


def _embeddings(inner: IPv4Address) -> list[IPv6Address]:
    number = int(inner)
    nat64 = int(ip_address("64:ff9b::"))
    return [IPv6Address(0xFFFF << 32 | number), IPv6Address(nat64 | number), IPv6Address(0x2002 << 112 | number << 80)]


@given(st.ip_addresses(v=4))
def test_what_is_not_global_is_refused_in_every_disguise(inner: IPv4Address) -> None:
    if not inner.is_global:
        assert CLOSED.refusal(str(inner), 80)
    if CLOSED.refusal(str(inner), 80):
        for disguise in _embeddings(inner):
            assert CLOSED.refusal(str(disguise), 80), disguise


SPECIAL = ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16", "224.0.0.0/3")


@given(st.sampled_from(SPECIAL).flatmap(lambda network: st.ip_addresses(network=network)))
def test_no_address_of_a_special_range_slips_through(inner: IPv4Address) -> None:
    for address in (inner, *_embeddings(inner)):
        assert CLOSED.refusal(str(address), 80), address


@given(st.ip_addresses(v=6))
def test_what_lies_outside_global_unicast_is_refused(address: IPv6Address) -> None:
    inside = address in ip_network("2000::/3") or address.ipv4_mapped or address in ip_network("64:ff9b::/96")
    if not inside:
        assert CLOSED.refusal(str(address), 80)
        assert CLOSED.refusal(f"{address}%eth0", 80)


@given(st.text(max_size=40), st.integers(0, 65535))
def test_any_text_gets_an_answer(text: str, port: int) -> None:
    refusal = CLOSED.refusal(text, port)
    assert refusal is None or refusal.startswith(f"{text} is ")
    literal_refusal(text, port, CLOSED)
    needs_contact([text, f"http://{text}/"], CLOSED, {})


# What the operator opens


@pytest.mark.parametrize(
    ("opened", "reached", "refused"),
    [
        ("127.0.0.0/8", "127.0.0.1", "10.0.0.1"),
        ("127.0.0.0/8", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        ("127.0.0.0/8", "127.255.255.255", "::1"),
        ("127.0.0.1/32", "127.0.0.1", "127.0.0.2"),
        ("10.0.0.0/8", "10.255.255.255", "11.0.0.0/8"),
        ("10.0.0.0/8", "10.0.0.1", "64:ff9b::a00:1"),
        ("10.0.0.0/8", "10.0.0.1", "2002:a00:1::"),
        ("::1/128", "::1", "127.0.0.1"),
        ("fe80::/10", "fe80::1%eth0", "fec0::1"),
        ("fd00::/8", "fd12::1", "fc00::1"),
    ],
)
def test_allow_private_opens_just_its_range(opened: str, reached: str, refused: str) -> None:
    guard = Guard(allow=(ip_network(opened),))
    assert CLOSED.refusal(reached, 80)
    assert guard.refusal(reached, 80) is None
    assert guard.refusal(refused, 80)


@pytest.mark.parametrize(
    ("pinned", "reached"),
    [
        (("127.0.0.1", 8080), "127.0.0.1"),
        (("127.0.0.1", 8080), "::ffff:127.0.0.1"),
        (("0:0:0:0:0:0:0:1", 8080), "::1"),
        (("fe80::1%eth0", 8080), "fe80::1"),
    ],
)
def test_a_pin_opens_just_its_address_and_port(pinned: Pair, reached: str) -> None:
    guard = Guard(pinned=frozenset({pinned}))
    assert guard.refusal(reached, 8080) is None
    assert guard.refusal(reached, 8081)
    assert guard.refusal("127.0.0.2", 8080)


def test_a_pin_is_an_address() -> None:
    with pytest.raises(Misuse, match=r"'proxy\.example' is not an IP address"):
        Guard(pinned=frozenset({("proxy.example", 3128)}))


def test_a_guard_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        CLOSED.allow = (ip_network("0.0.0.0/0"),)  # type: ignore[misc]


# Hosts of URLs


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("News.Example", "news.example"),
        ("news.example.", "news.example"),
        ("[::1]", "::1"),
        ("straße.example", "xn--strae-oqa.example"),
        ("XN--STRAE-OQA.example", "xn--strae-oqa.example"),
        ("①②⑦。０.0.1", "127.0.0.1"),
        ("a_b.example", "a_b.example"),
        ("☃.example", "☃.example"),
        ("", ""),
    ],
)
def test_a_host_is_spelled_one_way(host: str, key: str) -> None:
    assert host_key(host) == key


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7F.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0177.0x0.0.01", "127.0.0.1"),
        ("127%2e0%2e0%2e1", "127.0.0.1"),
        ("①②⑦.⓪.⓪.①", "127.0.0.1"),
        ("134744072", "8.8.8.8"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("fe80::1%25eth0", "fe80::1%25eth0"),
        ("news.example", None),
        ("1.2.3.4.5", None),
        ("256.1.1.1", None),
        ("4294967296", None),
        ("1.example", None),
        ("a:b", None),
        ("", None),
    ],
)
def test_a_literal_is_known_in_every_form(host: str, address: str | None) -> None:
    assert literal(host) == address


@pytest.mark.parametrize(("url", "address"), URLS)
def test_a_literal_is_refused_without_a_look_up(url: str, address: str | None) -> None:
    host = urlsplit(url).hostname or ""
    refusal = literal_refusal(host, 80, CLOSED)
    if host_key(host) in NAMES and "localhost" not in host_key(host).split("."):
        assert refusal is None
    elif address:
        assert refusal is not None


@pytest.mark.parametrize("host", ["news.example", "localhost.example", "8.8.8.8", "134744072", "[2606:4700::1]", "a:b"])
def test_other_hosts_are_left_to_the_proxy(host: str) -> None:
    assert literal_refusal(host, 80, CLOSED) is None


def test_a_refused_literal_says_what_it_means() -> None:
    assert literal_refusal("0x7f.1", 80, CLOSED) == "0x7f.1 means 127.0.0.1 is a loopback address"
    assert literal_refusal("127.0.0.1", 80, CLOSED) == "127.0.0.1 is a loopback address"
    assert literal_refusal("0x7f.1", 80, LOOPBACK) is None
    assert literal_refusal("localhost", 80, LOOPBACK) is None


def test_an_entry_with_a_port_comes_before_one_without() -> None:
    entries = {"a.example": ("127.0.0.1", 1), "a.example:443": ("127.0.0.1", 2), "[::1]:80": ("127.0.0.1", 3)}
    assert mapped("A.example.", 80, entries) == ("127.0.0.1", 1)
    assert mapped("a.example", 443, entries) == ("127.0.0.1", 2)
    assert mapped("::1", 80, entries) == ("127.0.0.1", 3)
    assert mapped("::1", 81, entries) is None
    assert mapped("b.a.example", 80, entries) is None


INWARD: Mapping[str, Pair] = {
    "news.example": ("127.0.0.1", 8080),
    "shop.example:443": ("10.0.0.1", 8443),
    "origin.example": (PUBLIC, 80),
}


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/",
        "https://NEWS.example.:444/a",
        "https://shop.example/",
        "http://localhost:8000/",
        "http://a.b.localhost./",
        "http://127.0.0.1/",
        "http://0x7f.1/",
        "http://[::1]:80/",
        "http://user@127.0.0.1/",
        "http://10.0.0.9:3128/",
    ],
)
def test_our_own_hosts_need_no_contact(url: str) -> None:
    guard = Guard(allow=LOOPBACK.allow, pinned=frozenset({("10.0.0.9", 3128)}))
    assert needs_contact([url], guard, INWARD) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "http://www.news.example/",
        "http://news.example.org/",
        "http://shop.example/",
        "http://origin.example/",
        "http://localhost.example/",
        "http://notlocalhost/",
        "http://10.0.0.1/",
        "http://10.0.0.9/",
        "http://8.8.8.8/",
        "http://127.0.0.1@example.org/",
        "http://[::1/",
        "http://example.org:port/",
        "http:///",
        "",
    ],
)
def test_hosts_of_others_need_a_contact(url: str) -> None:
    guard = Guard(allow=LOOPBACK.allow, pinned=frozenset({("10.0.0.9", 3128)}))
    assert needs_contact(["http://localhost/", url], guard, INWARD) == [url]


def test_opening_the_whole_internet_does_not_do_away_with_the_contact() -> None:
    guard = Guard(allow=(ip_network("0.0.0.0/0"),))
    assert needs_contact(["http://8.8.8.8/", "http://10.0.0.1/"], guard, {}) == ["http://8.8.8.8/"]


# The resolver: tests


def _probe(name: str) -> Any:
    call = [sys.executable, "-m", "tests.test_guard", name]
    ran = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "Unhandled" not in ran.stderr, ran.stderr
    return json.loads(ran.stdout)


def test_nobody_connects_to_a_hostile_url() -> None:
    seen = _probe("hostile")
    assert set(seen) == {url for url, _ in URLS}
    for url, address in URLS:
        assert seen[url]["attempts"] == [], url
        assert seen[url]["failed"] in {"DNSLookupError", "ValueError"}, url
        if address is None:
            assert seen[url]["why"] is None, url
        else:
            assert address in seen[url]["why"], url


def test_without_the_guard_each_hostile_url_would_be_connected_to() -> None:
    seen = _probe("open")
    for url, address in URLS:
        assert seen[url]["attempts"][:1] == ([address] if address else []), url
        assert seen[url]["why"] is None, url


def test_a_name_that_answers_differently_the_second_time_gains_nothing() -> None:
    seen = _probe("rebinding")
    assert seen["first"] == {"attempts": [PUBLIC], "asked": 1, "why": None}
    assert seen["remembered"] == {"attempts": [PUBLIC], "asked": 1, "why": None}
    assert seen["later"] == {
        "attempts": [],
        "asked": 2,
        "why": "rebound.example leads to 127.0.0.1, a loopback address",
    }
    assert seen["gone"] == {"attempts": [], "asked": 3, "why": None}


def test_of_a_mixed_answer_only_the_safe_addresses_are_given_out() -> None:
    assert _probe("mixed") == {"attempts": [PUBLIC, "2606:4700::1"], "why": None}


def test_what_is_remembered_is_bounded() -> None:
    seen = _probe("many")
    assert seen == {"refusals": FEW, "remembered": FEW, "oldest": None, "newest": True, "given": 16}


def test_connect_map_leads_to_its_address_and_port_and_nowhere_else() -> None:
    seen = _probe("mapped")
    assert seen["asked"] == []
    assert seen["news.example:80"] == [["127.0.0.1", 8080]]
    assert seen["NEWS.example.:443"] == [["::1", 8443]]
    assert seen["127.0.0.1:8080"] == [["127.0.0.1", 8080]]
    assert seen["127.0.0.1:8081"] == []


def test_a_name_is_asked_as_the_url_spells_it_or_not_at_all() -> None:
    assert _probe("spelled") == ["xn--strae-oqa.example", "dots.example."]


def test_scrapy_does_not_follow_a_redirect_inward() -> None:
    seen = _probe("scrapy")
    assert seen["outside"] == ["/decimal", "/literal", "/named", "/outward", "/story"]
    assert seen["inside"] == []
    assert seen["got"] == ["http://news.example/story"]
    assert seen["failed"] == {
        "literal": "127.0.0.1 is a loopback address",
        "decimal": "2130706433 leads to 127.0.0.1, a loopback address",
        "named": "inside.example leads to 10.0.0.5, a private address",
    }


# The resolver: probes, each in a process of its own


Answer = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[Any, ...]]


class Names:
    """The network's name service: answers from a table and notes what it was asked; the C library reads literals."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        self.table = dict(table)
        self.asked: list[str] = []

    def getaddrinfo(self, host: str, port: int, family: int = 0, kind: int = 0, *_: int) -> list[Answer]:
        self.asked.append(host)
        found: list[Answer] = []
        for literal_form in self.table.get(host, (host,)):
            found += socket.getaddrinfo(literal_form, port, family, kind, 0, socket.AI_NUMERICHOST)
        return found


class Attempts:
    """The reactor's way out: notes where a connection would go, and refuses it."""

    def __init__(self, reactor: Any) -> None:
        self.made: list[Pair] = []
        reactor.connectTCP = self.connect

    def connect(self, host: str, port: int, factory: Any, timeout: float = 30, bindAddress: object = None) -> None:
        from twisted.internet.error import ConnectError
        from twisted.python.failure import Failure

        self.made.append((host, port))
        factory.clientConnectionFailed(None, cast(Any, Failure)(cast(Any, ConnectError)()))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A real reactor with our resolver on it, between a name service and a way out that are not real."""

    def __init__(
        self,
        reactor: Any,
        table: Mapping[str, Sequence[str]],
        guard: Guard = CLOSED,
        entries: Mapping[str, Pair] | None = None,
    ) -> None:
        from twisted.internet._resolver import GAIResolver

        from crawler.resolver import GuardedResolver

        self.reactor = reactor
        self.names = Names(table)
        self.clock = Clock()
        self.attempts = Attempts(reactor)
        reactor.installNameResolver(GAIResolver(reactor, getaddrinfo=cast(Any, self.names.getaddrinfo)))
        self.resolver = GuardedResolver(reactor, guard, entries or {}, seconds=self.clock)
        self.resolver.install_on_reactor()

    async def connect(self, host: str, port: int = 80) -> dict[str, Any]:
        """Try to connect as Twisted's HTTP client does; tell where that went and how it failed."""
        from twisted.internet.endpoints import HostnameEndpoint
        from twisted.internet.error import ConnectError, DNSLookupError
        from twisted.internet.protocol import Factory

        self.attempts.made.clear()
        endpoint = HostnameEndpoint(self.reactor, host.encode("ascii"), port, attemptDelay=0.01)
        failed = ""
        try:
            await endpoint.connect(cast(Any, Factory())).addTimeout(20, self.reactor)
        except (ConnectError, DNSLookupError, ValueError) as error:
            failed = type(error).__name__
        made = [list(pair) for pair in self.attempts.made]
        return {"made": made, "attempts": [h for h, _ in made], "failed": failed, "why": self.resolver.why(host)}


async def _each_hostile_url(reactor: Any, guard: Guard) -> object:
    from w3lib.url import safe_url_string

    bench = Bench(reactor, NAMES, guard)
    return {url: await bench.connect(urlsplit(safe_url_string(url)).hostname or "") for url, _ in URLS}


async def probe_hostile(reactor: Any) -> object:
    return await _each_hostile_url(reactor, CLOSED)


async def probe_open(reactor: Any) -> object:
    return await _each_hostile_url(reactor, Guard(allow=(ip_network("0.0.0.0/0"), ip_network("::/0"))))


async def probe_rebinding(reactor: Any) -> object:
    host = "rebound.example"
    bench = Bench(reactor, {host: [PUBLIC]})

    async def once() -> dict[str, Any]:
        seen = await bench.connect(host)
        return {"attempts": seen["attempts"], "asked": len(bench.names.asked), "why": seen["why"]}

    first = await once()
    bench.names.table[host] = ["127.0.0.1"]
    remembered = await once()
    bench.clock.now += 61
    later = await once()
    bench.names.table[host] = []
    return {"first": first, "remembered": remembered, "later": later, "gone": await once()}


async def probe_mixed(reactor: Any) -> object:
    bench = Bench(reactor, {"mixed.example": ["127.0.0.1", PUBLIC, "fe80::1%lo", "10.0.0.1", "2606:4700::1", "::1"]})
    seen = await bench.connect("mixed.example")
    return {"attempts": seen["attempts"], "why": seen["why"]}


async def probe_many(reactor: Any) -> object:
    resolver_module.MOST_NAMES = FEW
    bench = Bench(reactor, {})
    for number in range(FEW + 5):
        bench.names.table = {f"{number}.bad.example": ["10.0.0.1"], f"{number}.good.example": [PUBLIC]}
        await _resolved(bench, f"{number}.bad.example")
        await _resolved(bench, f"{number}.good.example")
    bench.names.table = {"wide.example": [f"93.184.216.{number}" for number in range(40)]}
    given = await _resolved(bench, "wide.example")
    newest = bench.resolver.why(f"{FEW + 4}.bad.example")
    return {
        "refusals": len(bench.resolver.refusals),
        "remembered": len(bench.resolver._remembered),
        "oldest": bench.resolver.why("0.bad.example"),
        "newest": newest is not None,
        "given": len(given),
    }


async def _resolved(bench: Bench, host: str) -> list[Any]:
    from twisted.internet.defer import Deferred

    done: Deferred[list[Any]] = Deferred()
    found: list[Any] = []

    class Receiver:
        def resolutionBegan(self, resolution: object) -> None:
            pass

        def addressResolved(self, address: object) -> None:
            found.append(address)

        def resolutionComplete(self) -> None:
            done.callback(found)

    bench.resolver.resolveHostName(Receiver(), host, 80)
    return await done


async def probe_mapped(reactor: Any) -> object:
    entries = {"news.example": ("127.0.0.1", 8080), "news.example:443": ("::1", 8443)}
    bench = Bench(reactor, {}, Guard(pinned=frozenset(entries.values())), entries)
    names = {"news.example": 80, "NEWS.example.": 443}
    seen: dict[str, object] = {
        f"{name}:{port}": (await bench.connect(name, port))["made"] for name, port in names.items()
    }
    seen["asked"] = list(bench.names.asked)
    for port in (8080, 8081):
        seen[f"127.0.0.1:{port}"] = (await bench.connect("127.0.0.1", port))["made"]
    return seen


async def probe_spelled(reactor: Any) -> object:
    bench = Bench(reactor, {})
    for host in ("xn--strae-oqa.example", "dots.example.", f"{'a' * 64}.example"):
        await bench.connect(host)
    return bench.names.asked


@contextmanager
def _serving(answer: Callable[[str], str | None]) -> Iterator[tuple[int, list[str]]]:
    """Serve on loopback; ``answer`` gives the target of a redirect, or None for a page."""
    hits: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            target = answer(self.path)
            self.send_response(302 if target else 200)
            if target:
                self.send_header("Location", target)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1], hits
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def crawl() -> object:
    """Run a Scrapy crawl of a site on loopback whose pages redirect inward."""
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess
    from scrapy.utils.reactor import install_reactor
    from twisted.internet._resolver import GAIResolver

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor as installed

    reactor = cast(Any, installed)
    reactor.installNameResolver(GAIResolver(reactor, getaddrinfo=cast(Any, Names(NAMES).getaddrinfo)))
    got: list[str] = []
    failed: dict[str, str | None] = {}

    with _serving(lambda _: None) as (inner, inside):
        targets = {
            "/literal": f"http://127.0.0.1:{inner}/",
            "/decimal": f"http://2130706433:{inner}/",
            "/named": f"http://inside.example:{inner}/",
            "/outward": "http://news.example/story",
        }
        with _serving(targets.get) as (outer, outside):

            class Reader(Spider):
                name = "reader"

                async def start(self) -> Any:
                    for path in targets:
                        yield Request(
                            f"http://news.example{path}", self.parse, errback=self.failed, meta={"path": path}
                        )

                def parse(self, response: Any) -> None:
                    got.append(response.url)

                def failed(self, failure: Any) -> None:
                    host = urlsplit(failure.request.url).hostname
                    failed[failure.request.meta["path"][1:]] = reactor.nameResolver.why(host)

            entries = {"news.example": ("127.0.0.1", outer)}
            process = CrawlerProcess(
                {
                    "TWISTED_DNS_RESOLVER": "crawler.resolver.GuardedResolver",
                    "VARIORUM_GUARD": Guard(pinned=frozenset(entries.values())),
                    "VARIORUM_CONNECT_MAP": entries,
                    "RETRY_ENABLED": False,
                    "TELNETCONSOLE_ENABLED": False,
                    "LOG_LEVEL": "ERROR",
                }
            )
            process.crawl(Reader)
            process.start()
            return {"outside": sorted(outside), "inside": inside, "got": got, "failed": failed}


def main(name: str) -> None:
    """Run one probe and write what it saw."""
    if name == "scrapy":
        sys.stdout.write(json.dumps(crawl()))
        return
    from twisted.internet import asyncioreactor

    cast(Any, asyncioreactor).install()
    from twisted.internet.defer import Deferred
    from twisted.internet.task import react

    probe: Callable[[Any], Awaitable[object]] = globals()[f"probe_{name}"]

    async def run(reactor: Any) -> None:
        sys.stdout.write(json.dumps(await probe(reactor)))

    react(lambda reactor: Deferred.fromCoroutine(run(reactor)))


if __name__ == "__main__":
    main(sys.argv[1])
