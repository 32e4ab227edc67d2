"""Processes that do tasks one at a time, with limits of time and memory, and can be killed one by one.

::

    submit ─► waiting tasks ─► a thread per process ─► pipe ─► archive.extract.child
                                   │  waits, kills, starts anew

A process starts when there is more work than processes, is replaced after ``TASKS`` tasks, and loses with its death
no task but its own. It is started by name, not forked and not by multiprocessing: the parent's ``__main__``, its
reactor and its database connections do not exist in it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pickle
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import IO, Any, Literal, TypeVar

from archive.extract.child import LENGTH

TASKS = 500
"""Tasks a process does before it is replaced: a library that leaks grows no further."""

START_SECONDS = 60.0
"""Wall seconds a process may take to start and prepare."""

_PIECE = 1 << 16
_PIPE = 1 << 20
"""Bytes of an answer that wait in the pipe: with 64 KiB both sides take turns some times for each page."""
_LAST_WORDS = 300

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a task came to nothing: its limits, the death of its process, or an exception as ``Type: words``."""

    why: Literal["time", "memory", "crash", "error"]
    detail: str


@dataclass(slots=True)
class _Task:
    frame: bytes
    future: Future[Any]


class Workers:
    """At most ``count`` processes; ``seconds`` of wall time a task, ``memory`` in bytes beyond a process's start size.

    ``initial`` is a function by name with its arguments, called once in each process before the limits hold.
    """

    def __init__(
        self,
        count: int,
        *,
        seconds: float,
        memory: int,
        initial: tuple[Callable[..., object], tuple[object, ...]] | None = None,
    ) -> None:
        if count < 1:
            raise ValueError(f"at least one process is needed, not {count}")
        function, arguments = initial or (None, ())
        self._count = count
        self._seconds = seconds
        self._memory = memory
        self._first = pickle.dumps((seconds, memory, function, arguments))
        self._waiting: deque[_Task] = deque()
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._children: set[_Child] = set()
        self._idle = 0
        self._closed = False
        self._ended = False

    def submit(self, function: Callable[[T], R], argument: T) -> Future[R | Failed]:
        """Have a task done; the function is importable by name, argument and result can be pickled.

        The future never fails: what went wrong is a ``Failed``. It cannot be cancelled once the task runs.
        """
        if getattr(function, "__module__", None) == "__main__":
            raise ValueError(
                f"{function!r} is of __main__, which does not exist in another process; move it to a module"
            )
        task = _Task(pickle.dumps((function, argument), pickle.HIGHEST_PROTOCOL), Future())
        with self._changed:
            if self._closed:
                raise RuntimeError("the workers are closed")
            self._waiting.append(task)
            if self._idle < len(self._waiting) and len(self._threads) < self._count:
                thread = threading.Thread(target=self._mind, name="extraction", daemon=True)
                self._threads.append(thread)
                thread.start()
            else:
                self._changed.notify()
        return task.future

    def close(self, *, wait: bool) -> None:
        """End the processes: after all tasks are done, or at once, and then what was not done is ``Failed``."""
        with self._changed:
            self._closed = True
            left: list[_Task] = []
            if not wait:
                self._ended = True
                left = list(self._waiting)
                self._waiting.clear()
                for child in self._children:
                    child.kill()
            self._changed.notify_all()
        for task in left:
            if task.future.set_running_or_notify_cancel():
                task.future.set_result(_CLOSED)
        for thread in self._threads:
            thread.join()

    # ------------------------------------------------------------------------------- one thread for each process

    def _mind(self) -> None:
        child: _Child | None = None
        try:
            while (task := self._next()) is not None:
                if not task.future.set_running_or_notify_cancel():
                    continue
                child, answer = self._do(child, task.frame)
                task.future.set_result(answer)
        finally:
            if child is not None:
                self._let_go(child)

    def _next(self) -> _Task | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._waiting or self._closed)
            self._idle -= 1
            return self._waiting.popleft() if self._waiting else None

    def _do(self, child: _Child | None, frame: bytes) -> tuple[_Child | None, object]:
        """Do one task, in the process at hand or a new one; give the process that may do the next."""
        if child is not None and (child.done >= TASKS or not child.alive()):
            self._let_go(child)
            child = None
        if child is None:
            try:
                child = _Child()
            except OSError as error:
                return None, Failed("crash", f"no process could be started: {error}")
            with self._changed:
                self._children.add(child)
                if self._ended:
                    child.kill()
            ready = child.ask(self._first, START_SECONDS, self._memory)
            if not isinstance(ready, tuple) or ready[0] != "ready":
                self._let_go(child)
                told = ready.detail if isinstance(ready, Failed) else str(ready)
                return None, self._unless_ended(Failed("crash", f"the process did not start: {told}"))
        answer = child.ask(frame, self._seconds, self._memory)
        if isinstance(answer, Failed):
            self._let_go(child)
            return None, self._unless_ended(answer)
        kind, value = answer
        if kind == "done":
            try:
                return child, pickle.loads(value)
            except Exception as error:  # noqa: BLE001  # the worker loop: a result may fail to load in any way
                return child, Failed("error", f"{type(error).__name__}: {error}")
        if kind == "memory":
            self._let_go(child)
            child = None
        return child, Failed(kind, value)

    def _unless_ended(self, failed: Failed) -> Failed:
        return _CLOSED if self._ended else failed

    def _let_go(self, child: _Child) -> None:
        child.end()
        with self._changed:
            self._children.discard(child)


