"""The verbs that choose what is watched."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import terminal, timing
from archive.cli import INTERRUPTED, Place, archive_options
from archive.errors import Misuse, NothingDone
from archive.terminal import counted

if TYPE_CHECKING:
    from archive.model import Url
    from archive.recording import Recording
    from crawler.opml import Entry
    from crawler.sites import Site
    from crawler.watching import Folder, Found, Outcome, Wish

PARTLY = 5


@click.command()
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option(
    "--from",
    "source",
    type=click.Path(dir_okay=False),
    help="A list of blogs: OPML, CSV or one URL a line; - for standard input.",
)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="A word to choose sites by; may be repeated.")
@click.option("--name", metavar="NAME", help="What the site is called; else a name is made of its URL.")
@click.option("--anyway", is_flag=True, help="Write the site file although no front page could be had.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a blog.")
@archive_options
def watch(
    place: Place,
    urls: tuple[str, ...],
    source: str | None,
    tags: tuple[str, ...],
    name: str | None,
    anyway: bool,
    as_json: bool,
) -> int:
    """Find a blog's title, feeds, sitemaps and older pages, and write sites/NAME.toml for you to read and edit.

    A site file that is there is never written over. Exit code 5 when some blogs could not be had, 1 when none could.
    """
    from crawler import run, watching
    from crawler.opml import NAME, Entry, read_list

    given = [Entry(url=url, place="given", name=name) for url in urls]
    given += read_list(_bytes_of(source), source) if source else []
    if not given:
        raise Misuse("no blog given: name a URL, or a list of them with --from")
    if name is not None and len(given) > 1:
        raise Misuse(f"--name {name} is for one blog, and {len(given)} are given; name them in a list, or one by one")
    if name is not None and not NAME.fullmatch(name):
        raise Misuse(f"{name!r} cannot name a site: at most 80 letters, digits, dots and hyphens")
    _check_tags(tags)
    folder = watching.Folder(place.settings.home / "sites", place.settings.home)
    if name is not None and (other := folder.taken(name)) is not None and folder.known(given[0].url) is None:
        raise NothingDone(f"there is a site {name} already, {other}; give another --name")
    wishes, wrong = _wishes(given, tags)
    shown = _Shown(folder=folder, anyway=anyway, as_json=as_json)
    for url, problem in wrong.items():
        shown.is_wrong(url, problem)
    wanted = [wish for wish in wishes if not shown.is_known(wish)]
    if wanted or wrong:
        clock = timing.from_environment(os.environ)
        done = run.watch(place.settings, clock, wanted, wrong, found=shown.found, is_done=lambda: not shown.failed)
        if done.state == "interrupted":
            terminal.step("broken off; the site files written until then are kept")
            return INTERRUPTED
    if shown.good:
        _tell_daemon(place)
    shown.failed += len(wishes) + len(wrong) - shown.good - shown.failed  # what our own faults left out
    if shown.failed and not shown.good:
        raise NothingDone(
            "no blog could be had; `variorum log` says why for each, --anyway writes its file all the same"
        )
    return PARTLY if shown.failed else 0


def _bytes_of(source: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise Misuse(f"cannot read blogs from {source}: {error.strerror}; give OPML, CSV or one URL a line") from error


def _check_tags(tags: Sequence[str]) -> None:
    from archive import values

    values.read("tags", list(tags), values.tags, "--tag")


def _wishes(given: Sequence[Entry], tags: Sequence[str]) -> tuple[list[Wish], dict[Url, str]]:
    """Make wishes of what was given, each blog once; and what cannot be asked for, with the reason."""
    from archive.urls import fetchable, urlkey
    from crawler import run
    from crawler.watching import Wish

    wishes: dict[str, Wish] = {}
    wrong: dict[Url, str] = {}
    for entry in given:
        pages, bad = run.sort_out([entry.url])
        wrong |= {url: why if entry.place == "given" else f"{entry.place}: {why}" for url, why in bad.items()}
        for url in pages:
            feed: Url | None = None
            if entry.feed is not None:
                try:
                    feed = fetchable(entry.feed)
                except Misuse:
                    feed = None  # the blog may announce another
            own = tuple(dict.fromkeys((*tags, *entry.tags)))
            wish = Wish(given=entry.url, url=url, feed=feed, name=entry.name, title=entry.title, tags=own)
            first = wishes.setdefault(urlkey(url), wish)
            wishes[urlkey(url)] = replace(first, tags=tuple(dict.fromkeys((*first.tags, *own))))
    return list(wishes.values()), wrong


@dataclass(slots=True)
class _Shown:
    """What is told of each blog as it is done, and how many came to something."""

    folder: Folder
    anyway: bool
    as_json: bool
    good: int = 0
    failed: int = 0

    def is_wrong(self, url: Url, why: str) -> None:
        """Tell of what cannot be asked for."""
        from crawler.watching import Found, Outcome, Wish

        found = Found(wish=Wish(given=url, url=url), url=url, problem=why)
        self._count(Outcome(found=found, state="failed", detail=why))()

    def is_known(self, wish: Wish) -> bool:
        """Tell of a blog that is watched already, without asking it for anything."""
        from crawler.watching import Found, Outcome

        known = self.folder.known(wish.url)
        if known is None:
            return False
        found = Found(wish=wish, url=wish.url)
        self._count(Outcome(found=found, state="already watched", name=known[0], file=known[1]))()
        return True

    def found(self, found: Found) -> Callable[[], None]:
        """Write the site file, and give what tells of it."""
        return self._count(self.folder.settle(found, anyway=self.anyway))

    def _count(self, outcome: Outcome) -> Callable[[], None]:
        if outcome.state in ("written", "already watched"):
            self.good += 1
        else:
            self.failed += 1
        return lambda: self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        if self.as_json:
            terminal.emit_json(_outcome_json(outcome))
            return
        for line in _lines(outcome):
            click.echo(terminal.printable(line), err=outcome.state in ("failed", "broken off"))
        sys.stdout.flush()


def _outcome_json(outcome: Outcome) -> dict[str, object]:
    found = outcome.found
    return {
        "url": found.url,
        "given": found.wish.given,
        "state": outcome.state,
        "name": outcome.name,
        "file": outcome.file,
        "title": found.title,
        "language": found.language,
        "feeds": [{"url": feed.url, "kind": feed.kind, "items": feed.items} for feed in found.feeds],
        "sitemaps": [{"url": each.url, "kind": each.kind, "items": each.items} for each in found.sitemaps],
        "archive_pages": list(found.archive_pages),
        "tags": list(found.wish.tags),
        "notes": list(found.notes),
        "detail": outcome.detail,
    }


def _lines(outcome: Outcome) -> Iterator[str]:
    found = outcome.found
    match outcome.state:
        case "failed" | "broken off":
            yield f"{found.wish.given}: {outcome.detail}"
            return
        case "already watched":
            yield f"{found.wish.given}: watched already as {outcome.name}, {outcome.file}; it is left as it is"
            return
        case "written":
            yield f"{outcome.name}: {found.title or found.url}"
    if outcome.detail is not None:
        yield f"  no front page: {outcome.detail}"
    yield f"  front page  {found.url}"
    for feed in found.feeds:
        yield f"  feed        {feed.url}  ({feed.kind}, {counted(feed.items, 'item')})"
    for sitemap in found.sitemaps:
        what = "sitemap" if sitemap.kind == "sitemap index" else "page"
        yield f"  sitemap     {sitemap.url}  ({sitemap.kind}, {counted(sitemap.items, what)})"
    for url in found.archive_pages:
        yield f"  older posts {url}"
    for note in found.notes:
        yield f"  {note}"
    if not found.feeds and not found.sitemaps:
        yield "  no feed and no sitemap: posts are found through the links of its pages"
    yield f"  written to {outcome.file}: read and edit it, then variorum crawl {outcome.name}"


# ---- pausing and giving up


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--why", metavar="TEXT", help="The reason; it is kept in the site file and on record.")
@click.option("--resume", is_flag=True, help="Crawl them again.")
@archive_options
def pause(place: Place, names: tuple[str, ...], why: str | None, resume: bool) -> int:
    """Stop crawling sites, with a reason, or go on with them; the decision is kept on record.

    A run that is under way goes on to its end.
    """
    from archive.recording import Recording
    from crawler import sites

    if not resume and not (why or "").strip():
        raise Misuse(f'pause needs a reason: variorum pause {" ".join(names)} --why "they asked us to stop"')
    chosen = sites.by_names(place.settings.home / "sites", place.settings.home, names)
    changed = [site for site in chosen if (site.paused is not None if resume else site.paused != why)]
    texts = {
        site.name: sites.without_line(site.text, "paused")
        if resume
        else sites.with_line(site.text, "paused", why or "")
        for site in changed
    }
    for site in chosen:
        if site not in changed:
            click.echo(f"{site.name}: {'it is not paused' if resume else 'paused for that reason already'}")
    if not changed:
        return 0
    with Recording(place.settings, timing.from_environment(os.environ)) as recording:
        for site in changed:
            # First on record: a decision that was told twice does no harm, one that was not told does.
            told = {"url": site.url, "why": why}
            recording.tell_journal("resume" if resume else "pause", site.name, told)
            _write_over(_file(place, site), texts[site.name])
            click.echo(f"{site.name}: {'crawled again from the next run on' if resume else f'paused: {why}'}")
        for site in changed:
            if (run := _alive(place, recording, site)) is not None:
                click.echo(f"{site.name}: run {run} is at work on it and goes on to its end; Ctrl-C there ends it")
    _tell_daemon(place)
    return 0


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--why", metavar="TEXT", help="The reason; it is kept on record.")
@archive_options
def unwatch(place: Place, names: tuple[str, ...], why: str | None) -> int:
    """Watch sites no more: their files go to sites/unwatched, what was captured stays.

    Exit code 1 while a run over one of them is at work.
    """
    from archive.recording import Recording
    from archive.store import frontier
    from crawler import sites

    chosen = sites.by_names(place.settings.home / "sites", place.settings.home, names)
    with Recording(place.settings, timing.from_environment(os.environ)) as recording:
        for site in chosen:
            if (run := _alive(place, recording, site)) is not None:
                raise NothingDone(f"run {run} is at work on {site.name}; wait for its end, or end it with Ctrl-C")
        for site in chosen:
            # The file goes last: broken off before that, the same call does all of it again.
            recording.tell_journal("unwatch", site.name, {"url": site.url, "why": why})
            dropped = recording.work_and_wait(lambda conn, name=site.name: frontier.forget_site(conn, name))  # type: ignore[misc]
            file = _set_aside(_file(place, site))
            click.echo(f"{site.name}: watched no more; {counted(dropped, 'planned visit')} dropped, its file is {file}")
    _tell_daemon(place)
    return 0


def _file(place: Place, site: Site) -> Path:
    return place.settings.home / "sites" / f"{site.name}.toml"


def _alive(place: Place, recording: Recording, site: Site) -> str | None:
    """Give the run that is at work on a site."""
    from archive import liveness
    from archive.store import runs
    from archive.warc.files import WarcFolder
    from crawler.rounds import STANDING

    folder = WarcFolder(place.settings.store.warcs).running
    with recording.store.read() as conn:
        # The standing run goes on without a site as soon as the daemon has read the site files again.
        under_way = [
            run.id for run in runs.every(conn, states=("running",)) if run.why != STANDING and site.name in run.sites
        ]
    return next((run for run in under_way if liveness.is_alive(folder, run)), None)


def _tell_daemon(place: Place) -> None:
    """Have a daemon that is at work read the site files again."""
    import signal

    from archive import liveness
    from archive.warc.files import WarcFolder

    folder = WarcFolder(place.settings.store.warcs).running
    told = liveness.tell(folder, liveness.DAEMON, signal.SIGHUP)
    if told is not None:
        terminal.step("the daemon reads it again now" if told else "have the daemon read it again: send it SIGHUP")


def _write_over(file: Path, text: str) -> None:
    """Put a new text in the place of a file, whole or not at all."""
    real = file.resolve()
    made = real.with_name(f".{real.name}.new")
    try:
        made.write_bytes(text.encode())
        made.chmod(real.stat().st_mode & 0o777)
        made.replace(real)
    except OSError as cause:
        made.unlink(missing_ok=True)
        raise Misuse(f"{file} cannot be written: {cause.strerror}; make room, or let it be written") from cause


def _set_aside(file: Path) -> Path:
    folder = file.parent / "unwatched"
    number = 1
    while (to := folder / (file.name if number == 1 else f"{file.stem}-{number}.toml")).exists():
        number += 1
    try:
        folder.mkdir(exist_ok=True)
        file.rename(to)
    except OSError as cause:
        raise Misuse(f"{file} cannot be moved to {folder}: {cause.strerror}; move it yourself") from cause
    return to
