"""A process that does the tasks of ``workers.Workers``, one after another, until its pipe ends.

Started as ``python -m archive.extract.child LIFELINE``. Frames both ways are a length and a pickle; a task is a
function by its name with its argument, an answer is ``("done", value)`` or ``(why, detail)``. The frame that comes
first tells the limits. Whatever a library prints goes to standard error.
"""

from __future__ import annotations

import contextlib
import faulthandler
import fcntl
import logging
import os
import pickle
import resource
import select
import signal
import struct
import sys
from collections.abc import Callable
from typing import BinaryIO

LENGTH = struct.Struct(">Q")
_WORDS = 1000
_CPU_SPARE = 2  # seconds beyond the wall limit, so that the parent's clock is the one that speaks
_NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
            "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")  # fmt: skip


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(int(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.enable()
    tasks = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    logging.disable(logging.CRITICAL)
    sys.addaudithook(_no_network)
    first = _next(tasks)
    if first is None:
        return
    seconds, memory, initial, argument = pickle.loads(first)
    if initial is not None:
        initial(*argument)
    _limit_memory(memory)
    _answer(answers, ("ready", None))
    while (frame := _next(tasks)) is not None:
        _limit_cpu(seconds)
        answer = _done(frame)
        _answer(answers, answer)
        if answer[0] == "memory":
            return  # what could not be had has left its pieces behind


def _done(frame: bytes) -> tuple[str, object]:
    """Do one task; every failure is an answer."""
    try:
        function: Callable[[object], object]
        function, argument = pickle.loads(frame)
        value = function(argument)
        return "done", pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return "memory", "it asked for more memory than it may have"
    except (Exception, SystemExit) as error:  # noqa: BLE001  # the worker loop: a task may fail in any way
        return "error", f"{type(error).__name__}: {error}"[:_WORDS]


def _next(tasks: BinaryIO) -> bytes | None:
    head = tasks.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    frame = tasks.read(length)
    return frame if len(frame) == length else None


def _answer(answers: BinaryIO, answer: tuple[str, object]) -> None:
    frame = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    answers.write(LENGTH.pack(len(frame)))
    answers.write(frame)
    answers.flush()


def _die_with(lifeline: int) -> None:
    """Ask the kernel to end this process when the pipe's other end, the parent's, is gone, however busy we are then.

    Nothing is ever written to it, so its one signal is the end; SIGIO ends a process that does not handle it.
    """
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:
        raise SystemExit


def _limit_memory(memory: int) -> None:
    """Let the process grow by so many bytes from where it is now; where that cannot be known it is not limited."""
    with contextlib.suppress(OSError), open("/proc/self/statm", "rb") as told:
        now = int(told.read().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = now + memory
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _limit_cpu(seconds: float) -> None:
    """Let this task use its seconds of CPU and a little more: should the parent not stop it, the kernel does."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(used.ru_utime + used.ru_stime + seconds) + _CPU_SPARE
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _no_network(event: str, _arguments: object) -> None:
    if event in _NETWORK:
        raise PermissionError(f"{event}: extraction has no network")


if __name__ == "__main__":
    main()
