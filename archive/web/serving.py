"""The shell of the web server: listens, serves until it is told to stop, and says where."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator

import uvicorn

from archive.config import Settings
from archive.errors import Misuse
from archive.store import Store, captures, open_store
from archive.timing import Clock
from archive.warc.files import WarcFolder
from archive.web import apart
from archive.web.addresses import Roots
from archive.web.app import Served
from archive.web.desk import Desk
from archive.web.hosts import is_private
from archive.web.patience import Patient

AT_ONCE = 512
"""Connections that are answered at the same time; more are told to come back."""
CACHE = 4 * 1024 * 1024
"""Bytes of the database that each of up to fifteen connections keeps; the kernel keeps the file besides."""
TURN = 0.001
"""Seconds after which a thread that reads lets others answer: Python's own 5 ms add up."""
GIVES_WAY = 5
"""Niceness of the threads that answer: on a busy core somebody waits for each page that is gone through."""
LINGER = 5
"""Seconds that running answers get when the server is told to stop."""


def serve(
    settings: Settings,
    clock: Clock,
    *,
    overrides: tuple[str, ...] = (),
    ready: Callable[[Roots], None] = lambda _: None,
) -> None:
    """Serve an archive until SIGINT or SIGTERM; ``ready`` is told the addresses once connections are taken.

    Raises ``Misuse`` where a port cannot be listened at, and where others could read what is not for everyone.
    """
    told = settings.serve
    with contextlib.ExitStack() as stack:
        room = stack.enter_context(_listening(told.host, told.port, "serve.port"))
        replay = stack.enter_context(_listening(told.host, told.replay_port, "serve.replay_port"))
        roots = roots_of(settings, room.getsockname()[1], replay.getsockname()[1])
        store = open_store(settings.store.database, create=True, cache=CACHE)
        stack.callback(store.close)
        refuse_restricted(settings, store)
        folder = WarcFolder(settings.store.warcs)
        folder.make()
        workers = apart.workers()
        stack.callback(workers.close, wait=False)
        apart.start(workers, apart.Place.of(settings))
        desk = Desk(
            settings=settings,
            store=store,
            folder=folder,
            clock=clock,
            roots=roots,
            workers=workers,
            overrides=overrides,
        )
        config = uvicorn.Config(
            Served(desk, replay_port=replay.getsockname()[1]),
            log_config=None,
            access_log=False,
            server_header=False,
            http=Patient,
            limit_concurrency=AT_ONCE,
            timeout_graceful_shutdown=LINGER,
            lifespan="on",
        )
        os.nice(GIVES_WAY)  # of this thread and those it starts from here on
        server = _Telling(config, lambda: ready(roots))
        stack.enter_context(_quiet_signals())
        sys.setswitchinterval(TURN)
        server.run(sockets=[room, replay])


def roots_of(settings: Settings, port: int, replay_port: int) -> Roots:
    """Give the addresses the server is reached by: those of the settings, else where it listens.

    Raises ``Misuse`` where it listens at all addresses of the machine and no setting says which one readers use: frames
    and links would lead each of them to their own machine.
    """
    told = settings.serve
    if told.url is not None and told.replay_url is not None:
        return Roots(room=told.url, replay=told.replay_url)
    if _is_everywhere(told.host):
        raise Misuse(
            f"serve.host is {told.host}, every address of this machine: say in both serve.url and serve.replay_url "
            f'what readers call it by, such as serve.url = "http://192.168.1.5:{port}" and '
            f'serve.replay_url = "http://192.168.1.5:{replay_port}"'
        )
    host = f"[{told.host}]" if ":" in told.host else told.host
    return Roots(room=f"http://{host}:{port}", replay=f"http://{host}:{replay_port}")


def refuse_restricted(settings: Settings, store: Store) -> None:
    """Raise ``Misuse`` where others could read what a session opened and no setting says that they may."""
    if is_private(settings) or settings.serve.restricted == "yes":
        return
    with store.read() as conn:
        found = captures.one_not_for_everyone(conn)
    if found is None:
        return
    why = (
        f"{found.url} at {found.at:%Y-%m-%d %H:%M:%S} was opened by a session"
        if found.restricted
        else "an older program wrote this index, and did not note what a session opened: run `variorum reindex`"
    )
    raise Misuse(
        f'others than this machine can reach the server, but {why}; say serve.restricted = "yes" if they may read '
        "what a session opened, or let only this machine reach it: at 127.0.0.1, and without serve.url"
    )


def _is_everywhere(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (inner or address).is_unspecified


class _Telling(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


@contextlib.contextmanager
def _listening(host: str, port: int, key: str) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host, port))
        except OSError as error:
            raise Misuse(
                f"cannot listen at {host} port {port}: {error.strerror}; name another with --set {key}=PORT, "
                "or end what uses it"
            ) from error
        yield made


@contextlib.contextmanager
def _quiet_signals() -> Iterator[None]:
    """Let a signal end the server and no more: uvicorn raises it again afterwards, when all is done."""
    before = {each: signal.signal(each, lambda *_: None) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
