"""A page's bytes as a tree, and what can be counted on it: the facts the judge goes by. Pure; no network, no clock."""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from archive.judge import Facts, size, sizes

_META = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.IGNORECASE)
_META_WITHIN = 16_384
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ASCII = bytes(range(128))
_BAD = 20
_CONTROLS = bytes((*range(9), 11, 12, *range(14, 32)))
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")

# Labels stand for the wider encoding that browsers use (WHATWG Encoding, section 4.2).
_WIDER = MappingProxyType(
    {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
     "shift_jis": "cp932", "euc_kr": "cp949", "tis-620": "cp874", "iso8859-11": "cp874"}
)  # fmt: skip
# Encodings whose bytes also pass as UTF-8: their label is believed first. UTF-7 is never read (WHATWG).
_SEVEN_BIT = ("iso2022_jp", "utf-16", "utf-16-le", "utf-16-be", "hz")

_UNSEEN = frozenset(("script", "style", "noscript", "template", "title", "svg", "iframe", "select", "textarea"))
_OF_HEAD = frozenset(("title", "meta", "link", "script", "style", "base", "noscript", "template", "object"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_ROOMS = _HEADINGS | {"li", "div", "article", "dt", "td", "section"}
_HTML_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)
_NO_MEMORY = etree.ErrorTypes.ERR_NO_MEMORY
_TOO_MUCH = etree.ErrorTypes.ERR_RESOURCE_LIMIT
_BREAKS = re.compile(r"[\t\r\n]")
_TEASER = 8
_POST = 60
_HEADLINE = 3
_OPENING = 600
_MARK = 200


def decode(data: bytes, charset: str | None) -> str:
    """Give a page as text: by its byte order mark, as UTF-8 where it is valid, by header, by meta, by windows-1252.

    Valid UTF-8 with letters beyond ASCII is nearly never anything else, whatever a server says of it.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    found = _META.search(data, 0, _META_WITHIN)
    declared = [name for name in (_codec(charset), _codec(found[1].decode("ascii")) if found else None) if name]
    if declared and declared[0] in _SEVEN_BIT and (charset or declared[0] != "utf-16"):
        return data.decode(declared[0], "replace")
    for name in ("utf-8", *declared):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    # A few bad bytes do not make a page another one: the first word of server or page holds, or what most of it is.
    if declared:
        return data.decode(declared[0], "replace")
    text = data.decode("utf-8", "replace")
    beyond = len(data.translate(None, _ASCII))
    return text if _BAD * text.count("\ufffd") < beyond else data.decode("cp1252", "replace")


def _codec(label: str | None) -> str | None:
    if not label:
        return None
    try:
        found = codecs.lookup(label.strip().strip("\"'"))
        b"".decode(found.name)  # bytes-to-bytes codecs such as rot13 are none for text
    except (LookupError, ValueError):
        return None
    return None if found.name == "utf-7" else _WIDER.get(found.name, found.name)


def parse(text: str, *, bare: bool = False) -> HtmlElement | None:
    """Give the tree of a page without comments, or None when there is nothing in it.

    ``bare`` gives the same tree of elements that know less and are walked in a third less time.
    Raises ``MemoryError``, which lxml would hide: a page half parsed must not pass for a short one.
    """
    declaration = _XML_DECLARATION.match(text)
    cleaned = _sound_bytes(text[declaration.end() :] if declaration else text)
    if not cleaned or cleaned.isspace():
        return None
    tree, wrong = _parsed(cleaned, huge=False, bare=bare)
    if _TOO_MUCH in wrong:  # elements 256 deep: old pages do not close their fonts
        tree, wrong = _parsed(cleaned, huge=True, bare=bare)
    if _NO_MEMORY in wrong:
        raise MemoryError
    if tree is not None:
        _mend(tree)
    return tree


def _parsed(data: bytes, *, huge: bool, bare: bool) -> tuple[HtmlElement | None, set[int]]:
    """Give the tree and the kinds of what went wrong."""
    made = etree.HTMLParser if bare else HTMLParser
    parser = made(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=huge)
    if not bare:
        # Its own lookup asks a Python function for the class of each element, every time it is met.
        parser.set_element_class_lookup(_HTML_ELEMENTS)
    tree: HtmlElement | None = None
    with contextlib.suppress(etree.ParserError, etree.XMLSyntaxError):
        tree = document_fromstring(data, parser=parser)
    return tree, {entry.type for entry in parser.error_log}


def _mend(tree: HtmlElement) -> None:
    """Bring into the body what libxml2 leaves in the head: elements newer than HTML 4 where no body tag is written."""
    head, body = tree.find("head"), tree.find("body")
    strays = [] if head is None else [each for each in head if each.tag not in _OF_HEAD]
    if not strays:
        return
    if body is None:
        body = etree.SubElement(tree, "body")
    for place, stray in enumerate(strays):
        body.insert(place, stray)


def absolute_links(tree: HtmlElement, url: str) -> None:
    """Write the target of every link of the tree in full, by ``<base>`` and its URL; empty where it is not http."""
    base = base_of(tree, url)
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"
    for anchor in tree.iter("a"):
        href = anchor.get("href")
        if href is None or href.startswith(("http://", "https://")):
            continue
        # Most links are paths: urljoin would cost more than all else on the page.
        path = href.startswith("/") and not href.startswith("//") and "/." not in href and href.isprintable()
        anchor.set("href", f"{origin}{href.strip()}" if path else (resolve(base, href) or ""))


def base_of(tree: HtmlElement, url: str) -> str:
    """Give the URL that relative links of the page start from."""
    found = next((each.get("href") for each in tree.iter("base") if each.get("href")), None)
    return resolve(url, found) or url if found else url


def resolve(base: str, href: str) -> str | None:
    """Give a link in full where it leads to http or https; None otherwise."""
    try:
        whole = urljoin(base, _BREAKS.sub("", href.strip()))
        parts = urlsplit(whole)
        return whole if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def sound(text: str) -> str:
    """Leave out characters no XML and no database takes; JSON may smuggle them in as escapes."""
    return _NOT_XML.sub("", text)


def _sound_bytes(text: str) -> bytes:
    """Give a text so as UTF-8; most pages have nothing to leave out, and to find that out must cost little."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return sound(text).encode()
    return sound(text).encode() if "\ufffe" in text or "\uffff" in text else data.translate(None, _CONTROLS)


def squeezed(text: str | None) -> str:
    """Give a text on one line, blanks single."""
    return " ".join((text or "").split())


@dataclass(slots=True)
class _Stretch:
    """The texts outside links between one headline-like link and the next."""

    linked: bool
    headed: bool = False
    texts: list[str] = field(default_factory=list)


def facts(tree: HtmlElement, url: str, declared: Mapping[str, object]) -> Facts:
    """Count what tells a page of one kind from another; ``declared`` is what its metadata says of its kind.

    A stretch runs from one link that stands alone like a headline to the next: on an index the text is spread over
    many, in an article nearly all of it lies in one.
    """
    title: str | None = None
    noscripts: list[str] = []
    marks: list[str] = []
    scripts, password = 0, False
    for element in tree.iter("title", "script", "noscript", "input", "iframe", "form"):
        tag = element.tag
        if tag == "title":
            title = squeezed(element.text_content()) if title is None else title
        elif tag == "noscript":
            noscripts.append(element.text_content())
        elif tag == "input":
            password = password or (element.get("type") or "").lower() == "password"
        else:
            scripts += tag == "script"
            # Addresses of scripts, frames and forms, and below names of the page's uppermost elements, tell of walls.
            marks.append((element.get("src") or element.get("action") or element.get("id") or "")[:_MARK].lower())
    headings: list[str] = []
    stretches = [_Stretch(linked=False)]
    linked: list[str] = []
    opening: list[str] = []
    opened = links = depth = 0
    body = tree.find("body")
    root = tree if body is None else body
    marks += (
        f"{each.get('id') or ''} {each.get('class') or ''}"[:_MARK].lower() for each in (() if body is None else body)
    )
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in _UNSEEN:
                walker.skip_subtree()
                continue
            text = element.text
            if tag == "a":
                depth += 1
                if element.get("href"):
                    links += 1
                    if _stands_alone(element, url):
                        stretches.append(_Stretch(linked=True, headed=_is_heading(element)))
            elif tag == "h1":
                headings.append(squeezed(element.text_content()))
        else:
            if tag == "a" and depth:
                depth -= 1
            text = None if element is root else element.tail
        if not text or text.isspace():
            continue
        (linked if depth else stretches[-1].texts).append(text)
        if opened < _OPENING:
            opening.append(text)
            opened += len(text)
    counted = [sizes(each.texts) for each in stretches]
    linked_words = sizes(linked)
    within = list(zip(stretches, counted, strict=True))
    return Facts(
        title=title or "",
        headings=tuple(each for each in headings if each),
        opening=squeezed(" ".join(opening))[:_OPENING],
        words=sum(counted) + linked_words,
        linked_words=linked_words,
        links=links,
        teasers=sum(each.linked and words >= _TEASER for each, words in within),
        posts=sum(each.headed and words >= _POST for each, words in within),
        largest_stretch=max(counted),
        stretch_words=sum(counted),
        scripts=scripts,
        noscript=squeezed(" ".join(noscripts))[:_OPENING],
        marks=tuple(marks),
        password=password,
        article=bool(declared.get("article")),
        listing=bool(declared.get("listing")),
        paid=bool(declared.get("paid")),
    )


def _stands_alone(anchor: HtmlElement, url: str) -> bool:
    """Tell whether a link stands where a headline stands: alone in its block, of some words, to another page."""
    if anchor.tail and anchor.tail.strip():
        return False
    parent = anchor.getparent()
    if parent is None or parent.tag not in _ROOMS or anchor.getprevious() is not None:
        return False
    if parent.text and parent.text.strip():
        return False
    href = anchor.get("href", "")
    if href.startswith("#") or href.partition("#")[0] == url.partition("#")[0]:
        return False
    return size(anchor.text_content()) >= _HEADLINE


def _is_heading(anchor: HtmlElement) -> bool:
    parent = anchor.getparent()
    return parent is not None and parent.tag in _HEADINGS
