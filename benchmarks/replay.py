"""Our web server under load, on one core, while a crawl writes into the same archive on the other.

Safe replay of real pages with their parts, raw replay and CDX look-ups, four connections each, all at the same time.
Nothing is warm when it begins: neither the server nor what the system holds of the archive's files.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from archive.web.memento import http_date, uri
from benchmarks.measure import PYTHON, Failed
from benchmarks.replay_archive import Kept, real
from benchmarks.replay_crawl import Crawl, crawling
from benchmarks.replay_load import Ask, Group
from benchmarks.replay_serve import Cores, Serving, forget, memory, ours, running, spent
from benchmarks.table import Bar, Table

PAGES, SECONDS, CONNECTIONS = 200, 60.0, 4
P99 = 100.0
"""Milliseconds."""
FLAT = 5.0
"""Per cent that memory may grow by in the second half."""
KINDS = {
    "page": "safe replay, pages",
    "part": "safe replay, their parts",
    "raw": "raw replay (id_)",
    "cdx closest": "CDX, closest",
    "cdx exact": "CDX, exact",
    "cdx prefix": "CDX, prefix",
}
_MODIFIERS = {"page": "", "304": "", "style": "cs_", "picture": "im_"}
_SEED = 20261123


def measure(folder: Path, *, quick: bool) -> Table:
    """Make the archive, serve it, press for a minute, and tell each kind's times and the server's memory."""
    count, seconds = (40, 10.0) if quick else (PAGES, SECONDS)
    cores = Cores.two()
    with cores.kept_clear(), crawling(folder, seconds) as crawl:
        kept = real(crawl.home.path, count)
        done = pressed(folder, crawl, kept, cores, seconds)
    return _table(kept, done, seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of the load: what it told, what the server held by second, used of the CPU and said."""

    told: Mapping[str, Any]
    held: Sequence[tuple[float, Mapping[str, int]]]
    cpu: float
    crawled: int
    said: Sequence[str]


def pressed(folder: Path, crawl: Crawl, kept: Sequence[Kept], cores: Cores, seconds: float) -> Done:
    """Serve the archive, with nothing warm, and press while it crawls."""
    forget(crawl.home.path)
    with ours(crawl.home.path, cores.server, folder / "serve.log") as server:
        crawl.begin(cores.others)
        begun, before = crawl.captures(), spent(server.pid)
        load = Load(folder / "plan", groups(kept, server), seconds, cores.others)
        held = load.watched(server)
        told = load.told()
        cpu, crawled = spent(server.pid) - before, crawl.captures() - begun
        crawl.is_at_work()
    said = server.said.read_text(errors="replace").splitlines()[1:]
    return Done(told=told, held=held, cpu=cpu, crawled=crawled, said=said)


def groups(kept: Sequence[Kept], server: Serving) -> Iterator[Group]:
    """Give what is asked for: each page with its parts behind it, all payloads, and three kinds of look-ups."""
    drawn = random.Random(_SEED)
    pages = [each for each in kept if each.kind in ("page", "304")]
    parts: dict[int, list[Kept]] = {each.page: [] for each in pages}
    for each in kept:
        if each.kind in ("style", "picture"):
            parts[each.page].append(each)
    shown = [one for page in drawn.sample(pages, len(pages)) for one in _with_parts(page, parts[page.page])]
    yield Group(port=server.replay, connections=CONNECTIONS, asks=tuple(shown))
    asked = [raw(each) for each in drawn.sample(list(kept), len(kept))]
    yield Group(port=server.replay, connections=CONNECTIONS, asks=tuple(asked))
    looked = [one for each in drawn.sample(list(kept), len(kept)) for one in _look_ups(each)]
    yield Group(port=server.room, connections=CONNECTIONS, asks=tuple(looked))


def raw(kept: Kept, collection: str = "") -> Ask:
    """Ask for a payload as recorded, and check it byte for byte."""
    path = f"{collection}/{kept.stamp}id_/{uri(kept.url)}"
    return Ask(kind="raw", path=path, sums=(kept.coded, kept.decoded), memento=http_date(kept.at))


def _with_parts(page: Kept, parts: Iterable[Kept]) -> Iterator[Ask]:
    yield Ask(kind="page", path=f"/{page.stamp}/{uri(page.url)}", holds="</body>", memento=http_date(page.at))
    for part in parts:
        modifier = _MODIFIERS[part.kind]
        yield Ask(kind="part", path=f"/{page.stamp}{modifier}/{uri(part.url)}", memento=http_date(part.at))


def _look_ups(kept: Kept) -> Iterator[Ask]:
    url = quote(kept.url, safe="")
    near = f"&closest={kept.stamp}&sort=closest&limit=100&matchType=exact"  # as pywb asks
    host = quote(kept.url.split("/")[2], safe="")
    yield Ask(kind="cdx closest", path=f"/cdx?url={url}{near}", holds=kept.stamp)
    yield Ask(kind="cdx exact", path=f"/cdx/search/cdx?url={url}&output=json", holds=kept.stamp)
    yield Ask(kind="cdx prefix", path=f"/cdx?url={host}/&matchType=prefix&limit=500", holds='"url"')


