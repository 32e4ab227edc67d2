"""A layout as bytes and back, exactly. Pure.

::

    1 byte   the version of this format, 1
    1 byte   W: how wide numbers are, 2 or 4 bytes
    20 bytes how many marks, blocks (at), places, links and chosen: 4 bytes each
    8 a mark the marks: digests, which do not compress
    the rest by zlib: at, links, chosen; then of the places: group, outer, beyond (W), shape, group_shape,
             outer_shape (4), flags (1)

All numbers are unsigned, least significant byte first.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Sequence
from itertools import chain
from struct import Struct, error

from archive.model import Layout, Place

VERSION = 1
_HEAD = Struct("<BB5I")
_NARROW, _WIDE = 2, 4
_CODES = {code: array(code).itemsize for code in "BHILQ"}
_CODE = {size: code for code, size in _CODES.items()}
_TEXTUAL, _HEADING, _LISTED = 1, 2, 4


def pack(layout: Layout) -> bytes:
    """Give a layout as bytes; ``OverflowError`` for a mark of more than 64 bits or a number of more than 32."""
    places = layout.places
    around = ([place.group for place in places], [place.outer for place in places], [place.beyond for place in places])
    numbers = (layout.at, layout.links, layout.chosen, *around)
    width = _NARROW if max(chain((0,), *numbers)) < 1 << 16 else _WIDE
    told = b"".join(
        (
            *(_bytes(each, width) for each in numbers),
            _bytes([place.shape for place in places], 4),
            _bytes([place.group_shape for place in places], 4),
            _bytes([place.outer_shape for place in places], 4),
            _bytes(
                [place.textual * _TEXTUAL | place.heading * _HEADING | place.listed * _LISTED for place in places], 1
            ),
        )
    )
    sizes = len(layout.marks), len(layout.at), len(places), len(layout.links), len(layout.chosen)
    return _HEAD.pack(VERSION, width, *sizes) + _bytes(layout.marks, 8) + zlib.compress(told, 1)


def unpack(packed: bytes) -> Layout:
    """Give the layout that was packed; ``ValueError`` where the bytes are none, or of a format not known here."""
    if packed[:1] != bytes((VERSION,)):
        raise ValueError(f"its format is {packed[:1].hex() or 'empty'}, known is {VERSION}")
    try:
        _, width, marks, blocks, places, links, chosen = _HEAD.unpack_from(packed)
        start = _HEAD.size + 8 * marks
        told = zlib.decompress(packed[start:])
    except (error, zlib.error) as wrong:
        raise ValueError(f"it is damaged: {wrong}") from wrong
    counts = (blocks, links, chosen, *(places,) * 7)
    widths = (*(width,) * 6, 4, 4, 4, 1)
    if width not in (_NARROW, _WIDE) or len(told) != sum(map(int.__mul__, counts, widths)):
        raise ValueError("it is damaged: its numbers are too many or too few")
    parts: list[array[int]] = []
    at = 0
    for count, size in zip(counts, widths, strict=True):
        parts.append(_numbers(told[at : at + count * size], size))
        at += count * size
    flags = parts.pop()
    group, outer, beyond, shape, group_shape, outer_shape = parts[3:]
    return Layout(
        marks=tuple(_numbers(packed[_HEAD.size : start], 8)),
        at=tuple(parts[0]),
        links=tuple(parts[1]),
        chosen=tuple(parts[2]),
        places=tuple(
            Place(one, two, three, four, five, six, *_flags(flag))
            for one, two, three, four, five, six, flag in zip(
                shape, group, group_shape, outer, outer_shape, beyond, flags, strict=True
            )
        ),
    )


def _flags(flag: int) -> tuple[bool, bool, bool]:
    return bool(flag & _TEXTUAL), bool(flag & _HEADING), bool(flag & _LISTED)


def _bytes(numbers: Sequence[int], size: int) -> bytes:
    return _in_order(array(_CODE[size], numbers)).tobytes()


def _numbers(data: bytes, size: int) -> array[int]:
    numbers = array(_CODE[size])
    numbers.frombytes(data)
    return _in_order(numbers)


def _in_order(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
