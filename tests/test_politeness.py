"""robots.txt is asked for first and once, put on record, and obeyed; every page that is not asked for is a visit."""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.newsstand import Newsstand, Served
from crawler.politeness import Known, Remembered
from crawler.robots import HELD, KEPT, LIMIT, Origin, origin_of, robots_url, rules
from tests.press import QUICK, Said, call, connect, environment, say
from tests.wire.cases import Case, Segment, answer, one
from tests.wire.certificates import make_certificates
from tests.wire.oracle import Kept, kept
from tests.wire.server import Seen, WireServer

MINISTRY = "http://waterways.orvane.test"
RULES = b"User-agent: *\nDisallow: /private\n"
PAGE = one("page", answer(b"Content-Type: text/html", body=b"<p>A page.</p>"))
PRIVATE = one("private", answer(b"Content-Type: text/html", body=b"<p>Not for the public.</p>"))


def robots_txt(*fields: bytes, body: bytes = RULES, status: bytes = b"HTTP/1.1 200 OK", length: bool = True) -> Case:
    return one("robots.txt", answer(*fields, body=body, status=status, length=length))


def moved(name: str, to: str) -> Case:
    return one(name, answer(b"Location: " + to.encode(), status=b"HTTP/1.1 302 Found"))


HOSTS: dict[str, tuple[Case, ...]] = {
    "refusing.test": (robots_txt(status=b"HTTP/1.1 403 Forbidden"),),
    "limiting.test": (robots_txt(b"Retry-After: 60", status=b"HTTP/1.1 429 Too Many Requests"),),
    "broken.test": (robots_txt(status=b"HTTP/1.1 500 Internal Server Error"),),
    "packed.test": (robots_txt(b"Content-Encoding: gzip", body=gzip.compress(RULES, mtime=0)),),
    "strange.test": (robots_txt(b"Content-Encoding: br"),),
    "garbled.test": (replace(one("robots.txt", b"<html>no head</html>\n"), after="close"),),
    "cut.test": (replace(robots_txt(b"Content-Length: 999", length=False), after="close"),),
    "endless.test": (
        Case(
            name="robots.txt",
            segments=(
                Segment(data=answer(b"Content-Length: 99999999", body=RULES, length=False)),
                *(Segment(data=b"# and so on and on\n" * 4000, pause=0.01) for _ in range(20)),
            ),
            after="hang",
        ),
    ),
    "circling.test": (moved("robots.txt", "/elsewhere"), moved("elsewhere", "/robots.txt")),
    "wandering.test": (moved("robots.txt", "/1"), *(moved(str(n), f"/{n + 1}") for n in range(1, 9))),
    "arriving.test": (
        moved("robots.txt", "/1"),
        *(moved(str(n), f"/{n + 1}") for n in range(1, 5)),
        one("5", answer(body=RULES)),
    ),
    "pointless.test": (moved("robots.txt", "mailto:editor@press.test"),),
    "inward.test": (moved("robots.txt", "http://10.0.0.1/robots.txt"),),
    "mover.test": (moved("page", "http://packed.test/private?moved"), moved("again", "http://broken.test/private")),
}
"""A robots.txt of every kind; each host has an open page and one that the rules, where there are any, forbid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    said: Said
    visits: list[dict[str, Any]]
    kept: list[Kept]
    log: list[Served]
    seen: dict[str, list[Seen]]

    def told(self, url: str) -> dict[str, Any]:
        """The only visit to a URL."""
        (visit,) = [visit for visit in self.visits if visit["url"] == url]
        return visit

    def decision(self, url: str) -> dict[str, Any]:
        """The robots decision in the record of the last visit to a URL."""
        found = [record.note for record in self.kept if record.url == url][-1]["robots"]
        assert isinstance(found, dict)
        return found

    def record(self, id: str) -> Kept:
        (found,) = [record for record in self.kept if record.headers.get("WARC-Record-ID") == f"<{id}>"]
        return found

    def asked(self, host: str) -> list[str]:
        """What a host was asked for, in order."""
        served = [f"{served.scheme}:{served.path}" for served in self.log if served.host == host]
        return served or [_short(seen.url) for seen in self.seen.get(host, ())]


def _short(url: str) -> str:
    scheme, _, _, path = url.split("/", 3)
    return f"{scheme}/{path}"


def begin(home: Path) -> None:
    assert say("init", home, "--contact", "tests@example.org").code == 0


def ended(home: Path, said: Said, log: list[Served], servers: dict[str, WireServer]) -> Run:
    assert "Traceback" not in said.err
    assert "ERROR" not in said.err
    for server in servers.values():
        server.settle()
    seen = {host: list(server.seen) for host, server in servers.items()}
    return Run(said=said, visits=say("log", "--home", home, "--json").rows, kept=kept(home), log=log, seen=seen)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run over every kind of robots.txt."""
    home = tmp_path_factory.mktemp("polite") / "home"
    begin(home)
    urls = [
        f"{MINISTRY}/announcements/17",
        f"{MINISTRY}/robots.txt",
        f"{MINISTRY}/private/draft-18.html",
        f"{MINISTRY}/style.css",
        "https://waterways.orvane.test/announcements/17",
        "https://waterways.orvane.test/private/draft-18.html?x",
        "http://pictures.lantern.test/pumps.png",
        "http://www.lockkeeper.test/robots.txt",
        "http://www.lockkeeper.test/tides",
        "http://www.ferrymail.test/crossings",
        "http://www.ferrymail.test/letters/private",
        "http://www.saltmarsh-post.test/wells",
        "http://www.eveningbell.test/2025/delta-salt",
        "http://10.0.0.1/secret",
    ]
    urls += [f"http://{host}{path}" for host in HOSTS for path in ("/page", "/private")]
    urls.append("http://mover.test/again")
    with ExitStack() as stack:
        stand = stack.enter_context(Newsstand(tls=True))
        servers = {host: stack.enter_context(WireServer([PAGE, PRIVATE, *cases])) for host, cases in HOSTS.items()}
        mapped = {**stand.connect_map, **{host: server.netloc for host, server in servers.items()}}
        options = (*QUICK, *connect(mapped), "--set", "network.timeout=10s")
        said = call("capture", "--home", home, *options, *urls)
        return ended(home, said, stand.log, servers)


