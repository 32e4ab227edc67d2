"""WACZ packages of others: taken in when every hash holds, with their provenance; refused by name when not."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.exchange.checking import check
from archive.store import journal_rows, open_store, sqlite_url
from tests import wacz_rules
from tests.lived import relived
from tests.press import say
from tests.test_import import new_home
from tests.wacz_rules import INDEX, PAGES, REPEATED, SECOND, URL, WARC, Package, exchanged, read, repeat, sound, story

WARCBENCH, PYWACZ = "harvard-lil__warcbench/tests/assets", "webrecorder__py-wacz/tests/fixtures"
SCOOP, PYWB = "harvard-lil__scoop/assets/fixtures", "webrecorder__pywb/sample_archive/waczs"
STALE = "data.warc.gz is not what datapackage.json says (sha256 differs, made by @harvard-lil/js-wacz"
"""js-wacz up to 0.1.6 hashes a WARC file before it writes it (its issue 127)."""

SIGNED = "it is signed; the signature is kept in the journal and was not checked"

SAMPLES: dict[str, tuple[int, str]] = {
    f"{SCOOP}/example.com.wacz": (0, "5 records, 0 problems"),
    f"{SCOOP}/noarchive.netlify.app.wacz": (0, "5 records, 0 problems"),
    f"{WARCBENCH}/after.wacz": (3, STALE),
    f"{WARCBENCH}/before.wacz": (3, STALE),
    f"{WARCBENCH}/example.com.wacz": (3, STALE),
    f"{WARCBENCH}/test-crawl.wacz": (3, "test-crawl_0.warc.gz is not what datapackage.json says (sha256 differs"),
    f"{PYWACZ}/valid_example_2.wacz": (0, "4 records, 0 problems"),
    f"{PYWACZ}/valid_signed_example_1.wacz": (
        0,
        SIGNED,
    ),
    f"{PYWACZ}/invalid_signed_example_1.wacz": (
        0,
        SIGNED,
    ),
    f"{PYWB}/valid_example_1.wacz": (0, "4 records, 0 problems"),
    f"{PYWB}/invalid_example_1.wacz": (3, "lists data/indexes/index.cdx.gz, which is not in the package"),
}
"""Every package among the samples, and what becomes of it."""


def files(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "warcs").iterdir() if path.is_file())


def journal(home: Path) -> list[dict[str, Any]]:
    store = open_store(sqlite_url(home / "variorum.db"))
    with store.read() as conn:
        found = [dict(entry.data) for entry in journal_rows.every(conn, kind="import")]
    store.close()
    return found


def test_every_package_among_the_samples_is_listed_here(shared: Path) -> None:
    folder = shared / "corpora" / "warc-samples"

    assert {str(path.relative_to(folder)) for path in folder.rglob("*.wacz")} == set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_taken_in_or_refused_for_its_true_reason(shared: Path, tmp_path: Path, name: str) -> None:
    code, words = SAMPLES[name]
    home = new_home(tmp_path)
    before = files(home)
    said = say("import", "--home", home, "--set", "store.min_free=1MB", shared / "corpora" / "warc-samples" / name)

    assert said.code == code, said.err
    assert words in said.out + said.err
    if code:
        assert files(home) == before
    else:
        assert say("verify", "--home", home).code == 0
        assert len(say("captures", "--home", home, "--all", "--json").rows) > 1


def test_a_package_is_kept_as_warc_files_with_its_provenance(tmp_path: Path) -> None:
    home, given = new_home(tmp_path), sound().write(tmp_path / "press.wacz")
    said = say("import", "--home", home, "--set", "store.min_free=1MB", given)
    (kept,) = (home / "warcs").glob("*-import-*")
    (told,) = journal(home)
    package = told["package"]

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("press.wacz/archive/data.warc.gz: taken as home-") or "press.wacz/archive" in said.out
    assert kept.read_bytes() == read(given, WARC)
    assert told["origin"] == "press.wacz/archive/data.warc.gz"
    assert told["sha256"] == hashlib.sha256(kept.read_bytes()).hexdigest()
    assert (package["name"], package["path"], package["vouched"]) == ("press.wacz", WARC, True)
    assert package["sha256"] == hashlib.sha256(given.read_bytes()).hexdigest()
    assert (package["title"], package["software"], package["wacz_version"]) == ("A press", "by hand", "1.1.1")
    assert package["created"] == "2026-11-01T12:00:00Z"
    assert {row["url"] for row in say("captures", "--home", home, "--all", "--json").rows} >= {URL, REPEATED}


def test_a_signature_is_kept_and_said_not_to_be_checked(shared: Path, tmp_path: Path) -> None:
    home = new_home(tmp_path)
    given = shared / "corpora" / "warc-samples" / PYWACZ / "valid_signed_example_1.wacz"
    say("import", "--home", home, "--set", "store.min_free=1MB", given)
    (told,) = journal(home)

    assert told["package"]["signature_checked"] is False
    assert told["package"]["signature"]["domain"] == "btrix-sign-test.webrecorder.net"


def test_the_same_package_twice_is_taken_once(tmp_path: Path) -> None:
    home, given = new_home(tmp_path), sound().write(tmp_path / "press.wacz")
    say("import", "--home", home, "--set", "store.min_free=1MB", given)
    before = files(home)
    again = say("import", "--home", home, "--set", "store.min_free=1MB", given)

    assert again.code == 0
    assert "here already as" in again.out
    assert files(home) == before


def test_a_deflated_warc_file_is_taken_in(tmp_path: Path) -> None:
    package = sound()
    package.stored = lambda path: False
    home, given = new_home(tmp_path), package.write(tmp_path / "press.wacz")
    said = say("import", "--home", home, "--set", "store.min_free=1MB", given)

    assert said.code == 0
    assert "2 records, 0 problems" in said.out


def old_hashes(told: dict[str, Any]) -> None:
    told["wacz_version"] = "1.0.0"
    for each in told["resources"]:
        each["stats"] = {"hash": each.pop("hash").partition(":")[2], "bytes": each.pop("bytes")}
        each["hashing"] = "sha256"


def no_hashes(told: dict[str, Any]) -> None:
    told["wacz_version"] = "0.1.0"
    told["resources"] = []


def draft(told: dict[str, Any]) -> None:
    told["profile"] = "wacz"
    told["wacz_version"] = "1.2.0"


@pytest.mark.parametrize("change", [old_hashes, no_hashes, draft])
def test_older_versions_and_the_draft_are_read(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    package = sound()
    package.change = change
    package.digest = False
    home, given = new_home(tmp_path), package.write(tmp_path / "press.wacz")
    said = say("import", "--home", home, "--set", "store.min_free=1MB", given)

    assert said.code == 0, said.err
    assert journal(home)[0]["package"]["vouched"] is (change is not no_hashes)


def test_a_package_of_the_first_days_is_read_and_said_to_have_no_hashes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "old.wacz", "w") as file:
        file.writestr("webarchive.yaml", "title: 'The first days'\n")
        file.writestr(WARC, story())
    home = new_home(tmp_path)
    said = say("import", "--home", home, "--set", "store.min_free=1MB", tmp_path / "old.wacz")

    assert said.code == 0
    assert "has no hashes" in said.err
    assert journal(home)[0]["package"]["title"] == "The first days"


# ---------------------------------------------------------------------------------------------------------- attacks


def raw(path: Path, entries: list[tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, data in entries:
            file.writestr(zipfile.ZipInfo(name), data)
    return path


def cut(path: Path) -> Path:
    whole = sound().write(path).read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    return path


def changed(path: Path) -> Path:
    """A byte of a WARC file is another, and the ZIP file's own checksums know it."""
    package = sound()
    listed = dict(package.files)

    def as_before(told: dict[str, Any]) -> None:
        for each in told["resources"]:
            each["hash"] = wacz_rules.resource(each["path"], listed[each["path"]])["hash"]

    package.change = as_before
    package.files[WARC] = story(b"It was a bright cold day in May. " * 40) + repeat()
    return package.write(path)