class Load:
    """The process that asks."""

    def __init__(self, plan: Path, asked: Iterable[Group], seconds: float, core: int) -> None:
        plan.write_text("\n".join(group.line() for group in asked), encoding="utf-8")
        self._seconds, self._said = seconds, plan.with_name("told")
        self._running = running([*PYTHON, "benchmarks.replay_load", plan, str(seconds)], core, self._said)
        self._process = self._running.__enter__()

    def watched(self, server: Serving) -> list[tuple[float, Mapping[str, int]]]:
        """Give what the server holds, second by second, until all is asked."""
        began = time.monotonic()
        held = []
        while self._process.poll() is None:
            held.append((time.monotonic() - began, memory(server.pid)))
            try:
                self._process.wait(1)
            except subprocess.TimeoutExpired:
                continue
        return held

    def told(self) -> dict[str, Any]:
        """Wait for the end and give what came of it."""
        code = self._process.wait(self._seconds + 60)
        self._running.__exit__(None, None, None)
        text = self._said.read_text(errors="replace").strip()
        if code:
            raise Failed(f"the load ended with {code}: {text[-2000:]}")
        answer: dict[str, Any] = json.loads(text.rpartition("\n")[2])
        return answer


def _table(kept: Sequence[Kept], done: Done, seconds: float) -> Table:
    told, held = done.told, done.held
    ms: Mapping[str, list[float]] = told["ms"]
    both = {kind: [*ms.get(f"{kind}, first", ()), *ms.get(kind, ())] for kind in KINDS}
    cdx = [each for kind in KINDS if kind.startswith("cdx") for each in both[kind]]
    rows = [_row(name, both[kind], told["errors"].get(kind, 0), told["seconds"]) for kind, name in KINDS.items()]
    rows.insert(1, _row("  each for the first time", ms.get("page, first", []), None, told["seconds"]))
    pages = sum(each.kind in ("page", "304") for each in kept)
    classes = {"safe replay, pages": both["page"], "raw replay": both["raw"], "CDX": cdx}
    return Table(
        name="replay",
        title=f"The web server for {seconds:.0f} s: {pages} captures of {sum(each.kind == 'page' for each in kept)} "
        f"real pages, {len(kept) - pages} parts, {CONNECTIONS} connections each, a crawl beside it",
        columns=("", "requests", "a second", "p50 ms", "p99 ms", "most ms", "errors"),
        rows=rows,
        bars=(
            Bar(what="errors", found=float(sum(told["errors"].values())), sign="<=", wanted=0),
            *(
                Bar(what=f"{name}: p99", found=quantile(times, 0.99), sign="<", wanted=P99, unit=" ms")
                for name, times in classes.items()
            ),
            Bar(what="memory grown in the second half", found=grown(held, "Pss"), sign="<=", wanted=FLAT, unit=" %"),
        ),
        notes=(
            f"The server alone on one core, {done.cpu / told['seconds']:.0%} of it used; load, crawl and newsstand "
            f"on the other. {told['received'] / 1e6:,.0f} MB received; {done.crawled:,} captures came in meanwhile.",
            "Memory of the server, PSS: "
            + ", ".join(f"{at:.0f} s {each['Pss'] / 2**20:.0f} MiB" for at, each in _marks(held))
            + f"; most {max(each['Pss'] for _, each in held) / 2**20:.0f} MiB.",
            *(f"WRONG {each}" for each in told["wrong"]),
            *(f"The server said: {line}" for line in done.said[:10]),
        ),
        raw={
            "kinds": {kind: _figures(times) for kind, times in ms.items()},
            "errors": dict(told["errors"]),
            "memory": [(round(at, 1), dict(each)) for at, each in held],
            "crawled": done.crawled,
            "cpu": done.cpu,
        },
    )


def quantile(times: Sequence[float], part: float) -> float | None:
    """Give a quantile, or None of nothing."""
    return sorted(times)[min(int(part * len(times)), len(times) - 1)] if times else None


def _row(name: str, times: Sequence[float], errors: int | None, seconds: float) -> tuple[str, ...]:
    shown = [f"{each:.1f}" if each is not None else "" for each in (quantile(times, 0.5), quantile(times, 0.99))]
    most = f"{max(times):.1f}" if times else ""
    return (
        name,
        f"{len(times):,}",
        f"{len(times) / seconds:,.1f}",
        *shown,
        most,
        "" if errors is None else f"{errors}",
    )


def _figures(times: Sequence[float]) -> Mapping[str, float | None]:
    return {"count": len(times), **{f"p{part:g}": quantile(times, part / 100) for part in (50, 90, 99, 99.9, 100)}}


def grown(held: Sequence[tuple[float, Mapping[str, int]]], what: str) -> float:
    """Give by how many per cent what is held at the end is more than what was held at half time."""
    tenth = max(1, len(held) // 10)
    middle = len(held) // 2
    half = statistics.fmean(each[what] for _, each in held[middle : middle + tenth])
    return (statistics.fmean(each[what] for _, each in held[-tenth:]) / half - 1) * 100


def _marks(held: Sequence[tuple[float, Mapping[str, int]]]) -> Iterator[tuple[float, Mapping[str, int]]]:
    for mark in (0.0, 10.0, 30.0):
        if at := next((each for each in held if each[0] >= mark), None):
            yield at
    yield held[-1]
