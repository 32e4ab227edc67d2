"""Exports: self-contained, verbatim, whole or not there at all; read by others and by our own stricter checker."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import resource
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator

from archive import cdx, config
from archive.errors import Misuse, NothingDone
from archive.exchange import exporting, outfile
from archive.exchange.checking import check
from archive.exchange.choosing import Wish
from archive.exchange.copying import Maker
from archive.exchange.scratch import Scratch
from archive.model import Exchange, RecordId
from archive.recording import Recorded, Recording
from archive.store import open_store
from archive.store.export_rows import Choice
from archive.timing import SystemClock
from archive.warc.files import WarcFolder
from archive.warc.reader import read_record
from tests import wacz_rules
from tests.crash.exchanges import NOON, encrypted, exchange, not_modified
from tests.crash.steps import recorded_now
from tests.kept import empty
from tests.press import VARIORUM, copied, environment, press, say
from tests.wacz_rules import exchanged, lines, pages, read, told, warcs

PAGE = (
    b"<!doctype html><title>The quay</title><link rel=stylesheet href=/style.css><h1>The quay</h1><p>"
    + b"A quay. " * 200
)
QUAY, MILL, FRONT = "http://quay.test/story", "http://mill.test/story", "http://quay.test/"
ROBOTS, STYLE, MOVED = "http://quay.test/robots.txt", "http://quay.test/style.css", "http://quay.test/old"
LOST, SECRET = "http://quay.test/lost", "http://quay.test/mine"
SAFE = "https://quay.test/safe"


class Quay:
    """An archive of two sites, made exchange by exchange, and the ids of what was recorded."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.ids: dict[str, RecordId] = {}
        self._at = NOON
        self._recording = Recording(config.load(home), SystemClock()).start()

    def put(self, name: str, given: Exchange, **intent: Any) -> Recorded:
        self._at += timedelta(minutes=1)
        moved = self._at - given.began
        meant = replace(given.intent, **{"site": "quay", **intent})
        given = replace(given, began=given.began + moved, ended=given.ended + moved, intent=meant)
        done = recorded_now(self._recording, given)
        self.ids[name] = done.capture.id if done.capture is not None else done.visit.id  # type: ignore[union-attr]
        return done

    def close(self) -> None:
        self._recording.close()


@pytest.fixture(scope="module")
def quay(tmp_path_factory: pytest.TempPathFactory) -> Quay:
    made = Quay(empty(tmp_path_factory.mktemp("quay") / "home"))
    made.put(
        "robots", exchange(ROBOTS, b"User-agent: *\nAllow: /\n", fields=("Content-Type: text/plain",)), why="robots"
    )
    robots = ("allowed", made.ids["robots"], "Allow: /")
    css = exchange(STYLE, b"p { color: navy }", fields=("Content-Type: text/css",))
    # Fetched once, for a page of the other site.
    made.put("style", css, why="requisite", site="mill")
    made.put("mill", exchange(MILL, PAGE.replace(b"quay", b"mill")), why="new", site="mill")
    made.put("front", exchange(FRONT, b"<title>Quay news</title><p>All of it."), why="front page", robots=robots)
    made.put("quay", exchange(QUAY, PAGE), why="new", robots=robots)
    made.put("again", exchange(QUAY, PAGE), why="recheck")
    made.put("same", not_modified(QUAY, made.ids["quay"]), why="recheck")
    fields = (f"Location: {QUAY}",)
    made.put("moved", exchange(MOVED, b"", status="301 Moved Permanently", fields=fields), why="by hand")
    made.put("target", exchange(QUAY, PAGE), why="redirect", came_from=made.ids["moved"])
    made.put("safe", exchange(SAFE, b"safe", tls=encrypted(b"leaf", b"root")), why="new")
    made.put("lost", exchange(LOST, None, error="timeout"), why="new")
    refused = exchange("http://quay.test/private", None, asked=False, error="robots")
    made.put("refused", refused, why="new", robots=("forbidden", made.ids["robots"], "Disallow: /private"))
    secret = exchange(SECRET, b"<p>For members.")
    head = secret.request.read().replace(
        b"\r\n\r\n", b"\r\nCookie: token=swordfish\r\nAuthorization: Basic c2VzYW1l\r\n\r\n"
    )
    secret = replace(secret, request=replace(secret.request, data=head, size=len(head)))
    made.put("secret", secret, why="new", session="quay")
    made.close()
    return made


