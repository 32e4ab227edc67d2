"""The command line's edge: how verbs are found, and how everything that goes wrong ends.

The verbs here come from a distribution that each test lays on the path, found like the real ones.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from archive import config

VERBS = """
import errno, sys, time
import click
from archive import errors
from archive.cli import Place, archive_options
from archive.terminal import emit_json, table

@click.command(help="Say where we are.")
@click.argument("urls", nargs=-1)
@archive_options
def where(place: Place, urls):
    emit_json({"home": place.home, "delay": place.settings.polite.delay.total_seconds(), "urls": urls})

@click.command(help="Raise what is named.")
@click.argument("name")
def fail(name):
    match name:
        case "disk":
            raise OSError(errno.ENOSPC, "No space left on device", "a.warc.gz")
        case "quota":
            raise OSError(errno.EDQUOT, "Disk quota exceeded")
        case "fault":
            raise KeyError("a secret of the code")
        case "pipe":
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
        case _:
            raise getattr(errors, name)("what happened\\x1b[2J; what to do")

@click.command(help="End with a code.")
@click.argument("code", type=int)
def end(code):
    return code

@click.command(help="Wait for a signal.")
def wait():
    print("ready", flush=True)
    time.sleep(60)

@click.command(help="Print without end.")
def spill():
    while True:
        print("x" * 1000)

@click.command(help="Print JSON.")
def tell():
    emit_json({"title": "\\u6771\\u4eac"})

not_a_command = 7
"""
ENTRIES = """[variorum.verbs]
where = sample_verbs:where
fail = sample_verbs:fail
end = sample_verbs:end
wait = sample_verbs:wait
spill = sample_verbs:spill
tell = sample_verbs:tell
unwritten = sample_unwritten:verb
unnamed = sample_verbs:unnamed
"""
HEAVY = ("scrapy", "twisted", "sqlalchemy", "alembic", "warcio", "cryptography", "lxml")


@pytest.fixture
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Lay the verbs above on the path, and give the environment that has them."""
    folder = tmp_path_factory.mktemp("verbs")
    (folder / "sample_verbs.py").write_text(VERBS)
    told = folder / "sample-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: sample\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(ENTRIES)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VARIORUM_")}
    return kept | {"PYTHONPATH": os.pathsep.join([str(folder), str(Path(__file__).parents[1])]), "TMPDIR": str(folder)}


def command(*args: str) -> list[str]:
    return [sys.executable, "-c", "import sys; from archive.cli import main; sys.exit(main())", *args]


def variorum(*args: str, env: Mapping[str, str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*args), env=env, cwd=cwd, capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def test_the_list_of_verbs_loads_nothing_heavy() -> None:
    code = "import sys; from archive.cli import main; main(['--help']); print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert "captures" in done.stdout
    assert not {line.partition(".")[0] for line in done.stdout.splitlines()} & set(HEAVY)


def test_the_version_is_told(env: dict[str, str]) -> None:
    assert variorum("--version", env=env).stdout == f"variorum {config.VERSION}\n"


def test_a_verb_that_cannot_be_imported_breaks_no_other(env: dict[str, str]) -> None:
    listed = variorum("--help", env=env)

    assert listed.returncode == 0
    assert re.search(r"unwritten +Not available", listed.stdout)
    assert re.search(r"unnamed +Not available", listed.stdout)
    assert re.search(r"where +Say where we are", listed.stdout)
    assert variorum("end", "0", env=env).returncode == 0


def test_a_verb_that_cannot_be_imported_says_so(env: dict[str, str]) -> None:
    done = variorum("unwritten", "--any", "thing", env=env)

    assert done.returncode == 1
    assert done.stderr.startswith("Error: unwritten is not available: No module named 'sample_unwritten'")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["verfy"], "there is no verb verfy; did you mean verify?"),
        (["zzzzz"], "No such command 'zzzzz'"),
        (["end", "--loud"], "No such option"),
        (["end", "much"], "is not a valid integer"),
        (["end"], "Missing argument"),
        (["--loud"], "No such option"),
    ],
)
def test_a_wrong_call_is_misuse(env: dict[str, str], args: list[str], words: str) -> None:
    done = variorum(*args, env=env)

    assert done.returncode == 2
    assert words in done.stderr
    assert not done.stdout


