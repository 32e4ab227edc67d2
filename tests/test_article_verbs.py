"""history, show, mark and reread as a person calls them, on an archive of the newsstand's changing blog."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from archive import config
from archive.asked import Wish, named
from archive.judged import verdicts_of
from archive.model import RecordId
from archive.recording import Recording
from archive.store import captures, journal_rows, open_store
from archive.timing import SystemClock, stamp
from archive.urls import urlkey
from crawler.newsstand import Newsstand
from crawler.newsstand.chronicle_posts import day
from crawler.newsstand.chronicle_truth import story
from tests.crash.exchanges import as_body, exchange
from tests.crash.steps import recorded_now
from tests.kept import empty, keep, page, world
from tests.press import QUICK, Said, call, connect, environment, say

JOURNEY, MOVED, STILL, OTHER = (story(name).addresses[0] for name in ("journey", "moved", "still", "older 1"))
MOVED_TO = story("moved").addresses[1]
FRONT = "http://www.mooringpost.test/"
TIMES = [day(count, 15) for count in range(1, 13)]
END_OF_DAY = datetime(2026, 11, 1, 23, 59, 59, 999999, tzinfo=UTC)


@pytest.fixture(scope="module")
def unread(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of captures that nobody has read."""
    home = empty(tmp_path_factory.mktemp("verbs") / "unread")
    visits = [(JOURNEY, at) for at in TIMES]
    for at in TIMES[1:]:
        visits.append((MOVED, at))
        if at >= day(4, 6):
            visits.append((MOVED_TO, at + timedelta(seconds=2)))
    visits += [(FRONT, TIMES[1]), (STILL, TIMES[0]), (STILL, TIMES[1]), (OTHER, TIMES[0])]
    keep(home, visits)
    return home


