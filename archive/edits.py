"""What of a changed page is the publisher's edit, and what only stands around the article. Pure.

Extractors alone report a redesign as new sentences and an advertisement as an edit (facts: articles.md B). Here the
whole page bears witness: words that stood on the earlier page already were not added, words that still stand were not
removed, and new words count only where the article's own paragraphs stand. So the answer rests on the blocks of both
pages more than on what an extractor chose of them, and most pages can be told unchanged without any extractor
(``extract.again``), by the very same rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from archive.judge import size
from archive.links import registrable
from archive.model import Extraction, Layout, Link, Place
from archive.wording import alike, compared, in_order, mark

SHARE = 0.15
"""Share of an article's words that stands in one kind of place, for that place to be one of its body."""
AFRESH = 0.3
"""Share of the earlier text below which a page is read for itself: nothing is left to compare it by."""
FRAME = 3
"""Blocks beside an article below which nothing can be said of them."""
FIRM_BLOCKS, FIRM_WORDS = 2, 50
_VOLATILE_WORDS = 10
CLAIMED = frozenset(("json-ld", "og", "twitter", "meta", "microdata", "title"))

Spot = tuple[int, int]
"""A kind of container within one element: ``(group_shape, outer)`` of a Place."""


class Page(Protocol):
    """The blocks of a page: a Layout, or as much of one as was looked at."""

    @property
    def marks(self) -> Sequence[int]: ...

    @property
    def links(self) -> Collection[int]: ...

    def place(self, block: int) -> Place: ...

    def headings(self) -> frozenset[int]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An article as it stands: its text and fields, and the page that showed it last."""

    url: str
    extraction: Extraction
    layout: Layout
    core: tuple[int, ...]
    claims: int = 0

    @property
    def firm(self) -> bool:
        """Whether there is enough text to know the article by it, whatever else stands on a page."""
        return len(self.core) >= FIRM_BLOCKS and sum(map(size, self.extraction.paragraphs)) >= FIRM_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What a page brought: the fields that were edited (``text`` is one), none where it is the same article.

    ``state`` is the article as it stands now; where nothing was edited its words are the earlier ones.
    """

    edited: tuple[str, ...]
    state: State
    alike: float = 1.0


def state_of(url: str, extraction: Extraction, layout: Layout, claims: int = 0) -> State:
    """Give an article as one page shows it."""
    return State(url=url, extraction=extraction, layout=layout, core=_core(extraction, layout), claims=claims)


def weigh(before: State, extraction: Extraction, layout: Layout, claims: int = 0) -> Weighed:
    """Say what a later page of an article edits, ``extraction`` being what was read out of it."""
    stand = stands(before, layout)
    share = _share_standing(before, layout)
    text = None
    if share < AFRESH:
        now = state_of(before.url, extraction, layout, claims)
        text = None if _is_cut_otherwise(before.core, now.core, before, now) else now
    else:
        added = _added(before, extraction, layout, stand)
        if stand is None or added:
            text = _text_now(before, extraction, layout, claims, added)
    fields = edited_fields(before, extraction, layout)
    edited = (("text",) if text is not None else ()) + fields
    if not edited:
        return Weighed(
            edited=(), state=replace(before, layout=_carried(before, layout, stand), claims=claims), alike=share
        )
    if text is None:
        text = replace(before, layout=_carried(before, layout, stand), claims=claims)
    shown = text.extraction
    kept = before.extraction
    now_said = {
        name: getattr(extraction, name) if name in fields or name in _UNTRACKED else getattr(kept, name)
        for name in _FIELDS
    }
    links = _links_now(before, extraction, shown) if "links" in fields else shown.links
    return Weighed(edited=edited, state=replace(text, extraction=replace(shown, **now_said, links=links)), alike=share)


# -------------------------------------------------------------------------------------------------------- the text


def stands(before: State, layout: Page) -> list[int] | None:
    """Give the blocks of a page at which the text of the article stands, whole and in its order; None where not."""
    return in_order(before.core, layout.marks) if before.core else None


def spots(layout: Page, blocks: Iterable[int], weights: Mapping[int, int]) -> tuple[set[Spot], set[int]]:
    """Give the kinds of containers and the shapes in which a good share of these blocks' words stands."""
    containers: Counter[Spot] = Counter()
    shapes: Counter[int] = Counter()
    for block in blocks:
        place, weight = layout.place(block), weights.get(layout.marks[block], 1)
        containers[spot(place)] += weight
        shapes[place.shape] += weight
    least = SHARE * sum(containers.values())
    return {each for each, weight in containers.items() if weight >= least}, {
        each for each, weight in shapes.items() if weight >= least
    }


