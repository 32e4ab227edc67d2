"""Any article page to an Extraction, by trafilatura: the only module that knows it. Pure.

The same bytes, URL and capture time give the same Extraction on any day and machine: dates are read against the day
of the capture, and a date that is not all written on the page is none.
"""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

from dateutil.parser import parse as read_date  # type: ignore[import-untyped]
from lxml import etree
from lxml.html import HtmlElement

from archive.extract import extractor
from archive.extract.metadata import Claims, claims, names_of, stamp
from archive.extract.page import absolute_links, base_of, decode, parse, resolve, squeezed
from archive.judge import size
from archive.model import Extraction, Link

EXTRACTOR = extractor()

_BLOCKS = frozenset(("p", "head", "item", "quote", "row", "code", "list", "table", "body", "div", "fw", "ab"))
_SPACED = frozenset(("lb", "cell"))
_EASTERNMOST = timedelta(hours=14)  # a page may carry tomorrow's date where it is tomorrow already
_TITLE_TAIL = re.compile(r"\s+[|–—•·»-]\s+[^|–—•·»]{2,60}\Z")
_DEFAULTS = (datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2001-02-02"))  # without a zone, as pages
_HEADLINE = 300
_TAGS = 50
_NAME = 8  # words; what is longer is no name


def load() -> None:
    """Load trafilatura, 0.3 s; not with this module, because urllib3, which comes with it, opens a socket on import."""
    import htmldate.extractors
    import trafilatura.metadata  # noqa: F401

    htmldate.extractors.dateutil_parse = _whole_date  # type: ignore[attr-defined]


def read(html: bytes, url: str, captured_at: datetime, charset: str | None = None) -> Extraction | None:
    """Read the article out of a page, or None where there is no text to read.

    ``charset`` is what the server said. What is read need not be an article: that is the judge's to say.
    """
    tree = parse(decode(html, charset))
    return None if tree is None else read_tree(tree, url, captured_at, claims(tree))


def read_tree(tree: HtmlElement, url: str, captured_at: datetime, said: Claims) -> Extraction | None:
    """Read the article out of a page's tree, whose links are made absolute on the way."""
    from trafilatura import bare_extraction
    from trafilatura.metadata import extract_catstags

    absolute_links(tree, url)
    # Recall: what is missing from a first reading cannot be followed; what is too much is cut later.
    found = bare_extraction(
        tree, url=url, favor_recall=True, include_links=True, include_comments=False, deduplicate=False
    )
    if found is None or isinstance(found, dict):
        return None
    origins: dict[str, str] = {}

    def told(name: str, value: tuple[str, str] | None) -> str | None:
        if value is None:
            return None
        origins[name] = value[1]
        return value[0]

    headline = told("headline", _headline(tree, said))
    paragraphs, links = _text(found.body, headline)
    if not paragraphs:
        return None
    bylines, origin = _bylines(tree, said)
    if bylines and origin:
        origins["bylines"] = origin
    tags = said.tags or tuple(extract_catstags("tag", tree))
    if tags:
        origins["tags"] = said.tags_from or "links"
    return Extraction(
        headline=headline,
        seo_title=told("seo_title", said.values.get("og_title") or said.values.get("headline") or _title(said)),
        bylines=bylines,
        published=told("published", _published(tree, url, captured_at, said)),
        modified=told("modified", _time(said, "modified")),
        language=told("language", said.values.get("language")),
        section=told("section", said.values.get("section")),
        paragraphs=paragraphs,
        links=links,
        tags=tags[:_TAGS],
        picture=told("picture", _picture(tree, url, said)),
        origins=origins,
    )


# ------------------------------------------------------------------------------------------------------- the text


class _Writer:
    """Takes runs of text in page order and gives paragraphs, and links with the paragraph they stand in."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self.links: list[Link] = []
        self._run: list[str] = []
        self._waiting: list[tuple[str, str]] = []

    def text(self, words: str | None) -> None:
        if words:
            self._run.append(words)

    def link(self, url: str, words: str) -> None:
        self._waiting.append((url, words))

    def end(self) -> None:
        text = squeezed("".join(self._run))
        if text:
            place = len(self.paragraphs)
            self.paragraphs.append(text)
            self.links += [Link(url=url, text=words, paragraph=place) for url, words in self._waiting]
        self._run, self._waiting = [], []


def _text(body: etree._Element, headline: str | None) -> tuple[tuple[str, ...], tuple[Link, ...]]:
    """Give the paragraphs of trafilatura's tree and the links in them; a leading repeat of the headline is left out."""
    writer = _Writer()
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag in _BLOCKS:
                writer.end()
            elif tag in _SPACED:
                writer.text(" ")
            elif tag == "ref" and (target := resolve("", element.get("target") or "")):
                writer.link(target, squeezed("".join(element.itertext())))
            writer.text(element.text)
        else:
            if tag in _BLOCKS:
                writer.end()
            if element is not body:
                writer.text(element.tail)
    writer.end()
    paragraphs, links = writer.paragraphs, writer.links
    if headline and paragraphs and paragraphs[0].casefold() == headline.casefold():
        paragraphs = paragraphs[1:]
        links = [Link(url=each.url, text=each.text, paragraph=each.paragraph - 1) for each in links if each.paragraph]
    return tuple(paragraphs), tuple(links)


# --------------------------------------------------------------------------------------------------- what is said


def _headline(tree: HtmlElement, said: Claims) -> tuple[str, str] | None:
    """Give the visible headline: the h1 that is most like the title; a title of some kind where there is none."""
    stated = said.values.get("headline") or said.values.get("og_title") or _title(said)
    shown = [text for each in tree.iter("h1") if 1 < len(text := squeezed(each.text_content())) <= _HEADLINE]
    if shown and stated:
        best = max(shown, key=lambda text: _alike(text, stated[0]))
        if _alike(best, stated[0]) > 0 or len(shown) == 1:
            return best, "h1"
        return stated
    return (shown[0], "h1") if shown else stated


def _title(said: Claims) -> tuple[str, str] | None:
    """Give the title element without the name of the site behind it."""
    title = said.values.get("title")
    return None if title is None else (_TITLE_TAIL.sub("", title[0]) or title[0], title[1])


def _alike(left: str, right: str) -> float:
    ours, theirs = ({word.casefold() for word in re.findall(r"\w+", text)} for text in (left, right))
    return len(ours & theirs) / max(1, len(ours | theirs))


def _bylines(tree: HtmlElement, said: Claims) -> tuple[tuple[str, ...], str | None]:
    if said.authors:
        return said.authors, said.authors_from
    from trafilatura.metadata import extract_author

    found = extract_author(tree)
    shown = tuple(name for name in names_of([found or ""]) if size(name) <= _NAME)
    return shown, "byline" if shown else None


def _picture(tree: HtmlElement, url: str, said: Claims) -> tuple[str, str] | None:
    found = said.values.get("picture")
    whole = resolve(base_of(tree, url), found[0]) if found else None
    return (whole, found[1]) if found and whole else None


def _time(said: Claims, name: str) -> tuple[str, str] | None:
    found = said.values.get(name)
    read_as = stamp(found[0]) if found else None
    return (read_as, found[1]) if found and read_as else None


def _published(tree: HtmlElement, url: str, captured_at: datetime, said: Claims) -> tuple[str, str] | None:
    """Give when the article says it was published; not after the capture, by the easternmost clock."""
    last = (captured_at.astimezone(UTC) + _EASTERNMOST).date()
    if (known := _time(said, "published")) and date.fromisoformat(known[0][:10]) <= last:
        return known
    if (shown := _shown_time(tree)) and date.fromisoformat(shown[:10]) <= last:
        return shown, "time"
    load()
    from htmldate import find_date

    # Its wider search would take the year of a copyright notice for a date.
    found = find_date(
        deepcopy(tree), extensive_search=False, original_date=True, url=url, max_date=last.isoformat() + "T23:59:59"
    )
    return (found, "htmldate") if found else None


def _shown_time(tree: HtmlElement) -> str | None:
    """Give the one time that is marked as such, or the first of those that say they are the time of publishing."""
    times = [each for each in tree.iter("time") if each.get("datetime")]
    marked = [each for each in times if each.get("itemprop") == "datePublished" or each.get("pubdate") is not None]
    values = {value for each in (marked or times) if (value := stamp(each.get("datetime") or ""))}
    return values.pop() if len(values) == 1 else None


def _whole_date(text: str, *, fuzzy: bool = False) -> datetime:
    """Read a date that names its year, month and day: what it leaves open dateutil would fill in from today."""
    first: datetime = read_date(text, default=_DEFAULTS[0], fuzzy=fuzzy)
    second: datetime = read_date(text, default=_DEFAULTS[1], fuzzy=fuzzy)
    if first.date() != second.date():
        raise ValueError(f"no whole date: {text!r}")
    return first
