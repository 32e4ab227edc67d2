"""Made worlds to examine the revisit policy on, none of them the one it was tuned on: other sites, decays and hints.

The simulator is handed in (its module ``traceset``), so that this imports without it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

type_of_site = tuple[str, str, float, float, float, float, dict[str, Any]]
"""Name, kind, posts a day, requests an hour, hours between polls, zone, and the simulator's other fields."""

LONG_TAIL: dict[bool, list[tuple[Any, ...]]] = {
    False: [(0.35, "exp", 0.7), (0.35, "exp", 5.0), (0.30, "lomax", 24.0, 1.2)],
    True: [(0.6, "lomax", 20.0, 2.5), (0.4, "exp", 4.0)],
}
"""A third decay law, for sites whose edits come either at once or very late."""


def _edits(mean: float, shape: float, hot: float, hot_mean: float, speed: float) -> dict[str, Any]:
    return {"mean_edits": mean, "shape": shape, "hot_share": hot, "hot_mean": hot_mean, "speed": speed}


def _hints(recall: float, false: float, last: int = 0, modified: float = 0.0) -> dict[str, Any]:
    return {"hint_recall": recall, "hint_false": false, "hint_last": last, "page_modified": modified}


POWER_LAW: tuple[type_of_site, ...] = (
    ("a", "news", 22, 15, 1, 3, _edits(0.7, 0.35, 0.03, 12, 0.8) | _hints(0.7, 0.08, 60, 0.3)),
    ("b", "news", 18, 10, 1, -6, _edits(1.1, 0.8, 0.02, 8, 1.0) | _hints(0.35, 0.2)),
    ("c", "news", 16, 8, 1, 5.5, _edits(0.5, 0.5, 0.04, 9, 1.4)),
    ("d", "news", 10, 12, 24, 0, _edits(0.6, 0.4, 0.03, 10, 2.0) | {"etag": False}),
    ("e", "blog", 5, 3, 1, 8, _edits(0.4, 0.4, 0.01, 8, 3.0) | _hints(0.9, 0.02, 20, 0.9)),
    ("f", "blog", 4, 2, 3, -3, _edits(0.9, 0.7, 0.0, 8, 2.5)),
    ("g", "blog", 4, 5, 1, 1, _edits(0.3, 0.3, 0.02, 14, 1.0) | _hints(0.5, 0.4)),
    ("h", "cited", 8, 6, 24, 2, _edits(0.4, 0.5, 0.01, 8, 5.0) | {"delete_p": 0.08}),
    ("i", "cited", 6, 6, 24, -8, _edits(0.5, 0.6, 0.02, 8, 4.0) | {"delete_p": 0.05, "etag": False}),
)
FEW_BIG: tuple[type_of_site, ...] = (
    ("north", "news", 40, 20, 1, 1, _edits(0.6, 1.0, 0.0, 8, 0.7) | _hints(0.2, 0.4)),
    ("south", "news", 30, 12, 1, -3, _edits(0.9, 0.6, 0.01, 9, 1.0) | _hints(0.95, 0.01, 0, 0.95)),
    ("east", "news", 25, 8, 1, 9, _edits(0.4, 0.8, 0.02, 8, 2.0)),
    ("west", "news", 20, 16, 1, -8, _edits(0.5, 0.9, 0.0, 8, 1.5) | _hints(0.6, 0.1, 30)),
    ("blog", "blog", 6, 6, 1, 0, _edits(0.3, 1.0, 0.0, 8, 3.0) | {"page_modified": 0.6}),
    ("cited", "cited", 10, 10, 24, 0, _edits(0.3, 0.7, 0.0, 8, 6.0) | {"delete_p": 0.06}),
)
MANY_SMALL: tuple[type_of_site, ...] = tuple(
    (
        f"s{number}",
        "cited" if number in (12, 13) else "blog" if number > 7 else "news",
        (18, 15, 14, 12, 12, 10, 9, 8, 6, 5, 5, 4, 8, 6)[number],
        (20, 14, 10, 6, 5, 18, 8, 4, 4, 2, 6, 3, 8, 8)[number],
        24 if number in (6, 12, 13) else 1,
        (-8, -5, -5, -3, 0, 0, 1, 1, 2, 3, 5.5, 8, 9, 10)[number],
        _edits(
            (0.9, 0.3, 0.7, 0.5, 0.4, 0.6, 0.5, 0.3, 0.8, 0.2, 0.4, 0.6, 0.3, 0.4)[number],
            0.3,
            (0.08, 0.05, 0.06, 0.05, 0.08, 0.03, 0.05, 0.02, 0.06, 0.0, 0.03, 0.04, 0.02, 0.02)[number],
            10 + number % 4,
            (0.7, 1, 1, 1.5, 2, 0.8, 1.2, 1, 3, 2, 2, 4, 5, 6)[number],
        )
        | _hints(
            (0.9, 0, 0.8, 0.6, 0, 0.3, 0, 0.7, 0.95, 0, 0.5, 0, 0, 0)[number],
            (0.05, 0, 0.01, 0.2, 0, 0.4, 0, 0.02, 0.03, 0, 0.1, 0, 0, 0)[number],
            (0, 0, 50, 40, 0, 0, 0, 20, 15, 0, 0, 0, 0, 0)[number],
            (0.8, 0, 0, 0.9, 0, 0, 0, 0.5, 0, 0, 0, 0.4, 0, 0)[number],
        ),
    )
    for number in range(14)
)
STRICT: tuple[type_of_site, ...] = (
    ("a", "news", 24, 4, 1, -5, _edits(0.8, 0.5, 0.04, 10, 1.2) | _hints(0.5, 0.1, 50)),
    ("b", "news", 20, 3, 1, 2, _edits(0.6, 0.6, 0.03, 9, 1.0) | _hints(0.9, 0.3, 0, 0.5)),
    ("c", "news", 18, 20, 1, 0, _edits(0.9, 0.4, 0.03, 12, 0.9)),
    ("d", "news", 14, 1, 1, 7, _edits(0.5, 0.5, 0.02, 8, 2.0)),
    ("e", "news", 12, 6, 24, -7, _edits(0.7, 0.7, 0.02, 8, 1.5)),
    ("f", "news", 12, 10, 1, 1, _edits(0.4, 0.4, 0.05, 11, 1.0) | _hints(0.7, 0.02)),
    ("g", "blog", 8, 2, 3, 3, _edits(0.5, 0.5, 0.01, 8, 3.0) | _hints(0.95, 0.01, 15)),
    ("h", "cited", 10, 3, 24, 0, _edits(0.4, 0.5, 0.02, 8, 4.0) | {"delete_p": 0.08}),
)

WORLDS: dict[str, tuple[str, tuple[type_of_site, ...]]] = {
    "power law": ("lomax", POWER_LAW),
    "few big": ("expmix", FEW_BIG),
    "many small": ("lomax", MANY_SMALL),
    "strict": ("long tail", STRICT),
}
"""Name of each world: its decay law and its sites."""


def made(traceset: ModuleType) -> dict[str, Callable[[int], Any]]:
    """Give the simulator's worlds and these, each a function from a seed to a trace."""
    traceset.AGE.setdefault("long tail", LONG_TAIL)

    def world(name: str) -> Callable[[int], Any]:
        shape, rows = WORLDS[name]
        sites = [
            traceset.Site(site, kind, per_day, rate, poll, tz=tz, **more)
            for site, kind, per_day, rate, poll, tz, more in rows
        ]
        return lambda seed: traceset.generate(name, sites, shape=shape, seed=seed)

    return {"tune": traceset.tune_set} | {name: world(name) for name in WORLDS}
