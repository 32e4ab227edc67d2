"""changes, diff, mark, cites --resolve and outlets as a person calls them, and what readers of changes are shown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import config
from archive.asked_citations import parts_of
from archive.model import Citation, RecordId, Sighting, Url, UrlKey
from archive.notebook import open_archive
from archive.recording import Recording
from archive.store import Connection, Store, articles, changes, citations, open_store, sightings, sqlite_url
from archive.store.changes import Noted, Places
from archive.timing import SystemClock
from archive.urls import urlkey
from archive.words_of_people import right_flags
from crawler.newsstand.chronicle_posts import day
from crawler.newsstand.chronicle_truth import story
from tests.crash.exchanges import exchange
from tests.crash.steps import recorded_now
from tests.kept import empty, keep
from tests.press import Said, say

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIRST = datetime(2025, 3, 1, 12, tzinfo=UTC)
JOURNEY, OTHER = (story(name).addresses[0] for name in ("journey", "reworded"))
MILL = "http://www.valleypost.test/2025/03/01/mill-closed"
TEXT = (
    "The old mill on the river was closed on Saturday after 40 years, and the council of Thornmouth will sell it in "
    "the spring to whoever repairs the roof and keeps the wheel.",
    "The mill pond froze in January, the “Weir” Ledger wrote, and nobody cleared the sluice for three weeks after, "
    "so that the wheel stood still.",
    "The keeper of the mill has said that the pond would freeze again next winter and that somebody should pay for it, "
    "or else the wall would fall into the valley.",
    "Farmers from the valley have brought their grain elsewhere since last autumn, and the road to the mill is bad "
    "when it rains, which it does there on two days of three.",
    "A plan to make the building a museum was dropped in the summer because nobody wanted to pay for its upkeep, and "
    "the papers of the society that had the plan were given to the library.",
)


def page(*texts: str, published: str = "2025-03-01T10:00:00Z") -> bytes:
    """Write an article that tells what it is."""
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Mill closed after 40 years",
        "datePublished": published,
        "author": {"@type": "Person", "name": "Tamsin Wray"},
    }
    body = "".join(f"<p>{text}</p>" for text in texts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mill closed after 40 years</title>'
        f'<meta property="og:type" content="article"><script type="application/ld+json">{json.dumps(told)}</script>'
        f"</head><body><article><h1>Mill closed after 40 years</h1>{body}</article></body></html>"
    ).encode()


def put(home: Path, *pages: tuple[str, datetime, bytes]) -> None:
    """Put on record what these URLs answered."""
    recording = Recording(config.load(home), SystemClock()).start()
    try:
        for url, at, body in pages:
            recorded_now(recording, exchange(url, body, at=at))
    finally:
        recording.close()


def at(count: int) -> datetime:
    return FIRST + timedelta(days=count)


def rows(home: Path, *words: str) -> list[dict[str, Any]]:
    """Call a verb; what has nothing to list gives nothing."""
    done = say(*words, "--json", "--home", home)
    assert done.code in (0, 1), done.err
    return done.rows


def do(home: Path, *words: str) -> Said:
    done = say(*words, "--home", home)
    assert done.code == 0, done.err
    return done


def numbers(found: list[dict[str, Any]]) -> list[int]:
    return [row["to"]["number"] for row in found]


def made_anew(home: Path) -> None:
    for path in home.glob("variorum.db*"):
        path.unlink()
    do(home, "reindex")
    do(home, "reread")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(sqlite_url(tmp_path / "variorum.db"), create=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one article that changes on each of its first days; to be looked at only."""
    home = empty(tmp_path_factory.mktemp("changed") / "home")
    keep(home, [(JOURNEY, day(count, 15)) for count in range(1, 7)])
    do(home, "reread")
    return home


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of an article of which a number is changed in silence, and then a name; to be looked at only."""
    home = empty(tmp_path_factory.mktemp("mill") / "home")
    second = TEXT[0].replace("40 years", "44 years"), *TEXT[1:]
    third = TEXT[0].replace("40 years", "44 years").replace("Thornmouth", "Kelmoor"), *TEXT[1:]
    put(home, (MILL, at(0), page(*TEXT)), (MILL, at(1), page(*second)), (MILL, at(2), page(*third)))
    do(home, "reread")
    return home


@pytest.fixture
def home(mill: Path, tmp_path: Path) -> Path:
    """A copy of the mill's archive to change."""
    return Path(shutil.copytree(mill, tmp_path / "home"))


def test_the_mill_has_the_changes_that_the_tests_rest_on(mill: Path) -> None:
    assert [set(row["flags"]) for row in rows(mill, "changes")] == [
        {"lede", "number", "stealth"},
        {"lede", "name", "stealth"},
    ]


