"""The nouns of Variorum: frozen values, no behaviour beyond what follows from their fields.

Read this first. All times are aware UTC datetimes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Literal, NewType

Url = NewType("Url", str)
"""A URL as it was asked for, never normalised: ``https://Blog.example/Post?b=1&a=2``."""

UrlKey = NewType("UrlKey", str)
"""What URLs are compared and sorted by (SURT): ``example,blog)/post?a=2&b=1``. Made in ``urls.urlkey`` only."""

RecordId = NewType("RecordId", str)
"""A WARC record id without its angle brackets: ``urn:uuid:6f1c...``."""

Digest = NewType("Digest", str)
"""A labelled digest: ``sha256:`` and lower-case hex in our records, whatever the label says in others'."""

Truncation = Literal["length", "time", "disconnect", "unspecified"]
Fidelity = Literal["wire", "rebuilt", "unknown"]
CaptureKind = Literal["response", "revisit", "resource"]
Why = Literal[
    "front page", "feed", "sitemap", "archive page", "robots", "new", "recheck", "follow", "citation", "requisite",
    "redirect", "by hand",
]  # fmt: skip
Outcome = Literal[
    "captured", "unchanged", "redirected", "gone", "refused", "limited", "robots", "failed", "truncated",
    "out of scope", "unsafe",
]  # fmt: skip
What = Literal[
    "front page", "feed", "sitemap", "archive page", "article", "page", "citation", "requisite", "robots",
]  # fmt: skip
"""What a URL of the frontier is to us, whatever the reason of one visit: it says how its answer is read."""
Verdict = Literal[
    "article", "same", "consent", "paywall", "bot wall", "soft 404", "error", "empty", "script only", "index", "other",
]  # fmt: skip
RunState = Literal["queued", "running", "ok", "partly failed", "interrupted", "crashed", "missed", "skipped"]

PIECE = 256 * 1024
"""Bytes read at a time from a spooled body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Bytes that crossed the wire: in memory, or in an unlinked file when they are many.

    ``size`` counts bytes from the start; a spool may hold more (a leftover that belongs to nobody), which is
    never given out.
    """

    size: int
    data: bytes | None = None
    spool: BinaryIO | None = None

    def pieces(self, start: int = 0) -> Iterator[bytes]:
        """Give the bytes from ``start`` on, in order, in pieces of at most ``PIECE`` bytes when spooled."""
        if self.data is not None:
            if start < self.size:
                yield self.data[start : self.size] if start or len(self.data) != self.size else self.data
            return
        assert self.spool is not None
        at = start
        while at < self.size:
            self.spool.seek(at)
            piece = self.spool.read(min(PIECE, self.size - at))
            if not piece:
                raise EOFError(f"spool ends at {at}, {self.size} bytes were promised")
            at += len(piece)
            yield piece

    def head(self, limit: int) -> bytes:
        """Give the first bytes, ``limit`` at most."""
        if self.data is not None:
            return self.data[: min(limit, self.size)]
        assert self.spool is not None
        self.spool.seek(0)
        return self.spool.read(min(limit, self.size))

    def read(self) -> bytes:
        """Give all bytes at once."""
        return b"".join(self.pieces())

    @staticmethod
    def of(data: bytes) -> Body:
        return Body(size=len(data), data=data)


