"""The demo tells the whole story, and the archive it leaves behind bears it out."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

STORY = "http://blog.lantern.test/2025/03/02/flood-room.html"
POST = "http://blog.lantern.test/2025/03/04/levee-vote.html"

pytestmark = pytest.mark.xdist_group("demo")


def verb(*words: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "archive.cli", *words, *(("--home", str(home)) if home else ())]
    return subprocess.run(call, capture_output=True, text=True, timeout=240, check=False)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("demo") / "press"
    done = verb("demo", str(home))
    assert done.returncode == 0, done.stderr[-3000:]
    return home, done.stdout


def lines(home: Path, *words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in verb(*words, "--json", home=home).stdout.splitlines()]


def test_the_demo_shows_each_verb_as_a_person_would_type_it(shown: tuple[Path, str]) -> None:
    told = re.findall(r"^\$ (?:variorum )?(\S+)", shown[1], flags=re.MULTILINE)

    assert told == [
        *("init", "cd", "watch", "crawl"),
        *("due", "crawl", "log", "history", "show", "changes", "diff", "cites", "outlets", "cited-by", "evidence"),
        *("captures", "start", "due", "sites", "runs", "verify"),
    ]
    assert "--set" not in shown[1]


def test_the_demo_keeps_both_versions_of_the_corrected_story(shown: tuple[Path, str]) -> None:
    versions = lines(shown[0], "captures", STORY)

    assert [each["kind"] for each in versions] == ["response", "response"]
    assert len({each["digest"] for each in versions}) == 2


def test_the_demo_finds_the_new_post_on_the_second_day(shown: tuple[Path, str]) -> None:
    visits = lines(shown[0], "log", POST)

    assert [(each["why"], each["outcome"]) for each in visits[:1]] == [("new", "captured")]
    assert all((each["why"], each["outcome"]) == ("recheck", "unchanged") for each in visits[1:])  # by start


def test_the_second_crawl_of_the_demo_is_told_of_what_has_not_changed(shown: tuple[Path, str]) -> None:
    standing, second, first, watch = lines(shown[0], "runs")

    assert [run["state"] for run in (watch, first, second, standing)] == ["ok", "ok", "ok", "ok"]
    assert standing["why"] == "standing"
    assert isinstance(first["outcomes"], dict)
    assert isinstance(second["outcomes"], dict)
    assert "unchanged" not in first["outcomes"]
    assert second["outcomes"]["unchanged"] >= 5


def test_the_archive_of_the_demo_is_whole(shown: tuple[Path, str]) -> None:
    assert verb("verify", home=shown[0]).returncode == 0


def test_the_demo_takes_no_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    done = verb("demo", str(tmp_path))

    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]


def test_the_demo_finds_posts_of_every_blog_although_watch_took_the_same_feeds_before(shown: tuple[Path, str]) -> None:
    names = [str(site["name"]) for site in lines(shown[0], "sites")]
    posts = {visit["site"] for visit in lines(shown[0], "log") if visit["why"] == "new"}

    assert len(names) == 5
    assert set(names) <= posts
