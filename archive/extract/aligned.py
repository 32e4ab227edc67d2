"""Which blocks of a page a text was taken from: sequence alignment on the words as they are compared. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from archive.wording import compared

_TAKEN = 0.5
_PIECE = 24
_MANY = 40


def aligned(keys: Sequence[str], taken: Sequence[str]) -> tuple[list[int], float]:
    """Give the indexes of the texts of which ``taken`` holds most, in order, and how much of ``taken`` was found.

    Both are texts as ``key`` gives them; either may run several of the other together. What stands in several places
    is put where its neighbours are.
    """
    starts: list[int] = []
    end = 0
    for each in keys:
        starts.append(end)
        end += len(each)
    page = "".join(keys)
    wanted = [each for each in taken if each]
    places: list[list[int]] = [_places(page, each, starts) for each in wanted]
    spans: list[tuple[int, int]] = []
    for number, found in enumerate(places):
        length = len(wanted[number])
        if len(found) == 1:
            spans.append((found[0], length))
        elif found:
            spans.append((_nearest(found, *_neighbours(places, wanted, number)), length))
        else:
            spans.extend(_pieces(page, wanted[number], *_neighbours(places, wanted, number)))
    covered = _covered(spans, starts, keys)
    chosen = [index for index, each in enumerate(keys) if each and covered[index] > _TAKEN * len(each)]
    return chosen, min(1.0, sum(length for _, length in spans) / max(1, sum(map(len, wanted))))


def key(text: str) -> str:
    """Give a text as it is aligned: compared, without blanks."""
    return compared(text).replace(" ", "")


def _places(page: str, text: str, starts: list[int]) -> list[int]:
    """Give where a text stands on the page; those where a block begins when there are such."""
    found = list(_found(page, text))
    if len(found) > 1 or (found and len(text) < _PIECE):
        begun = [at for at in found if starts[bisect_right(starts, at) - 1] == at]
        return begun or (found if len(text) >= _PIECE else [])
    return found


def _found(page: str, text: str) -> Iterator[int]:
    at = page.find(text)
    for _ in range(_MANY):
        if at < 0:
            return
        yield at
        at = page.find(text, at + 1)


def _neighbours(places: list[list[int]], wanted: list[str], number: int) -> tuple[int | None, int | None]:
    """Give where the text before ends and where that after begins, as far as there is but one place for them."""
    before = next(
        (places[each][0] + len(wanted[each]) for each in range(number - 1, -1, -1) if len(places[each]) == 1), None
    )
    after = next((places[each][0] for each in range(number + 1, len(places)) if len(places[each]) == 1), None)
    return before, after


def _nearest(found: list[int], before: int | None, after: int | None) -> int:
    if before is not None:
        later = [at for at in found if at >= before]
        if later and (after is None or later[0] < after or after < before):
            return later[0]
    if after is not None:
        return min(found, key=lambda at: (abs(after - at), at))
    return found[0] if before is None else min(found, key=lambda at: (abs(before - at), at))


def _pieces(page: str, text: str, before: int | None, after: int | None) -> Iterator[tuple[int, int]]:
    """Find a text piece by piece, where the extractor left something out of its middle."""
    low = max(0, (before or 0) - len(text))
    high = len(page) if after is None or after < low else after + len(text)
    for start in range(0, len(text), _PIECE):
        piece = text[start : start + _PIECE]
        if len(piece) < _PIECE:
            piece = text[-_PIECE:]
        at = page.find(piece, low, high)
        if at < 0:
            at = page.find(piece)
        if at >= 0:
            yield at, len(piece)


def _covered(spans: list[tuple[int, int]], starts: list[int], keys: Sequence[str]) -> list[int]:
    """Count the characters of each text that lie in a span."""
    covered = [0] * len(keys)
    done = 0
    for at, length in sorted(spans):
        begin, end = max(at, done), at + length
        if end <= begin:
            continue
        done = end
        index = bisect_left(starts, begin + 1) - 1
        while index < len(keys) and starts[index] < end:
            covered[index] += max(0, min(end, starts[index] + len(keys[index])) - max(begin, starts[index]))
            index += 1
    return covered
