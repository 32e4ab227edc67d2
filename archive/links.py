"""Links as publishers write them: cleaned of tracking, unwrapped, put down to a registrable domain. Pure."""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from archive.urls import neighbour
from archive.wrappers import unwrap

if TYPE_CHECKING:
    from tldextract import TLDExtract

__all__ = ["clean", "is_shortener", "neighbour_of", "registrable", "unwrap"]

# ---- registrable domains


def registrable(host: str) -> str:
    """Give the domain a publisher registers: one label more than the public suffix.

    By the public suffix list that comes with tldextract, its private part included: ``a.blogspot.com`` and
    ``b.blogspot.com`` are two. IP addresses, single labels and public suffixes are given as they are, in lower case.
    """
    return _registrable(host.strip().rstrip(".").lower())


@functools.lru_cache(maxsize=65_536)
def _registrable(host: str) -> str:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        parts = _suffixes()(host)
        # A top-level domain the list does not know counts as a suffix (its algorithm, step 2).
        known = parts.top_domain_under_public_suffix or (host if parts.suffix else "")
        return known or ".".join(host.split(".")[-2:])
    return host


@functools.cache
def _suffixes() -> TLDExtract:
    # Imported late: requests comes with it, and most commands need no domains.
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def neighbour_of(url: str, platforms: Collection[str]) -> str:
    """Give whose politeness a URL falls under: its host, or the platform whose host it is.

    ``platforms`` are domains in lower case. Raises Misuse where the URL names no host.
    """
    host = neighbour(url)
    domain = host
    while domain not in platforms:
        _, dot, domain = domain.partition(".")
        if not dot:
            return host
    return domain


# ---- tracking

_TRACKING = re.compile(
    r"(?:utm|pk|mtm|piwik|matomo|hsa|oly|vero)_\w+|at_(?:medium|campaign|custom\d|format|ptr_name|bbc_team|link_\w+)"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|ttclid|yclid|ysclid|igshid|igsh|li_fat_id|rb_clickid"
    r"|srsltid|mibextid|mc_[ce]id|mkt_tok|_hsenc|_hsmi|hsctatracking|_ga|_gl|_openstat|__s|__twitter_impression"
    r"|fb_(?:action_(?:ids|types)|source|ref)|ref_src|ref_url|guccounter|guce_referrer(?:_sig)?|soc_(?:src|trk)"
    r"|sr_share|smid|smtyp|smprod|cmpid|ncid|ocid|ftag|xtor|wt[._]?mc(?:[._]id)?|s_cid|sc_cid|wickedid|dicbo",
    re.IGNORECASE,
)


def clean(url: str) -> str:
    """Drop tracking parameters and the fragment; what is left stays as written, in its order.

    >>> clean("https://blog.example/post?b=1&utm_source=feed&a=#top")
    'https://blog.example/post?b=1&a='
    """
    address, _, query = url.partition("#")[0].partition("?")
    kept = [part for part in query.split("&") if not _TRACKING.fullmatch(part.partition("=")[0])]
    return f"{address}?{'&'.join(kept)}" if any(kept) else address


# ---- shorteners

_SHORTENERS = {
    "t.co", "bit.ly", "bitly.com", "j.mp", "amzn.to", "tinyurl.com", "goo.gl", "ow.ly", "buff.ly", "is.gd", "v.gd",
    "dlvr.it", "ift.tt", "fb.me", "lnkd.in", "wp.me", "trib.al", "shorturl.at", "rebrand.ly", "cutt.ly", "rb.gy",
    "t.ly", "tiny.cc", "soo.gd", "bl.ink", "snip.ly", "po.st", "su.pr", "x.co", "kutt.it", "tr.im", "youtu.be",
    "redd.it", "flip.it", "apple.news", "clck.ru", "vk.cc", "u.to", "goo.su", "qr.ae", "eepurl.com", "mailchi.mp",
    "hubs.ly", "hubs.la", "shar.es", "disq.us", "apne.ws", "nyti.ms", "wapo.st", "cnn.it", "bbc.in", "reut.rs",
    "bloom.bg", "on.wsj.com", "on.ft.com", "econ.st", "gu.com", "n.pr", "politi.co", "huff.to", "nbcnews.to",
    "abcn.ws", "cbsn.ws", "cbsloc.al", "usat.ly", "lat.ms", "nydn.us", "thebea.st", "spon.de", "sz.de", "sptnkne.ws",
    "git.io", "aka.ms", "a.co", "feedproxy.google.com", "doi.org", "dx.doi.org", "hdl.handle.net", "perma.cc",
    "ghostarchive.org", "archive.today", "archive.is", "archive.ph", "archive.li", "archive.vn", "archive.fo",
    "archive.md",
}  # fmt: skip


def is_shortener(host: str) -> bool:
    """Tell whether a host only leads elsewhere, so that its links must be fetched to know where to.

    Archives that name pages by a short id are among them; ``unwrap`` first, since most of their links tell more.
    """
    return host.lower().rstrip(".").removeprefix("www.") in _SHORTENERS
