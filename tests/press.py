"""An archive made by real captures from the newsstand, and the product's verbs as a person calls them."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.cli import main
from crawler.newsstand import Newsstand

VARIORUM = Path(sys.executable).with_name("variorum")
LIMIT = 120
"""Seconds after which a run is given up: far more than any needs."""
QUICK = ("--set", "polite.delay=0", "--set", "store.min_free=1MB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a call ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The JSON Lines among what was printed."""
        return [json.loads(line) for line in self.out.split("\n") if line.startswith("{")]


def environment(**more: str) -> dict[str, str]:
    """This process's environment, without what would lead a call elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and not name.startswith("VARIORUM_")
    }
    # A look-up that gets no answer must not hold up a test for the resolver's usual five seconds.
    return kept | {"RES_OPTIONS": "timeout:1 attempts:1"} | more


def call(*words: str | Path, env: Mapping[str, str] | None = None, stdin: str = "") -> Said:
    """Call the console script in a process of its own."""
    done = subprocess.run(
        [VARIORUM, *words],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
        env=env or environment(),
    )
    return Said(code=done.returncode, out=done.stdout, err=done.stderr)


def say(*words: str | Path) -> Said:
    """Call a verb in this process; for those that start no reactor."""
    out, err = io.BytesIO(), io.BytesIO()
    with (
        contextlib.redirect_stdout(io.TextIOWrapper(out, encoding="utf-8", write_through=True)),
        contextlib.redirect_stderr(io.TextIOWrapper(err, encoding="utf-8", write_through=True)),
    ):
        code = main([str(word) for word in words])
        return Said(code=code, out=out.getvalue().decode(), err=err.getvalue().decode())


def connect(hosts: Mapping[str, str]) -> tuple[str, str]:
    """The option that leads each host to its ``address:port``."""
    return "--set", f"network.connect_map={','.join(f'{host}={address}' for host, address in hosts.items())}"


@functools.cache
def press(base: Path) -> Path:
    """Make the archive, once for all processes of the tests: two runs, http and https; sealed files and an open one.

    The second run meets pages of the first again, so that there are revisits. It is to be looked at only: what
    changes something takes a copy (``copied``).
    """
    # The folders of the processes that share the tests lie in one.
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, made = folder / "press", folder / "press.made"
    with (folder / "press.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(home)
            made.touch()
    return home


def _make(home: Path) -> None:
    assert call("init", home, "--contact", "tests@example.org", "--label", "press").code == 0
    with Newsstand(tls=True) as stand:
        options = ("--home", home, *QUICK, *connect(stand.connect_map))
        tour = [url.replace("https:", "http:", 1) for url in stand.urls]
        first = call("capture", *tour, *options, "--set", "store.warc_size=15KB")
        second = call("capture", *tour[:8], *stand.urls[:3], *options)
    assert (first.code, second.code) == (0, 0), first.err + second.err


def copied(home: Path, to: Path) -> Path:
    """Copy an archive that nobody writes to; what its readers keep beside the database is not part of it."""
    return shutil.copytree(home, to, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
