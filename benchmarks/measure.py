"""What a process cost, alternating rounds of several, and what the rounds say together.

Absolute figures depend on the machine and on what else it does; the ratios inside one round hardly do.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).parent.parent
PYTHON = (sys.executable, "-m")
VARIORUM = Path(sys.executable).with_name("variorum")
WARCIO = Path(sys.executable).with_name("warcio")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one process cost, its children included: CPU (user and system) and wall seconds, peak memory in bytes."""

    cpu: float
    wall: float
    memory: int
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The median of several rounds, with the least and the most."""

    median: float
    least: float
    most: float

    @staticmethod
    def of(values: Sequence[float]) -> Spread:
        return Spread(median=statistics.median(values), least=min(values), most=max(values))

    def shown(self, form: str = ".2f", unit: str = "") -> str:
        return f"{self.median:{form}}{unit} [{self.least:{form}}-{self.most:{form}}]"


class Failed(Exception):
    """A process that was to be measured did not do its work."""


def run(command: Sequence[str | Path], *, accepted: Sequence[int] = (0,)) -> Cost:
    """Run a command and tell what it cost.

    The peak of a process includes what its parent held when it was started (Linux keeps the mark across exec), so
    a benchmark that measures memory must stay small itself. Raises ``Failed`` for an exit code not ``accepted``.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as complaints:
        began = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], cwd=ROOT, stdout=out, stderr=complaints)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        complaints.seek(0)
        said, complaint = out.read(), complaints.read().strip()[-2000:]
    if process.returncode not in accepted:
        raise Failed(f"{' '.join(map(str, command))} ended with {process.returncode}: {complaint}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Cost(cpu=usage.ru_utime + usage.ru_stime, wall=wall, memory=usage.ru_maxrss * scale, said=said)


def told(cost: Cost) -> Mapping[str, Any]:
    """Read the JSON object that a measured process of ours printed as its last line."""
    answer: Mapping[str, Any] = json.loads(cost.said.strip().rpartition("\n")[2])
    return answer


def alternating(kinds: Sequence[str], rounds: int, measure: Callable[[str], T]) -> dict[str, list[T]]:
    """Measure each kind once a round, in turn, each round beginning with the next kind."""
    found: dict[str, list[T]] = {kind: [] for kind in kinds}
    for number in range(rounds):
        first = number % len(kinds)
        for kind in (*kinds[first:], *kinds[:first]):
            found[kind].append(measure(kind))
    return found


def ratios(these: Sequence[float], those: Sequence[float]) -> Spread:
    """Give these in those, round by round."""
    return Spread.of([this / that for this, that in zip(these, those, strict=True)])
