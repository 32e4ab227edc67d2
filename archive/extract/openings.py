"""What stands before and after the body proper and is no text: counters, a name at the foot, boxes below. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from archive.extract.blocks import Block, layout
from archive.judge import size
from archive.standing import body_at

_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_LINE = 9
"""Words of a line such as a dateline or a counter of readers, at most."""
_BOX = 0.15
"""What stands below under a heading of its own, as a share of the text, at most; more may be a part of it."""
_ENDS = (".", "!", "?", "…", "。", ":", '"', "”", "»")


def body_proper(found: list[Block], chosen: Sequence[int], signature: Collection[int]) -> list[int]:
    """Give the chosen blocks without short lines of figures before the body, and without what stands below it.

    ``signature`` are the marks of the blocks in which only the byline at the foot stands. What is below the body is cut
    where it stands in other containers under a heading of its own.
    """
    if not chosen:
        return []
    page = layout(found, list(chosen))
    body = body_at(page, chosen, {found[each].mark: size(found[each].text) for each in chosen})
    held = [place for place, each in enumerate(chosen) if body.holds(page.place(each))]
    if not held:
        return list(chosen)
    before = [each for each in chosen[: held[0]] if not _is_figures(found[each].text)]
    between = list(chosen[held[0] : held[-1] + 1])
    after = list(chosen[held[-1] + 1 :])
    box = next((place for place, each in enumerate(after) if found[each].element.tag in _HEADINGS), len(after))
    if sum(size(found[each].text) for each in after[box:]) > _BOX * sum(size(found[each].text) for each in between):
        box = len(after)
    kept = [*before, *between, *after[:box]]
    return [each for each in kept if found[each].mark not in signature] or list(chosen)


def _is_figures(text: str) -> bool:
    return size(text) <= _LINE and any(map(str.isdigit, text)) and not text.endswith(_ENDS)