# ---------------------------------------------------------------------------------------------- the places of changes


def noted(name: str, before: str = "r0") -> Noted:
    return Noted(
        revision=RecordId(name), before=RecordId(before), article=UrlKey("example,a)/x"), at=NOON, flags=("number",)
    )


def news(conn: Connection, reader: str) -> list[tuple[str, str]]:
    """Give what a reader was not shown yet, and note that it was shown."""
    shown = changes.shown(conn, reader)
    found = [each for each in changes.every(conn, behind=shown.whole) if each.noted not in shown]
    changes.show(conn, reader, [each.noted for each in found], NOON)
    return [(each.before, each.revision) for each in found]


def test_a_change_that_takes_a_forgotten_ones_turn_is_news_to_a_reader(store: Store) -> None:
    with store.write() as conn:
        changes.put(conn, [noted("r1"), noted("r2")])
        assert news(conn, "reader") == [("r0", "r1"), ("r0", "r2")]
        changes.forget(conn, [RecordId("r2")])
        changes.put(conn, [noted("r3")])
        assert news(conn, "reader") == [("r0", "r3")]


def test_a_change_that_comes_back_is_no_news_and_one_from_another_revision_is(store: Store) -> None:
    with store.write() as conn:
        changes.put(conn, [noted("r2", "r1")])
        assert news(conn, "reader") == [("r1", "r2")]
        changes.put(conn, [noted("x", "r1"), noted("r2", "x")])
        assert news(conn, "reader") == [("r1", "x"), ("x", "r2")]
        changes.forget(conn, [RecordId("x")])
        changes.put(conn, [noted("r2", "r1")])
        assert [(each.before, each.revision) for each in changes.every(conn)] == [("r1", "r2")]
        assert news(conn, "reader") == []
        assert changes.followed(conn, [RecordId("r2"), RecordId("x")]) == {"r2": "r1"}


def test_a_change_that_was_away_when_a_reader_looked_is_news_when_it_comes_back(store: Store) -> None:
    with store.write() as conn:
        changes.put(conn, [noted("r1"), noted("r2"), noted("r3")])
        changes.forget(conn, [RecordId("r2")])
        assert news(conn, "reader") == [("r0", "r1"), ("r0", "r3")]
        changes.put(conn, [noted("r2")])
        assert news(conn, "reader") == [("r0", "r2")]
        assert changes.shown(conn, "reader").text() == "1-3"


@given(st.lists(st.sets(st.integers(1, 40)), max_size=5))
def test_places_hold_what_was_put_in_and_are_read_as_written(some: list[set[int]]) -> None:
    places = Places()
    for each in some:
        places = places.and_also(each)
    wanted = set().union(*some)
    assert {place for place in range(45) if place in places} == wanted
    assert Places.read(places.text()) == places
    assert set(range(1, places.whole + 1)) <= wanted
    assert places.whole + 1 not in wanted


# ------------------------------------------------------------------------------------------------------------ changes


def test_changes_since_a_date_has_those_of_that_date(journey: Path) -> None:
    told = rows(journey, "changes")
    first, second = (str(told[place]["at"])[:10] for place in (0, 1))
    assert len(rows(journey, "changes", "--since", first)) == len(told)
    assert len(rows(journey, "changes", "--since", second)) == len(told) - 1


def test_since_last_until_a_time_does_not_swallow_what_came_after(journey: Path) -> None:
    whole = rows(journey, "changes")
    second = str(whole[1]["at"])
    early = rows(journey, "changes", "--since", "last", "--reader", "u", "--until", second)
    late = rows(journey, "changes", "--since", "last", "--reader", "u")
    assert [row["id"] for row in (*early, *late)] == [row["id"] for row in whole]
    assert len(early) == 1
    assert rows(journey, "changes", "--since", "last", "--reader", "u") == []


def test_an_article_that_comes_into_a_case_later_shows_its_earlier_changes_there_once(home: Path) -> None:
    ask = ("changes", "--since", "last", "--case", "flood")
    assert rows(home, *ask) == []
    assert len(rows(home, "changes", "--since", "last")) == 2
    do(home, "mark", MILL, "--case", " flood ")
    assert numbers(rows(home, *ask)) == [2, 3]
    assert rows(home, *ask) == []
    assert rows(home, "changes", "--since", "last") == []


