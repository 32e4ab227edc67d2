"""What the daemon tells systemd, and how often systemd wants to hear that it lives (sd_notify(3)).

Nothing is sent where ``NOTIFY_SOCKET`` is not set, and nothing that fails here keeps the daemon from its work.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from archive.terminal import printable

log = logging.getLogger(__name__)

VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
PATIENCE = 1.0
"""Real seconds that a message may wait for systemd to take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """Who minds this process.

    ``address`` is that of a datagram socket, abstract where it begins with a zero byte; None where nobody listens.
    ``ping_every`` is half the time after which systemd takes the process for hung; None where it does not look.
    Each message gives whether it was taken.
    """

    address: str | None = None
    ping_every: timedelta | None = None

    def ready(self, status: str) -> bool:
        """Say that everything is loaded and at work, at the start or after a reload."""
        return self._send("READY=1", f"STATUS={_line(status)}")

    def reloading(self) -> bool:
        """Say that settings are being read again; ``ready`` follows."""
        now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        return self._send("RELOADING=1", f"MONOTONIC_USEC={now}")

    def stopping(self, status: str) -> bool:
        """Say that what is in flight is being brought to its end."""
        return self._send("STOPPING=1", f"STATUS={_line(status)}")

    def status(self, text: str) -> bool:
        """Say in one line what goes on; ``systemctl status`` shows it."""
        return self._send(f"STATUS={_line(text)}")

    def ping(self) -> bool:
        """Say that the process is not hung; to be sent every ``ping_every`` from the loop that does the work."""
        return self._send("WATCHDOG=1")

    def extend(self, by: timedelta) -> bool:
        """Ask for more time to start or stop in, from now on."""
        return self._send(f"EXTEND_TIMEOUT_USEC={by // timedelta(microseconds=1)}")

    def _send(self, *fields: str) -> bool:
        if self.address is None:
            return False
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
                sock.settimeout(PATIENCE)
                sock.connect(self.address)
                sock.send("\n".join(fields).encode())
        except OSError as error:
            log.warning("systemd cannot be told: %s", error, extra={"told": fields[0]})
            return False
        return True


def from_environment(env: Mapping[str, str], pid: int | None = None) -> Supervisor:
    """Give who minds the process ``pid``, by default this one; what is not set or cannot be read is nobody."""
    told = env.get("NOTIFY_SOCKET", "")
    address = f"\0{told[1:]}" if told.startswith("@") else told if told.startswith("/") else None
    micros, mine = env.get("WATCHDOG_USEC", ""), env.get("WATCHDOG_PID", "")
    # A child inherits the variables and is not the one that is looked at.
    is_watched = micros.isascii() and micros.isdigit() and mine in ("", str(pid if pid is not None else os.getpid()))
    half = timedelta(microseconds=int(micros)) / 2 if is_watched and address is not None else timedelta()
    return Supervisor(address=address, ping_every=half or None)


def without(env: Mapping[str, str]) -> dict[str, str]:
    """Give the environment for children: nothing in it is for them to tell."""
    return {name: value for name, value in env.items() if name not in VARIABLES}


def _line(text: str) -> str:
    return printable(" ".join(text.split()))
