"""pywb's side of the look-ups: ``PYTHON closest_pywb.py FOLDER``, run by the Python of pywb's own environment.

It stands alone: nothing of ours is installed there.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pywb.warcserver.index.aggregator import SimpleAggregator  # type: ignore[import-not-found]
from pywb.warcserver.index.indexsource import FileIndexSource  # type: ignore[import-not-found]


def ask(folder: Path) -> None:
    """Look up and time each."""
    asked = [line.split("\t") for line in (folder / "lookups").read_text(encoding="utf-8").splitlines()]
    aggregator = SimpleAggregator({"captures": FileIndexSource(str(folder / "captures.cdxj"))})
    ns: list[int] = []
    found: list[str] = []
    for url, at in asked:
        began = time.perf_counter_ns()
        captures, errors = aggregator({"url": url, "closest": at, "limit": 1})
        capture = next(iter(captures))
        ns.append(time.perf_counter_ns() - began)
        if errors:
            raise SystemExit(f"{url}: {errors}")
        found.append(capture["timestamp"])
    (folder / "answers.json").write_text(json.dumps({"ns": ns, "found": found}), encoding="utf-8")


if __name__ == "__main__":
    ask(Path(sys.argv[1]))
