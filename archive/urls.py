"""URLs: what they are compared by (``urlkey``), how they are asked for (``fetchable``), whom they ask (``neighbour``).

>>> urlkey("http://www.Example.com:80/a/../b?z=1&a=2#f")
'com,example)/b?a=2&z=1'

Keys agree with those pywb and cdxj-indexer write, so that their index files and ours can be merged, except where
that would make two pages look alike or one page look like many. The differences are listed with their reasons,
and tested, in ``tests/test_urls.py``.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from urllib.parse import quote, unquote_plus, unquote_to_bytes, urlencode

import idna

from archive.errors import Misuse
from archive.model import Url, UrlKey

LONGEST = 8 * 1024
"""Characters a URL may have to be fetched, once encoded; servers refuse longer ones."""

_PLAIN = re.compile(
    r"https?://(?:www[0-9]*\.)?((?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*)((?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*)/?"
    r"(?:\?([!\"$&-~]*))?"
)
"""A URL with little to clean: no port, no escape, no empty or dot segment; its last label is no number."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_DEFAULT_PORT = {"http": "80", "https": "443"}
_EDGES = " \t\r\n\f\v"
_LINE_BREAKS = {ord(c): None for c in "\t\r\n"}
_WWW = re.compile(r"www[0-9]*")

_CLEAN = re.compile(r"[!$&-~\"]*")
"""Printable ASCII without ``#``, ``%`` and the space."""
_ESCAPES = {code: f"%{code:02x}" for code in (*range(0x21), 0x23, 0x25, *range(0x7F, 0x100))}
_ROUNDS = 32
"""Layers of percent-encoding that are taken off: more than anyone writes, and a limit for those who try."""

_PATH_SESSION = re.compile(r";jsessionid=[0-9a-z]{32}(?:\.[0-9a-z_-]+)?(?![0-9a-z])")
_ASPX_SESSION = re.compile(r"/\((?:(?:[a-z]\([0-9a-z]{24}\))+|[0-9a-z]{24})\)(?=/.)")
_QUERY_SESSION = re.compile(
    r"(?:^|(?<=[&;]))"
    r"(?:(?:jsessionid|phpsessid|sid)=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24}|cfid=[^&;]+&cftoken=[^&]+)"
    r"(?:&|$)"
)
_BODY_QUERY = 4096
"""Characters of a request body's query that enter a key, as in pywb and cdxj-indexer."""

