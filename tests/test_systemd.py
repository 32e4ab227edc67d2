"""What systemd is told over its socket, by path or abstract; and whether it takes the units that we ship."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from schedules.systemd import Supervisor, from_environment, without

EXAMPLES = Path(__file__).parents[1] / "schedules" / "examples"
UNITS = sorted(each.name for each in EXAMPLES.glob("*.service"))


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(address)
        sock.settimeout(5)
        yield sock


@pytest.fixture(params=["path", "abstract"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """Give a socket that listens as systemd does, and its address as systemd writes it."""
    name = f"variorum-{uuid.uuid4().hex}"
    path = str(tmp_path / "notify")
    with listening(f"\0{name}" if request.param == "abstract" else path) as sock:
        yield sock, f"@{name}" if request.param == "abstract" else path


def test_every_message_arrives_as_systemd_reads_it(told: tuple[socket.socket, str]) -> None:
    sock, address = told
    supervisor = from_environment({"NOTIFY_SOCKET": address})

    def heard() -> list[bytes]:
        return sock.recv(4096).split(b"\n")

    assert supervisor.ready("3 sites")
    assert heard() == [b"READY=1", b"STATUS=3 sites"]
    assert supervisor.reloading()
    reloading, at = heard()
    assert reloading == b"RELOADING=1"
    assert int(at.removeprefix(b"MONOTONIC_USEC=")) > 0
    assert supervisor.status("two runs\nREADY=1 \x1b[2J")
    assert heard() == [rb"STATUS=two runs READY=1 \x1b[2J"]
    assert supervisor.ping()
    assert heard() == [b"WATCHDOG=1"]
    assert supervisor.extend(timedelta(seconds=90))
    assert heard() == [b"EXTEND_TIMEOUT_USEC=90000000"]
    assert supervisor.stopping("draining")
    assert heard() == [b"STOPPING=1", b"STATUS=draining"]


def test_nothing_is_sent_where_nobody_listens() -> None:
    supervisor = from_environment({"WATCHDOG_USEC": "1000000"})

    assert supervisor == Supervisor()
    assert not supervisor.ready("on my own")
    assert not supervisor.ping()


def test_a_socket_that_is_gone_keeps_nobody_from_work(tmp_path: Path) -> None:
    assert not from_environment({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready("here")


def test_a_socket_that_nobody_reads_is_not_waited_for_without_end(tmp_path: Path) -> None:
    with listening(str(tmp_path / "notify")):
        supervisor = from_environment({"NOTIFY_SOCKET": str(tmp_path / "notify")})
        sent = 0
        while supervisor.ping():
            sent += 1
            assert sent < 100_000
    assert sent > 0


@pytest.mark.parametrize(
    ("env", "every"),
    [
        ({"WATCHDOG_USEC": "120000000"}, 60),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "7"}, 60),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "-1"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_pinged_twice_in_its_time_by_the_process_it_is_for(
    env: dict[str, str], every: float | None
) -> None:
    found = from_environment({"NOTIFY_SOCKET": "/run/notify", **env}, pid=7).ping_every

    assert found == (None if every is None else timedelta(seconds=every))


@pytest.mark.parametrize("address", ["", "vsock:2:1234", "relative/notify"])
def test_an_address_of_another_kind_is_nobody(address: str) -> None:
    assert from_environment({"NOTIFY_SOCKET": address}).address is None


def test_children_are_told_of_no_supervisor() -> None:
    env = {"NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "7", "PATH": "/bin"}

    assert without(env) == {"PATH": "/bin"}


def unit(folder: Path, name: str) -> Path:
    """Write a unit as an operator would, with a program and a user that are there."""
    text = (EXAMPLES / name).read_text()
    for there, here in (("/opt/variorum/.venv/bin/variorum", sys.executable), ("=variorum\n", "=nobody\n")):
        assert there in text
        text = text.replace(there, here)
    file = folder / name
    file.write_text(text.replace("Group=nobody", "Group=nogroup"))
    return file


def test_the_daemon_and_the_web_server_have_a_unit() -> None:
    assert UNITS == ["variorum-serve.service", "variorum.service"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_the_unit_and_has_nothing_to_say_of_it(tmp_path: Path, name: str) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit(tmp_path, name))],
        env=os.environ | {"SYSTEMD_LOG_LEVEL": "warning"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("name", UNITS)
def test_a_mistake_in_the_unit_would_be_noticed(tmp_path: Path, name: str) -> None:
    file = unit(tmp_path, name)
    file.write_text(file.read_text().replace("ProtectSystem=strict", "ProtectSystm=strict"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(file)], capture_output=True, text=True, timeout=60, check=False
    )

    assert "ProtectSystm" in done.stderr
