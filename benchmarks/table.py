"""The table each benchmark ends with, for people and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

RESULTS = Path(__file__).parent / "results"
_SHOWN_VERSIONS = ("scrapy", "twisted", "warcio", "isal", "sqlalchemy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What a figure has to reach; ``found`` is None when it could not be measured here."""

    what: str
    found: float | None
    sign: Literal["<=", "<", ">="]
    wanted: float
    unit: str = ""

    @property
    def is_met(self) -> bool | None:
        if self.found is None:
            return None
        return {
            "<=": self.found <= self.wanted,
            "<": self.found < self.wanted,
            ">=": self.found >= self.wanted,
        }[self.sign]

    def shown(self) -> str:
        if self.found is None:
            return f"  not measured  {self.what} ({self.sign} {self.wanted:g}{self.unit})"
        word = "met" if self.is_met else "MISSED"
        return f"  {word:<12}  {self.what}: {self.found:.3g}{self.unit} ({self.sign} {self.wanted:g}{self.unit})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One benchmark's answer; ``raw`` holds every round as it was measured."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    bars: Sequence[Bar] = ()
    notes: Sequence[str] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)

    def shown(self) -> str:
        lines = [self.title, ""]
        cells = [self.columns, *self.rows]
        widths = [max(len(row[column]) for row in cells) for column in range(len(self.columns))]
        for number, row in enumerate(cells):
            first, *others = [
                cell.rjust(width) if column else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append(f"  {'  '.join((first, *others))}".rstrip())
            if number == 0:
                lines.append(f"  {'  '.join('-' * width for width in widths)}")
        lines += ["", *(bar.shown() for bar in self.bars), *(f"  {note}" for note in self.notes)]
        return "\n".join(lines)

    def write(self, *, quick: bool) -> Path:
        """Write the figures to ``results/NAME.json`` (``NAME-quick.json`` for a smoke run), over those of before."""
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.name}{'-quick' if quick else ''}.json"
        answer = asdict(self) | {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()}
        answer["bars"] = [asdict(bar) | {"met": bar.is_met} for bar in self.bars]
        path.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
        return path


def machine() -> dict[str, object]:
    """Say what was measured on: cores, load, versions; no name of the machine."""
    return {
        "cores": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in _SHOWN_VERSIONS},
    }
