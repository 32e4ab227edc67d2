"""WARC files of others: kept byte for byte, indexed as their own indexes say, refused by name when they are none."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive import cdx
from archive.model import Capture
from archive.store import captures, files, journal_rows, open_store, sqlite_url
from archive.warc.reader import Walked, walk
from archive.warc.writer import VISIT_TYPE
from tests.press import call, press, say

PYWB = "webrecorder__pywb/sample_archive"
HELLO = "iipc__warc-specifications/primers/web-archive-formats/hello-world.warc"
OUTBACK = "nla__outbackcdx/test-integration"

REVISITS = "their indexer gives a revisit no status; ours gives that of the head kept in it"
NO_TYPE = "their indexer left type and status out; ours are those of the head"
NO_DIGEST = "written to have no digests; ours are those of the records"
NO_BLANKS = "their length leaves out the empty lines that end a record; with ours they belong to it"
HOST_KEYS = "its keys are not SURTs"
MANIFEST = "wget's manifest is a metadata record: about the crawl, no capture"
BROKEN = "the record's lines end with CR CR LF: no record to us, and the file is refused"

INDEXES: dict[str, dict[str, str]] = {
    f"{PYWB}/cdxj/iana.cdxj": {"status": REVISITS},
    f"{PYWB}/cdxj/dupes.cdxj": {"status": REVISITS},
    f"{PYWB}/cdxj/example.cdxj": {"status": NO_TYPE, "mime": NO_TYPE},
    f"{PYWB}/cdxj/example2.cdxj": {},
    f"{PYWB}/cdxj/post-test.cdxj": {},
    f"{PYWB}/cdxj/url-agnost-example.cdxj": {"status": REVISITS},
    f"{PYWB}/cdxj/example-no-digest.cdxj": {"status": NO_TYPE, "mime": NO_TYPE, "digest": NO_DIGEST},
    f"{PYWB}/cdx/iana.cdx": {"status": REVISITS},
    f"{PYWB}/cdx/dupes.cdx": {"status": REVISITS},
    f"{PYWB}/cdx/example.cdx": {"status": REVISITS},
    f"{PYWB}/cdx/post-test.cdx": {},
    f"{PYWB}/cdx/url-agnost-example.cdx": {"status": REVISITS},
    f"{PYWB}/cdx/example-extra.cdx": {"length": NO_BLANKS},
    f"{PYWB}/cdx/httpbin-resource.cdxj": {},
    f"{PYWB}/cdx/missing-status-text.cdxj": {"missing": BROKEN},
    f"{PYWB}/non-surt-cdx/example-non-surt.cdx": {"status": REVISITS, "urlkey": HOST_KEYS},
    f"{HELLO}.cdx": {"length": NO_BLANKS, "missing": MANIFEST, "urlkey": "it keys metadata: URLs by their scheme"},
    f"{OUTBACK}/test1.cdx": {"missing": MANIFEST},
    f"{OUTBACK}/test2.cdx": {"missing": MANIFEST},
}
"""Index files that ship beside the samples: in which fields ours differs from them, and why."""

WARCS = (
    *(
        f"{PYWB}/warcs/{name}"
        for name in (
            "iana.warc.gz", "dupes.warc.gz", "example.warc.gz", "example2.warc.gz", "post-test.warc.gz",
            "example-url-agnostic-orig.warc.gz", "example-url-agnostic-revisit.warc.gz", "example-extra.warc",
            "httpbin-resource.warc.gz",
        )
    ),
    HELLO,
    f"{OUTBACK}/test1.warc.gz",
    f"{OUTBACK}/test2.warc.gz",
)  # fmt: skip


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def new_home(folder: Path, name: str = "home") -> Path:
    assert say("init", folder / name, "--label", "press").code == 0
    return folder / name


@pytest.fixture(scope="module")
def samples(shared: Path) -> Path:
    return shared / "corpora" / "warc-samples"


@pytest.fixture(scope="module")
def imported(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """An archive with the samples in it, and the name under which each is kept."""
    home = new_home(tmp_path_factory.mktemp("samples"))
    said = say("import", "--home", home, *(samples / name for name in WARCS))
    assert (said.code, said.err) == (3, "")  # example-extra.warc holds a wrong digest on purpose
    names = {
        line.split(": ")[0]: line.split(" as ")[1].split(",")[0] for line in said.out.splitlines() if " as " in line
    }
    assert len(names) == len(WARCS)
    return home, names


def theirs(path: Path) -> Iterator[Capture]:
    lines = path.read_text().split("\n")
    if path.suffix == ".cdx":
        return cdx.parse_cdx(lines)
    return (capture for line in lines if (capture := cdx.parse(line)) is not None)


def differences(one: Capture, other: Capture) -> Iterator[str]:
    for name in ("urlkey", "url", "mime", "status", "kind"):
        if getattr(one, name) != getattr(other, name):
            yield name
    if one.at != other.at:
        yield "timestamp"
    if (one.digest or other.digest) and not cdx.same_digest(one.digest, other.digest):
        yield "digest"
    if one.locator.length != other.locator.length:
        yield "length"


@pytest.mark.parametrize("index", INDEXES)
def test_our_index_of_a_sample_agrees_with_the_one_beside_it(
    samples: Path, imported: tuple[Path, dict[str, str]], index: str
) -> None:
    home, names = imported
    lines = say("captures", "--home", home, "--all", "--cdxj").out.split("\n")
    ours = {(c.locator.warc, c.locator.offset): c for line in lines if (c := cdx.parse(line)) is not None}
    rows = {(r["warc"], r["offset"]): r for r in say("captures", "--home", home, "--all", "--json").rows}

    found: dict[str, list[tuple[Capture, Capture | None]]] = defaultdict(list)
    wanted = list(theirs(samples / index))
    assert wanted
    for capture in wanted:
        place = names.get(capture.locator.warc, ""), capture.locator.offset
        mine = ours.get(place)
        if mine is None:
            found["missing"].append((capture, None))
            continue
        for name in differences(capture, mine):
            found[name].append((capture, mine))
        row = rows[place]
        assert (row["url"], row["status"], row["length"]) == (mine.url, mine.status, mine.locator.length)
        assert cdx.same_digest(row["digest"], mine.digest)
    assert set(found) == set(INDEXES[index]), found
    if INDEXES[index].get("status") == REVISITS:
        assert {(one.kind, one.status) for one, _ in found["status"]} == {("revisit", None)}
    if INDEXES[index].get("missing") == MANIFEST:
        assert [one.url for one, _ in found["missing"]] == ["metadata://gnu.org/software/wget/warc/MANIFEST.txt"]


def test_our_index_has_no_page_that_theirs_lacks(samples: Path, imported: tuple[Path, dict[str, str]]) -> None:
    home, names = imported
    known = {(names[c.locator.warc], c.locator.offset) for index in INDEXES for c in theirs(samples / index)
             if c.locator.warc in names}  # fmt: skip
    pages = [row for row in say("captures", "--home", home, "--all", "--json").rows if row["kind"] != "resource"]

    # The index beside example-extra.warc leaves a record with a wrong digest out.
    extra = [row["url"] for row in pages if (row["warc"], row["offset"]) not in known]
    assert [url for url in extra if "example.com" not in url] == []
    assert len(extra) <= 1


def test_the_files_are_kept_byte_for_byte(samples: Path, imported: tuple[Path, dict[str, str]]) -> None:
    home, names = imported

    assert {sha256(home / "warcs" / names[Path(name).name]) for name in WARCS} == {sha256(samples / n) for n in WARCS}


def test_an_archive_of_imports_verifies_with_its_known_faults_counted(imported: tuple[Path, dict[str, str]]) -> None:
    said = say("verify", "--home", imported[0])

    assert said.code == 0
    assert said.out.endswith("records, 0 problems, 1 known since their import\n")


def test_the_same_bytes_are_not_taken_twice(samples: Path, tmp_path: Path) -> None:
    home = new_home(tmp_path)
    renamed = tmp_path / "renamed.warc.gz"
    renamed.write_bytes((samples / f"{PYWB}/warcs/dupes.warc.gz").read_bytes())
    first = say("import", "--home", home, samples / f"{PYWB}/warcs/dupes.warc.gz")
    before = say("captures", "--home", home, "--all", "--json").rows, sorted(home.glob("warcs/*.warc.gz*"))
    again = say("import", "--home", home, renamed)

    assert (first.code, again.code) == (0, 0)
    assert "renamed.warc.gz: here already as press-" in again.out
    assert before == (say("captures", "--home", home, "--all", "--json").rows, sorted(home.glob("warcs/*.warc.gz*")))


def test_an_imported_file_that_was_lost_comes_back_under_its_name(samples: Path, tmp_path: Path) -> None:
    home, given = new_home(tmp_path), samples / f"{PYWB}/warcs/dupes.warc.gz"
    say("import", "--home", home, given)
    (kept,) = home.glob("warcs/*-import-*")
    kept.unlink()
    lost = say("verify", "--home", home)
    again = say("import", "--home", home, given)

    assert (lost.code, again.code) == (3, 0)
    assert f"taken as {kept.name}" in again.out
    assert sha256(kept) == sha256(given)
    assert say("verify", "--home", home).code == 0


def test_the_same_record_in_two_files_has_two_places(samples: Path, tmp_path: Path) -> None:
    home, given = new_home(tmp_path), samples / f"{PYWB}/warcs/dupes.warc.gz"
    longer = tmp_path / "longer.warc.gz"
    longer.write_bytes(given.read_bytes() + (samples / f"{PYWB}/warcs/example2.warc.gz").read_bytes())
    say("import", "--home", home, given, longer)
    short, long = sorted(home.glob("warcs/*-import-*"), key=lambda path: path.stat().st_size)

    store = open_store(sqlite_url(home / "variorum.db"))
    with store.read() as conn:
        one, other = ({id: offset for id, offset, _ in captures.of_warc(conn, p.name)} for p in (short, long))
    store.close()
    assert one
    assert {id: other[id] for id in one} == one
    assert len(say("captures", "--home", home, "--all", "--json").rows) == len(other) + 2  # and two journal entries
    assert say("verify", "--home", home).code == 0


def test_a_second_place_serves_when_the_first_is_gone(samples: Path, tmp_path: Path) -> None:
    home, given = new_home(tmp_path), samples / f"{PYWB}/warcs/dupes.warc.gz"
    longer = tmp_path / "longer.warc.gz"
    longer.write_bytes(given.read_bytes() + (samples / f"{PYWB}/warcs/example2.warc.gz").read_bytes())
    say("import", "--home", home, given, longer)
    before = {row["id"] for row in say("captures", "--home", home, "--all", "--json").rows}
    min(home.glob("warcs/*-import-*"), key=lambda path: path.stat().st_size).unlink()
    reindexed = say("reindex", "--home", home)

    assert reindexed.code == 0
    assert {row["id"] for row in say("captures", "--home", home, "--all", "--json").rows} == before
    assert say("verify", "--home", home).code == 0


@pytest.mark.parametrize("name", ["iana.warc.gz", "example-extra.warc"])
def test_a_file_cut_in_its_middle_is_taken_up_to_the_cut(samples: Path, tmp_path: Path, name: str) -> None:
    home, whole = new_home(tmp_path), (samples / f"{PYWB}/warcs" / name).read_bytes()
    cut = tmp_path / name
    cut.write_bytes(whole[: len(whole) // 2])
    alone = say("verify", "--home", home, cut, "--json").rows
    said = say("import", "--home", home, cut)
    rows = [row for row in say("captures", "--home", home, "--all", "--json").rows if "-import-" in row["warc"]]

    assert said.code == 3
    assert rows
    torn = alone[-2]["offset"]
    assert max(row["offset"] + row["length"] for row in rows) <= torn < len(whole) // 2
    assert f"hold no record: the file ends within a gzip member at {torn}" in said.out or f"at {torn}" in said.out
    (kept,) = home.glob("warcs/*-import-*")
    assert kept.read_bytes() == cut.read_bytes()
    assert say("verify", "--home", home).code == 0


def test_what_lies_behind_damage_is_taken_too(samples: Path, tmp_path: Path) -> None:
    home, whole = new_home(tmp_path), bytearray((samples / f"{PYWB}/warcs/iana.warc.gz").read_bytes())
    whole[300_000:300_010] = random.Random(4).randbytes(10)
    hurt = tmp_path / "hurt.warc.gz"
    hurt.write_bytes(whole)
    said = say("import", "--home", home, hurt)
    rows = [row for row in say("captures", "--home", home, "--all", "--json").rows if "-import-" in row["warc"]]

    assert said.code == 3
    assert {row["offset"] > 300_000 for row in rows} == {True, False}
    assert len(rows) >= 150


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (f"{PYWB}/warcs/example.arc.gz", "ARC file"),
        (f"{PYWB}/warcs/example.arc", "ARC file"),
        (f"{PYWB}/cdxj/iana.cdxj", "CDX or CDXJ index"),
        (f"{PYWB}/cdx/iana.cdx", "CDX or CDXJ index"),
        ("zstd", "Zstandard"),
    ],
)
def test_what_is_not_read_is_refused_by_name(samples: Path, tmp_path: Path, name: str, words: str) -> None:
    home, given = new_home(tmp_path), samples / name
    if name == "zstd":
        given = tmp_path / "pages.warc.zst"
        given.write_bytes(b"\x28\xb5\x2f\xfd" + bytes(100))
    said = say("import", "--home", home, given)

    assert said.code == 1
    assert words in said.err
    assert said.err.count("\n") == 1
    assert list(home.glob("warcs/*.warc.gz*")) == []


def test_a_refused_file_does_not_keep_the_others_out(samples: Path, tmp_path: Path) -> None:
    home = new_home(tmp_path)
    said = say("import", "--home", home, samples / f"{PYWB}/cdx/iana.cdx", samples / f"{PYWB}/warcs/example2.warc.gz")

    assert said.code == 5
    assert "CDX or CDXJ index" in said.err
    assert "example2.warc.gz: taken as press-" in said.out


def provenance(home: Path) -> list[Any]:
    """All the index knows of where imported files came from."""
    store = open_store(sqlite_url(home / "variorum.db"))
    with store.read() as conn:
        rows = [row for row in files.every(conn) if row.state == "imported"]
        told = list(journal_rows.every(conn, kind="import"))
    store.close()
    return [rows, told]


def test_where_a_file_came_from_survives_the_loss_of_the_index(samples: Path, tmp_path: Path) -> None:
    home = new_home(tmp_path)
    say(
        "import",
        "--home",
        home,
        *(samples / f"{PYWB}/warcs" / name for name in ("dupes.warc.gz", "example-extra.warc")),
    )
    rows, told = before = provenance(home)
    pages = say("captures", "--home", home, "--all", "--json").rows
    for path in home.glob("variorum.db*"):
        path.unlink()
    reindexed = say("reindex", "--home", home)

    assert reindexed.code == 0
    assert [row.origin for row in rows] == ["dupes.warc.gz", "example-extra.warc"]
    assert [entry.subject for entry in told] == [row.name for row in rows]
    assert [len(entry.data["faults"]) for entry in told] == [0, 1]
    after = provenance(home)
    assert after[1] == before[1]
    assert [(r.name, r.sha256, r.origin, r.bytes) for r in after[0]] == [
        (r.name, r.sha256, r.origin, r.bytes) for r in rows
    ]
    assert say("captures", "--home", home, "--all", "--json").rows == pages
    assert say("verify", "--home", home).code == 0


def test_an_import_damaged_before_the_index_was_lost_is_still_noticed(samples: Path, tmp_path: Path) -> None:
    home = new_home(tmp_path)
    say("import", "--home", home, samples / f"{PYWB}/warcs/example2.warc.gz")
    (kept,) = home.glob("warcs/*-import-*")
    data = bytearray(kept.read_bytes())
    data[9] ^= 1  # the gzip header's word for the system it was made on: no digest covers it
    kept.write_bytes(data)
    for path in home.glob("variorum.db*"):
        path.unlink()
    say("reindex", "--home", home)
    said = say("verify", "--home", home, "--json")

    assert said.code == 3
    assert [row["problem"] for row in said.rows[:-1]] == [
        "the file is not what it was when it was sealed or imported (SHA-256)"
    ]


def test_a_file_of_another_archive_brings_its_captures_but_neither_its_visits_nor_its_runs(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    theirs = press(tmp_path_factory.getbasetemp())
    home = new_home(tmp_path)
    sealed = sorted(theirs.glob("warcs/*.warc.gz"))
    (growing,) = theirs.glob("warcs/*.open")
    grown = tmp_path / "grown.warc.gz"
    grown.write_bytes(growing.read_bytes())
    said = say("import", "--home", home, *sealed, grown)
    # The same file when it was shorter: every record in it is known already.
    grown.write_bytes(growing.read_bytes()[: end_of_the_third_visit(growing)])
    again = say("import", "--home", home, grown)

    assert (said.code, again.code) == (0, 0)
    ids = {row["id"] for row in say("captures", "--home", theirs, "--all", "--json").rows}
    rows = [row for row in say("captures", "--home", home, "--all", "--json").rows if "-import-" in row["warc"]]
    assert {row["id"] for row in rows} == ids
    assert {(row["run"], row["fidelity"]) for row in rows} == {(None, "unknown")}
    assert [say(verb, "--home", home, "--json").code for verb in ("log", "runs")] == [1, 1]
    for verb in ("verify", "reindex", "verify"):
        assert say(verb, "--home", home).code == 0


@pytest.mark.parametrize("url", ["http://press.test/story", "urn:variorum:journal:mark"])
def test_a_note_made_to_break_its_reader_is_taken_as_bytes(tmp_path: Path, url: str) -> None:
    home = new_home(tmp_path)
    nested, given = tmp_path / "nested.warc", b"[" * 200_000
    kinds = {"metadata": VISIT_TYPE, "resource": "application/json"}
    kind = "resource" if url.startswith("urn:") else "metadata"
    fields = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
        f"WARC-Date: 2025-03-03T08:00:00Z\r\nWARC-Target-URI: {url}\r\nContent-Type: {kinds[kind]}\r\n"
        f"Content-Length: {len(given)}\r\n\r\n"
    )
    nested.write_bytes(fields.encode() + given + b"\r\n\r\n")

    said = say("import", "--home", home, nested)

    assert said.code == 0, said.err
    assert "1 record" in said.out
    assert say("verify", "--home", home).code == 0


def end_of_the_third_visit(path: Path) -> int:
    with path.open("rb") as file:
        ends = [met.offset + met.length for met in walk(file) if isinstance(met, Walked) and met.type == "metadata"]
    return ends[2]


def test_in_a_call_of_its_own_import_says_what_it_took(samples: Path, tmp_path: Path) -> None:
    home = new_home(tmp_path)
    said = call("import", "--home", home, samples / f"{PYWB}/warcs/example2.warc.gz")

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("example2.warc.gz: taken as press-")
    assert said.out.endswith(", 3 records, 0 problems\n")
