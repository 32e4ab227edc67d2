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
from tests.sample_verdicts import JHOVE, SAMPLES
from tests.test_cdx_endpoint import Asking, serving

TAKEN = [name for name, sample in SAMPLES.items() if sample.kind != "refused"]
NOTHING = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
"""The digest of no bytes, which cdxj-indexer writes for a record that names no digest of its payload."""

KEYED_APART = "file: and such are keyed by their text (tests/test_urls.py)"
NO_HEAD = "it reads the head of http and https URLs only"
SPACES = "it encodes the spaces of a URL; ours is as the record has it"
CAPITALS = "it knows no record type in capitals"
NO_SEMICOLON = "the Content-Type is 'text/html charset=utf-8', which is no type here"
CUT = "the record is cut off by the end of the file"
BODIES = "of multipart bodies the bytes are keyed here"
NO_WARC_TO_IT = "it fails: the file has something before its first record, or a time it cannot read"

PLAYED = (
    "sample_archive/warcs/iana.warc.gz", "sample_archive/warcs/dupes.warc.gz", "sample_archive/warcs/example.warc.gz",
    "sample_archive/warcs/example-url-agnostic-orig.warc.gz", "sample_archive/warcs/httpbin-resource.warc.gz",
    "sample_archive/warcs/example-url-agnostic-revisit.warc.gz", "outbackcdx/test-integration/test1.warc.gz",
    "warc-deduplication/samples/20130729-heritrix-original.warc.gz",
    "warc-deduplication/samples/20130729-heritrix-revisit-with-http-headers.warc.gz",
)  # fmt: skip
"""The samples that pywb replays: few enough to ask for every record in them."""

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

KNOWN: dict[str, dict[str, str]] = {
    "harvard-lil__warcbench/tests/assets/example.com.warc": {"urlkey": KEYED_APART, "mime": NO_HEAD, "status": NO_HEAD},
    f"{JHOVE}invalid-warcrecord-3.warc": {"their failure": NO_WARC_TO_IT},
    f"{JHOVE}valid-warcfile-upper-lower-case.warc": {"more": CAPITALS},
    "slyrz__warc/testdata/test.warc": {"their failure": NO_WARC_TO_IT},
    "webrecorder__cdxj-indexer/test/data/example.warc.gz": {"mime": NO_SEMICOLON},
    "webrecorder__cdxj-indexer/test/data/post-test-more.warc": {"urlkey": BODIES},
    "webrecorder__warcio/test/data/example-space-in-target-uri.warc.gz": {"urlkey": KEYED_APART, "url": SPACES},
    "webrecorder__warcio/test/data/example-trunc.warc": {"missing": CUT},
}
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
    ours = [one for line in ask("/cdx", url="*").lines if (one := cdx.parse(line)) is not None]
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


# ---- pywb


