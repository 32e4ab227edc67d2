"""What exact capture stands on inside Scrapy and Twisted is there, and where it is not, one line says so."""

from __future__ import annotations

import subprocess
import sys

import pytest

from archive.errors import Incompatible
from crawler import contract

SPOILED = """
import sys
from scrapy.core.downloader.handlers import http11
del http11._LenientHTTP11ClientFactory
from archive.cli import main
sys.exit(main(["capture", "--home", sys.argv[1], "http://127.0.0.1:9/", "--set", "network.allow_private=127.0.0.0/8"]))
"""


def test_the_installed_scrapy_and_twisted_have_every_name_that_is_needed() -> None:
    contract.check()


def test_a_missing_name_is_told_with_the_versions_that_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "NEEDED", (*contract.NEEDED, (contract, "_Gone")))
    with pytest.raises(Incompatible, match=r"_Gone.*scrapy>=2\.19"):
        contract.check()


def test_a_capture_over_another_scrapy_ends_with_one_line(home: object) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SPOILED, str(home)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2, done.stderr
    assert "lacks" in done.stderr
    assert "Traceback" not in done.stderr
