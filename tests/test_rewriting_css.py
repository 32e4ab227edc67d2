"""Style sheets rewritten for safe replay."""

from __future__ import annotations

import re

import pytest
import tinycss2
from hypothesis import given
from hypothesis import strategies as st

from archive.rewriting import css as rewriting_css
from archive.rewriting.css import Part, decode_css, rewrite_css
from archive.web.addresses import Modifier

SHEET = "http://h.test/css/main.css"


def part(url: str, modifier: Modifier) -> str:
    return f"/1{modifier}/{url}"


def rewritten(text: str) -> str:
    return rewrite_css(text, SHEET, part)[0]


H = "http://h.test"
IM, CS, OE = (f"/1{each}/{H}/css/" for each in ("im_", "cs_", "oe_"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a{b:url(x.png)}", f'a{{b:url("{IM}x.png")}}'),
        ("a{b:URL( 'x.png' ) no-repeat}", f'a{{b:url("{IM}x.png") no-repeat}}'),
        ('a{b:url("../x y.png")}', f'a{{b:url("/1im_/{H}/x%20y.png")}}'),
        ("a{b:url(//cdn.test/x.png?a,b)}", 'a{b:url("/1im_/http://cdn.test/x.png?a,b")}'),
        (r"a{b:url(x\)y.png)}", f'a{{b:url("{IM}x)y.png")}}'),
        (r"a{b:u\72l(x.png)}", f'a{{b:url("{IM}x.png")}}'),
        (r"a{b:\55\52\4c(x.png)}", f'a{{b:url("{IM}x.png")}}'),
        ("@font-face{src:url(f.woff2) format('woff2')}", f"@font-face{{src:url(\"{OE}f.woff2\") format('woff2')}}"),
        ("a{src:url(f.eot?#iefix)}", f'a{{src:url("{OE}f.eot#iefix")}}'),
        ('@import "x.css" screen;', f'@import url("{CS}x.css") screen;'),
        ("@import 'x.css' layer(a);", f'@import url("{CS}x.css") layer(a);'),
        ("@import url(x.css) supports(display:grid) print;", f'@import url("{CS}x.css") supports(display:grid) print;'),
        ("@IMPORT url('x.css');", f'@import url("{CS}x.css");'),
        ('@import/**/"x.css";', f'@import/**/"{CS}x.css";'),
        (r'@\69mport "x.css";', f'@import "{CS}x.css";'),
        ('@imported "x.css";', '@imported "x.css";'),
        ('@charset "latin-1"; a{b:url(x)}', f' a{{b:url("{IM}x")}}'),
        ('@namespace svg "http://www.w3.org/2000/svg"; a{}', '@namespace svg "http://www.w3.org/2000/svg"; a{}'),
        ("@namespace url(http://www.w3.org/1999/xhtml); a{}", "@namespace url(http://www.w3.org/1999/xhtml); a{}"),
        ('a{b:image-set("x.png" 1x, url(y.png) 2x)}', f'a{{b:image-set("{IM}x.png" 1x, url("{IM}y.png") 2x)}}'),
        ('a{b:-webkit-image-set("x" type("i/p"))}', f'a{{b:-webkit-image-set("{IM}x" type("i/p"))}}'),
        ('a{b:src("x.png")}', f'a{{b:url("{IM}x.png")}}'),
        ("a{b:cross-fade(url(x), url(y))}", f'a{{b:cross-fade(url("{IM}x"), url("{IM}y"))}}'),
        ("a{--x:url(x)}", f'a{{--x:url("{IM}x")}}'),
        ('a{content:"url(x)"}', 'a{content:"url(x)"}'),
        (r'a{content:"\"url(x)"}', r'a{content:"\"url(x)"}'),
        ("a{content:'/*'} b{c:url(x)} /**/", f"a{{content:'/*'}} b{{c:url(\"{IM}x\")}} /**/"),
        ("/* url(x) */ a{}", "/* url(x) */ a{}"),
        ("a{b:my-url(x)}", "a{b:my-url(x)}"),
        ("a{b:\u00fcurl(x)}", "a{b:\u00fcurl(x)}"),
        ("a{filter:url(#blur)}", 'a{filter:url("#blur")}'),
        ("a{b:url()}", 'a{b:url("")}'),
        ("a{b:url(data:image/gif;base64,AA==)}", 'a{b:url("data:image/gif;base64,AA==")}'),
        (r"""a{b:url('data:image/svg+xml,<svg a=\'"\'>')}""", """a{b:url("data:image/svg+xml,\\3c svg a='%22'>")}"""),
        ("a{b:url(javascript:1)}", 'a{b:url("data:,")}'),
        ("a{b:url(file:///etc/passwd)}", 'a{b:url("data:,")}'),
        ("@import url(data:text/css,a{});", '@import url("data:,");'),
        (r".md\:p-2{width:9px\9;b:url(x)}", rf'.md\:p-2{{width:9px\9;b:url("{IM}x")}}'),
        ("a{width:expression(alert(1))}", "a{width:variorum-off(alert(1))}"),
        ("a{behavior:url(x);scroll-behavior:a}", f'a{{variorum-off:url("{IM}x");scroll-behavior:a}}'),
        ("a{-MOZ-Binding : url(x)}", f'a{{variorum-off : url("{IM}x")}}'),
        ("\u0130a{BEHAVIOR:url(x)}b{Expression(1)}", f'\u0130a{{variorum-off:url("{IM}x")}}b{{variorum-off(1)}}'),
        (".behavior:hover{b:url(x)}", f'.behavior:hover{{b:url("{IM}x")}}'),
        ("<!-- a{b:url(x)} -->", f' a{{b:url("{IM}x")}} '),
        ("a{b:c} <!-- d{e:url(x)} -->", f'a{{b:c}}   d{{e:url("{IM}x")}}  '),
        (r"a{b:\<url(x)", rf'a{{b:\3c url("{IM}x")'),
        (r'a{content:"\\</style>"}', r'a{content:"\\\3c /style>"}'),
        ('@import <!-- "x.css";', f'@import   "{CS}x.css";'),
        ("a{b:ur<!--l(x)}", "a{b:ur l(x)}"),
        ('a{content:"</style><b>"}', r'a{content:"\3c /style><b>"}'.replace("<b>", r"\3c b>")),
        ("@media (400px<=width<=600px){a{b:url(x)}}", f'@media (400px<=width<=600px){{a{{b:url("{IM}x")}}}}'),
        ("a{b:url(x", f'a{{b:url("{IM}x")}}'),
        ("color:red", "color:red"),
    ],
)  # fmt: skip
def test_every_address_points_into_the_archive(written: str, expected: str) -> None:
    assert rewritten(written) == expected


