"""robots.txt as RFC 9309 has it: a status and bytes in, a verdict on each URL out. Pure; fetching is elsewhere.

The reader is our own, because the ledger names the rule a verdict rests on, which Protego does not tell, and because
Protego 0.7 departs from the standard: a group for ``vario`` or ``mailto`` would bind ``Variorum (+mailto:...)``, one
for ``Variorum/1.0`` would not, Crawl-delay ends a group's list of names, ``Allow: /a/index.html`` allows ``/a/``, a
line without a colon counts, and octets that only differ in their encoding in a query do not match.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from archive.model import Url

TOKEN = "variorum"
"""The product token we answer to (RFC 9309, section 2.2.1)."""
LIMIT = 500 * 1024
"""Bytes of a robots.txt that are read: what section 2.5 asks for at least."""
HOPS = 5
"""Redirects of a robots.txt that are followed; after that there is none (section 2.3.1.2)."""
KEPT = timedelta(hours=24)
"""How long rules hold until they are asked for again (section 2.4)."""
HELD = timedelta(hours=1)
"""How long a host is left alone whose robots.txt could not be fetched, before it is asked for again."""
LONGEST_SHOWN = 200
"""Characters of a rule that are told in the ledger."""

Origin = tuple[str, str, int]
"""Scheme, host and port: what one robots.txt speaks for (section 2.3)."""

Word = Literal["allowed", "forbidden", "unavailable: allowed", "unreachable: held"]
State = Literal["read", "unavailable", "held"]

_PORTS = {"http": 80, "https": 443}
_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_OCTET = re.compile(rb"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?#\[\]@!&'()+,;=]")
"""An escape, or an octet to be escaped: all but the unreserved and the reserved, and of these ``*`` and ``$``."""
_OCTET_OF_RULE = re.compile(rb"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?#\[\]@!&'()+,;=*]")
_DELIMITER = re.compile(r"[:/?#\[\]@]")
_AFTER_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*([^#]*)", re.DOTALL)
_SECONDS = re.compile(rb"\d+(?:\.\d*)?|\.\d+")
_BOM = b"\xef\xbb\xbf"
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a page may be asked for: in a word for the record, in words for the ledger.

    ``rule`` is the line it rests on, as ``Disallow: /private/``; None where no rule speaks of the page.
    """

    allowed: bool
    word: Word
    why: str
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One Allow or Disallow line: ``forms`` are the ways it may match, each as the stretches between its stars.

    ``ends`` says that it closes with ``$``; ``weight`` counts its octets: the heaviest that matches decides.
    """

    allows: bool
    text: str
    forms: tuple[tuple[str, ...], ...]
    ends: bool
    weight: int

    def matches(self, paths: tuple[str, ...]) -> bool:
        """Tell whether the rule speaks of a page, whose path is given in all its forms."""
        # Loops, not any(): some sites have hundreds of rules, and each page is held against all of them.
        for form in self.forms:
            for path in paths:
                if path.startswith(form[0]) and _matches(form, self.ends, path):
                    return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What one robots.txt says to us: the rules of our groups, heaviest first, and Allow before Disallow.

    ``state`` is ``unavailable`` where nothing is forbidden because there is nothing to read, ``held`` where everything
    is, for now; ``reason`` says why. ``crawl_delay`` is in seconds; ``sitemaps`` are as written, for everybody.
    """

    state: State
    reason: str = ""
    rules: tuple[Rule, ...] = ()
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()

    def verdict(self, url: str) -> Verdict:
        """Judge a URL of the origin that this robots.txt was asked of."""
        path = _path(url)
        if path.partition("?")[0] == "/robots.txt":
            return Verdict(allowed=True, word="allowed", why="robots.txt itself may always be asked for")
        if self.state == "held":
            why = f"robots.txt could not be fetched ({self.reason}), so the host is left alone for now"
            return Verdict(allowed=False, word="unreachable: held", why=why)
        if self.state == "unavailable":
            why = f"there is no robots.txt to go by ({self.reason}), so nothing is forbidden"
            return Verdict(allowed=True, word="unavailable: allowed", why=why)
        paths = _forms(path)
        rule = next((rule for rule in self.rules if rule.matches(paths)), None)
        if rule is None:
            return Verdict(allowed=True, word="allowed", why="robots.txt says nothing against it")
        if rule.allows:
            return Verdict(allowed=True, word="allowed", why=f"robots.txt allows it: {rule.text}", rule=rule.text)
        return Verdict(allowed=False, word="forbidden", why=f"robots.txt forbids it: {rule.text}", rule=rule.text)


