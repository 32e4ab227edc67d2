"""Servers to be measured, each alone on one core: ours, and pywb over its own index or over ours.

Linux only: cores are chosen, and memory is read, in its way.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from archive.warc.files import OPEN
from archive.web import pywb_config
from archive.web.addresses import Roots
from benchmarks.closest import PYWB
from benchmarks.measure import PYTHON, Failed
from tests.players import free_port

SERVE = (*PYTHON, "archive.cli", "serve")
OWN = "own"
"""The name of pywb's collection with an index of its own."""
_READY = re.compile(r"the archive is at (http://\S+)/ \(archived pages at (http://\S+)/\)")
_SECONDS = 60.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores:
    """Where the server runs, and where all else does."""

    server: int
    others: int

    @staticmethod
    def two() -> Cores:
        """Choose two of the cores we may use; raise ``Failed`` where there are none to choose."""
        if sys.platform != "linux":
            raise Failed("a server is measured on a core of its own, which needs Linux")
        first, *others = sorted(os.sched_getaffinity(0))
        if not others:
            raise Failed("a server is measured on a core of its own; there is only one core here")
        return Cores(server=first, others=others[0])

    @contextmanager
    def kept_clear(self) -> Iterator[None]:
        """Keep this thread, and those it starts, off the server's core."""
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {self.others})
        try:
            yield
        finally:
            os.sched_setaffinity(0, before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A server that answers, and what it has said so far."""

    pid: int
    said: Path
    roots: Roots | None = None
    port: int = 0

    @property
    def room(self) -> int:
        return _port(self.roots.room) if self.roots else self.port

    @property
    def replay(self) -> int:
        return _port(self.roots.replay) if self.roots else self.port


@contextmanager
def ours(home: Path, core: int, said: Path) -> Iterator[Serving]:
    """Serve an archive of ours on free ports."""
    command: list[str | Path] = [*SERVE, "--home", home, "--port", "0", "--replay-port", "0"]
    with running(command, core, said) as process:
        found = _until(process, said, lambda: _READY.search(said.read_text(errors="replace")))
        yield Serving(pid=process.pid, said=said, roots=Roots(room=found[1], replay=found[2]))


@contextmanager
def pywb(folder: Path, core: int, said: Path) -> Iterator[Serving]:
    """Serve a folder made by ``pywb_own`` or ``pywb_over_ours``."""
    port = free_port()
    command = pywb_config.command(str(PYWB.with_name("wayback")), str(folder), "127.0.0.1", port)
    with running(command, core, said) as process:
        _until(process, said, lambda: _listens(port))
        yield Serving(pid=process.pid, said=said, port=port)


def pywb_own(folder: Path, home: Path) -> Path:
    """Make a collection of an archive's WARC files with pywb's own index; give its folder."""
    if not PYWB.exists():
        raise Failed("pywb is not installed; run make pywb")
    manager = PYWB.with_name("wb-manager")
    folder.mkdir()
    _did([manager, "init", OWN], folder)
    warcs = folder / "collections" / OWN / "archive"
    for file in sorted((home / "warcs").glob("*.warc.gz*")):
        shutil.copyfile(file, warcs / file.name.removesuffix(OPEN))
    _did([manager, "reindex", OWN], folder)
    return folder


def pywb_over_ours(folder: Path, own: Path, room: int) -> Path:
    """Make a configuration over our CDX endpoint and the WARC files of ``own``; give its folder."""
    folder.mkdir(exist_ok=True)
    text = pywb_config.config(f"http://127.0.0.1:{room}", own / "collections" / OWN / "archive")
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    return folder


def pywb_version() -> str:
    """Give the version of the pywb that is measured, or raise ``Failed``."""
    if not PYWB.exists():
        raise Failed("pywb is not installed; run make pywb")
    asked = [str(PYWB), "-c", "from importlib.metadata import version; print(version('pywb'))"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def running(
    command: Sequence[str | Path], core: int, said: Path, env: Mapping[str, str] | None = None, *, nice: int = 0
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process on one core until the end of the block, with all it says in ``said``."""

    placed = ["taskset", "-c", str(core), "nice", "-n", str(nice), *map(str, command)]
    with said.open("wb") as out:
        process = subprocess.Popen(placed, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=env)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def memory(pid: int) -> Mapping[str, int]:
    """Give what a process holds, in bytes: ``Pss`` (its share of what is shared too) and ``Anonymous`` of that."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError as error:
        raise Failed(f"the server is gone: {error}") from error
    fields = (line.split() for line in lines[1:])
    return {name.rstrip(":"): int(size) * 1024 for name, size, *_ in fields if name in ("Pss:", "Anonymous:", "Rss:")}


def spent(pid: int) -> float:
    """Give the seconds of CPU, user and system, that a process has used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError as error:
        raise Failed(f"the server is gone: {error}") from error
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def forget(home: Path) -> None:
    """Have the system forget what it holds of an archive's files, so that they are read from the disk again."""
    for file in (*(home / "warcs").iterdir(), *home.glob("variorum.db*")):
        if file.is_file():
            with file.open("rb") as opened:
                os.fsync(opened.fileno())
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _port(origin: str) -> int:
    port = urlsplit(origin).port
    assert port is not None
    return port


def _listens(port: int) -> bool | None:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0 or None


def _until(process: subprocess.Popen[bytes], said: Path, found: Callable[[], T | None]) -> T:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until and process.poll() is None:
        if (answer := found()) is not None:
            return answer
        time.sleep(0.05)
    raise Failed(f"a server did not start: {said.read_text(errors='replace')[-2000:]}")


def _did(command: Sequence[str | Path], folder: Path) -> None:
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stderr[-2000:]}")
