"""Names that an edit takes out: whose are private, and which stand there still."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.gazetteer import shipped
from archive.model import Extraction
from archive.naming import Names
from archive.private_names import MOST, removed, shown_in, stands

NAMES = Names.of(each for each in shipped() if each.name in ("The New York Times", "Der Spiegel", "BBC News"))


def is_outlet(name: str) -> bool:
    return any(each.start == 0 and each.end == len(name) for each in NAMES.in_text(name))


def gone(
    before: str, after: str, *, language: str = "en", bylines: tuple[str, ...] = (), headline: str | None = None
) -> tuple[str, ...]:
    """Give the names that one paragraph lost to another."""
    return removed(
        Extraction(paragraphs=(before,), language=language, bylines=bylines, headline=headline),
        Extraction(paragraphs=(after,), language=language, bylines=bylines),
        is_outlet,
    )


@pytest.mark.parametrize(
    ("before", "after", "language"),
    [
        ("The man was named as Colin Harrow on Monday.", "A man was named on Monday.", "en"),
        ("Yesterday Colin Harrow was questioned.", "Yesterday a man was questioned.", "en"),
        ("Colin Harrow, 34, was questioned.", "A man of 34 was questioned.", "en"),
        ("When Zarina Okpik came home, the door was open.", "When she came home, the door was open.", "en"),
        ("A photograph of J. K. Harrow was shown.", "A photograph was shown.", "en"),
        ("The house of Bashar al-Khatib was searched.", "A house was searched.", "en"),
        ("The call came from Ludwig van der Meer.", "The call came from a man.", "en"),
        ("They asked Mr Harrow to leave.", "They asked him to leave.", "en"),
        ("It was seen by a witness, Fatima, at noon.", "It was seen by a witness at noon.", "en"),
        ("The mayor's driver, Colin Harrow, was hurt.", "The driver was hurt.", "en"),
        ("Colin Harrow, a critic of the mayor, was hurt.", "A critic of the mayor was hurt.", "en"),
        ("It hurt the wife of the mayor, Dana Harrow.", "It hurt his wife.", "en"),
        ("Colin Harrow, Mayor Ann Lee and others came.", "Mayor Ann Lee and others came.", "en"),
        ("So said the mayor. Colin Harrow was hurt.", "So said the mayor. A man was hurt.", "en"),
        ("Colin Harrow and Dana Harrow were seen.", "Dana Harrow was seen.", "en"),
        ("A book by Stephen King lay there.", "A book lay there.", "en"),
        ("Emily Church was seen.", "A woman was seen.", "en"),
        ("Die Polizei befragte Klaus Mühlbauer am Montag.", "Die Polizei befragte einen Mann am Montag.", "de"),
        ("Die Polizei befragte Herrn Mühlbauer.", "Die Polizei befragte einen Mann.", "de"),
        ("La police a interrogé Mathieu Delorme hier.", "La police a interrogé un homme hier.", "fr"),
        ("La policía interrogó a Ramón Quiroga ayer.", "La policía interrogó a un hombre ayer.", "es"),
        ("Полиция допросила Ивана Петрова вчера.", "Полиция допросила мужчину вчера.", "ru"),
        ("وقال السيد سامي الخطيب إنه رأى ذلك", "وقال شاهد إنه رأى ذلك", "ar"),
    ],
)
def test_a_private_name_that_goes_is_found(before: str, after: str, language: str) -> None:
    assert gone(before, after, language=language), before


@pytest.mark.parametrize(
    ("before", "after", "language"),
    [
        ("Colin Harrow was questioned.", "Mr Harrow was questioned.", "en"),
        ("Colin Harrow was questioned.", "Police questioned Harrow’s brother.", "en"),
        ("Полиция допросила Ивана Петрова вчера.", "Вчера допросили Петрову.", "ru"),
        ("Mayor Colin Harrow came.", "He came.", "en"),
        ("Then Sen. Colin Harrow came.", "Then he came.", "en"),
        ("Prime Minister Colin Harrow came.", "He came.", "en"),
        ("The mayor of Kelmoor, Colin Harrow, came.", "He came.", "en"),
        ("Colin Harrow, the former mayor of Kelmoor, came.", "He came.", "en"),
        ("Colin Harrow is the editor of the paper.", "He edits the paper.", "en"),
        ("Police spokeswoman Dana Harrow said so.", "The police said so.", "en"),
        ("Bürgermeister Klaus Mühlbauer kam.", "Er kam.", "de"),
        ("Innenministerin Petra Mühlbauer kam.", "Sie kam.", "de"),
        ("Le maire de Lyon, Mathieu Delorme, est venu.", "Il est venu.", "fr"),
        ("Президент Иван Петров приехал.", "Он приехал.", "ru"),
        ("وقال الرئيس سامي الخطيب إنه رأى ذلك", "وقال إنه رأى ذلك", "ar"),
        ("He told The New York Times so.", "He told us so.", "en"),
        ("It happened in South Kelmoor.", "It happened there.", "en"),
        ("It happened on Harrow Street.", "It happened there.", "en"),
        ("He studied at Kelmoor University.", "He studied.", "en"),
        ("They sailed the Black Coral at night.", "They sailed at night.", "en"),
        ("It was on Monday. After Christmas it rained.", "It was then. It rained.", "en"),
        ("the council was asked. The Council sat. But council rules hold.", "the council sat.", "en"),
        ("Die Neue Regelung der Abwasserentsorgung Kelmoor gilt.", "Sie gilt.", "de"),
        ("nothing with capitals here", "", "en"),
    ],
)
def test_what_is_no_private_name_or_stands_there_still_is_let_through(before: str, after: str, language: str) -> None:
    assert gone(before, after, language=language) == ()


def test_the_name_in_the_byline_is_not_private() -> None:
    said = "Tamsin Wray reports from the mill."
    assert gone(said, "We report from the mill.") == ("Tamsin Wray",)
    assert gone(said, "We report from the mill.", bylines=("Tamsin Wray",)) == ()


def test_a_headline_in_title_case_is_no_list_of_names() -> None:
    assert gone("It closed.", "It closed.", headline="Old River Mill Closed After Forty Years") == ()
    assert gone("It closed.", "It closed.", headline="Miller Colin Harrow Closes Old River Mill") == ("Colin Harrow",)


def test_a_name_known_from_the_body_is_one_in_a_headline_too() -> None:
    before = Extraction(headline="Zarina Okpik Leaves Kelmoor Court", paragraphs=("They saw Zarina Okpik leave.",))
    after = Extraction(headline="Woman Leaves Kelmoor Court", paragraphs=("They saw her leave.",))
    assert "Zarina Okpik" in removed(before, after, is_outlet)


def test_a_name_that_only_moved_to_another_field_stands_there_still() -> None:
    before = Extraction(paragraphs=("It was Colin Harrow.",))
    after = Extraction(paragraphs=("It was he.",), caption="Colin Harrow at home")
    assert removed(before, after, is_outlet) == ()


def test_a_surname_behind_another_given_name_is_another_person() -> None:
    assert not stands("Colin Harrow", ["They asked Dana Harrow."])
    assert stands("Colin Harrow", ["They asked Dana Harrow. Later Harrow came."])


def test_a_text_shows_a_name_by_its_surname() -> None:
    assert shown_in("Colin Harrow", ["for harrow's sake"])
    assert not shown_in("Colin Harrow", ["Colin came"])


@given(st.text(), st.text())
def test_any_texts_can_be_compared(before: str, after: str) -> None:
    assert gone(before, before) == ()
    gone(before, after)


def test_a_page_full_of_names_is_held_without_looking_at_them_all() -> None:
    letters = [f"{one}{other}" for one in "abcdefghijklmnop" for other in "abcdefghijklmnop"]
    crowd = " ".join(f"They saw Colin Harrow{each}." for each in letters)
    assert len(gone(crowd, "They saw them.")) == MOST
    kept = " ".join(f"They saw Mr Harrow{each}." for each in letters)
    assert gone(crowd, kept)
