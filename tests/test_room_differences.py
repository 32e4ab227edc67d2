"""Changes worked out apart from the server: within limits, once for all who ask, and one at a time."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from archive.extract.workers import Workers
from archive.model import Digest, Extraction, RecordId, Revision, Url
from archive.web import differing
from archive.web.diff_page import Pair, Shown, worked_out
from archive.web.differing import WAITING, Differences
from tests import room_archive
from tests.in_process import ask, room
from tests.room_archive import BEGAN, OPENING, STORY, edited

WORDS = " ".join(OPENING).replace(".", "").lower().split()


def revision(number: int, paragraphs: tuple[str, ...]) -> Revision:
    return Revision(
        id=RecordId(f"urn:uuid:{number}"),
        number=number,
        url=Url(STORY),
        seen_from=BEGAN,
        seen_until=BEGAN,
        basis="bytes",
        extractor="test",
        extraction=Extraction(headline="Sluice gate stays shut", paragraphs=paragraphs),
        text_digest=Digest(str(number)),
        words=1,
    )


def pair(number: int = 2) -> Pair:
    return Pair(before=revision(1, OPENING), after=revision(number, edited()), first_seen=BEGAN, said=None)


def heavy(number: int = 2) -> Pair:
    """Give two long texts with nothing in common but their words, which take long to compare."""
    chance = random.Random(number)

    def text() -> tuple[str, ...]:
        return tuple(" ".join(chance.choices(WORDS, k=12)).capitalize() + "." for _ in range(16_000))

    return Pair(before=revision(1, text()), after=revision(number, text()), first_seen=BEGAN, said=None)


def asker(gone: bool = False) -> Request:
    async def receive() -> MutableMapping[str, Any]:
        if not gone:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    return Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}, receive)


class Written:
    """Writes pages, and remembers of what."""

    def __init__(self) -> None:
        self.given: list[Shown | None] = []

    def __call__(self, shown: Shown | None) -> Response:
        self.given.append(shown)
        return Response(b"a page", 200 if shown is not None else 500)


Test = Callable[[Differences, Written], Awaitable[None]]


def run(test: Test, *, seconds: float = 30.0) -> None:
    async def within() -> None:
        await test(Differences(workers), Written())

    workers = Workers(1, seconds=seconds, memory=10**9)
    try:
        asyncio.run(within())
    finally:
        workers.close(wait=False)


def test_a_change_is_worked_out_once_for_all_who_ask() -> None:
    async def test(differences: Differences, write: Written) -> None:
        mark = differing.mark(pair())
        some = await asyncio.gather(*(differences.page(asker(), mark, pair(), write) for _ in range(3)))
        again = await differences.page(asker(), mark, pair(), write)

        assert {each.status_code for each in (*some, again)} == {200}
        assert len(write.given) == 1
        assert write.given[0] == worked_out(pair())

    run(test)


def test_a_change_that_takes_too_long_is_ended_and_not_tried_again_at_once() -> None:
    async def test(differences: Differences, write: Written) -> None:
        for _ in range(2):
            assert (await differences.page(asker(), b"heavy", heavy(), write)).status_code == 500
        assert write.given == [None]
        assert (await differences.page(asker(), b"light", pair(), write)).status_code == 200

    run(test, seconds=3.0)


def test_no_more_wait_than_can_be_worked_out_in_some_time() -> None:
    async def test(differences: Differences, write: Written) -> None:
        tasks = [
            asyncio.create_task(differences.page(asker(), b"%d" % number, pair(number), write))
            for number in range(2, WAITING + 3)
        ]
        await asyncio.sleep(0)
        with pytest.raises(HTTPException) as refused:
            await differences.page(asker(), b"one more", pair(), write)
        assert refused.value.status_code == 503
        assert {each.status_code for each in await asyncio.gather(*tasks)} == {200}

    run(test)


def test_nothing_is_worked_out_for_askers_who_have_left() -> None:
    async def test(differences: Differences, write: Written) -> None:
        await differences.page(asker(gone=True), b"a", pair(), write)
        assert write.given == []
        await asyncio.gather(
            differences.page(asker(gone=True), b"b", pair(), write), differences.page(asker(), b"b", pair(), write)
        )
        assert len(write.given) == 1

    run(test)


def test_pages_are_kept_up_to_so_many_bytes_the_newest_of_them() -> None:
    async def test(differences: Differences, write: Written) -> None:
        made = 0

        def large(shown: Shown | None) -> Response:
            nonlocal made
            made += 1
            return Response(bytes(differing.KEPT // 3))

        for mark in (b"1", b"2", b"3", b"2", b"1"):
            await differences.page(asker(), mark, pair(), large)
        assert made == 4

    run(test)


def test_what_a_page_is_made_of_tells_it_from_others() -> None:
    other = replace(pair(), after=replace(pair().after, seen_until=BEGAN.replace(year=2027)))

    assert differing.mark(pair()) == differing.mark(pair())
    assert differing.mark(pair()) != differing.mark(other)


# --------------------------------------------------------------------------------------------------- as a page of ours


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return room_archive.make(tmp_path_factory.mktemp("differences") / "press")


def test_the_page_of_a_change_that_takes_too_much_says_so_and_leads_to_both_captures(archive: Path) -> None:
    with room(archive, seconds=0.001) as app:
        answered = ask(app, f"/diff/1..2/{STORY}", Accept="text/html")

    text = answered.body.decode()
    assert answered.status == 500
    assert "more time or memory" in text
    assert re.findall(r'<a href="/web/([0-9]{14})/[^"]*">revision ([12])</a>', text) == [
        ("20261101083015", "1"),
        ("20261102103015", "2"),
    ]
    assert "--between 1..2" in text
