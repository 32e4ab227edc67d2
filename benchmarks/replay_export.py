"""What an export costs at two sizes of an archive: memory must not follow the number of records."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measure import PYTHON, ROOT, VARIORUM, Cost, Failed, run
from benchmarks.table import Bar, Table
from tests.kept import empty

CONSTANT = 20.0
"""MiB by which the peak of the larger export may be higher."""
_PAUSE = 0.02
FORMS = {"wacz": "out.wacz", "warc": "out.warc.gz"}


def measure(folder: Path, *, quick: bool) -> Table:
    """Put 2,000 and 20,000 captures on record, read them, and export all of each."""
    if sys.platform != "linux":
        raise Failed("the peak of a process alone is read in Linux's way")
    sizes = (200, 1_000) if quick else (2_000, 20_000)
    found: dict[tuple[str, int], Cost] = {}
    written: dict[tuple[str, int], int] = {}
    for size in sizes:
        home = empty(folder / f"home-{size}")
        run([*PYTHON, "benchmarks.replay_archive", home, str(size)])
        run([VARIORUM, "reread", "--home", home])
        for form, name in FORMS.items():
            out = folder / f"{size}-{name}"
            found[form, size] = alone([VARIORUM, "export", form, "--home", home, "--all", out])
            written[form, size] = out.stat().st_size
            out.unlink()
    grown = {form: (found[form, sizes[1]].memory - found[form, sizes[0]].memory) / 2**20 for form in FORMS}
    return Table(
        name="replay_export",
        title=f"Export of whole archives of {sizes[0]:,} and {sizes[1]:,} captures, a fourth pages and a fourth 304s",
        columns=("", "captures", "seconds", "captures/s", "CPU s", "peak MiB", "MB written"),
        rows=[
            (
                form.upper(),
                f"{size:,}",
                f"{cost.wall:.1f}",
                f"{size / cost.wall:,.0f}",
                f"{cost.cpu:.1f}",
                f"{cost.memory / 2**20:,.0f}",
                f"{written[form, size] / 1e6:,.1f}",
            )
            for (form, size), cost in found.items()
        ],
        bars=tuple(
            Bar(what=f"{form.upper()}: peak grown", found=grown[form], sign="<=", wanted=CONSTANT, unit=" MiB")
            for form in FORMS
        ),
        notes=("With each capture its request and its visit; the articles read before, with their texts in the WACZ.",),
        raw={f"{form} {size}": _figures(cost) for (form, size), cost in found.items()},
    )


def alone(command: Sequence[str | Path]) -> Cost:
    """Run a command and tell what it cost, its peak without what this process held when it was started (VmHWM).

    Raises ``Failed`` unless it ends with 0.
    """
    with tempfile.TemporaryFile("w+") as out:
        began = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
        peak = 0
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            peak = max(peak, _peak(process.pid))
            time.sleep(_PAUSE)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(ended[1])
        out.seek(0)
        said = out.read()
    if process.returncode:
        raise Failed(f"{' '.join(map(str, command))} ended with {process.returncode}: {said[-2000:]}")
    return Cost(cpu=ended[2].ru_utime + ended[2].ru_stime, wall=wall, memory=peak, said=said)


def _peak(pid: int) -> int:
    """Give the most a process has held so far, in bytes; 0 of one that has just ended."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def _figures(cost: Cost) -> Mapping[str, float]:
    return {"cpu": cost.cpu, "wall": cost.wall, "memory": cost.memory}
