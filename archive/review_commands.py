"""A person's word on changes and articles: ``note``, and what ``mark`` says of a change or a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import click

from archive import terminal
from archive.article_commands import asking, wished
from archive.cli import Place, archive_options
from archive.errors import Misuse, NothingDone

if TYPE_CHECKING:
    from archive.asked import Asked
    from archive.model import Article, Revision


@click.command()
@click.argument("what", metavar="URL")
@click.argument("text", metavar="TEXT")
@archive_options
def note(place: Place, what: str, text: str) -> int:
    """Put a note on record: on what revision N changed with URL@N, or on an article with its URL alone.

    `variorum changes` and `variorum history` show it; a reindex brings it back.
    """
    if not text.strip():
        raise Misuse("the note is empty; give its text behind the URL")
    with asking(place) as asked:
        subject, called = subject_of(asked, what)
        asked.recording().tell_journal("note", subject, {"note": text.strip()})
        click.echo(terminal.printable(f"noted on {called}: on record"))
    return 0


def subject_of(asked: Asked, what: str) -> tuple[str, str]:
    """Find what a person speaks of: a revision's id or an article's, and how to call it."""
    from archive.asked import is_record_id

    wish = asked.wish(what)
    article, revision, _, _ = wished(asked, wish)
    if wish.revision is None and wish.at is None and not is_record_id(what):
        return article.id, article.url
    return revision.id, f"revision {revision.number} of {article.url}"


def review(asked: Asked, what: str, *, reviewed: bool, wrong: str | None, right: str | None, note: str | None) -> None:
    """Put on record that a person looked at a change, or that a flag of it is wrong, or right after all."""
    from archive import asked_changes, model

    flags = get_args(model.Flag)
    for flag in (wrong, right):
        if flag is not None and flag not in flags:
            raise Misuse(f"{flag!r} is no flag; they are {', '.join(flags)}")
    article, before, after = _change(asked, what)
    subject, called = after.id, f"the change to revision {after.number} of {article.url}"
    if wrong is not None:
        has = asked_changes.compared(asked, article, before, after).flags
        if wrong not in has:
            raise NothingDone(f"{called} has no flag {wrong}; it has {', '.join(has) or 'none at all'}")
    said = asked_changes.said_of(asked, subject)
    # Should older captures put another revision between the two, this is no word on what is changed then.
    told: dict[str, object] = {"note": note, "before": before.id}
    if reviewed:
        told["reviewed"] = True
    if wrong is not None:
        told["wrong_flag"] = wrong
    if right is not None:
        told["right_flag"] = right
    known = (said.reviewed or not reviewed) and (wrong is None or wrong in said.wrong_flags)
    if known and (right is None or right not in said.wrong_flags) and note is None:
        terminal.step(f"{called} is marked so already")
        if reviewed:
            _release(asked, after)
        return
    asked.recording().tell_journal("review", subject, told)
    what_now = "reviewed" if reviewed else f"flag {wrong} is wrong" if wrong else f"flag {right} is right"
    click.echo(terminal.printable(f"{called}: {what_now}, on record"))
    if reviewed:
        _release(asked, after)


def _release(asked: Asked, after: Revision) -> None:
    """Let the notices go that waited for a person to look at a change."""
    from archive.store import notices

    with asked.store.read() as conn:
        if not notices.held_for(conn, after.id):
            return
    count = asked.recording().work_and_wait(lambda conn: notices.release(conn, after.id))
    click.echo(f"{count} notice{'' if count == 1 else 's'} that waited for this will be sent")


def _change(asked: Asked, what: str) -> tuple[Article, Revision, Revision]:
    """Find an article and the two revisions that a change is between."""
    from archive.asked import is_record_id

    wish = asked.wish(what)
    if wish.revision is None and wish.at is None and not is_record_id(what):
        raise Misuse(f"which change of {what}? Give URL@N, N being the revision that brought it")
    article, revision, _, _ = wished(asked, wish)
    if revision.number == 1:
        raise NothingDone(f"revision 1 of {article.url} changed nothing; `variorum history {article.url}` lists all")
    return article, article.revisions[revision.number - 2], revision


def case_name(text: str) -> str:
    """Give the name of a case without the blanks around it; raise Misuse where nothing is left."""
    if not text.strip():
        raise Misuse("a case needs a name of one character or more, such as --case flood")
    return text.strip()


def put_in_case(asked: Asked, what: str, case: str, *, out: bool, note: str | None) -> None:
    """Put on record that an article belongs to a case, or does not any more."""
    from archive import asked_changes

    case = case_name(case)
    article, _, _, _ = wished(asked, asked.wish(what))
    if (case in asked_changes.said_of(asked, article.id).cases) is not out:
        terminal.step(f"{article.url} {'is not in' if out else 'is in'} case {case} already")
        return
    asked.recording().tell_journal("case", article.id, {"case": case, "out": out, "note": note})
    click.echo(terminal.printable(f"{article.url} is {'out of' if out else 'in'} case {case}: on record"))
