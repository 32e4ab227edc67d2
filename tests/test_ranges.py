"""Which bytes of a body a Range header asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.web.ranges import Range, wanted


@pytest.mark.parametrize(
    ("header", "size", "answer"),
    [
        (None, 10, "whole"),
        ("bytes=0-", 10, Range(0, 10)),
        ("bytes=0-0", 10, Range(0, 1)),
        ("bytes=3-5", 10, Range(3, 6)),
        ("bytes=3-99", 10, Range(3, 10)),
        ("bytes=-4", 10, Range(6, 10)),
        ("bytes=-65558", 10, Range(0, 10)),
        ("Bytes = 1-2", 10, Range(1, 3)),
        ("bytes=10-", 10, "unsatisfiable"),
        ("bytes=-0", 10, "unsatisfiable"),
        ("bytes=0-", 0, "unsatisfiable"),
        ("bytes=5-3", 10, "whole"),
        ("bytes=-", 10, "whole"),
        ("bytes=0-1,4-5", 10, "whole"),
        ("lines=0-1", 10, "whole"),
        ("bytes=0-" + "9" * 40, 10, "whole"),
        ("bytes=a-b", 10, "whole"),
    ],
)
def test_a_range_is_read_as_the_standard_has_it(header: str | None, size: int, answer: object) -> None:
    assert wanted(header, size) == answer


@given(st.text(max_size=40), st.integers(0, 10_000))
def test_any_header_gives_bytes_that_are_there(header: str, size: int) -> None:
    found = wanted(header, size)

    if isinstance(found, Range):
        assert 0 <= found.start < found.stop <= size
    else:
        assert found in ("whole", "unsatisfiable")
