"""Raw replay of the same records by our server and by pywb, each alone on one core, asked in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measure import Failed, Spread, alternating, ratios
from benchmarks.replay import CONNECTIONS, Load, quantile, raw
from benchmarks.replay_archive import real
from benchmarks.replay_load import Group
from benchmarks.replay_serve import OWN, Cores, Serving, ours, pywb, pywb_over_ours, pywb_own, pywb_version, spent
from benchmarks.table import Bar, Table
from tests.kept import empty

PAGES, SECONDS, WARM_UP = 500, 10.0, 3.0
FORGIVEN = 0.01
"""Share of pywb's answers that may be wrong; they are left out of its rate."""


def measure(folder: Path, *, quick: bool) -> Table:
    """Put the pages on record, index them for pywb, and ask each server for all of them, in turn."""
    count, seconds, rounds = (40, 3.0, 1) if quick else (PAGES, SECONDS, 3)
    cores, version = Cores.two(), pywb_version()
    home = empty(folder / "home")
    # A 304 is left out: pywb over its own index answers it with an empty page.
    kept = [each for each in real(home, count) if each.kind != "304"]
    own = pywb_own(folder / "own", home)
    sides = {"Variorum": "", "pywb": f"/{OWN}", "pywb over ours": "/variorum"}

    wrongs = dict.fromkeys(sides, 0)

    def press(side: str) -> Mapping[str, Any]:
        with ExitStack() as stack:
            server = _serve(stack, side, folder, home, own, cores.server)
            group = Group(
                port=server.replay, connections=CONNECTIONS, asks=tuple(raw(each, sides[side]) for each in kept)
            )
            Load(folder / "plan", [group], WARM_UP, cores.others).told()
            before = spent(server.pid)
            told = Load(folder / "plan", [group], seconds, cores.others).told()
            cpu = spent(server.pid) - before
        ms = [each for times in told["ms"].values() for each in times]
        wrong = sum(told["errors"].values())
        # Over its own index pywb answers a URL of the corpus with 404; its path has two slashes in a row.
        if wrong > (0 if side == "Variorum" else len(ms) * FORGIVEN):
            raise Failed(f"{side}: {wrong} of {len(ms)} answers are wrong, such as {told['wrong'][0]}")
        wrongs[side] += wrong
        return {"rate": (len(ms) - wrong) / told["seconds"], "ms": ms, "cpu": cpu * 1e3 / len(ms)}

    found = alternating(tuple(sides), rounds, press)
    rates = {side: [each["rate"] for each in answers] for side, answers in found.items()}
    cpu = {side: [each["cpu"] for each in answers] for side, answers in found.items()}
    to = {side: ratios(rates["Variorum"], rates[side]) for side in sides}
    to_cpu = {side: ratios(cpu[side], cpu["Variorum"]) for side in sides}
    names = {
        "Variorum": "Variorum",
        "pywb": f"pywb {version}, its own index",
        "pywb over ours": f"pywb {version} over our CDX endpoint, both on that core (CPU: pywb's)",
    }
    return Table(
        name="replay_pywb",
        title=f"Raw replay: {len(kept):,} records ({count} real pages and parts), {CONNECTIONS} connections, "
        f"{rounds} rounds of {seconds:.0f} s",
        columns=(
            "",
            "right answers/s",
            "wrong",
            "p50 ms",
            "p99 ms",
            "CPU ms each",
            "Variorum's rate to it",
            "its CPU to Variorum's",
        ),
        rows=[
            (
                names[side],
                Spread.of(rates[side]).shown(",.0f"),
                f"{wrongs[side]}",
                *(Spread.of([quantile(each["ms"], part) or 0 for each in found[side]]).shown() for part in (0.5, 0.99)),
                Spread.of(cpu[side]).shown(),
                *((to[side].shown(".1f"), to_cpu[side].shown(".1f")) if side != "Variorum" else ("", "")),
            )
            for side in sides
        ],
        bars=(Bar(what=f"rate to that of pywb {version}", found=to["pywb"].median, sign=">=", wanted=3, unit="x"),),
        notes=(
            "Each payload was checked: length and SHA-1, as coded or as decoded, whichever the server sent.",
            "The 304s are left out. The load acknowledges at once: each delayed acknowledgement costs pywb 40 ms.",
        ),
        raw={
            "rates": rates,
            "wrong": wrongs,
            "cpu_ms": cpu,
            "ratios": {side: asdict(each) for side, each in to.items()},
            "pywb": version,
        },
    )


def _serve(stack: ExitStack, side: str, folder: Path, home: Path, own: Path, core: int) -> Serving:
    if side == "pywb":
        return stack.enter_context(pywb(own, core, folder / "pywb.log"))
    server = stack.enter_context(ours(home, core, folder / "serve.log"))
    if side == "Variorum":
        return server
    over = pywb_over_ours(folder / "over", own, server.room)
    return stack.enter_context(pywb(over, core, folder / "over.log"))