def spot(place: Place) -> Spot:
    return place.group_shape, place.outer


def may_be_body(layout: Page, block: int, containers: Collection[Spot], shapes: Collection[int]) -> bool:
    """Tell whether a block that is new on a page stands where paragraphs of the article stand."""
    place = layout.place(block)
    return spot(place) in containers and (place.textual or place.shape in shapes) and not place.heading


def newcomers(before: State, layout: Page, anchors: Sequence[int]) -> list[int]:
    """Give the blocks that the earlier page did not have and that may be of the body, be they chosen or not."""
    known = set(before.layout.marks)
    containers, shapes = spots(layout, anchors, _weights(before))
    linked = set(layout.links)
    return [
        number
        for number, each in enumerate(layout.marks)
        if each not in known and number not in linked and may_be_body(layout, number, containers, shapes)
    ]


def _core(extraction: Extraction, layout: Layout) -> tuple[int, ...]:
    """Give the marks of the paragraphs that stand where most of the text stands."""
    weights = {
        layout.marks[block]: size(text) for block, text in zip(layout.chosen, extraction.paragraphs, strict=True)
    }
    containers, shapes = spots(layout, layout.chosen, weights)
    core = [each for each in layout.chosen if may_be_body(layout, each, containers, shapes)]
    return tuple(layout.marks[each] for each in core or layout.chosen)


def _weights(state: State) -> dict[int, int]:
    return {mark(text): size(text) for text in state.extraction.paragraphs}


def _share_standing(before: State, layout: Layout) -> float:
    """Give the share of the core's words that the page still has, wherever."""
    weights, held = _weights(before), set(layout.marks)
    core = dict.fromkeys(before.core)
    whole = sum(weights.get(each, 1) for each in core)
    return sum(weights.get(each, 1) for each in core if each in held) / max(1, whole)


def _anchors(before: State, layout: Layout, stand: Sequence[int] | None) -> Sequence[int]:
    if stand is not None:
        return stand
    wanted = set(before.core)
    return [number for number, each in enumerate(layout.marks) if each in wanted]


def _added(before: State, extraction: Extraction, layout: Layout, stand: Sequence[int] | None) -> list[int]:
    """Give the chosen blocks that are new and of the body; a line whose numbers alone moved on is not."""
    new = set(newcomers(before, layout, _anchors(before, layout, stand)))
    said = dict(zip(layout.chosen, extraction.paragraphs, strict=True))
    added = [each for each in layout.chosen if each in new]
    gone = _gone(before, layout)
    if stand is not None:
        return added
    stale = Counter(loose for text in gone if (loose := _loose(text)))
    kept = []
    for each in added:
        loose = _loose(said[each])
        if loose and stale[loose]:
            stale[loose] -= 1
        else:
            kept.append(each)
    return kept


def _gone(before: State, layout: Layout) -> list[str]:
    held, core = set(layout.marks), set(before.core)
    return [text for text in before.extraction.paragraphs if (key := mark(text)) in core and key not in held]


def _loose(text: str) -> str | None:
    """Give a short line without its numbers, for a clock or a counter that was taken for text; None for a sentence."""
    words = compared(text).casefold().split()
    if len(words) > _VOLATILE_WORDS:
        return None
    kept = " ".join(word for word in words if not any(map(str.isdigit, word)))
    return kept if len(kept.split()) < len(words) else None


