"""What a robots.txt says, as the archive's own record has it, and what is to be asked to know it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from archive import config
from archive.model import Capture, Exchange, Intent, Url
from archive.recording import Recording
from archive.store.frontier import TRIES
from archive.timing import SystemClock
from archive.warc.files import OPEN, WarcFolder
from crawler.permission import UNREADABLE, Ask, Known, look_up
from crawler.robots import HELD, HOPS, KEPT, LIMIT
from tests.crash.exchanges import NOON, exchange, not_modified
from tests.crash.steps import recorded_now

ROBOTS = Url("http://press.test/robots.txt")
PAGE, PRIVATE = "http://press.test/story", "http://press.test/private/1"
RULES = b"User-agent: *\nDisallow: /private\nCrawl-delay: 7\n"
LONG_RULES = RULES + b"# and a word about why that is so\n" * 60
"""Long enough for the same again to become a revisit."""
SECOND = timedelta(seconds=1)


@pytest.fixture
def recording(home: Path) -> Iterator[Recording]:
    opened = Recording(config.load(home), SystemClock()).start()
    yield opened
    opened.close()


def put(recording: Recording, *given: Exchange) -> list[Capture | None]:
    return [recorded_now(recording, one).capture for one in given]


def kept(recording: Recording, given: Exchange) -> Capture:
    capture = put(recording, given)[0]
    assert capture is not None
    return capture


def asked(recording: Recording, at: datetime = NOON, url: Url = ROBOTS) -> Known | Ask:
    """Look up what is known, once everything that was recorded is in the index."""
    folder = WarcFolder(recording.store.path.parent / "warcs") if recording.store.path is not None else None
    assert folder is not None
    return recording.work_and_wait(lambda conn: look_up(conn, folder, url, at))


def known(recording: Recording, at: datetime = NOON) -> Known:
    found = asked(recording, at)
    assert isinstance(found, Known), found
    return found


def moved(url: str, to: str, *, at: datetime = NOON, status: str = "302 Found") -> Exchange:
    return exchange(url, b"", status=status, fields=(f"Location: {to}",), at=at)


def timed_out(attempt: int, *, at: datetime = NOON) -> Exchange:
    given = exchange(ROBOTS, None, at=at, error="timeout", intent=Intent(why="robots", attempt=attempt))
    return replace(given, detail="nothing came in 30 s")


def forbids(found: Known) -> bool:
    assert found.rules.verdict(PAGE).allowed
    return not found.rules.verdict(PRIVATE).allowed


# ------------------------------------------------------------------------------------------------- what is to be asked


def test_what_was_never_asked_for_is_asked_for(recording: Recording) -> None:
    assert asked(recording) == Ask(url=ROBOTS)


@pytest.mark.parametrize("other", ["https://press.test/robots.txt", "http://press.test:8080/robots.txt"])
def test_each_origin_has_a_robots_txt_of_its_own(recording: Recording, other: str) -> None:
    put(recording, exchange(other, RULES))
    assert asked(recording) == Ask(url=ROBOTS)


def test_a_refusal_of_our_own_to_ask_is_no_answer(recording: Recording) -> None:
    put(
        recording,
        exchange(ROBOTS, None, asked=False, error="scope"),
        exchange(ROBOTS, None, asked=False, error="robots"),
    )
    assert asked(recording) == Ask(url=ROBOTS)


# ------------------------------------------------------------------------------------------------------------- answers


def test_the_rules_of_an_answer_hold_for_a_day(recording: Recording) -> None:
    capture = kept(recording, exchange(ROBOTS, RULES))
    found = known(recording, NOON + KEPT - SECOND)
    assert (found.capture, found.until, found.unreached) == (capture.id, NOON + KEPT, None)
    assert forbids(found)
    assert found.rules.crawl_delay == 7
    assert asked(recording, NOON + KEPT) == Ask(url=ROBOTS)
    assert asked(recording, NOON + KEPT + SECOND) == Ask(url=ROBOTS)


def test_the_newest_answer_counts(recording: Recording) -> None:
    put(recording, exchange(ROBOTS, RULES), exchange(ROBOTS, b"", at=NOON + SECOND))
    assert not forbids(known(recording, NOON + SECOND))


CODED: dict[str, tuple[bytes, str, str]] = {
    "gzip": (gzip.compress(RULES, mtime=0), "gzip", "read"),
    "said to be gzip and plain": (RULES, "gzip", "read"),
    "gzip that breaks off": (gzip.compress(RULES, mtime=0)[:-9], "gzip", "held"),
    "a coding nobody asked for": (RULES, "br", "held"),
}


@pytest.mark.parametrize(("body", "coding", "state"), CODED.values(), ids=CODED.keys())
def test_a_content_coding_is_taken_off_or_holds_the_host(
    recording: Recording, body: bytes, coding: str, state: str
) -> None:
    put(recording, exchange(ROBOTS, body, fields=(f"Content-Encoding: {coding}",)))
    found = known(recording)
    assert found.rules.state == state
    assert not found.rules.verdict(PRIVATE).allowed


def test_chunks_are_put_together(recording: Recording) -> None:
    whole = exchange(ROBOTS, b"", fields=("Transfer-Encoding: chunked",))
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(RULES), RULES)
    put(recording, replace(whole, response=replace(whole.response, data=chunked, size=len(chunked))))
    assert forbids(known(recording))


def test_an_unchanged_answer_has_the_rules_of_the_one_before(recording: Recording) -> None:
    first = kept(recording, exchange(ROBOTS, RULES))
    later = NOON + timedelta(hours=20)
    second = kept(recording, not_modified(ROBOTS, first.id, at=later))
    assert second.kind == "revisit"
    found = known(recording, NOON + timedelta(hours=30))
    assert forbids(found)
    assert (found.capture, found.until) == (second.id, later + KEPT)


def test_the_same_answer_again_has_the_rules_of_the_first(recording: Recording) -> None:
    put(recording, exchange(ROBOTS, LONG_RULES))
    second = kept(recording, exchange(ROBOTS, LONG_RULES, at=NOON + SECOND))
    assert second.kind == "revisit"
    found = known(recording, NOON + SECOND)
    assert forbids(found)
    assert found.capture == second.id


STATUSES: dict[str, tuple[str, timedelta]] = {
    "400 Bad Request": ("unavailable", KEPT),
    "401 Unauthorized": ("unavailable", KEPT),
    "403 Forbidden": ("unavailable", KEPT),
    "404 Not Found": ("unavailable", KEPT),
    "410 Gone": ("unavailable", KEPT),
    "429 Too Many Requests": ("held", HELD),
    "500 Internal Server Error": ("held", HELD),
    "503 Service Unavailable": ("held", HELD),
}


@pytest.mark.parametrize(("status", "then"), STATUSES.items(), ids=STATUSES.keys())
def test_a_status_allows_or_holds(recording: Recording, status: str, then: tuple[str, timedelta]) -> None:
    state, lasts = then
    capture = kept(recording, exchange(ROBOTS, RULES, status=status))
    found = known(recording)
    assert (found.rules.state, found.until, found.capture) == (state, NOON + lasts, capture.id)
    assert found.rules.verdict(PRIVATE).allowed is (state == "unavailable")
    assert found.unreached is None
    assert isinstance(asked(recording, NOON + lasts - SECOND), Known)
    assert asked(recording, NOON + lasts) == Ask(url=ROBOTS)


CUT: dict[str, tuple[bytes, str]] = {
    "before a rule that may have come": (RULES, "held"),
    "by us, where enough was read": (RULES + b"#" * LIMIT, "read"),
}


@pytest.mark.parametrize(("body", "state"), CUT.values(), ids=CUT.keys())
def test_an_answer_that_was_cut_holds_unless_all_that_counts_is_there(
    recording: Recording, body: bytes, state: str
) -> None:
    put(recording, exchange(ROBOTS, body, truncated="length", cut_by="us"))
    assert known(recording).rules.state == state


# ----------------------------------------------------------------------------------------------------------- no answer


def test_no_answer_is_tried_for_three_times_and_then_holds_the_host(recording: Recording) -> None:
    for attempt in range(1, TRIES):
        put(recording, timed_out(attempt, at=NOON + attempt * SECOND))
        assert asked(recording, NOON + attempt * SECOND) == Ask(url=ROBOTS, attempt=attempt + 1)
    last = NOON + TRIES * SECOND
    put(recording, timed_out(TRIES, at=last))
    found = known(recording, last)
    assert (found.rules.state, found.until, found.capture) == ("held", last + HELD, None)
    assert found.unreached == ("failed", "nothing came in 30 s")
    assert isinstance(asked(recording, last + HELD - SECOND), Known)
    assert asked(recording, last + HELD) == Ask(url=ROBOTS)


def test_a_failure_of_long_ago_is_no_first_attempt(recording: Recording) -> None:
    put(recording, timed_out(1))
    assert asked(recording, NOON + HELD + SECOND) == Ask(url=ROBOTS, attempt=1)


def test_what_the_guard_refused_is_not_tried_again(recording: Recording) -> None:
    put(recording, replace(exchange(ROBOTS, None, asked=False, error="unsafe"), detail="a private address"))
    assert known(recording).unreached == ("unsafe", "a private address")


# ----------------------------------------------------------------------------------------------------------- redirects


def chain(length: int) -> list[Url]:
    return [ROBOTS, *(Url(f"http://elsewhere.test/{number}") for number in range(1, length + 1))]


@pytest.mark.parametrize("length", range(1, HOPS + 1))
def test_redirects_are_followed_to_their_end(recording: Recording, length: int) -> None:
    urls = chain(length)
    came_from = None
    for hop, url in enumerate(urls):
        assert asked(recording) == Ask(url=url, hop=hop, came_from=came_from)
        last = hop == length
        came_from = kept(recording, exchange(url, RULES) if last else moved(url, urls[hop + 1])).id
    found = known(recording)
    assert forbids(found)
    assert found.capture == came_from


def test_more_redirects_than_five_allow_everything(recording: Recording) -> None:
    urls = chain(HOPS + 1)
    put(recording, *(moved(urls[hop], urls[hop + 1]) for hop in range(HOPS + 1)))
    put(recording, exchange(urls[-1], RULES))
    found = known(recording)
    assert (found.rules.state, found.rules.reason) == ("unavailable", f"more than {HOPS} redirects")


NOWHERE: dict[str, tuple[str, ...]] = {
    "to itself": (f"Location: {ROBOTS}",),
    "to no place": (),
    "to another scheme": ("Location: ftp://press.test/robots.txt",),
    "to what is no URL": ("Location: http://[",),
}


@pytest.mark.parametrize("fields", NOWHERE.values(), ids=NOWHERE.keys())
def test_a_redirect_that_leads_nowhere_allows_everything(recording: Recording, fields: tuple[str, ...]) -> None:
    put(recording, exchange(ROBOTS, b"", status="301 Moved Permanently", fields=fields))
    found = known(recording)
    assert (found.rules.state, found.rules.reason) == ("unavailable", "a redirect that leads nowhere, 301")


def test_a_relative_redirect_is_followed_without_its_fragment(recording: Recording) -> None:
    put(recording, moved(ROBOTS, "/r\u00f6bots#top"))
    ask = asked(recording)
    assert isinstance(ask, Ask)
    assert ask.url == "http://press.test/r%C3%B6bots"


def test_a_host_behind_a_redirect_that_gives_no_answer_holds_but_is_not_the_host_itself(recording: Recording) -> None:
    urls = chain(1)
    put(recording, moved(ROBOTS, urls[1]))
    failed = exchange(urls[1], None, error="timeout", intent=Intent(why="redirect", attempt=TRIES))
    put(recording, failed)
    found = known(recording)
    assert (found.rules.state, found.unreached) == ("held", None)


def test_a_redirect_of_this_morning_does_not_end_what_was_told_just_now(recording: Recording) -> None:
    urls, evening = chain(1), NOON + timedelta(hours=8)
    put(recording, moved(ROBOTS, urls[1]), exchange(urls[1], b"", status="500 Oops", at=evening))
    assert known(recording, evening).until == evening + HELD
    put(recording, exchange(urls[1], RULES, at=evening + SECOND))
    assert known(recording, evening + SECOND).until == NOON + KEPT


# ------------------------------------------------------------------------------------------------------------- damage


def spoil(recording: Recording, capture: Capture, at: float, *, length: int = 4) -> None:
    """Write over some bytes of a record; ``at`` is the share of it that comes before them."""
    assert recording.store.path is not None
    name = capture.locator.warc
    path = recording.store.path.parent / "warcs" / (name + OPEN)
    with open(path, "r+b") as file:
        file.seek(capture.locator.offset + int(at * (capture.locator.length - length)))
        file.write(b"\xa5" * length)


@pytest.mark.parametrize("at", [0.0, 0.2, 0.5, 0.8, 1.0])
def test_a_damaged_record_allows_nothing_and_is_asked_for_again(recording: Recording, at: float) -> None:
    capture = kept(recording, exchange(ROBOTS, RULES))
    assert forbids(known(recording))
    spoil(recording, capture, at)
    found = known(recording)
    assert (found.rules.state, found.rules.reason, found.until) == ("held", UNREADABLE, NOON + HELD)
    assert asked(recording, NOON + HELD) == Ask(url=ROBOTS)
    put(recording, exchange(ROBOTS, RULES, at=NOON + HELD))
    assert forbids(known(recording, NOON + HELD))


def test_a_revisit_of_a_damaged_record_allows_nothing(recording: Recording) -> None:
    first = kept(recording, exchange(ROBOTS, LONG_RULES))
    put(recording, exchange(ROBOTS, LONG_RULES, at=NOON + SECOND))
    spoil(recording, first, 0.5)
    assert known(recording, NOON + SECOND).rules.state == "held"


def test_a_damaged_redirect_allows_nothing(recording: Recording) -> None:
    spoil(recording, kept(recording, moved(ROBOTS, chain(1)[1])), 0.5)
    assert known(recording).rules.state == "held"


# --------------------------------------------------------------------------------------------- what is told still holds

HISTORIES: dict[str, tuple[Exchange, ...]] = {
    "a coding that cannot be read": (exchange(ROBOTS, RULES, fields=("Content-Encoding: br",)),),
    "an answer": (exchange(ROBOTS, RULES),),
    "500": (exchange(ROBOTS, b"", status="500 Oops"),),
    "no answer": (timed_out(TRIES),),
    "cut": (exchange(ROBOTS, RULES + b"#" * LIMIT, truncated="length", cut_by="us"),),
    "moved to a 500": (
        moved(ROBOTS, "/r", at=NOON - timedelta(hours=20)),
        exchange("http://press.test/r", b"", status="500 Oops"),
    ),
    "moved to an unreadable coding": (
        moved(ROBOTS, "/r", at=NOON - timedelta(hours=20)),
        exchange("http://press.test/r", RULES, fields=("Content-Encoding: br",)),
    ),
    "moved to an older answer": (
        exchange("http://press.test/r", RULES, at=NOON - timedelta(hours=20)),
        moved(ROBOTS, "/r"),
    ),
}


@pytest.mark.parametrize("given", HISTORIES.values(), ids=HISTORIES.keys())
def test_what_is_known_holds_for_a_time_to_come(recording: Recording, given: tuple[Exchange, ...]) -> None:
    put(recording, *given)
    for minutes in range(0, 25 * 60, 30):
        now = NOON + timedelta(minutes=minutes)
        found = asked(recording, now)
        assert isinstance(found, Ask) or found.until > now
