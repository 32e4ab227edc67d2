"""The resolver of a crawl: gives out only addresses that the guard lets through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from twisted.internet import address, interfaces
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.guard import Guard, Pair, guard_of, host_key, mapped

if TYPE_CHECKING:
    from scrapy.crawler import Crawler, CrawlerRunnerBase
    from twisted.internet.base import ReactorBase

Address = address.IPv4Address | address.IPv6Address
V = TypeVar("V")

MOST_NAMES = 10_000
MOST_ADDRESSES = 16
REMEMBERED_SECONDS = 60.0


@implementer(interfaces.IHostnameResolver)
class GuardedResolver:
    """Scrapy's ``TWISTED_DNS_RESOLVER``: gives out only addresses that the guard lets through.

    Whoever connects gets the very addresses that were judged, so a name has no second answer between look-up and
    connection. Twisted knows no failure but "no address": ``refusals`` tells the unsafe from the unknown (``why``).
    Twisted's interfaces carry no types that mypy can read, hence ``Any`` where one of its objects comes in.
    """

    def __init__(
        self,
        reactor: ReactorBase,
        guard: Guard,
        connect_map: Mapping[str, Pair],
        *,
        seconds: Callable[[], float] | None = None,
    ) -> None:
        self.refusals: dict[str, str] = {}
        self._reactor = reactor
        self._seconds = seconds or reactor.seconds
        self._guard = guard
        self._connect_map = connect_map
        before: Any = reactor.nameResolver
        self._original: Any = before._original if isinstance(before, GuardedResolver) else before
        self._remembered: dict[str, tuple[float, Sequence[str]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler | CrawlerRunnerBase, reactor: ReactorBase) -> GuardedResolver:
        return cls(reactor, guard_of(crawler), crawler.settings.get("VARIORUM_CONNECT_MAP") or {})

    def install_on_reactor(self) -> None:
        resolver: Any = self
        self._reactor.installNameResolver(resolver)

    def why(self, host: str) -> str | None:
        """Say why the last look-up of ``host`` (as in the URL) gave no address; None when it was not the guard."""
        return self.refusals.get(_asked(host))

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[Address]] | None = None,
        transportSemantics: Literal["TCP", "UDP"] = "TCP",
    ) -> _Resolution:
        resolution = _Resolution(hostName)
        key = host_key(hostName)
        # Asked in ASCII: Twisted hands over Unicode, and Python would spell it by the older IDNA 2003, in which a name
        # with a sharp s or a final sigma is another name. A final dot stays: it keeps search domains out.
        asked = _asked(hostName)

        def give(found: Sequence[str], port: int = portNumber) -> None:
            for host in self._safe(asked, found, port):
                family: type[Address] = address.IPv6Address if ":" in host else address.IPv4Address
                if addressTypes is None or family in addressTypes:
                    resolutionReceiver.addressResolved(family(transportSemantics, host, port))
            resolutionReceiver.resolutionComplete()

        def learn(found: Sequence[str]) -> None:
            if self._safe(asked, found, portNumber):
                # All of them: whether one is safe may depend on the port.
                _put(self._remembered, asked, (self._seconds() + REMEMBERED_SECONDS, found[:MOST_ADDRESSES]))
            give(found)

        resolutionReceiver.resolutionBegan(resolution)
        if pair := mapped(key, portNumber, self._connect_map):
            give([pair[0]], pair[1])
        elif (fresh := self._fresh(asked)) is not None:
            give(fresh)
        elif not _can_be_asked(key):
            give([])
        else:
            self._original.resolveHostName(_Answer(learn), asked, portNumber, None, transportSemantics)
        return resolution

    def _fresh(self, asked: str) -> Sequence[str] | None:
        until, found = self._remembered.get(asked, (0.0, ()))
        return found if found and self._seconds() < until else None

    def _safe(self, asked: str, found: Sequence[str], port: int) -> list[str]:
        """Give the addresses that may be reached; note why when that is none of them."""
        # By the name as asked: with a final dot it may have no address, and must not wipe out what the other's was.
        self.refusals.pop(asked, None)
        kinds = {host: self._guard.refused_kind(host, port) for host in found[:MOST_ADDRESSES]}
        safe = [host for host, kind in kinds.items() if kind is None]
        if kinds and not safe:
            host, kind = next(iter(kinds.items()))
            key = asked.removesuffix(".")
            _put(self.refusals, asked, f"{host} is {kind}" if host == key else f"{key} leads to {host}, {kind}")
        return safe


@implementer(interfaces.IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        raise NotImplementedError("a look-up in a thread cannot be cancelled")


@implementer(interfaces.IResolutionReceiver)
class _Answer:
    """Gathers the addresses of one look-up and passes them on at its end."""

    def __init__(self, give: Callable[[list[str]], None]) -> None:
        self._give = give
        self._found: list[str] = []

    def resolutionBegan(self, resolution: object) -> None:
        pass

    def addressResolved(self, address: Address) -> None:
        # Twisted's endpoints drop the scope id, without which a link-local address cannot be reached.
        scope = getattr(address, "scopeID", 0)
        self._found.append(f"{address.host}%{scope}" if scope and "%" not in address.host else address.host)

    def resolutionComplete(self) -> None:
        self._give(self._found)


def _asked(name: str) -> str:
    key = host_key(name)
    return key + "." if name.endswith(".") else key


def _can_be_asked(key: str) -> bool:
    """Tell whether a name has the form of one (RFC 1035 section 2.3.4).

    Python raises UnicodeError for an empty or long label, at which Twisted's resolver never ends.
    """
    return key.isascii() and len(key) < 254 and all(0 < len(label) < 64 for label in key.split("."))


def _put(into: dict[str, V], key: str, value: V) -> None:
    """Set an entry; beyond ``MOST_NAMES`` the oldest goes."""
    into.pop(key, None)
    into[key] = value
    if len(into) > MOST_NAMES:
        del into[next(iter(into))]
