"""What verbs ask of articles: the one a URL or a record id belongs to, as all that was captured tells it by now.

Where captures were never read, or a chain was not folded since, that is done first; only then is anything written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archive import chains, deriving
from archive.config import Settings
from archive.errors import Misuse, NothingDone
from archive.judged import around_of, in_words, keys_of, read_as, shows_again, unread_of, what_waits
from archive.model import Article, Capture, Entry, RecordId, Revision, UrlKey
from archive.showing import Marked
from archive.store import (
    Connection,
    articles,
    captures,
    journal_rows,
    open_store,
    readings,
    visits,
)
from archive.timing import Clock, parse_time, stamp
from archive.urls import urlkey
from archive.warc.files import WarcFolder

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


def as_of_now(conn: Connection, key: UrlKey) -> Article | None:
    """Give the article of a URL with the captures that only show it again, which are in no folded chain.

    A page that shows nothing new is entered into the chain for whoever asks; nothing is written for that.
    """
    return chains.told(conn, key) if shows_again(conn, key) else articles.of_urlkey(conn, key)


class Asked:
    """Gives articles, read and folded up to what was captured; to be closed."""

    def __init__(self, settings: Settings, clock: Clock, said: Progress) -> None:
        folder = WarcFolder(settings.store.warcs)
        folder.make()
        self.store = open_store(settings.store.database, create=not folder.names())
        self._settings = settings
        self.home = settings.home
        self.clock = clock
        self.said = said
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
                return as_of_now(conn, key)
        self.said(f"{why} first")
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
            self.said("what was captured since is read first")
            self.rereading().read_missing(self.said)
            for _ in self.rereading().fold(self.said):
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
        self.rereading().derive(self.said)

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
