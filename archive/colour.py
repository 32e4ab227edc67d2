"""Whether a verb prints in colour, and on how many columns."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from archive.styled import Paper

F = TypeVar("F", bound=Callable[..., Any])


def colour_option(command: F) -> F:
    """Add ``--colour`` and ``--no-colour``; by default colour goes where a terminal reads, unless NO_COLOR is set."""
    made = click.option("--colour/--no-colour", "colour", default=None, help="Force colour, or marks without it.")
    return made(command)


def paper(colour: bool | None) -> Paper:
    """Give what lines are written on: the terminal's width, 80 where there is none, and whether it takes colour."""
    if colour is None:
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Paper(max(60, shutil.get_terminal_size((80, 24)).columns), colour=colour)


def put(line: str, on: Paper) -> None:
    """Print a line as it was written for its paper."""
    click.echo(line, color=on.colour)