_ABSOLUTE = re.compile(r"(https?):[/\\]{2}([^/\\?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FORBIDDEN_IN_HOST = re.compile(r"[\x00-\x20\"#%/:<>?@\[\\\]^`{|}\x7f]")
_SAFE_IN_PATH = "!$&'()*+,-./:;=@_~%"
_SAFE_IN_QUERY = "!$&()*+,-./:;=@_~%?"


def urlkey(url: str, *, method: str = "GET", body: bytes = b"", content_type: str | None = None) -> UrlKey:
    """Give the sort-friendly form (SURT) that captures of one resource share.

    Never raises and never holds whitespace: what cannot be taken apart is keyed by its text. Opaque URLs
    (``urn:``, ``dns:``) keep their form, in lower case. A method other than GET joins the query, with the fields
    of the request's body (IIPC draft guideline for non-GET requests); without a content type the body's looks decide.
    Multipart and AMF bodies are not taken apart but enter as base64, so that a random boundary makes its own key.
    """
    if method.upper() == "GET":
        plain = _PLAIN.fullmatch(url)
        if plain is not None:
            host, path, query = plain.groups()
            return UrlKey(f"{','.join(host.split('.')[::-1])}){path.lower() or '/'}{_query(query)}")
    else:
        url = _with_body(url, method, body, content_type)
    text = url.strip(_EDGES).translate(_LINE_BREAKS).partition("#")[0]
    named = _SCHEME.fullmatch(text)
    scheme, rest = (named[1].lower(), named[2]) if named else ("http", text)
    if scheme not in _DEFAULT_PORT and not re.match(r"//[^/?]", rest):
        path, _, query = rest.partition("?")
        return UrlKey(f"{scheme}:{_escaped(path).removesuffix('/')}{_query(query)}")
    if scheme in _DEFAULT_PORT:
        rest = _forward_slashes(rest)
    authority, tail = _split(rest.lstrip("/"))
    origin = _origin(authority, _DEFAULT_PORT.get(scheme, ""))
    if origin is None:
        return UrlKey(_escaped(text) or "-")
    path, _, query = tail.partition("?")
    return UrlKey(f"{origin}){_path(path)}{_query(query)}")


def is_address(host: str) -> bool:
    """Tell whether a host is the address of a machine, and no name: its last label is a number (WHATWG URL, 3.5).

    >>> is_address("192.168.1.1"), is_address("127.1"), is_address("[::1]"), is_address("4chan.example")
    (True, True, True, False)
    """
    last = host.rstrip(".").rpartition(".")[2].lower()
    return ":" in host or last.isdigit() or last.startswith("0x")


def in_unicode(host: str) -> str:
    """Give a host as people write it; as it is where it is no name in Punycode (RFC 5891)."""
    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host


_CREDENTIALS = re.compile(r"\A(https?://)[^/?#]*@", re.IGNORECASE)


def without_credentials(url: str) -> str:
    """Give a URL without the name and password that may stand before its host: these belong in no index.

    >>> without_credentials("https://reader:secret@blog.example/a")
    'https://blog.example/a'
    """
    return _CREDENTIALS.sub(r"\1", url)


def fetchable(url: str) -> Url:
    """Give the URL as it will be asked for: http or https, encoded, without credentials and fragment.

    Scheme and host are lower-case, the host in punycode (UTS 46, as browsers do). A lone ``?`` at the end is dropped
    since Scrapy cannot send it. Dot segments, the port and existing escapes stay as written.
    Raises Misuse where no such URL can be made.
    """
    text = url.strip(_EDGES)
    if not text:
        raise Misuse("an empty URL cannot be fetched; give one such as https://example.org/story")
    if len(text) > LONGEST:
        raise _unfetchable(text, f"it is longer than {LONGEST} characters; shorten it or leave it out")
    if _CONTROL.search(text):
        raise _unfetchable(text, "it contains control characters; remove them, or write them as %XX")
    matched = _ABSOLUTE.fullmatch(text)
    if matched is None:
        raise _unfetchable(text, _what_is_missing(text))
    scheme, authority, path, query = matched[1].lower(), matched[2], matched[3], matched[4]
    host, port = _host_and_port(authority.rpartition("@")[2])
    if not host:
        raise _unfetchable(text, f"it names no host; write {scheme}://HOST/...")
    if not _is_port(port) or (port and not port.strip("0")):
        raise _unfetchable(text, f"{port[:20]!r} is no port; write a number from 1 to 65535, or none")
    origin = f"{scheme}://{_checked_host(text, host)}{port and ':' + port.lstrip('0')}"
    try:
        path = quote(path.replace("\\", "/") or "/", safe=_SAFE_IN_PATH)
        query = quote(query or "", safe=_SAFE_IN_QUERY)
    except UnicodeEncodeError:
        raise _unfetchable(text, "it contains half a character (a lone surrogate); correct it") from None
    made = f"{origin}{path}{'?' if query else ''}{query}"
    if len(made) > LONGEST:
        raise _unfetchable(text, f"encoded, it is longer than {LONGEST} characters; shorten it or leave it out")
    return Url(made)


def neighbour(url: str) -> str:
    """Give the host name a URL asks: lower-case punycode, no scheme, no port, no final dot; an IPv6 address bare.

    Raises Misuse where the URL names no host.
    """
    matched = _ABSOLUTE.fullmatch(url.strip(_EDGES))
    host = _host_and_port(matched[2].rpartition("@")[2])[0] if matched else ""
    if not host:
        raise _unfetchable(url, "it names no host; give an absolute http or https URL")
    name = _checked_host(url, host)
    if name.startswith("["):
        return name[1:-1]
    name = name.removesuffix(".")
    return _ipv4(name) or name


# ---- the parts of a key


def _split(rest: str) -> tuple[str, str]:
    """Part what follows ``//`` into authority and the rest, which keeps its ``/`` or ``?``."""
    ends = [at for at in (rest.find("/"), rest.find("?")) if at >= 0]
    at = min(ends, default=len(rest))
    return rest[:at], rest[at:]


def _forward_slashes(rest: str) -> str:
    path, mark, query = rest.partition("?")
    return path.replace("\\", "/") + mark + query


def _origin(authority: str, default_port: str) -> str | None:
    """Give host and port as a key holds them, or None for what is neither."""
    host, port = _host_and_port(authority.rpartition("@")[2])
    if not _is_port(port):
        return None
    port = port.lstrip("0")
    suffix = "" if port in ("", default_port) else f":{port}"
    if host.startswith("["):
        address = _ipv6(host)
        # With a port the brackets stay: without them nobody could tell the port from the address.
        return address if address is None or not suffix else f"[{address}]{suffix}"
    labels = [label for label in _host_name(host).split(".") if label]
    if not labels:
        return None
    dotted = _ipv4(".".join(labels))
    if dotted is not None:
        labels = dotted.split(".")
    elif len(labels) > 1 and _WWW.fullmatch(labels[0]):
        del labels[0]
    return f"{','.join(reversed(labels))}{suffix}"


def _host_name(host: str) -> str:
    """Give a host name for a key, whatever it holds: punycode where possible, else escaped."""
    try:
        return _escaped(_ascii_host(host))
    except (idna.IDNAError, UnicodeError):
        return _escaped(host)


def _path(path: str) -> str:
    text = _PATH_SESSION.sub("", _escaped(path))
    aspx = text.rfind(".aspx")
    if aspx > 0:
        text = _ASPX_SESSION.sub("", text[:aspx]) + text[aspx:]
    kept: list[str] = []
    for segment in text.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(filter(None, kept))


def _query(query: str | None) -> str:
    if not query:
        return ""
    text = _QUERY_SESSION.sub("", _escaped(query))
    # By name, then value: as a whole, "a-b=2" would come before "a=1".
    return "?" + "&".join(sorted(text.split("&"), key=lambda item: item.partition("="))) if text else ""


def _escaped(text: str) -> str:
    """Lower the case, take percent-encoding off, however often applied, and encode once what cannot stand bare."""
    if _CLEAN.fullmatch(text):
        return text.lower()
    data = text.encode("utf-8", "surrogatepass")
    for _ in range(_ROUNDS):
        plain = unquote_to_bytes(data)
        if plain == data:
            break
        data = plain
    return data.lower().decode("latin-1").translate(_ESCAPES)


def _with_body(url: str, method: str, body: bytes, content_type: str | None) -> str:
    address = url.partition("#")[0]
    fields = _body_fields(body, (content_type or "").partition(";")[0].strip().lower()) if body else ""
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}__wb_method={method}{'&' if fields else ''}{fields[:_BODY_QUERY]}"