def test_a_run_is_done_when_some_pages_were_not_asked_for(run: Run) -> None:
    assert run.said.code == 0, run.said.err[-2000:]


CAPTURED, FORBIDDEN = "captured", "robots"
ALLOWED, NO_RULES, HOLD = "allowed", "unavailable: allowed", "unreachable: held"


@pytest.mark.parametrize(
    ("url", "outcome", "verdict", "detail"),
    [
        (f"{MINISTRY}/announcements/17", CAPTURED, ALLOWED, None),
        (
            f"{MINISTRY}/private/draft-18.html",
            FORBIDDEN,
            "forbidden",
            "robots.txt forbids it: Disallow: /private/",
        ),
        ("https://waterways.orvane.test/private/draft-18.html?x", FORBIDDEN, "forbidden", "Disallow: /private/"),
        ("http://pictures.lantern.test/pumps.png", CAPTURED, NO_RULES, None),
        (
            "http://www.lockkeeper.test/tides",
            FORBIDDEN,
            HOLD,
            "robots.txt could not be fetched (503), so the host is left alone for now",
        ),
        ("http://www.ferrymail.test/crossings", CAPTURED, ALLOWED, None),
        ("http://www.ferrymail.test/letters/private", FORBIDDEN, "forbidden", "Disallow: /letters/"),
        ("http://refusing.test/private", CAPTURED, NO_RULES, None),
        ("http://limiting.test/page", FORBIDDEN, HOLD, "could not be fetched (429)"),
        ("http://broken.test/page", FORBIDDEN, HOLD, "could not be fetched (500)"),
        ("http://packed.test/page", CAPTURED, ALLOWED, None),
        ("http://packed.test/private", FORBIDDEN, "forbidden", "Disallow: /private"),
        ("http://strange.test/page", FORBIDDEN, HOLD, "its content coding cannot be read"),
        ("http://garbled.test/page", FORBIDDEN, HOLD, "no HTTP answer we can read"),
        ("http://cut.test/page", FORBIDDEN, HOLD, "the connection ended within the response"),
        ("http://endless.test/page", CAPTURED, ALLOWED, None),
        ("http://endless.test/private", FORBIDDEN, "forbidden", "Disallow: /private"),
        ("http://circling.test/private", CAPTURED, NO_RULES, None),
        ("http://wandering.test/private", CAPTURED, NO_RULES, None),
        ("http://arriving.test/page", CAPTURED, ALLOWED, None),
        ("http://arriving.test/private", FORBIDDEN, "forbidden", "Disallow: /private"),
        ("http://pointless.test/private", CAPTURED, NO_RULES, None),
        ("http://inward.test/page", FORBIDDEN, HOLD, "10.0.0.1 is a private address"),
        # Nobody answers there at all: the page has failed, and the ledger says why.
        ("http://www.saltmarsh-post.test/wells", "failed", HOLD, "the connection was refused"),
        ("http://www.eveningbell.test/2025/delta-salt", "failed", HOLD, "does not resolve"),
        ("http://10.0.0.1/secret", "unsafe", HOLD, "10.0.0.1 is a private address"),
        # Where a redirect leads, robots.txt of that place counts.
        ("http://mover.test/private", CAPTURED, NO_RULES, None),
        ("http://packed.test/private?moved", FORBIDDEN, "forbidden", "Disallow: /private"),
    ],
)
def test_each_page_has_the_outcome_and_the_decision_it_should(
    run: Run, url: str, outcome: str, verdict: str, detail: str | None
) -> None:
    visit = run.told(url)
    assert visit["outcome"] == outcome, visit
    assert run.decision(url)["verdict"] == verdict
    assert detail is None or detail in visit["detail"]


