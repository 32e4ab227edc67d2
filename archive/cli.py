"""The command line: finds the verbs, gives them their archive, and turns what goes wrong into one line and a code.

::

    0 done   1 nothing done   2 misuse   3 damaged   4 disk or limit   5 partly done
    70 a fault of ours   130 interrupted   141 the reader of our output went away

Verbs are entry points of the group ``variorum.verbs``: a verb's module is imported when it is run or listed, so
it imports what is heavy inside its functions. A verb ends with another code by returning it.
"""

from __future__ import annotations

import difflib
import errno
import functools
import os
import select
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, overload

import click
from click.shell_completion import shell_complete

from archive.config import VERSION, Settings, find_home, load
from archive.errors import DiskFull, NotAnArchive, VariorumError
from archive.terminal import printable

NAME = "variorum"
GROUP = "variorum.verbs"
FAULT, INTERRUPTED, READER_GONE = 70, 130, 141

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The archive a verb works on, and its settings for this call: ``overrides`` are those of ``--set``."""

    home: Path
    settings: Settings
    overrides: tuple[str, ...] = ()


@overload
def archive_options(verb: Callable[Concatenate[Place, P], R]) -> Callable[P, R]: ...


@overload
def archive_options(
    *, optional: Literal[True]
) -> Callable[[Callable[Concatenate[Place | None, P], R]], Callable[P, R]]: ...


def archive_options(verb: Any = None, *, optional: bool = False) -> Any:
    """Give a verb ``--home`` and ``--set``, and hand it its ``Place`` as first argument.

    ``optional`` gives None where there is no archive and none was named.
    """
    if verb is None:
        return functools.partial(_with_options, optional=optional)
    return _with_options(verb, optional=False)


def _with_options(verb: Callable[..., R], *, optional: bool) -> Callable[..., R]:
    @functools.wraps(verb)
    def found(*args: object, home: str | None, overrides: Sequence[str], **kwargs: object) -> R:
        try:
            folder = find_home(None, home, os.environ)
        except NotAnArchive:
            if not optional or home is not None:
                raise
            return verb(None, *args, **kwargs)
        settings = load(folder, overrides)
        return verb(Place(home=folder, settings=settings, overrides=tuple(overrides)), *args, **kwargs)

    setting = click.option(
        "--set",
        "overrides",
        multiple=True,
        metavar="KEY=VALUE",
        help="A setting for this call, such as network.timeout=90s; may be repeated.",
    )
    where = click.option(
        "--home", metavar="DIR", help="The archive's folder; else VARIORUM_HOME, else this folder or a parent."
    )
    return where(setting(found))


class Verbs(click.Group):
    """The verbs, each loaded when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(entries())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = entries().get(cmd_name)
        if entry is None:
            return None
        try:
            command = entry.load()
        except (ImportError, AttributeError) as cause:
            return _absent(cmd_name, cause)
        assert isinstance(command, click.Command), f"{entry.value} is not a click command"
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        close = difflib.get_close_matches(args[0], entries(), 1)
        if args[0] not in entries() and close:
            ctx.fail(f"there is no verb {args[0]}; did you mean {close[0]}?")
        return super().resolve_command(ctx, args)


@functools.cache
def entries() -> Mapping[str, EntryPoint]:
    """Give the installed verbs by name; none of their modules is imported yet."""
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def _absent(name: str, cause: Exception) -> click.Command:
    @click.command(name, help="Not available: its module cannot be imported.", context_settings=_ANYTHING)
    def absent() -> None:
        raise click.ClickException(f"{name} is not available: {cause}; run make setup again") from cause

    return absent


_ANYTHING = {"ignore_unknown_options": True, "allow_extra_args": True}

verbs = Verbs(
    NAME,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Keep the exact bytes of every page, and know what changed.",
    epilog="Exit codes: 0 done, 1 nothing done, 2 misuse, 3 damaged, 4 stopped by the disk, 5 partly done.",
)
click.version_option(VERSION, prog_name=NAME, message="%(prog)s %(version)s")(verbs)


def main(args: Sequence[str] | None = None) -> int:
    """Run one verb and give the exit code; the edge where every exception ends."""
    debug = os.environ.get("VARIORUM_DEBUG") == "1"
    try:
        return _run(sys.argv[1:] if args is None else args)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except VariorumError as error:
        return _end(str(error), error.exit_code, debug)
    except (KeyboardInterrupt, click.Abort):
        return _end("interrupted; what was acknowledged is safe", INTERRUPTED, debug)
    except Exception as error:  # noqa: BLE001  # the edge: no traceback reaches a user
        return _unforeseen(error, debug)


def _run(args: Sequence[str]) -> int:
    if instruction := os.environ.get("_VARIORUM_COMPLETE"):
        return shell_complete(verbs, {}, NAME, "_VARIORUM_COMPLETE", instruction)
    try:
        with verbs.make_context(NAME, list(args)) as ctx:
            code = verbs.invoke(ctx)
    except click.exceptions.Exit as ending:
        code = ending.exit_code
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def _unforeseen(error: Exception, debug: bool) -> int:
    match error:
        case BrokenPipeError() if _reader_is_gone():
            return READER_GONE
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            where = f" while writing {error.filename}" if error.filename else ""
            return _end(f"the disk is full{where}; free some space and run it again", DiskFull.exit_code, debug)
        case _:
            return _fault(error, debug)


def _reader_is_gone() -> bool:
    """Say whether standard output is a pipe that nobody reads any more, and stop writing to it."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    if not any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0)):
        return False
    # What is still buffered would raise again at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True


def _fault(error: Exception, debug: bool) -> int:
    told = "".join(traceback.format_exception(error))
    short = traceback.format_exception_only(error)[-1].strip()
    if debug:
        return _end(short, FAULT, debug)
    try:
        handle, report = tempfile.mkstemp(prefix="variorum-", suffix=".txt", text=True)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(told)
    except OSError as cause:
        return _end(f"a fault of ours: {short} (no report could be written: {cause})", FAULT, debug)
    return _end(f"a fault of ours: {short}; please report it with {report}", FAULT, debug)


def _end(message: str, code: int, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    print(f"{NAME}: " + "\n".join(map(printable, message.splitlines())), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
