"""What a picture looks like, so that it is known again in another size or format; the only module that knows Pillow."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 50_000_000
"""Pictures with more are not decoded: at four bytes a pixel this many take 200 MB."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP")
"""What web pages show. Pillow reads many more, some of them through other programs."""
_BROKEN = (OSError, ValueError, TypeError, SyntaxError, EOFError, ArithmeticError, LookupError, AttributeError,
           RuntimeError, AssertionError, struct.error, zlib.error)  # fmt: skip
_WIDE, _HIGH = 9, 8
_SQUARE = 72  # a multiple of both, so that a picture may be turned before it is made that small
_LEVEL = 2  # grey levels that compression alone adds to a plain field
_ORIENTATION = 0x0112  # Exif 2.32, 4.6.4 A


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it is shown: its size in pixels, and a difference hash of 64 bits in 16 hex digits.

    The bits go row by row over the picture made 9 by 8 grey fields: one where a field is brighter than the field to
    its left. A plain picture has the hash 0, whatever its colour.
    """

    width: int
    height: int
    hash: str


def look_at(data: bytes) -> Picture | None:
    """Look at the first frame; None for what is no picture, is broken or cut off, or has over ``MOST_PIXELS``."""
    from PIL import Image  # 60 ms, and few readings have a picture

    with warnings.catch_warnings():  # Pillow warns of odd metadata, which do not matter here
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                return _seen(opened)
        except (*_BROKEN, Image.DecompressionBombError):
            return None


def distance(a: str, b: str) -> int:
    """Count the bits in which two hashes differ, 0 to 64."""
    return (int(a, 16) ^ int(b, 16)).bit_count()


def _seen(opened: Image) -> Picture | None:
    width, height = opened.size
    if not 0 < width * height <= MOST_PIXELS:
        return None
    turned = opened.getexif().get(_ORIENTATION, 1)
    opened.draft("L", (4 * _SQUARE, 4 * _SQUARE))  # JPEG alone: decodes at a fraction of the size
    grey = _turned(_small(opened), turned).resize((_WIDE, _HIGH), _box())
    if turned in {5, 6, 7, 8}:
        width, height = height, width
    return Picture(width=width, height=height, hash=f"{_difference(grey.tobytes()):016x}")


def _small(opened: Image) -> Image:
    """Make it a grey square, on white where one can see through."""
    from PIL import Image

    size = (_SQUARE, _SQUARE)
    if opened.mode.startswith("I;16"):  # convert() would cut off all above 255
        return opened.point(lambda level: level * (1 / 256)).convert("L").resize(size, _box())
    if not opened.has_transparency_data:
        return opened.convert("L" if opened.mode in {"L", "1", "LA"} else "RGB").resize(size, _box()).convert("L")
    clear = opened.convert("RGBA").resize(size, _box())
    return Image.alpha_composite(Image.new("RGBA", size, "white"), clear).convert("L")


def _turned(square: Image, orientation: object) -> Image:
    from PIL.Image import Transpose

    ways = (
        Transpose.FLIP_LEFT_RIGHT, Transpose.ROTATE_180, Transpose.FLIP_TOP_BOTTOM, Transpose.TRANSPOSE,
        Transpose.ROTATE_270, Transpose.TRANSVERSE, Transpose.ROTATE_90,
    )  # fmt: skip
    if isinstance(orientation, int) and 2 <= orientation <= 8:
        return square.transpose(ways[orientation - 2])
    return square


def _box() -> int:
    from PIL.Image import Resampling

    return Resampling.BOX


def _difference(fields: bytes) -> int:
    bits = 0
    for row in range(_HIGH):
        for column in range(1, _WIDE):
            at = row * _WIDE + column
            bits = bits << 1 | (fields[at] > fields[at - 1] + _LEVEL)
    return bits
