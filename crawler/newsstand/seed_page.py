"""A page of a blog around a text that is given at run time: the kind of page that plain-text dumps are made of. Pure.

The text is a dump of such a page: blocks parted by blank lines, the furniture's words among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from crawler.newsstand.chronicle_cited import INTERVIEW, RELIEF_GOODS
from crawler.newsstand.chronicle_nouns import BLOG, TITLE, day
from crawler.newsstand.designs import in_script
from crawler.newsstand.feeds import stamp
from crawler.newsstand.furniture import Frame, Teaser, frame
from crawler.newsstand.scripted import Asking

PATH = "/2025/03/04/under-the-flag"
PUBLISHED = day(1, 9)
FURNITURE = ("Accessibility links", "Breaking News", "Latest Posts")
ABOUT = "About This Blog"
LINKED = (("published an interview", *INTERVIEW), ("humanitarian assistance", *RELIEF_GOODS))
"""Words of the text that are linked where they stand first, and to which page; what a dump does not say is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """What a dump says: the words of the furniture left out."""

    headline: str
    caption: str
    paragraphs: tuple[str, ...]
    byline: str
    about: str


def read(text: str) -> Seed:
    """Read a dump: headline, caption, paragraphs, a line ``-- Name``, then what is said about the blog."""
    blocks = [" ".join(block.split()) for block in text.split("\n\n")]
    blocks = [block for block in blocks if block and block not in FURNITURE]
    story, about = blocks, ""
    if ABOUT in blocks:
        at = blocks.index(ABOUT)
        story, about = blocks[:at], " ".join(blocks[at + 1 :])
    byline = story[-1].removeprefix("-- ") if story[-1].startswith("-- ") else ""
    headline, caption, *paragraphs = story[:-1] if byline else story
    return Seed(headline=headline, caption=caption, paragraphs=tuple(paragraphs), byline=byline, about=about)


def page(text: str, asking: Asking | None = None, teasers: tuple[Teaser, ...] = ()) -> str:
    """Lay a dump out as one page of the blog; what stands around the story changes with ``asking``."""
    seed = read(text)
    request = asking or Asking(host=BLOG, target=PATH, now=PUBLISHED)
    return laid_out(seed, frame(request, TITLE, teasers or OTHERS), request.scheme, request.host)


def links(seed: Seed) -> tuple[str, ...]:
    """Give where the links of the text lead, in the order of ``LINKED``."""
    text = "\n".join(seed.paragraphs)
    return tuple(f"http://{host}{path}" for words, host, path in LINKED if words in text)


def linked(paragraphs: tuple[str, ...], scheme: str) -> tuple[str, ...]:
    """Write paragraphs as markup, with the links."""
    text = "\n".join(escape(words, quote=False) for words in paragraphs)
    for words, host, path in LINKED:
        text = text.replace(words, f'<a href="{scheme}://{host}{path}">{words}</a>', 1)
    return tuple(text.split("\n"))


def laid_out(seed: Seed, around: Frame, scheme: str, host: str) -> str:
    origin = f"{scheme}://{host}"
    headline, url = escape(seed.headline, quote=False), origin + PATH
    claims = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": seed.headline,
        "datePublished": stamp(PUBLISHED),
        "dateModified": stamp(PUBLISHED),
        "publisher": {"@type": "Organization", "name": around.title},
        "image": f"{origin}/media/flag.png",
        "mainEntityOfPage": url,
    }
    blocks = tuple(f"<p>{words}</p>" for words in linked(seed.paragraphs, scheme))
    description = escape(seed.paragraphs[0])
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{headline}</title>
<link rel="canonical" href="{url}">
<meta property="og:type" content="article">
<meta property="og:title" content="{escape(seed.headline)}">
<meta property="og:site_name" content="{escape(around.title)}">
<meta property="og:image" content="{origin}/media/flag.png">
<meta name="description" content="{description}">
<link rel="stylesheet" href="/style.css?v={around.nonce()[:6]}">
<script type="application/ld+json">{in_script(claims)}</script>
{around.script()}
</head>
<body>
<div class="reach"><h2>Accessibility links</h2><ul><li><a href="#main">Skip to main content</a></li>
<li><a href="#menu">Skip to main navigation</a></li><li><a href="#find">Skip to search</a></li></ul></div>
<div class="bar-urgent"><span class="bar-urgent__label">Breaking News</span> {around.ticker()}</div>
<div class="site-top" id="menu"><a href="/">{escape(around.title)}</a>
<ul><li><a href="/">News</a></li><li><a href="/authors">Authors</a></li></ul>
<form id="find" action="/find"><input name="q"><button>Search</button></form></div>
<main id="main">
<div class="head-block">
<div class="kind"><a href="/">Under The Flag</a></div>
<h1 class="head-block__title">{headline}</h1>
<div class="when"><time datetime="{stamp(PUBLISHED)}">{PUBLISHED:%B %d, %Y %H:%M} UTC</time></div>
<div class="share-bar">{around.counters()}</div>
</div>
<figure class="lead-media"><img src="{origin}/media/flag.png" alt="">
<figcaption><span class="lead-caption">{escape(seed.caption, quote=False)}</span></figcaption></figure>
<div class="wsw" id="text">
{around.amid(blocks)}
<p>-- {escape(seed.byline)}</p>
</div>
<div class="share-bar">{around.counters()}</div>
<div class="blog-about"><h2>{ABOUT}</h2><p>{escape(seed.about, quote=False)}</p></div>
<div class="blog-more"><h2>Latest Posts</h2>{around.latest()}</div>
{around.comments()}
</main>
<div class="site-foot"><ul><li><a href="/about">About us</a></li><li><a href="/contact">Contact</a></li></ul>
<p>{escape(around.title)} © 2025. All rights reserved.</p></div>
</body>
</html>
"""


OTHERS = (
    Teaser(path="/2025/03/01/notebook-1", headline="Three letters from the lower lock", standfirst=""),
    Teaser(path="/2025/02/27/notebook-2", headline="The bell that nobody rings", standfirst=""),
    Teaser(path="/2025/02/25/notebook-3", headline="Who counts the boats at night?", standfirst=""),
)
"""What is listed beside a page that is made by itself."""
