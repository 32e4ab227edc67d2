"""The index endpoints against other tools: cdxj-indexer's lines, pywb's replay, cdx_toolkit as a client."""

from __future__ import annotations

import contextlib
import json
import subprocess
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from archive import cdx
from archive.model import Capture
from archive.store import captures as rows
from archive.store import open_store, sqlite_url
from archive.warc.reader import Walked, walk
from archive.web import pywb_config
from tests.players import StartPywb
from tests.press import say
from tests.sample_verdicts import SAMPLES
from tests.test_cdx_endpoint import Asking, serving

TAKEN = [name for name, sample in SAMPLES.items() if sample.kind != "refused"]
NOTHING = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
"""The digest of no bytes, which cdxj-indexer writes for a record that names no digest of its payload."""

KEYED_APART = "file: and such are keyed by their text (tests/test_urls.py)"
NO_HEAD = "it reads the head of http and https URLs only"
SPACES = "it encodes the spaces of a URL; ours is as the record has it"
SMALL_DATES = "their WARC-Date has small letters, which is not read here"
CUT = "the record is cut off by the end of the file"
BODIES = "of multipart bodies the bytes are keyed here, and of chunked ones with their frames"
NO_WARC_TO_IT = "it fails: the file has something before its first record, or a time it cannot read"

INDEX = """
import io, json, sys
from cdxj_indexer.main import write_cdx_index
for name in sys.stdin.read().splitlines():
    out = io.StringIO()
    out.close = lambda: None
    try:
        write_cdx_index(out, [name], {"post_append": True})
        print(json.dumps([name, out.getvalue().splitlines()]))
    except Exception as error:
        print(json.dumps([name, None]))
"""

SAMPLES_APART = "openpreserve__jhove/jhove-ext-modules/src/test/resources/warc/"
KNOWN: dict[str, dict[str, str]] = {}
"""In which samples our lines differ from cdxj-indexer's, in what, and why; rules for all are in ``differences``."""


@pytest.fixture(scope="module")
def archive(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """An archive of all samples that are taken, and the name under which each is kept."""
    home = tmp_path_factory.mktemp("oracles") / "home"
    assert say("init", home, "--label", "press").code == 0
    folder = shared / "corpora" / "warc-samples"
    kept = {}
    for name in TAKEN:
        said = say("import", "--home", home, folder / name)
        kept[name] = next(line.split(" as ")[1].split(",")[0] for line in said.out.splitlines() if " as " in line)
    return home, kept


@pytest.fixture(scope="module")
def ask(archive: tuple[Path, dict[str, str]]) -> Iterator[Asking]:
    store = open_store(sqlite_url(archive[0] / "variorum.db"))
    with serving(archive[0], store) as asking:
        yield asking
    store.close()


def differences(one: Capture, other: Capture) -> Iterator[str]:
    """Name what differs between their line and ours, after what is explained for all samples."""
    for name in ("urlkey", "url", "mime", "status", "kind"):
        if getattr(one, name) != getattr(other, name):
            yield name
    if one.at.replace(microsecond=0) != other.at:
        yield "timestamp"
    if one.digest != NOTHING and (one.digest or other.digest) and not cdx.same_digest(one.digest, other.digest):
        yield "digest"
    # Of files that are not compressed their length leaves out the empty lines that end a record; ours has them.
    blank = other.locator.length - one.locator.length
    if blank and (other.locator.warc.endswith(".gz") or blank not in (2, 4)):
        yield "length"


def types(path: Path) -> dict[int, str | None]:
    with path.open("rb") as file:
        return {met.offset: met.type for met in walk(file) if isinstance(met, Walked)}


def test_our_lines_are_those_of_cdxj_indexer(
    shared: Path, archive: tuple[Path, dict[str, str]], ask: Asking, clients_python: Path
) -> None:
    home, kept = archive
    folder = shared / "corpora" / "warc-samples"
    run = subprocess.run(
        [clients_python, "-c", INDEX],
        input="\n".join(str(folder / name) for name in TAKEN),
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    indexed = {str(Path(name).relative_to(folder)): lines for name, lines in map(json.loads, run.stdout.splitlines())}
    ours = [found for line in ask("/cdx", url="*").lines if (found := cdx.parse(line)) is not None]
    by_place = {(one.locator.warc, one.locator.offset): one for one in ours}
    by_time = {(one.urlkey, one.at) for one in ours}
    with contextlib.closing(open_store(sqlite_url(home / "variorum.db"))) as store, store.read() as conn:
        places = {name: {offset for _, offset, _ in rows.of_warc(conn, kept[name])} for name in TAKEN}

    found: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    compared = copies = 0
    for name in TAKEN:
        if indexed[name] is None:
            found[name]["their failure"].append(name)
            continue
        theirs = [one for line in indexed[name] if (one := cdx.parse(line)) is not None]
        records = types(folder / name)
        for one in theirs:
            mine = by_place.get((kept[name], one.locator.offset))
            if mine is not None:
                compared += 1
                for what in differences(one, mine):
                    found[name][what].append((one, mine))
            elif one.locator.offset in places[name]:
                copies += 1  # the same record in several samples is told once, where it was met first
                if (one.urlkey, one.at.replace(microsecond=0)) not in by_time:
                    found[name]["copy"].append(one)
            elif records.get(one.locator.offset) != "metadata":  # which is about a capture, and none itself
                found[name]["missing"].append(one)
        met = {one.locator.offset for one in theirs}
        found[name]["more"] += [place for place in by_place if place[0] == kept[name] and place[1] not in met]

    told = {name: {what: cases for what, cases in some.items() if cases} for name, some in found.items()}
    assert {name: set(some) for name, some in told.items() if some} == {name: set(some) for name, some in KNOWN.items()}
    assert compared > 700
    assert copies < 100
