"""Write the verbs' part of docs/reference.md from their own ``--help``, or say with ``--check`` that it is stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from archive.cli import NAME, entries, verbs

REFERENCE = Path(__file__).parent / "reference.md"
BEGIN = "<!-- verbs: written by docs/make_reference.py from --help; do not edit -->"
END = "<!-- end of verbs -->"
NEW = f"# Reference\n\n## Verbs\n\n{BEGIN}\n{END}\n"
WIDTH = 100


def main(args: list[str]) -> int:
    """Rewrite the part, or compare it."""
    text = REFERENCE.read_text(encoding="utf-8") if REFERENCE.exists() else NEW
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        print(f"{REFERENCE} needs these two lines, once each and in this order:\n{BEGIN}\n{END}", file=sys.stderr)
        return 2
    fresh = with_verbs(text)
    if args == ["--check"]:
        if REFERENCE.exists() and fresh == text:
            return 0
        print(f"{REFERENCE} is stale; run make reference", file=sys.stderr)
        return 1
    REFERENCE.write_text(fresh, encoding="utf-8")
    return 0


def with_verbs(text: str) -> str:
    """Put the verbs' help between the two marks of the page."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + "\n".join([BEGIN, "", *_sections(), END]) + after


def _sections() -> Iterator[str]:
    top = click.Context(verbs, info_name=NAME, terminal_width=WIDTH, max_content_width=WIDTH, **verbs.context_settings)
    yield _section(NAME, verbs.get_help(top))
    for name, entry in sorted(entries().items()):
        yield from _of(entry.load(), name, top)


def _of(command: click.Command, name: str, above: click.Context) -> Iterator[str]:
    """Give the section of a verb, and those of the verbs within it."""
    # With its own settings, as it is called: click gives it its help option once, by the first context it sees.
    own = command.context_settings
    ctx = click.Context(command, info_name=name, parent=above, terminal_width=WIDTH, max_content_width=WIDTH, **own)
    yield _section(ctx.command_path, command.get_help(ctx))
    if isinstance(command, click.Group):
        for each in command.list_commands(ctx):
            within = command.get_command(ctx, each)
            assert within is not None
            yield from _of(within, each, ctx)


def _section(title: str, told: str) -> str:
    return f"### {title}\n\n```text\n{told}\n```\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