def _body_fields(body: bytes, mime: str) -> str:
    try:
        if mime == "application/json" or (mime in ("", "text/plain") and body.lstrip()[:1] in (b"{", b"[")):
            return _json_fields(json.loads(body))
        if mime == "application/x-www-form-urlencoded" or (not mime and re.match(rb"[^\s=&]+=\S*\Z", body)):
            return unquote_plus(body.decode("utf-8"))
    except (ValueError, RecursionError):
        pass  # not what it says, or looks like
    return "__wb_post_data=" + base64.b64encode(body[:_BODY_QUERY]).decode("ascii")


def _json_fields(value: object) -> str:
    """Write the leaves of a JSON value as a query; a name met again becomes ``name.2_``, ``name.3_``."""
    fields: dict[str, str] = {}
    seen: dict[str, int] = {}

    def walk(value: object, name: str) -> None:
        if isinstance(value, dict):
            for inner, held in value.items():
                walk(held, inner)
        elif isinstance(value, list):
            for held in value:
                walk(held, name)
        elif name:
            seen[name] = seen.get(name, 0) + 1
            key = name if seen[name] == 1 else f"{name}.{seen[name]}_"
            fields[key] = value if isinstance(value, str) else json.dumps(value)

    walk(value, "")
    return urlencode(fields, errors="surrogatepass")


