"""Names of outlets are found where they stand, as they are written, and as whole words only."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Outlet
from archive.naming import Names, key

HARBOUR = Outlet(
    name="The Harbour Post",
    domains=("harbourpost.example", "harbourpost.test"),
    aliases=("Harbour Post", "HP", "ميناء بوست"),
    ambiguous=frozenset(("HP",)),
)
SHIELD = Outlet(name="The Shield", domains=("shield.example",), country="GB")
SHIELD_ABROAD = Outlet(name="The Shield (Norway)", domains=("shield.test",), country="NO")
GAZETTE = Outlet(name="Al-Marfa", domains=("almarfa.example",), aliases=("المرفأ", "Al Marfa"))
STERN = Outlet(name="Die Möwe", domains=("moewe.example",))
ZEITUNG = Outlet(name="Neue Küstener Zeitung", domains=("nkz.example",), aliases=("NKZ",))
LIGHT = Outlet(name="Le Fanal", domains=("fanal.example",))
VESTNIK = Outlet(name="Портовый вестник", domains=("vestnik.example",), aliases=("Вестник",))
TIDE = Outlet(name="潮报", domains=("chao.example",))
WIRE = Outlet(name="kpa", domains=("kpa.example",), kind="agency")
NAMES = Names.of((HARBOUR, SHIELD, SHIELD_ABROAD, GAZETTE, STERN, ZEITUNG, LIGHT, VESTNIK, TIDE, WIRE))


def found(text: str, names: Names = NAMES) -> list[tuple[str, str]]:
    return [(each.name, each.outlets[0].name) for each in names.in_text(text)]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("The Harbour Post", "harbour post"),
        ("“Harbour-Post”", "Harbour Post"),
        ("Harbour Post’s", "Harbour Post"),
        ("«Le Fanal»", "Fanal"),
        ("Al-Marfa", "al marfa"),
    ],
)
def test_names_are_one_whatever_their_article_quotes_and_dashes(ours: str, theirs: str) -> None:
    assert key(ours) == key(theirs)


def test_an_arabic_article_is_part_of_the_name() -> None:
    assert key("Al-Marfa") != key("Marfa")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("he told the Harbour Post that", [("Harbour Post", "The Harbour Post")]),
        ("The “Harbour Post” wrote", [("Harbour Post", "The Harbour Post")]),
        ("Lebanon's Al Marfa and “al-Marfa” wrote", [("Al Marfa", "Al-Marfa"), ("al-Marfa", "Al-Marfa")]),
        ("sagte er der Neuen Küstener Zeitung", [("Neuen Küstener Zeitung", "Neue Küstener Zeitung")]),
        ("laut NKZ-Bericht", [("NKZ", "Neue Küstener Zeitung")]),
        ("сообщил «Портовому вестнику»", [("Портовому вестнику", "Портовый вестник")]),
        ("قال للمرفأ", [("لمرفأ", "Al-Marfa")]),
        ("据潮报报道", [("潮报", "潮报")]),
        ("(kpa)", [("kpa", "kpa")]),
        ("she told harbourpost.example on Monday", [("harbourpost.example", "The Harbour Post")]),
        ("dans « Le Fanal »", [("Le Fanal", "Le Fanal")]),
    ],
)
def test_a_name_is_found_as_it_is_written(text: str, names: list[tuple[str, str]]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    ["the harbour post was painted", "Harbour. Post offices", "Harbour, Post", "the Harbour Posters", "Shields",
     "xAl-Marfa", "es flog die Möwe am Hafen", "un fanal rouge", "hp sauce", "潮"],
)  # fmt: skip
def test_what_only_looks_like_a_name_is_none(text: str) -> None:
    assert found(text) == []


def test_the_longer_of_two_names_is_meant() -> None:
    names = Names.of((HARBOUR, Outlet(name="Harbour Post Sunday", domains=("sunday.example",))))
    assert found("the Harbour Post Sunday said", names) == [("Harbour Post Sunday", "Harbour Post Sunday")]


def test_a_name_that_is_a_word_too_is_in_doubt() -> None:
    (mention,) = NAMES.in_text("he told HP that")
    assert mention.is_ambiguous
    (mention,) = NAMES.in_text("he told the shop that The Shield wrote")
    assert not mention.is_ambiguous
    (mention,) = NAMES.in_text("he told the Shield that")
    assert mention.is_ambiguous


def test_a_shared_name_gives_all_who_bear_it() -> None:
    (mention,) = NAMES.in_text("said The Shield")
    assert {each.name for each in mention.outlets} == {"The Shield", "The Shield (Norway)"}


def test_a_name_that_a_person_resolved_is_that_outlet_without_doubt() -> None:
    names = Names.of((HARBOUR, SHIELD), {"HP": "shield.example", "the Old Bell": "bell.example"})
    (first, second) = names.in_text("he told HP and the Old Bell")
    assert (first.outlets, first.is_ambiguous) == ((SHIELD,), False)
    assert second.outlets[0].domains == ("bell.example",)


def test_an_archives_own_names_come_before_others_and_resolved_ones_before_these() -> None:
    own = Outlet(name="Shield", domains=("own.example",), aliases=("Old Bell",))
    names = Names.of((HARBOUR, SHIELD), {"Old Bell": "bell.example"}, own=(own,))
    first, second = names.in_text("he told The Shield and the Old Bell")
    assert (first.outlets, first.is_resolved) == ((own,), False)
    assert (second.outlets[0].domains, second.is_resolved) == (("bell.example",), True)


def test_an_own_outlet_has_its_domain_before_a_listed_one() -> None:
    own = Outlet(name="Night Shield", domains=("shield.example",))
    assert Names.of((SHIELD,), own=(own,)).of_domain("shield.example") == own


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("Hina", True),
        ("HINA", False),
        ("Lookout", True),
        ("The Lookout", False),
        ("Lantern", True),
        ("The Lantern", True),
    ],
)
def test_a_doubtful_name_is_less_so_with_its_article_or_its_capitals(text: str, doubtful: bool) -> None:
    outlets = (
        Outlet(name="HINA", domains=("hina.example",), aliases=("Hina",), ambiguous=frozenset(("Hina",))),
        Outlet(name="The Lookout", domains=("a.example",), aliases=("Lookout",), ambiguous=frozenset(("Lookout",))),
        Outlet(name="The Lantern", domains=("b.example",), aliases=("Lantern",), ambiguous=frozenset(("The Lantern",))),
    )
    (mention,) = Names.of(outlets).in_text(f"he told {text} that")
    assert mention.is_ambiguous == doubtful


def test_capitals_that_nobody_can_say_as_a_word_may_be_written_small() -> None:
    names = Names.of((Outlet(name="KBX", domains=("kbx.example",)), Outlet(name="KAN", domains=("kan.example",))))
    assert found("detto alla Kbx e a Kan", names) == [("Kbx", "KBX")]


@pytest.mark.parametrize(("text", "is_found"), [("laut kut war", True), ("wired said", False), ("Wired said", True)])
def test_a_small_word_is_a_name_where_nouns_are_not_small(text: str, is_found: bool) -> None:
    outlets = (
        Outlet(name="kut", domains=("kut.example",), kind="newspaper", languages=("de",)),
        Outlet(name="wired", domains=("wired.example",), kind="magazine", languages=("en",)),
    )
    assert bool(Names.of(outlets).in_text(text)) == is_found


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("harbourpost.example", "The Harbour Post"),
        ("www.harbourpost.test", "The Harbour Post"),
        ("news.Harbourpost.example.", "The Harbour Post"),
        ("harbourpost.org", None),
        ("", None),
    ],
)
def test_a_host_is_its_outlets_and_so_are_those_below_it(host: str, name: str | None) -> None:
    outlet = NAMES.of_domain(host)
    assert (outlet and outlet.name) == name


@given(st.text(st.sampled_from("The HarbouPstSilNKZkpa-–.,’'\"“”«» \nالمرفأопвьеик潮报0"), max_size=60))
def test_mentions_are_in_order_apart_and_as_written(text: str) -> None:
    mentions = NAMES.in_text(text)
    assert all(text[each.start : each.end] == each.name for each in mentions)
    assert all(one.end <= other.start for one, other in pairwise(mentions))
    assert mentions == NAMES.in_text(text)