def rules(status: int | None, body: bytes = b"", *, reason: str | None = None, token: str = TOKEN) -> Rules:
    """Read the last answer to a request for robots.txt; ``status`` None means that no whole answer came.

    A 4xx, and a redirect that leads nowhere, forbid nothing (RFC 9309, sections 2.3.1.2 and 2.3.1.3); a 5xx and no
    answer forbid everything for now (2.3.1.4). So does 429, a 4xx: a server that asks for fewer requests must not be
    sent more of them for it. ``reason`` is for the ledger, where a status would not say enough.
    """
    why = reason or ("no answer" if status is None else str(status))
    if status is not None and 200 <= status < 300:
        return _read(body, token.lower().encode())
    if status is not None and 300 <= status < 500 and status != 429:
        return Rules(state="unavailable", reason=why)
    return Rules(state="held", reason=why)


def origin_of(url: str) -> Origin:
    """Give the origin of a URL; raise ValueError where it has none that could be asked."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"{url} names no host to ask by http or https")
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def robots_url(origin: Origin) -> Url:
    """Give the URL of an origin's robots.txt; the port is told where it is not the usual one."""
    scheme, host, port = origin
    name = f"[{host}]" if ":" in host else host
    return Url(f"{scheme}://{name}{'' if port == _PORTS[scheme] else f':{port}'}/robots.txt")


def uncoded(body: bytes, codings: str) -> bytes | None:
    """Take content codings (a Content-Encoding) off, as far as ``LIMIT`` asks; None where that cannot be done.

    What ends too early cannot be read: a rule might be missing.
    """
    for coding in reversed([word.strip().lower() for word in codings.split(",")]):
        if coding in ("", "identity"):
            continue
        if coding not in ("gzip", "x-gzip", "deflate"):
            return None
        unpacked = _unpacked(body, coding)
        if unpacked is None:
            return None
        body = unpacked
    return body


def _unpacked(body: bytes, coding: str) -> bytes | None:
    if coding == "deflate":
        # RFC 9110, section 8.4.1.2: some send the deflate stream without its zlib wrapping.
        wrapped = _inflated(body, zlib.MAX_WBITS)
        return _inflated(body, -zlib.MAX_WBITS) if wrapped is None else wrapped
    # Servers that announce gzip and send plain text are no rarity.
    return _inflated(body, zlib.MAX_WBITS | 16) if body.startswith(_GZIP_MAGIC) else body


def _inflated(body: bytes, window: int) -> bytes | None:
    found = b""
    while len(found) <= LIMIT:
        stream = zlib.decompressobj(window)
        try:
            found += stream.decompress(body, LIMIT + 1 - len(found))
        except zlib.error:
            return None
        if not stream.eof:
            return found if len(found) > LIMIT else None
        body = stream.unused_data
        if not body.startswith(_GZIP_MAGIC):
            break
    return found


def _read(body: bytes, token: bytes) -> Rules:
    ours: list[Rule] = []
    everyones: list[Rule] = []
    delays: dict[bool, list[float]] = {True: [], False: []}
    sitemaps: dict[str, None] = {}
    names: set[bytes] = set()
    naming = named = False
    for key, value in _lines(body):
        if key == b"user-agent":
            names = names if naming else set()
            names.add(_token(value))
            naming, named = True, named or token in names
        elif key in (b"allow", b"disallow"):
            naming = False
            rule = _rule(key == b"allow", value) if token in names or b"*" in names else None
            if rule is not None:
                ours += [rule] if token in names else []
                everyones += [rule] if b"*" in names else []
        elif key == b"crawl-delay" and (seconds := _SECONDS.match(value)):
            for group, name in ((True, token), (False, b"*")):
                delays[group] += [float(seconds[0])] if name in names else []
        elif key == b"sitemap" and value:
            sitemaps[_shown(value)] = None
    heaviest_first = sorted(ours if named else everyones, key=lambda rule: (-rule.weight, not rule.allows))
    return Rules(
        state="read",
        rules=tuple(heaviest_first),
        crawl_delay=max(delays[named], default=None),
        sitemaps=tuple(sitemaps),
    )