def test_a_flag_that_is_right_after_all_brings_its_change_to_who_asks_for_it(home: Path) -> None:
    ask = ("changes", "--since", "last", "--flag", "number")
    do(home, "mark", f"{MILL}@2", "--wrong-flag", "number")
    assert rows(home, *ask) == []
    do(home, "mark", f"{MILL}@2", "--right-flag", "number")
    assert numbers(rows(home, *ask)) == [2]


def test_readers_and_questions_do_not_get_in_each_others_way(home: Path) -> None:
    assert numbers(rows(home, "changes", "--since", "last", "--flag", "name")) == [3]
    assert numbers(rows(home, "changes", "--since", "last", "--reader", 'default", "flag=name')) == [2, 3]
    assert numbers(rows(home, "changes", "--since", "last")) == [2, 3]
    said = say("changes", "--since", "last", "--home", home)
    assert (said.code, "new to reader default" in said.err) == (1, True)


def test_urls_joined_and_parted_again_bring_no_change_twice(tmp_path: Path) -> None:
    home = empty(tmp_path / "home")
    keep(home, [(url, day(count, 15)) for url in (JOURNEY, OTHER) for count in range(1, 7)])
    ask = ("changes", "--since", "last")
    apart = {(row["from"]["id"], row["to"]["id"]) for row in rows(home, *ask)}
    do(home, "mark", JOURNEY, "--same-as", OTHER)
    joined = {(row["from"]["id"], row["to"]["id"]) for row in rows(home, *ask)}
    assert joined
    assert not joined & apart
    do(home, "mark", JOURNEY, "--apart-from", OTHER)
    assert {(row["from"]["id"], row["to"]["id"]) for row in rows(home, "changes")} == apart
    assert rows(home, *ask) == []
    do(home, "mark", JOURNEY, "--same-as", OTHER)
    assert rows(home, *ask) == []


# --------------------------------------------------------------------------------------------------------------- diff


def test_a_diff_backwards_has_the_window_between_the_two(journey: Path) -> None:
    (back,) = rows(journey, "diff", JOURNEY, "--between", "3..1")
    (forth,) = rows(journey, "diff", JOURNEY, "--between", "1..3")
    assert back["window"] == forth["window"]
    assert back["window"]["from"] < back["window"]["until"]


def test_what_redates_an_article_is_listed_as_it_is_shown(tmp_path: Path) -> None:
    # By bare dates one day apart, a claim is false only against what a feed had shown before the first capture.
    home = empty(tmp_path / "home")
    later = page(*TEXT, published="2025-03-02")
    put(home, (MILL, at(0), page(*TEXT, published="2025-03-01")), (MILL, at(3), later), (MILL, at(4), later))
    seen = Sighting(
        url=Url(MILL),
        urlkey=urlkey(MILL),
        site="valley",
        how="feed",
        shown_by=RecordId("urn:uuid:00000000-0000-4000-8000-000000000001"),
        position=0,
        seen_at=at(-3),
    )
    opened = open_store(config.load(home).store.database)
    with opened.write() as conn:
        sightings.insert(conn, [seen])
    opened.close()
    do(home, "reread")
    (shown,) = rows(home, "diff", MILL)
    assert "redated" in shown["flags"]
    assert [row["flags"] for row in rows(home, "changes", "--flag", "redated")] == [shown["flags"]]


# ---------------------------------------------------------------------------------------------------- words of people


@pytest.mark.parametrize(
    ("flags", "wrong", "left"),
    [
        (("stealth", "number", "link"), {"number"}, ("link",)),
        (("stealth", "number", "name"), {"number"}, ("stealth", "name")),
        (("stealth", "number"), {"stealth"}, ("number",)),
        (("number",), {"name"}, ("number",)),
        ((), {"name"}, ()),
    ],
)
def test_stealth_goes_with_the_last_flag_it_is_about(
    flags: tuple[Any, ...], wrong: set[str], left: tuple[str, ...]
) -> None:
    assert right_flags(flags, wrong) == left


def test_flags_called_wrong_count_nowhere_and_are_told(home: Path) -> None:
    for flag in ("lede", "number"):
        do(home, "mark", f"{MILL}@2", "--wrong-flag", flag)
    assert numbers(rows(home, "changes", "--flag", "stealth")) == [3]
    assert numbers(rows(home, "changes", "--flag", "number")) == []
    (listed, _) = rows(home, "changes")
    assert set(listed["flags"]) - set(listed["wrong_flags"]) == set()
    (shown,) = rows(home, "diff", f"{MILL}@2")
    assert shown["wrong_flags"] == listed["wrong_flags"] == ["lede", "number", "stealth"]
    (both,) = rows(home, "diff", MILL, "--between", "1..3")
    assert both["wrong_flags"] == []
    lines = do(home, "diff", f"{MILL}@2").out.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("Flags: "))
    assert lines[place + 1].startswith("Wrong, a person said: ")
    assert {"lede", "number"} == set(lines[place + 1].partition(": ")[2].split(", "))
    assert "Wrong" not in do(home, "diff", f"{MILL}@3").out
    history = do(home, "history", MILL).out
    assert ("number" in history, history.count("stealth")) == (False, 1)
    with open_archive(home) as archive:
        assert [set(each.flags) for each in archive.changes()] == [set(), {"lede", "name", "stealth"}]


