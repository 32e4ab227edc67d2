"""Links to other stories inside a story: what stands alone as a link and is no sentence of the text. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from archive.extract.blocks import Block
from archive.extract.hints import asks

_LABEL = 60
_ALL = 0.9


def without_teasers(found: Sequence[Block], chosen: Sequence[int]) -> list[int]:
    """Leave out links that ask to be read, those a label announces, and those at either end of the text.

    A list of links within the text stays: it may be what the story is about.
    """
    alone = {index: found[index].linked >= _ALL * len(found[index].text) for index in chosen}
    kept: list[int] = []
    announced = False
    for place, index in enumerate(chosen):
        text = found[index].text
        asking = asks(text.lower())
        if alone[index]:
            if not asking and not announced:
                kept.append(index)
            continue
        follows = place + 1 < len(chosen) and alone[chosen[place + 1]]
        announced = follows and len(text) < _LABEL and asking
        if not announced:
            kept.append(index)
    if not all(alone[index] for index in kept):
        while alone[kept[0]]:
            kept.pop(0)
        while alone[kept[-1]]:
            kept.pop()
    return kept