def _lines(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give key (lower case) and value of each line that has both; blank lines and comments mean nothing."""
    if len(body) > LIMIT:
        body = body[:LIMIT]
        # Half a line is another rule: /private/ cut short would be /.
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    for line in body.removeprefix(_BOM).replace(b"\r", b"\n").split(b"\n"):
        key, colon, value = line.partition(b"#")[0].partition(b":")
        if colon:
            yield key.strip().lower(), value.strip()


def _token(value: bytes) -> bytes:
    """Give the product token of a user-agent line: ``Variorum/1.0 (by hand)`` means ``variorum``."""
    return re.split(rb"[/\s]", value.lower(), maxsplit=1)[0]


def _rule(allows: bool, value: bytes) -> Rule | None:
    """Make a rule; None for an empty value, which matches nothing (RFC 9309, section 2.2.2)."""
    if not value:
        return None
    # The grammar wants a slash; without one a rule would mean nothing, and that is not what its author wants.
    pattern = value if value.startswith((b"/", b"*")) else b"/" + value
    ends = pattern.endswith(b"$")
    canonical = _escaped(pattern.removesuffix(b"$"), _OCTET_OF_RULE)
    text = f"{'Allow' if allows else 'Disallow'}: {_shown(value, LONGEST_SHOWN)}"
    forms = tuple(tuple(form.split("*")) for form in _forms(canonical))
    return Rule(allows=allows, text=text, forms=forms, ends=ends, weight=len(canonical) + ends)


def _matches(parts: tuple[str, ...], ends: bool, path: str) -> bool:
    """Match without going back: the stretches between the stars in turn, each where it is first found.

    The first is known to begin the path.
    """
    first, *others = parts
    at = len(first)
    if not others:
        return not ends or at == len(path)
    *between, last = others
    for part in between:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if ends:
        return len(path) - len(last) >= at and path.endswith(last)
    return path.find(last, at) >= 0


def _path(url: str) -> str:
    """Give path and query of a URL, escaped as rules are."""
    found = _AFTER_AUTHORITY.match(url)
    path = found[1] if found else url.partition("#")[0]
    if not path.startswith("/"):
        path = f"/{path}"
    return _escaped(path.encode("utf-8", "surrogatepass"), _OCTET)


def _forms(path: str) -> tuple[str, ...]:
    """Give the path as it is; and, where delimiters stand in its query, with these escaped too.

    RFC 9309, section 2.2.2 holds ``?a=https://b`` and ``?a=https%3A%2F%2Fb`` to be equal, but not ``/`` and ``%2F`` in
    a path. A rule such as ``/*url=http:`` has no ``?`` to tell where its query begins, so every form counts.
    """
    before, mark, query = path.partition("?")
    escaped = _DELIMITER.sub(lambda found: f"%{ord(found[0]):02X}", query)
    return (path,) if escaped == query else (path, f"{before}{mark}{escaped}")


def _escaped(octets: bytes, to_escape: re.Pattern[bytes]) -> str:
    """Write octets so that those which mean the same are the same (RFC 9309, section 2.2.2)."""

    def escape(found: re.Match[bytes]) -> bytes:
        octet = bytes([int(found[1], 16)]) if found[1] else found[0]
        return octet if octet in _UNRESERVED else b"%%%02X" % octet[0]

    return to_escape.sub(escape, octets).decode("ascii")


def _shown(value: bytes, longest: int | None = None) -> str:
    """Give a stranger's bytes as one line of text that does nothing to a terminal."""
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in value.decode("utf-8", "backslashreplace"))
    return text if longest is None or len(text) <= longest else f"{text[:longest]}..."
