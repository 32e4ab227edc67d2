"""An archive that crawls the newsstand, by the command line as a person would."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.timing import ScaledClock
from crawler.newsstand.expected import PLATFORMS
from crawler.newsstand.truth import Watched
from crawler.sites import name_for

SECONDS = 240
"""How long one call may take on a busy machine."""


@dataclass(slots=True)
class Home:
    """An archive's folder, and how its verbs are called."""

    path: Path
    connect_map: Mapping[str, str]
    clock: ScaledClock | None = None
    delay: str = "20ms"
    settings: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.path / "sites").mkdir(parents=True)
        (self.path / "warcs").mkdir()
        mapped = "\n".join(f'"{host}" = "{address}"' for host, address in self.connect_map.items())
        platforms = ", ".join(f'"{name}"' for name in PLATFORMS)
        (self.path / "variorum.toml").write_text(
            'contact = "you@example.org"\nlabel = "press"\n\n[store]\nmin_free = 0\n\n'
            f'[polite]\ndelay = "{self.delay}"\nplatforms = [{platforms}]\n\n[network.connect_map]\n{mapped}\n'
        )
        (self.path / "scrapy.cfg").write_text("[settings]\ndefault = crawler.settings\n")
        self.env |= os.environ | {"VARIORUM_HOME": str(self.path)}
        if self.clock is not None:
            self.env["VARIORUM_CLOCK"] = str(self.clock)

    def watch(self, sites: Iterable[Watched], more: str = "") -> None:
        """Write site files as a person would leave them."""
        for site in sites:
            lines = [f'url = "{site.front}"']
            for key, urls in (("feeds", site.feeds), ("sitemaps", site.sitemaps), ("archive_pages", site.archive)):
                lines += [f"{key} = {json.dumps(list(urls))}"]
            (self.path / "sites" / f"{name_for(site.front)}.toml").write_text("\n".join([*lines, more, ""]))

    def site(self, name: str, text: str) -> None:
        (self.path / "sites" / f"{name}.toml").write_text(text)

    def command(self, *words: str) -> list[str]:
        sets = [word for setting in self.settings for word in ("--set", setting)]
        return [sys.executable, "-m", "archive.cli", *words, *sets]

    def call(self, *words: str, timeout: float = SECONDS) -> subprocess.CompletedProcess[str]:
        """Call a verb and wait for its end."""
        return subprocess.run(
            self.command(*words), env=self.env, capture_output=True, text=True, timeout=timeout, check=False
        )

    def report(self, *words: str) -> dict[str, Any]:
        """Crawl, and give the report; an exit code other than 0 is an error."""
        done = self.call("crawl", "--json", *words)
        assert done.returncode == 0, done.stderr[-3000:]
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database, as somebody else would."""
        with closing(sqlite3.connect(f"file:{self.path / 'variorum.db'}?mode=ro", uri=True)) as conn:
            return conn.execute(query, values).fetchall()
