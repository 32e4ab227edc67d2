"""URLs that carry another URL: redirectors, AMP caches, web archives, translators, mail filters. Pure.

>>> unwrap("https://web.archive.org/web/2020/https://blog.example/post")
('https://web.archive.org/web/2020/https://blog.example/post', 'https://blog.example/post')
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from archive.urls import LONGEST

LAYERS = 10
"""Wrappers around wrappers that are taken off; people write two or three."""

_Rule = Callable[[str, str, Mapping[str, str]], str | None]
"""What a wrapper leads to, from its host, its path with all that follows, and its query."""

_URL = re.compile(r"(https?):/{1,3}([^/?#\s]+\.[^/?#\s]+|\[[0-9a-f:.]+\])([/?#]\S*)?", re.IGNORECASE)
_PARTS = re.compile(r"https?://(?:[^/?#@]*@)?([^/?#:]+)(?::\d*)?([^#]*)(.*)", re.IGNORECASE | re.DOTALL)
_BARE = re.compile(r"(?:[\w-]+\.)+[a-z]{2,24}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)

_MEMENTO = re.compile(r"/(?:\S{0,80}?/)?(?:\d{8,14}|\*)(?:[a-z]{2}_)?/(https?:/\S+)")
"""What web archives of any name write: a time and then the whole URL."""
_WAYBACK = re.compile(
    r"/(?:web|wayback)/(?:(?:\d{1,14}|\*)(?:[a-z]{2}_)?/|(?=https?:/))((?:https?:/|[\w-]+\.[\w-])\S+)"
)
_ARCHIVE_TODAY = re.compile(r"/(?:\d{4,14}|\d{4}[.-][\d.-]{4,16}|newest|oldest|o/\w+)/((?:https?:/|[\w-]+\.)\S+)")
_AMP_CACHE = re.compile(r"/(?:c|v|i|wp|amp)/(s/)?((?:[\w-]+\.)+[\w-]+(?:[/?#]\S*)?)")
_TURBO = re.compile(r"/(?:turbo/)?((?:[\w-]+\.)+[\w-]+)/(s/|h/|n/|d/)?(\S*)")
_CACHE = re.compile(r"cache:(?:[\w-]{10,14}:)?(\S+)")
_DEFENSE_3 = re.compile(r"/v3/__(.+?)__;")
_YAHOO = re.compile(r"/RU=([^/]+)/")
_PRF = re.compile(r"/destination:(\S+)")


def unwrap(url: str) -> tuple[str, ...]:
    """Give a URL and what it wraps, outermost first: the last is where it leads.

    Only targets that stand in the URL itself are found. A URL that wraps nothing is given alone.
    """
    found = [url]
    while len(found) <= LAYERS:
        inner = _inside(found[-1])
        if inner is None or inner in found:
            break
        found.append(inner)
    return tuple(found)


def _inside(url: str) -> str | None:
    parts = _PARTS.fullmatch(url.strip()) if len(url) <= LONGEST else None
    if parts is None:
        return None
    host = parts[1].lower().rstrip(".").removeprefix("www.")
    rule = _rule_for(host)
    # A wrapped URL's own fragment follows the whole.
    return _target(rule(host, parts[2] + (parts[3] if rule in _WITH_FRAGMENT else ""), _fields(parts[2])))


def _fields(path: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for part in path.partition("?")[2].split("&"):
        name, _, value = part.partition("=")
        fields.setdefault(name.lower(), unquote(value.replace("+", " ")))
    return fields


def _target(text: str | None) -> str | None:
    """Mend what wrapping does to a URL: a lost slash or scheme, one more layer of escapes."""
    text = (text or "").strip()
    if re.match(r"https?%3a", text, re.IGNORECASE):
        text = unquote(text)
    if text.startswith("//"):
        text = f"https:{text}"
    elif _BARE.fullmatch(text):
        text = f"http://{text}"
    found = _URL.fullmatch(text)
    return f"{found[1]}://{found[2]}{found[3] or ''}" if found else None


def _rule_for(host: str) -> _Rule:
    """Find a host's rule under its name, or under a domain it is of."""
    if host.startswith(("google.", "news.google.", "maps.google.")):
        return _google
    name = host
    while name not in _RULES:
        _, dot, name = name.partition(".")
        if not dot:
            return _memento
    return _RULES[name]


