"""The verb ``replay``: what it writes, starts, ends and refuses."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest

from archive.errors import Misuse, NothingDone
from archive.web import player, pywb_config, pywb_process
from tests.players import PATIENCE, free_port
from tests.press import say
from tests.served import served
from tests.wire.run import VARIORUM


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    assert say("init", tmp_path / "press").code == 0
    return tmp_path / "press"


# ---- the configuration


def test_the_configuration_names_our_endpoint_and_both_places_of_records() -> None:
    written = pywb_config.config("http://127.0.0.1:8080", Path("/press/warcs"), title='The "Press": a #title')

    assert '    index: "cdx+http://127.0.0.1:8080/cdx"\n' in written
    assert '    archive_paths:\n      - "/press/warcs/"\n      - "http://127.0.0.1:8080/warcs/"\n' in written
    assert '      title: "The \\"Press\\": a #title"\n' in written
    for word in ("live", "record", "proxy"):
        assert word not in written.partition("collections:")[2]


@pytest.mark.parametrize(
    ("folder", "written"),
    [
        ("/a b/warcs", ("/a b/warcs/", "http://r/warcs/")),
        ("/{a}/warcs", ("/{{a}}/warcs/", "http://r/warcs/")),
        ("/a*/warcs", ("http://r/warcs/",)),
    ],
)
def test_what_pywb_would_take_for_a_pattern_is_none(folder: str, written: tuple[str, ...]) -> None:
    assert pywb_config.archive_paths("http://r", Path(folder)) == written


@pytest.mark.parametrize(
    ("host", "room", "called"),
    [
        ("127.0.0.1", "127.0.0.1", "localhost"),
        ("127.0.0.1", "localhost", "127.0.0.1"),
        ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
    ],
)
def test_a_player_is_called_by_another_name_than_the_room(host: str, room: str, called: str) -> None:
    assert pywb_config.apart(host, room) == called


def test_replay_writes_the_configuration_and_says_what_comes_next(archive: Path) -> None:
    said = say("replay", "--home", archive, "--set", "serve.port=8123")

    assert said.code == 0
    written = (archive / "replay" / "config.yaml").read_text()
    assert '"cdx+http://127.0.0.1:8123/cdx"' in written
    assert f'"{archive / "warcs"}/"' in written
    assert "variorum serve" in said.out
    assert f"-b 127.0.0.1 -p 8090 -d {archive / 'replay'}" in said.out
    assert "http://localhost:8090/variorum/" in said.out


def test_the_configuration_leads_to_this_machine_where_the_server_listens_everywhere(archive: Path) -> None:
    assert say("replay", "--home", archive, "--set", "serve.host=0.0.0.0").code == 0

    assert '"cdx+http://127.0.0.1:8080/cdx"' in (archive / "replay" / "config.yaml").read_text()


# ---- what is refused


def test_calls_that_contradict_themselves_are_refused(archive: Path, tmp_path: Path) -> None:
    package = tmp_path / "x.wacz"
    package.write_bytes(b"PK")
    for words, told in (
        ((package, "--run"), "a FILE.wacz is shown in replayweb.page"),
        (("--player", tmp_path), "--player is for a FILE.wacz"),
        (("--pywb", tmp_path), "add --run"),
        (("--run", "--pywb", tmp_path), "is no wayback command"),
        (("--set", "serve.port=0"), "serve.port is 0"),
        ((tmp_path / "none.wacz",), "there is no file"),
        ((package,), "npm pack replaywebpage@2.5.3"),
    ):
        said = say("replay", "--home", archive, *words)
        assert said.code == 2, words
        assert told in said.err


def test_a_pywb_cannot_run_without_an_archive(tmp_path: Path) -> None:
    done = subprocess.run(
        [VARIORUM, "replay", "--run"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 2
    assert "no archive here" in done.stderr


def test_a_port_that_is_taken_is_told_before_anything_starts(archive: Path, tmp_path: Path) -> None:
    wayback = script(tmp_path, "exit 0")
    with served(archive) as roots:
        port = roots.room.rpartition(":")[2]
        said = say("replay", "--home", archive, "--run", "--pywb", wayback, "--port", port)

    assert (said.code, "is taken" in said.err) == (1, True)


def test_a_server_of_another_archive_is_not_taken_for_ours(archive: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert say("init", other).code == 0
    assert say("import", "--home", archive, one_record(tmp_path)).code == 0
    with served(other) as roots:
        port = roots.room.rpartition(":")[2]
        sets = ("--set", f"serve.port={port}")
        said = say("replay", "--home", archive, "--run", "--pywb", script(tmp_path, "exit 0"), "--port", "0", *sets)

    assert said.code == 1
    assert "not the server of this archive" in said.err


def one_record(folder: Path) -> Path:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc"
    lines = (
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:6f1c0e1c-0f6a-4f0e-9d39-2f4a8a3a0001>\r\n"
        b"WARC-Date: 2026-11-01T08:00:00Z\r\nWARC-Target-URI: http://blog.test/\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(head)
    )
    path = folder / "one.warc"
    path.write_bytes(lines + head + b"\r\n\r\n")
    return path


# ---- running pywb beside us


def script(folder: Path, text: str) -> Path:
    """Write a command that stands in for ``wayback``."""
    path = folder / "wayback"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_a_pywb_that_does_not_start_is_told_with_its_last_words(archive: Path, tmp_path: Path) -> None:
    wayback = script(tmp_path, "echo 'No module named pkg_resources' >&2; exit 3")
    ports = ("--set", "serve.port=0", "--set", "serve.replay_port=0")
    said = say("replay", "--home", archive, "--run", "--pywb", wayback, "--port", "0", *ports)

    assert said.code == 1
    assert "pywb ended with code 3" in said.err
    assert "No module named pkg_resources" in said.err


@contextmanager
def started(*words: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the verb until it says where its player is; give the process and the address."""
    with subprocess.Popen([VARIORUM, "replay", *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if found := re.search(r" at (http://\S+?/)(?:;|$)", line):
                    yield process, found[1]
                    return
            pytest.fail(f"it ended with {process.wait(PATIENCE)} and never said where it is")
        finally:
            if process.poll() is None:
                process.kill()


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in found]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_pywb_and_the_server_that_was_started_for_it(
    archive: Path, wayback: Path, number: signal.Signals
) -> None:
    ports = ("--set", "serve.port=0", "--set", "serve.replay_port=0", "--port", "0")
    with started("--home", archive, "--run", "--pywb", wayback.parents[1], *ports) as (process, where):
        assert re.fullmatch(r"http://localhost:\d+/variorum/", where)
        beside = children(process.pid)
        assert len(beside) == 2
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
    assert [pid for pid in beside if is_running(pid)] == []


def test_the_end_of_pywb_ends_us_too(archive: Path, wayback: Path) -> None:
    ports = ("--set", "serve.port=0", "--set", "serve.replay_port=0", "--port", "0")
    with started("--home", archive, "--run", "--pywb", wayback, *ports) as (process, _):
        server, pywb = children(process.pid)
        os.kill(pywb, signal.SIGKILL)
        assert process.wait(PATIENCE) == 1
    assert not is_running(server)


# ---- setting pywb up


def test_an_environment_is_named_by_itself_or_by_its_command(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    command = script(tmp_path / "bin", "exit 0")

    assert pywb_process.wayback_in(tmp_path) == command
    assert pywb_process.wayback_in(tmp_path / "bin") == command
    assert pywb_process.wayback_in(command) == command
    command.chmod(0o644)
    with pytest.raises(Misuse, match="no wayback command"):
        pywb_process.wayback_in(tmp_path)


def test_an_installation_that_fails_is_told_and_not_taken_for_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    told: list[str] = []
    with pytest.raises(NothingDone, match="--pywb PATH"):
        pywb_process.installed(tmp_path / "cache" / "pywb", told.append)
    assert "GPL-3.0" in " ".join(told)
    assert not (tmp_path / "cache" / "pywb" / ".installed").exists()


def test_what_is_installed_is_not_installed_again(tmp_path: Path) -> None:
    (tmp_path / "pywb").mkdir()
    (tmp_path / "pywb" / ".installed").write_text('["setuptools<81", "pywb==2.10.*"]')
    told: list[str] = []

    assert pywb_process.installed(tmp_path / "pywb", told.append) == tmp_path / "pywb" / "bin" / "wayback"
    assert told == []


# ---- the page for replayweb.page


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    status: int
    headers: Message
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """A package that is shown by the verb, at a port."""

    shown: player.Shown
    port: int

    def ask(self, path: str, method: str = "GET", **headers: str) -> Got:
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            asking.request(method, path, headers=headers)
            answer = asking.getresponse()
            return Got(status=answer.status, headers=answer.headers, body=answer.read())
        finally:
            asking.close()

    @property
    def package(self) -> str:
        return player.source(self.shown.package)


@pytest.fixture(scope="module")
def showing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Showing]:
    folder = tmp_path_factory.mktemp("player")
    shown = a_package(folder)
    port = free_port()
    words = (shown.package, "--player", shown.files, "--port", str(port))
    with started(*words) as (process, where):
        assert where == f"http://localhost:{port}/"
        yield Showing(shown=shown, port=port)
        process.terminate()
        assert process.wait(PATIENCE) == 0


def a_package(folder: Path) -> player.Shown:
    (folder / "files").mkdir()
    for name in player.FILES:
        (folder / "files" / name).write_text(f"// {name}\n")
    (folder / "the press.wacz").write_bytes(bytes(range(256)) * 1000)
    return player.Shown(package=folder / "the press.wacz", files=folder / "files")


def test_the_page_names_the_package_and_the_players_files(showing: Showing) -> None:
    page = showing.ask("/")

    assert page.status == 200
    assert showing.package.endswith("/the-press.wacz")
    assert f'source="{showing.package}"' in page.body.decode()
    for name, text in (("/ui.js", b"// ui.js\n"), ("/replay/ui.js", b"// ui.js\n"), ("/replay/sw.js", b"// sw.js\n")):
        got = showing.ask(name)
        assert (got.status, got.body) == (200, text)
        assert got.headers["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path", ["/replay", "/replay/", "/replay/index.html", "/replay/w/x", "/package/", "/files", "/../x"]
)
def test_all_else_is_not_found(showing: Showing, path: str) -> None:
    got = showing.ask(path)

    assert (got.status, got.body) == (404, b"Not here.\n")


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [
        ("bytes=0-", 0, 256_000),
        ("bytes=10-19", 10, 20),
        ("bytes=-65558", 256_000 - 65_558, 256_000),
        ("bytes=255990-300000", 255_990, 256_000),
        ("bytes=-300000", 0, 256_000),
    ],
)
def test_a_part_of_the_package_is_given(showing: Showing, asked: str, begin: int, end: int) -> None:
    got = showing.ask(showing.package, Range=asked)

    assert got.status == 206
    assert got.headers["Content-Range"] == f"bytes {begin}-{end - 1}/256000"
    assert got.headers["Content-Type"] == "application/wacz"
    assert got.body == showing.shown.package.read_bytes()[begin:end]


