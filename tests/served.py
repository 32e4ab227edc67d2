"""The web server of an archive as its user starts it: a process of its own on free ports of loopback."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from archive.web.addresses import Roots

_READY = re.compile(r"the archive is at (https?://\S+)/ \(archived pages at (https?://\S+)/\)")


@contextlib.contextmanager
def served(home: Path, *options: str) -> Iterator[Roots]:
    """Run ``variorum serve`` on an archive and give its addresses; it is ended by SIGTERM and must end well."""
    command = [sys.executable, "-m", "archive.cli", "serve", "--home", str(home), "--port", "0", "--replay-port", "0"]
    with subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            told = []
            for line in process.stderr:
                told.append(line)
                if found := _READY.search(line):
                    break
            else:
                raise AssertionError(f"the server did not start: {''.join(told)}")
            yield Roots(room=found[1], replay=found[2])
        finally:
            process.terminate()
            said = process.communicate(timeout=30)[1]
    assert process.returncode == 0, said
