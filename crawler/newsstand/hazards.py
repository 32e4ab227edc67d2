"""Pages that look like an answer and are no article: walls, stubs, soft 404s. Data only."""

from __future__ import annotations

from crawler.newsstand.rows import HTML, LAUNCH, html
from crawler.newsstand.world import Page, Refusal, Row, Wall


def soft_404(path: str) -> Page:
    """Give a page that says it is not there, with status 200."""
    return html(
        path,
        "Page not found",
        "<h1>Page not found</h1>\n<p>We are sorry, the page you are looking for does not exist or has been moved.</p>\n"
        '<p><a href="/">Back to the front page</a></p>',
    )


def consent_wall(path: str, behind: Row) -> Wall:
    """Give a cookie dialog without a word of the story, until ``consent=yes`` is brought."""
    before = html(
        path,
        "Your privacy",
        '<div id="consent" role="dialog"><h1>Before you continue</h1>\n'
        "<p>We and our 214 partners store and read cookies on your device to measure and personalise advertising. "
        "Please accept all cookies or manage your choices to go on to the site.</p>\n"
        "<button>Accept all</button> <button>Manage options</button></div>\n"
        "<script>document.querySelector('button').onclick = () => { document.cookie = 'consent=yes; path=/'; "
        "location.reload(); };</script>",
    )
    return Wall(path=path, cookie="consent=yes", before=before, behind=behind)


def paywall_stub(path: str, headline: str) -> Page:
    """Give a headline, one sentence, and the price of the rest."""
    return html(
        path,
        headline,
        f'<article><h1>{headline}</h1>\n<p>The ledgers of the harbour tell only half of ...</p>\n<div class="paywall">'
        "<h2>Subscribe to continue reading</h2><p>This article is for subscribers only. Already a subscriber? Log in. "
        "Subscribe now for 2 crowns a week.</p></div></article>",
    )


def bot_wall(path: str) -> Refusal:
    """Give a challenge with status 403."""
    return Refusal(path=path, status=403, text="Checking your browser: enable JavaScript and cookies to continue.")


def empty(path: str) -> Page:
    return Page(path=path, mime=HTML, text="", since=LAUNCH)


def script_only(path: str) -> Page:
    """Give a page whose text a program would have to write."""
    return html(
        path,
        "News",
        '<div id="root"></div>\n<script src="/bundle.js"></script>\n'
        "<noscript>You need to enable JavaScript to run this app.</noscript>",
    )


def login(path: str) -> Page:
    return html(
        path,
        "Log in",
        '<h1>Log in</h1>\n<form method="post"><input name="user"><input name="password" type="password">'
        "<button>Log in</button></form>\n<p>Forgot your password?</p>",
    )
