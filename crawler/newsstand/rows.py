"""Short ways to write the rows of a host, and the dates that many rows share."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.newsstand.world import Href, Link, Page, Paragraph

LAUNCH = datetime(2025, 2, 1, 6, tzinfo=UTC)
"""When the style sheets and pictures were last changed."""

OPENING = datetime(2025, 3, 3, 8, tzinfo=UTC)
"""A good first moment for a crawl: all is up, the edits and the last post are still to come."""

EDITED = datetime(2025, 3, 4, 6, 30, tzinfo=UTC)
"""When two stories get their second edition: the flood room, and one on the host that denies it."""

STYLE = """body { max-width: 42rem; margin: 0 auto; font: 1rem/1.5 serif; color: #222; }
nav ul { display: flex; gap: 1rem; list-style: none; padding: 0; }
.breaking { background: #b5342b; color: #fff; padding: .3rem .6rem; }
.skip { position: absolute; left: -99rem; }
figcaption, .byline, .correction, footer { color: #555; font-size: .9rem; }
"""

HTML = "text/html; charset=utf-8"


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=UTC)


def link(text: str, host: str, path: str) -> Link:
    return Link(text=text, host=host, path=path)


def href(text: str, to: str) -> Href:
    return Href(text=text, to=to)


def say(*words: str | Link | Href) -> Paragraph:
    return words


def style() -> Page:
    return Page(path="/style.css", mime="text/css; charset=utf-8", text=STYLE, since=LAUNCH)


def html(path: str, title: str, body: str) -> Page:
    """Give a page that is served as it is, outside the host's layout."""
    text = f'<!DOCTYPE html>\n<html lang="en">\n<head><title>{title}</title></head>\n<body>\n{body}\n</body>\n</html>\n'
    return Page(path=path, mime=HTML, text=text, since=LAUNCH)
