"""Pages that list stories: the front page and its older pages, months, tags. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape

from crawler.newsstand.pages import document
from crawler.newsstand.world import Archive, Edition, Host, Story, shown

Shown = tuple[tuple[Story, Edition], ...]


def listing(host: Host, target: str, scheme: str, now: datetime) -> str | None:
    """Write the list at a target (path and query), None when no list lies there."""
    stories = shown(host, now)
    if host.front and target.partition("?")[0] == "/" and page_number(host.archive, target) in (None, 1):
        return front(host, stories, scheme)
    if target.startswith("/tag/"):
        name = target.removeprefix("/tag/").strip("/")
        at = host.tags.index(name) if name in host.tags else None
        return None if at is None else page(host, f"Tag: {name}", stories[at :: len(host.tags)], "", "", scheme)
    if host.archive is None:
        return None
    if host.archive.kind == "months":
        chosen = tuple(pair for pair in stories if month(pair[0]) == target)
        return page(host, f"Archive {target.strip('/')}", chosen, "", "", scheme) if chosen else None
    number = page_number(host.archive, target)
    first = (number or 0) * host.archive.each - host.archive.each
    chosen = stories[first : first + host.archive.each] if number is not None and number > 1 else ()
    if number is None or not chosen:
        return None
    head, pager = older(host.archive, number, len(stories))
    return page(host, f"{host.title}, page {number}", chosen, head, pager, scheme)


def front(host: Host, stories: Shown, scheme: str) -> str:
    """Write the front page: the newest stories, and the way to the others."""
    if host.archive is None:
        return page(host, host.title, stories, "", "", scheme)
    if host.archive.kind != "months":
        head, pager = older(host.archive, 1, len(stories))
        return page(host, host.title, stories[: host.archive.each], head, pager, scheme)
    months = dict.fromkeys(month(story) for story, _ in stories)
    items = "".join(f'<li><a href="{path}">{path.strip("/")}</a></li>' for path in months)
    pager = f'\n<section class="archive"><h2>Archive</h2><ul>{items}</ul></section>'
    return page(host, host.title, stories[: host.archive.each], "", pager, scheme)


def month(story: Story) -> str:
    return f"{story.editions[0].at:/%Y/%m/}"


PAGES = {"page path": r"/page/(\d{1,4})/", "page query": r"/\?page=(\d{1,4})", "older": r"/older/(\d{1,4})"}


def page_number(archive: Archive | None, target: str) -> int | None:
    found = re.fullmatch(PAGES[archive.kind], target) if archive and archive.kind in PAGES else None
    return int(found[1]) if found else None


def older(archive: Archive, number: int, count: int) -> tuple[str, str]:
    """Give what the head and the foot of a page say of the next, both empty on the last."""
    if archive.kind == "nothing" or number * archive.each >= count:
        return "", ""
    if archive.kind == "older":
        path = f"/older/{number + 1}"
        return f'<link rel="next" href="{path}">', f'\n<p class="pager"><a rel="next" href="{path}">More</a></p>'
    path = f"/page/{number + 1}/" if archive.kind == "page path" else f"?page={number + 1}"
    return "", f'\n<p class="pager"><a href="{path}">Older posts</a></p>'


def page(host: Host, title: str, stories: Shown, head: str, pager: str, scheme: str) -> str:
    items = "\n".join(
        f'<li><a href="{escape(story.path)}">{escape(edition.headline)}</a><p>{escape(edition.standfirst)}</p></li>'
        for story, edition in stories
    )
    return document(host, scheme, title, head, f"<h1>{escape(title)}</h1>\n<ol>\n{items}\n</ol>{pager}")