def flipped(path: Path) -> Path:
    """A byte of a WARC file is another, and nobody knows it."""
    data = bytearray(sound().write(path).read_bytes())
    data[data.find(WARC.encode()) + len(WARC) + 100] ^= 1
    path.write_bytes(data)
    return path


def with_change(change: Callable[[Package], object]) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        package = sound()
        change(package)
        return package.write(path)

    return make


def patched(field: bytes, at: int, value: bytes) -> Callable[[Path], Path]:
    """Change a field of the first entry, in the directory or before its bytes."""

    def make(path: Path) -> Path:
        data = bytearray(sound().write(path).read_bytes())
        for signature, offset in ((b"PK\x01\x02", at), (b"PK\x03\x04", at - 2)):
            found = data.find(signature)
            data[found + offset : found + offset + len(value)] = value
        path.write_bytes(data)
        return path

    return make


def bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file, file.open("archive/data.warc", "w") as into:
        for _ in range(120):
            into.write(bytes(1_000_000))
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("datapackage.json", "{}")
    return path


def declared(path: Path) -> Path:
    """It says that it would unpack to more than any disk holds."""
    sound().write(path)
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 20), (b"PK\x03\x04", 18)):
        found = data.find(signature)
        data[found + offset : found + offset + 8] = struct.pack("<II", 0xFFFFFFF0, 0xFFFFFFF0)
    path.write_bytes(data)
    return path


