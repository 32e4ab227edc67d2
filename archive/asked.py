"""What verbs ask of articles: the one a URL or a record id belongs to, as all that was captured tells it by now.

Where captures were never read, or a chain was not folded since, that is done first; only then is anything written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from archive import chains, citing, deriving, diff, learning, words_of_people
from archive.config import Settings
from archive.drift import Fate
from archive.errors import Damaged, Misuse, NothingDone
from archive.judged import around_of, in_words, keys_of, read_as, shows_again, unread_of, what_waits
from archive.links import clean
from archive.model import Article, Capture, Change, Citation, Entry, Outlet, RecordId, Revision, UrlKey
from archive.naming import key as name_key
from archive.showing import Marked
from archive.showing import Said as Beside
from archive.store import (
    Connection,
    articles,
    captures,
    changes,
    citations,
    journal_rows,
    open_store,
    readings,
    sightings,
    visits,
)
from archive.store.changes import Noted
from archive.store.citations import Cited, Count
from archive.timing import Clock, parse_time, stamp
from archive.urls import urlkey
from archive.warc.files import WarcFolder
from archive.words_of_people import Said

if TYPE_CHECKING:
    from archive.recording import Recording
    from archive.rereading import Rereading

Progress = Callable[[str], None]

FAR = 5
"""Times that what captures lead to is read too: each reading may tell of more."""
_NUMBER = re.compile(r"[0-9]{1,9}")


# ------------------------------------------------------------------------------------------------- what is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person asks to see: a URL or a record id, and perhaps a time or a revision's number or id."""

    name: str
    at: datetime | None = None
    revision: str | None = None


def named(text: str) -> Wish | None:
    """Take ``URL@N`` and ``URL@TIME`` apart; None where nothing that is a number or a time follows an ``@``.

    >>> named("https://blog.example/a@3").revision, named("https://blog.example/@someone/a")
    ('3', None)
    """
    url, found, said = text.rpartition("@")
    if not found or not url or "/" in said:
        return None
    if _NUMBER.fullmatch(said):
        return Wish(name=url, revision=said)
    with suppress(Misuse):
        return Wish(name=url, at=parse_time(said))
    return None


def is_record_id(text: str) -> bool:
    """Tell whether a text is a record id, with or without its angle brackets."""
    return record_id(text).startswith("urn:uuid:")


def record_id(text: str) -> RecordId:
    """Give a record id as the archive writes it."""
    return RecordId(text.strip().removeprefix("<").removesuffix(">"))


# ------------------------------------------------------------------------------------------------------- the articles


