"""The whole database on one page.

Above each table stands what a row is and what makes it again when the database is lost (promise 3):

* ``reindex``: from the WARC files alone, in one walk over them; ``wipe_derived`` deletes these rows;
* ``reread``: from the captures, by running the extractors over them again;
* ``nothing``: it is gone, and the documentation says so.

There are no foreign keys: records arrive in any order, and a WARC file may be taken away. Times are microseconds
since 1970 UTC, digests and ids are text, lists and mappings are JSON as text. Sentences, not code, tell what a
column of a later issue means; the code that fills it joins with that issue.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    delete,
    text,
    update,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    """Give a time as microseconds since 1970 UTC; a naive time is refused with ``ValueError``."""
    if at.tzinfo is None:
        raise ValueError(f"a time without its zone cannot be stored: {at.isoformat()}")
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def instant(value: int) -> datetime:
    """Give the aware UTC time of so many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time, kept as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else instant(value)


def json_text(value: object) -> str:
    """Give plain JSON values as text with sorted keys.

    Half a character (a lone surrogate, which JSON-LD can hold) has no UTF-8; the text is then ASCII with escapes.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, sort_keys=True)
    return text


class Json(TypeDecorator[object]):
    """Plain JSON values, kept as text with sorted keys."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object | None, dialect: Dialect) -> str | None:
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object | None:
        return None if value is None else json.loads(value)


# Ranges over urlkeys follow code points on SQLite; PostgreSQL has to be told, or it sorts by its own language.
UrlKeyText = Text().with_variant(Text(collation="C"), "postgresql")

Kind = TypeEngine[Any] | type[TypeEngine[Any]]


def _has(name: str, kind: Kind = Text) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _may(name: str, kind: Kind = Text) -> Column[Any]:
    return Column(name, kind, nullable=True)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

# ---------------------------------------------------------------------------------------------- what happened

# A WARC file. state: open, sealed, imported. bytes: up to where the index has caught up. sha256: of the whole file
# once it is sealed, the baseline of fixity. origin: the name an imported file came with.
# By reindex, except the baseline; so these rows stay and only bytes goes back to 0.
warcs = Table(
    "warcs",
    metadata,
    _has("name"),
    _has("state"),
    _has("bytes", BigInteger),
    _may("sha256"),
    _may("began", Instant),
    _may("sealed_at", Instant),
    _may("origin"),
    PrimaryKeyConstraint("name"),
    Index(None, "sha256"),
)

# A capture (model.Capture) with its first locator. By reindex.
# Not clustered by its key (WITHOUT ROWID): rows then go to the end of the file and all four indexes are narrow.
# Measured on SQLite 3.40, a million rows: insert 25-40 % cheaper, a quarter less disk, look-up 20 % slower.
# Each further index costs every crawl.
captures = Table(
    "captures",
    metadata,
    _has("id"),
    _has("urlkey", UrlKeyText),
    _has("url"),
    _has("at", Instant),
    _may("status", Integer),
    _may("mime"),
    _may("digest"),
    _has("kind"),
    _has("warc"),
    _has("offset", BigInteger),
    _has("length", BigInteger),
    _may("run"),
    _may("site"),
    _may("truncated"),
    _has("fidelity"),
    _may("profile"),
    _may("refers_to"),
    _may("refers_url"),
    _may("refers_at", Instant),
    _may("etag"),
    _may("last_modified"),
    _may("restricted", Boolean),
    PrimaryKeyConstraint("urlkey", "at", "id"),
    Index(None, "id"),
    Index(None, "warc", "offset"),
    Index(None, "run"),
)

# One more place where the record of a capture lies (decision D16). By reindex.
copies = Table(
    "copies",
    metadata,
    _has("id"),
    _has("urlkey", UrlKeyText),
    _has("at", Instant),
    _has("warc"),
    _has("offset", BigInteger),
    _has("length", BigInteger),
    PrimaryKeyConstraint("id", "warc", "offset"),
    Index(None, "warc"),
    sqlite_with_rowid=False,
)

