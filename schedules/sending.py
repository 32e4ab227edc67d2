"""How a message reaches a target: through Apprise, or to a program of the operator's. The one door to Apprise.

Apprise runs in a process of its own, which is ended when it takes too long; addresses, which may be secret, reach it on
its standard input and are never shown. Its addresses are served side by side, so that one that hangs holds up none.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from archive.errors import Misuse
from archive.terminal import printable
from schedules import systemd
from schedules.alert_rules import Target
from schedules.alert_texts import Message

_SAID = 400  # characters of what a program wrote that are kept
_CALLS = re.compile(r"@(?=(?:everyone|here|channel|all)\b)|(?<![^\s(\[“\"'])@(?=\w)")
_MENTION = re.compile(r"<(?=[!@#])")
_SECRETS = re.compile(r"[/:@?&=\s]+")
_SECRET = 5  # letters of a part of an address that is not shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came of it: which of a target's addresses have the message, by number, and why not all of them do."""

    reached: tuple[int, ...] = ()
    why: str | None = None


def send(target: Target, message: Message, home: Path, done: Collection[int] = ()) -> Delivery:
    """Send a message to a target that is no feed, but for its addresses that have it already."""
    if target.command:
        return _to_program(target, message, home)
    try:
        addresses = addresses_of(target, home, os.environ)
    except Misuse as error:
        return Delivery(why=str(error))
    return _to_apprise(target, addresses, message, done)


def addresses_of(target: Target, home: Path, env: Mapping[str, str]) -> tuple[str, ...]:
    """Give a target's addresses of Apprise; raises Misuse where there are none."""
    found = list(target.apprise)
    if target.apprise_file is not None:
        path = home / target.apprise_file
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise Misuse(
                f"{path}, the addresses of {target.name}, cannot be read; write one a line in UTF-8"
            ) from error
        found += [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if target.apprise_env is not None:
        found += env.get(target.apprise_env, "").split()
    if not found:
        where = target.apprise_file or f"the environment variable {target.apprise_env}"
        raise Misuse(f"target {target.name} has no address; write some into {where}")
    return tuple(dict.fromkeys(found))


def inert(text: str) -> str:
    """Take the power to call people out of what pages say: chats read @everyone and <!channel> as orders."""
    return _MENTION.sub("‹", _CALLS.sub("＠", text))


# ------------------------------------------------------------------------------------------------------- a program


def _to_program(target: Target, message: Message, home: Path) -> Delivery:
    program = target.command[0]
    if "/" in program:
        program = str(home / Path(program).expanduser())
    body = json.dumps(message.data(target.name)).encode() + b"\n"
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                [program, *target.command[1:]],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd=home,
                env=systemd.without(os.environ),
                start_new_session=True,
            )
        except OSError as error:
            return Delivery(why=f"{program} cannot be started: {error.strerror}")
        _, is_late = _talk(process, body, target.timeout.total_seconds())
        said = _tail(errors)
    if is_late:
        return Delivery(why=f"{program} took more than {target.timeout.total_seconds():g} s and was ended{said}")
    if process.returncode:
        return Delivery(why=f"{program} ended with code {process.returncode}{said}")
    return Delivery(reached=(1,))


def _talk(process: subprocess.Popen[bytes], body: bytes, seconds: float) -> tuple[bytes, bool]:
    """Hand a process its input and wait for its end, or end it with all it started; tell whether it was late."""
    with process:  # its pipes are closed at the end, and it is waited for
        try:
            out, _ = process.communicate(body, timeout=seconds)
        except subprocess.TimeoutExpired as late:
            _end(process)
            return late.stdout or b"", True
        except BaseException:
            _end(process)
            raise
    return out or b"", False


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _tail(file: IO[bytes]) -> str:
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _SAID))
    said = " ".join(file.read().decode("utf-8", "replace").split())
    return f": {printable(said)}" if said else ""


# --------------------------------------------------------------------------------------------------------- Apprise


def _to_apprise(target: Target, addresses: Sequence[str], message: Message, done: Collection[int]) -> Delivery:
    wanted = {number: each for number, each in enumerate(addresses, 1) if number not in done}
    order = {"title": inert(message.title), "text": inert(message.text), "addresses": wanted}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "schedules.sending"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    out, is_late = _talk(process, json.dumps(order).encode(), target.timeout.total_seconds())
    answers = dict(map(_answer, out.split(b"\n")[:-1]))  # whole lines only
    reached = tuple(number for number in wanted if answers.get(number, "") is None)
    missing = [number for number in wanted if number not in reached]
    if not missing:
        return Delivery(reached=reached)
    late = f"no answer within {target.timeout.total_seconds():g} s" if is_late else "Apprise ended without a word"
    why = "; ".join(f"address {number} of {target.name}: {answers.get(number) or late}" for number in missing)
    return Delivery(reached=reached, why=why)


def _answer(line: bytes) -> tuple[int, str | None]:
    number, why = json.loads(line)
    return int(number), why if why is None else str(why)


def _serve(order: IO[str], out: IO[str]) -> None:
    """Send what the order says to each of its addresses; write for each its number and what went wrong."""
    told = json.load(order)
    lock = threading.Lock()

    def serve(number: str, address: str) -> None:
        why = _notify(address, told["title"], told["text"])
        with lock:
            out.write(json.dumps([int(number), why]) + "\n")
            out.flush()

    threads = [threading.Thread(target=serve, args=each, daemon=True) for each in told["addresses"].items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class _Words(logging.Handler):
    """Keeps what Apprise says in the thread it was made in."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.said.append(record.getMessage())


def _notify(address: str, title: str, text: str) -> str | None:
    """Send to one address; give what went wrong, without what may be secret of the address."""
    from apprise import Apprise, AppriseAsset, NotifyFormat, PersistentStoreMode

    words = _Words()
    logging.getLogger("apprise").addHandler(words)
    asset = AppriseAsset(app_id="Variorum", storage_mode=PersistentStoreMode.MEMORY)
    service = Apprise(asset=asset)
    if not service.add(address):
        return f"Apprise does not know how to use it ({address.partition('://')[0][:20]}://)"
    if service.notify(body=text, title=title, body_format=NotifyFormat.TEXT):
        return None
    said = words.said[-1] if words.said else "it was not taken"
    for secret in sorted(_SECRETS.split(address), key=len, reverse=True):
        said = said.replace(secret, "...") if len(secret) >= _SECRET else said
    return printable(" ".join(said.split()))[:_SAID]


if __name__ == "__main__":
    _serve(sys.stdin, sys.stdout)