def test_a_flag_that_a_change_has_not_cannot_be_wrong(home: Path) -> None:
    said = say("mark", f"{MILL}@2", "--wrong-flag", "quote", "--home", home)
    assert said.code == 1
    assert "number" in said.err
    assert rows(home, "changes")[0]["wrong_flags"] == []
    assert say("mark", f"{MILL}@2", "--wrong-flag", "colour", "--home", home).code == 2


@pytest.mark.parametrize("option", ["--case", "--out-of-case"])
@pytest.mark.parametrize("name", ["", "  "])
def test_a_case_has_a_name(mill: Path, option: str, name: str) -> None:
    assert say("mark", MILL, option, name, "--home", mill).code == 2
    assert say("changes", "--case", name, "--home", mill).code == 2


def test_the_name_of_a_case_has_no_blanks_around_it(home: Path) -> None:
    do(home, "mark", MILL, "--case", " flood ")
    assert [row["cases"] for row in rows(home, "changes", "--case", "flood ")] == [["flood"]] * 2
    do(home, "mark", MILL, "--out-of-case", "flood")
    assert rows(home, "changes", "--case", "flood") == []


def test_a_word_on_a_change_holds_while_it_is_between_the_same_revisions(tmp_path: Path) -> None:
    home = empty(tmp_path / "home")
    third = page(TEXT[0].replace("40 years", "60 years"), *TEXT[1:])
    put(home, (MILL, at(0), page(*TEXT)), (MILL, at(4), third))
    do(home, "reread")
    do(home, "mark", f"{MILL}@2", "--reviewed", "--note", "as the council told us")
    do(home, "mark", f"{MILL}@2", "--wrong-flag", "number")
    (row,) = rows(home, "changes")
    assert (row["reviewed"], "number" in row["wrong_flags"], len(row["notes"])) == (True, True, 1)
    assert rows(home, "changes", "--unreviewed") == []

    put(home, (MILL, at(2), page(TEXT[0].replace("40 years", "50 years"), *TEXT[1:])))
    do(home, "reread")
    found = rows(home, "changes")
    assert [(row["reviewed"], row["wrong_flags"]) for row in found] == [(False, [])] * 2
    assert [row["notes"] for row in found] == [[], ["as the council told us"]]
    assert numbers(rows(home, "changes", "--unreviewed")) == [2, 3]

    (between,) = [row for row in rows(home, "captures", MILL) if row["at"] == "2025-03-03T12:00:00.000000Z"]
    do(home, "mark", between["id"], "--not-an-article")
    assert rows(home, "changes") == [row]
    made_anew(home)
    assert rows(home, "changes") == [row]


# ---------------------------------------------------------------------------------------------------- names by hand

NOT_ONE = (
    "..", "post.example=x", "co.uk", "www.co.uk", "blogspot.com", "post..example", ".example", "post.example..", "post",
    "", "10.0.0.1", "[2001:db8::1]", "post.example/news", "post.example:8080", "a.example,b.example", "po st.example",
)  # fmt: skip


@pytest.mark.parametrize("domain", NOT_ONE)
def test_resolve_takes_domains_only(mill: Path, domain: str) -> None:
    said = say("cites", MILL, "--resolve", "Weir=weir.example", "--resolve", f"Foo={domain}", "--home", mill)
    assert said.code == 2
    assert "the Post=post.example" in said.err
    assert "on record" not in said.err


@pytest.mark.parametrize("name", ["", "  ", "“”"])
def test_resolve_takes_names_only(mill: Path, name: str) -> None:
    assert say("cites", MILL, "--resolve", f"{name}=post.example", "--home", mill).code == 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("News.Weir.Example.", "weir.example"),
        ("www.weir.co.uk", "weir.co.uk"),
        ("weir.blogspot.com", "weir.blogspot.com"),
    ],
)
def test_a_domain_is_kept_as_hosts_are(home: Path, given: str, kept: str) -> None:
    do(home, "cites", MILL, "--resolve", f"Weir Ledger={given}")
    assert (kept, "Weir Ledger") in [(row["domain"], row["outlet"]) for row in rows(home, "cites", MILL)]