# A visit (model.Visit): one exchange, or one refusal to make one. By reindex.
visits = Table(
    "visits",
    metadata,
    _has("id"),
    _has("url"),
    _has("urlkey", UrlKeyText),
    _has("at", Instant),
    _has("why"),
    _has("attempt", Integer),
    _has("outcome"),
    _may("status", Integer),
    _may("detail"),
    _may("came_from"),
    _may("capture"),
    _may("run"),
    _may("site"),
    _may("ms", Integer),
    _has("warc"),
    _has("offset", BigInteger),
    _has("length", BigInteger),
    PrimaryKeyConstraint("id"),
    Index(None, "run"),
    Index(None, "urlkey", "at"),
    Index(None, "at"),
    Index(None, "warc"),
)

# A run (model.Run). By reindex, where the run lived to write its report; a run that never came to write one
# (missed, skipped, queued) is in no WARC file, so these rows are written over and never wiped. beat: when a process
# last said that it minds the run; within: the run whose workers make this one too; both by nothing.
runs = Table(
    "runs",
    metadata,
    _has("id"),
    _has("why"),
    _has("sites", Json),
    _has("state"),
    _may("planned", Instant),
    _has("began", Instant),
    _may("ended", Instant),
    _has("software"),
    _may("settings_digest"),
    _has("considered", Integer),
    _has("visits", Integer),
    _has("outcomes", Json),
    _may("schedule"),
    _may("detail"),
    _may("beat", Instant),
    _may("within"),
    PrimaryKeyConstraint("id"),
    Index(None, "began"),
    Index(None, "state"),
)

# A line of the journal (model.Entry). By reindex.
journal = Table(
    "journal",
    metadata,
    _has("id"),
    _has("kind"),
    _has("at", Instant),
    _has("subject"),
    _has("data", Json),
    _may("warc"),
    _may("offset", BigInteger),
    _may("length", BigInteger),
    PrimaryKeyConstraint("id"),
    Index(None, "kind", "at"),
    Index(None, "subject"),
    Index(None, "warc"),
)

# A person's word on a capture, a reading or a change, as the journal has it; id is the journal's. By reindex.
marks = Table(
    "marks",
    metadata,
    _has("id"),
    _has("at", Instant),
    _has("subject"),
    _has("mark"),
    _may("note"),
    _may("who"),
    PrimaryKeyConstraint("id"),
    Index(None, "subject"),
)

# What a page needs to be shown: from the capture of the page to the thing, and which capture of it. By reindex
# (visits for a requisite name the page they came from).
requisites = Table(
    "requisites",
    metadata,
    _has("page"),
    _has("urlkey", UrlKeyText),
    _has("url"),
    _may("capture"),
    PrimaryKeyConstraint("page", "urlkey"),
    Index(None, "urlkey"),
    sqlite_with_rowid=False,
)

# ------------------------------------------------------------------------------------ what is read out of captures

# An item as a feed, sitemap or front page showed it; shown_by is that capture, position its place there. By reread.
sightings = Table(
    "sightings",
    metadata,
    _has("shown_by"),
    _has("position", Integer),
    _has("how"),
    _has("site"),
    _has("urlkey", UrlKeyText),
    _has("url"),
    _may("title"),
    _may("dated", Instant),
    _may("lastmod", Instant),
    _has("seen_at", Instant),
    PrimaryKeyConstraint("shown_by", "position"),
    Index(None, "urlkey", "seen_at"),
    Index(None, "site", "seen_at"),
)