def answer(url: str) -> tuple[int, bytes]:
    """Ask for a URL, without following redirects."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay).open(url, timeout=60) as said:
            return said.status, said.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.mark.parametrize("form", ["short", "long"])
def test_pywb_replays_over_our_endpoint_what_it_replays_over_its_own_index(
    shared: Path,
    archive: tuple[Path, dict[str, str]],
    ask: Asking,
    clients_python: Path,
    pywb: StartPywb,
    tmp_path: Path,
    form: str,
) -> None:
    home, _ = archive
    folder = shared / "corpora" / "warc-samples"
    chosen = [name for name in TAKEN if name.endswith(PLAYED)]
    run = subprocess.run(
        [clients_python, "-c", INDEX],
        input="\n".join(str(folder / name) for name in chosen),
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    lines = {line for _, lines in map(json.loads, run.stdout.splitlines()) for line in lines}
    own, over = tmp_path / "own", tmp_path / "over"
    own.mkdir()
    over.mkdir()
    (own / "index.cdxj").write_text("".join(f"{line}\n" for line in sorted(lines, key=cdx.sort_key)))
    samples = [f"{folder / name}"[: -len(Path(name).name)] for name in chosen]
    (own / "config.yaml").write_text(json.dumps({
        "collections": {"all": {"index_paths": str(own / "index.cdxj"), "archive_paths": sorted(set(samples))}}
    }))  # fmt: skip
    config = pywb_config.config(f"http://127.0.0.1:{ask.port}", home / "warcs")
    if form == "long":
        api = f"http://127.0.0.1:{ask.port}/cdx?url={{url}}&closest={{closest}}&sort=closest"
        index = json.dumps({"type": "cdx", "api_url": api, "replay_url": ""})
        config = "\n".join(f"    index: {index}" if "index:" in line else line for line in config.splitlines())
    (over / "config.yaml").write_text(config)
    theirs, ours = f"{pywb(own)}/all", f"{pywb(over)}/{pywb_config.COLLECTION}"

    records = sorted({(one.url, line.split()[1]) for line in lines if (one := cdx.parse(line)) is not None
                      and one.url.startswith("http") and "__wb_method" not in one.urlkey})  # fmt: skip
    replayed = 0
    for url, stamp in records if form == "short" else records[::10]:
        path = f"{stamp}id_/{quote(url, safe=':/?&=%;,@!$()*+~')}"
        wanted = answer(f"{theirs}/{path}")
        if wanted[0] not in (404, 503):
            replayed += 1
            assert answer(f"{ours}/{path}") == wanted, path
    assert replayed > (150 if form == "short" else 15)

    words = "url=iana.org&matchType=domain&output=json"
    listed, listed_over_ours, told = (listing(f"{base}/cdx?{words}") for base in (theirs, ours, ask_base(ask)))
    assert set(listed) <= set(listed_over_ours)  # the archive holds more samples
    assert listed_over_ours == told


def ask_base(ask: Asking) -> str:
    return f"http://127.0.0.1:{ask.port}"


def listing(url: str) -> list[tuple[str, str]]:
    status, body = answer(url)
    assert status == 200
    return [(one["urlkey"], one["timestamp"]) for one in map(json.loads, body.splitlines())]


# ---- cdx_toolkit

TOOLKIT = """
import json, sys
import cdx_toolkit
source, dialect = sys.argv[1:]
fetch = cdx_toolkit.CDXFetcher(source=source)
said = {
    "got": [one["timestamp"] for one in fetch.get("http://www.iana.org/*", limit=50)],
    "none": list(fetch.get("http://nothing.example/")),
    "walked": [one["urlkey"] + " " + one["timestamp"] for one in fetch.iter("*.iana.org")],
    "walked none": list(fetch.iter("nothing.example/*")),
    "few": len(list(fetch.iter("*.iana.org", limit=7))),
    "pages": fetch.get_size_estimate("*.iana.org", as_pages=True),
    "pictures": sorted({one["mime"] for one in fetch.get("*.iana.org", filter="=mime:image/png")}),
    "by their name": sorted({
        one["mime"] for one in fetch.get("*.iana.org", filter=["=mimetype:image/png", "=statuscode:200"])
    }),
    "since": [one["timestamp"] for one in fetch.get("*.iana.org", from_ts="20140126200625", to="20140126200625")],
}
print(json.dumps(said))
"""


@pytest.mark.parametrize(("path", "dialect"), [("/cdx", "pywb"), ("/cdx/search/cdx", "wayback")])
def test_cdx_toolkit_reads_both_endpoints(
    ask: Asking, clients_python: Path, tmp_path: Path, path: str, dialect: str
) -> None:
    run = subprocess.run(
        [clients_python, "-c", TOOLKIT, f"http://127.0.0.1:{ask.port}{path}", dialect],
        capture_output=True, text=True, check=False, timeout=120,
        env={"CDXT_DEFAULT_MIN_RETRY_INTERVAL": "0", "CDXT_CACHE_DIR": str(tmp_path), "HOME": str(tmp_path)},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    said = json.loads(run.stdout)
    whole = [" ".join(line.split()[:2]) for line in ask("/cdx", url="*.iana.org").lines]
    assert said["got"] == [line.split()[1] for line in ask("/cdx", url="http://www.iana.org/*", limit="50").lines]
    assert (said["none"], said["walked none"]) == ([], [])
    assert said["walked"] == whole
    assert (said["few"], said["pages"]) == (7, 1)
    assert said["pictures"] == said["by their name"] == ["image/png"]
    assert set(said["since"]) == {"20140126200625"}
