"""Bad input of every kind ends in one clear line, the right exit code, and a visit for every URL; nothing is lost."""

from __future__ import annotations

import gzip
import json
import re
import socket
import subprocess
import sys
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.urls import urlkey
from crawler.newsstand import Newsstand
from tests.bad_certificates import KINDS, contexts
from tests.hostile_addresses import URLS
from tests.press import LIMIT, QUICK, VARIORUM, Said, call, connect, environment, say
from tests.wire.cases import answer, one
from tests.wire.listener import Listener
from tests.wire.oracle import Kept, kept
from tests.wire.server import WireServer

GIB = 1 << 30
HEADERS = 2_000_000
BOUND = 400_000
"""kB of memory a run may reach; one that held a GiB unpacked would need three times as much."""

# What the console script does, and at the end the most memory the process held (Linux: proc(5)).
MEASURED = r"""
import re, sys
from archive.cli import main
code = main()
with open("/proc/self/status") as status:
    print("held", re.search(r"VmHWM:\s+(\d+)", status.read())[1], file=sys.stderr)
sys.exit(code)
"""

BROKEN = (
    "", "-", "story.html", "example.org/story", "//example.org/x", "http:", "http://", "http:///story", "http://?q=1",
    "http://:80/", "http://[::1/", "http://[::g]/", "http://[1.2.3.4]/", "http://a b.example/", "http://exa<mple.org/",
    "http://example.org:0/", "http://example.org:65536/", "http://example.org:http/", "http://a..example/",
    f"http://{'a' * 64}.example/", f"http://{'a.' * 200}example/", "http://%zz/", "ftp://example.org/x",
    "file:///etc/hostname", "gopher://127.0.0.1/", "javascript:alert(1)", "mailto:a@example.org",
    "data:text/plain,hello", "urn:variorum:journal:import:1", "about:blank", "http//example.org/",
    "htp://example.org/", "http://example.org/\r\nWARC-Type: warcinfo", "http://example.org/\nX:1",
    "http://example.org/\x0bx", "http://example.org/\x85x", "http://example.org/\x1b[2J", "http://\udcff\udcfe/",
    f"http://example.org/{'long' * 5000}",
)  # fmt: skip
"""What nobody can fetch."""

INWARD = {
    "inward-private": "http://10.0.0.1/",
    "inward-metadata": "http://169.254.169.254/latest/meta-data/",
    "inward-mapped": "http://[::ffff:192.168.1.1]/",
    "inward-decimal": "http://2130706433/",
}
"""Paths, and where the server there redirects to."""