def exported(quay: Quay, to: Path, *words: str | Path, kind: str = "wacz", code: int = 0) -> Path:
    said = say("export", kind, "--home", quay.home, *words, to)
    assert said.code == code, said.err
    return to


def names(quay: Quay, path: Path) -> set[str]:
    """Which of what was recorded is in a package."""
    here = {id for _, id in exchanged(path)}
    return {name for name, id in quay.ids.items() if id in here}


def test_a_site_comes_with_all_that_it_rests_on(quay: Quay, tmp_path: Path) -> None:
    made = exported(quay, tmp_path / "quay.wacz", "--site", "quay")

    # The style sheet was fetched for the other site; what a session opened stays.
    assert names(quay, made) == set(quay.ids) - {"mill", "secret"}
    types = [met.type for met, _ in wacz_rules.records(made)]
    assert types[:2] == ["warcinfo", "warcinfo"]
    assert types.count("resource") == 2  # the certificates
    assert check(made).problems == ()


def test_a_page_comes_with_its_parts_its_original_and_where_a_redirect_leads(quay: Quay, tmp_path: Path) -> None:
    made = exported(quay, tmp_path / "page.wacz", MOVED)

    assert names(quay, made) == {"moved", "target", "quay", "style", "robots"}
    assert {rest["url"] for _, _, rest in lines(made)} == {MOVED, QUAY, STYLE, ROBOTS}


def test_a_repeat_of_a_later_time_brings_its_original_from_before(quay: Quay, tmp_path: Path) -> None:
    first = exported(quay, tmp_path / "all.cdxj", "--all", kind="cdxj").read_text().splitlines()
    since = next(line.split()[1] for line in first if '"warc/revisit"' in line)
    at = f"{since[:4]}-{since[4:6]}-{since[6:8]}T{since[8:10]}:{since[10:12]}:{since[12:]}Z"
    made = exported(quay, tmp_path / "late.wacz", "--site", "quay", "--since", at)

    assert {"again", "same", "quay"} <= names(quay, made)
    assert "front" not in names(quay, made)
    assert check(made).problems == ()


def test_every_record_is_the_one_of_the_archive_byte_for_byte(quay: Quay, tmp_path: Path) -> None:
    made = exported(quay, tmp_path / "all.wacz", "--all")
    kept = {data for path in quay.home.glob("warcs/*.warc.gz*") for _, data in wacz_rules.records(path)}

    ours = list(exchanged(made).values())
    assert len(ours) > 25
    assert set(ours) <= kept


def test_each_line_of_the_index_leads_to_its_record(quay: Quay, tmp_path: Path) -> None:
    made = exported(quay, tmp_path / "quay.wacz", "--site", "quay")
    (data,) = warcs(made).values()
    found = lines(made)

    assert found == sorted(found, key=lambda line: line[:2])
    for key, at, rest in found:
        alone = data[int(rest["offset"]) : int(rest["offset"]) + int(rest["length"])]
        (record,) = FastIterator(io.BytesIO(alone))
        assert record.headers["WARC-Target-URI"] == rest["url"]
        assert record.headers["WARC-Date"][:19].translate(str.maketrans("", "", "-T:")) == at
        parsed = cdx.parse(f"{key} {at} {json.dumps(rest)}")
        assert parsed is not None


def test_the_pages_are_those_a_reader_would_open_with_titles_and_texts(quay: Quay, tmp_path: Path) -> None:
    found = pages(exported(quay, tmp_path / "quay.wacz", "--site", "quay"))

    assert [(page["url"], page["title"]) for page in found if page["url"] != SAFE] == [
        (QUAY, "The quay"),
        (FRONT, "Quay news"),
    ]
    assert "A quay." in found[0]["text"]
    assert found[0]["id"] == quay.ids["quay"]
    assert "text" not in found[-1]


