"""What a URL alone tells, and what two polls of one list tell when held side by side. Pure.

The readers of pages, feeds and sitemaps are in their own modules; those of pages are given out here as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import unquote

from archive.model import Sighting
from crawler.pages import Alternate, Anchor, Page, read_page
from crawler.requisites import Requisite, css_urls

__all__ = [
    "Alternate", "Anchor", "ItemChange", "Page", "Requisite", "changes", "css_urls", "gap", "looks_like_article",
    "opt_outs", "read_page",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """How a list shows an item otherwise than before: gone, or under another title or date (as RFC 3339)."""

    kind: Literal["vanished", "retitled", "redated"]
    url: str
    before: str | None = None
    after: str | None = None


def gap(before: Collection[str], now: Collection[str]) -> bool:
    """Tell whether two polls of a feed share no item, so that some in between may have been missed.

    A poll that shows nothing tells nothing.
    """
    return bool(before) and bool(now) and set(before).isdisjoint(now)


def changes(before: Sequence[Sighting], now: Sequence[Sighting]) -> tuple[ItemChange, ...]:
    """Compare two polls of one list, in the order of the earlier one.

    Items fall off a list at its old end, and off pages all the time. So an item has vanished only from a feed or
    sitemap, and only where an older one is still shown: by their dates or lastmods, else by their places.
    """
    shown = {item.urlkey: item for item in reversed(now)}
    found: list[ItemChange] = []
    first = {item.urlkey: item for item in sorted(before, key=lambda item: -item.position)}
    kept = [item for item in first.values() if item.urlkey in shown]
    oldest = min((when for item in kept if (when := item.dated or item.lastmod)), default=None)
    lowest = max((item.position for item in kept), default=None)
    for item in sorted(first.values(), key=lambda item: item.position):
        later = shown.get(item.urlkey)
        if later is not None:
            found += _differences(item, later)
        elif item.how in ("feed", "sitemap") and _is_newer(item, oldest, lowest):
            found.append(ItemChange(kind="vanished", url=item.url, before=item.title))
    return tuple(found)


def _differences(item: Sighting, later: Sighting) -> Iterator[ItemChange]:
    if item.title and later.title and item.title.split() != later.title.split():
        yield ItemChange(kind="retitled", url=item.url, before=item.title, after=later.title)
    if item.dated and later.dated and item.dated != later.dated:
        yield ItemChange(kind="redated", url=item.url, before=item.dated.isoformat(), after=later.dated.isoformat())


def _is_newer(item: Sighting, oldest: datetime | None, lowest: int | None) -> bool:
    when = item.dated or item.lastmod
    if when is not None and oldest is not None:
        return when > oldest
    return lowest is not None and item.position < lowest


# ---- wishes about machines

_RESERVED = re.compile(r"no-?(?:ai|imageai|ml)|noimageai|no-?machine-?learning|no-?tdm", re.IGNORECASE)


def opt_outs(headers: Mapping[str, str], page: Page | None) -> tuple[str, ...]:
    """Give the AI and TDM reservations of a response, each as where it stands and what it says, lower-case.

    They are for the record, and bind nobody here. Sources: X-Robots-Tag and robots meta as sites use them, TDMRep
    (W3C community report, sections 4.2 and 4.4), Content-Usage (draft-ietf-aipref-attach). Several headers of one
    name are given joined by commas.
    """
    said = {name.lower(): value for name, value in headers.items()}
    found = [f"x-robots-tag: {token}" for token in _tokens(said.get("x-robots-tag", "")) if _reserves(token)]
    if said.get("tdm-reservation", "").strip() == "1":
        found.append("tdm-reservation: 1")
    for name in ("tdm-policy", "content-usage"):
        value = said.get(name, "").strip()
        found += [f"{name}: {value[:300]}"] if value else []
    if page is not None:
        found += [f"meta robots: {token}" for token in page.robots_meta if _reserves(token)]
        if page.tdm:
            found.append("meta tdm-reservation: 1")
    return tuple(dict.fromkeys(found))


def _tokens(text: str) -> Iterator[str]:
    return (token.strip().lower()[:100] for token in text[:4_000].split(","))


def _reserves(token: str) -> bool:
    return _RESERVED.fullmatch(token.rpartition(":")[2].strip()) is not None  # "somebot: noai" names whom it means


# ---- URLs alone

_SPLIT = re.compile(r"[^:/?#]+://[^/?#]*([^?#]*)(?:\?([^#]*))?", re.DOTALL)
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|css|m?js|json|xml|rss|atom|rdf|txt|ics|vcf|csv|xlsx?|docx?|pptx?|epub"
    r"|pdf|zip|gz|tgz|rar|7z|exe|dmg|apk|mp[34]|m4[av]|ogg|oga|ogv|wav|flac|webm|mov|avi|mkv|m3u8?|woff2?|ttf|eot)",
    re.IGNORECASE,
)
_NO_ARTICLE = {
    "tag", "tags", "topic", "topics", "category", "categories", "author", "authors", "search", "label", "labels",
    "login", "signin", "sign-in", "signup", "register", "registration", "logout", "account", "subscribe",
    "newsletter", "cart", "checkout", "feed", "feeds", "rss", "comments", "wp-admin", "wp-login.php", "wp-json",
    "wp-content", "wp-includes", "xmlrpc.php", "cgi-bin", "privacy", "privacy-policy", "impressum", "datenschutz",
    "kontakt", "contact", "about", "about-us", "terms", "sitemap", "rubrik", "kategorie", "schlagwort", "autor",
    "autoren", "suche", "etiqueta", "categoria", "archive", "archives", "archiv", "archivo", "profile", "user",
    "users", "calendar", "share",
}  # fmt: skip
_LISTS = {
    "tag", "tags", "topic", "topics", "category", "categories", "label", "labels", "search", "kategorie", "schlagwort",
    "rubrik", "etiqueta", "categoria", "suche",
}  # fmt: skip
_NO_ARTICLE_QUERY = re.compile(
    r"(?:^|&)(?:s|q|query|search|keyword|feed|paged?|replytocom|share|cat|tag|author|m|action|login)=", re.IGNORECASE
)
_PAGING = re.compile(r"/page/?\d+/?$", re.IGNORECASE)
_PERIOD = re.compile(r"(?:/(?:19|20)\d\d(?:/\d{1,2}){0,2}|/(?:19|20)\d\d_\d\d(?:_\d\d)?_archive\.html)/?$")
_DATED = re.compile(
    r"/(?:19|20)\d\d/(?:\d{1,2}|[a-z]{3})/(?:\d{1,2}/)?[^/]*[^\W\d_][^/]*|/(?:19|20)\d\d-?[01]\d-?[0-3]\d[-_/][^/]+"
    r"|/[^/]+[-_](?:19|20)\d\d-[01]\d-[0-3]\d\b",
    re.IGNORECASE,
)
_DAY = re.compile(r"/(?:19|20)\d\d/\d{1,2}/\d{1,2}/[^/]+")
_STORY = re.compile(r"/(?:articles?|story|stories|posts?|artikel|articolo|noticias?)[/-][^/]{4,}", re.IGNORECASE)
_LONG_SLUG = re.compile(r"(?:[^\W_]+-){4,}[^\W_]+(?:\.\w{3,5})?")
_POST_ID = re.compile(r"(?:^|&)p=\d+(?:&|$)")


def looks_like_article(url: str) -> bool | None:
    """Guess from a URL alone whether an article stands there; None where nothing can be told."""
    parts = _SPLIT.match(url)
    if parts is None:
        return None
    path, query = unquote(parts[1]), parts[2] or ""
    segments = [segment for segment in path.lower().split("/") if segment]
    last = segments[-1] if segments else ""
    suffix = last.rpartition(".")
    if suffix[1] and _FILE.fullmatch(f".{suffix[2]}"):
        return False
    if _POST_ID.search(query):
        return True
    if _NO_ARTICLE_QUERY.search(query) or _PAGING.search(path) or _PERIOD.search(path):
        return False
    if last in _NO_ARTICLE:
        return False
    if _DATED.search(path):
        return True
    if not segments or _NO_ARTICLE.intersection(segments[:-1]):
        # Below an author's or an archive's name stand lists, and at some papers the articles themselves.
        named = _LONG_SLUG.fullmatch(last) and not _LISTS.intersection(segments[:-1])
        return None if query or named or _DAY.search(path) else False
    if _STORY.search(path) or _LONG_SLUG.fullmatch(last):
        return True
    return None
