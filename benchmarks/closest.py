"""Closest capture on a million rows: URL and time in, capture out; ours, and pywb's aggregator on the same captures.

Both sides make the key from the URL, look it up and hand back an object; URLs are drawn evenly, which spares pywb
the popular ones, whose captures it reads all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.measure import PYTHON, Failed, Spread, alternating, ratios, run, told
from benchmarks.table import Bar, Table

PYWB = (
    Path(os.environ.get("VARIORUM_PLAYERS") or Path.home() / ".cache" / "variorum-players") / "pywb" / "bin" / "python"
)
WARM_UP = 1000
_SCRIPT = Path(__file__).with_name("closest_pywb.py")


def measure(folder: Path, *, quick: bool) -> Table:
    """Load the rows once, then look up the same URLs on each side, in turn."""
    rows, lookups, rounds = (20_000, 1_000, 1) if quick else (1_000_000, 20_000, 5)
    made = told(run([*PYTHON, "benchmarks.closest_ours", "load", folder, str(rows), str(lookups + WARM_UP)]))
    sides: dict[str, list[str | Path]] = {"Variorum": [*PYTHON, "benchmarks.closest_ours", "ask", folder]}
    if PYWB.exists():
        sides["pywb"] = [PYWB, _SCRIPT, folder]

    def ask(side: str) -> Mapping[str, Any]:
        run(sides[side])
        answer: Mapping[str, Any] = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
        return answer

    found = alternating(tuple(sides), rounds, ask)
    _agree(folder, [answers[0] for answers in found.values()])
    spent = {side: [sum(answer["ns"][WARM_UP:]) for answer in answers] for side, answers in found.items()}
    p99 = {side: Spread.of([_quantile(answer, 0.99) for answer in answers]) for side, answers in found.items()}
    ratio = ratios(spent["pywb"], spent["Variorum"]) if "pywb" in spent else None
    shown = [
        (
            {"Variorum": "Variorum, SQLite", "pywb": "pywb's aggregator, one CDXJ file"}[side],
            Spread.of([lookups / each * 1e9 for each in spent[side]]).shown(",.0f"),
            Spread.of([_quantile(answer, 0.5) for answer in answers]).shown(".3f"),
            p99[side].shown(".3f"),
            "" if side == "Variorum" or ratio is None else ratio.shown(".1f"),
        )
        for side, answers in found.items()
    ]
    if ratio is None:
        shown.append(("pywb's aggregator", "not installed", "", "", ""))
    return Table(
        name="closest",
        title=f"Closest capture: {made['rows']:,} captures of {made['urls']:,} URLs, the most of one "
        f"{made['most']:,}; {lookups:,} look-ups, {rounds} rounds",
        columns=("", "look-ups/s", "p50 ms", "p99 ms", "Variorum is faster by"),
        rows=shown,
        bars=(
            Bar(what="99 of 100 look-ups within", found=p99["Variorum"].median, sign="<", wanted=1.0, unit=" ms"),
            Bar(what="look-ups to pywb's", found=ratio.median if ratio else None, sign=">=", wanted=5.0, unit="x"),
        ),
        notes=(
            f"loaded in {made['seconds']:.0f} s as captures come, by time; database {made['database'] / 1e6:,.0f} MB, "
            f"CDXJ {made['cdxj'] / 1e6:,.0f} MB; caches warm, one thread",
        ),
        raw={
            "made": dict(made),
            "ns": spent,
            "p99_ms": {side: asdict(spread) for side, spread in p99.items()},
            "ratio": asdict(ratio) if ratio else None,
        },
    )


def _quantile(answer: Mapping[str, Any], part: float) -> float:
    """Give a quantile of the times of single look-ups, in milliseconds."""
    times = sorted(answer["ns"][WARM_UP:])
    return float(times[int(part * len(times))]) / 1e6


def _agree(folder: Path, answers: Sequence[Mapping[str, Any]]) -> None:
    """Raise ``Failed`` unless all sides found a capture equally near, for each look-up."""
    asked = [line.split("\t") for line in (folder / "lookups").read_text(encoding="utf-8").splitlines()]
    for number, (url, at) in enumerate(asked):
        away = {abs((_read(answer["found"][number]) - _read(at)).total_seconds()) for answer in answers}
        if len(away) > 1:
            raise Failed(f"{url} at {at}: the sides disagree: {[answer['found'][number] for answer in answers]}")


def _read(timestamp: str) -> datetime:
    return datetime.strptime(timestamp + "+0000", "%Y%m%d%H%M%S%z")
