"""Others' players and clients, as the tests use them: where they are, and a pywb that runs.

A test module that wants them says ``pytest_plugins = ("tests.players",)``. What is not installed skips the test, and
fails it where CI=true; ``make players`` installs them (tests/install_players.py).
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from archive.web import pywb_config
from tests import install_players

PATIENCE = 60.0
"""Seconds in which a player has to answer on a busy machine."""

StartPywb = Callable[[Path], str]


def missing(name: str) -> NoReturn:
    """Skip the test for want of a player, or fail it in CI."""
    reason = f"{name} is not installed; run make players"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def player(name: str) -> Path:
    """Give the folder of an installed player."""
    home = install_players.folder(os.environ)
    if not install_players.is_installed(home, name):
        missing(name)
    return home / name


def free_port() -> int:
    """Give a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until_answering(process: subprocess.Popen[bytes], port: int, told: Path, path: str = "/") -> None:
    """Wait until a server answers anything at a port of 127.0.0.1; fail with its last words when it does not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            asking.request("GET", path)
            asking.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            asking.close()
    last = told.read_text(errors="replace")[-3000:]
    pytest.fail(f"nothing answers at port {port} within {PATIENCE} s; exit code {process.poll()}\n{last}")


@contextmanager
def running(command: list[str], port: int, told: Path, path: str = "/", **env: str) -> Iterator[int]:
    """Run a server until the end of the block, which begins once it answers; gives its process id."""
    with told.open("wb") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=dict(os.environ) | env
        )
    try:
        wait_until_answering(process, port, told, path)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def clients_python() -> Path:
    """Give the Python that has wacz, cdxj_indexer, cdx_toolkit and memento_client; its ``bin`` has their commands."""
    return player("clients") / "bin" / "python"


@pytest.fixture(scope="session")
def wayback() -> Path:
    """Give pywb's command; ``wb-manager`` and ``python`` are beside it."""
    return player("pywb") / "bin" / "wayback"


@pytest.fixture(scope="session")
def replaywebpage_files() -> Path:
    """Give the folder that holds replayweb.page's ``ui.js`` and ``sw.js``."""
    return player("replaywebpage")


@pytest.fixture
def pywb(wayback: Path, tmp_path: Path) -> Iterator[StartPywb]:
    """Give what starts a pywb on a folder with a ``config.yaml`` (or ``collections/``) and gives its origin.

    The origin has no final slash: ``http://127.0.0.1:40123``. Each runs until the end of the test.
    """
    with ExitStack() as stack:

        def start(folder: Path) -> str:
            port = free_port()
            command = list(pywb_config.command(str(wayback), str(folder), "127.0.0.1", port))
            stack.enter_context(running(command, port, tmp_path / f"pywb-{port}.log"))
            return f"http://127.0.0.1:{port}"

        yield start
