"""Pictures: the same one is known again, others are told apart, and no file does harm."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from archive.extract.picture import FORMATS, MOST_PIXELS, Picture, distance, look_at

SAME, OTHER = 6, 12


def scene(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Draw soft fields of colour, as photographs have them."""
    drawn = random.Random(seed)
    fields = Image.new("RGB", (9, 8))
    fields.putdata([(drawn.randrange(256), drawn.randrange(256), drawn.randrange(256)) for _ in range(72)])
    return fields.resize(size, Image.Resampling.BICUBIC)


def saved(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def seen(data: bytes) -> Picture:
    picture = look_at(data)
    assert picture is not None
    return picture


def test_a_picture_has_its_size_and_sixteen_hex_digits() -> None:
    steps = Image.new("L", (90, 80))
    for column in range(9):
        steps.paste(20 * column, (10 * column, 0, 10 * column + 10, 80))
    assert seen(saved(steps)) == Picture(width=90, height=80, hash="f" * 16)
    assert seen(saved(steps.transpose(Image.Transpose.FLIP_LEFT_RIGHT))).hash == "0" * 16


def test_the_first_bit_is_the_first_row_and_the_left_of_it() -> None:
    fields = Image.new("L", (9, 8))
    fields.putpixel((1, 0), 200)
    assert seen(saved(fields)).hash == "8" + "0" * 15


@pytest.mark.parametrize(("a", "b", "bits"), [("0" * 16, "f" * 16, 64), ("8" + "0" * 15, "0" * 16, 1), ("a", "a", 0)])
def test_a_distance_is_the_number_of_bits_that_differ(a: str, b: str, bits: int) -> None:
    assert distance(a, b) == distance(b, a) == bits


@given(
    st.integers(0, 2**32),
    st.sampled_from([("JPEG", {"quality": 60}), ("JPEG", {"quality": 60, "progressive": True}), ("PNG", {}),
                     ("WEBP", {"quality": 60}), ("GIF", {}), ("BMP", {}), ("AVIF", {"quality": 60})]),
    st.sampled_from([(320, 240), (480, 360), (160, 120), (161, 119), (90, 70), (320, 200)]),
)  # fmt: skip
def test_the_same_picture_is_known_in_another_size_and_format(
    seed: int, form: tuple[str, Mapping[str, Any]], size: tuple[int, int]
) -> None:
    image = scene(seed)
    again = seen(saved(image.resize(size, Image.Resampling.LANCZOS), form[0], **form[1]))
    assert distance(seen(saved(image)).hash, again.hash) <= SAME
    assert (again.width, again.height) == size


@given(st.integers(0, 2**32), st.sampled_from(["L", "P", "RGBA", "LA", "CMYK", "1", "I;16"]))
def test_the_same_picture_is_known_in_another_mode(seed: int, mode: str) -> None:
    image = scene(seed)
    if mode == "I;16":
        other = Image.new("I;16", image.size)
        other.putdata([value * 257 for value in image.convert("L").tobytes()])
    else:
        other = image.convert(mode)
    again = seen(saved(other, "JPEG" if mode == "CMYK" else "PNG"))
    assert distance(seen(saved(image)).hash, again.hash) <= SAME


@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_different_pictures_are_told_apart(one: int, two: int) -> None:
    if one != two:
        assert distance(seen(saved(scene(one))).hash, seen(saved(scene(two), "JPEG", quality=60)).hash) > OTHER


def test_the_margin_of_a_drawing_on_white_stays_plain_when_compressed() -> None:
    drawing = Image.new("RGB", (400, 300), "white")
    drawing.paste("black", (150, 100, 250, 200))
    assert distance(seen(saved(drawing)).hash, seen(saved(drawing, "JPEG", quality=30)).hash) == 0


def test_what_one_can_see_through_is_white() -> None:
    clear = Image.new("RGBA", (90, 80), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 45, 80))
    white = Image.new("RGB", (90, 80), "white")
    white.paste("black", (0, 0, 45, 80))
    assert seen(saved(clear)).hash == seen(saved(white)).hash != "0" * 16


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_its_camera_was_held(orientation: int) -> None:
    upright = scene(7, (320, 240))
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = upright if orientation == 1 else upright.transpose(back[orientation])
    found = seen(saved(stored, "JPEG", quality=90, exif=exif))
    assert (found.width, found.height) == (320, 240)
    assert distance(found.hash, seen(saved(upright)).hash) <= SAME


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_a_moving_picture_the_first_frame_counts(form: str) -> None:
    moving = saved(scene(1), form, save_all=True, append_images=[scene(2), scene(3)])
    found = seen(moving).hash
    assert distance(found, seen(saved(scene(1))).hash) <= SAME
    assert distance(found, seen(saved(scene(2))).hash) > OTHER


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int) -> bytes:
    """Claim a size in a few bytes, with the first rows only."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(bytes(10_000)))
    return b"\x89PNG\r\n\x1a\n" + head + rows + chunk(b"IEND", b"")


NOTHING = {
    "nothing": b"",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="8"><rect width="9" height="8"/></svg>',
    "html": b"<!DOCTYPE html><title>Not found</title>",
    "a head of a JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 8\n",
    "a bomb": png(50_000, 50_000),
    "a bomb beyond 32 bits": png(2**31 - 1, 2**31 - 1),
    "a pixel too many": png(MOST_PIXELS // 1000, 1001),
    "no pixels": png(0, 8),
}


@pytest.mark.parametrize("data", NOTHING.values(), ids=NOTHING)
def test_what_is_no_picture_or_too_large_is_none(data: bytes) -> None:
    assert look_at(data) is None


def test_a_bomb_is_not_decoded() -> None:
    told = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20));"
        "from archive.extract.picture import look_at; print(look_at(sys.stdin.buffer.read()))"
    )
    image = Image.new("L", (12_000, 12_000))
    done = subprocess.run([sys.executable, "-c", told], input=saved(image), capture_output=True, check=True, timeout=60)
    assert done.stdout == b"None\n"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_a_picture_cut_off_is_none(form: str) -> None:
    whole = saved(scene(5), form)
    assert look_at(whole[: len(whole) // 2]) is None


HEADS = [b"", b"\xff\xd8\xff", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"BM", b"RIFF\x90\x01\x00\x00WEBPVP8 ",
         b"\x00\x00\x00\x20ftypavif"]  # fmt: skip


@given(st.binary(max_size=400), st.sampled_from(HEADS))
def test_no_bytes_raise(tail: bytes, head: bytes) -> None:
    look_at(head + tail)


@given(st.sampled_from(FORMATS), st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), min_size=1))
def test_no_damage_to_a_picture_raises(form: str, damage: list[tuple[int, int]]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = bytearray(saved(scene(9, (64, 48)), form, **({} if form in {"GIF", "BMP"} else {"exif": exif})))
    for at, value in damage:
        data[at % len(data)] = value
    look_at(bytes(data))


def test_looking_twice_gives_the_same() -> None:
    data = saved(scene(3), "JPEG", quality=75)
    assert look_at(data) == look_at(data)
