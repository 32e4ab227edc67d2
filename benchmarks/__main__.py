"""Run the benchmarks named, or all: ``python -m benchmarks [--quick] [NAME...]``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks import (
    alignment,
    big_body,
    citations,
    closest,
    crawl,
    diff_rate,
    extraction,
    fetch_cost,
    files,
    flags,
    recrawl,
    replan,
    replay,
    replay_export,
    replay_pywb,
    revisit,
    second_reading,
    upkeep,
)
from benchmarks.measure import Failed
from benchmarks.table import Table

BENCHMARKS: dict[str, Callable[..., Table]] = {
    "fetch_cost": fetch_cost.measure,
    "big_body": big_body.measure,
    "closest": closest.measure,
    "upkeep": upkeep.measure,
    "crawl": crawl.measure,
    "recrawl": recrawl.measure,
    "files": files.measure,
    "extraction": extraction.measure,
    "second_reading": second_reading.measure,
    "alignment": alignment.measure,
    "flags": flags.measure,
    "diff_rate": diff_rate.measure,
    "citations": citations.measure,
    "replan": replan.measure,
    "revisit": revisit.measure,
    "replay": replay.measure,
    "replay_pywb": replay_pywb.measure,
    "replay_export": replay_export.measure,
}


def main() -> int:
    """Print each table; 1 when a bar was missed, or something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Variorum against other tools.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(BENCHMARKS)}; all when none")
    parser.add_argument("--quick", action="store_true", help="little work and few rounds, to see that everything runs")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    failed = 0
    for name in given.names or BENCHMARKS:
        began, load = time.monotonic(), os.getloadavg()[0]
        with tempfile.TemporaryDirectory(prefix="variorum-bench-", ignore_cleanup_errors=True) as folder:
            try:
                table = BENCHMARKS[name](Path(folder), quick=given.quick)
            except Failed as error:
                print(f"{name}: not measured: {error}\n", file=sys.stderr, flush=True)
                failed += 1
                continue
        if given.quick:
            table = replace(table, bars=(), notes=(*table.notes, "a smoke run: too little work to judge by"))
        table.write(quick=given.quick)
        failed += any(bar.is_met is False for bar in table.bars)
        seconds = time.monotonic() - began
        print(
            f"{table.shown()}\n  took {seconds:.0f} s on {os.cpu_count()} cores; load before {load:.1f}\n", flush=True
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