class Asked:
    """Gives articles, read and folded up to what was captured; to be closed."""

    def __init__(self, settings: Settings, clock: Clock, said: Progress) -> None:
        folder = WarcFolder(settings.store.warcs)
        folder.make()
        self.store = open_store(settings.store.database, create=not folder.names())
        self._settings = settings
        self.clock = clock
        self._said = said
        self._recording: Recording | None = None
        self._rereading: Rereading | None = None
        self._marked: dict[str, Entry] | None = None

    def close(self) -> None:
        """End what was begun."""
        if self._rereading is not None:
            self._rereading.close()
        if self._recording is not None:
            self._recording.close()
        self.store.close()

    def wish(self, text: str) -> Wish:
        """Read what a person asks for; a URL that was captured is one, whatever stands behind an ``@`` in it."""
        told = named(text)
        if told is None or is_record_id(text) or self._is_known(urlkey(text)):
            return Wish(name=text)
        return told

    def _is_known(self, key: UrlKey) -> bool:
        with self.store.read() as conn:
            return next(iter(captures.of_url(conn, key)), None) is not None or articles.id_of(conn, key) is not None

    def article(self, key: UrlKey) -> Article | None:
        """Give the article a URL belongs to; None where none was ever seen there."""
        with self.store.read() as conn:
            why = what_waits(conn, key)
            if why is None:
                # A page that shows nothing new is entered into the chain for whoever asks; nothing is written for that.
                return chains.told(conn, key) if shows_again(conn, key) else articles.of_urlkey(conn, key)
        self._said(f"{why} first")
        for _ in range(FAR):
            with self.store.read() as conn:
                around = around_of(conn, key)
            if not self.rereading().read_missing_of(around):
                break
        return self.rereading().article(key)

    def known(self, key: UrlKey) -> Article | None:
        """Give the article a URL belongs to as it was folded last."""
        with self.store.read() as conn:
            return articles.of_urlkey(conn, key)

    def id_of(self, key: UrlKey) -> UrlKey | None:
        """Give the id of the article a URL belongs to."""
        with self.store.read() as conn:
            return articles.id_of(conn, key)

    def unread(self, key: UrlKey) -> int:
        """Count the captures of an article's URLs, or of one that is of none yet, that were never read."""
        with self.store.read() as conn:
            return unread_of(conn, keys_of(conn, key))

    def others(self, article: Article) -> list[tuple[str, str]]:
        """Give the URLs of an article but the one it is known by, as captured first, and why each belongs to it."""
        with self.store.read() as conn:
            told = [
                (next((each.url for each in captures.of_url(conn, key)), key), reason)
                for key, (reason, _, _) in articles.members(conn, article.id).items()
            ]
        return [(url, reason) for url, reason in told if url != article.url]

    def marks(self, article: Article) -> list[Marked]:
        """Give the last word of people on each capture of an article's URLs."""
        with self.store.read() as conn:
            if self._marked is None:
                self._marked = {entry.subject: entry for entry in journal_rows.every(conn, kind="mark")}
            if not self._marked:
                return []
            keys = sorted({article.id, *articles.members(conn, article.id)})
            held = [each for key in keys for each in captures.of_url(conn, key) if each.id in self._marked]
        return [_mark(each, self._marked[each.id]) for each in held]

    def ids(self, site: str | None) -> list[UrlKey]:
        """Give the ids of all articles, or of a site's, once all that was captured is read."""
        with self.store.read() as conn:
            behind = bool(readings.missing(conn, 1)) or bool(articles.stale(conn, 1))
        if behind:
            self._said("what was captured since is read first")
            self.rereading().read_missing(self._said)
            for _ in self.rereading().fold(self._said):
                pass
        self.derive()
        with self.store.read() as conn:
            return list(articles.every(conn, site=site))

    def derive(self) -> None:
        """Bring citations, changes and the search up to the names of outlets that are known by now."""
        own = deriving.outlets_of(self._settings.home)
        with self.store.read() as conn:
            if deriving.is_made_with(conn, own):
                return
        self.rereading().derive(self._said)

    # ------------------------------------------------------------------------------------------------------ changes

    def first_seen(self, article: Article) -> datetime:
        """Give when an article was first sighted: in a feed or on a page, or else captured."""
        with self.store.read() as conn:
            keys = sorted({article.id, *articles.members(conn, article.id)})
            return min([article.revisions[0].seen_from, *sightings.first(conn, keys)])

    def changes(
        self,
        *,
        since: datetime | None,
        until: datetime | None,
        sites: Sequence[str] | None,
        reader: str | None,
    ) -> tuple[list[tuple[Noted, Said]], int]:
        """Give what was changed, with what people said of it, and the place of what became known last.

        With ``reader`` only what became known since that one looked.
        """
        with self.store.read() as conn:
            told = changes.cursor(conn, reader) if reader is not None else None
            last = changes.last(conn)
            behind = 0 if told is None else min(told[0], last)
            found = list(changes.every(conn, since=since, until=until, behind=behind, sites=sites))
            said = self._said_of(conn)
        nothing = Said()
        return [
            (each, _together(said.get(each.revision, nothing), said.get(each.article, nothing))) for each in found
        ], last

    def beside(self, article: Article) -> dict[str, Beside]:
        """Give what stands beside the revisions of an article in its history: flags that nobody called wrong, notes."""
        with self.store.read() as conn:
            noted = changes.of_article(conn, article.id)
            said = self._said_of(conn)
        found = {}
        for id in (article.id, *(each.id for each in article.revisions)):
            told = said.get(id, Said())
            flags = noted[RecordId(id)].flags if id in noted else ()
            shown = tuple(flag for flag in flags if flag not in told.wrong_flags and flag != "typographic")
            found[id] = Beside(flags=shown, notes=tuple(note.text for note in told.notes))
        return found

    def said_of(self, subject: str) -> Said:
        """Give what people said of a revision or an article."""
        with self.store.read() as conn:
            return self._said_of(conn).get(subject, Said())

    def _said_of(self, conn: Connection) -> dict[str, Said]:
        kinds = (words_of_people.REVIEW, words_of_people.NOTE, words_of_people.CASE)
        return words_of_people.said([entry for kind in kinds for entry in journal_rows.every(conn, kind=kind)])

    def move_reader(self, reader: str, place: int) -> None:
        """Note that a reader of changes has seen all up to a place."""
        now = self.clock.now()
        self.recording().work_and_wait(lambda conn: changes.move_cursor(conn, reader, place, now))

    def change(self, noted: Noted) -> tuple[Article, Revision, Revision, Change]:
        """Give a change with the article and the revisions it is between."""
        with self.store.read() as conn:
            article = articles.get(conn, noted.article)
        by_id = {each.id: each for each in article.revisions} if article is not None else {}
        if article is None or noted.revision not in by_id or noted.before not in by_id:
            raise Damaged(f"the index has a change of {noted.article} that no chain has; run `variorum reread`")
        before, after = by_id[noted.before], by_id[noted.revision]
        return article, before, after, diff.between(before, after, self.first_seen(article))

    # ---------------------------------------------------------------------------------------------------- citations

    def citations(self, article: Article, revision: Revision) -> list[tuple[Cited, Fate, str | None]]:
        """Give the citations of a revision with what became of their targets, and who is credited by its domain."""
        with self.store.read() as conn:
            found = citations.of_revision(conn, revision.id)
            learned = citations.learned(conn)
        told: list[tuple[Cited, Fate, str | None]] = []
        for each in found:
            for key in citing.keys_of(each.citation):
                self.article(key)  # what was captured of it and never read is read first
            with self.store.read() as conn:
                fate = citing.fate_of(conn, each.citation, article, revision, partial(articles.of_urlkey, conn))
            told.append((each, fate, _domain_of(each.citation, learned)))
        return told

    def resolve(self, name: str, domain: str) -> int:
        """Put on record whose a name is, and look at the articles that have it again; give how many these are."""
        recording = self.recording()
        recording.tell_journal("name", name, {"domain": domain})
        rereading = self.rereading()

        def again(conn: Connection) -> int:
            learning.restore_names(conn)
            known = deriving.known(self._settings.home, conn)
            ids = articles.mentioning(conn, name)
            for id in ids:
                deriving.derive(conn, None, articles.get(conn, id), known, anew=True)
            return len(ids)

        rereading.forget_names()
        return recording.work_and_wait(again, apart=True)

    def citing(self, who: str) -> Iterator[tuple[Article, list[tuple[Revision, Cited]]]]:
        """Give who cites a page or an outlet, article by article."""
        with self.store.read() as conn:
            if "://" in who:
                key = urlkey(clean(who))
                found = list(citations.of_target(conn, sorted({*keys_of(conn, key), urlkey(who)})))
            else:
                domains, names = self._names_of(conn, who)
                found = list(citations.of_outlet(conn, domains, names))
            for id, some in groupby(found, key=lambda each: each.article):
                article = articles.get(conn, id)
                if article is None:
                    continue
                by_id = {each.id: each for each in article.revisions}
                yield article, [(by_id[each.revision], each) for each in some if each.revision in by_id]

    def _names_of(self, conn: Connection, who: str) -> tuple[list[str], list[str]]:
        """Give the domains and names of an outlet that is asked for by one of them."""
        known = deriving.known(self._settings.home, conn)
        learned = citations.learned(conn)
        outlet = known.names.of_domain(who) if "." in who else None
        domains, names = {who.lower().removeprefix("www.")}, {name_key(who)}
        if outlet is None:
            outlet = next((each for each in known.names.outlets if name_key(who) in _keys(each)), None)
        if outlet is not None:
            domains.update(outlet.domains)
            names.update(_keys(outlet) - {name_key(each) for each in outlet.ambiguous})
        domains.update(domain for name, domain in learned.items() if name in names)
        names.update(name for name, domain in learned.items() if domain in domains)
        return sorted(domains), sorted(names)

    def cited(self, site: str | None) -> list[tuple[Count, tuple[str, ...]]]:
        """Give who is cited, most cited first, with the other names of each."""
        with self.store.read() as conn:
            names = deriving.known(self._settings.home, conn).names
            return [
                (each, outlet.aliases if each.domain and (outlet := names.of_domain(each.domain)) else ())
                for each in citations.counts(conn, site)
            ]

    # --------------------------------------------------------------------------------------------- the one writer

    def recording(self) -> Recording:
        """Give the one writer, begun where it was not; what the journal says of chains is known from then on."""
        if self._recording is None:
            from archive import learning
            from archive.recording import Recording

            self._recording = Recording(self._settings, self.clock).start()
            self._recording.work_and_wait(learning.restore)
        return self._recording

    def rereading(self) -> Rereading:
        """Give what reads and folds, begun where it was not."""
        if self._rereading is None:
            from archive.rereading import Rereading

            self._rereading = Rereading(self._settings, self.clock, self.recording())
        return self._rereading

    def why_none(self, key: UrlKey, url: str) -> NothingDone:
        """Say why there is no article at a URL: it was never captured, or was read as something else."""
        with self.store.read() as conn:
            held = [each for each in captures.of_url(conn, key) if each.kind != "resource"]
            if not held:
                return NothingDone(f"no capture of {url} here: `variorum capture {url}` makes one")
            told = read_as(conn, held)
        said = "; ".join(dict.fromkeys(in_words(told.get(each.id)) for each in held))
        count = "its capture was" if len(held) == 1 else f"its {len(held)} captures were"
        return NothingDone(
            f"{url} was never read as an article: {count} {said}; "
            f"if one shows it, say so: variorum mark {held[-1].id} --article"
        )

    # -------------------------------------------------------------------------------------------------- one revision

    def of_record(self, id: RecordId) -> tuple[Article, Revision, str | None]:
        """Give the revision that a capture belongs to, and a note where an upgrade moved it; raise NothingDone."""
        with self.store.read() as conn:
            capture = captures.by_id(conn, id)
        if capture is None:
            raise NothingDone(f"no capture {id} here; `variorum captures URL` lists those of a URL")
        article = self.article(capture.urlkey)
        if article is None:
            raise self.why_none(capture.urlkey, capture.url)
        moved = self._moved(article, id)
        found = next((each for each in article.revisions if each.id == id or id in each.captures), None)
        if found is None and moved is not None and moved.to is not None:
            found = next((each for each in article.revisions if moved.to in (each.id, *each.captures)), None)
        if found is None:
            if moved is not None:
                raise NothingDone(f"{id} was a revision of {article.url} until {moved.told}; it is none any more")
            with self.store.read() as conn:
                told = in_words(read_as(conn, [capture]).get(id))
            raise NothingDone(
                f"the capture of {capture.url} at {stamp(capture.at)} shows no revision: it was {told}; "
                f"`variorum history {article.url}` lists what was seen"
            )
        if moved is None or found.id == id:
            return article, found, None
        note = f"{id} opened a revision until {moved.told}; its capture belongs to revision {found.number} now"
        return article, found, note

    def _moved(self, article: Article, id: RecordId) -> _Moved | None:
        """Give what the last upgrade that moved a revision of an article says of it."""
        last = None
        with self.store.read() as conn:
            for key in sorted({article.id, *articles.members(conn, article.id)}):
                for entry in journal_rows.every(conn, kind="upgrade", subject=key):
                    moved = entry.data.get("moved")
                    if isinstance(moved, dict) and id in moved and (last is None or entry.at > last.at):
                        told = f"the extractor was upgraded on {entry.at:%Y-%m-%d} from {entry.data.get('from')}"
                        to = moved[id]
                        last = _Moved(at=entry.at, to=RecordId(to) if isinstance(to, str) else None, told=told)
        return last

    def times_of(self, article: Article) -> tuple[Mapping[RecordId, datetime], Sequence[datetime]]:
        """Give the times of an article's captures by their ids, and of all visits that asked for it, in order."""
        with self.store.read() as conn:
            keys = sorted({article.id, *articles.members(conn, article.id)})
            held = {each.id: each.at for key in keys for each in captures.of_url(conn, key)}
            failed = {each.at for key in keys for each in visits.every(conn, urlkey=key, outcome="failed")}
        return held, sorted({*held.values(), *failed})


def _keys(outlet: Outlet) -> set[str]:
    return {name_key(each) for each in (outlet.name, *outlet.aliases)}


def _domain_of(citation: Citation, learned: Mapping[str, str]) -> str | None:
    """Give the domain of who is credited: as the text tells, else as links elsewhere have taught for the name."""
    return citation.domain or (learned.get(name_key(citation.outlet)) if citation.outlet else None)


def _together(ours: Said, theirs: Said) -> Said:
    """Put together what was said of a revision and of its article; notes of the article stand with the article."""
    return Said(
        reviewed=ours.reviewed,
        wrong_flags=set(ours.wrong_flags),
        notes=list(ours.notes),
        cases=ours.cases | theirs.cases,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moved:
    at: datetime
    to: RecordId | None
    told: str


def _mark(capture: Capture, entry: Entry) -> Marked:
    note = entry.data.get("note")
    return Marked(
        capture=capture.id,
        at=capture.at,
        url=capture.url,
        article=entry.data.get("article") is True,
        said=entry.at,
        note=note if isinstance(note, str) else None,
    )