def overlapping(path: Path) -> Path:
    """Two entries of the directory are of the same bytes."""
    data = sound().write(path).read_bytes()
    start = data.find(b"PK\x01\x02")
    end = data.find(b"PK\x01\x02", start + 1)
    again = data[start:end].replace(b"data.warc.gz", b"dbta.warc.gz")
    tail = bytearray(data[data.find(b"PK\x05\x06") :])
    count, size = struct.unpack("<HI", tail[10:16])
    tail[8:16] = struct.pack("<HHI", count + 1, count + 1, size + len(again))
    path.write_bytes(data[: data.find(b"PK\x05\x06")] + again + tail)
    return path


def unlisted(package: Package) -> None:
    package.listed = lambda path: path != WARC


def twice(path: Path) -> Path:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return raw(path, [("datapackage.json", b"{}"), (WARC, story()), (WARC, story())])


ATTACKS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a hash does not hold": (changed, f"{WARC} is not what datapackage.json says"),
    "a byte is flipped": (flipped, f"{WARC} cannot be unpacked (Bad CRC-32"),
    "cut short": (cut, "it is cut short"),
    "not listed": (with_change(unlisted), f"nothing vouches for {WARC}"),
    "listed and missing": (
        with_change(lambda p: setattr(p, "change", lambda told: told["resources"].append({"path": "pages/x.jsonl"}))),
        "lists pages/x.jsonl, which is not in the package",
    ),
    "no manifest": (lambda path: raw(path, [(WARC, story())]), "datapackage.json is missing"),
    "no JSON": (lambda path: raw(path, [("datapackage.json", b"{"), (WARC, story())]), "datapackage.json is no JSON"),
    "deep JSON": (lambda path: raw(path, [("datapackage.json", b"[" * 100_000), (WARC, story())]), "is no JSON"),
    "another digest": (
        lambda path: raw(path, [("datapackage.json", b"{}"), ("datapackage-digest.json", b"{}"), (WARC, story())]),
        "datapackage.json is not what datapackage-digest.json says",
    ),
    "an index alone": (with_change(lambda p: p.files.pop(WARC)), "holds no WARC file in archive/"),
    "no WARC file": (with_change(lambda p: p.files.update({WARC: b"no record"})), f"{WARC} is no WARC file"),
    "a package inside": (
        with_change(lambda p: p.files.update({"archive/inner.wacz": b"PK"})), "inner.wacz is a package in the package"
    ),
    "a package of packages": (
        with_change(lambda p: setattr(p, "change", lambda told: told.update(profile="multi-wacz-package"))),
        "is a package of packages",
    ),
    "a name that leads out": (
        lambda path: raw(path, [("datapackage.json", b"{}"), ("archive/../../x.warc", story())]), "leads out"
    ),
    "an absolute name": (
        lambda path: raw(path, [("datapackage.json", b"{}"), ("/etc/x.warc", story())]), "leads out"
    ),
    "a name twice": (twice, "is there twice"),
    "encrypted": (patched(b"flags", 8, b"\x01\x00"), "is encrypted"),
    "another method": (patched(b"method", 10, b"\x0c\x00"), "a method that is not read (number 12)"),
    "a bomb": (bomb, "would unpack from"),
    "a size that is none": (declared, "the entry"),
    "entries that overlap": (overlapping, "lies within another"),
    "no ZIP file at all": (lambda path: (path.write_bytes(b"PK\x03\x04 and so on"), path)[1], "it is cut short"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_by_name_and_nothing_is_taken(tmp_path: Path, name: str) -> None:
    make, words = ATTACKS[name]
    home = new_home(tmp_path)
    before = files(home)
    given = make(tmp_path / "evil.wacz")
    said = say("import", "--home", home, "--set", "store.min_free=1MB", given)

    assert said.code in (1, 3), said.err
    assert words in said.err
    assert said.err.count("\n") == 1
    assert "evil.wacz" in said.err
    assert (said.out, files(home)) == ("", before)
    assert [path.name for path in tmp_path.iterdir() if path.name not in ("home", "evil.wacz")] == []


def test_a_check_names_a_broken_package_once_in_each_line(tmp_path: Path) -> None:
    said = say("verify", flipped(tmp_path / "evil.wacz"))

    assert said.code == 3
    told = [line for line in said.out.splitlines() if "cannot be unpacked" in line]
    assert [line.count("evil.wacz") for line in told] == [1]


def test_a_package_that_does_not_fit_on_the_disk_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    home, given = new_home(tmp_path), sound().write(tmp_path / "press.wacz")
    said = say("import", "--home", home, "--set", "store.min_free=1000TB", given)

    assert said.code == 4
    assert "store.min_free" in said.err
    assert files(home) == []


def test_a_refused_package_does_not_keep_the_others_out(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    bad, good = changed(tmp_path / "bad.wacz"), sound().write(tmp_path / "good.wacz")
    said = say("import", "--home", home, "--set", "store.min_free=1MB", bad, good)

    assert said.code == 5
    assert "bad.wacz" in said.err
    assert "good.wacz/archive/data.warc.gz: taken as" in said.out


# ------------------------------------------------------------------------------------------------------ our checker


def without(path: str) -> Callable[[Package], object]:
    return lambda package: package.files.pop(path)


def set_file(path: str, data: bytes) -> Callable[[Package], object]:
    return lambda package: package.files.update({path: data})


def telling(change: Callable[[dict[str, Any]], object]) -> Callable[[Package], object]:
    return lambda package: setattr(package, "change", change)


def shifted(package: Package) -> None:
    package.files[INDEX] = package.files[INDEX].replace(b'"offset": "0"', b'"offset": "1"')


def unsorted(package: Package) -> None:
    package.files[INDEX] = b"".join(reversed(package.files[INDEX].splitlines(keepends=True)))


def shorter(package: Package) -> None:
    package.files[INDEX] = package.files[INDEX].splitlines(keepends=True)[0]


def orphan(package: Package) -> None:
    package.files[WARC] = repeat(to="urn:uuid:00000000-0000-4000-8000-00000000000f", url="http://elsewhere.test/")
    size = str(len(package.files[WARC]))
    package.files[INDEX] = wacz_rules.line("again", REPEATED, 0, int(size), "warc/revisit").encode()


FAULTS: dict[str, tuple[Callable[[Package], object], str]] = {
    "no list of pages": (without(PAGES), "X1: pages/pages.jsonl is missing"),
    "no index": (without(INDEX), "X1: indexes/ holds no"),
    "no WARC file": (without(WARC), "X1: archive/ holds no"),
    "a foreign file": (set_file("archive/notes.txt", b"x"), "X1: a file that does not belong into archive/"),
    "deflated": (lambda p: setattr(p, "stored", lambda path: path != WARC), "X2: it is deflated"),
    "another profile": (telling(lambda told: told.update(profile="wacz")), "X3: profile is 'wacz'"),
    "another version": (telling(lambda told: told.update(wacz_version="1.2.0")), "X3: wacz_version is '1.2.0'"),
    "unlisted": (lambda p: setattr(p, "listed", lambda path: path != PAGES), "X3: it is there and not listed"),
    "listed and missing": (
        telling(lambda told: told["resources"].append({"name": "x", "path": "pages/x.jsonl"})),
        "X3: it is listed and not there",
    ),
    "without a name": (telling(lambda told: told["resources"][0].pop("name")), "X3: a resource without path or name"),
    "another hash": (telling(lambda told: told["resources"][0].update(hash="sha256:0")), "X3: its hash is not the one"),
    "another size": (telling(lambda told: told["resources"][0].update(bytes=1)), "X3: it has"),
    "no digest": (lambda p: setattr(p, "digest", False), "X4: datapackage-digest.json is missing"),
    "no header": (set_file(PAGES, b'{"url": "http://press.test/"}\n'), "X5: its first line"),
    "no time": (
        set_file(PAGES, b'{"format": "json-pages-1.0", "id": "pages"}\n{"url": "http://press.test/", "ts": "today"}\n'),
        "X5: line 2 lacks",
    ),
    "an original elsewhere": (orphan, "X6: the revisit of http://press.test/again repeats a record that is not inside"),
    "an offset that does not hold": (shifted, "I4: no record of http://press.test/story"),
    "not sorted": (unsorted, "I3: it is not sorted"),
    "a capture without its line": (shorter, "I2: the index has no line of http://press.test/story"),
}  # fmt: skip


def test_a_sound_package_keeps_every_rule(tmp_path: Path) -> None:
    found = check(sound().write(tmp_path / "press.wacz"))

    assert (found.problems, found.records) == ((), 2)


@pytest.mark.parametrize("name", FAULTS)
def test_a_package_that_breaks_a_rule_is_found_out(tmp_path: Path, name: str) -> None:
    break_it, words = FAULTS[name]
    package = sound()
    break_it(package)
    given = package.write(tmp_path / "press.wacz")
    said = say("verify", given, "--json")

    assert any(words in row["problem"] for row in said.rows[:-1]), said.rows
    assert said.code == 3


def revisit(url: str, digest: str | None, *, to: str | None = None, at: str | None = None) -> bytes:
    """A repeat of ``url`` with what it names of its original: a record, or the URL of the story and a time."""
    profile = "identical-payload-digest" if digest else "server-not-modified"
    fields = {"WARC-Profile": f"http://netpreserve.org/warc/1.1/revisit/{profile}"}
    fields |= {"WARC-Payload-Digest": digest} if digest else {}
    fields |= {"WARC-Refers-To": f"<{to}>"} if to else {}
    fields |= {"WARC-Refers-To-Target-URI": URL, "WARC-Refers-To-Date": at} if at else {}
    return wacz_rules.record("revisit", SECOND, url, fields, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")


OTHER = f"sha256:{'0' * 64}"
UPPER = f"SHA256:{base64.b32encode(hashlib.sha256(wacz_rules.PAYLOAD).digest()).decode()}"
NOWHERE = "urn:uuid:00000000-0000-4000-8000-00000000000f"
REPEATS: dict[str, tuple[bytes, bool]] = {
    "the record it names": (revisit(REPEATED, wacz_rules.SHA, to=wacz_rules.FIRST), True),
    "the record it names, in another spelling": (revisit(REPEATED, UPPER, to=wacz_rules.FIRST), True),
    "the record it names, of another payload": (revisit(REPEATED, OTHER, to=wacz_rules.FIRST), False),
    "the record it names, and no payload": (revisit(REPEATED, None, to=wacz_rules.FIRST), True),
    "a record elsewhere": (revisit(REPEATED, wacz_rules.SHA, to=NOWHERE), False),
    "a record elsewhere, and a time": (revisit(REPEATED, wacz_rules.SHA, to=NOWHERE, at="2026-11-01T12:00:00Z"), True),
    "a time": (revisit(REPEATED, wacz_rules.SHA, at="2026-11-01T12:00:00Z"), True),
    "a time, of another payload": (revisit(REPEATED, OTHER, at="2026-11-01T12:00:00Z"), False),
    "the second before": (revisit(REPEATED, wacz_rules.SHA, at="2026-11-01T11:59:59Z"), False),
    "a payload of the same URL": (revisit(URL, wacz_rules.SHA), True),
    "a payload of the same URL, in another spelling": (revisit(URL, UPPER), True),
    "a payload of the same URL, and a record elsewhere": (revisit(URL, wacz_rules.SHA, to=NOWHERE), True),
    "a payload of another URL": (revisit(REPEATED, wacz_rules.SHA), False),
    "another payload of the same URL": (revisit(URL, OTHER), False),
    "nothing at all": (revisit(URL, None), False),
}
"""What a revisit names, and whether its original is found by that."""


@pytest.mark.parametrize("name", REPEATS)
def test_what_a_revisit_rests_on_is_the_same_to_the_checker_and_to_an_export(tmp_path: Path, name: str) -> None:
    repeated, is_found = REPEATS[name]
    package = sound()
    package.files[WARC] = wacz_rules.story() + repeated
    at, length = len(wacz_rules.story()), len(repeated)
    key, url = ("again", REPEATED) if REPEATED.encode() in gzip.decompress(repeated) else ("story", URL)
    lines = [
        wacz_rules.line("story", URL, 0, at, "text/html"), wacz_rules.line(key, url, at, length, "warc/revisit")
    ]  # fmt: skip
    package.files[INDEX] = "".join(sorted(lines)).encode()
    given = package.write(tmp_path / "press.wacz")
    home = new_home(tmp_path)
    few = ("--home", home, "--set", "store.min_free=1MB")
    assert say("import", *few, given).code == 0
    said = say("export", "warc", *few, "--all", tmp_path / "again.warc.gz")

    assert {problem.problem.partition(":")[0] for problem in check(given).problems} == (set() if is_found else {"X6"})
    assert said.code == (0 if is_found else 1)
    assert is_found or "repeat others that cannot be taken along" in said.err


def test_a_declared_gap_is_no_fault(tmp_path: Path) -> None:
    package = sound()
    orphan(package)
    package.change = lambda told: told.update({"variorum:missingOriginals": [{"revisit": SECOND}]})

    assert check(package.write(tmp_path / "press.wacz")).problems == ()


def test_fields_that_only_stand_before_an_entry_are_found_out(tmp_path: Path) -> None:
    given = tmp_path / "press.wacz"
    sound().write(given)
    with zipfile.ZipFile(given) as file:
        held = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(given, "w") as file:
        for name, data in held.items():
            with file.open(zipfile.ZipInfo(name), "w", force_zip64=True) as into:
                into.write(data)

    assert {problem.problem.partition(":")[0] for problem in check(given).problems} == {"X8"}


# ------------------------------------------------------------------------------------------------------- round trip


def test_an_export_taken_in_elsewhere_gives_the_same_records_and_histories(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lived = relived(tmp_path_factory)
    (site,) = [path.stem for path in lived.home.path.glob("sites/mooring*.toml")]
    first, again, home = tmp_path / "first.wacz", tmp_path / "again.wacz", new_home(tmp_path)
    few = ("--set", "store.min_free=1MB")
    assert say("export", "wacz", "--home", lived.home.path, "--site", site, first).code == 0
    assert say("import", "--home", home, *few, first).code == 0
    verified = say("verify", "--home", home, "--json")
    assert say("export", "wacz", "--home", home, *few, "--all", again).code == 0

    assert (verified.code, verified.rows[-1]["problems"]) == (0, 0)
    assert exchanged(again) == exchanged(first)
    assert len(exchanged(first)) > 1000
    assert [json.loads(each) for each in read(again, PAGES).splitlines()] == [
        json.loads(each) for each in read(first, PAGES).splitlines()
    ]
    theirs = say("history", "--home", home, *few, "--all", "--json").rows
    ours = say("history", "--home", lived.home.path, "--all", "--json").rows
    articles = {row["article"] for row in theirs}
    assert theirs == [row for row in ours if row["article"] in articles]
    assert len(theirs) > 50
