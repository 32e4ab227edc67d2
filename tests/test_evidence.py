"""The chain behind a revision: it holds on real recordings, and each link of it can break."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import config
from archive.asked import Asked
from archive.evidence import Step, ending, word
from archive.evidence_records import of_robots
from archive.extract.learned import Learned
from archive.extract.workers import Workers
from archive.model import Capture, Exchange, Intent, RecordId, Run, Tls
from archive.proving import Proving, Task, read_again, reader
from archive.recording import Recording
from archive.store import articles, captures, open_store, outlets
from archive.timing import ScaledClock, SystemClock, stamp
from archive.urls import urlkey
from crawler.newsstand.chronicle_posts import day
from crawler.newsstand.chronicle_truth import story
from tests.crash.exchanges import as_body, encrypted, exchange, not_modified
from tests.crash.steps import recorded_now
from tests.kept import empty, page
from tests.press import Said, press, say

JOURNEY, STILL, MOVED = (story(name).addresses[0] for name in ("journey", "still", "moved"))
SECURE = STILL.replace("http:", "https:")
RETURNING = "http://www.mooringpost.test/turncoat"
ROBOTS = "http://www.mooringpost.test/robots.txt"
RULE = "Allow: /2025/"
TIMES = [day(count, 15) for count in range(1, 6)]
LINKS = (
    "revision", "extractor", "reading", "text", "capture", "record", "request", "visit", "connection", "robots", "run",
    "site file", "file",
)  # fmt: skip
SITE = b'url = "http://www.mooringpost.test/"\n'
MODEL = Learned(outlet="mooringpost.test", pages=9, refrains=(("nobody", "ever", "says", "this"),))


class Keeping:
    """Puts on record what a crawl would, at given times."""

    def __init__(self, home: Path, clock_at: datetime) -> None:
        self.home = home
        self.run = Run(
            id="20250304T150000-0a0a0a0a", why="crawl", sites=("press",), began=clock_at, software="Variorum/0",
            settings_digest=None,
        )  # fmt: skip
        self.recording = Recording(config.load(home), ScaledClock(clock_at, 1.0), run=self.run.id).start()
        self.robots: RecordId | None = None

    def put(self, given: Exchange) -> Capture:
        found = recorded_now(self.recording, given).capture
        assert found is not None
        return found

    def page(self, url: str, at: datetime, body: bytes | None = None, tls: Tls | None = None) -> Capture:
        told = (("allowed", self.robots, RULE)) if self.robots is not None else None
        given = exchange(url, b"" if body is None else body, at=at, tls=tls)
        if body is None:
            given = replace(given, response=as_body(page(url.replace("https:", "http:"), at)))
        return self.put(replace(given, intent=Intent(why="new", site="press", robots=told)))


FERRIES = [
    f"The ferry to Osier Island left the {name} quay at dawn with eleven passengers, two goats and a piano aboard."
    for name in "northern southern eastern western oldest newest lowest highest widest narrowest".split()
]


def prose(*more: str) -> bytes:
    text = "".join(f"<p>{line}</p>" for line in [*FERRIES, *more])
    head = "<html><head><title>Ferry</title></head><body><article><h1>The ferry sails</h1>"
    return f"{head}{text}</article></body></html>".encode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a run, its site file, robots.txt, pages over http and TLS, a 304, and a text that came back."""
    home = empty(tmp_path_factory.mktemp("evidence") / "made")
    keeping = Keeping(home, TIMES[0] - timedelta(minutes=1))
    recording = keeping.recording
    recording.note_and_wait("urn:variorum:site:press:sha256:" + _sha256(SITE), SITE, "application/toml")
    recording.tell_run(keeping.run)
    robots = exchange(ROBOTS, f"User-agent: *\n{RULE}\n".encode(), fields=("Content-Type: text/plain",))
    keeping.robots = keeping.put(replace(robots, began=TIMES[0] - timedelta(seconds=30))).id
    for at in TIMES:
        keeping.page(JOURNEY, at)
    first = keeping.page(STILL, TIMES[0])
    keeping.put(not_modified(STILL, first.id, at=TIMES[1]))
    failed = Tls(
        version="tls/1.3", cipher="TLS_AES_128_GCM_SHA256", verified="self-signed certificate", chain=(b"one",)
    )
    keeping.page(SECURE.replace("www.", "shop."), TIMES[0], prose(), tls=failed)
    keeping.page(SECURE.replace("www.", "safe."), TIMES[0], prose(), tls=encrypted(b"two", b"three"))
    for at, more in zip(TIMES, ("It sank on Monday.", "It never sank at all.", "It sank on Monday."), strict=False):
        keeping.page(RETURNING, at, prose(f"{more} So the harbour master of Port Ansel told the council in writing."))
    recording.tell_run(replace(keeping.run, ended=TIMES[4], state="ok"))
    recording.close()
    assert say("reread", "--home", home).code == 0
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A copy to be damaged."""
    return shutil.copytree(made, tmp_path / "home", ignore=shutil.ignore_patterns("*-wal", "*-shm"))


Rows = dict[str, dict[str, Any]]
Proved = Callable[..., tuple[int, Rows]]


def printed(home: Path, *words: str) -> tuple[int, Rows]:
    """What the verb prints of one revision: its exit code, and its links by their names."""
    said = say("evidence", *words, "--json", "--home", home)
    assert said.rows, said.err
    assert [list(row) for row in said.rows] == [["url", "article", "step", "subject", "ok", "detail"]] * len(said.rows)
    return said.code, {row["step"]: row for row in said.rows}


Failed = Callable[..., list[str]]


@pytest.fixture(scope="module")
def workers(made: Path) -> Iterator[Workers]:
    """One process that reads pages again, for all tests: to start it takes longer than to read."""
    started = reader(config.load(made))
    yield started
    started.close(wait=False)


@pytest.fixture
def proved(workers: Workers) -> Proved:
    """Give what ``printed`` does, of ``URL`` or ``URL@N``, without a process for each call."""

    def links(home: Path, wish: str, *, whole: bool = False) -> tuple[int, Rows]:
        settings = config.load(home)
        asked = Asked(settings, SystemClock(), lambda text: None)
        url, _, number = wish.partition("@")
        try:
            article = asked.article(urlkey(url))
            assert article is not None
            revision = article.revisions[int(number) - 1 if number else -1]
            told = list(Proving(settings, asked.store, whole=whole, workers=workers).steps(article, revision))
        finally:
            asked.close()
        assert set(LINKS) - {"connection", "robots", "site file"} <= {each.step for each in told}
        return 3 if any(each.ok is False for each in told) else 0, {each.step: asdict(each) for each in told}

    return links


@pytest.fixture
def failed(proved: Proved) -> Failed:
    """Give the links that fail."""

    def names(home: Path, wish: str, *, whole: bool = False) -> list[str]:
        return [name for name, row in proved(home, wish, whole=whole)[1].items() if row["ok"] is False]

    return names


def change(home: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(home / "variorum.db")) as database, database:
        assert database.execute(statement, values).rowcount > 0, statement


def row_of(home: Path, url: str, at: datetime) -> dict[str, Any]:
    found: dict[str, Any] = say("captures", url, "--at", stamp(at), "--json", "--home", home).rows[0]
    return found


def warc(home: Path) -> Path:
    """The file with the captures; another holds what was decided when they were read."""
    return sealed_or_open(home, row_of(home, JOURNEY, TIMES[1])["warc"])


def sealed_or_open(home: Path, name: str) -> Path:
    (path,) = home.glob(f"warcs/{name}*")
    return path


def overwrite(home: Path, row: dict[str, Any], alter: Callable[[bytes], bytes]) -> None:
    """Put altered bytes in the place of a record."""
    path, start = sealed_or_open(home, row["warc"]), row["offset"]
    data = path.read_bytes()
    end = start + row["length"]
    path.write_bytes(data[:start] + alter(data[start:end]) + data[end:])


def flipped(member: bytes, at: int | None = None) -> bytes:
    at = len(member) // 2 if at is None else at
    return member[:at] + bytes([member[at] ^ 0x20]) + member[at + 1 :]


def repacked(member: bytes, old: bytes, new: bytes) -> bytes:
    """Compress a record anew with other words of the same length, in as many bytes as it had."""
    plain = gzip.decompress(member)
    assert plain.count(old) > 0
    assert len(old) == len(new)
    plain = plain.replace(old, new)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = packer.compress(plain) + packer.flush()
    name = b"x" * (len(member) - len(raw) - 19) + b"\0"  # a file name in the header fills the room that is left
    made = b"\x1f\x8b\x08\x08" + bytes(6) + name + raw + zlib.crc32(plain).to_bytes(4, "little")
    made += (len(plain) & 0xFFFFFFFF).to_bytes(4, "little")
    assert (len(made), gzip.decompress(made)) == (len(member), plain)
    return made


# ------------------------------------------------------------------------------------------------------ it all holds


def test_each_link_of_a_sound_chain_holds(made: Path) -> None:
    code, links = printed(made, f"{JOURNEY}@2")
    assert code == 0
    assert tuple(links) == LINKS
    assert {name: row["ok"] for name, row in links.items()} == dict.fromkeys(LINKS, True)
    assert links["robots"]["subject"] == ROBOTS
    assert f"allowed, by the rule '{RULE}'" in links["robots"]["detail"]
    assert "the rule stands in it" in links["robots"]["detail"]
    assert "new, attempt 1, captured" in links["visit"]["detail"]
    assert "crawl, ok; sites press" in links["run"]["detail"]
    assert row_of(made, JOURNEY, TIMES[1])["digest"] in links["capture"]["detail"]
    assert links["request"]["detail"].split("; ")[1].startswith("GET /2025/")


def test_every_revision_of_a_real_crawl_holds(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = press(tmp_path_factory.getbasetemp())
    copy = shutil.copytree(
        home, tmp_path_factory.mktemp("real") / "copy", ignore=shutil.ignore_patterns("*-wal", "*-shm")
    )
    assert say("reread", "--home", copy).code == 0
    urls = sorted({row["url"] for row in say("history", "--all", "--json", "--home", copy).rows if "number" in row})
    said = say("evidence", "--all-revisions", "--whole", *urls, "--json", "--home", copy)
    assert (said.code, {row["ok"] for row in said.rows if row["step"] != "site file"}) == (0, {True})
    named = {row["step"] for row in said.rows}
    assert {"robots", "run", "last seen", "file"} <= named


def test_the_newest_revision_is_the_one_unless_another_is_named(made: Path) -> None:
    newest = printed(made, JOURNEY)[1]["revision"]
    (shown,) = say("show", JOURNEY, "--json", "--home", made).rows
    assert newest["subject"] == shown["id"]
    (second,) = say("show", f"{JOURNEY}@2", "--json", "--home", made).rows
    for words in ((second["id"],), (JOURNEY, "--revision", "2"), (JOURNEY, "--at", stamp(TIMES[1]))):
        assert printed(made, *words)[1]["revision"]["subject"] == second["id"]
    said = say("evidence", JOURNEY, "--all-revisions", "--json", "--home", made)
    count = shown["number"]
    assert sum(row["step"] == "revision" for row in said.rows) == count


def test_what_cannot_be_proved_is_told_with_the_reason(made: Path) -> None:
    def ask(*words: str) -> Said:
        return say("evidence", *words, "--home", made)

    assert (ask().code, ask(JOURNEY, "--at", "2025-03-06", "--revision", "2").code) == (2, 2)
    assert (ask(f"{JOURNEY}@2", "--revision", "1").code, ask(f"{JOURNEY}@99").code) == (2, 1)
    partly = ask("http://nobody.test/", JOURNEY)
    assert (partly.code, "no capture of http://nobody.test/ here" in partly.err) == (5, True)
    assert "holds" in partly.out


@pytest.mark.parametrize("width", [80, 120])
def test_a_person_reads_a_list_that_fits_the_terminal(made: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    said = say("evidence", f"{JOURNEY}@2", "--home", made)
    lines = said.out.splitlines()
    assert said.code == 0
    assert [found[1] for line in lines if (found := re.match(r"ok {11}(\w+( \w+)?)  ", line))] == list(LINKS)
    assert lines[-1] == "The chain of revision 2 holds: 13 links checked"
    assert max(len(line) for line in lines if "://" not in line) <= width
    assert "\x1b" not in said.out
    assert any(line.strip().startswith("sha256:") and len(line.strip()) == 71 for line in lines)


def test_a_failed_link_is_said_first_and_what_to_do_last(home: Path) -> None:
    overwrite(home, row_of(home, JOURNEY, TIMES[1]), flipped)
    said = say("evidence", f"{JOURNEY}@2", "--home", home)
    assert said.code == 3
    assert re.search(r"^FAILED {7}record {6}\S+ at \d+\n {4}no record can be read there: ", said.out, re.MULTILINE)
    assert re.search(r"^not checked  reading ", said.out, re.MULTILINE)
    last = " ".join(said.out.split("\n\n")[-1].split())
    assert last.startswith("The chain of revision 2 FAILED at record: run `variorum verify`")


# ------------------------------------------------------------------------------------------------------- the WARC file


def test_a_byte_of_the_record_altered_fails_the_record(failed: Failed, home: Path) -> None:
    overwrite(home, row_of(home, JOURNEY, TIMES[1]), flipped)
    code, links = printed(home, f"{JOURNEY}@2")
    assert (code, [name for name, row in links.items() if row["ok"] is False]) == (3, ["record"])
    assert [name for name, row in links.items() if row["ok"] is None] == ["reading", "text"]
    assert failed(home, f"{JOURNEY}@1") == []


@pytest.mark.parametrize("share", [0.03, 0.4, 0.999])
def test_no_byte_of_a_record_can_be_altered(failed: Failed, home: Path, share: float) -> None:
    overwrite(home, row_of(home, JOURNEY, TIMES[1]), lambda member: flipped(member, int(len(member) * share)))
    assert "record" in failed(home, f"{JOURNEY}@2")


def test_a_record_packed_anew_with_other_words_fails(proved: Proved, home: Path) -> None:
    (shown,) = say("show", f"{JOURNEY}@1", "--json", "--home", home).rows
    old = max(shown["paragraphs"][1].split(), key=len).encode()
    overwrite(home, row_of(home, JOURNEY, TIMES[0]), lambda member: repacked(member, old, b"x" * len(old)))
    code, links = proved(home, f"{JOURNEY}@1")
    assert code == 3
    assert {name for name, row in links.items() if row["ok"] is False} == {"reading", "text", "record"}
    assert "the block digest does not hold; the payload digest does not hold" in links["record"]["detail"]
    assert "stands on no captured page, first: " in links["text"]["detail"]
    assert "another paragraphs" in links["reading"]["detail"]


def test_a_record_with_a_forged_digest_differs_from_the_index(proved: Proved, home: Path) -> None:
    row = row_of(home, JOURNEY, TIMES[1])
    forged = row["digest"][:-4] + ("0000" if not row["digest"].endswith("0000") else "1111")
    overwrite(home, row, lambda member: repacked(member, row["digest"].encode(), forged.encode()))
    code, links = proved(home, f"{JOURNEY}@2")
    assert code == 3
    assert "the payload digest does not hold" in links["record"]["detail"]


def test_a_lost_file_fails_every_link_in_it_and_nothing_breaks_off(failed: Failed, home: Path) -> None:
    warc(home).unlink()
    assert failed(home, f"{JOURNEY}@2") == ["record", "request", "visit", "run", "site file", "file"]


def test_a_file_that_was_cut_fails(failed: Failed, home: Path) -> None:
    data = warc(home).read_bytes()
    warc(home).write_bytes(data[: row_of(home, JOURNEY, TIMES[1])["offset"] + 100])
    assert {"record", "file"} <= set(failed(home, f"{JOURNEY}@2"))


def test_a_sealed_file_is_held_against_its_digest_only_when_asked(proved: Proved, failed: Failed, home: Path) -> None:
    assert say("repair", "--home", home).code == 0
    sealed = warc(home)
    data = bytearray(sealed.read_bytes())
    data[row_of(home, JOURNEY, TIMES[1])["offset"] + 9] ^= 1  # in the gzip header: no digest of a record covers it
    assert proved(home, JOURNEY, whole=True)[1]["file"]["detail"].endswith("recomputed: the same")
    sealed.write_bytes(data)
    assert failed(home, f"{JOURNEY}@2") == []
    assert "not checked without --whole" in proved(home, JOURNEY)[1]["file"]["detail"]
    assert failed(home, f"{JOURNEY}@2", whole=True) == ["file"]
    sealed.write_bytes(data + b"\0")
    assert failed(home, f"{JOURNEY}@2") == ["file"]


def test_a_text_that_came_back_rests_on_the_record_that_holds_it(proved: Proved, failed: Failed, home: Path) -> None:
    code, links = proved(home, f"{RETURNING}@3")
    first = row_of(home, RETURNING, TIMES[0])
    assert (code, links["original"]["ok"], links["original"]["subject"]) == (
        0, True, f"{first['warc']} at {first['offset']}",
    )  # fmt: skip
    assert links["reading"]["subject"] == first["id"]
    overwrite(home, first, flipped)
    assert failed(home, f"{RETURNING}@3") == ["original"]
    change(home, "DELETE FROM captures WHERE id = ?", first["id"])
    assert "original" in failed(home, f"{RETURNING}@3")


# -------------------------------------------------------------------------------------------------------- the database


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("digest", "sha256:" + "0" * 64),
        ("offset", 0),
        ("length", 17),
        ("truncated", "length"),
    ],
)
def test_an_index_that_says_otherwise_than_the_record_fails(
    failed: Failed, home: Path, column: str, value: object
) -> None:
    id = row_of(home, JOURNEY, TIMES[1])["id"]
    change(home, f'UPDATE captures SET "{column}" = ? WHERE id = ?', value, id)
    assert "record" in failed(home, f"{JOURNEY}@2")


def test_a_text_altered_in_the_database_fails(failed: Failed, home: Path) -> None:
    (shown,) = say("show", f"{JOURNEY}@2", "--json", "--home", home).rows
    old = max(shown["paragraphs"][1].split(), key=len)
    alter = "UPDATE revisions SET extraction = replace(extraction, ?, ?) WHERE id = ?"
    change(home, alter, old, "nevermore", shown["id"])
    assert failed(home, f"{JOURNEY}@2") == ["revision", "text"]
    said = say("evidence", f"{JOURNEY}@2", "--home", home)
    assert "`variorum reindex`" in " ".join(said.out.split("\n\n")[-1].split())


def test_a_digest_altered_with_the_text_does_not_help(failed: Failed, home: Path) -> None:
    (shown,) = say("show", f"{JOURNEY}@2", "--json", "--home", home).rows
    old = max(shown["paragraphs"][1].split(), key=len)
    text = "\n".join(shown["paragraphs"]).replace(old, "nevermore")
    alter = "UPDATE revisions SET extraction = replace(extraction, ?, ?), text_digest = ? WHERE id = ?"
    change(home, alter, old, "nevermore", f"sha256:{_sha256(text.encode())}", shown["id"])
    assert failed(home, f"{JOURNEY}@2") == ["revision", "text"]


@pytest.mark.parametrize("what", ["seen_until = seen_until + 1", "basis = '304'"])
def test_what_is_said_of_a_revision_must_follow_from_its_readings(failed: Failed, home: Path, what: str) -> None:
    (shown,) = say("show", f"{JOURNEY}@2", "--json", "--home", home).rows
    change(home, f"UPDATE revisions SET {what} WHERE id = ?", shown["id"])
    assert "revision" in failed(home, f"{JOURNEY}@2")


def test_a_reading_altered_in_the_database_fails(proved: Proved, home: Path) -> None:
    (shown,) = say("show", f"{JOURNEY}@2", "--json", "--home", home).rows
    alter = "UPDATE readings SET extraction = replace(extraction, ?, 'Somebody Else') WHERE capture = ?"
    change(home, alter, shown["bylines"][0], shown["id"])
    code, links = proved(home, f"{JOURNEY}@2")
    assert (code, links["reading"]["ok"]) == (3, False)
    assert "another bylines" in links["reading"]["detail"]


def test_a_visit_altered_in_the_database_fails(proved: Proved, failed: Failed, home: Path) -> None:
    change(home, "UPDATE visits SET why = 'recheck' WHERE capture = ?", row_of(home, JOURNEY, TIMES[1])["id"])
    assert failed(home, f"{JOURNEY}@2") == ["visit"]
    change(home, "DELETE FROM visits WHERE capture = ?", row_of(home, JOURNEY, TIMES[1])["id"])
    assert "run `variorum reindex`" in proved(home, f"{JOURNEY}@2")[1]["visit"]["detail"]


@pytest.mark.parametrize("what", ["software = 'Another/9'", "state = 'crashed'"])
def test_a_run_altered_in_the_database_fails(failed: Failed, home: Path, what: str) -> None:
    change(home, f"UPDATE runs SET {what}")
    assert failed(home, f"{JOURNEY}@2") == ["run"]


def test_a_chain_without_its_database_rebuilt_from_the_files_holds_again(proved: Proved, home: Path) -> None:
    _, before = proved(home, f"{JOURNEY}@2")
    for path in home.glob("variorum.db*"):
        path.unlink()
    assert (say("reindex", "--home", home).code, say("reread", "--home", home).code) == (0, 0)
    code, after = proved(home, f"{JOURNEY}@2")
    assert (code, [name for name, row in after.items() if row != before[name]]) == (0, ["file"])  # when it was sealed


# -------------------------------------------------------------------------------------------------- what is told of it


def test_unchanged_by_the_word_of_a_server_is_told_so(proved: Proved, made: Path) -> None:
    code, links = proved(made, STILL)
    assert code == 0
    assert "by the word of the server (304), not by bytes" in links["revision"]["detail"]
    assert "the server said 304" in links["last seen"]["detail"]
    assert "answered HTTP/1.1 304 Not Modified" in links["last visit"]["detail"]
    assert "unchanged until then by its bytes" not in links["revision"]["detail"]
    by_bytes = proved(made, f"{RETURNING}@1")[1]["revision"]["detail"]
    assert "304" not in by_bytes


def test_a_304_whose_head_is_lost_fails(failed: Failed, home: Path) -> None:
    overwrite(home, row_of(home, STILL, TIMES[1]), flipped)
    assert failed(home, STILL) == ["last seen"]


def test_a_certificate_that_does_not_hold_is_a_warning_and_no_failure(proved: Proved, made: Path) -> None:
    code, links = proved(made, SECURE.replace("www.", "shop."))
    assert (code, links["connection"]["ok"]) == (0, True)
    assert "warning: TLS verification failed (self-signed certificate)" in links["connection"]["detail"]
    good = proved(made, SECURE.replace("www.", "safe."))[1]["connection"]["detail"]
    assert good.startswith("TLS verified; tls/1.3, TLS_AES_128_GCM_SHA256; 2 certificates on record")
    assert "warning: plain http" in proved(made, JOURNEY)[1]["connection"]["detail"]


def test_a_certificate_that_is_lost_fails_the_connection(failed: Failed, home: Path) -> None:
    (held,) = [
        row for row in say("captures", "--all", "--json", "--home", home).rows
        if row["url"].startswith("urn:variorum:certificate:") and row["url"].endswith(_sha256(b"one"))
    ]  # fmt: skip
    overwrite(home, held, flipped)
    assert failed(home, SECURE.replace("www.", "shop.")) == ["connection"]
    assert failed(home, SECURE.replace("www.", "safe.")) == []


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_robots_txt_that_is_damaged_fails_it_alone(failed: Failed, home: Path) -> None:
    overwrite(home, row_of(home, ROBOTS, TIMES[0]), flipped)
    assert failed(home, f"{JOURNEY}@2") == ["robots"]


ASKED = TIMES[0]


@pytest.mark.parametrize(
    ("told", "ok", "said"),
    [
        ({"verdict": "allowed", "capture": None, "rule": None}, True, "allowed: it has no rule for this page"),
        ({"verdict": "unavailable: allowed", "capture": None, "rule": None}, True, "unavailable: allowed"),
        ({"verdict": "forbidden", "capture": None, "rule": "Disallow: /"}, True, "warning: asked for all the same"),
        ({"verdict": "allowed", "capture": "urn:uuid:lost", "rule": None}, False, "no such capture of robots.txt"),
    ],
)
def test_what_robots_txt_said_is_told(told: dict[str, object], ok: bool, said: str) -> None:
    step = of_robots({"robots": told}, None, None, None, ASKED)
    assert (step.ok, said in step.detail) == (ok, True)


def test_a_rule_that_robots_txt_does_not_have_fails(made: Path, tmp_path: Path) -> None:
    home = empty(tmp_path / "liar")
    keeping = Keeping(home, TIMES[0])
    robots = exchange(ROBOTS, b"User-agent: *\nDisallow: /2025/\n", fields=("Content-Type: text/plain",), at=TIMES[0])
    keeping.robots = keeping.put(robots).id
    keeping.page(JOURNEY, TIMES[1])
    keeping.recording.tell_run(keeping.run)
    keeping.recording.close()
    code, links = printed(home, JOURNEY)
    assert (code, links["robots"]["ok"]) == (3, False)
    assert links["robots"]["detail"].startswith("no such rule stands in it; ")
    assert links["site file"]["ok"] is None


def test_of_an_imported_capture_it_is_said_what_is_not_known(failed: Failed, made: Path, tmp_path: Path) -> None:
    given = tmp_path / "theirs.warc.gz"
    shutil.copy(warc(made), given)
    home = empty(tmp_path / "home")
    assert say("import", given, "--home", home).code == 0
    code, links = printed(home, f"{JOURNEY}@2")
    assert code == 0
    assert [name for name, row in links.items() if row["ok"] is None] == ["visit", "connection", "robots", "run"]
    assert all(links[name]["detail"].startswith("not known: ") for name in ("visit", "run"))
    assert "came as theirs.warc.gz; taken in on " in links["import"]["detail"]
    assert _sha256(given.read_bytes()) in links["import"]["detail"]
    (kept,) = home.glob("warcs/*-import-*")
    data = bytearray(kept.read_bytes())
    data[9] ^= 1
    kept.write_bytes(data)
    assert failed(home, f"{JOURNEY}@2", whole=True) == ["file"]
    change(home, "UPDATE warcs SET sha256 = ? WHERE name = ?", "0" * 64, kept.name)
    assert failed(home, f"{JOURNEY}@2") == ["import"]


# --------------------------------------------------------------------------------------------------------- the reading


@pytest.fixture
def learnt(tmp_path: Path) -> Path:
    """An archive whose reading rests on a model of the outlet."""
    home = empty(tmp_path / "learnt")
    keeping = Keeping(home, TIMES[0])
    keeping.recording.tell_journal("model", MODEL.outlet, {"digest": MODEL.digest, "model": MODEL.data()})
    keeping.recording.work_and_wait(
        lambda conn: outlets.put_model(conn, MODEL.outlet, MODEL.digest, MODEL.data(), TIMES[0])
    )
    keeping.page(JOURNEY, TIMES[1])
    keeping.recording.tell_run(keeping.run)
    keeping.recording.close()
    assert say("reread", "--home", home).code == 0
    return home


def test_what_was_learned_of_the_outlet_is_on_record_and_used_again(proved: Proved, learnt: Path) -> None:
    code, links = proved(learnt, JOURNEY)
    assert (code, links["extractor"]["ok"], links["reading"]["ok"]) == (0, True, True)
    assert f"it had learned of mooringpost.test: model {MODEL.digest}; on record since" in links["extractor"]["detail"]


def test_a_model_that_the_journal_does_not_have_fails(proved: Proved, failed: Failed, learnt: Path) -> None:
    change(learnt, "UPDATE journal SET data = replace(data, 'ever', 'never') WHERE kind = 'model'")
    assert failed(learnt, JOURNEY) == ["extractor"]
    change(learnt, "DELETE FROM journal WHERE kind = 'model'")
    code, links = proved(learnt, JOURNEY)
    assert (code, links["extractor"]["ok"]) == (3, False)
    assert links["reading"]["ok"] is None


def test_a_reading_by_another_extractor_cannot_be_repeated_and_does_not_fail(proved: Proved, home: Path) -> None:
    other = "generic 1 (trafilatura 1.0.0)"
    for table in ("readings", "revisions", "articles", "pins"):
        change(home, f"UPDATE {table} SET extractor = ?", other)
    code, links = proved(home, f"{JOURNEY}@2")
    assert (code, links["reading"]["ok"], links["text"]["ok"]) == (0, None, True)
    assert links["reading"]["detail"].startswith(f"not checked: it was read by {other}; installed here is generic ")
    assert "installed here is" in links["extractor"]["detail"]


def test_what_changed_around_the_article_is_found_on_the_page_that_showed_it(proved: Proved, tmp_path: Path) -> None:
    home = empty(tmp_path / "framed")
    keeping = Keeping(home, TIMES[0])
    link = b'<p><a href="/piano">The piano that swam across the sound</a></p>'
    first = prose().replace(
        b"<p>The ferry to Osier Island left the oldest", link + b"<p>The ferry to Osier Island left the oldest"
    )
    keeping.page(RETURNING, TIMES[0], first)
    later = first.replace(b"The piano that swam across the sound", b"Eleven goats and how they were counted")
    later = later.replace(b">Ferry<", b">Again<").replace(b"<h1>The ferry sails", b"<h1>At last it is back")
    keeping.page(RETURNING, TIMES[1], later)
    keeping.recording.tell_run(keeping.run)
    keeping.recording.close()
    assert say("reread", "--home", home).code == 0
    (shown,) = say("show", RETURNING, "--json", "--home", home).rows
    assert (shown["number"], "The piano that swam across the sound" in shown["paragraphs"]) == (2, True)
    code, links = proved(home, RETURNING)
    assert (code, links["text"]["ok"]) == (0, True)
    assert f"1 on that of the earlier {row_of(home, RETURNING, TIMES[0])['id']}" in links["text"]["detail"]


def test_the_words_of_a_page_are_found_however_they_are_cut_into_paragraphs(made: Path) -> None:
    store = open_store(config.load(made).store.database)
    with store.read() as conn:
        (held,) = [each for each in captures.of_url(conn, urlkey(RETURNING)) if each.at == TIMES[0]]
    store.close()
    paragraphs = (FERRIES[0], "two goats and a violin", f"{FERRIES[1]} {FERRIES[2]}")
    assert read_again(Task(warcs=str(made / "warcs"), capture=held, paragraphs=paragraphs)).absent == (1,)


# ----------------------------------------------------------------------------------------------------------- the words


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Step("file", "a", True, "x"), "ok"),
        (Step("file", "a", False, "x"), "FAILED"),
        (Step("file", "a", None, "not known: x"), "not known"),
        (Step("file", "a", None, "not checked: x"), "not checked"),
    ],
)
def test_each_state_has_its_word(step: Step, said: str) -> None:
    assert word(step) == said


def test_the_end_names_the_links_that_failed_and_the_remedy(made: Path) -> None:
    store = open_store(config.load(made).store.database)
    with store.read() as conn:
        article = articles.of_urlkey(conn, urlkey(STILL))
    store.close()
    assert article is not None
    (revision,) = article.revisions
    good, lost = Step("record", "a", True, "x"), Step("robots", "b", None, "not known: x")
    assert ending(revision, [good]) == "the chain of revision 1 holds: 1 link checked"
    assert ending(revision, [good, good, lost]).endswith("holds: 2 links checked, 1 not checked or not known")
    text, file = Step("text", "a", False, "x"), Step("file", "a", False, "x")
    assert ending(revision, [text, good]).startswith("the chain of revision 1 FAILED at text: the files hold")
    told = ending(revision, [text, file, good])
    assert told == (
        "the chain of revision 1 FAILED at text and file: run `variorum verify`, and bring what is damaged back from a"
        " backup"
    )


def test_colour_is_only_for_who_asks_for_it(made: Path) -> None:
    plain = say("evidence", STILL, "--home", made).out
    coloured = say("evidence", STILL, "--colour", "--home", made).out
    assert "\x1b[32mok" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
