"""Which capture a revisit is shown with: the one it names, if that has its payload; never one with another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.model import Capture, CaptureKind, Digest, Locator, RecordId, Url
from archive.originals import original_of
from archive.store import Connection, captures, open_store, sqlite_url
from archive.store.captures import LOOK_BACK
from archive.urls import urlkey

AT = datetime(2025, 3, 1, 12, 0, 5, tzinfo=UTC)
PAGE = "http://rv.test/"
ONE, OTHER = Digest("sha256:" + "1" * 64), Digest("sha256:" + "2" * 64)


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    store = open_store(sqlite_url(tmp_path / "x.db"), create=True)
    try:
        with store.write() as opened:
            yield opened
    finally:
        store.close()


def capture(
    id: str, *, at: datetime = AT, url: str = PAGE, digest: str | None = ONE, kind: CaptureKind = "response",
    to: str | None = None, to_url: str | None = None, to_at: datetime | None = None,
) -> Capture:  # fmt: skip
    return Capture(
        id=RecordId(id), urlkey=urlkey(url), url=Url(url), at=at, status=200, mime="text/html",
        digest=Digest(digest) if digest else None, kind=kind, locator=Locator(warc="a.warc", offset=len(id), length=1),
        refers_to=RecordId(to) if to else None, refers_url=Url(to_url) if to_url else None, refers_at=to_at,
    )  # fmt: skip


def revisit(**named: object) -> Capture:
    return capture("revisit", at=AT + timedelta(days=1), kind="revisit", **named)  # type: ignore[arg-type]


def found(conn: Connection, shown: Capture, *others: Capture) -> str | None:
    captures.insert(conn, [shown, *others])
    original = original_of(conn, shown)
    return original.id if original is not None else None


def test_what_is_no_revisit_is_its_own_original(conn: Connection) -> None:
    assert found(conn, capture("a")) == "a"


def test_the_named_record_is_the_original(conn: Connection) -> None:
    assert found(conn, revisit(to="a"), capture("a"), capture("b", at=AT + timedelta(hours=1))) == "a"


def test_a_named_record_with_another_payload_is_not_shown(conn: Connection) -> None:
    assert found(conn, revisit(to="a"), capture("a", url="http://bank.test/", digest=OTHER)) is None


def test_where_the_named_record_has_another_payload_the_time_it_names_is_looked_at(conn: Connection) -> None:
    right = capture("b", at=AT + timedelta(hours=1))
    told = revisit(to="a", to_url=PAGE, to_at=right.at)

    assert found(conn, told, capture("a", digest=OTHER), right) == "b"


def test_a_time_in_seconds_means_the_whole_second_and_none_before_it(conn: Connection) -> None:
    early = capture("early", at=AT - timedelta(milliseconds=100), digest=OTHER)
    right = capture("right", at=AT + timedelta(milliseconds=800))

    assert found(conn, revisit(to_url=PAGE, to_at=AT), early, right) == "right"


def test_a_capture_of_the_second_before_is_not_the_one_that_is_meant(conn: Connection) -> None:
    early = capture("early", at=AT - timedelta(milliseconds=100), digest=None)

    assert found(conn, revisit(to_url=PAGE, to_at=AT, digest=None), early) is None


def test_of_several_in_one_second_the_one_with_the_payload_is_meant(conn: Connection) -> None:
    wrong = capture("a", at=AT + timedelta(milliseconds=1), digest=OTHER)
    right = capture("b", at=AT + timedelta(milliseconds=2))

    assert found(conn, revisit(to_url=PAGE, to_at=AT), wrong, right) == "b"


def test_a_payload_alone_finds_the_last_capture_before_that_has_it(conn: Connection) -> None:
    captured = [capture(f"c{day}", at=AT - timedelta(days=day), digest=OTHER if day % 2 else ONE) for day in range(6)]
    later = capture("later", at=AT + timedelta(days=2))

    assert found(conn, revisit(), *captured, later) == "c0"


def test_a_payload_alone_is_looked_for_under_the_same_url_only(conn: Connection) -> None:
    assert found(conn, revisit(), capture("a", url="http://elsewhere.test/")) is None


def test_the_spelling_of_a_digest_does_not_matter(conn: Connection) -> None:
    hexed = revisit(to="a", digest="sha1:0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33")

    assert found(conn, hexed, capture("a", digest="SHA1:BPXMPNPKH4H5XSK5BXKH6PC3YJ25VCRT")) == "a"


def test_digests_of_different_kinds_say_nothing_against_each_other(conn: Connection) -> None:
    assert found(conn, revisit(to="a", digest="sha1:0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33"), capture("a")) == "a"


def test_a_url_with_very_many_captures_is_not_gone_through_whole(conn: Connection) -> None:
    far = capture("far", at=AT - timedelta(days=30))
    near = [capture(f"n{n}", at=AT - timedelta(minutes=n), digest=OTHER) for n in range(LOOK_BACK)]

    assert found(conn, revisit(), far, *near) is None
