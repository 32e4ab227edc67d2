"""Which elements and attributes of an archived page are kept, and in what form: tables, no code to speak of. Pure."""

from __future__ import annotations

import re
from types import MappingProxyType

from archive.rewriting import Modifier

TAG = re.compile(r"[a-z][a-z0-9:._-]*\Z")
"""Names of elements that are written: what a browser may read otherwise is not."""

ATTRIBUTE = re.compile(r"(?!on)[a-z_:@][a-z0-9_:@.-]*\Z", re.IGNORECASE)
"""Names of attributes that are written, event handlers left out."""

GONE = frozenset(
    "script base param noembed noframes bgsound handler listener isindex nextid keygen command discard "
    "foreignscript xml".split()
)
"""Elements left out with all that is in them."""

EMBEDDED = frozenset("object embed applet portal fencedframe webview controlledframe".split())
"""Elements a note takes the place of; what they hold for browsers that do not know them is shown."""

RENAMED = MappingProxyType({"plaintext": "pre", "xmp": "pre", "listing": "pre"})
"""Elements whose text browsers read raw: it is written escaped, in an element that is read so."""

TEXT_ONLY = frozenset(("title", "textarea"))
"""Elements whose tags browsers read as text (HTML, section 13.1.2)."""

VOID = frozenset("area basefont br col frame hr img input link meta source track wbr".split())
"""Elements without an end tag (HTML, section 13.1.2); libxml2 takes what follows some of them for their content."""

ENDS_P = frozenset(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header hgroup hr main menu nav ol p pre search section summary ul li dd dt".split()
)
"""Start tags before which a browser ends a paragraph (HTML, section 13.2.6.4.7)."""

P_SCOPE = frozenset("applet button caption foreignobject marquee object table td template th".split())
"""Elements whose content does not end a paragraph around them (button scope, HTML, section 13.2.4.2)."""

ANIMATIONS = frozenset("animate set animatecolor animatemotion animatetransform".split())

DROPPED = frozenset(
    "action archive attributionsrc autofocus blocking browsingtopics classid code codebase "
    "credentialless crossorigin csp allow data download dynsrc formaction formenctype formmethod formtarget "
    "http-equiv imagesizes imagesrcset integrity lowsrc manifest method nonce ping privatetoken profile "
    "referrerpolicy shadowrootclonable sharedstoragewritable srcdoc srcset target xml:base xlink:actuate "
    "xlink:arcrole xlink:role xlink:show xlink:type sandbox is".split()
)
"""Attributes never written as they stand."""

ADDRESSES = frozenset(("href", "xlink:href", "src", "poster", "background"))
"""Attributes written anew where they name what a page shows or links to, else not at all."""

PRESENTED = frozenset("clip-path cursor fill filter marker marker-end marker-mid marker-start mask stroke".split())
"""Attributes of drawings that may hold ``url(...)`` (SVG 2, section 6.6)."""

ANIMATED = frozenset(("to", "from", "by", "values"))
ANIMATED_PLAINLY = re.compile(r"(?!.*url\()[^:\\<]*\Z", re.IGNORECASE | re.DOTALL)

SOURCES: MappingProxyType[tuple[str, str], Modifier] = MappingProxyType(
    {
        ("iframe", "src"): "if_",
        ("frame", "src"): "if_",
        ("video", "src"): "oe_",
        ("audio", "src"): "oe_",
        ("source", "src"): "oe_",
        ("track", "src"): "oe_",
        ("video", "poster"): "im_",
        ("use", "href"): "im_",
        ("feimage", "href"): "im_",
        ("use", "xlink:href"): "im_",
        ("feimage", "xlink:href"): "im_",
    }
)
"""Attributes that name one file, and what it is for."""

PICTURES = frozenset(("img", "image", "input"))
"""Elements that show a picture themselves."""

LAZY = ("data-src", "data-lazy-src", "data-original", "data-original-src", "data-echo", "data-url")
LAZY_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
PLACEHOLDER = re.compile(
    r"(?:blank|spacer|placeholder|pixel|1x1|trans(?:parent)?|clear|empty|grey|gray|loading|loader|lazy[a-z_-]*|dot)"
    r"[a-z0-9_-]*\.(?:gif|png|svg|jpe?g|webp)(?:[?#]|\Z)",
    re.IGNORECASE,
)
"""Addresses of pictures that stand in for another one until a script has run."""

DOCTYPE = re.compile(
    r"(?:\ufeff|\s|<!--.*?(?:-->|\Z)|<\?[^>]*>)*+<!doctype\s+html\b(?P<rest>[^>]{0,400})>", re.IGNORECASE | re.DOTALL
)
PUBLIC = re.compile(
    r"\s+(?P<kind>public|system)\s*(?:\"(?P<a>[\w\s:/.+-]*)\"|'(?P<b>[\w\s:/.+-]*)')"
    r"(?:\s*(?:\"(?P<c>[\w\s:/.+-]*)\"|'(?P<d>[\w\s:/.+-]*)'))?",
    re.IGNORECASE | re.ASCII,
)

STYLE = (
    "<style>[data-variorum-missing]{outline:1px dashed #8a6d3b!important;outline-offset:-1px!important;"
    "background:#f5f0e4!important;color:#5c4a1f!important;opacity:1!important;filter:none!important;"
    "min-width:1em;min-height:1em}"
    ".variorum-embedded{display:inline-block;box-sizing:border-box;padding:.5em;outline:1px dashed #8a6d3b;"
    "outline-offset:-1px;background:#f5f0e4;color:#5c4a1f;font:13px/1.3 sans-serif}"
    '.variorum-embedded::before{content:"Embedded content is not shown here"}</style>'
)
"""The one style sheet of ours in an archived page: what stands for a missing picture, or for a plug-in."""


def doctype(text: str) -> str:
    """Give the page's own document type, or nothing where it has none: it decides how a browser lays the page out."""
    found = DOCTYPE.match(text)
    if not found:
        return ""
    named = PUBLIC.match(found["rest"])
    if not named:
        return "" if found["rest"].strip() else "<!DOCTYPE html>"
    first = named["a"] if named["a"] is not None else named["b"]
    second = named["c"] if named["c"] is not None else named["d"]
    more = f' "{second}"' if second is not None else ""
    return f'<!DOCTYPE html {named["kind"].upper()} "{first}"{more}>'