def test_head_tells_the_length_and_that_ranges_are_given(showing: Showing) -> None:
    got = showing.ask(showing.package, "HEAD")

    assert (got.status, got.body) == (200, b"")
    assert (got.headers["Content-Length"], got.headers["Accept-Ranges"]) == ("256000", "bytes")


def test_a_range_behind_the_end_is_refused(showing: Showing) -> None:
    assert showing.ask(showing.package, Range="bytes=256000-").status == 416


def test_a_foreign_name_that_leads_here_is_refused(showing: Showing) -> None:
    assert showing.ask("/", Host=f"rebound.example:{showing.port}").status == 421
    assert showing.ask("/", Host=f"localhost:{showing.port}").status == 200


def test_the_player_may_ask_nobody_else(showing: Showing) -> None:
    for path in ("/", "/replay/sw.js"):
        assert "connect-src 'self' data: blob:;" in showing.ask(path).headers["Content-Security-Policy"]


def test_a_package_that_changed_has_another_address(tmp_path: Path) -> None:
    shown = a_package(tmp_path)
    before = player.source(shown.package)
    shown.package.write_bytes(b"another")

    assert player.source(shown.package) != before


def test_a_player_whose_port_is_taken_says_so(showing: Showing) -> None:
    words = (showing.shown.package, "--player", showing.shown.files, "--port", str(showing.port))
    said = say("replay", *words)

    assert said.code == 2
    assert "another with --port" in said.err
