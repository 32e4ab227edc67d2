"""Whom an archive may ask, and by which way: the guard, the proxy, and the contact that public hosts are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archive.config import Settings
from archive.errors import Misuse
from archive.timing import Clock
from crawler import proxy as proxies
from crawler import settings as scrapy_settings
from crawler.guard import Guard, Pair, needs_contact
from crawler.sites import Site


def proxies_of(sites: Iterable[Site]) -> dict[str, tuple[str, Pair]]:
    """Give the proxy of each site that has one, by its name: with the host resolved, and as address and port."""
    return {site.name: proxies.resolved(site.proxy) for site in sites if site.proxy is not None}


def reach(settings: Settings, more: Iterable[Pair] = ()) -> tuple[Guard, str | None]:
    """Give the guard of an archive, and its proxy with the host resolved; None where there is none."""
    network = settings.network
    proxy, pin = proxies.resolved(network.proxy) if network.proxy else (None, None)
    pinned = frozenset(network.connect_map.values()) | ({pin} if pin else frozenset()) | frozenset(more)
    return Guard(allow=network.allow_private, pinned=pinned), proxy


def check_contact(settings: Settings, guard: Guard, urls: Iterable[str]) -> None:
    """Raise ``Misuse`` where public hosts are to be asked by an archive that names no contact."""
    if settings.contact is None and (public := needs_contact(urls, guard, settings.network.connect_map)):
        raise Misuse(
            f"{public[0]} is on a public host, and this archive names no contact for its owner to reach you: "
            f'write contact = "you@example.org" in {settings.home / "variorum.toml"}, or give --set contact=...'
        )


def scrapy_settings_for(settings: Settings, clock: Clock, more: Iterable[Pair] = ()) -> dict[str, Any]:
    """Give Scrapy's settings for crawling into an archive."""
    guard, proxy = reach(settings, more)
    return scrapy_settings.of(settings, clock, guard, dict(settings.network.connect_map), proxy)
