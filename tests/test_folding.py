"""How words are folded for search: what is asked meets what was written, and what is another word does not."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.finding import found_in, parse
from archive.folding import code_of, collapsed, fold, script, words
from archive.model import Extraction


def finds(query: str, text: str, language: str | None) -> bool:
    """Whether a query finds a text of a language, in an archive that has texts of several."""
    told = Extraction(paragraphs=(text,), language=language)
    return bool(found_in(parse(query, ["", "ar", "de", "en", "es", "fr", "nl", "ru", "zh"]), told))


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Room", "room"), ("ＲＯＯＭ", "room"), ("Überprüfung", "uberprufung"), ("Straße", "strasse"),
        ("STRASSE", "strasse"), ("Ærø", "aero"), ("Łódź", "lodz"), ("İstanbul", "istanbul"), ("ısı", "isi"),
        ("coo\u00adper\u00adate", "cooperate"), ("e\u0301tat", "etat"), ("état", "etat"), ("٢٠٢٤", "2024"),
        ("أخبار", "اخبار"), ("إيران", "ايران"), ("آسيا", "اسيا"), ("مدرسة", "مدرسه"), ("مصطفى", "مصطفي"),
        ("العـــراق", "العراق"), ("مُحَمَّد", "محمد"), ("مسؤول", "مسوول"), ("ﻻ", "لا"),
        ("Ёлка", "елка"), ("май", "май"), ("за\u0301мок", "замок"), ("Αθήνα", "αθηνα"), ("が", "が"), ("ｶ", "カ"),
        ("हिन्दी", "हिन्दी"),
    ],
)  # fmt: skip
def test_a_word_has_one_form_however_it_is_written(word: str, folded: str) -> None:
    assert fold(word) == folded


@pytest.mark.parametrize("one", ["Müller", "Mueller", "Muller", "MÜLLER", "Mu\u0308ller", "mueller", "muller"])
@pytest.mark.parametrize(
    ("other", "language"),
    [
        ("Müller", "de"), ("Mueller", "de"), ("Muller", "de"), ("Müller", "en"), ("Mueller", "en"), ("Muller", "en"),
        ("Mueller", None),
    ],
)  # fmt: skip
def test_umlauts_meet_however_they_are_spelled(one: str, other: str, language: str | None) -> None:
    assert finds(one, f"Then {other} went.", language)


@pytest.mark.parametrize(
    ("query", "text", "language"),
    [
        ("jugo", "El juego sigue.", "es"), ("juego", "El jugo sigue.", "es"), ("bok", "Een boek.", "nl"),
        ("to", "A toe.", "en"), ("toe", "Go to it.", "en"), ("fur", "Das Feuer.", "de"),
        ("nur", "Ein neuer Plan.", "de"),
        ("cour", "Le coeur.", "fr"), ("coeur", "La cour.", "fr"),
    ],
)  # fmt: skip
def test_ae_oe_and_ue_are_no_umlauts_where_they_are_sounds_of_their_own(query: str, text: str, language: str) -> None:
    assert not finds(query, text, language)


@pytest.mark.parametrize("one", ["العمليات", "عمليات", "والعمليات", "بالعمليات", "للعمليات", "العَمَلِيّات", "عملية"])
@pytest.mark.parametrize("other", ["العمليات", "عمليات", "والعمليات", "بالعمليات", "العمليـات", "عملية"])
def test_arabic_words_meet_with_and_without_what_stands_before_them(one: str, other: str) -> None:
    assert finds(one, f"غرفة {other} المشتركة", "ar")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("مصر", "وصل لمصر"), ("مصر", "كان بمصر"), ("بغداد", "وببغداد"), ("لجنة", "للجنة"), ("ايران", "لإيران"),
        ("قال", "وقال المتحدث"), ("مقاتل", "المقاتلون"), ("مدرسه", "المدرسة"),
    ],
)  # fmt: skip
def test_arabic_prefixes_of_one_letter_are_seen_through(query: str, text: str) -> None:
    assert finds(query, text, "ar")
    assert finds(query, text, None)


def test_the_name_of_god_keeps_its_article() -> None:
    assert [each.folded for each in words("والله الله", "ar")] == ["الله", "الله"]


@pytest.mark.parametrize(
    ("query", "text", "language"),
    [
        ("operation", "Operations went on.", "en-GB"), ("operations", "An operation.", "en"),
        ("Operationsräume", "Im Operationsraum.", "de"), ("Haus", "Zwei Häuser.", "de"), ("haeuser", "Ein Haus.", "de"),
        ("gemeinsame", "Ein gemeinsamer Raum.", "de"), ("операция", "Об операциях.", "ru"), ("ёлка", "Елки.", "ru"),
        ("annoncé", "Les annonces.", "fr"), ("armée", "L’armee.", "fr"), ("operacion", "Las operaciones.", "es"),
        ("operations", "An operation.", None), ("операция", "Об операциях.", "en"),
    ],
)  # fmt: skip
def test_words_are_found_in_their_other_forms_by_the_language_of_the_text(query: str, text: str, language: str) -> None:
    assert finds(query, text, language)


def test_a_stem_of_one_language_is_none_of_another() -> None:
    assert finds("operations", "We operate.", "en")
    assert not finds("operations", "Die Oper.", "de")
    assert not finds('"operations"', "An operation.", "en")
    assert not finds("операция", "операцій", "uk")


@pytest.mark.parametrize(
    ("query", "text", "language"),
    [
        ("作战室", "联合作战室宣布", "zh"), ("ルフ", "ゴルフ場", "ja"), ("정부", "정부는 발표했다", "ko"),
        ("ปฏิบัติ", "ห้องปฏิบัติการร่วม", "th"), ("2024", "2024年", "zh"),
    ],
)  # fmt: skip
def test_where_no_blanks_stand_between_words_any_part_is_found(query: str, text: str, language: str) -> None:
    assert finds(query, text, language)
    assert not finds(query[::-1], text, language)


def test_a_korean_word_is_found_however_its_syllables_are_written() -> None:
    assert finds("정부", unicodedata.normalize("NFD", "정부는"), "ko")
    assert finds(unicodedata.normalize("NFD", "정부"), "정부는", "ko")


@pytest.mark.parametrize(
    ("query", "found"), [("raum*", False), ("Operations*", True), ("mül*", True), ("muel*", False)]
)
def test_a_prefix_is_of_the_word_and_of_no_part_of_it(query: str, found: bool) -> None:
    assert finds(query, "Der Operationsraum Müllers", "de") is found


@pytest.mark.parametrize("text", ["l'armée", "l’armée", "Lebanon's", "state-of-the-art", "U.S.", "a_b", "1,000", "⑴"])
def test_words_end_at_signs(text: str) -> None:
    assert all(each.folded.isalnum() for each in words(text))
    assert finds(text, f"So {text} it is", "en")


def test_words_know_their_places() -> None:
    text = "„Größe“ – l’e\u0301tat 联合"
    assert [text[each.start : each.end] for each in words(text)] == ["Größe", "l", "e\u0301tat", "联", "合"]


@given(text=st.text(), language=st.none() | st.text(max_size=5) | st.sampled_from(["de", "ar", "en", "ru", "tr"]))
def test_any_text_folds_to_words_that_a_database_parts_at_blanks_only(text: str, language: str | None) -> None:
    before = 0
    for each in words(text, language):
        assert before <= each.start < each.end <= len(text)
        before = each.end
        for form in (each.folded, *each.forms):
            assert form
            assert not re.search(r'[\s"*¶\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]', form)
        assert "·" not in each.folded
        assert all("·" in form for form in each.forms)
        assert " ".join((each.folded, *each.forms)).encode()


@given(text=st.text())
def test_a_folded_word_is_folded_no_further(text: str) -> None:
    for each in words(text):
        assert fold(fold(each.folded)) == fold(each.folded)
        assert collapsed(collapsed(each.folded)) == collapsed(each.folded)


@pytest.mark.parametrize(
    ("language", "code"),
    [("en-GB", "en"), (" DE_at", "de"), ("english", ""), ("", ""), (None, ""), ("\ud800", ""), ("zh-Hant", "zh")],
)
def test_a_language_is_known_by_its_code(language: str | None, code: str) -> None:
    assert code_of(language) == code


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("a", "latin"),
        ("é", "latin"),
        ("7", "latin"),
        ("я", "cyrillic"),
        ("ά", "greek"),
        ("ع", "arabic"),
        ("联", "other"),
    ],
)
def test_the_letters_of_a_word_are_told(text: str, letters: str) -> None:
    assert script(text) == letters