NOTHING = Body(size=0, data=b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """What TLS did below the bytes: version as ``tls/1.3``, cipher suite by its IANA name, how verification ended.

    ``verified`` is ``ok`` or the reason why not; ``chain`` holds the certificates as DER, leaf first.
    """

    version: str
    cipher: str
    verified: str
    chain: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Why a request is made: what the one who asks knows, carried unchanged into the record.

    ``came_from`` is the record id of the capture, or the visit id, that led here. ``validators`` are the
    conditional headers sent and ``validated`` the record they came from. ``robots`` is the decision as
    ``(verdict, record id of the robots capture, rule)``. ``session`` names the site whose session's secrets were sent:
    such a capture is restricted.
    """

    why: Why = "by hand"
    attempt: int = 1
    came_from: str | None = None
    site: str | None = None
    validators: Mapping[str, str] = field(default_factory=dict)
    validated: RecordId | None = None
    robots: tuple[str, RecordId | None, str | None] | None = None
    reason: str | None = None
    session: str | None = None
    run: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and what came back, as both crossed the wire above TLS.

    ``request`` and ``response`` may be empty: nothing was sent, nothing arrived. ``response`` starts with any 1xx
    heads. ``leftover`` are bytes that came after the response and belong to no request. ``unsolicited`` says
    that the response cannot be the answer to this request (facts: a server's idle 408 crossing it).
    ``cut_by`` is ``us`` or ``peer`` where ``truncated`` is set. ``peer`` is None behind a proxy.
    ``error`` is a short class such as ``dns``, ``refused``, ``tls``, ``timeout``, with ``detail`` in words.
    """

    url: Url
    method: str = "GET"
    request: Body = NOTHING
    response: Body = NOTHING
    began: datetime
    first_byte: datetime | None = None
    ended: datetime
    peer: str | None = None
    proxy: str | None = None
    protocol: str = "http/1.1"
    tls: Tls | None = None
    connection: str | None = None
    sequence: int = 0
    truncated: Truncation | None = None
    cut_by: Literal["us", "peer"] | None = None
    fidelity: Fidelity = "wire"
    leftover: bytes = b""
    unsolicited: bool = False
    error: str | None = None
    detail: str | None = None
    intent: Intent = field(default_factory=Intent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """Where a record lies: final name of the WARC file, offset and length in bytes of the file on disk."""

    warc: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One stored answer; written as text it is a CDXJ line.

    ``status`` of a 304 stays 304 here. ``digest`` is of the payload: transfer coding removed, content coding
    kept. ``refers_to`` names the record a revisit rests on. ``etag`` and ``last_modified`` are as received, for
    the next conditional request. ``restricted`` says that a session's secrets were sent, so that it is not
    for everyone; None where an older program left that open.
    """

    id: RecordId
    urlkey: UrlKey
    url: Url
    at: datetime
    status: int | None
    mime: str | None
    digest: Digest | None
    kind: CaptureKind
    locator: Locator
    run: str | None = None
    site: str | None = None
    truncated: Truncation | None = None
    fidelity: Fidelity = "unknown"
    profile: str | None = None
    refers_to: RecordId | None = None
    refers_url: Url | None = None
    refers_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    restricted: bool | None = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One exchange, or one refusal to make one, as it is told in the ledger.

    ``id`` is the record id of the metadata record that tells it. ``came_from`` is the visit or capture that led
    here. ``ms`` is the time from first request byte to last response byte.
    """

    id: RecordId
    url: Url
    urlkey: UrlKey
    at: datetime
    why: Why
    attempt: int
    outcome: Outcome
    status: int | None = None
    detail: str | None = None
    came_from: str | None = None
    capture: RecordId | None = None
    run: str | None = None
    site: str | None = None
    ms: int | None = None
    locator: Locator


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One purpose over one or more sites, from a beginning to an end that says how it went.

    ``outcomes`` counts visits by outcome; ``considered`` counts distinct URLs that were looked at. ``schedule`` names
    what planned it, for the time ``planned``. A run that never began (queued, missed, skipped) was noted at ``began``.
    ``detail`` says in words why it is as it is.
    """

    id: str
    why: str
    sites: tuple[str, ...] = ()
    state: RunState = "running"
    planned: datetime | None = None
    began: datetime
    ended: datetime | None = None
    software: str = ""
    settings_digest: Digest | None = None
    considered: int = 0
    visits: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    schedule: str | None = None
    detail: str | None = None


NEVER_BEGAN: tuple[RunState, ...] = ("queued", "missed", "skipped")
"""States of runs that have asked for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal: something a person or the program decided, kept in the WARC files.

    ``kind`` is ``mark`` or ``import`` so far; ``subject`` is the record id, file or URL it speaks of; ``data``
    holds plain JSON values.
    """

    id: RecordId
    kind: str
    at: datetime
    subject: str
    data: Mapping[str, object]
    locator: Locator | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An item as a feed, a sitemap or a page showed it, in which capture and at which place there.

    ``how`` is ``feed``, ``sitemap``, ``front page`` or ``archive page``; ``dated`` and ``lastmod`` are what was shown.
    """

    url: Url
    urlkey: UrlKey
    site: str
    how: What
    shown_by: RecordId
    position: int
    seen_at: datetime
    title: str | None = None
    dated: datetime | None = None
    lastmod: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of an article's body: where it leads (absolute), its words, and the paragraph (from 0) it stands in."""

    url: str
    text: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block of text stands on a page; numbers are of this page alone.

    ``shape`` stands for its element and the elements of text around it, with their classes; ``group`` for the one
    container it is in, ``group_shape`` for the kind of that container; ``outer`` and ``outer_shape`` for what that one
    is in, ``beyond`` for what this is in. ``textual``: it is in elements made for text, such as p and li. ``heading``:
    it is an h1; ``listed``: it is in a list, a table, a quotation or under a heading of lower rank.
    """

    shape: int
    group: int
    group_shape: int
    outer: int
    outer_shape: int
    beyond: int
    textual: bool
    heading: bool
    listed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The blocks of text of a page, in page order: what each says, as 64 bits (``wording.mark``), and where it stands.

    ``at`` gives for each block the index of its place in ``places``; ``links`` are the indexes of blocks mostly of
    links, ``chosen`` those of the blocks that are the paragraphs of the article, in their order.
    """

    marks: tuple[int, ...] = ()
    at: tuple[int, ...] = ()
    places: tuple[Place, ...] = ()
    links: tuple[int, ...] = ()
    chosen: tuple[int, ...] = ()

    def place(self, block: int) -> Place:
        """Give where a block stands."""
        return self.places[self.at[block]]

    def headings(self) -> frozenset[int]:
        """Give the marks of the h1s."""
        held = {number for number, place in enumerate(self.places) if place.heading}
        return frozenset(mark for mark, at in zip(self.marks, self.at, strict=True) if at in held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A value that a page offers for a field, and where: ``Candidate(field="headline", value=..., origin="og")``."""

    field: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """An article as one extractor read it.

    ``headline`` is the visible one, ``seo_title`` what metadata say. ``published`` and ``modified`` are RFC 3339
    instants with the zone as given, or dates where no more is known. ``picture`` is the lead picture's URL.
    ``canonical`` and ``amp`` are URLs the page names as itself. ``live``: its paragraphs are entries of a live blog.
    ``origins`` says for each value where on the page it was found, ``{"headline": "h1"}``, and ``stood`` in which
    blocks of the page, by their marks; ``candidates`` are all values that were found.
    """

    headline: str | None = None
    seo_title: str | None = None
    standfirst: str | None = None
    bylines: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    section: str | None = None
    paragraphs: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()
    picture: str | None = None
    caption: str | None = None
    correction: str | None = None
    canonical: str | None = None
    amp: str | None = None
    live: bool = False
    origins: Mapping[str, str] = field(default_factory=dict)
    stood: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class NotAnArticle:
    """What an extractor gives where there is no text to read, and why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one extractor made of one capture: a verdict with its score (0 to 1) and reasons, and the article or none.

    ``text_digest`` is that of the paragraphs joined by one newline. ``extractor`` names library, rules and what
    was learned of the outlet. ``same_as`` is the capture whose article this one shows again, where the verdict is
    ``same``. ``layout`` tells the page around the article, ``claims`` is a mark of all that its metadata say.
    """

    capture: RecordId
    urlkey: UrlKey
    url: Url
    at: datetime
    extractor: str
    verdict: Verdict
    score: float
    reasons: tuple[str, ...] = ()
    text_digest: Digest | None = None
    extraction: Extraction | None = None
    same_as: RecordId | None = None
    layout: Layout | None = None
    claims: int = 0


EventKind = Literal[
    "moved", "unreachable", "blocked", "paywalled", "removed", "reinstated", "redesigned", "variant",
]  # fmt: skip
Basis = Literal["bytes", "304"]
"""What "unchanged until then" rests on: bytes that were sent, or a server's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to an article and is not an edit."""

    at: datetime
    event: EventKind
    url: Url
    capture: RecordId | None = None
    visit: RecordId | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One state of an article, from the capture that first showed it to the last that still did.

    ``id`` is the record id of the capture that opened it: what one cites. ``number`` is for people and may move when
    older captures arrive. ``captures`` are all that showed it. ``returns_to`` is the earlier revision whose text it has
    again. ``picture_digest`` and ``picture_hash`` (64 bits in hex) are of its lead picture, once that is captured.
    """

    id: RecordId
    number: int
    url: Url
    seen_from: datetime
    seen_until: datetime
    basis: Basis
    extractor: str
    extraction: Extraction
    text_digest: Digest
    words: int
    captures: tuple[RecordId, ...] = ()
    returns_to: RecordId | None = None
    picture_digest: Digest | None = None
    picture_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An alias group of URLs and its chain; ``id`` is the urlkey of its earliest captured member."""

    id: UrlKey
    url: Url
    extractor: str
    revisions: tuple[Revision, ...] = ()
    events: tuple[Event, ...] = ()


# ------------------------------------------------------------------------------------------------- what was changed

EditOp = Literal["add", "remove", "change", "move", "merge", "split"]
Flag = Literal[
    "headline", "lede", "quote", "number", "date", "name", "attribution", "caveat", "hedging", "negation", "link",
    "picture", "redated", "correction", "stealth", "typographic",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a raw text: characters from ``start`` to before ``end``, and the sentences in it.

    The raw text of a revision is its paragraphs joined by one newline. A sentence is named by its paragraph and its
    place in that, both from 0; ``sentences`` is empty where only blanks between them are meant.
    """

    start: int
    end: int
    paragraph: int
    sentences: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class WordEdit:
    """A run of words inside an edit: kept, removed or added; blanks stand with the words they follow."""

    op: Literal["keep", "remove", "add"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One edit of a text; ``before`` and ``after`` are the very characters at ``before_at`` and ``after_at``.

    A ``move`` may have word edits too. ``typographic``: only blanks, quotes, dashes or the like differ.
    """

    op: EditOp
    before: str | None = None
    after: str | None = None
    before_at: Span | None = None
    after_at: Span | None = None
    words: tuple[WordEdit, ...] = ()
    typographic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEdit:
    """A field that differs; values are text, None where there is none, and tuples where there may be several."""

    field: str
    before: str | tuple[str, ...] | None
    after: str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What differs between two revisions of an article that one extractor read.

    ``window`` is when it happened: the last time the earlier was seen, and the first time the later was.
    """

    before: RecordId
    after: RecordId
    window: tuple[datetime, datetime]
    fields: tuple[FieldEdit, ...] = ()
    edits: tuple[Edit, ...] = ()
    flags: tuple[Flag, ...] = ()


# --------------------------------------------------------------------------------------------------- on whose word

Category = Literal["media", "official", "ngo", "social", "other"]
CitedHow = Literal["link", "name"]
CitedRole = Literal["attribution", "source link", "credit", "republished"]
CitationState = Literal["same", "edited", "moved", "gone", "blocked", "paywalled", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """On whose word a statement of an article rests.

    ``outlet`` is the name of who is credited, ``domain`` its registrable domain; both are None for an anonymous source,
    whose words are ``source``, and for a host that is an IP address, which it is then. ``via`` is the place, among the
    citations of the revision, of the one through which it comes. ``negated``: it is said not to have told so.
    ``unverified``: the article says it could not check it.
    ``target`` is where a link leads, unwrapped, ``host`` its host, ``anchor`` its words. ``sentence`` is the one it
    stands in and ``paragraph`` that one's place, from 0; a credit outside the text has -1 there and its byline as
    sentence, or -2 and the caption.
    """

    how: CitedHow
    role: CitedRole
    outlet: str | None
    domain: str | None
    category: Category
    via: int | None = None
    negated: bool = False
    unverified: bool = False
    source: str | None = None
    target: str | None = None
    host: str | None = None
    anchor: str | None = None
    sentence: str = ""
    paragraph: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Who is cited: its registrable domains (the first is the one it is known by), its name and other names of it.

    ``ambiguous`` are those of its names that are everyday words or names of others too. ``languages`` are codes of two
    letters, empty where that does not matter.
    """

    name: str
    domains: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    ambiguous: frozenset[str] = frozenset()
    category: Category = "media"
    kind: str = "web"
    country: str | None = None
    languages: tuple[str, ...] = ()
    home: str | None = None
