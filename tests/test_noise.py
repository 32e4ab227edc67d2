"""The noise is noise: the page differs, and its article does not."""

from __future__ import annotations

import ast
import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from tests import noise
from tests.noise import KINDS, alter, alter_told, cut
from tests.sheet import VOID, scan

STORY = "".join(f"<p>The harbour master counted {n} boats on the quay, and none of them was his own, he said.</p>\n"
                for n in range(2, 14))  # fmt: skip
PAGE = f"""<!DOCTYPE html><html><head><title>Boats</title><script src="/a.js?v=1" nonce="abc"></script></head><body>
<div class="top" role="banner"><a href="#comments">12 comments</a></div>
<article class="css-1a2b3c" id="story"><h1>Boats</h1><time datetime="2026-11-01">1 November</time>
<div class="text">{STORY}<figure><img src="boat.jpg"><figcaption>A boat, 12:30</figcaption></figure>{STORY}</div>
</article><aside class="more"><ul>
<li><a href="/1">Mayor says no to the new bridge at last</a> <span>3 hours ago</span></li>
<li><a href="/2">Fire in the old mill, nobody was hurt</a> <span>12:45</span></li>
<li><a href="/3">What we know of the flood so far tonight</a> <span>5 min</span></li>
</ul></aside></body></html>""".encode()
DONOR = f"""<html><body><div class="main">{STORY}</div>
<div class="offer"><p>{"Give to the paper that you read, " * 3}</p></div>
<div class="teasers"><a href="/x">One two three four five six seven</a>
<a href="/y">Eight nine ten eleven twelve thirteen</a>
<a href="/z">Red green blue brown black white pink</a></div>
<div id="slot"><iframe src="https://ads.example/1"></iframe></div></body></html>""".encode()


def read(page: bytes) -> Any:
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    return lxml_html.fromstring(page.replace(b"\0", b""), parser=parser)


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def text_of(tree: Any) -> str:
    for node in tree.iter("script", "style"):
        node.text = None
    return bare("".join(tree.itertext()))


def kept(tree: Any) -> dict[str, list[str]]:
    """What no noise may change: the headline, the claims, the captions."""
    return {
        "h1": [bare(str(node.text_content())) for node in tree.iter("h1")],
        "title": [str(node.text) for node in tree.iter("title")][:1],
        "meta": [str(sorted(node.attrib.items())) for node in tree.iter("meta")],
        "json": [str(node.text) for node in tree.iter("script") if "ld+json" in node.get("type", "")],
    }


class Open(HTMLParser):
    """How many more of each tag were opened than closed."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.more: Counter[str] = Counter()
        self.feed(page.decode("utf-8", "replace"))

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.more[tag] += tag not in VOID

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        self.more[tag] -= tag not in VOID

    def uneven(self) -> dict[str, int]:
        return {tag: n for tag, n in self.more.items() if n and tag not in {"p", "li", "dt", "dd", "tr", "td", "th"}}


@cache
def pages(shared: Path) -> list[dict[str, Any]]:
    file = shared / "corpora/articles/manifest.jsonl"
    if not file.exists():
        pytest.skip(f"no corpus at {file}")
    return [json.loads(line) for line in file.read_text().splitlines()]


def cases(shared: Path) -> Iterator[tuple[dict[str, Any], bytes, bytes, tuple[str, ...]]]:
    rows = pages(shared)
    donors = {row["domain"]: gzip.decompress((shared / "corpora/articles" / row["file"]).read_bytes())
              for row in rows[::23]}  # fmt: skip
    for seed, row in enumerate([row for row in rows if "text" in row["gold"]][::8]):
        page = gzip.decompress((shared / "corpora/articles" / row["file"]).read_bytes())
        others = [donors[domain] for domain in sorted(donors) if domain != row["domain"]]
        yield row, page, *alter_told(page, seed, random.Random(seed).sample(others, 4))


def test_real_pages_differ_and_keep_their_article(shared: Path) -> None:
    done: Counter[str] = Counter()
    paragraphs = 0
    for row, before, after, told in cases(shared):
        was, now = read(before), read(after)
        assert before != after
        assert kept(was) == kept(now), row["id"]  # before text_of, which empties the scripts
        assert Open(before).uneven() == Open(after).uneven(), row["id"]
        there, still = text_of(was), text_of(now)
        gold = [line for line in map(bare, row["gold"]["text"].split("\n")) if line and line in there]
        assert [line for line in gold if line not in still] == [], row["id"]
        paragraphs += len(gold)
        done.update(told)
    assert done.total() > 100
    assert paragraphs > 300
    assert {"box inside the story", "box around the story", "own box removed", "own box replaced", "counter",
            "class hashes", "order of attributes", "nonces and versions"} <= set(done)  # fmt: skip


def test_the_same_seed_gives_the_same_page_and_another_seed_another() -> None:
    assert alter(PAGE, 5, [DONOR]) == alter(PAGE, 5, [DONOR])
    assert len({alter(PAGE, seed, [DONOR]) for seed in range(20)}) > 15


def test_boxes_are_cut_from_the_frame_and_never_from_the_story() -> None:
    boxes = cut(DONOR)
    assert {box.shape for box in boxes} == {"advertisement", "list", "prose"}
    assert not any("harbour" in box.html for box in boxes)
    assert all(not scan(f"<body>{box.html}</body>").flaws for box in boxes)


DOES = {
    "inside": {"box inside the story"},
    "around": {"box around the story"},
    "swapped": {"own box removed", "own box replaced", "own list in another order"},
    "counted": {"counter"},
    "retimed": {"time in a list", "clock"},
    "scripted": {"nonces and versions", "script, frame or slot"},
    "retagged": {"class hashes", "order of attributes"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_does_what_it_says_and_leaves_the_story(kind: str) -> None:
    done: set[str] = set()
    for seed in range(30):
        after, told = alter_told(PAGE, seed, [DONOR], kinds=[kind])
        done.update(told)
        text = after.decode()
        assert text.count("<p>The harbour") == 24
        assert "<figcaption>A boat, 12:30</figcaption>" in text
        assert "<h1>Boats</h1>" in text
        assert '<time datetime="2026-11-01">1 November</time>' in text
        assert not read(after).xpath("//*[self::p or self::figure or self::h1]//*[self::div or self::iframe]")
    assert done == DOES[kind]


PIECES = ("<div class='a b1c2d'>", "</div>", "<p>", "</p>", "<ul id=x>", "</ul>", "<li>", "<a href='#c'>", "</a>", "12",
          "<!--", "-->", "<script>", "</script>", "<td>", '="', "'", "<svg>", "<path/>", "</svg>", ">", "<", "\udc80",
          "some words " * 12, "<body>", "<aside>", "</aside>", "<br>", "²")  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.integers(0, 99))
@settings(deadline=None)
def test_broken_pages_are_read_without_harm(text: str, seed: int) -> None:
    sheet = scan(text)
    for node in sheet.nodes:
        assert 0 <= node.start < node.inside <= node.close <= node.end <= len(text)
        assert node.parent is None or node.parent.inside <= node.start <= node.end <= node.parent.close
    page = text.encode("utf-8", "surrogateescape")
    assert alter(page, seed, []) == alter(page, seed, [])


def test_the_generator_imports_nothing_of_the_product() -> None:
    for file in (Path(noise.__file__), Path(noise.__file__).with_name("sheet.py")):
        imports = [
            alias.name if isinstance(node, ast.Import) else str(node.module)
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        ]
        assert imports
        assert not {name.split(".")[0] for name in imports} & {"archive", "crawler", "schedules"}
