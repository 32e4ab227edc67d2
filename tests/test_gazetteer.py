"""The list of outlets we ship holds together; an archive's own is read, or refused in words that help."""

from __future__ import annotations

import functools
import json
from collections import Counter
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import gazetteer
from archive.errors import Misuse
from archive.links import registrable
from archive.model import Outlet
from archive.naming import Names

FILE = "outlets.toml"
ROWS = [
    json.loads(line)
    for line in (resources.files("archive") / gazetteer.SHIPPED).read_text(encoding="utf-8").splitlines()
]
EVERYDAY = frozenset(
    """
    time times life people money fortune nature science focus star sun mirror mail post news today now here shot
    base hill world globe earth day night morning evening sunday future past politics business market trade economy
    public national local general state city town home family work job art music film movie sport game health body
    soul food travel style fashion love men women children school education law justice crime police army war peace
    power energy water fire air light green blue red black white gold iron stone wood forest sea street bridge
    station car plane space computer phone paper book story letter word speech voice sound image picture photo
    camera screen code data fact truth idea question plan program system group club union party leader king queen
    church god hope spirit mother father friend parade out Bild Stern Kurier Heute Blick Bund Tag Freitag Profil
    Woche Bote Wahrheit Sonne Licht Heimat Leben Geld Haus Garten monde point temps soir matin opinion jour semaine
    capital pays heure mundo tiempo semana cambio verdad hora noticias debate crónica norte sur marca gente tarde
    """.casefold().split()
)


@functools.cache
def known() -> Names:
    return Names.of(gazetteer.shipped())


# ---- the list we ship


def test_the_rows_stand_in_the_order_of_their_names_and_no_two_share_one() -> None:
    names = [row["name"] for row in ROWS]

    assert names == sorted(set(names))


def test_a_row_holds_no_key_that_is_empty_and_none_that_is_not_known() -> None:
    assert [row for row in ROWS if not all(row.values()) or not row.keys() <= gazetteer.KEYS.keys()] == []
    assert all(row.get("category") != "media" and row.get("kind") != "web" for row in ROWS)


def test_every_shipped_row_could_stand_in_an_archives_own_file() -> None:
    for row in ROWS:
        for key, value in row.items():
            if key != "domains":  # these hold mil.ru, below which others register names
                gazetteer.KEYS[key].read(value)


def test_no_domain_is_in_two_rows() -> None:
    counted = Counter(domain for row in ROWS for domain in row.get("domains", ()))

    assert [domain for domain, count in counted.items() if count > 1] == []


def test_a_domain_is_a_registered_one_or_a_host_below_one_that_others_share() -> None:
    for row in ROWS:
        for domain in row.get("domains", ()):
            assert domain == domain.lower().removeprefix("www.")
            assert domain.isascii()
            assert registrable(domain) == domain or registrable(domain) not in row["domains"], row["name"]


def test_a_name_that_two_rows_share_is_ambiguous_in_both() -> None:
    holders: dict[str, list[str]] = {}
    for row in ROWS:
        for name in {row["name"], *row.get("aliases", ())}:
            holders.setdefault(name, []).append(row["name"])
    shared = {name for name, rows in holders.items() if len(rows) > 1}
    sure = [
        (row["name"], name)
        for row in ROWS
        for name in {row["name"], *row.get("aliases", ())} & shared
        if name not in row.get("ambiguous", ())
    ]

    assert sure == []


def test_what_is_ambiguous_is_a_name_of_the_row() -> None:
    assert [row for row in ROWS if not {*row.get("ambiguous", ())} <= {row["name"], *row.get("aliases", ())}] == []


def test_everyday_words_letters_and_names_with_an_aside_are_ambiguous() -> None:
    def is_doubtful(name: str) -> bool:
        is_pair = len(name) == 2 and name.isupper()
        return is_pair or name.casefold() in EVERYDAY or name.endswith(")")

    sure = [
        (row["name"], name)
        for row in ROWS
        for name in (row["name"], *row.get("aliases", ()))
        if is_doubtful(name) and name not in row.get("ambiguous", ())
    ]

    assert sure == []


def test_no_name_is_a_single_character_but_x() -> None:
    names = [name for row in ROWS for name in (row["name"], *row.get("aliases", ()))]

    assert [name for name in names if len(name) < 2 and name != "X"] == []
    assert [name for name in names if name != " ".join(name.split())] == []


