"""find as a person calls it, on an archive of the newsstand's changing blog and of the outlet that reprints it."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from archive.finding import Hit, Passage, Stood, hit_lines
from archive.model import RecordId, Url, UrlKey
from archive.store import search
from archive.timing import parse_time, stamp
from archive.urls import urlkey
from crawler.newsstand.chronicle_posts import day
from crawler.newsstand.chronicle_truth import story
from tests.kept import empty, keep
from tests.press import LIMIT, VARIORUM, Said, environment, say

JOURNEY, STILL, REPRINT = (story(name).addresses[0] for name in ("journey", "still", "syndicated"))
TIMES = [day(count, 15) for count in range(1, 6)]
SOLD = "we know where they are sold"
BLOG, MIRROR = "mooringpost.test", "deltareprints.test"


@pytest.fixture(scope="module")
def unread(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of captures that nobody has read."""
    home = empty(tmp_path_factory.mktemp("find") / "unread")
    keep(home, [(JOURNEY, at) for at in TIMES] + [(STILL, TIMES[0]), (STILL, TIMES[2]), (REPRINT, TIMES[3])])
    return home


@pytest.fixture(scope="module")
def read(unread: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same archive, read, folded and indexed."""
    home = tmp_path_factory.mktemp("find") / "read"
    shutil.copytree(unread, home)
    done = say("find", "lamplighter", "--home", home)
    assert done.code == 0, done.err
    return home


def rows(home: Path, *words: str) -> list[dict[str, Any]]:
    done = say("find", *words, "--json", "--home", home)
    assert done.code == 0, done.err
    return done.rows


def lines(told: Said) -> list[str]:
    return told.out.splitlines()


def test_find_reads_what_was_never_read_and_says_so(unread: Path, tmp_path: Path) -> None:
    shutil.copytree(unread, tmp_path / "home")
    first = say("find", SOLD, "--home", tmp_path / "home")
    again = say("find", SOLD, "--home", tmp_path / "home")
    assert (first.code, again.code, again.err) == (0, 0, "")
    assert "what was captured since is read first" in first.err
    assert first.out == again.out != ""


def test_a_hit_is_told_with_its_headline_its_revisions_and_where_to_read_on(read: Path) -> None:
    said = say("find", SOLD, "--gone", "--home", read)
    told = lines(said)
    newest = story("journey").texts[2]
    assert (said.code, told[0], told[1]) == (0, newest.headline, f"{JOURNEY}@3")
    times = f"{TIMES[0]:%Y-%m-%d %H:%M} - {TIMES[2]:%Y-%m-%d %H:%M}"
    rest = " ".join(" ".join(told[2:]).split())
    assert rest.startswith(f"revisions 1 to 3, gone; seen {times}; {BLOG} “We know who takes them, and {SOLD},”")
    shown = say("show", told[1], "--home", read)
    assert SOLD in " ".join(shown.out.split())


def test_find_as_json_has_the_keys_of_the_design_and_an_object_a_revision(read: Path) -> None:
    told = rows(read, SOLD)
    assert {frozenset(row) for row in told} == {
        frozenset("url article revision at outlet snippet gone".split())
    }  # fmt: skip
    history = say("history", JOURNEY, "--json", "--home", read).rows
    numbered = {row["number"]: row for row in history if "number" in row}
    assert [row["revision"] for row in told] == [numbered[number]["id"] for number in (3, 2, 1)]
    assert [row["at"] for row in told] == [stamp(at) for at in TIMES[2::-1]]
    assert {(row["url"], row["article"], row["outlet"], row["gone"]) for row in told} == {
        (JOURNEY, urlkey(JOURNEY), BLOG, True)
    }
    assert all(SOLD in row["snippet"] for row in told)


def test_what_another_outlet_still_says_is_not_gone(read: Path) -> None:
    told = rows(read, "lamplighter")
    assert {row["url"]: row["gone"] for row in told} == {STILL: False, REPRINT: False}
    assert [row["url"] for row in told] == [REPRINT, STILL]


def test_hits_can_be_of_an_outlet_or_a_time(read: Path) -> None:
    assert {row["outlet"] for row in rows(read, "lamplighter", "--outlet", MIRROR)} == {MIRROR}
    assert {row["outlet"] for row in rows(read, "lamplighter", "--outlet", f"www.{BLOG}")} == {BLOG}
    until = stamp(TIMES[1])
    assert [row["at"] for row in rows(read, SOLD, "--until", until)] == [stamp(TIMES[0])]
    assert say("find", SOLD, "--since", stamp(TIMES[3]), "--home", read).code == 1


def test_words_may_be_excluded_and_prefixes_asked_for(read: Path) -> None:
    assert {row["url"] for row in rows(read, "lampl*", "-rings")} == {STILL, REPRINT}
    assert {row["url"] for row in rows(read, "harbour", "-lamplighter")} == {JOURNEY}
    assert {row["url"] for row in rows(read, "harbour -lamplighter")} == {JOURNEY}


def test_more_hits_than_the_limit_are_said_to_be_there(read: Path) -> None:
    said = say("find", "the", "--limit", "1", "--home", read)
    assert said.code == 0
    assert sum("@" in line for line in lines(said)) == 1
    assert "there are more: --limit 4" in said.err
    assert say("find", "the", "--home", read).err == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("zebra",), "no revision has zebra; fewer words find more"),
        (("lamplighter", "--gone"), "no text that is gone has lamplighter: leave --gone out"),
        (("two words",), 'no revision has "two words"'),
        (("lamplighter", "--outlet", "x.test"), "no revision has lamplighter there: leave --outlet out to search all"),
        (("lamplighter", "--gone", "--site", "x", "--until", "2020-01-01"), "leave --site and --until out"),
    ],
)
def test_nothing_found_is_said_with_what_to_leave_out(read: Path, words: tuple[str, ...], told: str) -> None:
    said = say("find", *words, "--home", read)
    assert (said.code, said.out) == (1, "")
    assert told in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "no word to find"), (("",), "no word to find"), (("-only",), "only words that must not be there"),
        (("word", "--gon"), "--gon"), (("word", "--limit", "0"), "0"), (("word", "--since", "later"), "is not a time"),
    ],
)  # fmt: skip
def test_a_query_that_names_nothing_is_misuse(
    read: Path, words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = say("find", *words, "--home", read)
    assert (said.code, said.out) == (2, "")
    assert told in said.err + capsys.readouterr().err


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    said = say("find", "word", "--home", empty(tmp_path / "home"))
    assert (said.code, said.out) == (1, "")
    assert "no revision has word" in said.err


def test_an_index_that_was_lost_is_made_again(read: Path, tmp_path: Path) -> None:
    from contextlib import closing

    from archive.store import open_store

    home = tmp_path / "home"
    shutil.copytree(read, home)
    with closing(open_store(f"sqlite:///{home}/variorum.db")) as store, store.write() as conn:
        search.wipe(conn)
    said = say("find", SOLD, "--home", home)
    assert (said.code, said.err) == (0, "what revisions say is indexed first\n")
    assert said.out == say("find", SOLD, "--home", read).out


@pytest.mark.parametrize("width", [60, 80, 120])
def test_hits_keep_within_the_terminal(read: Path, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    said = lines(say("find", "the", "--home", read))
    assert max(len(line) for line in said if "://" not in line) <= width


def test_found_words_are_bold_on_a_terminal_and_plain_elsewhere(read: Path) -> None:
    assert "\x1b" not in say("find", "lamplighter", "--home", read).out
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [VARIORUM, "find", "lamplighter", "--limit", "1", "--home", read], stdout=theirs, stderr=theirs,
        env=environment(TERM="xterm-256color", COLUMNS="80"),
    ) as running:  # fmt: skip
        os.close(theirs)
        told = b""
        try:
            while some := os.read(ours, 4096):
                told += some
        except OSError:
            pass  # the other end was closed: that is how a terminal ends here
        finally:
            os.close(ours)
        assert running.wait(LIMIT) == 0
    assert re.findall(r"\x1b\[1m(.*?)\x1b\[0m", told.decode())[:1] == ["lamplighter"]


def test_right_to_left_text_stands_on_lines_of_its_own() -> None:
    text = "وقالت غرفة العمليات المشتركة ذلك\u200f في بغداد"
    start = text.index("العمليات")
    at = parse_time("2026-11-22T12:00:00Z")
    stood = Stood(id=RecordId("a"), number=2, url=Url("https://blog.example/a"), seen_from=at, seen_until=at)
    hit = Hit(
        article=UrlKey("example,blog)/a"), outlet="blog.example", headline=Passage("عنوان"), gone=False,
        snippet=Passage(text, ((start, start + len("العمليات")),)), revisions=(stood,),
    )  # fmt: skip
    told = ["".join(piece for piece, _ in line) for line in hit_lines(hit, 80)]
    assert told == [
        "عنوان",
        "https://blog.example/a@2",
        "revision 2; seen 2026-11-22 12:00; blog.example",
        "    وقالت غرفة العمليات المشتركة ذلك في بغداد",
    ]
    assert [piece for line in hit_lines(hit, 80) for piece, asked in line if asked] == ["العمليات"]