def test_parts_are_told_once_and_in_order() -> None:
    _, parts = rewrite_css(
        '@import "b.css";a{b:url(x.png)}c{d:url(f.ttf)}e{f:url("x.png")}g{h:url(data:,)}', SHEET, part
    )
    assert parts == (
        Part(url="http://h.test/css/b.css", modifier="cs_"),
        Part(url="http://h.test/css/x.png", modifier="im_"),
        Part(url="http://h.test/css/f.ttf", modifier="oe_"),
    )


@pytest.mark.parametrize(
    ("data", "charset", "expected"),
    [
        ("a{content:'é'}".encode(), None, "a{content:'é'}"),
        ("a{content:'é'}".encode("latin-1"), None, "a{content:'é'}"),
        ("a{content:'é'}".encode("latin-1"), "iso-8859-1", "a{content:'é'}"),
        (b'@charset "koi8-r";' + "a{content:'ж'}".encode("koi8-r"), None, "@charset \"koi8-r\";a{content:'ж'}"),
        (b'@charset "latin-1";' + "a{content:'ж'}".encode("koi8-r"), "koi8-r", "@charset \"latin-1\";a{content:'ж'}"),
        (b"\xef\xbb\xbfa{}", "latin-1", "a{}"),
        (b"\xff\xfea\x00{\x00}\x00", None, "a{}"),
        (b"a{}", "no-such-charset", "a{}"),
    ],
)
def test_a_sheet_is_read_by_mark_then_header_then_its_own_word(data: bytes, charset: str | None, expected: str) -> None:
    assert decode_css(data, charset) == expected


PIECES = (
    "url(", "URL(", "u\\72l(", "\\", "\\9 ", "\\:", "'", '"', "/*", "*/", ")", "(", "{", "}", "[", "]", ";", ":", ",",
    "@import ", "@import'", "@namespace ", "image-set(", "src(", "\n", " ", "x.png", "#", "a", "-", "\u00e9", "<",
    "</style", "<!--", "-->", "http://o.test/q", "data:image/png,", "behavior", "expression(", "url(x)", 'url("y")',
    "url('z')", "10", "@", ".", "\x00", "\f",
)  # fmt: skip


def outside(text: str) -> list[str]:
    """Give what a parser finds to be loaded from elsewhere than the archive."""
    found: list[str] = []
    stack = [(tinycss2.parse_component_value_list(text), False, True)]
    while stack:
        nodes, in_set, top = stack.pop()
        rule = ""
        for node in nodes:
            if node.type in ("whitespace", "comment"):
                continue
            if node.type == "at-keyword":
                rule = node.lower_value
                continue
            if not (rule == "namespace" and top) and (
                node.type == "url" or (node.type == "string" and (in_set or rule == "import"))
            ):
                found.append(node.value)
            if node.type == "function":
                loads = not (rule == "namespace" and top) and node.lower_name in (
                    "image-set",
                    "-webkit-image-set",
                    "url",
                    "src",
                )
                stack.append((node.arguments, loads, False))
            elif hasattr(node, "content"):
                stack.append((node.content, False, False))
            if rule == "import" or node == ";" or node.type == "{} block":
                rule = ""
    return [url for url in found if url.strip() and not url.strip().startswith(("/1", "#", "data:"))]


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_nothing_is_loaded_from_elsewhere_and_no_tag_opens(pieces: list[str]) -> None:
    made = rewritten("".join(pieces))
    assert outside(made) == []
    assert not re.search(r"<[A-Za-z/!?]", made)


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_the_fast_way_finds_the_parts_that_the_parser_finds(pieces: list[str]) -> None:
    text = "".join(pieces).replace("\x00", "")
    sheet, parser = rewriting_css._Sheet(SHEET, part), rewriting_css._Sheet(SHEET, part)
    if any(each in text.lower() for each in rewriting_css._ODD) or sheet.plain(text) is None:
        return
    for _ in parser.parsed(tinycss2.parse_component_value_list(text)):
        pass
    assert set(parser.parts) <= set(sheet.parts)


@pytest.mark.parametrize(
    "text", ["a{" * 20_000, "url(" * 20_000, "@media x{a(b:url(x);" * 20_000, '"' * 20_001, "/*" * 20_000]
)
def test_nested_and_broken_sheets_do_no_harm(text: str) -> None:
    assert isinstance(rewritten(text), str)
    assert isinstance(rewritten("@import 'x';<!-- " + text), str)
