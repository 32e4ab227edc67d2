"""CDXJ: what we write is read back, what others write is read, nonsense is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.cdx import labelled, line, merge_sorted, parse, parse_cdx, same_digest, sort_key
from archive.errors import Damaged
from archive.model import Capture, Digest, Locator, RecordId, Url
from archive.urls import urlkey

SHA1 = "B2LTWWPUOYAH7UIPQ7ZUPQ4VMBSVC36A"
SHA1_HEX = "0e973b59f476007fd10f87f347c3956065516fc0"
HEADER = " CDX N b a m s k r M S V g"
ELEVEN = f"com,example)/ 20140103030321 http://example.com/ text/html 200 {SHA1} - - 1043 333 example.warc.gz"

# Samples whose keys are not of the URL alone: (file, why).
OTHER_KEYS = {
    "example-non-surt.cdx": "keys are plain URLs",
    "example-arc-test.cdx": "keys made up for a test",
    "hello-world.warc.cdx": "metadata: keyed as if it were a host",
    "post-test.cdx": "keys hold a request body, too",
    "post-test.cdxj": "keys hold a request body, too",
}


def written(**fields: object) -> str:
    """Write a CDXJ line with these fields changed, or left out where None."""
    whole: dict[str, object] = {
        "url": "http://example.com/", "mime": "text/html", "status": "200", "digest": SHA1,
        "length": "1043", "offset": "333", "filename": "example.warc.gz",
    }  # fmt: skip
    return f"com,example)/ 20140103030321 {json.dumps({k: v for k, v in (whole | fields).items() if v is not None})}"


def capture(**changes: object) -> Capture:
    """Make a capture as a line tells it, with these fields changed."""
    fields: dict[str, object] = {
        "id": RecordId("cdx:example.warc.gz:333"), "urlkey": urlkey("http://example.com/"),
        "url": Url("http://example.com/"), "at": datetime(2014, 1, 3, 3, 3, 21, tzinfo=UTC), "status": 200,
        "mime": "text/html", "digest": Digest("sha1:" + SHA1), "kind": "response",
        "locator": Locator(warc="example.warc.gz", offset=333, length=1043),
    }  # fmt: skip
    return Capture(**(fields | changes))  # type: ignore[arg-type]


@st.composite
def captures(draw: st.DrawFn) -> Capture:
    """Draw a capture that a line can tell in full."""
    url = Url(draw(st.text(min_size=1).filter(lambda text: text not in ("-", "unk"))))
    warc = draw(st.text(min_size=1).filter(lambda text: text not in ("-", "unk")))
    offset = draw(st.integers(0, 2**50))
    kind = draw(st.sampled_from(["response", "revisit", "resource"]))
    mime = draw(st.sampled_from(["text/html", 'a/b; c="d e"', "é/\n"]) if kind == "resource" else st.none())
    status = draw(st.integers(100, 999).filter(lambda code: code != 304)) if kind != "resource" else None
    return capture(
        id=RecordId(f"cdx:{warc}:{offset}"),
        url=url,
        urlkey=urlkey(url),
        at=draw(st.datetimes(timezones=st.just(UTC))).replace(microsecond=0),
        status=status,
        mime=mime,
        digest=draw(st.none() | st.sampled_from(["sha1:" + SHA1, "sha256:" + "ab" * 32, "crc:1 2"])),
        kind=kind,
        locator=Locator(warc=warc, offset=offset, length=draw(st.integers(0, 2**50))),
    )


def samples(shared: Path, pattern: str) -> Iterator[tuple[Path, list[str]]]:
    for path in sorted((shared / "corpora" / "warc-samples").rglob(pattern)):
        yield path, path.read_text(encoding="utf-8").splitlines()


@given(captures())
@example(capture(url=Url("http://!/"), urlkey=urlkey("http://!/")))
def test_a_written_capture_is_read_back(capture: Capture) -> None:
    text = line(capture)
    assert "\n" not in text
    assert text.isascii()
    assert parse(text) == capture


def test_a_line_is_written_as_pywb_writes_it() -> None:
    assert line(capture()) == (
        'com,example)/ 20140103030321 {"url": "http://example.com/", "mime": "text/html", "status": "200", '
        f'"digest": "sha1:{SHA1}", "length": "1043", "offset": "333", "filename": "example.warc.gz"}}'
    )


def test_a_304_revisit_has_no_status_and_another_revisit_has_its_own() -> None:
    unchanged, same = capture(kind="revisit", status=304), capture(kind="revisit", status=200)
    assert '"status"' not in line(unchanged)
    assert '"status": "200"' in line(same)
    assert '"mime": "warc/revisit"' in line(unchanged)
    assert '"status": "304"' in line(capture(status=304))


def test_times_are_written_in_utc_with_14_digits() -> None:
    zone = timezone(timedelta(hours=-5))
    assert " 00870102013000 " in line(capture(at=datetime(87, 1, 1, 20, 30, 0, 999999, tzinfo=zone)))


@pytest.mark.parametrize("text", ["", "\n", '!meta 0 {"format": "cdxj-gzip-1.0"}', "!OpenWayback-CDXJ 1.0\n"])
def test_headers_and_blank_lines_are_no_captures(text: str) -> None:
    assert parse(text) is None


def test_a_plain_line_gives_its_capture() -> None:
    assert parse(written() + "\r\n") == capture()


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        (written(status=200, length=1043, offset=333), "status", 200),
        (written(digest="sha1:" + SHA1), "digest", "sha1:" + SHA1),
        (written(digest=SHA1_HEX), "digest", "sha1:" + SHA1_HEX),
        (written(digest="ab" * 32), "digest", "sha256:" + "ab" * 32),
        (written(digest=None), "digest", None),
        (written(digest="-"), "digest", None),
        (written(status=None), "status", None),
        (written(status=None), "kind", "resource"),
        (written(status="-", mime=None), "kind", "response"),
        (written(mime="unk"), "mime", None),
        (written(mime="warc/revisit", status=None), "kind", "revisit"),
        (written(mime="warc/revisit"), "mime", None),
        (written(length=None), "locator", Locator(warc="example.warc.gz", offset=333, length=0)),
        (written(load={"more": [1]}), "url", "http://example.com/"),
        (
            written().replace("20140103030321 ", "20140103030321045 "),
            "at",
            datetime(2014, 1, 3, 3, 3, 21, 45000, tzinfo=UTC),
        ),
    ],
)
def test_lines_of_other_tools_are_read(text: str, field: str, value: object) -> None:
    found = parse(text)
    assert getattr(found, field) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("com,example)/", "a JSON object"),
        ("com,example)/ 20140103030321", "a JSON object"),
        ("com,example)/ 20140103030321 [1]", "a JSON object"),
        ("com,example)/ 20140103030321 {", "a JSON object"),
        ("com,example)/ 20140103030321 " + '{"a":' * 100_000, "a JSON object"),
        (HEADER, "a JSON object"),
        (ELEVEN, "a JSON object"),
        (written().replace("20140103030321", "20140231030321"), "no timestamp"),
        (written().replace("20140103030321", "2014010303032"), "no timestamp"),
        (written().replace("20140103030321", "\u0662014010303032"), "no timestamp"),
        (written().replace("com,example)/ ", ""), "a JSON object"),
        (written(url=None), "url"),
        (written(url=1), "url"),
        (written(filename=None), "filename"),
        (written(offset=None), "no offset"),
        (written(offset="-1"), "offset is '-1'"),
        (written(offset=True), "offset is 'True'"),
        (written(length="1e3"), "length is '1e3'"),
        (written(status="abc"), "status is 'abc'"),
        (written(status={}), "status is '{}'"),
    ],
)
def test_nonsense_is_named(text: str, why: str) -> None:
    with pytest.raises(Damaged) as damage:
        parse(text)
    assert why in str(damage.value)
    assert text.strip()[:40] in str(damage.value)
    assert len(str(damage.value)) < 500


@given(st.text() | st.text().map(lambda text: "com,example)/ 20140103030321 " + text))
def test_any_text_is_a_line_a_header_or_nonsense(text: str) -> None:
    try:
        parse(text)
        list(parse_cdx([text]))
    except Damaged:
        pass


def test_a_classic_file_of_11_fields_is_read() -> None:
    assert list(parse_cdx([HEADER + "\n", ELEVEN + "\n", "\n"])) == [capture()]


def test_a_classic_file_of_9_fields_has_no_lengths() -> None:
    nine = ELEVEN.replace(" - - 1043 333", " - 333")
    (found,) = parse_cdx([" CDX N b a m s k r V g", nine])
    assert found == capture(locator=Locator(warc="example.warc.gz", offset=333, length=0))


def test_a_header_tells_the_order_of_fields() -> None:
    (found,) = parse_cdx([" CDX a b V g N", "http://example.com/ 20140103030321 333 example.warc.gz com,example)/"])
    assert (found.url, found.urlkey, found.locator.offset) == ("http://example.com/", "com,example)/", 333)


def test_a_classic_file_without_header_is_read_by_its_number_of_fields() -> None:
    assert [found.locator.length for found in parse_cdx([ELEVEN, ELEVEN.replace(" - - 1043", " -")])] == [1043, 0]


def test_a_classic_revisit_and_a_resource_are_told_apart() -> None:
    revisit, resource = parse_cdx(
        [HEADER, ELEVEN.replace("text/html 200", "warc/revisit -"), ELEVEN.replace("html 200", "plain -")]
    )
    assert (revisit.kind, revisit.status) == ("revisit", None)
    assert (resource.kind, resource.mime) == ("resource", "text/plain")


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([HEADER, ELEVEN + " more"], "the header's 11 fields separated by single spaces, found 12"),
        (["one two"], "expected 9 or 11 fields"),
        ([HEADER, ELEVEN.replace("20140103030321", "-")], "no timestamp"),
        ([HEADER, ELEVEN.replace("333", "-")], "no offset"),
        ([" CDX b a V g", "20140103030321 http://example.com/ 333 example.warc.gz"], "must name a urlkey"),
        ([" CDX N b a", "com,example)/ 20140103030321 http://example.com/"], "must name"),
    ],
)
def test_classic_nonsense_is_named(lines: list[str], why: str) -> None:
    with pytest.raises(Damaged) as damage:
        list(parse_cdx(lines))
    assert why in str(damage.value)
    assert lines[-1][:40] in str(damage.value)


def test_every_sample_cdxj_is_read_and_its_keys_are_ours(shared: Path) -> None:
    seen = 0
    for path, lines in samples(shared, "*.cdxj"):
        for text in lines:
            found = parse(text)
            assert found is not None, path
            assert path.name in OTHER_KEYS or found.urlkey == urlkey(found.url), path
            assert parse(line(found)) == found
            seen += 1
    assert seen > 150


def test_every_sample_cdx_is_read_and_its_keys_are_ours(shared: Path) -> None:
    seen = 0
    for path, lines in samples(shared, "*.cdx"):
        for found in parse_cdx(lines):
            assert path.name in OTHER_KEYS or found.urlkey == urlkey(found.url), path
            assert parse(line(found)) == found
            seen += 1
    assert seen > 150


def test_classic_and_json_samples_of_one_collection_tell_the_same(shared: Path) -> None:
    folder = shared / "corpora/warc-samples/webrecorder__pywb/sample_archive"
    for name in ("iana", "dupes"):
        classic = list(parse_cdx((folder / f"cdx/{name}.cdx").read_text().splitlines()))
        in_json = [parse(text) for text in (folder / f"cdxj/{name}.cdxj").read_text().splitlines()]
        assert classic == in_json


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"))))
def test_lines_sort_by_their_bytes(lines: list[str]) -> None:
    assert [text.encode() for text in sorted(lines, key=sort_key)] == sorted(text.encode() for text in lines)


def test_sorting_is_not_by_code_unit_of_utf_16_nor_by_letter_case() -> None:
    assert sorted(["b", "\U00010000", "\uffff", "A", "a", "!meta"], key=sort_key) == [
        "!meta", "A", "a", "b", "\uffff", "\U00010000",
    ]  # fmt: skip


@given(st.lists(st.lists(st.text("ab) é", max_size=4))))
def test_merged_sources_are_sorted_as_one(sources: list[list[str]]) -> None:
    merged = list(merge_sorted(*(sorted(source, key=sort_key) for source in sources)))
    assert merged == sorted((text for source in sources for text in source), key=sort_key)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("sha1:ABC", "ABC", True),
        ("sha1:" + SHA1, SHA1, True),
        ("sha1:" + SHA1.lower(), "sha1:" + SHA1, True),
        ("SHA-1:" + SHA1, "sha1:" + SHA1, True),
        ("sha1:" + SHA1_HEX, SHA1, True),
        ("sha256:" + "ab" * 32, "AB" * 32, True),
        ("sha256:" + "ab" * 32, "sha256:" + "VOV2XK5LVOV2XK5LVOV2XK5LVOV2XK5LVOV2XK5LVOV2XK5LVOVQ====", True),
        ("sha1:" + SHA1, "sha1:" + SHA1[:-1] + "B", False),
        ("sha1:ABC", "md5:ABC", False),
        ("sha1:ABC", "ABD", False),
        (None, None, False),
        (SHA1, None, False),
    ],
)
def test_digests_are_compared_without_label_encoding_and_case(one: str | None, other: str | None, same: bool) -> None:
    assert same_digest(one, other) is same
    assert same_digest(other, one) is same


def test_a_digest_of_no_known_size_gets_no_label() -> None:
    assert labelled("ABC") == "ABC"
    assert labelled("blake3:ABC") == "blake3:ABC"
