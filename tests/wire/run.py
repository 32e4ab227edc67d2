"""Drives the product from outside: the console script in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.wire.listener import Listener
from tests.wire.oracle import Kept, kept

VARIORUM = Path(sys.executable).with_name("variorum")
LIMIT = 120
"""Seconds after which a run is killed: far more than any needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What a run of ``variorum capture`` left behind."""

    home: Path
    code: int
    output: str
    kept: list[Kept]

    def visits(self) -> list[dict[str, Any]]:
        """What ``variorum log --json`` says."""
        done = _variorum("log", "--home", str(self.home), "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


def connect_map(servers: Mapping[str, Listener]) -> dict[str, str]:
    """The setting that leads each host name to its server."""
    return {"network.connect_map": ",".join(f"{host}={server.netloc}" for host, server in servers.items())}


def start(
    home: Path, urls: Iterable[str], *options: str, settings: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Begin to capture the URLs into the archive at ``home``, made when it is not there."""
    if not (home / "variorum.toml").exists():
        made = _variorum("init", str(home), "--contact", "test@example.org", "--label", "press")
        assert made.returncode == 0, made.stderr
    names = home.with_name(f"{home.name}.urls")
    names.write_text("".join(f"{url}\n" for url in urls))
    given = {
        "network.allow_private": "127.0.0.0/8,::1/128",
        "network.timeout": "5s",
        "polite.delay": "0",
        "store.min_free": "1MB",
        **(settings or {}),
    }
    sets = [word for name, value in given.items() for word in ("--set", f"{name}={value}")]
    command = [str(VARIORUM), "capture", "--home", str(home), "--from", str(names), *sets, *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=subprocess.STDOUT, text=True, env=_environment()
    )


def finish(process: subprocess.Popen[str], home: Path) -> Captured:
    """Wait for a run to end and read its WARC files."""
    try:
        output, _ = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
        raise AssertionError(f"capture did not end within {LIMIT} s:\n{output}") from None
    return Captured(home=home, code=process.returncode, output=output, kept=kept(home))


def capture(home: Path, urls: Iterable[str], *options: str, settings: Mapping[str, str] | None = None) -> Captured:
    """Capture the URLs, from start to end."""
    return finish(start(home, urls, *options, settings=settings), home)


def _variorum(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(VARIORUM), *words], capture_output=True, text=True, timeout=LIMIT, check=False, env=_environment()
    )


def _environment() -> dict[str, str]:
    # A proxy of the machine the tests run on would answer in the place of our servers.
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
