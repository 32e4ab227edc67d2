"""A pywb beside us: finds its command or installs it, starts it with what it needs, and ends it with us.

pywb (GPL-3.0) stays in an environment and a process of its own; nothing of it is imported.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from archive.errors import Misuse, NothingDone
from archive.web.pywb_config import REQUIREMENTS

PATIENCE = 60.0
"""Seconds in which a server has to answer after it was started."""
LINGER = 10.0
"""Seconds a process has to end in once it was told to."""
TOLD = 20
"""Lines that are shown of what a process said before it failed."""
_PAUSE = 0.1
_STAMP = ".installed"

Said = Callable[[str], None]


def wayback_in(named: Path) -> Path:
    """Give the ``wayback`` command that a person named: itself, or the environment it is in.

    Raises ``Misuse`` where there is none.
    """
    for found in (named, named / "bin" / "wayback", named / "wayback"):
        if found.is_file() and os.access(found, os.X_OK):
            return found.absolute()
    raise Misuse(f"{named} is no wayback command and no environment that has one; without --pywb one is installed")


def environment(env: Mapping[str, str]) -> Path:
    """Give the place of the environment that is installed when a person names none: one for all their archives."""
    cache = env.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "variorum" / "pywb"


def installed(place: Path, said: Said) -> Path:
    """Give the ``wayback`` command of the environment in ``place``, installing it where it is not there yet.

    Raises ``NothingDone`` where it cannot be installed.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    stamp, wanted = place / _STAMP, json.dumps(REQUIREMENTS)
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.is_file() or stamp.read_text() != wanted:
            said(f"Installing {' '.join(REQUIREMENTS)} into an environment of its own: {place}")
            said("pywb is free software under the GPL-3.0. It runs as a process of its own and is no part of Variorum.")
            stamp.unlink(missing_ok=True)
            _install([sys.executable, "-m", "venv", "--clear", str(place)])
            pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
            _install([*pip, *REQUIREMENTS])
            stamp.write_text(wanted)
    return place / "bin" / "wayback"


def _install(command: Sequence[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        last = _last_lines(done.stdout + done.stderr)
        raise NothingDone(
            f"pywb could not be installed; name one that is with --pywb PATH. The installer said:\n{last}"
        )


def is_free(host: str, port: int) -> bool:
    """Tell whether a port can be listened at."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
        return True


def free_port(host: str) -> int:
    """Give a port that nobody listens at."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as found:
        found.bind((host, 0))
        return int(found.getsockname()[1])


def status(host: str, port: int, path: str) -> int | None:
    """Give the status a server answers a path with, or None where nothing answers."""
    asking = http.client.HTTPConnection(host, port, timeout=LINGER)
    try:
        asking.request("HEAD", path)
        return asking.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        asking.close()


@dataclass(slots=True, kw_only=True)
class Minded:
    """A server process of ours: by its name for people, and where what it says is kept."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def failure(self) -> NothingDone:
        """Say that it ended, or did not answer, and what it said last."""
        code = self.process.poll()
        what = "does not answer" if code is None else f"ended with code {code}"
        last = _last_lines(self.log.read_text(errors="replace"))
        return NothingDone(
            f"{self.name} {what}; mend what it says, then try again. All it said is in {self.log}\n{last}"
        )


class Signals:
    """Whether SIGINT or SIGTERM came."""

    def __init__(self) -> None:
        self._came = False

    def note(self, number: int, frame: object) -> None:
        self._came = True

    def came(self) -> bool:
        return self._came


@contextmanager
def signals() -> Iterator[Signals]:
    """Note SIGINT and SIGTERM instead of ending by them."""
    found = Signals()
    before = {number: signal.signal(number, found.note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield found
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def minded(name: str, command: Sequence[str], log: Path) -> Iterator[Minded]:
    """Run a process until the end of the block, with what it says in ``log``."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield Minded(name=name, process=process, log=log)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(LINGER)
        if process.poll() is None:
            process.kill()
            process.wait()


def until_answering(one: Minded, host: str, port: int, asked: Signals) -> None:
    """Wait until a process answers, or a signal came; raise ``NothingDone`` where it ends or never does."""
    end = time.monotonic() + PATIENCE
    while not asked.came():
        if one.process.poll() is not None or time.monotonic() > end:
            raise one.failure()
        if status(host, port, "/") is not None:
            return
        time.sleep(_PAUSE)


def until_signalled(each: Sequence[Minded], asked: Signals) -> None:
    """Wait until a signal came; raise ``NothingDone`` where one of the processes ends before."""
    while not asked.came():
        for one in each:
            # Ctrl-C in a terminal reaches them at the same time as us: they may end a moment earlier.
            if one.process.poll() is not None:
                time.sleep(_PAUSE)
                if not asked.came():
                    raise one.failure()
                return
        time.sleep(_PAUSE)


def _last_lines(text: str) -> str:
    return "\n".join(text.splitlines()[-TOLD:])
