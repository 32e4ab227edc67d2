"""Atom files of notices: valid, whole, with ids that stay, whatever pages say."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import feedparser  # type: ignore[import-untyped]  # no types of its own
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from archive.errors import Misuse
from archive.terminal import printable
from schedules import atom
from schedules.alert_texts import Told

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SPACE = {"a": atom.SPACE}
# What RFC 4287 section 4.1 asks of a feed and its entries, as RELAX NG.
SCHEMA = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
  datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><element name="feed"><interleave>
    <element name="id"><data type="anyURI"><param name="minLength">1</param></data></element>
    <ref name="title"/><ref name="updated"/>
    <element name="author"><element name="name"><text/></element></element>
    <zeroOrMore><element name="entry"><interleave>
      <element name="id"><data type="anyURI"><param name="minLength">1</param></data></element>
      <ref name="title"/><ref name="updated"/>
      <optional><element name="link"><attribute name="rel"><value>alternate</value></attribute>
        <attribute name="href"><data type="anyURI"/></attribute></element></optional>
      <zeroOrMore><element name="category"><attribute name="term"/></element></zeroOrMore>
      <element name="content"><attribute name="type"><value>text</value></attribute><text/></element>
    </interleave></element></zeroOrMore>
  </interleave></element></start>
  <define name="title"><element name="title"><attribute name="type"><value>text</value></attribute><text/></element>
  </define>
  <define name="updated"><element name="updated"><data type="dateTime"/></element></define>
</grammar>
"""


def told(number: int = 1, **changed: str) -> Told:
    said = {"title": "Edited: Mill closed", "text": "Mill closed\nheadline: “a” -> “b”"} | changed
    return Told(
        id=f"000{number}:0000", url="http://a.test/mill?a=1&b=2", at=NOON, words=("headline",), data={}, **said
    )  # fmt: skip


def is_valid(body: bytes) -> bool:
    return etree.RelaxNG(etree.fromstring(SCHEMA)).validate(etree.fromstring(body))


def test_a_feed_is_valid_and_a_reader_finds_its_entries() -> None:
    body = atom.feed("press", "desk", [told(1), told(2)], NOON)
    assert is_valid(body)
    read = feedparser.parse(body)
    assert not read.bozo
    assert (read.version, read.feed.id) == ("atom10", "tag:press.invalid,2026:feed:desk")
    assert [entry.id for entry in read.entries] == [f"tag:press.invalid,2026:000{number}:0000" for number in (1, 2)]
    assert read.entries[0].link == "http://a.test/mill?a=1&b=2"
    assert read.entries[0].content[0].value.startswith("Mill closed\n")


def test_a_feed_without_entries_is_valid() -> None:
    assert is_valid(atom.feed("press", "desk", [], NOON))


def test_what_two_rules_tell_is_one_entry() -> None:
    assert len(feedparser.parse(atom.feed("press", "desk", [told(1), told(1)], NOON)).entries) == 1


def test_markup_in_what_pages_say_stays_text() -> None:
    body = atom.feed("press", "desk", [told(title="<b>x</b>", text="<script>alert(1)</script>&amp;]]>")], NOON)
    entry = etree.fromstring(body).find("a:entry", SPACE)
    assert entry is not None
    assert entry.findtext("a:title", None, SPACE) == "<b>x</b>"
    assert entry.findtext("a:content", None, SPACE) == "<script>alert(1)</script>&amp;]]>"


@given(st.text(), st.text())
def test_any_text_that_a_notice_may_hold_makes_a_valid_feed(title: str, text: str) -> None:
    assert is_valid(atom.feed("press", "desk", [told(title=printable(title), text=printable(text))], NOON))


def test_a_file_is_put_in_place_whole_and_over_the_old_one(tmp_path: Path) -> None:
    file = PurePosixPath("feeds/press.atom")
    atom.place(tmp_path, file, b"one")
    atom.place(tmp_path, file, b"two")
    assert (tmp_path / file).read_bytes() == b"two"
    assert list((tmp_path / "feeds").iterdir()) == [tmp_path / file]


def test_a_link_that_leads_out_of_the_archive_is_not_followed(tmp_path: Path) -> None:
    home, outside = tmp_path / "home", tmp_path / "outside"
    home.mkdir()
    outside.mkdir()
    (home / "feeds").symlink_to(outside)
    with pytest.raises(Misuse, match="leads out of the archive"):
        atom.place(home, PurePosixPath("feeds/press.atom"), b"")
    assert not list(outside.iterdir())


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "press.atom").mkdir()
    with pytest.raises(Misuse, match="cannot write the feed"):
        atom.place(tmp_path, PurePosixPath("press.atom"), b"")
