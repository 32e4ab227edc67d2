"""On whose word a story rests: who is credited, linked, left unnamed, doubted; and who only happens to be named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.cite import cite
from archive.cite_hosts import category
from archive.gazetteer import shipped
from archive.model import Citation, Extraction, Link, Outlet
from archive.naming import Names
from archive.sentences import spans

OURS = "https://www.mooringpost.test/2026/11/a-story"
OUTLETS = (
    Outlet(name="Harbour Times", domains=("harbourtimes.example",)),
    Outlet(
        name="The Beacon",
        domains=("beacon.example",),
        aliases=("Beacon",),
        ambiguous=frozenset(("Beacon", "The Beacon")),
    ),
    Outlet(name="Fernpost", domains=("fernpost.example",), kind="agency"),
    Outlet(name="KBX News", domains=("kbx.example",), aliases=("KBX",), kind="broadcaster"),
    Outlet(name="Der Bote", domains=("bote.example",), aliases=("Bote",), ambiguous=frozenset(("Bote",))),
    Outlet(name="Le Phare", domains=("phare.example",)),
    Outlet(name="El Faro", domains=("faro.example",)),
    Outlet(name="Маяк", domains=("mayak.example",)),
    Outlet(name="المنارة", domains=("manara.example",)),
    Outlet(name="Al-Marfa", domains=("almarfa.example",)),
    Outlet(name="Mooring Post", domains=("mooringpost.test",), aliases=("MP",)),
    Outlet(name="Tidal Department", domains=("tides.gov",), category="official", kind="office"),
)
NAMES = Names.of(OUTLETS)
LEAD = "The mayor said that he was at the office and that it was on the way to the river, for it is his."


def story(*paragraphs: str, links: tuple[Link, ...] = (), language: str | None = None) -> Extraction:
    return Extraction(paragraphs=paragraphs, links=links, language=language)


def cited(*paragraphs: str, language: str | None = None) -> tuple[Citation, ...]:
    return cite(story(*paragraphs, language=language), OURS, NAMES)


def outlets(*paragraphs: str, language: str | None = None) -> set[str | None]:
    return {each.outlet for each in cited(*paragraphs, language=language)}


ENGLISH = """
In an interview that aired on KBX's Sunday show he denied it.
The plan was first reported Monday by KBX.
(via KBX)
Via KBX:
KBX reported:
A KBX poll put her at 40 percent.
According to a report published Tuesday by KBX, he left.
According to KBX, he left.
He said on KBX that he would leave.
KBX has learned that he left.
KBX, citing two officials, said he left.
KBX quoted an aide as saying he left.
An aide quoted by KBX said he left.
KBX broke the story.
KBX's Jane Low asked him about it.
per KBX
His lawyer confirmed to KBX that he left.
In a statement to KBX, he said he left.
He declined an interview request from KBX.
"We left," the mayor said, KBX reported.
With reporting by KBX
KBX contributed to this report.
Photo: KBX
© KBX
-- KBX
Source: KBX
This article originally appeared on KBX.
When KBX asked him about it, he left.
Asked by KBX whether he left, he said no.
an analysis by KBX
documents obtained by KBX show he left
The KBX documentary says so.
""".strip().splitlines()

GERMAN = """
Laut KBX ging er.
Das meldet KBX.
Er sagte gegenüber KBX, er gehe.
Nach Informationen von KBX geht er.
Nach KBX-Informationen geht er.
Im Gespräch mit KBX sagte sie, sie gehe.
«Ich gehe», sagt er zu KBX.
KBX zufolge geht er.
Wie KBX berichtet, geht er.
KBX hatte zuerst darüber berichtet.
Auf Anfrage von KBX teilte er mit, er gehe.
Das berichtet der Sender KBX.
Unterlagen, die KBX vorliegen, zeigen das.
Gemäss KBX geht er.
Quelle: KBX
Mit Material von KBX
""".strip().splitlines()

FRENCH = """
Selon KBX, il est parti.
« Je pars », a-t-il dit à KBX.
Il l'a confié au micro de KBX.
KBX rapporte qu'il est parti.
KBX a révélé qu'il partait.
C'est ce que rapporte KBX.
Interrogé par KBX, il a dit non.
L'agence KBX a indiqué qu'il partait.
Avec KBX
""".strip().splitlines()

SPANISH = """
Según KBX, se fue.
«Me voy», dijo a KBX.
KBX informó que se fue.
El ministro comunicó a la agencia KBX que se va.
En una entrevista con KBX dijo que se va.
Con información de KBX
De acuerdo con KBX, se fue.
""".strip().splitlines()

RUSSIAN = """
Об этом сообщает агентство KBX.
По данным KBX, он ушёл вчера вечером.
Он сказал об этом вчера в интервью KBX.
Об этом он сообщил корреспонденту KBX.
Как пишет KBX, он ушёл вчера вечером.
Он ушёл вчера вечером, передаёт KBX.
""".strip().splitlines()

ARABIC = """
قالت قناة KBX إنه غادر البلاد أمس.
نقلا عن وكالة KBX
وقال لقناة KBX إنه غادر البلاد أمس.
بحسب شبكة KBX فإنه غادر البلاد أمس.
""".strip().splitlines()

OTHERS = """
Secondo KBX, è partito.
Lo ha detto a KBX.
Lo riporta KBX.
Segundo a KBX, ele saiu.
Disse à KBX que saiu.
Volgens KBX is hij weg.
Hij zei tegen KBX dat hij weg is.
Enligt KBX har han gått.
Ifølge KBX er han gået.
Det skriver KBX.
Według KBX odszedł.
""".strip().splitlines()


@pytest.mark.parametrize("sentence", [*ENGLISH, *GERMAN, *FRENCH, *SPANISH, *RUSSIAN, *ARABIC, *OTHERS])
def test_who_reports_is_cited(sentence: str) -> None:
    assert outlets(sentence) == {"KBX News"}


@pytest.mark.parametrize(
    ("sentence", "outlet"),
    [
        ("He told the Beacon that he would leave.", "The Beacon"),
        ("The Beacon reported that he would leave.", "The Beacon"),
        ("The Beacon's Jane Low reported that he would leave.", "The Beacon"),
        ("A Beacon investigation found that he left.", "The Beacon"),
        ("Das berichtet der „Bote“ am Montag, und das ist nicht neu.", "Der Bote"),
        ("Wie der „Bote“ berichtet, ging er nicht zu dem Treffen.", "Der Bote"),
        ("Das schreibt die Zeitung «Bote».", "Der Bote"),
        ("« Je pars », a-t-il déclaré au quotidien Le Phare.", "Le Phare"),
        ("Dans un entretien au Phare, il a dit qu'il partait.", "Le Phare"),
        ("«Me voy», dijo a El Faro.", "El Faro"),
        ("Об этом сообщила газета «Маяк».", "Маяк"),
        ("«Я ухожу», — сказал он «Маяку».", "Маяк"),
        ("وقال لصحيفة المنارة إنه غادر.", "المنارة"),
        ("ذكرت صحيفة المنارة أنه غادر.", "المنارة"),
    ],
)
def test_a_name_that_is_a_word_too_is_cited_in_the_right_construction(sentence: str, outlet: str) -> None:
    assert outlet in outlets(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Shares of KBX fell on Monday.",
        "KBX fired its host on Monday.",
        "She writes for Harbour Times.",
        "Jane Low is a reporter at Harbour Times.",
        "Magazines such as Harbour Times sell well.",
        "KBX said it will cut 20 jobs.",
        "A spokesman for KBX said the show was over.",
        "KBX's owner said the show was over.",
        "The beacon reported by sailors was lit.",
        "The show airs on KBX at 9 p.m. on Sunday.",
        "He sued Harbour Times for libel.",
        "Mr Beacon said he left.",
        "Tom Beacon told reporters he left.",
        "Beacon Hill residents said they left.",
        "The Beacon of Hope reported losses.",
        "He watched KBX and said nothing.",
        "She is the editor of Harbour Times.",
        "Harbour Times readers were told to wait.",
        "The mayor said he reads Harbour Times every day.",
    ],
)
def test_an_outlet_that_is_only_named_is_not_cited(sentence: str) -> None:
    assert outlets(f"{LEAD} {sentence}") <= {None}


@pytest.mark.parametrize(
    "sentence",
    [
        "He told Mooring Post that he left.",
        "He told this newspaper that he left.",
        "Mooring Post Sport reported that he left.",
        "MP has learned that he left.",
        "Das sagte er dieser Redaktion.",
        "He told harbourtimes.test that he left.",
    ],
)
def test_a_publisher_does_not_cite_itself_or_its_sisters(sentence: str) -> None:
    assert cite(story(sentence), OURS, NAMES, ("harbourtimes.test",)) == ()


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("MARSTON (Fernpost) - The mayor left.", "credit"),
        ("MARSTON, May 3 (Fernpost) -- The mayor left.", "credit"),
        ("(Additional reporting by Fernpost)", "credit"),
        ("Tom Low/Fernpost/Pictures", "credit"),
        ("The mayor left, Fernpost reported.", "attribution"),
        ("This story was originally published by Fernpost and is republished here.", "republished"),
    ],
)
def test_credits_are_told_from_attributions(sentence: str, role: str) -> None:
    (found,) = cited(sentence)
    assert (found.outlet, found.domain, found.role, found.how) == ("Fernpost", "fernpost.example", role, "name")


def test_all_of_a_row_of_names_are_cited() -> None:
    assert outlets("(With reports from Fernpost, KBX and Harbour Times)") == {"Fernpost", "KBX News", "Harbour Times"}


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("He told Norway's Dockside Gazette newspaper that he left.", "Dockside Gazette"),
        ("The newspaper Dockside reported that he left.", "Dockside"),
        ("The Dockside news agency said he left.", "Dockside"),
        ("Das berichtet die Zeitung „Hafenbote“, und das ist nicht neu.", "Hafenbote"),
        ("Il l'a dit au quotidien « La Digue ».", "La Digue"),
        ("Según informó la agencia Puertos, se fue.", "Puertos"),
        ("Об этом сообщило агентство «Причал».", "Причал"),
        ("ذكرت صحيفة «الرصيف» أنه غادر.", "الرصيف"),
    ],
)
def test_an_outlet_on_no_list_is_found_by_what_it_is_called(sentence: str, name: str) -> None:
    (found,) = cited(sentence)
    assert (found.outlet, found.domain, found.category) == (name, None, "media")


@pytest.mark.parametrize(
    "sentence",
    [
        "KBX has not reported on the plan.",
        "KBX did not confirm the plan.",
        "KBX hasn't reported the plan.",
        "The plan was not reported by KBX.",
        "KBX hat nicht über die Pläne berichtet.",
        "KBX n'a pas confirmé le projet.",
        "KBX no ha informado de ello.",
        "KBX не сообщал об этом вчера вечером.",
        "لم تذكر قناة KBX ذلك أمس.",
    ],
)
def test_who_is_said_not_to_have_told_is_marked(sentence: str) -> None:
    (found,) = cited(sentence)
    assert (found.outlet, found.negated) == ("KBX News", True)


def test_what_could_not_be_checked_is_marked() -> None:
    before, same = (
        cited("KBX wrote that he left. The report could not be independently verified.", LEAD),
        cited("It is not possible to independently verify the KBX report."),
    )
    assert [each.unverified for each in (*before, *same)] == [True, True]
    assert not cited("KBX wrote that he left.")[0].unverified


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("KBX cited unnamed “harbour sources” as saying he left.", "unnamed “harbour sources”"),
        ("Two people familiar with the talks told KBX he left.", "Two people familiar with the talks"),
        ("A source close to the mayor told KBX he left.", "source close to the mayor"),
        ("KBX berichtet unter Berufung auf informierte Quellen, dass er geht und nicht bleibt.", "informierte Quellen"),
        ("Selon des sources policières citées par KBX, il est parti.", "des sources policières"),
        ("Según fuentes policiales citadas por KBX, se fue.", "fuentes policiales"),
    ],
)
def test_a_source_without_a_name_comes_through_who_cites_it(sentence: str, words: str) -> None:
    found = cited(sentence)
    (source,) = [each for each in found if each.outlet is None]
    assert (source.source, source.category, source.domain) == (words, "other", None)
    assert source.via is not None
    assert found[source.via].outlet == "KBX News"


def test_a_named_source_comes_through_who_cites_it() -> None:
    first, second = cited("KBX reported, citing Fernpost, that he left.")
    assert (first.outlet, second.outlet, second.via) == ("KBX News", "Fernpost", 0)


@pytest.mark.parametrize(
    ("sentence", "outlet", "domain"),
    [
        ("Norland's Ministry of Defense announced that he left.", "Norland's Ministry of Defense", None),
        ("The Norlandish Foreign Ministry said he left.", "Norlandish Foreign Ministry", None),
        ("The Tidal Department announced a flood.", "Tidal Department", "tides.gov"),
    ],
)
def test_offices_are_cited_as_official(sentence: str, outlet: str, domain: str | None) -> None:
    (found,) = cited(sentence)
    assert (found.outlet, found.domain, found.category) == (outlet, domain, "official")


# ------------------------------------------------------------------------------------------------------------ links


def linked(text: str, *links: tuple[str, str]) -> tuple[Citation, ...]:
    return cite(story(text, links=tuple(Link(url=url, text=words, paragraph=0) for url, words in links)), OURS, NAMES)


def test_a_link_without_a_name_is_a_source_link() -> None:
    (found,) = linked("He left in May.", ("https://www.kbx.example/a?utm_source=x", "left"))
    assert (found.how, found.role, found.outlet, found.domain) == ("link", "source link", "KBX News", "kbx.example")
    assert (found.target, found.host, found.anchor) == ("https://www.kbx.example/a", "kbx.example", "left")


def test_a_link_and_a_name_of_one_outlet_are_one_citation() -> None:
    (found,) = linked("KBX reported that he left in May.", ("https://kbx.example/a", "left"))
    assert (found.how, found.role, found.outlet) == ("link", "attribution", "KBX News")


def test_the_credited_outlet_is_not_the_host_of_the_link() -> None:
    (found,) = linked("He left, Fernpost reported.", ("https://kbx.example/a", "Fernpost reported"))
    assert (found.outlet, found.domain, found.host) == ("Fernpost", "fernpost.example", "kbx.example")


def test_a_wrapped_link_leads_where_it_leads() -> None:
    (found,) = linked("He left.", ("https://web.archive.org/web/2020/https://kbx.example/a", "left"))
    assert (found.target, found.host) == ("https://kbx.example/a", "kbx.example")


def test_links_to_ourselves_and_to_profiles_are_no_citations() -> None:
    text = "He left. Follow us on Facebook and mail us."
    ours = ("https://sport.mooringpost.test/b", "left"), ("https://mooringpost.example/c", "us")
    others = ("https://www.facebook.com/mooringpost", "Facebook"), ("mailto:a@b.example", "mail")
    assert linked(text, *ours, *others) == ()


def test_an_anchor_teaches_a_name() -> None:
    text = "He left, the Quayside Ledger reported. Later the Quayside Ledger wrote that he came back."
    found = linked(text, ("https://quaysideledger.example/news/2026/11/02/he-left-town-again", "Quayside Ledger"))
    assert [(each.outlet, each.domain) for each in found] == [("Quayside Ledger", "quaysideledger.example")] * 2


QUAY = Outlet(name="Quay Courier", domains=("quaycourier.test",))
COURIER = Outlet(
    name="The Courier",
    domains=("courier.example",),
    aliases=("Courier",),
    ambiguous=frozenset(("Courier", "The Courier")),
)
RIVER = Outlet(name="River Courier", domains=("rivercourier.example",))


def told(*paragraphs: str, links: tuple[Link, ...] = (), names: Names) -> list[tuple[str | None, str | None]]:
    return [(each.outlet, each.domain) for each in cite(story(*paragraphs, links=links), OURS, names)]


@pytest.mark.parametrize("listed", [(COURIER,), (COURIER, QUAY), ()])
def test_a_short_name_is_that_of_who_is_named_in_full(listed: tuple[Outlet, ...]) -> None:
    paragraphs = ("The Quay Courier reported that he left.", "He was seen, according to the Courier, on a ferry.")
    links = (
        Link(url="http://www.quaycourier.test/news/ferry", text="according to the Courier", paragraph=1),
        Link(url="http://www.quaycourier.test/news/left", text="that he left", paragraph=0),
    )
    assert told(*paragraphs, links=links, names=Names.of(listed)) == [("Quay Courier", "quaycourier.test")] * 2


def test_a_short_name_without_a_link_is_that_of_who_was_named_last() -> None:
    first, second = "The Quay Courier reported that he left.", "The River Courier reported that he came back."
    names = Names.of((COURIER, QUAY, RIVER))
    found = told(first, "The Courier wrote that he ran.", second, "The Courier wrote that he fell.", names=names)
    assert [outlet for outlet, _ in found] == ["Quay Courier", "Quay Courier", "River Courier", "River Courier"]


def test_a_short_name_that_nobody_has_in_full_is_that_of_the_list() -> None:
    found = told("The Harbour Times wrote that he ran.", "The Courier wrote that he fell.", names=Names.of((COURIER,)))
    assert ("The Courier", "courier.example") in found


def test_a_publishers_own_short_name_is_no_citation() -> None:
    names = Names.of((COURIER, QUAY))
    extraction = story("He told the Courier that he left.")
    assert cite(extraction, "http://www.quaycourier.test/a", names) == ()


def test_a_resolved_name_is_whose_a_person_said() -> None:
    names = Names.of((COURIER, QUAY), {"the Courier": "bell.example"})
    found = told("The Quay Courier reported that he left.", "He told the Courier that he left.", names=names)
    assert found[1][1] == "bell.example"


def test_an_archives_own_outlet_has_its_name_before_others() -> None:
    own = Outlet(name="Courier", domains=("bell.example",))
    names = Names.of((COURIER, QUAY), own=(own,))
    assert told("He told the Courier that he left.", names=names) == [("Courier", "bell.example")]


@pytest.mark.parametrize(
    ("anchor", "sentence", "domain", "name"),
    [
        ("Ternwire described", "Ternwire described how he left.", "ternwire.test", "Ternwire"),
        ("interview with Ternwire", "In an interview with Ternwire he left.", "ternwire.test", "Ternwire"),
        ("price list of the Quay Courier", "The price list of the Quay Courier.", "quaycourier.test", "Quay Courier"),
        ("left", "He left, the Wrap wrote.", "thewrap.test", "The Wrap"),
        ("left", "He left, The Wrap wrote.", "thewrap.test", "The Wrap"),
        ("left", "He left, the Voice of Orvane wrote.", "vo-orvane.test", "vo-orvane.test"),
        ("left", "He left, the Voice of Orvane wrote.", "voo.test", "Voice of Orvane"),
        ("left", "He left, the Quay Daily Record wrote.", "qdr.test", "Quay Daily Record"),
        ("left", "He left, the Möwenpost wrote.", "moewenpost.test", "Möwenpost"),
        ("left", "He left, Ternwire wrote.", "ternwirenews.test", "Ternwire"),
        ("left", "He left, somebody wrote.", "quaycourier.test", "quaycourier.test"),
        ("left", "He had a ternwire in his hand.", "ternwire.test", "ternwire.test"),
        ("Spokesman-Review", "The Spokesman-Review wrote that he left.", "spokesman.test", "Spokesman-Review"),
    ],
)
def test_a_host_on_no_list_is_called_what_its_domain_spells(anchor: str, sentence: str, domain: str, name: str) -> None:
    link = Link(url=f"http://www.{domain}/news/2026/11/02/he-left-town", text=anchor, paragraph=0)
    (found,) = cite(story(sentence, links=(link,)), OURS, Names.of(()))
    assert (found.outlet, found.domain, found.category, found.how) == (name, domain, "media", "link")


def test_a_name_that_a_domain_spells_is_known_all_over_the_article() -> None:
    link = Link(url="http://www.ternwire.test/news/2026/11/02/he-left-town", text="described", paragraph=0)
    found = told("How he left was described.", "He told Ternwire that he left.", links=(link,), names=Names.of(()))
    assert found == [("Ternwire", "ternwire.test")] * 2


@pytest.mark.parametrize("host", ["192.0.2.7", "[2001:db8::1]"])
def test_an_address_in_numbers_is_no_outlet(host: str) -> None:
    link = Link(url=f"http://{host}/news/2026/11/02/he-left-town", text="the Ternwire reported", paragraph=0)
    for each in cite(story("Yesterday the Ternwire reported that he left.", links=(link,)), OURS, Names.of(())):
        assert (each.domain, each.category) == (None, "other")
        assert each.outlet is None


# ---------------------------------------------------------------------------------------- bylines and captions


def credited(*bylines: str, caption: str | None = None, url: str = OURS) -> list[tuple[str | None, int]]:
    found = cite(Extraction(bylines=bylines, caption=caption), url, NAMES)
    assert all(each.role == "credit" and each.how == "name" for each in found)
    assert {each.sentence for each in found} <= {*bylines, caption}
    return [(each.outlet or each.source, each.paragraph) for each in found]


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Fernpost", ["Fernpost"]),
        ("By Jane Low, Harbour Times", ["Harbour Times"]),
        ("Jane Low (Fernpost)", ["Fernpost"]),
        ("Mooring Post / Fernpost", ["Fernpost"]),
        ("Fernpost news agency", ["Fernpost"]),
        ("Staff and agencies", ["agencies"]),
        ("Von Jens Bote", []),
        ("By Jane Beacon", []),
        ("Fernpost Jones", []),
        ("Jane Low, editor of the old Harbour Times", []),
        ("Mooring Post", []),
        ("MP Sport", []),
        ("", []),
    ],
)
def test_a_byline_that_is_an_outlet_is_a_credit(byline: str, names: list[str]) -> None:
    assert credited(byline) == [(name, -1) for name in names]


@pytest.mark.parametrize(
    ("caption", "names"),
    [
        ("The mayor on the pier. TOM LOW/Fernpost/Pictures", ["Fernpost"]),
        ("The mayor on the pier (Photo: Fernpost)", ["Fernpost"]),
        ("The mayor on the pier. (Fernpost Photo/Tom Low)", ["Fernpost"]),
        ("© Fernpost", ["Fernpost"]),
        ("The mayor reads a Fernpost story on the pier.", []),
        ("The Fernpost building (right)", []),
        ("The mayor on the pier (Photo: Harbour Times)", []),
        ("", []),
    ],
)
def test_a_caption_credits_news_agencies_only(caption: str, names: list[str]) -> None:
    assert credited(caption=caption) == [(name, -2) for name in names]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.tides.gov.uk/news/a", "official"),
        ("https://ec.europa.eu/a", "official"),
        ("https://twitter.com/a/status/1", "social"),
        ("https://www.youtube.com/watch?v=1", "social"),
        ("https://shop.boats.example/product/1", "other"),
        ("https://boats.example/", "other"),
        ("https://press.boats.example/press-releases/2026/11/02/we-sell-more-boats", "other"),
        ("https://river.university.edu/news/a-long-story-of-a-river", "other"),
        ("https://en.wikipedia.org/wiki/Boat", "other"),
        ("https://www.doi.org/10.1/a", "other"),
        ("https://portsidetribune.example/a/b", "media"),
        ("https://hafenzeitung.example/politik/a", "media"),
        ("https://riverside.example/2026/11/02/the-mayor-of-the-town-left", "media"),
        ("https://riverside.example/politics/the-mayor-of-the-town-left", "media"),
    ],
)
def test_a_host_on_no_list_is_judged_by_what_it_looks_like(url: str, kind: str) -> None:
    assert category(url) == kind


# ------------------------------------------------------------------------------------------------------- whole texts

MADE_UP = (
    "The paper comes from Norland's “Al-Marfa” newspaper, which cites unnamed “harbour sources” as saying the two"
    " navies were to share a pier.",
    "The unnamed harbour sources went on to say that 40 sailors were in town. Last week, Norlandish media reported"
    " that two boats had come.",
    "“Al-Marfa” wrote that the navies would compete for the pier.",
    "It is not possible to independently verify the “Al-Marfa” report.",
    "Norland's official media has -- as ever -- not reported on any plans for a pier.",
    "The Fernpost news agency published an interview with the admiral, who was in town.",
    "On Monday, Norland's Ministry of Defense announced that it had sent tents.",
    "-- Jane Low",
)


def test_a_whole_story_rests_on_whom_it_says() -> None:
    found = cited(*MADE_UP)
    told = [(each.paragraph, each.outlet or each.source, each.via, each.negated, each.unverified) for each in found]
    assert told == [
        (0, "Al-Marfa", None, False, False),
        (0, "unnamed “harbour sources”", 0, False, False),
        (1, "unnamed harbour sources", 0, False, False),
        (1, "Norlandish media", None, False, False),
        (2, "Al-Marfa", None, False, False),
        (3, "Al-Marfa", None, False, True),
        (4, "Norland's official media", None, True, False),
        (5, "Fernpost", None, False, False),
        (6, "Norland's Ministry of Defense", None, False, False),
    ]


def test_the_post_this_grew_from_rests_on_whom_it_says(shared: Path) -> None:
    text = (shared / "seed" / "under-the-black-flag.txt").read_text("utf-8")
    blocks = [" ".join(block.split()) for block in text.split("\n\n")]
    begins = next(number for number, block in enumerate(blocks) if block.startswith("A report that"))
    paragraphs = tuple(blocks[begins : blocks.index("About This Blog")])
    found = cite(story(*paragraphs, language="en"), "http://www.mooringpost.test/a", Names.of(shipped()))
    papers = [each for each in found if each.outlet == "Al-Mustaqbal"]
    assert [(each.how, each.role, each.domain) for each in papers] == [("name", "attribution", "almustaqbal.com")] * 3
    assert [each.unverified for each in papers] == [False, False, True]
    sources = [each for each in found if each.source and "sources" in each.source]
    assert [found[each.via].outlet for each in sources if each.via is not None] == ["Al-Mustaqbal"] * 2
    assert [(each.source, each.negated) for each in found if each.source and "media" in each.source] == [
        ("Russian media", False),
        ("Russia's official media", True),
    ]
    assert [each.role for each in found if each.domain == "tass.com"] == ["attribution"]
    assert [each.outlet for each in found if each.category == "official" and "Defen" in (each.outlet or "")]


PIECES = (
    *ENGLISH[:12], *GERMAN[:6], *RUSSIAN[:3], *ARABIC[:2], *MADE_UP, LEAD, "“", "KBX", "(KBX)", "unnamed sources said",
    "could not be independently verified", "https://kbx.example", "", " ", "\u200b", "told the", "according to",
)  # fmt: skip


@given(
    st.lists(st.lists(st.sampled_from(PIECES), max_size=5).map(" ".join) | st.text(max_size=40), max_size=4),
    st.lists(
        st.tuples(
            st.sampled_from(
                ("https://kbx.example/a", "http://[", "mailto:x", "https://portnews.example/2026/11/02/a", "")
            ),
            st.sampled_from(("KBX", "told", "", "nowhere to be found")),
            st.integers(min_value=-1, max_value=5),
        ),
        max_size=3,
    ),
    st.sampled_from((None, "en", "de", "xx", "zz-ZZ")),
)
def test_citations_hold_together_whatever_is_read(
    paragraphs: list[str], links: list[tuple[str, str, int]], language: str | None
) -> None:
    made = tuple(Link(url=url, text=text, paragraph=place) for url, text, place in links)
    extraction = story(*paragraphs, links=made, language=language)
    found = cite(extraction, OURS, NAMES)
    assert found == cite(extraction, OURS, NAMES)
    for number, each in enumerate(found):
        text = paragraphs[each.paragraph]
        assert each.paragraph >= 0
        assert each.sentence in {text[start:end] for start, end in spans(text)}
        assert each.via is None or (each.via != number and 0 <= each.via < len(found))
        assert (each.outlet is None) == (each.source is not None)
        assert (each.how == "link") == (each.target is not None)
        assert each.domain != "mooringpost.test"
    assert [each.paragraph for each in found] == sorted(each.paragraph for each in found)
