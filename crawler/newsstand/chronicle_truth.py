"""The stand's own truth of the blog that changes: what each post says and what happened to it, and when. Pure.

Written by hand beside the posts (``changes``), or read from their data; the product never reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from crawler.newsstand import seed_page
from crawler.newsstand.chronicle_cited import cited_outlets
from crawler.newsstand.chronicle_nouns import BLOG, MIRROR, MIRROR_TITLE, TITLE, Post
from crawler.newsstand.chronicle_posts import of_the_blog, reprinted
from crawler.newsstand.reportage import plain
from crawler.newsstand.told import Change, Text, Told
from crawler.newsstand.truth import Watched
from crawler.newsstand.world import Edition, Link, Paragraph


@lru_cache(maxsize=1)
def chronicle() -> tuple[Told, ...]:
    """Give the stand's own truth of every post of the blog, and of the reprint on the other outlet; not of the seed."""
    posts = of_the_blog()
    return (*(tell(post, BLOG) for post in posts), tell(reprinted(posts), MIRROR))


@lru_cache(maxsize=1)
def cited() -> tuple[Told, ...]:
    """Give the stand's own truth of the pages that the blog and the seed cite, those that nobody gets to see apart."""
    return tuple(tell(post, outlet.host) for outlet in cited_outlets() for post in outlet.posts)


def story(name: str) -> Told:
    """Give the truth of one post by its name: ``journey``, ``still``, ``walled`` ..."""
    return next(told for told in (*chronicle(), *cited()) if told.name == name)


def seed_story(seed: str) -> Told:
    """Give the truth of the post that is made of a dump."""
    read = seed_page.read(seed)
    text = Text(
        at=seed_page.PUBLISHED,
        headline=read.headline,
        standfirst="",
        bylines=(read.byline,),
        published=seed_page.PUBLISHED,
        modified=seed_page.PUBLISHED,
        paragraphs=read.paragraphs,
        caption=read.caption,
        links=seed_page.links(read),
    )
    return Told(
        name="seed",
        site=BLOG,
        addresses=(f"http://{BLOG}{seed_page.PATH}",),
        changes=(Change(at=seed_page.PUBLISHED, kind="published"),),
        texts=(text,),
    )


def tell(post: Post, site: str) -> Told:
    origin = f"http://{site}"
    texts: list[Text] = []
    for edition in post.editions:
        said = text(post, edition)
        earlier = (at for at, old in enumerate(texts) if replace(said, at=old.at, modified=old.modified) == old)
        texts.append(replace(said, returns_to=next(earlier, None)))
    also = [origin + post.amp] if post.amp else []
    also += [origin + post.paths[0][1] + post.gets_query] if post.gets_query else []
    return Told(
        name=post.name,
        site=site,
        addresses=tuple(origin + path for _, path in post.paths),
        also=tuple(also),
        headlines=(post.editions[0].headline, post.other) if post.other else (),
        changes=post.changes,
        texts=tuple(texts),
    )


def text(post: Post, edition: Edition) -> Text:
    entries = [entry for entry in reversed(post.entries) if entry.at <= edition.at]
    words = [*edition.paragraphs, *(one for entry in entries for one in ((entry.heading,), *entry.paragraphs))]
    return Text(
        at=edition.at,
        headline=edition.headline,
        standfirst=edition.standfirst,
        bylines=(edition.byline,),
        published=post.published_in(edition),
        modified=post.modified_in(edition),
        paragraphs=tuple(map(plain, words)),
        caption=edition.figure.caption if edition.figure else None,
        correction=edition.correction,
        links=tuple(link for one in words for link in leads(one)),
    )


def leads(words: Paragraph) -> Iterator[str]:
    """Give where the links of a paragraph lead."""
    for part in words:
        if isinstance(part, Link):
            yield f"http://{part.host}{part.path}"


CHRONICLE_WATCHED: tuple[Watched, ...] = (
    Watched(site=BLOG, url=f"http://{BLOG}/", front=f"http://{BLOG}/", title=TITLE, feeds=(f"http://{BLOG}/feed.xml",)),
    Watched(
        site=MIRROR,
        url=f"http://{MIRROR}/",
        front=f"http://{MIRROR}/",
        title=MIRROR_TITLE,
        feeds=(f"http://{MIRROR}/feed.xml",),
    ),
)
"""The blog to watch, and the outlet that reprints one of its posts."""
