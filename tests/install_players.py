"""Installs the players and clients of others that the tests hold us against, outside the checkout.

::

    python -m tests.install_players [pywb] [clients] [replaywebpage] [chromium]      all of them when none is named

They go to ``VARIORUM_PLAYERS``, else ``~/.cache/variorum-players``; Chromium is a package of the system. Each is said
before it is installed, and left alone once the versions asked for are there. Without one of them its tests are skipped,
and fail where CI=true.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.web.pywb_config import REQUIREMENTS as PYWB

REPLAYWEBPAGE = "replaywebpage@2.5.3"
CLIENTS = ("setuptools<81", "wacz==0.6.0", "cdxj-indexer==1.5.0", "cdx_toolkit==0.9.39", "memento-client==0.6.1")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_STAMP = ".installed"
_UNPACKED = ("package/ui.js", "package/sw.js", "package/LICENSE")


class Missing(Exception):
    """What could not be installed, why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """Something that is installed into a folder of its own: what it is for, and the versions asked for."""

    what: str
    wants: tuple[str, ...]
    install: Callable[[Path, Iterable[str]], None]


def folder(env: Mapping[str, str]) -> Path:
    """Give the folder that holds the players."""
    return Path(env.get("VARIORUM_PLAYERS") or Path.home() / ".cache" / "variorum-players")


def is_installed(home: Path, name: str) -> bool:
    """Tell whether a player is there at the versions asked for."""
    try:
        return bool(json.loads((home / name / _STAMP).read_text()) == list(PLAYERS[name].wants))
    except (FileNotFoundError, ValueError):
        return False


def find_chromium() -> Path | None:
    """Give the path of the system's Chromium, or None where it has none."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    return Path(found) if found else None


def install(home: Path, name: str) -> None:
    """Install one of the players, unless it is there; two that try wait for each other."""
    if is_installed(home, name):
        return
    player = PLAYERS[name]
    home.mkdir(parents=True, exist_ok=True)
    with (home / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_installed(home, name):
            return
        _say(f"Installing {player.what} into {home / name}: {' '.join(player.wants)} ...")
        (home / name / _STAMP).unlink(missing_ok=True)
        player.install(home / name, player.wants)
        (home / name / _STAMP).write_text(json.dumps(player.wants))


def install_chromium() -> None:
    """Install the system's package of Chromium, unless there is one."""
    if find_chromium() is None:
        _apt("chromium", "the browser that pages are looked at with")


def _environment(place: Path, wants: Iterable[str]) -> None:
    _run([sys.executable, "-m", "venv", "--clear", str(place)])
    python = str(place / "bin" / "python")
    _run([python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *wants])


def _unpacked(place: Path, wants: Iterable[str]) -> None:
    if shutil.which("npm") is None:
        _apt("npm", "npm, which fetches replayweb.page")
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        _run(["npm", "pack", "--silent", *wants], cwd=Path(scratch))
        (packed,) = Path(scratch).glob("*.tgz")
        with tarfile.open(packed) as files:
            for name in _UNPACKED:
                member = files.extractfile(name)
                assert member is not None, f"{name} is no file"
                (place / Path(name).name).write_bytes(member.read())


def _apt(package: str, what: str) -> None:
    by_hand = f"on Debian or Ubuntu: sudo apt-get install {package}"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise Missing(f"{what}, is not here and cannot be installed by this user; {by_hand}")
    _say(f"Installing the system package {package}: {what} ...")
    quiet = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "update", "-qq"], env=quiet)
    # Several makes may get here at once: the later one waits for the package manager's lock.
    wait = ["-o", "DPkg::Lock::Timeout=600"]
    _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wait, package], env=quiet)


def _run(command: list[str], cwd: Path | None = None, env: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = "\n".join((done.stdout + done.stderr).splitlines()[-10:])
        raise Missing(f"{' '.join(command)} failed:\n{told}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


PLAYERS: Mapping[str, Player] = {
    "pywb": Player(what="pywb (GPL-3.0, run as a process of its own)", wants=PYWB, install=_environment),
    "clients": Player(what="public WACZ, CDX and Memento clients", wants=CLIENTS, install=_environment),
    "replaywebpage": Player(what="two files of replayweb.page (AGPL-3.0)", wants=(REPLAYWEBPAGE,), install=_unpacked),
}


def main(names: Iterable[str]) -> int:
    """Install what is named, or all; 1 where CI=true and something is missing in the end."""
    failed = False
    for name in tuple(names) or (*PLAYERS, "chromium"):
        try:
            if name == "chromium":
                install_chromium()
            elif name in PLAYERS:
                install(folder(os.environ), name)
            else:
                raise Missing(f"there is no player {name}; there are {', '.join((*PLAYERS, 'chromium'))}")
        except Missing as error:
            failed = True
            sys.stderr.write(f"{name} is missing, and so are the tests that need it: {error}\n")
    return int(failed and os.environ.get("CI") == "true")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
