"""Where sentences begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.sentences import sentences, spans

TEXTS = [
    ("He paid Mr. Low $3.5 million. Why? Nobody knows.", ["He paid Mr. Low $3.5 million.", "Why?", "Nobody knows."]),
    ("The U.S. Senate voted. J. K. Orme wrote.", ["The U.S. Senate voted.", "J. K. Orme wrote."]),
    ("He lives in the U.S. The law is new.", ["He lives in the U.S.", "The law is new."]),
    ("At 5 p.m. the bell rang. It stopped.", ["At 5 p.m. the bell rang.", "It stopped."]),
    ("“What?” he said. “No!” She left.", ["“What?” he said.", "“No!”", "She left."]),
    ("Am 3. Oktober kam er. Das war z.B. neu.", ["Am 3. Oktober kam er.", "Das war z.B. neu."]),
    ("Er ist 23. Sie nicht.", ["Er ist 23.", "Sie nicht."]),
    ("Il vit à Lyon. Pourquoi ? Personne ne sait.", ["Il vit à Lyon.", "Pourquoi ?", "Personne ne sait."]),
    ("¿Por qué? Nadie lo sabe. ¡Vaya!", ["¿Por qué?", "Nadie lo sabe.", "¡Vaya!"]),
    ("Он приехал в г. Тверь. Это так.", ["Он приехал в г. Тверь.", "Это так."]),
    ("هذا خبر. وهذا آخر؟ نعم.", ["هذا خبر.", "وهذا آخر؟", "نعم."]),
    ("これは新しい。東京です！はい", ["これは新しい。", "東京です！", "はい"]),
    ("Well... that was it. (He left.) Then…", ["Well... that was it.", "(He left.)", "Then…"]),
    ("See variorum.example for more. It is free.", ["See variorum.example for more.", "It is free."]),
    ("The firm is Orme Ltd. It sells rope.", ["The firm is Orme Ltd.", "It sells rope."]),
    ("", []),
    ("  no end here  ", ["no end here"]),
]


@pytest.mark.parametrize(("text", "wanted"), TEXTS, ids=[text[:30] for text, _ in TEXTS])
def test_a_paragraph_is_cut_where_its_sentences_end(text: str, wanted: list[str]) -> None:
    assert list(sentences(text)) == wanted


SENTENCES = [
    ["The sun.", "The moon."],
    ["The man sat.", "The dog sat too."],
    ["They wed.", "The bride wore white."],
    ["He was in his art.", "She was in hers."],
    ["The park is on Main St.", "The bus stops there."],
    ["He got a C.", "She got an A.", "They were glad."],
    ["Sein Hund heißt Max.", "Der Hund ist alt."],
    ["He left.", "iPhone sales rose."],
    ["Das ist z. B. gut.", "Ja."],
    ["EE. UU. y la UE firmaron.", "Luego se fueron."],
    ["El Sr. Pérez y la Dra. Gil llegaron.", "Luego se fueron."],
    ["The case, Smith v. Jones, was heard.", "It took an hour."],
    ["« C'est fini. »", "Il est parti."],
    ["قال د. أحمد علي إن الجسر آمن.", "ثم غادر."],
    # abbreviations that are words too
    ["Two years ago.", "She told me.", "The light was on.", "He said no.", "Orme left."],
    ["He left on Sat. Oct. 23.", "On Sat. 5 people came.", "She sat.", "5 people left."],
    ["No. 5 is alive, see Vol. II and Fig. 3."],
    ["“No.”", "Orme knows."],
    ["St. Orme is a town.", "Gen. He Weidong spoke."],
    ["Es kamen max. Geschwindigkeit und Ruhe zusammen."],
    # initials, letters and names
    ["J. A. Orme and M. Le Maire came.", "It was I.", "The end."],
    ["They use eBay.", "eBay is big."],
    ["The U.S. A-10 flew.", "He is in the U.S.", "It's hot."],
    # what belongs to a sentence behind its end
    ["He left.[1]", "She stayed.[12][13]", "Then he came."],
    ["« Pourquoi ? »", "Il part."],
    ["Er sagte: »Nein.«", "Sie sagte: „Ja.“", "So war es."],
    ["1. Wash your hands.", "2. Dry them."],
    ["How many?", "23.", "She counted."],
    # abbreviations with blanks, and in other scripts
    ["Es gilt i. d. R. nicht, u. a. Berlin ist dabei.", "Dr. med. Hans Orm kam 5 v. Chr. Rom an."],
    ["Por p. ej. Madrid y S. M. el Rey."],
    ["В 1799 г. Пушкин родился.", "Он жил в д. 5 по ул. Ленина."],
    ["Это было в 1799 г.", "Все это знают, т. е. Москва и т. д.", "Он сказал им.", "Это так."],
    ["قال أ. محمد إن عام 2020 م.", "وقال د. علي."],
]


@pytest.mark.parametrize("wanted", SENTENCES, ids=[" ".join(each)[:40] for each in SENTENCES])
def test_news_prose_is_cut_where_its_sentences_end(wanted: list[str]) -> None:
    assert list(sentences(" ".join(wanted))) == wanted


def test_what_a_japanese_sentence_quotes_does_not_end_it() -> None:
    wanted = ["彼は「はい。」と言った。", "「いいえ。」", "彼女は去った。"]
    assert list(sentences("".join(wanted))) == wanted


WORDS = st.text(alphabet="aBI. !?…\"”'’«»( )[]1٣مя。漢と\n\u00a0é", max_size=80)


@given(WORDS)
def test_sentences_are_in_order_and_hold_all_but_blanks(text: str) -> None:
    at = 0
    for start, end in spans(text):
        assert start >= at
        assert text[at:start].strip() == ""
        assert text[start:end].strip() == text[start:end] != ""
        at = end
    assert text[at:].strip() == ""
