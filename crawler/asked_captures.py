"""Captures what people asked for in the reading room: one run for all of it, each request told what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

from archive.config import Settings
from archive.errors import Misuse
from archive.ledger import NOT_ASKED
from archive.model import RecordId, Visit
from archive.recording import Recorded
from archive.store import Connection, open_store, requests
from archive.store.requests import Request
from archive.store.visits import ANSWERED
from archive.timing import Clock
from archive.urls import fetchable
from crawler.guard import Guard
from crawler.needed import Errand, needs
from crawler.reach import check_contact, reach
from crawler.run import Report, Spiders, Telling, Told, Way, conduct

PAGES = ("", "if_")
"""Modifiers of what is captured as a page: itself, and a frame of another."""


def capture(
    settings: Settings,
    clock: Clock,
    *,
    told: Told = lambda exchange, recorded: None,
    max_body: int | None = None,
    requisites: bool = False,
) -> Report | None:
    """Capture what is asked for and report; None where nothing is.

    What another run at work has taken up is left to that. Raises as ``run.capture`` does, but for a public host that no
    contact is named for: such a request is refused, and the others are made.
    """
    store = open_store(settings.store.database, create=True)
    with store.read() as conn:
        is_asked = bool(requests.waiting(conn, limit=1))
    store.close()
    if not is_asked:
        return None
    guard, proxy = reach(settings)
    ceiling = {"VARIORUM_MAX_BODY": max_body} if max_body else {}
    taken: list[Request] = []
    answered: set[str] = set()

    def crawl(telling: Telling) -> bool:
        from crawler.spiders.page import PageSpider

        def ended(errand: Errand, how: Recorded | tuple[str, str]) -> None:
            if errand.request is None:
                return
            if isinstance(how, Recorded) and how.visit is not None and how.visit.outcome in ANSWERED:
                answered.add(errand.request)
            telling.store.work(partial(_note, request=errand.request, how=how, clock=clock), lambda _: None)

        taken.extend(telling.store.work_and_wait(partial(requests.take_up, run=telling.run)))
        if not taken:
            return False
        errands, unfit = _sorted_out(settings, guard, taken)
        for errand, why in unfit:
            ended(errand, ("scope", why))
        wrong = {errand.url: why for errand, why in unfit}
        spider = Spiders(settings=settings, clock=clock, way=Way(guard=guard, proxy=proxy), wrong=wrong, more=ceiling)
        with needs(settings, guard, telling.store) if requisites else nullcontext() as needed:
            return spider.run(PageSpider, telling, errands=errands, refused=telling.refuse, ended=ended, needed=needed)

    run, _ = conduct(settings, clock, "by hand", told, crawl, lambda _: len(answered) == len(taken))
    return Report(run=run, given=len(taken), answered=len(answered))


def _sorted_out(
    settings: Settings, guard: Guard, asked: Sequence[Request]
) -> tuple[list[Errand], list[tuple[Errand, str]]]:
    """Part what can be asked for from what cannot, with why not."""
    fit: list[Errand] = []
    unfit: list[tuple[Errand, str]] = []
    for request in asked:
        page = request.data.get("page")
        came_from = page or request.data.get("linked_from")
        is_page = request.data.get("modifier", "") in PAGES
        errand = Errand(
            url=request.subject,
            shape="page" if is_page else "part",
            came_from=RecordId(came_from) if came_from else None,
            request=request.id,
            is_part=bool(page),
        )
        try:
            url = fetchable(request.subject)
            check_contact(settings, guard, (url,))
            fit.append(replace(errand, url=url))
        except Misuse as why:
            unfit.append((errand, str(why)))
    return fit, unfit


def _note(conn: Connection, *, request: str, how: Recorded | tuple[str, str], clock: Clock) -> None:
    """Write down what came of a request."""
    now = clock.now()
    if isinstance(how, tuple):
        error, why = how
        if error in NOT_ASKED:
            requests.refused(conn, request, at=now, answer=why, outcome=NOT_ASKED[error])
        else:
            requests.done(conn, request, at=now, answer=why, outcome="failed")
        return
    visit, capture = how.visit, how.capture
    if visit is None:
        return
    if visit.outcome in NOT_ASKED.values():
        requests.refused(conn, request, at=now, answer=_words(visit), outcome=visit.outcome)
        return
    id = capture.id if capture is not None else None
    requests.done(conn, request, at=now, answer=_words(visit), outcome=visit.outcome, capture=id)


def _words(visit: Visit) -> str:
    """Say what came of a visit, for a person."""
    status = "" if visit.status is None else f" ({visit.status})"
    match visit.outcome:
        case "captured" | "unchanged":
            return "captured" if visit.status is None or visit.status < 400 else f"the server answers {visit.status}"
        case "gone":
            return f"it is not there: the server says so{status}"
        case "refused":
            return f"the server refuses it{status}"
        case "limited":
            return f"the server asks to be left in peace for now{status}"
        case "redirected":
            return f"it leads on without end, or nowhere{status}"
        case "truncated":
            return f"captured in part: {visit.detail}" if visit.detail else "captured in part"
        case _:
            return visit.detail or "no answer came"
