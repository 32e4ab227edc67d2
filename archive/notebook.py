"""An archive for notebooks and scripts: what the verbs tell, as typed values.

>>> from archive.notebook import open_archive
>>> with open_archive("press") as archive:  # doctest: +SKIP
...     article = archive.article("https://blog.example/story")
...     for revision in article.revisions:
...         print(revision.number, revision.seen_from, revision.extraction.headline)

Articles, revisions, changes, citations and captures are the nouns of ``archive.model``; what belongs to several of them
is told by the classes here. Times are aware and in UTC; where one is asked for it may be text, as on the command line:
``2026-11-01T08:30:00Z`` or ``2026-11-01``. What was captured and never read is read first, as the verbs do.
What a person can mend is raised as one of ``archive.errors``, and the message says how.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, get_args

from archive import config, model, terminal, timing
from archive.errors import Misuse, NothingDone
from archive.model import (
    Article,
    Capture,
    Category,
    Change,
    Citation,
    CitationState,
    Flag,
    Revision,
)
from archive.urls import urlkey

if TYPE_CHECKING:
    from archive.asked import Asked, Wish
    from archive.evidence import Step
    from archive.extract.workers import Workers
    from archive.finding import Hit
    from archive.warc.reader import Stored

When = datetime | str
"""A time: aware, or as text. A bare date is the end of that day, but the start of it for ``since``."""
Which = Revision | int | str | datetime
"""A revision of an article: itself, its number (from 1), its record id, or a time at which it stood."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Changed:
    """A change where it happened: in ``article``, between two revisions that follow one another.

    ``flags`` are those of the change but for what a person marked as wrong; ``notes`` and ``cases`` are people's words
    too, and ``reviewed`` says that somebody looked at it.
    """

    article: Article
    before: Revision
    after: Revision
    change: Change
    flags: tuple[Flag, ...]
    reviewed: bool = False
    notes: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()

    def __repr__(self) -> str:
        told = ", ".join(self.flags) or "no flag"
        return f"<Changed {self.after.url} {self.before.number}..{self.after.number}: {told}>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Source:
    """On whose word a statement of an article rests, and what became of the page that it links to.

    ``capture`` is that page as it was when it was cited, None where there is none; ``state`` what became of it since;
    ``reason`` says why so. ``domain`` is that of who is credited, also where only links elsewhere have taught it.
    """

    citation: Citation
    capture: Capture | None
    state: CitationState
    reason: str | None
    domain: str | None

    def __repr__(self) -> str:
        who = self.citation.outlet or self.citation.source or self.citation.host
        return f"<Source {who} ({self.domain or 'no domain'}), {self.citation.how}: {self.state}>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Citing:
    """Who cites a page or an outlet: the citation, in which revision of which article."""

    article: Article
    revision: Revision
    citation: Citation

    def __repr__(self) -> str:
        return f"<Citing {self.revision.url}@{self.revision.number}: {self.citation.sentence!r}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedOutlet:
    """Who is cited: in how many articles here (``cited``), and of how many outlets these are (``citing``)."""

    domain: str | None
    name: str
    category: Category
    aliases: tuple[str, ...]
    cited: int
    citing: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AsItStood:
    """An article at a time: the revision, the last visit that showed it, and the next one where there was one.

    Between ``since`` and ``until`` nobody looked. Both are that of the visit where there was one at this very time.
    """

    article: Article
    revision: Revision
    since: datetime
    until: datetime | None

    def __repr__(self) -> str:
        return f"<AsItStood {self.revision.url}@{self.revision.number}, {self.since} to {self.until}>"


def open_archive(
    folder: str | os.PathLike[str] | None = None, *, overrides: Sequence[str] = (), quiet: bool = True
) -> Archive:
    """Open the archive in a folder; left out, it is found as the command line finds it.

    That is by ``VARIORUM_HOME``, else this folder or the nearest parent that is one. ``overrides`` are settings for
    this time, as ``"extract.workers=1"``. Without ``quiet``, what has to be read first is said on standard error.

    Raises ``NotAnArchive`` where there is none, ``Misuse`` for a wrong setting.
    """
    home = config.find_home(None, None, os.environ) if folder is None else Path(folder).expanduser()
    return Archive(config.load(home, overrides), (lambda text: None) if quiet else terminal.step)