def head_bomb(*, lines: int) -> bytes:
    """A response with two million bytes of headers."""
    return answer(*(b"X-%d: %s" % (line, b"b" * (HEADERS // lines)) for line in range(lines)), body=b"after the bomb")


def body_bomb() -> bytes:
    """A gzip body of a GiB of zeros, which is a megabyte on the wire."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 24)
    packed = b"".join(packer.compress(zeros) for _ in range(GIB // len(zeros))) + packer.flush()
    return answer(b"Content-Type: text/html", b"Content-Encoding: gzip", body=packed)


BODY_BOMB = body_bomb()
CASES = (
    one("good", answer(b"Content-Type: text/html", body=b"<p>A page that is in order.</p>")),
    one("head-lines", head_bomb(lines=20_000), after="close"),
    one("head-line", head_bomb(lines=1), after="close"),
    one("body-bomb", BODY_BOMB),
    *(
        one(name, answer(b"Location: " + to.encode(), status=b"HTTP/1.1 302 Found"), status=302)
        for name, to in INWARD.items()
    ),
)


GOOD = (
    b"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:11111111-2222-4333-8444-555555555555>\r\n"
    b"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Target-URI: urn:example:good\r\nContent-Type: text/plain\r\n"
    b"Content-Length: 4\r\n\r\ngood\r\n\r\n"
)


class NotTls(Listener):
    """Answers a TLS hello with something else."""

    def talk(self, sock: socket.socket, number: int) -> None:
        sock.recv(65536)
        sock.sendall(answer(status=b"HTTP/1.1 400 Bad Request"))


class Silent(Listener):
    """Notes that somebody came, and says nothing."""

    came = 0

    def talk(self, sock: socket.socket, number: int) -> None:
        self.came += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A capture run, and what is on record after it."""

    home: Path
    said: Said
    visits: list[dict[str, Any]]
    kept: list[Kept]

    def told(self, url: str) -> list[dict[str, Any]]:
        return [visit for visit in self.visits if visit["url"] == url]

    def record(self, url: str) -> Kept:
        return next(record for record in reversed(self.kept) if record.url == url)


def new_home(folder: Path, *, contact: bool = True) -> Path:
    home = folder / "home"
    assert say("init", home, *(["--contact", "tests@example.org"] if contact else [])).code == 0
    return home


def captured(home: Path, said: Said) -> Run:
    visits = say("log", "--home", home, "--json").rows
    return Run(home=home, said=said, visits=visits, kept=kept(home))


def one_line(said: Said) -> str:
    """Give what was said on standard error, which must be one line."""
    assert "Traceback" not in said.err + said.out
    assert re.fullmatch(r"variorum: [^\n]+\n", said.err), said.err
    return said.err


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run over all that is wrong with URLs, names, servers, TLS and answers, and one good page."""
    folder = tmp_path_factory.mktemp("bad")
    home = new_home(folder)
    tls, authority = contexts(folder, "press.test")
    with ExitStack() as stack:
        server = stack.enter_context(WireServer(CASES))
        hosts: dict[str, Listener] = {f"{case.name}.test": server for case in CASES}
        for kind, context in tls.items():
            hosts[f"{kind}.press.test"] = stack.enter_context(WireServer(CASES, tls=context))
        hosts["not-tls.test"] = stack.enter_context(NotTls())
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            refused = f"127.0.0.1:{closed.getsockname()[1]}"
            mapped = {host: listener.netloc for host, listener in hosts.items()} | {"refused.test": refused}
            urls = [f"http://{case.name}.test/{case.name}" for case in CASES]
            urls += [f"https://{kind}.press.test/good" for kind in KINDS]
            urls += ["https://not-tls.test/", "http://refused.test/", "http://nowhere.invalid/"]
            command: list[str | Path] = [
                sys.executable,
                "-c",
                MEASURED,
                "capture",
                "--home",
                home,
                *QUICK,
                *connect(mapped),
            ]
            done = subprocess.run(
                [*command, "--set", "network.timeout=20s", "--", *BROKEN, *urls],
                capture_output=True,
                timeout=LIMIT,
                check=False,
                env=environment(SSL_CERT_FILE=str(authority)),
            )
    return captured(home, Said(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode()))


def test_a_run_with_one_good_page_among_the_bad_is_done(run: Run) -> None:
    assert run.said.code == 0, run.said.err[-2000:]
    assert "Traceback" not in run.said.err
    assert "ERROR" not in run.said.err
    assert [visit["outcome"] for visit in run.told("http://good.test/good")] == ["captured"]


@pytest.mark.parametrize("url", BROKEN, ids=lambda url: ascii(url[:30]))
def test_a_broken_url_is_a_visit_that_says_what_is_wrong_with_it(run: Run, url: str) -> None:
    written = url.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    (visit,) = run.told(written)
    assert (visit["outcome"], visit["why"], visit["status"], visit["capture"]) == (
        "out of scope",
        "by hand",
        None,
        None,
    )
    assert len(visit["detail"]) > 20
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", visit["detail"])


@pytest.mark.parametrize(
    ("url", "outcome", "detail"),
    [
        ("http://nowhere.invalid/", "failed", "the name nowhere.invalid does not resolve"),
        ("http://refused.test/", "failed", "the connection was refused"),
        ("https://not-tls.test/", "failed", "TLS failed: "),
        *((to, "unsafe", " is a| leads to ") for to in INWARD.values()),
    ],
)
def test_what_gave_no_answer_is_a_visit_with_the_reason(run: Run, url: str, outcome: str, detail: str) -> None:
    told = run.told(url)
    assert {visit["outcome"] for visit in told} == {outcome}
    assert re.search(detail, told[-1]["detail"])
    assert told[-1]["capture"] is None


@pytest.mark.parametrize("name", INWARD)
def test_a_redirect_inward_is_kept_and_not_followed(run: Run, name: str) -> None:
    (hop,) = run.told(f"http://{name}.test/{name}")
    (stopped,) = run.told(INWARD[name])
    assert (hop["outcome"], hop["status"]) == ("redirected", 302)
    assert (stopped["why"], stopped["from"]) == ("redirect", hop["capture"])


@pytest.mark.parametrize(
    ("kind", "verified"),
    [
        ("sound", r"ok\Z"),
        ("self-signed", "certificate: .*self.signed"),
        ("expired", "certificate: .*expired"),
        ("other-name", "host name: the certificate is not for other-name.press.test"),
    ],
)
def test_a_bad_certificate_is_recorded_with_the_page(run: Run, kind: str, verified: str) -> None:
    record = run.record(f"https://{kind}.press.test/good")
    assert record.note["outcome"] == "captured"
    assert re.match(verified, record.note["tls"]["verified"])


@pytest.mark.parametrize("name", ["head-lines", "head-line"])
def test_a_header_bomb_is_cut_off_and_what_came_is_kept(run: Run, name: str) -> None:
    url = f"http://{name}.test/{name}"
    last = run.told(url)[-1]
    assert last["outcome"] in ("failed", "truncated", "captured")
    record = run.record(url)
    sent = next(case for case in CASES if case.name == name).message
    assert record.response is not None
    assert sent.startswith(record.response)
    assert last["outcome"] == "captured" or last["detail"]


def test_a_decompression_bomb_is_kept_as_it_came(run: Run) -> None:
    record = run.record("http://body-bomb.test/body-bomb")
    assert record.response == BODY_BOMB
    assert record.note["outcome"] == "captured"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_bombs_do_not_fill_the_memory(run: Run) -> None:
    held = re.search(r"^held (\d+)$", run.said.err, re.MULTILINE)
    assert held is not None
    assert int(held[1]) < BOUND


def test_the_archive_of_a_bad_run_is_sound(run: Run) -> None:
    said = say("verify", "--home", run.home, "--json")
    assert (said.code, said.rows[:-1]) == (0, [])


def test_nothing_of_a_broken_url_leaks_into_the_fields_of_a_record(run: Run) -> None:
    for path in run.home.glob("warcs/*.warc.gz*"):
        data = gzip.decompress(path.read_bytes())
        assert b"\r\nWARC-Type: warcinfo" not in data.split(b"\r\n\r\n", 1)[1]
        assert not re.search(rb"\r\nX:1", data)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that requires certificates to hold."""
    folder = tmp_path_factory.mktemp("strict")
    home = new_home(folder)
    tls, authority = contexts(folder, "press.test")
    with ExitStack() as stack:
        hosts = {
            f"{kind}.press.test": stack.enter_context(WireServer(CASES, tls=context)).netloc
            for kind, context in tls.items()
        }
        urls = [f"https://{host}/good" for host in hosts]
        options = (*QUICK, *connect(hosts), "--set", "network.verify=require")
        said = call("capture", "--home", home, *options, *urls, env=environment(SSL_CERT_FILE=str(authority)))
    return captured(home, said)


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("self-signed", "certificate.*self.signed|self.signed.*certificate|certificate verify failed"),
        ("expired", "expired|certificate verify failed"),
        ("other-name", "not.*for|certificate does not hold|match"),
    ],
)
def test_a_bad_certificate_ends_the_request_where_a_good_one_is_required(strict: Run, kind: str, detail: str) -> None:
    told = strict.told(f"https://{kind}.press.test/good")
    assert {visit["outcome"] for visit in told} == {"failed"}
    assert re.search(detail, told[-1]["detail"])
    assert strict.said.code == 0
    (good,) = strict.told("https://sound.press.test/good")
    assert good["outcome"] == "captured"


def _at(port: dict[bool, int], url: str) -> str:
    """Put the port of our listener into a hostile URL."""
    return re.sub(r"(?i)^(https?://(?:[^/@]*@)?[^/]*)", lambda m: f"{m[1]}:{port['[' in m[1]]}", url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Siege:
    run: Run
    urls: list[str]
    hops: list[str]
    came: int


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Siege:
    """One run over all hostile URLs, given by hand and as targets of redirects, with listeners on this machine."""
    home = new_home(tmp_path_factory.mktemp("siege"))
    with Silent("127.0.0.1") as four, Silent("::1") as six:
        port = {False: four.port, True: six.port}
        urls = [_at(port, url) for url, _ in URLS]
        moves = [
            one(f"to-{number}", answer(b"Location: " + url.encode(), status=b"HTTP/1.1 301 Moved"), status=301)
            for number, url in enumerate(urls)
        ]
        with WireServer(moves) as server:
            hops = [f"http://mover.test{case.path}" for case in moves]
            # The pin lets the run reach the mover's port on this machine, and nothing else there.
            options = ("--home", home, *QUICK, *connect({"mover.test": server.netloc}))
            said = call("capture", *options, "--from", "-", stdin="".join(f"{url}\n" for url in (*urls, *hops)))
            four.quit()
            six.quit()
        came = four.came + six.came
    return Siege(run=captured(home, said), urls=urls, hops=hops, came=came)


def test_no_hostile_address_is_reached(siege: Siege) -> None:
    assert siege.came == 0


def test_every_hostile_url_is_a_visit_with_the_reason(siege: Siege) -> None:
    told: dict[str, list[dict[str, Any]]] = {}
    for visit in siege.run.visits:
        told.setdefault(urlkey(visit["url"]), []).append(visit)
    assert len(siege.urls) >= 60
    for url, (_, address) in zip(siege.urls, URLS, strict=True):
        last = told[urlkey(url)][-1]
        assert last["detail"]
        assert last["outcome"] in ("unsafe", "failed") or (address is None and last["outcome"] == "out of scope")


def test_every_hop_to_a_hostile_url_is_on_record(siege: Siege) -> None:
    for hop in siege.hops:
        (visit,) = siege.run.told(hop)
        assert visit["outcome"] == "redirected"
    assert siege.run.said.code == 0
    assert "Traceback" not in siege.run.said.err


@pytest.fixture(scope="module")
def ruins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files and folders with which something is wrong, and an archive to try them on."""
    folder = tmp_path_factory.mktemp("ruins")
    new_home(folder)
    (folder / "folder").mkdir()
    (folder / "text.warc.gz").write_text("This is a note, not a WARC file.\n")
    (folder / "empty.warc.gz").write_bytes(b"")
    (folder / "good.warc").write_bytes(GOOD)
    (folder / "blank.warc").write_bytes(b"\r\n" * 100)
    (folder / "page.warc.gz").write_bytes(gzip.compress(b"<html>a page</html>"))
    (folder / "latin.txt").write_bytes("http://exämple.org/\n".encode("latin-1"))
    (folder / "nothing.txt").write_text("\n# only a comment\n")
    for name, text in {
        "no-toml": "contact = you@example.org",
        "unknown": "[network]\ntimeuot = '5s'",
        "wrong": "[store]\nwarc_size = 'big'",
        "not-text": "\udcff",
    }.items():
        (folder / name).mkdir()
        (folder / name / "variorum.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    broken = folder / "text-database"
    assert say("init", broken).code == 0
    (broken / "variorum.db").write_text("This is no database, it is a text of some length.\n" * 100)
    return folder


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("import {}/folder", 2, "is a folder"),
        ("import {}/missing.warc.gz", 2, "No such file"),
        ("import /dev/zero", 2, "device"),
        ("import {}/text.warc.gz", 1, "is no WARC file, nothing was taken"),
        ("import {}/empty.warc.gz", 1, "it is empty"),
        ("import {}/blank.warc", 1, "is no WARC file"),
        ("import {}/page.warc.gz", 1, "is no WARC file"),
        ("verify {}/folder", 2, "is a folder"),
        ("verify {}/missing.warc.gz", 2, "No such file"),
        ("verify /dev/zero", 2, "device"),
        ("capture --from {}/missing.txt", 2, "No such file"),
        ("capture --from {}/latin.txt", 2, "line 1 of .* is not UTF-8"),
        ("capture --from {}/nothing.txt", 2, "no URL given"),
        ("capture", 2, "no URL given"),
        ("captures", 2, "name the URLs"),
        ("captures --all http://a.test/", 2, "name the URLs"),
        ("captures http://a.test/ --run 1", 2, "name the URLs"),
        ("captures --all --at 2026-01-01", 2, "--at is for named URLs"),
        ("captures --all --json --cdxj", 2, "not both"),
        ("captures http://a.test/", 1, "no capture of http://a.test/"),
        ("captures http://a.test/ --at yesterday", 2, "'yesterday' is not a time"),
        ("captures http://a.test/ --at 2026-13-01", 2, "no such time"),
        ("captures http://a.test/ --at 2026-02-30T00:00:00Z", 2, "no such time"),
        ("captures http://a.test/ --at 2026-02-01T00:00:00", 2, "is not a time"),
        ("log --since 20260101", 2, "is not a time"),
        ("log", 1, "no visit"),
        ("log http://a.test/", 1, "no visit"),
        ("runs", 1, "no run"),
        ("backup {}/home", 2, "within the archive"),
        ("backup {}/home/copy", 2, "within the archive"),
        ("backup {}/text.warc.gz/copy", 2, "Not a directory"),
        ("backup {}/text.warc.gz", 2, "cannot write"),
    ],
)
def test_a_wrong_call_is_one_line_and_its_code(ruins: Path, words: str, code: int, told: str) -> None:
    verb, *rest = words.format(ruins).split()
    said = say(verb, "--home", ruins / "home", *rest)

    assert said.code == code, said
    assert re.search(told, one_line(said))


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("init {}/home", 2, "is an archive already"),
        ("init {}/text.warc.gz", 2, "choose another folder"),
        ("init {}/text.warc.gz/home", 2, "choose another folder"),
        ("init {}/new --contact nobody", 2, "contact"),
        ("init {}/new --label a/b", 2, "label"),
        ("log --home {}/nowhere", 2, "variorum init"),
        ("log --home {}/folder", 2, "variorum init"),
        ("log --home {}/no-toml", 2, "is not TOML"),
        ("log --home {}/unknown", 2, "no setting network.timeuot; did you mean network.timeout"),
        ("log --home {}/wrong", 2, "store.warc_size"),
        ("log --home {}/not-text", 2, "is not UTF-8"),
        ("log --home {}/home --set network.timeuot=5s", 2, "did you mean network.timeout"),
        ("log --home {}/home --set network.timeout", 2, "has no value"),
        ("verify --home {}/home --set store.warcs={}/text.warc.gz", 2, "is a file"),
        ("verify --home {}/home --set store.warcs={}/text.warc.gz/warcs", 2, "Not a directory"),
        ("import {}/good.warc --home {}/home --set store.warcs={}/text.warc.gz/w", 2, "Not a directory"),
        ("log --home {}/home --set store.database=sqlite:///{}/text.warc.gz/x.db", 2, "cannot open the database"),
        ("log --home {}/text-database", 3, "variorum reindex"),
        ("verify --home {}/text-database", 3, "variorum reindex"),
        ("repair --home {}/text-database", 3, "variorum reindex"),
        ("import {}/good.warc --home {}/text-database", 3, "variorum reindex"),
        ("backup {}/copy --home {}/text-database", 3, "variorum reindex"),
        ("capture http://example.org/ --home {}/unknown", 2, "did you mean"),
        ("capture http://example.org/ --home {}/text-database", 2, "names no contact"),
    ],
)
def test_a_wrong_place_or_setting_is_one_line_and_its_code(ruins: Path, words: str, code: int, told: str) -> None:
    said = say(*words.replace("{}", str(ruins)).split())

    assert said.code == code, said
    assert re.search(told, one_line(said))


def test_an_init_that_fails_leaves_nothing_behind(ruins: Path) -> None:
    say("init", ruins / "half", "--label", "a/b")

    assert not (ruins / "half").exists()


def test_variorum_home_that_is_wrong_is_named(ruins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VARIORUM_HOME", str(ruins / "nowhere"))
    said = say("log")

    assert said.code == 2
    assert "VARIORUM_HOME names" in one_line(said)


@pytest.mark.parametrize(("name", "told"), [("text.warc.gz", "begins with b'This is"), ("empty.warc.gz", "empty")])
def test_verify_of_what_is_no_warc_file_says_so(ruins: Path, name: str, told: str) -> None:
    said = say("verify", "--home", ruins / "home", ruins / name, "--json")

    problem, last = said.rows
    assert (said.code, problem["warc"], last) == (3, name, {"files": 1, "records": 0, "problems": 1})
    assert told in problem["problem"]


def test_no_public_host_is_asked_without_a_contact(tmp_path: Path) -> None:
    home = new_home(tmp_path, contact=False)
    said = call("capture", "--home", home, "http://example.org/", "http://example.net/")

    assert said.code == 2
    assert re.search(r"names no contact.*variorum.toml", one_line(said))
    assert list(home.glob("warcs/*")) == []


def test_a_new_archive_has_nothing_to_tell(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    said = {verb: say(*verb.split(), "--home", home) for verb in ("verify", "repair", "reindex", "captures --all")}

    assert [done.code for done in said.values()] == [0, 0, 0, 1]
    assert said["verify"].out == "0 files, 0 records, 0 problems\n"


def first_line(command: Sequence[str | Path]) -> tuple[str, int, str]:
    """Read one line of what a process prints and go away; give it, the exit code and standard error."""
    pipe = subprocess.PIPE
    with subprocess.Popen([VARIORUM, *command], stdout=pipe, stderr=pipe, env=environment()) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        line = child.stdout.readline().decode()
        child.stdout.close()
        told = child.stderr.read().decode()
        return line, child.wait(LIMIT), told


def test_a_reader_that_goes_away_ends_a_listing_quietly(siege: Siege) -> None:
    pipe = subprocess.PIPE
    command: list[str | Path] = [VARIORUM, "log", "--home", siege.run.home]
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=environment()) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        told = child.stderr.read()
        code = child.wait(LIMIT)

    assert (code, told) == (141, b"")


def test_a_reader_that_goes_away_does_not_end_a_run(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    with Newsstand() as stand:
        urls = stand.urls[:9]
        line, code, told = first_line(["capture", "--home", home, *QUICK, *connect(stand.connect_map), "--json", *urls])
    visits = say("log", "--home", home, "--json").rows
    (run,) = say("runs", "--home", home, "--json").rows

    assert json.loads(line)["outcome"]
    assert (code, told) == (141, "")
    assert {visit["url"] for visit in visits} >= set(urls)
    assert (run["state"], run["visits"]) == ("ok", len(visits))
