"""Which addresses may be reached; not which URLs are wanted, and not how often.

The archived web is hostile: a link, a redirect or a name under a stranger's control must not lead into the operator's
own network. ``Guard`` judges one address and is asked twice: by the resolver before an address is given to
anybody who connects, and by the recorder for the connected peer before the first byte is sent.
"""

from __future__ import annotations

import socket
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import idna

from archive.errors import Misuse

if TYPE_CHECKING:
    from scrapy.crawler import Crawler, CrawlerRunnerBase

IP = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Pair = tuple[str, int]

# The IANA special-purpose registries in our words; the first match wins. Our own table, because the one in
# ``ipaddress`` changes between patch releases of Python and does not say why.
_SPECIAL: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), words)
    for words, networks in (
        # 168.63.129.16 is a public address, yet answers only inside Azure, to whoever asks there.
        ("a cloud metadata address", "169.254.169.254 169.254.170.2 169.254.170.23 100.100.100.200 168.63.129.16"),
        ("a cloud metadata address", "192.0.0.192 fd00:ec2::254 fd00:ec2::23 fd20:ce::254"),
        ("the unspecified address", "0.0.0.0/32 ::/128"),
        ("a loopback address", "127.0.0.0/8 ::1/128"),
        ("a private address", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16"),
        ("a link-local address", "169.254.0.0/16 fe80::/10"),
        ("a carrier-grade NAT address", "100.64.0.0/10"),
        ("a unique local address", "fc00::/7"),
        ("a site-local address", "fec0::/10"),
        ("a documentation address", "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20"),
        ("a benchmarking address", "198.18.0.0/15 2001:2::/48"),
        ("a multicast address", "224.0.0.0/4 ff00::/8"),
        ("the broadcast address", "255.255.255.255/32"),
        ("a 6to4 relay address", "192.88.99.0/24"),
        # Tunnels carry an IPv4 address of the sender's choice to a machine nobody here named.
        ("a 6to4 tunnel address", "2002::/16"),
        ("a Teredo tunnel address", "2001::/32"),
        ("an IPv4-compatible address", "::/96"),
        ("an IPv4-translated address", "::ffff:0:0:0/96"),
        ("a local NAT64 address", "64:ff9b:1::/48"),
        ("a reserved address", "0.0.0.0/8 192.0.0.0/24 240.0.0.0/4 2001::/23 5f00::/16"),
    )
    for network in networks.split()
)
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052 section 2.1: how IPv6-only networks reach public IPv4 addresses
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # RFC 4291 section 2.4: nothing outside is given to anybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What may be reached besides public addresses.

    ``allow`` is ``network.allow_private``; ``pinned`` holds the exact (address, port) pairs that the operator named:
    the targets of ``network.connect_map`` and the proxies.
    """

    allow: tuple[Network, ...] = ()
    pinned: frozenset[Pair] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "pinned", frozenset((_spelled(host), port) for host, port in self.pinned))

    def refusal(self, host: str, port: int) -> str | None:
        """Say why ``host`` (an IP literal, with or without a zone) must not be reached; None when it may be."""
        kind = self.refused_kind(host, port)
        return None if kind is None else f"{host} is {kind}"

    def refused_kind(self, host: str, port: int) -> str | None:
        """Say what keeps ``host`` from being reached, as ``a loopback address``; None when it may be reached."""
        ip = _parsed(host)
        if ip is None:
            return "not an IP address in standard form"
        if (str(ip), port) in self.pinned or any(ip in network for network in self.allow):
            return None
        return _kind(ip)


def is_public(host: str) -> bool:
    """Tell whether an IP literal belongs to the public internet."""
    return Guard().refused_kind(host, 0) is None


def host_key(host: str) -> str:
    """Spell a host one way: lower case, ASCII (RFC 5891), no brackets, no final dot.

    >>> host_key("WWW.Straße.example.")
    'www.xn--strae-oqa.example'
    """
    # NFKC as clients do it before IDNA: fullwidth and enclosed digits are digits. U+3002 is a dot (RFC 3490 3.1).
    bare = unicodedata.normalize("NFKC", host.strip("[]")).replace("\u3002", ".").lower()
    if not bare.isascii():
        try:
            bare = idna.encode(bare).decode("ascii")
        except idna.IDNAError:
            return bare
    return bare.removesuffix(".")


def mapped(host: str, port: int, connect_map: Mapping[str, Pair]) -> Pair | None:
    """Give the address and port that ``network.connect_map`` names for a host; None when it names none.

    An entry of the form ``host:port`` is for that port only and comes first; IPv6 literals stand in brackets.
    """
    key = host_key(host)
    name = f"[{key}]" if ":" in key else key
    return connect_map.get(f"{name}:{port}") or connect_map.get(name)


def literal(host: str) -> str | None:
    """Give the address a URL's host stands for when it is no name; None for a name.

    Knows the forms that the C library takes for an address: ``0x7f.1``, ``017700000001``, ``2130706433``.
    """
    if ":" in host:
        bare = host.strip("[]")
        return bare if _parsed(bare) else None
    try:
        return socket.inet_ntoa(socket.inet_aton(host_key(unquote(host))))
    except (OSError, ValueError):
        return None


def literal_refusal(host: str, port: int, guard: Guard) -> str | None:
    """Say why a URL's host must not be reached, without a look-up; None when it may be, and for every other name.

    For requests through a proxy: it is the proxy that resolves the name, so nothing else can be judged here.
    """
    found = "127.0.0.1" if is_localhost(host) else literal(host)
    refusal = None if found is None else guard.refusal(found, port)
    return refusal if refusal is None or found == host else f"{host} means {refusal}"


def is_localhost(host: str) -> bool:
    """Tell whether a name means this machine wherever it is resolved (RFC 6761 section 6.3)."""
    return host_key(host).rpartition(".")[2] == "localhost"


def needs_contact(urls: Iterable[str], guard: Guard, connect_map: Mapping[str, Pair]) -> list[str]:
    """Give the URLs whose host may be somebody else's: not mapped inward, not localhost, no allowed private literal.

    A URL that cannot be read is given too.
    """

    def is_ours(url: str) -> bool:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            return False
        if pair := mapped(host, port, connect_map):
            return not is_public(pair[0])
        found = literal(host)
        if found is None:
            return is_localhost(host)
        return not is_public(found) and guard.refusal(found, port) is None

    return [url for url in urls if not is_ours(url)]


def guard_of(crawler: Crawler | CrawlerRunnerBase) -> Guard:
    """Give the guard of a crawl, from its setting ``VARIORUM_GUARD``; without one, only public addresses pass."""
    guard = crawler.settings.get("VARIORUM_GUARD")
    if guard is None:
        return Guard()
    if not isinstance(guard, Guard):
        raise Misuse(f"VARIORUM_GUARD is {guard!r}, not a Guard; set it to Guard(allow=..., pinned=...)")
    return guard


def _kind(ip: IP) -> str | None:
    """Name the special range of an address; None for a public one."""
    for network, words in _SPECIAL:
        if ip in network:
            return words
    if isinstance(ip, IPv4Address):
        return None if ip.is_global else "a reserved address"
    if ip in _NAT64:
        inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        kind = _kind(inner)
        return None if kind is None else f"a NAT64 form of {inner}, {kind}"
    return None if ip in _GLOBAL_UNICAST else "a reserved address"


def _parsed(host: str) -> IP | None:
    """Read an IP literal; a zone is dropped, and an IPv4-mapped address is the IPv4 address it connects to."""
    try:
        ip = ip_address(host.partition("%")[0] if ":" in host else host)
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip


def _spelled(host: str) -> str:
    ip = _parsed(host)
    if ip is None:
        raise Misuse(f"{host!r} is not an IP address; network.connect_map and proxies take addresses, not names")
    return str(ip)