_CLOSED = Failed("crash", "the workers were closed before it was done")


class _Child:
    """One process, its pipes, and its last words."""

    def __init__(self) -> None:
        self.done = 0
        words: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # it lives as long as the process
        lifeline, ours = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "archive.extract.child", str(lifeline)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                # One zone and one order of sets for all: a reading depends on neither.
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(each or os.getcwd() for each in sys.path),
                    "TZ": "UTC",
                    "PYTHONHASHSEED": "0",
                },
                pass_fds=(lifeline,),
                process_group=0,  # Ctrl-C in the terminal is the parent's to answer
                bufsize=0,
            )
        except OSError:
            os.close(ours)
            words.close()
            raise
        finally:
            os.close(lifeline)
        self._words, self._lifeline = words, ours
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        if hasattr(fcntl, "F_SETPIPE_SZ"):  # Linux
            with contextlib.suppress(OSError):  # it may grant its users less
                fcntl.fcntl(self._out, fcntl.F_SETPIPE_SZ, _PIPE)

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it at once; only this process, by its id."""
        self._process.kill()

    def end(self) -> None:
        """End it and leave nothing behind."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._words):
            if pipe is not None:
                pipe.close()
        os.close(self._lifeline)

    def ask(self, frame: bytes, seconds: float, memory: int) -> tuple[Any, Any] | Failed:
        """Hand over a task and wait for the answer; whoever gets ``Failed`` must end the process."""
        self.done += 1
        until = time.monotonic() + seconds
        try:
            if self._give(LENGTH.pack(len(frame)) + frame, until) and (head := self._take(LENGTH.size, until)):
                (length,) = LENGTH.unpack(head)
                if length > memory:
                    return Failed("memory", f"its answer has {length} bytes")
                if (answer := self._take(length, until)) is not None:
                    known: tuple[Any, Any] = pickle.loads(answer)
                    return known
        except (BrokenPipeError, EOFError):
            return self._death(seconds)
        self.kill()
        return Failed("time", f"it took longer than {seconds:g} s")

    def _give(self, data: bytes, until: float) -> bool:
        left = memoryview(data)
        while left:
            if not _ready(self._in, select.POLLOUT, until):
                return False
            left = left[os.write(self._in, left[:_PIECE]) :]
        return True

    def _take(self, size: int, until: float) -> bytes | None:
        taken = bytearray()
        while len(taken) < size:
            if not _ready(self._out, select.POLLIN, until):
                return None
            piece = os.read(self._out, min(size - len(taken), 1 << 20))
            if not piece:
                raise EOFError
            taken += piece
        return bytes(taken)

    def _death(self, seconds: float) -> Failed:
        """Say what the process died of."""
        self._process.wait()
        code = self._process.returncode
        if code == -signal.SIGXCPU:
            return Failed("time", f"it used more than {seconds:g} s of CPU")
        with contextlib.suppress(ValueError):
            return Failed("crash", f"its process was ended by {signal.Signals(-code).name}")
        size = self._words.seek(0, os.SEEK_END)
        self._words.seek(max(0, size - _LAST_WORDS))
        lines = self._words.read().decode(errors="replace").strip().splitlines()
        return Failed("crash", f"its process ended with {code}" + (f": {lines[-1]}" if lines else ""))


def _ready(pipe: int, what: int, until: float) -> bool:
    """Wait for a pipe until a time; False when it has passed."""
    poll = select.poll()
    poll.register(pipe, what)
    while (left := until - time.monotonic()) > 0:
        if poll.poll(left * 1000):
            return True
    return False