def test_what_is_forbidden_or_held_was_never_asked_for(run: Run) -> None:
    refused = [visit["url"] for visit in run.visits if visit["outcome"] == "robots"]
    asked = {seen.url for log in run.seen.values() for seen in log}
    asked |= {f"{served.scheme}://{served.host}{served.path}" for served in run.log}
    assert len(refused) > 20
    assert asked.isdisjoint(refused)


@pytest.mark.parametrize("host", ["broken.test", "garbled.test"])
def test_a_host_whose_robots_txt_fails_is_asked_for_nothing_else(run: Run, host: str) -> None:
    assert set(run.asked(host)) == {"http:/robots.txt"}
    assert len(run.asked(host)) == 3  # tried again as any other request


def test_robots_txt_is_asked_for_once_per_origin_and_first(run: Run) -> None:
    hosts = {served.host for served in run.log} | set(run.seen)
    hosts -= {"broken.test", "garbled.test", "cut.test", "rules.pressguild.test"}
    for host in hosts:
        for scheme in {said.partition(":")[0] for said in run.asked(host)}:
            asked = [said for said in run.asked(host) if said.startswith(f"{scheme}:")]
            assert asked[0] == f"{scheme}:/robots.txt"
            assert Counter(asked)[f"{scheme}:/robots.txt"] == 1, host
    assert {"http:/robots.txt", "https:/robots.txt"} <= set(run.asked("waterways.orvane.test"))
    assert run.asked("rules.pressguild.test") == ["http:/members/ferrymail.txt"]


def test_a_decision_names_the_capture_it_rests_on(run: Run) -> None:
    robots = {record.note["capture"]: record for record in run.kept if record.note.get("capture")}
    told = [record.note["robots"] for record in run.kept if "robots" in record.note]
    assert len(told) > 30
    for decision in told:
        if "capture" in decision and decision["capture"] is not None:
            assert run.record(decision["capture"]).response is not None
            assert robots[decision["capture"]].note["why"] in ("robots", "redirect", "by hand")
    silent = ("http://www.saltmarsh-post.test/wells", "http://10.0.0.1/secret")
    assert [run.decision(url)["capture"] for url in silent] == [None, None]


def test_a_decision_names_the_rule_and_the_robots_txt_it_stands_in(run: Run) -> None:
    url = "http://www.ferrymail.test/letters/private"
    decision = run.decision(url)
    assert decision["rule"] == "Disallow: /letters/"
    source = run.record(decision["capture"])
    assert source.url == "http://rules.pressguild.test/members/ferrymail.txt"
    (hop,) = [visit for visit in run.visits if visit["url"] == "http://www.ferrymail.test/robots.txt"]
    assert (hop["why"], hop["outcome"]) == ("robots", "redirected")
    assert (source.note["why"], source.note["from"]) == ("redirect", hop["capture"])


def test_a_page_redirected_to_where_it_must_not_go_says_what_led_there(run: Run) -> None:
    hop = run.told("http://mover.test/page")
    assert hop["outcome"] == "redirected"
    stopped = run.told("http://packed.test/private?moved")
    assert (stopped["why"], stopped["from"]) == ("redirect", hop["capture"])
    assert "http:/private?moved" not in run.asked("packed.test")


