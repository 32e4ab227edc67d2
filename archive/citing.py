"""What is known of the pages that a revision cites: their captures at cite time, and what became of them since."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archive import drift
from archive.drift import Fate, Held
from archive.identity import is_redirect
from archive.links import clean
from archive.model import Article, Capture, Citation, CitationState, RecordId, Revision, UrlKey, Visit
from archive.store import Connection, captures, readings, verdicts, visits
from archive.urls import urlkey

_HOPS = 10

ArticleOf = Callable[[UrlKey], Article | None]


def fate_of(conn: Connection, citation: Citation, article: Article, revision: Revision, article_of: ArticleOf) -> Fate:
    """Say what became of what a citation links to; ``article_of`` gives the article that a URL belongs to."""
    if citation.target is None:
        return Fate(reason=_without_target(citation))
    keys = keys_of(citation)
    seen = sorted((each for key in keys for each in visits.every(conn, urlkey=key)), key=lambda each: each.at)
    held = [each for key in keys for each in captures.of_url(conn, key)]
    shown = set(revision.captures)
    earlier = {id for each in article.revisions if each.number < revision.number for id in each.captures}
    led = [each.capture for each in seen if each.came_from in shown and each.capture is not None]
    before = [each.capture for each in seen if each.came_from in earlier and each.capture is not None]
    found, note = drift.at_cite_time(held, led, revision.seen_from, before)
    if found is None:
        state, why = drift.without_capture(_meant(seen, shown | earlier))
        return Fate(state=state, reason=note or why)
    final, lost = _followed(conn, found)
    if final is None:
        return Fate(capture=found.id, state="unknown", reason=lost)
    state, reason = _state(conn, final, article_of)
    led_to = f"by way of a redirect to {final.url}" if final.id != found.id else None
    told = "; ".join(each for each in (reason, note, led_to) if each)
    return Fate(capture=final.id, state=state, reason=told or None)


def keys_of(citation: Citation) -> list[UrlKey]:
    """Give the URLs under which the target of a citation may be captured."""
    if citation.target is None:
        return []
    return list(dict.fromkeys((urlkey(clean(citation.target)), urlkey(citation.target))))


def _without_target(citation: Citation) -> str:
    return "an anonymous source" if citation.outlet is None else "named, and not linked"


def _meant(seen: Sequence[Visit], by: set[RecordId]) -> Sequence[Visit]:
    """Give the visits that these captures led to; all there were where none of them did."""
    return [each for each in seen if each.came_from in by] or seen


def _followed(conn: Connection, capture: Capture) -> tuple[Capture | None, str | None]:
    """Follow redirects to the capture that they led to at the time."""
    at = capture
    for _ in range(_HOPS):
        if not is_redirect(at.status):
            return at, None
        told = next(iter(readings.of_captures(conn, [at.id])), None)
        target = told.extraction.canonical if told is not None and told.extraction is not None else None
        if target is None:
            return None, f"it leads elsewhere (status {at.status}), and where to was not read"
        key = urlkey(clean(target))
        later = next(iter(captures.of_url(conn, key, since=at.at)), None)
        following = later or captures.closest(conn, key, at.at)
        if following is None:
            return None, f"it leads to {target}, which was not captured"
        at = following
    return None, f"more than {_HOPS} redirects"


def _state(conn: Connection, capture: Capture, article_of: ArticleOf) -> tuple[CitationState, str | None]:
    article = article_of(capture.urlkey)
    if article is not None and any(capture.id in each.captures for each in article.revisions):
        return drift.of_article(article, capture.id, capture.url)
    held = list(captures.of_url(conn, capture.urlkey))
    told = verdicts.of_captures(conn, [each.id for each in held])
    read = {id: judged[-1].verdict for id, judged in told.items() if judged}
    return drift.of_page([Held(capture=each, verdict=read.get(each.id)) for each in held], capture)
