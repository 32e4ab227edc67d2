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
