"""What an edit did: flags for plain newsroom edits, and none for what was not edited."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.diff import compare
from archive.model import Extraction, Flag, Link

OPEN = "The council met in the old town hall to talk about the flood and the bridge."
END = "The next meeting is open to all residents."
BASE = Extraction(paragraphs=(OPEN, END), language="en", modified="2026-01-01T00:00:00Z")


def flags(before: str, after: str, language: str = "en") -> set[Flag]:
    """Give the flags of a sentence in the middle of a text, but for those that depend on the time."""
    ours = replace(BASE, paragraphs=(OPEN, before, END), language=language)
    theirs = replace(BASE, paragraphs=(OPEN, after, END), language=language, modified="2026-01-02T00:00:00Z")
    return set(compare(ours, theirs, url="https://a.example/x").flags) - {"typographic"}


def of_fields(before: Extraction, after: Extraction) -> set[Flag]:
    return set(compare(before, after, url="https://a.example/x").flags)


RAISED = [
    ("en", "He counted 37 boats.", "He counted 41 boats.", {"number"}),
    ("en", "The crew of nine have painted her.", "The crew of seven have painted her.", {"number"}),
    ("en", "It happened on October 23 in the town.", "It happened on October 24 in the town.", {"date"}),
    ("en", "It rained on Monday in the town.", "It rained on Tuesday in the town.", {"date"}),
    ("en", "The man said the bridge was old.", "The man claimed the bridge was old.", {"hedging"}),
    ("en", "The bridge is old, according to the ministry.", "The bridge is old.", {"attribution"}),
    ("en", "It is old, according to the ministry.", "It is old, according to the police.", {"attribution"}),
    ("en", "The bridge is old, officials said.", "The bridge is old, witnesses said.", {"attribution"}),
    ("en", "They met with Hollis Varn at night.", "They met with Edric Loam at night.", {"name"}),
    ("en", "He was at the party and drank.", "He was not at the party and drank.", {"negation"}),
    ("en", "Smoke rose, but this could not be independently verified.", "Smoke rose.", {"caveat"}),
    ("en", "“We know who takes them,” he said.", "“We guess who takes them,” he said.", {"quote"}),
    ("en", "We walked home in the dark and sang.", "We strolled home in the dark and sang.", set()),
    ("de", "Der Rat traf Olaf Scholz am Abend.", "Der Rat traf Friedrich Merz am Abend.", {"name"}),
    ("de", "Die Fahrer sagten, es sei nass.", "Die Fahrer behaupteten, es sei nass.", {"hedging"}),
    ("fr", "Le pont est fermé, selon le ministère.", "Le pont est fermé.", {"attribution"}),
    ("es", "La torre abrió el lunes.", "La torre no abrió el lunes.", {"negation"}),
    ("ru", "Совет сообщил о 5 лодках.", "Совет сообщил о 6 лодках.", {"number"}),
    ("ar", "بقي نحو 86 منزلا بلا ماء.", "بقي نحو 29 منزلا بلا ماء.", {"number"}),
]


@pytest.mark.parametrize(("language", "before", "after", "wanted"), RAISED, ids=[each[1][:40] for each in RAISED])
def test_a_plain_edit_has_the_flags_an_editor_would_give(
    language: str, before: str, after: str, wanted: set[Flag]
) -> None:
    assert flags(before, after, language) == wanted


def test_the_first_paragraph_is_the_lede_but_for_a_standfirst_that_stands_there() -> None:
    standfirst = "What the flood did to the town, to its bridge and to its people."
    before = replace(BASE, standfirst=standfirst, paragraphs=(standfirst, OPEN, END))
    after = replace(before, paragraphs=(standfirst, OPEN.replace("old", "new"), END))
    assert "lede" in of_fields(before, after)
    assert "lede" not in of_fields(before, replace(before, paragraphs=(standfirst, OPEN, END.replace("next", "last"))))


def test_an_edit_with_a_notice_or_a_later_time_is_no_stealth_edit() -> None:
    before = replace(BASE, paragraphs=(OPEN, "It cost 40 crowns.", END))
    after = replace(before, paragraphs=(OPEN, "It cost 50 crowns.", END))
    assert "stealth" in of_fields(before, after)
    assert "stealth" not in of_fields(before, replace(after, modified="2026-01-02T00:00:00Z"))
    assert "stealth" not in of_fields(before, replace(after, correction="Correction: it was 50 crowns."))


def test_a_headline_is_the_same_in_capitals_and_with_the_name_of_its_site() -> None:
    before = replace(BASE, headline="The flood and the bridge", seo_title="The flood and the bridge")
    after = replace(BASE, headline="THE FLOOD AND THE BRIDGE", seo_title="The flood and the bridge | The Post")
    assert "headline" not in of_fields(before, after)
    assert "headline" in of_fields(before, replace(before, headline="The flood and the ferry"))


def test_a_publishing_date_that_is_moved_is_told() -> None:
    before = replace(BASE, published="2026-01-01T08:00:00Z")
    assert "redated" in of_fields(before, replace(before, published="2026-01-03T08:00:00Z"))
    assert "redated" not in of_fields(before, replace(before, published="2026-01-01T09:00:00+01:00"))


# --------------------------------------------------------------------------------------------------------------- flags

FALSE = [
    # A number word of another language counts in all of them.
    ("de", "Der Sprecher sagte, er sei krank.", "Der Sprecher sagte, er ist krank.", "number"),
    ("en", "Prices rose by 5 percent in a year.", "Prices rose by 5 per cent in a year.", "number"),
    ("en", "The flight was late due to fog.", "The flight was late because of fog.", "number"),
    ("en", "He once ran the port for the county.", "He formerly ran the port for the county.", "number"),
    ("fr", "Le bâtiment est neuf et cher.", "Le bâtiment est récent et cher.", "number"),
    # The same with words of denial, of doubt, of time, and of speech.
    ("de", "Der Minister ist im Amt.", "Der Minister ist noch im Amt.", "negation"),
    ("de", "Der Zug fährt im Mai wieder.", "Der Zug fährt im Juni wieder.", "negation"),
    ("fr", "Le ministre part en mai.", "Le ministre part en juin.", "negation"),
    ("en", "The UN sent trucks to the north.", "The U.N. sent trucks to the north.", "negation"),
    ("de", "Die Stadt ist schön.", "Die Stadt hier ist schön.", "date"),
    ("de", "Das Dorf liegt in der Ebene.", "Das Dorf liegt im Tal.", "hedging"),
    ("es", "Lo vio por primera vez en el puerto.", "Lo vio primero en el puerto.", "hedging"),
    ("en", "In May the council raised the fee.", "In June the council raised the fee.", "hedging"),
    ("en", "A man appeared in court over the theft.", "A man stood in court over the theft.", "hedging"),
    ("en", "The man was taken to hospital.", "The man was admitted to hospital.", "attribution"),
    ("en", "The firm has created 20 jobs in the town.", "The firm has added 20 jobs in the town.", "attribution"),
    # One figure in two spellings.
    ("en", "The bank lost $3.5m last year.", "The bank lost $3.5 million last year.", "number"),
    ("en", "At least 25 soldiers died.", "At least twenty-five soldiers died.", "number"),
    ("en", "The bridge was closed on May 3.", "The bridge was closed on 3 May.", "date"),
    ("en", "Some 2000 people came to the square.", "Some 2,000 people came to the square.", "date"),
    # Marks that are no quotation marks; a quotation with its speaker in the midst of it.
    ("en", "The '90s band played in the players' lounge.", "The '90s band sang in the players' lounge.", "quote"),
    ("en", "“We will not pay for this wall,” he said.", "“We will not pay,” he said, “for this wall.”", "quote"),
    ("ar", "وصل الوزير يوم الاثنين إلى المدينة.", "وصل الوزير يوم الثلاثاء إلى المدينة.", "name"),
]


@pytest.mark.parametrize(("language", "before", "after", "flag"), FALSE, ids=[each[1][:40] for each in FALSE])
def test_no_flag_tells_of_what_was_not_edited(language: str, before: str, after: str, flag: Flag) -> None:
    assert flag not in flags(before, after, language)


MISSED = [
    # A single name with which a sentence opens is never one.
    ("en", "Israel struck a school on the coast.", "Hamas struck a school on the coast.", "name"),
    ("ru", "Россия атаковала станцию ночью.", "Украина атаковала станцию ночью.", "name"),
    # In German no single word is a name.
    ("de", "Das Unglück geschah in Köln am Abend.", "Das Unglück geschah in Bonn am Abend.", "name"),
    ("de", "Der mutmaßliche Mörder wurde gefasst.", "Der Mörder wurde gefasst.", "hedging"),
    ("en", "The bank lost $3.5m last year.", "The bank lost $3.5bn last year.", "number"),
    ("en", "Temperatures fell to -5 overnight.", "Temperatures fell to 5 overnight.", "number"),
    ("en", "It is not clear who fired the shot.", "It is clear who fired the shot.", "caveat"),
    ("en", "The plant was hit, officials said.", "The plant was hit, Reuters reported.", "attribution"),
    ("en", "The mayor called it “total chaos” today.", "The mayor called it “minor chaos” today.", "quote"),
    ("fr", "Il n'y a plus de pain.", "Il y a du pain.", "negation"),
]


@pytest.mark.parametrize(("language", "before", "after", "flag"), MISSED, ids=[each[1][:40] for each in MISSED])
def test_a_flag_tells_of_what_was_edited(language: str, before: str, after: str, flag: Flag) -> None:
    assert flag in flags(before, after, language)


@pytest.mark.parametrize("modified", ["2026-01-01T01:00:00+01:00", None, "2025-12-01T00:00:00Z"])
def test_an_edit_is_stealth_where_no_later_time_tells_of_it(modified: str | None) -> None:
    # The times are compared as text: the same instant in another zone, none any more, or an earlier one hides it.
    before = replace(BASE, paragraphs=(OPEN, "It cost 40 crowns.", END))
    after = replace(before, paragraphs=(OPEN, "It cost 50 crowns.", END), modified=modified)
    assert "stealth" in of_fields(before, after)


def test_a_notice_that_is_taken_away_is_told() -> None:
    assert "correction" in of_fields(replace(BASE, correction="Correction: it was 40 crowns."), BASE)


def test_links_that_change_places_are_retargeted() -> None:
    # Targets are compared as one set for the whole text.
    one, other = "https://x.example/a", "https://x.example/b"
    before = replace(
        BASE, links=(Link(url=one, text="flood", paragraph=0), Link(url=other, text="bridge", paragraph=0))
    )
    after = replace(BASE, links=(Link(url=other, text="flood", paragraph=0), Link(url=one, text="bridge", paragraph=0)))
    assert "link" in of_fields(before, after)


def test_pictures_with_one_file_name_in_two_folders_are_two() -> None:
    before = replace(BASE, picture="https://i.example/1234/original.jpg")
    assert "picture" in of_fields(before, replace(BASE, picture="https://i.example/9876/original.jpg"))
