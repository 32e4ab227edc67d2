"""Processes that can be killed one by one: each way to fail fails one task, and nothing is left behind."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from archive.extract import workers
from archive.extract.workers import Failed, Workers

MB = 1024 * 1024
PATIENCE = 60.0

# ------------------------------------------------------------------------- what the processes are asked to do


def double(number: int) -> int:
    return 2 * number


def identity(_: object) -> int:
    return os.getpid()


def forever(folder: str | None) -> None:
    if folder is not None:
        Path(folder, str(os.getpid())).touch()
    while True:
        pass


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def hoard(size: int) -> int:
    return len(bytearray(size))


def segfault(_: object) -> None:
    ctypes.string_at(0)


def fail(words: str) -> None:
    raise LookupError(words)


def leave(code: int) -> None:
    os._exit(code)


def give_up(_: object) -> None:
    sys.exit("enough")


def lambda_of(_: object) -> object:
    return lambda: None


def connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=5)


def look_up(name: str) -> object:
    return socket.getaddrinfo(name, 80)


def chatter(size: int) -> str:
    print("x" * size)  # noqa: T201  # as a library might
    logging.getLogger("loud").error("y" * size)
    sys.stdin.read()
    return "quiet"


def echo(value: object) -> object:
    return value


def sees_sigint(_: object) -> bool:
    os.kill(os.getpid(), signal.SIGINT)
    return True


prepared: list[str] = []


def prepare(word: str) -> None:
    prepared.append(word)


def was_prepared(_: object) -> list[str]:
    return prepared


def broken(_: str) -> None:
    raise RuntimeError("no model")


# ------------------------------------------------------------------------------------------------------ the tests


@pytest.fixture
def pool() -> Iterator[Callable[..., Workers]]:
    made: list[Workers] = []

    def make(count: int = 1, *, seconds: float = PATIENCE, memory: int = 256 * MB, **more: object) -> Workers:
        made.append(Workers(count, seconds=seconds, memory=memory, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.close(wait=False)


def result(future: Future[Any]) -> object:
    return future.result(timeout=PATIENCE)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return status == "Z"


def test_results_come_back_in_whatever_order_tasks_are_done(pool: Callable[..., Workers]) -> None:
    workers = pool(2)
    futures = [workers.submit(double, number) for number in range(200)]

    assert [result(future) for future in futures] == [2 * number for number in range(200)]


def test_no_process_starts_before_there_is_work_and_no_more_than_needed(pool: Callable[..., Workers]) -> None:
    before = threading.active_count()
    workers = pool(4)
    assert threading.active_count() == before

    pids = {result(workers.submit(identity, None)) for _ in range(8)}

    assert len(pids) == 1


def test_work_at_once_is_done_by_several_processes(pool: Callable[..., Workers], tmp_path: Path) -> None:
    workers = pool(2, seconds=3)
    futures = [workers.submit(forever, str(tmp_path)) for _ in range(2)]

    assert [result(future) for future in futures] == [Failed("time", "it took longer than 3 s")] * 2
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("function", "argument", "failed"),
    [
        (segfault, None, Failed("crash", "its process was ended by SIGSEGV")),
        (fail, "no such page", Failed("error", "LookupError: no such page")),
        (leave, 7, Failed("crash", "its process ended with 7")),
        (give_up, None, Failed("error", "SystemExit: enough")),
        (hoard, 2048 * MB, Failed("memory", "it asked for more memory than it may have")),
        (forever, None, Failed("time", "it took longer than 1.5 s")),
        (sleep, 600, Failed("time", "it took longer than 1.5 s")),
    ],
)
def test_a_task_that_fails_loses_only_itself(
    pool: Callable[..., Workers], function: Callable[[object], object], argument: object, failed: Failed
) -> None:
    workers = pool(1, seconds=1.5)
    before = workers.submit(double, 1)
    bad = workers.submit(function, argument)
    after = [workers.submit(double, number) for number in range(20)]

    assert result(before) == 2
    assert result(bad) == failed
    assert [result(future) for future in after] == [2 * number for number in range(20)]


def test_a_large_but_allowed_amount_of_memory_is_given(pool: Callable[..., Workers]) -> None:
    assert result(pool(1).submit(hoard, 128 * MB)) == 128 * MB


def test_large_values_cross_the_pipes_whole(pool: Callable[..., Workers]) -> None:
    value = os.urandom(5 * MB)

    assert result(pool(1).submit(echo, value)) == value


def test_a_result_that_cannot_be_pickled_is_an_error(pool: Callable[..., Workers]) -> None:
    answer = result(pool(1).submit(lambda_of, None))

    assert isinstance(answer, Failed)
    assert answer.why == "error"


def test_a_process_has_no_network(pool: Callable[..., Workers]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        answer = result(pool(1).submit(connect, server.getsockname()[1]))
    asked = result(pool(1).submit(look_up, "localhost"))

    assert isinstance(answer, Failed)
    assert answer.detail.startswith("PermissionError: socket.")
    assert isinstance(asked, Failed)
    assert asked.detail.startswith("PermissionError: socket.getaddrinfo")


def test_what_a_library_prints_does_not_mix_with_the_answers(
    pool: Callable[..., Workers], capfd: pytest.CaptureFixture[str]
) -> None:
    assert result(pool(1).submit(chatter, 200_000)) == "quiet"
    assert capfd.readouterr() == ("", "")


def test_an_interrupt_is_the_parents_to_answer(pool: Callable[..., Workers]) -> None:
    assert result(pool(1).submit(sees_sigint, None)) is True


def test_each_process_is_prepared_once(pool: Callable[..., Workers]) -> None:
    workers = pool(1, initial=(prepare, ("ready",)))

    assert [result(workers.submit(was_prepared, None)) for _ in range(3)] == [["ready"]] * 3


def test_a_process_that_cannot_be_prepared_fails_its_task_and_says_why(pool: Callable[..., Workers]) -> None:
    answer = result(pool(1, initial=(broken, ("x",))).submit(double, 1))

    assert isinstance(answer, Failed)
    assert answer.why == "crash"
    assert "RuntimeError: no model" in answer.detail


def test_a_process_is_replaced_after_its_share_of_tasks(
    pool: Callable[..., Workers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "TASKS", 4)
    made = pool(1)

    pids = [result(made.submit(identity, None)) for _ in range(8)]

    assert len(set(pids)) > 1
    assert len(set(pids[:3])) == 1


def test_a_process_killed_between_tasks_costs_no_task(pool: Callable[..., Workers]) -> None:
    workers = pool(1)
    pid = result(workers.submit(identity, None))
    assert isinstance(pid, int)
    os.kill(pid, signal.SIGKILL)
    while not gone(pid):
        time.sleep(0.01)

    assert result(workers.submit(double, 4)) == 8


def test_closing_waits_for_what_was_submitted_and_leaves_no_process(pool: Callable[..., Workers]) -> None:
    workers = pool(2)
    pids = [workers.submit(identity, None) for _ in range(10)]
    workers.close(wait=True)

    assert all(future.done() for future in pids)
    assert all(isinstance(pid := future.result(), int) and gone(pid) for future in pids)
    with pytest.raises(RuntimeError, match="closed"):
        workers.submit(double, 1)


def test_closing_at_once_ends_what_runs_and_says_so_of_what_waits(pool: Callable[..., Workers], tmp_path: Path) -> None:
    workers = pool(1)
    futures: list[Future[object]] = [workers.submit(forever, str(tmp_path))]
    futures += [workers.submit(double, number) for number in range(3)]
    while not (begun := list(tmp_path.iterdir())):
        time.sleep(0.01)
    workers.close(wait=False)

    assert [result(future) for future in futures] == [Failed("crash", "the workers were closed before it was done")] * 4
    assert gone(int(begun[0].name))


def test_a_waiting_task_can_be_cancelled(pool: Callable[..., Workers], tmp_path: Path) -> None:
    workers = pool(1)
    workers.submit(forever, str(tmp_path))
    waiting = workers.submit(double, 1)

    assert waiting.cancel()
    workers.close(wait=False)
    assert waiting.cancelled()


def test_an_event_loop_only_sees_the_future(pool: Callable[..., Workers]) -> None:
    workers = pool(2)

    async def ask() -> list[object]:
        return await asyncio.gather(*(asyncio.wrap_future(workers.submit(double, number)) for number in range(50)))

    assert asyncio.run(ask()) == [2 * number for number in range(50)]


PARENT = """
import sys
from archive.extract.workers import Workers
from tests.test_workers import forever