def _field(*names: str, path: str | tuple[str, ...] = "/") -> _Rule:
    def rule(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
        return next((fields[name] for name in names if name in fields), None) if tail.startswith(path) else None

    return rule


def _after(pattern: re.Pattern[str]) -> _Rule:
    def rule(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
        found = pattern.match(tail)
        return found[1] if found else None

    return rule


_memento = _after(_MEMENTO)
_wayback = _after(_WAYBACK)


def _archive_today(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
    found = _ARCHIVE_TODAY.match(tail)
    return found[1] if found else fields.get("url")


def _google(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
    if tail.startswith(("/url?", "/imgres?", "/interstitial?")):
        return next((fields[name] for name in ("q", "url", "imgrefurl") if fields.get(name, "")[:4] == "http"), None)
    return _amp_cache(host, tail, fields) if tail.startswith("/amp/") else None


def _amp_cache(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
    found = _AMP_CACHE.fullmatch(tail)
    return f"{'https' if found[1] else 'http'}://{found[2]}" if found else None


def _turbo(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
    if fields.get("text", "")[:4] == "http":
        return fields["text"]
    found = _TURBO.fullmatch(tail)
    return f"https://{found[1]}/{found[3]}" if found else None


def _translated(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
    name = host.removesuffix(".translate.goog")
    # The proxy writes a dot as one hyphen and a hyphen as two.
    name = name.replace("--", "\0").replace("-", ".").replace("\0", "-")
    path, _, query = tail.partition("?")
    kept = "&".join(part for part in query.split("&") if not part.startswith("_x_tr_"))
    return f"https://{name}{path}{'?' if kept else ''}{kept}"


def _google_cache(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
    found = _CACHE.match(fields.get("q", ""))
    return found[1] if found else None


def _defended(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
    if tail.startswith("/v2/"):
        return unquote(fields.get("u", "").replace("-", "%").replace("_", "/"))
    if tail.startswith("/v1/"):
        return fields.get("u")
    found = _DEFENSE_3.match(tail)
    # Version 3 keeps odd characters apart, as asterisks; with those nothing is certain.
    return found[1] if found and "*" not in found[1] else None


def _disqus(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
    return re.sub(r":[\w-]{20,}$", "", fields.get("url", "")) or None


def _bing(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
    if not tail.startswith("/ck/"):
        return _amp_cache(host, tail, fields) if tail.startswith("/amp/") else None
    code = fields.get("u", "").removeprefix("a1")
    try:
        return base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeError, ValueError):
        return None


def _yahoo(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
    found = _YAHOO.search(tail)
    return unquote(found[1]) if found else None


def _whole_query(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
    return fields.get("url") or fields.get("u") or unquote(tail.partition("?")[2]) or None


def _prefixed(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
    text = tail.lstrip("/")
    return text if text.startswith("http") else fields.get("q") or fields.get("url")


def _prf(host: str, tail: str, fields: Mapping[str, str]) -> str | None:
    found = _PRF.search(tail)
    return unquote(found[1]) if found else None


_WITH_FRAGMENT = (_memento, _wayback, _archive_today, _prefixed)

_RULES: dict[str, _Rule] = {
    # redirectors of social networks and platforms
    "l.facebook.com": _field("u"),
    "lm.facebook.com": _field("u"),
    "facebook.com": _field("u", path=("/l.php", "/flx/warn")),
    "l.instagram.com": _field("u"),
    "l.messenger.com": _field("u"),
    "l.threads.net": _field("u"),
    "l.threads.com": _field("u"),
    "l.workplace.com": _field("u"),
    "out.reddit.com": _field("url"),
    "slack-redir.net": _field("url"),
    "youtube.com": _field("q", path="/redirect"),
    "linkedin.com": _field("url", path=("/redir/", "/safety/")),
    "t.umblr.com": _field("z"),
    "vk.com": _field("to", path="/away.php"),
    "away.vk.com": _field("to"),
    "medium.com": _field("url", path="/r/"),
    "steamcommunity.com": _field("u", "url", path="/linkfilter"),
    "getpocket.com": _field("url", path="/redirect"),
    "disq.us": _disqus,
    "href.li": _whole_query,
    "anonym.to": _whole_query,
    "t.me": _field("url", path="/iv"),
    "exit.sc": _whole_query,
    # search engines, translators, caches
    "duckduckgo.com": _field("uddg", path="/l/"),
    "bing.com": _bing,
    "r.search.yahoo.com": _yahoo,
    "translate.google.com": _field("u"),
    "translate.goog": _translated,
    "webcache.googleusercontent.com": _google_cache,
    "cdn.ampproject.org": _amp_cache,
    "bing-amp.com": _amp_cache,
    "turbopages.org": _turbo,
    "yandex.ru": lambda host, tail, fields: _turbo(host, tail, fields) if tail.startswith("/turbo") else None,
    # mail filters
    "safelinks.protection.outlook.com": _field("url"),
    "urldefense.com": _defended,
    "urldefense.proofpoint.com": _defended,
    "urldefense.us": _defended,
    # affiliates
    "go.redirectingat.com": _field("url"),
    "go.skimresources.com": _field("url"),
    "click.linksynergy.com": _field("murl"),
    "awin1.com": _field("ued", "p"),
    "shareasale.com": _field("urllink"),
    "prf.hn": _prf,
    # web archives
    "web.archive.org": _wayback,
    "wayback.archive.org": _wayback,
    "archive.org": _wayback,
    "archive.today": _archive_today,
    "archive.is": _archive_today,
    "archive.ph": _archive_today,
    "archive.li": _archive_today,
    "archive.vn": _archive_today,
    "archive.fo": _archive_today,
    "archive.md": _archive_today,
    "12ft.io": _prefixed,
    "r.jina.ai": _prefixed,
}