@pytest.mark.parametrize(
    ("origin", "page", "status"),
    [(MINISTRY, "/announcements/17", 200), ("http://www.lockkeeper.test", "/tides", 503)],
)
def test_robots_txt_given_by_hand_is_the_one_that_counts(run: Run, origin: str, page: str, status: int) -> None:
    visit = run.told(f"{origin}/robots.txt")
    assert visit["status"] == status
    assert run.decision(origin + page)["capture"] == visit["capture"]


def test_five_redirects_are_followed_and_no_more(run: Run) -> None:
    assert [path for path in run.asked("wandering.test") if path[6:].isdigit()] == [f"http:/{n}" for n in range(1, 6)]
    assert run.asked("circling.test")[:2] == ["http:/robots.txt", "http:/elsewhere"]
    assert Counter(run.asked("circling.test"))["http:/robots.txt"] == 1


def test_an_endless_robots_txt_is_cut_off_and_the_record_says_so(run: Run) -> None:
    (record,) = [record for record in run.kept if record.url == "http://endless.test/robots.txt"]
    assert (record.truncated, record.note["outcome"], record.note["cut_by"]) == ("length", "truncated", "us")
    assert record.response is not None
    assert LIMIT < len(record.response) < 2 * LIMIT


def alone(folder: Path, *urls: str, **env: str) -> Run:
    """A run over pages of the newsstand, and of a host that only redirects to it."""
    home = folder / "home"
    begin(home)
    with Newsstand() as stand, WireServer([moved("page", "http://www.slowstream.test/summer")]) as mover:
        mapped = {**stand.connect_map, "mover.test": mover.netloc}
        said = call("capture", "--home", home, *QUICK, *connect(mapped), *urls, env=environment(**env))
        return ended(home, said, stand.log, {"mover.test": mover})


@pytest.mark.parametrize(
    ("url", "code", "asked", "outcome"),
    [
        ("http://pictures.lantern.test/pumps.png", 0, ["http:/robots.txt", "http:/pumps.png"], "captured"),
        ("http://www.lockkeeper.test/tides", 1, ["http:/robots.txt"], "robots"),
        (f"{MINISTRY}/private/draft-18.html", 1, ["http:/robots.txt"], "robots"),
        ("http://www.saltmarsh-post.test/wells", 1, [], "failed"),
        (f"{MINISTRY}/robots.txt", 0, ["http:/robots.txt"], "captured"),
    ],
)
def test_a_run_of_one_page_ends_with_the_right_code(
    tmp_path: Path, url: str, code: int, asked: list[str], outcome: str
) -> None:
    run = alone(tmp_path, url)
    assert run.said.code == code, run.said.err
    assert run.asked(url.split("/")[2]) == asked
    visit = run.told(url)
    assert (visit["outcome"], visit["why"]) == (outcome, "by hand")


def test_a_robots_txt_that_moved_to_tls_is_not_asked_again_there(tmp_path: Path) -> None:
    begin(tmp_path / "home")
    moves = [moved(path, f"https://twin.test/{path}") for path in ("robots.txt", "page", "private")]
    context = make_certificates(tmp_path).server_context()
    with WireServer(moves) as plain, WireServer([PAGE, PRIVATE, robots_txt()], tls=context) as secure:
        servers = {"twin.test": plain, "twin.test:443": secure}
        mapped = connect({name: server.netloc for name, server in servers.items()})
        urls = ("http://twin.test/page", "http://twin.test/private")
        run = ended(
            tmp_path / "home", call("capture", "--home", tmp_path / "home", *QUICK, *mapped, *urls), [], servers
        )
    assert sorted(run.asked("twin.test:443")) == ["https:/page", "https:/robots.txt"]
    # The rules bind the origin that pointed to them, whatever the page there leads to.
    assert sorted(run.asked("twin.test")) == ["http:/page", "http:/robots.txt"]
    captures = {run.decision(url)["capture"] for url in (*urls, "https://twin.test/page")}
    assert captures == {run.told("https://twin.test/robots.txt")["capture"]}


def test_a_robots_txt_is_read_however_little_of_a_body_is_wanted(tmp_path: Path) -> None:
    begin(tmp_path / "home")
    with WireServer([PAGE, *HOSTS["endless.test"]]) as server:
        mapped = connect({"endless.test": server.netloc})
        url = "http://endless.test/page"
        said = call("capture", "--home", tmp_path / "home", *QUICK, *mapped, "--max-body", "100000", url)
        run = ended(tmp_path / "home", said, [], {"endless.test": server})
    assert run.told(url)["outcome"] == "captured"
    assert run.decision(url)["verdict"] == ALLOWED


