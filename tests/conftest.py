"""What all tests share: the shared folder, an archive to work in, and how Hypothesis runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from archive import config

pytest_plugins = ("tests.players", "tests.browser")

CI = os.environ.get("CI") == "true"

settings.register_profile("variorum", deadline=None, derandomize=CI)
settings.load_profile("variorum")

CHANGES = {
    "# allow_private = []": 'allow_private = ["127.0.0.0/8", "::1/128"]',
    '# delay = "5s"': 'delay = "0s"',
    '# min_free = "1GB"': 'min_free = "1MB"',
}


LONGEST = (
    "test_start.py", "test_import_wacz.py", "test_journey.py", "test_journey_alerts.py", "test_demo.py",
    "test_crawl_corpus.py", "test_crawl_mends.py", "test_crawl_limits.py", "test_journey_changes.py",
    "test_crawl_workers.py",
)  # fmt: skip
"""Files that take about a minute or more: begun last, one process would wait for the other at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Find the shared folder: ``VARIORUM_SHARED``, or ``shared`` beside the checkout."""
    beside = Path(__file__).parents[2] / "shared"
    folder = Path(os.environ.get("VARIORUM_SHARED") or beside)
    if folder.is_dir():
        return folder
    reason = f"no shared folder at {folder}; put it there or name it in VARIORUM_SHARED"
    if CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make an empty archive that may reach loopback and does not wait."""
    text = config.template("tests@example.org", "test")
    for default, ours in CHANGES.items():
        assert default in text
        text = text.replace(default, ours)
    (tmp_path / config.FILE).write_text(text)
    (tmp_path / "warcs").mkdir()
    (tmp_path / "sites").mkdir()
    return tmp_path
