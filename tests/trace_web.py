"""A trace of the revisit simulator served as news sites on loopback: what it says happens to articles happens there.

The simulator stands in the shared folder and is handed in as its modules; nothing here imports it. Its hours count from
``T0``. An article is what ``crawler.newsstand`` writes, and each edit puts a sentence in the place of another; every
fifth one changes the headline as well.
"""

from __future__ import annotations

import importlib
import json
import random
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

from crawler.newsstand.prose import Series, filled, posts
from crawler.newsstand.scripted import Asking, Scripted, Sheet
from crawler.newsstand.vocabulary import ENGLISH
from crawler.newsstand.world import Edition, Host, Paragraph, Row, World

T0 = datetime(2026, 1, 5, tzinfo=UTC)
"""Where the simulator's hours begin: a Monday."""
HEADLINES_EVERY = 5
LISTED = 40
"""Posts that a front page and a feed show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulator:
    """The simulator's modules: of traces, of runs, and of policies."""

    traceset: ModuleType
    sim: ModuleType
    policies: ModuleType


def simulator(shared: Path) -> Simulator:
    """Import the simulator from the shared folder."""
    folder = str(shared / "bench" / "revisit_sim")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    names = ("traceset", "sim", "policies")
    return Simulator(**{name: importlib.import_module(name) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A site of a trace: posts a day, zone, how edits come, and what it tells of them."""

    name: str
    per_day: float
    tz: float = 0.0
    poll: float = 1.0
    edits: float = 2.0
    stories: float = 0.1
    speed: float = 1.0
    deleted: float = 0.0
    etag: bool = True
    recall: float = 0.0
    false: float = 0.0
    newest: int = 0
    """Posts whose changes its feed tells of; 0: its sitemap tells of all."""
    dated: float = 0.0
    """Share of pages that say truly when they were changed."""

    @property
    def host(self) -> str:
        return f"{self.name}.test"

    @property
    def has_sitemap(self) -> bool:
        return bool(self.recall or self.false) and not self.newest

    @property
    def tells_at(self) -> str:
        """The path of the list that tells of changes."""
        return "/sitemap.xml" if self.has_sitemap else "/feed.xml"


PLANS: tuple[Plan, ...] = (
    Plan(name="harbour", per_day=20, tz=1, stories=0.10, recall=0.9, false=0.02, dated=0.9, deleted=0.15),
    Plan(name="ledger", per_day=20, stories=0.12),
    Plan(
        name="courier", per_day=17, tz=-5, edits=1.8, recall=0.6, false=0.05, newest=15, dated=0.8, etag=False,
        deleted=0.1,
    ),
    Plan(name="lantern", per_day=10, edits=1.8, stories=0.08, speed=2, etag=False),
    Plan(name="weekly", per_day=9, tz=1, poll=2, edits=1.6, stories=0.08, recall=0.3, false=0.3, deleted=0.1),
)  # fmt: skip
"""Five sites: with hints and without, by sitemap and by feed, with and without an ETag and dates of change."""


def trace(simulator: Simulator, plans: Sequence[Plan], *, days: float, delay: timedelta, seed: int) -> Any:
    """Make a trace of sites that are asked once in ``delay`` at most."""
    an_hour = timedelta(hours=1) / delay
    sites = [
        simulator.traceset.Site(
            plan.name, "news", plan.per_day, an_hour, plan.poll, tz=plan.tz, mean_edits=plan.edits,
            hot_share=plan.stories, speed=plan.speed, delete_p=plan.deleted, hint_recall=plan.recall,
            hint_false=plan.false, hint_last=plan.newest, etag=plan.etag, page_modified=plan.dated,
        )
        for plan in plans
    ]  # fmt: skip
    return simulator.traceset.generate("pairing", sites, days=days, seed=seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """One article of a trace: its first text, and all that happens to it. ``hints`` are changes that lists tell of."""

    plan: Plan
    path: str
    base: Edition
    published: datetime
    edits: tuple[datetime, ...]
    deleted: datetime | None
    hints: tuple[datetime, ...]
    dated: tuple[bool, ...]
    """Of each version: whether its page says when it was changed."""

    @property
    def url(self) -> str:
        return f"http://{self.plan.host}{self.path}"

    def version(self, at: datetime) -> int:
        """Give the number of the version that stands at a time; 0 is the first."""
        return bisect_right(self.edits, at)

    def changed(self, version: int) -> datetime:
        return self.edits[version - 1] if version else self.published

    def told(self, at: datetime) -> datetime:
        """Give the last change that lists tell of at a time."""
        return max((hint for hint in self.hints if hint <= at), default=self.published)

    def is_shown(self, at: datetime) -> bool:
        return self.published <= at and (self.deleted is None or at < self.deleted)


def articles(made: Any, plans: Sequence[Plan], begins: datetime = T0) -> tuple[Traced, ...]:
    """Give the articles of a trace that begins at a time, with their first texts, in the trace's order."""

    def time_of(hours: float) -> datetime:
        return (begins + timedelta(hours=float(hours))).replace(microsecond=0)  # feeds and pages tell whole seconds

    number = dict.fromkeys(range(len(plans)), 0)
    counts = Counter(article.site for article in made.articles)
    texts = {at: posts(Series(blog=plan.name, count=counts[at], last=T0)) for at, plan in enumerate(plans)}
    found = []
    for article in made.articles:
        plan, mine = plans[article.site], number[article.site]
        number[article.site] += 1
        drawn = random.Random(f"dated {plan.name} {mine}")
        found.append(
            Traced(
                plan=plan,
                path=f"/{mine:03d}-{texts[article.site][mine].path.rpartition('/')[2]}",
                base=texts[article.site][mine].editions[0],
                published=time_of(article.published),
                edits=tuple(time_of(edit) for edit in article.edits),
                deleted=None if article.deleted > made.horizon else time_of(article.deleted),
                hints=tuple(time_of(said) for _, said in article.hints),
                dated=tuple(drawn.random() < plan.dated for _ in range(len(article.edits) + 1)),
            )
        )
    return tuple(found)


# ------------------------------------------------------------------------------------------------------------ the web


def web(traced: Sequence[Traced], plans: Sequence[Plan]) -> World:
    """Give the sites as hosts: front page, feed, sitemap where changes are told in one, and the articles."""
    return World(hosts=tuple(_host(plan, [one for one in traced if one.plan is plan]) for plan in plans))


def site_file(plan: Plan, nightly: str = '"never"') -> str:
    """Write a site file as a person would leave it: polled, and swept when ``nightly`` says so, in TOML."""
    maps = f'sitemaps = ["http://{plan.host}/sitemap.xml"]\n' if plan.has_sitemap else ""
    return (
        f'url = "http://{plan.host}/"\nfeeds = ["http://{plan.host}/feed.xml"]\n{maps}cite = "none"\n'
        f'requisites = "none"\n\n[schedule]\nnightly = {nightly}\npoll = "{plan.poll:g}h"\njitter = "0s"\n'
    )


def _host(plan: Plan, mine: Sequence[Traced]) -> Host:
    rows: list[Row] = [Scripted(path=one.path, write=_article(one, mine)) for one in mine]
    rows.append(Scripted(path="/", write=_listing(plan, mine, _front)))
    rows.append(Scripted(path="/feed.xml", write=_listing(plan, mine, _atom if plan.newest else _rss)))
    if plan.has_sitemap:
        rows.append(Scripted(path="/sitemap.xml", write=_listing(plan, mine, _sitemap)))
    return Host(
        name=plan.host,
        title=plan.name.capitalize(),
        front=False,
        rows=tuple(rows),
        validators=("etag",) if plan.etag else (),
    )


_Lister = Callable[[Plan, Sequence[Traced], datetime], tuple[str, str]]


def _listing(plan: Plan, mine: Sequence[Traced], lister: _Lister) -> Callable[[Asking], Sheet]:
    def write(asking: Asking) -> Sheet:
        shown = sorted((one for one in mine if one.is_shown(asking.now)), key=lambda one: one.published, reverse=True)
        mime, text = lister(plan, shown, asking.now)
        return Sheet(mime=mime, text=text)

    return write


@lru_cache(maxsize=4096)
def text_of(base: Edition, version: int) -> Edition:
    """Give the text of a version: each edit puts a new sentence in the place of an older one."""
    if version == 0:
        return base
    before = text_of(base, version - 1)
    drawn = random.Random(f"{base.headline} {version}")
    at = (version * 2 + len(base.headline)) % len(before.paragraphs)
    said = " ".join(word for word in before.paragraphs[at] if isinstance(word, str))
    sentences = said.split(". ")
    new_words = filled(drawn.choice(ENGLISH.sentences), ENGLISH, drawn).rstrip(".")
    # The hour makes each one new: two edits may draw the same words.
    told = f"As was learned at {version % 24}:{17 + version // 24}, {new_words[0].lower()}{new_words[1:]}"
    sentences[drawn.randrange(len(sentences))] = told
    new: Paragraph = (". ".join(sentences).rstrip(".") + ".",)
    headline = base.headline
    if version >= HEADLINES_EVERY:
        headline = f"{base.headline}: what is known after {version // HEADLINES_EVERY * 2} hours"
    return replace(before, headline=headline, paragraphs=(*before.paragraphs[:at], new, *before.paragraphs[at + 1 :]))


def _article(one: Traced, mine: Sequence[Traced]) -> Callable[[Asking], Sheet | None]:
    def write(asking: Asking) -> Sheet | None:
        if not one.is_shown(asking.now):
            return None
        version = one.version(asking.now)
        latest = [] if one.plan.etag else [other for other in mine if other.is_shown(asking.now)][-4:]
        return Sheet(text=_page(one, version, latest))

    return write


def _page(one: Traced, version: int, latest: Sequence[Traced]) -> str:
    edition = text_of(one.base, version)
    claims = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": edition.headline,
        "datePublished": one.published.isoformat(),
        "author": {"@type": "Person", "name": edition.byline},
        "mainEntityOfPage": one.url,
    }
    if one.dated[version]:
        claims["dateModified"] = one.changed(version).isoformat()
    told = json.dumps(claims).replace("</", "<\\/")
    paragraphs = "\n".join(f"<p>{escape(str(words[0]), quote=False)}</p>" for words in edition.paragraphs)
    title, headline = escape(one.plan.name.capitalize()), escape(edition.headline)
    others = "".join(f'<li><a href="{escape(other.path)}">{escape(other.base.headline)}</a></li>' for other in latest)
    box = f'<aside class="latest"><h2>Latest posts</h2><ul>{others}</ul></aside>\n' if others else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{headline} | {title}</title>
<link rel="canonical" href="{one.url}">
<link rel="alternate" type="application/rss+xml" href="/feed.xml">
<script type="application/ld+json">{told}</script>
</head>
<body>
<nav><ul><li><a href="/">{title}</a></li></ul></nav>
<main><article>
<h1>{headline}</h1>
<p class="standfirst">{escape(edition.standfirst)}</p>
<p class="byline">{escape(edition.byline)}</p>
<time datetime="{one.published.isoformat()}">{one.published:%d %B %Y}</time>
{paragraphs}
</article></main>
{box}<footer><p>All rights reserved by {title}, which has printed the news of the coast since 1887.</p></footer>
</body>
</html>
"""


def _front(plan: Plan, shown: Sequence[Traced], now: datetime) -> tuple[str, str]:
    items = "".join(
        f'<li><a href="{one.path}">{escape(text_of(one.base, one.version(now)).headline)}</a></li>'
        for one in shown[:LISTED]
    )
    title = escape(plan.name.capitalize())
    return "text/html; charset=utf-8", (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"<body><h1>{title}</h1><ul>{items}</ul></body></html>\n"
    )


def _rss(plan: Plan, shown: Sequence[Traced], now: datetime) -> tuple[str, str]:
    items = "\n".join(
        f"<item><title>{escape(one.base.headline)}</title><link>{one.url}</link><guid>{one.url}</guid>"
        f"<pubDate>{format_datetime(one.published, usegmt=True)}</pubDate></item>"
        for one in shown[:LISTED]
    )
    return "application/rss+xml; charset=utf-8", (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{plan.name}</title>\n'
        f"<link>http://{plan.host}/</link><description>News</description>\n{items}\n</channel></rss>\n"
    )


def _atom(plan: Plan, shown: Sequence[Traced], now: datetime) -> tuple[str, str]:
    entries = "\n".join(
        f"<entry><title>{escape(one.base.headline)}</title><id>{one.url}</id>"
        f'<link rel="alternate" type="text/html" href="{one.url}"/>'
        f"<published>{_stamp(one.published)}</published><updated>{_stamp(one.told(now))}</updated></entry>"
        for one in shown[: plan.newest]
    )
    newest = max((one.told(now) for one in shown), default=T0)
    return "application/atom+xml; charset=utf-8", (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>{plan.name}</title>\n'
        f"<id>http://{plan.host}/</id><updated>{_stamp(newest)}</updated>\n{entries}\n</feed>\n"
    )


def _sitemap(plan: Plan, shown: Sequence[Traced], now: datetime) -> tuple[str, str]:
    urls = "\n".join(f"<url><loc>{one.url}</loc><lastmod>{_stamp(one.told(now))}</lastmod></url>" for one in shown)
    return "application/xml", (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}\n</urlset>\n'
    )


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