def test_a_name_stands_once_in_its_row() -> None:
    assert [row for row in ROWS if Counter((row["name"], *row.get("aliases", ()))).most_common(1)[0][1] > 1] == []


def test_the_list_is_read_as_outlets_once() -> None:
    outlets = gazetteer.shipped()

    assert [each.name for each in outlets] == [row["name"] for row in ROWS]
    assert gazetteer.shipped() is outlets
    assert hash(outlets) == hash(gazetteer.shipped())


@pytest.mark.parametrize(
    ("name", "domain", "category"),
    [
        ("TASS", "tass.com", "media"),
        ("Al-Mustaqbal", "almustaqbal.com", "media"),
        ("Al Mustaqbal", "almustaqbal.com", "media"),
        ("رويترز", "reuters.com", "media"),
        ("Reuters", "reuters.com", "media"),
        ("Russian Ministry of Defense", "mil.ru", "official"),
        ("The Guardian", "theguardian.com", "media"),
        ("Kommersant", "kommersant.ru", "media"),
        ("Минобороны России", "mil.ru", "official"),
        ("Syrian Observatory for Human Rights", "syriahr.com", "ngo"),
    ],
)
def test_a_well_known_name_is_found_without_doubt(name: str, domain: str, category: str) -> None:
    [mention] = known().in_text(f"{name} x")

    assert not mention.is_ambiguous
    assert [(each.domains[0], each.category) for each in mention.outlets] == [(domain, category)]


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.tass.ru", "TASS"),
        ("uk.reuters.com", "Reuters"),
        ("abcnews.go.com", "ABC News"),
        ("english.alarabiya.net", "Al Arabiya"),
        ("eng.mil.ru", "Russian Ministry of Defence"),
    ],
)
def test_a_host_is_found(host: str, name: str) -> None:
    found = known().of_domain(host)

    assert found is not None
    assert found.name == name


# ---- an archive's own


WHOLE = """
[[outlet]]
name = "Al-Mustaqbal"
domains = ["www.AlMustaqbal.com", "almustaqbal.org"]
aliases = ["Al Mustaqbal", "المستقبل", "Future, The"]
ambiguous = ["المستقبل"]
category = "media"
kind = "newspaper"
country = "lb"
languages = ["ar"]
home = "https://almustaqbal.com/"

[[outlet]]
name = "Ministry of Ports"
category = "official"
"""