def test_the_package_says_what_it_is(quay: Quay, tmp_path: Path) -> None:
    made = exported(quay, tmp_path / "quay.wacz", "--site", "quay", "--title", "The Quay, 2026")
    said = told(made)

    assert (said["profile"], said["wacz_version"], said["title"]) == ("data-package", "1.1.1", "The Quay, 2026")
    assert said["software"].startswith("Variorum/")
    assert said["mainPageUrl"] == FRONT
    with zipfile.ZipFile(made) as file:
        kinds = {entry.filename: entry.compress_type for entry in file.infolist()}
    stored = {path for path, kind in kinds.items() if kind == zipfile.ZIP_STORED}
    assert stored == {"archive/data-00000.warc.gz", "indexes/index.cdx.gz"}


def test_the_same_export_twice_gives_the_same_records_and_pages(quay: Quay, tmp_path: Path) -> None:
    one, other = (exported(quay, tmp_path / name, "--all") for name in ("one.wacz", "other.wacz"))

    assert list(exchanged(one).items()) == list(exchanged(other).items())
    assert pages(one) == pages(other)


def test_others_call_it_valid(quay: Quay, tmp_path: Path, clients_python: Path) -> None:
    made = exported(quay, tmp_path / "quay.wacz", "--site", "quay")
    command = [str(clients_python.with_name("wacz")), "validate", "-f", str(made)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation succeeded" in done.stdout + done.stderr


# ------------------------------------------------------------------------------------------------------- restricted


def test_what_a_session_opened_is_left_out_and_counted(quay: Quay, tmp_path: Path) -> None:
    said = say("export", "wacz", "--home", quay.home, "--all", "--json", tmp_path / "all.wacz")

    assert (said.code, said.rows[0]["restricted"]) == (0, 1)
    assert b"swordfish" not in b"".join(gzip.decompress(data) for data in warcs(tmp_path / "all.wacz").values())
    assert SECRET not in {page["url"] for page in pages(tmp_path / "all.wacz")}


def test_what_a_session_opened_goes_without_its_secrets_and_says_so(quay: Quay, tmp_path: Path) -> None:
    made = exported(quay, tmp_path / "all.wacz", "--all", "--restricted")
    plain = b"".join(gzip.decompress(data) for data in warcs(made).values())
    (redacted,) = [
        read_record(data) for met, data in wacz_rules.records(made) if met.fields.get("WARC-Variorum-Redacted")
    ]
    wacz = check(made)

    assert "secret" in names(quay, made)
    assert not any(word in plain for word in (b"swordfish", b"c2VzYW1l"))
    # X-Token is no field that is known to be harmless.
    assert redacted.fields.get("WARC-Variorum-Redacted") == "X-Token, Cookie, Authorization"
    assert b"\r\nCookie: redacted\r\nAuthorization: redacted\r\n" in redacted.block
    assert redacted.fields.id("WARC-Concurrent-To") == quay.ids["secret"]
    assert redacted.fields.id() != redacted.fields.id("WARC-Variorum-Redacted-Of")
    assert wacz.problems == ()
    assert exchanged(exported(quay, tmp_path / "again.wacz", "--all", "--restricted")) == exchanged(made)


# ---------------------------------------------------------------------------------------------------------- missing


@pytest.fixture
def orphaned(home: Path, shared: Path) -> Path:
    """An archive with a revisit whose original it never had."""
    file = shared / "corpora/warc-samples/webrecorder__pywb/sample_archive/warcs/example-url-agnostic-revisit.warc.gz"
    assert say("import", "--home", home, file).code == 0
    return home


def test_a_repeat_without_its_original_is_named_and_refused(orphaned: Path, tmp_path: Path) -> None:
    said = say("export", "wacz", "--home", orphaned, "--all", tmp_path / "x.wacz")

    assert said.code == 1
    assert "http://test@example.com/" in said.err
    assert "--allow-missing" in said.err
    assert list(tmp_path.glob("*.wacz*")) == []


def test_a_repeat_without_its_original_is_declared_when_allowed(orphaned: Path, tmp_path: Path) -> None:
    said = say("export", "wacz", "--home", orphaned, "--all", "--allow-missing", "--json", tmp_path / "x.wacz")
    (missing,) = told(tmp_path / "x.wacz")["variorum:missingOriginals"]

    assert (said.code, said.rows[0]["missing"]) == (0, 1)
    assert missing["url"] == "http://test@example.com/"
    assert check(tmp_path / "x.wacz").problems == ()


# ------------------------------------------------------------------------------------------------ other ways to write


def test_one_warc_file_holds_the_same_records(quay: Quay, tmp_path: Path) -> None:
    wacz = exported(quay, tmp_path / "quay.wacz", "--site", "quay")
    warc = exported(quay, tmp_path / "quay.warc.gz", "--site", "quay", kind="warc")

    assert exchanged(warc) == exchanged(wacz)
    assert say("verify", warc, "--json").rows[-1]["problems"] == 0


def test_an_index_tells_where_captures_lie_in_the_archive(quay: Quay, tmp_path: Path) -> None:
    found = exported(quay, tmp_path / "quay.cdxj", "--site", "quay", kind="cdxj").read_text()
    wanted = say("captures", "--home", quay.home, "--all", "--cdxj").out
    piped = say("export", "cdxj", "--home", quay.home, "--site", "quay", "-")

    assert found.splitlines()
    assert set(found.splitlines()) <= set(wanted.splitlines())
    assert set(wanted.splitlines()) - set(found.splitlines()) == {
        line for line in wanted.splitlines() if MILL in line or SECRET in line
    }
    assert piped.out == found


def test_many_records_go_to_several_files(quay: Quay, tmp_path: Path) -> None:
    settings = config.load(quay.home)
    store = open_store(settings.store.database)
    source = exporting.Source(store=store, folder=WarcFolder(settings.store.warcs))
    words, maker = exporting.Words(title="x", description="y"), Maker(software="test", created=NOON)
    out = tmp_path / "small.wacz"
    exporting.wacz(source, Wish(choice=Choice(sites=("quay",))), out, words, maker, replace=False, part=4000)
    store.close()

    assert len(warcs(out)) > 2
    assert exchanged(out) == exchanged(exported(quay, tmp_path / "one.wacz", "--site", "quay"))
    for data in warcs(out).values():
        types = [str(each.headers["WARC-Type"]) for each in FastIterator(io.BytesIO(data))]
        assert types[:2] == ["warcinfo", "warcinfo"]
    assert check(out).problems == ()


def test_a_plain_file_is_compressed_record_by_record(home: Path, shared: Path, tmp_path: Path) -> None:
    given = shared / "corpora/warc-samples/webrecorder__warcio/test/data/example.warc"
    assert say("import", "--home", home, given).code == 0
    assert say("export", "warc", "--home", home, "--all", tmp_path / "out.warc.gz").code == 0
    plain = given.read_bytes()

    found = [gzip.decompress(data) for met, data in wacz_rules.records(tmp_path / "out.warc.gz")][1:]
    assert found
    assert all(record in plain for record in found)
    assert sorted(found) == sorted(data for _, data in wacz_rules.records(given))


def test_what_other_archives_wrote_is_exported_too(shared: Path, home: Path, tmp_path: Path) -> None:
    folder = shared / "corpora/warc-samples/webrecorder__pywb/sample_archive/warcs"
    given = [folder / name for name in ("iana.warc.gz", "dupes.warc.gz", "example.warc.gz", "post-test.warc.gz")]
    assert say("import", "--home", home, *given).code == 0
    assert say("export", "wacz", "--home", home, "--all", tmp_path / "x.wacz").code == 0
    theirs = {data for path in given for _, data in wacz_rules.records(path)}

    assert set(exchanged(tmp_path / "x.wacz").values()) == theirs
    assert check(tmp_path / "x.wacz").problems == ()


def test_of_an_imported_file_one_page_goes_with_its_request(shared: Path, home: Path, tmp_path: Path) -> None:
    folder = shared / "corpora/warc-samples/webrecorder__pywb/sample_archive/warcs"
    assert say("import", "--home", home, folder / "iana.warc.gz").code == 0
    assert say("export", "warc", "--home", home, "http://www.iana.org/", tmp_path / "x.warc.gz").code == 0
    found = [(met.type, met.fields.get("WARC-Target-URI")) for met, _ in wacz_rules.records(tmp_path / "x.warc.gz")]

    assert ("response", "http://www.iana.org/") in found
    assert ("request", "http://www.iana.org/") in found
    kinds = [kind for kind, _ in found]
    assert kinds.count("request") == kinds.count("response") + kinds.count("revisit")


# ------------------------------------------------------------------------------------------------------------ notes


def noted(folder: Path) -> Path:
    """A WARC file of others with a page, and two records at addresses that notes have."""
    note = {"WARC-Payload-Digest": f"sha256:{hashlib.sha256(b'x').hexdigest()}"}
    ids = [f"urn:uuid:00000000-0000-4000-8000-0000000000f{number}" for number in range(2)]
    data = [wacz_rules.story()]
    data += [
        wacz_rules.record("resource", id, url, note, b"x")
        for id, url in zip(ids, ("urn:variorum:journal:mark:1", "URN:variorum:x"), strict=True)
    ]
    path = folder / "theirs.warc.gz"
    path.write_bytes(b"".join(data))
    return path


@pytest.mark.parametrize("kind", ["wacz", "warc.gz", "cdxj"])
def test_notes_of_other_archives_are_left_out_and_counted(home: Path, tmp_path: Path, kind: str) -> None:
    assert say("import", "--home", home, noted(tmp_path)).code == 0
    out = tmp_path / f"out.{kind}"
    said = say("export", kind.partition(".")[0], "--home", home, "--all", "--json", out)
    told = say("export", kind.partition(".")[0], "--home", home, "--all", "--force", out)
    data = gzip.decompress(out.read_bytes()) if kind == "warc.gz" else out.read_bytes()

    assert (said.code, said.rows[0]["notes"], said.rows[0]["captures"]) == (0, 2, 1)
    assert "2 notes of other archives left out" in told.out
    if kind == "wacz":
        assert [met.type for met, _ in wacz_rules.records(out)] == ["warcinfo", "response"]
        assert check(out).problems == ()
    else:
        assert b"variorum:journal" not in data
        assert b"URN:" not in data


def test_notes_of_other_archives_are_said_to_stay_where_nothing_else_was_asked_for(home: Path, tmp_path: Path) -> None:
    assert say("import", "--home", home, noted(tmp_path)).code == 0
    said = say("export", "warc", "--home", home, "URN:variorum:x", tmp_path / "x.warc.gz")

    assert said.code == 1
    assert "notes of other archives (1 here) are never exported" in said.err


def test_notes_are_told_by_their_keys_by_every_verb_alike(home: Path, tmp_path: Path) -> None:
    assert say("import", "--home", home, noted(tmp_path)).code == 0
    (mark,) = [row for row in say("captures", "--home", home, "--all", "--json").rows if row["url"].startswith("URN:")]

    assert "URN:" not in say("captures", "--home", home, "--all", "--cdxj").out
    assert "URN:" not in say("captures", "--home", home, "--all").out
    assert "no capture" in say("mark", "--home", home, "--article", mark["id"]).err


def test_notes_of_ones_own_are_no_matter_of_an_export(quay: Quay, tmp_path: Path) -> None:
    said = say("export", "wacz", "--home", quay.home, "--all", "--json", tmp_path / "all.wacz")

    assert said.rows[0]["notes"] == 0


def test_certificates_are_handed_on_by_those_who_took_them_in(quay: Quay, home: Path, tmp_path: Path) -> None:
    first = exported(quay, tmp_path / "first.wacz", "--all")
    assert say("import", "--home", home, first).code == 0
    again, page = tmp_path / "again.wacz", tmp_path / "page.wacz"
    said = say("export", "wacz", "--home", home, "--all", "--json", again)
    assert say("export", "wacz", "--home", home, SAFE, page).code == 0

    assert (said.code, said.rows[0]["notes"]) == (0, 0)
    assert exchanged(again) == exchanged(first)
    assert [met.type for met, _ in wacz_rules.records(page)].count("resource") == 2


# ---------------------------------------------------------------------------------------------- whole, or not there


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--site", "quay", "out.zip"), 2, "ends with .wacz"),
        (("http://quay.test/", "http://quay.test/story"), 2, "the last word is the file"),
        (("out.wacz",), 2, "say what to export"),
        (("--all", "--site", "quay", "out.wacz"), 2, "say what to export"),
        (("--site", "nobody", "out.wacz"), 1, "nothing here fits"),
        (("http://nobody.test/", "out.wacz"), 1, "nothing here fits"),
        (("--all", "missing/out.wacz"), 1, "there is no folder"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_one_line(
    quay: Quay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = say("export", "wacz", "--home", quay.home, *words)

    assert done.code == code
    assert said in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_replaced_only_when_asked(quay: Quay, tmp_path: Path) -> None:
    out = tmp_path / "x.wacz"
    out.write_bytes(b"precious")
    refused = say("export", "wacz", "--home", quay.home, "--all", out)
    kept = out.read_bytes()
    forced = say("export", "wacz", "--home", quay.home, "--all", "--force", out)

    assert (refused.code, kept, forced.code) == (2, b"precious", 0)
    assert "--force" in refused.err
    assert told(out)["profile"] == "data-package"


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    home = copied(press(tmp_path_factory.getbasetemp()), tmp_path / "home")
    assert say("export", "wacz", "--home", home, "--all", tmp_path / "whole.wacz").code == 0
    limit = int((tmp_path / "whole.wacz").stat().st_size * share)
    (tmp_path / "out").mkdir()
    done = subprocess.run(
        [VARIORUM, "export", "wacz", "--home", home, "--all", tmp_path / "out" / "x.wacz"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )

    assert done.returncode == 4, done.stderr
    assert "no room" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_an_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupted() -> None:
        with outfile.whole(tmp_path / "x.wacz") as file:
            file.write(b"half")
            assert list(tmp_path.iterdir())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_two_exports_to_one_file_do_not_meet(tmp_path: Path) -> None:
    with (
        outfile.whole(tmp_path / "x.wacz") as file,
        pytest.raises(NothingDone, match="another export"),
        outfile.whole(tmp_path / "x.wacz"),
    ):
        pass
    assert file.closed


def test_a_file_that_has_the_name_of_a_part_is_never_touched(quay: Quay, tmp_path: Path) -> None:
    precious = tmp_path / "x.wacz.part"
    precious.write_bytes(b"precious")
    said = say("export", "wacz", "--home", quay.home, "--all", "--force", tmp_path / "x.wacz")

    assert said.code == 2
    assert "x.wacz.part is there already" in said.err
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.wacz.part", b"precious")]


def test_a_link_that_has_the_name_of_a_part_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "x.wacz.part").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Misuse, match="is there already"), outfile.whole(tmp_path / "x.wacz"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["x.wacz.part"]


def test_what_another_export_has_finished_meanwhile_is_not_lost(tmp_path: Path) -> None:
    out = tmp_path / "x.wacz"

    def late() -> None:
        with outfile.whole(out) as file:
            file.write(b"mine")
            out.write_bytes(b"theirs")

    with pytest.raises(Misuse, match="is there already"):
        late()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.wacz", b"theirs")]


def test_what_is_to_be_replaced_is_there_until_the_new_file_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "x.wacz"
    out.write_bytes(b"old")
    with outfile.whole(out, replace=True) as file:
        file.write(b"new")
        assert out.read_bytes() == b"old"

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.wacz", b"new")]


def test_the_scratch_file_has_no_name(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    scratch.run("INSERT INTO article VALUES ('a')")

    assert list(tmp_path.iterdir()) == []
    assert scratch.one("SELECT id FROM article") == "a"
    scratch.close()


def test_what_waits_is_found_without_reading_what_is_done(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    query = "EXPLAIN QUERY PLAN SELECT id FROM capture WHERE done = 0 ORDER BY warc, offset LIMIT 500"
    plan = [row[3] for row in scratch.rows(query)]

    assert plan == ["SEARCH capture USING INDEX capture_done (done=?)"]
    scratch.close()


def test_a_page_that_was_never_read_is_read_first(quay: Quay, tmp_path: Path) -> None:
    home = shutil.copytree(quay.home, tmp_path / "home")
    for path in home.glob("variorum.db*"):
        path.unlink()
    assert say("reindex", "--home", home).code == 0
    said = say("export", "wacz", "--home", home, "--site", "mill", tmp_path / "x.wacz")

    assert said.code == 0
    assert "read first" in said.err
    assert "A mill." in pages(tmp_path / "x.wacz")[0]["text"]
    assert read(tmp_path / "x.wacz", "pages/pages.jsonl").count(b"\n") == 2
