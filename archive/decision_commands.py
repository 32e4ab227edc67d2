"""The verbs by which people decide: what a capture is, which URLs are one article, and when to read all anew."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import click

from archive import terminal
from archive.article_commands import PARTLY, asking
from archive.cli import Place, archive_options
from archive.commands import JSON
from archive.errors import Misuse, NothingDone
from archive.review_commands import put_in_case, review
from archive.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archive.asked import Asked
    from archive.identity import Kind
    from archive.model import Article, Capture, UrlKey
    from archive.rereading import Kept, Progress
    from archive.store import Connection
    from archive.upgrading import Upgraded

PAUSE = 2.0
"""Seconds between two steps that are told."""
NO_EDIT = "This is the extractor's doing and no edit: the pages are the same bytes as before, read otherwise."


@click.command()
@click.argument("what", metavar="CAPTURE")
@click.option("--not-an-article", "is_none", is_flag=True, help="It shows something else: leave it out of the history.")
@click.option("--article", "is_one", is_flag=True, help="It shows the article, whatever it was judged to be.")
@click.option("--same-as", metavar="URL", help="These two URLs are one article.")
@click.option("--apart-from", metavar="URL", help="These two URLs are not one article.")
@click.option("--reviewed", is_flag=True, help="You have looked at this change (URL@N).")
@click.option("--wrong-flag", metavar="FLAG", help="This flag of the change (URL@N) is wrong.")
@click.option("--right-flag", metavar="FLAG", help="This flag, marked as wrong before, is right after all.")
@click.option("--case", metavar="NAME", help="The article belongs to this case.")
@click.option("--out-of-case", metavar="NAME", help="The article belongs to this case no more.")
@click.option("--note", metavar="TEXT", help="The reason; it is kept on record.")
@archive_options
def mark(
    place: Place,
    what: str,
    is_none: bool,
    is_one: bool,
    same_as: str | None,
    apart_from: str | None,
    reviewed: bool,
    wrong_flag: str | None,
    right_flag: str | None,
    case: str | None,
    out_of_case: str | None,
    note: str | None,
) -> int:
    """Say what a capture shows, which URLs are one article, or what you think of a change; your word is on record.

    CAPTURE is a record id, as `variorum captures URL --json` has it, or URL@TIME for the capture nearest to that time.
    With --same-as, --apart-from or --case it is a URL; with --reviewed or --wrong-flag it is URL@N.
    """
    given = (same_as, apart_from, wrong_flag, right_flag, case, out_of_case)
    if sum((is_none, is_one, reviewed, *(each is not None for each in given))) != 1:
        raise Misuse(
            "say one thing: --not-an-article, --article, --same-as URL, --apart-from URL, --reviewed, "
            "--wrong-flag FLAG, --right-flag FLAG, --case NAME or --out-of-case NAME"
        )
    with asking(place) as asked:
        if reviewed or wrong_flag is not None or right_flag is not None:
            review(asked, what, reviewed=reviewed, wrong=wrong_flag, right=right_flag, note=note)
        for name, out in ((case, False), (out_of_case, True)):
            if name is not None:
                put_in_case(asked, what, name, out=out, note=note)
        if is_none or is_one:
            _mark_capture(asked, what, is_one, note)
        elif same_as is not None:
            _mark_urls(asked, what, same_as, "join", note)
        elif apart_from is not None:
            _mark_urls(asked, what, apart_from, "split", note)
    return 0


def _mark_capture(asked: Asked, what: str, is_article: bool, note: str | None) -> None:
    from archive.store import journal_rows

    capture = _capture(asked, what)
    called = f"the capture of {capture.url} at {capture.at:%Y-%m-%d %H:%M:%S} UTC"
    verdict = "the article" if is_article else "not the article"
    told = {"article": is_article, "note": note}
    with asked.store.read() as conn:
        said = [dict(entry.data) for entry in journal_rows.every(conn, kind="mark", subject=capture.id)]
    if said and said[-1] == told:
        terminal.step(f"{called} is marked so already")
        return
    before = asked.rereading().article(capture.urlkey)
    asked.recording().tell_journal("mark", capture.id, told)
    after = asked.rereading().article(capture.urlkey)
    click.echo(terminal.printable(f"{called} is {verdict}: on record"))
    _tell_changes(before, after)


def _capture(asked: Asked, what: str) -> Capture:
    """Find the capture that a record id names, or the one of a URL nearest to a time."""
    from archive.asked import is_record_id, record_id
    from archive.journal import is_note
    from archive.model import Url
    from archive.store import captures
    from archive.urls import urlkey

    with asked.store.read() as conn:
        if is_record_id(what):
            found = captures.by_id(conn, record_id(what))
            if found is None or is_note(found.urlkey):
                raise NothingDone(f"no capture {what} of a page here; `variorum captures URL --json` lists their ids")
            return found
    wish = asked.wish(what)
    if wish.at is None:
        raise Misuse(f"which capture of {wish.name}? Give URL@TIME, or its record id: `variorum captures URL --json`")
    with asked.store.read() as conn:
        found = captures.closest(conn, urlkey(wish.name), wish.at, url=Url(wish.name))
    if found is None:
        raise NothingDone(f"no capture of {wish.name} here: `variorum log {wish.name}` tells what was tried")
    return found


def _mark_urls(asked: Asked, url: str, other: str, kind: Kind, note: str | None) -> None:
    from archive import joins
    from archive.store import captures, journal_rows, pointers
    from archive.urls import urlkey

    key, other_key = urlkey(url), urlkey(other)
    if key == other_key:
        raise Misuse(f"{url} and {other} are one URL to us, whatever is said of them")
    with asked.store.read() as conn:
        for each, each_url in ((key, url), (other_key, other)):
            if next(iter(captures.of_url(conn, each)), None) is None:
                raise NothingDone(f"no capture of {each_url} here: `variorum capture {each_url}` makes one")
    rereading, recording = asked.rereading(), asked.recording()
    before = rereading.article(key), rereading.article(other_key)
    recording.tell_journal(kind, key, joins.data(other_key, url, other, note))

    def point(conn: Connection) -> None:
        told = (joins.pointer_of(entry) for entry in list(journal_rows.every(conn, kind=kind, subject=key)))
        pointers.insert(conn, [each for each in told if each is not None])

    recording.work_and_wait(point)
    ours, theirs = rereading.article(key), rereading.article(other_key)
    is_one = ours is not None and theirs is not None and ours.id == theirs.id
    wanted = kind == joins.JOIN
    click.echo(terminal.printable(f"{url} and {other} are {'one article' if wanted else 'apart'}: on record"))
    if is_one and not wanted:
        terminal.step("other URLs still hold them together; part those too: `variorum history` names them")
    if wanted and not is_one:
        terminal.step("no article is seen at one of them, or it was said that they are apart")
    if before == (ours, theirs):
        click.echo("that changes nothing")
        return
    for article in {each.id: each for each in (ours, theirs) if each is not None}.values():
        click.echo(terminal.printable(f"  {article.url}: {_counts(article)}"))


def _counts(article: Article | None) -> str:
    if article is None:
        return "no article"
    count, events = len(article.revisions), len(article.events)
    return f"{counted(count, 'revision')}, {counted(events, 'event')}"


def _tell_changes(before: Article | None, after: Article | None) -> None:
    lines = list(changes(before, after))
    for line in lines or ["that changes nothing in its history"]:
        click.echo(terminal.printable(f"  {line}" if lines else line))


def changes(before: Article | None, after: Article | None) -> Iterator[str]:
    """Say in lines what two chains of one article have otherwise. Pure."""
    if before is None or after is None:
        if after is not None:
            yield f"{after.url} is an article now: {_counts(after)}"
        elif before is not None:
            yield f"{before.url} is no article any more; it had {_counts(before)}"
        return
    ours, theirs = ({each.id: each for each in article.revisions} for article in (before, after))
    for id, revision in ours.items():
        if id not in theirs:
            yield f"revision {revision.number} of {revision.seen_from:%Y-%m-%d %H:%M} is none any more"
    for id, revision in theirs.items():
        if id not in ours:
            yield f"revision {revision.number} of {revision.seen_from:%Y-%m-%d %H:%M} is new"
        elif (was := ours[id]) != revision:
            if (was.seen_from, was.seen_until) != (revision.seen_from, revision.seen_until):
                yield f"revision {revision.number} was seen until {revision.seen_until:%Y-%m-%d %H:%M} now"
            if was.number != revision.number:
                yield f"revision {was.number} is revision {revision.number} now"
            if was.text_digest != revision.text_digest:
                yield f"revision {revision.number} has another text"
    for event in before.events:
        if event not in after.events:
            yield f"{event.event} on {event.at:%Y-%m-%d %H:%M} is taken back"
    for event in after.events:
        if event not in before.events:
            yield f"{event.event} on {event.at:%Y-%m-%d %H:%M} is new"


# -------------------------------------------------------------------------------------------------------- read it again


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL...]")
@click.option("--upgrade", is_flag=True, help="Read chains by the extractor of today, and say what that changes.")
@JSON
@archive_options
def reread(place: Place, urls: tuple[str, ...], upgrade: bool, as_json: bool) -> int:
    """Read what was captured and never read, all of it or that of URLs, and fold the chains that wait for it.

    After a reindex this brings readings, articles and their histories back. With --upgrade chains move to today's
    extractor; what it reads otherwise is told, kept on record, and is never an edit.
    """
    from archive.urls import urlkey

    with asking(place) as asked:
        if urls:
            keys = {urlkey(url): url for url in urls}
            read, kept, missed = _reread_some(asked, keys)
            ids = [id for key in keys if (id := asked.id_of(key)) is not None]
        else:
            rereading, missed = asked.rereading(), 0
            read = rereading.read_missing(_now_and_then(), again=True)
            kept = rereading.keep_up(_now_and_then())
            ids = asked.ids(None)
        if upgrade:
            _upgrade(asked, list(dict.fromkeys(ids)), as_json)
        elif as_json:
            told = {"read": read, "new": kept.new, "edits": kept.edits, "events": dict(kept.events)}
            terminal.emit_json(told)
        else:
            click.echo(_kept_in_words(read, kept))
    if missed and not ids:
        raise NothingDone("none of these URLs is of an article here")
    return PARTLY if missed else 0


def _reread_some(asked: Asked, keys: Mapping[UrlKey, str]) -> tuple[int, Kept, int]:
    """Read and fold what belongs to URLs; give how much was read, what it brought, and how many have no article."""
    from archive.rereading import Kept

    read = new = edits = missed = 0
    events: Counter[str] = Counter()
    for key, url in keys.items():
        before = asked.known(key)
        read += asked.unread(key)
        after = asked.article(key)
        if after is None:
            terminal.step(str(asked.why_none(key, url)))
            missed += 1
            continue
        ids = {each.id for each in before.revisions} if before is not None else set()
        new += before is None
        edits += sum(each.id not in ids for each in after.revisions) - (before is None)
        events.update(each.event for each in after.events if before is None or each not in before.events)
    return read, Kept(new=new, edits=edits, events=dict(sorted(events.items()))), missed


def _now_and_then() -> Progress:
    """Make what says steps on standard error, one in a while: there may be thousands a minute."""
    last = -PAUSE

    def said(text: str) -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= PAUSE:
            last = now
            terminal.step(text)

    return said


def _kept_in_words(read: int, kept: Kept) -> str:
    told = [
        counted(read, "capture") + " read",
        counted(kept.new, "new article"),
        counted(kept.edits, "edit"),
    ]
    told += [f"{count} {event}" for event, count in kept.events.items()]
    return ", ".join(told)


def _upgrade(asked: Asked, ids: Sequence[UrlKey], as_json: bool) -> None:
    from archive.upgrading import upgrade

    done = changed = 0
    for each in upgrade(asked.recording(), asked.rereading(), asked.clock, ids, _now_and_then()):
        done += 1
        changed += bool(each.said)
        if as_json:
            terminal.emit_json(upgraded_json(each))
            continue
        for line in _upgraded_lines(each) if each.said else ():
            click.echo(terminal.printable(line))
    if as_json:
        return
    if changed:
        click.echo(NO_EDIT)
    rest = len(ids) - done
    already = f"; {counted(rest, 'chain')} stayed: today's extractor read them already" if rest else ""
    click.echo(f"{counted(done, 'chain')} read by today's extractor, {changed} of them otherwise than before{already}")


def _upgraded_lines(each: Upgraded) -> Iterator[str]:
    yield each.url
    yield f"  from {each.former} to {each.now}"
    for told in each.said:
        yield f"  {told}"
    for was, now in each.moved.items():
        yield f"  {was} belongs to {now} now" if now is not None else f"  {was} is no revision any more"


def upgraded_json(each: Upgraded) -> dict[str, object]:
    """Give what an upgrade made of a chain, by its keys."""
    return {
        "url": each.url,
        "article": each.article,
        "from": each.former,
        "to": each.now,
        "said": list(each.said),
        "moved": dict(each.moved),
    }