def _text_now(before: State, extraction: Extraction, layout: Layout, claims: int, added: Sequence[int]) -> State | None:
    """Give the article with its text as it stands on a changed page; None where only its cut into blocks changed."""
    said = dict(zip(layout.chosen, extraction.paragraphs, strict=True))
    known = {mark(text): text for text in before.extraction.paragraphs}
    core = Counter(before.core)
    chosen = set(layout.chosen)
    kept: list[int] = []
    taken: Counter[int] = Counter()
    new = set(added)
    # What the extractor chose first: of words that stand twice, the place in the article is the one.
    for number in layout.chosen:
        key = layout.marks[number]
        if number in new or (key in known and taken[key] < max(1, core[key])):
            kept.append(number)
            taken[key] += 1
    for number, key in enumerate(layout.marks):
        if number not in chosen and key in core and taken[key] < core[key]:
            kept.append(number)
            taken[key] += 1
    kept.sort()
    if not kept:
        return None
    texts = tuple(said.get(each) or known[layout.marks[each]] for each in kept)
    place = {number: index for index, number in enumerate(kept)}
    was = {block: index for index, block in enumerate(layout.chosen)}
    links = [
        replace(link, paragraph=place[block])
        for block, index in was.items()
        if block in place
        for link in extraction.links
        if link.paragraph == index
    ]
    gone_before = {mark(text): number for number, text in enumerate(before.extraction.paragraphs)}
    links += [
        replace(link, paragraph=place[block])
        for block in kept
        if block not in was
        for link in before.extraction.links
        if link.paragraph == gone_before[layout.marks[block]]
    ]
    links.sort(key=lambda link: link.paragraph)
    shown = replace(before.extraction, paragraphs=texts, links=tuple(links))
    now = state_of(before.url, shown, replace(layout, chosen=tuple(kept)), claims)
    return None if _is_cut_otherwise(before.core, now.core, before, now) else now


def _is_cut_otherwise(before: Sequence[int], after: Sequence[int], was: State, now: State) -> bool:
    """Tell whether two texts have the same words in the same order, however they are cut; short counters aside."""
    if before == after:
        return True
    return _words(was, before) == _words(now, after)


def _words(state: State, core: Sequence[int]) -> str:
    texts = {mark(text): text for text in state.extraction.paragraphs}
    whole = "".join(loose if (loose := _loose(text)) is not None else text for key in core if (text := texts.get(key)))
    return compared(whole).replace(" ", "")


def _carried(before: State, layout: Layout, stand: Sequence[int] | None) -> Layout:
    """Give the new page as the last to be compared with; the paragraphs are where they stand on it."""
    return replace(layout, chosen=tuple(stand if stand is not None else _anchors(before, layout, None)))


# ------------------------------------------------------------------------------------------------------ the fields

_TRACKED = ("headline", "seo_title", "standfirst", "bylines", "published", "caption", "correction", "links")
_UNTRACKED = frozenset(
    ("modified", "language", "section", "tags", "picture", "canonical", "amp", "live", "origins", "candidates")
)
_FIELDS = (
    "headline", "seo_title", "standfirst", "bylines", "published", "modified", "language", "section", "tags", "picture",
    "caption", "correction", "canonical", "amp", "live", "origins", "candidates",
)  # fmt: skip


def edited_fields(before: State, after: Extraction, layout: Page) -> tuple[str, ...]:
    """Give the fields that a later page edits, the text aside."""
    return tuple(name for name in _TRACKED if _FIELD_RULES[name](before, after, layout))


def _title_edited(before: State, after: Extraction, layout: Page) -> bool:
    """Tell whether the visible headline was edited: compared within one origin, else against all that a page offers."""
    old, new = before.extraction.headline, after.headline
    if old is None or new is None or mark(old) == mark(new):
        return False
    ours, theirs = before.extraction.origins.get("headline"), after.origins.get("headline")
    if ours == "h1" and mark(old) in layout.headings():
        return False
    if ours == theirs:
        if ours == "h1":
            return mark(new) not in before.layout.headings()
        return not _offers(after, "headline", old, ours) and not _offers(before.extraction, "headline", new, ours)
    return not _offers(after, "headline", old) and not _offers(before.extraction, "headline", new)


def shares_words(ours: str | None, theirs: str | None) -> bool:
    """Tell whether two headlines have a third of their words in common."""
    left, right = (set(compared(each or "").casefold().split()) for each in (ours, theirs))
    return bool(left and right) and 3 * len(left & right) >= min(len(left), len(right))


def _offers(extraction: Extraction, name: str, value: str, origin: str | None = None) -> bool:
    wanted = mark(value)
    return any(
        each.field in (name, "seo_title" if name == "headline" else name)
        and (origin is None or each.origin == origin)
        and mark(each.value) == wanted
        for each in extraction.candidates
    )


def _seo_edited(before: State, after: Extraction, layout: Page) -> bool:
    old, new = before.extraction.seo_title, after.seo_title
    if old is None or new is None or mark(old) == mark(new):
        return False
    ours, theirs = before.extraction.origins.get("seo_title"), after.origins.get("seo_title")
    return ours == theirs and not _offers(after, "seo_title", old, ours)


Rule = Callable[[State, Extraction, Page], bool]


