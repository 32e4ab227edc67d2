"""What an export costs at two sizes of an archive: memory must not follow the number of records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import PYTHON, VARIORUM, Cost, run
from benchmarks.table import Bar, Table
from tests.kept import empty

CONSTANT = 20.0
"""MiB by which the peak of the larger export may be higher."""
FORMS = {"wacz": "out.wacz", "warc": "out.warc.gz"}


def measure(folder: Path, *, quick: bool) -> Table:
    """Put 2,000 and 20,000 captures on record, read them, and export all of each."""
    sizes = (200, 1_000) if quick else (2_000, 20_000)
    found: dict[tuple[str, int], Cost] = {}
    written: dict[tuple[str, int], int] = {}
    for size in sizes:
        home = empty(folder / f"home-{size}")
        run([*PYTHON, "benchmarks.replay_archive", home, str(size)])
        run([VARIORUM, "reread", "--home", home])
        for form, name in FORMS.items():
            out = folder / f"{size}-{name}"
            found[form, size] = run([VARIORUM, "export", form, "--home", home, "--all", out])
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


def _figures(cost: Cost) -> Mapping[str, float]:
    return {"cpu": cost.cpu, "wall": cost.wall, "memory": cost.memory}
