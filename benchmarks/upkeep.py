"""How fast an archive is checked and indexed anew: `variorum verify` against `warcio check`, `reindex` against `index`.

Both read the same WARC file, ours with the archive around it: `verify` also compares file and index, both ways, and
`reindex` writes the index that `warcio index` only prints.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from benchmarks.measure import PYTHON, VARIORUM, WARCIO, Cost, Failed, Spread, alternating, ratios, run, told
from benchmarks.table import Bar, Table

CODINGS = {"plain": "pages sent as they are", "gzip": "pages sent gzipped"}
PAIRS = {"verify": ("check", 2.0), "reindex": ("index", 1.2)}


def measure(folder: Path, *, quick: bool) -> Table:
    """Check and index the same file with both tools, in turn, whole processes."""
    count, rounds = (100, 1) if quick else (4000, 5)
    rows: list[tuple[str, ...]] = []
    bars: list[Bar] = []
    raw: dict[str, object] = {"pages": count}
    for coding, name in CODINGS.items():
        home = folder / coding
        made = told(run([*PYTHON, "benchmarks.one_archive", home, str(count), coding]))
        sizes = f"{name}: {made['size'] / 1e6:,.0f} MB, {made['packed'] / 1e6:,.0f} on disk"
        for verb, (other, wanted) in PAIRS.items():
            commands: dict[str, list[str | Path]] = {
                "ours": [VARIORUM, verb, "--home", home],
                "warcio": [WARCIO, other, made["warc"]],
            }
            found = alternating(tuple(commands), rounds, lambda side, commands=commands: run(commands[side]))  # type: ignore[misc]
            _did_all(verb, found, count)
            wall = ratios([cost.wall for cost in found["warcio"]], [cost.wall for cost in found["ours"]])
            cpu = ratios([cost.cpu for cost in found["warcio"]], [cost.cpu for cost in found["ours"]])
            rows += [
                _row(f"variorum {verb}, {sizes}", found["ours"], wall.shown(), cpu.shown()),
                _row(f"warcio {other}, the same", found["warcio"], "", ""),
            ]
            bars.append(
                Bar(what=f"{verb} to warcio {other}, {name}", found=wall.median, sign=">=", wanted=wanted, unit="x")
            )
            raw[f"{verb}, {coding}"] = {
                "made": {key: made[key] for key in ("size", "packed")},
                "faster_by_the_clock": asdict(wall),
                "faster_by_cpu": asdict(cpu),
                "wall": {side: [cost.wall for cost in costs] for side, costs in found.items()},
                "cpu": {side: [cost.cpu for cost in costs] for side, costs in found.items()},
            }
    return Table(
        name="upkeep",
        title=f"Upkeep: one sealed WARC file of {count:,} pages, three records each, {rounds} rounds",
        columns=("", "seconds", "CPU s", "peak MiB", "faster by the clock", "by CPU"),
        rows=rows,
        bars=bars,
        notes=("Whole processes, their start included, caches warm.",),
        raw=raw,
    )


def _row(name: str, costs: list[Cost], wall: str, cpu: str) -> tuple[str, ...]:
    return (
        name,
        f"{Spread.of([cost.wall for cost in costs]).median:.2f}",
        f"{Spread.of([cost.cpu for cost in costs]).median:.2f}",
        f"{Spread.of([cost.memory / 2**20 for cost in costs]).median:,.0f}",
        wall,
        cpu,
    )


def _did_all(verb: str, found: dict[str, list[Cost]], count: int) -> None:
    """Raise ``Failed`` when a tool did not look at all records: those of ``count`` pages and the one in front."""
    ours, theirs = found["ours"][0].said, found["warcio"][0].said
    records = 3 * count + 1
    if verb == "verify":
        did = f"1 files, {records} records, 0 problems" in ours
    else:
        did = f"{count} captures in the index, 0 problems" in ours and theirs.count("\n") == records
    if not did:
        raise Failed(f"{verb} did not do what was to be measured: {ours[-300:]} {theirs[-300:]}")