# ---- hosts


def _host_and_port(location: str) -> tuple[str, str]:
    """Part ``host:port``; an IPv6 literal keeps its brackets, and what follows them other than a port stays with it."""
    bracket = location.rfind("]") + 1
    name, colon, port = location[bracket:].rpartition(":")
    return (location[:bracket] + name, port) if colon else (location, "")


def _is_port(port: str) -> bool:
    digits = port.lstrip("0")
    return not port or (port.isascii() and port.isdigit() and len(digits) <= 5 and int(digits or "0") <= 65535)


def _ascii_host(host: str) -> str:
    """Give a host name as DNS is asked for it (UTS 46, non-transitional; punycode, lower case).

    Raises idna.IDNAError or UnicodeError for what cannot be a name.
    """
    if "%" in host:
        host = unquote_to_bytes(host.encode("utf-8", "surrogatepass")).decode("utf-8")
    if host.isascii():
        return host.lower()
    # idna.encode would refuse what browsers take (an emoji, an underscore), so only its mapping is used.
    if len(host) > 1024:  # punycode takes quadratic time
        raise UnicodeError("too long for a host name")
    labels = idna.uts46_remap(host, std3_rules=False, transitional=False).split(".")
    return ".".join(x if x.isascii() else "xn--" + x.encode("punycode").decode("ascii") for x in labels)


def _checked_host(url: str, host: str) -> str:
    if host.startswith("["):
        address = _ipv6(host)
        if address is None:
            raise _unfetchable(url, f"{host!r} is no IPv6 address; write it as [2001:db8::1]")
        return f"[{address}]"
    try:
        name = _ascii_host(host)
    except (idna.IDNAError, UnicodeError):
        name = ""
    labels = name.removesuffix(".").split(".")
    if _FORBIDDEN_IN_HOST.search(name) or len(name) > 254 or not all(0 < len(label) < 64 for label in labels):
        raise _unfetchable(url, f"{host[:80]!r} is no host name; correct it")
    return name


def _ipv6(host: str) -> str | None:
    if not host.endswith("]") or "%" in host:  # a zone means something on one machine only
        return None
    try:
        address = ipaddress.IPv6Address(host[1:-1])
    except ValueError:
        return None
    # Python 3.13 changed how it prints a mapped address; ours is RFC 5952 section 5 in all versions.
    return f"::ffff:{address.ipv4_mapped}" if address.ipv4_mapped else str(address)


def _ipv4(name: str) -> str | None:
    """Give ``127.1``, ``0177.0.0.1`` and ``2130706433`` as ``127.0.0.1``, as ``inet_aton`` reads them, hex excepted."""
    if not name[-1:].isdigit() or not re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,12}){0,3}", name):
        return None
    parts = name.split(".")
    if any(part[0] == "0" and not set(part) <= set("01234567") for part in parts):
        return None
    *heads, last = [int(part, 8 if part[0] == "0" else 10) for part in parts]
    if any(head > 255 for head in heads) or last >= 256 ** (4 - len(heads)):
        return None
    return str(ipaddress.IPv4Address(sum(head << (24 - 8 * at) for at, head in enumerate(heads)) + last))


# ---- complaints


def _what_is_missing(text: str) -> str:
    named = _SCHEME.fullmatch(text)
    if named is None or re.match(r"[0-9]{1,5}(?:[/?]|\Z)", named[2]):
        host = "HOST" if re.match(r"[/?#.]", text) and not text.startswith("//") else ""
        return f"it has no scheme; write https://{host}{text[:80].removeprefix('//')}"
    if named[1].lower() in _DEFAULT_PORT:
        return f"it names no host; write {named[1].lower()}://HOST/..."
    return f"only http and https can be fetched, not {named[1]}; give the page's http or https address"


def _unfetchable(url: str, why: str) -> Misuse:
    shown = re.sub(r"(?<=//)[^/?#]*@", "...@", url)  # a password belongs in no log
    shown = shown if len(shown) <= 120 else shown[:120] + "..."
    return Misuse(f"cannot fetch {shown!r}: {why}")
