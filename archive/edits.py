"""What of a changed page is the publisher's edit, and what only stands around the article. Pure.

Extractors alone report a redesign as new sentences and an advertisement as an edit (facts: articles.md B). Here the
whole page bears witness: words that stood on the earlier page already were not added, words that still stand were not
removed, and new words count only where the article's own paragraphs stand. So the answer rests on the blocks of both
pages more than on what an extractor chose of them, and most pages can be told unchanged without any extractor
(``extract.again``), by the very same rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from archive.field_edits import KEPT, TAKEN, edited_fields, links_now
from archive.judge import size
from archive.model import Extraction, Layout
from archive.standing import AFRESH, State, anchors, newcomers, share_standing, stands, state_of
from archive.wording import compared, mark

T = TypeVar("T")

STUB = 0.3
"""Share of a text that is gone where a wall has ended it."""
_PROMPT = 60  # words, such as those of a demand to subscribe
_VOLATILE_WORDS = 10
_LINE_WORDS = 4
_DATELINE = re.compile(
    r"(?:last |first )?(?:updated|published|posted|modified|edited|created)\b"
    r"|(?:zuletzt )?(?:aktualisiert|veröffentlicht)\b|stand\s*:|mis à jour|publié|modifié|(?:última )?actualiza"
    r"|publicado|atualizado|aggiornato|pubblicato|bijgewerkt|gepubliceerd|обновлен|опубликован",
    re.IGNORECASE,
)
_DATELINE_WORDS = 18
_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟", "।")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What a page brought: the fields that were edited (``text`` is one), none where it is the same article.

    ``state`` is the article as it stands now; what was not edited is as it was. ``alike`` is the share of the earlier
    text that still stands.
    """

    edited: tuple[str, ...]
    state: State
    alike: float = 1.0


def weigh(before: State, extraction: Extraction, layout: Layout, claims: int = 0) -> Weighed:
    """Say what a later page of an article edits, ``extraction`` being what was read out of it."""
    stand = stands(before, layout)
    share = share_standing(before, layout)
    now: State | None = None
    if share < AFRESH:
        now = state_of(before.url, extraction, layout, claims)
    elif stand is None or (added := _added(before, extraction, layout, stand)):
        if stand is None:
            added = _added(before, extraction, layout, stand)
        now = _text_now(before, extraction, layout, claims, added)
    is_edit = now is not None and words_of(now) != words_of(before)
    # A page on which no text was found says nothing of the fields either.
    fields = edited_fields(before, extraction, layout) if extraction.paragraphs else ()
    state = now or replace(before, layout=_carried(before, layout, stand), claims=claims)
    text = state.extraction
    said = {name: getattr(extraction if name in fields else before.extraction, name) for name in KEPT}
    if is_edit or fields:
        said |= {name: getattr(extraction, name) for name in TAKEN}
        told = before.extraction
        said["origins"] = {**extraction.origins, **_of_kept(told.origins, fields)}
        said["stood"] = {**extraction.stood, **_of_kept(told.stood, fields)}
    else:
        said |= {name: getattr(before.extraction, name) for name in (*TAKEN, "origins", "stood")}
    links = links_now(extraction, text) if "links" in fields else text.links
    state = replace(state, extraction=replace(text, **said, links=links))
    return Weighed(edited=(("text",) if is_edit else ()) + fields, state=state, alike=share)


def is_beginning(before: State, extraction: Extraction, layout: Layout) -> bool:
    """Tell whether a page shows the beginning of an article and nothing else of it: a good part of the end is gone."""
    left = [each for each in before.core if each in set(layout.marks)]
    if not left or tuple(left) != before.core[: len(left)]:
        return False
    gone = sum(before.words.get(each, 1) for each in before.core[len(left) :])
    if gone < STUB * sum(before.words.get(each, 1) for each in before.core):
        return False
    known = set(before.layout.marks) | set(before.core)
    new = sum(size(text) for text in extraction.paragraphs if mark(text) not in known)
    return new <= _PROMPT


def _of_kept(told: Mapping[str, T], edited: Sequence[str]) -> dict[str, T]:
    """Give what is told of fields that stay as they were."""
    return {name: value for name, value in told.items() if name in KEPT and name not in edited}


def words_of(state: State) -> str:
    """Give the words of an article's core as they are compared: however they are cut, without clocks and counters."""
    texts = {mark(text): text for text in state.extraction.paragraphs}
    page = state.layout
    listed = {page.marks[each] for each in page.chosen if page.place(each).listed}
    whole = "".join(text for key in state.core if (text := texts.get(key)) and (key in listed or _loose(text) is None))
    return compared(whole).replace(" ", "")


def _carried(before: State, layout: Layout, stand: Sequence[int] | None) -> Layout:
    """Give the new page as the last to be compared with; the paragraphs are where they stand on it."""
    return replace(layout, chosen=tuple(anchors(before, layout, stand)))


def _added(before: State, extraction: Extraction, layout: Layout, stand: Sequence[int] | None) -> list[int]:
    """Give the chosen blocks that are new and of the body; a line whose numbers alone moved on is not.

    A short line with numbers in a list, a table or a heading counts only where it replaces one like it, or comes with
    more: "at least 12 dead" that became 14 is an edit, a footer's line is none. So do entries of a few words.
    """
    new = set(newcomers(before, layout, anchors(before, layout, stand)))
    said = dict(zip(layout.chosen, extraction.paragraphs, strict=True))
    gone = _gone(before, layout) if stand is None else ()
    stale = [set(loose.split()) for text in gone if (loose := _loose(text))]
    kept: list[int] = []
    lines: list[int] = []
    for each in (number for number in layout.chosen if number in new):
        loose, listed = _loose(said[each]), layout.place(each).listed
        if loose is None:
            (lines if listed and _is_line(said[each]) else kept).append(each)
            continue
        words = set(loose.split())
        earlier = next((old for old in stale if words and 2 * len(old & words) >= max(len(old), len(words))), None)
        if earlier is not None:
            stale.remove(earlier)
        if (earlier is not None) is listed:
            kept.append(each)
        elif listed:
            lines.append(each)
    # What is added whole brings its short lines with it, such as the time over an entry; and a line of a list that
    # was changed takes the place of another.
    return sorted(kept + lines) if kept or stand is None else []


def _is_line(text: str) -> bool:
    """Tell whether a text is a few words and no sentence, as the entries of menus are."""
    return size(text) <= _LINE_WORDS and not text.rstrip("\"'”’»)").endswith(_ENDS)


def _gone(before: State, layout: Layout) -> list[str]:
    held, core = set(layout.marks), set(before.core)
    return [text for text in before.extraction.paragraphs if (key := mark(text)) in core and key not in held]


def _loose(text: str) -> str | None:
    """Give a short line without its numbers, for a clock or a counter that was taken for text; None for a sentence."""
    words = compared(text).casefold().split()
    if len(words) <= _DATELINE_WORDS and _DATELINE.match(text) and any(map(str.isdigit, text)):
        return "dateline"
    if len(words) > _VOLATILE_WORDS or text.rstrip("\"'”’»)").endswith(_ENDS):
        return None
    kept = " ".join(word for word in words if not any(map(str.isdigit, word)))
    return kept if len(kept.split()) < len(words) else None


def _text_now(before: State, extraction: Extraction, layout: Layout, claims: int, added: Sequence[int]) -> State | None:
    """Give the article with its text as it stands on a changed page; None where nothing of it does."""
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
        if number not in chosen and key in known and taken[key] < max(1, core[key]):
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
    return state_of(before.url, shown, replace(layout, chosen=tuple(kept)), claims)
