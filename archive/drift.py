"""What became of a cited page since it was cited: as it was, edited, moved, gone. Pure.

Missing is not deleted (promise 6): a page counts as gone where its article was ``removed``, or where it is no article
and more than one answer in a row said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.model import Article, Capture, CitationState, Event, RecordId, Verdict, Visit

CITE_TIME = timedelta(days=1)
"""How long after a revision was seen a capture of its target still counts as of the time when it was cited."""
_GONE = (404, 410)
_TIMES_GONE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What a cited page is to the one who asks: its capture at cite time or none, its state since, and why so."""

    capture: RecordId | None = None
    state: CitationState = "unknown"
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A capture of a cited page with what it was read as, None where it was not."""

    capture: Capture
    verdict: Verdict | None = None


def at_cite_time(
    held: Sequence[Capture], led: Sequence[RecordId], cited_at: datetime, before: Sequence[RecordId] = ()
) -> tuple[Capture | None, str | None]:
    """Choose the capture of a target as it was when it was cited; ``held`` are its captures, oldest first.

    ``led`` are those whose visits came from the citing captures, ``before`` from earlier revisions of the same article.
    Gives a note where it is not of the same day.
    """
    known = {each.id: each for each in held}
    first = next((known[id] for id in led if id in known), None)
    if first is not None:
        return first, None
    soon = next((each for each in held if timedelta(0) <= each.at - cited_at <= CITE_TIME), None)
    if soon is not None:
        return soon, None
    just_before = [each for each in held if timedelta(0) < cited_at - each.at <= CITE_TIME]
    if just_before:
        return just_before[-1], None
    earlier = [known[id] for id in before if id in known and known[id].at <= cited_at]
    earlier = earlier or [each for each in held if each.at <= cited_at]
    if earlier:
        return earlier[-1], f"captured {_ago(cited_at - earlier[-1].at)} before this revision was seen"
    if held:
        return None, f"first captured {_ago(held[0].at - cited_at)} after this revision was seen"
    return None, None


def of_article(article: Article, capture: RecordId, url: str) -> tuple[CitationState, str | None]:
    """Say what became of a cited article since a capture of it."""
    cited = next((each for each in article.revisions if each.id == capture or capture in each.captures), None)
    if cited is None:
        return "unknown", "this capture shows no revision of it"
    later = [each for each in article.revisions if each.number > cited.number]
    last = _lasting(article)
    newer = article.revisions[-1]
    edited = ""
    if later and newer.text_digest == cited.text_digest and newer.extraction.headline == cited.extraction.headline:
        edited = f"edited {_times(len(later))}, and as it was again since {newer.seen_from:%Y-%m-%d %H:%M} UTC"
    elif later:
        edited = f"edited {_times(len(later))}, first seen {later[0].seen_from:%Y-%m-%d %H:%M} UTC"
    if last is not None:
        told = f"since {last.at:%Y-%m-%d %H:%M} UTC" + (f"; before that {edited}" if edited else "")
        if last.event == "removed":
            return "gone", told
        if last.event in ("blocked", "paywalled"):
            return ("blocked" if last.event == "blocked" else "paywalled"), told
        return "unknown", f"not reached {told}"
    if edited:
        return "edited", edited
    moved = next(
        (each for each in reversed(article.events) if each.event == "moved" and each.at > cited.seen_from), None
    )
    if moved is not None:
        return "moved", moved.detail
    return "same", f"as it was, last seen {cited.seen_until:%Y-%m-%d %H:%M} UTC"


def _lasting(article: Article) -> Event | None:
    """Give the absence that lasts: nothing of the article was seen since."""
    newest = max(each.seen_until for each in article.revisions)
    kinds = ("removed", "blocked", "paywalled", "unreachable", "reinstated")
    found = [each for each in article.events if each.event in kinds and each.at > newest]
    removed = [each for each in found if each.event == "removed"]
    last = removed[-1] if removed else found[-1] if found else None
    return last if last is not None and last.event != "reinstated" else None


def of_page(held: Sequence[Held], capture: Capture) -> tuple[CitationState, str | None]:
    """Say what became of a cited page that is no article, such as a document: by its bytes and its answers."""
    since = [each for each in held if each.capture.at >= capture.at]
    newest = since[-1].capture if since else capture
    first = next((each for each in since if each.capture.id == capture.id), None)
    status = capture.status
    if status in _GONE:
        return "gone", f"it was gone when it was cited: status {status}"
    if status in (401, 403, 451):
        return "blocked", f"it was refused when it was cited: status {status}"
    if status is not None and status >= 400:
        return "unknown", f"it answered with status {status} when it was cited"
    gone = [each.capture for each in since if each.capture.status in _GONE]
    if len(gone) >= _TIMES_GONE and newest.status in _GONE:
        return "gone", f"since {gone[0].at:%Y-%m-%d %H:%M} UTC: status {newest.status}"
    verdict = first.verdict if first is not None else None
    match verdict:
        case "paywall":
            return "paywalled", "it stood behind a wall when it was cited"
        case "consent" | "bot wall":
            return "blocked", f"a {verdict} stood before it when it was cited"
        case "soft 404":
            return "gone", "it was gone when it was cited, though its status said otherwise"
    if newest.status in (401, 403, 451):
        return "blocked", f"since {newest.at:%Y-%m-%d %H:%M} UTC: status {newest.status}"
    whole = [each.capture for each in since if each.capture.status in (200, 304) and each.capture.digest is not None]
    if all(each.digest == capture.digest for each in whole):
        return "same", f"the same bytes, last seen {newest.at:%Y-%m-%d %H:%M} UTC"
    if capture.mime in ("text/html", "application/xhtml+xml"):
        return "unknown", f"it was not read as an article ({verdict or 'not read'}), and its bytes are others by now"
    changed = next(each for each in whole if each.digest != capture.digest)
    return "edited", f"other bytes since {changed.at:%Y-%m-%d %H:%M} UTC"


_REFUSED = {
    "robots": "robots.txt of its host does not allow it",
    "out of scope": "it was not followed",
    "unsafe": "it leads where nobody may ask",
    "failed": "no answer",
    "limited": "its host asked to be left alone",
}


def without_capture(visits: Sequence[Visit]) -> tuple[CitationState, str]:
    """Say why a cited page has no capture, by the visits that were meant for it."""
    if not visits:
        return "unknown", "it was never asked for"
    last = visits[-1]
    told = _REFUSED.get(last.outcome, last.outcome)
    said = f"{told}: {last.detail}" if last.detail else told
    if last.outcome == "robots" and last.detail:
        said = last.detail  # it names the rule
    state: CitationState = "blocked" if last.outcome in ("refused", "robots") else "unknown"
    return ("gone" if last.outcome == "gone" else state), said


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _ago(span: timedelta) -> str:
    if span >= timedelta(days=2):
        return f"{span.days} days"
    hours = round(span / timedelta(hours=1))
    return "1 hour" if hours == 1 else f"{hours} hours" if hours else f"{round(span.total_seconds() / 60)} minutes"