# What one extractor made of one capture: verdict, score, reasons, and the extraction or none. layout: the page around
# the article, packed by layouts.py. By reread.
readings = Table(
    "readings",
    metadata,
    _has("capture"),
    _has("extractor"),
    _has("urlkey", UrlKeyText),
    _has("at", Instant),
    _has("verdict"),
    _has("score", Float),
    _has("reasons", Json),
    _may("text_digest"),
    _may("extraction", Json),
    _may("same_as"),
    _may("layout", LargeBinary),
    Column("claims", BigInteger, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("capture", "extractor"),
    Index(None, "urlkey", "at"),
)

# An article: the alias group of URLs that id, the urlkey of its earliest member, stands for. extractor is the
# identity its chain is pinned to, pinned_at since when. stale: one of its URLs is in unfolded. By reread.
articles = Table(
    "articles",
    metadata,
    _has("id", UrlKeyText),
    _has("url"),
    _may("site"),
    _may("outlet"),
    _has("extractor"),
    _may("pinned_at", Instant),
    _has("first_seen", Instant),
    _has("last_seen", Instant),
    _has("stale", Boolean),
    PrimaryKeyConstraint("id"),
    Index(None, "site", "last_seen"),
    Index(None, "outlet"),
)

# A URL that belongs to an article, why (redirect, canonical, text, by hand) and on which capture's word. By reread.
article_urls = Table(
    "article_urls",
    metadata,
    _has("urlkey", UrlKeyText),
    _has("article", UrlKeyText),
    _has("reason"),
    _has("at", Instant),
    _may("capture"),
    PrimaryKeyConstraint("urlkey"),
    Index(None, "article"),
)

# An id an article once had, and the one it has now. By reread, splits and joins by hand from the journal.
article_redirects = Table(
    "article_redirects",
    metadata,
    _has("former", UrlKeyText),
    _has("article", UrlKeyText),
    _has("reason"),
    _has("at", Instant),
    PrimaryKeyConstraint("former"),
    Index(None, "article"),
)

# A URL whose chain must be folded again: since when, and how often it was marked. By reread, which marks all it reads.
unfolded = Table(
    "unfolded",
    metadata,
    _has("urlkey", UrlKeyText),
    _has("since", Instant),
    _has("marks", Integer),
    PrimaryKeyConstraint("urlkey"),
    Index(None, "since"),
)

# Two URLs that say they are one article (or, by hand, that they are not): kind is canonical, amp, redirect, id (target
# is then "id:" and what the page calls itself), join or split. url: the target as it was given; capture: on whose
# word. By reread, joins and splits from the journal.
pointers = Table(
    "pointers",
    metadata,
    _has("source", UrlKeyText),
    _has("target", UrlKeyText),
    _has("kind"),
    _has("url"),
    _may("capture"),
    _has("at", Instant),
    PrimaryKeyConstraint("source", "target", "kind"),
    Index(None, "target"),
    sqlite_with_rowid=False,
)

# Which extractor and which learned model a URL's chain stays with. By the journal, which reindex brings back.
pins = Table(
    "pins",
    metadata,
    _has("urlkey", UrlKeyText),
    _has("extractor"),
    _may("model"),
    _has("at", Instant),
    PrimaryKeyConstraint("urlkey"),
    sqlite_with_rowid=False,
)

# A revision; id is the record id of the capture that opened it, number is for people and may move. basis: whether
# seen_until rests on bytes or on a server's 304. headline: what lists show of it, the SEO title where none is visible.
# By reread.
revisions = Table(
    "revisions",
    metadata,
    _has("id"),
    _has("article", UrlKeyText),
    _has("number", Integer),
    _has("url"),
    _has("seen_from", Instant),
    _has("seen_until", Instant),
    _has("basis"),
    _has("extractor"),
    _has("text_digest"),
    _may("headline"),
    _has("words", Integer),
    _may("picture_digest"),
    _may("picture_hash"),
    _may("returns_to"),
    _has("extraction", Json),
    PrimaryKeyConstraint("id"),
    Index(None, "article", "seen_from"),
    Index(None, "seen_from"),
)

# A capture that showed a revision, and its place among those that did. By reread.
revision_captures = Table(
    "revision_captures",
    metadata,
    _has("capture"),
    _has("revision"),
    _has("article", UrlKeyText),
    _has("position", Integer),
    PrimaryKeyConstraint("capture"),
    Index(None, "article"),
    sqlite_with_rowid=False,
)

# What happened to an article that is not an edit: moved, unreachable, removed, reinstated ... number is its place
# among them: two of one kind may happen at one time. By reread.
events = Table(
    "events",
    metadata,
    _has("article", UrlKeyText),
    _has("number", Integer),
    _has("at", Instant),
    _has("event"),
    _has("url"),
    _may("capture"),
    _may("visit"),
    _may("detail"),
    PrimaryKeyConstraint("article", "number"),
    Index(None, "at"),
)

# A picture by the digest of its bytes: its perceptual hash (64 bits in hex) and its size in pixels. By reread.
pictures = Table(
    "pictures",
    metadata,
    _has("digest"),
    _has("hash"),
    _has("width", Integer),
    _has("height", Integer),
    PrimaryKeyConstraint("digest"),
    sqlite_with_rowid=False,
)

# A sentence of a revision, by the mark of its words (wording.mark), where it stands. By reread.
sentences = Table(
    "sentences",
    metadata,
    _has("mark", BigInteger),
    _has("revision"),
    _has("position", Integer),
    PrimaryKeyConstraint("mark", "revision", "position"),
    Index(None, "revision"),
    sqlite_with_rowid=False,
)

# A change of an article: from the revision before to this one, at when it was first seen. noted is its place in the
# order in which changes became known: what is said of readers counts it, so no place is given twice, and a change that
# is none any more stays as gone, to have its place again should it come back. By reread; noted is then a new one.
changes = Table(
    "changes",
    metadata,
    _has("revision"),
    _has("before"),
    _has("article", UrlKeyText),
    _has("at", Instant),
    _has("flags", Json),
    _has("noted", BigInteger),
    _has("gone", Boolean),
    PrimaryKeyConstraint("revision", "before"),
    Index(None, "article"),
    Index(None, "at"),
    Index(None, "noted"),
)

# The state (a digest) in which a revision was when its changes, citations, sentences and search text were made: what is
# as it was is not made again. By reread.
derived = Table(
    "derived",
    metadata,
    _has("revision"),
    _has("article", UrlKeyText),
    _has("state"),
    PrimaryKeyConstraint("revision"),
    Index(None, "article"),
    sqlite_with_rowid=False,
)

# A citation of a revision (model.Citation); name is what outlet is compared by, via the position of the citation it
# comes through. What became of its target is told from captures when it is asked for. By reread.
citations = Table(
    "citations",
    metadata,
    _has("revision"),
    _has("position", Integer),
    _has("article", UrlKeyText),
    _has("how"),
    _has("role"),
    _may("outlet"),
    _may("name"),
    _may("domain"),
    _has("category"),
    _may("via", Integer),
    _has("negated", Boolean),
    _has("unverified", Boolean),
    _may("source"),
    _may("target"),
    _may("target_urlkey", UrlKeyText),
    _may("host"),
    _may("anchor"),
    _has("sentence"),
    _has("paragraph", Integer),
    PrimaryKeyConstraint("revision", "position"),
    Index(None, "article"),
    Index(None, "domain"),
    Index(None, "name"),
    Index(None, "target_urlkey"),
)

# An outlet by its registrable domain. compared and disagreed count the second readings that were checked by a full one.
# By reread, except the counts: by nothing.
outlets = Table(
    "outlets",
    metadata,
    _has("domain"),
    _has("name"),
    _may("home"),
    _may("category"),
    _has("compared", Integer),
    _has("disagreed", Integer),
    PrimaryKeyConstraint("domain"),
)

# What was learned of an outlet's pages. Every one is kept: a chain stays with the one of its first reading. By the
# journal, which reindex brings back.
models = Table(
    "models",
    metadata,
    _has("domain"),
    _has("digest"),
    _has("at", Instant),
    _has("data", Json),
    PrimaryKeyConstraint("domain", "digest"),
)

# A name by which an outlet is credited, beside those of the list we ship: from the archive's own file, learned from a
# link whose words name it (subject: that revision), or resolved by hand (subject: the journal's entry). The same name
# for two domains is two rows. By reread: from the file, the revisions and the journal.
outlet_names = Table(
    "outlet_names",
    metadata,
    _has("name"),
    _has("domain"),
    _has("origin"),
    _has("subject"),
    _has("written"),
    _has("at", Instant),
    PrimaryKeyConstraint("name", "domain", "origin", "subject"),
    Index(None, "subject"),
)

# A small fact that belongs to no row: which list of names citations were made with, which layout the search has. By
# nothing; what is missing is made again.
kept = Table(
    "kept",
    metadata,
    _has("name"),
    _has("value"),
    PrimaryKeyConstraint("name"),
)

# The search door (full text over all revisions) is no table of this page: FTS5 on SQLite, tsvector on PostgreSQL, both
# made and asked by search.py. By reread.

# --------------------------------------------------------------------------------------- what is to be done next

# A neighbour: a host name, or a platform. ready_at says when it is due and, while a worker holds it, when the lease
# ends: one column, one index, no reaper. fence counts the leases; who writes with an older one is refused.
# failures and backoff (ms) are its politeness, last_fetch hands it to the next holder. run, spent (bytes) and since
# are what the run that asked it last has had of it. By nothing.
neighbours = Table(
    "neighbours",
    metadata,
    _has("name"),
    _has("ready_at", Instant),
    _may("lease"),
    _has("fence", BigInteger),
    _has("failures", Integer),
    _has("backoff", Integer),
    _may("last_fetch", Instant),
    _may("reason"),
    _may("run"),
    _has("spent", BigInteger),
    _may("since", Instant),
    PrimaryKeyConstraint("name"),
    Index(None, "ready_at"),
)

# A URL that is to be visited, or waits for its next visit. what: what it is to us; why: the reason of the next visit.
# state: waiting, fetched (its capture is not read yet), visited (its next visit is not planned yet), done, dropped.
# run: the run it is enlisted in. depth counts links from a front page, hop redirects behind it. bucket: of the
# registrable domain, so that many databases can share the work. By nothing.
frontier = Table(
    "frontier",
    metadata,
    _has("urlkey", UrlKeyText),
    _has("neighbour"),
    _has("url"),
    _has("bucket", Integer),
    _has("state"),
    _has("next_at", Instant),
    _has("rank", Integer),
    _has("what"),
    _has("why"),
    _has("attempt", Integer),
    _has("depth", Integer),
    _has("hop", Integer),
    _may("came_from"),
    _may("site"),
    _may("run"),
    _may("reason"),
    _may("dated", Instant),
    _has("added_at", Instant),
    _may("visited_at", Instant),
    _may("outcome"),
    _may("capture"),
    PrimaryKeyConstraint("urlkey"),
    Index(None, "run", "state", "neighbour", "next_at"),
    Index(None, "state", "site", "next_at"),
)

# What a run may still take: kind is pages (subject: a site) or citations (subject: a neighbour). By nothing.
allowances = Table(
    "allowances",
    metadata,
    _has("run"),
    _has("kind"),
    _has("subject"),
    _has("used", Integer),
    PrimaryKeyConstraint("run", "kind", "subject"),
    sqlite_with_rowid=False,
)

# What a visit to this neighbour costs now (decision D10). By nothing.
prices = Table(
    "prices",
    metadata,
    _has("neighbour"),
    _has("price", Float),
    _has("at", Instant),
    PrimaryKeyConstraint("neighbour"),
)

# What is known of the ways of a watched site (schedules.expectation.Learned). By nothing; learned again from visits.
learned = Table(
    "learned",
    metadata,
    _has("site"),
    _has("at", Instant),
    _has("data", Json),
    PrimaryKeyConstraint("site"),
)

# What is known of an article that is revisited (schedules.expectation.Standing), up to the visit at. By nothing; made
# again from visits.
standings = Table(
    "standings",
    metadata,
    _has("urlkey", UrlKeyText),
    _has("site"),
    _has("at", Instant),
    _has("data", Json),
    PrimaryKeyConstraint("urlkey"),
    Index(None, "site"),
)

# A revisit that was made: what had been expected of it, and what was found. By nothing; old ones are forgotten.
expected = Table(
    "expected",
    metadata,
    _has("visit"),
    _has("site"),
    _has("at", Instant),
    _has("edits", Float),
    _has("chance", Float),
    _has("changed", Boolean),
    PrimaryKeyConstraint("visit"),
    Index(None, "site", "at"),
    sqlite_with_rowid=False,
)

# Something that goes wrong at a site, or with the whole archive (site ''), from since to ended. By nothing.
alarms = Table(
    "alarms",
    metadata,
    _has("site"),
    _has("kind"),
    _has("since", Instant),
    _may("ended", Instant),
    _has("detail"),
    PrimaryKeyConstraint("site", "kind", "since"),
    Index(None, "ended"),
)

# What an alert rule tells: a change (subject: its revision, before: the one before) or an alarm. state: held (a person
# looks first), waiting (from due on), sent, failed, dropped. By nothing: what was told is not told again.
notices = Table(
    "notices",
    metadata,
    _has("rule"),
    _has("kind"),
    _has("subject"),
    _has("before"),
    _has("site"),
    _has("at", Instant),
    _has("due", Instant),
    _has("state"),
    _has("tries", Integer),
    _may("done_at", Instant),
    _may("detail"),
    PrimaryKeyConstraint("rule", "kind", "subject", "before"),
    Index(None, "state", "due"),
)

# Which changes a reader was shown: position has their places, as runs without gaps. By nothing.
cursors = Table(
    "cursors",
    metadata,
    _has("reader"),
    _has("at", Instant),
    _has("position"),
    PrimaryKeyConstraint("reader"),
)

# What the reading room asks for; the only table it writes. state: asked, done, refused. subject: a URL; page: the
# capture of the page that wants it. run: the one that took it up last; outcome, answer (words) and capture: what came
# of it. By nothing.
requests = Table(
    "requests",
    metadata,
    _has("id"),
    _has("at", Instant),
    _has("what"),
    _has("subject"),
    _has("data", Json),
    _has("state"),
    _may("done_at", Instant),
    _may("answer"),
    _may("run"),
    _may("outcome"),
    _may("capture"),
    PrimaryKeyConstraint("id"),
    Index(None, "state", "at"),
    Index(None, "subject"),
)

# A page that was looked through for what it needs to be shown: which capture, and when. By `variorum missing`.
looked = Table(
    "looked",
    metadata,
    _has("urlkey", UrlKeyText),
    _has("capture"),
    _has("at", Instant),
    _may("site"),
    PrimaryKeyConstraint("urlkey"),
    sqlite_with_rowid=False,
)

# A part that a page needs and that was in no capture when the page was looked through: page is the urlkey of the page,
# url how it names the part, modifier what for (web/addresses.py). It may have been captured since.
# By `variorum missing`.
missing = Table(
    "missing",
    metadata,
    _has("urlkey", UrlKeyText),
    _has("page", UrlKeyText),
    _has("url"),
    _has("modifier"),
    PrimaryKeyConstraint("urlkey", "page"),
    Index(None, "page"),
    sqlite_with_rowid=False,
)

# ------------------------------------------------------------------------- what may be seen, and whether it is whole

# An embargo or a takedown; id is the journal's. match: exact, prefix, capture. By reindex, which writes over these
# rows and never wipes them: a rule that is away for an hour is a leak (promise 11).
access_rules = Table(
    "access_rules",
    metadata,
    _has("id"),
    _has("rule"),
    _has("match"),
    _has("subject", UrlKeyText),
    _has("at", Instant),
    _may("since", Instant),
    _may("until", Instant),
    _may("lifted_at", Instant),
    _may("basis"),
    PrimaryKeyConstraint("id"),
    Index(None, "subject"),
)

# A record whose bytes were purged, without what it held; journal is the entry that says why. By reindex, never wiped.
tombstones = Table(
    "tombstones",
    metadata,
    _has("id"),
    _has("warc"),
    _has("offset", BigInteger),
    _has("length", BigInteger),
    _has("at", Instant),
    _may("journal"),
    PrimaryKeyConstraint("id"),
    Index(None, "warc"),
)

# One look at one WARC file: what was done (sealed, verified, repaired, imported) and whether it was whole. By nothing.
fixity = Table(
    "fixity",
    metadata,
    Column("id", Integer, autoincrement=True),
    _has("warc"),
    _has("at", Instant),
    _has("what"),
    _has("ok", Boolean),
    _has("bytes", BigInteger),
    _may("sha256"),
    _may("detail"),
    PrimaryKeyConstraint("id"),
    Index(None, "warc", "at"),
)

REINDEXED = (captures, copies, visits, journal, marks, requisites, pins, models, looked, missing)


def wipe_derived(conn: Connection) -> None:
    """Delete all rows that ``reindex`` makes again or that rest on those alone; no WARC file is indexed any more."""
    for table in REINDEXED:
        conn.execute(delete(table))
    conn.execute(update(warcs).values(bytes=0))
