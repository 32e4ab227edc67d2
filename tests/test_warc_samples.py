"""The sample files of other projects: our verdict on each, and whether other readers see the same records."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import NamedTuple

import fastwarc.warc
import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.warc.conformance import verdict
from archive.warc.reader import Walked, read_record, walk
from tests.sample_verdicts import JHOVE, NO_WARC, SAMPLES

OTHERS = (".cdx", ".cdxj", ".idx", ".loc", ".json", ".wacz")
GOOD = [name for name, sample in SAMPLES.items() if sample.kind in ("valid", "valid with a note")]
FASTWARC_CAN_NOT = {
    JHOVE + name
    for name in (
        "valid-warcfile-fields-continuation.warc",
        "valid-warcfile-fields-metainfo.warc",
        "valid-warcfile-fields-warcinfo.warc",
        "valid-warcfile-upper-lower-case.warc",
        "valid-warcfile-upper-lower-case.warc.gz",
        "valid-warcfile-utf8.warc",
    )
}
"""Folded fields and lower-case version lines, which FastWARC calls invalid."""


def folder(shared: Path) -> Path:
    return shared / "corpora" / "warc-samples"


def test_every_file_has_its_row(shared: Path) -> None:
    root = folder(shared)
    there = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    there = {name for name in there if not name.rpartition("/")[2].startswith("README")}

    assert {name for name in there if not name.endswith(OTHERS)} == set(SAMPLES)
    assert {name for name in there if name.endswith(OTHERS)} == set(NO_WARC)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_verdict_on_a_sample(shared: Path, name: str) -> None:
    sample, found = SAMPLES[name], verdict(folder(shared) / name)

    assert found.kind == sample.kind, found
    assert any(said.startswith(sample.reason) for said in found.reasons) if sample.reason else not found.reasons


@pytest.mark.parametrize("name", NO_WARC)
def test_what_is_no_warc_file_is_refused_by_name(shared: Path, name: str) -> None:
    found = verdict(folder(shared) / name)

    assert found.kind == "refused"
    assert found.reasons[0].startswith(NO_WARC[name])


@pytest.mark.parametrize("name", SAMPLES)
def test_a_verdict_other_than_the_label_is_explained(name: str) -> None:
    sample = SAMPLES[name]
    words = re.split(r"[-_.]", name.rpartition("/")[2])
    labels = [word for word in words if word in ("invalid", "valid", "corrupted", "good", "bad", "wrong", "trunc")]
    taken = sample.kind in ("valid", "valid with a note")
    other_format = name.endswith((".arc", ".arc.gz", ".cdx.gz"))
    expected = taken or other_format if sample.label == "none" else taken is (sample.label in ("valid", "good"))

    assert sample.label == (labels[0] if labels else "none")
    assert bool(sample.why) is not expected


class Seen(NamedTuple):
    """A record as any reader tells it."""

    offset: int
    id: str | None
    type: str | None
    size: int


def ours(path: Path) -> list[Walked]:
    with path.open("rb") as file:
        return [met for met in walk(file) if isinstance(met, Walked)]


@pytest.mark.parametrize("name", GOOD)
def test_warcio_sees_the_same_records(shared: Path, name: str) -> None:
    path = folder(shared) / name
    data = path.read_bytes()
    seen, rests = [], []
    with path.open("rb") as file:
        records = ArchiveIterator(file, no_record_parse=True, arc2warc=False)
        for record in records:
            get = record.rec_headers.get_header
            size = len(record.raw_stream.read())
            id, kind = ((get(field) or "").strip() for field in ("WARC-Record-ID", "WARC-Type"))
            seen.append(Seen(records.get_record_offset(), id, kind, size))
            rests.append(records.get_record_offset() + records.get_record_length())
    met = ours(path)

    assert seen == [
        Seen(one.offset, one.fields.get("WARC-Record-ID"), one.fields.get("WARC-Type"), one.size) for one in met
    ]
    # For plain files, warcio does not count the empty lines after the block, which belong to the record (section 4).
    for one, rest in zip(met, rests, strict=True):
        after = data[rest : one.offset + one.length]
        assert after == b"" or (after.strip(b"\r\n") == b"" and path.suffix != ".gz")


@pytest.mark.parametrize("name", [name for name in GOOD if name not in FASTWARC_CAN_NOT])
def test_fastwarc_sees_the_same_records(shared: Path, name: str) -> None:
    path = folder(shared) / name
    with path.open("rb") as file:
        seen = [
            Seen(record.stream_pos, record.record_id, str(record.record_type), record.content_length)
            for record in fastwarc.warc.ArchiveIterator(file, parse_http=False)
        ]

    assert seen == [Seen(one.offset, one.fields.get("WARC-Record-ID"), one.type, one.size) for one in ours(path)]


@pytest.mark.parametrize("name", GOOD)
def test_each_record_of_a_good_sample_is_read_back_from_its_place(shared: Path, name: str) -> None:
    data = (folder(shared) / name).read_bytes()
    for met in walk(io.BytesIO(data)):
        assert isinstance(met, Walked)
        stored = read_record(data[met.offset : met.offset + met.length])
        assert len(stored.block) == met.size
        assert stored.block[: len(met.front)] == met.front