@pytest.mark.parametrize("code", [0, 1, 5])
def test_a_verb_ends_with_the_code_it_returns(env: dict[str, str], code: int) -> None:
    assert variorum("end", str(code), env=env).returncode == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("VariorumError", 1),
        ("Misuse", 2),
        ("NotAnArchive", 2),
        ("NothingDone", 1),
        ("Damaged", 3),
        ("NotAWarc", 1),
        ("DiskFull", 4),
        ("Incompatible", 2),
    ],
)
def test_an_error_is_one_line_and_its_code(env: dict[str, str], name: str, code: int) -> None:
    done = variorum("fail", name, env=env)

    assert done.returncode == code
    assert done.stderr == "variorum: what happened\\x1b[2J; what to do\n"
    assert not done.stdout


@pytest.mark.parametrize(("name", "words"), [("disk", "while writing a.warc.gz"), ("quota", "the disk is full")])
def test_a_full_disk_is_code_4(env: dict[str, str], name: str, words: str) -> None:
    done = variorum("fail", name, env=env)

    assert done.returncode == 4
    assert done.stderr.startswith("variorum: the disk is full")
    assert words in done.stderr


def test_output_to_a_full_disk_is_code_4(env: dict[str, str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command("tell"), env=env, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)

    assert done.returncode == 4
    assert done.stderr.startswith(b"variorum: the disk is full")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("name", ["fault", "pipe"])
def test_a_fault_of_ours_is_one_line_that_names_the_report(env: dict[str, str], name: str) -> None:
    done = variorum("fail", name, env=env)

    assert done.returncode == 70
    assert done.stderr.count("\n") == 1
    named = re.fullmatch(r"variorum: a fault of ours: (.+); please report it with (.+)\n", done.stderr)
    assert named is not None
    assert "Traceback (most recent call last)" in Path(named[2]).read_text()
    assert named[1] in Path(named[2]).read_text()


def test_a_fault_without_room_for_a_report_still_ends_in_one_line(env: dict[str, str]) -> None:
    code = "import sys, tempfile; tempfile.tempdir = '/dev/null'; from archive.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "fail", "fault"], env=env, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 70
    assert "no report could be written" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("name", "code"), [("fault", 70), ("Damaged", 3)])
def test_the_traceback_is_shown_when_asked_for(env: dict[str, str], name: str, code: int) -> None:
    done = variorum("fail", name, env=env | {"VARIORUM_DEBUG": "1"})

    assert done.returncode == code
    assert "Traceback (most recent call last)" in done.stderr


def test_an_interrupt_is_one_line_and_code_130(env: dict[str, str]) -> None:
    with subprocess.Popen(command("wait"), env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        child.send_signal(signal.SIGINT)
        _, told = child.communicate(timeout=60)

    assert child.returncode == 130
    assert told == b"variorum: interrupted; what was acknowledged is safe\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_ends_it_quietly(env: dict[str, str], unbuffered: str) -> None:
    child_env = env | {"PYTHONUNBUFFERED": unbuffered}
    with subprocess.Popen(command("spill"), env=child_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.read(10)
        child.stdout.close()
        assert child.stderr is not None
        told = child.stderr.read()
        code = child.wait(timeout=60)

    assert (code, told) == (141, b"")


def test_json_is_utf_8_in_any_locale(env: dict[str, str]) -> None:
    done = variorum("tell", env=env | {"PYTHONIOENCODING": "latin-1", "LC_ALL": "C"})

    assert json.loads(done.stdout) == {"title": "東京"}
    assert "東京" in done.stdout


def test_a_verb_is_given_its_archive_from_a_folder_within(env: dict[str, str], home: Path) -> None:
    done = variorum("where", "http://a.test/", env=env, cwd=home / "warcs")

    assert json.loads(done.stdout) == {"home": str(home), "delay": 0.0, "urls": ["http://a.test/"]}


def test_an_archive_can_be_named_and_a_setting_given_for_the_call(
    env: dict[str, str], home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    named = variorum("where", "--home", str(home), "--set", "polite.delay=2s", env=env, cwd=elsewhere)
    by_variable = variorum("where", env=env | {"VARIORUM_HOME": str(home)}, cwd=elsewhere)

    assert json.loads(named.stdout) == {"home": str(home), "delay": 2.0, "urls": []}
    assert json.loads(by_variable.stdout)["home"] == str(home)


def test_no_archive_and_no_such_setting_are_misuse(
    env: dict[str, str], home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    nowhere = variorum("where", env=env, cwd=tmp_path_factory.mktemp("elsewhere"))
    unknown = variorum("where", "--set", "polite.dealy=2s", env=env, cwd=home)

    assert (nowhere.returncode, unknown.returncode) == (2, 2)
    assert "variorum init" in nowhere.stderr
    assert unknown.stderr == "variorum: --set: there is no setting polite.dealy; did you mean polite.delay?\n"
