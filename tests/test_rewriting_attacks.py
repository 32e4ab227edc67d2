"""Hostile pages, rewritten, in a real browser with scripting on and no policy: nothing runs or asks outside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, Route

from archive.rewriting.page import Part, rewrite_page
from archive.web.addresses import Modifier

pytest_plugins = ("tests.browser",)
pytestmark = pytest.mark.xdist_group("rewriting-attacks")

REPLAY = "http://replay.test"
PAGE = "http://h.test/d/p.html"
RUN = "console.log('RAN')"

ATTACKS = tuple(
    line.replace("RUN", RUN)
    for line in r"""
<script>RUN</script>
<script src="data:text/javascript,RUN"></script>
<script/x>RUN</script>
<scr<script>ipt>RUN</script>
<svg><script>RUN</script></svg>
<svg><script href="data:text/javascript,RUN"/></svg>
<svg><script xlink:href="data:text/javascript,RUN"></script></svg>
<math><script>RUN</script></math>
<img src=x onerror="RUN">
<img src=x ONERROR=RUN>
<img src=x onerror	=RUN>
<img/src=x/onerror=RUN>
<img src="x"onerror="RUN">
<img src=x x<onerror="RUN">
<img src=x "onerror=RUN">
<img src=x on error onerror&#61;RUN onerror=RUN>
<image src=x onerror=RUN>
<body onload=RUN>
<body><p><body onpageshow=RUN>
<html onclick=1 onfocusin=RUN><input autofocus>
<input autofocus onfocus=RUN>
<select autofocus onfocus=RUN></select>
<details open ontoggle=RUN>x</details>
<video><source onerror=RUN></video>
<video src=x onerror=RUN></video>
<audio src=x onerror=RUN></audio>
<marquee onstart=RUN>x</marquee>
<style onload=RUN>a{}</style>
<link rel=stylesheet href="data:text/css,a{}" onload=RUN>
<svg onload=RUN></svg>
<svg><animate onbegin=RUN attributeName=x dur=1s></svg>
<svg><a><animate attributeName=href values="javascript:RUN"/><text y=20>x</text></a></svg>
<svg><a><set attributeName=xlink:href to="javascript:RUN"/><text y=20>x</text></a></svg>
<svg><set attributeName=onmouseover to="RUN"/></svg>
<svg><use href="data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg'><script>RUN</script></svg>#x"/></svg>
<svg><foreignObject><iframe srcdoc="<script>parent.RUN</script>"></iframe></foreignObject></svg>
<a href="javascript:RUN">x</a>
<a href="JaVaScRiPt:RUN">x</a>
<a href="java&#10;script:RUN">x</a>
<a href="java&Tab;script:RUN">x</a>
<a href="&#1;javascript:RUN">x</a>
<a href=" &#x20;javascript:RUN">x</a>
<a href="javascript&colon;RUN">x</a>
<a href="data:text/html,<script>RUN</script>">x</a>
<a href="vbscript:RUN">x</a>
<svg><a xlink:href="javascript:RUN"><text y=20>x</text></a></svg>
<math><a xlink:href="javascript:RUN">x</a></math>
<math href="javascript:RUN">x</math>
<math><mtext href="javascript:RUN">x</mtext></math>
<area href="javascript:RUN">
<base href="javascript:RUN//"><a href="x">x</a>
<base href="data:text/html,<script>RUN</script>"><iframe src="x"></iframe>
<iframe src="javascript:RUN"></iframe>
<iframe src="java&#10;script:parent.RUN"></iframe>
<iframe src="data:text/html,<script>RUN</script>"></iframe>
<iframe srcdoc="<script>RUN</script>"></iframe>
<iframe srcdoc="&lt;img src=x onerror=RUN&gt;"></iframe>
<iframe><script>RUN</script></iframe>
<iframe></iframe><img src=x onerror=RUN></iframe>
<frameset onload=RUN><frame src="javascript:RUN"></frameset>
<object data="javascript:RUN"></object>
<object data="data:text/html,<script>RUN</script>"></object>
<object type="image/svg+xml" data="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><script>RUN</script></svg>"></object>
<embed src="data:text/html,<script>RUN</script>">
<embed src="javascript:RUN">
<applet code=x onerror=RUN></applet>
<portal src="javascript:RUN"></portal>
<fencedframe src="javascript:RUN"></fencedframe>
<form action="javascript:RUN"><button>x</button></form>
<form><button formaction="javascript:RUN">x</button></form>
<form id=f></form><input type=submit form=f formaction="javascript:RUN" value=x>
<form><input type=image src=x formaction="javascript:RUN"></form>
<form onsubmit=RUN><button>x</button></form>
<isindex action="javascript:RUN" type=submit value=x>
<meta http-equiv=refresh content="0;url=javascript:RUN">
<meta http-equiv="refresh" content="0;url=data:text/html,<script>RUN</script>">
<meta http-equiv="refresh" content="0;url=http://outside.test/">
<meta name=x http-equiv=refresh content="0;url=http://outside.test/">
<meta charset="utf-7">+ADw-script+AD4-RUN+ADw-/script+AD4-
<link rel=import href="data:text/html,<script>RUN</script>">
<link rel=modulepreload href="http://outside.test/x.js">
<link rel="preload stylesheet" href="javascript:RUN">
<noscript><p title="</noscript><img src=x onerror=RUN>"></noscript>
<noscript><style></noscript><img src=x onerror=RUN></style></noscript>
<noscript><!-- </noscript><img src=x onerror=RUN> --></noscript>
<head><noscript><style>a{content:"</style></noscript><img src=x onerror=RUN>"}</style></noscript></head>
<style><img src="</style><img src=x onerror=RUN>"></style>
<style>a{content:"</style><img src=x onerror=RUN>"}</style>
<style>/*</style><img src=x onerror=RUN>*/</style>
<style>@import url("</style><img src=x onerror=RUN>");</style>
<style>a{b:url("x\3c/style\3e\3cimg src=x onerror=RUN\3e")}</style>
<style><!--</style><img src=x onerror=RUN>--></style>
<svg><style><img src=x onerror=RUN></style></svg>
<svg><style>&lt;/style>&lt;img src=x onerror=RUN></style></svg>
<svg><style><![CDATA[</style><img src=x onerror=RUN>]]></style></svg>
<svg></p><style><a id="</style><img src=x onerror=RUN>"></svg>
<math></p><style><!--</style><img src/onerror=RUN>--></style></math>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=RUN&gt;">
<math><mtext><table><mglyph><style><math><img src=x onerror=RUN></style></table></math>
<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=RUN>
<svg><p><style><g title="</style><img src=x onerror=RUN>"></g></style></p></svg>
<svg><desc><noscript>&lt;/noscript&gt;&lt;img src=x onerror=RUN&gt;</noscript></desc></svg>
<svg><title><style><a title="</style></title></svg><img src=x onerror=RUN>"></a></style></title></svg>
<title><img src="</title><img src=x onerror=RUN>"></title>
<title>&lt;/title&gt;&lt;img src=x onerror=RUN&gt;</title>
<textarea><img src="</textarea><img src=x onerror=RUN>"></textarea>
<textarea>&lt;/textarea&gt;&lt;img src=x onerror=RUN&gt;</textarea>
<xmp><img src="</xmp><img src=x onerror=RUN>"></xmp>
<xmp>&lt;/xmp&gt;&lt;img src=x onerror=RUN&gt;</xmp>
<xmp><script>RUN</script></xmp>
<noembed><img src="</noembed><img src=x onerror=RUN>"></noembed>
<noframes><img src="</noframes><img src=x onerror=RUN>"></noframes>
<listing>&lt;img src=x onerror=RUN&gt;</listing>
<plaintext><img src=x onerror=RUN>
<template><script>RUN</script></template>
<template shadowrootmode=open><img src=x onerror=RUN></template>
<div><template shadowrootmode=open><script>RUN</script><img src=x onerror=RUN></template></div>
<!--><img src=x onerror=RUN>-->
<!--!><img src=x onerror=RUN>-->
<!-- --!><img src=x onerror=RUN>-->
<!-- <!-- --><img src=x onerror=RUN> -->
<!--[if IE]><script>RUN</script><![endif]-->
<?xml-stylesheet href="javascript:RUN"?><img src=x onerror=RUN>
<?php echo "?><img src=x onerror=RUN>" ?>
<![CDATA[<img src=x onerror=RUN>]]>
<svg><![CDATA[><img src=x onerror=RUN>]]></svg>
<!doctype html "><img src=x onerror=RUN>"><p>x
<!DOCTYPE html PUBLIC "><script>RUN</script>" "x"><p>x
<div style="background:url(javascript:RUN)">x</div>
<div style="width:expression(RUN)">x</div>
<div style="-moz-binding:url(data:text/xml,RUN)">x</div>
<div style='x:"&quot;><img src=x onerror=RUN>'>x</div>
<style>@import "javascript:RUN"; @import url(data:text/css,a{}); b{behavior:url(x.htc)}</style>
<a{b}c><img src=x onerror=RUN></a{b}c>
<x:script xmlns:x="http://www.w3.org/1999/xhtml">RUN</x:script>
<svg:script>RUN</svg:script>
<img src="x` `<script>RUN</script>"` `>
<img alt="`><script>RUN</script>" src=x>
<p title='"><script>RUN</script>'>x</p>
<p title="&quot;&gt;&lt;script&gt;RUN&lt;/script&gt;">x</p>
<a href='http://h.test/"onmouseover="RUN'>x</a>
<a href='http://h.test/&quot;><script>RUN</script>'>x</a>
<img srcset='x"onerror="RUN 1x'>
<img src='x"onerror="RUN'>
<img data-src='x"onerror="RUN'>
<div is=x onclick=RUN popover=auto>x</div>
<button popovertarget=p onclick=RUN>x</button><div id=p popover onbeforetoggle=RUN>y</div>
<input type=hidden oncontentvisibilityautostatechange=RUN style=content-visibility:auto>
<div style="animation:a 1s" onanimationstart=RUN>x</div><style>@keyframes a{from{top:0}}</style>
<table><td background="javascript:RUN">x</td></table>
<table><script>RUN</script><tr><td><img src=x onerror=RUN></table>
<select><script>RUN</script><option><img src=x onerror=RUN></select>
<option><style></option></select><img src=x onerror=RUN></style>
<p><svg><p><img src=x onerror=RUN></svg>
<svg><b><img src=x onerror=RUN></b></svg>
<keygen autofocus onfocus=RUN>
<bgsound src="javascript:RUN">
<dialog open onclose=RUN><form method=dialog><button>x</button></form></dialog>
<a ping="http://outside.test/ping" href="#x">x</a>
<a attributionsrc="http://outside.test/" href="#x">x</a>
<img src="http://outside.test/a.png" srcset="http://outside.test/b.png 2x">
<picture><source srcset="//outside.test/c.png"><img></picture>
<link rel="dns-prefetch preconnect prefetch prerender" href="http://outside.test/">
<link rel="shortcut icon" href="http://outside.test/i.ico">
<link rel=manifest href="http://outside.test/m.json">
<video poster="http://outside.test/p.png" src="http://outside.test/v.mp4"></video>
<div style="background:u\72l(http://outside.test/1.png)">x</div>
<div style='background:image-set("http://outside.test/2.png" 1x)'>x</div>
<div style="background:url(&#34;http://outside.test/3.png&#34;">x</div>
<div style="--x:url(http://outside.test/4.png);background:var(--x)">x</div>
<style>@\69mport "http://outside.test/5.css";</style>
<style>@import/**/"http://outside.test/6.css";</style>
<style>@font-face{font-family:f;src:url(http://outside.test/7.woff)}p{font-family:f}</style><p>x</p>
<style>p{background:-webkit-image-set(url("http://outside.test/8.png") 1x)}</style><p>x</p>
<style>p{cursor:url(http://outside.test/9.cur),auto;background:URL( 'http://outside.test/10.png' )}</style><p>x</p>
<style>p{content:"\"";background:url(http://outside.test/11.png)}</style><p>x</p>
<svg><rect width=9 height=9 fill="url(http://outside.test/12.svg#a)" filter="url(http://outside.test/13.svg#f)"/></svg>
<svg><image href="http://outside.test/14.png" width=9 height=9 /></svg>
<svg><use xlink:href="http://outside.test/15.svg#a"/></svg>
<svg><feImage href="http://outside.test/16.png"/></svg>
<svg><animate attributeName=fill values="url(http://outside.test/17.svg#a)" dur=1s></svg>
<table background="http://outside.test/18.png"><td>x</table>
<input type=image src="http://outside.test/19.png">
<iframe src="http://outside.test/20.html"></iframe>
<embed src="http://outside.test/21.swf">
<object data="http://outside.test/22.png"></object>
<script src="http://outside.test/23.js"></script>
<link rel=stylesheet href="http://outside.test/24.css">
<body background="http://outside.test/25.png">
<a href="http:\\outside.test/26">x</a>
<html manifest="http://outside.test/27.appcache">
<style>p{background:url(http://outside.test/28.png}</style><p>x</p>
""".strip().splitlines()
)

LOOK = r"""() => {
  const bad = [];
  const look = root => {
    for (const each of root.querySelectorAll("*")) {
      if (/^(?:.*:)?(?:script|object|embed|applet|portal|base|handler)$/i.test(each.localName) &&
          !(each.localName === "base" && !each.hasAttribute("href"))) bad.push(each.localName);
      if (each instanceof HTMLFormElement && each.method !== "dialog") bad.push(`form ${each.method}`);
      for (const {name, value} of each.attributes) {
        const plain = value.replace(/[\x00-\x20]/g, "").toLowerCase();
        if (/^on/i.test(name) || /^(?:javascript|vbscript|data:text)/.test(plain) ||
            /^(?:srcdoc|action|formaction|ping|http-equiv|nonce|integrity|attributionsrc)$/.test(name))
          bad.push(`${each.localName} ${name}=${value}`);
      }
      if (each.shadowRoot) look(each.shadowRoot);
      if (each.localName === "template") look(each.content);
    }
  };
  look(document);
  return bad;
}"""
PRESS = r"""async () => {
  for (const each of document.querySelectorAll("a, area, button, input, summary, math, mtext")) {
    const leads = each.getAttribute("href") || each.getAttribute("xlink:href") || "";
    if (!leads.startsWith("http:")) each.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
  }
  for (const each of document.querySelectorAll("form")) try { each.requestSubmit() } catch (error) {}
  // An event that was caused before has been handled when the next frame is drawn.
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
}"""


def part(url: str, modifier: Modifier) -> str:
    return f"{REPLAY}/1{modifier}/{url}"


def link(url: str) -> str:
    return f"http://room.test/web/1/{url}"


def nothing(parts: Sequence[Part]) -> list[str]:
    return []


def rewritten(text: str) -> bytes:
    made = rewrite_page(text.encode("utf-8", "replace"), PAGE, None, part=part, link=link, missing=nothing)
    return b"" if made is None else made.html


class Stage:
    """Shows pages, answers nothing else, and notes what ran and what was asked."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.html = b""
        self.ran: list[str] = []
        self.asked: list[str] = []
        context.route("**/*", self.answer)
        context.on("console", lambda message: self.ran.append(message.text) if message.text == "RAN" else None)
        context.on("dialog", self.dismiss)

    def dismiss(self, dialog: Dialog) -> None:
        self.ran.append(dialog.message)
        dialog.dismiss()

    def answer(self, route: Route) -> None:
        url = route.request.url
        if url == f"{REPLAY}/1/{PAGE}":
            route.fulfill(body=self.html, content_type="text/html")
        else:
            self.asked.append(url)
            route.abort()

    def show(self, html: bytes) -> list[str]:
        """Show a page, press what can be pressed, and give what should not have been."""
        self.ran.clear()
        self.asked.clear()
        self.html = html
        self.page.goto(f"{REPLAY}/1/{PAGE}", wait_until="load")
        found: list[str] = self.page.evaluate(LOOK)
        try:
            self.page.evaluate(PRESS)
        except Error:
            found.append("left the page")
        outside = [url for url in self.asked if not url.startswith((f"{REPLAY}/", "http://room.test/"))]
        moved = [] if self.page.url.startswith(f"{REPLAY}/1/{PAGE}") else [self.page.url]
        seen = [*found, *self.ran, *outside, *moved]
        if seen:  # what it has begun, such as to send a form, would break off the next page
            self.page.close()
            self.page = self.context.new_page()
        return seen


@pytest.fixture(scope="module")
def stage(chromium: Browser) -> Iterator[Stage]:
    context = chromium.new_context()
    yield Stage(context)
    context.close()


def test_the_stage_sees_what_runs_and_what_is_asked(stage: Stage) -> None:
    assert "RAN" in stage.show(f"<script>{RUN}</script>".encode())
    assert "RAN" in stage.show(f"<img src=x onerror={RUN}>".encode())
    assert stage.show(f'<form><button formaction="javascript:{RUN}">x</button></form>'.encode())
    assert "form get" in stage.show(b"<form><button>x</button></form>")
    assert "http://outside.test/a.png" in stage.show(b"<img src=http://outside.test/a.png>")


def test_nothing_of_a_hostile_page_runs_or_asks_outside(stage: Stage) -> None:
    found = {attack: bad for attack in ATTACKS if (bad := stage.show(rewritten(attack)))}
    assert found == {}
    assert len(ATTACKS) > 150


@pytest.mark.parametrize(
    "around",
    [
        "<noscript>{}</noscript>", "<svg>{}</svg>", "<math><mtext>{}</mtext></math>", "<table>{}</table>",
        "<select>{}</select>", "<svg><foreignObject>{}</foreignObject></svg>", "<math><annotation-xml>{}",
        "<svg><title>{}</title></svg>", "<p><b><a>{}", "<template shadowrootmode=open>{}</template>",
        "<head><noscript>{}</noscript></head>", "<frameset>{}</frameset>", "<svg><style>{}", "<button>{}",
    ],
)  # fmt: skip
def test_nothing_runs_when_it_is_wrapped(stage: Stage, around: str) -> None:
    # Many in one page: what one of them leaves open changes how the next are read.
    page = "\n".join(around.replace("{}", attack) for attack in ATTACKS)
    assert stage.show(rewritten(page)) == []


FRAGMENTS = (
    "<svg>", "</svg>", "<math>", "</math>", "<style>", "</style>", "<title>", "</title>", "<noscript>", "</noscript>",
    "<textarea>", "</textarea>", "<table>", "</table>", "<td>", "<mtext>", "<mglyph>", "<foreignObject>", "<desc>",
    "<annotation-xml encoding=text/html>", "<select>", "</select>", "<option>", "<template>", "</template>", "<form>",
    "</form>", "<p>", "</p>", "<a>", "</a>", "<b>", "</b>", "<xmp>", "</xmp>", "<iframe>", "</iframe>", "<!--", "-->",
    "<![CDATA[", "]]>", "<script>", "</script>", "<br>", "<div title='", "'>", '<i id="', '">', "&lt;", "&gt;",
    f"<img src=x onerror={RUN}>", f"&lt;img src=x onerror={RUN}&gt;", f"<svg onload={RUN}>", f"<script>{RUN}</script>",
    f"<a href='javascript:{RUN}'>x</a>", "<plaintext>", "<noembed>", "</noembed>", "<body>", "</body>", "<head>", "x",
)  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(FRAGMENTS), min_size=2, max_size=14), min_size=6, max_size=6))
def test_nothing_runs_of_tags_in_any_order(stage: Stage, pages: list[list[str]]) -> None:
    for page in pages:
        assert stage.show(rewritten("".join(page))) == []


def test_no_other_tag_is_written_than_a_browser_reads() -> None:
    pattern = re.compile(r"<(?!/?[a-z]|!DOCTYPE html)")
    for attack in ATTACKS:
        text = rewritten(attack).decode()
        assert not pattern.search(text.replace("< ", "")), text
