"""Lines of figures between headline and text, such as counters of readers: they are no text. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from archive.extract.blocks import Block, layout
from archive.judge import size
from archive.standing import body_at

_LINE = 9
"""Words of a line such as a dateline or a counter of readers, at most."""
_ENDS = (".", "!", "?", "…", "。", ":", '"', "”", "»")


def without_figures(found: list[Block], chosen: Sequence[int]) -> list[int]:
    """Give the chosen blocks without those before the body proper that are short and hold figures."""
    if not chosen:
        return []
    page = layout(found, list(chosen))
    body = body_at(page, chosen, {found[each].mark: size(found[each].text) for each in chosen})
    first = next((place for place, each in enumerate(chosen) if body.holds(page.place(each))), 0)
    return [each for place, each in enumerate(chosen) if place >= first or not _is_figures(found[each].text)]


def _is_figures(text: str) -> bool:
    return size(text) <= _LINE and any(map(str.isdigit, text)) and not text.endswith(_ENDS)