@pytest.fixture(scope="module")
def read(unread: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same archive, read and folded."""
    home = tmp_path_factory.mktemp("verbs") / "read"
    shutil.copytree(unread, home)
    done = say("reread", "--home", home)
    assert done.code == 0, done.err
    return home


@pytest.fixture
def home(read: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    shutil.copytree(read, tmp_path / "home")
    return tmp_path / "home"


def rows(home: Path, *words: str) -> list[dict[str, Any]]:
    done = say(*words, "--json", "--home", home)
    assert done.code == 0, done.err
    return done.rows


def record_of(home: Path, url: str, at: datetime) -> str:
    found: str = rows(home, "captures", url, "--at", stamp(at))[0]["id"]
    return found


def lines(told: Said) -> list[str]:
    return told.out.splitlines()


# ---------------------------------------------------------------------------------------------------------- history


def test_history_reads_what_was_never_read_and_says_so(unread: Path, tmp_path: Path) -> None:
    shutil.copytree(unread, tmp_path / "home")
    first = say("history", JOURNEY, "--home", tmp_path / "home")
    again = say("history", JOURNEY, "--home", tmp_path / "home")
    assert (first.code, first.err) == (0, "12 captures are read first\n")
    assert (again.code, again.err) == (0, "")
    assert first.out == again.out


def test_history_of_what_is_read_writes_nothing(home: Path) -> None:
    before = {path: path.read_bytes() for path in (home / "warcs").rglob("*") if path.is_file()}
    assert say("history", JOURNEY, "--home", home).code == 0
    assert say("show", JOURNEY, "--home", home).code == 0
    assert {path: path.read_bytes() for path in (home / "warcs").rglob("*") if path.is_file()} == before


def test_history_has_the_publishers_edits_and_the_events_in_order(read: Path) -> None:
    told = rows(read, "history", JOURNEY)
    edits = [row for row in told if "number" in row]
    assert [row["number"] for row in edits] == [1, 2, 3, 4, 5]
    assert [row["seen_from"] for row in edits] == [stamp(at) for at in TIMES[:5]]
    assert [row["event"] for row in told if "event" in row] == [
        "redesigned", "blocked", "unreachable", "removed", "reinstated",
    ]  # fmt: skip
    starts = [row.get("seen_from") or row["at"] for row in told]
    assert starts == sorted(starts)


def test_history_as_json_has_the_keys_of_the_design(read: Path) -> None:
    keys = "number id seen_from seen_until basis headline bylines published modified language text_digest words"
    revisions = {frozenset(row) for row in rows(read, "history", JOURNEY) if "number" in row}
    events = {frozenset(row) for row in rows(read, "history", JOURNEY) if "number" not in row}
    assert revisions == {frozenset((*keys.split(), "returns_to", "extractor", "url", "article"))}
    assert events == {frozenset(("event", "at", "detail", "url", "article"))}


def test_history_says_of_each_revision_what_was_edited(read: Path) -> None:
    said = lines(say("history", JOURNEY, "--home", read))
    assert said[:2] == [story("journey").texts[-1].headline, JOURNEY]
    edits = [line.strip() for line in said if line.startswith(" " * 6)]
    assert edits[1:8] == [
        "flags: headline",
        f"headline: {story('journey').texts[1].headline}",
        "flags: lede, number",
        "text: +1 -1 paragraphs",
        "flags: quote",
        "text: +1 -1 paragraphs",
        "text: paragraphs in another order",
    ]
    assert re.search(r"^    2025-03-09 15:00  redesigned$", "\n".join(said), re.MULTILINE)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_history_keeps_within_the_terminal(read: Path, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    said = lines(say("history", JOURNEY, "--home", read))
    assert max(len(line) for line in said if "://" not in line) <= width
    assert JOURNEY in said


def test_an_old_address_and_the_new_one_have_one_history(read: Path) -> None:
    old, new = (say("history", url, "--home", read) for url in (MOVED, MOVED_TO))
    assert old.out == new.out
    assert lines(old)[1:3] == [MOVED, f"also {MOVED_TO}  (redirect)"]
    assert "moved" in old.out
    both = say("history", MOVED, MOVED_TO, "--home", read)
    assert both.out == old.out


def test_an_old_address_alone_leads_to_what_it_leads_to(unread: Path, tmp_path: Path, read: Path) -> None:
    shutil.copytree(unread, tmp_path / "home")
    assert say("history", MOVED, "--home", tmp_path / "home").out == say("history", MOVED, "--home", read).out


def test_history_can_be_of_a_time(read: Path) -> None:
    told = rows(read, "history", JOURNEY, "--since", "2025-03-06T00:00:00Z", "--until", "2025-03-10T00:00:00Z")
    assert [row.get("number") or row["event"] for row in told] == [3, 4, 5, "redesigned"]
    none = say("history", JOURNEY, "--until", "2025-01-01", "--home", read)
    assert (none.code, none.out) == (1, "")
    assert "nothing happened in that time" in none.err


def test_history_of_all_has_every_article_once(read: Path) -> None:
    told = {row["article"] for row in rows(read, "history", "--all")}
    assert told == {urlkey(url) for url in (JOURNEY, MOVED, STILL, OTHER)}
    assert say("history", "--site", "nobody", "--home", read).code == 1


def test_history_of_all_reads_what_was_never_read(unread: Path, tmp_path: Path, read: Path) -> None:
    shutil.copytree(unread, tmp_path / "home")
    assert say("history", "--all", "--home", tmp_path / "home").out == say("history", "--all", "--home", read).out


@pytest.mark.parametrize("words", [(), ("--all", JOURNEY), ("--all", "--site", "x")])
def test_history_is_of_urls_or_of_a_site_or_of_all(read: Path, words: tuple[str, ...]) -> None:
    assert say("history", *words, "--home", read).code == 2


def test_a_url_without_captures_is_named_with_the_remedy(read: Path) -> None:
    for verb in ("history", "show"):
        said = say(verb, "http://nobody.test/a", "--home", read)
        assert (said.code, said.out) == (1, "")
        assert "no capture of http://nobody.test/a here: `variorum capture http://nobody.test/a`" in said.err


def test_what_never_was_an_article_is_told_with_its_verdict(read: Path) -> None:
    said = say("history", FRONT, "--home", read)
    assert said.code == 1
    assert "was never read as an article: its capture was read as index (its URL is that of a front page" in said.err


def test_some_urls_of_none_make_it_partly_done(read: Path) -> None:
    said = say("history", FRONT, JOURNEY, "--home", read)
    assert said.code == 5
    assert lines(said)[1] == JOURNEY
    assert "index" in said.err
    assert say("show", FRONT, JOURNEY, "--home", read).code == 5
    assert say("show", FRONT, "http://nobody.test/", "--home", read).code == 1


# ------------------------------------------------------------------------------------------------------------- show


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("http://a.test/b@3", Wish(name="http://a.test/b", revision="3")),
        ("http://a.test/b/@3", Wish(name="http://a.test/b/", revision="3")),
        ("http://a.test/b@2026-11-01T23:59:59.999999Z", Wish(name="http://a.test/b", at=END_OF_DAY)),
        ("http://a.test/b@2026-11-01", Wish(name="http://a.test/b", at=END_OF_DAY)),
        ("http://a.test/@someone/b", None),
        ("http://a.test/@someone", None),
        ("http://a.test/b@2026-13-01", None),
        ("http://user@a.test/b", None),
        ("http://a.test/@12/b", None),
        ("@3", None),
        ("http://a.test/b", None),
    ],
)  # fmt: skip
def test_only_a_number_or_a_time_behind_the_last_at_sign_is_one(text: str, wish: Wish | None) -> None:
    assert named(text) == wish


def test_a_captured_url_that_ends_like_a_revision_is_that_url(home: Path) -> None:
    given = exchange(f"{JOURNEY}@2", at=TIMES[0])
    recording = Recording(config.load(home), SystemClock()).start()
    recorded_now(recording, replace(given, response=as_body(page(STILL, TIMES[0]))))
    recording.close()
    assert rows(home, "show", f"{JOURNEY}@2")[0]["headline"] == story("still").texts[0].headline
    assert rows(home, "show", JOURNEY, "--revision", "2")[0]["headline"] == story("journey").texts[1].headline


def test_show_prints_the_article_to_be_read(read: Path) -> None:
    told = story("journey").texts[1]
    said = say("show", f"{JOURNEY}@2", "--links", "--home", read)
    assert lines(said)[0] == told.headline
    assert {"By Tamsin Wray", JOURNEY, "Seen once, at 2025-03-05 15:00:00 UTC"} <= set(lines(said))
    assert "Published 2025-03-04 12:00 UTC; modified 2025-03-05 12:00 UTC" in lines(said)
    assert re.search(r"^Revision 2 of 5  urn:uuid:\S+$", said.out, re.MULTILINE)
    assert f"Picture: {told.caption}" in lines(said)
    flat = re.sub(r"\[\d+\]", "", " ".join(said.out.split()))
    assert all(" ".join(paragraph.split()) in flat for paragraph in told.paragraphs)
    assert "Quay Courier[1]" in said.out
    assert lines(said)[-3:][0] == "[1] http://www.quaycourier.test/news/pump-prices"
    assert max(map(len, lines(said))) <= 80


def test_show_as_json_has_the_keys_of_the_design(read: Path) -> None:
    (told,) = rows(read, "show", JOURNEY)
    history = set(rows(read, "history", JOURNEY)[0])
    keys = "seo_title standfirst section tags paragraphs links picture caption correction origins"
    assert set(told) == history | set(keys.split())
    assert set(told["links"][0]) == {"url", "text", "paragraph"}
    assert told["number"] == 5


def test_each_revision_is_shown_by_its_number_its_id_and_its_time(read: Path) -> None:
    for row in rows(read, "history", JOURNEY):
        if "number" in row:
            for words in (
                (f"{JOURNEY}@{row['number']}",),
                (row["id"],),
                (JOURNEY, "--revision", row["id"]),
                ("--revision", row["id"]),
                (f"{JOURNEY}@{row['seen_from']}",),
            ):
                (told,) = rows(read, "show", *words)
                assert row.items() <= told.items()
                assert "window" not in told


def test_any_capture_that_shows_a_revision_stands_for_it(read: Path) -> None:
    last = record_of(read, JOURNEY, TIMES[-1])
    (told,) = rows(read, "show", last)
    assert (told["number"], told["id"] != last) == (5, True)


def test_the_visits_around_a_time_are_its_window(read: Path) -> None:
    (told,) = rows(read, "show", f"{JOURNEY}@2025-03-06")
    assert (told["number"], told["window"]) == (3, {"from": stamp(TIMES[2]), "until": stamp(TIMES[3])})
    (away,) = rows(read, "show", JOURNEY, "--at", "2025-03-10T16:00:00Z")
    assert (away["number"], away["window"]) == (5, {"from": stamp(TIMES[5]), "until": stamp(TIMES[6])})
    (after,) = rows(read, "show", JOURNEY, "--at", "2025-12-01")
    assert (after["number"], after["window"]) == (5, {"from": stamp(TIMES[-1]), "until": None})
    assert "lies between two visits" in " ".join(say("show", f"{JOURNEY}@2025-03-06", "--home", read).out.split())


def test_before_the_first_capture_nothing_is_known(read: Path) -> None:
    said = say("show", f"{JOURNEY}@2025-03-01", "--home", read)
    assert (said.code, said.out) == (1, "")
    assert "was first seen on 2025-03-04 at 15:00:00 UTC" in said.err


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ((), 2, "name the URLs"),
        ((f"{JOURNEY}@99",), 1, "it has revisions 1 to 5"),
        ((f"{STILL}@2",), 1, "it has only revision 1"),
        ((JOURNEY, "--revision", "two"), 2, "'two' is no revision"),
        ((JOURNEY, "--revision", "1", "--at", "2025-03-06"), 2, "not both"),
        ((f"{JOURNEY}@2", "--at", "2025-03-06"), 2, "names a revision or time already"),
        (("urn:uuid:01a205ae-0000-7fc5-afb2-f9a6ac1da9d6",), 1, "no capture urn:uuid:01a205ae"),
    ],
)
def test_what_cannot_be_shown_is_told_with_the_reason(read: Path, words: tuple[str, ...], code: int, why: str) -> None:
    said = say("show", *words, "--home", read)
    assert (said.code, said.out) == (code, "")
    assert why in said.err


def test_a_revision_of_another_article_is_refused(read: Path) -> None:
    id = rows(read, "history", STILL)[0]["id"]
    said = say("show", JOURNEY, "--revision", id, "--home", read)
    assert said.code == 1
    assert f"{id} is a revision of {STILL}, not of {JOURNEY}" in said.err


def test_a_capture_that_shows_no_revision_is_told_as_what_it_was_read(read: Path) -> None:
    said = say("show", record_of(read, JOURNEY, TIMES[6]), "--home", read)
    assert said.code == 1
    assert "read as consent (" in said.err


# ------------------------------------------------------------------------------------------------------------- mark


def test_a_capture_marked_as_no_article_opens_no_revision(home: Path) -> None:
    id = record_of(home, JOURNEY, TIMES[2])
    said = say("mark", id, "--not-an-article", "--note", "a test page", "--home", home)
    assert said.code == 0, said.err
    assert "revision 3 of 2025-03-06 15:00 is none any more" in said.out
    told = rows(home, "history", JOURNEY)
    assert [row["seen_from"] for row in told if "number" in row] == [stamp(TIMES[at]) for at in (0, 1, 3, 4)]
    (marked,) = [row for row in told if row.get("event") == "marked"]
    assert (marked["at"], id in marked["detail"], "a test page" in marked["detail"]) == (stamp(TIMES[2]), True, True)
    assert re.search(
        r"2025-03-06 15:00  marked +not the article, a person said", say("history", JOURNEY, "--home", home).out
    )


def test_the_last_word_on_a_capture_holds(home: Path) -> None:
    before = rows(home, "history", JOURNEY)
    for word in ("--not-an-article", "--article"):
        assert say("mark", f"{JOURNEY}@{stamp(TIMES[2])}", word, "--home", home).code == 0
    after = rows(home, "history", JOURNEY)
    assert [row for row in after if row.get("event") != "marked"] == before
    assert sum(row.get("event") == "marked" for row in after) == 1


def test_the_same_word_twice_is_on_record_once(home: Path) -> None:
    words = ("mark", f"{JOURNEY}@{stamp(TIMES[2])}", "--not-an-article", "--home", str(home))
    assert "on record" in say(*words).out
    assert "marked so already" in say(*words).err
    with closing(open_store(f"sqlite:///{home}/variorum.db")) as store, store.read() as conn:
        (entry,) = journal_rows.every(conn, kind="mark")
    assert (entry.subject, dict(entry.data)) == (
        record_of(home, JOURNEY, TIMES[2]),
        {"article": False, "note": None},
    )


def test_an_event_of_a_capture_that_is_marked_is_taken_back(home: Path) -> None:
    said = say("mark", f"{JOURNEY}@{stamp(TIMES[6])}", "--not-an-article", "--home", home)
    assert "blocked on 2025-03-10 15:00 is taken back" in said.out
    assert "blocked" not in {row.get("event") for row in rows(home, "history", JOURNEY)}


@pytest.mark.parametrize("first", ["reread", "history"])
def test_histories_and_marks_survive_the_loss_of_the_database(home: Path, first: str) -> None:
    assert say("mark", f"{JOURNEY}@{stamp(TIMES[2])}", "--not-an-article", "--note", "no", "--home", home).code == 0
    before = rows(home, "history", "--all")
    for file in home.glob("variorum.db*"):
        file.unlink()
    assert say("reindex", "--home", home).code == 0
    done = say(first, *(("--all",) if first == "history" else ()), "--home", home)
    assert done.code == 0, done.err
    assert rows(home, "history", "--all") == before


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ((JOURNEY,), 2, "say one thing"),
        ((JOURNEY, "--article", "--same-as", STILL), 2, "say one thing"),
        ((JOURNEY, "--article"), 2, "which capture"),
        (("urn:uuid:01a205ae-0000-7fc5-afb2-f9a6ac1da9d6", "--article"), 1, "no capture urn:uuid"),
        ((JOURNEY, "--same-as", "http://nobody.test/"), 1, "no capture of http://nobody.test/"),
        ((JOURNEY, "--same-as", f"{JOURNEY}#top"), 2, "are one URL"),
    ],
)
def test_a_word_on_nothing_is_refused(read: Path, words: tuple[str, ...], code: int, why: str) -> None:
    said = say("mark", *words, "--home", read)
    assert (said.code, said.out) == (code, "")
    assert why in said.err


def test_two_urls_are_joined_by_hand(home: Path) -> None:
    said = say("mark", STILL, "--same-as", OTHER, "--note", "the same piece", "--home", home)
    assert said.code == 0, said.err
    assert "are one article: on record" in said.out
    assert rows(home, "history", STILL) == rows(home, "history", OTHER)
    assert any("(by hand)" in line for line in lines(say("history", STILL, "--home", home)))


def test_two_urls_are_parted_by_hand(home: Path) -> None:
    assert say("mark", MOVED, "--apart-from", MOVED_TO, "--home", home).code == 0
    apart = [{row["article"] for row in rows(home, "history", url)} for url in (MOVED, MOVED_TO)]
    assert apart == [{urlkey(MOVED)}, {urlkey(MOVED_TO)}]


def test_the_newest_word_on_two_urls_holds(home: Path) -> None:
    before = rows(home, "history", MOVED)
    assert say("mark", MOVED, "--apart-from", MOVED_TO, "--home", home).code == 0
    assert say("mark", MOVED_TO, "--same-as", MOVED, "--home", home).code == 0
    assert rows(home, "history", MOVED) == rows(home, "history", MOVED_TO) == before


def test_a_page_that_was_taken_for_something_else_is_an_article_on_a_persons_word(home: Path) -> None:
    said = say("mark", f"{FRONT}@{stamp(TIMES[1])}", "--article", "--home", home)
    assert "is an article now: 1 revision, 0 events" in said.out
    assert [row.get("number") for row in rows(home, "history", FRONT)] == [None, 1]


def test_an_article_whose_captures_are_all_marked_is_none_any_more(home: Path) -> None:
    said = say("mark", f"{OTHER}@{stamp(TIMES[0])}", "--not-an-article", "--home", home)
    assert f"{OTHER} is no article any more; it had 1 revision, 0 events" in said.out


# ----------------------------------------------------------------------------------------------------------- reread


def test_reread_reads_everything_and_says_what_it_brought(unread: Path, tmp_path: Path) -> None:
    shutil.copytree(unread, tmp_path / "home")
    (first,) = rows(tmp_path / "home", "reread")
    assert (first["new"], first["edits"] >= 5, first["events"]["removed"]) == (4, True, 1)
    (again,) = rows(tmp_path / "home", "reread")
    assert again == {"read": 0, "new": 0, "edits": 0, "events": {}}


def test_reread_of_a_url_reads_that_alone(unread: Path, tmp_path: Path) -> None:
    shutil.copytree(unread, tmp_path / "home")
    (told,) = rows(tmp_path / "home", "reread", JOURNEY)
    assert (told["read"], told["new"], told["edits"]) == (12, 1, 4)
    (rest,) = rows(tmp_path / "home", "reread", STILL)
    assert (rest["read"], rest["new"]) == (2, 1)


def test_reread_of_what_is_no_article_says_so(read: Path) -> None:
    said = say("reread", FRONT, "--home", read)
    assert said.code == 1
    assert "read as index" in said.err


def made_by_another_extractor(home: Path, since: datetime) -> None:
    """Leave an archive as an older extractor would have: it took another name for the writer's from a time on."""
    with closing(sqlite3.connect(home / "variorum.db")) as conn, conn:
        for table in ("readings", "pins"):
            conn.execute(f"UPDATE {table} SET extractor = 'generic 1 (trafilatura 1.0)'")
        told = (urlkey(JOURNEY), int(since.timestamp() * 1_000_000))
        conn.execute(
            "UPDATE readings SET extraction = replace(extraction, 'Tamsin Wray', 'Harbour desk')"
            " WHERE urlkey = ? AND at >= ? AND verdict = 'article'",
            told,
        )
        conn.execute("INSERT INTO unfolded (urlkey, since, marks) VALUES (?, ?, 0)", told)


def test_an_upgrade_tells_what_it_reads_otherwise_and_makes_no_edit(home: Path) -> None:
    truth = rows(home, "history", JOURNEY)
    made_by_another_extractor(home, TIMES[5])
    wrong = [row for row in rows(home, "history", JOURNEY) if "number" in row]
    assert [row["bylines"] for row in wrong] == [["Tamsin Wray"]] * 5 + [["Harbour desk"]]
    before = shutil.copytree(home, home.with_name("again"))
    (told,) = [row for row in rows(home, "reread", "--upgrade") if row["said"]]
    assert list(told) == ["url", "article", "from", "to", "said", "moved"]
    assert (told["url"], told["from"]) == (JOURNEY, "generic 1 (trafilatura 1.0)")
    assert told["said"][0] == "6 revisions were told apart, now 5"
    assert told["moved"] == {wrong[5]["id"]: wrong[4]["id"]}
    assert rows(home, "history", JOURNEY) == [
        row | {"extractor": told["to"]} if "number" in row else row for row in truth
    ]
    words = say("reread", "--upgrade", "--home", before)
    assert lines(words)[0] == JOURNEY
    assert "  6 revisions were told apart, now 5" in lines(words)
    assert "the extractor's doing and no edit" in words.out
    assert lines(words)[-1].startswith("4 chains read by today's extractor, 1 of them otherwise than before")


def test_the_id_of_a_revision_resolves_after_an_upgrade_with_a_note(home: Path) -> None:
    made_by_another_extractor(home, TIMES[5])
    id = [row["id"] for row in rows(home, "history", JOURNEY) if "number" in row][-1]
    assert rows(home, "show", id)[0]["number"] == 6
    assert say("reread", JOURNEY, "--upgrade", "--home", home).code == 0
    said = say("show", id, "--json", "--home", home)
    assert said.rows[0]["number"] == 5
    assert re.search(
        rf"{id} opened a revision until the extractor was upgraded on .*generic 1.* revision 5 now", said.err
    )


def test_an_upgrade_without_a_newer_extractor_moves_nothing(read: Path) -> None:
    said = say("reread", JOURNEY, "--upgrade", "--home", read)
    assert (said.code, lines(said)[0].startswith("0 chains read")) == (0, True)


# --------------------------------------------------------------------------------------------------------- verdicts


def test_captures_can_be_told_with_their_verdicts(read: Path, unread: Path) -> None:
    found = []
    for home in (read, unread):
        with closing(open_store(f"sqlite:///{home}/variorum.db")) as store, store.read() as conn:
            told = list(verdicts_of(conn, captures.of_url(conn, urlkey(JOURNEY))))
        assert all(before.at < after.at for (before, _), (after, _) in pairwise(told))
        found.append([verdict for _, verdict in told])
    assert found[0][:8] == ["article"] * 6 + ["consent", "article"]
    assert found[0][8:] == ["error", "error", "error", "article"]
    assert found[1] == [None] * 12


# ------------------------------------------------------------------------------------------------------------- whole


def test_capture_then_history_just_works(home: Path) -> None:
    home = empty(home.with_name("fresh"))
    with Newsstand(now=lambda: day(3, 15), world=world()) as stand:
        given = ("--home", home, *connect(stand.connect_map), *QUICK)
        taken = call("capture", STILL, *given, env=environment())
    assert taken.code == 0, taken.err
    said = say("history", STILL, "--home", home)
    assert (said.code, said.err) == (0, "1 capture is read first\n")
    assert lines(said)[0] == story("still").texts[0].headline
    assert RecordId(rows(home, "show", STILL)[0]["id"]) == record_of(home, STILL, day(3, 15))