def test_a_crawl_delay_slows_the_host_down_and_whoever_is_redirected_there(tmp_path: Path) -> None:
    # At this rate the longest delay anyone is granted, five minutes, takes half a second.
    rate = 600
    clock = f"2026-11-01T00:00:00Z x{rate}"
    run = alone(tmp_path, "http://mover.test/page", "http://www.slowstream.test/spring", VARIORUM_CLOCK=clock)
    times = [served.time for served in run.log if served.host == "www.slowstream.test"]
    assert sorted(run.asked("www.slowstream.test")) == ["http:/robots.txt", "http:/spring", "http:/summer"]
    # Half of it, because the server notes a request some time after it was sent.
    assert min(later - earlier for earlier, later in pairwise(times)) > timedelta(minutes=5) / rate / 2


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def real_seconds(self, seconds: float) -> float:
        return seconds


HERE: Origin = ("http", "press.test", 80)


class Asking:
    """Counts how often it is asked, and answers when it is let."""

    def __init__(self, known: Known | Exception) -> None:
        self.known = known
        self.times = 0
        self.may = asyncio.Event()

    async def __call__(self) -> Known:
        self.times += 1
        await self.may.wait()
        if isinstance(self.known, Exception):
            raise self.known
        return self.known


def test_many_who_come_at_once_wait_for_one_answer() -> None:
    async def story() -> None:
        remembered, asking = Remembered(Clock()), Asking(Known(rules=rules(404)))
        waiting = [asyncio.ensure_future(remembered.of(HERE, asking)) for _ in range(50)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.sleep(0)
        asking.may.set()
        told = await asyncio.gather(*waiting[1:])
        assert asking.times == 1
        assert all(known is asking.known for known in told)

    asyncio.run(story())


@pytest.mark.parametrize(("status", "lasts"), [(200, KEPT), (404, KEPT), (503, HELD), (None, HELD)])
def test_what_is_known_is_asked_again_when_its_time_is_up(status: int | None, lasts: timedelta) -> None:
    async def story() -> None:
        clock = Clock()
        remembered, asking = Remembered(clock), Asking(Known(rules=rules(status)))
        asking.may.set()
        for seconds, times in ((0, 1), (lasts.total_seconds() - 1, 1), (lasts.total_seconds(), 2)):
            clock.seconds = seconds
            await remembered.of(HERE, asking)
            assert asking.times == times

    asyncio.run(story())


def test_a_failure_reaches_all_who_wait_and_is_not_remembered() -> None:
    async def story() -> None:
        remembered, asking = Remembered(Clock()), Asking(ValueError("no record"))
        asking.may.set()
        told = await asyncio.gather(*(remembered.of(HERE, asking) for _ in range(3)), return_exceptions=True)
        assert [type(known) for known in told] == [ValueError] * 3
        asking.known = Known(rules=rules(404))
        assert await remembered.of(HERE, asking) is asking.known
        assert asking.times == 2

    asyncio.run(story())


def test_the_origin_told_longest_ago_is_forgotten_first() -> None:
    remembered = Remembered(Clock(), most=2)
    places: Iterator[Origin] = (("http", f"{n}.test", 80) for n in range(3))
    first, second, third = places
    for origin in (first, second, first, third):
        remembered.put(origin, Known(rules=rules(404)))
    assert [remembered.now(origin) is not None for origin in (first, second, third)] == [True, False, True]


@pytest.mark.parametrize(
    ("url", "robots"),
    [
        ("http://press.test/a?b", "http://press.test/robots.txt"),
        ("http://Press.test:80/", "http://press.test/robots.txt"),
        ("https://press.test:443/", "https://press.test/robots.txt"),
        ("https://press.test:80/", "https://press.test:80/robots.txt"),
        ("http://press.test:8080", "http://press.test:8080/robots.txt"),
        ("http://user:secret@press.test/", "http://press.test/robots.txt"),
        ("http://[::1]:81/", "http://[::1]:81/robots.txt"),
        ("http://press.test?q", "http://press.test/robots.txt"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, robots: str) -> None:
    assert robots_url(origin_of(url)) == robots


@pytest.mark.parametrize(
    "url", ["http://", "http://:80/", "ftp://press.test/", "press.test", "http://press.test:99999/"]
)
def test_a_url_that_nobody_can_be_asked_for_has_no_origin(url: str) -> None:
    with pytest.raises(ValueError, match=r"names no host|[Pp]ort"):
        origin_of(url)