class Archive:
    """An open archive: made by ``open_archive``, to be closed by ``close`` or at the end of ``with``."""

    def __init__(self, settings: config.Settings, said: Callable[[str], None]) -> None:
        from archive.asked import Asked
        from archive.warc.files import WarcFolder

        self.settings = settings
        self._said = said
        self._asked: Asked | None = Asked(settings, timing.from_environment(os.environ), said)
        self._folder = WarcFolder(settings.store.warcs)
        self._readers: Workers | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Archive {self.settings.home}{'' if self._asked is not None else ', closed'}>"

    def close(self) -> None:
        """Let go of the archive; a second time nothing happens."""
        if self._readers is not None:
            self._readers.close(wait=False)
            self._readers = None
        if self._asked is not None:
            self._asked.close()
            self._asked = None

    def _open(self) -> Asked:
        if self._asked is None:
            raise Misuse(f"the archive {self.settings.home} is closed: open it again with open_archive")
        return self._asked

    # ----------------------------------------------------------------------------------------------------- articles

    def article(self, url: str) -> Article | None:
        """Give the article a URL belongs to, with its revisions and events; None where none was ever seen there."""
        return self._open().article(urlkey(url))

    def articles(self, site: str | None = None) -> Iterator[Article]:
        """Give every article of the archive, or of a watched site, one by one."""
        asked = self._open()
        ids = asked.ids(site)
        return (article for id in ids if (article := asked.article(id)) is not None)

    def revision(self, of: Article | str, which: Which | None = None) -> Revision:
        """Give one revision of an article, the newest if nothing is said.

        ``of`` is an article, or what ``variorum show`` takes: a URL, ``URL@2``, ``URL@2026-11-01``, a record id.

        Raises ``NothingDone`` where it is not there.
        """
        return self._found(of, which)[1]

    def as_it_stood(self, of: Article | str, at: When) -> AsItStood:
        """Give an article as it stood at a time, with the visits between which that is known.

        Raises ``NothingDone`` where it had not been seen by then.
        """
        from archive.article_commands import wished
        from archive.asked import Wish

        when = _time(at)
        name = of.url if isinstance(of, Article) else of
        article, revision, around, _ = wished(self._open(), Wish(name=name, at=when))
        if around is None:  # a visit at this very time
            return AsItStood(article=article, revision=revision, since=when, until=when)
        return AsItStood(article=article, revision=revision, since=around.since, until=around.until)

    def _found(self, of: Article | str, which: Which | None) -> tuple[Article, Revision]:
        """Find a revision; in an article at hand by its number, as it is there."""
        from archive.article_commands import numbered, wished
        from archive.asked import Wish

        if isinstance(of, Article):
            if isinstance(which, Revision):
                if all(each.id != which.id for each in of.revisions):
                    raise Misuse(f"{which.id} is a revision of {which.url}, not of {of.url}")
                return of, which
            if which is None:
                return of, of.revisions[-1]
            if isinstance(which, int):
                return of, numbered(of, Wish(name=of.url, revision=str(which)))
        asked = self._open()
        name = of.url if isinstance(of, Article) else of
        wish = asked.wish(name) if which is None else _wish(name, which)
        article, revision, _, note = wished(asked, wish)
        if note is not None:
            self._said(note)
        return article, revision

    # ------------------------------------------------------------------------------------------------------ changes

    def change(self, of: Article | str, before: Which, after: Which) -> Change:
        """Give what differs between any two revisions of an article: fields, edits, flags, and when it happened."""
        from archive import asked_changes

        article, earlier = self._found(of, before)
        _, later = self._found(article, after)
        return asked_changes.compared(self._open(), article, earlier, later)

    def changes(
        self,
        *,
        since: When | None = None,
        until: When | None = None,
        sites: Iterable[str] | None = None,
        flags: Iterable[Flag] = (),
        case: str | None = None,
        unreviewed: bool = False,
    ) -> Iterator[Changed]:
        """Give what was changed in articles, in the order of time, one by one.

        ``flags``: only what has one of these. ``case``: only of articles of a case. ``unreviewed``: only what nobody
        has marked as reviewed. A paragraph that was only moved has no flag.
        """
        from archive import asked_changes

        known: tuple[Flag, ...] = get_args(model.Flag)
        wanted = set(flags)
        if unknown := wanted - set(known):
            raise Misuse(f"{', '.join(sorted(unknown))} is no flag; they are {', '.join(known)}")
        asked = self._open()
        asked.ids(None)
        named = [sites] if isinstance(sites, str) else list(sites) if sites is not None else None
        found = asked_changes.listed(asked, since=_since(since), until=_until(until), sites=named)

        def told() -> Iterator[Changed]:
            some = asked_changes.chosen(found, flags=wanted, case=case, unreviewed=unreviewed)
            for noted, said, right in some:
                article, before, after, change = asked_changes.between(asked, noted)
                yield Changed(
                    article=article,
                    before=before,
                    after=after,
                    change=change,
                    flags=right,
                    reviewed=said.reviewed,
                    notes=tuple(each.text for each in said.notes),
                    cases=tuple(sorted(said.cases)),
                )

        return told()

    # ---------------------------------------------------------------------------------------------------- citations

    def citations(self, of: Article | str, revision: Which | None = None) -> list[Source]:
        """Give on whose word a revision rests, the newest if none is named, in the order of its text.

        ``citation.via`` is a place in this list.
        """
        from archive import asked_citations
        from archive.store import captures

        asked = self._open()
        asked.derive()
        article, found = self._found(of, revision)
        told = asked_citations.of_revision(asked, article, found)
        with asked.store.read() as conn:
            return [
                Source(
                    citation=cited.citation,
                    capture=captures.by_id(conn, fate.capture) if fate.capture is not None else None,
                    state=fate.state,
                    reason=fate.reason,
                    domain=domain,
                )
                for cited, fate, domain in told
            ]

    def cited_by(self, who: str) -> list[Citing]:
        """Give who cites a page, by its URL, or an outlet, by its domain or one of its names; in any revision."""
        from archive import asked_citations

        asked = self._open()
        asked.ids(None)
        return [
            Citing(article=article, revision=revision, citation=cited.citation)
            for article, found in asked_citations.by(asked, who)
            for revision, cited in found
        ]

    def outlets(self, site: str | None = None, category: Category | None = None) -> list[CitedOutlet]:
        """Give who is cited, the most cited first, in the whole archive or in articles of a watched site."""
        from archive import asked_citations

        asked = self._open()
        asked.ids(None)
        known: dict[str, Category] = {each: each for each in get_args(model.Category)}
        if category is not None and category not in known:
            raise Misuse(f"{category!r} is no category; they are {', '.join(known)}")
        return [
            CitedOutlet(
                domain=each.domain,
                name=each.name,
                category=known[each.category],
                aliases=aliases,
                cited=each.cited,
                citing=each.citing,
            )
            for each, aliases in asked_citations.counted(asked, site)
            if category in (None, each.category)
        ]

    # ------------------------------------------------------------------------------------------------------- search

    def find(
        self,
        *words: str,
        gone: bool = False,
        outlet: str | None = None,
        site: str | None = None,
        since: When | None = None,
        until: When | None = None,
        limit: int | None = None,
    ) -> list[Hit]:
        """Search the text of all revisions, newest first; those that follow one another and say the same are one hit.

        Each argument is a word or, with blanks in it, a phrase; ``"room*"`` is any word that begins so, ``"-word"``
        must not be there. ``gone``: only what no current revision of any article has.
        """
        from archive.chains import outlet_of
        from archive.find_commands import catch_up
        from archive.finding import typed
        from archive.store import search

        asked = self._open()
        asked.ids(None)
        catch_up(asked)
        domain = None
        if outlet is not None:
            domain = outlet_of(outlet if "://" in outlet else f"http://{outlet}/") or outlet
        with asked.store.read() as conn:
            return list(
                search.find(
                    conn,
                    typed(words),
                    since=_since(since),
                    until=_until(until),
                    outlet=domain,
                    site=site,
                    gone=gone,
                    limit=limit,
                )
            )

    # -------------------------------------------------------------------------------------- captures and their bytes

    def captures(self, url: str, *, since: When | None = None, until: When | None = None) -> list[Capture]:
        """Give the captures of a URL, oldest first."""
        from archive.store import captures

        with self._open().store.read() as conn:
            return list(captures.of_url(conn, urlkey(url), since=_since(since), until=_until(until)))

    def capture(self, of: str | Revision) -> Capture:
        """Give the capture of a record id, or the one that opened a revision.

        Raises ``NothingDone`` where there is none.
        """
        from archive.asked import record_id
        from archive.store import captures

        id = of.id if isinstance(of, Revision) else record_id(of)
        with self._open().store.read() as conn:
            found = captures.by_id(conn, id)
        if found is None:
            raise NothingDone(f"no capture {id} here; archive.captures(url) gives those of a URL")
        return found

    def payload(self, capture: Capture) -> bytes:
        """Give what was sent, transfer and content coding removed: of a page its HTML, in its own charset.

        A revisit has the payload of the capture that it repeats. Where a coding could not be removed, or the answer
        breaks off, a warning says so and the bytes are what could be had.

        Raises ``Damaged`` where the record cannot be read.
        """
        from archive import ingest

        held = self._original(capture) if capture.kind == "revisit" else capture
        told = ingest.read_capture(self._folder, held)
        if told.problem is not None:
            warnings.warn(f"{held.url} at {timing.stamp(held.at)}: {told.problem}", stacklevel=2)
        return told.data

    def _original(self, capture: Capture) -> Capture:
        if capture.refers_to is not None:
            with suppress(NothingDone):
                return self.capture(capture.refers_to)
        raise NothingDone(
            f"the capture of {capture.url} at {timing.stamp(capture.at)} repeats an earlier one, which is not here; "
            "import the WARC file that has it"
        )

    def record(self, capture: Capture) -> Stored:
        """Give the WARC record of a capture: its named ``fields``, and its ``block``, HTTP head and body as received.

        Raises ``Damaged`` where it cannot be read.
        """
        from archive.warc.reader import read_record

        return read_record(self.record_bytes(capture), name=capture.locator.warc)

    def record_bytes(self, capture: Capture) -> bytes:
        """Give the WARC record of a capture as it lies in the file: one gzip member, or plain in a plain file."""
        return self._folder.bytes_at(capture.locator)

    def evidence(self, of: Article | str, revision: Which | None = None, *, whole: bool = False) -> list[Step]:
        """Give the chain behind a revision, from its text to the WARC file, each link checked now.

        A link that fails has ``ok`` False; None means that it was not checked or is not known. ``whole`` hashes the
        WARC files too.
        """
        from archive.proving import Proving, reader

        asked = self._open()
        article, found = self._found(of, revision)
        if self._readers is None:
            self._readers = reader(self.settings)
        proving = Proving(self.settings, asked.store, whole=whole, workers=self._readers)
        try:
            return list(proving.steps(article, found))
        finally:
            proving.close()


def _wish(name: str, which: Which) -> Wish:
    from archive.asked import Wish, is_record_id

    match which:
        case Revision():
            return Wish(name=name, revision=which.id)
        case int():
            return Wish(name=name, revision=str(which))
        case datetime():
            return Wish(name=name, at=_time(which))
        case _ if which.isdecimal() or is_record_id(which):
            return Wish(name=name, revision=which)
        case _:
            return Wish(name=name, at=_time(which))


def _time(at: When) -> datetime:
    if isinstance(at, str):
        return timing.parse_time(at)
    if at.tzinfo is None:
        raise Misuse(f"{at!r} has no zone: give it one, such as tzinfo=datetime.UTC")
    return at.astimezone(UTC)


def _since(at: When | None) -> datetime | None:
    # A window that begins with a bare date holds that day, as with --since.
    if isinstance(at, str) and len(at) == len("2026-11-22"):
        at = f"{at}T00:00:00Z"
    return None if at is None else _time(at)


def _until(at: When | None) -> datetime | None:
    return None if at is None else _time(at)
