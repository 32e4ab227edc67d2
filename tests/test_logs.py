"""The log of a run: a line an object, from many processes; long logs go on in new files, old ones are forgotten."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.logs import DAY, JsonLines, Limits, forget, keep

NOW = 1_700_000_000.0
ROOT = Path(__file__).parents[1]

WRITER = """
import logging, sys
from pathlib import Path
from crawler.logs import JsonLines, Limits

name, count, part = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
handler = JsonLines(Path(sys.argv[1]), name, Limits(part=part))
sys.stdin.readline()
for number in range(count):
    handler.emit(logging.makeLogRecord({"name": "crawler", "msg": "line", "number": number}))
handler.close()
"""


def record(text: str = "said", **more: object) -> logging.LogRecord:
    return logging.makeLogRecord({"name": "crawler.x", "levelname": "INFO", "msg": text, "created": NOW, **more})


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for file in sorted(folder.iterdir()) for line in file.read_bytes().splitlines()]


def texts(file: Path) -> list[str]:
    return [json.loads(line)["message"] for line in file.read_text().splitlines()]


def wrote(folder: Path, name: str, size: int, age: float) -> None:
    (folder / name).write_bytes(b"x" * size)
    os.utime(folder / name, (NOW - age, NOW - age))


def test_a_line_has_what_was_said_and_what_was_given_beside_it(tmp_path: Path) -> None:
    handler = JsonLines(tmp_path / "logs" / "r1.jsonl", "1.1")
    handler.emit(record("left in peace", neighbour="a.test", exc_info=(ValueError, ValueError("odd"), None)))
    handler.close()

    assert lines(tmp_path / "logs") == [
        {
            "at": "2023-11-14T22:13:20.000000Z",
            "level": "info",
            "where": "crawler.x",
            "worker": "1.1",
            "message": "left in peace",
            "neighbour": "a.test",
            "error": "ValueError: odd",
        }
    ]


def test_half_a_character_and_odd_objects_are_written_somehow(tmp_path: Path) -> None:
    handler = JsonLines(tmp_path / "logs" / "r1.jsonl", "1.1")
    handler.emit(record("half \ud800", path=tmp_path))
    handler.close()

    (line,) = lines(tmp_path / "logs")
    assert line["path"] == str(tmp_path)


def test_what_others_say_is_kept_from_warnings_on(tmp_path: Path) -> None:
    handler = keep(tmp_path, "r1", "1.1")
    try:
        for name in ("crawler.x", "twisted"):
            logging.getLogger(name).info("quiet")
            logging.getLogger(name).warning("loud")
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()

    told = [(line["where"], line["message"]) for line in lines(tmp_path / "logs")]
    assert told == [("crawler.x", "quiet"), ("crawler.x", "loud"), ("twisted", "loud")]


def test_a_full_log_goes_on_in_a_new_file(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "r.1.jsonl"  # a run's id may look like a part's name
    handler = JsonLines(file, "w", Limits(part=300))
    for number in range(7):
        handler.emit(record(f"line {number}"))
    handler.close()

    names = sorted(each.name for each in file.parent.iterdir())
    assert names == ["r.1.1.jsonl", "r.1.2.jsonl", "r.1.3.jsonl", "r.1.jsonl"]
    assert all(each.stat().st_size <= 300 for each in file.parent.iterdir())
    assert [line["message"] for line in lines(file.parent)] == [f"line {number}" for number in range(7)]


def test_a_line_longer_than_a_file_may_be_is_still_written(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "r1.jsonl"
    handler = JsonLines(file, "w", Limits(part=10))
    for text in ("one", "two"):
        handler.emit(record(text))
    handler.close()

    assert [line["message"] for line in lines(file.parent)] == ["one", "two"]
    assert len(list(file.parent.iterdir())) == 2


def test_processes_that_write_to_one_log_lose_and_mix_no_line(tmp_path: Path) -> None:
    file, count, part = tmp_path / "logs" / "start.jsonl", 800, 30_000
    names = ("a", "b", "c")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file), name, str(count), str(part)],
            stdin=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        for name in names
    ]
    for writer in writers:  # all at once
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0

    told = lines(file.parent)
    assert {(line["worker"], line["number"]) for line in told} == {(name, at) for name in names for at in range(count)}
    assert len(told) == len(names) * count
    parts = sorted(int(each.name.split(".")[1]) for each in file.parent.iterdir() if each != file)
    assert parts == list(range(1, len(parts) + 1))
    assert len(parts) > 3
    # A line or two of each process may come while the file is put aside.
    assert max(each.stat().st_size for each in file.parent.iterdir()) < 2 * part


def test_a_log_that_somebody_is_frozen_at_putting_aside_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "r1.jsonl"
    handler = JsonLines(file, "w", Limits(part=10))
    handler.emit(record("one"))
    with file.open() as frozen:
        fcntl.flock(frozen, fcntl.LOCK_EX)
        handler.emit(record("two"))
    handler.emit(record("three"))
    handler.close()

    assert texts(file.parent / "r1.1.jsonl") == ["one", "two"]
    assert texts(file) == ["three"]


def test_a_log_that_was_deleted_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "r1.jsonl"
    handler = JsonLines(file, "w")
    handler.emit(record("one"))
    file.unlink()
    file.parent.rmdir()
    handler.emit(record("two"))
    handler.close()

    assert [line["message"] for line in lines(file.parent)] == ["two"]


@pytest.mark.parametrize(
    ("limits", "gone"),
    [
        (Limits(keep_days=90, keep_size=1000), []),
        (Limits(keep_days=9, keep_size=1000), ["old.jsonl"]),
        (Limits(keep_days=2, keep_size=1000), ["mid.jsonl", "old.jsonl"]),
        (Limits(keep_days=90, keep_size=400), []),
        (Limits(keep_days=90, keep_size=399), ["old.jsonl"]),
        (Limits(keep_days=90, keep_size=1), ["live.7.jsonl", "mid.jsonl", "old.jsonl"]),
    ],
)
def test_what_is_too_old_or_too_much_is_forgotten_and_what_is_written_stays(
    tmp_path: Path, limits: Limits, gone: list[str]
) -> None:
    wrote(tmp_path, "live.jsonl", 100, 10)
    wrote(tmp_path, "live.7.jsonl", 100, 20)
    wrote(tmp_path, "mid.jsonl", 100, 5 * DAY)
    wrote(tmp_path, "old.jsonl", 100, 10 * DAY)
    wrote(tmp_path, "notes.txt", 100, 900 * DAY)
    before = {each.name for each in tmp_path.iterdir()}

    assert forget(tmp_path, limits, NOW) == gone
    assert {each.name for each in tmp_path.iterdir()} == before - set(gone)


def test_a_log_that_is_put_aside_again_and_again_stays_within_its_size(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "start.jsonl"
    handler = JsonLines(file, "w", Limits(part=500, keep_size=2000))
    for number in range(200):
        handler.emit(record(f"line {number}"))
    handler.close()

    assert sum(each.stat().st_size for each in file.parent.iterdir()) <= 2500
    assert lines(file.parent)[-1]["message"] == "line 199"