@pytest.mark.parametrize("name", ["Weir Ledger", "the 'Weir' Ledger", 'The "Weir" Ledger', "WEIR-LEDGER"])
def test_a_name_resolved_by_hand_is_so_in_articles_that_are_here_and_after_a_rebuild(home: Path, name: str) -> None:
    do(home, "cites", MILL, "--resolve", f"{name}=weirledger.test")
    found = rows(home, "cites", MILL)
    made_anew(home)
    assert rows(home, "cites", MILL) == found
    if not name.isupper():
        assert "weirledger.test" in [row["domain"] for row in found]


def test_a_name_resolved_twice_is_the_last_ones_and_so_after_a_rebuild(home: Path) -> None:
    link = (
        '<a href="http://weirledger.test/pond">the pond</a>, as <a href="http://sluice.test/x">another page</a> has it'
    )
    put(home, (MILL, at(5), page(*TEXT[:4], f"{TEXT[4]} More on {link}.")))
    do(home, "reread")
    for domain in ("weirledger.test", "sluice.test"):
        do(home, "cites", MILL, "--resolve", f"Weir Ledger={domain}")
    found = rows(home, "cites", MILL)
    made_anew(home)
    assert rows(home, "cites", MILL) == found
    assert {row["domain"] for row in found if row["outlet"] == "Weir Ledger"} == {"sluice.test"}


def test_articles_are_found_by_what_stands_in_them_quotes_and_signs_included(home: Path) -> None:
    put(home, (f"{MILL}-2", at(0), page(*TEXT, 'A board says "No \\ entry, 50%_" since the pond of Überlingen froze.')))
    do(home, "reread")
    opened = open_store(config.load(home).store.database)
    with opened.read() as conn:
        for words in ('says "no \\ entry', "50%_", "Überlingen", "OF Ü"):
            assert articles.mentioning(conn, [words]) == [urlkey(f"{MILL}-2")], words
        assert articles.mentioning(conn, ["50__", "überlingen"]) == []
        assert articles.mentioning(conn, ["“weir” ledger", "no such"]) == [urlkey(MILL), urlkey(f"{MILL}-2")]
    opened.close()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("The “Weir” Ledger", "the Weir Ledgers"),
        ("Neuen Zürcher", "der Neue Zürcher"),
        ("Ведомости", "газете «Ведомостей»"),
        ("ТАСС", "сообщил ТАСС"),
        ("المستقبل", "قال للمستقبل"),
        ("朝日新聞", "朝日新聞によると"),
        ("Star (Malaysia)", "The Star wrote"),
        ("Al-Mustaqbal", "al Mustaqbal"),
    ],
)
def test_the_part_of_a_name_stands_in_every_text_that_has_it(name: str, text: str) -> None:
    lower = "".join(letter.lower() if letter.isascii() else letter for letter in text)
    assert any((each.lower() if each.isascii() else each) in lower for each in parts_of(name))


def test_an_article_that_links_to_a_name_s_domain_is_looked_at_again_too(home: Path) -> None:
    link = 'They said so in <a href="http://wl.test/pond">a report of last week</a> that everybody read.'
    put(home, (f"{MILL}-2", at(0), page(TEXT[0], link, *TEXT[2:])))
    do(home, "reread")
    for domain in ("wl.test", "sluice.test"):
        do(home, "cites", MILL, "--resolve", f"Weir Ledger={domain}")
        found = rows(home, "cites", f"{MILL}-2")
        assert [row["outlet"] == "Weir Ledger" for row in found] == [domain == "wl.test"]
    made_anew(home)
    assert rows(home, "cites", f"{MILL}-2") == found


def test_addresses_are_no_outlets_and_those_on_the_list_go_by_its_name(home: Path) -> None:
    (home / "outlets.toml").write_text('[[outlet]]\nname = "The Weir Ledger"\ndomains = ["weirledger.test"]\n')
    do(home, "cites", MILL)  # all is derived with that list
    told = Citation(how="link", role="source link", outlet="A Ledger", domain="weirledger.test", category="media")
    opened = open_store(config.load(home).store.database)
    with opened.write() as conn:
        hosts = (replace(told, outlet=each, domain=each) for each in ("192.0.2.7", "2001:db8::1"))
        citations.put(conn, urlkey(MILL), RecordId(rows(home, "history", MILL)[0]["id"]), [told, *hosts])
    opened.close()
    found = [(row["domain"], row["name"]) for row in rows(home, "outlets") if row["domain"]]
    assert found == [("weirledger.test", "The Weir Ledger")]
