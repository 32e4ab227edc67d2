"""Hosts whose robots.txt is peculiar: one that fails, one that lies elsewhere, one that asks for slowness. Data only.

Each has one page to ask for; none of these is a story.
"""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.newsstand.world import Host, Page, Redirect, Refusal

_SINCE = datetime(2025, 1, 6, 9, tzinfo=UTC)


def _page(path: str, title: str, text: str) -> Page:
    html = f"<!DOCTYPE html><title>{title}</title><h1>{title}</h1><p>{text}</p>\n"
    return Page(path=path, mime="text/html; charset=utf-8", text=html, since=_SINCE)


GATES: tuple[Host, ...] = (
    Host(
        name="www.lockkeeper.test",
        title="The Lockkeeper",
        front=False,
        rows=(
            Refusal(path="/robots.txt", status=503, text="The house is being moved."),
            _page("/tides", "Tides", "High water at Port Ansel at noon."),
        ),
    ),
    Host(
        name="www.ferrymail.test",
        title="Ferry Mail",
        front=False,
        rows=(
            Redirect(path="/robots.txt", status=301, host="rules.pressguild.test", to="/members/ferrymail.txt"),
            _page("/crossings", "Crossings", "The ferry to Kelmoor crosses twice a day."),
            _page("/letters/private", "Letters", "Not for the public."),
        ),
    ),
    Host(
        name="rules.pressguild.test",
        title="Rules of the Press Guild",
        front=False,
        rows=(
            Page(
                path="/members/ferrymail.txt",
                mime="text/plain; charset=utf-8",
                text="User-agent: *\nDisallow: /letters/\n",
                since=_SINCE,
            ),
            Page(
                path="/members/towpath.txt",
                mime="text/plain; charset=utf-8",
                text="User-agent: *\nDisallow: /drafts/\n",
                since=_SINCE,
            ),
        ),
    ),
    Host(
        name="www.slowstream.test",
        title="Slow Stream",
        front=False,
        robots="User-agent: *\nCrawl-delay: 600\nDisallow: /cellar\n",
        rows=(
            _page("/spring", "Spring", "The reeds are being cut."),
            _page("/summer", "Summer", "The water is low."),
            _page("/cellar", "Cellar", "Not for the public."),
        ),
    ),
)
"""``www.slowstream.test`` asks for more slowness than anyone grants."""
