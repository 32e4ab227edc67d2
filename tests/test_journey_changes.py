"""What the edits of a blog's life did, and on whose word it rests: told by the verbs, judged by the stand's truth."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from archive.timing import ScaledClock
from crawler.newsstand import Newsstand, seed_page
from crawler.newsstand.chronicle import chronicled
from crawler.newsstand.chronicle_cited import (
    DISPATCH_LIST,
    FEBRUARY_TOLLS,
    GATHERERS_WAGES,
    INTERVIEW,
    LONG_BARGES,
    OLDEST_TOLLS,
    RELIEF_GOODS,
    TOLL_NOTICES,
)
from crawler.newsstand.chronicle_nouns import BLOG, day
from crawler.newsstand.chronicle_truth import CHRONICLE_WATCHED, chronicle, cited, story
from crawler.newsstand.told import Told
from tests.crawl_home import Home
from tests.lived import HOUR, PACE, Lived, relived

CITING = story("citing").addresses[0]
REWORDED = story("reworded").addresses[0]
EDITED = [told for told in (*chronicle(), story("gazette")) if len(told.texts) > 1]
UNEDITED = [told for told in chronicle() if len(told.texts) == 1]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return relived(tmp_path_factory)


def name_of(told: Told) -> str:
    return told.name


def flags_of(told: Told) -> list[set[str]]:
    """Give the flags that each edit of a story should have."""
    return [set(told.flags_at(text.at)) for text in told.texts[1:]]


def steps(lived: Lived, told: Told) -> list[dict[str, Any]]:
    return lived.told("diff", told.addresses[0], "--between", f"1..{len(told.texts)}", "--each")


# ---------------------------------------------------------------------------------------------------------------- diff


@pytest.mark.parametrize("told", EDITED, ids=name_of)
def test_each_edit_has_its_flags_and_no_others(lived: Lived, told: Told) -> None:
    found = steps(lived, told)
    assert [(each["from"]["number"], each["to"]["number"]) for each in found] == [
        (number, number + 1) for number in range(1, len(told.texts))
    ]
    assert [set(each["flags"]) for each in found] == flags_of(told)


@pytest.mark.parametrize("told", UNEDITED, ids=name_of)
def test_a_story_with_noise_alone_has_no_diff(lived: Lived, told: Told) -> None:
    done = lived.home.call("diff", told.addresses[0], "--json")
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize("told", EDITED, ids=name_of)
def test_the_edits_make_the_later_text_of_the_earlier_one(lived: Lived, told: Told) -> None:
    url = told.addresses[0]
    shown = lived.told("show", *(f"{url}@{number}" for number in range(1, len(told.texts) + 1)))
    texts = ["\n".join(each["paragraphs"]) for each in shown]
    for each in steps(lived, told):
        before, after = (texts[each[side]["number"] - 1] for side in ("from", "to"))
        assert applied(before, each["edits"]) == after
        assert (before != after) is bool(each["edits"])


def test_any_two_revisions_can_be_compared(lived: Lived) -> None:
    (forth,) = lived.told("diff", REWORDED, "--between", "2..5")
    (back,) = lived.told("diff", REWORDED, "--between", "5..2")
    assert set(forth["flags"]) == {"attribution", "caveat", "hedging"}
    first, last = (
        "\n".join(each["paragraphs"]) for each in lived.told("show", *(f"{REWORDED}@{number}" for number in (2, 5)))
    )
    assert (applied(first, forth["edits"]), applied(last, back["edits"])) == (last, first)


def applied(before: str, edits: list[dict[str, Any]]) -> str:
    """Take out of a text what edits took out of it, and put in what they put in, where it stands in the later one."""
    for at in sorted((each["before_at"] for each in edits if each["before_at"]), key=starts, reverse=True):
        before = before[: at["start"]] + before[at["end"] :]
    for each in sorted((each for each in edits if each["after_at"]), key=lambda each: starts(each["after_at"])):
        start = each["after_at"]["start"]
        before = before[:start] + each["after"] + before[start:]
    return before


def starts(at: dict[str, Any]) -> tuple[int, int]:
    return at["start"], at["end"]


# ------------------------------------------------------------------------------------------------------------- changes


def listed(lines: list[dict[str, Any]]) -> Counter[tuple[str, int, frozenset[str]]]:
    return Counter((each["url"], each["to"]["number"], frozenset(each["flags"])) for each in lines)


def wanted() -> Counter[tuple[str, int, frozenset[str]]]:
    return Counter(
        (told.addresses[0], number, frozenset(flags))
        for told in EDITED
        for number, flags in enumerate(flags_of(told), 2)
    )


def test_each_edit_is_listed_once(lived: Lived) -> None:
    found = lived.told("changes")
    assert listed(found) == wanted()
    assert [each["at"] for each in found] == sorted(each["at"] for each in found)


def test_a_reader_is_told_each_edit_once(lived: Lived) -> None:
    assert listed(lived.told("changes", "--since", "last", "--reader", "ada")) == wanted()
    again = lived.home.call("changes", "--since", "last", "--reader", "ada", "--json")
    assert (again.returncode, again.stdout) == (1, "")


def test_one_edit_was_silent(lived: Lived) -> None:
    (found,) = lived.told("changes", "--flag", "stealth")
    number = next(at for at, text in enumerate(story("reworded").texts, 1) if text.at == day(11, 6))
    assert (found["url"], found["to"]["number"]) == (REWORDED, number)


# ----------------------------------------------------------------------------------------------------------- citations


def at_place(place: tuple[str, str]) -> str:
    return f"http://{place[0]}{place[1]}"


def links(lived: Lived, url: str) -> dict[str, dict[str, Any]]:
    return {each["target"]: each for each in lived.told("cites", url) if each["how"] == "link"}


def test_a_citing_post_names_its_sources(lived: Lived) -> None:
    found = links(lived, CITING)
    assert [*found] == [*story("citing").texts[0].links]
    for target, each in found.items():
        domain = target.split("/")[2].removeprefix("www.")
        assert (each["host"].removeprefix("www."), each["domain"], each["category"]) == (domain, domain, "media")
    gazette = found[at_place(FEBRUARY_TOLLS)]
    assert (gazette["outlet"], gazette["role"]) == ("Toll Gazette", "attribution")
    assert gazette["sentence"] in story("citing").texts[0].paragraphs


def test_a_source_that_is_only_named_is_credited_too(lived: Lived) -> None:
    named = [each for each in lived.told("cites", CITING) if each["how"] == "name" and each["outlet"]]
    assert {each["domain"] for each in named} == {"tollgazette.test"}
    assert any(each["sentence"].startswith("The Toll Gazette wrote") for each in named)


def test_unnamed_sources_come_through_the_outlet_that_tells_of_them(lived: Lived) -> None:
    found = lived.told("cites", CITING)
    (unnamed,) = (each for each in found if each["outlet"] is None)
    assert unnamed["source"] == "unnamed sources"
    (through,) = (each for each in found if each["position"] == unnamed["via"])
    assert through["domain"] == "tollgazette.test"


def test_a_citation_is_bound_to_what_the_page_said_when_it_was_cited(lived: Lived) -> None:
    found = links(lived, CITING)
    for place in (FEBRUARY_TOLLS, LONG_BARGES, TOLL_NOTICES, DISPATCH_LIST):
        first = lived.told("captures", at_place(place))[0]
        assert found[at_place(place)]["capture"] == first["id"]
        assert first["at"].startswith(f"{day(1, HOUR):%Y-%m-%d}")


def test_a_cited_page_that_was_edited_and_then_removed_is_reported_back(lived: Lived) -> None:
    found = links(lived, CITING)[at_place(FEBRUARY_TOLLS)]
    assert found["state"] == "gone"
    assert f"{day(9, HOUR):%Y-%m-%d}" in found["reason"]  # two answers that it is gone, a day apart
    assert "edited" in found["reason"]


@pytest.mark.parametrize(
    ("place", "state"), [(LONG_BARGES, "same"), (TOLL_NOTICES, "moved"), (DISPATCH_LIST, "blocked")]
)
def test_what_became_of_a_cited_page_is_told(lived: Lived, place: tuple[str, str], state: str) -> None:
    found = links(lived, CITING)[at_place(place)]
    assert found["state"] == state
    assert found["reason"]


@pytest.mark.parametrize(
    ("place", "state", "said"), [(GATHERERS_WAGES, "blocked", "robots.txt"), (OLDEST_TOLLS, "unknown", "no answer")]
)
def test_why_a_cited_page_has_no_capture_is_told(lived: Lived, place: tuple[str, str], state: str, said: str) -> None:
    found = links(lived, CITING)[at_place(place)]
    assert (found["capture"], found["state"]) == (None, state)
    assert said in found["reason"]


def test_an_outlet_knows_who_cites_it(lived: Lived) -> None:
    (revision,) = (each for each in lived.history(CITING) if "number" in each)
    found = lived.told("cited-by", "www.tollgazette.test")
    assert {(each["url"], each["revision"]) for each in found} == {(CITING, revision["id"])}


def test_a_page_knows_which_revisions_cite_it(lived: Lived) -> None:
    before, after = (next(iter(text.links)) for text in story("reworded").texts[:2])
    assert {each["number"] for each in lived.told("cited-by", before)} == {1}
    assert {each["number"] for each in lived.told("cited-by", after)} == {*range(2, len(story("reworded").texts) + 1)}


# ------------------------------------------------------------------------------------------------- evidence, and again


@pytest.mark.parametrize("told", [*EDITED, story("citing")], ids=name_of)
def test_a_revision_is_proved_down_to_its_bytes(lived: Lived, told: Told) -> None:
    for each in lived.told("evidence", f"{told.addresses[0]}@{len(told.texts)}"):
        assert each["ok"] is not False, each


def test_a_byte_that_was_altered_is_found_out(lived: Lived, tmp_path: Path) -> None:
    copy = lived.copied(tmp_path / "press")
    revision = [each for each in copy.history(REWORDED) if "number" in each][2]
    (capture,) = (each for each in copy.told("captures", REWORDED) if each["id"] == revision["id"])
    path = copy.home.path / "warcs" / capture["warc"]
    data = bytearray(path.read_bytes())
    data[capture["offset"] + capture["length"] // 2] ^= 1
    path.write_bytes(data)
    done = copy.home.call("evidence", f"{REWORDED}@3", "--json")
    assert done.returncode == 3, done.stdout + done.stderr
    assert any(json.loads(line)["ok"] is False for line in done.stdout.splitlines())
    assert copy.home.call("evidence", f"{REWORDED}@2", "--json").returncode == 0


def all_told(lived: Lived) -> dict[str, list[dict[str, Any]]]:
    urls = [told.addresses[0] for told in EDITED]
    return {
        "diff": [each for told in EDITED for each in steps(lived, told)],
        "changes": lived.told("changes"),
        "cites": lived.told("cites", CITING, *urls),
        "cited-by": lived.told("cited-by", "www.sluicetribune.test"),
        "outlets": lived.told("outlets"),
    }


def test_a_database_made_anew_tells_the_same_changes_and_citations(lived: Lived, tmp_path: Path) -> None:
    before = all_told(lived)
    copy = lived.copied(tmp_path / "press")
    copy.made_anew()
    after = all_told(copy)
    for verb, lines in before.items():
        assert after[verb] == lines, verb


# ------------------------------------------------------------------------------------------------------------ the seed


def test_what_the_seed_links_is_bound_to_its_capture(shared: Path, tmp_path: Path) -> None:
    seed = (shared / "seed" / "under-the-black-flag.txt").read_text("utf-8")
    clock = ScaledClock(day(1, HOUR), PACE)
    with Newsstand(now=clock.now, world=chronicled(seed)) as stand:
        lived = Lived(home=Home(tmp_path / "press", stand.connect_map, clock=clock), ended=day(1, HOUR))
        lived.home.watch(CHRONICLE_WATCHED)
        done = lived.home.call("crawl")
        assert done.returncode == 0, done.stdout + done.stderr
    found = links(lived, f"http://{BLOG}{seed_page.PATH}")
    assert {*found} == {at_place(INTERVIEW), at_place(RELIEF_GOODS)}
    for target, each in found.items():
        (capture,) = lived.told("captures", target)
        assert (each["capture"], each["state"]) == (capture["id"], "same")


def test_every_page_that_is_cited_has_a_truth_of_its_own() -> None:
    told = {each.addresses[0] for each in cited()}
    assert {at_place(place) for place in (FEBRUARY_TOLLS, LONG_BARGES, TOLL_NOTICES, GATHERERS_WAGES)} <= told
