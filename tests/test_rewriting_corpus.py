"""Real pages rewritten for safe replay: they read as before, and nothing in them points out of the archive."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from pathlib import Path

from lxml import etree
from lxml.html import HtmlElement

from archive.extract.page import decode, parse, resolve
from archive.rewriting.page import Part, rewrite_page
from archive.web.addresses import Modifier

PAGE = "http://page.test/d/p.html"
SILENT = frozenset("script style template iframe noembed noframes noscript".split())
LOADS = ("src", "srcset", "poster", "background", "href", "xlink:href")
NAMED = re.compile(r"""url\(\s*["']?(?!["'\s])([^"')]+)|@import\s*["']([^"']+)""", re.IGNORECASE)
SKIPPED = re.compile(r"/\*.*?\*/|url\(\"data:[^\"]*\"\)", re.DOTALL)


def part(url: str, modifier: Modifier) -> str:
    return f"http://replay.test/1{modifier}/{url}"


def link(url: str) -> str:
    return f"http://room.test/1/{url}"


def every_second(parts: Sequence[Part]) -> list[str]:
    return [each.url for each in parts[::2]]


def pages(shared: Path) -> list[Path]:
    found = sorted((shared / "corpora" / "articles" / "pages").glob("*.html.gz"))
    assert len(found) > 500
    return found[::3]


def text_of(tree: HtmlElement) -> str:
    """Give the words of a page, without what a browser with scripts does not show."""
    texts: list[str] = []
    walker = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        if event == "end":
            texts.append(element.tail or "")
        elif element.tag in SILENT:
            walker.skip_subtree()
        else:
            texts.append(element.text or "")
    return "".join("".join(texts).split())


def outward(tree: HtmlElement) -> list[str]:
    """Give what a page loads or leads to outside of the archive, or might run."""
    found: list[str] = []
    for element in tree.iter():
        for name, value in element.items():
            if name.startswith("on") or value.strip().lower().startswith("javascript:"):
                found.append(f"{name}={value}")
            if name in LOADS:
                for each in [value] if name != "srcset" else [word for word in value.split() if ":" in word]:
                    if not each.startswith(
                        ("http://replay.test/1", "http://room.test/1/", "data:image/", "#", "mailto:")
                    ):
                        found += [each] if not each.lower().startswith("tel:") else []
        for css in (element.get("style") or "", (element.text or "") if element.tag == "style" else ""):
            for match in NAMED.finditer(SKIPPED.sub("", css)):
                named = match[1] or match[2]
                if not named.startswith(("http://replay.test/1", "data:", "#")) and resolve(PAGE, named):
                    found.append(named)
    return found


def test_real_pages_read_as_before_and_point_into_the_archive(shared: Path) -> None:
    for path in pages(shared):
        data = gzip.decompress(path.read_bytes())
        made = rewrite_page(data, PAGE, None, part=part, link=link, missing=every_second)
        before = parse(decode(data, None))
        assert made is not None
        assert before is not None
        after = parse(made.html.decode())
        assert after is not None
        assert text_of(after) == text_of(before), path.name
        assert outward(after) == [], path.name
        assert not made.cut
        assert after.findall(".//script") == []
        assert len({each.url for each in made.parts}) == len(made.parts)
        assert set(made.missing) <= set(made.parts)
