"""A small maker of article pages, and a reader of them that chooses exactly what it is told to.

What stands under ``data-text`` is chosen as the article, but for what stands under ``data-frame`` in there. Neither is
a class, so no place is told by them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lxml.html import HtmlElement

from archive.edits import Weighed, weigh
from archive.extract.blocks import Block, blocks, layout
from archive.extract.fields import stood
from archive.extract.page import parse, resolve
from archive.model import Candidate, Extraction, Layout, Link, Reading, RecordId, Url, UrlKey
from archive.revise import Role, Seen, Sign
from archive.standing import State, state_of
from archive.urls import urlkey

URL = Url("https://paper.example/2026/11/harbour-reopens")
KEY = urlkey(URL)
START = datetime(2026, 11, 2, 8, tzinfo=UTC)
HEADLINE = "Harbour of Port Ansel reopens after the storm"
STORY = (
    "The harbour of Port Ansel reopened on Monday after the storm of last week, the harbour master said, and the first "
    "ferry left for Kelmoor before noon with 40 people on board.",
    "Repairs of the northern pier will take until the autumn and cost more than the town has put aside for all of its "
    "piers in this year, according to a letter that was read out in the assembly.",
    "“Nobody was hurt, and that is what counts,” said Ines Maru, who has kept the lighthouse for nineteen years and "
    "saw the wave come in over the mole at night.",
    "Two boats were lost, and a third was found by children on the beach a mile to the north of the old lighthouse, "
    "where the current carries most of what the sea takes.",
    "The ferry company expects to run by its winter timetable again from Thursday on, if the wind allows.",
)
NEW = "The insurers have sent two assessors to the town, who were seen measuring the cracks in the quay wall."
NAV = (
    '<nav class="bar"><ul><li><a href="/">The Paper</a></li><li><a href="/news">News</a></li></ul></nav>'
    '<div class="ticker"><p>Council to vote on the budget tonight</p><p>Snow expected in the hills</p></div>'
)
FOOT = (
    '<aside class="rail"><div class="box"><p>Most read: the baker who counts gulls</p></div></aside>'
    '<footer class="foot"><p>All rights reserved by The Paper</p></footer>'
)


def paragraphs(texts: Collection[str]) -> str:
    """Write each text as a paragraph; what starts with a tag stays as it is."""
    return "".join(text if text.startswith("<") else f"<p>{text}</p>" for text in texts)


def page(
    *texts: str,
    headline: str | None = HEADLINE,
    top: str = NAV,
    above: str = "",
    below: str = "",
    foot: str = FOOT,
    kind: str = "story",
) -> str:
    """Write a page: ``above`` and ``below`` stand in the article's element, around the container of its text."""
    title = "" if headline is None else f"<h1>{headline}</h1>"
    return (
        f"<html><body>{top}<main><article class='post'>{title}{above}<div class='{kind}' data-text>"
        f"{paragraphs(texts)}</div>{below}</article></main>{foot}</body></html>"
    )


def tree(html: str) -> HtmlElement:
    """Parse a page as the product does."""
    found = parse(html)
    assert found is not None
    return found


def is_told(block: Block) -> bool:
    """Tell whether a block stands under ``data-text`` and not, nearer, under ``data-frame``."""
    for each in (block.element, *block.element.iterancestors()):
        if each.get("data-frame") is not None:
            return False
        if each.get("data-text") is not None:
            return True
    return False


def read(
    html: str, *, also: Collection[str] = (), without: Collection[str] = (), fields: Mapping[str, object] | None = None
) -> tuple[Extraction, Layout]:
    """Read a page as an extractor that chooses the told text, ``also`` these blocks and not those."""
    found = blocks(tree(html))
    chosen = [
        number
        for number, block in enumerate(found)
        if (is_told(block) or block.text in also) and block.text not in without
    ]
    links = tuple(
        Link(url=target, text=anchor.text_content(), paragraph=at)
        for at, number in enumerate(chosen)
        for anchor in found[number].anchors
        if (target := resolve(URL, anchor.get("href") or ""))
    )
    heading = next((" ".join(each.text_content().split()) for each in tree(html).iter("h1")), None)
    told: dict[str, object] = {"headline": heading, "origins": {"headline": "h1"} if heading else {}}
    told |= fields or {}
    texts = tuple(found[number].text for number in chosen)
    made = Extraction(paragraphs=texts, links=links, **told)  # type: ignore[arg-type]
    return replace(made, stood=stood(made, found)), layout(found, chosen)


def said(**values: tuple[str, str]) -> Mapping[str, object]:
    """Make fields of an extraction out of ``name=(value, origin)``, each its own candidate."""
    told: dict[str, object] = {name: (value,) if name == "bylines" else value for name, (value, _) in values.items()}
    told["origins"] = {name: origin for name, (_, origin) in values.items()}
    told["candidates"] = tuple(
        Candidate(field=name, value=value, origin=origin) for name, (value, origin) in values.items()
    )
    return told


def state(html: str, *, also: Collection[str] = (), fields: Mapping[str, object] | None = None) -> State:
    """Give an article as this page shows it."""
    return state_of(URL, *read(html, also=also, fields=fields))


def weighed(
    before: str | State,
    after: str,
    *,
    also: Collection[str] = (),
    without: Collection[str] = (),
    fields: Mapping[str, object] | None = None,
) -> Weighed:
    """Weigh a later page against an earlier one."""
    was = before if isinstance(before, State) else state(before)
    return weigh(was, *read(after, also=also, without=without, fields=fields))


def reading(
    html: str,
    name: str,
    *,
    at: datetime = START,
    url: Url = URL,
    also: Collection[str] = (),
    fields: Mapping[str, object] | None = None,
) -> Reading:
    """Give what an extractor read of a capture of this page."""
    extraction, page_layout = read(html, also=also, fields=fields)
    return Reading(
        capture=RecordId(name), urlkey=urlkey(url), url=url, at=at, extractor="test/1", verdict="article", score=1.0,
        extraction=extraction, layout=page_layout,
    )  # fmt: skip


def seen(
    name: str,
    hours: float,
    html: str | None = None,
    *,
    sign: Sign = "article",
    url: Url = URL,
    role: Role = "own",
    also: Collection[str] = (),
    fields: Mapping[str, object] | None = None,
    marked: bool | None = None,
    by_304: bool = False,
    target: UrlKey | None = None,
) -> Seen:
    """Give one answer of a URL, ``hours`` after the start."""
    at = START + timedelta(hours=hours)
    found = None if html is None else reading(html, name, at=at, url=url, also=also, fields=fields)
    return Seen(
        at=at, id=RecordId(name), url=url, urlkey=urlkey(url), sign=sign, role=role, capture=RecordId(name),
        reading=found, basis="304" if by_304 else "bytes", detail=sign, target=target, marked=marked,
    )  # fmt: skip