def test_every_key_is_read() -> None:
    assert gazetteer.read_toml(WHOLE, FILE) == (
        Outlet(
            name="Al-Mustaqbal",
            domains=("almustaqbal.com", "almustaqbal.org"),
            aliases=("Al Mustaqbal", "المستقبل", "Future, The"),
            ambiguous=frozenset({"المستقبل"}),
            kind="newspaper",
            country="LB",
            languages=("ar",),
            home="https://almustaqbal.com/",
        ),
        Outlet(name="Ministry of Ports", category="official"),
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\ufeff", "outlet = []\n"])
def test_a_file_may_name_none(text: str) -> None:
    assert gazetteer.read_toml(text, FILE) == ()


def test_one_value_may_stand_without_brackets() -> None:
    [outlet] = gazetteer.read_toml('[[outlet]]\nname = "A b"\naliases = "B, c"\ndomains = "b.example"\n', FILE)

    assert (outlet.aliases, outlet.domains) == (("B, c",), ("b.example",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[outlet]\n", "outlets.toml is not TOML: "),
        ("name = 'A'\n", "outlets.toml line 1: there is no key name outside [[outlet]]; write [[outlet]] above it"),
        ("[[outlets]]\nname = 'A'\n", "line 1: there is no key outlets outside [[outlet]]; write [[outlet]]"),
        ("\n[outlet]\nname = 'A'\n", "line 2: outlet is no list; write [[outlet]] above each one"),
        ("outlet = ['A']\n", "line 1: outlet is no list; write [[outlet]] above each one"),
        ("[[outlet]]\ndomains = ['a.example']\n", "line 1, outlet 1: it has no name; add one, such as name = "),
        ("[[outlet]]\nname = ''\n", "line 2, outlet 1: name = '' is not text of one character or more"),
        ("[[outlet]]\nname = 7\n", "line 2, outlet 1: name = 7 is not text"),
        (
            "[[outlet]]\nname = 'A'\n[[outlet]]\nname = 'B b'\nalias = ['C']\n",
            "outlets.toml line 5, outlet 2 (B b): there is no key alias; did you mean aliases?",
        ),
        ("[[outlet]]\nname = 'A'\naliases = 3\n", "line 3, outlet 1 (A): aliases = 3 is not a list of names, such as"),
        ("[[outlet]]\nname = 'A'\naliases = ['B', 3]\n", "outlet 1 (A): aliases = ['B', 3] is not a list of names"),
        (
            "[[outlet]]\nname = 'A'\nambiguous = ['B']\n",
            "line 3, outlet 1 (A): B in ambiguous is neither its name nor among its aliases; add it to aliases",
        ),
        (
            "[[outlet]]\nname = 'A'\ndomains = ['https://a.example/']\n",
            "line 3, outlet 1 (A): domains = ['https://a.example/'] is not a list of domains",
        ),
        ("[[outlet]]\nname = 'A'\ndomains = ['co.uk']\n", "co.uk is no publisher's own"),
        ("[[outlet]]\nname = 'A'\ndomains = ['blogspot.com']\n", "blogspot.com is no publisher's own"),
        (
            "[[outlet]]\nname = 'A'\ncategory = 'press'\n",
            "outlet 1 (A): category = 'press' is not media, official, ngo, social or other",
        ),
        ("[[outlet]]\nname = 'A'\ncountry = 'Lebanon'\n", "country = 'Lebanon' is not a country code of two letters"),
        ("[[outlet]]\nname = 'A'\nlanguages = ['arabic']\n", "is not a list of language codes of two letters"),
        ("[[outlet]]\nname = 'A'\nhome = 'a.example'\n", "home = 'a.example' is not a web address"),
        (
            "[[outlet]]\nname = 'A'\n\n[[outlet]]\nname = 'A'\n",
            "line 4, outlet 2 (A): outlet 1 has that name too; make them one",
        ),
        (
            "[[outlet]]\nname = 'A'\ndomains = ['a.example']\n[[outlet]]\nname = 'B'\ndomains = ['A.example']\n",
            "outlet 2 (B): a.example in domains is of outlet 1 (A) too; take it out of one of them",
        ),
        ("outlet = [{name = 'A', colour = 'red'}]\n", "outlets.toml line 1, outlet 1 (A): there is no key colour; "),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place_and_the_remedy(text: str, said: str) -> None:
    with pytest.raises(Misuse) as caught:
        gazetteer.read_toml(text, FILE)

    assert said in str(caught.value)


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(Misuse) as caught:
        gazetteer.read_toml("[[outlet]]\nnam = 'A'\n[[outlet]]\nname = 'B'\ncategory = 1\n", FILE)

    lines = str(caught.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "outlets.toml line 2, outlet 1",
        "outlets.toml line 1, outlet 1",
        "outlets.toml line 5, outlet 2 (B)",
    ]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read = gazetteer.read_toml(text, FILE)
    except Misuse as misuse:
        assert FILE in str(misuse)
    else:
        assert all(isinstance(each, Outlet) for each in read)


# ---- the digest

OUTLET = Outlet(name="A", domains=("a.example",), aliases=("B", "C"), ambiguous=frozenset({"B", "C"}))


def test_a_digest_is_the_same_wherever_it_is_made() -> None:
    assert gazetteer.digest_of((OUTLET,)) == gazetteer.digest_of([replace(OUTLET, ambiguous=frozenset(("C", "B")))])
    assert gazetteer.digest_of((OUTLET,)) == "eaededf7e320be11"


@pytest.mark.parametrize(
    "other",
    [
        (),
        (OUTLET, OUTLET),
        (replace(OUTLET, name="a"),),
        (replace(OUTLET, domains=()),),
        (replace(OUTLET, aliases=("C", "B")),),
        (replace(OUTLET, aliases=("B", "C", "D")),),
        (replace(OUTLET, ambiguous=frozenset()),),
        (replace(OUTLET, category="ngo"),),
        (replace(OUTLET, kind="agency"),),
        (replace(OUTLET, country="LB"),),
        (replace(OUTLET, languages=("ar",)),),
        (replace(OUTLET, home="https://a.example/"),),
    ],
)
def test_other_outlets_have_another_digest(other: tuple[Outlet, ...]) -> None:
    assert gazetteer.digest_of(other) != gazetteer.digest_of((OUTLET,))
