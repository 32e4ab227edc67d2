"""A full disk, a limit, a folder that may not be written: one clear line, the right code, and nothing lost."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive import config
from archive.errors import DiskFull
from archive.model import Exchange
from archive.recording import Recording
from archive.timing import SystemClock
from tests.crash.audit import faults, left_open, variorum
from tests.crash.exchanges import exchange
from tests.crash.load import told
from tests.crash.steps import recorded_now
from tests.wire.cases import Case, answer, large, one
from tests.wire.oracle import kept
from tests.wire.run import LIMIT, VARIORUM, connect_map
from tests.wire.server import WireServer

HOST = "press.test"
PAGES = tuple(large(f"page-{number}", 200_000) for number in range(40))
SMALL = tuple(one(f"small-{number}", answer(body=b"a few words" * 20)) for number in range(12))
SERVED = {f"http://{HOST}{case.path}": case for case in (*PAGES, *SMALL)}


@pytest.fixture(scope="module")
def server() -> Iterator[WireServer]:
    with WireServer((*PAGES, *SMALL)) as running:
        yield running


@pytest.fixture
def mount(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Path]]:
    """Give a function that mounts something over a folder until the test ends; skip where only root may."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk of a few megabytes; the limit on file sizes is tried all the same")
    mounted: list[Path] = []

    def mount(*words: str, at: Path | None = None) -> Path:
        folder = at or tmp_path_factory.mktemp("disk")
        done = subprocess.run(["mount", *words, str(folder)], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in reversed(mounted):
        subprocess.run(["umount", str(folder)], check=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a capture said: its code, the URLs it reported as on record, and its last words."""

    code: int
    acknowledged: list[str]
    words: str

    def is_one_line(self) -> bool:
        return self.words.startswith("variorum: ") and self.words.count("\n") == 1


def capture(home: Path, server: WireServer, cases: tuple[Case, ...], limit: int | None = None, **given: str) -> Told:
    """Capture the pages in a process of its own; ``limit`` is the size in bytes that no file may pass."""
    settings = {**connect_map({HOST: server}), **{name.replace("__", "."): value for name, value in given.items()}}
    sets = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
    urls = [f"http://{HOST}{case.path}" for case in cases]

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [VARIORUM, "capture", "--home", home, "--json", *sets, *urls],
        capture_output=True, text=True, timeout=LIMIT, check=False, preexec_fn=limited,
    )  # fmt: skip
    visits = [json.loads(line) for line in done.stdout.splitlines()]
    return Told(code=done.returncode, acknowledged=[v["url"] for v in visits if v["capture"]], words=done.stderr)


def write(home: Path, given: Exchange) -> dict[str, object]:
    """Put an exchange on record in this process, and give what it is known by."""
    recording = Recording(config.load(home), SystemClock()).start()
    try:
        return told(given, recorded_now(recording, given))
    finally:
        recording.close()


def move(home: Path, to: Path) -> Path:
    """Put an empty archive on another disk."""
    shutil.copytree(home, to / "home")
    return to / "home"


def fill(folder: Path, leave: int) -> Path:
    """Fill a disk but for so many bytes; give the file that does it."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        while (free := _free(folder) - leave) > 0:
            file.write(bytes(min(free, 1 << 16)))
    return ballast


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def holds(home: Path, acknowledged: list[str]) -> bool:
    """Say whether every page that was reported is on record, byte for byte as it was served."""
    on_record = {one.url: one.response for one in kept(home) if one.kind == "response"}
    return all(on_record.get(url) == SERVED[url].message for url in acknowledged if url in SERVED)


def goes_on(home: Path, server: WireServer, stopped: Told) -> None:
    """Assert that the next capture goes on as if nothing had been, and that nothing is lost."""
    assert stopped.code == 4
    assert stopped.is_one_line(), stopped.words
    assert "free" in stopped.words
    again = capture(home, server, (*PAGES[:2], *SMALL[:2]))
    assert (again.code, again.words) == (0, "")
    assert holds(home, [*stopped.acknowledged, *again.acknowledged])
    code, said = variorum(home, "verify")
    assert code == 0, said
    assert faults(home, []) == []
    assert len(left_open(home)) == 1


def test_a_full_disk_stops_a_capture_and_the_next_one_goes_on(
    home: Path, server: WireServer, mount: Callable[..., Path]
) -> None:
    disk = mount("-t", "tmpfs", "-o", "size=8m", "tmpfs")
    home = move(home, disk)
    ballast = fill(disk, 4_000_000)
    stopped = capture(home, server, PAGES, store__min_free="0")
    assert len(stopped.acknowledged) > 3
    ballast.unlink()
    goes_on(home, server, stopped)


def test_a_file_that_may_not_grow_stops_a_capture_and_the_next_one_goes_on(home: Path, server: WireServer) -> None:
    write(home, exchange(token="before"))
    stopped = capture(home, server, PAGES, limit=1_200_000)
    assert len(stopped.acknowledged) > 3
    goes_on(home, server, stopped)


def test_the_least_free_space_stops_a_capture_with_its_index_whole(
    home: Path, server: WireServer, mount: Callable[..., Path]
) -> None:
    disk = mount("-t", "tmpfs", "-o", "size=16m", "tmpfs")
    home = move(home, disk)
    ballast = fill(disk, 6_000_000)
    stopped = capture(home, server, SMALL + PAGES, store__min_free="4MB")
    assert "store.min_free" in stopped.words
    assert len(stopped.acknowledged) >= len(SMALL)
    assert faults(home, []) == []
    assert variorum(home, "verify")[0] == 0
    ballast.unlink()
    goes_on(home, server, stopped)


def test_less_free_space_than_asked_for_is_told_before_anything_is_fetched(home: Path, server: WireServer) -> None:
    before = len(server.seen)
    stopped = capture(home, server, SMALL, store__min_free="900TB")
    assert stopped.acknowledged == []
    assert len(server.seen) == before
    assert (stopped.code, stopped.is_one_line()) == (4, True), stopped.words
    assert variorum(home, "verify")[0] == 0


def test_a_full_database_stops_a_capture_and_the_next_one_goes_on(
    home: Path, server: WireServer, mount: Callable[..., Path]
) -> None:
    disk = mount("-t", "tmpfs", "-o", "size=4m", "tmpfs")
    toml = home / config.FILE
    toml.write_text(
        toml.read_text().replace('# database = "sqlite:///variorum.db"', f'database = "sqlite:///{disk / "the.db"}"')
    )
    write(home, exchange(token="before"))
    ballast = fill(disk, 200_000)
    stopped = capture(home, server, SMALL + PAGES)
    assert "the.db" in stopped.words
    ballast.unlink()
    goes_on(home, server, stopped)


def test_an_import_without_room_leaves_nothing_behind(
    home: Path, mount: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    shutil.copy(home / config.FILE, other)
    write(other, exchange(body=random.Random(2).randbytes(1_000_000)))
    (given,) = (other / "warcs").glob("*.open")
    given = given.rename(other / "given.warc.gz")
    disk = mount("-t", "tmpfs", "-o", "size=8m", "tmpfs")
    home = move(home, disk)
    write(home, exchange(token="before"))
    ballast = fill(disk, 500_000)
    code, said = variorum(home, "import", str(given), "--set", "store.min_free=0")
    assert (code, said.count("\n")) == (4, 1), said
    assert variorum(home, "verify")[0] == 0
    ballast.unlink()
    for verb, *words in (("import", str(given)), ("verify",)):
        code, said = variorum(home, verb, *words)
        assert code == 0, said


def test_a_torn_tail_that_cannot_be_kept_is_not_cut(home: Path, mount: Callable[..., Path]) -> None:
    disk = mount("-t", "tmpfs", "-o", "size=8m", "tmpfs")
    home = move(home, disk)
    acknowledged = [write(home, exchange(token="kept"))]
    (name,) = left_open(home)
    path = home / "warcs" / name
    torn = path.read_bytes() + random.Random(1).randbytes(500_000)
    path.write_bytes(torn)
    ballast = fill(disk, 300_000)
    with pytest.raises(DiskFull, match="free some space"):
        Recording(config.load(home), SystemClock()).start()
    assert path.read_bytes() == torn
    ballast.unlink()
    Recording(config.load(home), SystemClock()).start().close()
    assert faults(home, acknowledged) == []
    assert [cut.read_bytes() for cut in (home / "warcs" / "cut").glob("*[0-9]")] == [torn[-500_000:]]


@contextmanager
def read_only(folder: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """Take the right to write to a folder away, from root too."""
    if os.geteuid() == 0:
        mount: Callable[..., Path] = request.getfixturevalue("mount")
        mount("--bind", str(folder), at=folder)
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield
        return
    for path in (folder, *folder.iterdir()):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.parametrize("used_before", [False, True], ids=["a new archive", "an archive with an open file"])
def test_a_folder_that_may_not_be_written_is_misuse(
    home: Path, server: WireServer, request: pytest.FixtureRequest, used_before: bool
) -> None:
    if used_before:
        write(home, exchange(token="before"))
    with read_only(home / "warcs", request):
        stopped = capture(home, server, SMALL)
        assert stopped.code == 2
        assert stopped.is_one_line(), stopped.words
        assert "store.warcs" in stopped.words
        if used_before:
            assert variorum(home, "verify")[0] == 0
