"""Archived pages rewritten for safe replay: what points where, what is kept, what is marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.rewriting.markup import doctype
from archive.rewriting.page import Part, Rewritten, rewrite_page
from archive.rewriting.pictures import candidates
from archive.web.addresses import Modifier

PAGE = "http://h.test/d/p.html"
HEAD = '<head><meta charset="utf-8"><base target="_top"></head>'


def part(url: str, modifier: Modifier) -> str:
    return f"/1{modifier}/{url}"


def link(url: str) -> str:
    return f"/web/{url}"


def page(text: str | bytes, missing: Collection[str] = (), charset: str | None = None) -> Rewritten:
    data = text if isinstance(text, bytes) else text.encode()
    made = rewrite_page(data, PAGE, charset, part=part, link=link, missing=lambda parts: missing)
    assert made is not None
    return made


def body(text: str, missing: Collection[str] = ()) -> str:
    html = page(text, missing).html.decode()
    return html.partition("<body>")[2].removesuffix("</body></html>")


D = "http://h.test/d"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<p>a &lt;b&gt; &amp; ü</p>", "<p>a &lt;b&gt; &amp; ü</p>"),
        ('<a href="x?a=1&amp;b=2#f">x</a>', f'<a href="/web/{D}/x?a=1&amp;b=2#f">x</a>'),
        ('<a href="/x y" target=_blank onclick=1>x</a>', '<a href="/web/http://h.test/x%20y">x</a>'),
        ('<a href="#f">x</a>', '<a href="#f" target="_self">x</a>'),
        (f'<a href="{PAGE}#f">x</a>', '<a href="#f" target="_self">x</a>'),
        ('<a href="mailto:a@b.test">x</a>', '<a href="mailto:a@b.test">x</a>'),
        ('<a href="javascript:void(0)" class=c>x</a>', '<a class="c">x</a>'),
        ("<map><area href=x coords=1></map>", f'<map><area href="/web/{D}/x" coords="1"></map>'),
        ('<img src=x.png alt="a &quot;b">', f'<img alt="a &quot;b" src="/1im_/{D}/x.png">'),
        ("<img src='data:image/gif;base64,AA=='>", '<img src="data:image/gif;base64,AA==">'),
        ("<img src=file:///x>", "<img>"),
        ("<img src=x width=1 height=1>", '<img width="1" height="1">'),
        (
            '<img srcset="a,b.png 1x, c.png 2x, data:image/gif;base64,AA 3x">',
            f'<img src="data:image/gif;base64,AA" '
            f'srcset="/1im_/{D}/a,b.png 1x, /1im_/{D}/c.png 2x, data:image/gif;base64,AA 3x">',
        ),
        ("<img src=blank.gif data-src=x>", f'<img data-src="x" src="/1im_/{D}/x">'),
        ("<img src=real.jpg data-src=x>", f'<img data-src="x" src="/1im_/{D}/real.jpg">'),
        ("<img data-src=x><noscript><img src=x></noscript>", f'<img data-src="x" src="/1im_/{D}/x">'),
        (
            "<noscript><img src=x></noscript><img data-src=x>",
            f'<noscript><img src="/1im_/{D}/x"></noscript><img data-src="x">',
        ),
        ("<input type=IMAGE src=x formaction=y>", f'<input type="IMAGE" src="/1im_/{D}/x">'),
        ("<input name=q src=x autofocus>", '<input name="q">'),
        (
            "<picture><source srcset='a 1x' type=image/webp><img src=b></picture>",
            f'<picture><source type="image/webp" srcset="/1im_/{D}/a 1x"><img src="/1im_/{D}/b"></picture>',
        ),
        (
            "<video poster=p src=v><source src=w>x</video>",
            f'<video poster="/1im_/{D}/p" src="/1oe_/{D}/v"><source src="/1oe_/{D}/w">x</video>',
        ),
        ("<iframe src=f width=9 srcdoc=x allow=y>z</iframe>", f'<iframe src="/1if_/{D}/f" width="9"></iframe>'),
        ("<table background=b><td>x</table>", f'<table background="/1im_/{D}/b"><td>x</td></table>'),
        ('<p style="background:url(b)">x</p>', f'<p style="background:url(&quot;/1im_/{D}/b&quot;)">x</p>'),
        ("<svg><image xlink:href=b /></svg>", f'<svg><image href="/1im_/{D}/b"></image></svg>'),
        ('<svg><use href="#a"/></svg>', '<svg><use href="#a"></use></svg>'),
        ('<svg><a xlink:href="x">y</a></svg>', f'<svg><a xlink:href="/web/{D}/x" target="_top">y</a></svg>'),
        ("<form action=x method=post><button formaction=y>z</button></form>",
         '<form method="dialog"><button>z</button></form>'),
        ("<noscript><p>x</p></noscript>", "<noscript><p>x</p></noscript>"),
        ("<script>x</script><p>y", "<p>y</p>"),
        ("<xmp><b></xmp>", "<pre>&lt;b&gt;</pre>"),
        ("<textarea><b></textarea>", "<textarea>&lt;b&gt;</textarea>"),
        ("<template>x</template><p>y", "<p>y</p>"),
        ("<p>a<section>b</section>c</p>", "<p>a<section>b</section>c"),
        ("<p>a<button><section>b</section></button>c</p>", "<p>a<button><section>b</section></button>c</p>"),
        ("<fb:like>x</fb:like><o:p>y</o:p>", "<fb:like>x</fb:like><o:p>y</o:p>"),
        ("<a{b}>x</a{b}>", "x"),
        ("<p data-x=1 aria-label=y @click=z>x</p>", '<p data-x="1" aria-label="y" @click="z">x</p>'),
        ("<p><base href=/q/><img src=x>", '<p><img src="/1im_/http://h.test/q/x"></p>'),
        ("x<!-- y --><?php z ?>", "x"),
    ],
)  # fmt: skip
def test_an_element_is_written_so(written: str, expected: str) -> None:
    text = written if written.startswith(("<p", "x")) else f"<div>{written}</div>"
    assert body(text) == (expected if text == written else f"<div>{expected}</div>")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<title>a &amp; b</title>", "<title>a &amp; b</title>"),
        ("<meta charset=latin-1><meta name=viewport content=w>", '<meta name="viewport" content="w">'),
        ("<meta http-equiv=refresh content='0;url=x'><meta http-equiv=content-security-policy content=x>", ""),
        ("<meta name=referrer content=always>", ""),
        ("<link rel=stylesheet href=s media=print title=t>",
         f'<link rel="stylesheet" href="/1cs_/{D}/s" media="print" title="t">'),
        ("<link rel=stylesheet href=s media=print onload=\"this.media='all'\">",
         f'<link rel="stylesheet" href="/1cs_/{D}/s">'),
        ("<link rel=preload as=style href=s onload=\"this.rel='stylesheet'\">",
         f'<link rel="stylesheet" href="/1cs_/{D}/s">'),
        ("<link rel='shortcut icon' href=i sizes=9x9>", f'<link rel="icon" href="/1im_/{D}/i" sizes="9x9">'),
        ("<link rel='alternate stylesheet' href=s><link rel=preload href=s><link rel=manifest href=m>", ""),
        ("<link rel=canonical href=x><link rel=pingback href=x>", ""),
        ("<style media=print>a{b:url(c)}</style>", f'<style media="print">a{{b:url("/1im_/{D}/c")}}</style>'),
        ("<style type=text/less>a</style>", ""),
        ("<noscript><link rel=stylesheet href=s><img src=x></noscript>",
         f'<link rel="stylesheet" href="/1cs_/{D}/s">'),
        ("<base href=/q/ target=x><link rel=stylesheet href=s>",
         '<link rel="stylesheet" href="/1cs_/http://h.test/q/s">'),
    ],
)  # fmt: skip
def test_the_head_is_written_so(written: str, expected: str) -> None:
    html = page(f"<html><head>{written}</head><body>x</body></html>").html.decode()
    assert html == f"<html>{HEAD.removesuffix('</head>')}{expected}</head><body>x</body></html>"


def test_a_page_without_head_is_given_one() -> None:
    assert page("<p>x").html.decode() == f"<html>{HEAD}<body><p>x</p></body></html>"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<!doctype HTML>\n<p>", "<!DOCTYPE html>"),
        ("\ufeff <!-- x --><!DOCTYPE html><p>", "<!DOCTYPE html>"),
        ("<?xml version='1.0'?><!DOCTYPE html><p>", "<!DOCTYPE html>"),
        ('<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN">', '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN">'),
        (
            "<!doctype html public '-//W3C//DTD XHTML 1.0 Strict//EN'\n'http://www.w3.org/x.dtd'>",
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/x.dtd">',
        ),
        ('<!DOCTYPE html SYSTEM "about:legacy-compat">', '<!DOCTYPE html SYSTEM "about:legacy-compat">'),
        ("<p><!doctype html>", ""),
        ("text <!doctype html>", ""),
        ("<!doctype html bogus>", ""),
        ("<!doctype svg>", ""),
        ("<p>", ""),
    ],
)
def test_a_page_keeps_its_document_type_or_its_lack_of_one(written: str, expected: str) -> None:
    assert doctype(written) == expected


def test_the_title_is_the_pages_own_and_not_that_of_a_drawing() -> None:
    assert page("<body><svg><title>logo</title></svg><p>x").title == ""
    assert page("<head><title> The\n news </title></head><svg><title>logo</title></svg>").title == "The news"


def test_parts_are_told_once_in_order_with_their_kind() -> None:
    made = page(
        "<link rel=stylesheet href=s><p style='background:url(b)'><img src=i><img src=i><iframe src=f></iframe>"
    )
    assert made.parts == (
        Part(url=f"{D}/s", modifier="cs_"),
        Part(url=f"{D}/b", modifier="im_"),
        Part(url=f"{D}/i", modifier="im_"),
        Part(url=f"{D}/f", modifier="if_"),
    )
    assert made.missing == ()


def test_missing_is_asked_once_with_every_candidate() -> None:
    calls: list[list[str]] = []

    def missing(parts: Sequence[Part]) -> list[str]:
        calls.append([each.url for each in parts])
        return []

    text = b"<picture><source srcset='a 1x, b 2x'><img src=c srcset='d 1x'></picture><img src=c>"
    rewrite_page(text, PAGE, None, part=part, link=link, missing=missing)
    assert calls == [[f"{D}/{each}" for each in "cdba"]]


def test_of_a_picture_the_files_that_the_archive_has_are_shown() -> None:
    text = "<div><picture><source srcset='a 1x, b 2x'><source srcset=c><img src=d srcset='e 1x, f 2x'></picture>"
    made = page(text, missing={f"{D}/{each}" for each in "acdf"})
    assert made.html.decode().endswith(
        f'<picture><source srcset="/1im_/{D}/b 2x"><source>'
        f'<img src="/1im_/{D}/e" srcset="/1im_/{D}/e 1x"></picture></div></body></html>'
    )
    assert [each.url for each in made.parts] == [f"{D}/e", f"{D}/b"]
    assert made.missing == ()


def test_a_picture_the_archive_does_not_have_is_marked_and_keeps_its_box() -> None:
    made = page('<img src=a srcset="b 2x" width=30 height=20 alt=cat>', missing={f"{D}/a", f"{D}/b"})
    html = made.html.decode()
    assert f'<img width="30" height="20" alt="cat" src="/1im_/{D}/a" data-variorum-missing>' in html
    assert html.count("<style>[data-variorum-missing]") == 1
    assert [each.url for each in made.missing] == [f"{D}/a"]
    assert made.parts == made.missing


def test_missing_sheets_and_frames_are_only_counted() -> None:
    made = page("<link rel=stylesheet href=s><iframe src=f></iframe>", missing={f"{D}/s", f"{D}/f"})
    assert [each.modifier for each in made.missing] == ["cs_", "if_"]
    assert "data-variorum" not in made.html.decode()


def test_what_is_embedded_is_replaced_by_a_note_of_its_size_and_what_stands_in_for_it() -> None:
    text = "<object width=100 height=50px data=x><param name=y><embed src=x><p>instead</p></object>"
    note = '<span class="variorum-embedded" style="width:100px;height:50px"></span>'
    assert body(f"<div>{text}</div>") == f"<div>{note}<p>instead</p></div>"


def test_a_drawing_in_an_object_is_shown_as_a_picture() -> None:
    made = page("<div><object type=image/svg+xml data=x.svg>y</object></div>")
    assert f'<div><img type="image/svg+xml" src="/1im_/{D}/x.svg"></div>' in made.html.decode()


@pytest.mark.parametrize("data", [b"", b" \n ", b"\x00\x01"])
def test_nothing_to_parse_gives_nothing(data: bytes) -> None:
    assert rewrite_page(data, PAGE, None, part=part, link=link, missing=lambda parts: ()) is None


def test_a_page_is_served_in_utf_8_whatever_it_was() -> None:
    assert "<p>Žluť</p>" in page("<meta charset=windows-1250><p>Žluť</p>".encode("cp1250")).html.decode()
    assert "<p>Žluť</p>" in page("<p>Žluť</p>".encode("cp1250"), charset="windows-1250").html.decode()
    assert "<p>\ufffd\ufffd</p>" in page("<p>&#xD800;&#0;</p>").html.decode()


@pytest.mark.parametrize("tag", ["div", "b", "p", "svg", "noscript", "object", "table", "picture", "ul><li"])
def test_a_deeply_nested_page_is_written_to_its_end(tag: str) -> None:
    made = page(f"<{tag}><img src=x>" * 900 + "end")
    assert "end" in made.html.decode()
    assert [each.url for each in made.parts] == [f"{D}/x"]
    assert not made.cut


@pytest.mark.parametrize("tag", ["div", "svg", "noscript", "table", "ul><li"])
def test_a_page_nested_ten_thousand_deep_is_written_as_far_as_it_is_read(tag: str) -> None:
    made = page(f"<{tag}><img src=x>" * 10_000 + "end")
    assert [each.url for each in made.parts] == [f"{D}/x"]
    assert made.cut


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a", [("a", "")]),
        ("a 1x, b 2x", [("a", "1x"), ("b", "2x")]),
        (" , a  100w ,b", [("a", "100w"), ("b", "")]),
        ("a, b", [("a", ""), ("b", "")]),
        ("a,b 1x", [("a,b", "1x")]),
        ("data:image/png;base64,AA== 1x, b", [("data:image/png;base64,AA==", "1x"), ("b", "")]),
        ("a (x, y) 1x, b", [("a", "(x, y) 1x"), ("b", "")]),
        ("a,,, b", [("a", ""), ("b", "")]),
        (",,", []),
        ("", []),
    ],
)
def test_candidates_are_read_as_browsers_read_them(written: str, expected: list[tuple[str, str]]) -> None:
    assert list(candidates(written)) == expected


@given(st.text(alphabet=" ,()ab1x\t"))
def test_any_srcset_is_read_to_its_end(written: str) -> None:
    assert all(url and not set(url) & set(" \t") for url, _ in candidates(written))


@given(st.binary(max_size=200) | st.text(alphabet="<>/=\"'! -&;#abpstyle\x00\ud800\n", max_size=200).map(
    lambda text: text.encode("utf-8", "surrogatepass")
))  # fmt: skip
def test_any_bytes_are_written_or_refused(data: bytes) -> None:
    made = rewrite_page(data, PAGE, None, part=part, link=link, missing=lambda parts: ())
    assert made is None or made.html.decode().count("<base ") == 1


@given(st.text(alphabet="<>/=\"'! -&;#abpstyle", max_size=120))
def test_a_page_rewritten_twice_is_written_the_same(text: str) -> None:
    def again(data: bytes) -> bytes:
        made = rewrite_page(
            data, PAGE, None, part=lambda url, modifier: url, link=lambda url: url, missing=lambda x: ()
        )
        return b"" if made is None else made.html

    once = again(text.encode())
    assert again(again(once)) == again(once)
