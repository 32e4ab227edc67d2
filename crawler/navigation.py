"""How sites mark their ways: feeds, older posts, navigation. Patterns only, of URLs, words and class names. Pure."""

from __future__ import annotations

import functools
import re

from lxml import etree

_FEED_TYPE = re.compile(r"application/(?:(?:rss|atom|rdf)\+xml|feed\+json)|text/(?:rss|atom)(?:\+xml)?", re.IGNORECASE)
# Searched for in every link of every page: that each starts with one of few characters makes them fast.
_FEED_URL = re.compile(
    r"[/.?&](?:(?:(?:feeds?|rss2?|atom)(?:/(?:rss2?|atom|rdf))?/?|rdf|(?:rss2?|atom|feeds?|index)\.xml|feed\.json"
    r"|feeds/posts/default/?|feed=(?:rss2?|atom|rdf))(?:[?#].*)?$|/feeds\.feedburner\.com/[^/])"
)
_COMMENT_FEED = re.compile(
    r"/comments/(?:feed|default)|/feeds/\d+/comments|feed=comments|comments[-_]rss", re.IGNORECASE
)
_PAGED = re.compile(
    r"[/?&](?:page/?\d+/?(?:$|[?#])|(?:page|paged|pg|seite|pagina|updated-max|start|offset)=[^&#]"
    r"|(?:19|20)\d\d(?:(?:/(?:0?[1-9]|1[0-2]))?/?(?:$|[?#])|_\d\d(?:_\d\d)?_archive\.html)|m=(?:19|20)\d{4}(?:$|&)"
    r"|archives?/(?:19|20)\d\d[-/]\d\d/?$)"
)
_OLDER = re.compile(
    r"(?:[«‹<←→>»›\s]*)(?:older (?:posts?|entries|articles|stories)|previous (?:posts|entries|articles)"
    r"|next page|more posts"
    r"|ältere (?:beiträge|einträge|artikel)|nächste seite|articles (?:précédents|plus anciens)|page suivante"
    r"|entradas (?:antiguas|anteriores)|página siguiente|postagens (?:mais )?antigas|próxima página|post più vecchi"
    r"|pagina successiva|oudere berichten|volgende pagina|starsze (?:wpisy|posty)|äldre inlägg|eldre innlegg"
    r"|предыдущие(?: записи)?|старые записи|следующая страница|ранее|попередні|наступна сторінка"
    r"|下一页|次のページ|次へ)"
    r"[«‹<←→>»›.…\s]*",
    re.IGNORECASE,
)
_NAV_TAGS = frozenset(("nav", "footer", "aside"))
_NAV_ROLES = frozenset(("navigation", "banner", "contentinfo", "complementary", "menu", "menubar", "search"))
_NAV_CLASS = re.compile(
    r"(?:^|\s)(?:(?:main|primary|secondary|site|top|global|footer|header|page|post|mobile)[-_]?)?"
    r"(?:nav|navbar|navigation|menu|sidebar\d?|footer|breadcrumbs?|blogroll|widget(?:[-_]area)?|masthead|toolbar|linklist)"
    r"(?:[-_](?:menu|links?|list|wrapper|container|inner|\d))?(?:$|\s)",
    re.IGNORECASE,
)
_CONTENT = ("article", "main", "h1")


def is_feed_type(mime: str | None) -> bool:
    """Tell whether a link's type attribute names a feed."""
    return mime is not None and _FEED_TYPE.fullmatch(mime.strip()) is not None


def names_feed(url: str, mime: str | None) -> bool:
    """Tell whether a plain link looks like one to a feed."""
    return is_feed_type(mime) or _FEED_URL.search(url.lower()) is not None


def is_of_comments(url: str) -> bool:
    """Tell whether a feed is one of comments, which lists no articles."""
    return _COMMENT_FEED.search(url) is not None


def leads_on(url: str, rel: str | None, text: str) -> bool:
    """Tell whether a link leads to older posts: a further page of a list, a month, a year."""
    if _PAGED.search(url.lower()) or (rel is not None and "next" in rel.lower().split()):
        return True
    return len(text) < 60 and _OLDER.fullmatch(text) is not None


MAY_BE_NAV = _NAV_TAGS | {"header", "div", "ul", "ol", "section", "td", "menu"}


def is_nav(element: etree._Element, tag: str) -> bool:
    """Tell whether an element, one of ``MAY_BE_NAV``, holds navigation rather than content."""
    if tag in _NAV_TAGS:
        return True
    role = element.get("role")
    if role is not None and role.lower() in _NAV_ROLES:
        return True
    if tag != "header" and not any(map(_says_nav, (element.get("class"), element.get("id")))):
        return False
    # Themes name whole pages after the sidebar they have, and stories have headers of their own.
    return all(next(element.iterdescendants(inside), None) is None for inside in _CONTENT)


@functools.lru_cache(maxsize=4_096)  # a page repeats few names many times
def _says_nav(names: str | None) -> bool:
    return names is not None and _NAV_CLASS.search(names[:500]) is not None