if __name__ == "__main__":
    made = Workers(2, seconds=600, memory=1 << 28)
    for _ in range(2):
        made.submit(forever, sys.argv[1])
    made.close(wait=True)
"""


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_busy_processes_end_with_a_parent_that_is_killed(tmp_path: Path, sign: int) -> None:
    script, folder = tmp_path / "parent.py", tmp_path / "pids"
    script.write_text(PARENT)
    folder.mkdir()
    root = str(Path(__file__).parents[1])
    parent = subprocess.Popen([sys.executable, script, folder], env=os.environ | {"PYTHONPATH": root})
    try:
        deadline = time.monotonic() + PATIENCE
        while len(list(folder.iterdir())) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        pids = [int(each.name) for each in folder.iterdir()]
        assert len(pids) == 2
    finally:
        parent.send_signal(sign)
        parent.wait()
    while not all(gone(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)

    assert all(gone(pid) for pid in pids)


@pytest.mark.parametrize("way", [["-c", "{text}"], ["{file}"], ["-m", "parent"]])
def test_any_way_to_start_the_parent_works_and_its_main_is_not_run_again(tmp_path: Path, way: list[str]) -> None:
    text = (
        "from archive.extract.workers import Workers\nfrom tests.test_workers import double\n"
        "print('main runs')\n"
        "made = Workers(1, seconds=60, memory=1 << 28)\nprint(made.submit(double, 21).result())\n"
        "made.close(wait=True)\n"
    )
    (tmp_path / "parent.py").write_text(text)
    command = [part.format(text=text, file=tmp_path / "parent.py") for part in way]
    root = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("main runs\n42\n", "")


def test_a_function_of_main_is_refused_at_once(pool: Callable[..., Workers]) -> None:
    def double(number: int) -> int:
        return number

    double.__module__ = "__main__"
    with pytest.raises(ValueError, match="move it to a module"):
        pool(1).submit(double, 1)


def test_at_least_one_process_is_needed() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Workers(0, seconds=1, memory=MB)