def _shown_edited(name: str, *, appears: bool = False) -> Rule:
    """Make the rule for a value that stands on the page: it was edited where the old words are gone."""

    def edited(before: State, after: Extraction, layout: Page) -> bool:
        old, new = getattr(before.extraction, name), getattr(after, name)
        if old is not None and mark(old) in set(layout.marks):
            return False
        if new is not None and mark(new) in set(before.layout.marks):
            return False
        if old is None or new is None:
            # A field that comes or goes is mostly a matter of markup; a notice is not.
            return appears and (old is None) != (new is None)
        return mark(old) != mark(new)

    return edited


def _bylines_edited(before: State, after: Extraction, layout: Page) -> bool:
    ours, theirs = before.extraction, after
    old, new = ({mark(name.casefold()) for name in each.bylines} for each in (ours, theirs))
    if not old or not new or old == new:
        return False
    if ours.origins.get("bylines") != theirs.origins.get("bylines"):
        return False
    offered = {mark(each.value.casefold()) for each in theirs.candidates if each.field == "bylines"}
    return not old <= offered


def _published_edited(before: State, after: Extraction, layout: Page) -> bool:
    ours, theirs = before.extraction, after
    old, new = ours.published, theirs.published
    origin = ours.origins.get("published")
    if old is None or new is None or origin != theirs.origins.get("published") or origin not in CLAIMED:
        return False
    return _instant(old) != _instant(new)


def _instant(text: str) -> object:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return at.timestamp() if at.tzinfo is not None else at


def _links_edited(before: State, after: Extraction, layout: Page) -> bool:
    """Tell whether a paragraph that kept its words leads elsewhere: links out of the outlet's own domain only."""
    ours, theirs = outward(before.extraction, before.url), outward(after, before.url)
    texts = {mark(text) for text in after.paragraphs}
    core = set(before.core) & texts
    return any(ours.get(key, frozenset()) != theirs.get(key, frozenset()) for key in core)


def outward(extraction: Extraction, url: str) -> dict[int, frozenset[str]]:
    """Give, for paragraphs by their marks, where their links lead outside the outlet, without queries."""
    own = domain_of(url)
    found: dict[int, set[str]] = {}
    for link in extraction.links:
        if (target := aim(link.url, own)) is not None:
            found.setdefault(mark(extraction.paragraphs[link.paragraph]), set()).add(target)
    return {key: frozenset(targets) for key, targets in found.items()}


def aim(url: str, own: str | None) -> str | None:
    """Give host and path of a link that leads away from the domain ``own``: what counts of where it leads."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = parts.hostname
    return f"{host}{parts.path.rstrip('/')}" if host and registrable(host) != own else None


def domain_of(url: str) -> str | None:
    """Give the registrable domain of a URL; None where it names no host."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return registrable(host) if host else None


def _links_now(before: State, after: Extraction, shown: Extraction) -> tuple[Link, ...]:
    """Give the links of the text as shown, each paragraph's from the later page where that has the paragraph."""
    later = {mark(text): number for number, text in enumerate(after.paragraphs)}
    links: list[Link] = []
    for number, text in enumerate(shown.paragraphs):
        at = later.get(mark(text))
        source, index = (after, at) if at is not None else (shown, number)
        links += [replace(link, paragraph=number) for link in source.links if link.paragraph == index]
    return tuple(links)


_FIELD_RULES: Mapping[str, Rule] = {
    "headline": _title_edited,
    "seo_title": _seo_edited,
    "standfirst": _shown_edited("standfirst"),
    "bylines": _bylines_edited,
    "published": _published_edited,
    "caption": _shown_edited("caption"),
    "correction": _shown_edited("correction", appears=True),
    "links": _links_edited,
}


# ---------------------------------------------------------------------------------------------------- a new design


def redesigned(before: Layout, after: Layout) -> bool:
    """Tell whether a page was built anew around its article: the text in other places, little of the rest left."""
    kinds = {before.place(each).group_shape for each in before.chosen}
    moved = not any(after.place(each).group_shape in kinds for each in after.chosen)
    return moved and is_another_frame(frame_of(before), frame_of(after))


def frame_of(layout: Layout) -> set[int]:
    """Give the marks of what stands on a page beside the article."""
    chosen = set(layout.chosen)
    return {each for number, each in enumerate(layout.marks) if number not in chosen}


def is_another_frame(before: Collection[int], after: Collection[int]) -> bool:
    """Tell whether little of what stood beside an article still does."""
    return len(before) >= FRAME and alike(before, after) < AFRESH
