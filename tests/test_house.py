"""The house rules: who imports whom, nothing on import, verbs on their page, no trace of a machine in the files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("archive", "crawler", "schedules")
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

# Imports every module and tells on standard output what happened meanwhile. Alembic's env.py and scripts run
# under Alembic only.
IMPORT_ALL = """
import importlib, os, pkgutil, sys, threading, traceback

watched = []
before = set(os.environ.items()), os.getcwd()
def told(event, args):
    acts = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "subprocess.Popen", "os.fork",
            "os.mkdir", "os.remove", "os.rename", "sqlite3.connect", "signal.signal")
    if event in acts or (event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)):
        watched.append((event, args, "".join(traceback.format_stack())))
        raise PermissionError(f"{event} on import")

sys.addaudithook(told)
names = []
for package in sys.argv[1:]:
    top = importlib.import_module(package)
    names += [package, *(found.name for found in pkgutil.walk_packages(top.__path__, package + "."))]
names = [name for name in names if not name.endswith("__main__") and ".migrations." not in name]
for name in names:
    importlib.import_module(name)
for event, args, stack in watched:
    if any(f"{os.sep}{package}{os.sep}" in stack for package in sys.argv[1:]) or event != "socket.bind":
        print(event, args, stack)
if "twisted.internet.reactor" in sys.modules:
    print("a reactor is installed")
if threading.active_count() != 1:
    print("threads", threading.enumerate())
if (set(os.environ.items()), os.getcwd()) != before:
    print("the environment or the folder changed")
print(len(names), "modules")
"""


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_import_contracts_hold() -> None:
    done = lint(ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("archive/errors.py", "import crawler", "archive holds what happened"),
        ("crawler/guard.py", "import schedules", "archive holds what happened"),
        ("archive/errors.py", "import warcio", "warcio only in archive.warc"),
        ("crawler/guard.py", "from warcio.warcwriter import WARCWriter", "warcio only in archive.warc"),
        ("archive/model.py", "import sqlalchemy", "SQLAlchemy and Alembic only in archive.store"),
        ("schedules/__init__.py", "import alembic.op", "SQLAlchemy and Alembic only in archive.store"),
        ("archive/cli.py", "def late():\n    from scrapy import Spider", "Scrapy and Twisted only in crawler"),
        ("schedules/__init__.py", "import twisted.internet", "Scrapy and Twisted only in crawler"),
        ("archive/model.py", "import trafilatura", "trafilatura only in archive.extract.generic"),
        ("archive/model.py", "import apscheduler", "APScheduler only in schedules.clock"),
    ],
)
def test_a_broken_contract_is_noticed(tmp_path: Path, module: str, line: str, contract: str) -> None:
    done = lint(copied(tmp_path / "source", module, line))

    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(rf"^{re.escape(contract)}.* BROKEN", done.stdout, flags=re.MULTILINE), done.stdout


def import_all(source: Path, folder: Path) -> str:
    folder.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith("VARIORUM_")}
    done = subprocess.run(
        [sys.executable, "-B", "-c", IMPORT_ALL, *PACKAGES],
        cwd=folder,
        env=env | {"PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert not list(folder.iterdir())
    return done.stdout + done.stderr


def copied(folder: Path, module: str, line: str) -> Path:
    """Copy the packages and add a line to one of their modules."""
    folder.mkdir()
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / module).open("a") as file:
        file.write(f"\n{line}\n")
    return folder


def test_nothing_happens_on_import(tmp_path: Path) -> None:
    told = import_all(ROOT, tmp_path / "empty")

    assert re.fullmatch(r"\d+ modules\n", told), told


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("open('note.txt', 'w')", "open on import"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "socket."),
        ("import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()", "threads ["),
        ("import os; os.environ['X'] = 'y'", "the environment or the folder changed"),
        ("from twisted.internet import reactor", "a reactor is installed"),
    ],
)
def test_what_happens_on_import_is_noticed(tmp_path: Path, line: str, words: str) -> None:
    assert words in import_all(copied(tmp_path / "source", "crawler/__init__.py", line), tmp_path / "empty")


def test_every_verb_of_the_project_is_installed() -> None:
    named = PROJECT["project"]["entry-points"]["variorum.verbs"]

    assert {entry.name: entry.value for entry in entry_points(group="variorum.verbs")} == named


def test_every_verb_is_in_the_reference_as_its_help_says() -> None:
    done = subprocess.run(
        [sys.executable, "docs/make_reference.py", "--check"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    titles = re.findall(r"^### variorum (\S+)$", (ROOT / "docs/reference.md").read_text(), flags=re.MULTILINE)
    assert sorted(titles) == sorted(PROJECT["project"]["entry-points"]["variorum.verbs"])


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        return [file for file in ROOT.rglob("*") if file.is_file() and ".venv" not in file.parts]
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


# Written so that this file does not hold what it looks for.
HOMES = r"(?<![\w.~$}-])/(?:[h]ome|[U]sers)/[\w.-]+/|(?<![\w.-])/[r]oot/|(?<![\w.-])/[w]ork/(?:main|shared)"
REGISTRIES = r"\b(?:[p]ypi\.org|[p]ythonhosted\.org|[n]pmjs\.(?:org|com)|[c]rates\.io|[d]ocker\.io)\b"


@pytest.mark.parametrize("pattern", [HOMES, REGISTRIES], ids=["homes", "registries"])
def test_no_file_names_a_home_folder_or_a_registry(pattern: str) -> None:
    files = tracked()
    found = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in files
        if (match := re.search(pattern, file.read_text(encoding="utf-8", errors="replace")))
    ]

    assert ROOT / "pyproject.toml" in files
    assert not found


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (HOMES, f"see /{'home'}/ann/archive"),
        (HOMES, f"'/{'root'}/x'"),
        (REGISTRIES, f"https://{'pypi'}.org/simple"),
    ],
)
def test_such_a_name_would_be_found(pattern: str, text: str) -> None:
    assert re.search(pattern, text)


def test_a_path_of_a_web_page_is_no_home_folder() -> None:
    assert not re.search(HOMES, f"https://blog.example/{'home'}/ann/post")
